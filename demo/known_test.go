package demo_test

import (
	"path/filepath"
	"strings"
	"testing"

	"istmo/testkit/browser"
)

// TestWhoeverWasThereKnowsIt looks at the demo as somebody who was at either
// meeting: the instrument, the institutions, what was agreed and by when, the
// figures and where each was published. Both languages, every page by axe.
func TestWhoeverWasThereKnowsIt(t *testing.T) {
	_, accounts := start(t, filepath.Join(t.TempDir(), "demo"), ports(t))
	olga := as(t, accounts, "PA", "olga").Account
	pages := []struct{ path, says, en string }{
		{"/agreements", "septiembre de 2018", "September 2018"},
		{"/agreements>2018", "comités nacionales lo llevan a cabo", "national committees carry it out"},
		{"/agreements>ERI", "Fondo Fiduciario Multilateral", "Multi-Partner Trust Fund"},
		{"/meetings", "antes del", "before"},
		{"/meetings>Taller|Binational", "333\u202f704", "333,704"},
		{"/meetings>Taller|Binational", "Autoridades locales de frontera de Colombia", "Local border authorities of Colombia"},
		{"/meetings>Primer|First technical", "48", "48"},
		{"/meetings>Primer|First technical", "Organismo de Investigación Judicial", "Judicial Investigation Agency"},
		{"/meetings>seguimiento|Follow-up", "Capurganá", "Capurganá"},
		{"/responses", "01 8000 52 2020", "01 8000 52 2020"},
		{"/directory", "Unidad de Identificación y Atención", "Unidad de Identificación y Atención"},
		{"/roadmap", "atrasados", "late"},
		{"/roadmap/proposals", "treinta días", "thirty days"},
		{"/roadmap/commitments", "primera noche", "first night"},
		{"/roadmap/commitments?by=owner", "Servicio de Migración (demo)", "Servicio de Migración (demo)"},
		{"/roadmap/timeline", "hoy", "today"},
		{"/roadmap/board", "Por confirmar", "To be confirmed"},
		{"/roadmap/versions", "Versión 1", "Version 1"},
		{"/roadmap/versions>Versión 1|Version 1", "cada palabra", "every word"},
		{"/roadmap/programme", "ODS 16", "SDG 16"},
	}
	for _, lang := range []string{"es", "en"} {
		t.Run(lang, func(t *testing.T) {
			w := &walker{Window: browser.Open(t), t: t, lang: lang}
			w.Prefer("light")
			w.Size(1280, 900)
			w.enter(olga)
			for i, p := range pages {
				path, link, inside := strings.Cut(p.path, ">")
				w.Open(olga.Address + path)
				if inside {
					w.follow(link)
				}
				w.look()
				want := p.says
				if lang == "en" {
					want = p.en
				}
				if text := w.Text("main"); !anyOf(text, want) {
					t.Errorf("%s does not say %q:\n%.1500s", w.URL(), want, text)
				}
				w.Shot(t, lang+"-"+string(rune('a'+i))+"-desk")
				w.Phone()
				w.look()
				w.Shot(t, lang+"-"+string(rune('a'+i))+"-phone")
				w.Size(1280, 900)
			}
		})
	}
}

func anyOf(text, words string) bool {
	for _, w := range strings.Split(words, "|") {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// follow goes where a link in the page leads whose words begin or end so.
func (w *walker) follow(words string) {
	w.t.Helper()
	links := browser.Evaluate[[]string](w.Window, `[...document.querySelectorAll("main a")].map(a => a.innerText.trim() + "\n" + a.getAttribute("href"))`)
	for _, l := range links {
		text, href, _ := strings.Cut(l, "\n")
		if anyOf(text, words) {
			w.Open(strings.Join(strings.SplitAfterN(w.URL(), "/", 4)[:3], "") + strings.TrimPrefix(href, "/"))
			return
		}
	}
	w.t.Fatalf("%s has no link like %q: %v", w.URL(), words, links)
}
