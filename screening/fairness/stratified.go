package fairness

import (
	"math"
	"slices"
)

// Table is one stratum: of a group and of all others, how many have what is
// asked about and how many have not.
type Table struct{ GroupWith, GroupWithout, OthersWith, OthersWithout int }

// total and the margins of the group and of what is asked about.
func (t Table) margins() (n, group, with float64) {
	return float64(t.GroupWith + t.GroupWithout + t.OthersWith + t.OthersWithout),
		float64(t.GroupWith + t.GroupWithout), float64(t.GroupWith + t.OthersWith)
}

// tells is whether the stratum says anything: both groups are in it, and both
// answers.
func (t Table) tells() bool {
	n, group, with := t.margins()
	return group > 0 && group < n && with > 0 && with < n
}

// Strata are the tables of one comparison.
type Strata []Table

// Ratio is an odds ratio and the interval that holds it 95 times in 100. Above
// 1 the group has what is asked about more readily than others.
type Ratio struct{ Odds, Low, High float64 }

// Ratio is the common odds ratio of the strata (Mantel and Haenszel, 1959) with
// the interval of Robins, Breslow and Greenland (1986). Where the estimate is
// zero or infinite, that interval does not exist and the exact one (Mehta, Patel
// and Gray, 1985) stands in its place. Not a number if no stratum tells.
func (s Strata) Ratio() Ratio {
	r, q, deviation := s.logOdds()
	switch {
	case r == 0 && q == 0:
		return Ratio{math.NaN(), math.NaN(), math.NaN()}
	case r == 0 || q == 0:
		low, high := s.exact().interval(s.observed(), 0.05)
		return Ratio{r / q, low, high}
	}
	odds, factor := r/q, math.Exp(quantile(0.975)*deviation)
	return Ratio{odds, odds / factor, odds * factor}
}

// logOdds is the numerator and denominator of the common odds ratio, and the
// standard deviation of its logarithm.
func (s Strata) logOdds() (sumR, sumS, deviation float64) {
	var pr, mixed, qs float64
	for _, t := range s {
		n, _, _ := t.margins()
		if !t.tells() {
			continue
		}
		a, b, c, d := float64(t.GroupWith), float64(t.GroupWithout), float64(t.OthersWith), float64(t.OthersWithout)
		p, q, r, u := (a+d)/n, (b+c)/n, a*d/n, b*c/n
		sumR, sumS = sumR+r, sumS+u
		pr, mixed, qs = pr+p*r, mixed+p*u+q*r, qs+q*u
	}
	return sumR, sumS, math.Sqrt(pr/(2*sumR*sumR) + mixed/(2*sumR*sumS) + qs/(2*sumS*sumS))
}

func (s Strata) observed() (n int) {
	for _, t := range s {
		if t.tells() {
			n += t.GroupWith
		}
	}
	return n
}

// moments are the mean and variance of how many of the group have what is asked
// about, if the odds ratio is odds in every stratum and the margins are as they
// are. At 1 they are those of the hypergeometric distribution; elsewhere those of
// the table that has this ratio (Cornfield, 1956).
func (s Strata) moments(odds float64) (mean, variance float64) {
	for _, t := range s {
		if !t.tells() {
			continue
		}
		n, group, with := t.margins()
		if odds == 1 {
			mean += group * with / n
			variance += group * with / n * (n - group) / n * (n - with) / (n - 1)
			continue
		}
		a := fitted(n, group, with, odds)
		mean += a
		variance += 1 / (1/a + 1/(group-a) + 1/(with-a) + 1/(n-group-with+a))
	}
	return mean, variance
}

// fitted is the upper left cell of the table with these margins and odds ratio.
func fitted(n, group, with, odds float64) float64 {
	b := n - group - with + odds*(group+with)
	root := math.Sqrt(b*b - 4*(odds-1)*odds*group*with)
	return 2 * odds * group * with / (b + root)
}

// mostExact is the variance up to which the exact distribution is used. Beyond
// it, the normal one is the same for every purpose here.
const mostExact = 1000

// Test is what the strata say against there being no difference, and what they
// could have said.
type Test struct {
	P          float64                           // the chance of so much or more, twice the smaller tail
	Power      func(level, odds float64) float64 // the chance of finding such a ratio at such a level
	Informants int                               // how many screenings stand in strata that tell
}

// Test is the exact conditional test of a common odds ratio of 1, or, where
// numbers are large, the test of Mantel and Haenszel with their correction for
// continuity. No stratum that tells: P is 1 and the power is 0.
func (s Strata) Test() Test {
	mean, variance := s.moments(1)
	test := Test{P: 1, Power: func(float64, float64) float64 { return 0 }}
	for _, t := range s {
		if n, _, _ := t.margins(); t.tells() {
			test.Informants += int(n)
		}
	}
	switch {
	case variance == 0:
	case variance <= mostExact:
		d := s.exact()
		test.P, test.Power = d.p(s.observed()), d.power
	default:
		test.P = math.Erfc(s.Score() / math.Sqrt2)
		test.Power = func(level, odds float64) float64 {
			to, spread := s.moments(odds)
			edge := quantile(1-level/2)*math.Sqrt(variance) + 0.5
			return below((math.Abs(to-mean) - edge) / math.Sqrt(spread))
		}
	}
	return test
}

// Score is the root of the statistic of Mantel and Haenszel, corrected for
// continuity.
func (s Strata) Score() float64 {
	mean, variance := s.moments(1)
	if variance == 0 {
		return 0
	}
	return max(0, math.Abs(float64(s.observed())-mean)-0.5) / math.Sqrt(variance)
}

// mostOdds is the largest odds ratio that a comparison is asked about.
const mostOdds = 100

// Detectable is the smallest odds ratio, on either side of 1, that a test at
// this level finds with this power; infinite if not even one of 100.
func (t Test) Detectable(level, power float64) float64 {
	finds := func(odds float64) bool { return t.Finds(level, odds) >= power }
	low, high := 0.0, math.Log(mostOdds)
	if !finds(mostOdds) {
		return math.Inf(1)
	}
	for range 10 { // to half a hundredth
		if middle := (low + high) / 2; finds(math.Exp(middle)) {
			high = middle
		} else {
			low = middle
		}
	}
	return math.Exp(high)
}

// Finds is the chance of finding an odds ratio so far from 1, on the side where
// it is harder.
func (t Test) Finds(level, odds float64) float64 {
	return min(t.Power(level, odds), t.Power(level, 1/odds))
}

// Size is how large a difference is, as ETS calls the differences of test items.
type Size string

// The sizes A, B and C (Zwick, 2012): in odds, A is below 1.53, C from 1.89 on
// if it is surely above 1.53.
const (
	Small  Size = "small"
	Medium Size = "medium"
	Large  Size = "large"
)

// Size is that of the common odds ratio.
func (s Strata) Size() Size {
	r, q, deviation := s.logOdds()
	delta := math.Abs(-2.35 * math.Log(r/q))
	sure := math.IsInf(delta, 1) || (delta-1)/(2.35*deviation) > quantile(0.95)
	switch {
	case math.IsNaN(delta) || delta < 1:
		return Small
	case delta >= 1.5 && sure:
		return Large
	}
	return Medium
}

// Adjust are these p-values as false discovery rates (Benjamini and Hochberg,
// 1995): whoever believes all comparisons of at most q is wrong in a share of at
// most q of them.
func Adjust(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return compareNumbers(p[i], p[j]) })
	q, least := make([]float64, len(p)), 1.0
	for rank := len(order); rank > 0; rank-- {
		i := order[rank-1]
		least = min(least, p[i]*float64(len(p))/float64(rank))
		q[i] = least
	}
	return q
}

// Share is a proportion and the interval that holds it 95 times in 100.
type Share struct{ Rate, Low, High float64 }

// Wilson is k of n with the interval of Wilson (1927). Of none, nothing is known.
func Wilson(k, n int) Share {
	if n == 0 {
		return Share{math.NaN(), 0, 1}
	}
	z, size := quantile(0.975), float64(n)
	rate := float64(k) / size
	middle := (rate + z*z/(2*size)) / (1 + z*z/size)
	half := z / (1 + z*z/size) * math.Sqrt(rate*(1-rate)/size+z*z/(4*size*size))
	return Share{rate, max(0, middle-half), min(1, middle+half)}
}

// below is the standard normal distribution, quantile its inverse.
func below(z float64) float64    { return math.Erfc(-z/math.Sqrt2) / 2 }
func quantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
