package mse

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"istmo/fault"
)

// A file may be so long, have so many rows and names so long. The longest
// honest table, of ten lists, has 1,024 lines; one row for each person may be
// written instead.
const (
	mostBytes = 16 << 20
	mostRows  = 500_000
	longName  = 40
)

// countNames are what the column of the counts may be called. If none is there,
// it is the last column.
var countNames = []string{"count", "counts", "n", "freq", "total", "cases", "people", "casos", "cantidad", "conteo", "cuenta", "número", "numero", "personas"}

// Read reads a table from CSV: a row of names, then one row for each combination
// of lists, with 1 or 0 for each list and a count. Columns and rows stand in any
// order, with or without quotes, separated by commas, semicolons or tabs; what
// is not listed is zero, and what is listed twice is added and told in Repeated.
func Read(r io.Reader) (Table, error) {
	bounded := &io.LimitedReader{R: r, N: mostBytes + 1}
	rows := rowsOf(bounded)
	header, err := rows.Read()
	if err != nil {
		return Table{}, broken(err)
	}
	names, count, err := columns(header)
	if err != nil {
		return Table{}, err
	}
	var all []History
	for {
		row, err := rows.Read()
		if bounded.N == 0 || len(all) > mostRows {
			return Table{}, fault.Invalid("file", "estimate.too-long").With("Most", mostRows)
		}
		if errors.Is(err, io.EOF) {
			return New(slices.Delete(slices.Clone(names), count, count+1), all)
		}
		if err != nil {
			return Table{}, broken(err)
		}
		h, key := history(names, count, row)
		if key != "" {
			line, _ := rows.FieldPos(0)
			return Table{}, fault.Invalid("file", key).With("Row", line)
		}
		all = append(all, h)
	}
}

// rowsOf reads with the separator that the first line has, past a byte order mark.
func rowsOf(r io.Reader) *csv.Reader {
	in := bufio.NewReaderSize(r, 4096)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = in.Discard(3)
	}
	start, _ := in.Peek(2048)
	first, _, _ := bytes.Cut(start, []byte("\n"))
	rows := csv.NewReader(in)
	rows.ReuseRecord, rows.TrimLeadingSpace = false, true
	for _, separator := range ";\t" {
		if bytes.ContainsRune(first, separator) && !bytes.ContainsRune(first, ',') {
			rows.Comma = separator
		}
	}
	return rows
}

// columns are the names of the columns, and which of them holds the counts.
func columns(header []string) (names []string, count int, err error) {
	if len(header) < 3 {
		return nil, 0, fault.Invalid("file", "estimate.few-lists")
	}
	if len(header) > MostLists+1 {
		return nil, 0, fault.Invalid("file", "estimate.many-lists").With("Most", MostLists)
	}
	count = -1
	for i, cell := range header {
		name := strings.TrimSpace(cell)
		if name == "" || len(name) > longName || !utf8.ValidString(name) || strings.ContainsFunc(name, unprintable) {
			return nil, 0, fault.Invalid("file", "estimate.bad-name").With("Column", i+1)
		}
		if slices.Contains(countNames, strings.ToLower(name)) {
			if count >= 0 {
				return nil, 0, fault.Invalid("file", "estimate.two-counts")
			}
			count = i
		}
		names = append(names, name)
	}
	if count < 0 {
		count = len(names) - 1
	}
	return names, count, nil
}

// unprintable is what a terminal might obey rather than show.
func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// history reads a row, or says with the key of a sentence why it cannot.
func history(names []string, count int, row []string) (h History, key string) {
	for i, cell := range row {
		switch cell = strings.TrimSpace(cell); {
		case i == count:
			n, err := strconv.ParseUint(cell, 10, 32)
			if err != nil || n > MostPeople {
				return h, "estimate.bad-count"
			}
			h.Count = int(n)
		case cell == "1":
			h.Lists = append(h.Lists, names[i])
		case cell != "0":
			return h, "estimate.bad-cell"
		}
	}
	if len(h.Lists) == 0 {
		return h, "estimate.row-of-zeros"
	}
	return h, ""
}

// broken says which line is not CSV. What the file holds is not repeated.
func broken(err error) error {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return fault.Invalid("file", "estimate.empty-file")
	case errors.Is(err, csv.ErrFieldCount) && errors.As(err, &parse):
		return fault.Invalid("file", "estimate.row-length").With("Row", parse.Line)
	case errors.As(err, &parse):
		return fault.Invalid("file", "estimate.not-csv").With("Row", parse.Line)
	}
	return fault.Internal("reading a table", err)
}
