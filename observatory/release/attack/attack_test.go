package attack

import (
	"testing"

	"istmo/fault"
)

// row is 40 + a + b = 65 + 0, with a and b unknown; a column of c = b + d.
var row = System{
	Cells: []Interval{{65, 65}, {40, 40}, {0, Most}, {0, Most}, {30, 30}, {0, Most}},
	Sums:  []Sum{{Total: 0, Parts: []int{1, 2, 3}}, {Total: 4, Parts: []int{3, 5}}},
}

func TestExact(t *testing.T) {
	found, work, err := Exact(t.Context(), row, []int{0, 2, 3, 5})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Interval{{65, 65}, {0, 25}, {0, 25}, {5, 30}} {
		if found[i] != want {
			t.Errorf("%d is within %v, want %v", i, found[i], want)
		}
	}
	if work.Programs == 0 {
		t.Error("no program was solved")
	}
}

func TestContradiction(t *testing.T) {
	s := System{Cells: []Interval{{5, 5}, {0, Most}, {0, Most}, {9, 9}}, Sums: []Sum{{0, []int{1, 2}}, {3, []int{1, 2}}}}
	if _, _, err := Exact(t.Context(), s, []int{1}); !fault.Is(err, fault.KindConflict) {
		t.Errorf("got %v", err)
	}
}

// TestAFalseProofIsNotBelieved gives shifts that a reader would notice: one that
// breaks a sum, one that goes below nothing; and truths that are none.
func TestAFalseProofIsNotBelieved(t *testing.T) {
	truth := []int{65, 40, 3, 22, 30, 8}
	need := Need{Cell: 2, Reach: 100, Width: 4}
	for name, shift := range map[string]Shift{
		"breaks a sum":  {[]int{2}, []float64{200}},
		"below nothing": {[]int{2, 3, 5}, []float64{200, -200, 200}},
	} {
		broken, _, err := Try(t.Context(), row, []Need{need}, Proofs{truth, []Shift{shift}})
		if err != nil || len(broken) != 1 || broken[0].Known != (Interval{0, 25}) {
			t.Errorf("%s: %v %v", name, broken, err)
		}
	}
	if _, _, err := Try(t.Context(), row, []Need{need}, Proofs{Truth: []int{65, 40, 4, 22, 30, 8}}); !fault.Is(err, fault.KindConflict) {
		t.Errorf("false truth: %v", err)
	}
	good := Proofs{truth, []Shift{{[]int{2, 3, 5}, []float64{4, -4, 4}}}}
	broken, work, err := Try(t.Context(), row, []Need{{Cell: 2, Reach: 7, Width: 4}}, good)
	if err != nil || len(broken) != 0 || work.Programs != 0 {
		t.Errorf("a true one: %v %v %v", broken, work, err)
	}
}
