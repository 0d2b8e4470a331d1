package notices

import (
	"errors"
	"regexp"
	"slices"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/fault"
	"istmo/store"
)

// Kind is a kind of thing that somebody is told of.
type Kind struct {
	Code   string // its sentence is notices.kind.<code>, in which nothing is filled in
	Urgent bool   // at once, in quiet hours too, and again until it is opened
}

// Kinds are all there are.
var Kinds = []Kind{
	{"alert", true},
	{"alert-unanswered", true},
	{"duty-gap", false},
	{"referral-arrived", false},
	{"referral-arrived-urgent", true},
	{"referral-recalled", true},
	{"referral-alert", true},
	{"referral-overdue", false},
	{"referral-overdue-urgent", true},
	{"glass-to-review", false},
	{"screening-to-look-at", false},
	{"identification-overdue", false},
	{"commitment-late", false},
	{"plan-to-sign", false},
	{"meeting-announced", false},
	{"joint-file-proposed", false},
	{"signal", false},
	{"release-to-approve", false},
}

func kindOf(code string) (Kind, bool) {
	i := slices.IndexFunc(Kinds, func(k Kind) bool { return k.Code == code })
	return Kinds[max(i, 0)], i >= 0
}

const (
	together = time.Minute      // for which what is ordinary waits for what else there is
	rest     = 15 * time.Minute // between two ordinary messages to one person
	enough   = 24 * time.Hour   // before the same ordinary thing is said anew
	kept     = 90 * 24 * time.Hour
)

// again is after how long what is urgent is said once more, each time: 5, 15 and 30
// minutes after the first.
var again = []time.Duration{5 * time.Minute, 10 * time.Minute, 15 * time.Minute}

// Notice is one thing that somebody is told of.
type Notice struct {
	ID     string    `json:"id"`
	User   string    `json:"user"`
	Kind   string    `json:"kind"`
	Path   string    `json:"path"`
	At     time.Time `json:"at"`
	Said   int64     `json:"said"` // how often it was said
	DoneAt time.Time `json:"done_at"`
	next   time.Time
}

// ObjectID is the notice's id.
func (n Notice) ObjectID() string { return n.ID }

// Facts are what a policy may look at.
func (n Notice) Facts() access.Facts { return access.Facts{"user": n.User} }

// Urgent reports whether it goes at once.
func (n Notice) Urgent() bool {
	k, _ := kindOf(n.Kind)
	return k.Urgent
}

// opaque is an address that tells nothing: words of ours and ids, nothing asked.
var opaque = regexp.MustCompile(`^(/[a-z]+(-[a-z]+)*|/[a-z]{2,10}_[0-9a-z]{26})+$`)

// Tell has users told, in the transaction of the deed that is the reason, that
// something of a kind waits for them at an address of this node. Who has no open
// account is passed over, and who has not yet opened the same is not told twice.
// An unknown kind is a mistake of wiring, and ends the deed. An address that is not
// made of our words and ids may tell something, since a partner names things as it
// likes: whoever is told is led to their desk instead.
func Tell(tx *store.Tx, users []string, kind, path string) error {
	k, known := kindOf(kind)
	if !known {
		return errors.New("notices: no such kind: " + kind)
	}
	if !opaque.MatchString(path) {
		path = "/"
	}
	for _, user := range users {
		if err := tell(tx, user, k, path); err != nil {
			return err
		}
	}
	wake(tx)
	return nil
}

func tell(tx *store.Tx, user string, k Kind, path string) error {
	if active, err := isActive(tx, user); err != nil || !active {
		return err
	}
	next := tx.Now
	if !k.Urgent {
		next = next.Add(together)
	}
	n, err := unopened(tx, user, k.Code, path)
	switch {
	case fault.Is(err, fault.KindNotFound):
		return insertNotice(tx, Notice{ID: tx.NewID("ntc"), User: user, Kind: k.Code, Path: path, At: tx.Now, next: next})
	case err != nil:
		return err
	case !n.next.IsZero(), !k.Urgent && tx.Now.Before(n.At.Add(enough)):
		return nil // it will be said, or was lately
	}
	return sayAnew(tx, n.ID, next)
}

// isActive reports whether somebody has an open account.
func isActive(tx *store.Tx, user string) (bool, error) {
	u, err := people.FindUser(tx, user)
	if fault.Is(err, fault.KindNotFound) {
		return false, nil
	}
	return u.State == people.Active, err
}

// Over ends what was to be said of these kinds at an address, to anybody: it needs
// nobody any more. Where none is named, it ends all.
func Over(tx *store.Tx, path string, kinds ...string) error {
	if len(kinds) == 0 {
		return endPath(tx, path)
	}
	for _, kind := range kinds {
		if err := endAt(tx, path, kind); err != nil {
			return err
		}
	}
	return nil
}

// Seen ends what somebody was to be told of at an address: they have been there.
func Seen(tx *store.Tx, user, path string) error { return endFor(tx, user, path) }

// Open opens a notice. Its owner knows of it from here on.
type Open struct {
	ID string `json:"id"`
}

// Verb names it.
func (Open) Verb() access.Verb { return "notices.open" }

// Find loads the notice.
func (q Open) Find(tx *store.Tx, _ access.Who) (Notice, error) { return findNotice(tx, q.ID) }

// Answer says where it leads.
func (q Open) Answer(tx *store.Tx, _ access.Who, n Notice) (Notice, error) {
	return n, endOne(tx, n.ID)
}

// Dismiss ends all that waits for whoever asks: they know.
type Dismiss struct{}

// Verb names it.
func (Dismiss) Verb() access.Verb { return "notices.dismiss" }

// Find loads the account of who asks.
func (Dismiss) Find(tx *store.Tx, who access.Who) (people.User, error) {
	return people.FindUser(tx, who.ID)
}

// Do ends it.
func (Dismiss) Do(tx *store.Tx, _ access.Who, u people.User) error { return endAll(tx, u.ID) }
