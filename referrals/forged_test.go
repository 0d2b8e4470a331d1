package referrals_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/referrals"
	"istmo/store"
	"istmo/testkit"
)

// TestAPartnerForgesNothing has partners say what is not theirs to say, about a
// referral that Panama sent to Colombia.
func TestAPartnerForgesNothing(t *testing.T) {
	w := testkit.NewWorld(t)
	pa, co := w.Start("PA"), w.Start("CO")
	w.Pair("PA", "CO")
	for _, n := range []*testkit.Country{pa, co} {
		n.Agency("CASA", "shelter", "Casa ficticia")
		n.User("ministra", "CASA", "foreign-ministry")
	}
	ana := pa.User("ana", "CASA", "case-worker")
	w.Deliver()
	w.Agree("PA", "ministra", "CO", "ministra")
	person := testkit.Must(t, pa, ana, cases.Register{Place: "Turbo"}).Object
	on := cases.On{Person: person}
	testkit.Must(t, pa, ana, cases.AssessRisk{On: on, Level: "low"})
	testkit.Must(t, pa, ana, cases.RecordConsent{On: on, Purpose: "assistance", ToNode: "CO", ToAgency: co.AgencyID("CASA"), Groups: []string{"profile"}, Language: "es", Way: "written"})
	id := testkit.Must(t, pa, ana, referrals.Start{Person: person, ToNode: "CO", ToAgency: co.AgencyID("CASA"), Purpose: "assistance", Fields: []string{"sex"}}).Object
	of := referrals.On{ID: id}

	says := func(at *testkit.Country, from, purpose, agreement string, letter any) error {
		body, err := json.Marshal(letter)
		if err != nil {
			t.Fatal(err)
		}
		return at.DB.Write(t.Context(), func(tx *store.Tx) error {
			return at.Engine.Handle(tx, act.Delivery{ID: "env_forged", From: from, Purpose: purpose, Agreement: agreement, About: id,
				Verb: string(letter.(interface{ Verb() access.Verb }).Verb()), Body: body})
		})
	}
	refused := func(what string, err error) {
		t.Helper()
		if len(fault.All(err)) == 0 {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("the receiver withdraws a draft that it should not know of", says(pa, "CO", "safety", "", referrals.Withdraw{On: of}))
	testkit.Must(t, pa, ana, referrals.ConfirmConsent{On: of})
	testkit.Must(t, pa, ana, referrals.Send{On: of})
	agreement := find(t, pa, id).Agreement
	refused("a third country accepts", says(pa, "CR", "assistance", agreement, referrals.Accept{On: of}))
	refused("a third country withdraws", says(pa, "CR", "safety", "", referrals.Withdraw{On: of}))
	refused("the receiver moves home as if it were home", says(pa, "CO", "safety", "", referrals.Mirror{ID: id, Happened: "referrals.accept", State: referrals.Accepted, Version: 99}))
	refused("the receiver sends", says(pa, "CO", "assistance", agreement, referrals.Send{On: of}))
	refused("a preview in the name of safety", says(co, "PA", "safety", "", referrals.Mirror{ID: "ref_new", Happened: "referrals.send", State: referrals.Sent, Version: 3,
		ToAgency: co.AgencyID("CASA"), Preview: &referrals.Preview{Sex: "female"}}))
	refused("a referral without its preview, in the name of safety", says(co, "PA", "safety", "", referrals.Mirror{ID: "ref_new", Happened: "referrals.send", State: referrals.Sent, Version: 3, ToAgency: co.AgencyID("CASA")}))
	refused("a package before any referral", says(co, "PA", "assistance", agreement, referrals.Package{ID: "ref_new"}))
	refused("a state that no move leads to", says(co, "PA", "assistance", agreement, referrals.Mirror{ID: "ref_new", Happened: "referrals.send", State: referrals.Arrived, Version: 3, ToAgency: co.AgencyID("CASA")}))
	refused("an agency that is not there", says(co, "PA", "assistance", agreement, referrals.Mirror{ID: "ref_new", Happened: "referrals.send", State: referrals.Sent, Version: 3, ToAgency: "agy_none"}))
	refused("under no agreement", says(co, "PA", "assistance", "agr_none", referrals.Mirror{ID: "ref_new", Happened: "referrals.send", State: referrals.Sent, Version: 3, ToAgency: co.AgencyID("CASA")}))
	refused("an id that no ledger could keep", says(co, "PA", "assistance", agreement, referrals.Mirror{ID: "ref\nmany lines", Happened: "referrals.send", State: referrals.Sent, Version: 3, ToAgency: co.AgencyID("CASA")}))
	if r := find(t, pa, id); r.State != referrals.Sent {
		t.Errorf("moved to %s", r.State)
	}
}

func find(t *testing.T, n *testkit.Country, id string) (r referrals.Referral) {
	t.Helper()
	err := n.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		r, err = referrals.Find(tx, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestAPackageThatWasStoppedLeavesLater has the agreement suspended between the
// acceptance and the moment at which the package would leave.
func TestAPackageThatWasStoppedLeavesLater(t *testing.T) {
	c := begin(t, rand.New(rand.NewPCG(1, 1)))
	c.someoneNew()
	id := c.ids[0]
	of := referrals.On{ID: id}
	testkit.Must(t, c.pa, c.ana, referrals.ConfirmConsent{On: of})
	testkit.Must(t, c.pa, c.ana, referrals.Send{On: of})
	c.Deliver()
	testkit.Must(t, c.co, c.juan, referrals.Acknowledge{On: of})
	c.Deliver()
	home := find(t, c.pa, id)
	err := c.pa.DB.Write(t.Context(), func(tx *store.Tx) error { // what Colombia will ask, before anything leaves again
		return c.pa.Engine.Handle(tx, act.Delivery{ID: "env_x", From: "CO", Purpose: "assistance", Agreement: home.Agreement, About: id,
			Verb: "referrals.accept", Body: []byte(`{"id":"` + id + `"}`)})
	})
	if err != nil {
		t.Fatal(err)
	}
	agreement := cooperation.On{ID: home.Agreement}
	testkit.Must(t, c.pa, c.pa.Who("ministra"), cooperation.SuspendAgreement{On: agreement})
	c.Deliver()
	if r := find(t, c.co, id); r.State != referrals.Accepted || c.received(id) {
		t.Fatalf("with the agreement suspended, %s and received %v", r.State, c.received(id))
	}
	if by := find(t, c.pa, id).CountedBy; by != "" {
		t.Errorf("what never left leaves the count to %s", by)
	}
	testkit.Must(t, c.pa, c.pa.Who("ministra"), cooperation.ResumeAgreement{On: agreement})
	c.Deliver()
	testkit.Must(t, c.co, c.juan, referrals.PrepareReception{On: of, Meeter: "Alguien", Phone: "1", Where: "Muelle"})
	c.Deliver()
	if r := find(t, c.co, id); r.State != referrals.Prepared || !c.received(id) {
		t.Errorf("after all, %s and received %v", r.State, c.received(id))
	}
	if here, there := find(t, c.pa, id).CountedBy, find(t, c.co, id).CountedBy; here != referrals.CountedThere || there != here {
		t.Errorf("nobody had decided anything, and Panama has the person counted by %q, Colombia by %q", here, there)
	}
	again, err := json.Marshal(referrals.Mirror{ID: id, Happened: "referrals.prepare-reception", State: referrals.Prepared, Version: find(t, c.co, id).Version})
	if err != nil {
		t.Fatal(err)
	}
	err = c.co.DB.Write(t.Context(), func(tx *store.Tx) error {
		return c.co.Engine.Handle(tx, act.Delivery{ID: "env_y", From: "PA", Purpose: "safety", About: id, Verb: "referrals.mirror", Body: again})
	})
	if !fault.Is(err, fault.KindConflict) {
		t.Errorf("the same move twice: %v", err)
	}
}
