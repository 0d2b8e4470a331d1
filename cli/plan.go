package cli

import (
	"os"
	"slices"
	"strings"

	"istmo/fault"
	"istmo/node"
)

type planCmd struct {
	Verify planVerify `cmd:"" help:"${plan_verify}"`
}

type planVerify struct {
	File string   `arg:"" help:"${plan_file}" type:"path"`
	Card []string `help:"${plan_card}" type:"path" sep:"none"`
}

// Run checks an exported plan with the public keys of nodes' cards. It needs
// neither node nor network: a foreign ministry's lawyer can run it years later.
func (c *planVerify) Run(t *Terminal) error {
	cards, err := t.cards(c.Card)
	if err != nil {
		return err
	}
	in, err := os.Open(c.File)
	if err != nil {
		return fault.Invalid("file", "cli.no-file").With("Path", c.File)
	}
	defer in.Close()
	v, err := node.VerifyPlan(in, cards)
	if err != nil {
		return err
	}
	t.printf("%s\n%s\n%s\n", t.say("cli.plan.what", "Plan", v.Plan, "Version", v.Version, "Made", stamp(v.Made), "Count", v.Commitments),
		t.say("cli.plan.signed-root", "Root", v.Signed), t.say("cli.plan.actual-root", "Root", v.Actual))
	for _, n := range v.Parties {
		key := "cli.plan.unsigned"
		if slices.Contains(v.Vouched, n) {
			key = "cli.plan.vouched"
		} else if slices.Contains(v.Signers, n) {
			key = "cli.plan.by-file"
		}
		t.printf("%s\n", t.say(key, "Node", n))
	}
	switch {
	case !v.Sound():
		return fault.Conflict("cli.plan.not-sound").With("Unsigned", strings.Join(v.Unsigned, ", "))
	case len(v.Vouched) < len(v.Parties):
		t.printf("%s\n", t.say("cli.plan.sound-by-file"))
	default:
		t.printf("%s\n", t.say("cli.plan.sound"))
	}
	return nil
}

// cards reads the cards of nodes.
func (t *Terminal) cards(paths []string) (cards []string, err error) {
	for _, path := range paths {
		text, err := t.readFile(path)
		if err != nil {
			return nil, err
		}
		cards = append(cards, text)
	}
	return cards, nil
}
