// Package pages shows what a country reports: the rules by which its people are
// counted, in plain words with their version, and a year's return, with everything that
// it will hold to be looked at before it is taken along.
package pages

import (
	"bytes"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"istmo/act"
	"istmo/fault"
	"istmo/observatory/counting"
	"istmo/observatory/hall"
	"istmo/observatory/returns"
	"istmo/observatory/tally"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

//go:embed *.html
var templates embed.FS

// The pages.
const (
	root     = hall.Root + "/returns"
	bookPath = root + "/book"
)

type desk struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("returns", templates)
	s.Page("GET "+root, d.start)
	s.Page("GET "+bookPath, d.book)
	for _, name := range files {
		for ext := range kinds {
			s.Raw("GET "+bookPath+"/"+name+"."+ext, d.file(name, ext))
		}
	}
}

// files are the documents that can be taken along, and kinds how.
var files = []string{"working", "send", "rates", "rates-send", "codes"}

var kinds = map[string]struct {
	is    string
	write func(report.Document, *bytes.Buffer) error
}{
	"csv":  {"text/csv; charset=utf-8", func(d report.Document, w *bytes.Buffer) error { return d.CSV(w) }},
	"xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", func(d report.Document, w *bytes.Buffer) error { return d.XLSX(w) }},
	"pdf":  {"application/pdf", func(d report.Document, w *bytes.Buffer) error { return d.PDF(w) }},
}

// start is what a return will hold, by which rules, and the choice of its year.
type start struct {
	Tabs      []hall.Group
	Version   string
	Rules     []counting.Rule
	Codes     []web.Chart
	Years     []string
	Chosen    string
	Standings []web.Option
	Empty     *web.Empty
}

func (d *desk) start(r *web.Request) (web.View, error) {
	if !r.May("returns.build") {
		return web.View{}, fault.Denied()
	}
	last, err := act.Ask(r.Context(), d.engine, r.Who, tally.Read{})
	if err != nil {
		return web.View{}, err
	}
	rules, err := counting.Shipped()
	if err != nil {
		return web.View{}, err
	}
	p := start{Tabs: hall.Tabs(r), Version: rules.Version, Standings: []web.Option{{Value: "", Label: r.Say("returns.standing.all")},
		{Value: counting.Identified, Label: r.Say("returns.standing.identified")}}}
	now := r.Now.In(r.Zone()).Year()
	for y := now; y > now-yearsBack; y-- {
		p.Years = append(p.Years, strconv.Itoa(y))
	}
	p.Chosen = p.Years[1]
	for _, rule := range rules.Rules {
		if !rule.Coded() {
			p.Rules = append(p.Rules, rule)
		}
	}
	p.Codes = []web.Chart{d.codes(r, rules, "standing."), d.codes(r, rules, "form.")}
	if !last.There {
		p.Empty = &web.Empty{Title: r.Say("returns.empty"), Body: r.Say("returns.empty.body")}
	}
	return web.View{Template: "returns/start", Title: "returns.title", Data: p}, nil
}

// yearsBack is how many years can be chosen.
const yearsBack = 15

// kindWords are the keys of what a code counts as.
var kindWords = map[string]string{"standing.": "returns.counts.", "form.": "returns.form."}

// codes are the rules of one kind of code, as a table.
func (d *desk) codes(r *web.Request, rules counting.Set, kind string) web.Chart {
	t := report.Table{Caption: r.Say("returns.rules." + kind[:len(kind)-1]), Source: r.Say("returns.rules.file", "Version", rules.Version), Columns: []report.Column{figure.Column(r.Say("returns.rule")), figure.Column(r.Say("returns.counts-as")), figure.Column(r.Say("returns.rule.source"))}}
	for _, rule := range rules.Rules {
		if len(rule.Key) > len(kind) && rule.Key[:len(kind)] == kind {
			t.Rows = append(t.Rows, []report.Cell{rule.In(r.Lang), r.Say(kindWords[kind] + rule.Value), rule.Source})
		}
	}
	return figure.Figure{Table: t}.Chart(r, root)
}

// reading is somebody looking at a year's book.
type reading struct {
	*web.Request
	returns.Book
}

func (d *desk) read(r *web.Request) (*reading, error) {
	year, err := strconv.Atoi(r.Query("year"))
	if err != nil {
		year = -1 // the verb says what is wrong
	}
	b, err := act.Look(r.Context(), d.engine, r.Who, returns.BuildReturn{Year: year, Standing: r.Query("standing")})
	return &reading{r, b}, err
}

// shown is a year's book on the page.
type shown struct {
	Tabs     []hall.Group
	Year     string
	Who      string
	Files    []file
	Withheld []string
	Working  []web.Chart
	Send     []web.Chart
	Rates    []web.Chart
	NoRates  string
	Empty    []string
	Rules    string
}

// file is a document with its addresses.
type file struct {
	Title, Hint string
	Links       []web.Link
}

func (d *desk) book(r *web.Request) (web.View, error) {
	v, err := d.read(r)
	if err != nil {
		return web.View{}, err
	}
	p := shown{Tabs: hall.Tabs(r), Year: strconv.Itoa(v.Year), Who: v.who(), Rules: v.Book.Rules, Withheld: v.withheld()}
	query := "?" + url.Values{"year": {p.Year}, "standing": {v.Standing}}.Encode()
	for _, name := range files {
		f := file{Title: r.Say("returns.file." + name), Hint: r.Say("returns.file." + name + ".hint")}
		for _, ext := range []string{"xlsx", "csv", "pdf"} {
			f.Links = append(f.Links, web.Link{Text: r.Say("returns.as." + ext), Href: bookPath + "/" + name + "." + ext + query})
		}
		p.Files = append(p.Files, f)
	}
	for _, t := range v.tables("working") {
		p.Working = append(p.Working, v.chart(t))
	}
	for _, t := range v.tables("send") {
		p.Send = append(p.Send, v.chart(t))
	}
	p.Rates = append(p.Rates, v.chart(v.ratesSent()), v.chart(v.rates(true)))
	if v.Denominator == "" {
		p.NoRates = r.Say(returns.NoPopulation)
	}
	for _, indicator := range v.Book.Empty {
		p.Empty = append(p.Empty, r.Say("returns.justice."+words[indicator]))
	}
	return web.View{Template: "returns/book", Title: "returns.book.title", Args: []any{"Year", p.Year}, Data: p}, nil
}

func (v *reading) chart(t report.Table) web.Chart {
	return figure.Figure{Table: t}.Chart(v.Request, root)
}

func (d *desk) file(name, ext string) func(http.ResponseWriter, *web.Request) error {
	return func(w http.ResponseWriter, r *web.Request) error {
		v, err := d.read(r)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := kinds[ext].write(v.document(name, ext), &out); err != nil {
			return err
		}
		w.Header().Set("Content-Type", kinds[ext].is)
		w.Header().Set("Content-Disposition", `attachment; filename="`+r.Say("returns.file."+name+".name")+"-"+strconv.Itoa(v.Year)+"."+ext+`"`)
		_, _ = out.WriteTo(w) // the reader has gone; there is nobody left to tell
		return nil
	}
}

// withheld says what is not in the copy to send, and why.
func (v *reading) withheld() (all []string) {
	for _, one := range v.Book.Withheld {
		key := "returns.withheld.some"
		if one.All {
			key = "returns.withheld.all"
		}
		all = append(all, v.Say(key, "Table", v.Say("returns.block."+one.Block), "Count", one.Some))
	}
	return all
}

func (v *reading) who() string {
	if slices.Contains(counting.Standings, v.Standing) {
		return v.Say("returns.standing." + v.Standing)
	}
	return v.Say("returns.standing.all")
}
