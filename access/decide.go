package access

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
)

//go:embed policies/*.cedar
var policyFiles embed.FS

// Decision is the answer, and the policy that gave it: the one that permits,
// the one that forbids, or "default" when none permits.
type Decision struct {
	Allowed bool
	Policy  string
}

var policies = sync.OnceValue(load)

// load reads every policy and names it by its @id, which is what the ledger keeps.
func load() *cedar.PolicySet {
	set := cedar.NewPolicySet()
	files, err := fs.Glob(policyFiles, "policies/*.cedar")
	if err != nil {
		panic(err)
	}
	for _, name := range files {
		text, _ := policyFiles.ReadFile(name)
		list, err := cedar.NewPolicyListFromBytes(name, text)
		if err != nil {
			panic(fmt.Errorf("policy file %s: %w", name, err))
		}
		for _, p := range list {
			id := string(p.Annotations()["id"])
			if id == "" || !set.Add(cedar.PolicyID(id), p) {
				panic(fmt.Errorf("policy file %s: a policy without an @id of its own: %q", name, id))
			}
		}
	}
	return set
}

// Policies gives the text of every policy file by name, for the people who
// check them.
func Policies() map[string]string {
	all := map[string]string{}
	fs.WalkDir(policyFiles, "policies", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, _ := policyFiles.ReadFile(path)
			all[d.Name()] = string(text)
		}
		return err
	})
	return all
}

// Decide answers whether who may do verb on an object with these facts. What no
// policy permits is refused; a policy that forbids wins over all that permit;
// and a forbidding policy that cannot be evaluated forbids.
func Decide(who Who, verb Verb, objectID string, facts Facts) Decision {
	principal := types.NewEntityUID(entityType(who.Kind), types.String(who.ID))
	resource := types.NewEntityUID("Object", types.String(objectID))
	entities := types.EntityMap{
		principal: {UID: principal, Attributes: types.NewRecord(types.RecordMap{
			"id": types.String(who.ID), "node": types.String(who.Node),
			"agency": types.String(who.Agency), "roles": roleSet(who.Roles),
		})},
		resource: {UID: resource, Attributes: types.NewRecord(record(facts))},
	}
	decision, diag := cedar.Authorize(policies(), entities, cedar.Request{
		Principal: principal, Action: types.NewEntityUID("Action", types.String(verb)), Resource: resource,
	})
	for _, e := range diag.Errors {
		if p := policies().Get(e.PolicyID); p != nil && p.Effect() == cedar.Forbid {
			return Decision{false, string(e.PolicyID) + " (not evaluable)"}
		}
	}
	policy := "default"
	if len(diag.Reasons) > 0 {
		policy = string(diag.Reasons[0].PolicyID)
	}
	for _, r := range diag.Reasons { // the same name every time, whatever the order of evaluation
		policy = min(policy, string(r.PolicyID))
	}
	return Decision{decision == cedar.Allow, policy}
}

// Could reports whether somebody in these roles may do verb to anything at all:
// to an object of their own agency that they are assigned to, on either side. It
// decides what a menu shows, never what may be done.
func Could(who Who, verb Verb) bool { return Decide(who, verb, "", nearest(who, verb)).Allowed }

// nearest are the facts of the object of a verb that is as near to who as one can be.
func nearest(who Who, verb Verb) Facts {
	mine := []string{who.ID}
	feature, _, _ := strings.Cut(string(verb), ".")
	switch feature {
	case "cases":
		return Facts{"agency": who.Agency, "assigned": mine, "glass": mine, "child": false, "erased": false, "by": ""}
	case "referrals":
		return Facts{"home": who.Node, "state": "", "sent": true, "child": false, "assigned": mine,
			"from_node": who.Node, "from_agency": who.Agency, "to_node": who.Node, "to_agency": who.Agency}
	case "response":
		return Facts{"agency": who.Agency, "by_agency": who.Agency, "told": mine, "assigned": mine, "person": false, "home": who.Node, "state": "",
			"partner": "", "from_user": who.ID, "to_user": who.ID}
	case "identification":
		return Facts{"agency": who.Agency, "assigned": mine, "voters": mine, "notified": []string{}, "erased": false}
	case "sources":
		return Facts{"agency": who.Agency, "by": ""}
	case "jointfiles":
		return Facts{"home": who.Node, "state": "", "agencies": []string{who.Agency}, "nodes": []string{who.Node}}
	}
	return Facts{"agency": who.Agency, "home": who.Node, "state": "", "parties": []string{who.Node}, "node": who.Node,
		"partner": "", "user": who.ID, "kind": "", "roles": []string{}}
}

func entityType(k Kind) types.EntityType {
	switch k {
	case Partner:
		return "Partner"
	case Node:
		return "Node"
	}
	return "User"
}

func roleSet(roles []Role) types.Set {
	values := make([]types.Value, len(roles))
	for i, r := range roles {
		values[i] = types.String(r)
	}
	return types.NewSet(values...)
}

func record(facts Facts) types.RecordMap {
	m := types.RecordMap{}
	for name, v := range facts {
		switch v := v.(type) {
		case string:
			m[types.String(name)] = types.String(v)
		case bool:
			m[types.String(name)] = types.Boolean(v)
		case int64:
			m[types.String(name)] = types.Long(v)
		case []string:
			values := make([]types.Value, len(v))
			for i, s := range v {
				values[i] = types.String(s)
			}
			m[types.String(name)] = types.NewSet(values...)
		default:
			panic(fmt.Sprintf("access: the fact %s is a %T; facts are strings, bools, int64s and lists of strings", name, v))
		}
	}
	return m
}
