package release_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"istmo/fault"
	"istmo/observatory/release"
	"istmo/observatory/release/attack"
)

// later is pairs of releases of the same people, the second telling more.
var later = []struct {
	name string
	make func(r *rand.Rand) (first, second release.Release)
}{
	{"one more category", func(r *rand.Rand) (first, second release.Release) {
		second = release.Release{Dimensions: []release.Dimension{flat("year", 3+r.IntN(4)), flat("sex", 3)}, Tables: [][]string{{"year", "sex"}}}
		second.Facts = people(r, second.Dimensions, 300)
		for i, f := range second.Facts { // the third is rare
			if f.At[1] == "s2" {
				second.Facts[i].Count = 1 + r.IntN(5)
			}
		}
		first = second
		first.Dimensions = []release.Dimension{second.Dimensions[0], flat("sex", 2)}
		first.Dimensions[1].Partial = true
		first.Facts = slices.DeleteFunc(slices.Clone(second.Facts), func(f release.Fact) bool { return f.At[1] == "s2" })
		return first, second
	}},
	{"others told apart", func(r *rand.Rand) (first, second release.Release) {
		second = release.Release{Dimensions: []release.Dimension{flat("year", 3+r.IntN(3)), flat("form", 6)}, Tables: [][]string{{"year", "form"}}}
		second.Facts = people(r, second.Dimensions, 250)
		first = second
		first.Dimensions = []release.Dimension{second.Dimensions[0], flat("form", 4)}
		first.Dimensions[1].Categories = append(first.Dimensions[1].Categories, release.Category{Code: "other", Of: []string{"f4", "f5"}})
		first.Facts = nil
		sums := map[string]int{}
		for _, f := range second.Facts {
			if f.At[1] == "f4" || f.At[1] == "f5" {
				sums[f.At[0]] += f.Count
				continue
			}
			first.Facts = append(first.Facts, f)
		}
		for year, n := range sums {
			first.Facts = append(first.Facts, release.Fact{At: []string{year, "other"}, Count: n})
		}
		return first, second
	}},
	{"another table", func(r *rand.Rand) (first, second release.Release) {
		first = release.Release{Dimensions: []release.Dimension{flat("year", 4), flat("sex", 2), flat("form", 4)}, Tables: [][]string{{"year", "sex"}, {"year", "form"}}}
		first.Facts = people(r, first.Dimensions, 250)
		second = first
		second.Tables = [][]string{{"year", "sex", "form"}}
		return first, second
	}},
	{"the same in other cuts", func(r *rand.Rand) (first, second release.Release) {
		second = release.Release{Dimensions: []release.Dimension{flat("year", 4), flat("form", 6)}, Tables: [][]string{{"year", "form"}}}
		second.Facts = people(r, second.Dimensions, 250)
		first = second
		forms := release.Dimension{Name: "form", Categories: []release.Category{{Code: "A"}, {Code: "B"}}}
		for i, c := range second.Dimensions[1].Categories {
			forms.Categories = append(forms.Categories, release.Category{Code: c.Code, Parent: []string{"A", "B"}[i%2]})
		}
		first.Dimensions = []release.Dimension{second.Dimensions[0], forms}
		return first, second
	}},
}

// TestTwoReleasesInSequence lets a second release go out beside a first, with
// the register and without it, and attacks both together.
func TestTwoReleasesInSequence(t *testing.T) {
	ru := rule(release.ZerosCover)
	for _, l := range later {
		t.Run(l.name, func(t *testing.T) {
			var refused, without, pairs int
			for seed := range uint64(30) {
				a, b := l.make(rand.New(rand.NewPCG(seed, 3)))
				first, err := release.Prepare(t.Context(), a, ru, release.Options{})
				if err != nil {
					t.Fatal(seed, err)
				}
				pairs++
				past := []release.Past{{ID: "rel_1", Release: a, Published: first.Published}}
				second, err := release.Prepare(t.Context(), b, ru, release.Options{Past: past})
				if err != nil {
					if !fault.Is(err, fault.KindConflict) {
						t.Fatal(seed, err)
					}
					refused++
				} else if n := brokenTogether(t, a, b, first.Published, second.Published); n > 0 {
					t.Errorf("%d: %d promises broken although the register was asked", seed, n)
				}
				alone, err := release.Prepare(t.Context(), b, ru, release.Options{})
				if err != nil {
					t.Fatal(seed, err)
				}
				if brokenTogether(t, a, b, first.Published, alone.Published) > 0 {
					without++
				}
			}
			t.Logf("%d pairs: with the register none broken, %d refused; without it %d broken", pairs, refused, without)
			if without < pairs/3 || refused > pairs/2 {
				t.Errorf("without the register %d of %d were broken, with it %d refused", without, pairs, refused)
			}
		})
	}
}

func brokenTogether(t *testing.T, a, b release.Release, first, second release.Published) int {
	cells := reader(t, first, second)
	needs, _ := promises(t, a, first, 0, cells)
	more, _ := promises(t, b, second, 1, cells)
	needs = append(needs, more...)
	return assail(t, slices.DeleteFunc(needs, func(n attack.Need) bool { return n.Reach == 0 }), first, second)
}

// TestWhatChangedSinceIsRefused: the difference of two counts of the same cell
// tells of the few who were added.
func TestWhatChangedSinceIsRefused(t *testing.T) {
	_, a := generate(0)
	ru := rule(release.ZerosCover)
	first, err := release.Prepare(t.Context(), a, ru, release.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := a
	b.Facts = slices.Clone(a.Facts)
	b.Facts[0].Count++
	_, err = release.Prepare(t.Context(), b, ru, release.Options{Past: []release.Past{{ID: "rel_1", Release: a, Published: first.Published}}})
	if all := fault.All(err); len(all) != 1 || all[0].Key != "release.revised" {
		t.Errorf("got %v", err)
	}
	again, err := release.Prepare(t.Context(), a, ru, release.Options{Past: []release.Past{{ID: "rel_1", Release: a, Published: first.Published}}})
	if err != nil || again.Digest != first.Digest {
		t.Errorf("the same release again: %v, digests %s and %s", err, again.Digest, first.Digest)
	}
}
