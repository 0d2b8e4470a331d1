package ledger

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"istmo/fault"
	"istmo/store"
)

// Anchor writes the last checkpoint of the database to a file beside it, so
// that an older copy of the database put in its place is found by the node
// alone. It reads what is committed and nothing else. An anchor that the
// database does not continue is left as it is and told as a Conflict: the file
// is then the evidence.
func Anchor(ctx context.Context, db *store.DB, path string) error {
	var last stored
	err := db.Read(ctx, func(tx *store.Tx) error {
		if err := anchored(tx, path); err != nil {
			return err
		}
		var err error
		last, err = lastCheckpoint(tx)
		return err
	})
	if fault.Is(err, fault.KindNotFound) {
		return nil // nothing signed yet
	}
	if err != nil {
		return err
	}
	if err := replaceFile(path, []byte(last.note)); err != nil {
		return fault.Internal("ledger: anchor", err)
	}
	return nil
}

// anchored checks that the history continues the anchor, if there is one.
func anchored(tx *store.Tx, path string) error {
	signed, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fault.Internal("ledger: anchor", err)
	}
	s, err := signerOf(tx)
	if err != nil {
		return err
	}
	now, err := treeOf(tx)
	if err != nil {
		return fault.Internal("ledger: anchor", err)
	}
	t, err := openCheckpoint(signed, s.own())
	if err != nil || !continues(tx, now, t) {
		return fault.Conflict("ledger.broken")
	}
	return nil
}

// replaceFile writes path so that a crash leaves either the old or the new whole.
func replaceFile(path string, content []byte) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".anchor-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
