package backup

import (
	"context"
	"fmt"
	"hash/maphash"
	"os"
	"slices"

	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// Check reads a data file, or the latest one of a folder, and the folder's
// keys.age to their ends, and returns a fault unless both are whole, the node's
// own, and fit each other.
func Check(ctx context.Context, m *vault.Master, path string, tell func(Progress)) (Report, error) {
	f, err := openFiles(path)
	if err != nil {
		return Report{}, err
	}
	defer f.close()
	return check(ctx, m, f, tell)
}

func check(ctx context.Context, m *vault.Master, f *files, tell func(Progress)) (Report, error) {
	c := checking{ctx: ctx, hasKey: map[uint64]bool{}, seed: maphash.MakeSeed(), meter: &meter{}, data: f.data.Name()}
	if _, err := c.part(f.keys, partKeys, m, c.key); err != nil {
		return Report{}, err
	}
	c.meter = &meter{tell: tell}
	h, err := c.part(f.data, partData, m, c.subject)
	return Report{File: f.data.Name(), Node: h.Node, At: h.At, Rows: h.Rows, Erased: c.erased}, err
}

// checking is one check under way. Subjects are remembered by their hashes, a
// few bytes each.
type checking struct {
	ctx    context.Context
	meter  *meter
	data   string // the data file's name
	table  *table
	seed   maphash.Seed
	hasKey map[uint64]bool // every subject in keys.age; false for those erased
	erased int64
}

func (c *checking) part(file *os.File, part string, m *vault.Master, look func(subject uint64) error) (header, error) {
	r, err := newReader(file, part, m)
	if err != nil {
		return header{}, err
	}
	c.meter.Total = r.Rows
	begin := func(t *table) error {
		c.table = t
		c.meter.table(t.Name)
		return c.ctx.Err()
	}
	return r.header, r.each(begin, func(row []any) error {
		c.meter.row()
		if c.meter.Done%often == 0 && c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		if at := slices.Index(c.table.Columns, "subject"); apart(c.table.Name) && at >= 0 {
			subject, _ := row[at].(string)
			return look(maphash.String(c.seed, subject))
		}
		return nil
	})
}

// key remembers a subject of keys.age.
func (c *checking) key(subject uint64) error {
	c.hasKey[subject] = c.table.Name == vault.KeyTable
	return nil
}

// subject looks up one that had a key when the data file was made. If keys.age
// knows neither its key nor its erasure, it is older than the data file, or
// another folder's, and restoring would lose the person.
func (c *checking) subject(subject uint64) error {
	has, known := c.hasKey[subject]
	if !known {
		return broken("backup.keys-older", c.data)
	}
	if !has {
		c.erased++
	}
	return nil
}

// Restore puts a data file, or the latest one of a folder, into the node's
// database, which must be new: not even migrated. The files are read to their
// ends before the database is touched, and again in the one transaction that
// puts the rows in, so that nothing is there until all is, checked. Persons
// erased since the backup stay erased. A backup made by an older istmo is
// restored as it was and then brought up to date by schemas, which are all of
// this istmo's.
//
// Partners may hold envelopes that this node sent after Report.At and no longer
// knows of: tell the operator.
func Restore(ctx context.Context, n Node, path string, schemas []store.Schema, tell func(Progress)) (Report, error) {
	f, err := openFiles(path)
	if err != nil {
		return Report{}, err
	}
	defer f.close()
	report, err := check(ctx, n.Master, f, tell)
	if err != nil {
		return Report{}, err
	}
	if err := mustBeNew(ctx, n.DB); err != nil {
		return Report{}, err
	}
	r := restoration{ctx: ctx, node: n, files: f, tell: tell}
	if err := r.prepare(schemas); err != nil {
		return Report{}, err
	}
	if err := n.DB.Write(ctx, r.run); err != nil {
		return Report{}, wrapped("backup: restore", err)
	}
	if err := n.DB.Migrate(ctx, schemas...); err != nil {
		return report, fault.Internal("backup: bring up to date", err)
	}
	return report, nil
}

func mustBeNew(ctx context.Context, db *store.DB) error {
	tables, err := db.Tables(ctx)
	if err != nil {
		return fault.Internal("backup: tables", err)
	}
	if len(tables) > 0 {
		return fault.Conflict("backup.not-empty")
	}
	return nil
}

// restoration is one restore under way.
type restoration struct {
	ctx    context.Context
	node   Node
	files  *files
	tell   func(Progress)
	tables []string // of the database, as the backup's schema made it
}

// prepare makes the tables as they were when the backup was made.
func (r *restoration) prepare(schemas []store.Schema) error {
	data, err := newReader(r.files.data, partData, r.node.Master)
	if err != nil {
		return err
	}
	then, err := asOf(schemas, data.Schema, data.name)
	if err != nil {
		return err
	}
	if err := r.node.DB.Migrate(r.ctx, then...); err != nil {
		return fault.Internal("backup: make the tables", err)
	}
	r.tables, err = r.node.DB.Tables(r.ctx)
	return err
}

// run puts every row in. It may run twice, so that it reads the files anew.
func (r *restoration) run(tx *store.Tx) error {
	return tx.Unordered(func() error {
		for _, t := range r.tables { // what migrations planted comes back with the rows
			if _, err := tx.Exec(`DELETE FROM "` + t + `"`); err != nil {
				return err
			}
		}
		if err := r.part(tx, r.files.keys, partKeys); err != nil {
			return err
		}
		if err := r.part(tx, r.files.data, partData); err != nil {
			return err
		}
		_, err := vault.Bury(tx)
		return err
	})
}

// part puts one file's rows in and checks that as many are there.
func (r *restoration) part(tx *store.Tx, from *os.File, part string) error {
	file, err := newReader(from, part, r.node.Master)
	if err != nil {
		return err
	}
	p := planting{restoration: r, tx: tx, data: part == partData, meter: &meter{Progress: Progress{Total: file.Rows}}}
	if p.data {
		p.meter.tell = r.tell
	}
	if err := file.each(p.begin, p.row); err != nil {
		return err
	}
	if err := p.flush(); err != nil {
		return err
	}
	return p.recount(file.rows)
}

// planting gathers rows of one table and puts them in together.
type planting struct {
	*restoration
	tx    *store.Tx
	meter *meter
	data  bool // the data file, whose list of keys is for checking only
	table *table
	rows  [][]any
	bytes int
}

const (
	manyRows  = 500
	manyBytes = 1 << 20
)

func (p *planting) begin(t *table) error {
	if err := p.flush(); err != nil {
		return err
	}
	if !slices.Contains(p.tables, t.Name) {
		return broken("backup.other-schema", p.files.data.Name())
	}
	p.table = t
	p.meter.table(t.Name)
	return p.ctx.Err()
}

func (p *planting) row(row []any) error {
	p.meter.row()
	if p.data && apart(p.table.Name) {
		return nil
	}
	p.rows = append(p.rows, row)
	for _, v := range row {
		switch v := v.(type) {
		case string:
			p.bytes += len(v)
		case []byte:
			p.bytes += len(v)
		}
	}
	if len(p.rows) < manyRows && p.bytes < manyBytes {
		return nil
	}
	return p.flush()
}

func (p *planting) flush() error {
	if len(p.rows) == 0 {
		return nil
	}
	if err := p.ctx.Err(); err != nil {
		return err
	}
	err := p.tx.Insert(p.table.Name, p.table.Columns, p.rows)
	p.rows, p.bytes = p.rows[:0], 0
	return err
}

// recount compares what is in the database with what the trailer promised.
func (p *planting) recount(promised map[string]int64) error {
	for table, want := range promised {
		if p.data && apart(table) {
			continue
		}
		have, err := p.tx.Count(table)
		if err != nil {
			return err
		}
		if have != want {
			return fmt.Errorf("table %s has %d rows, want %d", table, have, want)
		}
	}
	return nil
}
