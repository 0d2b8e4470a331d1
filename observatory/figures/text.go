package figures

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"istmo/fault"
)

// The encodings that are told apart.
const (
	UTF8        = "utf-8"
	Windows1252 = "windows-1252" // Latin-1 as Windows writes it
)

// A file may be so long, and a row of it.
const (
	mostBytes = 2 << 30
	mostOfRow = 1 << 20
)

// text gives a file as UTF-8 and says what it was. While only ASCII has been
// seen both encodings are one; the first other byte decides. A file that then
// turns out to be both is refused, for any reading of it would alter words.
type text struct {
	r        io.Reader
	in, out  []byte // read and not decoded, decoded and not given
	buffer   []byte // that out stands in
	decided  bool
	latin    bool
	bytes    int64 // read of the file
	sinceRow int
	started  bool
	err      error
}

func newText(r io.Reader) *text { return &text{r: r, in: make([]byte, 0, 32<<10)} }

func (t *text) encoding() string {
	if t.latin {
		return Windows1252
	}
	return UTF8
}

func (t *text) Read(p []byte) (int, error) {
	for len(t.out) == 0 {
		if t.err != nil {
			return 0, t.err
		}
		t.fill()
	}
	n := copy(p, t.out)
	t.out = t.out[n:]
	if t.sinceRow += n; t.sinceRow > mostOfRow {
		return 0, fault.Invalid("file", "figures.row-too-long").With("Most", mostOfRow)
	}
	return n, nil
}

// fill reads a piece and decodes as much of it as is whole.
func (t *text) fill() {
	n, err := t.r.Read(t.in[len(t.in):cap(t.in)])
	t.in, t.bytes = t.in[:len(t.in)+n], t.bytes+int64(n)
	if t.bytes > mostBytes {
		err = fault.Invalid("file", "figures.too-long").With("Most", mostBytes>>20)
	}
	if !t.started && (len(t.in) >= 3 || err != nil) {
		t.started = true
		if bytes.HasPrefix(t.in, []byte{0xff, 0xfe}) || bytes.HasPrefix(t.in, []byte{0xfe, 0xff}) {
			t.err = fault.Invalid("file", "figures.utf-16")
			return
		}
		if bytes.HasPrefix(t.in, []byte("\ufeff")) {
			t.in, t.decided = append(t.in[:0], t.in[3:]...), true
		}
	}
	if t.started {
		t.decode(err != nil)
	}
	if err != nil && t.err == nil {
		t.err = err
	}
}

// ascii is how many bytes at the beginning of b are, and are not zero.
func ascii(b []byte) int {
	for i, c := range b {
		if c == 0 || c >= utf8.RuneSelf {
			return i
		}
	}
	return len(b)
}

func (t *text) decode(last bool) {
	done := 0
	t.out = t.buffer[:0]
	defer func() { t.buffer = t.out[:0] }()
	for done < len(t.in) {
		c := t.in[done]
		switch {
		case c == 0:
			t.err = fault.Invalid("file", "figures.not-text")
			return
		case c < utf8.RuneSelf:
			n := ascii(t.in[done:])
			t.out, done = append(t.out, t.in[done:done+n]...), done+n
		case t.latin:
			t.out, done = utf8.AppendRune(t.out, charmap.Windows1252.DecodeByte(c)), done+1
		default:
			if !last && !utf8.FullRune(t.in[done:]) {
				t.in = append(t.in[:0], t.in[done:]...)
				return
			}
			r, size := utf8.DecodeRune(t.in[done:])
			if r == utf8.RuneError && size == 1 {
				if t.decided {
					t.err = fault.Invalid("file", "figures.mixed-encoding")
					return
				}
				t.latin = true
				continue
			}
			t.decided = true
			t.out, done = append(t.out, t.in[done:done+size]...), done+size
		}
	}
	t.in = t.in[:0]
}
