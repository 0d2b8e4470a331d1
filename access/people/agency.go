package people

import (
	"regexp"
	"slices"
	"strings"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// AgencyKinds are the kinds of agency, in the order in which they are shown.
var AgencyKinds = []string{"national-committee", "migration", "police", "border-police", "prosecutor", "ombudsman",
	"foreign-ministry", "labour", "womens-ministry", "child-authority", "health", "shelter", "un-observer", "response-team"}

// Agency is one institution or organisation that works on this node.
type Agency struct {
	ID         string // agy_…
	Code       string // short and unique on the node, such as "SNM"
	Name       string
	Kind       string // one of AgencyKinds
	Place      string
	Contact    string // how to reach the agency, not a person
	Escalation string // usr_… of who gets what is overdue, or empty
	Active     bool
}

// ObjectID is the agency's id.
func (a Agency) ObjectID() string { return a.ID }

// Facts are what a policy may look at.
func (a Agency) Facts() access.Facts {
	return access.Facts{"agency": a.ID, "kind": a.Kind, "active": a.Active}
}

// AddAgency takes an agency of this country onto the node.
type AddAgency struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Place   string `json:"place"`
	Contact string `json:"contact"`
}

// Verb names the deed.
func (AddAgency) Verb() access.Verb { return "people.add-agency" }

var agencyCode = regexp.MustCompile(`^[A-Z][A-Z0-9-]{1,15}$`)

// Find makes the agency, not yet stored.
func (c AddAgency) Find(tx *store.Tx, _ access.Who) (Agency, error) {
	a := Agency{ID: tx.NewID("agy"), Code: strings.ToUpper(strings.TrimSpace(c.Code)), Name: strings.TrimSpace(c.Name),
		Kind: c.Kind, Place: strings.TrimSpace(c.Place), Contact: strings.TrimSpace(c.Contact), Active: true}
	var check fault.Check
	check.That(agencyCode.MatchString(a.Code), "code", "people.agency-code")
	check.That(a.Name != "" && len(a.Name) <= 200, "name", "people.agency-name")
	check.That(slices.Contains(AgencyKinds, a.Kind), "kind", "people.agency-kind")
	check.That(len(a.Place) <= 200, "place", "people.too-long")
	check.That(len(a.Contact) <= 500, "contact", "people.too-long")
	return a, check.Err()
}

// Do stores it; a code that is taken is a fault on that field.
func (c AddAgency) Do(tx *store.Tx, _ access.Who, a Agency) error {
	err := insertAgency(tx, a)
	if store.Unique(err) {
		return fault.Invalid("code", "people.agency-code-taken")
	}
	return err
}

// SetEscalation names who gets what is overdue in an agency.
type SetEscalation struct {
	Agency string `json:"agency"`
	User   string `json:"user"`
}

// Verb names the deed.
func (SetEscalation) Verb() access.Verb { return "people.set-escalation" }

// Find loads the agency.
func (c SetEscalation) Find(tx *store.Tx, _ access.Who) (Agency, error) {
	return FindAgency(tx, c.Agency)
}

// Do names an active user of this node; they may work in another agency.
func (c SetEscalation) Do(tx *store.Tx, _ access.Who, a Agency) error {
	u, err := FindUser(tx, c.User)
	if fault.Is(err, fault.KindNotFound) || err == nil && u.State != Active {
		return fault.Invalid("user", "people.escalation-user")
	}
	if err != nil {
		return err
	}
	return putEscalation(tx, a.ID, u.ID)
}
