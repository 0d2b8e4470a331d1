package web

import (
	"fmt"
	"strconv"
	"time"
)

// opts are the pairs of name and value at the end of a call in a template.
type opts map[string]any

func pairs(list []any) (opts, error) {
	if len(list)%2 != 0 {
		return nil, fmt.Errorf("options come in pairs of name and value: %v", len(list))
	}
	o := opts{}
	for i := 0; i < len(list); i += 2 {
		name, ok := list[i].(string)
		if !ok {
			return nil, fmt.Errorf("option %d has no name", i/2+1)
		}
		o[name] = list[i+1]
	}
	return o, nil
}

func (o opts) text(name string) string { s, _ := o[name].(string); return s }
func (o opts) is(name string) bool     { b, _ := o[name].(bool); return b }

func (o opts) number(name string, otherwise int) int {
	if n, ok := o[name].(int); ok {
		return n
	}
	return otherwise
}

// sayArgs are the values for the sentence of a label.
func sayArgs(o opts) []any { list, _ := o["args"].([]any); return list }

// defaults are the values that a field shows on a first visit.
func defaults(kind string, value any) []string {
	switch v := value.(type) {
	case nil:
		return nil
	case []string:
		return v
	case []any:
		words := make([]string, len(v))
		for i := range v {
			words[i] = fmt.Sprint(v[i])
		}
		return words
	case bool:
		return []string{strconv.FormatBool(v)}
	case time.Time:
		return dateValues(v)
	case string:
		if day, err := time.Parse(time.DateOnly, v); kind == "date" && err == nil {
			return dateValues(day)
		}
		return []string{v}
	}
	return []string{fmt.Sprint(value)}
}

// dateValues are the day, month and year of t, empty for the zero time.
func dateValues(t time.Time) []string {
	if t.IsZero() {
		return nil
	}
	return []string{strconv.Itoa(t.Day()), strconv.Itoa(int(t.Month())), strconv.Itoa(t.Year())}
}
