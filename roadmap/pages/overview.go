package pages

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"istmo/act"
	"istmo/cooperation"
	"istmo/flow"
	"istmo/i18n"
	"istmo/roadmap"
	"istmo/web"
)

// bar is one line of work as a bar: how many are done, under way, waiting to be
// confirmed, and not begun, each from where the one before it ends.
type bar struct {
	roadmap.Tally
	Name  string
	Href  string
	Late  string // the address of what is late
	Parts []part
}

// part is a piece of a bar, in hundredths of its length.
type part struct {
	Kind    string
	X, Wide string
	Count   int64
}

// state is how the promises stand, on one page.
type state struct {
	under
	roadmap.State
	Bars              []bar
	Sum               bar
	LateCards         []card
	NextCards         []card
	Before            []before
	MayPropose, Ready bool // something can be proposed; something is cleared and can be consolidated
	Downloads         []web.Link
	Kept              string
}

// before is how many proposals stand in a state before the plan.
type before struct {
	Tag   web.Tag
	Count int64
	Href  string
}

// overview is the page for a minister: are we keeping our promises, what is late,
// what is next.
func (d *desk) overview(r *web.Request) (web.View, error) {
	v := web.View{Template: "roadmap/overview", Title: "roadmap.title"}
	u, err := d.under(r)
	if err != nil || u.Agreement.ID == "" {
		v.Data = state{under: u}
		return v, err
	}
	s := state{under: u}
	if s.State, err = act.Ask(r.Context(), d.engine, r.Who, roadmap.Standing{Agreement: u.Agreement.ID}); err != nil {
		return v, err
	}
	s.fill(r)
	v.Data = s
	return v, nil
}

func (s *state) fill(r *web.Request) {
	most := int64(1)
	for _, t := range s.Lines {
		most = max(most, t.All())
	}
	for _, t := range s.Lines {
		s.Bars = append(s.Bars, barOf(r, s.Agreement.ID, t, most))
	}
	s.Sum = barOf(r, s.Agreement.ID, s.Total, max(s.Total.All(), 1))
	s.Kept = r.Say("roadmap.kept", "Count", s.Total.Done, "All", i18n.Number(r.Lang, s.Total.All()))
	s.LateCards, s.NextCards = cardsOf(r, s.State.Late), cardsOf(r, s.State.Next)
	for _, st := range []flow.State{roadmap.Proposed, roadmap.Agreed, roadmap.Cleared} {
		s.Before = append(s.Before, before{stateTag(r, st), s.Proposals[string(st)], at(Root+"/proposals", s.Agreement.ID) + "&stage=" + string(st)})
	}
	o := cooperation.Joint{Home: s.Agreement.Home, Parties: s.Agreement.Parties}
	open := s.Agreement.InForce(r.Now)
	s.MayPropose = open && may(r, "roadmap.propose", o)
	s.Ready = open && s.Proposals["cleared"] > 0 && s.Signing == nil && may(r, "roadmap.consolidate", o)
	s.Downloads = downloadLinks(r, Root+"/state", at("", s.Agreement.ID))
}

func barOf(r *web.Request, agreement string, t roadmap.Tally, most int64) bar {
	b := bar{Tally: t, Name: lineName(r.Lang, t.Line), Href: at(commitmentsPath, agreement), Late: at(commitmentsPath, agreement) + "&late=true"}
	if t.Line != "" {
		b.Href += "&line=" + t.Line
		b.Late += "&line=" + t.Line
	}
	x := 0.0
	for _, p := range []struct {
		kind string
		n    int64
	}{{"done", t.Done}, {"waiting", t.Waiting}, {"moving", t.Moving}, {"planned", t.Planned}} {
		if p.n == 0 {
			continue
		}
		wide := 100 * float64(p.n) / float64(most)
		b.Parts = append(b.Parts, part{p.kind, fmt.Sprintf("%.2f", x), fmt.Sprintf("%.2f", max(wide-0.3, 0.3)), p.n})
		x += wide
	}
	return b
}

// goal is a Sustainable Development Goal or an objective of the Global Compact
// with what serves it.
type goal struct {
	Code, Name string
	roadmap.Tally
	Href string
}

// programme counts the commitments by the goals that they serve.
func (d *desk) programme(r *web.Request) (web.View, error) {
	u, err := d.under(r)
	v := web.View{Template: "roadmap/programme", Title: "roadmap.programme.title", Data: map[string]any{"Under": u}}
	if err != nil || u.Agreement.ID == "" {
		return v, err
	}
	all, err := act.Ask(r.Context(), d.engine, r.Who, roadmap.List{Agreement: u.Agreement.ID, Stage: "plan", Limit: 5000})
	if err != nil {
		return v, err
	}
	v.Data = map[string]any{"Under": u, "SDG": goals(r, u.Agreement.ID, all, "sdg"), "GCM": goals(r, u.Agreement.ID, all, "gcm"), "Marks": goals(r, u.Agreement.ID, all, "mark"),
		"Downloads": downloadLinks(r, Root+"/programme", at("", u.Agreement.ID))}
	return v, nil
}

// goals tallies commitments by the codes of one kind that they carry, in the
// order of the codes. A target ("16.2") counts for its goal.
func goals(r *web.Request, agreement string, all []roadmap.Commitment, kind string) []goal {
	found := map[string]*goal{}
	for _, c := range all {
		for _, code := range codesOf(c.Text, kind) {
			if found[code] == nil {
				found[code] = &goal{Code: code, Name: r.Say("roadmap." + kind + "." + code), Href: at(commitmentsPath, agreement) + "&" + kind + "=" + code}
			}
			found[code].Tally.Count(c, r.Now)
		}
	}
	var list []goal
	for _, g := range found {
		list = append(list, *g)
	}
	slices.SortFunc(list, func(a, b goal) int {
		return cmp.Or(len(a.Code)-len(b.Code), strings.Compare(a.Code, b.Code))
	})
	return list
}
