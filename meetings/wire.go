package meetings

import (
	"slices"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

type letter interface{ Verb() access.Verb }

// On says which meeting a verb is about.
type On struct {
	ID string `json:"id"`
}

// Find loads it.
func (c On) Find(tx *store.Tx, who access.Who) (Meeting, error) { return find(tx, c.ID) }

// put carries out a change at home and shows it to everybody; elsewhere the same
// change is tried on the mirror, so that whoever wrote hears at once what is wrong
// with it, and is asked of home. A partner asks home and nobody else.
func (m Meeting) put(tx *store.Tx, who access.Who, c letter, change func(*Meeting) error) error {
	if who.Kind == access.Partner && !m.AtHome(tx) {
		return fault.Denied()
	}
	if err := m.Working(tx); err != nil {
		return err
	}
	next, err := Flow.Next(m.State, c.Verb())
	if err != nil {
		return err
	}
	m.was, m.State = m.State, next
	if err := change(&m); err != nil {
		return err
	}
	if !m.AtHome(tx) {
		return m.Ask(tx, who, c)
	}
	m.Version++
	return m.shown(tx)
}

// shown keeps the meeting and shows it to the other parties.
func (m Meeting) shown(tx *store.Tx) error {
	if err := m.keep(tx); err != nil {
		return err
	}
	return m.Show(tx, Mirror{Meeting: m})
}

// Mirror is how home shows a meeting to the other parties, whole.
type Mirror struct {
	Meeting Meeting `json:"meeting"`
	from    string
}

// Verb names it.
func (Mirror) Verb() access.Verb { return "meetings.mirror" }

// CarriedBy notes who sent it.
func (c *Mirror) CarriedBy(d act.Delivery) { c.from = d.From }

// Find takes the meeting as sent. Whose it is, this node's own copy of the
// agreement says.
func (c Mirror) Find(tx *store.Tx, who access.Who) (Meeting, error) {
	m := c.Meeting
	a, err := cooperation.FindAgreement(tx, m.Agreement)
	m.Home, m.Parties = a.Home, a.Parties
	return m, err
}

// Do keeps it, if it is news and says of nobody that they approved what they have
// not.
func (c Mirror) Do(tx *store.Tx, who access.Who, m Meeting) error {
	old, err := find(tx, m.ID)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	old.Joint = cooperation.Joint{ID: m.ID, Agreement: or(old.Agreement, m.Agreement), Home: m.Home, Parties: m.Parties, Version: old.Version}
	news, err := old.Seen(tx, c.from, m.Version)
	if err != nil || !news {
		return err
	}
	if old.Agreement != m.Agreement || !slices.Contains(m.Parties, act.Here(tx)) || old.State == Minuted && (m.State != Minuted || m.Hash() != old.Hash()) {
		return fault.Denied()
	}
	if err := m.sound(tx); err != nil {
		return err
	}
	m.was = Flow.Toward(old.State, m.State)
	return m.keep(tx)
}
