package cases

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"

	"istmo/access"
	"istmo/act"
	"istmo/cases/htcds"
	"istmo/fault"
	"istmo/store"
)

// Import is what came of a file of records: the deed of the whole, which holds
// counts and no values. Every record that came in is a deed of its own.
type Import struct {
	ID        string `json:"id"` // imp_…; empty for a file that no page kept
	Format    string `json:"format"`
	Rows      int64  `json:"rows"`
	Imported  int64  `json:"imported"`
	Unchanged int64  `json:"unchanged"`
	Conflicts int64  `json:"conflicts"`
	Elsewhere int64  `json:"elsewhere"`
	Erased    int64  `json:"erased"`
	Blocked   int64  `json:"blocked"`
	Stopped   bool   `json:"stopped"` // it broke off, and goes on where it stopped when run again
	Told      []Told `json:"-"`
}

// Told is one row that did not come in, and why: by numbers, names of columns
// and codes, never by what it says.
type Told struct {
	Row     int            `json:"row"`
	Key     string         `json:"key"`
	Field   string         `json:"field,omitempty"`
	Args    map[string]any `json:"args,omitempty"`
	Person  string         `json:"person,omitempty"` // whose file says something else
	Differs []string       `json:"differs,omitempty"`
}

// toldOfKind is how many rows of one kind are told; all are counted.
const toldOfKind = 50

// Verb names it.
func (Import) Verb() access.Verb { return "cases.import" }

// Find loads the upload that came in, or makes the line of a file that had none.
func (c Import) Find(tx *store.Tx, who access.Who) (Upload, error) {
	if c.ID != "" {
		return findUpload(tx, who, c.ID)
	}
	return Upload{ID: tx.NewID("imp"), Agency: who.Agency, By: who.ID, Format: c.Format, At: tx.Now}, nil
}

// Do keeps the counts and destroys the file.
func (c Import) Do(tx *store.Tx, who access.Who, u Upload) error {
	if c.ID == "" {
		if err := u.insert(tx); err != nil {
			return err
		}
	}
	told, err := json.Marshal(c.Told)
	if err != nil {
		return fault.Internal("cases: what came of an import", err)
	}
	_, err = tx.Exec(`UPDATE person_import SET done_at = $2, total = $3, imported = $4, unchanged = $5, conflicts = $6,
		elsewhere = $7, erased = $8, blocked = $9, stopped = $10, told = $11 WHERE id = $1`,
		u.ID, tx.Now, c.Rows, c.Imported, c.Unchanged, c.Conflicts, c.Elsewhere, c.Erased, c.Blocked, c.Stopped, string(told))
	if err != nil || c.Stopped || c.ID == "" {
		return err
	}
	return u.destroy(tx)
}

// atOnce is how many rows are under way together: as many as share one commit.
const atOnce = 64

// ImportFile takes in every record of a file that has no error, as who, and says
// what came of it. Interrupted, it keeps what it did; run again, it takes in the
// rest and changes nothing twice. It holds 64 rows at a time, however long the
// file is.
func ImportFile(ctx context.Context, e *act.Engine, who access.Who, in io.Reader, f htcds.Format, told htcds.Progress) (Import, error) {
	if _, err := act.Look(ctx, e, who, PreviewImport{}); err != nil {
		return Import{}, err // whoever may not, learns it before the first row
	}
	return importAs(ctx, e, who, in, Import{Format: string(f)}, told)
}

// ImportUpload does so with a file that waits to be confirmed.
func ImportUpload(ctx context.Context, e *act.Engine, who access.Who, id string) (Import, error) {
	u, err := act.Look(ctx, e, who, PreviewImport{Import: id})
	if err != nil {
		return Import{}, err
	}
	if u.Content == nil {
		return Import{}, fault.Conflict("records.done-already")
	}
	return importAs(ctx, e, who, bytes.NewReader(u.Content), Import{ID: id, Format: u.Format}, nil)
}

// importAs takes the rows in and writes the deed of the whole, also of a part.
func importAs(ctx context.Context, e *act.Engine, who access.Who, in io.Reader, c Import, told htcds.Progress) (Import, error) {
	m := &importing{Import: c, engine: e, who: who, kinds: map[string]int{}}
	err := m.read(ctx, in, told)
	m.Stopped = err != nil
	_, late := act.Do(context.WithoutCancel(ctx), e, who, m.Import)
	return m.Import, errors.Join(err, late)
}

func rowOf(f *fault.Fault) int {
	row, _ := f.Args["Row"].(int)
	return row
}

func toldOf(row int, f *fault.Fault) Told {
	return Told{Row: row, Key: f.Key, Field: f.Field, Args: f.Args}
}

// importing is an import under way.
type importing struct {
	Import
	engine *act.Engine
	who    access.Who
	kinds  map[string]int // how many rows were told of each kind
}

// read takes in the rows as they come. A file that cannot be read on is told of;
// an error is the reader's, the database's or the context's own.
func (m *importing) read(ctx context.Context, in io.Reader, told htcds.Progress) error {
	var group []htcds.Row
	for row, err := range htcds.Read(ctx, in, htcds.Format(m.Format), told) {
		if faults := fault.All(err); len(faults) > 0 {
			m.tell(toldOf(rowOf(faults[0]), faults[0]))
			break
		}
		if err != nil {
			return err
		}
		if group = m.sort(row, group); len(group) < atOnce {
			continue
		}
		if err := m.takeIn(ctx, group); err != nil {
			return err
		}
		group = group[:0]
	}
	return m.takeIn(ctx, group)
}

// sort adds a row to those that can be taken in, or tells why it cannot.
func (m *importing) sort(row htcds.Row, group []htcds.Row) []htcds.Row {
	switch {
	case row.Header:
		return group
	case row.Blocked():
		m.block(row)
	default:
		group = append(group, row)
	}
	m.Rows++
	return group
}

func (m *importing) block(row htcds.Row) {
	m.Blocked++
	for _, p := range row.Problems {
		if p.Severity == htcds.Error {
			m.tell(toldOf(row.Number, p.Fault))
		}
	}
}

func (m *importing) tell(t Told) {
	if m.kinds[t.Key]++; m.kinds[t.Key] <= toldOfKind {
		m.Told = append(m.Told, t)
	}
}

// takeIn takes in a group of rows together. Rows of one key keep their order, so
// that of two that contradict each other the first always wins.
func (m *importing) takeIn(ctx context.Context, rows []htcds.Row) error {
	came, err := m.known(ctx, rows)
	if err != nil {
		return err
	}
	byKey := map[string][]int{}
	for i, row := range rows {
		if fate := came[i].fate; fate == Imported || fate == Conflict {
			byKey[row.Record.Key()] = append(byKey[row.Record.Key()], i)
		}
	}
	failed := make([]error, len(rows))
	var all sync.WaitGroup
	for _, list := range byKey {
		all.Go(func() {
			for _, i := range list {
				_, err := act.Do(ctx, m.engine, m.who, bring{rows[i].Record, &came[i]})
				if err != nil && !fault.Is(err, fault.KindConflict) {
					failed[i] = err
				}
			}
		})
	}
	all.Wait()
	for i := range rows {
		if failed[i] == nil {
			m.count(rows[i].Number, came[i])
		}
	}
	return errors.Join(failed...)
}

// known says beforehand what becomes of the rows. What changes nothing needs no
// deed, and a file brought again every night does not fill the ledger.
func (m *importing) known(ctx context.Context, rows []htcds.Row) ([]arrival, error) {
	came := make([]arrival, len(rows))
	err := m.engine.DB.Read(ctx, func(tx *store.Tx) (err error) {
		for i, row := range rows {
			if came[i], err = arrive(tx, m.who, row.Record); err != nil {
				return err
			}
		}
		return nil
	})
	return came, err
}

func (m *importing) count(row int, a arrival) {
	switch a.fate {
	case Imported:
		m.Imported++
		return
	case Unchanged:
		m.Unchanged++
		return
	case Conflict:
		m.Conflicts++
	case Elsewhere:
		m.Elsewhere++
	case Gone:
		m.Erased++
	}
	t := Told{Row: row, Key: "records." + string(a.fate), Differs: a.differs}
	if a.fate == Conflict {
		t.Person = a.ID
	}
	m.tell(t)
}

// bring is ImportRecord for a row that has been read already; it tells what
// became of it.
type bring struct {
	Record htcds.Record `json:"record"`
	came   *arrival
}

// Verb names it.
func (bring) Verb() access.Verb { return ImportRecord{}.Verb() }

// Find finds its person.
func (b bring) Find(tx *store.Tx, who access.Who) (a arrival, err error) {
	a, err = arrive(tx, who, b.Record)
	*b.came = a
	return a, err
}

// Do takes it in.
func (b bring) Do(tx *store.Tx, who access.Who, a arrival) error { return a.take(tx, who) }
