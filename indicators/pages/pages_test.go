package pages_test

import (
	"strings"
	"testing"

	"istmo/i18n"
	"istmo/indicators"
	"istmo/indicators/pages"
	"istmo/testkit"
)

// open is two paired countries with a focal point and a field officer each.
func open(t *testing.T) (w *testkit.World, pa, co *testkit.Country) {
	w = testkit.NewWorld(t)
	pa, co = w.Start("PA"), w.Start("CO")
	for _, c := range []*testkit.Country{pa, co} {
		c.Agency("comision", "national-committee", "Comisión Nacional (ficticia)")
		c.User("luz", "comision", "focal-point")
		c.User("rosa", "comision", "field-officer")
	}
	w.Pair("PA", "CO")
	w.Deliver()
	return w, pa, co
}

func write(k *testkit.Walk, name, words string) { k.Write(`[name="`+name+`"]`, words) }

// TestFromADraftToAnotherCountry: a focal point begins a version, adds an indicator
// and changes another, sees what changes, brings it into force, and shows it to
// Colombia, which takes one row of it into a draft; by keyboard, in Spanish.
func TestFromADraftToAnotherCountry(t *testing.T) {
	w, pa, co := open(t)
	k := testkit.NewWalk(t, "es")
	k.As(pa, "luz")
	k.Visit("/indicators")
	k.Says("La lista con la que empieza un nodo")
	k.Says("Ningún país ha mostrado su lista todavía")
	k.Send("indicators.begin")
	k.Says("Nada cambia en los puestos")
	k.Says("La regla no está comprobada en la fuente")
	k.Says("3 indicios son propuestas sin validar")
	draft := strings.TrimSuffix(k.URL()[strings.Index(k.URL(), "/indicators/"):], "/")

	k.Go(`a[href="` + draft + `/new"]`)
	write(k, "code", "act-6")
	k.Send("indicators.write")
	k.Says("con letras mayúsculas")
	write(k, "code", "ACT-06")
	k.TabTo(`select[name="dimension"]`)
	k.Type("Captación, tras")
	k.TabTo(`select[name="symbol"]`)
	k.Type("Viaje")
	write(k, "es", "Cruzó con un guía que no eligió")
	write(k, "en", "Crossed with a guide not of their choosing")
	write(k, "source", "Mesa técnica (ficticia)")
	write(k, "ask_es", "¿Otra persona eligió al guía?")
	write(k, "ask_en", "Did somebody else choose the guide?")
	k.Send("indicators.write")
	k.Says("Indicio guardado en el borrador")
	k.Says("Cruzó con un guía que no eligió")
	k.Says("4 indicios son propuestas sin validar")
	k.Says("Sin traducir: francés, criollo haitiano, portugués y chino")

	k.Go(`a[href="` + draft + `/ACT-03"]`)
	write(k, "ask_es", "¿Cambió de guía sin decidirlo usted?")
	k.Send("indicators.write")
	k.Go(`a[href="` + draft + `/DEC-08"]`)
	k.Send("indicators.retire")
	k.Says("Las versiones anteriores lo conservan")
	k.Go(`a[href="` + draft + `/rule/two-strong"]`)
	write(k, "strong", "0")
	k.Send("indicators.write-clause")
	k.Says("una condición sin ninguno haría positiva cualquier dimensión")
	write(k, "strong", "2")
	write(k, "source", "Ficha leída en la fuente (ficticia)")
	k.Tick(`input[name="verified"]`)
	k.Send("indicators.write-clause")
	k.Go(`a[href="` + draft + `/joined/means"]`)
	k.Visit(draft + "/discard")
	k.Says("que nunca rigió")

	k.Visit(draft)
	k.Go(`a[href="` + draft + `/publish"]`)
	k.Says("4 cambios")
	k.Says("¿Cambió de guía sin decidirlo usted?")
	k.Send("indicators.publish")
	k.Says("Falta «Por qué cambia»")
	write(k, "reason", "Acuerdo de la mesa técnica (ficticia)")
	w.Tick(1)
	k.Send("indicators.publish")
	k.Says("En vigor")
	k.Says("Acuerdo de la mesa técnica (ficticia)")
	k.Go(`a[href="` + draft + `/share"]`)
	k.Says("Nada de ninguna persona")
	k.Tick(`input[name="partner"]`)
	k.Send("indicators.share")
	k.Says("Se mostró a: Colombia")
	w.Deliver()

	k.As(co, "luz")
	k.Visit("/indicators")
	k.Says("Panamá, versión 2")
	k.Go(`a[href*="/indicators/compare?from="][href*="` + strings.TrimPrefix(draft, "/indicators/") + `"]`)
	k.Says("Cruzó con un guía que no eligió")
	k.Visit("/indicators")
	k.Send("indicators.begin")
	own := k.URL()[strings.Index(k.URL(), "/indicators/"):]
	k.Go(`a[href="` + own + `/adopt"]`)
	k.Visit(own + "/adopt?from=" + strings.TrimPrefix(draft, "/indicators/"))
	k.Says("Lo que Panamá, versión 2 tiene distinto")
	k.Tick(`input[value="ACT-06"]`)
	k.Send("indicators.adopt")
	k.Says("Tomado de Panamá, versión 2")
	k.Visit(draft)
	k.Says("De otro país")
	k.Visit(draft + "/ACT-06")
	k.Says("No: es una propuesta")
}

// TestAnybodyReadsAndNobodyElseWrites: a field officer sees what is in force and each
// question in every language, and no way to change it.
func TestAnybodyReadsAndNobodyElseWrites(t *testing.T) {
	_, pa, _ := open(t)
	one := testkit.Ask(t, pa, pa.Who("luz"), indicators.Current{})
	draft := testkit.Must(t, pa, pa.Who("luz"), indicators.Begin{}).Object
	k := testkit.NewWalk(t, "en")
	k.As(pa, "rosa")
	k.Visit("/indicators")
	k.Says("The list that a node begins with")
	if k.Has(`form[action="/do/indicators.begin"]`) || k.Has(`a[href$="/`+draft+`"].govuk-button`) {
		t.Error("a field officer is offered the draft")
	}
	k.Visit("/indicators/" + one.ID + "?strength=strong&applies=child")
	k.Says("4 ")
	k.Go(`a[href="/indicators/` + one.ID + `/CHI-02"]`)
	k.Says("你干的活重或者危险吗")
	k.Says("Awaits a native reader")
	k.Visit("/indicators/" + one.ID + "/CHI-01")
	k.Says("What to look for")
	cookie := pa.SignIn("rosa")
	for _, path := range []string{"/new", "/publish", "/discard", "/adopt", "/rule/new", "/joined/act", "/ZZZ-01"} {
		if body := pa.Get("/indicators/"+draft+path, cookie); strings.Contains(body, "/do/indicators.") {
			t.Errorf("%s: a field officer is given a form", path)
		}
	}
	if body := pa.Get("/indicators/"+one.ID+"/share", cookie); strings.Contains(body, "/do/indicators.") {
		t.Error("a field officer may share")
	}
}

// TestTryingTheRule: ticked answers are explained, and never decided.
func TestTryingTheRule(t *testing.T) {
	_, pa, _ := open(t)
	id := testkit.Ask(t, pa, pa.Who("luz"), indicators.Current{}).ID
	for _, c := range []struct{ lang, query, says string }{
		{"es", "?who=adult&yes=ACT-05&yes=ACT-01&yes=COD-01&yes=EXO-01&yes=TRA-01&yes=CHI-01", "Se cumple: Un indicio fuerte y otro medio o débil."},
		{"en", "?who=child&yes=CHI-02&yes=CHI-06&yes=COD-03&yes=EXL-01", "With a child it is trafficking even without any of the means."},
	} {
		k := testkit.NewWalk(t, c.lang)
		k.As(pa, "luz")
		k.Visit("/indicators/" + id + "/try" + c.query)
		k.Says(c.says)
		k.Says(i18n.Say(c.lang, "indicators.result.no-decision"))
		k.Go(`form[action="/indicators/` + id + `/try"] button`)
		k.Says(c.says)
	}
}

// TestExplain: the words for what a rule lacks, for what is too few, and for what is
// not validated.
func TestExplain(t *testing.T) {
	l := indicators.Shipped()
	said := func(codes ...string) string {
		answers := map[string]string{}
		for _, c := range codes {
			answers[c] = indicators.Yes
		}
		e := pages.Explain("es", l, indicators.Evaluate(l, indicators.Subject{}, answers))
		var b strings.Builder
		for _, d := range e.Dimensions {
			b.WriteString(d.State + ": " + d.Why)
			for _, n := range d.Noted {
				b.WriteString(" " + n.Code + " " + n.Mark)
			}
		}
		return b.String() + e.Aside
	}
	for want, codes := range map[string][]string{
		"Para la regla faltaría: 1 fuerte, o bien 1 medio y 1 débil, o más fuerte.": {"ACT-01"},
		"muy pocos indicios para la regla: cada uno pide por sí solo mirar mejor":   {"EXO-01"},
		"TRA-01 sin validar, la regla no lo cuenta":                                 {"TRA-01"},
		"Anotado que no corresponde a esta persona o a esta lista: CHI-01.":         {"CHI-01"},
		"Positiva según la regla: Se cumple: Dos indicios fuertes. COD-01  COD-02 ": {"COD-01", "COD-02"},
	} {
		if got := said(codes...); !strings.Contains(got, want) {
			t.Errorf("%v: %q does not say %q", codes, got, want)
		}
	}
}

// TestSheets: the rights and the consent text stand in every language, marked where
// they await a native reader, and each prints on one page.
func TestSheets(t *testing.T) {
	_, pa, _ := open(t)
	k := testkit.NewWalk(t, "es")
	k.As(pa, "rosa")
	k.Visit("/rights")
	for _, l := range indicators.Languages() {
		texts, err := indicators.TextsOf(indicators.List{}, l.Lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/rights/" + l.Lang, "/rights/" + l.Lang + "/consent"} {
			k.Visit(path)
			if strings.HasSuffix(path, "consent") {
				k.Says(texts.Words["consent.withdraw"])
			} else {
				k.Says(texts.Words["rights.now.text"])
			}
			if marked := k.Has(".istmo-sheet__awaits"); marked != (l.Lang != "es" && l.Lang != "en") {
				t.Errorf("%s: marked %v", path, marked)
			}
			if dir := k.Has(`.istmo-sheet[lang="` + l.Lang + `"][dir="` + l.Dir + `"]`); !dir {
				t.Errorf("%s has no language or direction", path)
			}
			if n := k.Paper(t, "sheet"+strings.ReplaceAll(path, "/", "-")); n != 1 {
				t.Errorf("%s prints on %d pages", path, n)
			}
		}
	}
	if body := pa.Get("/rights/xx", pa.SignIn("rosa")); strings.Contains(body, "istmo-sheet") {
		t.Error("a sheet in no language")
	}
}
