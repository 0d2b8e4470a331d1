package roadmap

import (
	"strings"

	"istmo/access"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// Propose puts a commitment before the other parties. In proposing it the
// proposer's country accepts its words.
type Propose struct {
	cooperation.By
	ID        string `json:"id"` // given by the node of the proposer
	Agreement string `json:"agreement"`
	Meeting   string `json:"meeting"`
	Amends    string `json:"amends"`
	Text
}

// Verb names it.
func (Propose) Verb() access.Verb { return "roadmap.propose" }

// Find makes the commitment that is proposed.
func (c Propose) Find(tx *store.Tx, who access.Who) (Commitment, error) {
	if who.Kind != access.Partner {
		c.ID = ""
	}
	j, err := cooperation.Begin(tx, "cmt", c.ID, c.Agreement)
	return Commitment{Joint: j, FromNode: who.Node, Meeting: c.Meeting, Amends: c.Amends, Revision: 1, State: Proposed, CreatedAt: tx.Now}, err
}

// Do keeps it. Home shows it to the others; elsewhere it stands, and waits for
// home to take it on.
func (c Propose) Do(tx *store.Tx, who access.Who, p Commitment) error {
	by, err := c.As(tx, who)
	if err != nil {
		return err
	}
	if c.Text, err = fixed(tx, who, p.Joint, c.Text); err != nil {
		return err
	}
	if err := amendable(tx, p); err != nil {
		return err
	}
	c.ID, c.By, p.FromAgency, p.Text, p.MovedAt, p.Value = p.ID, by, by.Agency, c.Text, tx.Now, c.Baseline
	home := p.AtHome(tx)
	if home {
		p.Version = 1
	}
	if err := p.insert(tx); err != nil {
		if store.Unique(err) {
			return fault.Conflict("roadmap.known")
		}
		return err
	}
	r := Revision{N: 1, Node: who.Node, Agency: by.Agency, At: tx.Now, Hash: p.Text.Hash(p.ID).String(), Text: p.Text}
	if err := r.insert(tx, p.ID); err != nil {
		return err
	}
	if err := (Assent{who.Node, Acceptance, 1, r.Hash, by.Agency, tx.Now}).insert(tx, p.ID); err != nil {
		return err
	}
	if home {
		return p.show(tx)
	}
	return p.Ask(tx, who, c)
}

// fixed is a text that may stand: checked, and settled by its author's own node.
func fixed(tx *store.Tx, who access.Who, j cooperation.Joint, t Text) (Text, error) {
	a, err := cooperation.FindAgreement(tx, j.Agreement)
	if err == nil {
		err = t.Check(a)
	}
	switch {
	case err != nil:
		return t, err
	case who.Kind != access.Partner:
		return t.settled(tx)
	case !t.trimmed():
		return t, fault.Conflict("roadmap.other-words")
	}
	return t, nil
}

// amendable refuses an amendment to what is not in the plan, or is being amended.
func amendable(tx *store.Tx, p Commitment) error {
	if p.Amends == "" {
		return nil
	}
	old, err := Find(tx, p.Amends)
	if fault.Is(err, fault.KindNotFound) || err == nil && (old.Agreement != p.Agreement || !old.Live()) {
		return fault.Conflict("roadmap.not-in-plan")
	}
	if err != nil {
		return err
	}
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM commitment WHERE amends = $1 AND id <> $2 AND state IN ('proposed', 'agreed', 'cleared')`, p.Amends, p.ID)
	if err == nil && n > 0 {
		err = fault.Conflict("roadmap.amended-already")
	}
	return err
}

// Counter puts other words in the place of the current ones. Whoever counters
// accepts what they wrote, and whatever was accepted before has to be accepted
// anew. Two who counter at once both stand, and the later says so.
type Counter struct {
	cooperation.By
	On
	BasedOn int64 `json:"based_on"` // the revision that its author had before them
	Text
}

// Verb names it.
func (Counter) Verb() access.Verb { return "roadmap.counter" }

// Do adds the revision.
func (c Counter) Do(tx *store.Tx, who access.Who, p Commitment) (err error) {
	if c.By, err = c.As(tx, who); err != nil {
		return err
	}
	if c.Text, err = fixed(tx, who, p.Joint, c.Text); err != nil {
		return err
	}
	if c.BasedOn < 1 || c.BasedOn > p.Revision {
		c.BasedOn = p.Revision
	}
	base, err := revisionOf(tx, p.ID, c.BasedOn)
	if err != nil {
		return err
	}
	if len(Compare(base.Text, c.Text)) == 0 {
		return fault.Invalid("objective_es", "roadmap.nothing-changed")
	}
	if err := notInSigning(tx, p); err != nil {
		return err
	}
	mine := Assent{who.Node, Acceptance, 0, c.Text.Hash(p.ID).String(), c.By.Agency, tx.Now}
	home, err := p.ready(tx, who, c)
	if err != nil {
		return err
	}
	if !home {
		return mine.awaits(tx, p.ID)
	}
	p.Revision++
	p.Text, p.Value = c.Text, c.Baseline
	mine.Revision = p.Revision
	r := Revision{N: p.Revision, BasedOn: c.BasedOn, Node: who.Node, Agency: c.By.Agency, At: tx.Now, Hash: mine.Hash, Text: c.Text}
	if err := r.insert(tx, p.ID); err != nil {
		return err
	}
	if err := mine.insert(tx, p.ID); err != nil {
		return err
	}
	return p.moved(tx, c.Verb())
}

// Say adds to the discussion of a proposal.
type Say struct {
	cooperation.By
	On
	Words string `json:"words"`
}

// Verb names it.
func (Say) Verb() access.Verb { return "roadmap.comment" }

// Do keeps it in the order in which home hears it.
func (c Say) Do(tx *store.Tx, who access.Who, p Commitment) (err error) {
	c.Words = strings.TrimSpace(c.Words)
	if err := wordsIn("words", c.Words, true); err != nil {
		return err
	}
	if c.By, err = c.As(tx, who); err != nil {
		return err
	}
	if !p.AtHome(tx) {
		return p.Ask(tx, who, c)
	}
	if err := (Comment{tx.NewID("say"), who.Node, c.By.Agency, tx.Now, c.Words}).insert(tx, p.ID); err != nil {
		return err
	}
	if err := p.touch(tx); err != nil {
		return err
	}
	return p.show(tx)
}

// wordsIn checks what somebody wrote in a field.
func wordsIn(name, words string, required bool) error {
	switch {
	case required && words == "":
		return fault.Invalid(name, "fault.required")
	case len([]rune(words)) > longest:
		return fault.Invalid(name, "roadmap.too-long")
	}
	return nil
}
