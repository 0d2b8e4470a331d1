package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/cooperation"
	"istmo/exchange"
	"istmo/fault"
	"istmo/node"
	"istmo/store"
	"istmo/vault"
)

// password is every account's; each also needs a one-time code, which the demo's
// entrance takes care of.
const password = "puente-entre-dos-orillas"

// world is the three nodes while they are made.
type world struct {
	ctx   context.Context
	dir   string
	ports int
	nodes map[string]*node.Node
	tell  func(done, total int)
	memory
	undo []func()
}

// seed makes the three nodes: configured, peopled, paired, and in the middle of
// their work.
func seed(ctx context.Context, dir string, ports int, tell func(done, total int)) (memory, error) {
	for _, c := range countries { // what was half made is made again
		if err := os.RemoveAll(dataDir(dir, c.id)); err != nil {
			return memory{}, err
		}
	}
	os.RemoveAll(filepath.Join(dir, "keys"))
	w := &world{ctx: ctx, dir: dir, ports: ports, tell: tell, nodes: map[string]*node.Node{}, memory: memory{Ports: ports}}
	err := w.make()
	for i := len(w.undo) - 1; i >= 0; i-- {
		w.undo[i]()
	}
	if err != nil {
		return memory{}, err
	}
	return w.memory, w.keep(dir)
}

func (w *world) make() error {
	for i, c := range countries {
		w.tell(i, len(countries)+1)
		if err := w.open(i, c); err != nil {
			return err
		}
		if err := w.people(c); err != nil {
			return err
		}
	}
	w.tell(len(countries), len(countries)+1)
	if err := w.pair(); err != nil {
		return err
	}
	if err := w.cooperate(); err != nil {
		return err
	}
	if err := w.stories(); err != nil {
		return err
	}
	if err := w.posts(); err != nil {
		return err
	}
	if err := w.watch(); err != nil {
		return err
	}
	if err := w.identified(); err != nil {
		return err
	}
	if err := w.observed(); err != nil {
		return err
	}
	for _, n := range w.nodes { // the ledger's first checkpoint and its anchor
		if err := n.Tick(w.ctx); err != nil {
			return err
		}
	}
	return nil
}

// cooperate brings about what states do together: the two instruments, what each
// country has, the promises under both, and the meetings.
func (w *world) cooperate() error {
	technical, err := w.agree("PA", "CR", "clara", "flor", eriUIA)
	if err != nil {
		return err
	}
	between, err := w.agree("PA", "CO", "clara", "diego", memorandum) // the last made stands first
	if err != nil {
		return err
	}
	if err := w.present(); err != nil {
		return err
	}
	panama := side{"PA", "olga", "clara"}
	if err := w.plan(between, [2]side{panama, {"CO", "pablo", "diego"}}, betweenCOAndPA); err != nil {
		return err
	}
	if err := w.plan(technical, [2]side{panama, {"CR", "rita", "flor"}}, betweenPAAndCR); err != nil {
		return err
	}
	if err := w.met(between, technical); err != nil {
		return err
	}
	return w.investigate(between)
}

// open makes a country's node and opens it with its door to partners.
func (w *world) open(i int, c country) error {
	keys := filepath.Join(w.dir, "keys")
	if err := os.MkdirAll(keys, 0o700); err != nil {
		return err
	}
	key := filepath.Join(keys, strings.ToLower(c.id)+".key")
	if err := vault.NewKeyFile(key); err != nil {
		return err
	}
	config := node.Config{Data: dataDir(w.dir, c.id), Node: c.id, Country: c.id, Name: c.name, Demo: true, KeyFile: key,
		Listen: fmt.Sprintf("127.0.0.1:%d", w.ports+i), ExchangeListen: fmt.Sprintf("127.0.0.1:%d", w.ports+10+i),
		ExchangePoll: node.Duration(5 * time.Second)}
	if err := node.Init(config); err != nil {
		return err
	}
	config, err := node.Load(config.Data)
	if err != nil {
		return err
	}
	n, err := node.Open(w.ctx, config, node.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	w.undo = append(w.undo, func() { n.Close() })
	w.nodes[c.id] = n
	listener, err := net.Listen("tcp", config.ExchangeListen)
	if err != nil {
		return fault.Unavailable("demo.port-taken").With("Address", config.ExchangeListen)
	}
	server := &http.Server{Handler: n.Border, TLSConfig: n.Border.TLSConfig(), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	go server.ServeTLS(listener, "", "")
	w.undo = append(w.undo, func() { server.Close() })
	return nil
}

// people makes a country's agencies and accounts.
func (w *world) people(c country) error {
	n := w.nodes[c.id]
	secret, err := people.NewPassword(password)
	if err != nil {
		return err
	}
	for _, a := range c.agencies {
		if _, err := act.Do(w.ctx, n.Engine, n.Engine.Self, people.AddAgency{Code: a.code, Kind: a.kind, Name: a.name, Place: a.place,
			Contact: "turno@" + strings.ToLower(a.code) + "." + strings.ToLower(c.id) + ".example"}); err != nil {
			return err
		}
	}
	for _, u := range c.users {
		if err := w.account(n, u, secret); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) account(n *node.Node, u user, secret people.Password) error {
	agency, err := n.AgencyID(w.ctx, u.agency)
	if err != nil {
		return err
	}
	d, err := act.Do(w.ctx, n.Engine, n.Engine.Self, people.AddUser{Name: u.name, Agency: agency, Roles: u.roles, Lang: "es", FullName: u.full})
	if err != nil {
		return err
	}
	err = n.DB.Write(w.ctx, func(tx *store.Tx) error {
		if err := people.SetPassword(tx, d.Object, secret); err != nil {
			return err
		}
		_, err := people.EnrolTOTP(tx, d.Object)
		return err
	})
	if err != nil {
		return err
	}
	if u.escalation {
		if _, err := act.Do(w.ctx, n.Engine, n.Engine.Self, people.SetEscalation{Agency: agency, User: d.Object}); err != nil {
			return err
		}
	}
	token, err := w.token(n, u.name)
	w.Accounts = append(w.Accounts, Account{Node: n.Config.Node, Address: n.Config.Site, Name: u.name, Password: password,
		Agency: u.agency, Roles: strings.Join(u.roles, " "), Try: u.try, Token: token})
	return err
}

// token makes an API token for an account, for all that its roles may do.
func (w *world) token(n *node.Node, name string) (bearer string, err error) {
	who, err := n.Who(w.ctx, name)
	if err != nil {
		return "", err
	}
	d, err := act.Do(w.ctx, n.Engine, who, people.IssueToken{Name: "demo", Expires: n.DB.Now().AddDate(0, 1, 0),
		Scope: []string{"cases.*", "identification.*", "referrals.*", "response.*", "screening.*", "cooperation.*", "roadmap.*", "meetings.*", "jointfiles.*", "people.*", "ledger.*"}})
	if err != nil {
		return "", err
	}
	err = n.DB.Write(w.ctx, func(tx *store.Tx) (err error) {
		bearer, err = people.NewBearer(tx, d.Object)
		return err
	})
	return bearer, err
}

// pair pairs every two nodes, as two people with two cards would.
func (w *world) pair() error {
	for i, a := range countries {
		for _, b := range countries[i+1:] {
			one, other := w.nodes[a.id], w.nodes[b.id]
			fingerprint := exchange.Fingerprint(one.Border.Card(), other.Border.Card())
			if _, err := act.Do(w.ctx, one.Engine, one.Engine.Self, cooperation.AddPartner{Card: other.Border.Card().Text(), Fingerprint: fingerprint}); err != nil {
				return err
			}
			if _, err := act.Do(w.ctx, other.Engine, other.Engine.Self, cooperation.AddPartner{Card: one.Border.Card().Text(), Fingerprint: fingerprint}); err != nil {
				return err
			}
		}
	}
	return w.deliver()
}

// deliver lets the nodes talk until nothing moves any more. On a busy machine one
// may be slow to answer, and is asked again.
func (w *world) deliver() (err error) {
	for range 20 {
		moved := 0
		err = nil
		for _, a := range countries {
			for _, b := range countries {
				if a.id == b.id {
					continue
				}
				n, failed := w.nodes[a.id].Border.SyncNow(w.ctx, b.id)
				if failed != nil && !fault.Is(failed, fault.KindUnavailable) {
					return failed
				}
				err = errors.Join(err, failed)
				moved += n
			}
		}
		if moved == 0 && err == nil {
			return nil
		}
	}
	return err
}

// who is an account of a node.
func (w *world) who(id, name string) access.Who {
	who, err := w.nodes[id].Who(w.ctx, name)
	if err != nil {
		panic("demo: no account " + name + " in " + id)
	}
	return who
}

// do carries out a command as somebody and returns its object's id.
func do[O access.Object](w *world, id, name string, cmd act.Command[O]) (string, error) {
	d, err := act.Do(w.ctx, w.nodes[id].Engine, w.who(id, name), cmd)
	if err != nil {
		return "", fmt.Errorf("demo: %s as %s@%s: %w", cmd.Verb(), name, id, err)
	}
	return d.Object, nil
}

// ask asks a list as somebody.
func ask[R any](w *world, id, name string, l act.List[R]) (R, error) {
	answer, err := act.Ask(w.ctx, w.nodes[id].Engine, w.who(id, name), l)
	if err != nil {
		err = fmt.Errorf("demo: %s as %s@%s: %w", l.Verb(), name, id, err)
	}
	return answer, err
}

func siteOf(data string) (string, error) {
	c, err := node.Load(data)
	return c.Site, err
}
