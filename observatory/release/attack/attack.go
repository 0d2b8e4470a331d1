// Package attack is what somebody does who wants to know the numbers that a
// release hides: linear programming over everything that was published.
//
// Every sum that a reader can form is an equation between cells. What was
// published is fixed, or is within the base by which it was rounded; what was
// hidden is a whole number of people. The least and the greatest that a hidden
// cell can be under all equations at once is its feasible interval, which is all
// that the publication tells of it (Fischetti and Salazar-González, Models and
// algorithms for optimizing cell suppression in tabular data with linear
// constraints, Journal of the American Statistical Association 95 (2000),
// 916–928; Willenborg and de Waal, Elements of Statistical Disclosure Control
// (2001), chapter 4). The attack succeeds where that is narrower than what the
// rule promises.
//
// The equations are solved in real numbers and the ends rounded inward to whole
// people. In a table of two dimensions these ends are exact; in linked tables and
// in three dimensions an exhaustive search over whole numbers could be narrower
// still, which is why docs/release.md does not promise it.
//
// The library gonum.org/v1/gonum/optimize/convex/lp was weighed: it wants
// variables without upper bounds, doubles the equations for each, starts anew for
// every goal and fails on redundant equations, of which tables are full.
package attack

import (
	"context"
	"math"
	"slices"

	"istmo/fault"
	"istmo/observatory/release/linear"
)

// Most is the bound of what has none: more people than any table holds.
const Most = 1 << 40

// mostTableau bounds one program, in cells times sums: about 320 MB.
const mostTableau = 40_000_000

// Interval is what a number can be, ends included.
type Interval struct{ Low, High int }

// Width is by how much it may vary.
func (i Interval) Width() int { return i.High - i.Low }

// Sum says that the parts come to the total, all of them cells by number.
type Sum struct {
	Total int
	Parts []int
}

// System is everything that a reader knows: of each cell what it can be by
// itself, and the sums that hold between them.
type System struct {
	Cells []Interval
	Sums  []Sum
}

// Need is what a rule promises of a cell: that it can be as great as Reach, and
// that it can vary by Width, for all that a reader can tell.
type Need struct{ Cell, Reach, Width int }

// Met is whether an interval keeps the promise.
func (n Need) Met(i Interval) bool { return i.High >= n.Reach && i.Width() >= n.Width }

// Broken is a promise that was not kept, and what the reader knows instead.
type Broken struct {
	Need
	Known Interval
}

// Work tells what an attack took.
type Work struct{ Programs, Pivots int }

// Exact finds the feasible interval of each of these cells.
//
// Faults: Unavailable "release.no-time" when the context ends; Conflict
// "release.contradiction" when no numbers can be behind what was published;
// Unavailable "release.too-large-to-attack" where too many hidden numbers hang
// together for one program.
func Exact(ctx context.Context, s System, cells []int) ([]Interval, Work, error) {
	a, err := open(ctx, s)
	if err != nil {
		return nil, Work{}, err
	}
	found := make([]Interval, len(cells))
	for i, c := range cells {
		if found[i], err = a.exact(c); err != nil {
			return nil, a.work, err
		}
	}
	return found, a.work, nil
}

// Try is the attack: it returns the promises that it broke. It asks no more of a
// cell than whether its promise is kept, so that it is quicker than Exact; what
// one program shows possible for other cells is remembered.
//
// Who publishes may give proofs: ways to shift the true numbers by which nothing
// changes that a reader sees. Each is checked against the system before anything
// is believed of it, and programs are solved only for promises that no proof
// keeps. Without proofs it is the attack of a stranger.
//
// Faults: as Exact.
func Try(ctx context.Context, s System, needs []Need, proofs Proofs) ([]Broken, Work, error) {
	a, err := open(ctx, s)
	if err != nil {
		return nil, Work{}, err
	}
	if err := a.believe(s, proofs); err != nil {
		return nil, Work{}, err
	}
	var broken []Broken
	for _, n := range needs {
		if n.Met(a.seen[n.Cell]) {
			continue
		}
		known, err := a.until(n)
		if err != nil {
			return nil, a.work, err
		}
		if !n.Met(known) {
			broken = append(broken, Broken{n, known})
		}
	}
	return broken, a.work, nil
}

// Proofs are the true numbers, by cell, and ways to shift them.
type Proofs struct {
	Truth  []int
	Shifts []Shift
}

// Shift adds so much to each of some cells.
type Shift struct {
	Cells []int
	By    []float64
}

// believe takes from proofs what they show possible, as far as they keep every
// sum and every bound of the system.
func (a *attacker) believe(s System, proofs Proofs) error {
	if len(proofs.Truth) == 0 {
		return nil
	}
	for c, n := range proofs.Truth {
		if n < s.Cells[c].Low || n > s.Cells[c].High {
			return fault.Conflict("release.contradiction")
		}
		a.seen[c] = Interval{min(a.seen[c].Low, n), max(a.seen[c].High, n)}
	}
	of := make([][]int, len(s.Cells))
	for k, sum := range s.Sums {
		total := proofs.Truth[sum.Total]
		of[sum.Total] = append(of[sum.Total], k)
		for _, c := range sum.Parts {
			total -= proofs.Truth[c]
			of[c] = append(of[c], k)
		}
		if total != 0 {
			return fault.Conflict("release.contradiction")
		}
	}
	for _, shift := range proofs.Shifts {
		if !keeps(s, of, proofs.Truth, shift) {
			continue
		}
		for v, c := range shift.Cells {
			at := float64(proofs.Truth[c]) + shift.By[v]
			a.seen[c] = Interval{min(a.seen[c].Low, ceil(at)), max(a.seen[c].High, floor(at))}
		}
	}
	return nil
}

// keeps is whether numbers can be shifted so without a reader's noticing.
func keeps(s System, of [][]int, truth []int, shift Shift) bool {
	off := map[int]float64{}
	for v, c := range shift.Cells {
		at := float64(truth[c]) + shift.By[v]
		if at < float64(s.Cells[c].Low)-linear.Play || at > float64(s.Cells[c].High)+linear.Play {
			return false
		}
		for _, k := range of[c] {
			if s.Sums[k].Total == c {
				off[k] -= shift.By[v]
			} else {
				off[k] += shift.By[v]
			}
		}
	}
	for _, by := range off {
		if math.Abs(by) > linear.Play {
			return false
		}
	}
	return true
}

// attacker has split the system into parts that tell nothing of each other.
type attacker struct {
	ctx   context.Context
	cells []Interval // as narrow as single sums make them
	seen  []Interval // what some program has shown possible
	part  []*part    // by cell; nil if it is known
	far   int        // stands for no bound in the programs: beyond all that is known
	work  Work
}

// part is a set of unknown cells with the sums between them.
type part struct {
	cells   []int
	at      map[int]int // a cell's variable
	sums    []Sum
	program *linear.Program
}

func open(ctx context.Context, s System) (*attacker, error) {
	a := &attacker{ctx: ctx, cells: slices.Clone(s.Cells), seen: make([]Interval, len(s.Cells)), part: make([]*part, len(s.Cells))}
	if !a.narrow(s.Sums) {
		return nil, fault.Conflict("release.contradiction")
	}
	for c, i := range a.cells {
		a.seen[c] = i
		if i.Width() > 0 {
			a.seen[c] = Interval{Most, -Most} // nothing yet
		}
	}
	for _, i := range a.cells {
		if i.High < Most {
			a.far = max(a.far, i.High)
		}
		a.far = max(a.far, i.Low)
	}
	a.far = 16*a.far + 100_000
	a.split(s.Sums)
	return a, nil
}

// narrow draws from each sum alone what it says of its cells, until nothing new
// comes of it; false if that is a contradiction.
func (a *attacker) narrow(sums []Sum) bool {
	for again, round := true, 0; again && round < 200; round++ {
		again = false
		for _, s := range sums {
			low, high := 0, 0
			for _, c := range s.Parts {
				low, high = low+a.cells[c].Low, min(Most, high+a.cells[c].High)
			}
			again = a.tighten(s.Total, low, high) || again
			total := a.cells[s.Total]
			for _, c := range s.Parts {
				i := a.cells[c]
				top := total.High - (low - i.Low)
				bottom := 0
				if high < Most {
					bottom = total.Low - (high - i.High)
				}
				again = a.tighten(c, bottom, top) || again
				if n := a.cells[c]; n != i {
					low += n.Low - i.Low
					if high < Most {
						high += n.High - i.High
					}
				}
			}
		}
	}
	for _, i := range a.cells {
		if i.Low > i.High {
			return false
		}
	}
	return true
}

func (a *attacker) tighten(c, low, high int) bool {
	i := a.cells[c]
	a.cells[c] = Interval{max(i.Low, low), min(i.High, high)}
	return a.cells[c] != i && a.cells[c].Low <= a.cells[c].High
}

// split joins unknown cells that stand in a sum together.
func (a *attacker) split(sums []Sum) {
	root := make([]int, len(a.cells))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	first := make([]int, len(sums))
	for k, s := range sums {
		first[k] = -1
		for _, c := range append([]int{s.Total}, s.Parts...) {
			if a.cells[c].Width() == 0 {
				continue
			}
			if first[k] < 0 {
				first[k] = c
			}
			root[find(c)] = find(first[k])
		}
	}
	parts := map[int]*part{}
	for c, i := range a.cells {
		if i.Width() == 0 {
			continue
		}
		p := parts[find(c)]
		if p == nil {
			p = &part{at: map[int]int{}}
			parts[find(c)] = p
		}
		p.at[c] = len(p.cells)
		p.cells, a.part[c] = append(p.cells, c), p
	}
	for k, s := range sums {
		if first[k] >= 0 {
			p := a.part[first[k]]
			p.sums = append(p.sums, s)
		}
	}
}

// solver is the program of the part in which a cell stands.
func (a *attacker) solver(p *part) (*linear.Program, error) {
	if p.program != nil {
		return p.program, nil
	}
	if len(p.cells)*len(p.sums) > mostTableau {
		return nil, fault.Unavailable("release.too-large-to-attack")
	}
	low, high := make([]float64, len(p.cells)), make([]float64, len(p.cells))
	for v, c := range p.cells {
		low[v], high[v] = float64(a.cells[c].Low), float64(min(a.cells[c].High, a.far))
	}
	equations, right := make([][]linear.Term, len(p.sums)), make([]float64, len(p.sums))
	for k, s := range p.sums {
		put := func(c int, coef float64) {
			if v, unknown := p.at[c]; unknown {
				equations[k] = append(equations[k], linear.Term{Var: v, Coef: coef})
			} else {
				right[k] -= coef * float64(a.cells[c].Low)
			}
		}
		put(s.Total, -1)
		for _, c := range s.Parts {
			put(c, 1)
		}
	}
	program, possible := linear.New(low, high, equations, right)
	if !possible {
		return nil, fault.Conflict("release.contradiction")
	}
	p.program = program
	a.see(p)
	return program, nil
}

// see remembers where the cells of a part stand in a program: possible it is.
func (a *attacker) see(p *part) {
	for v, c := range p.cells {
		at := p.program.Value(v)
		s := a.seen[c]
		a.seen[c] = Interval{min(s.Low, ceil(at)), max(s.High, floor(at))}
	}
}

func floor(v float64) int { return int(math.Floor(v + linear.Play)) }
func ceil(v float64) int  { return int(math.Ceil(v - linear.Play)) }

// end is how far a cell can go in a direction, 1 or -1; it may stop where it is
// enough.
func (a *attacker) end(c int, way float64, enough func(at float64) bool) (float64, error) {
	if a.ctx.Err() != nil {
		return 0, fault.Unavailable("release.no-time")
	}
	p := a.part[c]
	program, err := a.solver(p)
	if err != nil {
		return 0, err
	}
	before, v := program.Pivots, p.at[c]
	var stop func() bool
	stopped := a.ctx.Done()
	stop = func() bool {
		select {
		case <-stopped:
			return true
		default:
			return enough != nil && enough(program.Value(v))
		}
	}
	program.Maximize([]linear.Term{{Var: v, Coef: way}}, stop)
	if a.ctx.Err() != nil {
		return 0, fault.Unavailable("release.no-time")
	}
	a.work.Programs++
	a.work.Pivots += program.Pivots - before
	a.see(p)
	return program.Value(v), nil
}

func (a *attacker) exact(c int) (Interval, error) {
	if a.part[c] == nil {
		return a.cells[c], nil
	}
	high, err := a.end(c, 1, nil)
	if err != nil {
		return Interval{}, err
	}
	low, err := a.end(c, -1, nil)
	return Interval{ceil(low), floor(high)}, err
}

// until looks for as wide an interval as the need asks, up first.
func (a *attacker) until(n Need) (Interval, error) {
	if a.part[n.Cell] == nil {
		return a.cells[n.Cell], nil
	}
	if _, err := a.solver(a.part[n.Cell]); err != nil || n.Met(a.seen[n.Cell]) {
		return a.seen[n.Cell], err
	}
	wide := func(at float64) bool {
		s := a.seen[n.Cell]
		return n.Met(Interval{min(s.Low, ceil(at)), max(s.High, floor(at))})
	}
	for _, way := range []float64{1, -1} {
		if _, err := a.end(n.Cell, way, wide); err != nil || n.Met(a.seen[n.Cell]) {
			return a.seen[n.Cell], err
		}
	}
	return a.exact(n.Cell)
}
