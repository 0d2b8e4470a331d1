package cases_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/fault"
	"istmo/likeness"
	"istmo/referrals"
	"istmo/store"
	"istmo/testkit"
)

type agency struct {
	*testing.T
	w   *testkit.World
	pa  *testkit.Country
	ana access.Who
}

func newAgency(t *testing.T) agency {
	w := testkit.NewWorld(t)
	pa := w.Start("PA")
	pa.Agency("uia", "response-team", "Unidad (ficticia)")
	pa.Agency("casa", "shelter", "Casa (ficticia)")
	return agency{t, w, pa, pa.User("ana", "uia", "case-worker")}
}

func (a agency) met(i cases.Identity) string {
	a.Helper()
	return testkit.Must(a.T, a.pa, a.ana, cases.Register{Place: "Turbo", Identity: i}).Object
}

func (a agency) open(person string) cases.File {
	a.Helper()
	f, err := act.Look(a.Context(), a.pa.Engine, a.ana, cases.Open{On: cases.On{Person: person}})
	if err != nil {
		a.Fatal(err)
	}
	return f
}

func (a agency) onePerson(person string) (files []string) {
	a.Helper()
	err := a.pa.DB.Read(a.Context(), func(tx *store.Tx) (err error) {
		files, err = cases.OnePerson(tx, person)
		return err
	})
	if err != nil {
		a.Fatal(err)
	}
	slices.Sort(files)
	return files
}

// TestLinksAreASet says anything of any two of six files, in any order, as often
// as rapid likes. What is one person is what the standing links join, in circles
// and chains too, and not a word of any file has changed.
func TestLinksAreASet(t *testing.T) {
	a := newAgency(t)
	runs := 0
	rapid.Check(t, func(r *rapid.T) {
		if runs++; runs > 25 {
			return
		}
		var files []string
		for range 6 {
			files = append(files, a.met(cases.Identity{}))
		}
		before := map[string]cases.File{}
		for _, f := range files {
			before[f] = a.open(f)
		}
		links, said := map[[2]string]bool{}, map[[2]string]bool{}
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			x, y := rapid.SampledFrom(files).Draw(r, "one"), rapid.SampledFrom(files).Draw(r, "other")
			pair := [2]string{min(x, y), max(x, y)}
			on := cases.OnTwo{Person: x, Other: y, Reason: "Lo contó ella misma"}
			var err error
			switch step := rapid.SampledFrom([]string{"link", "apart", "undo"}).Draw(r, "what"); {
			case x == y:
				_, err = act.Do(t.Context(), a.pa.Engine, a.ana, cases.LinkSame{OnTwo: on})
				if !fault.Is(err, fault.KindInvalid) {
					r.Fatalf("a file was linked to itself: %v", err)
				}
				continue
			case step == "link":
				_, err = act.Do(t.Context(), a.pa.Engine, a.ana, cases.LinkSame{OnTwo: on})
				if err == nil {
					links[pair], said[pair] = true, true
				}
			case step == "apart":
				_, err = act.Do(t.Context(), a.pa.Engine, a.ana, cases.TellApart{OnTwo: on})
				if (err == nil) == said[pair] {
					r.Fatalf("told apart where something was said is %v: %v", said[pair], err)
				}
				said[pair] = true
			default:
				_, err = act.Do(t.Context(), a.pa.Engine, a.ana, cases.Unlink{OnTwo: on})
				if (err == nil) != said[pair] {
					r.Fatalf("undone where something was said is %v: %v", said[pair], err)
				}
				delete(links, pair)
				delete(said, pair)
			}
			if err != nil && !fault.Is(err, fault.KindConflict) {
				r.Fatal(err)
			}
		}
		for _, f := range files {
			if got, want := a.onePerson(f), joined(f, links); !slices.Equal(got, want) {
				r.Fatalf("%s is one with %v, want %v by %v", f, got, want, links)
			}
			now := a.open(f)
			if diff := cmp.Diff(before[f], now, cmpopts.IgnoreUnexported(cases.Person{}), cmpopts.IgnoreFields(cases.File{}, "Seen", "Twins")); diff != "" {
				r.Fatalf("a file changed:\n%s", diff)
			}
			if len(now.Twins) != len(joined(f, links))-1 {
				r.Fatalf("%d twins of %v", len(now.Twins), joined(f, links))
			}
		}
	})
}

// joined is what links join, found by painting.
func joined(file string, links map[[2]string]bool) []string {
	all := map[string]bool{file: true}
	for range len(links) + 1 {
		for pair := range links {
			if all[pair[0]] || all[pair[1]] {
				all[pair[0]], all[pair[1]] = true, true
			}
		}
	}
	var list []string
	for f := range all {
		list = append(list, f)
	}
	slices.Sort(list)
	return list
}

// TestALinkLeavesReferralsAlone links a file that has an open referral, and undoes
// it: the referral goes on with its own file, under its own consent.
func TestALinkLeavesReferralsAlone(t *testing.T) {
	a := newAgency(t)
	rosa := a.pa.User("rosa", "casa", "case-worker")
	one, two := a.met(cases.Identity{GivenNames: "Ficticia", FamilyNames: "Quispe"}), a.met(cases.Identity{GivenNames: "Fictisia", FamilyNames: "Kispe"})
	casa := "PA/" + a.pa.AgencyID("casa")
	on := cases.On{Person: one}
	testkit.Must(t, a.pa, a.ana, cases.AssessRisk{On: on, Level: "low"})
	testkit.Must(t, a.pa, a.ana, cases.RecordConsent{On: on, To: casa, Purpose: "assistance", Groups: []string{"profile"}, Language: "es", Way: "written"})
	id := testkit.Must(t, a.pa, a.ana, referrals.Start{Person: one, To: casa, Purpose: "assistance", Fields: []string{"sex"}}).Object
	testkit.Must(t, a.pa, a.ana, referrals.ConfirmConsent{On: referrals.On{ID: id}})
	testkit.Must(t, a.pa, a.ana, referrals.Send{On: referrals.On{ID: id}})
	both := cases.OnTwo{Person: one, Other: two, Reason: "Trajo los dos carnés"}
	testkit.Must(t, a.pa, a.ana, cases.LinkSame{OnTwo: both})
	if f := a.open(two); len(f.Consents) != 0 {
		t.Error("a consent went over to another file")
	}
	testkit.Must(t, a.pa, rosa, referrals.Acknowledge{On: referrals.On{ID: id}})
	testkit.Must(t, a.pa, a.ana, cases.Unlink{OnTwo: both})
	testkit.Must(t, a.pa, rosa, referrals.Accept{On: referrals.On{ID: id}})
	list, err := act.Ask(t.Context(), a.pa.Engine, a.ana, referrals.List{Person: one})
	if err != nil || len(list) != 1 || list[0].ID != id {
		t.Errorf("the referral: %v, %v", list, err)
	}
}

// TestImportedAreComparedLater brings a record in as a file: nothing is looked for
// then, and the node looks at its next tick, also after keys have changed.
func TestImportedAreComparedLater(t *testing.T) {
	a := newAgency(t)
	met := a.met(cases.Identity{GivenNames: "María José", FamilyNames: "Quispe Yañez", BirthDate: "1999-03-07"})
	testkit.Must(t, a.pa, a.ana, cases.ImportRecord{Record: `{"Person":{"prs_FirstName":"Maria Jose","prs_SecondName":"Kispe Llanes","prs_Birthdate":"1999-03-07"}}`})
	if seen := a.open(met).Seen; len(seen) != 0 {
		t.Fatalf("compared while importing: %v", seen)
	}
	a.w.Tick(time.Minute)
	if seen := a.open(met).Seen; len(seen) != 1 || seen[0].State != likeness.Suggested {
		t.Fatalf("not compared at the next tick: %v", seen)
	}
	waiting := func() (n int) {
		err := a.pa.DB.Read(t.Context(), func(tx *store.Tx) error {
			all, err := cases.Behind(tx)
			n = len(all)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if waiting() != 0 {
		t.Error("somebody still waits")
	}
	err := a.pa.DB.Write(t.Context(), func(tx *store.Tx) error { // as after an upgrade from before there were keys
		_, err := tx.Exec(`UPDATE person SET likened = 0`)
		return err
	})
	if err != nil || waiting() != 1 {
		t.Fatalf("nobody waits: %v", err)
	}
	a.w.Tick(time.Minute)
	if waiting() != 0 {
		t.Error("they were not indexed anew")
	}
	if seen := a.open(met).Seen; len(seen) != 1 {
		t.Errorf("comparing again changed what was known: %v", seen)
	}
}

// TestLooksAreLimited lets an officer capture and capture, and correct and
// correct.
func TestLooksAreLimited(t *testing.T) {
	a := newAgency(t)
	known := a.met(cases.Identity{GivenNames: "Ximena", FamilyNames: "Hinestroza Graterol", BirthDate: "1988-11-12"})
	for n := range 59 {
		a.met(cases.Identity{GivenNames: strings.Repeat("x", n%5+1), FamilyNames: "Nadie"})
	}
	late := a.met(cases.Identity{GivenNames: "Ximena", FamilyNames: "Hinestroza Graterol", BirthDate: "1988-11-12"})
	if seen := a.open(late).Seen; len(seen) != 0 {
		t.Errorf("the 61st capture of an hour still looks: %v", seen)
	}
	a.w.Tick(61 * time.Minute)
	testkit.Must(t, a.pa, a.ana, cases.Identify{On: cases.On{Person: late}, Identity: cases.Identity{Phone: "60000001"}})
	if seen := a.open(late).Seen; len(seen) != 1 || seen[0].Person != known {
		t.Errorf("an hour later: %v", seen)
	}
}
