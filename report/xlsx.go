package report

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// XLSX writes a workbook: what the document is on the first sheet, and then one
// sheet for each table. Numbers are numbers and days are days, to count with;
// text stays text, whatever it begins with.
func (d Document) XLSX(w io.Writer) error {
	b := book{File: excelize.NewFile(), Document: d}
	b.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return &binder{Writer: zip.NewWriter(w)} })
	defer b.Close()
	if err := b.write(w); err != nil {
		return fmt.Errorf("report: xlsx: %w", err)
	}
	return nil
}

// book is a workbook while it is written.
type book struct {
	*excelize.File
	Document
	plain, bold, head, day, hour, loud int // styles
}

func (b *book) write(w io.Writer) error {
	if err := b.styles(); err != nil {
		return err
	}
	tables := b.tables()
	names := sheetNames(b.say("report.sheet"), b.say("report.table"), tables)
	if err := b.SetSheetName("Sheet1", names[0]); err != nil {
		return err
	}
	if err := b.cover(names, tables); err != nil {
		return err
	}
	for i, t := range tables {
		if _, err := b.NewSheet(names[i+1]); err != nil {
			return err
		}
		if err := b.table(names[i+1], t); err != nil {
			return err
		}
	}
	made := b.Made.UTC().Format(time.RFC3339)
	err := b.SetDocProps(&excelize.DocProperties{Title: b.Title, Subject: b.Kicker, Creator: b.author(), Language: b.Lang, Created: made, Modified: made})
	if err != nil {
		return err
	}
	return b.Write(w)
}

// binder puts the files of a workbook in the order of their names. The library
// writes them as a map gives them, which is another order each time.
type binder struct {
	*zip.Writer
	files []*leaf
}

type leaf struct {
	name string
	bytes.Buffer
}

// Create takes in a file.
func (b *binder) Create(name string) (io.Writer, error) {
	b.files = append(b.files, &leaf{name: name})
	return b.files[len(b.files)-1], nil
}

// Close writes all of them.
func (b *binder) Close() error {
	slices.SortFunc(b.files, func(x, y *leaf) int { return strings.Compare(x.name, y.name) })
	for _, f := range b.files {
		w, err := b.Writer.Create(f.name)
		if err != nil {
			return err
		}
		if _, err := f.WriteTo(w); err != nil {
			return err
		}
	}
	return b.Writer.Close()
}

func (b *book) styles() error {
	day, hour := "d mmm yyyy", "d mmm yyyy hh:mm"
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	var err error
	for _, s := range []struct {
		into  *int
		style excelize.Style
	}{
		{&b.plain, excelize.Style{NumFmt: 49, Alignment: top}}, // text, and still text once somebody edits it
		{&b.bold, excelize.Style{NumFmt: 49, Alignment: top, Font: &excelize.Font{Bold: true, Color: hex(sea)}}},
		{&b.head, excelize.Style{NumFmt: 49, Alignment: top, Font: &excelize.Font{Bold: true, Color: hex(white)},
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{hex(sea)}}}},
		{&b.loud, excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true, Color: hex(ochre)},
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{hex(cream)}}}},
		{&b.day, excelize.Style{CustomNumFmt: &day, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left"}}},
		{&b.hour, excelize.Style{CustomNumFmt: &hour, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left"}}},
	} {
		if *s.into, err = b.NewStyle(&s.style); err != nil {
			return err
		}
	}
	return nil
}

// lines is a sheet that is written row by row, until something fails.
type lines struct {
	*excelize.StreamWriter
	n   int
	err error
}

func (b *book) sheet(name string, widths ...float64) (*lines, error) {
	s, err := b.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	for i, w := range widths {
		if err := s.SetColWidth(i+1, i+1, w); err != nil {
			return nil, err
		}
	}
	return &lines{StreamWriter: s}, nil
}

func (l *lines) row(cells ...any) {
	if l.n++; l.err == nil {
		l.err = l.SetRow(fmt.Sprintf("A%d", l.n), cells)
	}
}

func (l *lines) done() error {
	if l.err != nil {
		return l.err
	}
	return l.Flush()
}

// words is a cell of text.
func words(style int, text string) any { return excelize.Cell{StyleID: style, Value: xml(text)} }

// cover is the first sheet: what the document is, and where each table comes from.
func (b *book) cover(names []string, tables []Table) error {
	s, err := b.sheet(names[0], 28, 60, 60)
	if err != nil {
		return err
	}
	for _, line := range []struct {
		style int
		text  string
	}{{b.loud, b.Notice}, {b.plain, b.Kicker}, {b.bold, b.Title}, {b.plain, b.Subtitle}} {
		if line.text != "" {
			s.row(words(line.style, line.text))
		}
	}
	s.row()
	for _, f := range b.Facts {
		s.row(words(b.plain, f[0]), words(b.plain, f[1]))
	}
	if !b.Made.IsZero() {
		s.row(words(b.plain, b.say("report.made")), excelize.Cell{StyleID: b.hour, Value: b.Made})
	}
	s.row()
	for i, t := range tables {
		s.row(words(b.bold, names[i+1]), words(b.plain, t.Caption), words(b.plain, b.origin(t)))
	}
	return s.done()
}

// table writes a table on a sheet of its own. Its head stays in sight.
func (b *book) table(name string, t Table) error {
	s, err := b.sheet(name, t.widths()...)
	if err != nil {
		return err
	}
	above := 1
	if b.Notice != "" {
		above = 2
	}
	err = s.SetPanes(&excelize.Panes{Freeze: true, YSplit: above, TopLeftCell: fmt.Sprintf("A%d", above+1), ActivePane: "bottomLeft"})
	if err != nil {
		return err
	}
	if b.Notice != "" {
		s.row(words(b.loud, b.Notice))
	}
	head := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = words(b.head, c.Title)
	}
	s.row(head...)
	for _, row := range t.Rows {
		cells, err := b.cells(row)
		if err != nil {
			return err
		}
		s.row(cells...)
	}
	return s.done()
}

func (b *book) cells(row []Cell) ([]any, error) {
	cells := make([]any, len(row))
	for i, c := range row {
		switch v := c.(type) {
		case nil:
		case int, int64, float64:
			cells[i] = excelize.Cell{Value: v}
		case string:
			if len(utf16.Encode([]rune(v))) > excelize.TotalCellChars {
				return nil, fmt.Errorf("a cell holds at most %d characters", excelize.TotalCellChars)
			}
			cells[i] = words(b.plain, v)
		case time.Time:
			switch {
			case v.IsZero():
			case midnight(v):
				cells[i] = excelize.Cell{StyleID: b.day, Value: v}
			default:
				cells[i] = excelize.Cell{StyleID: b.hour, Value: v}
			}
		default:
			return nil, fmt.Errorf("a cell cannot be a %T", c)
		}
	}
	return cells, nil
}

// widths are how wide the columns are, in characters: as their first rows need.
func (t Table) widths() []float64 {
	all := make([]float64, len(t.Columns))
	for i, c := range t.Columns {
		all[i] = float64(len([]rune(c.Title)))
		for _, row := range t.Rows[:min(200, len(t.Rows))] {
			if i < len(row) {
				text, isText := row[i].(string)
				if !isText {
					text = "20 nov 2026"
				}
				all[i] = max(all[i], float64(len([]rune(text))))
			}
		}
		all[i] = min(max(all[i]+3, 10), 60)
	}
	return all
}

// xml leaves out what no XML may hold.
func xml(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r >= ' ' && r != 0xFFFE && r != 0xFFFF {
			return r
		}
		return -1
	}, strings.ToValidUTF8(text, "?"))
}

// longestName is how many characters the name of a sheet may have.
const longestName = 31

// sheetNames gives each sheet a name that Excel takes and that no other has,
// in capitals or not.
func sheetNames(first, rest string, tables []Table) []string {
	var names, taken []string
	add := func(wanted, otherwise string) {
		name := sheetName(wanted, longestName)
		if name == "" || strings.EqualFold(name, "History") { // Excel keeps that one for itself
			name = sheetName(otherwise, longestName)
		}
		for base, n := name, 2; slices.Contains(taken, strings.ToLower(name)); n++ {
			end := fmt.Sprintf(" (%d)", n)
			name = sheetName(base, longestName-len(end)) + end
		}
		names, taken = append(names, name), append(taken, strings.ToLower(name))
	}
	add(first, first)
	for _, t := range tables {
		add(t.Caption, rest)
	}
	return names
}

// sheetName cuts a name to at most n of Excel's characters and leaves out those
// that it refuses.
func sheetName(name string, n int) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return ' '
		}
		return r
	}, xml(name))
	name = strings.Join(strings.Fields(name), " ")
	units, end := 0, 0
	for i, r := range name {
		if units += utf16.RuneLen(r); units > n {
			break
		}
		end = i + len(string(r))
	}
	return strings.Trim(name[:end], " '")
}
