package pages_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf16"

	"istmo/access"
	"istmo/act"
	"istmo/i18n"
	"istmo/indicators"
	"istmo/screening"
	"istmo/screening/sealed"
	"istmo/testkit"
	"istmo/testkit/browser"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// post is a border post: a node far away, a mast between, and phones.
type post struct {
	*testkit.World
	t    testing.TB
	pa   *testkit.Country
	ana  access.Who
	beto access.Who
	id   string
	mast *mast
}

func newPost(t testing.TB) *post {
	p := &post{World: testkit.NewWorld(t), t: t}
	p.pa = p.Start("PA")
	p.pa.Agency("uia", "response-team", "Unidad ficticia")
	p.ana, p.beto = p.pa.User("ana", "uia", "field-officer"), p.pa.User("beto", "uia", "field-officer", "response-team")
	foco := p.pa.User("foco", "uia", "focal-point")
	p.id = testkit.Must(t, p.pa, foco, screening.AddPost{Name: "Lajas Blancas", Place: "Darién"}).Object
	p.mast = raise(t, strings.TrimPrefix(p.pa.Web(), "http://"))
	return p
}

// mast carries bytes between phones and a node: not at all, slowly, or not to the
// end.
type mast struct {
	at      string // address by which phones reach the node
	to      string
	up      atomic.Bool
	rate    atomic.Int64 // bytes a second each way; 0 is without limit
	cut     atomic.Int64 // one connection in so many is cut at some point; 0 is none
	through atomic.Int64 // bytes from the phones
	broken  atomic.Int64 // connections that were cut
	mu      sync.Mutex
	open    map[net.Conn]bool
}

func raise(t testing.TB, to string) *mast {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &mast{at: "http://" + l.Addr().String(), to: to, open: map[net.Conn]bool{}}
	m.up.Store(true)
	t.Cleanup(func() { l.Close(); m.down() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go m.carry(c)
		}
	}()
	return m
}

// down ends what is connected and refuses what comes.
func (m *mast) down() {
	m.up.Store(false)
	m.mu.Lock()
	defer m.mu.Unlock()
	for c := range m.open {
		c.Close()
	}
	clear(m.open)
}

func (m *mast) carry(phone net.Conn) {
	if !m.up.Load() {
		phone.Close()
		return
	}
	node, err := net.Dial("tcp", m.to)
	if err != nil {
		phone.Close()
		return
	}
	m.mu.Lock()
	m.open[phone], m.open[node] = true, true
	m.mu.Unlock()
	most := int64(-1)
	if n := m.cut.Load(); n > 0 && rand.Int64N(n) == 0 {
		most = rand.Int64N(4000)
	}
	var both sync.WaitGroup
	both.Go(func() { m.pass(node, phone, most, &m.through) })
	both.Go(func() { m.pass(phone, node, -1, new(atomic.Int64)) })
	both.Wait()
}

// pass copies one way, and ends both ways when it ends.
func (m *mast) pass(to, from net.Conn, most int64, count *atomic.Int64) {
	defer to.Close()
	defer from.Close()
	b := make([]byte, 512)
	for done := int64(0); most < 0 || done < most; {
		n, err := from.Read(b)
		if n > 0 {
			if rate := m.rate.Load(); rate > 0 {
				time.Sleep(time.Duration(n) * time.Second / time.Duration(rate))
			}
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
			count.Add(int64(n))
			if done += int64(n); most >= 0 && done >= most {
				m.broken.Add(1)
			}
		}
		if err != nil {
			return
		}
	}
}

// phone is a browser at the post.
type phone struct {
	*browser.Window
	t    testing.TB
	post *post
	name string
	at   *mast
	lang string
	shot string // before the names of pictures; none are taken without
	n    int
}

func (p *post) phone(t testing.TB, name, profile string, flags ...string) *phone {
	b := &phone{Window: browser.OpenAt(t, profile, flags...), t: t, post: p, name: name, at: p.mast, lang: "es"}
	b.Phone()
	b.Prefer("light")
	return b
}

// goTo opens the app and waits for a screen of it.
func (b *phone) goTo(screen string) {
	b.t.Helper()
	b.Open(b.at.at + "/screening/app/")
	b.screen(screen)
}

// screen waits until the app shows a screen.
func (b *phone) screen(name string) {
	b.t.Helper()
	b.Until(`document.getElementById("app").dataset.screen === "` + name + `"`)
	b.look(name)
}

// look checks the screen: accessible, no sentence missing, nothing cut off.
func (b *phone) look(name string) {
	b.t.Helper()
	if b.shot == "" {
		return
	}
	b.n++
	browser.Evaluate[bool](b.Window, `scrollTo(0, 0) === undefined`)
	b.Axe(b.t)
	if wide := browser.Evaluate[int](b.Window, `document.documentElement.scrollWidth`); wide > 375 {
		b.t.Errorf("%s: %d pixels wide on a phone of 375", name, wide)
	}
	b.Shot(b.t, b.shot+"-"+string(rune('a'+b.n/26))+string(rune('a'+b.n%26))+"-"+name)
}

// say is a sentence of the app in the phone's language.
func (b *phone) say(key string, values ...any) string {
	if !strings.HasPrefix(key, "cases.") {
		key = "screening.app." + key
	}
	return i18n.Say(b.lang, key, values...)
}

// does presses what is called by these keys, one after the other.
func (b *phone) does(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.press(b.say(k))
	}
}

// press presses the button, link or tile with these words.
func (b *phone) press(words string) {
	b.t.Helper()
	found := browser.Evaluate[bool](b.Window, `(() => {
		const want = `+quote(words)+`;
		const all = [...document.querySelectorAll("button, a, label.s-tile, summary")].filter((e) => !e.disabled && e.getClientRects().length > 0);
		const text = (e) => (e.getAttribute("aria-label") || (e.querySelector(".s-tile__words") ?? e).innerText).trim();
		const hit = all.find((e) => text(e) === want) ?? all.find((e) => text(e).startsWith(want));
		hit?.scrollIntoView({ block: "center" });
		hit?.click();
		return Boolean(hit);
	})()`)
	if !found {
		b.t.Fatalf("%s: nothing here says %q; there is:\n%s", b.name, words, b.Text("#app"))
	}
}

func quote(s string) string { return `decodeURIComponent("` + url.PathEscape(s) + `")` }

// fill writes into the field with this label.
func (b *phone) fill(label, text string) {
	b.t.Helper()
	found := browser.Evaluate[bool](b.Window, `(() => {
		const label = [...document.querySelectorAll("label.s-label")].find((l) => l.innerText.trim().startsWith(`+quote(label)+`) && l.getClientRects().length > 0);
		const input = label && document.getElementById(label.htmlFor);
		if (!input) return false;
		input.focus();
		input.value = `+quote(text)+`;
		input.dispatchEvent(new Event("input", { bubbles: true }));
		return true;
	})()`)
	if !found {
		b.t.Fatalf("%s: no field here is called %q; there is:\n%s", b.name, label, b.Text("#app"))
	}
}

// prepare enrols the phone for an officer with a PIN, and one for danger.
func (b *phone) prepare(officer, pin, danger string) {
	b.t.Helper()
	b.goTo("prepare")
	browser.Evaluate[bool](b.Window, `localStorage.setItem("istmo-lang", "`+b.lang+`") === undefined`)
	b.Cookie(b.post.pa.SignIn(officer), b.at.at)
	b.goTo("prepare")
	b.fill(b.say("prepare.name"), b.name)
	b.does("prepare.go")
	b.screen("pin")
	b.pin(pin, danger)
	b.Forget()
	b.Until(`navigator.serviceWorker.controller !== null`)
}

// pin chooses PINs on the screen that asks for them.
func (b *phone) pin(pin, danger string) {
	b.t.Helper()
	b.fill(b.say("pin.first"), pin)
	b.fill(b.say("pin.again"), pin)
	if danger != "" {
		b.does("pin.danger")
		b.fill(b.say("pin.second"), danger)
		b.fill(b.say("pin.second.again"), danger)
		b.look("pin-danger")
	}
	b.does("pin.go")
	b.screen("lock")
}

// unlock enters a PIN.
func (b *phone) unlock(pin string) {
	b.t.Helper()
	b.fill(b.say("lock.pin"), pin)
	b.screen("home")
}

// step waits until the talk shows the step of this title.
func (b *phone) step(key string) {
	b.t.Helper()
	b.Until(`document.querySelector("h1")?.innerText.trim() === ` + quote(b.say(key)))
	b.look("talk-" + strings.ReplaceAll(key, ".", "-"))
}

// talk goes through a whole screening, and gives its receipt.
func (b *phone) talk(name, outcome string) (receipt string) {
	b.t.Helper()
	b.does("home.start")
	b.step("before")
	receipt = b.Text(".s-progress .s-receipt")
	b.does("private.yes", "next")
	b.step("language")
	b.press("Kreyòl ayisyen")
	b.Until(`document.querySelector(".s-said-to")?.lang === "ht"`)
	b.does("next")
	b.step("rights")
	b.does("rights.read")
	b.step("consent")
	b.does("consent.given", "cases.way.spoken-witnessed", "next")
	b.step("who")
	b.does("cases.sex.female", "cases.age_band.21-29")
	b.press(i18n.Country(b.lang, "HT"))
	b.does("company.known")
	b.look("talk-who-answered")
	b.does("next")
	b.step("indicators")
	for _, answer := range []string{"yes", "no", "yes", "unknown", "yes"} {
		was := b.Text("#asked")
		b.press(b.say(answer))
		b.Until(`document.querySelector("#asked")?.innerText !== ` + quote(was))
	}
	b.look("talk-indicators-on")
	b.does("indicators.done")
	b.step("result")
	b.does("result.on")
	b.step("outcome")
	b.does("outcome." + outcome)
	b.fill(b.say("reasons"), "Alguien le guarda los papeles")
	b.look("talk-outcome-decided")
	b.does("next")
	b.step("needs")
	b.does("cases.needs.food", "cases.needs.safety")
	b.fill(b.say("account"), "Le ofrecieron un trabajo en "+name)
	b.does("next")
	b.step("identity")
	b.fill(b.say("given_names"), name)
	b.fill(b.say("phone"), "6000-CANARIO")
	b.does("next")
	b.step("companions.title")
	b.fill(b.say("companions"), "2")
	b.does("where.other-side", "next")
	b.step("finish")
	b.does("finish.go")
	b.screen("finished")
	if back := browser.Evaluate[string](b.Window, `new Promise((ok) => { history.back(); setTimeout(() => ok(document.getElementById("app").dataset.screen), 300); })`); back != "finished" {
		b.t.Errorf("the way back leads into a sealed screening: %s", back)
	}
	b.does("home")
	b.screen("home")
	return receipt
}

// arrived is a screening as the node has it, once it does.
func (p *post) arrived(receipt string) screening.View {
	p.t.Helper()
	for range 200 {
		for _, l := range testkit.Ask(p.t, p.pa, p.beto, screening.List{Only: "all", Search: receipt, Limit: 5}) {
			if l.Receipt == receipt {
				v, err := act.Look(p.t.Context(), p.pa.Engine, p.beto, screening.Open{On: screening.On{ID: l.ID}})
				if err != nil {
					p.t.Fatal(err)
				}
				return v
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	p.t.Fatalf("%s never arrived", receipt)
	return screening.View{}
}

// stored is all that the phone's browser keeps for the app, as text: IndexedDB, the
// caches and the local storage.
func (b *phone) stored() string {
	b.t.Helper()
	return browser.Evaluate[string](b.Window, `(async () => {
		const text = (v) => JSON.stringify(v, (k, x) => x instanceof Uint8Array || x instanceof ArrayBuffer ? new TextDecoder("latin1").decode(x) + Array.from(new Uint8Array(x), (n) => n.toString(16).padStart(2, "0")).join("") : x);
		const db = await new Promise((ok, no) => { const r = indexedDB.open("istmo-screening"); r.onsuccess = () => ok(r.result); r.onerror = () => no(r.error); });
		const all = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
		for (const name of db.objectStoreNames) {
			const rows = await new Promise((ok) => { const r = db.transaction(name).objectStore(name).getAll(); r.onsuccess = () => ok(r.result); });
			all.push(name, ...rows.map(text));
		}
		db.close();
		for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) all.push(request.url);
		return all.join("\n");
	})()`)
}

// canaries are what must be nowhere on a phone but sealed.
var canaries = []string{"Canaria", "CANARIO", "guarda los papeles", "trabajo en"}

// nothing looks for them in what the browser keeps, and in every file of its
// profile.
func (b *phone) nothing(profile string) {
	b.t.Helper()
	search(b.t, "what the browser keeps", b.stored())
	if profile == "" {
		return
	}
	b.Kill()
	files := 0
	err := filepath.WalkDir(profile, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		files++
		search(b.t, path, string(text))
		return err
	})
	if err != nil || files < 20 {
		b.t.Errorf("%d files in the profile: %v", files, err)
	}
}

func search(t testing.TB, where, text string) {
	t.Helper()
	for _, c := range canaries {
		wide := string(utf16le(c))
		if strings.Contains(text, c) || strings.Contains(text, wide) || strings.Contains(text, hex.EncodeToString([]byte(c))) {
			t.Errorf("%s holds %q", where, c)
		}
	}
}

func utf16le(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

// TestAWholeScreeningWithoutANetwork prepares a phone, takes its network away,
// screens, and hands over when the network is back. Every screen is looked at, in
// each language and each light.
func TestAWholeScreeningWithoutANetwork(t *testing.T) {
	for _, c := range []struct{ lang, light string }{{"es", "light"}, {"en", "dimmed"}, {"es", "dark"}} {
		t.Run(c.lang+"-"+c.light, func(t *testing.T) {
			p := newPost(t)
			profile := t.TempDir()
			b := p.phone(t, "Teléfono 1", profile)
			b.lang, b.shot = c.lang, c.lang+"-"+c.light
			b.goTo("prepare")
			browser.Evaluate[bool](b.Window, `localStorage.setItem("istmo-light", "`+c.light+`") === undefined`)
			b.prepare("ana", "480216", "739105")
			p.mast.down()
			b.Offline(true)
			b.goTo("lock")
			b.unlock("480216")
			receipt := b.talk("Canaria Ficticia", "presumed")
			if text := b.Text("#app"); !strings.Contains(text, receipt) || !strings.Contains(text, b.say("duty.team")) || !strings.Contains(text, b.say("sync.offline")) {
				t.Errorf("the start does not say what waits and what is still to be done:\n%s", text)
			}
			b.nothing("")
			p.mast.through.Store(0)
			p.mast.up.Store(true)
			b.Offline(false)
			v := p.arrived(receipt)
			if s := v.Screening; s.Sex != "female" || s.AgeBand != "21-29" || s.Outcome != "presumed" || !s.Final || s.Duress || s.Officer != p.ana.ID || s.Post != p.id {
				t.Errorf("arrived as %+v", s)
			}
			want := map[string]string{"given_names": "Canaria Ficticia", "phone": "6000-CANARIO", "reasons": "Alguien le guarda los papeles"}
			for field, value := range want {
				if v.Sealed[field] != value {
					t.Errorf("%s arrived as %q", field, v.Sealed[field])
				}
			}
			yes := 0
			for _, a := range v.Answers {
				if a == "yes" {
					yes++
				}
			}
			if yes != 3 || len(v.Answers) != 5 || v.Coded["spoken"][0] != "ht" || v.Coded["consent"][0] != "given" || v.Coded["companions_where"][0] != "other-side" {
				t.Errorf("arrived with %v and %v", v.Answers, v.Coded)
			}
			b.Until(`document.querySelector(".s-main--home")?.innerText.includes(` + quote(b.say("queue.none")) + `)`)
			b.look("home-sent")
			b.does("lock")
			b.screen("lock")
			b.nothing(profile)
			t.Logf("one screening: %d bytes went out of the phone in all, requests and their heads included", p.mast.through.Load())
		})
	}
}

// TestADeadBatteryLosesASecond kills the browser in the middle of a talk and goes on
// from the receipt after starting it again: what was answered is there, and what is
// added joins it.
func TestADeadBatteryLosesASecond(t *testing.T) {
	p := newPost(t)
	profile := t.TempDir()
	b := p.phone(t, "Teléfono 1", profile)
	b.prepare("ana", "480216", "")
	p.mast.down()
	b.goTo("lock")
	b.unlock("480216")
	b.does("home.start")
	b.step("before")
	receipt := b.Text(".s-progress .s-receipt")
	b.does("private.yes", "next")
	b.step("language")
	b.press("Français")
	b.does("next")
	b.step("rights")
	b.does("rights.read")
	b.step("consent")
	b.does("consent.given", "next")
	b.step("who")
	b.does("cases.sex.male", "cases.age_band.9-17", "company.alone")
	time.Sleep(time.Second)
	b.Kill()

	b = p.phone(t, "Teléfono 1", profile)
	b.shot = "again"
	b.goTo("lock")
	b.unlock("480216")
	if text := b.Text(".s-main"); !strings.Contains(text, receipt) || !strings.Contains(text, b.say("duty.child-authority")) {
		t.Fatalf("after the battery died the start says:\n%s", text)
	}
	b.press(b.say("go-on.receipt", "Receipt", receipt))
	b.step("before")
	if b.Text(".s-progress .s-receipt") != receipt || !strings.Contains(b.Text(".s-main"), b.say("talk.resumed")) || b.Has("input:checked") {
		t.Errorf("going on shows:\n%s", b.Text(".s-main"))
	}
	b.does("private.yes", "next")
	b.step("language")
	b.press("Français")
	b.does("next")
	b.step("rights")
	b.does("talk.leave")
	b.screen("home")
	p.mast.up.Store(true)
	b.does("queue.send")
	v := p.arrived(receipt)
	if s := v.Screening; s.Sex != "male" || s.AgeBand != "9-17" || s.Company != "alone" || s.Final || len(v.Conflicts) != 0 {
		t.Errorf("arrived as %+v, with conflicts %v", s, v.Conflicts)
	}
	if v.Coded["rights_read"][0] != "yes" {
		t.Errorf("arrived with %v", v.Coded)
	}
}

// TestAPINUnderThreatOpensAnEmptyApp writes under both PINs of an officer: under the
// second nothing of the first is seen, and the node hears inside the seal that it
// was forced.
func TestAPINUnderThreatOpensAnEmptyApp(t *testing.T) {
	p := newPost(t)
	b := p.phone(t, "Teléfono 1", t.TempDir())
	b.prepare("ana", "480216", "739105")
	p.mast.down()
	b.goTo("lock")
	b.unlock("480216")
	real := b.talk("Canaria Ficticia", "smuggled")
	b.does("lock")
	b.screen("lock")
	b.unlock("739105")
	text := b.Text(".s-main")
	if strings.Contains(text, real) || !strings.Contains(text, b.say("queue.none")) || !strings.Contains(text, b.say("receipts.none")) {
		t.Errorf("under threat the start says:\n%s", text)
	}
	b.does("pass")
	b.screen("pass")
	if !strings.Contains(b.Text(".s-main"), b.say("pass.nothing")) {
		t.Errorf("under threat there is something to pass on:\n%s", b.Text(".s-main"))
	}
	b.does("back")
	b.screen("home")
	forced := b.talk("Canaria Forzada", "none")
	b.press(b.say("receipts", "N", 1))
	if text := b.Text(".s-main"); !strings.Contains(text, forced) || strings.Contains(text, real) {
		t.Errorf("under threat the app does not work:\n%s", text)
	}
	b.does("lock")
	b.screen("lock")
	b.unlock("480216")
	b.press(b.say("receipts", "N", 1))
	if text := b.Text(".s-main"); !strings.Contains(text, real) || strings.Contains(text, forced) {
		t.Errorf("the officer's own start says:\n%s", text)
	}
	p.mast.up.Store(true)
	b.does("queue.send")
	if v := p.arrived(real); v.Screening.Duress || v.Screening.Outcome != "smuggled" {
		t.Errorf("the officer's own arrived as %+v", v.Screening)
	}
	if v := p.arrived(forced); !v.Screening.Duress || v.Sealed["given_names"] != "Canaria Forzada" {
		t.Errorf("the forced one arrived as %+v", v.Screening)
	}
}

// TestWrongPINsWait tries wrong PINs, and reads the page anew to be rid of the wait.
func TestWrongPINsWait(t *testing.T) {
	p := newPost(t)
	b := p.phone(t, "Teléfono 1", t.TempDir())
	b.prepare("ana", "480216", "")
	try := func(pin, says string) {
		t.Helper()
		b.fill(b.say("lock.pin"), pin)
		b.Until(`document.querySelector(".s-fault:not([hidden])")?.innerText.includes(` + quote(says) + `)`)
	}
	for range 4 {
		try("111222", b.say("lock.wrong"))
		browser.Evaluate[bool](b.Window, `(document.querySelector(".s-fault").hidden = true)`)
	}
	try("111222", "30")
	b.shot = "wrong"
	b.look("lock")
	b.goTo("lock")
	b.fill(b.say("lock.pin"), "480216")
	b.Until(`/Espere \d+ segundos/.test(document.querySelector(".s-fault:not([hidden])")?.innerText)`)
	if b.Has(".s-main--home") {
		t.Error("the right PIN opened while it had to wait")
	}
	browser.Evaluate[bool](b.Window, `new Promise((ok) => { const r = indexedDB.open("istmo-screening"); r.onsuccess = () => { const s = r.result.transaction("facts", "readwrite").objectStore("facts"); s.put({ wrong: 5, until: Date.now() - 1 }, "tries").onsuccess = () => { r.result.close(); ok(true); }; }; })`)
	b.unlock("480216")
}

// TestHelpTakesThreeTaps seals a call for help, without anything else, and shows
// whom to telephone.
func TestHelpTakesThreeTaps(t *testing.T) {
	p := newPost(t)
	b := p.phone(t, "Teléfono 1", t.TempDir())
	b.prepare("ana", "480216", "")
	p.mast.down()
	b.goTo("lock")
	b.unlock("480216")
	b.shot = "help"
	b.does("help")
	b.screen("help")
	b.does("help.violence", "help.go")
	b.screen("helped")
	receipt := b.Text(".s-receipt")
	if !b.Has(`a[href="tel:104"]`) {
		t.Errorf("whom to call is not there:\n%s", b.Text(".s-main"))
	}
	b.does("helped.go-on")
	b.step("before")
	b.does("private.no", "next")
	b.step("language")
	b.press("Español")
	b.does("next")
	b.step("safety")
	b.does("help.danger", "next")
	b.step("who")
	b.does("talk.leave")
	b.screen("home")
	p.mast.up.Store(true)
	b.does("queue.send")
	v := p.arrived(receipt)
	if got := strings.Join(v.Screening.Help, " "); !strings.Contains(got, "danger") || v.Coded["private"][0] != "no" {
		t.Errorf("arrived with help %q and %v, conflicts %v", got, v.Coded, v.Conflicts)
	}
}

// TestAChildAloneDoesNotWait tells the child authority from the middle of a talk.
func TestAChildAloneDoesNotWait(t *testing.T) {
	p := newPost(t)
	b := p.phone(t, "Teléfono 1", t.TempDir())
	b.prepare("ana", "480216", "")
	b.goTo("lock")
	b.unlock("480216")
	b.does("home.start")
	b.step("before")
	receipt := b.Text(".s-progress .s-receipt")
	b.does("private.yes", "next")
	b.step("language")
	b.press("中文")
	b.does("next")
	b.step("rights")
	b.does("rights.not")
	b.step("consent")
	b.does("consent.refused", "next")
	b.shot = "child"
	b.step("who")
	b.does("cases.age_band.18-20")
	browser.Evaluate[bool](b.Window, `[...document.querySelectorAll("fieldset")].find((f) => f.innerText.startsWith(`+quote(b.say("age_in_doubt"))+`)).querySelector("input").click() === undefined`)
	b.does("company.alone")
	b.look("who-child")
	b.does("child.call")
	b.screen("helped")
	v := p.arrived(receipt)
	if !v.Screening.AgeInDoubt || v.Screening.Company != "alone" || strings.Join(v.Screening.Help, "") != "child" || v.Screening.Final {
		t.Errorf("arrived as %+v", v.Screening)
	}
	b.does("helped.back")
	b.step("who")
	b.does("next")
	b.step("indicators")
	if !strings.Contains(b.Text(".s-main"), b.say("indicators.observed")) {
		t.Errorf("somebody who did not agree is asked:\n%s", b.Text(".s-main"))
	}
	b.does("indicators.list")
	b.Until(`document.querySelectorAll(".s-group").length > 0`)
	b.look("indicators-list")
}

// TestTwoPhonesPassRecordsWithoutANetwork passes them by photographs, by the camera and by a file between two phones, of
// which only the second ever meets the node.
func TestTwoPhonesPassRecordsWithoutANetwork(t *testing.T) {
	p := newPost(t)
	a := p.phone(t, "Teléfono 1", t.TempDir())
	a.prepare("ana", "480216", "")
	p.mast.down()
	a.goTo("lock")
	a.unlock("480216")
	first := a.talk("Canaria Ficticia", "presumed")
	a.shot = "pass"
	a.does("pass")
	a.screen("pass")
	pictures := a.pictures()
	a.does("back")
	a.screen("pass")
	folder := t.TempDir()
	a.Downloads(folder)
	a.does("pass.file")
	file := saved(t, folder)
	search(t, "the file", file.text)
	a.does("back")
	a.screen("home")

	other := raise(t, strings.TrimPrefix(p.pa.Web(), "http://"))
	video := filepath.Join(t.TempDir(), "camera.mjpeg")
	film(t, video, pictures)
	for _, way := range []string{"camera", "photographs", "file"} {
		t.Run(way, func(t *testing.T) {
			b := p.phone(t, "Teléfono de "+way, t.TempDir(), "use-fake-device-for-media-stream", "use-fake-ui-for-media-stream", "use-file-for-fake-video-capture="+video)
			b.at = other
			other.up.Store(true)
			b.prepare("beto", "739105", "")
			other.down()
			b.goTo("lock")
			b.unlock("739105")
			b.shot = "take-" + way
			b.does("take")
			b.screen("take")
			switch way {
			case "camera":
				b.does("take.camera")
			case "photographs":
				b.Pick(`[data-take="take.pictures"]`, photographs(t, pictures)...)
			case "file":
				b.Pick(`[data-take="take.file"]`, file.path)
			}
			b.screen("taken")
			if text := b.Text(".s-main"); !strings.Contains(text, b.say("taken.n", "N", 1)) {
				t.Errorf("taken in: %s", text)
			}
			b.nothing("")
			b.does("home")
			b.screen("home")
			other.up.Store(true)
			b.does("queue.send")
			v := p.arrived(first)
			if v.Sealed["given_names"] != "Canaria Ficticia" || v.Screening.Officer != p.ana.ID || !v.Screening.Final {
				t.Errorf("arrived as %+v", v.Screening)
			}
			b.Until(`document.querySelector(".s-main--home")?.innerText.includes(` + quote(b.say("queue.none")) + `)`)
		})
	}
	// What was handed over goes on from there: nothing takes its place.
	a.press(a.say("go-on.receipt", "Receipt", first))
	a.step("before")
	a.does("private.yes", "talk.leave")
	a.screen("home")
	p.mast.up.Store(true)
	a.does("queue.send")
	a.Until(`document.querySelector(".s-main--home")?.innerText.includes(` + quote(a.say("queue.none")) + `)`)
	if all := testkit.Ask(t, p.pa, p.ana, screening.List{Only: "all", Limit: 10}); len(all) != 1 || all[0].Conflicts != 0 {
		t.Errorf("%d screenings arrived, with %d conflicts", len(all), all[0].Conflicts)
	}
}

// pictures are what the phone shows, one after the other.
func (b *phone) pictures() [][]byte {
	b.t.Helper()
	b.does("pass.pictures")
	b.Until(`document.querySelector("canvas.s-qr") !== null`)
	b.does("pass.pause")
	b.look("pictures")
	var all [][]byte
	for first := ""; ; {
		text := browser.Evaluate[string](b.Window, `document.querySelector("canvas").dataset.text`)
		if text == first {
			return all
		}
		if first == "" {
			first = text
		}
		png, err := base64.StdEncoding.DecodeString(browser.Evaluate[string](b.Window, `document.querySelector("canvas").toDataURL("image/png").split(",")[1]`))
		if err != nil {
			b.t.Fatal(err)
		}
		all = append(all, png)
		b.does("pass.after")
	}
}

// photographs are the pictures as somebody takes them: on a table, not straight, not
// in order.
func photographs(t testing.TB, pictures [][]byte) (paths []string) {
	t.Helper()
	folder := t.TempDir()
	for i := len(pictures) - 1; i >= 0; i-- {
		path := filepath.Join(folder, fmt.Sprintf("%d.jpg", len(pictures)-i))
		var b bytes.Buffer
		if err := jpeg.Encode(&b, onTable(t, pictures[i], 1400, 1050), &jpeg.Options{Quality: 80}); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// film is what a camera sees that is held before a phone that shows the pictures.
func film(t testing.TB, path string, pictures [][]byte) {
	t.Helper()
	var b bytes.Buffer
	for _, p := range pictures {
		frame := onTable(t, p, 1280, 960)
		for range 15 {
			if err := jpeg.Encode(&b, frame, &jpeg.Options{Quality: 85}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// onTable lays a picture on a grey ground, turned a little.
func onTable(t testing.TB, text []byte, wide, high int) image.Image {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	ground := image.NewRGBA(image.Rect(0, 0, wide, high))
	draw.Draw(ground, ground.Bounds(), image.NewUniform(color.Gray{0x90}), image.Point{}, draw.Src)
	turn, size := 0.06, float64(picture.Bounds().Dx())
	scale := 0.9 * float64(high) / size
	sin, cos := math.Sincos(turn)
	at := f64.Aff3{scale * cos, -scale * sin, float64(wide)/2 - scale*size/2*(cos-sin), scale * sin, scale * cos, float64(high)/2 - scale*size/2*(sin+cos)}
	xdraw.ApproxBiLinear.Transform(ground, at, picture, picture.Bounds(), xdraw.Over, nil)
	return ground
}

type kept struct{ path, text string }

// saved is the file that appears in a folder.
func saved(t testing.TB, folder string) kept {
	t.Helper()
	for range 100 {
		found, err := filepath.Glob(filepath.Join(folder, "*.istmo"))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 1 {
			text, err := os.ReadFile(found[0])
			if err != nil {
				t.Fatal(err)
			}
			return kept{found[0], string(text)}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("no file was saved")
	return kept{}
}

// TestALostPhoneDeliversAndForgets revokes a phone that still has a screening: what
// it brings is held for a person to look at, and then the phone has nothing.
func TestALostPhoneDeliversAndForgets(t *testing.T) {
	p := newPost(t)
	b := p.phone(t, "Teléfono 1", t.TempDir())
	b.prepare("ana", "480216", "")
	p.mast.down()
	b.goTo("lock")
	b.unlock("480216")
	receipt := b.talk("Canaria Ficticia", "presumed")
	device := testkit.Ask(t, p.pa, p.beto, screening.Devices{})[0]
	testkit.Must(t, p.pa, p.beto, screening.RevokeDevice{OnDevice: screening.OnDevice{Device: device.ID}, Reason: "Perdido en el río"})
	p.mast.up.Store(true)
	b.does("queue.send")
	b.shot = "revoked"
	b.screen("revoked")
	lines := testkit.Ask(t, p.pa, p.ana, screening.List{Only: "all", Search: receipt, Limit: 5})
	if len(lines) != 1 || lines[0].Held != 1 {
		t.Errorf("what the lost phone brought is not held: %+v", lines)
	}
	rows := browser.Evaluate[[]string](b.Window, `new Promise((ok) => { const r = indexedDB.open("istmo-screening"); r.onsuccess = async () => {
		const out = [];
		for (const name of r.result.objectStoreNames) await new Promise((next) => { const q = r.result.transaction(name).objectStore(name).getAllKeys(); q.onsuccess = () => { out.push(...q.result.map((k) => name + "/" + k)); next(); }; });
		r.result.close();
		ok(out);
	}; })`)
	if len(rows) != 1 || rows[0] != "facts/revoked" {
		t.Errorf("the lost phone still has %v", rows)
	}
	b.goTo("revoked")
}

// TestManyScreeningsOverABadLine screens for a week without a network, by the phone's
// own clock and locked each night, and sends it over a line like 2G on which half of
// the connections break, until the node has all of it.
func TestManyScreeningsOverABadLine(t *testing.T) {
	p := newPost(t)
	b := p.phone(t, "Teléfono 1", t.TempDir())
	b.prepare("ana", "480216", "")
	p.mast.down()
	const many, days = 50, 7
	for day := range days {
		b.goTo("lock")
		b.clock(p.World.Now().AddDate(0, 0, day+1-days))
		b.unlock("480216")
		b.quickly(many*(day+1)/days - many*day/days)
	}
	p.mast.rate.Store(6000)
	p.mast.cut.Store(2)
	p.mast.through.Store(0)
	start := time.Now()
	p.mast.up.Store(true)
	for b.waiting() > 0 {
		b.does("queue.send")
		if time.Since(start) > 3*time.Minute {
			t.Fatal("the bad line never let all of it through")
		}
		time.Sleep(300 * time.Millisecond)
	}
	all := testkit.Ask(t, p.pa, p.beto, screening.List{Only: "all", Limit: 200})
	finals, conflicts, worked := 0, 0, map[string]bool{}
	for _, l := range all {
		conflicts += int(l.Conflicts)
		worked[l.StartedAt.Format(time.DateOnly)] = true
		if l.Final {
			finals++
		}
	}
	if len(worked) != days {
		t.Errorf("they are of %d days", len(worked))
	}
	if len(all) != many || finals != many || conflicts != 0 {
		t.Errorf("%d screenings arrived, %d whole, with %d conflicts", len(all), finals, conflicts)
	}
	t.Logf("%d screenings over 6 kB/s with every second connection cut: %d connections broke; %d bytes a screening, all that went out of the phone counted, in %.0f s", many, p.mast.broken.Load(), p.mast.through.Load()/many, time.Since(start).Seconds())
}

// clock sets the phone's clock, until the page is opened anew.
func (b *phone) clock(now time.Time) {
	b.t.Helper()
	browser.Evaluate[bool](b.Window, fmt.Sprintf(`(() => {
		const real = Date, late = %d - real.now();
		globalThis.Date = class extends real { constructor(...a) { a.length ? super(...a) : super(real.now() + late); } static now() { return real.now() + late; } };
		return true;
	})()`, now.UnixMilli()))
}

// quickly goes through so many screenings, pressing as fast as the app shows what to
// press: the list of questions, each with an answer.
func (b *phone) quickly(many int) {
	b.t.Helper()
	words := map[string]string{}
	for _, k := range []string{"home.start", "private.yes", "next", "rights.read", "consent.given", "cases.sex.female", "cases.age_band.21-29", "company.known",
		"indicators.done", "result.on", "outcome.none", "cases.needs.food", "finish.go", "home", "reasons", "given_names", "before", "language", "rights", "consent", "who",
		"indicators", "result", "outcome", "needs", "identity", "companions.title", "finish", "finished"} {
		words[k] = b.say(k)
	}
	text, err := json.Marshal(words)
	if err != nil {
		b.t.Fatal(err)
	}
	const one = `window.istmoOne = async (w, n) => {
		const until = async (f) => { for (let i = 0; i < 1500; i++) { const r = f(); if (r) return r; await new Promise((ok) => setTimeout(ok, 10)); } throw new Error("stuck at " + document.querySelector("h1")?.innerText); };
		const said = (e) => (e.querySelector(".s-tile__words") ?? e).innerText.trim();
		const press = async (words) => (await until(() => [...document.querySelectorAll("button, label.s-tile")].find((e) => !e.disabled && said(e) === words))).click();
		const fill = (label, text) => { const l = [...document.querySelectorAll("label.s-label")].find((l) => l.innerText.startsWith(label)); const i = document.getElementById(l.htmlFor); i.value = text; i.dispatchEvent(new Event("input", { bubbles: true })); };
		const at = (key) => until(() => document.querySelector("h1")?.innerText.trim() === w[key]);
		await press(w["home.start"]);
		await at("before"); await press(w["private.yes"]); await press(w.next);
		await at("language"); await press("Español"); await new Promise((ok) => setTimeout(ok, 30)); await press(w.next);
		await at("rights"); await press(w["rights.read"]);
		await at("consent"); await press(w["consent.given"]); await press(w.next);
		await at("who"); for (const k of ["cases.sex.female", "cases.age_band.21-29", "company.known"]) await press(w[k]); await press(w.next);
		await at("indicators"); for (const set of document.querySelectorAll(".s-group fieldset")) set.querySelectorAll("input")[(set.innerText.length + n) % 3].click(); await press(w["indicators.done"]);
		await at("result"); await press(w["result.on"]);
		await at("outcome"); await press(w["outcome.none"]); fill(w.reasons, "Viaja con su familia, sin deudas: " + n); await press(w.next);
		await at("needs"); await press(w["cases.needs.food"]); await press(w.next);
		await at("identity"); fill(w.given_names, "Canaria " + n); await press(w.next);
		await at("companions.title"); await press(w.next);
		await at("finish"); await press(w["finish.go"]);
		await at("finished"); await press(w.home);
		await until(() => document.getElementById("app").dataset.screen === "home");
		return true;
	}`
	browser.Evaluate[bool](b.Window, `localStorage.setItem("istmo-questions", "list") === undefined && Boolean(`+one+`)`)
	for n := range many {
		browser.Evaluate[bool](b.Window, fmt.Sprintf(`window.istmoOne(%s, %d)`, text, n))
	}
}

// waiting is how many records are in the outbox.
func (b *phone) waiting() int {
	b.t.Helper()
	return browser.Evaluate[int](b.Window, `new Promise((ok) => { const r = indexedDB.open("istmo-screening"); r.onsuccess = () => { const q = r.result.transaction("outbox").objectStore("outbox").count(); q.onsuccess = () => { r.result.close(); ok(q.result); }; }; })`)
}

// TestItCanBeInstalled asks the browser itself whether the app can be put onto the
// home screen, and opens it there without a network.
func TestItCanBeInstalled(t *testing.T) {
	p := newPost(t)
	b := p.phone(t, "Teléfono 1", t.TempDir())
	b.prepare("ana", "480216", "")
	if against := b.Installable(); len(against) > 0 {
		t.Errorf("it cannot be installed: %v", against)
	}
	p.mast.down()
	b.goTo("lock")
}

// TestASharedPhoneKeepsOfficersApart has two officers on one phone: each has a PIN of
// their own, and sees their own receipts alone. It also locks itself.
func TestASharedPhoneKeepsOfficersApart(t *testing.T) {
	p := newPost(t)
	b := p.phone(t, "Teléfono 1", t.TempDir())
	b.prepare("ana", "480216", "")
	b.Cookie(p.pa.SignIn("beto"), b.at.at)
	b.does("pin.add")
	b.screen("pin")
	b.pin("864209", "")
	b.Forget()
	p.mast.down()
	b.shot = "shared"
	b.goTo("lock")
	b.press("Ficticia ana")
	b.fill(b.say("lock.pin"), "864209")
	b.Until(`document.querySelector(".s-fault:not([hidden])") !== null`)
	b.unlock("480216")
	b.does("help")
	b.screen("help")
	b.does("help.health", "help.go")
	b.screen("helped")
	of := b.Text(".s-receipt")
	b.does("home")
	b.screen("home")
	b.does("options")
	b.screen("options")
	browser.Evaluate[bool](b.Window, `localStorage.setItem("istmo-idle", "0.01") === undefined`)
	b.screen("lock")
	browser.Evaluate[bool](b.Window, `localStorage.setItem("istmo-idle", "5") === undefined`)
	b.press("Ficticia beto")
	b.unlock("864209")
	if text := b.Text(".s-main"); strings.Contains(text, of) || !strings.Contains(text, b.say("receipts.none")) {
		t.Errorf("one officer sees another's receipts:\n%s", text)
	}
	// Leaving the app locks it: a call comes, the screen goes dark.
	browser.Evaluate[bool](b.Window, `(() => { Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true }); document.dispatchEvent(new Event("visibilitychange")); return true; })()`)
	b.screen("lock")
	p.mast.up.Store(true)
	b.goTo("lock")
	if v := p.arrived(of); v.Screening.Officer != p.ana.ID {
		t.Errorf("arrived from a locked phone as %+v", v.Screening)
	}
}

// TestTheAppIsServedWhole asks for every part that the service worker lists, as
// somebody who has not signed in, and holds the words to the keys that the app says.
func TestTheAppIsServedWhole(t *testing.T) {
	p := newPost(t)
	get := func(path string) (*http.Response, string) {
		t.Helper()
		r, err := http.Get(p.pa.Web() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		text, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s %v", path, r.Status, err)
		}
		return r, string(text)
	}
	page, shell := get("/screening/app/")
	if csp := page.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "manifest-src 'self'") || !strings.Contains(page.Header.Get("Permissions-Policy"), "camera=(self)") {
		t.Errorf("the shell may not be installed, or not see: %s", csp)
	}
	if other, _ := get("/screening/app/sw.js"); strings.Contains(other.Header.Get("Permissions-Policy"), "camera=(self)") {
		t.Error("more than the shell may use the camera")
	}
	_, worker := get("/screening/app/sw.js")
	found := regexp.MustCompile(`PARTS = (\[.*\]);`).FindStringSubmatch(worker)
	var parts []string
	if found == nil || json.Unmarshal([]byte(found[1]), &parts) != nil || len(parts) < 15 {
		t.Fatalf("the worker lists %v", found)
	}
	for _, part := range parts {
		get(part)
	}
	for _, asset := range regexp.MustCompile(`"(/assets/[^"]+)"`).FindAllStringSubmatch(shell, -1) {
		if !slices.Contains(parts, asset[1]) {
			t.Errorf("the worker does not keep %s", asset[1])
		}
	}
	_, text := get("/screening/app/manifest.webmanifest")
	var manifest struct {
		Scope, Display string
		Start          string `json:"start_url"`
		Icons          []struct{ Src, Sizes, Purpose string }
	}
	if err := json.Unmarshal([]byte(text), &manifest); err != nil || manifest.Scope != "/screening/app/" || manifest.Start != manifest.Scope || manifest.Display != "standalone" || len(manifest.Icons) != 3 {
		t.Errorf("%v: the manifest says %s", err, text)
	}
	for _, icon := range manifest.Icons {
		_, picture := get(icon.Src)
		i, err := png.DecodeConfig(strings.NewReader(picture))
		if err != nil || fmt.Sprintf("%dx%d", i.Width, i.Height) != icon.Sizes {
			t.Errorf("icon %s: %v %v", icon.Src, i, err)
		}
	}
}

// TestEveryKeyOfTheAppHasWords finds the keys in the app's code.
func TestEveryKeyOfTheAppHasWords(t *testing.T) {
	files, err := filepath.Glob("../../web/assets/js/screening/*.js")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	said := map[string]bool{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\bt\("([^"]+)"`).FindAllStringSubmatch(string(text), -1) {
			said[m[1]] = true
		}
	}
	for _, lists := range [][2]string{{"duty.", "help child-authority team smuggled finish outcome rights consent"}, {"state.", "open finished conflict with-team closed"}, {"outcome.", "presumed smuggled other-protection none"}} {
		for _, code := range strings.Fields(lists[1]) {
			said[lists[0]+code] = true
		}
	}
	for _, d := range indicators.Dimensions {
		said["dimension."+d] = true
	}
	for key := range said {
		if !i18n.Has("es", "screening.app."+key) {
			t.Errorf("there are no words for %s", key)
		}
	}
	if len(said) < 150 {
		t.Errorf("only %d keys were found", len(said))
	}
}

// TestWhatNoNodeOfTheUnitTakesStays brings a record of a unit that nobody here knows:
// the phone keeps it and says so, and the rest goes on its way.
func TestWhatNoNodeOfTheUnitTakesStays(t *testing.T) {
	p := newPost(t)
	b := p.phone(t, "Teléfono 1", t.TempDir())
	b.prepare("ana", "480216", "")
	b.goTo("lock")
	b.unlock("480216")
	stranger, err := sealed.UnitFrom(bytes.Repeat([]byte{5}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s, secret, err := sealed.Begin(stranger.Public, "dev_otro", "crd_otra")
	if err != nil {
		t.Fatal(err)
	}
	r, err := sealed.Seal(secret, bytes.Repeat([]byte{6}, 32), sealed.Record{Session: s.ID(), Chain: testkit.Chain()}, set("sex", "female"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "otra.istmo")
	if err := os.WriteFile(path, sealed.Bundle{Sessions: []sealed.Session{s}, Records: []sealed.Record{r}}.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	b.does("take")
	b.screen("take")
	b.Pick(`[data-take="take.file"]`, path)
	b.screen("taken")
	b.does("home")
	b.screen("home")
	b.does("queue.send")
	b.shot = "refused"
	b.Until(`document.querySelector(".s-main--home")?.innerText.includes(` + quote(b.say("queue.refused", "N", 1)) + `)`)
	b.look("home")
	receipt := b.talk("Canaria Ficticia", "none")
	p.arrived(receipt)
	if n := b.waiting(); n != 1 {
		t.Errorf("%d records wait", n)
	}
}

// TestANodeThatForgotASessionGetsItAgain has a phone believe that the node knows its
// session, as after the node was restored from a backup: nothing is lost by it.
func TestANodeThatForgotASessionGetsItAgain(t *testing.T) {
	p := newPost(t)
	b := p.phone(t, "Teléfono 1", t.TempDir())
	b.prepare("ana", "480216", "")
	p.mast.down()
	b.goTo("lock")
	b.unlock("480216")
	b.does("help")
	b.screen("help")
	b.does("help.danger", "help.go")
	b.screen("helped")
	receipt := b.Text(".s-receipt")
	browser.Evaluate[bool](b.Window, `new Promise((ok) => { const r = indexedDB.open("istmo-screening"); r.onsuccess = () => {
		const at = r.result.transaction("sessions", "readwrite").objectStore("sessions");
		at.openCursor().onsuccess = (e) => { const c = e.target.result; if (!c) { r.result.close(); return ok(true); } c.update({ ...c.value, known: true }); c.continue(); };
	}; })`)
	b.does("home")
	b.screen("home")
	p.mast.up.Store(true)
	b.does("queue.send")
	b.Until(`document.querySelector(".s-main--home")?.innerText.includes(` + quote(b.say("queue.none")) + `)`)
	p.arrived(receipt)
}
