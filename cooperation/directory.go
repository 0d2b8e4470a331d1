package cooperation

import (
	"errors"
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/calendar"
	"istmo/fault"
	"istmo/store"
)

// Agency is an institution that can be written to, in this country or another.
type Agency struct {
	Node       string    `json:"node"`
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Kind       string    `json:"kind"`
	Place      string    `json:"place"`           // the municipality, never a shelter's address
	Contact    string    `json:"contact"`         // of the office, never of a person
	Duty       string    `json:"duty,omitempty"`  // the user who answers for what comes in; own node only
	Escalation string    `json:"escal,omitempty"` // the user who is told of what is overdue; own node only
	Active     bool      `json:"active"`
	Verified   time.Time `json:"verified"` // when somebody there last said that this entry is right

	Hours        string   `json:"hours"`                 // when somebody answers, in its own language
	Reach24      bool     `json:"reach24"`               // somebody answers at any hour
	Phone24      string   `json:"phone24"`               // the line for that: the office's
	Languages    []string `json:"languages"`             // that are spoken there, ISO 639
	Services     []string `json:"services"`              // what it offers, among Services
	Beds         int64    `json:"beds"`                  // how many people it can lodge; -1 for not said
	Interpreters int64    `json:"interpreters"`          // -1 for not said
	Focal        string   `json:"focal"`                 // the function that is the focal point, never a person's name
	VerifiedBy   string   `json:"verified_by,omitempty"` // own node only
	Stale        bool     `json:"stale,omitempty"`       // nobody has said for long that it is right; worked out, never kept
}

// Services are what an institution can offer, in the words of people's needs
// where they are the same thing.
var Services = []string{"lodging", "health", "psychological", "food", "clothing", "legal", "interpreter", "documents", "family-contact",
	"child-care", "child-protection", "safety", "transport", "return", "education", "work", "identification", "investigation", "training"}

// ObjectID is the agency's id.
func (a Agency) ObjectID() string { return a.ID }

// Facts are what a policy may look at.
func (a Agency) Facts() access.Facts {
	return access.Facts{"node": a.Node, "kind": a.Kind, "agency": a.ID}
}

// ChildAuthority reports whether it answers for children in its country.
// law: coe:10.3
func (a Agency) ChildAuthority() bool { return a.Kind == "child-authority" }

// bare is the entry as other countries may see it. Who answers inside an agency
// is this node's own affair.
func (a Agency) bare() Agency {
	a.Duty, a.Escalation, a.VerifiedBy, a.Stale = "", "", "", false
	return a
}

// ListAgency enters one of this node's agencies in the directory and tells
// partners. It follows whenever an agency is added or changed, or a partner is.
type ListAgency struct {
	Agency   Agency
	Partners []string
}

// Verb names it.
func (ListAgency) Verb() access.Verb { return "cooperation.list-agency" }

// Find is the entry itself. What the agency has said of itself stays, and so does
// the day on which somebody last checked it: to list is not to check.
func (c ListAgency) Find(tx *store.Tx, who access.Who) (Agency, error) {
	old, err := AgencyOf(tx, here(tx), c.Agency.ID)
	if fault.Is(err, fault.KindNotFound) {
		old, err = Agency{Node: here(tx), ID: c.Agency.ID, Verified: tx.Now, Beds: -1, Interpreters: -1}, nil
	}
	a := c.Agency
	old.Name, old.Kind, old.Place, old.Contact = a.Name, a.Kind, a.Place, a.Contact
	old.Duty, old.Escalation, old.Active = a.Duty, a.Escalation, a.Active
	return old, err
}

// Do keeps and sends it.
func (c ListAgency) Do(tx *store.Tx, who access.Who, a Agency) error {
	if err := a.keep(tx); err != nil {
		return err
	}
	return tellEach(tx, c.Partners, a.ID, MirrorAgency{Agency: a.bare()})
}

// MirrorAgency is how a partner's directory reaches us.
type MirrorAgency struct {
	Agency Agency `json:"agency"`
	from   string
}

// Verb names it.
func (MirrorAgency) Verb() access.Verb { return "cooperation.mirror-agency" }

// CarriedBy notes who sent it.
func (c *MirrorAgency) CarriedBy(d act.Delivery) { c.from = d.From }

// Find takes the entry, if it is the sender's own.
func (c MirrorAgency) Find(tx *store.Tx, who access.Who) (Agency, error) {
	if c.Agency.Node != c.from {
		return c.Agency, fault.Denied()
	}
	return c.Agency.bare(), nil
}

// Do keeps it.
func (c MirrorAgency) Do(tx *store.Tx, who access.Who, a Agency) error { return a.keep(tx) }

// Directory lists the agencies that can be written to.
type Directory struct{}

// Verb names it.
func (Directory) Verb() access.Verb { return "cooperation.directory" }

// Ask lists them by country and name.
func (Directory) Ask(tx *store.Tx, who access.Who) ([]Agency, error) {
	all, err := store.All(tx, (*Agency).columns, selectAgency+` WHERE active ORDER BY node, name`)
	for i := 0; err == nil && i < len(all); i++ {
		all[i].Stale, err = all[i].stale(tx)
	}
	return all, err
}

// AgencyOf finds an agency in the directory.
func AgencyOf(tx *store.Tx, node, id string) (Agency, error) {
	return store.One(tx, (*Agency).columns, selectAgency+` WHERE node = $1 AND id = $2`, node, id)
}

// HasChildAuthority reports whether a country's directory holds an active child
// authority, without which no child is sent there.
func HasChildAuthority(tx *store.Tx, node string) (bool, error) {
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM directory_agency WHERE node = $1 AND kind = 'child-authority' AND active`, node)
	return n > 0, err
}

// Checked is the deadline by which an entry is looked at again. Where the tables
// hold none, an entry does not grow old.
func (a Agency) Checked(tx *store.Tx) (calendar.Clock, error) {
	clock, err := Due(tx, a.Node, "directory.verify", a.Verified)
	if errors.Is(err, calendar.ErrNoRule) || errors.Is(err, calendar.ErrUnknownTerm) || errors.Is(err, calendar.ErrNoCountry) {
		err = nil
	}
	return clock, err
}

func (a Agency) stale(tx *store.Tx) (bool, error) {
	clock, err := a.Checked(tx)
	return err == nil && !clock.Due.IsZero() && clock.Overdue(tx.Now), err
}

// Stale lists this node's own entries that nobody has checked for long, to those
// who can: to a focal point their own agency's, to an administrator all.
type Stale struct{}

// Verb names it.
func (Stale) Verb() access.Verb { return "cooperation.stale" }

// Ask lists them by name.
func (Stale) Ask(tx *store.Tx, who access.Who) ([]Agency, error) {
	all, err := Directory{}.Ask(tx, who)
	return slices.DeleteFunc(all, func(a Agency) bool {
		mine := a.ID == who.Agency || slices.Contains(who.Roles, access.Administrator)
		return a.Node != here(tx) || !a.Stale || !mine
	}), err
}
