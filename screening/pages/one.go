package pages

import (
	"maps"
	"slices"
	"strings"

	"istmo/act"
	"istmo/i18n"
	"istmo/indicators"
	"istmo/likeness"
	"istmo/screening"
	"istmo/web"
)

// shown is a screening in words.
type shown struct {
	screening.View
	Who, Talk []web.Row // who they are; how the talk went
	Said      []web.Row // in their own words, sealed
	Elements  []element
	Aside     []string
	Verified  bool // whether the rule was read at its source
	Fields    []contested
	Events    []web.Event
	Known     []known
	Reasons   string
	Outcomes  []string
}

// element is an act, means or purpose with what bears on it, in words.
type element struct {
	Name, State, Why string
	Tone             web.Tone
	Dimensions       []dimension
}

type dimension struct {
	Name, State, Why string
	Noted            []noted
}

type noted struct{ Words, Strength string }

// contested is a field with more than one value.
type contested struct {
	Field, Label string
	Stands       string
	Others       []other
}

type other struct{ Revision, Value, By string }

// one opens a screening, and says what its indicators add up to and what not.
func (o *room) one(r *web.Request) (web.View, error) {
	v, err := act.Look(r.Context(), o.engine, r.Who, screening.Open{On: screening.On{ID: r.PathValue("id")}})
	if err != nil {
		return web.View{}, err
	}
	names, err := o.names(r)
	if err != nil {
		return web.View{}, err
	}
	s := shown{View: v, Reasons: v.Sealed["reasons"], Outcomes: screening.Outcomes}
	s.Who, s.Talk, s.Said = who(r, v), talk(r, v, names), said(r, v)
	explain(r, &s, v.List)
	s.Fields = conflicts(r, v, names)
	s.Events, s.Known = events(r, v, names), recognised(r, v)
	return web.View{Template: "screening/one", Title: "screening.one.title", Args: []any{"Receipt", v.Screening.Receipt}, Data: s, Layout: web.Person}, nil
}

// told puts the value of a field into words, whatever it is.
func told(r *web.Request, field string, words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		switch {
		case field == "citizenships":
			out[i] = i18n.Country(r.Lang, strings.ToUpper(w))
		case field == "languages" || field == "spoken" || field == "consent_language":
			out[i] = i18n.Language(r.Lang, w)
		case prefixes[field] != "":
			out[i] = r.Say(prefixes[field] + w)
		default:
			out[i] = w
		}
	}
	return i18n.List(r.Lang, out...)
}

// prefixes are where the words of coded fields stand.
var prefixes = map[string]string{"sex": "cases.sex.", "age_band": "cases.age_band.", "age_in_doubt": "screening.yes-no.", "interpreter": "screening.yes-no.",
	"private": "screening.yes-no.", "rights_read": "screening.yes-no.", "needs": "cases.needs.", "forms": "cases.forms.", "company": "screening.company.",
	"guardian": "cases.guardian.", "help": "screening.help.", "consent": "screening.consent.", "consent_way": "cases.way.", "outcome": "screening.outcome.",
	"companions_where": "screening.where."}

func rows(r *web.Request, v screening.View, fields ...string) []web.Row {
	var all []web.Row
	for _, f := range fields {
		switch words, there := v.Coded[f]; {
		case there:
			all = append(all, web.Row{Key: r.Say("screening.field." + f), Value: told(r, f, words)})
		case v.Sealed[f] != "":
			all = append(all, web.Row{Key: r.Say("screening.field." + f), Value: v.Sealed[f]})
		}
	}
	return all
}

func who(r *web.Request, v screening.View) []web.Row {
	return rows(r, v, "given_names", "family_names", "birth_date", "document", "sex", "age_band", "age_in_doubt", "citizenships", "languages", "company",
		"guardian", "companions", "companions_where", "phone", "safe_contact", "needs", "forms")
}

func talk(r *web.Request, v screening.View, names map[string]string) []web.Row {
	all := []web.Row{{Key: r.Say("screening.field.post"), Value: v.PostName}, {Key: r.Say("screening.field.officer"), Value: named(r, names, v.Screening.Officer)}}
	if !v.Screening.StartedAt.IsZero() {
		all = append(all, web.Row{Key: r.Say("screening.field.started_at"), Value: i18n.DateTime(r.Lang, v.Screening.StartedAt, r.Zone())})
	}
	return append(all, rows(r, v, "spoken", "interpreter", "private", "rights_read", "consent", "consent_way", "consent_language", "help")...)
}

func said(r *web.Request, v screening.View) []web.Row { return rows(r, v, "account", "health") }

func named(r *web.Request, names map[string]string, id string) string {
	if name := names[id]; name != "" {
		return name
	}
	return r.Say("screening.somebody")
}

// explain puts the evaluation into words: which indicators, of which strength,
// make what positive, and by which clause of which rule.
func explain(r *web.Request, s *shown, list indicators.List) {
	result := s.Result
	s.Verified = result.Verified
	for _, code := range result.Aside {
		s.Aside = append(s.Aside, wordsOf(list, r.Lang, code))
	}
	borne := map[string]bool{}
	for _, e := range result.Elements {
		shown := element{Name: r.Say("screening.element." + e.Element), State: r.Say("screening.state." + e.State), Tone: tones[e.State]}
		shown.Why = clause(list, r.Lang, e.Together)
		for _, d := range result.Dimensions {
			if len(d.Noted) > 0 && slices.Contains(e.Codes, d.Noted[0].Code) {
				shown.Dimensions = append(shown.Dimensions, dimensionOf(r, list, d))
				borne[d.Dimension] = true
			}
		}
		s.Elements = append(s.Elements, shown)
	}
	for _, d := range result.Dimensions {
		if len(d.Noted) > 0 && !borne[d.Dimension] {
			only := dimensionOf(r, list, d)
			s.Elements = append(s.Elements, element{Name: only.Name, State: only.State, Tone: tones[d.State], Dimensions: []dimension{only}})
		}
	}
}

var tones = map[string]web.Tone{indicators.Present: web.Active, indicators.Positive: web.Active, indicators.Noted: web.Warning}

func dimensionOf(r *web.Request, list indicators.List, d indicators.Dimension) dimension {
	out := dimension{Name: r.Say("indicators.dimension." + d.Dimension), State: r.Say("screening.state." + d.State), Why: clause(list, r.Lang, d.Clause)}
	for _, n := range d.Noted {
		strength := r.Say("indicators.strength." + n.Strength)
		if !n.Counts {
			strength += " · " + r.Say("screening.not-validated")
		}
		out.Noted = append(out.Noted, noted{wordsOf(list, r.Lang, n.Code), strength})
	}
	return out
}

func wordsOf(list indicators.List, lang, code string) string {
	i, _ := list.Indicator(code)
	return code + " · " + i.Words(lang)
}

func clause(list indicators.List, lang, code string) string {
	i := slices.IndexFunc(list.Rule.Clauses, func(c indicators.Clause) bool { return c.Code == code })
	if i < 0 {
		return ""
	}
	return list.Rule.Clauses[i].Words(lang)
}

// conflicts puts the fields with several values into words.
func conflicts(r *web.Request, v screening.View, names map[string]string) []contested {
	fields := map[string]*contested{}
	for _, c := range v.Conflicts {
		f := fields[c.Field]
		if f == nil {
			stands := told(r, c.Field, v.Coded[c.Field])
			if stands == "" {
				stands = v.Sealed[c.Field]
			}
			f = &contested{Field: c.Field, Label: r.Say("screening.field." + c.Field), Stands: stands}
			if strings.HasPrefix(c.Field, "q.") {
				f.Label, f.Stands = c.Field[2:], r.Say("screening.answer."+v.Answers[c.Field[2:]])
			}
			fields[c.Field] = f
		}
		value, by := told(r, c.Field, c.Words), r.Say("screening.by", "Who", named(r, names, c.Officer), "When", i18n.DateTime(r.Lang, c.At, r.Zone()))
		if value == "" {
			value = c.Text
		}
		if c.Revision == "file" {
			by = r.Say("screening.by-file")
		}
		f.Others = append(f.Others, other{c.Revision, value, by})
	}
	var all []contested
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		all = append(all, *fields[field])
	}
	return all
}

// events are the revisions, newest first.
func events(r *web.Request, v screening.View, names map[string]string) []web.Event {
	var all []web.Event
	for _, s := range slices.Backward(v.Steps) {
		e := web.Event{At: s.At, Title: r.Say("screening.step.phone"), By: named(r, names, s.Officer)}
		if s.Device == "" {
			e.Title = r.Say("screening.step.desk")
		}
		if s.State != screening.Taken {
			e.Tag = web.Tag{Text: r.Say("screening.step." + s.State), Tone: web.Warning}
		}
		if s.Why != "" {
			e.Body = r.Say(s.Why)
		}
		all = append(all, e)
	}
	return all
}

// known is somebody who may be the same person, and what can be said of it.
type known struct {
	Name, Href, Why string
	Tag             web.Tag
	Pair            string
	Verbs           []string
}

func recognised(r *web.Request, v screening.View) []known {
	var all []known
	for _, s := range v.Seen {
		k := known{Name: s.Receipt, Href: Path + "/" + s.Screening, Pair: s.Pair, Tag: web.Tag{Text: r.Say("likeness.band." + s.Band), Tone: web.Warning}}
		switch {
		case s.Person != "":
			k.Name, k.Href = s.Ref, "/people/"+s.Person
		case s.Screening == "":
			k.Name, k.Href = r.Say("screening.seen.ask"), ""
		}
		var why []string
		for _, reason := range s.Reasons {
			why = append(why, r.Say("likeness.reason."+reason))
		}
		k.Why = strings.Join(why, " · ")
		switch s.State {
		case likeness.Suggested, likeness.Undone:
			k.Verbs = []string{"tell-same", "tell-apart"}
		default:
			k.Verbs, k.Tag = []string{"take-back"}, web.Tag{Text: r.Say("screening.seen." + s.State), Tone: web.Success}
		}
		if k.Href == "" {
			k.Verbs = nil
		}
		all = append(all, k)
	}
	return all
}
