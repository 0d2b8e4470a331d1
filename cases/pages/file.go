package pages

import (
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/fault"
	"istmo/i18n"
	"istmo/identification"
	"istmo/referrals"
	"istmo/store"
	"istmo/web"
)

// filePage is a person's file, in words.
type filePage struct {
	cases.File
	Mine      bool      // the reader is assigned, and may change it
	Until     time.Time // for a reader who broke the glass
	Summary   string
	Tasks     []web.Task
	Who, More []web.Row
	Profile   []web.Row
	Countries []country
	Consents  []consentCard
	Risk      []web.Row
	Best      []web.Row
	Referrals []referral
	With      []string
	Events    []web.Event
	NewRef    string // where a referral begins

	SeenBefore []seen     // other files that may be theirs, or are
	Settled    []web.Link // those told apart
}

// country is what the authorities of one country have decided.
type country struct {
	Code      string
	Decisions []cases.Status
}

type consentCard struct {
	cases.Consent
	Title, Agency string
	Tag           web.Tag
	Rows          []web.Row
	Holds         bool
}

type referral struct {
	referrals.Line
	Title string
	Tag   web.Tag
}

// file shows the person's file.
func (o *room) file(r *web.Request) (web.View, error) {
	f, err := o.open(r)
	if err != nil {
		return web.View{}, err
	}
	w, _, err := o.words(r)
	if err != nil {
		return web.View{}, err
	}
	lines, err := o.referrals(r, f.Person.ID)
	if err != nil {
		return web.View{}, err
	}
	p := &filePage{File: f, Mine: mine(r, f), Until: glassUntil(r, f), NewRef: "/referrals/new?person=" + f.Person.ID}
	p.fill(w, lines)
	if p.Tasks, err = o.tasks(w, p, lines); err != nil {
		return web.View{}, err
	}
	p.Events = w.events(f, lines)
	return web.View{Template: "cases/file", Title: "cases.file.title", Args: []any{"Ref", f.Person.Ref}, Data: p, Layout: web.Person,
		Back: &web.Link{Text: r.Say("cases.people.title"), Href: PeoplePath}}, nil
}

// referrals are those of the person, for a reader whose role sees any.
func (o *room) referrals(r *web.Request, person string) ([]referrals.Line, error) {
	if !access.Could(r.Who, "referrals.list") {
		return nil, nil
	}
	return act.Ask(r.Context(), o.engine, r.Who, referrals.List{Person: person})
}

// mine reports whether the reader is assigned; somebody who broke the glass
// reads and assesses, and changes nothing else.
func mine(r *web.Request, f cases.File) bool { return slices.Contains(f.Assigned, r.Who.ID) }

func glassUntil(r *web.Request, f cases.File) time.Time {
	for _, g := range f.Glass {
		if g.User == r.Who.ID && g.Verdict == "" && g.Until.After(r.Now) && !mine(r, f) {
			return g.Until
		}
	}
	return time.Time{}
}

func (p *filePage) fill(w words, lines []referrals.Line) {
	p.Summary = w.summary(p.Person)
	p.SeenBefore, p.Settled = w.seen(p.File), w.settled(p.File)
	p.Who, p.More = w.sealed(p.Sealed)
	p.Profile = w.profile(p.Person)
	for _, s := range p.Statuses {
		i := slices.IndexFunc(p.Countries, func(c country) bool { return c.Code == s.Country })
		if i < 0 {
			i, p.Countries = len(p.Countries), append(p.Countries, country{Code: s.Country})
		}
		p.Countries[i].Decisions = append(p.Countries[i].Decisions, s)
	}
	for _, c := range p.File.Consents {
		p.Consents = append(p.Consents, w.consent(c))
	}
	if len(p.Risks) > 0 {
		p.Risk = w.risk(p.Risks[0])
	}
	if len(p.BestInterests) > 0 {
		p.Best = w.best(p.BestInterests[0])
	}
	for _, l := range lines {
		p.Referrals = append(p.Referrals, w.referral(l))
	}
	for _, id := range p.Assigned {
		p.With = append(p.With, nameOf(w, id))
	}
}

// summary is the person in a line, without what tells who they are.
func (w words) summary(p cases.Person) string {
	var told []string
	for _, field := range []string{"sex", "age_band", "citizenships", "languages"} {
		if codes := cases.Coded(p, field); len(codes) > 0 && codes[0] != "unknown" {
			told = append(told, w.coded(p, field))
		}
	}
	return strings.Join(told, " · ")
}

// sealed are the fields that are known: those by which one speaks with the
// person, and those that stay folded because they are long or heavy.
func (w words) sealed(fields map[string]string) (who, more []web.Row) {
	for _, f := range cases.Fields {
		value := fields[f.Name]
		if !f.Sealed || value == "" {
			continue
		}
		row := web.Row{Key: w.say("cases.field." + f.Name), Value: value}
		if f.Group == "identity" || f.Group == "contact" {
			who = append(who, row)
		} else {
			more = append(more, row)
		}
	}
	return who, more
}

func (w words) profile(p cases.Person) []web.Row {
	var rows []web.Row
	for _, f := range cases.Fields {
		if f.Sealed || f.Name == "age_in_doubt" && !p.AgeInDoubt {
			continue
		}
		rows = append(rows, web.Row{Key: w.say("cases.field." + f.Name), Value: orNil(w.coded(p, f.Name))})
	}
	return append(rows,
		web.Row{Key: w.say("cases.field.place"), Value: orNil(p.Place)},
		web.Row{Key: w.say("cases.file.origin"), Value: w.say("cases.file.origin." + p.Origin)})
}

// orNil is nil for nothing, which a row shows as not recorded.
func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (w words) consent(c cases.Consent) consentCard {
	card := consentCard{Consent: c, Agency: w.agency(c.ToNode, c.ToAgency), Holds: c.Holds(w.Now)}
	card.Title = w.say("cases.consent.for", "Purpose", w.say("cases.purpose."+c.Purpose), "Agency", card.Agency)
	switch {
	case card.Holds:
		card.Tag = web.Tag{Text: w.say("cases.consent.holds"), Tone: web.Success}
	case !c.WithdrawnAt.IsZero():
		card.Tag = web.Tag{Text: w.say("cases.consent.withdrawn.on", "Date", i18n.Date(w.Lang, c.WithdrawnAt)), Tone: web.Neutral}
	default:
		card.Tag = web.Tag{Text: w.say("cases.consent.expired"), Tone: web.Neutral}
	}
	ends := w.say("cases.consent.ends.never")
	if !c.ExpiresAt.IsZero() {
		ends = i18n.Date(w.Lang, c.ExpiresAt)
	}
	given := w.say("cases.consent.given.value", "Date", i18n.Date(w.Lang, c.GivenAt), "Way", lower(w.say("cases.way."+c.Way)), "Language", i18n.Language(w.Lang, c.Language))
	card.Rows = []web.Row{{Key: w.say("cases.consent.shares"), Value: w.codes("cases.group.", c.Groups)},
		{Key: w.say("cases.consent.given"), Value: given}, {Key: w.say("cases.consent.ends"), Value: ends}}
	if c.Guardian != "none" {
		card.Rows = append(card.Rows, web.Row{Key: w.say("cases.consent.by-guardian"), Value: w.say("cases.guardian." + c.Guardian)})
	}
	return card
}

func (w words) risk(k cases.Risk) []web.Row {
	return []web.Row{{Key: w.say("cases.file.risk.level"), Value: w.say("cases.level." + k.Level)},
		{Key: w.say("cases.file.risk.factors"), Value: orNil(w.codes("cases.factor.", k.Factors))},
		{Key: w.say("cases.file.risk.at"), Value: k.At}}
}

// riskTone is how a level is shown; only what needs somebody today is red.
func riskTone(level string) web.Tone {
	switch level {
	case "high", "extreme":
		return web.Danger
	case "medium":
		return web.Warning
	}
	return web.Neutral
}

func (w words) best(b cases.BestInterests) []web.Row {
	return []web.Row{{Key: w.say("cases.file.best.outcome"), Value: w.say("cases.outcome." + b.Outcome)},
		{Key: w.say("cases.file.best.authority"), Value: b.Authority},
		{Key: w.say("cases.file.best.guardian"), Value: w.say("cases.guardian." + b.Guardian)},
		{Key: w.say("cases.file.best.at"), Value: b.At}}
}

func (w words) referral(l referrals.Line) referral {
	key := "cases.file.referrals.to"
	if l.Side == referrals.Receiver {
		key = "cases.file.referrals.from"
	}
	return referral{Line: l, Title: w.say(key, "Agency", w.other(l)), Tag: web.Tag{Text: w.say("referrals.state." + string(l.State)), Tone: stateTone(l)}}
}

// other is the agency on the other side.
func (w words) other(l referrals.Line) string { return w.agencyOf(l.Other) }

func stateTone(l referrals.Line) web.Tone {
	place := referrals.Flow.Place(l.State)
	switch {
	case place.Alert:
		return web.Danger
	case place.End:
		return web.Neutral
	}
	return web.Active
}

// tasks are what is next for the person: first their safety, then what the law
// asks before anything leaves, then what waits.
func (o *room) tasks(w words, p *filePage, lines []referrals.Line) (tasks []web.Task, err error) {
	err = o.read(w.Request, func(tx *store.Tx) error {
		var last time.Time
		if len(p.Risks) > 0 {
			last = p.Risks[0].At
		}
		fresh, err := referrals.Fresh(tx, w.Who.Node, last)
		if err != nil {
			return err
		}
		tasks = w.safety(p, p.Steps(fresh))
		for _, l := range lines {
			more, err := w.aboutReferral(tx, p, l)
			if err != nil {
				return err
			}
			tasks = append(tasks, more...)
		}
		return nil
	})
	if err == nil && p.Mine {
		var more []web.Task
		more, err = o.identification(w, p)
		tasks = append(append(tasks, more...), w.whenNeeded(p)...)
	}
	return tasks, err
}

// safety is the assessment of risk and, for a child, their best interests.
func (w words) safety(p *filePage, steps []string) []web.Task {
	at := FilePath(p.Person.ID)
	risk := web.Task{Title: w.say("cases.step.assess-risk"), Href: at + "/risk"}
	switch {
	case slices.Contains(steps, cases.AssessRiskNow):
		risk.Hint, risk.Tag = w.say("cases.task.risk.hint"), web.Tag{Text: w.say("cases.task.todo"), Tone: web.Warning}
	case slices.Contains(steps, cases.AssessRiskAnew):
		risk.Title, risk.Tag = w.say("cases.step.assess-risk-anew"), web.Tag{Text: w.say("cases.task.anew"), Tone: web.Warning}
	default:
		risk.Tag = web.Tag{Text: w.say("cases.level." + p.Risks[0].Level), Tone: riskTone(p.Risks[0].Level)}
	}
	if len(p.Risks) > 0 {
		risk.Hint = w.say("cases.task.risk.was", "Level", w.say("cases.level."+p.Risks[0].Level), "Ago", i18n.Since(w.Lang, p.Risks[0].At, w.Now))
	}
	tasks := []web.Task{risk}
	if p.Child && p.Mine {
		best := web.Task{Title: w.say("cases.step.best-interests"), Href: at + "/best-interests", Tag: web.Tag{Text: w.say("cases.task.ready"), Tone: web.Success}}
		if slices.Contains(steps, cases.WeighBestInterests) {
			best.Hint, best.Tag = w.say("cases.task.best.hint"), web.Tag{Text: w.say("cases.task.todo"), Tone: web.Warning}
		}
		tasks = append(tasks, best)
	}
	return tasks
}

// aboutReferral is the consent that a prepared referral lacks, and the referral
// itself while it is open.
func (w words) aboutReferral(tx *store.Tx, p *filePage, l referrals.Line) ([]web.Task, error) {
	if referrals.Flow.Place(l.State).End && l.Recall != "asked" {
		return nil, nil
	}
	var tasks []web.Task
	if p.Mine && l.Side == referrals.Sender && (l.State == referrals.Draft || l.State == referrals.ConsentConfirmed) {
		groups, err := cases.GroupsOf(l.Fields)
		if err != nil {
			return nil, err
		}
		_, err = cases.Agreed(tx, l.Person, l.Purpose, l.ToNode, l.ToAgency, groups)
		switch {
		case fault.Is(err, fault.KindConflict):
			tasks = append(tasks, web.Task{Title: w.say("cases.task.consent", "Agency", w.other(l)), Hint: w.say("cases.task.consent.hint"),
				Href: askFor(l, groups), Tag: web.Tag{Text: w.say("cases.task.todo"), Tone: web.Warning}})
		case err != nil:
			return nil, err
		}
	}
	key := "cases.task.referral"
	if l.Side == referrals.Receiver {
		key += ".in"
	}
	task := web.Task{Title: w.say(key, "Agency", w.other(l)), Hint: w.say("referrals.state." + string(l.State)), Href: "/referrals/" + l.ID,
		Tag: web.Tag{Text: w.say("cases.task.there"), Tone: web.Active}}
	if l.Waits {
		task.Tag = web.Tag{Text: w.say("cases.task.waits"), Tone: web.Warning}
	}
	return append(tasks, task), nil
}

// identification is the formal identification that runs for the person, or where one
// is opened.
func (o *room) identification(w words, p *filePage) ([]web.Task, error) {
	lines, err := act.Ask(w.Context(), o.engine, w.Who, identification.List{Person: p.Person.ID})
	var tasks []web.Task
	running := false
	for _, l := range lines {
		running = running || !l.Over()
		tasks = append(tasks, web.Task{Title: w.say("identification.task"), Hint: w.say("identification.kind." + l.Kind), Href: "/identification/" + l.ID,
			Tag: web.Tag{Text: w.say("identification.state." + string(l.State)), Tone: web.Active}})
	}
	if !running {
		tasks = append(tasks, web.Task{Title: w.say("identification.task.begin"), Hint: w.say("identification.task.hint"), Href: "/identification/new?person=" + p.Person.ID,
			Tag: web.Tag{Text: w.say("cases.task.later"), Tone: web.Neutral}})
	}
	return tasks, err
}

// whenNeeded is what nobody has to do today.
func (w words) whenNeeded(p *filePage) []web.Task {
	later := web.Tag{Text: w.say("cases.task.later"), Tone: web.Neutral}
	consent := web.Task{Title: w.say("cases.task.consent.any"), Hint: w.say("cases.task.consent.any.hint"), Href: FilePath(p.Person.ID) + "/consent", Tag: later}
	holding := 0
	for _, c := range p.Consents {
		if c.Holds {
			holding++
		}
	}
	if holding > 0 {
		consent.Tag = web.Tag{Text: w.say("cases.task.consents", "Count", holding), Tone: web.Success}
	}
	return []web.Task{consent, {Title: w.say("cases.task.refer"), Hint: w.say("cases.task.refer.hint"), Href: p.NewRef, Tag: later}}
}
