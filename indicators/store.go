package indicators

import (
	"embed"
	"encoding/json"
	"sync"
	"time"

	"istmo/fault"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds the lists.
var Schema = store.Dir("indicators", files)

// body is what of a version is words: what a node signs and a partner reads.
type body struct {
	Reason     string      `json:"reason"`
	Rule       Rule        `json:"rule"`
	Indicators []Indicator `json:"indicators"`
}

// row is a version as it stands in its table.
type row struct {
	List
	words, note string
}

const selectList = `SELECT id, node, version, force_from, force_until, body, note, was, state FROM indicator_list`

func (r *row) columns() []any {
	return []any{&r.ID, &r.Node, &r.Version, &r.From, &r.Until, &r.words, &r.note, &r.was, &r.State}
}

// one reads a version of this country's, with its words.
func one(tx *store.Tx, where string, args ...any) (row, error) {
	r, err := store.One(tx, (*row).columns, selectList+where, args...)
	if err != nil {
		return r, err
	}
	return r, r.read(r.words)
}

// read takes in the words of a version.
func (l *List) read(words string) error {
	b, err := parsed(words, l.State != Drafted)
	if err != nil {
		return fault.Internal("indicators: the words of "+l.ID, err)
	}
	l.Reason, l.Rule, l.Indicators = b.Reason, b.Rule.clone(), clone(b.Indicators)
	return nil
}

// known are the words of versions that change no more, parsed: every screening that
// arrives is put beside one of them.
var known sync.Map

func parsed(words string, last bool) (b body, err error) {
	if kept, is := known.Load(words); is {
		return kept.(body), nil
	}
	if err = json.Unmarshal([]byte(words), &b); err == nil && last {
		known.Store(words, b)
	}
	return b, err
}

// write is the words of a version.
func (l List) write() (string, error) {
	text, err := json.Marshal(body{l.Reason, l.Rule, l.Indicators})
	return string(text), err
}

// keep writes a draft, or what was signed as it is published, in the place of what
// was.
func (l List) keep(tx *store.Tx, words, note string) error {
	_, err := tx.Exec(`INSERT INTO indicator_list (id, node, version, force_from, force_until, body, note, was, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version, force_from = EXCLUDED.force_from, body = EXCLUDED.body, note = EXCLUDED.note, was = EXCLUDED.was, state = EXCLUDED.state`,
		l.ID, l.Node, l.Version, l.From, l.Until, words, note, string(l.was), string(l.State))
	return err
}

// end says until when a published version is in force. Its words stay.
func (l List) end(tx *store.Tx, until time.Time) error {
	_, err := tx.Exec(`UPDATE indicator_list SET force_until = $2, was = $3, state = $4 WHERE id = $1`, l.ID, until, string(l.State), string(Replaced))
	return err
}

// pack is a partner's version as it came.
type pack struct {
	id, node, words, note string
	at                    time.Time
}

func (p *pack) columns() []any { return []any{&p.id, &p.node, &p.words, &p.note, &p.at} }

const selectPack = `SELECT id, node, body, note, at FROM indicator_package`

func (p pack) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO indicator_package (id, node, body, note, at) VALUES ($1, $2, $3, $4, $5)`, p.id, p.node, p.words, p.note, p.at)
	return err
}

// Shared says to whom a version was shown, and when.
type Shared struct {
	Node string    `json:"node"`
	At   time.Time `json:"at"`
}

func sharedWith(tx *store.Tx, list string) ([]Shared, error) {
	return store.All(tx, func(s *Shared) []any { return []any{&s.Node, &s.At} }, `SELECT node, at FROM indicator_shared WHERE list = $1 ORDER BY at, node`, list)
}

func (l List) sharedWith(tx *store.Tx, node string) error {
	_, err := tx.Exec(`INSERT INTO indicator_shared (list, node, at) VALUES ($1, $2, $3) ON CONFLICT (list, node) DO UPDATE SET at = EXCLUDED.at`, l.ID, node, tx.Now)
	return err
}
