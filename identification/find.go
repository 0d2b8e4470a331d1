package identification

import (
	"errors"
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/calendar"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// View is a procedure with all that belongs to it, as one asker may see it.
type View struct {
	Procedure   Procedure      `json:"procedure"`
	Kind        string         `json:"kind"`
	Ref         string         `json:"ref"`
	Child       bool           `json:"child"`
	AgeInDoubt  bool           `json:"age_in_doubt"`
	OpensFile   bool           `json:"opens_file"`
	Rule        Rule           `json:"rule"` // by which it runs
	Quorum      Rule           `json:"quorum"`
	Majority    Rule           `json:"majority"`
	Appeal      Rule           `json:"appeal"`
	Clock       Clock          `json:"clock"`
	Primary     Clock          `json:"primary"` // by when the first help is given, where a row says so
	PrimaryDone time.Time      `json:"primary_done"`
	Seats       []string       `json:"seats"`
	Seat        string         `json:"seat"` // the asker's own, or empty
	Votes       []Vote         `json:"votes"`
	Count       Count          `json:"count"`
	Decisions   []Decision     `json:"decisions"` // the last first
	Told        []Told         `json:"told"`
	Untold      string         `json:"untold"` // the decision of which the person has not been told
	Measures    []Measure      `json:"measures"`
	Reflection  Reflection     `json:"reflection"` // the last
	Reflecting  bool           `json:"reflecting"`
	Least       Clock          `json:"least"` // the law's least for a reflection that starts now
	Contacts    []Contact      `json:"contacts"`
	Tries       []act.Line     `json:"tries"` // every time that justice asked, allowed or refused
	Statuses    []cases.Status `json:"statuses"`
	Evidence    []cases.Status `json:"evidence"` // what others decided elsewhere: evidence here, no status
	Notified    []string       `json:"notified"` // child authorities
	Verbs       []access.Verb  `json:"verbs"`    // what the asker may do now
}

// beside are the verbs that stand open wherever a procedure stands.
var beside = []access.Verb{"identification.record-measure", "identification.tell", "identification.start-reflection", "identification.lengthen-reflection",
	"identification.end-reflection", "identification.notify-child-authority", "identification.call-team"}

// Open opens a procedure, with the words that are sealed.
type Open struct{ On }

// Verb names it.
func (Open) Verb() access.Verb { return "identification.open" }

// Answer gathers it.
func (c Open) Answer(tx *store.Tx, who access.Who, p Procedure) (v View, err error) {
	v = View{Procedure: p, Kind: p.Kind(), Ref: p.person.Ref, Child: p.person.Child(), AgeInDoubt: p.person.AgeInDoubt, Seats: p.seats, Notified: p.notified,
		OpensFile: access.Decide(who, "cases.open", p.Person, p.person.Facts()).Allowed}
	for _, gather := range []func(*store.Tx, access.Who) error{v.rules, v.decided, v.given, v.own, v.speak} {
		if err := gather(tx, who); err != nil {
			return v, err
		}
	}
	for _, seat := range []string{who.ID, who.Agency} {
		if v.Seat == "" && slices.Contains(p.seats, seat) {
			v.Seat = seat
		}
	}
	v.Verbs = v.possible(who)
	return v, nil
}

// rules are the rows by which it runs, and the clocks.
func (v *View) rules(tx *store.Tx, who access.Who) (err error) {
	p := v.Procedure
	if v.Rule, err = p.rule(tx, "kind"); err != nil {
		return err
	}
	v.Quorum, _ = p.rule(tx, "quorum")
	v.Majority, _ = p.rule(tx, "majority")
	v.Appeal, _ = p.rule(tx, "appeal")
	if v.Clock, err = p.Clock(tx, who.Lang); err != nil {
		return err
	}
	if v.Primary, err = row(tx, who, "assistance.primary", p.KnownAt); err != nil {
		return err
	}
	v.Least, err = row(tx, who, "reflection", tx.Now)
	return err
}

// row is a term of this country from an instant, zero where no row sets one.
func row(tx *store.Tx, who access.Who, key string, start time.Time) (Clock, error) {
	c, err := cooperation.Days(tx).Due(cooperation.Country(act.Here(tx)), key, start, start)
	if errors.Is(err, calendar.ErrNoRule) {
		return Clock{}, nil
	}
	unknown := errors.Is(err, calendar.ErrUnknownTerm)
	if unknown {
		err = nil
	}
	return Clock{Rule: c.Rule.In(who.Lang), Source: c.Source, Due: c.Due, Verified: c.Verified, Unknown: unknown}, err
}

// decided are the votes, the decisions and what the person was told.
func (v *View) decided(tx *store.Tx, who access.Who) (err error) {
	p := v.Procedure
	if p.Machine == Resolution.Name {
		if v.Votes, err = p.votes(tx); err != nil {
			return err
		}
		if v.Count, err = p.count(tx); err != nil {
			return err
		}
	}
	if v.Decisions, err = p.decisions(tx); err != nil {
		return err
	}
	if v.Told, err = store.All(tx, (*Told).columns, selectTold+` WHERE procedure_id = $1 ORDER BY id DESC`, p.ID); err != nil {
		return err
	}
	for _, d := range v.Decisions {
		if tellable(d.Verb) {
			if !slices.ContainsFunc(v.Told, func(t Told) bool { return t.Decision == d.ID }) {
				v.Untold = d.ID
			}
			return nil
		}
	}
	return nil
}

// given is what the person has: measures, a reflection period, and who asked for them.
func (v *View) given(tx *store.Tx, who access.Who) (err error) {
	p := v.Procedure
	if v.Measures, err = store.All(tx, (*Measure).columns, selectMeasure+` WHERE procedure_id = $1 ORDER BY id DESC`, p.ID); err != nil {
		return err
	}
	if n := len(v.Measures); n > 0 {
		v.PrimaryDone = v.Measures[n-1].At
	}
	v.Reflection, err = store.One(tx, (*Reflection).columns, selectReflection+` WHERE person = $1 ORDER BY id DESC LIMIT 1`, p.Person)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	v.Reflecting = v.Reflection.Runs(tx.Now)
	return nil
}

// own is what only those who accompany the person see: who of justice asked for them.
func (v *View) own(tx *store.Tx, who access.Who) (err error) {
	p := v.Procedure
	statuses, err := cases.StatusesOf(tx, p.Person)
	if err != nil {
		return err
	}
	for _, s := range statuses {
		if s.Country == cooperation.Country(act.Here(tx)) {
			v.Statuses = append(v.Statuses, s)
		} else {
			v.Evidence = append(v.Evidence, s)
		}
	}
	if !slices.Contains(p.person.Assigned(), who.ID) {
		return nil
	}
	if v.Contacts, err = store.All(tx, (*Contact).columns, selectContact+` WHERE person = $1 ORDER BY id DESC`, p.Person); err != nil {
		return err
	}
	v.Tries, err = act.History{Object: p.Person, Of: string(RequestContact{}.Verb())}.Ask(tx, who)
	return err
}

// speak opens the words.
func (v *View) speak(tx *store.Tx, who access.Who) error {
	words, err := vault.Get(tx, v.Procedure.Person)
	if err != nil {
		return err
	}
	for i, vote := range v.Votes {
		v.Votes[i].Reasons = words["identification.vote."+vote.ID]
	}
	for i, d := range v.Decisions {
		v.Decisions[i].Reasons = words["identification.decision."+d.ID]
	}
	for i, c := range v.Contacts {
		v.Contacts[i].Words = words["identification.contact."+c.ID]
	}
	return nil
}

// possible is what the asker may do now.
func (v *View) possible(who access.Who) []access.Verb {
	p := v.Procedure
	all := append(slices.Clone(p.Flow().Verbs(p.State)), beside...)
	return slices.DeleteFunc(all, func(verb access.Verb) bool {
		if !access.Decide(who, verb, p.ID, p.Facts()).Allowed || verb == end {
			return true
		}
		switch verb {
		case "identification.vote":
			return v.Seat == ""
		case "identification.accredit":
			return v.Count.Outcome != Accredits
		case "identification.not-accredit":
			return v.Count.Outcome != NotAccredits
		case "identification.tell":
			return v.Untold == ""
		case "identification.start-reflection":
			return v.Reflecting
		case "identification.lengthen-reflection", "identification.end-reflection":
			return !v.Reflecting
		case "identification.notify-child-authority":
			return !v.Child || len(v.Notified) > 0
		case "identification.call-team":
			return p.Machine != Resolution.Name || p.Over()
		}
		return false
	})
}

// List lists the procedures that the asker takes part in: their team's, those where
// they have a seat, those of people whom they accompany, and, for a child authority,
// those of which it was told. What is overdue stands first, then what is due.
type List struct {
	Which  string `json:"which"`  // open, decided, or both, if it is empty
	Person string `json:"person"` // this one alone
}

// Line is a procedure in a list.
type Line struct {
	Procedure
	Kind       string    `json:"kind"`
	Ref        string    `json:"ref"`
	Child      bool      `json:"child"`
	Clock      Clock     `json:"clock"`
	Voted      int64     `json:"voted"`
	SeatCount  int64     `json:"seats"`
	MyVote     bool      `json:"my_vote"` // the asker has a seat, and has not voted in this round
	Untold     bool      `json:"untold"`
	Reflecting time.Time `json:"reflecting"` // until when, while it runs
	Asked      int64     `json:"asked"`      // contacts that wait for an answer, for those who accompany
	Helped     bool      `json:"helped"`     // something was given
}

// Verb names it.
func (List) Verb() access.Verb { return "identification.list" }

// within holds for the procedures that user $1 of agency $2 takes part in.
const within = ` WHERE (agency = $2 OR id IN (SELECT procedure_id FROM identification_seat WHERE member = $1 OR member = $2)
	OR person IN (SELECT person FROM person_assignment WHERE user_id = $1)
	OR id IN (SELECT procedure_id FROM identification_child_authority WHERE agency = $2))`

// Ask lists them.
func (c List) Ask(tx *store.Tx, who access.Who) ([]Line, error) {
	all, err := store.All(tx, store.Value[string], `SELECT id FROM identification`+within+` AND ($3 = '' OR person = $3)
		ORDER BY CASE WHEN due_at = '' OR due_key = '' THEN 1 ELSE 0 END, due_at, id DESC LIMIT 500`, who.ID, who.Agency, c.Person)
	if err != nil {
		return nil, err
	}
	lines := []Line{}
	for _, id := range all {
		p, err := Find(tx, id)
		if err != nil {
			return nil, err
		}
		if c.Which == "open" && p.settled() || c.Which == "decided" && !p.settled() || !access.Decide(who, "identification.open", p.ID, p.Facts()).Allowed {
			continue
		}
		l, err := p.line(tx, who)
		if err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	slices.SortStableFunc(lines, func(a, b Line) int { return order(a) - order(b) })
	return lines, nil
}

// order puts what is settled last.
func order(l Line) int {
	if l.settled() {
		return 1
	}
	return 0
}

// settled reports whether nothing waits for the team.
func (p Procedure) settled() bool {
	return p.Over() || p.State == NotAccredited || p.State == NotRecognised || p.State == ClosedEarly
}

func (p Procedure) line(tx *store.Tx, who access.Who) (l Line, err error) {
	l = Line{Procedure: p, Kind: p.Kind(), Ref: p.person.Ref, Child: p.person.Child(), SeatCount: int64(len(p.seats))}
	if l.Clock, err = p.Clock(tx, who.Lang); err != nil {
		return l, err
	}
	v := View{Procedure: p}
	if err := v.decided(tx, who); err != nil {
		return l, err
	}
	if err := v.given(tx, who); err != nil {
		return l, err
	}
	l.Voted, l.Untold, l.Helped = v.Count.Voted, v.Untold != "", len(v.Measures) > 0
	if v.Reflecting {
		l.Reflecting = v.Reflection.Until
	}
	l.MyVote = p.waitsForVote(who, v.Votes)
	if slices.Contains(p.person.Assigned(), who.ID) {
		l.Asked, err = store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM identification_contact WHERE person = $1 AND answer = ''`, p.Person)
	}
	return l, err
}

// Voted reports whether a seat has voted in this round.
func (p Procedure) Voted(seat string, votes []Vote) bool {
	return slices.ContainsFunc(votes, func(v Vote) bool { return v.Counts && v.Round == p.Round && v.Member == seat })
}

func (p Procedure) waitsForVote(who access.Who, votes []Vote) bool {
	if !slices.Contains(p.Flow().Verbs(p.State), access.Verb("identification.vote")) || !access.Decide(who, "identification.vote", p.ID, p.Facts()).Allowed {
		return false
	}
	for _, seat := range []string{who.ID, who.Agency} {
		if slices.Contains(p.seats, seat) {
			return !p.Voted(seat, votes)
		}
	}
	return false
}

// Desk lists what waits for the asker, by clock: a vote to give, a team's decision, a
// decision to tell the person, and justice that asks for somebody.
type Desk struct{}

// Task is one thing that waits.
type Task struct {
	Kind string `json:"kind"` // vote, decide, overdue, tell, contact
	Line
}

// Verb names it.
func (Desk) Verb() access.Verb { return "identification.desk" }

// Ask lists it.
func (Desk) Ask(tx *store.Tx, who access.Who) ([]Task, error) {
	lines, err := List{}.Ask(tx, who)
	tasks := []Task{}
	for _, l := range lines {
		team := l.Agency == who.Agency && access.Decide(who, "identification.tell", l.ID, l.Facts()).Allowed
		mine := team || slices.Contains(l.person.Assigned(), who.ID)
		switch {
		case l.EscalatedTo == who.ID && l.Overdue(tx.Now):
			tasks = append(tasks, Task{"overdue", l})
		case l.MyVote:
			tasks = append(tasks, Task{"vote", l})
		case team && !l.settled():
			tasks = append(tasks, Task{"decide", l})
		}
		if l.Untold && mine && l.State != Ended {
			tasks = append(tasks, Task{"tell", l})
		}
		if l.Asked > 0 {
			tasks = append(tasks, Task{"contact", l})
		}
	}
	return tasks, err
}

// Team lists the members of the asker's team.
type Team struct{}

// Verb names it.
func (Team) Verb() access.Verb { return "identification.team" }

// Ask lists them.
func (Team) Ask(tx *store.Tx, who access.Who) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT member FROM identification_member WHERE team = $1 ORDER BY since, member`, who.Agency)
}
