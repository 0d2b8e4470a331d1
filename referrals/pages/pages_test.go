package pages_test

import (
	"context"
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

func id(url string) string {
	_, rest, _ := strings.Cut(url, "/referrals/")
	rest, _, _ = strings.Cut(rest, "/")
	return rest
}

// Somebody who has never seen it refers a person from Panama to Colombia, and
// both sides bring it to its end, by keyboard.
func TestAReferralFromDraftToClose(t *testing.T) {
	for _, lang := range i18n.Langs {
		t.Run(lang, func(t *testing.T) { fromDraftToClose(t, lang) })
	}
}

func fromDraftToClose(t *testing.T, lang string) {
	say := func(key string, values ...any) string { return i18n.Say(lang, key, values...) }
	panama, colombia := i18n.Country(lang, "PA"), i18n.Country(lang, "CO")
	b := open(t)
	k := testkit.NewWalk(t, lang)
	k.As(b.pa, "ana")
	k.Visit("/referrals")
	k.Visit("/referrals/new")
	k.Visit("/referrals/new?person=" + b.person + "&to=CO/" + b.casa)
	k.Send("referrals.start")
	k.Says(say("fault.not-in-list", "Label", say("referrals.purpose")))
	k.TabTo(`input[name="purpose"]`)
	k.Press("Space")
	k.TabTo(`textarea[name="note"]`)
	k.Type("Viaja con su hermana")
	k.Send("referrals.start")
	ref := id(k.URL())
	k.Says(say("referrals.needs.consent.do"))
	k.Says("Marta Ficticia")
	chooseNames(k)
	b.agree(t)
	k.Visit("/referrals/" + ref + "/review")
	k.Send("referrals.confirm-consent")
	k.Go(`a[href="/referrals/` + ref + `/send"]`)
	k.Says(say("referrals.send.heading", "Where", colombia))
	k.Send("referrals.send")
	b.Deliver()

	k.As(b.co, "juan")
	k.Visit("/referrals")
	k.Go(`a[href="/referrals/` + ref + `"]`)
	k.Says("Viaja con su hermana")
	if strings.Contains(k.Text("body"), "Marta") {
		t.Error("the preview says who it is")
	}
	k.Send("referrals.acknowledge")
	k.Says(say("referrals.asked", "Country", panama, "Deed", say("verb.referrals.acknowledge")))
	b.Deliver()
	k.Visit("/referrals/" + ref)
	k.Unfold("referrals.request-information")
	k.TabTo(`textarea[name="question"]`)
	k.Type("¿Necesita intérprete?")
	k.Send("referrals.request-information")
	b.Deliver()

	k.As(b.pa, "ana")
	k.Visit("/referrals/" + ref)
	k.Says("¿Necesita intérprete?")
	k.Send("referrals.supply-information")
	k.Says(say("fault.required", "Label", say("referrals.supply.answer")))
	k.TabTo(`textarea[name="answer"]`)
	k.Type("No hace falta")
	k.Send("referrals.supply-information")
	b.Deliver()

	k.As(b.co, "juan")
	k.Visit("/referrals/" + ref)
	k.Send("referrals.accept")
	b.Deliver()
	k.Visit("/referrals/" + ref)
	k.TabTo(`input[name="meeter"]`)
	k.Type("Compañera Ficticia, chaleco verde")
	k.TabTo(`input[name="phone"]`)
	k.Type("+573000000000")
	k.TabTo(`input[name="where"]`)
	k.Type("Muelle de Turbo")
	k.Send("referrals.prepare-reception")
	b.Deliver()

	k.As(b.pa, "ana")
	k.Visit("/referrals/" + ref)
	k.Says("Compañera Ficticia, chaleco verde")
	k.TabTo(`select[name="eta"]`)
	k.Press("Down", "Down", "Down", "Down", "Down", "Down")
	k.Send("referrals.start-transfer")
	b.Deliver()

	k.As(b.co, "juan")
	k.Visit("/referrals/" + ref)
	k.Send("referrals.confirm-arrival")
	b.Deliver()
	k.Visit("/referrals/" + ref)
	k.TabTo(`input[name="outcomes"]`)
	k.Press("Space")
	k.Send("referrals.follow-up")
	b.Deliver()
	k.Visit("/referrals/" + ref)
	k.Unfold("referrals.close")
	k.TabTo(`input[name="reason"]`)
	k.Press("Space")
	k.Send("referrals.close")
	b.Deliver()
	k.Visit("/referrals/" + ref)
	k.Says(say("referrals.state.closed"))

	k.As(b.pa, "luz")
	k.Visit("/referrals/" + ref)
	k.Says(say("referrals.rung.signed", "Country", colombia))
	k.Visit("/referrals?side=sender&state=closed")
	if got := b.state(t, b.pa, b.pa.Who("luz"), ref); got != "closed" {
		t.Errorf("it stands as %s", got)
	}
}

// chooseNames ticks the given names among what leaves.
func chooseNames(k *testkit.Walk) {
	k.T.Helper()
	k.Unfold("referrals.choose-fields")
	k.TabTo(`input[value="given_names"]`)
	k.Press("Space")
	k.Send("referrals.choose-fields")
}

// The same by the other way out: answered no, stopped, withdrawn and recalled,
// in English.
func TestAReferralThatStops(t *testing.T) {
	b := open(t)
	ref := b.sent(t)
	k := testkit.NewWalk(t, "en")
	k.As(b.co, "juan")
	k.Visit("/referrals/" + ref)
	k.Send("referrals.acknowledge")
	b.Deliver()
	k.Visit("/referrals/" + ref)
	k.Unfold("referrals.decline")
	k.Send("referrals.decline")
	k.Says("Choose one of the options offered for “Why not”")
	k.Send("referrals.accept")
	b.Deliver()

	k.Visit("/referrals/" + ref + "/suspend")
	k.TabTo(`input[name="reason"]`)
	k.Press("Space")
	k.Send("referrals.suspend")
	b.Deliver()
	k.As(b.pa, "ana")
	k.Visit("/referrals/" + ref)
	k.Says("Alert: stopped for danger")

	v, err := act.Look(context.Background(), b.co.Engine, b.co.Who("juan"), referrals.Open{On: referrals.On{ID: ref}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := act.Look(context.Background(), b.co.Engine, b.co.Who("juan"), cases.Open{On: cases.On{Person: v.Received}}); err != nil {
		t.Fatal(err) // opened, so that a person must decide about its destruction
	}
	k.Go(`a[href="/referrals/` + ref + `/withdraw"]`)
	k.Says("asked to destroy")
	k.Send("referrals.withdraw")
	b.Deliver()
	k.As(b.co, "juan")
	k.Visit("/referrals/" + ref)
	k.Says("asks to destroy what was received")
	k.Unfold("referrals.answer-recall")
	k.Send("referrals.answer-recall")
	k.Says("Say which law")
	k.Go(`a[href="/referrals/` + ref + `/destroy"]`)
	k.Send("referrals.answer-recall")
	b.Deliver()
	k.As(b.pa, "luz")
	k.Visit("/referrals/" + ref)
	k.Says("destroyed what it received, and signed so")
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
	k := testkit.NewWalk(t, "es")
	k.As(b.co, "eva")
	k.Visit("/referrals/" + ref)
	k.Says("Alerta: la persona no llegó")
	k.Visit("/referrals")
	k.As(b.pa, "luz")
	k.Visit("/referrals/" + ref)
	k.Says("Alerta: la persona no llegó")
}

// A page that needs a script is a page that somebody cannot use: the decisive
// steps without any.
func TestTheDecisiveStepsWorkWithoutScripts(t *testing.T) {
	b := open(t)
	ref := b.sent(t)
	k := testkit.NewWalk(t, "es")
	k.WithoutScripts(true)
	k.As(b.co, "juan")
	for _, verb := range []string{"acknowledge", "accept"} {
		k.Open(b.co.Web() + "/referrals/" + ref)
		k.Follow(func() { k.Click(`form[action="/do/referrals.` + verb + `"] button`) })
		b.Deliver()
	}
	if got := b.state(t, b.co, b.co.Who("juan"), ref); got != "accepted" {
		t.Errorf("it stands as %s", got)
	}
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
	k := testkit.NewWalk(t, "es")
	k.As(b.pa, "ana")
	k.Visit("/referrals/" + ref + "/review")
	k.Send("referrals.confirm-consent")
	k.Go(`a[href="/referrals/` + ref + `/send"]`)
	k.Says("Va a salir de su institución")
	k.Send("referrals.send")
	k.As(b.pa, "rosa")
	k.Visit("/referrals/" + ref)
	k.Send("referrals.acknowledge")
	k.Send("referrals.accept")
	k.Says("Abrir la ficha")
	k.As(b.pa, "luz")
	k.Visit("/referrals/" + ref)
	k.Says("según el registro de este nodo")
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
			there := stranger.at.Get("/referrals/"+ref+page, cookie)
			never := stranger.at.Get("/referrals/ref_00000000000000000000000000"+page, cookie)
			if there != never {
				t.Errorf("%s can tell that /referrals/{id}%s is there", stranger.name, page)
			}
			if !strings.HasPrefix(there, "404 ") {
				t.Errorf("%s got %.40q from /referrals/{id}%s", stranger.name, there, page)
			}
		}
	}
	cookie := b.pa.SignIn("rosa")
	if a, z := b.pa.Get("/referrals/new?person="+b.person, cookie), b.pa.Get("/referrals/new?person=per_0", cookie); a != z || !strings.HasPrefix(a, "404 ") {
		t.Error("somebody who is not assigned can tell that a person is there")
	}
}
