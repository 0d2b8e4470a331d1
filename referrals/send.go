package referrals

import (
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// Start drafts a referral of a person to an agency. The fields are what may be
// sent; until somebody chooses, the profile and the needs.
type Start struct {
	Person   string   `json:"person"`
	ToNode   string   `json:"to_node"`
	ToAgency string   `json:"to_agency"`
	To       string   `json:"to"` // node and agency in one word, "CO/agy_…", as a page's choice has it
	Purpose  string   `json:"purpose"`
	Urgent   bool     `json:"urgent"`
	Fields   []string `json:"fields"`
	Note     string   `json:"note"` // what the receiver should know, without saying who it is
}

// Verb names it.
func (Start) Verb() access.Verb { return "referrals.start" }

// Find makes the draft, about a person who is there.
func (c Start) Find(tx *store.Tx, who access.Who) (Referral, error) {
	p, err := cases.Find(tx, c.Person)
	if err != nil {
		return Referral{}, err
	}
	if node, agency, ok := strings.Cut(c.To, "/"); ok {
		c.ToNode, c.ToAgency = node, agency
	}
	if len(c.Fields) == 0 {
		c.Fields = []string{"sex", "age_band", "citizenships", "languages", "interpreter", "needs"}
	}
	return Referral{ID: tx.NewID("ref"), State: Draft, Home: who.Node, FromNode: who.Node, FromAgency: who.Agency, FromUser: who.ID,
		ToNode: c.ToNode, ToAgency: c.ToAgency, Person: p.ID, Purpose: c.Purpose, Urgent: c.Urgent, Fields: c.Fields,
		Since: tx.Now, CreatedAt: tx.Now, assigned: p.Assigned()}, nil
}

// Do stores the draft.
func (c Start) Do(tx *store.Tx, who access.Who, r Referral) error {
	var check fault.Check
	check.That(slices.Contains(cases.Purposes, r.Purpose), "purpose", "fault.not-in-list")
	_, err := cases.GroupsOf(r.Fields)
	check.That(err == nil, "fields", "fault.not-in-list")
	to, err := cooperation.AgencyOf(tx, r.ToNode, r.ToAgency)
	check.That(err == nil && to.Active, "to", "referrals.unknown-agency")
	check.That(r.ToNode != r.FromNode || r.ToAgency != r.FromAgency, "to", "referrals.to-itself")
	if err := check.Err(); err != nil {
		return err
	}
	if r.ToNode == r.FromNode {
		r.ToUser = to.Duty
	}
	if err := r.insert(tx); err != nil {
		return err
	}
	return r.note(tx, string(c.Verb()), Sender, "", c.Note)
}

// Choose sets which fields may be sent, while nothing has been.
type Choose struct {
	On
	Fields []string `json:"fields"`
}

// Verb names it.
func (Choose) Verb() access.Verb { return "referrals.choose-fields" }

// Do keeps the choice. It undoes a confirmed consent only by failing to be
// covered: sending checks again.
func (c Choose) Do(tx *store.Tx, who access.Who, r Referral) error {
	if r.State != Draft && r.State != ConsentConfirmed {
		return fault.Conflict("referrals.fields-fixed")
	}
	if len(c.Fields) == 0 {
		return fault.Invalid("fields", "fault.choose-one")
	}
	if _, err := cases.GroupsOf(c.Fields); err != nil {
		return err
	}
	r.Fields = c.Fields
	return r.update(tx)
}

// ConfirmConsent finds that everything is there: consent for this receiver,
// purpose and these fields, an agreement, a fresh risk assessment and, for a
// child, what a child needs.
type ConfirmConsent struct{ On }

// Verb names it.
func (ConfirmConsent) Verb() access.Verb { return "referrals.confirm-consent" }

// Do checks and moves.
func (c ConfirmConsent) Do(tx *store.Tx, who access.Who, r Referral) error {
	return step(tx, r, c, "", func(r *Referral) error { return r.ready(tx) })
}

// Send sends the safe preview. The person's identity does not leave yet.
type Send struct{ On }

// Verb names it.
func (Send) Verb() access.Verb { return "referrals.send" }

// Do checks everything once more, in the same transaction, and sends.
func (c Send) Do(tx *store.Tx, who access.Who, r Referral) error {
	note, err := r.firstWord(tx)
	if err != nil {
		return err
	}
	return step(tx, r, c, note, func(r *Referral) error { return r.prepare(tx) })
}

// prepare checks and fills the preview from the person's codes.
func (r *Referral) prepare(tx *store.Tx) error {
	if err := r.ready(tx); err != nil {
		return err
	}
	p, err := cases.Find(tx, r.Person)
	if err != nil {
		return err
	}
	r.Preview = previewOf(p, r.Fields)
	return nil
}

// previewOf takes of the person's codes only the chosen ones. That it is a child
// is always said: the receiver must know whom to send.
func previewOf(p cases.Person, fields []string) Preview {
	v := Preview{Child: p.Child()}
	chosen := func(name string) bool { return slices.Contains(fields, name) }
	if chosen("sex") {
		v.Sex = p.Sex
	}
	if chosen("age_band") {
		v.AgeBand = p.AgeBand
	}
	if chosen("citizenships") {
		v.Citizenships = p.Citizenships
	}
	if chosen("languages") {
		v.Languages = p.Languages
	}
	if chosen("interpreter") {
		v.Interpreter = p.Interpreter
	}
	if chosen("needs") {
		v.Needs = p.Needs
	}
	return v
}

func (r Referral) firstWord(tx *store.Tx) (string, error) {
	id, err := store.One(tx, store.Value[string], `SELECT id FROM referral_event WHERE referral = $1 AND verb = 'referrals.start'`, r.ID)
	if err != nil {
		return "", err
	}
	words, err := vault.Get(tx, r.ID, "event."+id)
	return words["event."+id], err
}

// SupplyInformation answers what the receiver asked.
type SupplyInformation struct {
	On
	Answer string `json:"answer"`
}

// Verb names it.
func (SupplyInformation) Verb() access.Verb { return "referrals.supply-information" }

// Do answers, if consent still stands.
func (c SupplyInformation) Do(tx *store.Tx, who access.Who, r Referral) error {
	if c.Answer == "" {
		return fault.Invalid("answer", "fault.required")
	}
	return step(tx, r, c, c.Answer, func(r *Referral) error { return r.ready(tx) })
}

// StartTransfer says that the person is on the way to whoever meets them.
type StartTransfer struct {
	On
	ETA time.Time `json:"eta"`
}

// Verb names it.
func (StartTransfer) Verb() access.Verb { return "referrals.start-transfer" }

// Do checks again that the person still wants it, and starts the arrival clock.
func (c StartTransfer) Do(tx *store.Tx, who access.Who, r Referral) error {
	if !c.ETA.After(tx.Now) {
		return fault.Invalid("eta", "fault.in-the-past")
	}
	return step(tx, r, c, "", func(r *Referral) error {
		r.ETA = c.ETA
		return r.ready(tx)
	})
}

// Discard drops a draft that will not be sent.
type Discard struct{ On }

// Verb names it.
func (Discard) Verb() access.Verb { return "referrals.discard" }

// Do drops it.
func (c Discard) Do(tx *store.Tx, who access.Who, r Referral) error { return step(tx, r, c, "", nil) }

// Suspend stops a referral because of a danger.
type Suspend struct {
	On
	Reason string `json:"reason"`
	Note   string `json:"note"`
}

// Verb names it.
func (Suspend) Verb() access.Verb { return "referrals.suspend" }

// Do stops it; either side may.
func (c Suspend) Do(tx *store.Tx, who access.Who, r Referral) error {
	return withReason(tx, r, c, c.Reason, c.Note)
}

// Resume sends it again after a suspension, with everything checked anew.
type Resume struct{ On }

// Verb names it.
func (Resume) Verb() access.Verb { return "referrals.resume" }

// Do checks and resumes.
func (c Resume) Do(tx *store.Tx, who access.Who, r Referral) error {
	return step(tx, r, c, "", func(r *Referral) error { return r.prepare(tx) })
}

func withReason(tx *store.Tx, r Referral, c command, reason, note string) error {
	if !slices.Contains(reasons, reason) {
		return fault.Invalid("reason", "fault.not-in-list")
	}
	return step(tx, r, c, note, func(r *Referral) error {
		r.Reason = reason
		return nil
	})
}
