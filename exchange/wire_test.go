package exchange

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
)

// someBundle is a bundle with everything in it.
func someBundle(t testing.TB) *Bundle {
	t.Helper()
	b := &Bundle{From: "PA", To: "CO", At: time.UnixMilli(1_795_000_000_000).UTC(), Heard: Heard{7, Hash{1}, 3, Hash{2}, true}, Ledger: []byte(`{}`)}
	e := Envelope{ID: "env_1", From: "PA", To: "CO", Verb: "test.take", At: b.At, Seq: 8, Prev: Hash{3}, Seal: Hash{4}}
	b.Envelopes = []Envelope{e}
	b.Receipts = []Receipt{
		{Seq: 4, Envelope: "env_2", Content: Hash{5}, Rung: Delivered, At: b.At},
		{Seq: 5, Envelope: "env_3", Content: Hash{6}, Rung: Refused, Kind: "conflict", Key: "test.not-so", At: b.At},
	}
	b.sign(keysOf(t, "PA").Sign)
	return b
}

func FuzzBundle(f *testing.F) {
	f.Add(someBundle(f).encode())
	f.Add((&Bundle{From: "PA", To: "CO", Signature: make([]byte, 64)}).encode())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, in []byte) {
		b, err := decodeBundle(in)
		if err != nil {
			return
		}
		if !bytes.Equal(b.encode(), in) {
			t.Errorf("read and written again it differs")
		}
		b.verify(keysOf(t, "PA").Sign.Public().(ed25519.PublicKey))
	})
}

func FuzzRecords(f *testing.F) {
	b := someBundle(f)
	f.Add(b.Envelopes[0].record())
	f.Add(b.Receipts[0].record())
	f.Add(b.Receipts[1].record())
	f.Add(b.Heard.record())
	f.Fuzz(func(t *testing.T, in []byte) {
		if e, err := decodeRecord(in); err == nil && !bytes.Equal(e.record(), in) {
			t.Error("an envelope read and written again differs")
		}
		if r, err := decodeReceipt(in); err == nil && !bytes.Equal(r.record(), in) {
			t.Error("a receipt read and written again differs")
		}
		if h, err := decodeHeard(in); err == nil && !bytes.Equal(h.record(), in) {
			t.Error("a position read and written again differs")
		}
	})
}

func FuzzCard(f *testing.F) {
	c := testCard(f, "PA")
	f.Add(c.signed, c.Text())
	f.Add([]byte{}, "-----BEGIN ISTMO CARD-----\n-----END ISTMO CARD-----\n")
	f.Fuzz(func(t *testing.T, in []byte, text string) {
		if c, err := decodeCard(in); err == nil {
			w := c.words()
			if !bytes.Equal(append(w.b, in[len(in)-64:]...), in) {
				t.Error("a card read and written again differs")
			}
		}
		if c, err := ParseCard(text); err == nil {
			if d, err := ParseCard(c.Text()); err != nil || d.Text() != c.Text() {
				t.Error("a card's text read and written again differs")
			}
		}
	})
}

func FuzzFile(f *testing.F) {
	f.Add(append(fileHeader("PA", "CO"), 1, 2, 3))
	f.Fuzz(func(t *testing.T, in []byte) {
		from, to, sealed, err := decodeFile(in)
		if err == nil && !bytes.Equal(append(fileHeader(from, to), sealed...), in) {
			t.Error("a file read and written again differs")
		}
	})
}

// TestOneWayToWriteAThing holds the decoder to forms that would read as the
// same thing twice, or as nothing that a node writes.
func TestOneWayToWriteAThing(t *testing.T) {
	for what, alter := range map[string]func(b *Bundle){
		"a refusal without a reason": func(b *Bundle) { b.Receipts[1].Key, b.Receipts[1].Kind = "", "" },
		"a reason without a refusal": func(b *Bundle) { b.Receipts[0].Key, b.Receipts[0].Kind = "x", "y" },
		"an unknown rung":            func(b *Bundle) { b.Receipts[0].Rung = "lost" },
		"receipts out of order":      func(b *Bundle) { b.Receipts[0].Seq = 9 },
		"place nought":               func(b *Bundle) { b.Envelopes[0].Seq = 0 },
		"a name in the header":       func(b *Bundle) { b.Envelopes[0].About = "María" },
		"a space in the header":      func(b *Bundle) { b.Envelopes[0].Purpose = "two words" },
		"no verb":                    func(b *Bundle) { b.Envelopes[0].Verb = "" },
		"a body that is not the one": func(b *Bundle) { b.Envelopes[0].Body = []byte("x") },
		"a number beyond 2^53":       func(b *Bundle) { b.Heard.Seq = 1 << 53 },
		"a time before 1970":         func(b *Bundle) { b.At = time.UnixMilli(-1) },
	} {
		b := someBundle(t)
		alter(b)
		if _, err := decodeBundle(b.encode()); err == nil {
			t.Errorf("%s is read", what)
		}
	}
	if _, err := decodeBundle(someBundle(t).encode()); err != nil {
		t.Error(err)
	}
	many := someBundle(t)
	many.Envelopes, many.Receipts = nil, nil
	in := many.encode()
	at := len(in) - 64 - 16 // the count of envelopes
	copy(in[at:], "\x00\x00\x00\x00\x7f\xff\xff\xff")
	if _, err := decodeBundle(in); err == nil {
		t.Error("a count that the input cannot hold is read")
	}
}

// TestEverySentenceIsThere finds every key that this package can say.
func TestEverySentenceIsThere(t *testing.T) {
	said := map[string]bool{}
	for _, k := range []Rung{Delivered, Opened, Decided, Served, Refused} {
		said["exchange.rung."+string(k)] = true
	}
	for _, k := range []State{Active, Suspended, Removed} {
		said["exchange.partner."+string(k)] = true
	}
	for _, k := range []string{"waiting", "taken", "heard", "recalled", "stopped"} {
		said["exchange.posting."+k] = true
	}
	sources, _ := filepath.Glob("*.go")
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if s, _ := strconv.Unquote(l.Value); strings.HasPrefix(s, "exchange.") && !strings.HasSuffix(s, "-") {
					said[s] = true
				}
			}
			return true
		})
	}
	for _, lang := range []string{"es", "en"} {
		var there map[string]any
		if _, err := toml.DecodeFile("../i18n/locales/"+lang+"/exchange.toml", &there); err != nil {
			t.Fatal(err)
		}
		for key := range said {
			if there[key] == nil {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
		for key := range there {
			if !said[key] {
				t.Errorf("%s has %s, which nothing says", lang, key)
			}
		}
	}
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }

func mustHex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
