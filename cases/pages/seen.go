package pages

import (
	"net/url"
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/fault"
	"istmo/i18n"
	"istmo/likeness"
	"istmo/web"
)

// KnownPath is where a focal point says whether another agency may know.
const KnownPath = "/known"

// SeenPath is where two files are compared.
func SeenPath(person, other string) string {
	return FilePath(person) + "/seen/" + url.PathEscape(other)
}

// seen is another file that may be the person's, in words.
type seen struct {
	cases.Seen
	Text, Why string
	Tag       web.Tag
	Href      string
}

// seen tells what may be told of the other files. What was told apart, or taken
// back, stays on the page that compares them.
func (w words) seen(f cases.File) []seen {
	var all []seen
	for _, s := range f.Seen {
		if s.State != likeness.Suggested && s.State != likeness.Same {
			continue
		}
		one := seen{Seen: s, Tag: web.Tag{Text: w.say("likeness.band." + s.Band), Tone: web.Warning}, Why: w.reasons(s.Reasons)}
		if s.State == likeness.Same {
			one.Tag = web.Tag{Text: w.say("likeness.state.same"), Tone: web.Success}
		}
		switch {
		case s.Opens:
			one.Text, one.Href = s.Ref, SeenPath(f.Person.ID, s.Person)
		case s.Agency == f.Person.Agency:
			one.Text = w.say("cases.seen.ours")
		default:
			one.Text = w.say("cases.seen.theirs", "Agency", w.agency(w.Who.Node, s.Agency))
		}
		all = append(all, one)
	}
	return all
}

func (w words) reasons(codes []string) string { return w.codes("likeness.reason.", codes) }

// settled is what was decided before and can be looked at again.
func (w words) settled(f cases.File) []web.Link {
	var all []web.Link
	for _, s := range f.Seen {
		if s.Opens && (s.State == likeness.Different || s.State == likeness.Undone) {
			all = append(all, web.Link{Text: w.say("cases.seen.settled."+s.State, "Ref", s.Ref), Href: SeenPath(f.Person.ID, s.Person)})
		}
	}
	return all
}

// compared is one thing that is known, as both files have it.
type compared struct {
	Label, Here, There string
	Alike              bool
}

// compare puts two files side by side, for a reader who may open both; opening
// each is a deed.
func (o *room) compare(r *web.Request) (web.View, error) {
	f, err := o.openMine(r)
	if err != nil {
		return web.View{}, err
	}
	at := slices.IndexFunc(f.Seen, func(s cases.Seen) bool { return s.Opens && s.Person == r.PathValue("other") })
	if at < 0 {
		return web.View{}, fault.NotFound()
	}
	other, err := act.Look(r.Context(), o.engine, r.Who, cases.Open{On: cases.On{Person: f.Seen[at].Person}})
	if err != nil {
		return web.View{}, err
	}
	w, _, err := o.words(r)
	s := f.Seen[at]
	data := map[string]any{"Here": f.Person, "There": other.Person, "State": s.State, "Why": lower(w.reasons(s.Reasons)), "Rows": w.compare(f, other),
		"Band": w.say("likeness.band." + s.Band), "Next": FilePath(f.Person.ID), "HereAgency": w.agency(r.Who.Node, f.Person.Agency), "ThereAgency": w.agency(r.Who.Node, other.Person.Agency)}
	if s.State != likeness.Suggested {
		data["Said"] = w.say("cases.seen.said."+s.State, "Name", nameOf(w, s.ByWhom))
	}
	return web.View{Template: "cases/compare", Title: "cases.seen.compare.title", Data: data, Layout: web.Person, Back: back(r, f.Person)}, err
}

func (w words) compare(a, b cases.File) []compared {
	var rows []compared
	add := func(label, here, there string) {
		if here != "" || there != "" {
			rows = append(rows, compared{w.say("cases.field." + label), orMissing(w, here), orMissing(w, there), here == there})
		}
	}
	for _, name := range []string{"given_names", "family_names"} {
		add(name, a.Sealed[name], b.Sealed[name])
	}
	add("birth_date", w.born(a), w.born(b))
	for _, name := range []string{"document", "phone"} {
		add(name, a.Sealed[name], b.Sealed[name])
	}
	for _, name := range []string{"sex", "age_band", "citizenships", "languages"} {
		add(name, w.coded(a.Person, name), w.coded(b.Person, name))
	}
	add("place", a.Person.Place, b.Person.Place)
	rows = append(rows, compared{Label: w.say("cases.seen.registered"), Here: i18n.Date(w.Lang, a.Person.CreatedAt), There: i18n.Date(w.Lang, b.Person.CreatedAt)})
	return rows
}

// born is a birth date of which day and month cannot be taken for each other.
func (w words) born(f cases.File) string {
	day, err := time.Parse("2006-01-02", f.Sealed["birth_date"])
	if err != nil {
		return f.Sealed["birth_date"]
	}
	return i18n.Date(w.Lang, day)
}

func orMissing(w words, s string) string {
	if s == "" {
		return w.say("cases.seen.missing")
	}
	return s
}

// introduction is a file of the reader's agency that another may have one of.
type introduction struct {
	cases.Introduction
	Band, Other string
	Tag         web.Tag
}

// known lists for a focal point whom another agency of the country may know, and
// asks whether it may be told.
func (o *room) known(r *web.Request) (web.View, error) {
	if !access.Could(r.Who, "cases.introductions") {
		return web.View{}, fault.NotFound()
	}
	list, err := act.Ask(r.Context(), o.engine, r.Who, cases.Introductions{})
	if err != nil {
		return web.View{}, err
	}
	w, _, err := o.words(r)
	all := make([]introduction, len(list))
	for i, l := range list {
		all[i] = introduction{Introduction: l, Band: w.say("likeness.band." + l.Band)}
		switch {
		case l.Agency != "":
			all[i].Other = w.agency(r.Who.Node, l.Agency)
			all[i].Tag = web.Tag{Text: w.say("cases.known.both"), Tone: web.Success}
		case l.Ours:
			all[i].Tag = web.Tag{Text: w.say("cases.known.ours"), Tone: web.Neutral}
		default:
			all[i].Tag = web.Tag{Text: w.say("cases.known.waits"), Tone: web.Warning}
		}
	}
	return web.View{Template: "cases/known", Title: "cases.known.title", Layout: web.Person, Data: map[string]any{"All": all,
		"Empty": web.Empty{Title: r.Say("cases.known.none"), Body: r.Say("cases.known.none.body")}}}, err
}
