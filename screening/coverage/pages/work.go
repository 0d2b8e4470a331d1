package pages

import (
	"cmp"
	"slices"

	"istmo/i18n"
	"istmo/report"
	"istmo/screening/coverage"
	"istmo/screening/fairness"
	"istmo/web"
	"istmo/web/figure"
)

// mostBars is how many indicators have a bar; the table has them all.
const mostBars = 15

type working struct {
	PerHour, Found     web.Chart
	Posts              []tab // whose indicators are shown
	Unasked, Unnoticed []string
}

func work(v *reading) any {
	post := v.chosen()
	w := working{PerHour: v.perHour(), Found: v.found(post)}
	for _, id := range append([]string{""}, v.working()...) {
		href := workPath + "?post=" + id + "#indicators"
		w.Posts = append(w.Posts, tab{web.Link{Text: v.post(id), Href: href}, id == post})
	}
	w.Unasked, w.Unnoticed = v.idle(post)
	return w
}

// working are the posts at which there was screening this year.
func (v *reading) working() (posts []string) {
	for _, w := range v.Figures.Year {
		if w.Post != "" {
			posts = append(posts, w.Post)
		}
	}
	i18n.SortBy(v.Lang, posts, v.post)
	return posts
}

func (v *reading) chosen() string {
	if post := v.Query("post"); slices.Contains(v.working(), post) {
		return post
	}
	return ""
}

func workTable(v *reading) report.Table {
	t := report.Table{Caption: v.Say("coverage.work.per-hour"), Source: v.source(), Dated: v.Figures.Made,
		Columns: []report.Column{figure.Column(v.Say("coverage.post")), figure.Numbers(v.Say("coverage.screenings")), figure.Numbers(v.Say("coverage.repeats")),
			figure.Numbers(v.Say("coverage.hours")), figure.Numbers(v.Say("coverage.per-hour")), figure.Numbers(v.Say("coverage.minutes"))}}
	for _, w := range v.year() {
		t.Rows = append(t.Rows, []report.Cell{v.post(w.Post), w.Screenings, w.Repeats, w.Hours, w.PerHour(), figure.Share(w.Minutes, w.Minutes > 0)})
	}
	return t
}

// year is the work of the year by the names of posts, all of them together last.
func (v *reading) year() []coverage.Work {
	all := slices.Clone(v.Figures.Year)
	i18n.SortBy(v.Lang, all, func(w coverage.Work) string { return v.post(w.Post) })
	slices.SortStableFunc(all, func(a, b coverage.Work) int { return lastly(a.Post == "", b.Post == "") })
	return all
}

func lastly(a, b bool) int {
	switch {
	case a && !b:
		return 1
	case b && !a:
		return -1
	}
	return 0
}

func (v *reading) perHour() web.Chart {
	c := v.figure("work", workTable(v), v.Say("coverage.work.note"))
	c.Places = 1
	for _, w := range v.year() {
		bar := web.ChartBar{Label: v.post(w.Post), Value: w.PerHour()}
		if w.Post == "" {
			bar.Tone = 5
		}
		if w.Minutes > 0 {
			bar.Detail = v.Say("coverage.work.minutes", "Minutes", i18n.Decimal(v.Lang, w.Minutes, 0))
		}
		c.Bars = append(c.Bars, bar)
	}
	return c
}

// uses are those of a post, most found first; what is not shown stands last.
func (v *reading) uses(post string) (all []coverage.Use) {
	for _, u := range v.Figures.Uses {
		if u.Post == post {
			all = append(all, u)
		}
	}
	slices.SortStableFunc(all, func(a, b coverage.Use) int { return -cmp.Compare(yes(a), yes(b)) })
	return all
}

// yes is how often of those who gave an answer it was yes, or below zero where it
// is not shown.
func yes(u coverage.Use) float64 {
	if u.Yes == fairness.Hidden || u.No == fairness.Hidden || u.Yes+u.No == 0 {
		return -1
	}
	return 100 * float64(u.Yes) / float64(u.Yes+u.No)
}

func (v *reading) found(post string) web.Chart {
	t := v.usesOf([]string{post}, v.Say("coverage.work.found", "Post", v.post(post)))
	t.Columns = slices.Delete(t.Columns, 1, 2) // the caption names the post
	for i := range t.Rows {
		t.Rows[i] = slices.Delete(t.Rows[i], 1, 2)
	}
	c := v.figure("indicators", t, v.Say("coverage.work.found.note", "Most", mostBars))
	c.Unit, c.Under = "%", true
	for _, u := range v.uses(post) {
		if part := yes(u); part >= 0 && len(c.Bars) < mostBars {
			s := fairness.Wilson(u.Yes, u.Yes+u.No)
			c.Bars = append(c.Bars, web.ChartBar{Label: v.indicator(u.Indicator), Value: part, Low: 100 * s.Low, High: 100 * s.High})
		}
	}
	return c
}

func usesTable(v *reading) report.Table {
	return v.usesOf(append([]string{""}, v.working()...), v.Say("coverage.work.uses"))
}

func (v *reading) usesOf(posts []string, caption string) report.Table {
	t := report.Table{Caption: caption, Source: v.source(), Dated: v.Figures.Made}
	for _, key := range []string{"coverage.indicator", "coverage.post"} {
		t.Columns = append(t.Columns, figure.Column(v.Say(key)))
	}
	for _, key := range []string{"coverage.yes", "coverage.no", "coverage.unknown", "coverage.yes-share"} {
		t.Columns = append(t.Columns, figure.Numbers(v.Say(key)))
	}
	for _, post := range posts {
		for _, u := range v.uses(post) {
			t.Rows = append(t.Rows, []report.Cell{v.indicator(u.Indicator), v.post(post), figure.Count(u.Yes), figure.Count(u.No), figure.Count(u.Unknown), figure.Share(yes(u), yes(u) >= 0)})
		}
	}
	return t
}

// indicator is an indicator's code and words.
func (v *reading) indicator(code string) string {
	i, known := v.List.Indicator(code)
	switch {
	case !known:
		return code
	case v.Lang == "es":
		return code + " · " + i.ES
	}
	return code + " · " + i.EN
}

// idle are the indicators of the list that nobody was asked at a post, and those
// that were asked of enough and found in none whose number can be shown.
func (v *reading) idle(post string) (unasked, unnoticed []string) {
	asked := map[string]coverage.Use{}
	for _, u := range v.uses(post) {
		asked[u.Indicator] = u
	}
	for _, i := range v.List.Indicators {
		switch u, there := asked[i.Code]; {
		case !there:
			unasked = append(unasked, v.indicator(i.Code))
		case u.Yes == fairness.Hidden && u.No >= v.Figures.Least:
			unnoticed = append(unnoticed, v.indicator(i.Code))
		}
	}
	return unasked, unnoticed
}
