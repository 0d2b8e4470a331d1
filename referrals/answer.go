package referrals

import (
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// Acknowledge says that somebody has seen it. Whoever does is from then on the
// named person on the receiving side.
type Acknowledge struct{ On }

// Verb names it.
func (Acknowledge) Verb() access.Verb { return "referrals.acknowledge" }

// Do acknowledges.
func (c Acknowledge) Do(tx *store.Tx, who access.Who, r Referral) error {
	return step(tx, r, c, "", func(r *Referral) error {
		if who.Kind == access.User {
			r.ToUser = who.ID
		}
		return nil
	})
}

// RequestInformation asks the sender for something.
type RequestInformation struct {
	On
	Question string `json:"question"`
}

// Verb names it.
func (RequestInformation) Verb() access.Verb { return "referrals.request-information" }

// Do asks.
func (c RequestInformation) Do(tx *store.Tx, who access.Who, r Referral) error {
	if c.Question == "" {
		return fault.Invalid("question", "fault.required")
	}
	return step(tx, r, c, c.Question, nil)
}

// Accept takes the person on: the receiving agency becomes responsible, and the
// full package leaves.
type Accept struct{ On }

// Verb names it.
func (Accept) Verb() access.Verb { return "referrals.accept" }

// Do accepts. At home it checks consent once more, in the transaction in which
// the package leaves.
func (c Accept) Do(tx *store.Tx, who access.Who, r Referral) error {
	return step(tx, r, c, "", func(r *Referral) error {
		if r.Home != act.Here(tx) {
			return nil
		}
		return r.ready(tx)
	})
}

// Decline refuses, with a reason that the sender can act on.
type Decline struct {
	On
	Reason string `json:"reason"`
	Note   string `json:"note"`
}

// Verb names it.
func (Decline) Verb() access.Verb { return "referrals.decline" }

// Do declines.
func (c Decline) Do(tx *store.Tx, who access.Who, r Referral) error {
	return withReason(tx, r, c, c.Reason, c.Note)
}

// Redirect names another agency that should be asked instead. It does not pass
// anything on: the person agreed to this receiver, so the sender asks them anew.
type Redirect struct {
	On
	Suggested string `json:"suggested"`
	Note      string `json:"note"`
}

// Verb names it.
func (Redirect) Verb() access.Verb { return "referrals.redirect" }

// Do redirects.
func (c Redirect) Do(tx *store.Tx, who access.Who, r Referral) error {
	if c.Suggested == "" {
		return fault.Invalid("suggested", "fault.required")
	}
	return step(tx, r, c, c.Note, func(r *Referral) error {
		r.Suggested, r.Reason = c.Suggested, "other-agency-better"
		return nil
	})
}

// PrepareReception names the person who meets the arrival, and where.
type PrepareReception struct {
	On
	Meeter string `json:"meeter"` // who: a name and how they are recognised
	Phone  string `json:"phone"`
	Where  string `json:"where"`
}

// Verb names it.
func (PrepareReception) Verb() access.Verb { return "referrals.prepare-reception" }

// Do keeps who meets them, sealed.
func (c PrepareReception) Do(tx *store.Tx, who access.Who, r Referral) error {
	var check fault.Check
	check.That(strings.TrimSpace(c.Meeter) != "", "meeter", "referrals.nobody-meets")
	check.That(strings.TrimSpace(c.Phone) != "", "phone", "fault.required")
	check.That(strings.TrimSpace(c.Where) != "", "where", "fault.required")
	if err := check.Err(); err != nil {
		return err
	}
	err := vault.Put(tx, r.ID, map[string]string{"meeter": c.Meeter, "meeter_phone": c.Phone, "meeting_place": c.Where})
	if err != nil {
		return err
	}
	return step(tx, r, c, "", nil)
}
