package notices

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"istmo/fault"
)

// PushServices are whom this node may ask to wake a device. Without a contact it
// asks none.
type PushServices struct {
	Contact string   // "mailto:…" or "https://…": whom a push service may write to (RFC 8292 2.1)
	Hosts   []string // "fcm.googleapis.com", ".push.apple.com" for all below it, "10.0.0.7:8443"
}

// KnownHosts are the push services of the browsers that people use.
var KnownHosts = []string{"fcm.googleapis.com", "updates.push.services.mozilla.com", ".push.apple.com", ".notify.windows.com"}

func (p PushServices) check() error {
	if p.Contact != "" && !strings.HasPrefix(p.Contact, "mailto:") && !strings.HasPrefix(p.Contact, "https://") {
		return fault.Invalid("push_contact", "notices.push-contact")
	}
	return nil
}

// subscription is what a browser gives for waking it.
type subscription struct{ Endpoint, Key, Auth string }

// target is a subscription that was understood.
type target struct {
	address   *url.URL
	key, auth []byte
}

var errSubscription = errors.New("notices: a subscription that cannot be used")

// target reads a subscription, and refuses one at a host that is not listed.
func (s subscription) target(hosts []string) (t target, err error) {
	if t.address, err = url.Parse(s.Endpoint); err != nil || len(s.Endpoint) > 1000 {
		return t, errSubscription
	}
	if t.address.Scheme != "https" || t.address.User != nil || t.address.Fragment != "" || !listed(hosts, t.address) {
		return t, errSubscription
	}
	if t.key, err = base64URL(s.Key); err != nil {
		return t, errSubscription
	}
	if _, err = ecdh.P256().NewPublicKey(t.key); err != nil {
		return t, errSubscription
	}
	if t.auth, err = base64URL(s.Auth); err != nil || len(t.auth) != 16 {
		return t, errSubscription
	}
	return t, nil
}

// listed reports whether the operator lets the node speak with a host. Another
// port than 443 must be listed with it.
func listed(hosts []string, u *url.URL) bool {
	name := strings.ToLower(u.Host)
	if u.Port() == "443" {
		name = strings.ToLower(u.Hostname())
	}
	return slices.ContainsFunc(hosts, func(h string) bool {
		return h == name || strings.HasPrefix(h, ".") && strings.HasSuffix(name, h)
	})
}

// pushClient speaks with listed hosts and nobody else: it follows no redirection,
// and a listed name that leads into a private network is refused, whoever answers
// for the name. A host that is listed by its number is meant as it is. Through a
// proxy that the operator has set it is the proxy that looks the name up.
func pushClient(hosts []string, roots *x509.CertPool) *http.Client {
	guarded := &net.Dialer{Timeout: patience, Control: onlyPublic}
	plain := &net.Dialer{Timeout: patience}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, _ := net.SplitHostPort(address)
		_, numbered := netip.ParseAddr(host)
		if !listed(hosts, &url.URL{Host: strings.TrimSuffix(address, ":443")}) || numbered == nil {
			return plain.DialContext(ctx, network, address) // the proxy, or a number that is listed
		}
		return guarded.DialContext(ctx, network, address)
	}
	return &http.Client{Timeout: 2 * patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: dial, ForceAttemptHTTP2: true,
			TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout: patience, ResponseHeaderTimeout: patience, IdleConnTimeout: time.Minute, DisableCompression: true}}
}

// nowhere are ranges beside those that netip knows which are nobody's on the
// Internet: shared (RFC 6598), benchmarks (2544), protocols (6890), and the ones
// that carry an IPv4 address inside (6052, 3056).
var nowhere = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16")}

// onlyPublic refuses to connect to an address that is not on the Internet.
func onlyPublic(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !public(at.Addr().Unmap()) {
		return errors.New("notices: a push service in a private network")
	}
	return nil
}

func public(a netip.Addr) bool {
	return a.IsGlobalUnicast() && !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast() &&
		!slices.ContainsFunc(nowhere, func(p netip.Prefix) bool { return p.Contains(a) })
}

// push wakes devices, some at a time.
func (s *Sender) push(ctx context.Context, parcels []parcel) error {
	var (
		all  sync.WaitGroup
		turn = make(chan struct{}, 4)
		errs = make([]error, len(parcels))
	)
	for i, p := range parcels {
		turn <- struct{}{}
		all.Go(func() {
			defer func() { <-turn }()
			errs[i] = s.mark(ctx, p, s.rouse(ctx, p))
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// rouse sends one message to its device's push service (RFC 8030).
func (s *Sender) rouse(ctx context.Context, p parcel) verdict {
	to, err := subscription{p.to["endpoint"], p.to["p256dh"], p.to["auth"]}.target(s.o.Push.Hosts)
	if err != nil {
		return verdict{outcome: "never", why: "not-listed"}
	}
	text, _ := json.Marshal(map[string]string{"id": p.ID, "text": p.text, "path": cmp.Or(p.path, root)})
	body, err := sealPush(text, to.key, to.auth)
	if err != nil {
		return verdict{outcome: "never", why: "too-long"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.address.String(), bytes.NewReader(body))
	if err != nil {
		return verdict{outcome: "never", why: "not-listed"}
	}
	if req.Header, err = s.pushHeader(p, to.address); err != nil {
		return verdict{outcome: "later", why: "signing"}
	}
	res, err := s.client.Do(req)
	if err != nil {
		return verdict{outcome: "later", why: "unreachable"} // its words hold the endpoint
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection can be used again
	return heard(res.StatusCode, res.Header.Get("Retry-After"))
}

// pushHeader says how urgent it is, until when it is worth waking anybody, and
// that one of the same topic takes the place of one that still waits there. What
// is urgent is said again by ourselves, so that it need not lie there for long.
func (s *Sender) pushHeader(p parcel, to *url.URL) (http.Header, error) {
	token, err := s.token(to, s.db.Now())
	if err != nil {
		return nil, err
	}
	urgency, ttl := "normal", 24*time.Hour
	if p.Urgent {
		urgency, ttl = "high", time.Hour
	}
	sum := sha256.Sum256([]byte(p.ID))
	return http.Header{"Authorization": {"vapid t=" + token + ", k=" + s.key}, "Content-Encoding": {"aes128gcm"},
		"Content-Type": {"application/octet-stream"}, "Ttl": {strconv.Itoa(int(ttl.Seconds()))}, "Urgency": {urgency},
		"Topic": {base64.RawURLEncoding.EncodeToString(sum[:24])}, "User-Agent": {"istmo"}}, nil
}

// heard reads a push service's answer.
func heard(status int, retry string) verdict {
	v := verdict{why: "http-" + strconv.Itoa(status)}
	switch {
	case status >= 200 && status < 300:
		v.outcome = "sent"
	case status == http.StatusNotFound || status == http.StatusGone:
		v.outcome = "gone"
	case status == http.StatusTooManyRequests || status >= 500:
		v.outcome = "later"
		if seconds, err := strconv.Atoi(retry); err == nil && seconds > 0 {
			v.wait = min(time.Duration(min(seconds, 86400))*time.Second, 4*lastTry)
		}
	default:
		v.outcome = "never"
	}
	return v
}

// vapidKey makes the node's signing key of 48 derived bytes: enough for the number
// to be even over the curve's order (FIPS 186-5 A.2.1).
func vapidKey(seed []byte) *ecdsa.PrivateKey {
	order := new(big.Int).Sub(elliptic.P256().Params().N, big.NewInt(1))
	d := new(big.Int).Mod(new(big.Int).SetBytes(seed), order)
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), d.Add(d, big.NewInt(1)).FillBytes(make([]byte, 32)))
	if err != nil {
		panic("notices: a number between 1 and the order is a key")
	}
	return key
}

// publicKey is the key as browsers and push services want it.
func publicKey(key *ecdsa.PrivateKey) string {
	point, err := key.PublicKey.Bytes()
	if err != nil {
		panic("notices: a key on P-256 has a point")
	}
	return base64.RawURLEncoding.EncodeToString(point)
}

// token is the node's signed word to one push service, for half a day (RFC 8292,
// as a JSON Web Signature by ES256, RFC 7515).
func (s *Sender) token(to *url.URL, now time.Time) (string, error) {
	claims, err := json.Marshal(map[string]any{"aud": to.Scheme + "://" + to.Host, "exp": now.Add(12 * time.Hour).Unix(), "sub": s.o.Push.Contact})
	if err != nil {
		return "", err
	}
	signed := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims)
	sum := sha256.Sum256([]byte(signed))
	r, v, err := ecdsa.Sign(rand.Reader, s.vapid, sum[:])
	if err != nil {
		return "", err
	}
	signature := append(r.FillBytes(make([]byte, 32)), v.FillBytes(make([]byte, 32))...)
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}
