package node

import (
	_ "embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"istmo/fault"
	"istmo/notices"
	"istmo/vault"
)

// Config is what an operator decides. Its zero value, with a data directory, is
// a working node on loopback. `istmo config` prints it with explanations.
type Config struct {
	Data string `toml:"-"` // the data directory

	Node    string `toml:"node,omitempty"`    // "PA"; begins with the country's code
	Country string `toml:"country,omitempty"` // ISO 3166-1 alpha-2
	Name    string `toml:"name,omitempty"`    // the institution that runs it

	Listen string `toml:"listen,omitempty"` // where browsers and programs come
	Site   string `toml:"site,omitempty"`   // the address that people type, if it is another
	Proxy  string `toml:"proxy,omitempty"`  // the address of the proxy in front, whose word on who comes is taken

	ExchangeListen  string   `toml:"exchange_listen,omitempty"`  // where partners come; empty for a node that only dials out
	ExchangeAddress string   `toml:"exchange_address,omitempty"` // the address that partners dial, if it is another
	ExchangePoll    Duration `toml:"exchange_poll,omitzero"`     // how often quiet partners are asked

	Postgres string `toml:"postgres,omitempty"` // an address; empty for the embedded database

	KeyFile        string `toml:"key_file,omitempty"`        // opens node.key; one of these two
	PassphraseFile string `toml:"passphrase_file,omitempty"` // outside the data directory

	SessionIdle Duration `toml:"session_idle,omitzero"`
	SessionMost Duration `toml:"session_most,omitzero"`
	ClockEvery  Duration `toml:"clock_every,omitzero"` // how often deadlines are looked at

	MailServer       string   `toml:"mail_server,omitempty"` // where e-mail is handed in; empty for none
	MailTLS          string   `toml:"mail_tls,omitempty"`    // starttls, implicit, or none on loopback
	MailUser         string   `toml:"mail_user,omitempty"`
	MailPasswordFile string   `toml:"mail_password_file,omitempty"`
	MailFrom         string   `toml:"mail_from,omitempty"`
	PushContact      string   `toml:"push_contact,omitempty"` // whom push services may write to; empty for no web push
	PushHosts        []string `toml:"push_hosts,omitempty"`   // the push services that may be spoken with
	OutgoingCA       string   `toml:"outgoing_ca,omitempty"`  // certificates that mail server and push services are trusted by, beside the system's

	Demo bool `toml:"demo,omitempty"` // everything is invented, and every page says so
}

// Duration is a length of time as people write it, "30s" or "12h".
type Duration time.Duration

// UnmarshalText reads it.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

// MarshalText writes it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// ConfigFile is the name of the configuration in the data directory.
const ConfigFile = "istmo.toml"

//go:embed config.toml
var annotated string

// Annotated is the whole configuration with its explanations and defaults.
func Annotated() string { return annotated }

// Load reads the configuration of a data directory. A setting that is not known
// is a fault: a misspelt one would silently stay at its default.
func Load(dir string) (Config, error) {
	c := Config{Data: dir}
	path := filepath.Join(dir, ConfigFile)
	meta, err := toml.DecodeFile(path, &c)
	if errors.Is(err, fs.ErrNotExist) {
		return c, fault.NotFoundIn("node.no-config").With("Path", path)
	}
	if err != nil {
		return c, fault.Invalid(ConfigFile, "node.config-broken").With("Why", err.Error())
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return c, fault.Invalid(unknown[0].String(), "node.config-unknown").With("Name", unknown[0].String())
	}
	return c.filled(), nil
}

// Save writes the settings that differ from the annotated defaults.
func (c Config) Save() error {
	var b strings.Builder
	b.WriteString("# This node's settings; `istmo config` explains each.\n")
	if err := toml.NewEncoder(&b).Encode(c); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.Data, ConfigFile), []byte(b.String()), 0o600)
}

func (c Config) filled() Config {
	or(&c.Node, "XX")
	or(&c.Country, c.Node[:min(2, len(c.Node))])
	or(&c.Name, "istmo "+c.Node)
	or(&c.Listen, "127.0.0.1:8400")
	or(&c.Site, "http://"+strings.Replace(c.Listen, "127.0.0.1", "localhost", 1))
	if c.ExchangeAddress == "" && c.ExchangeListen != "" {
		c.ExchangeAddress = "https://" + c.ExchangeListen
	}
	or(&c.ExchangePoll, Duration(30*time.Second))
	or(&c.ClockEvery, Duration(time.Minute))
	or(&c.MailTLS, "starttls")
	if c.PushHosts == nil {
		c.PushHosts = notices.KnownHosts
	}
	return c
}

func or[T comparable](v *T, otherwise T) {
	var zero T
	if *v == zero {
		*v = otherwise
	}
}

func (c Config) unlock() vault.Unlock {
	return vault.Unlock{KeyFile: c.KeyFile, PassphraseFile: c.PassphraseFile}
}

func (c Config) path(name string) string { return filepath.Join(c.Data, name) }
