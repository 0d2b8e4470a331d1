package pages

import (
	"slices"
	"strings"
	"time"

	"istmo/i18n"
	"istmo/identification"
	"istmo/web"
)

// sheet is a procedure as its page shows it.
type sheet struct {
	identification.View
	Href, Title, Next, NoTerm string
	Tags                      []web.Tag
	Overdue, NoChildAuthority string
	Clock, First              web.Clock
	Rungs                     []rung
	Do                        []action // the steps that stand open, the likeliest first
	Beside                    []action
	CountWords                string
	Members                   []member
	Ruled                     []ruled
	Untold                    bool
	Given                     []web.Row
	Time                      []web.Row
	TimeClock                 web.Clock
	Asked                     []asked
	Tried                     []web.Event
	Here, There               []web.Row
	Facts                     []web.Row
	Life                      web.Drawing
	File                      string
	Answers                   []string
}

// rung is a step of the ladder: climbed, or what may follow.
type rung struct {
	Title, Detail, State string
	At                   time.Time
}

// action is a link to a form.
type action struct {
	What, Text, Href string
	Main             bool
}

// member is a seat with what was voted from it.
type member struct {
	Name    string
	Vote    web.Tag
	At      time.Time
	Reasons string
	Before  []earlier
	Mine    bool
}

type earlier struct{ Choice, Reasons, When string }

// ruled is a decision in words.
type ruled struct {
	identification.Decision
	Title, Who, Votes, Dissent, Protects, Paper, Told string
}

type asked struct {
	identification.Contact
	Who    string
	Answer string
	Open   bool
}

// procedure shows one.
func (o *room) procedure(r *web.Request) (web.View, error) {
	v, err := o.find(r)
	if err != nil {
		return web.View{}, err
	}
	n, err := o.names(r)
	if err != nil {
		return web.View{}, err
	}
	p := v.Procedure
	s := sheet{View: v, Href: Page(p.ID), Title: r.Say("identification.kind." + v.Kind), Next: r.Say("identification.next." + string(p.State)),
		Tags: []web.Tag{stateTag(r, p)}, Life: life(r, v), Untold: v.Untold != "", Answers: identification.ContactAnswers}
	if v.OpensFile {
		s.File = "/people/" + p.Person
	}
	s.Clock, s.NoTerm = clockOf(r, p, v.Clock)
	s.marks(r, n)
	s.steps(r)
	s.Rungs = rungs(r, v)
	s.votes(r, n)
	s.decisions(r, n)
	s.given(r, n)
	s.reflection(r)
	s.justice(r, n)
	s.statuses(r)
	s.facts(r, n)
	return web.View{Template: "identification/procedure", Title: "identification.procedure.title", Args: []any{"Ref", v.Ref}, Data: s, Layout: web.Person, Back: toList(r)}, nil
}

func (s *sheet) marks(r *web.Request, n names) {
	p := s.Procedure
	if s.Child {
		key := "identification.child"
		if s.AgeInDoubt {
			key = "identification.age-in-doubt"
		}
		s.Tags = append(s.Tags, web.Tag{Text: r.Say(key), Tone: web.Warning})
		if len(s.Notified) == 0 {
			s.NoChildAuthority = r.Say("identification.no-child-authority")
		}
	}
	if s.Reflecting {
		s.Tags = append(s.Tags, web.Tag{Text: r.Say("identification.reflecting"), Tone: web.Active})
	}
	if p.Overdue(r.Now) {
		s.Overdue = r.Say("identification.overdue")
		if p.EscalatedTo != "" {
			s.Overdue = r.Say("identification.overdue.told", "Who", n.of(r, p.EscalatedTo))
		}
	}
	if s.Primary.Rule != "" && !s.Primary.Unknown {
		s.First = web.Clock{What: r.Say("identification.clock.assistance.primary"), Due: s.Primary.Due, Done: s.PrimaryDone, Rule: s.Primary.Rule, Source: sourced(r, s.Primary.Source, s.Primary.Verified)}
	}
}

// steps are what the reader can do: what moves the procedure, and what stands open
// wherever it stands.
func (s *sheet) steps(r *web.Request) {
	for what, verb := range formsInOrder() {
		if !slices.Contains(s.Verbs, verb) {
			continue
		}
		a := action{What: what, Text: r.Say("verb." + string(verb)), Href: s.Href + "/" + what}
		if _, err := s.Procedure.Flow().Next(s.Procedure.State, verb); err == nil {
			s.Do = append(s.Do, a)
		} else {
			s.Beside = append(s.Beside, a)
		}
	}
	if len(s.Do) > 1 && s.Do[0].What == "vote" && s.Procedure.Voted(s.Seat, s.Votes) {
		s.Do = append(s.Do[1:], s.Do[0]) // changing one's mind comes after what can be resolved
	}
	if len(s.Do) > 0 {
		s.Do[0].Main = true
	}
}

// Can is the form of a verb, if the reader can do it now.
func (s sheet) Can(what string) string {
	for _, a := range append(slices.Clone(s.Do), s.Beside...) {
		if a.What == what {
			return a.Href
		}
	}
	return ""
}

// rungs are how far it has come: what was decided, where it stands, what may follow.
func rungs(r *web.Request, v identification.View) []rung {
	p := v.Procedure
	all := []rung{{Title: r.Say("identification.state.known"), State: "climbed", At: p.KnownAt}}
	for i := len(v.Decisions) - 1; i >= 0; i-- {
		d := v.Decisions[i]
		all = append(all, rung{Title: r.Say("identification.state." + string(d.State)), State: "climbed", At: d.At, Detail: r.Say("verb." + d.Verb)})
	}
	all[len(all)-1].Detail = r.Say("identification.here")
	if p.Over() {
		return all
	}
	seen := map[string]bool{}
	for _, mv := range p.Flow().Moves {
		if mv.From != p.State || mv.To == p.State || mv.To == identification.Ended || seen[string(mv.To)] {
			continue
		}
		seen[string(mv.To)] = true
		all = append(all, rung{Title: r.Say("identification.state." + string(mv.To)), State: "ahead", Detail: r.Say("verb." + string(mv.Verb))})
	}
	return all
}

func (s *sheet) votes(r *web.Request, n names) {
	if s.Kind != "resolution" {
		return
	}
	defer func() {
		if s.Procedure.Over() {
			s.CountWords = "" // the decision tells it
		}
	}()
	c := s.Count
	s.CountWords = r.Say("identification.count", "For", c.For, "Against", c.Against, "Voted", c.Voted, "Seats", c.Seats)
	switch {
	case c.Seats == 0:
		s.CountWords = r.Say("identification.count.no-seats")
	case !c.Quorum:
		s.CountWords += " " + r.Say("identification.count.no-quorum", "Needed", c.Needed)
	case c.Tie:
		s.CountWords += " " + r.Say("identification.count.tie")
	case !s.Procedure.Over() && c.Outcome != "":
		s.CountWords += " " + r.Say("identification.count."+c.Outcome)
	}
	for _, seat := range s.Seats {
		m := member{Name: n.of(r, seat), Mine: seat == s.Seat, Vote: web.Tag{Text: r.Say("identification.not-voted"), Tone: web.Neutral}}
		for _, v := range s.Votes {
			if v.Member != seat {
				continue
			}
			if v.Counts && v.Round == s.Procedure.Round {
				m.Vote, m.At, m.Reasons = web.Tag{Text: r.Say("identification.choice." + v.Choice), Tone: web.Active}, v.At, v.Reasons
				continue
			}
			m.Before = append(m.Before, earlier{r.Say("identification.choice." + v.Choice), v.Reasons, i18n.DateTime(r.Lang, v.At, r.Zone())})
		}
		s.Members = append(s.Members, m)
	}
}

func (s *sheet) decisions(r *web.Request, n names) {
	for _, d := range s.Decisions {
		w := ruled{Decision: d, Title: r.Say("identification.decided."+strings.TrimPrefix(d.Verb, "identification."), "Number", d.Number), Who: n.of(r, d.Agency), Paper: s.Href + "/paper/" + d.ID}
		if d.Seats > 0 {
			w.Votes = r.Say("identification.votes", "For", d.For, "Against", d.Against, "Seats", d.Seats)
		}
		if len(d.Dissent) > 0 {
			w.Dissent = r.Say("identification.dissent", "Who", i18n.List(r.Lang, n.list(r, d.Dissent)...))
		}
		if len(d.Protections) > 0 {
			w.Protects = r.Say("identification.protects", "What", protections(r.Lang, d.Protections))
		}
		for _, t := range s.Told {
			if t.Decision == d.ID {
				w.Told = r.Say("identification.was-told", "Day", day(r, t.At), "Language", i18n.Language(r.Lang, t.Language), "Way", lower(r.Say("identification.way."+t.Way)))
			}
		}
		s.Ruled = append(s.Ruled, w)
	}
}

func protections(lang string, codes []string) string {
	var words []string
	for _, c := range codes {
		words = append(words, lower(i18n.Say(lang, "identification.protection."+c)))
	}
	return i18n.List(lang, words...)
}

func lower(s string) string {
	if s == "" {
		return s
	}
	letters := []rune(s)
	return strings.ToLower(string(letters[:1])) + string(letters[1:])
}

func (s *sheet) given(r *web.Request, n names) {
	for _, m := range s.Measures {
		s.Given = append(s.Given, web.Row{Key: r.Say("cases.needs." + m.Need), Value: r.Say("identification.given", "Who", n.of(r, m.Provider), "When", i18n.DateTime(r.Lang, m.At, r.Zone()),
			"State", lower(r.Say("identification.state."+string(m.State))))})
	}
}

func (s *sheet) reflection(r *web.Request) {
	f := s.Reflection
	if f.ID == "" {
		return
	}
	s.Time = []web.Row{{Key: r.Say("identification.reflection.starts"), Value: f.Starts}, {Key: r.Say("identification.reflection.least"), Value: f.Least}, {Key: r.Say("identification.reflection.until"), Value: f.Until}}
	if !f.EndedAt.IsZero() {
		s.Time = append(s.Time, web.Row{Key: r.Say("identification.reflection.ended"), Value: day(r, f.EndedAt) + ". " + r.Say("identification.choosing."+f.Chosen)})
	}
	if s.Reflecting {
		s.TimeClock = web.Clock{What: r.Say("identification.clock.reflection"), Due: f.Until, Soon: 7 * 24 * time.Hour, Rule: s.Least.Rule, Source: sourced(r, s.Least.Source, s.Least.Verified)}
	}
}

// justice is who asked to meet the person, for those who accompany them.
func (s *sheet) justice(r *web.Request, n names) {
	for _, c := range s.Contacts {
		a := asked{Contact: c, Who: n.of(r, c.Agency), Open: c.Answer == "", Answer: r.Say("identification.contact.waits")}
		if c.Answer != "" {
			a.Answer = r.Say("identification.contact.answer." + c.Answer)
		}
		s.Asked = append(s.Asked, a)
	}
	for _, t := range s.Tries {
		e := web.Event{At: t.At, Title: r.Say("identification.tried.passed"), Tag: web.Tag{Text: r.Say("identification.tried.passed.tag"), Tone: web.Active}}
		if strings.HasPrefix(t.Outcome, "refused") {
			e.Title, e.Tag = r.Say("identification.tried.refused"), web.Tag{Text: r.Say("identification.tried.refused.tag"), Tone: web.Warning}
		}
		s.Tried = append(s.Tried, e)
	}
}

func (s *sheet) statuses(r *web.Request) {
	for _, x := range s.Statuses {
		s.Here = append(s.Here, web.Row{Key: r.Say("cases.status." + x.Code), Value: x.Authority + ". " + x.LegalBasis + ". " + i18n.Date(r.Lang, x.DecidedOn)})
	}
	for _, x := range s.Evidence {
		s.There = append(s.There, web.Row{Key: i18n.Country(r.Lang, x.Country) + ": " + lower(r.Say("cases.status."+x.Code)), Value: x.Authority + ". " + x.LegalBasis + ". " + i18n.Date(r.Lang, x.DecidedOn)})
	}
}

// facts are by which rules it runs, with their dates and sources.
func (s *sheet) facts(r *web.Request, n names) {
	add := func(key string, value any) { s.Facts = append(s.Facts, web.Row{Key: r.Say(key), Value: value}) }
	add("identification.team", n.of(r, s.Procedure.Agency))
	add("identification.known-at", s.Procedure.KnownAt)
	add("identification.origin", r.Say("identification.origin."+s.Procedure.Origin))
	for _, rule := range []identification.Rule{s.Rule, s.Quorum, s.Majority, s.Appeal} {
		if rule.Key == "" {
			continue
		}
		words := rule.Text.In(r.Lang) + " " + r.Say("identification.rule.from", "Law", rule.Law, "Source", sourced(r, rule.Source, rule.Verified))
		add("identification.rule."+rule.Key, words)
	}
	if s.Rule.From != "" {
		from, _ := time.Parse(time.DateOnly, s.Rule.From)
		words := r.Say("identification.rule.since", "From", i18n.Date(r.Lang, from))
		if to, err := time.Parse(time.DateOnly, s.Rule.To); err == nil {
			words = r.Say("identification.rule.between", "From", i18n.Date(r.Lang, from), "To", i18n.Date(r.Lang, to))
		}
		add("identification.rule.holds", words)
	}
	if len(s.Notified) > 0 {
		add("identification.child-authority.told", i18n.List(r.Lang, n.list(r, s.Notified)...))
	}
}
