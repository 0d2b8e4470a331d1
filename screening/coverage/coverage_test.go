package coverage_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/screening"
	"istmo/screening/coverage"
	"istmo/screening/fairness"
	"istmo/store"
	"istmo/testkit"
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

// open is Panama with an analyst, a focal point, a field officer and three posts.
func open(w *testkit.World) (pa *testkit.Country, posts map[string]string) {
	pa, posts = w.Start("PA"), map[string]string{}
	pa.Agency("snm", "migration", "Servicio de Migración (ficticio)")
	pa.Agency("uia", "response-team", "UIA (ficticia)")
	pa.User("sol", "snm", "analyst")
	pa.User("luz", "snm", "focal-point")
	pa.User("ana", "uia", "field-officer", "response-team", "case-worker")
	for _, name := range []string{"Lajas Blancas", "San Vicente", "Paso Canoas"} {
		posts[name] = testkit.Must(w.T, pa, pa.Who("luz"), screening.AddPost{Name: name, Place: "Darién"}).Object
	}
	return pa, posts
}

// talk is a screening as its rows say it.
type talk struct {
	post, officer, person, outcome, sex, band, list string
	citizenships                                    []string
	begun                                           string // "2026-10-05 15:00", UTC
	minutes                                         int
	received                                        time.Time // an hour after it began, if zero
	unfinished, duress, held                        bool
	answers                                         map[string]string
}

// write puts talks into the rows, as if phones had brought them.
func write(t testing.TB, db *store.DB, talks ...talk) {
	t.Helper()
	err := db.Write(context.Background(), func(tx *store.Tx) error {
		for _, k := range talks {
			if err := k.write(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (k talk) write(tx *store.Tx) error {
	id := tx.NewID("scr")
	begun, err := time.Parse("2006-01-02 15:04", k.begun)
	if err != nil {
		return err
	}
	received := k.received
	if received.IsZero() {
		received = begun.Add(time.Hour)
	}
	finished := begun.Add(time.Duration(k.minutes) * time.Minute)
	_, err = tx.Exec(`INSERT INTO screening (id, chain, subject, receipt, agency, device, officer, post, list, sex, age_band, age_in_doubt, citizenships, languages, company,
		help, outcome, final, duress, started_at, finished_at, received_at, person, raised, met_at, forgotten_at, changed_at)
		VALUES ($1, $1, $1, '', 'agy', 'dev', $2, $3, $4, $5, $6, FALSE, $7, 'es', '', '', $8, $9, $10, $11, $12, $13, $14, '', '', '', $13)`,
		id, k.officer, k.post, k.list, k.sex, k.band, k.citizenships, k.outcome, !k.unfinished, k.duress, begun, finished, received, k.person)
	if err != nil {
		return err
	}
	for code, answer := range k.answers {
		if _, err := tx.Exec(`INSERT INTO screening_value (screening, field, value, set_by) VALUES ($1, $2, $3, '')`, id, "q."+code, answer); err != nil {
			return err
		}
	}
	state := "taken"
	if k.held {
		state = "held"
	}
	_, err = tx.Exec(`INSERT INTO screening_revision (id, screening, parents, state, why, device, officer, fields, rev, at, taken_at, sealed)
		VALUES ($1, $2, '', $3, '', '', '', '', 1, $4, $4, $5)`, tx.NewID("rev"), id, state, begun, []byte{})
	return err
}

func read(t testing.TB, c *testkit.Country) coverage.View {
	t.Helper()
	return testkit.Ask(t, c, c.Who("sol"), coverage.Read{})
}

// TestFiguresByHand: every number below was counted on paper.
func TestFiguresByHand(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa, posts := open(w)
		lajas, vicente := posts["Lajas Blancas"], posts["San Vicente"]
		var talks []talk
		// Twelve by one officer, ten minutes apart from ten in the morning: two hours.
		for i := range 12 {
			k := talk{post: lajas, officer: "o1", outcome: "none", begun: fmt.Sprintf("2026-10-05 %02d:%02d", 15+i/6, i%6*10), minutes: 20}
			if i == 2 || i == 7 {
				k.person, k.outcome = "per_1", "presumed" // the same person twice: one repeat
			}
			talks = append(talks, k)
		}
		talks = append(talks,
			// Two by another in one of those hours: a third officer hour.
			talk{post: lajas, officer: "o2", outcome: "none", begun: "2026-10-05 15:30", minutes: 40},
			talk{post: lajas, officer: "o2", outcome: "none", begun: "2026-10-05 15:45", minutes: 40},
			// Ten at night on 31 October in Panama, though November in UTC: a fourth hour.
			talk{post: lajas, officer: "o2", outcome: "smuggled", begun: "2026-11-01 03:00", minutes: 0},
			// A phone's clock two days ahead, and one a year behind: the month in which they came in.
			talk{post: vicente, officer: "o1", outcome: "none", begun: "2026-11-05 15:00", received: time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC), minutes: 900},
			talk{post: vicente, officer: "o1", outcome: "none", begun: "2025-11-05 15:00", received: time.Date(2026, 11, 3, 12, 30, 0, 0, time.UTC), minutes: 30},
			// These do not count.
			talk{post: lajas, officer: "o1", outcome: "none", begun: "2026-10-05 15:00", unfinished: true},
			talk{post: lajas, officer: "o1", outcome: "presumed", begun: "2026-10-05 15:00", duress: true},
			talk{post: lajas, officer: "o1", outcome: "none", begun: "2026-10-05 15:00", held: true},
			talk{post: lajas, officer: "o1", begun: "2026-10-05 15:00"})
		write(t, pa.DB, talks...)
		luz := pa.Who("luz")
		for _, f := range []coverage.RecordFlow{
			{Post: lajas, Month: "2026-10", Passed: 1000, Source: "SNM, parte mensual", Dated: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)},
			{Post: lajas, Month: "2026-10", Passed: 700, Source: "SNM, corregido", Dated: time.Date(2026, 11, 4, 0, 0, 0, 0, time.UTC)},
			{Post: coverage.Country, Month: "2026-10", Passed: 2000, Source: "SNM", Dated: time.Date(2026, 11, 4, 0, 0, 0, 0, time.UTC)},
			{Post: posts["Paso Canoas"], Month: "2026-10", Passed: 500, Source: "SNM", Dated: time.Date(2026, 11, 4, 0, 0, 0, 0, time.UTC)},
		} {
			testkit.Must(t, pa, luz, f)
		}
		w.Tick(time.Hour)
		v := read(t, pa)
		want := []coverage.Work{
			{Post: lajas, Month: "2026-10", Screenings: 15, Repeats: 1, Hours: 4, Minutes: 20},
			{Post: vicente, Month: "2026-11", Screenings: 2, Hours: 1},
		}
		if !reflect.DeepEqual(v.Figures.Work, want) {
			t.Errorf("the work is %+v", v.Figures.Work)
		}
		year := []coverage.Work{{Screenings: 17, Repeats: 1, Hours: 5, Minutes: 20}, {Post: lajas, Screenings: 15, Repeats: 1, Hours: 4, Minutes: 20}, {Post: vicente, Screenings: 2, Hours: 1}}
		byPost := map[string]coverage.Work{}
		for _, one := range v.Figures.Year {
			byPost[one.Post] = one
		}
		for _, one := range year {
			if byPost[one.Post] != one {
				t.Errorf("the year is %+v, want %+v", byPost[one.Post], one)
			}
		}
		if v.Figures.Counted != 17 || v.Figures.LeftOut != fairness.Hidden {
			t.Errorf("%d count and %d do not", v.Figures.Counted, v.Figures.LeftOut)
		}
		shares := map[string]string{}
		for _, r := range v.Reached {
			percent, known := r.Share()
			shares[r.Month+" "+r.Post] = fmt.Sprintf("%d %d %d %.2f %v %s", r.Screenings, r.People, r.Passed, percent, known, r.Source)
		}
		for at, want := range map[string]string{
			"2026-10 " + lajas:                "15 14 700 2.00 true SNM, corregido",
			"2026-10 ":                        "15 14 2000 0.70 true SNM",
			"2026-10 " + posts["Paso Canoas"]: "0 0 500 0.00 true SNM",
			"2026-11 " + vicente:              "2 2 0 0.00 false ",
			"2026-11 ":                        "2 2 0 0.00 false ",
		} {
			if shares[at] != want {
				t.Errorf("%s is %q, want %q", at, shares[at], want)
			}
		}
		if len(shares) != 5 {
			t.Errorf("%v", shares)
		}
	})
}

// TestWhatIsSaidBeforeStays: a correction leaves the earlier figure in the record.
func TestWhatIsSaidBeforeStays(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa, posts := open(w)
		for _, n := range []int64{100, 90, 95} {
			testkit.Must(t, pa, pa.Who("luz"), coverage.RecordFlow{Post: posts["San Vicente"], Month: "2026-10", Passed: n, Source: "SNM", Dated: w.Now()})
		}
		all := testkit.Ask(t, pa, pa.Who("luz"), coverage.Flows{})
		if len(all) != 3 || all[0].Passed != 95 || !all[0].ReplacedAt.IsZero() || all[1].Passed != 90 || all[1].ReplacedAt.IsZero() || all[2].Passed != 100 || all[2].ReplacedAt.IsZero() {
			t.Errorf("%+v", all)
		}
		if v := read(t, pa); v.There || len(v.Reached) != 1 || v.Reached[0].Passed != 95 {
			t.Errorf("%+v", v)
		}
	})
}

func TestFlowIsChecked(t *testing.T) {
	w := testkit.NewWorld(t)
	pa, posts := open(w)
	good := coverage.RecordFlow{Post: posts["San Vicente"], Month: "2026-10", Passed: 10, Source: "SNM", Dated: w.Now()}
	for name, change := range map[string]func(*coverage.RecordFlow){
		"post":    func(c *coverage.RecordFlow) { c.Post = "" },
		"post ":   func(c *coverage.RecordFlow) { c.Post = "pst_nowhere" },
		"month":   func(c *coverage.RecordFlow) { c.Month = "10/2026" },
		"month ":  func(c *coverage.RecordFlow) { c.Month = "2026-12" },
		"passed":  func(c *coverage.RecordFlow) { c.Passed = -1 },
		"passed ": func(c *coverage.RecordFlow) { c.Passed = coverage.MostPassed + 1 },
		"source":  func(c *coverage.RecordFlow) { c.Source = "" },
		"dated":   func(c *coverage.RecordFlow) { c.Dated = time.Time{} },
		"dated ":  func(c *coverage.RecordFlow) { c.Dated = w.Now().Add(24 * time.Hour) },
	} {
		c := good
		change(&c)
		_, err := act.Do(context.Background(), pa.Engine, pa.Who("luz"), c)
		all := fault.All(err)
		if len(all) != 1 || all[0].Kind != fault.KindInvalid || all[0].Field+" " != name && all[0].Field != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestStranger: whoever is neither an analyst nor a focal point gets nothing, and
// nobody says what passed for another agency.
func TestStranger(t *testing.T) {
	w := testkit.NewWorld(t)
	pa, _ := open(w)
	ctx := context.Background()
	for _, who := range []access.Who{pa.Who("ana"), {Kind: access.Partner, ID: "CO", Node: "CO"}} {
		if _, err := act.Ask(ctx, pa.Engine, who, coverage.Read{}); !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s reads: %v", who.Actor(), err)
		}
		if _, err := act.Ask(ctx, pa.Engine, who, coverage.Flows{}); !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s reads the flow: %v", who.Actor(), err)
		}
		if _, err := act.Do(ctx, pa.Engine, who, coverage.RecordFlow{Post: coverage.Country, Month: "2026-10", Source: "x", Dated: w.Now()}); !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s writes: %v", who.Actor(), err)
		}
		if _, err := act.Do(ctx, pa.Engine, who, coverage.Keep{Figures: coverage.Figures{Made: w.Now()}}); !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s keeps a count: %v", who.Actor(), err)
		}
	}
}

// TestOnceADay: figures do not move within a day, so that nobody can see in them
// what one interview came to.
func TestOnceADay(t *testing.T) {
	w := testkit.NewWorld(t)
	pa, posts := open(w)
	w.Tick(time.Hour)
	if read(t, pa).There {
		t.Error("nothing was counted, as there was nothing")
	}
	write(t, pa.DB, talk{post: posts["San Vicente"], officer: "o1", outcome: "none", begun: "2026-11-09 14:30", minutes: 20})
	w.Tick(time.Hour)
	first := read(t, pa)
	if first.Figures.Counted != 1 {
		t.Fatalf("%d were counted", first.Figures.Counted)
	}
	write(t, pa.DB, talk{post: posts["San Vicente"], officer: "o1", outcome: "none", begun: "2026-11-09 15:30", minutes: 20})
	w.Tick(3 * time.Hour)
	if v := read(t, pa); !v.Figures.Made.Equal(first.Figures.Made) || v.Figures.Counted != 1 {
		t.Errorf("counted again on the same day: %v", v.Figures.Made)
	}
	w.Tick(24 * time.Hour)
	if v := read(t, pa); v.Figures.Counted != 2 {
		t.Errorf("not counted on the next day: %d", v.Figures.Counted)
	}
}

// TestUses: answers by hand, with what is too small left out and what was taken
// back not counted.
func TestUses(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa, posts := open(w)
		var talks []talk
		for i := range 30 {
			k := talk{post: posts["San Vicente"], officer: "o1", outcome: "none", begun: fmt.Sprintf("2026-10-%02d 15:00", 1+i), minutes: 20, answers: map[string]string{"A": "yes", "B": "no", "C": ""}}
			if i >= 12 {
				k.answers["A"], k.post = "no", posts["Lajas Blancas"]
			}
			if i < 5 {
				k.answers["B"] = "unknown"
			}
			talks = append(talks, k)
		}
		write(t, pa.DB, talks...)
		w.Tick(time.Hour)
		const hidden = fairness.Hidden
		got := map[string]coverage.Use{}
		for _, u := range read(t, pa).Figures.Uses {
			got[u.Post+u.Indicator] = u
		}
		for _, want := range []coverage.Use{
			{"", "A", 12, 18, hidden}, {"", "B", hidden, 25, hidden},
			{posts["San Vicente"], "A", 12, hidden, hidden}, {posts["San Vicente"], "B", hidden, hidden, hidden},
			{posts["Lajas Blancas"], "A", hidden, 18, hidden}, {posts["Lajas Blancas"], "B", hidden, 18, hidden},
		} {
			if got[want.Post+want.Indicator] != want {
				t.Errorf("got %+v, want %+v", got[want.Post+want.Indicator], want)
			}
		}
		if len(got) != 6 {
			t.Errorf("%v", got)
		}
	})
}

// TestFindsThroughTheRows: what is planted in the rows comes out of the report, on
// the right side; without it, nothing does. How often chance alone is found is for
// package fairness to test: these seeds have none of it.
func TestFindsThroughTheRows(t *testing.T) {
	for _, c := range []struct {
		plan fairness.Plan
		want string
	}{
		{fairness.Plan{Seed: 9, Screenings: 3000, Group: fairness.Group{Attribute: fairness.Sex, Value: "male"}, Presuming: 0.4}, "decision female"},
		{fairness.Plan{Seed: 5, Screenings: 3000, Group: fairness.Group{Attribute: fairness.Citizenship, Value: "EC"}, Indicator: 5, Showing: 0.3}, "item I-05 EC"},
		{fairness.Plan{Seed: 7, Screenings: 3000}, ""},
	} {
		w := testkit.NewWorld(t)
		pa, posts := open(w)
		Populate(t, pa.DB, c.plan, posts)
		w.Tick(time.Hour)
		v := read(t, pa)
		found := ""
		for _, one := range v.Figures.Compared.Comparisons {
			if one.Verdict == fairness.Differs {
				if found != "" {
					found += ", "
				}
				found += string(one.Question)
				if one.Indicator != "" {
					found += " " + one.Indicator
				}
				found += " " + one.Group.Value
				if (one.Odds > 1) != (one.Group.Value == "female") {
					t.Errorf("%s on the wrong side: %.2f", found, one.Odds)
				}
			}
		}
		if found != c.want {
			t.Errorf("found %q, want %q", found, c.want)
		}
	}
}

// countries gives the codes of a plan's countries as they stand in rows.
var countries = map[string]string{"VEN": "VE", "HTI": "HT", "ECU": "EC", "COL": "CO", "CHN": "CN"}

// Populate writes the people of a plan into the rows.
func Populate(t testing.TB, db *store.DB, plan fairness.Plan, posts map[string]string) {
	t.Helper()
	names := map[string]string{"lajas-blancas": posts["Lajas Blancas"], "san-vicente": posts["San Vicente"], "paso-canoas": posts["Paso Canoas"]}
	for three, two := range countries {
		if plan.Group.Value == two {
			plan.Group.Value = three
		}
	}
	var talks []talk
	for i, s := range plan.Invent() {
		k := talk{post: names[s.Post], officer: fmt.Sprint("o", i%5), outcome: string(s.Outcome), minutes: 15 + i%20, answers: map[string]string{},
			begun: time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(i) * (6500 * time.Hour / time.Duration(plan.Screenings))).Format("2006-01-02 15:04")}
		for _, g := range s.Groups {
			switch g.Attribute {
			case fairness.Sex:
				k.sex = g.Value
			case fairness.AgeBand:
				k.band = g.Value
			case fairness.Citizenship:
				k.citizenships = []string{countries[g.Value]}
			}
		}
		for _, code := range s.Yes {
			k.answers[code] = "yes"
		}
		for _, code := range s.No {
			k.answers[code] = "no"
		}
		talks = append(talks, k)
	}
	for len(talks) > 0 {
		n := min(500, len(talks))
		write(t, db, talks[:n]...)
		talks = talks[n:]
	}
}
