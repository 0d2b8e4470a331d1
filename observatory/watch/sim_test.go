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

func TestRates(t *testing.T) {
	for _, c := range []struct {
		mean, size, wave float64
		months, from     int
	}{{3000, 20, .5, 108, 60}, {30, 5, .5, 108, 60}, {30000, 60, .7, 108, 60}, {30000, 60, 0, 108, 60}} {
		r := rand.New(rand.NewPCG(1, 2))
		n := 0
		var count [4]int
		by := map[Method]int{}
		hit := map[Method]int{}
		for range 30 {
			for i, j := range judge(invented(r, c.months, c.mean, c.size, c.wave), 0) {
				if i >= c.from {
					n++
					if j.Method == Slow {
						by[Seasonal]++
					} else {
						by[j.Method]++
					}
					for x, a := range []float64{.05, .02, .01, .005} {
						if j.P < a {
							count[x]++
							if x == 0 {
								hit[j.Method]++
							}
						}
					}
				}
			}
		}
		t.Logf("%+v %.4f %.4f %.4f %.4f %v %v", c, float64(count[0])/float64(n), float64(count[1])/float64(n), float64(count[2])/float64(n), float64(count[3])/float64(n), by, hit)
	}
}
