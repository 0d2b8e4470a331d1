package watch

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

// A file may be so long, have so many rows and names so long.
const (
	mostBytes = 32 << 20
	mostRows  = MostSeries * MostMonths
	longName  = 60
)

// What the three columns may be called. Others are passed over.
var columnNames = [3][]string{
	{"month", "date", "mes", "fecha"},
	{"category", "nat", "nationality", "categoría", "categoria", "nacionalidad"},
	{"count", "n", "total", "cantidad", "casos", "personas"},
}

// Read reads a table from CSV in the long shape: a row of names, and then month
// (2023-06), category and count in each row, in any order, separated by commas,
// semicolons or tabs. An empty count or NA is missing and not zero, and so is
// what is not listed. Faults name the row, and the column where there is one.
func Read(r io.Reader) (Table, error) {
	bounded := &io.LimitedReader{R: r, N: mostBytes + 1}
	rows := rowsOf(bounded)
	header, err := rows.Read()
	if err != nil {
		return Table{}, broken(err)
	}
	columns, err := columnsOf(header)
	if err != nil {
		return Table{}, err
	}
	var cells []Cell
	seen := map[Cell]bool{}
	for {
		row, err := rows.Read()
		if bounded.N == 0 || len(cells) > mostRows {
			return Table{}, fault.Invalid("file", "watch.too-long").With("Most", mostRows)
		}
		if errors.Is(err, io.EOF) {
			return NewTable(cells)
		}
		if err != nil {
			return Table{}, broken(err)
		}
		c, key, column := cellOf(row, columns)
		at := Cell{Month: c.Month, Category: c.Category}
		if key == "" && seen[at] {
			key, column = "watch.row-twice", columns[0]
		}
		if key != "" {
			line, _ := rows.FieldPos(0)
			return Table{}, fault.Invalid("file", key).With("Row", line).With("Column", column+1)
		}
		seen[at] = true
		cells = append(cells, c)
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
	rows.TrimLeadingSpace = true
	for _, separator := range ";\t" {
		if bytes.ContainsRune(first, separator) && !bytes.ContainsRune(first, ',') {
			rows.Comma = separator
		}
	}
	return rows
}

func columnsOf(header []string) (columns [3]int, err error) {
	columns = [3]int{-1, -1, -1}
	for i, cell := range header {
		for k, names := range columnNames {
			if slices.Contains(names, strings.ToLower(strings.TrimSpace(cell))) {
				if columns[k] >= 0 {
					return columns, fault.Invalid("file", "watch.two-columns").With("Column", i+1)
				}
				columns[k] = i
			}
		}
	}
	if slices.Contains(columns[:], -1) {
		return columns, fault.Invalid("file", "watch.no-columns")
	}
	return columns, nil
}

// cellOf reads a row, or says with the key of a sentence and a column why it cannot.
func cellOf(row []string, columns [3]int) (c Cell, key string, column int) {
	month, ok := ParseMonth(strings.TrimSpace(row[columns[0]]))
	if !ok {
		return c, "watch.bad-month", columns[0]
	}
	name := strings.TrimSpace(row[columns[1]])
	if name == "" || len(name) > longName || !utf8.ValidString(name) || strings.ContainsFunc(name, unprintable) {
		return c, "watch.bad-category", columns[1]
	}
	c = Cell{month, name, Missing}
	if count := strings.TrimSpace(row[columns[2]]); count != "" && count != "NA" {
		n, err := strconv.ParseUint(count, 10, 32)
		if err != nil || n > MostCount {
			return c, "watch.bad-count", columns[2]
		}
		c.Count = int(n)
	}
	return c, "", 0
}

// unprintable is what a terminal might obey rather than show.
func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// broken says which line is not CSV. What the file holds is not repeated.
func broken(err error) error {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return fault.Invalid("file", "watch.empty-file")
	case errors.Is(err, csv.ErrFieldCount) && errors.As(err, &parse):
		return fault.Invalid("file", "watch.row-length").With("Row", parse.Line)
	case errors.As(err, &parse):
		return fault.Invalid("file", "watch.not-csv").With("Row", parse.Line)
	}
	return fault.Internal("reading counts", err)
}
