package publishing_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/data"
	"istmo/fault"
	"istmo/notices"
	"istmo/observatory/publishing"
	"istmo/observatory/release"
	"istmo/observatory/release/approval"
	"istmo/observatory/tally"
	"istmo/store"
	"istmo/testkit"
)

// everywhere runs a test on both databases.
func everywhere(t *testing.T, test func(*testing.T, *office)) {
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			w := testkit.NewWorld(t)
			w.Postgres = database == "postgres"
			test(t, open(w, "PA"))
		})
	}
}

// office is a country with two analysts, a focal point, an officer and people who
// have been counted.
type office struct {
	*testkit.Country
	t             testing.TB
	w             *testkit.World
	ana, sol, luz access.Who
	people        []tally.Row
	apart         *office // another country, where nothing ever goes out
}

func open(w *testkit.World, node string) *office {
	o := &office{Country: w.Start(node), t: w.T, w: w, people: invented(node)}
	o.Agency("comision", "national-committee", "Comisión (ficticia)")
	o.ana, o.sol = o.User("ana", "comision", "analyst"), o.User("sol", "comision", "analyst")
	o.luz = o.User("luz", "comision", "focal-point", "foreign-ministry")
	o.User("beto", "comision", "field-officer", "case-worker", "prosecutor", "auditor")
	o.count()
	return o
}

// count keeps the people as the node's daily count.
func (o *office) count() {
	o.t.Helper()
	testkit.Must(o.t, o.Country, o.Engine.Self, tally.Keep{Counted: tally.Counted{Figures: tally.Figures{Made: o.w.Now()},
		Cube: tally.Cube{Made: o.w.Now(), Country: "PAN", Rules: "2026-11", Rows: o.people}}})
}

// invented are people of three years: enough women, few men, and three of a form.
func invented(node string) (rows []tally.Row) {
	add := func(year, n int, sex, age, form, citizenship, standing string) {
		rows = append(rows, tally.Row{Year: year, Sex: sex, Age: age, Form: form, Citizenship: citizenship, Standing: standing, Count: n})
	}
	more := 0
	if node == "CO" {
		more = 17
	}
	for i, year := range []int{2023, 2024, 2025} {
		add(year, 41+3*i+more, "female", "18+", "sexual", "VEN", "identified")
		add(year, 22+i, "female", "18+", "labour", "COL", "presumed")
		add(year, 13, "female", "0-17", "sexual", "COL", "identified")
		add(year, 19+2*i, "male", "18+", "labour", "ECU", "presumed")
		add(year, 3+i, "male", "0-17", "other", "HTI", "presumed")
		add(year, 12, "female", "18+", "other", "CHN", "identified")
		add(year, 11, "male", "18+", "sexual", "VEN", "identified")
		add(year, 2, "other", "18+", "sexual", "VEN", "identified")
	}
	add(2026, 50, "female", "18+", "sexual", "VEN", "identified")
	return rows
}

func wanted(tables ...string) publishing.Prepare {
	return publishing.Prepare{Title: "Personas por año", Choice: publishing.Choice{From: 2023, To: 2025, Tables: tables, Citizenships: "Venezuela, Colombia"}}
}

func (o *office) prepare(c publishing.Prepare) string {
	o.t.Helper()
	return testkit.Must(o.t, o.Country, o.ana, c).Object
}

func (o *office) open(who access.Who, id string) publishing.View {
	o.t.Helper()
	v, err := act.Look(context.Background(), o.Engine, who, publishing.Open{On: publishing.On{ID: id}})
	if err != nil {
		o.t.Fatal(err)
	}
	return v
}

func (o *office) approve(id string) {
	o.t.Helper()
	testkit.Must(o.t, o.Country, o.luz, publishing.Approve{On: publishing.On{ID: id}, Digest: o.open(o.luz, id).Digest})
}

func (o *office) send(id string) {
	o.t.Helper()
	testkit.Must(o.t, o.Country, o.ana, publishing.Send{On: publishing.On{ID: id}, Kind: publishing.Public})
}

func do[O access.Object](o *office, who access.Who, c act.Command[O]) error {
	_, err := act.Do(context.Background(), o.Engine, who, c)
	return err
}

func (o *office) take(id string) (publishing.Taken, error) {
	return act.Look(context.Background(), o.Engine, o.ana, publishing.Take{On: publishing.On{ID: id}})
}

func refused(t testing.TB, err error, key string) {
	t.Helper()
	if all := fault.All(err); len(all) == 0 || all[0].Key != key {
		t.Errorf("got %v, want %s", err, key)
	}
}

// state is where a release stands, by the register.
func (o *office) state(id string) string {
	o.t.Helper()
	for _, l := range testkit.Ask(o.t, o.Country, o.luz, publishing.Register{}).Lines {
		if l.ID == id {
			return string(l.State)
		}
	}
	return ""
}

// TestTwoPersonsLetFiguresGo: one prepares, another approves what they saw, and the
// register says who, when and to whom. Files are there only then.
func TestTwoPersonsLetFiguresGo(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		id := o.prepare(wanted("sex", "age", "sex+age"))
		on := publishing.On{ID: id}
		v := o.open(o.luz, id)
		if v.State != approval.Prepared || v.Files || v.Hidden == 0 || v.Took.Small == 0 || v.Took.Attacked == 0 || v.Took.Cells < 20 {
			t.Errorf("prepared: %s, files %v, %d hidden, %+v", v.State, v.Files, v.Hidden, v.Took)
		}
		for _, table := range v.Publication.Tables {
			for _, c := range table.Rows {
				if c.Count != nil && *c.Count > 0 && *c.Count < 10 {
					t.Errorf("%v shows %d", c.At, *c.Count)
				}
			}
		}
		_, err := o.take(id)
		refused(t, err, "release.no-files")
		refused(t, do(o, o.ana, publishing.Approve{On: on, Digest: v.Digest}), "release.entry.same-person")
		refused(t, do(o, o.luz, publishing.Approve{On: on, Digest: strings.Repeat("0", 64)}), "release.entry.other-tables")
		refused(t, do(o, o.ana, publishing.Send{On: on, Kind: publishing.Public}), "flow.not-now")
		o.approve(id)
		_, err = o.take(id) // two that are approved beside each other would go out by their files
		refused(t, err, "release.no-files")
		for _, s := range []publishing.Send{{Kind: publishing.Named}, {Kind: "all"}, {Kind: publishing.Named, Receiver: strings.Repeat("x", 300)}, {Kind: publishing.Partner}, {Kind: publishing.Partner, Node: "PA"}} {
			s.On = on
			if err := do(o, o.ana, s); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%+v: %v", s, err)
			}
		}
		testkit.Must(t, o.Country, o.ana, publishing.Send{On: on, Kind: publishing.Named, Receiver: "UNODC"})
		o.send(id)
		if taken, err := o.take(id); err != nil || taken.File.Note == "" {
			t.Errorf("out, and not to be had: %v", err)
		}
		refused(t, do(o, o.sol, publishing.Send{On: on, Kind: publishing.Public}), "release.sent-already")
		refused(t, do(o, o.sol, publishing.Decline{On: on, Reason: "late"}), "flow.not-now")
		l := testkit.Ask(t, o.Country, o.sol, publishing.Register{}).Lines[0]
		if l.State != approval.Sent || l.PreparedBy != o.ana.ID || l.DecidedBy != o.luz.ID || len(l.Sent) != 2 || l.Sent[0].Receiver != "UNODC" || l.Sent[1].Kind != publishing.Public || l.Sent[1].By != o.ana.ID || l.Sent[1].At.IsZero() {
			t.Errorf("%+v", l)
		}
	})
}

// TestTheDatabaseKnowsTheRules: not even a typed statement approves one's own, goes
// back from sent or skips a step.
func TestTheDatabaseKnowsTheRules(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		first, second := o.prepare(wanted("sex")), o.prepare(wanted("age"))
		o.approve(first)
		o.send(first)
		for _, sql := range []string{
			`UPDATE release_entry SET was = 'prepared', state = 'approved', decided_by = prepared_by, note = 'x' WHERE id = '` + second + `'`,
			`UPDATE release_entry SET was = 'prepared', state = 'approved' WHERE id = '` + second + `'`,
			`UPDATE release_entry SET was = 'prepared', state = 'sent', decided_by = 'usr_x', note = 'x' WHERE id = '` + second + `'`,
			`UPDATE release_entry SET was = 'sent', state = 'declined' WHERE id = '` + first + `'`,
			`UPDATE release_entry SET was = 'sent', state = 'prepared' WHERE id = '` + first + `'`,
		} {
			if err := o.DB.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(sql); return err }); err == nil {
				t.Errorf("taken: %s", sql)
			}
		}
	})
}

// TestWhoMay: others do not see that there is anything.
func TestWhoMay(t *testing.T) {
	o := open(testkit.NewWorld(t), "PA")
	id := o.prepare(wanted("sex"))
	on, beto := publishing.On{ID: id}, o.Who("beto")
	partner := access.Who{Kind: access.Partner, ID: "CO", Node: "CO"}
	for _, who := range []access.Who{beto, partner} {
		_, open := act.Look(t.Context(), o.Engine, who, publishing.Open{On: on})
		_, take := act.Look(t.Context(), o.Engine, who, publishing.Take{On: on})
		_, list := act.Ask(t.Context(), o.Engine, who, publishing.Register{})
		_, beside := act.Ask(t.Context(), o.Engine, who, publishing.Beside{})
		for i, err := range []error{do(o, who, wanted("sex")), do(o, who, publishing.Approve{On: on, Digest: "x"}), do(o, who, publishing.Decline{On: on, Reason: "x"}),
			do(o, who, publishing.Send{On: on, Kind: publishing.Public}), open, take, list, beside} {
			refused(t, err, "fault.not-found")
			if !fault.Is(err, fault.KindDenied) {
				t.Errorf("%s %d: %v", who.ID, i, err)
			}
		}
		if n := opened(o, who.Actor()); n > 0 { // nothing is prepared, nor opened, for who may not
			t.Errorf("%s had counts opened %d times", who.ID, n)
		}
	}
	refused(t, do(o, o.luz, wanted("sex")), "fault.not-found") // a focal point does not prepare
	refused(t, do(o, o.luz, publishing.Approve{On: publishing.On{ID: "rel_none"}}), "fault.not-found")
}

// TestDeclined: with a reason, and what was counted for it is destroyed.
func TestDeclined(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		id := o.prepare(wanted("sex"))
		on := publishing.On{ID: id}
		refused(t, do(o, o.luz, publishing.Decline{On: on, Reason: "  "}), "release.entry.reason")
		refused(t, do(o, o.luz, publishing.Decline{On: on, Reason: strings.Repeat("x", 2000)}), "fault.too-long")
		if len(counts(o, id)) == 0 {
			t.Error("nothing was sealed")
		}
		testkit.Must(t, o.Country, o.luz, publishing.Decline{On: on, Reason: "Falta 2022"})
		if l := testkit.Ask(t, o.Country, o.ana, publishing.Register{}).Lines[0]; l.State != approval.Declined || l.Reason != "Falta 2022" || l.Overtaken {
			t.Errorf("%+v", l)
		}
		if n := len(counts(o, id)); n > 0 {
			t.Errorf("%d bytes of counts are left", n)
		}
		refused(t, do(o, o.luz, publishing.Approve{On: on}), "flow.not-now")
		_, err := o.take(id)
		refused(t, err, "release.no-files")
	})
}

func counts(o *office, id string) (sealed []byte) {
	o.t.Helper()
	err := o.DB.Read(context.Background(), func(tx *store.Tx) error {
		return tx.Get([]any{&sealed}, `SELECT counts FROM release_entry WHERE id = $1`, id)
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return sealed
}

// TestCountsAreSealedAndTheirOpeningIsRecorded: no row and no answer holds a small
// count, and preparing beside what is out says in the ledger that it opened them.
func TestCountsAreSealedAndTheirOpeningIsRecorded(t *testing.T) {
	o := open(testkit.NewWorld(t), "PA")
	o.people = []tally.Row{{Year: 2024, Sex: "female", Age: "18+", Form: "sexual", Citizenship: "VEN", Standing: "identified", Count: 77773},
		{Year: 2024, Sex: "male", Age: "18+", Form: "sexual", Citizenship: "VEN", Standing: "identified", Count: 7}}
	o.count()
	c := publishing.Prepare{Title: "x", Choice: publishing.Choice{From: 2024, To: 2024, Tables: []string{"sex"}}}
	id := o.prepare(c)
	if n := looks(o); n != 1 {
		t.Errorf("%d openings", n)
	}
	o.approve(id)
	o.send(id)
	if strings.Contains(string(counts(o, id)), "77773") {
		t.Error("the counts stand in the clear")
	}
	v := o.open(o.luz, id)
	text, err := json.Marshal(v)
	if err != nil || strings.Contains(string(text), "77773") || strings.Contains(string(text), `"count":7}`) {
		t.Errorf("a count that is hidden is shown: %s", text)
	}
	if o.prepare(publishing.Prepare{Title: "y", Choice: publishing.Choice{From: 2024, To: 2024, Tables: []string{"form"}}}); looks(o) != 2 {
		t.Errorf("%d openings", looks(o))
	}
	if entry, offered := o.Engine.Verbs.Find("release.open-counts"); offered {
		t.Errorf("a door offers %s", entry.Verb)
	}
}

// looks is how often somebody had the counts opened, by the ledger.
func looks(o *office) int64 { return opened(o, o.ana.ID) / 2 }

// opened is how often somebody had the count of people, or those of what is out, opened.
func opened(o *office, actor string) (n int64) {
	o.t.Helper()
	err := o.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
		n, err = store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM ledger_entry WHERE verb IN ('release.open-counts', 'tally.open') AND actor = $1 AND outcome = 'looked'`, actor)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

// TestOvertaken: what was prepared before another release went out has to be
// prepared again, at every step; and no file of it is to be had meanwhile.
func TestOvertaken(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		first, second, third := o.prepare(wanted("sex")), o.prepare(wanted("age")), o.prepare(wanted("form"))
		o.approve(first)
		o.approve(second)
		o.send(first)
		refused(t, do(o, o.ana, publishing.Send{On: publishing.On{ID: second}, Kind: publishing.Public}), "release.entry.overtaken")
		_, err := o.take(second)
		refused(t, err, "release.no-files")
		refused(t, do(o, o.luz, publishing.Approve{On: publishing.On{ID: third}, Digest: o.open(o.luz, third).Digest}), "release.entry.overtaken")
		if o.state(second) != "approved" || o.state(third) != "prepared" {
			t.Errorf("%s, %s", o.state(second), o.state(third))
		}
		again := o.prepare(wanted("age"))
		o.approve(again)
		o.send(again)
		if _, err := o.take(first); err != nil {
			t.Errorf("what is out is to be had no more: %v", err)
		}
	})
}

// TestOvertakenWhilePreparing: a release that goes out while another is prepared is
// seen by the verb that keeps it.
func TestOvertakenWhilePreparing(t *testing.T) {
	o := open(testkit.NewWorld(t), "PA")
	first := o.prepare(wanted("sex"))
	o.approve(first)
	made := wanted("age").Ahead(t.Context(), o.Engine, o.ana) // prepared, and not yet kept
	o.send(first)
	err := o.DB.Write(t.Context(), func(tx *store.Tx) error {
		e, err := made.Find(tx, o.ana)
		if err != nil {
			return err
		}
		return made.Do(tx, o.ana, e)
	})
	refused(t, err, "release.entry.overtaken")
}

// TestChoosing: what cannot be counted is said by field, and nothing is entered.
func TestChoosing(t *testing.T) {
	o := open(testkit.NewWorld(t), "PA")
	many := strings.Split("sex,age,form,citizenship,standing,sex+age,sex+form,sex+citizenship,sex+standing,age+form,age+citizenship,age+standing,form+standing", ",")
	for name, c := range map[string]struct {
		change     func(*publishing.Prepare)
		field, key string
	}{
		"no title":            {func(p *publishing.Prepare) { p.Title = "  " }, "title", "release.entry.title"},
		"a long title":        {func(p *publishing.Prepare) { p.Title = strings.Repeat("x", 500) }, "title", "fault.too-long"},
		"no year":             {func(p *publishing.Prepare) { p.From = 0 }, "from", "release.year"},
		"years that run back": {func(p *publishing.Prepare) { p.From, p.To = 2025, 2023 }, "to", "release.years"},
		"too many years":      {func(p *publishing.Prepare) { p.From, p.To = 2000, 2025 }, "to", "release.years"},
		"a year that goes on": {func(p *publishing.Prepare) { p.To = 2026 }, "to", "release.year-not-over"},
		"a year to come":      {func(p *publishing.Prepare) { p.To = 2030 }, "to", "release.year-not-over"},
		"no table":            {func(p *publishing.Prepare) { p.Tables = nil }, "tables", "release.choose-table"},
		"too many":            {func(p *publishing.Prepare) { p.Tables = many }, "tables", "release.many-tables"},
		"no such dimension":   {func(p *publishing.Prepare) { p.Tables = []string{"name"} }, "tables", "fault.not-in-list"},
		"a dimension twice":   {func(p *publishing.Prepare) { p.Tables = []string{"sex+sex"} }, "tables", "fault.not-in-list"},
		"none of its own":     {func(p *publishing.Prepare) { p.Own = []string{"sex", "'; DROP"} }, "tables", "fault.not-in-list"},
		"no citizenship":      {func(p *publishing.Prepare) { p.Citizenships = " , " }, "citizenships", "release.citizenships"},
		"no country":          {func(p *publishing.Prepare) { p.Citizenships = "Venezuela, Narnia" }, "citizenships", "release.no-country"},
		"a guess":             {func(p *publishing.Prepare) { p.Citizenships = "Venezuelaa" }, "citizenships", "release.no-country"},
		"years of nobody":     {func(p *publishing.Prepare) { p.From, p.To = 2010, 2012 }, "", "release.nobody"},
	} {
		p := wanted("sex", "citizenship")
		c.change(&p)
		err := do(o, o.ana, p)
		if all := fault.All(err); len(all) == 0 || all[0].Key != c.key || all[0].Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(testkit.Ask(t, o.Country, o.ana, publishing.Register{}).Lines); n != 0 {
		t.Errorf("%d are entered", n)
	}
	p := wanted("sex+age", "age+sex", "sex+age")
	p.Own = []string{"age", "sex"}
	if v := o.open(o.sol, o.prepare(p)); len(v.Publication.Tables) != 1 || !slices.Equal(v.Publication.Tables[0].Over, []string{"year", "sex", "age"}) {
		t.Errorf("the same table four times: %+v", v.Publication.Tables)
	}
}

// TestHidingIsNotChosen: no verb takes a rule. A field that would is refused, and
// what comes of it is by the rule of the country and the day.
func TestHidingIsNotChosen(t *testing.T) {
	o := open(testkit.NewWorld(t), "PA")
	entry, _ := o.Engine.Verbs.Find("release.prepare")
	for _, field := range []string{"rule", "least", "method", "zeros", "suppress", "counts", "made"} {
		_, err := entry.FromJSON([]byte(`{"title":"x","from":2023,"to":2025,"tables":["sex"],"` + field + `":1}`))
		refused(t, err, "fault.unknown-field")
	}
	rules, err := publishing.LoadRules(data.Files)
	if err != nil {
		t.Fatal(err)
	}
	want, err := release.RuleFor(rules, "PA", "2026-11-09")
	if err != nil {
		t.Fatal(err)
	}
	if v := o.open(o.luz, o.prepare(wanted("sex"))); v.Rule != want.Version() || v.Publication.Rule.Least != want.Least || v.Publication.Rule.Method != release.Suppress {
		t.Errorf("by %s", v.Rule)
	}
	publishing.Use(o.DB, []release.Rule{{Country: "PA", Least: 1, Method: release.Suppress, Zeros: release.ZerosShown}}, time.UTC)
	refused(t, do(o, o.ana, wanted("sex")), "release.rule.least")
}

// TestWhatChangedIsRefused: a year that went out and was counted anew goes out no
// more; another year does.
func TestWhatChangedIsRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		p := wanted("sex")
		p.To = 2024
		id := o.prepare(p)
		o.approve(id)
		o.send(id)
		o.people[0].Count++ // a woman of 2023
		o.count()
		refused(t, do(o, o.ana, wanted("age")), "release.changed-since")
		p.From, p.To = 2025, 2025
		if err := do(o, o.ana, p); err != nil {
			t.Errorf("another year: %v", err)
		}
	})
}

func actDo(o *office, p publishing.Prepare) (string, error) {
	d, err := act.Do(context.Background(), o.Engine, o.ana, p)
	return d.Object, err
}

// forgetAll empties the register, as no verb can.
func (o *office) forgetAll() {
	o.t.Helper()
	err := o.DB.Write(context.Background(), func(tx *store.Tx) error {
		if _, err := tx.Exec(`DELETE FROM release_copy`); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM release_entry`)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// alone is what would go out if nothing had gone out before: prepared at a register
// that knows of nothing, and declined.
func (o *office) alone(p publishing.Prepare) publishing.Publication {
	o.t.Helper()
	other := o.apart
	other.people = o.people
	other.count()
	id, err := actDo(other, p)
	if err != nil {
		o.t.Fatal(err)
	}
	return other.open(other.luz, id).Publication
}

// TestAnOperatorsRules: an operator's rows take the place of the shipped ones of the
// same country, and a rule that hides nothing is not taken at all.
func TestAnOperatorsRules(t *testing.T) {
	const header = "country,from,to,least,zeros,method,base,basis,rule_es,rule_en,source,verified\n"
	own := func(rows string) fstest.MapFS {
		return fstest.MapFS{"release-rules.csv": {Data: []byte(header + rows)}}
	}
	shipped, err := publishing.LoadRules(data.Files, fstest.MapFS{})
	if err != nil || len(shipped) == 0 {
		t.Fatal(shipped, err)
	}
	rules, err := publishing.LoadRules(data.Files, own("PA,2026-01-01,,20,cover,suppress,,law,x,x,Gaceta ficticia,yes\n"))
	if err != nil {
		t.Fatal(err)
	}
	for country, least := range map[string]int{"PA": 20, "CO": 10} {
		if r, err := release.RuleFor(rules, country, "2026-11-09"); err != nil || r.Least != least {
			t.Errorf("%s: %+v, %v", country, r, err)
		}
	}
	if _, err := publishing.LoadRules(data.Files, own("PA,,,1,shown,suppress,,law,x,x,Gaceta ficticia,yes\n")); err == nil {
		t.Error("a rule that hides nothing is taken")
	}
	if _, err := publishing.LoadRules(fstest.MapFS{}); err == nil {
		t.Error("no rules are enough")
	}
}

// TestTheSecondPersonIsTold: those who may let figures go out are told once that some
// wait, and no more when they have been decided; whoever prepared them is not told.
func TestTheSecondPersonIsTold(t *testing.T) {
	o := open(testkit.NewWorld(t), "PA")
	waits := func(who string) (n int) {
		for _, one := range testkit.Ask(t, o.Country, o.Who(who), notices.Mine{}).Waiting {
			if one.Kind == "release-to-approve" && one.DoneAt.IsZero() {
				n++
			}
		}
		return n
	}
	id := o.prepare(wanted("sex"))
	told := map[string]int{"ana": waits("ana"), "sol": waits("sol"), "luz": waits("luz"), "beto": waits("beto")}
	if told["ana"] != 0 || told["beto"] != 0 || told["sol"]+told["luz"] == 0 {
		t.Errorf("%v", told)
	}
	testkit.Must(t, o.Country, o.luz, publishing.Decline{On: publishing.On{ID: id}, Reason: "Falta un año"})
	if waits("luz")+waits("sol") != 0 {
		t.Error("it is decided, and they still wait")
	}
}
