package fairness

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// Plan is an invented population, with or without a difference in it: for
// trying the report before it is believed, and for showing what a report of so
// many screenings can find. Nobody in it exists.
//
// Each person carries a hidden severity; indicators show the more readily the
// higher it is and the commoner they are (Rasch), the instrument adds them up,
// and the officer presumes the more readily the more it found.
type Plan struct {
	Seed       uint64
	Screenings int
	Indicators int // 12 if zero

	Group      Group   // whom the difference is planted in; nobody if zero
	Presuming  float64 // the odds of presuming, times this, at the same result; 1 if zero
	Indicator  int     // which indicator works differently, counted from 1; none if zero
	Showing    float64 // the odds of it showing, times this, at the same severity; 1 if zero
	Severity   float64 // how much more severe what happened to the group is: no difference in treatment
	Confirming float64 // the odds of being confirmed later, times this, at the same result; 1 if zero
}

// the people that an invented population is made of, with their shares
var invented = []struct {
	attribute Attribute
	values    []string
	shares    []float64
}{
	{Sex, []string{"female", "male"}, []float64{0.42, 0.58}},
	{AgeBand, []string{"18-20", "21-29", "30-47", "48+"}, []float64{0.2, 0.35, 0.35, 0.1}},
	{Citizenship, []string{"VEN", "HTI", "ECU", "COL", "CHN"}, []float64{0.45, 0.2, 0.15, 0.12, 0.08}},
	{Language, []string{"es", "ht", "zh"}, []float64{0.72, 0.2, 0.08}},
	{Post, []string{"lajas-blancas", "san-vicente", "paso-canoas"}, []float64{0.5, 0.3, 0.2}},
}

// Invent is the screenings of a plan: the same plan gives the same.
func (plan Plan) Invent() []Screening {
	random := rand.New(rand.NewPCG(plan.Seed, 0x9e3779b97f4a7c15))
	indicators := plan.Indicators
	if indicators == 0 {
		indicators = 12
	}
	all := make([]Screening, plan.Screenings)
	for i := range all {
		all[i] = plan.one(random, indicators)
	}
	return all
}

func (plan Plan) one(random *rand.Rand, indicators int) Screening {
	s := Screening{List: "adult", Outcome: None}
	planted := false
	for _, a := range invented {
		g := Group{a.attribute, a.values[pick(random, a.shares)]}
		planted = planted || g == plan.Group
		s.Groups = append(s.Groups, g)
		if a.attribute == Post {
			s.Post = g.Value
		}
	}
	times := func(odds float64) float64 {
		if !planted || odds == 0 {
			return 0
		}
		return math.Log(odds)
	}
	severity := random.NormFloat64()
	if planted {
		severity += plan.Severity
	}
	for i := 1; i <= indicators; i++ {
		log := severity - 2.2 + 2.4*float64(i)/float64(indicators)
		if i == plan.Indicator {
			log += times(plan.Showing)
		}
		if code := fmt.Sprintf("I-%02d", i); chance(random, log) {
			s.Yes = append(s.Yes, code)
		} else {
			s.No = append(s.No, code)
		}
	}
	score := float64(len(s.Yes)) / float64(indicators)
	s.Result = strings.TrimSpace(strings.Repeat("positive ", min(3, int(4*score))))
	switch {
	case chance(random, 6*score-3+times(plan.Presuming)):
		s.Outcome = Presumed
		if random.Float64() < 0.6 {
			s.Later = Refuted
			if chance(random, 2*score-0.5+times(plan.Confirming)) {
				s.Later = Confirmed
			}
		}
	case random.Float64() < 0.3:
		s.Outcome = Smuggled
	case random.Float64() < 0.1:
		s.Outcome = OtherProtection
	}
	return s
}

func chance(random *rand.Rand, logOdds float64) bool {
	return random.Float64() < 1/(1+math.Exp(-logOdds))
}

func pick(random *rand.Rand, shares []float64) int {
	at := random.Float64()
	for i, share := range shares {
		if at -= share; at < 0 {
			return i
		}
	}
	return len(shares) - 1
}

// Gather is a population of these screenings.
func Gather(all []Screening) (*Population, error) {
	p := &Population{}
	for _, s := range all {
		if err := p.Add(s); err != nil {
			return nil, err
		}
	}
	return p, nil
}
