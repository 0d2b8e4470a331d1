package ledger

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"istmo/fault"
	"istmo/store"
)

// place is a node with its ledger, in a directory of its own.
type place struct {
	t    testing.TB
	node string
	key  ed25519.PrivateKey
	dir  string
	db   *store.DB
}

func testKey(node string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("test key of " + node))
	return ed25519.NewKeyFromSeed(seed[:])
}

func public(node string) ed25519.PublicKey { return testKey(node).Public().(ed25519.PublicKey) }

func publics(nodes ...string) map[string]ed25519.PublicKey {
	m := map[string]ed25519.PublicKey{}
	for _, n := range nodes {
		m[n] = public(n)
	}
	return m
}

func newPlace(t testing.TB, node string) *place {
	return openPlace(t, node, t.TempDir())
}

func openPlace(t testing.TB, node, dir string) *place {
	t.Helper()
	p := &place{t: t, node: node, key: testKey(node), dir: dir}
	var err error
	p.db, err = store.Open(context.Background(), store.Options{Path: filepath.Join(dir, "node.db"), Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.db.Close() })
	Bind(p.db, Signer{Node: node, Key: p.key})
	if err := p.db.Migrate(context.Background(), Schema); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *place) write(fn func(tx *store.Tx) error) {
	p.t.Helper()
	if err := p.db.Write(context.Background(), fn); err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) exec(statements ...string) {
	p.t.Helper()
	p.write(func(tx *store.Tx) error {
		for _, s := range statements {
			if n, err := tx.Exec(s); err != nil || n == 0 {
				return fmt.Errorf("%s: %d rows: %w", s, n, err)
			}
		}
		return nil
	})
}

// deeds appends n deeds, every second one with a detail.
func (p *place) deeds(n int, object string) {
	p.t.Helper()
	p.write(func(tx *store.Tx) error {
		for i := range n {
			d := Deed{Actor: "usr_1", Verb: "referrals.accept", Object: object, Outcome: "done", Policy: "officer-accepts"}
			if i%2 == 1 {
				d.Detail = []byte("sealed " + object)
			}
			if _, err := Append(tx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *place) checkpoint() (signed []byte) {
	p.t.Helper()
	p.write(func(tx *store.Tx) (err error) {
		signed, err = Checkpoint(tx)
		return err
	})
	return signed
}

func (p *place) verify(o VerifyOptions) Report {
	p.t.Helper()
	r, err := Verify(p.t.Context(), p.db, o)
	if err != nil {
		p.t.Fatal(err)
	}
	return r
}

// found is a report's findings on one line each.
func found(r Report) []string {
	lines := []string{}
	for _, f := range r.Findings {
		switch {
		case f.Node != "":
			lines = append(lines, fmt.Sprintf("%s %s at %d", f.Kind, f.Node, f.Size))
		case f.Seq == 0:
			lines = append(lines, string(f.Kind))
		default:
			lines = append(lines, fmt.Sprintf("%s %d-%d", f.Kind, f.Seq, f.Last))
		}
	}
	return lines
}

func expect(t testing.TB, r Report, want ...string) {
	t.Helper()
	if want == nil {
		want = []string{}
	}
	if diff := cmp.Diff(want, found(r)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestAppendVerify(t *testing.T) {
	p := newPlace(t, "PA")
	expect(t, p.verify(VerifyOptions{}))
	p.deeds(37, "ref_7")
	p.checkpoint()
	p.deeds(2500, "ref_8")
	p.checkpoint()
	var done, total int64
	r := p.verify(VerifyOptions{Progress: func(d, all int64) { done, total = d, all }})
	expect(t, r)
	if r.Size != 2537 || r.Checkpoints != 2 || done != total || done == 0 || !r.Sound() {
		t.Errorf("size %d, %d checkpoints, %d of %d done", r.Size, r.Checkpoints, done, total)
	}
}

func TestUndoneSavepointTakesItsDeeds(t *testing.T) {
	p := newPlace(t, "PA")
	p.deeds(5, "ref_1")
	p.write(func(tx *store.Tx) error {
		refused := tx.Nest(func() error {
			for range 4 {
				if _, err := Append(tx, Deed{Actor: "usr_1", Verb: "a.b", Outcome: "done", Detail: []byte("x")}); err != nil {
					return err
				}
			}
			return fault.Conflict("x")
		})
		seq, err := Append(tx, Deed{Actor: "usr_1", Verb: "a.b", Outcome: "refused:conflict", Cause: 5})
		if refused == nil || seq != 6 {
			t.Errorf("after an undone savepoint: %v, seq %d", refused, seq)
		}
		return err
	})
	r := p.verify(VerifyOptions{})
	expect(t, r)
	if r.Size != 6 {
		t.Errorf("size %d", r.Size)
	}
}

func TestAppendRefusesWhatIsNoCode(t *testing.T) {
	p := newPlace(t, "PA")
	ok := Deed{Actor: "usr_1", Verb: "a.b", Outcome: "done"}
	for name, change := range map[string]func(*Deed){
		"a name":        func(d *Deed) { d.Object = "María Pérez" },
		"a line feed":   func(d *Deed) { d.Object = "x\nobject y" },
		"too long":      func(d *Deed) { d.Policy = strings.Repeat("x", longest+1) },
		"no actor":      func(d *Deed) { d.Actor = "" },
		"no verb":       func(d *Deed) { d.Verb = "" },
		"no outcome":    func(d *Deed) { d.Outcome = "" },
		"a later cause": func(d *Deed) { d.Cause = 1 },
		"no cause":      func(d *Deed) { d.Cause = -1 },
	} {
		d := ok
		change(&d)
		err := p.db.Write(t.Context(), func(tx *store.Tx) error { _, err := Append(tx, d); return err })
		if err == nil {
			t.Errorf("%s was taken in", name)
		} else if strings.Contains(err.Error(), "Pérez") {
			t.Errorf("the error echoes the value: %v", err)
		}
	}
	if r := p.verify(VerifyOptions{}); r.Size != 0 {
		t.Errorf("%d deeds", r.Size)
	}
}

// TestRecord pins the bytes that are in the tree: they are forever.
func TestRecord(t *testing.T) {
	d := Deed{Seq: 7, At: time.Date(2026, 11, 22, 11, 45, 0, 0, time.UTC), Actor: "usr_1", Verb: "referrals.accept", Object: "ref_7",
		Outcome: "done", Policy: "officer-accepts", Cause: 6, Commitment: commitment(make([]byte, 32), []byte("x")), Prev: origin}
	text := string(d.row().record(d.Seq, d.Prev[:]))
	want := `istmo deed v1
seq 7
at 2026-11-22T11:45:00.000Z
actor usr_1
verb referrals.accept
object ref_7
outcome done
policy officer-accepts
cause 6
detail /d7W+s7Rr0f9qqxYlgL1jg4ECogmJ4BsQt3MONpgTPA=
prev 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
end
`
	if diff := cmp.Diff(want, text); diff != "" {
		t.Error(diff)
	}
	back, err := parseRecord(text)
	d.Hash = tlog.RecordHash([]byte(text))
	if err != nil || !cmp.Equal(d, back) {
		t.Errorf("%v\n%s", err, cmp.Diff(d, back))
	}
	for _, bad := range []string{"", text + "\n", strings.Replace(text, "seq 7", "seq 07", 1), strings.Replace(text, "usr_1", "usr 1", 1), strings.Replace(text, "cause 6\n", "", 1)} {
		if _, err := parseRecord(bad); err == nil {
			t.Errorf("taken for a record: %q", bad)
		}
	}
}

func TestCheckpoint(t *testing.T) {
	p := newPlace(t, "PA")
	p.deeds(3, "ref_1")
	first := p.checkpoint()
	if again := p.checkpoint(); string(again) != string(first) {
		t.Error("the same history was signed twice")
	}
	// An ordinary verifier of signed notes reads it.
	vkey, _ := note.NewEd25519VerifierKey("istmo/PA", public("PA"))
	v, _ := note.NewVerifier(vkey)
	n, err := note.Open(first, note.VerifierList(v))
	if err != nil || !strings.HasPrefix(n.Text, "istmo/PA\n3\n") {
		t.Errorf("%v: %s", err, first)
	}
	p.exec(`DELETE FROM ledger_entry WHERE seq = 3`)
	err = p.db.Write(t.Context(), func(tx *store.Tx) error { _, err := Checkpoint(tx); return err })
	if !fault.Is(err, fault.KindConflict) {
		t.Errorf("a shorter history was signed: %v", err)
	}
}

func TestShow(t *testing.T) {
	p := newPlace(t, "PA")
	p.deeds(4, "ref_1")
	p.deeds(3, "ref_2")
	p.write(func(tx *store.Tx) error {
		_, err := Append(tx, Deed{Actor: "node:CO", Verb: "people.open", Object: "ref_1", Outcome: "refused:denied", Cause: 2})
		return err
	})
	var now time.Time
	seqs := func(f Filter) string {
		var all []int64
		err := p.db.Read(t.Context(), func(tx *store.Tx) error {
			now = tx.Now
			deeds, err := Show(tx, f)
			for _, d := range deeds {
				all = append(all, d.Seq)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(all)
	}
	seqs(Filter{})
	for want, f := range map[string]Filter{
		"[8 7 6 5 4 3 2 1]": {},
		"[8 4 3 2 1]":       {Object: "ref_1"},
		"[4 3]":             {Object: "ref_1", Before: 5, Limit: 2},
		"[8]":               {Outcome: "refused"},
		"[7 6 5]":           {Object: "ref_2", Actor: "usr_1", Verb: "referrals.accept", Outcome: "done", From: now.Add(-time.Hour), To: now.Add(time.Hour)},
		"[]":                {From: now.Add(time.Hour)},
	} {
		if got := seqs(f); got != want {
			t.Errorf("%+v shows %s, not %s", f, got, want)
		}
	}
	if got := seqs(Filter{To: now.Add(-time.Hour)}) + seqs(Filter{Outcome: "ref"}) + seqs(Filter{Verb: "people.%"}); got != "[][][]" {
		t.Errorf("shows %s", got)
	}
}

func TestDetailAndForget(t *testing.T) {
	p := newPlace(t, "PA")
	p.deeds(2, "ref_1")
	p.deeds(2, "ref_2")
	p.write(func(tx *store.Tx) error {
		if d, err := Detail(tx, 2); err != nil || string(d) != "sealed ref_1" {
			t.Errorf("%q, %v", d, err)
		}
		if err := Forget(tx, "ref_1"); err != nil {
			return err
		}
		if _, err := Detail(tx, 2); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("still there: %v", err)
		}
		if _, err := Detail(tx, 4); err != nil {
			t.Error(err)
		}
		return nil
	})
	expect(t, p.verify(VerifyOptions{}))
	p.exec(`UPDATE ledger_detail SET sealed = salt WHERE seq = 4`)
	p.write(func(tx *store.Tx) error {
		if _, err := Detail(tx, 4); err == nil || fault.Is(err, fault.KindNotFound) {
			t.Errorf("a changed detail was given out: %v", err)
		}
		return nil
	})
}

func TestInclusion(t *testing.T) {
	p := newPlace(t, "PA")
	p.deeds(21, "ref_1")
	prove := func(seq int64) (proof Inclusion, err error) {
		err = p.db.Read(t.Context(), func(tx *store.Tx) (err error) {
			proof, err = ProveInclusion(tx, seq)
			return err
		})
		return proof, err
	}
	if _, err := prove(4); !fault.Is(err, fault.KindConflict) {
		t.Errorf("before any checkpoint: %v", err)
	}
	p.checkpoint()
	for seq := int64(1); seq <= 21; seq++ {
		proof, err := prove(seq)
		if err != nil {
			t.Fatal(err)
		}
		d, err := VerifyInclusion(proof, public("PA"))
		if err != nil || d.Seq != seq || d.Object != "ref_1" {
			t.Errorf("%d: %+v, %v", seq, d, err)
		}
		if _, err := VerifyInclusion(proof, public("CO")); err == nil {
			t.Error("another node's key verifies it")
		}
		forged := proof
		forged.Record = strings.Replace(proof.Record, "usr_1", "usr_2", 1)
		if _, err := VerifyInclusion(forged, public("PA")); err == nil {
			t.Error("a changed record verifies")
		}
	}
	if _, err := prove(22); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a deed that is not there: %v", err)
	}
	p.deeds(1, "ref_2")
	p.write(func(tx *store.Tx) error {
		_, err := ProveInclusion(tx, 22)
		return err
	})
	p.exec(`UPDATE ledger_entry SET actor = 'usr_9' WHERE seq = 5`)
	if _, err := prove(5); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a changed deed was proved: %v", err)
	}
}

func TestSignerIsNotPrinted(t *testing.T) {
	s := Signer{Node: "PA", Key: testKey("PA")}
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%+v", s), fmt.Sprintf("%#v", s)} {
		if text != "PA" {
			t.Errorf("printed as %s", text)
		}
	}
}
