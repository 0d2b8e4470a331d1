// Package postgres gives a test a real PostgreSQL. It stands apart from package
// testkit, which imports the whole node, so that the packages that the node is
// made of can use it too.
package postgres

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// DSN is the address of a fresh, empty database on a real PostgreSQL, for
// one test. The server is started once per test process, in a scratch directory,
// on a socket that no other account can reach, and is gone when the process is,
// however it ends. Without PostgreSQL on the machine the test fails, unless SKIP
// names postgres.
func DSN(t testing.TB) string {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("SKIP"), ","), "postgres") {
		t.Skip("LEFT OUT: what this test shows on PostgreSQL, because SKIP names postgres")
	}
	s, err := running()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test%d", databases.Add(1))
	if err := s.sql("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.sql("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return "host=" + s.dir + " user=postgres dbname=" + name
}

var (
	databases atomic.Int64
	running   = sync.OnceValues(start)
)

// server is a running PostgreSQL: where its programs and its socket are, as whom
// it runs, and the pipe whose end is its own.
type server struct {
	bin, dir string
	as       syscall.SysProcAttr
	life     io.WriteCloser
}

// serve runs the server until standard input ends, which it does with the test
// process, and then takes everything away.
const serve = `
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off >"$2/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$2"`

func start() (*server, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		return nil, fmt.Errorf("PostgreSQL is not installed: run apt-get install postgresql, or set SKIP=postgres to leave these tests out")
	}
	s := &server{bin: filepath.Dir(found[len(found)-1])}
	if err := s.home(); err != nil {
		return nil, err
	}
	if err := s.run("initdb", "-D", s.dir+"/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		os.RemoveAll(s.dir)
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", serve, "sh", s.bin, s.dir)
	own := s.as // a group of its own, so that Ctrl-C ends it by way of the pipe
	own.Setpgid = true
	cmd.SysProcAttr, cmd.Dir = &own, s.dir
	life, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	s.life = life
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return s, s.await()
}

// home makes the scratch directory. PostgreSQL refuses to run as root, so there
// it runs as the account that its package made.
func (s *server) home() (err error) {
	if s.dir, err = os.MkdirTemp("", "istmo-pg"); err != nil || os.Getuid() != 0 {
		return err
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("PostgreSQL needs an account to run as, since this is root: %w", err)
	}
	uid, _ := strconv.Atoi(account.Uid)
	gid, _ := strconv.Atoi(account.Gid)
	s.as = syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	return os.Chown(s.dir, uid, gid)
}

func (s *server) await() (err error) {
	for range 200 {
		if err = s.run("pg_isready", "-q", "-h", s.dir); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	log, _ := os.ReadFile(s.dir + "/log")
	return fmt.Errorf("PostgreSQL did not start: %w\n%s", err, log)
}

func (s *server) sql(statement string) error {
	return s.run("psql", "-X", "-q", "-h", s.dir, "-U", "postgres", "-d", "postgres", "-c", statement)
}

func (s *server) run(program string, args ...string) error {
	cmd := exec.Command(filepath.Join(s.bin, program), args...)
	cmd.SysProcAttr, cmd.Dir = &s.as, s.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", program, err, out)
	}
	return nil
}
