package htcds

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"istmo/fault"

	"golang.org/x/text/encoding/charmap"
)

// extensionsKey is where a JSON object keeps the columns that HTCDS lacks.
const extensionsKey = "Extensions"

// readJSON reads an array of objects, or objects one after the other.
func readJSON(in *bufio.Reader, pass func(Row) error) error {
	first, err := firstByte(in)
	if err != nil {
		return err
	}
	bounded := &bounded{in: in}
	bounded.refill()
	dec := json.NewDecoder(bounded)
	if first == '[' {
		_, _ = dec.Token()
	}
	for number := 1; first != '[' || dec.More(); number++ {
		var raw json.RawMessage
		err := dec.Decode(&raw)
		if errors.Is(err, io.EOF) && first != '[' {
			return nil
		}
		if err != nil {
			return jsonFault(err, number)
		}
		bounded.refill()
		if err := pass(readObject(number, raw)); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil { // the closing bracket
		return jsonFault(err, 0)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fault.Invalid("", "htcds.json-broken").With("Row", 0)
	}
	return nil
}

func firstByte(in *bufio.Reader) (byte, error) {
	for {
		b, err := in.ReadByte()
		if errors.Is(err, io.EOF) {
			return 0, fault.Invalid("", "htcds.empty-file")
		}
		if err != nil {
			return 0, err
		}
		if !bytes.ContainsRune([]byte(" \t\r\n"), rune(b)) {
			return b, in.UnreadByte()
		}
	}
}

var errTooLong = errors.New("htcds: an object is longer than allowed")

// jsonFault names the object that could not be read; what the text says stays
// out of it. Errors of the reader pass.
func jsonFault(err error, number int) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, errTooLong):
		return fault.Invalid("", "htcds.record-too-long").With("Row", number).With("Most", maxRecord>>10)
	case errors.As(err, &syntax), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fault.Invalid("", "htcds.json-broken").With("Row", number)
	}
	return err
}

// bounded lets a decoder take at most maxRecord bytes for one object.
type bounded struct {
	in   io.Reader
	room int
}

func (b *bounded) refill() { b.room = maxRecord }

func (b *bounded) Read(p []byte) (int, error) {
	if b.room <= 0 {
		return 0, errTooLong
	}
	n, err := b.in.Read(p[:min(len(p), b.room)])
	b.room -= n
	return n, err
}

// object reads one JSON object into a record.
type object struct {
	row    int
	record Record
	found  []Problem
}

func readObject(number int, raw json.RawMessage) Row {
	o := &object{row: number, record: NewRecord()}
	if !utf8.Valid(raw) {
		raw, _ = charmap.Windows1252.NewDecoder().Bytes(raw)
		o.note("", "htcds.windows-1252")
	}
	o.top(raw)
	o.record.tidy()
	if o.record.empty() {
		o.note("", "htcds.row-empty")
	}
	o.found = append(o.found, Settle(number, o.record)...)
	return Row{Number: number, Record: o.record, Problems: o.found}
}

func (o *object) note(field, key string) { o.found = append(o.found, problem(o.row, field, key)) }

func (o *object) top(raw json.RawMessage) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil || members == nil {
		o.note("", "htcds.json-shape")
		return
	}
	for _, name := range tables { // before the loose columns, which take what is free
		if raw, ok := members[name]; ok {
			o.table(name, raw)
			delete(members, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if name == extensionsKey {
			o.extensions(members[name])
		} else {
			o.column(name, members[name])
		}
	}
}

func (o *object) extensions(raw json.RawMessage) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		o.note(extensionsKey, "htcds.json-shape")
		o.extend(extensionsKey, raw)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		o.column(name, members[name])
	}
}

// column takes a member whose name is a column's: into its field if that is
// still free, otherwise as an extension.
func (o *object) column(name string, raw json.RawMessage) {
	h := headingOf(strings.TrimSpace(name), 0)
	if h.slot.field == nil {
		o.extend(h.name, raw)
		return
	}
	if list := o.record.Tables[h.slot.field.Table]; h.slot.n < len(list) && list[h.slot.n][h.slot.field.Name] != "" {
		o.extend(extensionsKey+"."+name, raw)
		return
	}
	o.record.put(h.slot, o.text(h.slot, raw))
}

func (o *object) extend(name string, raw json.RawMessage) {
	value, plain := scalar(raw)
	if !plain {
		o.note(nameToShow(name, 0), "htcds.json-extension")
	}
	if value == "" {
		return
	}
	for name = strings.TrimSpace(name); o.record.Extensions[name] != ""; { // names that differ by spaces only
		name = extensionsKey + "." + name
	}
	o.record.Extensions[name] = value
}

func (o *object) table(name string, raw json.RawMessage) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	if len(list) > maxSections || len(list) > 1 && !repeats[name] {
		o.note(name, "htcds.too-many-sections")
		o.extend(name, raw)
		return
	}
	for n, section := range list {
		o.section(name, n, section)
	}
}

func (o *object) section(table string, n int, raw json.RawMessage) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		o.note(table, "htcds.json-shape")
		o.extend(fmt.Sprintf("%s.%d", table, n+1), raw)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if f := byName[name]; f != nil && f.Table == table {
			s := slot{f, n}
			o.record.put(s, o.text(s, members[name]))
		} else {
			o.extend(fmt.Sprintf("%s.%d.%s", table, n+1, name), members[name])
		}
	}
}

// text is the text of a field's value. A list is a value only where a field may
// have several.
func (o *object) text(s slot, raw json.RawMessage) string {
	var list []json.RawMessage
	if s.field.several() && json.Unmarshal(raw, &list) == nil && list != nil {
		var parts []string
		for _, item := range list {
			part, plain := scalar(item)
			if !plain {
				o.note(s.field.Name, "htcds.json-shape")
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, separator)
	}
	value, plain := scalar(raw)
	if !plain {
		o.note(s.field.Name, "htcds.json-shape")
	}
	if len(value) > maxCell {
		o.note(s.field.Name, "htcds.cell-too-long")
	}
	return value
}

// scalar is the text of a JSON string, number or boolean, and of null the empty
// text. Anything else is kept as its JSON and is not plain.
func scalar(raw json.RawMessage) (value string, plain bool) {
	switch {
	case string(raw) == "null":
		return "", true
	case len(raw) > 0 && raw[0] == '"':
		err := json.Unmarshal(raw, &value)
		return value, err == nil
	}
	return string(raw), len(raw) > 0 && raw[0] != '{' && raw[0] != '['
}
