package pages_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"istmo/testkit"
)

// open is Panama with an analyst and a field officer.
func open(t testing.TB) (w *testkit.World, pa *testkit.Country) {
	w = testkit.NewWorld(t)
	pa = w.Start("PA")
	pa.Agency("snm", "migration", "Servicio de Migración (ficticio)")
	pa.User("sol", "snm", "analyst")
	pa.User("luz", "snm", "focal-point")
	pa.User("ana", "snm", "field-officer")
	return w, pa
}

// TestRoomsWithoutAnyFile: what the project holds is shown before anything is
// imported, each figure with its source, in both languages.
func TestRoomsWithoutAnyFile(t *testing.T) {
	_, pa := open(t)
	for _, lang := range []struct {
		code string
		says map[string][]string
	}{
		{"es", map[string][]string{
			"":           {"Observatorio", "207", "33", "36 %", "519 774", "Ver por mes y nacionalidad"},
			"/flow":      {"133 726", "246 133", "519 774", "302 290", "2831", "333 659", "333 704", "se leyeron en días distintos"},
			"/detection": {"36 %", "Víctimas detectadas", "Panamá, 2017"},
			"/justice":   {"207", "33", "<5", "54 %", "46 %", "85 %", "41 %"},
		}},
		{"en", map[string][]string{
			"":           {"Observatory", "207", "519,774", "See it by month and nationality"},
			"/flow":      {"133,726", "2,831", "333,659", "333,704", "read on different days"},
			"/detection": {"Victims detected", "Panama, 2017"},
			"/justice":   {"207", "33", "<5", "54%", "41%"},
		}},
	} {
		k := testkit.NewWalk(t, lang.code)
		k.As(pa, "sol")
		for _, page := range []string{"", "/flow", "/detection", "/justice"} {
			k.Visit("/observatory" + page)
			text := plain(k.Text("main"))
			for _, words := range lang.says[page] {
				if !strings.Contains(text, words) {
					t.Errorf("%s in %s does not say %q:\n%s", page, lang.code, words, text)
				}
			}
		}
	}
}

// TestTakenAlong takes each figure along in each form; what is put into another
// page needs nothing from anywhere.
func TestTakenAlong(t *testing.T) {
	_, pa := open(t)
	for _, path := range []string{"flow/by-month", "flow/by-year", "detection/detected", "justice/convicted", "justice/perpetrators"} {
		text := string(get(t, pa, "sol", "/observatory/"+path+".csv"))
		if lines := strings.Count(text, "\n"); lines < 4 {
			t.Errorf("%s.csv has %d lines", path, lines)
		}
		if body := get(t, pa, "sol", "/observatory/"+path+".xlsx"); !bytes.HasPrefix(body, []byte("PK")) {
			t.Errorf("%s.xlsx is no sheet", path)
		}
		page := string(get(t, pa, "sol", "/observatory/"+path+".html"))
		for _, word := range []string{"<script", "src=", "url(", "@import", "href=", "<link"} {
			if strings.Contains(page, word) {
				t.Errorf("%s.html fetches something: %s", path, word)
			}
		}
		if !strings.Contains(page, "<table") || !strings.Contains(page, "UNODC") && !strings.Contains(page, "Migración") {
			t.Errorf("%s.html lacks its table or source", path)
		}
	}
	for _, path := range []string{"flow/none.csv", "flow/by-month.exe", "flow/.csv", "flow/by-month"} {
		if res := ask(t, pa, "sol", "/observatory/"+path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

// TestWhatMustBeKnown: beside a figure stands how it is defined, how certain it is,
// what it compares with and what is not known of it.
func TestWhatMustBeKnown(t *testing.T) {
	_, pa := open(t)
	for path, all := range map[string][]string{
		"detection": {"No se dijo de qué años es", "Con la misma región en informes de UNODC", "Dicha en público", "Entre países, con cuidado", "Al 14 abr 2025"},
		"justice":   {"Solo consigo misma", "una condena puede ser de varias personas", "Publicada así por su fuente"},
		"flow":      {"No con personas distintas", "Sumada de lo que publica su fuente", "Al 31 mar 2025"},
	} {
		page := string(get(t, pa, "sol", "/observatory/"+path))
		for _, words := range all {
			if !strings.Contains(page, words) {
				t.Errorf("%s does not say %q", path, words)
			}
		}
	}
}

// TestNotForAll: who has no business with it finds nothing there.
func TestNotForAll(t *testing.T) {
	_, pa := open(t)
	for _, path := range []string{"", "/flow", "/detection", "/justice", "/flow/by-month.csv"} {
		if res := ask(t, pa, "ana", "/observatory"+path); res.StatusCode != http.StatusNotFound {
			t.Errorf("a field officer finds %s: %d", path, res.StatusCode)
		}
	}
}

func ask(t testing.TB, c *testkit.Country, name, path string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.Web()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(c.SignIn(name))
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

func get(t testing.TB, c *testkit.Country, name, path string) []byte {
	t.Helper()
	res := ask(t, c, name, path)
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(path, res.StatusCode, err)
	}
	return body
}

// TestInSomebodyElsesPage looks at a figure as another page shows it, and at the
// pages on paper and on a wall.
func TestInSomebodyElsesPage(t *testing.T) {
	_, pa := open(t)
	k := testkit.NewWalk(t, "es")
	k.As(pa, "sol")
	file := filepath.Join(t.TempDir(), "figure.html")
	if err := os.WriteFile(file, get(t, pa, "sol", "/observatory/detection/detected.html"), 0o600); err != nil {
		t.Fatal(err)
	}
	k.Open("file://" + file)
	k.Axe(t)
	k.Shot(t, t.Name()+"-embed")
	k.Phone()
	k.Shot(t, t.Name()+"-embed-phone")
	for _, page := range []string{"flow", "justice"} {
		k.Size(1920, 1080)
		k.Open(pa.Web() + "/observatory/" + page)
		k.Shot(t, t.Name()+"-"+page+"-wall")
		if pages := k.Paper(t, t.Name()+"-"+page); pages < 1 || pages > 6 {
			t.Errorf("%s takes %d pages of paper", page, pages)
		}
	}
}

// plain is a text with ordinary spaces in its numbers.
func plain(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }
