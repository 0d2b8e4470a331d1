// Package pages shows the public files of the observatory: what came in and from
// whom, what is wrong with it, how countries are spelt in it and how that is read;
// and it takes a file in, by way of a preview that names every problem by its row.
package pages

import (
	"cmp"
	"embed"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"istmo/access/people"
	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/observatory/figures"
	"istmo/observatory/hall"
	"istmo/observatory/sources"
	"istmo/web"
	"istmo/web/figure"
)

//go:embed *.html
var templates embed.FS

// The pages.
const (
	Root          = hall.Root + "/sources"
	importPath    = Root + "/import"
	findingsPath  = Root + "/findings"
	spellingsPath = Root + "/spellings"
)

type desk struct{ engine *act.Engine }

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("sources", templates)
	s.Page("GET "+Root, d.list)
	s.Page("GET "+Root+"/{id}", d.file)
	s.Page("GET "+importPath, d.bring)
	s.Post("POST "+importPath, d.stage)
	s.Page("GET "+importPath+"/{id}", d.preview)
	s.Post("POST "+importPath+"/{id}", d.takeIn)
	s.Page("GET "+findingsPath, d.findings)
	figure.Files(s, findingsPath, d.table)
	s.Page("GET "+spellingsPath, d.spellings)
	s.Page("GET "+spellingsPath+"/{id}", d.spelling)
}

func filePath(id string) string     { return Root + "/" + url.PathEscape(id) }
func uploadPath(id string) string   { return importPath + "/" + url.PathEscape(id) }
func spellingPath(id string) string { return spellingsPath + "/" + url.PathEscape(id) }

// back leads to the list of files.
func back(r *web.Request) *web.Link { return &web.Link{Text: r.Say("sources.back"), Href: Root} }

// day is a day of the node's place, in words.
func day(r *web.Request, t time.Time) string { return i18n.Date(r.Lang, t.In(r.Zone())) }

func number(r *web.Request, n int) string { return i18n.Number(r.Lang, int64(n)) }

// counted are counts with their names; those of nothing are left out, but the first.
func counted(r *web.Request, prefix string, names []string, counts ...int) (rows []web.Row) {
	for i, name := range names {
		if i == 0 || counts[i] > 0 {
			rows = append(rows, web.Row{Key: r.Say(prefix + name), Value: number(r, counts[i])})
		}
	}
	return rows
}

// sentence is what was wrong with a row, in words.
func sentence(r *web.Request, p sources.Problem) string {
	args := []any{"Label", cmp.Or(p.Column, p.Field), "Column", p.Column}
	for name, value := range p.Args {
		if n, is := value.(float64); is && n == math.Trunc(n) { // as it comes back from JSON
			value = int64(n)
		}
		args = append(args, name, value)
	}
	return r.Say(p.Key, args...)
}

// told is one thing to say of a file, and where.
type told struct{ Words, Where string }

// problems puts what is wrong with a file into words: first what blocks, then what
// is good to know.
func problems(r *web.Request, kind sources.Kind, p sources.Preview) (blocks, notes []told) {
	var order []string
	same := map[string][]sources.Problem{} // by what is said
	listed := map[string]int{}
	for _, one := range p.Problems {
		words := sentence(r, one)
		if same[words] == nil {
			order = append(order, words)
		}
		same[words] = append(same[words], one)
		listed[one.Key]++
	}
	for _, words := range order {
		list := same[words]
		t := told{words, where(r, kind, list, p.Counts[list[0].Key]-listed[list[0].Key])}
		if list[0].Blocks {
			blocks = append(blocks, t)
		} else {
			notes = append(notes, t)
		}
	}
	return blocks, notes
}

// where names the rows that something is said of, and how many more there are of its
// kind.
func where(r *web.Request, kind sources.Kind, list []sources.Problem, more int) string {
	what := "row"
	if kind == sources.Boundaries {
		what = "area"
	}
	var rows []string
	for _, p := range list {
		if p.Row == 0 {
			return r.Say("sources.preview.whole")
		}
		rows = append(rows, strconv.Itoa(p.Row))
	}
	text := r.Say("sources.preview."+what, "Count", len(rows), "Rows", strings.Join(rows, ", "))
	if more > 0 {
		text += " " + r.Say("sources.preview.more", "Count", more)
	}
	return text
}

// country is a code with its name.
func country(r *web.Request, code string) string {
	switch name := figures.Name(code, r.Lang); {
	case code == figures.Others:
		return r.Say("sources.others")
	case name == "" || name == code:
		return code
	default:
		return name + " (" + code + ")"
	}
}

// quoted is what a file says, as it can be shown.
func quoted(r *web.Request, written string) string {
	if strings.TrimSpace(written) == "" {
		return r.Say("sources.spellings.empty-text")
	}
	text := []rune(figures.Printable(written))
	if len(text) > mostShown {
		text = append(text[:mostShown], '…')
	}
	return string(text)
}

// mostShown is how many letters of a cell are shown.
const mostShown = 80

// who are the names of accounts that the reader may know.
func (d *desk) who(r *web.Request) (func(id string) string, error) {
	names, err := act.Ask(r.Context(), d.engine, r.Who, people.Colleagues{})
	if fault.Is(err, fault.KindDenied) {
		names, err = nil, nil
	}
	return func(id string) string {
		if id == r.Who.ID {
			return r.Name
		}
		return cmp.Or(names[id], r.Say("sources.spelling.gone"))
	}, err
}
