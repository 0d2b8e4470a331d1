package pages

import (
	"slices"

	"istmo/cases"
	"istmo/i18n"
	"istmo/referrals"
	"istmo/web"
)

// events is everything dated of a person, newest first.
func (w words) events(f cases.File, lines []referrals.Line) []web.Event {
	all := []web.Event{w.began(f.Person)}
	for _, s := range f.Statuses {
		all = append(all, web.Event{At: s.RecordedAt, Title: w.say("cases.event.status", "Country", i18n.Country(w.Lang, s.Country), "Status", w.say("cases.status."+s.Code)),
			Body: w.say("cases.file.status.by", "Authority", s.Authority, "Date", i18n.Date(w.Lang, s.DecidedOn)) + ". " + w.say("cases.file.status.basis", "Basis", s.LegalBasis)})
	}
	for _, c := range f.Consents {
		all = append(all, w.consentEvents(c)...)
	}
	for _, k := range f.Risks {
		all = append(all, web.Event{At: k.At, Title: w.say("cases.event.risk", "Level", lower(w.say("cases.level."+k.Level))), Body: w.codes("cases.factor.", k.Factors)})
	}
	for _, b := range f.BestInterests {
		all = append(all, web.Event{At: b.At, Title: w.say("cases.event.best"), Body: w.say("cases.outcome." + b.Outcome), By: b.Authority})
	}
	for _, l := range lines {
		all = append(all, w.referralEvents(l)...)
	}
	for _, g := range f.Glass {
		all = append(all, w.glassEvent(g))
	}
	slices.SortStableFunc(all, func(a, b web.Event) int { return b.At.Compare(a.At) })
	return all
}

func (w words) began(p cases.Person) web.Event {
	e := web.Event{At: p.CreatedAt, By: w.user(p.CreatedBy)}
	switch p.Origin {
	case "referral":
		e.Title = w.say("cases.event.received")
	case "import":
		e.Title = w.say("cases.event.imported")
	default:
		e.Title = w.say("cases.event.met", "Place", p.Place)
	}
	return e
}

func (w words) consentEvents(c cases.Consent) []web.Event {
	agency := w.agency(c.ToNode, c.ToAgency)
	all := []web.Event{{At: c.GivenAt, By: w.user(c.RecordedBy), Title: w.say("cases.event.consent", "Agency", agency),
		Body: w.say("cases.purpose."+c.Purpose) + ": " + lower(w.codes("cases.group.", c.Groups))}}
	switch {
	case !c.WithdrawnAt.IsZero():
		all = append(all, web.Event{At: c.WithdrawnAt, Title: w.say("cases.event.withdrawn", "Agency", agency)})
	case !c.ExpiresAt.IsZero() && !w.Now.Before(c.ExpiresAt):
		all = append(all, web.Event{At: c.ExpiresAt, Title: w.say("cases.event.expired", "Agency", agency)})
	}
	return all
}

// referralEvents are where a referral began and where it stands; its own page
// tells what lies between.
func (w words) referralEvents(l referrals.Line) []web.Event {
	link := web.Link{Href: "/referrals/" + l.ID}
	key := "cases.event.referral"
	if l.Side == referrals.Receiver {
		key += ".in"
	}
	state := lower(w.say("referrals.state." + string(l.State)))
	all := []web.Event{{At: l.Since, Title: w.say(key, "Agency", w.other(l), "State", state), Link: link}}
	if l.Side == referrals.Sender && l.State != referrals.Draft {
		all = append(all, web.Event{At: l.CreatedAt, By: w.user(l.FromUser), Title: w.say("cases.event.referral.begun", "Agency", w.other(l)), Link: link})
	}
	return all
}

func (w words) glassEvent(g cases.Glass) web.Event {
	e := web.Event{At: g.At, Title: w.say("cases.event.glass"), By: nameOf(w, g.User), Body: w.say("cases.event.glass.open")}
	if g.Verdict != "" {
		e.Body = w.say("cases.event.glass.reviewed", "Verdict", lower(w.say("cases.verdict."+g.Verdict)))
	}
	return e
}
