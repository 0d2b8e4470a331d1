package htcds

import (
	"cmp"
	"context"
	"crypto/sha256"
	"io"
	"slices"

	"istmo/fault"
)

// shownOfKind is how many problems of one kind a preview lists; all are counted.
const shownOfKind = 20

// Preview is what an import would do, told before anything is written.
type Preview struct {
	Rows       int // persons and cases in the file
	Importable int // of them, those without an error and not seen before in the file
	Blocked    int // those with an error
	Repeated   int // those that an earlier row of the file says already
	Stopped    bool
	// Counts has every kind of problem, the gravest first, then the commonest.
	Counts []Count
	// Problems are the first of each kind, by row.
	Problems []Problem
}

// Count is how often one kind of problem was found.
type Count struct {
	Key      string
	Severity Severity
	N        int
}

// Inspect reads a whole file and says what is in it and what is wrong with it.
// A file that breaks off is reported in the preview as stopped; an error is
// only the reader's or the context's own.
func Inspect(ctx context.Context, r io.Reader, f Format, told Progress) (Preview, error) {
	in := &inspection{counts: map[string]int{}, seen: map[mark]first{}}
	for row, err := range Read(ctx, r, f, told) {
		if list := fault.All(err); len(list) > 0 {
			in.stop(list[0])
		} else if err != nil {
			return Preview{}, err
		} else {
			in.add(row)
		}
	}
	return in.preview(), nil
}

// inspection is a preview in the making.
type inspection struct {
	Preview
	counts map[string]int
	seen   map[mark]first
}

// mark and first know a row again at 24 bytes each. Half a hash is enough: two of
// the most rows that a file may have share one with a chance of one in 500 million.
type (
	mark  [8]byte
	first struct {
		row    int32
		digest mark
	}
)

func markOf(text string) mark {
	sum := sha256.Sum256([]byte(text))
	return mark(sum[:8])
}

func (in *inspection) stop(f *fault.Fault) {
	row, _ := f.Args["Row"].(int)
	in.Stopped = true
	in.note(Problem{Row: row, Severity: Error, Fault: f})
}

func (in *inspection) add(row Row) {
	for _, p := range row.Problems {
		in.note(p)
	}
	if row.Header {
		return
	}
	in.Rows++
	repeated := in.repeats(row)
	switch {
	case row.Blocked(), repeated == "htcds.duplicate-different":
		in.Blocked++
	case repeated != "":
		in.Repeated++
	default:
		in.Importable++
	}
}

// repeats notes a row whose key an earlier one had, and returns the kind of
// problem or nothing.
func (in *inspection) repeats(row Row) string {
	if row.Record.empty() {
		return ""
	}
	key, digest := markOf(row.Record.Key()), markOf(row.Record.Digest())
	before, again := in.seen[key]
	if !again {
		in.seen[key] = first{int32(row.Number), digest}
		return ""
	}
	kind := "htcds.duplicate"
	if before.digest != digest {
		kind = "htcds.duplicate-different"
	}
	p := problem(row.Number, "", kind)
	p.Fault = p.Fault.With("First", int(before.row))
	in.note(p)
	return kind
}

func (in *inspection) note(p Problem) {
	in.counts[p.Key]++
	if in.counts[p.Key] <= shownOfKind {
		in.Problems = append(in.Problems, p)
	}
}

func (in *inspection) preview() Preview {
	for key, n := range in.counts {
		in.Counts = append(in.Counts, Count{Key: key, Severity: kinds[key], N: n})
	}
	slices.SortFunc(in.Counts, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(b.N, a.N), cmp.Compare(a.Key, b.Key))
	})
	return in.Preview
}
