package exchange

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"

	"istmo/fault"
	"istmo/ledger"
	"istmo/store"
	"istmo/testkit/postgres"
)

// taken is the test's own feature: it keeps what was asked of it in rows.
var taken = store.Schema{Feature: "taken", Files: takenFiles}

// site is a node of the test: a real database, real keys, a real listener.
type site struct {
	*Border
	t    testing.TB
	path string
	db   *store.DB
	keys Keys
	net  *http.Server
	skew atomic.Int64
	h    *clerk
}

// clerk is a handler that keeps every delivery as a row, and fails as its verb says.
type clerk struct {
	sick atomic.Bool // fails inside
}

func (c *clerk) Handle(tx *store.Tx, d Delivery) error {
	if _, err := tx.Exec(`INSERT INTO taken (n, id, sender, verb, about, body) SELECT COALESCE(MAX(n), 0) + 1, $1, $2, $3, $4, $5 FROM taken`, d.ID, d.From, d.Verb, d.About, d.Body); err != nil {
		return err
	}
	switch {
	case d.Verb == "test.refuse":
		return fault.Conflict("test.not-so").With("Name", "a value that must not travel")
	case d.Verb == "test.unavailable":
		return fault.Unavailable("test.later")
	case c.sick.Load():
		return fmt.Errorf("the disk is on fire")
	case d.Verb == "test.climb":
		return Climb(tx, d.ID, Opened)
	case d.Verb == "test.answer":
		_, err := Post(tx, Message{To: d.From, Verb: "test.reply", About: d.About, Body: d.Body})
		return err
	}
	return nil
}

// snapshot copies a database as it stands, through SQLite, under the same key.
func snapshot(t testing.TB, from, to string) error {
	t.Helper()
	db, err := driver.Open("file:"+from+"?vfs=adiantum", func(c *sqlite3.Conn) error {
		return c.Exec("PRAGMA hexkey='" + strings.Repeat("00", 32) + "'")
	})
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "VACUUM INTO 'file:"+to+"?vfs=adiantum&hexkey="+strings.Repeat("00", 32)+"'")
	return err
}

func secret(name string) func(string, int) []byte {
	return func(label string, n int) []byte {
		k, err := hkdf.Key(sha256.New, []byte(name), nil, label, n)
		if err != nil {
			panic(err)
		}
		return k
	}
}

func keysOf(t testing.TB, name string) Keys {
	t.Helper()
	k, err := KeysFrom(secret(name))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// newSite makes a node that listens, or one that only dials out.
// Its keys are made of secret, or of its name.
func newSite(t testing.TB, node string, listens bool, o Options, secret ...string) *site {
	t.Helper()
	address := ""
	if listens {
		address = "https://127.0.0.1:0"
	}
	return openSite(t, filepath.Join(t.TempDir(), "node.db"), node, address, o, secret...)
}

func openSite(t testing.TB, path, node, address string, o Options, secret ...string) *site {
	t.Helper()
	s := &site{t: t, path: path, keys: keysOf(t, append(secret, node)[0]), h: &clerk{}}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	var err error
	where := store.Options{Path: path, Key: make([]byte, 32), Clock: func() time.Time { return time.Now().Add(time.Duration(s.skew.Load())) }}
	if dsn, ok := strings.CutPrefix(path, "dsn:"); ok {
		where.Path, where.Key, where.DSN = "", nil, dsn
	}
	s.db, err = store.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.db.Close() })
	if err := s.db.Migrate(t.Context(), ledger.Schema, Schema, taken); err != nil {
		t.Fatal(err)
	}
	ledger.Bind(s.db, ledger.Signer{Node: node, Key: s.keys.Sign})
	var l net.Listener
	if address != "" {
		if l, err = net.Listen("tcp", strings.TrimPrefix(address, "https://")); err != nil {
			t.Fatal(err)
		}
		address = "https://" + l.Addr().String()
	}
	card, err := Issue(s.keys, node, node[:2], "Nodo de prueba "+node, address, s.db.Now())
	if err != nil {
		t.Fatal(err)
	}
	if s.Border, err = New(s.db, s.keys, card, s.h, o); err != nil {
		t.Fatal(err)
	}
	if address != "" {
		s.net = &http.Server{Handler: s.Border, TLSConfig: s.TLSConfig(), ErrorLog: log.New(io.Discard, "", 0)}
		go s.net.ServeTLS(l, "", "")
		t.Cleanup(func() { s.net.Close() })
	}
	return s
}

func (s *site) write(fn func(tx *store.Tx) error) {
	s.t.Helper()
	if err := s.db.Write(s.t.Context(), fn); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) read(fn func(tx *store.Tx) error) {
	s.t.Helper()
	if err := s.db.Read(s.t.Context(), fn); err != nil {
		s.t.Fatal(err)
	}
}

func pair(t testing.TB, a, b *site) {
	t.Helper()
	f := Fingerprint(a.Card(), b.Card())
	a.write(func(tx *store.Tx) error { return AddPartner(tx, b.Card(), f) })
	b.write(func(tx *store.Tx) error { return AddPartner(tx, a.Card(), f) })
}

func (s *site) post(to, verb, about string, body string) string {
	s.t.Helper()
	var id string
	s.write(func(tx *store.Tx) (err error) {
		id, err = Post(tx, Message{To: to, Agreement: "agr_1", Purpose: "protection", Verb: verb, About: about, Body: []byte(body)})
		return err
	})
	return id
}

func (s *site) sync(to string) int {
	s.t.Helper()
	n, err := s.SyncNow(context.Background(), to)
	if err != nil {
		s.t.Fatalf("%s → %s: %v", s.self.Node, to, err)
	}
	return n
}

// bodies is what the site has taken in, in order.
func (s *site) bodies() string {
	s.t.Helper()
	var all [][]byte
	s.read(func(tx *store.Tx) (err error) {
		all, err = store.All(tx, store.Value[[]byte], `SELECT body FROM taken ORDER BY n`)
		return err
	})
	return string(bytes.Join(all, []byte(" ")))
}

// ladder is the rungs that a site has for an object, in order.
func (s *site) ladder(about string) string {
	s.t.Helper()
	var words []string
	s.read(func(tx *store.Tx) error {
		all, err := Ladder(tx, about)
		for _, r := range all {
			word := string(r.Rung)
			if r.Rung == Refused {
				word += ":" + r.Kind + ":" + r.Key
			}
			words = append(words, word)
		}
		return err
	})
	return strings.Join(words, " ")
}

func want(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestThereAndBack(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	pa.post("CO", "test.take", "ref_1", "one")
	pa.post("CO", "test.answer", "ref_1", "two")
	pa.post("CO", "test.refuse", "ref_2", "three")
	if n := pa.sync("CO"); n != 4 {
		t.Errorf("moved %d", n)
	}
	want(t, "Colombia took", co.bodies(), "one two")
	want(t, "Panama took", pa.bodies(), "two")
	want(t, "ladder 1", pa.ladder("ref_1"), "delivered delivered")
	want(t, "ladder 2", pa.ladder("ref_2"), "refused:conflict:test.not-so")
	want(t, "Colombia's ladder", co.ladder("ref_1"), "delivered")
	pa.post("CO", "test.take", "ref_3", "")
	pa.sync("CO")
	want(t, "an empty body is a body", pa.ladder("ref_3"), "delivered")
}

// TestPostgres walks every statement of the exchange on the other database.
func TestPostgres(t *testing.T) {
	pa := openSite(t, "dsn:"+postgres.DSN(t), "PA", "https://127.0.0.1:0", Options{BatchCount: 2, Gate: closedGate{}})
	co := openSite(t, "dsn:"+postgres.DSN(t), "CO", "", Options{})
	pair(t, pa, co)
	for i, verb := range []string{"test.take", "test.answer", "test.refuse", "test.climb"} {
		pa.post("CO", verb, "ref_1", fmt.Sprint(i))
	}
	pa.post("CO", "test.take", "ref_ended", "never")
	lost := pa.says("CO")
	pa.post("CO", "test.take", "ref_2", "recalled")
	pa.write(func(tx *store.Tx) error {
		_, err := Recall(tx, "ref_2")
		return err
	})
	early := pa.says("CO")
	early.Envelopes = early.Envelopes[1:]
	early.sign(pa.keys.Sign)
	for _, b := range []*Bundle{early, lost, early} {
		if _, err := co.hears(b); err != nil {
			t.Fatal(err)
		}
	}
	co.sync("PA")
	want(t, "Colombia took", co.bodies(), "0 1 3")
	want(t, "Panama took", pa.bodies(), "1")
	want(t, "ladder", pa.ladder("ref_1"), "delivered delivered refused:conflict:test.not-so delivered opened")
	if h := pa.partner("CO"); h.Queue != 0 || h.Trouble != "" || h.LastReceipt.IsZero() || h.Agreed == 0 {
		t.Errorf("health %+v", h)
	}
	if len(pa.proofs(lost.Envelopes[0].ID)) != 1 || len(co.proofs(lost.Envelopes[0].ID)) != 1 {
		t.Error("no proofs")
	}
	pa.write(func(tx *store.Tx) error { // as after a restored backup
		p, err := active(tx, "CO")
		if err != nil {
			return err
		}
		return errors.Join(p.renumberReceipts(tx, 0, 2), p.adopt(tx, Heard{}), Suspend(tx, "CO"), RemovePartner(tx, "CO"))
	})
	card, err := Issue(keysOf(t, "another"), "CO", "CO", "rebuilt", "", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	pa.write(func(tx *store.Tx) error { return AddPartner(tx, card, Fingerprint(pa.Card(), card)) })
	pa.says("CO")
}
