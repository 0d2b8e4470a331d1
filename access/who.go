// Package access decides who may do what. It is pure: policies are Cedar text
// beside this file that a lawyer can read, and a decision depends on nothing
// but who asks, the verb, and the facts of the object, as they are given. No
// database, no clock; what varies with time is a fact.
package access

// Verb names a deed the same way everywhere: in policy, ledger, API, terminal,
// translations and diagrams. "referrals.accept".
type Verb string

// Kind tells a person at a keyboard from a partner's node and from this node's
// own reactions and clocks.
type Kind string

// The kinds of actor.
const (
	User    Kind = "user"
	Partner Kind = "partner"
	Node    Kind = "node"
)

// Role is what somebody is trusted to do in their agency.
type Role string

// The roles.
const (
	FieldOfficer    Role = "field-officer"
	ResponseTeam    Role = "response-team"
	CaseWorker      Role = "case-worker"
	FocalPoint      Role = "focal-point"
	ForeignMinistry Role = "foreign-ministry"
	Prosecutor      Role = "prosecutor"
	Analyst         Role = "analyst"
	Auditor         Role = "auditor"
	Administrator   Role = "administrator"
)

// Roles lists them all, in the order in which they are shown.
var Roles = []Role{FieldOfficer, ResponseTeam, CaseWorker, FocalPoint, ForeignMinistry, Prosecutor, Analyst, Auditor, Administrator}

// Who is somebody who asks.
type Who struct {
	Kind   Kind
	ID     string // usr_…, or the id of the node that asks
	Node   string // the node they belong to, such as "PA"
	Agency string // agy_…, empty for nodes
	Roles  []Role
	Lang   string // the language to answer in
}

// Actor is how the ledger names them: "usr_…", "partner:CO", "node:PA".
func (w Who) Actor() string {
	if w.Kind == User {
		return w.ID
	}
	return string(w.Kind) + ":" + w.ID
}

// Has reports whether they hold any of the roles.
func (w Who) Has(roles ...Role) bool {
	for _, have := range w.Roles {
		for _, r := range roles {
			if have == r {
				return true
			}
		}
	}
	return false
}

// Facts are what a policy may look at in an object: strings, bools, int64s and
// lists of strings, by name. Never a name, a date of birth or a document.
type Facts map[string]any

// Object is whatever a verb is about.
type Object interface {
	ObjectID() string
	Facts() Facts
}

// Personal is an object that is about one person: what is kept of a deed on it
// is sealed under that person's key and goes when they are erased.
type Personal interface{ PersonID() string }

// Nothing is the object of verbs that are about no single thing, such as a list.
type Nothing struct{}

// ObjectID is empty.
func (Nothing) ObjectID() string { return "" }

// Facts are none.
func (Nothing) Facts() Facts { return nil }
