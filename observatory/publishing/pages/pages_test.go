package pages_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"strings"
	"testing"

	"istmo/act"
	"istmo/cooperation"
	"istmo/observatory/publishing"
	"istmo/observatory/tally"
	"istmo/testkit"
)

// open is a country with an analyst, a focal point, an officer, and people of three
// years who were counted.
func open(w *testkit.World, node string, more int) *testkit.Country {
	c := w.Start(node)
	c.Agency("comision", "national-committee", "Comisión (ficticia)")
	c.User("sol", "comision", "analyst")
	c.User("luz", "comision", "focal-point", "foreign-ministry")
	c.User("beto", "comision", "field-officer")
	var rows []tally.Row
	add := func(year, n int, sex, age, form, citizenship, standing string) {
		rows = append(rows, tally.Row{Year: year, Sex: sex, Age: age, Form: form, Citizenship: citizenship, Standing: standing, Count: n})
	}
	for i, year := range []int{2023, 2024, 2025} {
		add(year, 41+3*i+more, "female", "18+", "sexual", "VEN", "identified")
		add(year, 22+i, "female", "18+", "labour", "COL", "presumed")
		add(year, 13, "female", "0-17", "sexual", "COL", "identified")
		add(year, 19+2*i, "male", "18+", "labour", "ECU", "presumed")
		add(year, 3+i, "male", "0-17", "other", "HTI", "presumed")
		add(year, 12, "female", "18+", "other", "CHN", "identified")
		add(year, 11, "male", "18+", "sexual", "VEN", "identified")
	}
	testkit.Must(w.T, c, c.Engine.Self, tally.Keep{Counted: tally.Counted{Figures: tally.Figures{Made: w.Now()}, Cube: tally.Cube{Made: w.Now(), Country: "PAN", Rules: "2026-11", Rows: rows}}})
	return c
}

func agree(w *testkit.World, pa, co *testkit.Country) string {
	w.T.Helper()
	id := testkit.Must(w.T, pa, pa.Who("luz"), cooperation.ProposeAgreement{TitleES: "Acuerdo ficticio", TitleEN: "Fictional agreement", Parties: []string{"PA", "CO"},
		Verbs: []string{"release.send"}, Purposes: []string{publishing.Statistics}}).Object
	w.Deliver()
	testkit.Must(w.T, co, co.Who("luz"), cooperation.SignAgreement{On: cooperation.On{ID: id}})
	w.Deliver()
	return id
}

// prepared is a release of a country, and approved if so wished.
func prepared(t *testing.T, c *testkit.Country, approved bool, tables ...string) string {
	t.Helper()
	id := testkit.Must(t, c, c.Who("sol"), publishing.Prepare{Title: "Personas por año (ficticio)", Choice: publishing.Choice{From: 2023, To: 2025, Tables: tables, Citizenships: "VEN, COL"}}).Object
	if !approved {
		return id
	}
	v, err := act.Look(t.Context(), c.Engine, c.Who("luz"), publishing.Open{On: publishing.On{ID: id}})
	if err != nil {
		t.Fatal(err)
	}
	testkit.Must(t, c, c.Who("luz"), publishing.Approve{On: publishing.On{ID: id}, Digest: v.Digest})
	return id
}

func sent(t *testing.T, c *testkit.Country, node string, tables ...string) string {
	t.Helper()
	id := prepared(t, c, true, tables...)
	testkit.Must(t, c, c.Who("sol"), publishing.Send{On: publishing.On{ID: id}, Kind: publishing.Partner, Node: node})
	return id
}

// TestFiguresGoOut walks a release through: an analyst chooses, is told what is wrong,
// and prepares; a focal point reads and approves; it goes to a partner and the public.
func TestFiguresGoOut(t *testing.T) {
	w := testkit.NewWorld(t)
	pa, co := open(w, "PA", 0), open(w, "CO", 17)
	w.Pair("PA", "CO")
	w.Deliver()
	agree(w, pa, co)
	for _, lang := range []struct {
		code string
		says map[string]string
	}{
		{"es", map[string]string{"empty": "Todavía no ha salido nada", "years": "Elige solo años terminados", "prepared": "Preparada. Ahora otra persona debe leerla", "own": "La preparaste tú",
			"approve": "Apruébala solo si leíste las tablas", "approved": "Aprobada y firmada", "leaves": "Sale del país", "forever": "No se puede retirar", "out": "Salió a Colombia", "public": "Sale a cualquiera",
			"hidden": "oculto", "needs": "Qué falta para ver las cifras de Colombia"}},
		{"en", map[string]string{"empty": "", "years": "Choose only years that are over", "prepared": "Prepared. Now another person has to read", "own": "You prepared it",
			"approve": "Approve it only if you have read the tables", "approved": "Approved and signed", "leaves": "It leaves the country", "forever": "It cannot be taken back", "out": "Went to Colombia", "public": "It goes to anybody",
			"hidden": "hidden", "needs": "What is missing to see the figures of Colombia"}},
	} {
		k := testkit.NewWalk(t, lang.code)
		k.As(pa, "sol")
		k.Visit("/observatory/releases")
		k.Says(lang.says["empty"])
		k.Visit("/observatory/beside")
		k.Says(lang.says["needs"])
		k.Visit("/observatory/releases/new")
		k.Write(`[name="title"]`, "Personas por año (ficticio)")
		k.Write(`[name="from"]`, "2023")
		k.Write(`[name="to"]`, "2026")
		k.Tick(`[name="tables"][value="sex"]`)
		k.Tick(`[name="tables"][value="age"]`)
		k.Tick(`[name="own"][value="sex"]`)
		k.Tick(`[name="own"][value="form"]`)
		k.Send("release.prepare")
		k.Says(lang.says["years"])
		k.Write(`[name="to"]`, "2025")
		k.Send("release.prepare")
		k.Says(lang.says["prepared"])
		k.Says(lang.says["own"])
		k.Says(lang.says["hidden"])
		path := strings.TrimPrefix(k.URL(), pa.Web())
		k.As(pa, "luz")
		k.Visit(path)
		k.Go(`a[href*="/approve?read="]`)
		k.Says(lang.says["approve"])
		k.Send("release.approve")
		k.Says(lang.says["approved"])
		k.Go(`a[href$="/send/CO"]`)
		k.Says(lang.says["leaves"])
		k.Says(lang.says["forever"])
		k.Send("release.send")
		k.Says(lang.says["out"])
		w.Deliver()
		k.Go(`a[href$="/send/public"]`)
		k.Says(lang.says["public"])
		k.Send("release.send")
		k.Go(`a[href$="/send/named"]`)
		k.Send("release.send")
		k.Write(`[name="receiver"]`, "UNODC")
		k.Send("release.send")
		k.Visit("/observatory/releases")
		k.Says("UNODC")
		k.Visit(path)
		if n := k.Paper(t, lang.code+"-release"); n < 1 || n > 9 {
			t.Errorf("%d pages", n)
		}
		k.Complaints()
	}
}

// TestTwoCountries: the page shows both once both have shown some; what is missing,
// and what is hidden, is said.
func TestTwoCountries(t *testing.T) {
	w := testkit.NewWorld(t)
	pa, co := open(w, "PA", 0), open(w, "CO", 17)
	w.Pair("PA", "CO")
	w.Deliver()
	agreement := agree(w, pa, co)
	sent(t, pa, "CO", "sex", "citizenship")
	sent(t, co, "PA", "sex", "age")
	w.Deliver()
	for lang, says := range map[string][]string{
		"es": {"Los dos países, lado a lado", "Mujeres", "Colombia no ha mostrado esta tabla", "Panamá no ha mostrado esta tabla", "No está", "No se suman ni se restan"},
		"en": {"Both countries, side by side", "Women and girls", "Colombia has not shown this table", "Panama has not shown this table", "Not there", "neither added nor subtracted"},
	} {
		k := testkit.NewWalk(t, lang)
		k.As(pa, "luz")
		k.Visit("/observatory/beside")
		for _, words := range says {
			k.Says(words)
		}
		if n := k.Paper(t, lang+"-beside"); n < 1 || n > 9 {
			t.Errorf("%d pages", n)
		}
		k.Visit("/observatory/beside?year=2023")
		k.Says("2023")
		k.Complaints()
	}
	testkit.Must(t, pa, pa.Who("luz"), cooperation.SuspendAgreement{On: cooperation.On{ID: agreement}})
	session := pa.SignIn("luz")
	if page := pa.Get("/observatory/beside", session); strings.Contains(page, "147") || !strings.Contains(page, "Qué falta") {
		t.Errorf("shown under a suspended agreement: %s", page)
	}
	if page := pa.Get("/observatory/releases", session); !strings.Contains(page, "Colombia: Personas por año") {
		t.Errorf("what was read left the register: %s", page)
	}
}

// get is the status, the kind and the body of a file.
func get(t *testing.T, c *testkit.Country, path string, cookie *http.Cookie) (int, string, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.Web()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(cookie)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Content-Type"), body
}

// TestTakenAlong: every file of what was approved is to be had, holds no hidden
// number, and is not there for what was only prepared, nor for others.
func TestTakenAlong(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := open(w, "PA", 0)
	early, id := prepared(t, pa, false, "age"), prepared(t, pa, true, "sex", "sex+form")
	sol, beto := pa.SignIn("sol"), pa.SignIn("beto")
	if status, _, _ := get(t, pa, "/observatory/releases/"+id+"/figures.csv", sol); status != http.StatusConflict {
		t.Errorf("what was only approved is to be had: %d", status)
	}
	testkit.Must(t, pa, pa.Who("sol"), publishing.Send{On: publishing.On{ID: id}, Kind: publishing.Named, Receiver: "UNODC"})
	files := map[string]string{"figures.pdf": "%PDF-", "figures.xlsx": "PK", "figures.csv": "", "figures.json": `{"format":"istmo/release/1"`, "tables/sex.csv": "", "tables/sex-form.xlsx": "PK", "tables/sex.html": "<!doctype html>"}
	for name, begins := range files {
		path := "/observatory/releases/" + id + "/" + name
		status, kind, body := get(t, pa, path, sol)
		if status != http.StatusOK || !bytes.HasPrefix(bytes.TrimPrefix(body, []byte("\ufeff")), []byte(begins)) || kind == "" {
			t.Errorf("%s: %d, %s", name, status, kind)
		}
		if strings.HasSuffix(name, ".csv") {
			read := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
			read.FieldsPerRecord = -1
			rows, err := read.ReadAll()
			if err != nil || len(rows) < 5 {
				t.Errorf("%s: %v", name, err)
			}
			for _, row := range rows {
				for _, c := range row {
					if len(c) == 1 && strings.ContainsAny(c, "123456789") {
						t.Errorf("%s shows %v", name, row)
					}
				}
			}
			if name == "figures.csv" && !strings.Contains(string(body), "–") {
				t.Errorf("%s hides nothing", name)
			}
		}
		if begins == "PK" {
			if _, err := zip.NewReader(bytes.NewReader(body), int64(len(body))); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if begins == "<!doctype html>" && (strings.Contains(string(body), pa.Web()) || strings.Contains(string(body), "<script") || !strings.Contains(string(body), "Mujeres")) {
			t.Errorf("the page to put elsewhere asks for something, or says nothing: %s", body)
		}
		if status, _, _ := get(t, pa, path, beto); status != http.StatusNotFound {
			t.Errorf("an officer takes %s along: %d", name, status)
		}
		if strings.HasPrefix(name, "figures") {
			if status, _, _ := get(t, pa, "/observatory/releases/"+early+"/"+name, sol); status != http.StatusConflict {
				t.Errorf("%s of what was only prepared: %d", name, status)
			}
		}
	}
	for _, path := range []string{"tables/age.csv", "tables/age.html"} {
		if status, _, _ := get(t, pa, "/observatory/releases/"+early+"/"+path, sol); status != http.StatusConflict {
			t.Errorf("%s: %d", path, status)
		}
	}
	for _, path := range []string{"/observatory/releases/" + id + "/tables/none.csv", "/observatory/releases/rel_none", "/observatory/releases/rel_none/figures.csv", "/observatory/releases/" + id + "/send/CR"} {
		if status, _, _ := get(t, pa, path, sol); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
	for _, path := range []string{"/observatory/releases", "/observatory/releases/new", "/observatory/beside", "/observatory/releases/" + id, "/observatory/releases/" + id + "/approve", "/observatory/releases/" + id + "/decline", "/observatory/releases/" + id + "/send/public"} {
		if status, _, _ := get(t, pa, path, beto); status != http.StatusNotFound {
			t.Errorf("an officer reads %s: %d", path, status)
		}
	}
	if page := pa.Get("/observatory/releases/"+early, sol); strings.Contains(page, "figures.csv") || strings.Contains(page, "tables/") || strings.Contains(page, "/approve") {
		t.Errorf("what was prepared offers its files, or its own approval: %s", page)
	}
}
