package meetings

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/roadmap"
	"istmo/store"
)

// Pack is what a meeting has before it: how the promises stand, what has come of
// the last one, and what is asked of this one. It fills itself.
type Pack struct {
	Meeting   View                 `json:"meeting"`
	Standing  roadmap.State        `json:"standing"`
	Late      []roadmap.Commitment `json:"late"`      // all of it, the most overdue first
	Done      []roadmap.Commitment `json:"done"`      // since the meeting that this one follows
	Since     time.Time            `json:"since"`     // when that was; zero if it follows none
	Last      *View                `json:"last"`      // the meeting that this one follows
	Decisions []Outcome            `json:"decisions"` // of the last one, and what became of each
	Here      []Outcome            `json:"here"`      // of this one
	Accept    []roadmap.Commitment `json:"accept"`    // proposals that wait for a committee
	Clear     []roadmap.Commitment `json:"clear"`     // and for a ministry
	Enter     []roadmap.Commitment `json:"enter"`     // and for the next version of the plan
}

// Outcome is a decision and what became of it.
type Outcome struct {
	Decision
	Commitment *roadmap.Commitment `json:"became"` // nil where it is no action
}

// most is how many commitments a pack takes in of one kind.
const most = 500

// Packed asks for the pack of a meeting.
type Packed struct{ On }

// Verb names it.
func (Packed) Verb() access.Verb { return "meetings.pack" }

// Ask fills it.
func (c Packed) Ask(tx *store.Tx, who access.Who) (p Pack, err error) {
	if p.Meeting, err = (Show{c.On}).Ask(tx, who); err != nil {
		return p, err
	}
	m := p.Meeting.Meeting
	if p.Standing, err = (roadmap.Standing{Agreement: m.Agreement}).Ask(tx, who); err != nil {
		return p, err
	}
	if err := p.last(tx, who); err != nil {
		return p, err
	}
	if p.Here, err = outcomes(tx, m); err != nil {
		return p, err
	}
	for _, list := range []struct {
		into *[]roadmap.Commitment
		of   roadmap.List
	}{
		{&p.Late, roadmap.List{Late: true}}, {&p.Done, roadmap.List{Stage: string(roadmap.Done)}},
		{&p.Accept, roadmap.List{Stage: string(roadmap.Proposed)}}, {&p.Clear, roadmap.List{Stage: string(roadmap.Agreed)}}, {&p.Enter, roadmap.List{Stage: string(roadmap.Cleared)}},
	} {
		list.of.Agreement, list.of.Limit = m.Agreement, most
		if *list.into, err = list.of.Ask(tx, who); err != nil {
			return p, err
		}
	}
	p.Done = slices.DeleteFunc(p.Done, func(c roadmap.Commitment) bool { return c.MovedAt.Before(p.Since) })
	slices.SortStableFunc(p.Late, func(a, b roadmap.Commitment) int { return a.Due.Compare(b.Due) })
	return p, nil
}

// last finds the meeting that this one follows, and what became of its decisions.
func (p *Pack) last(tx *store.Tx, who access.Who) error {
	if p.Meeting.Follows == "" {
		return nil
	}
	v, err := (Show{On{p.Meeting.Follows}}).Ask(tx, who)
	if fault.Is(err, fault.KindNotFound) {
		return nil // a mirror may not have it
	}
	if err != nil {
		return err
	}
	p.Last, p.Since = &v, v.Starts
	p.Decisions, err = outcomes(tx, v.Meeting)
	return err
}

func outcomes(tx *store.Tx, m Meeting) ([]Outcome, error) {
	all := make([]Outcome, len(m.Decisions))
	for i, d := range m.Decisions {
		all[i] = Outcome{Decision: d}
		if d.Commitment == "" {
			continue
		}
		c, err := roadmap.Find(tx, d.Commitment)
		if fault.Is(err, fault.KindNotFound) {
			continue // its mirror is on its way
		}
		if err != nil {
			return nil, err
		}
		all[i].Commitment = &c
	}
	return all, nil
}
