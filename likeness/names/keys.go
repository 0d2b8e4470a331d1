package names

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"time"
)

// Form is the version of the keys. Raise it with any change that makes other
// keys of the same person: who was indexed under an older form is indexed anew.
const Form = 1

// Most is how many keys a person has at the most.
const Most = 16

// Identity is what keys are made of; any of it may be empty.
type Identity struct {
	GivenNames  string
	FamilyNames string
	BirthDate   string // 2006-01-02, 2006-01, or a year alone
	Document    string
	Phone       string
}

// Kind is what a key is made of. It stands beside the blind key in the clear, so
// a number given once is never given to another kind.
type Kind byte

// The kinds of key.
const (
	Full     Kind = iota + 1 // all the words of the name by sound, in no order
	Pair                     // two words by their consonants, in no order
	Surname                  // a surname by sound, with the first letter of the given name
	NameYear                 // a word by its consonants, with the year of birth
	NameDay                  // the given name by its consonants, with day and month of birth
	Birth                    // the day of birth
	Document                 // a number, by what is hard to misread
	Stem                     // the same without its last sign
	Shuffled                 // its signs in no order
	Phone                    // the last eight digits
)

// Key is one thing under which a person is found.
type Key struct {
	Kind  Kind
	Value string
}

// Words says which words of a name a key holds.
type Words uint8

// The words of a name that keys are made of.
const (
	Given1 Words = 1 << iota
	Given2
	Family1
	Family2
)

// Count is how many they are.
func (w Words) Count() int { return bits.OnesCount8(uint8(w)) }

// How one writing of a person can stand to another by a key.
const (
	Same       = "same"
	Swapped    = "swapped"     // day and month
	NextYear   = "next-year"   // one year apart
	CheckDigit = "check-digit" // one of the two lacks the last sign
	LastDigit  = "last-digit"  // only the last sign differs
	Moved      = "moved"       // the same signs, two or more exchanged
)

// Probe is a key to look for, and what it would mean to find it.
type Probe struct {
	Key
	Means string
	Words Words
}

// Person is an identity, read.
type Person struct {
	words    [4]*word // Given1 … Family2
	all      []word
	year     int
	day      string // 01-02
	document string
	phone    string
}

// Read takes an identity apart.
func Read(i Identity) Person {
	p := Person{document: document(i.Document), phone: phone(i.Phone)}
	p.year, p.day = birth(i.BirthDate)
	parts := syllables(wordsOf(i.GivenNames), wordsOf(i.FamilyNames))
	given, family := canonical(parts[0]), canonical(parts[1])
	p.all = slices.Concat(given, family)
	if len(family) == 0 && len(given) > 2 { // everything in one field: the last words are the surnames
		cut := max(1, len(given)-2)
		given, family = given[:cut], given[cut:]
	}
	for at, list := range map[int][]word{0: given, 2: family} {
		for i := range min(2, len(list)) {
			p.words[at+i] = &list[i]
		}
	}
	return p
}

// Has says which words there are.
func (p Person) Has() (w Words) {
	for i, word := range p.words {
		if word != nil {
			w |= 1 << i
		}
	}
	return w
}

// Keys are what the person is indexed under, Most at the most, none twice.
func (p Person) Keys() []Key {
	var all []Key
	for _, probe := range p.probes(false) {
		if !slices.Contains(all, probe.Key) {
			all = append(all, probe.Key)
		}
	}
	return all
}

// Probes are what to look for: the person's own keys, and those that the usual
// errors would have made of them. The same key may mean two things, so each
// appears once with the stronger meaning first.
func (p Person) Probes() []Probe {
	var all []Probe
	for _, probe := range p.probes(true) {
		if !slices.ContainsFunc(all, func(q Probe) bool { return q.Key == probe.Key }) {
			all = append(all, probe)
		}
	}
	return all
}

func (p Person) probes(errors bool) []Probe {
	return slices.Concat(p.nameProbes(), p.birthProbes(errors), p.documentProbes(errors), p.phoneProbes())
}

func (p Person) nameProbes() []Probe {
	var all []Probe
	if len(p.all) > 1 {
		var sounds []string
		for _, w := range p.all {
			sounds = append(sounds, w.tight)
		}
		slices.Sort(sounds)
		all = append(all, Probe{Key{Full, strings.Join(sounds, " ")}, Same, p.Has()})
	}
	for _, pair := range [][2]int{{2, 3}, {2, 0}, {3, 0}, {2, 1}} {
		all = p.pair(all, pair[0], pair[1])
	}
	if p.words[2] == nil {
		all = p.pair(all, 0, 1)
	}
	for _, at := range []int{2, 3} {
		if w, given := p.words[at], p.words[0]; w != nil && given != nil {
			all = append(all, Probe{Key{Surname, w.tight + " " + given.tight[:1]}, Same, 1<<at | Given1})
		}
	}
	return all
}

func (p Person) pair(all []Probe, a, b int) []Probe {
	if p.words[a] == nil || p.words[b] == nil {
		return all
	}
	sounds := []string{p.words[a].loose, p.words[b].loose}
	slices.Sort(sounds)
	return append(all, Probe{Key{Pair, strings.Join(sounds, " ")}, Same, 1<<a | 1<<b})
}

func (p Person) birthProbes(errors bool) []Probe {
	var all []Probe
	if p.year == 0 {
		return nil
	}
	if p.day != "" {
		all = append(all, Probe{Key{Birth, fmt.Sprintf("%04d-%s", p.year, p.day)}, Same, 0})
		if p.words[0] != nil {
			all = append(all, Probe{Key{NameDay, p.words[0].loose + " " + p.day}, Same, Given1})
		}
	}
	if swapped := p.day; errors && swapped != "" && swapped[:2] != swapped[3:] && swapped[3:] <= "12" {
		all = append(all, Probe{Key{Birth, fmt.Sprintf("%04d-%s-%s", p.year, swapped[3:], swapped[:2])}, Swapped, 0})
	}
	for _, at := range []int{0, 2, 3} {
		if p.words[at] == nil {
			continue
		}
		all = append(all, p.nameYear(at, 0, Same))
		if errors {
			all = append(all, p.nameYear(at, -1, NextYear), p.nameYear(at, 1, NextYear))
		}
	}
	return all
}

func (p Person) nameYear(at, off int, means string) Probe {
	return Probe{Key{NameYear, fmt.Sprintf("%s %04d", p.words[at].loose, p.year+off)}, means, 1 << at}
}

func (p Person) documentProbes(errors bool) []Probe {
	if p.document == "" {
		return nil
	}
	signs := []byte(p.document)
	slices.Sort(signs)
	all := []Probe{{Key{Document, p.document}, Same, 0}, {Key{Shuffled, string(signs)}, Moved, 0}}
	stem := p.document[:len(p.document)-1]
	if len(stem) >= 5 {
		all = append(all, Probe{Key{Stem, stem}, LastDigit, 0})
		if errors {
			all = append(all, Probe{Key{Document, stem}, CheckDigit, 0}, Probe{Key{Stem, p.document}, CheckDigit, 0})
		}
	}
	return all
}

func (p Person) phoneProbes() []Probe {
	if p.phone == "" {
		return nil
	}
	return []Probe{{Key{Phone, p.phone}, Same, 0}}
}

// birth is the year, or 0, and the day as "01-02", or empty.
func birth(date string) (year int, day string) {
	date = strings.TrimSpace(date)
	if t, err := time.Parse("2006-01-02", date); err == nil {
		return t.Year(), date[5:]
	}
	for _, layout := range []string{"2006-01", "2006"} {
		if t, err := time.Parse(layout, date); err == nil {
			return t.Year(), ""
		}
	}
	return 0, ""
}

// misread are signs that a reader, a person or a machine, takes for each other.
var misread = strings.NewReplacer("O", "0", "Q", "0", "I", "1", "L", "1", "S", "5", "Z", "2", "B", "8")

// documentTypes are what some write before the number itself.
var documentTypes = strings.Fields("CC CE TI CI DNI RUT RUN DIMEX PPT PEP CPF RG PASAPORTE PAS PP CEDULA ID V NO")

// document writes a number in the one form in which its usual writings fall
// together: no signs between, zeros that only fill gone from each part, and what
// looks alike made the same. A number of fewer than five signs tells nobody.
func document(s string) string {
	parts := strings.FieldsFunc(strings.ToUpper(fullWidth(s)), func(r rune) bool {
		return !('A' <= r && r <= 'Z' || '0' <= r && r <= '9')
	})
	if len(parts) > 1 && slices.Contains(documentTypes, parts[0]) {
		parts = parts[1:]
	}
	dotted := strings.Contains(s, ".") // 12.345.678: thousands, whose zeros count
	var b strings.Builder
	for i, part := range parts {
		part = misread.Replace(part)
		if i == 0 || !dotted {
			part = strings.TrimLeft(part, "0")
		}
		b.WriteString(part)
	}
	if b.Len() < 5 {
		return ""
	}
	return b.String()
}

// fullWidth makes plain digits of those that East Asian keyboards write.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, s)
}

// phone is the last eight digits of a number: all of one in Panama and Costa
// Rica, enough of one elsewhere, and the same with and without what a country or
// a trunk puts before it.
func phone(s string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, fullWidth(s))
	if len(digits) < 7 {
		return ""
	}
	return digits[max(0, len(digits)-8):]
}
