package figures

import (
	"fmt"
	"istmo/testkit/published"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const (
	victims = "Detected trafficking victims"
	minor   = "0 to 17 years"
	adult   = "18 years or over"
)

// real is UNODC's return for three countries.
func real(t testing.TB) []Return {
	t.Helper()
	var all []Return
	report, err := ReadReturns(t.Context(), published.Open(t, "glotip_col_pan_cri.csv"), nil, func(r Return) error { all = append(all, r); return nil })
	if err != nil || !report.Clean() || len(all) != 1504 {
		t.Fatalf("%v, %d rows, %+v", err, len(all), report)
	}
	return all
}

// has looks for a finding of a kind in a year that involves the rows named, in
// any order, and says its arithmetic.
func has(found []Finding, kind Kind, country string, year int, sums string) bool {
	return slices.ContainsFunc(found, func(f Finding) bool {
		return f.Kind == kind && f.Country == country && slices.Contains(f.Years, year) && (sums == "" || strings.Contains(strings.Join(f.Sums, "; "), sums))
	})
}

// TestPanama2017 finds that women 34, men 20, adults 20 and 34 in all cannot hold.
func TestPanama2017(t *testing.T) {
	found := Validate(real(t))
	for _, want := range []struct {
		kind      Kind
		certainty Certainty
		axis      Axis
		sums      string
	}{
		{PartExceeds, Certain, Sexes, "34 > 20"},                       // women against all adults
		{PartExceeds, Certain, Forms, "20 > <5"},                       // men exploited sexually against all men
		{CannotAllHold, Certain, "", "34 ≤ ?; 20 ≤ ?; ≥34 + ≥20 ≤ 34"}, // women and men, by age, against all
		{PartsExceed, Likely, Sexes, "34 + <5 + 8 = 42…46 > 34"},       // with the unknown
		{PartsExceed, Likely, Forms, "6 + 34 = 40 > 34"},               // women by form
	} {
		if !slices.ContainsFunc(found, func(f Finding) bool {
			return f.Country == "PAN" && f.Indicator == victims && f.Years[0] == 2017 && f.Kind == want.kind && f.Certainty == want.certainty &&
				f.Axis == want.axis && strings.Contains(strings.Join(f.Sums, "; "), want.sums)
		}) {
			t.Errorf("not found: %+v", want)
			for _, f := range found {
				if f.Country == "PAN" && f.Years[0] == 2017 {
					t.Log(f.Kind, f.Certainty, f.Axis, f.Sums)
				}
			}
		}
	}
	for _, f := range found {
		if leak := f.Kind == Rebuilt || f.Kind == Narrowed; leak && f.Country == "PAN" && f.Indicator == victims && f.Years[0] == 2017 && f.Certainty != Doubtful {
			t.Errorf("a table that contradicts itself gives this away for certain: %+v", f)
		}
	}
	for _, f := range found {
		if f.Certainty == Likely && slices.ContainsFunc(found, func(g Finding) bool {
			return g.Certainty == Certain && g.Kind == f.Kind && g.Axis == f.Axis && len(g.Sums) > 0 && slices.Equal(g.Sums, f.Sums) && slices.Equal(g.Cells, f.Cells)
		}) {
			t.Errorf("said twice: %+v", f)
		}
	}
	for year := 2019; year <= 2022; year++ {
		if !has(found, TotalMissing, "PAN", year, "") {
			t.Errorf("Panama's total of %d is not missed", year)
		}
	}
	counts := map[Kind]int{}
	for _, f := range found {
		counts[f.Kind]++
	}
	for _, kind := range Kinds {
		t.Logf("%s: %d", kind, counts[kind])
	}
}

// edit states to in the rows that are meant, or leaves them out if it is negative.
func edit(all []Return, is func(Return) bool, to int) (out []Return) {
	for _, r := range all {
		if is(r) {
			if to < 0 {
				continue
			}
			r.Low, r.High = to, to
		}
		out = append(out, r)
	}
	return out
}

// TestPlantedInTheRealReturn plants one error of each kind in a copy of the real
// return of Colombia and finds each, where there was none before.
func TestPlantedInTheRealReturn(t *testing.T) {
	all := real(t)
	before := Validate(all)
	of := func(indicator, sex, age string, year int) func(Return) bool {
		return func(r Return) bool {
			return r.Country == "COL" && r.Indicator == indicator && r.Dimension == "Total" && r.Sex == sex && r.Age == age && r.Year == year
		}
	}
	again := func(change func(*Return)) []Return {
		out := slices.Clone(all)
		for _, r := range all {
			if r.Country == "COL" && r.Indicator == victims && r.Category == "COLOMBIA" && r.Year == 2018 {
				r.Row, r.Nth = 9000, 2
				change(&r)
				out = append(out, r)
			}
		}
		return out
	}
	for _, plant := range []struct {
		kind Kind
		sums string
		year int
		in   []Return
	}{
		{PartExceeds, "500 > 113", 2018, edit(all, of(victims, "Male", "Total", 2018), 500)},
		{PartsExceed, "100 + 33 + <5 = 133…137 > 113", 2018, edit(all, of(victims, "Female", "Total", 2018), 100)},
		{PartsShort, "60 + 33 + <5 + <5 = 93…101 < 113", 2018, edit(all, of(victims, "Female", "Total", 2018), 60)},
		{CannotAllHold, "37 ≤ ?; 54 ≤ ?; ≥37 + ≥54 + <5 ≤ 80", 2018, edit(edit(edit(edit(all, of("Persons prosecuted", "Female", "Total", 2018), -1),
			of("Persons prosecuted", "Male", "Total", 2018), -1), of("Persons prosecuted", "Unknown", "Unknown", 2018), 0), of("Persons prosecuted", "Total", "Total", 2018), 80)},
		{YearMissing, "", 2018, edit(all, of("Offences of trafficking in persons", "Total", "Total", 2018), -1)},
		{TotalMissing, "", 2018, edit(all, of(victims, "Total", "Total", 2018), -1)},
		{Disagrees, "", 2018, again(func(r *Return) { r.Low, r.High = 96, 96 })},
		{Twice, "", 2018, again(func(r *Return) {})},
		{TwoSpellings, "", 2018, again(func(r *Return) { r.Category = "Colombian" })},
		{Rebuilt, "37 + 54 + <5 + 67 = 161", 2018, edit(all, of("Persons prosecuted", "Total", "Total", 2018), 161)},
		{Narrowed, "80 + 33 + <5 ≤ 115", 2018, edit(all, of(victims, "Total", "Total", 2018), 115)},
	} {
		if kindIn := has(before, plant.kind, "COL", plant.year, plant.sums); kindIn && plant.sums != "" {
			t.Errorf("%s %q was there before", plant.kind, plant.sums)
		}
		found := Validate(plant.in)
		if !has(found, plant.kind, "COL", plant.year, plant.sums) || count(found, plant.kind) == count(before, plant.kind) && plant.sums == "" {
			t.Errorf("%s %q is not found", plant.kind, plant.sums)
			for _, f := range found {
				if f.Country == "COL" && f.Years[0] == plant.year && f.Kind == plant.kind {
					t.Log(f.Kind, f.Certainty, f.Axis, f.Indicator, f.Sums)
				}
			}
		}
	}
}

func count(found []Finding, kind Kind) (n int) {
	for _, f := range found {
		if f.Kind == kind {
			n++
		}
	}
	return n
}

// whatIs is a consistent return and the counts that it conceals.
type whatIs struct {
	rows  []Return
	truth map[int]int // by row
}

func (w *whatIs) state(t *rapid.T, dimension, category, sex, age string, year, n int) {
	if n == 0 && rapid.Bool().Draw(t, "left out") && !(dimension == "Total" && sex == "Total" && age == "Total") {
		return
	}
	r := Return{Row: len(w.rows) + 2, Country: "PAN", Indicator: victims, Dimension: dimension, Category: category, Sex: sex, Age: age, Year: year, Low: n, High: n, Nth: 1}
	if n < Small {
		r.Low, r.High = 0, Small-1
	}
	w.truth[r.Row] = n
	w.rows = append(w.rows, r)
}

// consistent draws a return whose people were counted one by one: each has a
// form, a sex, an age and a citizenship, or is unknown in sex and age.
func consistent(t *rapid.T, years int) whatIs {
	w := whatIs{truth: map[int]int{}}
	count := rapid.OneOf(rapid.IntRange(0, 6), rapid.IntRange(0, 80))
	for year := 2015; year < 2015+years; year++ {
		total := map[[2]string]int{}
		for _, f := range threeForms {
			of := map[[2]string]int{}
			for _, sex := range everySex[1:4] {
				for _, age := range []string{minor, adult} {
					add(of, sex, age, count.Draw(t, "people"))
				}
			}
			unknown := rapid.IntRange(0, 9).Draw(t, "unknown")
			of[[2]string{"Unknown", "Unknown"}] = unknown
			of[[2]string{"Total", "Total"}] += unknown
			for k, n := range of {
				total[k] += n
			}
			w.table(t, form, f, year, of)
		}
		w.table(t, "Total", "Total", year, total)
		rest := total[[2]string{"Total", "Total"}]
		for _, c := range []string{"Colombia", "VENEZUELA", "Nationals", "DESCONOCIDA"} {
			n := rapid.IntRange(0, rest).Draw(t, c)
			rest -= n
			w.state(t, citizenship, c, "Total", "Total", year, n)
		}
	}
	return w
}

func add(of map[[2]string]int, sex, age string, n int) {
	for _, s := range []string{sex, "Total"} {
		for _, a := range []string{age, "Total"} {
			of[[2]string{s, a}] += n
		}
	}
}

// table states one, with or without what is inside it.
func (w *whatIs) table(t *rapid.T, dimension, category string, year int, of map[[2]string]int) {
	inner := rapid.Bool().Draw(t, "sexes by age")
	for _, sex := range everySex {
		for _, age := range everyAge {
			n, there := of[[2]string{sex, age}]
			if there && (inner || sex == "Total" || age == "Total" || sex == "Unknown") {
				w.state(t, dimension, category, sex, age, year, n)
			}
		}
	}
}

// TestNoFalseAlarm finds nothing wrong in returns that are right, and of what
// leaks nothing that is not so.
func TestNoFalseAlarm(t *testing.T) {
	leaks := 0
	rapid.Check(t, func(t *rapid.T) {
		w := consistent(t, 2)
		for _, f := range Validate(w.rows) {
			if f.Kind != Rebuilt && f.Kind != Narrowed {
				t.Fatalf("a false alarm: %+v", f)
			}
			leaks++
			if n := w.truth[f.Cells[0].Row]; n < f.Low || n > f.High {
				t.Fatalf("%d people are said to be %d to %d: %+v", n, f.Low, f.High, f)
			}
		}
	})
	if leaks == 0 {
		t.Error("no leak was ever found")
	}
}

// TestPlanted plants an error of each kind in returns that are right.
func TestPlanted(t *testing.T) {
	is := func(sex, age string) func(Return) bool {
		return func(r Return) bool { return r.Dimension == "Total" && r.Sex == sex && r.Age == age && r.Year == 2016 }
	}
	of := func(w whatIs, sex, age string) int {
		i := slices.IndexFunc(w.rows, is(sex, age))
		if i < 0 || w.rows[i].Concealed() {
			return -1
		}
		return w.rows[i].Low
	}
	planted := map[Kind]int{}
	rapid.Check(t, func(t *rapid.T) {
		w := consistent(t, 3)
		whole, women, men := of(w, "Total", "Total"), of(w, "Female", "Total"), of(w, "Male", "Total")
		if women < 0 || men < 0 || whole < 20 {
			t.Skip("too small to plant in")
		}
		more := rapid.IntRange(1, 50).Draw(t, "more")
		again := func(change func(*Return)) []Return {
			r := w.rows[slices.IndexFunc(w.rows, is("Total", "Total"))]
			r.Row, r.Nth = 9000, 2
			change(&r)
			return append(slices.Clone(w.rows), r)
		}
		country := w.rows[0]
		country.Row, country.Dimension, country.Category, country.Sex, country.Age, country.Year, country.Low, country.High = 9000, citizenship, "COLOMBIANA", "Total", "Total", 2016, 0, 4
		other := country
		other.Row, other.Category = 9001, "Colombian"
		apart := func(sex, age string, n int) Return {
			return Return{Row: 9100 + n, Country: "PAN", Indicator: "Persons convicted", Dimension: "Total", Category: "Total", Sex: sex, Age: age, Year: 2016, Low: n, High: n}
		}
		for kind, rows := range map[Kind][]Return{
			PartExceeds:   edit(w.rows, is("Female", "Total"), whole+more),
			PartsExceed:   edit(edit(w.rows, is("Female", "Total"), whole), is("Male", "Total"), whole),
			PartsShort:    edit(w.rows, is("Total", "Total"), whole+1000),
			CannotAllHold: append(slices.Clone(w.rows), apart("Female", adult, 30+more), apart("Male", adult, 29+more), apart("Total", "Total", 58+2*more)),
			YearMissing:   slices.DeleteFunc(slices.Clone(w.rows), func(r Return) bool { return r.Year == 2016 }),
			TotalMissing:  edit(w.rows, is("Total", "Total"), -1),
			Disagrees:     again(func(r *Return) { r.Low, r.High = r.Low+more, r.Low+more }),
			Twice:         again(func(*Return) {}),
			TwoSpellings:  append(slices.Clone(w.rows), country, other),
			Rebuilt:       append(slices.Clone(w.rows), apart("Female", "Total", 20), Return{Row: 9200, Country: "PAN", Indicator: "Persons convicted", Dimension: "Total", Category: "Total", Sex: "Male", Age: "Total", Year: 2016, High: 4}, apart("Total", "Total", 23)),
			Narrowed:      append(slices.Clone(w.rows), apart("Female", "Total", 20), Return{Row: 9200, Country: "PAN", Indicator: "Persons convicted", Dimension: "Total", Category: "Total", Sex: "Unknown", Age: "Total", Year: 2016, High: 4}, apart("Total", "Total", 23)),
		} {
			planted[kind]++
			if !has(Validate(rows), kind, "PAN", 2016, "") {
				t.Fatalf("%s was planted and not found", kind)
			}
		}
	})
	for _, kind := range Kinds {
		if planted[kind] < 20 {
			t.Errorf("%s was planted %d times", kind, planted[kind])
		}
	}
}

// TestALeakIsWhatItSays says the value and the arithmetic.
func TestALeakIsWhatItSays(t *testing.T) {
	row := func(n int, sex string, low, high int) Return {
		return Return{Row: n, Country: "CRI", Indicator: victims, Dimension: "Total", Category: "Total", Sex: sex, Age: "Total", Year: 2020, Low: low, High: high, Nth: 1}
	}
	for _, c := range []struct {
		rows []Return
		want string
	}{
		{[]Return{row(2, "Total", 23, 23), row(3, "Female", 20, 20), row(4, "Male", 0, 4)}, "narrowed certain 0-3 20 + <5 ≤ 23|rebuilt likely 3-3 20 + <5 = 23"},
		{[]Return{row(2, "Total", 20, 20), row(3, "Female", 20, 20), row(4, "Male", 0, 4)}, "rebuilt certain 0-0 20 + <5 ≤ 20"},
		{[]Return{row(2, "Total", 30, 30), row(3, "Female", 20, 20), row(4, "Male", 0, 4), row(5, "Unknown", 7, 7)}, "rebuilt likely 3-3 20 + <5 + 7 = 30"},
		{[]Return{row(2, "Total", 23, 23), row(3, "Female", 20, 20)}, ""},
	} {
		var got []string
		for _, f := range Validate(c.rows) {
			got = append(got, fmt.Sprintf("%s %s %d-%d %s", f.Kind, f.Certainty, f.Low, f.High, strings.Join(f.Sums, "; ")))
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%q, want %q", s, c.want)
		}
	}
}

// BenchmarkValidate is a return as long as UNODC's whole export: the three
// countries' 39 times over.
func BenchmarkValidate(b *testing.B) {
	var all []Return
	for i := range 39 {
		for _, r := range real(b) {
			r.Country += fmt.Sprint(i)
			all = append(all, r)
		}
	}
	for b.Loop() {
		Validate(all)
	}
	b.ReportMetric(float64(len(all)*b.N)/b.Elapsed().Seconds(), "rows/s")
}
