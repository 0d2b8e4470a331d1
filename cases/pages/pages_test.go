package pages_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"istmo/cases"
	"istmo/testkit"
	"istmo/testkit/browser"
)

// sizes are those of a phone and of a desk.
var sizes = []struct {
	name string
	set  func(*browser.Window)
}{{"375", (*browser.Window).Phone}, {"1280", (*browser.Window).Desktop}}

// visited is a page, who sees it, and the name of its picture.
type visited struct{ name, who, path string }

func (h *house) pages() []visited {
	adult, child, fresh := "/people/"+h.adult, "/people/"+h.child, "/people/"+h.fresh
	return []visited{
		{"desk", "ana", "/"}, {"desk-focal", "luz", "/"}, {"desk-empty", "rosa", "/"}, {"desk-admin", "admin", "/"},
		{"desk-auditor", "auditora", "/"}, {"desk-analyst", "analista", "/"}, {"desk-prosecutor", "fiscal", "/"}, {"desk-ministry", "canciller", "/"},
		{"people", "ana", "/people"}, {"people-focal", "luz", "/people"}, {"people-found", "ana", "/people?ref=PA"},
		{"people-none", "ana", "/people?ref=XX"}, {"people-nobody", "rosa", "/people"},
		{"register", "ana", "/people/new"},
		{"file", "ana", adult}, {"file-child", "ana", child}, {"file-fresh", "ana", fresh}, {"file-by-glass", "beto", fresh},
		{"identity", "ana", adult + "/identity"}, {"profile", "ana", adult + "/profile"}, {"status", "ana", adult + "/status"},
		{"risk", "ana", adult + "/risk"}, {"best", "ana", child + "/best-interests"},
		{"consent", "ana", adult + "/consent"}, {"consent-child", "ana", child + "/consent?to=PA/" + h.pa.AgencyID("senniaf") + "&purpose=protection&groups=profile&groups=needs"},
		{"withdraw", "ana", adult + "/consents/" + h.consent + "/withdraw"},
		{"assigned", "ana", adult + "/assigned"}, {"assigned-focal", "luz", adult + "/assigned"},
		{"erase", "ana", adult + "/erase"}, {"erased", "ana", "/people/erased"},
		{"seen", "ana", adult + "/seen/" + h.again}, {"seen-apart", "ana", adult + "/seen/" + h.apart}, {"file-again", "ana", "/people/" + h.again},
		{"known", "luz", "/known"}, {"known-other", "paz", "/known"}, {"known-none", "nadie", "/known"},
		{"glass", "ana", "/glass"}, {"glass-focal", "luz", "/glass"}, {"review", "luz", "/glass/" + h.glass},
	}
}

func TestEveryPageIsAccessible(t *testing.T) {
	h := newHouse(t)
	b := browser.Open(t)
	for _, lang := range []string{"es", "en"} {
		who := ""
		for _, p := range h.pages() {
			if p.who != who {
				h.sit(b, p.who, lang)
				who = p.who
			}
			b.Open(h.site + p.path)
			for _, size := range sizes {
				size.set(b)
				check(t, b, fmt.Sprintf("%s-%s-%s", p.name, lang, size.name))
			}
		}
	}
}

func check(t *testing.T, b *browser.Window, name string) {
	t.Helper()
	b.Axe(t)
	if wide := browser.Evaluate[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); wide > 0 {
		t.Errorf("%s is %d pixels wider than its window", name, wide)
	}
	if body := browser.Evaluate[string](b, "document.documentElement.innerHTML"); strings.Contains(body, "⟦") {
		at := strings.Index(body, "⟦")
		t.Errorf("%s says %s", name, body[at:min(len(body), at+60)])
	}
	if b.Has("main h1") == false || b.Text("title") == "" && strings.Contains(b.URL(), "404") {
		t.Errorf("%s has no heading", name)
	}
	b.Shot(t, name)
}

// Somebody who uses no mouse registers a person, asks for consent, assesses the
// risk and reads the file.
func TestTheWayByKeyboard(t *testing.T) {
	h := newHouse(t)
	b := browser.Open(t)
	h.sit(b, "ana", "es")
	b.Open(h.site + "/")
	h.follow(b, `a[href="/people/new"]`)
	b.TabTo(`input[name="place"]`)
	b.Type("Lajas Blancas")
	b.TabTo(`input[name="needs"][value="lodging"]`)
	b.Press("Space")
	b.TabTo(`input[name="given_names"]`)
	b.Type("Rosa Ficticia")
	h.follow(b, "form button.govuk-button")
	if !strings.Contains(b.URL(), "/people/per_") || !b.Has(".istmo-banner--done") {
		t.Fatalf("after registering: %s", b.URL())
	}
	person := strings.TrimPrefix(b.URL(), h.site)
	h.follow(b, `a[href="`+person+`/consent"]`)
	h.answer(b)
	h.follow(b, `a[href="`+person+`/risk"]`)
	b.TabTo(`input[name="level"]`)
	b.Press("Space", "Down")
	h.follow(b, "form button.govuk-button")
	if b.URL() != h.site+person {
		t.Fatalf("after the risk: %s", b.URL())
	}
	text := b.Text("main")
	for _, words := range []string{"Rosa Ficticia", "Alojamiento", "Casa Urabá (ficticia), Colombia", "Vigente", "Riesgo: medio"} {
		if !strings.Contains(text, words) {
			t.Errorf("the file does not say %q", words)
		}
	}
}

// follow presses Enter on what the selector names, reached by Tab.
func (h *house) follow(b *browser.Window, selector string) {
	h.Helper()
	b.TabTo(selector)
	b.Follow(func() { b.Press("Enter") })
}

// answer fills the form of a consent by keyboard.
func (h *house) answer(b *browser.Window) {
	h.Helper()
	b.TabTo(`select[name="to"]`)
	b.Type("Colombia · Casa")
	b.TabTo(`input[name="purpose"]`)
	b.Press("Space")
	b.TabTo(`input[name="groups"][value="profile"]`)
	b.Press("Space")
	b.TabTo(`input[name="way"]`)
	b.Press("Space")
	h.follow(b, "form button.govuk-button")
	if !b.Has(".istmo-banner--done") {
		h.Fatalf("the consent was not taken: %s", b.Text(".govuk-error-summary"))
	}
}

// To somebody who may not see a person, every page about them is the one of an
// address that does not exist, to the byte.
func TestAStrangerFindsNothing(t *testing.T) {
	h := newHouse(t)
	nothing := func(path string) string {
		return strings.NewReplacer(h.adult, "per_none", h.child, "per_none", h.fresh, "per_none", h.consent, "con_none", h.glass, "gla_none").Replace(path)
	}
	seen := 0
	for _, who := range []string{"rosa", "admin", "auditora", "canciller"} {
		for _, p := range h.pages() {
			if nothing(p.path) == p.path {
				continue
			}
			there, absent := h.get(who, p.path), h.get(who, nothing(p.path))
			if there.status != 404 || there.body != absent.body {
				t.Errorf("%s at %s: %d, and what is absent %d", who, p.path, there.status, absent.status)
			}
			seen++
		}
	}
	if seen < 60 {
		t.Errorf("only %d pages were tried", seen)
	}
	for verb, values := range map[string]url.Values{
		"cases.identify":         {"person": {h.adult}, "given_names": {"X"}},
		"cases.assess-risk":      {"person": {h.adult}, "level": {"low"}},
		"cases.withdraw-consent": {"consent": {h.consent}},
		"cases.assign":           {"person": {h.adult}, "user": {h.pa.Who("rosa").ID}},
		"cases.review-glass":     {"glass": {h.glass}, "verdict": {"justified"}},
		"cases.erase":            {"person": {h.adult}},
	} {
		if got := h.post("rosa", "/people", "/do/"+verb, values); got.status != 404 {
			t.Errorf("%s answers %d", verb, got.status)
		}
	}
	if got := h.post("rosa", "/people/"+h.adult+"/erase", "/people/"+h.adult+"/erase", url.Values{"ref": {h.ref(h.adult)}}); got.status != 404 {
		t.Errorf("erasing answers %d", got.status)
	}
}

// A code of another agency and one that nobody has are answered alike.
func TestACodeTellsNothing(t *testing.T) {
	h := newHouse(t)
	reason := url.Values{"reason": {"Está en peligro ahora mismo"}}
	say := func(ref string) answer {
		values := url.Values{"ref": {ref}, "reason": reason["reason"]}
		a := h.post("rosa", "/glass", "/do/cases.break-glass", values)
		a.body = strings.ReplaceAll(a.body, ref, "")
		return a
	}
	other, nobody := say(h.ref(h.adult)), say("PA-2222-2222")
	if other.status != 422 || other.body != nobody.body {
		t.Errorf("%d and %d", other.status, nobody.status)
	}
}

func TestFaultsStandBesideTheirFields(t *testing.T) {
	h := newHouse(t)
	at := "/people/" + h.child
	for _, c := range []struct {
		page, verb string
		values     url.Values
		fields     []string
	}{
		{"/people/new", "cases.register", url.Values{"given_names": {"Rosa"}}, []string{"place"}},
		{at + "/consent", "cases.record-consent", url.Values{"person": {h.child}}, []string{"to", "purpose", "groups", "guardian", "assent", "language", "way"}},
		{at + "/status", "cases.decide-status", url.Values{"person": {h.child}}, []string{"country", "authority", "status", "legal_basis"}},
		{at + "/risk", "cases.assess-risk", url.Values{"person": {h.child}}, []string{"level"}},
		{at + "/best-interests", "cases.record-best-interests", url.Values{"person": {h.child}}, []string{"authority", "guardian", "outcome"}},
		{at + "/identity", "cases.identify", url.Values{"person": {h.child}, "birth_date": {"ayer"}}, []string{"birth_date"}},
		{at + "/assigned", "cases.assign", url.Values{"person": {h.child}}, []string{"user"}},
		{"/glass", "cases.break-glass", url.Values{"ref": {"PA-1"}, "reason": {"Peligro, ahora mismo"}}, []string{"ref"}},
		{"/glass", "cases.break-glass", url.Values{"ref": {h.ref(h.fresh)}, "reason": {"ya"}}, []string{"reason"}},
	} {
		got := h.post("ana", c.page, "/do/"+c.verb, c.values)
		if got.status != 422 {
			t.Errorf("%s answers %d", c.verb, got.status)
		}
		for _, f := range c.fields {
			if !strings.Contains(got.body, `id="`+strings.ReplaceAll(c.verb, ".", "-")+"-"+f+`-error"`) {
				t.Errorf("%s: nothing stands beside %s", c.verb, f)
			}
		}
		if strings.Contains(got.body, "⟦") {
			t.Errorf("%s leaves something unsaid", c.verb)
		}
	}
}

// Nobody erases a person without writing their code.
func TestErasingAsksForTheCode(t *testing.T) {
	h := newHouse(t)
	page := "/people/" + h.adult + "/erase"
	if got := h.post("ana", page, page, url.Values{"ref": {"PA-2222-2222"}}); got.status != 422 || !strings.Contains(got.body, "moj-interruption-card") {
		t.Fatalf("with another code: %d", got.status)
	}
	if got := h.get("ana", "/people/"+h.adult); got.status != 200 {
		t.Fatalf("the file is gone: %d", got.status)
	}
	if got := h.post("ana", page, page, url.Values{"ref": {strings.ToLower(h.ref(h.adult))}}); got.status != 303 || got.at != "/people/erased" {
		t.Fatalf("with the code: %d %s", got.status, got.at)
	}
	if got := h.get("ana", "/people/"+h.adult); got.status != 404 {
		t.Errorf("the file is still there: %d", got.status)
	}
}

// Withdrawing says first what will stop, and then it stops.
func TestWithdrawingSaysWhatStops(t *testing.T) {
	h := newHouse(t)
	page := h.get("ana", "/people/"+h.adult+"/consents/"+h.consent+"/withdraw")
	if !strings.Contains(page.body, "Se detiene en el acto la referencia a Casa Urabá (ficticia), Colombia. Su estado era «Enviada».") {
		t.Errorf("the page does not say what stops:\n%s", page.body)
	}
	if got := h.post("ana", "/people/"+h.adult, "/do/cases.withdraw-consent", url.Values{"consent": {h.consent}}); got.status != 303 {
		t.Fatalf("withdrawing answers %d", got.status)
	}
	if got := h.get("ana", "/people/"+h.adult+"/consents/"+h.consent+"/withdraw"); got.status != 404 {
		t.Errorf("it can be withdrawn twice: %d", got.status)
	}
}

// Whoever broke the glass reads and assesses, and changes nothing else; the list
// of the focal point opens no file.
func TestWhatIsNotOnesOwn(t *testing.T) {
	h := newHouse(t)
	at := "/people/" + h.fresh
	for path, want := range map[string]int{at: 200, at + "/risk": 200, at + "/identity": 404, at + "/consent": 404, at + "/erase": 404} {
		if got := h.get("beto", path); got.status != want {
			t.Errorf("by glass, %s answers %d", path, got.status)
		}
	}
	list := h.get("luz", "/people")
	if !strings.Contains(list.body, h.ref(h.adult)) || strings.Contains(list.body, `href="/people/`+h.adult+`"`) {
		t.Error("the focal point's list lacks somebody, or opens their file")
	}
	if strings.Contains(h.get("beto", "/people").body, h.ref(h.adult)) {
		t.Error("a colleague lists somebody who is not theirs")
	}
}

func TestTheListGoesOnByCursor(t *testing.T) {
	h := newHouse(t)
	for range 30 {
		registerOne(h)
	}
	all := len(testkit.Ask(t, h.pa, h.ana, cases.People{Limit: 200}))
	first := h.get("ana", "/people")
	next := nextPage(first.body)
	if next == "" {
		t.Fatal("the first page leads nowhere")
	}
	second := h.get("ana", next)
	if second.status != 200 || nextPage(second.body) != "" {
		t.Errorf("the second page: %d", second.status)
	}
	if n := strings.Count(first.body, `<li class="govuk-task-list__item">`) + strings.Count(second.body, `<li class="govuk-task-list__item">`); n != all || all < 30 {
		t.Errorf("both pages hold %d people, not %d", n, all)
	}
	if !strings.Contains(first.body, fmt.Sprintf("%d resultados", all)) {
		t.Error("the list does not say how many there are")
	}
}

func registerOne(h *house) {
	if got := h.post("ana", "/people/new", "/do/cases.register", url.Values{"place": {"Bajo Chiquito"}, "_next": {"/people/{id}"}}); got.status != 303 {
		h.Fatalf("registering answers %d", got.status)
	}
}

func nextPage(body string) string {
	_, after, found := strings.Cut(body, `govuk-pagination__next"><a class="govuk-link govuk-pagination__link" href="`)
	if !found {
		return ""
	}
	path, _, _ := strings.Cut(after, `"`)
	return strings.ReplaceAll(path, "&amp;", "&")
}

// Every code of a person is said in both languages; see also i18n's own test.
func TestEveryCodeHasWords(t *testing.T) {
	for prefix, codes := range map[string][]string{"sex": cases.Sexes, "age_band": cases.AgeBands, "forms": cases.Forms, "needs": cases.Needs,
		"status": cases.StatusCodes, "purpose": cases.Purposes, "way": cases.Ways, "guardian": cases.Guardians, "level": cases.Levels,
		"factor": cases.RiskFactors, "outcome": cases.Outcomes, "verdict": cases.Verdicts, "group": cases.Groups} {
		for _, code := range codes {
			said(t, "cases."+prefix+"."+code)
		}
	}
	for _, f := range cases.Fields {
		said(t, "cases.field."+f.Name)
	}
}
