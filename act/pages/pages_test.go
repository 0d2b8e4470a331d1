package pages_test

import (
	"crypto/ed25519"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"istmo/cases"
	"istmo/ledger"
	"istmo/testkit"
)

func open(t *testing.T) (*testkit.World, *testkit.Country) {
	w := testkit.NewWorld(t)
	pa := w.Start("PA")
	pa.Agency("uia", "response-team", "Unidad de Identificación (ficticia)")
	pa.User("ana", "uia", "case-worker")
	pa.User("audi", "uia", "auditor")
	for range 60 { // more than a page
		testkit.Must(t, pa, pa.Who("ana"), cases.Register{Place: "Lajas Blancas", Identity: cases.Identity{GivenNames: "Canaria Ficticia"}})
	}
	w.Tick(1e9)
	return w, pa
}

// An auditor reads the ledger, narrows it, follows a deed to the policy that
// decided it, and takes a proof along, by keyboard and in both languages.
func TestTheLedgerIsRead(t *testing.T) {
	_, pa := open(t)
	outsider := pa.SignIn("ana")
	if got := get(t, pa, "/ledger", outsider); !strings.HasPrefix(got, "404") {
		t.Errorf("a case worker reads the ledger: %.60q", got)
	}
	for lang, words := range map[string][3]string{"es": {"No se hizo: no permitido", "Descargar la prueba", "El nodo"}, "en": {"Not done: not allowed", "Download the proof", "node"}} {
		k := testkit.NewWalk(t, lang)
		k.As(pa, "audi")
		k.Visit("/ledger?outcome=refused")
		k.Says(words[0])
		k.Visit("/ledger?verb=cases.register&from=2026-11-09&to=2026-11-09")
		k.Says(map[string]string{"es": "60 resultados", "en": "60 results"}[lang])
		k.Go(`a[rel="next"]`)
		k.Go(`tbody tr:first-child th > a`)
		k.Says(words[1])
		if strings.Contains(k.Text("body"), "Canaria") {
			t.Error("the ledger holds a name")
		}
		k.Go(`a[href^="/policies#"]`)
		k.Says("registering-is-for-those-who-meet-people")
		if !strings.HasSuffix(k.URL(), "#policy-registering-is-for-those-who-meet-people") {
			t.Errorf("the deed leads to %s", k.URL())
		}
		k.Visit("/ledger?verb=nothing.ever")
	}
}

// The proof that is downloaded holds with the node's public key alone.
func TestAProofIsTakenAlong(t *testing.T) {
	_, pa := open(t)
	audi := pa.SignIn("audi")
	body := get(t, pa, "/ledger/20/proof", audi)
	status, text, _ := strings.Cut(body, "\n")
	if !strings.HasPrefix(status, "200") {
		t.Fatal(body)
	}
	var proof ledger.Inclusion
	if err := json.Unmarshal([]byte(text), &proof); err != nil {
		t.Fatal(err)
	}
	deed, err := ledger.VerifyInclusion(proof, ed25519.PublicKey(pa.Border.Card().Sign))
	if err != nil || deed.Seq != 20 {
		t.Errorf("deed %d, %v", deed.Seq, err)
	}
	for _, path := range []string{"/ledger/999999", "/ledger/0", "/ledger/x", "/ledger/999999/proof"} {
		if got := get(t, pa, path, audi); !strings.HasPrefix(got, "404") {
			t.Errorf("%s gives %.40q", path, got)
		}
	}
}

func get(t *testing.T, c *testkit.Country, path string, cookie *http.Cookie) string {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, c.Web()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.AddCookie(cookie)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.Status + "\n" + string(body)
}
