package figures

import "slices"

// endless stands for a count without an upper bound.
const endless = 1 << 40

// mostRounds is how often the sums are gone through. A table of consistent counts
// settles in a few; contradictions can creep upwards one by one without end, and
// what has not been narrowed by then is left wider, which is never wrong.
const mostRounds = 64

// at says which cell of a country's year it is.
type at struct{ dimension, category, sex, age string }

// bounds are what a cell can hold.
type bounds struct{ low, high int }

func (b bounds) empty() bool { return b.low > b.high }

// cell is one count and the rows that state it: several if the export prints
// several under the same words.
type cell struct {
	at
	rows []Return
	bounds
}

func (c *cell) stated() bool { return len(c.rows) > 0 }

// part is a cell of a sum. One that may or may not be in it counts from zero.
type part struct {
	cell     int
	optional bool
}

// sum says that a whole is its parts; if it is open, that there may be more to it.
type sum struct {
	axis  Axis
	whole int
	parts []part
	open  bool
}

// system is the cells of one country, indicator and year, and the sums that hold
// between them.
type system struct {
	cells []*cell
	index map[at]int
	sums  []sum
}

func (s *system) cellAt(a at) int {
	i, there := s.index[a]
	if !there {
		i = len(s.cells)
		s.index[a] = i
		s.cells = append(s.cells, &cell{at: a, bounds: bounds{0, endless}})
	}
	return i
}

func (s *system) stated(a at) bool {
	i, there := s.index[a]
	return there && s.cells[i].stated()
}

func plus(a, b int) int { return min(a+b, endless) }

// narrowing is what cells can hold once sums have been brought to bear, and which sums
// had a say in each.
type narrowing struct {
	bounds []bounds
	by     [][]int // of each cell, the sums that narrowed it
	failed int     // the sum at which nothing was left, or -1
}

// narrow brings the sums named to bear until nothing changes: interval propagation.
func (s *system) narrow(sums []int) narrowing {
	n := narrowing{bounds: make([]bounds, len(s.cells)), by: make([][]int, len(s.cells)), failed: -1}
	for i, c := range s.cells {
		n.bounds[i] = c.bounds
	}
	changed := true
	for round := 0; changed && round < mostRounds; round++ {
		changed = false
		for _, k := range sums {
			again := n.apply(s.sums[k], k)
			if n.failed >= 0 {
				return n
			}
			changed = changed || again
		}
	}
	return n
}

func (n *narrowing) apply(s sum, k int) (changed bool) {
	low, high := n.across(s)
	top := high
	if s.open {
		top = endless
	}
	changed = n.cut(s.whole, bounds{low, top}, k)
	w := n.bounds[s.whole]
	for _, p := range s.parts {
		if p.optional || n.failed >= 0 {
			continue
		}
		b := n.bounds[p.cell]
		to := bounds{0, endless}
		if w.high < endless {
			to.high = w.high - (low - b.low)
		}
		if rest := n.others(s, p.cell); !s.open && rest < endless {
			to.low = w.low - rest
		}
		if n.cut(p.cell, to, k) {
			changed = true
			low, _ = n.across(s)
		}
	}
	return changed
}

// across is the least and the most that the parts of a sum can come to.
func (n *narrowing) across(s sum) (low, high int) {
	for _, p := range s.parts {
		if !p.optional {
			low += n.bounds[p.cell].low
		}
		high = plus(high, n.bounds[p.cell].high)
	}
	return low, high
}

// others is the most that the parts but one can come to.
func (n *narrowing) others(s sum, but int) (high int) {
	for _, p := range s.parts {
		if p.cell != but {
			high = plus(high, n.bounds[p.cell].high)
		}
	}
	return high
}

func (n *narrowing) cut(cell int, to bounds, k int) bool {
	was := n.bounds[cell]
	now := bounds{max(was.low, to.low), min(was.high, to.high)}
	if now == was {
		return false
	}
	n.bounds[cell] = now
	if !slices.Contains(n.by[cell], k) {
		n.by[cell] = append(n.by[cell], k)
	}
	if now.empty() {
		n.failed = k
	}
	return true
}

// behind are the sums that had a say in one, directly or through others.
func (s *system) behind(n narrowing, from []int) []int {
	var out []int
	for len(from) > 0 {
		k := from[0]
		from = from[1:]
		if slices.Contains(out, k) {
			continue
		}
		out = append(out, k)
		from = append(from, n.by[s.sums[k].whole]...)
		for _, p := range s.sums[k].parts {
			from = append(from, n.by[p.cell]...)
		}
	}
	slices.Sort(out)
	return out
}

// least takes away each sum that what was found does not need.
func (s *system) least(sums []int, still func(narrowing) bool) []int {
	for i := 0; i < len(sums); {
		without := slices.Delete(slices.Clone(sums), i, i+1)
		if still(s.narrow(without)) {
			sums = without
		} else {
			i++
		}
	}
	return sums
}
