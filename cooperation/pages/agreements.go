package pages

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/i18n"
	"istmo/web"
)

// paper is an agreement as a page shows it.
type paper struct {
	cooperation.Agreement
	Href, Title, Between string
	State                web.Tag
	Purposes, Halt       string
	Kind, Depositary     string
	Here, There          string    // digests: of the text here, and of another that the depositary shows
	Is, Permits          []web.Row // what it is, and what it lets cross
	Carries              []web.Row // who carries it out
	Says                 []chapter
	Known                string
	Writes               bool     // the reader may write its text now
	Verbs                []string // what the reader may do, each with a page before it
	Life                 web.Drawing
}

// chapter is an article as a page shows it: its summary, and who answers for what.
type chapter struct {
	cooperation.Article
	Text   string
	Duties []web.Row
}

// agreements lists them.
func (d *desk) agreements(r *web.Request) (web.View, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Agreements{})
	if err != nil {
		return web.View{}, err
	}
	var papers []paper
	for _, a := range all {
		if s := r.Query("state"); s == "" || s == string(a.State) {
			papers = append(papers, paperOf(r, a))
		}
	}
	may := access.Could(r.Who, "cooperation.propose-agreement")
	empty := web.Empty{Title: r.Say("cooperation.agreements.empty"), Body: r.Say("cooperation.agreements.empty.body")}
	if may {
		empty.Action = web.Link{Text: r.Say("cooperation.propose"), Href: agreementsPath + "/new"}
	}
	data := map[string]any{"Papers": papers, "May": may, "Empty": empty, "Filters": web.Filters{Count: len(papers), Fields: []web.Filter{
		{Name: "state", Label: r.Say("cooperation.state"), Kind: "select", Choices: web.Choices(r.Lang, "cooperation.state.", "proposed", "in_force", "ended")}}}}
	return web.View{Template: "cooperation/agreements", Title: "cooperation.agreements.title", Data: data}, nil
}

func paperOf(r *web.Request, a cooperation.Agreement) paper {
	return paper{Agreement: a, Href: agreementPage(a.ID), Title: title(r, a), Between: countries(r, a.Parties), State: standing(r, a),
		Purposes: said(r, "cooperation.purpose.", a.Purposes), Halt: halt(r, a), Kind: r.Say("cooperation.instrument." + a.Kind),
		Depositary: country(r, a.Home), Here: inGroups(a.Sum), There: inGroups(a.Other)}
}

// standing is how an agreement stands now, in a word.
func standing(r *web.Request, a cooperation.Agreement) web.Tag {
	switch {
	case a.State == cooperation.Ended:
		return web.Tag{Text: r.Say("cooperation.state.ended"), Tone: web.Neutral}
	case a.Other != "":
		return web.Tag{Text: r.Say("cooperation.disputed.tag"), Tone: web.Danger}
	case a.State == cooperation.Proposed:
		return web.Tag{Text: r.Say("cooperation.state.proposed"), Tone: web.Warning}
	case len(a.Halted) > 0:
		return web.Tag{Text: r.Say("cooperation.suspended"), Tone: web.Danger}
	case r.Now.Before(a.From):
		return web.Tag{Text: r.Say("cooperation.not-begun"), Tone: web.Warning}
	case !a.InForce(r.Now):
		return web.Tag{Text: r.Say("cooperation.run-out"), Tone: web.Neutral}
	}
	return web.Tag{Text: r.Say("cooperation.state.in_force"), Tone: web.Success}
}

func halt(r *web.Request, a cooperation.Agreement) string {
	if len(a.Halted) == 0 || a.State != cooperation.InForce {
		return ""
	}
	return r.Say("cooperation.halted", "Countries", countries(r, a.Halted))
}

// find is one agreement; every reader of agreements may read each.
func (d *desk) find(r *web.Request) (cooperation.Agreement, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Agreements{})
	if err != nil {
		return cooperation.Agreement{}, err
	}
	i := slices.IndexFunc(all, func(a cooperation.Agreement) bool { return a.ID == r.PathValue("id") })
	if i < 0 {
		return cooperation.Agreement{}, fault.NotFound()
	}
	return all[i], nil
}

// agreement shows one.
func (d *desk) agreement(r *web.Request) (web.View, error) {
	a, err := d.find(r)
	if err != nil {
		return web.View{}, err
	}
	p := paperOf(r, a)
	p.Is, p.Permits, p.Carries, p.Says = is(r, a), permits(r, a), carries(r, a), says(r, a)
	p.Known, p.Writes = cooperation.Said(r.Lang, a.KnownES, a.KnownEN), writes(r, a)
	p.Verbs, p.Life = steps(r, a), life(r, a)
	return web.View{Template: "cooperation/agreement", Title: "cooperation.agreement.title", Args: []any{"Title", p.Title}, Data: p,
		Back: &web.Link{Text: r.Say("cooperation.agreements.title"), Href: agreementsPath}}, nil
}

// is tells what an agreement is, and since when it holds.
func is(r *web.Request, a cooperation.Agreement) []web.Row {
	waiting := slices.DeleteFunc(slices.Clone(a.Parties), func(n string) bool { return slices.Contains(a.Signed, n) })
	until := r.Say("cooperation.open-ended")
	if !a.To.IsZero() {
		until = i18n.Date(r.Lang, a.To)
	}
	rows := []web.Row{
		{Key: r.Say("cooperation.parties"), Value: countries(r, a.Parties)},
		{Key: r.Say("cooperation.from"), Value: i18n.Date(r.Lang, a.From)},
		{Key: r.Say("cooperation.to"), Value: until},
		{Key: r.Say("cooperation.signed"), Value: countries(r, a.Signed)},
	}
	if len(waiting) > 0 && a.State == cooperation.Proposed {
		rows = append(rows, web.Row{Key: r.Say("cooperation.unsigned"), Value: countries(r, waiting)})
	}
	rows = append(rows, web.Row{Key: r.Say("cooperation.depositary"), Value: country(r, a.Home)})
	for _, more := range []web.Row{
		{Key: r.Say("cooperation.lines"), Value: said(r, "cooperation.line.", a.Lines)},
		{Key: r.Say("cooperation.languages"), Value: languages(r, a.Languages)},
		{Key: r.Say("cooperation.frame"), Value: frame(r, a.Frame)},
	} {
		if more.Value != "" {
			rows = append(rows, more)
		}
	}
	return append(rows, web.Row{Key: r.Say("cooperation.source"), Value: a.Source})
}

// frame names goals of the United Nations and of the Pact by their numbers, and
// other codes as they stand.
func frame(r *web.Request, codes []string) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = c
		family, number, _ := strings.Cut(c, ":")
		if key := "cooperation.frame." + family; number != "" && i18n.Has(r.Lang, key) {
			words[i] = r.Say(key, "Number", number)
		}
	}
	return i18n.List(r.Lang, words...)
}

// permits tells what it lets cross the border.
func permits(r *web.Request, a cooperation.Agreement) []web.Row {
	return []web.Row{
		{Key: r.Say("cooperation.verbs"), Value: said(r, "cooperation.covers.", a.Verbs)},
		{Key: r.Say("cooperation.purposes"), Value: said(r, "cooperation.purpose.", a.Purposes)},
		{Key: r.Say("cooperation.groups"), Value: said(r, "cases.group.", a.Groups)},
	}
}

// carries tells who carries it out, country by country, and at the end who looks on.
func carries(r *web.Request, a cooperation.Agreement) []web.Row {
	var rows []web.Row
	for _, node := range append(slices.Clone(a.Parties), "") {
		for _, b := range a.Bodies {
			if b.Node != node {
				continue
			}
			key := r.Say("cooperation.body." + b.Role)
			if node != "" {
				key = country(r, node) + " · " + key
			}
			rows = append(rows, web.Row{Key: key, Value: linked(b.Name, b.Node, b.Agency)})
		}
	}
	return rows
}

// linked is an institution's name, with the way to its entry in the directory.
func linked(name, node, agency string) any {
	if agency == "" {
		return name
	}
	return template.HTML(fmt.Sprintf(`<a class="govuk-link" href="%s">%s</a>`, template.HTMLEscapeString(entryPage(node, agency)), template.HTMLEscapeString(name)))
}

// says are its articles.
func says(r *web.Request, a cooperation.Agreement) []chapter {
	chapters := make([]chapter, len(a.Articles))
	for i, one := range a.Articles {
		chapters[i] = chapter{Article: one, Text: cooperation.Said(r.Lang, one.SummaryES, one.SummaryEN)}
		for _, d := range one.Duties {
			chapters[i].Duties = append(chapters[i].Duties, web.Row{Key: answers(r, d), Value: cooperation.Said(r.Lang, d.TextES, d.TextEN)})
		}
	}
	return chapters
}

// answers says who answers for a duty, and where.
func answers(r *web.Request, d cooperation.Duty) string {
	if d.Node == "" {
		return r.Say("cooperation.all-parties") + " · " + d.Who
	}
	return country(r, d.Node) + " · " + d.Who
}

// steps are what the reader may do to an agreement now.
func steps(r *web.Request, a cooperation.Agreement) []string {
	halted, signed := slices.Contains(a.Halted, r.Who.Node), slices.Contains(a.Signed, r.Who.Node)
	fits := map[string]bool{
		"sign":    a.State == cooperation.Proposed && !signed,
		"suspend": a.State == cooperation.InForce && !halted,
		"resume":  a.State == cooperation.InForce && halted,
		"end":     a.State != cooperation.Ended,
	}
	var list []string
	for _, step := range []string{"sign", "resume", "suspend", "end"} {
		if fits[step] && may(r, verbOf(step), a) {
			list = append(list, step)
		}
	}
	return list
}

func verbOf(step string) access.Verb { return access.Verb("cooperation." + step + "-agreement") }

func life(r *web.Request, a cooperation.Agreement) web.Drawing {
	d := web.Drawing{Title: r.Say("cooperation.life"), Current: string(a.State)}
	for _, p := range cooperation.Flow.Places {
		d.States = append(d.States, web.DrawnState{ID: string(p.State), Label: r.Say("cooperation.state." + string(p.State))})
	}
	for _, m := range cooperation.Flow.Moves {
		d.Moves = append(d.Moves, web.DrawnMove{From: string(m.From), To: string(m.To), Label: r.Say("verb." + string(m.Verb))})
	}
	return d
}

// bodies are the sentences before each grave step.
var bodies = map[string][]string{
	"sign":    {"covers", "text", "last"},
	"suspend": {"at-once", "passes", "back"},
	"resume":  {"again", "others"},
	"end":     {"at-once", "passes", "for-good"},
}

// beforeAgreement asks once before an agreement is signed, halted or ended.
func (d *desk) beforeAgreement(r *web.Request) (web.View, error) {
	a, err := d.find(r)
	if err != nil {
		return web.View{}, err
	}
	step := r.PathValue("verb")
	if bodies[step] == nil {
		return web.View{}, fault.NotFound()
	}
	if !slices.Contains(steps(r, a), step) {
		return web.View{Redirect: agreementPage(a.ID)}, nil
	}
	key := "cooperation." + step + "."
	i := web.Interruption{Heading: r.Say(key+"title", "Title", title(r, a)), Verb: string(verbOf(step)), Hidden: map[string]string{"id": a.ID},
		Confirm: r.Say(key + "button"), Next: agreementPage(a.ID), Cancel: web.Link{Text: r.Say(key + "cancel"), Href: agreementPage(a.ID)}}
	if step == "sign" {
		i.Hidden["digest"] = a.Sum // what is signed is what this page shows
	}
	named := a.Parties
	if step == "suspend" || step == "end" { // it is said of where it takes effect later
		named = slices.DeleteFunc(slices.Clone(a.Parties), func(n string) bool { return n == r.Who.Node })
	}
	for _, body := range bodies[step] {
		i.Body = append(i.Body, r.Say(key+body, "Countries", countries(r, named), "Purposes", said(r, "cooperation.purpose.", a.Purposes),
			"Groups", said(r, "cases.group.", a.Groups), "Digest", inGroups(a.Sum)))
	}
	v := web.Interrupt(key+"title", i)
	v.Args = []any{"Title", title(r, a)}
	return v, nil
}

// inGroups makes a digest easy to compare by eye and aloud.
func inGroups(digest string) string {
	var groups []string
	for ; len(digest) > 4; digest = digest[4:] {
		groups = append(groups, digest[:4])
	}
	return strings.Join(append(groups, digest), " ")
}

// covers are what an agreement can let cross, as its form offers it, and
// purposes what for: those to which a person consents, legal action, and figures with
// nobody in them.
var (
	covers   = []string{"referrals.*", "jointfiles.*", "release.*", "signals.*"}
	purposes = append(slices.Clone(cases.Purposes), "legal-action", "statistics")
)

// propose is the form of a new agreement.
func (d *desk) propose(r *web.Request) (web.View, error) {
	if !access.Could(r.Who, "cooperation.propose-agreement") {
		return web.View{}, fault.Denied()
	}
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Partners{})
	if err != nil {
		return web.View{}, err
	}
	var parties []web.Option
	for _, p := range all {
		if p.State != cooperation.PartnerRemoved {
			parties = append(parties, web.Option{Value: p.Node, Label: country(r, p.Node), Hint: p.Name})
		}
	}
	data := map[string]any{"Parties": parties, "Covers": covers, "Purposes": purposes, "Groups": cases.Groups, "Today": r.Now.In(r.Zone()),
		"Kinds": cooperation.Kinds, "Lines": append(slices.Clone(cooperation.Lines), "identification", "coordination")}
	return web.View{Template: "cooperation/propose", Title: "cooperation.propose", Data: data,
		Back: &web.Link{Text: r.Say("cooperation.agreements.title"), Href: agreementsPath}}, nil
}
