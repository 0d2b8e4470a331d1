package watch

import (
	"math"
	"slices"

	"istmo/fault"
)

// Walk is what Watch says of every month of a table, the first one first. Each
// series is gone through once, so that many months cost little more than one.
func Walk(t Table, s Settings) ([]Report, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	total := s.walk(t.Total(), "", t.From, t.To)
	series := make([][]found, len(t.Categories))
	for i, c := range t.Categories {
		series[i] = s.walk(t.Series(c), c, t.From, t.To)
	}
	var all []Report
	for m := t.From; m <= t.To; m++ {
		i, each := int(m-t.From), make([]found, len(series))
		for k := range series {
			each[k] = series[k][i]
		}
		all = append(all, s.gather(m, total[i], each))
	}
	return all, nil
}

// walk judges a series month by month. A break cuts off what was before it, but
// only for the months from it on.
func (s Settings) walk(series Series, category string, from, to Month) (all []found) {
	for m := from; m <= to; {
		cut, last := s.since(series, category, m), to
		for _, b := range s.Breaks {
			if (b.Category == "" || b.Category == category) && b.Month > m {
				last = min(last, b.Month-1)
			}
		}
		for _, j := range judge(cut.until(last), m) {
			all = append(all, named(cut, category, j))
		}
		for m = last + 1; len(all) < int(m-from); {
			at := from + Month(len(all))
			all = append(all, named(cut, category, Judgement{Month: at, Since: at, P: 1, Method: TooShort}))
		}
	}
	return all
}

// Foretold is what was expected of a month before its count was known, if nothing
// had changed in it: in 95 of 100 calm months the count lies from Low to High. A
// month of which nothing could be said yet is not Known.
type Foretold struct {
	Month  Month
	Count  int
	Known  bool
	Middle float64
	Low    float64
	High   float64
}

// Foretell says it of each month of a category, or of the total, by the method
// that Watch uses there.
func Foretell(t Table, category string, s Settings) ([]Foretold, error) {
	series := t.Total()
	if category != "" {
		series = t.Series(category)
	}
	if len(series.Counts) == 0 {
		return nil, fault.Invalid("category", "watch.no-series")
	}
	var all []Foretold
	cut := series
	var season chart
	b, seen := unsure(), 0
	for i, n := range series.Counts {
		m := series.From + Month(i)
		f := Foretold{Month: m, Count: n}
		if now := s.since(series, category, m); now.From != cut.From {
			cut, season, b, seen = now, chart{}, unsure(), 0
		}
		if seen > fewest {
			f.Known = true
			f.Low, f.Middle, f.High = b.interval()
		}
		if n == Missing {
			if seen > 0 {
				b = b.stirred()
			}
		} else {
			next, l := b.stirred().seen(n)
			j, better := season.take(cut, int(m-cut.From), l)
			if better && f.Known {
				size := season.last.size
				f.Low, f.Middle, f.High = quantileOf(j.Expected, size, -wideRatio), j.Expected, quantileOf(j.Expected, size, wideRatio)
			}
			b, seen = next, seen+1
		}
		all = append(all, f)
	}
	return all, nil
}

// interval is the middle of what a belief foretells of the next count, and from
// where to where 95 of 100 lie. Whoever draws it needs no more places than the
// levels have: counts are taken as a gamma's, and that as the cube of a normal
// variable (Wilson and Hilferty, 1931).
func (b *belief) interval() (low, middle, high float64) {
	const share = 1e-5
	var steep, shift, weight []float64 // of the normal variable over the cube root of the count
	sum := 0.0
	for s, size := range sizes {
		for i, p := range b[s] {
			if p > share {
				level := levelAt(i)
				shape := 1 / (1/level + 1/size)
				by := 3 * math.Sqrt(shape)
				steep, shift, weight, sum = append(steep, by/math.Cbrt(level)), append(shift, by*(1/(9*shape)-1)), append(weight, p), sum+p
			}
		}
	}
	under := func(count float64) (p float64) {
		root := math.Cbrt(count)
		for i, w := range weight {
			p += w * normal(steep[i]*root+shift[i])
		}
		return p / sum
	}
	at := func(share float64) float64 {
		from, to := lowest, lowest+spacing*levels
		for to-from > spacing/20 {
			if middle := (from + to) / 2; under(math.Exp(middle)) < share {
				from = middle
			} else {
				to = middle
			}
		}
		return math.Exp((from + to) / 2)
	}
	return at(0.025), at(0.5), at(0.975)
}

// quantileOf a count of this mean and size, z standard deviations out.
func quantileOf(mean, size, z float64) float64 {
	shape := 1 / (1/mean + 1/size)
	return mean * math.Pow(max(0, 1-1/(9*shape)+z/(3*math.Sqrt(shape))), 3)
}

func normal(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// Cells are the counts of a table that are known, by category and month: what
// NewTable made it from.
func (t Table) Cells() (all []Cell) {
	for _, c := range t.Categories {
		s := t.series[c]
		for i, n := range s.Counts {
			if n != Missing {
				all = append(all, Cell{s.From + Month(i), c, n})
			}
		}
	}
	return slices.Clip(all)
}
