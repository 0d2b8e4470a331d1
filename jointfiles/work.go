package jointfiles

import (
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
)

// Append writes an entry in the name of one's own side, to which nothing is ever
// done again. It stands at once; home shows it to the others.
type Append struct {
	On
	Kind     string `json:"kind"`
	Words    string `json:"words"`
	Corrects string `json:"corrects"` // an earlier entry of one's own, "CO-3"
}

// Verb names it.
func (Append) Verb() access.Verb { return "jointfiles.append" }

// Do writes.
// law: untoc:19 untoc:18.20
func (c Append) Do(tx *store.Tx, who access.Who, f File) error {
	if _, err := Flow.Next(f.State, c.Verb()); err != nil {
		return err
	}
	if err := f.writing(tx); err != nil {
		return err
	}
	var check fault.Check
	check.That(slices.Contains(Kinds, c.Kind), "kind", "jointfiles.choose-kind")
	check.That(strings.TrimSpace(c.Words) != "", "words", "fault.required")
	check.That(len([]rune(c.Words)) <= longest, "words", "jointfiles.too-long")
	if err := check.Err(); err != nil {
		return err
	}
	corrects := int64(0)
	if c.Corrects != "" {
		var err error
		if corrects, err = f.ownEntry(tx, c.Corrects); err != nil {
			return err
		}
	}
	return f.write(tx, c.Kind, c.Words, corrects)
}

// Review ends the writing and begins the review: as the clock, when the period is
// over, or earlier for a side that wants it.
type Review struct{ On }

// Verb names it.
func (Review) Verb() access.Verb { return "jointfiles.review" }

// Do begins it.
// law: untoc:19
func (c Review) Do(tx *store.Tx, who access.Who, f File) error {
	if who.Kind == access.Node && !f.Over(tx.Now) {
		return fault.Conflict("jointfiles.not-over")
	}
	return f.step(tx, who, c)
}

// Extend says a new last day for one's side; once every side has said the same,
// the file is open again.
type Extend struct {
	On
	To time.Time `json:"to"`
}

// Verb names it.
func (Extend) Verb() access.Verb { return "jointfiles.extend" }

// CarriesPerson is so, that an extension rests on the agreement as the file does.
func (Extend) CarriesPerson() bool { return true }

// Do says it.
func (c Extend) Do(tx *store.Tx, who access.Who, f File) error {
	next, err := Flow.Next(f.State, c.Verb())
	if err != nil {
		return err
	}
	if err := f.covered(tx); err != nil {
		return err
	}
	if c.To.IsZero() || !f.endOf(tx, c.To).After(tx.Now) {
		return fault.Invalid("to", "jointfiles.already-over")
	}
	if err := f.fits(tx, "to", c.To); err != nil {
		return err
	}
	if err := f.extends(tx, who.Node, c.To); err != nil {
		return err
	}
	if !f.atHome() {
		return f.ask(tx, c, f.Purpose)
	}
	if !c.To.Equal(f.NewTo) {
		f.NewTo, f.NewBy = c.To, nil
	}
	if !slices.Contains(f.NewBy, who.Node) {
		f.NewBy = append(f.NewBy, who.Node)
	}
	if len(f.NewBy) < len(f.Members) {
		return f.move(tx, c.Verb(), next, who)
	}
	f.NewTo, f.NewBy = time.Time{}, nil
	if err := f.until(tx, c.To); err != nil {
		return err
	}
	return f.move(tx, "jointfiles.go-on", Opened, who)
}

// Close ends the joint work with what came of it.
type Close struct {
	On
	Outcome string `json:"outcome"`
	Words   string `json:"words"`
}

// Verb names it.
func (Close) Verb() access.Verb { return "jointfiles.close" }

// CarriesPerson is so if somebody wrote something.
func (c Close) CarriesPerson() bool { return c.Words != "" }

// Do closes. What is written with it is an entry of one's own side like any
// other; a side has no words written in its name by another's node.
// law: untoc:19
func (c Close) Do(tx *store.Tx, who access.Who, f File) error {
	if _, err := Flow.Next(f.State, c.Verb()); err != nil {
		return err
	}
	if !slices.Contains(Outcomes, c.Outcome) {
		return fault.Invalid("outcome", "jointfiles.choose-outcome")
	}
	if len([]rune(c.Words)) > longest {
		return fault.Invalid("words", "jointfiles.too-long")
	}
	if strings.TrimSpace(c.Words) != "" {
		if who.Kind != access.User {
			return fault.Denied()
		}
		if err := f.covered(tx); err != nil {
			return fault.Invalid("words", "jointfiles.no-words-now")
		}
		if err := f.write(tx, kindReview, c.Words, 0); err != nil {
			return err
		}
	}
	c.Words, f.Reason = "", c.Outcome
	return f.step(tx, who, c)
}

type command interface{ Verb() access.Verb }

// step carries out a move that says nothing of what the file is about: at home it
// moves the file, elsewhere it asks home.
func (f File) step(tx *store.Tx, who access.Who, c command) error {
	next, err := Flow.Next(f.State, c.Verb())
	if err != nil {
		return err
	}
	if !f.atHome() {
		return f.ask(tx, c, cooperation.ForSafety)
	}
	return f.move(tx, c.Verb(), next, who)
}

// move is home's: the file comes to stand elsewhere, and everybody is told.
func (f File) move(tx *store.Tx, verb access.Verb, next flow.State, who access.Who) error {
	f.was, f.State, f.Version, f.Since = f.State, next, f.Version+1, tx.Now
	if err := f.update(tx); err != nil {
		return err
	}
	by := who.Node
	if who.Kind == access.Node {
		by = "" // the clock
	}
	if err := f.event(tx, verb, by); err != nil {
		return err
	}
	return f.show(tx, verb, by)
}
