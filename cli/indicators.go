package cli

import (
	"os"

	"istmo/fault"
	"istmo/node"
)

type indicatorsCmd struct {
	Verify indicatorsVerify `cmd:"" help:"${indicators_verify}"`
}

type indicatorsVerify struct {
	File string   `arg:"" help:"${indicators_file}" type:"path"`
	Card []string `help:"${indicators_card}" type:"path" sep:"none"`
}

// Run checks a downloaded list of indicators with the public key of its node's card.
// It needs neither node nor network.
func (c *indicatorsVerify) Run(t *Terminal) error {
	cards, err := t.cards(c.Card)
	if err != nil {
		return err
	}
	in, err := os.Open(c.File)
	if err != nil {
		return fault.Invalid("file", "cli.no-file").With("Path", c.File)
	}
	defer in.Close()
	v, err := node.VerifyIndicators(in, cards)
	if err != nil {
		return err
	}
	t.printf("%s\n", t.say("cli.indicators.what", "Node", v.Node, "Version", v.Version, "List", v.ID, "From", stamp(v.From), "Count", len(v.Indicators)))
	switch {
	case !v.Whole:
		return fault.Conflict("indicators.other-words")
	case !v.Signed:
		return fault.Conflict("indicators.not-signed")
	case !v.Vouched:
		t.printf("%s\n", t.say("cli.indicators.by-file", "Node", v.Node))
	default:
		t.printf("%s\n", t.say("cli.indicators.sound", "Node", v.Node))
	}
	return nil
}
