package pages_test

import (
	"math/rand/v2"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"istmo/access"
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
	shot string // before the names of pictures; none are taken without
	n    int
}

func (p *post) phone(t testing.TB, name, profile string, flags ...string) *phone {
	b := &phone{Window: browser.OpenAt(t, profile, flags...), t: t, post: p, name: name}
	b.Phone()
	b.Prefer("light")
	return b
}

// goTo opens the app and waits for a screen of it.
func (b *phone) goTo(screen string) {
	b.t.Helper()
	b.Open(b.post.mast.at + "/screening/app/")
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
	b.Axe(b.t)
	if wide := browser.Evaluate[int](b.Window, `document.documentElement.scrollWidth`); wide > 375 {
		b.t.Errorf("%s: %d pixels wide on a phone of 375", name, wide)
	}
	b.Shot(b.t, b.shot+"-"+string(rune('a'+b.n/26))+string(rune('a'+b.n%26))+"-"+name)
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
	browser.Evaluate[bool](b.Window, `localStorage.setItem("istmo-lang", "es") === undefined`)
	b.Cookie(b.post.pa.SignIn(officer), b.post.mast.at)
	b.goTo("prepare")
	b.fill("Nombre del teléfono", b.name)
	b.press("Preparar")
	b.screen("pin")
	b.fill("PIN de seis cifras", pin)
	b.fill("El mismo PIN otra vez", pin)
	if danger != "" {
		b.press("Un segundo PIN")
		b.fill("Segundo PIN", danger)
		b.fill("El segundo PIN otra vez", danger)
		b.look("pin-danger")
	}
	b.press("Guardar mi PIN")
	b.screen("lock")
	b.Forget()
}

// unlock enters a PIN.
func (b *phone) unlock(pin string) {
	b.t.Helper()
	b.fill("Su PIN de seis cifras", pin)
	b.screen("home")
}

func TestAWholeScreeningWithoutANetwork(t *testing.T) {
	p := newPost(t)
	b := p.phone(t, "Teléfono 1", t.TempDir())
	b.shot = "es"
	b.prepare("ana", "480216", "739105")
	b.Until(`navigator.serviceWorker.controller !== null`)
	p.mast.down()
	b.goTo("lock")
	b.unlock("480216")
}
