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

// Crossing is an alert that went to another country's team, as its home knows it.
type Crossing struct {
	ID        string     `json:"id"`
	Alert     string     `json:"alert"` // from which it went out
	Node      string     `json:"node"`  // where it went
	Agreement string     `json:"agreement"`
	Envelope  string     `json:"-"`
	Why       string     `json:"why"`
	Place     string     `json:"place"`
	Count     int64      `json:"count"`
	Child     bool       `json:"child"`
	Needs     []string   `json:"needs"`
	Urgent    bool       `json:"urgent"`
	State     flow.State `json:"state"` // there; empty before anybody said
	Version   int64      `json:"version"`
	Team      string     `json:"team"`    // there, by name
	Contact   string     `json:"contact"` // the number of that team
	Refused   string     `json:"refused"` // why the other node did not take it
	SentAt    time.Time  `json:"sent_at"`
	StateAt   time.Time  `json:"state_at"`
	DueAt     time.Time  `json:"due_at"`
	LateAt    time.Time  `json:"late_at"`   // when the clock ran out
	CalledAt  time.Time  `json:"called_at"` // when somebody telephoned
	Reached   time.Time  `json:"reached"`   // when it was delivered to the other node; worked out, never kept
	Phone     string     `json:"phone"`     // of the team there, in the directory; worked out, never kept
	PhoneOf   string     `json:"phone_of"`
}

// ObjectID is its id, the same on both sides.
func (x Crossing) ObjectID() string { return x.ID }

// Facts are what a policy may look at.
func (x Crossing) Facts() access.Facts { return access.Facts{"partner": x.Node} }

func findCrossing(tx *store.Tx, id string) (Crossing, error) {
	return store.One(tx, (*Crossing).columns, selectCrossing+` WHERE id = $1`, id)
}

// AlertAcross alerts the other country's team, because the person, a companion or
// their group is there. It is a grave step of its own: codes leave the country.
type AlertAcross struct {
	On
	Node   string   `json:"node"`
	Why    string   `json:"why"`
	Place  string   `json:"place"`
	Count  int64    `json:"count"`
	Child  bool     `json:"child"`
	Needs  []string `json:"needs"`
	Urgent bool     `json:"urgent"`
}

// Verb names it.
func (AlertAcross) Verb() access.Verb { return Covered }

// Covered is the verb that an agreement names for all that is said about an alert
// across the border.
const Covered access.Verb = "response.across"

// Do sends it under an agreement in force. Without one it is refused, with the
// number to telephone.
// law: palermo:10.3
func (c AlertAcross) Do(tx *store.Tx, who access.Who, a Alert) error {
	var check fault.Check
	check.That(slices.Contains(Whys, c.Why), "why", "fault.not-in-list")
	check.That(c.Place != "", "place", "fault.required")
	check.That(within(cases.Needs, c.Needs), "needs", "fault.not-in-list")
	check.That(c.Count >= 0 && c.Count < 1000, "count", "response.too-many")
	check.That(c.Node != "" && c.Node != act.Here(tx), "node", "response.not-another-country")
	if err := check.Err(); err != nil {
		return err
	}
	if !Open(a.State) {
		return fault.Conflict("response.ended")
	}
	x := Crossing{ID: tx.NewID("alx"), Alert: a.ID, Node: c.Node, Why: c.Why, Place: c.Place, Count: max(c.Count, 1), Child: c.Child,
		Needs: c.Needs, Urgent: c.Urgent, SentAt: tx.Now}
	if err := x.send(tx, a); err != nil {
		return err
	}
	return a.note(tx, who, c.Verb(), cooperation.Country(c.Node), "")
}

// send posts the alert, if an agreement lets it go.
func (x Crossing) send(tx *store.Tx, a Alert) error {
	agreement, purpose, err := allowed(tx, act.Here(tx), x.Node)
	if err != nil {
		return x.telephone(tx, err)
	}
	team, err := name(tx, a.Team)
	if err != nil {
		return err
	}
	contact, _ := number(team)
	x.Agreement = agreement
	x.Envelope, err = act.Tell(tx, act.Letter{To: x.Node, Agreement: agreement, Purpose: purpose, About: x.ID,
		Command: ReceiveAcross{ID: x.ID, Kind: a.Kind, Why: x.Why, Place: x.Place, Count: x.Count, Child: x.Child, Alone: a.Alone && x.Why == "person",
			Needs: x.Needs, Urgent: x.Urgent, Contact: contact, SentAt: x.SentAt}})
	if len(fault.All(err)) > 0 {
		return x.telephone(tx, err)
	} else if err != nil {
		return err
	}
	if due, err := cooperation.Due(tx, act.Here(tx), "response.across", tx.Now); err == nil {
		x.DueAt = due.Due
	}
	return x.insert(tx)
}

// allowed finds the agreement in force that lets an alert cross, and for what.
func allowed(tx *store.Tx, from, to string) (agreement, purpose string, err error) {
	for _, purpose = range []string{"protection", "assistance"} {
		a, err := cooperation.Under(tx, from, to, string(Covered), purpose)
		if err == nil || len(fault.All(err)) == 0 {
			return a.ID, purpose, err
		}
	}
	return "", "", fault.Conflict("cooperation.no-agreement")
}

// telephone says, in the place of a refusal, whom to call.
func (x Crossing) telephone(tx *store.Tx, why error) error {
	if len(fault.All(why)) == 0 {
		return why
	}
	phone, of, err := dutyNumber(tx, x.Node, x.Child)
	switch {
	case err != nil:
		return err
	case phone == "":
		return fault.Conflict("response.no-agreement.no-number")
	}
	return fault.Conflict("response.no-agreement").With("Agency", of).With("Phone", phone)
}

// dutyNumber is the number in the directory of the team that answers in another
// country: of the child authority where it is about a child and has one.
func dutyNumber(tx *store.Tx, node string, child bool) (phone, of string, err error) {
	all, err := cooperation.Directory{}.Ask(tx, access.Who{Kind: access.Node, ID: act.Here(tx), Node: act.Here(tx)})
	kinds := []string{"response-team", "national-committee", "child-authority"}
	if child {
		kinds = []string{"response-team", "child-authority", "national-committee"}
	}
	for _, kind := range kinds {
		for _, a := range all {
			if a.Node != node || a.Kind != kind {
				continue
			}
			if phone, ok := number(a); ok {
				return phone, a.Name, err
			}
		}
	}
	return "", "", err
}

// number is how to reach an agency at night, or at all.
func number(a cooperation.Agency) (string, bool) {
	if a.Phone24 != "" {
		return a.Phone24, true
	}
	return a.Contact, a.Contact != ""
}

// Telephone says that the other country's team was told by telephone, whether or
// not an alert went there too.
type Telephone struct {
	On
	Node    string `json:"node"`
	Reached bool   `json:"reached"`
	Note    string `json:"note"`
}

// Verb names it.
func (Telephone) Verb() access.Verb { return "response.telephone" }

// Do notes it. A call that reached somebody stops the clock that asks for one.
func (c Telephone) Do(tx *store.Tx, who access.Who, a Alert) error {
	if c.Node == "" || c.Node == act.Here(tx) {
		return fault.Invalid("node", "response.not-another-country")
	}
	code := "not-reached"
	if c.Reached {
		code = "reached"
		if _, err := tx.Exec(`UPDATE response_crossing SET called_at = $3, due_at = '' WHERE alert = $1 AND node = $2`, a.ID, c.Node, tx.Now); err != nil {
			return err
		}
	}
	return a.note(tx, who, c.Verb(), code, c.Note)
}

// AlertOf is the alert that an id names: its own, or that of what went across from it.
func AlertOf(tx *store.Tx, id string) (string, error) {
	x, err := findCrossing(tx, id)
	if fault.Is(err, fault.KindNotFound) {
		return id, nil
	}
	return x.Alert, err
}
