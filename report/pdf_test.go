package report

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"
)

func pdf(t testing.TB, d Document) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := d.PDF(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// keep writes what a test made into the folder that ISTMO_REPORTS names, for
// whoever wants to look at it.
func keep(t testing.TB, name string, content []byte) {
	t.Helper()
	if dir := os.Getenv("ISTMO_REPORTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// read is a PDF as a reader of PDF finds it: by the table at its end, which says
// where each object begins.
type read struct {
	t       *testing.T
	file    []byte
	objects map[int][]byte
}

var (
	entries = regexp.MustCompile(`(?m)^(\d{10}) 00000 n `)
	begins  = regexp.MustCompile(`^(\d+) 0 obj\n`)
)

func open(t *testing.T, file []byte) read {
	t.Helper()
	at := bytes.LastIndex(file, []byte("startxref\n"))
	start, err := strconv.Atoi(strings.Fields(string(file[at+len("startxref\n"):]))[0])
	if err != nil || !bytes.HasPrefix(file[start:], []byte("xref\n")) {
		t.Fatal("the table of objects is not where the end says")
	}
	r := read{t, file, map[int][]byte{}}
	for i, m := range entries.FindAllSubmatch(file[start:], -1) {
		offset, _ := strconv.Atoi(string(m[1]))
		head := begins.FindSubmatch(file[offset:])
		if head == nil || string(head[1]) != strconv.Itoa(i+1) {
			t.Fatalf("object %d does not begin where the table says", i+1)
		}
		body, _, _ := bytes.Cut(file[offset+len(head[0]):], []byte("\nendobj"))
		r.objects[i+1] = body
	}
	return r
}

// value is what stands behind a name in an object, up to what the pattern takes.
func value(object []byte, name, pattern string) string {
	m := regexp.MustCompile(`/` + name + ` ?` + pattern).FindSubmatch(object)
	if m == nil {
		return ""
	}
	return string(m[1])
}

func (r read) follow(object []byte, name string) []byte {
	n, _ := strconv.Atoi(value(object, name, `(\d+) 0 R`))
	return r.objects[n]
}

func (r read) stream(object []byte) []byte {
	r.t.Helper()
	_, body, _ := bytes.Cut(object, []byte("stream\n"))
	z, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

func (r read) catalog() []byte {
	trailer := r.file[bytes.LastIndex(r.file, []byte("trailer")):]
	return r.follow(trailer, "Root")
}

func (r read) pages() (all [][]byte) {
	for _, m := range regexp.MustCompile(`(\d+) 0 R`).FindAllSubmatch([]byte(value(r.follow(r.catalog(), "Pages"), "Kids", `\[([^\]]*)\]`)), -1) {
		n, _ := strconv.Atoi(string(m[1]))
		all = append(all, r.objects[n])
	}
	return all
}

// wide is text as PDF writes it in two octets, a sign escaped.
func wide16(escaped string) string {
	text := strings.NewReplacer(`\\`, `\`, `\(`, `(`, `\)`, `)`, `\r`, "\r").Replace(escaped)
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16([]byte(text[2*i:]))
	}
	return strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff")
}

var shown = regexp.MustCompile(`(?s)/F\w+ ([\d.]+) Tf|([\d.]+ [\d.]+) Td \(((?:[^\\)]|\\.)*)\) Tj`)

// lines are the lines of words that a page draws, with their size and place.
func (r read) lines(page []byte) (all []string) {
	size := ""
	for _, m := range shown.FindAllSubmatch(r.stream(r.follow(page, "Contents")), -1) {
		if len(m[1]) > 0 {
			size = string(m[1])
			continue
		}
		all = append(all, size+" at "+string(m[2])+": "+wide16(string(m[3])))
	}
	return all
}

func TestPDFHoldsThePages(t *testing.T) {
	for name, d := range map[string]Document{"plan": plan(12), "pack": pack(90), "hard": hard()} {
		file := pdf(t, d)
		keep(t, name+".pdf", file)
		want, _, err := d.printed()
		if err != nil {
			t.Fatal(err)
		}
		r := open(t, file)
		pages := r.pages()
		if len(pages) != len(want) {
			t.Fatalf("%s: %d pages, want %d", name, len(pages), len(want))
		}
		for i, p := range pages {
			var words []string
			for _, t := range want[i].texts {
				words = append(words, fmt.Sprintf("%.2f at %.2f %.2f: %s", t.size, t.x, want[i].part.high-t.y, t.words))
			}
			if got := r.lines(p); !slices.Equal(got, words) {
				t.Errorf("%s: page %d says %q, want %q", name, i+1, got, words)
			}
			size := value(p, "MediaBox", `\[([^\]]*)\]`)
			if lying := want[i].part.wide > want[i].part.high; size != "" && lying != strings.HasPrefix(size, "0 0 841.89") {
				t.Errorf("%s: page %d is %s", name, i+1, size)
			}
			number := fmt.Sprintf(" %d ", i+1)
			if !slices.ContainsFunc(r.lines(p), func(s string) bool {
				return strings.Contains(s, number) && strings.Contains(s, strconv.Itoa(len(pages)))
			}) {
				t.Errorf("%s: page %d does not say which it is", name, i+1)
			}
		}
	}
}

func TestPDFSaysWhatItIs(t *testing.T) {
	d := plan(3)
	r := open(t, pdf(t, d))
	info := r.follow(r.file[bytes.LastIndex(r.file, []byte("trailer")):], "Info")
	text := func(name string) string { return wide16(value(info, name, `\(((?s:(?:[^\\)]|\\.)*))\)`)) }
	for name, want := range map[string]string{"Title": d.Title, "Author": "República de Panamá; República de Colombia; República de Costa Rica"} {
		if got := text(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if got := value(info, "CreationDate", `\((D:\d+)`); got != "D:20261120153000" {
		t.Errorf("made %q", got)
	}
	if got := value(r.catalog(), "Lang", `\((\w+)\)`); got != "es" {
		t.Errorf("language %q", got)
	}
	if got := value(r.catalog(), "Outlines", `(\d+ 0 R)`); got == "" {
		t.Error("no outline")
	}
}

// TestPDFBringsItsTypeface looks for the font files: nothing is set in a font
// that the reader's machine would have to have.
func TestPDFBringsItsTypeface(t *testing.T) {
	r := open(t, pdf(t, pack(5)))
	fonts := 0
	for _, o := range r.objects {
		if bytes.Contains(o, []byte("/Type /Font\n")) && bytes.Contains(o, []byte("/BaseFont")) && !bytes.Contains(o, []byte("/BaseFont /utf8publicsans")) {
			t.Errorf("a font that is not ours: %s", o)
		}
		if !bytes.Contains(o, []byte("/Type /FontDescriptor")) {
			continue
		}
		fonts++
		if file := r.stream(r.follow(o, "FontFile2")); !bytes.HasPrefix(file, []byte{0, 1, 0, 0}) {
			t.Error("the file of a font is none")
		}
	}
	if fonts != len(cuts) { // the italic is that of a source
		t.Errorf("%d fonts", fonts)
	}
}

func TestTheSameDocumentIsTheSameBytes(t *testing.T) {
	d := pack(40)
	first := pdf(t, d)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			var out bytes.Buffer
			if err := d.PDF(&out); err != nil || !bytes.Equal(out.Bytes(), first) {
				t.Errorf("another PDF, %v", err)
			}
		})
	}
	all.Wait()
	time.Sleep(1100 * time.Millisecond) // a clock that is read would say another second
	if !bytes.Equal(pdf(t, d), first) {
		t.Error("another PDF a second later")
	}
	d.Made = d.Made.Add(time.Second)
	if bytes.Equal(pdf(t, d), first) {
		t.Error("when it was made is not in it")
	}
}

func TestACellOfAnotherKindIsRefused(t *testing.T) {
	d := Document{Lang: "es", Sections: []Section{{Table: &Table{Columns: []Column{{}}, Rows: [][]Cell{{"a", "b"}}}}}}
	if err := d.PDF(io.Discard); err == nil {
		t.Error("a cell beyond the last column was left out")
	}
	d.Sections[0].Table.Rows[0] = []Cell{true}
	for name, write := range map[string]func(io.Writer) error{"pdf": d.PDF, "xlsx": d.XLSX, "csv": d.CSV,
		"slide": func(w io.Writer) error { return d.Slide(w, 1) }} {
		if err := write(io.Discard); err == nil || !strings.Contains(err.Error(), "bool") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// BenchmarkPlanPDF writes a joint plan of 200 commitments in two languages.
func BenchmarkPlanPDF(b *testing.B) {
	d := plan(200)
	for b.Loop() {
		if err := d.PDF(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSlide draws one slide of the same plan, for which all are laid out.
func BenchmarkSlide(b *testing.B) {
	d := plan(200)
	for b.Loop() {
		if err := d.Slide(io.Discard, 7); err != nil {
			b.Fatal(err)
		}
	}
}
