package pages_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"istmo/screening"
	"istmo/screening/coverage"
	"istmo/screening/fairness"
	"istmo/store"
	"istmo/testkit"
)

// open is Panama with an analyst, a focal point, a field officer and a year of
// invented screenings, in which men are presumed at less than half the odds.
func open(t *testing.T) (w *testkit.World, pa *testkit.Country) {
	w = testkit.NewWorld(t)
	pa = w.Start("PA")
	pa.Agency("snm", "migration", "Servicio de Migración (ficticio)")
	pa.Agency("uia", "response-team", "UIA (ficticia)")
	pa.User("sol", "snm", "analyst")
	pa.User("luz", "snm", "focal-point")
	pa.User("ana", "uia", "field-officer")
	return w, pa
}

func posts(t *testing.T, pa *testkit.Country) map[string]string {
	posts := map[string]string{}
	for code, name := range map[string]string{"lajas-blancas": "Lajas Blancas", "san-vicente": "San Vicente", "paso-canoas": "Paso Canoas"} {
		posts[code] = testkit.Must(t, pa, pa.Who("luz"), screening.AddPost{Name: name, Place: "Ficticio"}).Object
	}
	return posts
}

// populate writes a plan's people into the rows, and the flow of a year.
func populate(t *testing.T, w *testkit.World, pa *testkit.Country, posts map[string]string) {
	countries := map[string]string{"VEN": "VE", "HTI": "HT", "ECU": "EC", "COL": "CO", "CHN": "CN"}
	codes := []string{"VRC-01", "COR-03", "EXP-02", "VRC-09", "COD-05", "DEC-02", "COR-01", "EXP-05", "DEC-07", "VRC-12", "ACT-02", "COD-01"}
	plan := fairness.Plan{Seed: 9, Screenings: 2400, Group: fairness.Group{Attribute: fairness.Sex, Value: "male"}, Presuming: 0.4}
	err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		for i, s := range plan.Invent() {
			of := map[fairness.Attribute]string{}
			for _, g := range s.Groups {
				of[g.Attribute] = g.Value
			}
			begun := time.Date(2025, 12, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(i) * (8150 * time.Hour / 2400))
			id := tx.NewID("scr")
			if _, err := tx.Exec(`INSERT INTO screening (id, chain, subject, receipt, agency, device, officer, post, list, sex, age_band, age_in_doubt, citizenships, languages,
				company, help, outcome, final, duress, started_at, finished_at, received_at, person, raised, met_at, forgotten_at, changed_at)
				VALUES ($1, $1, $1, '', 'agy', 'dev', $2, $3, '', $4, $5, FALSE, $6, $7, '', '', $8, TRUE, FALSE, $9, $10, $11, '', '', '', '', $11)`,
				id, fmt.Sprint("o", i%4), posts[s.Post], of[fairness.Sex], strings.NewReplacer("30-47", "30-38", "48+", "48-64").Replace(of[fairness.AgeBand]), countries[of[fairness.Citizenship]],
				of[fairness.Language], string(s.Outcome), begun, begun.Add(time.Duration(12+i%17)*time.Minute), begun.Add(time.Hour)); err != nil {
				return err
			}
			for answer, list := range map[string][]string{"yes": s.Yes, "no": s.No} {
				for _, code := range list {
					var n int
					if _, err := fmt.Sscanf(code, "I-%02d", &n); err != nil {
						return err
					}
					if _, err := tx.Exec(`INSERT INTO screening_value (screening, field, value, set_by) VALUES ($1, $2, $3, '')`, id, "q."+codes[n-1], answer); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for m := range 11 {
		month := time.Date(2025, 12+time.Month(m), 1, 0, 0, 0, 0, time.UTC)
		for i, code := range []string{"lajas-blancas", "san-vicente"} {
			if m == 5 && i == 0 {
				continue // nobody has said
			}
			testkit.Must(t, pa, pa.Who("luz"), coverage.RecordFlow{Post: posts[code], Month: month.Format("2006-01"), Passed: int64(900 + 170*m*(i+1) - 8*m*m), Source: "SNM, parte mensual (ficticio)", Dated: month.AddDate(0, 1, 2)})
		}
		testkit.Must(t, pa, pa.Who("luz"), coverage.RecordFlow{Post: coverage.Country, Month: month.Format("2006-01"), Passed: int64(4200 - 90*m), Source: "SNM, cuadro nacional (ficticio)", Dated: month.AddDate(0, 1, 2)})
	}
	w.Tick(time.Hour)
}

func typed(k *testkit.Walk, name, words string) {
	k.TabTo(`[name="` + name + `"]`)
	k.Type(words)
}

// An analyst finds nothing yet, a focal point writes down by keyboard how many
// passed, first wrongly, and corrects it; the earlier figure stays.
func TestWritingDownTheFlow(t *testing.T) {
	_, pa := open(t)
	posts(t, pa)
	k := testkit.NewWalk(t, "es")
	k.As(pa, "sol")
	k.Visit("/screening/coverage")
	k.Says("Todavía no se ha contado nada")
	k.As(pa, "luz")
	k.Visit("/screening/coverage/flow")
	k.Says("Todavía no se ha anotado nada")
	k.Send("coverage.record-flow")
	k.Says("Elige un puesto o todo el país")
	for _, passed := range []string{"1200", "1150"} {
		k.TabTo(`select[name="post"]`)
		k.Type("Lajas")
		typed(k, "month", "2026-10")
		typed(k, "passed", passed)
		typed(k, "source", "Parte mensual (ficticio)")
		typed(k, "dated-day", "3")
		typed(k, "dated-month", "11")
		typed(k, "dated-year", "2026")
		k.Send("coverage.record-flow")
		k.Says("Anotado.")
	}
	k.Says("1200")
	k.Says("1150")
	k.Says("Reemplazado el 9 nov 2026")
	k.Complaints()
}

// The pages of a year, in both languages: what is found is said in words, and what
// is too small to say as well.
func TestAYear(t *testing.T) {
	w, pa := open(t)
	populate(t, w, pa, posts(t, pa))
	for _, lang := range []struct {
		code string
		says map[string][]string
	}{
		{"es", map[string][]string{
			"":          {"A quién alcanza el tamizaje", "Cuentan 2400 tamizajes", "Lajas Blancas", "Todo el país", "Nadie ha dicho cuántas pasaron"},
			"/work":     {"Tamizajes por hora de agente", "Indicadores hallados: Todos los puestos", "No se preguntaron a nadie"},
			"/outcomes": {"Presuntas víctimas de trata, por sexo", "Haití", "No se muestran grupos de menos de diez"},
			"/fairness": {"Mujer: se presume con más frecuencia que en los demás con el mismo resultado", "Qué no puede decir esta revisión", "muy pequeñas para decir algo"},
			"/flow":     {"Cuántas personas pasaron", "SNM, cuadro nacional (ficticio)"},
		}},
		{"en", map[string][]string{
			"":          {"Who screening reaches", "2,400 screenings of the last twelve months count", "Whole country", "Nobody has said how many passed"},
			"/work":     {"Screenings per officer hour", "Indicators found: All posts", "Asked of nobody"},
			"/outcomes": {"Presumed victims of trafficking, by sex", "Haiti"},
			"/fairness": {"presumed more often than others with the same result", "What this check cannot say", "too small to say"},
			"/flow":     {"How many people passed"},
		}},
	} {
		k := testkit.NewWalk(t, lang.code)
		k.As(pa, "sol")
		for _, page := range []string{"", "/work", "/outcomes", "/fairness", "/flow"} {
			k.Visit("/screening/coverage" + page)
			for _, words := range lang.says[page] {
				k.Says(words)
			}
		}
		k.Visit("/screening/coverage/work?post=" + screenedAt(t, pa))
		k.Says("San Vicente")
	}
}

func screenedAt(t *testing.T, pa *testkit.Country) string {
	for _, p := range testkit.Ask(t, pa, pa.Who("luz"), coverage.Read{}).Posts {
		if p.Name == "San Vicente" {
			return p.ID
		}
	}
	t.Fatal("no post")
	return ""
}

// TestTakenAlong: every table goes as a file, the comparisons whole, and nothing
// below ten is in one.
func TestTakenAlong(t *testing.T) {
	w, pa := open(t)
	populate(t, w, pa, posts(t, pa))
	session, address := pa.SignIn("sol"), pa.Web()
	get := func(path string) (*http.Response, []byte) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/screening/coverage/"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(session)
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
	rows := map[string]int{"reach": 4, "months": 37, "work": 4, "indicators": 48, "outcomes": 17, "fairness": 100}
	for name, least := range rows {
		res, body := get(name + ".csv")
		all, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff")))).ReadAll()
		if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Content-Disposition"), ".csv") || len(all)-1 < least {
			t.Errorf("%s: %d, %d rows, %v", name, res.StatusCode, len(all)-1, err)
		}
		if res, body := get(name + ".xlsx"); res.StatusCode != http.StatusOK || !bytes.HasPrefix(body, []byte("PK")) {
			t.Errorf("%s.xlsx: %d", name, res.StatusCode)
		}
		if name != "outcomes" && name != "indicators" {
			continue
		}
		for _, row := range all[1:] {
			for _, cell := range row[2 : len(row)-3] {
				if len(cell) == 1 && cell != "" {
					t.Errorf("%s shows %q: %v", name, cell, row)
				}
			}
		}
	}
	session = pa.SignIn("ana")
	if res, _ := get("fairness.csv"); res.StatusCode != http.StatusNotFound {
		t.Errorf("an officer takes figures along: %d", res.StatusCode)
	}
}
