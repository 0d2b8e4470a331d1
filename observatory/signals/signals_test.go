package signals_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/notices"
	"istmo/observatory/signals"
	"istmo/observatory/watch"
	"istmo/store"
	"istmo/testkit"
	"istmo/testkit/published"
)

// everywhere runs a test on both databases.
func everywhere(t *testing.T, test func(*testing.T, *testkit.World)) {
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			w := testkit.NewWorld(t)
			w.Postgres = database == "postgres"
			test(t, w)
		})
	}
}

// at takes the world to an instant.
func at(w *testkit.World, s string) {
	to, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		w.T.Fatal(err)
	}
	w.Leap(to.Sub(w.Now()))
}

// country is a node with an analyst, a focal point, a ministry and somebody who reads
// no figures.
func country(w *testkit.World, id string) *testkit.Country {
	c := w.Start(id)
	c.Agency("snm", "migration", "Servicio de Migración (ficticio)")
	c.Agency("minex", "foreign-ministry", "Cancillería (ficticia)")
	c.User("sol", "snm", "analyst")
	c.User("luz", "snm", "focal-point")
	c.User("rey", "minex", "foreign-ministry")
	c.User("ana", "snm", "field-officer", "case-worker")
	return c
}

// agree lets signals cross between two countries.
func agree(w *testkit.World, pa, co *testkit.Country, verbs ...string) string {
	w.Pair("PA", "CO")
	w.Deliver()
	d := testkit.Must(w.T, pa, pa.Who("rey"), cooperation.ProposeAgreement{TitleES: "Acuerdo ficticio", TitleEN: "Fictional agreement", Parties: []string{"PA", "CO"},
		Verbs: verbs, Purposes: []string{"statistics"}})
	w.Deliver()
	testkit.Must(w.T, co, co.Who("rey"), cooperation.SignAgreement{On: cooperation.On{ID: d.Object}})
	w.Deliver()
	return d.Object
}

func list(t testing.TB, c *testkit.Country) signals.View {
	t.Helper()
	return testkit.Ask(t, c, c.Who("sol"), signals.List{})
}

// told is what waits for somebody, and they open it.
func told(t testing.TB, c *testkit.Country, name string) (n int) {
	t.Helper()
	for _, one := range testkit.Ask(t, c, c.Who(name), notices.Mine{}).Waiting {
		if one.Kind != "signal" || !one.DoneAt.IsZero() {
			continue
		}
		n++
		if _, err := act.Look(t.Context(), c.Engine, c.Who(name), notices.Open{ID: one.ID}); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// tick lets a node look at its clocks.
func tick(t testing.TB, countries ...*testkit.Country) {
	t.Helper()
	for _, c := range countries {
		if err := c.Tick(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

// line is a signal in a line.
func line(s signals.Signal) string {
	return fmt.Sprintf("%s %s %s: %s since %s, seen %s, last %s, ended %q, %s", s.Node, s.Series, s.Group, s.Direction, s.Since, s.Month, s.Latest, s.Ended, s.State)
}

// looks is how often a node has kept a look.
func looks(t testing.TB, c *testkit.Country) (n int64) {
	t.Helper()
	err := c.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		n, err = store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM ledger_entry WHERE verb = 'signals.keep'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestTheRealSeries walks two nodes' clocks month by month over Panama's irregular
// entries: each turn is found in its month, whoever reads figures is told once in both
// countries, and nothing is found in the calm parts.
func TestTheRealSeries(t *testing.T) {
	w := testkit.NewWorld(t)
	at(w, "2021-02-05 15:00")
	pa, co := country(w, "PA"), country(w, "CO")
	agree(w, pa, co, "signals.*")
	file, err := watch.Read(published.Open(t, "panama_irregular_entries_monthly.csv"))
	if err != nil {
		t.Fatal(err)
	}
	news := map[string][]string{}
	for m := time.Date(2021, 2, 5, 15, 0, 0, 0, time.UTC); m.Before(time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC)); m = m.AddDate(0, 1, 0) {
		at(w, m.Format("2006-01-02 15:04"))
		tick(t, pa, co)
		tick(t, pa, co) // nothing new
		w.Deliver()
		judged := m.AddDate(0, -1, 0).Format("2006-01")
		for _, c := range []*testkit.Country{pa, co} {
			for _, name := range []string{"sol", "luz"} {
				for range told(t, c, name) {
					who := c.Config.Node + " " + name
					news[who] = append(news[who], judged)
				}
			}
			if told(t, c, "rey")+told(t, c, "ana") > 0 {
				t.Error("somebody is told who reads no figures")
			}
		}
	}
	want := "[2021-12 2022-06 2022-12 2023-08 2024-12]"
	for _, who := range []string{"PA sol", "PA luz", "CO sol", "CO luz"} {
		if got := fmt.Sprint(news[who]); got != want {
			t.Errorf("%s was told in %s, not in %s", who, got, want)
		}
	}
	for _, c := range []*testkit.Country{pa, co} {
		var ours []string
		theirs := 0
		for _, s := range list(t, c).Signals {
			if s.Node != c.Config.Node {
				theirs++
				continue
			}
			ours = append(ours, line(s))
			if s.Quietly {
				t.Errorf("nobody was told: %s", line(s))
			}
		}
		slices.Sort(ours)
		t.Log(strings.Join(ours, "\n"))
		for _, s := range []string{"up since 2023-07, seen 2023-08, last 2023-09", "down since 2024-11, seen 2024-12, last 2025-03"} {
			if !slices.ContainsFunc(ours, func(l string) bool { return strings.Contains(l, s) }) {
				t.Errorf("%s: no signal %s", c.Config.Node, s)
			}
		}
		if len(ours) != 5 || theirs != 5 {
			t.Errorf("%d of ours, %d of theirs", len(ours), theirs)
		}
	}
	if file.To.String() != list(t, pa).Series[0].To.String() {
		t.Errorf("the file ends in %v", file.To)
	}
	for _, p := range list(t, pa).Series[0].Lines[0].Points {
		if n := file.Total().Counts[p.Month-file.From]; n != watch.Missing && float64(n) != p.Count {
			t.Errorf("%v: %v, and in the file %d", p.Month, p.Count, n)
		}
	}
}

// TestLookingBack: a node that begins in 2026 finds what was, and tells nobody of it;
// it looks once, and again only in another month.
func TestLookingBack(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa := country(w, "PA")
		tick(t, pa)
		first := looks(t, pa)
		tick(t, pa)
		if n := looks(t, pa); first != 1 || n != 1 {
			t.Errorf("%d looks, then %d", first, n)
		}
		v := list(t, pa)
		if len(v.Signals) != 5 || told(t, pa, "sol") != 0 {
			t.Errorf("%d signals", len(v.Signals))
		}
		for _, s := range v.Signals {
			if !s.Quietly {
				t.Errorf("told of %s", line(s))
			}
		}
		if v.Series[0].To.String() != "2025-03" || v.Told != 0 {
			t.Errorf("%v, %d told", v.Series[0].To, v.Told)
		}
		at(w, "2026-12-05 15:00")
		tick(t, pa)
		if n := looks(t, pa); n != 2 || len(list(t, pa).Signals) != 5 {
			t.Errorf("%d looks after a month, %d signals", n, len(list(t, pa).Signals))
		}
	})
}

// TestOnlyReaders: others find nothing here, and nobody calls a partner's signal a
// false alarm.
func TestOnlyReaders(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := country(w, "PA")
	tick(t, pa)
	one := list(t, pa).Signals[0]
	for _, name := range []string{"ana", "rey"} {
		who := pa.Who(name)
		if _, err := act.Ask(t.Context(), pa.Engine, who, signals.List{}); err == nil {
			t.Errorf("%s reads signals", name)
		}
		if _, err := act.Look(t.Context(), pa.Engine, who, signals.Open{On: signals.On{ID: one.ID}}); err == nil {
			t.Errorf("%s opens one", name)
		}
		for _, err := range []error{do(pa, who, signals.Note{On: signals.On{ID: one.ID}, Words: "x", Source: "x"}), do(pa, who, signals.Dismiss{On: signals.On{ID: one.ID}, Reason: "x"}),
			do(pa, pa.Who("sol"), signals.Keep{})} {
			if err == nil {
				t.Errorf("%s writes one", name)
			}
		}
	}
}

func do[O access.Object](c *testkit.Country, who access.Who, cmd act.Command[O]) error {
	_, err := act.Do(context.Background(), c.Engine, who, cmd)
	return err
}
