package sources

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"istmo/fault"
	"istmo/observatory/figures"
)

// Kind is what kind of file one is.
type Kind string

// The kinds.
const (
	Entries     Kind = "flows"      // irregular entries, by month
	GLOTIP      Kind = "glotip"     // returns to UNODC on trafficking
	Inhabitants Kind = "population" // how many people live where
	Boundaries  Kind = "borders"    // GeoJSON of the deployer's own
)

// Kinds are all of them.
var Kinds = []Kind{Entries, GLOTIP, Inhabitants, Boundaries}

// Levels are what boundaries are of.
var Levels = []string{"country", "province", "municipality"}

// stated is one figure as a file states it.
type stated struct {
	about, digest string
	line          int
	values        []any         // the kind's own columns
	flow          *figures.Flow // for what a preview adds up
	written       string        // how a country is spelt, where one is
	reporter      string        // in whose return
}

// kind is how a file of one kind is read and where its figures are kept.
type kind struct {
	table   string
	columns []string
	read    func(ctx context.Context, r io.Reader, o Origin, told figures.Progress, each func(stated) error) (figures.Report, error)
}

var kinds = map[Kind]kind{
	Entries:     {"sources_flow", []string{"into_code", "month", "by_what", "of_whom", "written", "mark", "people", "missing"}, readFlows},
	GLOTIP:      {"sources_return", []string{"country", "indicator", "dimension", "category", "sex", "age", "year", "low", "high", "nth"}, readReturns},
	Inhabitants: {"sources_population", []string{"country", "year", "sex", "age_from", "age_to", "people"}, readPopulation},
	Boundaries:  {"sources_area", []string{"level", "code", "name", "polygons"}, readBorders},
}

// common are the columns of every kind, before its own.
var common = []string{"file", "about", "digest", "line", "replaced_at", "replaced_by"}

// near is the key of a figure behind what it shares with its neighbours, so that rows
// that stand together in a file do so in an index. Of the key 96 bits are enough
// that no two figures of any number of files are alike.
func near(key string, shared ...string) string {
	return strings.Join(append(shared, short(key)), ".")
}

func short(digest string) string { return digest[:24] }

func hashed(parts ...string) string {
	text, _ := json.Marshal(parts) // of texts it cannot fail
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func readFlows(ctx context.Context, r io.Reader, _ Origin, told figures.Progress, each func(stated) error) (figures.Report, error) {
	return figures.ReadFlows(ctx, r, told, func(f figures.Flow) error {
		written := f.Country.Written
		if f.By != figures.ByNationality {
			written = ""
		}
		return each(stated{about: near(f.Key(), f.Into, f.Month.String()), digest: short(f.Digest()), line: f.Row, flow: &f, written: written,
			values: []any{f.Into, f.Month.String(), string(f.By), f.Of, written, f.Note, f.People, f.Missing}})
	})
}

func readReturns(ctx context.Context, r io.Reader, _ Origin, told figures.Progress, each func(stated) error) (figures.Report, error) {
	return figures.ReadReturns(ctx, r, told, func(f figures.Return) error {
		s := stated{about: near(f.Key(), f.Country, strconv.Itoa(f.Year)), digest: short(f.Digest()), line: f.Row,
			values: []any{f.Country, f.Indicator, f.Dimension, f.Category, f.Sex, f.Age, f.Year, f.Low, f.High, f.Nth}}
		if slices.Contains(spelled, f.Dimension) {
			s.written, s.reporter = f.Category, f.Country
		}
		return each(s)
	})
}

func readPopulation(ctx context.Context, r io.Reader, _ Origin, told figures.Progress, each func(stated) error) (figures.Report, error) {
	return figures.ReadPopulation(ctx, r, told, func(p figures.Population) error {
		return each(stated{about: near(p.Key(), p.Country, strconv.Itoa(p.Year)), digest: short(p.Digest()), line: p.Row,
			values: []any{p.Country, p.Year, p.Sex, p.From, p.To, p.People}})
	})
}

func readBorders(ctx context.Context, r io.Reader, o Origin, told figures.Progress, each func(stated) error) (figures.Report, error) {
	b, err := figures.CheckBorders(ctx, r, told, func(a figures.Area) error {
		polygons, err := json.Marshal(a.Polygons)
		if err != nil {
			return fault.Internal("sources: a boundary", err)
		}
		about := hashed("area", o.Level, a.Code)
		return each(stated{about: near(about, o.Level), digest: short(hashed(about, a.Name, string(polygons))), line: a.Nth,
			values: []any{o.Level, a.Code, a.Name, string(polygons)}})
	})
	return b.Report, err
}

// Problem is one thing wrong with a file, by codes and numbers: what a cell holds
// is not repeated.
type Problem struct {
	Row    int            `json:"row"` // 0 is the file as a whole
	Column string         `json:"column,omitempty"`
	Blocks bool           `json:"blocks"`
	Key    string         `json:"key"`
	Field  string         `json:"field,omitempty"`
	Args   map[string]any `json:"args,omitempty"`
}

// Preview is what is in a file and what is wrong with it.
type Preview struct {
	Digest    string           `json:"digest"` // SHA-256 of the file
	Bytes     int64            `json:"bytes"`
	Shape     string           `json:"shape"`
	Encoding  string           `json:"encoding"`
	Separator string           `json:"separator"`
	Rows      int              `json:"rows"`
	Taken     int              `json:"taken"`
	Repeated  int              `json:"repeated"`
	Blocked   int              `json:"blocked"`
	Stopped   bool             `json:"stopped"`
	Counts    map[string]int   `json:"counts"` // by key, of problems
	Problems  []Problem        `json:"problems"`
	Spelled   []Spelled        `json:"spelled"` // those that are not a code or a name as it is
	Ways      map[string]int   `json:"ways"`    // how many spellings were resolved in each way
	Years     []figures.Period `json:"years"`   // of entries
	Gaps      []figures.Gap    `json:"gaps"`
}

// Clean reports whether the whole file can be taken.
func (p Preview) Clean() bool { return p.Blocked == 0 && !p.Stopped }

// Spelled is a way in which a file writes a country, and how often.
type Spelled struct {
	Written    string      `json:"written"`
	Reporter   string      `json:"reporter"` // who writes so, where that says which country is meant
	Code       string      `json:"code"`
	Way        figures.Way `json:"way"`
	Matched    string      `json:"matched"`
	Distance   int         `json:"distance"`
	Candidates []string    `json:"candidates"`
	Figures    int         `json:"figures"`
}

// Guessed reports whether somebody ought to look.
func (s Spelled) Guessed() bool {
	return s.Way == figures.ByMending || s.Way == figures.ByDistance || s.Way == figures.ForAPerson
}

// Plain reports whether a spelling is its country's code or name and nothing else.
func (s Spelled) Plain() bool { return s.Way == figures.ByCode || s.Way == figures.ByName }

// Inspect reads a file and says what is in it. The error is the context's or the
// reader's own.
func Inspect(ctx context.Context, in io.Reader, o Origin, told figures.Progress) (p Preview, err error) {
	read := &counted{from: in, sum: sha256.New()}
	var tally figures.Tally
	words := spellings{}
	report, err := kinds[o.Kind].read(ctx, read, o, told, func(s stated) error {
		if s.flow != nil {
			tally.Add(*s.flow)
		}
		words.add(s)
		return nil
	})
	if err == nil {
		err = read.rest()
	}
	if err != nil {
		return p, err
	}
	p = Preview{Digest: read.digest(), Bytes: read.bytes, Shape: report.Shape, Encoding: report.Encoding, Separator: report.Separator, Rows: report.Rows,
		Taken: report.Taken, Repeated: report.Repeated, Blocked: report.Blocked, Stopped: report.Stopped, Counts: report.Counts, Years: tally.Years(), Gaps: tally.Gaps()}
	for _, w := range report.Problems {
		p.Problems = append(p.Problems, Problem{w.Row, figures.Printable(w.Column), w.Blocks, w.Key, w.Field, printable(w.Args)})
	}
	p.Spelled, p.Ways = words.list()
	return p, nil
}

// printable has a heading of the file only as it can be shown.
func printable(args map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range args {
		if text, is := v.(string); is {
			v = figures.Printable(text)
		}
		out[name] = v
	}
	return out
}

// spellings counts in how many figures each reporter writes a country in each way.
type spellings map[[2]string]int

func (l spellings) add(s stated) {
	if s.written != figures.Others && (s.written != "" || s.reporter != "") {
		l[[2]string{s.written, s.reporter}]++
	}
}

// list resolves each once.
func (l spellings) list() (guessed []Spelled, ways map[string]int) {
	ways = map[string]int{}
	all := map[[2]string]*Spelled{}
	for k, n := range l {
		one := resolve(k[0], k[1])
		key := [2]string{one.Written, one.Reporter}
		if all[key] == nil {
			all[key] = &one
			ways[string(one.Way)]++
		}
		all[key].Figures += n
	}
	for _, one := range all {
		if !one.Plain() && len(guessed) < mostSpelled {
			guessed = append(guessed, *one)
		}
	}
	slices.SortFunc(guessed, bySurety)
	return guessed, ways
}

// mostSpelled is more spellings than all countries of the world have ever used.
const mostSpelled = 5_000

// bySurety puts those first that wait for a person, then guesses, then the rest.
func bySurety(a, b Spelled) int {
	return cmp.Or(cmp.Compare(b.doubt(), a.doubt()), cmp.Compare(a.Written, b.Written), cmp.Compare(a.Reporter, b.Reporter))
}

func (s Spelled) doubt() int {
	if s.Guessed() {
		return 1 + slices.Index(figures.Ways, s.Way)
	}
	return 0
}

// resolve finds the country that a spelling means, for whoever reports it only
// where that matters.
func resolve(written, reporter string) Spelled {
	r := figures.Resolve(written, reporter)
	s := Spelled{Written: written, Code: r.Code, Way: r.Way, Matched: r.Matched, Distance: r.Distance, Candidates: r.Candidates}
	if r.Way == figures.ByReporter {
		s.Reporter = reporter
	}
	return s
}

// counted reads a file and knows what it was: how long, and its hash.
type counted struct {
	from io.Reader
	sum  interface {
		io.Writer
		Sum([]byte) []byte
	}
	bytes int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.bytes += int64(n)
	_, _ = c.sum.Write(p[:n]) // a hash takes everything
	return n, err
}

// rest reads what a reader left that had seen enough.
func (c *counted) rest() error {
	if _, err := io.Copy(io.Discard, c); err != nil {
		return fault.Internal("sources: reading a file", err)
	}
	return nil
}

func (c *counted) digest() string { return hex.EncodeToString(c.sum.Sum(nil)) }

// Origin is what whoever brings a file says of it.
type Origin struct {
	Kind    Kind   `json:"kind"`
	Level   string `json:"level"`   // of boundaries
	Source  string `json:"source"`  // who published it, and where
	Edition string `json:"edition"` // its date: 2025, 2025-04 or 2025-04-14
	Note    string `json:"note"`    // how it was obtained, what it counts
}

// known are its kind and level, without which a file cannot be read at all.
func (o Origin) known() error {
	var check fault.Check
	_, ok := kinds[o.Kind]
	check.That(ok, "kind", "sources.which-kind")
	check.That(!ok || (o.Kind == Boundaries) == (o.Level != ""), "level", "sources.which-level")
	check.That(o.Level == "" || slices.Contains(Levels, o.Level), "level", "sources.which-level")
	return check.Err()
}

// mostOfWords is how long a source or a note may be.
const mostOfWords = 500
