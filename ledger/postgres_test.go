package ledger_test

import (
	"crypto/ed25519"
	"testing"

	"istmo/ledger"
	"istmo/store"
	"istmo/testkit"
)

// TestPostgres walks every statement of the ledger on the other database.
func TestPostgres(t *testing.T) {
	pa, co := onPostgres(t, "PA"), onPostgres(t, "CO")
	for range 3 {
		write(t, pa, func(tx *store.Tx) error {
			for i := range 30 {
				if _, err := ledger.Append(tx, ledger.Deed{Actor: "usr_1", Verb: "cases.open", Object: "per_1", Outcome: "looked", Detail: make([]byte, i)}); err != nil {
					return err
				}
			}
			return nil
		})
		round(t, pa, co)
		round(t, co, pa)
	}
	keys := map[string]ed25519.PublicKey{"CO": public("CO")}
	r, err := ledger.Verify(t.Context(), pa.db, ledger.VerifyOptions{Partners: keys})
	if err != nil || !r.Sound() || r.Size != 90 || r.Partners[0].State != ledger.Agreed {
		t.Fatalf("%v, %+v", err, r)
	}
	write(t, pa, func(tx *store.Tx) error {
		if deeds, err := ledger.Show(tx, ledger.Filter{Object: "per_1", Outcome: "looked", Before: 50, Limit: 3}); err != nil || len(deeds) != 3 || deeds[0].Seq != 49 {
			t.Errorf("%v, %+v", err, deeds)
		}
		proof, err := ledger.ProveInclusion(tx, 44)
		if err != nil {
			return err
		}
		if d, err := ledger.VerifyInclusion(proof, public("PA")); err != nil || d.Seq != 44 {
			t.Errorf("%v, %+v", err, d)
		}
		if _, err := ledger.Detail(tx, 44); err != nil {
			t.Error(err)
		}
		if err := ledger.Forget(tx, "per_1"); err != nil {
			return err
		}
		if err := ledger.Readmit(tx, "CO"); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE ledger_entry SET actor = 'usr_x' WHERE seq = 40`)
		return err
	})
	r, err = ledger.Verify(t.Context(), pa.db, ledger.VerifyOptions{Partners: keys})
	if err != nil || len(r.Findings) != 1 || r.Findings[0].Kind != ledger.ChangedRow || r.Findings[0].Seq != 40 {
		t.Errorf("%v, %+v", err, r.Findings)
	}
	rewind(t, pa)
	for range 2 {
		round(t, pa, co)
	}
	found(t, co, ledger.PartnerRolledBack)
	found(t, pa, ledger.RolledBack)
}

// rewind takes a database back to 64 deeds, as an older copy would be.
func rewind(t *testing.T, n node) {
	t.Helper()
	write(t, n, func(tx *store.Tx) error {
		for _, q := range []string{
			`DELETE FROM ledger_entry WHERE seq > 64`, `DELETE FROM ledger_hash WHERE pos >= 127`, `DELETE FROM ledger_checkpoint`, `DELETE FROM ledger_partner`,
		} {
			if _, err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
}

func found(t *testing.T, n node, kind ledger.Kind) {
	t.Helper()
	write(t, n, func(tx *store.Tx) error {
		if all, err := ledger.Findings(tx); err != nil || len(all) != 1 || all[0].Kind != kind {
			t.Errorf("%v, %+v", err, all)
		}
		return nil
	})
}

func key(node string) ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	copy(seed, node)
	return ed25519.NewKeyFromSeed(seed)
}

func public(node string) ed25519.PublicKey { return key(node).Public().(ed25519.PublicKey) }

// node is one node's database on PostgreSQL.
type node struct {
	name string
	db   *store.DB
}

func onPostgres(t *testing.T, name string) node {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{DSN: testkit.Postgres(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	ledger.Bind(db, ledger.Signer{Node: name, Key: key(name)})
	if err := db.Migrate(t.Context(), ledger.Schema); err != nil {
		t.Fatal(err)
	}
	return node{name, db}
}

func write(t *testing.T, n node, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := n.db.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// round is one statement of a node to another, with its answer.
func round(t *testing.T, from, to node) {
	t.Helper()
	var s ledger.Statement
	var a ledger.Answer
	keys := map[string]ed25519.PublicKey{from.name: public(from.name), to.name: public(to.name)}
	write(t, from, func(tx *store.Tx) (err error) {
		s, err = ledger.Say(tx, to.name)
		return err
	})
	write(t, to, func(tx *store.Tx) (err error) {
		a, err = ledger.Hear(tx, from.name, public(from.name), keys, s)
		return err
	})
	write(t, from, func(tx *store.Tx) error { return ledger.Settle(tx, to.name, public(to.name), a) })
}
