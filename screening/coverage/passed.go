package coverage

import (
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// MostPassed is more than ever passed anywhere in a month.
const MostPassed = 10_000_000

// Passed is how many people passed a post in a month, as somebody has said it.
type Passed struct {
	ID         string    `json:"id"`    // flw_…
	Post       string    `json:"post"`  // pst_…; empty for the whole country
	Month      string    `json:"month"` // "2026-11"
	Passed     int64     `json:"passed"`
	Source     string    `json:"source"`
	Dated      time.Time `json:"dated"`  // the day of the source
	Agency     string    `json:"agency"` // who said it
	SaidBy     string    `json:"said_by"`
	SaidAt     time.Time `json:"said_at"`
	ReplacedAt time.Time `json:"replaced_at"` // when another figure took its place; zero while it stands
}

// ObjectID is its id.
func (p Passed) ObjectID() string { return p.ID }

// Facts are what a policy may look at.
func (p Passed) Facts() access.Facts { return access.Facts{"agency": p.Agency} }

// Country stands in the place of a post where the whole country is meant.
const Country = "country"

// RecordFlow says how many people passed a post, or the country's border, in a
// month. What was said before stays in the record.
type RecordFlow struct {
	Post   string    `json:"post"`  // pst_…, or Country
	Month  string    `json:"month"` // "2026-11"
	Passed int64     `json:"passed"`
	Source string    `json:"source"`
	Dated  time.Time `json:"dated"`
}

// Verb names it.
func (RecordFlow) Verb() access.Verb { return "coverage.record-flow" }

// Find makes it.
func (c RecordFlow) Find(tx *store.Tx, who access.Who) (Passed, error) {
	post := c.Post
	if post == Country {
		post = ""
	}
	return Passed{ID: tx.NewID("flw"), Post: post, Month: c.Month, Passed: c.Passed, Source: c.Source, Dated: c.Dated,
		Agency: who.Agency, SaidBy: who.ID, SaidAt: tx.Now}, nil
}

// Do lets it stand in the place of what was said before.
func (c RecordFlow) Do(tx *store.Tx, who access.Who, p Passed) error {
	month, err := time.Parse(monthLayout, c.Month)
	var check fault.Check
	check.That(err == nil, "month", "coverage.month-wrong")
	check.That(err != nil || !month.After(tx.Now), "month", "fault.in-the-future")
	check.That(c.Passed >= 0 && c.Passed <= MostPassed, "passed", "coverage.passed-wrong")
	check.That(c.Source != "", "source", "fault.required")
	check.That(len(c.Source) <= 200, "source", "fault.too-long")
	check.That(!c.Dated.IsZero(), "dated", "fault.required")
	check.That(!c.Dated.After(tx.Now), "dated", "fault.in-the-future")
	there, err := known(tx, p.Post)
	if err != nil {
		return err
	}
	check.That(there && c.Post != "", "post", "coverage.choose-post")
	if err := check.Err(); err != nil {
		return err
	}
	return p.stand(tx)
}

// Flows lists what was said of the flow, the newest month first, with what it
// replaced.
type Flows struct{}

// Verb names it.
func (Flows) Verb() access.Verb { return "coverage.flows" }

// Ask lists it.
func (Flows) Ask(tx *store.Tx, who access.Who) ([]Passed, error) {
	return store.All(tx, (*Passed).columns, selectPassed+` ORDER BY month DESC, post, said_at DESC, id DESC`)
}
