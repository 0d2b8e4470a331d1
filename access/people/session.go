package people

import (
	"context"
	"strings"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// What a session is good for.
const (
	purposeWork  = "work"
	purposeEnrol = "enrol" // setting up one's ways in, and nothing else
)

// freshFor is how long after signing in one may change one's own ways in.
const freshFor = 15 * time.Minute

// seenEvery is how often a session in use is written down as seen.
const seenEvery = time.Minute

// Session is one browser that is signed in.
type Session struct {
	ID        string // ses_…
	User      string
	Created   time.Time
	Seen      time.Time
	Expires   time.Time
	Agent     string // a rough kind of browser, such as "Firefox, Linux"
	purpose   string
	idleUntil time.Time
}

// ObjectID is the session's id.
func (s Session) ObjectID() string { return s.ID }

// Facts are what a policy may look at.
func (s Session) Facts() access.Facts { return access.Facts{"user": s.User} }

// Enrolling reports whether the session is good for nothing but enrolment.
func (s Session) Enrolling() bool { return s.purpose == purposeEnrol }

// Fresh reports whether the sign-in is recent enough to change one's ways in.
func (s Session) Fresh(now time.Time) bool { return now.Sub(s.Created) <= freshFor }

// SessionWho is who a session's token stands for now; NotFound if the session
// has ended, was unused for too long, or its user is disabled. Sessions for
// enrolment are not found either: see Enrolment.
func SessionWho(tx *store.Tx, token string) (access.Who, Session, error) {
	s, err := liveSession(tx, token, purposeWork)
	if err != nil {
		return access.Who{}, Session{}, err
	}
	who, err := UserWho(tx, s.User)
	return who, s, err
}

func liveSession(tx *store.Tx, token, purpose string) (Session, error) {
	s, err := findSession(tx, hashOf(token))
	if err != nil {
		return Session{}, err
	}
	if s.purpose != purpose || !tx.Now.Before(s.idleUntil) || !tx.Now.Before(s.Expires) {
		return Session{}, fault.NotFound()
	}
	return s, nil
}

// Enter is SessionWho for a request: it also notes that the session is in use.
func (g *Gate) Enter(ctx context.Context, token string) (who access.Who, s Session, err error) {
	var now time.Time
	err = g.db.Read(ctx, func(tx *store.Tx) (err error) {
		now = tx.Now
		who, s, err = SessionWho(tx, token)
		return err
	})
	if err != nil || now.Sub(s.Seen) < seenEvery {
		return who, s, err
	}
	return who, s, g.db.Write(ctx, func(tx *store.Tx) error {
		return touchSession(tx, s.ID, tx.Now.Add(g.settings.Idle))
	})
}

// EndSession signs one of one's own browsers out.
type EndSession struct {
	Session string `json:"session"`
}

// Verb names the deed.
func (EndSession) Verb() access.Verb { return "people.end-session" }

// Find loads the session; somebody else's is not there.
func (c EndSession) Find(tx *store.Tx, who access.Who) (Session, error) {
	s, err := findSessionByID(tx, c.Session)
	if err == nil && s.User != who.ID {
		return Session{}, fault.NotFound()
	}
	return s, err
}

// Do ends it.
func (c EndSession) Do(tx *store.Tx, _ access.Who, s Session) error { return deleteSession(tx, s.ID) }

// The words by which a browser's kind is told, the more particular first.
var (
	browsers = []struct{ word, name string }{{"Edg", "Edge"}, {"OPR", "Opera"}, {"SamsungBrowser", "Samsung Internet"},
		{"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}}
	systems = []struct{ word, name string }{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
		{"Windows", "Windows"}, {"Macintosh", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// agentClass says which kind of browser it is, from a closed list of words, so
// that its owner can tell it from the others and nobody else can.
func agentClass(agent string) string {
	var words []string
	for _, list := range [][]struct{ word, name string }{browsers, systems} {
		for _, b := range list {
			if strings.Contains(agent, b.word) {
				words = append(words, b.name)
				break
			}
		}
	}
	return strings.Join(words, ", ")
}
