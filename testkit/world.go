package testkit

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/cooperation"
	"istmo/exchange"
	"istmo/node"
	"istmo/store"
	"istmo/vault"
)

// World is several countries' nodes in one process, on loopback, with one clock
// that only the test moves. Their databases, keys and connections are real.
type World struct {
	T     testing.TB
	Nodes map[string]*Country
	Log   *slog.Logger // of the nodes that start from here on
	// Postgres has the nodes keep their rows in PostgreSQL.
	Postgres bool
	// Settings changes the configuration of a node before it starts, if it is set.
	Settings func(*node.Config)
	mu       sync.Mutex
	now      time.Time
	down     map[string]bool // links that are cut, "CO PA"
}

// Country is one node of a world.
type Country struct {
	*node.Node
	server *http.Server
	web    sync.Once
	world  *World
}

// freeAddress is one on loopback that nobody listens on.
func freeAddress(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// NewWorld begins on a Monday morning, 9 November 2026, in Panama.
func NewWorld(t testing.TB) *World {
	return &World{T: t, Nodes: map[string]*Country{}, down: map[string]bool{}, Log: slog.New(slog.DiscardHandler),
		now: time.Date(2026, 11, 9, 14, 0, 0, 0, time.UTC)}
}

// Now is the world's clock.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(time.Millisecond) // no two commands at the same instant
	return w.now
}

// Tick moves the clock, an hour at a time, and lets every node look at its
// deadlines.
func (w *World) Tick(d time.Duration) {
	w.T.Helper()
	for d > 0 {
		step := min(d, time.Hour)
		w.mu.Lock()
		w.now = w.now.Add(step)
		w.mu.Unlock()
		d -= step
		for _, c := range w.Nodes {
			w.must(c.Tick(w.ctx()))
		}
	}
}

// Leap moves the clock at once, as over months in which no node runs.
func (w *World) Leap(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *World) ctx() context.Context { return context.Background() }

func (w *World) must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Start makes a node and opens it.
func (w *World) Start(id string) *Country {
	w.T.Helper()
	dir := w.T.TempDir()
	key := filepath.Join(dir, "unlock.key")
	w.must(vault.NewKeyFile(key))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	c := node.Config{Data: filepath.Join(dir, "data"), Node: id, Listen: freeAddress(w.T), KeyFile: key, ExchangeListen: listener.Addr().String()}
	if w.Postgres {
		c.Postgres = Postgres(w.T)
	}
	if w.Settings != nil {
		w.Settings(&c)
	}
	w.must(node.Init(c))
	loaded, err := node.Load(c.Data)
	w.must(err)
	n, err := node.Open(w.ctx(), loaded, node.Options{Clock: w.Now, Log: w.Log})
	w.must(err)
	country := &Country{Node: n, world: w}
	country.server = &http.Server{Handler: n.Border, TLSConfig: n.Border.TLSConfig(), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	go country.server.ServeTLS(listener, "", "")
	w.T.Cleanup(func() {
		country.server.Close()
		n.Close()
	})
	w.Nodes[id] = country
	return country
}

// Pair pairs two nodes as two people would: cards, and one fingerprint.
func (w *World) Pair(a, b string) {
	w.T.Helper()
	one, other := w.Nodes[a], w.Nodes[b]
	fingerprint := exchange.Fingerprint(one.Border.Card(), other.Border.Card())
	Must(w.T, one, one.Engine.Self, cooperation.AddPartner{Card: other.Border.Card().Text(), Fingerprint: fingerprint})
	Must(w.T, other, other.Engine.Self, cooperation.AddPartner{Card: one.Border.Card().Text(), Fingerprint: fingerprint})
}

// Agree has one country's ministry propose an agreement, and the other's sign it,
// that covers every verb of referrals and every group of fields.
func (w *World) Agree(a, proposer, b, signer string) {
	w.T.Helper()
	one, other := w.Nodes[a], w.Nodes[b]
	d := Must(w.T, one, one.Who(proposer), cooperation.ProposeAgreement{TitleES: "Acuerdo ficticio", TitleEN: "Fictional agreement", Parties: []string{a, b},
		Verbs: []string{"referrals.*"}, Purposes: []string{"assistance", "protection"}, Groups: []string{"profile", "needs", "identity", "contact", "account", "health", "risk"}})
	w.Deliver()
	Must(w.T, other, other.Who(signer), cooperation.SignAgreement{On: cooperation.On{ID: d.Object}})
	w.Deliver()
}

// Must carries out a command that a test takes for granted.
func Must[O access.Object](t testing.TB, c *Country, who access.Who, cmd act.Command[O]) act.Deed {
	t.Helper()
	d, err := act.Do(context.Background(), c.Engine, who, cmd)
	if err != nil {
		t.Fatalf("%s %s: %v", c.Config.Node, cmd.Verb(), err)
	}
	return d
}

// Ask asks a list that a test takes for granted.
func Ask[R any](t testing.TB, c *Country, who access.Who, l act.List[R]) R {
	t.Helper()
	answer, err := act.Ask(context.Background(), c.Engine, who, l)
	if err != nil {
		t.Fatalf("%s %s: %v", c.Config.Node, l.Verb(), err)
	}
	return answer
}

// Agency makes an agency, found later by its code.
func (c *Country) Agency(code, kind, name string) {
	c.world.T.Helper()
	Must(c.world.T, c, c.Engine.Self, people.AddAgency{Code: code, Kind: kind, Name: name, Place: "Darién", Contact: "turno@" + code + ".example"})
}

// User makes an account in an agency with roles.
func (c *Country) User(name, agency string, roles ...string) access.Who {
	c.world.T.Helper()
	a := c.AgencyID(agency)
	Must(c.world.T, c, c.Engine.Self, people.AddUser{Name: name, Agency: a, Roles: roles, Lang: "es", FullName: "Ficticia " + name})
	return c.Who(name)
}

// Who is a user by sign-in name.
func (c *Country) Who(name string) access.Who {
	c.world.T.Helper()
	who, err := c.Node.Who(c.world.ctx(), name)
	c.world.must(err)
	return who
}

// AgencyID is the id of an agency by its code.
func (c *Country) AgencyID(code string) string {
	c.world.T.Helper()
	var a people.Agency
	c.world.must(c.DB.Read(c.world.ctx(), func(tx *store.Tx) (err error) {
		a, err = people.AgencyByCode(tx, strings.ToUpper(code))
		return err
	}))
	return a.ID
}

func link(a, b string) string { return min(a, b) + " " + max(a, b) }

// Cut takes the link between two nodes down, and Mend puts it up again.
func (w *World) Cut(a, b string)  { w.down[link(a, b)] = true }
func (w *World) Mend(a, b string) { delete(w.down, link(a, b)) }

// Deliver lets every pair that has a link talk until nothing moves any more.
func (w *World) Deliver() {
	w.T.Helper()
	for range 50 {
		moved := 0
		for id, c := range w.Nodes {
			partners, err := c.partners()
			w.must(err)
			for _, p := range partners {
				if _, here := w.Nodes[p.Node]; !here || w.down[link(id, p.Node)] || p.State != exchange.Active {
					continue
				}
				n, err := c.Border.SyncNow(w.ctx(), p.Node)
				if err == nil {
					moved += n
				}
			}
		}
		if moved == 0 {
			return
		}
	}
	w.T.Fatal("the nodes never stopped talking")
}

func (c *Country) partners() (all []exchange.Partner, err error) {
	err = c.DB.Read(c.world.ctx(), func(tx *store.Tx) (err error) {
		all, err = exchange.Partners(tx)
		return err
	})
	return all, err
}
