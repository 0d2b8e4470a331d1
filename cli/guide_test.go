package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"istmo/testkit/postgres"
)

// block is a fenced block of shell in a guide: its lines, what stands after
// "sh" on its fence, and the section that it is in.
type block struct {
	section, needs string
	lines          []string
}

// blocks reads the shell of a guide.
func blocks(t *testing.T, path string) (all []block) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	section, open := "", false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		fence, fenced := strings.CutPrefix(line, "```")
		needs, shell := strings.CutPrefix(fence, "sh")
		switch {
		case fenced && shell && !open:
			all = append(all, block{section: section, needs: strings.TrimSpace(needs)})
			open = true
		case fenced:
			open = false
		case open:
			all[len(all)-1].lines = append(all[len(all)-1].lines, line)
		case strings.HasPrefix(line, "## "):
			section = line
		}
	}
	return all
}

// TestGuidesSayTheSame holds the two operator's guides to the same commands, in
// the same order.
func TestGuidesSayTheSame(t *testing.T) {
	en, es := blocks(t, "../docs/operator.md"), blocks(t, "../docs/operador.md")
	if len(en) < 15 || len(en) != len(es) {
		t.Fatalf("%d blocks in English and %d in Spanish", len(en), len(es))
	}
	for i := range en {
		if !slices.Equal(en[i].lines, es[i].lines) || en[i].needs != es[i].needs {
			t.Errorf("%s:\n%s\n%s:\n%s", en[i].section, strings.Join(en[i].lines, "\n"), es[i].section, strings.Join(es[i].lines, "\n"))
		}
	}
}

// TestTheGuideWorks follows the operator's guide to the letter, from an empty
// folder on. Only the ports are others, so as to disturb nobody.
func TestTheGuideWorks(t *testing.T) {
	r := &reader{t: t, dir: t.TempDir()}
	r.prepare()
	section := ""
	for _, b := range blocks(t, "../docs/operator.md") {
		if b.section != section {
			r.interrupt()
			section = b.section
		}
		if b.needs == "postgres" && !r.postgres() {
			continue
		}
		for _, line := range b.lines {
			if strings.HasSuffix(line, " serve") {
				r.serve(line)
			} else {
				r.run(b.section, line)
			}
		}
	}
	r.interrupt()
}

// reader is an operator who does what the guide says.
type reader struct {
	t       *testing.T
	dir     string
	env     []string
	ports   *strings.Replacer
	serving *exec.Cmd
}

func (r *reader) prepare() {
	r.t.Helper()
	bin := r.t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(bin, "istmo"), "istmo/cmd/istmo").CombinedOutput(); err != nil {
		r.t.Fatalf("%v\n%s", err, out)
	}
	var pairs []string
	for _, port := range []string{"8400", "8401", "8500", "8501"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			r.t.Fatal(err)
		}
		defer l.Close()
		_, free, _ := net.SplitHostPort(l.Addr().String())
		pairs = append(pairs, "127.0.0.1:"+port, "127.0.0.1:"+free)
	}
	r.ports = strings.NewReplacer(pairs...)
	r.env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "ISTMO_LANG=en", "HOME="+r.dir)
	r.t.Cleanup(r.interrupt)
}

// postgres makes sure of two empty databases, or says what is left out.
func (r *reader) postgres() bool {
	if slices.Contains(strings.Split(os.Getenv("SKIP"), ","), "postgres") {
		r.t.Log("LEFT OUT: the guide's section on PostgreSQL, because SKIP names postgres")
		return false
	}
	if !slices.ContainsFunc(r.env, func(v string) bool { return strings.HasPrefix(v, "POSTGRES=") }) {
		r.env = append(r.env, "POSTGRES="+postgres.DSN(r.t), "POSTGRES_EMPTY="+postgres.DSN(r.t))
	}
	return true
}

var fingerprint = regexp.MustCompile(`(?m)^ +(\d{5}(?: \d{5}){5})$`)

// run carries out one line. A fingerprint that it shows is what the reader then
// hears on the telephone.
func (r *reader) run(section, line string) {
	r.t.Helper()
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", r.ports.Replace(line))
	cmd.Dir, cmd.Env = r.dir, r.env
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		r.t.Fatalf("%s: %s: %v\n%s%s", section, line, err, out, said.Bytes())
	}
	if f := fingerprint.FindSubmatch(out); f != nil {
		r.env = append(r.env, "FINGERPRINT="+string(f[1]))
	}
}

// serve starts a node, and goes on once it serves and has anchored its ledger.
func (r *reader) serve(line string) {
	r.t.Helper()
	r.interrupt()
	words := strings.Fields(line)
	path, err := lookPath(words[0], r.env)
	if err != nil {
		r.t.Fatal(err)
	}
	cmd := exec.Command(path, words[1:]...)
	cmd.Dir, cmd.Env = r.dir, r.env
	log, err := cmd.StderrPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.serving = cmd
	ready := make(chan struct{})
	go func() {
		for s := bufio.NewScanner(log); s.Scan(); {
			if strings.Contains(s.Text(), "msg=serving") {
				close(ready)
			}
		}
	}()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	select {
	case <-ready:
	case <-ctx.Done():
		r.t.Fatalf("%s: does not serve", line)
	}
	for anchor := filepath.Join(r.dir, words[2], "ledger.anchor"); ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(anchor); err == nil {
			return
		}
	}
	r.t.Fatalf("%s: makes no anchor", line)
}

// lookPath finds a program by the environment that a command will have.
func lookPath(name string, env []string) (string, error) {
	for i := len(env) - 1; i >= 0; i-- {
		if path, ok := strings.CutPrefix(env[i], "PATH="); ok {
			for _, dir := range filepath.SplitList(path) {
				if found, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
					return found, nil
				}
			}
		}
	}
	return "", fmt.Errorf("no program %s", name)
}

// interrupt stops the node that serves, which must stop cleanly.
func (r *reader) interrupt() {
	if r.serving == nil {
		return
	}
	r.serving.Process.Signal(syscall.SIGINT)
	if err := r.serving.Wait(); err != nil {
		r.t.Errorf("interrupted, the node did not stop cleanly: %v", err)
	}
	r.serving = nil
}

// TestEveryLibraryIsExplained holds docs/dependencies.md to what the code
// imports and the pages are built from: a line for each, and none for another.
func TestEveryLibraryIsExplained(t *testing.T) {
	text, err := os.ReadFile("../docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	explained := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(string(text), -1) {
		explained[m[1]] = true
	}
	for _, library := range append(imported(t), assets(t)...) {
		if !explained[library] {
			t.Errorf("docs/dependencies.md does not say why %s", library)
		}
		delete(explained, library)
	}
	for library := range explained {
		t.Errorf("docs/dependencies.md explains %s, which is not used", library)
	}
}

// imported are the modules of which our own packages and tests import a package.
func imported(t *testing.T) (modules []string) {
	t.Helper()
	out, err := exec.Command("go", "list", "-test", "-deps", "-f", "{{with .Module}}{{if .Main}}{{range $.Imports}}{{.}}\n{{end}}{{end}}{{end}}", "istmo/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v\S+`).FindAllStringSubmatch(string(mod), -1) {
		if slices.ContainsFunc(packages, func(p string) bool { return p == m[1] || strings.HasPrefix(p, m[1]+"/") }) {
			modules = append(modules, m[1])
		}
	}
	return modules
}

// assets are the packages that the pages are built from.
func assets(t *testing.T) (names []string) {
	t.Helper()
	text, err := os.ReadFile("../web/assets/package.json")
	if err != nil {
		t.Fatal(err)
	}
	var p struct{ Dependencies, DevDependencies map[string]string }
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return append(slices.Collect(maps.Keys(p.Dependencies)), slices.Collect(maps.Keys(p.DevDependencies))...)
}

// TestLinksLead holds every link of every document to a file that is there.
func TestLinksLead(t *testing.T) {
	out, err := exec.Command("git", "-C", "..", "ls-files", "*.md").Output()
	if err != nil {
		t.Fatal(err)
	}
	link := regexp.MustCompile(`\]\(([^)#\s]+)[^)]*\)`)
	for document := range strings.FieldsSeq(string(out)) {
		text, err := os.ReadFile(filepath.Join("..", document))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join("..", filepath.Dir(document), m[1])); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", document, m[1])
			}
		}
	}
}
