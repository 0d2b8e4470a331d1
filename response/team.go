package response

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"istmo/access/people"
	"istmo/act"
	"istmo/calendar"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// Way is one row of data/teams.csv: to which team a kind of alert goes.
type Way struct {
	Country  string // alpha-2, or * for wherever there is no row of its own
	Kind     string // one of Kinds
	When     string // always, or child: only where somebody is or may be one
	Code     string // of the agency, if the country names one
	Team     string // the kind of agency
	From, To string // first and last day in force as 2006-01-02, empty for open
	Basis    string // statute, practice or proposal
	Rule     calendar.Text
	Source   string
	Verified bool
}

// Ways are the rows, in the order in which teams answer.
type Ways []Way

const waysFile = "teams.csv"

var waysHeader = []string{"country", "kind", "when", "code", "team", "from", "to", "basis", "rule_es", "rule_en", "source", "verified"}

// Load reads the shipped rows and lays others over them: a country's rows for a
// kind take the place of those before. An error names the line.
func Load(shipped fs.FS, over ...fs.FS) (Ways, error) {
	var all Ways
	for i, layer := range append([]fs.FS{shipped}, over...) {
		rows, err := readWays(layer)
		if errors.Is(err, fs.ErrNotExist) && i > 0 {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("response: %w", err)
		}
		all = slices.DeleteFunc(all, func(old Way) bool {
			return slices.ContainsFunc(rows, func(w Way) bool { return w.Country == old.Country && w.Kind == old.Kind })
		})
		all = append(all, rows...)
	}
	return all, nil
}

func readWays(layer fs.FS) (rows Ways, err error) {
	f, err := layer.Open(waysFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	if header, err := r.Read(); err != nil || !slices.Equal(header, waysHeader) {
		return nil, fmt.Errorf("%s: the columns are %v", waysFile, waysHeader)
	}
	for {
		c, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", waysFile, err)
		}
		w := Way{c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], calendar.Text{ES: c[8], EN: c[9]}, c[10], c[11] == "yes"}
		if why := w.wrong(); why != "" {
			line, _ := r.FieldPos(0)
			return nil, fmt.Errorf("%s line %d: %s", waysFile, line, why)
		}
		rows = append(rows, w)
	}
}

func (w Way) wrong() string {
	switch {
	case !slices.Contains(Kinds, w.Kind):
		return "no such kind of alert"
	case w.When != "always" && w.When != "child":
		return "a row holds always, or for a child"
	case !slices.Contains(people.AgencyKinds, w.Team):
		return "no such kind of agency"
	case w.Kind == "smuggled" && w.Team == "response-team":
		return "a smuggled migrant has a way of their own, which is not that of the team against trafficking"
	case w.Source == "" || w.Rule.ES == "" || w.Rule.EN == "":
		return "a rule has words in both languages and a source"
	}
	return ""
}

// For lists the rows that hold for a kind in a country on a day. A country's own
// go before those for everyone.
func (all Ways) For(country, kind string, child bool, day time.Time) Ways {
	date := day.Format(time.DateOnly)
	var found Ways
	for _, when := range []string{"always", "child"} {
		if when == "child" && !child {
			continue
		}
		for _, place := range []string{country, "*"} {
			n := len(found)
			for _, w := range all {
				if w.Country == place && w.Kind == kind && w.When == when && (w.From == "" || date >= w.From) && (w.To == "" || date <= w.To) {
					found = append(found, w)
				}
			}
			if len(found) > n {
				break
			}
		}
	}
	return found
}

type waysKey struct{}

// Use gives every transaction the rows by which alerts find their team.
func Use(db *store.DB, w Ways) { db.Bind(waysKey{}, w) }

// Target is a team that an alert goes to, and the row that says so.
type Target struct {
	Agency string `json:"agency"`
	Kind   string `json:"kind"`
	Rule   Way    `json:"-"`
}

// teamsFor lists whom an alert goes to, the one that answers first at the head.
// Where this node has no such team it is the national committee's, and where
// there is none the raiser's own, so that it stands on somebody's board.
func teamsFor(tx *store.Tx, a Alert) ([]Target, error) {
	all, err := people.Agencies(tx)
	if err != nil {
		return nil, err
	}
	here := cooperation.Country(act.Here(tx))
	zone, ok := cooperation.Zone(tx, here)
	if !ok {
		zone = time.UTC
	}
	var found []Target
	led := false // somebody answers it whoever the person is
	for _, w := range tx.Bound(waysKey{}).(Ways).For(here, a.Kind, a.Child, tx.Now.In(zone)) {
		agency := w.pick(all, a.Place)
		if agency != "" && !slices.ContainsFunc(found, func(t Target) bool { return t.Agency == agency }) {
			found = append(found, Target{agency, w.Team, w})
			led = led || w.When == "always"
		}
	}
	if last := lastResort(all, a); !led && !slices.ContainsFunc(found, func(t Target) bool { return t.Agency == last }) {
		found = slices.Insert(found, 0, Target{Agency: last, Kind: "last-resort"})
	}
	if found[0].Agency == "" {
		return nil, fault.Conflict("response.no-team")
	}
	return found, nil
}

// pick is the agency that a row means: the one it names, else one of its kind,
// the nearest where several are.
func (w Way) pick(all []people.Agency, place string) string {
	pick := ""
	for _, a := range all {
		switch {
		case !a.Active || a.Kind != w.Team:
		case a.Code == w.Code:
			return a.ID
		case pick == "" || a.Place == place:
			pick = a.ID
		}
	}
	return pick
}

func lastResort(all []people.Agency, a Alert) string {
	for _, agency := range all {
		if agency.Active && agency.Kind == "national-committee" {
			return agency.ID
		}
	}
	if a.ByAgency != "" || len(all) == 0 {
		return a.ByAgency
	}
	return all[0].ID
}
