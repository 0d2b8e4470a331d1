package pages_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"istmo/access/people"
	"istmo/act"
	"istmo/cases"
	"istmo/identification"
	"istmo/testkit"
)

const why = "Indicadores de captación y de control, coherentes con el relato."

// open is a country with a team, three institutions and a prosecutor's office, and one
// person whom Eva accompanies.
func open(t *testing.T, node string) (w *testkit.World, c *testkit.Country, person string) {
	w = testkit.NewWorld(t)
	c = w.Start(node)
	c.Agency("equipo", "response-team", "Equipo de Respuesta (ficticio)")
	c.Agency("inamu", "womens-ministry", "Instituto de las Mujeres (ficticio)")
	c.Agency("dgme", "migration", "Dirección de Migración (ficticia)")
	c.Agency("pani", "child-authority", "Patronato de la Infancia (ficticio)")
	c.Agency("fiscalia", "prosecutor", "Fiscalía (ficticia)")
	c.User("eva", "equipo", "response-team", "case-worker")
	c.User("foco", "equipo", "focal-point")
	c.User("maya", "inamu", "case-worker")
	c.User("dario", "dgme", "case-worker")
	c.User("fiscal", "fiscalia", "prosecutor")
	testkit.Must(t, c, c.Engine.Self, people.SetEscalation{Agency: c.AgencyID("equipo"), User: c.Who("foco").ID})
	person = testkit.Must(t, c, c.Who("eva"), cases.Register{Place: "Paso Canoas", Attributes: cases.Attributes{Sex: "female", AgeBand: "21-29", Languages: []string{"es"}},
		Identity: cases.Identity{GivenNames: "Marta Ficticia"}}).Object
	return w, c, person
}

func only(t *testing.T, c *testkit.Country, person string) string {
	t.Helper()
	all, err := act.Ask(context.Background(), c.Engine, c.Who("eva"), identification.List{Person: person})
	if err != nil || len(all) == 0 {
		t.Fatalf("no procedure: %v", err)
	}
	return all[0].ID
}

func ref(t *testing.T, c *testkit.Country, person string) string {
	t.Helper()
	f, err := act.Look(context.Background(), c.Engine, c.Who("eva"), cases.Open{On: cases.On{Person: person}})
	if err != nil {
		t.Fatal(err)
	}
	return f.Person.Ref
}

func typed(k *testkit.Walk, name, words string) {
	k.TabTo(`[name="` + name + `"]`)
	k.Type(words)
}

func day(k *testkit.Walk, name string, d time.Time) {
	typed(k, name+"-day", d.Format("2"))
	typed(k, name+"-month", d.Format("1"))
	typed(k, name+"-year", d.Format("2006"))
}

// TestFromKnowledgeToResolution goes through Costa Rica's procedure by keyboard in
// Spanish: the team is seated, it is opened, members vote, one changes her vote, a
// resolution with dissent is made, printed and told; and justice asks in between.
func TestFromKnowledgeToResolution(t *testing.T) {
	w, c, person := open(t, "CR")
	k := testkit.NewWalk(t, "es")
	k.As(c, "foco")
	k.Visit("/identification")
	k.Says("Ningún procedimiento")
	k.Go(`a[href="/identification/team"]`)
	k.Says("El equipo no tiene integrantes")
	for _, code := range []string{"dgme", "equipo", "inamu"} {
		testkit.Must(t, c, c.Who("foco"), identification.Seat{Member: c.AgencyID(code)})
	}
	k.TabTo(`select[name="member"]`)
	k.Type("Patronato")
	k.Send("identification.seat")
	k.Says("Patronato de la Infancia")

	k.As(c, "eva")
	k.Visit("/people/" + person)
	k.Go(`a[href="/identification/new?person=` + person + `"]`)
	k.Says("La ayuda no espera")
	k.Send("identification.begin")
	id := only(t, c, person)
	page := `a[href="/identification/` + id
	k.Says("El equipo decide")
	k.Says("Sin quórum")
	k.Go(page + `/record-measure"]`)
	k.Tick(`input[name="need"][value="lodging"]`)
	k.Send("identification.record-measure")
	k.Says("Alojamiento")
	k.Go(page + `/vote"]`)
	k.Send("identification.vote")
	k.Says("Escriba en «Sus razones»")
	k.Tick(`input[name="choice"]`)
	typed(k, "reasons", why)
	k.Send("identification.vote")
	k.Says(why)

	k.As(c, "maya")
	k.Visit("/")
	k.Says("Votar")
	k.Visit("/identification/" + id + "/vote")
	k.Choose(`input[name="choice"]`, 1)
	typed(k, "reasons", "Todavía no veo el medio; propongo otra entrevista.")
	k.Send("identification.vote")
	testkit.Must(t, c, c.Who("maya"), identification.CastVote{On: identification.On{ID: id}, Choice: "accredit", Reasons: "La segunda entrevista aclaró el medio."})
	testkit.Must(t, c, c.Who("dario"), identification.CastVote{On: identification.On{ID: id}, Choice: "not-accredit", Reasons: "Sigo viendo tráfico ilícito de migrantes."})
	k.Visit("/identification/" + id)
	k.Says("Votos anteriores (1)")
	k.Says("La mayoría es por acreditar")

	k.As(c, "fiscal")
	k.Visit("/contact")
	typed(k, "ref", ref(t, c, person))
	typed(k, "words", "Quisiera ofrecerle declarar, si ella quiere.")
	k.Send("identification.request-contact")
	k.Says("Sin respuesta")

	k.As(c, "eva")
	k.Visit("/")
	k.Says("Responder a la justicia")
	k.Visit("/identification/" + id)
	k.Says("Quisiera ofrecerle declarar")
	k.Go(page + `/start-reflection"]`)
	day(k, "until", w.Now().AddDate(0, 1, 0))
	k.Send("identification.start-reflection")
	k.Says("es antes del mínimo de la ley")
	for _, part := range []string{"-day", "-month", "-year"} {
		k.Write(`[name="until`+part+`"]`, map[string]string{"-day": "20", "-month": "2", "-year": "2027"}[part])
	}
	k.Send("identification.start-reflection")
	k.Says("Es tiempo de la persona")
	k.Says("Ahora no")
	k.Go(page + `/accredit"]`)
	typed(k, "number", "ERI-2026-014")
	typed(k, "reasons", "Acto, medio y fin constan en dos entrevistas y en los mensajes que la persona mostró.")
	k.Send("identification.accredit")
	k.Says("Resolución ERI-2026-014: acreditada")
	k.Says("Votó distinto: Dirección de Migración (ficticia).")
	k.Go(page + `/tell"]`)
	k.Tick(`input[name="way"]`)
	k.Tick(`input[name="understood"]`)
	k.Send("identification.tell")
	k.Says("La persona lo sabe desde el")
	printed(t, c, id)

	k.As(c, "fiscal")
	k.Visit("/contact")
	typed(k, "ref", ref(t, c, person))
	typed(k, "words", "Quisiera ofrecerle declarar, si ella quiere.")
	k.Send("identification.request-contact")
	k.Says("Con esa referencia no se puede pedir contacto")
	k.As(c, "eva")
	k.Visit("/identification/" + id)
	k.Says("Todos los intentos de la justicia (2)")
	k.Go(page + `/end-reflection"]`)
	k.Tick(`input[name="chosen"]`)
	typed(k, "said", "Quiero contar lo que pasó, ya hablé con mi abogada.")
	k.Tick(`input[name="way"]`)
	k.Tick(`input[name="own"]`)
	k.Send("identification.end-reflection")
	k.Says("La persona lo terminó")
}

// printed downloads the last decision as a document, and as nobody who takes no part.
func printed(t *testing.T, c *testkit.Country, id string) {
	t.Helper()
	v, err := act.Look(context.Background(), c.Engine, c.Who("eva"), identification.Open{On: identification.On{ID: id}})
	if err != nil {
		t.Fatal(err)
	}
	path := "/identification/" + id + "/paper/" + v.Decisions[0].ID + ".pdf"
	for _, lang := range []string{"es", "en"} {
		status, head, body := get(t, c, "eva", path+"?lang="+lang)
		if status != http.StatusOK || !bytes.HasPrefix(body, []byte("%PDF-")) || head.Get("Cache-Control") != "no-store" || strings.Contains(head.Get("Content-Disposition"), v.Ref) {
			t.Errorf("%s: %d %v", lang, status, head)
		}
	}
	if status, _, _ := get(t, c, "fiscal", path); status != http.StatusNotFound {
		t.Errorf("a prosecutor downloads it: %d", status)
	}
	if status, _, _ := get(t, c, "eva", "/identification/"+id+"/paper/ids_none.pdf"); status != http.StatusNotFound {
		t.Errorf("a decision that is none: %d", status)
	}
}

func get(t *testing.T, c *testkit.Country, name, path string) (int, http.Header, []byte) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, c.Web()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.AddCookie(c.SignIn(name))
	answer, err := http.DefaultClient.Do(request)
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

// TestNotAccreditedAndOverdue goes on in English: a term that ran out, a resolution that
// does not accredit and says what protects, and a review.
func TestNotAccreditedAndOverdue(t *testing.T) {
	w, c, person := open(t, "CR")
	for _, code := range []string{"dgme", "equipo", "inamu"} {
		testkit.Must(t, c, c.Who("foco"), identification.Seat{Member: c.AgencyID(code)})
	}
	testkit.Must(t, c, c.Who("eva"), identification.Begin{Person: person})
	id := only(t, c, person)
	on := identification.On{ID: id}
	for _, name := range []string{"eva", "maya", "dario"} {
		testkit.Must(t, c, c.Who(name), identification.CastVote{On: on, Choice: "not-accredit", Reasons: why})
	}
	w.Tick(12 * 24 * time.Hour)
	testkit.Must(t, c, c.Who("eva"), cases.DecideStatus{On: cases.On{Person: person}, Country: "PA", Authority: "UIA (ficticia)", Status: "preliminary", LegalBasis: "Ley 79", DecidedOn: w.Now()})
	k := testkit.NewWalk(t, "en")
	k.As(c, "foco")
	k.Visit("/")
	k.Says("The term has run out")
	k.Visit("/identification")
	k.As(c, "eva")
	k.Visit("/identification/" + id)
	k.Says("Ficticia foco has been told")
	k.Says("It changes no status here")
	k.Go(`a[href="/identification/` + id + `/not-accredit"]`)
	typed(k, "number", "ERI-2026-015")
	typed(k, "reasons", "The means of control do not appear; the person paid a smuggler.")
	k.Send("identification.not-accredit")
	k.Says("nobody is left with nothing")
	k.Tick(`input[name="leads"]`)
	k.Tick(`input[value="asylum"]`)
	k.Tick(`input[value="health"]`)
	k.Send("identification.not-accredit")
	k.Says("What protects them now: refuge or asylum and health care.")
	k.Go(`a[href="/identification/` + id + `/ask-review"]`)
	typed(k, "reasons", "The person brings messages that nobody had seen.")
	k.Send("identification.ask-review")
	k.Says("It is decided anew")
	k.Visit("/identification?which=decided")
	k.Says("No procedures")
}

// TestPanamaHasNoKnownTerm shows what is not known, and a child whose authority takes part.
func TestPanamaHasNoKnownTerm(t *testing.T) {
	w, c, person := open(t, "PA")
	testkit.Must(t, c, c.Who("eva"), cases.Describe{On: cases.On{Person: person}, Attributes: cases.Attributes{Sex: "female", AgeBand: "unknown", AgeInDoubt: true}})
	testkit.Must(t, c, c.Who("eva"), identification.Begin{Person: person})
	w.Tick(5 * 24 * time.Hour)
	id := only(t, c, person)
	k := testkit.NewWalk(t, "es")
	k.As(c, "eva")
	k.Visit("/identification")
	k.Says("No se conoce un plazo. Van 5 días.")
	k.Visit("/identification/" + id)
	k.Says("Edad en duda")
	k.Says("Ley 458 de 2024")
	k.Says("por confirmar")
	k.Go(`a[href="/identification/` + id + `/find-preliminary"]`)
	typed(k, "reasons", why)
	k.Send("identification.find-preliminary")
	k.Says("Los servicios se dan mientras tanto")
	k.Go(`a[href="/identification/` + id + `/recognise"]`)
}

// TestColombiaOpensAssistance goes through assistance to an early closing and its appeal.
func TestColombiaOpensAssistance(t *testing.T) {
	w, c, person := open(t, "CO")
	testkit.Must(t, c, c.Who("eva"), identification.Begin{Person: person})
	id := only(t, c, person)
	page := `a[href="/identification/` + id
	k := testkit.NewWalk(t, "es")
	k.As(c, "eva")
	k.Visit("/identification/" + id)
	k.Says("No hay acreditación")
	k.Go(page + `/open-immediate"]`)
	typed(k, "reasons", why)
	k.Send("identification.open-immediate")
	k.Says("Fin de la asistencia inmediata")
	w.Tick(24 * time.Hour)
	said := identification.Reasoned{On: identification.On{ID: id}, Reasons: why}
	testkit.Must(t, c, c.Who("eva"), identification.OpenMedium{Reasoned: said})
	k.As(c, "eva")
	k.Visit("/identification/" + id + "/close")
	k.Choose(`input[name="why"]`, 2)
	typed(k, "reasons", why)
	k.Send("identification.close")
	k.Says("El plazo no ha terminado")
	k.Visit("/identification/" + id + "/close-early")
	typed(k, "reasons", "El comité considera cumplido el plan antes de tiempo.")
	k.Choose(`input[name="leads"]`, 1)
	k.Tick(`input[value="violence"]`)
	k.Send("identification.close-early")
	k.Says("puede presentar reposición")
	k.Go(page + `/appeal"]`)
	typed(k, "reasons", "La persona sigue necesitando alojamiento y terapia.")
	k.Send("identification.appeal")
	k.Says("Responder la revisión o reposición")
	k.Go(page + `/reopen"]`)
	typed(k, "reasons", "La persona tiene razón: falta la mitad del plan.")
	k.Send("identification.reopen")
	k.Says("con los días que le quedaban")
	k.Go(page + `/start-reflection"]`)
	k.Says("Este país no tiene un mínimo")
	k.Go(`a[href="/identification/` + id + `"]`)
}
