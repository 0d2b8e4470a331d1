package demo_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"istmo/demo"
	"istmo/i18n"
	"istmo/testkit/browser"
)

// TestAPersonIsReferred is the demo as somebody without a mouse lives it, once in
// each language: Panama's case worker sends the draft that waits on her desk,
// Colombia's answers until it is closed, and then a person who was just met
// changes her mind. Every page is checked by axe. With ISTMO_SHOTS it also takes
// the pictures of the field guides.
func TestAPersonIsReferred(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		t.Run(lang, func(t *testing.T) {
			_, accounts := start(t, filepath.Join(t.TempDir(), "demo"), ports(t))
			w := &walker{Window: browser.Open(t), t: t, lang: lang}
			w.Prefer("light")
			w.Size(wide, high)
			ana, juan := as(t, accounts, "PA", "ana").Account, as(t, accounts, "CO", "juan").Account
			w.signInPage(ana)
			w.enter(ana)
			w.enter(juan)
			w.arrives(ana, juan)
			w.changesHerMind(ana, juan)
		})
	}
}

// The window is a small one, so that the pictures can be read in a guide.
const wide, high = 720, 640

// walker is somebody at the keyboard of a browser.
type walker struct {
	*browser.Window
	t    *testing.T
	lang string
}

func (w *walker) say(key string, values ...any) string { return i18n.Say(w.lang, key, values...) }

// look holds the page to what every page promises: axe finds nothing, no
// sentence is missing, nothing is cut off.
func (w *walker) look() {
	w.t.Helper()
	w.Axe(w.t)
	text := w.Text("body")
	if at := strings.Index(text, "⟦"); at >= 0 {
		w.t.Errorf("%s: a sentence is missing: %.80s", w.URL(), text[at:])
	}
	if browser.Evaluate[bool](w.Window, "document.documentElement.scrollWidth > innerWidth") {
		w.t.Errorf("%s is wider than the window", w.URL())
	}
	if lang := browser.Evaluate[string](w.Window, "document.documentElement.lang"); lang != w.lang {
		w.t.Errorf("%s speaks %s", w.URL(), lang)
	}
}

func (w *walker) visit(url string) { w.t.Helper(); w.Open(url); w.look() }

// press reaches what the CSS selector names by Tab, presses Enter on it, and
// looks at the page that comes.
func (w *walker) press(selector string) {
	w.t.Helper()
	w.TabTo(selector)
	w.Follow(func() { w.Press("Enter") })
	if faults := w.Text(".govuk-error-summary"); faults != "" {
		w.t.Fatalf("%s: %s", w.URL(), faults)
	}
	w.look()
}

// do presses the button of a verb's form.
func (w *walker) do(verb string) { w.t.Helper(); w.press(`form[action="/do/` + verb + `"] button`) }

// pressNamed presses the link in the page that says these words.
func (w *walker) pressNamed(key string, values ...any) {
	w.t.Helper()
	w.pressSaid(w.say(key, values...))
}

func (w *walker) pressSaid(words string) {
	w.t.Helper()
	href := browser.Evaluate[string](w.Window, fmt.Sprintf(`[...document.querySelectorAll("main a")].find(a => a.innerText.trim() === %q)?.getAttribute("href") ?? ""`, words))
	if href == "" {
		w.t.Fatalf("%s has no link %q:\n%s", w.URL(), words, w.Text("main"))
	}
	w.press(fmt.Sprintf(`main a[href=%q]`, href))
}

// tick presses Space on what the selector names.
func (w *walker) tick(selector string) { w.t.Helper(); w.TabTo(selector); w.Press("Space") }

func (w *walker) fill(selector, text string) { w.t.Helper(); w.TabTo(selector); w.Type(text) }

// choose types the beginning of an option.
func (w *walker) choose(selector, words string) {
	w.t.Helper()
	w.TabTo(selector)
	w.Type(words)
	if got := browser.Evaluate[string](w.Window, fmt.Sprintf(`document.querySelector(%q).selectedOptions[0].label`, selector)); !strings.HasPrefix(got, words) {
		w.t.Fatalf("%s: typing %q chose %q", w.URL(), words, got)
	}
}

// unfold opens what holds the form of a verb.
func (w *walker) unfold(verb string) {
	w.t.Helper()
	w.TabTo(fmt.Sprintf(`details:has(form[action="/do/%s"]) > summary`, verb))
	w.Press("Enter")
}

// await opens a page again and again until it has what the other country must
// first answer, then looks at it.
func (w *walker) await(url, condition string) {
	w.t.Helper()
	deadline := time.Now().Add(90 * time.Second)
	for w.Open(url); !browser.Evaluate[bool](w.Window, condition); w.Open(url) {
		if time.Now().After(deadline) {
			w.t.Fatalf("%s never came to %s:\n%s", url, condition, w.Text("main"))
		}
		time.Sleep(200 * time.Millisecond)
	}
	w.look()
}

// offered is the condition that a verb's form is there.
func offered(verb string) string {
	return fmt.Sprintf(`document.querySelector('form[action="/do/%s"]') !== null`, verb)
}

// says is the condition that the page holds these words.
func (w *walker) says(key string, values ...any) string {
	return fmt.Sprintf(`document.querySelector("main").innerText.includes(%q)`, w.say(key, values...))
}

// shot takes a picture for a guide: the window, with what the selector
// names at its top. It leaves the page as it was.
func (w *walker) shot(name, selector string) {
	w.t.Helper()
	folder := os.Getenv("ISTMO_SHOTS")
	if folder == "" {
		return
	}
	if !browser.Evaluate[bool](w.Window, fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (e) { e.scrollIntoView(); scrollBy(0, -4) } return e !== null })()`, selector)) {
		w.t.Fatalf("%s has no %s to take a picture of", w.URL(), selector)
	}
	var picture []byte
	w.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) (err error) {
		picture, err = chromedp.CaptureScreenshot()(ctx, target)
		return err
	}))
	if err := os.WriteFile(filepath.Join(folder, w.lang+"-"+name+".png"), picture, 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// signInPage looks at the ordinary entrance, which the demo's stands beside.
func (w *walker) signInPage(a demo.Account) {
	w.t.Helper()
	w.Open(a.Address + "/sign-in")
	w.speak()
	if browser.Evaluate[bool](w.Window, `[...document.querySelectorAll(".govuk-error-message")].some(e => e.checkVisibility())`) {
		w.t.Error("the sign-in page complains before anybody has tried")
	}
	w.shot("sign-in", "body")
}

// speak chooses the language by the button for it, if the page speaks the other.
func (w *walker) speak() {
	w.t.Helper()
	if button := fmt.Sprintf(`button[name="lang"][value=%q]`, w.lang); w.Has(button) {
		w.TabTo(button)
		w.Follow(func() { w.Press("Enter") })
	}
	w.look()
}

// enter goes in through the demo's entrance.
func (w *walker) enter(a demo.Account) {
	w.t.Helper()
	w.Open(a.Address + "/demo")
	w.speak()
	w.TabTo(fmt.Sprintf(`form:has(input[name="name"][value=%q]) button`, a.Name))
	w.Follow(func() { w.Press("Enter") }) // the account speaks Spanish
	w.speak()
}

// arrives takes the draft that waits on Ana's desk to its end, both sides doing
// their part.
func (w *walker) arrives(ana, juan demo.Account) {
	w.visit(ana.Address + "/")
	w.shot("desk", "body")
	w.pressNamed("desk.next.draft")
	path := strings.TrimPrefix(w.URL(), ana.Address)
	here, there := ana.Address+path, juan.Address+path
	w.send(here)
	w.answers(juan, path)

	w.await(here, offered("referrals.start-transfer"))
	w.TabTo(`select[name="eta"]`)
	w.Press("Down", "Down", "Down")
	w.shot("transfer", "#next")
	w.do("referrals.start-transfer")

	w.await(there, offered("referrals.confirm-arrival"))
	w.shot("arrival", "#next")
	w.do("referrals.confirm-arrival")
	w.await(there, offered("referrals.follow-up"))
	w.tick(`input[name="outcomes"]`)
	w.shot("follow-up", "#next")
	w.do("referrals.follow-up")
	w.await(there, w.says("referrals.state.follow_up")+" && "+offered("referrals.close"))
	w.unfold("referrals.close")
	w.tick(`input[name="reason"]`)
	w.shot("close", `details:has(form[action="/do/referrals.close"])`)
	w.do("referrals.close")
	w.await(there, w.says("referrals.next.closed.receiver"))
	w.await(here, w.says("referrals.next.closed.sender"))
	w.shot("closed", ".istmo-ladder")
	w.visit(ana.Address + "/referrals?side=sender&state=closed")
	if !w.Has(fmt.Sprintf(`main a[href=%q]`, path)) {
		w.t.Error("the closed referral is not in the list")
	}
}

// send takes a draft through its review and across the border.
func (w *walker) send(here string) {
	w.press(`a[href$="/review"]`)
	w.shot("leaves-and-stays", ".istmo-sides")
	w.do("referrals.confirm-consent")
	w.press(`a[href$="/send"]`)
	w.shot("send", "body")
	w.do("referrals.send")
	w.await(here, w.says("referrals.rung.signed", "Country", i18n.Country(w.lang, "CO")))
	w.shot("ladder", ".istmo-ladder")
}

// answers is the receiver's side until somebody stands ready to meet the person.
func (w *walker) answers(juan demo.Account, path string) {
	w.visit(juan.Address + "/")
	w.shot("receiver-desk", "main")
	w.press(fmt.Sprintf(`main a[href=%q]`, path))
	w.shot("receiver-preview", "main")
	if strings.Contains(w.Text("main"), "Marta") {
		w.t.Error("the preview says who it is")
	}
	w.do("referrals.acknowledge")
	w.await(juan.Address+path, offered("referrals.accept"))
	w.shot("answer", "#next")
	w.do("referrals.accept")
	w.shot("asked", "main")
	w.await(juan.Address+path, offered("referrals.prepare-reception")+` && document.querySelector('main a[href^="/people/"]') !== null`)
	w.press(`main a[href^="/people/"]`)
	if !strings.Contains(w.Text("main"), "Marta") {
		w.t.Error("the file does not say who it is")
	}
	w.shot("received-file", "main")
	w.visit(juan.Address + path)
	w.fill(`input[name="meeter"]`, "Compañera Ficticia, chaleco verde")
	w.fill(`input[name="phone"]`, "+573000000000")
	w.fill(`input[name="where"]`, "Muelle de Turbo")
	w.shot("reception", "#next")
	w.do("referrals.prepare-reception")
}

// changesHerMind meets somebody, refers her, and stops when she no longer wants
// it; in both countries.
func (w *walker) changesHerMind(ana, juan demo.Account) {
	w.visit(ana.Address + "/")
	person := w.meet(ana)
	w.assess(person)
	w.consent(person)
	w.visit(person)
	w.press(`main a[href^="/referrals/new"]`)
	w.choose(`select[name="to"]`, "Colombia: Casa")
	w.tick(`input[name="purpose"]`)
	w.shot("new-referral", "main")
	w.do("referrals.start")
	w.shot("review", "main")
	w.do("referrals.confirm-consent")
	w.press(`a[href$="/send"]`)
	w.do("referrals.send")
	here := w.URL()
	there := juan.Address + strings.TrimPrefix(here, ana.Address)
	w.await(there, offered("referrals.acknowledge"))

	w.visit(here)
	w.press(`a[href$="/withdraw"]`)
	w.shot("withdraw", "body")
	w.do("referrals.withdraw")
	w.await(here, w.says("referrals.next.withdrawn_by_person.sender"))
	w.await(there, w.says("referrals.next.withdrawn_by_person.receiver"))
}

// meet registers somebody and gives the address of the file.
func (w *walker) meet(ana demo.Account) string {
	w.press(`main a[href="/people/new"]`)
	w.shot("register", "main")
	w.fill(`input[name="place"]`, "Lajas Blancas")
	w.tick(`input[name="needs"][value="lodging"]`)
	w.tick(`input[name="sex"]`)
	w.tick(`input[name="age_band"]`)
	w.Press("Down", "Down", "Down", "Down")
	w.fill(`input[name="given_names"]`, "Elena (persona ficticia)")
	w.fill(`input[name="phone"]`, "+50760000001")
	w.do("cases.register")
	w.shot("file", "main")
	return w.URL()
}

func (w *walker) assess(person string) {
	w.visit(person)
	w.press(`main a[href$="/risk"]`)
	w.tick(`input[name="level"]`)
	w.tick(`input[name="factors"]`)
	w.shot("risk", "main")
	w.do("cases.assess-risk")
}

func (w *walker) consent(person string) {
	w.visit(person)
	w.press(`main a[href$="/consent"]`)
	w.shot("consent-aloud", "main")
	w.choose(`select[name="to"]`, "Colombia · Casa")
	w.tick(`input[name="purpose"]`)
	for _, group := range []string{"profile", "needs", "identity", "contact"} {
		w.tick(fmt.Sprintf(`input[name="groups"][value=%q]`, group))
	}
	w.shot("consent", `.govuk-form-group:has(select[name="to"])`)
	w.tick(`input[name="way"]`)
	w.do("cases.record-consent")
}
