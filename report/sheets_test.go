package report

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// figures is a document with two tables, in which there is every kind of cell.
func figures() Document {
	columns := []Column{{Title: "Corredor"}, {Title: "Personas", Number: true}, {Title: "Tasa", Number: true}, {Title: "Día"}}
	return Document{Lang: "es", Title: "Cifras", Notice: "Demostración: todo es inventado.", Made: made,
		Facts: [][2]string{{"Versión", "=2+3"}},
		Sections: []Section{
			{Heading: "Primero", Table: &Table{Caption: "Entradas: por país/mes [2023] y por corredor", Columns: columns, Source: "Invención", Dated: day(2026, 10, 31),
				Rows: [][]Cell{{"Darién, ñandú \"A\"\ny más", int64(333704), 12.5, day(2026, 8, 1)}, {"=1+1", 7, -0.25, made}, {nil, nil, nil, time.Time{}}}}},
			{Heading: "Segundo", Table: &Table{Caption: "Entradas: por país/mes [2023] y por corredores", Columns: columns[:2], Rows: [][]Cell{{"@SUM(A1)", int64(-5)}}}},
			{Heading: "Sin tabla"},
		}}
}

func workbook(t testing.TB, d Document) *excelize.File {
	t.Helper()
	var out bytes.Buffer
	if err := d.XLSX(&out); err != nil {
		t.Fatal(err)
	}
	keep(t, "figures.xlsx", out.Bytes())
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestXLSXReadAgain(t *testing.T) {
	f := workbook(t, figures())
	names := f.GetSheetList()
	if diff := cmp.Diff([]string{"Ficha", "Entradas por país mes 2023 y po", "Entradas por país mes 2023 (2)"}, names); diff != "" {
		t.Fatal(diff)
	}
	for i, want := range [][][]string{
		{{"Demostración: todo es inventado."}, {"Cifras"}, nil, {"Versión", "=2+3"}, {"Hecho el", "20 Nov 2026 15:30"}, nil,
			{names[1], "Entradas: por país/mes [2023] y por corredor", "Fuente: Invención. Datos al: 31 oct 2026"},
			{names[2], "Entradas: por país/mes [2023] y por corredores"}},
		{{"Demostración: todo es inventado."}, {"Corredor", "Personas", "Tasa", "Día"},
			{"Darién, ñandú \"A\"\ny más", "333704", "12.5", "1 Aug 2026"}, {"=1+1", "7", "-0.25", "20 Nov 2026 15:30"}},
		{{"Demostración: todo es inventado."}, {"Corredor", "Personas"}, {"@SUM(A1)", "-5"}},
	} {
		rows, err := f.GetRows(names[i])
		if err != nil {
			t.Fatal(err)
		}
		for n := range rows {
			rows[n] = slices.Clip(rows[n])
		}
		if diff := cmp.Diff(want, rows[:min(len(rows), len(want))]); diff != "" {
			t.Errorf("%s: %s", names[i], diff)
		}
	}
}

// TestXLSXKeepsKinds looks below what is shown: a day is a number in the style
// of a day, and text is text and no formula.
func TestXLSXKeepsKinds(t *testing.T) {
	f := workbook(t, figures())
	sheet := f.GetSheetList()[1]
	for cell, want := range map[string]struct {
		kind excelize.CellType
		raw  string
	}{
		"A4": {excelize.CellTypeInlineString, "=1+1"},
		"B3": {excelize.CellTypeUnset, "333704"},
		"C4": {excelize.CellTypeUnset, "-0.25"},
		"D3": {excelize.CellTypeUnset, "46235"},
	} {
		kind, err := f.GetCellType(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := f.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
		if err != nil || kind != want.kind || raw != want.raw {
			t.Errorf("%s is %v %q, want %v %q (%v)", cell, kind, raw, want.kind, want.raw, err)
		}
		if formula, err := f.GetCellFormula(sheet, cell); formula != "" || err != nil {
			t.Errorf("%s is the formula %q, %v", cell, formula, err)
		}
	}
	for cell, want := range map[string]int{"A4": 49} { // "as text", also when somebody edits it
		id, err := f.GetCellStyle(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		if style, err := f.GetStyle(id); err != nil || style.NumFmt != want {
			t.Errorf("%s has the style %+v, %v", cell, style, err)
		}
	}
	panes, err := f.GetPanes(sheet)
	if err != nil || !panes.Freeze || panes.YSplit != 2 {
		t.Errorf("the head does not stay: %+v, %v", panes, err)
	}
	props, err := f.GetDocProps()
	if err != nil || props.Title != "Cifras" || props.Created != "2026-11-20T15:30:00Z" || props.Modified != props.Created || props.Language != "es" {
		t.Errorf("%+v, %v", props, err)
	}
}

func TestTheSameSheetsAreTheSameBytes(t *testing.T) {
	write := func() (a, b bytes.Buffer) {
		d := figures()
		if err := d.XLSX(&a); err != nil {
			t.Fatal(err)
		}
		if err := d.CSV(&b); err != nil {
			t.Fatal(err)
		}
		return a, b
	}
	x, c := write()
	time.Sleep(2100 * time.Millisecond) // zip files count time in steps of two seconds
	for range 5 {
		if again, cagain := write(); !bytes.Equal(x.Bytes(), again.Bytes()) || !bytes.Equal(c.Bytes(), cagain.Bytes()) {
			t.Fatal("other bytes")
		}
	}
}

func TestXLSXRefusesWhatItWouldCut(t *testing.T) {
	d := figures()
	d.Sections[0].Table.Rows[0][0] = strings.Repeat("ñ", excelize.TotalCellChars+1)
	if err := d.XLSX(&bytes.Buffer{}); err == nil {
		t.Error("a cell was cut")
	}
}

func TestSheetNamesAreThoseThatExcelTakes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		captions := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom([]string{"", "history", "Ficha", "FICHA", "'", "'x'", strings.Repeat("ñ", 40), strings.Repeat("Ñ", 31), "🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉", "a:b\\c/d?e*f[g]h"}), rapid.String()), 0, 20).Draw(r, "captions")
		var tables []Table
		for _, c := range captions {
			tables = append(tables, Table{Caption: c})
		}
		names := sheetNames("Ficha", "Tabla", tables)
		taken := map[string]bool{}
		for _, n := range names {
			low := strings.ToLower(n)
			switch {
			case taken[low]:
				r.Fatalf("%q is there twice", n)
			case n == "" || len(utf16.Encode([]rune(n))) > 31 || !utf8.ValidString(n):
				r.Fatalf("%q is no name", n)
			case strings.ContainsAny(n, `:\/?*[]`) || strings.HasPrefix(n, "'") || strings.HasSuffix(n, "'") || low == "history":
				r.Fatalf("%q is refused", n)
			}
			taken[low] = true
			if err := excelize.NewFile().SetSheetName("Sheet1", n); err != nil {
				r.Fatalf("%q: %v", n, err)
			}
		}
	})
}

func TestCSVReadAgain(t *testing.T) {
	var out bytes.Buffer
	if err := figures().CSV(&out); err != nil {
		t.Fatal(err)
	}
	keep(t, "figures.csv", out.Bytes())
	text, found := strings.CutPrefix(out.String(), "\ufeff")
	if !found {
		t.Error("no mark of UTF-8")
	}
	if n := strings.Count(text, "\r\n\r\n"); n != 2 {
		t.Errorf("%d empty lines", n)
	}
	if bare := strings.ReplaceAll(text, "\r\n", ""); strings.Contains(bare, "\n") != strings.Contains(bare, "\r") && strings.Contains(bare, "\n") {
		t.Error("lines do not end as they should")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	got, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"Demostración: todo es inventado."},
		{"Entradas: por país/mes [2023] y por corredor"}, {"Corredor", "Personas", "Tasa", "Día"},
		{"Darién, ñandú \"A\"\ny más", "333704", "12.5", "2026-08-01"}, {"'=1+1", "7", "-0.25", "2026-11-20T15:30:00Z"}, {"", "", "", ""},
		{"Entradas: por país/mes [2023] y por corredores"}, {"Corredor", "Personas"}, {"'@SUM(A1)", "-5"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTextIsNoFormula(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+507 000": "'+507 000", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", " =1": "' =1", "\u00a0=1": "'\u00a0=1",
		"＝1": "'＝1", "\r": "'\r", "\n=1": "'\n=1", "a=1": "a=1", "": "", "'=1": "'=1", "−5": "−5"} {
		if got := guarded(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestFiguresAreWrittenAsTheirReadersDo(t *testing.T) {
	for _, c := range []struct {
		lang   string
		cell   Cell
		places int
		want   string
	}{
		{"es", 12.5, 1, "12,5"}, {"en", 12.5, 1, "12.5"}, {"es", 1234567.891, 2, "1\u202f234\u202f567,89"}, {"es", -0.25, 2, "−0,25"},
		{"es", -0.001, 0, "0"}, {"en", 1234.0, 0, "1,234"}, {"es", 13.0, 1, "13,0"}, {"es", 1e300, 0, "1e+300"},
		{"es", int64(333704), 0, "333\u202f704"}, {"es", 5, 0, "5"}, {"es", nil, 0, ""}, {"en", "x", 0, "x"},
		{"es", day(2026, 11, 20), 0, "20\u00a0nov\u00a02026"}, {"en", made, 0, "20\u00a0Nov\u00a02026,\u00a015:30\u00a0(UTC)"}, {"es", time.Time{}, 0, ""},
	} {
		if got, err := written(c.lang, c.cell, c.places); got != c.want || err != nil {
			t.Errorf("%v in %s is %q, want %q (%v)", c.cell, c.lang, got, c.want, err)
		}
	}
}

func TestDecimalsOfAColumnHaveTheSamePlaces(t *testing.T) {
	got, err := Document{Lang: "es"}.texts(Table{Columns: make([]Column, 2), Rows: [][]Cell{{13.0, 1.0}, {12.5, 2.0}, {0.129, nil}, {"<5"}}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{"13,00", "1"}, {"12,50", "2"}, {"0,13", ""}, {"<5", ""}}, got); diff != "" {
		t.Error(diff)
	}
}
