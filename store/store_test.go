package store

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"istmo/fault"
)

var thing = Schema{"thing", fstest.MapFS{"0001_thing.sql": {Data: []byte(`-- +goose Up
CREATE TABLE thing (id TEXT PRIMARY KEY, at TEXT NOT NULL, words TEXT NOT NULL, sealed BYTEA, yes BOOLEAN NOT NULL DEFAULT FALSE, n BIGINT NOT NULL);
`)}}}

func open(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "node.db"), Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context(), thing); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestTogether(t *testing.T) {
	db := open(t)
	ctx := context.Background()
	boom := fault.Conflict("x")
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			err := db.Write(ctx, func(tx *Tx) error {
				if _, err := tx.Exec(`INSERT INTO thing (words, id, at, n, yes, sealed) VALUES ($3, $1, $2, $4, $5, $6)`,
					tx.NewID("th"), tx.Now, []string{"a", "b"}, i, true, []byte{1, 0}); err != nil {
					return err
				}
				if i%2 == 1 {
					return boom
				}
				return nil
			})
			if (i%2 == 1) != errors.Is(err, boom) {
				t.Errorf("write %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	type row struct {
		id     string
		at     time.Time
		words  []string
		yes    bool
		sealed []byte
	}
	db.Read(ctx, func(tx *Tx) error {
		all, err := All(tx, func(r *row) []any { return []any{&r.id, &r.at, &r.words, &r.yes, &r.sealed} }, `SELECT id, at, words, yes, sealed FROM thing`)
		if err != nil || len(all) != 100 {
			t.Fatalf("%d rows, %v", len(all), err)
		}
		if r := all[7]; len(r.words) != 2 || r.at.IsZero() || !r.yes || len(r.sealed) != 2 {
			t.Errorf("row %+v", r)
		}
		if _, err := tx.Exec(`DELETE FROM thing`); err == nil {
			t.Error("a read wrote")
		}
		return nil
	})
}
