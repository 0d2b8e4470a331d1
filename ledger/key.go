package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"

	"istmo/store"
)

// Signer is the node's name, such as "PA", and its ed25519 key.
type Signer struct {
	Node string
	Key  ed25519.PrivateKey
}

// String is the node's name: a key is never printed by accident.
func (s Signer) String() string { return s.Node }

// GoString is as String.
func (s Signer) GoString() string { return s.Node }

type signerKey struct{}

// Bind gives the database's transactions the node's signature. Bind while
// wiring the node.
func Bind(db *store.DB, s Signer) { db.Bind(signerKey{}, s) }

func signerOf(tx *store.Tx) (Signer, error) {
	s, ok := tx.Bound(signerKey{}).(Signer)
	if !ok {
		return Signer{}, fmt.Errorf("ledger: no signer is bound to this database")
	}
	return s, nil
}

// The two signatures of a signed note that the ledger uses, by their number in
// C2SP signed-note: a log's over its own checkpoint, and a witness's, which
// carries the second of its making.
const (
	ownSignature  = 1
	cosignature   = 4
	timestampSize = 8
)

// noteKey signs and verifies notes as one name, in one of the two ways. The
// format library's own cosigner reads the wall clock and brings in a
// post-quantum signature that the checkpoints do not use, so these few lines
// stand for it; a test holds a note that it signed.
type noteKey struct {
	node    string
	kind    byte
	public  ed25519.PublicKey
	private ed25519.PrivateKey // only to sign
	at      time.Time          // of a cosignature to be made
}

var (
	_ note.Signer   = noteKey{}
	_ note.Verifier = noteKey{}
)

func (s Signer) own() noteKey {
	return noteKey{node: s.Node, kind: ownSignature, public: s.Key.Public().(ed25519.PublicKey), private: s.Key}
}

func (s Signer) cosigner(at time.Time) noteKey {
	return noteKey{node: s.Node, kind: cosignature, public: s.Key.Public().(ed25519.PublicKey), private: s.Key, at: at}
}

// Name is the name of the key, which is the origin of the node's log.
func (k noteKey) Name() string { return originOf(k.node) }

// KeyHash is the key's short id in a note.
func (k noteKey) KeyHash() uint32 {
	h := sha256.New()
	h.Write([]byte(k.Name() + "\n"))
	h.Write([]byte{k.kind})
	h.Write(k.public)
	return binary.BigEndian.Uint32(h.Sum(nil))
}

// Sign signs the text of a note.
func (k noteKey) Sign(text []byte) ([]byte, error) {
	if k.kind == ownSignature {
		return ed25519.Sign(k.private, text), nil
	}
	second := uint64(k.at.Unix())
	sig := binary.BigEndian.AppendUint64(nil, second)
	return append(sig, ed25519.Sign(k.private, cosigned(second, text))...), nil
}

// Verify reports whether sig is this key's over the text of a note.
func (k noteKey) Verify(text, sig []byte) bool {
	if len(k.public) != ed25519.PublicKeySize {
		return false
	}
	if k.kind == ownSignature {
		return ed25519.Verify(k.public, text, sig)
	}
	if len(sig) != timestampSize+ed25519.SignatureSize {
		return false
	}
	second := binary.BigEndian.Uint64(sig)
	return ed25519.Verify(k.public, cosigned(second, text), sig[timestampSize:])
}

// cosigned is what a witness signs: the time and the text.
func cosigned(second uint64, text []byte) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", second, text)
}
