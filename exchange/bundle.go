package exchange

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Bundle is the one message that two nodes exchange, in both directions and by
// every carrier. One signature, over the root of a Merkle tree, covers it all.
type Bundle struct {
	From, To  string
	At        time.Time
	Heard     Heard
	Ledger    []byte // a word of the sender's ledger: checkpoint, proof, countersignature
	Envelopes []Envelope
	Receipts  []Receipt
	Signature []byte
}

const (
	bundleMagic = "istmo/bundle/v1"
	ledgerMagic = "istmo/ledger/v1"
	maxLedger   = 1 << 20
	maxRecord   = 2048
)

// What every node takes, whatever it sends itself: one that sent more than the
// other takes would be stuck. docs/exchange.md fixes them.
const (
	wireBody   = 8 << 20   // of one message, before sealing
	wireBundle = 32 << 20  // by net
	wireFile   = 128 << 20 // by file
)

// leaves are the tree's records in their order: how far the other was heard,
// the ledger's word, the envelopes, the receipts.
func (b *Bundle) leaves() [][]byte {
	w := &writer{}
	w.text(ledgerMagic)
	w.bytes(b.Ledger)
	leaves := append(make([][]byte, 0, 2+len(b.Envelopes)+len(b.Receipts)), b.Heard.record(), w.b)
	for i := range b.Envelopes {
		leaves = append(leaves, b.Envelopes[i].record())
	}
	for _, r := range b.Receipts {
		leaves = append(leaves, r.record())
	}
	return leaves
}

// tree is a Merkle tree as RFC 6962 makes it, in memory.
type tree struct {
	size   int64
	hashes []tlog.Hash
}

func plant(leaves [][]byte) tree {
	t := tree{}
	for _, leaf := range leaves {
		more, _ := tlog.StoredHashes(t.size, leaf, &t) // reading from memory does not fail
		t.hashes = append(t.hashes, more...)
		t.size++
	}
	return t
}

// ReadHashes gives tlog the hashes that it asks for.
func (t *tree) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, n := range at {
		out[i] = t.hashes[n]
	}
	return out, nil
}

func (t *tree) root() Hash {
	h, _ := tlog.TreeHash(t.size, t)
	return Hash(h)
}

func (t *tree) path(n int64) []byte {
	p, _ := tlog.ProveRecord(t.size, n, t)
	out := make([]byte, 0, len(p)*tlog.HashSize)
	for _, h := range p {
		out = append(out, h[:]...)
	}
	return out
}

// statement is what the signature is over.
func statement(from, to string, at time.Time, size int64, root Hash) []byte {
	w := &writer{}
	w.text(bundleMagic)
	w.text(from)
	w.text(to)
	w.instant(at)
	w.number(uint64(size))
	w.hash(root)
	return w.b
}

func (b *Bundle) statement(t *tree) []byte {
	return statement(b.From, b.To, b.At, t.size, t.root())
}

func (b *Bundle) sign(key ed25519.PrivateKey) {
	t := plant(b.leaves())
	b.Signature = ed25519.Sign(key, b.statement(&t))
}

// verify returns the tree that the signature is over, or nil if key did not sign it.
func (b *Bundle) verify(key ed25519.PublicKey) *tree {
	t := plant(b.leaves())
	if !ed25519.Verify(key, b.statement(&t), b.Signature) {
		return nil
	}
	return &t
}

func (b *Bundle) encode() []byte {
	w := &writer{b: make([]byte, 0, b.size())}
	w.text(bundleMagic)
	w.text(b.From)
	w.text(b.To)
	w.instant(b.At)
	w.bytes(b.Heard.record())
	w.bytes(b.Ledger)
	w.number(uint64(len(b.Envelopes)))
	for i := range b.Envelopes {
		w.bytes(b.Envelopes[i].record())
		w.bytes(b.Envelopes[i].Body)
	}
	w.number(uint64(len(b.Receipts)))
	for _, r := range b.Receipts {
		w.bytes(r.record())
	}
	w.raw(b.Signature)
	return w.b
}

func (b *Bundle) size() int {
	n := 512 + len(b.Ledger) + 256*len(b.Receipts)
	for i := range b.Envelopes {
		n += 512 + len(b.Envelopes[i].Body)
	}
	return n
}

// decodeBundle reads a bundle. It checks the form and that each body is the one
// its record names; not the signature.
func decodeBundle(in []byte) (*Bundle, error) {
	r := &reader{b: in}
	r.magic(bundleMagic)
	b := &Bundle{From: r.code(2), To: r.code(2), At: r.instant()}
	b.Heard = nested(r, decodeHeard)
	b.Ledger = r.bytes(maxLedger)
	b.Envelopes = make([]Envelope, r.count(200))
	for i := range b.Envelopes {
		e := nested(r, decodeRecord)
		e.Body = r.bytes(wireBody + sealSize)
		r.must(e.From == b.From && e.To == b.To && (i == 0 || e.Seq > b.Envelopes[i-1].Seq))
		if len(e.Body) == 0 {
			e.Body = nil
		} else {
			r.must(sha256.Sum256(e.Body) == e.Seal)
		}
		b.Envelopes[i] = e
	}
	b.Receipts = make([]Receipt, r.count(100))
	for i := range b.Receipts {
		b.Receipts[i] = nested(r, decodeReceipt)
		r.must(i == 0 || b.Receipts[i].Seq > b.Receipts[i-1].Seq)
	}
	b.Signature = bytes.Clone(r.take(ed25519.SignatureSize))
	return b, r.end()
}

// nested reads a record that stands inside another form.
func nested[T any](r *reader, decode func([]byte) (T, error)) T {
	t, err := decode(r.bytes(maxRecord))
	r.must(err == nil)
	return t
}

// Proof shows that a partner signed one record, without the rest of the bundle
// that it came in. The record's first words tell an envelope from a receipt.
type Proof struct {
	Record    []byte // of the envelope or the receipt, as docs/exchange.md has it
	From, To  string
	At        time.Time // of the bundle
	Index     int64     // of the record in the tree
	Size      int64     // of the tree
	Path      []byte    // the hashes from the leaf to the root
	Signature []byte
	Signer    ed25519.PublicKey // from the card that the partner had then
}

// Check reports whether the holder of key signed this record in this bundle.
func (p Proof) Check(key ed25519.PublicKey) bool {
	if len(p.Path)%tlog.HashSize != 0 || p.Index < 0 || p.Index >= p.Size || len(key) != ed25519.PublicKeySize {
		return false
	}
	root, ok := climbPath(p.Path, p.Size, p.Index, tlog.RecordHash(p.Record))
	return ok && ed25519.Verify(key, statement(p.From, p.To, p.At, p.Size, root), p.Signature)
}

// climbPath computes the root that a leaf and its path lead to (RFC 9162,
// 2.1.3.2). A path that is too long leads to a root that nobody signed.
func climbPath(path []byte, size, index int64, leaf tlog.Hash) (Hash, bool) {
	at, last := index, size-1
	for ; len(path) > 0; path = path[tlog.HashSize:] {
		side := tlog.Hash(path[:tlog.HashSize])
		if at&1 == 1 || at == last {
			leaf = tlog.NodeHash(side, leaf)
			for at&1 == 0 && at != 0 {
				at, last = at>>1, last>>1
			}
		} else {
			leaf = tlog.NodeHash(leaf, side)
		}
		at, last = at>>1, last>>1
	}
	return Hash(leaf), last == 0
}
