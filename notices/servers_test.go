package notices_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// authority is an institution's own, which signs the certificates of its servers.
type authority struct {
	file string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t testing.TB) authority {
	t.Helper()
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	cert := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Autoridad ficticia"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return authority{file, cert, key}
}

// tls is the certificate of a server on loopback.
func (a authority) tls(t testing.TB) *tls.Config {
	t.Helper()
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.cert, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

const (
	account  = "avisos"
	password = "clave-del-servidor-de-correo"
)

// post is a mail server that keeps what it takes.
type post struct {
	t        testing.TB
	addr     string
	server   *smtp.Server
	listener net.Listener
	secure   *tls.Config

	mu      sync.Mutex
	taken   []letter
	rcpt    func(to string) error // refuses a receiver
	data    func() error          // refuses what was sent, after it came whole
	dialled int
	seen    *[]string // the id of all that came, taken or not
}

// letter is a mail as it came.
type letter struct {
	to, id, subject, text string
	header                mail.Header
	raw                   string
}

// newPost starts one that offers STARTTLS.
func newPost(t testing.TB, a authority) *post {
	t.Helper()
	p := &post{t: t, secure: a.tls(t)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = listener.Addr().String()
	p.serve(listener)
	t.Cleanup(p.down)
	return p
}

func (p *post) serve(listener net.Listener) {
	p.listener, p.server = listener, smtp.NewServer(p)
	p.server.Domain, p.server.TLSConfig = "correo.example", p.secure
	p.server.ErrorLog = nowhere{}
	go p.server.Serve(listener)
}

type nowhere struct{}

func (nowhere) Printf(string, ...any) {}
func (nowhere) Println(...any)        {}

// listenTLS is a listener that speaks TLS from the first byte.
func listenTLS(t testing.TB, c *tls.Config) net.Listener {
	t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", c)
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// down stops it, and up starts it again where it was.
func (p *post) down() { p.server.Close(); p.listener.Close() }

func (p *post) up() {
	p.t.Helper()
	listener, err := net.Listen("tcp", p.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	p.serve(listener)
}

func (p *post) refuse(rcpt func(string) error, data func() error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rcpt, p.data = rcpt, data
}

// all is what it has taken.
func (p *post) all() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]letter(nil), p.taken...)
}

func (p *post) dials() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dialled
}

// last is the newest letter, if there are n.
func (p *post) last(n int) letter {
	p.t.Helper()
	all := p.all()
	if len(all) != n {
		p.t.Fatalf("%d letters came, not %d", len(all), n)
	}
	if n == 0 {
		return letter{}
	}
	return all[n-1]
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dialled++
	return &conversation{post: p}, nil
}

// conversation is one session with a node.
type conversation struct {
	*post
	to     string
	signed bool
}

func (c *conversation) AuthMechanisms() []string { return []string{sasl.Plain} }

func (c *conversation) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error {
		if user != account || pass != password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no"}
		}
		c.signed = true
		return nil
	}), nil
}

func (c *conversation) Mail(string, *smtp.MailOptions) error {
	if !c.signed {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (c *conversation) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.mu.Lock()
	refuse := c.rcpt
	c.mu.Unlock()
	c.to = to
	if refuse != nil {
		return refuse(to)
	}
	return nil
}

func (c *conversation) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	l := letter{to: c.to, id: msg.Header.Get("Message-Id"), header: msg.Header, raw: string(raw)}
	l.subject, _ = new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	text, err := io.ReadAll(quotedprintable.NewReader(msg.Body))
	if err != nil {
		return err
	}
	l.text = strings.ReplaceAll(string(text), "\r\n", "\n")
	c.mu.Lock()
	refuse := c.data
	if c.seen != nil {
		*c.seen = append(*c.seen, l.id)
	}
	c.mu.Unlock()
	if refuse != nil {
		if err := refuse(); err != nil {
			return err
		}
	}
	c.mu.Lock()
	c.taken = append(c.taken, l)
	c.mu.Unlock()
	return nil
}

func (c *conversation) Reset()        {}
func (c *conversation) Logout() error { return nil }

// device is a browser that is subscribed: it alone can read what comes for it.
type device struct {
	key  *ecdh.PrivateKey
	auth []byte
}

func newDevice() device {
	key, _ := ecdh.P256().GenerateKey(rand.Reader)
	d := device{key: key, auth: make([]byte, 16)}
	rand.Read(d.auth)
	return d
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// wakened is a push message as its service took it.
type wakened struct {
	path   string
	header http.Header
	body   []byte
}

// alarm is a push service that keeps what it takes.
type alarm struct {
	t       testing.TB
	addr    string
	mu      sync.Mutex
	taken   []wakened
	answers func(path string) (status int, header http.Header)
}

func newAlarm(t testing.TB, a authority) *alarm {
	t.Helper()
	s := &alarm{t: t}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", a.tls(t))
	if err != nil {
		t.Fatal(err)
	}
	s.addr = listener.Addr().String()
	server := &http.Server{Handler: s}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return s
}

func (s *alarm) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	status := http.StatusCreated
	if s.answers != nil {
		var header http.Header
		status, header = s.answers(r.URL.Path)
		for k, v := range header {
			w.Header()[k] = v
		}
	}
	s.taken = append(s.taken, wakened{r.URL.Path, r.Header, body})
	w.WriteHeader(status)
}

func (s *alarm) answer(f func(path string) (int, http.Header)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = f
}

func (s *alarm) all() []wakened {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]wakened(nil), s.taken...)
}

// said is what a push message says to its device.
type said struct{ ID, Text, Path string }

// read opens a message as a browser does, by RFC 8188 and RFC 8291, written here a
// second time so that the node is not its own judge.
func (d device) read(body []byte) (s said, err error) {
	if len(body) < 86 || body[20] != 65 {
		return s, errors.New("no header of RFC 8188 with a key")
	}
	salt, sender := body[:16], body[21:86]
	public, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		return s, err
	}
	shared, err := d.key.ECDH(public)
	if err != nil {
		return s, err
	}
	first, _ := hkdf.Extract(sha256.New, shared, d.auth)
	info := append([]byte("WebPush: info\x00"), d.key.PublicKey().Bytes()...)
	secret, _ := hkdf.Expand(sha256.New, first, string(append(info, sender...)), 32)
	second, _ := hkdf.Extract(sha256.New, secret, salt)
	key, _ := hkdf.Expand(sha256.New, second, "Content-Encoding: aes128gcm\x00", 16)
	nonce, _ := hkdf.Expand(sha256.New, second, "Content-Encoding: nonce\x00", 12)
	block, _ := aes.NewCipher(key)
	aead, _ := cipher.NewGCM(block)
	plain, err := aead.Open(nil, nonce, body[86:], nil)
	if err != nil {
		return s, err
	}
	plain = bytes.TrimRight(plain, "\x00")
	if len(plain) == 0 || plain[len(plain)-1] != 2 {
		return s, errors.New("the record does not end")
	}
	return s, json.Unmarshal(plain[:len(plain)-1], &s)
}
