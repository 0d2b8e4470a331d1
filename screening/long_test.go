package screening_test

import (
	"strings"
	"testing"

	"istmo/cases"
	"istmo/screening"
	"istmo/screening/sealed"
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
