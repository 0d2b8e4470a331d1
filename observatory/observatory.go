// Package observatory brings together what several rooms have counted, so that a
// page can show them beside each other: what moves, what is detected, what is
// missed. It counts nothing itself and keeps nothing; every number stands with
// where it is from, of when it is, how it is defined and how certain it is.
//
// Who: analysts, focal points, foreign ministries and prosecutors. What never
// happens: that somebody's own row is in it, or a number of people so small that it
// tells of one.
package observatory

import (
	"istmo/access"
	"istmo/observatory/figures"
	"istmo/store"
)

// Read is everything that the dashboards show.
type Read struct{}

// Verb names it.
func (Read) Verb() access.Verb { return "observatory.read" }

// View is what they show.
type View struct {
	Held []figures.Public `json:"held"` // the public figures that the project holds
}

// Ask reads it.
func (Read) Ask(tx *store.Tx, who access.Who) (v View, err error) {
	v.Held, err = figures.Held()
	return v, err
}
