package signals_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/fault"
	"istmo/node"
	"istmo/observatory/signals"
	"istmo/observatory/sources"
	"istmo/observatory/watch"
	"istmo/screening"
	"istmo/store"
	"istmo/testkit"
	"istmo/testkit/published"
)

// bring takes a public file of entries into a node.
func bring(t testing.TB, c *testkit.Country, edition, text string) {
	t.Helper()
	o := sources.Origin{Kind: sources.Entries, Source: "Servicio Nacional de Migración de Panamá (ficticio)", Edition: edition}
	if _, _, err := sources.ImportFile(t.Context(), c.Engine, c.Who("sol"), o, strings.NewReader(text), nil); err != nil {
		t.Fatal(err)
	}
}

// entries are a file of two nationalities: the counts of one from a month on, and of
// the other always the same.
func entries(from string, counts ...int) string {
	text := "date,geo,nat,n\n"
	m, _ := watch.ParseMonth(from)
	for i, n := range counts {
		text += fmt.Sprintf("%s,PAN,VEN,%d\n%s,PAN,HTI,%d\n", m+watch.Month(i), n, m+watch.Month(i), 900+i%3*20)
	}
	return text
}

var calm = []int{2010, 1950, 2040, 1990, 2060, 1930, 2000, 2020, 1980, 2030, 1960, 2000}

func of(t testing.TB, c *testkit.Country, series signals.Series, group string) (all []signals.Signal) {
	t.Helper()
	for _, s := range list(t, c).Signals {
		if s.Series == series && s.Group == group {
			all = append(all, s)
		}
	}
	return all
}

// TestTheRealFile walks a node's clock over the file of nationalities: the total's turns
// are told in their months, nationalities have signals of their own, and no reader is
// told twice in a month.
func TestTheRealFile(t *testing.T) {
	w := testkit.NewWorld(t)
	at(w, "2023-06-05 15:00")
	pa := country(w, "PA")
	text, err := os.ReadFile(published.Path(t, "panama_irregular_entries_monthly.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for m := time.Date(2023, 6, 5, 15, 0, 0, 0, time.UTC); m.Before(time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC)); m = m.AddDate(0, 1, 0) {
		if y := m.Format("2006-01"); y > "2023-10" && y < "2024-11" {
			continue
		}
		at(w, m.Format("2006-01-02 15:04"))
		last := m.AddDate(0, -1, 0).Format("2006-01")
		bring(t, pa, last, until(string(text), last))
		tick(t, pa)
		if n := told(t, pa, "sol"); n > 1 {
			t.Errorf("%v: %d notices", m, n)
		}
	}
	var total []string
	nations := map[string]bool{}
	for _, s := range list(t, pa).Signals {
		if s.Group == "" {
			total = append(total, fmt.Sprint(s.Direction, " since ", s.Since, " seen ", s.Month, " told ", !s.Quietly))
		} else if !s.Quietly {
			nations[s.Group] = true
		}
	}
	slices.Sort(total)
	want := []string{"down since 2021-11 seen 2021-12 told false", "down since 2022-11 seen 2022-12 told false", "down since 2024-11 seen 2024-12 told true",
		"up since 2022-05 seen 2022-06 told false", "up since 2023-07 seen 2023-08 told true"}
	if !slices.Equal(total, want) {
		t.Errorf("the total:\n%s", strings.Join(total, "\n"))
	}
	if !nations["VEN"] || len(nations) > 40 {
		t.Errorf("of nationalities: %v", nations)
	}
}

// until is the file as it was published with a month as its last.
func until(text, month string) string {
	lines := strings.SplitAfter(text, "\n")
	return lines[0] + strings.Join(slices.DeleteFunc(lines[1:], func(l string) bool { return l[:min(7, len(l))] > month }), "")
}

// TestACorrection takes a signal away, here and where it was sent, and what stands out
// only because figures were corrected tells nobody.
func TestACorrection(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa, co := country(w, "PA"), country(w, "CO")
		agree(w, pa, co, "signals.*")
		bring(t, pa, "2026-10", entries("2025-11", append(slices.Clone(calm[:11]), 9000)...))
		tick(t, pa, co)
		w.Deliver()
		ven, there := of(t, pa, signals.Passing, "VEN"), of(t, co, signals.Passing, "VEN")
		if len(ven) != 1 || ven[0].State != signals.Standing || ven[0].Direction != watch.Up || ven[0].Month.String() != "2026-10" || ven[0].Method != watch.Level || ven[0].Months != 11 ||
			ven[0].Observed != 9000 || ven[0].Ratio.Low < 2 || ven[0].Sureness() == "perhaps" || !strings.HasPrefix(ven[0].Edition, "2026-10") {
			t.Fatalf("%+v", ven)
		}
		if len(there) != 1 || there[0].Node != "PA" || there[0].ID != ven[0].ID || told(t, co, "luz") != 1 || told(t, pa, "luz") != 1 {
			t.Fatalf("in Colombia: %+v", there)
		}
		bring(t, pa, "2026-11-01", entries("2025-11", append(slices.Clone(calm[:11]), 2100)...))
		tick(t, pa)
		w.Deliver()
		ven, there = of(t, pa, signals.Passing, "VEN"), of(t, co, signals.Passing, "VEN")
		if len(ven) != 1 || ven[0].State != signals.Withdrawn || there[0].State != signals.Withdrawn || told(t, pa, "luz")+told(t, co, "luz") != 0 {
			t.Errorf("after the correction: %v, %v", line(ven[0]), line(there[0]))
		}
		bring(t, pa, "2026-11-02", entries("2025-11", append(slices.Clone(calm[:11]), 9100)...))
		tick(t, pa)
		w.Deliver()
		ven = of(t, pa, signals.Passing, "VEN")
		if len(ven) != 1 || told(t, pa, "luz")+told(t, co, "luz") != 0 {
			t.Errorf("a correction told: %v", ven)
		}
	})
}

// TestItEnds after two quiet months, and not over a month that is missing.
func TestItEnds(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := country(w, "PA")
	counts := append(slices.Clone(calm[:9]), 9000)
	bring(t, pa, "2026-10", entries("2026-01", counts...))
	tick(t, pa)
	if s := of(t, pa, signals.Passing, "VEN"); len(s) != 1 || s[0].State != signals.Standing {
		t.Fatalf("%v", s)
	}
	missing := entries("2026-01", append(counts, 0)...)
	missing = strings.Replace(missing, "2026-11,PAN,VEN,0", "2026-11,PAN,VEN,NA", 1)
	at(w, "2026-12-05 15:00")
	bring(t, pa, "2026-11", missing)
	tick(t, pa)
	if s := of(t, pa, signals.Passing, "VEN")[0]; s.State != signals.Standing || s.Latest.String() != "2026-10" {
		t.Errorf("a missing month: %s", line(s))
	}
	rest := strings.TrimPrefix(entries("2026-12", 2000, 1980, 2010, 2030), "date,geo,nat,n\n")
	at(w, "2027-04-05 15:00")
	bring(t, pa, "2027-03", missing+rest)
	tick(t, pa)
	s := of(t, pa, signals.Passing, "VEN")[0]
	if s.State != signals.Over || !s.Back || s.Ended == "" || told(t, pa, "sol") > 1 {
		t.Errorf("%s, back %v", line(s), s.Back)
	}
}

// TestNoFiguresAnyMore: half a year without any closes a signal, and says that.
func TestNoFiguresAnyMore(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := country(w, "PA")
	bring(t, pa, "2026-10", entries("2026-01", append(slices.Clone(calm[:9]), 9000)...))
	tick(t, pa)
	at(w, "2027-05-05 15:00")
	gone := entries("2026-11", 1, 1, 1, 1, 1, 1)
	gone = strings.Join(slices.DeleteFunc(strings.SplitAfter(gone, "\n"), func(l string) bool { return strings.Contains(l, "VEN") }), "")
	bring(t, pa, "2027-04", gone)
	tick(t, pa)
	s := of(t, pa, signals.Passing, "VEN")[0]
	if s.State != signals.Over || !s.Lost || s.Back || s.Ended != "2027-04" {
		t.Errorf("%s, lost %v", line(s), s.Lost)
	}
}

// TestABreak: where an operator's row says that a series is counted otherwise from a
// month on, it is compared with nothing before; a row that cannot be ends the start.
func TestABreak(t *testing.T) {
	w := testkit.NewWorld(t)
	row := "break,flow,VEN,2026-04,Se cuenta por otra regla,Counted by another rule,Ficticia,Fictional"
	w.Settings = func(c *node.Config) { lay(t, c.Data, row) }
	pa := country(w, "PA")
	bring(t, pa, "2026-10", entries("2025-10", 2000, 2030, 1960, 2010, 1990, 2040, 9000, 9100, 8800, 9050, 8900, 9000, 9100))
	tick(t, pa)
	if s := of(t, pa, signals.Passing, "VEN"); len(s) != 0 {
		t.Errorf("a break is told as a change: %s", line(s[0]))
	}
	if b := list(t, pa).Breaks; !slices.ContainsFunc(b, func(b signals.Break) bool {
		return b.Source("en") == "Fictional" && b.Reason("es") == "Se cuenta por otra regla"
	}) {
		t.Errorf("%+v", b)
	}
	for _, wrong := range []string{"brake,flow,,2026-04,x,x,x,x", "break,flow,,2026-4,x,x,x,x", "break,weather,,2026-04,x,x,x,x", "break,flow,,2026-04,,x,x,x", "break,flow"} {
		dir := t.TempDir()
		lay(t, dir, wrong)
		if _, err := signals.LoadBreaks(os.DirFS(filepath.Join(dir, "data"))); err == nil {
			t.Errorf("taken: %s", wrong)
		}
	}
}

// lay puts a row of an operator's own into a data directory.
func lay(t *testing.T, dir, row string) {
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	text := "what,series,group,month,reason_es,reason_en,source_es,source_en\n" + row + "\n"
	if err := os.WriteFile(filepath.Join(dir, "data", "watch-breaks.csv"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// month is what screenings of a month at a post showed.
type month struct {
	screenings, common, rare int
}

// talks writes finished screenings of months, the first one the earliest.
func talks(t testing.TB, c *testkit.Country, post string, from time.Time, months ...month) {
	t.Helper()
	err := c.DB.Write(t.Context(), func(tx *store.Tx) error {
		for i, m := range months {
			for k := range m.screenings {
				id, begun := tx.NewID("scr"), from.AddDate(0, i, 0).Add(time.Duration(k)*time.Hour)
				if _, err := tx.Exec(`INSERT INTO screening (id, chain, subject, receipt, agency, device, officer, post, list, sex, age_band, age_in_doubt, citizenships, languages, company,
					help, outcome, final, duress, started_at, finished_at, received_at, person, raised, met_at, forgotten_at, changed_at)
					VALUES ($1, $1, $1, '', 'agy', 'dev', 'o', $2, '', 'female', '', FALSE, '', 'es', '', '', 'none', TRUE, FALSE, $3, $3, $3, '', '', '', '', $3)`, id, post, begun); err != nil {
					return err
				}
				for code, n := range map[string]int{"COR-03": m.common, "VRC-01": m.rare} {
					answer := "no"
					if k < n {
						answer = "yes"
					}
					if _, err := tx.Exec(`INSERT INTO screening_value (screening, field, value, set_by) VALUES ($1, $2, $3, '')`, id, "q."+code, answer); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestScreeningsAndProfiles: what the node counts itself is watched too, crosses the
// border under the post's name, and no figure of few people is in it.
func TestScreeningsAndProfiles(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa, co := country(w, "PA"), country(w, "CO")
		agree(w, pa, co, "signals.receive")
		post := testkit.Must(t, pa, pa.Who("luz"), screening.AddPost{Name: "Lajas Blancas", Place: "Darién"}).Object
		months := make([]month, 10)
		for i := range months {
			months[i] = month{60 + i%3, 15 + i%2, 1}
		}
		talks(t, pa, post, time.Date(2025, 12, 1, 15, 0, 0, 0, time.UTC), append(months, month{180, 130, 9})...)
		tick(t, pa)
		tick(t, pa)
		w.Deliver()
		up := of(t, pa, signals.Screened, post)
		if len(up) != 1 || up[0].Direction != watch.Up || up[0].Month.String() != "2026-10" || up[0].Label != "Lajas Blancas" {
			t.Errorf("screenings: %+v", up)
		}
		common, rare := of(t, pa, signals.Profiles, post+" COR-03"), of(t, pa, signals.Profiles, post+" VRC-01")
		if len(common) != 1 || common[0].Observed < 0.7 || common[0].Observed > 0.73 || common[0].Expected > 0.3 || common[0].Method != signals.Shares {
			t.Errorf("profiles: %+v", common)
		}
		if len(rare) != 0 {
			t.Errorf("nine people are in a signal: %+v", rare)
		}
		there := of(t, co, signals.Profiles, post+" COR-03")
		if len(there) != 1 || there[0].Node != "PA" || there[0].Label != "Lajas Blancas" || told(t, co, "sol") != 1 || told(t, pa, "sol") != 1 {
			t.Errorf("in Colombia: %+v", there)
		}
		page := co.Get("/observatory/watch", co.SignIn("sol"))
		for _, words := range []string{"De Panamá", "Tamizajes en Lajas Blancas: subió desde oct 2026", "en Lajas Blancas: subió"} {
			if !strings.Contains(page, words) {
				t.Errorf("the page in Colombia does not say %q", words)
			}
		}
		if err := do(co, co.Who("sol"), signals.Dismiss{On: signals.On{ID: there[0].ID}, Reason: "x"}); err == nil {
			t.Error("a partner's signal is called a false alarm here")
		}
		for name, c := range map[string]struct {
			err error
			key string
		}{
			"no words":    {do(co, co.Who("sol"), signals.Note{On: signals.On{ID: there[0].ID}, Source: "x"}), "fault.required"},
			"no source":   {do(co, co.Who("sol"), signals.Note{On: signals.On{ID: there[0].ID}, Words: "x"}), "signals.source-required"},
			"too long":    {do(co, co.Who("sol"), signals.Note{On: signals.On{ID: there[0].ID}, Words: strings.Repeat("x", 1001), Source: "x"}), "fault.too-long"},
			"no reason":   {do(pa, pa.Who("sol"), signals.Dismiss{On: signals.On{ID: up[0].ID}}), "fault.required"},
			"none at all": {do(pa, pa.Who("sol"), signals.Dismiss{On: signals.On{ID: "sig_0"}, Reason: "x"}), "fault.not-found"},
		} {
			if f := fault.All(c.err); len(f) == 0 || f[0].Key != c.key {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		testkit.Must(t, co, co.Who("sol"), signals.Note{On: signals.On{ID: there[0].ID}, Words: "Brigada nueva en el puesto (ficticia)", Source: "Parte 7 (ficticio)"})
		o, err := act.Look(t.Context(), co.Engine, co.Who("sol"), signals.Open{On: signals.On{ID: there[0].ID}})
		if err != nil || len(o.Said) != 1 || len(o.Line.Points) != 0 {
			t.Errorf("%+v, %v", o, err)
		}
		testkit.Must(t, pa, pa.Who("sol"), signals.Dismiss{On: signals.On{ID: common[0].ID}, Reason: "Lista nueva (ficticia)"})
		w.Deliver()
		if s := of(t, co, signals.Profiles, post+" COR-03")[0]; s.State != signals.Dismissed {
			t.Errorf("there it is %s", s.State)
		}
		if err := do(pa, pa.Who("sol"), signals.Dismiss{On: signals.On{ID: common[0].ID}, Reason: "x"}); !fault.Is(err, fault.KindConflict) {
			t.Errorf("twice: %v", err)
		}
		if v := list(t, pa); v.Dismissed != 1 || v.Told < 2 {
			t.Errorf("%d of %d", v.Dismissed, v.Told)
		}
	})
}

// TestDetection: people by how this country found them. Figures of fewer than ten are
// in no signal and in no line, and what is all of them is not signalled.
func TestDetection(t *testing.T) {
	w := testkit.NewWorld(t)
	pa := country(w, "PA")
	post := testkit.Must(t, pa, pa.Who("luz"), screening.AddPost{Name: "Lajas Blancas", Place: "Darién"}).Object
	talks(t, pa, post, time.Date(2026, 10, 1, 15, 0, 0, 0, time.UTC), month{12, 1, 1})
	people := []string{}
	for range 40 {
		people = append(people, testkit.Must(t, pa, pa.Who("ana"), cases.Register{Place: "Metetí", Attributes: cases.Attributes{Sex: "female"}}).Object)
	}
	if err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		put := func(person, status, country string, on time.Time) error {
			_, err := tx.Exec(`INSERT INTO person_status (id, person, country, authority, status, legal_basis, decided_on, recorded_at, recorded_by) VALUES ($1, $2, $3, 'x', $4, 'x', $5, $5, 'x')`,
				tx.NewID("sta"), person, country, status, on)
			return err
		}
		n := 0
		for m := range 10 {
			on := time.Date(2026, 1+time.Month(m), 3, 0, 0, 0, 0, time.UTC)
			count := 3
			if m == 9 {
				count = 13
			}
			for range count {
				if err := put(people[n%40], "presumed", "PA", on); err != nil {
					return err
				}
				if err := put(people[n%40], "presumed", "PA", on.AddDate(0, 0, 9)); err != nil { // again: not for the first time
					return err
				}
				if err := put(people[n%40], "full", "CO", on); err != nil { // of another country
					return err
				}
				n++
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	tick(t, pa)
	tick(t, pa)
	all := of(t, pa, signals.Detected, "presumed")
	if len(all) != 1 || all[0].Expected != signals.Hidden || all[0].Ratio.Value != 0 || all[0].Observed != 13 {
		t.Fatalf("%+v", all)
	}
	if n := len(of(t, pa, signals.Detected, "identified")) + len(of(t, pa, signals.Detected, "")); n != 0 {
		t.Errorf("%d more", n)
	}
	for _, l := range list(t, pa).Series[2].Lines {
		for _, p := range l.Points {
			if p.Count != 13 && p.Count != signals.Hidden || p.Known && p.Expected < 10 {
				t.Errorf("%s %v: %+v", l.Group, p.Month, p)
			}
		}
	}
}

// says has a partner's node say something, as the carrier hands it over.
func says(t *testing.T, to *testkit.Country, from, agreement string, letter any) error {
	t.Helper()
	text, err := json.Marshal(letter)
	if err != nil {
		t.Fatal(err)
	}
	return to.DB.Write(t.Context(), func(tx *store.Tx) error {
		return to.Engine.Handle(tx, act.Delivery{ID: tx.NewID("env"), From: from, Agreement: agreement, Purpose: "statistics", Verb: "signals.receive", Body: text})
	})
}

// TestNobodyForgesASignal: in another's name, in the place of what is here, older than
// what is known, without an agreement, or with what no signal can say.
func TestNobodyForgesASignal(t *testing.T) {
	w := testkit.NewWorld(t)
	pa, co := country(w, "PA"), country(w, "CO")
	id := agree(w, pa, co, "signals.*")
	tick(t, co)
	ours := list(t, co).Signals[0]
	good := func(change func(*signals.Receive)) signals.Receive {
		m := func(s string) watch.Month { v, _ := watch.ParseMonth(s); return v }
		r := signals.Receive{ID: "sig_00000000000000000000000001", Series: signals.Screened, Group: "pst_1", Label: "Lajas Blancas", Direction: watch.Up, Since: m("2026-09"), Month: m("2026-09"), Latest: m("2026-10"),
			State: signals.Standing, Version: 2, Figures: signals.Figures{Kind: watch.Changed, Ratio: watch.Ratio{Value: 2, Low: 1.5, High: 3}, P: 0.01, Expected: 100, Observed: 200, Method: watch.Level, Months: 12, Edition: "2026-11-01"}}
		if change != nil {
			change(&r)
		}
		return r
	}
	for name, c := range map[string]struct {
		from, agreement, key string
		change               func(*signals.Receive)
	}{
		"no agreement":             {"PA", "", "cooperation.no-agreement", nil},
		"another country's letter": {"CR", id, "cooperation.not-covered", nil},
		"in the place of ours":     {"PA", id, "fault.not-found", func(r *signals.Receive) { r.ID = ours.ID }},
		"a name that is none":      {"PA", id, "fault.wrong-type", func(r *signals.Receive) { r.ID = "ref_1" }},
		"a series that is none":    {"PA", id, "fault.not-in-list", func(r *signals.Receive) { r.Series = "people" }},
		"words that obey nobody":   {"PA", id, "signals.words-wrong", func(r *signals.Receive) { r.Label = "<script>" }},
		"words without end":        {"PA", id, "signals.words-wrong", func(r *signals.Receive) { r.Group = strings.Repeat("x", 81) }},
		"no direction":             {"PA", id, "fault.not-in-list", func(r *signals.Receive) { r.Direction = "" }},
		"a state that is none":     {"PA", id, "fault.not-in-list", func(r *signals.Receive) { r.State = "sent" }},
		"months to come":           {"PA", id, "signals.months-wrong", func(r *signals.Receive) { r.Latest += 24 }},
		"months that run back":     {"PA", id, "signals.months-wrong", func(r *signals.Receive) { r.Since = r.Month + 1 }},
		"over without an end":      {"PA", id, "signals.months-wrong", func(r *signals.Receive) { r.State = signals.Over }},
		"a figure that cannot be":  {"PA", id, "signals.figures-wrong", func(r *signals.Receive) { r.Figures.Expected = -7 }},
		"a figure of few":          {"PA", id, "signals.figures-small", func(r *signals.Receive) { r.Series, r.Group, r.Figures.Observed = signals.Detected, "presumed", 4 }},
	} {
		err := says(t, co, c.from, c.agreement, good(c.change))
		if f := fault.All(err); len(f) == 0 || f[0].Key != c.key && !(c.key == "fault.not-found" && (f[0].Kind == fault.KindDenied || f[0].Kind == fault.KindNotFound)) {
			t.Errorf("%s: %v, not %s", name, err, c.key)
		}
	}
	if len(of(t, co, signals.Screened, "pst_1")) != 0 || told(t, co, "sol") != 0 {
		t.Error("something came in")
	}
	if err := says(t, co, "PA", id, good(nil)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		key    string
		change func(*signals.Receive)
	}{
		"the same again":      {"signals.older", nil},
		"an older word":       {"signals.older", func(r *signals.Receive) { r.Version = 1 }},
		"of another series":   {"signals.another", func(r *signals.Receive) { r.Version, r.Series = 3, signals.Passing }},
		"in another's name":   {"", func(r *signals.Receive) { r.Version = 3 }},
		"a later word, of us": {"", func(r *signals.Receive) { r.ID, r.Version = ours.ID, 99 }},
	} {
		from := "PA"
		if name == "in another's name" {
			from = "CR"
		}
		err := says(t, co, from, id, good(c.change))
		if f := fault.All(err); len(f) == 0 || c.key != "" && f[0].Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := says(t, co, "PA", id, good(func(r *signals.Receive) { r.Version, r.State, r.Ended = 3, signals.Over, "2026-12" })); err != nil {
		t.Fatal(err)
	}
	if s := of(t, co, signals.Screened, "pst_1"); len(s) != 1 || s[0].State != signals.Over || s[0].Node != "PA" {
		t.Errorf("%+v", s)
	}
	if _, err := act.Ask(t.Context(), co.Engine, access.Who{Kind: access.Partner, ID: "PA", Node: "PA"}, signals.List{}); err == nil {
		t.Error("a partner reads the list")
	}
}

// TestWithoutAnAgreement nothing crosses, and everybody here is told all the same.
func TestWithoutAnAgreement(t *testing.T) {
	w := testkit.NewWorld(t)
	pa, co := country(w, "PA"), country(w, "CO")
	agree(w, pa, co, "referrals.*")
	bring(t, pa, "2026-10", entries("2025-11", append(slices.Clone(calm[:11]), 9000)...))
	tick(t, pa)
	w.Deliver()
	if len(of(t, pa, signals.Passing, "VEN")) != 1 || told(t, pa, "sol") != 1 || len(list(t, co).Signals) != 0 {
		t.Errorf("%d there", len(list(t, co).Signals))
	}
}
