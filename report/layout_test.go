package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// laid is a document on both kinds of sheet.
func laid(t testing.TB, d Document) map[string][]page {
	t.Helper()
	onPaper, _, err := d.printed()
	if err != nil {
		t.Fatal(err)
	}
	onScreen, _, err := d.shown()
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]page{"paper": onPaper, "screen": onScreen}
}

// box is what words cover on a page: from the height of a small letter to the
// baseline, and a little more.
type box struct{ left, right, top, bottom float64 }

func boxOf(set faceSet, t text) box {
	return box{t.x, t.x + set[t.cut].width(t.words, t.size), t.y - 0.55*t.size, t.y + 0.1*t.size}
}

// wrong says what on a page is outside of it or lies on something else.
func wrong(p page) (all []string) {
	h := p.part.hand
	var boxes []box
	for _, t := range p.texts {
		b := boxOf(h.faceSet, t)
		if inside := b.left > h.left-0.1 && b.right < h.wide-h.right+0.1 && b.top > 0 && b.bottom < h.high; !inside {
			all = append(all, fmt.Sprintf("%.40q is outside: %+v", t.words, b))
		}
		if strings.TrimSpace(t.words) == "" {
			continue
		}
		for i, o := range boxes {
			if b.left < o.right-0.1 && o.left < b.right-0.1 && b.top < o.bottom && o.top < b.bottom {
				all = append(all, fmt.Sprintf("%.40q lies on %.40q", t.words, p.texts[i].words))
			}
		}
		boxes = append(boxes, b)
	}
	for _, a := range p.areas {
		if inside := a.x >= 0 && a.x+a.w < h.wide+0.1 && a.y >= 0 && a.y+a.h <= h.high && a.w >= 0 && a.h >= 0; !inside {
			all = append(all, fmt.Sprintf("%+v is outside", a))
		}
	}
	return all
}

func TestNothingIsOutsideThePageNorOnSomethingElse(t *testing.T) {
	for name, d := range map[string]Document{"plan": plan(12), "pack": pack(60), "hard": hard(), "empty": {}} {
		for sheet, pages := range laid(t, d) {
			for i, p := range pages {
				for _, complaint := range wrong(p) {
					t.Errorf("%s, %s, page %d: %s", name, sheet, i+1, complaint)
				}
			}
		}
	}
}

// letters are what is left of words when it does not matter where lines end, nor
// which sign stands for one that the typeface lacks.
func letters(words string) string {
	return strings.Map(func(r rune) rune {
		if r < runes && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return -1
	}, words)
}

// textOf is what is written on pages, column by column.
func textOf(pages []page) string {
	type column struct{ x, size float64 }
	columns := map[column]*strings.Builder{}
	for _, p := range pages {
		for _, t := range p.texts {
			c := column{t.x, t.size}
			if columns[c] == nil {
				columns[c] = &strings.Builder{}
			}
			columns[c].WriteString(letters(t.words))
		}
	}
	var all strings.Builder
	for _, c := range columns {
		all.WriteString(c.String() + " ")
	}
	return all.String()
}

func TestNothingIsLeftOut(t *testing.T) {
	d := pack(30)
	for sheet, pages := range laid(t, d) {
		found := textOf(pages)
		var wanted []string
		for _, s := range d.Sections {
			wanted = append(append(wanted, s.Heading), s.Paragraphs...)
			for _, b := range s.Bars {
				wanted = append(wanted, b.Label, b.Words)
			}
			for _, side := range s.Sides {
				wanted = append(wanted, side.Number, side.Left, side.Facts[0][0], side.Facts[0][1])
			}
		}
		for _, words := range append(wanted, d.Title, d.Subtitle, d.Kicker, d.Facts[2][1], "Fuente", "31 oct 2026") {
			if !strings.Contains(found, letters(words)) {
				t.Errorf("%s: %q is not there", sheet, words)
			}
		}
		if n := strings.Count(found, letters(d.Notice)); n != len(pages) {
			t.Errorf("%s: the notice is on %d of %d pages", sheet, n, len(pages))
		}
	}
}

// columnsOf are the lines of a clause in two languages, by where they stand.
func columnsOf(pages []page, words ...string) (places [2][]string) {
	for n, p := range pages {
		for _, t := range p.texts {
			for i, w := range words {
				if t.style == p.part.body && strings.Contains(t.words, w) {
					places[i] = append(places[i], fmt.Sprintf("page %d at %.2f", n+1, t.y))
				}
			}
		}
	}
	return places
}

func TestTwoLanguagesGoOverThePageTogether(t *testing.T) {
	d := plan(1)
	d.Sections = []Section{{Heading: "Largo · Long", Sides: []Side{{Number: "1", Label: "Uno · One",
		Left: strings.Repeat("izquierda ", 900), Right: strings.Repeat("right-hand ", 800)}}}}
	for sheet, pages := range laid(t, d) {
		if len(pages) < 4 {
			t.Fatalf("%s: only %d pages", sheet, len(pages))
		}
		places := columnsOf(pages, "izquierda", "right-hand")
		n := min(len(places[0]), len(places[1]))
		if n < 100 || !slices.Equal(places[0][:n], places[1][:n]) {
			t.Errorf("%s: the lines of the two columns do not stand beside each other", sheet)
		}
	}
}

// has reports whether one line of a page is these words.
func (p page) has(words string) bool {
	return slices.ContainsFunc(p.texts, func(t text) bool { return strings.HasPrefix(t.words, words) })
}

func TestAPageBeginsWithWhatItsReaderNeeds(t *testing.T) {
	for lines := range 40 { // so that the page ends at each place in a clause
		d := plan(5)
		d.Sections[0] = Section{Paragraphs: slices.Repeat([]string{"Una línea."}, lines)}
		d.Sections[1].Sides[4].Facts[0][1] = strings.Repeat("un hecho que no termina ", 300)
		for sheet, pages := range laid(t, d) {
			for i, p := range pages {
				clause := p.has("Responsable\u00a0· Lead") || p.has("un hecho") || slices.ContainsFunc(p.texts, func(t text) bool { return t.words == "1.3" })
				if clause && (!p.has("Español") || !p.has("English")) {
					t.Fatalf("%d lines, %s, page %d: the languages are not named", lines, sheet, i+1)
				}
				if begins := slices.DeleteFunc(slices.Clone(p.texts), func(t text) bool { return t.words != "1.3" }); len(begins) > 1 {
					t.Fatalf("%d lines, %s, page %d: a clause is continued that begins there", lines, sheet, i+1)
				}
			}
		}
	}
	for sheet, pages := range laid(t, pack(80)) {
		for i, p := range pages {
			if p.has("Cumplido") && (!p.has("Compromiso") || !p.has("Estado")) {
				t.Errorf("%s, page %d: the head of the table is not there", sheet, i+1)
			}
		}
	}
}

func TestAHeadingNeverStandsAlone(t *testing.T) {
	for lines := range 60 {
		d := Document{Lang: "es", Title: "Título", Sections: []Section{
			{Paragraphs: slices.Repeat([]string{"Una línea."}, lines)},
			{Heading: "El encabezado", Paragraphs: []string{strings.Repeat("palabras ", 60)}},
			{Heading: "La tabla", Table: wide(3)}}}
		for _, p := range laid(t, d)["paper"] {
			if p.has("El encabezado") && !p.has("palabras") || p.has("La tabla") && !p.has("1.1") {
				t.Fatalf("after %d lines a heading stands alone", lines)
			}
		}
	}
}

func TestNoLineOfAParagraphStandsAlone(t *testing.T) {
	for lines := range 60 {
		d := Document{Lang: "es", Title: "Título", Sections: []Section{
			{Paragraphs: append(slices.Repeat([]string{"Una línea."}, lines), strings.Repeat("palabras ", 60))}}}
		for i, p := range laid(t, d)["paper"] {
			n := 0
			for _, words := range p.texts {
				if strings.HasPrefix(words.words, "palabras") {
					n++
				}
			}
			if n == 1 {
				t.Fatalf("after %d lines one stands alone on page %d", lines, i+1)
			}
		}
	}
}

func TestASignatureBlockStaysWhole(t *testing.T) {
	for n := range 12 {
		for _, p := range laid(t, plan(n))["paper"] {
			if p.has("República de Costa Rica") && (!p.has("Lugar y fecha") || !p.has("Firmas")) {
				t.Fatalf("with %d commitments the block to sign is divided", n)
			}
		}
	}
}

func TestATableWithManyColumnsLiesOnItsSide(t *testing.T) {
	narrow := pack(1)
	narrow.Sections[2].Table = &Table{Columns: []Column{{Title: "Eje"}, {Title: "Cuántos", Number: true}}, Rows: [][]Cell{{"Prevención", 9}}}
	for _, c := range []struct {
		d    Document
		want bool
	}{{pack(40), true}, {narrow, false}} {
		lying := slices.ContainsFunc(laid(t, c.d)["paper"], func(p page) bool { return p.part.wide > p.part.high })
		if lying != c.want {
			t.Errorf("lying: %t, want %t", lying, c.want)
		}
	}
}

// signs are texts with what is hard in them: long words, blanks, foreign letters.
var signs = rapid.StringOfN(rapid.SampledFrom([]rune("aábcñ  xyzABCÑ.,-/ \n\u202f→日🎉ẽ=(")), 0, 160, -1)

func drawn(t *rapid.T) Document {
	say := func() string { return signs.Draw(t, "words") }
	d := Document{Lang: "es", Title: say(), Kicker: say(), Notice: say(), Foot: say(), Made: made}
	if rapid.Bool().Draw(t, "two") {
		d.Beside = "en"
	}
	for range rapid.IntRange(0, 5).Draw(t, "sections") {
		s := Section{Heading: say(), Paragraphs: []string{say()}}
		for range rapid.IntRange(0, 6).Draw(t, "sides") {
			s.Sides = append(s.Sides, Side{Number: "1", Label: say(), Left: say(), Right: say(), Facts: [][2]string{{say(), say()}, {say(), say()}, {say(), say()}}})
		}
		if rapid.Bool().Draw(t, "table") {
			s.Table = &Table{Caption: say()}
			for range rapid.IntRange(1, 12).Draw(t, "columns") {
				s.Table.Columns = append(s.Table.Columns, Column{Title: say(), Number: rapid.Bool().Draw(t, "number")})
			}
			for range rapid.IntRange(0, 9).Draw(t, "rows") {
				s.Table.Rows = append(s.Table.Rows, []Cell{say()})
			}
		}
		d.Sections = append(d.Sections, s)
	}
	return d
}

func TestAnyDocumentFits(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := drawn(r)
		for sheet, pages := range laid(t, d) {
			for i, p := range pages {
				for _, complaint := range wrong(p) {
					r.Fatalf("%s, page %d: %s", sheet, i+1, complaint)
				}
			}
			found := textOf(pages)
			for _, s := range d.Sections {
				for _, p := range s.Paragraphs {
					for line := range strings.FieldsSeq(p) {
						if !strings.Contains(found, letters(line)) {
							r.Fatalf("%s: %q is not there", sheet, line)
						}
					}
				}
			}
		}
	})
}

func TestLinesAreNoWiderThanTheirColumn(t *testing.T) {
	set, err := faces()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		words, width := signs.Draw(r, "words"), rapid.Float64Range(12, 300).Draw(r, "width")
		lines := set[regular].wrap(words, 10, width)
		for _, line := range lines {
			if w := set[regular].width(line, 10); w > width+0.001 && len([]rune(line)) > 2 {
				r.Fatalf("%q is %.2f wide, not %.2f", line, w, width)
			}
		}
		if got, want := letters(strings.Join(lines, "")), letters(set[regular].legible(words)); got != want {
			r.Fatalf("%q became %q", want, got)
		}
	})
}

func TestLongWordsAreBrokenWhereTheyMayBe(t *testing.T) {
	set, err := faces()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		words string
		want  []string
	}{
		{"una línea", []string{"una línea"}},
		{"a\n\nb", []string{"a", "", "b"}},
		{"interinstitucionalmente", []string{"interinstituci-", "onalmente"}},
		{"9f2c41aa07be5d8831fd02c6c47a15e9", []string{"9f2c41aa07be", "5d8831fd02c", "6c47a15e9"}},
		{"https://istmo.example/planes/3", []string{"https://", "istmo.", "example/", "planes/3"}},
		{"x\u202f1 → 日本 n\u0303\x00", []string{"x\u00a01 › ?? ñ"}},
	} {
		if got := set[regular].wrap(c.words, 10, 72); !slices.Equal(got, c.want) {
			t.Errorf("%q became %q, want %q", c.words, got, c.want)
		}
	}
}
