package pages_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/i18n"
	"istmo/referrals"
	"istmo/testkit"
	"istmo/testkit/browser"
)

// house is Panama and Colombia with people in every situation that a page tells
// of. Nobody in it exists.
type house struct {
	*testing.T
	world  *testkit.World
	pa, co *testkit.Country
	site   string
	ana    access.Who // a case worker of the agency
	cookie map[string]*http.Cookie

	adult, child, fresh, glass string // people
	again, other, apart        string // a second file of the adult, one of another agency, and one told apart
	consent                    string // the adult's, on which a referral rests
}

func newHouse(t *testing.T) *house {
	w := testkit.NewWorld(t)
	h := &house{T: t, world: w, pa: w.Start("PA"), co: w.Start("CO"), cookie: map[string]*http.Cookie{}}
	w.Pair("PA", "CO")
	h.pa.Agency("uia", "response-team", "Unidad de Identificación y Atención (ficticia)")
	h.pa.Agency("senniaf", "child-authority", "Niñez Panamá (ficticia)")
	h.co.Agency("casa", "shelter", "Casa Urabá (ficticia)")
	h.co.Agency("icbf", "child-authority", "Bienestar Familiar (ficticio)")
	h.ana = h.pa.User("ana", "uia", "case-worker")
	h.pa.User("beto", "uia", "case-worker", "response-team")
	h.pa.User("luz", "uia", "focal-point")
	h.pa.User("rosa", "senniaf", "case-worker")
	h.pa.User("paz", "senniaf", "focal-point")
	h.pa.Agency("vacia", "shelter", "Casa vacía (ficticia)")
	h.pa.User("nadie", "vacia", "focal-point")
	h.pa.User("admin", "uia", "administrator")
	h.pa.User("auditora", "uia", "auditor")
	h.pa.User("analista", "uia", "analyst")
	h.pa.User("fiscal", "uia", "prosecutor")
	h.pa.User("canciller", "uia", "foreign-ministry")
	h.co.User("juan", "casa", "case-worker")
	h.co.User("eva", "casa", "foreign-ministry")
	w.Deliver()
	h.agree()
	h.people()
	h.site = h.pa.Web()
	return h
}

func (h *house) agree() {
	d := testkit.Must(h.T, h.pa, h.pa.Who("canciller"), cooperation.ProposeAgreement{TitleES: "Memorando", TitleEN: "Memorandum",
		Parties: []string{"PA", "CO"}, Verbs: []string{"referrals.*"}, Purposes: []string{"assistance"}, Groups: []string{"profile", "needs", "identity", "contact"}})
	h.world.Deliver()
	testkit.Must(h.T, h.co, h.co.Who("eva"), cooperation.SignAgreement{On: cooperation.On{ID: d.Object}})
	h.world.Deliver()
}

func (h *house) people() {
	on := func(id string) cases.On { return cases.On{Person: id} }
	casa := "CO/" + h.co.AgencyID("casa")
	h.adult = testkit.Must(h.T, h.pa, h.ana, cases.Register{Place: "Lajas Blancas",
		Attributes: cases.Attributes{Sex: "female", AgeBand: "21-29", Citizenships: []string{"CO", "VE"}, Languages: []string{"es"}, Needs: []string{"lodging", "health"}},
		Identity:   cases.Identity{GivenNames: "Marta Ficticia", FamilyNames: "Prueba", Phone: "+507 6000 0000", SafeContact: "Por su hermana, después de las seis", Account: "Le ofrecieron trabajo en un restaurante.\nLe quitaron el pasaporte."}}).Object
	testkit.Must(h.T, h.pa, h.ana, cases.AssessRisk{On: on(h.adult), Level: "medium", Factors: []string{"threats", "debt"}, RiskNote: "Un hombre la busca en el puerto"})
	testkit.Must(h.T, h.pa, h.ana, cases.DecideStatus{On: on(h.adult), Country: "PA", Authority: "Unidad de Identificación y Atención", Status: "presumed", LegalBasis: "Ley 79 de 2011", DecidedOn: h.world.Now().Add(-time.Hour)})
	testkit.Must(h.T, h.pa, h.ana, cases.RecordConsent{On: on(h.adult), To: casa, Purpose: "assistance", Groups: []string{"profile", "needs", "identity", "contact"}, Language: "es", Way: "written", ExpiresAt: h.world.Now().AddDate(0, 6, 0)})
	r := testkit.Must(h.T, h.pa, h.ana, referrals.Start{Person: h.adult, To: casa, Purpose: "assistance", Fields: []string{"sex", "age_band", "needs", "given_names"}}).Object
	testkit.Must(h.T, h.pa, h.ana, referrals.ConfirmConsent{On: referrals.On{ID: r}})
	testkit.Must(h.T, h.pa, h.ana, referrals.Send{On: referrals.On{ID: r}})
	h.child = testkit.Must(h.T, h.pa, h.ana, cases.Register{Place: "Paso Canoas", Attributes: cases.Attributes{AgeBand: "18-20", AgeInDoubt: true, Languages: []string{"ht"}, Interpreter: true, Needs: []string{"safety"}}}).Object
	testkit.Must(h.T, h.pa, h.ana, referrals.Start{Person: h.child, To: "PA/" + h.pa.AgencyID("senniaf"), Purpose: "protection"})
	h.fresh = testkit.Must(h.T, h.pa, h.ana, cases.Register{Place: "Bajo Chiquito"}).Object
	h.glass = testkit.Must(h.T, h.pa, h.pa.Who("beto"), cases.BreakGlass{Ref: h.ref(h.fresh), Reason: "Llamó desde el puerto y la buscan"}).Object
	h.repeats()
	h.world.Deliver()
	h.consent = h.field(h.adult, func(f cases.File) string { return f.Consents[0].ID })
	h.glass = h.field(h.fresh, func(f cases.File) string { return f.Glass[0].ID })
}

// repeats are further files of the adult: one of a colleague's, one of another
// agency, one that she may open, and one that was told apart.
func (h *house) repeats() {
	met := func(who access.Who, given, family, birth string) string {
		return testkit.Must(h.T, h.pa, who, cases.Register{Place: "Paso Canoas", Attributes: cases.Attributes{Sex: "female", AgeBand: "21-29", Languages: []string{"es"}},
			Identity: cases.Identity{GivenNames: given, FamilyNames: family, BirthDate: birth, Document: "8-888-1234", Phone: "60000000"}}).Object
	}
	testkit.Must(h.T, h.pa, h.ana, cases.Identify{On: cases.On{Person: h.adult}, Identity: cases.Identity{BirthDate: "1998-03-07", Document: "8-0888-01234"}})
	h.again = met(h.ana, "Martha Fictisia", "Pruevas", "1998-07-03")
	h.apart = met(h.ana, "Marta Ficticia", "Prueba", "1971-01-30")
	met(h.pa.Who("beto"), "Marta", "Prueba", "1998")
	h.other = met(h.pa.Who("rosa"), "Marta Ficticia", "Prueba", "1998-03-07")
	testkit.Must(h.T, h.pa, h.ana, cases.TellApart{OnTwo: cases.OnTwo{Person: h.adult, Other: h.apart, Reason: "Es su tía, que viaja con ella"}})
}

// field opens somebody's file, as the case worker, for one thing in it.
func (h *house) field(person string, of func(cases.File) string) string {
	h.Helper()
	f, err := act.Look(h.Context(), h.pa.Engine, h.ana, cases.Open{On: cases.On{Person: person}})
	if err != nil {
		h.Fatal(err)
	}
	return of(f)
}

func (h *house) ref(person string) string {
	return h.field(person, func(f cases.File) string { return f.Person.Ref })
}

// signedIn is the cookie of a user's session.
func (h *house) signedIn(name string) *http.Cookie {
	if h.cookie[name] == nil {
		h.cookie[name] = h.pa.SignIn(name)
	}
	return h.cookie[name]
}

// answer is what a page says to somebody, without a browser.
type answer struct {
	status int
	body   string
	at     string
}

func (h *house) get(name, path string) answer {
	h.Helper()
	req, err := http.NewRequestWithContext(h.Context(), "GET", h.site+path, nil)
	if err != nil {
		h.Fatal(err)
	}
	return h.send(name, req)
}

var tokenField = regexp.MustCompile(`name="_token" value="([^"]+)"`)

// post sends a verb as its form would, from the page on which it stands.
func (h *house) post(name, page, action string, values url.Values) answer {
	h.Helper()
	token := tokenField.FindStringSubmatch(h.get(name, "/").body)
	if token == nil {
		h.Fatalf("%s gets no token", name)
	}
	values.Set("_token", token[1])
	values.Set("_page", page)
	values.Set("_form", strings.TrimPrefix(action, "/do/"))
	req, err := http.NewRequestWithContext(h.Context(), "POST", h.site+action, strings.NewReader(values.Encode()))
	if err != nil {
		h.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.send(name, req)
}

func (h *house) send(name string, req *http.Request) answer {
	h.Helper()
	req.AddCookie(h.signedIn(name))
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		h.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		h.Fatal(err)
	}
	return answer{res.StatusCode, string(text), res.Header.Get("Location")}
}

// sit gives a browser somebody's session, in a language.
func (h *house) sit(b *browser.Window, name, lang string) {
	h.Helper()
	b.Open(h.site + "/sign-in")
	for _, c := range []string{h.signedIn(name).Name + "=" + h.signedIn(name).Value, "istmo-PA-lang=" + lang} {
		browser.Evaluate[string](b, fmt.Sprintf("document.cookie = %q", c+"; path=/"))
	}
}

// said fails where a language has no sentence for a key.
func said(t *testing.T, key string) {
	t.Helper()
	for _, lang := range i18n.Langs {
		if !i18n.Has(lang, key) {
			t.Errorf("%s does not say %s", lang, key)
		}
	}
}
