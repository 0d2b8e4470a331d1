package indicators_test

import (
	"testing"
	"time"

	"istmo/indicators"
	"istmo/store"
	"istmo/testkit"
)

// TestInForce: at every instant the version that held then, whatever has come since;
// and what a reader does with a list stays with them.
func TestInForce(t *testing.T) {
	w, pa, _ := two(t)
	first := w.Now()
	at := func(at time.Time) (l indicators.List) {
		t.Helper()
		if err := pa.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
			l, err = indicators.InForce(tx, at)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return l
	}
	w.Tick(24 * time.Hour)
	d := indicators.On{ID: testkit.Must(t, pa, pa.Who("luz"), indicators.Begin{}).Object}
	testkit.Must(t, pa, pa.Who("luz"), indicators.Retire{On: d, Code: "TRA-03"})
	day := w.Now().AddDate(0, 0, 3)
	testkit.Must(t, pa, pa.Who("luz"), indicators.Publish{On: d, From: day, Reason: "Mesa (ficticia)"})
	zone, _ := time.LoadLocation("America/Panama")
	starts := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	for _, c := range []struct {
		at   time.Time
		want int64
	}{{first.AddDate(-1, 0, 0), 1}, {first, 1}, {w.Now(), 1}, {starts.Add(-time.Millisecond), 1}, {starts, 2}, {starts.AddDate(9, 0, 0), 2}} {
		if l := at(c.at); l.Version != c.want || c.want == 2 && len(l.Indicators) != 73 {
			t.Errorf("at %s version %d with %d indicators, not version %d", c.at, l.Version, len(l.Indicators), c.want)
		}
	}
	l := at(first)
	l.Indicators[0].Ask["es"], l.Indicators[0].Strength, l.Rule.Clauses[0].Strong = "otra", indicators.Weak, 9
	if again := at(first); again.Indicators[0].Ask["es"] == "otra" || again.Indicators[0].Strength == indicators.Weak || again.Rule.Clauses[0].Strong == 9 {
		t.Error("one reader has changed what another reads")
	}
}
