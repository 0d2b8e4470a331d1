package pages

import (
	"strconv"
	"strings"

	"istmo/act"
	"istmo/i18n"
	"istmo/observatory/figures"
	"istmo/observatory/hall"
	"istmo/observatory/sources"
	"istmo/report"
	"istmo/web"
	"istmo/web/figure"
)

// line is a file in the list.
type line struct {
	Title, Href     string
	Source, Edition string
	Came, Figures   string
	State           web.Tag
}

// list shows the files that came in.
func (d *desk) list(r *web.Request) (web.View, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, sources.List{})
	if err != nil {
		return web.View{}, err
	}
	var lines []line
	for _, f := range all {
		lines = append(lines, line{Title: kindOf(r, f.Origin), Href: filePath(f.ID), Source: f.Source, Edition: f.Edition, Came: day(r, f.At), Figures: number(r, f.Taken), State: state(r, f)})
	}
	data := map[string]any{"Tabs": hall.Tabs(r), "Lines": lines, "Import": importPath,
		"Empty": web.Empty{Title: r.Say("sources.empty"), Body: r.Say("sources.empty.body")}}
	return web.View{Template: "sources/list", Title: "sources.title", Data: data}, nil
}

func kindOf(r *web.Request, o sources.Origin) string {
	title := r.Say("sources.kind." + string(o.Kind))
	if o.Level != "" {
		title += ": " + strings.ToLower(r.Say("sources.level."+o.Level))
	}
	return title
}

func state(r *web.Request, f sources.File) web.Tag {
	tone := web.Success
	if f.State == sources.Withdrawn {
		tone = web.Neutral
	}
	return web.Tag{Text: r.Say("sources.state." + string(f.State)), Tone: tone}
}

// file shows a file with what it changed and what was changed of it.
func (d *desk) file(r *web.Request) (web.View, error) {
	f, err := act.Ask(r.Context(), d.engine, r.Who, sources.Show{File: r.PathValue("id")})
	if err != nil {
		return web.View{}, err
	}
	name, err := d.who(r)
	if err != nil {
		return web.View{}, err
	}
	others, err := act.Ask(r.Context(), d.engine, r.Who, sources.List{})
	if err != nil {
		return web.View{}, err
	}
	edition := map[string]string{}
	for _, o := range others {
		edition[o.ID] = o.Source + ", " + o.Edition
	}
	_, notes := problems(r, f.Kind, f.Told)
	data := map[string]any{"Tabs": hall.Tabs(r), "File": f, "Kind": kindOf(r, f.Origin), "State": state(r, f.File), "About": about(r, f.File, name(f.By)), "Notes": notes,
		"Came": counted(r, "sources.file.", []string{"new", "changed", "unchanged", "older", "in-use", "only"}, f.New, f.Changed, f.Unchanged, f.Older, f.InUse, f.Only),
		"Only": number(r, f.Only), "Open": f.State == sources.InUse, "Replaced": history(r, f.Kind, "sources.file.replaced", f.Replaced, edition),
		"Since": history(r, f.Kind, "sources.file.since", f.Since, edition), "Any": len(f.Replaced)+len(f.Since) > 0}
	if f.Changed > len(f.Replaced) && len(f.Replaced) > 0 {
		data["ReplacedMore"] = r.Say("sources.file.more", "Shown", number(r, len(f.Replaced)), "All", number(r, f.Changed))
	}
	if f.SinceAll > len(f.Since) {
		data["SinceMore"] = r.Say("sources.file.more", "Shown", number(r, len(f.Since)), "All", number(r, f.SinceAll))
	}
	if f.State == sources.Withdrawn {
		data["Withdrawn"] = r.Say("sources.file.withdrawn", "Date", day(r, f.EndedAt), "Reason", f.Reason)
	}
	return web.View{Template: "sources/file", Title: "sources.file.title", Data: data, Back: back(r)}, nil
}

func about(r *web.Request, f sources.File, by string) []web.Row {
	rows := []web.Row{{Key: r.Say("sources.source"), Value: f.Source}, {Key: r.Say("sources.edition"), Value: f.Edition}}
	if f.Note != "" {
		rows = append(rows, web.Row{Key: r.Say("sources.note"), Value: f.Note})
	}
	return append(rows, web.Row{Key: r.Say("sources.taken-in"), Value: i18n.DateTime(r.Lang, f.At, r.Zone())}, web.Row{Key: r.Say("sources.file.by"), Value: by},
		web.Row{Key: r.Say("sources.preview.shape"), Value: r.Say("figures.shape." + f.Shape)}, web.Row{Key: r.Say("sources.file.rows"), Value: number(r, f.Rows)},
		web.Row{Key: r.Say("sources.figures"), Value: number(r, f.Taken)}, web.Row{Key: r.Say("sources.file.digest"), Value: f.Digest})
}

// history is a table of changes.
func history(r *web.Request, kind sources.Kind, title string, changes []sources.Change, edition map[string]string) *web.Chart {
	if len(changes) == 0 {
		return nil
	}
	t := report.Table{Caption: r.Say(title), Source: r.Say("sources.file.history"), Dated: r.Now, Columns: []report.Column{figure.Column(r.Say("sources.file.about")),
		figure.Numbers(r.Say("sources.file.before")), figure.Numbers(r.Say("sources.file.after")), figure.Column(r.Say("sources.file.other")), figure.Column(r.Say("sources.file.at"))}}
	for _, c := range changes {
		t.Rows = append(t.Rows, []report.Cell{subject(r, kind, c.About), value(r, c.Before), value(r, c.After), edition[c.Other], day(r, c.At)})
	}
	c := figure.Figure{Table: t}.Chart(r, "")
	return &c
}

// subject is what a figure is about, in words.
func subject(r *web.Request, kind sources.Kind, about []string) string {
	words := make([]string, 0, len(about))
	for i, a := range about {
		switch {
		case a == "":
		case kind == sources.Entries && i == 0:
			words = append(words, figure.Month(r.Lang, a))
		case kind == sources.Entries && i == 1, kind != sources.Boundaries && i == 0:
			words = append(words, country(r, a))
		case kind == sources.Inhabitants && i == 4 && a == strconv.Itoa(figures.Oldest):
			words = append(words, "+")
		default:
			words = append(words, quoted(r, a))
		}
	}
	return strings.Join(words, " · ")
}

func value(r *web.Request, s string) string {
	if n, err := strconv.Atoi(s); err == nil {
		return number(r, n)
	}
	return quoted(r, s)
}
