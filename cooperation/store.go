package cooperation

import (
	"embed"

	"istmo/act"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds agreements, the directory and the responses.
var Schema = store.Dir("cooperation", files)

func here(tx *store.Tx) string { return act.Here(tx) }

const selectAgreement = `SELECT id, home, title_es, title_en, source, parties, verbs, purposes, groups, from_day, to_day, signed, halted, was, state, version,
	kind, languages, lines, frame, known_es, known_en, ours, other, refused FROM agreement`

func (a *Agreement) columns() []any {
	return []any{&a.ID, &a.Home, &a.TitleES, &a.TitleEN, &a.Source, &a.Parties, &a.Verbs, &a.Purposes, &a.Groups,
		&a.From, &a.To, &a.Signed, &a.Halted, &a.was, &a.State, &a.Version,
		&a.Kind, &a.Languages, &a.Lines, &a.Frame, &a.KnownES, &a.KnownEN, &a.Ours, &a.Other, &a.Refused}
}

// findAgreement loads one whole, with its articles and bodies.
func findAgreement(tx *store.Tx, id string) (Agreement, error) {
	a, err := store.One(tx, (*Agreement).columns, selectAgreement+` WHERE id = $1`, id)
	if err != nil {
		return a, err
	}
	return a, a.readText(tx)
}

// wholeAgreements loads some, each with its articles, duties and bodies.
func wholeAgreements(tx *store.Tx) ([]Agreement, error) {
	all, err := store.All(tx, (*Agreement).columns, selectAgreement+` ORDER BY id DESC`)
	for i := 0; err == nil && i < len(all); i++ {
		err = all[i].readText(tx)
	}
	return all, err
}

func (a *Agreement) readText(tx *store.Tx) (err error) {
	a.Articles, err = store.All(tx, (*Article).columns, `SELECT number, summary_es, summary_en FROM agreement_article WHERE agreement = $1`, a.ID)
	for i := 0; err == nil && i < len(a.Articles); i++ {
		a.Articles[i].Duties, err = store.All(tx, (*Duty).columns, `SELECT position, node, who, agency, text_es, text_en
			FROM agreement_duty WHERE agreement = $1 AND article = $2`, a.ID, a.Articles[i].Number)
	}
	if err == nil {
		a.Bodies, err = store.All(tx, (*Body).columns, `SELECT role, node, name, agency FROM agreement_body WHERE agreement = $1`, a.ID)
	}
	a.sort()
	return err
}

func (a *Article) columns() []any { return []any{&a.Number, &a.SummaryES, &a.SummaryEN} }
func (d *Duty) columns() []any {
	return []any{&d.Position, &d.Node, &d.Who, &d.Agency, &d.TextES, &d.TextEN}
}
func (b *Body) columns() []any { return []any{&b.Role, &b.Node, &b.Name, &b.Agency} }

func (a Agreement) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO agreement (id, home, title_es, title_en, source, parties, verbs, purposes, groups, from_day, to_day, signed, halted, was, state, version,
			kind, languages, lines, frame, known_es, known_en, ours, other, refused)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)`,
		a.ID, a.Home, a.TitleES, a.TitleEN, a.Source, a.Parties, a.Verbs, a.Purposes, a.Groups, a.From, a.To, a.Signed, a.Halted, string(a.was), string(a.State), a.Version,
		a.Kind, a.Languages, a.Lines, a.Frame, a.KnownES, a.KnownEN, a.Ours, a.Other, a.Refused)
	if err != nil {
		return err
	}
	return a.writeText(tx)
}

// update writes where it stands; what is agreed stays.
func (a Agreement) update(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE agreement SET signed = $2, halted = $3, was = $4, state = $5, version = $6, ours = $7, other = $8, refused = $9 WHERE id = $1`,
		a.ID, a.Signed, a.Halted, string(a.was), string(a.State), a.Version, a.Ours, a.Other, a.Refused)
	return err
}

// replace writes everything anew, what is agreed too.
func (a Agreement) replace(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE agreement SET title_es = $2, title_en = $3, source = $4, parties = $5, verbs = $6, purposes = $7, groups = $8, from_day = $9, to_day = $10,
		kind = $11, languages = $12, lines = $13, frame = $14, known_es = $15, known_en = $16 WHERE id = $1`,
		a.ID, a.TitleES, a.TitleEN, a.Source, a.Parties, a.Verbs, a.Purposes, a.Groups, a.From, a.To,
		a.Kind, a.Languages, a.Lines, a.Frame, a.KnownES, a.KnownEN)
	if err == nil {
		err = a.update(tx)
	}
	for _, table := range []string{"agreement_duty", "agreement_article", "agreement_body"} {
		if err == nil {
			_, err = tx.Exec(`DELETE FROM `+table+` WHERE agreement = $1`, a.ID)
		}
	}
	if err != nil {
		return err
	}
	return a.writeText(tx)
}

func (a Agreement) writeText(tx *store.Tx) error {
	for _, one := range a.Articles {
		if err := one.write(tx, a.ID); err != nil {
			return err
		}
	}
	for _, b := range a.Bodies {
		if _, err := tx.Exec(`INSERT INTO agreement_body (agreement, role, node, name, agency) VALUES ($1, $2, $3, $4, $5)`,
			a.ID, b.Role, b.Node, b.Name, b.Agency); err != nil {
			return err
		}
	}
	return nil
}

func (a Article) write(tx *store.Tx, agreement string) error {
	_, err := tx.Exec(`INSERT INTO agreement_article (agreement, number, summary_es, summary_en) VALUES ($1, $2, $3, $4)`,
		agreement, a.Number, a.SummaryES, a.SummaryEN)
	for i := 0; err == nil && i < len(a.Duties); i++ {
		d := a.Duties[i]
		_, err = tx.Exec(`INSERT INTO agreement_duty (agreement, article, position, node, who, agency, text_es, text_en) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			agreement, a.Number, d.Position, d.Node, d.Who, d.Agency, d.TextES, d.TextEN)
	}
	return err
}

const selectAgency = `SELECT node, id, name, kind, place, contact, duty, escalation, active, verified,
	hours, reach24, phone24, languages, services, beds, interpreters, focal, verified_by FROM directory_agency`

func (a *Agency) columns() []any {
	return []any{&a.Node, &a.ID, &a.Name, &a.Kind, &a.Place, &a.Contact, &a.Duty, &a.Escalation, &a.Active, &a.Verified,
		&a.Hours, &a.Reach24, &a.Phone24, &a.Languages, &a.Services, &a.Beds, &a.Interpreters, &a.Focal, &a.VerifiedBy}
}

func (a Agency) keep(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO directory_agency (node, id, name, kind, place, contact, duty, escalation, active, verified,
			hours, reach24, phone24, languages, services, beds, interpreters, focal, verified_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
		ON CONFLICT (node, id) DO UPDATE SET name = EXCLUDED.name, kind = EXCLUDED.kind, place = EXCLUDED.place, contact = EXCLUDED.contact,
			duty = EXCLUDED.duty, escalation = EXCLUDED.escalation, active = EXCLUDED.active, verified = EXCLUDED.verified,
			hours = EXCLUDED.hours, reach24 = EXCLUDED.reach24, phone24 = EXCLUDED.phone24, languages = EXCLUDED.languages, services = EXCLUDED.services,
			beds = EXCLUDED.beds, interpreters = EXCLUDED.interpreters, focal = EXCLUDED.focal, verified_by = EXCLUDED.verified_by`,
		a.Node, a.ID, a.Name, a.Kind, a.Place, a.Contact, a.Duty, a.Escalation, a.Active, a.Verified,
		a.Hours, a.Reach24, a.Phone24, a.Languages, a.Services, a.Beds, a.Interpreters, a.Focal, a.VerifiedBy)
	return err
}

const selectResponse = `SELECT id, node, line, level, place, what_es, what_en, who, agencies, source, presented_on, withdrawn, version FROM response`

func (r *Response) columns() []any {
	return []any{&r.ID, &r.Node, &r.Line, &r.Level, &r.Place, &r.WhatES, &r.WhatEN, &r.Who, &r.Agencies, &r.Source, &r.PresentedOn, &r.Withdrawn, &r.Version}
}

func (r Response) keep(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO response (id, node, line, level, place, what_es, what_en, who, agencies, source, presented_on, withdrawn, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET line = EXCLUDED.line, level = EXCLUDED.level, place = EXCLUDED.place, what_es = EXCLUDED.what_es, what_en = EXCLUDED.what_en,
			who = EXCLUDED.who, agencies = EXCLUDED.agencies, source = EXCLUDED.source, presented_on = EXCLUDED.presented_on,
			withdrawn = EXCLUDED.withdrawn, version = EXCLUDED.version`,
		r.ID, r.Node, r.Line, r.Level, r.Place, r.WhatES, r.WhatEN, r.Who, r.Agencies, r.Source, r.PresentedOn, r.Withdrawn, r.Version)
	return err
}
