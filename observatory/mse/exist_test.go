package mse

import (
	"math"
	"math/rand/v2"
	"testing"

	"istmo/fault"
)

func refused(t *testing.T, what string, err error, key string) {
	t.Helper()
	if faults := fault.All(err); key == "" && err != nil || key != "" && (len(faults) != 1 || faults[0].Key != key) {
		t.Errorf("%s: %v, want %q", what, err, key)
	}
}

// TestThePapersExamples are the models of table 2 of the paper: A and B share
// somebody, C shares nobody with either.
func TestThePapersExamples(t *testing.T) {
	tab := table(t, "A 20, B 30, C 15, A B 5")
	ab, ac, bc := Pair{"A", "B"}, Pair{"A", "C"}, Pair{"B", "C"}
	for _, c := range []struct {
		key   string
		model []Pair
	}{
		{"", nil}, {"", []Pair{ac}}, {"", []Pair{bc}}, {"", []Pair{ac, bc}},
		{"estimate.does-not-exist", []Pair{ab}}, {"estimate.does-not-exist", []Pair{ab, ac}}, {"estimate.does-not-exist", []Pair{ab, bc}},
		{"estimate.not-identified", []Pair{ab, ac, bc}},
	} {
		_, err := tab.Fit(c.model...)
		refused(t, "", err, c.key)
	}
	// Haberman's: all pairs overlap, and still one zero leaves no estimate (in
	// Fienberg and Rinaldo, 2012).
	_, err := table(t, "A 20, B 30, C 15, A B 5, A C 4, B C 3").Fit(ab, ac, bc)
	refused(t, "nobody on all three", err, "estimate.does-not-exist")
	for _, model := range [][]Pair{{ab, {"B", "A"}}, {{"A", "A"}}, {{"A", "D"}}} {
		_, err = tab.Fit(model...)
		refused(t, "no model", err, "estimate.bad-model")
	}
}

// TestEveryTableOfThreeLists compares the verdict with a search through all
// directions of whole numbers, for every pattern of zeros and every model.
func TestEveryTableOfThreeLists(t *testing.T) {
	verdicts := map[verdict]int{}
	for pattern := range 1 << 7 {
		for model := range 1 << 3 {
			b := newBench(3)
			for s := 1; s < 8; s++ {
				b.counts[s] = float64(pattern >> (s - 1) & 1)
			}
			b.lay()
			if b.alive != 7 {
				continue
			}
			b.main()
			for i, pair := range []int{3, 5, 6} {
				if model>>i&1 == 1 {
					b.add(pair, 0)
				}
			}
			want := searched(b)
			if got := b.judge(); got != want || b.program() != want {
				t.Errorf("pattern %07b, model %03b: %v, want %v", pattern, model, got, want)
			}
			if (model == 0) != (len(b.fitted) == 4 && len(b.empty) == 0) {
				t.Fatal("no main model")
			}
			verdicts[want]++
		}
	}
	if len(verdicts) < 3 {
		t.Errorf("the patterns show only %v", verdicts)
	}
}

// searched tries every direction with parts of -1, 0 and 1, which are enough for
// three lists.
func searched(b *bench) verdict {
	p, v := len(b.fitted), verdict{true, true}
	d := make([]int, p)
	for n := range int(math.Pow(3, float64(p))) {
		for a := range d {
			d[a], n = n%3-1, n/3
		}
		ups, downs, seen, any := 0, 0, 0, false
		for a := range d {
			any = any || d[a] != 0
		}
		for s := 1; s < 8; s++ {
			if !b.possible(s) {
				continue
			}
			move := 0
			for a, lists := range b.fitted {
				if s&lists == lists {
					move += d[a]
				}
			}
			switch {
			case move != 0 && b.counts[s] > 0:
				seen++
			case move > 0:
				ups++
			case move < 0:
				downs++
			}
		}
		if any && seen == 0 && ups == 0 {
			if downs > 0 {
				v.exists = false
			} else {
				v.identified = false
			}
		}
	}
	return v
}

// TestTheShortWayAgreesWithTheProgram compares, on sparse tables of five lists,
// the selection with one that judges every interaction by the linear program.
func TestTheShortWayAgreesWithTheProgram(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	doubtful, refusedOnes := 0, 0
	for range 400 {
		b := newBench(5)
		for s := 1; s < 32; s++ {
			b.counts[s] = float64(max(0, random.IntN(14)-11))
		}
		for i := range 5 {
			b.counts[1<<i] = float64(random.IntN(40))
		}
		b.lay()
		if b.alive != 31 {
			continue
		}
		b.main()
		if !b.judge().sound() || !b.fit() {
			continue
		}
		bound := math.Log(0.3)
		for {
			want, least := 0, bound
			for high := range 5 {
				for low := range high {
					pair := 1<<high | 1<<low
					if b.model>>ordinal(pair)&1 == 1 {
						continue
					}
					p := logTail(b.over[pair], b.sums[pair], 1)
					b.add(pair, 0)
					if !b.determined() {
						doubtful++
					} else if !b.program().sound() {
						t.Fatal("determined, and not sound")
					}
					if b.program().sound() {
						if p < least {
							want, least = pair, p
						}
					} else {
						refusedOnes++
					}
					b.drop(pair)
				}
			}
			s, ok := b.extend(bound, nil, nil)
			if s.pair != want || ok != (want != 0) {
				t.Fatalf("took %b, want %b", s.pair, want)
			}
			if !ok {
				break
			}
		}
	}
	if doubtful == 0 || refusedOnes == 0 {
		t.Errorf("doubtful %d, refused %d: the tables test nothing", doubtful, refusedOnes)
	}
}

func TestWhatCannotBeEstimated(t *testing.T) {
	for text, key := range map[string]string{
		"A 5, B 5, C 5":                                  "estimate.no-overlap",
		"A 5, B 5, A B 2, C 0":                           "estimate.empty-list",
		"A 5, A B 5, A B C 2, A C 1":                     "estimate.whole-list",
		"A B 7, C 5, A B C 3":                            "estimate.same-list",
		"A 5, B 5, A B 2":                                "estimate.two-lists",
		"A 5, B 5, C 3, A B 2, A C 1, B C 4, A B C 1000": "",
	} {
		_, err := table(t, text).Stepwise(0.02)
		refused(t, text, err, key)
		_, err = table(t, text).BCa(t.Context(), Options{0.02, 200, 1}, nil)
		refused(t, text, err, key)
	}
	_, err := table(t, "A 5, B 5").Fit()
	refused(t, "a model of no overlap", err, "estimate.no-overlap")
	tab := table(t, fiveLists)
	for _, threshold := range []float64{-0.1, 0.6, math.NaN()} {
		_, err := tab.Stepwise(threshold)
		refused(t, "threshold", err, "estimate.bad-threshold")
	}
	for _, n := range []int{99, 100_001} {
		_, err := tab.BCa(t.Context(), Options{0.02, n, 1}, nil)
		refused(t, "replicates", err, "estimate.bad-replicates")
	}
	_, err = table(t, "A 30, B 40, C 20, A B 1").BCa(t.Context(), Options{0.02, 200, 1}, nil)
	refused(t, "one shared", err, "estimate.hangs-on-one")
	_, err = table(t, "A 30, B 40, C 20, A B 1, B C 1").BCa(t.Context(), Options{0.02, 200, 1}, nil)
	refused(t, "two shared", err, "estimate.no-upper-end")
}

// TestPassedOver tells of a dependence that no model can take in: everybody on A
// is on B too.
func TestPassedOver(t *testing.T) {
	e, err := table(t, "B 200, C 300, A B 20, B C 20, A B C 5").Stepwise(0.02)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, s := range e.Passed {
		found = found || s.Pair == Pair{"A", "B"} && s.Shared == 25 && s.P < 0.02
	}
	if !found {
		t.Errorf("%+v", e)
	}
}
