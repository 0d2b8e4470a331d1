package sealed_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"istmo/fault"
	"istmo/screening/sealed"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the vectors anew")

func unit(t testing.TB, of string) sealed.Unit {
	t.Helper()
	secret := sha256.Sum256([]byte(of))
	u, err := sealed.UnitFrom(secret[:])
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func revision() sealed.Revision {
	return sealed.Revision{At: time.Date(2026, 11, 26, 7, 10, 0, 0, time.UTC), Post: "pst_1", List: "ind_1", Final: true,
		Set: map[string]any{"sex": "female", "given_names": "Canaria Ficticia", "languages": []any{"ht", "fr"}, "q.ACT-01": "yes"}}
}

func TestTheUnitReadsWhatTheDeviceCannot(t *testing.T) {
	u, credential := unit(t, "uia"), bytes.Repeat([]byte{7}, 32)
	s, secret, err := sealed.Begin(u.Public, "dev_1", "crd_1")
	if err != nil {
		t.Fatal(err)
	}
	r, err := sealed.Seal(secret, credential, sealed.Record{Session: s.ID(), N: 3, Chain: sealed.ID{1, 2, 3}, Rev: 1}, revision())
	if err != nil {
		t.Fatal(err)
	}
	text := sealed.Bundle{Sessions: []sealed.Session{s}, Records: []sealed.Record{r}}.Bytes()
	if bytes.Contains(text, []byte("Canaria")) {
		t.Error("a name stands in the bundle")
	}
	b, err := sealed.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	known, err := u.Secret(b.Sessions[0])
	if err != nil {
		t.Fatal(err)
	}
	v, err := sealed.Open(known, credential, b.Records[0])
	if diff := cmp.Diff(revision(), v); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	refused := func(what string, err error, key string) {
		t.Helper()
		if faults := fault.All(err); len(faults) != 1 || faults[0].Key != key {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err = unit(t, "another").Secret(s)
	refused("another unit", err, "screening.other-unit")
	_, err = sealed.Open(known, bytes.Repeat([]byte{8}, 32), r)
	refused("another officer", err, "screening.bad-seal")
	for name, change := range map[string]func(*sealed.Record){
		"number": func(r *sealed.Record) { r.N++ }, "chain": func(r *sealed.Record) { r.Chain[0]++ },
		"rev": func(r *sealed.Record) { r.Rev++ }, "session": func(r *sealed.Record) { r.Session[0]++ },
		"seal": func(r *sealed.Record) { r.Sealed = append(bytes.Clone(r.Sealed[:1]), r.Sealed...) },
	} {
		forged := r
		change(&forged)
		_, err = sealed.Open(known, credential, forged)
		refused("a changed "+name, err, "screening.bad-seal")
	}
}

// TestNoNameStandsInClear seals what a node would keep in clear columns, with names in
// it: it is refused whole.
func TestNoNameStandsInClear(t *testing.T) {
	u, credential := unit(t, "uia"), bytes.Repeat([]byte{7}, 32)
	for name, v := range map[string]sealed.Revision{
		"field": {Set: map[string]any{"María Pérez": "x"}}, "indicator": {Set: map[string]any{"q.maria-perez": "yes"}}, "post": {Post: "María Pérez"},
		"list": {List: "María Pérez"}, "parent": {Parent: "María Pérez"}, "value": {Set: map[string]any{"sex": 1}}, "list of values": {Set: map[string]any{"needs": []any{"food", 2}}},
	} {
		s, secret, err := sealed.Begin(u.Public, "dev_1", "crd_1")
		if err != nil {
			t.Fatal(err)
		}
		r, err := sealed.Seal(secret, credential, sealed.Record{Session: s.ID()}, v)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sealed.Open(secret, credential, r); len(fault.All(err)) != 1 || fault.All(err)[0].Key != "screening.bad-revision" {
			t.Errorf("a name as %s: %v", name, err)
		}
	}
}

// TestAReceiptIsSaid holds the receipt to one written by hand.
func TestAReceiptIsSaid(t *testing.T) {
	for chain, want := range map[sealed.ID]string{{}: "2222-2222", {0xff, 0xff, 0xff, 0xff, 0xff}: "ZZZZ-ZZZZ", {0x08, 0x00, 0, 0, 0x1f}: "3222-222Z"} {
		if got := sealed.Receipt(chain); got != want {
			t.Errorf("%x is said %s, not %s", chain, got, want)
		}
	}
}

func TestABundleComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.Custom(func(t *rapid.T) sealed.ID {
			return sealed.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		})
		word := rapid.StringMatching(`[a-z_0-9]{0,40}`)
		want := sealed.Bundle{
			Sessions: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) sealed.Session {
				return sealed.Session{Unit: id.Draw(t, "unit"), Device: word.Draw(t, "device"), Credential: word.Draw(t, "credential"),
					Enc: rapid.SliceOfN(rapid.Byte(), 1120, 1120).Draw(t, "enc")}
			}), 0, 3).Draw(t, "sessions"),
			Records: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) sealed.Record {
				return sealed.Record{Session: id.Draw(t, "session"), N: rapid.Uint32().Draw(t, "n"), Chain: id.Draw(t, "chain"),
					Rev: rapid.Uint16().Draw(t, "rev"), Sealed: rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "sealed")}
			}), 0, 5).Draw(t, "records"),
		}
		if len(want.Sessions) == 0 {
			want.Sessions = nil
		}
		if len(want.Records) == 0 {
			want.Records = nil
		}
		got, err := sealed.Parse(want.Bytes())
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatalf("%v %s", err, diff)
		}
	})
}

// FuzzParse feeds the reader anything; what it takes, it writes as it was.
func FuzzParse(f *testing.F) {
	f.Add([]byte("ISTMO-S1"))
	f.Add(sealed.Bundle{Records: []sealed.Record{{Sealed: []byte("x")}}}.Bytes())
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := sealed.Parse(text)
		if err != nil && len(fault.All(err)) == 0 {
			t.Errorf("an internal failure: %v", err)
		}
		if again, e := sealed.Parse(b.Bytes()); err == nil && (e != nil || !cmp.Equal(b, again)) {
			t.Errorf("%v is not what was read", again)
		}
	})
}

// FuzzOpen seals hostile texts with the right keys: a device can be taken.
func FuzzOpen(f *testing.F) {
	for _, text := range []string{"", "{", `{"set":{"sex":1}}`, `{"set":{"sex":{"a":"b"}}}`, `{"set":{"":"x"}}`, `{"at":"x"}`, `{"set":{"María Pérez":"x"}}`, `{"post":"María Pérez"}`} {
		f.Add([]byte(text))
	}
	secret, credential := sealed.Secret(bytes.Repeat([]byte{1}, 32)), bytes.Repeat([]byte{2}, 32)
	f.Fuzz(func(t *testing.T, text []byte) {
		_, err := sealed.Open(secret, credential, sealed.Record{Sealed: text})
		if err == nil || len(fault.All(err)) == 0 {
			t.Errorf("opened, or failed inside: %v", err)
		}
	})
}

// vector is one record with everything it was made from, for the browser's half.
type vector struct {
	UnitSecret string          `json:"unit_secret"`
	Public     string          `json:"public"`
	UnitID     string          `json:"unit_id"`
	Session    string          `json:"session"` // an entry's body as it stands in a bundle
	SessionID  string          `json:"session_id"`
	Secret     string          `json:"secret"`
	Credential string          `json:"credential"`
	N          uint32          `json:"n"`
	Chain      string          `json:"chain"`
	Rev        uint16          `json:"rev"`
	Revision   json.RawMessage `json:"revision"`
	Receipt    string          `json:"receipt"`
	Bundle     string          `json:"bundle"`
}

const vectors = "testdata/vectors.json"

// TestVectors opens what was once written down. HPKE draws at random, so that
// vectors are made once and then held to.
func TestVectors(t *testing.T) {
	if *update {
		write(t)
	}
	text, err := os.ReadFile(vectors)
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(text, &all); err != nil || len(all) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	for _, v := range all {
		u, err := sealed.UnitFrom(unhex(t, v.UnitSecret))
		if err != nil || hex.EncodeToString(u.Public) != v.Public || u.ID.String() != v.UnitID {
			t.Fatalf("the unit is another: %v", err)
		}
		b, err := sealed.Parse(unhex(t, v.Bundle))
		if err != nil {
			t.Fatal(err)
		}
		secret, err := u.Secret(b.Sessions[0])
		if err != nil || hex.EncodeToString(secret) != v.Secret || b.Sessions[0].ID().String() != v.SessionID {
			t.Fatalf("the session is another: %v", err)
		}
		opened, err := sealed.Open(secret, unhex(t, v.Credential), b.Records[0])
		var want sealed.Revision
		if e := json.Unmarshal(v.Revision, &want); e != nil || err != nil || !cmp.Equal(want, opened) {
			t.Errorf("%v %v: %s", e, err, cmp.Diff(want, opened))
		}
		if got := b.Records[0].Receipt(); got != v.Receipt {
			t.Errorf("receipt %s, not %s", got, v.Receipt)
		}
	}
}

func write(t *testing.T) {
	var all []vector
	for i, v := range []sealed.Revision{revision(), {At: revision().At, Set: map[string]any{"account": strings.Repeat("Palabras con ñ, á y 中文. ", 40)}, Duress: true}} {
		unitSecret := sha256.Sum256([]byte{byte(i)})
		u, err := sealed.UnitFrom(unitSecret[:])
		if err != nil {
			t.Fatal(err)
		}
		s, secret, err := sealed.Begin(u.Public, "dev_ficticio", "crd_ficticia")
		if err != nil {
			t.Fatal(err)
		}
		credential := bytes.Repeat([]byte{byte(9 + i)}, 32)
		r, err := sealed.Seal(secret, credential, sealed.Record{Session: s.ID(), N: uint32(i * 70000), Chain: sealed.ID(unitSecret[:16]), Rev: uint16(i)}, v)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := json.Marshal(v)
		all = append(all, vector{UnitSecret: hex.EncodeToString(unitSecret[:]), Public: hex.EncodeToString(u.Public), UnitID: u.ID.String(),
			SessionID: s.ID().String(), Session: hex.EncodeToString(sealed.Bundle{Sessions: []sealed.Session{s}}.Bytes()[12:]),
			Secret: hex.EncodeToString(secret), Credential: hex.EncodeToString(credential), N: r.N, Chain: r.Chain.String(), Rev: r.Rev,
			Revision: text, Receipt: r.Receipt(), Bundle: hex.EncodeToString(sealed.Bundle{Sessions: []sealed.Session{s}, Records: []sealed.Record{r}}.Bytes())})
	}
	text, _ := json.MarshalIndent(all, "", "  ")
	if err := os.WriteFile(vectors, append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
