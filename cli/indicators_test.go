package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"istmo/cli"
	"istmo/indicators"
	"istmo/testkit"
)

// TestCheckAList downloads the indicators in force and checks them as another
// country's trainer would, with nothing but the node's card.
func TestCheckAList(t *testing.T) {
	w := testkit.NewWorld(t)
	pa, co := w.Start("PA"), w.Start("CO")
	pa.Agency("comision", "national-committee", "Comisión (ficticia)")
	pa.User("luz", "comision", "focal-point")
	var whole bytes.Buffer
	one := testkit.Ask(t, pa, pa.Who("luz"), indicators.Current{})
	if err := testkit.Ask(t, pa, pa.Who("luz"), indicators.Packed{ID: one.ID}).Write(&whole); err != nil {
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
	file, card := write("list.json", whole.String()), write("pa.card", pa.Border.Card().Text())
	altered := write("altered.json", string(bytes.Replace(whole.Bytes(), []byte("ACT-05"), []byte("ACT-09"), 1)))
	for _, c := range []struct {
		status int
		args   []string
	}{
		{0, []string{file}}, {0, []string{file, "--card", card}}, {1, []string{altered, "--card", card}}, {1, []string{altered}},
		{1, []string{write("none.json", "{}")}}, {1, []string{filepath.Join(dir, "absent")}}, {1, []string{file, "--card", write("no.card", "no card")}},
		{0, []string{file, "--card", write("co.card", co.Border.Card().Text())}}, // another country's card vouches for nothing here
	} {
		if status := cli.Run(append([]string{"indicators", "verify"}, c.args...)); status != c.status {
			t.Errorf("%v: %d, not %d", c.args, status, c.status)
		}
	}
}
