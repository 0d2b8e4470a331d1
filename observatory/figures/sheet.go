package figures

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"istmo/fault"
)

// Progress is told now and then how many rows and bytes have been read.
type Progress func(rows int, bytes int64)

// mostRows is how many rows a file may have: the population of every country by
// year, sex and five-year band of 150 years stays below it.
const mostRows = 3_000_000

// sheet gives the rows of a file of separated values, one at a time.
type sheet struct {
	ctx  context.Context
	text *text
	rows *csv.Reader
	told Progress
	n    int
}

func newSheet(ctx context.Context, r io.Reader, told Progress) *sheet {
	s := &sheet{ctx: ctx, text: newText(r), told: told}
	in := bufio.NewReaderSize(s.text, 16<<10)
	start, _ := in.Peek(8 << 10)
	s.rows = csv.NewReader(in)
	s.rows.Comma = separator(start)
	s.rows.FieldsPerRecord, s.rows.TrimLeadingSpace = -1, s.rows.Comma != '\t'
	return s
}

// separator is that of the first line that has at least two of one.
func separator(start []byte) rune {
	for line := range bytes.Lines(start) {
		best, most := ',', 1
		for _, c := range ",;\t" {
			if n := outside(line, byte(c)); n > most {
				best, most = c, n
			}
		}
		if most > 1 {
			return best
		}
	}
	return ','
}

// outside counts c outside of quotes.
func outside(line []byte, c byte) (n int) {
	quoted := false
	for _, b := range line {
		if b == '"' {
			quoted = !quoted
		} else if b == c && !quoted {
			n++
		}
	}
	return n
}

// next is the next row, its cells trimmed, and the line that it begins on. At
// the end it is io.EOF; a file that cannot be read further is a fault with its row.
func (s *sheet) next() ([]string, int, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, 0, err
	}
	row, err := s.rows.Read()
	if err != nil {
		return nil, 0, s.broken(err)
	}
	if s.n++; s.n > mostRows {
		return nil, 0, fault.Invalid("file", "figures.too-many-rows").With("Most", mostRows)
	}
	if s.told != nil && s.n%1000 == 0 {
		s.told(s.n, s.text.bytes)
	}
	s.text.sinceRow = 0
	for i := range row {
		row[i] = strings.TrimSpace(row[i])
	}
	line, _ := s.rows.FieldPos(0)
	return row, line, nil
}

// broken says which row cannot be read. What the file holds is not repeated.
func (s *sheet) broken(err error) error {
	var parse *csv.ParseError
	var f *fault.Fault
	switch {
	case errors.Is(err, io.EOF):
		return io.EOF
	case errors.As(err, &f):
		return f.With("Row", s.n+1)
	case errors.As(err, &parse):
		return fault.Invalid("file", "figures.not-csv").With("Row", parse.Line)
	}
	return fault.Internal("reading figures", err)
}

// column is one that a file has to have, by any of its names, folded.
type column struct {
	name  string
	known []string
	may   bool // be missing
}

// find says where each column stands, or which is missing or stands twice.
func find(header []string, want []column) (map[string]int, *fault.Fault) {
	at := map[string]int{}
	for i, cell := range header {
		name := fold(cell)
		for _, c := range want {
			for _, k := range c.known {
				if k != name {
					continue
				}
				if _, twice := at[c.name]; twice {
					return nil, fault.Invalid(c.name, "figures.column-twice").With("Column", c.name)
				}
				at[c.name] = i
			}
		}
	}
	for _, c := range want {
		if _, there := at[c.name]; !there && !c.may {
			return nil, fault.Invalid(c.name, "figures.column-missing").With("Column", c.name)
		}
	}
	return at, nil
}

func blank(row []string) bool { return strings.Join(row, "") == "" }
