// Package fault holds the ways to fail. There are six: a request may be
// invalid, denied, for something that is not there, in conflict with what has
// happened meanwhile, or ask for something out of reach; anything else is
// internal and has no name outside the log.
//
// A fault never carries a value that somebody typed. It carries the key of a
// sentence (package i18n), and the field that the sentence is about, so that
// each door can say it in the reader's language without echoing what may be a
// name or a document number.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says which of the six ways it is.
type Kind int

// The ways to fail.
const (
	KindInternal Kind = iota
	KindInvalid
	KindDenied
	KindNotFound
	KindConflict
	KindUnavailable
)

var kinds = [...]string{"internal", "invalid", "denied", "not-found", "conflict", "unavailable"}

func (k Kind) String() string { return kinds[k] }

// Fault is one failure that a person can do something about.
type Fault struct {
	Kind  Kind           `json:"-"`
	Key   string         `json:"key"`             // translation key of the sentence
	Field string         `json:"field,omitempty"` // the input it is about, or empty
	Args  map[string]any `json:"args,omitempty"`  // for the sentence; never a typed value
}

func (f *Fault) Error() string {
	if f.Field == "" {
		return f.Kind.String() + ": " + f.Key
	}
	return f.Kind.String() + ": " + f.Key + " (" + f.Field + ")"
}

// With adds a named argument for the sentence.
func (f *Fault) With(name string, value any) *Fault {
	g := *f
	g.Args = map[string]any{name: value}
	for k, v := range f.Args {
		g.Args[k] = v
	}
	return &g
}

// Invalid says that a field cannot be taken as it is, and why.
func Invalid(field, key string) *Fault { return &Fault{Kind: KindInvalid, Key: key, Field: field} }

// Denied says that policy refuses. Doors show it exactly as NotFound.
func Denied() *Fault { return &Fault{Kind: KindDenied, Key: "fault.not-found"} }

// NotFound says that there is nothing there, for this asker.
func NotFound() *Fault { return &Fault{Kind: KindNotFound, Key: "fault.not-found"} }

// NotFoundIn says that something named is not there, where saying so tells
// nobody a secret: a file of the operator's own.
func NotFoundIn(key string) *Fault { return &Fault{Kind: KindNotFound, Key: key} }

// Conflict says that things have moved on, or that a rule forbids it now.
func Conflict(key string) *Fault { return &Fault{Kind: KindConflict, Key: key} }

// Unavailable says that something outside cannot be reached now.
func Unavailable(key string) *Fault { return &Fault{Kind: KindUnavailable, Key: key} }

// List is several faults of one request, usually one per field.
type List []*Fault

func (l List) Error() string {
	words := make([]string, len(l))
	for i, f := range l {
		words[i] = f.Error()
	}
	return strings.Join(words, "; ")
}

// Check gathers the faults of one request, so that a form shows them all at once.
type Check struct{ list List }

// That notes an Invalid fault on field unless ok.
func (c *Check) That(ok bool, field, key string) {
	if !ok {
		c.list = append(c.list, Invalid(field, key))
	}
}

// Err is nil when nothing was noted.
func (c *Check) Err() error {
	if len(c.list) == 0 {
		return nil
	}
	return c.list
}

// All finds every fault inside err; none means that the failure is internal.
func All(err error) List {
	var l List
	if errors.As(err, &l) {
		return l
	}
	var f *Fault
	if errors.As(err, &f) {
		return List{f}
	}
	return nil
}

// KindOf is the kind of err's first fault, KindInternal if it holds none.
func KindOf(err error) Kind {
	if l := All(err); len(l) > 0 {
		return l[0].Kind
	}
	return KindInternal
}

// Is reports whether err is a fault of kind k.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }

// Internal wraps a cause that no user can mend, with the words of the place.
func Internal(where string, cause error) error { return fmt.Errorf("%s: %w", where, cause) }
