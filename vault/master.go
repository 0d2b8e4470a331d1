package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"filippo.io/age"
	"filippo.io/age/armor"

	"istmo/fault"
)

// Master is the node's one secret. It is held in memory only, and every other
// key of the node is derived from it.
type Master struct{ secret [masterSize]byte }

const (
	masterSize = 32
	nodeKeyTop = "istmo node key 1\n" // the first line inside node.key, before the secret
)

// Derive makes n bytes of key for one purpose by HKDF-SHA256 (RFC 5869). Labels
// in use are "istmo/db", "istmo/vault", "istmo/index", "istmo/backup",
// "istmo/sign", "istmo/seal", "istmo/tls", "istmo/vapid" and "istmo/session"; one
// label is one
// purpose for as long as the node lives.
func (m *Master) Derive(label string, n int) []byte {
	key, err := hkdf.Key(sha256.New, m.secret[:], nil, label, n)
	if err != nil {
		panic("vault: HKDF-SHA256 makes at most 8160 bytes") // n is a constant of ours
	}
	return key
}

// Format keeps the secret out of every log and error, whatever the verb.
func (m *Master) Format(s fmt.State, _ rune) { io.WriteString(s, "vault.Master(secret)") }

// CreateMaster makes a new secret and writes it to path, sealed so that only
// unlock opens it. A file that is already there is left alone and is a Conflict,
// because whatever was sealed under it would be lost.
func CreateMaster(path string, unlock Unlock) (*Master, error) {
	recipient, err := unlock.recipient(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	m := &Master{}
	rand.Read(m.secret[:])
	sealed, err := sealMaster(m, recipient)
	if err != nil {
		return nil, fault.Internal("vault: seal the node key", err)
	}
	if err := writeNew(path, sealed); errors.Is(err, os.ErrExist) {
		return nil, fault.Conflict("vault.node-key.exists").With("File", path)
	} else if err != nil {
		return nil, fault.Internal("vault: write the node key", err)
	}
	return m, nil
}

func sealMaster(m *Master, to age.Recipient) ([]byte, error) {
	var file bytes.Buffer
	lines := armor.NewWriter(&file)
	w, err := age.Encrypt(lines, to)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(append([]byte(nodeKeyTop), m.secret[:]...)); err != nil {
		return nil, err
	}
	err = errors.Join(w.Close(), lines.Close())
	return file.Bytes(), err
}

// OpenMaster reads the node's secret from path. Its faults say which of the two
// files is missing, unsafe, damaged or not the other's.
func OpenMaster(path string, unlock Unlock) (*Master, error) {
	identities, err := unlock.identities(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.Invalid("node-key", "vault.node-key.missing").With("File", path)
	}
	if err != nil {
		return nil, fault.Internal("vault: open the node key", err)
	}
	defer file.Close()
	m, err := openMaster(file, identities)
	var mismatch *age.NoIdentityMatchError
	switch {
	case errors.As(err, &mismatch):
		return nil, fault.Invalid(unlock.field(), "vault.unlock.wrong").With("File", unlock.path())
	case err != nil: // age says where in the file, never what is in it
		return nil, fault.Invalid("node-key", "vault.node-key.damaged").With("File", path)
	}
	return m, nil
}

func openMaster(file io.Reader, identities []age.Identity) (*Master, error) {
	r, err := age.Decrypt(armor.NewReader(file), identities...)
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(r, 1<<10))
	if err != nil {
		return nil, err
	}
	secret, ok := bytes.CutPrefix(plain, []byte(nodeKeyTop))
	if !ok || len(secret) != masterSize {
		return nil, errors.New("vault: not a node key")
	}
	return &Master{secret: [masterSize]byte(secret)}, nil
}

// writeNew writes a file that must not be there yet, readable by its owner only,
// and has it on disk when it returns nil.
func writeNew(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
