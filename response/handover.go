package response

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
	"istmo/vault"
)

// Where a hand-over stands.
const (
	Written   flow.State = "written"
	Confirmed flow.State = "confirmed"
)

// HandFlow is a hand-over's life: who leaves writes it, who comes confirms it.
var HandFlow = &flow.Machine{
	Name:   "handover",
	Start:  Written,
	Places: []flow.Place{{State: Written, Owner: "team"}, {State: Confirmed, Owner: "team", End: true}},
	Moves:  []flow.Move{{From: Written, Verb: "response.take-over", To: Confirmed}},
}

// Handover is one officer's leaving a shift to another.
type Handover struct {
	ID          string     `json:"id"`
	State       flow.State `json:"state"`
	Agency      string     `json:"agency"`
	FromUser    string     `json:"from_user"`
	ToUser      string     `json:"to_user"`
	Alerts      []string   `json:"alerts"` // open when it was written
	At          time.Time  `json:"at"`
	ConfirmedAt time.Time  `json:"confirmed_at"`
	Worded      bool       `json:"worded"`
	was         flow.State
}

// ObjectID is its id.
func (h Handover) ObjectID() string { return h.ID }

// PersonID is under whose key its words are sealed: its own, as they may be about
// several people.
func (h Handover) PersonID() string { return h.ID }

// Facts are what a policy may look at.
func (h Handover) Facts() access.Facts {
	return access.Facts{"agency": h.Agency, "from_user": h.FromUser, "to_user": h.ToUser}
}

// HandOver leaves what is open to whoever comes. The alerts are listed by
// themselves; the words are for what no code says, and are sealed.
type HandOver struct {
	To   string `json:"to"`
	Note string `json:"note"`
}

// Verb names it.
func (HandOver) Verb() access.Verb { return "response.hand-over" }

// Find makes it, with what is open in the asker's team.
func (c HandOver) Find(tx *store.Tx, who access.Who) (Handover, error) {
	open, err := store.All(tx, store.Value[string], `SELECT id FROM response_alert WHERE team = $1 AND `+isOpen+` ORDER BY id`, who.Agency)
	return Handover{ID: tx.NewID("hov"), State: Written, Agency: who.Agency, FromUser: who.ID, ToUser: c.To, Alerts: open, At: tx.Now, Worded: c.Note != ""}, err
}

// Do keeps it. One that was written before and never confirmed gives way to it.
func (c HandOver) Do(tx *store.Tx, who access.Who, h Handover) error {
	team, err := members(tx, h.Agency)
	if err != nil {
		return err
	}
	if h.ToUser == who.ID || !slices.Contains(team, h.ToUser) {
		return fault.Invalid("to", "response.not-another-colleague")
	}
	old, err := store.All(tx, store.Value[string], `SELECT id FROM response_handover WHERE from_user = $1 AND state = 'written'`, who.ID)
	if err != nil {
		return err
	}
	for _, id := range old {
		if err := vault.Erase(tx, id); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`DELETE FROM response_handover WHERE from_user = $1 AND state = 'written'`, who.ID); err != nil {
		return err
	}
	if h.Worded {
		if err := vault.Put(tx, h.ID, map[string]string{"words": c.Note}); err != nil {
			return err
		}
	}
	return h.insert(tx)
}

// TakeOver confirms a hand-over: what its writer had in hand is the asker's now,
// with the files.
type TakeOver struct {
	Handover string `json:"handover"`
}

// Verb names it.
func (TakeOver) Verb() access.Verb { return "response.take-over" }

// Find loads it.
func (c TakeOver) Find(tx *store.Tx, who access.Who) (Handover, error) {
	return store.One(tx, (*Handover).columns, selectHandover+` WHERE id = $1`, c.Handover)
}

// Do takes everything over.
func (c TakeOver) Do(tx *store.Tx, who access.Who, h Handover) error {
	next, err := HandFlow.Next(h.State, c.Verb())
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE response_handover SET was = state, state = $2, confirmed_at = $3 WHERE id = $1`, h.ID, string(next), tx.Now); err != nil {
		return err
	}
	mine, err := store.All(tx, store.Value[string], `SELECT id FROM response_alert WHERE team = $1 AND officer = $2 AND `+isOpen, h.Agency, h.FromUser)
	for _, id := range mine {
		if err := act.Then(tx, act.Deed{}, Pass{On: On{id}, User: who.ID}); err != nil {
			return err
		}
	}
	return err
}

// Pass puts an alert into another officer's hands. It follows from taking over.
type Pass struct {
	On
	User string
}

// Verb names it.
func (Pass) Verb() access.Verb { return "response.pass" }

// Do passes it. Its clock runs on: a change of shift buys no time.
func (c Pass) Do(tx *store.Tx, who access.Who, a Alert) error {
	a.Officer = c.User
	if err := a.update(tx); err != nil {
		return err
	}
	if err := a.note(tx, who, c.Verb(), c.User, ""); err != nil {
		return err
	}
	if err := a.tell(tx, []string{c.User}); err != nil {
		return err
	}
	return a.assign(tx, c.User)
}

// OpenHandover opens the words of a hand-over, to the two whom it concerns.
type OpenHandover struct {
	Handover string `json:"handover"`
}

// Verb names it.
func (OpenHandover) Verb() access.Verb { return "response.open-handover" }

// Find loads it.
func (c OpenHandover) Find(tx *store.Tx, who access.Who) (Handover, error) {
	return TakeOver{Handover: c.Handover}.Find(tx, who)
}

// Opened is a hand-over with its words and the alerts as they stand now.
type Opened struct {
	Handover Handover `json:"handover"`
	Words    string   `json:"words"`
	Alerts   []Line   `json:"alerts"`
}

// Answer opens it.
func (c OpenHandover) Answer(tx *store.Tx, who access.Who, h Handover) (o Opened, err error) {
	o.Handover = h
	fields, err := vault.Get(tx, h.ID, "words")
	if err != nil {
		return o, err
	}
	o.Words = fields["words"]
	for _, id := range h.Alerts {
		a, err := Find(tx, id)
		if err != nil {
			return o, err
		}
		l, err := line(tx, who, a)
		if err != nil {
			return o, err
		}
		o.Alerts = append(o.Alerts, l)
	}
	return o, nil
}
