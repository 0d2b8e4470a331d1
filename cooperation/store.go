package cooperation

import (
	"embed"

	"istmo/act"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds agreements and the directory.
var Schema = store.Dir("cooperation", files)

func here(tx *store.Tx) string { return act.Here(tx) }

const selectAgreement = `SELECT id, home, title_es, title_en, source, parties, verbs, purposes, groups, from_day, to_day, signed, halted, was, state, version FROM agreement`

func (a *Agreement) columns() []any {
	return []any{&a.ID, &a.Home, &a.TitleES, &a.TitleEN, &a.Source, &a.Parties, &a.Verbs, &a.Purposes, &a.Groups,
		&a.From, &a.To, &a.Signed, &a.Halted, &a.was, &a.State, &a.Version}
}

func (a Agreement) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO agreement (id, home, title_es, title_en, source, parties, verbs, purposes, groups, from_day, to_day, signed, halted, was, state, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		a.ID, a.Home, a.TitleES, a.TitleEN, a.Source, a.Parties, a.Verbs, a.Purposes, a.Groups, a.From, a.To, a.Signed, a.Halted, string(a.was), string(a.State), a.Version)
	return err
}

func (a Agreement) update(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE agreement SET signed = $2, halted = $3, to_day = $4, was = $5, state = $6, version = $7 WHERE id = $1`,
		a.ID, a.Signed, a.Halted, a.To, string(a.was), string(a.State), a.Version)
	return err
}

const selectAgency = `SELECT node, id, name, kind, place, contact, duty, escalation, active, verified FROM directory_agency`

func (a *Agency) columns() []any {
	return []any{&a.Node, &a.ID, &a.Name, &a.Kind, &a.Place, &a.Contact, &a.Duty, &a.Escalation, &a.Active, &a.Verified}
}

func (a Agency) keep(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO directory_agency (node, id, name, kind, place, contact, duty, escalation, active, verified)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (node, id) DO UPDATE SET name = EXCLUDED.name, kind = EXCLUDED.kind, place = EXCLUDED.place, contact = EXCLUDED.contact,
			duty = EXCLUDED.duty, escalation = EXCLUDED.escalation, active = EXCLUDED.active, verified = EXCLUDED.verified`,
		a.Node, a.ID, a.Name, a.Kind, a.Place, a.Contact, a.Duty, a.Escalation, a.Active, a.Verified)
	return err
}
