package jointfiles_test

import (
	"errors"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/jointfiles"
	"istmo/store"
	"istmo/testkit"
)

// work is three countries under one agreement whose depositary is Costa Rica, and
// a joint file of Panama and Colombia.
type work struct {
	*testkit.World
	pa, co, cr   *testkit.Country
	pilar, fabio access.Who
	agreement    string
	id           string
	of           jointfiles.On
}

func begin(t *testing.T) *work {
	t.Helper()
	world := testkit.NewWorld(t)
	w := &work{World: world, pa: world.Start("PA"), co: world.Start("CO"), cr: world.Start("CR")}
	nodes := map[string]*testkit.Country{"PA": w.pa, "CO": w.co, "CR": w.cr}
	for _, pair := range [][2]string{{"PA", "CO"}, {"PA", "CR"}, {"CO", "CR"}} {
		world.Pair(pair[0], pair[1])
	}
	for _, n := range nodes {
		n.Agency("fiscalia", "prosecutor", "Fiscalía ficticia")
		n.User("ministra", "fiscalia", "foreign-ministry")
	}
	w.pilar, w.fabio = w.pa.User("pilar", "fiscalia", "prosecutor"), w.co.User("fabio", "fiscalia", "prosecutor")
	world.Deliver()
	w.agreement = testkit.Must(t, w.cr, w.cr.Who("ministra"), cooperation.ProposeAgreement{TitleES: "Acuerdo ficticio", TitleEN: "Fictional agreement",
		Parties: []string{"PA", "CO", "CR"}, Verbs: []string{"jointfiles.*"}, Purposes: []string{"investigation", "protection"}}).Object
	world.Deliver()
	testkit.Must(t, w.pa, w.pa.Who("ministra"), cooperation.SignAgreement{On: cooperation.On{ID: w.agreement}})
	testkit.Must(t, w.co, w.co.Who("ministra"), cooperation.SignAgreement{On: cooperation.On{ID: w.agreement}})
	world.Deliver()
	w.id = testkit.Must(t, w.pa, w.pilar, jointfiles.Propose{Agreement: w.agreement, Members: []string{"CO/" + w.co.AgencyID("fiscalia")}, Purpose: "investigation",
		Subject: "group", Ref: "PA-1", Limits: []string{"this-purpose"}, To: world.Now().Add(30 * 24 * time.Hour).Truncate(24 * time.Hour)}).Object
	w.of = jointfiles.On{ID: w.id}
	world.Deliver()
	return w
}

// opened has Colombia agree.
func (w *work) opened(t *testing.T) *work {
	testkit.Must(t, w.co, w.fabio, jointfiles.Agree{On: w.of, Ref: "CO-1"})
	w.Deliver()
	return w
}

func (w *work) says(t *testing.T, at *testkit.Country, who access.Who, words string) {
	t.Helper()
	testkit.Must(t, at, who, jointfiles.Append{On: w.of, Kind: "note", Words: words})
	w.Deliver()
}

func (w *work) look(t *testing.T, at *testkit.Country, who access.Who) jointfiles.View {
	t.Helper()
	v, err := act.Look(t.Context(), at.Engine, who, jointfiles.Open{On: w.of})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func chains(v jointfiles.View) map[string]jointfiles.Chain {
	all := map[string]jointfiles.Chain{}
	for _, s := range v.Sides {
		all[s.Node] = s.Chain
	}
	return all
}

// TestWhoeverTampersIsSeen changes what stands in Panama's database, each time in
// another way, and opens the file there.
func TestWhoeverTampersIsSeen(t *testing.T) {
	w := begin(t).opened(t)
	w.says(t, w.pa, w.pilar, "PA uno")
	w.says(t, w.co, w.fabio, "CO uno")
	w.says(t, w.co, w.fabio, "CO dos")
	w.says(t, w.pa, w.pilar, "PA dos")
	w.says(t, w.co, w.fabio, "CO tres")
	for node, c := range chains(w.look(t, w.pa, w.pilar)) {
		if c.State != jointfiles.Whole {
			t.Fatalf("before anything is touched, %s is %+v", node, c)
		}
	}
	sql := func(query string) func(*store.Tx, jointfiles.File) error {
		return func(tx *store.Tx, f jointfiles.File) error {
			n, err := tx.Exec(query)
			if err == nil && n == 0 {
				err = errors.New("nothing was touched")
			}
			return err
		}
	}
	all := func(queries ...string) func(*store.Tx, jointfiles.File) error {
		return func(tx *store.Tx, f jointfiles.File) (err error) {
			for _, q := range queries {
				err = errors.Join(err, sql(q)(tx, f))
			}
			return err
		}
	}
	for name, c := range map[string]struct {
		tamper func(*store.Tx, jointfiles.File) error
		node   string
		want   jointfiles.Chain
	}{
		"the words": {func(tx *store.Tx, f jointfiles.File) error { return jointfiles.Rewrite(tx, f, "CO", 2, "Otra cosa") }, "CO", jointfiles.Chain{State: jointfiles.Broken, At: 2}},
		"the words erased": {func(tx *store.Tx, f jointfiles.File) error {
			return sql(`DELETE FROM vault_field WHERE name = 'entry.CO.1'`)(tx, f)
		}, "CO", jointfiles.Chain{State: jointfiles.Broken, At: 1}},
		"the kind":             {sql(`UPDATE joint_file_entry SET kind = 'decision' WHERE node = 'CO' AND seq = 1`), "CO", jointfiles.Chain{State: jointfiles.Broken, At: 1}},
		"the time":             {sql(`UPDATE joint_file_entry SET at = '2026-11-10T00:00:00.000Z' WHERE node = 'CO' AND seq = 3`), "CO", jointfiles.Chain{State: jointfiles.Broken, At: 3}},
		"what it corrects":     {sql(`UPDATE joint_file_entry SET corrects = 1 WHERE node = 'CO' AND seq = 2`), "CO", jointfiles.Chain{State: jointfiles.Broken, At: 2}},
		"what it had seen":     {sql(`UPDATE joint_file_entry SET seen = '' WHERE node = 'CO' AND seq = 1`), "CO", jointfiles.Chain{State: jointfiles.Broken, At: 1}},
		"the signature":        {sql(`UPDATE joint_file_entry SET note = (SELECT note FROM joint_file_entry WHERE node = 'CO' AND seq = 1) WHERE node = 'CO' AND seq = 2`), "CO", jointfiles.Chain{State: jointfiles.Broken, At: 2}},
		"the hash":             {sql(`UPDATE joint_file_entry SET hash = prev WHERE node = 'CO' AND seq = 2`), "CO", jointfiles.Chain{State: jointfiles.Broken, At: 2}},
		"one in the middle":    {sql(`DELETE FROM joint_file_entry WHERE node = 'CO' AND seq = 2`), "CO", jointfiles.Chain{State: jointfiles.Missing, At: 2}},
		"the last one":         {sql(`DELETE FROM joint_file_entry WHERE node = 'CO' AND seq = 3`), "CO", jointfiles.Chain{State: jointfiles.Missing, At: 3}},
		"its own entry":        {sql(`UPDATE joint_file_entry SET kind = 'decision' WHERE node = 'PA' AND seq = 1`), "PA", jointfiles.Chain{State: jointfiles.Broken, At: 1}},
		"its own, all of them": {sql(`DELETE FROM joint_file_entry WHERE node = 'PA'`), "PA", jointfiles.Chain{State: jointfiles.Missing, At: 1}},
		"its own last and the count of them, which Colombia had seen": {all(`DELETE FROM joint_file_entry WHERE node = 'PA' AND seq = 2`,
			`UPDATE joint_file_side SET entries = 1, head = (SELECT hash FROM joint_file_entry WHERE node = 'PA' AND seq = 1) WHERE node = 'PA'`), "PA", jointfiles.Chain{State: jointfiles.Missing, At: 2}},
		"Colombia's last two and the count of them, of which it had seen one": {all(`DELETE FROM joint_file_entry WHERE node = 'CO' AND seq > 1`,
			`UPDATE joint_file_side SET entries = 1, head = (SELECT hash FROM joint_file_entry WHERE node = 'CO' AND seq = 1) WHERE node = 'CO'`), "CO", jointfiles.Chain{State: jointfiles.Missing, At: 2}},
	} {
		undo := errors.New("undo")
		err := w.pa.DB.Write(t.Context(), func(tx *store.Tx) error {
			f, err := jointfiles.Find(tx, w.id)
			if err != nil {
				return err
			}
			if err := c.tamper(tx, f); err != nil {
				return err
			}
			v, err := jointfiles.Open{On: w.of}.Answer(tx, w.pilar, f)
			if err != nil {
				return err
			}
			if got := chains(v)[c.node]; got != c.want {
				t.Errorf("%s: %+v, not %+v", name, got, c.want)
			}
			return undo
		})
		if !errors.Is(err, undo) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWhatIsGoneComesBack drops a row of another side's: who opens the file sees
// it, and it is asked for and put back.
func TestWhatIsGoneComesBack(t *testing.T) {
	w := begin(t).opened(t)
	w.says(t, w.co, w.fabio, "CO uno")
	w.says(t, w.co, w.fabio, "CO dos")
	w.says(t, w.co, w.fabio, "CO tres")
	err := w.pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`DELETE FROM joint_file_entry WHERE node = 'CO' AND seq > 1`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if c := chains(w.look(t, w.pa, w.pilar))["CO"]; c.State != jointfiles.Missing {
		t.Errorf("with two rows gone, %+v", c)
	}
	w.Deliver()
	if v := w.look(t, w.pa, w.pilar); chains(v)["CO"].State != jointfiles.Whole || len(v.Entries) != 3 || v.Entries[1].Words != "CO dos" {
		t.Errorf("asked again: %+v, %d entries", chains(v)["CO"], len(v.Entries))
	}
}
