package pages_test

import (
	"strings"
	"testing"
	"time"

	"istmo/act"
	"istmo/cooperation"
	"istmo/jointfiles"
	"istmo/store"
	"istmo/testkit"
)

// border is two countries whose prosecutors may hold joint files.
type border struct {
	*testkit.World
	pa, co *testkit.Country
}

func open(t *testing.T) *border {
	w := testkit.NewWorld(t)
	b := &border{World: w, pa: w.Start("PA"), co: w.Start("CO")}
	w.Pair("PA", "CO")
	b.pa.Agency("fiscalia", "prosecutor", "Fiscalía de trata (ficticia)")
	b.pa.Agency("uia", "response-team", "Unidad de Identificación (ficticia)")
	b.co.Agency("fiscalia", "prosecutor", "Fiscalía General (ficticia)")
	for _, n := range []*testkit.Country{b.pa, b.co} {
		n.User("fiscal", "fiscalia", "prosecutor")
		n.User("canciller", "fiscalia", "foreign-ministry")
	}
	b.pa.User("luz", "uia", "focal-point")
	b.pa.User("punto", "fiscalia", "focal-point")
	w.Deliver()
	return b
}

func (b *border) agree(t *testing.T) string {
	id := testkit.Must(t, b.pa, b.pa.Who("canciller"), cooperation.ProposeAgreement{TitleES: "Memorando de 2018", TitleEN: "Memorandum of 2018",
		Parties: []string{"PA", "CO"}, Verbs: []string{"jointfiles.*"}, Purposes: []string{"investigation", "protection"}}).Object
	b.Deliver()
	testkit.Must(t, b.co, b.co.Who("canciller"), cooperation.SignAgreement{On: cooperation.On{ID: id}})
	b.Deliver()
	return id
}

// proposed is a joint file that Panama has proposed.
func (b *border) proposed(t *testing.T) jointfiles.On {
	id := testkit.Must(t, b.pa, b.pa.Who("fiscal"), jointfiles.Propose{Agreement: b.agree(t), Members: []string{"CO/" + b.co.AgencyID("fiscalia")},
		Purpose: "investigation", Subject: "group", Ref: "PA-2026/77", Limits: []string{"this-purpose", "ask-first"}, Words: "Solo para el grupo del norte",
		To: b.Now().Add(30 * 24 * time.Hour).Truncate(24 * time.Hour)}).Object
	b.Deliver()
	return jointfiles.On{ID: id}
}

// Prosecutors of two countries propose, agree on, write into and review a joint
// file, by keyboard.
func TestTwoCountriesWorkOnOneFile(t *testing.T) {
	b := open(t)
	k := testkit.NewWalk(t, "es")
	k.As(b.pa, "fiscal")
	k.Visit("/jointfiles")
	k.Says("Todavía no hay expedientes conjuntos")
	k.Go(`.govuk-button[href="/jointfiles/new"]`)
	k.Says("Ningún acuerdo en vigor permite expedientes conjuntos")
	b.agree(t)
	k.Visit("/jointfiles/new")
	k.Send("jointfiles.propose")
	k.Says("Elija al menos una institución de otro país")
	k.Says("Nunca un nombre")
	for _, box := range []string{`input[name="members"]`, `input[value="investigation"]`, `input[value="case"]`, `input[value="this-purpose"]`, `input[value="ask-first"]`} {
		k.TabTo(box)
		k.Press("Space")
	}
	k.TabTo(`input[name="ref"]`)
	k.Type("PA-2026/77")
	k.TabTo(`textarea[name="words"]`)
	k.Type("Solo para el grupo del norte")
	for part, text := range map[string]string{"day": "12", "month": "11", "year": "2026"} {
		k.TabTo(`input[name="to-` + part + `"]`)
		k.Type(text)
	}
	k.Send("jointfiles.propose")
	k.Says("Falta que acepten: Colombia")
	k.Says("Solo para el grupo del norte")
	k.Says("En camino a Colombia")
	k.Visit("/jointfiles")
	k.Go(`article a`)
	k.Go(`a[href$="/decline"]`)
	k.Says("¿No aceptar el expediente conjunto?")
	b.Deliver()

	k.As(b.co, "fiscal")
	k.Visit("/")
	k.Says("Decidir si su institución participa")
	k.Visit("/jointfiles?waits=true")
	k.Go(`article a`)
	k.Says("Le toca a su institución")
	k.TabTo(`input[name="ref"]`)
	k.Type("Nombre")
	k.Send("jointfiles.agree")
	k.Says("Nunca un nombre")
	k.Fill(`input[name="ref"]`, "CO-110016")
	k.Send("jointfiles.agree")
	k.Says("En camino a Panamá: aceptar un expediente conjunto")
	b.Deliver()
	k.Visit("/jointfiles")
	k.Go(`article a`)
	k.Says("Está abierto")
	k.Send("jointfiles.append")
	k.Says("Elija qué es lo que agrega")
	k.TabTo(`select[name="kind"]`)
	k.Type("Pedido")
	k.TabTo(`textarea[name="words"]`)
	k.Type("¿Qué vehículo usan?")
	k.Send("jointfiles.append")
	k.Says("CO-1 · Pedido")
	k.Says("En camino a Panamá")
	k.TabTo(`select[name="kind"]`)
	k.Type("Pedido")
	k.TabTo(`select[name="corrects"]`)
	k.Type("CO-1")
	k.TabTo(`textarea[name="words"]`)
	k.Type("¿Qué vehículos usan, y desde cuándo?")
	k.Send("jointfiles.append")
	k.Says("CO-2 · Corrección de CO-1")
	k.Says("Corregida")
	b.Deliver()

	k.As(b.pa, "punto")
	k.Visit("/")
	k.Says("2 entradas nuevas")
	k.Visit("/jointfiles")
	k.Go(`article a`)
	k.Says("Lado de Colombia")
	k.Says("Nueva")
	k.Says("Íntegro: 2 entradas, como se firmaron")
	k.TabTo(`select[name="kind"]`)
	k.Type("Hallazgo")
	k.TabTo(`textarea[name="words"]`)
	k.Type("Una camioneta gris")
	k.Send("jointfiles.append")
	k.Says("Nuestro lado")
	b.Deliver()
	k.Visit("/jointfiles")
	k.Go(`article a`)
	k.Says("Entregada en Colombia")
	b.Tick(4 * 24 * time.Hour)
	b.Deliver()
	k.As(b.pa, "punto")
	k.Visit("/")
	k.Says("Hacer la revisión final")
	k.Visit("/jointfiles?state=under_review")
	k.Go(`article a`)
	k.Says("El período terminó")
	day := map[string]string{"day": "31", "month": "1", "year": "2027"}
	for part, text := range day {
		k.Fill(`input[name="to-`+part+`"]`, text)
	}
	k.Send("jointfiles.extend")
	k.Says("Hasta el 31 ene 2027")
	b.Deliver()

	k.As(b.co, "fiscal")
	k.Visit("/jointfiles")
	k.Go(`article a`)
	k.TabTo(`form:has(input[name="to"][value="2027-01-31"]) button`)
	k.Follow(func() { k.Press("Enter") })
	b.Deliver()
	k.Visit("/jointfiles")
	k.Go(`article a`)
	k.Says("Está abierto")
	k.Go(`a[href$="/review"]`)
	k.Says("¿Empezar ya la revisión final?")
	k.Send("jointfiles.review")
	b.Deliver()
	k.Visit("/jointfiles")
	k.Go(`article a`)
	k.Go(`a[href$="/close"]`)
	k.Send("jointfiles.close")
	k.Says("Elija en qué quedó")
	k.TabTo(`input[value="purpose-reached"]`)
	k.Press("Space")
	k.TabTo(`textarea[name="words"]`)
	k.Type("El grupo está ante la justicia")
	k.Send("jointfiles.close")
	b.Deliver()
	k.Visit("/jointfiles")
	k.Go(`article a`)
	k.Says("Está cerrado")
	k.Says("El grupo está ante la justicia")
}

// The same pages in English, with the agreement suspended, an entry that was
// altered, and a list with its filters.
func TestWhatIsStoppedAndWhatIsNotWhole(t *testing.T) {
	b := open(t)
	of := b.proposed(t)
	testkit.Must(t, b.co, b.co.Who("fiscal"), jointfiles.Agree{On: of, Ref: "CO-110016"})
	b.Deliver()
	testkit.Must(t, b.co, b.co.Who("fiscal"), jointfiles.Append{On: of, Kind: "finding", Words: "Visto en Turbo"})
	b.Deliver()
	b.Cut("PA", "CO")
	testkit.Must(t, b.pa, b.pa.Who("fiscal"), jointfiles.Append{On: of, Kind: "decision", Words: "Se pide la captura"})
	agreement := agreements(t, b)
	testkit.Must(t, b.pa, b.pa.Who("canciller"), cooperation.SuspendAgreement{On: cooperation.On{ID: agreement}})
	b.Mend("PA", "CO")
	b.Deliver()
	k := testkit.NewWalk(t, "en")
	k.As(b.pa, "fiscal")
	k.Visit("/jointfiles?state=open&purpose=investigation&with=CO")
	k.Go(`article a`)
	k.Says("Nothing can be added now")
	k.Says("Not sent to Colombia; it leaves when it may")
	err := b.pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE joint_file_entry SET kind = 'note' WHERE node = 'CO'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	k.Visit("/jointfiles/" + of.ID)
	k.Says("Entry CO-1 is not the one that was signed")
	k.Says("is not whole in this copy")
	k.Visit("/jointfiles?state=closed")
	k.Says("No joint file with these filters")
	testkit.Must(t, b.pa, b.pa.Who("canciller"), cooperation.ResumeAgreement{On: cooperation.On{ID: agreement}})
	k.Visit("/jointfiles/new")
	k.As(b.co, "fiscal")
	k.Visit("/jointfiles")
}

// Who is no member sees neither the pages nor whether what they are about is
// there.
func TestPagesAreAbsentForOthers(t *testing.T) {
	b := open(t)
	of := b.proposed(t)
	luz := b.pa.SignIn("luz")
	absent := b.pa.Get("/jointfiles/jfl_0", luz)
	for _, page := range []string{"", "/decline", "/review", "/close"} {
		if got := b.pa.Get("/jointfiles/"+of.ID+page, luz); got != absent || !strings.HasPrefix(got, "404") {
			t.Errorf("%s is not as absent as what never was: %.60q", page, got)
		}
	}
	if got := b.pa.Get("/jointfiles", luz); strings.Contains(got, of.ID) || strings.Contains(got, "PA-2026/77") {
		t.Error("another agency's file is in the list")
	}
	for _, page := range []string{"/jointfiles", "/jointfiles/new", "/jointfiles/" + of.ID} {
		if got := b.pa.Get(page, b.pa.SignIn("canciller")); !strings.HasPrefix(got, "404") {
			t.Errorf("the ministry gets %.40q from %s", got, page)
		}
	}
}

func agreements(t *testing.T, b *border) string {
	t.Helper()
	all, err := act.Ask(t.Context(), b.pa.Engine, b.pa.Who("canciller"), cooperation.Agreements{})
	if err != nil || len(all) != 1 {
		t.Fatalf("%d agreements: %v", len(all), err)
	}
	return all[0].ID
}
