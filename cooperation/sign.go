package cooperation

import (
	"cmp"
	"regexp"
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
)

// ProposeAgreement puts an agreement before its parties. This node becomes its
// depositary and signs it in proposing it.
type ProposeAgreement struct {
	TitleES  string    `json:"title_es"`
	TitleEN  string    `json:"title_en"`
	Source   string    `json:"source"`
	Parties  []string  `json:"parties"`
	Verbs    []string  `json:"verbs"`
	Purposes []string  `json:"purposes"`
	Groups   []string  `json:"groups"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`

	Kind      string   `json:"kind"`
	Languages []string `json:"languages"`
	Lines     []string `json:"lines"`
	Frame     []string `json:"frame"`
	KnownES   string   `json:"known_es"`
	KnownEN   string   `json:"known_en"`
}

// Verb names it.
func (ProposeAgreement) Verb() access.Verb { return "cooperation.propose-agreement" }

// Find makes the agreement that is proposed.
func (c ProposeAgreement) Find(tx *store.Tx, who access.Who) (Agreement, error) {
	a := Agreement{ID: tx.NewID("agr"), Home: who.Node, TitleES: c.TitleES, TitleEN: c.TitleEN, Source: c.Source,
		Parties: c.Parties, Verbs: c.Verbs, Purposes: c.Purposes, Groups: c.Groups, From: c.From, To: c.To,
		Signed: []string{who.Node}, State: Proposed, Version: 1,
		Kind: cmp.Or(c.Kind, "other"), Languages: c.Languages, Lines: c.Lines, Frame: c.Frame, KnownES: c.KnownES, KnownEN: c.KnownEN}
	if a.From.IsZero() {
		a.From = tx.Now
	}
	if !slices.Contains(a.Parties, who.Node) {
		a.Parties = append([]string{who.Node}, a.Parties...)
	}
	return a, nil
}

// Do stores it and sends it to the other parties.
func (c ProposeAgreement) Do(tx *store.Tx, who access.Who, a Agreement) error {
	var check fault.Check
	check.That(c.TitleES != "", "title_es", "fault.required")
	check.That(c.TitleEN != "", "title_en", "fault.required")
	check.That(len(a.Parties) > 1, "parties", "cooperation.two-parties")
	check.That(len(c.Verbs) > 0, "verbs", "fault.required")
	check.That(len(c.Purposes) > 0, "purposes", "fault.required")
	check.That(c.To.IsZero() || c.To.After(a.From), "to", "cooperation.ends-before")
	check.That(slices.Contains(Kinds, a.Kind), "kind", "fault.not-in-list")
	check.That(all(c.Languages, languageCode), "languages", "cooperation.language-code")
	check.That(all(c.Lines, lineCode), "lines", "cooperation.line-code")
	check.That(all(c.Frame, frameCode), "frame", "cooperation.frame-code")
	check.That(len(c.KnownES) <= longestText, "known_es", "fault.too-long")
	check.That(len(c.KnownEN) <= longestText, "known_en", "fault.too-long")
	if err := check.Err(); err != nil {
		return err
	}
	if err := a.insert(tx); err != nil {
		return err
	}
	return a.tell(tx)
}

// What the codes of an agreement look like.
var (
	languageCode = regexp.MustCompile(`^[a-z]{2,3}$`)
	lineCode     = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	frameCode    = regexp.MustCompile(`^[a-z0-9][a-z0-9.:-]{0,39}$`)
)

func all(codes []string, form *regexp.Regexp) bool {
	return !slices.ContainsFunc(codes, func(c string) bool { return !form.MatchString(c) })
}

// On says which agreement a verb is about.
type On struct {
	ID string `json:"id"`
}

// Find loads it. A party asks the depositary and nobody else: what it asked of a
// mirror would go on in that country's name.
func (c On) Find(tx *store.Tx, who access.Who) (Agreement, error) {
	a, err := findAgreement(tx, c.ID)
	if err == nil && who.Kind == access.Partner && a.Home != here(tx) {
		err = fault.Denied()
	}
	return a, err
}

// SignAgreement signs for this node; the last signature brings it into force.
// What is signed is what was read: the digest says which text that was.
type SignAgreement struct {
	On
	Digest string `json:"digest"` // of the text that was shown; may be empty for this node's own
}

// Verb names it.
func (SignAgreement) Verb() access.Verb { return "cooperation.sign-agreement" }

// Do signs. On a mirror it asks the depositary, who counts the signatures.
func (c SignAgreement) Do(tx *store.Tx, who access.Who, a Agreement) error {
	text, partner := a.Digest(), who.Kind == access.Partner
	switch {
	case !slices.Contains(a.Parties, who.Node):
		return fault.Denied()
	case (partner || c.Digest != "") && c.Digest != text:
		return fault.Conflict("cooperation.text-moved")
	case partner && slices.Contains(a.Signed, who.Node):
		return a.show(tx, who.Node) // it has lost count: it is told again
	}
	if _, err := Flow.Next(a.State, c.Verb()); err != nil {
		return err
	}
	if a.Home != here(tx) {
		a.Ours, a.Refused = text, ""
		if err := a.update(tx); err != nil {
			return err
		}
		return ask(tx, a, SignAgreement{c.On, text})
	}
	if !slices.Contains(a.Signed, who.Node) {
		a.Signed = append(a.Signed, who.Node)
	}
	if len(a.Signed) == len(a.Parties) {
		return a.move(tx, "cooperation.bring-into-force")
	}
	return a.move(tx, c.Verb())
}

// SuspendAgreement stops personal data under it, on both sides, at once.
type SuspendAgreement struct{ On }

// Verb names it.
func (SuspendAgreement) Verb() access.Verb { return "cooperation.suspend-agreement" }

// Do halts it for the asking node.
func (c SuspendAgreement) Do(tx *store.Tx, who access.Who, a Agreement) error {
	if slices.Contains(a.Halted, who.Node) {
		return nil
	}
	return a.halt(tx, c, append(a.Halted, who.Node))
}

// ResumeAgreement takes this node's halt back.
type ResumeAgreement struct{ On }

// Verb names it.
func (ResumeAgreement) Verb() access.Verb { return "cooperation.resume-agreement" }

// Do lifts the asking node's halt, and nobody else's.
func (c ResumeAgreement) Do(tx *store.Tx, who access.Who, a Agreement) error {
	return a.halt(tx, c, slices.DeleteFunc(slices.Clone(a.Halted), func(n string) bool { return n == who.Node }))
}

// halt takes effect here at once, even on a mirror: a party that stops is not
// made to wait for the depositary.
func (a Agreement) halt(tx *store.Tx, c letter, halted []string) error {
	if _, err := Flow.Next(a.State, c.Verb()); err != nil {
		return err
	}
	a.Halted = halted
	if a.Home != here(tx) {
		a.Refused = ""
		if err := a.update(tx); err != nil {
			return err
		}
		return ask(tx, a, c)
	}
	return a.move(tx, c.Verb())
}

// EndAgreement ends it for good, for all parties.
type EndAgreement struct{ On }

// Verb names it.
func (EndAgreement) Verb() access.Verb { return "cooperation.end-agreement" }

// Do ends it. A party that ends it stops here at once, as with a halt.
func (c EndAgreement) Do(tx *store.Tx, who access.Who, a Agreement) error {
	if a.Home == here(tx) {
		return a.move(tx, c.Verb())
	}
	if _, err := Flow.Next(a.State, c.Verb()); err != nil {
		return err
	}
	if !slices.Contains(a.Halted, who.Node) {
		a.Halted = append(a.Halted, who.Node)
	}
	a.Refused = ""
	if err := a.update(tx); err != nil {
		return err
	}
	return ask(tx, a, c)
}

func (a Agreement) move(tx *store.Tx, verb access.Verb) error {
	next, err := Flow.Next(a.State, verb)
	if err != nil {
		return err
	}
	a.was, a.State, a.Version = a.State, next, a.Version+1
	if err := a.update(tx); err != nil {
		return err
	}
	return a.tell(tx)
}

type letter interface{ Verb() access.Verb }

func ask(tx *store.Tx, a Agreement, c letter) error {
	_, err := act.Tell(tx, act.Letter{To: a.Home, Purpose: ForCooperation, About: a.ID, Command: c})
	return err
}

// tell sends the agreement as it now stands to every other party.
func (a Agreement) tell(tx *store.Tx) error {
	for _, party := range a.Parties {
		if party == here(tx) {
			continue
		}
		if err := a.show(tx, party); err != nil {
			return err
		}
	}
	return nil
}

func (a Agreement) show(tx *store.Tx, party string) error {
	_, err := act.Tell(tx, act.Letter{To: party, Purpose: ForCooperation, About: a.ID, Command: MirrorAgreement{Agreement: a.bare()}})
	return err
}

// MirrorAgreement is how a depositary shows an agreement to the other parties.
type MirrorAgreement struct {
	Agreement Agreement `json:"agreement"`
	from      string
}

// Verb names it.
func (MirrorAgreement) Verb() access.Verb { return "cooperation.mirror-agreement" }

// CarriedBy notes who sent it.
func (c *MirrorAgreement) CarriedBy(d act.Delivery) { c.from = d.From }

// Find takes the agreement as sent, if its home sent it.
func (c MirrorAgreement) Find(tx *store.Tx, who access.Who) (Agreement, error) {
	a := c.Agreement.bare()
	if a.Home != c.from || !slices.Contains(a.Parties, here(tx)) {
		return a, fault.Denied()
	}
	return a, nil
}

// Do keeps it, unless what is here is newer or has another home. What this node
// has signed stays as it was signed, whatever the depositary shows.
func (c MirrorAgreement) Do(tx *store.Tx, who access.Who, a Agreement) error {
	old, err := findAgreement(tx, a.ID)
	switch {
	case fault.Is(err, fault.KindNotFound):
		return a.meet(tx)
	case err != nil || old.Version >= a.Version:
		return err
	case old.Home != a.Home || !leads(old.State, a.State):
		return fault.Denied()
	}
	signed, here := old.signed(here(tx)), here(tx)
	counted := slices.Contains(old.Signed, here) || slices.Contains(a.Signed, here)
	if signed != a.Digest() && counted {
		return old.dispute(tx, a)
	}
	a.was = old.State
	if slices.Contains(old.Signed, here) || !slices.Contains(a.Signed, here) {
		a.Refused = old.Refused // told until something else is asked, or our signature counts
	}
	if signed == a.Digest() {
		a.Ours = signed
	} // else the text moved before our signature was counted, and it falls
	return a.replace(tx)
}

// meet takes an agreement that is new here. It cannot bear our signature: nobody
// here has read it.
func (a Agreement) meet(tx *store.Tx) error {
	if slices.Contains(a.Signed, here(tx)) {
		return fault.Denied()
	}
	if a.was = ""; a.State != Proposed { // met late: it takes the way that the table knows
		a.was = Proposed
	}
	if a.State != Proposed && !leads(Proposed, a.State) {
		return fault.Denied()
	}
	return a.insert(tx)
}

// leads reports whether the table knows a way from a state to another, or the
// same state again.
func leads(from, to flow.State) bool {
	return slices.ContainsFunc(Flow.Moves, func(m flow.Move) bool { return m.From == from && m.To == to })
}

// signed is the digest of the text that this node has signed, or nothing.
func (a Agreement) signed(node string) string {
	if a.Ours == "" && slices.Contains(a.Signed, node) { // signed before digests were kept
		return a.Digest()
	}
	return a.Ours
}

// dispute keeps the text that stands here and notes that the depositary shows
// another, or a signature of ours that we have not given. Of what it says only
// that is heard which stops: a halt, an end.
func (a Agreement) dispute(tx *store.Tx, shown Agreement) error {
	a.Other = shown.Digest()
	for _, n := range shown.Halted {
		if !slices.Contains(a.Halted, n) {
			a.Halted = append(a.Halted, n)
		}
	}
	if shown.State == Ended {
		a.was, a.State = a.State, Ended
	}
	return a.update(tx)
}

// AskRefused hears that the depositary refused what was last asked of it. A
// signature that it has not counted falls: the text may be read and signed anew.
func AskRefused(tx *store.Tx, id, why string) error {
	a, err := findAgreement(tx, id)
	if fault.Is(err, fault.KindNotFound) || err == nil && a.Home == here(tx) {
		return nil
	}
	if err != nil {
		return err
	}
	if a.Refused = why; !slices.Contains(a.Signed, here(tx)) {
		a.Ours = ""
	}
	return a.update(tx)
}

// Agreements lists them all, newest first.
type Agreements struct{}

// Verb names it.
func (Agreements) Verb() access.Verb { return "cooperation.agreements" }

// Ask lists them.
func (Agreements) Ask(tx *store.Tx, who access.Who) ([]Agreement, error) {
	all, err := wholeAgreements(tx)
	for i := range all {
		all[i].Sum = all[i].Digest()
	}
	return all, err
}
