package cooperation_test

import (
	"testing"

	"istmo/act"
	"istmo/cooperation"
	"istmo/store"
	"istmo/testkit"
)

// inside reports whether an entry tells who answers inside an agency.
func inside(a cooperation.Agency) bool {
	return a.Duty+a.Escalation+a.VerifiedBy != "" || a.Stale
}

// TestWhoAnswersInsideStaysInside reads every entry that leaves, and has a partner
// send one that says too much.
func TestWhoAnswersInsideStaysInside(t *testing.T) {
	w := testkit.NewWorld(t)
	pa, co := w.Start("PA"), w.Start("CO")
	w.Pair("PA", "CO")
	left := 0
	pa.Engine.Leaving(func(tx *store.Tx, l act.Letter) error {
		if m, is := l.Command.(cooperation.MirrorAgency); is {
			if left++; inside(m.Agency) {
				t.Errorf("an entry leaves as %+v", m.Agency)
			}
		}
		return nil
	})
	pa.Agency("uia", "response-team", "Unidad (ficticia)")
	luz := pa.User("luz", "uia", "focal-point")
	testkit.Must(t, pa, luz, cooperation.DescribeAgency{ID: pa.AgencyID("uia"), Hours: "8 a 16"})
	testkit.Must(t, pa, luz, cooperation.VerifyAgency{ID: pa.AgencyID("uia")})
	w.Leap(200 * 24 * 3600e9)
	testkit.Must(t, pa, pa.Engine.Self, cooperation.ListAgency{Partners: []string{"CO"}, Agency: cooperation.Agency{ID: pa.AgencyID("uia"), Name: "Unidad (ficticia)", Kind: "response-team",
		Duty: luz.ID, Escalation: luz.ID, Active: true}})
	if left < 4 {
		t.Errorf("%d entries left", left)
	}
	too := cooperation.Agency{Node: "PA", ID: "agy_x", Name: "x", Kind: "police", Duty: "usr_1", Escalation: "usr_1", VerifiedBy: "usr_1", Stale: true, Active: true, Verified: w.Now()}
	if err := sent(t, co, "PA", cooperation.MirrorAgency{Agency: too}); err != nil {
		t.Fatal(err)
	}
	all, err := act.Ask(t.Context(), co.Engine, co.Engine.Self, cooperation.Directory{})
	if err != nil || len(all) != 1 || inside(all[0]) {
		t.Errorf("it is kept as %+v, %v", all, err)
	}
}

// TestANewPartnerIsToldWhatThereIs pairs two countries after one has spoken.
func TestANewPartnerIsToldWhatThereIs(t *testing.T) {
	w := testkit.NewWorld(t)
	pa, co := w.Start("PA"), w.Start("CO")
	pa.Agency("uia", "response-team", "Unidad (ficticia)")
	luz := pa.User("luz", "uia", "focal-point")
	testkit.Must(t, pa, luz, cooperation.DescribeAgency{ID: pa.AgencyID("uia"), Beds: "4"})
	testkit.Must(t, pa, luz, cooperation.PresentResponse{Line: "prevention", Level: "national", WhatES: "Charlas", WhatEN: "Talks", Who: "Unidad (ficticia)"})
	gone := testkit.Must(t, pa, luz, cooperation.PresentResponse{Line: "protection", Level: "national", WhatES: "x", WhatEN: "x", Who: "x"})
	testkit.Must(t, pa, luz, cooperation.WithdrawResponse{ID: gone.Object})
	w.Pair("PA", "CO")
	w.Deliver()
	agencies, err := act.Ask(t.Context(), co.Engine, co.Engine.Self, cooperation.Directory{})
	if err != nil || len(agencies) != 1 || agencies[0].Beds != 4 {
		t.Errorf("agencies: %+v, %v", agencies, err)
	}
	responses, err := act.Ask(t.Context(), co.Engine, co.Engine.Self, cooperation.Responses{})
	if err != nil || len(responses) != 1 || responses[0].WhatEN != "Talks" {
		t.Errorf("responses: %+v, %v", responses, err)
	}
}
