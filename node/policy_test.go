package node_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"istmo/access"
	"istmo/testkit"
)

// circumstance is how somebody stands to an object.
type circumstance struct {
	name  string
	facts func(who access.Who, verb access.Verb) access.Facts
}

// base holds the facts of a feature's objects, as a stranger sees them.
func base(verb access.Verb) access.Facts {
	switch feature, _, _ := strings.Cut(string(verb), "."); feature {
	case "cases":
		return access.Facts{"agency": "agy_other", "assigned": []string{}, "glass": []string{}, "child": false, "erased": false, "by": "usr_other"}
	case "referrals":
		return access.Facts{"home": "CO", "state": "sent", "sent": true, "child": false, "assigned": []string{}, "glass": []string{}, "agency": "agy_other",
			"from_node": "CO", "from_agency": "agy_other", "to_node": "CR", "to_agency": "agy_other"}
	case "response":
		return access.Facts{"agency": "agy_other", "by_agency": "agy_other", "told": []string{"usr_other"}, "assigned": []string{}, "person": true, "home": "CO", "state": "raised",
			"partner": "CO", "from_user": "usr_other", "to_user": "usr_other"}
	case "identification":
		return access.Facts{"agency": "agy_other", "assigned": []string{}, "voters": []string{}, "notified": []string{}, "erased": false}
	case "screening":
		return access.Facts{"agency": "agy_other", "officer": "usr_other", "assigned": []string{}, "child": false, "person": ""}
	case "sources":
		return access.Facts{"agency": "agy_other", "by": "usr_other"}
	case "jointfiles":
		return access.Facts{"home": "CO", "state": "open", "agencies": []string{"agy_other"}, "nodes": []string{"CO", "CR"}}
	}
	return access.Facts{"agency": "agy_other", "home": "CO", "state": "", "parties": []string{"CO", "CR"}, "node": "CO",
		"partner": "CO", "user": "usr_other", "kind": "shelter", "roles": []string{}}
}

func with(change func(f access.Facts, who access.Who)) func(access.Who, access.Verb) access.Facts {
	return func(who access.Who, verb access.Verb) access.Facts {
		f, known := base(verb), base(verb)
		change(f, who)
		for name := range f {
			if _, is := known[name]; !is {
				delete(f, name) // a circumstance of other features' objects
			}
		}
		return f
	}
}

// onAlerts is a circumstance that only alerts and hand-overs know.
func onAlerts(change func(f access.Facts, who access.Who)) func(access.Who, access.Verb) access.Facts {
	return with(func(f access.Facts, w access.Who) {
		if _, is := f["from_user"]; is {
			change(f, w)
		}
	})
}

var circumstances = []circumstance{
	{"stranger", with(func(access.Facts, access.Who) {})},
	{"own country", with(func(f access.Facts, w access.Who) { f["node"] = w.Node })},
	{"own agency", with(func(f access.Facts, w access.Who) { f["node"], f["agency"] = w.Node, w.Agency })},
	{"assigned", with(func(f access.Facts, w access.Who) { f["agency"], f["assigned"] = w.Agency, []string{w.ID} })},
	{"assigned, erased", with(func(f access.Facts, w access.Who) {
		f["agency"], f["assigned"], f["erased"] = w.Agency, []string{w.ID}, true
	})},
	{"broken glass", with(func(f access.Facts, w access.Who) { f["agency"], f["glass"] = w.Agency, []string{w.ID} })},
	{"own broken glass", with(func(f access.Facts, w access.Who) { f["agency"], f["by"] = w.Agency, w.ID })},
	{"sender's agency", with(func(f access.Facts, w access.Who) {
		f["from_node"], f["from_agency"], f["home"] = w.Node, w.Agency, w.Node
	})},
	{"sender, assigned", with(func(f access.Facts, w access.Who) {
		f["from_node"], f["from_agency"], f["home"], f["assigned"] = w.Node, w.Agency, w.Node, []string{w.ID}
	})},
	{"receiver, unsent", with(func(f access.Facts, w access.Who) { f["to_node"], f["to_agency"], f["sent"] = w.Node, w.Agency, false })},
	{"receiver, sent", with(func(f access.Facts, w access.Who) { f["to_node"], f["to_agency"] = w.Node, w.Agency })},
	{"home", with(func(f access.Facts, w access.Who) {
		f["home"], f["from_node"], f["node"], f["nodes"] = w.ID, w.ID, w.ID, []string{w.ID, "CO"}
	})},
	{"party", with(func(f access.Facts, w access.Who) { f["parties"] = []string{w.Node, "CO"} })},
	{"member", with(func(f access.Facts, w access.Who) {
		f["nodes"], f["agencies"] = []string{w.Node, "CO"}, []string{w.Agency}
	})},
	{"member's country", with(func(f access.Facts, w access.Who) { f["nodes"] = []string{w.Node, "CO"} })},
	{"raiser's agency", with(func(f access.Facts, w access.Who) { f["by_agency"] = w.Agency })},
	{"raiser, no file", with(func(f access.Facts, w access.Who) { f["by_agency"], f["person"] = w.Agency, false })},
	{"raiser, assigned", onAlerts(func(f access.Facts, w access.Who) { f["by_agency"], f["assigned"] = w.Agency, []string{w.ID} })},
	{"told", with(func(f access.Facts, w access.Who) { f["told"] = []string{w.ID} })},
	{"the other node", with(func(f access.Facts, w access.Who) { f["partner"] = w.ID })},
	{"hands over", onAlerts(func(f access.Facts, w access.Who) { f["agency"], f["from_user"] = w.Agency, w.ID })},
	{"takes over", onAlerts(func(f access.Facts, w access.Who) { f["agency"], f["to_user"] = w.Agency, w.ID })},
	{"seated", with(func(f access.Facts, w access.Who) { f["voters"] = []string{w.ID} })},
	{"agency seated", with(func(f access.Facts, w access.Who) { f["voters"] = []string{w.Agency} })},
	{"seated, erased", with(func(f access.Facts, w access.Who) { f["voters"], f["erased"] = []string{w.ID}, true })},
	{"child authority told", with(func(f access.Facts, w access.Who) { f["notified"] = []string{w.Agency} })},
	{"its officer", with(func(f access.Facts, w access.Who) { f["agency"], f["officer"] = w.Agency, w.ID })},
	{"own account", with(func(f access.Facts, w access.Who) { f["user"] = w.ID })},
}

// askers are one of each role, and the two kinds of node.
func askers() []access.Who {
	var all []access.Who
	for _, r := range access.Roles {
		all = append(all, access.Who{Kind: access.User, ID: "usr_" + string(r), Node: "PA", Agency: "agy_mine", Roles: []access.Role{r}})
	}
	all = append(all, access.Who{Kind: access.User, ID: "usr_none", Node: "PA", Agency: "agy_mine"},
		access.Who{Kind: access.Partner, ID: "BR", Node: "BR"})
	return all
}

// TestPolicyMatrix holds role × verb × circumstance to a file that a lawyer can
// read; its diff is the review of a change in policy. With ISTMO_UPDATE=1 it
// writes the file. A line is a verb, who may, and in which circumstances, with
// the policy that decides.
func TestPolicyMatrix(t *testing.T) {
	pa := testkit.NewWorld(t).Start("PA")
	var b bytes.Buffer
	for _, entry := range pa.Engine.Verbs.All() {
		fmt.Fprintf(&b, "\n%s\n", entry.Verb)
		someone := false
		for _, who := range askers() {
			grants := map[string][]string{}
			for _, c := range circumstances {
				if d := access.Decide(who, entry.Verb, "obj", c.facts(who, entry.Verb)); d.Allowed {
					grants[d.Policy] = append(grants[d.Policy], c.name)
				}
			}
			name := string(who.Kind)
			if len(who.Roles) > 0 {
				name = string(who.Roles[0])
			}
			for _, policy := range sortedKeys(grants) {
				someone = true
				where := fmt.Sprintf("%v", grants[policy])
				if len(grants[policy]) == len(circumstances) {
					where = "[always]"
				}
				fmt.Fprintf(&b, "  %-16s %s by %s\n", name, where, policy)
			}
		}
		if !someone {
			fmt.Fprintln(&b, "  nobody but the node itself")
		}
	}
	golden(t, "testdata/policy.txt", b.Bytes())
}

func sortedKeys(m map[string][]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// golden compares with a kept file, or writes it under ISTMO_UPDATE=1.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if os.Getenv("ISTMO_UPDATE") != "" {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(kept, got) {
		t.Errorf("%s is not what the code says (%v); look at the difference after ISTMO_UPDATE=1 go test ./node/", file, err)
	}
}

// TestAdministratorsReadNobody is the one rule that no matrix may ever change.
func TestAdministratorsReadNobody(t *testing.T) {
	pa := testkit.NewWorld(t).Start("PA")
	admin := access.Who{Kind: access.User, ID: "usr_a", Node: "PA", Agency: "agy_mine", Roles: append([]access.Role{access.Administrator}, access.Roles...)}
	for _, verb := range []access.Verb{"cases.open", "cases.list", "cases.register", "cases.identify", "cases.assess-risk", "cases.break-glass", "cases.open-glass", "cases.seen-before", "cases.link-same", "cases.tell-apart", "cases.unlink", "cases.introductions", "cases.make-known", "referrals.open", "referrals.review", "referrals.list", "jointfiles.open", "jointfiles.list",
		"response.raise", "response.open", "response.open-handover", "response.board", "response.desk", "response.acknowledge",
		"identification.begin", "identification.open", "identification.list", "identification.vote", "identification.request-contact", "identification.contacts"} {
		if _, ok := pa.Engine.Verbs.Find(verb); !ok {
			t.Fatalf("no verb %s", verb)
		}
		for _, c := range circumstances {
			if access.Decide(admin, verb, "obj", c.facts(admin, verb)).Allowed {
				t.Errorf("an administrator with every other role may %s as %s", verb, c.name)
			}
		}
	}
}
