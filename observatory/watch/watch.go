package watch

import "istmo/fault"

// Settings are how easily an alarm is raised.
type Settings struct {
	PerYear float64 // false alarms a year that the total may raise in calm
	Share   float64 // of the alarms over all categories of a month, how many may be false
	Breaks  []Break
}

// Break is the first month that is counted otherwise than before: nothing before
// it is compared with anything after. Without a category it is of all.
type Break struct {
	Month    Month
	Category string
}

// Usual settings: docs/watch.md has what they were measured to do.
const (
	UsualPerYear = 0.6
	UsualShare   = 0.1
)

func (s Settings) check() error {
	if !(s.PerYear > 0 && s.PerYear <= 6) {
		return fault.Invalid("per-year", "watch.bad-per-year")
	}
	if !(s.Share > 0 && s.Share <= 0.5) {
		return fault.Invalid("share", "watch.bad-share")
	}
	return nil
}

// chance is what a month of the total is held to.
func (s Settings) chance() float64 { return s.PerYear / 12 }

// since is a series from its last break on.
func (s Settings) since(series Series, category string, at Month) Series {
	for _, b := range s.Breaks {
		if (b.Category == "" || b.Category == category) && b.Month <= at && b.Month > series.From {
			series = Series{b.Month, series.Counts[min(int(b.Month-series.From), len(series.Counts)):]}
		}
	}
	return series
}

// Kind of a finding.
type Kind string

// Kinds. Quiet is no alarm; Revised would be one, but only because earlier
// figures have been corrected.
const (
	Quiet    Kind = "quiet"
	Changed  Kind = "changed"
	Appeared Kind = "appeared" // from nothing
	Vanished Kind = "vanished" // to nothing
	Revised  Kind = "revised"
)

// Finding is what is said of one series in one month. Its sentence is
// "watch.found.<kind>", with these as its values.
type Finding struct {
	Category string `json:"category,omitempty"` // empty: the total
	Kind     Kind   `json:"kind"`
	Judgement
	Q float64 `json:"q"` // the chance, corrected for all the series looked at
}

// Alarm is whether somebody should be told.
func (f Finding) Alarm() bool { return f.Kind != Quiet && f.Kind != Revised }

// Report is what is said of one month, from what was known in it.
type Report struct {
	At         Month      `json:"at"`
	PerYear    float64    `json:"perYear"` // false alarms expected a year in the total, if it is calm
	Share      float64    `json:"share"`   // of the categories' alarms, how many are expected to be false
	Total      Finding    `json:"total"`
	Categories []Finding  `json:"categories"` // all that could be judged
	Short      []string   `json:"short"`      // too few counts
	Missing    []string   `json:"missing"`    // no count in this month
	Revisions  []Revision `json:"revisions"`
}

// Alarms are the total's, if any, and then the categories'.
func (r Report) Alarms() (all []Finding) {
	for _, f := range append([]Finding{r.Total}, r.Categories...) {
		if f.Alarm() {
			all = append(all, f)
		}
	}
	return all
}

// Watch says what changed in a month of the table, by what the table had up to
// it. With an earlier edition of the table, what would be an alarm only because
// figures were corrected is told as Revised. It refuses settings out of range and
// a month that the table does not have.
func Watch(t Table, at Month, s Settings, earlier *Table) (Report, error) {
	if at < t.From || at > t.To {
		return Report{}, fault.Invalid("at", "watch.no-month").With("From", t.From.String()).With("To", t.To.String())
	}
	if err := s.check(); err != nil {
		return Report{}, err
	}
	r := s.report(t, at)
	if earlier != nil {
		s.revise(&r, t, *earlier)
	}
	return r, nil
}

func (s Settings) report(t Table, at Month) Report {
	each := make([]found, len(t.Categories))
	for i, c := range t.Categories {
		each[i] = s.find(t.Series(c), c, at)
	}
	return s.gather(at, s.find(t.Total(), "", at), each)
}

// gather makes a report of what was found in each series: an alarm is what stays
// under the chance that a month is held to.
func (s Settings) gather(at Month, total found, each []found) Report {
	r := Report{At: at, PerYear: s.PerYear, Share: s.Share}
	total.Q = total.P
	if total.P < s.chance() {
		total.Kind = total.kind
	}
	r.Total = total.Finding
	var judged []found
	var chances []float64
	for _, f := range each {
		switch {
		case f.Method == NoCount:
			r.Missing = append(r.Missing, f.Category)
		case f.Method == TooShort:
			r.Short = append(r.Short, f.Category)
		default:
			judged, chances = append(judged, f), append(chances, f.P)
		}
	}
	for i, q := range adjusted(chances) {
		f := judged[i]
		if f.Q = q; q <= s.Share {
			f.Kind = f.kind
		}
		r.Categories = append(r.Categories, f.Finding)
	}
	return r
}

// found is a finding, and the kind it has if it is an alarm.
type found struct {
	Finding
	kind Kind
}

// find judges the month of one series.
func (s Settings) find(series Series, category string, at Month) found {
	series = s.since(series.until(at), category, at)
	j := Judgement{Month: at, Since: at, P: 1, Method: TooShort}
	if len(series.Counts) > 0 {
		j = judge(series, at)[0]
	}
	return named(series, category, j)
}

// named gives a judgement its category, and the kind that it has if it is an alarm.
func named(series Series, category string, j Judgement) found {
	f := found{Finding{Category: category, Kind: Quiet, Judgement: j, Q: 1}, Changed}
	before, after := largest(series, j.Month-12, f.Since-1), largest(series, f.Since, j.Month)
	switch {
	case before == 0 && after > 0:
		f.kind = Appeared
	case after == 0 && before > 0:
		f.kind = Vanished
	}
	return f
}

// largest count from a month to another, Missing if none is known.
func largest(s Series, from, to Month) int {
	most := Missing
	for m := from; m <= to; m++ {
		most = max(most, s.at(m))
	}
	return most
}

// revise asks of every alarm whether it stands on the figures of the earlier
// edition, wherever that has one.
func (s Settings) revise(r *Report, t, earlier Table) {
	for _, v := range t.Revisions(earlier) {
		if v.Month <= r.At {
			r.Revisions = append(r.Revisions, v)
		}
	}
	if len(r.Revisions) == 0 {
		return
	}
	before := s.report(t.as(earlier), r.At)
	if r.Total.Alarm() && !before.Total.Alarm() {
		r.Total.Kind = Revised
	}
	stood := map[string]bool{}
	for _, f := range before.Categories {
		stood[f.Category] = f.Alarm()
	}
	touched := map[string]bool{}
	for _, v := range r.Revisions {
		touched[v.Category] = true
	}
	for i, f := range r.Categories {
		if f.Alarm() && touched[f.Category] && !stood[f.Category] {
			r.Categories[i].Kind = Revised
		}
	}
}

// as is the table with the counts of an earlier edition where that has any.
func (t Table) as(earlier Table) Table {
	old := Table{From: t.From, To: t.To, Categories: t.Categories, series: map[string]Series{}}
	for c, s := range t.series {
		counts := append([]int(nil), s.Counts...)
		for i := range counts {
			if n := earlier.Series(c).at(s.From + Month(i)); n != Missing {
				counts[i] = n
			}
		}
		old.series[c] = Series{s.From, counts}
	}
	return old
}
