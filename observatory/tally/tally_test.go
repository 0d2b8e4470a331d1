package tally_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/fault"
	"istmo/observatory/tally"
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

// open is a country with an analyst, a focal point, a ministry and two case workers.
func open(w *testkit.World, id string) *testkit.Country {
	c := w.Start(id)
	c.Agency("uia", "response-team", "Equipo (ficticio)")
	c.Agency("shelter", "shelter", "Albergue (ficticio)")
	c.User("sol", "uia", "analyst")
	c.User("luz", "uia", "focal-point")
	c.User("min", "uia", "foreign-ministry")
	c.User("ana", "uia", "case-worker")
	c.User("eva", "shelter", "case-worker")
	return c
}

// row is a person's file as its row says it, with the country's decisions about them:
// "presumed 2025-03-02".
type row struct {
	id, agency, sex, band, origin, originID, begun string
	inDoubt, erased, elsewhere                     bool
	citizenships, forms                            []string
	decided                                        []string
	country                                        string // whose decisions; Panama's if empty
}

func (r row) write(tx *store.Tx) error {
	begun, err := instant(r.begun)
	if err != nil {
		return err
	}
	erased := time.Time{}
	if r.erased {
		erased = begun
	}
	if r.country == "" {
		r.country = "PA"
	}
	or := func(s, otherwise string) string {
		if s == "" {
			return otherwise
		}
		return s
	}
	_, err = tx.Exec(`INSERT INTO person (id, ref, agency, sex, age_band, age_in_doubt, citizenships, languages, interpreter, forms, needs, place, origin, origin_id, created_at, created_by, erased_at, counted_elsewhere)
		VALUES ($1, $1, $2, $3, $4, $5, $6, 'es', FALSE, $7, '', '', $8, $9, $10, '', $11, $12)`,
		r.id, or(r.agency, "agy"), or(r.sex, "unknown"), or(r.band, "unknown"), r.inDoubt, r.citizenships, r.forms, or(r.origin, "met"), r.originID, begun, erased, r.elsewhere)
	if err != nil {
		return err
	}
	for _, d := range r.decided {
		var status, day string
		if _, err := fmt.Sscan(d, &status, &day); err != nil {
			return err
		}
		on, err := instant(day)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO person_status (id, person, country, authority, status, legal_basis, decided_on, recorded_at, recorded_by) VALUES ($1, $2, $3, 'x', $4, 'x', $5, $5, '')`,
			tx.NewID("sta"), r.id, r.country, status, on); err != nil {
			return err
		}
	}
	return nil
}

// instant reads "2025-03-02" or "2025-03-02T15:04", in UTC.
func instant(s string) (time.Time, error) {
	if len(s) > len(time.DateOnly) {
		return time.Parse("2006-01-02T15:04", s)
	}
	return time.Parse(time.DateOnly, s)
}

func write(t testing.TB, db *store.DB, rows ...row) {
	t.Helper()
	err := db.Write(context.Background(), func(tx *store.Tx) error {
		for _, r := range rows {
			if err := r.write(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func link(t testing.TB, db *store.DB, state, a, b string) {
	t.Helper()
	err := db.Write(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO likeness_pair (id, earlier, later, state, score, reasons, at) VALUES ($1, $2, $3, $4, 9, '', $5)`, tx.NewID("lik"), a, b, state, tx.Now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// counted is the count of now, as lines: "2025 female 18+ sexual COL identified 1".
func counted(t testing.TB, c *testkit.Country) (lines []string, all tally.Counted) {
	t.Helper()
	zone, err := time.LoadLocation("America/Panama")
	if err != nil {
		t.Fatal(err)
	}
	if all, err = tally.Count(context.Background(), c.DB, zone); err != nil {
		t.Fatal(err)
	}
	for _, r := range all.Cube.Rows {
		lines = append(lines, fmt.Sprintf("%d %s %s %s %s %s %d", r.Year, r.Sex, r.Age, r.Form, r.Citizenship, r.Standing, r.Count))
	}
	return lines, all
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// TestRulesByHand: each rule by itself, on people whose cell was written down on paper.
func TestRulesByHand(t *testing.T) {
	for _, c := range []struct {
		rule string
		rows []row
		want []string
	}{
		{"nobody decided: not counted", []row{{id: "per_a", begun: "2025-03-01"}}, nil},
		{"accredited: identified", []row{{id: "per_a", begun: "2025-03-01", sex: "female", band: "21-29", citizenships: []string{"CO"}, forms: []string{"sexual"}, decided: []string{"accredited 2025-03-05"}}},
			[]string{"2025 female 18+ sexual COL identified 1"}},
		{"provisional: presumed", []row{{id: "per_a", begun: "2025-03-01", decided: []string{"possible 2025-03-02", "preliminary 2025-03-05"}}}, []string{"2025 unknown unknown unknown unknown presumed 1"}},
		{"a provisional one undoes none that settles", []row{{id: "per_a", begun: "2025-03-01", decided: []string{"full 2025-03-02", "preliminary 2025-03-05"}}}, []string{"2025 unknown unknown unknown unknown identified 1"}},
		{"the last that settles it counts, against", []row{{id: "per_a", begun: "2025-03-01", decided: []string{"accredited 2025-03-02", "not-victim 2025-03-05"}}}, nil},
		{"the last that settles it counts, in favour", []row{{id: "per_a", begun: "2025-03-01", decided: []string{"smuggled-migrant 2025-03-02", "full 2025-03-05"}}}, []string{"2025 unknown unknown unknown unknown identified 1"}},
		{"a smuggled migrant is not counted", []row{{id: "per_a", begun: "2025-03-01", decided: []string{"presumed 2025-03-02", "smuggled-migrant 2025-03-05"}}}, nil},
		{"what protects otherwise is not counted", []row{{id: "per_a", begun: "2025-03-01", decided: []string{"presumed 2025-03-02", "other-protection 2025-03-05"}}}, nil},
		{"assisted here: presumed", []row{{id: "per_a", begun: "2025-03-01", decided: []string{"assisted 2025-03-05"}}}, []string{"2025 unknown unknown unknown unknown presumed 1"}},
		{"another country's decision does not count", []row{{id: "per_a", begun: "2025-03-01", country: "CO", decided: []string{"assisted 2025-03-05"}}}, nil},
		{"the year of meeting, not of the decision", []row{{id: "per_a", begun: "2024-12-30", decided: []string{"full 2025-02-01"}}}, []string{"2024 unknown unknown unknown unknown identified 1"}},
		{"the year of an earlier decision", []row{{id: "per_a", begun: "2025-02-01", decided: []string{"presumed 2024-11-01"}}}, []string{"2024 unknown unknown unknown unknown presumed 1"}},
		{"a decision against is no detection", []row{{id: "per_a", origin: "import", begun: "2025-02-01", decided: []string{"not-victim 2022-11-01", "full 2023-01-01"}}}, []string{"2023 unknown unknown unknown unknown identified 1"}},
		{"imported: the decision, not the day of the import", []row{{id: "per_a", origin: "import", originID: "k", begun: "2025-02-01", decided: []string{"full 2025-06-01"}}, {id: "per_b", origin: "import", originID: "l", begun: "2024-02-01", decided: []string{"full 2025-06-01"}}},
			[]string{"2025 unknown unknown unknown unknown identified 2"}},
		{"an hour of the night of 31 December is this year's in the country", []row{{id: "per_a", origin: "import", originID: "k", begun: "2025-02-01", decided: []string{"full 2025-01-01T03:00"}}}, []string{"2024 unknown unknown unknown unknown identified 1"}},
		{"a day without an hour is that day", []row{{id: "per_a", origin: "import", originID: "k", begun: "2025-02-01", decided: []string{"full 2025-01-01"}}}, []string{"2025 unknown unknown unknown unknown identified 1"}},
		{"a child", []row{{id: "per_a", begun: "2025-03-01", band: "9-17", decided: []string{"full 2025-03-05"}}}, []string{"2025 unknown 0-17 unknown unknown identified 1"}},
		{"a child by doubt, as the law treats them", []row{{id: "per_a", begun: "2025-03-01", band: "18-20", inDoubt: true, decided: []string{"full 2025-03-05"}}}, []string{"2025 unknown 0-17 unknown unknown identified 1"}},
		{"several forms: the first in order", []row{{id: "per_a", begun: "2025-03-01", forms: []string{"begging", "domestic", "unknown"}, decided: []string{"full 2025-03-05"}}}, []string{"2025 unknown unknown labour unknown identified 1"}},
		{"several forms, sexual among them", []row{{id: "per_a", begun: "2025-03-01", forms: []string{"labour", "sexual"}, decided: []string{"full 2025-03-05"}}}, []string{"2025 unknown unknown sexual unknown identified 1"}},
		{"several citizenships: the first", []row{{id: "per_a", begun: "2025-03-01", citizenships: []string{"VE", "CO"}, decided: []string{"full 2025-03-05"}}}, []string{"2025 unknown unknown unknown VEN identified 1"}},
		{"several citizenships, this country's among them", []row{{id: "per_a", begun: "2025-03-01", citizenships: []string{"VE", "PA"}, decided: []string{"full 2025-03-05"}}}, []string{"2025 unknown unknown unknown PAN identified 1"}},
		{"no such country", []row{{id: "per_a", begun: "2025-03-01", citizenships: []string{"QQ"}, decided: []string{"full 2025-03-05"}}}, []string{"2025 unknown unknown unknown unknown identified 1"}},
		{"erased: the codes stay counted", []row{{id: "per_a", begun: "2025-03-01", sex: "male", erased: true, decided: []string{"full 2025-03-05"}}}, []string{"2025 male unknown unknown unknown identified 1"}},
		{"erased beside another file: not twice", []row{{id: "per_a", begun: "2025-03-01", erased: true, elsewhere: true, decided: []string{"full 2025-03-05"}}, {id: "per_b", begun: "2025-03-01", decided: []string{"full 2025-03-05"}}},
			[]string{"2025 unknown unknown unknown unknown identified 1"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			w := testkit.NewWorld(t)
			pa := w.Start("PA")
			write(t, pa.DB, c.rows...)
			got, _ := counted(t, pa)
			same(t, c.rule, got, c.want)
		})
	}
}

// TestOnePersonOnce: files that are one person's count once, with what each knows.
func TestOnePersonOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa := w.Start("PA")
		write(t, pa.DB,
			row{id: "per_a", begun: "2024-05-01", sex: "female", decided: []string{"presumed 2024-05-02"}},
			row{id: "per_b", begun: "2025-05-01", sex: "male", band: "21-29", citizenships: []string{"CO"}, decided: []string{"full 2025-06-01"}},
			row{id: "per_c", begun: "2025-07-01", forms: []string{"labour"}, decided: []string{"preliminary 2025-07-01"}},
			row{id: "per_d", begun: "2025-07-01", decided: []string{"full 2025-07-01"}},
			row{id: "per_e", begun: "2025-07-01", decided: []string{"full 2025-07-01"}},
			row{id: "per_f", begun: "2025-07-01", decided: []string{"full 2025-07-01"}})
		link(t, pa.DB, "same", "per_a", "per_b")
		link(t, pa.DB, "same", "per_b", "per_c")
		link(t, pa.DB, "suggested", "per_d", "per_e")
		link(t, pa.DB, "different", "per_e", "per_f")
		got, _ := counted(t, pa)
		same(t, "linked", got, []string{"2024 female 18+ labour COL identified 1", "2025 unknown unknown unknown unknown identified 3"})
	})
}

// TestErasedOfTwoFiles: whoever had two files and is erased in one stays counted once,
// though the link is gone.
func TestErasedOfTwoFiles(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := open(w, "PA")
	ana := pa.Who("ana")
	register := func() string {
		p := testkit.Must(t, pa, ana, cases.Register{Place: "Metetí", Attributes: cases.Attributes{Sex: "female"}}).Object
		testkit.Must(t, pa, ana, cases.DecideStatus{On: cases.On{Person: p}, Country: "PA", Authority: "UIA", Status: "presumed", LegalBasis: "Ley 79", DecidedOn: w.Now()})
		return p
	}
	a, b := register(), register()
	testkit.Must(t, pa, ana, cases.LinkSame{OnTwo: cases.OnTwo{Person: a, Other: b, Reason: "the same scar and the same mother"}})
	once := []string{"2026 female unknown unknown unknown presumed 1"}
	got, _ := counted(t, pa)
	same(t, "linked", got, once)
	testkit.Must(t, pa, pa.Engine.Self, cases.Erase{On: cases.On{Person: a}})
	got, _ = counted(t, pa)
	same(t, "one erased", got, once)
	testkit.Must(t, pa, pa.Engine.Self, cases.Erase{On: cases.On{Person: b}})
	got, _ = counted(t, pa)
	same(t, "both erased", got, once)
}

// TestStranger: the figures are for those who answer for them, the whole count for
// fewer, and opening it is in the ledger.
func TestStranger(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := open(w, "PA")
	write(t, pa.DB, row{id: "per_a", begun: "2025-03-01", decided: []string{"full 2025-03-05"}})
	w.Tick(time.Hour)
	ctx := context.Background()
	partner := access.Who{Kind: access.Partner, ID: "CO", Node: "CO"}
	for _, who := range []access.Who{pa.Who("ana"), partner} {
		if _, err := act.Ask(ctx, pa.Engine, who, tally.Read{}); !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s reads: %v", who.Actor(), err)
		}
	}
	for _, who := range []access.Who{pa.Who("ana"), pa.Who("min"), partner} {
		if _, err := act.Look(ctx, pa.Engine, who, tally.Open{}); !fault.Is(err, fault.KindDenied) {
			t.Errorf("%s opens: %v", who.Actor(), err)
		}
	}
	if _, err := act.Do(ctx, pa.Engine, pa.Who("luz"), tally.Keep{Counted: tally.Counted{Figures: tally.Figures{Made: w.Now()}}}); !fault.Is(err, fault.KindDenied) {
		t.Errorf("somebody keeps a count: %v", err)
	}
	if v := testkit.Ask(t, pa, pa.Who("min"), tally.Read{}); !v.There {
		t.Error("the ministry reads nothing")
	}
	looks := func() (n int64) {
		err := pa.DB.Read(ctx, func(tx *store.Tx) (err error) {
			n, err = store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM ledger_entry WHERE verb = 'tally.open' AND outcome = 'looked'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	cube, err := act.Look(ctx, pa.Engine, pa.Who("sol"), tally.Open{})
	if err != nil || len(cube.Rows) != 1 || cube.Country != "PAN" {
		t.Errorf("%+v: %v", cube, err)
	}
	if looks() != 1 {
		t.Error("the opening is not in the ledger")
	}
}

// TestOnceADay: counted on the day after, not at once, and the last count's key is gone.
func TestOnceADay(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := open(w, "PA")
	w.Tick(time.Hour)
	sol := pa.Who("sol")
	if testkit.Ask(t, pa, sol, tally.Read{}).There {
		t.Error("nothing was counted, as there was nothing")
	}
	write(t, pa.DB, row{id: "per_a", begun: "2025-03-01", decided: []string{"full 2025-03-05"}})
	w.Tick(time.Hour)
	first := testkit.Ask(t, pa, sol, tally.Read{})
	if !first.There || people(t, pa) != 1 {
		t.Fatalf("%+v", first)
	}
	write(t, pa.DB, row{id: "per_b", begun: "2025-03-01", decided: []string{"full 2025-03-05"}})
	w.Tick(time.Hour)
	if v := testkit.Ask(t, pa, sol, tally.Read{}); !v.Figures.Made.Equal(first.Figures.Made) || people(t, pa) != 1 {
		t.Error("counted again on the same day")
	}
	w.Tick(24 * time.Hour)
	if people(t, pa) != 2 {
		t.Error("not counted on the next day")
	}
}

func people(t testing.TB, c *testkit.Country) (n int) {
	t.Helper()
	cube, err := act.Look(context.Background(), c.Engine, c.Who("sol"), tally.Open{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range cube.Rows {
		n += r.Count
	}
	return n
}
