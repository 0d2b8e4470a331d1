package response

import (
	"embed"

	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds alerts, what was done, who is on duty and what crossed.
var Schema = store.Dir("response", files)

// isOpen holds for the alerts in which somebody still has to act.
const isOpen = `state NOT IN ('closed', 'handed_over', 'stood_down')`

const columns = `id, was, state, incident, handed_from, kind, team, screening, person, post, place, child, alone, count, needs, by_whom, by_agency, officer,
	round, level, reason, raised_at, since, due_at, due_key, home, crossing, why, contact, sent_at, envelope`

const selectAlert = `SELECT ` + columns + ` FROM response_alert`

func (a *Alert) columns() []any {
	return []any{&a.ID, &a.was, &a.State, &a.Incident, &a.From, &a.Kind, &a.Team, &a.Screening, &a.Person, &a.Post, &a.Place, &a.Child, &a.Alone, &a.Count,
		&a.Needs, &a.By, &a.ByAgency, &a.Officer, &a.Round, &a.Level, &a.Reason, &a.RaisedAt, &a.Since, &a.DueAt, &a.DueKey, &a.Home, &a.Crossing, &a.Why,
		&a.Contact, &a.SentAt, &a.Envelope}
}

// values are the row, in the order of columns.
func (a Alert) values() []any {
	return []any{a.ID, string(a.was), string(a.State), a.Incident, a.From, a.Kind, a.Team, a.Screening, a.Person, a.Post, a.Place, a.Child, a.Alone, a.Count,
		a.Needs, a.By, a.ByAgency, a.Officer, a.Round, a.Level, a.Reason, a.RaisedAt, a.Since, a.DueAt, a.DueKey, a.Home, a.Crossing, a.Why,
		a.Contact, a.SentAt, a.Envelope}
}

const placeholders = `$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31`

func (a Alert) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO response_alert (`+columns+`) VALUES (`+placeholders+`)`, a.values()...)
	return err
}

// update writes the whole row; a move that the table does not hold is refused by
// the database itself.
func (a Alert) update(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE response_alert SET (`+columns+`) = (`+placeholders+`) WHERE id = $1`, a.values()...)
	return err
}

const selectEvent = `SELECT id, at, verb, state, actor, code, worded FROM response_event`

func (e *Event) columns() []any {
	return []any{&e.ID, &e.At, &e.Verb, &e.State, &e.Actor, &e.Code, &e.Worded}
}

func (m *Measure) columns() []any {
	return []any{&m.ID, &m.Alert, &m.Kind, &m.Lodging, &m.Why, &m.At, &m.By}
}

func (t *Told) columns() []any { return []any{&t.User, &t.Level, &t.At} }

const selectShift = `SELECT id, agency, user_id, rank, starts, ends, planned_by FROM response_shift`

func (s *Shift) columns() []any {
	return []any{&s.ID, &s.Agency, &s.User, &s.Rank, &s.Starts, &s.Ends, &s.PlannedBy}
}

func (s Shift) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO response_shift (id, agency, user_id, rank, starts, ends, planned_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		s.ID, s.Agency, s.User, s.Rank, s.Starts, s.Ends, s.PlannedBy)
	return err
}

const selectHandover = `SELECT id, was, state, agency, from_user, to_user, alerts, at, confirmed_at, worded FROM response_handover`

func (h *Handover) columns() []any {
	return []any{&h.ID, &h.was, &h.State, &h.Agency, &h.FromUser, &h.ToUser, &h.Alerts, &h.At, &h.ConfirmedAt, &h.Worded}
}

func (h Handover) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO response_handover (id, was, state, agency, from_user, to_user, alerts, at, confirmed_at, worded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		h.ID, string(h.was), string(h.State), h.Agency, h.FromUser, h.ToUser, h.Alerts, h.At, h.ConfirmedAt, h.Worded)
	return err
}

const crossingColumns = `id, alert, node, agreement, envelope, why, place, count, child, needs, urgent, state, version, team, contact, refused, sent_at, state_at, due_at, late_at, called_at`

const selectCrossing = `SELECT ` + crossingColumns + ` FROM response_crossing`

func (x *Crossing) columns() []any {
	return []any{&x.ID, &x.Alert, &x.Node, &x.Agreement, &x.Envelope, &x.Why, &x.Place, &x.Count, &x.Child, &x.Needs, &x.Urgent, &x.State, &x.Version,
		&x.Team, &x.Contact, &x.Refused, &x.SentAt, &x.StateAt, &x.DueAt, &x.LateAt, &x.CalledAt}
}

func (x Crossing) values() []any {
	return []any{x.ID, x.Alert, x.Node, x.Agreement, x.Envelope, x.Why, x.Place, x.Count, x.Child, x.Needs, x.Urgent, string(x.State), x.Version,
		x.Team, x.Contact, x.Refused, x.SentAt, x.StateAt, x.DueAt, x.LateAt, x.CalledAt}
}

const crossingPlaces = `$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21`

func (x Crossing) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO response_crossing (`+crossingColumns+`) VALUES (`+crossingPlaces+`)`, x.values()...)
	return err
}

func (x Crossing) update(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE response_crossing SET (`+crossingColumns+`) = (`+crossingPlaces+`) WHERE id = $1`, x.values()...)
	return err
}
