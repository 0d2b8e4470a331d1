package pages

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/i18n"
	"istmo/roadmap"
	"istmo/web"
)

// promise is a commitment's page.
type promise struct {
	card
	View        roadmap.View
	Title       string
	Proposal    bool // it is not in the plan yet
	Rows        []web.Row
	Actions     []string
	Path        []web.Rung // from proposed to done
	Parties     []party
	Steps       []string // what the reader can do now that has a page of its own
	Discuss     bool
	Tell        bool // report progress and completion
	Last        *roadmap.Report
	Answer      bool // the last report waits for the reader's side
	Revisions   []revisionRow
	History     []web.Event
	Older       string // the way to all of it, where the page shows the newest only
	Asks        []askRow
	Differences []differenceRow
	Amend       string
	Life        web.Drawing
}

// newest is how much of what has happened a page shows at first.
const newest = 100

// party is how a country stands to the current words.
type party struct {
	Country           string
	Accepted, Cleared web.Tag
}

type revisionRow struct {
	roadmap.Revision
	By      string
	Compare string
	Aside   string
}

// askRow is what was asked of the depositary and is not there yet, or was refused.
type askRow struct {
	What, Why string
	When      web.Row
	Words     []web.Row
}

type differenceRow struct {
	roadmap.Difference
	Country  string
	Compared []compared
}

// commitment shows one, from its first wording to its last report.
func (d *desk) commitment(r *web.Request) (web.View, error) {
	v, err := act.Ask(r.Context(), d.engine, r.Who, roadmap.Look{On: roadmap.On{ID: r.PathValue("id")}})
	if err != nil {
		return web.View{}, err
	}
	known, err := d.agencies(r)
	if err != nil {
		return web.View{}, err
	}
	p := promiseOf(r, v, known)
	back := web.Link{Text: r.Say("roadmap.commitments.title"), Href: at(commitmentsPath, v.Agreement.ID)}
	if p.Proposal {
		back = web.Link{Text: r.Say("roadmap.proposals.title"), Href: at(Root+"/proposals", v.Agreement.ID)}
	}
	return web.View{Template: "roadmap/commitment", Title: "roadmap.commitment.title", Args: []any{"Objective", p.Name}, Data: p, Back: &back}, nil
}

func promiseOf(r *web.Request, v roadmap.View, known agencies) promise {
	c := v.Commitment
	p := promise{card: cardOf(r, c), View: v, Title: titleOf(r.Lang, v.Agreement)}
	p.Proposal = slices.Contains([]string{"committees", "ministries"}, roadmap.Flow.Place(c.State).Owner)
	p.Rows = rowsOf(r, c.Text)
	_, actions, _ := c.In(r.Lang)
	p.Actions = strings.Split(actions, "\n")
	p.Parties = partiesOf(r, v)
	p.Steps = stepsOf(r, v)
	working := v.Agreement.InForce(r.Now)
	ended := roadmap.Flow.Place(c.State).End
	p.Discuss = p.Proposal && may(r, "roadmap.comment", c)
	p.Tell = working && (c.State == roadmap.Planned || c.State == roadmap.UnderWay) && may(r, "roadmap.report", c)
	if n := len(v.Reports); n > 0 && v.Reports[n-1].Answer == "" && !ended {
		p.Last = &v.Reports[n-1]
		p.Answer = working && p.Last.Node != r.Who.Node && may(r, "roadmap.confirm", c)
	}
	if working && c.Live() && may(r, "roadmap.propose", c) {
		p.Amend = at(commitmentsPath+"/new", c.Agreement) + "&amends=" + c.ID
	}
	p.Revisions = revisionsOf(r, v, known)
	p.History = historyOf(r, v, known)
	if len(p.History) > newest && r.Query("all") != "true" {
		p.History, p.Older = p.History[:newest], Page(c.ID)+"?all=true"
	}
	p.Asks = asksOf(r, v.Asks)
	for _, one := range v.Differences {
		p.Differences = append(p.Differences, differenceOf(r, one, c.Text))
	}
	p.Life = lifeOf(r, c)
	return p
}

// rowsOf are what the text says beside its objective and its actions.
func rowsOf(r *web.Request, t roadmap.Text) []web.Row {
	_, _, indicator := t.In(r.Lang)
	rows := []web.Row{{Key: r.Say("roadmap.field.line"), Value: lineName(r.Lang, t.Line)}}
	for _, o := range owners(r.Lang, t) {
		rows = append(rows, web.Row{Key: r.Say("roadmap.owner.in", "Country", o.Country), Value: o.Names})
	}
	return append(rows,
		web.Row{Key: r.Say("roadmap.field.due"), Value: i18n.Date(r.Lang, t.Due)},
		web.Row{Key: r.Say("roadmap.field.indicator"), Value: r.Say("roadmap.indicator.is", "Indicator", indicator, "Baseline", i18n.Number(r.Lang, t.Baseline), "Target", i18n.Number(r.Lang, t.Target))},
		web.Row{Key: r.Say("roadmap.field.budget"), Value: t.Budget},
		web.Row{Key: r.Say("roadmap.field.place"), Value: t.Place},
		web.Row{Key: r.Say("roadmap.field.marks"), Value: named(r, "roadmap.mark.", t.Marks)},
		web.Row{Key: r.Say("roadmap.field.sdg"), Value: named(r, "roadmap.sdg.", t.SDG)},
		web.Row{Key: r.Say("roadmap.field.gcm"), Value: named(r, "roadmap.gcm.", t.GCM)})
}

// partiesOf are who has accepted and cleared the current words.
func partiesOf(r *web.Request, v roadmap.View) []party {
	gave := func(node, step string) web.Tag {
		for _, a := range v.Assents {
			if a.Node == node && a.Step == step && a.Revision == v.Revision {
				return web.Tag{Text: i18n.Date(r.Lang, a.At.In(r.Zone())), Tone: web.Success}
			}
		}
		return web.Tag{Text: r.Say("roadmap.not-yet"), Tone: web.Neutral}
	}
	var all []party
	for _, n := range v.Agreement.Parties {
		all = append(all, party{country(r.Lang, n), gave(n, roadmap.Acceptance), gave(n, roadmap.Clearance)})
	}
	return all
}

// stepsOf are the steps with a page of their own that the reader can take now.
func stepsOf(r *web.Request, v roadmap.View) []string {
	c := v.Commitment
	given := func(step string) bool {
		return slices.ContainsFunc(v.Assents, func(a roadmap.Assent) bool {
			return a.Node == r.Who.Node && a.Step == step && a.Revision == c.Revision
		})
	}
	fits := map[string]bool{"accept": !given(roadmap.Acceptance), "clear": !given(roadmap.Clearance), "counter": !v.InSigning,
		"decline": c.FromNode != r.Who.Node, "withdraw": c.FromNode == r.Who.Node && !v.InSigning}
	var list []string
	for _, step := range []string{"accept", "clear", "counter", "decline", "withdraw"} {
		verb := access.Verb("roadmap." + step)
		if fits[step] && v.Agreement.InForce(r.Now) && slices.Contains(roadmap.Flow.Verbs(c.State), verb) && may(r, verb, c) {
			list = append(list, step)
		}
	}
	return list
}

// revisionsOf are the wordings, newest first, each with the way to compare it
// with the one that its author had before them.
func revisionsOf(r *web.Request, v roadmap.View, known agencies) []revisionRow {
	var rows []revisionRow
	for _, rev := range slices.Backward(v.Revisions) {
		row := revisionRow{Revision: rev, By: known.name(r.Lang, rev.Node, rev.Agency)}
		if rev.N > 1 {
			row.Compare = comparePage(v.ID, max(rev.BasedOn, 1), rev.N)
		}
		if rev.Aside() {
			row.Aside = r.Say("roadmap.aside", "Based", rev.BasedOn, "Before", rev.N-1)
		}
		rows = append(rows, row)
	}
	return rows
}

// historyOf is everything that happened, newest first.
func historyOf(r *web.Request, v roadmap.View, known agencies) []web.Event {
	var all []web.Event
	for _, rev := range v.Revisions {
		key := "roadmap.happened.counter"
		if rev.N == 1 {
			key = "roadmap.happened.propose"
		}
		all = append(all, web.Event{At: rev.At, Title: r.Say(key, "N", rev.N), By: known.name(r.Lang, rev.Node, rev.Agency)})
	}
	for _, s := range v.Comments {
		all = append(all, web.Event{At: s.At, Title: r.Say("roadmap.happened.comment"), By: known.name(r.Lang, s.Node, s.Agency), Body: s.Words})
	}
	for _, a := range v.Assents {
		all = append(all, web.Event{At: a.At, Title: r.Say("roadmap.happened."+a.Step, "N", a.Revision), By: known.name(r.Lang, a.Node, a.Agency), Tag: web.Tag{Text: r.Say("roadmap.given"), Tone: web.Success}})
	}
	for _, p := range v.Reports {
		all = append(all, reportEvents(r, v, p, known)...)
	}
	for _, e := range v.Escalations {
		a := known[r.Who.Node+"/"+e.Agency]
		all = append(all, web.Event{At: e.At, Title: r.Say("roadmap.happened.late", "Agency", a.Name), Tag: web.Tag{Text: r.Say("roadmap.late"), Tone: web.Danger}})
	}
	if v.Reason != "" {
		all = append(all, web.Event{At: v.MovedAt, Title: r.Say("roadmap.state." + string(v.State)), Body: v.Reason})
	}
	slices.SortStableFunc(all, func(a, b web.Event) int { return b.At.Compare(a.At) })
	return all
}

func reportEvents(r *web.Request, v roadmap.View, p roadmap.Report, known agencies) []web.Event {
	key := "roadmap.happened.report"
	if p.Completes {
		key = "roadmap.happened.complete"
	}
	body := p.Words
	if p.Evidence != "" {
		body += "\n" + r.Say("roadmap.evidence.is", "Evidence", p.Evidence)
	}
	if p.EvidenceAt != "" {
		body += "\n" + r.Say("roadmap.evidence.where", "Where", p.EvidenceAt)
	}
	events := []web.Event{{At: p.At, Title: r.Say(key, "Value", i18n.Number(r.Lang, p.Value), "Target", i18n.Number(r.Lang, v.Target)), By: known.name(r.Lang, p.Node, p.Agency), Body: body}}
	if p.Answer != "" {
		tone := web.Success
		if p.Answer == roadmap.Disputed {
			tone = web.Warning
		}
		events = append(events, web.Event{At: p.AnsweredAt, Title: r.Say("roadmap.happened." + p.Answer), By: known.name(r.Lang, p.AnswerNode, p.AnswerAgency), Body: p.AnswerWords, Tag: web.Tag{Text: r.Say("roadmap.answer." + p.Answer), Tone: tone}})
	}
	return events
}

// asksOf is what waits for the depositary, with what was typed.
func asksOf(r *web.Request, asked []cooperation.Asked) []askRow {
	var rows []askRow
	for _, a := range asked {
		row := askRow{What: r.Say("verb." + string(a.Verb)), When: web.Row{Key: r.Say("roadmap.asked.at"), Value: i18n.DateTime(r.Lang, a.At, r.Zone())}}
		if a.Why != "" {
			row.Why = r.Say(a.Why)
		}
		row.Words = typed(r, a)
		rows = append(rows, row)
	}
	return rows
}

// typed are the words of what was asked, so that a refusal loses nothing.
func typed(r *web.Request, a cooperation.Asked) []web.Row {
	var words map[string]any
	if json.Unmarshal([]byte(a.Body), &words) != nil {
		return nil
	}
	var rows []web.Row
	for _, name := range []string{"objective_es", "objective_en", "actions_es", "actions_en", "words", "reason", "evidence"} {
		if s, _ := words[name].(string); s != "" {
			label := name
			lang := ""
			if cut := strings.TrimSuffix(strings.TrimSuffix(name, "_es"), "_en"); cut != name {
				label, lang = cut, " · "+i18n.Language(r.Lang, name[len(name)-2:])
			}
			rows = append(rows, web.Row{Key: r.Say("roadmap.field."+label) + lang, Value: s})
		}
	}
	return rows
}

func differenceOf(r *web.Request, one roadmap.Difference, ours roadmap.Text) differenceRow {
	row := differenceRow{Difference: one, Country: country(r.Lang, one.Node)}
	if one.Shown != nil {
		row.Compared = compareTexts(r, ours, *one.Shown)
	}
	return row
}

func lifeOf(r *web.Request, c roadmap.Commitment) web.Drawing {
	d := web.Drawing{Title: r.Say("roadmap.life"), Current: string(c.State)}
	for _, p := range roadmap.Flow.Places {
		d.States = append(d.States, web.DrawnState{ID: string(p.State), Label: r.Say("roadmap.state." + string(p.State))})
	}
	for _, m := range roadmap.Flow.Moves {
		d.Moves = append(d.Moves, web.DrawnMove{From: string(m.From), To: string(m.To), Label: r.Say("verb." + string(m.Verb))})
	}
	return d
}

// compare shows two wordings side by side, word by word, in both languages.
func (d *desk) compare(r *web.Request) (web.View, error) {
	v, err := act.Ask(r.Context(), d.engine, r.Who, roadmap.Look{On: roadmap.On{ID: r.PathValue("id")}})
	if err != nil {
		return web.View{}, err
	}
	pick := func(name string, otherwise int64) *roadmap.Revision {
		n, err := strconv.ParseInt(r.Query(name), 10, 64)
		if err != nil {
			n = otherwise
		}
		for i := range v.Revisions {
			if v.Revisions[i].N == n {
				return &v.Revisions[i]
			}
		}
		return nil
	}
	from, to := pick("from", max(v.Revision-1, 1)), pick("to", v.Revision)
	if from == nil || to == nil {
		return web.View{}, fault.NotFound()
	}
	if r.Query("from") == "" || r.Query("to") == "" { // so that the choices show what is compared
		return web.View{Redirect: comparePage(v.ID, from.N, to.N)}, nil
	}
	known, err := d.agencies(r)
	var choices []web.Option
	for _, rev := range v.Revisions {
		n := strconv.FormatInt(rev.N, 10)
		choices = append(choices, web.Option{Value: n, Label: r.Say("roadmap.revision.of", "N", rev.N, "By", country(r.Lang, rev.Node))})
	}
	data := map[string]any{"ID": v.ID, "From": from, "To": to, "FromBy": known.name(r.Lang, from.Node, from.Agency), "ToBy": known.name(r.Lang, to.Node, to.Agency),
		"Compared": compareTexts(r, from.Text, to.Text), "Filters": web.Filters{Count: len(roadmap.Compare(from.Text, to.Text)), Fields: []web.Filter{
			{Name: "from", Label: r.Say("roadmap.compare.from"), Kind: "select", Choices: choices}, {Name: "to", Label: r.Say("roadmap.compare.to"), Kind: "select", Choices: choices}}}}
	return web.View{Template: "roadmap/compare", Title: "roadmap.compare.title", Data: data, Back: backTo(r, v.Commitment)}, err
}

// comparePage is the address of two wordings side by side.
func comparePage(id string, from, to int64) string {
	return Page(id) + "/compare?from=" + strconv.FormatInt(from, 10) + "&to=" + strconv.FormatInt(to, 10)
}

func backTo(r *web.Request, c roadmap.Commitment) *web.Link {
	objective, _, _ := c.In(r.Lang)
	return &web.Link{Text: short(objective), Href: Page(c.ID)}
}

// short is the beginning of a sentence, for a link.
func short(s string) string {
	words := []rune(s)
	if len(words) <= 60 {
		return s
	}
	return string(words[:58]) + "…"
}

// form is the page on which words are written: of a proposal, or of a counter to
// one.
type form struct {
	Verb, Next, Agreement, Meeting, Amends, ID string
	BasedOn                                    int64
	Text                                       roadmap.Text
	Lines, Owners                              []web.Option
	Due                                        any
	Target, Baseline                           string
	SDG, GCM                                   string // codes with commas
}

// propose is the form of a new commitment, or of an amendment to one.
func (d *desk) propose(r *web.Request) (web.View, error) {
	if !access.Could(r.Who, "roadmap.propose") {
		return web.View{}, fault.Denied()
	}
	u, err := d.under(r)
	if err != nil {
		return web.View{}, err
	}
	f := form{Verb: "roadmap.propose", Next: commitmentsPath + "/{id}", Agreement: u.Agreement.ID, Meeting: r.Query("meeting"), Amends: r.Query("amends")}
	if f.Amends != "" {
		old, err := act.Ask(r.Context(), d.engine, r.Who, roadmap.Look{On: roadmap.On{ID: f.Amends}})
		if err != nil {
			return web.View{}, err
		}
		f.Text = old.Text
	}
	data, err := d.fill(r, f, u.Agreement)
	return web.View{Template: "roadmap/propose", Title: "roadmap.propose", Data: map[string]any{"Under": u, "Form": data},
		Back: &web.Link{Text: r.Say("roadmap.proposals.title"), Href: at(Root+"/proposals", u.Agreement.ID)}}, err
}

// counter is the form of other words for a proposal.
func (d *desk) counter(r *web.Request) (web.View, error) {
	v, err := act.Ask(r.Context(), d.engine, r.Who, roadmap.Look{On: roadmap.On{ID: r.PathValue("id")}})
	if err != nil {
		return web.View{}, err
	}
	if !may(r, "roadmap.counter", v.Commitment) {
		return web.View{}, fault.Denied()
	}
	f := form{Verb: "roadmap.counter", Next: Page(v.ID), ID: v.ID, BasedOn: v.Revision, Text: v.Text}
	data, err := d.fill(r, f, v.Agreement)
	u := under{Agreement: v.Agreement, Title: titleOf(r.Lang, v.Agreement), Between: countries(r.Lang, v.Agreement.Parties)}
	return web.View{Template: "roadmap/propose", Title: "roadmap.counter", Data: map[string]any{"Under": u, "Form": data}, Back: backTo(r, v.Commitment)}, err
}

// fill gives a form its choices.
func (d *desk) fill(r *web.Request, f form, a cooperation.Agreement) (form, error) {
	known, err := d.agencies(r)
	if err != nil {
		return f, err
	}
	for _, node := range a.Parties {
		var list []web.Option
		for code, agency := range known {
			if agency.Node == node && agency.Kind != "un-observer" { // who looks on answers for nothing
				list = append(list, web.Option{Value: code, Label: country(r.Lang, node) + " · " + agency.Name})
			}
		}
		i18n.SortBy(r.Lang, list, func(o web.Option) string { return o.Label })
		f.Owners = append(f.Owners, list...)
	}
	for _, l := range roadmap.LinesOf(a) {
		f.Lines = append(f.Lines, web.Option{Value: l, Label: lineName(r.Lang, l)})
	}
	if !f.Text.Due.IsZero() {
		f.Due = f.Text.Due
	}
	f.SDG, f.GCM = strings.Join(f.Text.SDG, ", "), strings.Join(f.Text.GCM, ", ")
	if f.Text.ObjectiveES != "" {
		f.Baseline, f.Target = strconv.FormatInt(f.Text.Baseline, 10), strconv.FormatInt(f.Text.Target, 10)
	}
	return f, nil
}

// before asks once before a step is taken; where the step needs a reason, it asks
// for it.
func (d *desk) before(r *web.Request) (web.View, error) {
	v, err := act.Ask(r.Context(), d.engine, r.Who, roadmap.Look{On: roadmap.On{ID: r.PathValue("id")}})
	if err != nil {
		return web.View{}, err
	}
	step := r.PathValue("verb")
	if !slices.Contains([]string{"accept", "clear", "decline", "withdraw"}, step) {
		return web.View{}, fault.NotFound()
	}
	if !slices.Contains(stepsOf(r, v), step) {
		return web.View{Redirect: Page(v.ID)}, nil
	}
	objective, _, _ := v.In(r.Lang)
	key := "roadmap." + step + "."
	if step == "decline" || step == "withdraw" {
		return web.View{Template: "roadmap/reason", Title: key + "title", Data: map[string]any{"Verb": "roadmap." + step, "Key": key, "ID": v.ID, "Next": Page(v.ID), "What": objective, "Field": "reason"}, Back: backTo(r, v.Commitment)}, nil
	}
	i := web.Interruption{Heading: r.Say(key + "title"), Body: []string{"«" + objective + "»", r.Say(key+"means", "N", v.Revision), r.Say(key + "then")}, Verb: "roadmap." + step,
		Hidden: map[string]string{"id": v.ID, "revision": strconv.FormatInt(v.Revision, 10)}, Confirm: r.Say(key+"button", "Country", country(r.Lang, r.Who.Node)), Next: Page(v.ID),
		Cancel: web.Link{Text: r.Say("roadmap.cancel"), Href: Page(v.ID)}}
	return web.Interrupt(key+"title", i), nil
}
