package estimates

import (
	"embed"
	"encoding/json"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/observatory/mse"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds the estimates that somebody stands by.
var Schema = store.Dir("estimates", files)

// Saved is an estimate that somebody stands by. Of its table it has the names of the
// lists, and a digest.
type Saved struct {
	ID      string    `json:"id"` // est_…
	Of      string    `json:"of"` // which people, where and when
	Source  string    `json:"source"`
	Dated   time.Time `json:"dated"`
	Numbers Numbers   `json:"numbers"`
	Digest  string    `json:"digest"`
	Agency  string    `json:"agency"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Numbers are what is kept of a result.
type Numbers struct {
	Lists      []string   `json:"lists"`
	Observed   int        `json:"observed"`
	Total      float64    `json:"total"`
	Low        float64    `json:"low"` // Wald
	High       float64    `json:"high"`
	LowBCa     float64    `json:"low_bca"`
	HighBCa    float64    `json:"high_bca"`
	Threshold  float64    `json:"threshold"`
	Replicates int        `json:"replicates"`
	Seed       uint64     `json:"seed"`
	Pairs      []mse.Pair `json:"pairs"`  // interactions that were taken
	Passed     int        `json:"passed"` // that the counts ask for and no model can take
}

// ObjectID is its id.
func (s Saved) ObjectID() string { return s.ID }

// Facts are what a policy may look at.
func (s Saved) Facts() access.Facts { return access.Facts{"agency": s.Agency} }

// Save keeps a result that has just been shown.
type Save struct {
	Of     string    `json:"of"`
	Source string    `json:"source"`
	Dated  time.Time `json:"dated"`
	Result Result    `json:"-"` // no door brings one: the page works it out again
}

// Verb names it.
func (Save) Verb() access.Verb { return "estimates.save" }

// Find makes it.
func (c Save) Find(tx *store.Tx, who access.Who) (Saved, error) {
	r := c.Result
	s := Saved{ID: tx.NewID("est"), Of: c.Of, Source: c.Source, Dated: c.Dated, Digest: r.Digest, Agency: who.Agency, By: who.ID, At: tx.Now,
		Numbers: Numbers{Observed: r.Estimate.Observed, Total: r.Estimate.Total, Low: r.Estimate.Low, High: r.Estimate.High, LowBCa: r.Intervals.Low, HighBCa: r.Intervals.High,
			Threshold: r.Estimate.Threshold, Replicates: r.Intervals.Replicates, Seed: r.Seed, Passed: len(r.Estimate.Passed)}}
	for _, l := range r.Lists {
		s.Numbers.Lists = append(s.Numbers.Lists, l.Name)
	}
	for _, step := range r.Estimate.Steps {
		s.Numbers.Pairs = append(s.Numbers.Pairs, step.Pair)
	}
	return s, nil
}

// Do stores it.
func (c Save) Do(tx *store.Tx, who access.Who, s Saved) error {
	var check fault.Check
	check.That(s.Digest != "" && s.Numbers.Observed > 0, "table", "estimates.no-table")
	check.That(s.Of != "", "of", "estimates.of-required")
	check.That(len(s.Of) <= 300, "of", "fault.too-long")
	check.That(s.Source != "", "source", "fault.required")
	check.That(len(s.Source) <= 200, "source", "fault.too-long")
	check.That(!s.Dated.IsZero(), "dated", "fault.required")
	check.That(!s.Dated.After(tx.Now), "dated", "fault.in-the-future")
	if err := check.Err(); err != nil {
		return err
	}
	text, err := json.Marshal(s.Numbers)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO estimate (id, of_whom, source, dated, numbers, digest, agency, by_user, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.ID, s.Of, s.Source, s.Dated, string(text), s.Digest, s.Agency, s.By, s.At)
	return err
}

// Kept lists the estimates that somebody stands by, the newest first.
type Kept struct{}

// Verb names it.
func (Kept) Verb() access.Verb { return "estimates.list" }

// Ask lists them.
func (Kept) Ask(tx *store.Tx, who access.Who) (all []Saved, err error) {
	var s Saved
	var text string
	err = tx.Each([]any{&s.ID, &s.Of, &s.Source, &s.Dated, &text, &s.Digest, &s.Agency, &s.By, &s.At}, func() error {
		one := s
		one.Numbers = Numbers{}
		if err := json.Unmarshal([]byte(text), &one.Numbers); err != nil {
			return err
		}
		all = append(all, one)
		return nil
	}, `SELECT id, of_whom, source, dated, numbers, digest, agency, by_user, at FROM estimate ORDER BY at DESC, id DESC`)
	return all, err
}
