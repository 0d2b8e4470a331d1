package figures

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"istmo/testkit/published"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/charmap"
)

func flowsOf(t testing.TB, r io.Reader) ([]Flow, Tally, Report) {
	t.Helper()
	var all []Flow
	var tally Tally
	report, err := ReadFlows(t.Context(), r, nil, func(f Flow) error { all = append(all, f); tally.Add(f); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return all, tally, report
}

// TestGaps finds what the public file leaves out, and nothing in a month that is empty
// for everybody, in the last month, or where few came.
func TestGaps(t *testing.T) {
	_, tally, _ := flowsOf(t, published.Open(t, "panama_irregular_entries_monthly.csv"))
	var got []string
	for _, g := range tally.Gaps() {
		got = append(got, g.Month.String()+" "+g.Of)
	}
	if want := []string{"2022-01 VEN", "2022-01 HTI", "2022-01 ECU"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	var few Tally
	for _, f := range []Flow{{Month: Month{2024, 1}, Of: "VEN", People: 29}, {Month: Month{2024, 3}, Of: "VEN", People: 900}, {Month: Month{2024, 1}, Of: "HTI", People: 90},
		{Month: Month{2024, 2}, Of: "ECU", People: 50}, {Month: Month{2024, 3}, Of: "ECU", People: 50}, {Month: Month{2024, 5}, Of: "ECU", People: 50}} {
		f.By = ByNationality
		few.Add(f)
	}
	if got := few.Gaps(); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

// TestTotals are those that the publisher's tables give.
func TestTotals(t *testing.T) {
	_, tally, report := flowsOf(t, published.Open(t, "panama_irregular_entries_monthly.csv"))
	if !report.Clean() || report.Rows != 1886 || report.Taken != 1886 || report.Shape != LongFlows || report.Counts["figures.no-value"] != 1 {
		t.Errorf("%+v", report)
	}
	var got []string
	for _, y := range tally.Years() {
		got = append(got, fmt.Sprintf("%s…%s %d %d %v", y.From, y.To, y.People, y.Missing, y.Whole))
	}
	want := []string{"2021-01…2021-12 133726 0 true", "2022-01…2022-12 246133 0 true", "2023-01…2023-12 519774 0 true", "2024-01…2024-12 302290 1 true", "2025-01…2025-03 2831 0 true"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if s := tally.Sum(Month{2023, 1}, Month{2023, 8}); s.People != 333659 || !s.Whole {
		t.Errorf("%+v", s)
	}
	if s := tally.Sum(Month{2025, 1}, Month{2025, 4}); s.Whole {
		t.Error("April of 2025 is not in the file")
	}
	held, err := Held()
	if err != nil {
		t.Fatal(err)
	}
	beside := tally.Differences(held)
	if len(beside) != 1 || beside[0].Stated.Low != 333704 || beside[0].Counted.People != 333659 || beside[0].Stated.Note("es") == "" || beside[0].Stated.Note("en") == "" {
		t.Errorf("%+v", beside)
	}
}

// TestHeldFigures are what their files say, and each says what it is.
func TestHeldFigures(t *testing.T) {
	held, err := Held()
	if err != nil {
		t.Fatal(err)
	}
	_, tally, _ := flowsOf(t, published.Open(t, "panama_irregular_entries_monthly.csv"))
	returns, keys, months, yearly := real(t), map[string]bool{}, 0, 0
	for _, p := range held {
		if keys[p.Key] || p.Source("es") == "" || p.Source("en") == "" || p.Edition == "" || p.Unit == "" || !slices.Contains([]Certainty{Published, Derived, Stated}, p.Certainty) {
			t.Errorf("%+v", p)
		}
		keys[p.Key] = true
		for _, lang := range []string{"es", "en"} {
			if p.Definition(lang) == "" || p.Comparable(lang) == "" || (p.Note("es") == "") != (p.Note("en") == "") {
				t.Errorf("%s says too little in %s", p.Key, lang)
			}
		}
		if p.Certainty == Derived {
			m, _ := ParseMonth(p.From)
			if months++; tally.Sum(m, m).People != p.Low || p.From != p.To {
				t.Errorf("%s is %d", p.Key, p.Low)
			}
		}
		if p.Certainty == Published {
			indicator := map[string]string{"victims-detected": victims, "persons-convicted": "Persons convicted"}[p.Indicator]
			if yearly++; !slices.ContainsFunc(returns, func(r Return) bool {
				return r.Country == p.Country && r.Indicator == indicator && r.Dimension == "Total" && r.Sex == "Total" && r.Age == "Total" && fmt.Sprint(r.Year) == p.From && r.Low == p.Low && r.High == p.High
			}) {
				t.Errorf("%+v is in no return", p)
			}
		}
	}
	if months != 51 || yearly < 70 {
		t.Errorf("%d months and %d years are held", months, yearly)
	}
}

// TestTheSameTwice gives the same keys and digests, and a file in which everything
// stands twice gives it once.
func TestTheSameTwice(t *testing.T) {
	raw, _ := io.ReadAll(published.Open(t, "panama_irregular_entries_monthly.csv"))
	once, _, _ := flowsOf(t, bytes.NewReader(raw))
	_, body, _ := bytes.Cut(raw, []byte("\n"))
	twice, _, report := flowsOf(t, io.MultiReader(bytes.NewReader(raw), bytes.NewReader(body)))
	if len(twice) != len(once) || report.Repeated != len(once) || !report.Clean() {
		t.Errorf("%d and %d, %+v", len(once), len(twice), report)
	}
	seen := map[string]bool{}
	for i, f := range once {
		if f.Digest() != twice[i].Digest() || f.Key() != twice[i].Key() || seen[f.Key()] {
			t.Fatalf("%+v", f)
		}
		seen[f.Key()] = true
	}
	changed := bytes.Replace(raw, []byte("2021-01,PAN,HTI,623\n"), []byte("2021-01,PAN,HTI,624\n"), 1)
	other, _, _ := flowsOf(t, bytes.NewReader(changed))
	if other[0].Key() != once[0].Key() || other[0].Digest() == once[0].Digest() {
		t.Error("a changed count has another digest and the same key")
	}
	_, _, report = flowsOf(t, io.MultiReader(bytes.NewReader(raw), strings.NewReader("2021-01,PAN,HTI,7\n")))
	if report.Clean() || report.Counts["figures.stated-otherwise"] != 1 || report.Problems[len(report.Problems)-1].Args["First"] != 2 {
		t.Errorf("%+v", report)
	}
	returns, keys := real(t), map[string]bool{}
	for _, r := range returns {
		if keys[r.Key()] {
			t.Fatalf("%+v has another's key", r)
		}
		keys[r.Key()] = true
	}
}

// yearlyTable is made in the shape of the migration service's, with invented numbers.
const yearlyTable = `REPÚBLICA DE PANAMÁ,,,,,,,,,,,,,
"TRÁNSITO IRREGULAR DE EXTRANJEROS POR LA FRONTERA CON COLOMBIA POR REGIÓN, AÑO 2023",,,,,,,,,,,,,
Región,Total,Ene.,Feb.,Mar.,Abr.,May.,Jun.,Jul.,Ago.,Sep.,Oct.,Nov.,Dic.
Total,"3,510","1,234",2.000,276,-,-,,,,,,,
América del Sur,"3,210","1,134",1.900,176,-,-,,,,,,,
Antillas,300,100,100,100,-,-,,,,,,,
"Fuente: SENAFRONT-Darién, 2024",,,,,,,,,,,,,
TRÁNSITO IRREGULAR SEGÚN CONDICIÓN: AÑO 2023,,,,,,,,,,,,,
Condición,Total,Ene.,Feb.,Mar.,Abr.,May.,Jun.,Jul.,Ago.,Sep.,Oct.,Nov.,Dic.
Total,"3,510","1,234",2.000,276,-,-,,,,,,,
Adultos,"3,000","1,000",1.800,200,-,-,,,,,,,
Menores,510,234,200,76,-,-,,,,,,,

TRÁNSITO IRREGULAR POR PAÍS: AÑO 2023,,,,,,,,,,,,,
País,Total,Ene.,Feb.,Mar.,Abr.,May.,Jun.,Jul.,Ago.,Sep.,Oct.,Nov.,Dic.
Total,"3,510","1,234",2.000,276,-,-,,,,,,,
Venezuela,"3,000","1,100",1.800,100,-,-,,,,,,,
Haití,290,34,100,156,-,-,,,,,,,
Chile (1),120,60,50,10,-,-,,,,,,,
Chile,30,20,5,5,-,-,,,,,,,
Otros países,70,20,45,5,-,-,,,,,,,
(1) Hijos de ciudadanos haitianos,,,,,,,,,,,,,
`

func latin(t *testing.T, s string) string {
	out, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestYearlyTables(t *testing.T) {
	for name, text := range map[string]string{
		UTF8: yearlyTable, "with a mark": "\ufeff" + yearlyTable, Windows1252: latin(t, yearlyTable),
		"broken": strings.NewReplacer("á", "\ufffd", "é", "\ufffd", "í", "\ufffd", "ó", "\ufffd", "Á", "\ufffd").Replace(yearlyTable),
		"semicolons": strings.ReplaceAll(strings.NewReplacer(`"TRÁNSITO IRREGULAR DE EXTRANJEROS POR LA FRONTERA CON COLOMBIA POR REGIÓN, AÑO 2023"`, "TRÁNSITO AÑO 2023",
			`"Fuente: SENAFRONT-Darién, 2024"`, "Fuente: Darién", `"1,234"`, "1.234", `"1,134"`, "1 134", `"3,510"`, "3.510", `"3,210"`, "3210", `"3,000"`, "3000", `"1,000"`, "1000", `"1,100"`, "1100").Replace(yearlyTable), ",", ";"),
	} {
		all, tally, report := flowsOf(t, strings.NewReader(text))
		if !report.Clean() || report.Shape != YearlyFlows || report.Rows != 12 || report.Counts["figures.tables-differ"] != 0 {
			t.Fatalf("%s: %+v", name, report)
		}
		if want := map[bool]string{true: Windows1252, false: UTF8}[name == Windows1252]; report.Encoding != want {
			t.Errorf("%s: %s", name, report.Encoding)
		}
		if s := tally.Sum(Month{2023, 1}, Month{2023, 3}); s.People != 3510 || tally.By() != ByNationality || len(tally.Years()) != 1 || tally.Years()[0].To.Month != 3 {
			t.Errorf("%s: %+v", name, s)
		}
		groups := map[string]int{}
		for _, f := range all {
			groups[string(f.By)+" "+f.Of+f.Note] += f.People
		}
		want := map[string]int{"region south-america": 3210, "region antilles": 300, "age adult": 3000, "age minor": 510, "nationality VEN": 3000, "nationality HTI": 290,
			"nationality CHL1": 120, "nationality CHL": 30, "nationality OOO": 70}
		if !maps.Equal(groups, want) {
			t.Errorf("%s: %v", name, groups)
		}
	}
}

// TestProblemsOfFlows are each named by row and column, and their rows not taken.
func TestProblemsOfFlows(t *testing.T) {
	long := "date,geo,nat,n\n"
	for _, c := range []struct {
		text, key string
		row       int
		column    string
		taken     int
	}{
		{"", "figures.empty-file", 0, "", 0},
		{"hello\nworld\n", "figures.no-known-shape", 0, "", 0},
		{long + "2021-13,PAN,HTI,3\n2021-12,PAN,HTI,3\n", "figures.bad-month", 2, "date", 1},
		{long + "2021-12,PAN,HTI,3.5\n", "figures.bad-number", 2, "n", 0},
		{long + "2021-12,PAN,HTI,-3\n", "figures.bad-number", 2, "n", 0},
		{long + "2021-12,PAN,Atlantis,3\n", "figures.which-country", 2, "nat", 0},
		{long + "2021-12,PAN,Congo,3\n", "figures.which-country", 2, "nat", 0},
		{long + "2021-12,PAN,BARSIL,3\n", "figures.guessed-country", 2, "nat", 1},
		{long + "2021-12,Nowhere,HTI,3\n", "figures.bad-country", 2, "geo", 0},
		{long + "2021-12,PAN,HTI\n", "figures.row-length", 2, "", 0},
		{long + "2021-12,PAN,\"HTI,3\n", "figures.not-csv", 2, "", 0},
		{"date,date,geo,nat,n\n", "figures.no-known-shape", 0, "", 0},
		{"\xff\xfeda", "figures.utf-16", 1, "", 0},
		{long + "2021-12,PAN,HT\x00I,3\n", "figures.not-text", 2, "", 0},
		{"fecha,geo,nacionalidad,n\n2021-12,PAN,España,3\n2021-11,PAN,Espa\xf1a,3\n", "figures.mixed-encoding", 3, "", 1},
		{strings.Replace(yearlyTable, `Antillas,300,`, `Antillas,301,`, 1), "figures.row-sum", 6, "Total", 21},
		{strings.Replace(yearlyTable, `Haití,290,34,`, `Haití,291,35,`, 1), "figures.column-sum", 16, "Total", 12},
		{strings.Replace(strings.Replace(yearlyTable, `Menores,510,234`, `Menores,509,233`, 1), "Total,\"3,510\",\"1,234\",2.000,276,-,-,,,,,,,\nAdultos", "Adultos", 1), "figures.tables-differ", 10, "Ene", 27},
		{strings.ReplaceAll(yearlyTable, "AÑO 2023", ""), "figures.no-year", 4, "", 0},
		{strings.Replace(yearlyTable, "Haití,290", "Haití,2x0", 1), "figures.bad-number", 18, "Total", 12},
		{strings.Replace(yearlyTable, "Antillas", "Atlántida", 1), "figures.unknown-group", 6, "Región", 21},
		{strings.Replace(yearlyTable, "(1) Hijos de ciudadanos haitianos", "(1) Hijos\nCuba,3,3,-,-,-,-,-,-,-,-,-,-,-", 1), "figures.row-outside", 23, "", 27},
	} {
		_, _, report := flowsOf(t, strings.NewReader(c.text))
		i := slices.IndexFunc(report.Problems, func(p Problem) bool { return p.Key == c.key })
		if i < 0 {
			t.Errorf("%.60q: no %s in %+v", c.text, c.key, report)
			continue
		}
		p := report.Problems[i]
		if p.Row != c.row || p.Column != c.column || report.Taken != c.taken || report.Clean() == p.Blocks {
			t.Errorf("%s: row %d, column %q, %d taken, blocks %v: %+v", c.key, p.Row, p.Column, report.Taken, p.Blocks, report.Counts)
		}
	}
}

// TestReturnsAreRead says what is wrong where.
func TestReturnsAreRead(t *testing.T) {
	head := "Iso3_code,Country,Region,Subregion,Indicator,Dimension,Category,Sex,Age,Year,Unit of measurement,txtVALUE,Source\n"
	good := "COL,Colombia,Americas,LAC,Persons convicted,Total,Total,Total,Total,2018,Counts,\"1,028\",GLOTIP\n"
	read := func(text string) (all []Return, r Report) {
		r, err := ReadReturns(t.Context(), strings.NewReader(text), nil, func(r Return) error { all = append(all, r); return nil })
		if err != nil {
			t.Fatal(err)
		}
		return all, r
	}
	if all, r := read(head + good + strings.Replace(good, `"1,028"`, "< 5", 1)); len(all) != 2 || !r.Clean() || all[0].Low != 1028 || all[1].Low != 0 || all[1].High != 4 || all[1].Nth != 2 || all[1].Printed() != "<5" {
		t.Errorf("%+v %+v", all, r)
	}
	for _, c := range []struct{ was, is, key, column string }{
		{"COL", "Col", "figures.bad-country", "Iso3_code"}, {"2018", "18", "figures.bad-year", "Year"}, {`"1,028"`, "10x", "figures.bad-number", "txtVALUE"},
		{`"1,028"`, "", "figures.bad-number", "txtVALUE"}, {"Total,Total,2018", "All,Total,2018", "figures.unknown-word", "Sex"}, {"Total,2018", "Young,2018", "figures.unknown-word", "Age"},
		{"Counts", "Rate", "figures.not-counts", "Unit of measurement"}, {"Persons convicted", "", "figures.empty-cell", "Indicator"},
		{"Persons convicted,Total", "Persons convicted,by mood", "figures.unknown-word", "Dimension"}, {",GLOTIP", "", "figures.row-length", ""},
	} {
		all, r := read(head + strings.Replace(good, c.was, c.is, 1) + good)
		if len(all) != 1 || r.Blocked != 1 || r.Problems[0].Key != c.key || r.Problems[0].Column != c.column || r.Problems[0].Row != 2 {
			t.Errorf("%s: %+v", c.key, r)
		}
	}
	if _, r := read(strings.Replace(head, "txtVALUE", "number", 1) + good); !r.Stopped || r.Problems[0].Key != "figures.column-missing" || r.Problems[0].Args["Column"] != "txtVALUE" {
		t.Errorf("%+v", r)
	}
	if _, r := read(strings.Replace(head, "Region", "Year", 1) + good); !r.Stopped || r.Problems[0].Key != "figures.column-twice" {
		t.Errorf("%+v", r)
	}
}

func TestPopulationIsRead(t *testing.T) {
	head := "iso3;year;sex;age;people\n"
	read := func(text string) (all []Population, r Report) {
		r, err := ReadPopulation(t.Context(), strings.NewReader(text), nil, func(p Population) error { all = append(all, p); return nil })
		if err != nil {
			t.Fatal(err)
		}
		return all, r
	}
	all, r := read(head + "PAN;2022;Total;total;4.408.581\nPAN;2022;mujeres;0-17;700000\nPAN;2022;Male;18+;1500000\nPAN;2022;M;100 years or over;120\nPAN;2022;M;7;9\nPAN;2022;M;7;9\n")
	want := []Population{{2, "PAN", 2022, "Total", 0, Oldest, 4408581}, {3, "PAN", 2022, "Female", 0, 17, 700000}, {4, "PAN", 2022, "Male", 18, Oldest, 1500000}, {5, "PAN", 2022, "Male", 100, Oldest, 120}, {6, "PAN", 2022, "Male", 7, 7, 9}}
	if !slices.Equal(all, want) || !r.Clean() || r.Repeated != 1 || r.Separator != ";" {
		t.Errorf("%+v %+v", all, r)
	}
	for row, key := range map[string]string{"PAN;2022;Total;total;4408.581": "figures.in-thousands", "PAN;2022;Total;total;4408.58": "figures.in-thousands", "PAN;2022;Total;17-0;3": "figures.bad-age", "PAN;2022;Total;old;3": "figures.bad-age",
		"Panama;2022;Total;total;3": "figures.bad-country", "PAN;2022;Queens;total;3": "figures.unknown-word", "PAN;22;Total;total;3": "figures.bad-year", "PAN;2022;Total;total;x": "figures.bad-number"} {
		_, r := read(head + row + "\n")
		if key == "" && !r.Clean() || key != "" && (r.Blocked != 1 || r.Problems[0].Key != key || r.Problems[0].Row != 2) {
			t.Errorf("%s: %+v", row, r)
		}
	}
}

func TestBordersAreChecked(t *testing.T) {
	area := func(properties, ring string) string {
		return `{"type":"Feature","properties":{` + properties + `},"geometry":{"type":"Polygon","coordinates":[[` + ring + `]]}}`
	}
	file := func(areas ...string) string {
		return `{"name":"x","type":"FeatureCollection","features":[` + strings.Join(areas, ",") + `]}`
	}
	square := `[-78,8],[-77,8],[-77,9,4],[-78,8]`
	check := func(text string) (Borders, []Area) {
		var all []Area
		b, err := CheckBorders(t.Context(), strings.NewReader(text), nil, func(a Area) error { all = append(all, a); return nil })
		if err != nil {
			t.Fatal(err)
		}
		return b, all
	}
	b, all := check(file(area(`"ADM1_PCODE":"PA05","ADM1_ES":"Darién"`, square), area(`"ADM1_PCODE":7,"ADM1_ES":"Chiriquí"`, square)))
	if !b.Clean() || b.Areas != 2 || b.Points != 8 || b.CodeProperty != "ADM1_PCODE" || b.NameProperty != "ADM1_ES" || b.Box != [4]float64{-78, 8, -77, 9} || all[0].Name != "Darién" || all[1].Code != "7" {
		t.Errorf("%+v %+v", b, all)
	}
	named := `"code":"a","name":"A"`
	for text, key := range map[string]string{
		"": "figures.empty-file", "[]": "figures.not-geojson", `{"type":"Topology"}`: "figures.not-geojson", `{"type":"FeatureCollection"}`: "figures.not-geojson", file(area(named, square))[:80]: "figures.not-geojson",
		file(area(`"code":"a"`, square)): "figures.area-without-name", file(area(`"name":"a"`, square)): "figures.area-without-code",
		file(area(named, `[-78,8],[-77,8],[-77,9],[-78,9]`)): "figures.open-ring", file(area(named, `[678000,8],[-77,8],[-77,9],[678000,8]`)): "figures.not-degrees",
		file(area(named, square), area(named, square), area(`"code":"a","name":"B"`, square)):                             "figures.stated-otherwise",
		file(`{"type":"Feature","properties":{"code":"a","name":"A"},"geometry":{"type":"Point","coordinates":[-78,8]}}`): "figures.not-a-polygon",
		`{"type":"FeatureCollection","crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::32617"}},"features":[]}`:          "figures.not-degrees",
	} {
		if b, _ := check(text); b.Clean() && key != "figures.empty-file" || b.Counts[key] == 0 && !(text == "" && b.Counts["figures.not-geojson"] == 1) {
			t.Errorf("%.90s: want %s, %+v", text, key, b.Report)
		}
	}
}

// TestAFileIsReadAsItComes whatever the pieces that it comes in, and stops when it
// is told to.
func TestAFileIsReadAsItComes(t *testing.T) {
	long := &strings.Builder{}
	long.WriteString("date,geo,nat,n\n")
	for year := 1950; year < 2100; year++ {
		for m := 1; m <= 12; m++ {
			fmt.Fprintf(long, "%d-%02d,PAN,HTI,%d\n", year, m, m)
		}
	}
	_, _, whole := flowsOf(t, strings.NewReader(long.String()))
	_, _, bytewise := flowsOf(t, iotest.OneByteReader(strings.NewReader(long.String())))
	if whole.Taken != 1800 || bytewise.Taken != 1800 {
		t.Errorf("%d, %d", whole.Taken, bytewise.Taken)
	}
	ctx, stop := context.WithCancel(t.Context())
	n := 0
	_, err := ReadFlows(ctx, strings.NewReader(long.String()), func(int, int64) {}, func(Flow) error {
		if n++; n == 10 {
			stop()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n != 10 {
		t.Errorf("%v after %d", err, n)
	}
	told := 0
	mine := errors.New("mine")
	_, err = ReadFlows(t.Context(), strings.NewReader(long.String()), func(int, int64) { told++ }, func(Flow) error { return nil })
	if _, failed := ReadFlows(t.Context(), strings.NewReader(long.String()), nil, func(Flow) error { return mine }); err != nil || told != 2 || !errors.Is(failed, mine) {
		t.Errorf("%v, told %d times, %v", err, told, failed)
	}
	row := "date,geo,nat,n\n2021-01,PAN,\"" + strings.Repeat("x", mostOfRow*2)
	if _, _, r := flowsOf(t, strings.NewReader(row)); !r.Stopped || r.Counts["figures.row-too-long"] != 1 {
		t.Errorf("%+v", r)
	}
}

// repeated is a file that says a line again and again.
type repeated struct {
	head, line string
	times      int
	rest       string
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.head != "" {
		r.rest, r.head = r.head, ""
	}
	if r.rest == "" {
		if r.times--; r.times < 0 {
			return 0, io.EOF
		}
		r.rest = r.line
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// TestMemoryStaysTheSame holds no more after 100,000 rows than after a tenth of them.
func TestMemoryStaysTheSame(t *testing.T) {
	held := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var early, late uint64
	n := 0
	file := &repeated{head: returnHead, line: returnLine, times: 100_000}
	report, err := ReadReturns(t.Context(), file, nil, func(r Return) error {
		switch n++; n {
		case 10_000:
			early = held()
		case 100_000:
			late = held()
		}
		return nil
	})
	if err != nil || report.Taken != 100_000 || !report.Clean() {
		t.Fatal(err, report)
	}
	if int64(late)-int64(early) > 1<<20 {
		t.Errorf("%d bytes were held after 10,000 rows and %d after 100,000; the file has %d", early, late, 100_000*len(returnLine))
	}
}

const (
	returnHead = "Iso3_code,Country,Region,Subregion,Indicator,Dimension,Category,Sex,Age,Year,Unit of measurement,txtVALUE,Source\n"
	returnLine = "COL,Colombia,Americas,Latin America and the Caribbean,Persons convicted,Total,Total,Total,Total,2018,Counts,28,GLOTIP\n"
)

// BenchmarkReadReturns prints rows a second, beside reading the same bytes as CSV.
func BenchmarkReadReturns(b *testing.B) {
	for b.Loop() {
		_, err := ReadReturns(b.Context(), &repeated{head: returnHead, line: returnLine, times: 58_769}, nil, func(Return) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(58_769*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkBareCSV is what Go's own reader takes for it.
func BenchmarkBareCSV(b *testing.B) {
	for b.Loop() {
		rows := csv.NewReader(&repeated{head: returnHead, line: returnLine, times: 58_769})
		for {
			if _, err := rows.Read(); err != nil {
				break
			}
		}
	}
	b.ReportMetric(float64(58_769*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func TestWholeNumbers(t *testing.T) {
	for s, want := range map[string]int{"0": 0, "12": 12, "1,234": 1234, "1.234": 1234, "1 234": 1234, "1\u00a0234": 1234, "12.345.678": 12345678,
		"1,23": -1, "1.2345": -1, "0,123": -1, "1,234.567": -1, "": -1, "-3": -1, "+3": -1, "1e3": -1, ",123": -1, "99999999999": -1} {
		n, ok := whole(s)
		if ok != (want >= 0) || ok && n != want {
			t.Errorf("%q is %d, %v", s, n, ok)
		}
	}
}

// TestSixtyThree resolves every citizenship of the three countries' returns and
// counts the ways.
func TestSixtyThree(t *testing.T) {
	for dimension, want := range map[string]int{"by citizenship": 63, "by country of repatriation": 42} {
		ways, seen := map[Way][]string{}, map[string]bool{}
		for _, r := range real(t) {
			if r.Dimension != dimension || seen[r.Category] {
				continue
			}
			seen[r.Category] = true
			way := Resolve(r.Category, r.Country)
			ways[way.Way] = append(ways[way.Way], fmt.Sprintf("%s→%s", r.Category, way.Code))
		}
		if dimension == "by citizenship" && len(seen) != want {
			t.Errorf("%d spellings", len(seen))
		}
		for _, w := range Ways {
			t.Logf("%s, %s: %d %q", dimension, w, len(ways[w]), ways[w])
		}
		if left := ways[ForAPerson]; dimension == "by citizenship" && !slices.Equal(left, []string{"Congo→"}) || dimension != "by citizenship" && len(left) > 0 {
			t.Errorf("left for a person: %q", left)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{yearlyTable, "date,geo,nat,n\n2021-01,PAN,HTI,623\n", "iso3;year;sex;age;people\nPAN;2022;F;0-4;5\n", "Iso3_code,Country,Indicator,Dimension,Category,Sex,Age,Year,Unit of measurement,txtVALUE\nCOL,,x,Total,Total,Total,Total,2018,Counts,<5\n",
		`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"a","name":"A"},"geometry":{"type":"Polygon","coordinates":[[[1,1],[2,2],[3,3],[1,1]]]}}]}`, "\xef\xbb\xbfa\xff", "\"", "a\tb\tc\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var all []Return
		for _, read := range []func() (Report, error){
			func() (Report, error) {
				return ReadFlows(t.Context(), bytes.NewReader(raw), nil, func(Flow) error { return nil })
			},
			func() (Report, error) {
				return ReadReturns(t.Context(), bytes.NewReader(raw), nil, func(r Return) error { all = append(all, r); return nil })
			},
			func() (Report, error) {
				return ReadPopulation(t.Context(), bytes.NewReader(raw), nil, func(Population) error { return nil })
			},
			func() (Report, error) {
				b, err := CheckBorders(t.Context(), bytes.NewReader(raw), nil, func(Area) error { return nil })
				return b.Report, err
			},
		} {
			r, err := read()
			if err != nil || r.Clean() && r.Rows == 0 && len(r.Problems) == 0 {
				t.Errorf("%v %+v", err, r)
			}
		}
		Validate(all)
	})
}

func FuzzResolve(f *testing.F) {
	for _, s := range []string{"BARSIL", "Panam\ufffd", "PanamÃ¡", "(", "\xff", "Congo (", "?????"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := Resolve(s, "PAN")
		if !slices.Contains(Ways, r.Way) || (r.Code != "") != slices.Contains([]Way{ByCode, ByName, ByUsage, ByDemonym, ByFolding, ByReporter, ByMending, ByDistance}, r.Way) {
			t.Errorf("%q: %+v", s, r)
		}
	})
}
