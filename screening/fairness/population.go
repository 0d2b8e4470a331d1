package fairness

import (
	"math/bits"
	"slices"

	"istmo/fault"
)

// Attribute is what people are grouped by.
type Attribute string

// What people are grouped by.
const (
	Sex         Attribute = "sex"
	AgeBand     Attribute = "age-band"
	Citizenship Attribute = "citizenship"
	Language    Attribute = "language"
	Post        Attribute = "post"
)

// Attributes are all of them, in the order in which a report goes through them.
var Attributes = []Attribute{Sex, AgeBand, Citizenship, Language, Post}

// Outcome is what the officer decided.
type Outcome string

// What an officer decides.
const (
	Presumed        Outcome = "presumed"
	Smuggled        Outcome = "smuggled"
	OtherProtection Outcome = "other-protection"
	None            Outcome = "none"
)

// Outcomes are all of them.
var Outcomes = []Outcome{Presumed, Smuggled, OtherProtection, None}

// Status is what the authority found later, if it has.
type Status int

// What is known later.
const (
	Unknown Status = iota
	Confirmed
	Refuted
)

// Group is one value of an attribute.
type Group struct {
	Attribute Attribute
	Value     string
}

// Screening is one finished screening, as far as this package needs to know it.
type Screening struct {
	Groups  []Group  // at most one of each attribute, but several citizenships
	List    string   // which indicators were asked: the adult's, the child's
	Result  string   // what the instrument made of the answers, such as "act means"
	Post    string   // where; empty if not known
	Yes, No []string // indicators by code; what stands in neither was not answered
	Outcome Outcome
	Later   Status
}

// MostIndicators and MostGroups are how many different ones a population may have.
const (
	MostIndicators = 64 * words
	MostGroups     = 1 << 16
	words          = 4
)

// set is a set of indicators.
type set [words]uint64

func (s *set) add(i int)     { s[i/64] |= 1 << (i % 64) }
func (s set) has(i int) bool { return s[i/64]>>(i%64)&1 == 1 }

// without counts what is in s and not in skip.
func (s set) without(skip set) (n int) {
	for i := range s {
		n += bits.OnesCount64(s[i] &^ skip[i])
	}
	return n
}

type row struct {
	groups  []uint16
	place   int32 // of list and post
	local   int32 // of list, result, how many indicators were found, and post
	plain   int32 // the same without the post: for comparing posts with each other
	list    int32
	yes, no set
	outcome Outcome
	later   Status
}

// Population is the screenings that a report is about. The zero value is empty.
type Population struct {
	rows       []row
	groups     names[Group]
	indicators names[string]
	places     names[[2]string]
	local      names[alike]
	plain      names[alike]
	lists      names[string]
}

// alike are screenings that the instrument says the same of.
type alike struct {
	list, result, post string
	found              int
}

// names numbers what it is shown, in the order in which it comes.
type names[T comparable] struct {
	all    []T
	number map[T]int
}

func (n *names[T]) of(v T) int {
	if i, ok := n.number[v]; ok {
		return i
	}
	if n.number == nil {
		n.number = map[T]int{}
	}
	n.number[v] = len(n.all)
	n.all = append(n.all, v)
	return len(n.all) - 1
}

// Add takes one screening in.
func (p *Population) Add(s Screening) error {
	r := row{outcome: s.Outcome, later: s.Later}
	for _, g := range s.Groups {
		r.groups = append(r.groups, uint16(p.groups.of(g)))
	}
	slices.Sort(r.groups)
	r.groups = slices.Compact(r.groups)
	yes, no := p.codes(s.Yes), p.codes(s.No)
	if len(p.indicators.all) > MostIndicators || len(p.groups.all) > MostGroups {
		return fault.Invalid("screenings", "fairness.too-many").With("Indicators", MostIndicators).With("Groups", MostGroups)
	}
	for _, i := range yes {
		r.yes.add(i)
	}
	for _, i := range no {
		r.no.add(i)
	}
	r.list = int32(p.lists.of(s.List))
	r.place = int32(p.places.of([2]string{s.List, s.Post}))
	r.local = int32(p.local.of(alike{s.List, s.Result, s.Post, len(yes)}))
	r.plain = int32(p.plain.of(alike{s.List, s.Result, "", len(yes)}))
	p.rows = append(p.rows, r)
	return nil
}

func (p *Population) codes(codes []string) (numbers []int) {
	for _, c := range codes {
		numbers = append(numbers, p.indicators.of(c))
	}
	return numbers
}

// Len is how many screenings there are.
func (p *Population) Len() int { return len(p.rows) }

// counted is a group and how many screenings are of it.
type counted struct {
	number, size int
}

// of gives the groups of an attribute in the order of their values, those at
// least so large and those that are not.
func (p *Population) of(a Attribute, least int) (large, small []counted) {
	sizes := make([]int, len(p.groups.all))
	for _, r := range p.rows {
		for _, g := range r.groups {
			sizes[g]++
		}
	}
	for g, n := range sizes {
		switch {
		case p.groups.all[g].Attribute != a:
		case n < least:
			small = append(small, counted{g, n})
		default:
			large = append(large, counted{g, n})
		}
	}
	byValue := func(x, y counted) int {
		return compareText(p.groups.all[x.number].Value, p.groups.all[y.number].Value)
	}
	slices.SortFunc(large, byValue)
	slices.SortFunc(small, byValue)
	return large, small
}
