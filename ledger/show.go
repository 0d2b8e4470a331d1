package ledger

import (
	"strconv"
	"strings"
	"time"

	"istmo/fault"
	"istmo/store"
)

// Filter says which deeds to show. An empty field does not filter.
type Filter struct {
	Object, Actor, Verb string
	Outcome             string    // "refused" also shows refused:denied and the like
	From, To            time.Time // From ≤ at < To
	Before              int64     // only deeds with a smaller number: the last one of the page before
	Limit               int       // at most this many; 100 if it is 0, 1000 at most
}

// Show lists deeds, the newest first, without their sealed details.
func Show(tx *store.Tx, f Filter) ([]Deed, error) {
	where, args := f.conditions()
	if f.Limit <= 0 {
		f.Limit = 100
	}
	args = append(args, min(f.Limit, 1000))
	all, err := selectDeeds(tx, where+` ORDER BY seq DESC LIMIT $`+strconv.Itoa(len(args)), args)
	if err != nil {
		return nil, fault.Internal("ledger: show", err)
	}
	return all, nil
}

// Count says how many deeds Show would list over all its pages.
func Count(tx *store.Tx, f Filter) (int64, error) {
	where, args := f.conditions()
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM ledger_entry WHERE `+where, args...)
	if err != nil {
		return 0, fault.Internal("ledger: count", err)
	}
	return n, nil
}

// conditions are the filter in SQL. Only those that are set, so that the
// database can go by the index of the one that narrows most.
func (f Filter) conditions() (string, []any) {
	parts := []string{"1 = 1"}
	var args []any
	add := func(set bool, text string, arg any) {
		if set {
			args = append(args, arg)
			parts = append(parts, strings.ReplaceAll(text, "?", "$"+strconv.Itoa(len(args))))
		}
	}
	add(f.Object != "", "object = ?", f.Object)
	add(f.Actor != "", "actor = ?", f.Actor)
	add(f.Verb != "", "verb = ?", f.Verb)
	add(f.Outcome != "", "(outcome = ? OR substr(outcome, 1, length(?) + 1) = ? || ':')", f.Outcome)
	add(!f.From.IsZero(), "at >= ?", f.From)
	add(!f.To.IsZero(), "at < ?", f.To)
	add(f.Before > 0, "seq < ?", f.Before)
	return strings.Join(parts, " AND "), args
}
