package release

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"istmo/fault"
	"istmo/observatory/release/attack"
)

// Published is tables as they go out: all that a reader gets. What is hidden has
// no number in it.
type Published struct {
	Dimensions []Dimension
	Tables     []Sheet
	Impossible []map[string]string
	Rule       Rule
}

// Sheet is one table, with its margins and totals.
type Sheet struct {
	Over []string
	Rows []Row
}

// Row is one number: a code for each dimension of the table, or Total.
type Row struct {
	At     []string
	Count  int  // zero if hidden
	Hidden bool // for itself or beside another: which of them is not said
}

// Past is a release that went out before: as counted, which the register keeps
// within the node, and as published.
type Past struct {
	ID        string
	Release   Release
	Published Published
}

// Digest is a hash of published tables: the same for the same tables in whatever
// order their dimensions, tables and rows are given.
func (p Published) Digest() string {
	lines := []string{"rule " + p.Rule.Version()}
	say := func(kind string, v any) {
		text, _ := json.Marshal(v) // strings, numbers and maps of them
		lines = append(lines, kind+" "+string(text))
	}
	for _, d := range p.Dimensions {
		say("dimension", []any{d.Name, d.Partial})
		for _, c := range d.Categories {
			say("category", []any{d.Name, c.Code, c.Parent, slices.Sorted(slices.Values(c.Of))})
		}
	}
	for _, one := range p.Impossible {
		say("impossible", one)
	}
	for _, t := range p.Tables {
		say("table", slices.Sorted(slices.Values(t.Over)))
		for _, r := range t.Rows {
			at := map[string]string{}
			for i, code := range r.At {
				at[t.Over[i]] = code
			}
			say("row", []any{at, r.Count, r.Hidden})
		}
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// Hidden is how many numbers of the tables are not shown; a number that stands
// in several tables is counted in each.
func (p Published) Hidden() (n int) {
	for _, t := range p.Tables {
		for _, r := range t.Rows {
			if r.Hidden {
				n++
			}
		}
	}
	return n
}

// outline is what a reader knows of a release without its numbers.
func (p Published) outline() Release {
	r := Release{Dimensions: p.Dimensions, Impossible: p.Impossible}
	for _, t := range p.Tables {
		r.Tables = append(r.Tables, t.Over)
	}
	return r
}

// Cell is a hidden number as a reader can name it.
type Cell struct {
	Release, Table, Row int // by number, beginning with 0
}

// Reader is what somebody knows who has read these publications, and only them:
// a system to attack, and which of its cells each hidden number is. Under
// rounding every number is hidden.
func Reader(all ...Published) (attack.System, map[Cell]int, error) {
	outlines := make([]Release, len(all))
	for i, p := range all {
		outlines[i] = p.outline()
		if err := outlines[i].Check(); err != nil {
			return attack.System{}, nil, err
		}
	}
	f, err := newFrame(outlines...)
	if err != nil {
		return attack.System{}, nil, err
	}
	return f.read(all)
}

func (f *frame) read(all []Published) (attack.System, map[Cell]int, error) {
	s := attack.System{Cells: make([]attack.Interval, len(f.cells)), Sums: f.sums}
	for c := range s.Cells {
		s.Cells[c] = attack.Interval{Low: 0, High: attack.Most}
	}
	hidden := map[Cell]int{}
	for i, p := range all {
		for j, t := range p.Tables {
			for k, r := range t.Rows {
				c, ok := f.find(i, t.Over, r.At)
				if !ok {
					return s, nil, fault.Invalid("tables", "release.row").With("Table", j+1).With("Row", k+1)
				}
				told := p.Rule.tells(r)
				if told.Width() > 0 {
					hidden[Cell{i, j, k}] = c
				}
				s.Cells[c] = attack.Interval{Low: max(s.Cells[c].Low, told.Low), High: min(s.Cells[c].High, told.High)}
			}
		}
	}
	return s, hidden, nil
}

// tells is what a row by itself says of its number to who knows the rule.
func (r Rule) tells(row Row) attack.Interval {
	n := row.Count
	switch {
	case row.Hidden && r.Zeros == ZerosShown:
		return attack.Interval{Low: 1, High: attack.Most}
	case row.Hidden:
		return attack.Interval{Low: 0, High: attack.Most}
	case r.Method == RoundNearest:
		return attack.Interval{Low: max(0, n-r.Base/2), High: n - r.Base/2 + r.Base - 1}
	case r.Method == RoundControlled:
		return attack.Interval{Low: max(0, n-r.Base+1), High: n + r.Base - 1}
	}
	return attack.Interval{Low: n, High: n}
}

// find is the cell that a row names.
func (f *frame) find(release int, over, at []string) (int, bool) {
	sets := f.everybody(release)
	if len(over) != len(at) {
		return 0, false
	}
	for i, name := range over {
		a := slices.IndexFunc(f.axes, func(a *axis) bool { return a.name == name })
		s, known := f.axes[a].trees[release].codes[at[i]]
		if !known {
			return 0, false
		}
		sets[a] = s
	}
	c, there := f.at[f.code(sets)]
	return c, there
}

// publish writes a release's tables, asking of each cell how it is shown.
func (f *frame) publish(release int, rule Rule, show func(cell int) (n int, hidden bool)) Published {
	r := f.releases[release]
	p := Published{Dimensions: r.Dimensions, Impossible: r.Impossible, Rule: rule}
	for _, t := range r.Tables {
		sheet := Sheet{Over: t}
		for _, at := range f.walk(release, t) {
			n, hidden := show(at.cell)
			if hidden {
				n = 0
			}
			sheet.Rows = append(sheet.Rows, Row{at.codes, n, hidden})
		}
		p.Tables = append(p.Tables, sheet)
	}
	return p
}

// impossible is which cells cannot hold anybody, of those a release publishes.
func (f *frame) impossible(release int) map[int]bool {
	out := map[int]bool{}
	r := f.releases[release]
	for c, s := range f.cells {
		if !slices.Contains(s.shown, release) {
			continue
		}
		for _, one := range r.Impossible {
			all := len(one) > 0
			for i, a := range f.axes {
				code, about := one[a.name]
				if !about {
					continue
				}
				own := a.sets[s.sets[i]].atoms
				all = all && s.sets[i] != 0 && len(own) > 0 && subset(own, a.sets[a.trees[release].codes[code]].atoms)
			}
			if all {
				out[c] = true
			}
		}
	}
	return out
}
