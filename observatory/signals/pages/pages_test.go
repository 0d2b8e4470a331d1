package pages_test

import (
	"strings"
	"testing"
	"time"

	"istmo/testkit"
)

// open is Panama in January of 2025, when the collapse stands, with an analyst and an
// officer who reads no figures.
func open(t *testing.T, when string) (w *testkit.World, pa *testkit.Country) {
	w = testkit.NewWorld(t)
	to, err := time.Parse(time.DateOnly, when)
	if err != nil {
		t.Fatal(err)
	}
	w.Leap(to.Add(15 * time.Hour).Sub(w.Now()))
	pa = w.Start("PA")
	pa.Agency("snm", "migration", "Servicio de Migración (ficticio)")
	pa.User("sol", "snm", "analyst")
	pa.User("ana", "snm", "field-officer")
	return w, pa
}

// An analyst finds nothing yet, then what changed; opens it, says what it was, and calls
// it a false alarm, which is counted. An officer finds no such page.
func TestReadingSignals(t *testing.T) {
	w, pa := open(t, "2025-01-10")
	es := testkit.NewWalk(t, "es")
	es.As(pa, "sol")
	es.Visit("/observatory/watch")
	es.Says("Todavía no se ha mirado nada")
	w.Tick(time.Hour)
	es.As(pa, "sol")
	for lang, says := range map[string][]string{
		"es": {"Ingresos irregulares a Panamá: bajó desde nov 2024", "Muy seguro", "Se vio por primera vez con las cifras de dic 2024", "subió desde jul 2023", "Volvió",
			"Lo que se esperaba", "18 meses en calma", "Todavía no se ha contado ningún mes completo", "ene 2022: ese mes no se usa"},
		"en": {"Irregular entries into Panama: fell since Nov 2024", "Very sure", "0.35 times, between 0.22 and 0.59", "rose since Jul 2023", "Went back"},
	} {
		k := es
		if lang == "en" {
			k = testkit.NewWalk(t, lang)
			k.As(pa, "sol")
		}
		k.Visit("/observatory/watch")
		for _, words := range says {
			k.Says(words)
		}
		k.Visit("/observatory/watch?series=detection")
		k.Says(map[string]string{"es": "Nada abierto con este filtro", "en": "Nothing open under this filter"}[lang])
		if lang == "en" {
			k.Visit("/observatory/watch")
			k.Go(".istmo-signal a")
			k.Says("Nobody has said yet what it was")
			k.Complaints()
		}
	}
	es.Visit("/observatory/watch")
	es.Go(".istmo-signal a")
	es.Write(`[name="words"]`, "Nueva regla de visas (ficticia)")
	es.Send("signals.note")
	es.Says("Diga de dónde lo sabe")
	es.Write(`[name="source"]`, "Resuelto ficticio 1 de 2024")
	es.Send("signals.note")
	es.Says("Anotado.")
	es.Says("Resuelto ficticio 1 de 2024")
	es.Unfold("signals.dismiss")
	es.Write(`[name="reason"]`, "Cambió la manera de contar (ficticio)")
	es.Send("signals.dismiss")
	es.Says("Cerrada como falsa alarma")
	es.Visit("/observatory/watch")
	es.Says("Nada sobresale")
	es.Says("dadas por falsa alarma, una")
	es.Complaints()
	for _, path := range []string{"", "/figures/flow..csv", "/sig_0"} {
		if page := pa.Get("/observatory/watch"+path, pa.SignIn("ana")); !strings.HasPrefix(page, "404") {
			t.Errorf("an officer reads %s: %s", path, page[:40])
		}
	}
	if csv := pa.Get("/observatory/watch/figures/flow..csv", pa.SignIn("sol")); !strings.HasPrefix(csv, "200") || !strings.Contains(csv, "dic 2024") {
		t.Errorf("the figure is no file: %.200s", csv)
	}
}
