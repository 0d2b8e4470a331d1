package ledger

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"istmo/fault"
	"istmo/store"
)

var all = publics("PA", "CO", "CR")

// carry is what a wire does to a value.
func carry[T any](t testing.TB, v T) (out T) {
	t.Helper()
	raw, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (p *place) say(to string) (s Statement) {
	p.t.Helper()
	p.write(func(tx *store.Tx) (err error) {
		s, err = Say(tx, to)
		return err
	})
	return carry(p.t, s)
}

func (p *place) hear(from string, s Statement) (a Answer) {
	p.t.Helper()
	p.write(func(tx *store.Tx) (err error) {
		a, err = Hear(tx, from, public(from), all, s)
		return err
	})
	return carry(p.t, a)
}

func (p *place) settle(from string, a Answer) {
	p.t.Helper()
	p.write(func(tx *store.Tx) error { return Settle(tx, from, public(from), a) })
}

// tell is a round from p to q, said again once if q holds another size than p thought.
func (p *place) tell(q *place) (a Answer) {
	p.t.Helper()
	for range 2 {
		a = q.hear(p.node, p.say(q.node))
		p.settle(q.node, a)
		if a.Accepted || a.Found != "" {
			break
		}
	}
	return a
}

func (p *place) findings() (list []Finding) {
	p.t.Helper()
	err := p.db.Read(p.t.Context(), func(tx *store.Tx) (err error) {
		list, err = Findings(tx)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return list
}

func (p *place) expectFindings(want ...string) {
	p.t.Helper()
	expect(p.t, Report{Findings: p.findings()}, want...)
}

func TestCountersigned(t *testing.T) {
	pa, co := newPlace(t, "PA"), newPlace(t, "CO")
	if a := pa.tell(co); !a.Accepted || a.Size != 0 { // an empty history is one too
		t.Errorf("%+v", a)
	}
	for range 5 {
		pa.deeds(7, "ref_1")
		if a := pa.tell(co); !a.Accepted || a.Found != "" || len(a.Ask) != 0 {
			t.Errorf("%+v", a)
		}
	}
	o := VerifyOptions{Partners: publics("CO", "CR")}
	r := pa.verify(o)
	expect(t, r)
	if len(r.Partners) != 2 || r.Partners[0].At.IsZero() {
		t.Fatalf("%+v", r.Partners)
	}
	r.Partners[0].At = time.Time{}
	want := []Countersignature{{Partner: "CO", State: Agreed, Size: 35}, {Partner: "CR", State: Missing}}
	if diff := cmp.Diff(want, r.Partners); diff != "" {
		t.Error(diff)
	}
	if r := pa.verify(VerifyOptions{}); r.Partners[0].State != Unknown {
		t.Errorf("without its key: %+v", r.Partners)
	}
	// The proof of one deed then carries the countersignature.
	var proof Inclusion
	pa.write(func(tx *store.Tx) (err error) {
		proof, err = ProveInclusion(tx, 12)
		return err
	})
	proof = carry(t, proof)
	if _, err := VerifyInclusion(proof, public("PA")); err != nil {
		t.Error(err)
	}
	if names, err := proof.Countersigned(public("PA"), all); err != nil || fmt.Sprint(names) != "[CO]" {
		t.Errorf("countersigned by %v, %v", names, err)
	}
	pa.exec(`UPDATE ledger_partner SET agreed = 99`)
	expect(t, pa.verify(o), "bad-countersignature CO at 99")
	pa.exec(`UPDATE ledger_partner SET agreed = 35`)
	pa.exec(`UPDATE ledger_partner SET note = replace(note, 'istmo/CO', 'istmo/CR')`)
	r = pa.verify(o)
	expect(t, r, "bad-countersignature CO at 35")
	if r.Partners[0].State != Broken {
		t.Errorf("%+v", r.Partners)
	}
}

// TestCosignature holds a note that the format's own library signed.
func TestCosignature(t *testing.T) {
	const signed = "istmo/PA\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n" +
		"— istmo/PA zpJZA8sE04EXCUG7COtlPZPV7v64ls/e8v5LsL8Amtw8LhsjVQg7ldO5AybR2bcC8Wpka8XsGAc0f/gc8yo2CUjxPAs=\n" +
		"— istmo/CO xGZJrwAAAABrAtujUNNQBf7HWCl4cjCEmV21UdhPTcUboVLsg/L5UFftTPvF7CV+HSaZW4TRT9ZEgvSH5yqcX6m4HCkNZzrYIgmnAw==\n"
	w := witnessOf("CO", public("CO"))
	_, n, err := openCosigned([]byte(signed), verifierOf("PA", public("PA")), w)
	if err != nil || !signedBy(n, w) {
		t.Fatalf("%v, %+v", err, n)
	}
	at := cosignedAt(n, w)
	again, err := note.Sign(&note.Note{Text: n.Text}, Signer{"PA", testKey("PA")}.own(), Signer{"CO", testKey("CO")}.cosigner(at))
	if err != nil || string(again) != signed {
		t.Errorf("%v\n%s", err, again)
	}
}

func TestBadStatements(t *testing.T) {
	pa, co := newPlace(t, "PA"), newPlace(t, "CO")
	pa.deeds(7, "ref_1")
	s := pa.say("CO")
	for name, change := range map[string]func(*Statement){
		"no checkpoint":           func(s *Statement) { s.Checkpoint = nil },
		"another size":            func(s *Statement) { s.Checkpoint = bytes.Replace(s.Checkpoint, []byte("\n7\n"), []byte("\n8\n"), 1) },
		"a size beyond reckoning": func(s *Statement) { s.Checkpoint = signedText("PA", "istmo/PA\n4611686018427387904\n") },
		"another node's origin":   func(s *Statement) { s.Checkpoint = signedText("PA", "istmo/CO\n7\n") },
		"another node":            func(s *Statement) { s.Checkpoint = newPlace(t, "CR").checkpoint() },
	} {
		bad := s
		change(&bad)
		err := co.db.Write(t.Context(), func(tx *store.Tx) error { _, err := Hear(tx, "PA", public("PA"), all, bad); return err })
		if !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	a := co.hear("PA", s)
	for name, change := range map[string]func(*Answer){
		"a size without our signature": func(a *Answer) { a.Holds = nil },
		"a size that only the partner signed": func(a *Answer) {
			n := &note.Note{Text: string(log.Checkpoint{Origin: "istmo/PA", Size: 99, Hash: make([]byte, 32)}.Marshal())}
			a.Size, a.Holds = 99, must(note.Sign(n, Signer{"CO", testKey("CO")}.cosigner(time.Now())))
		},
		"another size": func(a *Answer) { a.Size = 6 },
	} {
		bad := a
		change(&bad)
		err := pa.db.Write(t.Context(), func(tx *store.Tx) error { return Settle(tx, "CO", public("CO"), bad) })
		if !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	unsigned := a
	unsigned.Holds = s.Checkpoint
	pa.settle("CO", unsigned)
	if r := pa.verify(VerifyOptions{Partners: publics("CO")}); r.Partners[0].State != Missing {
		t.Errorf("taken for countersigned: %+v", r.Partners)
	}
	bad := a
	bad.Ask = []int64{-1, 5, 5, 1 << 60}
	pa.settle("CO", bad)
	if got := pa.say("CO"); len(got.Proven) != 1 || got.Proven[0].Size != 5 {
		t.Errorf("proved %+v", got.Proven)
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

// signedText is a note of a node, with a root that is none.
func signedText(node, text string) []byte {
	text += base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n"
	return must(note.Sign(&note.Note{Text: text}, Signer{node, testKey(node)}.own()))
}

func TestLateAndRepeatedStatements(t *testing.T) {
	pa, co := newPlace(t, "PA"), newPlace(t, "CO")
	pa.deeds(7, "ref_1")
	early := pa.say("CO")
	pa.tell(co)
	pa.deeds(7, "ref_2")
	pa.tell(co)
	for range 2 {
		if a := co.hear("PA", early); a.Found != "" || a.Accepted || a.Size != 14 {
			t.Errorf("%+v", a)
		}
	}
	pa.deeds(7, "ref_3")
	latest := pa.say("CO")
	for range 2 {
		if a := co.hear("PA", latest); !a.Accepted || a.Size != 21 {
			t.Errorf("%+v", a)
		}
	}
	co.expectFindings()
}

func TestPartnerRolledBack(t *testing.T) {
	pa, co := newPlace(t, "PA"), newPlace(t, "CO")
	pa.distinct(1, 10)
	pa.tell(co)
	older := pa.copied()
	pa.distinct(11, 20)
	pa.tell(co)

	if a := older.tell(co); a.Found != PartnerRolledBack || a.Accepted {
		t.Errorf("%+v", a)
	}
	co.expectFindings("partner-rolled-back PA at 20")
	older.expectFindings("rolled-back PA at 20") // it learns it from its own signature
	expect(t, older.verify(VerifyOptions{}), "rolled-back PA at 20")
	f := co.findings()[0]
	for i, n := range []string{f.First, f.Second} { // both are evidence, signed by Panama
		if c, err := openCheckpoint([]byte(n), verifierOf("PA", public("PA"))); err != nil || c.size != int64(20-10*i) {
			t.Errorf("evidence %d: %v, %v", i, c, err)
		}
	}

	older.distinct(31, 60) // larger than before, but not the same
	if a := older.tell(co); a.Found != PartnerRewrote || a.Accepted {
		t.Errorf("%+v", a)
	}
	co.expectFindings("partner-rolled-back PA at 20", "partner-rewrote PA at 20")
	if pa.tell(co); len(pa.findings()) != 0 {
		t.Error("the true history is doubted")
	}

	co.write(func(tx *store.Tx) error { return Readmit(tx, "PA") })
	if a := older.tell(co); !a.Accepted {
		t.Errorf("after people agreed: %+v", a)
	}
	co.expectFindings()
}

func TestPartnerRewrote(t *testing.T) {
	pa, co := newPlace(t, "PA"), newPlace(t, "CO")
	pa.distinct(1, 20)
	pa.tell(co)
	pa.exec(`DELETE FROM ledger_checkpoint`, `UPDATE ledger_entry SET actor = 'usr_x' WHERE seq = 5`)
	pa.rewrite(5, 20, true)
	if a := pa.tell(co); a.Found != PartnerRewrote || a.Accepted {
		t.Errorf("%+v", a)
	}
	co.expectFindings("partner-rewrote PA at 20")
	pa.expectFindings("other-history PA at 20")
	expect(t, pa.verify(VerifyOptions{Partners: publics("CO")}), "other-history 1-20", "other-history PA at 20")
}

// twoFaces is one node that shows different histories to two partners.
func twoFaces(t testing.TB, toCO, toCR int) (pa1, pa2, co, cr *place) {
	pa1, co, cr = newPlace(t, "PA"), newPlace(t, "CO"), newPlace(t, "CR")
	pa1.distinct(1, 10)
	pa2 = pa1.copied()
	pa1.distinct(11, toCO)
	pa2.distinct(100+11, 100+toCR)
	pa1.tell(co)
	pa2.tell(cr)
	co.expectFindings()
	cr.expectFindings()
	return pa1, pa2, co, cr
}

func TestEquivocationAtOneSize(t *testing.T) {
	_, pa2, co, cr := twoFaces(t, 20, 20)
	if a := co.tell(cr); !a.Accepted {
		t.Errorf("the messenger is blamed: %+v", a)
	}
	cr.expectFindings("equivocation PA at 20")
	if f := cr.findings()[0]; f.Via != "CO" || f.First == f.Second {
		t.Errorf("%+v", f)
	}
	pa2.distinct(300, 310)
	if a := pa2.tell(cr); a.Accepted || a.Found != Equivocation {
		t.Errorf("a node with two histories is countersigned: %+v", a)
	}
	expect(t, cr.verify(VerifyOptions{}), "equivocation PA at 20")
	cr.tell(co)
	co.expectFindings("equivocation PA at 20")
}

func TestEquivocationAtTwoSizes(t *testing.T) {
	for _, sizes := range [][2]int{{14, 20}, {20, 14}} {
		_, pa2, co, cr := twoFaces(t, sizes[0], sizes[1])
		co.tell(cr)
		cr.expectFindings() // nothing is proved yet
		pa2.distinct(300, 310)
		if a := pa2.tell(cr); a.Found != "" || len(a.Ask) != 1 || a.Ask[0] != int64(sizes[0]) {
			t.Errorf("%+v", a)
		}
		if a := pa2.tell(cr); a.Accepted || a.Found != Equivocation {
			t.Errorf("%+v", a)
		}
		cr.expectFindings(fmt.Sprintf("equivocation PA at %d", sizes[0]))
	}
}

func TestUnproven(t *testing.T) {
	_, pa2, co, cr := twoFaces(t, 14, 20)
	pa2.tell(cr)
	early := []Statement{pa2.say("CR")} // of the size that is held already
	for i := range 4 {                  // weeks without a link: many statements, no answer
		pa2.distinct(300+i, 300+i)
		early = append(early, pa2.say("CR"))
	}
	co.tell(cr)
	for _, s := range append(early[:2:2], early...) {
		cr.hear("PA", s)
	}
	cr.expectFindings() // it cannot have known
	pa2.settle("CR", cr.hear("PA", pa2.say("CR")))
	s := pa2.say("CR")
	if len(s.Proven) != 1 {
		t.Fatalf("the node answers %+v", s.Proven)
	}
	s.Proven = nil
	if a := cr.hear("PA", s); a.Found != Unproven {
		t.Errorf("%+v", a)
	}
	cr.expectFindings("unproven PA at 14")
}

// TestQuestionStands: newer sightings do not push aside a question before it is
// answered, or it never would be.
func TestQuestionStands(t *testing.T) {
	pa1, pa2, co, cr := twoFaces(t, 14, 20)
	for i := range 3 {
		co.tell(cr)
		pa1.distinct(500+i, 500+i)
		pa1.tell(co)
	}
	if a := pa2.tell(cr); len(a.Ask) != 1 || a.Ask[0] != 14 {
		t.Errorf("asks %v", a.Ask)
	}
}

func TestGossipAboutAnHonestNode(t *testing.T) {
	pa, co, cr := newPlace(t, "PA"), newPlace(t, "CO"), newPlace(t, "CR")
	asked := 0
	for i := range 6 {
		pa.deeds(3, fmt.Sprintf("ref_%d", i))
		pa.tell(co)
		if i%2 == 0 { // Costa Rica always hears of it later
			pa.deeds(2, "ref_x")
			asked += len(pa.tell(cr).Ask)
		}
		co.tell(cr)
		cr.tell(co)
	}
	for range 2 {
		asked += len(pa.tell(cr).Ask) + len(pa.tell(co).Ask)
	}
	pa.deeds(1, "ref_y")
	pa.tell(cr)
	co.tell(cr)
	for range 2 { // asked, and proved
		asked += len(pa.tell(cr).Ask)
	}
	co.tell(cr) // the same again is no news
	if a := pa.tell(cr); asked == 0 || len(a.Ask) != 0 || !a.Accepted {
		t.Errorf("asked %d times; still %+v", asked, a)
	}
	for _, p := range []*place{pa, co, cr} {
		p.expectFindings()
	}
}

// TestSightingOfOurselves: a node learns from any partner that it was rolled back.
func TestSightingOfOurselves(t *testing.T) {
	pa, co := newPlace(t, "PA"), newPlace(t, "CO")
	pa.distinct(1, 10)
	older := pa.copied()
	pa.distinct(11, 20)
	pa.tell(co)
	if a := co.tell(older); !a.Accepted {
		t.Errorf("%+v", a)
	}
	older.expectFindings("rolled-back PA at 20")
}

func TestConsistencyProof(t *testing.T) {
	p := newPlace(t, "PA")
	p.deeds(30, "ref_1")
	p.write(func(tx *store.Tx) error {
		now, err := treeOf(tx)
		if err != nil {
			return err
		}
		for from := int64(0); from <= 30; from++ {
			proof, err := ConsistencyProof(tx, from, 30)
			if err != nil {
				return err
			}
			root, err := tlog.TreeHash(from, hashesOf(tx))
			if err != nil {
				return err
			}
			if !prefix(proof, now, tree{from, root}) || prefix(proof, now, tree{from, tlog.Hash{1}}) {
				t.Errorf("the proof from %d", from)
			}
		}
		if _, err := ConsistencyProof(tx, 31, 30); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("from more to less: %v", err)
		}
		return nil
	})
}

// FuzzHear: whatever arrives, nothing panics and nothing unsigned is believed.
func FuzzHear(f *testing.F) {
	p := newPlace(f, "CO")
	pa := newPlace(f, "PA")
	pa.deeds(3, "ref_1")
	signed := pa.checkpoint()
	f.Add(signed, int64(0), []byte("x"))
	f.Add(bytes.Replace(signed, []byte("\n3\n"), []byte("\n99999999999999999999\n"), 1), int64(-1), signed)
	f.Add([]byte("istmo/PA\n"), int64(1<<62), []byte{})
	f.Fuzz(func(t *testing.T, checkpoint []byte, from int64, seen []byte) {
		s := Statement{Checkpoint: checkpoint, From: from, Proof: []tlog.Hash{{}}, Proven: []Proven{{Size: from}}, Seen: []Sighting{{"CR", seen}, {"CO", seen}}}
		var a Answer
		err := p.db.Write(t.Context(), func(tx *store.Tx) (err error) {
			a, err = Hear(tx, "PA", public("PA"), all, s)
			return err
		})
		if err == nil && !bytes.HasPrefix(checkpoint, bytes.SplitAfter(signed, []byte("\n\n"))[0]) {
			t.Errorf("believed: %+v", a)
		}
		if err != nil && !fault.Is(err, fault.KindInvalid) {
			t.Error(err)
		}
		_, _ = VerifyInclusion(Inclusion{Record: string(seen), Checkpoint: string(checkpoint)}, ed25519.PublicKey(seen))
	})
}
