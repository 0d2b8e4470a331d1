package release_test

import (
	"testing"

	"istmo/observatory/release"
	"istmo/observatory/release/attack"
)

func sheet(over string, rows ...release.Row) release.Sheet {
	return release.Sheet{Over: []string{over}, Rows: rows}
}

func shown(code string, n int) release.Row { return release.Row{At: []string{code}, Count: n} }

func hidden(code string) release.Row { return release.Row{At: []string{code}, Hidden: true} }

// known is what a reader of these can know of a hidden number.
func known(t *testing.T, cell release.Cell, all ...release.Published) attack.Interval {
	t.Helper()
	s, cells, err := release.Reader(all...)
	if err != nil {
		t.Fatal(err)
	}
	found, _, err := attack.Exact(t.Context(), s, []int{cells[cell]})
	if err != nil {
		t.Fatal(err)
	}
	return found[0]
}

// TestAlwaysShownZerosTell: where zeros are always shown, two hidden numbers that
// come to two are one each.
func TestAlwaysShownZerosTell(t *testing.T) {
	p := release.Published{Dimensions: []release.Dimension{flat("sex", 2)}, Tables: []release.Sheet{sheet("sex", shown("*", 2), hidden("s0"), hidden("s1"))}}
	for zeros, want := range map[string]attack.Interval{release.ZerosShown: {Low: 1, High: 1}, release.ZerosCover: {Low: 0, High: 2}} {
		p.Rule = rule(zeros)
		if got := known(t, release.Cell{Row: 1}, p); got != want {
			t.Errorf("%s: %v, want %v", zeros, got, want)
		}
	}
}

// TestEverybodyIsNotFewerThanSome: a hidden number of everybody is at least that
// of the part who were published before.
func TestEverybodyIsNotFewerThanSome(t *testing.T) {
	some := flat("sex", 2)
	some.Partial = true
	part := release.Published{Rule: rule(release.ZerosCover), Dimensions: []release.Dimension{some}, Tables: []release.Sheet{sheet("sex", shown("*", 40), shown("s0", 25), shown("s1", 15))}}
	all := release.Published{Rule: rule(release.ZerosCover), Dimensions: []release.Dimension{flat("year", 1)}, Tables: []release.Sheet{sheet("year", hidden("*"), hidden("y0"))}}
	if got := known(t, release.Cell{Release: 1}, part, all); got.Low != 40 {
		t.Errorf("everybody is within %v", got)
	}
}

// TestRingsTellMore: in three tables that hang together in a ring, year×sex and
// year×form each say nothing of men of one form; together with the people behind
// them they do.
func TestRingsTellMore(t *testing.T) {
	dims := []release.Dimension{flat("year", 2), flat("sex", 2), flat("form", 2)}
	two := func(a, b string, n [2][2]int, hide bool) release.Sheet {
		x := release.Sheet{Over: []string{a, b}}
		codes := func(name string, i int) string { return []string{name[:1] + "0", name[:1] + "1", release.Total}[i] }
		for i := range 3 {
			for j := range 3 {
				count := 0
				for k := range 2 {
					for l := range 2 {
						if (i == 2 || i == k) && (j == 2 || j == l) {
							count += n[k][l]
						}
					}
				}
				r := release.Row{At: []string{codes(a, i), codes(b, j)}, Count: count}
				if hide && i < 2 && j < 2 {
					r = release.Row{At: r.At, Hidden: true}
				}
				x.Rows = append(x.Rows, r)
			}
		}
		return x
	}
	// everybody of y0 is of s0 and everybody of y1 of s1, so that sex×form is
	// year×form, which is shown
	p := release.Published{Rule: rule(release.ZerosCover), Dimensions: dims, Tables: []release.Sheet{
		two("year", "sex", [2][2]int{{30, 0}, {0, 20}}, false),
		two("year", "form", [2][2]int{{27, 3}, {8, 12}}, false),
		two("sex", "form", [2][2]int{{27, 3}, {8, 12}}, true),
	}}
	if got := known(t, release.Cell{Table: 2, Row: 1}, p); got != (attack.Interval{Low: 3, High: 3}) {
		t.Errorf("it is within %v", got)
	}
}
