package people_test

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/fault"
	"istmo/store"
	"istmo/testkit/postgres"
	"istmo/vault"
)

// house is a node's gate on a real database. The file is not encrypted as a
// whole, so that what people itself seals is what is tested.
type house struct {
	t    *testing.T
	db   *store.DB
	gate *people.Gate
	path string
	now  time.Time
	deed []string // "verb object outcome", in order
}

const goodPassword = "siete garzas al alba"

// stretched is goodPassword, stretched once for all tests.
var stretched = sync.OnceValues(func() (people.Password, error) { return people.NewPassword(goodPassword) })

func newHouse(t *testing.T) *house {
	t.Helper()
	return openHouse(t, store.Options{Path: filepath.Join(t.TempDir(), "node.db")})
}

func openHouse(t *testing.T, o store.Options) *house {
	t.Helper()
	h := &house{t: t, path: o.Path, now: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)}
	o.Clock = func() time.Time { return h.now }
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context(), vault.Schema, people.Schema); err != nil {
		t.Fatal(err)
	}
	h.db = db
	newVault(t).Bind(db)
	h.gate, err = people.NewGate(db, people.Settings{Node: "PA", Site: "http://127.0.0.1:8401", Secret: make([]byte, 32), Record: h.record})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func newVault(t *testing.T) *vault.Vault {
	t.Helper()
	outside := filepath.Join(t.TempDir(), "unlock")
	if err := os.WriteFile(outside, []byte(strings.Repeat("long passphrase ", 3)), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := vault.CreateMaster(filepath.Join(t.TempDir(), "node.key"), vault.Unlock{PassphraseFile: outside})
	if err != nil {
		t.Fatal(err)
	}
	return vault.New(m)
}

func (h *house) record(_ *store.Tx, verb, object, outcome string) error {
	h.deed = append(h.deed, verb+" "+object+" "+outcome)
	return nil
}

func (h *house) lastDeed() string {
	if len(h.deed) == 0 {
		return ""
	}
	return h.deed[len(h.deed)-1]
}

func (h *house) write(fn func(*store.Tx) error) error {
	h.t.Helper()
	return h.db.Write(context.Background(), fn)
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) tick(d time.Duration) { h.now = h.now.Add(d) }

// command is what people's commands have in common.
type command[O access.Object] interface {
	Find(*store.Tx, access.Who) (O, error)
	Do(*store.Tx, access.Who, O) error
}

// do carries a command out as the engine does, without policy and ledger.
func do[O access.Object](h *house, who access.Who, c command[O]) (o O, err error) {
	h.t.Helper()
	err = h.write(func(tx *store.Tx) (err error) {
		if o, err = c.Find(tx, who); err != nil {
			return err
		}
		return c.Do(tx, who, o)
	})
	return o, err
}

func (h *house) agency() people.Agency {
	h.t.Helper()
	code := "A" + strings.ToUpper(rand.Text()[:6])
	a, err := do(h, access.Who{}, people.AddAgency{Code: code, Name: "Servicio de Migración", Kind: "migration", Place: "Lajas Blancas"})
	h.must(err)
	return a
}

// user is an account that can sign in, with the secret of its one-time codes.
func (h *house) user(name string, roles ...string) (people.User, string) {
	h.t.Helper()
	u := h.newcomer(name, roles...)
	p, err := stretched()
	h.must(err)
	var secret string
	h.must(h.write(func(tx *store.Tx) error {
		if err := people.SetPassword(tx, u.ID, p); err != nil {
			return err
		}
		secret, err = people.EnrolTOTP(tx, u.ID)
		return err
	}))
	return u, secret
}

// newcomer is an account that has not enrolled.
func (h *house) newcomer(name string, roles ...string) people.User {
	h.t.Helper()
	if roles == nil {
		roles = []string{"case-worker"}
	}
	u, err := do(h, access.Who{}, people.AddUser{Name: name, Agency: h.agency().ID, Roles: roles, Lang: "es", FullName: "Nombre Canario", Email: "canario@example.org"})
	h.must(err)
	return u
}

func (h *house) invite(user string) string {
	h.t.Helper()
	var code string
	h.must(h.write(func(tx *store.Tx) (err error) {
		code, err = people.NewInvite(tx, user)
		return err
	}))
	return code
}

func (h *house) code(secret string) string {
	h.t.Helper()
	code, err := people.TOTPCode(secret, h.now)
	h.must(err)
	return code
}

var somewhere = people.Client{Address: "192.0.2.7", Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}

func (h *house) signIn(name, password, code string, from people.Client) (people.Entry, error) {
	return h.gate.SignIn(context.Background(), people.Attempt{Name: name, Password: password, Code: code, From: from})
}

func (h *house) enter(token string) error {
	_, _, err := h.gate.Enter(context.Background(), token)
	return err
}

func (h *house) find(user string) people.User {
	h.t.Helper()
	var u people.User
	h.must(h.db.Read(context.Background(), func(tx *store.Tx) (err error) {
		u, err = people.FindUser(tx, user)
		return err
	}))
	return u
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("got %v, want a fault that is %v", err, kind)
	}
}

func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	keys := []string{}
	for _, f := range fault.All(err) {
		keys = append(keys, f.Key)
	}
	if !slices.Contains(keys, key) {
		t.Errorf("got %v, want the fault %s", err, key)
	}
}

func TestSignInAndOut(t *testing.T) {
	h := newHouse(t)
	u, secret := h.user("officer@snm.pa", "field-officer", "case-worker")
	e, err := h.signIn(" Officer@SNM.pa ", goodPassword, h.code(secret), somewhere)
	h.must(err)
	want := access.Who{Kind: access.User, ID: u.ID, Node: "PA", Agency: u.Agency, Roles: []access.Role{"case-worker", "field-officer"}, Lang: "es"}
	who, s, err := h.gate.Enter(t.Context(), e.Token)
	h.must(err)
	if who.Actor() != want.Actor() || who.Agency != want.Agency || !slices.Equal(who.Roles, want.Roles) || who.Node != "PA" || who.Lang != "es" {
		t.Errorf("signed in as %+v", who)
	}
	if s.Agent != "Firefox, Linux" {
		t.Errorf("the browser is called %q", s.Agent)
	}
	if h.lastDeed() != "people.sign-in "+u.ID+" done" {
		t.Errorf("recorded %q", h.lastDeed())
	}
	h.must(h.gate.SignOut(t.Context(), e.Token))
	wantKind(t, h.enter(e.Token), fault.KindNotFound)
	if h.lastDeed() != "people.sign-out "+u.ID+" done" {
		t.Errorf("recorded %q", h.lastDeed())
	}
	h.must(h.gate.SignOut(t.Context(), e.Token))
}

// Whatever is wrong, the answer is the same, and the ledger alone knows more.
func TestSameAnswer(t *testing.T) {
	h := newHouse(t)
	u, secret := h.user("ana.solis")
	off, offSecret := h.user("disabled.one")
	_, err := do(h, access.Who{}, people.DisableUser{User: off.ID})
	h.must(err)
	invited := h.newcomer("not.enrolled")
	for _, c := range []struct{ name, user, password, code, outcome string }{
		{"unknown name", "nobody.here", goodPassword, h.code(secret), " refused:not-found"},
		{"wrong password", "ana.solis", "siete garzas al albaA", h.code(secret), u.ID + " refused:denied"},
		{"wrong code", "ana.solis", goodPassword, "000000", u.ID + " refused:denied"},
		{"no code", "ana.solis", goodPassword, "", u.ID + " refused:denied"},
		{"disabled", "disabled.one", goodPassword, h.code(offSecret), off.ID + " refused:conflict"},
		{"not enrolled", "not.enrolled", "", "", invited.ID + " refused:denied"},
	} {
		e, err := h.signIn(c.user, c.password, c.code, somewhere)
		if err == nil || err.Error() != "invalid: people.sign-in-refused (name)" || e.Token != "" {
			t.Errorf("%s: answered %v", c.name, err)
		}
		if h.lastDeed() != "people.sign-in "+c.outcome {
			t.Errorf("%s: recorded %q", c.name, h.lastDeed())
		}
	}
}

func TestTOTPReplay(t *testing.T) {
	h := newHouse(t)
	_, secret := h.user("ana.solis")
	code := h.code(secret)
	_, err := h.signIn("ana.solis", goodPassword, code, somewhere)
	h.must(err)
	_, err = h.signIn("ana.solis", goodPassword, code, somewhere)
	wantKey(t, err, "people.sign-in-refused")
	h.tick(30 * time.Second) // the earlier code would still be within the drift
	_, err = h.signIn("ana.solis", goodPassword, code, somewhere)
	wantKey(t, err, "people.sign-in-refused")
	next := h.code(secret)
	h.tick(30 * time.Second) // a phone that is one step behind
	_, err = h.signIn("ana.solis", goodPassword, next, somewhere)
	h.must(err)
	late := h.code(secret)
	h.tick(90 * time.Second) // three steps behind
	_, err = h.signIn("ana.solis", goodPassword, late, somewhere)
	wantKey(t, err, "people.sign-in-refused")
}

// A wrong password does not use the code up.
func TestCodeIsSpentLast(t *testing.T) {
	h := newHouse(t)
	_, secret := h.user("ana.solis")
	code := h.code(secret)
	_, err := h.signIn("ana.solis", "no es esta clave", code, somewhere)
	wantKey(t, err, "people.sign-in-refused")
	_, err = h.signIn("ana.solis", goodPassword, code, somewhere)
	h.must(err)
}

// A password that changes while an attempt with the old one is under way: the
// attempt has read the old one, and is judged after the change.
func TestPasswordChangesMeanwhile(t *testing.T) {
	h := newHouse(t)
	u, secret := h.user("ana.solis")
	p, err := people.NewPassword("nueve garzas al alba")
	h.must(err)
	code, answer := h.code(secret), make(chan error, 1)
	h.must(h.write(func(tx *store.Tx) error { // holds the one writer
		go func() {
			_, err := h.signIn("ana.solis", goodPassword, code, somewhere)
			answer <- err
		}()
		time.Sleep(time.Second) // to read; one that comes later is refused all the more
		return people.SetPassword(tx, u.ID, p)
	}))
	wantKey(t, <-answer, "people.sign-in-refused")
}

func TestLockOutAndRecovery(t *testing.T) {
	h := newHouse(t)
	u, secret := h.user("ana.solis")
	for range 5 {
		_, err := h.signIn("ana.solis", "no es esta clave", "", somewhere)
		wantKey(t, err, "people.sign-in-refused")
	}
	_, err := h.signIn("ana.solis", goodPassword, h.code(secret), somewhere)
	wantKey(t, err, "people.sign-in-refused")
	if h.lastDeed() != "people.sign-in "+u.ID+" refused:unavailable" {
		t.Errorf("recorded %q", h.lastDeed())
	}
	h.tick(6 * time.Second)
	_, err = h.signIn("ana.solis", goodPassword, h.code(secret), somewhere)
	h.must(err)
}

// An outsider who never stops keeps nobody out: the wait has a ceiling, trying
// while it runs does not prolong it, and the owner's own browser has its own.
func TestOutsiderCannotShutOut(t *testing.T) {
	h := newHouse(t)
	_, secret := h.user("ana.solis")
	e, err := h.signIn("ana.solis", goodPassword, h.code(secret), somewhere)
	h.must(err)
	for i := range 14 {
		outside := people.Client{Address: "198.51.100." + string(rune('a'+i))}
		_, err := h.signIn("ana.solis", "guess number one", "", outside)
		wantKey(t, err, "people.sign-in-refused")
		if i < 13 {
			h.tick(10 * time.Minute) // so that each attempt counts
		}
	}
	home := somewhere
	home.Device = e.Device
	_, err = h.signIn("ana.solis", goodPassword, h.code(secret), home)
	h.must(err)
	h.tick(5*time.Minute + time.Second)
	_, err = h.signIn("ana.solis", goodPassword, h.code(secret), people.Client{Address: "203.0.113.9"})
	h.must(err)
}

// A stranger's browser cannot pass for a known one.
func TestDeviceIsTheOwners(t *testing.T) {
	h := newHouse(t)
	_, secret := h.user("ana.solis")
	h.user("otro.colega")
	e, err := h.signIn("ana.solis", goodPassword, h.code(secret), somewhere)
	h.must(err)
	from := people.Client{Address: "198.51.100.1", Device: e.Device}
	for range 5 {
		h.signIn("otro.colega", "guess number one", "", from)
	}
	h.signIn("otro.colega", "guess number one", "", people.Client{Address: "198.51.100.2"})
	if !strings.HasSuffix(h.lastDeed(), "refused:unavailable") {
		t.Errorf("ana's browser had a wait of its own for another account: %q", h.lastDeed())
	}
}

func TestSourceWaits(t *testing.T) {
	h := newHouse(t)
	_, secret := h.user("ana.solis")
	for i := range 30 {
		_, err := h.gate.OpenInvite(t.Context(), "WRONG-CODE", people.Client{Address: "2001:db8::" + string(rune('a'+i%6))})
		wantKey(t, err, "people.invite-refused")
	}
	before := len(h.deed)
	_, err := h.signIn("ana.solis", goodPassword, h.code(secret), people.Client{Address: "2001:db8::1"})
	wantKey(t, err, "people.sign-in-wait")
	_, err = h.signIn("nobody", goodPassword, h.code(secret), people.Client{Address: "2001:db8::1"})
	wantKey(t, err, "people.sign-in-wait")
	_, err = h.gate.OpenInvite(t.Context(), "WRONG-CODE", people.Client{Address: "2001:db8::1"})
	wantKey(t, err, "people.sign-in-wait")
	if len(h.deed) != before {
		t.Error("what comes while an address waits was looked at")
	}
	_, err = h.signIn("ana.solis", goodPassword, h.code(secret), people.Client{Address: "2001:db8:0:1::1"})
	h.must(err)
	h.tick(6 * time.Second)
	h.tick(30 * time.Second)
	_, err = h.signIn("ana.solis", goodPassword, h.code(secret), people.Client{Address: "2001:db8::1"})
	h.must(err)
}

func TestSessionEnds(t *testing.T) {
	h := newHouse(t)
	u, secret := h.user("ana.solis")
	open := func() string {
		h.tick(time.Minute)
		e, err := h.signIn("ana.solis", goodPassword, h.code(secret), somewhere)
		h.must(err)
		return e.Token
	}
	idle := open()
	h.tick(29 * time.Minute)
	h.must(h.enter(idle))
	h.tick(29 * time.Minute)
	h.must(h.enter(idle))
	h.tick(30 * time.Minute)
	wantKind(t, h.enter(idle), fault.KindNotFound)

	long := open()
	for range 12*60/20 - 1 {
		h.tick(20 * time.Minute)
		h.must(h.enter(long))
	}
	h.tick(20 * time.Minute)
	wantKind(t, h.enter(long), fault.KindNotFound)

	live := open()
	_, err := do(h, access.Who{}, people.DisableUser{User: u.ID})
	h.must(err)
	wantKind(t, h.enter(live), fault.KindNotFound)
	wantKind(t, h.enter(""), fault.KindNotFound)
	_, err = do(h, access.Who{}, people.EnableUser{User: u.ID})
	h.must(err)
	wantKind(t, h.enter(live), fault.KindNotFound)
	h.must(h.enter(open()))
}

func TestRolesChangeAtOnce(t *testing.T) {
	h := newHouse(t)
	u, secret := h.user("ana.solis")
	e, err := h.signIn("ana.solis", goodPassword, h.code(secret), somewhere)
	h.must(err)
	_, err = do(h, access.Who{Kind: access.User, ID: "usr_admin"}, people.ChangeRoles{User: u.ID, Roles: []string{"analyst"}})
	h.must(err)
	who, _, err := h.gate.Enter(t.Context(), e.Token)
	h.must(err)
	if !slices.Equal(who.Roles, []access.Role{access.Analyst}) {
		t.Errorf("an open session still has %v", who.Roles)
	}
}

func TestEndSession(t *testing.T) {
	h := newHouse(t)
	u, secret := h.user("ana.solis")
	first, err := h.signIn("ana.solis", goodPassword, h.code(secret), somewhere)
	h.must(err)
	h.tick(time.Minute)
	second, err := h.signIn("ana.solis", goodPassword, h.code(secret), people.Client{Address: "192.0.2.8", Agent: "Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36"})
	h.must(err)
	var open []people.Session
	h.must(h.db.Read(t.Context(), func(tx *store.Tx) (err error) {
		open, err = people.Sessions(tx, u.ID)
		return err
	}))
	if len(open) != 2 || open[0].Agent != "Chrome, Android" {
		t.Fatalf("open sessions: %+v", open)
	}
	_, err = do(h, access.Who{ID: "usr_somebody_else"}, people.EndSession{Session: open[1].ID})
	wantKind(t, err, fault.KindNotFound)
	_, err = do(h, second.Who, people.EndSession{Session: open[1].ID})
	h.must(err)
	wantKind(t, h.enter(first.Token), fault.KindNotFound)
	h.must(h.enter(second.Token))
}

func TestTokens(t *testing.T) {
	h := newHouse(t)
	u, _ := h.user("ana.solis")
	who := access.Who{Kind: access.User, ID: u.ID}
	issue := func(scope ...string) (people.Token, string) {
		tok, err := do(h, who, people.IssueToken{Name: "nightly-export", Scope: scope, Expires: h.now.Add(48 * time.Hour)})
		h.must(err)
		var bearer string
		h.must(h.write(func(tx *store.Tx) (err error) {
			bearer, err = people.NewBearer(tx, tok.ID)
			return err
		}))
		return tok, bearer
	}
	tok, bearer := issue("referrals.accept", "cases.*")
	wantKey(t, h.write(func(tx *store.Tx) error { _, err := people.NewBearer(tx, tok.ID); return err }), "people.shown-once")
	got, scope, err := h.gate.Bearer(t.Context(), bearer)
	h.must(err)
	if got.ID != u.ID {
		t.Errorf("the token stands for %s", got.ID)
	}
	for verb, want := range map[access.Verb]bool{"referrals.accept": true, "referrals.decline": false, "cases.open": true,
		"casesx.open": false, "people.issue-token": false} {
		if scope.Allows(verb) != want {
			t.Errorf("scope %v allows %s: %v", scope, verb, !want)
		}
	}
	wide := people.Scope{"people.*", "people.issue-token", "people.show-token"}
	if wide.Allows("people.issue-token") || wide.Allows("people.show-token") {
		t.Error("a token can make tokens")
	}
	for _, wrong := range []string{"", "istmo_", bearer + "x", "istmo_wrong"} {
		_, _, err := h.gate.Bearer(t.Context(), wrong)
		wantKind(t, err, fault.KindNotFound)
	}
	h.tick(48 * time.Hour)
	_, _, err = h.gate.Bearer(t.Context(), bearer)
	wantKind(t, err, fault.KindNotFound)

	revoked, bearer := issue("cases.*")
	_, err = do(h, access.Who{ID: "usr_somebody_else"}, people.RevokeToken{Token: revoked.ID})
	wantKind(t, err, fault.KindNotFound)
	_, err = do(h, who, people.RevokeToken{Token: revoked.ID})
	h.must(err)
	_, _, err = h.gate.Bearer(t.Context(), bearer)
	wantKind(t, err, fault.KindNotFound)

	_, bearer = issue("cases.*")
	_, err = do(h, access.Who{}, people.DisableUser{User: u.ID})
	h.must(err)
	_, err = do(h, access.Who{}, people.EnableUser{User: u.ID})
	h.must(err)
	_, _, err = h.gate.Bearer(t.Context(), bearer)
	wantKind(t, err, fault.KindNotFound)
}

// The secret of a token is for whoever it stands for, even while it is unseen.
func TestShowTokenIsOnesOwn(t *testing.T) {
	h := newHouse(t)
	u, _ := h.user("ana.solis")
	tok, err := do(h, access.Who{Kind: access.User, ID: u.ID}, people.IssueToken{Name: "export", Scope: []string{"cases.*"}, Expires: h.now.Add(time.Hour)})
	h.must(err)
	for _, who := range []access.Who{{ID: "usr_somebody_else"}, {ID: "usr_admin", Roles: []access.Role{access.Administrator}}} {
		wantKind(t, h.write(func(tx *store.Tx) error { _, err := people.ShowToken{Token: tok.ID}.Find(tx, who); return err }), fault.KindNotFound)
	}
}

func TestTokenFaults(t *testing.T) {
	h := newHouse(t)
	good := people.IssueToken{Name: "export", Scope: []string{"cases.*"}, Expires: h.now.Add(time.Hour)}
	for key, spoil := range map[string]func(*people.IssueToken){
		"people.token-name":       func(c *people.IssueToken) { c.Name = "Fulana de Tal" },
		"people.token-scope-none": func(c *people.IssueToken) { c.Scope = nil },
		"people.token-scope":      func(c *people.IssueToken) { c.Scope = []string{"*"} },
		"people.token-past":       func(c *people.IssueToken) { c.Expires = h.now },
		"people.token-long":       func(c *people.IssueToken) { c.Expires = h.now.AddDate(2, 0, 0) },
	} {
		c := good
		spoil(&c)
		_, err := do(h, access.Who{ID: "usr_x"}, c)
		wantKey(t, err, key)
	}
}

func TestEnrolByPassword(t *testing.T) {
	h := newHouse(t)
	u := h.newcomer("ana.solis")
	code := h.invite(u.ID)
	wantKey(t, h.write(func(tx *store.Tx) error { _, err := people.NewInvite(tx, u.ID); return err }), "people.shown-once")
	e, err := h.gate.OpenInvite(t.Context(), strings.ToLower(strings.ReplaceAll(code, "-", " ")), somewhere)
	h.must(err)
	wantKind(t, h.enter(e.Token), fault.KindNotFound) // an enrolment is no session for work
	en, err := h.gate.Enrolment(t.Context(), e.Token)
	h.must(err)
	if en.Name != "ana.solis" || !strings.Contains(en.Address, en.Secret) || !strings.HasPrefix(en.Address, "otpauth://totp/istmo%20PA:ana.solis?") {
		t.Errorf("enrolment: %+v", en)
	}
	_, err = h.gate.EnrolPassword(t.Context(), e.Token, goodPassword, "000000", somewhere)
	wantKey(t, err, "people.code-wrong")
	_, err = h.gate.EnrolPassword(t.Context(), e.Token, "corta", h.code(en.Secret), somewhere)
	wantKey(t, err, "people.password-short")
	got, err := h.gate.EnrolPassword(t.Context(), e.Token, goodPassword, h.code(en.Secret), somewhere)
	h.must(err)
	if len(got.Codes) != 8 || h.find(u.ID).MustEnrol || h.lastDeed() != "people.enrol "+u.ID+" done" {
		t.Errorf("enrolled with %d codes, must enrol %v, recorded %q", len(got.Codes), h.find(u.ID).MustEnrol, h.lastDeed())
	}
	h.must(h.enter(got.Token))
	_, err = h.gate.Enrolment(t.Context(), e.Token)
	wantKind(t, err, fault.KindNotFound)
	_, err = h.gate.OpenInvite(t.Context(), code, somewhere)
	wantKey(t, err, "people.invite-refused")
	_, err = h.signIn("ana.solis", goodPassword, h.code(en.Secret), somewhere)
	wantKey(t, err, "people.sign-in-refused") // the code that enrolled is spent
	h.tick(30 * time.Second)
	_, err = h.signIn("ana.solis", goodPassword, h.code(en.Secret), somewhere)
	h.must(err)
}

func TestInviteExpires(t *testing.T) {
	h := newHouse(t)
	u := h.newcomer("ana.solis")
	code := h.invite(u.ID)
	e, err := h.gate.OpenInvite(t.Context(), code, somewhere)
	h.must(err)
	h.tick(31 * time.Minute)
	_, err = h.gate.Enrolment(t.Context(), e.Token)
	wantKind(t, err, fault.KindNotFound)
	h.tick(72 * time.Hour)
	_, err = h.gate.OpenInvite(t.Context(), code, somewhere)
	wantKey(t, err, "people.invite-refused")
}

func TestRecovery(t *testing.T) {
	h := newHouse(t)
	u := h.newcomer("ana.solis")
	e, err := h.gate.OpenInvite(t.Context(), h.invite(u.ID), somewhere)
	h.must(err)
	en, err := h.gate.Enrolment(t.Context(), e.Token)
	h.must(err)
	got, err := h.gate.EnrolPassword(t.Context(), e.Token, goodPassword, h.code(en.Secret), somewhere)
	h.must(err)
	recover := func(name, password, code string) (people.Entry, error) {
		return h.gate.Recover(t.Context(), people.Attempt{Name: name, Password: password, Code: code, From: somewhere})
	}
	for _, c := range [][3]string{{"nobody", goodPassword, got.Codes[0]}, {"ana.solis", "otra clave cualquiera", got.Codes[0]}, {"ana.solis", goodPassword, "AAAAA-AAAAA"}} {
		_, err := recover(c[0], c[1], c[2])
		wantKey(t, err, "people.sign-in-refused")
	}
	r, err := recover("ana.solis", goodPassword, got.Codes[0])
	h.must(err)
	if h.lastDeed() != "people.recover "+u.ID+" done" {
		t.Errorf("recorded %q", h.lastDeed())
	}
	_, err = recover("ana.solis", goodPassword, got.Codes[0])
	wantKey(t, err, "people.sign-in-refused")
	r, err = recover("ana.solis", goodPassword, got.Codes[1])
	h.must(err)
	en, err = h.gate.Enrolment(t.Context(), r.Token)
	h.must(err)
	again, err := h.gate.EnrolPassword(t.Context(), r.Token, "nueve garzas al alba", h.code(en.Secret), somewhere)
	h.must(err)
	wantKind(t, h.enter(got.Token), fault.KindNotFound) // what was open before is closed
	_, err = recover("ana.solis", "nueve garzas al alba", got.Codes[2])
	wantKey(t, err, "people.sign-in-refused") // and the earlier codes are void
	_, err = recover("ana.solis", "nueve garzas al alba", again.Codes[2])
	h.must(err)
}

func TestInviteVoidsWhatWasThere(t *testing.T) {
	h := newHouse(t)
	u, secret := h.user("ana.solis")
	e, err := h.signIn("ana.solis", goodPassword, h.code(secret), somewhere)
	h.must(err)
	h.tick(time.Minute)
	_, err = do(h, access.Who{}, people.InviteUser{User: u.ID})
	h.must(err)
	wantKind(t, h.enter(e.Token), fault.KindNotFound)
	_, err = h.signIn("ana.solis", goodPassword, h.code(secret), somewhere)
	wantKey(t, err, "people.sign-in-refused")
	_, err = h.gate.OpenInvite(t.Context(), h.invite(u.ID), somewhere)
	h.must(err)
	_, err = do(h, access.Who{}, people.DisableUser{User: u.ID})
	h.must(err)
	_, err = do(h, access.Who{}, people.InviteUser{User: u.ID})
	wantKey(t, err, "people.disabled")
}

// What an account had when it was closed does not open it again.
func TestDisabledUserIsNobody(t *testing.T) {
	h := newHouse(t)
	u := h.newcomer("ana.solis")
	code := h.invite(u.ID)
	_, err := do(h, access.Who{}, people.DisableUser{User: u.ID})
	h.must(err)
	wantKind(t, h.write(func(tx *store.Tx) error { _, err := people.UserWho(tx, u.ID); return err }), fault.KindNotFound)
	_, err = do(h, access.Who{}, people.EnableUser{User: u.ID})
	h.must(err)
	_, err = h.gate.OpenInvite(t.Context(), code, somewhere)
	wantKey(t, err, "people.invite-refused")
}

func TestOwnWaysIn(t *testing.T) {
	h := newHouse(t)
	u, secret := h.user("ana.solis")
	e, err := h.signIn("ana.solis", goodPassword, h.code(secret), somewhere)
	h.must(err)
	h.tick(time.Minute)
	other, err := h.signIn("ana.solis", goodPassword, h.code(secret), somewhere)
	h.must(err)
	wantKey(t, h.gate.ChangePassword(t.Context(), e.Token, "ana.solis.12"), "people.password-common")
	h.must(h.gate.ChangePassword(t.Context(), e.Token, "once garzas al alba"))
	h.must(h.enter(e.Token))
	wantKind(t, h.enter(other.Token), fault.KindNotFound)

	started, err := h.gate.StartTOTP(t.Context(), e.Token)
	h.must(err)
	h.tick(30 * time.Second)
	_, err = h.signIn("ana.solis", "once garzas al alba", h.code(secret), somewhere)
	h.must(err) // until the new codes are confirmed, the old ones stand
	wantKey(t, h.gate.ConfirmTOTP(t.Context(), e.Token, "000000"), "people.code-wrong")
	h.must(h.gate.ConfirmTOTP(t.Context(), e.Token, h.code(started.Secret)))
	h.tick(30 * time.Second)
	_, err = h.signIn("ana.solis", "once garzas al alba", h.code(secret), somewhere)
	wantKey(t, err, "people.sign-in-refused")
	_, err = h.signIn("ana.solis", "once garzas al alba", h.code(started.Secret), somewhere)
	h.must(err)
	codes, err := h.gate.NewRecoveryCodes(t.Context(), e.Token)
	h.must(err)
	if len(codes) != 8 || h.lastDeed() != "people.new-recovery-codes "+u.ID+" done" {
		t.Errorf("%d codes, recorded %q", len(codes), h.lastDeed())
	}
	h.tick(16 * time.Minute)
	for name, try := range map[string]func() error{
		"password": func() error { return h.gate.ChangePassword(t.Context(), e.Token, "doce garzas al alba") },
		"codes":    func() error { _, err := h.gate.StartTOTP(t.Context(), e.Token); return err },
		"recovery": func() error { _, err := h.gate.NewRecoveryCodes(t.Context(), e.Token); return err },
	} {
		if err := try(); !fault.Is(err, fault.KindConflict) {
			t.Errorf("%s changed by a session that is not fresh: %v", name, err)
		}
	}
}

func TestPasswordWithoutCodesIsRefused(t *testing.T) {
	h := newHouse(t)
	u := h.newcomer("ana.solis")
	p, err := stretched()
	h.must(err)
	h.must(h.write(func(tx *store.Tx) error { return people.SetPassword(tx, u.ID, p) }))
	if !h.find(u.ID).MustEnrol {
		t.Error("a password alone is no complete way in")
	}
	_, err = h.signIn("ana.solis", goodPassword, "", somewhere)
	wantKey(t, err, "people.sign-in-refused")
}

// The life of an account on PostgreSQL: every statement of store.go runs there
// too.
func TestOnPostgreSQL(t *testing.T) {
	h := openHouse(t, store.Options{DSN: postgres.DSN(t)})
	u := h.newcomer("ana.solis")
	_, err := do(h, access.Who{}, people.SetEscalation{Agency: u.Agency, User: u.ID})
	h.must(err)
	opened, err := h.gate.OpenInvite(t.Context(), h.invite(u.ID), somewhere)
	h.must(err)
	en, err := h.gate.Enrolment(t.Context(), opened.Token)
	h.must(err)
	e, err := h.gate.EnrolPassword(t.Context(), opened.Token, goodPassword, h.code(en.Secret), somewhere)
	h.must(err)
	h.tick(time.Minute)
	h.must(h.enter(e.Token))
	for range 5 {
		_, err = h.signIn("ana.solis", "guess number one", "", people.Client{Address: "198.51.100.1"})
		wantKey(t, err, "people.sign-in-refused")
	}
	home := somewhere
	home.Device = e.Device
	_, err = h.signIn("ana.solis", goodPassword, h.code(en.Secret), home)
	h.must(err)
	tok, err := do(h, e.Who, people.IssueToken{Name: "export", Scope: []string{"cases.*"}, Expires: h.now.Add(time.Hour)})
	h.must(err)
	var bearer string
	h.must(h.write(func(tx *store.Tx) (err error) {
		if bearer, err = people.NewBearer(tx, tok.ID); err != nil {
			return err
		}
		p, err := people.OpenUser{User: u.ID}.Answer(tx, e.Who, u)
		if err == nil && (p.FullName != "Nombre Canario" || p.Ways.Recovery != 8) {
			t.Errorf("profile: %+v", p)
		}
		return err
	}))
	h.tick(2 * time.Minute)
	_, _, err = h.gate.Bearer(t.Context(), bearer)
	h.must(err)
	_, err = h.gate.Recover(t.Context(), people.Attempt{Name: "ana.solis", Password: goodPassword, Code: e.Codes[0], From: home})
	h.must(err)
	_, err = do(h, access.Who{}, people.DisableUser{User: u.ID})
	h.must(err)
	wantKind(t, h.enter(e.Token), fault.KindNotFound)
}

// Nothing that opens a door, and nobody's name, is in the file in clear.
func TestSecretsAreNotInTheFile(t *testing.T) {
	h := newHouse(t)
	u := h.newcomer("ana.solis")
	invite := h.invite(u.ID)
	e, err := h.gate.OpenInvite(t.Context(), invite, somewhere)
	h.must(err)
	en, err := h.gate.Enrolment(t.Context(), e.Token)
	h.must(err)
	got, err := h.gate.EnrolPassword(t.Context(), e.Token, goodPassword, h.code(en.Secret), somewhere)
	h.must(err)
	tok, err := do(h, got.Who, people.IssueToken{Name: "export", Scope: []string{"cases.*"}, Expires: h.now.Add(time.Hour)})
	h.must(err)
	var bearer string
	h.must(h.write(func(tx *store.Tx) (err error) {
		bearer, err = people.NewBearer(tx, tok.ID)
		return err
	}))
	secrets := append(got.Codes, invite, strings.ReplaceAll(invite, "-", ""), e.Token, en.Secret, goodPassword, got.Token, got.Device, bearer,
		"Canario", "canario@", somewhere.Address, "argon2id")
	for _, c := range got.Codes {
		secrets = append(secrets, strings.ReplaceAll(c, "-", ""))
	}
	for _, suffix := range []string{"", "-wal"} {
		file, err := os.ReadFile(h.path + suffix)
		h.must(err)
		for i, s := range secrets {
			if strings.Contains(string(file), s) {
				t.Errorf("secret %d of %d is in the database%s", i, len(secrets), suffix)
			}
		}
	}
}
