package pages_test

import (
	"encoding/hex"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf16"

	"istmo/access"
	"istmo/act"
	"istmo/i18n"
	"istmo/screening"
	"istmo/testkit"
	"istmo/testkit/browser"
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
			done += int64(n)
			count.Add(int64(n))
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
	b.does("home")
	b.screen("home")
	return receipt
}

// arrived is a screening as the node has it, once it does.
func (p *post) arrived(receipt string) screening.View {
	p.t.Helper()
	for range 200 {
		for _, l := range testkit.Ask(p.t, p.pa, p.ana, screening.List{Only: "all", Search: receipt, Limit: 5}) {
			if l.Receipt == receipt {
				v, err := act.Look(p.t.Context(), p.pa.Engine, p.ana, screening.Open{On: screening.On{ID: l.ID}})
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
