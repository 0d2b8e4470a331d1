package node

import (
	"strings"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/exchange"
	"istmo/fault"
	"istmo/identification"
	"istmo/jointfiles"
	"istmo/observatory/publishing"
	"istmo/observatory/signals"
	"istmo/referrals"
	"istmo/response"
	"istmo/screening"
	"istmo/store"
)

// reactions is every consequence of one feature's deed in another. Each runs in
// the deed's own transaction.
func reactions(e *act.Engine) {
	e.On("cases.withdraw-consent", endWhatRestsOnConsent)
	e.On("cases.open", func(tx *store.Tx, d act.Deed) error { return referrals.FileOpened(tx, d.Person) })
	e.On("cases.erase", func(tx *store.Tx, d act.Deed) error { return referrals.EndOf(tx, d, d.Person) })
	e.On("cases.describe", response.Described)
	e.On("cases.erase", func(tx *store.Tx, d act.Deed) error { return response.EndOf(tx, d, d.Person) })
	e.On("cases.erase", forgetScreenings)
	for _, verb := range []access.Verb{"screening.take", "screening.settle", "screening.decide", "screening.release"} {
		e.On(verb, callTheTeam)
	}
	e.On("response.acknowledge", teamIsThere)
	e.On("response.raise", identify)
	e.On("cases.erase", identification.EndOf)
	e.On("cases.withdraw-consent", identification.ConsentWithdrawn)
	for _, decides := range []access.Verb{"identification.accredit", "identification.not-accredit", "identification.find-preliminary", "identification.recognise",
		"identification.not-recognise", "identification.open-immediate", "identification.redirect"} {
		e.On(decides, identification.WriteStatus)
	}
	e.On("cases.decide-status", identification.DecidedThere)
	for _, opens := range []access.Verb{"cases.open", "cases.export-record", "cases.identify", "referrals.review", "referrals.consider"} {
		e.On(opens, identification.KeepsJusticeOut)
	}
	for _, sends := range []access.Verb{"referrals.send", "referrals.resume", "referrals.accept", "referrals.supply-information"} {
		e.On(sends, notIntoReflection)
	}
	for _, writes := range []access.Verb{"jointfiles.propose", "jointfiles.agree", "jointfiles.append"} {
		e.On(writes, nameNobodyInReflection)
	}
	e.On("people.add-agency", func(tx *store.Tx, d act.Deed) error { return listAgency(tx, d, d.Object) })
	e.On("people.set-escalation", func(tx *store.Tx, d act.Deed) error { return listAgency(tx, d, d.Object) })
	e.On("cooperation.add-partner", listAgencies)
	e.On("cooperation.add-partner", func(tx *store.Tx, d act.Deed) error { return cooperation.ShowResponses(tx, d.Object) })
	e.On("cooperation.resume-agreement", jointfiles.Resume)
	e.On("cooperation.mirror-agreement", jointfiles.Resume)
	e.On("signals.keep", signals.Share)
	e.On("cooperation.remove-partner", func(tx *store.Tx, d act.Deed) error { return referrals.Strand(tx, d, d.Object) })
	told(e) // told.go: who hears, outside of the node, that something waits
}

// identify opens the country's procedure for somebody who is presumed a victim, from
// the moment that a team was told. Where the country or the team has none, that is
// written down as a refusal, and keeps no alert back.
func identify(tx *store.Tx, d act.Deed) error {
	a, err := response.Find(tx, d.Object)
	if err != nil || a.Kind != screening.Presumption || a.Person == "" {
		return err
	}
	err = act.Then(tx, d, identification.Begin{Person: a.Person, KnownAt: a.RaisedAt, Origin: "response", OriginID: a.ID})
	if len(fault.All(err)) > 0 {
		return nil
	}
	return err
}

// notIntoReflection refuses a referral that would bring a person in their reflection
// period before justice. Home knows; a mirror has no person to ask about.
func notIntoReflection(tx *store.Tx, d act.Deed) error {
	r, err := referrals.Find(tx, d.Object)
	if err != nil || r.Home != act.Here(tx) {
		return err
	}
	return identification.MayReach(tx, r.Person, r.Purpose, r.ToNode, r.ToAgency)
}

// nameNobodyInReflection refuses what a side writes into a joint file about a person
// in their reflection period, by the reference under which they stand here.
func nameNobodyInReflection(tx *store.Tx, d act.Deed) error {
	if d.Who.Kind != access.User {
		return nil
	}
	f, words, err := jointfiles.SaidHere(tx, d.Object)
	if err != nil {
		return err
	}
	return identification.MayName(tx, words, f.Purpose, f.Members)
}

// endWhatRestsOnConsent withdraws every referral whose consent no longer holds.
func endWhatRestsOnConsent(tx *store.Tx, d act.Deed) error {
	withdrawn, err := cases.Withdrawn(tx, d.Person)
	if err != nil {
		return err
	}
	for _, consent := range withdrawn {
		if err := referrals.EndOn(tx, d, consent); err != nil {
			return err
		}
	}
	return nil
}

// forgetScreenings destroys what a person's screenings say, as their file.
func forgetScreenings(tx *store.Tx, d act.Deed) error {
	ids, err := screening.OfErased(tx, d.Person)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := act.Then(tx, d, screening.Forget{On: screening.On{ID: id}}); err != nil {
			return err
		}
	}
	return nil
}

// callTheTeam raises what a screening asks for, once: whoever decided at the post
// need not do it a second time.
func callTheTeam(tx *store.Tx, d act.Deed) error {
	alerts, err := screening.Alerts(tx, d.Object)
	if err != nil {
		return err
	}
	for _, a := range alerts {
		if err := act.Then(tx, d, response.Raise{Person: a.Person, Screening: a.Screening, Kind: a.Kind, Post: a.Post, Place: a.Place, Child: a.Child, Alone: a.Alone,
			Count: min(a.Companions, 998) + 1, Needs: a.Needs, By: a.Officer, ByAgency: a.Agency}); err != nil {
			return err
		}
		if err := screening.Raised(tx, a.Screening, a.Kind); err != nil {
			return err
		}
	}
	return nil
}

// teamIsThere notes at the screening that the person has been taken on: by every team
// that it called.
func teamIsThere(tx *store.Tx, d act.Deed) error {
	a, err := response.Find(tx, d.Object)
	if err != nil || a.Screening == "" {
		return err
	}
	if waits, err := response.Waits(tx, a.Screening); waits || err != nil {
		return err
	}
	err = act.Then(tx, d, screening.NoteMet{On: screening.On{ID: a.Screening}})
	if fault.Is(err, fault.KindNotFound) {
		return nil // somebody raised it by hand and named what is none of ours
	}
	return err
}

func listAgency(tx *store.Tx, d act.Deed, id string, only ...string) error {
	a, err := people.FindAgency(tx, id)
	if err != nil {
		return err
	}
	partners := only
	if len(only) == 0 {
		if partners, err = active(tx); err != nil {
			return err
		}
	}
	return act.Then(tx, d, cooperation.ListAgency{Partners: partners, Agency: cooperation.Agency{
		ID: a.ID, Name: a.Name, Kind: a.Kind, Place: a.Place, Contact: a.Contact,
		Duty: a.Escalation, Escalation: a.Escalation, Active: a.Active}})
}

// listAgencies tells a new partner whom it can write to here.
func listAgencies(tx *store.Tx, d act.Deed) error {
	all, err := people.Agencies(tx)
	if err != nil {
		return err
	}
	for _, a := range all {
		if err := listAgency(tx, d, a.ID, d.Object); err != nil {
			return err
		}
	}
	return nil
}

func active(tx *store.Tx) ([]string, error) {
	all, err := exchange.Partners(tx)
	var nodes []string
	for _, p := range all {
		if p.State != exchange.Removed {
			nodes = append(nodes, p.Node)
		}
	}
	return nodes, err
}

// answered hears a partner's receipt: what was asked is taken, or it was refused
// and is said to whoever asked.
func answered(tx *store.Tx, about string, r exchange.Receipt) error {
	if err := cooperation.Answered(tx, r); err != nil {
		return err
	}
	if err := publishing.Answered(tx, r); err != nil {
		return err
	}
	if err := jointfiles.Answered(tx, r); err != nil || r.Rung != exchange.Refused {
		return err
	}
	if err := cooperation.AskRefused(tx, about, r.Key); err != nil {
		return err
	}
	if err := response.Refused(tx, about, r.Key); err != nil {
		return err
	}
	return referrals.AskRefused(tx, about, r.Key)
}

// stopped hears of a letter that may not leave after all.
func stopped(tx *store.Tx, m exchange.Message, envelope, why string) error {
	if err := jointfiles.Stopped(tx, envelope, why); err != nil {
		return err
	}
	if strings.HasPrefix(m.Verb, "release.") {
		return publishing.Stopped(tx, envelope, why)
	}
	if m.Verb == "response.receive-across" {
		return response.Refused(tx, m.About, why)
	}
	return referrals.LetterStopped(tx, m.About, access.Verb(m.Verb), envelope, why)
}
