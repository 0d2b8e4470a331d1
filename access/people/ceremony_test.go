package people

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"istmo/store"
)

// A ceremony is taken once, in time, and by whom it was begun for. This is
// tested from within because an authenticator that counts hides a second taking
// behind its counter, and a real browser's always counts.
func TestCeremonyIsTakenOnce(t *testing.T) {
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "node.db"), Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context(), Schema); err != nil {
		t.Fatal(err)
	}
	g, err := NewGate(db, Settings{Node: "PA", Site: "https://istmo.example", Secret: make([]byte, 32),
		Record: func(*store.Tx, string, string, string) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	begin := func() string {
		c, err := g.newCeremony(now, "usr_1", "shown", &webauthn.SessionData{Challenge: newSecret()})
		if err != nil {
			t.Fatal(err)
		}
		return c.ID
	}
	take := func(id, user string) error {
		return db.Write(t.Context(), func(tx *store.Tx) error { _, err := g.takeCeremony(tx, id, user); return err })
	}
	once := begin()
	if err := take(once, "usr_2"); !errors.Is(err, refusedPasskey) {
		t.Errorf("somebody else's ceremony: %v", err)
	}
	if err := take(once, "usr_1"); err != nil {
		t.Errorf("a good ceremony: %v", err)
	}
	if err := take(once, "usr_1"); !errors.Is(err, refusedPasskey) {
		t.Errorf("taken twice: %v", err)
	}
	late := begin()
	now = now.Add(ceremonyFor)
	if err := take(late, "usr_1"); !errors.Is(err, refusedPasskey) {
		t.Errorf("taken late: %v", err)
	}
}
