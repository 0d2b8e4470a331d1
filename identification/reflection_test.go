package identification_test

import (
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/fault"
	"istmo/identification"
	"istmo/likeness"
	"istmo/referrals"
	"istmo/store"
	"istmo/testkit"
	"istmo/vault"
)

const hour = time.Hour

// TestNoReferralReachesJusticeInReflection tries every way in which a referral could
// bring a person before justice: for help, to a prosecutor's office. It passes with the
// person's consent to an investigation by that office, and outside the period.
func TestNoReferralReachesJusticeInReflection(t *testing.T) {
	e := newTeam(t, "CR")
	fiscalia := e.at.AgencyID("fiscalia")
	rosa := e.at.User("rosa", "fiscalia", "case-worker")
	person := e.person("")
	about := cases.On{Person: person}
	testkit.Must(t, e.at, e.eva, cases.AssessRisk{On: about, Level: "low"})
	consent := cases.RecordConsent{On: about, Purpose: "assistance", ToNode: "CR", ToAgency: fiscalia, Groups: []string{"profile"}, Language: "es", Way: "written"}
	testkit.Must(t, e.at, e.eva, consent)
	sent := func() referrals.On {
		id, err := e.start(person, fiscalia, "assistance")
		if err != nil {
			t.Fatal(err)
		}
		on := referrals.On{ID: id}
		testkit.Must(t, e.at, e.eva, referrals.ConfirmConsent{On: on})
		return on
	}
	before, early := sent(), sent()
	testkit.Must(t, e.at, e.eva, referrals.Send{On: early})
	testkit.Must(t, e.at, rosa, referrals.Acknowledge{On: early})

	testkit.Must(t, e.at, e.eva, identification.StartReflection{On: e.begin(person)})
	refused := func(what string, err error) {
		t.Helper()
		if faults := fault.All(err); len(faults) == 0 || faults[0].Key != "identification.not-now" {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("a referral is sent", do(e, e.eva, referrals.Send{On: before}))
	refused("one that was sent before is accepted", do(e, rosa, referrals.Accept{On: early}))
	testkit.Must(t, e.at, e.eva, referrals.Suspend{On: early, Reason: "danger"})
	refused("one that was suspended is resumed", do(e, e.eva, referrals.Resume{On: early}))
	if err := e.refer(person); err != nil {
		t.Errorf("help is not justice: %v", err)
	}
	consent.Purpose = "investigation"
	testkit.Must(t, e.at, e.eva, consent)
	testkit.Must(t, e.at, e.eva, referrals.Send{On: before})
}

// TestNobodyOfJusticeOpensAFileInReflection has somebody who is both a prosecutor and
// a case worker, and assigned, open a file.
func TestNobodyOfJusticeOpensAFileInReflection(t *testing.T) {
	e := newTeam(t, "CR")
	both := e.at.User("ambos", "team", "prosecutor", "case-worker")
	person := e.person("")
	about := cases.On{Person: person}
	testkit.Must(t, e.at, e.eva, cases.Assign{On: about, User: both.ID})
	open := func(who access.Who) error {
		_, err := act.Look(t.Context(), e.at.Engine, who, cases.Open{On: about})
		return err
	}
	if err := open(both); err != nil {
		t.Fatal(err)
	}
	on := e.begin(person)
	testkit.Must(t, e.at, e.eva, identification.StartReflection{On: on})
	if err := open(both); !fault.Is(err, fault.KindDenied) {
		t.Errorf("a prosecutor opens the file of somebody in reflection: %v", err)
	}
	if err := do(e, both, cases.Identify{On: about, Identity: cases.Identity{Phone: "+50600000000"}}); !fault.Is(err, fault.KindDenied) {
		t.Errorf("a prosecutor writes in it: %v", err)
	}
	if err := open(e.eva); err != nil {
		t.Errorf("who accompanies the person: %v", err)
	}
	if _, err := e.see(both, on); !fault.Is(err, fault.KindDenied) {
		t.Errorf("a prosecutor opens the procedure: %v", err)
	}
}

// TestJusticeHearsTheSameOfEverybody compares what a prosecutor is answered about
// somebody in reflection, somebody erased, and nobody, to the letter.
func TestJusticeHearsTheSameOfEverybody(t *testing.T) {
	e := newTeam(t, "CR")
	ref := func(person string) string {
		f, err := act.Look(t.Context(), e.at.Engine, e.eva, cases.Open{On: cases.On{Person: person}})
		if err != nil {
			t.Fatal(err)
		}
		return f.Person.Ref
	}
	reflecting, erased := e.person(""), e.person("")
	refs := map[string]string{"in reflection": ref(reflecting), "erased": ref(erased), "nobody": "CR-2345-6789", "not a reference": "Marta"}
	testkit.Must(t, e.at, e.eva, identification.StartReflection{On: e.begin(reflecting)})
	testkit.Must(t, e.at, e.eva, cases.Erase{On: cases.On{Person: erased}})
	for name, ref := range refs {
		for _, words := range []string{"Quisiera ofrecerle declarar.", "corto"} {
			err := do(e, e.fiscal, identification.RequestContact{Ref: ref, Words: words})
			want := "identification.nobody-to-contact"
			if words == "corto" {
				want = "identification.reasons-too-short"
			}
			if faults := fault.All(err); len(faults) != 1 || faults[0].Key != want || len(faults[0].Args) != 0 {
				t.Errorf("%s, %s: %v", name, words, err)
			}
		}
	}
}

// TestReflectionHoldsForEveryFileOfThePerson has two agencies that met the same person,
// of whom one gave the reflection period.
func TestReflectionHoldsForEveryFileOfThePerson(t *testing.T) {
	e := newTeam(t, "CR")
	one, other := e.person(""), e.person("")
	testkit.Must(t, e.at, e.eva, identification.StartReflection{On: e.begin(one)})
	ref := func() string {
		f, err := act.Look(t.Context(), e.at.Engine, e.eva, cases.Open{On: cases.On{Person: other}})
		if err != nil {
			t.Fatal(err)
		}
		return f.Person.Ref
	}()
	ask := identification.RequestContact{Ref: ref, Words: reasons}
	testkit.Must(t, e.at, e.fiscal, ask)
	if err := e.at.DB.Write(t.Context(), func(tx *store.Tx) error {
		p, err := likeness.Bring(tx, tx.NewID("pai"), one, other)
		if err == nil {
			err = likeness.Decide(tx, p, likeness.Same, e.eva.ID)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := do(e, e.fiscal, ask); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("justice reaches the person by their other file: %v", err)
	}
	testkit.Must(t, e.at, e.eva, cases.RecordConsent{On: cases.On{Person: one}, Purpose: "investigation", ToNode: "CR", ToAgency: e.at.AgencyID("fiscalia"), Groups: []string{"profile"}, Language: "es", Way: "written"})
	testkit.Must(t, e.at, e.fiscal, ask)
}

// TestNothingRunsAboutAnErasedPerson looks into the rows, which nobody may open any more.
func TestNothingRunsAboutAnErasedPerson(t *testing.T) {
	e := newTeam(t, "CR")
	person := e.person("")
	on := e.begin(person)
	e.vote(on, 3)
	testkit.Must(t, e.at, e.fiscal, identification.RequestContact{Ref: e.view(on).Ref, Words: reasons})
	testkit.Must(t, e.at, e.eva, identification.StartReflection{On: on})
	testkit.Must(t, e.at, e.eva, cases.Erase{On: cases.On{Person: person}})
	if err := e.at.DB.Read(t.Context(), func(tx *store.Tx) error {
		p, err := identification.Find(tx, on.ID)
		if err != nil || p.State != identification.Ended {
			t.Errorf("it stands as %s: %v", p.State, err)
		}
		if r, err := identification.Reflecting(tx, person); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("the period still runs: %+v %v", r, err)
		}
		if words, err := vault.Get(tx, person); err != nil || len(words) > 0 {
			t.Errorf("%d words are left: %v", len(words), err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if all := testkit.Ask(t, e.at, e.fiscal, identification.Contacts{}); len(all) != 0 {
		t.Errorf("a prosecutor still sees %d of what was asked", len(all))
	}
}
