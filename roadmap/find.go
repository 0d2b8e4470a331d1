package roadmap

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"istmo/access"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// List asks for commitments of an agreement, proposals among them. All fields
// narrow it; none of them leaves everything.
type List struct {
	Agreement string `json:"agreement"`
	Stage     string `json:"stage"` // "proposals" (not in the plan yet), "plan", "closed"; a state's name
	Line      string `json:"line"`
	Owner     string `json:"owner"` // "PA" or "PA/agy_…"
	Place     string `json:"place"`
	Mark      string `json:"mark"`
	SDG       string `json:"sdg"`
	GCM       string `json:"gcm"`
	Meeting   string `json:"meeting"`
	Late      bool   `json:"late"`
	Words     string `json:"words"` // in the objective or the actions, in either language
	Offset    int64  `json:"offset"`
	Limit     int64  `json:"limit"` // 50 if 0; at most 5000
}

// Verb names it.
func (List) Verb() access.Verb { return "roadmap.list" }

// Ask lists them, what is in the plan by its number and the rest by its age.
func (c List) Ask(tx *store.Tx, who access.Who) ([]Commitment, error) {
	where, args := c.where(tx)
	limit := c.Limit
	if limit <= 0 {
		limit = 50
	}
	args = append(args, min(limit, 5000), max(c.Offset, 0))
	return store.All(tx, (*Commitment).columns, selectCommitment+where+` ORDER BY CASE WHEN c.number = 0 THEN 1 ELSE 0 END, c.number, c.id LIMIT $`+
		strconv.Itoa(len(args)-1)+` OFFSET $`+strconv.Itoa(len(args)), args...)
}

// stages are the states of each stage.
var stages = map[string][]string{
	"proposals": {string(Proposed), string(Agreed), string(Cleared)},
	"plan":      {string(Planned), string(UnderWay), string(Reported), string(Done)},
	"live":      {string(Planned), string(UnderWay), string(Reported)},
	"closed":    {string(Declined), string(Withdrawn), string(Replaced)},
}

// where is what the list is narrowed by.
func (c List) where(tx *store.Tx) (string, []any) {
	var parts []string
	var args []any
	add := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		parts = append(parts, condition)
	}
	if c.Agreement != "" {
		add(`c.agreement = ?`, c.Agreement)
	}
	if states := stages[c.Stage]; states != nil {
		add(`c.state IN ('` + strings.Join(states, `', '`) + `')`)
	} else if c.Stage != "" {
		add(`c.state = ?`, c.Stage)
	}
	if c.Line != "" {
		add(`c.line = ?`, c.Line)
	}
	if c.Meeting != "" {
		add(`c.meeting = ?`, c.Meeting)
	}
	if c.Place != "" {
		add(`r.place = ?`, c.Place)
	}
	if c.Owner != "" && strings.Contains(c.Owner, "/") {
		add(`' ' || r.owners || ' ' LIKE ?`, "% "+like(c.Owner)+" %")
	} else if c.Owner != "" {
		add(`' ' || r.owners LIKE ?`, "% "+like(c.Owner)+"/%")
	}
	for column, code := range map[string]string{"marks": c.Mark, "sdg": c.SDG, "gcm": c.GCM} {
		if code != "" {
			add(`(' ' || r.`+column+` || ' ' LIKE ? OR ' ' || r.`+column+` LIKE ?)`, "% "+like(code)+" %", "% "+like(code)+".%")
		}
	}
	if c.Late {
		add(`c.state IN ('planned', 'under_way', 'reported_done') AND c.due <= ?`, tx.Now.AddDate(0, 0, -1))
	}
	if w := strings.TrimSpace(c.Words); w != "" {
		p := "%" + like(strings.ToLower(w)) + "%"
		add(`(LOWER(r.objective_es) LIKE ? OR LOWER(r.objective_en) LIKE ? OR LOWER(r.actions_es) LIKE ? OR LOWER(r.actions_en) LIKE ?)`, p, p, p, p)
	}
	if len(parts) == 0 {
		return "", nil
	}
	return ` WHERE ` + strings.Join(parts, ` AND `), args
}

// like takes the wild cards out of what somebody looks for.
func like(s string) string { return strings.NewReplacer("%", "", "_", "").Replace(s) }

// Count says how many commitments a List would hold, over all its pages.
type Count struct{ List }

// Counted is how many.
type Counted struct {
	Count int64 `json:"count"`
}

// Verb names it.
func (Count) Verb() access.Verb { return "roadmap.count" }

// Ask counts them.
func (c Count) Ask(tx *store.Tx, who access.Who) (n Counted, err error) {
	where, args := c.where(tx)
	n.Count, err = store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM commitment c JOIN commitment_revision r ON r.commitment = c.id AND r.n = c.revision`+where, args...)
	return n, err
}

// View is a commitment with everything that is known of it here.
type View struct {
	Shown
	Agreement   cooperation.Agreement `json:"under"`
	Asks        []cooperation.Asked   `json:"asks"` // what is on its way home, or was refused
	Escalations []Escalation          `json:"escalations"`
	Differences []Difference          `json:"differences"`
	InSigning   bool                  `json:"in_signing"` // it stands in a version that is being signed
}

// Look shows one commitment. It holds nothing of a person, so that reading it is
// no deed.
type Look struct{ On }

// Verb names it.
func (Look) Verb() access.Verb { return "roadmap.show" }

// Ask gathers it.
func (c Look) Ask(tx *store.Tx, who access.Who) (v View, err error) {
	p, err := Find(tx, c.ID)
	if err != nil {
		return v, err
	}
	if v.Shown, err = p.whole(tx); err != nil {
		return v, err
	}
	if v.Agreement, err = cooperation.FindAgreement(tx, p.Agreement); err != nil {
		return v, err
	}
	if v.Asks, err = cooperation.Asks(tx, p.ID); err != nil {
		return v, err
	}
	v.Escalations, err = store.All(tx, func(e *Escalation) []any { return []any{&e.Level, &e.At, &e.Agency, &e.User} },
		`SELECT level, at, agency, user_id FROM commitment_escalation WHERE commitment = $1 ORDER BY level, agency`, p.ID)
	if err != nil {
		return v, err
	}
	all, err := differencesOf(tx, p.Agreement)
	v.Differences = slices.DeleteFunc(all, func(d Difference) bool { return d.Commitment != p.ID })
	if err == nil {
		blocked := notInSigning(tx, p)
		v.InSigning = fault.Is(blocked, fault.KindConflict)
		if !v.InSigning {
			err = blocked
		}
	}
	return v, err
}

// Plans lists the versions of an agreement's plan, newest first.
type Plans struct {
	Agreement string `json:"agreement"`
}

// Verb names it.
func (Plans) Verb() access.Verb { return "roadmap.plans" }

// Ask lists them.
func (c Plans) Ask(tx *store.Tx, who access.Who) ([]Plan, error) { return plansOf(tx, c.Agreement) }

// PlanView is a version, proven from this node's own rows.
type PlanView struct {
	Plan
	Under       cooperation.Agreement `json:"under"`
	Count       int                   `json:"count"` // of all its items
	Items       []Item                `json:"items"`
	Texts       []Text                `json:"texts"` // in the order of the items
	Signatures  []Signature           `json:"signatures"`
	Check       Check                 `json:"check"`
	Differences []Difference          `json:"differences"`
	Asks        []cooperation.Asked   `json:"asks"`
}

// Version shows one version of a plan and proves it. With Light it gives the words
// of some items, from Offset on, and leaves the proof to the last one that was
// made, which is no older than a day.
type Version struct {
	OnPlan
	Light  bool  `json:"light"`
	Offset int64 `json:"offset"`
	Limit  int64 `json:"limit"` // 50 if 0
}

// Verb names it.
func (Version) Verb() access.Verb { return "roadmap.version" }

// Ask gathers it.
func (c Version) Ask(tx *store.Tx, who access.Who) (v PlanView, err error) {
	if v.Plan, err = findPlan(tx, c.ID); err != nil {
		return v, err
	}
	if v.Under, err = cooperation.FindAgreement(tx, v.Plan.Agreement); err != nil {
		return v, err
	}
	if v.Items, err = itemsOf(tx, c.ID); err != nil {
		return v, err
	}
	if v.Signatures, err = signaturesOf(tx, c.ID); err != nil {
		return v, err
	}
	v.Count = len(v.Items)
	if err := v.prove(tx, c); err != nil {
		return v, err
	}
	if v.Differences, err = differencesOf(tx, v.Plan.Agreement); err != nil {
		return v, err
	}
	v.Asks, err = cooperation.Asks(tx, c.ID)
	return v, err
}

// prove reads the words and proves them, or takes the last proof.
func (v *PlanView) prove(tx *store.Tx, c Version) (err error) {
	if c.Light && !v.ProvedAt.IsZero() {
		from := int(min(max(c.Offset, 0), int64(v.Count)))
		v.Items = v.Items[from:min(from+int(cmp.Or(max(c.Limit, 0), 50)), v.Count)]
		v.Check = Check{Root: v.ProvedRoot, Whole: v.ProvedRoot == v.Root, Signers: signers(v.Statement, v.Signatures)}
		v.Texts, err = v.wordsOf(tx, v.Items)
		return err
	}
	if v.Texts, err = v.wordsOf(tx, v.Items); err == nil {
		v.ProvedAt = tx.Now
		v.Check, err = v.Plan.prove(v.Items, v.Texts, v.Signatures)
	}
	return err
}

// Tally counts the commitments of the plan on one line of work, by where they
// stand.
type Tally struct {
	Line    string `json:"line"`
	Planned int64  `json:"planned"` // nothing reported yet
	Moving  int64  `json:"moving"`  // under way
	Waiting int64  `json:"waiting"` // reported as kept, and not confirmed yet
	Done    int64  `json:"done"`
	Late    int64  `json:"late"` // of those not done
}

// All is how many there are.
func (t Tally) All() int64 { return t.Planned + t.Moving + t.Waiting + t.Done }

// State is how an agreement's promises stand, on one page.
type State struct {
	Under     cooperation.Agreement `json:"under"`
	Plan      *Plan                 `json:"plan"`    // the version in force
	Signing   *Plan                 `json:"signing"` // the version before the parties now
	Lines     []Tally               `json:"lines"`
	Total     Tally                 `json:"total"`
	Proposals map[string]int64      `json:"proposals"` // how many stand in each state before the plan
	Late      []Commitment          `json:"late"`      // the most overdue, at most 20
	Next      []Commitment          `json:"next"`      // what is due next, at most 10
	Open      int                   `json:"open"`      // differences that are not settled
}

// Standing asks how the promises under an agreement stand.
type Standing struct {
	Agreement string `json:"agreement"`
}

// Verb names it.
func (Standing) Verb() access.Verb { return "roadmap.state" }

// Ask counts.
func (c Standing) Ask(tx *store.Tx, who access.Who) (s State, err error) {
	if s.Under, err = cooperation.FindAgreement(tx, c.Agreement); err != nil {
		return s, err
	}
	plans, err := plansOf(tx, c.Agreement)
	if err != nil {
		return s, err
	}
	for i := range plans {
		switch plans[i].State {
		case InForce:
			s.Plan = &plans[i]
		case Signing:
			s.Signing = &plans[i]
		}
	}
	if err := s.count(tx); err != nil {
		return s, err
	}
	if s.Late, err = (List{Agreement: c.Agreement, Late: true}).byDay(tx, 20); err != nil {
		return s, err
	}
	if s.Next, err = (List{Agreement: c.Agreement, Stage: "live"}).byDay(tx, 60); err != nil {
		return s, err
	}
	s.Next = slices.DeleteFunc(s.Next, func(c Commitment) bool { return c.Overdue(tx.Now) })
	s.Next = s.Next[:min(len(s.Next), 10)]
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM plan_difference WHERE agreement = $1 AND settled_at = ''`, c.Agreement)
	s.Open = int(n)
	return s, err
}

// byDay lists by the day it is due.
func (c List) byDay(tx *store.Tx, most int) ([]Commitment, error) {
	where, args := c.where(tx)
	return store.All(tx, (*Commitment).columns, selectCommitment+where+` ORDER BY c.due, c.number LIMIT `+strconv.Itoa(most), args...)
}

// count fills the tallies.
func (s *State) count(tx *store.Tx) error {
	s.Proposals = map[string]int64{}
	at := map[string]*Tally{}
	var line, state string
	var n, late int64
	err := tx.Each([]any{&line, &state, &n, &late}, func() error {
		if slices.Contains(stages["proposals"], state) {
			s.Proposals[state] += n
			return nil
		}
		if at[line] == nil {
			at[line] = &Tally{Line: line}
		}
		for _, t := range []*Tally{at[line], &s.Total} {
			t.add(state, n, late)
		}
		return nil
	}, `SELECT line, state, COUNT(*), SUM(CASE WHEN due <= $2 AND state <> 'done' THEN 1 ELSE 0 END) FROM commitment
		WHERE agreement = $1 AND state NOT IN ('declined', 'withdrawn', 'replaced') GROUP BY line, state`, s.Under.ID, tx.Now.AddDate(0, 0, -1))
	for _, l := range LinesOf(s.Under) {
		t := at[l]
		if t == nil {
			t = &Tally{Line: l}
		}
		s.Lines = append(s.Lines, *t)
	}
	return err
}

func (t *Tally) add(state string, n, late int64) {
	t.Late += late
	switch state {
	case string(Planned):
		t.Planned += n
	case string(UnderWay):
		t.Moving += n
	case string(Reported):
		t.Waiting += n
	case string(Done):
		t.Done += n
	}
}

// Task is something of the roadmap that waits for somebody of this node.
type Task struct {
	Kind       string     `json:"kind"` // refused, accept, confirm, late, clear, sign, late-ministry
	Agreement  string     `json:"agreement"`
	Commitment Commitment `json:"commitment"` // empty where it is about a version
	Plan       Plan       `json:"plan"`
	Why        string     `json:"why"` // of what home refused: a translation key
	Since      time.Time  `json:"since"`
}

// Desk lists what waits for somebody, by their roles.
type Desk struct{}

// Verb names it.
func (Desk) Verb() access.Verb { return "roadmap.desk" }

// most is how many tasks of one kind a desk names; the lists have them all.
const most = 20

// Ask gathers it.
func (Desk) Ask(tx *store.Tx, who access.Who) (tasks []Task, err error) {
	if who.Has(access.FocalPoint, access.ForeignMinistry) {
		if tasks, err = refusals(tx); err != nil {
			return nil, err
		}
	}
	for _, w := range waits(who) {
		rows, err := store.All(tx, (*Commitment).columns, selectCommitment+` WHERE a.state = 'in_force' AND `+w.where+` ORDER BY c.moved_at LIMIT `+strconv.Itoa(most), w.args...)
		if err != nil {
			return nil, err
		}
		for _, c := range rows {
			tasks = append(tasks, Task{Kind: w.kind, Agreement: c.Agreement, Commitment: c, Since: c.MovedAt})
		}
	}
	if !who.Has(access.ForeignMinistry) {
		return tasks, nil
	}
	plans, err := store.All(tx, (*Plan).columns, selectPlan+` WHERE p.state = 'signing' AND a.state = 'in_force' AND NOT EXISTS (SELECT 1 FROM plan_signature t WHERE t.plan = p.id AND t.node = $1)`, who.Node)
	for _, p := range plans {
		tasks = append(tasks, Task{Kind: "sign", Agreement: p.Agreement, Plan: p, Since: p.Made})
	}
	return tasks, err
}

// wait is a kind of task about a commitment, and how it is found.
type wait struct {
	kind, where string
	args        []any
}

// waits are what somebody's roles have them wait for. Whoever was told that
// something is late sees it, in whatever role.
func waits(who access.Who) (all []wait) {
	const (
		ungiven = ` AND NOT EXISTS (SELECT 1 FROM commitment_assent t WHERE t.commitment = c.id AND t.node = $1 AND t.step = $2 AND t.revision = c.revision)`
		live    = `c.state IN ('planned', 'under_way', 'reported_done') AND EXISTS (SELECT 1 FROM commitment_escalation t WHERE t.commitment = c.id AND `
	)
	agency := ""
	if who.Has(access.FocalPoint) {
		agency = who.Agency
		all = append(all, wait{"accept", `c.state = 'proposed' AND c.version > 0` + ungiven, []any{who.Node, Acceptance}},
			wait{"confirm", `c.state IN ('under_way', 'reported_done') AND EXISTS (SELECT 1 FROM commitment_report t WHERE t.commitment = c.id AND t.node <> $1 AND t.answer = ''
				AND t.at = (SELECT MAX(at) FROM commitment_report l WHERE l.commitment = c.id))`, []any{who.Node}})
	}
	if who.Has(access.ForeignMinistry) {
		all = append(all, wait{"clear", `c.state = 'agreed'` + ungiven, []any{who.Node, Clearance}}, wait{"late-ministry", live + `t.level = 2)`, nil})
	}
	return append(all, wait{"late", live + `(t.agency = $1 OR t.user_id = $2))`, []any{agency, who.ID}})
}

// refusals are what home did not take of what was asked from here.
func refusals(tx *store.Tx) (tasks []Task, err error) {
	asked, err := cooperation.Asks(tx, "")
	for _, a := range asked {
		if a.Why == "" {
			continue
		}
		t := Task{Kind: "refused", Why: a.Why, Since: a.At}
		if c, err := Find(tx, a.Object); err == nil {
			t.Agreement, t.Commitment = c.Agreement, c
		} else if p, err := findPlan(tx, a.Object); err == nil {
			t.Agreement, t.Plan = p.Agreement, p
		} else if t.Agreement, err = unmade(tx, a); err != nil {
			return nil, err
		}
		if t.Agreement != "" {
			tasks = append(tasks, t)
		}
	}
	return tasks, err
}

// unmade is the agreement of a version that home did not make, as long as no later
// one is made in its place.
func unmade(tx *store.Tx, a cooperation.Asked) (agreement string, err error) {
	var c Consolidate
	if a.Verb != c.Verb() {
		return "", nil
	}
	if err := a.Read(&c); err != nil {
		return "", err
	}
	last, err := lastPlan(tx, c.Agreement)
	if err != nil || last.Made.After(a.At) {
		return "", err
	}
	return c.Agreement, nil
}

// Count adds a commitment of the plan to a tally.
func (t *Tally) Count(c Commitment, now time.Time) {
	var late int64
	if c.Overdue(now) {
		late = 1
	}
	t.add(string(c.State), 1, late)
}
