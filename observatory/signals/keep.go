package signals

import (
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/observatory/watch"
	"istmo/store"
)

// fresh is how many months old the last figures may be for anybody to be told of
// what they show. What is older is history, and stands on the page.
const fresh = 12

// Keep keeps what a look at a series found. The node does it, once for each new
// month and edition.
type Keep struct {
	Found Found `json:"-"`
}

// pass is a look that is kept.
type pass string

// ObjectID is its id.
func (p pass) ObjectID() string { return string(p) }

// Facts are none.
func (pass) Facts() access.Facts { return access.Facts{} }

// Verb names it.
func (Keep) Verb() access.Verb { return "signals.keep" }

// Find makes it.
func (Keep) Find(tx *store.Tx, who access.Who) (pass, error) { return pass(tx.NewID("sgp")), nil }

// Do lays what was found over what is known. A change that goes on is the signal that
// there is; one that is not found any more was taken away by a correction.
func (c Keep) Do(tx *store.Tx, who access.Who, p pass) error {
	f := c.Found
	if f.Stamp == "" {
		return fault.Invalid("", "fault.required")
	}
	known, err := all(tx, ` WHERE node = $1 AND series = $2 ORDER BY month, id`, act.Here(tx), string(f.Series))
	if err != nil {
		return err
	}
	matched := map[string]bool{}
	for _, e := range f.episodes {
		s, is := match(known, matched, e)
		if !is {
			err = f.begin(tx, p, e)
		} else {
			matched[s.ID] = true
			err = f.goOn(tx, s, e)
		}
		if err != nil {
			return err
		}
	}
	for _, s := range known {
		if !matched[s.ID] {
			if err := f.leave(tx, s); err != nil {
				return err
			}
		}
	}
	return keep(tx, f)
}

// match is the signal that an episode is.
func match(known []Signal, taken map[string]bool, e *episode) (Signal, bool) {
	for _, s := range known {
		if !taken[s.ID] && e.over(s) {
			return s, true
		}
	}
	return Signal{}, false
}

// begin writes a signal. Nobody is told of what is over, nor of what old figures say,
// nor of what would have stood out in a month that was looked at before, had the figures
// been what they are now.
func (f Found) begin(tx *store.Tx, p pass, e *episode) error {
	s := Signal{ID: tx.NewID("sig"), Node: act.Here(tx), Series: f.Series, Group: e.group, Direction: e.direction, Since: e.since, Month: e.month, Latest: e.latest,
		Figures: e.Figures, Pass: string(p), At: tx.Now, ChangedAt: tx.Now, Version: 1, State: Standing}
	s.Quietly = e.ended != 0 || e.month <= f.before.To || f.To < lastWhole(tx.Now, time.UTC)-fresh
	if err := s.insert(tx); err != nil || e.ended == 0 {
		return err
	}
	return s.settle(tx, e)
}

// goOn brings a signal to where its episode has come.
func (f Found) goOn(tx *store.Tx, s Signal, e *episode) error {
	if s.State == Dismissed {
		return nil
	}
	if s.Latest == e.latest && s.Ended == ended(e.ended) && s.State != Withdrawn {
		return nil
	}
	return s.settle(tx, e)
}

func ended(m watch.Month) string {
	if m == 0 {
		return ""
	}
	return m.String()
}

// settle moves a signal to where an episode stands, step by step.
func (s Signal) settle(tx *store.Tx, e *episode) error {
	s.Latest, s.Ended, s.Back = max(s.Latest, e.latest), ended(e.ended), e.back
	s.Lost = e.lost
	if s.State != Standing && e.ended == 0 || s.State == Withdrawn {
		if err := s.step(tx, resume); err != nil {
			return err
		}
	}
	if s.State == Standing && e.ended != 0 {
		return s.step(tx, end)
	}
	s.was = s.State
	return s.update(tx)
}

// leave is for a signal that was not found again: withdrawn, unless it is older than
// what the series still covers.
func (f Found) leave(tx *store.Tx, s Signal) error {
	old := s.Month < f.from+judgedFrom
	switch {
	case s.State == Dismissed || s.State == Withdrawn || old && s.State == Over:
		return nil
	case old:
		s.Ended = max(s.Latest+1, f.from).String()
		return s.step(tx, end)
	}
	return s.step(tx, withdraw)
}

// judgedFrom is after how many months of a series the first can be judged.
const judgedFrom = 7

// step makes one move, and tells the partners who know of the signal.
func (s *Signal) step(tx *store.Tx, verb access.Verb) error {
	if err := s.move(verb); err != nil {
		return err
	}
	s.ChangedAt, s.Version = tx.Now, s.Version+1
	if err := s.update(tx); err != nil {
		return err
	}
	return s.show(tx)
}
