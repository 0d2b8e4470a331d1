package notices

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
)

// Every push message is one record as long as any other, padding and its end
// included: how much was said, nobody sees.
const (
	padded = 512
	record = 4096 // the size that the header names, which the last record may fall short of
)

// sealPush seals a text to a device: RFC 8291, in one record of RFC 8188. key is
// the device's public key, auth its secret of 16 bytes.
func sealPush(text, key, auth []byte) ([]byte, error) {
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	return sealPushWith(own, salt, text, key, auth, padded)
}

func sealPushWith(own *ecdh.PrivateKey, salt, text, key, auth []byte, size int) ([]byte, error) {
	device, err := ecdh.P256().NewPublicKey(key)
	if err != nil {
		return nil, err
	}
	if len(text) >= size {
		return nil, errors.New("notices: a push message is too long")
	}
	shared, err := own.ECDH(device)
	if err != nil {
		return nil, err
	}
	aead, nonce, err := pushKeys(shared, salt, auth, key, own.PublicKey().Bytes())
	if err != nil {
		return nil, err
	}
	header := binary.BigEndian.AppendUint32(append([]byte(nil), salt...), record)
	header = append(header, byte(len(own.PublicKey().Bytes())))
	header = append(header, own.PublicKey().Bytes()...)
	plain := make([]byte, size)
	copy(plain, text)
	plain[len(text)] = 2 // the end of the last record; zeros follow
	return aead.Seal(header, nonce, plain, nil), nil
}

// pushKeys derives what seals a record (RFC 8291 3.4).
func pushKeys(shared, salt, auth, device, own []byte) (cipher.AEAD, []byte, error) {
	secret, err := hkdf.Key(sha256.New, shared, auth, "WebPush: info\x00"+string(device)+string(own), 32)
	if err != nil {
		return nil, nil, err
	}
	key, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, nil, err
	}
	nonce, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, nil, err
	}
	aead, err := cipher.NewGCM(block)
	return aead, nonce, err
}

// base64URL reads what browsers give, with or without padding.
func base64URL(s string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
}
