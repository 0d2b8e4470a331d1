package exchange

import (
	"encoding/binary"
	"errors"
	"time"
	"unicode/utf8"
)

// Everything that is signed, hashed or sent is written with four forms: a
// number is 8 bytes big-endian; an instant is a number, milliseconds since
// 1970; a hash is its 32 bytes; anything else is its length in 4 bytes and then
// its bytes. There is one way to write a thing and one thing that it reads as.

// Hash is a SHA-256, of a Merkle leaf or of plain bytes.
type Hash = [32]byte

type writer struct{ b []byte }

func (w *writer) number(n uint64)     { w.b = binary.BigEndian.AppendUint64(w.b, n) }
func (w *writer) instant(t time.Time) { w.number(uint64(t.UnixMilli())) }
func (w *writer) hash(h Hash)         { w.b = append(w.b, h[:]...) }
func (w *writer) raw(b []byte)        { w.b = append(w.b, b...) }

func (w *writer) bytes(b []byte) {
	w.b = binary.BigEndian.AppendUint32(w.b, uint32(len(b)))
	w.b = append(w.b, b...)
}

func (w *writer) text(s string) {
	w.b = binary.BigEndian.AppendUint32(w.b, uint32(len(s)))
	w.b = append(w.b, s...)
}

func (w *writer) flag(yes bool) {
	if yes {
		w.number(1)
	} else {
		w.number(0)
	}
}

// errDamaged is what a decoder says of bytes that are not what they should be.
var errDamaged = errors.New("exchange: not in the form of docs/exchange.md")

// maxNumber keeps numbers within what a signed 64-bit column and a JSON reader hold.
const maxNumber = 1<<53 - 1

// reader reads what writer wrote. After the first misfit it reads only zeroes
// and err is set, so that a decoder checks once, at its end.
type reader struct {
	b   []byte
	err error
}

func (r *reader) take(n int) []byte {
	if r.err != nil || n < 0 || n > len(r.b) {
		r.err = errDamaged
		return nil
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) number() uint64 {
	b := r.take(8)
	if b == nil {
		return 0
	}
	n := binary.BigEndian.Uint64(b)
	r.must(n <= maxNumber)
	return n
}

func (r *reader) instant() time.Time { return time.UnixMilli(int64(r.number())).UTC() }

func (r *reader) hash() (h Hash) {
	copy(h[:], r.take(len(h)))
	return h
}

func (r *reader) flag() bool {
	n := r.number()
	r.must(n <= 1)
	return n == 1
}

// bytes reads at most most bytes; they are shared with the input.
func (r *reader) bytes(most int) []byte {
	b := r.take(4)
	if b == nil {
		return nil
	}
	n := binary.BigEndian.Uint32(b)
	if n > uint32(most) {
		r.err = errDamaged
		return nil
	}
	return r.take(int(n))
}

func (r *reader) text(most int) string {
	b := r.bytes(most)
	r.must(utf8.Valid(b))
	return string(b)
}

// count reads how many items of at least size bytes follow, and refuses more
// than the input can hold, so that no number makes the node allocate.
func (r *reader) count(size int) int {
	n := r.number()
	r.must(n <= uint64(len(r.b)/size))
	if r.err != nil {
		return 0
	}
	return int(n)
}

func (r *reader) must(ok bool) {
	if !ok && r.err == nil {
		r.err = errDamaged
	}
}

// magic reads the words that open each form and keep one from passing as another.
func (r *reader) magic(words string) { r.must(r.text(len(words)) == words) }

// end demands that nothing is left.
func (r *reader) end() error {
	r.must(len(r.b) == 0)
	return r.err
}

// code reports whether s is a short code: printable ASCII without spaces. Ids,
// verbs, purposes and object ids are codes, so nothing that a person typed
// stands in a header.
func code(s string, least int) bool {
	if len(s) < least || len(s) > maxCode {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

const maxCode = 128

func (r *reader) code(least int) string {
	s := r.text(maxCode)
	r.must(code(s, least))
	return s
}
