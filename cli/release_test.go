package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"istmo/act"
	"istmo/cli"
	"istmo/observatory/publishing"
	"istmo/observatory/tally"
	"istmo/testkit"
)

// TestCheckFigures downloads a release and checks it as another country's statistician
// would, with nothing but the node's card.
func TestCheckFigures(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := w.Start("PA")
	pa.Agency("comision", "national-committee", "Comisión (ficticia)")
	sol, luz := pa.User("sol", "comision", "analyst"), pa.User("luz", "comision", "focal-point")
	testkit.Must(t, pa, pa.Engine.Self, tally.Keep{Counted: tally.Counted{Figures: tally.Figures{Made: w.Now()}, Cube: tally.Cube{Made: w.Now(), Country: "PAN", Rules: "2026-11",
		Rows: []tally.Row{{Year: 2025, Sex: "female", Age: "18+", Form: "sexual", Citizenship: "VEN", Standing: "identified", Count: 61}, {Year: 2025, Sex: "male", Age: "18+", Form: "labour", Citizenship: "COL", Standing: "presumed", Count: 4}}}}})
	id := testkit.Must(t, pa, sol, publishing.Prepare{Title: "Ejemplo (ficticio)", Choice: publishing.Choice{From: 2025, To: 2025, Tables: []string{"sex"}}}).Object
	on := publishing.On{ID: id}
	v, err := act.Look(t.Context(), pa.Engine, luz, publishing.Open{On: on})
	if err != nil {
		t.Fatal(err)
	}
	testkit.Must(t, pa, luz, publishing.Approve{On: on, Digest: v.Digest})
	testkit.Must(t, pa, sol, publishing.Send{On: on, Kind: publishing.Public})
	taken, err := act.Look(t.Context(), pa.Engine, luz, publishing.Take{On: on})
	if err != nil {
		t.Fatal(err)
	}
	var whole bytes.Buffer
	if err := taken.File.Write(&whole); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file, card := write("figures.json", whole.String()), write("pa.card", pa.Border.Card().Text())
	altered := write("altered.json", string(bytes.Replace(whole.Bytes(), []byte(`"count":65`), []byte(`"count":64`), 1)))
	for _, c := range []struct {
		status int
		args   []string
	}{
		{0, []string{file}}, {0, []string{file, "--card", card}}, {1, []string{altered, "--card", card}}, {1, []string{altered}},
		{1, []string{write("none.json", "{}")}}, {1, []string{filepath.Join(dir, "absent")}}, {1, []string{file, "--card", write("no.card", "no card")}},
	} {
		if status := cli.Run(append([]string{"release", "verify"}, c.args...)); status != c.status {
			t.Errorf("%v: %d, not %d", c.args, status, c.status)
		}
	}
}
