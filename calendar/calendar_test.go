package calendar_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"istmo/calendar"
	"istmo/data"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

func load(t testing.TB, over ...fstest.MapFS) *calendar.Calendar {
	t.Helper()
	var c *calendar.Calendar
	var err error
	switch len(over) {
	case 0:
		c, err = calendar.Load(data.Files)
	default:
		c, err = calendar.Load(data.Files, over[0])
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// at reads a local time of a country.
func at(t testing.TB, c *calendar.Calendar, country, text string) time.Time {
	t.Helper()
	where, err := c.Country(country)
	if err != nil {
		t.Fatal(err)
	}
	when, err := time.ParseInLocation("2006-01-02 15:04", text, where.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestHolidays(t *testing.T) {
	c := load(t)
	var got bytes.Buffer
	for _, code := range c.Countries() {
		where, _ := c.Country(code)
		for year := 2024; year <= 2028; year++ {
			for _, d := range where.Holidays(year) {
				fmt.Fprintf(&got, "%s %s %s\n", code, d.Date.Format("2006-01-02 Mon"), d.Holiday.Name.ES)
			}
		}
	}
	const golden = "testdata/holidays.golden"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("read the difference, then run with -update:\n%s", diff)
	}
}

// Dates as printed by newspapers and ministries, not as computed by us.
func TestPublishedHolidays(t *testing.T) {
	c := load(t)
	for _, tt := range []struct {
		country, dates string
	}{
		// caracol.com.co 2026-02-01 and elheraldo.co 2025-10-13
		{"CO", `2026-01-12 2026-03-23 2026-04-02 2026-04-03 2026-05-01 2026-05-18 2026-06-08 2026-06-15
			2026-06-29 2026-07-20 2026-08-07 2026-08-17 2026-10-12 2026-11-02 2026-11-16 2026-12-08 2026-12-25
			2025-11-03 2025-11-17 2025-08-18`},
		// amprensa.com 2024-12 and nacion.com 2024-04
		{"CR", `2025-01-01 2025-04-11 2025-04-17 2025-04-18 2025-05-01 2025-07-25 2025-08-15 2025-09-15
			2025-12-01 2025-12-25 2024-04-15 2024-07-25`},
		// laestrella.com.pa 2026-02-15, prensa.com 2025-10-22, publicaciones.bdsasesores.com
		{"PA", `2026-02-17 2026-04-03 2025-11-03 2025-11-05 2025-11-10 2025-11-28 2024-12-08 2024-12-09
			2024-07-01 2024-12-20`},
	} {
		where, _ := c.Country(tt.country)
		for _, date := range strings.Fields(tt.dates) {
			if _, ok := where.Holiday(at(t, c, tt.country, date+" 10:00")); !ok {
				t.Errorf("%s: %s should be a holiday", tt.country, date)
			}
		}
	}
}

func TestDaysThatAreNotHolidays(t *testing.T) {
	c := load(t)
	for _, tt := range []struct{ country, date, why string }{
		{"CR", "2024-04-11", "the battle of Rivas was kept on the Monday after"},
		{"CR", "2024-07-29", "the move of the Annexation was revoked"},
		{"PA", "2025-11-04", "the day of the national symbols is a working day in the Labour Code"},
		{"PA", "2026-02-16", "only the Tuesday of carnival is in the Labour Code"},
		{"PA", "2025-07-01", "a president takes office every five years"},
		{"CO", "2026-01-06", "Epiphany moves to the Monday after"},
	} {
		where, _ := c.Country(tt.country)
		if !where.Works(at(t, c, tt.country, tt.date+" 10:00")) {
			t.Errorf("%s %s should be a working day: %s", tt.country, tt.date, tt.why)
		}
	}
}

func TestDue(t *testing.T) {
	c := load(t)
	for _, tt := range []struct{ country, key, start, due string }{
		// Fri 31 Oct 2025; Mon 3 and Wed 5 November are holidays in Panama, Tue 4 is not.
		{"PA", "referral.decide", "2025-10-31 22:00", "2025-11-07 23:59"},
		// the same in Colombia: only Mon 3 November is one (All Saints).
		{"CO", "referral.decide", "2025-10-31 22:00", "2025-11-06 23:59"},
		// Holy Week in Costa Rica: Thu 2 and Fri 3 April 2026.
		{"CR", "referral.decide", "2026-04-01 08:00", "2026-04-08 23:59"},
		// a holiday on a Sunday gives Panama the Monday: 8 and 9 December 2024.
		{"PA", "referral.decide", "2024-12-05 09:00", "2024-12-11 23:59"},
		// urgent clocks run through the night, the weekend and holidays.
		{"PA", "referral.acknowledge.urgent", "2025-12-24 23:00", "2025-12-25 03:00"},
		{"PA", "referral.decide.urgent", "2025-12-24 23:00", "2025-12-27 23:00"},
		// seven working days across 15 September and a weekend.
		{"CR", "status.accredit", "2026-09-10 15:00", "2026-09-22 23:59"},
		{"CR", "reflection", "2025-11-30 10:00", "2026-02-28 23:59"},
		{"CO", "assistance.immediate", "2026-04-01 10:00", "2026-04-06 23:59"},
		{"CO", "referral.follow-up.1", "2026-01-15 10:00", "2026-02-14 23:59"},
	} {
		start := at(t, c, tt.country, tt.start)
		clock, err := c.Due(tt.country, tt.key, start, start)
		if err != nil {
			t.Errorf("%s %s: %v", tt.country, tt.key, err)
			continue
		}
		if got := clock.Due.Format("2006-01-02 15:04"); got != tt.due {
			t.Errorf("%s %s from %s: due %s, want %s", tt.country, tt.key, tt.start, got, tt.due)
		}
	}
}

// An officer's evening in Panama is already tomorrow in UTC: the local date counts.
func TestDueCountsByLocalDate(t *testing.T) {
	c := load(t)
	start := time.Date(2026, 3, 10, 2, 0, 0, 0, time.UTC) // Monday 9 March, 21:00 in Panama
	clock, err := c.Due("PA", "referral.decide", start, start)
	if err != nil {
		t.Fatal(err)
	}
	if got := clock.Due.Format("2006-01-02"); got != "2026-03-12" {
		t.Errorf("due %s, want Thursday 12 March", got)
	}
}

func TestDueSaysWhatItRestsOn(t *testing.T) {
	c := load(t)
	now := at(t, c, "CR", "2026-03-10 09:00")
	statute, err := c.Due("CR", "status.accredit", now, now)
	if err != nil {
		t.Fatal(err)
	}
	if !statute.Verified || statute.Basis != calendar.Statute || !strings.Contains(statute.Source, "Ley 9095") {
		t.Errorf("a statutory clock must be verified and name its law: %+v", statute)
	}
	if statute.Rule.In("en") == statute.Rule.In("es") || statute.Rule.In("fr") != statute.Rule.ES {
		t.Error("the rule must be said in the reader's language, in Spanish if there is none")
	}
	ours, err := c.Due("CR", "referral.decide", now, now)
	if err != nil {
		t.Fatal(err)
	}
	if ours.Verified || ours.Basis != calendar.Proposal {
		t.Errorf("our own default must be marked as a proposal: %+v", ours)
	}
}

func TestUncheckedYearsAreNotVouchedFor(t *testing.T) {
	c := load(t)
	for start, want := range map[string]bool{"2026-12-01 09:00": true, "2026-12-28 09:00": false, "2027-03-01 09:00": false} {
		when := at(t, c, "CR", start)
		clock, err := c.Due("CR", "status.accredit", when, when)
		if err != nil {
			t.Fatal(err)
		}
		if clock.Verified != want {
			t.Errorf("from %s: verified %v, want %v", start, clock.Verified, want)
		}
	}
}

func TestRulesAreVersionedByDate(t *testing.T) {
	c := load(t)
	now := at(t, c, "PA", "2024-12-02 09:00")
	before, err := c.Due("PA", "status.accredit", now, now)
	if !errors.Is(err, calendar.ErrUnknownTerm) || !strings.Contains(before.Source, "Ley 79") {
		t.Errorf("got %v from %q, want an unknown term under Ley 79", err, before.Source)
	}
	after, err := c.Due("PA", "status.accredit", now, now.AddDate(0, 0, 1))
	if !errors.Is(err, calendar.ErrUnknownTerm) || !strings.Contains(after.Source, "Ley 458") {
		t.Errorf("got %v from %q, want an unknown term under Ley 458", err, after.Source)
	}
	early := at(t, c, "CO", "2014-06-11 09:00")
	if _, err := c.Due("CO", "assistance.immediate", early, early); !errors.Is(err, calendar.ErrNoRule) {
		t.Errorf("got %v, want no rule before the decree", err)
	}
}

func TestDueRefusesWhatItDoesNotKnow(t *testing.T) {
	c := load(t)
	now := time.Now()
	if _, err := c.Due("EC", "referral.decide", now, now); !errors.Is(err, calendar.ErrNoCountry) {
		t.Errorf("got %v, want an unknown country", err)
	}
	if _, err := c.Due("PA", "referral.dance", now, now); !errors.Is(err, calendar.ErrNoRule) {
		t.Errorf("got %v, want no rule", err)
	}
}

func TestDeadlinesListsEachKeyOnce(t *testing.T) {
	c := load(t)
	for _, country := range c.Countries() {
		for year := 2010; year <= 2030; year++ {
			list, err := c.Deadlines(country, time.Date(year, 6, 1, 12, 0, 0, 0, time.UTC))
			if err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for _, d := range list {
				if seen[d.Key] {
					t.Errorf("%s %s is listed twice in %d", country, d.Key, year)
				}
				seen[d.Key] = true
				if d.Basis == calendar.Proposal && d.Verified {
					t.Errorf("%s: a proposal of ours cannot be verified", d.Key)
				}
			}
		}
	}
}

func TestAnOperatorLaysRowsOver(t *testing.T) {
	c := load(t, fstest.MapFS{
		"deadlines.csv": {Data: []byte("\ufeffcountry,key,amount,unit,from,to,basis,rule_es,rule_en,source,verified\n" +
			"PA,referral.decide,5,working-days,2026-01-01,,practice,Cinco.,Five.,Acta 3 de 2026,yes\n")},
		"holidays.csv": {Data: []byte("country,id,rule,from,to,name_es,name_en,kind,law,source,verified\n" +
			"PA,symbols-2026,2026-11-04,,,Símbolos,Symbols,civic,,Decreto,yes\n" +
			"PA,mourning,never,,,Duelo,Mourning,mourning,,Ley nueva,yes\n")},
	})
	now := at(t, c, "PA", "2026-11-02 09:00")
	clock, err := c.Due("PA", "referral.decide", now, now)
	if err != nil {
		t.Fatal(err)
	}
	// Nov 3, 4 (decreed) and 5 are free, 6 is Friday, 9 Monday, 10 a holiday.
	if got := clock.Due.Format(time.DateOnly); got != "2026-11-13" || clock.Source != "Acta 3 de 2026" {
		t.Errorf("due %s by %s, want 2026-11-13 by the operator's row", got, clock.Source)
	}
	old := at(t, c, "PA", "2025-03-10 09:00")
	if clock, err := c.Due("PA", "referral.decide", old, old); err != nil || clock.Amount != 3 {
		t.Errorf("before the operator's row holds, the default of 3 does: %+v, %v", clock, err)
	}
	if where, _ := c.Country("PA"); !where.Works(at(t, c, "PA", "2027-12-20 09:00")) {
		t.Error("the rule never takes a holiday away")
	}
	if clock, err := c.Due("CO", "referral.decide", now, now); err != nil || clock.Amount != 3 {
		t.Errorf("other countries keep the default: %+v, %v", clock, err)
	}
}

func TestLoadNamesWhatIsWrong(t *testing.T) {
	const deadlines = "country,key,amount,unit,from,to,basis,rule_es,rule_en,source,verified\n"
	const holidays = "country,id,rule,from,to,name_es,name_en,kind,law,source,verified\n"
	for _, tt := range []struct{ file, text, want string }{
		{"deadlines.csv", deadlines + "PA,x,tres,days,,,proposal,a,b,c,no\n", "deadlines.csv line 2, column amount"},
		{"deadlines.csv", deadlines + "PA,x,0,days,,,proposal,a,b,c,no\n", "must not be 0"},
		{"deadlines.csv", deadlines + "PA,x,-1,days,,,proposal,a,b,c,no\n", "an amount is"},
		{"deadlines.csv", deadlines + "PA,x,99999,days,,,proposal,a,b,c,no\n", "an amount is"},
		{"deadlines.csv", deadlines + "PA,x,1,weeks,,,proposal,a,b,c,no\n", "column unit"},
		{"deadlines.csv", deadlines + "PA,x,1,days,1/2/26,,proposal,a,b,c,no\n", "column from"},
		{"deadlines.csv", deadlines + "XX,x,1,days,,,proposal,a,b,c,no\n", "column country"},
		{"deadlines.csv", deadlines + "PA,x,1,days,,,proposal,a,b,c\n", "wrong number of fields"},
		{"deadlines.csv", deadlines + "PA,x,1,days,,2026-01-01,proposal,a,b,c,no\nPA,x,2,days,2026-01-01,,proposal,a,b,c,no\n", "line 3, column from: two rows"},
		{"deadlines.csv", deadlines + "PA,x,1,days,,,rumour,a,b,c,no\n", "column basis"},
		{"deadlines.csv", deadlines + "PA,x,1,days,,,proposal,a,b,,no\n", "column source"},
		{"deadlines.csv", deadlines + "PA,x,1,days,,,proposal,a,b,c,perhaps\n", "column verified"},
		{"holidays.csv", holidays + "PA,x,13-01,,,a,b,civic,,c,no\n", "column rule"},
		{"holidays.csv", holidays + "PA,x,easter+two,,,a,b,civic,,c,no\n", "column rule"},
		{"holidays.csv", holidays + "PA,x,05-01 next-friday,,,a,b,civic,,c,no\n", "unknown move"},
		{"countries.csv", "country,name_es,name_en,zone,weekend\nEC,a,b,America/Nowhere,sat\n", "column zone"},
		{"countries.csv", "country,name_es,name_en,zone,weekend\nEC,a,b,America/Bogota,sun mon tue wed thu fri sat\n", "column weekend"},
		{"countries.csv", "", "countries.csv: EOF"},
	} {
		_, err := calendar.Load(data.Files, fstest.MapFS{tt.file: {Data: []byte(tt.text)}})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.text, err, tt.want)
		}
	}
}

func TestClockProperties(t *testing.T) {
	c := load(t)
	rapid.Check(t, func(t *rapid.T) {
		country := rapid.SampledFrom(c.Countries()).Draw(t, "country")
		where, _ := c.Country(country)
		start := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "start"), 0)
		n := rapid.IntRange(1, 60).Draw(t, "n")
		due := where.AfterWorkingDays(start, n)
		if due.Before(start) {
			t.Fatalf("%v ends before it starts, %v", due, start)
		}
		if !where.Works(due) {
			t.Fatalf("%v is no working day", due)
		}
		if next := where.AfterWorkingDays(start, n+1); !next.After(due) {
			t.Fatalf("%d days end on %v, one more on %v", n, due, next)
		}
		worked := 0
		for day := start.In(where.Zone).AddDate(0, 0, 1); !day.After(due); day = day.AddDate(0, 0, 1) {
			if where.Works(day) {
				worked++
			}
		}
		if worked != n {
			t.Fatalf("from %v to %v are %d working days, not %d", start, due, worked, n)
		}
	})
}

func TestEveryDeadlineEndsAfterItStarts(t *testing.T) {
	c := load(t)
	rapid.Check(t, func(t *rapid.T) {
		country := rapid.SampledFrom(c.Countries()).Draw(t, "country")
		start := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "start"), 0)
		rows, err := c.Deadlines(country, start)
		if err != nil {
			t.Fatal(err)
		}
		d := rapid.SampledFrom(rows).Draw(t, "deadline")
		clock, err := c.Due(country, d.Key, start, start)
		if errors.Is(err, calendar.ErrUnknownTerm) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if !clock.Due.After(start) || clock.Overdue(start) || !clock.Overdue(clock.Due.Add(time.Second)) || clock.Left(start) <= 0 {
			t.Fatalf("%+v", clock)
		}
	})
}
