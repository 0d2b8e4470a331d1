package sources

import (
	"encoding/json"
	"strings"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
)

// File is a public file that came in, and what came of it.
type File struct {
	ID string `json:"id"` // src_…
	Origin
	State     flow.State `json:"state"`
	Agency    string     `json:"agency"`
	By        string     `json:"by"`
	At        time.Time  `json:"at"`
	Digest    string     `json:"digest"` // SHA-256 of the file
	Shape     string     `json:"shape"`
	Encoding  string     `json:"encoding"`
	Bytes     int64      `json:"bytes"`
	Rows      int        `json:"rows"`
	Taken     int        `json:"taken"`    // figures that it states
	Repeated  int        `json:"repeated"` // that it states more than once
	New       int        `json:"new"`      // that nothing in use stated
	Changed   int        `json:"changed"`  // that an earlier edition stated otherwise
	Unchanged int        `json:"unchanged"`
	Older     int        `json:"older"` // of which a newer edition is in use
	Told      Preview    `json:"told"`  // what was to be known of it
	EndedBy   string     `json:"ended_by"`
	EndedAt   time.Time  `json:"ended_at"` // when it was withdrawn
	Reason    string     `json:"reason"`
}

// ObjectID is its id.
func (f File) ObjectID() string { return f.ID }

// Facts are what a policy may look at.
func (f File) Facts() access.Facts { return access.Facts{"agency": f.Agency, "by": f.By} }

const selectFile = `SELECT id, state, kind, level, source, edition, note, agency, by_whom, at, digest, shape, encoding, bytes, total, taken, repeated,
	fresh, changed, unchanged, older, told, ended_by, ended_at, reason FROM sources_file`

func (f *File) columns(told *string) []any {
	return []any{&f.ID, &f.State, &f.Kind, &f.Level, &f.Source, &f.Edition, &f.Note, &f.Agency, &f.By, &f.At, &f.Digest, &f.Shape, &f.Encoding, &f.Bytes,
		&f.Rows, &f.Taken, &f.Repeated, &f.New, &f.Changed, &f.Unchanged, &f.Older, told, &f.EndedBy, &f.EndedAt, &f.Reason}
}

func findFile(tx *store.Tx, id string) (f File, err error) {
	var told string
	if err := tx.Get(f.columns(&told), selectFile+` WHERE id = $1`, id); err != nil {
		return f, err
	}
	if err := json.Unmarshal([]byte(told), &f.Told); err != nil {
		return f, fault.Internal("sources: what was told of a file", err)
	}
	return f, nil
}

// filesOf lists those that in use, of one kind or of all, the newest edition
// first. What was told of them is left out.
func filesOf(tx *store.Tx, where string, args ...any) (all []File, err error) {
	var f File
	var told string
	err = tx.Each(f.columns(&told), func() error {
		all = append(all, f)
		return nil
	}, strings.Replace(selectFile, " told,", " '',", 1)+where+` ORDER BY edition DESC, at DESC, id DESC`, args...)
	return all, err
}

// insert keeps a file before its figures, whose counts come afterwards.
func (f File) insert(tx *store.Tx) error {
	told, err := json.Marshal(f.Told)
	if err != nil {
		return fault.Internal("sources: what is told of a file", err)
	}
	_, err = tx.Exec(`INSERT INTO sources_file (id, was, state, kind, level, source, edition, note, agency, by_whom, at, digest, shape, encoding, bytes,
		total, taken, repeated, fresh, changed, unchanged, older, told, ended_by, ended_at, reason)
		VALUES ($1, '', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, 0, 0, 0, $18, '', '', '')`,
		f.ID, string(f.State), string(f.Kind), f.Level, f.Source, f.Edition, f.Note, f.Agency, f.By, f.At, f.Digest, f.Shape, f.Encoding, f.Bytes,
		f.Rows, f.Taken, f.Repeated, string(told))
	return err
}

func (f File) count(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE sources_file SET fresh = $2, changed = $3, unchanged = $4, older = $5 WHERE id = $1`, f.ID, f.New, f.Changed, f.Unchanged, f.Older)
	return err
}

// newer reports whether f's statements go before those of another.
func (f File) newer(than File) bool {
	switch {
	case f.Edition != than.Edition:
		return f.Edition > than.Edition
	case !f.At.Equal(than.At):
		return f.At.After(than.At)
	}
	return f.ID > than.ID
}

// List lists the files that came in, the newest edition first.
type List struct{}

// Verb names it.
func (List) Verb() access.Verb { return "sources.files" }

// Ask lists them.
func (List) Ask(tx *store.Tx, who access.Who) ([]File, error) { return filesOf(tx, ``) }

// Show is a file with its history.
type Show struct {
	File string `json:"file"`
}

// Verb names it.
func (Show) Verb() access.Verb { return "sources.file" }

// Shown is a file, how many of its figures are in use, and what it and others
// have changed.
type Shown struct {
	File
	InUse    int      `json:"in_use"`
	Only     int      `json:"only"`     // of those, how many no other file in use states
	Replaced []Change `json:"replaced"` // what it changed of earlier figures; the first hundred
	Since    []Change `json:"since"`    // what others have changed of its own; the first hundred
	SinceAll int      `json:"since_all"`
}

// Change is a figure that was replaced by another.
type Change struct {
	About  []string  `json:"about"` // what it is about, in codes and in the file's words
	Before string    `json:"before"`
	After  string    `json:"after"`
	Other  string    `json:"other"` // the other file
	At     time.Time `json:"at"`
}

const mostChanges = 100

// Ask opens it.
func (c Show) Ask(tx *store.Tx, who access.Who) (s Shown, err error) {
	if s.File, err = findFile(tx, c.File); err != nil {
		return s, err
	}
	t := kinds[s.Kind].table
	if s.InUse, err = store.One(tx, store.Value[int], `SELECT COUNT(*) FROM `+t+` WHERE file = $1 AND replaced_at = ''`, s.ID); err != nil {
		return s, err
	}
	if s.Only, err = s.only(tx, s.InUse); err != nil {
		return s, err
	}
	if s.Replaced, err = s.Kind.changes(tx, `a.replaced_by = $1 AND a.file IN (SELECT id FROM sources_file WHERE at < (SELECT at FROM sources_file WHERE id = $1))`, `b.file = $1`, `a.file`, s.ID); err != nil {
		return s, err
	}
	if s.Since, err = s.Kind.changes(tx, `a.file = $1`, `b.file = a.replaced_by`, `b.file`, s.ID); err != nil {
		return s, err
	}
	s.SinceAll, err = store.One(tx, store.Value[int], `SELECT COUNT(*) FROM `+t+` a JOIN `+t+` b ON b.about = a.about AND b.file = a.replaced_by
		WHERE a.file = $1 AND a.digest <> b.digest`, s.ID)
	return s, err
}

// only is how many of its figures in use no other file in use states.
func (f File) only(tx *store.Tx, inUse int) (int, error) {
	others, err := filesOf(tx, ` WHERE kind = $1 AND state = $2 AND id <> $3`, string(f.Kind), string(InUse), f.ID)
	if err != nil || len(others) == 0 {
		return inUse, err
	}
	t := kinds[f.Kind].table
	return store.One(tx, store.Value[int], `SELECT COUNT(*) FROM `+t+` a WHERE a.file = $1 AND a.replaced_at = ''
		AND NOT EXISTS (SELECT 1 FROM `+t+` b JOIN sources_file f ON f.id = b.file WHERE b.about = a.about AND b.file <> a.file AND f.state = $2)`, f.ID, string(InUse))
}

// said are the columns that say what a figure is about, and what it states.
var said = map[Kind]struct{ about, states string }{
	Entries:     {`a.month || '|' || a.of_whom || '|' || a.mark`, `CASE WHEN %[1]s.missing THEN 'NA' ELSE CAST(%[1]s.people AS TEXT) END`},
	GLOTIP:      {`a.country || '|' || CAST(a.year AS TEXT) || '|' || a.indicator || '|' || a.category || '|' || a.sex || '|' || a.age`, `CASE WHEN %[1]s.low <> %[1]s.high THEN '<5' ELSE CAST(%[1]s.low AS TEXT) END`},
	Inhabitants: {`a.country || '|' || CAST(a.year AS TEXT) || '|' || a.sex || '|' || CAST(a.age_from AS TEXT) || '|' || CAST(a.age_to AS TEXT)`, `CAST(%[1]s.people AS TEXT)`},
	Boundaries:  {`a.code`, `%[1]s.name`},
}
