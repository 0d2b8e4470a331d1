package node_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// table says who may import whom, of ours. Read top to bottom; a package names
// only packages above it, so that a cycle cannot be written down. A package that
// is missing here fails this test, and so does a row that is needed no more.
var table = []struct {
	pkg string
	may string // "+ x" is: what x may, and x
}{
	{"fault", ""},
	{"i18n", ""},
	{"calendar", ""},
	{"data", ""},
	{"law", ""},
	{"web/assets", ""},
	{"report", "i18n fault web/assets"},
	{"observatory/mse", "fault"},
	{"observatory/figures", "data fault"},
	{"observatory/counting", "observatory/figures data fault"},
	{"observatory/release/linear", ""},
	{"observatory/release/attack", "observatory/release/linear fault"},
	{"observatory/release", "observatory/release/attack observatory/release/linear fault"},
	{"observatory/watch", "fault"},
	{"screening/sealed", "fault"},
	{"screening/fairness", "fault"},
	{"access", "fault"},
	{"store", "fault"},
	{"flow", "access store fault"},
	{"observatory/release/approval", "observatory/release flow access fault"},
	{"vault", "store fault"},
	{"ledger", "store fault"},
	{"backup", "vault store fault"},
	{"access/people", "access vault store fault"},
	{"exchange", "ledger vault store fault"},
	{"notices", "access access/people i18n ledger vault store fault"},
	{"likeness/names", ""},
	{"likeness", "likeness/names vault store fault"},
	{"act", "access exchange ledger vault store fault"},
	{"cooperation", "act access flow exchange vault calendar store fault"},
	{"roadmap", "cooperation act access flow calendar store fault"},
	{"meetings", "cooperation roadmap act access flow store fault"},
	{"indicators", "cooperation act access flow data store fault"},
	{"cases/htcds", "fault"},
	{"cases", "cases/htcds likeness act access flow vault calendar store fault"},
	{"identification", "cases cooperation act access flow vault calendar store fault"},
	{"screening", "screening/sealed indicators likeness cases cooperation act access access/people vault data store fault"},
	{"screening/coverage", "screening screening/fairness indicators cases access act store fault"},
	{"observatory/sources", "observatory/figures flow act access store fault"},
	{"referrals", "observatory/counting cases cooperation act access flow vault calendar store fault"},
	{"response", "cases cooperation act access access/people flow vault calendar store fault"},
	{"jointfiles", "cooperation act access exchange flow vault calendar store fault"},
	{"observatory/estimates", "observatory/mse act access store fault"},
	{"observatory/signals", "observatory/watch observatory/figures observatory/sources screening/coverage screening/fairness cooperation act access exchange flow store fault"},
	{"observatory/tally", "observatory/counting observatory/release screening/fairness referrals cooperation calendar act access vault data store fault"},
	{"observatory/publishing", "observatory/release observatory/release/approval observatory/figures observatory/tally cooperation act access access/people exchange flow vault store fault"},
	{"observatory", "observatory/figures observatory/sources observatory/tally screening/coverage screening/fairness cooperation act access store"},
	{"observatory/returns", "observatory/tally observatory/counting observatory/figures observatory/sources access store fault"},
	{"observatory/places", "observatory/sources screening screening/coverage screening/fairness cooperation act access data store fault"},
	{"web/atlas", ""},
	{"web", "act access access/people i18n fault web/assets web/atlas"},
	{"web/figure", "web report i18n fault"},
	{"observatory/hall", "web"},
	{"api", "act access access/people i18n fault"},
	{"access/people/pages", "+pages"},
	{"cases/pages", "+pages"},
	{"identification/pages", "+pages"},
	{"screening/pages", "+pages"},
	{"screening/coverage/pages", "+pages"},
	{"observatory/places/pages", "+pages"},
	{"observatory/sources/pages", "+pages"},
	{"referrals/pages", "+pages"},
	{"response/pages", "+pages"},
	{"roadmap/pages", "+pages"},
	{"jointfiles/pages", "+pages"},
	{"cooperation/pages", "+pages"},
	{"meetings/pages", "+pages"},
	{"notices/pages", "+pages"},
	{"indicators/pages", "+pages"},
	{"act/pages", "+pages"},
	{"observatory/pages", "+pages"},
	{"observatory/returns/pages", "+pages"},
	{"observatory/signals/pages", "+pages"},
	{"observatory/publishing/pages", "+pages"},
	{"observatory/estimates/pages", "+pages"},
	{"desk", "+pages"},
	{"node", "*"},
	{"cli", "node backup exchange ledger vault access store fault i18n act web observatory/mse observatory/figures observatory/watch"},
	{"demo", "*"},
	{"cmd/istmo", "cli demo"},
	{"testkit/browser", ""},
	{"testkit/postgres", ""},
	{"testkit/published", ""},
	{"testkit/crowd", "store"},
	{"testkit", "*"},
}

// pages may know the web frame, how to act and ask, and any feature.
const pages = "web web/atlas web/figure " +
	"report act access access/people notices i18n fault calendar flow store ledger exchange likeness cases cases/htcds cooperation roadmap meetings identification referrals response jointfiles indicators cases/pages response/pages " +
	"screening screening/sealed screening/pages screening/coverage screening/fairness " +
	"observatory " +
	"observatory/counting " +
	"observatory/estimates " +
	"observatory/figures " +
	"observatory/hall " +
	"observatory/mse " +
	"observatory/places " +
	"observatory/publishing " +
	"observatory/release/approval " +
	"observatory/returns " +
	"observatory/signals " +
	"observatory/sources " +
	"observatory/tally " +
	"observatory/watch"

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) map[string][]string {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "istmo/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p listed
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all[strings.TrimPrefix(p.ImportPath, "istmo/")] = p.Imports
	}
	return all
}

func TestImports(t *testing.T) {
	found := packages(t)
	var above []string
	for _, row := range table {
		imports, there := found[row.pkg]
		if !there {
			t.Errorf("%s is in the table and not in the tree", row.pkg)
			continue
		}
		may := strings.Fields(strings.ReplaceAll(row.may, "+pages", pages))
		for _, i := range imports {
			ours, is := strings.CutPrefix(i, "istmo/")
			if !is {
				continue
			}
			if row.may != "*" && !slices.Contains(may, ours) {
				t.Errorf("%s imports %s, which its row does not allow", row.pkg, ours)
			}
			if !slices.Contains(above, ours) {
				t.Errorf("%s imports %s, which is not above it", row.pkg, ours)
			}
		}
		above = append(above, row.pkg)
		delete(found, row.pkg)
	}
	for pkg := range found {
		t.Errorf("%s is in the tree and not in the table", pkg)
	}
}

// TestDoors keeps what reaches outside in the rooms that are for it.
func TestDoors(t *testing.T) {
	rooms := map[string]func(pkg string) bool{
		"database/sql": func(p string) bool { return p == "store" },
		"net/http": func(p string) bool {
			return slices.Contains([]string{"web", "web/figure", "api", "exchange", "notices", "node", "demo", "testkit", "testkit/browser"}, p) ||
				strings.HasSuffix(p, "/pages") || p == "desk"
		},
		"crypto/rand": func(p string) bool {
			return slices.Contains([]string{"store", "vault", "exchange", "notices", "ledger", "access/people", "cases", "web", "backup", "testkit"}, p)
		},
		"os/exec": func(p string) bool { return p == "demo" || strings.HasPrefix(p, "testkit") },
	}
	for pkg, imports := range packages(t) {
		for _, i := range imports {
			if allowed, guarded := rooms[i]; guarded && !allowed(pkg) {
				t.Errorf("%s imports %s", pkg, i)
			}
		}
	}
}
