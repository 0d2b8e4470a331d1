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

// TestAPartnerForgesNothing has a partner's node say what is not its to say.
func TestAPartnerForgesNothing(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := w.Start("PA")
	agency := cooperation.Agency{Node: "CR", ID: "agy_x", Name: "x", Active: true}
	ours := cooperation.Agreement{ID: "agr_x", Home: "PA", Parties: []string{"PA", "CO"}, State: cooperation.InForce, Version: 9}
	theirs := cooperation.Agreement{ID: "agr_y", Home: "CO", Parties: []string{"CO", "CR"}, State: cooperation.InForce, Version: 9}
	for name, letter := range map[string]any{
		"another country's agency": cooperation.MirrorAgency{Agency: agency},
		"our own agreement":        cooperation.MirrorAgreement{Agreement: ours},
		"one that is not ours":     cooperation.MirrorAgreement{Agreement: theirs},
	} {
		body, _ := json.Marshal(letter)
		verb := letter.(interface{ Verb() access.Verb }).Verb()
		err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
			return pa.Engine.Handle(tx, act.Delivery{ID: "env_1", From: "CO", Purpose: cooperation.ForCooperation, Verb: string(verb), Body: body})
		})
		if !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
