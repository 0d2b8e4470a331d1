// Package pages is where auditors read the ledger: who did what, on what, by
// which policy; what is wrong with partners' ledgers; a proof of one deed that
// somebody else can check; and the policies themselves, as they decide.
//
// The ledger holds no names of those who are helped and nothing that anybody
// typed, so neither do its pages.
package pages

import (
	"embed"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

const (
	root     = "/ledger"
	policies = "/policies"
	perPage  = 40
)

// desk is what every page here works with.
type desk struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("act", templates)
	s.Navigation(web.Nav{Key: "act.nav.ledger", Path: root, Order: 80, Verb: "ledger.show"},
		web.Nav{Key: "act.nav.policies", Path: policies, Order: 82, Verb: "ledger.show"})
	s.Page("GET "+root, d.ledger)
	s.Page("GET "+root+"/{seq}", d.deed)
	s.Raw("GET "+root+"/{seq}/proof", d.proof)
	s.Page("GET "+policies, d.policies)
}

// line is a deed as the list shows it.
type line struct {
	act.Line
	Href, Verb, Actor, Policy string
	Result                    web.Tag
	Refused                   bool
}

// ledger lists deeds, newest first, with the findings about partners above.
func (d *desk) ledger(r *web.Request) (web.View, error) {
	filter, err := filterOf(r)
	if err != nil {
		return web.View{}, err
	}
	deeds, err := act.Ask(r.Context(), d.engine, r.Who, filter)
	if err != nil {
		return web.View{}, err
	}
	findings, err := act.Ask(r.Context(), d.engine, r.Who, act.Findings{})
	if err != nil {
		return web.View{}, err
	}
	count, err := act.Ask(r.Context(), d.engine, r.Who, act.Count{History: filter})
	if err != nil {
		return web.View{}, err
	}
	names := d.names(r)
	pages := web.Pagination{}
	if filter.Before > 0 {
		pages.Prev = turn(r, 0)
	}
	if len(deeds) > perPage {
		deeds = deeds[:perPage]
		pages.Next = turn(r, deeds[perPage-1].Seq)
	}
	lines := make([]line, len(deeds))
	for i, one := range deeds {
		lines[i] = lineOf(r, one, names)
	}
	data := map[string]any{"Lines": lines, "Findings": findingsOf(r, findings), "Pages": pages, "Filters": d.filters(r, int(count.Count)),
		"Empty": web.Empty{Title: r.Say("act.ledger.empty"), Body: r.Say("act.ledger.empty.body"), Action: web.Link{Text: r.Say("act.ledger.empty.action"), Href: root}}}
	return web.View{Template: "act/ledger", Title: "act.ledger.title", Data: data}, nil
}

// filterOf reads the address. The last day is counted in.
func filterOf(r *web.Request) (act.History, error) {
	h := act.History{Object: r.Query("object"), Actor: r.Query("actor"), Of: r.Query("verb"), Outcome: r.Query("outcome"), Limit: perPage + 1}
	var check fault.Check
	day := func(name string) time.Time {
		t, err := time.ParseInLocation(time.DateOnly, r.Query(name), r.Zone())
		check.That(err == nil || r.Query(name) == "", name, "fault.not-a-date")
		return t
	}
	h.From, h.To = day("from"), day("to")
	if !h.To.IsZero() {
		h.To = h.To.AddDate(0, 0, 1)
	}
	if b := r.Query("before"); b != "" {
		n, err := strconv.ParseInt(b, 10, 64)
		check.That(err == nil, "before", "fault.not-a-number")
		h.Before = n
	}
	return h, check.Err()
}

func turn(r *web.Request, before int64) string {
	query := r.URL.Query()
	query.Del("before")
	if before > 0 {
		query.Set("before", strconv.FormatInt(before, 10))
	}
	return (&url.URL{Path: root, RawQuery: query.Encode()}).String()
}

func (d *desk) filters(r *web.Request, count int) web.Filters {
	return web.Filters{Count: count, Fields: []web.Filter{
		{Name: "object", Label: r.Say("act.object"), Kind: "text"},
		{Name: "actor", Label: r.Say("act.actor"), Kind: "text"},
		{Name: "verb", Label: r.Say("act.verb"), Kind: "select", Choices: d.verbs(r)},
		{Name: "outcome", Label: r.Say("act.outcome"), Kind: "select", Choices: web.Choices(r.Lang, "act.outcome.", "done", "looked", "refused")},
		{Name: "from", Label: r.Say("act.from"), Kind: "date"},
		{Name: "to", Label: r.Say("act.to"), Kind: "date"},
	}}
}

// verbs are the choices by which to narrow the list, in words.
func (d *desk) verbs(r *web.Request) []web.Option {
	var all []web.Option
	for _, e := range d.engine.Verbs.All() {
		all = append(all, web.Option{Value: string(e.Verb), Label: verb(r, string(e.Verb))})
	}
	i18n.SortBy(r.Lang, all, func(o web.Option) string { return o.Label })
	return all
}

// verb in words, or as it is where it has none.
func verb(r *web.Request, v string) string {
	if key := "verb." + v; i18n.Has(r.Lang, key) {
		return r.Say(key)
	}
	return v
}

// names are the accounts of this node by their ids; a reader who may not list
// them sees the ids.
func (d *desk) names(r *web.Request) map[string]string {
	names := map[string]string{}
	if !access.Could(r.Who, "people.list-users") {
		return names
	}
	users, err := act.Ask(r.Context(), d.engine, r.Who, people.ListUsers{})
	if err != nil {
		return names
	}
	for _, u := range users {
		names[u.ID] = u.Name
	}
	return names
}

// actor says who: a person of this node by name, a partner's node or this one
// by its country.
func actor(r *web.Request, who string, names map[string]string) string {
	if name := names[who]; name != "" {
		return name
	}
	kind, node, ok := strings.Cut(who, ":")
	if ok && (kind == "partner" || kind == "node") {
		return r.Say("act.actor."+kind, "Country", i18n.Country(r.Lang, node[:min(2, len(node))]))
	}
	return who
}

func lineOf(r *web.Request, d act.Line, names map[string]string) line {
	l := line{Line: d, Href: root + "/" + strconv.FormatInt(d.Seq, 10), Verb: verb(r, d.Verb), Actor: actor(r, d.Actor, names), Result: result(r, d.Outcome)}
	l.Refused = strings.HasPrefix(d.Outcome, "refused")
	if name, _, _ := strings.Cut(d.Policy, " "); name != "" {
		l.Policy = policies + "#" + anchor(name)
	}
	return l
}

func result(r *web.Request, outcome string) web.Tag {
	text := outcome
	if key := "act.outcome." + outcome; i18n.Has(r.Lang, key) {
		text = r.Say(key)
	}
	switch kind, _, _ := strings.Cut(outcome, ":"); kind {
	case "done":
		return web.Tag{Text: text, Tone: web.Success}
	case "looked":
		return web.Tag{Text: text, Tone: web.Active}
	case "refused":
		return web.Tag{Text: text, Tone: web.Danger}
	}
	return web.Tag{Text: text, Tone: web.Neutral}
}

// finding is something wrong with a partner's ledger, said.
type finding struct {
	Text  string
	At    time.Time
	Notes []string // the checkpoints that contradict each other
}

func findingsOf(r *web.Request, all []act.Finding) []finding {
	out := make([]finding, len(all))
	for i, f := range all {
		out[i] = finding{Text: r.Say(f.Key(), f.Args()...), At: f.At}
		for _, note := range []string{f.First, f.Second} {
			if note != "" {
				out[i].Notes = append(out[i].Notes, note)
			}
		}
	}
	return out
}

// entry is one deed's page.
type entry struct {
	line
	Rows     []web.Row
	Provable bool
	Why      string // why it cannot be proven now
	Node     string
}

// deed shows one, and whether it can be proven to others.
func (d *desk) deed(r *web.Request) (web.View, error) {
	one, err := d.find(r)
	if err != nil {
		return web.View{}, err
	}
	e := entry{line: lineOf(r, one, d.names(r)), Provable: true, Node: r.Who.Node}
	_, err = act.Ask(r.Context(), d.engine, r.Who, act.Prove{Seq: one.Seq})
	if faults := fault.All(err); len(faults) > 0 {
		e.Provable, e.Why, err = false, r.Say(faults[0].Key, "Label", ""), nil
	}
	e.Rows = rowsOf(r, e)
	return web.View{Template: "act/deed", Title: "act.deed.title", Args: []any{"Seq", i18n.Number(r.Lang, one.Seq)}, Data: e,
		Back: &web.Link{Text: r.Say("act.ledger.title"), Href: root}}, err
}

func (d *desk) find(r *web.Request) (act.Line, error) {
	seq, err := strconv.ParseInt(r.PathValue("seq"), 10, 64)
	if err != nil || seq < 1 {
		return act.Line{}, fault.NotFound()
	}
	found, err := act.Ask(r.Context(), d.engine, r.Who, act.History{Before: seq + 1, Limit: 1})
	if err == nil && (len(found) == 0 || found[0].Seq != seq) {
		err = fault.NotFound()
	}
	if err != nil {
		return act.Line{}, err
	}
	return found[0], nil
}

func rowsOf(r *web.Request, e entry) []web.Row {
	rows := []web.Row{
		{Key: r.Say("act.at"), Value: i18n.DateTime(r.Lang, e.At, r.Zone()) + " · " + e.At.UTC().Format(time.RFC3339Nano)},
		{Key: r.Say("act.actor"), Value: both(e.Actor, e.Line.Actor), Actions: narrow(r, "actor", e.Line.Actor)},
		{Key: r.Say("act.verb"), Value: both(e.Verb, e.Line.Verb), Actions: narrow(r, "verb", e.Line.Verb)},
		{Key: r.Say("act.object"), Value: e.Object, Actions: narrow(r, "object", e.Object)},
		{Key: r.Say("act.policy"), Value: e.Line.Policy},
	}
	if e.Line.Policy != "" {
		rows[4].Actions = []web.Link{{Text: r.Say("act.policy.read"), Href: e.Policy}}
	}
	if e.Cause > 0 {
		rows = append(rows, web.Row{Key: r.Say("act.cause"), Value: i18n.Number(r.Lang, e.Cause),
			Actions: []web.Link{{Text: r.Say("act.cause.see"), Href: root + "/" + strconv.FormatInt(e.Cause, 10)}}})
	}
	detail := r.Say("act.detail.none")
	if len(e.Commitment) > 0 {
		detail = r.Say("act.detail.sealed")
	}
	return append(rows, web.Row{Key: r.Say("act.detail"), Value: detail},
		web.Row{Key: r.Say("act.hash"), Value: e.Hash.String()}, web.Row{Key: r.Say("act.prev"), Value: e.Prev.String()})
}

func both(words, code string) string {
	if words == code {
		return code
	}
	return words + " (" + code + ")"
}

// narrow leads to the list of deeds with one value.
func narrow(r *web.Request, name, value string) []web.Link {
	if value == "" {
		return nil
	}
	return []web.Link{{Text: r.Say("act.narrow." + name), Href: root + "?" + url.Values{name: {value}}.Encode()}}
}

// proof is the portable proof, as a file.
func (d *desk) proof(w http.ResponseWriter, r *web.Request) error {
	one, err := d.find(r)
	if err != nil {
		return err
	}
	p, err := act.Ask(r.Context(), d.engine, r.Who, act.Prove{Seq: one.Seq})
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fault.Internal("ledger: proof", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="istmo-`+r.Who.Node+"-"+strconv.FormatInt(one.Seq, 10)+`.json"`)
	_, err = w.Write(append(text, '\n'))
	return err
}

// policy is one policy's text.
type policy struct{ ID, Anchor, Text string }

// book is a file of policies.
type book struct {
	Name, Intro string
	Policies    []policy
}

// policies shows every policy as it decides. They are no secret: whoever works
// under them may read them.
func (d *desk) policies(r *web.Request) (web.View, error) {
	var books []book
	for name, text := range access.Policies() {
		books = append(books, bookOf(name, text))
	}
	slices.SortFunc(books, func(a, b book) int { return strings.Compare(a.Name, b.Name) })
	return web.View{Template: "act/policies", Title: "act.policies.title", Data: books}, nil
}

// bookOf parts a file into its policies; each begins with its @id.
func bookOf(name, text string) book {
	intro, rest, _ := strings.Cut(text, "@id(")
	b := book{Name: strings.TrimSuffix(name, ".cedar")}
	for _, l := range strings.Split(intro, "\n") {
		b.Intro += " " + strings.TrimSpace(strings.TrimPrefix(l, "//"))
	}
	b.Intro = strings.TrimSpace(b.Intro)
	for _, part := range strings.Split(rest, "@id(") {
		id, body, ok := strings.Cut(strings.TrimPrefix(part, `"`), `")`)
		if ok {
			b.Policies = append(b.Policies, policy{ID: id, Anchor: anchor(id), Text: strings.TrimSpace(body)})
		}
	}
	return b
}

func anchor(id string) string { return "policy-" + id }
