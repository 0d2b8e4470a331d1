package htcds

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"istmo/fault"
)

// heading is one column of a file: a place in the record or an extension.
type heading struct {
	slot  slot   // field is nil for an extension
	name  string // the extension's own name
	shown string // what problems call it
}

func readCSV(in *bufio.Reader, pass func(Row) error) error {
	comma := findComma(in)
	g := &grid{in: in, comma: comma}
	heads, first, err := readHeader(g)
	if err != nil {
		return err
	}
	if comma != ',' {
		first.Problems = append(first.Problems, problem(first.Number, "", "htcds.separator"))
	}
	if len(first.Problems) > 0 {
		if err := pass(first); err != nil {
			return err
		}
	}
	for {
		cells, bad, err := g.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if bad == nil && blank(cells) {
			continue // the empty rows that spreadsheets leave at the end
		}
		if err := pass(readRow(g.row, heads, cells, bad)); err != nil {
			return err
		}
	}
}

func readHeader(g *grid) ([]heading, Row, error) {
	row := Row{Number: 1, Header: true, Record: NewRecord()}
	cells, bad, err := g.next()
	if errors.Is(err, io.EOF) {
		return nil, row, fault.Invalid("", "htcds.empty-file")
	}
	if err == nil && bad != nil {
		err = bad.With("Row", 1)
	}
	if err == nil && len(cells) > maxColumns {
		err = fault.Invalid("", "htcds.header-wide").With("Most", maxColumns)
	}
	if err != nil {
		return nil, row, err
	}
	if mendAll(cells) {
		row.Problems = append(row.Problems, problem(1, "", "htcds.windows-1252"))
	}
	heads, found, err := readHeadings(cells)
	row.Problems = append(row.Problems, found...)
	return heads, row, err
}

func readHeadings(cells []string) ([]heading, []Problem, error) {
	var heads []heading
	var found []Problem
	taken, known := map[string]bool{}, 0
	for i, cell := range cells {
		h := headingOf(strings.TrimSpace(unguard(cell)), i+1)
		identity := "x " + h.name
		if h.slot.field != nil {
			identity = h.slot.key()
			known++
		}
		if taken[identity] {
			return nil, nil, fault.Invalid(h.shown, "htcds.header-twice").With("Row", 1)
		}
		taken[identity] = true
		heads = append(heads, h)
		if h.slot.field == nil && h.name != PersonID && h.name != CaseID && h.name != BirthdateEstimated {
			found = append(found, problem(1, h.shown, extensionKey(cell)))
		}
	}
	if known == 0 {
		return nil, nil, fault.Invalid("", "htcds.header-unknown")
	}
	return heads, append(found, missingCore(taken)...), nil
}

func extensionKey(cell string) string {
	if strings.TrimSpace(cell) == "" {
		return "htcds.column-unnamed"
	}
	return "htcds.column-extension"
}

func headingOf(name string, number int) heading {
	if s, ok := slotOf(name); ok {
		return heading{slot: s, shown: s.column(s.n + 1)}
	}
	for _, own := range []string{PersonID, CaseID, BirthdateEstimated} {
		if strings.EqualFold(name, own) {
			return heading{name: own, shown: own}
		}
	}
	if name == "" {
		name = fmt.Sprintf("column_%d", number)
	}
	return heading{name: name, shown: nameToShow(name, number)}
}

// missingCore notes the core fields of a person and a case that the file has no
// column for, so that the reader knows what will be empty.
func missingCore(taken map[string]bool) []Problem {
	var found []Problem
	for i := range fields {
		f := &fields[i]
		if f.Core && !f.Deprecated && !repeats[f.Table] && !taken[slot{f, 0}.key()] {
			found = append(found, problem(1, f.Name, "htcds.core-missing"))
		}
	}
	return found
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

func mendAll(cells []string) bool {
	mended := false
	for i := range cells {
		mended = mend(&cells[i]) || mended
	}
	return mended
}

func readRow(number int, heads []heading, cells []string, bad *fault.Fault) Row {
	row := Row{Number: number, Record: NewRecord()}
	if mendAll(cells) {
		row.Problems = append(row.Problems, problem(number, "", "htcds.windows-1252"))
	}
	if bad != nil {
		row.Problems = append(row.Problems, Problem{Row: number, Severity: kinds[bad.Key], Fault: bad})
	}
	if len(cells) < len(heads) {
		row.Problems = append(row.Problems, problem(number, "", "htcds.row-short"))
	}
	for i, cell := range cells {
		if i < len(heads) {
			heads[i].put(row.Record, unguard(cell))
		} else if cell != "" {
			row.Problems = append(row.Problems, problem(number, "", "htcds.row-long"))
			break
		}
	}
	row.Record.tidy()
	row.Problems = append(row.Problems, Settle(number, row.Record)...)
	return row
}

func (h heading) put(r Record, cell string) {
	if h.slot.field != nil {
		r.put(h.slot, cell)
	} else if cell != "" {
		r.Extensions[h.name] = cell
	}
}
