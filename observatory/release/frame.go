package release

import (
	"maps"
	"slices"

	"istmo/fault"
	"istmo/observatory/release/attack"
)

func keys[K comparable, V any](m map[K]V) func(func(K) bool) { return maps.Keys(m) }

// frame is the cells of several releases, each of which is there once however
// many tables and releases it stands in, and the sums that hold between them. It
// is built from dimensions and tables alone, and so by a reader as well.
type frame struct {
	releases []Release
	axes     []*axis
	cells    []spot
	at       map[uint64]int
	sums     []attack.Sum
	joint    []string // dimensions of the joint table behind tables in a ring
}

// spot is a cell: a set on each axis.
type spot struct {
	sets []int
	// shown is which releases publish it; none of them, if it is of the joint
	// table behind them.
	shown []int
}

// place is a cell as one table of one release names it.
type place struct {
	codes []string // by dimension of the table
	cell  int
}

func newFrame(releases ...Release) (*frame, error) {
	f := &frame{releases: releases, at: map[uint64]int{}}
	names := map[string]bool{}
	for _, r := range releases {
		for _, d := range r.Dimensions {
			names[d.Name] = true
		}
	}
	room := uint64(1)
	for _, name := range slices.Sorted(keys(names)) {
		a := newAxis(name, releases)
		f.axes = append(f.axes, a)
		if room > 1<<62/uint64(len(a.sets)) {
			return nil, fault.Invalid("dimensions", "release.too-large").With("Most", MostCells)
		}
		room *= uint64(len(a.sets))
	}
	for i, r := range releases {
		for _, t := range r.Tables {
			if err := f.enter(i, t); err != nil {
				return nil, err
			}
		}
	}
	if err := f.behind(); err != nil {
		return nil, err
	}
	f.rests()
	f.arrange()
	f.add()
	return f, nil
}

func (f *frame) code(sets []int) (key uint64) {
	for i, s := range sets {
		key = key*uint64(len(f.axes[i].sets)) + uint64(s)
	}
	return key
}

// enter puts in the cells of a table.
func (f *frame) enter(release int, table []string) error {
	size := 1
	for _, name := range table {
		size *= len(f.axis(name).trees[release].under)
		if size > MostCells {
			return fault.Invalid("tables", "release.too-large").With("Most", MostCells)
		}
	}
	for _, p := range f.walk(release, table) {
		c := &f.cells[p.cell]
		if !slices.Contains(c.shown, release) {
			c.shown = append(c.shown, release)
		}
	}
	if len(f.cells) > 2*MostCells {
		return fault.Invalid("tables", "release.too-large").With("Most", MostCells)
	}
	return nil
}

func (f *frame) axis(name string) *axis {
	return f.axes[slices.IndexFunc(f.axes, func(a *axis) bool { return a.name == name })]
}

// walk goes over the cells of a table, adding those that are not there.
func (f *frame) walk(release int, table []string) (places []place) {
	sets := f.everybody(release)
	codes := make([]string, len(table))
	var visit func(i int)
	visit = func(i int) {
		if i == len(table) {
			places = append(places, place{slices.Clone(codes), f.cell(sets)})
			return
		}
		a := slices.IndexFunc(f.axes, func(a *axis) bool { return a.name == table[i] })
		t := f.axes[a].trees[release]
		for _, code := range t.under {
			codes[i], sets[a] = code, t.codes[code]
			visit(i + 1)
		}
		sets[a] = t.total
	}
	visit(0)
	return places
}

// everybody is the cell of everybody who is in a release.
func (f *frame) everybody(release int) []int {
	sets := make([]int, len(f.axes))
	for i, a := range f.axes {
		if t := a.trees[release]; t != nil {
			sets[i] = t.total
		}
	}
	return sets
}

func (f *frame) cell(sets []int) int {
	key := f.code(sets)
	c, there := f.at[key]
	if !there {
		c = len(f.cells)
		f.at[key] = c
		f.cells = append(f.cells, spot{sets: slices.Clone(sets)})
	}
	return c
}

// behind puts in the joint table of dimensions by which tables hang together in
// a ring (year×sex, sex×form, form×year): only there do the tables say more
// together than by the cells that they share. What hangs on the ring at one edge
// adds nothing (Graham's reduction; Vorob'ev, Consistent families of measures and
// their extensions, Theory of Probability and its Applications 7 (1962)).
func (f *frame) behind() error {
	var edges [][]string
	partial := map[string]bool{}
	for _, r := range f.releases {
		var always []string
		for _, d := range r.Dimensions {
			if d.Partial {
				partial[d.Name], always = true, append(always, d.Name)
			}
		}
		for _, t := range r.Tables {
			e := slices.Sorted(slices.Values(append(slices.Clone(always), t...)))
			edges = append(edges, slices.Compact(e))
		}
	}
	f.joint = ring(edges, partial)
	if !slices.ContainsFunc(f.joint, func(n string) bool { return !partial[n] }) {
		f.joint = nil
		return nil
	}
	size := 1
	for _, name := range f.joint {
		if size *= len(f.axis(name).sets); size > MostJoint {
			return fault.Conflict("release.ring").With("Dimensions", f.joint)
		}
	}
	sets := make([]int, len(f.axes))
	var visit func(i int)
	visit = func(i int) {
		if i == len(f.joint) {
			f.cell(sets)
			return
		}
		a := slices.IndexFunc(f.axes, func(a *axis) bool { return a.name == f.joint[i] })
		for s := range f.axes[a].sets {
			if sets[a] = s; f.axes[a].counted(s) {
				visit(i + 1)
			}
		}
		sets[a] = 0
	}
	visit(0)
	return nil
}

// counted is whether some release counts a set: everybody is not if all have the
// dimension in part only, nor then are those left.
func (a *axis) counted(s int) bool {
	if s != 0 && len(a.sets[s].atoms) > 0 {
		return true
	}
	return slices.ContainsFunc(a.trees, func(t *tree) bool { return t == nil || t.total == 0 })
}

// rests puts in, beside each total of a partial dimension of which everybody is
// counted too, those who are left: nobody publishes them, but they are not fewer
// than none.
func (f *frame) rests() {
	for c := 0; c < len(f.cells); c++ {
		for i, a := range f.axes {
			for total, rest := range a.rest {
				if f.cells[c].sets[i] != total {
					continue
				}
				sets := slices.Clone(f.cells[c].sets)
				sets[i] = 0
				if _, there := f.at[f.code(sets)]; there {
					sets[i] = rest
					f.cell(sets)
				}
			}
		}
	}
}

// ring is the dimensions that are left when dimensions of one table only, and
// tables within others, are taken away for as long as there are any.
// Partial dimensions stay.
func ring(edges [][]string, partial map[string]bool) []string {
	for again := true; again; {
		again = false
		in := map[string]int{}
		for _, e := range edges {
			for _, name := range e {
				in[name]++
			}
		}
		var rest [][]string
		for i, e := range edges {
			kept := slices.DeleteFunc(slices.Clone(e), func(n string) bool { return in[n] == 1 && !partial[n] })
			inside := len(kept) == 0
			for j, other := range edges {
				inside = inside || j != i && subset(e, other) && (len(e) < len(other) || j < i)
			}
			again = again || inside || len(kept) < len(e)
			if !inside {
				rest = append(rest, kept)
			}
		}
		edges = rest
	}
	names := map[string]bool{}
	for _, e := range edges {
		for _, n := range e {
			names[n] = true
		}
	}
	return slices.Sorted(keys(names))
}

func subset(a, b []string) bool {
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	return true
}

// arrange orders the cells by what they are, so that nothing hangs on the order
// in which dimensions, categories and tables were given.
func (f *frame) arrange() {
	rank := make([][]int, len(f.axes))
	for i, a := range f.axes {
		order := make([]int, len(a.sets))
		for s := range order {
			order[s] = s
		}
		slices.SortFunc(order, func(x, y int) int {
			if a.sets[x].key < a.sets[y].key {
				return -1
			}
			return 1
		})
		rank[i] = make([]int, len(order))
		for r, s := range order {
			rank[i][s] = r
		}
	}
	slices.SortFunc(f.cells, func(x, y spot) int {
		for i := range f.axes {
			if d := rank[i][x.sets[i]] - rank[i][y.sets[i]]; d != 0 {
				return d
			}
		}
		return 0
	})
	for c, s := range f.cells {
		f.at[f.code(s.sets)] = c
	}
}

// add finds the sums that hold between cells.
func (f *frame) add() {
	for c, s := range f.cells {
		sets := slices.Clone(s.sets)
		for i, a := range f.axes {
			for _, cover := range a.covers[s.sets[i]] {
				parts := make([]int, 0, len(cover))
				for _, part := range cover {
					sets[i] = part
					if p, there := f.at[f.code(sets)]; there {
						parts = append(parts, p)
					}
				}
				if len(parts) == len(cover) {
					slices.Sort(parts)
					f.sums = append(f.sums, attack.Sum{Total: c, Parts: parts})
				}
			}
			sets[i] = s.sets[i]
		}
	}
	slices.SortFunc(f.sums, func(x, y attack.Sum) int {
		if d := x.Total - y.Total; d != 0 {
			return d
		}
		return slices.Compare(x.Parts, y.Parts)
	})
}

// counts is how many people each cell of a release holds; -1 where the release
// does not know, having no such dimension.
func (f *frame) counts(release int) []int {
	r, n := f.releases[release], make([]int, len(f.cells))
	for c, s := range f.cells {
		if !f.knows(release, s) {
			n[c] = -1
		}
	}
	above := make([]map[string][]int, len(f.axes))
	for i, a := range f.axes {
		if t := a.trees[release]; t != nil {
			above[i] = a.containing(t)
		}
	}
	sets := make([]int, len(f.axes))
	for _, fact := range r.Facts {
		var visit func(i int)
		visit = func(i int) {
			if i == len(f.axes) {
				if c, there := f.at[f.code(sets)]; there && n[c] >= 0 {
					n[c] += fact.Count
				}
				return
			}
			if above[i] == nil {
				sets[i] = 0
				visit(i + 1)
				return
			}
			for _, s := range above[i][fact.At[r.dimension(f.axes[i].name)]] {
				sets[i] = s
				visit(i + 1)
			}
		}
		visit(0)
	}
	return n
}

// truth is how many people each cell holds, from all releases together. A number
// that has changed since it went out is a Conflict: the difference would tell of
// the few who were added.
func (f *frame) truth() ([]int, error) {
	n := make([]int, len(f.cells))
	for c := range n {
		n[c] = -1
	}
	for i := range f.releases {
		for c, v := range f.counts(i) {
			if v < 0 {
				continue
			}
			if n[c] >= 0 && n[c] != v {
				return nil, fault.Conflict("release.revised").With("Release", i)
			}
			n[c] = v
		}
	}
	f.remain(n)
	if slices.Contains(n, -1) {
		return nil, fault.Conflict("release.ring").With("Dimensions", f.joint)
	}
	return n, nil
}

// remain counts those whom partial dimensions leave out.
func (f *frame) remain(n []int) {
	for range f.axes {
		for c, s := range f.cells {
			for i, a := range f.axes {
				for total, rest := range a.rest {
					if n[c] >= 0 || s.sets[i] != rest {
						continue
					}
					all, some := f.beside(n, s, i, 0), f.beside(n, s, i, total)
					if all >= 0 && some >= 0 {
						n[c] = all - some
					}
				}
			}
		}
	}
}

// beside is the number in the cell with another set on one axis; -1 if there is none.
func (f *frame) beside(n []int, s spot, i, other int) int {
	sets := slices.Clone(s.sets)
	sets[i] = other
	if c, there := f.at[f.code(sets)]; there {
		return n[c]
	}
	return -1
}

// containing is, by category without parts, the sets of the axis that hold it;
// everybody among them.
func (a *axis) containing(t *tree) map[string][]int {
	in := map[string][]int{}
	for code := range t.above {
		own := a.sets[t.codes[code]].atoms
		in[code] = []int{0}
		for s := 1; s < len(a.sets); s++ {
			if subset(own, a.sets[s].atoms) {
				in[code] = append(in[code], s)
			}
		}
	}
	return in
}

// knows is whether a release's facts can count a cell: those who are outside a
// partial dimension are in none of its facts.
func (f *frame) knows(release int, s spot) bool {
	for i, a := range f.axes {
		t := a.trees[release]
		if t == nil && s.sets[i] != 0 || t != nil && !a.made(t, s.sets[i]) {
			return false
		}
	}
	return true
}

// made is whether a set is made up of categories of a tree.
func (a *axis) made(t *tree, s int) bool {
	if s == 0 {
		return t.total == 0
	}
	if len(a.sets[s].atoms) == 0 {
		return false
	}
	left := len(a.sets[s].atoms)
	for code := range t.above {
		if own := a.sets[t.codes[code]].atoms; subset(own, a.sets[s].atoms) {
			left -= len(own)
		}
	}
	return left == 0
}
