package screening

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"slices"
	"sync"
	"time"

	"istmo/access/people"
	"istmo/act"
	"istmo/cooperation"
	"istmo/data"
	"istmo/fault"
	"istmo/indicators"
	"istmo/store"
)

// Settings are what a device needs to work without a network.
type Settings struct {
	Tag      string          `json:"tag"` // changes with anything else here
	Node     string          `json:"node"`
	Country  string          `json:"country"`
	Agency   Named           `json:"agency"`
	Device   Device          `json:"device"`
	Unit     Key             `json:"unit"`
	Posts    []Post          `json:"posts"`
	Officers []Officer       `json:"officers"`
	Duties   []Duty          `json:"duties"`
	Numbers  []Helpline      `json:"numbers"`
	List     indicators.List `json:"list"` // that is in force
}

// Named is something with its name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Key is the public key that a unit's devices seal to.
type Key struct {
	ID     string `json:"id"`  // hexadecimal
	Public string `json:"key"` // base64url
}

// Officer is somebody with a PIN on the device.
type Officer struct {
	Credential string `json:"credential"`
	ID         string `json:"id"`
	Name       string `json:"name"`
}

// Helpline is a number to call, by country.
type Helpline struct {
	Number   string `json:"number"`
	ES       string `json:"es"`
	EN       string `json:"en"`
	Source   string `json:"source"`
	Verified bool   `json:"verified"` // somebody saw it at its source
}

// SettingsOf gathers them for a device.
func SettingsOf(ctx context.Context, db *store.DB, d Device) (s Settings, err error) {
	err = db.Read(ctx, func(tx *store.Tx) error {
		s = Settings{Node: act.Here(tx), Country: cooperation.Country(act.Here(tx)), Device: d, Duties: Duties}
		s.Device.Seen = s.Device.EnrolledAt // so that the tag stays
		a, err := people.FindAgency(tx, d.Agency)
		if err != nil {
			return err
		}
		s.Agency = Named{a.ID, a.Name}
		u, err := unitOf(tx, d.Agency)
		if err != nil {
			return err
		}
		s.Unit = Key{u.ID.String(), base64.RawURLEncoding.EncodeToString(u.Public)}
		if s.Posts, err = store.All(tx, (*Post).columns, selectPost+` WHERE active ORDER BY name, id`); err != nil {
			return err
		}
		if s.Officers, err = officersOf(tx, d.ID); err != nil {
			return err
		}
		if s.Numbers, err = helplines(s.Country); err != nil {
			return err
		}
		s.List, err = indicators.InForce(tx, tx.Now)
		s.List = s.List.Device()
		return err
	})
	if err == nil {
		text, _ := json.Marshal(s)
		sum := sha256.Sum256(text)
		s.Tag = hex.EncodeToString(sum[:8])
	}
	return s, err
}

// officersOf lists who has a PIN on a device, each with the last credential.
func officersOf(tx *store.Tx, device string) ([]Officer, error) {
	all, err := store.All(tx, func(o *Officer) []any { return []any{&o.Credential, &o.ID} },
		`SELECT MAX(id), user_id FROM screening_credential WHERE device = $1 GROUP BY user_id ORDER BY user_id`, device)
	for i := range all {
		u, e := people.FindUser(tx, all[i].ID)
		if e != nil && !fault.Is(e, fault.KindNotFound) {
			return nil, e
		}
		all[i].Name = u.Name
	}
	return all, err
}

// allHelplines are the rows of data/helplines.csv, by country.
var allHelplines = sync.OnceValues(func() (map[string][]Helpline, error) {
	f, err := data.Files.Open("helplines.csv")
	if err != nil {
		return nil, err
	}
	defer f.(fs.File).Close()
	rows, err := csv.NewReader(f).ReadAll()
	byCountry := map[string][]Helpline{}
	for _, r := range rows[min(1, len(rows)):] {
		byCountry[r[0]] = append(byCountry[r[0]], Helpline{Number: r[1], ES: r[2], EN: r[3], Source: r[4], Verified: r[5] == "yes"})
	}
	return byCountry, err
})

func helplines(country string) ([]Helpline, error) {
	all, err := allHelplines()
	return all[country], err
}

// State is where a screening stands, as the device that made it may know.
type State struct {
	Chain   string   `json:"chain"`
	Receipt string   `json:"receipt"`
	Head    string   `json:"head"`  // the last revision, to go on from
	State   string   `json:"state"` // open, finished, conflict, with-team
	Due     []string `json:"due"`   // duties that are not yet done
}

// StatesOf lists the screenings that a device made or added to, and that have
// changed since it last heard of them, newest first: 200 at most.
func StatesOf(ctx context.Context, db *store.DB, d Device, since time.Time) (all []State, err error) {
	err = db.Read(ctx, func(tx *store.Tx) error {
		lines, err := store.All(tx, (*Line).columns, selectLine+` WHERE s.id IN (SELECT r.screening FROM screening_revision r WHERE r.device = $1)
			AND s.changed_at > $2 ORDER BY s.id DESC LIMIT 200`, d.ID, since)
		if err != nil {
			return err
		}
		if err := dueOf(tx, lines); err != nil {
			return err
		}
		heads, err := headsOf(tx, lines)
		for _, l := range lines {
			all = append(all, State{Chain: l.chain, Receipt: l.Receipt, Head: heads[l.ID], State: l.stands(), Due: l.Due})
		}
		return err
	})
	return all, err
}

// stands says in one word where a screening is.
func (l Line) stands() string {
	switch {
	case l.Conflicts > 0:
		return "conflict"
	case !l.MetAt.IsZero():
		return "with-team"
	case l.Final:
		return "finished"
	}
	return "open"
}

// headsOf finds the last revision of each line, by one question.
func headsOf(tx *store.Tx, lines []Line) (map[string]string, error) {
	heads := map[string]string{}
	if len(lines) == 0 {
		return heads, nil
	}
	ids, chains := make([]string, len(lines)), map[string]links{}
	for i, l := range lines {
		ids[i], chains[l.ID] = l.ID, links{}
	}
	among, args := store.Among(ids)
	revisions, err := store.All(tx, func(r *revision) []any { return []any{&r.id, &r.screening, &r.parents, &r.state, &r.at} },
		`SELECT id, screening, parents, state, at FROM screening_revision WHERE screening IN (`+among+`)`, args...)
	for _, r := range revisions {
		chains[r.screening][r.id] = r
	}
	for id, chain := range chains {
		last := slices.MaxFunc(append(chain.heads(), ""), func(a, b string) int { return chain[a].at.Compare(chain[b].at) })
		heads[id] = last
	}
	return heads, err
}
