package web_test

import (
	"fmt"
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
var sizes = []struct {
	name string
	set  func(*browser.Window)
}{{"375", (*browser.Window).Phone}, {"1280", (*browser.Window).Desktop}}

func TestEveryPartIsAccessibleInEveryLight(t *testing.T) {
	b := browser.Open(t)
	for _, lang := range []string{"es", "en"} {
		at := demo(t, lang)
		for _, light := range []string{"light", "dark", "dimmed"} {
			b.Open(at + "/style")
			choose(b, light)
			for _, size := range sizes {
				t.Run(fmt.Sprintf("%s-%s-%s", lang, light, size.name), func(t *testing.T) {
					size.set(b)
					look(t, b, at, lang+"-"+light+"-"+size.name)
				})
			}
		}
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

func anchor(page string) string { return strings.ReplaceAll(strings.Trim(page, "/"), "/", "-") }
