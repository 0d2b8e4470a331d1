package cli

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"istmo/exchange"
	"istmo/fault"
	"istmo/node"
	"istmo/store"
)

type partnerCmd struct {
	Card   partnerCard   `cmd:"" help:"${partner_card}"`
	Add    partnerAdd    `cmd:"" help:"${partner_add}"`
	List   partnerList   `cmd:"" help:"${partner_list}"`
	Remove partnerRemove `cmd:"" help:"${partner_remove}"`
}

type partnerCard struct{}

// Run prints this node's card.
func (c *partnerCard) Run(t *Terminal) error {
	return t.with(func(n *node.Node) error {
		_, err := io.WriteString(t.Out, n.Border.Card().Text())
		return err
	})
}

type partnerAdd struct {
	Card        string `arg:"" help:"${partner_add_card}"`
	Fingerprint string `help:"${partner_fingerprint}"`
}

// Run shows the fingerprint to compare; given the one that the other side read
// out, it pairs.
func (c *partnerAdd) Run(t *Terminal) error {
	text, err := t.readFile(c.Card)
	if err != nil {
		return err
	}
	return t.with(func(n *node.Node) error {
		card, err := exchange.ParseCard(text)
		if err != nil {
			return err
		}
		if c.Fingerprint == "" {
			t.printf("%s\n\n    %s\n\n%s\n", t.say("cli.partner.compare", "Name", card.Name, "Node", card.Node),
				exchange.Fingerprint(n.Border.Card(), card), t.say("cli.partner.then"))
			return nil
		}
		if _, err = t.run(n, "cooperation.add-partner", map[string][]string{"card": {text}, "fingerprint": {c.Fingerprint}}); err == nil {
			t.printf("%s\n", t.say("cli.partner.added", "Name", card.Name, "Node", card.Node))
		}
		return err
	})
}

type partnerList struct{}

// Run lists the partners and how the links are.
func (c *partnerList) Run(t *Terminal) error {
	return t.with(func(n *node.Node) error {
		var all []exchange.Partner
		err := n.DB.Read(t.ctx, func(tx *store.Tx) (err error) {
			all, err = exchange.Partners(tx)
			return err
		})
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, t.say("cli.partner.columns"))
		for _, p := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%d\n", p.Node, p.Name, p.Address, p.State, p.Queue, stamp(p.Contact), p.Agreed)
		}
		return w.Flush()
	})
}

func stamp(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.Local().Format("2006-01-02 15:04:05")
}

type partnerRemove struct {
	Node string `arg:"" help:"${partner_node}"`
}

// Run ends the trust in a partner.
func (c *partnerRemove) Run(t *Terminal) error {
	return t.with(func(n *node.Node) error {
		_, err := t.run(n, "cooperation.remove-partner", map[string][]string{"node": {c.Node}})
		if err == nil {
			t.printf("%s\n", t.say("cli.partner.removed", "Node", c.Node))
		}
		return err
	})
}

type exchangeCmd struct {
	Export exchangeExport `cmd:"" help:"${exchange_export}"`
	Import exchangeImport `cmd:"" help:"${exchange_import}"`
}

type exchangeExport struct {
	Node string `arg:"" help:"${partner_node}"`
	File string `arg:"" help:"${exchange_file}" type:"path"`
}

// Run writes what waits for a partner into a file that only it can open.
func (c *exchangeExport) Run(t *Terminal) error {
	return t.with(func(n *node.Node) error {
		more, err := false, error(nil)
		err = whole(c.File, func(w io.Writer) (err error) {
			more, err = n.Border.Export(t.ctx, c.Node, w)
			return err
		})
		if err != nil {
			return err
		}
		t.printf("%s\n", t.say("cli.exchange.exported", "Node", c.Node, "File", c.File))
		if more {
			t.printf("%s\n", t.say("cli.exchange.more"))
		}
		return nil
	})
}

type exchangeImport struct {
	File   string `arg:"" help:"${exchange_file}" type:"path"`
	Answer string `help:"${exchange_answer}" type:"path"`
}

// Run takes in a partner's file and, if asked, writes the one that answers it.
func (c *exchangeImport) Run(t *Terminal) error {
	in, err := os.Open(c.File)
	if err != nil {
		return fault.Invalid("file", "cli.no-file").With("Path", c.File)
	}
	defer in.Close()
	return t.with(func(n *node.Node) error {
		var got exchange.Imported
		var err error
		if c.Answer == "" {
			got, err = n.Border.Import(t.ctx, in, nil)
		} else {
			err = whole(c.Answer, func(w io.Writer) (err error) {
				got, err = n.Border.Import(t.ctx, in, w)
				return err
			})
		}
		if err != nil {
			return err
		}
		t.printf("%s\n", t.say("cli.exchange.imported", "Node", got.From, "Count", got.Taken, "Held", got.Held, "Receipts", got.Receipts))
		return nil
	})
}

// whole writes a file that is there completely or not at all.
func whole(path string, write func(io.Writer) error) error {
	half := path + ".part"
	f, err := os.OpenFile(half, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.Invalid("file", "cli.no-file").With("Path", path)
	}
	defer os.Remove(half)
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(half, path)
}
