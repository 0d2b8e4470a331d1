package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"istmo/access"
	"istmo/testkit/browser"
	"istmo/web"
)

// demo serves a demo node's site to one visitor who has signed in, in their
// language.
func demo(t *testing.T, lang string) string {
	t.Helper()
	who := access.Who{Kind: access.User, ID: "usr_1", Node: "PA", Agency: "agy_1", Roles: []access.Role{access.CaseWorker, access.FocalPoint}, Lang: lang}
	site, err := web.New(web.Options{
		Node:   web.Node{ID: "PA", Name: "Comisión Nacional contra la Trata (de ejemplo)", Country: "PA", Demo: true},
		Secret: make([]byte, 32),
		Visitor: func(*http.Request) (web.Visitor, error) {
			return web.Visitor{Who: who, Name: "Rosa Ejemplo", Agency: "Unidad de Identificación y Atención", Session: "s1"}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	site.Navigation(web.Nav{Key: "web.style", Path: "/style", Order: 1}, web.Nav{Key: "web.style.person", Path: "/style/person", Order: 2},
		web.Nav{Key: "web.style.grave", Path: "/style/grave", Order: 3}, web.Nav{Key: "web.role.administrator", Path: "/admin", Order: 4, Roles: []access.Role{access.Administrator}})
	h, err := site.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// sizes are those of a phone and of a desk.
var sizes = map[string]func(*browser.Window){"375": (*browser.Window).Phone, "1280": (*browser.Window).Desktop}

// Every part is looked at in every light, on a phone and at a desk, in Spanish;
// and in English, whose words have other lengths, in one light of each size.
func TestEveryPartIsAccessibleInEveryLight(t *testing.T) {
	b := browser.Open(t)
	for _, c := range []struct{ lang, light, size string }{
		{"es", "light", "375"}, {"es", "light", "1280"}, {"es", "dark", "375"}, {"es", "dark", "1280"}, {"es", "dimmed", "375"}, {"es", "dimmed", "1280"},
		{"en", "light", "375"}, {"en", "dark", "1280"},
	} {
		name := c.lang + "-" + c.light + "-" + c.size
		t.Run(name, func(t *testing.T) {
			at := demo(t, c.lang)
			b.Open(at + "/style/grave")
			choose(b, c.light)
			sizes[c.size](b)
			look(t, b, at, name)
		})
	}
}

// choose lights pages through the menu, as a reader does.
func choose(b *browser.Window, light string) {
	b.Desktop()
	b.Click(".istmo-menu:first-of-type > summary")
	b.Follow(func() { b.Click(`button[name="theme"][value="` + light + `"]`) })
}

// look goes through the pages, checks each and takes its picture.
func look(t *testing.T, b *browser.Window, at, name string) {
	for _, page := range []string{"/style", "/style/person", "/style/grave", "/nothing/here"} {
		b.Open(at + page)
		check(t, b, name+"-"+anchor(page))
	}
	b.Open(at + "/style")
	b.Follow(func() { b.Click(`form[action="/style"] button[type="submit"].govuk-button--warning`) })
	if !b.Has(".govuk-error-summary") {
		t.Error("a form that is refused comes back without its summary")
	}
	check(t, b, name+"-refused")
}

func check(t *testing.T, b *browser.Window, name string) {
	t.Helper()
	b.Axe(t)
	if wide := browser.Evaluate[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); wide > 0 {
		t.Errorf("%s is %d pixels wider than its window", name, wide)
	}
	b.Shot(t, name)
}

// Somebody without a mouse gets past the frame, sends a form and is led from the
// summary to the first field.
func TestAFormByKeyboardAlone(t *testing.T) {
	b := browser.Open(t)
	b.Open(demo(t, "en") + "/style")
	b.Press("Tab")
	if at := b.Focused(); !strings.Contains(at, "Skip to content") {
		t.Fatalf("the first stop is %q", at)
	}
	b.Press("Enter")
	b.TabTo("#style-ref")
	b.Type("per_7Q2M")
	b.TabTo(`input[name="purpose"]`)
	b.Press("Space", "Down")
	b.Press("Tab")
	if at := b.Focused(); !strings.HasPrefix(at, "input#style-shelter") {
		t.Errorf("choosing does not open what stands under the choice: %q", at)
	}
	b.TabTo(`form[action="/style"] button.govuk-button--warning`)
	b.Follow(func() { b.Press("Enter") })
	if at := b.Focused(); !strings.HasPrefix(at, "div") || !strings.Contains(at, "There is something to correct") {
		t.Errorf("after a refusal the focus is on %q", at)
	}
	if kept := browser.Evaluate[string](b, `document.querySelector("#style-ref").value`); kept != "per_7Q2M" {
		t.Errorf("of what was typed there is %q", kept)
	}
	b.Press("Tab", "Enter")
	if at := b.Focused(); !strings.HasPrefix(at, "input#style-ref") {
		t.Errorf("the summary leads to %q", at)
	}
}

// A page that needs a script is a page that somebody cannot use.
func TestPagesWorkWithoutScripts(t *testing.T) {
	b := browser.Open(t)
	b.WithoutScripts(true)
	b.Phone()
	b.Open(demo(t, "es") + "/style")
	if !b.Has(".istmo-side__fold[open]") {
		t.Error("without scripts the navigation is folded away")
	}
	b.Click("details.istmo-menu > summary")
	b.Follow(func() { b.Click(`button[value="dark"]`) })
	if !b.Has(`html[data-theme="dark"]`) {
		t.Error("the light does not change")
	}
	b.Follow(func() { b.Click(`form[action="/style"] button.govuk-button--warning`) })
	if !strings.Contains(b.Text(".govuk-error-summary"), "Falta «Referencia».") {
		t.Errorf("the form comes back with %q", b.Text("main"))
	}
}

func anchor(page string) string { return strings.ReplaceAll(strings.Trim(page, "/"), "/", "-") }
