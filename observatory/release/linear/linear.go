// Package linear is a small linear-programming solver: the simplex method for
// variables with bounds, on a dense tableau of which zeros are skipped.
//
// It is made for the sums of tables of counts: coefficients are 1 and -1, right
// sides are whole, programs have up to a few thousand variables, and thousands of
// goals are asked of one set of equations. So a goal starts where the last one
// ended. Dantzig's choice of what enters gives way to Bland's (1977) when nothing
// moves, so that it always ends.
//
// Sources: G. B. Dantzig, Linear Programming and Extensions (1963), chapter 18,
// upper bounds; R. G. Bland, New finite pivoting rules for the simplex method,
// Mathematics of Operations Research 2 (1977), 103-107; V. Chvátal, Linear
// Programming (1983), chapter 8.
package linear

import (
	"math"
	"slices"
)

// tiny is what counts as nothing: coefficients are sums of few ones.
const tiny = 1e-9

// slack is by about how much an equation may be off, each by another amount.
// Sums of tables are so degenerate that steps of length nothing would go on for
// very long; with a little play nearly every step gets somewhere (Charnes,
// Optimality and degeneracy in linear programming, Econometrica 20 (1952)).
// Whoever rounds an optimum to whole numbers must allow for Play.
const slack = 1e-7

// Play is by how much an optimum may be off for all that.
const Play = 1e-3

// Term is a coefficient of a variable in an equation.
type Term struct {
	Var  int
	Coef float64
}

// Program is a set of equations over variables with bounds, at a point that
// keeps them all. Not for use by several goroutines at once.
type Program struct {
	n         int
	rows      [][]float64 // the tableau: a row for each basic variable
	basis     []int       // by row: its basic variable; n and more are artificial
	in        []int       // by variable: its row, or -1
	low, high []float64
	value     []float64
	gain      []float64 // reduced costs of the goal
	nonzero   []int
	Pivots    int // how many there were, for telling the work
}

// New is a program of these equations, each of which sums to its right side, and
// of variables between low and high, which may be infinite upwards but not down.
// No right sides are zeros. It is false if no point keeps them all.
func New(low, high []float64, equations [][]Term, right []float64) (*Program, bool) {
	p := &Program{n: len(low), low: slices.Clone(low), high: slices.Clone(high), value: slices.Clone(low)}
	for j := range low {
		if low[j] > high[j] {
			return nil, false
		}
	}
	p.in = make([]int, p.n)
	for j := range p.in {
		p.in[j] = -1
	}
	p.gain = make([]float64, p.n)
	lacks := false
	for i, terms := range equations {
		sum := 0.0
		if right != nil {
			sum = right[i]
		}
		p.add(terms, sum)
		lacks = lacks || p.value[p.n+i] != 0
	}
	return p, !lacks || p.settle()
}

// add puts in an equation with an artificial variable that makes up what lacks.
func (p *Program) add(terms []Term, right float64) {
	row, lacks := make([]float64, p.n), right
	for _, t := range terms {
		row[t.Var] += t.Coef
		lacks -= t.Coef * p.value[t.Var]
	}
	if lacks < 0 {
		lacks = -lacks
		for j := range row {
			row[j] = -row[j]
		}
	}
	p.basis = append(p.basis, p.n+len(p.rows))
	p.rows = append(p.rows, row)
	_, part := math.Modf(float64(len(p.rows)) * math.Phi)
	play := slack * (1 + part)
	room := play
	if lacks > 0 {
		room = math.Inf(1)
	}
	p.low, p.high, p.value = append(p.low, -play), append(p.high, room), append(p.value, lacks)
}

// settle drives what lacks to nothing; false if it cannot.
func (p *Program) settle() bool {
	for _, row := range p.rows {
		for j, v := range row {
			p.gain[j] += v
		}
	}
	p.climb(nil)
	for j := p.n; j < len(p.value); j++ {
		if p.value[j] > 1e-5 {
			return false
		}
		p.high[j] = max(p.value[j], -p.low[j])
	}
	return true
}

// Value is where a variable stands.
func (p *Program) Value(j int) float64 { return p.value[j] }

// Maximize makes the sum of goal as large as it can be and returns it; infinite
// if nothing bounds it. If enough is not nil, it is asked after each step and may
// say that this is enough.
func (p *Program) Maximize(goal []Term, enough func() bool) float64 {
	clear(p.gain)
	for _, t := range goal {
		p.gain[t.Var] += t.Coef
		if r := p.in[t.Var]; r >= 0 {
			for j, v := range p.rows[r] {
				p.gain[j] -= t.Coef * v
			}
		}
	}
	for _, j := range p.basis {
		if j < p.n {
			p.gain[j] = 0
		}
	}
	if !p.climb(enough) {
		return math.Inf(1)
	}
	sum := 0.0
	for _, t := range goal {
		sum += t.Coef * p.value[t.Var]
	}
	return sum
}

// climb steps until nothing is gained; false if it may go on for ever.
func (p *Program) climb(enough func() bool) bool {
	still := 0
	for enough == nil || !enough() {
		j := p.entering(still > 1000)
		if j < 0 {
			return true
		}
		way := 1.0
		if p.gain[j] < 0 {
			way = -1
		}
		r, step := p.leaving(j, way, still > 1000)
		if math.IsInf(step, 1) {
			return false
		}
		if step > tiny {
			still = 0
		} else {
			still++
		}
		p.move(j, way*step)
		if r >= 0 {
			p.land(r)
			p.pivot(r, j)
		} else {
			p.value[j] = p.bound(j, way)
		}
	}
	return true
}

func (p *Program) bound(j int, way float64) float64 {
	if way > 0 {
		return p.high[j]
	}
	return p.low[j]
}

// entering is a variable outside the basis by which the goal gains, or -1: the
// one that gains most, or by Bland's rule the first.
func (p *Program) entering(first bool) int {
	best, most := -1, 1e-7
	for j := range p.n {
		g := p.gain[j]
		if p.in[j] >= 0 || math.Abs(g) <= most || g > 0 && p.value[j] >= p.high[j] || g < 0 && p.value[j] <= p.low[j] {
			continue
		}
		if first {
			return j
		}
		best, most = j, math.Abs(g)
	}
	return best
}

// leaving is the row whose variable first meets a bound when j goes its way, or
// -1 if j itself does, and how far that is.
func (p *Program) leaving(j int, way float64, first bool) (row int, step float64) {
	row, step = -1, math.Abs(p.bound(j, way)-p.value[j])
	for r, cells := range p.rows {
		c := cells[j] * way
		if math.Abs(c) < tiny {
			continue
		}
		b := p.basis[r]
		room := (p.value[b] - p.low[b]) / c
		if c < 0 {
			room = (p.value[b] - p.high[b]) / c
		}
		room = max(room, 0)
		if room < step-tiny || room <= step+tiny && row >= 0 && p.rather(r, row, j, first) {
			row, step = r, min(room, step)
		}
	}
	return row, step
}

// rather is whether row r leaves and not row s, which meet their bounds at once.
func (p *Program) rather(r, s, j int, first bool) bool {
	if first {
		return p.basis[r] < p.basis[s]
	}
	return math.Abs(p.rows[r][j]) > math.Abs(p.rows[s][j])
}

func (p *Program) move(j int, by float64) {
	if by == 0 {
		return
	}
	p.value[j] += by
	for r, cells := range p.rows {
		if c := cells[j]; c != 0 {
			p.value[p.basis[r]] -= c * by
		}
	}
}

// land puts what leaves exactly on the bound that it met.
func (p *Program) land(r int) {
	b := p.basis[r]
	if math.Abs(p.value[b]-p.low[b]) <= math.Abs(p.value[b]-p.high[b]) {
		p.value[b] = p.low[b]
	} else {
		p.value[b] = p.high[b]
	}
}

// pivot makes j basic in row r.
func (p *Program) pivot(r, j int) {
	p.Pivots++
	row := p.rows[r]
	p.nonzero = p.nonzero[:0]
	by := 1 / row[j]
	for k, v := range row {
		if v != 0 {
			row[k] = v * by
			p.nonzero = append(p.nonzero, k)
		}
	}
	row[j] = 1
	for s, other := range p.rows {
		if s != r && other[j] != 0 {
			p.subtract(other, row, other[j], j)
		}
	}
	if p.gain[j] != 0 {
		p.subtract(p.gain, row, p.gain[j], j)
	}
	if old := p.basis[r]; old < p.n {
		p.in[old] = -1
	}
	p.basis[r], p.in[j] = j, r
}

func (p *Program) subtract(from, row []float64, by float64, j int) {
	for _, k := range p.nonzero {
		v := from[k] - by*row[k]
		if math.Abs(v) < 1e-11 {
			v = 0
		}
		from[k] = v
	}
	from[j] = 0
}
