package pages

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/i18n"
	"istmo/referrals"
	"istmo/web"
)

// sheet is what a referral's own page shows.
type sheet struct {
	referrals.View
	r         *web.Request
	ID        string
	Other     string // the other agency, with its country if it is another
	Where     string // where it goes, in the words of a button
	State     web.Tag
	Marks     []web.Tag
	Next      string // what is next, and whose turn it is
	Said      string // what the other side said last
	SaidBy    string
	Mine      bool
	Clock     web.Clock
	Alert     string // somebody may be in danger
	Asked     string // decided here and on its way home
	Refused   string // home did not take it, and why
	Recall    string // where a demand to destroy stands
	Facts     []web.Row
	Sent      []web.Row // what the receiver sees before accepting
	Meeting   []web.Row
	Ladder    web.Ladder
	Life      web.Drawing
	Events    []web.Event
	Reasons   map[string][]string // the codes that fit a verb
	Receivers []web.Option        // whom one can be redirected to
	Hours     []web.Option        // when the person may arrive
	Outcomes  []string
}

// Can reports whether the reader may do a verb of referrals now.
func (s sheet) Can(verb string) bool { return slices.Contains(s.Verbs, access.Verb("referrals."+verb)) }

// Back reports whether the form of a verb came back with a fault, so that what
// folds it stands open.
func (s sheet) Back(verb string) bool { return s.r.Typed().Get("_form") == "referrals."+verb }

// Decides reports whether the reader's side is asked for a decision.
func (s sheet) Decides() bool {
	return s.Can("accept") || s.Can("decline") || s.Can("redirect") || s.Can("request-information")
}

// Stops reports whether there is anything that the reader could stop.
func (s sheet) Stops() bool { return s.Can("withdraw") || s.Can("suspend") || s.Can("discard") }

// Waits reports whether a demand to destroy waits for the reader's answer.
func (s sheet) Waits() bool {
	ref := s.View.Referral
	return ref.Recall == "asked" && s.Side == referrals.Receiver &&
		access.Decide(s.r.Who, "referrals.answer-recall", ref.ID, ref.Facts()).Allowed
}

// Prepares reports whether the referral is still being prepared on this side.
func (s sheet) Prepares() bool {
	ref := s.View.Referral
	return (ref.State == referrals.Draft || ref.State == referrals.ConsentConfirmed) &&
		access.Decide(s.r.Who, "referrals.review", ref.ID, ref.Facts()).Allowed
}

// referral opens a referral on what is next.
func (d *desk) referral(r *web.Request) (web.View, error) {
	v, err := d.open(r)
	if err != nil {
		return web.View{}, err
	}
	s := sheetOf(r, v)
	if s.Can("redirect") || v.Referral.Suggested != "" {
		all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Directory{})
		if err != nil {
			return web.View{}, err
		}
		s.Receivers = options(r, all)
		s.Facts = append(s.Facts, suggested(r, v.Referral, s.Receivers)...)
	}
	return web.View{Template: "referrals/referral", Title: "referrals.title." + v.Side, Args: []any{"Other", s.Other}, Data: s,
		Layout: web.Person, Back: &web.Link{Text: r.Say("referrals.nav"), Href: root}}, nil
}

func sheetOf(r *web.Request, v referrals.View) sheet {
	ref, there := v.Referral, v.To
	if v.Side == referrals.Receiver {
		there = v.From
	}
	s := sheet{View: v, r: r, ID: ref.ID, Other: place(r, there), Where: towards(r, v.To), State: stateTag(r, ref.State), Marks: marks(r, ref),
		Mine: ref.Turn() == v.Side, Clock: clockOf(r, ref), Life: drawing(r, v), Outcomes: referrals.FollowUpOutcomes, Hours: hours(r), Reasons: reasons}
	s.Clock.Rule, s.Clock.Source = v.Rule, v.Source
	s.Next = next(r, s)
	s.warn(r)
	s.Facts, s.Sent, s.Meeting = facts(r, s), preview(r, ref), meeting(r, v)
	s.Ladder, s.Events = rungs(r, v), events(r, v)
	for _, e := range v.Events {
		if e.Word != "" && e.Side != v.Side && e.Verb != "referrals.answer-recall" {
			s.Said, s.SaidBy = e.Word, s.Other
		}
	}
	return s
}

// reasons are the codes that fit a verb; the domain takes any of them.
var reasons = map[string][]string{
	"decline": {"no-capacity", "not-our-mandate", "unsafe-here", "person-unknown", "duplicate", "other"},
	"suspend": {"danger", "trafficker-near", "route-unsafe", "health", "other"},
	"close":   {"completed", "moved-on", "lost-contact", "other"},
}

// next says what is next, from where the reader stands.
func next(r *web.Request, s sheet) string {
	state, stands := string(s.View.Referral.State), "theirs"
	switch {
	case referrals.Flow.Place(s.View.Referral.State).End:
		stands = s.Side
	case s.Mine:
		stands = "mine"
	}
	if s.View.Referral.Asked != "" {
		return r.Say("referrals.next.asked", "Country", country(r, s.View.Referral.Home))
	}
	return r.Say("referrals.next."+state+"."+stands, "Other", s.Other)
}

// warn says what must not be overlooked.
func (s *sheet) warn(r *web.Request) {
	ref := s.View.Referral
	if referrals.Flow.Place(ref.State).Alert {
		s.Alert = r.Say("referrals.alert." + string(ref.State))
	}
	if ref.Asked != "" {
		s.Asked = r.Say("referrals.asked", "Country", country(r, ref.Home), "Deed", r.Say("verb."+ref.Asked))
	}
	if ref.Refused != "" {
		s.Refused = r.Say("referrals.refused.why", "Country", country(r, ref.Home), "Why", r.Say(ref.Refused, "Label", ""))
	}
	if ref.Recall != "" {
		s.Recall = r.Say("referrals.recall."+ref.Recall+"."+s.Side, "Other", s.Other, "Basis", ref.RecallBasis)
	}
}

func facts(r *web.Request, s sheet) []web.Row {
	ref := s.View.Referral
	file := web.Row{Key: r.Say("referrals.person"), Value: r.Say("referrals.no-file.yet")}
	if s.Ref != "" {
		file.Value = s.Ref
	}
	if s.OpensFile {
		file.Actions = []web.Link{{Text: r.Say("referrals.person.open"), Href: "/people/" + s.File}}
	}
	rows := []web.Row{
		file,
		{Key: r.Say("referrals.from"), Value: place(r, s.From)},
		{Key: r.Say("referrals.to"), Value: place(r, s.To)},
		{Key: r.Say("referrals.owner"), Value: owner(r, s)},
		{Key: r.Say("referrals.purpose"), Value: purpose(r, ref.Purpose)},
	}
	if !ref.ETA.IsZero() {
		rows = append(rows, web.Row{Key: r.Say("referrals.eta"), Value: i18n.DateTime(r.Lang, ref.ETA, r.Zone())})
	}
	if !ref.EscalatedAt.IsZero() {
		rows = append(rows, web.Row{Key: r.Say("referrals.escalated"), Value: i18n.DateTime(r.Lang, ref.EscalatedAt, r.Zone())})
	}
	return rows
}

func suggested(r *web.Request, ref referrals.Referral, all []web.Option) []web.Row {
	if ref.Suggested == "" {
		return nil
	}
	row := web.Row{Key: r.Say("referrals.suggested"), Value: ref.Suggested}
	for _, o := range all {
		if o.Value == ref.Suggested {
			row.Value = o.Label
		}
	}
	if ref.Person != "" && ref.FromNode == r.Who.Node && ref.FromAgency == r.Who.Agency {
		row.Actions = []web.Link{{Text: r.Say("referrals.suggested.start"),
			Href: root + "/new?person=" + ref.Person + "&to=" + ref.Suggested + "&purpose=" + ref.Purpose}}
	}
	return []web.Row{row}
}

// owner names the agency that is responsible now.
func owner(r *web.Request, s sheet) string {
	if s.View.Referral.Owner() == referrals.Receiver {
		return place(r, s.To)
	}
	return place(r, s.From)
}

// preview is what the receiver sees before accepting, in words.
func preview(r *web.Request, ref referrals.Referral) []web.Row {
	p := ref.Preview
	flag := map[bool]string{true: "yes"}[p.Interpreter]
	var rows []web.Row
	for _, f := range []struct {
		name  string
		codes []string
	}{{"sex", words(p.Sex)}, {"age_band", words(p.AgeBand)}, {"citizenships", p.Citizenships}, {"languages", p.Languages},
		{"interpreter", words(flag)}, {"needs", p.Needs}} {
		if len(f.codes) > 0 {
			rows = append(rows, web.Row{Key: r.Say("cases.field." + f.name), Value: inWords(r, f.name, f.codes)})
		}
	}
	return rows
}

func words(code string) []string {
	if code == "" {
		return nil
	}
	return []string{code}
}

func meeting(r *web.Request, v referrals.View) []web.Row {
	if v.Meeter == "" {
		return nil
	}
	return []web.Row{{Key: r.Say("referrals.meeter"), Value: v.Meeter}, {Key: r.Say("referrals.phone"), Value: v.MeeterPhone},
		{Key: r.Say("referrals.where"), Value: v.MeetingPlace}}
}

// rungs is the ladder of receipts, from the first up. A rung that was passed
// without a receipt of its own was reached with the next; once all is over, what
// was not reached will not be.
func rungs(r *web.Request, v referrals.View) web.Ladder {
	l := web.Ladder{To: place(r, v.To)}
	over := referrals.Flow.Place(v.Referral.State).End
	if len(v.Steps) == 0 && (v.Referral.Envelope == "" || over) {
		return l
	}
	for i, rung := range ladder {
		have, ok := reached(v.Steps, ladder[i:])
		if over && !ok {
			break
		}
		out := web.Rung{Title: r.Say("referrals.rung." + string(rung)), Detail: r.Say("referrals.rung." + string(rung) + ".means")}
		if ok {
			out.At, out.By = have.At, signed(r, have)
		}
		l.Rungs = append(l.Rungs, out)
	}
	if have, ok := reached(v.Steps, []act.Rung{act.Refused}); ok {
		l.Rungs = append(l.Rungs, web.Rung{Title: r.Say("referrals.rung.refused"), At: have.At, By: signed(r, have), Failed: true, Detail: r.Say(have.Why, "Label", "")})
	}
	return l
}

// reached is the first of some rungs that has been climbed.
func reached(steps []referrals.Step, rungs []act.Rung) (referrals.Step, bool) {
	for _, rung := range rungs {
		for _, s := range steps {
			if s.Rung == rung {
				return s, true
			}
		}
	}
	return referrals.Step{}, false
}

func signed(r *web.Request, s referrals.Step) string {
	if s.Signer == "" {
		return r.Say("referrals.rung.here")
	}
	return r.Say("referrals.rung.signed", "Country", country(r, s.Signer))
}

// events is the timeline, newest first.
func events(r *web.Request, v referrals.View) []web.Event {
	var all []web.Event
	for _, e := range v.Events {
		who := v.From
		if e.Side == referrals.Receiver {
			who = v.To
		}
		out := web.Event{At: e.At, Title: r.Say("referrals.event."+short(access.Verb(e.Verb)), "Who", place(r, who)), Body: e.Word}
		out.By = eventCode(r, e)
		if e.Verb == "referrals.start" && v.Referral.Envelope != "" {
			out.Body = "" // it is said again by the sending
		}
		if e.Verb != "referrals.escalate" {
			out.Tag = stateTag(r, e.To)
		}
		all = append(all, out)
	}
	slices.Reverse(all)
	return all
}

// eventCode says the code that an event carries, where it is the event's own.
func eventCode(r *web.Request, e referrals.Event) string {
	switch short(access.Verb(e.Verb)) {
	case "decline", "suspend", "close":
		return r.Say("referrals.reason", "Reason", r.Say("referrals.reason."+e.Code))
	case "follow-up":
		return r.Say("referrals.outcome." + e.Code)
	case "answer-recall":
		return r.Say("referrals.recall.answer." + e.Code)
	}
	return ""
}

// hours are the whole hours at which somebody may arrive: nobody has to work out
// a date, or a zone, on the way.
func hours(r *web.Request) []web.Option {
	var all []web.Option
	start := r.Now.Truncate(time.Hour)
	for _, h := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 24, 30, 36, 42, 48, 60, 72, 96, 120, 144, 168} {
		at := start.Add(time.Duration(h) * time.Hour)
		label := r.Say("referrals.hour", "Time", i18n.DateTime(r.Lang, at, r.Zone()), "Ahead", i18n.Since(r.Lang, at, start))
		all = append(all, web.Option{Value: at.UTC().Format(time.RFC3339), Label: label})
	}
	return all
}

// suspend asks for the danger because of which a referral stops.
func (d *desk) suspend(r *web.Request) (web.View, error) {
	v, err := d.open(r)
	if err != nil {
		return web.View{}, err
	}
	s := sheetOf(r, v)
	if !s.Can("suspend") {
		return web.View{Redirect: pageOf(s.ID)}, nil
	}
	return web.View{Template: "referrals/suspend", Title: "referrals.suspend.title", Data: s, Layout: web.Person,
		Back: &web.Link{Text: r.Say("referrals.back.referral"), Href: pageOf(s.ID)}}, nil
}

// withdraw asks once before a referral ends because the person wants it to.
func (d *desk) withdraw(r *web.Request) (web.View, error) {
	return d.interrupt(r, "withdraw", func(s sheet) []string {
		switch {
		case s.View.Referral.Envelope == "":
			return []string{"nothing-left"}
		case s.View.Referral.PackedAt.IsZero():
			return []string{"stops", "preview-left"}
		}
		return []string{"stops", "recalled"}
	})
}

// discard asks once before a draft is dropped.
func (d *desk) discard(r *web.Request) (web.View, error) {
	return d.interrupt(r, "discard", func(sheet) []string { return []string{"nothing-left"} })
}

// interrupt is the page before a grave verb; body gives the keys of what it says.
func (d *desk) interrupt(r *web.Request, verb string, body func(sheet) []string) (web.View, error) {
	v, err := d.open(r)
	if err != nil {
		return web.View{}, err
	}
	s := sheetOf(r, v)
	if !s.Can(verb) {
		return web.View{Redirect: pageOf(s.ID)}, nil
	}
	i := web.Interruption{Heading: r.Say("referrals." + verb + ".title"), Verb: "referrals." + verb, Hidden: map[string]string{"id": s.ID},
		Confirm: r.Say("referrals." + verb + ".button"), Next: pageOf(s.ID), Cancel: web.Link{Text: r.Say("referrals." + verb + ".cancel"), Href: pageOf(s.ID)}}
	for _, key := range body(s) {
		i.Body = append(i.Body, r.Say("referrals."+verb+"."+key, "Other", s.Other))
	}
	return web.Interrupt("referrals."+verb+".title", i), nil
}

// destroy asks once before what a recall demands is destroyed.
func (d *desk) destroy(r *web.Request) (web.View, error) {
	v, err := d.open(r)
	if err != nil {
		return web.View{}, err
	}
	s := sheetOf(r, v)
	if !s.Waits() {
		return web.View{Redirect: pageOf(s.ID)}, nil
	}
	return web.Interrupt("referrals.destroy.title", web.Interruption{Heading: r.Say("referrals.destroy.title"),
		Body: []string{r.Say("referrals.destroy.body"), r.Say("referrals.destroy.signed", "Other", s.Other)},
		Verb: "referrals.answer-recall", Hidden: map[string]string{"id": s.ID, "destroyed": "true"},
		Confirm: r.Say("referrals.destroy.button"), Next: pageOf(s.ID), Cancel: web.Link{Text: r.Say("referrals.destroy.cancel"), Href: pageOf(s.ID)}}), nil
}
