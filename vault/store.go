package vault

import (
	"embed"

	"istmo/fault"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema is the vault's tables.
var Schema = store.Dir("vault", files)

// The tables that hold the people's keys and the tombstones of those erased. A
// backup keeps them apart from all the others, and anew each time.
const (
	KeyTable    = "vault_key"
	ErasedTable = "vault_erased"
)

// loadKey is the wrapped key of a subject, or a NotFound fault.
func loadKey(tx *store.Tx, subject string) ([]byte, error) {
	return store.One(tx, store.Value[[]byte], `SELECT wrapped FROM vault_key WHERE subject = $1`, subject)
}

func insertKey(tx *store.Tx, subject string, wrapped []byte) error {
	_, err := tx.Exec(`INSERT INTO vault_key (subject, wrapped, at) VALUES ($1, $2, $3)`, subject, wrapped, tx.Now)
	return err
}

func isErased(tx *store.Tx, subject string) (bool, error) {
	_, err := store.One(tx, store.Value[string], `SELECT at FROM vault_erased WHERE subject = $1`, subject)
	if fault.Is(err, fault.KindNotFound) {
		return false, nil
	}
	return err == nil, err
}

func putField(tx *store.Tx, subject, name string, sealed []byte) error {
	_, err := tx.Exec(`INSERT INTO vault_field (subject, name, sealed) VALUES ($1, $2, $3)
		ON CONFLICT (subject, name) DO UPDATE SET sealed = $3`, subject, name, sealed)
	return err
}

func deleteField(tx *store.Tx, subject, name string) error {
	_, err := tx.Exec(`DELETE FROM vault_field WHERE subject = $1 AND name = $2`, subject, name)
	return err
}

type field struct {
	name   string
	sealed []byte
}

func loadFields(tx *store.Tx, subject string) ([]field, error) {
	return store.All(tx, func(f *field) []any { return []any{&f.name, &f.sealed} },
		`SELECT name, sealed FROM vault_field WHERE subject = $1 ORDER BY name`, subject)
}

func insertToken(tx *store.Tx, subject, kind string, token []byte) error {
	_, err := tx.Exec(`INSERT INTO vault_index (kind, token, subject) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, kind, token, subject)
	return err
}

func deleteTokens(tx *store.Tx, subject, kind string) error {
	_, err := tx.Exec(`DELETE FROM vault_index WHERE subject = $1 AND kind = $2`, subject, kind)
	return err
}

func matchToken(tx *store.Tx, kind string, token []byte) ([]string, error) {
	return store.All(tx, store.Value[string],
		`SELECT subject FROM vault_index WHERE kind = $1 AND token = $2 ORDER BY subject`, kind, token)
}

// eraseRows destroys what a subject has here and leaves the tombstone.
func eraseRows(tx *store.Tx, subject string) error {
	if err := Unblind(tx, subject); err != nil {
		return err
	}
	for _, query := range []string{
		`DELETE FROM vault_index WHERE subject = $1`,
		`DELETE FROM vault_field WHERE subject = $1`,
		`DELETE FROM vault_key WHERE subject = $1`,
	} {
		if _, err := tx.Exec(query, subject); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`INSERT INTO vault_erased (subject, at) VALUES ($1, $2) ON CONFLICT DO NOTHING`, subject, tx.Now)
	return err
}

// Bury removes the fields and index rows of subjects that have no key, which a
// backup older than their erasure still carries, and says how many rows went.
func Bury(tx *store.Tx) (rows int64, err error) {
	for _, query := range []string{
		`DELETE FROM vault_index WHERE NOT EXISTS (SELECT 1 FROM vault_key k WHERE k.subject = vault_index.subject)`,
		`DELETE FROM vault_field WHERE NOT EXISTS (SELECT 1 FROM vault_key k WHERE k.subject = vault_field.subject)`,
	} {
		n, err := tx.Exec(query)
		if err != nil {
			return 0, err
		}
		rows += n
	}
	buried, err := buryBlind(tx)
	return rows + buried, err
}
