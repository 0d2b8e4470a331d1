package pages_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"istmo/observatory/places"
	"istmo/screening"
	"istmo/screening/coverage"
	"istmo/store"
	"istmo/testkit"
	"istmo/testkit/browser"
)

func date(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }

// open is Panama with posts at which many, few and none were screened, people who
// passed, and risks that hold, that nobody confirmed for long, and that are over.
func open(t *testing.T) (*testkit.World, *testkit.Country, map[string]string) {
	w := testkit.NewWorld(t)
	pa := w.Start("PA")
	pa.Agency("snm", "migration", "Servicio de Migración (ficticio)")
	pa.Agency("dpp", "ombudsman", "Defensoría del Pueblo (ficticia)")
	pa.Agency("uia", "response-team", "UIA (ficticia)")
	pa.Agency("cne", "shelter", "Casa Nueva Esperanza (ficticia)")
	pa.User("sol", "snm", "analyst")
	pa.User("luz", "snm", "focal-point")
	pa.User("eva", "dpp", "analyst")
	pa.User("ana", "uia", "field-officer")
	posts := map[string]string{}
	for _, name := range []string{"Lajas Blancas", "Bajo Chiquito", "San Vicente", "Paso Canoas", "Los Planes", "Muelle viejo"} {
		posts[name] = testkit.Must(t, pa, pa.Who("luz"), screening.AddPost{Name: name, Place: map[bool]string{true: "Chiriquí", false: "Darién"}[strings.ContainsAny(name, "PC") && name != "Bajo Chiquito"]}).Object
	}
	return w, pa, posts
}

// fill screens people at the posts, lets people pass, and has institutions speak.
func fill(t *testing.T, w *testkit.World, pa *testkit.Country, posts map[string]string) {
	err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		for name, n := range map[string]int{"Lajas Blancas": 412, "Bajo Chiquito": 126, "San Vicente": 4, "Paso Canoas": 88, "Los Planes": 37} {
			for i := range n {
				begun := time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(i) * 13 * time.Hour)
				if begun.After(tx.Now) {
					begun = tx.Now.Add(-time.Duration(i) * time.Hour)
				}
				if _, err := tx.Exec(`INSERT INTO screening (id, chain, subject, receipt, agency, device, officer, post, list, sex, age_band, age_in_doubt, citizenships, languages,
					company, help, outcome, final, duress, started_at, finished_at, received_at, person, raised, met_at, forgotten_at, changed_at)
					VALUES ($1, $1, $1, '', 'agy', 'dev', 'o1', $2, '', 'female', '21-29', FALSE, 'VE', 'es', '', '', 'none', TRUE, FALSE, $3, $4, $4, '', '', '', '', $4)`,
					tx.NewID("scr"), posts[name], begun, begun.Add(20*time.Minute)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, n := range map[string]int64{"Lajas Blancas": 2310, "Bajo Chiquito": 1870, "Paso Canoas": 640} {
		testkit.Must(t, pa, pa.Who("luz"), coverage.RecordFlow{Post: posts[name], Month: "2026-10", Passed: n, Source: "SNM, parte mensual (ficticio)", Dated: date(11, 3)})
	}
	for _, a := range []struct {
		who string
		places.About
	}{
		{"eva", places.About{Place: posts["Bajo Chiquito"], Kind: "organised-crime", Since: date(9, 4), Words: "Cobros por dejar pasar en el río Turquesa (inventado)", Source: "Defensoría, misión de observación (ficticia)", Dated: date(11, 2)}},
		{"eva", places.About{Place: "co-acandi", Kind: "armed-group", Since: date(3, 1), Words: "Control de los caminos hacia la frontera (inventado)", Source: "Alerta temprana (ficticia)", Dated: date(6, 20)}},
		{"sol", places.About{Place: "co-turbo", Kind: "illegal-economy", Since: date(8, 1), Words: "Venta de cupos en lanchas (inventado)", Source: "Informe del puerto (ficticio)", Dated: date(10, 20)}},
		{"sol", places.About{Place: posts["Paso Canoas"], Kind: "border-closed", Since: date(10, 1), Until: date(10, 9), Words: "Cierre nocturno del paso (inventado)", Source: "Decreto (ficticio)", Dated: date(10, 1)}},
		{"sol", places.About{Municipality: "Yaviza", Country: "PA", Kind: "road-closed", Since: date(10, 28), Words: "La carretera está cortada por una crecida (inventado)", Source: "Protección civil (ficticia)", Dated: date(10, 30)}},
	} {
		id := testkit.Must(t, pa, pa.Who(a.who), places.ReportFactor{About: a.About}).Object
		if a.Kind == "organised-crime" {
			testkit.Must(t, pa, pa.Who("sol"), places.ConfirmFactor{OnFactor: places.OnFactor{ID: id}, Source: "SNM, puesto (ficticio)", Dated: date(11, 5)})
		}
	}
	w.Tick(time.Hour)
}

// overlapping is whether two names of the map that is shown overlap, as the browser
// has drawn them; and how large its letters are at least.
const overlapping = `(() => {
	const shown = [...document.querySelectorAll('.istmo-map__picture')].filter(p => p.getBoundingClientRect().width > 0)
	if (shown.length !== 1) return shown.length + ' pictures'
	const box = shown[0].getBoundingClientRect()
	const names = [...shown[0].querySelectorAll('text')].map(e => [e.textContent, e.getBoundingClientRect(), parseFloat(getComputedStyle(e).fontSize) * box.width / shown[0].viewBox.baseVal.width])
	for (const [a, r, size] of names) {
		if (size < 12) return a + ' is ' + size
		if (r.left < box.left || r.right > box.right || r.top < box.top || r.bottom > box.bottom) return a + ' is cut off'
		for (const [b, s] of names)
			if (a !== b && r.left < s.right - 1 && s.left < r.right - 1 && r.top < s.bottom - 5 && s.top < r.bottom - 5) return a + ' over ' + b
	}
	return ''
})()`

// TestTheMap goes through every view of the map in both languages, by day and by
// night, on a phone, at a desk, on a projector and on paper.
func TestTheMap(t *testing.T) {
	w, pa, posts := open(t)
	fill(t, w, pa, posts)
	for _, lang := range []string{"es", "en"} {
		k := testkit.NewWalk(t, lang)
		k.As(pa, "sol")
		for _, view := range []string{"region", "darien", "uraba", "canoas"} {
			k.Visit("/observatory/map?view=" + view)
			for _, wide := range []int64{320, 360, 800, 1280, 1920} {
				k.Size(wide, 1000)
				if wrong := browser.Evaluate[string](k.Window, overlapping); wrong != "" {
					t.Errorf("%s, %s, %d wide: %s", lang, view, wide, wrong)
				}
				if wide != 800 {
					k.Shot(t, fmt.Sprintf("map-%s-%s-%d", lang, view, wide))
				}
			}
		}
		k.Says(map[string]string{"es": "Paso Canoas", "en": "Paso Canoas"}[lang])
		k.Visit("/observatory/map?view=darien&show=passed")
		k.Visit("/observatory/map?show=risks")
		k.Prefer("dark")
		for _, view := range []string{"region", "darien"} {
			k.Visit("/observatory/map?view=" + view)
			k.Desktop()
			k.Shot(t, "map-"+lang+"-"+view+"-dark")
		}
		k.Prefer("light")
		if pages := k.Paper(t, "map-"+lang+"-paper"); pages > 2 {
			t.Errorf("the map prints on %d pages", pages)
		}
		k.Complaints()
	}
}
