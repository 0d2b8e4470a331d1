package pages

import (
	"slices"

	"istmo/i18n"
	"istmo/report"
	"istmo/screening/coverage"
	"istmo/web"
	"istmo/web/figure"
)

// lastMonths is how many months a picture of reach goes back.
const lastMonths = 12

type reached struct {
	ByPost, ByMonth, All web.Chart
	NoFlow               bool
}

func reach(v *reading) any {
	return reached{ByPost: v.byPost(), ByMonth: v.byMonth(), NoFlow: !slices.ContainsFunc(v.Reached, func(r coverage.Reached) bool { return r.Known })}
}

// months are the last ones that anything is known of, the oldest first.
func (v *reading) months() (all []string) {
	for _, r := range v.Reached {
		if !slices.Contains(all, r.Month) && len(all) < lastMonths {
			all = append(all, r.Month)
		}
	}
	slices.Reverse(all)
	return all
}

// total is a post's reach over months of which the flow is known.
type total struct {
	post                       string
	months                     int
	passed                     int64
	people, screened, unplaced int
}

func (v *reading) totals() (all []total) {
	months := v.months()
	at := map[string]int{}
	for _, r := range slices.Backward(v.Reached) {
		if !slices.Contains(months, r.Month) {
			continue
		}
		i, there := at[r.Post]
		if !there {
			i = len(all)
			at[r.Post], all = i, append(all, total{post: r.Post})
		}
		if t := &all[i]; r.Known {
			t.months, t.passed, t.people, t.screened = t.months+1, t.passed+r.Passed, t.people+r.People, t.screened+r.Screenings
		} else {
			t.unplaced += r.Screenings
		}
	}
	i18n.SortBy(v.Lang, all, func(t total) string { return v.post(t.post) })
	slices.SortStableFunc(all, func(a, b total) int { // the country last
		switch {
		case a.post == "" && b.post != "":
			return 1
		case a.post != "" && b.post == "":
			return -1
		}
		return 0
	})
	return all
}

func (t total) share() (float64, bool) {
	return coverage.Reached{Known: t.months > 0, Passed: t.passed, People: t.people}.Share()
}

func reachTable(v *reading) report.Table {
	t := report.Table{Caption: v.Say("coverage.reach.by-post"), Source: v.source(), Dated: v.Figures.Made,
		Columns: []report.Column{figure.Column(v.Say("coverage.post")), figure.Numbers(v.Say("coverage.months")), figure.Numbers(v.Say("coverage.passed")),
			figure.Numbers(v.Say("coverage.screenings")), figure.Numbers(v.Say("coverage.people")), figure.Numbers(v.Say("coverage.share"))}}
	for _, one := range v.totals() {
		if one.months == 0 {
			t.Rows = append(t.Rows, []report.Cell{v.country(one.post), 0, nil, one.unplaced, nil, nil})
			continue
		}
		percent, known := one.share()
		t.Rows = append(t.Rows, []report.Cell{v.country(one.post), one.months, int(one.passed), one.screened, one.people, figure.Share(percent, known)})
	}
	return t
}

// country names a post of a flow, where none is the whole country.
func (v *reading) country(post string) string {
	if post == "" {
		return v.Say("coverage.country")
	}
	return v.post(post)
}

func (v *reading) byPost() web.Chart {
	c := v.figure("reach", reachTable(v), v.Say("coverage.reach.note"))
	c.Unit, c.Places = "%", 1
	for _, one := range v.totals() {
		bar := web.ChartBar{Label: v.country(one.post)}
		percent, known := one.share()
		if bar.Value = percent; !known {
			bar.Absent = v.Say("coverage.reach.no-flow")
		} else {
			bar.Detail = v.Say("coverage.reach.of", "People", figure.Number(v.Lang, one.people), "Passed", i18n.Number(v.Lang, one.passed))
		}
		if one.post == "" {
			bar.Tone = 5
		}
		c.Bars = append(c.Bars, bar)
	}
	return c
}

// byMonth draws each post over the months, and has a table of them.
func (v *reading) byMonth() web.Chart {
	months, totals := v.months(), v.totals()
	t := report.Table{Caption: v.Say("coverage.reach.by-month"), Source: v.source(), Columns: []report.Column{figure.Column(v.Say("coverage.month"))}}
	for _, m := range months {
		t.Rows = append(t.Rows, []report.Cell{figure.Month(v.Lang, m)})
	}
	c := v.figure("months", t, v.Say("coverage.reach.by-month.note"))
	c.Unit = "%"
	for _, one := range totals {
		line := web.ChartLine{Label: v.country(one.post)}
		c.Table.Columns = append(c.Table.Columns, web.ChartColumn{Title: line.Label, Number: true})
		for i, m := range months {
			percent, known := v.at(one.post, m).Share()
			line.Points = append(line.Points, web.ChartPoint{Known: known, Value: percent})
			words := figure.Word(v.Lang, nil)
			if known {
				words = i18n.Percent(v.Lang, percent, figure.Places(percent))
			}
			c.Table.Rows[i] = append(c.Table.Rows[i], words)
		}
		if slices.ContainsFunc(line.Points, func(p web.ChartPoint) bool { return p.Known }) {
			c.Lines = append(c.Lines, line)
		}
	}
	for _, m := range months {
		c.Steps = append(c.Steps, figure.Month(v.Lang, m))
	}
	return c
}

func (v *reading) at(post, month string) coverage.Reached {
	i := slices.IndexFunc(v.Reached, func(r coverage.Reached) bool { return r.Post == post && r.Month == month })
	if i < 0 {
		return coverage.Reached{}
	}
	return v.Reached[i]
}

// monthsTable is all that is known, by month and post.
func monthsTable(v *reading) report.Table {
	t := report.Table{Caption: v.Say("coverage.reach.all"), Source: v.source(), Dated: v.Figures.Made,
		Columns: []report.Column{figure.Column(v.Say("coverage.month")), figure.Column(v.Say("coverage.post")), figure.Numbers(v.Say("coverage.passed")), figure.Numbers(v.Say("coverage.screenings")),
			figure.Numbers(v.Say("coverage.people")), figure.Numbers(v.Say("coverage.share")), figure.Numbers(v.Say("coverage.hours")), figure.Numbers(v.Say("coverage.minutes")),
			figure.Column(v.Say("coverage.flow.source")), figure.Column(v.Say("coverage.flow.dated"))}}
	for _, r := range v.Reached {
		percent, known := r.Share()
		row := []report.Cell{r.Month, v.country(r.Post), figure.Share(float64(r.Passed), r.Known), r.Screenings, r.People, figure.Share(percent, known), r.Hours,
			figure.Share(r.Minutes, r.Minutes > 0), r.Source, nil}
		if r.Known {
			row[2], row[9] = int(r.Passed), r.Dated
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
