package exchange

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"istmo/store"
)

// The kill test runs this test binary again as a node of its own, so that the
// node can be killed as a power cut kills it.
const childEnv = "ISTMO_EXCHANGE_TEST_NODE"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		child(strings.Split(os.Getenv(childEnv), "|"))
	}
	os.Exit(m.Run())
}

// childT lets a child process use the helpers of the tests.
type childT struct {
	testing.TB
	dir string
}

func (childT) Helper()                      {}
func (childT) Cleanup(func())               {}
func (childT) Context() context.Context     { return context.Background() }
func (c childT) TempDir() string            { return c.dir }
func (childT) Errorf(f string, args ...any) { fmt.Fprintf(os.Stderr, f+"\n", args...) }
func (childT) Error(args ...any)            { fmt.Fprintln(os.Stderr, args...) }
func (childT) Fatalf(f string, args ...any) { fmt.Fprintf(os.Stderr, f+"\n", args...); os.Exit(3) }
func (childT) Fatal(args ...any)            { fmt.Fprintln(os.Stderr, args...); os.Exit(3) }

var killOptions = Options{Poll: 100 * time.Millisecond, Retry: 10 * time.Millisecond, RetryMost: 50 * time.Millisecond, BatchCount: 7}

// child is a node that posts numbered messages until it is killed: it says each
// number only once its command is on disk. Its arguments are the database, its
// name and address, and its partner's.
func child(args []string) {
	t := childT{dir: filepath.Dir(args[0])}
	s := openSite(t, args[0], args[1], args[2], killOptions)
	other, err := Issue(keysOf(t, args[3]), args[3], args[3], "the other", args[4], time.Unix(1, 0))
	if err != nil {
		t.Fatal(err)
	}
	s.write(func(tx *store.Tx) error { return AddPartner(tx, other, Fingerprint(s.Card(), other)) })
	go s.Run(t.Context())
	for {
		var n int64
		s.write(func(tx *store.Tx) error {
			if err := tx.Get([]any{&n}, `SELECT COALESCE(MAX(n), 0) + 1 FROM made`); err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO made (n) VALUES ($1)`, n); err != nil {
				return err
			}
			_, err := Post(tx, Message{To: args[3], Verb: "test.take", About: "ref_1", Body: fmt.Append(nil, n)})
			return err
		})
		fmt.Println(n)
		time.Sleep(rand.N(4 * time.Millisecond))
	}
}

// process is a child, and the numbers that it acknowledges as they come.
type process struct {
	cmd  *exec.Cmd
	said chan int
	last int
}

func startChild(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0]), said: make(chan int, 1<<16)}
	p.cmd.Env = append(os.Environ(), childEnv+"="+strings.Join(args, "|"))
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.said)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if n, err := strconv.Atoi(lines.Text()); err == nil {
				p.said <- n
			}
		}
	}()
	return p
}

// says waits until the process has acknowledged some more.
func (p *process) says(t *testing.T, more int) {
	t.Helper()
	patience := time.After(2 * time.Minute)
	for range more {
		select {
		case n, ok := <-p.said:
			if !ok {
				t.Fatal("the node ended by itself")
			}
			p.last = n
		case <-patience:
			t.Fatal("the node does not get on")
		}
	}
}

// kill ends the process at once and says what it had acknowledged.
func (p *process) kill() int {
	p.cmd.Process.Kill()
	for n := range p.said {
		p.last = n
	}
	p.cmd.Wait()
	return p.last
}

// TestKilledAtAnyPoint kills two nodes, in turn and at random moments, while
// both send and both receive. Whatever one of them acknowledged arrives, once,
// in order, and is receipted.
func TestKilledAtAnyPoint(t *testing.T) {
	dir := t.TempDir()
	names, paths, addresses := [2]string{"PA", "CO"}, [2]string{}, [2]string{}
	for i, name := range names {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		paths[i], addresses[i] = filepath.Join(dir, name+".db"), "https://"+l.Addr().String()
		l.Close()
	}
	start := func(i int) *process {
		return startChild(t, paths[i], names[i], addresses[i], names[1-i], addresses[1-i])
	}
	running := [2]*process{start(0), start(1)}
	acked := [2]int{}
	for round := range 16 {
		i := round % 2
		if round%5 != 4 { // now and then it does not even get up
			running[i].says(t, 1+rand.N(25))
			time.Sleep(rand.N(100 * time.Millisecond))
		}
		acked[i] = max(acked[i], running[i].kill())
		running[i] = start(i)
	}
	running[0].says(t, 20)
	running[1].says(t, 20)
	var sites [2]*site
	for i, p := range running {
		acked[i] = max(acked[i], p.kill())
	}
	for i := range sites {
		sites[i] = openSite(t, paths[i], names[i], addresses[i], killOptions)
	}
	for i, s := range sites {
		for s.partner(names[1-i]).Queue > 0 {
			s.sync(names[1-i])
		}
	}
	for i, s := range sites {
		checkNumbered(t, s, sites[1-i], acked[i])
	}
}

// checkNumbered compares what one node made with what the other took.
func checkNumbered(t *testing.T, from, to *site, acked int) {
	t.Helper()
	made := 0
	from.read(func(tx *store.Tx) error { return tx.Get([]any{&made}, `SELECT COALESCE(MAX(n), 0) FROM made`) })
	taken := strings.Fields(to.bodies())
	t.Logf("%s acknowledged %d, made %d; %s took %d", from.self.Node, acked, made, to.self.Node, len(taken))
	if acked < 20 {
		t.Errorf("%s got nowhere: the test shows nothing", from.self.Node)
	}
	if made < acked || len(taken) != made {
		t.Errorf("%s acknowledged %d and made %d; %s took %d", from.self.Node, acked, made, to.self.Node, len(taken))
	}
	for i, w := range taken {
		if w != strconv.Itoa(i+1) {
			t.Fatalf("%s took %s at place %d", to.self.Node, w, i+1)
		}
	}
	if n := strings.Count(from.ladder("ref_1"), string(Delivered)); n != made {
		t.Errorf("%s has %d receipts for %d messages", from.self.Node, n, made)
	}
}
