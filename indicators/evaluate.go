package indicators

import (
	"maps"
	"slices"
)

// Yes is the answer that notes an indicator, and Unknown that of somebody who does
// not know or would rather not say. Any other, and none, notes nothing.
const (
	Yes     = "yes"
	No      = "no"
	Unknown = "unknown"
)

// Where a dimension or an element stands. None of them is a decision.
const (
	Positive   = "positive"   // a dimension: a clause of the rule is met
	Present    = "present"    // an element: something that is positive bears on it
	Noted      = "noted"      // something was noted, and no clause is met
	Nothing    = "none"       // nothing was noted, which rules nothing out
	Irrelevant = "irrelevant" // the means, for a child
)

// Subject is whom the answers are about.
type Subject struct {
	Child bool `json:"child"` // under 18, or treated so because the age is in doubt
}

// Result explains what answers say when they are put beside a list. It suggests
// where to look closer, and holds no score and no decision: that is a person's, with
// their reasons.
type Result struct {
	List       string      `json:"list"`
	Version    int64       `json:"version"`
	Child      bool        `json:"child"`
	Elements   []Element   `json:"elements"`
	Dimensions []Dimension `json:"dimensions"`
	LookCloser []string    `json:"look_closer"` // the dimensions in which something was noted
	Aside      []string    `json:"aside"`       // noted, and not for this person or not of this list
	Verified   bool        `json:"verified"`    // whether the rule was read at its source
}

// Element is an act, a means or a purpose, and what bears on it.
type Element struct {
	Element    string   `json:"element"`
	State      string   `json:"state"`      // Present, Noted, Nothing or Irrelevant
	Dimensions []string `json:"dimensions"` // positive, and bearing on it
	Together   string   `json:"together"`   // the clause that all that bears on it meets together, or empty
	Codes      []string `json:"codes"`      // what was noted that bears on it
}

// Dimension is one of them, and what was noted in it.
type Dimension struct {
	Dimension string     `json:"dimension"`
	Group     string     `json:"group"`
	State     string     `json:"state"`   // Positive, Noted, Nothing or Irrelevant
	Clause    string     `json:"clause"`  // the first clause of the rule that is met, or empty
	Noted     []Evidence `json:"noted"`   // what was answered with yes
	Unknown   []string   `json:"unknown"` // asked, and not known or not said
	Open      []string   `json:"open"`    // not asked yet
	Missing   []Lacking  `json:"missing"` // each of them would be enough to meet a clause
	TooFew    bool       `json:"too_few"` // the list holds too few here for any clause: each asks for a look by itself
}

// Evidence is an indicator that was noted.
type Evidence struct {
	Code     string `json:"code"`
	Strength string `json:"strength"`
	Counts   bool   `json:"counts"` // false for one that is not validated: it is shown, and the rule leaves it out
}

// Lacking is how many further indicators would meet a clause. A stronger one stands
// for a weaker one.
type Lacking struct {
	Strong int64 `json:"strong"`
	Medium int64 `json:"medium"`
	Weak   int64 `json:"weak"`
}

// Evaluate puts answers, by code, beside a list. It is pure, and the same in
// web/assets/js/screening/evaluate.js; testdata/evaluation.json holds both to it.
//
// Whatever has been answered with yes counts for its dimension if it is validated;
// one that is not validated is shown and asks for a closer look, and meets no clause
// alone or with others. What is for adults counts for a child as well, since it is
// never less grave there, so that treating somebody as a child takes nothing away.
// What is for children is set aside for an adult. For a child the means are shown
// and change nothing else.
// law: palermo:3.a palermo:3.c
func Evaluate(list List, subject Subject, answers map[string]string) Result {
	r := Result{List: list.ID, Version: list.Version, Child: subject.Child, Verified: list.Rule.Verified(),
		Elements: []Element{}, Dimensions: []Dimension{}, LookCloser: []string{}, Aside: []string{}}
	for _, name := range dimensionsOf(list) {
		d, shown := dimension(list, subject, answers, name)
		if !shown {
			continue
		}
		r.Dimensions = append(r.Dimensions, d)
		if d.State == Positive || d.State == Noted {
			r.LookCloser = append(r.LookCloser, name)
		}
	}
	for _, name := range Elements {
		r.Elements = append(r.Elements, element(list, subject, r.Dimensions, name))
	}
	for _, code := range slices.Sorted(maps.Keys(answers)) {
		i, known := list.Indicator(code)
		if answers[code] == Yes && (!known || !counted(i, subject)) {
			r.Aside = append(r.Aside, code)
		}
	}
	return r
}

// counted reports whether a yes to an indicator says something of this person.
func counted(i Indicator, s Subject) bool { return s.Child || i.Applies != ForChild }

// dimensionsOf are the dimensions of a list, in its order.
func dimensionsOf(list List) []string {
	var names []string
	for _, i := range list.Indicators {
		if !slices.Contains(names, i.Dimension) {
			names = append(names, i.Dimension)
		}
	}
	return names
}

// dimension evaluates one. It is not shown where nothing of it is asked of such a
// person, and nothing was noted.
func dimension(list List, s Subject, answers map[string]string, name string) (d Dimension, shown bool) {
	d = Dimension{Dimension: name, Group: GroupOf(name), State: Nothing, Noted: []Evidence{}, Unknown: []string{}, Open: []string{}, Missing: []Lacking{}}
	var have, rest Lacking
	for _, i := range list.Indicators {
		if i.Dimension != name || !counted(i, s) {
			continue
		}
		yes := answers[i.Code] == Yes
		if !yes && !i.For(s.Child) {
			continue
		}
		shown = true
		switch {
		case yes:
			d.Noted = append(d.Noted, Evidence{i.Code, i.Strength, i.Validated})
			have.add(i)
		case answers[i.Code] == Unknown:
			d.Unknown = append(d.Unknown, i.Code)
		case answers[i.Code] != No:
			d.Open = append(d.Open, i.Code)
		}
		if !yes {
			rest.add(i)
		}
	}
	switch {
	case s.Child && elementOf(d.Group) == Means:
		d.State = Irrelevant
	case len(d.Noted) > 0:
		d.stand(list.Rule, have, rest)
	}
	return d, shown
}

// stand says what the rule makes of what a dimension has, and of what it could have
// besides.
func (d *Dimension) stand(rule Rule, have, rest Lacking) {
	if d.Clause = rule.met(have); d.Clause != "" {
		d.State = Positive
		return
	}
	d.State = Noted
	d.Missing = rule.lacking(have, rest)
	d.TooFew = len(d.Missing) == 0
}

// element gathers what bears on one of the three.
func element(list List, s Subject, all []Dimension, name string) Element {
	e := Element{Element: name, State: Nothing, Dimensions: []string{}, Codes: []string{}}
	var have Lacking
	for _, d := range all {
		bears := false
		for _, n := range d.Noted {
			i, _ := list.Indicator(n.Code)
			if i.BearsOn() != name {
				continue
			}
			e.Codes = append(e.Codes, n.Code)
			have.add(i)
			bears = bears || n.Counts
		}
		if bears && d.State == Positive {
			e.Dimensions = append(e.Dimensions, d.Dimension)
		}
	}
	if slices.ContainsFunc(list.Rule.Together, func(j Joined) bool { return j.Element == name }) {
		e.Together = list.Rule.met(have)
	}
	switch {
	case s.Child && name == Means:
		e.State, e.Together = Irrelevant, ""
	case len(e.Dimensions) > 0 || e.Together != "":
		e.State = Present
	case len(e.Codes) > 0:
		e.State = Noted
	}
	return e
}

// add counts an indicator, if it is validated.
func (n *Lacking) add(i Indicator) {
	switch {
	case !i.Validated:
	case i.Strength == Strong:
		n.Strong++
	case i.Strength == Medium:
		n.Medium++
	default:
		n.Weak++
	}
}

// covers reports whether there are at least as many as asked for, where a stronger
// one stands for a weaker one.
func (n Lacking) covers(ask Lacking) bool {
	return n.Strong >= ask.Strong && n.Strong+n.Medium >= ask.Strong+ask.Medium && n.all() >= ask.all()
}

func (n Lacking) all() int64 { return n.Strong + n.Medium + n.Weak }

// met is the first clause that is met, or nothing.
func (r Rule) met(have Lacking) string {
	for _, c := range r.Clauses {
		if have.covers(Lacking{c.Strong, c.Medium, c.Weak}) {
			return c.Code
		}
	}
	return ""
}

// lacking is what would meet a clause, for each clause that what is left in the list
// can meet, without those that ask for more than another does.
func (r Rule) lacking(have, rest Lacking) []Lacking {
	all := []Lacking{}
	for _, c := range r.Clauses {
		if l := have.short(c); rest.covers(l) && !slices.Contains(all, l) {
			all = append(all, l)
		}
	}
	least := []Lacking{}
	for _, l := range all {
		if !slices.ContainsFunc(all, func(other Lacking) bool { return other != l && l.covers(other) }) {
			least = append(least, l)
		}
	}
	return least
}

// short is the least that is wanted to meet a clause.
func (n Lacking) short(c Clause) (l Lacking) {
	l.Strong = max(0, c.Strong-n.Strong)
	l.Medium = max(0, c.Strong+c.Medium-n.Strong-n.Medium-l.Strong)
	l.Weak = max(0, c.Strong+c.Medium+c.Weak-n.all()-l.Strong-l.Medium)
	return l
}
