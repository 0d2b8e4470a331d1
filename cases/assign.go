package cases

import (
	"strings"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// Assign lets a colleague open the file.
type Assign struct {
	On
	User string `json:"user"`
}

// Verb names it.
func (Assign) Verb() access.Verb { return "cases.assign" }

// Do assigns.
func (c Assign) Do(tx *store.Tx, who access.Who, p Person) error {
	if c.User == "" {
		return fault.Invalid("user", "fault.required")
	}
	return assign(tx, p.ID, c.User, who.ID)
}

func assign(tx *store.Tx, person, user, by string) error {
	_, err := tx.Exec(`INSERT INTO person_assignment (person, user_id, since, by_whom) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		person, user, tx.Now, by)
	return err
}

// Unassign closes the file to a colleague. Somebody always stays assigned.
type Unassign struct {
	On
	User string `json:"user"`
}

// Verb names it.
func (Unassign) Verb() access.Verb { return "cases.unassign" }

// Do unassigns, unless nobody would be left.
func (c Unassign) Do(tx *store.Tx, who access.Who, p Person) error {
	if len(p.assigned) == 1 && p.assigned[0] == c.User {
		return fault.Conflict("cases.last-assigned")
	}
	_, err := tx.Exec(`DELETE FROM person_assignment WHERE person = $1 AND user_id = $2`, p.ID, c.User)
	return err
}

// glassHolds is how long broken glass stays open.
const glassHolds = time.Hour

// BreakGlass opens a file to somebody not assigned, for an hour, for a reason
// that a colleague will review. It is for a person in danger at night.
type BreakGlass struct {
	Ref    string `json:"ref"` // as it is said on the telephone
	Reason string `json:"reason"`
}

// Verb names it.
func (BreakGlass) Verb() access.Verb { return "cases.break-glass" }

// Find loads the person by reference, however it is written down. One of another
// agency is answered like one that nobody has, and so is anybody who could not
// open it in any case.
func (c BreakGlass) Find(tx *store.Tx, who access.Who) (Person, error) {
	if !access.Could(who, c.Verb()) {
		return Person{}, fault.Denied()
	}
	id, err := store.One(tx, store.Value[string], `SELECT id FROM person WHERE ref = $1 AND agency = $2 AND erased_at = ''`,
		strings.ToUpper(strings.TrimSpace(c.Ref)), who.Agency)
	if fault.Is(err, fault.KindNotFound) {
		return Person{}, fault.Invalid("ref", "cases.no-such-ref")
	}
	if err != nil {
		return Person{}, err
	}
	return Find(tx, id)
}

// Do opens it and keeps the reason sealed with the person.
func (c BreakGlass) Do(tx *store.Tx, who access.Who, p Person) error {
	if len([]rune(c.Reason)) < 10 {
		return fault.Invalid("reason", "cases.reason-too-short")
	}
	id := tx.NewID("gla")
	if err := vault.Put(tx, p.ID, map[string]string{"glass." + id: c.Reason}); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO person_glass (id, person, agency, user_id, at, until) VALUES ($1, $2, $3, $4, $5, $6)`,
		id, p.ID, p.Agency, who.ID, tx.Now, tx.Now.Add(glassHolds))
	return err
}

// Glass is one breaking of the glass.
type Glass struct {
	ID         string    `json:"id"`
	Person     string    `json:"person"`
	Ref        string    `json:"ref"`
	Agency     string    `json:"agency"`
	User       string    `json:"user"`
	At         time.Time `json:"at"`
	Until      time.Time `json:"until"`
	ReviewedAt time.Time `json:"reviewed_at"`
	Verdict    string    `json:"verdict"`
}

// ObjectID is its id.
func (g Glass) ObjectID() string { return g.ID }

// PersonID is whose file it opened.
func (g Glass) PersonID() string { return g.Person }

// Facts are what a policy may look at.
func (g Glass) Facts() access.Facts { return access.Facts{"agency": g.Agency, "by": g.User} }

// ReviewGlass says whether a breaking of the glass was right; whoever broke it
// cannot.
type ReviewGlass struct {
	Glass   string `json:"glass"`
	Verdict string `json:"verdict"`
}

// Verb names it.
func (ReviewGlass) Verb() access.Verb { return "cases.review-glass" }

// Find loads it.
func (c ReviewGlass) Find(tx *store.Tx, who access.Who) (Glass, error) {
	return store.One(tx, (*Glass).columns, selectGlass+` WHERE g.id = $1`, c.Glass)
}

// Do keeps the verdict and closes the file to them.
func (c ReviewGlass) Do(tx *store.Tx, who access.Who, g Glass) error {
	if !known(Verdicts, c.Verdict) {
		return fault.Invalid("verdict", "fault.not-in-list")
	}
	n, err := tx.Exec(`UPDATE person_glass SET verdict = $2, reviewed_at = $3, reviewed_by = $4 WHERE id = $1 AND verdict = ''`, g.ID, c.Verdict, tx.Now, who.ID)
	if err == nil && n == 0 {
		return fault.Conflict("cases.already-reviewed")
	}
	return err
}

// GlassReview opens the reason that was given, for whoever reviews it.
type GlassReview struct {
	Glass string `json:"glass"`
}

// Verb names it.
func (GlassReview) Verb() access.Verb { return "cases.open-glass" }

// Find loads it.
func (c GlassReview) Find(tx *store.Tx, who access.Who) (Glass, error) {
	return ReviewGlass{Glass: c.Glass}.Find(tx, who)
}

// GlassOpened is a breaking of the glass with its reason.
type GlassOpened struct {
	Glass
	Reason string `json:"reason"`
}

// Answer opens the reason.
func (c GlassReview) Answer(tx *store.Tx, who access.Who, g Glass) (GlassOpened, error) {
	fields, err := vault.Get(tx, g.Person, "glass."+g.ID)
	return GlassOpened{g, fields["glass."+g.ID]}, err
}

// BrokenGlass lists what waits for review in who's agency.
type BrokenGlass struct{}

// Verb names it.
func (BrokenGlass) Verb() access.Verb { return "cases.broken-glass" }

// Ask lists them, oldest first, without those that who broke.
func (BrokenGlass) Ask(tx *store.Tx, who access.Who) ([]Glass, error) {
	return store.All(tx, (*Glass).columns, selectGlass+` WHERE g.agency = $1 AND g.user_id <> $2 AND g.verdict = '' ORDER BY g.id`, who.Agency, who.ID)
}
