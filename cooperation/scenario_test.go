package cooperation_test

import (
	"encoding/json"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
	"istmo/testkit"
)

func TestScenarios(t *testing.T) { testkit.Scripts(t, "testdata/*.txt") }

// TestScenariosOnPostgres walks what writes the most on the other database.
func TestScenariosOnPostgres(t *testing.T) {
	testkit.Scripts(t, "testdata/[adr][ri]*.txt", func(w *testkit.World) { w.Postgres = true })
}

// TestInForce walks the days of an agreement.
func TestInForce(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	a := cooperation.Agreement{State: cooperation.InForce, From: day(10), To: day(20)}
	for d, want := range map[int]bool{9: false, 10: true, 19: true, 20: false} {
		if a.InForce(day(d)) != want {
			t.Errorf("day %d: %v", d, !want)
		}
	}
	a.Halted = []string{"CO"}
	if a.InForce(day(15)) {
		t.Error("in force while a party has halted it")
	}
	if (cooperation.Agreement{State: cooperation.Proposed, From: day(1)}).InForce(day(15)) {
		t.Error("in force before it is signed")
	}
}

// sent has a partner's node say something, and gives what became of it.
func sent(t *testing.T, to *testkit.Country, from string, letter any) error {
	t.Helper()
	body, err := json.Marshal(letter)
	if err != nil {
		t.Fatal(err)
	}
	verb := letter.(interface{ Verb() access.Verb }).Verb()
	return to.DB.Write(t.Context(), func(tx *store.Tx) error {
		return to.Engine.Handle(tx, act.Delivery{ID: "env_1", From: from, Purpose: cooperation.ForCooperation, Verb: string(verb), Body: body})
	})
}

// TestAPartnerForgesNothing has a partner's node say what is not its to say.
func TestAPartnerForgesNothing(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := w.Start("PA")
	agency := cooperation.Agency{Node: "CR", ID: "agy_x", Name: "x", Active: true}
	response := cooperation.Response{ID: "res_x", Node: "CR", Line: "prevention", Level: "national", Version: 1}
	own := cooperation.Agreement{ID: "agr_x", Home: "PA", Parties: []string{"PA", "CO"}, State: cooperation.InForce, Version: 9}
	alien := cooperation.Agreement{ID: "agr_y", Home: "CO", Parties: []string{"CO", "CR"}, State: cooperation.InForce, Version: 9}
	signed := cooperation.Agreement{ID: "agr_z", Home: "CO", Parties: []string{"CO", "PA"}, Signed: []string{"CO", "PA"}, State: cooperation.InForce, Version: 9}
	unknown := cooperation.Agreement{ID: "agr_z", Home: "CO", Parties: []string{"CO", "PA"}, State: "sealed", Version: 9}
	proposed := cooperation.Agreement{ID: "agr_c", Home: "CR", Parties: []string{"CO", "CR", "PA"}, Signed: []string{"CR"}, State: cooperation.Proposed, Version: 1,
		From: w.Now(), Verbs: []string{"referrals.*"}, Purposes: []string{"assistance"}}
	if err := sent(t, pa, "CR", cooperation.MirrorAgreement{Agreement: proposed}); err != nil {
		t.Fatal(err)
	}
	on := cooperation.On{ID: "agr_c"}
	for name, letter := range map[string]any{
		"another country's agency":      cooperation.MirrorAgency{Agency: agency},
		"another country's response":    cooperation.MirrorResponse{Response: response},
		"our own agreement":             cooperation.MirrorAgreement{Agreement: own},
		"one that is not ours":          cooperation.MirrorAgreement{Agreement: alien},
		"our signature":                 cooperation.MirrorAgreement{Agreement: signed},
		"a state that is none":          cooperation.MirrorAgreement{Agreement: unknown},
		"our signature, by asking us":   cooperation.SignAgreement{On: on, Digest: proposed.Digest()},
		"our halt, by asking us":        cooperation.SuspendAgreement{On: on},
		"our end of it, by asking us":   cooperation.EndAgreement{On: on},
		"the text, as if it wrote it":   cooperation.WriteArticle{On: on, Number: "1", SummaryES: "x", SummaryEN: "x"},
		"an entry, as if it checked it": cooperation.VerifyAgency{ID: "agy_x"},
		"what we do, as if it did it":   cooperation.PresentResponse{Line: "prevention", Level: "national", WhatES: "x", WhatEN: "x", Who: "x"},
	} {
		if err := sent(t, pa, "CO", letter); !fault.Is(err, fault.KindDenied) && !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAResponseStaysItsCountrys has a partner name another's response as its own.
func TestAResponseStaysItsCountrys(t *testing.T) {
	pa := testkit.NewWorld(t).Start("PA")
	r := cooperation.Response{ID: "res_x", Node: "CR", Line: "prevention", Level: "national", WhatES: "Charlas", Version: 1}
	if err := sent(t, pa, "CR", cooperation.MirrorResponse{Response: r}); err != nil {
		t.Fatal(err)
	}
	odd := cooperation.MirrorResponse{Response: cooperation.Response{ID: "res_y", Node: "CR", Line: "prevention", Level: "cosmic"}}
	if err := sent(t, pa, "CR", odd); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a reach that is none: %v", err)
	}
	r.Node, r.Version = "CO", 2
	if err := sent(t, pa, "CO", cooperation.MirrorResponse{Response: r}); !fault.Is(err, fault.KindDenied) {
		t.Errorf("taken over: %v", err)
	}
	r.Node, r.Version, r.WhatES = "CR", 1, "Otra cosa"
	if err := sent(t, pa, "CR", cooperation.MirrorResponse{Response: r}); err != nil {
		t.Fatal(err)
	}
	all, err := act.Ask(t.Context(), pa.Engine, pa.Engine.Self, cooperation.Responses{})
	if err != nil || len(all) != 1 || all[0].WhatES != "Charlas" {
		t.Errorf("an old word stands in a newer one's place: %+v, %v", all, err)
	}
}
