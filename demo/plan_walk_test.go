package demo_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"istmo/demo"
	"istmo/testkit/browser"
)

// TestThePlanIsKept is the demo as those who answer for their country live it,
// once in each language and without a mouse: what the countries agreed and what
// each of them has, the proposal that waits compared and accepted, cleared by both
// ministries, consolidated, signed, and checked without a node; a report confirmed,
// another told; a meeting's minutes approved, and a joint file begun. Every page is
// checked by axe. With ISTMO_SHOTS it also takes the pictures of the focal point's
// guides.
func TestThePlanIsKept(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		t.Run(lang, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "demo")
			_, accounts := start(t, dir, ports(t))
			w := &walker{Window: browser.Open(t), t: t, lang: lang}
			w.Prefer("light")
			w.Size(wide, high)
			p := planners{}
			p.olga, p.clara = as(t, accounts, "PA", "olga").Account, as(t, accounts, "PA", "clara").Account
			p.pablo, p.diego = as(t, accounts, "CO", "pablo").Account, as(t, accounts, "CO", "diego").Account
			w.enter(p.olga)
			w.whatHolds(p)
			documents := w.answersTheProposal(p)
			w.isCleared(p, documents)
			w.outlastsTheNodes(w.isSigned(p), dir)
			w.isReported(p)
			w.isMinuted(p)
			w.isWrittenTogether(p)
		})
	}
}

// planners are a focal point and a ministry of each country. Panama is the
// depositary, so that what Colombia says travels first.
type planners struct{ olga, clara, pablo, diego demo.Account }

// either is what is written in the reader's language.
func (w *walker) either(es, en string) string { return map[string]string{"es": es, "en": en}[w.lang] }

// memorandum is the title of the agreement between Colombia and Panama.
func (w *walker) memorandum() string {
	return w.either("Memorándum de entendimiento entre Colombia y Panamá, septiembre de 2018", "Memorandum of understanding between Colombia and Panama, September 2018")
}

// whatHolds reads how the commitments stand, the agreement, the directory and what
// each country has.
func (w *walker) whatHolds(p planners) {
	w.visit(p.olga.Address + "/roadmap")
	w.shot("plan-overview", "main")
	w.visit(p.olga.Address + "/agreements")
	w.pressSaid(w.memorandum())
	agreement := w.URL()
	w.shot("plan-agreement", "main h2:nth-of-type(2)")
	w.visit(agreement + "/suspend")
	w.shot("plan-suspend", "main")

	w.visit(p.olga.Address + "/directory?country=PA&kind=national-committee")
	w.press(`main th a[href^="/directory/PA/"]`)
	w.shot("plan-entry", ".govuk-summary-list__row:nth-of-type(4)")
	w.do("cooperation.verify-agency")
	w.visit(p.olga.Address + "/responses")
	w.shot("plan-responses", `main section:nth-of-type(2)`)
	w.visit(p.olga.Address + "/roadmap/commitments/new")
	w.shot("plan-propose", "main h1")
}

// answersTheProposal reads what Colombia wrote instead of Panama's words, word by
// word, and accepts it. It gives the commitment's path.
func (w *walker) answersTheProposal(p planners) string {
	w.visit(p.olga.Address + "/roadmap/proposals?stage=proposed")
	w.pressSaid(w.either("Que los documentos falsos que se ven en un puesto se conozcan en el otro, en menos de una semana",
		"That false documents seen at one post are known at the other, in less than a week"))
	here := w.URL()
	w.shot("plan-proposal", "main")
	w.press(`main a[href*="/compare"]`)
	if !w.Has("main ins") {
		w.t.Error("the comparison shows nothing that was put in")
	}
	w.shot("plan-compare", ".istmo-compared__heads")
	w.visit(here)
	w.press(`main a[href$="/accept"]`)
	w.do("roadmap.accept")
	return strings.TrimPrefix(here, p.olga.Address)
}

// isCleared has both ministries clear what both committees have agreed: the
// proposal just accepted, and the one that had waited for them.
func (w *walker) isCleared(p planners, documents string) {
	w.enter(p.clara)
	w.visit(p.clara.Address + documents)
	w.press(`main a[href$="/clear"]`)
	w.do("roadmap.clear")
	w.visit(p.clara.Address + "/roadmap/proposals?stage=agreed")
	w.pressSaid(w.either("Que una víctima pueda declarar desde su país por videoconferencia", "That a victim can testify from her own country by video link"))
	video := strings.TrimPrefix(w.URL(), p.clara.Address)
	w.press(`main a[href$="/clear"]`)
	w.do("roadmap.clear")

	w.enter(p.diego)
	for _, path := range []string{documents, video} {
		w.await(p.diego.Address+path, has(`main a[href$="/clear"]`))
		w.press(`main a[href$="/clear"]`)
		w.do("roadmap.clear")
	}
	for _, path := range []string{documents, video} {
		w.await(p.clara.Address+path, w.says("roadmap.state.cleared"))
	}
}

// has is the condition that the page has what the selector names.
func has(selector string) string {
	return fmt.Sprintf(`document.querySelector(%q) !== null`, selector)
}

// isSigned consolidates what is cleared into version 2 and signs it for both. It
// gives the version's path.
func (w *walker) isSigned(p planners) string {
	w.visit(p.clara.Address + "/roadmap/versions")
	w.shot("plan-consolidate", "main h1")
	w.do("roadmap.consolidate")
	w.pressNamed("roadmap.version.of", "N", 2)
	version := strings.TrimPrefix(w.URL(), p.clara.Address)
	w.press(`main a[href$="/sign"]`)
	w.shot("plan-sign", "main")
	w.do("roadmap.sign-plan")
	w.await(p.diego.Address+version, has(`main a[href$="/sign"]`))
	w.press(`main a[href$="/sign"]`)
	w.do("roadmap.sign-plan")
	w.await(p.clara.Address+version, w.says("roadmap.state.in_force"))
	w.press(`main a[href$="?prove=true"]`)
	w.shot("plan-version", "main")
	w.await(p.diego.Address+version, w.says("roadmap.state.in_force"))
	return version
}

// outlastsTheNodes downloads the version's file and checks it as somebody would
// years later, with the cards of both nodes; with one word changed it is no more
// the plan that was signed.
func (w *walker) outlastsTheNodes(version, dir string) {
	w.t.Helper()
	file := browser.Evaluate[string](w.Window, fmt.Sprintf(`(() => { const x = new XMLHttpRequest(); x.open("GET", %q, false); x.send(); return x.responseText })()`, version+"/plan.json"))
	put := func(name, text string) string {
		path := filepath.Join(w.t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			w.t.Fatal(err)
		}
		return path
	}
	check := []string{"plan", "verify", put("plan.json", file)}
	for _, node := range []string{"pa", "co"} {
		card, err := w.istmo("--data", filepath.Join(dir, node), "partner", "card")
		if err != nil {
			w.t.Fatalf("%v: %s", err, card)
		}
		check = append(check, "--card", put(node+".card", card))
	}
	if said, err := w.istmo(check...); err != nil || !strings.Contains(said, w.say("cli.plan.sound")) {
		w.t.Errorf("%v: %s", err, said)
	}
	check[2] = put("changed.json", strings.Replace(file, "en menos de una semana", "en menos de un mes", 1))
	if said, err := w.istmo(check...); err == nil || !strings.Contains(said, w.say("cli.plan.not-sound")) {
		w.t.Errorf("%v: %s", err, said)
	}
}

// istmo runs the program and gives what it says.
func (w *walker) istmo(args ...string) (string, error) {
	path, err := program()
	if err != nil {
		w.t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), "ISTMO_LANG="+w.lang)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// isReported confirms the report that waits for Colombia, and reports another.
func (w *walker) isReported(p planners) {
	w.enter(p.pablo)
	w.visit(p.pablo.Address + "/roadmap/commitments?stage=reported_done")
	w.press(`main .istmo-card a`)
	done := strings.TrimPrefix(w.URL(), p.pablo.Address)
	w.shot("plan-answer", "#answer")
	w.fill(`form[action="/do/roadmap.confirm"] input[name="words"]`, w.either("Lo vimos (inventado).", "We have seen it (invented)."))
	w.do("roadmap.confirm")

	w.enter(p.olga)
	w.await(p.olga.Address+done, w.says("roadmap.happened.confirmed"))
	w.visit(p.olga.Address + "/roadmap/commitments?late=true")
	w.pressSaid(w.either("Que toda persona referida tenga dónde dormir la primera noche", "That each person referred has somewhere to sleep the first night"))
	report := `form[action="/do/roadmap.report"] `
	w.fill(report+`input[name="value"]`, "10")
	w.fill(report+`textarea[name="words"]`, w.either("Diez de las veinticuatro camas están listas (inventado).", "Ten of the twenty-four beds are ready (invented)."))
	w.fill(report+`input[name="evidence"]`, w.either("Acta de visita 12 (inventada)", "Record of visit 12 (invented)"))
	w.fill(report+`input[name="evidence_at"]`, w.either("Archivo de la Comisión", "The Commission's archive"))
	w.shot("plan-tell", "#tell")
	w.do("roadmap.report")
}

// isMinuted takes a meeting of today from its announcement to minutes that both
// have approved, with a decision that becomes an action on the way, and sees what
// comes with meetings: the pack, the calendar, who has been trained.
func (w *walker) isMinuted(p planners) {
	w.visit(p.olga.Address + "/meetings")
	w.press(`main a[href="/meetings/new"]`)
	w.tickNamed(w.memorandum())
	w.fill(`input[name="title_es"]`, "Mesa técnica de documentos (inventada)")
	w.fill(`input[name="title_en"]`, "Technical table on documents (invented)")
	w.date("day", time.Now().In(panama))
	w.do("meetings.announce")
	meeting := strings.TrimPrefix(w.URL(), p.olga.Address)
	w.press(`main a[href$="/hold"]`)
	w.do("meetings.hold")
	w.decides()
	w.press(`main a[href$="/minutes"]`)
	w.fill(`textarea[name="minutes_es"]`, "Se acordó un boletín común.")
	w.fill(`textarea[name="minutes_en"]`, "A common bulletin was agreed.")
	w.do("meetings.write-minutes")
	w.press(`main a[href*="/approve"]`)
	w.do("meetings.approve-minutes")

	w.enter(p.pablo)
	w.await(p.pablo.Address+meeting, has(`main a[href*="/approve"]`))
	w.press(`main a[href*="/approve"]`)
	w.do("meetings.approve-minutes")
	w.await(p.pablo.Address+meeting, w.says("meetings.state.minuted"))
	w.visit(p.pablo.Address + meeting + "/pack")
	w.shot("plan-pack", "main")
	w.visit(p.pablo.Address + "/meetings/calendar")
	w.visit(p.pablo.Address + "/meetings/trained")
}

// panama is the time of Panama, which has no other in summer.
var panama = time.FixedZone("Panama", -5*60*60)

// date fills in the three parts of a day.
func (w *walker) date(name string, day time.Time) {
	w.t.Helper()
	w.fill(fmt.Sprintf(`input[name="%s-day"]`, name), day.Format("2"))
	w.fill(fmt.Sprintf(`input[name="%s-month"]`, name), day.Format("1"))
	w.fill(fmt.Sprintf(`input[name="%s-year"]`, name), day.Format("2006"))
}

// tickNamed ticks what the label names.
func (w *walker) tickNamed(words string) {
	w.t.Helper()
	id := browser.Evaluate[string](w.Window, fmt.Sprintf(`[...document.querySelectorAll("main label")].find(l => l.innerText.includes(%q))?.htmlFor ?? ""`, words))
	if id == "" {
		w.t.Fatalf("%s has nothing named %q", w.URL(), words)
	}
	w.tick("#" + id)
}

// decides writes down a decision that is an action of the roadmap from then on.
func (w *walker) decides() {
	w.press(`main a[href$="/decide"]`)
	w.fill(`textarea[name="text_es"]`, "Hacer un boletín común de documentos falsos")
	w.fill(`textarea[name="text_en"]`, "Make a common bulletin on false documents")
	w.tick(`input[name="line"]`)
	w.tickNamed("Centro operativo contra la trata (demo)")
	w.tickNamed("Comisión nacional contra la trata (demo)")
	w.date("due", time.Now().In(panama).AddDate(0, 6, 0))
	w.fill(`input[name="indicator_es"]`, "Boletines")
	w.fill(`input[name="indicator_en"]`, "Bulletins")
	w.fill(`input[name="target"]`, "6")
	w.shot("plan-decide", `fieldset:has(input[name="due-day"])`)
	w.do("meetings.decide")
	if !w.Has(`#decisions ~ ol a[href^="/roadmap/commitments/"]`) {
		w.t.Error("the decision did not become an action")
	}
}

// isWrittenTogether has Panama's committee propose a joint file, Colombia's agree
// to it, and Panama's write into it.
func (w *walker) isWrittenTogether(p planners) {
	w.enter(p.olga)
	w.visit(p.olga.Address + "/jointfiles")
	w.press(`main a[href="/jointfiles/new"]`)
	w.pressSaid(w.memorandum())
	w.tickNamed("Centro operativo contra la trata (demo)")
	w.tick(`input[name="purpose"]`)
	w.tick(`input[name="subject"]`)
	w.Press("Down") // a group
	w.fill(`input[name="ref"]`, "EXP-2026/77")
	w.tick(`input[name="limits"][value="this-purpose"]`)
	w.tick(`input[name="limits"][value="return-or-destroy"]`)
	w.date("to", time.Now().In(panama).AddDate(0, 3, 0))
	w.shot("plan-joint-new", `.govuk-form-group:has(input[name="ref"])`)
	w.do("jointfiles.propose")
	file := strings.TrimPrefix(w.URL(), p.olga.Address)

	w.enter(p.pablo)
	w.await(p.pablo.Address+file, offered("jointfiles.agree"))
	w.fill(`input[name="ref"]`, "CO-110016")
	w.do("jointfiles.agree")
	w.await(p.olga.Address+file, offered("jointfiles.append"))
	words := w.either("El mismo sello falso apareció en tres documentos en Metetí (inventado).", "The same false seal was on three documents in Meteti (invented).")
	w.choose(`select[name="kind"]`, w.say("jointfiles.kind.finding"))
	w.fill(`textarea[name="words"]`, words)
	w.do("jointfiles.append")
	w.shot("plan-joint", "#timeline")
	w.await(p.pablo.Address+file, fmt.Sprintf(`document.querySelector("main").innerText.includes(%q)`, words))
}
