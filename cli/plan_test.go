package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"istmo/cli"
	"istmo/cooperation"
	"istmo/roadmap"
	"istmo/testkit"
)

// TestCheckAPlan signs a plan between two countries, downloads it, and checks it
// as a ministry's lawyer would, with nothing but the nodes' cards.
func TestCheckAPlan(t *testing.T) {
	w := testkit.NewWorld(t)
	pa, co := w.Start("PA"), w.Start("CO")
	w.Pair("PA", "CO")
	for _, c := range []*testkit.Country{pa, co} {
		c.Agency("COMITE", "national-committee", "Comité (ficticio)")
		c.Agency("CANCILLERIA", "foreign-ministry", "Cancillería (ficticia)")
		c.User("focal", "COMITE", "focal-point")
		c.User("ministerio", "CANCILLERIA", "foreign-ministry")
	}
	w.Deliver()
	w.Agree("CO", "ministerio", "PA", "ministerio")
	agreement := testkit.Ask(t, co, co.Who("focal"), cooperation.Agreements{})[0].ID
	id := testkit.Must(t, co, co.Who("focal"), roadmap.Propose{Agreement: agreement, Text: roadmap.Text{Line: "protection", ObjectiveES: "Proteger", ObjectiveEN: "Protect",
		ActionsES: "Uno", ActionsEN: "One", Owners: []string{"PA/" + pa.AgencyID("COMITE"), "CO/" + co.AgencyID("COMITE")}, Due: time.Date(2027, 5, 1, 0, 0, 0, 0, time.UTC),
		IndicatorES: "puestos", IndicatorEN: "posts", Target: 3}}).Object
	w.Deliver()
	accept, clear := roadmap.Accept{}, roadmap.Clear{}
	accept.ID, accept.Revision, clear.ID, clear.Revision = id, 1, id, 1
	testkit.Must(t, pa, pa.Who("focal"), accept)
	w.Deliver()
	testkit.Must(t, pa, pa.Who("ministerio"), clear)
	testkit.Must(t, co, co.Who("ministerio"), clear)
	w.Deliver()
	plan := roadmap.OnPlan{ID: testkit.Must(t, co, co.Who("focal"), roadmap.Consolidate{Agreement: agreement}).Object}
	w.Deliver()
	testkit.Must(t, pa, pa.Who("ministerio"), roadmap.SignPlan{OnPlan: plan})
	testkit.Must(t, co, co.Who("ministerio"), roadmap.SignPlan{OnPlan: plan})
	w.Deliver()

	var whole bytes.Buffer
	if err := testkit.Ask(t, pa, pa.Who("focal"), roadmap.Version{OnPlan: plan}).File().Write(&whole); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	ours, theirs := write("pa.card", []byte(pa.Border.Card().Text())), write("co.card", []byte(co.Border.Card().Text()))
	file := write("plan.json", whole.Bytes())
	if !json.Valid(whole.Bytes()) {
		t.Error("the file is no JSON")
	}
	for _, args := range [][]string{{}, {"--card", ours}, {"--card", ours, "--card", theirs}} {
		if status := cli.Run(append([]string{"plan", "verify", file}, args...)); status != 0 {
			t.Errorf("a signed plan with %d arguments: %d", len(args), status)
		}
	}
	for name, text := range map[string][]byte{"a word changed": bytes.Replace(whole.Bytes(), []byte("Proteger"), []byte("Protejer"), 1), "half": whole.Bytes()[:whole.Len()/2], "empty": nil} {
		if status := cli.Run([]string{"plan", "verify", write("wrong.json", text)}); status != 1 {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status := cli.Run([]string{"plan", "verify", file, "--card", write("other", []byte("no card"))}); status != 1 {
		t.Error("a card that is none")
	}
	other := testkit.NewWorld(t).Start("CO")
	if status := cli.Run([]string{"plan", "verify", file, "--card", write("impostor.card", []byte(other.Border.Card().Text()))}); status != 1 {
		t.Error("another node that calls itself Colombia")
	}
}
