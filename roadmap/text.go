package roadmap

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// Text is what a commitment says, in both languages: what is signed, word for
// word.
type Text struct {
	Line        string    `json:"line"` // the line of work
	ObjectiveES string    `json:"objective_es"`
	ObjectiveEN string    `json:"objective_en"`
	ActionsES   string    `json:"actions_es"` // what will be done, one action a line
	ActionsEN   string    `json:"actions_en"`
	Owners      []string  `json:"owners"`       // who answers, "PA/agy_…", at least one for every party
	OwnersNamed string    `json:"owners_named"` // as the directory called them then, one "PA Name" a line
	Due         time.Time `json:"due"`          // the day by which it is done
	IndicatorES string    `json:"indicator_es"` // what is counted
	IndicatorEN string    `json:"indicator_en"`
	Baseline    int64     `json:"baseline"` // in the indicator's unit
	Target      int64     `json:"target"`
	Budget      string    `json:"budget"` // where the money comes from
	Place       string    `json:"place"`
	Marks       []string  `json:"marks"` // cross-cutting: see Marks
	SDG         []string  `json:"sdg"`   // Sustainable Development Goals, "5" or the target "16.2"
	GCM         []string  `json:"gcm"`   // objectives of the Global Compact for Migration, "10"
}

// Marks are what cuts across all lines.
var Marks = []string{"childhood", "gender", "human-rights"}

// Goals are how many Sustainable Development Goals there are, and Objectives how
// many the Global Compact for Safe, Orderly and Regular Migration has.
const (
	Goals      = 17
	Objectives = 23
)

const (
	longest = 4000 // letters of an objective or of the actions
	shorter = 300  // of the rest
	codes   = 40   // in a list
)

// Check says everything that is wrong with a text, by field.
func (t Text) Check(a cooperation.Agreement) error {
	var c fault.Check
	c.That(slices.Contains(LinesOf(a), t.Line), "line", "roadmap.line-unknown")
	for _, f := range []struct {
		name, words string
		most        int
	}{{"objective_es", t.ObjectiveES, longest}, {"objective_en", t.ObjectiveEN, longest}, {"actions_es", t.ActionsES, longest}, {"actions_en", t.ActionsEN, longest},
		{"indicator_es", t.IndicatorES, shorter}, {"indicator_en", t.IndicatorEN, shorter}} {
		c.That(strings.TrimSpace(f.words) != "", f.name, "fault.required")
		c.That(len([]rune(f.words)) <= f.most, f.name, "roadmap.too-long")
	}
	c.That(len([]rune(t.Budget)) <= shorter, "budget", "roadmap.too-long")
	c.That(len([]rune(t.Place)) <= shorter, "place", "roadmap.too-long")
	c.That(len([]rune(t.OwnersNamed)) <= longest, "owners", "roadmap.too-long")
	c.That(!t.Due.IsZero(), "due", "fault.required")
	c.That(t.Target != t.Baseline, "target", "roadmap.no-change")
	for name, list := range map[string][]string{"owners": t.Owners, "marks": t.Marks, "sdg": t.SDG, "gcm": t.GCM} {
		c.That(len(list) <= codes, name, "roadmap.too-long")
	}
	c.That(ownedEverywhere(a.Parties, t.Owners), "owners", "roadmap.owner-missing")
	c.That(!slices.ContainsFunc(t.Marks, func(m string) bool { return !slices.Contains(Marks, m) }), "marks", "roadmap.mark-unknown")
	c.That(!slices.ContainsFunc(t.SDG, func(g string) bool { return !numbered(g, Goals) }), "sdg", "roadmap.sdg-unknown")
	c.That(!slices.ContainsFunc(t.GCM, func(g string) bool { return !numbered(g, Objectives) }), "gcm", "roadmap.gcm-unknown")
	return c.Err()
}

// LinesOf are the lines of work of an agreement: its own, or all that are known
// where it names none.
func LinesOf(a cooperation.Agreement) []string {
	if len(a.Lines) == 0 {
		return cooperation.Lines
	}
	return a.Lines
}

func ownedEverywhere(parties, owners []string) bool {
	for _, o := range owners {
		node, agency, ok := strings.Cut(o, "/")
		if !ok || agency == "" || len(strings.Fields(agency)) != 1 || !slices.Contains(parties, node) {
			return false
		}
	}
	for _, p := range parties {
		if !slices.ContainsFunc(owners, func(o string) bool { return strings.HasPrefix(o, p+"/") }) {
			return false
		}
	}
	return true
}

var goal = regexp.MustCompile(`^([1-9][0-9]?)(\.[0-9a-z]{1,2})?$`)

func numbered(code string, most int) bool {
	m := goal.FindStringSubmatch(code)
	if m == nil {
		return false
	}
	n, _ := strconv.Atoi(m[1])
	return n <= most
}

// trim writes the text in the one way in which it is hashed and kept: without
// space around it, with the day in UTC, the lists in order.
func (t Text) trim() Text {
	for _, s := range []*string{&t.Line, &t.ObjectiveES, &t.ObjectiveEN, &t.ActionsES, &t.ActionsEN, &t.IndicatorES, &t.IndicatorEN, &t.Budget, &t.Place} {
		*s = strings.TrimSpace(strings.ReplaceAll(*s, "\r\n", "\n"))
	}
	for _, l := range []*[]string{&t.Owners, &t.Marks, &t.SDG, &t.GCM} {
		*l = slices.Compact(slices.Sorted(slices.Values(*l)))
	}
	if !t.Due.IsZero() {
		t.Due = time.Date(t.Due.Year(), t.Due.Month(), t.Due.Day(), 0, 0, 0, 0, time.UTC)
	}
	return t
}

// trimmed reports whether a text is read back as it was hashed.
func (t Text) trimmed() bool {
	as := t.trim()
	return as.Hash("") == t.Hash("") && as.Due.Equal(t.Due)
}

// settled is the text as its author's node fixes it: trimmed, and with the owners
// by name, so that it can be read when no directory knows them any more.
func (t Text) settled(tx *store.Tx) (Text, error) {
	t = t.trim()
	var names []string
	for _, o := range t.Owners {
		node, id, _ := strings.Cut(o, "/")
		a, err := cooperation.AgencyOf(tx, node, id)
		if fault.Is(err, fault.KindNotFound) {
			return t, fault.Invalid("owners", "roadmap.owner-unknown")
		}
		if err != nil {
			return t, err
		}
		names = append(names, node+" "+a.Name)
	}
	t.OwnersNamed = strings.Join(names, "\n")
	return t, nil
}

// field is one field of a text by its name: how it is written when it is hashed,
// and compared when two revisions are.
type field struct{ Name, Words string }

// fields are the text, in the order in which it is hashed.
func (t Text) fields() []field {
	day := ""
	if !t.Due.IsZero() {
		day = t.Due.Format(time.DateOnly)
	}
	words := func(l []string) string { return strings.Join(l, " ") }
	return []field{{"line", t.Line}, {"objective_es", t.ObjectiveES}, {"objective_en", t.ObjectiveEN}, {"actions_es", t.ActionsES}, {"actions_en", t.ActionsEN},
		{"owners", words(t.Owners)}, {"owners_named", t.OwnersNamed}, {"due", day}, {"indicator_es", t.IndicatorES}, {"indicator_en", t.IndicatorEN},
		{"baseline", strconv.FormatInt(t.Baseline, 10)}, {"target", strconv.FormatInt(t.Target, 10)}, {"budget", t.Budget}, {"place", t.Place},
		{"marks", words(t.Marks)}, {"sdg", words(t.SDG)}, {"gcm", words(t.GCM)}}
}

// Hash is the hash of a text as commitment id says it: that of a leaf of a Merkle
// tree (RFC 6962, 2.1) over its fields, each with its name and its length in
// bytes, so that no two texts are written alike.
func (t Text) Hash(id string) tlog.Hash {
	b := make([]byte, 0, 2048)
	b = fmt.Appendf(b, "istmo/commitment/1\n%s\n", id)
	for _, f := range t.fields() {
		b = append(append(append(b, f.Name...), ' '), strconv.Itoa(len(f.Words))...)
		b = append(append(append(b, '\n'), f.Words...), '\n')
	}
	return tlog.RecordHash(b)
}

// In is the objective, what is done and what is counted, in a language.
func (t Text) In(lang string) (objective, actions, indicator string) {
	if lang == "en" {
		return t.ObjectiveEN, t.ActionsEN, t.IndicatorEN
	}
	return t.ObjectiveES, t.ActionsES, t.IndicatorES
}

// Reached is how much of the way from baseline to target a value has gone, in
// percent, from 0 to 100.
func (t Text) Reached(value int64) int64 {
	if t.Target == t.Baseline {
		return 0
	}
	return min(max(100*(value-t.Baseline)/(t.Target-t.Baseline), 0), 100)
}

// Compared is a field of two revisions, where they differ.
type Compared struct{ Name, Was, Is string }

// Compare lists the fields in which two texts differ.
func Compare(was, is Text) []Compared {
	var all []Compared
	old, now := was.fields(), is.fields()
	for i := range now {
		if old[i].Words != now[i].Words && now[i].Name != "owners" {
			all = append(all, Compared{now[i].Name, old[i].Words, now[i].Words})
		}
	}
	return all
}
