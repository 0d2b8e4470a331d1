package roadmap

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
)

// What home shows: MirrorCommitment and MirrorPlan. The parties' own verbs go to
// home as they stand.

// Shown is a commitment with all that belongs to it; on the wire, with the newest
// of it.
type Shown struct {
	Commitment
	Revisions []Revision `json:"revisions"`
	Comments  []Comment  `json:"comments"`
	Assents   []Assent   `json:"assents"`
	Reports   []Report   `json:"reports"`
}

// whole gathers a commitment with all that belongs to it.
func (c Commitment) whole(tx *store.Tx) (s Shown, err error) {
	s.Commitment = c
	if s.Revisions, err = revisionsOf(tx, c.ID); err != nil {
		return s, err
	}
	if s.Comments, err = commentsOf(tx, c.ID); err != nil {
		return s, err
	}
	if s.Assents, err = assentsOf(tx, c.ID); err != nil {
		return s, err
	}
	s.Reports, err = reportsOf(tx, c.ID)
	return s, err
}

// A showing stays a letter however long a discussion grows: it holds so many of each
// kind, and so many bytes as long as it can be cut.
const (
	shownMost = 256
	letter    = 256 << 10
)

// show lets the other parties know.
func (c Commitment) show(tx *store.Tx) error {
	s, err := c.whole(tx)
	if err != nil {
		return err
	}
	for most := shownMost; most > 0; most /= 2 {
		s = s.newest(most)
		body, err := json.Marshal(s)
		if err != nil {
			return err
		}
		if len(body) <= letter {
			break
		}
	}
	return c.Show(tx, MirrorCommitment{Shown: s})
}

// newest is the showing with so many of each kind; what is older, the others have
// from earlier ones.
func (s Shown) newest(most int) Shown {
	s.Revisions, s.Comments, s.Reports = last(s.Revisions, most), last(s.Comments, most), last(s.Reports, most)
	s.Assents = slices.DeleteFunc(s.Assents, func(a Assent) bool { return a.Revision < s.Revisions[0].N })
	return s
}

func last[T any](all []T, most int) []T { return all[max(0, len(all)-most):] }

// MirrorCommitment is how home shows a commitment to the other parties.
type MirrorCommitment struct {
	Shown Shown `json:"shown"`
}

// Verb names it.
func (MirrorCommitment) Verb() access.Verb { return "roadmap.mirror-commitment" }

// Find loads the mirror, or begins one. That home alone says it is policy.
func (m MirrorCommitment) Find(tx *store.Tx, who access.Who) (Commitment, error) {
	c, err := Find(tx, m.Shown.ID)
	if !fault.Is(err, fault.KindNotFound) {
		return c, err
	}
	a, err := cooperation.FindAgreement(tx, m.Shown.Agreement)
	return Commitment{Joint: cooperation.Joint{ID: m.Shown.ID, Agreement: a.ID, Home: a.Home, Parties: a.Parties}}, err
}

// Do follows home, except where home shows other words for a revision that stands
// here: ours stay, and the difference is kept for people to see.
func (m MirrorCommitment) Do(tx *store.Tx, who access.Who, c Commitment) error {
	if m.Shown.Version <= c.Version && c.State != "" {
		return nil // shown before
	}
	if err := m.Shown.sound(tx, c); err != nil {
		return err
	}
	now := m.Shown.Commitment
	now.Number = c.Number // which the version gives it that brings it into the plan
	var err error
	if now.Text, err = m.Shown.current(tx); err != nil {
		return err
	}
	now.Joint = cooperation.Joint{ID: c.ID, Agreement: c.Agreement, Home: c.Home, Parties: c.Parties, Version: m.Shown.Version}
	if now.was = c.was; now.State != c.State {
		now.was = Flow.Toward(c.State, now.State)
	}
	if c.State == "" {
		now.was = Flow.Toward("", now.State)
		err = now.insert(tx)
	} else {
		err = now.update(tx)
	}
	if err != nil {
		return err
	}
	for _, r := range m.Shown.Revisions {
		if err := m.revision(tx, who, now, r); err != nil {
			return err
		}
	}
	if err := m.rest(tx, now); err != nil {
		return err
	}
	return now.borneOut(tx)
}

// current are the words of the current revision: as they stand here, else as home
// shows them.
func (s Shown) current(tx *store.Tx) (Text, error) {
	r, err := revisionOf(tx, s.ID, s.Revision)
	if !fault.Is(err, fault.KindNotFound) {
		return r.Text, err
	}
	for _, r := range s.Revisions {
		if r.N == s.Revision {
			return r.Text, nil
		}
	}
	return Text{}, fault.Conflict("roadmap.other-words")
}

// sound refuses what no commitment can be: home may be mistaken, or worse.
func (s Shown) sound(tx *store.Tx, known Commitment) error {
	for _, r := range s.Revisions {
		if r.N < 1 || r.N > s.Revision || !r.Text.trimmed() {
			return fault.Conflict("roadmap.other-words")
		}
	}
	strange := slices.ContainsFunc(s.Assents, func(a Assent) bool { return a.Step != Acceptance && a.Step != Clearance }) ||
		slices.ContainsFunc(s.Reports, func(r Report) bool {
			return r.Answer != "" && r.Answer != Confirmed && r.Answer != Disputed || !slices.Contains(known.Parties, r.Node)
		})
	reopened := Flow.Place(known.State).End && s.State != known.State
	if strange || reopened || Flow.Place(s.State).State == "" || s.Amends == s.ID {
		return fault.Conflict("roadmap.other-words")
	}
	if !s.Live() && s.State != Done {
		return nil
	}
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM plan_item i JOIN plan p ON p.id = i.plan WHERE i.commitment = $1 AND p.state IN ('in_force', 'superseded')`, s.ID)
	if err == nil && n == 0 {
		err = fault.Conflict("roadmap.not-in-plan")
	}
	return err
}

// revision takes a wording in, or notes that it is not the one known here.
func (m MirrorCommitment) revision(tx *store.Tx, who access.Who, c Commitment, r Revision) error {
	ours, err := revisionOf(tx, c.ID, r.N)
	if fault.Is(err, fault.KindNotFound) {
		r.Hash = r.Text.Hash(c.ID).String()
		if err := r.insert(tx, c.ID); err != nil || r.Node != act.Here(tx) {
			return err
		}
		return r.numbered(tx, c.ID)
	}
	if err != nil {
		return err
	}
	return differ(tx, c.Agreement, who.ID, ours, c.ID, r.Text)
}

// rest takes in what is only ever added to. What our own people gave, home does
// not give in their name.
func (m MirrorCommitment) rest(tx *store.Tx, c Commitment) error {
	for _, s := range m.Shown.Comments {
		if err := s.insert(tx, c.ID); err != nil {
			return err
		}
	}
	for _, a := range m.Shown.Assents {
		if a.Node == act.Here(tx) {
			continue
		}
		if err := a.insert(tx, c.ID); err != nil {
			return err
		}
	}
	for _, r := range m.Shown.Reports {
		if err := r.take(tx, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// take keeps a report or an answer that is news, if it was said by the node that
// it is of. A report that is known here stays as it is known.
func (r Report) take(tx *store.Tx, commitment string) error {
	known, err := reportOf(tx, commitment, r.ID)
	if fault.Is(err, fault.KindNotFound) {
		known = r
		known.Answer, known.AnswerNode, known.AnswerAgency, known.AnswerWords, known.AnsweredAt, known.AnswerNote = "", "", "", "", time.Time{}, ""
		if err = heldTo(tx, r.Node, r.statement(commitment), r.Note); err == nil {
			err = known.insert(tx, commitment)
		}
	}
	switch {
	case err != nil || r.Answer == known.Answer:
		return err
	case known.Answer != "":
		return fault.Conflict("roadmap.report-moved")
	case r.AnswerNode == known.Node:
		return fault.Conflict("roadmap.own-report")
	}
	if err := heldTo(tx, r.AnswerNode, r.answered(commitment), r.AnswerNote); err != nil {
		return err
	}
	return r.answer(tx, commitment)
}

// borneOut refuses a place on the way, or a value, that the reports which stand
// here do not bear out: home may show what nobody has said.
func (c Commitment) borneOut(tx *store.Tx) error {
	last, err := lastReport(tx, c.ID)
	if fault.Is(err, fault.KindNotFound) {
		last, err = Report{Value: c.Baseline}, nil
	}
	said := map[flow.State]bool{
		UnderWay: last.ID != "" && (!last.Completes || last.Answer == Disputed),
		Reported: last.Completes && last.Answer == "",
		Done:     last.Completes && last.Answer == Confirmed,
	}
	switch holds, needs := said[c.State]; {
	case err != nil:
		return err
	case needs && !holds:
		return fault.Conflict("roadmap.unconfirmed")
	case last.Value != c.Value:
		return fault.Conflict("roadmap.other-words")
	}
	return nil
}

// ShownPlan is a version with its items and signatures.
type ShownPlan struct {
	Plan
	Items      []Item      `json:"items"`
	Signatures []Signature `json:"signatures"`
}

func (p Plan) show(tx *store.Tx) error {
	items, err := itemsOf(tx, p.ID)
	if err != nil {
		return err
	}
	signatures, err := signaturesOf(tx, p.ID)
	if err != nil {
		return err
	}
	return p.Show(tx, MirrorPlan{ShownPlan{p, items, signatures}})
}

// MirrorPlan is how home shows a version of the plan to the other parties.
type MirrorPlan struct {
	Shown ShownPlan `json:"shown"`
}

// Verb names it.
func (MirrorPlan) Verb() access.Verb { return "roadmap.mirror-plan" }

// Find loads the mirror, or begins one. That home alone says it is policy.
func (m MirrorPlan) Find(tx *store.Tx, who access.Who) (Plan, error) {
	p, err := findPlan(tx, m.Shown.ID)
	if !fault.Is(err, fault.KindNotFound) {
		return p, err
	}
	a, err := cooperation.FindAgreement(tx, m.Shown.Agreement)
	return Plan{Joint: cooperation.Joint{ID: m.Shown.ID, Agreement: a.ID, Home: a.Home, Parties: a.Parties}}, err
}

// Do follows home. A version counts as signed by whom its signatures say, and
// comes into force here when all are there, whatever home calls it.
func (m MirrorPlan) Do(tx *store.Tx, who access.Who, p Plan) error {
	s := m.Shown
	fresh := p.State == ""
	switch {
	case !fresh && s.Statement != p.Statement:
		return p.contradicted(tx, who.ID, s.Root)
	case !fresh && s.Version <= p.Version:
		return nil
	case fresh:
		if err := s.begin(tx, &p); err != nil {
			return err
		}
	}
	for _, g := range s.Signatures {
		checked, err := p.signed(tx, g.Node, g.Agency, g.Note)
		if err != nil {
			return err
		}
		checked.At = g.At
		if err := checked.insert(tx, p.ID); err != nil {
			return err
		}
	}
	return s.follow(tx, p)
}

// begin keeps a version that was not known here, if it is what it says.
func (s ShownPlan) begin(tx *store.Tx, p *Plan) error {
	r, err := root(s.Items)
	if err != nil {
		return err
	}
	joint := p.Joint
	*p = s.Plan
	p.Joint, p.was, p.State, p.Version = joint, "", Signing, 0
	previous, err := inForceRoot(tx, p.Agreement)
	if err != nil {
		return err
	}
	if n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM plan WHERE agreement = $1 AND n = $2`, p.Agreement, p.N); err != nil || n > 0 {
		return cmp.Or(err, error(fault.Conflict("roadmap.other-words")))
	}
	if !rising(s.Items) || r != s.Root || p.statement(s.Items, previous) != s.Statement {
		return fault.Conflict("roadmap.other-words")
	}
	return p.insert(tx, s.Items)
}

// rising reports whether items stand in the order of the tree, each once.
func rising(items []Item) bool {
	for i := 1; i < len(items); i++ {
		if items[i].Number <= items[i-1].Number {
			return false
		}
	}
	return true
}

// follow moves the version to where home has it.
func (s ShownPlan) follow(tx *store.Tx, p Plan) error {
	signatures, err := signaturesOf(tx, p.ID)
	if err != nil {
		return err
	}
	switch {
	case s.State == InForce && p.State == Signing:
		if len(signatures) != len(p.Parties) {
			return fault.Conflict("roadmap.signatures-missing")
		}
		if err := p.enter(tx); err != nil {
			return err
		}
		p.InForceAt = s.InForceAt
	case s.State == Refused && p.State == Signing:
		p.Reason = s.Reason
		if err := p.move(tx, "roadmap.refuse-plan"); err != nil {
			return err
		}
	}
	p.Version = s.Version
	return p.update(tx)
}

// contradicted notes that home shows a version under which other words stand than
// those shown and signed before.
func (p Plan) contradicted(tx *store.Tx, node, shown string) error {
	_, err := tx.Exec(`INSERT INTO plan_difference (agreement, node, commitment, revision, ours, theirs, shown, at, settled_at)
		VALUES ($1, $2, '', $3, $4, $5, '', $6, '') ON CONFLICT (agreement, node, commitment, revision, theirs) DO UPDATE SET settled_at = ''`,
		p.Agreement, node, p.N, p.Root, shown, tx.Now)
	return err
}
