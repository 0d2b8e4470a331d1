package indicators

import (
	"regexp"
	"slices"
	"strings"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

const (
	longestWords  = 600 // letters of what an officer reads, of a source, of a reason
	longestAsked  = 300 // of what a person is asked
	mostIndicator = 300 // in a list
)

var (
	codeForm   = regexp.MustCompile(`^[A-Z]{2,4}-[0-9]{2,3}$`)
	clauseForm = regexp.MustCompile(`^[a-z][a-z-]{1,39}$`)
)

// Write puts an indicator into a draft, or changes the one of that code.
type Write struct {
	On
	Code      string   `json:"code"`
	Dimension string   `json:"dimension"`
	Strength  string   `json:"strength"`
	Applies   string   `json:"applies_to"`
	Element   string   `json:"element"`
	Way       string   `json:"way"`
	Symbol    string   `json:"symbol"`
	ES        string   `json:"es"`
	EN        string   `json:"en"`
	Source    string   `json:"source"`
	Validated bool     `json:"validated"`
	AskES     string   `json:"ask_es"`
	AskEN     string   `json:"ask_en"`
	AskFR     string   `json:"ask_fr"`
	AskHT     string   `json:"ask_ht"`
	AskPT     string   `json:"ask_pt"`
	AskZH     string   `json:"ask_zh"`
	Read      []string `json:"read"` // the languages in which a native reader has read what is asked
	Kept      []string `json:"kept"` // those in which it still holds, though the Spanish has changed
}

// Verb names it.
func (Write) Verb() access.Verb { return "indicators.write" }

// Do puts it there. Where the question itself changes, a translation that is not
// given anew falls, unless somebody who reads it says that it still holds: another
// question would be answered in it.
func (c Write) Do(tx *store.Tx, who access.Who, l List) error {
	if err := l.change(c.Verb()); err != nil {
		return err
	}
	i := c.indicator()
	was, known := l.Indicator(i.Code)
	if err := i.check(known || len(l.Indicators) < mostIndicator); err != nil {
		return err
	}
	i.Adopted = was.Adopted
	if known && was.Ask["es"] != i.Ask["es"] {
		i.unask(was, c.Kept)
	}
	l.put(i)
	return l.draft(tx)
}

// indicator is what was filled in.
func (c Write) indicator() Indicator {
	i := Indicator{Code: trim(c.Code), Dimension: c.Dimension, Strength: c.Strength, Applies: c.Applies, Element: c.Element, Way: c.Way, Symbol: c.Symbol,
		ES: trim(c.ES), EN: trim(c.EN), Source: trim(c.Source), Validated: c.Validated, Ask: map[string]string{}}
	for n, asked := range []string{c.AskES, c.AskEN, c.AskFR, c.AskHT, c.AskPT, c.AskZH} {
		lang := Langs[n]
		if asked = trim(asked); asked == "" {
			continue
		}
		i.Ask[lang] = asked
		if n >= officers && !slices.Contains(c.Read, lang) {
			i.Awaits = append(i.Awaits, lang)
		}
	}
	return i
}

// unask takes out the translations of a question that now asks something else.
func (i *Indicator) unask(was Indicator, kept []string) {
	for _, lang := range Langs[officers:] {
		if i.Ask[lang] == was.Ask[lang] && !slices.Contains(kept, lang) {
			delete(i.Ask, lang)
			i.Awaits = slices.DeleteFunc(i.Awaits, func(l string) bool { return l == lang })
		}
	}
}

// check says what is wrong with an indicator, whoever wrote it.
func (i Indicator) check(room bool) error {
	var c fault.Check
	c.That(codeForm.MatchString(i.Code), "code", "indicators.code-form")
	c.That(room, "code", "indicators.too-many")
	c.That(slices.Contains(Dimensions, i.Dimension), "dimension", "fault.choose")
	c.That(slices.Contains(Strengths, i.Strength), "strength", "fault.choose")
	c.That(slices.Contains(Applying, i.Applies), "applies_to", "fault.choose")
	c.That(i.Element == "" || slices.Contains(Elements, i.Element), "element", "fault.choose")
	c.That(i.Way == Asked || i.Way == Observed, "way", "fault.choose")
	c.That(slices.Contains(Symbols, i.Symbol), "symbol", "fault.choose")
	for name, words := range map[string]string{"es": i.ES, "en": i.EN, "source": i.Source, "ask_es": i.Ask["es"], "ask_en": i.Ask["en"]} {
		c.That(words != "", name, "fault.required")
		c.That(len([]rune(words)) <= longestWords, name, "fault.too-long")
	}
	for lang, words := range i.Ask {
		c.That(slices.Contains(Langs, lang), "ask_"+lang, "fault.not-in-list")
		c.That(len([]rune(words)) <= map[string]int{Asked: longestAsked, Observed: longestWords}[i.Way], "ask_"+lang, "fault.too-long")
	}
	return c.Err()
}

// put puts an indicator in the place of the one of its code, or after the last of its
// dimension.
func (l *List) put(i Indicator) {
	at := slices.IndexFunc(l.Indicators, func(x Indicator) bool { return x.Code == i.Code })
	if at >= 0 {
		l.Indicators[at] = i
		return
	}
	at = len(l.Indicators)
	for n, x := range l.Indicators {
		if x.Dimension == i.Dimension {
			at = n + 1
		}
	}
	l.Indicators = slices.Insert(l.Indicators, at, i)
}

// Retire takes an indicator out of a draft. Earlier versions keep it.
type Retire struct {
	On
	Code string `json:"code"`
}

// Verb names it.
func (Retire) Verb() access.Verb { return "indicators.retire" }

// Do takes it out.
func (c Retire) Do(tx *store.Tx, who access.Who, l List) error {
	if err := l.change(c.Verb()); err != nil {
		return err
	}
	if _, known := l.Indicator(c.Code); !known {
		return fault.NotFound()
	}
	l.Indicators = slices.DeleteFunc(l.Indicators, func(i Indicator) bool { return i.Code == c.Code })
	return l.draft(tx)
}

// WriteClause puts a clause into the rule of a draft, or changes the one of that code.
type WriteClause struct {
	On
	Code     string `json:"code"`
	Strong   int64  `json:"strong"`
	Medium   int64  `json:"medium"`
	Weak     int64  `json:"weak"`
	ES       string `json:"es"`
	EN       string `json:"en"`
	Source   string `json:"source"`
	Verified bool   `json:"verified"`
}

// Verb names it.
func (WriteClause) Verb() access.Verb { return "indicators.write-clause" }

// Do puts it there.
func (c WriteClause) Do(tx *store.Tx, who access.Who, l List) error {
	if err := l.change(c.Verb()); err != nil {
		return err
	}
	row := Clause{trim(c.Code), c.Strong, c.Medium, c.Weak, trim(c.ES), trim(c.EN), trim(c.Source), c.Verified}
	if err := row.check(); err != nil {
		return err
	}
	at := slices.IndexFunc(l.Rule.Clauses, func(x Clause) bool { return x.Code == row.Code })
	if at < 0 {
		l.Rule.Clauses = append(l.Rule.Clauses, row)
	} else {
		l.Rule.Clauses[at] = row
	}
	return l.draft(tx)
}

// check says what is wrong with a clause, whoever wrote it. One that asks for nothing
// would make everything positive.
func (c Clause) check() error {
	var k fault.Check
	k.That(clauseForm.MatchString(c.Code), "code", "indicators.clause-form")
	for name, n := range map[string]int64{"strong": c.Strong, "medium": c.Medium, "weak": c.Weak} {
		k.That(n >= 0 && n <= 9, name, "indicators.clause-number")
	}
	k.That(c.Strong+c.Medium+c.Weak > 0, "strong", "indicators.clause-empty")
	for name, words := range map[string]string{"es": c.ES, "en": c.EN, "source": c.Source} {
		k.That(words != "", name, "fault.required")
		k.That(len([]rune(words)) <= longestWords, name, "fault.too-long")
	}
	return k.Err()
}

// RemoveClause takes a clause out of the rule of a draft. The last one stays.
type RemoveClause struct {
	On
	Code string `json:"code"`
}

// Verb names it.
func (RemoveClause) Verb() access.Verb { return "indicators.remove-clause" }

// Do takes it out.
func (c RemoveClause) Do(tx *store.Tx, who access.Who, l List) error {
	if err := l.change(c.Verb()); err != nil {
		return err
	}
	at := slices.IndexFunc(l.Rule.Clauses, func(x Clause) bool { return x.Code == c.Code })
	switch {
	case at < 0:
		return fault.NotFound()
	case len(l.Rule.Clauses) == 1:
		return fault.Conflict("indicators.last-clause")
	}
	l.Rule.Clauses = slices.Delete(l.Rule.Clauses, at, at+1)
	return l.draft(tx)
}

// Join says that what bears on an element is counted together, or that it is not.
type Join struct {
	On
	Element  string `json:"element"`
	Together bool   `json:"together"`
	ES       string `json:"es"`
	EN       string `json:"en"`
	Source   string `json:"source"`
	Verified bool   `json:"verified"`
}

// Verb names it.
func (Join) Verb() access.Verb { return "indicators.join" }

// Do writes it into the rule of the draft.
func (c Join) Do(tx *store.Tx, who access.Who, l List) error {
	if err := l.change(c.Verb()); err != nil {
		return err
	}
	row := Joined{c.Element, trim(c.ES), trim(c.EN), trim(c.Source), c.Verified}
	at := slices.IndexFunc(l.Rule.Together, func(x Joined) bool { return x.Element == c.Element })
	if !c.Together {
		l.Rule.Together = slices.DeleteFunc(l.Rule.Together, func(x Joined) bool { return x.Element == c.Element })
		return l.draft(tx)
	}
	if err := row.check(); err != nil {
		return err
	}
	if at < 0 {
		l.Rule.Together = append(l.Rule.Together, row)
	} else {
		l.Rule.Together[at] = row
	}
	return l.draft(tx)
}

func (j Joined) check() error {
	var c fault.Check
	c.That(slices.Contains(Elements, j.Element), "element", "fault.choose")
	for name, words := range map[string]string{"es": j.ES, "en": j.EN, "source": j.Source} {
		c.That(words != "", name, "fault.required")
		c.That(len([]rune(words)) <= longestWords, name, "fault.too-long")
	}
	return c.Err()
}

// check says what is wrong with a whole list, whoever wrote it.
func (l List) check() error {
	if len(l.Indicators) > mostIndicator || len(l.Rule.Clauses) == 0 || len(l.Rule.Clauses) > 20 {
		return fault.Conflict("indicators.not-a-list")
	}
	seen := map[string]bool{}
	for _, i := range l.Indicators {
		if i.check(!seen[i.Code]) != nil {
			return fault.Conflict("indicators.not-a-list")
		}
		seen[i.Code] = true
	}
	for _, c := range l.Rule.Clauses {
		if c.check() != nil {
			return fault.Conflict("indicators.not-a-list")
		}
	}
	for _, j := range l.Rule.Together {
		if j.check() != nil {
			return fault.Conflict("indicators.not-a-list")
		}
	}
	return nil
}

func trim(words string) string { return strings.TrimSpace(words) }
