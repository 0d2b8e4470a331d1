package indicators

import (
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// Lay puts the shipped list down as the first version of a node that has none.
func Lay(tx *store.Tx) error {
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM indicator_list`)
	if err != nil || n > 0 {
		return err
	}
	l := Shipped()
	l.ID, l.Node, l.From, l.State, l.was = tx.NewID("ind"), act.Here(tx), tx.Now, Published, Drafted
	l.Reason = "istmo"
	return l.sign(tx)
}

// Begin begins a version from the newest that there is.
type Begin struct{}

// Verb names it.
func (Begin) Verb() access.Verb { return "indicators.begin" }

// Find makes the draft.
func (Begin) Find(tx *store.Tx, who access.Who) (List, error) {
	l, err := newest(tx)
	l.ID, l.Node, l.Version, l.State, l.Reason = tx.NewID("ind"), act.Here(tx), l.Version+1, Drafted, ""
	l.From, l.Until, l.was = time.Time{}, time.Time{}, ""
	return l, err
}

// Do keeps it. There is one draft at a time, so that nobody's changes are lost under
// another's.
func (Begin) Do(tx *store.Tx, who access.Who, l List) error {
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM indicator_list WHERE state = 'drafted'`)
	if err == nil && n > 0 {
		err = fault.Conflict("indicators.draft-open")
	}
	if err != nil {
		return err
	}
	return l.draft(tx)
}

// On says which version a verb is about.
type On struct {
	ID string `json:"id"`
}

// Find loads it.
func (c On) Find(tx *store.Tx, who access.Who) (List, error) { return Find(tx, c.ID) }

// draft keeps the draft as it now reads.
func (l List) draft(tx *store.Tx) error {
	words, err := l.write()
	if err != nil {
		return err
	}
	if len(words) > longestList {
		return fault.Conflict("indicators.too-many")
	}
	return l.keep(tx, words, "")
}

// longestList bounds a version to what travels as one letter.
const longestList = 1 << 20

// change refuses a verb that a version allows no more.
func (l *List) change(verb access.Verb) error {
	next, err := Flow.Next(l.State, verb)
	l.was, l.State = l.State, next
	return err
}

// Discard throws a draft away.
type Discard struct{ On }

// Verb names it.
func (Discard) Verb() access.Verb { return "indicators.discard" }

// Do throws it away. What it said stays in the ledger.
func (c Discard) Do(tx *store.Tx, who access.Who, l List) error {
	if err := l.change(c.Verb()); err != nil {
		return err
	}
	return l.draft(tx)
}

// Publish brings a draft into force from a day, or at once.
type Publish struct {
	On
	From   time.Time `json:"from"` // the day, by the country's own clock; at once where it is empty or today
	Reason string    `json:"reason"`
}

// Verb names it.
func (Publish) Verb() access.Verb { return "indicators.publish" }

// Do signs it as this node and ends the version that it takes the place of on that
// day. No version comes into force in the past: screenings were made with what held
// then.
func (c Publish) Do(tx *store.Tx, who access.Who, l List) error {
	if err := l.change(c.Verb()); err != nil {
		return err
	}
	before, err := newest(tx)
	if err != nil {
		return err
	}
	var check fault.Check
	l.From, l.Reason = starts(tx, c.From), strings.TrimSpace(c.Reason)
	check.That(l.Reason != "", "reason", "fault.required")
	check.That(len(l.Reason) <= longestWords, "reason", "fault.too-long")
	check.That(!l.From.Before(tx.Now), "from", "indicators.in-the-past")
	check.That(l.From.After(before.From), "from", "indicators.before-the-last")
	check.That(len(Differences(before, l)) > 0, "", "indicators.nothing-changed")
	if err := check.Err(); err != nil {
		return err
	}
	if err := before.end(tx, l.From); err != nil {
		return err
	}
	return l.sign(tx)
}

// starts is when a day begins where this node is: at once, where it is today.
func starts(tx *store.Tx, day time.Time) time.Time {
	zone, known := cooperation.Zone(tx, cooperation.Country(act.Here(tx)))
	if !known {
		zone = time.UTC
	}
	y, m, d := tx.Now.In(zone).Date()
	if day.IsZero() || day.Year() == y && day.Month() == m && day.Day() == d {
		return tx.Now
	}
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone).UTC()
}
