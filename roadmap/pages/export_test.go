package pages_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"istmo/access"
	"istmo/cooperation"
	"istmo/i18n"
	"istmo/roadmap"
	"istmo/store"
	"istmo/testkit"
	"istmo/testkit/browser"
)

// signed brings one promise into a version that both countries have signed, and
// gives both ids and the agreement's.
func signed(t *testing.T, w *testkit.World, pa, co *testkit.Country) (agreement, commitment, version string) {
	t.Helper()
	olga, pablo, clara, diego := pa.Who("olga"), co.Who("pablo"), pa.Who("clara"), co.Who("diego")
	for _, a := range testkit.Ask(t, pa, olga, cooperation.Agreements{}) {
		agreement = a.ID
	}
	commitment = testkit.Must(t, pa, olga, roadmap.Propose{Agreement: agreement, Text: roadmap.Text{Line: "assistance", ObjectiveES: "Acoger en dos días", ObjectiveEN: "Take in within two days",
		ActionsES: "Abrir un albergue", ActionsEN: "Open a shelter", Owners: []string{"PA/" + pa.AgencyID("COMISION"), "CO/" + co.AgencyID("COAT")}, Due: w.Now().AddDate(0, 6, 0),
		IndicatorES: "=albergues", IndicatorEN: "shelters", Target: 2, Place: "Darién", Marks: []string{"gender"}, SDG: []string{"16.2", "5"}, GCM: []string{"10"}}}).Object
	w.Deliver()
	given := []byte(`{"id":"` + commitment + `","revision":1}`)
	var accept roadmap.Accept
	var clear roadmap.Clear
	if json.Unmarshal(given, &accept) != nil || json.Unmarshal(given, &clear) != nil {
		t.Fatal("not a command")
	}
	testkit.Must(t, co, pablo, accept)
	w.Deliver()
	testkit.Must(t, co, diego, clear)
	testkit.Must(t, pa, clara, clear)
	w.Deliver()
	version = testkit.Must(t, co, pablo, roadmap.Consolidate{Agreement: agreement}).Object
	w.Deliver()
	testkit.Must(t, co, diego, roadmap.SignPlan{OnPlan: roadmap.OnPlan{ID: version}})
	testkit.Must(t, pa, clara, roadmap.SignPlan{OnPlan: roadmap.OnPlan{ID: version}})
	w.Deliver()
	return agreement, commitment, version
}

// fetch asks for an address as somebody in a language, or as a stranger.
func fetch(t *testing.T, c *testkit.Country, cookie *http.Cookie, path string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, c.Web()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if cookie != nil {
		req.AddCookie(cookie)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, body
}

// TestEveryDownload reads again, in each language, every document that leaves.
func TestEveryDownload(t *testing.T) {
	w, pa, co := open(t)
	agreement, _, version := signed(t, w, pa, co)
	cookie := pa.SignIn("olga")
	for path, want := range map[string]struct {
		title string // of the document: a key
		pages string // of the PDF
		cells []string
	}{
		"/roadmap/versions/" + version + "/plan": {"roadmap.document.plan", `[1-4]`, []string{"1", "Acoger en dos días|Take in within two days", "'=albergues|=albergues|shelters", "2"}},
		"/roadmap/state":                         {"roadmap.title", `1`, []string{"1", "Acoger en dos días|Take in within two days"}},
		"/roadmap/programme":                     {"roadmap.programme.title", `[1-3]`, []string{"ODS 16: .*|SDG 16: .*", "ODS 5: .*|SDG 5: .*", "Pacto 10: .*|Compact 10: .*", "1"}},
	} {
		for _, lang := range []string{"es", "en"} {
			for _, ending := range []string{"pdf", "xlsx", "csv"} {
				address := path + "." + ending + "?agreement=" + agreement + "&lang=" + lang
				res, body := fetch(t, pa, cookie, address)
				if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Disposition"), `attachment; filename="istmo-`) {
					t.Fatalf("%s: %d %v", address, res.StatusCode, res.Header)
				}
				switch kind := res.Header.Get("Content-Type"); ending {
				case "pdf":
					onPaper(t, address, kind, body, i18n.Say(lang, want.title), want.pages)
				case "xlsx":
					if kind != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" {
						t.Errorf("%s is %s", address, kind)
					}
					holds(t, address, sheets(t, body), want.cells)
				case "csv":
					if kind != "text/csv; charset=utf-8" || !bytes.HasPrefix(body, []byte("\ufeff")) {
						t.Errorf("%s is %s", address, kind)
					}
					holds(t, address, records(t, body[3:]), want.cells)
				}
				if res, _ := fetch(t, pa, nil, address); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/sign-in") {
					t.Errorf("%s: a stranger gets %d %s", address, res.StatusCode, res.Header.Get("Location"))
				}
			}
		}
	}
}

// onPaper reads what a PDF says of itself: its title and how many pages it has.
func onPaper(t *testing.T, address, kind string, file []byte, title, pages string) {
	t.Helper()
	if kind != "application/pdf" || !bytes.HasPrefix(file, []byte("%PDF-1.")) || !bytes.HasSuffix(bytes.TrimSpace(file), []byte("%%EOF")) {
		t.Errorf("%s is no PDF but %s", address, kind)
	}
	if !regexp.MustCompile(`/Count ` + pages + `\b`).Match(file) {
		t.Errorf("%s has %q, where it should have %s pages", address, regexp.MustCompile(`/Count \d+`).Find(file), pages)
	}
	var wide []byte // as a PDF writes what is not ASCII: UTF-16, its brackets and strokes escaped
	for _, u := range utf16.Encode([]rune(title)) {
		wide = append(wide, byte(u>>8), byte(u))
	}
	if !bytes.Contains(file, wide) || !bytes.Contains(file, []byte("/Title")) {
		t.Errorf("%s does not call itself %q", address, title)
	}
}

// sheets are all cells of a workbook, row by row.
func sheets(t *testing.T, file []byte) (rows [][]string) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, name := range f.GetSheetList() {
		more, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, more...)
	}
	return rows
}

func records(t *testing.T, file []byte) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(file))
	r.FieldsPerRecord = -1 // several tables
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// holds fails unless each pattern is the whole of some cell.
func holds(t *testing.T, address string, rows [][]string, patterns []string) {
	t.Helper()
	for _, p := range patterns {
		is := regexp.MustCompile(`^(` + p + `)$`)
		if !slices.ContainsFunc(rows, func(row []string) bool { return slices.ContainsFunc(row, is.MatchString) }) {
			t.Errorf("%s holds nothing like %q: %q", address, p, rows)
		}
	}
}

// TestTheFileProvesItself downloads the version that both signed, at either side,
// and checks it with the keys of the two nodes' cards and with nothing else.
func TestTheFileProvesItself(t *testing.T) {
	w, pa, co := open(t)
	_, _, version := signed(t, w, pa, co)
	keys := map[string]ed25519.PublicKey{"PA": pa.Border.Card().Sign, "CO": co.Border.Card().Sign}
	address := "/roadmap/versions/" + version + "/plan.json"
	for _, c := range []struct {
		at  *testkit.Country
		who string
	}{{pa, "olga"}, {co, "pablo"}} {
		res, body := fetch(t, c.at, c.at.SignIn(c.who), address)
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/json" || res.Header.Get("Content-Disposition") != `attachment; filename="istmo-plan-1.json"` {
			t.Fatalf("%d %v", res.StatusCode, res.Header)
		}
		f, err := roadmap.ReadFile(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if v, err := f.Verify(keys); err != nil || !v.Sound() || len(v.Vouched) != 2 || v.Commitments != 1 || v.Plan != version {
			t.Errorf("%s: %+v %v", c.at.Config.Node, v, err)
		}
		if res, _ := fetch(t, c.at, nil, address); res.StatusCode != http.StatusSeeOther {
			t.Errorf("a stranger gets %d", res.StatusCode)
		}
	}
}

// TestWhatIsNotThereIsNotThere asks for versions that are not there, and for what
// is not for the one who asks: both are the same page.
func TestWhatIsNotThereIsNotThere(t *testing.T) {
	_, pa, _ := open(t)
	olga, ana := pa.SignIn("olga"), pa.SignIn("ana")
	_, denied := fetch(t, pa, ana, "/roadmap/commitments/new")
	bare := func(page []byte) string { // without what is another in every page and for every address
		return regexp.MustCompile(`(nonce|value|content|href|action)="[^"]*"`).ReplaceAllString(string(page), "")
	}
	for _, path := range []string{"", "/sign", "/refuse", "/plan.pdf", "/plan.xlsx", "/plan.csv", "/plan.json", "?prove=true"} {
		res, page := fetch(t, pa, ana, "/roadmap/versions/pln_none"+path)
		if res.StatusCode != http.StatusNotFound || bare(page) != bare(denied) || strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%q: %d, %d bytes where what is denied has %d", path, res.StatusCode, len(page), len(denied))
		}
		if res, _ := fetch(t, pa, olga, "/roadmap/versions/pln_none"+path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%q: %d", path, res.StatusCode)
		}
	}
	for _, path := range []string{"/roadmap/state.pdf", "/roadmap/programme.csv"} {
		if res, _ := fetch(t, pa, olga, path+"?agreement=agr_none"); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s of no agreement: %d", path, res.StatusCode)
		}
	}
}

// TestThePageProves looks at the signatures of a version, which are of the keys on
// the two nodes' cards, and has a row altered: proven anew it shows at once, with
// both hashes; the page that is not proven anew says what the last proof found,
// and when.
func TestThePageProves(t *testing.T) {
	w, pa, co := open(t)
	_, commitment, version := signed(t, w, pa, co)
	w.Tick(25 * time.Hour) // the daily proof
	w.Deliver()
	cookie := pa.SignIn("olga")
	light := func() string { _, page := fetch(t, pa, cookie, "/roadmap/versions/"+version); return string(page) }
	proven := func() string {
		_, page := fetch(t, pa, cookie, "/roadmap/versions/"+version+"?prove=true")
		return string(page)
	}
	for _, c := range []*testkit.Country{pa, co} {
		key := base64.StdEncoding.EncodeToString(c.Border.Card().Sign)
		for _, page := range []string{light(), proven()} {
			if strings.Count(page, strings.ReplaceAll(key, "+", "&#43;")) != 1 {
				t.Errorf("the page does not show the key of %s, %s", c.Config.Node, key)
			}
		}
	}
	view := testkit.Ask(t, pa, pa.Who("olga"), roadmap.Version{OnPlan: roadmap.OnPlan{ID: version}, Light: true})
	zone, err := time.LoadLocation("America/Panama")
	if err != nil {
		t.Fatal(err)
	}
	when := i18n.Say("es", "roadmap.version.whole", "When", i18n.DateTime("es", view.ProvedAt, zone))
	if page := light(); !strings.Contains(page, when) {
		t.Errorf("the page does not say %q", when)
	}
	err = pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE commitment_revision SET actions_en = 'Open nothing' WHERE commitment = $1`, commitment)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if page := light(); !strings.Contains(page, when) {
		t.Error("what was not proven anew does not say when it was proven")
	}
	page := proven()
	now := testkit.Ask(t, pa, pa.Who("olga"), roadmap.Version{OnPlan: roadmap.OnPlan{ID: version}}).Check
	for _, words := range []string{i18n.Say("es", "roadmap.version.broken"), i18n.Say("es", "roadmap.version.changed", "N", 1), view.Root, now.Root} {
		if !strings.Contains(page, strings.ReplaceAll(words, "+", "&#43;")) {
			t.Errorf("the page does not say %q", words)
		}
	}
	if strings.Contains(page, i18n.Say("es", "roadmap.version.whole", "When", "")[:13]) {
		t.Error("it is called whole and broken at once")
	}
	if now.Root == view.Root {
		t.Error("one root for two texts")
	}
	w.Tick(25 * time.Hour)
	cookie = pa.SignIn("olga")
	if page := light(); !strings.Contains(page, i18n.Say("es", "roadmap.version.broken")) {
		t.Error("the daily proof did not find it")
	}
	if _, page := fetch(t, co, co.SignIn("pablo"), "/roadmap/versions/"+version+"?prove=true"); !strings.Contains(string(page), i18n.Say("es", "roadmap.version.whole", "When", "")[:13]) {
		t.Error("the other side, whose rows are whole, does not say so")
	}
}

// TestAtEverySize looks at a commitment with a long way behind it, late and
// disputed, and at the other views, from the smallest phone to a projector, by
// night and on paper.
func TestAtEverySize(t *testing.T) {
	w, pa, co := open(t)
	agreement, first, version := signed(t, w, pa, co)
	olga, pablo := pa.Who("olga"), co.Who("pablo")
	do(t, pa, "olga", "roadmap.report", map[string]any{"id": first, "value": 1, "words": "Un albergue abrió en Metetí, con doce camas y personal de turno.", "evidence": "Acta de apertura", "evidence_at": "Archivo de la Comisión, caja 3"})
	w.Deliver()
	answer := func(c *testkit.Country, who, verb, words string) {
		reports := testkit.Ask(t, c, c.Who(who), roadmap.Look{On: roadmap.On{ID: first}}).Reports
		do(t, c, who, verb, map[string]any{"id": first, "report": reports[len(reports)-1].ID, "words": words})
		w.Deliver()
	}
	answer(co, "pablo", "roadmap.confirm", "")
	do(t, pa, "olga", "roadmap.report-completion", map[string]any{"id": first, "value": 2, "words": "Los dos abrieron.", "evidence": "Fotografías"})
	w.Deliver()
	answer(co, "pablo", "roadmap.dispute", "Falta el segundo: no aparece en el acta.")
	long := testkit.Ask(t, pa, olga, roadmap.Look{On: roadmap.On{ID: first}}).Text
	long.ObjectiveES = strings.Repeat("Recibir en dos días a cada persona referida desde la otra orilla. ", 3)
	long.ObjectiveEN = strings.Repeat("Take in each person referred from the other shore within two days. ", 3)
	long.ActionsES, long.ActionsEN = strings.TrimSpace(strings.Repeat("Capacitar a quienes reciben\n", 6)), strings.TrimSpace(strings.Repeat("Train those who receive\n", 6))
	proposal := testkit.Must(t, pa, olga, roadmap.Propose{Agreement: agreement, Text: long}).Object
	w.Deliver()
	other := long
	other.ObjectiveES, other.ObjectiveEN, other.SDG = strings.Replace(long.ObjectiveES, "dos días", "un día", 1), strings.Replace(long.ObjectiveEN, "two days", "one day", 1), []string{"16", "8.7"}
	testkit.Must(t, co, pablo, roadmap.Counter{On: roadmap.On{ID: proposal}, BasedOn: 1, Text: other})
	testkit.Must(t, pa, olga, roadmap.Say{On: roadmap.On{ID: proposal}, Words: "¿Alcanza el presupuesto para los dos puestos?"})
	w.Deliver()
	w.Leap(240 * 24 * time.Hour)
	w.Tick(time.Hour)
	k := testkit.NewWalk(t, "es")
	k.As(pa, "olga")
	for _, path := range []string{"/roadmap/commitments/" + first, "/roadmap/commitments/" + proposal, "/roadmap/commitments/" + proposal + "/compare", "/roadmap/board", "/roadmap/timeline", "/roadmap/versions/" + version, "/roadmap"} {
		k.Visit(path)
		for _, wide := range []int64{320, 1920} {
			k.Size(wide, 1080)
			if browser.Evaluate[bool](k.Window, "document.documentElement.scrollWidth > innerWidth") {
				t.Errorf("%s is wider than %d", path, wide)
			}
			if browser.Evaluate[bool](k.Window, "document.querySelector('.istmo-top').getBoundingClientRect().bottom < document.querySelector('.istmo-top__tools').getBoundingClientRect().bottom") {
				t.Errorf("%s: the frame does not hold its buttons", path)
			}
			k.Shot(t, t.Name()+"-"+strings.NewReplacer("/", "-", "?", "-").Replace(path[8:])+"-"+strconv.FormatInt(wide, 10))
		}
		k.Prefer("dark")
		k.Axe(t)
		k.Shot(t, t.Name()+"-"+strings.NewReplacer("/", "-", "?", "-").Replace(path[8:])+"-dark")
		k.Prefer("light")
		k.Desktop()
		k.Print(true)
		k.Shot(t, t.Name()+"-"+strings.NewReplacer("/", "-", "?", "-").Replace(path[8:])+"-paper")
		k.Print(false)
	}
	k.TabTo(".istmo-menu > summary")
	k.Press("Enter")
	k.TabTo(`button[name="theme"][value="dimmed"]`)
	k.Follow(func() { k.Press("Enter") })
	k.Visit("/roadmap/commitments/" + proposal)
	k.Says("ODS 16: paz, justicia e instituciones; ODS 8: trabajo decente (meta 8.7)")
}

// TestALongHistory opens a commitment about which very much has been said.
func TestALongHistory(t *testing.T) {
	w, pa, co := open(t)
	_, first, _ := signed(t, w, pa, co)
	err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		for n := range 10_000 {
			if _, err := tx.Exec(`INSERT INTO commitment_comment (id, commitment, node, agency, at, words) VALUES ($1, $2, 'CO', '', $3, $4)`, "say_"+strconv.Itoa(n), first, tx.Now, "Palabras "+strconv.Itoa(n)+"."); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	cookie := pa.SignIn("olga")
	path := "/roadmap/commitments/" + first
	_, short := fetch(t, pa, cookie, path)
	_, whole := fetch(t, pa, cookie, path+"?all=true")
	if !bytes.Contains(short, []byte(path+"?all=true")) || len(short) > 200_000 || !bytes.Contains(whole, []byte("Palabras 0.")) || !bytes.Contains(whole, []byte("Palabras 9999.")) {
		t.Errorf("%d bytes, and %d for all of it", len(short), len(whole))
	}
}

// do carries out a verb as a door does.
func do(t *testing.T, c *testkit.Country, who, verb string, input map[string]any) {
	t.Helper()
	body, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	entry, ok := c.Engine.Verbs.Find(access.Verb(verb))
	if !ok {
		t.Fatalf("no verb %s", verb)
	}
	cmd, err := entry.FromJSON(body)
	if err == nil {
		_, err = c.Engine.Run(t.Context(), c.Who(who), entry, cmd, "")
	}
	if err != nil {
		t.Fatalf("%s: %v", verb, err)
	}
}
