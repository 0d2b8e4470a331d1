package demo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"istmo/demo"
)

// program builds the binary once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "istmo")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "istmo")
	out, err := exec.Command("go", "build", "-o", path, "istmo/cmd/istmo").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// ports finds a base from which all of a demo's ports are free.
func ports(t *testing.T) int {
	t.Helper()
	for range 100 {
		base := 20000 + rand.IntN(20000)
		free := true
		for _, p := range []int{0, 1, 2, 10, 11, 12} {
			l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", base+p))
			if free = free && err == nil; err == nil {
				l.Close()
			}
		}
		if free {
			return base
		}
	}
	t.Fatal("no free ports")
	return 0
}

// run starts istmo with args and stops it at the end.
func run(t *testing.T, args ...string) (*exec.Cmd, io.Reader) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop(t, cmd)
		if t.Failed() {
			t.Logf("istmo %v:\n%s", args, said.Bytes())
		}
	})
	return cmd, out
}

func stop(t *testing.T, cmd *exec.Cmd) {
	if cmd.ProcessState != nil {
		return
	}
	cmd.Process.Signal(os.Interrupt)
	err := cmd.Wait()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signal() == syscall.SIGKILL {
		return // by this test
	}
	if err != nil {
		t.Errorf("interrupted, it did not stop cleanly: %v", err)
	}
}

// start starts the demo and reads its table.
func start(t *testing.T, dir string, base int, more ...string) (*exec.Cmd, []demo.Account) {
	t.Helper()
	cmd, out := run(t, append([]string{"demo", "-dir", dir, "-ports", fmt.Sprint(base), "-json"}, more...)...)
	var accounts []demo.Account
	if err := json.NewDecoder(out).Decode(&accounts); err != nil {
		t.Fatal(err)
	}
	return cmd, accounts
}

// person is somebody at the API.
type person struct {
	t *testing.T
	demo.Account
}

func as(t *testing.T, accounts []demo.Account, node, name string) person {
	t.Helper()
	i := slices.IndexFunc(accounts, func(a demo.Account) bool { return a.Node == node && a.Name == name })
	if i < 0 {
		t.Fatalf("no account %s@%s", name, node)
	}
	return person{t, accounts[i]}
}

// try sends one request; a node that is down is an error.
func (p person) try(method, path, key, body string) (int, map[string]any, error) {
	req, err := http.NewRequest(method, p.Address+"/api/v1/"+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+p.Token)
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	client := http.Client{Timeout: 20 * time.Second}
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	var answer map[string]any
	err = json.NewDecoder(res.Body).Decode(&answer)
	return res.StatusCode, answer, err
}

// do carries out a verb, again and again under one key while the node is down.
func (p person) do(verb, key string, input map[string]any) string {
	p.t.Helper()
	body, _ := json.Marshal(input)
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		status, answer, err := p.try("POST", verb, key, string(body))
		if err != nil || status >= 500 {
			continue
		}
		if status != 200 {
			p.t.Errorf("%s: %d %v", verb, status, answer)
			return ""
		}
		return answer["id"].(string)
	}
	p.t.Errorf("%s: the node stayed away", verb)
	return ""
}

// ask asks a question, and gives its items if it is a list.
func (p person) ask(path string) map[string]any {
	p.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if status, answer, err := p.try("GET", path, "", ""); err == nil && status == 200 {
			return answer
		}
	}
	p.t.Fatalf("%s: no answer", path)
	return nil
}

// all reads a list to its end.
func (p person) all(path string) (ids []string) {
	before := ""
	for {
		answer := p.ask(path + "&limit=50&before=" + before)
		for _, item := range answer["items"].([]any) {
			ids = append(ids, item.(map[string]any)["id"].(string))
		}
		next, more := answer["next"].(string)
		if !more {
			return ids
		}
		before = next
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

// pid finds the process of a node of the demo by its data directory.
func pid(t *testing.T, data string) int {
	t.Helper()
	processes, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, p := range processes {
		line, _ := os.ReadFile(p)
		words := strings.Split(string(line), "\x00")
		if slices.Contains(words, data) && slices.Contains(words, "serve") {
			var id int
			fmt.Sscanf(p, "/proc/%d/", &id)
			return id
		}
	}
	return 0
}

// TestNothingIsLostWhenNodesAreKilled refers people from Panama to Colombia
// while both nodes are killed, again and again, in the middle of sending and of
// receiving. What a node acknowledged is there at the end, and nothing twice.
func TestNothingIsLostWhenNodesAreKilled(t *testing.T) {
	dir, base := filepath.Join(t.TempDir(), "demo"), ports(t)
	_, accounts := start(t, dir, base)
	ana, juan := as(t, accounts, "PA", "ana"), as(t, accounts, "CO", "juan")
	casa := ""
	for _, a := range ana.ask("cooperation/directory")["items"].([]any) {
		if agency := a.(map[string]any); agency["node"] == "CO" && strings.HasPrefix(agency["name"].(string), "Casa") {
			casa = agency["id"].(string)
		}
	}
	already := len(juan.all("referrals/list?side=receiver"))

	const people = 40
	var sent []string
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range people {
			key := func(step string) string { return fmt.Sprintf("%s-%d", step, i) }
			person := ana.do("cases/register", key("register"), map[string]any{"place": "Lajas Blancas", "sex": "female"})
			ana.do("cases/assess-risk", key("risk"), map[string]any{"person": person, "level": "low"})
			ana.do("cases/record-consent", key("consent"), map[string]any{"person": person, "purpose": "assistance", "to_node": "CO", "to_agency": casa,
				"groups": []string{"profile", "needs"}, "language": "es", "way": "written"})
			ref := ana.do("referrals/start", key("start"), map[string]any{"person": person, "to_node": "CO", "to_agency": casa, "purpose": "assistance", "fields": []string{"sex"}})
			ana.do("referrals/confirm-consent", key("confirm"), map[string]any{"id": ref})
			ana.do("referrals/send", key("send"), map[string]any{"id": ref})
			sent = append(sent, ref)
		}
	}()

	kills := 0
	for running := true; running; {
		select {
		case <-done:
			running = false
		case <-time.After(time.Duration(100+rand.IntN(400)) * time.Millisecond):
			data := filepath.Join(dir, []string{"pa", "co"}[kills%2])
			if id := pid(t, data); id != 0 {
				syscall.Kill(id, syscall.SIGKILL)
				kills++
				run(t, "--data", data, "serve")
			}
		}
	}
	if t.Failed() {
		return
	}
	if kills < 4 {
		t.Errorf("only %d kills", kills)
	}
	for _, id := range []string{"pa", "co"} {
		eventually(t, id+" is up", func() bool { return pid(t, filepath.Join(dir, id)) != 0 })
	}
	var arrived []string
	eventually(t, "every referral is in Colombia", func() bool {
		arrived = juan.all("referrals/list?side=receiver")
		return len(arrived) >= already+people
	})
	for _, ref := range sent {
		if n := count(arrived, ref); n != 1 {
			t.Errorf("%s is in Colombia %d times", ref, n)
		}
	}
	if mine := ana.all("referrals/list?side=sender"); count(mine, sent...) != people {
		t.Errorf("Panama has %d of its %d", count(mine, sent...), people)
	}
	t.Logf("%d people referred through %d kills", people, kills)
	for _, id := range []string{"pa", "co"} {
		verify(t, filepath.Join(dir, id))
	}
}

func count(all []string, of ...string) (n int) {
	for _, id := range all {
		if slices.Contains(of, id) {
			n++
		}
	}
	return n
}

// verify proves a ledger by the terminal.
func verify(t *testing.T, data string) {
	t.Helper()
	path, _ := program()
	out, err := exec.Command(path, "--lang", "en", "--data", data, "ledger", "verify").CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("complete and unchanged")) {
		t.Errorf("%s: %v\n%s", filepath.Base(data), err, out)
	}
}

// ownOnly looks whether a node's files are nobody else's to read.
func ownOnly(t *testing.T, data string) {
	t.Helper()
	entries, err := os.ReadDir(data)
	if err != nil || len(entries) < 5 {
		t.Fatal(entries, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is %v", e.Name(), info.Mode())
		}
	}
}

// resident is the memory of a process, in megabytes.
func resident(t *testing.T, id int) (mb int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", id))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	if _, err := fmt.Sscan(after, &mb); err != nil {
		t.Fatal(err)
	}
	return mb / 1024
}

// BenchmarkStart starts a node with an encrypted database until it answers.
// "runs" is how many times longer that takes than to run the program at all.
func BenchmarkStart(b *testing.B) {
	path, err := program()
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	data, key := filepath.Join(dir, "data"), filepath.Join(dir, "key")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	if out, err := exec.Command(path, "--data", data, "init", "--node", "PA", "--new-key-file", key, "--listen", address).CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	start := time.Now()
	for range 5 {
		exec.Command(path, "version").Run()
	}
	run := time.Since(start) / 5
	for b.Loop() {
		cmd := exec.Command(path, "--data", data, "serve")
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		for {
			if res, err := http.Get("http://" + address + "/api/openapi.json"); err == nil {
				res.Body.Close()
				break
			}
			time.Sleep(time.Millisecond)
		}
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(run), "runs")
}

// TestTheDemo starts it, uses it across two borders, stops it, goes on with it,
// and starts it over.
func TestTheDemo(t *testing.T) {
	dir, base := filepath.Join(t.TempDir(), "demo"), ports(t)
	cmd, accounts := start(t, dir, base)
	for _, a := range accounts {
		if a.Token == "" || a.Try == "" || !strings.HasPrefix(a.Address, "http://localhost:") {
			t.Errorf("account %+v", a)
		}
	}
	for _, id := range []string{"pa", "co", "cr"} {
		if mb := resident(t, pid(t, filepath.Join(dir, id))); mb > 150 {
			t.Errorf("%s keeps %d MB in memory with nothing to do", id, mb)
		}
		ownOnly(t, filepath.Join(dir, id))
	}
	ana, juan := as(t, accounts, "PA", "ana"), as(t, accounts, "CO", "juan")
	var draft string
	for _, item := range ana.ask("referrals/list?side=sender")["items"].([]any) {
		if r := item.(map[string]any); r["state"] == "draft" {
			draft = r["id"].(string)
		}
	}
	ana.do("referrals/confirm-consent", "", map[string]any{"id": draft})
	ana.do("referrals/send", "", map[string]any{"id": draft})
	state := func(p person) string {
		return p.ask("referrals/open?id=" + draft)["referral"].(map[string]any)["state"].(string)
	}
	eventually(t, "the draft arrives", func() bool { return count(juan.all("referrals/list?side=receiver"), draft) == 1 })
	juan.do("referrals/acknowledge", "", map[string]any{"id": draft})
	eventually(t, "Panama hears", func() bool { return state(ana) == "acknowledged" })

	stop(t, cmd)
	if id := pid(t, filepath.Join(dir, "pa")); id != 0 {
		t.Errorf("Panama's process %d outlives the demo", id)
	}
	cmd, again := start(t, dir, base)
	if len(again) != len(accounts) || state(as(t, again, "CO", "juan")) != "acknowledged" {
		t.Error("the demo did not go on where it was")
	}
	stop(t, cmd)
	_, fresh := start(t, dir, base, "-reset")
	if as(t, fresh, "PA", "ana").Token == ana.Token {
		t.Error("the demo did not start over")
	}
}
