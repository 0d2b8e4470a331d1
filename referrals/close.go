package referrals

import (
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// ConfirmArrival says that the person is there and met.
type ConfirmArrival struct{ On }

// Verb names it.
func (ConfirmArrival) Verb() access.Verb { return "referrals.confirm-arrival" }

// Do confirms.
func (c ConfirmArrival) Do(tx *store.Tx, who access.Who, r Referral) error {
	return step(tx, r, c, "", func(r *Referral) error {
		r.ArrivedAt = tx.Now
		return nil
	})
}

// ReportNotArrived raises the alert that somebody did not arrive. The arrival
// clock raises it too when nobody does.
type ReportNotArrived struct {
	On
	Note string `json:"note"`
}

// Verb names it.
func (ReportNotArrived) Verb() access.Verb { return "referrals.report-not-arrived" }

// Do raises it and tells a named person on each side.
func (c ReportNotArrived) Do(tx *store.Tx, who access.Who, r Referral) error {
	return step(tx, r, c, c.Note, nil)
}

// Follow says how the person is, at a visit.
type Follow struct {
	On
	Outcomes []string `json:"outcomes"`
	Note     string   `json:"note"`
}

// FollowUpOutcomes are the codes of how a person is found.
var FollowUpOutcomes = []string{"safe", "housed", "working", "studying", "in-care", "needs-more-help", "in-danger", "re-trafficked", "not-reached"}

// Verb names it.
func (Follow) Verb() access.Verb { return "referrals.follow-up" }

// Do keeps it.
func (c Follow) Do(tx *store.Tx, who access.Who, r Referral) error {
	unknown := func(o string) bool { return !slices.Contains(FollowUpOutcomes, o) }
	if len(c.Outcomes) == 0 || slices.ContainsFunc(c.Outcomes, unknown) {
		return fault.Invalid("outcomes", "fault.not-in-list")
	}
	return step(tx, r, c, c.Note, func(r *Referral) error {
		r.Visits++
		r.Reason = c.Outcomes[0]
		return nil
	})
}

// Close ends it.
type Close struct {
	On
	Reason string `json:"reason"`
	Note   string `json:"note"`
}

// Verb names it.
func (Close) Verb() access.Verb { return "referrals.close" }

// Do ends it with a reason.
func (c Close) Do(tx *store.Tx, who access.Who, r Referral) error {
	return withReason(tx, r, c, c.Reason, c.Note)
}

// Withdraw ends it because the person does not want it any more. Either side may
// hear them say so. It also follows when they withdraw the consent on which it
// rests.
type Withdraw struct{ On }

// Verb names it.
func (Withdraw) Verb() access.Verb { return "referrals.withdraw" }

// Do stops what has not left and recalls what has. On a mirror it asks home.
func (c Withdraw) Do(tx *store.Tx, who access.Who, r Referral) error {
	if r.Home != act.Here(tx) {
		return step(tx, r, c, "", nil)
	}
	if err := r.takeBack(tx); err != nil {
		return err
	}
	if err := step(tx, r, c, "", nil); err != nil {
		return err
	}
	return recall(tx, r.ID)
}

// takeBack removes from the outbox what has not left yet. When nothing had, the
// other side never learns that there was a referral.
func (r *Referral) takeBack(tx *store.Tx) error {
	if r.peer(act.Here(tx)) == "" || r.Envelope == "" {
		return nil
	}
	left, err := act.Recall(tx, r.ID)
	if err != nil {
		return err
	}
	if !slices.Contains(left, r.Envelope) {
		r.Envelope = ""
	}
	if !slices.Contains(left, r.Package) {
		r.Package, r.PackedAt = "", time.Time{}
	}
	return r.update(tx)
}

// recall asks the receiver to destroy the package, if it may have it.
func recall(tx *store.Tx, id string) error {
	r, err := Find(tx, id)
	if err != nil || r.PackedAt.IsZero() || r.Recall != "" {
		return err
	}
	c := Recall{On{r.ID}}
	peer := r.peer(act.Here(tx))
	if peer == "" {
		return c.Do(tx, access.Who{}, r)
	}
	if err := r.awaitAnswer(tx); err != nil {
		return err
	}
	_, err = act.Tell(tx, act.Letter{To: peer, Agreement: r.Agreement, Purpose: cooperation.ForSafety, About: r.ID, Command: c})
	if unpaired(err) {
		return r.note(tx, "referrals.untold", Sender, peer, "")
	}
	return err
}

// awaitAnswer starts the clock of a recall.
func (r *Referral) awaitAnswer(tx *store.Tx) error {
	clock, err := cooperation.Due(tx, r.ToNode, "referral.recall", tx.Now)
	if err != nil {
		return err
	}
	r.Recall, r.DueAt, r.DueKey, r.EscalatedAt = "asked", clock.Due, "referral.recall", time.Time{}
	return r.update(tx)
}

// Recall is home's demand that the package be destroyed. What nobody has opened
// is destroyed at once; of the rest a person decides, against a clock.
type Recall struct{ On }

// Verb names it.
func (Recall) Verb() access.Verb { return "referrals.recall" }

// Do recalls, on the receiver's node.
func (c Recall) Do(tx *store.Tx, who access.Who, r Referral) error {
	if err := r.awaitAnswer(tx); err != nil {
		return err
	}
	if r.ReadAt.IsZero() {
		return r.answerRecall(tx, AnswerRecall{On: c.On, Destroyed: true})
	}
	return r.note(tx, string(c.Verb()), Sender, "", "")
}

// EndOn withdraws every referral that rests on a consent. It follows from
// cases.withdraw-consent, in the same transaction.
func EndOn(tx *store.Tx, d act.Deed, consent string) error {
	ids, err := store.All(tx, store.Value[string], `SELECT id FROM referral WHERE consent = $1 AND home = $2`, consent, act.Here(tx))
	if err != nil {
		return err
	}
	for _, id := range ids {
		r, err := Find(tx, id)
		if err != nil {
			return err
		}
		if Flow.Place(r.State).End {
			if err := recall(tx, id); err != nil {
				return err
			}
			continue
		}
		if err := act.Then(tx, d, Withdraw{On{id}}); err != nil {
			return err
		}
	}
	return nil
}

// AnswerRecall is the receiver's answer to a withdrawal: what it held is
// destroyed, or a law requires it to be kept, and which. It travels in a signed
// envelope, which is the proof.
type AnswerRecall struct {
	On
	Destroyed bool   `json:"destroyed"`
	Basis     string `json:"basis"` // the law on which it is kept
}

// Verb names it.
func (AnswerRecall) Verb() access.Verb { return "referrals.answer-recall" }

// Do answers: at the receiver it erases the file, and at home it is noted.
func (c AnswerRecall) Do(tx *store.Tx, who access.Who, r Referral) error {
	if r.Recall != "asked" {
		return fault.Conflict("referrals.no-recall")
	}
	if !c.Destroyed && strings.TrimSpace(c.Basis) == "" {
		return fault.Invalid("basis", "referrals.basis-needed")
	}
	return r.answerRecall(tx, c)
}

func (r Referral) answerRecall(tx *store.Tx, c AnswerRecall) error {
	r.Recall, r.RecallBasis, r.DueAt, r.DueKey = "kept", c.Basis, time.Time{}, ""
	if c.Destroyed {
		r.Recall, r.RecallBasis = "destroyed", ""
	}
	home, holder := r.Home == act.Here(tx), r.ToNode == act.Here(tx)
	if holder && c.Destroyed {
		if err := destroy(tx, r); err != nil {
			return err
		}
	}
	if err := r.update(tx); err != nil {
		return err
	}
	if err := r.note(tx, string(c.Verb()), Receiver, r.Recall, r.RecallBasis); err != nil || home {
		return err
	}
	_, err := act.Tell(tx, act.Letter{To: r.Home, Agreement: r.Agreement, Purpose: cooperation.ForSafety, About: r.ID, Command: c})
	return err
}

// destroy erases the file that this referral began here.
func destroy(tx *store.Tx, r Referral) error {
	p, err := cases.ReceivedBy(tx, r.ToAgency, r.ID)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	return act.Then(tx, act.Deed{}, cases.Erase{On: cases.On{Person: p.ID}})
}
