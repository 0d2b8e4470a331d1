package screening

import (
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAPhoneKnowsTheSameDuties puts many screenings, drawn at random, before the
// node's rows and before the phone's, and wants the same duties of both.
func TestAPhoneKnowsTheSameDuties(t *testing.T) {
	draw := rand.New(rand.NewPCG(4, 7))
	type one struct {
		Values map[string][]string `json:"values"`
		Child  bool                `json:"child"`
		Final  bool                `json:"final"`
	}
	var all []one
	var want [][]string
	said := map[string]bool{}
	for range 2000 {
		o := one{Values: map[string][]string{}, Child: draw.IntN(2) == 0, Final: draw.IntN(2) == 0}
		for field, codes := range map[string][]string{"help": Helps, "company": {"alone", "family", "unrelated-adult"}, "outcome": Outcomes, "rights_read": {"yes", "no"}, "companions_where": Wheres, "consent": {"given", "refused", "not-asked"}} {
			if draw.IntN(3) > 0 {
				o.Values[field] = []string{codes[draw.IntN(len(codes))]}
			}
		}
		s := Screening{AgeInDoubt: o.Child, Final: o.Final, MetAt: time.Time{}}
		due := s.due(o.Values)
		for _, d := range due {
			said[d] = true
		}
		all, want = append(all, o), append(want, due)
	}
	if len(said) != len(Duties) {
		t.Errorf("only %v were ever due", said)
	}
	given, err := json.Marshal(map[string]any{"duties": Duties, "all": all})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/duties.mjs")
	cmd.Stdin = strings.NewReader(string(given))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	if err := json.Unmarshal(out, &got); err != nil || len(got) != len(want) {
		t.Fatalf("%d answers: %v", len(got), err)
	}
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Fatalf("of %+v the node wants %v, the phone %v", all[i], want[i], got[i])
		}
	}
}
