// Package cli is the terminal: the operator's commands, and every verb of the
// catalogue by `istmo do`. It knows no feature.
//
// Whoever sits at the terminal with the node's key may administer and read the
// ledger, and may not read a person: at the terminal one is the operator, with
// the roles of administrator and auditor. To do what somebody else may do, one
// brings their token.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"istmo/access"
	"istmo/fault"
	"istmo/i18n"
	"istmo/node"
	"istmo/web"
)

// Terminal is where a command runs.
type Terminal struct {
	Out, Err io.Writer
	In       io.Reader
	Lang     string
	ctx      context.Context
	data     string
	pages    func(*node.Node, *web.Site) // of the demo
}

// grammar is every command.
type grammar struct {
	Data string `help:"${data}" env:"ISTMO_DATA" default:"istmo-data" type:"path"`
	Lang string `help:"${lang}" env:"ISTMO_LANG" enum:"es,en," default:""`

	Init       initCmd       `cmd:"" help:"${init}"`
	Serve      serveCmd      `cmd:"" help:"${serve}"`
	Partner    partnerCmd    `cmd:"" help:"${partner}"`
	User       userCmd       `cmd:"" help:"${user}"`
	Do         doCmd         `cmd:"" help:"${do}"`
	Exchange   exchangeCmd   `cmd:"" help:"${exchange}"`
	HTCDS      htcdsCmd      `cmd:"" name:"htcds" help:"${htcds}"`
	Plan       planCmd       `cmd:"" help:"${plan}"`
	Indicators indicatorsCmd `cmd:"" help:"${indicators}"`
	Release    releaseCmd    `cmd:"" help:"${release}"`
	Estimate   estimateCmd   `cmd:"" help:"${estimate}"`
	Import     importCmd     `cmd:"" help:"${import}"`
	Watch      watchCmd      `cmd:"" help:"${watch}"`
	Ledger     ledgerCmd     `cmd:"" help:"${ledger}"`
	Backup     backupCmd     `cmd:"" help:"${backup}"`
	Restore    restoreCmd    `cmd:"" help:"${restore}"`
	Config     configCmd     `cmd:"" help:"${config}"`
	Version    versionCmd    `cmd:"" help:"${version}"`
}

// Command is one more command that the program brings, such as the demo.
type Command struct {
	Name  string
	Run   any                         // a struct for kong with a method Run(*Terminal) error
	Pages func(*node.Node, *web.Site) // what it adds to a node that serves
}

// Run parses and carries out args, and returns the exit status: 0 done, 1
// refused or failed, 2 not understood.
func Run(args []string, extra ...Command) int {
	syscall.Umask(0o077) // what a node writes is its operator's own
	t := &Terminal{Out: os.Stdout, Err: os.Stderr, In: os.Stdin, Lang: language(args)}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	t.ctx = ctx
	slog.SetDefault(slog.New(slog.NewTextHandler(t.Err, nil)))

	var g grammar
	options := []kong.Option{kong.Name("istmo"), kong.Description(t.say("cli.about")), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), words(t.Lang)}
	for _, c := range extra {
		t.pages = c.Pages
		options = append(options, kong.DynamicCommand(c.Name, t.say("cli."+c.Name), "", c.Run))
	}
	parser, err := kong.New(&g, options...)
	if err != nil {
		panic(err)
	}
	parsed, err := parser.Parse(dashes(args))
	if err != nil {
		fmt.Fprintln(t.Err, "istmo: "+err.Error())
		return 2
	}
	t.data = g.Data
	if err := parsed.Run(t); err != nil {
		t.tell(err)
		return 1
	}
	return 0
}

// dashes lets a long flag be written with one dash, as Go's own tools have it.
func dashes(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		if len(a) > 2 && a[0] == '-' && a[1] >= 'a' && a[1] <= 'z' {
			a = "-" + a
		}
		out[i] = a
	}
	return out
}

// language is that of --lang, else of the environment, else Spanish.
func language(args []string) string {
	lang := os.Getenv("ISTMO_LANG")
	if lang == "" {
		lang = os.Getenv("LANG")
	}
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			lang = v
		} else if a == "--lang" && i+1 < len(args) {
			lang = args[i+1]
		}
	}
	if strings.HasPrefix(lang, "en") {
		return "en"
	}
	return "es"
}

// words gives kong every help text in the reader's language.
func words(lang string) kong.Vars {
	vars := kong.Vars{}
	for _, key := range i18n.Keys(lang) {
		if name, ok := strings.CutPrefix(key, "cli.help."); ok {
			vars[strings.ReplaceAll(name, "-", "_")] = i18n.Say(lang, key)
		}
	}
	return vars
}

func (t *Terminal) say(key string, values ...any) string { return i18n.Say(t.Lang, key, values...) }

// Printf writes to the terminal.
func (t *Terminal) printf(format string, args ...any) { fmt.Fprintf(t.Out, format, args...) }

// tell says what went wrong: each fault with its field, or, if it is none, the
// error as it is, for the operator.
func (t *Terminal) tell(err error) {
	faults := fault.All(err)
	for _, f := range faults {
		fmt.Fprintln(t.Err, "istmo: "+t.sentence(f))
	}
	if len(faults) == 0 && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(t.Err, "istmo: "+err.Error())
	}
}

// open opens the node in the data directory.
func (t *Terminal) open() (*node.Node, error) {
	c, err := node.Load(t.data)
	if err != nil {
		return nil, err
	}
	return node.Open(t.ctx, c, node.Options{Pages: t.pages})
}

// with opens the node, runs f and closes it.
func (t *Terminal) with(f func(*node.Node) error) error {
	n, err := t.open()
	if err != nil {
		return err
	}
	return errors.Join(f(n), n.Close())
}

// operator is who sits at the terminal.
func operator(n *node.Node) access.Who {
	return access.Who{Kind: access.User, ID: "operator", Node: n.Config.Node, Roles: []access.Role{access.Administrator, access.Auditor}}
}

// Context ends when the operator interrupts.
func (t *Terminal) Context() context.Context { return t.ctx }

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}
