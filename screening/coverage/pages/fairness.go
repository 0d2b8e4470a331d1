package pages

import (
	"math"
	"slices"

	"istmo/i18n"
	"istmo/report"
	"istmo/screening/coverage"
	"istmo/screening/fairness"
	"istmo/web"
	"istmo/web/figure"
)

var questions = []fairness.Question{fairness.Decision, fairness.Item, fairness.Later}

type compared struct {
	Tone      web.Tone
	Headline  string
	Questions []asked
	Small     []string // groups too small to be compared
	Cannot    []string
}

// asked is one question and what was found.
type asked struct {
	ID, Title, How, Counts string
	Found                  []finding
	None, TooSmall         string
	Chart                  *web.Chart
}

// finding is a difference in words.
type finding struct {
	Text, Sure string
	Size       web.Tag
}

func fair(v *reading) any {
	c := compared{Tone: web.Neutral}
	differ, unsure := 0, 0
	for _, q := range questions {
		c.Questions = append(c.Questions, v.asked(q))
		differ += len(v.Figures.Compared.Found(q, fairness.Differs))
		unsure += len(v.Figures.Compared.Found(q, fairness.TooSmall))
	}
	switch {
	case differ > 0:
		c.Tone, c.Headline = web.Warning, v.Say("coverage.fair.differ", "Count", differ)
	case len(v.Figures.Compared.Comparisons) == 0:
		c.Headline = v.Say("coverage.fair.nothing")
	case unsure > 0:
		c.Tone, c.Headline = web.Warning, v.Say("coverage.fair.unsure", "Count", unsure, "All", len(v.Figures.Compared.Comparisons))
	default:
		c.Headline = v.Say("coverage.fair.none", "All", len(v.Figures.Compared.Comparisons))
	}
	for _, g := range v.Figures.Compared.Small {
		c.Small = append(c.Small, v.group(g))
	}
	for _, key := range []string{"seen", "truth", "cause", "cancel", "asked", "chance"} {
		c.Cannot = append(c.Cannot, v.Say("coverage.fair.cannot."+key))
	}
	return c
}

func (v *reading) asked(q fairness.Question) asked {
	differ, none, small := v.Figures.Compared.Found(q, fairness.Differs), v.Figures.Compared.Found(q, fairness.NotFound), v.Figures.Compared.Found(q, fairness.TooSmall)
	key := "coverage.fair." + string(q)
	a := asked{ID: string(q), Title: v.Say(key), How: v.Say(key + ".how"),
		Counts: v.Say("coverage.fair.counts", "All", len(differ)+len(none)+len(small), "Differ", len(differ), "None", len(none), "Small", len(small))}
	if len(differ)+len(none)+len(small) == 0 {
		a.Counts = v.Say("coverage.fair.nothing")
	}
	for _, c := range differ {
		a.Found = append(a.Found, v.finding(c))
	}
	if len(none) > 0 {
		a.None = v.Say("coverage.fair.not-found", "Count", len(none))
	}
	if len(small) > 0 {
		a.TooSmall = v.Say("coverage.fair.too-small", "Count", len(small))
	}
	if chart := v.ratios(q); len(chart.Table.Rows) > 0 {
		a.Chart = &chart
	}
	return a
}

// finding says a difference, how large it is and how sure.
func (v *reading) finding(c coverage.Compare) finding {
	way := "more"
	if c.Odds < 1 {
		way = "less"
	}
	text := v.Say("coverage.fair."+string(c.Question)+"."+way, "Group", v.group(c.Group), "Indicator", v.indicator(c.Indicator))
	sure := v.Say("coverage.fair.odds", "Odds", v.odds(c.Odds), "Low", v.odds(c.Low), "High", v.high(c), "In", figure.Number(v.Lang, c.In), "Others", figure.Number(v.Lang, c.Others))
	tone := map[fairness.Size]web.Tone{fairness.Small: web.Neutral, fairness.Medium: web.Warning, fairness.Large: web.Danger}[c.Size]
	return finding{text, sure, web.Tag{Text: v.Say("coverage.size." + string(c.Size)), Tone: tone}}
}

func (v *reading) odds(f float64) string { return i18n.Decimal(v.Lang, f, 2) }

// high is the upper end of an interval, which may be without one.
func (v *reading) high(c coverage.Compare) string {
	if c.High == 0 {
		return v.Say("coverage.fair.no-end")
	}
	return v.odds(c.High)
}

// mostRows is how many comparisons a page shows of a question; the file has all.
const mostRows = 20

// ratios has a row for each comparison of a question, those that differ first.
func (v *reading) ratios(q fairness.Question) web.Chart {
	t := v.comparedOf([]fairness.Question{q}, v.Say("coverage.fair.table", "Question", v.Say("coverage.fair."+string(q))))
	t.Columns = slices.Delete(t.Columns, 0, 1)
	for i := range t.Rows {
		t.Rows[i] = t.Rows[i][1:]
	}
	if q != fairness.Item {
		t.Columns = slices.Delete(t.Columns, 1, 2)
		for i := range t.Rows {
			t.Rows[i] = slices.Delete(slices.Clone(t.Rows[i]), 1, 2)
		}
	}
	note := v.Say("coverage.fair.table.note")
	if len(t.Rows) > mostRows {
		note += " " + v.Say("coverage.fair.table.more", "Most", mostRows, "All", len(t.Rows))
		t.Rows = t.Rows[:mostRows]
	}
	c := v.figure("fairness", t, note)
	c.Under = true
	return c
}

func comparedTable(v *reading) report.Table {
	return v.comparedOf(questions, v.Say("coverage.fair.all"))
}

func (v *reading) comparedOf(of []fairness.Question, caption string) report.Table {
	t := report.Table{Caption: caption, Source: v.source(), Dated: v.Figures.Made, Columns: []report.Column{figure.Column(v.Say("coverage.question")),
		figure.Column(v.Say("coverage.group")), figure.Column(v.Say("coverage.indicator")), figure.Column(v.Say("coverage.verdict"))}}
	for _, key := range []string{"coverage.odds", "coverage.low", "coverage.high", "coverage.detectable", "coverage.in", "coverage.others"} {
		t.Columns = append(t.Columns, figure.Numbers(v.Say(key)))
	}
	for _, c := range v.Figures.Compared.Comparisons {
		if !slices.Contains(of, c.Question) {
			continue
		}
		t.Rows = append(t.Rows, []report.Cell{v.Say("coverage.fair." + string(c.Question)), v.group(c.Group), v.indicator(c.Indicator),
			v.Say("coverage.verdict." + string(c.Verdict)), hundredths(c.Odds), hundredths(c.Low), hundredths(c.High), hundredths(c.Detectable), c.In, c.Others})
	}
	return t
}

// hundredths is a ratio of a table; 0 stands for one that has no end.
func hundredths(f float64) report.Cell {
	if f == 0 {
		return nil
	}
	return math.Round(100*f) / 100
}
