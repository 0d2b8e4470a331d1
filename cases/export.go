package cases

import (
	"context"
	"errors"
	"io"
	"sync"

	"istmo/access"
	"istmo/act"
	"istmo/cases/htcds"
	"istmo/fault"
	"istmo/store"
)

// Export is that files leave as records, and how many: the deed of the whole.
// Every person among them is a look of their own.
type Export struct {
	Format string `json:"format"`
	People int64  `json:"people"`
}

// Verb names it.
func (Export) Verb() access.Verb { return "cases.export" }

// departure is the object of an export.
type departure struct{ id, agency string }

func (d departure) ObjectID() string { return d.id }

func (d departure) Facts() access.Facts { return access.Facts{"agency": d.agency} }

// Find names the export.
func (Export) Find(tx *store.Tx, who access.Who) (departure, error) {
	return departure{tx.NewID("exp"), who.Agency}, nil
}

// Do changes nothing: the deed is in the ledger, and the looks follow it.
func (Export) Do(tx *store.Tx, who access.Who, d departure) error { return nil }

// Own lists the people whose files who accompanies and may export. Broken glass
// opens a file to read it, not to carry it off.
type Own struct{}

// Verb names it.
func (Own) Verb() access.Verb { return "cases.list" }

// Ask lists their ids, oldest first.
func (Own) Ask(tx *store.Tx, who access.Who) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT p.id FROM person p JOIN person_assignment a ON a.person = p.id
		WHERE a.user_id = $1 AND p.agency = $2 AND p.erased_at = '' ORDER BY p.id`, who.ID, who.Agency)
}

// ExportFile writes everybody whose file who accompanies as HTCDS records, and
// says how many. Each is opened, which is a deed, before they are written.
// Somebody who left who's hands meanwhile is left out.
func ExportFile(ctx context.Context, e *act.Engine, who access.Who, out io.Writer, f htcds.Format, told htcds.Progress) (int, error) {
	ids, err := act.Ask(ctx, e, who, Own{})
	if err != nil {
		return 0, err
	}
	if _, err := act.Do(ctx, e, who, Export{Format: string(f), People: int64(len(ids))}); err != nil {
		return 0, err
	}
	shape := &htcds.Shape{}
	if f == htcds.CSV {
		if shape, err = shapeOf(ctx, e, ids); err != nil {
			return 0, err
		}
	}
	w, err := htcds.NewWriter(out, f, shape)
	if err != nil {
		return 0, err
	}
	written := 0
	for len(ids) > 0 {
		group := ids[:min(atOnce, len(ids))]
		ids = ids[len(group):]
		n, err := exportGroup(ctx, e, who, w, group)
		if written += n; err != nil {
			return written, err
		}
		if told != nil {
			told(written, 0)
		}
	}
	return written, w.Close()
}

// shapeOf is the columns that a table of these people needs; nobody sees more of
// them than that.
func shapeOf(ctx context.Context, e *act.Engine, ids []string) (*htcds.Shape, error) {
	shape := &htcds.Shape{}
	err := e.DB.Read(ctx, func(tx *store.Tx) error {
		for _, id := range ids {
			p, err := Find(tx, id)
			if err != nil {
				return err
			}
			r, _, err := recordOf(tx, p)
			if err != nil {
				return err
			}
			shape.Add(r)
		}
		return ctx.Err()
	})
	return shape, err
}

// exportGroup opens some files together and writes them in order.
func exportGroup(ctx context.Context, e *act.Engine, who access.Who, w *htcds.Writer, ids []string) (written int, err error) {
	opened, failed := make([]Exported, len(ids)), make([]error, len(ids))
	var all sync.WaitGroup
	for i, id := range ids {
		all.Go(func() { opened[i], failed[i] = act.Look(ctx, e, who, ExportRecord{On{Person: id}}) })
	}
	all.Wait()
	for i := range ids {
		switch {
		case fault.Is(failed[i], fault.KindDenied):
			continue
		case failed[i] != nil:
			return written, errors.Join(failed...)
		}
		if err := w.Write(opened[i].record); err != nil {
			return written, err
		}
		written++
	}
	return written, nil
}
