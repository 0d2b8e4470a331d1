package tally

import (
	"context"
	"fmt"
	"testing"

	"istmo/observatory/release"
)

// TestWhatCannotBeShownIsSaid: where tables cannot be made safe, in time or at all,
// nothing of them is shown, and by which attributes not is said.
func TestWhatCannotBeShownIsSaid(t *testing.T) {
	rule := release.Rule{Least: 10, Zeros: release.ZerosShown, Method: release.Suppress}
	r := release.Release{Dimensions: []release.Dimension{{Name: ByTime, Categories: codes([]string{"2024", "2025"})}, {Name: BySex, Categories: codes([]string{"female", "male"})}},
		Tables: [][]string{{ByTime, BySex}}, Facts: []release.Fact{{At: []string{"2024", "female"}, Count: 30}, {At: []string{"2025", "female"}, Count: 40}, {At: []string{"2025", "male"}, Count: 3}}}
	gone, stop := context.WithCancel(context.Background())
	stop()
	var dropped []string
	if _, shown, err := prepare(gone, r, rule, nil, &dropped); err != nil || shown != nil || fmt.Sprint(dropped) != "[time sex]" {
		t.Errorf("out of time: %v, %v, %v", shown, dropped, err)
	}
	dropped = nil
	if _, shown, err := prepare(context.Background(), r, rule, nil, &dropped); err != nil || shown == nil || len(dropped) > 0 {
		t.Errorf("with time: %v, %v, %v", shown, dropped, err)
	}
}
