package observatory

import (
	"istmo/access"
	"istmo/observatory/figures"
	"istmo/screening/coverage"
	"istmo/store"
)

// ReadDetection is how many of those who pass are met, and found.
type ReadDetection struct{}

// Verb names it.
func (ReadDetection) Verb() access.Verb { return "observatory.detection" }

// Detection is what is found, beside what passes.
type Detection struct {
	Detected []Series       // victims that countries reported to UNODC
	Fall     figures.Public // of the region
	Reach    []Reach        // of this node, the oldest month first
}

// Reach is a month of this node: who passed and who was met.
type Reach struct {
	Month  string // "2026-10"
	Passed int64
	Known  bool   // whether anybody has said how many passed
	Source string // who said so
	People int    // screened, at most
}

// Ask reads it.
func (ReadDetection) Ask(tx *store.Tx, who access.Who) (d Detection, err error) {
	held, err := figures.Held()
	if err != nil {
		return d, err
	}
	d.Detected, d.Fall = series(held, VictimsDetected), stated(held, "cac-detection-fall")
	view, err := coverage.Read{}.Ask(tx, who)
	if err != nil {
		return d, err
	}
	for _, r := range view.Reached {
		if r.Post == "" { // the whole country
			d.Reach = append([]Reach{{r.Month, r.Passed, r.Known, r.Source, r.People}}, d.Reach...)
		}
	}
	return d, nil
}
