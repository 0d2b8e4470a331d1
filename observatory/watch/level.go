package watch

import (
	"cmp"
	"math"
	"slices"
)

// The levels that a series may have, evenly spaced on the logarithm, and the
// sizes of its over-dispersion: with size 16 a high count lies within about a
// quarter of its level.
const (
	spacing = 0.08
	levels  = 245
)

var (
	lowest = math.Log(0.02)
	sizes  = [...]float64{1, 2, 4, 8, 16, 32, 64}
)

// What is held of changes before anything is seen: one comes in a third of the
// months, mostly within a few times of the level there was, seldom anywhere.
// docs/watch.md has how well other values foretell the real series.
const (
	hazard   = 1.0 / 3
	jump     = 0.7 // mean size on the logarithm
	anywhere = 0.05
)

func levelAt(i int) float64 { return math.Exp(lowest + spacing*float64(i)) }

// belief is how likely each size and level is, given the counts so far. It sums
// to one.
type belief [len(sizes)][levels]float64

// unsure is before the first count: every size, and every level on the logarithm.
func unsure() *belief {
	b := new(belief)
	for s := range b {
		for i := range b[s] {
			b[s][i] = 1 / float64(len(sizes)*levels)
		}
	}
	return b
}

// stirred is a month later: the level is as it was, or another, mostly within a
// few times of it (a Laplace kernel on the logarithm) and now and then anywhere.
func (b *belief) stirred() *belief {
	next := new(belief)
	for s := range b {
		sum := 0.0
		for _, p := range b[s] {
			sum += p
		}
		near := spread(&b[s])
		for i, p := range b[s] {
			next[s][i] = (1-hazard)*p + hazard*((1-anywhere)*near[i]+anywhere*sum/levels)
		}
	}
	return next
}

// spread is a belief after a jump of Laplace's distribution, cut off at the ends
// of the levels: a pass upwards and one downwards.
func spread(b *[levels]float64) (out [levels]float64) {
	decay := math.Exp(-spacing / jump)
	up, down := 0.0, 0.0
	for i := range levels {
		up = up*decay + b[i]*reach[i]
		out[i] += up
		j := levels - 1 - i
		out[j] += down
		down = (down + b[j]*reach[j]) * decay
	}
	return out
}

// reach makes the kernel of each level sum to one.
var reach = func() (r [levels]float64) {
	decay := math.Exp(-spacing / jump)
	for i := range levels {
		sum := 0.0
		for j := range levels {
			sum += math.Pow(decay, math.Abs(float64(i-j)))
		}
		r[i] = 1 / sum
	}
	return r
}()

// hopeless is the logarithm of how much less likely than the best a belief may
// make a count and still be kept.
const hopeless = -60

// seen is after a count, and the logarithm of how likely that count was.
func (b *belief) seen(n int) (*belief, float64) {
	next, most := new(belief), math.Inf(-1)
	for s, size := range sizes {
		k := float64(n)
		constant := logGamma(k+size) - logGamma(size) - logGamma(k+1)
		for i := range b[s] {
			l := constant + size*logShare[s][i] + k*logRest[s][i]
			next[s][i], most = l, max(most, l)
		}
	}
	sum := 0.0
	for s := range b {
		for i := range b[s] {
			if far := next[s][i] - most; far > hopeless {
				next[s][i] = b[s][i] * math.Exp(far)
			} else {
				next[s][i] = 0
			}
			sum += next[s][i]
		}
	}
	if !(sum > 0) { // nothing that was believed could have brought this count
		return unsure(), math.Inf(-1)
	}
	for s := range b {
		for i := range b[s] {
			next[s][i] /= sum
		}
	}
	return next, math.Log(sum) + most
}

// logShare and logRest are the logarithms of size and of mean, over both together.
var logShare, logRest = func() (a, b [len(sizes)][levels]float64) {
	for s, size := range sizes {
		for i := range levels {
			a[s][i] = math.Log(size / (size + levelAt(i)))
			b[s][i] = math.Log(levelAt(i) / (size + levelAt(i)))
		}
	}
	return a, b
}()

// faint is the belief below which a level is left out of a tail.
const faint = 1e-8

// tails are the chances of n or more, and of n or fewer, in all of k months of
// one and the same level: the sum of k negative-binomial counts is one of k
// times the mean and k times the size.
func (b *belief) tails(n, k int) (up, down float64) {
	months := float64(k)
	for s, size := range sizes {
		for i, p := range b[s] {
			if p > faint {
				more := atLeast(n, months*levelAt(i), months*size)
				up += p * more
				down += p * min(1, max(0, 1-more+math.Exp(logChance(n, months*levelAt(i), months*size))))
			}
		}
	}
	return up + faint, down + faint
}

// levelMass is how likely each level is, whatever the size.
func (b *belief) levelMass() (mass [levels]float64) {
	for s := range b {
		for i, p := range b[s] {
			mass[i] += p
		}
	}
	return mass
}

// median is the level that is as likely passed as not.
func (b *belief) median() float64 {
	mass, sum := b.levelMass(), 0.0
	for i, p := range mass {
		if sum += p; sum >= 0.5 {
			return math.Exp(lowest + spacing*(float64(i)+0.5-(sum-0.5)/p))
		}
	}
	return levelAt(levels - 1)
}

// over is the ratio of the level in a to that in b, with the interval that holds
// it in 95 of 100 cases.
func (a *belief) over(b *belief) Ratio {
	high, low := a.levelMass(), b.levelMass()
	var mass [2*levels - 1]float64
	for i, p := range high {
		for j, q := range low {
			mass[i-j+levels-1] += p * q
		}
	}
	at := func(share float64) float64 {
		sum := 0.0
		for i, p := range mass {
			if sum += p; sum >= share {
				return math.Exp(spacing * (float64(i-levels+1) + 0.5 - (sum-share)/p))
			}
		}
		return math.Exp(spacing * levels) // rounding left the end out
	}
	return Ratio{at(0.5), at(0.025), at(0.975)}
}

// afresh is what the counts since a change say of the new level, with the sizes
// that were learnt before it.
func (b *belief) afresh(counts []int) *belief {
	next := new(belief)
	for s := range b {
		sum := 0.0
		for _, p := range b[s] {
			sum += p
		}
		for i := range next[s] {
			next[s][i] = sum / levels
		}
	}
	for _, n := range counts {
		next, _ = next.seen(n)
	}
	return next
}

func ordered(p []float64) []int {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	return order
}
