package fairness

import "slices"

// Rate is how often something was decided about a group.
type Rate struct {
	Outcome Outcome
	Count   int // Hidden if it is too small to be shown; so are then the shares
	Share   Share
}

// Line is one group and what was decided about it.
type Line struct {
	Group Group
	Total int // Hidden if too small
	Rates []Rate
}

// Rates are how often each outcome was decided about each group of an attribute.
// They compare people of all results at all posts, so that a difference between
// them need not be a difference in treatment.
func (p *Population) Rates(a Attribute, rules Rules) (all []Line) {
	rules = rules.usual()
	large, small := p.of(a, 0)
	groups := append(large, small...)
	counts := p.outcomes(groups)
	shown := Conceal(counts, rules.Least, slices.Index(Outcomes, Presumed))
	for i, g := range groups {
		line := Line{Group: p.groups.all[g.number], Total: g.size}
		if g.size < rules.Least {
			line.Total = Hidden
		}
		for j, o := range Outcomes {
			rate := Rate{Outcome: o, Count: shown[i][j]}
			if rate.Count != Hidden {
				rate.Share = Wilson(rate.Count, g.size)
			}
			line.Rates = append(line.Rates, rate)
		}
		all = append(all, line)
	}
	return all
}

func (p *Population) outcomes(groups []counted) [][]int {
	at := map[uint16]int{}
	counts := make([][]int, len(groups))
	for i, g := range groups {
		at[uint16(g.number)], counts[i] = i, make([]int, len(Outcomes))
	}
	column := map[Outcome]int{}
	for j, o := range Outcomes {
		column[o] = j
	}
	for _, r := range p.rows {
		j, known := column[r.outcome]
		for _, g := range r.groups {
			if i, of := at[g]; of && known {
				counts[i][j]++
			}
		}
	}
	return counts
}
