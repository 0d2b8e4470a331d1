package vault_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"testing"

	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

func (n node) reblind(t *testing.T, subject string, values ...string) {
	t.Helper()
	n.write(t, func(tx *store.Tx) error { return vault.Reblind(tx, subject, blinds(values...)) })
}

func blinds(values ...string) []vault.Blind {
	all := make([]vault.Blind, len(values))
	for i, v := range values {
		all[i] = vault.Blind{Kind: v[0], Value: v[1:]}
	}
	return all
}

// holding lists who shares a value, and how many do.
func (n node) holding(t *testing.T, without, value string) (subjects []string, count int) {
	t.Helper()
	n.read(t, func(tx *store.Tx) error {
		all, _, err := vault.Holding(tx, without, blinds(value))
		if err != nil {
			return err
		}
		held, err := vault.Compare(tx, all[0].Named, blinds(value))
		for _, h := range held {
			if h.Keys[0] {
				subjects = append(subjects, h.Subject)
			}
		}
		count = all[0].Count
		return err
	})
	slices.Sort(subjects)
	return subjects, count
}

func TestBlindKeys(t *testing.T) {
	n := newNode(t)
	n.reblind(t, "per_a", "aquispe", "byear")
	n.reblind(t, "per_b", "aquispe")
	if got, count := n.holding(t, "", "aquispe"); !slices.Equal(got, []string{"per_a", "per_b"}) || count != 2 {
		t.Errorf("%v, %d", got, count)
	}
	if got, count := n.holding(t, "per_a", "aquispe"); !slices.Equal(got, []string{"per_b"}) || count != 1 {
		t.Errorf("without the asker: %v, %d", got, count)
	}
	if got, _ := n.holding(t, "", "bquispe"); got != nil {
		t.Errorf("a value of another kind: %v", got)
	}
	n.reblind(t, "per_a", "ahuanca")
	if got, _ := n.holding(t, "", "aquispe"); !slices.Equal(got, []string{"per_b"}) {
		t.Errorf("after a correction: %v", got)
	}
	n.write(t, func(tx *store.Tx) error { return vault.Erase(tx, "per_b") })
	if got, count := n.holding(t, "", "aquispe"); got != nil || count != 0 {
		t.Errorf("after erasure: %v, %d", got, count)
	}
	err := n.Write(t.Context(), func(tx *store.Tx) error { return vault.Reblind(tx, "per_b", blinds("aquispe")) })
	if !fault.Is(err, fault.KindConflict) {
		t.Errorf("an erased subject is indexed again: %v", err)
	}
	n.read(t, func(tx *store.Tx) error {
		for table, want := range map[string]int64{"vault_blind_subject": 1, "vault_blind": 1} {
			if rows, err := tx.Count(table); err != nil || rows != want {
				t.Errorf("%s has %d rows (%v), want %d", table, rows, err, want)
			}
		}
		return nil
	})
}

// TestCommonKeysNameNobody gives one key to more subjects than are named.
func TestCommonKeysNameNobody(t *testing.T) {
	n := newNode(t)
	for i := range vault.FewHolders + 2 {
		n.reblind(t, fmt.Sprintf("per_%02d", i), "ajose", fmt.Sprintf("b%d", i))
		switch got, count := n.holding(t, "", "ajose"); {
		case count != i+1:
			t.Fatalf("%d are counted, want %d", count, i+1)
		case i < vault.FewHolders && len(got) != i+1, i >= vault.FewHolders && got != nil:
			t.Fatalf("of %d, %d are named", i+1, len(got))
		}
	}
	for i := range vault.FewHolders + 2 {
		n.write(t, func(tx *store.Tx) error { return vault.Unblind(tx, fmt.Sprintf("per_%02d", i)) })
	}
	n.reblind(t, "per_new", "ajose")
	if got, count := n.holding(t, "", "ajose"); !slices.Equal(got, []string{"per_new"}) || count != 1 {
		t.Errorf("a key that was common and is nobody's: %v, %d", got, count)
	}
}

// TestBuryBlind takes a key away, as a backup older than an erasure does.
func TestBuryBlind(t *testing.T) {
	n := newNode(t)
	n.reblind(t, "per_a", "aquispe")
	n.reblind(t, "per_b", "aquispe")
	n.write(t, func(tx *store.Tx) error {
		return tx.Unordered(func() error {
			if _, err := tx.Exec(`DELETE FROM vault_key WHERE subject = 'per_a'`); err != nil {
				return err
			}
			rows, err := vault.Bury(tx)
			if rows != 1 {
				t.Errorf("%d rows were buried", rows)
			}
			return err
		})
	})
	if got, count := n.holding(t, "", "aquispe"); !slices.Equal(got, []string{"per_b"}) || count != 1 {
		t.Errorf("after burying: %v, %d", got, count)
	}
}

// TestBlindKeysCannotBeGuessed copies the database to a node with another secret:
// whoever has the file and a name cannot ask it.
func TestBlindKeysCannotBeGuessed(t *testing.T) {
	n := newNode(t)
	n.reblind(t, "per_a", "aCanaria-Quispe")
	other := newMaster(t)
	other.Bind(n.DB)
	if got, count := n.holding(t, "", "aCanaria-Quispe"); got != nil || count != 0 {
		t.Errorf("another secret finds %v, %d", got, count)
	}
	n.Close()
	for _, path := range []string{n.path, n.path + "-wal"} {
		content, _ := os.ReadFile(path)
		if bytes.Contains(content, []byte("Canaria-Quispe")) {
			t.Errorf("%s holds the value", path)
		}
	}
}
