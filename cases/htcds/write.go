package htcds

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"

	"istmo/fault"
)

// Shape is the columns that a CSV file of certain records needs. It must be known
// before the first row is written, so an export reads its records twice.
type Shape struct {
	sections   map[string]int
	extensions map[string]bool
}

// Add widens the shape until r fits.
func (s *Shape) Add(r Record) {
	if s.sections == nil {
		s.sections, s.extensions = map[string]int{}, map[string]bool{}
	}
	for table, list := range r.Tables {
		s.sections[table] = max(s.sections[table], len(list))
	}
	for name := range r.Extensions {
		s.extensions[name] = true
	}
}

// fits reports whether a record has a column for everything it says.
func (s *Shape) fits(r Record) bool {
	for table, list := range r.Tables {
		if len(list) > s.sections[table] && len(list) > 1 {
			return false
		}
	}
	for name := range r.Extensions {
		if !s.extensions[name] {
			return false
		}
	}
	return true
}

// columns lists the places of the shape in order: every field of the standard,
// section by section where a table repeats, and then the extensions.
func (s *Shape) columns() (slots []slot, extensions []string) {
	for _, table := range tables {
		for n := range max(1, s.sections[table]) {
			for i := range fields {
				if fields[i].Table == table {
					slots = append(slots, slot{&fields[i], n})
				}
			}
		}
	}
	return slots, slices.Sorted(maps.Keys(s.extensions))
}

// Writer writes records to a file one by one.
type Writer struct {
	format     Format
	out        io.Writer
	table      *csv.Writer
	shape      *Shape
	slots      []slot
	extensions []string
	written    int
}

// NewWriter starts a file. CSV needs the shape of all records that will be
// written; JSON does not look at it.
func NewWriter(w io.Writer, f Format, shape *Shape) (*Writer, error) {
	x := &Writer{format: f, out: w, shape: shape}
	switch f {
	case CSV:
		return x, x.header()
	case JSON:
		_, err := io.WriteString(w, "[")
		return x, err
	case Lines:
		return x, nil
	}
	return nil, fault.Invalid("file", "htcds.format")
}

// header begins with a byte order mark, without which Excel breaks every accent.
func (x *Writer) header() error {
	x.slots, x.extensions = x.shape.columns()
	if len(x.slots)+len(x.extensions) > maxColumns {
		return fault.Invalid("", "htcds.header-wide").With("Most", maxColumns)
	}
	if _, err := io.WriteString(x.out, "\ufeff"); err != nil {
		return err
	}
	x.table = csv.NewWriter(x.out)
	var names []string
	for _, s := range x.slots {
		names = append(names, s.column(x.shape.sections[s.field.Table]))
	}
	for _, name := range x.extensions {
		names = append(names, guard(name))
	}
	return x.table.Write(names)
}

// Write adds one record.
func (x *Writer) Write(r Record) error {
	defer func() { x.written++ }()
	if x.format == CSV {
		return x.writeRow(r)
	}
	if x.format == JSON {
		between := ",\n"
		if x.written == 0 {
			between = "\n"
		}
		if _, err := io.WriteString(x.out, between); err != nil {
			return err
		}
	}
	return x.writeObject(r)
}

// Close ends the file; it does not close the writer beneath.
func (x *Writer) Close() error {
	switch x.format {
	case CSV:
		x.table.Flush()
		return x.table.Error()
	case JSON:
		_, err := io.WriteString(x.out, "]\n")
		return err
	}
	return nil
}

func (x *Writer) writeRow(r Record) error {
	if !x.shape.fits(r) {
		return fault.Conflict("htcds.shape-changed")
	}
	cells := make([]string, 0, len(x.slots)+len(x.extensions))
	for _, s := range x.slots {
		value := ""
		if list := r.Tables[s.field.Table]; s.n < len(list) {
			value = list[s.n][s.field.Name]
		}
		cells = append(cells, guard(value))
	}
	for _, name := range x.extensions {
		cells = append(cells, guard(r.Extensions[name]))
	}
	return x.table.Write(cells)
}

func (x *Writer) writeObject(r Record) error {
	members := map[string]any{}
	for table, list := range r.Tables {
		var sections []map[string]any
		for _, section := range list {
			sections = append(sections, section.members())
		}
		if repeats[table] {
			members[table] = sections
		} else if len(sections) > 0 {
			members[table] = sections[0]
		}
	}
	if len(r.Extensions) > 0 {
		members[extensionsKey] = r.Extensions
	}
	enc := json.NewEncoder(x.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(members)
}

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9]\d*)(\.\d+)?$`)

// members gives each value the JSON type of its field.
func (s Section) members() map[string]any {
	out := map[string]any{}
	for name, value := range s {
		out[name] = byName[name].member(value)
	}
	return out
}

func (f *Field) member(value string) any {
	switch {
	case f == nil:
		return value
	case f.Type == Multiselect, f.several() && strings.Contains(value, separator):
		return split(value)
	case f.Type == Checkbox && (value == "true" || value == "false"):
		return value == "true"
	case (f.Type == Number || f.Type == Geolocation) && jsonNumber.MatchString(value):
		return json.Number(value)
	}
	return value
}

// Export writes all records of a source, which is asked for them twice: once for
// the shape of the table and once for its rows. Both times must give the same
// records, as two readings within one transaction do.
func Export(ctx context.Context, w io.Writer, f Format, source func() iter.Seq2[Record, error], told Progress) error {
	shape := &Shape{}
	if f == CSV {
		err := visit(ctx, source(), func(r Record) error { shape.Add(r); return nil })
		if err != nil {
			return err
		}
	}
	out := &tally{out: w}
	x, err := NewWriter(out, f, shape)
	if err != nil {
		return err
	}
	err = visit(ctx, source(), func(r Record) error {
		if told != nil && x.written%every == every-1 {
			told(x.written+1, out.bytes)
		}
		return x.Write(r)
	})
	if err == nil {
		err = x.Close()
	}
	if err == nil && told != nil {
		told(x.written, out.bytes)
	}
	return err
}

func visit(ctx context.Context, records iter.Seq2[Record, error], each func(Record) error) error {
	for r, err := range records {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = each(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tally counts the bytes that are written.
type tally struct {
	out   io.Writer
	bytes int64
}

func (t *tally) Write(p []byte) (int, error) {
	n, err := t.out.Write(p)
	t.bytes += int64(n)
	return n, err
}
