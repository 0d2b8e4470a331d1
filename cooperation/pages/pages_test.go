package pages_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/exchange"
	"istmo/store"
	"istmo/testkit"
)

func open(t *testing.T) (w *testkit.World, pa, co *testkit.Country) {
	w = testkit.NewWorld(t)
	pa, co = w.Start("PA"), w.Start("CO")
	pa.Agency("uia", "response-team", "Unidad de Identificación (ficticia)")
	co.Agency("casa", "shelter", "Casa Urabá (ficticia)")
	for _, c := range []struct {
		at     *testkit.Country
		agency string
	}{{pa, "uia"}, {co, "casa"}} {
		c.at.User("canciller", c.agency, "foreign-ministry")
		c.at.User("admin", c.agency, "administrator")
		c.at.User("ana", c.agency, "case-worker")
		c.at.User("luz", c.agency, "focal-point")
	}
	return w, pa, co
}

func agreements(t *testing.T, c *testkit.Country) []cooperation.Agreement {
	t.Helper()
	all, err := act.Ask(context.Background(), c.Engine, c.Who("canciller"), cooperation.Agreements{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// An administrator pairs two nodes by card and number, and ministries propose,
// sign, suspend and resume an agreement between them, by keyboard.
func TestFromStrangersToAnAgreementInForce(t *testing.T) {
	w, pa, co := open(t)
	k := testkit.NewWalk(t, "es")
	k.As(pa, "admin")
	k.Visit("/partners")
	k.Go(`a[href="/partners/new"]`)
	k.TabTo(`#card`)
	k.Type("no es una tarjeta")
	k.Go(`form[action="/partners/new"] button`)
	k.Says("La tarjeta está incompleta o alterada")
	k.Fill(`#card`, co.Border.Card().Text()) // as if pasted
	k.Go(`form[action="/partners/new"] button`)
	number := exchange.Fingerprint(pa.Border.Card(), co.Border.Card())
	k.Says(number)
	k.TabTo(`input[name="fingerprint"]`)
	k.Type("11111 11111 11111 11111 11111 11111")
	k.Send("cooperation.add-partner")
	k.Says("El número no coincide")
	k.Fill(`input[name="fingerprint"]`, number)
	k.Send("cooperation.add-partner")
	k.Says("Colombia")
	testkit.Must(t, co, co.Who("admin"), cooperation.AddPartner{Card: pa.Border.Card().Text(), Fingerprint: number})
	w.Deliver()
	k.Visit("/partners")
	k.Says("Contesta")
	k.Says("Igual que el nuestro")

	k.As(pa, "canciller")
	k.Visit("/directory")
	k.Says("Casa Urabá (ficticia)")
	k.Visit("/directory?node=CO&kind=police")
	k.Visit("/agreements")
	k.Go(`a[href="/agreements/new"]`)
	k.Send("cooperation.propose-agreement")
	k.Says("Elija al menos un país además del suyo")
	k.TabTo(`input[name="title_es"]`)
	k.Type("Memorando de 2018")
	k.TabTo(`input[name="title_en"]`)
	k.Type("Memorandum of 2018")
	for _, box := range []string{`input[value="CO"]`, `input[name="purposes"][value="assistance"]`, `input[value="profile"]`, `input[value="needs"]`} {
		k.TabTo(box)
		k.Press("Space")
	}
	k.Send("cooperation.propose-agreement")
	k.Says("Propuesto")
	w.Deliver()
	id := agreements(t, pa)[0].ID

	k.As(co, "canciller")
	k.Visit("/agreements")
	k.Go(`a[href="/agreements/` + id + `"]`)
	k.Go(`a[href="/agreements/` + id + `/sign"]`)
	k.Says("Entre Panamá y Colombia")
	k.Send("cooperation.sign-agreement")
	w.Deliver()
	k.Visit("/agreements/" + id)
	k.Says("En vigor")
	k.Go(`a[href="/agreements/` + id + `/suspend"]`)
	k.Says("Sigue pasando lo que cuida a una persona")
	k.Send("cooperation.suspend-agreement")
	w.Deliver()
	k.As(pa, "luz")
	k.Visit("/agreements/" + id)
	k.Says("Suspendido por Colombia")
	k.Visit("/agreements/" + id + "/end")
	k.As(co, "canciller")
	k.Visit("/agreements/" + id + "/resume")
	k.Send("cooperation.resume-agreement")
	if a := agreements(t, co)[0]; len(a.Halted) > 0 {
		t.Errorf("it is still halted by %v", a.Halted)
	}
}

// The same pages in English, and the link held, opened and ended.
func TestALinkIsHeldOpenedAndEnded(t *testing.T) {
	w, pa, _ := open(t)
	w.Pair("PA", "CO")
	w.Deliver()
	k := testkit.NewWalk(t, "en")
	k.As(pa, "admin")
	k.Visit("/partners")
	k.Go(`a[href="/partners/CO/suspend"]`)
	k.Says("Nothing leaves for Colombia")
	k.Send("cooperation.suspend-partner")
	k.Says("Paused: nothing leaves or enters")
	k.Go(`a[href="/partners/CO/resume"]`)
	k.Send("cooperation.resume-partner")
	k.Go(`a[href="/partners/CO/remove"]`)
	k.Says("the cards must be compared again")
	k.Send("cooperation.remove-partner")
	k.Says("Removed: no longer a partner")
	k.Visit("/partners/new")
	k.As(pa, "luz")
	k.Visit("/directory")
	k.Visit("/agreements")
	k.Visit("/agreements/new")
}

// A ministry writes what an agreement says, the other reads and signs that text,
// and what stops it is told on both sides, by keyboard.
func TestATextIsWrittenReadAndSigned(t *testing.T) {
	w, pa, co := open(t)
	w.Pair("PA", "CO")
	w.Deliver()
	d := testkit.Must(t, pa, pa.Who("canciller"), cooperation.ProposeAgreement{TitleES: "Memorando de 2018 (ficticio)", TitleEN: "Memorandum of 2018 (fictional)",
		Kind: "memorandum", Parties: []string{"CO"}, Languages: []string{"es"}, Lines: cooperation.Lines, Frame: []string{"sdg:5", "sdg:10", "gcm:7"}, Source: "Diario oficial (ficticio)",
		KnownES: "Se firmó en septiembre de 2018; su texto no se publicó.", KnownEN: "It was signed in September 2018; its text was not published.",
		Verbs: []string{"referrals.*", "jointfiles.*"}, Purposes: []string{"assistance", "investigation", "legal-action"}, Groups: []string{"profile", "needs"}})
	page := "/agreements/" + d.Object
	w.Deliver()

	k := testkit.NewWalk(t, "es")
	k.As(pa, "canciller")
	k.Visit(page)
	k.Says("Nadie ha resumido todavía sus artículos")
	k.Go(`a[href="` + page + `/write"]`)
	k.TabTo(`#add-article input[name="number"]`)
	k.Type("2.a")
	k.Go(`#add-article form button`)
	k.Says("Falta «Resumen en español»")
	k.TabTo(`#add-article textarea[name="summary_es"]`)
	k.Type("Las personas se atienden en ambos lados")
	k.TabTo(`#add-article textarea[name="summary_en"]`)
	k.Type("People are assisted on both sides")
	k.Go(`#add-article form button`)
	k.TabTo(`[id="add-duty-2.a"] summary`)
	k.Press("Enter")
	for _, typed := range [][2]string{{`select[name="node"]`, "Col"}, {`input[name="who"]`, "Comité (ficticio)"},
		{`textarea[name="text_es"]`, "Avisa antes de que alguien cruce"}, {`textarea[name="text_en"]`, "Gives notice before somebody crosses"}} {
		k.TabTo(`[id="add-duty-2.a"] ` + typed[0])
		k.Type(typed[1])
	}
	k.Go(`[id="add-duty-2.a"] form button`)
	k.Says("Colombia · Comité (ficticio)")
	k.TabTo(`#add-body summary`)
	k.Press("Enter")
	k.TabTo(`#add-body input[value="committee"]`)
	k.Press("Space")
	k.TabTo(`#add-body select[name="node"]`)
	k.Type("Pan")
	k.TabTo(`#add-body select[name="agency"]`)
	k.Type("Pan")
	k.Go(`#add-body form button`)
	k.Says("Unidad de Identificación (ficticia)")
	testkit.Must(t, pa, pa.Who("canciller"), cooperation.NameBody{On: cooperation.On{ID: d.Object}, Role: "observer", Name: "UNODC"})
	w.Deliver()

	k.As(co, "canciller")
	k.Visit(page)
	k.Says("Artículo 2.a")
	k.Says("Avisa antes de que alguien cruce")
	k.Says("acciones legales")
	k.Go(`a[href="` + page + `/sign"]`)
	k.Says("con esta huella")
	k.Send("cooperation.sign-agreement")
	w.Deliver()
	if a := agreements(t, co)[0]; a.State != cooperation.InForce || a.Ours != a.Sum {
		t.Errorf("it is %s, and %q is signed", a.State, a.Ours)
	}
	testkit.Must(t, co, co.Who("canciller"), cooperation.SuspendAgreement{On: cooperation.On{ID: d.Object}})
	w.Deliver()
	e := testkit.NewWalk(t, "en")
	for _, at := range []*testkit.Country{pa, co} {
		e.As(at, "canciller")
		e.Visit(page)
		e.Says("Suspended by Colombia")
		e.Says("Goal 5")
		e.Says("Gives notice before somebody crosses")
		e.Says("What was waiting to leave does not leave")
	}

	a := agreements(t, co)[0] // now the depositary shows another text
	a.Sum, a.Ours, a.Version, a.Groups = "", "", a.Version+1, []string{"profile", "health"}
	hear(t, co, "PA", cooperation.MirrorAgreement{Agreement: a})
	e.Visit(page)
	e.Says("Panama, the depositary, shows a different text")
	e.Says("The texts differ")
	for _, digest := range []string{agreements(t, co)[0].Sum, agreements(t, co)[0].Other} {
		e.Says(digest[:4] + " " + digest[4:8])
	}
}

// hear has a partner's node say something.
func hear(t *testing.T, to *testkit.Country, from string, letter interface{ Verb() access.Verb }) {
	t.Helper()
	body, err := json.Marshal(letter)
	if err == nil {
		err = to.DB.Write(t.Context(), func(tx *store.Tx) error {
			return to.Engine.Handle(tx, act.Delivery{ID: "env_1", From: from, Purpose: cooperation.ForCooperation, Verb: string(letter.Verb()), Body: body})
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// An institution says what it offers, the other country finds it by that, and both
// see when nobody has checked it for long; its focal point is reminded.
func TestAnInstitutionSaysWhatItOffers(t *testing.T) {
	w, pa, co := open(t)
	w.Pair("PA", "CO")
	w.Deliver()
	entry := "/directory/CO/" + co.AgencyID("casa")
	k := testkit.NewWalk(t, "es")
	k.As(co, "luz")
	k.Visit("/directory")
	k.Go(`a[href="` + entry + `"]`)
	k.Go(`a[href="` + entry + `/describe"]`)
	k.TabTo(`input[name="hours"]`)
	k.Type("lunes a viernes, 8:00 a 16:00")
	k.TabTo(`input[name="reach24"]`)
	k.Press("Space")
	k.TabTo(`input[name="beds"]`)
	k.Type("12")
	k.TabTo(`input[name="languages"]`)
	k.Type("es en")
	k.TabTo(`input[value="lodging"]`)
	k.Press("Space")
	k.Send("cooperation.describe-agency")
	k.Says("Diga a qué línea se llama a cualquier hora")
	k.TabTo(`input[name="phone24"]`)
	k.Type("018000522020")
	k.Send("cooperation.describe-agency")
	k.Says("A toda hora: 018000522020")
	w.Deliver()

	e := testkit.NewWalk(t, "en")
	e.As(pa, "ana")
	e.Visit("/directory?service=lodging&language=en&open=24")
	e.Says("Casa Urabá (ficticia)")
	e.Says("At any hour: 018000522020")
	e.Visit("/directory?service=return")
	e.Says("No agency")
	e.Visit(entry)
	e.Says("12")
	if text := e.Text("main"); strings.Contains(text, "Change the entry") {
		t.Error("another country's entry can be changed")
	}
	e.Visit("/directory?node=CO")
	e.TabTo("main details summary")
	e.Press("Enter")
	e.Says("letter by letter")

	w.Leap(200 * 24 * time.Hour)
	e.As(pa, "ana")
	e.Visit(entry)
	e.Says("To be checked")
	k.As(co, "admin")
	k.Visit("/")
	k.Says("Compruebe la ficha de Casa Urabá (ficticia)")
	k.As(co, "luz")
	k.Visit("/")
	k.Go(`a[href="` + entry + `"]`)
	k.Send("cooperation.verify-agency")
	if text := k.Text("main"); strings.Contains(text, "Por comprobar") {
		t.Error("checked today, and stale")
	}
	k.Visit("/")
	if text := k.Text("main"); strings.Contains(text, "Compruebe la ficha") {
		t.Error("checked today, and still to be checked")
	}
}

// A country presents what it does; gaps are seen, counted, and filled.
func TestGapsAreSeenAndFilled(t *testing.T) {
	w, pa, co := open(t)
	w.Pair("PA", "CO")
	w.Deliver()
	testkit.Must(t, co, co.Who("luz"), cooperation.PresentResponse{Line: "assistance", Level: "local", Place: "Necoclí", WhatES: "Albergue de paso", WhatEN: "Transit shelter",
		Who: "Casa Urabá (ficticia)", Agencies: []string{co.AgencyID("casa")}, Source: "Presentación (ficticia)"})
	w.Deliver()
	k := testkit.NewWalk(t, "es")
	k.As(pa, "luz")
	k.Visit("/responses")
	k.Says("19 vacíos") // five lines, two countries, two levels, one response
	k.Says("Necoclí. Albergue de paso")
	k.Go(`a[href^="/responses/new?level=national&line=prevention"]`)
	k.Send("cooperation.present-response")
	k.Says("Falta «Qué se hace, en español»")
	k.TabTo(`textarea[name="what_es"]`)
	k.Type("Campaña en los puestos de frontera")
	k.TabTo(`textarea[name="what_en"]`)
	k.Type("Campaign at the border posts")
	k.TabTo(`input[name="who"]`)
	k.Type("Comisión (ficticia)")
	k.Send("cooperation.present-response")
	k.Says("18 vacíos")
	w.Deliver()

	e := testkit.NewWalk(t, "en")
	e.As(co, "ana")
	e.Visit("/responses?level=national")
	e.Says("Campaign at the border posts")
	e.Says("9 gaps")
	e.Visit("/responses?place=Necocl%C3%AD&line=protection")
	e.Says("Nobody has said who does this in Necoclí")
	k.Go(`a[href$="/withdraw"]`)
	k.Send("cooperation.withdraw-response")
	k.Says("19 vacíos")
}

// Who may not administer or bind the country sees neither the pages nor whether
// what they are about is there.
func TestGravePagesAreAbsentForOthers(t *testing.T) {
	w, pa, _ := open(t)
	w.Pair("PA", "CO")
	w.Deliver()
	d := testkit.Must(t, pa, pa.Who("canciller"), cooperation.ProposeAgreement{TitleES: "x", TitleEN: "x", Parties: []string{"CO"},
		Verbs: []string{"referrals.*"}, Purposes: []string{"assistance"}, Groups: []string{"profile"}})
	ana := pa.SignIn("ana")
	absent := pa.Get("/agreements/agr_0", ana)
	d2 := testkit.Must(t, pa, pa.Who("canciller"), cooperation.PresentResponse{Line: "prevention", Level: "national", WhatES: "x", WhatEN: "x", Who: "x"})
	entry := "/directory/PA/" + pa.AgencyID("uia")
	for _, page := range []string{entry + "/describe", "/directory/CO/agy_0", "/directory/CO/agy_0/describe", "/responses/new", "/responses/" + d2.Object, "/responses/" + d2.Object + "/withdraw",
		"/agreements/" + d.Object + "/write", "/partners", "/partners/new", "/partners/CO/remove", "/partners/CR/remove", "/agreements/new", "/agreements/" + d.Object + "/burn"} {
		if got := pa.Get(page, ana); got != absent || !strings.HasPrefix(got, "404") {
			t.Errorf("%s is not as absent as what never was: %.60q", page, got)
		}
	}
	if got := pa.Get("/agreements/"+d.Object+"/end", ana); !strings.HasPrefix(got, "303") {
		t.Errorf("a case worker gets %.40q from the page that ends an agreement", got)
	}
	if access.Could(pa.Who("ana"), "cooperation.end-agreement") {
		t.Error("a case worker may end an agreement")
	}
}
