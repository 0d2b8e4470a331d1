package sources

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/store"
)

// uploadLasts is how long a file waits to be confirmed.
const uploadLasts = time.Hour

// Upload is a file that waits to be confirmed, with what is in it. It is whoever
// brought it whose it is.
type Upload struct {
	ID      string
	Agency  string
	By      string
	At      time.Time
	Origin  Origin
	Preview Preview
}

// ObjectID is its id.
func (u Upload) ObjectID() string { return u.ID }

// Facts are what a policy may look at.
func (u Upload) Facts() access.Facts { return access.Facts{"agency": u.Agency, "by": u.By} }

func (u Upload) destroy(tx *store.Tx) error {
	_, err := tx.Exec(`DELETE FROM sources_upload WHERE id = $1`, u.ID)
	return err
}

// findUpload finds who's own; nobody else's is there, and neither is one whose hour
// is over.
func findUpload(tx *store.Tx, who access.Who, id string) (u Upload, err error) {
	var origin, preview string
	err = tx.Get([]any{&u.ID, &u.Agency, &u.By, &u.At, &origin, &preview},
		`SELECT id, agency, by_whom, at, origin, preview FROM sources_upload WHERE id = $1 AND by_whom = $2 AND at >= $3`, id, who.ID, tx.Now.Add(-uploadLasts))
	if err != nil {
		return u, err
	}
	if err := json.Unmarshal([]byte(origin), &u.Origin); err != nil {
		return u, fault.Internal("sources: an upload", err)
	}
	if err := json.Unmarshal([]byte(preview), &u.Preview); err != nil {
		return u, fault.Internal("sources: an upload", err)
	}
	return u, nil
}

// Stage keeps a file for an hour, so that what is in it can be looked through
// before anything comes of it.
type Stage struct {
	Origin
	Preview Preview `json:"-"`
	Content []byte  `json:"-"`
}

// Verb names it.
func (Stage) Verb() access.Verb { return "sources.stage" }

// Find makes the upload.
func (c Stage) Find(tx *store.Tx, who access.Who) (Upload, error) {
	return Upload{ID: tx.NewID("upl"), Agency: who.Agency, By: who.ID, At: tx.Now, Origin: c.Origin, Preview: c.Preview}, nil
}

// Do keeps it.
func (c Stage) Do(tx *store.Tx, who access.Who, u Upload) error {
	if err := c.Check(tx.Now); err != nil {
		return err
	}
	origin, err := json.Marshal(u.Origin)
	if err != nil {
		return fault.Internal("sources: an upload", err)
	}
	preview, err := json.Marshal(u.Preview)
	if err != nil {
		return fault.Internal("sources: an upload", err)
	}
	_, err = tx.Exec(`INSERT INTO sources_upload (id, agency, by_whom, at, origin, preview, content) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		u.ID, u.Agency, u.By, u.At, string(origin), string(preview), c.Content)
	return err
}

// StageFile looks through a file, outside any transaction, and keeps it.
func StageFile(ctx context.Context, e *act.Engine, who access.Who, o Origin, content []byte) (act.Deed, error) {
	if _, err := act.Look(ctx, e, who, Open{}); err != nil {
		return act.Deed{}, err
	}
	o = o.trimmed()
	if err := o.Check(e.DB.Now()); err != nil {
		return act.Deed{}, err
	}
	p, err := Inspect(ctx, bytes.NewReader(content), o, nil)
	if err != nil {
		return act.Deed{}, err
	}
	return act.Do(ctx, e, who, Stage{Origin: o, Preview: p, Content: content})
}

// Open opens an upload to whoever brought it. Without one it asks whether somebody
// may take files in at all.
type Open struct {
	Upload string `json:"upload"`
}

// Verb names it.
func (Open) Verb() access.Verb { return "sources.preview" }

// Find loads the upload.
func (c Open) Find(tx *store.Tx, who access.Who) (Upload, error) {
	if c.Upload == "" {
		return Upload{Agency: who.Agency, By: who.ID}, nil
	}
	return findUpload(tx, who, c.Upload)
}

// Answer is the upload.
func (c Open) Answer(tx *store.Tx, who access.Who, u Upload) (Upload, error) { return u, nil }

// Discard destroys a file that shall not come in after all.
type Discard struct {
	Upload string `json:"upload"`
}

// Verb names it.
func (Discard) Verb() access.Verb { return "sources.discard" }

// Find loads the upload.
func (c Discard) Find(tx *store.Tx, who access.Who) (Upload, error) {
	return findUpload(tx, who, c.Upload)
}

// Do destroys it.
func (c Discard) Do(tx *store.Tx, who access.Who, u Upload) error { return u.destroy(tx) }

// ImportUpload takes in a file that waits.
func ImportUpload(ctx context.Context, e *act.Engine, who access.Who, id string) (came Came, err error) {
	u, err := act.Look(ctx, e, who, Open{Upload: id})
	if err != nil {
		return came, err
	}
	var content []byte
	err = e.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.Get([]any{&content}, `SELECT content FROM sources_upload WHERE id = $1`, id)
	})
	if err != nil {
		return came, err
	}
	c := Import{Origin: u.Origin, Upload: id, Digest: u.Preview.Digest, seen: u.Preview, ctx: ctx, came: &came,
		again: func() io.Reader { return bytes.NewReader(content) }}
	_, err = act.Do(ctx, e, who, c)
	return came, err
}

// ForgetUploads destroys the files whose hour is over.
func ForgetUploads(ctx context.Context, db *store.DB) error {
	var old int64
	err := db.Read(ctx, func(tx *store.Tx) error {
		return tx.Get([]any{&old}, `SELECT COUNT(*) FROM sources_upload WHERE at < $1`, tx.Now.Add(-uploadLasts))
	})
	if err != nil || old == 0 {
		return err
	}
	return db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`DELETE FROM sources_upload WHERE at < $1`, tx.Now.Add(-uploadLasts))
		return err
	})
}
