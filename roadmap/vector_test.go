package roadmap_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"istmo/roadmap"
)

// TestTheVectorOfTheFormat holds the worked example of docs/plan-file.md to the
// code: whoever writes a checker of their own can begin with it.
func TestTheVectorOfTheFormat(t *testing.T) {
	text := roadmap.Text{Line: "protection", ObjectiveES: "Avisar antes de cada traslado", ObjectiveEN: "Give notice before each transfer", ActionsES: "Uno\nDos", ActionsEN: "One\nTwo",
		Owners: []string{"CO/agy_b", "PA/agy_a"}, OwnersNamed: "CO Institución B\nPA Institución A", Due: time.Date(2027, 5, 1, 0, 0, 0, 0, time.UTC),
		IndicatorES: "avisos", IndicatorEN: "notices", Baseline: 0, Target: 100, Place: "Darién", Marks: []string{"childhood"}, SDG: []string{"16.2"}, GCM: []string{"7", "10"}}
	doc, err := os.ReadFile("../docs/plan-file.md")
	if err != nil {
		t.Fatal(err)
	}
	if hash := text.Hash("cmt_example").String(); !strings.Contains(string(doc), hash) {
		t.Errorf("docs/plan-file.md does not hold the hash of its example, which is %s", hash)
	}
}
