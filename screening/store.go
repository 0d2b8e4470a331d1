package screening

import (
	"embed"
	"fmt"
	"strconv"
	"strings"

	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds posts, devices and screenings.
var Schema = store.Dir("screening", files)

const selectPost = `SELECT id, agency, name, place, lat, lon, active FROM screening_post`

func (p *Post) columns() []any {
	return []any{&p.ID, &p.Agency, &p.Name, &p.Place, &p.Lat, &p.Lon, &p.Active}
}

func (p Post) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO screening_post (id, agency, name, place, lat, lon, active) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		p.ID, p.Agency, p.Name, p.Place, p.Lat, p.Lon, p.Active)
	return err
}

const selectDevice = `SELECT d.id, d.agency, d.name, d.post, d.enrolled_at, d.enrolled_by, d.revoked_at, d.revoked_by, d.reason,
	COALESCE((SELECT s.at FROM screening_seen s WHERE s.device = d.id), '') FROM screening_device d`

func (d *Device) columns() []any {
	return []any{&d.ID, &d.Agency, &d.Name, &d.Post, &d.EnrolledAt, &d.EnrolledBy, &d.RevokedAt, &d.RevokedBy, &d.Reason, &d.Seen}
}

func (d Device) insert(tx *store.Tx, token string) error {
	_, err := tx.Exec(`INSERT INTO screening_device (id, agency, name, post, token, enrolled_at, enrolled_by, revoked_at, revoked_by, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', '')`, d.ID, d.Agency, d.Name, d.Post, token, d.EnrolledAt, d.EnrolledBy)
	return err
}

const selectSession = `SELECT id, agency, credential, secret FROM screening_session`

func (s *session) columns() []any { return []any{&s.id, &s.agency, &s.credential, &s.secret} }

const selectScreening = `SELECT id, chain, subject, receipt, agency, device, officer, post, list, sex, age_band, age_in_doubt, citizenships, languages, company,
	help, outcome, final, duress, started_at, finished_at, received_at, person, raised, met_at, forgotten_at FROM screening`

func (s *Screening) columns() []any {
	return []any{&s.ID, &s.chain, &s.subject, &s.Receipt, &s.Agency, &s.device, &s.Officer, &s.Post, &s.List, &s.Sex, &s.AgeBand, &s.AgeInDoubt, &s.Citizenships,
		&s.Languages, &s.Company, &s.Help, &s.Outcome, &s.Final, &s.Duress, &s.StartedAt, &s.FinishedAt, &s.ReceivedAt, &s.Person, &s.raised, &s.MetAt, &s.ForgottenAt}
}

func (s Screening) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO screening (id, chain, subject, receipt, agency, device, officer, post, list, sex, age_band, age_in_doubt, citizenships, languages, company,
		help, outcome, final, duress, started_at, finished_at, received_at, person, raised, met_at, forgotten_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, '', '', '', '', $22)`,
		s.ID, s.chain, s.subject, s.Receipt, s.Agency, s.device, s.Officer, s.Post, s.List, s.Sex, s.AgeBand, s.AgeInDoubt, s.Citizenships, s.Languages, s.Company,
		s.Help, s.Outcome, s.Final, s.Duress, s.StartedAt, s.FinishedAt, s.ReceivedAt)
	return err
}

func (s Screening) update(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE screening SET post = $2, list = $3, sex = $4, age_band = $5, age_in_doubt = $6, citizenships = $7, languages = $8, company = $9,
		help = $10, outcome = $11, final = $12, duress = $13, started_at = $14, finished_at = $15, person = $16, raised = $17, met_at = $18, forgotten_at = $19, subject = $20, changed_at = $21 WHERE id = $1`,
		s.ID, s.Post, s.List, s.Sex, s.AgeBand, s.AgeInDoubt, s.Citizenships, s.Languages, s.Company,
		s.Help, s.Outcome, s.Final, s.Duress, s.StartedAt, s.FinishedAt, s.Person, s.raised, s.MetAt, s.ForgottenAt, s.subject, tx.Now)
	return err
}

const selectLine = `SELECT s.id, s.chain, s.subject, s.receipt, s.agency, s.device, s.officer, s.post, s.list, s.sex, s.age_band, s.age_in_doubt, s.citizenships, s.languages,
	s.company, s.help, s.outcome, s.final, s.duress, s.started_at, s.finished_at, s.received_at, s.person, s.raised, s.met_at, s.forgotten_at,
	COALESCE((SELECT p.name FROM screening_post p WHERE p.id = s.post), ''),
	(SELECT COUNT(*) FROM screening_revision r WHERE r.screening = s.id AND r.state = 'held'),
	(SELECT COUNT(*) FROM screening_revision r WHERE r.screening = s.id AND r.state = 'waiting'),
	(SELECT COUNT(*) FROM screening_conflict c WHERE c.screening = s.id AND c.settled_at = '') FROM screening s`

func (l *Line) columns() []any {
	return append(l.Screening.columns(), &l.PostName, &l.Held, &l.Waiting, &l.Conflicts)
}

// insertValues sets fields, by one statement.
func insertValues(tx *store.Tx, screening string, values []value) error {
	if len(values) == 0 {
		return nil
	}
	rows, args := make([]string, len(values)), []any{screening}
	for i, v := range values {
		n := len(args)
		rows[i] = fmt.Sprintf("($1, $%d, $%d, $%d)", n+1, n+2, n+3)
		args = append(args, v.field, v.words, v.setBy)
	}
	_, err := tx.Exec(`INSERT INTO screening_value (screening, field, value, set_by) VALUES `+strings.Join(rows, ", ")+`
		ON CONFLICT (screening, field) DO UPDATE SET value = excluded.value, set_by = excluded.set_by`, args...)
	return err
}

const selectRevision = `SELECT id, screening, parents, state, why, device, officer, fields, at, sealed FROM screening_revision`

func (r *revision) columns() []any {
	return []any{&r.id, &r.screening, &r.parents, &r.state, &r.why, &r.device, &r.officer, &r.fields, &r.at, &r.sealed}
}

func (r revision) insert(tx *store.Tx, rev uint16) error {
	kept := r.sealed
	if kept == nil {
		kept = []byte{}
	}
	_, err := tx.Exec(`INSERT INTO screening_revision (id, screening, parents, state, why, device, officer, fields, rev, at, taken_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.id, r.screening, r.parents, r.state, r.why, r.device, r.officer, r.fields, int64(rev), r.at, tx.Now, kept)
	return err
}

// become moves a revision. Nothing of it is kept sealed unless it waits.
func (r *revision) become(tx *store.Tx, state string) error {
	if r.state, r.why = state, ""; state != Waiting {
		r.sealed = []byte{}
	}
	_, err := tx.Exec(`UPDATE screening_revision SET state = $2, why = '', taken_at = $3, sealed = $4 WHERE id = $1`, r.id, state, tx.Now, r.sealed)
	return err
}

func stateOf(tx *store.Tx, id string) (state, why string, err error) {
	err = tx.Get([]any{&state, &why}, `SELECT state, why FROM screening_revision WHERE id = $1`, id)
	return state, why, err
}

func number(text string) uint32 {
	n, _ := strconv.ParseUint(text, 10, 32)
	return uint32(n)
}
