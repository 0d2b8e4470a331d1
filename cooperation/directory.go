package cooperation

import (
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/store"
)

// Agency is an institution that can be written to, in this country or another.
type Agency struct {
	Node       string    `json:"node"`
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Kind       string    `json:"kind"`
	Place      string    `json:"place"`
	Contact    string    `json:"contact"`         // of the office, never of a person
	Duty       string    `json:"duty,omitempty"`  // the user who answers for what comes in; own node only
	Escalation string    `json:"escal,omitempty"` // the user who is told of what is overdue; own node only
	Active     bool      `json:"active"`
	Verified   time.Time `json:"verified"` // when this entry was last known to be right
}

// ObjectID is the agency's id.
func (a Agency) ObjectID() string { return a.ID }

// Facts are what a policy may look at.
func (a Agency) Facts() access.Facts { return access.Facts{"node": a.Node, "kind": a.Kind} }

// ChildAuthority reports whether it answers for children in its country.
// law: coe:10.3
func (a Agency) ChildAuthority() bool { return a.Kind == "child-authority" }

// ListAgency enters one of this node's agencies in the directory and tells every
// partner. It follows whenever an agency is added or changed.
type ListAgency struct {
	Agency   Agency
	Partners []string
}

// Verb names it.
func (ListAgency) Verb() access.Verb { return "cooperation.list-agency" }

// Find is the entry itself.
func (c ListAgency) Find(tx *store.Tx, who access.Who) (Agency, error) {
	a := c.Agency
	a.Node, a.Verified = here(tx), tx.Now
	return a, nil
}

// Do keeps and sends it. Who answers inside an agency is this node's own affair
// and is not sent.
func (c ListAgency) Do(tx *store.Tx, who access.Who, a Agency) error {
	if err := a.keep(tx); err != nil {
		return err
	}
	a.Duty, a.Escalation = "", ""
	for _, p := range c.Partners {
		if _, err := act.Tell(tx, act.Letter{To: p, Purpose: ForCooperation, About: a.ID, Command: MirrorAgency{Agency: a}}); err != nil {
			return err
		}
	}
	return nil
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
	return c.Agency, nil
}

// Do keeps it.
func (c MirrorAgency) Do(tx *store.Tx, who access.Who, a Agency) error {
	a.Duty, a.Escalation = "", ""
	return a.keep(tx)
}

// Directory lists the agencies that can be written to.
type Directory struct{}

// Verb names it.
func (Directory) Verb() access.Verb { return "cooperation.directory" }

// Ask lists them by country and name.
func (Directory) Ask(tx *store.Tx, who access.Who) ([]Agency, error) {
	return store.All(tx, (*Agency).columns, selectAgency+` WHERE active ORDER BY node, name`)
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
