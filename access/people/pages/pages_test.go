package pages_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/access/people/pages"
	"istmo/act"
	"istmo/ledger"
	"istmo/store"
	"istmo/vault"
	"istmo/web"
)

const goodPassword = "siete garzas al alba"

// site is a node's people and pages, served to browsers as in earnest: policy,
// ledger, sealing and frame are the real ones.
type site struct {
	t      *testing.T
	db     *store.DB
	engine *act.Engine
	gate   *people.Gate
	at     string // "http://localhost:…"
	now    time.Time
	agency people.Agency
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, now: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	s.at = "http://localhost:" + port
	s.open()
	w, err := web.New(web.Options{Node: web.Node{ID: "PA", Name: "Comisión Nacional (de ejemplo)", Country: "PA", Demo: true}, Secret: make([]byte, 32),
		Visitor: pages.Visitor(s.gate, s.db), Doer: doer{s.engine}, May: may, Clock: s.db.Now, SignIn: pages.SignIn, SignOut: pages.SignOut,
		Log: slog.New(slog.DiscardHandler)})
	s.must(err)
	pages.Register(w, s.engine, s.gate)
	w.Page("GET /{$}", func(*web.Request) (web.View, error) { return web.View{Redirect: "/account"}, nil })
	h, err := w.Handler()
	s.must(err)
	server := httptest.NewUnstartedServer(h)
	server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	s.agency, err = run(s, s.engine.Self, people.AddAgency{Code: "SNM", Name: "Servicio de Migración", Kind: "migration"})
	s.must(err)
	return s
}

// open opens the database with everything that people stands on.
func (s *site) open() {
	s.t.Helper()
	db, err := store.Open(s.t.Context(), store.Options{Path: filepath.Join(s.t.TempDir(), "node.db"), Key: make([]byte, 32), Clock: func() time.Time { return s.now }})
	s.must(err)
	s.t.Cleanup(func() { db.Close() })
	s.must(db.Migrate(s.t.Context(), vault.Schema, ledger.Schema, act.Schema, people.Schema))
	dir := s.t.TempDir()
	s.must(vault.NewKeyFile(filepath.Join(dir, "unlock")))
	m, err := vault.CreateMaster(filepath.Join(s.t.TempDir(), "node.key"), vault.Unlock{KeyFile: filepath.Join(dir, "unlock")})
	s.must(err)
	vault.New(m).Bind(db)
	ledger.Bind(db, ledger.Signer{Node: "PA", Key: ed25519.NewKeyFromSeed(make([]byte, 32))})
	s.db, s.engine = db, act.New(db, "PA", catalogue())
	s.gate, err = people.NewGate(db, people.Settings{Node: "PA", Site: s.at, Secret: make([]byte, 32), Record: record})
	s.must(err)
}

func catalogue() *act.Catalogue {
	return act.NewCatalogue(act.Of[people.AddAgency](), act.Of[people.SetEscalation](), act.Of[people.AddUser](), act.Of[people.InviteUser](),
		act.Of[people.DisableUser](), act.Of[people.EnableUser](), act.Of[people.ChangeRoles](), act.Of[people.RevokeToken](),
		act.Of[people.EndSession](), act.Of[people.SetLanguage]())
}

func record(tx *store.Tx, verb, object, outcome string) error {
	actor := object
	if actor == "" {
		actor = "node:PA"
	}
	_, err := ledger.Append(tx, ledger.Deed{Actor: actor, Verb: verb, Object: object, Outcome: outcome})
	return err
}

// may is who could ever do a verb: whoever the policies let do it to an account of their own.
func may(who access.Who, verb access.Verb) bool {
	return access.Decide(who, verb, who.ID, access.Facts{"user": who.ID}).Allowed
}

type doer struct{ engine *act.Engine }

func (d doer) Do(ctx context.Context, who access.Who, verb string, values url.Values, _ []web.File) (string, error) {
	entry, ok := d.engine.Verbs.Find(access.Verb(verb))
	if !ok {
		return "", errors.New("no such verb")
	}
	input, err := entry.FromValues(values, false)
	if err != nil {
		return "", err
	}
	deed, err := d.engine.Run(ctx, who, entry, input, "")
	return deed.Object, err
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// run carries a command out and loads what it made.
func run[O access.Object](s *site, who access.Who, cmd act.Command[O]) (o O, err error) {
	s.t.Helper()
	deed, err := act.Do(context.Background(), s.engine, who, cmd)
	if err != nil {
		return o, err
	}
	err = s.db.Read(context.Background(), func(tx *store.Tx) (err error) {
		switch found := any(&o).(type) {
		case *people.Agency:
			*found, err = people.FindAgency(tx, deed.Object)
		case *people.User:
			*found, err = people.FindUser(tx, deed.Object)
		}
		return err
	})
	return o, err
}

// newcomer is an account with the code of its invite.
func (s *site) newcomer(name string, roles ...string) (people.User, string) {
	s.t.Helper()
	u, err := run(s, s.engine.Self, people.AddUser{Name: name, Agency: s.agency.ID, Roles: roles, Lang: "es", FullName: "Rosa Ejemplo"})
	s.must(err)
	code, err := act.Look(context.Background(), s.engine, s.engine.Self, people.ShowInvite{User: u.ID})
	s.must(err)
	return u, code
}

// user is an account that can sign in, with the secret of its one-time codes.
func (s *site) user(name string, roles ...string) (people.User, string) {
	s.t.Helper()
	u, _ := s.newcomer(name, roles...)
	p, err := people.NewPassword(goodPassword)
	s.must(err)
	var secret string
	s.must(s.db.Write(context.Background(), func(tx *store.Tx) error {
		if err := people.SetPassword(tx, u.ID, p); err != nil {
			return err
		}
		secret, err = people.EnrolTOTP(tx, u.ID)
		return err
	}))
	return u, secret
}

func (s *site) code(secret string) string {
	s.t.Helper()
	code, err := people.TOTPCode(secret, s.now)
	s.must(err)
	return code
}

func (s *site) tick(d time.Duration) { s.now = s.now.Add(d) }

// visitor is a browser without scripts.
type visitor struct {
	*site
	client *http.Client
	page   string // the last one seen
	path   string // where it was
	status int
}

func (s *site) visitor() *visitor {
	jar, _ := cookiejar.New(nil)
	return &visitor{site: s, client: &http.Client{Jar: jar}}
}

func (v *visitor) seen(res *http.Response, err error) {
	v.t.Helper()
	v.must(err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	v.must(err)
	v.page, v.status, v.path = string(text), res.StatusCode, res.Request.URL.RequestURI()
}

func (v *visitor) open(path string) {
	v.t.Helper()
	v.seen(v.client.Get(v.at + path))
}

var formToken = regexp.MustCompile(`name="_token" value="([^"]+)"`)

// post sends a form of the page that was last seen.
func (v *visitor) post(action string, pairs ...string) {
	v.t.Helper()
	form := url.Values{"_form": {strings.TrimPrefix(action, "/do/")}, "_page": {v.path}}
	if m := formToken.FindStringSubmatch(v.page); m != nil {
		form.Set("_token", m[1])
	}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	v.seen(v.client.PostForm(v.at+action, form))
}

func (v *visitor) signIn(name, password, code string) {
	v.t.Helper()
	v.open("/sign-in")
	v.post("/sign-in", "name", name, "password", password, "code", code)
}

func (v *visitor) wants(status int, path string, words ...string) {
	v.t.Helper()
	if v.status != status || v.path != path {
		v.t.Fatalf("stands at %s with %d, want %s with %d:\n%s", v.path, v.status, path, status, shorten(v.page))
	}
	for _, w := range words {
		if !strings.Contains(v.page, w) {
			v.t.Errorf("%s does not say %q:\n%s", v.path, w, shorten(v.page))
		}
	}
	if strings.Contains(v.page, "⟦") {
		v.t.Errorf("%s has a sentence without words: %s", v.path, regexp.MustCompile(`⟦[^⟧]*⟧`).FindString(v.page))
	}
}

func shorten(page string) string {
	if _, main, ok := strings.Cut(page, `<main`); ok {
		return main[:min(len(main), 2500)]
	}
	return page[:min(len(page), 2500)]
}

func (v *visitor) cookie(name string) *http.Cookie {
	at, _ := url.Parse(v.at)
	for _, c := range v.client.Jar.Cookies(at) {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func TestSignInAndOutByForm(t *testing.T) {
	s := newSite(t)
	_, secret := s.user("ana.solis", "case-worker")
	v := s.visitor()
	v.open("/account/tokens")
	v.wants(200, "/sign-in?next=%2Faccount%2Ftokens", "Entrar con contraseña y código")
	v.post("/sign-in", "name", "ana.solis", "password", goodPassword, "code", s.code(secret), "next", "/account/tokens")
	v.wants(200, "/account/tokens", "Llaves para programas")
	if v.cookie("istmo-PA-session") == nil || v.cookie("istmo-PA-device") == nil {
		t.Error("the browser was given no session, or no mark of its own")
	}
	before := v.cookie("istmo-PA-session").Value
	v.open("/sign-in")
	v.wants(200, "/account", "Rosa Ejemplo", "Servicio de Migración")
	s.tick(time.Minute)
	v.open("/sign-in?again=1")
	v.post("/sign-in", "name", "ana.solis", "password", goodPassword, "code", s.code(secret))
	v.wants(200, "/account")
	if v.cookie("istmo-PA-session").Value == before {
		t.Error("the session was not changed at sign-in")
	}
	if strings.Count(v.page, `<th scope="row"`) != 1 {
		t.Error("the session before is still open")
	}
	kept := v.cookie("istmo-PA-session")
	v.post("/sign-out")
	v.wants(200, "/sign-in")
	at, _ := url.Parse(v.at)
	v.client.Jar.SetCookies(at, []*http.Cookie{kept})
	v.open("/account")
	v.wants(200, "/sign-in?next=%2Faccount")
}

// The session's cookie is out of scripts' and other sites' reach, and behind
// TLS bound to its host.
func TestCookies(t *testing.T) {
	s := newSite(t)
	_, secret := s.user("ana.solis", "case-worker")
	v := s.visitor()
	v.open("/sign-in")
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	form := url.Values{"_token": {formToken.FindStringSubmatch(v.page)[1]}, "name": {"ana.solis"}, "password": {goodPassword}, "code": {s.code(secret)}}
	res, err := v.client.PostForm(s.at+"/sign-in", form)
	s.must(err)
	res.Body.Close()
	for _, c := range res.Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge <= 0 {
			t.Errorf("cookie %s: %+v", c.Name, c)
		}
	}
	if len(res.Cookies()) != 2 {
		t.Errorf("%d cookies", len(res.Cookies()))
	}
}

// The answer to everything that is wrong is the same bytes.
func TestRefusalsAreTheSameBytes(t *testing.T) {
	s := newSite(t)
	s.user("ana.solis", "case-worker")
	off, offSecret := s.user("cerrada", "case-worker")
	_, err := run(s, s.engine.Self, people.DisableUser{User: off.ID})
	s.must(err)
	v := s.visitor()
	var first string
	for i, try := range [][3]string{{"nadie.aqui", goodPassword, "123456"}, {"ana.solis", "otra cosa distinta", "123456"}, {"ana.solis", goodPassword, "123456"}, {"cerrada", goodPassword, s.code(offSecret)}} {
		v.signIn(try[0], try[1], try[2])
		v.wants(422, "/sign-in", "No se pudo entrar")
		page := changing.ReplaceAllString(strings.ReplaceAll(strings.ReplaceAll(v.page, try[0], "NAME"), try[2], "CODE"), "")
		if i == 0 {
			first = page
		}
		if page != first {
			t.Errorf("refusal %d has other bytes", i)
		}
	}
}

// changing is what differs between two visits to the same page.
var changing = regexp.MustCompile(`(name="ceremony" value="[^"]*"|data-options="[^"]*")`)

func TestForgedFormIsRefused(t *testing.T) {
	s := newSite(t)
	_, secret := s.user("ana.solis", "case-worker")
	v := s.visitor()
	v.signIn("ana.solis", goodPassword, s.code(secret))
	v.page = strings.Replace(v.page, `name="_token" value="`, `name="_token" value="x`, -1)
	v.post("/sign-out")
	v.open("/account")
	v.wants(200, "/account")
}

func TestDisabledUsersPageIsGone(t *testing.T) {
	s := newSite(t)
	u, secret := s.user("ana.solis", "case-worker")
	v := s.visitor()
	v.signIn("ana.solis", goodPassword, s.code(secret))
	v.wants(200, "/account")
	_, err := run(s, s.engine.Self, people.DisableUser{User: u.ID})
	s.must(err)
	v.open("/account")
	v.wants(200, "/sign-in?next=%2Faccount")
}

var typedKey = regexp.MustCompile(`<code>([A-Z2-7]{32})</code>`)

// A new colleague, from the administrator's form to their own desk, without
// scripts.
func TestInviteToDesk(t *testing.T) {
	s := newSite(t)
	_, secret := s.user("admin.uno", "administrator")
	admin := s.visitor()
	admin.signIn("admin.uno", goodPassword, s.code(secret))
	admin.open("/administration/users/new")
	admin.wants(200, "/administration/users/new", "Añadir la cuenta")
	admin.post("/do/people.add-user", "_next", "/administration/users/{id}", "name", "Nueva.Colega", "full_name", "", "agency", s.agency.ID,
		"roles", "case-worker", "roles", "administrator", "lang", "es")
	admin.wants(422, "/do/people.add-user", "Escriba el nombre completo", "Quien administra no tiene otra función")
	admin.path = "/administration/users/new"
	admin.post("/do/people.add-user", "_next", "/administration/users/{id}", "name", "Nueva.Colega", "full_name", "Nadia Ficticia", "agency", s.agency.ID, "roles", "case-worker", "lang", "en")
	admin.wants(200, admin.path, "La cuenta está lista", "Nadia Ficticia", "Mostrar el código de invitación", "Por preparar")
	page := admin.path
	admin.post(page + "/code")
	admin.wants(200, "/account/shown-once", "Código de invitación")
	code := regexp.MustCompile(`<code>([0-9A-Z-]+)</code>`).FindStringSubmatch(admin.page)[1]
	admin.open("/account/shown-once")
	admin.wants(200, "/account/shown-once", code)
	admin.post("/account/shown-once")
	admin.wants(200, page)
	admin.open("/account/shown-once")
	admin.wants(200, "/account")
	admin.open(page)
	admin.post(page + "/code")
	admin.wants(409, page+"/code", "Ya se mostró")

	v := s.visitor()
	v.open("/enrol")
	v.post("/enrol", "code", "WRONG")
	v.wants(422, "/enrol", "Ese código de invitación no sirve")
	v.path = "/enrol"
	v.post("/enrol", "code", code)
	v.wants(200, "/enrol", "Elija cómo va a entrar", "nueva.colega")
	key := typedKey.FindStringSubmatch(v.page)[1]
	v.post("/enrol/password", "password", "contraseña2026", "code", s.code(key))
	v.wants(422, "/enrol/password", "de las primeras que alguien probaría")
	v.path = "/enrol"
	v.post("/enrol/password", "password", goodPassword, "code", s.code(key))
	v.wants(200, "/account/shown-once", "Keep your recovery codes")
	if n := strings.Count(v.page, "<li><code>"); n != 8 {
		t.Errorf("%d recovery codes are shown", n)
	}
	recovery := regexp.MustCompile(`<li><code>([0-9A-Z-]+)</code>`).FindStringSubmatch(v.page)[1]
	v.post("/account/shown-once")
	v.wants(200, "/account", "nueva.colega")

	lost := s.visitor()
	lost.open("/recover")
	lost.post("/recover", "name", "nueva.colega", "password", goodPassword, "code", recovery)
	lost.wants(200, "/enrol", "nueva.colega")
}

func TestWaysInWithoutScripts(t *testing.T) {
	s := newSite(t)
	_, secret := s.user("ana.solis", "case-worker")
	v := s.visitor()
	v.signIn("ana.solis", goodPassword, s.code(secret))
	v.open("/account/ways-in")
	v.wants(200, "/account/ways-in", "Su aplicación de códigos está lista", "Le quedan 0 códigos")
	v.post("/account/ways-in/password", "password", "corta")
	v.wants(422, "/account/ways-in/password", "use 12 caracteres o más")
	v.path = "/account/ways-in"
	v.post("/account/ways-in/password", "password", "nueve garzas al alba")
	v.wants(200, "/account/ways-in")
	v.post("/account/ways-in/recovery-codes")
	v.wants(200, "/account/shown-once", "Guarde sus códigos")
	v.post("/account/shown-once")
	v.wants(200, "/account/ways-in", "Le quedan 8 códigos")
	v.post("/account/ways-in/one-time-codes")
	v.wants(200, "/account/one-time-codes", `<svg role="img"`)
	key := typedKey.FindStringSubmatch(v.page)[1]
	v.post("/account/one-time-codes", "code", "000000")
	v.wants(422, "/account/one-time-codes", key, "El código no coincide")
	v.post("/account/one-time-codes", "code", s.code(key))
	v.wants(200, "/account/ways-in")
	s.tick(16 * time.Minute)
	v.open("/account/ways-in")
	v.wants(200, "/account/ways-in", "Entrar otra vez")
	if strings.Contains(v.page, `name="password"`) {
		t.Error("a sign-in that is not recent is offered a change of password")
	}
}

func TestTokenPage(t *testing.T) {
	s := newSite(t)
	u, secret := s.user("ana.solis", "case-worker")
	v := s.visitor()
	v.signIn("ana.solis", goodPassword, s.code(secret))
	v.open("/account/tokens")
	v.post("/account/tokens", "name", "export", "scope", "cases.* referrals.send", "_date", "expires", "expires-day", "30", "expires-month", "11", "expires-year", "2026")
	v.wants(200, "/account/shown-once", "Llave para programas")
	bearer := regexp.MustCompile(`istmo_[A-Za-z0-9_-]+`).FindString(v.page)
	who, scope, err := s.gate.Bearer(t.Context(), bearer)
	if err != nil || who.ID != u.ID || !scope.Allows("referrals.send") || scope.Allows("referrals.accept") {
		t.Errorf("the token stands for %s with %v, %v", who.ID, scope, err)
	}
	v.post("/account/shown-once")
	v.wants(200, "/account/tokens", "cases.*")
	id := regexp.MustCompile(`name="token" value="(tok_[^"]+)"`).FindStringSubmatch(v.page)[1]
	v.post("/do/people.revoke-token", "_next", "/account/tokens", "token", id)
	v.wants(200, "/account/tokens", "La llave ya no sirve")
	if _, _, err := s.gate.Bearer(t.Context(), bearer); err == nil {
		t.Error("a revoked token still opens")
	}
}

func TestAdministration(t *testing.T) {
	s := newSite(t)
	_, secret := s.user("admin.uno", "administrator")
	u, _ := s.user("ana.solis", "case-worker")
	v := s.visitor()
	v.signIn("admin.uno", goodPassword, s.code(secret))
	v.open("/administration/users?state=active")
	v.wants(200, "/administration/users?state=active", "ana.solis", "Servicio de Migración", "Gestora o gestor de casos")
	v.open("/administration/users?state=disabled")
	if strings.Contains(v.page, "ana.solis") {
		t.Error("the filter shows what it should not")
	}
	page := "/administration/users/" + u.ID
	v.open(page)
	v.post("/do/people.change-roles", "_next", page, "user", u.ID, "roles", "focal-point")
	v.wants(200, page, "Las funciones cambiaron")
	v.open(page + "/disable")
	v.wants(200, page+"/disable", "¿Cerrar la cuenta ana.solis?")
	v.post("/do/people.disable-user", "_next", page, "user", u.ID)
	v.wants(200, page, "La cuenta quedó cerrada", "Cerrada")
	v.post("/do/people.enable-user", "_next", page, "user", u.ID)
	v.wants(200, page, "La cuenta está abierta otra vez")
	v.open(page + "/invite")
	v.post("/do/people.invite-user", "_next", page, "user", u.ID)
	v.wants(200, page, "Mostrar el código de invitación")
	v.open("/administration/agencies")
	v.post("/do/people.set-escalation", "_next", "/administration/agencies", "agency", s.agency.ID, "user", u.ID)
	v.wants(200, "/administration/agencies", "Quedó guardado")
	v.open("/administration/agencies/new")
	v.post("/do/people.add-agency", "_next", "/administration/agencies", "code", "PDH", "name", "Defensoría (de ejemplo)", "kind", "ombudsman")
	v.wants(200, "/administration/agencies", "La institución está lista", "PDH")
}

// To whoever does not administer, the pages of administration are not there:
// the same bytes as an address that nothing hangs on.
func TestAdministrationIsAbsentToOthers(t *testing.T) {
	s := newSite(t)
	u, secret := s.user("ana.solis", "case-worker")
	other, _ := s.newcomer("otro.colega", "case-worker")
	v := s.visitor()
	v.signIn("ana.solis", goodPassword, s.code(secret))
	if strings.Contains(v.page, "/administration/") {
		t.Error("the navigation leads to what is not for her")
	}
	v.open("/nothing/here")
	absent := v.page
	for _, path := range []string{"/administration/users", "/administration/users/new", "/administration/agencies", "/administration/agencies/new", "/administration/users/" + u.ID, "/administration/users/" + other.ID + "/disable", "/administration/users/" + other.ID + "/invite", "/administration/users/usr_nobody"} {
		v.open(path)
		v.wants(404, path)
		if v.page != absent {
			t.Errorf("%s differs from what is absent", path)
		}
	}
	v.open("/account")
	v.post("/administration/users/" + other.ID + "/code")
	v.wants(404, "/administration/users/"+other.ID+"/code")
}
