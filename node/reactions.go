package node

import (
	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/exchange"
	"istmo/jointfiles"
	"istmo/referrals"
	"istmo/screening"
	"istmo/store"
)

// reactions is every consequence of one feature's deed in another. Each runs in
// the deed's own transaction.
func reactions(e *act.Engine) {
	e.On("cases.withdraw-consent", endWhatRestsOnConsent)
	e.On("cases.open", func(tx *store.Tx, d act.Deed) error { return referrals.FileOpened(tx, d.Person) })
	e.On("cases.erase", func(tx *store.Tx, d act.Deed) error { return referrals.EndOf(tx, d, d.Person) })
	e.On("cases.erase", forgetScreenings)
	e.On("people.add-agency", func(tx *store.Tx, d act.Deed) error { return listAgency(tx, d, d.Object) })
	e.On("people.set-escalation", func(tx *store.Tx, d act.Deed) error { return listAgency(tx, d, d.Object) })
	e.On("cooperation.add-partner", listAgencies)
	e.On("cooperation.add-partner", func(tx *store.Tx, d act.Deed) error { return cooperation.ShowResponses(tx, d.Object) })
	e.On("cooperation.resume-agreement", jointfiles.Resume)
	e.On("cooperation.mirror-agreement", jointfiles.Resume)
	e.On("cooperation.remove-partner", func(tx *store.Tx, d act.Deed) error { return referrals.Strand(tx, d, d.Object) })
	told(e) // told.go: who hears, outside of the node, that something waits
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
	if err := jointfiles.Answered(tx, r); err != nil || r.Rung != exchange.Refused {
		return err
	}
	if err := cooperation.AskRefused(tx, about, r.Key); err != nil {
		return err
	}
	return referrals.AskRefused(tx, about, r.Key)
}

// stopped hears of a letter that may not leave after all.
func stopped(tx *store.Tx, m exchange.Message, envelope, why string) error {
	if err := jointfiles.Stopped(tx, envelope, why); err != nil {
		return err
	}
	return referrals.LetterStopped(tx, m.About, access.Verb(m.Verb), envelope, why)
}
