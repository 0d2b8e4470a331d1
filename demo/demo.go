// Package demo starts three countries' nodes on one machine, as three processes
// with their own data, paired with each other, so that somebody can see within a
// minute what istmo does. Every person, agency and account in it is invented and
// says so; nothing in it may meet real people, and it listens on loopback only.
package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"

	"istmo/cli"
	"istmo/fault"
	"istmo/i18n"
)

// Command is `istmo demo`.
type Command struct {
	Dir   string `help:"${demo_dir}" default:"demo-data" type:"path"`
	Ports int    `help:"${demo_ports}" default:"8401"`
	Reset bool   `help:"${demo_reset}"`
	JSON  bool   `help:"${demo_json}" name:"json"`
}

// Account is a row of the table: who one can be, where, and what to try.
type Account struct {
	Node     string `json:"node"`
	Address  string `json:"address"`
	Name     string `json:"sign_in"`
	Password string `json:"password"`
	Agency   string `json:"agency"`
	Roles    string `json:"roles"`
	Try      string `json:"try"` // a translation key
	Token    string `json:"token"`
}

// memory is what a demo keeps about itself beside its nodes' data.
type memory struct {
	Ports    int       `json:"ports"`
	Accounts []Account `json:"accounts"`
}

// Run starts the three nodes, making them first if they are not there, and
// keeps them until interrupted.
func (c *Command) Run(t *cli.Terminal) error {
	if c.Reset {
		if err := reset(c.Dir); err != nil {
			return err
		}
	}
	m, err := remember(c.Dir)
	if errors.Is(err, os.ErrNotExist) {
		m, err = seed(t.Context(), c.Dir, c.Ports, func(done, total int) {
			fmt.Fprintln(t.Err, i18n.Say(t.Lang, "demo.making", "Done", done+1, "Total", total))
		})
	}
	if err != nil {
		return err
	}
	nodes, err := c.start(t)
	if err != nil {
		return err
	}
	defer nodes.stop()
	if err := nodes.ready(t.Context()); err != nil {
		return err
	}
	if err := c.print(t, m); err != nil {
		return err
	}
	nodes.watch(t)
	return nil
}

const memoryFile = "demo.json"

// reset removes a demo, and nothing that is not one.
func reset(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != memoryFile && e.Name() != "keys" && !isCountry(e.Name()) {
			return fault.Conflict("demo.not-a-demo").With("Path", dir)
		}
	}
	return os.RemoveAll(dir)
}

func isCountry(name string) bool {
	for _, c := range countries {
		if strings.EqualFold(c.id, name) {
			return true
		}
	}
	return false
}

func remember(dir string) (m memory, err error) {
	text, err := os.ReadFile(filepath.Join(dir, memoryFile))
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	return m, err
}

// keep writes the memory last: without it a demo that was half made is made again.
func (m memory) keep(dir string) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, memoryFile), text, 0o600)
}

func dataDir(dir, id string) string { return filepath.Join(dir, strings.ToLower(id)) }

// processes are the nodes that run.
type processes struct {
	all []*process
}

type process struct {
	id      string
	site    string
	data    string
	cmd     *exec.Cmd
	done    chan struct{}
	stopped sync.Once
}

func (c *Command) start(t *cli.Terminal) (*processes, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var p processes
	for _, country := range countries {
		data := dataDir(c.Dir, country.id)
		site, err := siteOf(data)
		if err != nil {
			p.stop()
			return nil, err
		}
		cmd := exec.Command(program, "--data", data, "serve")
		cmd.Stderr = t.Err
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C reaches us, and we stop them in order
		if err := cmd.Start(); err != nil {
			p.stop()
			return nil, err
		}
		one := &process{id: country.id, site: site, data: data, cmd: cmd, done: make(chan struct{})}
		go func() {
			cmd.Wait()
			close(one.done)
		}()
		p.all = append(p.all, one)
	}
	return &p, nil
}

// stop asks every node to stop, and waits.
func (p *processes) stop() {
	for _, one := range p.all {
		one.cmd.Process.Signal(syscall.SIGTERM)
	}
	for _, one := range p.all {
		<-one.done
	}
}

// ready waits until every node answers.
func (p *processes) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for _, one := range p.all {
		for !answers(ctx, one.site) {
			select {
			case <-one.done:
				return fault.Unavailable("demo.node-failed").With("Node", one.id)
			case <-ctx.Done():
				return fault.Unavailable("demo.node-slow").With("Node", one.id)
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
	return nil
}

func answers(ctx context.Context, site string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, site+"/api/openapi.json", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// watch stays until interrupted. A node that is killed stays down, which is part
// of the show, and the line that starts it again is printed.
func (p *processes) watch(t *cli.Terminal) {
	var all sync.WaitGroup
	for _, one := range p.all {
		all.Go(func() {
			select {
			case <-one.done:
				if t.Context().Err() == nil {
					fmt.Fprintln(t.Err, i18n.Say(t.Lang, "demo.stopped", "Node", one.id, "Path", one.data))
				}
			case <-t.Context().Done():
			}
		})
	}
	all.Wait()
	<-t.Context().Done()
}

// print shows the table, for people or for programs.
func (c *Command) print(t *cli.Terminal, m memory) error {
	if c.JSON {
		return json.NewEncoder(t.Out).Encode(m.Accounts)
	}
	say := func(key string, values ...any) string { return i18n.Say(t.Lang, key, values...) }
	fmt.Fprintf(t.Out, "\n%s\n\n", say("demo.invented"))
	w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, say("demo.columns"))
	for _, a := range m.Accounts {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", a.Address, a.Name, say("web.role."+strings.Fields(a.Roles)[0]), a.Agency, say(a.Try))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(t.Out, "\n%s\n", say("demo.how", "Password", password))
	return nil
}
