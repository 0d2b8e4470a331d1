package people

import (
	"context"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// How long a session lasts unless the node says otherwise.
const (
	DefaultIdle     = 30 * time.Minute
	DefaultAbsolute = 12 * time.Hour
)

// Settings are what a node decides about its gate.
type Settings struct {
	Node     string        // "PA"
	Site     string        // the address people open, "https://istmo.example"; its host is what passkeys are bound to
	Idle     time.Duration // a session ends when unused for so long; 0 is DefaultIdle
	Absolute time.Duration // and in any case after so long; 0 is DefaultAbsolute
	Secret   []byte        // 32 bytes of the node's own, the same after a restart

	// Record keeps a deed at the gate: the verb ("people.sign-in"), the account
	// it is about or "" if there is none, and "done" or "refused:" and a kind of fault.
	Record func(tx *store.Tx, verb, object, outcome string) error
}

// Gate is where people come in. What takes long, such as stretching a password,
// it does outside the database's one writer.
type Gate struct {
	db       *store.DB
	settings Settings
	passkeys *webauthn.WebAuthn
	stretch  stretcher
	salt     []byte      // of network addresses
	sealer   cipher.AEAD // of ceremonies
}

type gateKey struct{}

// NewGate opens the gate of a node, and lets every transaction of db know which
// node its users belong to.
func NewGate(db *store.DB, s Settings) (*Gate, error) {
	if s.Idle == 0 {
		s.Idle = DefaultIdle
	}
	if s.Absolute == 0 {
		s.Absolute = DefaultAbsolute
	}
	if s.Record == nil || len(s.Secret) < 32 {
		return nil, errors.New("people: a gate needs a record, and a secret of 32 bytes")
	}
	host, origin, err := passkeySite(s.Site)
	if err != nil {
		return nil, err
	}
	passkeys, err := webauthn.New(&webauthn.Config{RPID: host, RPDisplayName: "istmo " + s.Node, RPOrigins: []string{origin}})
	if err != nil {
		return nil, fault.Internal("people: passkeys", err)
	}
	sealer, err := newSealer(derive(s.Secret, "people/ceremony"))
	if err != nil {
		return nil, err
	}
	g := &Gate{db, s, passkeys, newStretcher(), derive(s.Secret, "people/source"), sealer}
	db.Bind(gateKey{}, g)
	return g, nil
}

// derive makes a key of its own for each use of the secret.
func derive(secret []byte, use string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(use))
	return mac.Sum(nil)
}

// passkeySite is the host and the origin that passkeys are bound to. They
// cannot be bound to an address in numbers, so a node on loopback is "localhost".
func passkeySite(site string) (host, origin string, err error) {
	u, err := url.Parse(site)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", "", errors.New("people: the site is not a web address such as https://istmo.example")
	}
	host = u.Hostname()
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsLoopback() {
		host = "localhost"
	}
	origin = u.Scheme + "://" + host
	if u.Port() != "" {
		origin += ":" + u.Port()
	}
	return host, origin, nil
}

// Node names the node that the gate belongs to.
func (g *Gate) Node() string { return g.settings.Node }

// Secure reports whether the site is reached over TLS.
func (g *Gate) Secure() bool { return g.passkeys.Config.RPOrigins[0][:6] == "https:" }

// node is the node whose database tx is in.
func node(tx *store.Tx) (string, error) {
	g, ok := tx.Bound(gateKey{}).(*Gate)
	if !ok {
		return "", errors.New("people: no gate has been opened on this database")
	}
	return g.settings.Node, nil
}

// Client is what is known of the other end of a request.
type Client struct {
	Address string // the network address, without a port
	Agent   string // the User-Agent header
	Device  string // what an earlier Entry gave the browser to keep, or empty
}

// Entry is an open door: what the browser is given to keep.
type Entry struct {
	Who     access.Who
	Token   string // of the session, 256 bits
	Device  string // tells the browser from a stranger's at the next sign-in
	Expires time.Time
}

// The outcomes that Record is given.
const (
	done        = "done"
	notFound    = "refused:not-found"
	denied      = "refused:denied"
	conflict    = "refused:conflict"
	unavailable = "refused:unavailable"
)

// pass runs fn in the one writer. fn answers with an outcome: if it is a
// refusal the rows stand, because they hold the count and the record of it,
// and refusal is what pass returns.
func (g *Gate) pass(ctx context.Context, refusal error, fn func(tx *store.Tx) (outcome string, err error)) error {
	var outcome string
	err := g.db.Write(ctx, func(tx *store.Tx) (err error) {
		outcome, err = fn(tx)
		return err
	})
	if err == nil && outcome != done {
		return refusal
	}
	return err
}
