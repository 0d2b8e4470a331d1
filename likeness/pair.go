package likeness

import (
	"slices"
	"time"

	"istmo/fault"
	"istmo/store"
)

// Where a pair stands.
const (
	Suggested = "suggested" // waits for a person
	Same      = "same"      // somebody said: one person
	Different = "different" // somebody said: two
	Undone    = "undone"    // what was said is taken back
)

// Pair is two subjects that may be one person.
type Pair struct {
	ID      string    `json:"id"`
	Earlier string    `json:"earlier"` // who was indexed first
	Later   string    `json:"later"`
	State   string    `json:"state"`
	Score   int64     `json:"-"`
	Reasons []string  `json:"reasons"`
	At      time.Time `json:"at"` // when it was suggested, last
	ByWhom  string    `json:"by_whom"`
	Decided time.Time `json:"decided"`
}

// Band is the band of its score.
func (p Pair) Band() string { return Band(int(p.Score)) }

// Other is the subject beside this one.
func (p Pair) Other(subject string) string {
	if p.Earlier == subject {
		return p.Later
	}
	return p.Earlier
}

// settles reports whether what was decided still answers this candidate: all that
// speaks for it now was known then. Somebody's "same" answers everything.
func (p Pair) settles(c Candidate) bool {
	switch p.State {
	case Same:
		return true
	case Suggested:
		return false
	}
	return !slices.ContainsFunc(c.Reasons, func(r string) bool { return r != "birth-dates-differ" && !slices.Contains(p.Reasons, r) })
}

// decisions says from where to where a decision leads.
var decisions = map[string][]string{
	Same:      {Suggested, Different, Undone},
	Different: {Suggested, Undone},
	Undone:    {Same, Different},
}

// Decide writes down what a person said of a pair: Same, Different, or Undone to
// take back what was said. One that stands elsewhere is a Conflict. The feature
// that calls it has asked its policy and writes the deed.
func Decide(tx *store.Tx, p Pair, state, by string) error {
	if !slices.Contains(decisions[state], p.State) {
		return fault.Conflict("likeness.decided-already")
	}
	p.State, p.ByWhom, p.Decided = state, by, tx.Now
	return p.update(tx)
}

// Bring makes, under this id, the pair of two subjects that nothing suggested but
// somebody knows of.
func Bring(tx *store.Tx, id, earlier, later string) (Pair, error) {
	p := Pair{ID: id, Earlier: earlier, Later: later, State: Suggested, At: tx.Now}
	return p, p.insert(tx)
}
