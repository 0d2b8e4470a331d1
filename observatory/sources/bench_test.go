package sources_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"istmo/observatory/sources"
	"istmo/testkit/published"
)

// multiplied is a published file over and over, each time under other keys, until it
// has so many rows: entries under other years, returns under other indicators.
func multiplied(b *testing.B, name string, rows int) []byte {
	b.Helper()
	text, err := os.ReadFile(published.Path(b, name))
	if err != nil {
		b.Fatal(err)
	}
	head, body, _ := strings.Cut(string(text), "\n")
	lines := strings.Split(strings.TrimSuffix(body, "\n"), "\n")
	var out bytes.Buffer
	fmt.Fprintln(&out, head)
	for i := range rows {
		round, line := i/len(lines), lines[i%len(lines)]
		if strings.HasPrefix(name, "glotip") {
			line = strings.Replace(line, "trafficking", fmt.Sprintf("trafficking %d", round), 1)
			line = strings.Replace(line, "Persons", fmt.Sprintf("Persons %d", round), 1)
		} else {
			year, rest, _ := strings.Cut(line, "-") // of five years there are eight rounds by date, and others by country
			countries := []string{"PAN", "COL", "CRI", "NIC", "HND", "GTM", "MEX", "PER", "ECU", "BRA", "BOL", "CHL", "ARG", "URY", "PRY", "VEN", "GUY", "SUR", "JAM", "CUB"}
			line = fmt.Sprintf("%d-%s", 1950+5*(round%30)+int(year[3]-'1'), strings.Replace(rest, ",PAN,", ","+countries[round/30%len(countries)]+",", 1))
		}
		fmt.Fprintln(&out, line)
	}
	return out.Bytes()
}

// BenchmarkImport prints how many rows a second come in, beside how many are parsed
// as CSV alone, of the same bytes in the same run, and at a tenth of the size; and
// how many of a second edition, each of which replaces one of the first.
func BenchmarkImport(b *testing.B) {
	for _, of := range []struct {
		origin sources.Origin
		file   string
	}{{flows, "panama_irregular_entries_monthly.csv"}, {glotip, "glotip_col_pan_cri.csv"}} {
		for _, rows := range []int{20_000, 200_000} {
			for _, database := range []string{"SQLite", "PostgreSQL"} {
				content := multiplied(b, of.file, rows)
				b.Run(fmt.Sprintf("%s/%d/%s", of.origin.Kind, rows, database), func(b *testing.B) {
					var parsing, importing, newer time.Duration
					for b.Loop() {
						b.StopTimer()
						_, pa := open(b, database == "PostgreSQL")
						b.StartTimer()
						begun := time.Now()
						parse(b, content)
						parsed := time.Now()
						came := bring(b, pa, of.origin, bytes.NewReader(content))
						parsing, importing = parsing+parsed.Sub(begun), importing+time.Since(parsed)
						begun = time.Now()
						again := bring(b, pa, in2026(of.origin), bytes.NewReader(append(bytes.Clone(content), '\n')))
						newer += time.Since(begun)
						if came.New != rows || again.Unchanged != rows {
							b.Fatalf("%d of %d rows came in, and %d again", came.New, rows, again.Unchanged)
						}
					}
					all := float64(rows * b.N)
					b.ReportMetric(all/importing.Seconds(), "rows/s")
					b.ReportMetric(all/newer.Seconds(), "again/s")
					b.ReportMetric(all/parsing.Seconds(), "parsed/s")
					b.ReportMetric(importing.Seconds()/parsing.Seconds(), "times-parsing")
				})
			}
		}
	}
}

func in2026(o sources.Origin) sources.Origin { return of(o, "2026-01") }

func parse(b *testing.B, content []byte) {
	r := csv.NewReader(bytes.NewReader(content))
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}
