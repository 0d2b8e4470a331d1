package exchange

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/crypto/argon2"

	"istmo/fault"
)

// Card is what a node gives to its partner: who it is, where it listens and the
// keys to know it by. It holds nothing secret. It proves that its holder made
// it, not who the holder is: that takes two people who compare the Fingerprint.
type Card struct {
	Node    string            `json:"node"`    // the node's id, such as PA
	Country string            `json:"country"` // ISO 3166 alpha-2
	Name    string            `json:"name"`    // what people call the node
	Address string            `json:"address"` // https://host:port, or empty if it only dials out
	Made    time.Time         `json:"made"`    // a later card of the same keys replaces an earlier one
	Sign    ed25519.PublicKey `json:"-"`
	Seal    hpke.PublicKey    `json:"-"`
	TLS     Hash              `json:"-"` // of the certificate's public key
	signed  []byte
}

const (
	cardMagic = "istmo/card/v1"
	cardArm   = "ISTMO CARD"
	maxName   = 200
)

var nodeForm = regexp.MustCompile(`^[A-Z][A-Z0-9-]{1,15}$`)
var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

// Issue makes and signs a node's own card.
func Issue(k Keys, node, country, name, address string, at time.Time) (Card, error) {
	c := Card{Node: node, Country: country, Name: name, Address: strings.TrimSuffix(address, "/"), Made: at.UTC().Truncate(time.Millisecond),
		Sign: k.Sign.Public().(ed25519.PublicKey), Seal: k.Seal.PublicKey(), TLS: tlsHash(k.TLS.Leaf)}
	if err := c.check(); err != nil {
		return Card{}, err
	}
	w := c.words()
	w.raw(ed25519.Sign(k.Sign, w.b))
	c.signed = w.b
	return c, nil
}

func (c Card) words() *writer {
	w := &writer{}
	w.text(cardMagic)
	w.text(c.Node)
	w.text(c.Country)
	w.text(c.Name)
	w.text(c.Address)
	w.instant(c.Made)
	w.raw(c.Sign)
	w.raw(c.Seal.Bytes())
	w.hash(c.TLS)
	return w
}

// check names every field that a card cannot have so.
func (c Card) check() error {
	var f fault.Check
	f.That(nodeForm.MatchString(c.Node), "node", "exchange.card-node")
	f.That(countryForm.MatchString(c.Country), "country", "exchange.card-country")
	f.That(c.Name != "" && len(c.Name) <= maxName && strings.IndexFunc(c.Name, unprintable) < 0, "name", "exchange.card-name")
	f.That(c.Address == "" || plainAddress(c.Address), "address", "exchange.card-address")
	return f.Err()
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// plainAddress takes scheme, host and port; no path, user or query, where
// something personal could stand.
func plainAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= 255 && u.Scheme == "https" && u.Host != "" && s == "https://"+u.Host
}

// Text is the card as a text file whose lines survive e-mail.
func (c Card) Text() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: cardArm, Bytes: c.signed}))
}

// ParseCard reads a card's text, with whatever mail has put around it or before
// its lines, and checks its signature. A card that is not whole is an Invalid
// fault on the field "card".
func ParseCard(text string) (Card, error) {
	damaged := fault.Invalid("card", "exchange.card-damaged")
	if len(text) > 64<<10 {
		return Card{}, damaged
	}
	block, rest := pem.Decode([]byte(unquote(text)))
	if block == nil || block.Type != cardArm || len(block.Headers) > 0 {
		return Card{}, damaged
	}
	if bytes.Contains(rest, []byte("BEGIN "+cardArm)) {
		return Card{}, fault.Invalid("card", "exchange.card-several")
	}
	c, err := decodeCard(block.Bytes)
	if err != nil {
		return Card{}, damaged
	}
	return c, nil
}

// unquote takes off the marks of a quoted mail and the spaces around lines.
func unquote(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.Trim(l, "> \t\r\u00a0")
	}
	return strings.Join(lines, "\n") + "\n"
}

// decodeCard reads a card's signed bytes.
func decodeCard(b []byte) (Card, error) {
	r := &reader{b: b}
	r.magic(cardMagic)
	c := Card{Node: r.code(2), Country: r.code(2), Name: r.text(maxName), Address: r.text(255), Made: r.instant()}
	c.Sign = ed25519.PublicKey(bytes.Clone(r.take(ed25519.PublicKeySize)))
	seal := r.take(1216)
	c.TLS = r.hash()
	words := len(b) - len(r.b)
	signature := r.take(ed25519.SignatureSize)
	if err := r.end(); err != nil {
		return Card{}, err
	}
	var err error
	if c.Seal, err = kem.NewPublicKey(seal); err != nil {
		return Card{}, errDamaged
	}
	if c.check() != nil || !ed25519.Verify(c.Sign, b[:words], signature) {
		return Card{}, errDamaged
	}
	c.signed = bytes.Clone(b)
	return c, nil
}

// identity is the part of a card that the fingerprint vouches for.
func (c Card) identity() []byte {
	w := &writer{}
	w.text(c.Node)
	w.raw(c.Sign)
	w.raw(c.Seal.Bytes())
	w.hash(c.TLS)
	return w.b
}

// same reports whether d has c's keys, so that trust in one is trust in the other.
func (c Card) same(d Card) bool { return bytes.Equal(c.identity(), d.identity()) }

// Fingerprint is the number that two people compare by a way that an attacker
// does not hold, before they trust each other's card: the same whichever card
// comes first, six groups of five digits.
//
// Thirty digits are 99 bits, and somebody between the two can look for a pair of
// false cards that agree, which takes only the square root of that. So each try
// is made to cost 64 MiB and some tens of milliseconds, by Argon2id (RFC 9106).
func Fingerprint(a, b Card) string {
	first, second := a.identity(), b.identity()
	if bytes.Compare(first, second) > 0 {
		first, second = second, first
	}
	w := &writer{}
	w.bytes(first)
	w.bytes(second)
	sum := argon2.IDKey(w.b, []byte("istmo/fingerprint/v1"), 1, 64<<10, 1, 6*8)
	groups := make([]string, 6)
	for i := range groups {
		groups[i] = fmt.Sprintf("%05d", binary.BigEndian.Uint64(sum[i*8:])%100000)
	}
	return strings.Join(groups, " ")
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// SignKey is the fingerprint of the key that the node signs with: SHA-256, in
// hexadecimal, in groups that can be read aloud.
func (c Card) SignKey() string {
	sum := sha256.Sum256(c.Sign)
	groups := make([]string, 0, len(sum)/2)
	for i := 0; i < len(sum); i += 2 {
		groups = append(groups, fmt.Sprintf("%x", sum[i:i+2]))
	}
	return strings.Join(groups, " ")
}
