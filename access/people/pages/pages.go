// Package pages is where people meet the gate: signing in, setting up and
// looking after one's ways in, and the administration of accounts.
//
// What is shown once (recovery codes, an invite's code, a token) never touches
// the disk or an address: see slips.go.
package pages

import (
	"embed"
	"net"
	"net/http"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/fault"
	"istmo/store"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

// The pages that others lead to.
const (
	SignIn  = "/sign-in"
	SignOut = "/sign-out"

	enrolPath   = "/enrol"
	recoverPath = "/recover"
	accountPath = "/account"
	waysPath    = "/account/ways-in"
	codesPath   = "/account/one-time-codes"
	tokensPath  = "/account/tokens"
	shownPath   = "/account/shown-once"
	usersPath   = "/administration/users"
	agencyPath  = "/administration/agencies"
)

// desk is what every page here works with.
type desk struct {
	gate   *people.Gate
	engine *act.Engine
	slips  *slips
}

// Register hangs the pages on the site.
func Register(site *web.Site, engine *act.Engine, gate *people.Gate) {
	d := &desk{gate, engine, newSlips(engine.DB.Now)}
	site.Templates("people", templates)
	site.Navigation(
		web.Nav{Key: "people.nav.account", Path: accountPath, Order: 90},
		web.Nav{Key: "people.nav.users", Path: usersPath, Order: 95, Verb: "people.add-user"},
		web.Nav{Key: "people.nav.agencies", Path: agencyPath, Order: 96, Verb: "people.add-agency"})
	d.entrance(site)
	d.enrolment(site)
	d.account(site)
	d.administration(site)
}

// Visitor says who sits at a browser, for web.Options.
func Visitor(gate *people.Gate, db *store.DB) func(*http.Request) (web.Visitor, error) {
	return func(r *http.Request) (web.Visitor, error) {
		who, s, err := gate.Enter(r.Context(), token(r, gate, sessionCookie))
		if fault.Is(err, fault.KindNotFound) {
			return web.Visitor{}, nil
		}
		if err != nil {
			return web.Visitor{}, err
		}
		v := web.Visitor{Who: who, Session: s.ID}
		return v, db.Read(r.Context(), func(tx *store.Tx) error { return greet(tx, &v) })
	}
}

// greet fills in the name and the agency that the visitor's own pages show.
func greet(tx *store.Tx, v *web.Visitor) error {
	u, err := people.FindUser(tx, v.Who.ID)
	if err != nil {
		return err
	}
	a, err := people.FindAgency(tx, u.Agency)
	if err != nil {
		return err
	}
	v.Agency = a.Name
	if v.Name, err = people.FullName(tx, u.ID); v.Name == "" {
		v.Name = u.Name
	}
	return err
}

// The cookies: of a session, of an enrolment, and the one that tells a browser
// from a stranger's. Nodes of a demo share a host, so their names hold the node.
const (
	sessionCookie = "session"
	enrolCookie   = "enrol"
	deviceCookie  = "device"
)

const deviceAge = 180 * 24 * time.Hour

func cookieName(gate *people.Gate, name string) string {
	if gate.Secure() {
		return "__Host-istmo-" + gate.Node() + "-" + name
	}
	return "istmo-" + gate.Node() + "-" + name
}

// token is the value of one of the cookies, or empty.
func token(r *http.Request, gate *people.Gate, name string) string {
	c, err := r.Cookie(cookieName(gate, name))
	if err != nil {
		return ""
	}
	return c.Value
}

// session is the token of the visitor's session.
func (d *desk) session(r *web.Request) string { return token(r.Request, d.gate, sessionCookie) }

// keep has the browser keep a value for an age; an age of 0 has it forget.
func (d *desk) keep(w http.ResponseWriter, name, value string, age time.Duration) {
	c := &http.Cookie{Name: cookieName(d.gate, name), Value: value, Path: "/", MaxAge: int(age / time.Second),
		HttpOnly: true, Secure: d.gate.Secure(), SameSite: http.SameSiteLaxMode}
	if age == 0 {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// client is what is known of the other end of a request.
func (d *desk) client(r *web.Request) people.Client {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return people.Client{Address: host, Agent: r.UserAgent(), Device: token(r.Request, d.gate, deviceCookie)}
}

// admit gives the browser its new session and ends the one it had.
func (d *desk) admit(r *web.Request, e people.Entry) error {
	if old := d.session(r); old != "" {
		if err := d.gate.SignOut(r.Context(), old); err != nil {
			return err
		}
	}
	d.keep(r.Writer, sessionCookie, e.Token, e.Expires.Sub(r.Now))
	d.keep(r.Writer, deviceCookie, e.Device, deviceAge)
	return nil
}

// read answers from one snapshot.
func read[T any](d *desk, r *web.Request, ask func(*store.Tx) (T, error)) (answer T, err error) {
	err = d.engine.DB.Read(r.Context(), func(tx *store.Tx) (err error) {
		answer, err = ask(tx)
		return err
	})
	return answer, err
}

// roles in the words of forms.
func roles() []string {
	words := make([]string, len(access.Roles))
	for i, r := range access.Roles {
		words[i] = string(r)
	}
	return words
}

// Admit gives the browser the session of an entry that was made elsewhere, such
// as at the entrance of a demo.
func Admit(gate *people.Gate, r *web.Request, e people.Entry) error {
	return (&desk{gate: gate}).admit(r, e)
}
