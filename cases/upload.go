package cases

import (
	"context"
	"encoding/json"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// uploadLasts is how long a file waits to be confirmed.
const uploadLasts = time.Hour

// Upload is a file of records that waits to be confirmed, or what came of it.
type Upload struct {
	ID     string
	Agency string
	By     string
	Format string
	At     time.Time
	DoneAt time.Time // zero while it waits
	Came   Import    // what came of it, once it is done
}

// ObjectID is its id.
func (u Upload) ObjectID() string { return u.ID }

// Facts are what a policy may look at.
func (u Upload) Facts() access.Facts { return access.Facts{"agency": u.Agency, "by": u.By} }

func (u Upload) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO person_import (id, agency, by_whom, format, at) VALUES ($1, $2, $3, $4, $5)`, u.ID, u.Agency, u.By, u.Format, u.At)
	return err
}

// destroy destroys the file, and the key without which no copy of it opens.
func (u Upload) destroy(tx *store.Tx) error {
	if _, err := tx.Exec(`DELETE FROM person_import_file WHERE import = $1`, u.ID); err != nil {
		return err
	}
	return vault.Erase(tx, u.ID)
}

const selectUpload = `SELECT id, agency, by_whom, format, at, done_at, total, imported, unchanged, conflicts, elsewhere, erased, blocked, stopped, told FROM person_import`

func (u *Upload) columns(told *string) []any {
	c := &u.Came
	return []any{&u.ID, &u.Agency, &u.By, &u.Format, &u.At, &u.DoneAt, &c.Rows, &c.Imported, &c.Unchanged, &c.Conflicts,
		&c.Elsewhere, &c.Erased, &c.Blocked, &c.Stopped, told}
}

// findUpload finds who's own; nobody else's is there.
func findUpload(tx *store.Tx, who access.Who, id string) (u Upload, err error) {
	var told string
	if err = tx.Get(u.columns(&told), selectUpload+` WHERE id = $1 AND by_whom = $2`, id, who.ID); err != nil {
		return u, err
	}
	u.Came.ID, u.Came.Format = u.ID, u.Format
	if told == "" {
		return u, nil
	}
	if err = json.Unmarshal([]byte(told), &u.Came.Told); err != nil {
		err = fault.Internal("cases: what came of an import", err)
	}
	return u, err
}

// StageImport keeps a file for an hour, sealed, so that it can be looked through
// before anything comes of it.
type StageImport struct {
	Format  string `json:"format"`
	Content []byte `json:"-"`
}

// Verb names it.
func (StageImport) Verb() access.Verb { return "cases.stage-import" }

// Find makes the upload.
func (c StageImport) Find(tx *store.Tx, who access.Who) (Upload, error) {
	return Upload{ID: tx.NewID("imp"), Agency: who.Agency, By: who.ID, Format: c.Format, At: tx.Now}, nil
}

// Do keeps it.
func (c StageImport) Do(tx *store.Tx, who access.Who, u Upload) error {
	sealed, err := vault.Seal(tx, u.ID, "import", c.Content)
	if err != nil {
		return err
	}
	if err := u.insert(tx); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO person_import_file (import, sealed) VALUES ($1, $2)`, u.ID, sealed)
	return err
}

// DiscardImport destroys a file that shall not come in after all.
type DiscardImport struct {
	Import string `json:"import"`
}

// Verb names it.
func (DiscardImport) Verb() access.Verb { return "cases.discard-import" }

// Find loads the upload.
func (c DiscardImport) Find(tx *store.Tx, who access.Who) (Upload, error) {
	return findUpload(tx, who, c.Import)
}

// Do destroys the file, and the line too, as nothing came of it.
func (c DiscardImport) Do(tx *store.Tx, who access.Who, u Upload) error {
	if !u.DoneAt.IsZero() {
		return fault.Conflict("records.done-already")
	}
	if err := u.destroy(tx); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM person_import WHERE id = $1`, u.ID)
	return err
}

// PreviewImport opens an upload to whoever brought it: its file while it waits,
// and what came of it afterwards. Without an upload it asks whether somebody may
// import at all.
type PreviewImport struct {
	Import string `json:"import"`
}

// Verb names it.
func (PreviewImport) Verb() access.Verb { return "cases.preview-import" }

// Find loads the upload. One whose hour is over is not there any more.
func (c PreviewImport) Find(tx *store.Tx, who access.Who) (Upload, error) {
	if c.Import == "" {
		return Upload{Agency: who.Agency, By: who.ID}, nil
	}
	u, err := findUpload(tx, who, c.Import)
	if err == nil && u.DoneAt.IsZero() && tx.Now.After(u.At.Add(uploadLasts)) {
		err = fault.NotFound()
	}
	return u, err
}

// Opened is an upload with its file.
type Opened struct {
	Upload
	Content []byte // nil once it has come in
}

// Answer opens the file.
func (c PreviewImport) Answer(tx *store.Tx, who access.Who, u Upload) (Opened, error) {
	o := Opened{Upload: u}
	sealed, err := store.One(tx, store.Value[[]byte], `SELECT sealed FROM person_import_file WHERE import = $1`, u.ID)
	if fault.Is(err, fault.KindNotFound) {
		return o, nil
	}
	if err == nil {
		o.Content, err = vault.Open(tx, u.ID, "import", sealed)
	}
	return o, err
}

// ForgetUploads destroys the files whose hour is over.
func ForgetUploads(ctx context.Context, db *store.DB) error {
	var old []string
	err := db.Read(ctx, func(tx *store.Tx) (err error) {
		old, err = store.All(tx, store.Value[string], `SELECT f.import FROM person_import_file f JOIN person_import i ON i.id = f.import WHERE i.at < $1`, tx.Now.Add(-uploadLasts))
		return err
	})
	if err != nil || len(old) == 0 {
		return err
	}
	return db.Write(ctx, func(tx *store.Tx) error {
		for _, id := range old {
			if err := (Upload{ID: id}).destroy(tx); err != nil {
				return err
			}
		}
		return nil
	})
}
