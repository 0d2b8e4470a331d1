package mse

import "math"

// start is where the fit of a model may begin: parameters, by their lists.
type start struct {
	model uint64
	beta  []float64
}

// ordinal numbers the pairs, those of the first lists first.
func ordinal(pair int) int {
	low, high := ends(pair)
	return high*(high-1)/2 + low
}

// extend takes one step of the selection, from the model that is fitted on the
// bench: it adds the interaction of the least likely overlap, if that is below
// the bound and the larger model has an estimate. Only what could be taken is
// judged, the least likely first: the answer is that of judging all. It also
// tells passed, if anybody asks, which ones could not be.
func (b *bench) extend(bound float64, starts []start, passed *[]Step) (taken Step, ok bool) {
	b.passed = 0
	for {
		s := b.next(bound)
		if s.pair == 0 {
			return s, false
		}
		if b.try(s, starts) {
			return s, true
		}
		b.passed |= 1 << ordinal(s.pair)
		if passed != nil {
			*passed = append(*passed, s)
		}
	}
}

// next is the interaction, of those not yet in the model nor passed over, whose
// overlap is least likely; of equals, the first. It has no pair if none is below
// the bound.
func (b *bench) next(bound float64) (least Step) {
	least.logP = bound
	bit := uint64(1)
	for high := range b.lists {
		for low := range high {
			pair := 1<<high | 1<<low
			if (b.model|b.passed)&bit == 0 {
				if p := logTail(b.over[pair], b.sums[pair], least.logP); p < least.logP {
					least = Step{pair: pair, Expected: b.sums[pair], logP: p}
				}
			}
			bit <<= 1
		}
	}
	return least
}

// try adds an interaction and fits, or leaves the model as it was.
func (b *bench) try(s Step, starts []start) bool {
	b.add(s.pair, math.Log(b.over[s.pair]/s.Expected))
	if !b.judge().sound() {
		b.drop(s.pair)
		return false
	}
	copy(b.before[:cap(b.before)], b.beta)
	b.begin(starts)
	if b.fit() {
		return true
	}
	b.beta = b.beta[:len(b.fitted)]
	copy(b.beta, b.before)
	b.drop(s.pair)
	b.expect()
	return false
}

// begin puts the parameters where they stood for the same model of another
// table, if that is known.
func (b *bench) begin(starts []start) {
	for _, s := range starts {
		if s.model == b.model {
			for a, lists := range b.fitted {
				if v := s.beta[lists]; !math.IsNaN(v) {
					b.beta[a] = v
				}
			}
		}
	}
}

// remembered is the fit on the bench, as a start for those of like tables.
func (b *bench) remembered() start {
	s := start{b.model, make([]float64, len(b.counts))}
	for i := range s.beta {
		s.beta[i] = math.NaN()
	}
	for a, lists := range b.fitted {
		s.beta[lists] = b.beta[a]
	}
	return s
}
