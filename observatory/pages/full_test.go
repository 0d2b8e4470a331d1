package pages_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"istmo/observatory/figures"
	"istmo/observatory/sources"
	"istmo/screening"
	"istmo/screening/coverage"
	"istmo/store"
	"istmo/testkit"
	"istmo/testkit/published"
)

// bring takes the real public files into a node.
func bring(t testing.TB, c *testkit.Country) {
	t.Helper()
	for name, o := range map[string]sources.Origin{
		"panama_irregular_entries_monthly.csv": {Kind: sources.Entries, Source: "SNM de Panamá, reunido por la OIM", Edition: "2025-03"},
		"glotip_col_pan_cri.csv":               {Kind: sources.GLOTIP, Source: "UNODC, portal de datos", Edition: "2025-04-14"},
	} {
		if _, _, err := sources.ImportFile(t.Context(), c.Engine, c.Who("sol"), o, published.Open(t, name), nil); err != nil {
			t.Fatal(name, err)
		}
	}
}

// invent writes people, alerts and screenings into the rows of the last two years.
// Nobody in it exists.
func invent(t testing.TB, w *testkit.World, c *testkit.Country) {
	t.Helper()
	post := testkit.Must(t, c, c.Who("luz"), screening.AddPost{Name: "Lajas Blancas", Place: "Ficticio"}).Object
	for m := range 8 {
		month := time.Date(2026, time.Month(m+3), 1, 0, 0, 0, 0, time.UTC)
		testkit.Must(t, c, c.Who("luz"), coverage.RecordFlow{Post: coverage.Country, Month: month.Format("2006-01"), Passed: int64(900 - 60*m), Source: "SNM (ficticio)", Dated: w.Now().Add(-time.Hour)})
	}
	pick := func(i int, all ...string) string { return all[i*7%11%len(all)] }
	err := c.DB.Write(t.Context(), func(tx *store.Tx) error {
		for i := range 420 {
			at := time.Date(2025, 1, 3, 15, 0, 0, 0, time.UTC).AddDate(0, 0, i*14/9)
			id := tx.NewID("per")
			if _, err := tx.Exec(`INSERT INTO person (id, ref, agency, sex, age_band, age_in_doubt, citizenships, languages, interpreter, forms, needs, place, origin, origin_id, created_at, created_by)
				VALUES ($1, $1, 'agy', $2, $3, FALSE, $4, 'es', FALSE, $5, '', '', 'met', '', $6, '')`,
				id, pick(i, "female", "female", "male"), pick(i, "21-29", "30-38", "9-17", "18-20"), []string{pick(i, "VE", "VE", "CO", "HT", "EC")}, []string{pick(i, "labour", "sexual", "begging", "sexual")}, at); err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO person_status (id, person, country, authority, status, legal_basis, decided_on, recorded_at, recorded_by) VALUES ($1, $2, 'PA', 'x', $3, 'x', $4, $4, '')`,
				tx.NewID("sta"), id, pick(i, "presumed", "full", "presumed"), at.AddDate(0, 0, 2)); err != nil {
				return err
			}
		}
		for i := range 60 {
			at := time.Date(2026, 4, 1, 15, 0, 0, 0, time.UTC).AddDate(0, 0, 3*i)
			if _, err := tx.Exec(`INSERT INTO referral (id, was, state, version, home, from_node, from_agency, from_user, to_node, to_agency, to_user, person, consent, agreement, purpose, urgent, fields, child, sex, age_band, citizenships, languages, interpreter, needs, reason, suggested, eta, visits, due_at, due_key, since, escalated_at, escalated_to, asked, refused, envelope, package, arrived_at, opened_at, packed_at, read_at, recall, recall_basis, created_at)
				VALUES ($1, 'acknowledged', $2, 3, 'PA', 'PA', 'agy', '', 'CO', 'agy', '', 'per', '', '', 'assistance', FALSE, '', FALSE, '', '', '', '', FALSE, '', '', '', '', 0, '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', $3)`,
				tx.NewID("ref"), pick(i, "accepted", "accepted", "declined"), at); err != nil {
				return err
			}
		}
		for i := range 400 {
			at := time.Date(2026, 3, 1, 15, 0, 0, 0, time.UTC).Add(time.Duration(i) * 14 * time.Hour)
			if _, err := tx.Exec(`INSERT INTO screening (id, chain, subject, receipt, agency, device, officer, post, list, sex, age_band, age_in_doubt, citizenships, languages,
				company, help, outcome, final, duress, started_at, finished_at, received_at, person, raised, met_at, forgotten_at, changed_at)
				VALUES ($1, $1, $1, '', 'agy', 'dev', 'o', $2, '', 'female', '21-29', FALSE, 'VE', 'es', '', '', 'none', TRUE, FALSE, $3, $4, $4, '', '', '', '', $4)`,
				tx.NewID("scr"), post, at, at.Add(20*time.Minute)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Tick(time.Hour)
}

// TestRoomsOfAYear: with the public files in and people counted, each room draws
// them, in both languages.
func TestRoomsOfAYear(t *testing.T) {
	w, pa := open(t)
	bring(t, pa)
	invent(t, w, pa)
	for _, lang := range []struct {
		code string
		says [][]string // an address, and what is said there
	}{
		{"es", [][]string{
			{"/flow", "133 726", "246 133", "519 774", "302 290", "2831", "333 659", "333 704", "Venezuela", "691 601", "Ecuador", "En ene 2022 la tabla no trae fila de Venezuela"},
			{"/detection", "Posibles víctimas", "Personas entrevistadas de las que pasaron", "Panamá, 2022: víctimas comunicadas a UNODC"},
			{"/justice", "Personas procesadas", "no guarda quién hizo qué a quién"},
			{"/times", "Alerta: que alguien la confirme", "No ha empezado ninguno", "Todos los meses", "Declinada"},
		}},
		{"en", [][]string{
			{"/flow?year=2023", "Venezuela", "328,650", "In Jan 2022 the table has no row for Venezuela"},
			{"/detection?country=CRI&year=2019", "Costa Rica, 2019: victims reported to UNODC, by age", "Possible victims"},
			{"/justice", "Persons prosecuted", "does not keep who did what"},
		}},
	} {
		k := testkit.NewWalk(t, lang.code)
		k.As(pa, "sol")
		for _, page := range lang.says {
			k.Visit("/observatory" + page[0])
			text := plain(k.Text("main"))
			for _, words := range page[1:] {
				if !strings.Contains(text, words) {
					t.Errorf("%s in %s does not say %q:\n%s", page[0], lang.code, words, text)
				}
			}
		}
	}
	for path, words := range map[string]string{
		"/detection?country=XXX&year=12345": "Panamá, 20", // what does not exist is the first that does
		"/flow?year=%27--":                  "691",
	} {
		_, page, _ := strings.Cut(string(get(t, pa, "sol", "/observatory"+path)), "<main")
		if !strings.Contains(page, words) || strings.Contains(page, "XXX") || strings.Contains(page, "12345") {
			t.Errorf("%s", path)
		}
	}
}

// TestFewMetAreNotTold: how many were met in a month is not told where they are few,
// nor their share, from which it could be worked out.
func TestFewMetAreNotTold(t *testing.T) {
	w, pa := open(t)
	post := testkit.Must(t, pa, pa.Who("luz"), screening.AddPost{Name: "Lajas Blancas", Place: "Ficticio"}).Object
	testkit.Must(t, pa, pa.Who("luz"), coverage.RecordFlow{Post: coverage.Country, Month: "2026-10", Passed: 140, Source: "SNM (ficticio)", Dated: w.Now().Add(-time.Hour)})
	err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		for i := range 7 {
			at := time.Date(2026, 10, 3, 15+i, 0, 0, 0, time.UTC)
			if _, err := tx.Exec(`INSERT INTO screening (id, chain, subject, receipt, agency, device, officer, post, list, sex, age_band, age_in_doubt, citizenships, languages,
				company, help, outcome, final, duress, started_at, finished_at, received_at, person, raised, met_at, forgotten_at, changed_at)
				VALUES ($1, $1, $1, '', 'agy', 'dev', 'o', $2, '', 'female', '21-29', FALSE, 'VE', 'es', '', '', 'none', TRUE, FALSE, $3, $3, $3, '', '', '', '', $3)`,
				tx.NewID("scr"), post, at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Tick(time.Hour)
	if text := string(get(t, pa, "sol", "/observatory/detection/reach.csv")); !strings.Contains(text, "140,,,") {
		t.Errorf("taken along as\n%s", text)
	}
	if page := string(get(t, pa, "sol", "/observatory/detection")); !strings.Contains(page, "Menos de 10: no se muestra") || strings.Contains(page, "7 de 140") {
		t.Error("the page tells of seven people, or does not say why it does not")
	}
}

// TestEveryFigureSaysWhatItIs: each picture of each room says where it is from, how it
// is defined, how certain it is and what it compares with.
func TestEveryFigureSaysWhatItIs(t *testing.T) {
	w, pa := open(t)
	bring(t, pa)
	invent(t, w, pa)
	for _, path := range []string{"/observatory", "/observatory/flow", "/observatory/detection", "/observatory/justice", "/observatory/times", "/observatory/map", "/observatory/watch",
		"/screening/coverage", "/screening/coverage/work", "/screening/coverage/outcomes"} {
		page := string(get(t, pa, "sol", path))
		pictures, said, sources := strings.Count(page, `<figure class="istmo-chart`), strings.Count(page, "istmo-chart__about"), strings.Count(page, "istmo-chart__source")
		if pictures == 0 || said != pictures || sources < pictures {
			t.Errorf("%s has %d pictures, of which %d say what they are and %d where they are from", path, pictures, said, sources)
		}
	}
}

// TestNationalitiesAddUp: what is told of the nationalities of a month is its total.
func TestNationalitiesAddUp(t *testing.T) {
	_, pa := open(t)
	bring(t, pa)
	held, err := figures.Held()
	if err != nil {
		t.Fatal(err)
	}
	totals := map[string]int{}
	for _, p := range held {
		if p.Indicator == figures.IrregularEntries && p.From == p.To {
			totals[p.From] = p.Low
		}
	}
	lines := strings.Split(strings.TrimSpace(string(get(t, pa, "sol", "/observatory/flow/nation-months.csv"))), "\r\n")
	if len(lines) != 52 || len(totals) != 51 {
		t.Fatalf("%d lines, %d months", len(lines), len(totals))
	}
	i := 0
	for m := (figures.Month{Year: 2021, Month: 1}); i < 51; m = m.Next() {
		i++
		sum := 0
		for _, cell := range strings.Split(lines[i], ",")[1:] {
			var n int
			if _, err := fmt.Sscan(cell, &n); err == nil {
				sum += n
			}
		}
		if sum != totals[m.String()] {
			t.Errorf("%v: the nationalities are %d, the month %d", m, sum, totals[m.String()])
		}
	}
}
