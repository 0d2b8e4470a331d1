package act

import (
	"crypto/ed25519"
	"strings"

	"istmo/exchange"
	"istmo/ledger"
	"istmo/store"
)

// Sign signs a text as this node and returns it as a signed note, which a court
// can check with the key on the node's card.
func Sign(tx *store.Tx, text string) (string, error) { return ledger.SignNote(tx, text) }

// SignedBy reports whether a node, with this key, signed a note.
func SignedBy(note, node string, key ed25519.PublicKey) bool { return ledger.SignedBy(note, node, key) }

// NoteText is what a signed note says.
func NoteText(note string) string { return ledger.NoteText(note) }

// Signature is what stands under a signed note: who signed, and the signature.
func Signature(note string) string {
	_, after, _ := strings.Cut(note, "\n\n")
	return strings.TrimSpace(after)
}

// AllSigned is one note with the signatures of several of the same text.
func AllSigned(text string, notes ...string) string { return ledger.AddSignatures(text, notes...) }

// KeyOf is the key with which a node signs: this node's own, or that on the card
// of a partner.
func KeyOf(tx *store.Tx, node string) (ed25519.PublicKey, error) {
	if node == Here(tx) {
		return ledger.OwnKey(tx)
	}
	return exchange.KeyOf(tx, node)
}
