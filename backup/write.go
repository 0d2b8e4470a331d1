package backup

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"

	"filippo.io/age"

	"istmo/vault"
)

// work is age's scrypt setting. The passphrase is 256 derived bits, which nobody
// guesses, so that it need not be slow.
const work = 10

func passphrase(m *vault.Master) string {
	return hex.EncodeToString(m.Derive("istmo/backup", 32))
}

// writer writes one file: lines, compressed, encrypted.
type writer struct {
	file    *bufio.Writer
	sealed  io.WriteCloser
	lines   *gzip.Writer
	sum     hash.Hash
	rows    map[string]int64
	current string
}

func newWriter(to io.Writer, m *vault.Master, h header) (*writer, error) {
	recipient, err := age.NewScryptRecipient(passphrase(m))
	if err != nil {
		return nil, err
	}
	recipient.SetWorkFactor(work)
	w := &writer{file: bufio.NewWriterSize(to, 1<<17), sum: sha256.New(), rows: map[string]int64{}}
	if w.sealed, err = age.Encrypt(w.file, recipient); err != nil {
		return nil, err
	}
	if w.lines, err = gzip.NewWriterLevel(w.sealed, gzip.BestSpeed); err != nil {
		return nil, err
	}
	return w, w.marshal(h)
}

func (w *writer) marshal(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.line(line)
}

func (w *writer) line(line []byte) error {
	line = append(line, '\n')
	w.sum.Write(line)
	_, err := w.lines.Write(line)
	return err
}

// table begins a table; the rows that follow are its own.
func (w *writer) table(name string, columns []string) error {
	w.current = name
	w.rows[name] = 0
	return w.marshal(mark{table: table{name, columns}})
}

func (w *writer) row(row []any) error {
	line, err := encodeRow(row)
	if err != nil {
		return err
	}
	w.rows[w.current]++
	return w.line(line)
}

// close writes the trailer and all that is still held back; the file itself
// stays open.
func (w *writer) close() error {
	end := mark{End: &trailer{Rows: w.rows, SHA256: hex.EncodeToString(w.sum.Sum(nil))}}
	if err := w.marshal(end); err != nil {
		return err
	}
	return errors.Join(w.lines.Close(), w.sealed.Close(), w.file.Flush())
}
