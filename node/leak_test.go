package node_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"istmo/act"
	"istmo/backup"
	"istmo/cooperation"
	"istmo/jointfiles"
	"istmo/node"
	"istmo/response"
	"istmo/screening"
	"istmo/screening/sealed"
	"istmo/store"
	"istmo/testkit"
)

// The canaries: what must never be found outside the vault.
var canaries = []string{"Canaria-Nombre", "Canaria-Apellido", "CC-99887766", "+50769998877", "canaria@ejemplo.example", "Relato-Canaria", "Nota-Canaria", "Motivo-Canaria", "Hallazgo-Canaria", "Limite-Canaria"}

// written is a log that a test reads afterwards.
type written struct {
	mu sync.Mutex
	bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Buffer.Write(p)
}

// TestNothingLeaks plants names, documents and telephones through every door and
// looks for them in everything that a node writes or answers in passing.
func TestNothingLeaks(t *testing.T) {
	log := &written{}
	slog.SetDefault(slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil))) })
	w := testkit.NewWorld(t)
	w.Log = slog.Default()
	var seen []string // URLs and error bodies
	pa, co := prepare(w)

	site := pa.Web()
	api := func(verb, body string) string {
		status, text := post(t, site+"/api/v1/"+verb, pa.Bearer("ana", "cases.*", "referrals.*", "identification.*"), body)
		if status != 200 {
			t.Fatalf("%s: %d %s", verb, status, text)
		}
		return regexp.MustCompile(`"id":"([^"]+)"`).FindStringSubmatch(text)[1]
	}
	person := api("cases/register", `{"place":"Lajas Blancas","sex":"female","given_names":"Canaria-Nombre","family_names":"Canaria-Apellido",
		"document":"CC-99887766","phone":"+50769998877","email":"canaria@ejemplo.example","account":"Relato-Canaria"}`)
	api("cases/assess-risk", `{"person":"`+person+`","level":"low","risk_note":"Nota-Canaria"}`)
	procedure := api("identification/begin", `{"person":"`+person+`"}`)
	api("identification/record-measure", `{"id":"`+procedure+`","need":"health","note":"Nota-Canaria"}`)
	api("identification/find-preliminary", `{"id":"`+procedure+`","reasons":"Motivo-Canaria de Canaria-Nombre, en dos entrevistas"}`)
	api("identification/start-reflection", `{"id":"`+procedure+`","until":"2027-12-01T00:00:00Z"}`)
	api("identification/end-reflection", `{"id":"`+procedure+`","chosen":"wants-to-return","own":true,"language":"es","way":"spoken","said":"Relato-Canaria dicho a solas"}`)
	api("cases/record-consent", `{"person":"`+person+`","purpose":"assistance","to_node":"CO","to_agency":"`+co.AgencyID("CASA")+`","groups":["profile","needs","identity","contact","account"],"language":"es","way":"written"}`)
	ref := api("referrals/start", `{"person":"`+person+`","to_node":"CO","to_agency":"`+co.AgencyID("CASA")+`","purpose":"assistance","fields":["sex","given_names","family_names","document","phone","email","account"],"note":"Nota-Canaria"}`)
	api("referrals/confirm-consent", `{"id":"`+ref+`"}`)
	api("referrals/send", `{"id":"`+ref+`"}`)

	// The same through the web form, and things typed where they do not belong.
	status, body, address := form(t, pa, "ana", "/people/new", "/do/cases.register", url.Values{"place": {"Turbo"}, "given_names": {"Canaria-Nombre"}, "sex": {"Canaria-Apellido"}})
	if status != http.StatusUnprocessableEntity {
		t.Errorf("a form with a wrong code: %d", status)
	}
	_ = body // it gives back what was typed, to whoever typed it
	seen = append(seen, address)
	_, text := post(t, site+"/api/v1/cases/register", pa.Bearer("ana", "cases.*"), `{"place":"x","sex":"Canaria-Nombre","Canaria-Apellido":1}`)
	seen = append(seen, text)
	_, text = post(t, site+"/api/v1/cases/open?person=Canaria-Nombre", pa.Bearer("ana", "cases.*"), ``)
	seen = append(seen, text)

	screened(t, pa)

	// Over the border, accepted, read, and recalled.
	w.Deliver()
	coAPI := func(verb, body string) {
		if status, text := post(t, co.Web()+"/api/v1/"+verb, co.Bearer("juan", "cases.*", "referrals.*"), body); status != 200 {
			t.Fatalf("%s: %d %s", verb, status, text)
		}
		w.Deliver()
	}
	coAPI("referrals/acknowledge", `{"id":"`+ref+`"}`)
	coAPI("referrals/accept", `{"id":"`+ref+`"}`)
	coAPI("referrals/prepare-reception", `{"id":"`+ref+`","meeter":"Canaria-Nombre","phone":"+50769998877","where":"Motivo-Canaria"}`)

	// Into a joint file, from both sides; and what is refused there.
	joint := jointFile(t, w, pa, co)
	seen = append(seen, joint.refused)

	// By file, and in a backup.
	w.Cut("PA", "CO")
	joint.append(t, pa, "fiscal", "Hallazgo-Canaria sin salir")
	api("referrals/suspend", `{"id":"`+ref+`","reason":"danger","note":"Nota-Canaria"}`)
	var byFile bytes.Buffer
	if _, err := pa.Border.Export(t.Context(), "CO", &byFile); err != nil {
		t.Fatal(err)
	}
	w.Mend("PA", "CO")
	w.Deliver()
	backups := t.TempDir()
	if _, err := backup.Write(t.Context(), pa.ForBackup(), backups, nil); err != nil {
		t.Fatal(err)
	}

	look := func(where string, text []byte) {
		for _, c := range canaries {
			if bytes.Contains(text, []byte(c)) {
				t.Errorf("%s holds %s", where, c)
			}
		}
	}
	for _, c := range []*testkit.Country{pa, co} {
		rows(t, c.Node, func(table string, row string) { look(c.Config.Node+" "+table, []byte(row)) })
		files(t, c.Config.Data, look)
	}
	files(t, backups, look)
	look("the exchange file", byFile.Bytes())
	look("an address or an error", []byte(strings.Join(seen, "\n")))
	log.mu.Lock()
	defer log.mu.Unlock()
	look("the log", log.Bytes())
	if log.Len() == 0 {
		t.Error("nothing was logged, so nothing was looked at")
	}
}

// shared is a joint file of two prosecutors.
type shared struct{ id, refused string }

func (s shared) append(t *testing.T, c *testkit.Country, name, words string) {
	t.Helper()
	status, text := post(t, c.Web()+"/api/v1/jointfiles/append", c.Bearer(name, "jointfiles.*"), `{"id":"`+s.id+`","kind":"finding","words":"`+words+`"}`)
	if status != 200 {
		t.Fatalf("jointfiles.append: %d %s", status, text)
	}
}

// jointFile has two countries write into one file, open it, and close it.
func jointFile(t *testing.T, w *testkit.World, pa, co *testkit.Country) (s shared) {
	t.Helper()
	for _, c := range []*testkit.Country{pa, co} {
		c.Agency("FISCALIA", "prosecutor", "Fiscalía ficticia")
		c.User("fiscal", "FISCALIA", "prosecutor")
	}
	agreement := testkit.Must(t, pa, pa.Who("clara"), cooperation.ProposeAgreement{TitleES: "Acuerdo ficticio", TitleEN: "Fictional agreement", Parties: []string{"PA", "CO"},
		Verbs: []string{"jointfiles.*"}, Purposes: []string{"investigation"}}).Object
	w.Deliver()
	testkit.Must(t, co, co.Who("diego"), cooperation.SignAgreement{On: cooperation.On{ID: agreement}})
	w.Deliver()
	s.id = testkit.Must(t, pa, pa.Who("fiscal"), jointfiles.Propose{Agreement: agreement, Members: []string{"CO/" + co.AgencyID("FISCALIA")}, Purpose: "investigation", Subject: "case",
		Ref: "PA-1", Limits: []string{"this-purpose"}, Words: "Limite-Canaria", To: w.Now().AddDate(0, 1, 0)}).Object
	w.Deliver()
	on := jointfiles.On{ID: s.id}
	_, s.refused = post(t, co.Web()+"/api/v1/jointfiles/agree", co.Bearer("fiscal", "jointfiles.*"), `{"id":"`+s.id+`","ref":"Canaria-Nombre"}`)
	testkit.Must(t, co, co.Who("fiscal"), jointfiles.Agree{On: on, Ref: "CO-1"})
	w.Deliver()
	s.append(t, co, "fiscal", "Hallazgo-Canaria de Colombia")
	w.Deliver()
	if v, err := act.Look(t.Context(), pa.Engine, pa.Who("fiscal"), jointfiles.Open{On: on}); err != nil || !strings.Contains(v.Entries[0].Words, "Hallazgo-Canaria") {
		t.Errorf("the joint file says %+v, %v", v.Entries, err)
	}
	return s
}

// prepare is two paired nodes with an agreement and a person's worth of users.
// screened has phones hand over what names people, in fields for it and in fields
// that are not, twice over and in two places; the team answers and writes words.
func screened(t *testing.T, pa *testkit.Country) {
	tito, gala := pa.User("tito", "UIA", "field-officer"), pa.User("gala", "UIA", "response-team")
	post := testkit.Must(t, pa, pa.Engine.Self, screening.AddPost{Name: "Lajas Blancas", Place: "Darién"}).Object
	one, two := pa.Phone("uno", post, tito), pa.Phone("dos", post, tito)
	chain := testkit.Chain()
	set := func(names ...string) sealed.Revision {
		v := sealed.Revision{Set: map[string]any{}, Final: true}
		for i := 0; i < len(names); i += 2 {
			v.Set[names[i]] = names[i+1]
		}
		return v
	}
	one.Write(chain, set("given_names", "Canaria-Nombre", "document", "CC-99887766", "sex", "Canaria-Apellido", "company", "Relato-Canaria", "citizenships", "Canaria-Nombre", "started_at", "Canaria-Apellido", "unknown_field", "Motivo-Canaria"))
	two.Knows(chain, one)
	one.Write(chain, set("phone", "+50769998877", "account", "Relato-Canaria", "outcome", "presumed", "reasons", "Motivo-Canaria"))
	two.Write(chain, set("phone", "canaria@ejemplo.example", "account", "Nota-Canaria"))
	two.Write(testkit.Chain(), set("given_names", "Canaria-Nombre", "family_names", "Canaria-Apellido", "outcome", "none", "reasons", "Motivo-Canaria"))
	testkit.Must(t, pa, gala, screening.RevokeDevice{OnDevice: screening.OnDevice{Device: two.ID}, Reason: "Perdido en el río"})
	one.Deliver()
	two.Deliver()
	for _, l := range testkit.Ask(t, pa, gala, screening.List{}) {
		if l.Held > 0 {
			testkit.Must(t, pa, gala, screening.Release{On: screening.On{ID: l.ID}, Reason: "Motivo-Canaria, lo escribió Tito"})
		}
	}
	alert := testkit.Ask(t, pa, gala, response.ShowBoard{}).Open[0].ID
	testkit.Must(t, pa, gala, response.Acknowledge{On: response.On{ID: alert}})
	testkit.Must(t, pa, gala, response.RecordMeasure{On: response.On{ID: alert}, Kind: "interpreter", Note: "Nota-Canaria"})
}

func prepare(w *testkit.World) (pa, co *testkit.Country) {
	pa, co = w.Start("PA"), w.Start("CO")
	w.Pair("PA", "CO")
	pa.Agency("UIA", "response-team", "Unidad ficticia")
	co.Agency("CASA", "shelter", "Casa ficticia")
	pa.User("ana", "UIA", "case-worker")
	pa.User("clara", "UIA", "foreign-ministry")
	co.User("juan", "CASA", "case-worker")
	co.User("diego", "CASA", "foreign-ministry")
	w.Deliver()
	w.Agree("PA", "clara", "CO", "diego")
	return pa, co
}

func post(t *testing.T, address, bearer, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+bearer)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

var hidden = regexp.MustCompile(`name="(_[a-z]+)" value="([^"]*)"`)

// form posts a form of a page as somebody, with what the page hides in it.
func form(t *testing.T, c *testkit.Country, name, page, do string, values url.Values) (int, string, string) {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	at, _ := url.Parse(c.Web())
	jar.SetCookies(at, []*http.Cookie{c.SignIn(name)})
	client := &http.Client{Jar: jar}
	res, err := client.Get(c.Web() + page)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(res.Body)
	res.Body.Close()
	_, after, found := strings.Cut(string(text), `action="`+do+`"`)
	if !found {
		t.Fatalf("%s has no form for %s: %d", page, do, res.StatusCode)
	}
	for _, m := range hidden.FindAllStringSubmatch(after, 4) {
		values.Set(m[1], m[2])
	}
	res, err = client.PostForm(c.Web()+do, values)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ = io.ReadAll(res.Body)
	return res.StatusCode, string(text), res.Request.URL.String()
}

// rows reads every table as it is, beneath the file's encryption.
func rows(t *testing.T, n *node.Node, look func(table, row string)) {
	t.Helper()
	tables, err := n.DB.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(tables, "referral") || !slices.Contains(tables, "vault_field") {
		t.Fatalf("tables: %v", tables)
	}
	for _, table := range tables {
		err := n.DB.Read(t.Context(), func(tx *store.Tx) error {
			columns, err := tx.Columns(table)
			if err != nil {
				return err
			}
			var names []string
			for _, c := range columns {
				names = append(names, c)
			}
			for row, err := range tx.Rows(table, names) {
				if err != nil {
					return err
				}
				for _, v := range row {
					if b, ok := v.([]byte); ok {
						v = string(b)
					}
					look(table, fmt.Sprint(v))
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// files looks into every file below a folder.
func files(t *testing.T, dir string, look func(where string, text []byte)) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		text, err := os.ReadFile(path)
		look(filepath.Base(path), text)
		return err
	})
	if err != nil || n == 0 {
		t.Fatalf("%d files in %s: %v", n, dir, err)
	}
}
