package indicators

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/store"
)

// Find is one version of this country's list, whether or not it is in force still:
// a screening is read with the list that it was made with.
func Find(tx *store.Tx, id string) (List, error) {
	r, err := one(tx, ` WHERE id = $1`, id)
	return r.List, err
}

// InForce is the version that was in force at an instant; for one before the first,
// since devices' clocks may be wrong, the first.
func InForce(tx *store.Tx, at time.Time) (List, error) {
	r, err := one(tx, ` WHERE state IN ('published', 'replaced') AND force_from <= $1 AND (force_until = '' OR force_until > $1) ORDER BY version DESC LIMIT 1`, at)
	if fault.Is(err, fault.KindNotFound) {
		r, err = one(tx, ` WHERE state IN ('published', 'replaced') ORDER BY version LIMIT 1`)
	}
	return r.List, err
}

// newest is the published version that nothing replaces yet: in force, or to be.
func newest(tx *store.Tx) (List, error) {
	r, err := one(tx, ` WHERE state = 'published' ORDER BY version DESC LIMIT 1`)
	return r.List, err
}

// ShippedID names the list that comes with the program, where a version can be named.
const ShippedID = "shipped"

// anyOf is a version of this country's, of a partner's, or the shipped list.
func anyOf(tx *store.Tx, id string) (List, error) {
	if id == ShippedID {
		l := Shipped()
		l.ID = ShippedID
		return l, nil
	}
	l, err := Find(tx, id)
	if !fault.Is(err, fault.KindNotFound) {
		return l, err
	}
	p, err := store.One(tx, (*pack).columns, selectPack+` WHERE id = $1`, id)
	if err != nil {
		return l, err
	}
	return p.list()
}

// Line is a version in a row.
type Line struct {
	List
	Count int       `json:"count"` // how many indicators it holds
	Now   bool      `json:"now"`   // in force
	At    time.Time `json:"at"`    // when a partner's arrived
}

func (l List) line(tx *store.Tx, at time.Time) Line {
	line := Line{List: l, Count: len(l.Indicators), Now: l.Within(tx.Now) && l.Node == act.Here(tx), At: at}
	line.Indicators, line.Rule = nil, Rule{}
	return line
}

// Versions lists this country's versions, the newest first, then those that partners
// have shown.
type Versions struct{}

// Verb names it.
func (Versions) Verb() access.Verb { return "indicators.list" }

// Ask lists them.
func (Versions) Ask(tx *store.Tx, who access.Who) ([]Line, error) {
	rows, err := store.All(tx, (*row).columns, selectList+` WHERE state <> 'discarded' ORDER BY version DESC`)
	if err != nil {
		return nil, err
	}
	var all []Line
	for _, r := range rows {
		if err := r.read(r.words); err != nil {
			return nil, err
		}
		all = append(all, r.line(tx, time.Time{}))
	}
	packs, err := store.All(tx, (*pack).columns, selectPack+` ORDER BY node, at DESC, id`)
	for _, p := range packs {
		l, err := p.list()
		if err != nil {
			return nil, err
		}
		all = append(all, l.line(tx, p.at))
	}
	return all, err
}

// View is one version, whole.
type View struct {
	List
	Now    bool     `json:"now"`
	Mine   bool     `json:"mine"`   // this country's
	Shared []Shared `json:"shared"` // with whom
}

// Show gives one version: this country's, or one that a partner has shown. It holds
// nothing about a person.
type Show struct {
	ID string `json:"id"`
}

// Verb names it.
func (Show) Verb() access.Verb { return "indicators.show" }

// Ask answers.
func (c Show) Ask(tx *store.Tx, who access.Who) (v View, err error) {
	if v.List, err = anyOf(tx, c.ID); err != nil {
		return v, err
	}
	v.Mine = v.Node == act.Here(tx)
	v.Now = v.Mine && v.Within(tx.Now)
	v.Shared, err = sharedWith(tx, v.ID)
	return v, err
}

// Current gives the version in force.
type Current struct{}

// Verb names it.
func (Current) Verb() access.Verb { return "indicators.current" }

// Ask answers.
func (Current) Ask(tx *store.Tx, who access.Who) (List, error) { return InForce(tx, tx.Now) }

// Compare says where two versions differ.
type Compare struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Verb names it.
func (Compare) Verb() access.Verb { return "indicators.compare" }

// Ask answers.
func (c Compare) Ask(tx *store.Tx, who access.Who) (d Compared, err error) {
	from, err := anyOf(tx, c.From)
	if err != nil {
		return d, err
	}
	to, err := anyOf(tx, c.To)
	if err != nil {
		return d, err
	}
	return Compared{From: from.line(tx, time.Time{}), To: to.line(tx, time.Time{}), Changes: Differences(from, to)}, nil
}

// Compared is two versions and where they differ.
type Compared struct {
	From    Line     `json:"from"`
	To      Line     `json:"to"`
	Changes []Change `json:"changes"`
}

// What a change is.
const (
	Added   = "added"
	Retired = "retired"
	Changed = "changed"
)

// Change is an indicator, or a row of the rule, that is not in both versions alike.
type Change struct {
	Code   string  `json:"code"`
	ES     string  `json:"es"` // what it is called, as it is now, or as it was
	EN     string  `json:"en"`
	Kind   string  `json:"kind"` // Added, Retired or Changed
	Rule   bool    `json:"rule"` // it is a row of the rule
	Fields []Field `json:"fields"`
}

// Field is what changed in it: the name of the field, as in its JSON form, and what it
// said.
type Field struct {
	Name string `json:"name"`
	Was  string `json:"was"`
	Is   string `json:"is"`
}

// Differences are the changes from one version to another, in the order of the lists.
func Differences(from, to List) []Change {
	return slices.Concat(
		differ(from.Indicators, to.Indicators, false, func(i Indicator) [3]string { return [3]string{i.Code, i.ES, i.EN} }, Indicator.fields),
		differ(from.Rule.Clauses, to.Rule.Clauses, true, func(c Clause) [3]string { return [3]string{c.Code, c.ES, c.EN} }, Clause.fields),
		differ(from.Rule.Together, to.Rule.Together, true, func(j Joined) [3]string { return [3]string{j.Element, j.ES, j.EN} }, Joined.fields))
}

// differ compares two tables by the codes of their rows.
func differ[T any](from, to []T, rule bool, called func(T) [3]string, fields func(T) []Field) []Change {
	var all []Change
	code := func(row T) string { return called(row)[0] }
	note := func(row T, kind string, fields []Field) {
		name := called(row)
		all = append(all, Change{name[0], name[1], name[2], kind, rule, fields})
	}
	for _, was := range from {
		i := slices.IndexFunc(to, func(x T) bool { return code(x) == code(was) })
		if i < 0 {
			note(was, Retired, moved(fields(was), nil))
		} else if m := moved(fields(was), fields(to[i])); len(m) > 0 {
			note(to[i], Changed, m)
		}
	}
	for _, is := range to {
		if !slices.ContainsFunc(from, func(x T) bool { return code(x) == code(is) }) {
			note(is, Added, moved(nil, fields(is)))
		}
	}
	return all
}

// moved are the fields that are not alike; one side may be nothing.
func moved(was, is []Field) []Field {
	var all []Field
	for i := range max(len(was), len(is)) {
		var f Field
		if i < len(was) {
			f.Name, f.Was = was[i].Name, was[i].Is
		}
		if i < len(is) {
			f.Name, f.Is = is[i].Name, is[i].Is
		}
		if f.Was != f.Is {
			all = append(all, f)
		}
	}
	return all
}
