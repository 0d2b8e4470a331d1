package pages_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"istmo/act"
	"istmo/i18n"
	"istmo/observatory/sources"
	"istmo/testkit"
	"istmo/testkit/published"
)

// open is Panama with an analyst, a second one, a focal point and a case worker.
func open(t *testing.T) *testkit.Country {
	pa := testkit.NewWorld(t).Start("PA")
	pa.Agency("snm", "migration", "Servicio de Migración (ficticio)")
	pa.User("sol", "snm", "analyst")
	pa.User("mar", "snm", "analyst")
	pa.User("luz", "snm", "focal-point")
	pa.User("ana", "snm", "case-worker")
	return pa
}

func bring(t *testing.T, pa *testkit.Country, o sources.Origin, name string) {
	t.Helper()
	if _, _, err := sources.ImportFile(t.Context(), pa.Engine, pa.Who("sol"), o, published.Open(t, name), nil); err != nil {
		t.Fatal(err)
	}
}

var (
	entries = sources.Origin{Kind: sources.Entries, Source: "Servicio Nacional de Migración de Panamá, reunido por la OIM", Edition: "2025-03"}
	returns = sources.Origin{Kind: sources.GLOTIP, Source: "UNODC, portal de datos, trata de personas", Edition: "2025-04-14"}
)

// TestTheWayOfAPublicFile is the whole way in a browser, in both languages: upload,
// a preview with problems, the mended file, confirm, what is wrong with it, and a
// spelling that two people decide on.
func TestTheWayOfAPublicFile(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		pa := open(t)
		dir := t.TempDir()
		real, err := os.ReadFile(published.Path(t, "glotip_col_pan_cri.csv"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(string(real), "\n")
		wrong := strings.Join(append([]string{lines[0], strings.Replace(lines[1], ",Total,", ",Todos,", 1)}, append(lines[2:40], "=cmd|'/c calc'!A1,x\n")...), "")
		say := func(key string, args ...any) string { return i18n.Say(lang, key, args...) }

		k := testkit.NewWalk(t, lang)
		k.As(pa, "sol")
		k.Visit("/observatory/sources")
		k.Says(say("sources.empty"))
		k.Visit("/observatory/sources/spellings")
		k.Says(say("sources.spellings.empty"))
		k.Visit("/observatory/sources/findings")
		k.Says(say("sources.findings.returns.none"))
		k.Visit("/observatory/sources/import")
		k.Go(`form[enctype] button.govuk-button`) // nothing filled in
		k.Says(say("sources.no-file"))
		k.Says(say("sources.which-kind"))

		upload := func(text string) {
			t.Helper()
			path := filepath.Join(dir, "..%2f..%2fetc.csv")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			k.Open(pa.Web() + "/observatory/sources/import")
			k.Choose(`input[name="kind"]`, 1)
			k.Write(`input[name="source"]`, returns.Source)
			k.Write(`input[name="edition"]`, returns.Edition)
			k.Pick(`input[type="file"]`, path)
			k.Go(`form[enctype] button.govuk-button`)
		}
		upload(wrong)
		k.Says(say("sources.preview.blocks"))
		k.Says(say("sources.preview.row", "Count", 1, "Rows", "41"))
		k.Says(say("figures.unknown-word", "Column", "Sex"))
		if k.Has(`form[action^="/observatory/sources/import/upl_"]`) {
			t.Error("a file with problems can be confirmed")
		}
		upload(string(real))
		k.Says(say("figures.shape.glotip"))
		k.Says("BARSIL")
		k.Go(`form[action^="/observatory/sources/import/upl_"] button`)
		k.Says(returns.Source)
		k.Says(i18n.Number(lang, 1504))
		bring(t, pa, entries, "panama_irregular_entries_monthly.csv")
		k.Visit("/observatory/sources")
		k.Says(say("sources.kind.flows"))

		k.Visit("/observatory/sources/findings")
		for _, words := range []string{i18n.Number(lang, 333_659), i18n.Number(lang, 333_704), say("figures.kind.part-exceeds-whole")} {
			k.Says(words)
		}
		k.Visit("/observatory/sources/findings?country=PAN&year=2017&kind=part-exceeds-whole")
		k.Says("34 > 20")
		k.Visit("/observatory/sources/findings?country=PAN&year=1999")
		k.Says(say("sources.findings.empty"))

		k.Visit("/observatory/sources/spellings")
		k.Says("BARSIL")
		k.Says(say("sources.spellings.own"))
		k.Visit("/observatory/sources/spellings/" + sources.SpellingID("Congo"))
		k.Choose(`input[name="code"]`, 0)
		k.Write(`textarea[name="reason"]`, "El informe nacional habla de Kinshasa")
		k.Send("sources.propose")
		k.Says(say("sources.spelling.own"))
		k.As(pa, "luz")
		k.Visit("/observatory/sources/spellings/" + sources.SpellingID("Congo"))
		k.Write(`form[action="/do/sources.accept"] textarea`, "Comprobado en el informe")
		k.Send("sources.accept")
		k.Says(say("sources.spelling.state.accepted"))
		k.Says(say("sources.spellings.by"))

		k.Open(pa.Web() + "/observatory/sources")
		k.Follow(func() { k.Click(`.istmo-source a`) })
		k.Unfold("sources.withdraw")
		k.Write(`textarea[name="reason"]`, "No era la exportación que se dijo")
		k.Send("sources.withdraw")
		k.Says(say("sources.state.withdrawn"))
	}
}

// TestTakenAlong: what is wrong goes as a file, under the filters, and a formula in a
// cell is text. Nobody else is told that there is anything.
func TestTakenAlong(t *testing.T) {
	pa := open(t)
	bring(t, pa, returns, "glotip_col_pan_cri.csv")
	const evil = "Iso3_code,Country,Indicator,Dimension,Category,Sex,Age,Year,Unit of measurement,txtVALUE\n" +
		"CRI,x,=cmd|calc,Total,Total,Total,Total,2050,Counts,3\nCRI,x,=cmd|calc,Total,Total,Total,Total,2050,Counts,4\n"
	if _, _, err := sources.ImportFile(t.Context(), pa.Engine, pa.Who("sol"), sources.Origin{Kind: sources.GLOTIP, Source: "x", Edition: "2025-05"}, strings.NewReader(evil), nil); err != nil {
		t.Fatal(err)
	}
	get := func(name, path string) (*http.Response, []byte) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, pa.Web()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(pa.SignIn(name))
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, body
	}
	all, err := act.Ask(t.Context(), pa.Engine, pa.Who("luz"), sources.Findings{})
	if err != nil {
		t.Fatal(err)
	}
	rows := func(query string) [][]string {
		t.Helper()
		res, body := get("luz", "/observatory/sources/findings/findings.csv"+query)
		list, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff")))).ReadAll()
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%d %v", res.StatusCode, err)
		}
		return list
	}
	if got := rows(""); len(got) < all.Total {
		t.Errorf("%d rows of %d findings", len(got), all.Total)
	}
	some := rows("?" + url.Values{"country": {"CRI"}, "year": {"2050"}}.Encode())
	found := false
	for _, row := range some {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a spreadsheet would run %q", cell)
			}
			found = found || strings.Contains(cell, "cmd|calc")
		}
	}
	if !found || len(some) >= all.Total {
		t.Errorf("%d rows under the filters: %v", len(some), some)
	}
	if res, body := get("luz", "/observatory/sources/findings/kinds.xlsx"); res.StatusCode != http.StatusOK || !bytes.HasPrefix(body, []byte("PK")) {
		t.Errorf("kinds.xlsx: %d", res.StatusCode)
	}
	for _, path := range []string{"", "/import", "/findings", "/findings/findings.csv", "/spellings", "/spellings/" + sources.SpellingID("Congo"), "/import/upl_x", "/src_x"} {
		if res, body := get("ana", "/observatory/sources"+path); res.StatusCode != http.StatusNotFound || bytes.Contains(body, []byte("UNODC")) {
			t.Errorf("a case worker sees %q: %d", path, res.StatusCode)
		}
	}
	for _, path := range []string{"/import"} { // focal points take nothing in
		if res, _ := get("luz", "/observatory/sources"+path); res.StatusCode != http.StatusNotFound {
			t.Errorf("a focal point sees %q: %d", path, res.StatusCode)
		}
	}
}
