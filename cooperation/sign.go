package cooperation

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
)

// ProposeAgreement puts an agreement before its parties. This node becomes its
// depositary and signs it in proposing it.
type ProposeAgreement struct {
	TitleES  string    `json:"title_es"`
	TitleEN  string    `json:"title_en"`
	Source   string    `json:"source"`
	Parties  []string  `json:"parties"`
	Verbs    []string  `json:"verbs"`
	Purposes []string  `json:"purposes"`
	Groups   []string  `json:"groups"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
}

// Verb names it.
func (ProposeAgreement) Verb() access.Verb { return "cooperation.propose-agreement" }

// Find makes the agreement that is proposed.
func (c ProposeAgreement) Find(tx *store.Tx, who access.Who) (Agreement, error) {
	a := Agreement{ID: tx.NewID("agr"), Home: who.Node, TitleES: c.TitleES, TitleEN: c.TitleEN, Source: c.Source,
		Parties: c.Parties, Verbs: c.Verbs, Purposes: c.Purposes, Groups: c.Groups, From: c.From, To: c.To,
		Signed: []string{who.Node}, State: Proposed, Version: 1}
	if a.From.IsZero() {
		a.From = tx.Now
	}
	if !slices.Contains(a.Parties, who.Node) {
		a.Parties = append([]string{who.Node}, a.Parties...)
	}
	return a, nil
}

// Do stores it and sends it to the other parties.
func (c ProposeAgreement) Do(tx *store.Tx, who access.Who, a Agreement) error {
	var check fault.Check
	check.That(c.TitleES != "", "title_es", "fault.required")
	check.That(c.TitleEN != "", "title_en", "fault.required")
	check.That(len(a.Parties) > 1, "parties", "cooperation.two-parties")
	check.That(len(c.Verbs) > 0, "verbs", "fault.required")
	check.That(len(c.Purposes) > 0, "purposes", "fault.required")
	check.That(c.To.IsZero() || c.To.After(a.From), "to", "cooperation.ends-before")
	if err := check.Err(); err != nil {
		return err
	}
	if err := a.insert(tx); err != nil {
		return err
	}
	return a.tell(tx)
}

// On says which agreement a verb is about.
type On struct {
	ID string `json:"id"`
}

// Find loads it.
func (c On) Find(tx *store.Tx, who access.Who) (Agreement, error) {
	return store.One(tx, (*Agreement).columns, selectAgreement+` WHERE id = $1`, c.ID)
}

// SignAgreement signs for this node; the last signature brings it into force.
type SignAgreement struct{ On }

// Verb names it.
func (SignAgreement) Verb() access.Verb { return "cooperation.sign-agreement" }

// Do signs. On a mirror it asks the depositary, who counts the signatures.
func (c SignAgreement) Do(tx *store.Tx, who access.Who, a Agreement) error {
	if _, err := Flow.Next(a.State, c.Verb()); err != nil {
		return err
	}
	if !slices.Contains(a.Parties, who.Node) {
		return fault.Denied()
	}
	if a.Home != here(tx) {
		return ask(tx, a, c)
	}
	if !slices.Contains(a.Signed, who.Node) {
		a.Signed = append(a.Signed, who.Node)
	}
	if len(a.Signed) == len(a.Parties) {
		return a.move(tx, "cooperation.bring-into-force")
	}
	return a.move(tx, c.Verb())
}

// SuspendAgreement stops personal data under it, on both sides, at once.
type SuspendAgreement struct{ On }

// Verb names it.
func (SuspendAgreement) Verb() access.Verb { return "cooperation.suspend-agreement" }

// Do halts it for the asking node.
func (c SuspendAgreement) Do(tx *store.Tx, who access.Who, a Agreement) error {
	if slices.Contains(a.Halted, who.Node) {
		return nil
	}
	return a.halt(tx, c, append(a.Halted, who.Node))
}

// ResumeAgreement takes this node's halt back.
type ResumeAgreement struct{ On }

// Verb names it.
func (ResumeAgreement) Verb() access.Verb { return "cooperation.resume-agreement" }

// Do lifts the asking node's halt, and nobody else's.
func (c ResumeAgreement) Do(tx *store.Tx, who access.Who, a Agreement) error {
	return a.halt(tx, c, slices.DeleteFunc(slices.Clone(a.Halted), func(n string) bool { return n == who.Node }))
}

// halt takes effect here at once, even on a mirror: a party that stops is not
// made to wait for the depositary.
func (a Agreement) halt(tx *store.Tx, c letter, halted []string) error {
	if _, err := Flow.Next(a.State, c.Verb()); err != nil {
		return err
	}
	a.Halted = halted
	if a.Home != here(tx) {
		if err := a.update(tx); err != nil {
			return err
		}
		return ask(tx, a, c)
	}
	return a.move(tx, c.Verb())
}

// EndAgreement ends it for good, for all parties.
type EndAgreement struct{ On }

// Verb names it.
func (EndAgreement) Verb() access.Verb { return "cooperation.end-agreement" }

// Do ends it. A party that ends it stops here at once, as with a halt.
func (c EndAgreement) Do(tx *store.Tx, who access.Who, a Agreement) error {
	if a.Home == here(tx) {
		return a.move(tx, c.Verb())
	}
	if _, err := Flow.Next(a.State, c.Verb()); err != nil {
		return err
	}
	if !slices.Contains(a.Halted, who.Node) {
		a.Halted = append(a.Halted, who.Node)
	}
	if err := a.update(tx); err != nil {
		return err
	}
	return ask(tx, a, c)
}

func (a Agreement) move(tx *store.Tx, verb access.Verb) error {
	next, err := Flow.Next(a.State, verb)
	if err != nil {
		return err
	}
	a.was, a.State, a.Version = a.State, next, a.Version+1
	if err := a.update(tx); err != nil {
		return err
	}
	return a.tell(tx)
}

type letter interface{ Verb() access.Verb }

func ask(tx *store.Tx, a Agreement, c letter) error {
	_, err := act.Tell(tx, act.Letter{To: a.Home, Purpose: ForCooperation, About: a.ID, Command: c})
	return err
}

// tell sends the agreement as it now stands to every other party.
func (a Agreement) tell(tx *store.Tx) error {
	for _, party := range a.Parties {
		if party == here(tx) {
			continue
		}
		_, err := act.Tell(tx, act.Letter{To: party, Purpose: ForCooperation, About: a.ID, Command: MirrorAgreement{Agreement: a}})
		if err != nil {
			return err
		}
	}
	return nil
}

// MirrorAgreement is how a depositary shows an agreement to the other parties.
type MirrorAgreement struct {
	Agreement Agreement `json:"agreement"`
	from      string
}

// Verb names it.
func (MirrorAgreement) Verb() access.Verb { return "cooperation.mirror-agreement" }

// CarriedBy notes who sent it.
func (c *MirrorAgreement) CarriedBy(d act.Delivery) { c.from = d.From }

// Find takes the agreement as sent, if its home sent it.
func (c MirrorAgreement) Find(tx *store.Tx, who access.Who) (Agreement, error) {
	a := c.Agreement
	if a.Home != c.from || !slices.Contains(a.Parties, here(tx)) {
		return a, fault.Denied()
	}
	return a, nil
}

// Do keeps it, unless what is here is newer or has another home.
func (c MirrorAgreement) Do(tx *store.Tx, who access.Who, a Agreement) error {
	old, err := store.One(tx, (*Agreement).columns, selectAgreement+` WHERE id = $1`, a.ID)
	if fault.Is(err, fault.KindNotFound) {
		a.was = flow.State("")
		if a.State != Proposed { // met late: it takes the way that the table knows
			a.was = Proposed
		}
		return a.insert(tx)
	}
	if err != nil || old.Version >= a.Version {
		return err
	}
	if old.Home != a.Home {
		return fault.Denied()
	}
	a.was = old.State
	return a.update(tx)
}

// Agreements lists them all, newest first.
type Agreements struct{}

// Verb names it.
func (Agreements) Verb() access.Verb { return "cooperation.agreements" }

// Ask lists them.
func (Agreements) Ask(tx *store.Tx, who access.Who) ([]Agreement, error) {
	return store.All(tx, (*Agreement).columns, selectAgreement+` ORDER BY id DESC`)
}
