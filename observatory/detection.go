package observatory

import (
	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/observatory/figures"
	"istmo/observatory/sources"
	"istmo/observatory/tally"
	"istmo/screening/coverage"
	"istmo/screening/fairness"
	"istmo/store"
)

// ReadDetection is how many of those who pass are met, and found.
type ReadDetection struct{}

// Verb names it.
func (ReadDetection) Verb() access.Verb { return "observatory.detection" }

// Detection is what is found, beside what passes.
type Detection struct {
	Here     string         // this node's country (ISO 3166-1 alpha-3)
	Detected []Series       // victims that countries reported to UNODC
	Returned []Breakdown    // the same by one attribute at a time, from the returns in use
	Files    []sources.File // those returns
	Fall     figures.Public // of the region
	Least    int            // the smallest number of people screened that is shown
	Reach    []Reach        // of this node, the oldest month first
	Counted  bool           // whether this node has counted its own people
	Own      tally.Figures
}

// Reach is a month of this node: who passed and who was met.
type Reach struct {
	Month  string // "2026-10"
	Passed int64
	Known  bool   // whether anybody has said how many passed
	Source string // who said so
	People int    // screened, at most; fairness.Hidden where they are few
}

// Ask reads it.
func (ReadDetection) Ask(tx *store.Tx, who access.Who) (d Detection, err error) {
	held, err := figures.Held()
	if err != nil {
		return d, err
	}
	d.Here = figures.Resolve(cooperation.Country(act.Here(tx)), "").Code
	r, err := readReturned(tx)
	if err != nil {
		return d, err
	}
	d.Detected, d.Fall = r.over(series(held, VictimsDetected), VictimsDetected), stated(held, fall)
	d.Returned, d.Files = r.breakdowns(), r.files
	if d.Own, d.Counted, err = tally.Last(tx); err != nil {
		return d, err
	}
	view, err := coverage.Read{}.Ask(tx, who)
	if err != nil {
		return d, err
	}
	d.Least = view.Figures.Least
	for _, r := range view.Reached {
		if r.Post == "" { // the whole country
			few := fairness.Conceal([][]int{{r.People}}, view.Figures.Least)
			d.Reach = append([]Reach{{r.Month, r.Passed, r.Known, r.Source, few[0][0]}}, d.Reach...)
		}
	}
	return d, nil
}
