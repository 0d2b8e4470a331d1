package observatory

import (
	"istmo/access"
	"istmo/observatory/tally"
	"istmo/store"
)

// ReadTimes is how long steps took beside their clocks.
type ReadTimes struct{}

// Verb names it.
func (ReadTimes) Verb() access.Verb { return "observatory.times" }

// Times is what the node's last count says of its own steps.
type Times struct {
	There bool // whether anything has been counted yet
	tally.Figures
}

// Ask reads it.
func (ReadTimes) Ask(tx *store.Tx, who access.Who) (t Times, err error) {
	t.Figures, t.There, err = tally.Last(tx)
	return t, err
}
