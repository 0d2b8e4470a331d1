package ledger

import (
	"crypto/ed25519"
	"fmt"
	"math"
	"strings"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"istmo/fault"
	"istmo/store"
)

const originPrefix = "istmo/"

// originOf is the name of a node's log.
func originOf(node string) string { return originPrefix + node }

// tree is a history at one size: as many deeds, with this root.
type tree struct {
	size int64
	root tlog.Hash
}

// Checkpoint signs the history as it stands and keeps the note; while nothing
// is added it returns the same one. It refuses, with a Conflict, to sign a
// history that its own last checkpoint is not part of: a node whose database
// was rolled back or rewritten must not come to have signed two histories.
func Checkpoint(tx *store.Tx) ([]byte, error) {
	s, err := signerOf(tx)
	if err != nil {
		return nil, err
	}
	now, err := treeOf(tx)
	if err != nil {
		return nil, fault.Internal("ledger: checkpoint", err)
	}
	last, err := lastCheckpoint(tx)
	if fault.Is(err, fault.KindNotFound) {
		return sign(tx, s, now)
	}
	if err != nil {
		return nil, fault.Internal("ledger: checkpoint", err)
	}
	t, err := openCheckpoint([]byte(last.note), s.own())
	if err != nil || !continues(tx, now, t) {
		return nil, fault.Conflict("ledger.broken")
	}
	if t.size == now.size {
		return []byte(last.note), nil
	}
	return sign(tx, s, now)
}

// sign makes and keeps a checkpoint.
func sign(tx *store.Tx, s Signer, t tree) ([]byte, error) {
	text := log.Checkpoint{Origin: originOf(s.Node), Size: uint64(t.size), Hash: t.root[:]}.Marshal()
	signed, err := note.Sign(&note.Note{Text: string(text)}, s.own())
	if err == nil {
		err = insertCheckpoint(tx, t.size, signed)
	}
	if err != nil {
		return nil, fault.Internal("ledger: checkpoint", err)
	}
	return signed, nil
}

// treeOf is the history that the transaction sees.
func treeOf(tx *store.Tx) (tree, error) {
	last, err := lastEntry(tx)
	if err != nil {
		return tree{}, err
	}
	root, err := tlog.TreeHash(last.seq, hashesOf(tx))
	return tree{last.seq, root}, err
}

// continues reports whether the history now begins with the history then.
func continues(tx *store.Tx, now, then tree) bool {
	if then.size > now.size {
		return false
	}
	root, err := tlog.TreeHash(then.size, hashesOf(tx))
	return err == nil && root == then.root
}

// openCheckpoint reads a checkpoint of the node that k belongs to. An error is
// an Invalid fault: the text or the signature is not what it claims.
func openCheckpoint(signed []byte, k noteKey) (tree, error) {
	t, _, err := openCosigned(signed, k)
	return t, err
}

// openCosigned also returns those of the witnesses' signatures that hold.
func openCosigned(signed []byte, k noteKey, witnesses ...noteKey) (tree, *note.Note, error) {
	bad := fault.Invalid("checkpoint", "ledger.bad-checkpoint")
	known := []note.Verifier{k}
	for _, w := range witnesses {
		known = append(known, w)
	}
	n, err := note.Open(signed, note.VerifierList(known...))
	if err != nil || !signedBy(n, k) {
		return tree{}, nil, bad
	}
	var c log.Checkpoint
	if _, err := c.Unmarshal([]byte(n.Text)); err != nil || c.Origin != k.Name() || len(c.Hash) != tlog.HashSize || c.Size > math.MaxInt64/4 {
		return tree{}, nil, bad
	}
	return tree{int64(c.Size), tlog.Hash(c.Hash)}, n, nil
}

func signedBy(n *note.Note, k noteKey) bool {
	for _, s := range n.Sigs {
		if s.Name == k.Name() && s.Hash == k.KeyHash() {
			return true
		}
	}
	return false
}

// cosign adds our signature as a witness to a note that has been opened.
func cosign(n *note.Note, k noteKey) ([]byte, error) {
	own := *n
	own.UnverifiedSigs = nil
	return note.Sign(&own, k)
}

// verifierOf checks what a node signs of its own history.
func verifierOf(node string, key ed25519.PublicKey) noteKey {
	return noteKey{node: node, kind: ownSignature, public: key}
}

// witnessOf checks a node's countersignatures.
func witnessOf(node string, key ed25519.PublicKey) noteKey {
	return noteKey{node: node, kind: cosignature, public: key}
}

// nodeOf is the node that a note says it is about; nothing is checked yet.
func nodeOf(signed []byte) (string, error) {
	first, _, _ := strings.Cut(string(signed), "\n")
	node, ok := strings.CutPrefix(first, originPrefix)
	if !ok || node == "" {
		return "", fault.Invalid("checkpoint", "ledger.bad-checkpoint")
	}
	return node, nil
}

// ConsistencyProof proves that our history of size to begins with that of size
// from (RFC 6962, 2.1.2). From nothing, or to the same size, it is empty.
func ConsistencyProof(tx *store.Tx, from, to int64) ([]tlog.Hash, error) {
	if from < 0 || from > to {
		return nil, fault.Invalid("from", "ledger.bad-size")
	}
	if from == 0 {
		return nil, nil
	}
	proof, err := tlog.ProveTree(to, from, hashesOf(tx))
	if err != nil {
		return nil, fmt.Errorf("ledger: consistency proof: %w", err)
	}
	return proof, nil
}

// prefix reports whether proof shows that then is the beginning of now. What is
// as long needs no proof: it is the same or another. (One may come all the same:
// a speaker that has not heard how far we got says again what it said.)
func prefix(proof []tlog.Hash, now, then tree) bool {
	if then.size == 0 {
		return then.root == origin
	}
	if now.size == then.size {
		return now.root == then.root
	}
	return tlog.CheckTree(proof, now.size, now.root, then.size, then.root) == nil
}
