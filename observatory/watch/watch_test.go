package watch

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"istmo/fault"
)

const begin = Month(2021 * 12)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func refused(t *testing.T, what string, err error, key string) {
	t.Helper()
	if all := fault.All(err); len(all) != 1 || all[0].Key != key {
		t.Errorf("%s: %v, want %s", what, err, key)
	}
}

func tableOf(t testing.TB, series map[string][]int) Table {
	t.Helper()
	var all []Cell
	for c, counts := range series {
		for i, n := range counts {
			all = append(all, Cell{begin + Month(i), c, n})
		}
	}
	tab, err := NewTable(all)
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// TestTails adds up chances, and convolves the sum of three months.
func TestTails(t *testing.T) {
	for _, mean := range []float64{0.02, 3, 700} {
		for _, size := range []float64{1, 16, 64} {
			sum := 0.0
			var one []float64
			for n := range 3000 {
				near(t, fmt.Sprint("at least ", n, mean, size), atLeast(n, mean, size), 1-sum, 1e-9)
				one = append(one, math.Exp(logChance(n, mean, size)))
				sum += one[n]
				near(t, fmt.Sprint("at most ", n, mean, size), atMost(n, mean, size), sum, 1e-9)
			}
			for n := range 40 {
				three := 0.0
				for i := range n + 1 {
					for k := range n - i + 1 {
						three += one[i] * one[k] * one[n-i-k]
					}
				}
				near(t, "three months", math.Exp(logChance(n, 3*mean, 3*size)), three, 1e-9)
			}
		}
	}
}

// TestManyAtOnce is the example of Benjamini and Hochberg (1995): of these
// fifteen, four are rejected at 0.05, and three by Bonferroni's.
func TestManyAtOnce(t *testing.T) {
	p := []float64{0.0201, 0.0001, 0.0004, 0.0019, 0.0095, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1}
	kept := 0
	for i, q := range adjusted(p) {
		if q <= 0.05 {
			kept++
		}
		if (q <= 0.05) != (p[i] <= 0.0095) {
			t.Errorf("%v: %v", p[i], q)
		}
	}
	if kept != 4 {
		t.Errorf("%d rejected", kept)
	}
}

// TestRegression finds the season and the spread that a long series was made with.
func TestRegression(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	s := invented(random, 240, 2000, 20, 0.4)
	for i := range s.Counts {
		s.Counts[i] = int(float64(s.Counts[i]) * math.Exp(0.1*float64(i-240)/12))
	}
	plain, ok := foretell(s.Counts, 243)
	if !ok {
		t.Fatal("no fit")
	}
	near(t, "mean", math.Log(plain.mean), math.Log(2000*math.Exp(0.4+0.1*3/12)), 0.1)
	near(t, "size", math.Log(plain.size), math.Log(20), 0.35)
	for i := 100; i < 104; i++ {
		s.Counts[i] *= 20 // an outbreak long ago
	}
	outbreak, _ := foretell(s.Counts, 243)
	near(t, "an outbreak is weighed down", math.Log(outbreak.mean/plain.mean), 0, 0.05)
	if _, ok := foretell(s.Counts[:reference-1], reference+guard); ok {
		t.Error("it foretells from too few")
	}
}

func counts(n, most int) *rapid.Generator[[]int] {
	return rapid.SliceOfN(rapid.IntRange(Missing, most), n, n)
}

// TestNoLookAhead judges a month from a table cut off at it and from one that
// goes on.
func TestNoLookAhead(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(8, 50).Draw(r, "months")
		series := map[string][]int{"a": counts(n, 50).Draw(r, "a"), "b": counts(n, 100_000).Draw(r, "b")}
		at := rapid.IntRange(7, n-1).Draw(r, "at")
		series["a"][0], series["b"][0] = 5, 5
		whole := report(t, tableOf(t, series), begin+Month(at))
		if _, err := json.Marshal(whole); err != nil {
			r.Fatal(err)
		}
		for c := range series {
			series[c] = series[c][:at+1]
		}
		if short := report(t, tableOf(t, series), begin+Month(at)); !reflect.DeepEqual(short, whole) {
			r.Fatalf("%+v\n%+v", short, whole)
		}
	})
}

// TestOnePassIsEveryMonth: a series gone through once says of each month what it
// says when it ends there, also where the regression is used.
func TestOnePassIsEveryMonth(t *testing.T) {
	s := invented(rand.New(rand.NewPCG(13, 14)), 80, 500, 20, 0.6)
	s.Counts[30], s.Counts[60] = Missing, 9000
	used := map[Method]bool{}
	for i, j := range judge(s, s.From) {
		m := s.From + Month(i)
		if cut := judge(s.until(m), m)[0]; cut != j {
			t.Errorf("%+v, cut off %+v", j, cut)
		}
		used[j.Method] = true
	}
	if !used[Level] || !used[Seasonal] {
		t.Errorf("%v", used)
	}
}

// TestOrderOfRowsDoesNotMatter shuffles the rows of a table.
func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var all []Cell
		for _, c := range []string{"b", "a", "c"} {
			for i, n := range counts(15, 300).Draw(r, c) {
				all = append(all, Cell{begin + Month(i), c, n})
			}
		}
		one, err := NewTable(all)
		two, err2 := NewTable(rapid.Permutation(all).Draw(r, "order"))
		if err != nil || err2 != nil {
			r.Fatal(err, err2)
		}
		if a, b := report(t, one, begin+14), report(t, two, begin+14); !reflect.DeepEqual(a, b) {
			r.Fatalf("%+v\n%+v", a, b)
		}
	})
}

// TestMoreNeverAlarmsLess raises the last count where it is high already, and
// lowers it where it is low, by both methods.
func TestMoreNeverAlarmsLess(t *testing.T) {
	seen := map[Method]int{}
	rapid.Check(t, func(r *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1))
		s := invented(random, rapid.SampledFrom([]int{9, 20, 70}).Draw(r, "months"), rapid.SampledFrom([]float64{2, 40, 5000}).Draw(r, "mean"), 20, rapid.SampledFrom([]float64{0, 0.6}).Draw(r, "wave"))
		last := len(s.Counts) - 1
		s.Counts[last] = int(float64(s.Counts[last]) * rapid.Float64Range(0, 4).Draw(r, "times"))
		before := judge(s, s.To())[0]
		more := 1 + rapid.IntRange(0, 3*s.Counts[last]).Draw(r, "more")
		if before.Direction == Down {
			more = -min(more, s.Counts[last])
		}
		s.Counts[last] += more
		after := judge(s, s.To())[0]
		seen[after.Method]++
		if after.P > before.P+1e-12 || after.P < 0.9 && after.Direction != before.Direction {
			r.Fatalf("%+d: %+v, then %+v", more, before, after)
		}
	})
	if seen[Level] == 0 || seen[Seasonal] == 0 {
		t.Errorf("not by both: %v", seen)
	}
}

// TestScale multiplies high counts: people instead of families change nothing of
// note. The spread is estimated anew, so that one series in a hundred may be judged a
// little otherwise, and none by another method, from another month or by much.
func TestScale(t *testing.T) {
	const tries = 300
	other := 0
	for seed := range uint64(tries) {
		random := rand.New(rand.NewPCG(seed, 1))
		s := invented(random, []int{20, 70}[seed%2], 4000, 20, 0.4)
		s.Counts[len(s.Counts)-1] *= 1 + int(seed/2%3)
		times := Series{s.From, slices.Clone(s.Counts)}
		for i := range times.Counts {
			times.Counts[i] *= 10
		}
		a, b := judge(s, s.To())[0], judge(times, s.To())[0]
		if a.Method != b.Method || math.Abs(math.Log(a.Ratio.Value/b.Ratio.Value)) > 0.05 || a.P < 0.9 && a.Since != b.Since {
			t.Errorf("%d: %+v\n%+v", seed, a, b)
		}
		if math.Abs(math.Log(a.P/b.P)) > 0.25 {
			other++
		}
	}
	if other > tries/100 {
		t.Errorf("%d of %d are judged otherwise", other, tries)
	}
}

func TestNewAndGone(t *testing.T) {
	calm := []int{40, 44, 39, 41, 45, 38, 42, 40, 37, 43, 41, 40, 42, 39}
	tab := tableOf(t, map[string][]int{"steady": calm, "new": append(make([]int, 13), 9), "gone": append(slices.Clone(calm[:12]), 0, 0),
		"late": slices.Concat(slices.Repeat([]int{Missing}, 10), []int{3, 4, 5, 300}), "never": make([]int, 14)})
	r := report(t, tab, tab.To)
	kinds := map[string]Kind{}
	for _, f := range r.Categories {
		kinds[f.Category] = f.Kind
	}
	if want := (map[string]Kind{"steady": Quiet, "new": Appeared, "gone": Vanished, "never": Quiet}); !reflect.DeepEqual(kinds, want) {
		t.Errorf("%v", kinds)
	}
	if !slices.Equal(r.Short, []string{"late"}) {
		t.Errorf("too short: %v", r.Short)
	}
}

// TestTheUnthinkable follows many months without any spread by what nothing that
// was believed could have brought.
func TestTheUnthinkable(t *testing.T) {
	for _, c := range [][2]int{{1_000_000, 0}, {0, MostCount}, {MostCount, 1}} {
		counts := append(slices.Repeat([]int{c[0]}, 300), c[1], c[1], c[0], c[1])
		s := Series{begin, counts}
		for i, j := range judge(s, begin+298) {
			if _, err := json.Marshal(j); err != nil || i >= 2 && i < 4 && (j.P > 1e-3 || j.Method == Level && j.Posterior < 0.99) {
				t.Errorf("%v, month %d: %+v %v", c, i, j, err)
			}
		}
	}
}

// TestMissingIsNotZero: months without a count raise nothing, then or later.
func TestMissingIsNotZero(t *testing.T) {
	calm := []int{400, 440, 390, 410, 450, 380, 420, 400, 370, Missing, Missing, Missing, 420, 390}
	r := report(t, tableOf(t, map[string][]int{"a": calm, "b": calm}), begin+10)
	if len(r.Alarms()) != 0 || !slices.Equal(r.Missing, []string{"a", "b"}) || r.Total.Method != NoCount {
		t.Errorf("%+v", r)
	}
	for m := begin + 11; m <= begin+13; m++ {
		if r := report(t, tableOf(t, map[string][]int{"a": calm, "b": calm}), m); len(r.Alarms()) != 0 {
			t.Errorf("%v: %+v", m, r.Alarms())
		}
	}
	for i := 9; i < 12; i++ {
		calm[i] = 0
	}
	if r := report(t, tableOf(t, map[string][]int{"a": calm, "b": calm}), begin+11); len(r.Alarms()) != 3 {
		t.Errorf("zeros: %+v", r)
	}
}

// TestARevisionIsNoAlarm corrects earlier figures of one category downwards, so
// that its last count stands out against them; a second category truly rises.
func TestARevisionIsNoAlarm(t *testing.T) {
	calm := []int{400, 440, 390, 410, 450, 380, 420, 400, 370, 430, 410, 400, 420}
	old := tableOf(t, map[string][]int{"a": calm, "b": calm, "c": calm})
	less := make([]int, 14)
	for i, n := range append(slices.Clone(calm), 430) {
		less[i] = n / 20
	}
	less[13] = 430
	tab := tableOf(t, map[string][]int{"a": less, "b": append(slices.Clone(calm), 2000), "c": append(slices.Clone(calm), 410)})
	r, err := Watch(tab, tab.To, usual(), &old)
	if err != nil {
		t.Fatal(err)
	}
	kinds := []Kind{r.Categories[0].Kind, r.Categories[1].Kind, r.Categories[2].Kind}
	if !slices.Equal(kinds, []Kind{Revised, Changed, Quiet}) || len(r.Revisions) != 13 || r.Revisions[0] != (Revision{begin, "a", 400, 20}) {
		t.Errorf("%v %+v", kinds, r.Revisions)
	}
	if again := report(t, tab, tab.To); again.Categories[0].Kind != Changed {
		t.Error("without the earlier edition it is not an alarm: the test tests nothing")
	}
}

// TestABreakBeginsAnew counts otherwise from a month on.
func TestABreakBeginsAnew(t *testing.T) {
	tab := tableOf(t, map[string][]int{"a": {400, 440, 390, 410, 450, 380, 420, 400, 3700, 4300, 4100, 4000, 4200, 3900, 4100, 4000}})
	if r := report(t, tab, begin+9); len(r.Alarms()) != 2 {
		t.Errorf("without a break: %+v", r)
	}
	s := usual()
	s.Breaks = []Break{{Month: begin + 8}, {begin + 3, "b"}}
	for m := begin + 8; m <= tab.To; m++ {
		if r, err := Watch(tab, m, s, nil); err != nil || len(r.Alarms()) != 0 || (m < begin+14) != slices.Equal(r.Short, []string{"a"}) {
			t.Errorf("%v: %v %+v", m, err, r)
		} else if len(r.Categories) == 1 && (r.Categories[0].Expected < 3500 || r.Categories[0].Months != int(m-begin-8)) {
			t.Errorf("%v rests on what was before the break: %+v", m, r.Categories[0])
		}
	}
}

// TestFalseAlarmsOverManySeries: with sixty calm nationalities, a month in which
// any is named is no more frequent than the share that may be false.
func TestFalseAlarmsOverManySeries(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	months, named := 0, 0
	for range 12 {
		series := map[string][]int{}
		for c := range 60 {
			series[fmt.Sprint(c)] = invented(random, 18, math.Pow(10, 4*random.Float64()), 15, 0).Counts
		}
		tab := tableOf(t, series)
		for m := begin + 12; m < begin+18; m++ {
			months++
			for _, f := range report(t, tab, m).Categories {
				if f.Alarm() {
					named++
					break
				}
			}
		}
	}
	t.Logf("%d of %d months name a nationality", named, months)
	if float64(named) > UsualShare*float64(months)+3*math.Sqrt(UsualShare*float64(months)) {
		t.Errorf("%d of %d months", named, months)
	}
}

func TestWatchRefuses(t *testing.T) {
	tab := tableOf(t, map[string][]int{"a": {1, 2, 3}})
	_, err := Watch(tab, begin+3, usual(), nil)
	refused(t, "a month beyond", err, "watch.no-month")
	_, err = Watch(tab, begin, Settings{0, 0.1, nil}, nil)
	refused(t, "no alarm ever", err, "watch.bad-per-year")
	_, err = Watch(tab, begin, Settings{0.6, math.NaN(), nil}, nil)
	refused(t, "no share", err, "watch.bad-share")
	_, err = NewTable([]Cell{{begin, "a", 1}, {begin, "a", 1}})
	refused(t, "twice", err, "watch.twice")
	_, err = NewTable([]Cell{{begin, "a", -2}})
	refused(t, "negative", err, "watch.bad-count-of-month")
	_, err = NewTable([]Cell{{begin, "a", 1}, {begin + MostMonths, "a", 1}})
	refused(t, "too long", err, "watch.many-months")
	var many []Cell
	for i := range MostSeries + 1 {
		many = append(many, Cell{begin, fmt.Sprint(i), 1})
	}
	_, err = NewTable(many)
	refused(t, "too many", err, "watch.many-series")
}

func TestRead(t *testing.T) {
	want := tableOf(t, map[string][]int{"VEN": {5, Missing, 0}, "HTI": {7, 8, 9}})
	for name, text := range map[string]string{
		"plain":      "month,category,count\n2021-01,VEN,5\n2021-02,VEN,NA\n2021-03,VEN,0\n2021-01,HTI,7\n2021-02,HTI,8\n2021-03,HTI,9\n",
		"public":     "\ufeffdate,geo,nat,n\r\n2021-03,PAN,VEN,0\r\n2021-02,PAN,VEN,\r\n2021-01,PAN,VEN,5\r\n2021-01,PAN,HTI,7\r\n2021-02,PAN,HTI,8\r\n2021-03,PAN,HTI,9",
		"semicolons": "Cantidad;Mes;Nacionalidad\n5;2021-01;VEN\n0;2021-03;VEN\n7;2021-01;HTI\n8;2021-02;HTI\n9;2021-03;HTI\n",
	} {
		if got, err := Read(strings.NewReader(text)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	for text, key := range map[string]string{
		"":                                              "watch.empty-file",
		"month,category,count\n":                        "watch.empty-file",
		"month,count\n2021-01,3\n":                      "watch.no-columns",
		"month,mes,category,n\n":                        "watch.two-columns",
		"mes,nat,n\n2021-13,A,3\n":                      "watch.bad-month",
		"mes,nat,n\n2021-1,A,3\n":                       "watch.bad-month",
		"mes,nat,n\n2021-01,,3\n":                       "watch.bad-category",
		"mes,nat,n\n2021-01,A,-3\n":                     "watch.bad-count",
		"mes,nat,n\n2021-01,A,2000001\n":                "watch.bad-count",
		"mes,nat,n\n2021-01,A\n":                        "watch.row-length",
		"mes,nat,n\n2021-01,\"A,3\n":                    "watch.not-csv",
		"mes,nat,n\n2021-01,A,3\n2021-01,A,4\n":         "watch.row-twice",
		"mes,nat,n\n2021-01,\x1b[2J,3\n":                "watch.bad-category",
		"mes,nat,n\n" + strings.Repeat("\n", mostBytes): "watch.too-long",
	} {
		_, err := Read(strings.NewReader(text))
		refused(t, text[:min(len(text), 40)], err, key)
	}
	_, err := Read(strings.NewReader("mes,nat,n\n2021-01,A,3\n2021-02,A,x\n"))
	if f := fault.All(err)[0]; f.Args["Row"] != 3 || f.Args["Column"] != 3 {
		t.Errorf("%+v", f.Args)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("month,category,count\n2021-01,VEN,5\n2021-02,VEN,NA\n")
	f.Add("mes;nat;n\n2021-01;\"A\";3\n")
	f.Fuzz(func(t *testing.T, text string) {
		tab, err := Read(strings.NewReader(text))
		if err != nil {
			if len(fault.All(err)) != 1 {
				t.Error(err)
			}
			return
		}
		again, err := NewTable(append(cells(tab, tab.To), missing(tab)...))
		if err != nil || !reflect.DeepEqual(again, tab) {
			t.Error("a table is not what its cells are", err)
		}
	})
}

func missing(tab Table) (all []Cell) {
	for _, c := range tab.Categories {
		for m := tab.From; m <= tab.To; m++ {
			if tab.Series(c).at(m) == Missing {
				all = append(all, Cell{m, c, Missing})
			}
		}
	}
	return all
}

func BenchmarkMonthOfTheRealSeries(b *testing.B) {
	tab := public(b)
	for b.Loop() {
		report(b, tab, tab.To)
	}
}
