package observatory

import (
	"istmo/access"
	"istmo/observatory/figures"
	"istmo/store"
)

// ReadJustice is what came of it before courts, and who is convicted.
type ReadJustice struct{}

// Verb names it.
func (ReadJustice) Verb() access.Verb { return "observatory.justice" }

// Justice is what is known of reports, convictions and perpetrators.
type Justice struct {
	Reports, Convictions figures.Public // as stated at the meeting of the two countries
	Convicted            []Series
	Perpetrators         []figures.Public // shares of those convicted in the region
}

// Ask reads it.
func (ReadJustice) Ask(tx *store.Tx, who access.Who) (j Justice, err error) {
	held, err := figures.Held()
	if err != nil {
		return j, err
	}
	j.Reports, j.Convictions = stated(held, "pan-reports-2015-2023"), stated(held, "pan-convictions-2015-2023")
	j.Convicted = series(held, PersonsConvicted)
	for _, key := range []string{"cac-convicted-men", "cac-convicted-women", "cac-same-nationality", "cac-organised-structures"} {
		j.Perpetrators = append(j.Perpetrators, stated(held, key))
	}
	return j, nil
}
