package cooperation

import (
	"time"

	"istmo/calendar"
	"istmo/store"
)

type calendarKey struct{}

// Use gives every transaction the calendar by which promises are counted.
func Use(db *store.DB, c *calendar.Calendar) { db.Bind(calendarKey{}, c) }

// Due works out a deadline of a country, from an instant.
func Due(tx *store.Tx, country, key string, start time.Time) (calendar.Clock, error) {
	return tx.Bound(calendarKey{}).(*calendar.Calendar).Due(country, key, start, tx.Now)
}

// country is the country whose calendar a node keeps.
func country(node string) string { return node[:min(2, len(node))] }
