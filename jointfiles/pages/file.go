package pages

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/i18n"
	"istmo/jointfiles"
	"istmo/web"
)

// sheet is what a file's own page shows.
type sheet struct {
	jointfiles.View
	r        *web.Request
	ID       string
	Ref      string
	Others   string // the other agencies, with their countries
	Abroad   string // the other countries
	Home     string
	State    web.Tag
	Next     string
	Banners  []web.Tag
	Clock    web.Clock
	Facts    []web.Row
	Ways     []way // of the proposal
	Proof    []proof
	Items    []item
	Kinds    []string
	Own      []web.Option // the entries that can be corrected
	Same     string       // the day that others would extend to, and this side has not said
	SameDay  string
	Life     web.Drawing
	Reasons  []string
	Outcomes []string
}

// Can reports whether the reader may do a verb now.
func (s sheet) Can(verb string) bool {
	return slices.Contains(s.Verbs, access.Verb("jointfiles."+verb))
}

// Proposer reports whether the reader's side proposed it.
func (s sheet) Proposer() bool { return s.File.Home == s.Side }

// Proves reports whether anything was ever written that can be checked.
func (s sheet) Proves() bool {
	return len(s.Entries) > 0 || slices.ContainsFunc(s.Sides, func(side jointfiles.Side) bool { return side.Entries > 0 || side.Chain.State != jointfiles.Whole })
}

// Back reports whether the form of a verb came back with a fault.
func (s sheet) Back(verb string) bool { return s.r.Typed().Get("_form") == "jointfiles."+verb }

// proof is how the entries of one side stand here.
type proof struct {
	Side string
	Tag  web.Tag
}

// item is one thing of the timeline: an entry with what corrects it, or a move.
type item struct {
	Anchor  string
	At      time.Time
	Title   string
	Side    string // whose it is, in a word
	Shape   string // and in a shape: ours, theirs, third, move
	By      string
	Words   string
	Tags    []web.Tag
	Ways    []way
	Arrived time.Time // if that was later
	Note    string
	Mended  []item
}

// file shows one.
func (d *desk) file(r *web.Request) (web.View, error) {
	v, err := d.open(r)
	if err != nil {
		return web.View{}, err
	}
	s, err := d.sheet(r, v)
	return web.View{Template: "jointfiles/file", Title: "jointfiles.title", Args: []any{"Others", s.Others}, Data: s, Layout: web.Person, Back: back(r)}, err
}

func (d *desk) sheet(r *web.Request, v jointfiles.View) (sheet, error) {
	f := v.File
	s := sheet{View: v, r: r, ID: f.ID, Others: agencies(r, v.Sides, v.Side), Abroad: countries(r, without(f.Nodes(), v.Side)), Home: country(r, f.Home),
		State: stateTag(r, f.State), Clock: clockOf(r, f), Kinds: jointfiles.Kinds, Life: drawing(r, v), Outcomes: jointfiles.Outcomes,
		Reasons: slices.DeleteFunc(slices.Clone(jointfiles.Reasons), func(c string) bool { return (c == "withdrawn") != (f.Home == v.Side) })}
	if f.State == jointfiles.UnderReview {
		s.Clock.Rule, s.Clock.Source = v.Rule, v.Source
	}
	for _, side := range v.Sides {
		if side.Node == v.Side {
			s.Ref = side.Ref
		}
		s.Proof = append(s.Proof, proofOf(r, v, side))
	}
	s.Next, s.Banners = next(r, v), banners(r, v)
	for _, w := range v.Ways {
		if f.State == jointfiles.Proposed {
			s.Ways = append(s.Ways, wayOf(r, w))
		}
	}
	s.Items, s.Own = items(r, v), own(r, v)
	if !f.NewTo.IsZero() && !slices.Contains(f.NewBy, v.Side) {
		s.Same, s.SameDay = f.NewTo.Format(time.DateOnly), i18n.Date(r.Lang, f.NewTo)
	}
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Agreements{})
	s.Facts = facts(r, v, all)
	return s, err
}

// next says what is next, and whose turn it is.
func next(r *web.Request, v jointfiles.View) string {
	f := v.File
	var wait []string
	for _, s := range v.Sides {
		if s.AgreedAt.IsZero() {
			wait = append(wait, s.Node)
		}
	}
	switch {
	case f.State == jointfiles.Proposed && slices.Contains(wait, v.Side) && f.Asked == "":
		return r.Say("jointfiles.next.agree")
	case f.State == jointfiles.Declined:
		return r.Say("jointfiles.next.declined", "Reason", lowerFirst(r.Say("jointfiles.reason."+f.Reason)))
	}
	return r.Say("jointfiles.next."+string(f.State), "Countries", countries(r, wait))
}

// banners are what must be known before anything else.
func banners(r *web.Request, v jointfiles.View) []web.Tag {
	var all []web.Tag
	add := func(tone web.Tone, key string, values ...any) {
		all = append(all, web.Tag{Text: r.Say(key, values...), Tone: tone})
	}
	var wrong, missing []string
	for _, s := range v.Sides {
		switch s.Chain.State {
		case jointfiles.Whole:
		case jointfiles.Missing:
			if s.Node != v.Side {
				missing = append(missing, s.Node)
				continue
			}
			wrong = append(wrong, s.Node)
		default:
			wrong = append(wrong, s.Node)
		}
	}
	if len(wrong) > 0 {
		add(web.Danger, "jointfiles.chain.alarm", "Countries", countries(r, wrong))
	}
	if len(missing) > 0 {
		add(web.Warning, "jointfiles.chain.waits", "Countries", countries(r, missing))
	}
	home := country(r, v.File.Home)
	if v.File.Refused != "" {
		add(web.Danger, "jointfiles.refused", "Country", home, "Why", r.Say(v.File.Refused))
	}
	if v.File.Asked != "" {
		add(web.Active, "jointfiles.asked", "Country", home, "What", lowerFirst(r.Say("verb."+v.File.Asked)))
	}
	if v.Stopped != "" && (v.File.State == jointfiles.Opened || v.File.State == jointfiles.Proposed) {
		add(web.Warning, "jointfiles.stopped", "Why", r.Say(v.Stopped))
	}
	return all
}

// facts are what was agreed.
func facts(r *web.Request, v jointfiles.View, all []cooperation.Agreement) []web.Row {
	f := v.File
	var members []string
	for _, s := range v.Sides {
		key := "jointfiles.member"
		if s.Ref == "" {
			key = "jointfiles.member.no-ref"
		}
		members = append(members, r.Say(key, "Agency", agency(r, s), "Ref", s.Ref))
	}
	rows := []web.Row{
		{Key: r.Say("jointfiles.purpose"), Value: r.Say("jointfiles.purpose." + f.Purpose)},
		{Key: r.Say("jointfiles.subject"), Value: r.Say("jointfiles.subject." + f.Subject)},
		{Key: r.Say("jointfiles.limits"), Value: lines(said(r, "jointfiles.limit.", f.Limits))},
	}
	if v.Limits != "" {
		rows = append(rows, web.Row{Key: r.Say("jointfiles.limits.words"), Value: v.Limits})
	}
	rows = append(rows,
		web.Row{Key: r.Say("jointfiles.period"), Value: r.Say("jointfiles.period.days", "From", i18n.Date(r.Lang, f.From), "To", i18n.Date(r.Lang, f.To))},
		web.Row{Key: r.Say("jointfiles.review-on"), Value: f.ReviewOn},
		web.Row{Key: r.Say("jointfiles.members"), Value: lines(members)})
	if !f.NewTo.IsZero() {
		rows = append(rows, web.Row{Key: r.Say("jointfiles.extension"),
			Value: r.Say("jointfiles.extension.by", "Date", i18n.Date(r.Lang, f.NewTo), "Countries", countries(r, f.NewBy))})
	}
	if f.State == jointfiles.Closed {
		rows = append(rows, web.Row{Key: r.Say("jointfiles.outcome"), Value: r.Say("jointfiles.outcome." + f.Reason)})
	}
	if i := slices.IndexFunc(all, func(a cooperation.Agreement) bool { return a.ID == f.Agreement }); i >= 0 {
		rows = append(rows, web.Row{Key: r.Say("jointfiles.agreement"), Value: title(r, all[i])})
	}
	return rows
}

// lines puts phrases one under another.
func lines(words []string) template.HTML {
	var all template.HTML
	for i, w := range words {
		if i > 0 {
			all += "<br>"
		}
		all += template.HTML(template.HTMLEscapeString(w))
	}
	return all
}

// proofOf says in words and shape how the entries of a side stand here.
func proofOf(r *web.Request, v jointfiles.View, s jointfiles.Side) proof {
	p := proof{Side: agency(r, s)}
	at := fmt.Sprintf("%s-%d", s.Node, s.Chain.At)
	switch s.Chain.State {
	case jointfiles.Whole:
		p.Tag = web.Tag{Text: r.Say("jointfiles.chain.whole", "Count", s.Entries), Tone: web.Success}
	case jointfiles.Forked:
		p.Tag = web.Tag{Text: r.Say("jointfiles.chain.forked", "Country", country(r, s.Node)), Tone: web.Danger}
	case jointfiles.Missing:
		p.Tag = web.Tag{Text: r.Say("jointfiles.chain.missing", "Entry", at), Tone: web.Warning}
	default:
		p.Tag = web.Tag{Text: r.Say("jointfiles.chain.broken", "Entry", at), Tone: web.Danger}
	}
	return p
}

// items are entries and moves, newest first; what corrects an entry stands under
// it, in the order in which it was written.
func items(r *web.Request, v jointfiles.View) []item {
	var all []item
	for _, e := range v.Entries {
		if e.Corrects == 0 {
			all = append(all, entry(r, v, e))
		}
	}
	for _, e := range v.Entries {
		if e.Corrects == 0 {
			continue
		}
		i := slices.IndexFunc(all, func(o item) bool { return o.Anchor == fmt.Sprintf("%s-%d", e.Node, e.Corrects) })
		if i < 0 {
			all = append(all, entry(r, v, e)) // what it corrects has not come
			continue
		}
		if len(all[i].Mended) == 0 {
			all[i].Tags = append(all[i].Tags, web.Tag{Text: r.Say("jointfiles.corrected"), Tone: web.Neutral})
		}
		all[i].Mended = append(all[i].Mended, entry(r, v, e))
	}
	for _, e := range v.Events {
		all = append(all, move(r, e))
	}
	slices.SortStableFunc(all, func(a, b item) int { return b.At.Compare(a.At) })
	return all
}

// entry puts an entry into words.
func entry(r *web.Request, v jointfiles.View, e jointfiles.Entry) item {
	i := item{Anchor: e.ID, At: e.At, Title: r.Say("jointfiles.entry", "ID", e.ID, "Kind", r.Say("jointfiles.kind."+e.Kind)), Words: e.Words}
	if e.Corrects != 0 {
		i.Title = r.Say("jointfiles.correction", "ID", e.ID, "Of", fmt.Sprintf("%s-%d", e.Node, e.Corrects))
	}
	i.Side, i.Shape = r.Say("jointfiles.theirs", "Country", country(r, e.Node)), shape(v, e.Node)
	if e.Node == v.Side {
		i.Side = r.Say("jointfiles.ours")
	}
	for _, s := range v.Sides {
		if s.Node == e.Node {
			i.By = agency(r, s)
		}
	}
	if e.Broken {
		i.Tags = append(i.Tags, web.Tag{Text: r.Say("jointfiles.broken"), Tone: web.Danger})
	}
	if e.Waits {
		i.Tags = append(i.Tags, web.Tag{Text: r.Say("jointfiles.waiting"), Tone: web.Warning})
	}
	if e.Node != v.Side && e.Arrived.After(v.SeenTo) {
		i.Tags = append(i.Tags, web.Tag{Text: r.Say("jointfiles.new-entry"), Tone: web.Active})
	}
	if e.Late {
		i.Tags, i.Note = append(i.Tags, web.Tag{Text: r.Say("jointfiles.late"), Tone: web.Neutral}), r.Say("jointfiles.late.why")
	}
	for _, w := range e.Ways {
		i.Ways = append(i.Ways, wayOf(r, w))
	}
	return i
}

// shape tells the sides apart for who sees no colours: ours is round, the others
// in turn a square and a diamond.
func shape(v jointfiles.View, node string) string {
	if node == v.Side {
		return "ours"
	}
	others := slices.DeleteFunc(v.File.Nodes(), func(n string) bool { return n == v.Side })
	slices.Sort(others)
	if slices.Index(others, node)%2 == 1 {
		return "third"
	}
	return "theirs"
}

func move(r *web.Request, e jointfiles.Event) item {
	i := item{At: e.At, Shape: "move", Title: r.Say("jointfiles.move.clock")}
	if e.Node != "" {
		i.Title = r.Say("jointfiles.event."+strings.TrimPrefix(string(e.Verb), "jointfiles."), "Country", country(r, e.Node))
	}
	switch e.Verb {
	case "jointfiles.close":
		i.Note = r.Say("jointfiles.outcome." + e.Code)
	case "jointfiles.decline":
		i.Note = r.Say("jointfiles.reason." + e.Code)
	}
	return i
}

var wayTones = map[string]web.Tone{"posted": web.Active, "delivered": web.Success, "stopped": web.Warning, "refused": web.Danger}

// way is how far something has come to another country, and what is in its way.
type way struct {
	Tag web.Tag
	Why string
}

func wayOf(r *web.Request, w jointfiles.Way) way {
	told := way{Tag: web.Tag{Text: r.Say("jointfiles.way."+w.State, "Country", country(r, w.To)), Tone: wayTones[w.State]}}
	if w.Why != "" {
		told.Why = r.Say(w.Why)
	}
	return told
}

// own are the entries of this side that can be corrected, newest first.
func own(r *web.Request, v jointfiles.View) []web.Option {
	var list []web.Option
	for _, e := range slices.Backward(v.Entries) {
		if e.Node == v.Side && e.Corrects == 0 {
			list = append(list, web.Option{Value: e.ID, Label: r.Say("jointfiles.entry", "ID", e.ID, "Kind", r.Say("jointfiles.kind."+e.Kind))})
		}
	}
	return list
}

// drawing is the life of a joint file, with where this one stands.
func drawing(r *web.Request, v jointfiles.View) web.Drawing {
	d := web.Drawing{Title: r.Say("jointfiles.life"), Current: string(v.File.State)}
	for _, s := range jointfiles.Drawn() {
		d.States = append(d.States, web.DrawnState{ID: string(s), Label: r.Say("jointfiles.state." + string(s))})
	}
	for _, m := range jointfiles.Flow.Moves {
		d.Moves = append(d.Moves, web.DrawnMove{From: string(m.From), To: string(m.To), Label: r.Say("verb." + string(m.Verb))})
	}
	for _, e := range v.Events {
		if e.State != string(v.File.State) && !slices.Contains(d.Passed, e.State) {
			d.Passed = append(d.Passed, e.State)
		}
	}
	return d
}
