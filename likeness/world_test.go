package likeness_test

import (
	"context"
	"path/filepath"
	"testing"

	"istmo/likeness"
	"istmo/store"
	"istmo/vault"
)

// node is a database with its vault. The file is not encrypted as a whole, so
// that what is tested is what the keys themselves hide.
type node struct {
	*store.DB
	path string
}

func newNode(t testing.TB, key []byte) node {
	t.Helper()
	dir := t.TempDir()
	n := node{path: filepath.Join(dir, "node.db")}
	db, err := store.Open(t.Context(), store.Options{Path: n.path, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	n.DB = db
	if err := db.Migrate(t.Context(), vault.Schema, likeness.Schema); err != nil {
		t.Fatal(err)
	}
	newVault(t).Bind(db)
	return n
}

func newVault(t testing.TB) *vault.Vault {
	t.Helper()
	unlock := filepath.Join(t.TempDir(), "unlock.key")
	if err := vault.NewKeyFile(unlock); err != nil {
		t.Fatal(err)
	}
	m, err := vault.CreateMaster(filepath.Join(t.TempDir(), "node.key"), vault.Unlock{KeyFile: unlock})
	if err != nil {
		t.Fatal(err)
	}
	return vault.New(m)
}

func (n node) write(t testing.TB, fn func(*store.Tx) error) {
	t.Helper()
	if err := n.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func (n node) index(t testing.TB, subject string, i likeness.Identity) {
	t.Helper()
	n.write(t, func(tx *store.Tx) error { return likeness.Index(tx, subject, i) })
}

func (n node) suggest(t testing.TB, subject string, i likeness.Identity) (found []likeness.Candidate) {
	t.Helper()
	n.write(t, func(tx *store.Tx) (err error) {
		found, err = likeness.Suggest(tx, subject, i)
		return err
	})
	return found
}

func (n node) note(t testing.TB, subject string, i likeness.Identity) (found []likeness.Candidate) {
	t.Helper()
	n.write(t, func(tx *store.Tx) (err error) {
		found, err = likeness.Note(tx, subject, i)
		return err
	})
	return found
}
