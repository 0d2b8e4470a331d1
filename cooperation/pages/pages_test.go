package pages_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/exchange"
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
	for _, box := range []string{`input[value="CO"]`, `input[value="assistance"]`, `input[value="profile"]`, `input[value="needs"]`} {
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

// Who may not administer or bind the country sees neither the pages nor whether
// what they are about is there.
func TestGravePagesAreAbsentForOthers(t *testing.T) {
	w, pa, _ := open(t)
	w.Pair("PA", "CO")
	w.Deliver()
	d := testkit.Must(t, pa, pa.Who("canciller"), cooperation.ProposeAgreement{TitleES: "x", TitleEN: "x", Parties: []string{"CO"},
		Verbs: []string{"referrals.*"}, Purposes: []string{"assistance"}, Groups: []string{"profile"}})
	ana := pa.SignIn("ana")
	absent := get(t, pa, "/agreements/agr_0", ana)
	for _, page := range []string{"/partners", "/partners/new", "/partners/CO/remove", "/partners/CR/remove", "/agreements/new", "/agreements/" + d.Object + "/burn"} {
		if got := get(t, pa, page, ana); got != absent || !strings.HasPrefix(got, "404") {
			t.Errorf("%s is not as absent as what never was: %.60q", page, got)
		}
	}
	if got := get(t, pa, "/agreements/"+d.Object+"/end", ana); !strings.HasPrefix(got, "303") {
		t.Errorf("a case worker gets %.40q from the page that ends an agreement", got)
	}
	if access.Could(pa.Who("ana"), "cooperation.end-agreement") {
		t.Error("a case worker may end an agreement")
	}
}

func get(t *testing.T, c *testkit.Country, path string, cookie *http.Cookie) string {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, c.Web()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.AddCookie(cookie)
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
	return answer.Status + string(body)
}
