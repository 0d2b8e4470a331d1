package mse

import (
	"math"

	"istmo/fault"
)

// Fit is what one model says of a table.
type Fit struct {
	Observed  int     `json:"observed"`
	Hidden    float64 `json:"hidden"`    // expected on no list
	Total     float64 `json:"total"`     // observed and hidden
	Low       float64 `json:"low"`       // of the total: the 95 per cent Wald interval, given this model
	High      float64 `json:"high"`      //
	Deviation float64 `json:"deviation"` // standard error of the logarithm of Hidden
	Empty     []Pair  `json:"empty"`     // interactions at minus infinity
}

// Step is an interaction that was considered, and what spoke for it: how many
// people the lists share, how many they would without it, and how likely it is
// to be as far out as that by chance.
type Step struct {
	Pair
	Shared   int     `json:"shared"`
	Expected float64 `json:"expected"`
	P        float64 `json:"p"`
	Empty    bool    `json:"empty"` // at minus infinity

	pair int
	logP float64
}

// Estimate is the fit of the model that stepwise selection chose.
type Estimate struct {
	Fit
	Threshold float64 `json:"threshold"`
	Steps     []Step  `json:"steps"` // in the order in which they were taken

	// Passed are interactions that the counts ask for and the model could not
	// take, because it would have no estimate, or more than one. A number with
	// any is on weak ground.
	Passed []Step `json:"passed"`
}

// normal975 is the quantile of the normal distribution for intervals of 95 per cent.
const normal975 = 1.959963984540054

// Fit fits the model of these interactions. It refuses a model whose estimate
// does not exist, or is not the only one.
func (t Table) Fit(model ...Pair) (Fit, error) {
	if err := t.Estimable(); err != nil {
		return Fit{}, err
	}
	b := t.bench()
	b.main()
	chosen := map[int]bool{}
	for _, p := range model {
		mask, ok := t.mask([]string{p.A, p.B})
		if !ok || p.A == p.B || chosen[mask] {
			return Fit{}, fault.Invalid("model", "estimate.bad-model")
		}
		chosen[mask] = true
		b.add(mask, 0)
	}
	switch v := b.judge(); {
	case !v.exists:
		return Fit{}, fault.Conflict("estimate.does-not-exist")
	case !v.identified:
		return Fit{}, fault.Conflict("estimate.not-identified")
	case !b.fit():
		return Fit{}, fault.Conflict("estimate.does-not-exist")
	}
	return t.result(b)
}

func (t Table) bench() *bench {
	b := newBench(len(t.Lists))
	for s, n := range t.counts {
		b.counts[s] = float64(n)
	}
	b.lay()
	return b
}

// result reads the fit off the bench. The interval is of the logarithm of the
// hidden number, as the paper has it.
func (t Table) result(b *bench) (Fit, error) {
	deviation, ok := b.deviation()
	if !ok || math.IsInf(b.hidden(), 0) {
		return Fit{}, fault.Conflict("estimate.does-not-exist")
	}
	n, width := float64(t.observed), math.Exp(normal975*deviation)
	f := Fit{Observed: t.observed, Hidden: b.hidden(), Total: n + b.hidden(), Low: n + b.hidden()/width, High: n + b.hidden()*width, Deviation: deviation, Empty: []Pair{}}
	for _, pair := range b.empty {
		f.Empty = append(f.Empty, t.pair(pair))
	}
	return f, nil
}

// Stepwise chooses interactions one at a time, beginning with none: at each step
// the one whose overlap is least likely without it, while that is less likely
// than the threshold, and only where the larger model has one estimate (the
// paper, section 3.1). Two lists are refused: whether they depend on each other
// cannot be seen from them.
func (t Table) Stepwise(threshold float64) (Estimate, error) {
	e, _, err := t.stepwise(threshold)
	return e, err
}

func (t Table) stepwise(threshold float64) (Estimate, []start, error) {
	if err := t.selectable(threshold); err != nil {
		return Estimate{}, nil, err
	}
	b := t.bench()
	b.main()
	if !b.fit() {
		return Estimate{}, nil, fault.Conflict("estimate.does-not-exist")
	}
	e := Estimate{Threshold: threshold, Steps: []Step{}, Passed: []Step{}}
	starts := []start{b.remembered()}
	for {
		e.Passed = e.Passed[:0]
		taken, ok := b.extend(math.Log(threshold), nil, &e.Passed)
		if !ok {
			break
		}
		e.Steps, starts = append(e.Steps, taken), append(starts, b.remembered())
	}
	t.tell(e.Steps)
	t.tell(e.Passed)
	var err error
	e.Fit, err = t.result(b)
	return e, starts, err
}

func (t Table) selectable(threshold float64) error {
	if !(threshold >= 0 && threshold <= 0.5) {
		return fault.Invalid("threshold", "estimate.bad-threshold")
	}
	if len(t.Lists) < 3 {
		return fault.Invalid("file", "estimate.two-lists")
	}
	return t.Estimable()
}

// tell gives steps the names of their lists.
func (t Table) tell(steps []Step) {
	for i := range steps {
		s := &steps[i]
		s.Pair, s.Shared, s.P = t.pair(s.pair), t.over(s.pair), math.Exp(s.logP)
		s.Empty = s.Shared == 0
	}
}
