package places_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/observatory/places"
	"istmo/screening"
	"istmo/screening/coverage"
	"istmo/screening/fairness"
	"istmo/store"
	"istmo/testkit"
)

func everywhere(t *testing.T, test func(*testing.T, *testkit.World)) {
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			w := testkit.NewWorld(t)
			w.Postgres = database == "postgres"
			test(t, w)
		})
	}
}

func date(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }

// open is Panama with a migration service, an ombudsman and a shelter.
func open(w *testkit.World) *testkit.Country {
	pa := w.Start("PA")
	pa.Agency("snm", "migration", "Servicio de Migración (ficticio)")
	pa.Agency("dpp", "ombudsman", "Defensoría del Pueblo (ficticia)")
	pa.Agency("cne", "shelter", "Casa Nueva Esperanza de Darién (ficticia)")
	pa.User("luz", "snm", "focal-point")
	pa.User("sol", "snm", "analyst")
	pa.User("eva", "dpp", "focal-point")
	pa.User("ana", "snm", "field-officer", "response-team", "case-worker")
	pa.User("aud", "dpp", "auditor")
	return pa
}

func point(lat, lon string) places.Point {
	return places.Point{Lat: lat, Lon: lon, Certain: "sure", Source: "IGNTG, hoja 4239 (ficticia)", Dated: date(10, 1)}
}

func read(t testing.TB, pa *testkit.Country) places.View {
	t.Helper()
	return testkit.Ask(t, pa, pa.Who("sol"), places.Read{})
}

func spot(v places.View, name string) (places.Spot, bool) {
	i := slices.IndexFunc(v.Spots, func(s places.Spot) bool { return s.Name == name })
	if i < 0 {
		return places.Spot{}, false
	}
	return v.Spots[i], true
}

// refused gives the fields and keys of what is wrong, "lat places.swapped".
func refused[O access.Object](t testing.TB, pa *testkit.Country, who string, c act.Command[O]) string {
	t.Helper()
	_, err := act.Do(context.Background(), pa.Engine, pa.Who(who), c)
	var all []string
	for _, f := range fault.All(err) {
		all = append(all, strings.TrimSpace(f.Field+" "+f.Key))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// TestTheListHolds: every place that is shipped has its point in its country, and
// those that the work is about are there.
func TestTheListHolds(t *testing.T) {
	all, err := places.Gazetteer()
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, k := range all {
		there[k.Country+" "+k.Name] = true
	}
	for _, name := range []string{"PA Bajo Chiquito", "PA Lajas Blancas", "PA San Vicente", "PA Paso Canoas", "PA Los Planes", "CO Turbo", "CO Necoclí", "CO Apartadó",
		"CO Acandí", "CO Capurganá", "CO Unguía", "CR Paso Canoas", "CR EMI Sur", "CR Los Chiles"} {
		if !there[name] {
			t.Errorf("%s is missing", name)
		}
	}
}

// TestAPlaceIsPutMovedAndClosed, on both databases.
func TestAPlaceIsPutMovedAndClosed(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa := open(w)
		id := testkit.Must(t, pa, pa.Who("luz"), places.Add{Kind: "office", Name: "Oficina de Metetí", Region: "Darién", Point: point("8,5012", "-77.9796")}).Object
		if s, there := spot(read(t, pa), "Oficina de Metetí"); !there || !s.Placed || s.Lat != 8.501 || s.Lon != -77.98 || s.Source == "" || s.Country != "PA" {
			t.Errorf("it is %+v", s)
		}
		testkit.Must(t, pa, pa.Who("luz"), places.Move{ID: id, Point: point("8.6", "−77.9")})
		if s, _ := spot(read(t, pa), "Oficina de Metetí"); s.Lat != 8.6 || s.Lon != -77.9 {
			t.Errorf("it was moved to %+v", s)
		}
		testkit.Must(t, pa, pa.Who("luz"), places.Close{ID: id})
		if _, there := spot(read(t, pa), "Oficina de Metetí"); there {
			t.Error("it is still on the map")
		}
		for _, again := range []string{refused(t, pa, "luz", places.Close{ID: id}), refused(t, pa, "luz", places.Move{ID: id, Point: point("8.6", "-77.9")})} {
			if again != "places.closed-already" {
				t.Errorf("once more: %s", again)
			}
		}
		testkit.Must(t, pa, pa.Who("luz"), places.Add{Kind: "office", Name: "Oficina de Metetí", Region: "Darién", Point: point("8.5", "-77.9")})
	})
}

// TestAPostStandsWhereItIs: at the place of the list whose name it bears, until its
// agency says better; one with another name is nowhere until then.
func TestAPostStandsWhereItIs(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := open(w)
	add := func(c screening.AddPost) string { return testkit.Must(t, pa, pa.Who("luz"), c).Object }
	lajas := add(screening.AddPost{Name: "lajas blancas", Place: "Darién"})
	pier := add(screening.AddPost{Name: "Muelle viejo", Place: "Darién"})
	add(screening.AddPost{Name: "Puerto Obaldía", Place: "Guna Yala", Lat: "8.667", Lon: "-77.42"})
	v := read(t, pa)
	if s, _ := spot(v, "lajas blancas"); !s.Placed || s.Code != "pa-lajas-blancas" || s.Certain != "near" || s.ID != lajas {
		t.Errorf("%+v", s)
	}
	if _, twice := spot(v, "Lajas Blancas"); twice {
		t.Error("the place of the list is there beside its post")
	}
	if s, _ := spot(v, "Muelle viejo"); s.Placed || s.ID != pier {
		t.Errorf("%+v", s)
	}
	if s, _ := spot(v, "Puerto Obaldía"); !s.Placed || s.Lat != 8.667 {
		t.Errorf("%+v", s)
	}
	for _, at := range []string{"8.15", "8.155"} {
		testkit.Must(t, pa, pa.Who("luz"), places.Move{ID: pier, Point: point(at, "-77.7")})
	}
	if s, _ := spot(read(t, pa), "Muelle viejo"); !s.Placed || s.Lat != 8.155 || s.Kind != "post" {
		t.Errorf("%+v", s)
	}
	if got := refused(t, pa, "eva", places.Move{ID: lajas, Point: point("8.3", "-77.8")}); got != "fault.not-found" {
		t.Errorf("another agency moves it: %s", got)
	}
	if got := refused(t, pa, "luz", places.Move{ID: "pst_nowhere", Point: point("8.3", "-77.8")}); got != "fault.not-found" {
		t.Errorf("%s", got)
	}
}

// TestPointsAreChecked: what is wrong is said at its field, with how to mend it.
func TestPointsAreChecked(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := open(w)
	good := places.Add{Kind: "office", Name: "Oficina", Region: "Darién", Point: point("8.4", "-77.8")}
	for _, c := range []struct {
		change func(*places.Add)
		want   string
	}{
		{func(c *places.Add) { c.Lat = "NaN" }, "lat places.degrees"},
		{func(c *places.Add) { c.Lon = "-Inf" }, "lon places.degrees"},
		{func(c *places.Add) { c.Lat, c.Lon = "", "" }, "lat places.degrees, lon places.degrees"},
		{func(c *places.Add) { c.Lat = "8°24′N" }, "lat places.degrees"},
		{func(c *places.Add) { c.Lat, c.Lon = "-77.8", "8.4" }, "lat places.swapped"},
		{func(c *places.Add) { c.Lat, c.Lon = "77.8", "8.4" }, "lat places.swapped"},
		{func(c *places.Add) { c.Lon = "77.8" }, "lon places.minus"},
		{func(c *places.Add) { c.Lat, c.Lon = "0", "0" }, "lat places.elsewhere"},
		{func(c *places.Add) { c.Lat = "1e300" }, "lat places.elsewhere"},
		{func(c *places.Add) { c.Lat, c.Lon = "4.7", "-74.1" }, "lat places.elsewhere"},
		{func(c *places.Add) { c.Certain = "" }, "certainty fault.not-in-list"},
		{func(c *places.Add) { c.Source = " " }, "source fault.required"},
		{func(c *places.Add) { c.Source = strings.Repeat("x", 201) }, "source fault.too-long"},
		{func(c *places.Add) { c.Dated = time.Time{} }, "dated fault.required"},
		{func(c *places.Add) { c.Dated = w.Now().Add(48 * time.Hour) }, "dated fault.in-the-future"},
		{func(c *places.Add) { c.Name = " " }, "name fault.required"},
		{func(c *places.Add) { c.Name = strings.Repeat("x", 101) }, "name fault.too-long"},
		{func(c *places.Add) { c.Region = "" }, "region fault.required"},
		{func(c *places.Add) { c.Kind = "crossing"; c.Name = "PASO canoas" }, "name places.there-already"},
	} {
		one := good
		c.change(&one)
		if got := refused(t, pa, "luz", one); got != c.want {
			t.Errorf("%+v: %q, want %q", one, got, c.want)
		}
	}
	testkit.Must(t, pa, pa.Who("luz"), good)
	if got := refused(t, pa, "luz", good); got != "name places.there-already" {
		t.Errorf("twice: %s", got)
	}
}

// TestNoPlaceOfProtectionCanBeOnTheMap: not by its kind, not past every rule by the
// database, not by its name, and not when an institution comes to bear it later.
func TestNoPlaceOfProtectionCanBeOnTheMap(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa := open(w)
		good := places.Add{Kind: "office", Name: "Oficina", Region: "Darién", Point: point("8.4", "-77.8")}
		for _, kind := range []string{"safe-house", "refuge", "shelter", "safe-flat", "post", "capital", ""} {
			one := good
			one.Kind = kind
			if got := refused(t, pa, "luz", one); got != "kind places.kind-not-in-list" {
				t.Errorf("a %s: %q", kind, got)
			}
			if kind == "post" {
				continue
			}
			err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec(`INSERT INTO places_place (id, agency, country, region, kind, name, post, lat, lon, certainty, source, dated, moved_at, closed_at)
					VALUES ($1, 'a', 'PA', 'x', $2, 'x', '', 8400, -77800, 'sure', 'x', '', '', '')`, tx.NewID("plc"), kind)
				return err
			})
			if err == nil {
				t.Errorf("the database takes a %s", kind)
			}
		}
		for _, name := range []string{"Casa segura de Metetí", "CASA  SEGURA", "Safe house", "Casa Nueva Esperanza de Darién (ficticia)", "casa nueva esperanza", "Albergue «Nueva  Esperanza»"} {
			one := good
			one.Name = name
			if got := refused(t, pa, "luz", one); got != "name places.never-protection" {
				t.Errorf("%q: %q", name, got)
			}
		}
		one := good
		one.Region = "frente a la Casa Nueva Esperanza"
		if got := refused(t, pa, "luz", one); got != "region places.never-protection" {
			t.Errorf("%q", got)
		}
		// A post and a place with the name of what becomes a shelter later, and one of
		// another country's directory.
		testkit.Must(t, pa, pa.Who("luz"), screening.AddPost{Name: "Los Almendros", Place: "Darién", Lat: "8.111", Lon: "-77.111"})
		testkit.Must(t, pa, pa.Who("luz"), places.Add{Kind: "office", Name: "Villa Aurora", Region: "Darién", Point: point("8.222", "-77.222")})
		for _, name := range []string{"Los Almendros", "Villa Aurora"} {
			if _, there := spot(read(t, pa), name); !there {
				t.Errorf("%s is not there to begin with", name)
			}
		}
		pa.Agency("alm", "shelter", "Hogar Los Almendros")
		pa.Agency("aur", "womens-ministry", "Fundación Aurora Villa")
		pa.User("rut", "aur", "focal-point")
		testkit.Must(t, pa, pa.Who("rut"), cooperation.DescribeAgency{ID: pa.AgencyID("aur"), Services: []string{"legal", "lodging"}})
		text, _ := json.Marshal(read(t, pa))
		for _, canary := range []string{"Almendros", "Aurora", "8.111", "77.222", "Esperanza"} {
			if strings.Contains(string(text), canary) {
				t.Errorf("the map tells of %s", canary)
			}
		}
	})
}

// TestAShelterOfPublicAddressIsRounded, by the room and by the database.
func TestAShelterOfPublicAddressIsRounded(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa := open(w)
		testkit.Must(t, pa, pa.Who("luz"), places.Add{Kind: "public-shelter", Name: "Albergue municipal", Region: "Darién", Point: point("8.5068", "-77.9842")})
		if s, _ := spot(read(t, pa), "Albergue municipal"); s.Lat != 8.51 || s.Lon != -77.98 {
			t.Errorf("it stands at %v %v", s.Lat, s.Lon)
		}
		err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE places_place SET lat = 8507`)
			return err
		})
		if err == nil {
			t.Error("the database takes it nearer")
		}
	})
}

// TestRisksAreSaidConfirmedAndEnded, and every earlier word stays.
func TestRisksAreSaidConfirmedAndEnded(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa := open(w)
		about := places.About{Place: "pa-bajo-chiquito", Kind: "organised-crime", Since: date(9, 4), Words: "Cobros en el río", Source: "Defensoría, misión", Dated: date(10, 20)}
		id := testkit.Must(t, pa, pa.Who("eva"), places.ReportFactor{About: about}).Object
		on := places.OnFactor{ID: id}
		f := read(t, pa).Factors[0]
		if f.State != places.Holds || f.Country != "PA" || !f.By.Ombudsman() || !f.LastSeen.Equal(date(10, 20)) || len(f.ConfirmedBy) != 0 {
			t.Errorf("%+v", f)
		}
		about.Words = "Cobros en el río y en el camino"
		testkit.Must(t, pa, pa.Who("eva"), places.CorrectFactor{OnFactor: on, About: about})
		testkit.Must(t, pa, pa.Who("sol"), places.ConfirmFactor{OnFactor: on, Source: "SNM, puesto", Dated: date(11, 2)})
		testkit.Must(t, pa, pa.Who("eva"), places.ConfirmFactor{OnFactor: on, Source: "Defensoría", Dated: date(11, 1)})
		if f = read(t, pa).Factors[0]; len(f.ConfirmedBy) != 1 || f.ConfirmedBy[0].Kind != "migration" || !f.LastSeen.Equal(date(11, 2)) || f.Words != about.Words {
			t.Errorf("%+v", f)
		}
		// Ninety days after it was last seen it still holds; a day later nobody knows.
		w.Leap(date(11, 2).AddDate(0, 0, 90).Sub(w.Now()))
		if f = read(t, pa).Factors[0]; f.State != places.Holds {
			t.Errorf("after 90 days it is %s", f.State)
		}
		w.Leap(48 * time.Hour)
		if f = read(t, pa).Factors[0]; f.State != places.Unconfirmed {
			t.Errorf("after more it is %s", f.State)
		}
		testkit.Must(t, pa, pa.Who("sol"), places.ConfirmFactor{OnFactor: on, Source: "SNM, puesto", Dated: w.Now().Add(-time.Hour)})
		if f = read(t, pa).Factors[0]; f.State != places.Holds {
			t.Errorf("confirmed, it is %s", f.State)
		}
		testkit.Must(t, pa, pa.Who("eva"), places.EndFactor{OnFactor: on, Until: date(12, 1), Source: "Defensoría, visita", Dated: date(12, 2)})
		if f = read(t, pa).Factors[0]; f.State != places.Over {
			t.Errorf("ended, it is %s", f.State)
		}
		h := testkit.Ask(t, pa, pa.Who("sol"), places.History{ID: id})
		var deeds []string
		for _, word := range h.Words {
			deeds = append(deeds, word.Deed+" "+word.Words)
		}
		if got := strings.Join(deeds, "; "); got != "ended Cobros en el río y en el camino; corrected Cobros en el río y en el camino; reported Cobros en el río" || len(h.Confirmations) != 3 || h.Mine {
			t.Errorf("the history is %s with %d confirmations", got, len(h.Confirmations))
		}
		for _, got := range []string{refused(t, pa, "eva", places.EndFactor{OnFactor: on, Until: date(12, 1), Source: "x", Dated: date(12, 2)}),
			refused(t, pa, "sol", places.ConfirmFactor{OnFactor: on, Source: "x", Dated: date(12, 2)})} {
			if got != "places.over-already" {
				t.Errorf("once it is over: %s", got)
			}
		}
	})
}

func TestRisksAreChecked(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := open(w)
	good := places.About{Place: "co-turbo", Kind: "armed-group", Since: date(9, 4), Words: "Control del muelle", Source: "Alerta temprana", Dated: date(10, 20)}
	for _, c := range []struct {
		change func(*places.About)
		want   string
	}{
		{func(a *places.About) { a.Place = "" }, "place places.choose-where"},
		{func(a *places.About) { a.Place = "xx-nowhere" }, "place fault.not-in-list"},
		{func(a *places.About) { a.Municipality = "Turbo" }, "municipality places.one-where"},
		{func(a *places.About) { a.Place, a.Municipality, a.Country = "", "Carepa", "FR" }, "country fault.not-in-list"},
		{func(a *places.About) { a.Place, a.Municipality, a.Country = "", "Casa segura", "CO" }, "municipality places.never-protection"},
		{func(a *places.About) { a.Kind = "gossip" }, "kind fault.not-in-list"},
		{func(a *places.About) { a.Since = time.Time{} }, "since fault.required"},
		{func(a *places.About) { a.Since = w.Now().Add(48 * time.Hour) }, "since fault.in-the-future"},
		{func(a *places.About) { a.Until = date(9, 3) }, "until places.until-before"},
		{func(a *places.About) { a.Words = "" }, "words fault.required"},
		{func(a *places.About) { a.Words = strings.Repeat("x", 501) }, "words fault.too-long"},
		{func(a *places.About) { a.Words = "Amenazas a la casa segura del pueblo" }, "words places.no-protection-in-words"},
		{func(a *places.About) { a.Words = "Frente a Casa Nueva Esperanza de Darién (ficticia), de noche" }, "words places.no-protection-in-words"},
		{func(a *places.About) { a.Source = "" }, "source fault.required"},
		{func(a *places.About) { a.Source = "La encargada de la casa segura" }, "source places.no-protection-in-words"},
		{func(a *places.About) { a.Dated = time.Time{} }, "dated fault.required"},
		{func(a *places.About) { a.Dated = w.Now().Add(48 * time.Hour) }, "dated fault.in-the-future"},
	} {
		one := good
		c.change(&one)
		if got := refused(t, pa, "sol", places.ReportFactor{About: one}); got != c.want {
			t.Errorf("%+v: %q, want %q", one, got, c.want)
		}
	}
	id := testkit.Must(t, pa, pa.Who("sol"), places.ReportFactor{About: good}).Object
	for _, c := range []places.EndFactor{{Until: date(9, 3)}, {Until: w.Now().Add(48 * time.Hour)}, {}} {
		c.ID, c.Source, c.Dated = id, "x", date(10, 1)
		if got := refused(t, pa, "sol", c); !strings.HasPrefix(got, "until ") {
			t.Errorf("%+v: %s", c, got)
		}
	}
	testkit.Must(t, pa, pa.Who("sol"), places.ReportFactor{About: places.About{Municipality: "Carepa", Country: "CO", Kind: "other", Since: date(9, 4), Words: "Otro", Source: "x", Dated: date(9, 5)}})
}

// TestDeniedLooksLikeAbsent: who may not, gets nothing, and cannot tell.
func TestDeniedLooksLikeAbsent(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := open(w)
	about := places.About{Place: "co-turbo", Kind: "armed-group", Since: date(9, 4), Words: "Control del muelle", Source: "Alerta temprana", Dated: date(10, 20)}
	on := places.OnFactor{ID: testkit.Must(t, pa, pa.Who("sol"), places.ReportFactor{About: about}).Object}
	office := places.Add{Kind: "office", Name: "Oficina", Region: "Darién", Point: point("8.4", "-77.8")}
	id := testkit.Must(t, pa, pa.Who("luz"), office).Object
	for name, got := range map[string]string{
		"an officer reports":               refused(t, pa, "ana", places.ReportFactor{About: about}),
		"an officer confirms":              refused(t, pa, "ana", places.ConfirmFactor{OnFactor: on, Source: "x", Dated: date(9, 9)}),
		"another agency corrects":          refused(t, pa, "eva", places.CorrectFactor{OnFactor: on, About: about}),
		"another agency ends":              refused(t, pa, "eva", places.EndFactor{OnFactor: on, Until: date(9, 9), Source: "x", Dated: date(9, 9)}),
		"an analyst adds":                  refused(t, pa, "sol", office),
		"another agency moves":             refused(t, pa, "eva", places.Move{ID: id, Point: point("8.4", "-77.8")}),
		"another agency closes":            refused(t, pa, "eva", places.Close{ID: id}),
		"what is not there is moved":       refused(t, pa, "luz", places.Move{ID: "plc_nothing", Point: point("8.4", "-77.8")}),
		"what was never said is confirmed": refused(t, pa, "luz", places.ConfirmFactor{OnFactor: places.OnFactor{ID: "fct_nothing"}, Source: "x", Dated: date(9, 9)}),
	} {
		if got != "fault.not-found" {
			t.Errorf("%s: %s", name, got)
		}
	}
	for _, name := range []string{"ana", "aud"} {
		if _, err := act.Ask(t.Context(), pa.Engine, pa.Who(name), places.Read{}); !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s reads: %v", name, err)
		}
		if _, err := act.Ask(t.Context(), pa.Engine, pa.Who(name), places.History{ID: on.ID}); !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s reads the history: %v", name, err)
		}
	}
	partner := access.Who{Kind: access.Partner, ID: "CO", Node: "CO"}
	if _, err := act.Ask(t.Context(), pa.Engine, partner, places.Read{}); !fault.Is(err, fault.KindDenied) {
		t.Errorf("a partner reads: %v", err)
	}
}

// screen writes that many screenings at a post into the rows, of people whose
// pseudonym and words are canaries.
func screen(t *testing.T, db *store.DB, post string, n int) {
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		for i := range n {
			begun := tx.Now.Add(-time.Duration(i+2) * time.Hour)
			if _, err := tx.Exec(`INSERT INTO screening (id, chain, subject, receipt, agency, device, officer, post, list, sex, age_band, age_in_doubt, citizenships, languages, company,
				help, outcome, final, duress, started_at, finished_at, received_at, person, raised, met_at, forgotten_at, changed_at)
				VALUES ($1, $1, 'canary-subject', 'canary-receipt', 'agy', 'dev', 'canary-officer', $2, '', 'female', '18-20', FALSE, 'HT', 'fr', '', '', 'presumed', TRUE, FALSE, $3, $3, $3, $4, '', '', '', $3)`,
				tx.NewID("scr"), post, begun, fmt.Sprint("per_canary", i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSmallCountsAreNotToldNorWorkedOut: four at one post are hidden, and so is the
// smallest of the others, as the sum of all posts stands on another page.
func TestSmallCountsAreNotToldNorWorkedOut(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa := open(w)
		posts := map[string]string{}
		counts := map[string]int{"Uno": 40, "Dos": 25, "Tres": 4, "Cuatro": 12}
		for _, name := range []string{"Uno", "Dos", "Tres", "Cuatro"} {
			posts[name] = testkit.Must(t, pa, pa.Who("luz"), screening.AddPost{Name: name, Place: "Darién", Lat: "8.1", Lon: "-77.9"}).Object
			screen(t, pa.DB, posts[name], counts[name])
		}
		for name, n := range map[string]int64{"Uno": 900, "Dos": 7, "Tres": 60, "Cuatro": 300} {
			testkit.Must(t, pa, pa.Who("luz"), coverage.RecordFlow{Post: posts[name], Month: "2026-10", Passed: n, Source: "SNM", Dated: date(11, 2)})
		}
		if s, _ := spot(read(t, pa), "Uno"); s.Screened.Known {
			t.Errorf("a figure before the first count: %+v", s)
		}
		w.Tick(time.Hour)
		v := read(t, pa)
		got := map[string][2]int{}
		for name := range posts {
			s, _ := spot(v, name)
			got[name] = [2]int{s.Screened.N, s.Passed.N}
			if !s.Screened.Known || !s.Passed.Known || s.Screened.Few() != (s.Screened.N == fairness.Hidden) {
				t.Errorf("%s: %+v", name, s)
			}
		}
		want := map[string][2]int{"Uno": {40, 900}, "Dos": {25, fairness.Hidden}, "Tres": {fairness.Hidden, fairness.Hidden}, "Cuatro": {fairness.Hidden, 300}}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("it tells %v, want %v", got, want)
		}
		if text, _ := json.Marshal(v); strings.Contains(string(text), "canary") || strings.Contains(string(text), "per_") || strings.Contains(string(text), "scr_") {
			t.Errorf("the map holds more than figures: %s", text)
		}
	})
}

// TestWhatWasCountedAtNoPostGivesNothingAway: four at a post that nobody knows are the
// sum less the posts, so that a post is hidden with them; and a flow of more than a
// year ago is not of this year.
func TestWhatWasCountedAtNoPostGivesNothingAway(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := open(w)
	posts := map[string]string{}
	for name, n := range map[string]int{"Uno": 40, "Dos": 25} {
		posts[name] = testkit.Must(t, pa, pa.Who("luz"), screening.AddPost{Name: name, Place: "Darién"}).Object
		screen(t, pa.DB, posts[name], n)
	}
	screen(t, pa.DB, "", 4)
	for month, n := range map[string]int64{"2025-11": 5000, "2025-12": 100, "2026-10": 200} {
		testkit.Must(t, pa, pa.Who("luz"), coverage.RecordFlow{Post: posts["Uno"], Month: month, Passed: n, Source: "SNM", Dated: date(11, 2)})
	}
	testkit.Must(t, pa, pa.Who("luz"), coverage.RecordFlow{Post: posts["Dos"], Month: "2026-10", Passed: 70, Source: "SNM", Dated: date(11, 2)})
	w.Tick(time.Hour)
	v := read(t, pa)
	uno, _ := spot(v, "Uno")
	dos, _ := spot(v, "Dos")
	if uno.Screened.N != 40 || !dos.Screened.Few() {
		t.Errorf("it tells %+v and %+v", uno.Screened, dos.Screened)
	}
	if uno.Passed.N != 300 || dos.Passed.N != 70 {
		t.Errorf("%+v and %+v passed", uno.Passed, dos.Passed)
	}
}

// TestARiskOutlivesItsPost, and a post is closed where posts are.
func TestARiskOutlivesItsPost(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := open(w)
	lajas := testkit.Must(t, pa, pa.Who("luz"), screening.AddPost{Name: "Lajas Blancas", Place: "Darién"}).Object
	place := testkit.Must(t, pa, pa.Who("luz"), places.Move{ID: lajas, Point: point("8.4", "-77.8")}).Object
	if got := refused(t, pa, "luz", places.Close{ID: place}); got != "places.post-closes-there" {
		t.Errorf("%s", got)
	}
	testkit.Must(t, pa, pa.Who("sol"), places.ReportFactor{About: places.About{Place: lajas, Kind: "other", Since: date(9, 4), Words: "Crecida del río", Source: "SNM", Dated: date(10, 20)}})
	testkit.Must(t, pa, pa.Who("luz"), screening.ClosePost{ID: lajas})
	v := read(t, pa)
	if _, there := spot(v, "Lajas Blancas"); !there || v.Factors[0].Place != "pa-lajas-blancas" {
		t.Errorf("the risk is at %q", v.Factors[0].Place)
	}
}

// TestRisksThatHoldComeFirst; and what names an institution that came to lodge people
// is not shown, though it was written before.
func TestRisksThatHoldComeFirst(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := open(w)
	for _, a := range []places.About{
		{Kind: "other", Since: date(10, 9), Until: date(10, 20), Words: "over", Dated: date(10, 10)},
		{Kind: "other", Since: date(6, 9), Words: "doubtful", Dated: date(6, 10)},
		{Kind: "other", Since: date(3, 9), Words: "holds", Dated: date(11, 1)},
		{Kind: "other", Since: date(3, 8), Words: "Junto a Villa Aurora, de noche", Dated: date(11, 1)},
	} {
		a.Place, a.Source = "co-turbo", "x"
		testkit.Must(t, pa, pa.Who("sol"), places.ReportFactor{About: a})
	}
	told := func() string {
		var all []string
		for _, f := range read(t, pa).Factors {
			all = append(all, f.State+" "+f.Words)
		}
		return strings.Join(all, "; ")
	}
	if got := told(); got != "holds holds; holds Junto a Villa Aurora, de noche; unconfirmed doubtful; over over" {
		t.Errorf("%s", got)
	}
	id := read(t, pa).Factors[1].Word.Factor
	pa.Agency("aur", "shelter", "Villa Aurora")
	if got := told(); got != "holds holds; unconfirmed doubtful; over over" {
		t.Errorf("%s", got)
	}
	if _, err := act.Ask(t.Context(), pa.Engine, pa.Who("sol"), places.History{ID: id}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("its history is read: %v", err)
	}
}
