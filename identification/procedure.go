package identification

import (
	"errors"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/calendar"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
	"istmo/vault"
)

// Procedure is the formal identification of one person by one authority.
type Procedure struct {
	ID          string     `json:"id"`
	Machine     string     `json:"machine"`
	State       flow.State `json:"state"`
	Person      string     `json:"person"`
	Agency      string     `json:"agency"`   // the team or committee whose it is
	KnownAt     time.Time  `json:"known_at"` // when the authority learnt of the person
	Origin      string     `json:"origin"`   // hand, screening, response, referral
	OriginID    string     `json:"-"`
	Round       int64      `json:"round"` // of votes: a review begins a new one
	DueAt       time.Time  `json:"due_at"`
	DueKey      string     `json:"due_key"`
	Since       time.Time  `json:"since"`      // when it came to stand where it stands
	StoppedAt   time.Time  `json:"stopped_at"` // when assistance was closed early
	EscalatedAt time.Time  `json:"escalated_at"`
	EscalatedTo string     `json:"escalated_to"`
	CreatedAt   time.Time  `json:"created_at"`
	CreatedBy   string     `json:"-"`
	was         flow.State
	person      cases.Person
	seats       []string
	notified    []string
}

// Choices are what a member can vote.
var Choices = []string{Accredits, NotAccredits}

// The two votes.
const (
	Accredits    = "accredit"
	NotAccredits = "not-accredit"
)

// Codes of what somebody fills in.
var (
	Origins     = []string{"hand", "screening", "response", "referral"}
	Leads       = []string{"smuggled-migrant", "other-protection"}
	Protections = []string{"smuggled-migrant", "asylum", "child-protection", "violence", "labour-rights", "health", "humanitarian-stay", "family", "voluntary-return"}
	Ways        = []string{"spoken", "written", "interpreter", "signed-language", "easy-read", "recorded"}
	Closings    = []string{"term-over", "person-chose", "plan-fulfilled"}
)

// ObjectID is the procedure's id.
func (p Procedure) ObjectID() string { return p.ID }

// PersonID is whose key seals what is kept of a deed on it.
func (p Procedure) PersonID() string { return p.Person }

// Facts are what a policy may look at.
func (p Procedure) Facts() access.Facts {
	return access.Facts{"agency": p.Agency, "assigned": p.person.Assigned(), "voters": p.seats, "notified": p.notified, "erased": !p.person.ErasedAt.IsZero()}
}

// Flow is the life of its kind.
func (p Procedure) Flow() *flow.Machine {
	for _, m := range Machines {
		if m.Name == p.Machine {
			return m
		}
	}
	return &flow.Machine{}
}

// Kind is the kind as the data name it: resolution, ruling or assistance.
func (p Procedure) Kind() string { return strings.TrimPrefix(p.Machine, "identification-") }

// Over reports whether nothing more follows of itself.
func (p Procedure) Over() bool { return p.Flow().Place(p.State).End }

// Overdue reports whether its clock has run out.
func (p Procedure) Overdue(now time.Time) bool {
	return p.DueKey != "" && !p.DueAt.IsZero() && now.After(p.DueAt)
}

// On says which procedure a verb is about.
type On struct {
	ID string `json:"id"`
}

// Find loads the procedure.
func (c On) Find(tx *store.Tx, who access.Who) (Procedure, error) { return Find(tx, c.ID) }

// Find loads a procedure with the person, the seats and the child authorities.
func Find(tx *store.Tx, id string) (Procedure, error) {
	p, err := store.One(tx, (*Procedure).columns, selectProcedure+` WHERE id = $1`, id)
	if err != nil {
		return p, err
	}
	if p.person, err = cases.Find(tx, p.Person); err != nil {
		return p, err
	}
	if p.seats, err = store.All(tx, store.Value[string], `SELECT member FROM identification_seat WHERE procedure_id = $1 ORDER BY since, member`, id); err != nil {
		return p, err
	}
	p.notified, err = store.All(tx, store.Value[string], `SELECT agency FROM identification_child_authority WHERE procedure_id = $1 ORDER BY agency`, id)
	return p, err
}

// step moves the procedure and starts the clock of where it now stands.
func (p *Procedure) step(tx *store.Tx, verb access.Verb) error {
	next, err := p.Flow().Next(p.State, verb)
	if err != nil {
		return err
	}
	before := p.DueAt
	p.was, p.State, p.Since = p.State, next, tx.Now
	if p.was == next {
		return p.update(tx)
	}
	p.EscalatedAt, p.EscalatedTo = time.Time{}, ""
	if err := p.startClock(tx, before); err != nil {
		return err
	}
	return p.update(tx)
}

// startClock sets when the team is late, by the rule of the day on which the clock
// starts. Where the length of a term is not known, none runs.
func (p *Procedure) startClock(tx *store.Tx, before time.Time) error {
	start := tx.Now
	switch p.State {
	case Known, Preliminary:
		start = p.KnownAt // the law counts from knowledge
	case ImmediateExtended, MediumExtended:
		if !before.IsZero() {
			start = before // what is extended begins where the term ended
		}
	case ClosedEarly:
		p.StoppedAt = tx.Now
		p.DueKey = ""
		return nil // DueAt stays: what was left is given back if it is reopened
	case Resumed:
		p.DueKey = "assistance.resumed"
		return nil // reopen has set it
	}
	p.DueAt, p.DueKey = time.Time{}, p.Flow().Place(p.State).Clock
	if p.DueKey == "" {
		return nil
	}
	clock, err := cooperation.Days(tx).Due(cooperation.Country(act.Here(tx)), p.DueKey, start, start)
	if errors.Is(err, calendar.ErrUnknownTerm) || errors.Is(err, calendar.ErrNoRule) {
		return nil
	}
	p.DueAt = clock.Due
	return err
}

// Clock is the term that runs now, as the calendar has it: its rule, its source,
// and whether anybody has seen it there. Unknown says that its length is not known.
type Clock struct {
	Rule     string    `json:"rule"`
	Source   string    `json:"source"`
	Due      time.Time `json:"due"`
	Verified bool      `json:"verified"`
	Unknown  bool      `json:"unknown"`
	Days     int64     `json:"days"` // that have passed since the authority knew
}

// Clock is what runs now, in the asker's language.
func (p Procedure) Clock(tx *store.Tx, lang string) (Clock, error) {
	c := Clock{Due: p.DueAt, Days: int64(tx.Now.Sub(p.KnownAt) / (24 * time.Hour))}
	start := p.Since
	if p.State == Known || p.State == Preliminary {
		start = p.KnownAt
	}
	if p.DueKey == "" {
		return c, nil
	}
	row, err := cooperation.Days(tx).Due(cooperation.Country(act.Here(tx)), p.DueKey, start, start)
	switch {
	case errors.Is(err, calendar.ErrUnknownTerm):
		c.Unknown = true
	case errors.Is(err, calendar.ErrNoRule):
		return c, nil
	case err != nil:
		return c, err
	}
	c.Rule, c.Source, c.Verified = row.Rule.In(lang), row.Source, row.Verified
	return c, nil
}

// Kind of rule under which it was opened: that of the day on which the authority
// learnt of the person, whatever the law says today.
func (p Procedure) rule(tx *store.Tx, key string) (Rule, error) {
	return ruleAt(tx, act.Here(tx), key, p.KnownAt)
}

// words seals what somebody wrote under the person's key.
func (p Procedure) words(tx *store.Tx, what, id, text string) error {
	if text == "" {
		return nil
	}
	return vault.Put(tx, p.Person, map[string]string{"identification." + what + "." + id: text})
}

// reasoned refuses reasons that are none.
func reasoned(c *fault.Check, field, text string) {
	c.That(len([]rune(strings.TrimSpace(text))) >= 20, field, "identification.reasons-too-short")
}

func known(codes []string, given ...string) bool {
	return !slices.ContainsFunc(given, func(g string) bool { return !slices.Contains(codes, g) })
}

// childIsHeard refuses to decide about a child before the child authority knows
// and, where the decision ends something or is final, before anybody has weighed
// what is best for the child. An age in doubt is a child's.
// law: coe:10.3 coe:10.4
func (p Procedure) childIsHeard(tx *store.Tx, weighed bool) error {
	if !p.person.Child() {
		return nil
	}
	if len(p.notified) == 0 {
		return fault.Conflict("identification.child-authority")
	}
	if !weighed {
		return nil
	}
	_, err := cases.LatestBestInterests(tx, p.Person)
	if fault.Is(err, fault.KindNotFound) {
		return fault.Conflict("identification.child-best-interests")
	}
	return err
}
