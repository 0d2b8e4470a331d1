package pages

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"istmo/fault"
	"istmo/i18n"
	"istmo/identification"
	"istmo/report"
	"istmo/web"
)

// paper is one decision printed: what was decided, on which law, by which votes, and
// why. It holds the person's reference and never their name, unless somebody wrote it
// into the reasons.
func (o *room) paper(w http.ResponseWriter, r *web.Request) error {
	id, ext, _ := strings.Cut(r.PathValue("decision"), ".")
	v, err := o.find(r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(v.Decisions, func(d identification.Decision) bool { return d.ID == id })
	if i < 0 || ext != "pdf" {
		return fault.NotFound()
	}
	n, err := o.names(r)
	if err != nil {
		return err
	}
	doc := o.document(r, v, v.Decisions[i], n)
	var out bytes.Buffer
	if err := doc.PDF(&out); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `attachment; filename="`+r.Say("identification.paper.file")+`.pdf"`)
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(out.Bytes())
	return err
}

func (o *room) document(r *web.Request, v identification.View, d identification.Decision, n names) report.Document {
	doc := report.Document{Lang: r.Lang, Kicker: n.of(r, d.Agency), Title: r.Say("identification.decided."+strings.TrimPrefix(d.Verb, "identification."), "Number", d.Number),
		Subtitle: r.Say("identification.paper.about", "Ref", v.Ref), Foot: d.Number, Notice: r.Notice(r.Lang), Made: r.Now.In(r.Zone())}
	add := func(key, value string) {
		if value != "" {
			doc.Facts = append(doc.Facts, [2]string{r.Say(key), value})
		}
	}
	add("identification.number", d.Number)
	add("identification.decided-on", day(r, d.At))
	add("identification.law", d.Law)
	add("identification.known-at", day(r, v.Procedure.KnownAt))
	add("identification.paper.rule", v.Rule.Text.In(r.Lang)+" "+r.Say("identification.rule.from", "Law", v.Rule.Law, "Source", sourced(r, v.Rule.Source, v.Rule.Verified)))
	if !d.Until.IsZero() {
		add("identification.paper.until", day(r, d.Until))
	}
	if len(d.Protections) > 0 {
		add("identification.paper.protects", protections(r.Lang, d.Protections))
	}
	doc.Sections = []report.Section{{Heading: r.Say("identification.reasons"), Paragraphs: paragraphs(d.Reasons)}}
	if d.Seats > 0 {
		doc.Sections = append(doc.Sections, voteTable(r, v, d, n))
	}
	doc.Sections = append(doc.Sections, report.Section{Heading: r.Say("identification.paper.rights"), Paragraphs: []string{r.Say("identification.paper.rights.body")}})
	doc.Signatures = []report.Signature{{Country: i18n.Country(r.Lang, v.Rule.Country), Institution: n.of(r, d.Agency)}}
	return doc
}

// voteTable is how each seat voted when it was resolved, with dissent marked.
func voteTable(r *web.Request, v identification.View, d identification.Decision, n names) report.Section {
	t := &report.Table{Columns: []report.Column{{Title: r.Say("identification.member"), Weight: 2}, {Title: r.Say("identification.vote.its"), Weight: 1}, {Title: r.Say("identification.reasons"), Weight: 4}}}
	for _, seat := range v.Seats {
		row := []report.Cell{n.of(r, seat), r.Say("identification.not-voted"), nil}
		for _, vote := range v.Votes {
			if vote.Member == seat && vote.Round == d.Round && vote.Counts {
				row = []report.Cell{n.of(r, seat), r.Say("identification.choice." + vote.Choice), vote.Reasons}
			}
		}
		if slices.Contains(d.Dissent, seat) {
			row[1] = row[1].(string) + " (" + r.Say("identification.dissents") + ")"
		}
		t.Rows = append(t.Rows, row)
	}
	return report.Section{Heading: r.Say("identification.votes", "For", d.For, "Against", d.Against, "Seats", d.Seats), Table: t}
}

func paragraphs(text string) []string {
	var all []string
	for _, p := range strings.Split(text, "\n") {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, p)
		}
	}
	return all
}
