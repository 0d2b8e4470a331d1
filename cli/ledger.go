package cli

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"istmo/access"
	"istmo/exchange"
	"istmo/fault"
	"istmo/ledger"
	"istmo/node"
)

type ledgerCmd struct {
	Verify ledgerVerify `cmd:"" help:"${ledger_verify}"`
	Show   ledgerShow   `cmd:"" help:"${ledger_show}"`
	Check  ledgerCheck  `cmd:"" help:"${ledger_check}"`
}

type ledgerVerify struct {
	JSON bool `help:"${as_json}" name:"json"`
}

// Run proves the whole history; what it finds is its exit status.
func (c *ledgerVerify) Run(t *Terminal) error {
	return t.with(func(n *node.Node) error {
		p := t.progress()
		report, err := n.Verify(t.ctx, p.at)
		p.end()
		if err != nil {
			return err
		}
		if c.JSON {
			if err := t.json(report); err != nil {
				return err
			}
		} else {
			t.report(report)
		}
		if !report.Sound() {
			return fault.Conflict("cli.ledger.unsound").With("Count", len(report.Findings)+report.More)
		}
		return nil
	})
}

func (t *Terminal) report(r ledger.Report) {
	t.printf("%s\n", t.say("cli.ledger.size", "Count", r.Size, "Root", r.Root))
	for _, p := range r.Partners {
		t.printf("  %s: %s\n", p.Partner, t.say("ledger.countersigned."+string(p.State), "Partner", p.Partner, "Size", p.Size, "At", stamp(p.At)))
	}
	for _, f := range r.Findings {
		t.printf("  ! %s\n", t.say(f.Key(), f.Args()...))
	}
	if r.Sound() {
		t.printf("%s\n", t.say("cli.ledger.sound"))
	}
}

type ledgerShow struct {
	Object  string `help:"${ledger_object}"`
	Actor   string `help:"${ledger_actor}"`
	Verb    string `help:"${ledger_verb}"`
	Outcome string `help:"${ledger_outcome}"`
	Before  int64  `help:"${ledger_before}"`
	Limit   int64  `help:"${ledger_limit}" default:"50"`
	JSON    bool   `help:"${as_json}" name:"json"`
}

// Run lists deeds, newest first.
func (c *ledgerShow) Run(t *Terminal) error {
	return t.with(func(n *node.Node) error {
		entry, _ := n.Engine.Verbs.Find(access.Verb("ledger.show"))
		input, err := entry.FromValues(map[string][]string{"object": {c.Object}, "actor": {c.Actor}, "verb": {c.Verb},
			"outcome": {c.Outcome}, "before": {fmt.Sprint(c.Before)}, "limit": {fmt.Sprint(c.Limit)}}, true)
		if err != nil {
			return err
		}
		answer, err := n.Engine.Question(t.ctx, operator(n), entry, input)
		if err != nil {
			return err
		}
		if c.JSON {
			return t.json(answer)
		}
		w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', 0)
		for _, d := range answer.([]ledger.Deed) {
			fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", d.Seq, stamp(d.At), d.Actor, d.Verb, d.Object, d.Outcome, d.Policy)
		}
		return w.Flush()
	})
}

type ledgerCheck struct {
	Proof string `arg:"" help:"${ledger_check_proof}"`
	Card  string `arg:"" help:"${ledger_check_card}"`
}

// Run checks a downloaded proof with the public key of a node's card. It needs
// neither node nor network: a person's own counsel can run it.
func (c *ledgerCheck) Run(t *Terminal) error {
	text, err := t.readFile(c.Card)
	if err != nil {
		return err
	}
	card, err := exchange.ParseCard(text)
	if err != nil {
		return err
	}
	if text, err = t.readFile(c.Proof); err != nil {
		return err
	}
	var proof ledger.Inclusion
	if err := json.Unmarshal([]byte(text), &proof); err != nil {
		return fault.Invalid("proof", "ledger.bad-proof")
	}
	d, err := ledger.VerifyInclusion(proof, card.Sign)
	if err != nil {
		return err
	}
	t.printf("%s\n", t.say("cli.ledger.proven", "Node", card.Node, "Seq", d.Seq, "Actor", d.Actor, "Verb", d.Verb, "Object", d.Object,
		"Outcome", d.Outcome, "At", d.At.Format(time.RFC3339)))
	return nil
}
