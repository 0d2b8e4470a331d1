package htcds_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"istmo/cases/htcds"
	"istmo/fault"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// readAll reads a file whole; the header row is not among the rows.
func readAll(t testing.TB, text string, f htcds.Format) (rows []htcds.Row, header []htcds.Problem) {
	t.Helper()
	for row, err := range htcds.Read(context.Background(), strings.NewReader(text), f, nil) {
		if err != nil {
			t.Fatalf("%v in %q", err, text)
		}
		if row.Header {
			header = row.Problems
		} else {
			rows = append(rows, row)
		}
	}
	return rows, header
}

func one(t testing.TB, text string, f htcds.Format) htcds.Row {
	t.Helper()
	rows, _ := readAll(t, text, f)
	if len(rows) != 1 {
		t.Fatalf("got %d rows of %q, want one", len(rows), text)
	}
	return rows[0]
}

func keys(problems []htcds.Problem) string {
	var list []string
	for _, p := range problems {
		list = append(list, strings.TrimPrefix(p.Key, "htcds."))
	}
	return strings.Join(list, " ")
}

func TestCatalogue(t *testing.T) {
	all := htcds.Fields()
	core, deprecated := 0, 0
	for _, f := range all {
		if f.Core {
			core++
		}
		if f.Deprecated {
			deprecated++
		}
	}
	if len(all) != 84 || core != 40 || deprecated != 3 {
		t.Errorf("%d fields, %d core, %d deprecated", len(all), core, deprecated)
	}
}

// One value of one field at a time: what it becomes and what is said of it.
func TestSettle(t *testing.T) {
	for _, tt := range []struct{ field, value, want, said string }{
		{"prs_Birthdate", "2001-02-28", "2001-02-28", ""},
		{"prs_Birthdate", " 2001-02-28 ", "2001-02-28", ""},
		{"prs_Birthdate", "2001-02-28T00:00:00Z", "2001-02-28", ""},
		{"prs_Birthdate", "03/04/2001", "2001-04-03", "date-day-first"},
		{"prs_Birthdate", "31.12.2001", "2001-12-31", "date-day-first"},
		{"prs_Birthdate", "12/31/2001", "12/31/2001", "date"},
		{"prs_Birthdate", "2001-02-30", "2001-02-30", "date"},
		{"prs_Birthdate", "36950", "2001-02-28", "date-serial"},
		{"prs_Birthdate", "2001", "2001", "date-partial"},
		{"prs_Birthdate", "2001-02", "2001-02", "date-partial"},
		{"prs_Birthdate", "0201-02-03", "0201-02-03", "date"},
		{"prs_Birthdate", "ayer", "ayer", "date"},
		{"prs_NumberOfChildren", "2", "2", ""},
		{"prs_NumberOfChildren", "2.0", "2", ""},
		{"prs_NumberOfChildren", "-2", "-2", "number"},
		{"prs_NumberOfChildren", "dos", "dos", "number"},
		{"prs_Deceased", "Sí", "true", ""},
		{"prs_Deceased", "FALSO", "false", ""},
		{"prs_Deceased", "quizá", "quizá", "checkbox"},
		{"prs_MailingLatitude", "8.5", "8.5", ""},
		{"prs_MailingLatitude", "8,5", "8.5", ""},
		{"prs_MailingLatitude", "98.5", "98.5", "coordinate"},
		{"hte_Longitude", "-177.98", "-177.98", ""},
		{"hte_Longitude", "NaN", "NaN", "coordinate"},
		{"prs_Gender", "Feminine", "Feminine", ""},
		{"prs_Gender", "feminine", "Feminine", "value-respelled"},
		{"prs_Gender", "mujer", "mujer", "value-unknown"},
		{"prs_Citizenship", "COL;PA", "COL;PA", ""},
		{"prs_Citizenship", "col", "COL", "value-respelled"},
		{"prs_Citizenship", "Colombia", "Colombia", "country-unknown"},
		{"prs_Citizenship", "XYZ", "XYZ", "country-unknown"},
		{"prs_Citizenship", "ZZ", "ZZ", "country-unknown"}, // ISO's own "unknown", no country
		{"prs_PrimaryLanguage", "spa", "spa", ""},
		{"prs_PrimaryLanguage", "español", "español", "language-unknown"},
		{"prs_MobilePhone", "+50760000000", "+50760000000", ""},
		{"prs_MobilePhone", "6000-0000", "6000-0000", "phone"},
		{"prs_Email", "a@b.org", "a@b.org", ""},
		{"prs_Email", "a b", "a b", "email"},
		{"prs_FirstName", "Ana\x00", "Ana\x00", "control-character"},
		{"hte_Country", "VEN", "VEN", ""},
		{"vic_MethodOfRecruitment", "AtWork ; Other", "AtWork;Other", ""},
		{"vic_MethodOfRecruitment", "AtWork Other", "AtWork;Other", "list-separator"},
		{"vic_MethodOfRecruitment", "AtWork|Other", "AtWork;Other", "list-separator"},
		{"vic_MethodOfRecruitment", "AtWork Elsewhere", "AtWork Elsewhere", "value-unknown"},
		// the standard's own faults
		{"vic_MethodsOfControl", "DebtBondage;RestrictsMovement", "DebtBondage;RestrictsMovement", "control-not-listed"},
		{"vic_MethodsOfControl", "UsesChildren", "UsesChildren", "control-not-listed"},
		{"vic_TypeOfExploitation", "ForcedCriminality", "ForcedCriminality", "forced-criminality"},
		{"vic_ForcedLabourIndustry", "F_Construction", "F_Construction", ""},
		{"vic_ForcedLabourIndustry", "F_Construction;P_Education", "F_Construction;P_Education", "industry-several"},
		{"vic_RelationshipToTrafficker", "Unaquainted", "Unaquainted", ""},
		{"vic_RelationshipToTrafficker", "Unacquainted", "Unaquainted", "spelling"},
		{"vic_DetailsOfVulnerabilities", "sola", "sola", "deprecated"},
		{"per_Organisation", "bar", "bar", "untyped"},
		{"con_Consent", "yes", "true", "consent-without-scope"},
		{"vic_AgreementToManagePersonalData", "1", "true", "deprecated consent-without-scope"},
	} {
		r := htcds.NewRecord()
		f, _ := htcds.FieldOf(tt.field)
		r.Tables[f.Table] = []htcds.Section{{tt.field: tt.value}}
		said := keys(htcds.Settle(1, r))
		if got := r.Get(tt.field); got != tt.want || said != tt.said {
			t.Errorf("%s %q: got %q (%s), want %q (%s)", tt.field, tt.value, got, said, tt.want, tt.said)
		}
		if again := htcds.Settle(1, r); r.Get(tt.field) != tt.want {
			t.Errorf("%s %q: settled again it is %q (%s)", tt.field, tt.value, r.Get(tt.field), keys(again))
		}
	}
}

func TestReadCSV(t *testing.T) {
	const head = "prs_FirstName,prs_Gender,hte_Type_1,hte_Type_2,refugio\n"
	row := one(t, head+"Ana,Feminine,Transit,Exploitation,Casa Azul\n", htcds.CSV)
	want := htcds.Record{
		Tables: map[string][]htcds.Section{
			htcds.Person: {{"prs_FirstName": "Ana", "prs_Gender": "Feminine"}},
			htcds.Event:  {{"hte_Type": "Transit"}, {"hte_Type": "Exploitation"}},
		},
		Extensions: map[string]string{"refugio": "Casa Azul"},
	}
	if diff := cmp.Diff(want, row.Record); diff != "" || len(row.Problems) > 0 {
		t.Errorf("%s %v", diff, row.Problems)
	}
}

func TestReadCSVTakesWhatSpreadsheetsWrite(t *testing.T) {
	utf16 := "\xff\xfe"
	for _, c := range "prs_FirstName,prs_Gender\nJosé,Masculine\n" {
		utf16 += string([]byte{byte(c), byte(c >> 8)})
	}
	for name, text := range map[string]string{
		"plain":           "prs_FirstName,prs_Gender\nJosé,Masculine\n",
		"no last newline": "prs_FirstName,prs_Gender\nJosé,Masculine",
		"carriage return": "prs_FirstName,prs_Gender\r\nJosé,Masculine\r\n",
		"byte order mark": "\ufeffprs_FirstName,prs_Gender\nJosé,Masculine\n",
		"utf-16":          utf16,
		"windows-1252":    "prs_FirstName,prs_Gender\nJos\xe9,Masculine\n",
		"semicolons":      "prs_FirstName;prs_Gender\nJosé;Masculine\n",
		"tabs":            "prs_FirstName\tprs_Gender\nJosé\tMasculine\n",
		"announced":       "sep=;\nprs_FirstName;prs_Gender\nJosé;Masculine\n",
		"quotes":          "\"prs_FirstName\",\"prs_Gender\"\n\"José\",\"Masculine\"\n",
		"empty rows":      "prs_FirstName,prs_Gender\n,\nJosé,Masculine\n\n , \n",
		"capitals":        "PRS_FIRSTNAME, prs_gender \nJosé,Masculine\n",
	} {
		if row := one(t, text, htcds.CSV); row.Record.Get("prs_FirstName") != "José" || row.Record.Get("prs_Gender") != "Masculine" {
			t.Errorf("%s: %+v", name, row)
		}
	}
}

func TestReadSaysHowItUnderstoodTheFile(t *testing.T) {
	_, header := readAll(t, "prs_FirstName;ref.no;;Ana María\nx;y;z;w\n", htcds.CSV)
	var shown []string
	for _, p := range header {
		if p.Key != "htcds.core-missing" {
			shown = append(shown, strings.TrimPrefix(p.Key, "htcds.")+" "+p.Field)
		}
	}
	// "Ana María" as a column may be a person's name under a lost header.
	want := []string{"column-extension ref.no", "column-unnamed column_3", "column-extension #4", "separator "}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(keys(header), "core-missing") {
		t.Error("a file without most core columns should be told so")
	}
}

func TestBrokenRowsAreNamedAndTheRestIsRead(t *testing.T) {
	long := strings.Repeat("x", 70_000)
	rows, _ := readAll(t, "prs_FirstName,prs_MiddleName\n"+
		"Ana,B\n"+ // 2
		"\"An\"a,B\n"+ // 3: text after the closing quote
		"Ana,B,C\n"+ // 4: too many cells
		"Ana\n"+ // 5: too few
		long+",B\n"+ // 6
		"\""+long+"\",B\n"+ // 7
		"Ana,\"B\nC\"\"D\"\n"+ // 8: a line break and a quote inside
		"Ana,C\n", htcds.CSV) // 9
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprintf("%d %v %s", r.Number, r.Blocked(), keys(r.Problems)))
	}
	want := []string{"2 false ", "3 true quote-broken", "4 true row-long", "5 false row-short",
		"6 true cell-too-long", "7 true cell-too-long", "8 false ", "9 false "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if b := rows[6].Record.Get("prs_MiddleName"); b != "B\nC\"D" {
		t.Errorf("the quoted cell is %q", b)
	}
}

func TestOneRowTakesBoundedMemory(t *testing.T) {
	wide := "prs_FirstName" + strings.Repeat(",", 40) + "\nAna" + strings.Repeat(","+strings.Repeat("x", 60_000), 40) + "\n"
	if row := one(t, strings.Replace(wide, ",", ",a", 1), htcds.CSV); keys(row.Problems) != "cell-too-long" {
		t.Errorf("a row of 2.4 MB: %s", keys(row.Problems))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	row := one(t, "prs_FirstName\nAna"+strings.Repeat(",", 5_000_000)+"x\n", htcds.CSV)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; !row.Blocked() || used > 32<<20 {
		t.Errorf("a row of five million cells took %d MiB: %s", used>>20, keys(row.Problems))
	}
	if got := keys(one(t, `{"Person":{"prs_FirstName":"`+strings.Repeat("x", 70_000)+`"}}`, htcds.JSON).Problems); got != "cell-too-long" {
		t.Errorf("a long text in JSON: %s", got)
	}
}

func TestExtensionsAreCheckedForWhatCannotBeKept(t *testing.T) {
	row := one(t, "prs_FirstName,refugio\nAna,Casa\x00Azul\n", htcds.CSV)
	if !row.Blocked() || keys(row.Problems) != "control-character" {
		t.Errorf("%s", keys(row.Problems))
	}
}

func TestFilesThatCannotBeReadOn(t *testing.T) {
	deep := strings.Repeat("[", 20_000)
	for _, tt := range []struct {
		format    htcds.Format
		text, key string
		row       int
	}{
		{htcds.CSV, "", "htcds.empty-file", 0},
		{htcds.JSON, " \n", "htcds.empty-file", 0},
		{htcds.CSV, "PK\x03\x04\x14", "htcds.not-text", 0},
		{htcds.CSV, "Ana,Pérez,+50760000000\n", "htcds.header-unknown", 0},
		{htcds.CSV, "prs_Gender,prs_gender\n", "htcds.header-twice", 1},
		{htcds.CSV, "hte_Type,hte_Type_1\n", "htcds.header-twice", 1},
		{htcds.CSV, "prs_Gender,a,a\n", "htcds.header-twice", 1},
		{htcds.CSV, "prs_Gender" + strings.Repeat(",", 3000) + "\n", "htcds.header-wide", 0},
		{htcds.CSV, "prs_Gender\nFeminine\n\"Fem\nFeminine\n", "htcds.quote-open", 3},
		{htcds.CSV, "prs_Gender\n\"" + strings.Repeat("x\n", 2<<20), "htcds.quote-open", 2},
		{htcds.CSV, "prs_Gender\n\"" + strings.Repeat("x\n", 1<<20) + "\"\n", "htcds.quote-open", 2}, // closed, far away
		{htcds.JSON, `[{"Person":{}},{"Person":`, "htcds.json-broken", 2},
		{htcds.JSON, `[{"Person":{}}`, "htcds.json-broken", 0},
		{htcds.JSON, `[] x`, "htcds.json-broken", 0},
		{htcds.JSON, deep, "htcds.json-broken", 1},
		{htcds.JSON, `[{"a":"` + strings.Repeat("x", 3<<20) + `"}]`, "htcds.record-too-long", 1},
		{htcds.CSV, "prs_Gender\n" + strings.Repeat("x\n", 250_001), "htcds.too-many-rows", 250_002},
		{"xlsx", "x", "htcds.format", 0},
	} {
		var last error
		for _, err := range htcds.Read(context.Background(), strings.NewReader(tt.text), tt.format, nil) {
			last = err
		}
		var f *fault.Fault
		if !errors.As(last, &f) || f.Key != tt.key {
			t.Errorf("%.40q: got %v, want %s", tt.text, last, tt.key)
			continue
		}
		if row, _ := f.Args["Row"].(int); row != tt.row {
			t.Errorf("%.40q: row %d, want %d", tt.text, row, tt.row)
		}
	}
}

func TestReadJSON(t *testing.T) {
	const object = `{"Person":{"prs_FirstName":"Ana","prs_NumberOfChildren":2,"prs_Deceased":false,"prs_Citizenship":["COL","VE"],"shoe":37},
		"HistoricTraffickingEvent":[{"hte_Type":"Transit"},{"hte_Latitude":-8.50}],"prs_Gender":"Feminine",
		"Extensions":{"refugio":"Casa Azul","prs_FirstName":"Otra"},"extra":{"a":[1]}}`
	want := htcds.Record{
		Tables: map[string][]htcds.Section{
			htcds.Person: {{"prs_FirstName": "Ana", "prs_NumberOfChildren": "2", "prs_Deceased": "false",
				"prs_Citizenship": "COL;VE", "prs_Gender": "Feminine"}},
			htcds.Event: {{"hte_Type": "Transit"}, {"hte_Latitude": "-8.50"}},
		},
		Extensions: map[string]string{"refugio": "Casa Azul", "Person.1.shoe": "37", "extra": `{"a":[1]}`,
			"Extensions.prs_FirstName": "Otra"}, // the name came twice, and neither is lost
	}
	for _, text := range []string{object, "[" + object + "]", "\ufeff " + object + "\n"} {
		row := one(t, text, htcds.JSON)
		if diff := cmp.Diff(want, row.Record); diff != "" {
			t.Error(diff)
		}
	}
}

func TestJSONOfTheWrongShapeIsSaid(t *testing.T) {
	for text, want := range map[string]string{
		`5`:                               "json-shape row-empty",
		`null`:                            "json-shape row-empty",
		`{}`:                              "row-empty",
		`{"Person":{"prs_FirstName":{}}}`: "json-shape",
		`{"Person":5}`:                    "json-shape",
		`{"Person":[{"prs_Gender":"Feminine"},{"prs_Gender":"Masculine"}]}`: "too-many-sections json-extension",
		`{"Extensions":[1]}`:                           "json-shape json-extension",
		"{\"Person\":{\"prs_FirstName\":\"Jos\xe9\"}}": "windows-1252",
	} {
		if got := keys(one(t, text, htcds.JSON).Problems); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestTablesRepeatWithinBounds(t *testing.T) {
	row := one(t, "hte_Type_200,hte_Type_201,hte_Type_0,hte_Type_01,prs_Gender_1\nTransit,b,c,d,e\n", htcds.CSV)
	want := htcds.Record{
		Tables:     map[string][]htcds.Section{htcds.Event: {{"hte_Type": "Transit"}}},
		Extensions: map[string]string{"hte_Type_201": "b", "hte_Type_0": "c", "hte_Type_01": "d", "prs_Gender_1": "e"},
	}
	if diff := cmp.Diff(want, row.Record); diff != "" {
		t.Error(diff)
	}
	many := `{"HistoricTraffickingEvent":[` + strings.Repeat(`{"hte_Type":"Transit"},`, 200) + `{"hte_Type":"Transit"}]}`
	if got := one(t, many, htcds.JSON); !got.Blocked() || !strings.Contains(keys(got.Problems), "too-many-sections") {
		t.Errorf("%v", keys(got.Problems))
	}
}

func TestFormulasAreDisarmedAndComeBack(t *testing.T) {
	for _, value := range []string{"=HYPERLINK(1)", "+cmd|x", "-2+3", "@SUM(A1)", "'quoted", "'=x", "''", "-", "+"} {
		r := person("prs_FirstName", value)
		r.Extensions["=x"] = value
		text := write(t, htcds.CSV, r)
		for _, line := range strings.Split(text, "\n") {
			for _, cell := range strings.Split(strings.TrimPrefix(line, "\ufeff"), ",") {
				if cell = strings.Trim(cell, `"`); cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
					t.Errorf("%q is written as the formula %q", value, cell)
				}
			}
		}
		if back := one(t, text, htcds.CSV).Record; cmp.Diff(r, back) != "" {
			t.Errorf("%q comes back as %+v", value, back)
		}
	}
	if text := write(t, htcds.CSV, person("prs_MailingLongitude", "-77.98")); !strings.Contains(text, ",-77.98,") {
		t.Error("a plain negative number must stay a number")
	}
	if text := write(t, htcds.CSV, person("prs_MobilePhone", "+50760000000")); !strings.Contains(text, ",+50760000000,") {
		t.Error("a plain phone number must stay as it is")
	}
}

func person(field, value string) htcds.Record {
	r := htcds.NewRecord()
	r.Tables[htcds.Person] = []htcds.Section{{field: value}}
	return r
}

func source(records ...htcds.Record) func() iter.Seq2[htcds.Record, error] {
	return func() iter.Seq2[htcds.Record, error] {
		return func(yield func(htcds.Record, error) bool) {
			for _, r := range records {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

func write(t testing.TB, f htcds.Format, records ...htcds.Record) string {
	t.Helper()
	var b bytes.Buffer
	if err := htcds.Export(context.Background(), &b, f, source(records...), nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// anyRecord draws records with values of every kind in every place, as likely
// codes, dates and numbers as texts that have no business there.
func anyRecord() *rapid.Generator[htcds.Record] {
	all := htcds.Fields()
	text := rapid.OneOf(
		rapid.StringN(1, 12, -1),
		rapid.SampledFrom([]string{"=1+1", "'", "a;b", "x\r\ny", "x\ry", "\"", ",", "\ufeff", "true", "2001", "02/01/2006", "Other", "ForcedCriminality", "1.50", "-3", "007", "\u2028<&>"}),
	)
	return rapid.Custom(func(t *rapid.T) htcds.Record {
		r := htcds.NewRecord()
		for range rapid.IntRange(1, 12).Draw(t, "values") {
			f := rapid.SampledFrom(all).Draw(t, "field")
			value := text
			if len(f.Allowed) > 0 {
				value = rapid.OneOf(text, rapid.SampledFrom(f.Allowed))
			}
			n := 0
			if f.Table != htcds.Person && f.Table != htcds.Victim && f.Table != htcds.Perpetrator && f.Table != htcds.Case {
				n = rapid.IntRange(0, 3).Draw(t, "section")
			}
			for len(r.Tables[f.Table]) <= n {
				r.Tables[f.Table] = append(r.Tables[f.Table], htcds.Section{})
			}
			r.Tables[f.Table][n][f.Name] = value.Draw(t, "value")
		}
		for range rapid.IntRange(0, 3).Draw(t, "extensions") {
			name := "x" + strings.TrimSpace(rapid.StringN(1, 8, -1).Draw(t, "name"))
			r.Extensions[name] = text.Draw(t, "extension")
		}
		htcds.Settle(0, r)
		return r
	})
}

func visible(r htcds.Record) bool {
	for _, list := range r.Tables {
		for _, s := range list {
			for _, v := range s {
				if strings.TrimSpace(v) != "" {
					return true
				}
			}
		}
	}
	return false
}

func TestExportThenImportLosesNothing(t *testing.T) {
	for _, f := range []htcds.Format{htcds.CSV, htcds.JSON, htcds.Lines} {
		t.Run(string(f), func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				records := rapid.SliceOfN(anyRecord().Filter(visible), 1, 4).Draw(rt, "records")
				text := write(t, f, records...)
				rows, _ := readAll(t, text, f)
				var back []htcds.Record
				for _, row := range rows {
					back = append(back, row.Record)
				}
				if diff := cmp.Diff(records, back); diff != "" {
					rt.Fatalf("%s\n%s", diff, text)
				}
				if again := write(t, f, back...); again != text {
					rt.Fatal("a second export differs from the first")
				}
			})
		})
	}
}

func TestSettlingTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := anyRecord().Draw(rt, "record")
		before := fmt.Sprint(r)
		htcds.Settle(0, r)
		if after := fmt.Sprint(r); after != before {
			rt.Fatalf("%s became %s", before, after)
		}
	})
}

func TestSplitAndJoin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := anyRecord().Draw(rt, "record")
		sealed, coded := htcds.Split(r)
		if diff := cmp.Diff(r, htcds.Join(sealed, coded)); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// Whatever is typed into whatever field, nothing that is not a code stays clear.
func TestNoNameStaysInClear(t *testing.T) {
	const canary = "Canaria Quispe Yañez"
	r := htcds.NewRecord()
	for _, f := range htcds.Fields() {
		if len(r.Tables[f.Table]) == 0 {
			r.Tables[f.Table] = []htcds.Section{{}}
		}
		r.Tables[f.Table][0][f.Name] = canary
	}
	r.Extensions["otro"] = canary
	problems := htcds.Settle(2, r)
	sealed, coded := htcds.Split(r)
	if len(coded) > 0 || len(sealed) != 85 {
		t.Errorf("%d columns are sealed, and in clear are %v", len(sealed), coded)
	}
	for _, p := range problems {
		if strings.Contains(p.Error()+fmt.Sprint(p.Args), "Canaria") {
			t.Errorf("a problem repeats what was typed: %v", p)
		}
	}
}

func TestSplitKeepsCodesInClearAndTheRestSealed(t *testing.T) {
	row := one(t, "prs_FirstName,prs_Birthdate,prs_Gender,prs_Citizenship,vic_TypeOfExploitation,hte_City,hte_Type,vic_Vulnerabilities,prs_MailingCountry\n"+
		"Ana,2001-02-03,Feminine,COL;Venezuela,ForcedCriminality,Turbo,Transit,MentalHealth,CO\n", htcds.CSV)
	sealed, coded := htcds.Split(row.Record)
	wantSealed := map[string]string{"prs_FirstName": "Ana", "prs_Birthdate": "2001-02-03", "prs_Citizenship": "COL;Venezuela", "hte_City_1": "Turbo",
		"vic_Vulnerabilities": "MentalHealth", "prs_MailingCountry": "CO"}
	wantCoded := htcds.Coded{"prs_Gender": "Feminine", "prs_Citizenship": "COL", "vic_TypeOfExploitation": "ForcedCriminality", "hte_Type_1": "Transit"}
	if diff := cmp.Diff(wantSealed, sealed) + cmp.Diff(wantCoded, coded); diff != "" {
		t.Error(diff)
	}
}

func TestPreview(t *testing.T) {
	p, err := htcds.Inspect(context.Background(), strings.NewReader("prs_FirstName,prs_Birthdate,prs_ID\n"+
		"Ana,2001-02-03,1\n"+ // 2
		"Bea,ayer,2\n"+ // 3: blocked
		"Ana,2001-02-03,1\n"+ // 4: the same again
		"Ana,2001-02-04,1\n"+ // 5: the same number, another date
		"Cyn,,\n"+ // 6
		"Cyn,,\n"+ // 7: the same content
		"Dea,,4\n"), htcds.CSV, nil)
	if err != nil {
		t.Fatal(err)
	}
	if p.Rows != 7 || p.Importable != 3 || p.Blocked != 2 || p.Repeated != 2 || p.Stopped {
		t.Errorf("%+v", p)
	}
	var told []string
	for _, x := range p.Problems {
		if x.Row > 1 {
			told = append(told, fmt.Sprintf("%d %s %s %v %v", x.Row, x.Severity, x.Key, x.Field, x.Args["First"]))
		}
	}
	want := []string{"3 error htcds.date prs_Birthdate <nil>", "4 warning htcds.duplicate  2",
		"5 error htcds.duplicate-different  2", "7 warning htcds.duplicate  6"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
	if p.Counts[0].Severity != htcds.Error || p.Counts[len(p.Counts)-1].Severity != htcds.Notice {
		t.Errorf("the gravest should come first: %+v", p.Counts)
	}
}

func TestPreviewOfAFileThatBreaksOff(t *testing.T) {
	p, err := htcds.Inspect(context.Background(), strings.NewReader("prs_FirstName\nAna\n\"Bea\n"), htcds.CSV, nil)
	if err != nil || !p.Stopped || p.Importable != 1 || p.Problems[len(p.Problems)-1].Row != 3 {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestErrorsOfTheReaderAndTheContextPass(t *testing.T) {
	broken := errors.New("the disk is gone")
	_, err := htcds.Inspect(context.Background(), io.MultiReader(strings.NewReader("prs_FirstName\nAna\n"), failing{broken}), htcds.CSV, nil)
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := htcds.Inspect(ctx, strings.NewReader("prs_FirstName\nAna\n"), htcds.CSV, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestWriterRefusesARecordThatDoesNotFit(t *testing.T) {
	shape := &htcds.Shape{}
	shape.Add(person("prs_FirstName", "Ana"))
	x, err := htcds.NewWriter(io.Discard, htcds.CSV, shape)
	if err != nil {
		t.Fatal(err)
	}
	r := person("prs_FirstName", "Bea")
	r.Extensions["refugio"] = "Casa Azul"
	events := person("prs_FirstName", "Bea")
	events.Tables[htcds.Event] = []htcds.Section{{"hte_Type": "Transit"}, {"hte_Type": "Exploitation"}}
	for _, r := range []htcds.Record{r, events} {
		if err := x.Write(r); !fault.Is(err, fault.KindConflict) {
			t.Errorf("got %v: a value would be lost in silence", err)
		}
	}
	for n := range 2_000 {
		r.Extensions[fmt.Sprintf("x%d", n)] = "y"
	}
	if err := htcds.Export(context.Background(), io.Discard, htcds.CSV, source(r), nil); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("got %v: nobody could read so wide a table again", err)
	}
}

// manyRows writes a file of n rows as it is read, each with two problems.
func manyRows(n int) io.Reader {
	pr, pw := io.Pipe()
	go func() {
		fmt.Fprintln(pw, "prs_FirstName,prs_Birthdate,prs_ID,vic_TypeOfExploitation,hte_Description")
		filler := strings.Repeat("x", 500)
		for i := range n {
			fmt.Fprintf(pw, "Ana,ayer,%d,Nothing,%s\n", i, filler)
		}
		pw.Close()
	}()
	return pr
}

func TestPreviewOfALongFileKeepsMemoryBounded(t *testing.T) {
	const rows = 100_000
	var told, most int
	var peak uint64
	p, err := htcds.Inspect(context.Background(), manyRows(rows), htcds.CSV, func(rows int, bytes int64) {
		told++
		most = rows
		if told%20 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if p.Rows != rows || p.Blocked != rows || len(p.Problems) > 20*len(p.Counts) {
		t.Errorf("%d rows, %d blocked, %d problems shown", p.Rows, p.Blocked, len(p.Problems))
	}
	i := slices.IndexFunc(p.Counts, func(c htcds.Count) bool { return c.Key == "htcds.date" })
	if i < 0 || p.Counts[i].N != rows {
		t.Errorf("all problems must be counted: %+v", p.Counts)
	}
	if told < rows/500 || most < rows {
		t.Errorf("progress was told %d times, last at %d rows", told, most)
	}
	if peak > 64<<20 {
		t.Errorf("%d MiB in use for a file of 50 MB", peak>>20)
	}
}

func TestConsentIsEvidenceOnly(t *testing.T) {
	row := one(t, "prs_FirstName,con_Consent_1,con_Consent_2,vic_AgreementToManagePersonalData\nAna,yes,no,yes\n", htcds.CSV)
	want := []htcds.Evidence{{"con_Consent", 1, true}, {"con_Consent", 2, false}, {"vic_AgreementToManagePersonalData", 1, true}}
	if diff := cmp.Diff(want, htcds.ConsentEvidence(row.Record)); diff != "" {
		t.Error(diff)
	}
}

func TestBirth(t *testing.T) {
	on := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		birth, estimated, band string
		child                  bool
	}{
		{"2008-11-22", "", "18-20", false},
		{"2008-11-23", "", "9-17", true},
		{"2008-11", "", "9-17", true},
		{"2008-10", "", "18-20", false},
		{"2008", "", "9-17", true},
		{"2007", "", "18-20", false},
		{"2007", "yes", "18-20", true},
		{"2000", "yes", "24-26", false},
		{"2026", "", "0-8", true},
		{"1950-01-01", "", "48+", false},
		{"2030-01-01", "", "", true},
	} {
		r := person("prs_Birthdate", tt.birth)
		r.Extensions[htcds.BirthdateEstimated] = tt.estimated
		b, ok := htcds.BirthOf(r)
		if !ok || b.AgeBand(on) != tt.band || b.MayBeChild(on) != tt.child {
			t.Errorf("%s %s: %s, child %v", tt.birth, tt.estimated, b.AgeBand(on), b.MayBeChild(on))
		}
	}
	if _, ok := htcds.BirthOf(person("prs_Birthdate", "ayer")); ok {
		t.Error("ayer is no birth date")
	}
}

func TestEveryProblemHasItsSentence(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		text, err := os.ReadFile("../../i18n/locales/" + lang + "/htcds.toml")
		if err != nil {
			t.Fatal(err)
		}
		var sentences map[string]string
		if err := toml.Unmarshal(text, &sentences); err != nil {
			t.Fatal(err)
		}
		wanted := []string{"htcds.format", "htcds.shape-changed", "htcds.severity.error", "htcds.severity.warning", "htcds.severity.notice"}
		for key := range htcds.Kinds() {
			wanted = append(wanted, key)
		}
		for _, key := range wanted {
			if sentences[key] == "" {
				t.Errorf("%s has no sentence for %s", lang, key)
			}
			delete(sentences, key)
		}
		for key := range sentences {
			t.Errorf("%s has a sentence that nobody says: %s", lang, key)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("prs_FirstName,hte_Type_2\n\"A\"\"na\",'=x\n")
	f.Add("sep=;\nprs_FirstName;\"x\n")
	f.Add("\xff\xfep\x00")
	f.Fuzz(func(t *testing.T, text string) { readAny(t, text, htcds.CSV) })
}

func FuzzReadJSON(f *testing.F) {
	f.Add(`[{"Person":{"prs_FirstName":"Ana"},"Consent":[{"con_Consent":true}]}]`)
	f.Add(`{"Extensions":{"prs_FirstName":[1]}}{"prs_FirstName_2":null}`)
	f.Fuzz(func(t *testing.T, text string) { readAny(t, text, htcds.JSON) })
}

// readAny reads what may be anything: no panic, no error that is not a fault,
// and whatever was read can be written and read again unchanged.
func readAny(t *testing.T, text string, f htcds.Format) {
	var records []htcds.Record
	for row, err := range htcds.Read(context.Background(), strings.NewReader(text), f, nil) {
		if err != nil {
			if len(fault.All(err)) == 0 {
				t.Fatalf("not a fault: %v", err)
			}
			break
		}
		for _, p := range row.Problems {
			if _, ok := htcds.Kinds()[p.Key]; !ok {
				t.Fatalf("a problem without severity: %s", p.Key)
			}
		}
		if visible(row.Record) {
			records = append(records, row.Record)
		}
	}
	if len(records) == 0 {
		return
	}
	for _, to := range []htcds.Format{htcds.CSV, htcds.JSON} {
		rows, _ := readAll(t, write(t, to, records...), to)
		for i, row := range rows {
			if diff := cmp.Diff(records[i], row.Record); diff != "" {
				t.Fatalf("%s: %s", to, diff)
			}
		}
	}
}
