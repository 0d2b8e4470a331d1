package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/i18n"
	"istmo/node"
)

type htcdsCmd struct {
	Preview htcdsPreview `cmd:"" help:"${htcds_preview}"`
	Import  htcdsImport  `cmd:"" help:"${htcds_import}"`
	Export  htcdsExport  `cmd:"" help:"${htcds_export}"`
}

type htcdsPreview struct {
	File string `arg:"" help:"${htcds_file}" type:"path"`
}

// Run says what is in a file and what is wrong with it, row by row. It needs no
// node and nobody's leave: the file is the reader's own.
func (c *htcdsPreview) Run(t *Terminal) error {
	in, size, err := openRecords(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	p := t.progress()
	preview, err := node.PreviewRecords(t.ctx, in, c.File, p.rows(size))
	p.end()
	if err != nil {
		return err
	}
	t.printf("%s\n", t.say("records.preview.counts", "Rows", preview.Rows, "Importable", preview.Importable, "Blocked", preview.Blocked, "Repeated", preview.Repeated))
	w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', 0)
	for _, k := range preview.Counts {
		for _, one := range preview.Problems {
			if one.Key == k.Key {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", t.say("records.row", "Row", one.Row), one.Field, t.say("htcds.severity."+one.Severity.String()), t.sentence(one.Fault))
			}
		}
		if k.N > shownOf(preview, k.Key) {
			fmt.Fprintf(w, "\t\t\t%s\n", t.say("records.more", "Count", k.N-shownOf(preview, k.Key)))
		}
	}
	if err := w.Flush(); err != nil || preview.Blocked == 0 && !preview.Stopped {
		return err
	}
	return fault.Conflict("records.preview.has-errors").With("Count", preview.Blocked)
}

func shownOf(p node.RecordsPreview, key string) (n int) {
	for _, one := range p.Problems {
		if one.Key == key {
			n++
		}
	}
	return n
}

type htcdsImport struct {
	File      string `arg:"" help:"${htcds_file}" type:"path"`
	TokenFile string `help:"${do_token_file}" type:"path"`
}

// Run takes in a file as the token's owner, into their agency. What is not done
// when it is interrupted is done when it is run again.
func (c *htcdsImport) Run(t *Terminal) error {
	in, size, err := openRecords(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	return t.with(func(n *node.Node) error {
		who, err := t.owner(n, c.TokenFile, "cases.import", "cases.import-record")
		if err != nil {
			return err
		}
		p := t.progress()
		came, err := n.ImportRecords(t.ctx, who, in, c.File, p.rows(size))
		p.end()
		if came.Rows > 0 {
			t.came(came)
		}
		if err == nil && len(came.Told) > 0 {
			err = fault.Conflict("records.not-all").With("Count", int(came.Rows-came.Imported-came.Unchanged))
		}
		return err
	})
}

// came says what came of an import, and of the rows that did not come in, which
// and why.
func (t *Terminal) came(c node.RecordsImport) {
	t.printf("%s\n", t.say("records.counts", "Rows", c.Rows, "Imported", c.Imported, "Unchanged", c.Unchanged,
		"Conflicts", c.Conflicts, "Elsewhere", c.Elsewhere, "Erased", c.Erased, "Blocked", c.Blocked))
	w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', 0)
	for _, one := range c.Told {
		f := &fault.Fault{Key: one.Key, Field: one.Field, Args: one.Args}
		fmt.Fprintf(w, "%s\t%s\t%s\n", t.say("records.row", "Row", one.Row), one.Field+strings.Join(one.Differs, ", "), t.sentence(f))
	}
	w.Flush()
}

type htcdsExport struct {
	File      string `arg:"" help:"${htcds_file}" type:"path"`
	TokenFile string `help:"${do_token_file}" type:"path"`
}

// Run writes everybody whom the token's owner accompanies.
func (c *htcdsExport) Run(t *Terminal) error {
	return t.with(func(n *node.Node) error {
		who, err := t.owner(n, c.TokenFile, "cases.export", "cases.export-record")
		if err != nil {
			return err
		}
		p, people := t.progress(), 0
		err = whole(c.File, func(w io.Writer) (err error) {
			people, err = n.ExportRecords(t.ctx, who, w, c.File, p.rows(0))
			return err
		})
		p.end()
		if err == nil {
			t.printf("%s\n", t.say("records.exported", "Count", people, "File", c.File))
		}
		return err
	})
}

// owner is whose token it is, if it covers the verbs. Without one it is the
// operator, who reads nobody.
func (t *Terminal) owner(n *node.Node, file string, verbs ...access.Verb) (access.Who, error) {
	if file == "" {
		return access.Who{}, fault.Invalid("token-file", "records.no-token")
	}
	token, err := t.readFile(file)
	if err != nil {
		return access.Who{}, err
	}
	who, scope, err := n.Gate.Bearer(t.ctx, strings.TrimSpace(token))
	for _, verb := range verbs {
		if err == nil && !scope.Allows(verb) {
			err = fault.Denied()
		}
	}
	return who, err
}

func openRecords(path string) (in *os.File, size int64, err error) {
	if in, err = os.Open(path); err != nil {
		return nil, 0, fault.Invalid("file", "cli.no-file").With("Path", path)
	}
	if info, err := in.Stat(); err == nil {
		size = info.Size()
	}
	return in, size, nil
}

func (t *Terminal) sentence(f *fault.Fault) string {
	args := []any{"Label", f.Field, "Field", f.Field}
	for name, value := range f.Args {
		args = append(args, name, value)
	}
	return i18n.Say(t.Lang, f.Key, args...)
}

// rows tells how many rows are done and, of a file of so many bytes, how much.
func (p *progress) rows(size int64) func(rows int, bytes int64) {
	return func(rows int, bytes int64) {
		if time.Since(p.last) < time.Second || !watched(p.t) {
			return
		}
		p.last, p.shown = time.Now(), true
		if size > 0 {
			fmt.Fprintf(p.t.Err, "\r%s (%d %%)", p.t.say("records.rows", "Count", rows), 100*min(bytes, size)/size)
		} else {
			fmt.Fprintf(p.t.Err, "\r%s", p.t.say("records.rows", "Count", rows))
		}
	}
}
