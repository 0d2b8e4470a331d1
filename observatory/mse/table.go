package mse

import (
	"math/bits"
	"slices"

	"istmo/fault"
)

// Most and fewest lists, and the most people, that a table may have. Ten lists
// have 1,023 combinations, of which most would be empty.
const (
	MostLists  = 10
	MostPeople = 100_000_000
)

// Table is how many people stand on each combination of lists.
type Table struct {
	Lists    []string // by name, in the order of the alphabet
	Repeated int      // how many rows named a combination that an earlier row had named

	counts   []int // by combination: bit i is Lists[i]
	observed int
}

// Pair is two lists, by name.
type Pair struct {
	A string `json:"a"`
	B string `json:"b"`
}

// History is one combination of lists and how many people stand on exactly it.
type History struct {
	Lists []string
	Count int
}

// New is a table of these histories. Lists are put in the order of their names
// and counts of one combination are added, so that the same facts written
// otherwise are the same table.
func New(lists []string, histories []History) (Table, error) {
	if len(lists) < 2 {
		return Table{}, fault.Invalid("file", "estimate.few-lists")
	}
	if len(lists) > MostLists {
		return Table{}, fault.Invalid("file", "estimate.many-lists").With("Most", MostLists)
	}
	t := Table{Lists: slices.Sorted(slices.Values(lists)), counts: make([]int, 1<<len(lists))}
	if len(slices.Compact(slices.Clone(t.Lists))) < len(lists) {
		return Table{}, fault.Invalid("file", "estimate.name-twice")
	}
	seen := make([]bool, len(t.counts))
	for _, h := range histories {
		mask, ok := t.mask(h.Lists)
		switch {
		case !ok:
			return Table{}, fault.Invalid("file", "estimate.unknown-list")
		case mask == 0:
			return Table{}, fault.Invalid("file", "estimate.no-list")
		case h.Count < 0 || h.Count > MostPeople-t.observed:
			return Table{}, fault.Invalid("file", "estimate.too-many").With("Most", MostPeople)
		}
		if seen[mask] {
			t.Repeated++
		}
		seen[mask] = true
		t.counts[mask] += h.Count
		t.observed += h.Count
	}
	if t.observed == 0 {
		return Table{}, fault.Invalid("file", "estimate.nobody")
	}
	return t, nil
}

func (t Table) mask(lists []string) (mask int, ok bool) {
	for _, name := range lists {
		i, found := slices.BinarySearch(t.Lists, name)
		if !found {
			return 0, false
		}
		mask |= 1 << i
	}
	return mask, true
}

// Observed is how many people stand on some list.
func (t Table) Observed() int { return t.observed }

// On is how many people stand on all these lists, whatever others they are on.
func (t Table) On(lists ...string) (n int) {
	mask, ok := t.mask(lists)
	if !ok {
		return 0
	}
	return t.over(mask)
}

func (t Table) over(mask int) (n int) {
	for s, c := range t.counts {
		if s&mask == mask {
			n += c
		}
	}
	return n
}

// Histories are the combinations that somebody stands on, those of fewest lists
// first.
func (t Table) Histories() (all []History) {
	for n := 1; n <= len(t.Lists); n++ {
		for mask, c := range t.counts {
			if c > 0 && bits.OnesCount(uint(mask)) == n {
				all = append(all, History{t.names(mask), c})
			}
		}
	}
	return all
}

func (t Table) names(mask int) (names []string) {
	for i, name := range t.Lists {
		if mask>>i&1 == 1 {
			names = append(names, name)
		}
	}
	return names
}

// pair is the two lists of a mask.
func (t Table) pair(mask int) Pair {
	n := t.names(mask)
	return Pair{n[0], n[1]}
}

// Estimable says why nothing can be estimated from t, if so. Each list must hold
// somebody and not everybody, and some two must share somebody: these are all
// the conditions under which the model without interactions has an estimate
// (Fienberg and Rinaldo, 2012: the points of the cube with its corner cut off).
// Two lists of the same people are one list.
func (t Table) Estimable() error {
	var check fault.Check
	appearances := 0
	for i := range t.Lists {
		n := t.over(1 << i)
		appearances += n
		check.That(n > 0, "file", "estimate.empty-list")
		check.That(n < t.observed, "file", "estimate.whole-list")
		for j := range i {
			both := t.over(1<<i | 1<<j)
			check.That(both == 0 || both < n || both < t.over(1<<j), "file", "estimate.same-list")
		}
	}
	check.That(appearances > t.observed, "file", "estimate.no-overlap")
	if err := check.Err(); err != nil {
		return fault.All(err)[0]
	}
	return nil
}
