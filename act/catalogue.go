package act

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// Catalogue is every verb of the node. The API, the terminal and the web form
// are made from it, so none of them needs a line per feature.
type Catalogue struct{ entries map[access.Verb]Entry }

// Entry is a verb, what it takes and what it gives.
type Entry struct {
	Verb   access.Verb
	Input  reflect.Type // a flat struct: string, bool, int64, time.Time, []string
	Output reflect.Type // what a question answers; nil for a command
	Wire   bool         // only partners' nodes say it; no other door offers it
	run    func(ctx context.Context, e *Engine, who access.Who, input any, key string) (Deed, error)
	within func(tx *store.Tx, e *Engine, who access.Who, input any) (Deed, error)
	ask    func(ctx context.Context, e *Engine, who access.Who, input any) (any, error)
}

// Changes reports whether the verb changes something, or only asks.
func (e Entry) Changes() bool { return e.run != nil }

// Between marks a verb that only partners' nodes say.
func (e Entry) Between() Entry {
	e.Wire = true
	return e
}

// NewCatalogue gathers entries; a verb that is there twice is a mistake of wiring.
func NewCatalogue(entries ...Entry) *Catalogue {
	c := &Catalogue{map[access.Verb]Entry{}}
	for _, e := range entries {
		if _, twice := c.entries[e.Verb]; twice {
			panic("the verb " + string(e.Verb) + " is in the catalogue twice")
		}
		c.entries[e.Verb] = e
	}
	return c
}

// Find looks a verb up.
func (c *Catalogue) Find(v access.Verb) (Entry, bool) {
	e, ok := c.entries[v]
	return e, ok
}

// All lists the entries by verb.
func (c *Catalogue) All() []Entry {
	all := make([]Entry, 0, len(c.entries))
	for _, e := range c.entries {
		all = append(all, e)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Verb < all[j].Verb })
	return all
}

// Of is the entry of a command.
func Of[C Command[O], O access.Object]() Entry {
	var zero C
	return Entry{Verb: zero.Verb(), Input: reflect.TypeFor[C](),
		run: func(ctx context.Context, e *Engine, who access.Who, input any, key string) (Deed, error) {
			cmd := ahead[O](ctx, e, who, *input.(*C))
			return e.once(ctx, who, cmd.Verb(), cmd, key, func(tx *store.Tx) (Deed, error) {
				return carry[O](tx, e, who, cmd, 0)
			})
		},
		within: func(tx *store.Tx, e *Engine, who access.Who, input any) (Deed, error) {
			return carry[O](tx, e, who, *input.(*C), 0)
		},
	}
}

// Opening is the entry of a question whose asking is a deed.
func Opening[Q Question[O, R], O access.Object, R any]() Entry {
	var zero Q
	return Entry{Verb: zero.Verb(), Input: reflect.TypeFor[Q](), Output: reflect.TypeFor[R](),
		ask: func(ctx context.Context, e *Engine, who access.Who, input any) (any, error) {
			return Look[O, R](ctx, e, who, *input.(*Q))
		}}
}

// Listing is the entry of a list.
func Listing[L List[R], R any]() Entry {
	var zero L
	return Entry{Verb: zero.Verb(), Input: reflect.TypeFor[L](), Output: reflect.TypeFor[R](),
		ask: func(ctx context.Context, e *Engine, who access.Who, input any) (any, error) {
			return Ask[R](ctx, e, who, *input.(*L))
		}}
}

// Run carries out input, a pointer from FromJSON or FromValues. Under a key of
// the caller's own it does so at most once.
func (e *Engine) Run(ctx context.Context, who access.Who, entry Entry, input any, key string) (Deed, error) {
	return entry.run(ctx, e, who, input, key)
}

// Question answers input, a pointer from FromJSON or FromValues.
func (e *Engine) Question(ctx context.Context, who access.Who, entry Entry, input any) (any, error) {
	return entry.ask(ctx, e, who, input)
}

// FromJSON decodes a request strictly: a field that the verb does not know is a
// fault, never silently dropped.
func (en Entry) FromJSON(text []byte) (any, error) {
	p := reflect.New(en.Input).Interface()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	err := dec.Decode(p)
	if err == nil {
		if _, more := dec.Token(); more != io.EOF {
			err = errors.New("something follows")
		}
	}
	if err == nil {
		return p, nil
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return nil, fault.Invalid(wrong.Field, "fault.wrong-type")
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name, _ := strconv.Unquote(field)
		return nil, unknownField(name)
	}
	var t *time.ParseError
	if errors.As(err, &t) {
		return nil, fault.Invalid("", "fault.not-a-date")
	}
	return nil, fault.Invalid("", "fault.not-json")
}

var fieldName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// unknownField names the field, if it looks like the name of one: what stands
// where a name should be may be anything.
func unknownField(name string) *fault.Fault {
	if !fieldName.MatchString(name) {
		name = ""
	}
	return fault.Invalid(name, "fault.unknown-field")
}

// FromValues decodes a form or the terminal's key=value words. Names that are
// no field of the verb are ignored in a form (buttons, tokens) unless strict.
func (en Entry) FromValues(values map[string][]string, strict bool) (any, error) {
	p := reflect.New(en.Input)
	known := map[string]bool{}
	var list fault.List
	for _, f := range Fields(en.Input) {
		known[f.Name] = true
		if v, given := values[f.Name]; given {
			if key := set(p.Elem().FieldByIndex(f.Index), v); key != "" {
				list = append(list, fault.Invalid(f.Name, key))
			}
		}
	}
	for name := range values {
		if strict && !known[name] {
			list = append(list, unknownField(name))
		}
	}
	if len(list) > 0 {
		return nil, list
	}
	return p.Interface(), nil
}

// Field is one input of a verb.
type Field struct {
	Name  string
	Index []int
	Type  reflect.Type
}

// Fields lists a verb's inputs by their names on the wire.
func Fields(t reflect.Type) []Field {
	var fields []Field
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && !f.Anonymous && name != "-" && name != "" {
			fields = append(fields, Field{name, f.Index, f.Type})
		}
	}
	return fields
}

// set fills one field from words, and returns the key of what is wrong.
func set(v reflect.Value, words []string) string {
	word := ""
	if len(words) > 0 {
		word = strings.TrimSpace(words[0])
	}
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		return setTime(p, word)
	case *[]string:
		for _, w := range words {
			*p = append(*p, strings.FieldsFunc(w, func(r rune) bool { return r == ' ' || r == ',' })...)
		}
		return ""
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(word)
	case reflect.Bool:
		v.SetBool(word == "true" || word == "on" || word == "1" || word == "yes")
	case reflect.Int64, reflect.Int:
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil && word != "" {
			return "fault.not-a-number"
		}
		v.SetInt(n)
	default:
		return "fault.wrong-type"
	}
	return ""
}

func setTime(t *time.Time, word string) string {
	if word == "" {
		return ""
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", time.RFC3339} {
		if at, err := time.Parse(layout, word); err == nil {
			*t = at.UTC()
			return ""
		}
	}
	return "fault.not-a-date"
}
