package roadmap

import (
	"errors"
	"slices"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/calendar"
	"istmo/cooperation"
	"istmo/store"
)

// The clocks of a commitment that is late, keys of data/deadlines.csv: what runs
// from its day before the owners' named person is told, and before the ministry is.
const (
	ClockOwner    = "commitment.late"
	ClockMinistry = "commitment.late.ministry"
)

// Escalation is whom this node told that a commitment is late.
type Escalation struct {
	Level  int64     `json:"level"` // 1 the owners here, 2 the foreign ministry
	At     time.Time `json:"at"`
	Agency string    `json:"agency"`
	User   string    `json:"user"`
}

// Escalate tells the people of this node that a commitment is late. It is the
// clock's own verb; each party tells its own.
type Escalate struct {
	On
	Level int64 `json:"level"`
}

// Verb names it.
func (Escalate) Verb() access.Verb { return "roadmap.escalate" }

// Do notes whom it tells: the owners' agencies here, then the foreign ministry.
func (c Escalate) Do(tx *store.Tx, who access.Who, p Commitment) error {
	agencies, err := told(tx, p, c.Level)
	if err != nil {
		return err
	}
	for _, a := range agencies {
		if _, err := tx.Exec(`INSERT INTO commitment_escalation (commitment, level, at, agency, user_id) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			p.ID, c.Level, tx.Now, a.ID, a.Escalation); err != nil {
			return err
		}
	}
	return nil
}

// Told are the users of this node who were told last that a commitment is late.
func Told(tx *store.Tx, id string) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT DISTINCT user_id FROM commitment_escalation WHERE commitment = $1 AND user_id <> ''
		AND level = (SELECT MAX(level) FROM commitment_escalation WHERE commitment = $1)`, id)
}

func told(tx *store.Tx, p Commitment, level int64) ([]cooperation.Agency, error) {
	all, err := (cooperation.Directory{}).Ask(tx, access.Who{})
	here := act.Here(tx)
	return slices.DeleteFunc(all, func(a cooperation.Agency) bool {
		if a.Node != here {
			return true
		}
		if level > 1 {
			return a.Kind != "foreign-ministry"
		}
		return !slices.Contains(p.Owners, here+"/"+a.ID)
	}), err
}

// Overdue lists what this node's people are to be told now.
func Overdue(tx *store.Tx) ([]Escalate, error) {
	type row struct {
		id    string
		due   time.Time
		level int64
	}
	rows, err := store.All(tx, func(r *row) []any { return []any{&r.id, &r.due, &r.level} },
		`SELECT id, due, (SELECT COALESCE(MAX(level), 0) FROM commitment_escalation e WHERE e.commitment = c.id)
		FROM commitment c WHERE state IN ('planned', 'under_way', 'reported_done') AND due <= $1 ORDER BY due, id`, tx.Now.AddDate(0, 0, -1))
	if err != nil {
		return nil, err
	}
	var all []Escalate
	for _, r := range rows {
		if r.level >= 2 {
			continue
		}
		over, err := ranOut(tx, r.due, r.level+1)
		if err != nil {
			return nil, err
		}
		if over {
			all = append(all, Escalate{On{r.id}, r.level + 1})
		}
	}
	return all, nil
}

// ranOut reports whether the clock of a level has run out since the end of a day.
func ranOut(tx *store.Tx, due time.Time, level int64) (bool, error) {
	key := ClockOwner
	if level > 1 {
		key = ClockMinistry
	}
	clock, err := cooperation.Due(tx, act.Here(tx), key, due.AddDate(0, 0, 1))
	if errors.Is(err, calendar.ErrNoRule) || errors.Is(err, calendar.ErrUnknownTerm) {
		return false, nil // nobody is told by a clock that nobody set
	}
	return err == nil && clock.Overdue(tx.Now), err
}
