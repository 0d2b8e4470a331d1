package cli

import (
	"errors"
	"io"
	"os"
	"runtime/debug"

	"istmo/backup"
	"istmo/fault"
	"istmo/node"
	"istmo/vault"
)

type initCmd struct {
	Node            string `help:"${init_node}" required:"" placeholder:"PA"`
	Country         string `help:"${init_country}" placeholder:"PA"`
	Name            string `help:"${init_name}"`
	Listen          string `help:"${init_listen}" placeholder:"127.0.0.1:8400"`
	Site            string `help:"${init_site}"`
	ExchangeListen  string `help:"${init_exchange_listen}"`
	ExchangeAddress string `help:"${init_exchange_address}"`
	Postgres        string `help:"${init_postgres}"`
	KeyFile         string `help:"${init_key_file}" type:"path"`
	NewKeyFile      string `help:"${init_new_key_file}" type:"path"`
	PassphraseFile  string `help:"${init_passphrase_file}" type:"path"`
}

// Run makes the data directory.
func (c *initCmd) Run(t *Terminal) error {
	if c.NewKeyFile != "" {
		if err := vault.NewKeyFile(c.NewKeyFile); err != nil {
			return err
		}
		c.KeyFile = c.NewKeyFile
	}
	config := node.Config{Data: t.data, Node: c.Node, Country: c.Country, Name: c.Name, Listen: c.Listen, Site: c.Site,
		ExchangeListen: c.ExchangeListen, ExchangeAddress: c.ExchangeAddress, Postgres: c.Postgres,
		KeyFile: c.KeyFile, PassphraseFile: c.PassphraseFile}
	if err := node.Init(config); err != nil {
		return err
	}
	t.printf("%s\n", t.say("cli.init.done", "Node", c.Node, "Path", absolute(t.data)))
	return nil
}

type serveCmd struct{}

// Run serves until interrupted.
func (c *serveCmd) Run(t *Terminal) error {
	return t.with(func(n *node.Node) error { return n.Serve(t.ctx) })
}

type backupCmd struct {
	Folder string `arg:"" help:"${backup_folder}" type:"path"`
}

// Run backs up.
func (c *backupCmd) Run(t *Terminal) error {
	return t.with(func(n *node.Node) error {
		p := t.progress()
		report, err := backup.Write(t.ctx, n.ForBackup(), c.Folder, func(b backup.Progress) { p.at(b.Done, b.Total) })
		p.end()
		if err == nil {
			t.printf("%s\n", t.say("cli.backup.done", "File", report.File, "Count", report.Rows))
		}
		return err
	})
}

type restoreCmd struct {
	From string `arg:"" help:"${restore_from}" type:"path"`
}

// Run restores into a node that has nothing yet.
func (c *restoreCmd) Run(t *Terminal) error {
	config, err := node.Load(t.data)
	if err != nil {
		return err
	}
	p := t.progress()
	report, err := node.Restore(t.ctx, config, c.From, func(b backup.Progress) { p.at(b.Done, b.Total) })
	p.end()
	if err == nil {
		t.printf("%s\n", t.say("cli.restore.done", "Count", report.Rows, "Erased", report.Erased, "At", report.At.Format("2006-01-02 15:04")))
	}
	return err
}

type configCmd struct{}

// Run prints the annotated configuration.
func (c *configCmd) Run(t *Terminal) error {
	_, err := io.WriteString(t.Out, node.Annotated())
	return err
}

type versionCmd struct{}

// Run prints the version that the program was built from.
func (c *versionCmd) Run(t *Terminal) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("built without its version")
	}
	version := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			version += " " + s.Value[:min(12, len(s.Value))]
		}
	}
	t.printf("istmo %s %s\n", version, info.GoVersion)
	return nil
}

// readFile reads an argument's file, "-" being what is typed or piped.
func (t *Terminal) readFile(path string) (string, error) {
	if path == "-" {
		text, err := io.ReadAll(t.In)
		return string(text), err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fault.Invalid("file", "cli.no-file").With("Path", path)
	}
	return string(text), nil
}
