package exchange

import (
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"
)

// Keys are what a node proves itself with and opens its post with.
type Keys struct {
	Sign ed25519.PrivateKey // signs bundles and the card
	Seal hpke.PrivateKey    // opens what is sealed to this node
	TLS  tls.Certificate    // self-signed; its key's hash is on the card
}

// KeysFrom makes the keys from the node's master secret: the same secret gives
// the same keys on any machine, so a restored node is the node it was. derive
// is vault's Master.Derive.
func KeysFrom(derive func(label string, n int) []byte) (Keys, error) {
	seal, err := kem.NewPrivateKey(derive("istmo/seal", 32))
	if err != nil {
		return Keys{}, fmt.Errorf("exchange: sealing key: %w", err)
	}
	cert, err := selfSigned(ed25519.NewKeyFromSeed(derive("istmo/tls", ed25519.SeedSize)))
	if err != nil {
		return Keys{}, fmt.Errorf("exchange: certificate: %w", err)
	}
	return Keys{ed25519.NewKeyFromSeed(derive("istmo/sign", ed25519.SeedSize)), seal, cert}, nil
}

// selfSigned is a certificate that says nothing but its key. It names no
// country, because a server shows it to whoever knocks, and never expires,
// because it is the partner's card that makes it valid.
func selfSigned(key ed25519.PrivateKey) (tls.Certificate, error) {
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "istmo"},
		NotBefore:    time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(nil, form, form, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}

// tlsHash names a certificate's key, whatever else the certificate says.
func tlsHash(c *x509.Certificate) Hash { return sha256.Sum256(c.RawSubjectPublicKeyInfo) }

// Bodies are sealed with HPKE (RFC 9180), base mode: X-Wing key agreement, which
// holds if either elliptic curves or lattices do, HKDF-SHA256, AES-256-GCM.
var (
	kem  = hpke.MLKEM768X25519()
	kdf  = hpke.HKDFSHA256()
	aead = hpke.AES256GCM()
)

const sealSize = 1120 + 16 // what sealing adds: the encapsulated key and the tag
