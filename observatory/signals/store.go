package signals

import (
	"embed"
	"encoding/json"
	"time"

	"istmo/fault"
	"istmo/flow"
	"istmo/observatory/watch"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds signals, what was said of them, and the last look at each series.
var Schema = store.Dir("signals", files)

const selectSignal = `SELECT id, node, series, grp, direction, since, month, latest, ended, figures, quietly, pass, at, changed_at, version, state FROM signal`

// row is a signal as its columns hold it.
type row struct {
	Signal
	series, direction, since, month, latest, figures, state string
}

func (r *row) columns() []any {
	return []any{&r.ID, &r.Node, &r.series, &r.Group, &r.direction, &r.since, &r.month, &r.latest, &r.Ended, &r.figures, &r.Quietly, &r.Pass, &r.At, &r.ChangedAt, &r.Version, &r.state}
}

func (r row) signal() (Signal, error) {
	s := r.Signal
	s.Series, s.Direction, s.State, s.was = Series(r.series), watch.Direction(r.direction), flow.State(r.state), flow.State(r.state)
	s.Since, s.Month, s.Latest = monthOf(r.since), monthOf(r.month), monthOf(r.latest)
	return s, json.Unmarshal([]byte(r.figures), &s.Figures)
}

func all(tx *store.Tx, where string, args ...any) (list []Signal, err error) {
	rows, err := store.All(tx, (*row).columns, selectSignal+where, args...)
	for _, r := range rows {
		s, err := r.signal()
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, err
}

func find(tx *store.Tx, id string) (Signal, error) {
	r, err := store.One(tx, (*row).columns, selectSignal+` WHERE id = $1`, id)
	if err != nil {
		return Signal{}, err
	}
	return r.signal()
}

func (s Signal) insert(tx *store.Tx) error {
	text, err := json.Marshal(s.Figures)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO signal (id, node, series, grp, direction, since, month, latest, ended, figures, quietly, pass, at, changed_at, version, was, state)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', $16)`,
		s.ID, s.Node, string(s.Series), s.Group, string(s.Direction), s.Since.String(), s.Month.String(), s.Latest.String(), s.Ended, string(text), s.Quietly, s.Pass, s.At, s.ChangedAt, s.Version, string(s.State))
	return err
}

func (s Signal) update(tx *store.Tx) error {
	text, err := json.Marshal(s.Figures)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE signal SET since = $2, latest = $3, ended = $4, figures = $5, changed_at = $6, version = $7, was = $8, state = $9 WHERE id = $1`,
		s.ID, s.Since.String(), s.Latest.String(), s.Ended, string(text), s.ChangedAt, s.Version, string(s.was), string(s.State))
	return err
}

// said is a note as its row holds it.
type said struct {
	id, signal, verb, words, source, by string
	at                                  time.Time
}

func (n *said) columns() []any {
	return []any{&n.id, &n.signal, &n.verb, &n.words, &n.source, &n.by, &n.at}
}

func (n said) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO signal_note (id, signal, verb, words, source, by_user, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`, n.id, n.signal, n.verb, n.words, n.source, n.by, n.at)
	return err
}

func notesOf(tx *store.Tx, signal string) ([]said, error) {
	return store.All(tx, (*said).columns, `SELECT id, signal, verb, words, source, by_user, at FROM signal_note WHERE signal = $1 ORDER BY at, id`, signal)
}

// keep keeps a look in the place of the last one.
func keep(tx *store.Tx, f Found) error {
	body, err := json.Marshal(f.Body)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO signal_series (series, stamp, made_at, body) VALUES ($1, $2, $3, $4)
		ON CONFLICT (series) DO UPDATE SET stamp = $2, made_at = $3, body = $4`, string(f.Series), f.Stamp, f.Made, string(body))
	return err
}

// looked is the last look at a series as it is kept; without one it is empty.
type looked struct {
	Stamp string
	Body
}

func kept(tx *store.Tx, s Series) (k looked, err error) {
	var body string
	err = tx.Get([]any{&k.Stamp, &body}, `SELECT stamp, body FROM signal_series WHERE series = $1`, string(s))
	if fault.Is(err, fault.KindNotFound) {
		return looked{}, nil
	}
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal([]byte(body), &k.Body)
}

// decisions gives what authorities of a country decided about people, the earliest
// first.
func decisions(tx *store.Tx, country string, each func(person, status string, on time.Time) error) error {
	var person, status string
	var on time.Time
	return tx.Each([]any{&person, &status, &on}, func() error { return each(person, status, on) },
		`SELECT person, status, decided_on FROM person_status WHERE country = $1 ORDER BY decided_on, id`, country)
}
