package vault

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"

	"golang.org/x/crypto/chacha20poly1305"
)

// A sealed value is one byte of form, 24 bytes of nonce, and the text sealed by
// XChaCha20-Poly1305: its nonces are long enough to be drawn at random however
// many values one key seals, which AES-GCM's are not. What a value belongs to is
// bound into it as associated data, so that a row copied onto another person,
// or under another name, does not open.
const form = 1

var errSealed = errors.New("vault: a sealed value does not open: it was altered, or belongs elsewhere")

func sealer(key []byte) cipher.AEAD {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic("vault: a key is 32 bytes") // every key here is made or checked by us
	}
	return aead
}

func seal(key, plain []byte, belongs ...string) []byte {
	aead := sealer(key)
	out := make([]byte, 1+aead.NonceSize(), 1+aead.NonceSize()+len(plain)+aead.Overhead())
	out[0] = form
	rand.Read(out[1:])
	return aead.Seal(out, out[1:], plain, bound(belongs))
}

func unseal(key, sealed []byte, belongs ...string) ([]byte, error) {
	aead := sealer(key)
	if len(sealed) < 1+aead.NonceSize() || sealed[0] != form {
		return nil, errSealed
	}
	nonce, text := sealed[1:1+aead.NonceSize()], sealed[1+aead.NonceSize():]
	plain, err := aead.Open(nil, nonce, text, bound(belongs))
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}

// bound joins words so that no two lists of words give the same bytes.
func bound(words []string) []byte {
	b := []byte{form}
	for _, w := range words {
		b = binary.AppendUvarint(b, uint64(len(w)))
		b = append(b, w...)
	}
	return b
}

// token is the keyed hash under which an indexed value is found again.
func token(key []byte, kind, normalised string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(bound([]string{kind, normalised}))
	return mac.Sum(nil)
}
