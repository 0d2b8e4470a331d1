package response

import (
	"slices"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// The ranks of a shift.
const (
	First  = "first"  // on duty
	Second = "second" // second on call
)

// Shift is one person's turn in a team.
type Shift struct {
	ID        string    `json:"id"`
	Agency    string    `json:"agency"`
	User      string    `json:"user"`
	Rank      string    `json:"rank"`
	Starts    time.Time `json:"starts"`
	Ends      time.Time `json:"ends"`
	PlannedBy string    `json:"planned_by"`
}

// ObjectID is the shift's id.
func (s Shift) ObjectID() string { return s.ID }

// Facts are what a policy may look at.
func (s Shift) Facts() access.Facts { return access.Facts{"agency": s.Agency} }

// PlanShift puts somebody of the team on the roster, by the hours of their
// country's clocks; a shift that ends before it begins ends the next morning. The
// same hours can be given for the days that follow.
type PlanShift struct {
	User string    `json:"user"`
	Rank string    `json:"rank"`
	Day  time.Time `json:"day"`
	From string    `json:"from"` // "18:00"
	To   string    `json:"to"`   // "06:00"
	Days int64     `json:"days"` // how many days in a row; 1 unless told, 31 at most
}

// Verb names it.
func (PlanShift) Verb() access.Verb { return "response.plan-shift" }

// Find makes the first of the shifts, in the asker's own agency.
func (c PlanShift) Find(tx *store.Tx, who access.Who) (Shift, error) {
	s := Shift{ID: tx.NewID("shi"), Agency: who.Agency, User: c.User, Rank: c.Rank, PlannedBy: who.ID}
	var check fault.Check
	from, errFrom := time.Parse("15:04", c.From)
	to, errTo := time.Parse("15:04", c.To)
	check.That(errFrom == nil, "from", "response.hour")
	check.That(errTo == nil, "to", "response.hour")
	check.That(!c.Day.IsZero(), "day", "fault.required")
	if err := check.Err(); err != nil {
		return s, err
	}
	zone, ok := cooperation.Zone(tx, cooperation.Country(act.Here(tx)))
	if !ok {
		zone = time.UTC
	}
	at := func(days int, hour time.Time) time.Time {
		return time.Date(c.Day.Year(), c.Day.Month(), c.Day.Day()+days, hour.Hour(), hour.Minute(), 0, 0, zone).UTC()
	}
	s.Starts, s.Ends = at(0, from), at(0, to)
	if !s.Ends.After(s.Starts) {
		s.Ends = at(1, to)
	}
	return s, nil
}

// Do stores them, unless the same person is on at the same time already.
func (c PlanShift) Do(tx *store.Tx, who access.Who, s Shift) error {
	var check fault.Check
	team, err := members(tx, s.Agency)
	if err != nil {
		return err
	}
	check.That(slices.Contains(team, s.User), "user", "response.not-of-the-team")
	check.That(s.Rank == First || s.Rank == Second, "rank", "fault.not-in-list")
	check.That(s.Ends.After(tx.Now), "day", "fault.in-the-past")
	check.That(c.Days >= 0 && c.Days <= 31, "days", "response.days")
	if err := check.Err(); err != nil {
		return err
	}
	for day := range max(c.Days, 1) {
		one := s
		if day > 0 {
			one.ID = tx.NewID("shi")
		}
		one.Starts, one.Ends = s.Starts.AddDate(0, 0, int(day)), s.Ends.AddDate(0, 0, int(day))
		twice, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM response_shift WHERE agency = $1 AND user_id = $2 AND starts < $4 AND ends > $3 AND dropped_at = ''`,
			one.Agency, one.User, one.Starts, one.Ends)
		if err != nil {
			return err
		}
		if twice > 0 {
			return fault.Conflict("response.on-already")
		}
		if err := one.insert(tx); err != nil {
			return err
		}
	}
	return nil
}

// DropShift takes a shift off the roster; of one that has begun, what is left.
type DropShift struct {
	Shift string `json:"shift"`
}

// Verb names it.
func (DropShift) Verb() access.Verb { return "response.drop-shift" }

// Find loads it.
func (c DropShift) Find(tx *store.Tx, who access.Who) (Shift, error) {
	return store.One(tx, (*Shift).columns, selectShift+` WHERE id = $1 AND dropped_at = ''`, c.Shift)
}

// Do drops it. A hole that opens is told of like any other.
func (c DropShift) Do(tx *store.Tx, who access.Who, s Shift) error {
	_, err := tx.Exec(`UPDATE response_shift SET dropped_at = $2 WHERE id = $1`, s.ID, tx.Now)
	return err
}

// Team is an agency as one that is on duty.
type Team struct{ Agency string }

// ObjectID is the agency's id.
func (t Team) ObjectID() string { return t.Agency }

// Facts are what a policy may look at.
func (t Team) Facts() access.Facts { return access.Facts{"agency": t.Agency} }

// NameHead names who is told last, before everybody is.
type NameHead struct {
	User string `json:"user"`
}

// Verb names it.
func (NameHead) Verb() access.Verb { return "response.name-head" }

// Find is the asker's own team.
func (c NameHead) Find(tx *store.Tx, who access.Who) (Team, error) { return Team{who.Agency}, nil }

// Do keeps it.
func (c NameHead) Do(tx *store.Tx, who access.Who, t Team) error {
	u, err := people.FindUser(tx, c.User)
	if err != nil || u.State != people.Active || u.Agency != t.Agency {
		return fault.Invalid("user", "response.not-of-the-team")
	}
	_, err = tx.Exec(`INSERT INTO response_team (agency, head) VALUES ($1, $2) ON CONFLICT (agency) DO UPDATE SET head = excluded.head`, t.Agency, c.User)
	return err
}

// Gap is a time in which nobody is on duty in a team that keeps a roster.
type Gap struct {
	Agency string    `json:"agency"`
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Second bool      `json:"second"` // somebody is second on call
}

// Gaps are the holes of a team's roster between two instants. A team that never
// had a shift keeps no roster, and has none.
func Gaps(tx *store.Tx, agency string, from, to time.Time) ([]Gap, error) {
	if keeps, err := rostered(tx, agency); err != nil || !keeps {
		return nil, err
	}
	all, err := store.All(tx, (*Shift).columns, selectShift+` WHERE agency = $1 AND ends > $2 AND starts < $3 AND dropped_at = '' ORDER BY starts`, agency, from, to)
	if err != nil {
		return nil, err
	}
	var gaps []Gap
	covered := from
	hole := func(until time.Time) {
		if until.After(covered) {
			second := slices.ContainsFunc(all, func(s Shift) bool { return s.Rank == Second && s.Starts.Before(until) && s.Ends.After(covered) })
			gaps = append(gaps, Gap{agency, covered, until, second})
		}
	}
	for _, s := range all {
		if s.Rank != First {
			continue
		}
		hole(s.Starts)
		if s.Ends.After(covered) {
			covered = s.Ends
		}
	}
	hole(to)
	return gaps, nil
}

func rostered(tx *store.Tx, agency string) (bool, error) {
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM response_shift WHERE agency = $1`, agency)
	return n > 0, err
}

// ComingGaps lists the teams that are to be warned of a hole that begins within
// the term of response.gap, and were not.
func ComingGaps(tx *store.Tx) ([]WarnGap, error) {
	agencies, err := store.All(tx, store.Value[string], `SELECT DISTINCT agency FROM response_shift ORDER BY agency`)
	if err != nil {
		return nil, err
	}
	term, err := cooperation.Due(tx, act.Here(tx), "response.gap", tx.Now)
	if err != nil {
		return nil, nil // the tables set no term, so nobody is warned
	}
	var due []WarnGap
	for _, agency := range agencies {
		gaps, err := Gaps(tx, agency, tx.Now, term.Due)
		if err != nil {
			return nil, err
		}
		for _, g := range gaps {
			n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM response_gap WHERE agency = $1 AND until > $2`, agency, g.From)
			if err != nil {
				return nil, err
			}
			if n == 0 {
				due = append(due, WarnGap{Agency: agency, From: g.From, To: g.To})
				break
			}
		}
	}
	return due, nil
}

// WarnGap warns a team of a hole in its roster before it comes. It is the clock's
// own verb.
type WarnGap struct {
	Agency string
	From   time.Time
	To     time.Time
}

// Verb names it.
func (WarnGap) Verb() access.Verb { return "response.warn-gap" }

// Find is the team.
func (c WarnGap) Find(tx *store.Tx, who access.Who) (Team, error) { return Team{c.Agency}, nil }

// Do notes it, so that it is said once.
func (c WarnGap) Do(tx *store.Tx, who access.Who, t Team) error {
	_, err := tx.Exec(`INSERT INTO response_gap (id, agency, starts, until, at) VALUES ($1, $2, $3, $4, $5)`, tx.NewID("gap"), c.Agency, c.From, c.To, tx.Now)
	return err
}

// GapToTell lists who is to hear of a hole in a team's roster: the head, the named
// person of escalation, and where there is neither, everybody.
func GapToTell(tx *store.Tx, agency string) ([]string, error) {
	on, err := OnDuty(tx, agency, tx.Now)
	if err != nil {
		return nil, err
	}
	some, err := living(tx, []string{on.Head, on.Escalation}, "")
	if err != nil || len(some) > 0 {
		return some, err
	}
	return members(tx, agency)
}
