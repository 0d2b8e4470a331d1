package pages_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/meetings"
	"istmo/roadmap"
	"istmo/testkit"
)

// open is two countries with an agreement of which Panama is the depositary.
func open(t *testing.T) (w *testkit.World, pa, co *testkit.Country, agreement string) {
	w = testkit.NewWorld(t)
	pa, co = w.Start("PA"), w.Start("CO")
	pa.Agency("comision", "national-committee", "Comisión Nacional (ficticia)")
	pa.Agency("snf", "border-police", "Servicio de Fronteras (ficticio)")
	co.Agency("comite", "national-committee", "Comité Interinstitucional (ficticio)")
	for _, c := range []struct {
		at     *testkit.Country
		agency string
	}{{pa, "comision"}, {co, "comite"}} {
		c.at.User("luz", c.agency, "focal-point", "foreign-ministry")
		c.at.User("ana", c.agency, "case-worker")
	}
	w.Pair("PA", "CO")
	w.Deliver()
	agreement = testkit.Must(t, pa, pa.Who("luz"), cooperation.ProposeAgreement{TitleES: "Memorando ficticio", TitleEN: "Fictional memorandum", Parties: []string{"PA", "CO"},
		Verbs: []string{"referrals.*"}, Purposes: []string{"assistance"}}).Object
	w.Deliver()
	testkit.Must(t, co, co.Who("luz"), cooperation.SignAgreement{On: cooperation.On{ID: agreement}})
	w.Deliver()
	return w, pa, co, agreement
}

func show(t *testing.T, c *testkit.Country, id string) meetings.View {
	t.Helper()
	v, err := act.Ask(context.Background(), c.Engine, c.Who("luz"), meetings.Show{On: meetings.On{ID: id}})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func only(t *testing.T, c *testkit.Country) string {
	t.Helper()
	all, err := act.Ask(context.Background(), c.Engine, c.Who("luz"), meetings.List{})
	if err != nil || len(all) != 1 {
		t.Fatalf("%d meetings, %v", len(all), err)
	}
	return all[0].ID
}

func typed(k *testkit.Walk, name, words string) {
	k.TabTo(`[name="` + name + `"]`)
	k.Type(words)
}

// day types a date into its three parts.
func day(k *testkit.Walk, name string, d time.Time) {
	typed(k, name+"-day", d.Format("2"))
	typed(k, name+"-month", d.Format("1"))
	typed(k, name+"-year", d.Format("2006"))
}

// A meeting from its announcement by Colombia, which is not the depositary, to
// minutes that both have approved, in Spanish and by keyboard.
func TestFromTheAnnouncementToTheMinutes(t *testing.T) {
	w, pa, co, _ := open(t)
	k := testkit.NewWalk(t, "es")
	k.As(co, "luz")
	k.Visit("/meetings")
	k.Says("Ninguna reunión")
	k.Go(`a[href="/meetings/new"]`)
	k.Send("meetings.announce")
	k.Says("Falta «Título en español»")
	typed(k, "title_es", "Mesa de seguimiento")
	typed(k, "title_en", "Follow-up table")
	typed(k, "place", "Necoclí")
	day(k, "day", w.Now())
	typed(k, "hour", "08:00")
	typed(k, "until", "17:00")
	for _, topic := range []string{"identification", "assistance"} {
		k.TabTo(`input[value="` + topic + `"]`)
		k.Press("Space")
	}
	w.Cut("PA", "CO")
	k.Send("meetings.announce")
	k.Says("Todavía no es una convocatoria: espera a que la reciba Panamá")
	id := only(t, co)
	page := `a[href="/meetings/` + id
	k.Go(page + `/item"]`)
	typed(k, "title_es", "Casos en Urabá")
	typed(k, "title_en", "Cases in Uraba")
	typed(k, "hour", "10:30")
	k.Send("meetings.add-item")
	k.Says("Agregar un punto a la agenda")
	k.Says("Espera al depositario")
	k.Visit("/meetings")
	w.Mend("PA", "CO")
	w.Deliver()
	k.Visit("/meetings/" + id)
	k.Says("Casos en Urabá")
	k.Go(page + `/delegation"]`)
	k.TabTo(`select[name="agency"]`)
	k.Type("Colombia: Comité")
	typed(k, "post", "Turbo")
	typed(k, "expected", "4")
	k.Send("meetings.name-delegation")
	k.Says("Agregar una delegación")
	w.Deliver()

	k.As(pa, "luz")
	k.Visit("/meetings/" + id)
	k.Says("Se esperan 4 personas")
	k.Go(page + `/delegation"]`)
	typed(k, "name_es", "Agencia de las Naciones Unidas (ficticia)")
	typed(k, "name_en", "United Nations agency (fictional)")
	k.TabTo(`input[name="node"]`)
	k.Press("Down")
	k.Send("meetings.name-delegation")
	k.Go(page + `/hold"]`)
	typed(k, "participants", "19")
	k.Send("meetings.hold")
	k.Says("Celebrada")
	w.Deliver()

	k.As(co, "luz")
	k.Visit("/meetings/" + id)
	k.Go(page + `/attendance"]`)
	k.TabTo(`input[name="came"][value="yes"]`)
	k.Press("Space")
	typed(k, "attended", "5")
	k.Send("meetings.record-attendance")
	w.Deliver()
	k.Visit("/meetings/" + id)
	k.Says("Asistieron 5 personas")
	k.Go(page + `/minutes"]`)
	typed(k, "minutes_es", "Se presentaron las rutas de cada país.")
	k.Send("meetings.write-minutes")
	k.Says("Falta «Acta en inglés»")
	typed(k, "minutes_en", "Each country presented its routes.")
	k.Send("meetings.write-minutes")
	w.Deliver()
	k.Visit("/meetings/" + id)
	k.Says("Falta la aprobación de Panamá y Colombia")
	k.Go(page + `/next"]`)
	day(k, "next_by", w.Now().AddDate(0, 3, 0))
	k.Send("meetings.set-next")
	w.Deliver()
	k.Visit("/meetings/" + id)
	k.Says("Volver a reunirse")
	k.Go(page + `/decide"]`)
	typed(k, "text_es", "Un turno conjunto en Turbo")
	typed(k, "text_en", "A joint rota in Turbo")
	k.TabTo(`input[name="line"]`)
	k.Press("Space")
	k.TabTo(`input[value="PA/` + pa.AgencyID("comision") + `"]`)
	k.Press("Space")
	k.Send("meetings.decide")
	k.Says("Anotar una decisión")
	k.TabTo(`input[value="CO/` + co.AgencyID("comite") + `"]`)
	k.Press("Space")
	day(k, "due", w.Now().AddDate(0, 2, 0))
	typed(k, "indicator_es", "turnos")
	typed(k, "indicator_en", "shifts")
	typed(k, "target", "8")
	k.Send("meetings.decide")
	w.Deliver()
	if v := show(t, pa, id); len(v.Meeting.Decisions) != 1 || v.Meeting.Decisions[0].Commitment == "" {
		t.Errorf("no action came of the decision: %+v", v.Meeting.Decisions)
	}

	// Panama writes other words while Colombia reads: what Colombia would have approved is
	// not there any more, and it reads again.
	k.Visit("/meetings/" + id)
	stale := show(t, co, id).Hash
	testkit.Must(t, pa, pa.Who("luz"), meetings.WriteMinutes{On: meetings.On{ID: id}, MinutesES: "Se presentaron las rutas.", MinutesEN: "The routes were presented.", Read: show(t, pa, id).Hash})
	k.Go(`a[href^="/meetings/` + id + `/approve"]`)
	k.Says("¿Aprobar el acta")
	w.Deliver()
	k.Send("meetings.approve-minutes")
	k.Says("El acta cambió desde que usted la leyó")
	if stale == show(t, co, id).Hash {
		t.Error("the minutes did not change")
	}
	k.Visit("/meetings/" + id)
	k.Go(`a[href^="/meetings/` + id + `/approve"]`)
	k.Send("meetings.approve-minutes")
	w.Deliver()
	k.As(pa, "luz")
	k.Visit("/")
	k.Says("Leer el acta y aprobarla")
	k.Says("Volver a reunirse")
	k.Visit("/meetings/" + id)
	k.Says("Falta la aprobación de Panamá")
	k.Go(`a[href^="/meetings/` + id + `/approve"]`)
	k.Says("Es la última aprobación que falta")
	k.Send("meetings.approve-minutes")
	k.Says("Acta aprobada")
	k.Go(page + `/material"]`)
	typed(k, "title_es", "Guía de turnos")
	typed(k, "title_en", "Guide to rotas")
	k.TabTo(`input[name="kind"]`)
	k.Press("Space")
	typed(k, "kept", "https://example.org/guia")
	k.Send("meetings.add-material")
	k.Go(page + `/pack"]`)
	k.Says("Cómo van los compromisos")
	k.Visit("/meetings/trained")
	k.Says("Servicio de Fronteras (ficticio)")
	k.As(pa, "ana")
	k.Visit("/meetings/" + id)
	k.Says("Un turno conjunto en Turbo")
	if v := show(t, co, id); v.State != meetings.Held && v.State != meetings.Minuted {
		t.Errorf("it is %s", v.State)
	}
}

// recorded is the public meeting of two teams, as its home records it.
func recorded(agreement string) meetings.Record {
	return meetings.Record{Agreement: agreement, Frame: meetings.Frame{Kind: "technical-exchange", TitleES: "Primer intercambio técnico", TitleEN: "First technical exchange", Country: "PA",
		Day: time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC), LastDay: time.Date(2026, 2, 4, 0, 0, 0, 0, time.UTC), Topics: []string{"identification", "assistance"}, Frames: []string{"sdg:5", "gcm:10"},
		Source: "https://example.org/noticia"}, Participants: 48, NextBy: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC),
		Delegations: "CO | Fiscalía (ficticia) | Prosecutor (fictional) | delegation | Turbo | 6\n- | Agencia de la ONU (ficticia) | UN agency (fictional) | organiser",
		Agenda:      "Presentación de respuestas | Responses presented", Decisions: "Elaborar una hoja de ruta | Draw up a roadmap | assistance",
		MinutesES: "Compartieron experiencias.\nAcordaron seguir.", MinutesEN: "They shared experience.\nThey agreed to go on."}
}

// A past meeting is recorded, shown, followed up and called off, in English.
func TestAPastMeetingAndTheOneAfterIt(t *testing.T) {
	w, pa, _, agreement := open(t)
	k := testkit.NewWalk(t, "en")
	k.As(pa, "luz")
	k.Visit("/meetings/record")
	k.Send("meetings.record")
	k.Says("Public source")
	id := testkit.Must(t, pa, pa.Who("luz"), recorded(agreement)).Object
	k.Visit("/meetings")
	k.Says("The one after “First technical exchange”")
	k.Says("Recorded afterwards")
	k.Visit("/meetings?when=upcoming&kind=training")
	k.Says("No meetings")
	k.Visit("/meetings/" + id)
	k.Says("They agreed to go on.")
	k.Says("48")
	k.Go(`a[href="/meetings/new?follows=` + id + `"]`)
	typed(k, "title_es", "Segundo intercambio")
	typed(k, "title_en", "Second exchange")
	day(k, "day", w.Now().AddDate(0, 0, 20))
	k.Send("meetings.announce")
	k.Says("It follows up: First technical exchange")
	k.Go(`a[href$="/change"]`)
	typed(k, "place", "Boquete")
	k.Send("meetings.change")
	k.Says("Boquete, Panama")
	k.Go(`a[href$="/cancel"]`)
	k.Send("meetings.cancel")
	typed(k, "reason", "The road is closed")
	k.Send("meetings.cancel")
	k.Says("Cancelled: The road is closed")
	k.Visit("/meetings/trained?topic=identification")
	k.Says("gap")
	k.Visit("/meetings/trained?node=CO")
	k.Says("Prosecutor (fictional)")
	k.Visit("/meetings/calendar")
	k.Says("meetings.list")
	k.Visit("/meetings/" + id + "/pack")
	k.Says("There are no commitments")
	k.As(pa, "ana")
	k.Visit("/meetings")
}

// get asks for an address with what somebody has to show for themselves.
func get(t *testing.T, c *testkit.Country, path string, with func(*http.Request)) (int, http.Header, []byte) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, c.Web()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	with(request)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, body
}

// TestTheFeedTakesATokenAndNoSecretInItsAddress has calendar programs ask for the
// meetings.
func TestTheFeedTakesATokenAndNoSecretInItsAddress(t *testing.T) {
	w, pa, _, agreement := open(t)
	id := testkit.Must(t, pa, pa.Who("luz"), recorded(agreement)).Object
	next := testkit.Must(t, pa, pa.Who("luz"), meetings.Announce{Agreement: agreement, Frame: meetings.Frame{Kind: "bilateral", TitleES: "Mesa", TitleEN: "Table", Country: "CO", Place: "Turbo",
		Day: w.Now().AddDate(0, 0, 3), Hour: "09:00", Until: "12:30"}}).Object
	good, wide, other := pa.Bearer("ana", "meetings.list"), pa.Bearer("luz", "meetings.*"), pa.Bearer("luz", "cases.*")
	password := func(p string) func(*http.Request) { return func(r *http.Request) { r.SetBasicAuth("anybody", p) } }
	bearer := func(p string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+p) }
	}
	for name, with := range map[string]func(*http.Request){"password": password(good), "bearer": bearer(good), "whole feature": password(wide)} {
		status, header, body := get(t, pa, "/meetings/calendar.ics", with)
		if status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), "text/calendar") || header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", name, status, header)
		}
		text := strings.ReplaceAll(string(body), "\r\n ", "")
		for _, line := range []string{"UID:" + id + "@istmo", "DTSTART;VALUE=DATE:20260203", "DTEND;VALUE=DATE:20260205", "UID:" + next + "@istmo", "DTSTART:20261112T140000Z", "DTEND:20261112T173000Z",
			"LOCATION:Turbo\\, Colombia", "UID:" + id + "-next@istmo", "DTSTART;VALUE=DATE:20260430", "URL:" + pa.Config.Site + "/meetings/" + next} {
			if !strings.Contains(text, line+"\r\n") {
				t.Errorf("%s: no line %s in\n%s", name, line, text)
			}
		}
	}
	_, _, want := get(t, pa, "/meetings/calendar.ics", password("istmo_none"))
	for name, with := range map[string]func(*http.Request){"none": func(*http.Request) {}, "unknown": password("istmo_none"), "another scope": password(other), "another scope, bearer": bearer(other)} {
		if status, header, body := get(t, pa, "/meetings/calendar.ics", with); status != http.StatusUnauthorized || !strings.HasPrefix(header.Get("WWW-Authenticate"), "Basic") || !bytes.Equal(body, want) {
			t.Errorf("%s: %d %v %s", name, status, header, body)
		}
	}
	if status, header, _ := get(t, pa, "/meetings/calendar.ics", func(r *http.Request) { r.Header.Set("Accept", "text/html") }); status != http.StatusSeeOther || !strings.HasPrefix(header.Get("Location"), "/sign-in") {
		t.Errorf("somebody at a browser: %d %s", status, header.Get("Location"))
	}
	if status, _, body := get(t, pa, "/meetings/calendar.ics", func(r *http.Request) { r.AddCookie(pa.SignIn("ana")) }); status != http.StatusOK || !bytes.HasPrefix(body, []byte("BEGIN:VCALENDAR")) {
		t.Errorf("who is signed in: %d", status)
	}
}

// TestThePackFillsItself asks for the pack of a meeting in both languages and in
// every form.
func TestThePackFillsItself(t *testing.T) {
	w, pa, co, agreement := open(t)
	luz := pa.Who("luz")
	first := testkit.Must(t, pa, luz, recorded(agreement)).Object
	owners := []string{"PA/" + pa.AgencyID("comision"), "CO/" + co.AgencyID("comite")}
	testkit.Must(t, pa, luz, meetings.Decide{On: meetings.On{ID: first}, TextES: "Turno conjunto", TextEN: "Joint rota", Line: "protection", Owners: owners, Due: w.Now().AddDate(0, 0, 5),
		IndicatorES: "turnos", IndicatorEN: "shifts", Target: 4})
	w.Deliver()
	intoThePlan(t, w, pa, co, agreement)
	second := testkit.Must(t, pa, luz, meetings.Announce{Agreement: agreement, Frame: meetings.Frame{Kind: "bilateral", TitleES: "Segunda mesa", TitleEN: "Second table", Country: "CO",
		Day: w.Now().AddDate(0, 0, 20), Follows: first}}).Object
	w.Tick(8 * 24 * time.Hour)
	cookie := pa.SignIn("ana")
	in := func(r *http.Request) { r.AddCookie(cookie) }
	for lang, wants := range map[string][]string{
		"es": {"Turno conjunto", "Protección", "Comisión Nacional (ficticia) (Panamá) y Comité Interinstitucional (ficticio) (Colombia)", "Lo que se decidió en «Primer intercambio técnico»", "vencido", "Elaborar una hoja de ruta", "Sin acción"},
		"en": {"Joint rota", "Protection", "Comisión Nacional (ficticia) (Panama) and Comité Interinstitucional (ficticio) (Colombia)", "What was decided in “First technical exchange”", "overdue", "Draw up a roadmap", "No action"},
	} {
		status, header, body := get(t, pa, "/meetings/"+second+"/pack.csv?lang="+lang, in)
		if status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), "text/csv") {
			t.Fatalf("%s: %d", lang, status)
		}
		for _, words := range wants {
			if !strings.Contains(string(body), words) {
				t.Errorf("%s: the pack does not say %q:\n%s", lang, words, body)
			}
		}
		if _, err := csv.NewReader(bytes.NewReader(body)).Read(); err != nil {
			t.Error(err)
		}
		for ext, magic := range map[string]string{"pdf": "%PDF-", "xlsx": "PK"} {
			if status, _, body := get(t, pa, "/meetings/"+second+"/pack."+ext+"?lang="+lang, in); status != http.StatusOK || !bytes.HasPrefix(body, []byte(magic)) {
				t.Errorf("%s in %s: %d", ext, lang, status)
			}
		}
		status, _, body = get(t, pa, "/meetings/"+second+"/pack/2.png?lang="+lang, in)
		picture, err := png.Decode(bytes.NewReader(body))
		if status != http.StatusOK || err != nil || picture.Bounds().Dx() != 1920 || picture.Bounds().Dy() != 1080 {
			t.Errorf("slide in %s: %d %v", lang, status, err)
		}
	}
	for _, path := range []string{"/pack/0.png", "/pack/999.png", "/pack/x.png", "/pack/1.gif"} {
		if status, _, _ := get(t, pa, "/meetings/"+second+path, in); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _, body := get(t, pa, "/meetings/"+first+"/minutes.pdf", in); status != http.StatusOK || !bytes.HasPrefix(body, []byte("%PDF-")) {
		t.Errorf("the minutes: %d", status)
	}
	if status, _, _ := get(t, pa, "/meetings/"+second+"/minutes.pdf", in); status != http.StatusNotFound {
		t.Errorf("minutes of what has not been: %d", status)
	}
}

// intoThePlan takes everything that is proposed into a plan that is in force.
func intoThePlan(t *testing.T, w *testkit.World, pa, co *testkit.Country, agreement string) {
	t.Helper()
	list := func(stage string) []roadmap.Commitment {
		all, err := act.Ask(t.Context(), pa.Engine, pa.Who("luz"), roadmap.List{Agreement: agreement, Stage: stage})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	for _, c := range list("proposed") {
		on := `{"id":"` + c.ID + `","revision":1}`
		run(t, co, "roadmap.accept", on)
		w.Deliver()
		run(t, pa, "roadmap.clear", on)
		run(t, co, "roadmap.clear", on)
		w.Deliver()
	}
	run(t, pa, "roadmap.consolidate", `{"agreement":"`+agreement+`"}`)
	w.Deliver()
	plans, err := act.Ask(t.Context(), pa.Engine, pa.Who("luz"), roadmap.Plans{Agreement: agreement})
	if err != nil || len(plans) == 0 {
		t.Fatalf("no plan: %v", err)
	}
	for _, c := range []*testkit.Country{pa, co} {
		run(t, c, "roadmap.sign-plan", `{"id":"`+plans[0].ID+`"}`)
		w.Deliver()
	}
	if len(list("plan")) == 0 {
		t.Fatal("nothing is in the plan")
	}
}

// run carries out a verb as a program would ask for it.
func run(t *testing.T, c *testkit.Country, verb, input string) {
	t.Helper()
	entry, _ := c.Engine.Verbs.Find(access.Verb(verb))
	in, err := entry.FromJSON([]byte(input))
	if err == nil {
		_, err = c.Engine.Run(t.Context(), c.Who("luz"), entry, in, "")
	}
	if err != nil {
		t.Fatalf("%s: %v", verb, err)
	}
}
