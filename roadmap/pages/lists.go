package pages

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/flow"
	"istmo/i18n"
	"istmo/roadmap"
	"istmo/web"
)

// perPage is how many commitments one page of a list shows.
const perPage = 50

// listing is a list of commitments with its filters.
type listing struct {
	under
	Cards   []card
	Filters web.Filters
	Pages   web.Pagination
	Empty   web.Empty
	Groups  []group // by line of work or by who answers, if the reader wants it so
	May     bool    // propose
}

// group is the commitments of one line of work or one country's institution.
type group struct {
	Name  string
	Cards []card
}

// read narrows a list by what the address says.
func read(r *web.Request, agreement, stage string) roadmap.List {
	l := roadmap.List{Agreement: agreement, Stage: stage, Line: r.Query("line"), Owner: r.Query("owner"), Place: r.Query("place"), Mark: r.Query("mark"),
		SDG: r.Query("sdg"), GCM: r.Query("gcm"), Meeting: r.Query("meeting"), Late: r.Query("late") == "true", Words: r.Query("words"), Limit: perPage}
	if s := r.Query("stage"); s != "" {
		l.Stage = s
	}
	l.Offset, _ = strconv.ParseInt(r.Query("from"), 10, 64)
	return l
}

// gather fills a list from the address.
func (d *desk) gather(r *web.Request, l roadmap.List, filters []web.Filter) (g listing, err error) {
	if g.under, err = d.under(r); err != nil || g.Agreement.ID == "" {
		g.Empty = g.under.Empty
		return g, err
	}
	l.Agreement = g.Agreement.ID
	all, err := act.Ask(r.Context(), d.engine, r.Who, l)
	if err != nil {
		return g, err
	}
	count, err := act.Ask(r.Context(), d.engine, r.Who, roadmap.Count{List: l})
	if err != nil {
		return g, err
	}
	g.Cards = cardsOf(r, all)
	g.Filters = web.Filters{Count: int(count.Count), Fields: filters}
	g.Pages = pagesOf(r, l, count.Count)
	g.May = g.Agreement.InForce(r.Now) && access.Could(r.Who, "roadmap.propose")
	g.Empty = web.Empty{Title: r.Say("roadmap.list.empty"), Body: r.Say("roadmap.list.empty.body")}
	if g.May {
		g.Empty.Action = web.Link{Text: r.Say("roadmap.propose"), Href: at(commitmentsPath+"/new", g.Agreement.ID)}
	}
	return g, nil
}

// pagesOf leads through a list by how many stand before a page.
func pagesOf(r *web.Request, l roadmap.List, count int64) (p web.Pagination) {
	turn := func(from int64) string {
		q := r.URL.Query()
		q.Del("from")
		if from > 0 {
			q.Set("from", strconv.FormatInt(from, 10))
		}
		return (&url.URL{Path: r.URL.Path, RawQuery: q.Encode()}).String()
	}
	if l.Offset > 0 {
		p.Prev = turn(max(l.Offset-l.Limit, 0))
	}
	if l.Offset+l.Limit < count {
		p.Next = turn(l.Offset + l.Limit)
	}
	if p.Prev != "" || p.Next != "" {
		p.Label = r.Say("roadmap.pages", "From", i18n.Number(r.Lang, l.Offset+1), "To", i18n.Number(r.Lang, min(l.Offset+l.Limit, count)), "Count", i18n.Number(r.Lang, count))
	}
	return p
}

// filters are those of a list; the agreement stays in the address.
func (d *desk) filters(r *web.Request, u under, stages []string) ([]web.Filter, error) {
	known, err := d.agencies(r)
	if err != nil {
		return nil, err
	}
	var ownerChoices []web.Option
	for _, p := range u.Agreement.Parties {
		ownerChoices = append(ownerChoices, web.Option{Value: p, Label: country(r.Lang, p)})
	}
	var institutions []web.Option
	for code, a := range known {
		if slices.Contains(u.Agreement.Parties, a.Node) {
			institutions = append(institutions, web.Option{Value: code, Label: country(r.Lang, a.Node) + " · " + a.Name})
		}
	}
	i18n.SortBy(r.Lang, institutions, func(o web.Option) string { return o.Label })
	var lines []web.Option
	for _, l := range roadmap.LinesOf(u.Agreement) {
		lines = append(lines, web.Option{Value: l, Label: lineName(r.Lang, l)})
	}
	fields := []web.Filter{
		{Name: "stage", Label: r.Say("roadmap.filter.state"), Kind: "select", Choices: web.Choices(r.Lang, "roadmap.state.", stages...)},
		{Name: "line", Label: r.Say("roadmap.field.line"), Kind: "select", Choices: lines},
		{Name: "owner", Label: r.Say("roadmap.field.owners"), Kind: "select", Choices: append(ownerChoices, institutions...)},
		{Name: "mark", Label: r.Say("roadmap.field.marks"), Kind: "select", Choices: web.Choices(r.Lang, "roadmap.mark.", roadmap.Marks...)},
		{Name: "words", Label: r.Say("roadmap.filter.words"), Kind: "text"},
	}
	if len(u.Others) > 0 {
		agreements := []web.Option{{Value: u.Agreement.ID, Label: u.Title}}
		for _, o := range u.Others {
			if at, err := url.Parse(o.Href); err == nil {
				agreements = append(agreements, web.Option{Value: at.Query().Get("agreement"), Label: o.Text})
			}
		}
		fields = append([]web.Filter{{Name: "agreement", Label: r.Say("roadmap.filter.agreement"), Kind: "select", Choices: agreements}}, fields...)
	}
	return fields, nil
}

// commitments lists what is in the plan, by number, by line of work or by who
// answers.
func (d *desk) commitments(r *web.Request) (web.View, error) {
	v := web.View{Template: "roadmap/commitments", Title: "roadmap.commitments.title"}
	u, err := d.under(r)
	if err != nil {
		return v, err
	}
	fields, err := d.filters(r, u, []string{"planned", "under_way", "reported_done", "done", "replaced"})
	if err != nil {
		return v, err
	}
	fields = append(fields,
		web.Filter{Name: "late", Label: r.Say("roadmap.filter.late"), Kind: "checkboxes", Choices: []web.Option{{Value: "true", Label: r.Say("roadmap.filter.late.only")}}},
		web.Filter{Name: "by", Label: r.Say("roadmap.filter.by"), Kind: "select", Choices: web.Choices(r.Lang, "roadmap.by.", "line", "owner")})
	g, err := d.gather(r, read(r, "", "plan"), fields)
	g.Groups = grouped(r, g.Cards, r.Query("by"))
	v.Data = g
	return v, err
}

// grouped puts the commitments of a page under their line of work or under each
// institution that answers for them.
func grouped(r *web.Request, cards []card, by string) []group {
	var groups []group
	put := func(name string, c card) {
		i := slices.IndexFunc(groups, func(g group) bool { return g.Name == name })
		if i < 0 {
			groups, i = append(groups, group{Name: name}), len(groups)
		}
		groups[i].Cards = append(groups[i].Cards, c)
	}
	for _, c := range cards {
		switch by {
		case "line":
			put(c.LineName, c)
		case "owner":
			for _, o := range c.OwnerRows {
				put(o.Country+" · "+o.Names, c)
			}
		}
	}
	i18n.SortBy(r.Lang, groups, func(g group) string { return g.Name })
	return groups
}

// proposals lists what is not in the plan yet.
func (d *desk) proposals(r *web.Request) (web.View, error) {
	v := web.View{Template: "roadmap/commitments", Title: "roadmap.proposals.title"}
	u, err := d.under(r)
	if err != nil {
		return v, err
	}
	fields, err := d.filters(r, u, []string{"proposed", "agreed", "cleared", "declined", "withdrawn"})
	if err != nil {
		return v, err
	}
	g, err := d.gather(r, read(r, "", "proposals"), fields)
	v.Data = g
	return v, err
}

// columns are the states that the board shows.
var columns = []flow.State{roadmap.Planned, roadmap.UnderWay, roadmap.Reported, roadmap.Done}

// column is one state on the board; More is how many it does not show.
type column struct {
	Tag   web.Tag
	Cards []card
	Count int
	More  string
}

// onBoard is how many commitments a column of the board shows.
const onBoard = 15

// board shows the plan by where each commitment stands.
func (d *desk) board(r *web.Request) (web.View, error) {
	v := web.View{Template: "roadmap/board", Title: "roadmap.board.title"}
	u, err := d.under(r)
	v.Data = map[string]any{"Under": u}
	if err != nil || u.Agreement.ID == "" {
		return v, err
	}
	var all []column
	for _, s := range columns {
		l := roadmap.List{Agreement: u.Agreement.ID, Stage: string(s), Line: r.Query("line"), Limit: onBoard}
		cards, err := act.Ask(r.Context(), d.engine, r.Who, l)
		if err != nil {
			return v, err
		}
		count, err := act.Ask(r.Context(), d.engine, r.Who, roadmap.Count{List: l})
		if err != nil {
			return v, err
		}
		c := column{Tag: stateTag(r, s), Cards: cardsOf(r, cards), Count: int(count.Count)}
		if c.Count > onBoard {
			c.More = at(commitmentsPath, u.Agreement.ID) + "&stage=" + string(s)
		}
		all = append(all, c)
	}
	v.Data = map[string]any{"Under": u, "Columns": all}
	return v, nil
}

// span is a commitment on the timeline, in hundredths of its width.
type span struct {
	card
	X, Wide string
	Kind    string // planned, moving, waiting, done, late
}

// calendar is the timeline: who is due when, and where today is.
type calendar struct {
	listing
	Spans  []span
	Today  string
	Years  []tick
	Months []tick
}

// tick is a mark on the axis.
type tick struct{ X, Name string }

// timeline shows the plan over time.
func (d *desk) timeline(r *web.Request) (web.View, error) {
	v := web.View{Template: "roadmap/timeline", Title: "roadmap.timeline.title"}
	u, err := d.under(r)
	if err != nil {
		return v, err
	}
	fields, err := d.filters(r, u, []string{"planned", "under_way", "reported_done", "done"})
	if err != nil {
		return v, err
	}
	g, err := d.gather(r, read(r, "", "plan"), fields)
	if err != nil {
		return v, err
	}
	v.Data = timelineOf(r, g)
	return v, nil
}

func timelineOf(r *web.Request, g listing) calendar {
	c := calendar{listing: g}
	if len(g.Cards) == 0 {
		return c
	}
	from, to := r.Now, r.Now
	for _, k := range g.Cards {
		if begun := earlier(k.CreatedAt, k.Due); begun.Before(from) {
			from = begun
		}
		if k.Due.After(to) {
			to = k.Due
		}
	}
	from = time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC)
	to = time.Date(to.Year(), to.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	place := func(t time.Time) float64 { return 100 * float64(t.Sub(from)) / float64(to.Sub(from)) }
	for _, k := range g.Cards {
		x, end := place(earlier(k.CreatedAt, k.Due)), k.Due.AddDate(0, 0, 1)
		if k.Late {
			end = r.Now // it is still owed
		}
		c.Spans = append(c.Spans, span{card: k, X: hundredths(x), Wide: hundredths(max(place(end)-x, 0.6)), Kind: kindOf(k)})
	}
	c.Today = hundredths(place(r.Now))
	c.axis(r, from, to, place)
	return c
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func hundredths(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

func kindOf(k card) string {
	switch {
	case k.Late:
		return "late"
	case k.State == roadmap.Done:
		return "done"
	case k.State == roadmap.Reported:
		return "waiting"
	case k.State == roadmap.UnderWay:
		return "moving"
	}
	return "planned"
}

// axis marks the years, and the months where there is room for them.
func (c *calendar) axis(r *web.Request, from, to time.Time, place func(time.Time) float64) {
	for t := from; t.Before(to); t = t.AddDate(0, 1, 0) {
		if t.Month() == time.January || t.Equal(from) {
			c.Years = append(c.Years, tick{hundredths(place(t)), strconv.Itoa(t.Year())})
		}
		if to.Sub(from) < 3*365*24*time.Hour {
			c.Months = append(c.Months, tick{hundredths(place(t)), i18n.Month(r.Lang, t.Month())})
		}
	}
}
