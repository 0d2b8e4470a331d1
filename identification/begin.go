package identification

import (
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// Begin opens a procedure when an authority learns of a presumed victim. By hand it
// is a conflict if one is open; as a consequence of something else it then changes
// nothing.
type Begin struct {
	Person   string    `json:"person"`
	KnownAt  time.Time `json:"known_at"` // a day, or an instant; now, if it is empty
	Agency   string    `json:"agency"`   // the team; the asker's own or the country's, if it is empty
	Origin   string    `json:"-"`        // given by what it follows from; empty by hand
	OriginID string    `json:"-"`
}

// Verb names it.
func (Begin) Verb() access.Verb { return "identification.begin" }

// Find makes the procedure, or finds the one that is open.
func (c Begin) Find(tx *store.Tx, who access.Who) (Procedure, error) {
	person, err := cases.Find(tx, c.Person)
	if err != nil {
		return Procedure{}, err
	}
	if running, err := open(tx, c.Person); err == nil || !fault.Is(err, fault.KindNotFound) {
		return running, err
	}
	if c.KnownAt.IsZero() {
		c.KnownAt = tx.Now
	} else if c.KnownAt.Equal(c.KnownAt.Truncate(24 * time.Hour)) {
		c.KnownAt = endOfDay(tx, c.KnownAt.AddDate(0, 0, -1)).Add(time.Second) // a day, told without an hour, begins where we are
	}
	p := Procedure{ID: tx.NewID("idp"), State: Known, Person: person.ID, KnownAt: c.KnownAt, Origin: c.Origin, OriginID: c.OriginID, Round: 1,
		Since: tx.Now, CreatedAt: tx.Now, CreatedBy: who.ID, person: person}
	if p.Origin == "" {
		p.Origin = "hand"
	}
	p.Agency, err = teamOf(tx, who, c.Agency)
	return p, err
}

// open is the procedure that runs for a person's file.
func open(tx *store.Tx, person string) (Procedure, error) {
	all, err := store.All(tx, store.Value[string], `SELECT id FROM identification WHERE person = $1 ORDER BY id DESC`, person)
	if err != nil {
		return Procedure{}, err
	}
	for _, id := range all {
		if p, err := Find(tx, id); err != nil || !p.Over() {
			return p, err
		}
	}
	return Procedure{}, fault.NotFound()
}

// teamOf is the agency whose procedure it is: what was asked for, the asker's own
// if it is such a team, or the country's.
func teamOf(tx *store.Tx, who access.Who, asked string) (string, error) {
	all, err := cooperation.Directory{}.Ask(tx, who)
	if err != nil {
		return "", err
	}
	found := map[string]string{}
	for _, a := range all {
		if a.Node != act.Here(tx) || !slices.Contains(teams, a.Kind) {
			continue
		}
		if a.ID == asked || asked == "" && a.ID == who.Agency {
			return a.ID, nil
		}
		found[a.Kind] = a.ID
	}
	if asked != "" {
		return "", fault.Invalid("agency", "identification.no-team")
	}
	for _, kind := range teams {
		if found[kind] != "" {
			return found[kind], nil
		}
	}
	return "", fault.Conflict("identification.no-team-here")
}

// teams are the kinds of agency that identify, those first whose work it is.
var teams = []string{"response-team", "national-committee"}

// Do opens it: seats the team, starts the clock and tells the child authority.
func (c Begin) Do(tx *store.Tx, who access.Who, p Procedure) error {
	if p.Machine != "" {
		if c.Origin == "" {
			return fault.Conflict("identification.already-open")
		}
		return nil
	}
	var check fault.Check
	check.That(!p.KnownAt.After(tx.Now), "known_at", "fault.in-the-future")
	check.That(known(Origins, p.Origin), "origin", "fault.not-in-list")
	if err := check.Err(); err != nil {
		return err
	}
	kind, err := p.rule(tx, "kind")
	if err != nil {
		return err
	}
	p.Machine = machines[kind.Value].Name
	if err := p.startClock(tx, time.Time{}); err != nil {
		return err
	}
	if err := p.insert(tx); err != nil {
		return err
	}
	if err := p.seat(tx); err != nil {
		return err
	}
	if !p.person.Child() {
		return nil
	}
	return p.tellChildAuthorities(tx, who)
}

// seat puts the team's members at the table of this procedure.
func (p Procedure) seat(tx *store.Tx) error {
	if p.Machine != Resolution.Name {
		return nil
	}
	_, err := tx.Exec(`INSERT INTO identification_seat (procedure_id, member, since)
		SELECT $1, member, $3 FROM identification_member WHERE team = $2 ON CONFLICT DO NOTHING`, p.ID, p.Agency, tx.Now)
	return err
}

// tellChildAuthorities notes every child authority of this country as told.
// law: coe:10.4
func (p Procedure) tellChildAuthorities(tx *store.Tx, who access.Who) error {
	all, err := cooperation.Directory{}.Ask(tx, who)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.Node == act.Here(tx) && a.ChildAuthority() {
			if err := p.notify(tx, a.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p Procedure) notify(tx *store.Tx, agency string) error {
	_, err := tx.Exec(`INSERT INTO identification_child_authority (procedure_id, agency, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, p.ID, agency, tx.Now)
	return err
}

// NotifyChildAuthority lets the authority that answers for children take part, where
// somebody turns out to be a child, or none was in the directory before.
type NotifyChildAuthority struct {
	On
	Agency string `json:"agency"` // every one of this country, if it is empty
}

// Verb names it.
func (NotifyChildAuthority) Verb() access.Verb { return "identification.notify-child-authority" }

// Do notes it.
func (c NotifyChildAuthority) Do(tx *store.Tx, who access.Who, p Procedure) error {
	if !p.person.Child() {
		return fault.Conflict("identification.no-child")
	}
	there, err := cooperation.HasChildAuthority(tx, act.Here(tx))
	if err != nil {
		return err
	}
	if !there {
		return fault.Conflict("identification.no-child-authority-here")
	}
	if c.Agency == "" {
		return p.tellChildAuthorities(tx, who)
	}
	a, err := cooperation.AgencyOf(tx, act.Here(tx), c.Agency)
	if fault.Is(err, fault.KindNotFound) || err == nil && !a.ChildAuthority() {
		return fault.Invalid("agency", "fault.not-in-list")
	}
	if err != nil {
		return err
	}
	return p.notify(tx, a.ID)
}

// TeamTable is the standing membership of a team.
type TeamTable struct{ agency string }

// ObjectID is the team's agency.
func (t TeamTable) ObjectID() string { return t.agency }

// Facts are what a policy may look at.
func (t TeamTable) Facts() access.Facts {
	return access.Facts{"agency": t.agency, "assigned": []string{}, "voters": []string{}, "notified": []string{}, "erased": false}
}

// Seat makes an agency or a named user a member of the asker's team. Procedures
// that are open take them in by CallTeam.
type Seat struct {
	Member string `json:"member"` // agy_… or usr_…
}

// Verb names it.
func (Seat) Verb() access.Verb { return "identification.seat" }

// Find is the asker's team.
func (c Seat) Find(tx *store.Tx, who access.Who) (TeamTable, error) {
	return TeamTable{who.Agency}, nil
}

// Do seats them.
func (c Seat) Do(tx *store.Tx, who access.Who, t TeamTable) error {
	if !strings.HasPrefix(c.Member, "agy_") && !strings.HasPrefix(c.Member, "usr_") {
		return fault.Invalid("member", "fault.required")
	}
	if strings.HasPrefix(c.Member, "agy_") {
		if _, err := cooperation.AgencyOf(tx, act.Here(tx), c.Member); err != nil {
			return fault.Invalid("member", "fault.not-in-list")
		}
	}
	_, err := tx.Exec(`INSERT INTO identification_member (team, member, since, by_whom) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, t.agency, c.Member, tx.Now, who.ID)
	return err
}

// Unseat ends a membership for procedures to come. In those that are open the seat
// stays, so that nobody makes a quorum by unseating.
type Unseat struct {
	Member string `json:"member"`
}

// Verb names it.
func (Unseat) Verb() access.Verb { return "identification.unseat" }

// Find is the asker's team.
func (c Unseat) Find(tx *store.Tx, who access.Who) (TeamTable, error) {
	return TeamTable{who.Agency}, nil
}

// Do ends it.
func (c Unseat) Do(tx *store.Tx, who access.Who, t TeamTable) error {
	_, err := tx.Exec(`DELETE FROM identification_member WHERE team = $1 AND member = $2`, t.agency, c.Member)
	return err
}

// CallTeam takes members who came later into a procedure that is open.
type CallTeam struct{ On }

// Verb names it.
func (CallTeam) Verb() access.Verb { return "identification.call-team" }

// Do seats them beside those who are there.
func (c CallTeam) Do(tx *store.Tx, who access.Who, p Procedure) error {
	if p.Machine != Resolution.Name || !slices.Contains(p.Flow().Verbs(p.State), access.Verb("identification.vote")) {
		return fault.Conflict("identification.no-votes-now")
	}
	return p.seat(tx)
}
