package testkit

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"istmo/testkit/browser"
)

// Walk is somebody who goes through a node's pages in a browser, in one
// language. Every page that they see is checked.
type Walk struct {
	*browser.Window
	T    testing.TB
	Lang string
	at   string
	n    int
}

// NewWalk opens a browser.
func NewWalk(t testing.TB, lang string) *Walk {
	t.Helper()
	return &Walk{Window: OpenBrowser(t), T: t, Lang: lang}
}

// As signs somebody in at their country's node.
func (k *Walk) As(c *Country, name string) {
	k.T.Helper()
	k.at = c.Web()
	session := c.SignIn(name)
	for _, cookie := range [][2]string{{session.Name, session.Value}, {"istmo-" + c.Config.Node + "-lang", k.Lang}} {
		k.Do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call[network.SetCookieParams, cdp.Empty](ctx, network.SetCookie, network.SetCookieParams{Name: cookie[0], Value: cookie[1], URL: k.at, Path: "/"})
			return err
		}))
	}
}

// Visit opens a page by its path, and looks at it.
func (k *Walk) Visit(path string) {
	k.T.Helper()
	k.Open(k.at + path)
	k.Look()
}

// Look checks the page at the sizes of a phone and of a desk: accessible, with
// no sentence missing, and nothing cut off. It takes a picture of each.
func (k *Walk) Look() {
	k.T.Helper()
	k.n++
	path := strings.Trim(strings.TrimPrefix(k.URL(), k.at), "/")
	for _, size := range []string{"phone", "desk"} {
		if k.Desktop(); size == "phone" {
			k.Phone()
		}
		k.Axe(k.T)
		if browser.Evaluate[bool](k.Window, "document.documentElement.scrollWidth > innerWidth") {
			k.T.Errorf("%s is wider than a %s", path, size)
		}
		k.Shot(k.T, fmt.Sprintf("%s-%s-%02d-%s-%s", k.T.Name(), k.Lang, k.n, slug(path), size))
	}
	if _, missing, is := strings.Cut(k.Text("body"), "⟦"); is {
		key, _, _ := strings.Cut(missing, "⟧")
		k.T.Errorf("%s: the sentence %s is missing", path, key)
	}
}

// slug names a page without the ids in its path.
func slug(path string) string {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i], _, _ = strings.Cut(p, "_")
	}
	return strings.Join(parts, "-")
}

// Go follows a button or link by the keyboard alone, and looks at where it
// leads.
func (k *Walk) Go(selector string) {
	k.T.Helper()
	k.TabTo(selector)
	k.Follow(func() { k.Press("Enter") })
	k.Look()
}

// Send sends the form of a verb by its button.
func (k *Walk) Send(verb string) {
	k.T.Helper()
	k.Go(`form[action="/do/` + verb + `"] button`)
}

// Unfold opens what the form of a verb is folded in.
func (k *Walk) Unfold(verb string) {
	k.T.Helper()
	k.TabTo(fmt.Sprintf(`details:has(form[action="/do/%s"]) > summary`, verb))
	k.Press("Enter")
}

// Says fails unless the page says these words.
func (k *Walk) Says(words string) {
	k.T.Helper()
	if text := k.Text("main"); !strings.Contains(text, words) {
		k.T.Errorf("%s does not say %q:\n%s", k.URL(), words, text)
	}
}

// Tick ticks a box, or chooses the first of some radios.
func (k *Walk) Tick(selector string) {
	k.T.Helper()
	k.TabTo(selector)
	k.Press("Space")
}

// Choose chooses one of some radios by how many come before it.
func (k *Walk) Choose(selector string, before int) {
	k.T.Helper()
	k.Tick(selector)
	for range before {
		k.Press("Down")
	}
}

// Write writes in a field in the place of what stands there.
func (k *Walk) Write(selector, text string) {
	k.T.Helper()
	k.TabTo(selector)
	browser.Evaluate[bool](k.Window, "(document.activeElement.select(), true)")
	k.Type(text)
}
