package tally_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"istmo/observatory/counting"
	"istmo/observatory/tally"
	"istmo/store"
	"istmo/testkit"
)

// many are so many people who are alike.
func many(n int, like row) (all []row) {
	for range n {
		like.id = fmt.Sprintf("per_%s%04d", like.originID, len(all))
		one := like
		one.originID = ""
		all = append(all, one)
	}
	return all
}

// TestSmallNumbersAreNotShown: what is shown is true, what is small is not shown, and
// neither by year nor by month nor by both together is it rebuilt.
func TestSmallNumbersAreNotShown(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa := w.Start("PA")
		var rows []row
		group := 0
		put := func(n int, sex, band, form, citizenship, begun, status string) {
			group++
			rows = append(rows, many(n, row{originID: fmt.Sprint("g", group, "_"), begun: begun, sex: sex, band: band, forms: []string{form}, citizenships: []string{citizenship}, decided: []string{status + " " + begun}})...)
		}
		put(40, "female", "21-29", "sexual", "CO", "2025-03-10", "full")
		put(25, "female", "9-17", "sexual", "CO", "2025-05-10", "presumed")
		put(30, "male", "21-29", "labour", "VE", "2025-05-10", "full")
		put(3, "male", "21-29", "labour", "HT", "2025-06-10", "full")
		put(3, "female", "65+", "begging", "CU", "2024-06-10", "full")
		put(15, "male", "21-29", "labour", "VE", "2023-06-10", "full")
		put(60, "female", "21-29", "labour", "VE", "2026-06-10", "preliminary")
		write(t, pa.DB, rows...)
		_, all := counted(t, pa)
		f := all.Figures
		if f.Least != 10 || f.Rules != "1" || f.Rule == "" || len(f.Dropped) > 0 {
			t.Errorf("%+v", f)
		}
		truth := func(p tally.People) (n int) {
			for _, r := range all.Cube.Rows {
				code := map[string]string{tally.BySex: r.Sex, tally.ByAge: r.Age, tally.ByForm: r.Form, tally.ByCitizenship: r.Citizenship}[p.By]
				if p.By == tally.ByCitizenship && (code == "HTI" || code == "CUB") {
					code = "other"
				}
				if (p.Year == 0 || p.Year == r.Year) && (p.Of == tally.All || p.Of == code) {
					n += r.Count
				}
			}
			return n
		}
		shown, hidden := 0, map[string]bool{}
		for _, p := range f.People {
			n := truth(p)
			switch {
			case p.N == tally.Hidden:
				hidden[fmt.Sprint(p.By, p.Year, p.Of)] = true
			case p.N != n || n > 0 && n < f.Least:
				t.Errorf("%+v is shown, and is %d", p, n)
			default:
				shown++
			}
		}
		if shown < 30 {
			t.Errorf("only %d numbers are shown of %d", shown, len(f.People))
		}
		for _, must := range []string{"sex2024female", "sex2024", "age2024", "citizenship0other", "form0other"} {
			if !hidden[must] {
				t.Errorf("%s is shown", must)
			}
		}
		// Of a year whose number is hidden in one table, the other does not tell it.
		years := 0
		for _, m := range f.Months {
			if len(m.Month) == 4 && m.Standing == tally.All {
				years++
				if hidden["sex"+m.Month] && m.N != tally.Hidden {
					t.Errorf("%s is hidden by year and shown by month: %d", m.Month, m.N)
				}
			}
			if m.N != tally.Hidden && m.N > 0 && m.N < f.Least {
				t.Errorf("%+v is shown", m)
			}
		}
		if years != 4 {
			t.Errorf("%d years stand among the months: %+v", years, f.Months)
		}
		if i := slices.IndexFunc(f.Months, func(m tally.Month) bool { return m.Month == "2026-06" && m.Standing == counting.Presumed }); i < 0 || f.Months[i].N != 60 {
			t.Errorf("June 2026 is not shown")
		}
		if len(f.Absent) != 2 {
			t.Errorf("%v", f.Absent)
		}
	})
}

// TestFewPeople: a node with a handful of people shows none of them.
func TestFewPeople(t *testing.T) {
	for n := range 9 {
		w := testkit.NewWorld(t)
		pa := w.Start("PA")
		write(t, pa.DB, many(n+1, row{begun: "2026-03-10", sex: "female", decided: []string{"full 2026-03-10"}})...)
		_, all := counted(t, pa)
		for _, p := range all.Figures.People {
			if p.N > 0 {
				t.Errorf("of %d: %+v", n+1, p)
			}
		}
		for _, m := range all.Figures.Months {
			if m.N > 0 {
				t.Errorf("of %d: %+v", n+1, m)
			}
		}
	}
}

// exec runs a statement as if a feature had.
func exec(t testing.TB, db *store.DB, sql string, args ...any) {
	t.Helper()
	err := db.Write(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Exec(sql, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// alert is a call with what happened at so many minutes after it; below none, never.
func alert(t testing.TB, db *store.DB, id string, raised time.Time, urgent bool, acknowledged, setOut, reached int) {
	t.Helper()
	exec(t, db, `INSERT INTO response_alert (id, was, state, incident, handed_from, kind, team, screening, person, post, place, child, alone, count, needs, by_whom, by_agency, officer, round, level, reason, raised_at, since, due_at, due_key, home, crossing, why, contact, sent_at, envelope, urgent)
		VALUES ($1, 'raised', 'acknowledged', '', '', 'presumption', 'agy', '', '', '', '', FALSE, FALSE, 1, '', '', '', '', 1, 0, '', $2, $2, '', '', '', '', '', '', '', '', $3)`, id, raised, urgent)
	for verb, after := range map[string]int{"acknowledge": acknowledged, "set-out": setOut, "reach": reached} {
		if after >= 0 {
			exec(t, db, `INSERT INTO response_event (id, alert, at, verb, state, actor, code, worded) VALUES ($1, $2, $3, $4, '', '', '', FALSE)`,
				id+verb, id, raised.Add(time.Duration(after)*time.Minute), "response."+verb)
		}
	}
}

// TestTimesByHand: counts, medians and shares that were worked out on paper.
func TestTimesByHand(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa := w.Start("PA")
		at := time.Date(2026, 10, 5, 15, 0, 0, 0, time.UTC)
		for i := range 12 { // acknowledged after 1 … 12 minutes: all in 15; the team there after two hours, one of them after eight
			reached := 122
			if i == 0 {
				reached = 482
			}
			alert(t, pa.DB, fmt.Sprint("alr_a", i), at, false, i+1, 2, reached)
		}
		for i := range 10 { // urgent, acknowledged after six minutes: too late for five
			alert(t, pa.DB, fmt.Sprint("alr_b", i), at.AddDate(0, -1, 0), true, 6, -1, -1)
		}
		for i := range 11 { // never acknowledged, though the term has run out
			alert(t, pa.DB, fmt.Sprint("alr_c", i), at.AddDate(0, -2, 0), false, -1, -1, -1)
		}
		for i := range 3 { // few
			alert(t, pa.DB, fmt.Sprint("alr_d", i), at.AddDate(0, -3, 0), false, 3, -1, -1)
		}
		alert(t, pa.DB, "alr_e", w.Now().Add(-time.Minute), false, -1, -1, -1) // still has time: not counted
		alert(t, pa.DB, "alr_f", at.AddDate(-2, 0, 0), false, 3, -1, -1)       // too long ago
		_, all := counted(t, pa)
		got := map[string]string{}
		for _, one := range all.Figures.Times {
			if one.N != tally.Hidden {
				got[one.Clock+" "+one.Month] = fmt.Sprintf("%d %.1f %.1f", one.N, one.Minutes, one.InTime)
			}
		}
		want := map[string]string{
			// The twelve months: 36 of which 15 are in time; the median of 25: 1 2 3 3 3 3 4 5 6 6 6 6 6 …
			"alert.acknowledge ":        "36 6.0 41.7",
			"alert.acknowledge 2026-10": "12 6.5 100.0",
			"alert.acknowledge 2026-09": "10 6.0 0.0",
			"alert.reach ":              "12 122.0 -1.0",
			"alert.reach 2026-10":       "12 122.0 -1.0",
			"alert.travel ":             "12 120.0 91.7",
			"alert.travel 2026-10":      "12 120.0 91.7",
		}
		for k, v := range want {
			if k == "alert.acknowledge 2026-09" {
				continue // hidden beside the few of July, or August in its place
			}
			if got[k] != v {
				t.Errorf("%s is %q, want %q", k, got[k], v)
			}
		}
		if _, few := got["alert.acknowledge 2026-07"]; few {
			t.Error("three are shown")
		}
	})
}

// TestReferralsByHand: what became of them by month, small numbers hidden; a draft is none.
func TestReferralsByHand(t *testing.T) {
	everywhere(t, func(t *testing.T, w *testkit.World) {
		pa := w.Start("PA")
		n := 0
		put := func(many int, home, to, was, state string, sent time.Time, acknowledged, decided time.Duration) {
			for range many {
				n++
				id := fmt.Sprintf("ref_%04d", n)
				exec(t, pa.DB, `INSERT INTO referral (id, was, state, version, home, from_node, from_agency, from_user, to_node, to_agency, to_user, person, consent, agreement, purpose, urgent, fields, child, sex, age_band, citizenships, languages, interpreter, needs, reason, suggested, eta, visits, due_at, due_key, since, escalated_at, escalated_to, asked, refused, envelope, package, arrived_at, opened_at, packed_at, read_at, recall, recall_basis, created_at)
					VALUES ($1, $2, $3, 1, $4, $4, '', '', $5, '', '', '', '', '', 'assistance', FALSE, '', FALSE, '', '', '', '', FALSE, '', '', '', '', 0, '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', $6)`,
					id, was, state, home, to, sent.Add(-time.Hour))
				if state == "draft" {
					continue
				}
				for verb, at := range map[string]time.Duration{"referrals.send": 0, "referrals.acknowledge": acknowledged, "referrals.accept": decided} {
					if at < 0 {
						continue
					}
					exec(t, pa.DB, `INSERT INTO referral_event (id, referral, at, verb, state, side, code, worded) VALUES ($1, $2, $3, $4, '', '', '', FALSE)`, id+verb, id, sent.Add(at), verb)
				}
			}
		}
		october := time.Date(2026, 10, 6, 15, 0, 0, 0, time.UTC) // a Tuesday
		put(12, "PA", "CO", "reception_prepared", "transfer_under_way", october, time.Hour, 25*time.Hour)
		put(11, "PA", "CO", "acknowledged", "accepted", october, 30*time.Hour, 40*time.Hour)
		put(14, "CO", "PA", "acknowledged", "accepted", october, time.Hour, time.Hour)
		put(3, "PA", "PA", "acknowledged", "declined", october, time.Hour, -1)
		put(20, "PA", "CO", "", "draft", october, -1, -1)
		_, all := counted(t, pa)
		got := map[string]int{}
		for _, r := range all.Figures.Referrals {
			if r.N != tally.Hidden {
				got[r.Month+" "+r.Way+" "+r.Outcome] = r.N
			}
		}
		for k, v := range map[string]int{"2026-10 in accepted": 14, "2026-10 out accepted": 23, "2026-10 out ": 23, " out declined": 0, "2026-09 out ": 0} {
			if n, shown := got[k]; !shown || n != v {
				t.Errorf("%s is %d, %v", k, n, shown)
			}
		}
		for k, n := range got {
			if n > 0 && n < 10 || strings.Contains(k, "within") && n > 0 {
				t.Errorf("%s is shown: %d", k, n)
			}
		}
		times := map[string]string{}
		for _, one := range all.Figures.Times {
			if one.N != tally.Hidden {
				times[one.Clock+" "+one.Month] = fmt.Sprintf("%d %.0f %.1f", one.N, one.Minutes, one.InTime)
			}
		}
		// 26 were acknowledged, eleven of them after thirty hours, six more than the term;
		// 23 of Colombia were decided, in 24 hours or in ten, all within three working days.
		for k, v := range map[string]string{"referral.acknowledge 2026-10": "26 60 57.7", "referral.decide 2026-10": "23 1440 100.0"} {
			if times[k] != v {
				t.Errorf("%s is %q, want %q", k, times[k], v)
			}
		}
	})
}
