package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// node is a database with its vault. The file is not encrypted as a whole, so
// that the vault's own sealing is what is tested.
type node struct {
	*store.DB
	path string
}

func newNode(t *testing.T) node {
	t.Helper()
	n := node{path: filepath.Join(t.TempDir(), "node.db")}
	n.DB = openDB(t, n.path)
	newMaster(t).Bind(n.DB)
	return n
}

func newMaster(t *testing.T) *vault.Vault {
	t.Helper()
	m, err := vault.CreateMaster(filepath.Join(t.TempDir(), "node.key"), vault.Unlock{KeyFile: keyFile(t)})
	if err != nil {
		t.Fatal(err)
	}
	return vault.New(m)
}

func openDB(t *testing.T, path string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context(), vault.Schema); err != nil {
		t.Fatal(err)
	}
	return db
}

func (n node) write(t *testing.T, fn func(*store.Tx) error) {
	t.Helper()
	if err := n.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func (n node) read(t *testing.T, fn func(*store.Tx) error) {
	t.Helper()
	if err := n.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func (n node) get(t *testing.T, subject string, names ...string) map[string]string {
	t.Helper()
	var got map[string]string
	n.read(t, func(tx *store.Tx) (err error) {
		got, err = vault.Get(tx, subject, names...)
		return err
	})
	return got
}

func TestPutAndGet(t *testing.T) {
	n := newNode(t)
	n.write(t, func(tx *store.Tx) error {
		return vault.Put(tx, "per_1", map[string]string{"name": "Rosa Ñañez", "phone": "+50760000001", "note": "ojo"})
	})
	n.write(t, func(tx *store.Tx) error {
		return vault.Put(tx, "per_1", map[string]string{"phone": "+50760000002", "note": ""})
	})
	if got := n.get(t, "per_1"); len(got) != 2 || got["name"] != "Rosa Ñañez" || got["phone"] != "+50760000002" {
		t.Errorf("all fields: %v", got)
	}
	if got := n.get(t, "per_1", "phone", "unknown"); len(got) != 1 || got["phone"] != "+50760000002" {
		t.Errorf("one field: %v", got)
	}
	if got := n.get(t, "per_2"); got == nil || len(got) != 0 {
		t.Errorf("a stranger: %v", got)
	}
}

// A sealed row belongs to its person and its name: copied elsewhere, or altered,
// it does not open.
func TestMovedRows(t *testing.T) {
	for what, move := range map[string]string{
		"a field to another name":   `UPDATE vault_field SET sealed = (SELECT sealed FROM vault_field WHERE subject = 'per_1' AND name = 'phone') WHERE subject = 'per_1' AND name = 'name'`,
		"a field to another person": `UPDATE vault_field SET sealed = (SELECT sealed FROM vault_field WHERE subject = 'per_2' AND name = 'name') WHERE subject = 'per_1' AND name = 'name'`,
		"a key to another person":   `UPDATE vault_key SET wrapped = (SELECT wrapped FROM vault_key WHERE subject = 'per_2') WHERE subject = 'per_1'`,
		"a person's key and field":  `UPDATE vault_field SET subject = 'per_1', name = 'alias' WHERE subject = 'per_2' AND name = 'name'`,
		"a field cut short":         `UPDATE vault_field SET sealed = substr(sealed, 1, 10) WHERE subject = 'per_1'`,
		"a field of another form":   `UPDATE vault_field SET sealed = CAST(X'02' || substr(sealed, 2) AS BLOB) WHERE subject = 'per_1'`,
	} {
		t.Run(what, func(t *testing.T) {
			n := newNode(t)
			n.write(t, func(tx *store.Tx) error {
				return errors.Join(
					vault.Put(tx, "per_1", map[string]string{"name": "Rosa", "phone": "1"}),
					vault.Put(tx, "per_2", map[string]string{"name": "Julia"}))
			})
			n.write(t, func(tx *store.Tx) error { _, err := tx.Exec(move); return err })
			err := n.Read(t.Context(), func(tx *store.Tx) error { _, err := vault.Get(tx, "per_1"); return err })
			if err == nil || fault.KindOf(err) != fault.KindInternal {
				t.Errorf("got %v, want an internal error", err)
			}
		})
	}
}

// Even both rows of a person, key and field, do not open under another's name.
func TestMovedPerson(t *testing.T) {
	n := newNode(t)
	n.write(t, func(tx *store.Tx) error { return vault.Put(tx, "per_2", map[string]string{"name": "Julia"}) })
	n.write(t, func(tx *store.Tx) error {
		return tx.Unordered(func() error {
			_, err := tx.Exec(`UPDATE vault_key SET subject = 'per_1'`)
			_, err2 := tx.Exec(`UPDATE vault_field SET subject = 'per_1'`)
			return errors.Join(err, err2)
		})
	})
	if err := n.Read(t.Context(), func(tx *store.Tx) error { _, err := vault.Get(tx, "per_1"); return err }); err == nil {
		t.Error("a whole person was moved")
	}
}

func TestSealAndOpen(t *testing.T) {
	n := newNode(t)
	plain := []byte("what was said")
	var sealed []byte
	n.write(t, func(tx *store.Tx) (err error) {
		sealed, err = vault.Seal(tx, "per_1", "ledger.detail 1", plain)
		return errors.Join(err, vault.Put(tx, "per_2", map[string]string{"name": "Julia"}))
	})
	open := func(subject, label string, sealed []byte) (got []byte, err error) {
		n.Read(t.Context(), func(tx *store.Tx) error { got, err = vault.Open(tx, subject, label, sealed); return nil })
		return got, err
	}
	if got, err := open("per_1", "ledger.detail 1", sealed); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := open("per_1", "ledger.detail 2", sealed); err == nil {
		t.Error("opened under another label")
	}
	if _, err := open("per_2", "ledger.detail 1", sealed); err == nil || fault.Is(err, fault.KindNotFound) {
		t.Errorf("another person: %v", err)
	}
	if _, err := open("per_3", "ledger.detail 1", sealed); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("nobody: %v", err)
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := open("per_1", "ledger.detail 1", sealed); err == nil {
		t.Error("opened what was altered")
	}
}

// A field's bytes are no package, even under a label of the field's name.
func TestFieldIsNoPackage(t *testing.T) {
	n := newNode(t)
	n.write(t, func(tx *store.Tx) error { return vault.Put(tx, "per_1", map[string]string{"name": "Rosa"}) })
	n.read(t, func(tx *store.Tx) error {
		sealed, err := store.One(tx, store.Value[[]byte], `SELECT sealed FROM vault_field`)
		if err != nil {
			return err
		}
		if _, err := vault.Open(tx, "per_1", "name", sealed); err == nil {
			t.Error("a field opened as a package")
		}
		return nil
	})
}

func TestErase(t *testing.T) {
	n := newNode(t)
	var sealed []byte
	n.write(t, func(tx *store.Tx) (err error) {
		for _, s := range []string{"per_1", "per_2"} {
			err = errors.Join(err, vault.Put(tx, s, map[string]string{"name": s}), vault.Index(tx, s, "phone", "50760000001"))
		}
		sealed, _ = vault.Seal(tx, "per_1", "x", []byte("package"))
		return err
	})
	for range 2 { // twice is once
		n.write(t, func(tx *store.Tx) error { return vault.Erase(tx, "per_1") })
	}
	if got := n.get(t, "per_1"); len(got) != 0 {
		t.Errorf("the erased person has fields: %v", got)
	}
	if got := n.get(t, "per_2"); got["name"] != "per_2" {
		t.Errorf("the other person lost fields: %v", got)
	}
	n.read(t, func(tx *store.Tx) error {
		if _, err := vault.Open(tx, "per_1", "x", sealed); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("open after erasure: %v", err)
		}
		if found, err := vault.Match(tx, "phone", "50760000001"); err != nil || !slices.Equal(found, []string{"per_2"}) {
			t.Errorf("match after erasure: %v, %v", found, err)
		}
		one, err1 := vault.Erased(tx, "per_1")
		two, err2 := vault.Erased(tx, "per_2")
		if !one || two || err1 != nil || err2 != nil {
			t.Errorf("erased: %v %v, %v, %v", one, two, err1, err2)
		}
		for _, table := range []string{"vault_key", "vault_field", "vault_index"} {
			if c, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM `+table+` WHERE subject = 'per_1'`); err != nil || c != 0 {
				t.Errorf("%s holds %d rows of the erased person, %v", table, c, err)
			}
		}
		return nil
	})
}

// Whoever was erased never gets a new key: nothing more is collected by mistake.
func TestErasedTakesNothing(t *testing.T) {
	n := newNode(t)
	n.write(t, func(tx *store.Tx) error { return vault.Erase(tx, "per_1") })
	for what, fn := range map[string]func(*store.Tx) error{
		"put":   func(tx *store.Tx) error { return vault.Put(tx, "per_1", map[string]string{"name": "Rosa"}) },
		"seal":  func(tx *store.Tx) error { _, err := vault.Seal(tx, "per_1", "x", nil); return err },
		"index": func(tx *store.Tx) error { return vault.Index(tx, "per_1", "phone", "1") },
	} {
		if err := n.Write(t.Context(), fn); !fault.Is(err, fault.KindConflict) {
			t.Errorf("%s: %v, want a conflict", what, err)
		}
	}
	for _, subject := range []string{vault.Node, ""} {
		if err := n.Write(t.Context(), func(tx *store.Tx) error { return vault.Erase(tx, subject) }); err == nil {
			t.Errorf("%q was erased", subject)
		}
	}
}

// An erasure that its command takes back leaves the person whole.
func TestErasureUndone(t *testing.T) {
	n := newNode(t)
	n.write(t, func(tx *store.Tx) error { return vault.Put(tx, "per_1", map[string]string{"name": "Rosa"}) })
	boom := errors.New("boom")
	err := n.Write(t.Context(), func(tx *store.Tx) error { return errors.Join(vault.Erase(tx, "per_1"), boom) })
	if got := n.get(t, "per_1"); !errors.Is(err, boom) || got["name"] != "Rosa" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestIndex(t *testing.T) {
	n := newNode(t)
	n.write(t, func(tx *store.Tx) error {
		return errors.Join(
			vault.Index(tx, "per_1", "phone", "50760000001"), vault.Index(tx, "per_1", "phone", "50760000001"),
			vault.Index(tx, "per_1", "phone", "50760000002"),
			vault.Index(tx, "per_2", "phone", "50760000001"), vault.Index(tx, "per_2", "document", "50760000002"))
	})
	match := func(kind, value string) (found []string) {
		n.read(t, func(tx *store.Tx) (err error) { found, err = vault.Match(tx, kind, value); return err })
		return found
	}
	if got := match("phone", "50760000001"); !slices.Equal(got, []string{"per_1", "per_2"}) {
		t.Errorf("shared phone: %v", got)
	}
	if got := match("phone", "50760000002"); !slices.Equal(got, []string{"per_1"}) {
		t.Errorf("a document is no phone: %v", got)
	}
	n.write(t, func(tx *store.Tx) error { return vault.Unindex(tx, "per_1", "phone") })
	if got := match("phone", "50760000001"); !slices.Equal(got, []string{"per_2"}) {
		t.Errorf("after unindex: %v", got)
	}
}

// Nothing in the index tells that a value of one kind is also one of another.
func TestTokensOfKinds(t *testing.T) {
	n := newNode(t)
	n.write(t, func(tx *store.Tx) error {
		return errors.Join(
			vault.Index(tx, "per_1", "phone", "123"), vault.Index(tx, "per_1", "document", "123"),
			vault.Index(tx, "per_1", "phone1", "23"))
	})
	n.read(t, func(tx *store.Tx) error {
		c, err := store.One(tx, store.Value[int64], `SELECT COUNT(DISTINCT token) FROM vault_index`)
		if c != 3 {
			t.Errorf("%d tokens for 3 kinds", c)
		}
		return err
	})
}

// Another node's secret finds nothing and opens nothing.
func TestOtherMaster(t *testing.T) {
	n := newNode(t)
	n.write(t, func(tx *store.Tx) error {
		return errors.Join(vault.Put(tx, "per_1", map[string]string{"name": "Rosa"}), vault.Index(tx, "per_1", "phone", "1"))
	})
	other := node{DB: openDB(t, n.path), path: n.path}
	newMaster(t).Bind(other.DB)
	other.read(t, func(tx *store.Tx) error {
		if _, err := vault.Get(tx, "per_1"); err == nil {
			t.Error("another secret opened a field")
		}
		if found, err := vault.Match(tx, "phone", "1"); err != nil || len(found) != 0 {
			t.Errorf("another secret matched %v, %v", found, err)
		}
		return nil
	})
}

// What names a person is in no byte on the disk, whichever door it came through.
func TestCanaries(t *testing.T) {
	n := newNode(t)
	const name, phone, document = "Canaria Quisquilla", "50761234567", "PE-CANARY-778899"
	n.write(t, func(tx *store.Tx) error {
		sealed, err := vault.Seal(tx, "per_1", "package", []byte(document+name))
		if err != nil {
			return err
		}
		return errors.Join(
			vault.Put(tx, "per_1", map[string]string{"name": name, "phone": phone, "doc": sealedCopy(sealed)}),
			vault.Index(tx, "per_1", "phone", phone), vault.Index(tx, "per_1", "document", document))
	})
	n.write(t, func(tx *store.Tx) error { return vault.Put(tx, "per_1", map[string]string{"name": name + "s"}) })
	if where := n.search(t, name, phone, document); where != "" {
		t.Error(where)
	}
	n.write(t, func(tx *store.Tx) error { // the search itself finds what is there
		_, err := tx.Exec(`UPDATE vault_key SET at = $1`, phone)
		return err
	})
	if n.search(t, phone) == "" {
		t.Fatal("the search finds nothing even where something is")
	}
}

func sealedCopy(sealed []byte) string { return fmt.Sprintf("%x", sealed) }

// search says in which database file one of the words lies open, if any.
func (n node) search(t *testing.T, words ...string) string {
	t.Helper()
	files, err := filepath.Glob(n.path + "*")
	if err != nil || len(files) != 3 {
		t.Fatalf("want the database, -wal and -shm, have %v, %v", files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range words {
			if bytes.Contains(bytes.ToLower(content), []byte(strings.ToLower(w))) {
				return fmt.Sprintf("%q lies open in %s", w, filepath.Base(file))
			}
		}
	}
	return ""
}

// After an erasure and a scrub not even the wrapped key is left on the disk,
// where the node's secret could still open it.
func TestScrubbed(t *testing.T) {
	n := newNode(t)
	n.write(t, func(tx *store.Tx) error { return vault.Put(tx, "per_1", map[string]string{"name": "Rosa"}) })
	var wrapped []byte
	n.read(t, func(tx *store.Tx) (err error) {
		wrapped, err = store.One(tx, store.Value[[]byte], `SELECT wrapped FROM vault_key`)
		return err
	})
	n.write(t, func(tx *store.Tx) error { return vault.Erase(tx, "per_1") })
	if n.search(t, string(wrapped)) == "" {
		t.Fatal("nothing was left to scrub: the test tests nothing")
	}
	if err := n.Scrub(t.Context(), vault.KeyTable); err != nil {
		t.Fatal(err)
	}
	if where := n.search(t, string(wrapped)); where != "" {
		t.Error("after the scrub: " + where)
	}
}

func TestUnbound(t *testing.T) {
	db := openDB(t, filepath.Join(t.TempDir(), "node.db"))
	err := db.Write(t.Context(), func(tx *store.Tx) error { return vault.Put(tx, "per_1", map[string]string{"a": "b"}) })
	if err == nil || fault.KindOf(err) != fault.KindInternal {
		t.Errorf("unbound: %v", err)
	}
}
