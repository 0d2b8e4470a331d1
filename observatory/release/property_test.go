package release_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"istmo/fault"
	"istmo/observatory/release"
	"istmo/observatory/release/attack"
)

var zeros = []string{release.ZerosCover, release.ZerosHidden, release.ZerosShown}

// drawn is a small release, a rule, and what was prepared of them; nothing if it
// was honestly refused.
func drawn(t *rapid.T) (release.Release, release.Rule, *release.Outcome) {
	_, r := generate(rapid.Uint64Range(1000, 100_000).Draw(t, "seed"))
	ru := rule(rapid.SampledFrom(zeros).Draw(t, "zeros"))
	ru.Least = rapid.IntRange(2, 12).Draw(t, "least")
	o, err := release.Prepare(context.Background(), r, ru, release.Options{})
	if err != nil {
		if !fault.Is(err, fault.KindConflict) {
			t.Fatal(err)
		}
		return r, ru, nil
	}
	return r, ru, &o
}

// TestWhatIsShownIsTrueAndSafe: every shown number is the count and no small one,
// every small one is hidden, and the exact attack breaks no promise.
func TestWhatIsShownIsTrueAndSafe(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, _, o := drawn(rt)
		if o == nil {
			return
		}
		needs, _ := promises(t, r, o.Published, 0, reader(t, o.Published))
		if n := assail(t, needs, o.Published); n > 0 {
			rt.Fatalf("%d promises broken", n)
		}
	})
}

// TestAHigherThresholdHidesMore: what is hidden for itself under a threshold is
// hidden under a higher one.
func TestAHigherThresholdHidesMore(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, ru, low := drawn(rt)
		ru.Least += rapid.IntRange(1, 5).Draw(rt, "more")
		high, err := release.Prepare(context.Background(), r, ru, release.Options{})
		if err != nil || low == nil {
			return
		}
		if high.Small < low.Small {
			rt.Fatalf("%d small under the higher, %d under the lower", high.Small, low.Small)
		}
		for j, sheet := range low.Published.Tables {
			for k, row := range sheet.Rows {
				if row.Hidden && isSmall(count(r, sheet.Over, row.At), low.Published.Rule) && !high.Published.Tables[j].Rows[k].Hidden {
					rt.Fatalf("table %d row %v is shown under the higher threshold", j, row.At)
				}
			}
		}
	})
}

// TestTheOrderOfWritingIsNothing: the same release written in another order is
// published the same.
func TestTheOrderOfWritingIsNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r, ru, first := drawn(rt)
		if first == nil {
			return
		}
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "order"), 1))
		second, err := release.Prepare(context.Background(), shuffled(rnd, r), ru, release.Options{})
		if err != nil || second.Digest != first.Digest {
			rt.Fatalf("%v: %s and %s", err, first.Digest, second.Digest)
		}
	})
}

func shuffled(rnd *rand.Rand, r release.Release) release.Release {
	order := rnd.Perm(len(r.Dimensions))
	out := release.Release{}
	for _, i := range order {
		d := r.Dimensions[i]
		d.Categories = slices.Clone(d.Categories)
		rnd.Shuffle(len(d.Categories), func(a, b int) { d.Categories[a], d.Categories[b] = d.Categories[b], d.Categories[a] })
		out.Dimensions = append(out.Dimensions, d)
	}
	for _, i := range rnd.Perm(len(r.Tables)) {
		table := slices.Clone(r.Tables[i])
		rnd.Shuffle(len(table), func(a, b int) { table[a], table[b] = table[b], table[a] })
		out.Tables = append(out.Tables, table)
	}
	for _, k := range rnd.Perm(len(r.Facts)) {
		f := release.Fact{Count: r.Facts[k].Count}
		for _, i := range order {
			f.At = append(f.At, r.Facts[k].At[i])
		}
		out.Facts = append(out.Facts, f)
	}
	return out
}

// TestRoundingStaysWithinItsBase: a rounded number is a multiple, off by less
// than the base or at most half; under controlled rounding all sums hold; and a
// small number stays in doubt, or the release is refused.
func TestRoundingStaysWithinItsBase(t *testing.T) {
	var out, refused int
	rapid.Check(t, func(rt *rapid.T) {
		_, r := generate(rapid.Uint64Range(0, 100_000).Draw(rt, "seed"))
		ru := release.Rule{Country: "*", Least: 5, Base: rapid.SampledFrom([]int{3, 5, 10}).Draw(rt, "base"),
			Method: rapid.SampledFrom([]string{release.RoundNearest, release.RoundControlled}).Draw(rt, "method")}
		o, err := release.Prepare(context.Background(), r, ru, release.Options{})
		if err != nil {
			if !fault.Is(err, fault.KindConflict) {
				rt.Fatal(err)
			}
			refused++
			return
		}
		out++
		most := ru.Base - 1
		if ru.Method == release.RoundNearest {
			most = ru.Base / 2
		}
		var needs []attack.Need
		cells := reader(t, o.Published)
		for j, sheet := range o.Published.Tables {
			for k, row := range sheet.Rows {
				n := count(r, sheet.Over, row.At)
				if row.Hidden || row.Count%ru.Base != 0 || row.Count-n > most || n-row.Count > most {
					rt.Fatalf("%d is shown as %d", n, row.Count)
				}
				if n > 0 && n < ru.Least {
					needs = append(needs, attack.Need{Cell: cells[release.Cell{Table: j, Row: k}], Width: ru.Base - 1 - ru.Base/2})
				}
			}
			if ru.Method == release.RoundControlled {
				additive(rt, r, sheet)
			}
		}
		if n := assail(t, needs, o.Published); n > 0 {
			rt.Fatalf("%d rounded numbers can be narrowed", n)
		}
	})
	t.Logf("%d rounded, %d refused", out, refused)
	if out < refused {
		t.Errorf("%d rounded and %d refused", out, refused)
	}
}

// additive holds a table's rows with one Total to the sum of its categories.
func additive(t *rapid.T, r release.Release, sheet release.Sheet) {
	shown := map[string]int{}
	for _, row := range sheet.Rows {
		shown[strings.Join(row.At, "|")] = row.Count
	}
	for _, row := range sheet.Rows {
		for i, code := range row.At {
			sum, parts := 0, 0
			for _, d := range r.Dimensions {
				for _, c := range d.Categories {
					if d.Name == sheet.Over[i] && (c.Parent == code || c.Parent == "" && code == release.Total) {
						at := slices.Clone(row.At)
						at[i] = c.Code
						sum, parts = sum+shown[strings.Join(at, "|")], parts+1
					}
				}
			}
			if parts > 0 && sum != row.Count {
				t.Fatalf("%v is shown as %d, its parts come to %d", row.At, row.Count, sum)
			}
		}
	}
}

// TestAgainstEveryPossiblePopulation walks through all populations that could be
// behind a small publication, and finds for each hidden number the same interval
// as the linear programs; in a ring of tables one that is not wider.
func TestAgainstEveryPossiblePopulation(t *testing.T) {
	for _, c := range []struct {
		name   string
		dims   []release.Dimension
		tables [][]string
		exact  bool
	}{
		{"two dimensions", []release.Dimension{flat("year", 2), flat("form", 3)}, [][]string{{"year", "form"}}, true},
		{"two linked tables", []release.Dimension{flat("year", 2), flat("sex", 2), flat("form", 2)}, [][]string{{"year", "sex"}, {"sex", "form"}}, true},
		{"a ring", []release.Dimension{flat("year", 2), flat("sex", 2), flat("form", 2)}, [][]string{{"year", "sex"}, {"sex", "form"}, {"form", "year"}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var compared, equal int
			for seed := range uint64(25) {
				r := release.Release{Dimensions: c.dims, Tables: c.tables}
				r.Facts = people(rand.New(rand.NewPCG(seed, 9)), r.Dimensions, 9)
				p := bare(r, release.Rule{Country: "*", Least: 3, Zeros: release.ZerosCover, Method: release.Suppress}, true)
				s, cells, err := release.Reader(p)
				if err != nil {
					t.Fatal(err)
				}
				possible := possibleNumbers(r, p)
				for cell, at := range cells {
					found, _, err := attack.Exact(t.Context(), s, []int{at})
					if err != nil {
						t.Fatal(err)
					}
					want := possible[cell]
					if compared++; found[0] == want {
						equal++
					}
					if c.exact && found[0] != want || found[0].Low > want.Low || found[0].High < want.High {
						t.Errorf("%d: cell %v is within %v, of all populations %v", seed, cell, found[0], want)
					}
				}
			}
			t.Logf("%d of %d intervals equal", equal, compared)
		})
	}
}

// possibleNumbers is the interval of each hidden number over every population of
// as many people that would be published just so.
func possibleNumbers(r release.Release, p release.Published) map[release.Cell]attack.Interval {
	over := make([]string, len(r.Dimensions))
	for i, d := range r.Dimensions {
		over[i] = d.Name
	}
	var joint [][]string
	for _, at := range product(r, over) {
		if !slices.Contains(at, release.Total) {
			joint = append(joint, at)
		}
	}
	type line struct {
		cell  release.Cell
		row   release.Row
		parts []int
	}
	var lines []line
	for j, sheet := range p.Tables {
		for k, row := range sheet.Rows {
			l := line{cell: release.Cell{Table: j, Row: k}, row: row}
			for i, at := range joint {
				if count(release.Release{Dimensions: r.Dimensions, Facts: []release.Fact{{At: at, Count: 1}}}, sheet.Over, row.At) == 1 {
					l.parts = append(l.parts, i)
				}
			}
			lines = append(lines, l)
		}
	}
	found := map[release.Cell]attack.Interval{}
	x := make([]int, len(joint))
	var visit func(i, left int)
	visit = func(i, left int) {
		if i == len(x)-1 {
			x[i] = left
			sums := make([]int, len(lines))
			for k, l := range lines {
				for _, part := range l.parts {
					sums[k] += x[part]
				}
				if !l.row.Hidden && sums[k] != l.row.Count {
					return
				}
			}
			for k, l := range lines {
				if l.row.Hidden {
					was, there := found[l.cell]
					if !there {
						was = attack.Interval{Low: sums[k], High: sums[k]}
					}
					found[l.cell] = attack.Interval{Low: min(was.Low, sums[k]), High: max(was.High, sums[k])}
				}
			}
			return
		}
		for n := 0; n <= left; n++ {
			x[i] = n
			visit(i+1, left-n)
		}
	}
	total := 0
	for _, f := range r.Facts {
		total += f.Count
	}
	visit(0, total)
	return found
}

// TestRefusesWhatCannotBeSafe: five people of two forms went out together, and
// are now to be told apart under a rule that always shows zeros, so that each
// number is seen to be one to four. The refusal names the dimension to drop, and
// without it the release goes out.
func TestRefusesWhatCannotBeSafe(t *testing.T) {
	r := release.Release{Dimensions: []release.Dimension{flat("year", 2), flat("form", 3)}, Tables: [][]string{{"year", "form"}}}
	grouped := release.Release{Dimensions: []release.Dimension{r.Dimensions[0], {Name: "form", Categories: []release.Category{{Code: "f0"}, {Code: "other", Of: []string{"f1", "f2"}}}}}, Tables: r.Tables}
	for year, counts := range map[string][3]int{"y0": {30, 2, 3}, "y1": {20, 40, 50}} {
		for i, n := range counts {
			r.Facts = append(r.Facts, release.Fact{At: []string{year, []string{"f0", "f1", "f2"}[i]}, Count: n})
		}
		grouped.Facts = append(grouped.Facts, release.Fact{At: []string{year, "f0"}, Count: counts[0]}, release.Fact{At: []string{year, "other"}, Count: counts[1] + counts[2]})
	}
	ru := rule(release.ZerosShown)
	first, err := release.Prepare(t.Context(), grouped, ru, release.Options{})
	if err != nil || first.Published.Hidden() != 0 {
		t.Fatal(err, first.Published.Hidden())
	}
	past := []release.Past{{ID: "rel_1", Release: grouped, Published: first.Published}}
	_, err = release.Prepare(t.Context(), r, ru, release.Options{Past: past})
	all := fault.All(err)
	if len(all) != 1 || all[0].Key != "release.too-detailed" || all[0].Args["Dimension"] != "form" {
		t.Fatalf("got %v", err)
	}
	if o, err := release.Prepare(t.Context(), r.Without("form"), ru, release.Options{Past: past}); err != nil || len(o.Published.Tables) != 1 {
		t.Errorf("without it: %v", err)
	}
	if o, err := release.Prepare(t.Context(), r, ru, release.Options{}); err != nil || o.Small != 2 {
		t.Errorf("with nothing out before: %v", err)
	}
}

func TestStopsWhenTimeIsUp(t *testing.T) {
	_, r := generate(1)
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if _, err := release.Prepare(ctx, r, rule(release.ZerosCover), release.Options{}); !fault.Is(err, fault.KindUnavailable) {
		t.Errorf("got %v", err)
	}
}

// TestImpossibleZerosAreShown: a zero that says nothing of anybody is shown even
// where zeros are hidden, and nobody can be in it.
func TestImpossibleZerosAreShown(t *testing.T) {
	_, r := generate(0)
	year, form := r.Dimensions[0].Categories[0].Code, r.Dimensions[1].Categories[0].Code
	r.Facts = slices.DeleteFunc(slices.Clone(r.Facts), func(f release.Fact) bool { return f.At[0] == year && f.At[1] == form })
	r.Impossible = []map[string]string{{"year": year, "form": form}}
	o, err := release.Prepare(t.Context(), r, rule(release.ZerosHidden), release.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range o.Published.Tables[0].Rows {
		if row.At[0] == year && row.At[1] == form && row.Hidden {
			t.Error("it is hidden")
		}
	}
	r.Facts = append(r.Facts, release.Fact{At: []string{year, form}, Count: 1})
	if _, err := release.Prepare(t.Context(), r, rule(release.ZerosHidden), release.Options{}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("somebody who cannot be: %v", err)
	}
}

// BenchmarkTenThousandCells prepares a release of about ten thousand numbers.
func BenchmarkTenThousandCells(b *testing.B) {
	rnd := rand.New(rand.NewPCG(1, 2))
	dims := []release.Dimension{places(rnd, 25), flat("month", 36), flat("sex", 2), flat("form", 6), flat("citizenship", 40)}
	r := release.Release{Dimensions: dims, Tables: [][]string{{"place", "month", "sex"}, {"month", "form", "sex"}, {"citizenship", "month"}}}
	r.Facts = people(rnd, dims, 60_000)
	for b.Loop() {
		o, err := release.Prepare(b.Context(), r, rule(release.ZerosCover), release.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(o.Cells), "cells")
		b.ReportMetric(float64(o.Small), "small")
		b.ReportMetric(float64(o.Beside), "beside")
		b.ReportMetric(float64(o.Programs), "programs")
	}
}
