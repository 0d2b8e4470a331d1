package screening_test

import (
	"strings"
	"testing"

	"istmo/cases"
	"istmo/screening"
	"istmo/screening/sealed"
	"istmo/store"
	"istmo/testkit"
)

// TestALongAccountKeepsNobodyFromAFile presumes with more words than a file takes:
// the file begins all the same, and the words stay with the screening.
func TestALongAccountKeepsNobodyFromAFile(t *testing.T) {
	pa := testkit.NewWorld(t).Start("PA")
	pa.Agency("uia", "response-team", "Unidad ficticia")
	ana := pa.User("ana", "uia", "field-officer")
	post := testkit.Must(t, pa, pa.Engine.Self, screening.AddPost{Name: "Lajas Blancas", Place: "Darién"}).Object
	p := pa.Phone("Teléfono 1", post, ana)
	words := strings.Repeat("palabra ", cases.Longest/8+1)
	p.Write(testkit.Chain(), sealed.Revision{Final: true, Set: map[string]any{"given_names": "Canaria", "account": words, "outcome": "presumed", "reasons": "Encierro y deuda"}})
	if e := p.Deliver(); e[0].State != screening.Taken {
		t.Fatalf("%+v", e)
	}
	if l := testkit.Ask(t, pa, ana, screening.List{}); l[0].Person == "" {
		t.Errorf("no file has begun: %+v", l[0])
	}
}

// TestAPhonesClockIsBelievedWithinReason takes a time of 1970, as phones have that were
// off for long, and one of next year, for the moment at which they came.
func TestAPhonesClockIsBelievedWithinReason(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := w.Start("PA")
	pa.Agency("uia", "response-team", "Unidad ficticia")
	ana := pa.User("ana", "uia", "field-officer")
	post := testkit.Must(t, pa, pa.Engine.Self, screening.AddPost{Name: "Lajas Blancas", Place: "Darién"}).Object
	p := pa.Phone("Teléfono 1", post, ana)
	for _, begun := range []string{"1970-01-01T00:00:07Z", "2027-11-09T07:00:00Z", "2026-11-08T07:00:00Z"} {
		p.Write(testkit.Chain(), sealed.Revision{Set: map[string]any{"started_at": begun}})
	}
	p.Deliver()
	var got []string
	for _, l := range testkit.Ask(t, pa, ana, screening.List{}) {
		got = append(got, l.StartedAt.Format("2006-01-02"))
	}
	if strings.Join(got, " ") != "2026-11-08 2026-11-09 2026-11-09" {
		t.Errorf("begun on %v", got)
	}
}

// TestAChainIsOneUnits has a phone of another unit write under a chain that it saw on
// a picture: it is refused, and the screening stays as it was.
func TestAChainIsOneUnits(t *testing.T) {
	pa := testkit.NewWorld(t).Start("PA")
	pa.Agency("uia", "response-team", "Unidad ficticia")
	pa.Agency("snm", "migration", "Migración ficticia")
	ana, mig := pa.User("ana", "uia", "field-officer"), pa.User("mig", "snm", "field-officer")
	post := testkit.Must(t, pa, pa.Engine.Self, screening.AddPost{Name: "Lajas Blancas", Place: "Darién"}).Object
	one, two := pa.Phone("uno", post, ana), pa.Phone("dos", post, mig)
	chain := testkit.Chain()
	one.Write(chain, sealed.Revision{Set: map[string]any{"sex": "female"}})
	one.Deliver()
	two.Write(chain, sealed.Revision{Set: map[string]any{"sex": "male"}})
	if e := two.Deliver(); e[0].State != screening.Refused || e[0].Why != "screening.bad-seal" {
		t.Errorf("%+v", e)
	}
	if l := testkit.Ask(t, pa, ana, screening.List{}); len(l) != 1 || l[0].Sex != "female" || l[0].Conflicts != 0 {
		t.Errorf("%+v", l)
	}
}

// TestForgottenIsDestroyed looks for the key and the fields of a forgotten screening.
func TestForgottenIsDestroyed(t *testing.T) {
	pa := testkit.NewWorld(t).Start("PA")
	pa.Agency("uia", "response-team", "Unidad ficticia")
	ana := pa.User("ana", "uia", "field-officer")
	post := testkit.Must(t, pa, pa.Engine.Self, screening.AddPost{Name: "Lajas Blancas", Place: "Darién"}).Object
	p := pa.Phone("Teléfono 1", post, ana)
	p.Write(testkit.Chain(), sealed.Revision{Final: true, Set: map[string]any{"given_names": "Canaria", "outcome": "none", "reasons": "Viaja con su familia"}})
	p.Deliver()
	id := testkit.Ask(t, pa, ana, screening.List{})[0].ID
	kept := func() (keys, fields int64) {
		err := pa.DB.Read(t.Context(), func(tx *store.Tx) error {
			return tx.Get([]any{&keys, &fields}, `SELECT (SELECT COUNT(*) FROM vault_key WHERE subject = $1), (SELECT COUNT(*) FROM vault_field WHERE subject = $1)`, id)
		})
		if err != nil {
			t.Fatal(err)
		}
		return keys, fields
	}
	if keys, fields := kept(); keys != 1 || fields != 2 {
		t.Fatalf("before: %d keys, %d fields", keys, fields)
	}
	testkit.Must(t, pa, pa.Engine.Self, screening.Forget{On: screening.On{ID: id}})
	if keys, fields := kept(); keys != 0 || fields != 0 {
		t.Errorf("after: %d keys, %d fields", keys, fields)
	}
}
