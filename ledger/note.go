package ledger

import (
	"crypto/ed25519"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"istmo/fault"
	"istmo/store"
)

// SignNote signs a text as this node, as a signed note (C2SP signed-note) that
// anybody can check with the key on the node's card. The text begins with a line
// that says what it is, which no checkpoint's does, so that the one can never be
// taken for the other; it ends with a newline.
func SignNote(tx *store.Tx, text string) (string, error) {
	s, err := signerOf(tx)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(text, originPrefix+s.Node+"\n") {
		return "", fault.Internal("ledger: a note that looks like a checkpoint", nil)
	}
	signed, err := note.Sign(&note.Note{Text: text}, s.own())
	return string(signed), err
}

// AddSignatures puts the signatures of several notes of one text under it.
func AddSignatures(text string, signed ...string) string {
	all := text + "\n"
	for _, s := range signed {
		if i := strings.LastIndex(s, "\n\n"); i >= 0 {
			all += s[i+2:]
		}
	}
	return all
}

// NoteText is what a note says, whoever signed it.
func NoteText(signed string) string {
	if i := strings.LastIndex(signed, "\n\n"); i >= 0 {
		return signed[:i+1]
	}
	return ""
}

// SignedBy reports whether a node signed a note with this key.
func SignedBy(signed, node string, key ed25519.PublicKey) bool {
	n, err := note.Open([]byte(signed), note.VerifierList(noteKey{node: node, kind: ownSignature, public: key}))
	return err == nil && len(n.Sigs) == 1
}

// OwnKey is the key with which this node signs.
func OwnKey(tx *store.Tx) (ed25519.PublicKey, error) {
	s, err := signerOf(tx)
	if err != nil {
		return nil, err
	}
	return s.own().public, nil
}
