package watch

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"istmo/testkit/published"
)

var update = flag.Bool("update", false, "write the alarms on the real series anew")

// public is the file of Panama's irregular entries (Servicio Nacional de
// Migración, gathered by IOM), which stands beside the repository.
func public(t testing.TB) Table {
	t.Helper()
	tab, err := Read(published.Open(t, "panama_irregular_entries_monthly.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func usual() Settings { return Settings{PerYear: UsualPerYear, Share: UsualShare} }

func report(t testing.TB, tab Table, at Month) Report {
	t.Helper()
	r, err := Watch(tab, at, usual(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func month(t testing.TB, s string) Month {
	t.Helper()
	m, ok := ParseMonth(s)
	if !ok {
		t.Fatal(s)
	}
	return m
}

// cut is the table as it was published at a month: no later cell is in it.
func cut(t testing.TB, tab Table, at Month) Table {
	t.Helper()
	out, err := NewTable(cells(tab, at))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func cells(tab Table, at Month) (all []Cell) {
	for _, c := range tab.Categories {
		for m := tab.From; m <= at; m++ {
			if n := tab.Series(c).at(m); n != Missing {
				all = append(all, Cell{m, c, n})
			}
		}
	}
	return all
}

// TestAlarmsOnTheRealSeries holds what is raised in every month, from the file
// cut off at that month, to a golden of months and names.
func TestAlarmsOnTheRealSeries(t *testing.T) {
	tab := public(t)
	var out strings.Builder
	for m := tab.From; m <= tab.To; m++ {
		fmt.Fprintf(&out, "%v\n", m)
		for _, f := range report(t, cut(t, tab, m), m).Alarms() {
			name := f.Category
			if name == "" {
				name = "total"
			}
			fmt.Fprintf(&out, "  %s %s %s since %v (%s)\n", name, f.Kind, f.Direction, f.Since, f.Method)
		}
	}
	golden := filepath.Join("testdata", "alarms.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != out.String() {
		t.Errorf("%v: the alarms are not those of %s:\n%s", err, golden, out.String())
	}
}

// TestWavesAreFoundSoon says in which month each turn of the total is signalled,
// beside the month in which it began.
func TestWavesAreFoundSoon(t *testing.T) {
	tab := public(t)
	for _, c := range []struct {
		began, signalled string
		direction        Direction
	}{
		{"2021-11", "2021-12", Down}, // the end of the wave of 2021
		{"2022-05", "2022-06", Up},   // the wave of 2022
		{"2022-07", "2022-09", Up},   // and its second rise
		{"2022-11", "2022-12", Down}, // its end
		{"2023-07", "2023-08", Up},   // the rise of mid-2023
		{"2024-11", "2024-12", Down}, // the collapse of 2025
	} {
		began := month(t, c.began)
		for m := began; ; m++ {
			f := report(t, cut(t, tab, m), m).Total
			if f.Alarm() && f.Direction == c.direction && f.Since >= began {
				if m.String() != c.signalled || f.Since != began {
					t.Errorf("what began in %s is signalled in %v, since %v", c.began, m, f.Since)
				}
				t.Logf("began %s, signalled %v: ratio %.2f (%.2f to %.2f), p %.4f, posterior %.2f", c.began, m, f.Ratio.Value, f.Ratio.Low, f.Ratio.High, f.P, f.Posterior)
				break
			}
			if m > began+3 {
				t.Errorf("what began in %s is not signalled", c.began)
				break
			}
		}
	}
	for m := month(t, "2025-01"); m <= tab.To; m++ {
		if f := report(t, tab, m).Total; !f.Alarm() || f.Direction != Down || f.P > 0.001 {
			t.Errorf("%v: the collapse of 2025 is not told: %+v", m, f)
		}
	}
}

// calm are the months of stretches of six and more in which no total is further
// than a third from the median of the stretch, with the first month of each's
// stretch.
func calm(s Series) map[Month]Month {
	all := map[Month]Month{}
	for i := range s.Counts {
		for k := i + 6; k <= len(s.Counts); k++ {
			sorted := slices.Sorted(slices.Values(s.Counts[i:k]))
			median := float64(sorted[len(sorted)/2]+sorted[(len(sorted)-1)/2]) / 2
			if sorted[0] == Missing || float64(sorted[0]) < median*2/3 || float64(sorted[len(sorted)-1]) > median*4/3 {
				continue
			}
			for m := i; m < k; m++ {
				if from, is := all[s.From+Month(m)]; !is || s.From+Month(i) < from {
					all[s.From+Month(m)] = s.From + Month(i)
				}
			}
		}
	}
	return all
}

// TestCalmPartsOfTheRealSeries counts alarms that are raised in calm stretches:
// false ones, which say that the change began in the stretch, and echoes, which
// still tell of the change before it.
func TestCalmPartsOfTheRealSeries(t *testing.T) {
	total := public(t).Total()
	stretches := calm(total)
	found, echoes := 0, 0
	for _, j := range judge(total, total.From) {
		if from, is := stretches[j.Month]; is && j.P < usual().chance() {
			if j.Since > from {
				found++
			} else {
				echoes++
			}
		}
	}
	months := slices.Sorted(maps.Keys(stretches))
	t.Logf("calm: %d months %v; false alarms %d (%.2f a year), echoes %d", len(months), months, found, 12*float64(found)/float64(len(months)), echoes)
	if len(months) < 12 || found > 0 || echoes > 1 {
		t.Errorf("%d false alarms and %d echoes in %d calm months", found, echoes, len(months))
	}
}

// TestAMonthWithoutItsLargestParts: the file has no Venezuelans, Haitians and
// Ecuadorians in January of 2022. That month has no total, rather than a low one.
func TestAMonthWithoutItsLargestParts(t *testing.T) {
	tab := public(t)
	at := month(t, "2022-01")
	r := report(t, tab, at)
	if r.Total.Method != NoCount || r.Total.Alarm() || !slices.Contains(r.Missing, "VEN") || !slices.Contains(r.Missing, "HTI") {
		t.Errorf("%+v %v", r.Total, r.Missing)
	}
	if n := tab.Total().at(month(t, "2024-07")); n != 20519 { // one small nationality is missing
		t.Errorf("July of 2024 has %d", n)
	}
}

// TestWhyLevelsAndNotSeason is the reason for the choice on this series: from
// where the regression has enough months, it foretells the total far worse, and
// is not used.
func TestWhyLevelsAndNotSeason(t *testing.T) {
	total := public(t).Total()
	b, levelScore, regressionScore, months, alarm := unsure(), 0.0, 0.0, 0, ""
	for i, n := range total.Counts {
		if n == Missing {
			b = b.stirred()
			continue
		}
		next, l := b.stirred().seen(n)
		if f, ok := foretell(total.Counts[:max(0, i-guard)], i); ok {
			levelScore, regressionScore, months = levelScore+l, regressionScore+logChance(n, f.mean, f.size), months+1
			if alarm == "" && ways*atMost(n, f.mean, f.size) < usual().chance() {
				alarm = (total.From + Month(i)).String()
			}
		}
		b = next
	}
	t.Logf("%d months: levels %.1f, regression %.1f; the regression alone signals the collapse in %s", months, levelScore, regressionScore, alarm)
	if months < 6 || levelScore < regressionScore+3 {
		t.Errorf("levels %.1f, regression %.1f", levelScore, regressionScore)
	}
	for _, j := range judge(total, total.From) {
		if j.Method == Seasonal || j.Method == Slow {
			t.Errorf("%v rests on the regression", j.Month)
		}
	}
}
