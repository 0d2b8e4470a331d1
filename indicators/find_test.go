package indicators_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"istmo/act"
	"istmo/fault"
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

// TestNotTooMuch: a list stays one letter, however much is written into it.
func TestNotTooMuch(t *testing.T) {
	_, pa, _ := two(t)
	d := indicators.On{ID: testkit.Must(t, pa, pa.Who("luz"), indicators.Begin{}).Object}
	put := func(n int, long string) error {
		_, err := act.Do(t.Context(), pa.Engine, pa.Who("luz"), indicators.Write{On: d, Code: fmt.Sprintf("TRA-%03d", n), Dimension: "transit_context", Strength: "weak", Applies: "all",
			Way: "observe", Symbol: "food", ES: "x" + long, EN: "x" + long, Source: "x" + long, AskES: "x" + long, AskEN: "x" + long, AskZH: "x" + long})
		return err
	}
	if err := put(100, strings.Repeat("字", 600)); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("601 letters: %v", err)
	}
	refused := 0
	for n := 100; refused == 0 && n < 400; n++ {
		if err := put(n, strings.Repeat("字", 599)); fault.Is(err, fault.KindConflict) {
			refused = n
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if refused < 150 || refused > 230 {
		t.Errorf("a megabyte was refused at number %d", refused)
	}
	for n := 100; n < refused; n++ {
		if err := put(n, ""); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	for n := refused; err == nil && n < 500; n++ {
		err = put(n, "")
		refused = n
	}
	if f := fault.All(err); len(f) == 0 || f[0].Key != "indicators.too-many" || refused != 100+300-74 {
		t.Errorf("refused at %d: %v", refused, err)
	}
}
