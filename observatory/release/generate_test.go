package release_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"istmo/observatory/release"
)

// A shape makes dimensions and tables for invented people.
type shape struct {
	name   string
	make   func(r *rand.Rand) ([]release.Dimension, [][]string)
	people int // about how many
}

func flat(name string, n int) release.Dimension {
	d := release.Dimension{Name: name}
	for i := range n {
		d.Categories = append(d.Categories, release.Category{Code: fmt.Sprintf("%c%d", name[0], i)})
	}
	return d
}

// places is provinces with municipalities, of which some have one only.
func places(r *rand.Rand, provinces int) release.Dimension {
	d := release.Dimension{Name: "place"}
	for i := range provinces {
		p := fmt.Sprintf("P%d", i)
		d.Categories = append(d.Categories, release.Category{Code: p})
		for j := range 1 + r.IntN(4) {
			d.Categories = append(d.Categories, release.Category{Code: fmt.Sprintf("%s-%d", p, j), Parent: p})
		}
	}
	return d
}

var shapes = []shape{
	{"two dimensions", func(r *rand.Rand) ([]release.Dimension, [][]string) {
		return []release.Dimension{flat("year", 3+r.IntN(5)), flat("form", 3+r.IntN(5))}, [][]string{{"year", "form"}}
	}, 400},
	{"three dimensions", func(r *rand.Rand) ([]release.Dimension, [][]string) {
		return []release.Dimension{flat("year", 2+r.IntN(4)), flat("sex", 2), flat("age", 3+r.IntN(2))}, [][]string{{"year", "sex", "age"}}
	}, 500},
	{"linked tables", func(r *rand.Rand) ([]release.Dimension, [][]string) {
		return []release.Dimension{flat("year", 3+r.IntN(3)), flat("sex", 2), flat("age", 3), flat("form", 4), flat("citizenship", 4+r.IntN(5))},
			[][]string{{"year", "sex", "age"}, {"year", "form"}, {"citizenship", "sex"}}
	}, 700},
	{"a ring of tables", func(r *rand.Rand) ([]release.Dimension, [][]string) {
		return []release.Dimension{flat("year", 3+r.IntN(3)), flat("sex", 2+r.IntN(2)), flat("form", 3+r.IntN(3))},
			[][]string{{"year", "sex"}, {"sex", "form"}, {"form", "year"}}
	}, 250},
	{"a hierarchy of places", func(r *rand.Rand) ([]release.Dimension, [][]string) {
		return []release.Dimension{places(r, 3+r.IntN(4)), flat("month", 4+r.IntN(4))}, [][]string{{"place", "month"}}
	}, 600},
	{"sparse counts", func(r *rand.Rand) ([]release.Dimension, [][]string) {
		return []release.Dimension{flat("year", 4), flat("citizenship", 8+r.IntN(6)), flat("sex", 2)}, [][]string{{"year", "citizenship"}, {"citizenship", "sex"}}
	}, 90},
}

// people is a skewed population: a few combinations are common, most are rare.
func people(r *rand.Rand, dims []release.Dimension, n int) (facts []release.Fact) {
	at := make([]string, len(dims))
	weights := make([][]float64, len(dims))
	codes := make([][]string, len(dims))
	for i, d := range dims {
		codes[i] = leaves(d)
		for range codes[i] {
			weights[i] = append(weights[i], math.Exp(1.2*r.NormFloat64()))
		}
	}
	counts := map[string]int{}
	byKey := map[string][]string{}
	var order []string
	for range n {
		for i := range dims {
			at[i] = codes[i][draw(r, weights[i])]
		}
		key := fmt.Sprint(at)
		if counts[key] == 0 {
			byKey[key] = append([]string(nil), at...)
			order = append(order, key)
		}
		counts[key]++
	}
	for _, key := range order {
		facts = append(facts, release.Fact{At: byKey[key], Count: counts[key]})
	}
	return facts
}

func leaves(d release.Dimension) (codes []string) {
	parents := map[string]bool{}
	for _, c := range d.Categories {
		parents[c.Parent] = true
	}
	for _, c := range d.Categories {
		if !parents[c.Code] {
			codes = append(codes, c.Code)
		}
	}
	return codes
}

func draw(r *rand.Rand, weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	x := r.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

func generate(seed uint64) (string, release.Release) {
	r := rand.New(rand.NewPCG(seed, 7))
	s := shapes[int(seed)%len(shapes)]
	dims, tables := s.make(r)
	n := s.people/2 + r.IntN(s.people)
	return s.name, release.Release{Dimensions: dims, Tables: tables, Facts: people(r, dims, n)}
}

// count counts people for a row of a table without any of the package's help.
func count(r release.Release, over, at []string) (n int) {
	for _, f := range r.Facts {
		in := true
		for i, d := range r.Dimensions {
			for j, name := range over {
				if name == d.Name {
					in = in && inside(d, f.At[i], at[j])
				}
			}
		}
		if in {
			n += f.Count
		}
	}
	return n
}

func inside(d release.Dimension, code, of string) bool {
	if of == release.Total || code == of {
		return true
	}
	for _, c := range d.Categories {
		if c.Code == code && c.Parent != "" {
			return inside(d, c.Parent, of)
		}
	}
	return false
}

// bare is a release with small numbers hidden and nothing beside them; with
// nothing hidden at all if it is told so.
func bare(r release.Release, rule release.Rule, hide bool) release.Published {
	p := release.Published{Dimensions: r.Dimensions, Impossible: r.Impossible, Rule: rule}
	for _, over := range r.Tables {
		sheet := release.Sheet{Over: over}
		for _, at := range product(r, over) {
			n := count(r, over, at)
			row := release.Row{At: at, Count: n}
			if hide && isSmall(n, rule) {
				row = release.Row{At: at, Hidden: true}
			}
			sheet.Rows = append(sheet.Rows, row)
		}
		p.Tables = append(p.Tables, sheet)
	}
	return p
}

func isSmall(n int, rule release.Rule) bool {
	return n > 0 && n < rule.Least || n == 0 && rule.Zeros == release.ZerosHidden
}

func product(r release.Release, over []string) [][]string {
	rows := [][]string{{}}
	for _, name := range over {
		var next [][]string
		for _, d := range r.Dimensions {
			if d.Name != name {
				continue
			}
			codes := []string{release.Total}
			for _, c := range d.Categories {
				codes = append(codes, c.Code)
			}
			for _, row := range rows {
				for _, code := range codes {
					next = append(next, append(append([]string(nil), row...), code))
				}
			}
		}
		rows = next
	}
	return rows
}
