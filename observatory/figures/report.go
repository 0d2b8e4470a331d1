package figures

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"istmo/fault"
)

// shownOfKind is how many problems of one kind a report lists; all are counted.
const shownOfKind = 20

// Problem is one thing wrong with a file.
type Problem struct {
	Row    int    // the line of the file, from 1; 0 is the file as a whole
	Column string // by the file's own heading, or empty
	Blocks bool   // the row is not taken; otherwise it is, and this is to be known
	*fault.Fault
}

// Report is what is in a file and what is wrong with it.
type Report struct {
	Shape     string // which of the known shapes it has
	Encoding  string // UTF8 or Windows1252
	Separator string
	Rows      int // that state something
	Taken     int // figures given
	Repeated  int // figures that an earlier row states already, in the same words
	Blocked   int // rows not taken
	Stopped   bool
	Counts    map[string]int // by key, how often each problem was found
	Problems  []Problem      // the first of each kind, by row

	seen map[mark]seen
}

type (
	mark [8]byte
	seen struct {
		row    int32
		digest mark
	}
)

// Clean reports whether the whole file can be taken.
func (r *Report) Clean() bool { return r.Blocked == 0 && !r.Stopped }

func newReport(s *sheet) *Report {
	return &Report{Separator: string(s.rows.Comma), Counts: map[string]int{}, seen: map[mark]seen{}}
}

func (r *Report) note(p Problem) {
	if r.Counts[p.Key]++; r.Counts[p.Key] <= shownOfKind {
		p.Fault = p.With("Row", p.Row)
		if p.Args["Column"] == nil && p.Column != "" {
			p.Fault = p.With("Column", p.Column)
		}
		r.Problems = append(r.Problems, p)
	}
}

// end is how a report closes: at the end of the file, at a fault of the file, or
// at an error of the reader's own.
func (r *Report) end(s *sheet, err error) (Report, error) {
	r.Encoding, r.seen = s.text.encoding(), nil
	if s.told != nil {
		s.told(s.n, s.text.bytes)
	}
	var f *fault.Fault
	switch {
	case err == nil, errors.Is(err, io.EOF):
		if r.Rows == 0 && !r.Stopped && len(r.Problems) == 0 {
			r.stop(fault.Invalid("file", "figures.empty-file"))
		}
	case errors.As(err, &f):
		r.stop(f)
	default:
		return *r, err
	}
	slices.SortStableFunc(r.Problems, func(a, b Problem) int { return a.Row - b.Row })
	return *r, nil
}

func (r *Report) stop(f *fault.Fault) {
	row, _ := f.Args["Row"].(int)
	r.Stopped = true
	r.note(Problem{Row: row, Blocks: true, Fault: f})
}

// fresh reports whether a figure was not stated before. One that was stated
// otherwise is a problem that blocks.
func (r *Report) fresh(row int, key, digest string) bool {
	k, d := markOf(key), markOf(digest)
	before, again := r.seen[k]
	switch {
	case !again:
		r.seen[k] = seen{int32(row), d}
		r.Taken++
		return true
	case before.digest == d:
		r.Repeated++
	default:
		r.Blocked++
		r.note(Problem{Row: row, Blocks: true, Fault: fault.Invalid("row", "figures.stated-otherwise").With("First", int(before.row))})
	}
	return false
}

func markOf(s string) mark {
	sum := sha256.Sum256([]byte(s))
	return mark(sum[:8])
}

// digest is the SHA-256 of parts, in hexadecimal, with no two lists alike.
func digest(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(strconv.Itoa(len(p)))
		b.WriteByte(':')
		b.WriteString(p)
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// row gathers the problems of one row.
type row struct {
	r     *Report
	at    int
	cells []string
	where map[string]int
	bad   bool
}

func (w *row) cell(name string) string {
	if i, there := w.where[name]; there && i < len(w.cells) {
		return w.cells[i]
	}
	return ""
}

func (w *row) wrong(column, key string, args ...any) {
	f := fault.Invalid(column, key)
	for i := 0; i+1 < len(args); i += 2 {
		f = f.With(args[i].(string), args[i+1])
	}
	w.r.note(Problem{Row: w.at, Column: column, Blocks: true, Fault: f})
	if !w.bad {
		w.r.Blocked++
	}
	w.bad = true
}

var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// whole is a whole number, with or without a mark for thousands.
func whole(s string) (int, bool) {
	if plain(s) {
		n, err := strconv.ParseUint(s, 10, 31)
		return int(n), err == nil
	}
	s = spaces.Replace(s)
	for _, m := range []string{",", ".", " "} {
		parts := strings.Split(s, m)
		if len(parts) < 2 {
			continue
		}
		if len(parts[0]) == 0 || len(parts[0]) > 3 || parts[0][0] == '0' {
			return 0, false
		}
		for _, p := range parts[1:] {
			if len(p) != 3 {
				return 0, false
			}
		}
		s = strings.Join(parts, "")
		break
	}
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err == nil && len(s) <= 10
}

// plain reports whether s has digits only.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func (w *row) number(column string) int {
	n, ok := whole(w.cell(column))
	if !ok {
		w.wrong(column, "figures.bad-number")
	}
	return n
}

func (w *row) year(column string) int {
	n, err := strconv.Atoi(w.cell(column))
	if err != nil || n < 1950 || n > 2100 {
		w.wrong(column, "figures.bad-year")
	}
	return n
}
