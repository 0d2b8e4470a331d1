package coverage

import (
	"math"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/screening/fairness"
	"istmo/store"
)

const monthLayout = "2006-01"

// Figures are a count of screenings. What is too small to be shown is not in them.
type Figures struct {
	Made     time.Time `json:"made"`
	From     string    `json:"from"`     // the first month of Work; the year of Uses, Rates and Compared ends with Made
	Since    time.Time `json:"since"`    // from when on Uses, Rates and Compared count
	LeftOut  int       `json:"left_out"` // screenings that do not count, of the year; Hidden if few
	Counted  int       `json:"counted"`  // screenings that count, of the year
	Work     []Work    `json:"work"`     // by month and post
	Year     []Work    `json:"year"`     // by post, of the year; without a post all together
	Decided  []int     `json:"decided"`  // by outcome, in the order of fairness.Outcomes, of the year
	Uses     []Use     `json:"uses"`     // by post and indicator
	Rates    []Rates   `json:"rates"`    // by attribute
	Compared Compared  `json:"compared"` // the fairness report
	Least    int       `json:"least"`    // the smallest number that is shown
}

// Work is what was done at a post in a month. An empty post is unknown.
type Work struct {
	Post       string  `json:"post"`
	Month      string  `json:"month"` // "2026-11"; empty for the year
	Screenings int     `json:"screenings"`
	Repeats    int     `json:"repeats"` // of people known to have been screened there that month before
	Hours      int     `json:"hours"`   // officer hours
	Minutes    float64 `json:"minutes"` // the median; 0 where too few are known
}

// People are at most how many were screened.
func (w Work) People() int { return w.Screenings - w.Repeats }

// PerHour is how many are screened in an officer hour.
func (w Work) PerHour() float64 {
	if w.Hours == 0 {
		return 0
	}
	return float64(w.Screenings) / float64(w.Hours)
}

// Use is how an indicator was answered at a post; fairness.Hidden for what is too
// small. An empty post is all of them together.
type Use struct {
	Post      string `json:"post"`
	Indicator string `json:"indicator"`
	Yes       int    `json:"yes"`
	No        int    `json:"no"`
	Unknown   int    `json:"unknown"`
}

// Rates are what was decided about the groups of an attribute.
type Rates struct {
	Attribute fairness.Attribute `json:"attribute"`
	Lines     []fairness.Line    `json:"lines"`
}

// Compared is a fairness report, as it is kept.
type Compared struct {
	Rules       fairness.Rules   `json:"rules"`
	Screenings  int              `json:"screenings"`
	Comparisons []Compare        `json:"comparisons"`
	Small       []fairness.Group `json:"small"`
}

// Compare is one comparison; an odds ratio that is infinite or unknown is 0.
type Compare struct {
	Question   fairness.Question `json:"question"`
	Indicator  string            `json:"indicator"`
	Group      fairness.Group    `json:"group"`
	In         int               `json:"in"`
	Others     int               `json:"others"`
	Odds       float64           `json:"odds"`
	Low        float64           `json:"low"`
	High       float64           `json:"high"`
	Size       fairness.Size     `json:"size"`
	Q          float64           `json:"q"`
	Power      float64           `json:"power"`
	Detectable float64           `json:"detectable"`
	Verdict    fairness.Verdict  `json:"verdict"`
}

func compared(r fairness.Report) Compared {
	c := Compared{Rules: r.Rules, Screenings: r.Screenings, Small: r.Small}
	for _, one := range r.Comparisons {
		c.Comparisons = append(c.Comparisons, Compare{one.Question, one.Indicator, one.Group, one.In, one.Others,
			finite(one.Ratio.Odds), finite(one.Ratio.Low), finite(one.Ratio.High), one.Size, one.Q, one.Power, finite(one.Detectable), one.Verdict})
	}
	return c
}

func finite(f float64) float64 {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return 0
	}
	return f
}

// Found are the comparisons of a question that came to a verdict.
func (c Compared) Found(q fairness.Question, v fairness.Verdict) (found []Compare) {
	for _, one := range c.Comparisons {
		if one.Question == q && one.Verdict == v {
			found = append(found, one)
		}
	}
	return found
}

// Keep keeps a count in the place of the last one. The node does it, every day.
type Keep struct {
	Figures Figures `json:"-"`
}

// counting is the count that is kept.
type counting string

// ObjectID is its id.
func (c counting) ObjectID() string { return string(c) }

// Facts are none.
func (counting) Facts() access.Facts { return access.Facts{} }

// Verb names it.
func (Keep) Verb() access.Verb { return "coverage.keep" }

// Find makes it.
func (c Keep) Find(tx *store.Tx, who access.Who) (counting, error) {
	return counting(tx.NewID("cnt")), nil
}

// Do stores it.
func (c Keep) Do(tx *store.Tx, who access.Who, id counting) error {
	if c.Figures.Made.IsZero() {
		return fault.Invalid("", "fault.required")
	}
	return keep(tx, string(id), c.Figures)
}
