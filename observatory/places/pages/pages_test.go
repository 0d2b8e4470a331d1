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

	"istmo/observatory/places"
	"istmo/observatory/sources"
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

// provinces are invented, as a deployer brings them.
const provinces = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"ADM1_PCODE":"PA05","ADM1_ES":"Darién (ficticia)"},"geometry":{"type":"Polygon","coordinates":[[[-78.4,7.3],[-77.4,7.5],[-77.2,8.1],[-77.6,8.6],[-78.2,8.9],[-78.4,7.3]]]}},
{"type":"Feature","properties":{"ADM1_PCODE":"PA04","ADM1_ES":"Chiriquí (ficticia)"},"geometry":{"type":"Polygon","coordinates":[[[-82.9,8.2],[-82,8.1],[-82,8.8],[-82.7,8.9],[-82.9,8.2]]]}}]}`

// TestProvincesAreTheDeployers: none is drawn until a file of them was taken in; then
// they are there, with whose they are.
func TestProvincesAreTheDeployers(t *testing.T) {
	w, pa, posts := open(t)
	fill(t, w, pa, posts)
	k := testkit.NewWalk(t, "es")
	k.As(pa, "sol")
	k.Visit("/observatory/map")
	if k.Has(".istmo-map__province") {
		t.Error("provinces are drawn that nobody brought")
	}
	origin := sources.Origin{Kind: sources.Boundaries, Level: "province", Source: "HDX COD-AB (ficticio)", Edition: "2024"}
	if _, _, err := sources.ImportFile(t.Context(), pa.Engine, pa.Who("sol"), origin, strings.NewReader(provinces), nil); err != nil {
		t.Fatal(err)
	}
	k.Visit("/observatory/map?view=darien")
	k.Says("HDX COD-AB (ficticio)")
	if !k.Has(".istmo-map__province") || !strings.Contains(k.Text("main"), "Darién (ficticia)") {
		t.Error("they are not drawn")
	}
	k.Desktop()
	k.Shot(t, "map-provinces")
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
				if lang == "en" && wide != 360 && wide != 1280 {
					continue // the words of Spanish are the longer ones
				}
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

func typed(k *testkit.Walk, name, words string) {
	k.TabTo(`[name="` + name + `"]`)
	k.Type(words)
}

// day writes a date by keyboard.
func day(k *testkit.Walk, name string, d time.Time) {
	typed(k, name+"-day", fmt.Sprint(d.Day()))
	typed(k, name+"-month", fmt.Sprint(int(d.Month())))
	typed(k, name+"-year", fmt.Sprint(d.Year()))
}

// TestARiskIsToldByKeyboard: the ombudsman finds none, tells of one, first without
// its source, corrects it, and another institution confirms it.
func TestARiskIsToldByKeyboard(t *testing.T) {
	_, pa, _ := open(t)
	k := testkit.NewWalk(t, "es")
	k.As(pa, "eva")
	k.Visit("/observatory/places")
	k.Says("Ninguna institución ha dicho un riesgo")
	k.Go(`a[href="/observatory/places/new"]`)
	k.Says("No nombres a ninguna persona")
	k.TabTo(`select[name="place"]`)
	k.Type("Acand")
	k.Choose(`input[name="kind"]`, 1)
	typed(k, "words", "Cobros en el muelle (inventado)")
	day(k, "since", date(10, 1))
	k.Send("places.report-factor")
	k.Says("Falta")
	typed(k, "source", "Defensoría, visita (ficticia)")
	day(k, "dated", date(11, 2))
	k.Send("places.report-factor")
	k.Says("Quedó dicho, con su fuente.")
	k.Says("Crimen organizado")
	k.Says("Defensoría · Defensoría, visita")
	k.As(pa, "sol")
	k.Visit("/observatory/places?country=PA")
	k.Says("Ningún riesgo cumple con lo elegido")
	k.Visit("/observatory/places?country=CO&kind=organised-crime&state=holds&place=co-acandi")
	k.Says("Cobros en el muelle")
	k.Go(`a[href^="/observatory/places/risk/"]`)
	if k.Has(`form[action="/do/places.correct-factor"]`) || k.Has(`form[action="/do/places.end-factor"]`) {
		t.Error("another institution is offered to correct or end it")
	}
	typed(k, "source", "SNM, puesto (ficticio)")
	day(k, "dated", date(11, 5))
	k.Send("places.confirm-factor")
	k.Says("Lo confirma también Servicio de Migración (ficticio)")
	k.As(pa, "eva")
	k.Visit(strings.TrimPrefix(k.URL(), pa.Web()))
	k.Unfold("places.correct-factor")
	k.Write(`form[action="/do/places.correct-factor"] textarea`, "Cobros en el muelle y en el camino (inventado)")
	k.Send("places.correct-factor")
	k.Says("Lo anterior queda en la historia.")
	k.Says("Cobros en el muelle (inventado)")
	k.Complaints()
}

// TestPlacesAreKeptByTheirFocalPoint, and a safe house is refused in plain words.
func TestPlacesAreKeptByTheirFocalPoint(t *testing.T) {
	w, pa, posts := open(t)
	fill(t, w, pa, posts)
	for _, lang := range []string{"es", "en"} {
		k := testkit.NewWalk(t, lang)
		k.As(pa, "luz")
		k.Visit("/observatory/places")
		k.Says(map[string]string{"es": "Sin confirmar desde el 20 jun 2026", "en": "Not confirmed since 20 Jun 2026"}[lang])
		k.Visit("/observatory/places/points")
		k.Says(map[string]string{"es": "no va en ningún mapa", "en": "is on no map"}[lang])
		if lang == "en" {
			continue
		}
		k.TabTo(`form[action="/do/places.add"] input[name="kind"]`)
		k.Press("Space")
		k.Write(`form[action="/do/places.add"] input[name="name"]`, "Casa segura de Metetí")
		k.Write(`form[action="/do/places.add"] input[name="region"]`, "Darién")
		k.Write(`form[action="/do/places.add"] input[name="lat"]`, "-77,9")
		k.Write(`form[action="/do/places.add"] input[name="lon"]`, "8,5")
		k.Send("places.add")
		k.Says("Ese nombre es el de un lugar donde se aloja o protege a personas")
		k.Says("están cambiadas de lugar")
		k.Complaints()
	}
}

// TestWhatIsTakenAlong: the tables as files, and that neither they nor a page nor the
// API hold a person, a place of protection, or a small count; who may not gets nothing.
func TestWhatIsTakenAlong(t *testing.T) {
	w, pa, posts := open(t)
	fill(t, w, pa, posts)
	if err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE screening SET person = 'per_canary', receipt = 'canary-receipt', subject = 'canary-subject', officer = 'canary-officer' WHERE post = $1`, posts["San Vicente"])
		return err
	}); err != nil {
		t.Fatal(err)
	}
	get := func(who, path string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, pa.Web()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(path, "/api/") {
			r.Header.Set("Authorization", "Bearer "+pa.Bearer(who, "places.read"))
		} else {
			r.AddCookie(pa.SignIn(who))
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	paths := []string{"/observatory/map", "/observatory/places", "/observatory/places/points", "/observatory/places/new", "/observatory/places/risks.csv", "/observatory/places/points.csv", "/api/v1/places/read"}
	for _, view := range []string{"region", "darien", "uraba", "canoas"} {
		paths = append(paths, "/observatory/map?view="+view, "/observatory/map?show=passed&view="+view, "/observatory/places/map-"+view+".csv")
	}
	for _, path := range paths {
		code, body := get("sol", path)
		if code != http.StatusOK {
			t.Errorf("%s: %d", path, code)
		}
		for _, secret := range []string{"canary", "Esperanza", "per_", "scr_", "usr_"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s tells %q", path, secret)
			}
		}
		if code, _ := get("ana", path); code != http.StatusNotFound && code != http.StatusForbidden {
			t.Errorf("an officer gets %s: %d", path, code)
		}
		rows, err := csv.NewReader(bytes.NewReader([]byte(strings.TrimPrefix(body, "\ufeff")))).ReadAll()
		if strings.HasSuffix(path, "map-darien.csv") && (err != nil || len(rows) < 5) {
			t.Errorf("%s: %d rows, %v", path, len(rows), err)
		}
		if strings.HasSuffix(path, "map-darien.csv") && (!strings.Contains(body, "412") || !strings.Contains(body, "No se dice")) {
			t.Errorf("%s is %s", path, body)
		}
	}
	for _, path := range []string{"/observatory/places/map-nowhere.csv", "/observatory/places/risk/fct_nothing", "/observatory/places/map-darien.pdf"} {
		if code, _ := get("sol", path); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
}
