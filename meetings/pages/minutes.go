package pages

import (
	"strconv"
	"strings"

	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/i18n"
	"istmo/meetings"
	"istmo/report"
	"istmo/web"
)

// minutes is the minutes of a meeting as a document in both languages: the text,
// who came, what was decided and who approved it.
func (d *desk) minutes(r *web.Request) (report.Document, error) {
	v, err := d.find(r)
	if err != nil {
		return report.Document{}, err
	}
	if v.State == meetings.Announced || v.State == meetings.Cancelled {
		return report.Document{}, fault.NotFound()
	}
	a, err := d.agreement(r, v.Agreement)
	if err != nil {
		return report.Document{}, err
	}
	names, err := d.names(r)
	if err != nil {
		return report.Document{}, err
	}
	doc := minutesDocument(v, a, names)
	doc.Made, doc.Notice = r.Now.In(r.Zone()), r.Notice("es")
	return doc, nil
}

// both is a sentence in Spanish and in English, where they differ.
func both(key string, args ...any) string {
	es, en := i18n.Say("es", key, args...), i18n.Say("en", key, args...)
	if es == en {
		return es
	}
	return es + " · " + en
}

func bothOf(es, en string) string {
	if es == en {
		return es
	}
	return es + " · " + en
}

func minutesDocument(v meetings.View, a cooperation.Agreement, names map[string]string) report.Document {
	doc := report.Document{Lang: "es", Beside: "en", Kicker: bothOf(a.TitleES, a.TitleEN), Title: v.TitleES, Subtitle: v.TitleEN, Foot: v.Hash[:12],
		Facts: [][2]string{
			{both("meetings.when-where"), bothOf(when("es", v.Meeting), when("en", v.Meeting)) + ". " + bothOf(where("es", v.Meeting), where("en", v.Meeting))},
			{both("meetings.parties"), bothOf(countries("es", v.Parties), countries("en", v.Parties))},
			{both("meetings.minutes"), both("meetings.minutes.state." + string(v.State))},
			{both("meetings.hash"), v.Hash}}}
	if v.Source != "" {
		doc.Facts = append(doc.Facts, [2]string{both("meetings.source"), v.Source})
	}
	doc.Sections = []report.Section{{Heading: both("meetings.minutes"), Sides: clauses(v.MinutesES, v.MinutesEN)}, decisionClauses(v, names), guests(v)}
	if !v.Written() {
		doc.Sections[0].Paragraphs = []string{both("meetings.minutes.none")}
	}
	for _, party := range v.Parties {
		doc.Signatures = append(doc.Signatures, signature(v, party, names))
	}
	return doc
}

// clauses are the paragraphs of both languages beside each other, as far as each
// has one.
func clauses(es, en string) []report.Side {
	left, right := paragraphs(es), paragraphs(en)
	all := make([]report.Side, max(len(left), len(right)))
	for i := range all {
		if i < len(left) {
			all[i].Left = left[i]
		}
		if i < len(right) {
			all[i].Right = right[i]
		}
	}
	return all
}

func paragraphs(text string) []string {
	var all []string
	for _, p := range strings.Split(text, "\n") {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, p)
		}
	}
	return all
}

func decisionClauses(v meetings.View, names map[string]string) report.Section {
	s := report.Section{Heading: both("meetings.decisions")}
	for i, d := range v.Meeting.Decisions {
		side := report.Side{Number: strconv.Itoa(i + 1), Left: d.TextES, Right: d.TextEN}
		if len(d.Owners) > 0 {
			side.Facts = append(side.Facts, [2]string{both("meetings.owners"), bothOf(owners("es", d.Owners, names), owners("en", d.Owners, names))})
		}
		if !d.Due.IsZero() {
			side.Facts = append(side.Facts, [2]string{both("meetings.due"), bothOf(i18n.Date("es", d.Due), i18n.Date("en", d.Due))})
		}
		s.Sides = append(s.Sides, side)
	}
	if len(s.Sides) == 0 {
		s.Paragraphs = []string{both("meetings.decisions.none")}
	}
	return s
}

// guests are the delegations, in a table.
func guests(v meetings.View) report.Section {
	s := report.Section{Heading: both("meetings.delegations")}
	if len(v.Meeting.Delegations) == 0 {
		s.Paragraphs = []string{both("meetings.delegations.none")}
		return s
	}
	s.Table = &report.Table{Columns: []report.Column{{Title: both("meetings.institution")}, {Title: both("cooperation.country")}, {Title: both("meetings.role")}, {Title: both("meetings.attendance")}}, Source: v.Source}
	for _, d := range v.Meeting.Delegations {
		name := bothOf(d.NameES, d.NameEN)
		if d.Post != "" {
			name += ", " + d.Post
		}
		s.Table.Rows = append(s.Table.Rows, []report.Cell{name, bothOf(country("es", d.Node), country("en", d.Node)), both("meetings.role." + d.Role), bothOf(came("es", d), came("en", d))})
	}
	return s
}

// signature is where a party signs, and the machine's signature if it approved.
func signature(v meetings.View, party string, names map[string]string) report.Signature {
	s := report.Signature{Country: bothOf(country("es", party), country("en", party))}
	for _, a := range v.Approvals {
		if a.Node == party {
			s.Institution, s.Signed, s.Mark = names[party+"/"+a.Agency], a.At, act.Signature(a.Note)
		}
	}
	return s
}
