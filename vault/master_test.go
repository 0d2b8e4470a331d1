package vault_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"istmo/fault"
	"istmo/vault"
)

func keyFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "unlock.key")
	if err := vault.NewKeyFile(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func passphraseFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMaster(t *testing.T) {
	for name, unlock := range map[string]vault.Unlock{
		"key file":   {KeyFile: keyFile(t)},
		"passphrase": {PassphraseFile: passphraseFile(t, "doce palabras sin sentido alguno\n")},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "node.key")
			made, err := vault.CreateMaster(path, unlock)
			if err != nil {
				t.Fatal(err)
			}
			opened, err := vault.OpenMaster(path, unlock)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(made.Derive("istmo/db", 32), opened.Derive("istmo/db", 32)) {
				t.Error("the opened secret is another")
			}
			if bytes.Equal(made.Derive("istmo/db", 32), made.Derive("istmo/vault", 32)) {
				t.Error("two labels, one key")
			}
			if facts, err := os.Stat(path); err != nil || facts.Mode().Perm() != 0o600 {
				t.Errorf("node.key is %v, %v", facts.Mode(), err)
			}
			if _, err := vault.CreateMaster(path, unlock); !fault.Is(err, fault.KindConflict) {
				t.Errorf("a second node key over the first: %v", err)
			}
		})
	}
}

// Derived keys are for ever: another value here would lose every node its data.
func TestDeriveVector(t *testing.T) {
	dir := t.TempDir()
	// A node.key whose secret is 32 times 0x07, and the identity that opens it.
	copyFile(t, "testdata/node.key", filepath.Join(dir, "node.key"))
	unlock := filepath.Join(t.TempDir(), "unlock.key")
	copyFile(t, "testdata/unlock.key", unlock)
	m, err := vault.OpenMaster(filepath.Join(dir, "node.key"), vault.Unlock{KeyFile: unlock})
	if err != nil {
		t.Fatal(err)
	}
	const want = "06fda99381dc1926f4fd69de09c799d8d2d6dabb5001d165317bd5a49d0ca469"
	if got := hex.EncodeToString(m.Derive("istmo/vault", 32)); got != want {
		t.Errorf("istmo/vault is %s, want %s", got, want)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// The secret is not in what a careless log line would print.
func TestMasterIsSilent(t *testing.T) {
	m, err := vault.CreateMaster(filepath.Join(t.TempDir(), "node.key"), vault.Unlock{KeyFile: keyFile(t)})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "master", m, "in", struct{ M *vault.Master }{m})
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "master", m)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		if got := fmt.Sprintf(verb, m); got != "vault.Master(secret)" {
			t.Errorf("%s prints %q", verb, got)
		}
	}
	if strings.Count(log.String(), "[") > 0 {
		t.Errorf("the log holds an array: %s", log.String())
	}
}

func TestUnlockFaults(t *testing.T) {
	data := t.TempDir()
	path := filepath.Join(data, "node.key")
	good := vault.Unlock{KeyFile: keyFile(t)}
	if _, err := vault.CreateMaster(path, good); err != nil {
		t.Fatal(err)
	}
	open := keyFile(t)
	os.Chmod(open, 0o640)
	inside := filepath.Join(data, "below", "unlock.key")
	os.Mkdir(filepath.Dir(inside), 0o700)
	if err := vault.NewKeyFile(inside); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	os.Symlink(inside, link)
	for _, c := range []struct {
		name, field, key string
		unlock           vault.Unlock
	}{
		{"neither", "key-file", "vault.unlock.one", vault.Unlock{}},
		{"both", "key-file", "vault.unlock.one", vault.Unlock{KeyFile: good.KeyFile, PassphraseFile: good.KeyFile}},
		{"missing", "key-file", "vault.unlock.missing", vault.Unlock{KeyFile: path + ".no"}},
		{"a folder", "passphrase-file", "vault.unlock.no-file", vault.Unlock{PassphraseFile: t.TempDir()}},
		{"readable by the group", "key-file", "vault.unlock.readable", vault.Unlock{KeyFile: open}},
		{"inside", "key-file", "vault.unlock.inside", vault.Unlock{KeyFile: inside}},
		{"inside by a link", "key-file", "vault.unlock.inside", vault.Unlock{KeyFile: link}},
		{"another's", "key-file", "vault.unlock.wrong", vault.Unlock{KeyFile: keyFile(t)}},
		{"a passphrase for a key", "passphrase-file", "vault.unlock.wrong", vault.Unlock{PassphraseFile: passphraseFile(t, "some passphrase that is long")}},
		{"no identity", "key-file", "vault.key-file.unreadable", vault.Unlock{KeyFile: passphraseFile(t, "secret words")}},
		{"an empty passphrase", "passphrase-file", "vault.passphrase.short", vault.Unlock{PassphraseFile: passphraseFile(t, "\n")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := vault.OpenMaster(path, c.unlock)
			all := fault.All(err)
			if len(all) != 1 || all[0].Key != c.key || all[0].Field != c.field {
				t.Errorf("got %v, want %s on %s", err, c.key, c.field)
			}
			if strings.Contains(err.Error(), "secret words") {
				t.Errorf("the fault quotes the file: %v", err)
			}
		})
	}
}

func TestWrongPassphrase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.key")
	if _, err := vault.CreateMaster(path, vault.Unlock{PassphraseFile: passphraseFile(t, "the right long passphrase")}); err != nil {
		t.Fatal(err)
	}
	_, err := vault.OpenMaster(path, vault.Unlock{PassphraseFile: passphraseFile(t, "the wrong long passphrase")})
	if all := fault.All(err); len(all) != 1 || all[0].Key != "vault.unlock.wrong" {
		t.Errorf("got %v", err)
	}
}

func TestCreateMasterFaults(t *testing.T) {
	for name, c := range map[string]struct {
		key    string
		unlock vault.Unlock
	}{
		"a short passphrase": {"vault.passphrase.short", vault.Unlock{PassphraseFile: passphraseFile(t, "fifteen letters\n")}},
		"an empty key file":  {"vault.key-file.unreadable", vault.Unlock{KeyFile: passphraseFile(t, "# nothing\n")}},
	} {
		path := filepath.Join(t.TempDir(), "node.key")
		_, err := vault.CreateMaster(path, c.unlock)
		if all := fault.All(err); len(all) != 1 || all[0].Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s: a node key was written", name)
		}
	}
}

func TestNodeKeyFaults(t *testing.T) {
	unlock := vault.Unlock{KeyFile: keyFile(t)}
	path := filepath.Join(t.TempDir(), "node.key")
	if _, err := vault.OpenMaster(path, unlock); fault.All(err) == nil || fault.All(err)[0].Key != "vault.node-key.missing" {
		t.Errorf("no node key: %v", err)
	}
	if _, err := vault.CreateMaster(path, unlock); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(whole, []byte("\n"))
	body := len(whole) - len(lines[len(lines)-2]) - 10 // in the last line of the sealed text
	flipped := bytes.Clone(whole)
	flipped[body] = map[bool]byte{true: 'B', false: 'A'}[flipped[body] == 'A']
	for name, content := range map[string][]byte{
		"empty": nil, "cut": whole[:len(whole)/2], "altered": flipped, "something else": []byte("-----BEGIN SOMETHING-----"),
	} {
		os.WriteFile(path, content, 0o600)
		if _, err := vault.OpenMaster(path, unlock); fault.All(err) == nil || fault.All(err)[0].Key != "vault.node-key.damaged" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNewKeyFile(t *testing.T) {
	path := keyFile(t)
	content, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(content, []byte("\nAGE-SECRET-KEY-PQ-1")) {
		t.Errorf("not a hybrid identity: %v", err)
	}
	if facts, _ := os.Stat(path); facts.Mode().Perm() != 0o600 {
		t.Errorf("the key file is %v", facts.Mode())
	}
	if err := vault.NewKeyFile(path); !fault.Is(err, fault.KindConflict) {
		t.Errorf("written over: %v", err)
	}
	if again, _ := os.ReadFile(path); !bytes.Equal(again, content) {
		t.Error("the first key file is gone")
	}
}
