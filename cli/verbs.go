package cli

import (
	"encoding/json"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/node"
)

type doCmd struct {
	Verb      string   `arg:"" help:"${do_verb}"`
	Values    []string `arg:"" optional:"" help:"${do_values}" placeholder:"key=value"`
	TokenFile string   `help:"${do_token_file}" type:"path"`
	Key       string   `help:"${do_key}"`
	JSON      string   `help:"${do_json}" placeholder:"FILE"`
}

// Run carries out a verb, or answers a question, and prints what came of it.
func (c *doCmd) Run(t *Terminal) error {
	return t.with(func(n *node.Node) error {
		entry, ok := n.Engine.Verbs.Find(access.Verb(c.Verb))
		if !ok || entry.Wire {
			return fault.Invalid("verb", "cli.no-verb").With("Verb", c.Verb)
		}
		who, err := c.who(t, n, entry.Verb)
		if err != nil {
			return err
		}
		input, err := c.input(t, entry)
		if err != nil {
			return err
		}
		return t.say1(n, who, entry, input, c.Key)
	})
}

// who is the token's owner, or the operator.
func (c *doCmd) who(t *Terminal, n *node.Node, verb access.Verb) (access.Who, error) {
	if c.TokenFile == "" {
		return operator(n), nil
	}
	token, err := t.readFile(c.TokenFile)
	if err != nil {
		return access.Who{}, err
	}
	who, scope, err := n.Gate.Bearer(t.ctx, strings.TrimSpace(token))
	if err == nil && !scope.Allows(verb) {
		err = fault.Denied()
	}
	return who, err
}

func (c *doCmd) input(t *Terminal, entry act.Entry) (any, error) {
	if c.JSON != "" {
		text, err := t.readFile(c.JSON)
		if err != nil {
			return nil, err
		}
		return entry.FromJSON([]byte(text))
	}
	values := map[string][]string{}
	for _, pair := range c.Values {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fault.Invalid(pair[:min(len(pair), 20)], "cli.key-value")
		}
		values[key] = append(values[key], value)
	}
	return entry.FromValues(values, true)
}

// say1 runs one verb and prints its answer as JSON.
func (t *Terminal) say1(n *node.Node, who access.Who, entry act.Entry, input any, key string) error {
	var answer any
	if entry.Changes() {
		deed, err := n.Engine.Run(t.ctx, who, entry, input, key)
		if err != nil {
			return err
		}
		answer = map[string]any{"id": deed.Object, "deed": deed.Seq}
	} else {
		var err error
		if answer, err = n.Engine.Question(t.ctx, who, entry, input); err != nil {
			return err
		}
	}
	return t.json(answer)
}

func (t *Terminal) json(v any) error {
	e := json.NewEncoder(t.Out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// run carries out a verb with values as the operator, and returns its object.
func (t *Terminal) run(n *node.Node, verb string, values map[string][]string) (string, error) {
	entry, _ := n.Engine.Verbs.Find(access.Verb(verb))
	input, err := entry.FromValues(values, true)
	if err != nil {
		return "", err
	}
	deed, err := n.Engine.Run(t.ctx, operator(n), entry, input, "")
	return deed.Object, err
}

type userCmd struct {
	Add     userAdd     `cmd:"" help:"${user_add}"`
	List    userList    `cmd:"" help:"${user_list}"`
	Disable userDisable `cmd:"" help:"${user_disable}"`
}

type userAdd struct {
	Name     string   `arg:"" help:"${user_name}"`
	Agency   string   `help:"${user_agency}" required:""`
	Roles    []string `help:"${user_roles}" required:""`
	FullName string   `help:"${user_full_name}" required:""`
	Language string   `help:"${user_language}" default:"es"`
}

// Run adds an account and shows its invite once.
func (c *userAdd) Run(t *Terminal) error {
	return t.with(func(n *node.Node) error {
		agency, err := n.AgencyID(t.ctx, c.Agency)
		if err != nil {
			return err
		}
		id, err := t.run(n, "people.add-user", map[string][]string{"name": {c.Name}, "agency": {agency}, "roles": c.Roles,
			"lang": {c.Language}, "full_name": {c.FullName}})
		if err != nil {
			return err
		}
		code, err := n.Invite(t.ctx, operator(n), id)
		if err == nil {
			t.printf("%s\n", t.say("cli.user.invite", "Name", c.Name, "Site", n.Config.Site, "Code", code))
		}
		return err
	})
}

type userList struct{}

// Run lists the accounts.
func (c *userList) Run(t *Terminal) error {
	return t.with(func(n *node.Node) error {
		entry, _ := n.Engine.Verbs.Find("people.list-users")
		input, err := entry.FromValues(nil, true)
		if err != nil {
			return err
		}
		return t.say1(n, operator(n), entry, input, "")
	})
}

type userDisable struct {
	Name string `arg:"" help:"${user_name}"`
}

// Run disables an account and ends its sessions.
func (c *userDisable) Run(t *Terminal) error {
	return t.with(func(n *node.Node) error {
		who, err := n.Who(t.ctx, c.Name)
		if err != nil {
			return err
		}
		if _, err = t.run(n, "people.disable-user", map[string][]string{"user": {who.ID}}); err == nil {
			t.printf("%s\n", t.say("cli.user.disabled", "Name", c.Name))
		}
		return err
	})
}
