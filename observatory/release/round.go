package release

import (
	"math"

	"istmo/fault"
	"istmo/observatory/release/linear"
)

// mostRounded bounds controlled rounding, which solves one program over all cells.
const mostRounded = 3_000

// round shows every number as a multiple of the base: the nearest, or, controlled,
// one of the two beside it so that all sums of the release hold (Cox 1987; Kelly,
// Golden and Assad 1990). What is a multiple already stays.
func (g *guard) round() (Outcome, error) {
	base := g.rule.Base
	rounded := make([]int, len(g.truth))
	for c, n := range g.truth {
		rounded[c] = (n + base/2) / base * base
	}
	if g.rule.Method == RoundControlled {
		if err := g.control(rounded); err != nil {
			return Outcome{}, err
		}
	}
	p := g.frame.publish(g.own, g.rule, func(c int) (int, bool) { return rounded[c], false })
	broken, err := g.attack(p, g.needs)
	if err != nil {
		return Outcome{}, err
	}
	if len(broken) > 0 {
		return Outcome{}, tooDetailed()
	}
	return g.finish(p), nil
}

// control rounds so that sums hold: one program over "up or down" for each
// number, and where it leaves one between, that one is fixed to the nearer side
// first, then to the other.
func (g *guard) control(rounded []int) error {
	at, cells := map[int]int{}, []int{}
	for c, n := range g.truth {
		if g.ours[c] && n%g.rule.Base != 0 {
			at[c] = len(cells)
			cells = append(cells, c)
		}
	}
	if len(cells) > mostRounded {
		return fault.Conflict("release.no-rounding")
	}
	low, high := make([]float64, len(cells)), make([]float64, len(cells))
	for v := range cells {
		high[v] = 1
	}
	equations, right := g.carried(at)
	var ups []float64
	tries := 0
	var fix func() bool
	fix = func() bool {
		if tries++; tries > 200 || g.ctx.Err() != nil {
			return false
		}
		found := g.nearest(cells, low, high, equations, right)
		if found == nil {
			return false
		}
		v := between(found)
		if v < 0 {
			ups = found
			return true
		}
		first := math.Round(found[v])
		for _, side := range []float64{first, 1 - first} {
			low[v], high[v] = side, side
			if fix() {
				return true
			}
		}
		low[v], high[v] = 0, 1
		return false
	}
	if !fix() {
		if g.ctx.Err() != nil {
			return fault.Unavailable("release.no-time")
		}
		return fault.Conflict("release.no-rounding")
	}
	for c := range g.truth {
		rounded[c] = g.truth[c] / g.rule.Base * g.rule.Base
	}
	for v, c := range cells {
		rounded[c] += int(math.Round(ups[v])) * g.rule.Base
	}
	return nil
}

// carried is the sums between "up or down" of the release's own numbers, in
// multiples of the base.
func (g *guard) carried(at map[int]int) (equations [][]linear.Term, right []float64) {
	for _, s := range g.frame.sums {
		own := g.ours[s.Total]
		for _, c := range s.Parts {
			own = own && g.ours[c]
		}
		if !own {
			continue
		}
		var terms []linear.Term
		rest := 0
		put := func(c, sign int) {
			if v, moves := at[c]; moves {
				terms = append(terms, linear.Term{Var: v, Coef: float64(sign)})
			}
			rest -= sign * (g.truth[c] / g.rule.Base)
		}
		put(s.Total, -1)
		for _, c := range s.Parts {
			put(c, 1)
		}
		equations, right = append(equations, terms), append(right, float64(rest))
	}
	return equations, right
}

// nearest is "up or down" with the least that is changed; nil if there is none.
func (g *guard) nearest(cells []int, low, high []float64, equations [][]linear.Term, right []float64) []float64 {
	program, possible := linear.New(low, high, equations, right)
	if !possible {
		return nil
	}
	goal := make([]linear.Term, len(cells))
	for v, c := range cells {
		goal[v] = linear.Term{Var: v, Coef: 2*float64(g.truth[c]%g.rule.Base)/float64(g.rule.Base) - 1}
	}
	program.Maximize(goal, nil)
	g.out.Programs++
	ups := make([]float64, len(cells))
	for v := range cells {
		ups[v] = program.Value(v)
	}
	return ups
}

// between is a number that is neither up nor down, or -1.
func between(ups []float64) int {
	best := -1
	for v, u := range ups {
		if off := math.Abs(u - math.Round(u)); off > linear.Play && (best < 0 || off < math.Abs(ups[best]-math.Round(ups[best]))) {
			best = v
		}
	}
	return best
}
