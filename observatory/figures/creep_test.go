package figures

import (
	"testing"
	"time"
)

// TestCreep ends where bounds creep upwards one by one: two cells that each have
// to be greater than the other.
func TestCreep(t *testing.T) {
	s := &system{index: map[at]int{}}
	a, b, one := s.cellAt(at{sex: "a"}), s.cellAt(at{sex: "b"}), s.cellAt(at{sex: "one"})
	s.cells[one].bounds = bounds{1, 1}
	s.sums = []sum{{whole: a, parts: []part{{cell: b}, {cell: one}}}, {whole: b, parts: []part{{cell: a}, {cell: one}}}}
	begin := time.Now()
	if n := s.narrow([]int{0, 1}); n.bounds[a].low < 10 || time.Since(begin) > time.Second {
		t.Errorf("%+v after %v", n, time.Since(begin))
	}
}
