package meetings

import (
	"istmo/access"
	"istmo/store"
)

// lines are the lines of work of the meeting's agreement.
func (m Meeting) lines(tx *store.Tx) []string {
	return []string{"prevention", "assistance", "protection", "investigation", "legal-action"}
}

func (c *Decide) propose(tx *store.Tx, who access.Who, m Meeting) error { return nil }
