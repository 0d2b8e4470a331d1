package fairness

import "math"

// distribution is how many of the group have what is asked about, summed over
// strata, if there is no difference and the margins are as they are. With an
// odds ratio its chances are these times the ratio to the power of the number,
// made to sum to 1: so one sum over strata serves every odds ratio.
type distribution struct {
	least  int // the number of the first chance
	chance []float64
}

// negligible is the chance below which an end of a distribution is cut off.
const negligible = 1e-30

// exact is the distribution over all strata that tell (Mehta, Patel and Gray,
// 1985).
func (s Strata) exact() distribution {
	sum := distribution{chance: []float64{1}}
	for _, t := range s {
		if t.tells() {
			sum = sum.and(t.hypergeometric()).cut()
		}
	}
	return sum
}

// hypergeometric is the distribution of one stratum. Chances are built up from
// the likeliest number, so that none is lost to the smallness of another.
func (t Table) hypergeometric() distribution {
	n, group, with := t.margins()
	least, most := int(max(0, group+with-n)), int(min(group, with))
	d := distribution{least: least, chance: make([]float64, most-least+1)}
	ratio := func(x float64) float64 { // of the chance of x+1 to that of x
		return (group - x) * (with - x) / ((x + 1) * (n - group - with + x + 1))
	}
	mode := min(max(int((group+1)*(with+1)/(n+2)), least), most) - least
	d.chance[mode] = 1
	for i := mode; i < len(d.chance)-1; i++ {
		d.chance[i+1] = d.chance[i] * ratio(float64(least+i))
	}
	for i := mode; i > 0; i-- {
		d.chance[i-1] = d.chance[i] / ratio(float64(least+i-1))
	}
	return d.whole().cut()
}

func (d distribution) whole() distribution {
	sum := 0.0
	for _, c := range d.chance {
		sum += c
	}
	for i := range d.chance {
		d.chance[i] /= sum
	}
	return d
}

func (d distribution) cut() distribution {
	first, last := 0, len(d.chance)
	for d.chance[first] < negligible {
		first++
	}
	for d.chance[last-1] < negligible {
		last--
	}
	return distribution{d.least + first, d.chance[first:last]}
}

// and is the distribution of the sum of two.
func (d distribution) and(e distribution) distribution {
	sum := distribution{d.least + e.least, make([]float64, len(d.chance)+len(e.chance)-1)}
	for j, q := range e.chance {
		into := sum.chance[j : j+len(d.chance)]
		for i, p := range d.chance {
			into[i] += p * q
		}
	}
	return sum
}

// at is the distribution with this odds ratio.
func (d distribution) at(odds float64) distribution {
	log, top := math.Log(odds), math.Inf(-1)
	to := distribution{d.least, make([]float64, len(d.chance))}
	for i, c := range d.chance {
		to.chance[i] = math.Log(c) + float64(i)*log
		top = max(top, to.chance[i])
	}
	for i, c := range to.chance {
		to.chance[i] = math.Exp(c - top)
	}
	return to.whole()
}

// tails are the chances of at most and of at least x.
func (d distribution) tails(x int) (lower, upper float64) {
	for i, c := range d.chance {
		if d.least+i <= x {
			lower += c
		}
		if d.least+i >= x {
			upper += c
		}
	}
	return lower, upper
}

// p is twice the smaller tail at x.
func (d distribution) p(x int) float64 {
	lower, upper := d.tails(x)
	return min(1, 2*min(lower, upper))
}

// power is the chance, with this odds ratio, of a number whose p is at most
// level.
func (d distribution) power(level, odds float64) (power float64) {
	low, high := 0, len(d.chance)
	for sum := 0.0; low < len(d.chance); low++ {
		if sum += d.chance[low]; sum > level/2 {
			break
		}
	}
	for sum := 0.0; high > 0; high-- {
		if sum += d.chance[high-1]; sum > level/2 {
			break
		}
	}
	for i, c := range d.at(odds).chance {
		if i < low || i >= high {
			power += c
		}
	}
	return power
}

// interval is the exact one of the odds ratio, x having been found: at its ends
// the tail beyond x has half of level.
func (d distribution) interval(x int, level float64) (low, high float64) {
	low, high = 0, math.Inf(1)
	if x > d.least {
		low = search(func(odds float64) bool { _, upper := d.at(odds).tails(x); return upper > level/2 })
	}
	if x < d.least+len(d.chance)-1 {
		high = search(func(odds float64) bool { lower, _ := d.at(odds).tails(x); return lower < level/2 })
	}
	return low, high
}

// search finds where true begins, between one in a million and a million.
func search(after func(odds float64) bool) float64 {
	low, high := math.Log(1e-6), math.Log(1e6)
	for range 60 {
		if middle := (low + high) / 2; after(math.Exp(middle)) {
			high = middle
		} else {
			low = middle
		}
	}
	return math.Exp(high)
}
