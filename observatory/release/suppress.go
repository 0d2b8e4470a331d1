package release

import (
	"math"
	"slices"

	"istmo/fault"
	"istmo/observatory/release/attack"
	"istmo/observatory/release/linear"
)

// How far around a small number others to hide beside it are looked for: in so
// many categories of each dimension, of the tables that it stands in or of all,
// and at last in the whole release.
var reaches = []struct {
	categories int
	beyond     bool // other tables too
}{{2, false}, {3, false}, {5, false}, {3, true}, {5, true}, {8, true}, {14, true}, {math.MaxInt, true}}

// dear is how much more reaching one person further is worth than hiding any number.
const dear = 1e6

// mostMoves bounds one linear program; beyond, what is asked is too detailed.
const mostMoves = 2_500

// suppress hides what is small and what must be hidden beside it.
func (g *guard) suppress() (Outcome, error) {
	for c := range g.truth {
		g.hidden[c] = g.small[c] || g.ours[c] && g.held[c] && g.mayHide(c)
	}
	if err := g.protect(g.needs); err != nil {
		return Outcome{}, err
	}
	for round := 0; ; round++ {
		g.say("attack", round, 10)
		again, err := g.verify()
		if err != nil {
			return Outcome{}, err
		}
		if !again {
			break
		}
		if round == 10 {
			return Outcome{}, tooDetailed()
		}
	}
	if err := g.showAgain(); err != nil {
		return Outcome{}, err
	}
	g.out.Beside = 0
	for c, h := range g.hidden {
		if h && !g.small[c] {
			g.out.Beside++
		}
	}
	p := g.shown()
	broken, err := g.attack(p, g.needs)
	if err != nil {
		return Outcome{}, err
	}
	if len(broken) > 0 {
		return Outcome{}, tooDetailed()
	}
	return g.finish(p), nil
}

func (g *guard) shown() Published {
	return g.frame.publish(g.own, g.rule, func(c int) (int, bool) { return g.truth[c], g.hidden[c] })
}

// verify attacks what would be published: numbers hidden beside others that can
// be worked out all the same hide nothing and are shown; a promise that is broken
// is kept by hiding more. It says whether to look again.
func (g *guard) verify() (again bool, err error) {
	needs := slices.Clone(g.needs)
	for c, h := range g.hidden {
		if h && !g.small[c] && !g.held[c] {
			needs = append(needs, attack.Need{Cell: c, Width: 1})
		}
	}
	broken, err := g.attack(g.shown(), needs)
	if err != nil {
		return false, err
	}
	var kept []attack.Need
	for _, b := range broken {
		if slices.Contains(g.needs, b.Need) {
			g.seen[b.Cell] = attack.Interval{Low: g.truth[b.Cell], High: g.truth[b.Cell]}
			kept = append(kept, b.Need)
			continue
		}
		g.hidden[b.Cell] = false
	}
	return len(broken) > 0, g.protect(kept)
}

// protect hides numbers beside small ones until each promise can be kept: for
// each the cheapest set along which the counts could be shifted so that all that
// is shown stays as it is (the linear form of the incremental attacker's problem:
// Kelly, Golden and Assad 1992; Fischetti and Salazar-González 2000).
func (g *guard) protect(needs []attack.Need) error {
	needs = slices.Clone(needs)
	slices.SortStableFunc(needs, func(a, b attack.Need) int { return g.truth[b.Cell] - g.truth[a.Cell] })
	for i, n := range needs {
		if g.ctx.Err() != nil {
			return fault.Unavailable("release.no-time")
		}
		if i%16 == 0 {
			g.say("protect", i, len(needs))
		}
		if n.Met(g.seen[n.Cell]) {
			continue
		}
		g.push(n.Cell, 1, max(n.Width, n.Reach-g.truth[n.Cell]))
		if n.Met(g.seen[n.Cell]) {
			continue
		}
		if g.seen[n.Cell].High >= n.Reach {
			g.push(n.Cell, -1, n.Width-(g.seen[n.Cell].High-g.truth[n.Cell]))
		}
		if !n.Met(g.seen[n.Cell]) {
			return tooDetailed()
		}
	}
	return nil
}

// push finds the cheapest numbers to hide so that a cell could be by so many
// greater (way 1) or smaller (-1), and hides them; near the cell first.
func (g *guard) push(cell int, way, by int) {
	var best shifted
	size := 0
	for _, reach := range reaches {
		near := g.near(cell, way, by, reach.categories, reach.beyond)
		if len(near) > mostMoves {
			break
		}
		if len(near) == size {
			continue
		}
		size = len(near)
		best = g.shift(cell, way, by, near)
		if best.reached >= by {
			break
		}
	}
	g.take(best)
}

// shifted is a way to shift counts that keeps every sum.
type shifted struct {
	reached int
	cells   []int
	by      []float64
}

// movable is between what a cell could be if it were hidden: nothing else if it
// is out already, or always shown.
func (g *guard) movable(c int) attack.Interval {
	n, i := g.truth[c], g.known[c]
	switch {
	case !g.ours[c]:
		return i
	case !g.mayHide(c):
		return attack.Interval{Low: n, High: n}
	case g.rule.Zeros == ZerosShown:
		return attack.Interval{Low: max(1, i.Low), High: i.High}
	}
	return i
}

// mayHide is whether the rule lets a number be hidden at all.
func (g *guard) mayHide(c int) bool {
	return !g.never[c] && (g.truth[c] > 0 || g.rule.Zeros != ZerosShown)
}

// shift solves the program over some cells.
func (g *guard) shift(cell, way, by int, near []int) shifted {
	at := make(map[int]int, len(near))
	s := shifted{}
	var high []float64
	var goal []linear.Term
	put := func(room int, gain float64) {
		goal = append(goal, linear.Term{Var: len(high), Coef: gain})
		high = append(high, float64(min(room, 16*by)))
	}
	for _, c := range near {
		i := g.movable(c)
		if i.Width() == 0 && c != cell {
			continue
		}
		at[c] = len(s.cells)
		s.cells = append(s.cells, c)
		up, down := i.High-g.truth[c], g.truth[c]-i.Low
		if c == cell {
			put(min(by, up)*(1+way)/2, dear)
			put(min(by, down)*(1-way)/2, dear)
			continue
		}
		w := g.weight(c)
		put(up, -w)
		put(down, -w)
	}
	program, _ := linear.New(make([]float64, len(high)), high, g.balance(s.cells, at), nil)
	program.Maximize(goal, nil)
	g.out.Programs++
	s.by = make([]float64, len(s.cells))
	for v := range s.cells {
		s.by[v] = program.Value(2*v) - program.Value(2*v+1)
	}
	s.reached = int(math.Floor(math.Abs(s.by[at[cell]]) + linear.Play))
	return s
}

// balance is the sums that must hold among shifts: no more to the parts than to
// the total. What is not among the cells does not move.
func (g *guard) balance(cells []int, at map[int]int) (equations [][]linear.Term) {
	done := map[int]bool{}
	for _, c := range cells {
		for _, k := range g.of[c] {
			if done[k] {
				continue
			}
			done[k] = true
			var terms []linear.Term
			add := func(c int, coef float64) {
				if v, in := at[c]; in {
					terms = append(terms, linear.Term{Var: 2 * v, Coef: coef}, linear.Term{Var: 2*v + 1, Coef: -coef})
				}
			}
			add(g.frame.sums[k].Total, -1)
			for _, p := range g.frame.sums[k].Parts {
				add(p, 1)
			}
			equations = append(equations, terms)
		}
	}
	return equations
}

// weight is what hiding a number costs a reader: nothing if it is hidden or out
// of nobody's sight, more for greater numbers, and much more for totals.
func (g *guard) weight(c int) float64 {
	if !g.ours[c] || g.hidden[c] {
		return 1e-3
	}
	w := 1 + math.Log2(1+float64(g.truth[c]))
	for i, a := range g.frame.axes {
		if t := a.trees[g.own]; t != nil && g.frame.cells[c].sets[i] == t.total {
			w *= 2
		}
	}
	return w
}

// take hides what a shift moves, and remembers that it is possible.
func (g *guard) take(s shifted) {
	var kept attack.Shift
	defer func() { g.shifts = append(g.shifts, kept) }()
	for v, c := range s.cells {
		d := s.by[v]
		if math.Abs(d) < linear.Play {
			continue
		}
		kept.Cells, kept.By = append(kept.Cells, c), append(kept.By, d)
		if g.ours[c] {
			g.hidden[c] = true
		}
		n := float64(g.truth[c]) + d
		i := g.seen[c]
		g.seen[c] = attack.Interval{Low: min(i.Low, int(math.Ceil(n-linear.Play))), High: max(i.High, int(math.Floor(n+linear.Play)))}
	}
}

// near is the cells around one: of each dimension the categories that promise
// most, and everything that they are part of.
func (g *guard) near(cell, way, by, reach int, beyond bool) []int {
	chosen := make([][]int, len(g.frame.axes))
	size := 1
	for i := range g.frame.axes {
		chosen[i] = g.choose(cell, i, way, by, reach)
		if !beyond && g.elsewhere(cell, i) {
			chosen[i] = []int{g.frame.cells[cell].sets[i]}
		}
		if size *= len(chosen[i]); size > len(g.frame.cells) {
			size = len(g.frame.cells) + 1
		}
	}
	if size > len(g.frame.cells) {
		return g.filter(chosen)
	}
	var cells []int
	sets := make([]int, len(chosen))
	var visit func(i int)
	visit = func(i int) {
		if i == len(chosen) {
			if c, there := g.frame.at[g.frame.code(sets)]; there {
				cells = append(cells, c)
			}
			return
		}
		for _, s := range chosen[i] {
			sets[i] = s
			visit(i + 1)
		}
	}
	visit(0)
	slices.Sort(cells)
	return cells
}

// elsewhere is whether an axis is of no table that the cell stands in.
func (g *guard) elsewhere(cell, axis int) bool {
	sets := slices.Clone(g.frame.cells[cell].sets)
	own := sets[axis]
	for s := range g.frame.axes[axis].sets {
		sets[axis] = s
		if _, there := g.frame.at[g.frame.code(sets)]; there && s != own {
			return false
		}
	}
	return true
}

func (g *guard) filter(chosen [][]int) (cells []int) {
	for c, s := range g.frame.cells {
		in := true
		for i := range chosen {
			in = in && slices.Contains(chosen[i], s.sets[i])
		}
		if in {
			cells = append(cells, c)
		}
	}
	return cells
}

// choose is sets of one axis: those in whose cells, across from this one, a
// number is hidden already and can give way, then those that cost least to hide;
// and as many of the most common, where much can give way.
func (g *guard) choose(cell, axis, way, by, reach int) []int {
	a, own := g.frame.axes[axis], g.frame.cells[cell].sets
	type rank struct {
		set    int
		family bool // stands beside ours under one total
		price  float64
	}
	sets := slices.Clone(own)
	ranks := make([]rank, 0, len(a.sets))
	family, under := a.family(own[axis]), a.under(own[axis])
	for s := range a.sets {
		if len(a.covers[s]) > 0 && s != own[axis] {
			continue
		}
		sets[axis] = s
		r := rank{s, family[s] || under[s], math.Inf(1)}
		if c, there := g.frame.at[g.frame.code(sets)]; there && g.movable(c).Width() > 0 {
			r.price = g.weight(c) * g.scarce(c, -way, by)
		}
		ranks = append(ranks, r)
	}
	slices.SortFunc(ranks, func(x, y rank) int {
		switch {
		case x.family != y.family && x.family, x.family == y.family && x.price < y.price:
			return -1
		case x.family != y.family, x.price > y.price, a.sets[x.set].key > a.sets[y.set].key:
			return 1
		}
		return -1
	})
	picked := map[int]bool{own[axis]: true, 0: true}
	pick := func(most int, inside bool) {
		for _, r := range ranks {
			if most > 0 && !picked[r.set] && under[r.set] == inside {
				picked[r.set] = true
				most--
			}
		}
	}
	pick((reach+1)/2, true)
	pick(reach/2, false)
	slices.SortStableFunc(ranks, func(x, y rank) int { return g.common(axis, y.set) - g.common(axis, x.set) })
	pick(reach/2, true)
	pick(reach/2, false)
	return a.withAbove(picked)
}

// common is how many people a set of one axis holds in all, as far as that is
// counted: the more, the likelier it is that something can give way there.
func (g *guard) common(axis, s int) int {
	sets := g.frame.everybody(g.own)
	sets[axis] = s
	if c, there := g.frame.at[g.frame.code(sets)]; there {
		return g.truth[c]
	}
	return 0
}

// scarce is how many such numbers it would take for counts to be shifted so far
// in a direction.
func (g *guard) scarce(c, way, by int) float64 {
	i := g.movable(c)
	room := i.High - g.truth[c]
	if way < 0 {
		room = g.truth[c] - i.Low
	}
	return max(1, float64(by)/(float64(room)+0.1))
}

// family is sets that come to a total together with s, or to s itself.
func (a *axis) family(s int) map[int]bool {
	in := map[int]bool{}
	for total, covers := range a.covers {
		for _, cover := range covers {
			if total == s || slices.Contains(cover, s) {
				for _, p := range cover {
					in[p] = true
				}
			}
		}
	}
	return in
}

// under is the sets that a set is made up of, down to the finest, and itself.
func (a *axis) under(s int) map[int]bool {
	in, open := map[int]bool{s: true}, []int{s}
	for len(open) > 0 {
		at := open[0]
		open = open[1:]
		for _, cover := range a.covers[at] {
			for _, p := range cover {
				if !in[p] {
					in[p], open = true, append(open, p)
				}
			}
		}
	}
	return in
}

// withAbove is these sets and all that they are parts of.
func (a *axis) withAbove(picked map[int]bool) []int {
	for again := true; again; {
		again = false
		for total, covers := range a.covers {
			for _, cover := range covers {
				if !picked[total] && slices.ContainsFunc(cover, func(p int) bool { return picked[p] }) {
					picked[total], again = true, true
				}
			}
		}
	}
	return slices.Sorted(keys(picked))
}

// What is looked at again, number by number, once all is safe.
const (
	fewHidden = 60
	fewCells  = 800
)

// showAgain shows numbers hidden beside others that need not be: those that were
// needed before others were hidden. In small releases only, for it takes time.
func (g *guard) showAgain() error {
	var beside []int
	for c, h := range g.hidden {
		if h && !g.small[c] && !g.held[c] {
			beside = append(beside, c)
		}
	}
	if len(beside) > fewHidden || len(g.truth) > fewCells {
		return nil
	}
	slices.SortStableFunc(beside, func(x, y int) int { return g.truth[y] - g.truth[x] })
	for i, c := range beside {
		g.say("show-again", i, len(beside))
		g.hidden[c] = false
		broken, err := g.attack(g.shown(), g.needs)
		if err != nil {
			return err
		}
		g.hidden[c] = len(broken) > 0
	}
	return nil
}
