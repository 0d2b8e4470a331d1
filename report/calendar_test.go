package report

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"
)

func feedOf(t testing.TB, c Calendar) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var agenda = Calendar{Name: "Compromisos; plan PA–CO", Made: made, Events: []Event{
	{ID: "com_1@pa.istmo.example", Start: day(2027, 3, 31), End: day(2027, 4, 1), Days: true, Summary: "Vence: campaña conjunta, primera etapa",
		Description: "Responsable: Comisión Nacional (PA).\nComprobación: acta; informe\\anexo. " + strings.Repeat("ñandú ", 40), Status: Tentative, Sequence: 2},
	{ID: "met_2@pa.istmo.example", Stamp: made.Add(-time.Hour), Start: time.Date(2027, 1, 12, 9, 0, 0, 0, time.FixedZone("", -5*3600)), End: time.Date(2027, 1, 12, 17, 0, 0, 0, time.FixedZone("", -5*3600)),
		Summary: "Reunión de seguimiento", Location: "Ciudad de Panamá", URL: "https://pa.istmo.example/meetings/met_2?a=b,c;d", Status: Confirmed},
	{ID: "met_3@pa.istmo.example", Start: made, Summary: "Sin fin", Status: Cancelled},
}}

// TestCalendarReadBySomebodyElse reads the feed with a library that had no part
// in writing it.
func TestCalendarReadBySomebodyElse(t *testing.T) {
	text := feedOf(t, agenda)
	keep(t, "agenda.ics", []byte(text))
	read, err := ics.ParseCalendar(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var got []map[string]string
	for _, e := range read.Events() {
		seen := map[string]string{}
		for _, p := range e.Properties {
			seen[p.IANAToken] = p.Value
		}
		got = append(got, seen)
	}
	want := []map[string]string{
		{"UID": "com_1@pa.istmo.example", "DTSTAMP": "20261120T153000Z", "DTSTART": "20270331", "DTEND": "20270401", "SUMMARY": agenda.Events[0].Summary,
			"DESCRIPTION": agenda.Events[0].Description, "STATUS": "TENTATIVE", "SEQUENCE": "2"},
		{"UID": "met_2@pa.istmo.example", "DTSTAMP": "20261120T143000Z", "DTSTART": "20270112T140000Z", "DTEND": "20270112T220000Z", "SUMMARY": "Reunión de seguimiento",
			"LOCATION": "Ciudad de Panamá", "URL": "https://pa.istmo.example/meetings/met_2?a=b,c;d", "STATUS": "CONFIRMED", "SEQUENCE": "0"},
		{"UID": "met_3@pa.istmo.example", "DTSTAMP": "20261120T153000Z", "DTSTART": "20261120T153000Z", "SUMMARY": "Sin fin", "STATUS": "CANCELLED", "SEQUENCE": "0"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if start, err := read.Events()[0].GetAllDayStartAt(); err != nil || !start.Equal(day(2027, 3, 31)) {
		t.Errorf("the whole day is %v, %v", start, err)
	}
	if !strings.Contains(text, "X-WR-CALNAME:Compromisos\\; plan PA–CO\r\n") {
		t.Error("the calendar has no name")
	}
}

// folds says what is wrong with how lines are folded, and unfolds them.
func unfold(text string) (string, error) {
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		switch {
		case len(line) > 75:
			return "", errors.New("a line is too long")
		case !utf8.ValidString(line):
			return "", errors.New("a line is folded within a character")
		case strings.ContainsAny(line, "\r\n"):
			return "", errors.New("a line ends otherwise")
		}
	}
	return strings.ReplaceAll(text, "\r\n ", ""), nil
}

var unescape = strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n")

func FuzzCalendarText(f *testing.F) {
	for _, seed := range []string{"", "una línea", strings.Repeat("a", 200), strings.Repeat("ñ", 200), "a,b;c\\n\n\r\n\rd", "\x80\x80\x80", strings.Repeat("\x80", 300), " x", "BEGIN:VEVENT", "🎉\u2028\x00\x7f"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, words string) {
		c := Calendar{Name: words, Made: made, Events: []Event{{ID: "x" + words, Start: made, Summary: words, Description: words, Location: words}}}
		text, err := unfold(feedOf(t, c))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(text, "\r\n"); n < 12 || n > 19 {
			t.Fatalf("%d lines", n)
		}
		want := strings.Map(func(r rune) rune {
			if unicode.IsControl(r) && r < 0x80 && r != '\n' && r != '\t' {
				return -1
			}
			return r
		}, strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(words, "?"), "\r\n", "\n"), "\r", "\n"))
		_, got, _ := strings.Cut(text, "\r\nDESCRIPTION:")
		got, _, _ = strings.Cut(got, "\r\n")
		if got = unescape.Replace(got); got != want {
			t.Fatalf("%q became %q", want, got)
		}
	})
}

func FuzzCalendarURL(f *testing.F) {
	for _, seed := range []string{"https://a.example/ñ?x=1#y", "https://a.example/\r\nEND:VEVENT", "//\xff\x80", "a:" + strings.Repeat("\xbf", 200)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		var out bytes.Buffer
		c := Calendar{Made: made, Events: []Event{{ID: "x", Start: made, URL: address}}}
		if c.Write(&out) != nil {
			return
		}
		text, err := unfold(out.String())
		if err != nil || strings.Count(text, "\r\n") > 14 {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

func TestAnEventThatIsNoneIsRefused(t *testing.T) {
	for name, e := range map[string]Event{
		"no id": {Start: made}, "no start": {ID: "x"}, "a status of its own": {ID: "x", Start: made, Status: "SURE\r\nX:1"},
		"a line in the address": {ID: "x", Start: made, URL: "https://x/\r\nX:1"}} {
		if err := (Calendar{Events: []Event{e}}).Write(io.Discard); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
