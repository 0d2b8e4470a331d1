package publishing

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"istmo/act"
	"istmo/cooperation"
	"istmo/observatory/release"
	"istmo/store"
)

// Office is what the room stands on: the rules, the country's time, and one desk at
// which releases are prepared, one after another.
type Office struct {
	rules []release.Rule
	zone  *time.Location
	desk  chan struct{}
}

type officeKey struct{}

// Use lets the commands of this package find it.
func Use(db *store.DB, rules []release.Rule, zone *time.Location) {
	db.Bind(officeKey{}, &Office{rules, zone, make(chan struct{}, 1)})
}

func office(tx *store.Tx) *Office { return tx.Bound(officeKey{}).(*Office) }

// sit waits for the desk. Preparing takes the machine whole, and who waits may go.
func (o *Office) sit(ctx context.Context) (leave func(), err error) {
	select {
	case o.desk <- struct{}{}:
		return func() { <-o.desk }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

const rulesFile = "release-rules.csv"

// LoadRules reads the shipped rules and lays an operator's over them: a later
// layer's rows take the place of all rows of the same country.
func LoadRules(shipped fs.FS, over ...fs.FS) (all []release.Rule, err error) {
	for i, layer := range append([]fs.FS{shipped}, over...) {
		f, err := layer.Open(rulesFile)
		if errors.Is(err, fs.ErrNotExist) && i > 0 {
			continue
		}
		if err != nil {
			return nil, err
		}
		rows, err := release.ReadRules(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", rulesFile, err)
		}
		all = append(slices.DeleteFunc(all, func(old release.Rule) bool {
			return slices.ContainsFunc(rows, func(r release.Rule) bool { return r.Country == old.Country })
		}), rows...)
	}
	return all, nil
}

// ruleFor is the rule of this country today.
func ruleFor(tx *store.Tx) (release.Rule, error) {
	o := office(tx)
	return release.RuleFor(o.rules, cooperation.Country(act.Here(tx)), tx.Now.In(o.zone).Format(time.DateOnly))
}
