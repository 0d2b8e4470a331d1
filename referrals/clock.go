package referrals

import (
	"istmo/access"
	"istmo/act"
	"istmo/store"
)

// Escalate tells the named person of this side's agency that a clock has run
// out. It is the clock's own verb; each side tells its own people.
type Escalate struct{ On }

// Verb names it.
func (Escalate) Verb() access.Verb { return "referrals.escalate" }

// Do notes whom it tells. A person who is on the way and not confirmed is, from
// the same moment, one who did not arrive.
func (c Escalate) Do(tx *store.Tx, who access.Who, r Referral) error {
	if err := r.escalate(tx); err != nil {
		return err
	}
	if err := r.update(tx); err != nil {
		return err
	}
	if err := r.note(tx, string(c.Verb()), "clock", r.DueKey, ""); err != nil {
		return err
	}
	if r.State == UnderWay && r.Home == act.Here(tx) {
		return act.Then(tx, act.Deed{}, ReportNotArrived{On: c.On})
	}
	return nil
}
