// Package pages shows the register of what went out, prepares, approves and sends a
// release, and lays two countries' figures side by side. What leaves, and to whom, is
// said on a page of its own before it does.
package pages

import (
	"embed"
	"slices"
	"strconv"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/observatory/figures"
	"istmo/observatory/hall"
	"istmo/observatory/publishing"
	"istmo/observatory/release/approval"
	"istmo/web"
	"istmo/web/figure"
)

//go:embed *.html
var templates embed.FS

// Where the register is, and two countries side by side.
const (
	Root       = hall.Root + "/releases"
	BesidePath = hall.Root + "/beside"
)

// Page is where one release is.
func Page(id string) string { return Root + "/" + id }

type desk struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("publishing", templates)
	s.Page("GET "+Root, d.register)
	s.Page("GET "+Root+"/new", d.choose)
	s.Page("GET "+Root+"/{id}", d.one)
	s.Page("GET "+Root+"/{id}/approve", d.approve)
	s.Page("GET "+Root+"/{id}/decline", d.decline)
	s.Page("GET "+Root+"/{id}/send/{to}", d.send)
	s.Page("GET "+BesidePath, d.beside)
	for _, kind := range []string{"csv", "xlsx", "pdf", "json"} {
		s.Raw("GET "+Root+"/{id}/figures."+kind, d.file(kind))
	}
	figure.Files(s, Root+"/{id}/tables", d.table)
}

// tabs are the doors of the observatory.
type tabs struct{ Tabs []hall.Group }

// line is a release in the register.
type line struct {
	publishing.Line
	Href, By, Decided, Went string
	Tag                     web.Tag
}

// came is what a partner showed.
type came struct {
	publishing.Shown
	Country string
}

// book is the page of the register.
type book struct {
	tabs
	Lines   []line
	Shown   []came
	Filters web.Filters
	Empty   web.Empty
}

func (d *desk) register(r *web.Request) (web.View, error) {
	b, err := act.Ask(r.Context(), d.engine, r.Who, publishing.Register{})
	if err != nil {
		return web.View{}, err
	}
	p := book{tabs: tabs{hall.Tabs(r)}}
	for _, l := range b.Lines {
		if state := r.Query("state"); state != "" && state != string(l.State) {
			continue
		}
		p.Lines = append(p.Lines, lineOf(r, l, b.Names))
	}
	for _, s := range b.Shown {
		p.Shown = append(p.Shown, came{s, country(r, s.Node)})
	}
	p.Filters = web.Filters{Count: len(p.Lines), Fields: []web.Filter{{Name: "state", Label: r.Say("release.state"), Kind: "select",
		Choices: web.Choices(r.Lang, "release.state.", string(approval.Prepared), string(approval.Approved), string(approval.Sent), string(approval.Declined))}}}
	p.Empty = web.Empty{Title: r.Say("release.empty"), Body: r.Say("release.empty.body")}
	if len(b.Lines) > 0 {
		p.Empty = web.Empty{Title: r.Say("release.empty.filter"), Action: web.Link{Text: r.Say("release.empty.all"), Href: Root}}
	} else if r.May("release.prepare") {
		p.Empty.Action = web.Link{Text: r.Say("release.new"), Href: Root + "/new"}
	}
	return web.View{Template: "publishing/register", Title: "release.title", Data: p}, nil
}

func lineOf(r *web.Request, l publishing.Line, names map[string]string) line {
	out := line{Line: l, Href: Page(l.ID), Tag: tag(r, l)}
	out.By = r.Say("release.prepared-by", "Who", names[l.PreparedBy], "When", when(r, l.PreparedAt))
	if l.DecidedBy != "" {
		key := "release.approved-by"
		if l.State == approval.Declined {
			key = "release.declined-by"
		}
		out.Decided = r.Say(key, "Who", names[l.DecidedBy], "When", when(r, l.DecidedAt))
	}
	var to []string
	for _, s := range l.Sent {
		to = append(to, receiver(r, s))
	}
	if len(to) > 0 {
		out.Went = r.Say("release.went-to", "Whom", i18n.List(r.Lang, to...))
	}
	return out
}

var tones = map[string]web.Tone{"prepared": web.Warning, "approved": web.Active, "sent": web.Success, "declined": web.Neutral}

func tag(r *web.Request, l publishing.Line) web.Tag {
	if l.Overtaken {
		return web.Tag{Text: r.Say("release.state.overtaken"), Tone: web.Danger}
	}
	return web.Tag{Text: r.Say("release.state." + string(l.State)), Tone: tones[string(l.State)]}
}

// receiver says to whom a copy went.
func receiver(r *web.Request, s publishing.Sending) string {
	switch s.Kind {
	case publishing.Public:
		return r.Say("release.to.public")
	case publishing.Partner:
		return country(r, s.Receiver)
	}
	return s.Receiver
}

func country(r *web.Request, node string) string {
	return i18n.Country(r.Lang, node[:min(2, len(node))])
}

// digest makes one easy to compare by eye and aloud.
func digest(d string) string {
	var groups []string
	for ; len(d) > 4; d = d[4:] {
		groups = append(groups, d[:4])
	}
	return strings.Join(append(groups, d), " ")
}

// form is the page on which a release is chosen.
type form struct {
	tabs
	Tables, Dimensions []web.Option
	From, To           string
}

func (d *desk) choose(r *web.Request) (web.View, error) {
	if !access.Could(r.Who, "release.prepare") {
		return web.View{}, fault.Denied()
	}
	last := strconv.Itoa(r.Now.In(r.Zone()).Year() - 1)
	f := form{tabs: tabs{hall.Tabs(r)}, From: last, To: last}
	for _, t := range publishing.Tables {
		f.Tables = append(f.Tables, web.Option{Value: t, Label: overWords(r, strings.Split(t, "+"))})
	}
	for _, one := range publishing.Dimensions {
		f.Dimensions = append(f.Dimensions, web.Option{Value: one, Label: r.Say("release.dimension." + one)})
	}
	return web.View{Template: "publishing/new", Title: "release.new", Data: f, Back: back(r)}, nil
}

func back(r *web.Request) *web.Link { return &web.Link{Text: r.Say("release.title"), Href: Root} }

func backTo(r *web.Request, v publishing.View) *web.Link {
	return &web.Link{Text: v.Title, Href: Page(v.ID)}
}

// overWords is "by sex and age".
func overWords(r *web.Request, over []string) string {
	var words []string
	for _, d := range over {
		words = append(words, r.Say("release.by."+d))
	}
	return r.Say("release.by", "What", i18n.List(r.Lang, words...))
}

// code is a category in words.
func code(r *web.Request, dimension, code string) string {
	switch {
	case code == "*":
		return r.Say("release.all")
	case dimension == publishing.Citizenship && code == publishing.Others:
		return r.Say("release.code.citizenship.others")
	case code == publishing.Unknown:
		return r.Say("release.code.unknown")
	case dimension == publishing.Citizenship:
		return figures.Name(code, r.Lang)
	case slices.Contains(publishing.Codes(dimension), code):
		return r.Say("release.code." + dimension + "." + code)
	}
	return code
}

func (d *desk) open(r *web.Request) (publishing.View, error) {
	return act.Look(r.Context(), d.engine, r.Who, publishing.Open{On: publishing.On{ID: r.PathValue("id")}})
}

// approve shows once more what would leave before a second person lets it.
func (d *desk) approve(r *web.Request) (web.View, error) {
	v, err := d.open(r)
	if err != nil {
		return web.View{}, err
	}
	if v.State != approval.Prepared || v.PreparedBy == r.Who.ID || v.Overtaken {
		return web.View{Redirect: Page(v.ID)}, nil
	}
	i := web.Interruption{Heading: r.Say("release.approve.title", "Title", v.Title), Verb: "release.approve",
		Hidden:  map[string]string{"id": v.ID, "digest": r.Query("read")}, // what is approved is what was read
		Confirm: r.Say("release.approve.button"), Next: Page(v.ID), Cancel: web.Link{Text: r.Say("release.approve.cancel"), Href: Page(v.ID)}}
	i.Body = append(i.Body, r.Say("release.approve.what", "Who", v.Names[v.PreparedBy]))
	i.Body = append(i.Body, d.leaves(r, v)...)
	i.Body = append(i.Body, r.Say("release.approve.then"))
	view := web.Interrupt("release.approve.title", i)
	view.Args = []any{"Title", v.Title}
	return view, nil
}

// leaves says what goes out.
func (d *desk) leaves(r *web.Request, v publishing.View) []string {
	var tables []string
	for _, t := range v.Publication.Tables {
		tables = append(tables, strings.ToLower(overWords(r, beside(t.Over))))
	}
	return []string{r.Say("release.leaves", "Tables", strings.Join(tables, "; "), "Years", years(v.Publication), "Hidden", v.Hidden),
		r.Say("release.leaves.digest", "Digest", digest(v.Digest))}
}

// beside is what a table is over beside the year.
func beside(over []string) []string {
	return slices.DeleteFunc(slices.Clone(over), func(d string) bool { return d == publishing.Year })
}

// years are those of a publication: "2023–2025".
func years(p publishing.Publication) string {
	for _, d := range p.Dimensions {
		if n := len(d.Categories); d.Name == publishing.Year && n > 1 {
			return d.Categories[0].Code + "–" + d.Categories[n-1].Code
		} else if d.Name == publishing.Year {
			return d.Categories[0].Code
		}
	}
	return ""
}

func (d *desk) decline(r *web.Request) (web.View, error) {
	v, err := d.open(r)
	if err != nil {
		return web.View{}, err
	}
	if v.State != approval.Prepared && v.State != approval.Approved {
		return web.View{Redirect: Page(v.ID)}, nil
	}
	return web.View{Template: "publishing/decline", Title: "release.decline.title", Args: []any{"Title", v.Title}, Data: v, Back: backTo(r, v)}, nil
}

// handed is the page on which a release is given to somebody by name.
type handed struct {
	publishing.View
	Leaves []string
}

// send says what leaves and to whom, and asks once.
func (d *desk) send(r *web.Request) (web.View, error) {
	v, err := d.open(r)
	if err != nil {
		return web.View{}, err
	}
	to := r.PathValue("to")
	if !sendable(v) || r.Typed() == nil && gone(v, to) {
		return web.View{Redirect: Page(v.ID)}, nil
	}
	if to == publishing.Named {
		return web.View{Template: "publishing/named", Title: "release.send.named", Args: []any{"Title", v.Title}, Data: handed{v, d.leaves(r, v)}, Back: backTo(r, v)}, nil
	}
	i := web.Interruption{Verb: "release.send", Hidden: map[string]string{"id": v.ID}, Next: Page(v.ID), Cancel: web.Link{Text: r.Say("release.send.cancel"), Href: Page(v.ID)}}
	if to == publishing.Public {
		i.Hidden["kind"] = publishing.Public
		i.Heading, i.Confirm = r.Say("release.send.public", "Title", v.Title), r.Say("release.send.public.button")
		i.Body = append([]string{r.Say("release.send.public.what")}, d.leaves(r, v)...)
	} else {
		b, err := act.Ask(r.Context(), d.engine, r.Who, publishing.Beside{Node: to})
		if err != nil {
			return web.View{}, err
		}
		where := country(r, b.Partner)
		i.Hidden["kind"], i.Hidden["node"] = publishing.Partner, b.Partner
		i.Heading, i.Confirm = r.Say("release.send.partner", "Title", v.Title, "Country", where), r.Say("release.send.partner.button", "Country", where)
		i.Body = append([]string{r.Say("release.send.partner.what", "Country", where)}, d.leaves(r, v)...)
	}
	i.Body = append(i.Body, r.Say("release.send.forever"))
	view := web.Interrupt("release.send.title", i)
	view.Args = []any{"Title", v.Title}
	return view, nil
}

// gone is whether a copy went there already.
func gone(v publishing.View, to string) bool {
	return slices.ContainsFunc(v.Sent, func(s publishing.Sending) bool {
		return s.Refused == "" && (s.Kind == publishing.Public && to == publishing.Public || s.Kind == publishing.Partner && s.Receiver == to)
	})
}

func attackWords(r *web.Request, v publishing.View) (all []string) {
	say := func(key string, n int) {
		all = append(all, r.Say("release.took."+key, "N", n, "Least", v.Publication.Rule.Least))
	}
	say("cells", v.Took.Cells)
	say("small", v.Took.Small)
	say("beside", v.Took.Beside)
	if v.Took.Attacked > 0 {
		say("attacked", v.Took.Attacked)
	}
	if v.Took.Told > 0 {
		say("told", v.Took.Told)
	}
	if v.Took.PastBroke > 0 {
		say("past", v.Took.PastBroke)
	}
	return all
}
