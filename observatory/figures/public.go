package figures

import (
	"encoding/csv"
	"strconv"
	"sync"

	"istmo/data"
	"istmo/fault"
)

// IrregularEntries is the indicator of Panama's flows through the Darien.
const IrregularEntries = "irregular-entries"

// Certainty is how far a figure can be relied upon.
type Certainty string

// The certainties of a public figure, and of what is found in a return.
const (
	Published Certainty = "published" // as its publisher's table has it
	Derived   Certainty = "derived"   // added up from what its publisher's table has
	Stated    Certainty = "stated"    // said in public; the table behind it was not seen
	Certain   Certainty = "certain"   // follows from the printed numbers alone
	Likely    Certainty = "likely"    // follows if rows that are absent are zero, and the unknown are part of the total
	Doubtful  Certainty = "doubtful"  // follows from numbers beside which others contradict each other
)

// Public is a figure that the project itself holds, with what a reader must be
// told beside it.
type Public struct {
	Key       string
	Country   string // ISO 3166-1 alpha-3, or a region's name
	Indicator string
	From, To  string // 2023-01 and 2023-08, or 2017 and 2017; empty if it was not said
	Low, High int    // the value; of <5 it is 0 to 4
	Unit      string // people, entries, reports, percent …
	Certainty Certainty
	Edition   string // the date of the export or the news; of a series its last month
	es, en    told
}

type told struct{ source, definition, comparable, note string }

func (p Public) told(lang string) told {
	if lang == "en" {
		return p.en
	}
	return p.es
}

// Source is who says so, and where.
func (p Public) Source(lang string) string { return p.told(lang).source }

// Definition is what is counted.
func (p Public) Definition(lang string) string { return p.told(lang).definition }

// Comparable is what it may be compared with, and what not.
func (p Public) Comparable(lang string) string { return p.told(lang).comparable }

// Note is what is known and not known of it, or empty.
func (p Public) Note(lang string) string { return p.told(lang).note }

var held = sync.OnceValues(readPublic)

// Held is everything that the project holds, in the order of data/public-figures.csv.
func Held() ([]Public, error) { return held() }

func readPublic() (out []Public, err error) {
	f, err := data.Files.Open("public-figures.csv")
	if err != nil {
		return nil, fault.Internal("public figures", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fault.Internal("public figures", err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	for i, r := range rows[1:] {
		get := func(name string) string { return r[at[name]] }
		p := Public{Key: get("key"), Country: get("country"), Indicator: get("indicator"), From: get("from"), To: get("to"), Unit: get("unit"),
			Certainty: Certainty(get("certainty")), Edition: get("edition"),
			es: told{get("source_es"), get("definition_es"), get("comparable_es"), get("note_es")}, en: told{get("source_en"), get("definition_en"), get("comparable_en"), get("note_en")}}
		if get("value") == "<5" {
			p.High = Small - 1
		} else if p.Low, err = strconv.Atoi(get("value")); err != nil {
			return nil, fault.Internal("public figures, row "+strconv.Itoa(i+2), err)
		} else {
			p.High = p.Low
		}
		out = append(out, p)
	}
	return out, nil
}
