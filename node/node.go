// Package node wires a node together and does nothing else: config.go says what
// an operator decides, verbs.go every verb, reactions.go every consequence
// across features, warrants.go what lets a letter pass, routes.go every page.
package node

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"errors"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/calendar"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/data"
	"istmo/exchange"
	"istmo/fault"
	"istmo/flow"
	"istmo/identification"
	"istmo/indicators"
	"istmo/jointfiles"
	"istmo/ledger"
	"istmo/likeness"
	"istmo/meetings"
	"istmo/notices"
	"istmo/observatory/estimates"
	"istmo/observatory/places"
	"istmo/observatory/publishing"
	"istmo/observatory/release/approval"
	"istmo/observatory/signals"
	"istmo/observatory/sources"
	"istmo/observatory/tally"
	"istmo/referrals"
	"istmo/response"
	"istmo/roadmap"
	"istmo/screening"
	"istmo/screening/coverage"
	"istmo/store"
	"istmo/vault"
	"istmo/web"
)

// Node is one country's node, open.
type Node struct {
	Config   Config
	DB       *store.DB
	Engine   *act.Engine
	Border   *exchange.Border
	Gate     *people.Gate
	Calendar *calendar.Calendar
	Notices  *notices.Sender
	master   *vault.Master
	pages    func(*Node, *web.Site)
	log      *slog.Logger

	unscrubbed atomic.Bool // somebody was erased, and freed pages may still hold them
}

// Machines are the state machines of every feature.
var Machines = []*flow.Machine{cooperation.Flow, roadmap.Flow, roadmap.PlanFlow, meetings.Flow, indicators.Flow, identification.Resolution, identification.Ruling, identification.Assistance, referrals.Flow,
	response.Flow, response.HandFlow, jointfiles.Flow, signals.Flow,
	sources.FileFlow, sources.ProposalFlow, approval.Machine}

// Schemas are every feature's tables, those referred to first.
func Schemas() []store.Schema {
	return []store.Schema{vault.Schema, likeness.Schema, ledger.Schema, exchange.Schema, act.Schema, flow.Schema,
		people.Schema, notices.Schema, cooperation.Schema, roadmap.Schema, meetings.Schema, indicators.Schema, cases.Schema, identification.Schema, screening.Schema, coverage.Schema, places.Schema, sources.Schema, signals.Schema, referrals.Schema, response.Schema, jointfiles.Schema,
		tally.Schema, publishing.Schema,
		estimates.Schema}
}

// Options are what a program brings that opens a node.
type Options struct {
	Clock func() time.Time       // for tests; nil is the real one
	Log   *slog.Logger           // nil is slog.Default()
	Pages func(*Node, *web.Site) // further pages, such as the demo's entrance
}

// Init makes a data directory with a new secret, and its configuration.
func Init(c Config) error {
	c = c.filled()
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fault.Invalid("data", "node.no-directory").With("Why", err.Error())
	}
	if _, err := os.Stat(c.path(ConfigFile)); err == nil {
		return fault.Conflict("node.exists").With("Path", c.Data)
	}
	if _, err := vault.CreateMaster(c.path("node.key"), c.unlock()); err != nil {
		return err
	}
	return c.Save()
}

// Open opens a node: its secret, its database, and everything that stands on
// them. Nothing moves until Serve.
func Open(ctx context.Context, c Config, o Options) (n *Node, err error) {
	n = &Node{Config: c.filled(), log: o.Log, pages: o.Pages}
	if n.log == nil {
		n.log = slog.Default()
	}
	if n.master, err = vault.OpenMaster(n.Config.path("node.key"), n.Config.unlock()); err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(n.Config.Proxy); n.Config.Proxy != "" && err != nil {
		return nil, fault.Invalid("proxy", "node.proxy-address")
	}
	if n.Config.Demo && !loopback(n.Config.Site) {
		return nil, fault.Invalid("site", "node.demo-in-public")
	}
	if n.DB, err = openStore(ctx, n.Config, n.master, o.Clock); err != nil {
		return nil, err
	}
	if err := n.wire(ctx); err != nil {
		n.DB.Close()
		return nil, err
	}
	return n, nil
}

// openStore opens PostgreSQL if the configuration names one, else the encrypted
// database in the data directory.
func openStore(ctx context.Context, c Config, master *vault.Master, clock func() time.Time) (*store.DB, error) {
	if c.Postgres != "" {
		return store.Open(ctx, store.Options{DSN: c.Postgres, Clock: clock})
	}
	return store.Open(ctx, store.Options{Path: c.path("node.db"), Key: master.Derive("istmo/db", 32), Clock: clock})
}

func (n *Node) wire(ctx context.Context) (err error) {
	if err := n.DB.Migrate(ctx, Schemas()...); err != nil {
		return err
	}
	if n.Calendar, err = calendar.Load(data.Files, own(n.Config.Data)...); err != nil {
		return err
	}
	keys, err := exchange.KeysFrom(n.master.Derive)
	if err != nil {
		return err
	}
	vault.New(n.master).Bind(n.DB)
	ledger.Bind(n.DB, ledger.Signer{Node: n.Config.Node, Key: keys.Sign})
	cooperation.Use(n.DB, n.Calendar)
	ways, err := response.Load(data.Files, own(n.Config.Data)...)
	if err != nil {
		return err
	}
	response.Use(n.DB, ways)
	rules, err := identification.LoadRules(data.Files, own(n.Config.Data)...)
	if err != nil {
		return err
	}
	identification.Use(n.DB, rules)
	screening.Use(n.DB, n.master.Derive)
	breaks, err := signals.LoadBreaks(data.Files, own(n.Config.Data)...)
	if err != nil {
		return err
	}
	signals.Use(n.DB, breaks)
	hides, err := publishing.LoadRules(data.Files, own(n.Config.Data)...)
	if err != nil {
		return err
	}
	publishing.Use(n.DB, hides, n.zone())
	n.Engine = act.New(n.DB, n.Config.Node, verbs())
	n.Engine.Leaving(mayLeave)
	n.Engine.Arriving(mayArrive)
	reactions(n.Engine)
	n.Engine.On("cases.erase", func(tx *store.Tx, _ act.Deed) error {
		tx.After(func() { n.unscrubbed.Store(true) })
		return nil
	})
	if err := n.openBorder(ctx, keys); err != nil {
		return err
	}
	if err := n.openNotices(); err != nil {
		return err
	}
	n.Gate, err = people.NewGate(n.DB, people.Settings{Node: n.Config.Node, Site: n.Config.Site,
		Idle: time.Duration(n.Config.SessionIdle), Absolute: time.Duration(n.Config.SessionMost),
		Secret: n.master.Derive("istmo/session", 32), Record: record})
	if err != nil {
		return err
	}
	return n.DB.Write(ctx, func(tx *store.Tx) error {
		for _, m := range Machines {
			if err := errors.Join(m.Check(), m.Seed(tx)); err != nil {
				return err
			}
		}
		return indicators.Lay(tx)
	})
}

func (n *Node) openBorder(ctx context.Context, keys exchange.Keys) error {
	made, err := n.born()
	if err != nil {
		return err
	}
	card, err := exchange.Issue(keys, n.Config.Node, n.Config.Country, n.Config.Name, n.Config.ExchangeAddress, made)
	if err != nil {
		return err
	}
	n.Border, err = exchange.New(n.DB, keys, card, n.Engine, exchange.Options{Gate: gate{n.Config.Node}, Answered: answered, Stopped: stopped,
		Poll: time.Duration(n.Config.ExchangePoll), Log: n.log})
	return err
}

// openNotices makes the sender of e-mail and web push.
func (n *Node) openNotices() (err error) {
	c := n.Config
	roots, err := trusted(c.OutgoingCA)
	if err != nil {
		return err
	}
	n.Notices, err = notices.New(n.DB, notices.Options{Node: c.Node, Site: c.Site, Roots: roots, Demo: c.Demo, Zone: n.zone(), Log: n.log,
		Mail: notices.MailServer{Server: c.MailServer, TLS: c.MailTLS, User: c.MailUser, PasswordFile: c.MailPasswordFile, From: c.MailFrom},
		Push: notices.PushServices{Contact: c.PushContact, Hosts: c.PushHosts}}, n.master.Derive)
	return err
}

// trusted are the system's certificates and those of a file; nil is the system's.
func trusted(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fault.Invalid("outgoing_ca", "node.outgoing-ca")
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, fault.Invalid("outgoing_ca", "node.outgoing-ca")
	}
	return pool, nil
}

// born is when the configuration was last changed: the card's own date, so that
// the same settings always give the same card.
func (n *Node) born() (time.Time, error) {
	info, err := os.Stat(n.Config.path(ConfigFile))
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime().UTC().Truncate(time.Second), nil
}

// own are the operator's own tables, if any, which lie over the shipped ones.
func own(dir string) []fs.FS {
	path := filepath.Join(dir, "data")
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	return []fs.FS{os.DirFS(path)}
}

// record keeps what happens at the gate.
func record(tx *store.Tx, verb, object, outcome string) error {
	actor := object
	if actor == "" {
		actor = "stranger"
	}
	_, err := ledger.Append(tx, ledger.Deed{Actor: actor, Verb: verb, Object: object, Outcome: outcome})
	return err
}

// Close closes the database.
func (n *Node) Close() error { return n.DB.Close() }

// Tick does what the time asks for: it tells people what is overdue, signs a
// checkpoint of the ledger and writes its anchor, destroys uploads whose hour is
// over, and forgets old notices.
func (n *Node) Tick(ctx context.Context) error {
	if err := errors.Join(cases.ForgetUploads(ctx, n.DB), sources.ForgetUploads(ctx, n.DB)); err != nil {
		return err
	}
	if err := n.clocks(ctx); err != nil {
		return err
	}
	if err := n.scrub(ctx); err != nil {
		return err
	}
	if err := n.Notices.Forget(ctx); err != nil {
		return err
	}
	err := n.DB.Write(ctx, func(tx *store.Tx) error {
		_, err := ledger.Checkpoint(tx)
		return err
	})
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	return ledger.Anchor(ctx, n.DB, n.Config.path("ledger.anchor"))
}

// scrub clears what an erasure left in freed pages and logs of the database; if
// that cannot be now, the next tick tries again.
func (n *Node) scrub(ctx context.Context) error {
	if !n.unscrubbed.Swap(false) {
		return nil
	}
	err := n.DB.Scrub(ctx, vault.KeyTable, "vault_field", "vault_index")
	if err != nil {
		n.unscrubbed.Store(true)
	}
	if fault.Is(err, fault.KindUnavailable) {
		return nil
	}
	return err
}

// Verify proves the whole ledger, against the anchor and the partners' keys.
func (n *Node) Verify(ctx context.Context, progress func(done, total int64)) (ledger.Report, error) {
	keys := map[string]ed25519.PublicKey{}
	err := n.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := exchange.Partners(tx)
		for _, p := range all {
			keys[p.Node] = p.Sign
		}
		return err
	})
	if err != nil {
		return ledger.Report{}, err
	}
	return ledger.Verify(ctx, n.DB, ledger.VerifyOptions{AnchorPath: n.Config.path("ledger.anchor"), Partners: keys, Progress: progress})
}

// Who is a user of this node, by sign-in name.
func (n *Node) Who(ctx context.Context, name string) (who access.Who, err error) {
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		u, err := people.UserByName(tx, strings.TrimSpace(name))
		if err != nil {
			return err
		}
		who, err = people.UserWho(tx, u.ID)
		return err
	})
	return who, err
}
