package release

import (
	"slices"
	"strings"

	"istmo/fault"
)

// A release may be so large. Beyond, what is asked for is not a publication.
const (
	MostCells      = 50_000
	MostJoint      = 4_000 // cells of a joint table that tables in a ring hang together by
	MostDimensions = 8
	MostPeople     = 1_000_000_000
)

// Category is one value of a dimension: "F", "2023", "PA-5".
type Category struct {
	Code string
	// Parent is the category that this one is a part of: a province for a
	// municipality. Empty if it stands directly under the total.
	Parent string
	// Of are the finer codes that a category without parts stands for, in the
	// words of other releases: {"X", "Y"} for "other". Empty if it is its own.
	Of []string
}

// Dimension is an attribute by which people are counted. Everybody who is
// counted falls into exactly one of its categories without parts, so that an
// attribute of which a person may have several is no dimension.
type Dimension struct {
	Name       string
	Categories []Category
	// Partial says that there are people outside its categories who are in no
	// table that has this dimension. Its total is then not everybody.
	Partial bool
}

// Fact is how many people have a combination of categories, one of each of the
// release's dimensions, in their order; each without parts.
type Fact struct {
	At    []string
	Count int
}

// Release is tables that go out together, as counted: nothing is hidden yet.
type Release struct {
	Dimensions []Dimension
	Tables     [][]string // each table by the names of its dimensions
	Facts      []Fact     // combinations that are not here are zero
	// Impossible are combinations that cannot be: a zero there says nothing of
	// anybody and is always shown. Each is a category by dimension.
	Impossible []map[string]string
}

// Check says what is wrong with a release, each fault with the table, row
// (beginning with 1) or dimension that it is about. What was typed is not
// repeated.
func (r Release) Check() error {
	var check fault.Check
	check.That(len(r.Dimensions) > 0 && len(r.Dimensions) <= MostDimensions, "dimensions", "release.dimensions")
	check.That(len(r.Tables) > 0, "tables", "release.no-table")
	names := map[string]bool{}
	for _, d := range r.Dimensions {
		check.That(d.Name != "" && !names[d.Name], "dimensions", "release.name-twice")
		names[d.Name] = true
		d.check(&check)
	}
	if err := check.Err(); err != nil {
		return err
	}
	for i, t := range r.Tables {
		if !distinct(t) || !within(t, names) {
			return fault.Invalid("tables", "release.table").With("Table", i+1)
		}
	}
	for _, one := range r.Impossible {
		for name, code := range one {
			i := r.dimension(name)
			check.That(i >= 0 && r.Dimensions[i].has(code), "impossible", "release.impossible")
		}
	}
	if err := check.Err(); err != nil {
		return err
	}
	return r.facts()
}

func (r Release) facts() error {
	people := 0
	for i, f := range r.Facts {
		if len(f.At) != len(r.Dimensions) {
			return fault.Invalid("facts", "release.fact-length").With("Row", i+1)
		}
		if f.Count < 0 || f.Count > MostPeople-people {
			return fault.Invalid("facts", "release.fact-count").With("Row", i+1)
		}
		people += f.Count
		for j, code := range f.At {
			if !r.Dimensions[j].leaf(code) {
				return fault.Invalid("facts", "release.fact-code").With("Row", i+1).With("Column", j+1)
			}
		}
	}
	return nil
}

func (r Release) dimension(name string) int {
	return slices.IndexFunc(r.Dimensions, func(d Dimension) bool { return d.Name == name })
}

func (d Dimension) check(check *fault.Check) {
	check.That(len(d.Categories) > 0, "dimensions", "release.no-category")
	parent, atoms := map[string]string{}, map[string]bool{}
	for _, c := range d.Categories {
		_, twice := parent[c.Code]
		check.That(c.Code != "" && c.Code != Total && !twice && !strings.ContainsAny(c.Code, "|=+~"), "dimensions", "release.code")
		parent[c.Code] = c.Parent
	}
	for _, c := range d.Categories {
		_, known := parent[c.Parent]
		check.That(c.Parent == "" || known, "dimensions", "release.parent")
		if !d.leaf(c.Code) {
			check.That(len(c.Of) == 0, "dimensions", "release.parts")
			continue
		}
		for _, a := range c.atoms() {
			check.That(!atoms[a] && a != "" && a != Total && !strings.ContainsAny(a, "|=+~"), "dimensions", "release.overlap")
			atoms[a] = true
		}
	}
	for code := range parent {
		steps := 0
		for at := code; at != "" && steps <= len(parent); at = parent[at] {
			steps++
		}
		check.That(steps <= len(parent), "dimensions", "release.circle")
	}
}

func (d Dimension) has(code string) bool {
	return slices.ContainsFunc(d.Categories, func(c Category) bool { return c.Code == code })
}

// leaf is whether a category is there and has no parts.
func (d Dimension) leaf(code string) bool {
	return d.has(code) && !slices.ContainsFunc(d.Categories, func(c Category) bool { return c.Parent == code })
}

func (c Category) atoms() []string {
	if len(c.Of) > 0 {
		return c.Of
	}
	return []string{c.Code}
}

func distinct(names []string) bool {
	sorted := slices.Sorted(slices.Values(names))
	return len(slices.Compact(sorted)) == len(names)
}

func within(names []string, known map[string]bool) bool {
	for _, n := range names {
		if !known[n] {
			return false
		}
	}
	return true
}

// Without is the release with a dimension dropped from every table and counted
// over: what can be tried when it cannot go out in such detail. A partial
// dimension cannot be dropped; its release comes back as it was.
func (r Release) Without(name string) Release {
	at := r.dimension(name)
	if at < 0 || r.Dimensions[at].Partial {
		return r
	}
	out := Release{Dimensions: slices.Delete(slices.Clone(r.Dimensions), at, at+1)}
	seen := map[string]bool{}
	for _, t := range r.Tables {
		t = slices.DeleteFunc(slices.Clone(t), func(n string) bool { return n == name })
		key := strings.Join(slices.Sorted(slices.Values(t)), "|")
		if !seen[key] {
			seen[key], out.Tables = true, append(out.Tables, t)
		}
	}
	for _, f := range r.Facts {
		out.Facts = append(out.Facts, Fact{slices.Delete(slices.Clone(f.At), at, at+1), f.Count})
	}
	for _, one := range r.Impossible {
		if _, about := one[name]; !about {
			out.Impossible = append(out.Impossible, one)
		}
	}
	return out
}
