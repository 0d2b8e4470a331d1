package jointfiles

import (
	"errors"
	"slices"
	"time"

	"istmo/access"
	"istmo/calendar"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
	"istmo/vault"
)

// View is a joint file as a member sees it.
type View struct {
	File    File          `json:"file"`
	Side    string        `json:"side"` // the asker's own node
	Sides   []Side        `json:"sides"`
	Limits  string        `json:"limits"` // of its use, in words
	Entries []Entry       `json:"entries"`
	Events  []Event       `json:"events"`
	Ways    []Way         `json:"ways"`    // of the proposal
	Verbs   []access.Verb `json:"verbs"`   // what the asker may do now
	Stopped string        `json:"stopped"` // why nothing may be written now: a translation key
	Rule    string        `json:"rule"`    // of the review that follows, in the asker's language
	Source  string        `json:"source"`
	SeenTo  time.Time     `json:"seen_to"` // when the asker's agency last looked
}

// Open opens a file. What stands here is proved anew, each time.
type Open struct{ On }

// Verb names it.
func (Open) Verb() access.Verb { return "jointfiles.open" }

// Answer gathers it, oldest entry first.
// law: untoc:18.20
func (c Open) Answer(tx *store.Tx, who access.Who, f File) (v View, err error) {
	v = View{File: f, Side: f.here}
	if v.Sides, err = f.sides(tx); err != nil {
		return v, err
	}
	if v.Entries, err = f.entries(tx); err != nil {
		return v, err
	}
	if err := unseal(tx, f.ID, v.Entries); err != nil {
		return v, err
	}
	if err := f.prove(tx, v.Sides, v.Entries); err != nil {
		return v, err
	}
	words, err := vault.Get(tx, f.ID, "limits")
	if err != nil {
		return v, err
	}
	v.Limits = words["limits"]
	if v.Events, err = f.events(tx); err != nil {
		return v, err
	}
	if err := v.ways(tx, f); err != nil {
		return v, err
	}
	if err := v.may(tx, who, f); err != nil {
		return v, err
	}
	v.SeenTo = v.own().LookedAt
	if err := f.looked(tx); err != nil {
		return v, err
	}
	return v, v.askMissing(tx, f)
}

// askMissing asks for what is found missing of the other sides: from home or, at
// home, from its side.
func (v View) askMissing(tx *store.Tx, f File) error {
	for _, s := range v.Sides {
		from := f.Home
		if f.atHome() {
			from = s.Node
		}
		if s.Chain.State != Missing || s.Node == f.here {
			continue
		}
		if err := f.askAgain(tx, s.Node, s.Chain.At, from); err != nil {
			return err
		}
	}
	return nil
}

func (v View) own() Side {
	i := slices.IndexFunc(v.Sides, func(s Side) bool { return s.Node == v.Side })
	return v.Sides[max(i, 0)]
}

// ways tells each entry how far it has come, and puts them in order of time.
func (v *View) ways(tx *store.Tx, f File) error {
	all, err := f.ways(tx)
	for _, w := range all {
		if w.Seq == 0 {
			v.Ways = append(v.Ways, w)
			continue
		}
		for i := range v.Entries {
			if e := &v.Entries[i]; e.Node == w.Node && e.Seq == w.Seq {
				e.Ways = append(e.Ways, w)
			}
		}
	}
	slices.SortStableFunc(v.Entries, func(a, b Entry) int { return a.when().Compare(b.when()) })
	return err
}

// when is the time by which entries are told in order: that of their side's
// clock, unless it runs ahead of what can be.
func (e Entry) when() time.Time {
	if e.At.After(e.Arrived) {
		return e.Arrived
	}
	return e.At
}

// may gathers what the asker may do now, and what stands in the way of it.
func (v *View) may(tx *store.Tx, who access.Who, f File) error {
	holds := f.working
	switch f.State {
	case Opened:
		holds = f.writing
	case UnderReview:
		holds = f.covered
	}
	err := holds(tx)
	if faults := fault.All(err); len(faults) > 0 {
		v.Stopped = faults[0].Key
	} else if err != nil {
		return err
	}
	for _, verb := range Flow.Verbs(f.State) {
		if access.Decide(who, verb, f.ID, f.Facts()).Allowed && v.fits(verb, f) {
			v.Verbs = append(v.Verbs, verb)
		}
	}
	clock, err := f.Clock(tx)
	v.Rule, v.Source = clock.Rule.In(who.Lang), clock.Source
	if errors.Is(err, calendar.ErrNoRule) || errors.Is(err, calendar.ErrUnknownTerm) {
		err = nil // the table has changed since
	}
	return err
}

func (v View) fits(verb access.Verb, f File) bool {
	needs := v.Stopped == ""
	switch verb {
	case "jointfiles.begin", "jointfiles.go-on":
		return false
	case "jointfiles.append":
		return needs
	case "jointfiles.agree":
		return needs && f.Asked == "" && v.own().AgreedAt.IsZero()
	case "jointfiles.extend":
		return needs && f.Asked == ""
	}
	return f.Asked == ""
}

// Line is a file in a list.
type Line struct {
	File
	Ref    string `json:"ref"`    // how the asker's side calls the case
	Others []Side `json:"others"` // the other members
	Waits  string `json:"waits"`  // for the asker's side to agree or to review
	New    int64  `json:"new"`    // entries of others since the agency last looked
	Count  int64  `json:"count"`
	agreed string
}

func (l *Line) columns() []any {
	return append(l.File.columns(), &l.Ref, &l.agreed, &l.New, &l.Count)
}

// List lists the asker's agency's files, newest first.
type List struct {
	State   string `json:"state"`
	Purpose string `json:"purpose"`
	With    string `json:"with"`  // a node
	Waits   bool   `json:"waits"` // only what waits for the asker's side, or has something new
	Before  string `json:"before"`
	Limit   int64  `json:"limit"`
}

// Verb names it.
func (List) Verb() access.Verb { return "jointfiles.list" }

const listed = `FROM joint_file f JOIN joint_file_side s ON s.file = f.id WHERE s.node = $1 AND s.agency = $2
	AND (f.state = $3 OR $3 = '') AND (f.purpose = $4 OR $4 = '')
	AND ($5 = '' OR EXISTS (SELECT 1 FROM joint_file_side o WHERE o.file = f.id AND o.node = $5 AND o.node <> s.node))
	AND (NOT $6 OR f.state = 'proposed' AND s.agreed_at = '' OR f.state = 'under_review' OR ` + fresh + ` > 0)`

const fresh = `(SELECT COUNT(*) FROM joint_file_entry e WHERE e.file = f.id AND e.node <> s.node AND e.arrived > s.looked_at)`

func (c List) args(who access.Who) []any {
	return []any{who.Node, who.Agency, c.State, c.Purpose, c.With, c.Waits}
}

// Ask lists them. They are those of the asker's agency alone.
func (c List) Ask(tx *store.Tx, who access.Who) ([]Line, error) {
	if c.Limit <= 0 || c.Limit > 200 {
		c.Limit = 50
	}
	lines, err := store.All(tx, (*Line).columns, `SELECT `+listColumns+`, s.ref, s.agreed_at, `+fresh+`,
		(SELECT COUNT(*) FROM joint_file_entry e WHERE e.file = f.id) `+listed+` AND ($7 = '' OR f.id < $7) ORDER BY f.id DESC LIMIT $8`,
		append(c.args(who), c.Before, c.Limit)...)
	if err != nil {
		return nil, err
	}
	for i := range lines {
		l := &lines[i]
		l.here = who.Node
		if l.Others, err = l.sides(tx); err != nil {
			return nil, err
		}
		l.Others = slices.DeleteFunc(l.Others, func(s Side) bool { return s.Node == who.Node })
		l.Waits = l.waits(who.Node)
	}
	return lines, nil
}

const listColumns = `f.id, f.was, f.state, f.version, f.home, f.agreement, f.purpose, f.subject, f.members, f.limits, f.from_day, f.to_day, f.ends_at, f.review_on,
	f.new_to, f.new_by, f.reason, f.asked, f.asked_in, f.refused, f.since, f.created_at`

func (l Line) waits(node string) string {
	switch {
	case l.Asked != "":
		return ""
	case l.State == Proposed && l.agreed == "":
		return "agree"
	case l.State == UnderReview && !slices.Contains(l.NewBy, node):
		return "review"
	}
	return ""
}

// Count says how many files a List would hold, over all its pages.
type Count struct{ List }

// Counted is how many.
type Counted struct {
	Count int64 `json:"count"`
}

// Verb names it.
func (Count) Verb() access.Verb { return "jointfiles.count" }

// Ask counts them.
func (c Count) Ask(tx *store.Tx, who access.Who) (n Counted, err error) {
	n.Count, err = store.One(tx, store.Value[int64], `SELECT COUNT(*) `+listed, c.args(who)...)
	return n, err
}

// Purposed lists, of what a purpose is for an agreement, what a joint file can be
// for.
func Purposed(purposes []string) []string {
	return slices.DeleteFunc(slices.Clone(Purposes), func(p string) bool { return !slices.Contains(purposes, p) })
}

// Drawn are the states, in the order of its life.
func Drawn() []flow.State {
	all := make([]flow.State, len(Flow.Places))
	for i, p := range Flow.Places {
		all[i] = p.State
	}
	return all
}

// SaidHere is what this node's side said last of a file, for whoever must look whether
// it names somebody: how it calls the case, the limits, and its last entry.
func SaidHere(tx *store.Tx, id string) (f File, words string, err error) {
	if f, err = Find(tx, id); err != nil {
		return f, "", err
	}
	s, err := f.side(tx, f.here)
	if err != nil {
		return f, "", err
	}
	last := Entry{Node: f.here, Seq: s.Entries}
	sealed, err := vault.Get(tx, f.ID, "limits", last.field())
	return f, s.Ref + "\n" + sealed["limits"] + "\n" + sealed[last.field()], err
}
