package identification

import (
	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// OpenImmediate opens immediate assistance. Nothing is asked of the person: no
// complaint, no cooperation, no label.
// law: co-1069-2014:37 co-c470-2016 co-t236-2021
type OpenImmediate struct{ Reasoned }

// Verb names it.
func (OpenImmediate) Verb() access.Verb { return "identification.open-immediate" }

// Do opens it.
func (c OpenImmediate) Do(tx *store.Tx, who access.Who, p Procedure) error {
	return c.decide(tx, who, p, c.Verb(), Decision{Status: "assisted"}, fault.Check{})
}

// ExtendImmediate extends immediate assistance by the term of the country's row.
type ExtendImmediate struct{ Reasoned }

// Verb names it.
func (ExtendImmediate) Verb() access.Verb { return "identification.extend-immediate" }

// Do extends it.
func (c ExtendImmediate) Do(tx *store.Tx, who access.Who, p Procedure) error {
	return c.decide(tx, who, p, c.Verb(), Decision{}, fault.Check{})
}

// OpenMedium opens medium-term assistance.
// law: co-1069-2014:37 co-c470-2016
type OpenMedium struct{ Reasoned }

// Verb names it.
func (OpenMedium) Verb() access.Verb { return "identification.open-medium" }

// Do opens it.
func (c OpenMedium) Do(tx *store.Tx, who access.Who, p Procedure) error {
	return c.decide(tx, who, p, c.Verb(), Decision{}, fault.Check{})
}

// ExtendMedium extends medium-term assistance by the term of the country's row.
type ExtendMedium struct{ Reasoned }

// Verb names it.
func (ExtendMedium) Verb() access.Verb { return "identification.extend-medium" }

// Do extends it, once, and only what was opened.
func (c ExtendMedium) Do(tx *store.Tx, who access.Who, p Procedure) error {
	if opened, err := p.decided(tx, "identification.open-medium"); err != nil || !opened {
		return or(err, fault.Conflict("identification.no-medium-yet"))
	}
	if extended, err := p.decided(tx, string(c.Verb())); err != nil || extended {
		return or(err, fault.Conflict("identification.already-extended"))
	}
	return c.decide(tx, who, p, c.Verb(), Decision{}, fault.Check{})
}

func or(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func (p Procedure) decided(tx *store.Tx, verb string) (bool, error) {
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM identification_decision WHERE procedure_id = $1 AND verb = $2`, p.ID, verb)
	return n > 0, err
}

// Close ends assistance whose term is over, or that the person wants no longer. All
// else is an early closing, which can be appealed.
type Close struct {
	Reasoned
	Why string `json:"why"`
}

// Verb names it.
func (Close) Verb() access.Verb { return "identification.close" }

// Do closes it.
func (c Close) Do(tx *store.Tx, who access.Who, p Procedure) error {
	var check fault.Check
	check.That(known(Closings, c.Why), "why", "fault.choose")
	if _, err := p.Flow().Next(p.State, c.Verb()); err != nil {
		return err
	}
	if c.Why != "person-chose" && !p.Overdue(tx.Now) {
		return fault.Conflict("identification.close-early-instead")
	}
	if err := p.childIsHeard(tx, true); err != nil {
		return err
	}
	return c.decide(tx, who, p, c.Verb(), Decision{}, check)
}

// CloseEarly ends assistance before its term, with reasons that the person can appeal.
// law: co-t702-2017
type CloseEarly struct {
	Reasoned
	Elsewhere
}

// Verb names it.
func (CloseEarly) Verb() access.Verb { return "identification.close-early" }

// Do closes it.
func (c CloseEarly) Do(tx *store.Tx, who access.Who, p Procedure) error {
	var check fault.Check
	c.Elsewhere.check(&check)
	if err := p.childIsHeard(tx, true); err != nil {
		return err
	}
	return c.decide(tx, who, p, c.Verb(), Decision{Protections: c.Protections}, check)
}

// Appeal is the person's, or that of whoever speaks for them, against an early closing.
type Appeal struct {
	On
	Reasons string `json:"reasons"`
}

// Verb names it.
func (Appeal) Verb() access.Verb { return "identification.appeal" }

// Do notes it.
func (c Appeal) Do(tx *store.Tx, who access.Who, p Procedure) error {
	return Reasoned{On: c.On, Reasons: c.Reasons}.decide(tx, who, p, c.Verb(), Decision{}, fault.Check{})
}

// UpholdClosing answers an appeal: the closing stands.
type UpholdClosing struct{ Reasoned }

// Verb names it.
func (UpholdClosing) Verb() access.Verb { return "identification.uphold-closing" }

// Do answers.
func (c UpholdClosing) Do(tx *store.Tx, who access.Who, p Procedure) error {
	if err := p.childIsHeard(tx, true); err != nil {
		return err
	}
	return c.decide(tx, who, p, c.Verb(), Decision{}, fault.Check{})
}

// Reopen answers an appeal: assistance goes on, and what was left of its term when it
// was closed is given back whole.
type Reopen struct{ Reasoned }

// Verb names it.
func (Reopen) Verb() access.Verb { return "identification.reopen" }

// Do answers.
func (c Reopen) Do(tx *store.Tx, who access.Who, p Procedure) error {
	if _, err := p.Flow().Next(p.State, c.Verb()); err != nil {
		return err
	}
	closed, err := store.One(tx, (*Decision).columns, selectDecision+` WHERE procedure_id = $1 AND verb = 'identification.close-early' ORDER BY id DESC LIMIT 1`, p.ID)
	if err != nil {
		return err
	}
	p.DueAt = tx.Now
	if left := closed.Until.Sub(closed.At); left > 0 {
		p.DueAt = tx.Now.Add(left)
	}
	return c.decide(tx, who, p, c.Verb(), Decision{}, fault.Check{})
}

// Redirect says that this committee's assistance is not what the person needs, and
// what protects them instead.
type Redirect struct {
	Reasoned
	Elsewhere
}

// Verb names it.
func (Redirect) Verb() access.Verb { return "identification.redirect" }

// Do redirects.
func (c Redirect) Do(tx *store.Tx, who access.Who, p Procedure) error {
	var check fault.Check
	c.Elsewhere.check(&check)
	if err := p.childIsHeard(tx, true); err != nil {
		return err
	}
	return c.decide(tx, who, p, c.Verb(), Decision{Status: c.Leads, Protections: c.Protections}, check)
}
