package estimates_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/observatory/estimates"
	"istmo/observatory/mse"
	"istmo/store"
	"istmo/testkit"
	"istmo/testkit/published"
)

func open(t testing.TB, postgres bool) *testkit.Country {
	w := testkit.NewWorld(t)
	w.Postgres = postgres
	pa := w.Start("PA")
	pa.Agency("snm", "migration", "Servicio de Migración (ficticio)")
	pa.User("sol", "snm", "analyst")
	pa.User("luz", "snm", "focal-point")
	pa.User("ana", "snm", "field-officer", "case-worker")
	return pa
}

func table(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(published.Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestThePublishedTables give the published numbers, with what other choices give.
func TestThePublishedTables(t *testing.T) {
	pa := open(t, false)
	five := testkit.Ask(t, pa, pa.Who("sol"), estimates.Run{Table: table(t, "mse_uk2013_5lists.csv"), Threshold: "0,02", Replicates: 1000, Seed: 1})
	e := five.Estimate
	if math.Round(e.Total) != 11313 || math.Round(e.Low) != 9884 || math.Round(e.High) != 13027 || five.Intervals.Low > e.Total || five.Intervals.High < e.Total || len(five.Lists) != 5 || len(five.Overlaps) != 10 {
		t.Errorf("%+v %+v", e, five.Intervals)
	}
	for _, o := range five.Other {
		if o.What == "0.02" && math.Round(o.Total) != 11313 || o.Refused != "" {
			t.Errorf("threshold %s: %+v", o.What, o)
		}
	}
	if len(five.Without) != 5 {
		t.Errorf("%+v", five.Without)
	}
	for _, o := range five.Without {
		if o.Refused == "" && o.Total < float64(e.Observed)/2 {
			t.Errorf("without %s: %+v", o.What, o)
		}
	}
	six := testkit.Ask(t, pa, pa.Who("luz"), estimates.Run{Table: table(t, "mse_uk2013_6lists.csv"), Threshold: "", Replicates: 200})
	if math.Round(six.Estimate.Total) != 11418 || six.Digest == five.Digest {
		t.Errorf("six lists: %v", six.Estimate.Total)
	}
	again := testkit.Ask(t, pa, pa.Who("sol"), estimates.Run{Table: strings.ReplaceAll(table(t, "mse_uk2013_5lists.csv"), `"`, ""), Seed: 1})
	if again.Digest != five.Digest || again.Intervals != five.Intervals {
		t.Error("the same table written otherwise is another")
	}
}

// wide is a table of so many lists.
func wide(lists int) string {
	names, row := []string{}, []string{}
	for i := range lists {
		names, row = append(names, fmt.Sprint("l", i)), append(row, "1")
	}
	return strings.Join(names, ",") + ",n\n" + strings.Join(row, ",") + ",4\n"
}

// TestWhatIsRefused says at which field, and why and what to do in both languages.
func TestWhatIsRefused(t *testing.T) {
	pa := open(t, false)
	good := table(t, "mse_uk2013_5lists.csv")
	for name, c := range map[string]struct {
		run        estimates.Run
		field, key string
	}{
		"nothing":              {estimates.Run{Table: " \n"}, "table", "estimates.no-table"},
		"two lists":            {estimates.Run{Table: "a,b,n\n1,0,5\n0,1,5\n1,1,2\n"}, "table", "estimate.two-lists"},
		"twenty lists":         {estimates.Run{Table: wide(20)}, "table", "estimate.many-lists"},
		"letters":              {estimates.Run{Table: "a,b,c,n\n1,0,0,many\n"}, "table", "estimate.bad-count"},
		"negative":             {estimates.Run{Table: "a,b,c,n\n1,0,0,-4\n"}, "table", "estimate.bad-count"},
		"huge":                 {estimates.Run{Table: "a,b,c,n\n1,0,0,99999999999999999999\n"}, "table", "estimate.bad-count"},
		"more than there are":  {estimates.Run{Table: "a,b,c,n\n1,0,0,60000000\n0,1,0,60000000\n"}, "table", "estimate.too-many"},
		"neither one nor zero": {estimates.Run{Table: "a,b,c,n\n2,0,0,4\n"}, "table", "estimate.bad-cell"},
		"a list twice":         {estimates.Run{Table: "a,a,c,n\n1,0,0,4\n"}, "table", "estimate.name-twice"},
		"those on no list":     {estimates.Run{Table: "a,b,c,n\n0,0,0,4\n"}, "table", "estimate.row-of-zeros"},
		"no overlap":           {estimates.Run{Table: "a,b,c,n\n1,0,0,40\n0,1,0,40\n0,0,1,40\n"}, "table", "estimate.no-overlap"},
		"a list of nobody":     {estimates.Run{Table: "a,b,c,n\n1,0,0,40\n0,1,0,40\n1,1,0,4\n"}, "table", "estimate.empty-list"},
		"the same list":        {estimates.Run{Table: "a,b,c,n\n1,1,0,40\n0,0,1,40\n1,1,1,4\n"}, "table", "estimate.same-list"},
		"it hangs on one":      {estimates.Run{Table: "a,b,c,n\n1,0,0,40\n0,1,0,40\n0,0,1,40\n1,1,0,1\n"}, "table", "estimate.hangs-on-one"},
		"no upper end":         {estimates.Run{Table: "a,b,c,n\n1,0,0,40\n0,1,0,40\n0,0,1,40\n1,1,0,2\n", Seed: 1}, "table", "estimate.no-upper-end"},
		"script":               {estimates.Run{Table: "<script>alert(1)</script>"}, "table", "estimate.few-lists"},
		"bytes":                {estimates.Run{Table: "a,b,\xff\xfe,n\n1,0,0,4\n"}, "table", "estimate.bad-name"},
		"a threshold of words": {estimates.Run{Table: good, Threshold: "x"}, "threshold", "estimate.bad-threshold"},
		"a threshold beyond":   {estimates.Run{Table: good, Threshold: "0.7"}, "threshold", "estimate.bad-threshold"},
		"a threshold of none":  {estimates.Run{Table: good, Threshold: "NaN"}, "threshold", "estimate.bad-threshold"},
		"few replicates":       {estimates.Run{Table: good, Replicates: 99}, "replicates", "estimates.bad-replicates"},
		"many replicates":      {estimates.Run{Table: good, Replicates: 10_001}, "replicates", "estimates.bad-replicates"},
		"a seed below zero":    {estimates.Run{Table: good, Seed: -1}, "seed", "estimates.bad-seed"},
	} {
		_, err := act.Ask(t.Context(), pa.Engine, pa.Who("sol"), c.run)
		f := fault.All(err)
		if len(f) == 0 || f[0].Key != c.key || f[0].Field != c.field {
			t.Errorf("%s: %v, not %s (%s)", name, err, c.key, c.field)
			continue
		}
		for _, lang := range i18n.Langs {
			if !i18n.Has(lang, f[0].Key) {
				t.Errorf("%s has no sentence in %s", f[0].Key, lang)
			}
		}
	}
}

// TestOneAtATime: while an estimate of somebody is worked out, they get no second one,
// and others do; whoever leaves ends theirs.
func TestOneAtATime(t *testing.T) {
	pa := open(t, false)
	long := estimates.Run{Table: table(t, "mse_uk2013_6lists.csv"), Replicates: estimates.MostReplicates}
	sol, luz := pa.Who("sol"), pa.Who("luz")
	busy := func(err error) bool { f := fault.All(err); return len(f) > 0 && f[0].Key == "estimates.busy" }
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	first := make(chan error, 1)
	work := func() { first <- within(ctx, pa, "sol", long) }
	go work()
	for told := false; !told; {
		told = busy(within(t.Context(), pa, "sol", estimates.Run{Table: "x"}))
		select {
		case err := <-first:
			if !busy(err) {
				t.Fatalf("it was done before anybody could ask: %v", err)
			}
			go work() // the second came first
			told = false
		default:
		}
	}
	leave()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("whoever left: %v", err)
	}
	if _, err := act.Ask(t.Context(), pa.Engine, luz, estimates.Run{Table: long.Table}); err != nil {
		t.Errorf("another's: %v", err)
	}
	if _, err := act.Ask(t.Context(), pa.Engine, sol, estimates.Run{Table: long.Table}); err != nil {
		t.Errorf("after they left: %v", err)
	}
}

// TestKept: a result stands with its source and without its table, on both databases,
// and only for those who read figures.
func TestKept(t *testing.T) {
	for _, postgres := range []bool{false, true} {
		pa := open(t, postgres)
		sol, ana := pa.Who("sol"), pa.Who("ana")
		r := testkit.Ask(t, pa, sol, estimates.Run{Table: table(t, "mse_uk2013_5lists.csv")})
		good := estimates.Save{Of: "Reino Unido, 2013", Source: "Home Office, 2014", Dated: time.Date(2014, 12, 1, 0, 0, 0, 0, time.UTC), Result: r}
		for name, change := range map[string]func(*estimates.Save){
			"estimates.no-table":    func(s *estimates.Save) { s.Result = estimates.Result{} },
			"estimates.of-required": func(s *estimates.Save) { s.Of = "" },
			"fault.required":        func(s *estimates.Save) { s.Source = "" },
			"fault.in-the-future":   func(s *estimates.Save) { s.Dated = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC) },
			"fault.too-long":        func(s *estimates.Save) { s.Source = strings.Repeat("x", 201) },
		} {
			bad := good
			change(&bad)
			if _, err := act.Do(t.Context(), pa.Engine, sol, bad); len(fault.All(err)) == 0 || fault.All(err)[0].Key != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		testkit.Must(t, pa, sol, good)
		all := testkit.Ask(t, pa, sol, estimates.Kept{})
		if len(all) != 1 || math.Round(all[0].Numbers.Total) != 11313 || all[0].Numbers.Observed != r.Estimate.Observed || len(all[0].Numbers.Lists) != 5 || all[0].Digest != r.Digest ||
			all[0].Source != good.Source || !all[0].Dated.Equal(good.Dated) || len(all[0].Numbers.Pairs) != len(r.Estimate.Steps) {
			t.Errorf("%+v", all)
		}
		for name, err := range map[string]error{"runs": ask(pa, "ana", estimates.Run{Table: "x"}), "reads": ask(pa, "ana", estimates.Kept{})} {
			if !fault.Is(err, fault.KindDenied) {
				t.Errorf("an officer %s: %v", name, err)
			}
		}
		if _, err := act.Do(t.Context(), pa.Engine, ana, good); !fault.Is(err, fault.KindDenied) {
			t.Errorf("an officer keeps: %v", err)
		}
		entry, _ := pa.Engine.Verbs.Find("estimates.run")
		if _, err := entry.FromValues(map[string][]string{"table": {"a"}}, true); err == nil {
			t.Error("a program may send a table in an address")
		}
		body, err := pa.DB.Tables(t.Context())
		if err != nil || len(body) == 0 {
			t.Fatal(err)
		}
		if err := pa.DB.Read(t.Context(), func(tx *store.Tx) error {
			columns, err := tx.Columns("estimate")
			for row, e := range tx.Rows("estimate", columns) {
				if text := fmt.Sprintf("%s", row); strings.Contains(text, "463") {
					t.Errorf("a count of the table is kept: %s", text)
				}
				err = e
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func ask[R any](c *testkit.Country, name string, l act.List[R]) error {
	return within(context.Background(), c, name, l)
}

func within[R any](ctx context.Context, c *testkit.Country, name string, l act.List[R]) error {
	_, err := act.Ask(ctx, c.Engine, c.Who(name), l)
	return err
}

// TestDigest: the same facts have the same name, and others another.
func TestDigest(t *testing.T) {
	of := func(text string) string {
		m, err := mse.Read(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return estimates.Digest(m)
	}
	one := of("a,b,n\n1,0,4\n1,1,2\n")
	if one != of("n;b;a\n2;1;1\n4;0;1\n") || one == of("a,b,n\n1,0,4\n1,1,3\n") || one == of("a,c,n\n1,0,4\n1,1,2\n") {
		t.Error("digests")
	}
}
