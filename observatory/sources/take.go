package sources

import (
	"context"
	"crypto/sha256"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/observatory/figures"
	"istmo/store"
)

// Came is what came of bringing a file: the file that is in use now and, where its
// bytes were in use already, that nothing changed.
type Came struct {
	File
	Same bool
}

// Import takes a file in, or changes nothing. The file is read again here, within
// the transaction, and has to be what was looked at before.
type Import struct {
	Origin
	Upload string `json:"upload"` // upl_…; empty for a file that no page kept
	Digest string `json:"digest"`
	again  func() io.Reader
	seen   Preview
	ctx    context.Context
	told   figures.Progress
	came   *Came
}

// Verb names it.
func (Import) Verb() access.Verb { return "sources.import" }

// Find makes the file, or finds the one in use that has the same bytes.
func (c Import) Find(tx *store.Tx, who access.Who) (File, error) {
	*c.came = Came{}
	same, err := filesOf(tx, ` WHERE kind = $1 AND level = $2 AND digest = $3 AND state = $4`, string(c.Kind), c.Level, c.Digest, string(InUse))
	if err != nil {
		return File{}, err
	}
	if len(same) > 0 {
		*c.came = Came{File: same[0], Same: true}
		return File{ID: same[0].ID, Agency: who.Agency, By: who.ID}, nil
	}
	p := c.seen
	return File{ID: tx.NewID("src"), Origin: c.Origin, State: InUse, Agency: who.Agency, By: who.ID, At: tx.Now, Digest: c.Digest, Shape: p.Shape,
		Encoding: p.Encoding, Bytes: p.Bytes, Rows: p.Rows, Taken: p.Taken, Repeated: p.Repeated, Told: p}, nil
}

// Do reads it and keeps what it states.
func (c Import) Do(tx *store.Tx, who access.Who, f File) error {
	if err := c.Check(tx.Now); err != nil {
		return err
	}
	if !c.seen.Clean() {
		return fault.Conflict("sources.not-clean")
	}
	if !c.came.Same {
		if err := c.take(tx, &f); err != nil {
			return err
		}
		*c.came = Came{File: f}
	}
	if c.Upload == "" {
		return nil
	}
	return Upload{ID: c.Upload}.destroy(tx)
}

func (c Import) take(tx *store.Tx, f *File) error {
	if err := f.insert(tx); err != nil {
		return err
	}
	t, err := newTaking(tx, f)
	if err != nil {
		return err
	}
	read := &counted{from: c.again(), sum: sha256.New()}
	report, err := kinds[c.Kind].read(c.ctx, read, c.Origin, c.told, t.add)
	if err == nil {
		err = read.rest()
	}
	if err == nil {
		err = t.flush()
	}
	if err != nil {
		return err
	}
	if !report.Clean() || read.digest() != c.Digest {
		return fault.Conflict("sources.file-changed")
	}
	if err := f.count(tx); err != nil {
		return err
	}
	return f.judge(tx, t.countries)
}

// Check is what has to be said of a file.
func (o Origin) Check(now time.Time) error {
	if err := o.known(); err != nil {
		return err
	}
	var check fault.Check
	check.That(strings.TrimSpace(o.Source) != "", "source", "fault.required")
	check.That(len(o.Source) <= mostOfWords, "source", "fault.too-long")
	check.That(len(o.Note) <= 4*mostOfWords, "note", "fault.too-long")
	day, ok := edition(o.Edition)
	check.That(ok, "edition", "sources.which-edition")
	check.That(!ok || !day.After(now), "edition", "fault.in-the-future")
	return check.Err()
}

// edition reads 2025, 2025-04 or 2025-04-14; as texts they sort by date.
func edition(s string) (day time.Time, ok bool) {
	for _, layout := range []string{"2006", "2006-01", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil && len(s) == len(layout) && t.Year() >= 1950 {
			return t, true
		}
	}
	return day, false
}

// ImportFile looks through a file and takes it in, as who. What is wrong with it
// comes back in the preview, and then nothing was taken in.
func ImportFile(ctx context.Context, e *act.Engine, who access.Who, o Origin, in io.ReadSeeker, told figures.Progress) (p Preview, came Came, err error) {
	if _, err = act.Look(ctx, e, who, Open{}); err != nil {
		return p, came, err // whoever may not, learns it before the first row
	}
	o = o.trimmed()
	if err = o.Check(e.DB.Now()); err != nil {
		return p, came, err
	}
	if p, err = Inspect(ctx, in, o, told); err != nil {
		return p, came, err
	}
	if !p.Clean() {
		return p, came, fault.Conflict("figures.not-clean").With("Count", max(p.Blocked, 1))
	}
	c := Import{Origin: o, Digest: p.Digest, seen: p, again: from(in), ctx: ctx, told: told, came: &came}
	_, err = act.Do(ctx, e, who, c)
	return p, came, err
}

// from begins a file anew each time: a transaction may have to run again.
func from(in io.ReadSeeker) func() io.Reader {
	return func() io.Reader {
		if _, err := in.Seek(0, io.SeekStart); err != nil {
			return broken{fault.Internal("sources: reading a file again", err)}
		}
		return in
	}
}

type broken struct{ error }

func (b broken) Read([]byte) (int, error) { return 0, b.error }

func (o Origin) trimmed() Origin {
	o.Source, o.Edition, o.Note = strings.TrimSpace(o.Source), strings.TrimSpace(o.Edition), strings.TrimSpace(o.Note)
	return o
}

// taking is a file coming in.
type taking struct {
	tx        *store.Tx
	f         *File
	kind      kind
	live      map[string]File // others of the kind, in use
	batch     []stated
	countries map[string]bool // whose returns changed
}

func newTaking(tx *store.Tx, f *File) (*taking, error) {
	live, err := filesOf(tx, ` WHERE kind = $1 AND state = $2 AND id <> $3`, string(f.Kind), string(InUse), f.ID)
	t := &taking{tx: tx, f: f, kind: kinds[f.Kind], live: map[string]File{}, countries: map[string]bool{}}
	for _, other := range live {
		t.live[other.ID] = other
	}
	return t, err
}

// atOnce is how many figures are looked up and kept together.
const atOnce = 450

func (t *taking) add(s stated) error {
	if t.batch = append(t.batch, s); len(t.batch) < atOnce {
		return nil
	}
	return t.flush()
}

// standing is the statement in use of what a key is about.
type standing struct{ about, digest, file string }

// flush keeps the batch, and has it replace what is in use of older editions.
func (t *taking) flush() error {
	standing, err := t.inUse()
	if err != nil {
		return err
	}
	rows := make([][]any, 0, len(t.batch))
	var gone []string
	for _, s := range t.batch {
		at, by := "", ""
		switch other, there := standing[s.about]; {
		case !there:
			t.f.New++
			t.change(s)
		case t.live[other.file].newer(*t.f):
			t.f.Older++
			at, by = store.Stamp(t.tx.Now), other.file
		default:
			gone = append(gone, s.about)
			if other.digest == s.digest {
				t.f.Unchanged++
				break
			}
			t.f.Changed++
			t.change(s)
		}
		rows = append(rows, append([]any{t.f.ID, s.about, s.digest, s.line, at, by}, s.values...))
	}
	t.batch = t.batch[:0]
	slices.SortFunc(rows, func(a, b []any) int { return strings.Compare(a[1].(string), b[1].(string)) })
	if err := t.replace(gone); err != nil {
		return err
	}
	return t.tx.Insert(t.kind.table, append(slices.Clone(common), t.kind.columns...), rows)
}

func (t *taking) change(s stated) {
	if t.f.Kind == GLOTIP {
		t.countries[s.values[0].(string)] = true
	}
}

func (t *taking) inUse() (map[string]standing, error) {
	found := map[string]standing{}
	if len(t.live) == 0 || len(t.batch) == 0 {
		return found, nil
	}
	keys := make([]string, len(t.batch))
	for i, s := range t.batch {
		keys[i] = s.about
	}
	in, args := among(keys, 0)
	var s standing
	err := t.tx.Each([]any{&s.about, &s.digest, &s.file}, func() error {
		found[s.about] = s
		return nil
	}, `SELECT t.about, t.digest, t.file FROM (VALUES `+in+`) AS v JOIN `+t.kind.table+` t ON t.about = v.column1 WHERE t.replaced_at = ''`, args...)
	return found, err
}

func (t *taking) replace(keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	in, args := among(keys, 2)
	_, err := t.tx.Exec(`UPDATE `+t.kind.table+` SET replaced_at = $1, replaced_by = $2 WHERE replaced_at = '' AND about IN (SELECT column1 FROM (VALUES `+in+`) AS v)`,
		append([]any{t.tx.Now, t.f.ID}, args...)...)
	return err
}

// among writes keys as rows to be joined, "($1), ($2)", behind so many arguments. As
// a list in brackets PostgreSQL, which knows nothing yet of a table that has just
// been filled, would compare each of its rows with each of them.
func among(keys []string, behind int) (rows string, args []any) {
	var b strings.Builder
	for i, k := range keys {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("($" + strconv.Itoa(behind+i+1) + ")")
		args = append(args, k)
	}
	return b.String(), args
}
