package jointfiles

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/calendar"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
)

// File is what members hold together.
type File struct {
	ID        string     `json:"id"`
	State     flow.State `json:"state"`
	Version   int64      `json:"version"` // counts the moves; a mirror knows by it what is news
	Home      string     `json:"home"`    // the node that proposed it
	Agreement string     `json:"agreement"`
	Purpose   string     `json:"purpose"`
	Subject   string     `json:"subject"` // a case or a group
	Members   []string   `json:"members"` // "PA/agy_…", home's first
	Limits    []string   `json:"limits"`  // what its content may be used for: codes
	From      time.Time  `json:"from"`
	To        time.Time  `json:"to"`        // its last day
	EndsAt    time.Time  `json:"ends_at"`   // the end of that day, where its home is
	ReviewOn  time.Time  `json:"review_on"` // when its review is due
	NewTo     time.Time  `json:"new_to"`    // the last day that somebody would extend it to
	NewBy     []string   `json:"new_by"`    // the sides that have said that day
	Reason    string     `json:"reason"`    // why it was declined, or what came of it: a code
	Asked     string     `json:"asked"`     // a move asked of home and not answered yet
	Refused   string     `json:"refused"`   // why home refused the last one: a translation key
	Since     time.Time  `json:"since"`     // when it came to stand where it stands
	CreatedAt time.Time  `json:"created_at"`
	was       flow.State
	askedIn   string
	here      string
}

// The codes of a joint file.
var (
	Purposes = []string{"investigation", "legal-action", "protection", "assistance"}
	Subjects = []string{"case", "group"}
	Limits   = []string{"this-purpose", "ask-first", "no-others", "not-in-court", "return-or-destroy"}
	Reasons  = []string{"not-our-mandate", "other-agency-better", "limits-not-possible", "no-capacity", "law-forbids", "withdrawn"}
	Outcomes = []string{"purpose-reached", "handed-to-court", "continued-elsewhere", "not-reached", "ended-early"}
)

// ObjectID is the file's id, the same at every member.
func (f File) ObjectID() string { return f.ID }

// PersonID is under whose key all that is said in it is sealed: its own.
func (f File) PersonID() string { return f.ID }

// Facts are what a policy may look at. Of the members' agencies only this node's
// own is among them: another country's node names its agencies as it likes.
func (f File) Facts() access.Facts {
	agencies := []string{}
	if a := f.agencyOf(f.here); a != "" {
		agencies = append(agencies, a)
	}
	return access.Facts{"home": f.Home, "state": string(f.State), "agencies": agencies, "nodes": f.Nodes()}
}

// Nodes are the members' nodes, home's first.
func (f File) Nodes() []string {
	nodes := make([]string, len(f.Members))
	for i, m := range f.Members {
		nodes[i], _, _ = strings.Cut(m, "/")
	}
	return nodes
}

// others are the members' nodes but this one.
func (f File) others() []string {
	return slices.DeleteFunc(f.Nodes(), func(n string) bool { return n == f.here })
}

// peers are the nodes to which this one speaks of it: home to all, all to home.
func (f File) peers() []string {
	if f.atHome() {
		return f.others()
	}
	return []string{f.Home}
}

func (f File) atHome() bool { return f.Home == f.here }

// agencyOf is the member of a node.
func (f File) agencyOf(node string) string {
	for _, m := range f.Members {
		if n, agency, _ := strings.Cut(m, "/"); n == node {
			return agency
		}
	}
	return ""
}

// Over reports whether its period is over.
func (f File) Over(now time.Time) bool { return !now.Before(f.EndsAt) }

// Find loads a file.
func Find(tx *store.Tx, id string) (File, error) {
	f, err := store.One(tx, (*File).columns, selectFile+` WHERE id = $1`, id)
	f.here = act.Here(tx)
	return f, err
}

// On says which file a verb is about.
type On struct {
	ID string `json:"id"`
}

// Find loads it. A partner's node asks home, and nobody else: what it says here,
// at a mirror, would become this side's own word.
func (c On) Find(tx *store.Tx, who access.Who) (File, error) {
	f, err := Find(tx, c.ID)
	if err == nil && who.Kind == access.Partner && !f.atHome() {
		err = fault.Denied()
	}
	return f, err
}

// covered refuses what the agreement does not let the members say to each other
// now: suspending it stops the work as well as the data.
// law: untoc:19 palermo:10.3
func (f File) covered(tx *store.Tx) error {
	for _, node := range f.others() {
		if err := cooperation.Covers(tx, f.Agreement, f.here, node, Covered, f.Purpose, nil); err != nil {
			return err
		}
	}
	return nil
}

// Covered is the verb that an agreement names, or a pattern of it, to let a joint
// file be: whatever is said about one rests on it.
const Covered = "jointfiles.append"

// working refuses what would change something while the agreement does not hold,
// or once the period is over, whether or not home has said so yet.
func (f File) working(tx *store.Tx) error {
	if err := f.covered(tx); err != nil {
		return err
	}
	if f.Over(tx.Now) {
		return fault.Conflict("jointfiles.period-over")
	}
	return nil
}

// writing refuses what would be written outside the period.
func (f File) writing(tx *store.Tx) error {
	err := f.working(tx)
	if err == nil && tx.Now.Before(f.endOf(tx, f.From.AddDate(0, 0, -1))) {
		err = fault.Conflict("jointfiles.not-begun")
	}
	return err
}

var (
	refShape    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9./_-]{1,39}$`)
	memberShape = regexp.MustCompile(`^[A-Z]{2}[A-Z0-9-]*/agy_[a-z0-9]{1,40}$`)
	idShape     = regexp.MustCompile(`^jfl_[a-z0-9]{26}$`)
)

// reference reports whether this can be how an agency calls a case: a code with a
// figure in it, never a name.
func reference(ref string) bool {
	return refShape.MatchString(ref) && strings.ContainsAny(ref, "0123456789")
}

// zone is the time of where its home is; a country whose calendar we lack keeps
// UTC.
func (f File) zone(tx *store.Tx) *time.Location {
	if c, err := cooperation.Days(tx).Country(cooperation.Country(f.Home)); err == nil {
		return c.Zone
	}
	return time.UTC
}

// endOf is the end of a day there.
func (f File) endOf(tx *store.Tx, day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, f.zone(tx)).UTC()
}

// today is the day that it is there, as a form would say it.
func (f File) today(tx *store.Tx) time.Time {
	now := tx.Now.In(f.zone(tx))
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
}

// until sets its last day, and with it the end of its period and, unless the
// members have set another day, when its review is due.
// law: untoc:19
func (f *File) until(tx *store.Tx, day time.Time) error {
	f.To, f.EndsAt = day, f.endOf(tx, day)
	clock, err := f.Clock(tx)
	f.ReviewOn = clock.Due
	return err
}

// Clock is the term of the review that follows its period, with its source.
func (f File) Clock(tx *store.Tx) (calendar.Clock, error) {
	return cooperation.Due(tx, f.Home, reviewTerm, f.EndsAt.Add(-time.Second))
}

// fits refuses a period that the agreement does not outlive.
func (f File) fits(tx *store.Tx, field string, day time.Time) error {
	a, err := cooperation.FindAgreement(tx, f.Agreement)
	if err == nil && !a.To.IsZero() && !day.Before(a.To) {
		err = fault.Invalid(field, "jointfiles.beyond-agreement")
	}
	return err
}
