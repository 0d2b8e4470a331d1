// Package crowd fills a node's tables with as many people as a country may have in
// years, for measuring: plausible in their shares and dates, made by arithmetic, the
// same every time, and nobody. They have no names and no keys, and the deeds are rows
// of the ledger without its chain: a node so filled proves nothing, and is for benches
// alone.
package crowd

import (
	"context"
	"fmt"
	"strings"

	"istmo/store"
)

// Plan is how many.
type Plan struct {
	Node    string // whose people: "PA"
	Persons int    // of whom some have decisions, links, referrals, alerts and procedures
	Deeds   int    // rows of the ledger
}

// atOnce is how many rows one statement makes.
const atOnce = 200_000

// Fill fills the node.
func Fill(ctx context.Context, db *store.DB, p Plan) error {
	zero := "zeroblob(32)"
	if db.Postgres() {
		zero = "decode(repeat('00', 32), 'hex')"
	}
	for _, one := range []struct {
		rows int
		sql  string
	}{
		{p.Persons, people}, {p.Persons, presumed}, {p.Persons, settled}, {p.Persons, linked}, {p.Persons, referred}, {p.Persons, sent}, {p.Persons, taken}, {p.Persons, answered},
		{p.Persons, alerts}, {p.Persons, acknowledged}, {p.Persons, reached}, {p.Persons, procedures}, {p.Persons, ruled}, {p.Deeds, strings.ReplaceAll(deeds, "ZERO", zero)},
	} {
		for from := 0; from < one.rows; from += atOnce {
			err := db.Write(ctx, func(tx *store.Tx) error {
				args := []any{int64(from + 1), int64(min(from+atOnce, one.rows))}
				if strings.Contains(one.sql, "$3") {
					args = append(args, p.Node)
				}
				_, err := tx.Exec(strings.Replace(one.sql, "SELECT", numbers, 1), args...)
				return err
			})
			if err != nil {
				return fmt.Errorf("%.40s: %w", one.sql, err)
			}
		}
	}
	if db.Postgres() {
		return db.Write(ctx, func(tx *store.Tx) error { _, err := tx.Exec(`ANALYZE`); return err })
	}
	return nil
}

// numbers are those from $1 to $2.
const numbers = `WITH RECURSIVE n(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $2) SELECT`

// The ids of a person and of what hangs on them, all of one length.
const (
	id   = `(1000000000 + i)`
	hash = `(i * 7919 + i / 13 * 104729)` // spreads people over the codes
	// A day from 2019 to 2026, more in later years, and the same some days on.
	day   = `(2019 + (` + hash + ` % 64) / 8) || '-' || substr('010203040506070809101112', CAST(1 + 2 * ((` + hash + ` / 64) % 10) AS INTEGER), 2) || '-' || substr('0102030405060708091011121314151617181920', CAST(1 + 2 * ((` + hash + ` / 640) % 20) AS INTEGER), 2)`
	later = `(2019 + (` + hash + ` % 64) / 8) || '-' || substr('010203040506070809101112', CAST(1 + 2 * ((` + hash + ` / 64) % 10) AS INTEGER), 2) || '-' || substr('2122232425262728', CAST(1 + 2 * ((` + hash + ` / 640) % 8) AS INTEGER), 2)`
	// Of those who were referred or called for: the last two years.
	lately = `(2025 + (i / 20) % 2) || '-' || substr('010203040506070809101112', CAST(1 + 2 * ((` + hash + ` / 64) % 10) AS INTEGER), 2) || '-' || substr('0102030405060708091011121314151617181920', CAST(1 + 2 * ((` + hash + ` / 640) % 20) AS INTEGER), 2)`
)

const people = `INSERT INTO person (id, ref, agency, sex, age_band, age_in_doubt, citizenships, languages, interpreter, forms, needs, place, origin, origin_id, created_at, created_by)
	SELECT 'per_' || ` + id + `, 'X-' || ` + id + `, 'agy_' || (i % 40),
		CASE WHEN ` + hash + ` % 100 < 58 THEN 'female' WHEN ` + hash + ` % 100 < 97 THEN 'male' WHEN ` + hash + ` % 100 = 97 THEN 'other' ELSE 'unknown' END,
		CASE WHEN ` + hash + ` % 97 < 5 THEN '0-8' WHEN ` + hash + ` % 97 < 25 THEN '9-17' WHEN ` + hash + ` % 97 < 60 THEN '21-29' WHEN ` + hash + ` % 97 < 90 THEN '30-38' ELSE 'unknown' END,
		` + hash + ` % 89 = 0, substr('VECOHTECCUBRCLPEDONICNINNPGHPAVECOVEHTEC', CAST(1 + 2 * (` + hash + ` % 20) AS INTEGER), 2), 'es', FALSE,
		CASE WHEN ` + hash + ` % 83 < 40 THEN 'sexual' WHEN ` + hash + ` % 83 < 65 THEN 'labour' WHEN ` + hash + ` % 83 < 70 THEN 'domestic begging' WHEN ` + hash + ` % 83 < 75 THEN 'criminality' ELSE '' END,
		'', 'x', 'met', '', ` + day + ` || 'T15:04:05.000Z', '' FROM n`

const status = `INSERT INTO person_status (id, person, country, authority, status, legal_basis, decided_on, recorded_at, recorded_by) `

const presumed = status + `SELECT 'sta_' || ` + id + `, 'per_' || ` + id + `, CAST($3 AS TEXT), 'x', CASE WHEN i % 3 = 0 THEN 'preliminary' ELSE 'presumed' END, 'x', ` + day + ` || 'T16:00:00.000Z', ` + day + ` || 'T16:00:00.000Z', '' FROM n`

const settled = status + `SELECT 'stb_' || ` + id + `, 'per_' || ` + id + `, CAST($3 AS TEXT), 'x', CASE WHEN i % 11 < 8 THEN 'full' WHEN i % 11 < 10 THEN 'not-victim' ELSE 'smuggled-migrant' END, 'x', ` + later + ` || 'T16:00:00.000Z', ` + later + ` || 'T16:00:00.000Z', '' FROM n WHERE ` + hash + ` % 10 < 5`

const linked = `INSERT INTO likeness_pair (id, earlier, later, state, score, reasons, at) SELECT 'lik_' || ` + id + `, 'per_' || ` + id + `, 'per_' || (1000000000 + i - 1), 'same', 9, '', ` + later + ` || 'T16:00:00.000Z' FROM n WHERE i % 100 = 50`

const referred = `INSERT INTO referral (id, was, state, version, home, from_node, from_agency, from_user, to_node, to_agency, to_user, person, consent, agreement, purpose, urgent, fields, child, sex, age_band, citizenships, languages, interpreter, needs, reason, suggested, eta, visits, due_at, due_key, since, escalated_at, escalated_to, asked, refused, envelope, package, arrived_at, opened_at, packed_at, read_at, recall, recall_basis, created_at)
	SELECT 'ref_' || ` + id + `, 'acknowledged', CASE WHEN i % 7 = 0 THEN 'declined' ELSE 'accepted' END, 3, CAST($3 AS TEXT), CAST($3 AS TEXT), 'agy', '', CASE WHEN i % 40 = 0 THEN CAST($3 AS TEXT) ELSE 'CO' END, 'agy', '', 'per_' || ` + id + `, '', '', 'assistance', FALSE, '', FALSE, '', '', '', '', FALSE, '', '', '', '', 0, '', '', '', '', '', '', '', '', '', '', '', CASE WHEN i % 7 = 0 THEN '' ELSE ` + lately + ` || 'T20:00:00.000Z' END, '', '', '', ` + lately + ` || 'T15:00:00.000Z' FROM n WHERE i % 20 = 0`

const event = `INSERT INTO referral_event (id, referral, at, verb, state, side, code, worded) `

const (
	sent     = event + `SELECT 'eva_' || ` + id + `, 'ref_' || ` + id + `, ` + lately + ` || 'T15:10:00.000Z', 'referrals.send', '', '', '', FALSE FROM n WHERE i % 20 = 0`
	taken    = event + `SELECT 'evb_' || ` + id + `, 'ref_' || ` + id + `, ` + lately + ` || 'T17:10:00.000Z', 'referrals.acknowledge', '', '', '', FALSE FROM n WHERE i % 20 = 0`
	answered = event + `SELECT 'evc_' || ` + id + `, 'ref_' || ` + id + `, ` + lately + ` || 'T19:10:00.000Z', 'referrals.accept', '', '', '', FALSE FROM n WHERE i % 20 = 0`
)

const alerts = `INSERT INTO response_alert (id, was, state, incident, handed_from, kind, team, screening, person, post, place, child, alone, count, needs, by_whom, by_agency, officer, round, level, reason, raised_at, since, due_at, due_key, home, crossing, why, contact, sent_at, envelope, urgent)
	SELECT 'alr_' || ` + id + `, 'measures_taken', 'closed', '', '', 'presumption', 'agy', '', '', '', '', FALSE, FALSE, 1, '', '', '', '', 1, 0, '', ` + lately + ` || 'T15:00:00.000Z', '', '', '', '', '', '', '', '', '', FALSE FROM n WHERE i % 20 = 1`

const (
	acknowledged = `INSERT INTO response_event (id, alert, at, verb, state, actor, code, worded) SELECT 'evc_' || ` + id + `, 'alr_' || ` + id + `, ` + lately + ` || CASE WHEN i % 5 = 1 THEN 'T15:20:00.000Z' ELSE 'T15:08:00.000Z' END, 'response.acknowledge', '', '', '', FALSE FROM n WHERE i % 20 = 1`
	reached      = `INSERT INTO response_event (id, alert, at, verb, state, actor, code, worded) SELECT 'evd_' || ` + id + `, 'alr_' || ` + id + `, ` + lately + ` || 'T18:08:00.000Z', 'response.reach', '', '', '', FALSE FROM n WHERE i % 20 = 1`
)

const procedures = `INSERT INTO identification (id, machine, was, state, person, agency, known_at, origin, origin_id, round, due_at, due_key, since, stopped_at, escalated_at, escalated_to, created_at, created_by)
	SELECT 'idn_' || ` + id + `, 'identification-ruling', '', 'known', 'per_' || ` + id + `, 'agy', ` + lately + ` || 'T15:00:00.000Z', 'hand', '', 1, '', '', '', '', '', '', ` + lately + ` || 'T15:00:00.000Z', '' FROM n WHERE i % 20 < 2`

const ruled = `INSERT INTO identification_decision (id, procedure_id, round, verb, state, number, law, status, protections, seats, in_favour, against, dissent, until, at, by_whom, agency)
	SELECT 'ids_' || ` + id + `, 'idn_' || ` + id + `, 1, 'identification.recognise', 'full', '', '', 'full', '', 0, 0, 0, '', '', ` + lately + ` || 'T19:00:00.000Z', '', 'agy' FROM n WHERE i % 20 < 2`

const deeds = `INSERT INTO ledger_entry (seq, at, actor, verb, object, outcome, policy, cause, detail_hash, prev, hash)
	SELECT 1000000 + i, ` + day + ` || 'T16:00:00.000Z', 'usr_' || (i % 500), CASE WHEN i % 3 = 0 THEN 'cases.open' WHEN i % 3 = 1 THEN 'screening.take' ELSE 'cases.describe' END,
		'per_' || (1000000000 + i / 10), 'done', '', 0, ZERO, ZERO, ZERO FROM n`
