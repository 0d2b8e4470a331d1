package mse

import (
	"math"
	"math/bits"
)

// mostParameters is the intercept, a parameter for each list and one for each
// pair of lists.
const mostParameters = 1 + MostLists + MostLists*(MostLists-1)/2

// bench is where one goroutine fits models, one table after the other. All its
// room is made once: nothing is allocated while a thousand tables are fitted.
//
// A combination of lists is a number whose bit i is list i. For a function of
// combinations, its sums over supersets say how many people are on all lists of
// a combination, whatever others they are on. They are all that a fit needs: a
// model's sufficient statistics are such sums of the counts, its gradient is
// their difference from such sums of the means, and an entry of its information
// matrix is the sum of the means over the union of two parameters' lists. So an
// iteration costs k·2^k additions and no matrix of the design.
type bench struct {
	lists  int
	n      float64   // people observed
	alive  int       // the lists that somebody is on
	counts []float64 // by combination
	over   []float64 // sums of counts over supersets

	fitted []int     // the lists of each parameter that is fitted: none, one or two
	empty  []int     // the pairs of the model that share nobody: minus infinity
	beta   []float64 // by parameter

	means []float64 // by combination; of none: the hidden number
	sums  []float64 // of means over supersets, without the hidden number

	row    []float64
	factor [MostLists][MostLists]float64
	single [MostLists]float64
	kept   []float64
	grad   []float64
	step   []float64
	root   []float64 // of the information matrix, lower triangle (Cholesky)
	before []float64
	model  uint64 // the pairs in the model, by ordinal
	passed uint64 // those passed over in a step of a selection
	rows   [mostParameters]uint64
}

func newBench(lists int) *bench {
	cells := 1 << lists
	floats := func(n int) []float64 { return make([]float64, n) }
	return &bench{
		lists: lists, counts: floats(cells), over: floats(cells), means: floats(cells), sums: floats(cells), row: floats(cells),
		fitted: make([]int, 0, mostParameters), empty: make([]int, 0, mostParameters), beta: make([]float64, 0, mostParameters),
		kept: floats(mostParameters), grad: floats(mostParameters), step: floats(mostParameters), root: floats(mostParameters * mostParameters),
		before: floats(mostParameters),
	}
}

// lay puts a table on the bench, from counts. A list that nobody is on, as may
// happen in a resampled table, says nothing and is left out.
func (b *bench) lay() {
	b.counts[0] = 0
	copy(b.over, b.counts)
	supersets(b.over, b.lists)
	b.n, b.alive = b.over[0], 0
	for i := range b.lists {
		if b.over[1<<i] > 0 {
			b.alive |= 1 << i
		}
	}
}

// supersets replaces each value by the sum over all supersets.
func supersets(v []float64, lists int) {
	for i := range lists {
		bit := 1 << i
		for base := 0; base < len(v); base += 2 * bit {
			low, high := v[base:base+bit], v[base+bit:base+2*bit]
			for j := range low {
				low[j] += high[j]
			}
		}
	}
}

// main makes the model that has no interaction. Its start says that each list
// sees half of what it would if nobody were hidden.
func (b *bench) main() {
	b.fitted, b.empty, b.beta, b.model = append(b.fitted[:0], 0), b.empty[:0], append(b.beta[:0], math.Log(b.n)), 0
	for i := range b.lists {
		if b.alive>>i&1 == 1 {
			p := b.over[1<<i] / (2 * b.n)
			b.fitted, b.beta = append(b.fitted, 1<<i), append(b.beta, math.Log(p/(1-p)))
			b.beta[0] += math.Log1p(-p)
		}
	}
}

// add puts a pair into the model. If its lists share nobody its parameter is
// minus infinity: every combination with both is impossible, and nothing is
// fitted for it (the paper, section 2.2).
func (b *bench) add(pair int, start float64) {
	b.model |= 1 << ordinal(pair)
	if b.over[pair] == 0 {
		b.empty = append(b.empty, pair)
		return
	}
	b.fitted, b.beta = append(b.fitted, pair), append(b.beta, start)
}

// drop takes the pair added last out again.
func (b *bench) drop(pair int) {
	b.model &^= 1 << ordinal(pair)
	if b.over[pair] == 0 {
		b.empty = b.empty[:len(b.empty)-1]
		return
	}
	b.fitted, b.beta = b.fitted[:len(b.fitted)-1], b.beta[:len(b.beta)-1]
}

// possible reports whether anybody may be on exactly this combination.
func (b *bench) possible(combination int) bool {
	if combination == 0 || combination&^b.alive != 0 {
		return false
	}
	for _, pair := range b.empty {
		if combination&pair == pair {
			return false
		}
	}
	return true
}

// expect computes the means, and their sums, from the parameters. The mean of a
// combination is that of the combination without its highest list, times that
// list's factor for those that remain.
func (b *bench) expect() {
	b.factors()
	b.means[0] = math.Exp(b.beta[0])
	for i := range b.lists {
		bit, row := 1<<i, b.row[:1<<i]
		row[0] = b.single[i]
		for j := range i {
			low, high, f := row[:1<<j], row[1<<j:2<<j], b.factor[i][j]
			for s := range low {
				high[s] = low[s] * f
			}
		}
		low, high := b.means[:bit], b.means[bit:2*bit]
		for s := range row {
			high[s] = low[s] * row[s]
		}
	}
	copy(b.sums, b.means)
	b.sums[0] = 0
	supersets(b.sums, b.lists)
}

func (b *bench) factors() {
	for i := range b.lists {
		b.single[i] = 0
		for j := range i {
			b.factor[i][j] = 1
		}
	}
	for a, lists := range b.fitted[1:] {
		low, high := ends(lists)
		if low == high {
			b.single[low] = math.Exp(b.beta[a+1])
		} else {
			b.factor[high][low] = math.Exp(b.beta[a+1])
		}
	}
	for _, pair := range b.empty {
		low, high := ends(pair)
		b.factor[high][low] = 0
	}
}

// ends are the lowest and the highest list.
func ends(lists int) (low, high int) {
	return bits.TrailingZeros(uint(lists)), bits.Len(uint(lists)) - 1
}

// fit finds the parameters of most likelihood by Newton's method, which for this
// model is iteratively reweighted least squares, from where they stand. It
// reports whether they were found.
func (b *bench) fit() bool {
	b.expect()
	at := b.likelihood()
	for range 100 {
		gain, ok := b.newton()
		if !ok {
			return false
		}
		copy(b.kept, b.beta)
		for size := 1.0; ; size /= 2 {
			for a := range b.beta {
				b.beta[a] = b.kept[a] + size*b.step[a]
			}
			b.expect()
			if gain < 1e-9 {
				return true // a step so small squares its error once more
			}
			if now := b.likelihood(); now >= at+size*gain/10 {
				at = now
				break
			}
			if size < 1e-9 {
				return false
			}
		}
	}
	return false
}

func (b *bench) likelihood() float64 {
	l := -b.sums[0]
	for a, lists := range b.fitted {
		l += b.over[lists] * b.beta[a]
	}
	return l
}

// newton computes the step, and what it gains in likelihood at first sight.
func (b *bench) newton() (gain float64, ok bool) {
	p := len(b.fitted)
	if !b.decompose() {
		return 0, false
	}
	for a, lists := range b.fitted {
		b.grad[a] = b.over[lists] - b.sums[lists]
		b.step[a] = b.grad[a]
	}
	b.solve(b.step[:p])
	for a := range p {
		gain += b.grad[a] * b.step[a]
	}
	return gain, !math.IsNaN(gain)
}

// decompose takes the root of the information matrix; it fails if there is none
// to the precision of the machine.
func (b *bench) decompose() bool {
	p := len(b.fitted)
	for i, lists := range b.fitted {
		row := b.root[i*p : i*p+p]
		for j := range i + 1 {
			other := b.root[j*p : j*p+p]
			v := b.sums[lists|b.fitted[j]]
			for k := range j {
				v -= row[k] * other[k]
			}
			if i != j {
				row[j] = v / other[j]
				continue
			}
			if !(v > 1e-13*b.sums[lists]) {
				return false
			}
			row[i] = math.Sqrt(v)
		}
	}
	return true
}

// solve replaces v by the information matrix's inverse times v.
func (b *bench) solve(v []float64) {
	p := len(v)
	for i := range v {
		for k := range i {
			v[i] -= b.root[i*p+k] * v[k]
		}
		v[i] /= b.root[i*p+i]
	}
	for i := p - 1; i >= 0; i-- {
		for k := i + 1; k < p; k++ {
			v[i] -= b.root[k*p+i] * v[k]
		}
		v[i] /= b.root[i*p+i]
	}
}

// hidden is what the model expects on no list.
func (b *bench) hidden() float64 { return b.means[0] }

// deviation is the standard error of the logarithm of hidden.
func (b *bench) deviation() (float64, bool) {
	if !b.decompose() {
		return 0, false
	}
	v := b.step[:len(b.fitted)]
	clear(v)
	v[0] = 1
	b.solve(v)
	return math.Sqrt(v[0]), true
}
