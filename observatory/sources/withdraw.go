package sources

import (
	"strings"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// Withdraw takes a file out of use: it was wrong, or is not what it was said to be.
// What it had replaced comes back into use; what only it stated goes, and both are
// kept.
type Withdraw struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// Verb names it.
func (Withdraw) Verb() access.Verb { return "sources.withdraw" }

// Find loads the file.
func (c Withdraw) Find(tx *store.Tx, who access.Who) (File, error) { return findFile(tx, c.File) }

// Do takes it out of use.
func (c Withdraw) Do(tx *store.Tx, who access.Who, f File) error {
	to, err := FileFlow.Next(f.State, c.Verb())
	if err != nil {
		return err
	}
	if err := reasoned("reason", c.Reason); err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE sources_file SET was = state, state = $2, ended_by = $3, ended_at = $4, reason = $5 WHERE id = $1`,
		f.ID, string(to), who.ID, tx.Now, strings.TrimSpace(c.Reason))
	if err != nil {
		return err
	}
	countries, err := f.countries(tx)
	if err != nil {
		return err
	}
	if err := f.yield(tx); err != nil {
		return err
	}
	return f.judge(tx, countries)
}

// countries are those whose returns it states.
func (f File) countries(tx *store.Tx) (map[string]bool, error) {
	of := map[string]bool{}
	if f.Kind != GLOTIP {
		return of, nil
	}
	codes, err := store.All(tx, store.Value[string], `SELECT DISTINCT country FROM sources_return WHERE file = $1 AND replaced_at = ''`, f.ID)
	for _, c := range codes {
		of[c] = true
	}
	return of, err
}

// yield gives way to the other files in use, the newest edition first: whatever it
// stated and nothing states now comes into use again as that file has it.
func (f File) yield(tx *store.Tx) error {
	t := kinds[f.Kind].table
	if _, err := tx.Exec(`UPDATE `+t+` SET replaced_at = $2, replaced_by = $1 WHERE file = $1 AND replaced_at = ''`, f.ID, tx.Now); err != nil {
		return err
	}
	others, err := filesOf(tx, ` WHERE kind = $1 AND state = $2`, string(f.Kind), string(InUse))
	if err != nil {
		return err
	}
	for _, other := range others {
		_, err := tx.Exec(`UPDATE `+t+` SET replaced_at = '', replaced_by = '' WHERE file = $1 AND replaced_at <> ''
			AND EXISTS (SELECT 1 FROM `+t+` gone WHERE gone.about = `+t+`.about AND gone.file = $2)
			AND NOT EXISTS (SELECT 1 FROM `+t+` now WHERE now.about = `+t+`.about AND now.replaced_at = '')`, other.ID, f.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// leastReason is the shortest text that can be a reason.
const leastReason = 5

func reasoned(field, words string) error {
	var check fault.Check
	check.That(len(strings.TrimSpace(words)) >= leastReason, field, "sources.give-reason")
	check.That(len(words) <= 4*mostOfWords, field, "fault.too-long")
	return check.Err()
}
