package likeness

import (
	"math"
	"slices"

	"istmo/likeness/names"
	"istmo/vault"
)

// The weight of evidence is counted in bits, as Fellegi and Sunter count it: how
// much likelier two records of one person share this than two records of two. How
// often strangers share it is read off the index: of total subjects, so many.
// Source: I. P. Fellegi, A. B. Sunter, "A Theory for Record Linkage", Journal of
// the American Statistical Association 64 (1969), 1183–1210. The constants below
// are ours, set by TestAccuracy.
const (
	fewest = 4096 // a young node has too few to count on: it is taken for one of this size
	least  = 1    // from here a pair is offered: about two in three are right, by its own estimate
)

// evidence is what is known when candidates are weighed.
type evidence struct {
	person  names.Person
	probes  []names.Probe
	holders []vault.Holders // of each probe's key
	total   int
}

// rarity is the weight of a shared key in bits, never more than most.
func (e evidence) rarity(probe int, most float64) float64 {
	return min(math.Log2(float64(e.total)/float64(max(e.holders[probe].Count, 1))), most)
}

// weigh is the score of one candidate by what it shares, and why.
func (e evidence) weigh(h vault.Holder) (int, []string) {
	var why reasons
	bits := e.document(h, &why) + e.phone(h, &why)
	named, words := e.name(h, &why)
	bits += named + e.birth(h, words, &why)
	return int(math.Floor(bits - math.Log2(float64(e.total)))), why
}

type reasons []string

func (r *reasons) add(code string) { *r = append(*r, code) }

// holds lists the probes of a kind that the candidate's keys answer.
func (e evidence) holds(h vault.Holder, kind names.Kind) (found []int) {
	for n, q := range e.probes {
		if q.Kind == kind && h.Keys[n] {
			found = append(found, n)
		}
	}
	return found
}

// document weighs numbers. The same number speaks for itself; another says little,
// since people carry several and are given false ones.
func (e evidence) document(h vault.Holder, why *reasons) float64 {
	for _, kind := range []names.Kind{names.Document, names.Stem, names.Shuffled} {
		for _, n := range e.holds(h, kind) {
			switch e.probes[n].Means {
			case names.Same:
				why.add("same-document")
				return e.rarity(n, 40) + 8
			case names.CheckDigit:
				why.add("document-check-digit")
				return e.rarity(n, 40) + 6
			case names.LastDigit:
				why.add("document-last-digit")
				return e.rarity(n, 13)
			default:
				why.add("document-digits-moved")
				return e.rarity(n, 13)
			}
		}
	}
	if e.has(names.Document) && has(h, names.Document) {
		return -1
	}
	return 0
}

// phone weighs a number. Families and companions share one.
func (e evidence) phone(h vault.Holder, why *reasons) float64 {
	for _, n := range e.holds(h, names.Phone) {
		why.add("same-phone")
		return e.rarity(n, 9)
	}
	return 0
}

// name weighs words, and says which of them were found again.
func (e evidence) name(h vault.Holder, why *reasons) (float64, names.Words) {
	best, most, words, alone := 0.0, names.Words(0), names.Words(0), names.Words(0)
	for _, kind := range []names.Kind{names.Pair, names.Surname} {
		ceiling := map[names.Kind]float64{names.Pair: 12, names.Surname: 11}[kind]
		for _, n := range e.holds(h, kind) {
			q := e.probes[n]
			if kind == names.Surname {
				q.Words &^= names.Given1 // only its first letter
			}
			words |= q.Words
			if bits := e.rarity(n, ceiling); bits > best {
				best, most = bits, q.Words
			}
		}
	}
	for _, kind := range []names.Kind{names.NameYear, names.NameDay} {
		for _, n := range e.holds(h, kind) {
			alone |= e.probes[n].Words
		}
	}
	if words == 0 && alone != 0 {
		best, most = 5, alone
	}
	words |= alone
	bits := best + 4*float64((words&^most).Count())
	for _, n := range e.holds(h, names.Full) {
		why.add("names-sound-alike")
		return max(bits, e.rarity(n, 6*float64(e.person.Has().Count()))+2), e.person.Has()
	}
	e.told(words, why)
	return bits - e.missed(words), words
}

// told names what of a name was found.
func (e evidence) told(words names.Words, why *reasons) {
	switch family := words & (names.Family1 | names.Family2); {
	case family.Count() == 2:
		why.add("surnames-sound-alike")
	case family.Count() == 1:
		why.add("one-surname-sounds-alike")
	}
	if words&(names.Given1|names.Given2) != 0 {
		why.add("given-name-sounds-alike")
	}
}

// missed weighs what was not found: a surname is often lost, a given name seldom.
func (e evidence) missed(words names.Words) float64 {
	gone := e.person.Has() &^ words
	bits := float64((gone & (names.Family1 | names.Family2)).Count())
	if gone&names.Given1 != 0 && words&names.Given2 == 0 {
		bits += 4
	}
	return bits
}

// birth weighs dates.
func (e evidence) birth(h vault.Holder, words names.Words, why *reasons) float64 {
	for _, n := range e.holds(h, names.Birth) {
		if e.probes[n].Means == names.Swapped {
			why.add("birth-day-month-swapped")
			return e.rarity(n, 14) - 3
		}
		why.add("same-birth-date")
		return e.rarity(n, 14)
	}
	same, next := false, false
	for _, n := range e.holds(h, names.NameYear) {
		same = same || e.probes[n].Means == names.Same
		next = next || e.probes[n].Means == names.NextYear
	}
	bothDays := e.dated() && has(h, names.Birth)
	switch {
	case len(e.holds(h, names.NameDay)) > 0 && next:
		why.add("birth-year-next")
		return 9
	case len(e.holds(h, names.NameDay)) > 0:
		why.add("same-birthday-other-year")
		return 6
	case same && bothDays:
		why.add("same-birth-year")
		return 0
	case same:
		why.add("same-birth-year")
		return 5
	case next && !bothDays:
		why.add("birth-year-next")
		return 2.5
	case e.yearKnown() && words != 0 && (has(h, names.NameYear) || has(h, names.Birth)):
		why.add("birth-dates-differ")
		return -7
	}
	return 0
}

func has(h vault.Holder, kind names.Kind) bool { return slices.Contains(h.Kinds, byte(kind)) }

// dated reports whether the day of birth is known here, and yearKnown the year.
func (e evidence) dated() bool     { return e.has(names.Birth) }
func (e evidence) yearKnown() bool { return e.has(names.NameYear) || e.has(names.Birth) }

func (e evidence) has(kind names.Kind) bool {
	for _, q := range e.probes {
		if q.Kind == kind {
			return true
		}
	}
	return false
}
