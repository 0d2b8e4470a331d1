package response

import (
	"slices"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/fault"
	"istmo/store"
)

// Acknowledge takes the alert in hand. Whoever does may open the person's file
// from then on; before that they have seen codes only.
type Acknowledge struct{ On }

// Verb names it.
func (Acknowledge) Verb() access.Verb { return "response.acknowledge" }

// Do takes it.
func (c Acknowledge) Do(tx *store.Tx, who access.Who, a Alert) error {
	a.Officer = who.ID
	if err := a.move(tx, who, c, "", ""); err != nil {
		return err
	}
	return a.assign(tx, who.ID)
}

// Dispatch says who goes: a colleague of the team, who has the alert in hand from
// then on.
type Dispatch struct {
	On
	User string `json:"user"` // whoever says it, unless told
	Note string `json:"note"`
}

// Verb names it.
func (Dispatch) Verb() access.Verb { return "response.dispatch" }

// Do sends them.
func (c Dispatch) Do(tx *store.Tx, who access.Who, a Alert) error {
	goes := c.User
	if goes == "" {
		goes = who.ID
	}
	team, err := members(tx, a.Team)
	if err != nil {
		return err
	}
	if goes != who.ID && !slices.Contains(team, goes) {
		return fault.Invalid("user", "response.not-of-the-team")
	}
	a.Officer = goes
	if err := a.move(tx, who, c, goes, c.Note); err != nil {
		return err
	}
	if err := a.tell(tx, []string{goes}); err != nil {
		return err
	}
	return a.assign(tx, goes)
}

// SetOut says that somebody is on the way.
type SetOut struct {
	On
	Note string `json:"note"`
}

// Verb names it.
func (SetOut) Verb() access.Verb { return "response.set-out" }

// Do notes it.
func (c SetOut) Do(tx *store.Tx, who access.Who, a Alert) error {
	return a.move(tx, who, c, "", c.Note)
}

// Reach says that somebody is with the person.
type Reach struct {
	On
	Note string `json:"note"`
}

// Verb names it.
func (Reach) Verb() access.Verb { return "response.reach" }

// Do notes it.
func (c Reach) Do(tx *store.Tx, who access.Who, a Alert) error {
	return a.move(tx, who, c, "", c.Note)
}

// Close ends an alert whose measures are taken: safety was seen to, and so was
// every need that it named, or it is said why not.
type Close struct {
	On
	Outcome string `json:"outcome"`
	Note    string `json:"note"`
}

// Verb names it.
func (Close) Verb() access.Verb { return "response.close" }

// Do closes it.
func (c Close) Do(tx *store.Tx, who access.Who, a Alert) error {
	if !slices.Contains(Ends, c.Outcome) {
		return fault.Invalid("outcome", "fault.not-in-list")
	}
	if a.State == WithThePerson {
		return fault.Conflict("response.no-measures")
	}
	if _, err := Flow.Next(a.State, c.Verb()); err != nil {
		return err
	}
	missing, err := a.unanswered(tx)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return fault.Conflict("response.need-unanswered")
	}
	a.Reason = c.Outcome
	return a.move(tx, who, c, c.Outcome, c.Note)
}

// unanswered are safety and the needs that the alert named of which nobody has
// said yet what was done.
func (a Alert) unanswered(tx *store.Tx) ([]string, error) {
	have, err := store.All(tx, store.Value[string], `SELECT DISTINCT m.kind FROM response_measure m JOIN response_alert a ON a.id = m.alert WHERE a.incident = $1`, a.Incident)
	return slices.DeleteFunc(union([]string{"safety"}, a.Needs), func(need string) bool {
		return slices.Contains(have, need) || !slices.Contains(MeasureKinds, need)
	}), err
}

// StandDown ends an alert that turned out to need nobody, with the reason.
type StandDown struct {
	On
	Reason string `json:"reason"`
	Note   string `json:"note"`
}

// Verb names it.
func (StandDown) Verb() access.Verb { return "response.stand-down" }

// Do ends it.
func (c StandDown) Do(tx *store.Tx, who access.Who, a Alert) error {
	if !slices.Contains(StandDowns, c.Reason) {
		return fault.Invalid("reason", "fault.not-in-list")
	}
	a.Reason = c.Reason
	return a.move(tx, who, c, c.Reason, c.Note)
}

// HandOn gives the alert to another team, where it is raised anew and has its own
// clock in the same instant.
type HandOn struct {
	On
	To     string `json:"to"` // an agency of this node
	Reason string `json:"reason"`
	Note   string `json:"note"`
}

// Verb names it.
func (HandOn) Verb() access.Verb { return "response.hand-on" }

// Do hands it on, unless the other team has one of the same matter already: then
// it has nothing to receive.
func (c HandOn) Do(tx *store.Tx, who access.Who, a Alert) error {
	var check fault.Check
	check.That(slices.Contains(HandOns, c.Reason), "reason", "fault.not-in-list")
	to, err := people.FindAgency(tx, c.To)
	check.That(err == nil && to.Active && to.ID != a.Team, "to", "response.not-another-team")
	if err := check.Err(); err != nil {
		return err
	}
	a.Reason = c.Reason
	if err := a.move(tx, who, c, c.To, c.Note); err != nil {
		return err
	}
	open, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM response_alert WHERE incident = $1 AND team = $2 AND `+isOpen, a.Incident, c.To)
	if err != nil || open > 0 {
		return err
	}
	return act.Then(tx, act.Deed{}, Beside{Alert: a.ID, Team: c.To, Handed: true})
}

// Forget ends an alert about somebody who was erased. It follows from
// cases.erase.
type Forget struct{ On }

// Verb names it.
func (Forget) Verb() access.Verb { return "response.forget" }

// Do ends it; what was written went with the person's key.
func (c Forget) Do(tx *store.Tx, who access.Who, a Alert) error {
	a.Reason = "erased"
	if _, err := tx.Exec(`UPDATE response_event SET worded = FALSE WHERE alert = $1`, a.ID); err != nil {
		return err
	}
	return a.move(tx, who, c, "erased", "")
}

// EndOf ends every open alert about an erased person.
func EndOf(tx *store.Tx, d act.Deed, person string) error {
	ids, err := store.All(tx, store.Value[string], `SELECT id FROM response_alert WHERE person = $1 AND `+isOpen, person)
	for _, id := range ids {
		if err := act.Then(tx, d, Forget{On{id}}); err != nil {
			return err
		}
	}
	return err
}

// MeasureKinds are what can be done for a person first, in the words of needs.
var MeasureKinds = []string{"safety", "lodging", "health", "psychological", "interpreter", "food", "clothing", "documents", "family-contact",
	"legal", "transport", "child-care"}

// Lodgings are where somebody can be lodged. A cell, or any place of detention, is
// not among them and cannot be recorded: the database refuses it too.
var Lodgings = []string{"shelter", "child-home", "foster-family", "hotel", "hospital", "open-reception", "family", "safe-flat"}

// Detentions are the words under which a cell may come, so that who writes one is
// told why it is refused.
var Detentions = []string{"cell", "detention", "police-station", "prison", "migration-detention", "barracks"}

// Whynots are why a measure was not possible.
var Whynots = []string{"declined", "none-free", "too-far", "not-safe-there", "no-interpreter", "waiting", "not-needed", "other"}

// RecordMeasure says what was done for the person, or that it could not be and
// why. It looks at no complaint, no cooperation and no label.
// law: cr-9095:2.b
// law: cr-9095:no-cells
// law: cr-9095:primary
// law: palermo:6.3
type RecordMeasure struct {
	On
	Kind    string `json:"kind"`
	Lodging string `json:"lodging"` // one of Lodgings, where the kind is lodging and it was done
	Why     string `json:"why"`     // one of Whynots; empty for done
	Note    string `json:"note"`
}

// Verb names it.
func (RecordMeasure) Verb() access.Verb { return "response.record-measure" }

// Do keeps it.
func (c RecordMeasure) Do(tx *store.Tx, who access.Who, a Alert) error {
	var check fault.Check
	check.That(slices.Contains(MeasureKinds, c.Kind), "kind", "fault.not-in-list")
	check.That(c.Why == "" || slices.Contains(Whynots, c.Why), "why", "fault.not-in-list")
	lodged := c.Kind == "lodging" && c.Why == ""
	switch {
	case slices.Contains(Detentions, c.Lodging):
		check.That(false, "lodging", "response.never-a-cell")
	case lodged || c.Lodging != "":
		check.That(lodged && slices.Contains(Lodgings, c.Lodging), "lodging", "response.where-lodged")
	}
	if err := check.Err(); err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO response_measure (id, alert, kind, lodging, why, at, by_whom) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tx.NewID("mea"), a.ID, c.Kind, c.Lodging, c.Why, tx.Now, who.ID); err != nil {
		return err
	}
	return a.move(tx, who, c, c.Kind, c.Note)
}
