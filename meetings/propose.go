package meetings

import (
	"slices"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/roadmap"
	"istmo/store"
)

// lines are the lines of work that a decision can be on: those of the agreement.
func (m Meeting) lines(tx *store.Tx) ([]string, error) {
	a, err := cooperation.FindAgreement(tx, m.Agreement)
	return Lines(a), err
}

// Lines are the lines of work of an agreement; one that names none has those that
// every agreement knows.
func Lines(a cooperation.Agreement) []string {
	if len(a.Lines) > 0 {
		return a.Lines
	}
	return cooperation.Lines
}

// propose makes the decision a proposal of the joint plan, in the name of who
// decides, if it has what an action needs. A partner has proposed at its own node,
// in the same transaction, and says which one it is.
func (c *Decide) propose(tx *store.Tx, who access.Who, m Meeting) error {
	if who.Kind == access.Partner {
		return c.proposed(tx, who, m)
	}
	if c.Commitment = ""; !c.acts() {
		return nil
	}
	d, err := act.Also(tx, who, roadmap.Propose{By: c.By, Agreement: m.Agreement, Meeting: m.ID, Text: c.text(m)})
	if c.Commitment = d.Object; fault.Is(err, fault.KindDenied) {
		return fault.Conflict("meetings.only-committees-propose")
	}
	return asTyped(err)
}

// proposed checks that a partner's decision names a proposal of its own from this
// meeting, which came before it.
func (c *Decide) proposed(tx *store.Tx, who access.Who, m Meeting) error {
	if c.Commitment == "" {
		return nil
	}
	p, err := roadmap.Find(tx, c.Commitment)
	if fault.Is(err, fault.KindNotFound) || err == nil && (p.Meeting != m.ID || p.FromNode != who.Node) {
		return fault.Conflict("meetings.no-such-proposal")
	}
	return err
}

// text is the decision as the joint plan says it.
func (c Decide) text(m Meeting) roadmap.Text {
	t := roadmap.Text{Line: c.Line, ObjectiveES: c.TextES, ObjectiveEN: c.TextEN, ActionsES: or(plain(c.ActionsES), c.TextES), ActionsEN: or(plain(c.ActionsEN), c.TextEN),
		Owners: slices.Clone(c.Owners), Due: c.Due, IndicatorES: c.IndicatorES, IndicatorEN: c.IndicatorEN, Baseline: c.Baseline, Target: c.Target}
	for _, f := range m.Frames {
		switch frame, code, _ := strings.Cut(f, ":"); frame {
		case "sdg":
			t.SDG = append(t.SDG, code)
		case "gcm":
			t.GCM = append(t.GCM, code)
		}
	}
	return t
}

// asTyped puts what the plan finds wrong beside the field in which it was typed.
func asTyped(err error) error {
	all := fault.All(err)
	if len(all) == 0 {
		return err
	}
	typed := make(fault.List, len(all))
	for i, f := range all {
		g := *f
		g.Field = strings.Replace(g.Field, "objective_", "text_", 1)
		typed[i] = &g
	}
	return typed
}
