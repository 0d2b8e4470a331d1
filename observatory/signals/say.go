package signals

import (
	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// On is a signal that something is done to.
type On struct {
	ID string `json:"id"`
}

// Find loads it.
func (c On) Find(tx *store.Tx, who access.Who) (Signal, error) { return find(tx, c.ID) }

// Note says what a signal was, as somebody knows it: "a new visa rule".
type Note struct {
	On
	Words  string `json:"words"`
	Source string `json:"source"`
}

// Verb names it.
func (Note) Verb() access.Verb { return "signals.note" }

// Do keeps it beside what was said before. It stays in this node.
func (c Note) Do(tx *store.Tx, who access.Who, s Signal) error {
	var check fault.Check
	check.That(c.Words != "", "words", "fault.required")
	check.That(len(c.Words) <= longest, "words", "fault.too-long")
	check.That(c.Source != "", "source", "signals.source-required")
	check.That(len(c.Source) <= 200, "source", "fault.too-long")
	if err := check.Err(); err != nil {
		return err
	}
	if s.State != Dismissed {
		if err := s.move(c.Verb()); err != nil {
			return err
		}
	}
	return said{tx.NewID("sgn"), s.ID, string(c.Verb()), c.Words, c.Source, who.ID, tx.Now}.insert(tx)
}

const longest = 1000

// Dismiss says that a signal was nothing: a false alarm. It is counted as one.
type Dismiss struct {
	On
	Reason string `json:"reason"`
}

// Verb names it.
func (Dismiss) Verb() access.Verb { return "signals.dismiss" }

// Do ends it, here and where it was sent.
func (c Dismiss) Do(tx *store.Tx, who access.Who, s Signal) error {
	var check fault.Check
	check.That(c.Reason != "", "reason", "fault.required")
	check.That(len(c.Reason) <= longest, "reason", "fault.too-long")
	if err := check.Err(); err != nil {
		return err
	}
	if err := s.step(tx, c.Verb()); err != nil {
		return err
	}
	return said{tx.NewID("sgn"), s.ID, string(c.Verb()), c.Reason, "", who.ID, tx.Now}.insert(tx)
}
