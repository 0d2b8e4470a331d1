package node_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/BurntSushi/toml"

	"istmo/fault"
	"istmo/node"
)

// TestAnnotatedIsTheDefault holds the configuration that is printed to the
// settings that exist.
func TestAnnotatedIsTheDefault(t *testing.T) {
	var c node.Config
	meta, err := toml.Decode(node.Annotated(), &c)
	if err != nil || len(meta.Undecoded()) > 0 {
		t.Fatal(err, meta.Undecoded())
	}
	empty, err := toml.Marshal(node.Config{})
	if err != nil || len(empty) != 0 {
		t.Errorf("the zero configuration is written as %q", empty)
	}
	if c.Listen != "127.0.0.1:8400" || c.Demo {
		t.Errorf("%+v", c)
	}
}

func TestConfigurationFaults(t *testing.T) {
	for name, text := range map[string]string{"node.config-unknown": "lissten = \"x\"\n", "node.config-broken": "listen = \n"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, node.ConfigFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := node.Load(dir); len(fault.All(err)) == 0 || fault.All(err)[0].Key != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := node.Load(t.TempDir()); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("without a configuration: %v", err)
	}
}
