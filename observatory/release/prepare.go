package release

import (
	"context"
	"slices"

	"istmo/fault"
	"istmo/observatory/release/attack"
)

// Step is how far a preparation has come, for whoever waits.
type Step struct {
	Doing       string // "protect", "attack", "show-again"
	Done, Total int
}

// Outcome is a release that may go out, and what it took.
type Outcome struct {
	Published Published
	Digest    string

	Cells     int // numbers of the release, each counted once
	Small     int // hidden for themselves
	Beside    int // hidden so that those cannot be worked out
	Told      int // small numbers that an earlier release shows already
	Programs  int // linear programs solved, the last attack's among them
	Attacked  int // promises that the last attack tried to break
	PastBroke int // promises that earlier releases had broken before this one
}

// Options of a preparation.
type Options struct {
	Past     []Past     // every earlier release of the same people
	Progress func(Step) // may be nil
}

// Prepare makes a release that may go out under a rule, beside those that have
// gone out already, or says why there is none. Before it returns anything it
// attacks what it would publish, together with what is out, as package attack
// does; there is no way around that.
//
// Faults: Invalid for a release or rule that cannot be taken; Conflict
// "release.too-detailed", with the dimension to drop, "release.revised" where
// numbers have changed since they went out, "release.ring" where tables hang
// together by a joint table that is too large or not counted; Unavailable
// "release.no-time" when the context ends first.
func Prepare(ctx context.Context, r Release, rule Rule, o Options) (Outcome, error) {
	out, err := prepare(ctx, r, rule, o)
	if fault.KindOf(err) == fault.KindConflict && fault.All(err)[0].Key == "release.too-detailed" {
		return Outcome{}, advise(ctx, r, rule, o, fault.All(err)[0])
	}
	return out, err
}

func prepare(ctx context.Context, r Release, rule Rule, o Options) (Outcome, error) {
	g, err := newGuard(ctx, r, rule, o)
	if err != nil {
		return Outcome{}, err
	}
	if rule.Method == Suppress {
		return g.suppress()
	}
	return g.round()
}

// advise says which dimension to drop: the first, of those with most categories,
// without which the release can go out.
func advise(ctx context.Context, r Release, rule Rule, o Options, too *fault.Fault) error {
	order := slices.Clone(r.Dimensions)
	slices.SortFunc(order, func(a, b Dimension) int {
		if d := len(b.Categories) - len(a.Categories); d != 0 {
			return d
		}
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	for _, d := range order {
		less := r.Without(d.Name)
		if len(less.Dimensions) == len(r.Dimensions) || len(less.Dimensions) == 0 {
			continue
		}
		if _, err := prepare(ctx, less, rule, o); err == nil {
			return too.With("Dimension", d.Name)
		}
	}
	if ctx.Err() != nil {
		return fault.Unavailable("release.no-time")
	}
	return fault.Conflict("release.cannot")
}

// guard prepares one release. The last release of its frame is the new one.
type guard struct {
	ctx      context.Context
	frame    *frame
	rule     Rule
	past     []Past
	progress func(Step)

	own    int               // number of the new release
	truth  []int             // people by cell
	known  []attack.Interval // what is out already says of each cell
	ours   []bool            // the new release publishes it
	never  map[int]bool      // cannot hold anybody
	small  map[int]bool      // hidden for themselves
	hidden []bool            // the new release hides it
	held   map[int]bool      // hidden by an earlier release, and so by this one
	needs  []attack.Need     // promises of all releases about small numbers
	seen   []attack.Interval // what has been shown possible
	shifts []attack.Shift    // that show it
	of     [][]int           // sums by cell
	out    Outcome
}

func newGuard(ctx context.Context, r Release, rule Rule, o Options) (*guard, error) {
	if err := rule.Check(); err != nil {
		return nil, err
	}
	all := make([]Release, 0, len(o.Past)+1)
	for _, p := range o.Past {
		all = append(all, p.Release)
	}
	all = append(all, r)
	for _, one := range all {
		if err := one.Check(); err != nil {
			return nil, err
		}
	}
	f, err := newFrame(all...)
	if err != nil {
		return nil, err
	}
	g := &guard{ctx: ctx, frame: f, rule: rule, past: o.Past, progress: o.Progress, own: len(o.Past), small: map[int]bool{}, held: map[int]bool{}}
	if g.truth, err = f.truth(); err != nil {
		return nil, err
	}
	if g.never = f.impossible(g.own); slices.ContainsFunc(slices.Collect(keys(g.never)), func(c int) bool { return g.truth[c] != 0 }) {
		return nil, fault.Invalid("impossible", "release.impossible-people")
	}
	return g, g.begin()
}

// begin gathers what is out, what is small and what is promised of it.
func (g *guard) begin() error {
	g.ours, g.hidden = make([]bool, len(g.truth)), make([]bool, len(g.truth))
	for c, s := range g.frame.cells {
		g.ours[c] = slices.Contains(s.shown, g.own)
		if g.ours[c] {
			g.out.Cells++
		}
	}
	if err := g.remember(); err != nil {
		return err
	}
	for c, n := range g.truth {
		if !g.ours[c] || g.never[c] || !g.rule.small(n) {
			continue
		}
		if g.known[c].Width() == 0 {
			g.out.Told++
			continue
		}
		g.small[c] = true
		g.needs = append(g.needs, attack.Need{Cell: c, Reach: g.rule.reach(), Width: g.rule.width()})
	}
	g.out.Small = len(g.small)
	g.of = make([][]int, len(g.truth))
	for k, s := range g.frame.sums {
		g.of[s.Total] = append(g.of[s.Total], k)
		for _, c := range s.Parts {
			g.of[c] = append(g.of[c], k)
		}
	}
	g.seen = make([]attack.Interval, len(g.truth))
	for c, n := range g.truth {
		g.seen[c] = attack.Interval{Low: n, High: n}
	}
	return nil
}

// remember takes in what is out: what each number can be, and what was promised
// of it. A promise that was broken before is not this release's to keep.
func (g *guard) remember() error {
	published := make([]Published, len(g.past))
	for i, p := range g.past {
		published[i] = p.Published
	}
	s, cells, err := g.frame.read(published)
	if err != nil {
		return err
	}
	g.known = s.Cells
	var promised []attack.Need
	for cell, c := range cells {
		rule := g.past[cell.Release].Published.Rule
		row := g.past[cell.Release].Published.Tables[cell.Table].Rows[cell.Row]
		if row.Hidden {
			g.held[c] = true
		}
		if rule.small(g.truth[c]) {
			promised = append(promised, attack.Need{Cell: c, Reach: rule.reach(), Width: rule.width()})
		}
	}
	for c, i := range g.known {
		if g.truth[c] < i.Low || g.truth[c] > i.High {
			return fault.Conflict("release.revised").With("Release", len(g.past))
		}
	}
	promised = order(promised)
	broken, work, err := attack.Try(g.ctx, s, promised, attack.Proofs{})
	if err != nil {
		return err
	}
	g.out.Programs += work.Programs
	g.out.PastBroke = len(broken)
	for _, n := range promised {
		if !slices.ContainsFunc(broken, func(b attack.Broken) bool { return b.Need == n }) {
			g.needs = append(g.needs, n)
		}
	}
	return nil
}

// order sorts promises by cell and leaves each once.
func order(needs []attack.Need) []attack.Need {
	slices.SortFunc(needs, func(a, b attack.Need) int {
		if a.Cell != b.Cell {
			return a.Cell - b.Cell
		}
		if a.Reach != b.Reach {
			return a.Reach - b.Reach
		}
		return a.Width - b.Width
	})
	return slices.Compact(needs)
}

func (g *guard) say(doing string, done, total int) {
	if g.progress != nil {
		g.progress(Step{doing, done, total})
	}
}

// attack tries to break every promise from what would be out.
func (g *guard) attack(p Published, needs []attack.Need) ([]attack.Broken, error) {
	all := make([]Published, 0, len(g.past)+1)
	for _, q := range g.past {
		all = append(all, q.Published)
	}
	s, _, err := g.frame.read(append(all, p))
	if err != nil {
		return nil, err
	}
	broken, work, err := attack.Try(g.ctx, s, needs, attack.Proofs{Truth: g.truth, Shifts: g.shifts})
	g.out.Programs += work.Programs
	return broken, err
}

func (g *guard) finish(p Published) Outcome {
	g.out.Published, g.out.Digest, g.out.Attacked = p, p.Digest(), len(g.needs)
	return g.out
}

// tooDetailed says so, without naming the cell: who reads the refusal may not be
// who may see the number.
func tooDetailed() *fault.Fault { return fault.Conflict("release.too-detailed") }
