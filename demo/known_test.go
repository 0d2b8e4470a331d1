package demo_test

import (
	"path/filepath"
	"strings"
	"testing"

	"istmo/demo"
	"istmo/testkit/browser"
)

// TestWhoeverWasThereKnowsIt looks at the demo as somebody who was at either
// meeting: the instrument, the institutions, what was agreed and by when, the
// figures and where each was published. Both languages, every page by axe.
func TestWhoeverWasThereKnowsIt(t *testing.T) {
	_, accounts := start(t, filepath.Join(t.TempDir(), "demo"), ports(t))
	olga := as(t, accounts, "PA", "olga").Account
	pages := []known{
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
	read(t, reading{olga, pages})
}

// TestTheNightIsThere looks at the demo as those who screen, stand duty and decide:
// what a phone brought, who is on, what runs in law, and what is missed.
func TestTheNightIsThere(t *testing.T) {
	_, accounts := start(t, filepath.Join(t.TempDir(), "demo"), ports(t))
	read(t, reading{as(t, accounts, "PA", "beto").Account, []known{
		{"/screening", "Lajas Blancas", "Lajas Blancas"},
		{"/screening?only=all", "tráfico ilícito", "Smuggled migrant"},
		{"/screening/devices", "Teléfono 1 (demo)", "Teléfono 1 (demo)"},
		{"/screening/posts", "Bajo Chiquito", "Bajo Chiquito"},
		{"/rights/ht", "Ou gen dwa", "Ou gen dwa"},
	}}, reading{as(t, accounts, "PA", "gala").Account, []known{
		{"/", "Presunción de trata", "Presumption of trafficking"},
		{"/duty", "Bajo Chiquito", "Bajo Chiquito"},
		{"/duty/roster", "Teo Ficticio", "Teo Ficticio"},
		{"/identification", "PA-", "PA-"},
		{"/notices", "se habría enviado", "would have been sent"},
	}}, reading{as(t, accounts, "PA", "luz").Account, []known{
		{"/indicators", "versión 1", "version 1"},
		{"/screening/coverage", "Lajas Blancas", "Lajas Blancas"},
		{"/screening/coverage/fairness", "grupo", "group"},
		{"/observatory/map?view=darien", "Bajo Chiquito", "Bajo Chiquito"},
		{"/observatory/places", "Yaviza", "Yaviza"},
	}})
}

// known is a page and words that it says.
type known struct{ path, says, en string }

// reading is what somebody reads.
type reading struct {
	account demo.Account
	pages   []known
}

// read opens every page in both languages, at the sizes of a desk and of a phone.
func read(t *testing.T, all ...reading) {
	for _, lang := range []string{"es", "en"} {
		t.Run(lang, func(t *testing.T) {
			w := &walker{Window: browser.Open(t), t: t, lang: lang}
			w.Prefer("light")
			n := 0
			for _, r := range all {
				w.Size(1280, 900)
				w.enter(r.account)
				for _, p := range r.pages {
					w.knows(r.account, p, lang+"-"+string(rune('a'+n)))
					n++
				}
			}
		})
	}
}

// knows opens a page, by a link in it if the path says so, and reads it.
func (w *walker) knows(who demo.Account, p known, name string) {
	w.t.Helper()
	path, link, inside := strings.Cut(p.path, ">")
	w.Open(who.Address + path)
	if inside {
		w.follow(link)
	}
	w.look()
	want := p.says
	if w.lang == "en" {
		want = p.en
	}
	if text := w.Text("main"); !anyOf(text, want) {
		w.t.Errorf("%s does not say %q:\n%.1500s", w.URL(), want, text)
	}
	w.Shot(w.t, name+"-desk")
	w.Phone()
	w.look()
	w.Shot(w.t, name+"-phone")
	w.Size(1280, 900)
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
