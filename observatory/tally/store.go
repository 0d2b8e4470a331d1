package tally

import (
	"embed"
	"encoding/json"
	"time"

	"istmo/fault"
	"istmo/observatory/counting"
	"istmo/store"
	"istmo/vault"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds the last count.
var Schema = store.Dir("tally", files)

// links gives every pair of files that are one person's: those that somebody linked,
// and an agency's that a referral within this node began.
func links(tx *store.Tx, here string, each func(a, b string)) error {
	var a, b string
	return tx.Each([]any{&a, &b}, func() error { each(a, b); return nil },
		`SELECT earlier, later FROM likeness_pair WHERE state = 'same' AND substr(earlier, 1, 4) = 'per_' AND substr(later, 1, 4) = 'per_'
			UNION ALL SELECT p.id, r.person FROM referral r JOIN person p ON p.agency = r.to_agency AND p.origin = 'referral' AND p.origin_id = r.id
			WHERE r.from_node = $1 AND r.to_node = $1 AND r.person <> ''`, here)
}

// crossing is a referral across the border whose full package has left, or come.
type crossing struct{ person, from, to, by, packed, purpose, arrived string }

func crossings(tx *store.Tx, each func(crossing)) error {
	var x crossing
	return tx.Each([]any{&x.person, &x.from, &x.to, &x.by, &x.packed, &x.purpose, &x.arrived}, func() error { each(x); return nil },
		`SELECT person, from_node, to_node, counted_by, packed_at, purpose, arrived_at FROM referral
			WHERE from_node <> to_node AND packed_at <> '' AND person <> '' ORDER BY packed_at, id`)
}

const selectFile = `SELECT p.id, p.sex, p.age_band, p.age_in_doubt, p.citizenships, p.forms, p.origin, p.created_at, p.counted_elsewhere`

// reader gathers the rows of one file after another.
type reader struct {
	file   file
	begun  string
	status string
	day    string
}

func (r *reader) columns() []any {
	f := &r.file
	return []any{&f.id, &f.sex, &f.band, &f.inDoubt, &f.citizenships, &f.forms, &f.origin, &r.begun, &f.elsewhere}
}

// decided gives every file about which an authority of the country decided something,
// with its decisions in the order in which they were made. It is one pass over the
// files in the order of their ids.
func (c *count) decided(tx *store.Tx, each func(file) error) error {
	var r reader
	var now file
	put := func() error {
		if now.id == "" {
			return nil
		}
		return each(now)
	}
	err := tx.Each(append(r.columns(), &r.status, &r.day), func() error {
		if r.file.id != now.id {
			if err := put(); err != nil {
				return err
			}
			now = r.file
			now.begun, now.decided = c.day(r.begun), nil
			r.file.citizenships, r.file.forms = nil, nil
		}
		now.decided = append(now.decided, counting.Decision{Status: r.status, Day: c.day(r.day)})
		return nil
	}, selectFile+`, s.status, s.decided_on FROM person p JOIN person_status s ON s.person = p.id
		WHERE s.country = $1 ORDER BY p.id, s.decided_on, s.id`, c.country)
	if err != nil {
		return err
	}
	return put()
}

// left gives the files that another country sent and left to this one to count.
func (c *count) left(tx *store.Tx, each func(file) error) error {
	var r reader
	return tx.Each(r.columns(), func() error {
		f := r.file
		f.begun = c.day(r.begun)
		r.file.citizenships, r.file.forms = nil, nil
		return each(f)
	}, selectFile+` FROM referral r JOIN person p ON p.id = r.person
		WHERE r.to_node = $1 AND r.from_node <> $1 AND r.counted_by = 'receiver' AND r.packed_at <> ''`, c.here)
}

// sentReferral is a referral with the instants of its steps; empty if there was none.
type sentReferral struct {
	from, to, state                    string
	urgent                             bool
	sent, acknowledged, supplied, done time.Time
	began                              time.Time
}

// referred gives the referrals that were made since.
func referred(tx *store.Tx, since time.Time, each func(sentReferral) error) error {
	var r sentReferral
	return tx.Each([]any{&r.from, &r.to, &r.state, &r.urgent, &r.began, &r.sent, &r.acknowledged, &r.supplied, &r.done}, func() error { return each(r) },
		`SELECT r.from_node, r.to_node, r.state, r.urgent, r.created_at,
			MIN(CASE WHEN e.verb = 'referrals.send' THEN e.at END), MIN(CASE WHEN e.verb = 'referrals.acknowledge' THEN e.at END),
			MAX(CASE WHEN e.verb = 'referrals.supply-information' THEN e.at END),
			MIN(CASE WHEN e.verb IN ('referrals.accept', 'referrals.decline', 'referrals.redirect') THEN e.at END)
			FROM referral r LEFT JOIN referral_event e ON e.referral = r.id
			WHERE r.created_at >= $1 AND r.state NOT IN ('draft', 'consent_confirmed', 'discarded')
			GROUP BY r.id, r.from_node, r.to_node, r.state, r.urgent, r.created_at`, since)
}

// answeredAlert is an alert with the instants of its steps.
type answeredAlert struct {
	urgent                                bool
	raised, acknowledged, setOut, reached time.Time
	open                                  bool
}

func alerts(tx *store.Tx, since time.Time, each func(answeredAlert) error) error {
	var a answeredAlert
	return tx.Each([]any{&a.urgent, &a.raised, &a.open, &a.acknowledged, &a.setOut, &a.reached}, func() error { return each(a) },
		`SELECT a.urgent, a.raised_at, a.state NOT IN ('closed', 'handed_over', 'stood_down'),
			MIN(CASE WHEN e.verb = 'response.acknowledge' THEN e.at END), MIN(CASE WHEN e.verb = 'response.set-out' THEN e.at END),
			MIN(CASE WHEN e.verb = 'response.reach' THEN e.at END)
			FROM response_alert a LEFT JOIN response_event e ON e.alert = a.id
			WHERE a.raised_at >= $1 GROUP BY a.id, a.urgent, a.raised_at, a.state`, since)
}

// identified is a procedure: when the authority knew, and when it first decided.
type identified struct {
	machine     string
	known, done time.Time
}

func identifications(tx *store.Tx, since time.Time, each func(identified) error) error {
	var p identified
	return tx.Each([]any{&p.machine, &p.known, &p.done}, func() error { return each(p) },
		`SELECT i.machine, i.known_at, MIN(d.at) FROM identification i LEFT JOIN identification_decision d ON d.procedure_id = i.id
			AND d.verb IN ('identification.accredit', 'identification.not-accredit', 'identification.recognise', 'identification.not-recognise',
				'identification.open-immediate', 'identification.redirect')
			WHERE i.known_at >= $1 GROUP BY i.id, i.machine, i.known_at`, since)
}

const cubeLabel = "tally.cube"

func keep(tx *store.Tx, id string, c Counted) error {
	old, err := store.All(tx, store.Value[string], `SELECT id FROM tally_count`)
	if err != nil {
		return err
	}
	for _, one := range old {
		if err := vault.Erase(tx, one); err != nil {
			return err
		}
	}
	shown, err := json.Marshal(c.Figures)
	if err != nil {
		return fault.Internal("tally", err)
	}
	whole, err := json.Marshal(c.Cube)
	if err != nil {
		return fault.Internal("tally", err)
	}
	sealed, err := vault.Seal(tx, id, cubeLabel, whole)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM tally_count`); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO tally_count (id, made_at, figures, cube) VALUES ($1, $2, $3, $4)`, id, c.Figures.Made, string(shown), sealed)
	return err
}

// Last is the figures of the last count, if there has been one.
func Last(tx *store.Tx) (f Figures, there bool, err error) {
	body, err := store.One(tx, store.Value[string], `SELECT figures FROM tally_count`)
	if fault.Is(err, fault.KindNotFound) {
		return f, false, nil
	}
	if err != nil {
		return f, false, err
	}
	return f, true, json.Unmarshal([]byte(body), &f)
}

// Whole is the cube of the last count, small numbers too; a NotFound fault before there
// is any. Whoever shows anything of it hides what is small, and lets it be opened by
// nobody without a deed.
func Whole(tx *store.Tx) (c Cube, err error) {
	var id string
	var sealed []byte
	if err := tx.Get([]any{&id, &sealed}, `SELECT id, cube FROM tally_count`); err != nil {
		return c, err
	}
	body, err := vault.Open(tx, id, cubeLabel, sealed)
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(body, &c)
}

// Rows are those of the cube, and when they were counted; none before the first count.
func Rows(tx *store.Tx) ([]Row, time.Time, error) {
	c, err := Whole(tx)
	if fault.Is(err, fault.KindNotFound) {
		return nil, time.Time{}, nil
	}
	return c.Rows, c.Made, err
}
