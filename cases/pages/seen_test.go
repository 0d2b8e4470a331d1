package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"istmo/testkit/browser"
)

// Somebody who uses no mouse registers a woman who was met before, is told so on
// the page that follows, compares, links the two files, and takes it back.
func TestSeenBeforeByKeyboard(t *testing.T) {
	h := newHouse(t)
	b := browser.Open(t)
	b.Phone()
	h.sit(b, "ana", "es")
	b.Open(h.site + "/people/new")
	b.TabTo(`input[name="place"]`)
	b.Type("Lajas Blancas")
	b.TabTo(`input[name="given_names"]`)
	b.Type("Martha Ficticia")
	b.TabTo(`input[name="family_names"]`)
	b.Type("Prueva")
	b.TabTo(`input[name="phone"]`)
	b.Type("6000-0000")
	h.follow(b, "form button.govuk-button")
	person := strings.TrimPrefix(b.URL(), h.site)
	link := `a[href="` + person + "/seen/" + h.adult + `"]`
	if !b.Has(link) {
		t.Fatalf("the page after registering does not say that she was met: %s", b.Text("main"))
	}
	h.follow(b, link)
	text := strings.ToLower(b.Text("main"))
	for _, words := range []string{"Marta Ficticia", "Martha Ficticia", "El mismo teléfono", h.ref(h.adult)} {
		if !strings.Contains(text, strings.ToLower(words)) {
			t.Errorf("the comparison does not say %q", words)
		}
	}
	reason := func(form string) {
		b.TabTo(`form[action="/do/` + form + `"] textarea[name="reason"]`)
		b.Type("La reconoció el intérprete")
		h.follow(b, `form[action="/do/`+form+`"] button.govuk-button`)
	}
	reason("cases.link-same")
	if b.URL() != h.site+person || !strings.Contains(b.Text("#seen ~ *"), "La misma persona") && !strings.Contains(b.Text("main"), "También es suya la ficha") {
		t.Fatalf("after linking: %s\n%s", b.URL(), b.Text("main"))
	}
	h.follow(b, link)
	reason("cases.unlink")
	if strings.Contains(b.Text("main"), "También es suya la ficha") {
		t.Error("the link was not taken back")
	}
}

// TestNothingIsToldOfOthersFiles reads the pages of everybody who may not open
// both files.
func TestNothingIsToldOfOthersFiles(t *testing.T) {
	h := newHouse(t)
	other := h.pa.Who("rosa")
	_ = other
	mine := h.get("ana", "/people/"+h.adult).body
	if !strings.Contains(mine, "/seen/"+h.again) {
		t.Error("a file of one's own is not offered")
	}
	for _, hidden := range []string{h.other, "Niñez Panamá"} {
		if strings.Contains(strings.Split(mine, `id="timeline"`)[0], hidden) && hidden == h.other {
			t.Errorf("the file tells of another agency's: %s", hidden)
		}
	}
	if theirs := h.get("rosa", "/people/"+h.other).body; strings.Contains(theirs, `id="seen"`) {
		t.Error("another agency is told of the files here")
	}
	absent := h.get("ana", "/people/"+h.adult+"/seen/per_none")
	for _, path := range []string{"/people/" + h.adult + "/seen/" + h.other, "/people/" + h.adult + "/seen/" + h.fresh} {
		if denied := h.get("ana", path); denied.status != http.StatusNotFound || len(denied.body) != len(absent.body) {
			t.Errorf("%s is told apart from what is absent: %d", path, denied.status)
		}
	}
	for _, name := range []string{"ana", "rosa", "admin", "auditora"} {
		if a := h.get(name, "/known"); a.status != http.StatusNotFound {
			t.Errorf("%s reads whom another agency may know: %d", name, a.status)
		}
	}
	known := h.get("luz", "/known").body
	if !strings.Contains(known, h.ref(h.adult)) || strings.Contains(known, "Marta") || strings.Contains(known, "Hable con su punto focal") {
		t.Error("the focal point is told too much, or too little")
	}
}

// TestLettingAnotherAgencyKnow is done by both focal points before either knows.
func TestLettingAnotherAgencyKnow(t *testing.T) {
	h := newHouse(t)
	say := func(name, person string) answer {
		page := h.get(name, "/known").body
		at := strings.Index(page, `name="person" value="`+person+`"`)
		if at < 0 {
			t.Fatalf("%s is not asked about %s", name, person)
		}
		_, rest, _ := strings.Cut(page[at:], `name="pair" value="`)
		pair, _, _ := strings.Cut(rest, `"`)
		return h.post(name, "/known", "/do/cases.make-known", url.Values{"person": {person}, "pair": {pair}})
	}
	if a := say("luz", h.adult); a.status != http.StatusSeeOther {
		t.Fatalf("saying so: %d", a.status)
	}
	if strings.Contains(h.get("luz", "/known").body, "La otra institución es") {
		t.Error("one yes was enough")
	}
	for strings.Contains(h.get("paz", "/known").body, `name="pair"`) {
		say("paz", h.other)
	}
	if !strings.Contains(h.get("luz", "/known").body, "La otra institución es Niñez Panamá (ficticia)") {
		t.Error("two yeses tell nothing")
	}
	if !strings.Contains(h.get("ana", "/people/"+h.adult).body, "Niñez Panamá (ficticia) tiene una ficha") {
		t.Error("whoever accompanies her is not told whom to ask")
	}
}
