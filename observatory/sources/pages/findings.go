package pages

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"istmo/act"
	"istmo/fault"
	"istmo/observatory/figures"
	"istmo/observatory/hall"
	"istmo/observatory/sources"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

// asked are the filters of the address.
func asked(r *web.Request) sources.Findings {
	from, _ := strconv.ParseInt(r.Query("from"), 10, 64)
	return sources.Findings{Country: r.Query("country"), Year: r.Query("year"), Kind: r.Query("kind"), Certainty: r.Query("certainty"), From: from}
}

// finding is one thing that is wrong, in words.
type finding struct {
	Where, Indicator, Kind, Why string
	Certainty                   web.Tag
	Cells                       []string
	More                        int
}

// beside is a figure that was stated in public and what the files count.
type beside struct{ Text, Source, Note string }

// findings shows what is wrong with the figures in use.
func (d *desk) findings(r *web.Request) (web.View, error) {
	q := asked(r)
	f, err := act.Ask(r.Context(), d.engine, r.Who, q)
	if err != nil {
		return web.View{}, err
	}
	data := map[string]any{"Tabs": hall.Tabs(r), "Found": f, "Import": importPath, "Stated": stated(r, f.Beside), "Filters": filters(r, f), "Pages": turn(r, q, f),
		"NoReturns": web.Empty{Title: r.Say("sources.findings.returns.none"), Body: r.Say("sources.findings.returns.none.body")},
		"Empty":     web.Empty{Title: r.Say("sources.findings.empty"), Body: r.Say("sources.findings.empty.body"), Action: web.Link{Text: r.Say("sources.findings.empty.action"), Href: findingsPath}}}
	if len(f.Gaps) > 0 {
		data["Gaps"] = gaps(r, f.Gaps, r.Say("sources.findings.gaps"), r.Say("sources.findings.gaps.source"))
	}
	var list []finding
	for _, one := range f.Findings {
		list = append(list, found(r, one))
	}
	data["List"] = list
	if len(f.Counts) > 0 {
		chart := kinds(r, f).Chart(r, findingsPath)
		if r.URL.RawQuery != "" {
			chart.Download.Href += "?" + r.URL.RawQuery
			for i := range chart.Others {
				chart.Others[i].Href += "?" + r.URL.RawQuery
			}
		}
		data["Kinds"], data["All"] = chart, (&url.URL{Path: findingsPath + "/findings.csv", RawQuery: r.URL.RawQuery}).String()
	}
	return web.View{Template: "sources/findings", Title: "sources.findings.title", Data: data}, nil
}

func stated(r *web.Request, all []figures.Beside) (list []beside) {
	for _, b := range all {
		list = append(list, beside{
			Text: r.Say("sources.findings.stated.body", "From", figure.Month(r.Lang, b.Stated.From), "To", figure.Month(r.Lang, b.Stated.To),
				"Counted", number(r, b.Counted.People), "Stated", number(r, b.Stated.Low)),
			Source: r.Say("sources.findings.stated.source", "Source", b.Stated.Source(r.Lang), "Definition", b.Stated.Definition(r.Lang), "Comparable", b.Stated.Comparable(r.Lang)),
			Note:   b.Stated.Note(r.Lang)})
	}
	return list
}

func found(r *web.Request, f sources.Finding) finding {
	years := make([]string, len(f.Years))
	for i, y := range f.Years {
		years[i] = strconv.Itoa(y)
	}
	out := finding{Where: country(r, f.Country) + ", " + strings.Join(years, ", "), Indicator: quoted(r, f.Indicator), Kind: r.Say("figures.kind." + string(f.Kind)),
		Why: arithmetic(r, f), Certainty: web.Tag{Text: r.Say("sources.findings." + string(f.Certainty)), Tone: tones[f.Certainty]}, More: f.Involved - len(f.Cells)}
	for _, c := range f.Cells {
		out.Cells = append(out.Cells, r.Say("figures.cell", "Row", c.Row, "Words", strings.Join([]string{quoted(r, c.Category), c.Sex, c.Age}, " · "), "Value", c.Printed()))
	}
	return out
}

var tones = map[figures.Certainty]web.Tone{figures.Certain: web.Danger, figures.Likely: web.Warning, figures.Doubtful: web.Neutral}

// arithmetic says why, as the finding's numbers have it.
func arithmetic(r *web.Request, f sources.Finding) string {
	text := strings.Join(f.Sums, "; ")
	switch f.Kind {
	case figures.Rebuilt:
		return r.Say("figures.is", "Sums", text, "Value", f.Low)
	case figures.Narrowed:
		return r.Say("figures.between", "Sums", text, "Low", f.Low, "High", f.High)
	}
	if f.Axis != "" && text != "" {
		return r.Say("figures.axis."+string(f.Axis)) + ": " + text
	}
	return text
}

// kinds is how many findings there are of each kind, those of every kind.
func kinds(r *web.Request, f sources.Found) figure.Figure {
	t := report.Table{Caption: r.Say("sources.findings.kinds"), Source: r.Say("sources.findings.kinds.source"), Dated: r.Now, Columns: []report.Column{figure.Column(r.Say("sources.findings.kind")),
		figure.Numbers(r.Say("sources.findings.certain")), figure.Numbers(r.Say("sources.findings.likely")), figure.Numbers(r.Say("sources.findings.doubtful"))}}
	picture := web.Chart{About: figure.About(r, "sources.findings.about")}
	for _, kind := range figures.Kinds {
		of := map[figures.Certainty]int{}
		for _, c := range f.Counts {
			if c.Kind == kind {
				of[c.Certainty] += c.Count
			}
		}
		name := r.Say("figures.kind." + string(kind))
		t.Rows = append(t.Rows, []report.Cell{name, of[figures.Certain], of[figures.Likely], of[figures.Doubtful]})
		picture.Bars = append(picture.Bars, web.ChartBar{Label: name, Value: float64(of[figures.Certain] + of[figures.Likely] + of[figures.Doubtful])})
	}
	return figure.Figure{Name: "kinds", File: r.Say("sources.findings.file"), Table: t, Picture: picture}
}

// mostAlong is how many findings go into one file.
const mostAlong = 20_000

// table is what can be taken along: the kinds, and every finding under the filters.
func (d *desk) table(r *web.Request, name string) (figure.Figure, error) {
	q := asked(r)
	q.From, q.Most = 0, mostAlong
	f, err := act.Ask(r.Context(), d.engine, r.Who, q)
	if err != nil {
		return figure.Figure{}, err
	}
	switch name {
	case "kinds":
		return kinds(r, f), nil
	case "findings":
	default:
		return figure.Figure{}, fault.NotFound()
	}
	t := report.Table{Caption: r.Say("sources.findings.title"), Source: r.Say("sources.findings.kinds.source"), Dated: r.Now}
	for _, key := range []string{"country", "years", "indicator", "kind", "certainty", "why", "cells"} {
		t.Columns = append(t.Columns, figure.Column(r.Say("sources.findings."+key)))
	}
	for _, one := range f.Findings {
		w := found(r, one)
		t.Rows = append(t.Rows, []report.Cell{one.Country, strings.Trim(fmt.Sprint(one.Years), "[]"), w.Indicator, w.Kind, w.Certainty.Text, w.Why, strings.Join(w.Cells, "; ")})
	}
	return figure.Figure{Name: name, File: r.Say("sources.findings.file"), Table: t}, nil
}

func filters(r *web.Request, f sources.Found) web.Filters {
	var countries, years []web.Option
	for _, c := range f.Countries {
		countries = append(countries, web.Option{Value: c, Label: country(r, c)})
	}
	for _, y := range f.Years {
		years = append(years, web.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y)})
	}
	var all []string
	for _, k := range figures.Kinds {
		all = append(all, string(k))
	}
	return web.Filters{Count: f.Total, Fields: []web.Filter{
		{Name: "country", Label: r.Say("sources.findings.country"), Kind: "select", Choices: countries},
		{Name: "year", Label: r.Say("sources.findings.year"), Kind: "select", Choices: years},
		{Name: "kind", Label: r.Say("sources.findings.kind"), Kind: "select", Choices: web.Choices(r.Lang, "figures.kind.", all...)},
		{Name: "certainty", Label: r.Say("sources.findings.certainty"), Kind: "select",
			Choices: web.Choices(r.Lang, "sources.findings.", string(figures.Certain), string(figures.Likely), string(figures.Doubtful))},
	}}
}

// turn leads to the findings before and after.
func turn(r *web.Request, q sources.Findings, f sources.Found) web.Pagination {
	at := int(max(q.From, 0))
	if f.Total <= sources.PageOfFindings {
		return web.Pagination{}
	}
	to := func(from int) string {
		query := r.URL.Query()
		query.Set("from", strconv.Itoa(max(from, 0)))
		return (&url.URL{Path: findingsPath, RawQuery: query.Encode(), Fragment: "list"}).String()
	}
	p := web.Pagination{Label: r.Say("sources.findings.pages", "From", number(r, min(at+1, f.Total)), "To", number(r, min(at+len(f.Findings), f.Total)), "All", number(r, f.Total))}
	if at > 0 {
		p.Prev = to(at - sources.PageOfFindings)
	}
	if at+len(f.Findings) < f.Total {
		p.Next = to(at + sources.PageOfFindings)
	}
	return p
}
