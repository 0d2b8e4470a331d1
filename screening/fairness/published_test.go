package fairness

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) && !(math.IsInf(want, 1) && math.IsInf(got, 1)) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// admissions to the six largest departments of Berkeley in 1973: men, then women
// (Bickel, Hammel and O'Connell, Science 187 (1975), 398–404; UCBAdmissions of R).
var admissions = Strata{{512, 313, 89, 19}, {353, 207, 17, 8}, {120, 205, 202, 391}, {138, 279, 131, 244}, {53, 138, 94, 299}, {22, 351, 24, 317}}

// rabbits cured with penicillin at once, then after an hour and a half, by dose
// (Mantel, 1963; the example of mantelhaen.test of R).
var rabbits = Strata{{0, 6, 0, 5}, {3, 3, 0, 6}, {6, 0, 2, 4}, {5, 1, 6, 0}, {2, 0, 5, 0}}

// TestPublishedRatios: what mantelhaen.test of R prints for both.
func TestPublishedRatios(t *testing.T) {
	r := admissions.Ratio()
	near(t, "odds of admission", r.Odds, 0.9046968, 1e-7)
	near(t, "lower end", r.Low, 0.7719074, 1e-7)
	near(t, "upper end", r.High, 1.0603298, 1e-7)
	near(t, "statistic", math.Pow(admissions.Score(), 2), 1.4269, 5e-5)
	near(t, "p", math.Erfc(admissions.Score()/math.Sqrt2), 0.2323, 5e-5)

	r = rabbits.Ratio()
	near(t, "odds of a cure", r.Odds, 7, 1e-12)
	near(t, "lower end", r.Low, 1.026713, 1e-6)
	near(t, "upper end", r.High, 47.725133, 1e-6)
	near(t, "statistic", math.Pow(rabbits.Score(), 2), 3.9286, 5e-5)
	near(t, "exact p", rabbits.Test().P, 0.03994, 5e-6)
	low, high := rabbits.exact().interval(rabbits.observed(), 0.05)
	// R prints 1.077401 and 529.837399: it stops looking when it is near.
	near(t, "exact lower end", low, 1.077401, 5e-5)
	near(t, "exact upper end", high, 529.837399, 2)
	lower, _ := rabbits.exact().at(high).tails(rabbits.observed())
	_, upper := rabbits.exact().at(low).tails(rabbits.observed())
	near(t, "the tail at the lower end", upper, 0.025, 1e-9)
	near(t, "the tail at the upper end", lower, 0.025, 1e-9)
}

// TestTheTastingOfTea: Fisher (1935), all eight cups told apart, and six.
func TestTheTastingOfTea(t *testing.T) {
	near(t, "all told apart", Strata{{4, 0, 0, 4}}.Test().P, 2.0/70, 1e-12)
	near(t, "six told apart", Strata{{3, 1, 1, 3}}.Test().P, 2*17.0/70, 1e-12)
	all := Strata{{4, 0, 0, 4}}.Ratio()
	near(t, "the odds", all.Odds, math.Inf(1), 0)
	near(t, "upper end", all.High, math.Inf(1), 0)
	// all cups right has the chance o⁴⁄(1+16o+36o²+16o³+o⁴) under odds o
	near(t, "chance at the lower end", teaAll(all.Low), 0.025, 1e-9)
	none := Strata{{0, 4, 4, 0}}.Ratio()
	near(t, "the inverse", none.High*all.Low, 1, 1e-9)
	near(t, "of no odds", none.Odds+none.Low, 0, 0)
}

func teaAll(o float64) float64 {
	return math.Pow(o, 4) / (1 + 16*o + 36*o*o + 16*o*o*o + math.Pow(o, 4))
}

// TestPublishedShares: method 3 in table I of R. G. Newcombe, Two-sided confidence
// intervals for the single proportion, Statistics in Medicine 17 (1998), 857–872.
func TestPublishedShares(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}} {
		s := Wilson(c.k, c.n)
		near(t, fmt.Sprintf("lower end of %d of %d", c.k, c.n), s.Low, c.low, 5e-5)
		near(t, fmt.Sprintf("upper end of %d of %d", c.k, c.n), s.High, c.high, 5e-5)
	}
	if none := Wilson(0, 0); !math.IsNaN(none.Rate) || none.Low != 0 || none.High != 1 {
		t.Errorf("of nobody we claim %v", none)
	}
}

// TestPublishedDiscoveries: the fifteen p-values of Benjamini and Hochberg (1995),
// of which their procedure finds four at 0.05 and Bonferroni's three.
func TestPublishedDiscoveries(t *testing.T) {
	p := []float64{0.0095, 0.0001, 0.0004, 0.0019, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0}
	q := Adjust(p)
	found := 0
	for _, v := range q {
		if v <= 0.05 {
			found++
		}
	}
	if found != 4 {
		t.Errorf("found %d, want 4: %v", found, q)
	}
	near(t, "the fourth", q[0], 0.0095*15/4, 1e-12)
	near(t, "the fifth, held down by none after it", q[4], 0.0201*15/5, 1e-12)
	near(t, "the sixth, held down by the seventh", q[5], 0.0298*15/7, 1e-12)
	if len(Adjust(nil)) != 0 {
		t.Error("none are some")
	}
}

// TestSizes: the bounds of ETS. A ratio of 1.5 is delta 0.95, of 1.6 is 1.10, of
// 2 is 1.63, and that one is large only if it is surely above delta 1.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		s    Strata
		want Size
	}{
		{Strata{{1500, 1000, 1000, 1000}}, Small},
		{Strata{{1600, 1000, 1000, 1000}}, Medium},
		{Strata{{1000, 1000, 1600, 1000}}, Medium},
		{Strata{{2000, 1000, 1000, 1000}}, Large},
		{Strata{{1000, 2000, 1000, 1000}}, Large},
		{Strata{{20, 10, 10, 10}}, Medium},
		{Strata{{4, 0, 0, 4}}, Large},
		{Strata{{4, 0, 4, 0}}, Small},
	} {
		if got := c.s.Size(); got != c.want {
			t.Errorf("%v is %s, want %s", c.s, got, c.want)
		}
	}
}

// TestPowerCountedOut holds the exact p and power to a walk over every pair of
// tables that two strata can be.
func TestPowerCountedOut(t *testing.T) {
	strata := Strata{{6, 4, 5, 7}, {2, 9, 3, 8}}
	test := strata.Test()
	for _, odds := range []float64{1, 0.2, 3, 8} {
		for _, level := range []float64{0.05, 0.2, 0.001} {
			near(t, fmt.Sprintf("power at %v, %v", level, odds), test.Power(level, odds), countedOut(strata, level, odds), 1e-12)
		}
	}
	if test.Power(0.05, 1) > 0.05 {
		t.Error("what is not there is found too often")
	}
}

func countedOut(s Strata, level, odds float64) (power float64) {
	choose := func(n, k int) float64 {
		v := 1.0
		for i := range k {
			v = v * float64(n-i) / float64(i+1)
		}
		return v
	}
	chances := func(odds float64) map[int]float64 {
		sum := map[int]float64{}
		all := 0.0
		for a := range 11 {
			for b := range 12 {
				if a > 10 || b > 5 {
					continue
				}
				w := choose(10, a) * choose(12, 11-a) * choose(11, b) * choose(11, 5-b) * math.Pow(odds, float64(a+b))
				sum[a+b] += w
				all += w
			}
		}
		for k := range sum {
			sum[k] /= all
		}
		return sum
	}
	plain, tilted := chances(1), chances(odds)
	for x, chance := range tilted {
		lower, upper := 0.0, 0.0
		for y, c := range plain {
			if y <= x {
				lower += c
			}
			if y >= x {
				upper += c
			}
		}
		if min(lower, upper) <= level/2 {
			power += chance
		}
	}
	return power
}

// TestLargeAndExactMeet: on both sides of where the exact distribution gives way
// to the normal one, they say the same.
func TestLargeAndExactMeet(t *testing.T) {
	large := Strata{{2100, 1900, 4000, 4000}, {1100, 1000, 2000, 2100}}
	test, d := large.Test(), large.exact()
	if _, variance := large.moments(1); variance <= mostExact {
		t.Fatalf("variance %v is no large one", variance)
	}
	near(t, "p", test.P/d.p(large.observed()), 1, 0.02)
	for _, odds := range []float64{1.1, 0.92, 1.2} {
		near(t, "power", test.Power(0.01, odds), d.power(0.01, odds), 0.01)
	}
	near(t, "detectable", test.Detectable(0.01, 0.8), Test{Power: d.power}.Detectable(0.01, 0.8), 0.01)
}

func TestDetectable(t *testing.T) {
	test := Strata{{40, 60, 50, 50}}.Test()
	odds := test.Detectable(0.05, 0.8)
	if f := test.Finds(0.05, odds); f < 0.8 || test.Finds(0.05, odds*0.99) >= 0.8 {
		t.Errorf("%v is found with %v", odds, f)
	}
	if got := (Strata{{1, 1, 1, 1}}).Test().Detectable(0.05, 0.8); !math.IsInf(got, 1) {
		t.Errorf("four screenings find %v", got)
	}
}

// TestStrataThatTellNothing change nothing.
func TestStrataThatTellNothing(t *testing.T) {
	idle := slices.Concat(rabbits, Strata{{5, 5, 0, 0}, {0, 0, 3, 9}, {4, 0, 7, 0}, {0, 0, 0, 0}})
	if idle.Ratio() != rabbits.Ratio() || idle.Test().P != rabbits.Test().P || idle.Test().Informants != rabbits.Test().Informants {
		t.Error("they changed something")
	}
	none := Strata{{5, 5, 0, 0}}
	if test := none.Test(); !math.IsNaN(none.Ratio().Odds) || test.P != 1 || test.Power(0.05, 50) != 0 || test.Informants != 0 {
		t.Error("a table of one group claims something")
	}
}
