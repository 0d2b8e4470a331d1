package pages

import (
	"istmo/i18n"
	"istmo/indicators"
)

// Explained is the result of an evaluation in words: what stands where, because of
// what, and what is missing. It suggests where to look closer, and decides nothing.
// The template "indicators/result" shows one.
type Explained struct {
	Notice     []string // what whoever reads this must know first
	Elements   []ExplainedElement
	Dimensions []ExplainedDimension
	Silent     []string // dimensions in which nothing was noted
	Aside      string   // what was noted and is not for this person
}

// ExplainedElement is an act, the means or a purpose.
type ExplainedElement struct{ Name, State, Tone, Why string }

// ExplainedDimension is a dimension in which something was noted.
type ExplainedDimension struct {
	Name, State, Tone, Why string
	Noted                  []ExplainedIndicator
	Unknown                string
}

// ExplainedIndicator is one that was noted.
type ExplainedIndicator struct{ Code, Words, Strength, Mark string }

// Explain puts a result into words.
func Explain(lang string, list indicators.List, result indicators.Result) (e Explained) {
	say := func(key string, values ...any) string { return i18n.Say(lang, "indicators.result."+key, values...) }
	e.Notice = []string{say("no-decision")}
	if !result.Verified {
		e.Notice = append(e.Notice, say("rule-unverified"))
	}
	if result.Child {
		e.Notice = append(e.Notice, say("child"))
	}
	for _, one := range result.Elements {
		e.Elements = append(e.Elements, explainElement(lang, list, one))
	}
	for _, d := range result.Dimensions {
		if len(d.Noted) == 0 {
			e.Silent = append(e.Silent, dimension(lang, d.Dimension))
			continue
		}
		e.Dimensions = append(e.Dimensions, explainDimension(lang, list, d))
	}
	if len(result.Aside) > 0 {
		e.Aside = say("aside", "Codes", i18n.List(lang, result.Aside...))
	}
	return e
}

func explainElement(lang string, list indicators.List, one indicators.Element) ExplainedElement {
	e := ExplainedElement{Name: i18n.Say(lang, "indicators.element."+one.Element), State: i18n.Say(lang, "indicators.result.element."+one.State), Tone: tone(one.State)}
	var names []string
	for _, d := range one.Dimensions {
		names = append(names, dimension(lang, d))
	}
	switch {
	case one.State == indicators.Irrelevant:
		e.Why = i18n.Say(lang, "indicators.result.means-irrelevant")
	case len(names) > 0:
		e.Why = i18n.Say(lang, "indicators.result.by-dimensions", "Dimensions", i18n.List(lang, names...))
	case one.Together != "":
		e.Why = i18n.Say(lang, "indicators.result.together", "Clause", clauseWords(lang, list, one.Together), "Codes", i18n.List(lang, one.Codes...))
	case len(one.Codes) > 0:
		e.Why = i18n.Say(lang, "indicators.result.noted-only", "Codes", i18n.List(lang, one.Codes...))
	default:
		e.Why = i18n.Say(lang, "indicators.result.nothing-noted")
	}
	return e
}

func explainDimension(lang string, list indicators.List, d indicators.Dimension) ExplainedDimension {
	e := ExplainedDimension{Name: dimension(lang, d.Dimension), State: i18n.Say(lang, "indicators.result.dimension."+d.State), Tone: tone(d.State)}
	switch {
	case d.State == indicators.Irrelevant:
		e.Why = i18n.Say(lang, "indicators.result.irrelevant-why")
	case d.Clause != "":
		e.Why = i18n.Say(lang, "indicators.result.by-clause", "Clause", clauseWords(lang, list, d.Clause))
	case d.TooFew:
		e.Why = i18n.Say(lang, "indicators.result.too-few")
	default:
		ways := make([]string, len(d.Missing))
		for i, m := range d.Missing {
			ways[i] = lacking(lang, m)
		}
		e.Why = i18n.Say(lang, "indicators.result.missing", "Ways", either(lang, ways))
	}
	for _, n := range d.Noted {
		i, _ := list.Indicator(n.Code)
		one := ExplainedIndicator{Code: n.Code, Words: i.Words(lang), Strength: i18n.Say(lang, "indicators.strength."+n.Strength)}
		if !n.Counts {
			one.Mark = i18n.Say(lang, "indicators.unvalidated.shown")
		}
		e.Noted = append(e.Noted, one)
	}
	if len(d.Unknown) > 0 {
		e.Unknown = i18n.Say(lang, "indicators.result.unknown", "Codes", i18n.List(lang, d.Unknown...))
	}
	return e
}

// tone of a state. None is an alarm: what a result says is a reason to look.
func tone(state string) string {
	switch state {
	case indicators.Positive, indicators.Present:
		return "active"
	case indicators.Noted:
		return "soon"
	}
	return "neutral"
}

func clauseWords(lang string, list indicators.List, code string) string {
	for _, c := range list.Rule.Clauses {
		if c.Code == code {
			return c.Words(lang)
		}
	}
	return code
}

// lacking says so many of each strength: "1 fuerte y 2 medios".
func lacking(lang string, l indicators.Lacking) string {
	var words []string
	for _, n := range []struct {
		strength string
		n        int64
	}{{indicators.Strong, l.Strong}, {indicators.Medium, l.Medium}, {indicators.Weak, l.Weak}} {
		if n.n > 0 {
			words = append(words, i18n.Say(lang, "indicators.lacking."+n.strength, "Count", n.n))
		}
	}
	return i18n.List(lang, words...)
}

// either joins what would each be enough.
func either(lang string, ways []string) string {
	if len(ways) < 2 {
		return i18n.List(lang, ways...)
	}
	words := ways[0]
	for _, w := range ways[1:] {
		words = i18n.Say(lang, "indicators.either", "One", words, "Other", w)
	}
	return words
}
