package response

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
)

// What crosses the border, and only that: ReceiveAcross with codes, and back
// where the alert stands, ShowAcross. Neither has a place for a name.

// ReceiveAcross is how an alert comes from another country.
type ReceiveAcross struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"` // what it is at home
	Why      string    `json:"why"`
	Place    string    `json:"place"`
	Count    int64     `json:"count"`
	Child    bool      `json:"child"`
	Alone    bool      `json:"alone"`
	Needs    []string  `json:"needs"`
	Urgent   bool      `json:"urgent"`
	Contact  string    `json:"contact"` // of the duty team, never of a person
	SentAt   time.Time `json:"sent_at"`
	from     string
	envelope string
}

// Verb names it.
func (ReceiveAcross) Verb() access.Verb { return "response.receive-across" }

// CarriedBy notes who sent it, and in which envelope.
func (c *ReceiveAcross) CarriedBy(d act.Delivery) { c.from, c.envelope = d.From, d.ID }

// Find makes the alert here, or finds the one that this letter already raised.
func (c ReceiveAcross) Find(tx *store.Tx, who access.Who) (Alert, error) {
	a, err := store.One(tx, (*Alert).columns, selectAlert+` WHERE home = $1 AND crossing = $2 AND id = incident`, c.from, c.ID)
	if !fault.Is(err, fault.KindNotFound) {
		return a, err
	}
	a = Alert{ID: tx.NewID("alr"), State: Raised, Kind: FromAbroad, Why: c.Why, Place: c.Place, Count: c.Count, Child: c.Child, Alone: c.Alone, Needs: c.Needs,
		Home: c.from, Crossing: c.ID, Contact: c.Contact, RaisedAt: tx.Now, SentAt: c.SentAt, Envelope: c.envelope}
	a.Incident = a.ID
	return a, nil
}

// Do raises it at the teams that an alert from abroad goes to, and says at once
// that it has come.
func (c ReceiveAcross) Do(tx *store.Tx, who access.Who, a Alert) error {
	var check fault.Check
	check.That(slices.Contains(Whys, c.Why), "why", "fault.not-in-list")
	check.That(c.Place != "" && len(c.Place) <= 200, "place", "fault.required")
	check.That(within(cases.Needs, c.Needs), "needs", "fault.not-in-list")
	check.That(c.Count > 0 && c.Count < 1000, "count", "response.too-many")
	check.That(len(c.Contact) <= 500, "contact", "fault.too-long")
	if err := check.Err(); err != nil || a.Round > 0 {
		return err
	}
	if err := a.begin(tx, who, c, ""); err != nil {
		return err
	}
	return a.showHome(tx)
}

// showHome tells the country that raised it where its alert has come to. That always
// passes, whatever becomes of the agreement, and carries nothing of a person.
func (a Alert) showHome(tx *store.Tx) error {
	if a.Crossing == "" || a.was == a.State {
		return nil
	}
	if a.State == Acknowledged && a.was != Acknowledged {
		if err := act.Climb(tx, a.Envelope, act.Decided); err != nil {
			return err
		}
	}
	team, err := name(tx, a.Team)
	if err != nil {
		return err
	}
	contact, _ := number(team)
	_, err = act.Tell(tx, act.Letter{To: a.Home, Purpose: cooperation.ForSafety, About: a.Crossing,
		Command: ShowAcross{ID: a.Crossing, State: a.State, Version: a.Round, At: tx.Now, Team: team.Name, Contact: contact}})
	if faults := fault.All(err); len(faults) > 0 && faults[0].Key == "exchange.no-such-partner" {
		return nil // who is helped here goes on being helped
	}
	return err
}

// ShowAcross is how the country that was alerted says where it stands.
type ShowAcross struct {
	ID      string     `json:"id"`
	State   flow.State `json:"state"`
	Version int64      `json:"version"`
	At      time.Time  `json:"at"`
	Team    string     `json:"team"`
	Contact string     `json:"contact"`
}

// Verb names it.
func (ShowAcross) Verb() access.Verb { return "response.show-across" }

// Find loads what went there.
func (c ShowAcross) Find(tx *store.Tx, who access.Who) (Crossing, error) {
	return findCrossing(tx, c.ID)
}

// Do keeps it, unless something later is known already.
func (c ShowAcross) Do(tx *store.Tx, who access.Who, x Crossing) error {
	if Flow.Place(c.State).State == "" {
		return fault.Invalid("state", "fault.not-in-list")
	}
	if c.At.Before(x.StateAt) {
		return nil // an older word, heard late
	}
	changed := x.State != c.State
	x.State, x.Version, x.Team, x.Contact, x.StateAt = c.State, c.Version, c.Team, c.Contact, c.At
	if !slices.Contains(unanswered, c.State) {
		x.DueAt = time.Time{}
	}
	if err := x.update(tx); err != nil || !changed {
		return err
	}
	a, err := Find(tx, x.Alert)
	if err != nil {
		return err
	}
	return a.note(tx, who, c.Verb(), string(c.State), "")
}

// Refused hears that another node did not take what went there, and why. It is
// told to whoever asks next, with the number to telephone.
func Refused(tx *store.Tx, about, why string) error {
	x, err := findCrossing(tx, about)
	if fault.Is(err, fault.KindNotFound) || err == nil && x.Refused != "" {
		return nil
	} else if err != nil {
		return err
	}
	x.Refused = why
	if err := x.update(tx); err != nil || x.DueAt.IsZero() {
		return err
	}
	return act.Then(tx, act.Deed{}, CallThem{Crossing: x.ID})
}
