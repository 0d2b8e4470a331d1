package meetings

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/cooperation"
	"istmo/store"
)

// Line is a meeting in a list.
type Line struct {
	Meeting
	Asked string    `json:"asked"` // a verb that waits for home
	Why   string    `json:"why"`   // why home refused the last that was asked
	Next  string    `json:"next"`  // the meeting that follows it up
	At    time.Time `json:"at"`    // when that one begins
	Late  bool      `json:"late"`  // the parties have not met again in time
}

// List lists the meetings, those to come first.
type List struct {
	Kind      string `json:"kind"`
	Topic     string `json:"topic"`
	Agreement string `json:"agreement"`
	When      string `json:"when"` // upcoming, past, or empty for all
}

// Verb names it.
func (List) Verb() access.Verb { return "meetings.list" }

// Ask lists those to come, the nearest first, then those that have been, the last
// first.
func (c List) Ask(tx *store.Tx, who access.Who) ([]Line, error) {
	all, err := linesOf(tx)
	if err != nil {
		return nil, err
	}
	coming := func(l Line) bool { return l.Ends.After(tx.Now) }
	all = slices.DeleteFunc(all, func(l Line) bool {
		return c.Kind != "" && l.Kind != c.Kind || c.Topic != "" && !slices.Contains(l.Topics, c.Topic) || c.Agreement != "" && l.Agreement != c.Agreement ||
			c.When == "upcoming" && !coming(l) || c.When == "past" && coming(l)
	})
	slices.SortStableFunc(all, func(a, b Line) int {
		switch {
		case coming(a) != coming(b):
			if coming(a) {
				return -1
			}
			return 1
		case coming(a):
			return a.Starts.Compare(b.Starts)
		}
		return b.Starts.Compare(a.Starts)
	})
	return all, nil
}

// linesOf is every meeting, without what belongs to it.
func linesOf(tx *store.Tx) ([]Line, error) {
	rows, err := store.All(tx, (*Meeting).columns, selectMeeting+` ORDER BY m.starts, m.id`)
	if err != nil {
		return nil, err
	}
	asks, err := cooperation.Asks(tx, "")
	if err != nil {
		return nil, err
	}
	all := make([]Line, len(rows))
	for i, m := range rows {
		all[i] = Line{Meeting: m}
		all[i].wait(asks)
		all[i].follow(rows, tx.Now)
	}
	return all, nil
}

// wait notes what of it waits for home, or was refused.
func (l *Line) wait(asks []cooperation.Asked) {
	for _, a := range asks {
		if a.Object != l.ID {
			continue
		}
		if l.Why = a.Why; a.Why == "" {
			l.Asked = string(a.Verb)
		}
	}
}

// follow finds the first meeting that follows it up and has not been called off,
// and whether the parties are late in meeting again.
func (l *Line) follow(all []Meeting, now time.Time) {
	for _, m := range all {
		if m.Follows == l.ID && m.State != Cancelled && l.Next == "" {
			l.Next, l.At = m.ID, m.Starts
		}
	}
	due := l.Due()
	switch {
	case due.IsZero() || l.State == Cancelled:
	case l.Next == "":
		l.Late = now.After(due)
	default:
		l.Late = l.At.After(due)
	}
}

// Owed reports whether the parties have to meet again and have not said when.
func (l Line) Owed() bool { return !l.NextBy.IsZero() && l.Next == "" && l.State != Cancelled }

// View is one meeting, whole, with what stands around it.
type View struct {
	Line
	Home    string              `json:"home"`
	Parties []string            `json:"parties"`
	Hash    string              `json:"hash"` // of the minutes as they read now
	Waiting []cooperation.Asked `json:"waiting"`
	Before  string              `json:"before"` // the title of the one that it follows
	After   string              `json:"after"`  // and of the one that follows it
}

// Show gives one meeting. It holds nothing about a person.
type Show struct{ On }

// Verb names it.
func (Show) Verb() access.Verb { return "meetings.show" }

// Ask answers.
func (c Show) Ask(tx *store.Tx, who access.Who) (v View, err error) {
	m, err := find(tx, c.ID)
	if err != nil {
		return v, err
	}
	all, err := linesOf(tx)
	if err != nil {
		return v, err
	}
	for _, l := range all {
		switch l.ID {
		case m.ID:
			v.Line = l
		case m.Follows:
			v.Before = l.Title(who.Lang)
		}
	}
	for _, l := range all {
		if l.ID == v.Next {
			v.After = l.Title(who.Lang)
		}
	}
	v.Meeting, v.Hash, v.Home, v.Parties = m, m.Hash(), m.Home, m.Parties
	v.Waiting, err = cooperation.Asks(tx, m.ID)
	return v, err
}

// Task is something of a meeting that waits for somebody of this node.
type Task struct {
	Kind string `json:"kind"` // next, approve, refused
	Line
}

// Desk lists what waits for those who answer for their country.
type Desk struct{}

// Verb names it.
func (Desk) Verb() access.Verb { return "meetings.desk" }

// Ask gathers it: the meetings that the parties owe each other, by their day, then
// the minutes that this country has not approved, then what home refused.
func (Desk) Ask(tx *store.Tx, who access.Who) ([]Task, error) {
	if !who.Has(access.FocalPoint, access.ForeignMinistry) {
		return nil, nil
	}
	all, err := linesOf(tx)
	if err != nil {
		return nil, err
	}
	approved, err := store.All(tx, store.Value[string], `SELECT meeting FROM meeting_approval WHERE node = $1`, who.Node)
	if err != nil {
		return nil, err
	}
	var owed, rest, refused []Task
	for _, l := range all {
		if l.Owed() {
			owed = append(owed, Task{"next", l})
		}
		if l.State == Held && l.Written() && l.Asked != "meetings.approve-minutes" && !slices.Contains(approved, l.ID) {
			rest = append(rest, Task{"approve", l})
		}
		if l.Why != "" {
			refused = append(refused, Task{"refused", l})
		}
	}
	slices.SortStableFunc(owed, func(a, b Task) int { return a.NextBy.Compare(b.NextBy) })
	return slices.Concat(owed, rest, refused), nil
}
