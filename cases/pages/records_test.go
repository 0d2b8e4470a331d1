package pages_test

import (
	"bytes"
	"fmt"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"istmo/i18n"
	"istmo/testkit"
	"istmo/testkit/browser"
)

// faulty is a file with something of every kind: two rows that can come in, one
// with a date that is none, one twice, and one that contradicts another.
const faulty = "prs_ID,prs_FirstName,prs_SecondName,prs_Birthdate,prs_Gender,prs_Citizenship,prs_MobilePhone,con_Consent,refugio\n" +
	"1,Marta,Canaria,2001-02-03,Feminine,COL,+50760000000,true,Casa Azul\n" + // 2
	"2,Bea,Canaria,ayer,Feminine,COL,6000,true,\n" + // 3: no date, no number
	"3,Cyn,Canaria,2010,mujer,Atlantis,,,\n" + // 4: warnings
	"1,Marta,Canaria,2001-02-03,Feminine,COL,+50760000000,true,Casa Azul\n" + // 5: row 2 again
	"1,Otra,Canaria,2001-02-03,Feminine,COL,+50760000000,true,Casa Azul\n" // 6: row 2, otherwise

// office is one agency's node, with nobody in it.
func office(t *testing.T) *house {
	w := testkit.NewWorld(t)
	h := &house{T: t, world: w, pa: w.Start("PA"), cookie: map[string]*http.Cookie{}}
	h.pa.Agency("uia", "response-team", "Unidad de Identificación y Atención (ficticia)")
	h.pa.Agency("casa", "shelter", "Casa Azul (ficticia)")
	h.ana = h.pa.User("ana", "uia", "case-worker")
	h.pa.User("luz", "uia", "focal-point")
	h.pa.User("rosa", "casa", "case-worker")
	h.site = h.pa.Web()
	return h
}

// upload sends a file as the form does.
func (h *house) upload(who, name, text string) answer {
	h.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	token := tokenField.FindStringSubmatch(h.get(who, "/").body)
	for field, value := range map[string]string{"_token": token[1], "_page": "/records", "_form": "/records"} {
		if err := form.WriteField(field, value); err != nil {
			h.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		h.Fatal(err)
	}
	fmt.Fprint(part, text)
	form.Close()
	req, err := http.NewRequestWithContext(h.Context(), "POST", h.site+"/records", &body)
	if err != nil {
		h.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	return h.send(who, req)
}

func TestAFaultyFileIsNamedRowByRow(t *testing.T) {
	h := office(t)
	staged := h.upload("ana", "personas.csv", faulty)
	if staged.status != 303 || !strings.HasPrefix(staged.at, "/records/imp_") {
		t.Fatalf("%d %s", staged.status, staged.at)
	}
	page := h.get("ana", staged.at)
	page.body = html.UnescapeString(page.body)
	for _, want := range []struct{ row, field, key string }{
		{"3", "prs_Birthdate", "htcds.date"}, {"3", "prs_MobilePhone", "htcds.phone"}, {"4", "prs_Birthdate", "htcds.date-partial"},
		{"4", "prs_Gender", "htcds.value-unknown"}, {"4", "prs_Citizenship", "htcds.country-unknown"}, {"2", "con_Consent", "htcds.consent-without-scope"},
		{"1", "#9", "htcds.column-extension"},
	} {
		_, after, found := strings.Cut(page.body, "<strong>"+i18n.Say("es", want.key)+"</strong>")
		places, _, _ := strings.Cut(after, "<strong>")
		if !found || !strings.Contains(places, "<li>Fila "+want.row+`: <code class="govuk-!-text-break-word">`+want.field+"</code></li>") {
			t.Errorf("nothing says %s of row %s, %s", want.key, want.row, want.field)
		}
	}
	for _, words := range []string{i18n.Say("es", "htcds.duplicate", "First", 2), i18n.Say("es", "htcds.duplicate-different", "First", 2), "Importar a 2 personas", "2 errores"} {
		if !strings.Contains(page.body, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	if strings.Contains(page.body, "Canaria") || strings.Contains(page.body, "⟦") {
		t.Error("the preview repeats what the file says, or leaves something unsaid")
	}
	if n := strings.Count(h.get("ana", "/people").body, `<li class="govuk-task-list__item">`); n != 0 {
		t.Errorf("%d people are there before anybody confirmed", n)
	}
	if done := h.post("ana", staged.at, staged.at, url.Values{}); done.status != 303 || done.at != staged.at {
		t.Fatalf("confirming: %d %s", done.status, done.at)
	}
	result := h.get("ana", staged.at)
	for _, words := range []string{i18n.Say("es", "records.conflict"), "prs_FirstName", "Fila 6", "Fila 3"} {
		if !strings.Contains(result.body, words) {
			t.Errorf("the result does not say %q", words)
		}
	}
	if n := strings.Count(h.get("ana", "/people").body, `<li class="govuk-task-list__item">`); n != 2 {
		t.Errorf("%d people came in", n)
	}
	if again := h.post("ana", staged.at, staged.at, url.Values{}); again.status != 409 {
		t.Errorf("confirming twice: %d", again.status)
	}
}

func TestFilesThatCannotBeUploaded(t *testing.T) {
	h := office(t)
	for _, c := range []struct{ name, text, key string }{
		{"personas.csv", "", "records.no-file"}, {"personas.xlsx", "PK", "htcds.format"}, {"sin-nombre", "x", "htcds.format"},
	} {
		got := h.upload("ana", c.name, c.text)
		if got.status != 422 || !strings.Contains(got.body, i18n.Say("es", c.key)) || !strings.Contains(got.body, `id="records-file-error"`) {
			t.Errorf("%s: %d", c.name, got.status)
		}
	}
	if got := h.upload("ana", "personas.csv", strings.Repeat("x", 17<<20)); got.status != 422 {
		t.Errorf("17 MB: %d", got.status)
	}
	page := h.get("ana", h.upload("ana", "libro.csv", "PK\x03\x04").at)
	if page.status != 200 || !strings.Contains(page.body, i18n.Say("es", "htcds.not-text")) || strings.Contains(page.body, "Importar a") {
		t.Errorf("a workbook: %d", page.status)
	}
	long := h.get("ana", h.upload("ana", "largo.csv", "prs_FirstName,prs_ID\n"+strings.Repeat("Ana,1\n", 5_001)).at)
	if !strings.Contains(long.body, i18n.Say("es", "records.preview.long")) || strings.Contains(long.body, "Importar a") {
		t.Error("a long file can be imported by a page")
	}
}

// Nobody but who brought it sees a file, and roles that import nothing find
// nothing here.
func TestRecordsAreNotForOthers(t *testing.T) {
	h := office(t)
	staged := h.upload("ana", "personas.csv", faulty)
	absent := h.get("rosa", "/records/imp_none")
	if got := h.get("rosa", staged.at); got.status != 404 || got.body != absent.body {
		t.Errorf("rosa sees the upload: %d", got.status)
	}
	if got := h.post("rosa", staged.at, staged.at, url.Values{}); got.status != 404 {
		t.Errorf("rosa confirms it: %d", got.status)
	}
	if got := h.post("rosa", "/records", "/do/cases.discard-import", url.Values{"import": {strings.TrimPrefix(staged.at, "/records/")}}); got.status != 404 {
		t.Errorf("rosa discards it: %d", got.status)
	}
	for _, path := range []string{"/records", staged.at, "/records/export/csv"} {
		if got := h.get("luz", path); got.status != 404 {
			t.Errorf("the focal point at %s: %d", path, got.status)
		}
	}
	if got := h.upload("luz", "personas.csv", faulty); got.status != 404 {
		t.Errorf("the focal point uploads: %d", got.status)
	}
	h.post("ana", staged.at, staged.at, url.Values{})
	if got := h.get("rosa", "/records/export/json"); got.status != 200 || strings.TrimSpace(strings.Trim(got.body, "[]\n ")) != "" {
		t.Errorf("rosa carries off %s", got.body)
	}
}

func TestTheDownload(t *testing.T) {
	h := office(t)
	staged := h.upload("ana", "personas.csv", faulty)
	h.post("ana", staged.at, staged.at, url.Values{})
	csv, json := h.get("ana", "/records/export/csv"), h.get("ana", "/records/export/json")
	if !strings.Contains(csv.body, "Marta,Canaria") && !strings.Contains(csv.body, ",Marta,,Canaria,") || !strings.Contains(json.body, `"prs_SecondName":"Canaria"`) {
		t.Errorf("%d %d %.300s", csv.status, json.status, csv.body)
	}
	if got := h.get("ana", "/records/export/pdf"); got.status != 404 {
		t.Errorf("as PDF: %d", got.status)
	}
	req, err := http.NewRequestWithContext(t.Context(), "GET", h.site+"/records/export/csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := h.send("ana", req); got.status != 404 {
		t.Errorf("by a link of another site: %d", got.status)
	}
	if again := h.get("ana", h.upload("ana", "de-vuelta.csv", csv.body).at); again.status != 200 {
		t.Errorf("what left does not come back: %d", again.status)
	}
}

// The whole way in a real browser: upload, look through, confirm, and the result.
func TestTheWayOfAFile(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		h := office(t)
		b := browser.Open(t)
		h.sit(b, "ana", lang)
		both := func(name string) {
			for _, size := range sizes {
				size.set(b)
				check(t, b, "records-"+name+"-"+lang+"-"+size.name)
			}
		}
		b.Open(h.site + "/records")
		both("empty")
		b.Follow(func() { b.Click("form[enctype] button.govuk-button") })
		if !b.Has(".govuk-error-summary") {
			t.Error("no file, and no fault")
		}
		both("no-file")
		h.choose(b, "personas.csv", faulty)
		h.follow(b, "form[enctype] button.govuk-button")
		if !strings.Contains(b.URL(), "/records/imp_") || !strings.Contains(b.Text("main"), i18n.Say(lang, "htcds.date")) {
			t.Fatalf("after the upload: %s", b.URL())
		}
		both("preview")
		h.follow(b, `form[action^="/records/imp_"] button.govuk-button`)
		if !b.Has(".istmo-banner--done") || !strings.Contains(b.Text("main"), i18n.Say(lang, "records.conflict")) {
			t.Fatalf("after confirming: %s", b.Text("main"))
		}
		both("done")
		b.Open(h.site + "/records")
		if !strings.Contains(b.Text("main"), i18n.Say(lang, "records.out.body", "Count", 2)) {
			t.Error("the page does not offer the two people")
		}
		both("out")
		h.choose(b, "limpio.json", `[{"Person":{"prs_FirstName":"Rosa Ficticia","prs_Gender":"Feminine"}}]`)
		h.follow(b, "form[enctype] button.govuk-button")
		both("clean")
		h.follow(b, `form[action="/do/cases.discard-import"] button`)
		if b.URL() != h.site+"/records" || !b.Has(".istmo-banner--done") {
			t.Errorf("after discarding: %s", b.URL())
		}
	}
}

// choose puts a file into the form, as the file dialogue would.
func (h *house) choose(b *browser.Window, name, text string) {
	h.Helper()
	browser.Evaluate[int](b, fmt.Sprintf(`(() => { const d = new DataTransfer(); d.items.add(new File([%q], %q)); const i = document.querySelector('input[type="file"]'); i.files = d.files; return i.files.length })()`, text, name))
}
