package backup

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"

	"filippo.io/age"

	"istmo/fault"
	"istmo/vault"
)

// reader reads one file, line by line, and trusts nothing before the trailer.
type reader struct {
	header
	name  string
	file  *os.File
	lines *bufio.Reader
	sum   hash.Hash
	rows  map[string]int64
	table *table
}

const ageTop = "age-encryption.org/v1\n" // how every age file begins

// newReader reads from a file's beginning, where a header of the given part must
// be. The file stays the caller's.
func newReader(file *os.File, part string, m *vault.Master) (*reader, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, fault.Internal("backup", err)
	}
	r := &reader{name: file.Name(), file: file, sum: sha256.New(), rows: map[string]int64{}}
	return r, r.begin(part, m)
}

func (r *reader) begin(part string, m *vault.Master) error {
	if err := r.decrypt(m); err != nil {
		return err
	}
	line, err := r.line()
	if err != nil {
		return err
	}
	r.sum.Write(line)
	if err := unmarshalStrict(line, &r.header); err != nil && r.Version <= version {
		return broken("backup.not-a-backup", r.name)
	}
	switch {
	case r.Istmo != magic || r.Part != part:
		return broken("backup.not-a-backup", r.name)
	case r.Version != version:
		return broken("backup.newer", r.name)
	}
	return nil
}

func (r *reader) decrypt(m *vault.Master) error {
	content := bufio.NewReaderSize(r.file, 1<<17)
	if top, _ := content.Peek(len(ageTop)); string(top) != ageTop {
		return broken("backup.not-a-backup", r.name)
	}
	identity, err := age.NewScryptIdentity(passphrase(m))
	if err != nil {
		return fault.Internal("backup", err)
	}
	identity.SetMaxWorkFactor(work)
	plain, err := age.Decrypt(content, identity)
	var mismatch *age.NoIdentityMatchError
	if errors.As(err, &mismatch) {
		return broken("backup.other-node", r.name)
	}
	if err != nil {
		return r.damaged(err)
	}
	unzipped, err := gzip.NewReader(plain)
	if err != nil {
		return r.damaged(err)
	}
	r.lines = bufio.NewReaderSize(unzipped, 1<<17)
	return nil
}

// line is the next line with its end. A file that ends before its trailer was
// cut short.
func (r *reader) line() ([]byte, error) {
	line, err := r.lines.ReadBytes('\n')
	if err != nil {
		return nil, r.damaged(err)
	}
	return line, nil
}

// each calls onTable for every table and onRow for its rows, and returns nil
// only when the trailer agrees with all that came before it.
func (r *reader) each(onTable func(*table) error, onRow func(row []any) error) error {
	for {
		line, err := r.line()
		if err != nil {
			return err
		}
		if line[0] == '[' {
			err = r.onRow(line, onRow)
		} else {
			var m mark
			if err := unmarshalStrict(line, &m); err != nil {
				return r.damaged(err)
			}
			if m.End != nil {
				return r.finish(m.End)
			}
			r.table, r.rows[m.Name] = &m.table, 0
			err = onTable(&m.table)
		}
		if err != nil {
			return err
		}
		r.sum.Write(line)
	}
}

func (r *reader) onRow(line []byte, onRow func([]any) error) error {
	row, err := decodeRow(line)
	if err != nil || r.table == nil || len(row) != len(r.table.Columns) {
		return r.damaged(errLine)
	}
	r.rows[r.table.Name]++
	return onRow(row)
}

func (r *reader) finish(end *trailer) error {
	if end.SHA256 != hex.EncodeToString(r.sum.Sum(nil)) || !maps.Equal(end.Rows, r.rows) {
		return r.damaged(errors.New("the trailer disagrees"))
	}
	if _, err := r.lines.ReadByte(); err != io.EOF {
		return r.damaged(errors.Join(err, errors.New("something follows the trailer")))
	}
	return nil
}

// damaged is the fault for a file that cannot be trusted, unless the disk
// itself failed, which is no fault of the file.
func (r *reader) damaged(cause error) error {
	var disk *fs.PathError
	if errors.As(cause, &disk) {
		return fault.Internal("backup: read", cause)
	}
	return fmt.Errorf("%w: %w", broken("backup.damaged", r.name), cause)
}

// broken is a fault about a file, which it names.
func broken(key, path string) *fault.Fault {
	return fault.Invalid("file", key).With("File", filepath.Base(path))
}
