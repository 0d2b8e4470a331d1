package observatory

import (
	"istmo/access"
	"istmo/observatory/figures"
	"istmo/observatory/sources"
	"istmo/observatory/tally"
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
	Steps                []Series // before a conviction, from the returns in use: in formal contact, prosecuted, offences
	Files                []sources.File
	Perpetrators         []figures.Public // shares of those convicted in the region
	Absent               []tally.Absent   // what this node knows nothing of, and why
}

// Ask reads it.
func (ReadJustice) Ask(tx *store.Tx, who access.Who) (j Justice, err error) {
	held, err := figures.Held()
	if err != nil {
		return j, err
	}
	j.Reports, j.Convictions = stated(held, reports), stated(held, convictions)
	r, err := readReturned(tx)
	if err != nil {
		return j, err
	}
	j.Convicted, j.Files = r.over(series(held, PersonsConvicted), PersonsConvicted), r.files
	for _, indicator := range []string{PersonsContacted, PersonsCharged, Offences} {
		j.Steps = append(j.Steps, r.over(nil, indicator)...)
	}
	for _, key := range []string{"cac-convicted-men", "cac-convicted-women", "cac-same-nationality", "cac-organised-structures"} {
		j.Perpetrators = append(j.Perpetrators, stated(held, key))
	}
	own, _, err := tally.Last(tx)
	j.Absent = own.Absent
	return j, err
}
