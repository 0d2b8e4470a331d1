package store

import (
	"database/sql"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"istmo/fault"
)

// How values look in a row: an instant is fixed-width UTC text, so that it
// sorts as text in both databases; a list of codes is one text with spaces; an
// absent instant is the empty text.
const timeLayout = "2006-01-02T15:04:05.000Z"

// Stamp is an instant as stored.
func Stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeLayout)
}

// bindAll makes values of arguments. A text that one of the databases cannot
// keep (PostgreSQL takes no NUL and nothing but UTF-8) is refused for both, as
// what it is: bad input, not a failure to be tried again.
func bindAll(args []any) ([]any, error) {
	out := make([]any, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case time.Time:
			out[i] = Stamp(v)
		case []string:
			out[i] = strings.Join(v, " ")
		default:
			out[i] = a
			if v := reflect.ValueOf(a); v.Kind() == reflect.String {
				out[i] = v.String()
			}
		}
		if text, ok := out[i].(string); ok && (strings.ContainsRune(text, 0) || !utf8.ValidString(text)) {
			return nil, fault.Invalid("", "fault.not-text")
		}
	}
	return out, nil
}

func scanAll(into []any) []any {
	out := make([]any, len(into))
	for i, d := range into {
		switch v := d.(type) {
		case *time.Time:
			out[i] = timeScanner{v}
		case *[]string:
			out[i] = wordsScanner{v}
		case *string:
			out[i] = textScanner{v}
		default:
			out[i] = d
		}
	}
	return out
}

type timeScanner struct{ t *time.Time }

func (s timeScanner) Scan(v any) (err error) {
	var text sql.NullString
	if t, ok := v.(time.Time); ok {
		*s.t = t.UTC()
		return nil
	}
	if err := text.Scan(v); err != nil {
		return err
	}
	if text.String == "" {
		*s.t = time.Time{}
		return nil
	}
	if *s.t, err = time.Parse(timeLayout, text.String); err != nil {
		return fmt.Errorf("a stored time that is none: %w", err)
	}
	return nil
}

type wordsScanner struct{ w *[]string }

func (s wordsScanner) Scan(v any) error {
	var text sql.NullString
	if err := text.Scan(v); err != nil {
		return err
	}
	*s.w = strings.Fields(text.String)
	return nil
}

// textScanner reads NULL as the empty text.
type textScanner struct{ s *string }

func (s textScanner) Scan(v any) error {
	var text sql.NullString
	if t, ok := v.(time.Time); ok {
		*s.s = Stamp(t)
		return nil
	}
	if err := text.Scan(v); err != nil {
		return err
	}
	*s.s = text.String
	return nil
}
