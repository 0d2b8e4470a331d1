package pages_test

import (
	"context"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
	"github.com/emersion/go-smtp"

	"istmo/access/people"
	"istmo/act"
	"istmo/node"
	"istmo/notices"
	"istmo/store"
	"istmo/testkit"
	"istmo/testkit/browser"
)

// box is a mail server on loopback that keeps what it takes.
type box struct {
	mu      sync.Mutex
	letters []string
	refuse  error
}

func (b *box) NewSession(*smtp.Conn) (smtp.Session, error) { return b, nil }
func (b *box) Mail(string, *smtp.MailOptions) error        { return nil }
func (b *box) Rcpt(string, *smtp.RcptOptions) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refuse
}
func (b *box) Reset()        {}
func (b *box) Logout() error { return nil }
func (b *box) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.letters = append(b.letters, string(text))
	return err
}

func (b *box) refuses(err error) { b.mu.Lock(); defer b.mu.Unlock(); b.refuse = err }

// last is the newest letter.
func (b *box) last(t *testing.T) string {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.letters) == 0 {
		t.Fatal("no letter came")
	}
	return b.letters[len(b.letters)-1]
}

func newBox(t *testing.T) (*box, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &box{}
	s := smtp.NewServer(b)
	s.Domain = "correo.example"
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return b, l.Addr().String()
}

// service is a push service on loopback that keeps what it takes, and the file of
// the authority that vouches for it.
func service(t *testing.T) (taken func() [][]byte, addr, ca string) {
	t.Helper()
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	cert := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	ca = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var all [][]byte
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, body)
		w.WriteHeader(http.StatusCreated)
	})}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return func() [][]byte { mu.Lock(); defer mu.Unlock(); return append([][]byte(nil), all...) }, l.Addr().String(), ca
}

type room struct {
	*testkit.World
	t      *testing.T
	pa     *testkit.Country
	box    *box
	pushed func() [][]byte
	push   string
}

func open(t *testing.T, change ...func(*node.Config)) *room {
	t.Helper()
	r := &room{World: testkit.NewWorld(t), t: t}
	b, addr := newBox(t)
	pushed, push, ca := service(t)
	r.box, r.pushed, r.push = b, pushed, push
	r.Settings = func(c *node.Config) {
		c.MailServer, c.MailTLS, c.MailFrom = addr, "none", "avisos@nodo.example"
		c.PushContact, c.PushHosts, c.OutgoingCA = "mailto:sistemas@nodo.example", []string{push}, ca
		for _, f := range change {
			f(c)
		}
	}
	r.pa = r.Start("PA")
	r.pa.Agency("UIA", "response-team", "Unidad ficticia")
	r.pa.User("ana", "UIA", "case-worker")
	r.pa.User("alba", "UIA", "administrator")
	return r
}

func (r *room) round() {
	r.t.Helper()
	if err := r.pa.Notices.Round(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

func (r *room) tell(kind, path string) {
	r.t.Helper()
	if err := r.pa.DB.Write(r.t.Context(), func(tx *store.Tx) error { return notices.Tell(tx, []string{r.pa.Who("ana").ID}, kind, path) }); err != nil {
		r.t.Fatal(err)
	}
}

// code is what stands alone on a line of a letter.
func code(t *testing.T, letter string) string {
	t.Helper()
	for _, line := range strings.Split(strings.ReplaceAll(letter, "\r", ""), "\n") {
		if len(line) == 9 && line[4] == '-' {
			return line
		}
	}
	t.Fatalf("no code in %s", letter)
	return ""
}

// Somebody chooses an address, confirms it, sends herself a test, is told something
// and follows it; by keyboard, in both languages.
func TestByMail(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		t.Run(lang, func(t *testing.T) {
			say := func(es, en string) string {
				if lang == "en" {
					return en
				}
				return es
			}
			r := open(t)
			k := testkit.NewWalk(t, lang)
			testkit.Must(t, r.pa, r.pa.Who("ana"), people.SetLanguage{Lang: lang})
			k.As(r.pa, "ana")
			k.Visit("/notices")
			k.Says(say("Nada le avisa fuera de istmo", "Nothing tells you outside of istmo"))
			k.Send("notices.test")
			k.Says(say("Elija primero un correo o un aparato", "Choose an e-mail address or a device first"))
			k.Write(`[name="address"]`, "ana sin arroba")
			k.Send("notices.set-email")
			k.Says(say("como nombre@institucion.example", "as name@institution.example"))
			k.Write(`[name="address"]`, "ana@institucion.example")
			k.Send("notices.set-email")
			k.Says(say("Falta confirmar a…@institucion.example", "a…@institucion.example is not confirmed yet"))
			r.round()
			k.Write(`[name="code"]`, "XXXX-XXXX")
			k.Send("notices.confirm-email")
			k.Says(say("Ese código no es", "That is not the code"))
			k.Write(`[name="code"]`, code(t, r.box.last(t)))
			k.Send("notices.confirm-email")
			k.Says(say("Le avisamos a a…@institucion.example", "We tell you at a…@institucion.example"))
			if strings.Contains(k.Text("main"), "Nada le avisa") {
				t.Error("it still says that nothing reaches her")
			}
			k.Write(`[name="begins"]`, "25:00")
			k.Write(`[name="ends"]`, "06:00")
			k.Send("notices.set-quiet")
			k.Says(say("como una hora", "as an hour"))
			k.Write(`[name="begins"]`, "22:00")
			k.Send("notices.set-quiet")
			k.Send("notices.test")
			r.round()
			if l := r.box.last(t); !strings.Contains(l, say("aviso de prueba", "test notice")) {
				t.Errorf("%s", l)
			}
			r.tell("referral-alert", "/account")
			r.tell("meeting-announced", "/meetings")
			k.Visit("/notices")
			k.Says(say("Una alerta en una referencia", "An alert in a referral"))
			k.Go(`a[href^="/notices/ntc_"]`)
			if at := k.URL(); !strings.HasSuffix(at, "/meetings") && !strings.HasSuffix(at, "/account") {
				t.Errorf("it leads to %s", at)
			}
			k.Visit("/notices")
			k.Says("(1)")
			k.Send("notices.dismiss")
			k.Says(say("Nada de lo que se avisa espera por usted", "Nothing that is told by notice waits for you"))
			r.box.refuses(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no"})
			r.tell("alert", "/account")
			r.round()
			k.Visit("/notices")
			k.Says(say("El servidor de correo rechaza a…@institucion.example", "The mail server refuses a…@institucion.example"))

			k.As(r.pa, "alba")
			k.Visit("/")
			k.Says(say("No se pudo entregar algún aviso", "Some notices could not be delivered"))
			k.Go(`a[href="/notices/delivery"]`)
			k.Says(say("el servidor de correo respondió 550", "the mail server answered 550"))
			k.Says("ana")
			if strings.Contains(k.Text("main"), "institucion.example") {
				t.Error("whoever runs the node is shown an address")
			}
		})
	}
}

// grant lets the node's site show notifications, as somebody does who says yes.
func grant(k *testkit.Walk, site string) {
	granting := cdp.Command[map[string]any, cdp.Empty]{Method: "Browser.grantPermissions"}
	k.Do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.CallBrowser(ctx, granting, map[string]any{"origin": site, "permissions": []string{"notifications"}})
		return err
	}))
}

// subscribing stands in for the browser's own push service, which is its maker's and
// on the Internet: all else in this test is real. It gives what such a service gives.
func subscribing(k *testkit.Walk, endpoint string, key *ecdh.PrivateKey, auth []byte) {
	b := base64.RawURLEncoding.EncodeToString
	answer, _ := json.Marshal(map[string]any{"endpoint": endpoint, "keys": map[string]string{"p256dh": b(key.PublicKey().Bytes()), "auth": b(auth)}})
	browser.Evaluate[bool](k.Window, fmt.Sprintf(`(PushManager.prototype.subscribe = async function (options) {
		if (!options.userVisibleOnly || new Uint8Array(options.applicationServerKey).length !== 65) throw new Error("options");
		return { toJSON: () => (%s) };
	}, true)`, answer))
}

func TestOnADevice(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		t.Run(lang, func(t *testing.T) {
			r := open(t)
			k := testkit.NewWalk(t, lang)
			k.As(r.pa, "ana")
			grant(k, r.pa.Web())
			k.Visit("/notices")
			subscribing(k, "https://evil.example/push", key(t), make([]byte, 16))
			k.Write(`[name="name"]`, "Teléfono de turno")
			k.TabTo(`form[action="/do/notices.add-device"] button`)
			k.Follow(func() { k.Press("Enter") })
			k.Look()
			k.Says(map[string]string{"es": "una dirección de avisos que este nodo no usa", "en": "an address for notices that this node does not use"}[lang])

			mine, auth := key(t), make([]byte, 16)
			rand.Read(auth)
			k.Visit("/notices")
			subscribing(k, "https://"+r.push+"/wake", mine, auth)
			k.Write(`[name="name"]`, "Teléfono de turno")
			k.TabTo(`form[action="/do/notices.add-device"] button`)
			k.Follow(func() { k.Press("Enter") })
			k.Look()
			k.Says("Teléfono de turno")
			if text := k.Text("html"); strings.Contains(text, r.push) {
				t.Error("the page shows the subscription")
			}
			r.tell("alert", "/account")
			r.round()
			if n := len(r.pushed()); n != 1 {
				t.Fatalf("%d push messages", n)
			}
			shown := browser.Evaluate[string](k.Window, `navigator.serviceWorker.getRegistration("/notices/").then((r) => r.scope + " " + r.active.scriptURL)`)
			if want := r.pa.Config.Site + "/notices/ " + r.pa.Config.Site + "/notices/sw.js"; shown != want {
				t.Errorf("the worker is %s", shown)
			}
			k.Send("notices.remove-channel")
			if strings.Contains(k.Text("main"), "Teléfono de turno") {
				t.Error("it is still there")
			}
		})
	}
}

func key(t *testing.T) *ecdh.PrivateKey {
	t.Helper()
	k, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// What the worker shows is what the message says, and it leads nowhere but to the
// notices. The browser hands it the message as its push service would.
func TestTheWorkerShowsWhatItIsTold(t *testing.T) {
	r := open(t)
	k := testkit.NewWalk(t, "es")
	k.As(r.pa, "ana")
	grant(k, r.pa.Web())
	k.Visit("/notices")
	subscribing(k, "https://"+r.push+"/wake", key(t), make([]byte, 16))
	k.Write(`[name="name"]`, "Teléfono")
	k.TabTo(`form[action="/do/notices.add-device"] button`)
	k.Follow(func() { k.Press("Enter") })
	id := registration(t, k)
	for _, c := range []struct{ data, body, path string }{
		{`{"id":"msg_1","text":"Algo espera por usted en istmo: una alerta.","path":"/notices/ntc_1"}`, "Algo espera por usted en istmo: una alerta.", "/notices/ntc_1"},
		{`{"id":"msg_2","text":"Algo","path":"https://evil.example/"}`, "Algo", "/notices"},
		{`{"id":"msg_3","text":"Algo","path":"//evil.example"}`, "Algo", "/notices"},
		{`{"id":"msg_4","text":"Algo","path":"/notices/../people"}`, "Algo", "/notices"},
		{`no es JSON`, "", "/notices"},
	} {
		got := "[]"
		for try := 0; try < 1000 && got == "[]"; try++ {
			if try%50 == 0 { // a browser without a desk forgets at times what it shows: told again, under the same id
				k.Do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
					_, err := chromedp.Call(ctx, serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{Origin: r.pa.Web(), RegistrationID: id, Data: c.data})
					return err
				}))
			}
			time.Sleep(20 * time.Millisecond)
			got = browser.Evaluate[string](k.Window, `navigator.serviceWorker.getRegistration("/notices/").then((r) => r.getNotifications()).then((all) => {
				const text = JSON.stringify(all.map((n) => [n.title, n.body, n.data.path]));
				all.forEach((n) => n.close());
				return text;
			})`)
		}
		if want, _ := json.Marshal([][]string{{"istmo", c.body, c.path}}); got != string(want) {
			t.Errorf("%s shows %s", c.data, got)
		}
	}
}

// registration finds the worker as the browser's protocol calls it.
func registration(t *testing.T, k *testkit.Walk) (id serviceworker.RegistrationID) {
	t.Helper()
	k.Do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		found := make(chan serviceworker.RegistrationID, 10)
		err := chromedp.Listen(ctx, func(event any) {
			if e, is := event.(*serviceworker.EventWorkerRegistrationUpdated); is {
				for _, r := range e.Registrations {
					if strings.HasSuffix(r.ScopeURL, "/notices/") {
						found <- r.RegistrationID
					}
				}
			}
		})
		if err != nil {
			return err
		}
		if _, err := chromedp.Call(ctx, serviceworker.Enable, cdp.Empty{}); err != nil {
			return err
		}
		select {
		case id = <-found:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}))
	return id
}

// Without scripts e-mail works, and the page says why a device cannot.
func TestWithoutScripts(t *testing.T) {
	r := open(t)
	k := testkit.NewWalk(t, "es")
	k.As(r.pa, "ana")
	k.WithoutScripts(true)
	k.Open(r.pa.Web() + "/notices")
	if text := k.Text("main"); !strings.Contains(text, "el navegador necesita JavaScript") || strings.Contains(text, "Nombre de este aparato") {
		t.Errorf("%s", text)
	}
	k.Fill(`[name="address"]`, "ana@institucion.example")
	k.Follow(func() { k.Click(`form[action="/do/notices.set-email"] button`) })
	if text := k.Text("main"); !strings.Contains(text, "Falta confirmar") {
		t.Errorf("%s", text)
	}
}

// Who says no to the browser is told what to do.
func TestWhoSaysNo(t *testing.T) {
	r := open(t)
	k := testkit.NewWalk(t, "es")
	k.As(r.pa, "ana")
	k.Visit("/notices")
	browser.Evaluate[bool](k.Window, `(Notification.requestPermission = async () => "denied", true)`)
	k.Write(`[name="name"]`, "Teléfono")
	k.TabTo(`form[action="/do/notices.add-device"] button`)
	k.Press("Enter")
	for range 100 {
		if browser.Evaluate[bool](k.Window, `!document.querySelector("[data-push-blocked]").hidden`) {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	k.Says("Este navegador tiene bloqueados los avisos de istmo")
	k.Look()
}

// A demonstration sends nothing, says so, and shows what it would have sent.
func TestADemonstrationShowsWhatItWouldSend(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		r := open(t, func(c *node.Config) { c.Demo = true })
		k := testkit.NewWalk(t, lang)
		testkit.Must(t, r.pa, r.pa.Who("ana"), people.SetLanguage{Lang: lang})
		k.As(r.pa, "ana")
		k.Visit("/notices")
		k.Says(map[string]string{"es": "Esto es una demostración: no sale ningún correo", "en": "This is a demonstration: no e-mail"}[lang])
		k.Write(`[name="address"]`, "ana@institucion.example")
		k.Send("notices.set-email")
		r.round()
		k.Visit("/notices")
		k.Write(`[name="code"]`, code(t, k.Text("main pre")))
		k.Send("notices.confirm-email")
		r.tell("referral-alert", "/account")
		r.round()
		k.Visit("/notices")
		k.Says(map[string]string{"es": "istmo: urgente, algo espera por usted", "en": "istmo: urgent, something waits for you"}[lang])
		k.Says("/notices/ntc_")
		if len(r.box.letters) != 0 || len(r.pushed()) != 0 {
			t.Error("a demonstration sent something")
		}
	}
}

// What a node does not send, its pages do not offer.
func TestANodeThatSendsNothing(t *testing.T) {
	r := open(t, func(c *node.Config) { c.MailServer, c.PushContact = "", "" })
	k := testkit.NewWalk(t, "es")
	k.As(r.pa, "ana")
	k.Visit("/notices")
	k.Says("Este nodo no envía correo")
	k.Says("Este nodo no envía avisos a aparatos")
	_, err := act.Do(t.Context(), r.pa.Engine, r.pa.Who("ana"), notices.SetEmail{Address: "ana@institucion.example"})
	if err == nil {
		t.Error("an address was taken by a node that sends no mail")
	}
	k.As(r.pa, "alba")
	k.Visit("/notices/delivery")
	k.Says("No configurado")
}

// The worker is the browser's to fetch at any time, whoever is signed in.
func TestTheWorkerIsOpen(t *testing.T) {
	r := open(t)
	res, err := http.Get(r.pa.Web() + "/notices/sw.js")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/javascript") || res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Content-Security-Policy") != "default-src 'none'" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
}
