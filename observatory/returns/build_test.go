package returns_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"istmo/observatory/counting"
	"istmo/observatory/figures"
	"istmo/observatory/returns"
	"istmo/observatory/tally"
)

var made = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// cube is a random count: few people or many, of few kinds or of all.
func cube(r *rand.Rand) tally.Cube {
	c := tally.Cube{Made: made, Country: "PAN", Rules: "1"}
	kinds, most := 1+r.IntN(40), []int{2, 6, 30, 400}[r.IntN(4)]
	codes := []string{"PAN", "COL", "VEN", "HTI", "CUB", "unknown", "CHN", "NPL"}[:1+r.IntN(8)]
	seen := map[tally.Row]int{}
	for range kinds {
		seen[tally.Row{Year: 2023 + r.IntN(3), Sex: counting.Sexes[r.IntN(4)], Age: counting.Ages[r.IntN(3)], Form: counting.Forms[r.IntN(4)],
			Citizenship: codes[r.IntN(len(codes))], Standing: counting.Standings[r.IntN(2)]}] += 1 + r.IntN(most)
	}
	for row, n := range seen {
		row.Count = n
		c.Rows = append(c.Rows, row)
	}
	slices.SortFunc(c.Rows, func(a, b tally.Row) int { return compare(a, b) })
	for range r.IntN(4) {
		c.Returned = append(c.Returned, tally.Returned{Year: 2024, Country: codes[r.IntN(len(codes))], Sex: "female", Age: "18+", Count: 1 + r.IntN(9)})
	}
	return c
}

// row is so many people of the codes that are said.
func row(year int, codes string, n int) (r tally.Row) {
	r.Year, r.Count = year, n
	if _, err := fmt.Sscan(codes, &r.Sex, &r.Age, &r.Form, &r.Citizenship, &r.Standing); err != nil {
		panic(err)
	}
	return r
}

func compare(a, b tally.Row) int {
	x, y := fmt.Sprint(a), fmt.Sprint(b)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// TestEveryReturnIsSound: over random counts, our own validator finds nothing wrong
// with either copy, and nothing that the copy to send gives away; what is printed in it
// is true, and no number below five is in it.
func TestEveryReturnIsSound(t *testing.T) {
	random := rand.New(rand.NewPCG(16, 2))
	printed, withheld, small := 0, 0, 0
	for i := range 150 {
		c := cube(random)
		standing := []string{tally.All, counting.Identified, counting.Presumed}[i%3]
		var years [2][]figures.Return
		for year := 2023; year <= 2025; year++ {
			b := returns.Build(c, year, standing, nil)
			for copy, all := range [][]figures.Return{b.Working, b.Sent} {
				if found := figures.Validate(all); len(found) > 0 {
					t.Fatalf("count %d, %d, copy %d: %s %s\n%+v", i, year, copy, found[0].Kind, found[0].Certainty, found[0])
				}
				years[copy] = append(years[copy], all...)
			}
			exact := map[string]int{}
			for _, r := range b.Working {
				exact[r.Key()] = r.Low
			}
			for _, r := range b.Sent {
				n, there := exact[r.Key()]
				switch {
				case !there || n < r.Low || n > r.High:
					t.Fatalf("count %d: %s is printed as %s, and is %d (%v)", i, r.Category, r.Printed(), n, there)
				case !r.Concealed() && r.Low < figures.Small:
					t.Fatalf("count %d: %+v is printed", i, r)
				case r.Concealed():
					small++
				default:
					printed++
				}
			}
			gone := 0
			for _, one := range b.Withheld {
				gone += one.Some
			}
			withheld += gone
			if len(b.Sent)+gone != len(b.Working) {
				t.Fatalf("count %d: %d sent and %d withheld of %d", i, len(b.Sent), gone, len(b.Working))
			}
		}
		for copy, all := range years { // the years of one country together
			for j := range all {
				all[j].Row = j + 2
			}
			if found := figures.Validate(all); len(found) > 0 {
				t.Fatalf("count %d, all years, copy %d: %+v", i, copy, found[0])
			}
		}
	}
	if printed < 500 || small < 500 || withheld < 100 {
		t.Errorf("%d printed, %d as <5, %d withheld: the counts are not varied enough", printed, small, withheld)
	}
}

// TestOnPaper: one year, worked out by hand.
func TestOnPaper(t *testing.T) {
	c := tally.Cube{Made: made, Country: "PAN", Rules: "1", Rows: []tally.Row{
		row(2025, "female 18+ sexual COL identified", 20),
		row(2025, "female 0-17 sexual COL presumed", 3),
		row(2025, "male 18+ labour VEN identified", 10),
		row(2025, "unknown unknown unknown unknown presumed", 1),
		row(2024, "female 18+ sexual COL identified", 99),
	}, Returned: []tally.Returned{{Year: 2025, Country: "COL", Sex: "female", Age: "18+", Count: 6}, {Year: 2025, Country: "VEN", Sex: "male", Age: "18+", Count: 2}}}
	b := returns.Build(c, 2025, tally.All, nil)
	lines := map[string]string{}
	for _, r := range b.Working {
		lines[fmt.Sprint(r.Dimension, "|", r.Category, "|", r.Sex, "|", r.Age)] = r.Printed()
	}
	for at, want := range map[string]string{
		"Total|Total|Total|Total": "34", "Total|Total|Female|Total": "23", "Total|Total|Male|Total": "10", "Total|Total|Other|Total": "0", "Total|Total|Unknown|Total": "1",
		"Total|Total|Total|0 to 17 years": "3", "Total|Total|Total|18 years or over": "30", "Total|Total|Unknown|Unknown": "1",
		"Total|Total|Female|18 years or over": "20", "by form of exploitation|Sexual exploitation|Total|Total": "23", "by form of exploitation|Forced labour|Total|Total": "10",
		"by form of exploitation|Other forms of exploitation|Total|Total": "0", "by citizenship|Colombia|Total|Total": "23", "by citizenship|Venezuela|Total|Total": "10",
		"by citizenship|Unknown|Total|Total": "1", "by country of repatriation|Colombia|Total|Total": "6", "by country of repatriation|Venezuela|Total|Total": "2",
	} {
		if lines[at] != want {
			t.Errorf("%s is %q, want %s", at, lines[at], want)
		}
	}
	if got := returns.Build(c, 2025, counting.Identified, nil).Working[0].Low; got != 30 {
		t.Errorf("%d are identified", got)
	}
	if len(b.Empty) != 4 {
		t.Errorf("the side of justice: %v", b.Empty)
	}
}

// TestRates: per 100,000, with bands that follow each other, and without a denominator
// the count alone and why.
func TestRates(t *testing.T) {
	c := tally.Cube{Made: made, Country: "PAN", Rows: []tally.Row{
		row(2025, "female 18+ sexual COL identified", 20), row(2025, "male 0-17 labour VEN identified", 5), row(2025, "other 18+ labour VEN identified", 2)}}
	var people []figures.Population
	for _, sex := range []string{"Female", "Male"} {
		people = append(people, figures.Population{Country: "PAN", Year: 2025, Sex: sex, From: 0, To: 9, People: 300_000}, figures.Population{Country: "PAN", Year: 2025, Sex: sex, From: 10, To: 17, People: 200_000},
			figures.Population{Country: "PAN", Year: 2025, Sex: sex, From: 18, To: figures.Oldest, People: 1_600_000},
			figures.Population{Country: "PAN", Year: 2024, Sex: sex, From: 0, To: figures.Oldest, People: 1}, figures.Population{Country: "COL", Year: 2025, Sex: sex, From: 0, To: figures.Oldest, People: 1})
	}
	got := map[string]string{}
	for _, r := range returns.Build(c, 2025, tally.All, people).Rates {
		got[r.Form+"|"+r.Sex+"|"+r.Age] = fmt.Sprintf("%d %d %.3f %s", r.Count, r.People, r.Per, r.Why)
	}
	for at, want := range map[string]string{
		"||": "27 4200000 0.643 ", "|female|18+": "20 1600000 1.250 ", "|male|0-17": "5 500000 1.000 ", "|female|": "20 2100000 0.952 ", "||0-17": "5 1000000 0.500 ",
		"labour|male|0-17": "5 500000 1.000 ", "sexual||": "20 4200000 0.476 ", "|other|18+": "2 0 0.000 returns.no-denominator", "|male|18+": "0 1600000 0.000 ",
	} {
		if got[at] != want {
			t.Errorf("%s is %q, want %q", at, got[at], want)
		}
	}
	for _, r := range returns.Build(c, 2025, tally.All, people[:1]).Rates { // a band is missing
		if r.Per != 0 || r.Why == "" {
			t.Errorf("a rate without its denominator: %+v", r)
		}
	}
	five := []figures.Population{{Country: "PAN", Year: 2025, Sex: "Total", From: 0, To: 14, People: 9}, {Country: "PAN", Year: 2025, Sex: "Total", From: 15, To: 19, People: 9}, {Country: "PAN", Year: 2025, Sex: "Total", From: 0, To: figures.Oldest, People: 90}}
	for _, r := range returns.Build(c, 2025, tally.All, five).Rates {
		if (r.Age != tally.All) && r.Per != 0 {
			t.Errorf("bands of fifteen to nineteen cannot say how many are children: %+v", r)
		}
	}
}
