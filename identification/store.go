package identification

import (
	"embed"

	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds procedures and what belongs to them.
var Schema = store.Dir("identification", files)

const columns = `id, machine, was, state, person, agency, known_at, origin, origin_id, round, due_at, due_key, since, stopped_at, escalated_at, escalated_to, created_at, created_by`

const selectProcedure = `SELECT ` + columns + ` FROM identification`

func (p *Procedure) columns() []any {
	return []any{&p.ID, &p.Machine, &p.was, &p.State, &p.Person, &p.Agency, &p.KnownAt, &p.Origin, &p.OriginID, &p.Round, &p.DueAt, &p.DueKey, &p.Since,
		&p.StoppedAt, &p.EscalatedAt, &p.EscalatedTo, &p.CreatedAt, &p.CreatedBy}
}

func (p Procedure) values() []any {
	return []any{p.ID, p.Machine, string(p.was), string(p.State), p.Person, p.Agency, p.KnownAt, p.Origin, p.OriginID, p.Round, p.DueAt, p.DueKey, p.Since,
		p.StoppedAt, p.EscalatedAt, p.EscalatedTo, p.CreatedAt, p.CreatedBy}
}

const placeholders = `$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18`

func (p Procedure) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO identification (`+columns+`) VALUES (`+placeholders+`)`, p.values()...)
	return err
}

// update writes the whole row; a move that its table does not hold is refused by
// the database itself.
func (p Procedure) update(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE identification SET (`+columns+`) = (`+placeholders+`) WHERE id = $1`, p.values()...)
	return err
}

const selectVote = `SELECT id, round, member, voter, choice, at FROM identification_vote`

func (v *Vote) columns() []any { return []any{&v.ID, &v.Round, &v.Member, &v.Voter, &v.Choice, &v.At} }

const selectDecision = `SELECT id, round, verb, state, number, law, status, protections, seats, in_favour, against, dissent, until, at, by_whom, agency FROM identification_decision`

func (d *Decision) columns() []any {
	return []any{&d.ID, &d.Round, &d.Verb, &d.State, &d.Number, &d.Law, &d.Status, &d.Protections, &d.Seats, &d.For, &d.Against, &d.Dissent, &d.Until, &d.At, &d.By, &d.Agency}
}

const selectReflection = `SELECT id, procedure_id, person, starts, least, until, ended_at, chosen, language, way FROM identification_reflection`

func (r *Reflection) columns() []any {
	return []any{&r.ID, &r.Procedure, &r.Person, &r.Starts, &r.Least, &r.Until, &r.EndedAt, &r.Chosen, &r.Language, &r.Way}
}

const selectContact = `SELECT id, person, agency, user_id, consent, at, answer, answered_at FROM identification_contact`

func (c *Contact) columns() []any {
	return []any{&c.ID, &c.Person, &c.Agency, &c.User, &c.Consent, &c.At, &c.Answer, &c.AnsweredAt}
}

const selectMeasure = `SELECT id, state, need, provider, at, by_whom FROM identification_measure`

func (m *Measure) columns() []any { return []any{&m.ID, &m.State, &m.Need, &m.Provider, &m.At, &m.By} }

const selectTold = `SELECT id, decision, language, way, at, by_whom FROM identification_told`

func (t *Told) columns() []any { return []any{&t.ID, &t.Decision, &t.Language, &t.Way, &t.At, &t.By} }
