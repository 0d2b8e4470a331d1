package mse

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"istmo/fault"
)

// Options are how intervals are made.
type Options struct {
	Threshold  float64
	Replicates int
	Seed       uint64
}

// Fewest and most replicates. Below the fewest the ends of an interval would be
// a matter of luck.
const (
	FewestReplicates = 100
	MostReplicates   = 100_000
)

// Intervals are BCa intervals of the total: unlike the Wald interval, they tell
// also how uncertain the choice of the model is, since every replicate chooses
// anew.
type Intervals struct {
	Low          float64 `json:"low"` // 95 per cent
	High         float64 `json:"high"`
	Low80        float64 `json:"low80"` // 80 per cent
	High80       float64 `json:"high80"`
	Bias         float64 `json:"bias"`
	Acceleration float64 `json:"acceleration"`
	Replicates   int     `json:"replicates"`
	Same         int     `json:"same"`      // replicates that chose the same model
	Unbounded    int     `json:"unbounded"` // replicates in which no two lists shared anybody
}

// outcome is what one resampled table gave.
type outcome struct {
	total float64
	model uint64
}

// chunk is how many replicates a core takes at a time.
const chunk = 25

// BCa makes intervals by the bootstrap, corrected for bias and acceleration
// (Efron, 1987; the paper, section 3.3). Each replicate draws as many people as
// were observed, with replacement, and repeats the whole selection. Acceleration
// is from leaving out one person of each combination in turn, which counts as
// often as there are people on it. Replicate r depends on the seed and r alone.
// It calls progress, which may be nil, from one goroutine at a time.
//
// A replicate in which no two lists share anybody sets no upper bound, and
// counts as infinite. An interval that would end there is refused.
func (t Table) BCa(ctx context.Context, o Options, progress func(done, total int)) (Intervals, error) {
	if o.Replicates < FewestReplicates || o.Replicates > MostReplicates {
		return Intervals{}, fault.Invalid("replicates", "estimate.bad-replicates").With("Fewest", FewestReplicates).With("Most", MostReplicates)
	}
	e, starts, err := t.stepwise(o.Threshold)
	if err != nil {
		return Intervals{}, err
	}
	r := resampling{Table: t, Options: o, starts: starts, histories: t.filled(), outcomes: make([]outcome, o.Replicates)}
	acceleration, ok := r.acceleration()
	if !ok {
		return Intervals{}, fault.Conflict("estimate.hangs-on-one")
	}
	if err := r.run(ctx, progress); err != nil {
		return Intervals{}, err
	}
	return r.intervals(e, acceleration)
}

// filled are the combinations that somebody is on, those of most people first.
func (t Table) filled() (all []int) {
	for s, n := range t.counts {
		if n > 0 {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b int) int { return cmp.Compare(t.counts[b], t.counts[a]) })
	return all
}

type resampling struct {
	Table
	Options
	starts    []start
	histories []int
	outcomes  []outcome
}

// run works off the replicates on every core.
func (r *resampling) run(ctx context.Context, progress func(done, total int)) error {
	var (
		all        sync.WaitGroup
		turn       sync.Mutex
		next, done int
	)
	take := func(finished int) (from, to int) {
		turn.Lock()
		defer turn.Unlock()
		if done += finished; finished > 0 && progress != nil {
			progress(done, r.Replicates)
		}
		from = next
		next = min(next+chunk, r.Replicates)
		return from, next
	}
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			b, source := newBench(len(r.Lists)), &rand.PCG{}
			for from, to := take(0); from < to && ctx.Err() == nil; from, to = take(to - from) {
				for i := from; i < to; i++ {
					r.draw(b, source, i)
					r.outcomes[i] = b.replicate(math.Log(r.Threshold), r.starts)
				}
			}
		})
	}
	all.Wait()
	return ctx.Err()
}

// draw lays the table of replicate i on the bench: people drawn with
// replacement, which is a multinomial draw, one combination after the other.
func (r *resampling) draw(b *bench, source *rand.PCG, i int) {
	source.Seed(scatter(r.Seed), scatter(r.Seed+uint64(i)+1))
	random := rand.New(source)
	left, weight := r.observed, r.observed
	for _, s := range r.histories {
		n := r.counts[s]
		if n < weight {
			drawn := binomial(random, left, float64(n)/float64(weight))
			b.counts[s], left, weight = float64(drawn), left-drawn, weight-n
		} else {
			b.counts[s] = float64(left)
		}
	}
	b.lay()
}

// scatter spreads neighbouring seeds far apart (SplitMix64).
func scatter(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// replicate selects and fits for the table on the bench. Where even the model
// without interactions has no estimate, it is what the likelihood tends to: with
// no overlap without end, and with a list of everybody nobody hidden.
func (b *bench) replicate(bound float64, starts []start) outcome {
	appearances, whole := 0.0, false
	for i := range b.lists {
		n := b.over[1<<i]
		appearances, whole = appearances+n, whole || n == b.n
	}
	if appearances == b.n {
		return outcome{total: math.Inf(1)}
	}
	if whole {
		return outcome{total: b.n}
	}
	b.main()
	b.begin(starts)
	if !b.fit() {
		return outcome{total: math.Inf(1)}
	}
	for ok := true; ok; {
		_, ok = b.extend(bound, starts, nil)
	}
	return outcome{b.n + b.hidden(), b.model}
}

// acceleration is a sixth of the skewness of the jackknife. It fails if there is
// a person without whom nothing would be known.
func (r *resampling) acceleration() (float64, bool) {
	b := r.bench()
	totals, mean, people := make([]float64, len(r.histories)), 0.0, float64(r.observed)
	for i, s := range r.histories {
		b.counts[s]--
		b.lay()
		totals[i] = b.replicate(math.Log(r.Threshold), r.starts).total
		b.counts[s]++
		mean += float64(r.counts[s]) * totals[i] / people
	}
	squares, cubes := 0.0, 0.0
	for i, s := range r.histories {
		d := mean - totals[i]
		squares += float64(r.counts[s]) * d * d
		cubes += float64(r.counts[s]) * d * d * d
	}
	a := cubes / (6 * math.Pow(squares, 1.5))
	return a, !math.IsNaN(a) && !math.IsInf(a, 0)
}

// intervals reads the corrected quantiles off the sorted replicates.
func (r *resampling) intervals(e Estimate, acceleration float64) (Intervals, error) {
	i := Intervals{Acceleration: acceleration, Replicates: r.Replicates}
	model, below, totals := r.starts[len(r.starts)-1].model, 0, make([]float64, 0, r.Replicates)
	for _, o := range r.outcomes {
		totals = append(totals, o.total)
		if o.total < e.Total {
			below++
		}
		if math.IsInf(o.total, 1) {
			i.Unbounded++
		} else if o.model == model {
			i.Same++
		}
	}
	slices.Sort(totals)
	half := 0.5 / float64(r.Replicates) // all or none below would be beyond every quantile
	i.Bias = probit(min(max(float64(below)/float64(r.Replicates), half), 1-half))
	at := func(p float64) float64 { return quantile(totals, corrected(probit(p), i.Bias, acceleration)) }
	i.Low, i.High, i.Low80, i.High80 = at(0.025), at(0.975), at(0.1), at(0.9)
	if math.IsInf(i.High, 1) {
		return Intervals{}, fault.Conflict("estimate.no-upper-end").With("Unbounded", i.Unbounded).With("Replicates", r.Replicates)
	}
	return i, nil
}

// corrected is where, among the replicates, the quantile z stands.
func corrected(z, bias, acceleration float64) float64 {
	shifted := bias + z
	scale := 1 - acceleration*shifted
	if scale <= 0 { // so far out that the correction has no meaning: the end
		return normal(math.Copysign(math.Inf(1), shifted))
	}
	return normal(bias + shifted/scale)
}

func normal(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

func probit(p float64) float64 { return -math.Sqrt2 * math.Erfcinv(2*p) }

// quantile is of sorted values, unbiased for the median (Hyndman and Fan's
// eighth definition).
func quantile(sorted []float64, p float64) float64 {
	n := float64(len(sorted))
	at := min(max(p*(n+1.0/3)+1.0/3, 1), n)
	low := int(at)
	part := at - float64(low)
	if part < 1e-12 || low == len(sorted) || sorted[low-1] == sorted[low] { // of equals, both may be infinite
		return sorted[low-1]
	}
	return sorted[low-1] + part*(sorted[low]-sorted[low-1])
}
