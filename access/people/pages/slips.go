package pages

import (
	"sync"
	"time"

	"istmo/web"
)

// slipFor is how long what is shown once can be looked at again, so that a page
// loaded twice loses nothing.
const slipFor = 5 * time.Minute

// slip is what is shown to one session and to nobody else: a secret that has
// just been made, and where its reader goes on to.
type slip struct {
	Kind   string // "recovery", "invite" or "token": says which words go with it
	Lines  []string
	Next   string
	expiry time.Time
}

// slips are held in memory only and go when read and put away, when their time
// is over, or with the process.
type slips struct {
	mu  sync.Mutex
	now func() time.Time
	of  map[string]slip // by session
}

func newSlips(now func() time.Time) *slips { return &slips{now: now, of: map[string]slip{}} }

// put lays a slip down for a session, in place of an earlier one, and says
// where it is shown.
func (s *slips) put(session string, one slip) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for of, old := range s.of {
		if !s.now().Before(old.expiry) {
			delete(s.of, of)
		}
	}
	one.expiry = s.now().Add(slipFor)
	s.of[session] = one
	return shownPath
}

func (s *slips) get(session string) (slip, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok := s.of[session]
	return one, ok && s.now().Before(one.expiry)
}

func (s *slips) drop(session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.of, session)
}

// shown is the page of what is shown once.
func (d *desk) shown(r *web.Request) (web.View, error) {
	one, ok := d.slips.get(d.session(r))
	if !ok {
		return web.View{Redirect: accountPath}, nil
	}
	return web.View{Template: "people/shown-once", Title: "people.shown." + one.Kind + ".title", Data: one, Layout: web.Plain}, nil
}

// putAway ends the showing, once its reader has kept what it says.
func (d *desk) putAway(r *web.Request) (string, error) {
	one, _ := d.slips.get(d.session(r))
	d.slips.drop(d.session(r))
	return one.Next, nil
}
