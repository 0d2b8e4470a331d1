package identification

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"time"

	"istmo/calendar"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// Rule is one row of data/identification.csv: how a country identifies, within the
// dates in which it is so.
type Rule struct {
	Country  string         `json:"country"`
	Key      string         `json:"key"`   // kind, quorum, majority, appeal
	Value    string         `json:"value"` // for kind: resolution, ruling, assistance
	From     string         `json:"from"`  // first and last day in force as 2006-01-02, empty for open
	To       string         `json:"to"`
	Basis    calendar.Basis `json:"basis"`
	Law      string         `json:"law"` // as a decision cites it
	Text     calendar.Text  `json:"text"`
	Source   string         `json:"source"`
	Verified bool           `json:"verified"` // seen at the source named
}

// The values that the rows may hold.
var values = map[string][]string{
	"kind":     {"resolution", "ruling", "assistance"},
	"quorum":   {"more-than-half", "two-thirds", "all"},
	"majority": {"simple", "absolute"},
	"appeal":   {"goes-on", "stops"},
}

// Rules are the rows of one set of tables.
type Rules []Rule

const rulesFile = "identification.csv"

// LoadRules reads the shipped table and lays others over it: a later layer's rows
// take the place of all rows of the same country and key.
func LoadRules(shipped fs.FS, over ...fs.FS) (Rules, error) {
	var all Rules
	for i, layer := range append([]fs.FS{shipped}, over...) {
		rows, err := readRules(layer)
		if errors.Is(err, fs.ErrNotExist) && i > 0 {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("identification: %w", err)
		}
		all = append(slices.DeleteFunc(all, func(old Rule) bool { return slices.ContainsFunc(rows, old.same) }), rows...)
	}
	for i, r := range all {
		if slices.ContainsFunc(all[:i], r.overlaps) {
			return nil, fmt.Errorf("identification: %s %s: two rows would hold at once", r.Country, r.Key)
		}
	}
	return all, nil
}

func (r Rule) same(o Rule) bool { return r.Country == o.Country && r.Key == o.Key }

func (r Rule) overlaps(o Rule) bool {
	return r.same(o) && (r.To == "" || o.From <= r.To) && (o.To == "" || r.From <= o.To)
}

func readRules(layer fs.FS) (Rules, error) {
	f, err := layer.Open(rulesFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", rulesFile, err)
	}
	var all Rules
	for i, c := range rows[min(1, len(rows)):] {
		if len(c) != 11 {
			return nil, fmt.Errorf("%s line %d: 11 columns, not %d", rulesFile, i+2, len(c))
		}
		r := Rule{Country: c[0], Key: c[1], Value: c[2], From: c[3], To: c[4], Basis: calendar.Basis(c[5]), Law: c[6],
			Text: calendar.Text{ES: c[7], EN: c[8]}, Source: c[9], Verified: c[10] == "yes"}
		if err := r.check(); err != nil {
			return nil, fmt.Errorf("%s line %d: %w", rulesFile, i+2, err)
		}
		all = append(all, r)
	}
	return all, nil
}

func (r Rule) check() error {
	for _, day := range []string{r.From, r.To} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return errors.New("a date is as in 2024-12-03")
		}
	}
	_, number := strconv.Atoi(r.Value)
	switch {
	case !slices.Contains(values[r.Key], r.Value) && (r.Key != "quorum" || number != nil):
		return fmt.Errorf("%s cannot be %q", r.Key, r.Value)
	case r.Country == "" || r.Text.ES == "" || r.Text.EN == "" || r.Source == "":
		return errors.New("a row needs its country, its sentence in both languages and its source")
	}
	return nil
}

// On is the row in force in a country on a local day, 2006-01-02.
func (all Rules) On(country, key, day string) (Rule, bool) {
	for _, r := range all {
		if r.Country == country && r.Key == key && (r.From == "" || day >= r.From) && (r.To == "" || day <= r.To) {
			return r, true
		}
	}
	return Rule{}, false
}

type rulesKey struct{}

// Use gives every transaction the rules by which a country identifies.
func Use(db *store.DB, all Rules) { db.Bind(rulesKey{}, all) }

// ruleAt is the rule that held in a node's country at an instant, by its own days.
func ruleAt(tx *store.Tx, node, key string, at time.Time) (Rule, error) {
	country := cooperation.Country(node)
	day := at.Format(time.DateOnly)
	if zone, ok := cooperation.Zone(tx, country); ok {
		day = at.In(zone).Format(time.DateOnly)
	}
	r, ok := tx.Bound(rulesKey{}).(Rules).On(country, key, day)
	if !ok {
		return r, fault.Conflict("identification.no-rule")
	}
	return r, nil
}
