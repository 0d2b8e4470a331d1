package watch

import (
	"math"
	"math/rand/v2"
	"testing"
)

// invented is a calm series: negative binomial about a level with a yearly wave.
func invented(r *rand.Rand, months int, mean, size, wave float64) Series {
	s := Series{From: 2021 * 12}
	for m := range months {
		s.Counts = append(s.Counts, drawn(r, mean*math.Exp(wave*math.Sin(2*math.Pi*float64(m)/12)), size))
	}
	return s
}

// drawn is a negative-binomial count: Poisson with a gamma mean.
func drawn(r *rand.Rand, mean, size float64) int { return poisson(r, gamma(r, size)*mean/size) }

// gamma draws by Marsaglia and Tsang (2000), for shapes of one and more.
func gamma(r *rand.Rand, shape float64) float64 {
	d := shape - 1.0/3
	for c := 1 / math.Sqrt(9*d); ; {
		x := r.NormFloat64()
		v := math.Pow(1+c*x, 3)
		if v > 0 && math.Log(r.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

func poisson(r *rand.Rand, mean float64) int {
	if mean > 500 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	n := 0
	for p := r.Float64(); p > math.Exp(-mean); p *= r.Float64() {
		n++
	}
	return n
}

// TestFalseAlarmsInCalm counts alarms on invented calm series: no oftener than
// the setting says, within the bounds of the binomial (three standard errors, of
// half as many months, since neighbours share counts), and, where counts are high
// enough for it, not much more seldom.
func TestFalseAlarmsInCalm(t *testing.T) {
	for _, c := range []struct {
		name             string
		mean, size, wave float64
		months, from     int
		least            float64 // of the nominal rate
	}{
		{"few, no season", 3, 5, 0, 60, 12, 0.1},
		{"rough, no season", 30_000, 5, 0, 60, 12, 0.6},
		{"usual, no season", 3000, 20, 0, 60, 12, 0.6},
		{"usual, strong season", 3000, 20, 0.5, 100, 60, 0.5},
		{"rough, strong season", 30, 5, 0.5, 100, 60, 0.5},
		{"steady, very strong season", 30_000, 60, 0.7, 100, 60, 0.5},
	} {
		random := rand.New(rand.NewPCG(1, 2))
		months, alarms, runs, lengths := 0, 0, 0, 0
		for range 40 {
			run := 0
			for _, j := range judge(invented(random, c.months, c.mean, c.size, c.wave), 2021*12+Month(c.from)) {
				months, run = months+1, run+1
				if j.P < UsualPerYear/12 {
					alarms++
					if run > 0 {
						runs, lengths, run = runs+1, lengths+run, 0
					}
				}
			}
			lengths += run
		}
		nominal, rate := UsualPerYear/12, float64(alarms)/float64(months)
		bound := 3 * math.Sqrt(nominal*(1-nominal)/float64(months)*2)
		t.Logf("%s: %d months, %.2f false alarms a year (setting %.2f), one in %.0f months", c.name, months, 12*rate, UsualPerYear, float64(lengths)/float64(max(runs, 1)))
		if rate > nominal+bound || rate < c.least*nominal-bound {
			t.Errorf("%s: rate %.4f, nominal %.4f ± %.4f", c.name, rate, nominal, bound)
		}
	}
}

// TestAShortSeasonIsSignalled: a season that is not yet known is seen as change.
// docs/watch.md says so.
func TestAShortSeasonIsSignalled(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	months, alarms := 0, 0
	for range 40 {
		for _, j := range judge(invented(random, 39, 30_000, 60, 0.3), 2021*12+12) {
			if months++; j.P < UsualPerYear/12 {
				alarms++
			}
		}
	}
	perYear := 12 * float64(alarms) / float64(months)
	t.Logf("a steady season of ±30%%, not yet known: %.1f alarms a year", perYear)
	if perYear < 1 || perYear > 5 {
		t.Errorf("%.1f a year", perYear)
	}
}

// TestDelay tells how soon a change of each size is found, after two years of
// calm by levels and after six by the regression. Counts are of size 20: a month
// of calm lies within about a fifth of its level.
func TestDelay(t *testing.T) {
	for _, c := range []struct {
		name         string
		wave         float64
		months       int
		ratio        float64
		first, three float64 // at least this share is found in the first month, and within three
	}{
		{"levels", 0, 24, 1.25, 0, 0.15}, {"levels", 0, 24, 1.5, 0.2, 0.5}, {"levels", 0, 24, 2, 0.6, 0.85}, {"levels", 0, 24, 3, 0.95, 1},
		{"levels", 0, 24, 1 / 1.5, 0.2, 0.5}, {"levels", 0, 24, 0.5, 0.45, 0.85}, {"levels", 0, 24, 0.25, 0.95, 1},
		{"regression", 0.5, 72, 1.25, 0.05, 0.25}, {"regression", 0.5, 72, 1.5, 0.25, 0.7}, {"regression", 0.5, 72, 2, 0.85, 0.95}, {"regression", 0.5, 72, 3, 1, 1},
		{"regression", 0.5, 72, 1 / 1.5, 0.15, 0.4}, {"regression", 0.5, 72, 0.5, 0.55, 0.85},
	} {
		const worlds = 60
		random := rand.New(rand.NewPCG(5, 6))
		first, three := 0.0, 0.0
		for range worlds {
			s := invented(random, c.months+3, 3000, 20, c.wave)
			for i := c.months; i < len(s.Counts); i++ {
				s.Counts[i] = drawn(random, c.ratio*3000*math.Exp(c.wave*math.Sin(2*math.Pi*float64(i)/12)), 20)
			}
			for i, j := range judge(s, s.From+Month(c.months)) {
				if j.P < UsualPerYear/12 && (j.Direction == Up) == (c.ratio > 1) {
					if i == 0 {
						first++
					}
					three++
					break
				}
			}
		}
		t.Logf("%s, ×%.2f: %3.0f%% in the first month, %3.0f%% within three", c.name, c.ratio, 100*first/worlds, 100*three/worlds)
		if first < c.first*worlds || three < c.three*worlds {
			t.Errorf("%s, ×%.2f: %.2f and %.2f", c.name, c.ratio, first/worlds, three/worlds)
		}
	}
}

// TestSlowChange lets a seasonal series grow by three in a hundred every month. The chart
// is the first to find it in some of the worlds.
func TestSlowChange(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	found, slow := 0, 0
	for range 40 {
		s := invented(random, 72+12, 3000, 20, 0.5)
		for i := 72; i < len(s.Counts); i++ {
			s.Counts[i] = int(float64(s.Counts[i]) * math.Pow(1.03, float64(i-71)))
		}
		for _, j := range judge(s, s.From+72) {
			if j.P < UsualPerYear/12 && j.Direction == Up {
				found++
				if j.Method == Slow {
					slow++
				}
				break
			}
		}
	}
	t.Logf("found %d of 40, %d by the chart", found, slow)
	if found < 26 || slow < 1 {
		t.Errorf("found %d of 40, %d by the chart", found, slow)
	}
}
