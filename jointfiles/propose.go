package jointfiles

import (
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// Propose puts a joint file before the other members. This node becomes its
// home, and agrees in proposing.
type Propose struct {
	Agreement string    `json:"agreement"`
	Members   []string  `json:"members"` // the other countries' agencies, "CO/agy_…"
	Purpose   string    `json:"purpose"`
	Subject   string    `json:"subject"`
	Ref       string    `json:"ref"` // how this side calls the case
	Limits    []string  `json:"limits"`
	Words     string    `json:"words"` // the limits of its use, in words
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	ReviewOn  time.Time `json:"review_on"` // zero for the day that the rule gives
}

// Verb names it.
func (Propose) Verb() access.Verb { return "jointfiles.propose" }

// Find makes the file that is proposed, with the asker's agency as its first
// member.
func (c Propose) Find(tx *store.Tx, who access.Who) (File, error) {
	own := who.Node + "/" + who.Agency
	f := File{ID: tx.NewID("jfl"), State: Proposed, Version: 1, Home: act.Here(tx), Agreement: c.Agreement, Purpose: c.Purpose, Subject: c.Subject,
		Limits: c.Limits, From: c.From, Since: tx.Now, CreatedAt: tx.Now, here: act.Here(tx)}
	f.Members = append([]string{own}, slices.DeleteFunc(slices.Clone(c.Members), func(m string) bool { return m == own })...)
	if f.From.IsZero() {
		f.From = f.today(tx)
	}
	return f, nil
}

// Do keeps it and sends it to the other members.
// law: untoc:19 untoc:18.19
func (c Propose) Do(tx *store.Tx, who access.Who, f File) error {
	if err := c.check(f); err != nil {
		return err
	}
	if err := f.until(tx, c.To); err != nil {
		return err
	}
	if !c.ReviewOn.IsZero() {
		f.ReviewOn = f.endOf(tx, c.ReviewOn).Add(-time.Second)
	}
	if err := c.holds(tx, f); err != nil {
		return err
	}
	if err := f.begin(tx, c.Words); err != nil {
		return err
	}
	if err := f.agreed(tx, f.here); err != nil {
		return err
	}
	if err := f.called(tx, f.here, c.Ref); err != nil {
		return err
	}
	if err := f.event(tx, c.Verb(), f.here); err != nil {
		return err
	}
	return f.carryAll(tx)
}

// check refuses what was filled in wrongly.
func (c Propose) check(f File) error {
	var check fault.Check
	check.That(c.Agreement != "", "agreement", "cooperation.choose-agreement")
	check.That(len(f.Members) > 1, "members", "jointfiles.two-members")
	check.That(membersFit(f.Members), "members", "jointfiles.one-each")
	check.That(slices.Contains(Purposes, c.Purpose), "purpose", "jointfiles.choose-purpose")
	check.That(slices.Contains(Subjects, c.Subject), "subject", "jointfiles.choose-subject")
	check.That(reference(c.Ref), "ref", "jointfiles.not-a-reference")
	check.That(len(c.Limits) > 0 && subset(c.Limits, Limits), "limits", "jointfiles.choose-limits")
	check.That(len([]rune(c.Words)) <= longest, "words", "jointfiles.too-long")
	check.That(!c.To.IsZero(), "to", "fault.required")
	check.That(c.To.IsZero() || !c.To.Before(f.From), "to", "jointfiles.ends-before")
	check.That(c.ReviewOn.IsZero() || c.ReviewOn.After(c.To), "review_on", "jointfiles.review-after")
	return check.Err()
}

// holds refuses what the agreement, the directory or the day does not allow.
func (c Propose) holds(tx *store.Tx, f File) error {
	if f.Over(tx.Now) {
		return fault.Invalid("to", "jointfiles.already-over")
	}
	if err := f.covered(tx); err != nil {
		return err
	}
	if err := f.known(tx); err != nil {
		return err
	}
	return f.fits(tx, "to", c.To)
}

// known refuses members that this node cannot write to, or whose signature it
// could not check.
func (f File) known(tx *store.Tx) error {
	partners, err := cooperation.Partners{}.Ask(tx, access.Who{})
	if err != nil {
		return err
	}
	for _, node := range f.Nodes() {
		paired := slices.ContainsFunc(partners, func(p cooperation.Partner) bool { return p.Node == node && p.State != cooperation.PartnerRemoved })
		if node != f.here && !paired {
			return fault.Invalid("members", "jointfiles.unpaired")
		}
		a, err := cooperation.AgencyOf(tx, node, f.agencyOf(node))
		if fault.Is(err, fault.KindNotFound) || err == nil && !a.Active {
			return fault.Invalid("members", "jointfiles.unknown-agency")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// membersFit reports whether there is one agency of each country.
func membersFit(members []string) bool {
	var nodes []string
	for _, m := range members {
		node, _, _ := strings.Cut(m, "/")
		if !memberShape.MatchString(m) || slices.Contains(nodes, node) {
			return false
		}
		nodes = append(nodes, node)
	}
	return true
}

func subset(codes, of []string) bool {
	return !slices.ContainsFunc(codes, func(c string) bool { return !slices.Contains(of, c) })
}

// begin keeps a new file, and the words of its limits under its own key.
func (f File) begin(tx *store.Tx, words string) error {
	if err := f.insert(tx); err != nil {
		return err
	}
	return vault.Put(tx, f.ID, map[string]string{"limits": words})
}

// Agree agrees for this side; with the last one's agreement the file is open.
type Agree struct {
	On
	Ref string `json:"ref"`
}

// Verb names it.
func (Agree) Verb() access.Verb { return "jointfiles.agree" }

// CarriesPerson is so: how a side calls a case is no more anybody's business than
// the case.
func (Agree) CarriesPerson() bool { return true }

// Do agrees. Each side does so once.
// law: untoc:19
func (c Agree) Do(tx *store.Tx, who access.Who, f File) error {
	next, err := Flow.Next(f.State, c.Verb())
	if err != nil {
		return err
	}
	if !reference(c.Ref) {
		return fault.Invalid("ref", "jointfiles.not-a-reference")
	}
	if err := f.working(tx); err != nil {
		return err
	}
	s, err := f.side(tx, who.Node)
	if err == nil && !s.AgreedAt.IsZero() {
		err = fault.Conflict("jointfiles.agreed-already")
	}
	if err != nil {
		return err
	}
	if err := f.called(tx, who.Node, c.Ref); err != nil {
		return err
	}
	if !f.atHome() {
		return f.ask(tx, c, f.Purpose)
	}
	if err := f.agreed(tx, who.Node); err != nil {
		return err
	}
	sides, err := f.sides(tx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(sides, func(s Side) bool { return s.AgreedAt.IsZero() }) {
		return f.move(tx, c.Verb(), next, who)
	}
	return f.move(tx, "jointfiles.begin", Opened, who)
}

// Decline says no to a proposal, or takes one's own back.
type Decline struct {
	On
	Reason string `json:"reason"`
}

// Verb names it.
func (Decline) Verb() access.Verb { return "jointfiles.decline" }

// Do declines.
func (c Decline) Do(tx *store.Tx, who access.Who, f File) error {
	if !slices.Contains(Reasons, c.Reason) {
		return fault.Invalid("reason", "jointfiles.choose-reason")
	}
	f.Reason = c.Reason
	return f.step(tx, who, c)
}
