package htcds

import (
	"context"
	"errors"
	"io"
	"iter"
	"path"
	"slices"
	"strings"

	"istmo/fault"
)

// Format is how a file is written.
type Format string

// The formats. Reading JSON takes both an array and objects one after the other;
// writing tells them apart.
const (
	CSV   Format = "csv"
	JSON  Format = "json"
	Lines Format = "ndjson"
)

// FormatOf is the format that a file's name tells.
func FormatOf(name string) (Format, error) {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".csv", ".txt", ".tsv":
		return CSV, nil
	case ".json":
		return JSON, nil
	case ".ndjson", ".jsonl":
		return Lines, nil
	}
	return "", fault.Invalid("file", "htcds.format")
}

// Row is one person and case of a file, settled, with what there is to say of it.
type Row struct {
	Number   int  // as a spreadsheet shows it, or the n-th object of JSON from 1
	Header   bool // the header of a CSV file, which has problems and no record
	Record   Record
	Problems []Problem
}

// Blocked reports whether the row must not be imported: it has an error, or it
// is a header.
func (r Row) Blocked() bool {
	return r.Header || slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Severity == Error })
}

// Progress is told how far a reading has come, every few hundred rows and at the
// end. A nil Progress is not told.
type Progress func(rows int, bytes int64)

// every is how many rows pass between two calls of a Progress.
const every = 500

// Read yields the rows of a file one by one as they are read. The header of a
// CSV file comes first, if there is something to say of it, as a row without a
// record. A fault as error means that the file cannot be read on; it names the
// row in its argument Row. Any other error is the reader's or the context's.
func Read(ctx context.Context, r io.Reader, f Format, told Progress) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		count := &counter{in: r}
		rows := 0
		pass := func(row Row) error {
			if !row.Header {
				rows++
			}
			if told != nil && rows%every == 0 {
				told(rows, count.bytes)
			}
			if rows > maxRows {
				return fault.Invalid("", "htcds.too-many-rows").With("Row", row.Number)
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if !yield(row, nil) {
				return errStop
			}
			return nil
		}
		err := read(count, f, pass)
		if errors.Is(err, errStop) {
			return
		}
		if told != nil {
			told(rows, count.bytes)
		}
		if err != nil {
			yield(Row{}, err)
		}
	}
}

// errStop says that whoever reads the rows wants no more of them.
var errStop = errors.New("htcds: no more rows are wanted")

func read(r io.Reader, f Format, pass func(Row) error) error {
	in, err := open(r)
	if err != nil {
		return err
	}
	switch f {
	case CSV:
		return readCSV(in, pass)
	case JSON, Lines:
		return readJSON(in, pass)
	}
	return fault.Invalid("file", "htcds.format")
}

// counter counts the bytes that pass.
type counter struct {
	in    io.Reader
	bytes int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.bytes += int64(n)
	return n, err
}
