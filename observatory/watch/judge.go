package watch

import "math"

// Windows: a change is looked for in the last month and in the last two and
// three together.
const longest = 3

// fewest counts from which anything is said.
const fewest = 6

// Direction of a change.
type Direction string

// Directions.
const (
	Up   Direction = "up"
	Down Direction = "down"
)

// Ratio of what is now to what was, with its 95 per cent interval.
type Ratio struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Method says what a judgement rests on.
type Method string

// Methods.
const (
	Level    Method = "level"    // levels that last and change: no season
	Seasonal Method = "seasonal" // regression with trend and season
	Slow     Method = "slow"     // the likelihood-ratio chart over that regression
	TooShort Method = "too-short"
	NoCount  Method = "no-count" // the month itself is missing
)

// Judgement is of one month of one series, from what was known in that month.
type Judgement struct {
	Month     Month     `json:"month"`
	Since     Month     `json:"since"` // the first month of the change
	Direction Direction `json:"direction,omitempty"`
	P         float64   `json:"p"`         // chance of as much in a month without a change, both directions
	Posterior float64   `json:"posterior"` // that the level changed since then; 0 if the method gives none
	Ratio     Ratio     `json:"ratio"`
	Expected  float64   `json:"expected"` // a month, without a change
	Observed  float64   `json:"observed"` // a month, since the change
	Method    Method    `json:"method"`
	Months    int       `json:"months"` // counts that it rests on
}

// step is what is believed before a month, and what has come of it.
type step struct {
	before  *belief // without a change in this month
	count   int
	month   Month
	logSeen float64 // how likely the count was, a change allowed for
}

// judge goes through a series once and judges every month from the given one on,
// each from those before it.
func judge(s Series, from Month) (all []Judgement) {
	var steps []step
	var season chart
	b := unsure()
	for i, n := range s.Counts {
		m := s.From + Month(i)
		j := Judgement{Month: m, Since: m, P: 1, Method: NoCount, Months: len(steps)}
		if n == Missing {
			if len(steps) > 0 {
				b = b.stirred()
			}
		} else {
			next, l := b.stirred().seen(n)
			steps = append(steps, step{b, n, m, l})
			byRegression, better := season.take(s, i, l)
			switch {
			case len(steps) <= fewest:
				j.Method = TooShort
			case better:
				j = byRegression
			case m >= from:
				j = byLevel(steps, m)
			}
			j.Months, b = len(steps)-1, next
		}
		if m >= from {
			all = append(all, j)
		}
	}
	return all
}

// byLevel asks whether the last months fit the level that was before them. The
// least chance counts for as many as were looked at (Bonferroni): three windows,
// two directions.
func byLevel(steps []step, m Month) Judgement {
	best := Judgement{Month: m, Since: m, P: 1, Method: Level, Direction: Up}
	sum, least := 0, math.Inf(1)
	var at int
	for k := 1; k <= longest && len(steps)-k >= fewest; k++ {
		first := steps[len(steps)-k]
		if first.month <= m-longest {
			break
		}
		sum += first.count
		up, down := first.before.tails(sum, k)
		if up < least {
			least, at, best.Direction = up, k, Up
		}
		if down < least {
			least, at, best.Direction = down, k, Down
		}
	}
	best.P = min(1, 2*longest*least)
	best.Since = steps[len(steps)-at].month
	return best.told(steps[len(steps)-at:])
}

// told adds to a judgement what the counts since the change say.
func (j Judgement) told(since []step) Judgement {
	counts, same, seen := []int{}, since[0].before, 0.0
	for _, s := range since {
		var l float64
		same, l = same.seen(s.count)
		seen += s.logSeen - l - math.Log(1-hazard)
		j.Observed += float64(s.count) / float64(len(since))
		counts = append(counts, s.count)
	}
	j.Posterior = min(max(1-math.Exp(-seen), 0), 1)
	j.Expected = since[0].before.median()
	j.Ratio = since[0].before.afresh(counts).over(since[0].before)
	return j
}
