package backup

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// Node is what is backed up, or restored into.
type Node struct {
	Name   string // of the node, such as "PA"; written into the file
	Master *vault.Master
	DB     *store.DB
}

// Progress tells how far a long work has come. Total is of the whole file, and
// Done of the pass over it that is under way: checking is one, restoring the next.
type Progress struct {
	Table       string
	Done, Total int64 // rows
}

// Report says what a backup, a check or a restore found.
type Report struct {
	File   string    // the data file
	Node   string    // whose it is
	At     time.Time // when its snapshot was taken; a partner may know of later envelopes
	Rows   int64     // in the data file
	Erased int64     // persons in the data file who were erased since, and stay so
}

// often is how many rows pass between two tellings.
const often = 1000

// meter counts rows and tells.
type meter struct {
	Progress
	tell func(Progress)
}

func (m *meter) table(name string) {
	m.Table = name
	if m.tell != nil {
		m.tell(m.Progress)
	}
}

func (m *meter) row() {
	if m.Done++; m.Done%often == 0 && m.tell != nil {
		m.tell(m.Progress)
	}
}

// Write makes one backup in dir from one snapshot of the node, which goes on
// working meanwhile, and tells of its progress if tell is not nil. The backup is
// on disk, whole, when Write returns nil; until then nothing under a final name
// has changed, except that keys.age may be newer than the newest data file,
// which is sound.
func Write(ctx context.Context, n Node, dir string, tell func(Progress)) (Report, error) {
	f, err := openFolder(dir)
	if err != nil {
		return Report{}, err
	}
	defer f.close()
	tables, err := n.DB.Tables(ctx)
	if err != nil {
		return Report{}, fault.Internal("backup: tables", err)
	}
	report := Report{Node: n.Name}
	err = n.DB.Read(ctx, func(tx *store.Tx) error {
		report.At = tx.Now
		report.File = filepath.Join(dir, dataName(report.At))
		if _, err := os.Stat(report.File); err == nil {
			return fault.Conflict("backup.exists").With("File", filepath.Base(report.File))
		}
		s := snapshot{node: n, folder: f, tx: tx, meter: &meter{tell: tell}, tables: tables}
		report.Rows, err = s.write(filepath.Base(report.File))
		return err
	})
	if err != nil {
		return Report{}, wrapped("backup: write", err)
	}
	if err := f.finish(keysName, filepath.Base(report.File)); err != nil {
		return Report{}, fault.Internal("backup: write", err)
	}
	return report, nil
}

// wrapped leaves faults and the caller's own end as they are.
func wrapped(where string, err error) error {
	if fault.All(err) != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fault.Internal(where, err)
}

// snapshot is one backup under way.
type snapshot struct {
	node   Node
	folder *folder
	tx     *store.Tx
	meter  *meter
	tables []string
	header header
}

// apart reports whether a table goes to keys.age and not to the data file.
func apart(table string) bool { return table == vault.KeyTable || table == vault.ErasedTable }

// write writes both files and says how many rows the data file has.
func (s *snapshot) write(dataName string) (int64, error) {
	ran, err := store.Ran(s.tx)
	if err != nil {
		return 0, err
	}
	s.header = header{Istmo: magic, Version: version, Node: s.node.Name, At: s.tx.Now, Schema: ran}
	data := slices.DeleteFunc(slices.Clone(s.tables), apart)
	var total int64
	for _, t := range append(slices.Clone(data), vault.KeyTable) {
		n, err := s.tx.Count(t)
		if err != nil {
			return 0, err
		}
		total += n
	}
	if err := s.file(keysName, partKeys, 0, func(w *writer) error {
		return errors.Join(s.table(w, vault.KeyTable), s.table(w, vault.ErasedTable))
	}); err != nil {
		return 0, err
	}
	s.meter.Done, s.meter.Total = 0, total
	return total, s.file(dataName, partData, total, func(w *writer) error { return s.data(w, data) })
}

// data writes whose keys there are, without the keys, and then every table.
// Restoring sees from the former that keys.age is not older than this file.
func (s *snapshot) data(w *writer, tables []string) error {
	if err := s.columns(w, vault.KeyTable, []string{"subject"}); err != nil {
		return err
	}
	for _, t := range tables {
		if err := s.table(w, t); err != nil {
			return err
		}
	}
	return nil
}

// file writes one file of the folder, unfinished in name and on disk in fact.
func (s *snapshot) file(name, part string, rows int64, lines func(*writer) error) error {
	file, err := s.folder.half(name)
	if err != nil {
		return err
	}
	h := s.header
	h.Part, h.Rows = part, rows
	w, err := newWriter(file, s.node.Master, h)
	if err == nil {
		err = lines(w)
	}
	if err == nil {
		err = w.close()
	}
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

func (s *snapshot) table(w *writer, name string) error {
	columns, err := s.tx.Columns(name)
	if err != nil {
		return err
	}
	return s.columns(w, name, columns)
}

func (s *snapshot) columns(w *writer, name string, columns []string) error {
	s.meter.table(name)
	if err := w.table(name, columns); err != nil {
		return err
	}
	for row, err := range s.tx.Rows(name, columns) {
		if err == nil {
			err = w.row(row)
		}
		if err != nil {
			return err
		}
		s.meter.row()
	}
	return nil
}
