package people

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"istmo/fault"
	"istmo/store"
)

// ceremonyFor is how long somebody has to touch their key.
const ceremonyFor = 5 * time.Minute

// Ceremony is the first half of making or using a passkey. The page carries
// both parts: Options are for the browser, ID comes back with its answer. The
// node keeps nothing, so that showing a page writes nothing.
type Ceremony struct {
	ID      string // the node's half, sealed
	Options string // JSON for navigator.credentials
}

// begun is the node's half.
type begun struct {
	Session webauthn.SessionData
	Expires time.Time
}

// newCeremony seals the node's half for user, or for whoever answers if user is empty.
func (g *Gate) newCeremony(now time.Time, user string, options any, session *webauthn.SessionData) (Ceremony, error) {
	shown, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, err
	}
	kept, err := json.Marshal(begun{*session, now.Add(ceremonyFor)})
	if err != nil {
		return Ceremony{}, err
	}
	sealed := g.sealer.Seal(nil, nil, kept, []byte(user))
	return Ceremony{base64.RawURLEncoding.EncodeToString(sealed), string(shown)}, nil
}

// takeCeremony opens the node's half again, once and in time.
func (g *Gate) takeCeremony(tx *store.Tx, id, user string) (webauthn.SessionData, error) {
	var b begun
	sealed, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil {
		return b.Session, refusedPasskey
	}
	kept, err := g.sealer.Open(nil, nil, sealed, []byte(user))
	if err != nil {
		return b.Session, refusedPasskey
	}
	if err := json.Unmarshal(kept, &b); err != nil {
		return b.Session, err
	}
	if !tx.Now.Before(b.Expires) {
		return b.Session, refusedPasskey
	}
	first, err := markAnswered(tx, hashOf(b.Session.Challenge), b.Expires)
	if err == nil && !first {
		err = refusedPasskey
	}
	return b.Session, err
}

// newSealer seals under a key of its own, drawn from the node's secret.
func newSealer(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fault.Internal("people: ceremonies", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}
