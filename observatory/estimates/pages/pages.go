// Package pages is where an analyst asks how many were never found. What they type or
// upload goes no further than the answer to it.
package pages

import (
	"embed"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/observatory/estimates"
	"istmo/observatory/hall"
	"istmo/observatory/mse"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

//go:embed *.html
var templates embed.FS

// Root is where estimates are made.
const Root = hall.Root + "/estimate"

// mostTable is how long a table may be, in bytes. One of ten lists has 1,023 rows.
const mostTable = 1 << 20

type desk struct{ engine *act.Engine }

// Routes hangs the page on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("estimates", templates)
	s.Page("GET "+Root, d.page)
	s.Answer("POST "+Root, d.answer)
	s.Answer("POST "+Root+"/save", d.save)
}

type shown struct {
	Tabs    []hall.Group
	Never   []string
	Table   string
	Result  *result
	Kept    []kept
	Example string
}

// example is an invented table.
const example = "policia,refugios,fiscalia,personas\n1,0,0,310\n0,1,0,122\n1,1,0,41\n1,0,1,17\n0,1,1,9\n0,0,1,60"

// page is the form, and what somebody stands by. Where keeping a result was refused,
// the result is worked out again beneath the refusal.
func (d *desk) page(r *web.Request) (web.View, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, estimates.Kept{})
	if err != nil {
		return web.View{}, err
	}
	s := shown{Tabs: hall.Tabs(r), Example: example}
	for _, key := range []string{"same", "referred", "defined", "mixed", "closed", "few", "matched", "unseen"} {
		s.Never = append(s.Never, r.Say("estimates.never."+key))
	}
	for _, one := range all {
		s.Kept = append(s.Kept, keptOf(r, one))
	}
	if r.PostForm.Has("of") { // the form of keeping came back
		if got, err := d.run(r, r.PostForm.Get("table")); err == nil {
			s.Table, s.Result = r.PostForm.Get("table"), resultOf(r, got)
		}
	}
	return web.View{Template: "estimates/page", Title: "estimates.title", Data: s}, nil
}

// run estimates from what the form holds.
func (d *desk) run(r *web.Request, table string) (estimates.Result, error) {
	run := estimates.Run{Table: table, Threshold: r.PostForm.Get("threshold")}
	var check fault.Check
	for name, into := range map[string]*int64{"replicates": &run.Replicates, "seed": &run.Seed} {
		if typed := strings.TrimSpace(r.PostForm.Get(name)); typed != "" {
			n, err := strconv.ParseInt(typed, 10, 64)
			check.That(err == nil, name, "fault.not-a-number")
			check.That(err != nil || n != 0 || name == "seed", name, "estimates.bad-replicates")
			*into = n
		}
	}
	if err := check.Err(); err != nil {
		return estimates.Result{}, err
	}
	return act.Ask(r.Context(), d.engine, r.Who, run)
}

// tableOf is the table that was typed or uploaded: one of the two.
func tableOf(r *web.Request, files []web.File) (string, error) {
	typed := r.PostForm.Get("table")
	if len(typed) > mostTable {
		return "", fault.Invalid("table", "estimates.table-long")
	}
	for _, f := range files {
		if f.Field != "file" || f.Size == 0 {
			continue
		}
		if strings.TrimSpace(typed) != "" {
			return "", fault.Invalid("table", "estimates.one-table")
		}
		if f.Size > mostTable {
			return "", fault.Invalid("file", "estimates.table-long")
		}
		in, err := f.Open()
		if err != nil {
			return "", fault.Invalid("file", "fault.form.broken")
		}
		defer in.Close()
		text, err := io.ReadAll(io.LimitReader(in, mostTable))
		if err != nil {
			return "", fault.Invalid("file", "fault.form.broken")
		}
		return string(text), nil
	}
	return typed, nil
}

func (d *desk) answer(r *web.Request, files []web.File) (web.View, error) {
	table, err := tableOf(r, files)
	if err != nil {
		return web.View{}, err
	}
	got, err := d.run(r, table)
	if err != nil {
		return web.View{}, err
	}
	v, err := d.page(r)
	if err != nil {
		return v, err
	}
	s := v.Data.(shown)
	s.Table, s.Result = strings.ToValidUTF8(strings.TrimPrefix(table, "\ufeff"), ""), resultOf(r, got)
	v.Data = s
	return v, nil
}

// save works the result out once more, from the table that came back with the page,
// and keeps it without the table.
func (d *desk) save(r *web.Request, _ []web.File) (web.View, error) {
	dated := time.Time{}
	if typed := r.PostForm.Get("dated"); typed != "" {
		var err error
		if dated, err = time.Parse(time.DateOnly, typed); err != nil {
			return web.View{}, fault.Invalid("dated", "fault.not-a-date")
		}
	}
	got, err := d.run(r, r.PostForm.Get("table"))
	if err != nil {
		return web.View{}, err
	}
	if _, err := act.Do(r.Context(), d.engine, r.Who, estimates.Save{Of: r.PostForm.Get("of"), Source: r.PostForm.Get("source"), Dated: dated, Result: got}); err != nil {
		return web.View{}, err
	}
	r.Done("estimates.save")
	return web.View{Redirect: Root}, nil
}

// result is an estimate as the page has it.
type result struct {
	estimates.Result
	Headline string
	Wald     string
	BCa      string
	Sure     string
	Weak     []string
	Chart    web.Chart
	Overlaps web.Chart
	Model    web.Chart
	Other    web.Chart
	Without  web.Chart
	Asked    asked
}

// asked is what the form of keeping sends back.
type asked struct{ Threshold, Replicates, Seed string }

func people(lang string, n float64) string { return figure.Number(lang, int(math.Round(n))) }

func resultOf(r *web.Request, e estimates.Result) *result {
	say, lang := r.Say, r.Lang
	n := func(f float64) string { return people(lang, f) }
	out := &result{Result: e, Asked: asked{strconv.FormatFloat(e.Estimate.Threshold, 'g', -1, 64), strconv.Itoa(e.Intervals.Replicates), strconv.FormatUint(e.Seed, 10)}}
	out.Headline = say("estimates.headline", "Total", n(e.Estimate.Total), "Observed", n(float64(e.Estimate.Observed)), "Hidden", n(e.Estimate.Hidden))
	out.Wald = say("estimate.wald", "Low", n(e.Estimate.Low), "High", n(e.Estimate.High))
	out.BCa = say("estimate.bca", "Low", n(e.Intervals.Low), "High", n(e.Intervals.High), "Low80", n(e.Intervals.Low80), "High80", n(e.Intervals.High80))
	out.Sure = say("estimate.replicated", "Replicates", n(float64(e.Intervals.Replicates)), "Same", n(float64(e.Intervals.Same)), "Seed", strconv.FormatUint(e.Seed, 10))
	out.weak(r)
	made := i18n.Date(lang, r.Now.In(r.Zone()))
	of := func(t report.Table, c web.Chart) web.Chart {
		c.Title, c.Under, c.Source, c.Dated, c.Table = t.Caption, true, say("estimates.source"), made, figure.Written(lang, t)
		return c
	}
	observed := float64(e.Estimate.Observed)
	t := report.Table{Caption: say("estimates.found"), Columns: []report.Column{figure.Column(say("estimates.people")), figure.Numbers(say("estimates.number")), figure.Numbers(say("estimates.from")), figure.Numbers(say("estimates.to"))}}
	c := web.Chart{Note: say("estimates.found.note"), About: figure.About(r, "estimates.about")}
	for i, one := range []struct {
		key              string
		value, low, high float64
	}{{"observed", observed, 0, 0}, {"hidden", e.Estimate.Hidden, max(0, e.Intervals.Low-observed), e.Intervals.High - observed}, {"all", e.Estimate.Total, e.Intervals.Low, e.Intervals.High}} {
		c.Bars = append(c.Bars, web.ChartBar{Label: say("estimates.bar." + one.key), Value: math.Round(one.value), Low: math.Round(one.low), High: math.Round(one.high), Tone: []int{0, 1, 5}[i]})
		row := []report.Cell{say("estimates.bar." + one.key), int(math.Round(one.value)), nil, nil}
		if one.high > 0 {
			row[2], row[3] = int(math.Round(one.low)), int(math.Round(one.high))
		}
		t.Rows = append(t.Rows, row)
	}
	out.Chart = of(t, c)
	out.Overlaps = of(overlaps(r, e), web.Chart{Note: say("estimates.overlaps.note")})
	out.Model = of(model(r, e.Estimate), web.Chart{Note: say("estimate.how", "Threshold", decimal(lang, e.Estimate.Threshold))})
	out.Other = of(others(r, say("estimates.other"), say("estimates.threshold.column"), e.Other, true), web.Chart{Note: say("estimates.other.note")})
	out.Without = of(others(r, say("estimates.without"), say("estimates.without.column"), e.Without, false), web.Chart{Note: say("estimates.without.note")})
	return out
}

// weak says where the number stands on little.
func (out *result) weak(r *web.Request) {
	e := out.Result
	few := 0
	for _, o := range e.Overlaps {
		if o.Few {
			few++
		}
	}
	if few > 0 {
		out.Weak = append(out.Weak, r.Say("estimates.weak.few", "Count", few, "Of", len(e.Overlaps)))
	}
	if n := len(e.Estimate.Passed); n > 0 {
		out.Weak = append(out.Weak, r.Say("estimate.passed", "Count", n))
	}
	if e.Intervals.Unbounded > 0 {
		out.Weak = append(out.Weak, r.Say("estimate.unbounded", "Count", e.Intervals.Unbounded))
	}
	if e.Repeated > 0 {
		out.Weak = append(out.Weak, r.Say("estimate.repeated", "Count", e.Repeated))
	}
	if 2*e.Intervals.Same < e.Intervals.Replicates {
		out.Weak = append(out.Weak, r.Say("estimates.weak.model"))
	}
}

func overlaps(r *web.Request, e estimates.Result) report.Table {
	t := report.Table{Caption: r.Say("estimates.overlaps"), Columns: []report.Column{figure.Column(r.Say("estimates.lists")), figure.Numbers(r.Say("estimates.on"))}}
	for _, l := range e.Lists {
		t.Rows = append(t.Rows, []report.Cell{l.Name, l.People})
	}
	for _, o := range e.Overlaps {
		t.Rows = append(t.Rows, []report.Cell{o.A + " + " + o.B, o.Shared})
	}
	return t
}

func decimal(lang string, v float64) string {
	s := strconv.FormatFloat(v, 'g', 3, 64)
	if lang != "en" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

// model is what was tried: what was taken, in its order, and what could not be.
func model(r *web.Request, e mse.Estimate) report.Table {
	t := report.Table{Caption: r.Say("estimates.model"), Columns: []report.Column{figure.Column(r.Say("estimates.lists")), figure.Numbers(r.Say("estimates.share")),
		figure.Numbers(r.Say("estimates.expected")), figure.Numbers("p"), figure.Column(r.Say("estimates.says")), figure.Column(r.Say("estimates.taken"))}}
	for i, steps := range [][]mse.Step{e.Steps, e.Passed} {
		for _, s := range steps {
			key := "estimate.more-often"
			switch {
			case s.Empty:
				key = "estimate.never"
			case float64(s.Shared) < s.Expected:
				key = "estimate.less-often"
			}
			t.Rows = append(t.Rows, []report.Cell{s.A + " + " + s.B, s.Shared, s.Expected, decimal(r.Lang, s.P), r.Say(key), r.Say([]string{"estimates.yes", "estimates.no"}[i])})
		}
	}
	if len(t.Rows) == 0 {
		t.Rows = append(t.Rows, []report.Cell{r.Say("estimate.none-taken"), nil, nil, nil, nil, nil})
	}
	return t
}

// others are the same with one thing changed.
func others(r *web.Request, caption, first string, all []estimates.Other, threshold bool) report.Table {
	t := report.Table{Caption: caption, Columns: []report.Column{figure.Column(first), figure.Numbers(r.Say("estimates.bar.all")), figure.Numbers(r.Say("estimates.from")), figure.Numbers(r.Say("estimates.to")),
		figure.Numbers(r.Say("estimates.pairs")), figure.Column(r.Say("estimates.why"))}}
	for _, o := range all {
		what := o.What
		if threshold {
			what = decimal(r.Lang, o.Threshold)
		}
		row := []report.Cell{what, nil, nil, nil, nil, ""}
		if o.Refused != "" {
			row[5] = r.Say(o.Refused)
		} else {
			row[1], row[2], row[3], row[4] = int(math.Round(o.Total)), int(math.Round(o.Low)), int(math.Round(o.High)), o.Pairs
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// kept is an estimate that somebody stands by.
type kept struct {
	Of, Headline, Facts, Source string
}

func keptOf(r *web.Request, s estimates.Saved) kept {
	n, nums := func(f float64) string { return people(r.Lang, f) }, s.Numbers
	return kept{s.Of, r.Say("estimates.kept.headline", "Total", n(nums.Total), "Low", n(nums.LowBCa), "High", n(nums.HighBCa), "Observed", n(float64(nums.Observed))),
		r.Say("estimates.kept.facts", "Lists", strings.Join(nums.Lists, ", "), "Threshold", decimal(r.Lang, nums.Threshold), "Pairs", len(nums.Pairs), "Low", n(nums.Low), "High", n(nums.High), "Digest", s.Digest[:min(12, len(s.Digest))]),
		r.Say("web.chart.source", "Source", s.Source, "Date", i18n.Date(r.Lang, s.Dated))}
}
