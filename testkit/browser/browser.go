// Package browser drives a real browser over istmo's pages: by mouse or by
// keyboard, on a phone or a desk, with axe-core at hand and a camera. It imports
// nothing of ours, so that every package's pages can be looked at.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Window is one of a real browser with a profile of its own, at one page at a
// time. What goes wrong in driving it ends the test; what its pages complain of
// in their console fails it.
type Window struct {
	ctx  context.Context
	stop func()
	t    testing.TB

	mu         sync.Mutex
	complaints []string
}

// chromium is where Debian puts it.
const chromium = "/usr/bin/chromium"

// patience is how long one step of a browser may take on a busy machine.
const patience = 60 * time.Second

// Open starts a browser for this test, at the size of a desk. It fails without
// one; SKIP=browser leaves the test out, and says so.
func Open(t testing.TB) *Window {
	t.Helper()
	return open(t, t.TempDir(), nil)
}

func open(t testing.TB, profile string, flags []string) *Window {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("SKIP"), ","), "browser") {
		t.Skip("LEFT OUT: what this test shows in a real browser, because SKIP names browser")
	}
	if _, err := os.Stat(chromium); err != nil {
		t.Fatalf("there is no browser at %s: install chromium (apt-get install chromium), or leave these tests out with SKIP=browser", chromium)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(chromium), chromedp.UserDataDir(profile), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.WSURLReadTimeout(patience))
	for _, f := range flags {
		name, value, given := strings.Cut(f, "=")
		if !given {
			options = append(options, chromedp.Flag(name, true))
			continue
		}
		options = append(options, chromedp.Flag(name, value))
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closePage := chromedp.NewContext(allocator)
	b := &Window{ctx: ctx, t: t}
	b.stop = sync.OnceFunc(func() {
		closePage()
		stop() // waits until the process has gone, so that its profile can be removed
	})
	t.Cleanup(func() {
		b.stop()
		for _, c := range b.Complaints() {
			t.Errorf("the browser complains: %s", c)
		}
	})
	if err := chromedp.Do(ctx); err != nil { // starts it; its life is ctx's, so there is no deadline here
		t.Fatalf("the browser does not start: %v", err)
	}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatalf("the browser does not tell what its pages complain of: %v", err)
	}
	b.call(log.Enable.Method, func(ctx context.Context) error { _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); return err })
	b.Desktop()
	return b
}

// listen keeps what a page's console reports: exceptions, refused styles and
// scripts. An answer with the status of a failure is no complaint.
func (b *Window) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, fmt.Sprintf("%s at line %d", e.ExceptionDetails.Text, e.ExceptionDetails.LineNumber+1))
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			b.complaints = append(b.complaints, fmt.Sprintf("%s: %s", e.Entry.Source, e.Entry.Text))
		}
	}
}

// Complaints are what the pages have complained of so far, which the browser
// then forgets: a test that expects one looks here.
func (b *Window) Complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.complaints
	b.complaints = nil
	return c
}

// Do carries out steps of chromedp, for what has no word here.
func (b *Window) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	b.call("a step", func(ctx context.Context) error { return chromedp.Do(ctx, steps...) })
}

// call does one thing within the browser's patience.
func (b *Window) call(what string, do func(context.Context) error) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := do(ctx); err != nil {
		b.t.Fatalf("the browser, %s: %v", what, err)
	}
}

// Evaluate is the value of a JavaScript expression on the browser's page; that
// of a promise once it is kept.
func Evaluate[T any](b *Window, js string) T {
	b.t.Helper()
	var value T
	b.call(js[:min(len(js), 80)], func(ctx context.Context) (err error) {
		value, err = chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
		return err
	})
	return value
}

// Open goes to a page and waits until it stands.
func (b *Window) Open(url string) { b.t.Helper(); b.Do(chromedp.Navigate(url)); b.settle("true") }

// Follow does what leads to another page, a click or a key, and waits until
// that page stands.
func (b *Window) Follow(step func()) {
	b.t.Helper()
	Evaluate[bool](b, "window.istmoLeaving = true")
	step()
	b.settle("!window.istmoLeaving")
}

// settle waits until the page has loaded, its fonts too, and cond holds on it.
// Between two pages there is nobody to ask, so that an error only means waiting.
func (b *Window) settle(cond string) {
	b.t.Helper()
	stands := chromedp.Evaluate[bool](`document.readyState === "complete" && document.fonts.status === "loaded" && (` + cond + `)`)
	b.call("waiting for the page", func(ctx context.Context) error {
		for {
			if ok, err := chromedp.Run(ctx, stands); err == nil && ok {
				return nil
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(20 * time.Millisecond):
			}
		}
	})
}

// URL is the address of the page.
func (b *Window) URL() string { b.t.Helper(); return Evaluate[string](b, "location.href") }

// Phone makes the window as wide as a phone, 375 pixels.
func (b *Window) Phone() { b.t.Helper(); b.Size(375, 812) }

// Desktop makes the window as wide as a desk's, 1280 pixels.
func (b *Window) Desktop() { b.t.Helper(); b.Size(1280, 900) }

// Size sets the window's width and height in pixels.
func (b *Window) Size(wide, high int64) { b.t.Helper(); b.Do(chromedp.EmulateViewport(wide, high)) }

// Prefer tells pages that the device asks for "light" or "dark", and for little
// motion.
func (b *Window) Prefer(light string) {
	b.t.Helper()
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: light}, {Name: "prefers-reduced-motion", Value: "reduce"}}
	b.call("preferring "+light, func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
		return err
	})
}

// Print shows pages as on paper, or on the screen again.
func (b *Window) Print(paper bool) {
	b.t.Helper()
	b.call("printing", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: map[bool]string{true: "print"}[paper]})
		return err
	})
}

// Paper is the page as a PDF of A4, and how many pages it takes.
func (b *Window) Paper(t testing.TB, name string) (pages int) {
	t.Helper()
	folder := os.Getenv("ISTMO_SHOTS")
	if folder == "" {
		folder = t.TempDir()
	}
	var made page.PrintToPDFResult
	b.call("printing to paper", func(ctx context.Context) (err error) {
		made, err = chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
		return err
	})
	write(t, filepath.Join(folder, name+".pdf"), made.Data)
	return len(onePage.FindAll(made.Data, -1))
}

var onePage = regexp.MustCompile(`/Type\s*/Page[^s]`)

// WithoutScripts switches the JavaScript of pages off, or on again.
func (b *Window) WithoutScripts(off bool) {
	b.t.Helper()
	b.call("switching scripts", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off})
		return err
	})
}

// Click presses what the CSS selector names. For what leads to another page:
// b.Follow(func() { b.Click("…") }).
func (b *Window) Click(selector string) { b.t.Helper(); b.Do(chromedp.Click(chromedp.CSS(selector))) }

// Fill puts a text into the input that the CSS selector names.
func (b *Window) Fill(selector, text string) {
	b.t.Helper()
	b.Do(chromedp.Clear(chromedp.CSS(selector)), chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Text is the visible text of what the CSS selector names, empty if the page has
// none.
func (b *Window) Text(selector string) string {
	b.t.Helper()
	return Evaluate[string](b, fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector))
}

// Has reports whether the page has what the CSS selector names.
func (b *Window) Has(selector string) bool {
	b.t.Helper()
	return Evaluate[bool](b, fmt.Sprintf("document.querySelector(%q) !== null", selector))
}

var keys = map[string]string{"Tab": kb.Tab, "Enter": kb.Enter, "Space": " ", "Escape": kb.Escape, "Up": kb.ArrowUp,
	"Down": kb.ArrowDown, "Left": kb.ArrowLeft, "Right": kb.ArrowRight, "Home": kb.Home, "End": kb.End, "Backspace": kb.Backspace}

// Press presses keys in turn: "Tab", "Shift+Tab", "Enter", "Space", "Down"….
func (b *Window) Press(names ...string) {
	b.t.Helper()
	for _, name := range names {
		plain, shift := strings.CutPrefix(name, "Shift+")
		key, ok := keys[plain]
		if !ok {
			b.t.Fatalf("there is no key %q here", name)
		}
		var held []chromedp.KeyOption
		if shift {
			held = append(held, chromedp.KeyModifiers(chromedp.ModifierShift))
		}
		if plain == "Enter" {
			b.enter()
			continue
		}
		b.Do(chromedp.KeyEvent(key, held...))
	}
}

// enter presses Enter as one event. As two, of the key and of its character, the
// second would go to what the first has moved the focus to, and send its form.
func (b *Window) enter() {
	b.t.Helper()
	press := input.DispatchKeyEventParams{Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13}
	for _, event := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		press.Type = event
		b.call("pressing Enter", func(ctx context.Context) error {
			_, err := chromedp.Call(ctx, input.DispatchKeyEvent, press)
			return err
		})
		press.Text = ""
	}
}

// Type types into what has the focus.
func (b *Window) Type(text string) { b.t.Helper(); b.Do(chromedp.KeyEvent(text)) }

// TabTo presses Tab until the focus is on what the CSS selector names, as
// somebody without a mouse would. It fails after as many stops as a page may
// have.
func (b *Window) TabTo(selector string) {
	b.t.Helper()
	for range 150 {
		b.Press("Tab")
		if Evaluate[bool](b, fmt.Sprintf("document.activeElement !== null && document.activeElement.matches(%q)", selector)) {
			return
		}
	}
	b.t.Fatalf("at %s the keyboard does not reach %s", b.URL(), selector)
}

// Focused names what has the focus, as "button#id the words on it".
func (b *Window) Focused() string {
	b.t.Helper()
	return Evaluate[string](b, `(() => { const e = document.activeElement ?? document.body; return e.localName + (e.id ? "#" + e.id : "") + " " + (e.textContent || e.value || "").trim().slice(0, 60) })()`)
}

// violation is what axe-core reports of one rule.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		FailureSummary string `json:"failureSummary"`
	}
}

// Axe checks the page by the rules of WCAG 2.2 A and AA and the good practices
// of axe-core, and fails t with every violation.
func (b *Window) Axe(t testing.TB) {
	t.Helper()
	b.Do(chromedp.Evaluate[chromedp.Void](axe(t)))
	found := Evaluate[[]violation](b, `axe.run(document, {resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then((r) => r.violations)`)
	for _, v := range found {
		for i, n := range v.Nodes {
			if i == 4 {
				t.Errorf("%s: %s: and %d more", b.URL(), v.ID, len(v.Nodes)-i)
				break
			}
			t.Errorf("%s: %s (%s): %s\n  %s\n  %s", b.URL(), v.ID, v.Impact, v.Help, n.HTML, n.FailureSummary)
		}
	}
}

// axe is the source of axe-core, as npm installed it beside the other assets.
var axe = func() func(testing.TB) string {
	read := sync.OnceValues(func() (string, error) {
		root, err := moduleRoot()
		if err != nil {
			return "", err
		}
		text, err := os.ReadFile(filepath.Join(root, "web/assets/node_modules/axe-core/axe.min.js"))
		return string(text), err
	})
	return func(t testing.TB) string {
		t.Helper()
		text, err := read()
		if err != nil {
			t.Fatalf("axe-core is not installed (npm ci in web/assets): %v", err)
		}
		return text
	}
}()

// moduleRoot is the folder of go.mod, above the package under test.
func moduleRoot() (string, error) {
	at, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at, nil
		}
		up := filepath.Dir(at)
		if up == at {
			return "", errors.New("no go.mod above the test")
		}
		at = up
	}
}

// Shot writes a picture of the whole page to name.png in the folder that the
// environment's ISTMO_SHOTS names, or in one that goes with the test, and
// returns its path.
func (b *Window) Shot(t testing.TB, name string) string {
	t.Helper()
	folder := os.Getenv("ISTMO_SHOTS")
	if folder == "" {
		folder = t.TempDir()
	}
	var picture []byte
	b.call("taking a picture", func(ctx context.Context) (err error) {
		picture, err = chromedp.Run(ctx, chromedp.FullScreenshot(100))
		return err
	})
	return write(t, filepath.Join(folder, name+".png"), picture)
}

func write(t testing.TB, path string, content []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
