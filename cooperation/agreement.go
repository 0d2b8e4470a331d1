package cooperation

import (
	"path"
	"slices"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
)

// Agreement is an instrument between two or more states.
type Agreement struct {
	ID       string     `json:"id"`
	Home     string     `json:"home"` // the depositary's node
	TitleES  string     `json:"title_es"`
	TitleEN  string     `json:"title_en"`
	Source   string     `json:"source"`   // where its text can be read
	Parties  []string   `json:"parties"`  // nodes
	Verbs    []string   `json:"verbs"`    // what may be asked across the border, with * as in "referrals.*"
	Purposes []string   `json:"purposes"` // what for
	Groups   []string   `json:"groups"`   // the groups of a person's fields that may cross
	From     time.Time  `json:"from"`     // the day it begins
	To       time.Time  `json:"to"`       // the day after it ends; zero for open
	Signed   []string   `json:"signed"`
	Halted   []string   `json:"halted"` // parties that have suspended it
	State    flow.State `json:"state"`
	was      flow.State
	Version  int64 `json:"version"`

	Kind      string    `json:"kind"`      // one of Kinds
	Languages []string  `json:"languages"` // in which its text is authentic
	Lines     []string  `json:"lines"`     // the lines of work it is about: Lines, and others of its own
	Frame     []string  `json:"frame"`     // programmes, funds and goals it stands in: "sdg:5"
	KnownES   string    `json:"known_es"`  // what is publicly known of it, where its text is not
	KnownEN   string    `json:"known_en"`
	Articles  []Article `json:"articles"`
	Bodies    []Body    `json:"bodies"`

	// This node's own; none of them travels.
	Sum     string `json:"digest,omitempty"`  // the digest of what is written here, for whoever reads it
	Ours    string `json:"ours,omitempty"`    // of the text that this node has signed
	Other   string `json:"other,omitempty"`   // of a text that the depositary shows in its place
	Refused string `json:"refused,omitempty"` // why the depositary refused what was last asked of it
}

// Kinds are what an instrument can be, and Lines the lines of work that the
// countries have named so far; an agreement may add its own.
var (
	Kinds = []string{"memorandum", "protocol", "programme", "other"}
	Lines = []string{"prevention", "assistance", "protection", "investigation", "legal-action"}
)

// bare is the agreement without what is this node's own.
func (a Agreement) bare() Agreement {
	a.Sum, a.Ours, a.Other, a.Refused = "", "", "", ""
	return a
}

// ObjectID is the agreement's id.
func (a Agreement) ObjectID() string { return a.ID }

// Facts are what a policy may look at.
func (a Agreement) Facts() access.Facts {
	return access.Facts{"home": a.Home, "parties": a.Parties, "state": string(a.State)}
}

// InForce reports whether it carries personal data at an instant. While the
// depositary shows another text than the one that was signed, it carries none.
func (a Agreement) InForce(at time.Time) bool {
	return a.State == InForce && len(a.Halted) == 0 && a.Other == "" && !at.Before(a.From) && (a.To.IsZero() || at.Before(a.To))
}

// permits reports whether the agreement covers a verb between two nodes for a purpose
// and, of the groups asked for, which one it leaves out.
func (a Agreement) permits(from, to, verb, purpose string) bool {
	return slices.Contains(a.Parties, from) && slices.Contains(a.Parties, to) &&
		slices.Contains(a.Purposes, purpose) && a.Covers(verb)
}

// Covers reports whether it lets a verb cross the border at all.
func (a Agreement) Covers(verb string) bool {
	return slices.ContainsFunc(a.Verbs, func(pattern string) bool {
		ok, err := path.Match(pattern, verb)
		return ok && err == nil
	})
}

// Purposes that need no agreement: making agreements is what brings one about,
// and what keeps a person safe carries no personal data and always passes.
const (
	ForCooperation = "cooperation"
	ForSafety      = "safety"
)

// Covers refuses what agreement id does not allow: this verb, for this purpose,
// with these groups of fields, between these nodes, now.
// law: palermo:10.3
func Covers(tx *store.Tx, id, from, to, verb, purpose string, groups []string) error {
	a, err := store.One(tx, (*Agreement).columns, selectAgreement+` WHERE id = $1`, id)
	if fault.Is(err, fault.KindNotFound) {
		return fault.Conflict("cooperation.no-agreement")
	}
	switch {
	case err != nil:
		return err
	case !a.InForce(tx.Now):
		return fault.Conflict("cooperation.not-in-force")
	case !a.permits(from, to, verb, purpose):
		return fault.Conflict("cooperation.not-covered")
	}
	for _, g := range groups {
		if !slices.Contains(a.Groups, g) {
			return fault.Conflict("cooperation.group-not-covered").With("Group", g)
		}
	}
	return nil
}

// Under finds the agreement in force that lets from do verb with to for a
// purpose; among several, the one made last.
func Under(tx *store.Tx, from, to, verb, purpose string) (Agreement, error) {
	all, err := store.All(tx, (*Agreement).columns, selectAgreement+` WHERE state = 'in_force' ORDER BY id DESC`)
	if err != nil {
		return Agreement{}, err
	}
	for _, a := range all {
		if a.InForce(tx.Now) && a.permits(from, to, verb, purpose) {
			return a, nil
		}
	}
	return Agreement{}, fault.Conflict("cooperation.no-agreement")
}
