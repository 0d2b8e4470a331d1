package backup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"istmo/store"
)

// header is the first line of a file.
type header struct {
	Istmo   string       `json:"istmo"` // always magic
	Version int          `json:"version"`
	Part    string       `json:"part"` // partData or partKeys
	Node    string       `json:"node"`
	At      time.Time    `json:"at"`   // the instant that the rows are a snapshot of
	Rows    int64        `json:"rows"` // how many are to come, to show progress by
	Schema  []store.File `json:"schema"`
}

const (
	magic    = "backup"
	version  = 1
	partData = "data"
	partKeys = "keys"
)

// table is the line before a table's rows.
type table struct {
	Name    string   `json:"table"`
	Columns []string `json:"columns"`
}

// trailer is the last line.
type trailer struct {
	Rows   map[string]int64 `json:"rows"` // by table
	SHA256 string           `json:"sha256"`
}

// mark is a line that is not a row: a table or the trailer.
type mark struct {
	table
	End *trailer `json:"end,omitempty"`
}

// special is a value that JSON has no form for.
type special struct {
	Bytes *[]byte `json:"b,omitempty"`
	Text  *[]byte `json:"t,omitempty"` // not UTF-8, which a JSON text would not keep
	Float *string `json:"f,omitempty"` // the shortest text that reads back the same
}

// encodeRow is one row as one line.
func encodeRow(row []any) ([]byte, error) {
	line := make([]any, len(row))
	for i, v := range row {
		switch v := v.(type) {
		case nil, bool, int64:
			line[i] = v
		case string:
			if line[i] = v; !utf8.ValidString(v) {
				text := []byte(v)
				line[i] = special{Text: &text}
			}
		case []byte:
			line[i] = special{Bytes: &v}
		case float64:
			text := strconv.FormatFloat(v, 'g', -1, 64)
			line[i] = special{Float: &text}
		default:
			return nil, fmt.Errorf("a row holds a %T", v)
		}
	}
	return json.Marshal(line)
}

var errLine = errors.New("a line is not of a backup's form")

// decodeRow is encodeRow's inverse, and an error for every other line.
func decodeRow(line []byte) ([]any, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil || raw == nil {
		return nil, errLine
	}
	row := make([]any, len(raw))
	for i, r := range raw {
		v, err := decodeValue(r)
		if err != nil {
			return nil, errLine
		}
		row[i] = v
	}
	return row, nil
}

func decodeValue(raw json.RawMessage) (any, error) {
	switch raw[0] {
	case 'n':
		return nil, nil
	case 't', 'f':
		return raw[0] == 't', nil
	case '"':
		var text string
		err := json.Unmarshal(raw, &text)
		return text, err
	case '{':
		return decodeSpecial(raw)
	}
	return strconv.ParseInt(string(raw), 10, 64)
}

func decodeSpecial(raw json.RawMessage) (any, error) {
	var s special
	if err := unmarshalStrict(raw, &s); err != nil {
		return nil, err
	}
	switch {
	case s.Bytes != nil && s.Text == nil && s.Float == nil:
		return *s.Bytes, nil
	case s.Text != nil && s.Bytes == nil && s.Float == nil:
		return string(*s.Text), nil
	case s.Float != nil && s.Bytes == nil && s.Text == nil:
		return strconv.ParseFloat(*s.Float, 64)
	}
	return nil, errLine
}

// unmarshalStrict takes no field that it does not know: a line of a later form
// is refused, not half understood.
func unmarshalStrict(line []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errLine
	}
	return nil
}
