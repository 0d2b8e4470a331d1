package returns

import (
	"slices"
	"strings"

	"istmo/access"
	"istmo/fault"
	"istmo/observatory/counting"
	"istmo/observatory/sources"
	"istmo/observatory/tally"
	"istmo/store"
)

// The first and last year of which a return can be asked.
const (
	firstYear = 1990
	lastYear  = 2100
)

// BuildReturn builds the book of a year from the last count. It opens the whole count,
// of one person too, and is in the ledger as such.
type BuildReturn struct {
	Year     int    `json:"year"`
	Standing string `json:"standing"` // identified or presumed alone; empty for everybody detected
}

// Verb names it.
func (BuildReturn) Verb() access.Verb { return "returns.build" }

// Find finds the count.
func (c BuildReturn) Find(tx *store.Tx, who access.Who) (tally.Counting, error) {
	return tally.Open{}.Find(tx, who)
}

// Answer builds it, with the denominators that were brought.
func (c BuildReturn) Answer(tx *store.Tx, who access.Who, _ tally.Counting) (Book, error) {
	var check fault.Check
	check.That(c.Year >= firstYear && c.Year <= lastYear, "year", "returns.year-wrong")
	check.That(c.Standing == tally.All || c.Standing == counting.Identified || c.Standing == counting.Presumed, "standing", "fault.not-in-list")
	if err := check.Err(); err != nil {
		return Book{}, err
	}
	cube, err := tally.Whole(tx)
	if err != nil {
		return Book{}, err
	}
	people, err := sources.Population(tx, cube.Country, c.Year)
	if err != nil {
		return Book{}, err
	}
	b := Build(cube, c.Year, c.Standing, people)
	if len(people) > 0 {
		b.Denominator, err = sourceOf(tx)
	}
	return b, err
}

// sourceOf names the files of population that are in use.
func sourceOf(tx *store.Tx) (string, error) {
	all, err := sources.Files(tx)
	var names []string
	for _, f := range all {
		if f.Kind == sources.Inhabitants && !slices.Contains(names, f.Source) {
			names = append(names, f.Source)
		}
	}
	return strings.Join(names, "; "), err
}
