package watch

import "math"

// What the regression needs and leaves out. A season seen in fewer than three
// years is not told from chance; the last months are left out, because a change
// that has just begun must not become what is expected (Noufaily et al., 2013,
// leave out half a year).
const (
	reference = 36   // counts
	guard     = 3    // months left out before the one that is judged
	compared  = 6    // months in which both methods must have foretold
	slowRatio = 1.25 // what the likelihood-ratio chart is tuned to
	outlying  = 2.58
	capped    = 12.0 // where the chart stops growing, so that it comes down again
	doubts    = 1    // standard errors of the mean that are still calm to the chart
	ways      = 4    // a month and the chart, up and down
)

const terms = 4 // level, trend, and a yearly wave

// foretold is a negative-binomial count that is expected.
type foretold struct {
	mean, size float64
	doubt      float64 // of the mean, on the logarithm: a standard error
}

// chart follows a series by the regression.
type chart struct {
	regression, level []float64 // logarithms of how likely each count was held
	last              foretold  // of the month that was taken last
	up, down          float64
	upSince, dnSince  Month
}

// take judges the month at i by the regression, and reports true where that has
// foretold the series better than the levels have (Dawid's prequential score),
// in the months before i. logSeen is how likely the levels held the count.
func (c *chart) take(s Series, i int, logSeen float64) (Judgement, bool) {
	m, n := s.From+Month(i), s.Counts[i]
	f, ok := foretell(s.Counts[:max(0, i-guard)], i)
	if !ok {
		return Judgement{}, false
	}
	better := c.better()
	c.last = f
	c.regression, c.level = append(c.regression, logChance(n, f.mean, f.size)), append(c.level, logSeen)
	c.follow(m, n, f)
	j := Judgement{Month: m, Since: m, Method: Seasonal, Direction: Up, Expected: f.mean, Observed: float64(n)}
	least := atLeast(n, f.mean, f.size)
	j.lower(&least, atMost(n, f.mean, f.size), Down, Seasonal, m)
	j.lower(&least, math.Exp(-c.up), Up, Slow, c.upSince)
	j.lower(&least, math.Exp(-c.down), Down, Slow, c.dnSince)
	j.P = min(1, ways*least)
	j.Ratio = f.ratio(n)
	return j, better
}

func (j *Judgement) lower(least *float64, p float64, d Direction, by Method, since Month) {
	if p < *least {
		*least, j.Direction, j.Method, j.Since = p, d, by, since
	}
}

func (c *chart) better() bool {
	if len(c.level) < compared {
		return false
	}
	sum := 0.0
	for i := max(0, len(c.level)-24); i < len(c.level); i++ {
		sum += c.regression[i] - c.level[i]
	}
	return sum > 0
}

// follow adds a month to the likelihood-ratio chart (Höhle and Paul, 2008). In
// calm it passes h less often than once in e^h months (Lorden, 1971), if the mean
// is known; since it is estimated, and wrong for many months together, calm is
// anything within its standard error.
func (c *chart) follow(m Month, n int, f foretold) {
	one := func(sum *float64, since *Month, side float64) {
		if *sum == 0 {
			*since = m
		}
		calm := f.mean * math.Exp(side*doubts*f.doubt)
		*sum = min(max(0, *sum+logChance(n, calm*math.Pow(slowRatio, side), f.size)-logChance(n, calm, f.size)), capped)
	}
	one(&c.up, &c.upSince, 1)
	one(&c.down, &c.dnSince, -1)
}

// ratio is of a count to the one foretold, and the interval that its spread gives.
func (f foretold) ratio(n int) Ratio {
	spread := 1.96 * math.Sqrt(math.Log1p(1/f.mean+1/f.size))
	r := float64(n) / f.mean
	return Ratio{r, r * math.Exp(-spread), r * math.Exp(spread)}
}

// foretell fits the regression to counts and expects the one at month i of the
// same series. Where the trend leads beyond all that was seen, it is left out.
func foretell(counts []int, i int) (foretold, bool) {
	var r regression
	low, high := math.Inf(1), 0.0
	for k, n := range counts {
		if n != Missing {
			r.y, r.at = append(r.y, float64(n)), append(r.at, float64(k-i)/12)
			low, high = min(low, float64(n)), max(high, float64(n))
		}
	}
	if len(r.y) < reference || high == 0 {
		return foretold{}, false
	}
	f, ok := r.fit(terms)
	if !ok || f.mean > high || f.mean < low {
		r.trendless = true
		f, ok = r.fit(terms - 1)
	}
	return f, ok
}

// regression of counts on time in years before the month that is judged.
type regression struct {
	y, at     []float64
	rows      [][terms]float64
	weight    []float64 // of past outbreaks, below one
	beta      [terms]float64
	mean      []float64
	lever     []float64
	inverse   [terms][terms]float64
	excess    float64 // over-dispersion: one through the size
	trendless bool
}

// row is level, wave and trend at a time.
func (r *regression) row(at float64) [terms]float64 {
	x := [terms]float64{1, math.Sin(2 * math.Pi * at), math.Cos(2 * math.Pi * at), at}
	if r.trendless {
		x[3] = 0
	}
	return x
}

// fit is negative-binomial regression with past outbreaks weighed down, and what
// it expects at time zero: the spread of the estimate is part of the spread of
// the count.
func (r *regression) fit(p int) (foretold, bool) {
	r.weight, r.rows, r.excess = make([]float64, len(r.y)), make([][terms]float64, len(r.y)), 0.1
	for i, at := range r.at {
		r.weight[i], r.rows[i] = 1, r.row(at)
	}
	for range 3 {
		if !r.solve(p) {
			return foretold{}, false
		}
		r.weigh()
	}
	if !r.solve(p) {
		return foretold{}, false
	}
	x, linear, spread := r.row(0), 0.0, 0.0
	for a := range p {
		linear += x[a] * r.beta[a]
		for b := range p {
			spread += x[a] * x[b] * r.inverse[a][b]
		}
	}
	f := foretold{math.Exp(linear), 1 / max(r.excess+spread, 1e-6), math.Sqrt(spread)}
	return f, f.mean > 0 && f.mean < 10*MostCount
}

// solve is iteratively reweighted least squares, with the over-dispersion that
// makes Pearson's statistic equal to its degrees of freedom.
func (r *regression) solve(p int) bool {
	r.mean, r.lever = make([]float64, len(r.y)), make([]float64, len(r.y))
	for i, y := range r.y {
		r.mean[i] = y + 0.5
	}
	for range 25 {
		var matrix [terms][terms]float64
		var right [terms]float64
		for i, y := range r.y {
			x, w := r.rows[i], r.weight[i]*r.mean[i]/(1+r.excess*r.mean[i])
			z := math.Log(r.mean[i]) + (y-r.mean[i])/r.mean[i]
			for a := range p {
				right[a] += w * x[a] * z
				for b := range p {
					matrix[a][b] += w * x[a] * x[b]
				}
			}
		}
		var ok bool
		if r.inverse, ok = inverted(matrix, p); !ok {
			return false
		}
		moved := r.move(right, p)
		r.disperse(p)
		if moved < 1e-8 {
			break
		}
	}
	return true
}

func (r *regression) move(right [terms]float64, p int) (moved float64) {
	for a := range p {
		sum := 0.0
		for b := range p {
			sum += r.inverse[a][b] * right[b]
		}
		moved, r.beta[a] = max(moved, math.Abs(sum-r.beta[a])), sum
	}
	for i := range r.y {
		x, linear, lever := r.rows[i], 0.0, 0.0
		for a := range p {
			linear += x[a] * r.beta[a]
			for b := range p {
				lever += x[a] * x[b] * r.inverse[a][b]
			}
		}
		r.mean[i] = math.Exp(min(max(linear, -20), 20))
		r.lever[i] = min(lever*r.weight[i]*r.mean[i]/(1+r.excess*r.mean[i]), 0.99)
	}
	return moved
}

// disperse finds the over-dispersion by halving.
func (r *regression) disperse(p int) {
	freedom := -float64(p)
	for _, w := range r.weight {
		freedom += w
	}
	low, high := 0.0, 10.0
	for range 30 {
		r.excess = (low + high) / 2
		sum := 0.0
		for i, y := range r.y {
			sum += r.weight[i] * (y - r.mean[i]) * (y - r.mean[i]) / (r.mean[i] + r.excess*r.mean[i]*r.mean[i])
		}
		if sum > freedom {
			low = r.excess
		} else {
			high = r.excess
		}
	}
}

// weigh gives counts far from what is fitted less weight, as Noufaily and others
// do, on both sides, with Pearson's residuals.
func (r *regression) weigh() {
	for i, y := range r.y {
		spread := math.Sqrt((r.mean[i] + r.excess*r.mean[i]*r.mean[i]) * (1 - r.lever[i]))
		far := math.Abs(y-r.mean[i]) / spread
		if r.weight[i] = 1; far > outlying {
			r.weight[i] = 1 / (far * far)
		}
	}
}

// inverted is by Gauss and Jordan, of the first p rows and columns.
func inverted(m [terms][terms]float64, p int) (out [terms][terms]float64, ok bool) {
	for i := range p {
		out[i][i] = 1
	}
	for i := range p {
		if !(m[i][i] > 1e-9) {
			return out, false
		}
		pivot := m[i][i]
		for k := range p {
			m[i][k], out[i][k] = m[i][k]/pivot, out[i][k]/pivot
		}
		for j := range p {
			if factor := m[j][i]; j != i {
				for k := range p {
					m[j][k], out[j][k] = m[j][k]-factor*m[i][k], out[j][k]-factor*out[i][k]
				}
			}
		}
	}
	return out, true
}
