package pages

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"istmo/act"
	"istmo/cases"
	"istmo/cases/htcds"
	"istmo/fault"
	"istmo/i18n"
	"istmo/web"
)

// RecordsPath is where files of records come in and leave.
const RecordsPath = "/records"

// pageRows is how many rows a page takes in while its reader waits, about ten
// seconds' worth; a longer file is for the terminal.
const pageRows = 5_000

// pageBytes is how large a file may be that leaves by a page. It is made whole
// before any of it is sent, so that a failure is a page and not half a file.
const pageBytes = 16 << 20

// Records hangs the pages of records on the site.
func Records(s *web.Site, e *act.Engine) {
	o := &room{e}
	s.Navigation(web.Nav{Key: "records.nav", Path: RecordsPath, Order: 27, Verb: "cases.stage-import"})
	s.Page("GET "+RecordsPath, o.records)
	s.Post("POST "+RecordsPath, o.stage)
	s.Page("GET "+RecordsPath+"/{id}", o.upload)
	s.Post("POST "+RecordsPath+"/{id}", o.takeIn)
	s.Raw("GET "+RecordsPath+"/export/{format}", o.export)
}

// records asks for a file, and offers one of those whom the reader accompanies.
func (o *room) records(r *web.Request) (web.View, error) {
	if err := could(r, "cases.stage-import"); err != nil {
		return web.View{}, err
	}
	own, err := act.Ask(r.Context(), o.engine, r.Who, cases.Own{})
	return web.View{Template: "cases/records", Title: "records.title", Data: map[string]any{"Path": RecordsPath, "People": len(own)}}, err
}

// stage keeps the file, sealed, and leads to what is in it.
func (o *room) stage(r *web.Request) (string, error) {
	if err := could(r, "cases.stage-import"); err != nil {
		return "", err
	}
	in, about, err := r.FormFile("file")
	if err != nil || about.Size == 0 {
		return "", fault.Invalid("file", "records.no-file")
	}
	defer in.Close()
	f, err := htcds.FormatOf(about.Filename)
	if err != nil {
		return "", err
	}
	content, err := readFile(in)
	if err != nil {
		return "", err
	}
	d, err := act.Do(r.Context(), o.engine, r.Who, cases.StageImport{Format: string(f), Content: content})
	return uploadPath(d.Object), err
}

func readFile(in multipart.File) ([]byte, error) {
	content, err := io.ReadAll(in)
	if err != nil {
		return nil, fault.Internal("records: the file of a form", err)
	}
	return content, nil
}

func uploadPath(id string) string { return RecordsPath + "/" + url.PathEscape(id) }

// upload shows what is in a file that waits, or what came of one that came in.
func (o *room) upload(r *web.Request) (web.View, error) {
	if err := could(r, "cases.preview-import"); err != nil {
		return web.View{}, err
	}
	u, err := act.Look(r.Context(), o.engine, r.Who, cases.PreviewImport{Import: r.PathValue("id")})
	if err != nil {
		return web.View{}, err
	}
	back := &web.Link{Text: r.Say("records.title"), Href: RecordsPath}
	if !u.DoneAt.IsZero() {
		return web.View{Template: "cases/records-done", Title: "records.done.title", Data: doneOf(r, u), Back: back}, nil
	}
	p, err := htcds.Inspect(r.Context(), bytes.NewReader(u.Content), htcds.Format(u.Format), nil)
	data := map[string]any{"ID": u.ID, "Path": uploadPath(u.ID), "Preview": p, "Summary": summaryOf(r, p), "Groups": groupsOf(r, p), "TooLong": p.Rows > pageRows}
	return web.View{Template: "cases/records-preview", Title: "records.preview.title", Data: data, Back: back}, err
}

func summaryOf(r *web.Request, p htcds.Preview) []web.Row {
	return rowsOf(r, "records.preview.", []string{"rows", "importable", "blocked", "repeated"}, []int{p.Rows, p.Importable, p.Blocked, p.Repeated})
}

func rowsOf(r *web.Request, prefix string, names []string, counts []int) []web.Row {
	var rows []web.Row
	for i, name := range names {
		if i == 0 || counts[i] > 0 {
			rows = append(rows, web.Row{Key: r.Say(prefix + name), Value: i18n.Number(r.Lang, int64(counts[i]))})
		}
	}
	return rows
}

// group is the problems of one severity.
type group struct {
	Title  string
	Tag    web.Tag
	Folded bool // notices, which ask for nothing
	Told   []told
}

// told is one thing to say, and of which rows.
type told struct {
	Words  string
	Places []place
	More   int // further rows of the same kind
}

// place is a row and its column.
type place struct {
	Row, Field string
	Person     string // whose file says something else
	Differs    string // in which columns
}

// add puts a place under its words.
func add(list []told, words string, at place) []told {
	i := slices.IndexFunc(list, func(t told) bool { return t.Words == words })
	if i < 0 {
		i, list = len(list), append(list, told{Words: words})
	}
	list[i].Places = append(list[i].Places, at)
	return list
}

var tones = map[htcds.Severity]web.Tone{htcds.Error: web.Danger, htcds.Warning: web.Warning, htcds.Notice: web.Neutral}

// groupsOf puts every problem into words, the gravest first.
func groupsOf(r *web.Request, p htcds.Preview) []group {
	var groups []group
	for _, severity := range []htcds.Severity{htcds.Error, htcds.Warning, htcds.Notice} {
		g := group{Tag: web.Tag{Text: r.Say("htcds.severity." + severity.String()), Tone: tones[severity]}, Folded: severity == htcds.Notice}
		n := 0
		for _, k := range p.Counts {
			if k.Severity == severity {
				n += k.N
				g.Told = append(g.Told, toldOf(r, p.Problems, k)...)
			}
		}
		if g.Title = r.Say("records.severity."+severity.String(), "Count", n); n > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// toldOf is the problems of one kind. They may differ in their words, by the row
// that one of them repeats.
func toldOf(r *web.Request, problems []htcds.Problem, k htcds.Count) []told {
	var list []told
	shown := 0
	for _, one := range problems {
		if one.Key == k.Key {
			list = add(list, sayFault(r, one.Fault), place{Row: rowName(r, one.Row), Field: one.Field})
			shown++
		}
	}
	list[len(list)-1].More = k.N - shown
	return list
}

// rowName is a row's number, or the whole file for what is about no row.
func rowName(r *web.Request, row int) string {
	if row == 0 {
		return r.Say("records.whole")
	}
	return r.Say("records.row", "Row", row)
}

func sayFault(r *web.Request, f *fault.Fault) string {
	args := []any{"Label", f.Field}
	for name, value := range f.Args {
		args = append(args, name, value)
	}
	return r.Say(f.Key, args...)
}

// doneOf is what came of a file, in words.
func doneOf(r *web.Request, u cases.Opened) map[string]any {
	c := u.Came
	counts := []int{int(c.Rows), int(c.Imported), int(c.Unchanged), int(c.Conflicts), int(c.Elsewhere), int(c.Erased), int(c.Blocked)}
	rows := rowsOf(r, "records.done.", []string{"rows", "imported", "unchanged", "conflicts", "elsewhere", "erased", "blocked"}, counts)
	var list []told
	for _, one := range c.Told {
		f := &fault.Fault{Key: one.Key, Field: one.Field, Args: one.Args}
		list = add(list, sayFault(r, f), place{Row: rowName(r, one.Row), Field: one.Field, Person: one.Person, Differs: strings.Join(one.Differs, ", ")})
	}
	return map[string]any{"Summary": rows, "Told": list, "Came": c, "Path": uploadPath(u.ID), "Waits": u.Content != nil}
}

// takeIn takes a file in that its reader has looked through.
func (o *room) takeIn(r *web.Request) (string, error) {
	if err := could(r, "cases.import"); err != nil {
		return "", err
	}
	_, err := cases.ImportUpload(r.Context(), o.engine, r.Who, r.PathValue("id"))
	if err == nil {
		r.Done("cases.import")
	}
	return uploadPath(r.PathValue("id")), err
}

// export is a file of everybody whom the reader accompanies. Opening so many
// files is not for another site to set off by a link.
func (o *room) export(w http.ResponseWriter, r *web.Request) error {
	if from := r.Header.Get("Sec-Fetch-Site"); from != "" && from != "same-origin" {
		return fault.NotFound()
	}
	f, known := map[string]htcds.Format{"csv": htcds.CSV, "json": htcds.JSON}[r.PathValue("format")]
	if !known {
		return fault.NotFound()
	}
	out := &limited{}
	if _, err := cases.ExportFile(r.Context(), o.engine, r.Who, out, f, nil); err != nil {
		return err
	}
	types := map[htcds.Format]string{htcds.CSV: "text/csv; charset=utf-8", htcds.JSON: "application/json"}
	w.Header().Set("Content-Type", types[f])
	w.Header().Set("Content-Disposition", `attachment; filename="istmo-`+r.Who.Node+"-"+r.Now.Format("2006-01-02")+"."+string(f)+`"`)
	_, err := w.Write(out.Bytes())
	return err
}

// limited is a file in the making that a page may send.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > pageBytes {
		return 0, fault.Conflict("records.export-large")
	}
	return l.Buffer.Write(p)
}
