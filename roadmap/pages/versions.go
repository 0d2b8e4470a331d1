package pages

import (
	"slices"
	"strconv"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/i18n"
	"istmo/roadmap"
	"istmo/web"
)

// versionRow is a version in the list.
type versionRow struct {
	roadmap.Plan
	Href string
	Tag  web.Tag
	By   string
}

// versions lists the versions of a plan.
func (d *desk) versions(r *web.Request) (web.View, error) {
	u, err := d.under(r)
	v := web.View{Template: "roadmap/versions", Title: "roadmap.versions.title"}
	if err != nil || u.Agreement.ID == "" {
		v.Data = map[string]any{"Under": u}
		return v, err
	}
	all, err := act.Ask(r.Context(), d.engine, r.Who, roadmap.Plans{Agreement: u.Agreement.ID})
	if err != nil {
		return v, err
	}
	known, err := d.agencies(r)
	if err != nil {
		return v, err
	}
	rows := make([]versionRow, len(all))
	for i, p := range all {
		rows[i] = versionRow{p, VersionPage(p.ID), stateTag(r, p.State), known.name(r.Lang, p.FromNode, p.FromAgency)}
	}
	standing, err := act.Ask(r.Context(), d.engine, r.Who, roadmap.Standing{Agreement: u.Agreement.ID})
	o := cooperation.Joint{Home: u.Agreement.Home, Parties: u.Agreement.Parties}
	v.Data = map[string]any{"Under": u, "Rows": rows, "Cleared": standing.Proposals["cleared"],
		"Ready": u.Agreement.InForce(r.Now) && standing.Proposals["cleared"] > 0 && standing.Signing == nil && may(r, "roadmap.consolidate", o),
		"Empty": web.Empty{Title: r.Say("roadmap.versions.empty"), Body: r.Say("roadmap.versions.empty.body")}}
	return v, err
}

// document is a version's page: the plan as it is signed.
type document struct {
	roadmap.PlanView
	Title       string
	Tag         web.Tag
	Rows        []web.Row
	Signatures  []signatureRow
	Whole       bool
	Trouble     []string
	Lines       []lineOf
	Differences []differenceRow
	Asks        []askRow
	Steps       []string
	Downloads   []web.Link
	Pages       web.Pagination
	Proved      string // when it was proven
}

// signatureRow is how a party stands to the version.
type signatureRow struct {
	Country, By string
	Tag         web.Tag
	Key         string
}

// lineOf is the commitments of one line of work, as the document has them.
type lineOf struct {
	Name  string
	Items []item
}

type item struct {
	roadmap.Item
	roadmap.Text
	Href      string
	OwnerRows []ownerRow
}

// version shows one version, proven here and now.
func (d *desk) version(r *web.Request) (web.View, error) {
	q := roadmap.Version{OnPlan: roadmap.OnPlan{ID: r.PathValue("id")}, Light: r.Query("prove") != "true", Limit: perPage}
	q.Offset, _ = strconv.ParseInt(r.Query("from"), 10, 64)
	v, err := act.Ask(r.Context(), d.engine, r.Who, q)
	if err != nil {
		return web.View{}, err
	}
	known, err := d.agencies(r)
	if err != nil {
		return web.View{}, err
	}
	doc := documentOf(r, v, known)
	if len(v.Items) < v.Count {
		doc.Pages = pagesOf(r, roadmap.List{Offset: q.Offset, Limit: perPage}, int64(v.Count))
	}
	return web.View{Template: "roadmap/version", Title: "roadmap.version.title", Args: []any{"N", v.N}, Data: doc,
		Back: &web.Link{Text: r.Say("roadmap.versions.title"), Href: at(versionsPath, v.Plan.Agreement)}}, nil
}

func (d *desk) open(r *web.Request) (roadmap.PlanView, error) {
	return act.Ask(r.Context(), d.engine, r.Who, roadmap.Version{OnPlan: roadmap.OnPlan{ID: r.PathValue("id")}})
}

func documentOf(r *web.Request, v roadmap.PlanView, known agencies) document {
	doc := document{PlanView: v, Title: titleOf(r.Lang, v.Under), Tag: stateTag(r, v.State), Steps: versionSteps(r, v), Asks: asksOf(r, v.Asks)}
	doc.Rows = []web.Row{
		{Key: r.Say("roadmap.version.n"), Value: i18n.Number(r.Lang, v.N)},
		{Key: r.Say("roadmap.version.parties"), Value: countries(r.Lang, v.Parties)},
		{Key: r.Say("roadmap.version.count"), Value: i18n.Number(r.Lang, int64(v.Count))},
		{Key: r.Say("roadmap.version.made"), Value: i18n.DateTime(r.Lang, v.Made, r.Zone())},
		{Key: r.Say("roadmap.version.force"), Value: i18n.DateTime(r.Lang, v.InForceAt, r.Zone())},
		{Key: r.Say("roadmap.version.root"), Value: v.Root},
	}
	if v.InForceAt.IsZero() {
		doc.Rows[4].Value = r.Say("roadmap.not-yet")
	}
	doc.Signatures = signatureRows(r, v, known)
	doc.Whole, doc.Proved = v.Check.Whole, i18n.DateTime(r.Lang, v.ProvedAt, r.Zone())
	for _, n := range v.Check.Changed {
		doc.Trouble = append(doc.Trouble, r.Say("roadmap.version.changed", "N", n))
	}
	for _, one := range v.Differences {
		i := slices.IndexFunc(v.Items, func(it roadmap.Item) bool { return it.Commitment == one.Commitment })
		if !one.Settled.IsZero() || i < 0 && one.Commitment != "" {
			continue
		}
		var ours roadmap.Text
		if i >= 0 {
			ours = v.Texts[i]
		}
		doc.Differences = append(doc.Differences, differenceOf(r, one, ours))
	}
	doc.Lines = linesOf(r, v)
	doc.Downloads = append(downloadLinks(r, VersionPage(v.ID)+"/plan", ""), web.Link{Text: r.Say("roadmap.download.file"), Href: VersionPage(v.ID) + "/plan.json"})
	return doc
}

func signatureRows(r *web.Request, v roadmap.PlanView, known agencies) []signatureRow {
	var rows []signatureRow
	for _, n := range v.Parties {
		row := signatureRow{Country: country(r.Lang, n), Tag: web.Tag{Text: r.Say("roadmap.unsigned"), Tone: web.Neutral}}
		for _, s := range v.Signatures {
			if s.Node != n {
				continue
			}
			row.By, row.Key = known.name(r.Lang, s.Node, s.Agency), s.Key
			row.Tag = web.Tag{Text: r.Say("roadmap.signed.on", "When", i18n.DateTime(r.Lang, s.At, r.Zone())), Tone: web.Success}
			if !slices.Contains(v.Check.Signers, n) {
				row.Tag = web.Tag{Text: r.Say("roadmap.signature.broken"), Tone: web.Danger}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// linesOf puts the items under their lines of work, in the order of the lines.
func linesOf(r *web.Request, v roadmap.PlanView) []lineOf {
	at := map[string]int{}
	var lines []lineOf
	for _, l := range roadmap.LinesOf(v.Under) {
		at[l] = len(lines)
		lines = append(lines, lineOf{Name: lineName(r.Lang, l)})
	}
	for i, it := range v.Items {
		t := v.Texts[i]
		k, ok := at[t.Line]
		if !ok {
			k = len(lines)
			at[t.Line], lines = k, append(lines, lineOf{Name: lineName(r.Lang, t.Line)})
		}
		lines[k].Items = append(lines[k].Items, item{it, t, Page(it.Commitment), owners(r.Lang, t)})
	}
	return slices.DeleteFunc(lines, func(l lineOf) bool { return len(l.Items) == 0 })
}

// versionSteps are what the reader can do to a version now.
func versionSteps(r *web.Request, v roadmap.PlanView) []string {
	signed := slices.ContainsFunc(v.Signatures, func(s roadmap.Signature) bool { return s.Node == r.Who.Node })
	var list []string
	for _, step := range []string{"sign", "refuse"} {
		verb := access.Verb("roadmap." + step + "-plan")
		if !signed && v.State == roadmap.Signing && v.Under.InForce(r.Now) && may(r, verb, v.Plan) {
			list = append(list, step)
		}
	}
	return list
}

// beforeVersion asks once before a version is signed, and for the reason why it
// is refused.
func (d *desk) beforeVersion(r *web.Request) (web.View, error) {
	v, err := d.open(r)
	if err != nil {
		return web.View{}, err
	}
	step := r.PathValue("verb")
	if step != "sign" && step != "refuse" {
		return web.View{}, fault.NotFound()
	}
	if !slices.Contains(versionSteps(r, v), step) {
		return web.View{Redirect: VersionPage(v.ID)}, nil
	}
	key := "roadmap." + step + "-plan."
	if step == "refuse" {
		return web.View{Template: "roadmap/reason", Title: key + "title", Args: []any{"N", v.N}, Data: map[string]any{"Verb": "roadmap.refuse-plan", "Key": key, "ID": v.ID, "Next": VersionPage(v.ID), "What": titleOf(r.Lang, v.Under), "N": v.N, "Field": "reason"}}, nil
	}
	i := web.Interruption{Heading: r.Say(key+"title", "N", v.N), Verb: "roadmap.sign-plan", Hidden: map[string]string{"id": v.ID},
		Body:    []string{titleOf(r.Lang, v.Under), r.Say(key+"means", "Count", v.Count, "Countries", countries(r.Lang, v.Parties)), r.Say(key + "checked"), r.Say(key + "then")},
		Confirm: r.Say(key+"button", "Country", country(r.Lang, r.Who.Node)), Next: VersionPage(v.ID), Cancel: web.Link{Text: r.Say("roadmap.cancel"), Href: VersionPage(v.ID)}}
	view := web.Interrupt(key+"title", i)
	view.Args = []any{"N", v.N}
	return view, nil
}
