package exchange

import (
	"path/filepath"
	"strings"
	"testing"

	"istmo/fault"
	"istmo/store"
)

// copyOf is a backup of a site's database, as SQLite makes it.
func (s *site) copyOf() string {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "backup.db")
	if err := snapshot(s.t, s.path, path); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// TestSenderRestoredFromABackup: it has forgotten what it sent, and sends other
// things under the same numbers. The partner's word on the stream's end puts it
// right; nothing acts twice.
func TestSenderRestoredFromABackup(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	pa.post("CO", "test.take", "ref_1", "1")
	pa.sync("CO")
	pa.post("CO", "test.take", "ref_2", "2") // waits when the backup is made, leaves afterwards
	backup := pa.copyOf()
	pa.sync("CO")
	pa.post("CO", "test.take", "ref_3", "3") // forgotten
	pa.sync("CO")

	old := openSite(t, backup, "PA", "https://127.0.0.1:0", Options{})
	co.write(func(tx *store.Tx) error { return AddPartner(tx, old.Card(), Fingerprint(co.Card(), old.Card())) })
	old.post("CO", "test.take", "ref_4", "4")
	old.sync("CO")
	old.post("CO", "test.take", "ref_5", "5")
	old.sync("CO")
	want(t, "taken", co.bodies(), "1 2 3 4 5")
	for about, rungs := range map[string]string{"ref_1": "delivered", "ref_2": "delivered", "ref_4": "delivered", "ref_5": "delivered"} {
		if got := old.ladder(about); !strings.HasPrefix(got, rungs) {
			t.Errorf("%s: %q", about, got)
		}
	}
	if q := old.partner("CO").Queue; q != 0 {
		t.Errorf("%d still wait", q)
	}
	want(t, "the partner sees that its ledger is another", co.partner("PA").Trouble, troubleHistory)
}

// TestReceiverRestoredFromABackup: what it has forgotten it hears again as
// recalled, because the bodies are gone, and the stream goes on.
func TestReceiverRestoredFromABackup(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	id := pa.post("CO", "test.take", "ref_1", "1")
	pa.sync("CO")
	backup := co.copyOf()
	pa.post("CO", "test.answer", "ref_2", "2")
	pa.sync("CO")

	old := openSite(t, backup, "CO", "https://127.0.0.1:0", Options{})
	pa.write(func(tx *store.Tx) error { return AddPartner(tx, old.Card(), Fingerprint(pa.Card(), old.Card())) })
	old.write(func(tx *store.Tx) error { return Climb(tx, id, Opened) }) // under a number that it has used
	pa.post("CO", "test.take", "ref_3", "3")
	pa.sync("CO")
	if got := pa.ladder("ref_1"); !strings.HasSuffix(got, "delivered opened") {
		t.Errorf("the receipt after the backup: %q", got)
	}
	old.post("PA", "test.take", "ref_4", "4")
	old.sync("PA")
	want(t, "taken by the restored one", old.bodies(), "1 3")
	want(t, "taken by the other", pa.bodies(), "2 4")
	if got := pa.ladder("ref_2"); !strings.HasSuffix(got, "refused:conflict:exchange.recalled") {
		t.Errorf("the partner signs that it has nothing of it: %q", got)
	}
	want(t, "ladder", old.ladder("ref_4"), "delivered")
	if n := pa.partner("CO").Queue + old.partner("PA").Queue; n != 0 {
		t.Errorf("%d still wait", n)
	}
}

// TestANodeRebuiltWithNewKeys starts new streams, and what was sealed to the old
// keys is told as stopped.
func TestANodeRebuiltWithNewKeys(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	pa.post("CO", "test.take", "ref_1", "1")
	pa.sync("CO")
	pa.post("CO", "test.take", "ref_2", "2")

	rebuilt := newSite(t, "CO", true, Options{}, "CO with another secret")
	f := Fingerprint(pa.Card(), rebuilt.Card())
	err := pa.db.Write(t.Context(), func(tx *store.Tx) error { return AddPartner(tx, rebuilt.Card(), f) })
	if !fault.Is(err, fault.KindConflict) {
		t.Fatalf("other keys while the old ones are trusted: %v", err)
	}
	pa.write(func(tx *store.Tx) error { return RemovePartner(tx, "CO") })
	pair(t, pa, rebuilt)
	pa.post("CO", "test.answer", "ref_3", "3")
	pa.sync("CO")
	want(t, "taken by the rebuilt one", rebuilt.bodies(), "3")
	want(t, "its answer", pa.bodies(), "3")
	pa.read(func(tx *store.Tx) error {
		all, err := Posted(tx, "ref_2")
		if err != nil || len(all) != 1 || all[0].State != "stopped" || all[0].Why != "exchange.stopped-keys" {
			t.Errorf("%+v, %v", all, err)
		}
		return err
	})
}
