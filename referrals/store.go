package referrals

import (
	"embed"

	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds referrals and what happened to them.
var Schema = store.Dir("referrals", files)

const columns = `id, was, state, version, home, from_node, from_agency, from_user, to_node, to_agency, to_user, person, consent, agreement, purpose, urgent,
	fields, child, sex, age_band, citizenships, languages, interpreter, needs, reason, suggested, eta, visits, due_at, due_key, since, escalated_at,
	escalated_to, asked, refused, envelope, package, arrived_at, opened_at, packed_at, read_at, recall, recall_basis, created_at, counted_by`

const selectReferral = `SELECT ` + columns + ` FROM referral`

func (r *Referral) columns() []any {
	return []any{&r.ID, &r.was, &r.State, &r.Version, &r.Home, &r.FromNode, &r.FromAgency, &r.FromUser, &r.ToNode, &r.ToAgency, &r.ToUser,
		&r.Person, &r.Consent, &r.Agreement, &r.Purpose, &r.Urgent, &r.Fields, &r.Child, &r.Sex, &r.AgeBand, &r.Citizenships, &r.Languages,
		&r.Interpreter, &r.Needs, &r.Reason, &r.Suggested, &r.ETA, &r.Visits, &r.DueAt, &r.DueKey, &r.Since, &r.EscalatedAt,
		&r.EscalatedTo, &r.Asked, &r.Refused, &r.Envelope, &r.Package, &r.ArrivedAt, &r.OpenedAt, &r.PackedAt, &r.ReadAt, &r.Recall, &r.RecallBasis, &r.CreatedAt, &r.CountedBy}
}

// values are the row, in the order of columns.
func (r Referral) values() []any {
	return []any{r.ID, string(r.was), string(r.State), r.Version, r.Home, r.FromNode, r.FromAgency, r.FromUser, r.ToNode, r.ToAgency, r.ToUser,
		r.Person, r.Consent, r.Agreement, r.Purpose, r.Urgent, r.Fields, r.Child, r.Sex, r.AgeBand, r.Citizenships, r.Languages,
		r.Interpreter, r.Needs, r.Reason, r.Suggested, r.ETA, r.Visits, r.DueAt, r.DueKey, r.Since, r.EscalatedAt,
		r.EscalatedTo, r.Asked, r.Refused, r.Envelope, r.Package, r.ArrivedAt, r.OpenedAt, r.PackedAt, r.ReadAt, r.Recall, r.RecallBasis, r.CreatedAt, r.CountedBy}
}

const placeholders = `$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
	$23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45`

func (r Referral) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO referral (`+columns+`) VALUES (`+placeholders+`)`, r.values()...)
	return err
}

// update writes the whole row; a move that the table does not hold is refused
// by the database itself.
func (r Referral) update(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE referral SET (`+columns+`) = (`+placeholders+`) WHERE id = $1`, r.values()...)
	return err
}
