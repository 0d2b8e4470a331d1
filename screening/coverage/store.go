package coverage

import (
	"embed"
	"encoding/json"
	"time"

	"istmo/fault"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds the flow and the last count.
var Schema = store.Dir("coverage", files)

const selectPassed = `SELECT id, post, month, passed, source, dated, agency, said_by, said_at, replaced_at FROM coverage_flow`

func (p *Passed) columns() []any {
	return []any{&p.ID, &p.Post, &p.Month, &p.Passed, &p.Source, &p.Dated, &p.Agency, &p.SaidBy, &p.SaidAt, &p.ReplacedAt}
}

func (p Passed) stand(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE coverage_flow SET replaced_at = $3 WHERE post = $1 AND month = $2 AND replaced_at = ''`, p.Post, p.Month, tx.Now)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO coverage_flow (id, post, month, passed, source, dated, agency, said_by, said_at, replaced_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')`,
		p.ID, p.Post, p.Month, p.Passed, p.Source, p.Dated, p.Agency, p.SaidBy, p.SaidAt)
	return err
}

// known is whether there is such a post; none at all is the country.
func known(tx *store.Tx, post string) (bool, error) {
	if post == "" {
		return true, nil
	}
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM screening_post WHERE id = $1`, post)
	return n > 0, err
}

// one is a screening as it is counted.
type one struct {
	id, post, list, sex, band, outcome string
	officer, person                    string
	citizenships, languages            []string
	inDoubt, final, duress             bool
	started, finished, received        time.Time
	unseen                             bool // a record of it waits for somebody to look at it
}

func (o *one) columns() []any {
	return []any{&o.id, &o.post, &o.list, &o.sex, &o.band, &o.outcome, &o.officer, &o.person, &o.citizenships, &o.languages,
		&o.inDoubt, &o.final, &o.duress, &o.started, &o.finished, &o.received, &o.unseen}
}

// screenings gives those that came in since, in the order of their ids.
func screenings(tx *store.Tx, since time.Time, each func(one) error) error {
	var o one
	return tx.Each(o.columns(), func() error {
		got := o
		o.citizenships, o.languages = nil, nil
		return each(got)
	}, `SELECT s.id, s.post, s.list, s.sex, s.age_band, s.outcome, s.officer, s.person, s.citizenships, s.languages,
		s.age_in_doubt, s.final, s.duress, s.started_at, s.finished_at, s.received_at,
		EXISTS (SELECT 1 FROM screening_revision r WHERE r.screening = s.id AND r.state = 'held')
		FROM screening s WHERE s.received_at >= $1 ORDER BY s.id`, since)
}

// answers gives what was answered in each screening from an id on, in the order
// of their ids: "q.ACT-01=yes q.ACT-02=no". Put together by the database, they are
// one row of each screening instead of fifty.
func answers(tx *store.Tx, from string, each func(screening string, answers []string) error) error {
	var id string
	var all []string
	return tx.Each([]any{&id, &all}, func() error { return each(id, all) },
		`SELECT screening, string_agg(field || '=' || value, ' ') FROM screening_value
			WHERE screening >= $1 AND field LIKE 'q.%' AND value <> '' GROUP BY screening ORDER BY screening`, from)
}

// later gives what authorities have decided about people, the latest last.
func later(tx *store.Tx, each func(person, status string) error) error {
	var person, status string
	return tx.Each([]any{&person, &status}, func() error { return each(person, status) },
		`SELECT person, status FROM person_status ORDER BY decided_on, id`)
}

func keep(tx *store.Tx, id string, f Figures) error {
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM coverage_count`); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO coverage_count (id, made_at, figures) VALUES ($1, $2, $3)`, id, f.Made, string(body))
	return err
}

// last is the last count, if there has been one.
func last(tx *store.Tx) (f Figures, there bool, err error) {
	body, err := store.One(tx, store.Value[string], `SELECT figures FROM coverage_count`)
	if fault.Is(err, fault.KindNotFound) {
		return f, false, nil
	}
	if err != nil {
		return f, false, err
	}
	return f, true, json.Unmarshal([]byte(body), &f)
}

// Counted is when screenings were last counted, if ever.
func Counted(tx *store.Tx) (at time.Time, there bool, err error) {
	at, err = store.One(tx, store.Value[time.Time], `SELECT made_at FROM coverage_count`)
	if fault.Is(err, fault.KindNotFound) {
		return at, false, nil
	}
	return at, err == nil, err
}
