package store_test

import (
	"path/filepath"
	"testing"

	"istmo/store"
)

// TestALargeReplacement replaces more in one command than the driver would hold by
// itself.
func TestALargeReplacement(t *testing.T) {
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "large.db"), Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	write := func(sql string) {
		t.Helper()
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Nest(func() error { _, err := tx.Exec(sql); return err })
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	write(`CREATE TABLE large (body BLOB)`)
	write(`INSERT INTO large WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT zeroblob(1000000) FROM n`)
	write(`UPDATE large SET body = zeroblob(999999)`)
}
