package pages_test

import (
	"fmt"
	"strings"
	"testing"

	"istmo/testkit"
)

// open starts two countries with an agreement in force, whose depositary is
// Colombia, and people on both sides.
func open(t *testing.T) (w *testkit.World, pa, co *testkit.Country) {
	w = testkit.NewWorld(t)
	pa, co = w.Start("PA"), w.Start("CO")
	w.Pair("PA", "CO")
	pa.Agency("COMISION", "national-committee", "Comisión nacional (ficticia)")
	pa.Agency("MIRE", "foreign-ministry", "Cancillería de Panamá (ficticia)")
	co.Agency("COAT", "national-committee", "Centro operativo (ficticio)")
	co.Agency("CANCILLERIA", "foreign-ministry", "Cancillería de Colombia (ficticia)")
	pa.User("olga", "COMISION", "focal-point")
	pa.User("clara", "MIRE", "foreign-ministry")
	pa.User("ana", "COMISION", "case-worker")
	co.User("pablo", "COAT", "focal-point")
	co.User("diego", "CANCILLERIA", "foreign-ministry")
	w.Deliver()
	w.Agree("CO", "diego", "PA", "clara")
	return w, pa, co
}

// TestTheWholeWay goes from a proposal to a promise kept by keyboard alone, in
// each language: proposed in Panama, countered in Colombia, compared word by
// word, accepted, cleared, consolidated, signed, reported and confirmed.
func TestTheWholeWay(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		t.Run(lang, func(t *testing.T) {
			w, pa, co := open(t)
			k := testkit.NewWalk(t, lang)
			say := func(es, en string) string {
				if lang == "en" {
					return en
				}
				return es
			}
			k.As(pa, "olga")
			k.Visit("/roadmap")
			k.Go(`main a[href^="/roadmap/commitments/new"]`)
			k.Send("roadmap.propose") // nothing filled in: every fault beside its field
			k.Says(say("Falta «Para qué, en español»", "What for, in Spanish"))
			k.Choose(`input[name="line"]`, 1)
			fill(k, "objective_es", "Recibir en dos días a cada persona referida")
			fill(k, "objective_en", "Take in each person referred within two days")
			fill(k, "actions_es", "Abrir un albergue en Metetí")
			fill(k, "actions_en", "Open a shelter in Meteti")
			k.Tick(fmt.Sprintf(`input[value="PA/%s"]`, pa.AgencyID("COMISION")))
			k.Tick(fmt.Sprintf(`input[value="CO/%s"]`, co.AgencyID("COAT")))
			fill(k, "due-day", "15")
			fill(k, "due-month", "3")
			fill(k, "due-year", "2027")
			fill(k, "indicator_es", "Albergues abiertos")
			fill(k, "indicator_en", "Shelters opened")
			fill(k, "baseline", "0")
			fill(k, "target", "2")
			fill(k, "place", "Darién")
			fill(k, "sdg", "5, 16.2")
			fill(k, "gcm", "10")
			k.Send("roadmap.propose")
			k.Says(say("Va de camino: Proponer un compromiso", "On its way: Propose a commitment"))
			path := strings.TrimPrefix(k.URL(), pa.Web())
			w.Deliver()
			k.Visit(path)
			k.Says(say("Propuesto", "Proposed"))

			k.As(co, "pablo")
			k.Visit("/roadmap/proposals")
			k.Go(fmt.Sprintf(`main a[href=%q]`, path))
			k.Go(fmt.Sprintf(`main a[href=%q]`, path+"/counter"))
			k.Write(`textarea[name="objective_es"]`, "Recibir en un día a cada persona referida")
			k.Write(`textarea[name="objective_en"]`, "Take in each person referred within one day")
			k.Send("roadmap.counter")
			k.Go(`main a[href*="/compare"]`)
			for _, has := range []string{"del", "ins"} {
				if !k.Has("main " + has) {
					t.Errorf("the comparison has no <%s>", has)
				}
			}
			w.Deliver()

			k.As(pa, "olga")
			k.Visit(path)
			k.Go(fmt.Sprintf(`main a[href=%q]`, path+"/accept"))
			k.Send("roadmap.accept")
			w.Deliver()
			for _, side := range []struct {
				c   *testkit.Country
				who string
			}{{pa, "clara"}, {co, "diego"}} {
				k.As(side.c, side.who)
				k.Visit(path)
				k.Go(fmt.Sprintf(`main a[href=%q]`, path+"/clear"))
				k.Send("roadmap.clear")
				w.Deliver()
			}
			k.Visit("/roadmap/versions")
			k.Send("roadmap.consolidate")
			k.Go(`main a[href^="/roadmap/versions/"]`)
			version := strings.TrimPrefix(k.URL(), co.Web())
			w.Deliver()
			for _, side := range []struct {
				c   *testkit.Country
				who string
			}{{co, "diego"}, {pa, "clara"}} {
				k.As(side.c, side.who)
				k.Visit(version)
				k.Go(fmt.Sprintf(`main a[href=%q]`, version+"/sign"))
				k.Send("roadmap.sign-plan")
				w.Deliver()
			}
			k.Visit(version)
			k.Says(say("En vigor", "In force"))
			k.Says(say("Comprobado el", "Checked on"))
			k.Go(`main a[href$="?prove=true"]`)
			k.Says(say("Comprobado el", "Checked on"))

			k.As(pa, "olga")
			k.Visit(path)
			fill(k, "words", "Un albergue abrió.")
			k.Send("roadmap.report")
			w.Deliver()
			k.As(co, "pablo")
			k.Visit(path)
			k.Send("roadmap.confirm")
			w.Deliver()
			k.As(pa, "olga")
			k.Visit(path)
			k.Unfold("roadmap.report-completion")
			k.TabTo(`form[action="/do/roadmap.report-completion"] textarea`)
			k.Type("Los dos abrieron.")
			k.TabTo(`form[action="/do/roadmap.report-completion"] input[name="evidence"]`)
			k.Type("Acta 7")
			k.Send("roadmap.report-completion")
			w.Deliver()
			k.As(co, "pablo")
			k.Visit(path)
			k.Send("roadmap.confirm")
			k.Says(say("Cumplido", "Done"))
			w.Deliver()
			for _, page := range []string{"/roadmap", "/roadmap/commitments", "/roadmap/commitments?by=owner", "/roadmap/timeline", "/roadmap/board", "/roadmap/programme", "/roadmap/versions"} {
				k.Visit(page)
			}
			k.Visit("/roadmap")
			k.Says(say("cumplidos y confirmados", "done, and confirmed"))
		})
	}
}

func fill(k *testkit.Walk, name, text string) {
	k.T.Helper()
	k.TabTo(fmt.Sprintf(`main [name=%q]`, name))
	k.Type(text)
}

// TestWithoutAnAgreement shows every view where there is nothing yet, and what
// somebody may see who takes no part.
func TestWithoutAnAgreement(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := w.Start("PA")
	pa.Agency("COMISION", "national-committee", "Comisión nacional (ficticia)")
	pa.User("olga", "COMISION", "focal-point")
	k := testkit.NewWalk(t, "es")
	k.As(pa, "olga")
	for _, page := range []string{"/roadmap", "/roadmap/proposals", "/roadmap/commitments", "/roadmap/timeline", "/roadmap/board", "/roadmap/versions", "/roadmap/programme", "/roadmap/commitments/new"} {
		k.Visit(page)
	}
}
