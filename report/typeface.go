package report

import (
	"fmt"
	"io/fs"
	"math"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"

	"istmo/web/assets"
)

// cut is one of the shapes that the typeface is cut in.
type cut int

const (
	regular cut = iota
	semibold
	italic
)

var cuts = [...]string{regular: "400Regular", semibold: "600SemiBold", italic: "400Regular_Italic"}

// runes is where the characters that we measure end: those of every language
// written in Latin letters, and signs.
const runes = 0x2700

// face is one cut, read once.
type face struct {
	file    []byte
	outline *sfnt.Font
	wide    [runes]float64 // how wide a character is at size 1; less than 0 if it has none
}

// faceSet is the typeface in all its cuts.
type faceSet [len(cuts)]*face

// faces reads the typeface when it is first asked for.
var faces = sync.OnceValues(func() (faceSet, error) {
	var all faceSet
	dist, err := assets.Dist()
	if err != nil {
		return all, err
	}
	for i, name := range cuts {
		if all[i], err = readFace(dist, "PublicSans_"+name+".ttf"); err != nil {
			return all, fmt.Errorf("report: the typeface (npm ci && npm run build in web/assets): %w", err)
		}
	}
	return all, nil
})

func readFace(dist fs.FS, name string) (*face, error) {
	file, err := fs.ReadFile(dist, name)
	if err != nil {
		return nil, err
	}
	f := &face{file: file}
	if f.outline, err = sfnt.Parse(file); err != nil {
		return nil, err
	}
	var b sfnt.Buffer
	em := fixed.Int26_6(f.outline.UnitsPerEm())
	for r := range f.wide {
		f.wide[r] = -1
		glyph, err := f.outline.GlyphIndex(&b, rune(r))
		if err != nil {
			return nil, err
		}
		if glyph == 0 {
			continue
		}
		advance, err := f.outline.GlyphAdvance(&b, glyph, em, font.HintingNone)
		if err != nil {
			return nil, err
		}
		f.wide[r] = float64(advance) / float64(em)
	}
	return f, nil
}

func (f *face) has(r rune) bool { return r >= ' ' && r < runes && f.wide[r] >= 0 }

// width is how wide words are at a size. Words are legible ones.
func (f *face) width(words string, size float64) float64 {
	w := 0.0
	for _, r := range words {
		w += f.wide[r]
	}
	return w * size
}

// standIns are for characters that the typeface lacks and that have a near
// relation: spaces and dashes of other widths, arrows.
var standIns = strings.NewReplacer("\u202f", "\u00a0", "\u2007", "\u00a0", "\u2009", " ", "\u200a", " ", "\u2002", " ", "\u2003", " ",
	"\u2010", "-", "\u2011", "-", "\u2012", "–", "\u2015", "—", "\u200b", "", "\u2060", "", "\ufeff", "", "\u00ad", "",
	" · ", "\u00a0· ", "→", "›", "←", "‹", "\t", " ", "\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

// legible makes of any text one that the typeface can set. What it cannot is a
// question mark, so that a reader sees that something stood there.
func (f *face) legible(text string) string {
	text = standIns.Replace(norm.NFC.String(strings.ToValidUTF8(text, "?")))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || f.has(r):
			return r
		case r < ' ' || r == 0x7f:
			return -1
		}
		return '?'
	}, text)
}

// wrap breaks text into lines no wider than width: between words, and within a
// word only where it is wider than a whole line.
func (f *face) wrap(text string, size, width float64) []string {
	var lines []string
	space := f.width(" ", size)
	for paragraph := range strings.SplitSeq(f.legible(text), "\n") {
		line, used := "", 0.0
		for word := range strings.FieldsFuncSeq(paragraph, func(r rune) bool { return r == ' ' }) {
			w := f.width(word, size)
			if line != "" && used+space+w <= width {
				line, used = line+" "+word, used+space+w
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			for w > width {
				head, hyphen := f.fit(word, size, width)
				lines, word = append(lines, head+hyphen), word[len(head):]
				w = f.width(word, size)
			}
			line, used = word, w
		}
		lines = append(lines, line)
	}
	return lines
}

// fit is what of a word that is wider than a line is set on its first: up to a
// sign after which a word may be broken, or an even share of it. A word that is
// all letters gets a hyphen; in a fingerprint it would be one sign more.
func (f *face) fit(word string, size, width float64) (head, hyphen string) {
	if strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }) < 0 {
		hyphen = "-"
	}
	width -= f.width(hyphen, size)
	whole := f.width(word, size)
	share := min(width, whole/math.Ceil(whole/max(width, size))+size)
	used, end, sign := 0.0, 0, 0
	for i, r := range word {
		if used += f.wide[r] * size; used > share && i > 0 {
			break
		}
		end = i + utf8.RuneLen(r)
		if strings.ContainsRune("-/._@–—", r) {
			sign = end
		}
	}
	if sign > 0 && sign >= end/2 {
		return word[:sign], ""
	}
	return word[:end], hyphen
}

// longest is the width of the widest word.
func (f *face) longest(text string, size float64) float64 {
	w := 0.0
	for word := range strings.FieldsFuncSeq(f.legible(text), func(r rune) bool { return r == ' ' || r == '\n' }) {
		w = max(w, f.width(word, size))
	}
	return w
}
