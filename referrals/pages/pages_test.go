package pages_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/referrals"
	"istmo/testkit"
	"istmo/testkit/browser"
)

// border is two countries with people who work in them, and somebody met.
type border struct {
	*testkit.World
	pa, co *testkit.Country
	casa   string // the receiving agency
	person string
}

func open(t *testing.T) *border {
	w := testkit.NewWorld(t)
	b := &border{World: w, pa: w.Start("PA"), co: w.Start("CO")}
	w.Pair("PA", "CO")
	b.pa.Agency("uia", "response-team", "Unidad de Identificación (ficticia)")
	b.pa.Agency("senniaf", "child-authority", "Niñez (ficticia)")
	b.co.Agency("casa", "shelter", "Casa Urabá (ficticia)")
	b.co.Agency("icbf", "child-authority", "Bienestar familiar (ficticia)")
	for _, u := range [][]string{{"ana", "uia", "case-worker"}, {"luz", "uia", "focal-point"}, {"canciller", "uia", "foreign-ministry"}, {"rosa", "senniaf", "case-worker"}} {
		b.pa.User(u[0], u[1], u[2])
	}
	for _, u := range [][]string{{"juan", "casa", "case-worker"}, {"eva", "casa", "focal-point"}, {"canciller", "casa", "foreign-ministry"}, {"otro", "icbf", "case-worker"}} {
		b.co.User(u[0], u[1], u[2])
	}
	w.Deliver()
	b.casa = b.co.AgencyID("casa")
	d := testkit.Must(t, b.pa, b.pa.Who("canciller"), cooperation.ProposeAgreement{TitleES: "Memorando de 2018", TitleEN: "Memorandum of 2018",
		Parties: []string{"PA", "CO"}, Verbs: []string{"referrals.*"}, Purposes: []string{"assistance", "protection"}, Groups: []string{"profile", "needs", "identity", "contact"}})
	w.Deliver()
	testkit.Must(t, b.co, b.co.Who("canciller"), cooperation.SignAgreement{On: cooperation.On{ID: d.Object}})
	w.Deliver()
	b.person = b.meet(t)
	return b
}

// meet registers somebody in Panama.
func (b *border) meet(t *testing.T) string {
	return testkit.Must(t, b.pa, b.pa.Who("ana"), cases.Register{Place: "Lajas Blancas",
		Attributes: cases.Attributes{Sex: "female", AgeBand: "21-29", Citizenships: []string{"CO"}, Languages: []string{"es"}, Needs: []string{"lodging", "health"}},
		Identity:   cases.Identity{GivenNames: "Marta Ficticia", FamilyNames: "Prueba", Phone: "+50760000000", Account: "Contó lo que pasó"}}).Object
}

// agree records what a referral needs before it may leave.
func (b *border) agree(t *testing.T) {
	ana := b.pa.Who("ana")
	testkit.Must(t, b.pa, ana, cases.RecordConsent{On: cases.On{Person: b.person}, Purpose: "assistance", ToNode: "CO", ToAgency: b.casa,
		Groups: []string{"profile", "needs", "identity", "contact"}, Language: "es", Way: "written"})
	testkit.Must(t, b.pa, ana, cases.AssessRisk{On: cases.On{Person: b.person}, Level: "medium", Factors: []string{"threats"}})
}

// sent is a referral that has reached Colombia.
func (b *border) sent(t *testing.T) string {
	b.agree(t)
	ana := b.pa.Who("ana")
	id := testkit.Must(t, b.pa, ana, referrals.Start{Person: b.person, ToNode: "CO", ToAgency: b.casa, Purpose: "assistance", Note: "Viaja con su hermana"}).Object
	testkit.Must(t, b.pa, ana, referrals.ConfirmConsent{On: referrals.On{ID: id}})
	testkit.Must(t, b.pa, ana, referrals.Send{On: referrals.On{ID: id}})
	b.Deliver()
	return id
}

// state is where a referral stands in a country.
func (b *border) state(t *testing.T, c *testkit.Country, who access.Who, id string) string {
	t.Helper()
	v, err := act.Look(context.Background(), c.Engine, who, referrals.Open{On: referrals.On{ID: id}})
	if err != nil {
		t.Fatal(err)
	}
	return string(v.Referral.State)
}

// walk is somebody at a browser.
type walk struct {
	*browser.Window
	t    *testing.T
	lang string
	at   string
	n    int
}

// as signs somebody in.
func (k *walk) as(c *testkit.Country, name string) {
	k.t.Helper()
	k.at = c.Web()
	session := c.SignIn(name)
	for _, cookie := range [][2]string{{session.Name, session.Value}, {"istmo-" + c.Config.Node + "-lang", k.lang}} {
		k.Do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call[network.SetCookieParams, cdp.Empty](ctx, network.SetCookie, network.SetCookieParams{Name: cookie[0], Value: cookie[1], URL: k.at, Path: "/"})
			return err
		}))
	}
}

// visit opens a page and looks at it.
func (k *walk) visit(path string) {
	k.t.Helper()
	k.Open(k.at + path)
	k.look()
}

// look checks the page at the sizes of a phone and of a desk: accessible, with
// every sentence in its language, and wide enough for nothing to be cut off.
func (k *walk) look() {
	k.t.Helper()
	k.n++
	path := strings.Trim(strings.TrimPrefix(k.URL(), k.at), "/")
	for _, size := range []string{"phone", "desk"} {
		if size == "phone" {
			k.Phone()
		} else {
			k.Desktop()
		}
		k.Axe(k.t)
		if wide := browser.Evaluate[bool](k.Window, "document.documentElement.scrollWidth > innerWidth"); wide {
			k.t.Errorf("%s is wider than a %s", path, size)
		}
		k.Shot(k.t, fmt.Sprintf("%s-%02d-%s-%s", k.lang, k.n, clean(path), size))
	}
	if text := k.Text("body"); strings.Contains(text, "⟦") {
		k.t.Errorf("%s: a sentence is missing: %s", path, text[strings.Index(text, "⟦"):][:60])
	}
}

func clean(path string) string {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, _, long := strings.Cut(p, "_"); long {
			parts[i] = name
		}
	}
	return strings.Join(parts, "-")
}

// press goes to a button or link by keyboard alone, presses it, and looks at
// what comes.
func (k *walk) press(selector string) {
	k.t.Helper()
	k.TabTo(selector)
	k.Follow(func() { k.Press("Enter") })
	k.look()
}

// do presses the button of a verb's form.
func (k *walk) do(verb string) { k.t.Helper(); k.press(`form[action="/do/` + verb + `"] button`) }

func (k *walk) says(words string) {
	k.t.Helper()
	if text := k.Text("main"); !strings.Contains(text, words) {
		k.t.Errorf("%s does not say %q:\n%s", k.URL(), words, text)
	}
}

func id(url string) string {
	_, rest, _ := strings.Cut(url, "/referrals/")
	rest, _, _ = strings.Cut(rest, "/")
	return rest
}

// Somebody who has never seen it refers a person from Panama to Colombia, and
// both sides bring it to its end, by keyboard.
func TestAReferralFromDraftToClose(t *testing.T) {
	b := open(t)
	k := &walk{Window: testkit.OpenBrowser(t), t: t, lang: "es"}
	k.as(b.pa, "ana")
	k.visit("/referrals")
	k.visit("/referrals/new")
	k.visit("/referrals/new?person=" + b.person + "&to=CO/" + b.casa)
	k.do("referrals.start")
	k.says("Elija")
	k.TabTo(`input[name="purpose"]`)
	k.Press("Space")
	k.TabTo(`textarea[name="note"]`)
	k.Type("Viaja con su hermana")
	k.do("referrals.start")
	ref := id(k.URL())
	k.says("Registrar el consentimiento")
	k.says("Marta Ficticia")
	k.chooseNames()
	b.agree(t)
	k.visit("/referrals/" + ref + "/review")
	k.do("referrals.confirm-consent")
	k.press(`a[href="/referrals/` + ref + `/send"]`)
	k.says("Va a salir del país")
	k.do("referrals.send")
	b.Deliver()

	k.as(b.co, "juan")
	k.visit("/referrals")
	k.press(`a[href="/referrals/` + ref + `"]`)
	k.says("Viaja con su hermana")
	if strings.Contains(k.Text("body"), "Marta") {
		t.Error("the preview says who it is")
	}
	k.do("referrals.acknowledge")
	k.says("Pedido a Panamá, en camino")
	b.Deliver()
	k.visit("/referrals/" + ref)
	k.TabTo(`summary`)
	k.foldOut("referrals.request-information")
	k.TabTo(`textarea[name="question"]`)
	k.Type("¿Necesita intérprete?")
	k.do("referrals.request-information")
	b.Deliver()

	k.as(b.pa, "ana")
	k.visit("/referrals/" + ref)
	k.says("¿Necesita intérprete?")
	k.do("referrals.supply-information")
	k.says("Falta «Su respuesta»")
	k.TabTo(`textarea[name="answer"]`)
	k.Type("No hace falta")
	k.do("referrals.supply-information")
	b.Deliver()

	k.as(b.co, "juan")
	k.visit("/referrals/" + ref)
	k.do("referrals.accept")
	b.Deliver()
	k.visit("/referrals/" + ref)
	k.TabTo(`input[name="meeter"]`)
	k.Type("Compañera Ficticia, chaleco verde")
	k.TabTo(`input[name="phone"]`)
	k.Type("+573000000000")
	k.TabTo(`input[name="where"]`)
	k.Type("Muelle de Turbo")
	k.do("referrals.prepare-reception")
	b.Deliver()

	k.as(b.pa, "ana")
	k.visit("/referrals/" + ref)
	k.says("Compañera Ficticia, chaleco verde")
	k.TabTo(`select[name="eta"]`)
	k.Press("Down", "Down", "Down", "Down", "Down", "Down")
	k.do("referrals.start-transfer")
	b.Deliver()

	k.as(b.co, "juan")
	k.visit("/referrals/" + ref)
	k.do("referrals.confirm-arrival")
	b.Deliver()
	k.visit("/referrals/" + ref)
	k.TabTo(`input[name="outcomes"]`)
	k.Press("Space")
	k.do("referrals.follow-up")
	b.Deliver()
	k.visit("/referrals/" + ref)
	k.foldOut("referrals.close")
	k.TabTo(`input[name="reason"]`)
	k.Press("Space")
	k.do("referrals.close")
	b.Deliver()
	k.visit("/referrals/" + ref)
	k.says("Cerrada")

	k.as(b.pa, "luz")
	k.visit("/referrals/" + ref)
	k.says("firmado por el nodo de Colombia")
	k.visit("/referrals?side=sender&state=closed")
	if got := b.state(t, b.pa, b.pa.Who("luz"), ref); got != "closed" {
		t.Errorf("it stands as %s", got)
	}
}

// chooseNames ticks the given names among what leaves.
func (k *walk) chooseNames() {
	k.t.Helper()
	k.foldOut("referrals.choose-fields")
	k.TabTo(`input[value="given_names"]`)
	k.Press("Space")
	k.do("referrals.choose-fields")
	k.says("Solo si aceptan hacerse cargo")
}

// foldOut opens what holds the form of a verb, by keyboard.
func (k *walk) foldOut(verb string) {
	k.t.Helper()
	k.TabTo(fmt.Sprintf(`details:has(form[action="/do/%s"]) > summary`, verb))
	k.Press("Enter")
}

// The same by the other way out: answered no, stopped, withdrawn and recalled,
// in English.
func TestAReferralThatStops(t *testing.T) {
	b := open(t)
	ref := b.sent(t)
	k := &walk{Window: testkit.OpenBrowser(t), t: t, lang: "en"}
	k.as(b.co, "juan")
	k.visit("/referrals/" + ref)
	k.do("referrals.acknowledge")
	b.Deliver()
	k.visit("/referrals/" + ref)
	k.foldOut("referrals.decline")
	k.do("referrals.decline")
	k.says("Choose one of the options offered for “Why not”")
	k.do("referrals.accept")
	b.Deliver()

	k.visit("/referrals/" + ref + "/suspend")
	k.TabTo(`input[name="reason"]`)
	k.Press("Space")
	k.do("referrals.suspend")
	b.Deliver()
	k.as(b.pa, "ana")
	k.visit("/referrals/" + ref)
	k.says("Alert: stopped for danger")

	v, err := act.Look(context.Background(), b.co.Engine, b.co.Who("juan"), referrals.Open{On: referrals.On{ID: ref}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := act.Look(context.Background(), b.co.Engine, b.co.Who("juan"), cases.Open{On: cases.On{Person: v.Received}}); err != nil {
		t.Fatal(err) // opened, so that a person must decide about its destruction
	}
	k.press(`a[href="/referrals/` + ref + `/withdraw"]`)
	k.says("asked to destroy")
	k.do("referrals.withdraw")
	b.Deliver()
	k.as(b.co, "juan")
	k.visit("/referrals/" + ref)
	k.says("asks to destroy what was received")
	k.foldOut("referrals.answer-recall")
	k.do("referrals.answer-recall")
	k.says("Say which law")
	k.press(`a[href="/referrals/` + ref + `/destroy"]`)
	k.do("referrals.answer-recall")
	b.Deliver()
	k.as(b.pa, "luz")
	k.visit("/referrals/" + ref)
	k.says("destroyed what it received, and signed so")
}

// When nobody confirms an arrival the alert is raised by itself, and stands
// first on both sides.
func TestNotArrivedStandsFirst(t *testing.T) {
	b := open(t)
	ref := b.sent(t)
	juan, ana := b.co.Who("juan"), b.pa.Who("ana")
	on := referrals.On{ID: ref}
	testkit.Must(t, b.co, juan, referrals.Acknowledge{On: on})
	b.Deliver()
	testkit.Must(t, b.co, juan, referrals.Accept{On: on})
	b.Deliver()
	testkit.Must(t, b.co, juan, referrals.PrepareReception{On: on, Meeter: "Compañera", Phone: "1", Where: "Turbo"})
	b.Deliver()
	testkit.Must(t, b.pa, ana, referrals.StartTransfer{On: on, ETA: b.Now().Add(2 * time.Hour)})
	b.Deliver()
	b.Tick(6 * time.Hour)
	b.Deliver()
	k := &walk{Window: testkit.OpenBrowser(t), t: t, lang: "es"}
	k.as(b.co, "eva")
	k.visit("/referrals/" + ref)
	k.says("Alerta: la persona no llegó")
	k.visit("/referrals")
	k.as(b.pa, "luz")
	k.visit("/referrals/" + ref)
	k.says("Alerta: la persona no llegó")
}

// Between agencies of one country it is the same pages.
func TestWithinOneCountry(t *testing.T) {
	b := open(t)
	ana := b.pa.Who("ana")
	senniaf := b.pa.AgencyID("senniaf")
	ref := testkit.Must(t, b.pa, ana, referrals.Start{Person: b.person, ToNode: "PA", ToAgency: senniaf, Purpose: "assistance"}).Object
	testkit.Must(t, b.pa, ana, cases.RecordConsent{On: cases.On{Person: b.person}, Purpose: "assistance", ToNode: "PA", ToAgency: senniaf,
		Groups: []string{"profile", "needs"}, Language: "es", Way: "written"})
	testkit.Must(t, b.pa, ana, cases.AssessRisk{On: cases.On{Person: b.person}, Level: "low"})
	k := &walk{Window: testkit.OpenBrowser(t), t: t, lang: "es"}
	k.as(b.pa, "ana")
	k.visit("/referrals/" + ref + "/review")
	k.do("referrals.confirm-consent")
	k.press(`a[href="/referrals/` + ref + `/send"]`)
	k.says("Va a salir de su institución")
	k.do("referrals.send")
	k.as(b.pa, "rosa")
	k.visit("/referrals/" + ref)
	k.do("referrals.acknowledge")
	k.do("referrals.accept")
	k.says("Abrir el expediente")
	k.as(b.pa, "luz")
	k.visit("/referrals/" + ref)
	k.says("según el registro de este nodo")
}

// To an outsider a referral that is there and one that never was are the same
// bytes, on every page of it.
func TestAStrangerSeesNothing(t *testing.T) {
	b := open(t)
	ref := b.sent(t)
	for _, stranger := range []struct {
		at   *testkit.Country
		name string
	}{{b.co, "otro"}, {b.pa, "rosa"}, {b.co, "canciller"}} {
		cookie := stranger.at.SignIn(stranger.name)
		for _, page := range []string{"", "/review", "/send", "/suspend", "/withdraw", "/discard", "/destroy"} {
			there := get(t, stranger.at.Web()+"/referrals/"+ref+page, cookie)
			never := get(t, stranger.at.Web()+"/referrals/ref_00000000000000000000000000"+page, cookie)
			if there != never {
				t.Errorf("%s can tell that /referrals/{id}%s is there", stranger.name, page)
			}
			if !strings.HasPrefix(there, "404 ") {
				t.Errorf("%s got %.40q from /referrals/{id}%s", stranger.name, there, page)
			}
		}
	}
	cookie := b.pa.SignIn("rosa")
	if a, z := get(t, b.pa.Web()+"/referrals/new?person="+b.person, cookie), get(t, b.pa.Web()+"/referrals/new?person=per_0", cookie); a != z || !strings.HasPrefix(a, "404 ") {
		t.Error("somebody who is not assigned can tell that a person is there")
	}
}

// get is the status and the bytes of a page, without what no two answers share.
func get(t *testing.T, url string, cookie *http.Cookie) string {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, nil)
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
	return fmt.Sprint(answer.StatusCode, " ", string(body))
}
