package publishing

import (
	"embed"
	"encoding/json"

	"istmo/act"
	"istmo/fault"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds the register.
var Schema = store.Dir("publishing", files)

const selectEntry = `SELECT id, title, was, state, rule, digest, register, prepared_by, prepared_at, decided_by, decided_at, reason, words, took, note, counts FROM release_entry`

// row is an entry as it stands in its table.
type row struct {
	Entry
	took string
}

func (r *row) columns() []any {
	e := &r.Entry
	return []any{&e.ID, &e.Entry.Title, &e.was, &e.State, &e.Entry.Rule, &e.Digest, &e.Register, &e.PreparedBy, &e.PreparedAt, &e.DecidedBy, &e.DecidedAt,
		&e.Reason, &e.words, &r.took, &e.note, &e.sealed}
}

// entries reads entries with their tables and sendings.
func entries(tx *store.Tx, where string, args ...any) ([]Entry, error) {
	rows, err := store.All(tx, (*row).columns, selectEntry+where, args...)
	if err != nil {
		return nil, err
	}
	all := make([]Entry, len(rows))
	for i, r := range rows {
		e := r.Entry
		if e.Publication, err = read(e.words); err != nil {
			return nil, fault.Internal("publishing: the words of "+e.ID, err)
		}
		if err := json.Unmarshal([]byte(r.took), &e.Took); err != nil {
			return nil, fault.Internal("publishing: what "+e.ID+" took", err)
		}
		e.node, e.Published = act.Here(tx), e.Publication.published()
		all[i] = e
	}
	return all, nil
}

func find(tx *store.Tx, id string) (Entry, error) {
	all, err := entries(tx, ` WHERE id = $1`, id)
	if err == nil && len(all) == 0 {
		err = fault.NotFound()
	}
	if err != nil {
		return Entry{}, err
	}
	return all[0], nil
}

func (e Entry) insert(tx *store.Tx) error {
	text, err := json.Marshal(e.Took)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO release_entry (id, title, was, state, rule, digest, register, prepared_by, prepared_at, decided_by, decided_at, reason, words, took, note, counts)
		VALUES ($1, $2, '', $3, $4, $5, $6, $7, $8, '', '', '', $9, $10, '', $11)`,
		e.ID, e.Entry.Title, string(e.State), e.Entry.Rule, e.Digest, e.Register, e.PreparedBy, e.PreparedAt, e.words, string(text), e.sealed)
	return err
}

func (e Entry) update(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE release_entry SET was = $2, state = $3, decided_by = $4, decided_at = $5, reason = $6, note = $7, counts = $8 WHERE id = $1`,
		e.ID, string(e.was), string(e.State), e.DecidedBy, e.DecidedAt, e.Reason, e.note, e.sealed)
	return err
}

const selectSending = `SELECT id, entry, kind, receiver, agreement, envelope, delivered_at, refused, at, by_whom FROM release_copy`

func (s *Sending) columns() []any {
	return []any{&s.ID, &s.Entry, &s.Kind, &s.Receiver, &s.Agreement, &s.Envelope, &s.DeliveredAt, &s.Refused, &s.At, &s.By}
}

func (s Sending) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO release_copy (id, entry, kind, receiver, agreement, envelope, delivered_at, refused, at, by_whom) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		s.ID, s.Entry, s.Kind, s.Receiver, s.Agreement, s.Envelope, s.DeliveredAt, s.Refused, s.At, s.By)
	return err
}

// received is what a partner has shown, as it came.
type received struct {
	Shown
	words, note string
}

const selectReceived = `SELECT id, node, agreement, words, note, at FROM release_received`

func (r *received) columns() []any {
	return []any{&r.ID, &r.Node, &r.Agreement, &r.words, &r.note, &r.At}
}

func (r received) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO release_received (id, node, agreement, words, note, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		r.ID, r.Node, r.Agreement, r.words, r.note, r.At)
	return err
}
