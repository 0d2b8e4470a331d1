package exchange

import (
	"bytes"
	"strings"
	"testing"

	"istmo/fault"
	"istmo/store"
)

// TestEveryByteOfABundleCounts changes each byte of a bundle in turn: header,
// body, ledger, receipts, signature. None passes and none leaves a trace.
func TestEveryByteOfABundleCounts(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	co.post("PA", "test.take", "ref_1", "so that there is a receipt")
	if _, err := pa.hears(co.says("PA")); err != nil {
		t.Fatal(err)
	}
	pa.post("CO", "test.take", "ref_1", "one")
	pa.post("CO", "test.take", "ref_1", "two")
	said := pa.says("CO")
	if len(said.Receipts) != 1 || len(said.Ledger) == 0 {
		t.Fatal("the bundle lacks a region")
	}
	whole := said.encode()
	for i := range whole {
		bad := bytes.Clone(whole)
		bad[i] ^= 1 << (i % 8)
		in, err := co.receive(t.Context(), "PA", bad, false)
		if in != nil || !fault.Is(err, fault.KindInvalid) {
			t.Fatalf("byte %d of %d changed: %v", i, len(whole), err)
		}
	}
	for _, bad := range [][]byte{whole[:len(whole)-1], append(bytes.Clone(whole), 0), whole[1:], bytes.Repeat(whole, 2)} {
		if _, err := co.receive(t.Context(), "PA", bad, false); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%d bytes for %d: %v", len(bad), len(whole), err)
		}
	}
	want(t, "taken", co.bodies(), "")
	if _, err := co.hears(said); err != nil {
		t.Fatal(err)
	}
	want(t, "taken", co.bodies(), "one two")
}

// TestAReSignedBundle: a partner whose signature holds, but who seals to
// somebody else, moves a body to another header or speaks for another.
func TestAReSignedBundle(t *testing.T) {
	pa, co, cr := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{}), newSite(t, "CR", true, Options{})
	pair(t, pa, co)
	pair(t, pa, cr)
	pair(t, co, cr)
	pa.post("CO", "test.take", "ref_1", "one")
	pa.post("CO", "test.take", "ref_2", "two")
	said := pa.says("CO")
	said.Envelopes[0].Body, said.Envelopes[0].Seal = said.Envelopes[1].Body, said.Envelopes[1].Seal
	said.Envelopes[1].Prev = said.Envelopes[0].leaf()
	said.sign(pa.keys.Sign)
	answer, err := co.hears(said)
	if err != nil || len(answer.Receipts) != 2 {
		t.Fatal(answer, err)
	}
	if r := answer.Receipts[0]; r.Rung != Refused || r.Key != "exchange.does-not-open" {
		t.Errorf("a body under another header: %+v", r)
	}
	want(t, "taken", co.bodies(), "two")

	pa.post("CO", "test.take", "ref_3", "three")
	for what, alter := range map[string]func(*Bundle){
		"signed by another": func(b *Bundle) { b.sign(cr.keys.Sign) },
		"from another":      func(b *Bundle) { b.From = "CR"; b.Envelopes = nil; b.sign(pa.keys.Sign) },
		"to another":        func(b *Bundle) { b.To = "CR"; b.Envelopes = nil; b.sign(pa.keys.Sign) },
		"an older place":    func(b *Bundle) { b.Envelopes = append(b.Envelopes, b.Envelopes[0]); b.sign(pa.keys.Sign) },
		"an envelope of another pair": func(b *Bundle) {
			b.Envelopes[0].From = "CR"
			b.sign(pa.keys.Sign)
		},
	} {
		b := pa.says("CO")
		alter(b)
		if _, err := co.answer(t.Context(), "PA", b.encode()); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	want(t, "taken", co.bodies(), "two")
}

// TestProofsStandAlone: an envelope and a receipt each prove themselves with
// nothing but the partner's card, and no changed byte does.
func TestProofsStandAlone(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	var ids []string
	for range 7 {
		ids = append(ids, pa.post("CO", "test.climb", "ref_1", "one"))
	}
	pa.sync("CO")
	for _, id := range ids {
		there, here := co.proofs(id), pa.proofs(id)
		if len(there) != 1 || len(here) != 2 {
			t.Fatalf("%d proofs there and %d here", len(there), len(here))
		}
		for _, p := range there {
			checkProof(t, p, pa.Card(), co.Card())
			if e, err := decodeRecord(p.Record); err != nil || e.ID != id {
				t.Errorf("%+v, %v", e, err)
			}
		}
		for _, p := range here {
			checkProof(t, p, co.Card(), pa.Card())
			if r, err := decodeReceipt(p.Record); err != nil || r.Envelope != id {
				t.Errorf("%+v, %v", r, err)
			}
		}
	}
}

func (s *site) proofs(id string) (all []Proof) {
	s.t.Helper()
	s.read(func(tx *store.Tx) (err error) {
		all, err = Proofs(tx, id)
		return err
	})
	return all
}

func checkProof(t *testing.T, p Proof, signer, other Card) {
	t.Helper()
	if !p.Check(signer.Sign) || !p.Signer.Equal(signer.Sign) {
		t.Fatalf("a true proof does not hold: %+v", p)
	}
	if p.Check(other.Sign) || p.Check(nil) {
		t.Error("a proof holds for another key")
	}
	changed := func(what string, change func(*Proof)) {
		q := p
		q.Record, q.Path, q.Signature = bytes.Clone(p.Record), bytes.Clone(p.Path), bytes.Clone(p.Signature)
		change(&q)
		if q.Check(signer.Sign) {
			t.Errorf("a proof holds with another %s", what)
		}
	}
	for i := range p.Record {
		changed("record", func(q *Proof) { q.Record[i] ^= 1 })
	}
	for i := range p.Path {
		changed("path", func(q *Proof) { q.Path[i] ^= 1 })
	}
	for i := range p.Signature {
		changed("signature", func(q *Proof) { q.Signature[i] ^= 1 })
	}
	changed("path, shorter", func(q *Proof) { q.Path = q.Path[32:] })
	changed("path, longer", func(q *Proof) { q.Path = append(q.Path, make([]byte, 32)...) })
	changed("path, odd", func(q *Proof) { q.Path = q.Path[1:] })
	changed("place", func(q *Proof) { q.Index ^= 1 })
	changed("place, below", func(q *Proof) { q.Index = -1 })
	changed("size", func(q *Proof) { q.Size++ })
	changed("sender", func(q *Proof) { q.From = "CR" })
	changed("receiver", func(q *Proof) { q.To = "CR" })
	changed("time", func(q *Proof) { q.At = q.At.Add(1e6) })
}

// TestNothingIsLegible plants names in bodies and looks for them in the whole
// database, which is not encrypted here, on both sides: what is in the outbox,
// what is held before its turn, what is settled.
func TestNothingIsLegible(t *testing.T) {
	const canary = "Yolanda-Quispe-Huanca"
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	pa.post("CO", "test.refuse", "ref_1", canary)
	pa.post("CO", "test.refuse", "ref_1", canary)
	said := pa.says("CO")
	early := &Bundle{From: "PA", To: "CO", At: said.At, Envelopes: said.Envelopes[1:]}
	early.sign(pa.keys.Sign)
	if _, err := co.hears(early); err != nil {
		t.Fatal(err)
	}
	look := func(s *site) {
		t.Helper()
		for table, rows := range s.dump() {
			if strings.Contains(rows, canary) {
				t.Errorf("%s: %s holds what somebody wrote", s.self.Node, table)
			}
		}
	}
	look(pa)
	look(co)
	pa.sync("CO")
	look(pa)
	look(co)
	if pa.ladder("ref_1") == "" {
		t.Error("nothing moved")
	}
}

// dump is every row of every table of the exchange and the ledger, as text.
func (s *site) dump() map[string]string {
	s.t.Helper()
	tables, err := s.db.Tables(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	all := map[string]string{}
	for _, table := range tables {
		s.read(func(tx *store.Tx) error {
			columns, err := store.All(tx, store.Value[string], `SELECT name FROM pragma_table_info($1)`, table)
			if err != nil {
				return err
			}
			for _, c := range columns {
				cells, err := store.All(tx, store.Value[string], `SELECT CAST(COALESCE(`+c+`, '') AS TEXT) FROM `+table)
				if err != nil {
					return err
				}
				all[table] += strings.Join(cells, "\n")
			}
			return nil
		})
	}
	return all
}
