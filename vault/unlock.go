package vault

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"filippo.io/age"

	"istmo/fault"
)

// Unlock says what opens node.key: exactly one of a file that holds a passphrase
// and a file that holds an age identity. Either lies outside the data directory,
// so that whoever copies that directory has not got both, and is readable by
// nobody but its owner.
type Unlock struct{ PassphraseFile, KeyFile string }

const (
	scryptWork      = 16 // 2^16: 64 MiB and about a third of a second, once per start
	shortPassphrase = 16 // characters; below it a stolen node.key is worth guessing at
	longUnlock      = 64 << 10
)

// NewKeyFile writes a fresh identity to path, which must not be there yet, in
// the form that age-keygen writes: a post-quantum hybrid (ML-KEM-768 with
// X25519), because node.key may be copied today and attacked in twenty years.
func NewKeyFile(path string) error {
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		return fault.Internal("vault: make a key file", err)
	}
	content := fmt.Sprintf("# Opens an istmo node.key. Keep it apart from the data directory and its backups.\n%s\n", identity)
	if err := writeNew(path, []byte(content)); errors.Is(err, os.ErrExist) {
		return fault.Conflict("vault.key-file.exists").With("File", path)
	} else if err != nil {
		return fault.Internal("vault: write a key file", err)
	}
	return nil
}

// path is the file that is named, and field what its setting is called.
func (u Unlock) path() string { return u.PassphraseFile + u.KeyFile }

func (u Unlock) field() string {
	if u.KeyFile != "" {
		return "key-file"
	}
	return "passphrase-file"
}

// recipient seals node.key so that this Unlock opens it.
func (u Unlock) recipient(dataDir string) (age.Recipient, error) {
	text, err := u.read(dataDir)
	if err != nil {
		return nil, err
	}
	if u.PassphraseFile != "" {
		if utf8.RuneCount(text) < shortPassphrase {
			return nil, u.invalid("vault.passphrase.short").With("Count", shortPassphrase)
		}
		r, err := age.NewScryptRecipient(string(text))
		if err == nil {
			r.SetWorkFactor(scryptWork)
		}
		return r, err
	}
	identities, err := age.ParseIdentities(bytes.NewReader(text))
	if err != nil || len(identities) != 1 {
		return nil, u.invalid("vault.key-file.unreadable")
	}
	switch i := identities[0].(type) {
	case *age.HybridIdentity:
		return i.Recipient(), nil
	case *age.X25519Identity:
		return i.Recipient(), nil
	}
	return nil, u.invalid("vault.key-file.unreadable")
}

// identities open a node.key that was sealed for this Unlock.
func (u Unlock) identities(dataDir string) ([]age.Identity, error) {
	text, err := u.read(dataDir)
	if err != nil {
		return nil, err
	}
	if u.PassphraseFile != "" {
		i, err := age.NewScryptIdentity(string(text))
		if err != nil {
			return nil, u.invalid("vault.passphrase.short").With("Count", shortPassphrase)
		}
		return []age.Identity{i}, nil
	}
	identities, err := age.ParseIdentities(bytes.NewReader(text))
	if err != nil { // age's words would quote the line
		return nil, u.invalid("vault.key-file.unreadable")
	}
	return identities, nil
}

// read checks that the file is where and how it must be, and reads it.
func (u Unlock) read(dataDir string) ([]byte, error) {
	if (u.PassphraseFile == "") == (u.KeyFile == "") {
		return nil, fault.Invalid("key-file", "vault.unlock.one")
	}
	facts, err := os.Stat(u.path())
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, u.invalid("vault.unlock.missing")
	case err != nil:
		return nil, fault.Internal("vault: unlock", err)
	case !facts.Mode().IsRegular() || facts.Size() > longUnlock:
		return nil, u.invalid("vault.unlock.no-file")
	case facts.Mode().Perm()&0o077 != 0:
		return nil, u.invalid("vault.unlock.readable")
	}
	inside, err := within(dataDir, u.path())
	if err != nil {
		return nil, fault.Internal("vault: unlock", err)
	}
	if inside {
		return nil, u.invalid("vault.unlock.inside").With("Dir", dataDir)
	}
	text, err := os.ReadFile(u.path())
	if err != nil {
		return nil, fault.Internal("vault: unlock", err)
	}
	return bytes.TrimRight(text, "\r\n"), nil
}

func (u Unlock) invalid(key string) *fault.Fault {
	return fault.Invalid(u.field(), key).With("File", u.path())
}

// within reports whether file lies in dir or below it, links followed.
func within(dir, file string) (bool, error) {
	for _, p := range []*string{&dir, &file} {
		real, err := filepath.EvalSymlinks(*p)
		if err == nil {
			real, err = filepath.Abs(real)
		}
		if err != nil {
			return false, err
		}
		*p = real
	}
	rel, err := filepath.Rel(dir, file)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)), nil
}
