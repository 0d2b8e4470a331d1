package cli

import (
	"os"

	"istmo/fault"
	"istmo/node"
)

type releaseCmd struct {
	Verify releaseVerify `cmd:"" help:"${release_verify}"`
}

type releaseVerify struct {
	File string   `arg:"" help:"${release_file}" type:"path"`
	Card []string `help:"${release_card}" type:"path" sep:"none"`
}

// Run checks downloaded figures with the public key of their node's card. It needs
// neither node nor network.
func (c *releaseVerify) Run(t *Terminal) error {
	cards, err := t.cards(c.Card)
	if err != nil {
		return err
	}
	in, err := os.Open(c.File)
	if err != nil {
		return fault.Invalid("file", "cli.no-file").With("Path", c.File)
	}
	defer in.Close()
	v, err := node.VerifyRelease(in, cards)
	if err != nil {
		return err
	}
	t.printf("%s\n", t.say("cli.release.what", "Node", v.Node, "Title", v.Publication.Title, "Approved", stamp(v.Approved), "Tables", len(v.Publication.Tables), "Digest", v.Digest))
	switch {
	case !v.Whole:
		return fault.Conflict("release.other-words")
	case !v.Signed:
		return fault.Conflict("release.not-signed")
	case !v.Vouched:
		t.printf("%s\n", t.say("cli.release.by-file", "Node", v.Node))
	default:
		t.printf("%s\n", t.say("cli.release.sound", "Node", v.Node))
	}
	return nil
}
