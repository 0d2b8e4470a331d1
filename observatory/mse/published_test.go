package mse

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
)

// The potential victims known in the United Kingdom in 2013, by who reported
// them (Silverman, 2014, as tabulated by Chan, Silverman and Vincent, 2019): LA
// local authorities, NG non-government organisations, PF police forces, NCA
// National Crime Agency, GO government organisations, GP the general public.
const (
	fiveLists = "LA 54, NG 463, PFNCA 995, GO 695, GP 316, LA NG 15, LA PFNCA 19, LA GO 3, NG PFNCA 62, NG GO 19, NG GP 1, PFNCA GO 76, " +
		"PFNCA GP 11, GO GP 8, LA NG PFNCA 1, LA NG GO 1, NG PFNCA GO 4, LA NG PFNCA GO 1"
	sixLists = "LA 54, NG 463, PF 907, GO 695, GP 316, NCA 57, LA NG 15, LA PF 19, LA GO 3, NG PF 56, NG GO 19, NG GP 1, NG NCA 3, PF GO 69, " +
		"PF GP 10, PF NCA 31, GO GP 8, GO NCA 6, GP NCA 1, LA NG PF 1, LA NG GO 1, NG PF GO 4, NG PF NCA 3, PF GO NCA 1, LA NG PF GO 1"
)

// table is of histories as written above: lists and a count, with commas.
func table(t testing.TB, text string) Table {
	t.Helper()
	out, err := New(parsed(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func parsed(text string) (lists []string, histories []History) {
	seen := map[string]bool{}
	for one := range strings.SplitSeq(text, ",") {
		words := strings.Fields(one)
		h := History{Lists: words[:len(words)-1]}
		fmt.Sscan(words[len(words)-1], &h.Count)
		for _, name := range h.Lists {
			if !seen[name] {
				seen[name], lists = true, append(lists, name)
			}
		}
		histories = append(histories, h)
	}
	return lists, histories
}

func TestThePublishedEstimates(t *testing.T) {
	for _, c := range []struct {
		text, want, steps string
	}{
		{fiveLists, "11313 [9884 to 13027]", "LA+NG GP+NG GP+PFNCA LA+PFNCA GO+GP GO+NG"},
		{sixLists, "11418 [9977 to 13146]", "NCA+PF LA+NG GP+NG LA+PF GP+PF GO+GP GO+NG"},
	} {
		e, err := table(t, c.text).Stepwise(0.02)
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprintf("%.0f [%.0f to %.0f]", e.Total, e.Low, e.High)
		var steps []string
		for _, s := range e.Steps {
			steps = append(steps, s.A+"+"+s.B)
		}
		if got != c.want || strings.Join(steps, " ") != c.steps || e.Observed != 2744 || len(e.Passed) > 0 {
			t.Errorf("%s by %v, want %s by %s", got, steps, c.want, c.steps)
		}
	}
}

// TestClosedForms fits models whose estimates can be written down.
func TestClosedForms(t *testing.T) {
	sum := func(counts ...float64) (v float64) {
		for _, n := range counts {
			v += 1 / n
		}
		return v
	}
	for _, c := range []struct {
		name, text       string
		model            []Pair
		hidden, variance float64 // of the logarithm; 0 if there is no short form
	}{
		{"Lincoln and Petersen", "A 40, B 30, A B 10", nil, 40 * 30 / 10.0, sum(40, 30, 10)},
		{"nobody missing but by chance", "A 1, B 1, A B 998", nil, 1 / 998.0, sum(1, 1, 998)},
		{"three lists, all but the interaction of three", "A 40, B 30, C 20, A B 9, A C 8, B C 7, A B C 5",
			[]Pair{{"A", "B"}, {"A", "C"}, {"B", "C"}}, 5 * 40 * 30 * 20 / (9 * 8 * 7.0), sum(40, 30, 20, 9, 8, 7, 5)},
		{"B and C independent for who is not on A", "A 40, B 30, C 20, A B 9, A C 8, B C 7, A B C 5",
			[]Pair{{"A", "B"}, {"C", "A"}}, 30 * 20 / 7.0, 0},
		{"A and B share nobody: their union and C are independent", "A 40, B 30, C 20, A C 8, B C 6",
			[]Pair{{"A", "B"}}, (40 + 30) * 20 / (8 + 6.0), 0},
	} {
		f, err := table(t, c.text).Fit(c.model...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		deviation := math.Sqrt(c.variance)
		if c.variance == 0 {
			deviation = f.Deviation
		}
		near(t, c.name, f.Hidden, c.hidden, 1e-9*c.hidden)
		near(t, c.name, f.Deviation, deviation, 1e-9)
		near(t, c.name, f.Total, float64(f.Observed)+c.hidden, 1e-9*f.Total)
		near(t, c.name, f.High, float64(f.Observed)+c.hidden*math.Exp(1.96*deviation), 1e-3*f.High)
	}
	if f, _ := table(t, "A 40, B 30, C 20, A C 8, B C 6").Fit(Pair{"A", "B"}); !reflect.DeepEqual(f.Empty, []Pair{{"A", "B"}}) {
		t.Errorf("the empty overlap is %v", f.Empty)
	}
}

// TestFromAnywhere fits from starts so far off that a whole step would go beyond
// what the machine can hold.
func TestFromAnywhere(t *testing.T) {
	b := table(t, fiveLists).bench()
	if b.main(); !b.fit() {
		t.Fatal("no fit")
	}
	want := b.hidden()
	for _, at := range []float64{-5, 0, 5} {
		b.main()
		for a := range b.beta {
			b.beta[a] = at
		}
		if !b.fit() {
			t.Errorf("from %v: no fit", at)
		}
		near(t, "hidden", b.hidden(), want, 1e-6)
	}
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
