package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"istmo/testkit"
)

// world is a node with an agency, two users, and its API open.
func world(t *testing.T) (*testkit.Country, string) {
	w := testkit.NewWorld(t)
	pa := w.Start("PA")
	pa.Agency("uia", "response-team", "Unidad ficticia")
	pa.User("ana", "uia", "case-worker")
	pa.User("beto", "uia", "case-worker")
	return pa, pa.Web()
}

type reply struct {
	status int
	kind   string
	text   string
	body   map[string]any
}

func call(t *testing.T, method, url, bearer, body string, header ...string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	r := reply{status: res.StatusCode, kind: res.Header.Get("Content-Type"), text: string(text)}
	json.Unmarshal(text, &r.body)
	return r
}

func TestCommandsAndQuestions(t *testing.T) {
	pa, site := world(t)
	ana, beto := pa.Bearer("ana", "cases.*"), pa.Bearer("beto", "cases.*")
	register := `{"place": "Lajas Blancas", "sex": "female", "given_names": "Marta Ficticia"}`

	r := call(t, "POST", site+"/api/v1/cases/register", ana, register, "Idempotency-Key", "k1")
	if r.status != 200 || r.body["id"] == "" {
		t.Fatalf("register: %d %s", r.status, r.text)
	}
	id := r.body["id"].(string)
	if again := call(t, "POST", site+"/api/v1/cases/register", ana, register, "Idempotency-Key", "k1"); again.text != r.text {
		t.Errorf("the same key answered %s, not %s", again.text, r.text)
	}
	if other := call(t, "POST", site+"/api/v1/cases/register", ana, `{"place": "Turbo"}`, "Idempotency-Key", "k1"); other.status != 409 {
		t.Errorf("another request under a used key: %d %s", other.status, other.text)
	}
	if r := call(t, "GET", site+"/api/v1/cases/open?person="+id, ana, ""); !strings.Contains(r.text, "Marta Ficticia") {
		t.Errorf("open: %d %s", r.status, r.text)
	}
	list := call(t, "GET", site+"/api/v1/cases/list", ana, "")
	if items := list.body["items"].([]any); len(items) != 1 {
		t.Errorf("a list of %d, after one registration under one key", len(items))
	}

	// Denied looks exactly like absent.
	denied := call(t, "GET", site+"/api/v1/cases/open?person="+id, beto, "")
	absent := call(t, "GET", site+"/api/v1/cases/open?person=per_00000000000000000000000000", beto, "")
	if denied.status != 404 || denied.text != absent.text || denied.kind != absent.kind {
		t.Errorf("denied %d %s\nabsent %d %s", denied.status, denied.text, absent.status, absent.text)
	}
}

func TestPaging(t *testing.T) {
	pa, site := world(t)
	ana := pa.Bearer("ana", "cases.*")
	seen := map[string]bool{}
	for range 7 {
		r := call(t, "POST", site+"/api/v1/cases/register", ana, `{"place": "Turbo"}`)
		seen[r.body["id"].(string)] = false
	}
	before, pages := "", 0
	for ; pages < 10; pages++ {
		r := call(t, "GET", site+"/api/v1/cases/list?limit=3&before="+before, ana, "")
		for _, item := range r.body["items"].([]any) {
			id := item.(map[string]any)["id"].(string)
			if already := seen[id]; already {
				t.Errorf("%s is on two pages", id)
			}
			seen[id] = true
		}
		next, more := r.body["next"].(string)
		if before = next; !more {
			break
		}
	}
	for id, ok := range seen {
		if !ok {
			t.Errorf("%s is on no page", id)
		}
	}
	if pages != 2 {
		t.Errorf("%d further pages of 3 for 7 people", pages)
	}
}

func TestProblems(t *testing.T) {
	pa, site := world(t)
	ana := pa.Bearer("ana", "cases.register", "cases.list")
	const canary = "Secreta-Canaria"
	for name, c := range map[string]struct {
		method, path, bearer, body string
		status                     int
		want                       string
	}{
		"no token":         {"POST", "cases/register", "", `{}`, 401, "unauthorized"},
		"a wrong token":    {"POST", "cases/register", "istmo_nothing", `{}`, 401, "unauthorized"},
		"outside scope":    {"POST", "cases/erase", ana, `{}`, 401, "unauthorized"},
		"no such verb":     {"POST", "cases/unmake", ana, `{}`, 404, "not-found"},
		"only on the wire": {"POST", "referrals/package", ana, `{}`, 404, "not-found"},
		"not JSON":         {"POST", "cases/register", ana, canary, 422, "fault.not-json"},
		"unknown field":    {"POST", "cases/register", ana, `{"plaza": "` + canary + `"}`, 422, `"field":"plaza"`},
		"wrong type":       {"POST", "cases/register", ana, `{"place": 7}`, 422, `"field":"place"`},
		"missing field":    {"POST", "cases/register", ana, `{}`, 422, `"field":"place"`},
		"not in the list":  {"POST", "cases/register", ana, `{"place":"x","sex":"` + canary + `"}`, 422, `"field":"sex"`},
		"two documents":    {"POST", "cases/register", ana, `{"place":"x"}{"place":"y"}`, 422, "fault.not-json"},
		"not a number":     {"GET", "cases/list?limit=" + canary, ana, "", 422, `"field":"limit"`},
		"unknown query":    {"GET", "cases/list?limite=3", ana, "", 422, `"field":"limite"`},
	} {
		t.Run(name, func(t *testing.T) {
			r := call(t, c.method, site+"/api/v1/"+c.path, c.bearer, c.body)
			if r.status != c.status || !strings.Contains(r.text, c.want) || r.kind != "application/problem+json" {
				t.Errorf("%d %s %s", r.status, r.kind, r.text)
			}
			if strings.Contains(r.text, canary) {
				t.Error("the answer repeats what was sent")
			}
			if strings.Contains(r.text, "⟦") {
				t.Errorf("a sentence is missing: %s", r.text)
			}
		})
	}
}

// TestDescription keeps docs/generated/openapi.json the description that a node
// serves; with ISTMO_UPDATE=1 it writes it.
func TestDescription(t *testing.T) {
	_, site := world(t)
	r := call(t, "GET", site+"/api/openapi.json", "", "")
	if r.status != 200 || r.body["openapi"] != "3.1.0" {
		t.Fatalf("%d %s", r.status, r.text)
	}
	delete(r.body, "servers")
	var pretty bytes.Buffer
	encoder := json.NewEncoder(&pretty)
	encoder.SetIndent("", " ")
	encoder.Encode(r.body)
	const file = "../docs/generated/openapi.json"
	if os.Getenv("ISTMO_UPDATE") != "" {
		if err := os.WriteFile(file, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(kept, pretty.Bytes()) {
		t.Errorf("%s is not what the node serves (%v); run ISTMO_UPDATE=1 go test ./api/", file, err)
	}
}

// TestDescriptionIsValid has the description checked against the schema of
// OpenAPI 3.1 by a validator that is not ours.
func TestDescriptionIsValid(t *testing.T) {
	const check = `import {Validator} from '@seriousme/openapi-schema-validator';
const v = new Validator(); const r = await v.validate(process.argv[1]);
if (!r.valid || v.version !== '3.1') { console.error(v.version, JSON.stringify(r.errors, null, 1)); process.exit(1); }`
	description, err := filepath.Abs("../docs/generated/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	validate := exec.CommandContext(t.Context(), "node", "--input-type=module", "-e", check, description)
	validate.Dir = "../web/assets"
	if out, err := validate.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
