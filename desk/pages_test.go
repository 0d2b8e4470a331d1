package desk_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/referrals"
	"istmo/testkit"
	"istmo/testkit/browser"
)

// shores is two countries with an agreement, and one person who is referred.
type shores struct {
	*testing.T
	*testkit.World
	pa, co *testkit.Country
	person string
	id     string // of the referral
	cookie map[string]*http.Cookie
}

func newShores(t *testing.T) *shores {
	w := testkit.NewWorld(t)
	s := &shores{T: t, World: w, pa: w.Start("PA"), co: w.Start("CO"), cookie: map[string]*http.Cookie{}}
	w.Pair("PA", "CO")
	s.pa.Agency("uia", "response-team", "Unidad de Atención (ficticia)")
	s.co.Agency("casa", "shelter", "Casa Urabá (ficticia)")
	for _, user := range [][]string{{"ana", "case-worker"}, {"luz", "focal-point", "foreign-ministry"}, {"admin", "administrator"}, {"auditora", "auditor"}} {
		s.pa.User(user[0], "uia", user[1:]...)
	}
	s.co.User("juan", "casa", "case-worker")
	s.co.User("eva", "casa", "focal-point", "foreign-ministry")
	w.Deliver()
	agreed := testkit.Must(t, s.pa, s.pa.Who("luz"), cooperation.ProposeAgreement{TitleES: "Memorando", TitleEN: "Memorandum", Parties: []string{"PA", "CO"},
		Verbs: []string{"referrals.*"}, Purposes: []string{"assistance"}, Groups: []string{"profile", "needs"}}).Object
	w.Deliver()
	testkit.Must(t, s.co, s.co.Who("eva"), cooperation.SignAgreement{On: cooperation.On{ID: agreed}})
	w.Deliver()
	return s
}

// draft registers somebody and prepares a referral; send sends it.
func (s *shores) draft() {
	s.Helper()
	ana, to := s.pa.Who("ana"), "CO/"+s.co.AgencyID("casa")
	s.person = testkit.Must(s.T, s.pa, ana, cases.Register{Place: "Lajas Blancas"}).Object
	s.id = testkit.Must(s.T, s.pa, ana, referrals.Start{Person: s.person, To: to, Purpose: "assistance"}).Object
}

func (s *shores) send() {
	s.Helper()
	ana, to := s.pa.Who("ana"), "CO/"+s.co.AgencyID("casa")
	on := cases.On{Person: s.person}
	testkit.Must(s.T, s.pa, ana, cases.RecordConsent{On: on, To: to, Purpose: "assistance", Groups: []string{"profile", "needs"}, Language: "es", Way: "written"})
	testkit.Must(s.T, s.pa, ana, cases.AssessRisk{On: on, Level: "low"})
	testkit.Must(s.T, s.pa, ana, referrals.ConfirmConsent{On: s.on()})
	testkit.Must(s.T, s.pa, ana, referrals.Send{On: s.on()})
	s.Deliver()
}

func (s *shores) on() referrals.On { return referrals.On{ID: s.id} }

// travel brings the person from Colombia's yes to the road.
func (s *shores) travel() {
	s.Helper()
	juan := s.co.Who("juan")
	testkit.Must(s.T, s.co, juan, referrals.Acknowledge{On: s.on()})
	s.Deliver()
	testkit.Must(s.T, s.co, juan, referrals.Accept{On: s.on()})
	s.Deliver()
	testkit.Must(s.T, s.co, juan, referrals.PrepareReception{On: s.on(), Meeter: "Compañera ficticia", Phone: "+57 300 000 0000", Where: "Muelle de Turbo"})
	s.Deliver()
	testkit.Must(s.T, s.pa, s.pa.Who("ana"), referrals.StartTransfer{On: s.on(), ETA: s.Now().Add(6 * time.Hour)})
	s.Deliver()
}

// read has Colombia open the file that began there: what nobody has read is
// destroyed without asking.
func (s *shores) read() {
	s.Helper()
	juan := s.co.Who("juan")
	view, err := act.Look(s.Context(), s.co.Engine, juan, referrals.Open{On: s.on()})
	if err != nil {
		s.Fatal(err)
	}
	if _, err := act.Look(s.Context(), s.co.Engine, juan, cases.Open{On: cases.On{Person: view.Received}}); err != nil {
		s.Fatal(err)
	}
}

// later lets time pass, and every session end.
func (s *shores) later(d time.Duration) {
	s.Helper()
	s.World.Tick(d)
	clear(s.cookie)
}

// desk is what somebody's desk says.
func (s *shores) desk(c *testkit.Country, name string) string {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), "GET", c.Web()+"/", nil)
	if err != nil {
		s.Fatal(err)
	}
	if s.cookie[name] == nil {
		s.cookie[name] = c.SignIn(name)
	}
	req.AddCookie(s.cookie[name])
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		s.Fatalf("%d %v", res.StatusCode, err)
	}
	if strings.Contains(string(text), "⟦") {
		_, rest, _ := strings.Cut(string(text), "⟦")
		key, _, _ := strings.Cut(rest, "⟧")
		s.Errorf("the desk of %s leaves %s unsaid", name, key)
	}
	_, main, _ := strings.Cut(string(text), "<main")
	return main
}

// says checks that words stand on a desk, in this order.
func (s *shores) says(desk string, words ...string) {
	s.Helper()
	rest := desk
	for _, w := range words {
		_, after, found := strings.Cut(rest, w)
		if !found {
			s.Errorf("the desk does not say %q where it should:\n%s", w, desk)
			return
		}
		rest = after
	}
}

func TestTheDeskFollowsAReferral(t *testing.T) {
	s := newShores(t)
	s.says(s.desk(s.pa, "ana"), "Nada espera por usted")
	s.draft()
	s.says(s.desk(s.pa, "ana"), "Le toca a su institución", "Completar el borrador", "Referencia a Casa Urabá (ficticia), Colombia", "Personas a quienes les falta algo", "Valorar el riesgo")
	s.says(s.desk(s.co, "juan"), "Nada espera por usted")
	s.send()
	s.says(s.desk(s.pa, "ana"), "Le toca a la otra parte", "Enviada", "Vence pronto", "De dónde sale este plazo")
	s.says(s.desk(s.co, "juan"), "Le toca a su institución", "Confirmar que la tienen", "Referencia de Unidad de Atención (ficticia), Panamá", "Vence pronto")
	s.later(25 * time.Hour)
	s.says(s.desk(s.co, "juan"), "Confirmar que la tienen", "Vencido")
}

func TestWhatWasAskedOfTheOtherSideWaits(t *testing.T) {
	s := newShores(t)
	s.draft()
	s.send()
	s.Cut("PA", "CO")
	testkit.Must(t, s.co, s.co.Who("juan"), referrals.Acknowledge{On: s.on()})
	s.Deliver()
	s.says(s.desk(s.co, "juan"), "Pedido a la otra parte", "Espera respuesta")
	s.Mend("PA", "CO")
	s.Deliver()
	s.says(s.desk(s.co, "juan"), "Le toca a su institución", "Aceptar, declinar o preguntar")
}

func TestWhoDidNotArriveStandsFirst(t *testing.T) {
	s := newShores(t)
	s.draft()
	s.send()
	s.travel()
	s.draft() // something else that waits
	s.later(12 * time.Hour)
	s.Deliver()
	for _, side := range []struct {
		c    *testkit.Country
		name string
	}{{s.pa, "ana"}, {s.co, "juan"}} {
		s.says(s.desk(side.c, side.name), "No llegó", "Búsquenla ahora")
	}
	s.says(s.desk(s.pa, "ana"), "Búsquenla ahora", "Le toca a su institución")
}

func TestARecallIsOnTheReceiversDesk(t *testing.T) {
	s := newShores(t)
	s.draft()
	s.send()
	s.travel()
	s.read()
	testkit.Must(t, s.pa, s.pa.Who("ana"), referrals.Withdraw{On: s.on()})
	s.Deliver()
	s.says(s.desk(s.co, "juan"), "Destruir lo recibido, o decir por qué se guarda")
}

func TestBrokenGlassIsOnTheFocalPointsDesk(t *testing.T) {
	s := newShores(t)
	s.draft()
	s.pa.User("beto", "uia", "case-worker")
	f := s.file()
	testkit.Must(t, s.pa, s.pa.Who("beto"), cases.BreakGlass{Ref: f, Reason: "Está en peligro ahora"})
	s.says(s.desk(s.pa, "luz"), "Accesos de emergencia por revisar", f)
	if strings.Contains(s.desk(s.pa, "ana"), "Accesos de emergencia por revisar") {
		t.Error("who reviews nothing is asked to review")
	}
}

// file is the person's code, from the list.
func (s *shores) file() string {
	s.Helper()
	found, err := act.Ask(s.Context(), s.pa.Engine, s.pa.Who("ana"), cases.People{Person: s.person})
	if err != nil || len(found) != 1 {
		s.Fatal(found, err)
	}
	return found[0].Ref
}

func TestWhoOpensNobodysFileBeginsElsewhere(t *testing.T) {
	s := newShores(t)
	s.draft()
	admin := s.desk(s.pa, "admin")
	s.says(admin, "Su función no abre la ficha de nadie", `href="/administration/users"`, `href="/administration/agencies"`)
	auditor := s.desk(s.pa, "auditora")
	s.says(auditor, `href="/ledger"`)
	for _, desk := range []string{admin, auditor} {
		if strings.Contains(desk, "/people") || strings.Contains(desk, s.file()) {
			t.Error("their desk leads to people")
		}
	}
}

// The desk in a bad hour, looked at in a browser.
func TestTheDeskIsAccessible(t *testing.T) {
	s := newShores(t)
	s.draft()
	s.send()
	s.travel()
	s.draft()
	s.send()
	s.draft()
	s.later(26 * time.Hour)
	s.Deliver()
	b := browser.Open(t)
	c := s.pa.SignIn("ana")
	for _, lang := range []string{"es", "en"} {
		b.Open(s.pa.Web() + "/sign-in")
		for _, set := range []string{c.Name + "=" + c.Value, "istmo-PA-lang=" + lang} {
			browser.Evaluate[string](b, fmt.Sprintf("document.cookie = %q", set+"; path=/"))
		}
		b.Open(s.pa.Web() + "/")
		for name, size := range map[string]func(*browser.Window){"375": (*browser.Window).Phone, "1280": (*browser.Window).Desktop} {
			size(b)
			b.Axe(t)
			b.Shot(t, "desk-bad-hour-"+lang+"-"+name)
		}
		if !b.Has(".istmo-banner--danger") || !b.Has(".istmo-clock--overdue") {
			t.Error("this is not a bad hour")
		}
	}
}
