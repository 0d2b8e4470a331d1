package pages_test

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"istmo/i18n"
	"istmo/observatory/estimates"
	"istmo/store"
	"istmo/testkit"
	"istmo/testkit/published"
)

func open(t *testing.T) (w *testkit.World, pa *testkit.Country) {
	w = testkit.NewWorld(t)
	pa = w.Start("PA")
	pa.Agency("snm", "migration", "Servicio de Migración (ficticio)")
	pa.User("sol", "snm", "analyst")
	pa.User("ana", "snm", "field-officer")
	return w, pa
}

func table(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(published.Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The published tables of the United Kingdom give the published numbers, in both
// languages; what is refused says why and what to do; a result is kept without its
// table.
func TestEstimating(t *testing.T) {
	_, pa := open(t)
	for lang, says := range map[string][]string{
		"es": {i18n.Number("es", 11313) + " personas en total", "de 9884 a " + i18n.Number("es", 13027), "Halladas y nunca halladas", "Cuándo no debe usarse"},
		"en": {"About 11,313 people in all", "9,884 to 13,027", "Found and never found", "When it must not be used"},
	} {
		k := testkit.NewWalk(t, lang)
		k.As(pa, "sol")
		k.Visit("/observatory/estimate")
		k.Go(`form[action="/observatory/estimate"] button`)
		k.Says(map[string]string{"es": "Escriba o pegue la tabla", "en": "Type or paste the table"}[lang])
		k.Write(`[name="table"]`, "a,b,n\n1,0,5\n0,1,5\n1,1,2")
		k.Go(`form[action="/observatory/estimate"] button`)
		k.Says(map[string]string{"es": "Con dos listas no se puede saber", "en": "With two lists nobody can know"}[lang])
		k.Write(`[name="table"]`, table(t, "mse_uk2013_5lists.csv"))
		k.Go(`form[action="/observatory/estimate"] button`)
		for _, words := range says {
			k.Says(words)
		}
		if lang == "en" {
			k.Write(`[name="table"]`, table(t, "mse_uk2013_6lists.csv"))
			k.Go(`form[action="/observatory/estimate"] button`)
			k.Says("About 11,418 people in all")
			k.Says("9,977 to 13,146")
			k.Complaints()
			continue
		}
		k.Go(`form[action="/observatory/estimate/save"] button`)
		k.Says("Diga de qué personas, lugar y periodo es")
		k.Write(`[name="of"]`, "Reino Unido, 2013 (publicado)")
		k.Write(`[name="source"]`, "Home Office, 2014")
		k.Write(`[name="dated-day"]`, "1")
		k.Write(`[name="dated-month"]`, "12")
		k.Write(`[name="dated-year"]`, "2014")
		k.Go(`form[action="/observatory/estimate/save"] button`)
		k.Says("Resultado guardado. La tabla no se guardó.")
		k.Says("Reino Unido, 2013 (publicado)")
		k.Complaints()
	}
	all := testkit.Ask(t, pa, pa.Who("sol"), estimates.Kept{})
	if len(all) != 1 || int(all[0].Numbers.Total+0.5) != 11313 || all[0].Dated != time.Date(2014, 12, 1, 0, 0, 0, 0, time.UTC) {
		t.Errorf("%+v", all)
	}
	if page := pa.Get("/observatory/estimate", pa.SignIn("ana")); !strings.HasPrefix(page, "404") {
		t.Errorf("an officer reads %.60s", page)
	}
	nowhere(t, pa)
}

// nowhere looks for the counts of the table in every row of the database.
func nowhere(t *testing.T, pa *testkit.Country) {
	t.Helper()
	tables, err := pa.DB.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = pa.DB.Read(t.Context(), func(tx *store.Tx) error {
		for _, name := range tables {
			columns, err := tx.Columns(name)
			if err != nil {
				return err
			}
			for row, err := range tx.Rows(name, columns) {
				if err != nil {
					return err
				}
				for _, v := range row {
					text, is := v.([]byte)
					if s, ok := v.(string); ok {
						text, is = []byte(s), true
					}
					if is && (bytes.Contains(text, []byte("1,0,0,0,0,")) || bytes.Contains(text, []byte("0,1,1,0"))) {
						t.Errorf("the table stands in %s", name)
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var hidden = regexp.MustCompile(`<input type="hidden" name="(_\w+)" value="([^"]*)">`)

// upload sends the form as a browser would, with a file.
func upload(t *testing.T, pa *testkit.Country, typed, file string) (status int, page string) {
	t.Helper()
	session := pa.SignIn("sol")
	form := pa.Get("/observatory/estimate", session)
	_, form, _ = strings.Cut(form, `action="/observatory/estimate"`)
	form, _, _ = strings.Cut(form, "</form>")
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	fields := map[string]string{"table": typed, "threshold": "0.02", "replicates": "200", "seed": "1"}
	for _, m := range hidden.FindAllStringSubmatch(form, -1) {
		fields[m[1]] = html.UnescapeString(m[2])
	}
	for name, value := range fields {
		if err := parts.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	w, err := parts.CreateFormFile("file", "listas.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(file)); err != nil {
		t.Fatal(err)
	}
	if err := parts.Close(); err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, pa.Web()+"/observatory/estimate", &body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", parts.FormDataContentType())
	cookies := []*http.Cookie{session, {Name: "istmo-PA-lang", Value: "en"}}
	for _, c := range cookies {
		request.AddCookie(c)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Request.URL.RawQuery != "" || answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the answer is at %s, %s", answer.Request.URL, answer.Header.Get("Cache-Control"))
	}
	return answer.StatusCode, string(text)
}

// TestUploading: a file says what a typed table says; a file and a table at once, one
// that is too long and one that is none are refused.
func TestUploading(t *testing.T) {
	_, pa := open(t)
	good := table(t, "mse_uk2013_5lists.csv")
	if status, page := upload(t, pa, "", "\ufeff"+good); status != http.StatusOK || !strings.Contains(page, "About 11,313 people in all") || !strings.Contains(page, "1,0,0,0,0,54") {
		t.Errorf("%d %.300s", status, page)
	}
	for name, c := range map[string]struct{ typed, file, says string }{
		"both":     {good, good, "There is a typed table and a file"},
		"too long": {"", strings.Repeat("1,0,0,0,0,54\n", 100_000), "The table is too long"},
		"nothing":  {"", "", "Type or paste the table"},
		"no table": {"", "%PDF-1.7 \x00\x01", "At least two columns of lists"},
	} {
		if status, page := upload(t, pa, c.typed, c.file); status != http.StatusUnprocessableEntity || !strings.Contains(page, c.says) {
			t.Errorf("%s: %d %.300s", name, status, page)
		}
	}
}
