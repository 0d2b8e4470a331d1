package pages

import (
	"iter"
	"slices"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	casespages "istmo/cases/pages"
	"istmo/fault"
	"istmo/identification"
	"istmo/web"
)

// forms are the forms by the last word of their address, in the order in which they
// are offered.
var forms = []struct {
	what string
	verb access.Verb
}{
	{"vote", "identification.vote"},
	{"accredit", "identification.accredit"},
	{"not-accredit", "identification.not-accredit"},
	{"find-preliminary", "identification.find-preliminary"},
	{"recognise", "identification.recognise"},
	{"not-recognise", "identification.not-recognise"},
	{"open-immediate", "identification.open-immediate"},
	{"open-medium", "identification.open-medium"},
	{"extend-immediate", "identification.extend-immediate"},
	{"extend-medium", "identification.extend-medium"},
	{"reopen", "identification.reopen"},
	{"uphold-closing", "identification.uphold-closing"},
	{"ask-review", "identification.ask-review"},
	{"appeal", "identification.appeal"},
	{"close", "identification.close"},
	{"close-early", "identification.close-early"},
	{"redirect", "identification.redirect"},
	{"record-measure", "identification.record-measure"},
	{"tell", "identification.tell"},
	{"start-reflection", "identification.start-reflection"},
	{"lengthen-reflection", "identification.lengthen-reflection"},
	{"end-reflection", "identification.end-reflection"},
	{"notify-child-authority", "identification.notify-child-authority"},
	{"call-team", "identification.call-team"},
}

func formsInOrder() iter.Seq2[string, access.Verb] {
	return func(yield func(string, access.Verb) bool) {
		for _, f := range forms {
			if !yield(f.what, f.verb) {
				return
			}
		}
	}
}

// numbered are the decisions that have a number, elsewhere those that must say what
// else protects, plain those that take nothing but reasons.
var (
	numbered  = []string{"accredit", "not-accredit", "recognise", "not-recognise"}
	elsewhere = []string{"not-accredit", "not-recognise", "close-early", "redirect"}
	unlawful  = []string{"ask-review", "appeal"} // what the person asks for cites no law
	warned    = []string{"not-accredit", "not-recognise", "close", "close-early", "redirect", "uphold-closing", "end-reflection"}
	apart     = []string{"vote", "record-measure", "tell", "start-reflection", "lengthen-reflection", "end-reflection", "notify-child-authority", "call-team"}
)

// written is a form about a procedure.
type written struct {
	identification.View
	What, Verb, Href, Means                          string
	Numbered, Elsewhere, Lawful, Closes, Warned      bool
	CountWords                                       string
	Clock                                            web.Clock
	NoTerm                                           string
	Providers, Languages                             []web.Option
	Choices, Leads, Protections, Ways, Why, Choosing []string
	Needs                                            []string
	Own                                              string // the agency that gives, if no other is chosen
	Language                                         string
	Least                                            string
	Untold                                           string
	Mine                                             identification.Vote
}

// form shows a form, if its verb stands open to the reader now. What was typed and
// refused is shown again even if it no longer does.
func (o *room) form(r *web.Request) (web.View, error) {
	v, err := o.find(r)
	if err != nil {
		return web.View{}, err
	}
	what := r.PathValue("what")
	i := slices.IndexFunc(forms, func(f struct {
		what string
		verb access.Verb
	}) bool {
		return f.what == what
	})
	if i < 0 {
		return web.View{}, fault.NotFound()
	}
	if !slices.Contains(v.Verbs, forms[i].verb) && r.Typed() == nil {
		return web.View{Redirect: Page(v.Procedure.ID)}, nil
	}
	w, err := o.fill(r, v, what)
	if err != nil {
		return web.View{}, err
	}
	template := "decide"
	if slices.Contains(apart, what) {
		template = what
	}
	return web.View{Template: "identification/" + template, Title: "verb." + string(forms[i].verb), Data: w, Layout: web.Person, Back: toProcedure(r, v)}, nil
}

func (o *room) fill(r *web.Request, v identification.View, what string) (*written, error) {
	w := &written{View: v, What: what, Verb: "identification." + what, Href: Page(v.Procedure.ID), Means: r.Say("identification." + what + ".means"),
		Numbered: slices.Contains(numbered, what), Elsewhere: slices.Contains(elsewhere, what), Lawful: !slices.Contains(unlawful, what), Closes: what == "close",
		Warned: slices.Contains(warned, what), Choices: identification.Choices, Leads: identification.Leads, Protections: identification.Protections, Ways: identification.Ways,
		Why: identification.Closings, Choosing: identification.Choosings, Needs: cases.Needs, Own: r.Who.Agency, Language: r.Lang}
	w.Clock, w.NoTerm = clockOf(r, v.Procedure, v.Clock)
	if v.Kind == "resolution" {
		s := sheet{View: v}
		s.votes(r, names{})
		w.CountWords = s.CountWords
	}
	for _, vote := range v.Votes {
		if vote.Member == v.Seat && vote.Counts && vote.Round == v.Procedure.Round {
			w.Mine = vote
		}
	}
	if v.Least.Rule != "" && !v.Least.Due.IsZero() {
		w.Least = r.Say("identification.reflection.least-is", "Day", day(r, v.Least.Due), "Rule", v.Least.Rule, "Source", sourced(r, v.Least.Source, v.Least.Verified))
	}
	return w, o.lists(r, w)
}

// lists are the agencies that give and the languages that are spoken.
func (o *room) lists(r *web.Request, w *written) error {
	agencies, err := o.agencies(r)
	if err != nil {
		return err
	}
	for _, a := range agencies {
		w.Providers = append(w.Providers, web.Option{Value: a.ID, Label: a.Name})
	}
	w.Languages = casespages.Languages(r.Lang)
	for _, d := range w.Decisions {
		if d.ID == w.View.Untold {
			w.Untold = r.Say("identification.decided."+d.Verb[len("identification."):], "Number", d.Number)
		}
	}
	return nil
}

// team shows who sits in the reader's team.
func (o *room) team(r *web.Request) (web.View, error) {
	if !access.Could(r.Who, "identification.seat") {
		return web.View{}, fault.NotFound()
	}
	members, err := act.Ask(r.Context(), o.engine, r.Who, identification.Team{})
	if err != nil {
		return web.View{}, err
	}
	n, err := o.names(r)
	if err != nil {
		return web.View{}, err
	}
	agencies, err := o.agencies(r)
	var free []web.Option
	for _, a := range agencies {
		if !slices.Contains(members, a.ID) {
			free = append(free, web.Option{Value: a.ID, Label: a.Name})
		}
	}
	type seat struct{ ID, Name, Remove string }
	var seats []seat
	for _, m := range members {
		seats = append(seats, seat{m, n.of(r, m), r.Say("identification.unseat.who", "Who", n.of(r, m))})
	}
	return web.View{Template: "identification/team", Title: "identification.team.title", Data: map[string]any{"Seats": seats, "Free": free, "Here": teamPath}, Layout: web.Person, Back: toList(r)}, err
}

// contact is where justice asks to meet a person, and sees what came of what it asked.
func (o *room) contact(r *web.Request) (web.View, error) {
	all, err := act.Ask(r.Context(), o.engine, r.Who, identification.Contacts{})
	if err != nil {
		return web.View{}, err
	}
	type line struct {
		identification.Contact
		Tag web.Tag
	}
	lines := make([]line, len(all))
	for i, c := range all {
		lines[i] = line{c, web.Tag{Text: r.Say("identification.contact.waits"), Tone: web.Active}}
		if c.Answer != "" {
			lines[i].Tag = web.Tag{Text: r.Say("identification.contact.answer." + c.Answer), Tone: web.Neutral}
		}
	}
	return web.View{Template: "identification/contact", Title: "identification.contact.title", Data: map[string]any{"Lines": lines, "Here": ContactPath}, Layout: web.Person}, nil
}
