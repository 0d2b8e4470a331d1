package pages

import (
	"io"
	"strings"

	"istmo/act"
	"istmo/fault"
	"istmo/observatory/figures"
	"istmo/observatory/hall"
	"istmo/observatory/sources"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

// bring asks for a file, and whose it is.
func (d *desk) bring(r *web.Request) (web.View, error) {
	if !r.May("sources.stage") {
		return web.View{}, fault.NotFound()
	}
	var kinds []string
	for _, k := range sources.Kinds {
		kinds = append(kinds, string(k))
	}
	data := map[string]any{"Tabs": hall.Tabs(r), "Path": importPath, "Kinds": web.Choices(r.Lang, "sources.kind.", kinds...),
		"Levels": web.Choices(r.Lang, "sources.level.", sources.Levels...)}
	return web.View{Template: "sources/import", Title: "sources.import.title", Data: data, Back: back(r)}, nil
}

// stage keeps the file and leads to what is in it. What its sender's machine calls
// it is not looked at.
func (d *desk) stage(r *web.Request) (string, error) {
	if !r.May("sources.stage") {
		return "", fault.NotFound()
	}
	o := sources.Origin{Kind: sources.Kind(r.PostForm.Get("kind")), Source: r.PostForm.Get("source"), Edition: r.PostForm.Get("edition"), Note: r.PostForm.Get("note")}
	if o.Kind == sources.Boundaries {
		o.Level = r.PostForm.Get("level")
	}
	in, about, err := r.FormFile("file")
	if err != nil || about.Size == 0 {
		return "", append(fault.All(o.Check(r.Now)), fault.Invalid("file", "sources.no-file"))
	}
	defer in.Close()
	content, err := io.ReadAll(in)
	if err != nil {
		return "", fault.Internal("sources: the file of a form", err)
	}
	deed, err := sources.StageFile(r.Context(), d.engine, r.Who, o, content)
	return uploadPath(deed.Object), err
}

// preview shows what is in a file that waits.
func (d *desk) preview(r *web.Request) (web.View, error) {
	u, err := act.Look(r.Context(), d.engine, r.Who, sources.Open{Upload: r.PathValue("id")})
	if err != nil {
		return web.View{}, err
	}
	p := u.Preview
	blocks, notes := problems(r, u.Origin.Kind, p)
	rows := []web.Row{{Key: r.Say("sources.kind"), Value: kindOf(r, u.Origin)}, {Key: r.Say("sources.preview.shape"), Value: r.Say("figures.shape." + shapeOf(p))},
		{Key: r.Say("sources.source"), Value: u.Origin.Source}, {Key: r.Say("sources.edition"), Value: u.Origin.Edition},
		{Key: r.Say("sources.preview.encoding"), Value: r.Say("figures.encoding." + p.Encoding)}}
	if s, known := separators[p.Separator]; known && u.Origin.Kind != sources.Boundaries {
		rows = append(rows, web.Row{Key: r.Say("sources.preview.separator"), Value: r.Say("figures.separator." + s)})
	}
	rows = append(rows, counted(r, "sources.preview.", []string{"rows", "taken", "repeated", "blocked"}, p.Rows, p.Taken, p.Repeated, p.Blocked)...)
	data := map[string]any{"Tabs": hall.Tabs(r), "ID": u.ID, "Path": uploadPath(u.ID), "Again": importPath, "Clean": p.Clean(), "About": rows, "Blocks": blocks, "Notes": notes,
		"Spelled": byWay(r, p.Spelled, func(s sources.Spelled) figures.Way { return s.Way }, func(s sources.Spelled) spelling {
			return spelling{Written: quoted(r, s.Written), Now: taken(r, s), Figures: number(r, s.Figures)}
		}), "Plain": p.Ways[string(figures.ByCode)] + p.Ways[string(figures.ByName)]}
	if len(p.Years) > 0 {
		data["Years"] = years(r, p)
	}
	if len(p.Gaps) > 0 {
		data["Gaps"] = gaps(r, p.Gaps, r.Say("sources.preview.gaps"), r.Say("sources.preview.made"))
	}
	return web.View{Template: "sources/preview", Title: "sources.preview.title", Data: data, Back: back(r)}, nil
}

var separators = map[string]string{",": "comma", ";": "semicolon", "\t": "tab"}

func shapeOf(p sources.Preview) string {
	if p.Shape == "" {
		return "none"
	}
	return p.Shape
}

// years are the totals of a file, so that whoever brings it knows it again.
func years(r *web.Request, p sources.Preview) web.Chart {
	t := report.Table{Caption: r.Say("sources.preview.years"), Source: r.Say("sources.preview.made"), Dated: r.Now, Columns: []report.Column{figure.Column(r.Say("sources.preview.year")),
		figure.Numbers(r.Say("sources.preview.people")), figure.Numbers(r.Say("sources.preview.missing"))}}
	for _, y := range p.Years {
		t.Rows = append(t.Rows, []report.Cell{figure.Month(r.Lang, y.From.String()) + " – " + figure.Month(r.Lang, y.To.String()), y.People, y.Missing})
	}
	return figure.Figure{Table: t}.Chart(r, "")
}

func gaps(r *web.Request, all []figures.Gap, title, source string) web.Chart {
	t := report.Table{Caption: title, Source: source, Dated: r.Now, Columns: []report.Column{figure.Column(r.Say("sources.findings.month")), figure.Column(r.Say("sources.findings.nationality")),
		figure.Numbers(r.Say("sources.findings.month-before")), figure.Numbers(r.Say("sources.findings.month-after"))}}
	for _, g := range all {
		t.Rows = append(t.Rows, []report.Cell{figure.Month(r.Lang, g.Month.String()), country(r, g.Of), g.Before, g.After})
	}
	return figure.Figure{Table: t, Picture: web.Chart{Note: r.Say("sources.findings.gaps.body")}}.Chart(r, "")
}

// spelling is a row of spellings.
type spelling struct {
	Written, Now, Figures, Href string
	Read                        bool // by an accepted proposal
	Waits                       int
}

// group is the spellings that were understood in one way.
type group struct {
	Title, ID string
	Rows      []spelling
}

// byWay puts spellings under how they were understood, those that somebody ought to
// look at first.
func byWay[T any](r *web.Request, all []T, way func(T) figures.Way, row func(T) spelling) (groups []group) {
	for _, w := range []figures.Way{figures.ForAPerson, figures.ByDistance, figures.ByMending, figures.ByReporter, figures.ByDemonym, figures.ByUsage, figures.ByFolding,
		figures.NoCountry, figures.NotStated, figures.ByName, figures.ByCode} {
		g := group{Title: r.Say("figures.way." + string(w)), ID: "way-" + string(w)}
		for _, one := range all {
			if way(one) == w {
				g.Rows = append(g.Rows, row(one))
			}
		}
		if len(g.Rows) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// taken is which country a spelling was taken for.
func taken(r *web.Request, s sources.Spelled) string {
	switch {
	case s.Way == figures.ByReporter && s.Reporter == "":
		return r.Say("sources.spellings.own")
	case s.Code != "":
		return country(r, s.Code)
	case len(s.Candidates) > 0:
		names := make([]string, len(s.Candidates))
		for i, c := range s.Candidates {
			names[i] = country(r, c)
		}
		return r.Say("sources.spellings.maybe", "Countries", strings.Join(names, " "+r.Say("sources.spellings.or")+" "))
	case s.Way == figures.ForAPerson:
		return r.Say("sources.spellings.nobody")
	}
	return r.Say("sources.spellings.no-country")
}

// takeIn takes a file in that its reader has looked through.
func (d *desk) takeIn(r *web.Request) (string, error) {
	came, err := sources.ImportUpload(r.Context(), d.engine, r.Who, r.PathValue("id"))
	if err != nil {
		return "", err
	}
	if r.Done("sources.import"); came.Same {
		r.Done("sources.same")
	}
	return filePath(came.ID), nil
}
