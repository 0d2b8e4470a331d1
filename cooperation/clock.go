package cooperation

import (
	"time"

	"istmo/calendar"
	"istmo/store"
)

type calendarKey struct{}

// Use gives every transaction the calendar by which clocks run.
func Use(db *store.DB, c *calendar.Calendar) { db.Bind(calendarKey{}, c) }

// Days is the calendar of the transaction's node.
func Days(tx *store.Tx) *calendar.Calendar { return tx.Bound(calendarKey{}).(*calendar.Calendar) }

// Country is the country of a node, whose id begins with its code.
func Country(node string) string { return node[:min(2, len(node))] }

// Due is the clock of a thing for a node's country, from an instant.
func Due(tx *store.Tx, node, key string, start time.Time) (calendar.Clock, error) {
	return Days(tx).Due(Country(node), key, start, tx.Now)
}

// Zone is where the clocks of a country stand, if the tables know it.
func Zone(tx *store.Tx, country string) (*time.Location, bool) {
	where, err := tx.Bound(calendarKey{}).(*calendar.Calendar).Country(country)
	if err != nil {
		return nil, false
	}
	return where.Zone, true
}
