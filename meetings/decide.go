package meetings

import (
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// Decide writes down what the meeting decided. With somebody who answers for it in
// each country, a day and an indicator it becomes a proposal of the joint plan in
// the same step. With the id of a decision that has not become one it says that
// decision anew.
type Decide struct {
	cooperation.By
	On
	Decision    string    `json:"decision"`
	TextES      string    `json:"text_es"`
	TextEN      string    `json:"text_en"`
	Line        string    `json:"line"`
	Owners      []string  `json:"owners"` // "PA/agy_…", one at least in every country
	Due         time.Time `json:"due"`
	IndicatorES string    `json:"indicator_es"`
	IndicatorEN string    `json:"indicator_en"`
	Baseline    int64     `json:"baseline"`
	Target      int64     `json:"target"`
	ActionsES   string    `json:"actions_es"` // what will be done; what was decided, where it is empty
	ActionsEN   string    `json:"actions_en"`
	Commitment  string    `json:"commitment"` // given by the node of who decides
}

// Verb names it.
func (Decide) Verb() access.Verb { return "meetings.decide" }

// Do writes it down.
func (c Decide) Do(tx *store.Tx, who access.Who, m Meeting) (err error) {
	if c.By, err = c.By.As(tx, who); err != nil {
		return err
	}
	c.Due = dayOf(c.Due)
	d := Decision{ID: tx.NewID("dec"), TextES: plain(c.TextES), TextEN: plain(c.TextEN), Line: c.Line, Owners: c.Owners, Due: c.Due, From: who.Node, Agency: c.Agency}
	lines, err := m.lines(tx)
	if err == nil {
		err = d.check(lines)
	}
	if err != nil {
		return err
	}
	if err := c.propose(tx, who, m); err != nil {
		return err
	}
	d.Commitment = c.Commitment
	return m.put(tx, who, c, func(m *Meeting) error {
		if !m.begun(tx.Now) {
			return fault.Conflict("meetings.not-begun")
		}
		m.Approvals, m.Decisions = nil, slices.Clone(m.Decisions)
		if c.Decision == "" {
			m.Decisions = append(m.Decisions, d)
			return nil
		}
		at := slices.IndexFunc(m.Decisions, func(d Decision) bool { return d.ID == c.Decision })
		if at < 0 {
			return fault.NotFound()
		}
		if m.Decisions[at].Commitment != "" {
			return fault.Conflict("meetings.decision-acts")
		}
		d.ID = c.Decision
		m.Decisions[at] = d
		return nil
	})
}

func (d Decision) check(lines []string) error {
	var c fault.Check
	c.That(d.TextES != "", "text_es", "fault.required")
	c.That(d.TextEN != "", "text_en", "fault.required")
	c.That(fits(d.TextES, shorter), "text_es", "fault.too-long")
	c.That(fits(d.TextEN, shorter), "text_en", "fault.too-long")
	c.That(d.Line == "" || slices.Contains(lines, d.Line), "line", "fault.not-in-list")
	return c.Err()
}

// DropDecision takes out what was written down in error, unless it has become an
// action: that is withdrawn where the plan is made.
type DropDecision struct {
	On
	Decision string `json:"decision"`
}

// Verb names it.
func (DropDecision) Verb() access.Verb { return "meetings.drop-decision" }

// Do takes it out.
func (c DropDecision) Do(tx *store.Tx, who access.Who, m Meeting) error {
	return m.put(tx, who, c, func(m *Meeting) (err error) {
		if slices.ContainsFunc(m.Decisions, func(d Decision) bool { return d.ID == c.Decision && d.Commitment != "" }) {
			return fault.Conflict("meetings.decision-acts")
		}
		m.Decisions, err = without(m.Decisions, func(d Decision) bool { return d.ID == c.Decision && m.owns(who, d.From) })
		m.Approvals = nil
		return err
	})
}

// acts reports whether the decision is to become an action.
func (c Decide) acts() bool {
	return len(c.Owners) > 0 || !c.Due.IsZero() || strings.TrimSpace(c.IndicatorES+c.IndicatorEN+c.ActionsES+c.ActionsEN) != ""
}
