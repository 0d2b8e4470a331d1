package htcds

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"istmo/fault"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Bounds of what is held in memory at once.
const (
	maxCell    = 64 << 10 // bytes of one value
	maxRecord  = 1 << 20  // bytes of one row or JSON object
	maxColumns = 2_000    // of one table
	maxRows    = 250_000  // of one file
)

// open strips a byte order mark and turns UTF-16 into UTF-8. What is not text at
// all, such as a workbook that was never saved as CSV, is refused.
func open(r io.Reader) (*bufio.Reader, error) {
	raw := bufio.NewReaderSize(r, maxCell)
	start, err := raw.Peek(4)
	if len(start) == 0 && err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.HasPrefix(start, []byte("PK\x03\x04")) || bytes.HasPrefix(start, []byte("\xd0\xcf\x11\xe0")) || bytes.HasPrefix(start, []byte("%PDF")) {
		return nil, fault.Invalid("", "htcds.not-text")
	}
	bom := unicode.BOMOverride(encoding.Nop.NewDecoder())
	return bufio.NewReaderSize(transform.NewReader(raw, bom), maxCell), nil
}

// mend decodes texts that are not UTF-8 as Windows-1252, which is what older
// Excel writes in our countries, and reports whether it had to.
func mend(texts ...*string) bool {
	mended := false
	for _, t := range texts {
		if !utf8.ValidString(*t) {
			*t, _ = charmap.Windows1252.NewDecoder().String(*t)
			mended = true
		}
	}
	return mended
}

// A cell that begins with one of these is run as a formula by spreadsheets.
const formulaStart = "=+-@\t\r"

// guard puts an apostrophe before a cell that a spreadsheet would run, and before
// one that already begins with an apostrophe, so that unguard can tell. Plain
// numbers are harmless and stay numbers.
func guard(cell string) string {
	if cell == "" || !strings.ContainsRune(formulaStart+"'", rune(cell[0])) || isNumber(cell) {
		return cell
	}
	return "'" + cell
}

// unguard undoes guard.
func unguard(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune(formulaStart+"'", rune(cell[1])) {
		return cell[1:]
	}
	return cell
}

func isNumber(cell string) bool {
	digits := strings.TrimLeft(cell, "+-")
	return len(cell)-len(digits) <= 1 && digits != "" && strings.Trim(digits, "0123456789") == "" ||
		decimal.MatchString(cell)
}

// grid reads the rows of a CSV file one at a time, never holding more than one.
// It is our own because a quote that is never closed must cost one bounded row
// and be named by the row in which it was opened.
type grid struct {
	in    *bufio.Reader
	comma byte
	row   int // number of the row last read
	room  int // bytes that the row may still take
}

type end int

const (
	endOfCell end = iota
	endOfRow
	endOfFile
)

// next reads a row. A fault is about this row alone, and the next can be read; an
// error ends the file, io.EOF in the regular case.
func (g *grid) next() ([]string, *fault.Fault, error) {
	g.row++
	g.room = maxRecord
	var cells []string
	var wrong *fault.Fault
	for {
		cell, at, bad, err := g.cell()
		if err != nil {
			return nil, nil, err
		}
		if wrong == nil {
			wrong = bad
		}
		if at == endOfFile && len(cells) == 0 && cell == "" {
			return nil, wrong, io.EOF
		}
		if len(cells) <= maxColumns {
			cells = append(cells, cell)
		} else if cell != "" && wrong == nil {
			wrong = fault.Invalid("", "htcds.row-long")
		}
		if at != endOfCell {
			return cells, wrong, nil
		}
	}
}

func (g *grid) cell() (string, end, *fault.Fault, error) {
	first, err := g.in.ReadByte()
	if err == io.EOF {
		return "", endOfFile, nil, nil
	}
	if err != nil {
		return "", endOfFile, nil, err
	}
	if first == '"' {
		return g.quoted()
	}
	return g.plain(first)
}

// plain reads a cell without quotes that begins with first.
func (g *grid) plain(first byte) (string, end, *fault.Fault, error) {
	var text []byte
	var bad *fault.Fault
	for b := first; ; {
		if b == g.comma {
			return string(text), endOfCell, bad, nil
		}
		if b == '\n' {
			return strings.TrimSuffix(string(text), "\r"), endOfRow, bad, nil
		}
		if !g.keep(&text, b) {
			bad = fault.Invalid("", "htcds.cell-too-long")
		}
		var err error
		if b, err = g.in.ReadByte(); err == io.EOF {
			return strings.TrimSuffix(string(text), "\r"), endOfFile, bad, nil
		} else if err != nil {
			return "", endOfFile, nil, err
		}
	}
}

// quoted reads the rest of a cell whose opening quote has been read.
func (g *grid) quoted() (string, end, *fault.Fault, error) {
	var text []byte
	var bad *fault.Fault
	for read := 0; ; read++ {
		b, err := g.in.ReadByte()
		if err == io.EOF || read > maxRecord {
			return "", endOfFile, nil, fault.Invalid("", "htcds.quote-open").With("Row", g.row)
		}
		if err != nil {
			return "", endOfFile, nil, err
		}
		if b == '"' {
			next, err := g.in.ReadByte()
			if err == io.EOF {
				return string(text), endOfFile, bad, nil
			}
			if err != nil {
				return "", endOfFile, nil, err
			}
			if next != '"' {
				return g.afterQuote(string(text), next, bad)
			}
		}
		if !g.keep(&text, b) {
			bad = fault.Invalid("", "htcds.cell-too-long")
		}
	}
}

// afterQuote reads on from a closing quote to the end of the cell, where nothing
// but the end is allowed.
func (g *grid) afterQuote(text string, next byte, bad *fault.Fault) (string, end, *fault.Fault, error) {
	rest, at, _, err := g.plain(next)
	if rest != "" && bad == nil {
		bad = fault.Invalid("", "htcds.quote-broken")
	}
	return text, at, bad, err
}

// keep adds a byte while there is room for it.
func (g *grid) keep(text *[]byte, b byte) bool {
	if len(*text) >= maxCell || g.room == 0 {
		return false
	}
	g.room--
	*text = append(*text, b)
	return true
}

// commas are what may stand between cells; Excel in Spanish writes semicolons.
var commas = []byte{',', ';', '\t', '|'}

// findComma looks at the first line for the separator that makes the most
// columns of the standard, and skips the line by which Excel announces one.
func findComma(in *bufio.Reader) byte {
	line := firstLine(in)
	if announced := strings.TrimPrefix(line, "sep="); len(announced) == 1 && announced != line {
		_, _ = in.ReadString('\n')
		return announced[0]
	}
	best, most := commas[0], 0
	for _, comma := range commas {
		hits := 0
		for _, name := range strings.Split(line, string(comma)) {
			if _, ok := slotOf(strings.Trim(name, "\" ")); ok {
				hits++
			}
		}
		if hits > most {
			best, most = comma, hits
		}
	}
	return best
}

func firstLine(in *bufio.Reader) string {
	start, _ := in.Peek(maxCell)
	line, _, _ := bytes.Cut(start, []byte("\n"))
	return strings.TrimSuffix(string(line), "\r")
}
