package pages_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/response"
	"istmo/testkit"
	"istmo/testkit/browser"
)

// darien is Panama with a post, its team, its child authority, and Colombia's team
// under an agreement.
func darien(t *testing.T) (w *testkit.World, pa, co *testkit.Country) {
	w = testkit.NewWorld(t)
	pa, co = w.Start("PA"), w.Start("CO")
	pa.Agency("senafront", "border-police", "Servicio de Fronteras (ficticio)")
	pa.Agency("uia", "response-team", "Unidad de Identificación y Atención (ficticia)")
	pa.Agency("senniaf", "child-authority", "Autoridad de niñez (ficticia)")
	co.Agency("coat", "response-team", "Centro Operativo (ficticio)")
	pa.User("nadia", "senafront", "field-officer")
	pa.User("ana", "uia", "response-team")
	pa.User("beto", "uia", "response-team")
	pa.User("luz", "uia", "focal-point", "foreign-ministry")
	pa.User("nina", "senniaf", "case-worker")
	co.User("cata", "coat", "response-team", "foreign-ministry")
	w.Pair("PA", "CO")
	w.Deliver()
	agreed := testkit.Must(t, pa, pa.Who("luz"), cooperation.ProposeAgreement{TitleES: "Memorando ficticio", TitleEN: "Fictional memorandum", Parties: []string{"PA", "CO"},
		Verbs: []string{"response.*"}, Purposes: []string{"protection"}}).Object
	w.Deliver()
	testkit.Must(t, co, co.Who("cata"), cooperation.SignAgreement{On: cooperation.On{ID: agreed}})
	w.Deliver()
	return w, pa, co
}

// onDuty puts Ana on until the evening and Beto second.
func onDuty(t *testing.T, w *testkit.World, pa *testkit.Country) {
	t.Helper()
	for rank, name := range map[string]string{response.First: "ana", response.Second: "beto"} {
		testkit.Must(t, pa, pa.Who("ana"), response.PlanShift{User: pa.Who(name).ID, Rank: rank, Day: w.Now(), From: "06:00", To: "18:00", Days: 3})
	}
}

// One night from the post to the closing, by keyboard and in Spanish: Nadia alerts,
// Ana confirms and goes, a doubt brings in the child authority, Colombia is alerted,
// a cell has no place on the form, and it closes when every need has its answer.
func TestFromThePostToTheClosing(t *testing.T) {
	w, pa, co := darien(t)
	onDuty(t, w, pa)
	person := testkit.Must(t, pa, pa.Who("nadia"), cases.Register{Place: "Lajas Blancas", Attributes: cases.Attributes{Needs: []string{"lodging"}}, Identity: cases.Identity{GivenNames: "Nombre Ficticio"}}).Object
	k := testkit.NewWalk(t, "es")
	k.As(pa, "nadia")
	k.Visit("/duty/raise?person=" + person)
	k.Send("response.raise")
	k.Says("Elija en «Qué pasa» una de las opciones")
	k.Tick(`input[name="kind"]`)
	k.Write(`[name="place"]`, "Lajas Blancas")
	k.Write(`[name="note"]`, "Tras el puesto de salud")
	k.Send("response.raise")
	k.Says("Presunción de trata")
	k.Says("Tras el puesto de salud")

	k.As(pa, "ana")
	k.Visit("/duty")
	k.Says("Sin confirmar (1)")
	k.Says("Lajas Blancas")
	k.Go(".istmo-alert__title a")
	if strings.Contains(k.Text("main"), "Tras el puesto") || strings.Contains(k.Text("main"), "Nombre Ficticio") {
		t.Error("before anybody confirmed, the page says what only who confirms may read")
	}
	k.Send("response.acknowledge")
	k.Says("Tras el puesto de salud")
	k.Says("Abrir el expediente")
	k.Go(`a[href$="/mark-child"]`)
	k.Send("response.mark-child")
	k.Says("Autoridad de niñez (ficticia)")
	k.Go(`a[href$="/across"]`)
	k.Says("No sale ningún nombre")
	k.Tick(`input[name="node"]`)
	k.Tick(`input[name="why"]`)
	k.Write(`[name="place"]`, "Capurganá")
	k.Send("response.across")
	k.Says("Colombia: salió")
	w.Deliver()
	k.Send("response.set-out")
	k.Says("En camino")
	k.Says("Colombia: sin confirmar")
	k.Send("response.reach")
	k.Says("No hace falta ninguna denuncia")
	k.Send("response.record-measure")
	k.Says("Elija")
	k.TabTo(`select[name="kind"]`)
	k.Type("Seguridad")
	k.Send("response.record-measure")
	k.Says("Falta decir qué se hizo: Alojamiento")
	k.TabTo(`select[name="kind"]`)
	k.Type("Alojamiento")
	k.Send("response.record-measure")
	k.Says("Elija en «Dónde duerme, si se le aloja»")
	if browser.Evaluate[bool](k.Window, `[...document.querySelectorAll('select[name="lodging"] option')].some((o) => ["cell", "detention"].includes(o.value))`) {
		t.Error("the form offers a cell")
	}
	k.TabTo(`select[name="kind"]`)
	k.Type("Alojamiento")
	k.TabTo(`select[name="lodging"]`)
	k.Type("Hogar de niñez")
	k.Send("response.record-measure")
	k.Tick(`input[name="outcome"]`)
	k.Send("response.close")
	k.Says("Alerta cerrada")
	k.Visit("/duty")
	k.Says("Ninguna alerta espera confirmación")

	k.As(co, "cata")
	k.Visit("/duty")
	k.Says("Alerta de Panamá")
	k.Says("Capurganá")
	k.Go(".istmo-alert__title a")
	k.Says("turno@uia.example")
	if strings.Contains(k.Text("main"), "Nombre Ficticio") {
		t.Error("a name crossed the border")
	}
	k.Go(`a[href$="/stand-down"], form[action="/do/response.acknowledge"] button`)
	k.Go(`a[href$="/stand-down"]`)
	k.Tick(`input[name="reason"]`)
	k.Send("response.stand-down")
	k.Says("Terminada sin ir")
}

// The roster and a hand-over, in English: a hole is seen and filled, and at six the
// words go to the one who takes over.
func TestTheRosterAndTheHandOver(t *testing.T) {
	w, pa, _ := darien(t)
	k := testkit.NewWalk(t, "en")
	k.As(pa, "luz")
	k.Visit("/duty")
	k.Says("Nobody is on duty")
	k.Visit("/duty/roster")
	k.Unfold("response.plan-shift")
	k.Send("response.plan-shift")
	k.Says("Who")
	k.TabTo(`select[name="user"]`)
	k.Type("Ficticia ana")
	k.Tick(`input[name="rank"]`)
	k.Write(`[name="from"]`, "09:00")
	k.Write(`[name="to"]`, "18:00")
	k.Write(`[name="days"]`, "2")
	k.Send("response.plan-shift")
	k.Says("Ficticia ana")
	k.Says("Nobody is on duty in these hours")
	k.TabTo(`form[action="/do/response.name-head"] select`)
	k.Type("Ficticia luz")
	k.Send("response.name-head")
	k.Says("Head of the team named")
	k.Go(`form[action="/do/response.drop-shift"] button`)
	k.Says("Shift taken off")

	testkit.Must(t, pa, pa.Who("nadia"), response.Raise{Kind: "emergency", Place: "Bajo Chiquito", Count: 3, Needs: []string{"health"}})
	k.As(pa, "ana")
	k.Visit("/duty/hand-over")
	k.Says("Bajo Chiquito")
	k.TabTo(`select[name="to"]`)
	k.Type("Ficticia beto")
	k.Write(`[name="note"]`, "The interpreter comes at eight")
	k.Send("response.hand-over")
	k.Says("The interpreter comes at eight")
	k.As(pa, "beto")
	k.Visit("/")
	k.Says("Confirm the hand-over")
	k.Says("Confirm the alert")
	k.Go(`a[href^="/duty/hand-over/"]`)
	k.Send("response.take-over")
	k.Says("what was open is in your hands")
	_ = w
}

// The board of a busy night, on a telephone, a desk and a wall, and stale: an alert
// from abroad that is two days old, one that nobody answers, one with a child, one
// under way.
func TestTheBoardOnABusyNight(t *testing.T) {
	w, pa, co := darien(t)
	onDuty(t, w, pa)
	cata := co.Who("cata")
	from := testkit.Must(t, co, cata, response.Raise{Kind: "presumption", Place: "Capurganá"}).Object
	testkit.Must(t, co, cata, response.Acknowledge{On: response.On{ID: from}})
	w.Cut("PA", "CO")
	testkit.Must(t, co, cata, response.AlertAcross{On: response.On{ID: from}, Node: "PA", Why: "group", Place: "Bajo Chiquito", Count: 4, Child: true, Needs: []string{"safety", "interpreter"}})
	w.Tick(30 * time.Hour)
	w.Mend("PA", "CO")
	w.Deliver()
	nadia := pa.Who("nadia")
	going := testkit.Must(t, pa, nadia, response.Raise{Kind: "presumption", Place: "Lajas Blancas", Needs: []string{"lodging", "interpreter"}}).Object
	testkit.Must(t, pa, pa.Who("ana"), response.Acknowledge{On: response.On{ID: going}})
	testkit.Must(t, pa, pa.Who("ana"), response.SetOut{On: response.On{ID: going}})
	testkit.Must(t, pa, nadia, response.Raise{Kind: "emergency", Place: "San Vicente", Needs: []string{"health"}, Count: 2})
	w.Tick(7 * time.Minute)
	testkit.Must(t, pa, nadia, response.Raise{Kind: "child-alone", Place: "Lajas Blancas", Needs: []string{"child-care"}})
	k := testkit.NewWalk(t, "es")
	k.As(pa, "ana")
	for _, path := range []string{"/duty", "/duty?wall=1"} {
		k.Visit(path)
		k.Says("Sin confirmar (3)")
		k.Says("En marcha (1)")
		k.Says("Llegó tarde")
	}
	k.As(pa, "nadia")
	k.Visit("/duty")
	k.Says("Avisos de su institución (4)")
	k.As(co, "cata")
	k.Visit("/duty/alerts/" + from)
	k.Says("Nadie ha confirmado en Panamá")
	k.Go(`a[href$="/telephone"]`)
	k.Tick(`input[name="node"]`)
	k.Tick(`input[name="reached"]`)
	k.Send("response.telephone")
	k.Says("contestaron")
}

// The board is live: what is raised appears by itself and is said politely, and a
// board that cannot ask says since when it has not.
func TestTheBoardIsLive(t *testing.T) {
	w, pa, _ := darien(t)
	onDuty(t, w, pa)
	k := testkit.NewWalk(t, "es")
	k.As(pa, "ana")
	k.Visit("/duty")
	k.Says("Ninguna alerta espera confirmación")
	testkit.Must(t, pa, pa.Who("nadia"), response.Raise{Kind: "emergency", Place: "San Vicente"})
	k.Do(chromedp.WaitVisible(".istmo-alert--waits"), chromedp.WaitVisible(`[data-duty-state]:not(:empty)`))
	k.Says("El tablero cambió a las")
	if got := k.Text("[data-duty-state]"); !strings.Contains(got, "cambió") {
		t.Errorf("a listener hears %q", got)
	}
	browser.Evaluate[bool](k.Window, `(window.fetch = () => Promise.reject(new TypeError("no network")), true)`)
	k.Do(chromedp.WaitVisible(".istmo-duty--stale"))
	k.Says("El tablero no se actualiza desde las")
	k.Look()
	if _, err := act.Ask(t.Context(), pa.Engine, pa.Who("ana"), response.ShowBoard{}); err != nil {
		t.Fatal(err)
	}
}
