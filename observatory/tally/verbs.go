package tally

import (
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// Keep keeps a count in the place of the last one. The node does it, every day.
type Keep struct {
	Counted Counted `json:"-"`
}

// Counting is the count that is kept, or the one that is opened.
type Counting string

// ObjectID is its id.
func (k Counting) ObjectID() string { return string(k) }

// Facts are none.
func (Counting) Facts() access.Facts { return access.Facts{} }

// Verb names it.
func (Keep) Verb() access.Verb { return "tally.keep" }

// Find makes it.
func (c Keep) Find(tx *store.Tx, who access.Who) (Counting, error) {
	return Counting(tx.NewID("tly")), nil
}

// Do stores it; the key of the last one is destroyed.
func (c Keep) Do(tx *store.Tx, who access.Who, id Counting) error {
	if c.Counted.Figures.Made.IsZero() {
		return fault.Invalid("", "fault.required")
	}
	return keep(tx, string(id), c.Counted)
}

// Read is what everybody may see who reads figures.
type Read struct{}

// Verb names it.
func (Read) Verb() access.Verb { return "tally.read" }

// View is the last figures, if there are any.
type View struct {
	There   bool    `json:"there"`
	Figures Figures `json:"figures"`
}

// Ask reads them.
func (Read) Ask(tx *store.Tx, who access.Who) (v View, err error) {
	v.Figures, v.There, err = Last(tx)
	return v, err
}

// Open opens the whole count, cell by cell, also of one person. That somebody did is in
// the ledger.
type Open struct{}

// Verb names it.
func (Open) Verb() access.Verb { return "tally.open" }

// Find finds the last count.
func (Open) Find(tx *store.Tx, who access.Who) (Counting, error) {
	return store.One(tx, store.Value[Counting], `SELECT id FROM tally_count`)
}

// Answer opens it.
func (Open) Answer(tx *store.Tx, who access.Who, _ Counting) (Cube, error) { return Whole(tx) }

// Due says whether it is time to count: once a day, from the first decision about
// anybody on, or the first referral or alert. What it gives is the day, in a list of one.
func Due(zone *time.Location) func(tx *store.Tx) ([]string, error) {
	return func(tx *store.Tx) ([]string, error) {
		today := tx.Now.In(zone).Format(time.DateOnly)
		made, err := store.All(tx, store.Value[time.Time], `SELECT made_at FROM tally_count`)
		if err != nil {
			return nil, err
		}
		if len(made) > 0 && made[0].In(zone).Format(time.DateOnly) >= today {
			return nil, nil
		}
		n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM (SELECT 1 FROM person_status LIMIT 1) AS a`)
		if err != nil || n > 0 {
			return []string{today}, err
		}
		n, err = store.One(tx, store.Value[int64], `SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM referral LIMIT 1) AS b) + (SELECT COUNT(*) FROM (SELECT 1 FROM response_alert LIMIT 1) AS c)`)
		if err != nil || n == 0 {
			return nil, err
		}
		return []string{today}, nil
	}
}
