package sealed_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"istmo/screening/sealed"

	"github.com/google/go-cmp/cmp"
)

// assets is where the browser's half is, and its own tests.
const assets = "../../web/assets"

func node(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "node", args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = assets, strings.NewReader(stdin), &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("node %v: %v\n%s", args, err, out.String())
	}
	return out.String()
}

// TestTheBrowsersHalf runs the tests of its modules, the vectors among them.
func TestTheBrowsersHalf(t *testing.T) {
	node(t, "", "--test", "test/screening.test.js")
}

// TestTheUnitOpensWhatTheBrowserSealed seals anew each time, as phones do: long
// and short texts, words of several scripts, an hour's interview.
func TestTheUnitOpensWhatTheBrowserSealed(t *testing.T) {
	u, credential := unit(t, "uia"), bytes.Repeat([]byte{7}, 32)
	at := time.Date(2026, 11, 26, 7, 10, 0, 0, time.UTC)
	want := []sealed.Revision{
		revision(),
		{At: at, Post: "pst_1", Duress: true, Set: map[string]any{}},
		{At: at, Parent: strings.Repeat("0a", 16) + ":70000", Set: map[string]any{"account": strings.Repeat("Palabras con ñ, á y 中文. ", 300), "needs": []any{"food", "safety"}}},
		{At: at, Set: answers(74)},
	}
	given, err := json.Marshal(map[string]any{"unit": u.ID.String(), "public": hex.EncodeToString(u.Public),
		"credential": hex.EncodeToString(credential), "device": "dev_ñ", "revisions": want})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(node(t, string(given), "../../screening/sealed/testdata/seal.mjs"))
	b, err := sealed.Parse(unhex(t, lines[0]))
	if err != nil || len(b.Sessions) != 1 || len(b.Records) != len(want) {
		t.Fatalf("%d sessions, %d records: %v", len(b.Sessions), len(b.Records), err)
	}
	s := b.Sessions[0]
	if s.Device != "dev_ñ" || s.Credential != "crd_1" {
		t.Errorf("of %s by %s", s.Device, s.Credential)
	}
	secret, err := u.Secret(s)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range b.Records {
		got, err := sealed.Open(secret, credential, r)
		if diff := cmp.Diff(want[i], got); err != nil || diff != "" || r.Session != s.ID() || int(r.N) != i {
			t.Errorf("record %d of session %s: %v %s", r.N, r.Session, err, diff)
		}
		t.Logf("revision %d: %d bytes in a bundle", i, len(r.Sealed)+43)
	}
	pictures(t, unhex(t, lines[0]), lines[1:])
}

func answers(n int) map[string]any {
	set := map[string]any{"spoken": "ht", "sex": "female", "age_band": "21-29"}
	for i := range n {
		set[fmt.Sprintf("q.ACT-%02d", i)] = []string{"yes", "no", "unknown"}[i%3]
	}
	return set
}

// pictures puts the parts of a sequence together by hand.
func pictures(t *testing.T, bundle []byte, texts []string) {
	t.Helper()
	form := regexp.MustCompile(`^S1:([2-9A-HJ-NP-Z]{4}):(\d+)/(\d+):([A-Za-z0-9_-]{1,800})$`)
	sum := sha256.Sum256(bundle)
	id := sealed.Receipt(sealed.ID(sum[:16]))[:4]
	var whole []byte
	for i, text := range texts {
		m := form.FindStringSubmatch(text)
		if m == nil || m[1] != id || m[2] != fmt.Sprint(i+1) || m[3] != fmt.Sprint(len(texts)) {
			t.Fatalf("picture %d of %s says %.30s", i+1, id, text)
		}
		part, err := base64.RawURLEncoding.DecodeString(m[4])
		if err != nil {
			t.Fatal(err)
		}
		whole = append(whole, part...)
	}
	if !bytes.Equal(whole, bundle) {
		t.Error("the pictures make another bundle")
	}
}
