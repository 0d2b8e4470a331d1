package fairness

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func gather(t testing.TB, all []Screening) *Population {
	t.Helper()
	p, err := Gather(all)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func study(t testing.TB, plan Plan) Report {
	t.Helper()
	return gather(t, plan.Invent()).Study(Rules{})
}

// differing are the comparisons of a report that found something, as words.
func differing(r Report, questions ...Question) (found []string) {
	for _, q := range questions {
		for _, c := range r.Found(q, Differs) {
			found = append(found, fmt.Sprint(q, " ", c.Indicator, " ", c.Group.Value))
		}
	}
	return found
}

var everything = []Question{Decision, Item, Later}

// atLeast is the number of hits out of n that an honest program falls
// short of less than once in a thousand times, each hit having chance p; atMost
// is the number that it goes beyond as seldom.
func atLeast(n int, p float64) int {
	chance, sum := math.Pow(1-p, float64(n)), 0.0
	for k := 0; ; k++ {
		if sum += chance; sum > 0.001 {
			return k
		}
		chance *= float64(n-k) / float64(k+1) * p / (1 - p)
	}
}

func atMost(n int, p float64) int { return n - atLeast(n, 1-p) }

const seeds = 100

// TestFalseAlarms: without a difference, each question finds one in at most one
// report in twenty, although hundreds of comparisons are made; also if one group
// has been through worse, which is a difference in people and not in treatment.
func TestFalseAlarms(t *testing.T) {
	for name, plan := range map[string]Plan{
		"all alike":    {Screenings: 1500},
		"one has more": {Screenings: 1500, Group: Group{Citizenship, "HTI"}, Severity: 0.7},
	} {
		t.Run(name, func(t *testing.T) {
			alarms := map[Question]int{}
			for plan.Seed = range seeds {
				r := study(t, plan)
				for _, q := range everything {
					if len(r.Found(q, Differs)) > 0 {
						alarms[q]++
					}
				}
			}
			for _, q := range everything {
				if most := atMost(seeds, 0.05); alarms[q] > most {
					t.Errorf("%s: %d false alarms in %d, at most %d", q, alarms[q], seeds, most)
				}
			}
			t.Log(alarms)
		})
	}
}

// TestFindsWhatIsPlanted: each planted difference is found with at least the
// chance that the report itself said it would be, and the group is the right one.
func TestFindsWhatIsPlanted(t *testing.T) {
	const runs = 30
	for _, c := range []struct {
		name string
		plan Plan
		want string
		side float64
	}{
		{"men are presumed at half the odds", Plan{Screenings: 3000, Group: Group{Sex, "male"}, Presuming: 0.5}, "decision  female", 1},
		{"Haitians are presumed at twice the odds", Plan{Screenings: 5000, Group: Group{Citizenship, "HTI"}, Presuming: 2}, "decision  HTI", 1},
		{"a post presumes at 0.4 of the odds", Plan{Screenings: 4000, Group: Group{Post, "san-vicente"}, Presuming: 0.4}, "decision  san-vicente", -1},
		{"an indicator shows less in Ecuadorians", Plan{Screenings: 4000, Group: Group{Citizenship, "ECU"}, Indicator: 5, Showing: 0.4}, "item I-05 ECU", -1},
		{"an indicator shows more in Chinese speakers", Plan{Screenings: 6000, Group: Group{Language, "zh"}, Indicator: 3, Showing: 3}, "item I-03 zh", 1},
		{"the young are confirmed at three times the odds", Plan{Screenings: 6000, Group: Group{AgeBand, "18-20"}, Confirming: 3}, "later  18-20", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := 0
			for c.plan.Seed = range runs {
				r := study(t, c.plan)
				all := differing(r, everything...)
				if slices.Contains(all, c.want) {
					found++
				}
				for _, one := range r.Comparisons {
					if fmt.Sprint(one.Question, " ", one.Indicator, " ", one.Group.Value) == c.want && one.Verdict == Differs && math.Log(one.Ratio.Odds)*c.side <= 0 {
						t.Errorf("seed %d: found on the wrong side: %v", c.plan.Seed, one.Ratio)
					}
				}
			}
			if least := atLeast(runs, 0.8); found < least {
				t.Errorf("found %d times in %d, at least %d", found, runs, least)
			}
			t.Logf("found %d times in %d", found, runs)
		})
	}
}

// TestPowerIsAsSaid: the chance of finding that a report states is the one with
// which the difference is found.
func TestPowerIsAsSaid(t *testing.T) {
	const runs = 200
	plan := Plan{Screenings: 1000, Group: Group{Sex, "male"}, Presuming: 0.5}
	said, found := 0.0, 0
	for plan.Seed = range runs {
		for _, c := range study(t, plan).Comparisons {
			if c.Question == Decision && c.Group.Attribute == Sex {
				said += c.Power
				if c.P <= 0.05/16 { // one of the sexes, four bands, five citizenships, three languages and three posts
					found++
				}
			}
		}
	}
	said /= runs
	if low, high := atLeast(runs, said), atMost(runs, said); found < low || found > high {
		t.Errorf("found %d times in %d, said %.2f, which is %d to %d", found, runs, said, low, high)
	}
	t.Logf("found %d times in %d, said %.2f", found, runs, said)
}

// TestSmallSaysSo: what is too small to say is never called alike.
func TestSmallSaysSo(t *testing.T) {
	for seed := range uint64(50) {
		r := study(t, Plan{Seed: seed, Screenings: 120})
		for _, c := range r.Comparisons {
			if c.Verdict == NotFound {
				t.Errorf("seed %d: %v claims to have looked with power %.2f", seed, c.Group, c.Power)
			}
		}
		if len(r.Found(Decision, TooSmall)) == 0 {
			t.Errorf("seed %d: nothing is too small", seed)
		}
	}
	r := study(t, Plan{Screenings: 20000})
	for _, a := range []Group{{Sex, "female"}, {Citizenship, "VEN"}, {Post, "san-vicente"}} {
		i := slices.IndexFunc(r.Comparisons, func(c Comparison) bool { return c.Question == Decision && c.Group == a })
		if c := r.Comparisons[i]; c.Verdict != NotFound || c.Power < 0.8 || c.Detectable > 2 {
			t.Errorf("of 20,000, %v is %s, finds %.2f", a, c.Verdict, c.Detectable)
		}
	}
}

// TestPurification: an indicator that differs does not make the others seem to,
// the other way.
func TestPurification(t *testing.T) {
	wrong := 0
	for seed := range uint64(20) {
		r := study(t, Plan{Seed: seed, Screenings: 8000, Indicators: 6, Group: Group{Sex, "male"}, Indicator: 3, Showing: 8})
		if !slices.Contains(differing(r, Item), "item I-03 female") {
			t.Errorf("seed %d: the indicator is not found", seed)
		}
		wrong += len(differing(r, Item)) - 1
	}
	if most := atMost(20, 0.05); wrong > most {
		t.Errorf("%d others were found with it, at most %d", wrong, most)
	}
}

// TestOrderChangesNothing: the same screenings in another order are the same report.
func TestOrderChangesNothing(t *testing.T) {
	all := Plan{Seed: 3, Screenings: 800, Group: Group{Sex, "male"}, Presuming: 0.5}.Invent()
	words := func(r Report) string {
		text := ""
		for i := range r.Comparisons {
			r.Comparisons[i].test = Test{}
		}
		slices.SortFunc(r.Comparisons, func(a, b Comparison) int {
			return compareText(fmt.Sprint(a.Question, a.Indicator, a.Group), fmt.Sprint(b.Question, b.Indicator, b.Group))
		})
		for _, c := range r.Comparisons {
			text += fmt.Sprintf("%s %s %v %d %d %.9f %.9f %.9f %s\n", c.Question, c.Indicator, c.Group, c.In, c.Others, c.Ratio, c.P, c.Power, c.Verdict)
		}
		return text
	}
	one := words(gather(t, all).Study(Rules{}))
	slices.Reverse(all)
	if two := words(gather(t, all).Study(Rules{})); one != two {
		t.Error("the reports differ")
	}
}

// TestSmallGroupsAreNamedOnly: whoever is of a group smaller than the least is in
// no comparison but as one of the others.
func TestSmallGroupsAreNamedOnly(t *testing.T) {
	all := Plan{Seed: 1, Screenings: 400}.Invent()
	for i := range 9 {
		all[i].Groups[2].Value = "CUB"
		all[i].Groups = append(all[i].Groups, Group{Citizenship, "COL"})
	}
	p := gather(t, all)
	r := p.Study(Rules{})
	if !reflect.DeepEqual(r.Small, []Group{{Citizenship, "CUB"}}) {
		t.Errorf("small are %v", r.Small)
	}
	for _, c := range r.Comparisons {
		if c.Group.Value == "CUB" || c.In < 10 || c.Others < 10 {
			t.Errorf("shown: %v %d %d", c.Group, c.In, c.Others)
		}
	}
	for _, line := range p.Rates(Citizenship, Rules{}) {
		if (line.Group.Value == "CUB") != (line.Total == Hidden) {
			t.Errorf("%s has %d", line.Group.Value, line.Total)
		}
		for _, rate := range line.Rates {
			if rate.Count != Hidden && rate.Count < 10 || rate.Count == Hidden && rate.Share != (Share{}) {
				t.Errorf("%s %s shows %d, %v", line.Group.Value, rate.Outcome, rate.Count, rate.Share)
			}
		}
	}
}

// TestRates by hand: of the women 20 of 70 were presumed; of the men, 12 of 60.
func TestRates(t *testing.T) {
	var all []Screening
	for sex, counts := range map[string][]int{"female": {20, 10, 15, 25}, "male": {12, 11, 17, 20}} {
		for i, n := range counts {
			for range n {
				all = append(all, Screening{Groups: []Group{{Sex, sex}}, Outcome: Outcomes[i]})
			}
		}
	}
	lines := gather(t, all).Rates(Sex, Rules{})
	if len(lines) != 2 || lines[0].Total != 70 || lines[1].Total != 60 {
		t.Fatalf("%+v", lines)
	}
	if r := lines[0].Rates[0]; r.Count != 20 || r.Share != Wilson(20, 70) || r.Outcome != Presumed {
		t.Errorf("%+v", r)
	}
	if r := lines[1].Rates[3]; r.Count != 20 || r.Share != Wilson(20, 60) || r.Outcome != None {
		t.Errorf("%+v", r)
	}
}

func TestTooMany(t *testing.T) {
	p := &Population{}
	for i := range MostIndicators {
		if err := p.Add(Screening{Yes: []string{fmt.Sprint(i)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Add(Screening{No: []string{"one more"}}); err == nil {
		t.Error("one more is taken")
	}
}

func TestConceal(t *testing.T) {
	for _, c := range []struct{ counts, want [][]int }{
		{[][]int{{50, 60}, {70, 80}}, [][]int{{50, 60}, {70, 80}}},
		{[][]int{{3, 60, 70}, {20, 30, 40}, {50, 25, 60}}, [][]int{{Hidden, Hidden, 70}, {Hidden, Hidden, 40}, {50, 25, 60}}},
		{[][]int{{3, 4, 70, 90}}, [][]int{{Hidden, Hidden, Hidden, 90}}},
		{[][]int{{6, 7, 70, 90}}, [][]int{{Hidden, Hidden, 70, 90}}},
		{[][]int{{0, 200}}, [][]int{{Hidden, Hidden}}},
		{[][]int{{5}}, [][]int{{Hidden}}},
		{[][]int{{30, 40}, {5, 60}}, [][]int{{Hidden, Hidden}, {Hidden, Hidden}}},
		{nil, [][]int{}},
	} {
		if got := Conceal(c.counts, 10); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v is shown as %v, want %v", c.counts, got, c.want)
		}
	}
}

func TestConcealSparesWhatIsDear(t *testing.T) {
	counts := [][]int{{30, 4, 2, 900}, {50, 20, 30, 400}, {60, 15, 40, 700}}
	if got := Conceal(counts, 10, 0); got[0][0] != 30 || got[0][3] != Hidden {
		t.Errorf("what is dear is hidden: %v", got)
	}
	if got := Conceal(counts, 10); got[0][0] != Hidden {
		t.Errorf("without it, the smallest is hidden: %v", got)
	}
}

// TestConcealHoldsAgainstSubtraction: in any table, what is hidden in a row or
// column is two numbers at least and least together, or all there is.
func TestConcealHoldsAgainstSubtraction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 5).Draw(t, "columns")
		row := rapid.SliceOfN(rapid.IntRange(0, 40), columns, columns)
		counts := rapid.SliceOfN(row, 1, 7).Draw(t, "counts")
		shown := Conceal(counts, 10, rapid.IntRange(0, 4).Draw(t, "dear"))
		for _, l := range lines(counts) {
			hidden, sum := 0, 0
			for _, at := range l {
				n, is := counts[at[0]][at[1]], shown[at[0]][at[1]]
				if is == Hidden {
					hidden, sum = hidden+1, sum+n
				} else if n < 10 || is != n {
					t.Fatalf("%d is shown as %d", n, is)
				}
			}
			if hidden > 0 && hidden < len(l) && (hidden < 2 || sum < 10) {
				t.Fatalf("%v of %v can be worked out", shown, counts)
			}
		}
	})
}

func BenchmarkStudy(b *testing.B) {
	p := gather(b, Plan{Seed: 1, Screenings: 200_000, Indicators: 40}.Invent())
	for b.Loop() {
		p.Study(Rules{})
	}
}
