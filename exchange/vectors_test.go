package exchange

import (
	"bytes"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

var update = flag.Bool("update", false, "write docs/exchange-vectors.json anew")

const vectorsFile = "../docs/exchange-vectors.json"

// vectors are the test vectors of docs/exchange.md. Bytes are hexadecimal.
type vectors struct {
	About   string         `json:"about"`
	Nodes   []nodeVector   `json:"nodes"`
	Finger  string         `json:"fingerprint"`
	Genesis []string       `json:"genesis"` // of the stream PA → CO, then CO → PA
	Bundle  bundleVector   `json:"bundle"`
	Answer  bundleVector   `json:"answer"`
	File    fileVector     `json:"file"`
	Refuse  []refuseVector `json:"refuse"`
}

type nodeVector struct {
	Node     string `json:"node"`
	SignSeed string `json:"sign_seed"`
	SealSeed string `json:"seal_seed"`
	TLSSeed  string `json:"tls_seed"`
	TLSHash  string `json:"tls_hash"`
	Card     string `json:"card"`
	CardText string `json:"card_text"`
}

type bundleVector struct {
	Bodies    []bodyVector `json:"bodies,omitempty"`
	Leaves    []leafVector `json:"leaves"`
	Root      string       `json:"root"`
	Statement string       `json:"statement"`
	Signature string       `json:"signature"`
	Bundle    string       `json:"bundle"`
}

type bodyVector struct {
	Plain   string `json:"plain"`
	Info    string `json:"info"`
	Sealed  string `json:"sealed"` // sealing is randomised: this is one of many
	Content string `json:"content"`
}

type leafVector struct {
	Record string `json:"record"`
	Leaf   string `json:"leaf"`
	Path   string `json:"path"`
}

type fileVector struct {
	Header string `json:"header"`
	File   string `json:"file"` // holds bundle, sealed to CO
}

type refuseVector struct {
	Why    string `json:"why"`
	Bundle string `json:"bundle"`
}

var vectorTime = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func vectorNode(t *testing.T, node string) (Keys, Card, nodeVector) {
	t.Helper()
	derive := secret("istmo exchange vectors " + node)
	k := keysOf(t, "istmo exchange vectors "+node)
	c, err := Issue(k, node, node, "Nodo de prueba "+node, "https://"+map[string]string{"PA": "pa.example:8401", "CO": "co.example:8402"}[node], vectorTime)
	if err != nil {
		t.Fatal(err)
	}
	return k, c, nodeVector{node, hexOf(derive("istmo/sign", 32)), hexOf(derive("istmo/seal", 32)), hexOf(derive("istmo/tls", 32)),
		hexOf(c.TLS[:]), hexOf(c.signed), c.Text()}
}

// makeVectors builds every vector from fixed keys. Sealed bytes, which differ
// each time, are taken from old where it has them.
func makeVectors(t *testing.T, old *vectors) vectors {
	t.Helper()
	pa, paCard, paVector := vectorNode(t, "PA")
	co, coCard, coVector := vectorNode(t, "CO")
	v := vectors{About: "Test vectors of docs/exchange.md; bytes in hexadecimal.", Nodes: []nodeVector{paVector, coVector}, Finger: Fingerprint(paCard, coCard)}
	there, back := genesis(paCard, coCard), genesis(coCard, paCard)
	v.Genesis = []string{hexOf(there[:]), hexOf(back[:])}

	b := &Bundle{From: "PA", To: "CO", At: vectorTime.Add(5 * time.Second), Heard: Heard{Leaf: back}, Ledger: []byte(`{}`)}
	prev := there
	for i, plain := range []string{`{"reference":"ref_01"}`, "", "taken back"} {
		e := Envelope{ID: "env_0" + string(rune('1'+i)), From: "PA", To: "CO", Agreement: "agr_01", Purpose: "protection", Verb: "referrals.receive", About: "ref_01", At: vectorTime, Seq: int64(i + 1), Prev: prev}
		e.Body = sealedOr(t, old, i, coCard, e.info(), plain)
		e.Seal = sha256.Sum256(e.Body)
		content := e.content()
		v.Bundle.Bodies = append(v.Bundle.Bodies, bodyVector{plain, hexOf(e.info()), hexOf(e.Body), hexOf(content[:])})
		prev = e.leaf()
		if i == 2 { // recalled: its record goes, its body does not
			e.Body = nil
		}
		b.Envelopes = append(b.Envelopes, e)
	}
	b.sign(pa.Sign)
	v.Bundle.fill(b)

	a := &Bundle{From: "CO", To: "PA", At: vectorTime.Add(6 * time.Second), Ledger: []byte(`{}`), Heard: Heard{Seq: 3, Leaf: prev}}
	for i, r := range []Receipt{{Rung: Delivered}, {Rung: Refused, Kind: "conflict", Key: "referrals.closed"}, {Rung: Refused, Kind: "conflict", Key: "exchange.recalled"}, {Rung: Opened}} {
		e := b.Envelopes[i%3]
		r.Seq, r.Envelope, r.Content, r.At = int64(i+1), e.ID, e.content(), vectorTime.Add(6*time.Second)
		a.Receipts = append(a.Receipts, r)
	}
	a.sign(co.Sign)
	v.Answer.fill(a)

	v.File.Header = hexOf(fileHeader("PA", "CO"))
	v.File.File = hexOf(fileOr(t, old, coCard, b.encode()))
	v.Refuse = refusals(b, pa)
	return v
}

func (v *bundleVector) fill(b *Bundle) {
	leaves := b.leaves()
	tree := plant(leaves)
	for i, l := range leaves {
		h, err := tree.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(i))})
		if err != nil {
			panic(err)
		}
		v.Leaves = append(v.Leaves, leafVector{hexOf(l), hexOf(h[0][:]), hexOf(tree.path(int64(i)))})
	}
	root := tree.root()
	v.Root, v.Statement, v.Signature, v.Bundle = hexOf(root[:]), hexOf(b.statement(&tree)), hexOf(b.Signature), hexOf(b.encode())
}

func sealedOr(t *testing.T, old *vectors, i int, to Card, info []byte, plain string) []byte {
	t.Helper()
	if old != nil {
		return mustHex(t, old.Bundle.Bodies[i].Sealed)
	}
	b, err := hpke.Seal(to.Seal, kdf, aead, info, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func fileOr(t *testing.T, old *vectors, to Card, bundle []byte) []byte {
	t.Helper()
	if old != nil {
		return mustHex(t, old.File.File)
	}
	b, err := hpke.Seal(to.Seal, kdf, aead, fileHeader("PA", "CO"), bundle)
	if err != nil {
		t.Fatal(err)
	}
	return append(fileHeader("PA", "CO"), b...)
}

// refusals are bundles that CO must not take anything from.
func refusals(b *Bundle, pa Keys) []refuseVector {
	whole := b.encode()
	flip := func(at int) string {
		bad := bytes.Clone(whole)
		bad[at] ^= 1
		return hexOf(bad)
	}
	to := *b
	to.To, to.Envelopes = "CR", nil
	to.sign(pa.Sign)
	order := *b
	order.Envelopes = []Envelope{b.Envelopes[1], b.Envelopes[0]}
	order.sign(pa.Sign)
	return []refuseVector{
		{"a bit of the signature", flip(len(whole) - 1)},
		{"a bit of a body", flip(bytes.Index(whole, b.Envelopes[0].Body) + 1200)},
		{"a bit of a header", flip(bytes.Index(whole, []byte("env_01")))},
		{"a byte more", hexOf(append(bytes.Clone(whole), 0))},
		{"a byte less", hexOf(whole[:len(whole)-1])},
		{"for another node", hexOf(to.encode())},
		{"envelopes out of order", hexOf(order.encode())},
	}
}

func TestVectors(t *testing.T) {
	var old *vectors
	stored, err := os.ReadFile(vectorsFile)
	if err == nil && !*update {
		old = &vectors{}
		if err := json.Unmarshal(stored, old); err != nil {
			t.Fatal(err)
		}
	}
	v := makeVectors(t, old)
	got, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(vectorsFile, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(append(got, '\n'), stored) {
		t.Fatal("docs/exchange-vectors.json is not what the code makes; if the format was meant to change, give it a new version")
	}
	co := keysOf(t, "istmo exchange vectors CO")
	for _, b := range v.Bundle.Bodies {
		plain, err := hpke.Open(co.Seal, kdf, aead, mustHex(t, b.Info), mustHex(t, b.Sealed))
		if err != nil || string(plain) != b.Plain {
			t.Errorf("%q: %q, %v", b.Plain, plain, err)
		}
	}
	header := mustHex(t, v.File.Header)
	plain, err := hpke.Open(co.Seal, kdf, aead, header, mustHex(t, v.File.File)[len(header):])
	if err != nil || hex.EncodeToString(plain) != v.Bundle.Bundle {
		t.Errorf("the file: %v", err)
	}
	vectorsAreTaken(t, v)
}

// vectorsAreTaken runs the vectors through real nodes: CO takes the bundle and
// nothing else, and PA its answer.
func vectorsAreTaken(t *testing.T, v vectors) {
	pa := newSite(t, "PA", false, Options{}, "istmo exchange vectors PA")
	co := newSite(t, "CO", false, Options{}, "istmo exchange vectors CO")
	pair(t, pa, co)
	for _, r := range v.Refuse {
		if _, err := co.receive(t.Context(), "PA", mustHex(t, r.Bundle), false); err == nil {
			t.Errorf("%s: taken", r.Why)
		}
	}
	got, _, err := co.imports(mustHex(t, v.File.File))
	if err != nil || got.Taken != 3 {
		t.Errorf("%+v, %v", got, err)
	}
	in, err := pa.receive(t.Context(), "CO", mustHex(t, v.Answer.Bundle), false)
	if err != nil || len(in.Receipts) != 4 {
		t.Error(err)
	}
}
