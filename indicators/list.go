package indicators

import (
	"maps"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/flow"
)

// Langs are the languages in which a person is spoken to. The first two are the
// officers' own, in which they write; what stands in the others awaits a native reader.
var Langs = []string{"es", "en", "fr", "ht", "pt", "zh"}

const officers = 2

// How strong an indicator is.
const (
	Strong = "strong"
	Medium = "medium"
	Weak   = "weak"
)

// Strengths are all of them, the strongest first.
var Strengths = []string{Strong, Medium, Weak}

// Whom an indicator is for. One for adults is asked of nobody who is treated as a
// child; noted all the same, it counts for a child too.
const (
	ForAll   = "all"
	ForAdult = "adult"
	ForChild = "child"
)

// Applying are the people an indicator can be for.
var Applying = []string{ForAll, ForAdult, ForChild}

// Ways in which an indicator comes to be known: the person is asked, or the officer
// looks.
const (
	Asked    = "ask"
	Observed = "observe"
)

// The three elements of trafficking.
// law: palermo:3.a
const (
	Act     = "act"
	Means   = "means"
	Purpose = "purpose"
)

// Elements are the three, in the order of the Protocol.
var Elements = []string{Act, Means, Purpose}

// Groups of dimensions beside the elements. The abuse of a vulnerability is one of
// the means and stands apart, so that an officer sees what rests on it alone.
const (
	Vulnerability = "vulnerability"
	Childhood     = "child"
	Context       = "context"
)

// Dimensions are what indicators can bear on, in the order in which they are shown.
var Dimensions = []string{
	"act",
	"means:deceptive_recruitment", "means:coercive_recruitment", "means:vulnerability_recruitment",
	"purpose:exploitation_labour", "purpose:domestic_servitude", "purpose:exploitation_sexual", "purpose:forced_criminality",
	"purpose:forced_begging", "purpose:organ_removal", "purpose:servile_marriage", "purpose:armed_recruitment",
	"means:coercion_destination", "means:vulnerability_destination",
	"child_specific", "transit_context",
}

// GroupOf is the group of a dimension.
func GroupOf(dimension string) string {
	group, what, _ := strings.Cut(dimension, ":")
	switch {
	case strings.HasPrefix(what, "vulnerability"):
		return Vulnerability
	case group == "child_specific":
		return Childhood
	case group == "transit_context":
		return Context
	}
	return group
}

// elementOf is the element that a group bears on, or none.
func elementOf(group string) string {
	switch group {
	case Vulnerability:
		return Means
	case Act, Means, Purpose:
		return group
	}
	return ""
}

// Symbols are the pictures that stand beside a question for those who do not read.
var Symbols = []string{"debt", "papers", "locked", "violence", "work", "child", "phone", "money", "travel", "health", "family", "police", "weapon", "sex", "food"}

// Indicator is one line of a list.
type Indicator struct {
	Code      string            `json:"code"`
	Dimension string            `json:"dimension"`
	Strength  string            `json:"strength"`
	Applies   string            `json:"applies_to"`
	Element   string            `json:"element"` // that it bears on, where its dimension does not say
	Way       string            `json:"way"`     // Asked or Observed
	Symbol    string            `json:"symbol"`
	ES        string            `json:"es"` // as an officer reads it
	EN        string            `json:"en"`
	Source    string            `json:"source"`
	Validated bool              `json:"validated"`         // else it is a proposal that nobody has tried
	Ask       map[string]string `json:"ask,omitempty"`     // by language: what the person is asked, or what the officer looks for
	Awaits    []string          `json:"awaits,omitempty"`  // the languages in which that awaits a native reader
	Adopted   string            `json:"adopted,omitempty"` // the node and version that it was taken from: "CO/2"
}

// Words is the indicator as an officer reads it.
func (i Indicator) Words(lang string) string {
	if lang == "en" {
		return i.EN
	}
	return i.ES
}

// BearsOn is the element of trafficking that it bears on, or none.
func (i Indicator) BearsOn() string {
	if i.Element != "" {
		return i.Element
	}
	return elementOf(GroupOf(i.Dimension))
}

// For reports whether it is asked of somebody who is treated as a child, or of an
// adult.
func (i Indicator) For(child bool) bool {
	return i.Applies == ForAll || child == (i.Applies == ForChild)
}

// Clause is one way in which indicators make a dimension positive: so many of each
// strength at least. A stronger one stands for a weaker one.
type Clause struct {
	Code     string `json:"code"`
	Strong   int64  `json:"strong"`
	Medium   int64  `json:"medium"`
	Weak     int64  `json:"weak"`
	ES       string `json:"es"`
	EN       string `json:"en"`
	Source   string `json:"source"`
	Verified bool   `json:"verified"` // read at its source
}

// Words is the clause in a language.
func (c Clause) Words(lang string) string {
	if lang == "en" {
		return c.EN
	}
	return c.ES
}

// Joined says that whatever bears on an element is counted together as well as
// dimension by dimension.
type Joined struct {
	Element  string `json:"element"`
	ES       string `json:"es"`
	EN       string `json:"en"`
	Source   string `json:"source"`
	Verified bool   `json:"verified"`
}

// Rule is how indicators make a dimension positive.
type Rule struct {
	Clauses  []Clause `json:"clauses"`
	Together []Joined `json:"together"`
}

// Verified reports whether every row of the rule was read at its source.
func (r Rule) Verified() bool {
	return !slices.ContainsFunc(r.Clauses, func(c Clause) bool { return !c.Verified }) &&
		!slices.ContainsFunc(r.Together, func(j Joined) bool { return !j.Verified })
}

// List is one version of a country's indicators.
type List struct {
	ID         string      `json:"id"`
	Node       string      `json:"node"` // whose it is
	Version    int64       `json:"version"`
	State      flow.State  `json:"state"`
	From       time.Time   `json:"from"`   // in force from then; zero for a draft
	Until      time.Time   `json:"until"`  // and until then; zero while no other takes its place
	Reason     string      `json:"reason"` // why it was brought into force
	Rule       Rule        `json:"rule"`
	Indicators []Indicator `json:"indicators"`
	was        flow.State
}

// ObjectID is the version's id.
func (l List) ObjectID() string { return l.ID }

// Facts are what a policy may look at.
func (l List) Facts() access.Facts { return access.Facts{"node": l.Node, "state": string(l.State)} }

// Indicator finds one by its code.
func (l List) Indicator(code string) (Indicator, bool) {
	i := slices.IndexFunc(l.Indicators, func(i Indicator) bool { return i.Code == code })
	if i < 0 {
		return Indicator{}, false
	}
	return l.Indicators[i], true
}

// Device is the list as a screening device needs it: the words come apart, by
// language (TextsOf), so that a slow line carries only those that are wanted.
func (l List) Device() List {
	l.Indicators = slices.Clone(l.Indicators)
	for i := range l.Indicators {
		l.Indicators[i].Ask, l.Indicators[i].Awaits = nil, nil
	}
	return l
}

// Within reports whether the version is the one in force at an instant.
func (l List) Within(at time.Time) bool {
	return !l.From.IsZero() && !at.Before(l.From) && (l.Until.IsZero() || at.Before(l.Until))
}

// clone copies indicators with their words.
func clone(all []Indicator) []Indicator {
	all = slices.Clone(all)
	for i := range all {
		all[i].Ask, all[i].Awaits = maps.Clone(all[i].Ask), slices.Clone(all[i].Awaits)
	}
	return all
}

func (r Rule) clone() Rule {
	return Rule{slices.Clone(r.Clauses), slices.Clone(r.Together)}
}
