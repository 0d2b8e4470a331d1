package release

import (
	"slices"
	"strings"
)

// Total is the code under which a dimension's total is published.
const Total = "*"

// axis is a dimension as all releases that have it see it together: the sets of
// finest codes that any of them counts, and which sets make up which.
type axis struct {
	name   string
	sets   []set     // the first is everybody: no restriction at all
	covers [][][]int // by set: each list is sets that come to it
	places map[string]int
	trees  []*tree     // by release; nil where it has no such dimension
	rest   map[int]int // by total of a partial dimension: the set of those left
}

// set is a set of finest codes, in the order of the alphabet.
type set struct {
	key   string
	atoms []string
}

// tree is a dimension of one release on its axis.
type tree struct {
	total int
	codes map[string]int      // a category's set
	above map[string][]string // by category without parts: those it is in, with Total
	under []string            // every published code, Total first
}

func newAxis(name string, releases []Release) *axis {
	a := &axis{name: name, sets: []set{{}}, places: map[string]int{"": 0}, trees: make([]*tree, len(releases)), rest: map[int]int{}}
	for i, r := range releases {
		if at := r.dimension(name); at >= 0 {
			a.trees[i] = a.plant(r.Dimensions[at])
		}
	}
	for _, t := range a.trees {
		if t != nil && t.total != 0 {
			a.leave(t.total)
		}
	}
	a.covers = make([][][]int, len(a.sets))
	for total, rest := range a.rest {
		a.covers[0] = append(a.covers[0], []int{total, rest})
	}
	for _, t := range a.trees {
		if t != nil {
			a.cover(t)
		}
	}
	return a
}

// plant puts the sets of a dimension on the axis.
func (a *axis) plant(d Dimension) *tree {
	t := &tree{codes: map[string]int{}, above: map[string][]string{}, under: []string{Total}}
	parent, atoms := map[string]string{}, map[string][]string{}
	for _, c := range d.Categories {
		parent[c.Code] = c.Parent
	}
	var all []string
	for _, c := range d.Categories {
		if !d.leaf(c.Code) {
			continue
		}
		all = append(all, c.atoms()...)
		t.above[c.Code] = []string{Total}
		for at := c.Code; at != ""; at = parent[at] {
			atoms[at] = append(atoms[at], c.atoms()...)
			t.above[c.Code] = append(t.above[c.Code], at)
		}
	}
	for _, code := range slices.Sorted(keys(parent)) {
		t.codes[code] = a.place(atoms[code])
		t.under = append(t.under, code)
	}
	if d.Partial {
		t.total = a.place(all)
	}
	t.codes[Total] = t.total
	return t
}

func (a *axis) place(atoms []string) int {
	atoms = slices.Sorted(slices.Values(atoms))
	key := strings.Join(atoms, "+")
	at, there := a.places[key]
	if !there {
		at = len(a.sets)
		a.places[key], a.sets = at, append(a.sets, set{key, atoms})
	}
	return at
}

// leave puts in the set of those whom a partial dimension leaves out. Nobody
// knows its codes, so it holds none.
func (a *axis) leave(total int) {
	if _, there := a.rest[total]; !there {
		a.rest[total] = len(a.sets)
		a.sets = append(a.sets, set{key: "~" + a.sets[total].key})
	}
}

// cover finds, for every set of the axis, the sets of a tree that come to it.
func (a *axis) cover(t *tree) {
	var own []int
	for _, code := range t.under {
		if !slices.Contains(own, t.codes[code]) {
			own = append(own, t.codes[code])
		}
	}
	for s := range a.sets {
		whole := a.sets[s].atoms
		if s != 0 && len(whole) == 0 {
			continue
		}
		if s == 0 {
			if t.total != 0 {
				continue
			}
			whole = a.everybody(t)
		}
		parts := a.largest(own, s, whole)
		slices.Sort(parts)
		same := func(other []int) bool { return slices.Equal(other, parts) }
		if len(parts) > 0 && !slices.ContainsFunc(a.covers[s], same) {
			a.covers[s] = append(a.covers[s], parts)
		}
	}
}

func (a *axis) everybody(t *tree) (atoms []string) {
	for code := range t.above {
		atoms = append(atoms, a.sets[t.codes[code]].atoms...)
	}
	return slices.Sorted(slices.Values(atoms))
}

// largest are the greatest of these sets that are parts of s, if they come to it.
func (a *axis) largest(from []int, s int, whole []string) (parts []int) {
	inside := map[string]bool{}
	for _, atom := range whole {
		inside[atom] = true
	}
	var fit []int
	for _, p := range from {
		ok := p != s && p != 0 && len(a.sets[p].atoms) < len(whole)
		for _, atom := range a.sets[p].atoms {
			ok = ok && inside[atom]
		}
		if ok {
			fit = append(fit, p)
		}
	}
	slices.SortStableFunc(fit, func(x, y int) int { return len(a.sets[y].atoms) - len(a.sets[x].atoms) })
	taken := 0
	for _, p := range fit {
		free := true
		for _, atom := range a.sets[p].atoms {
			free = free && inside[atom]
		}
		if !free {
			continue
		}
		for _, atom := range a.sets[p].atoms {
			delete(inside, atom)
			taken++
		}
		parts = append(parts, p)
	}
	if taken < len(whole) {
		return nil
	}
	return parts
}
