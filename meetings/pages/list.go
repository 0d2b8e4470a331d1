package pages

import (
	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/i18n"
	"istmo/meetings"
	"istmo/web"
)

// card is a meeting in a list.
type card struct {
	meetings.Line
	Href, Title, Kind, When, Where string
	State                          web.Tag
	Marks                          []web.Tag
	Clock                          web.Clock
	Words                          string // what stands in place of the clock
	Decided                        string
}

func cardOf(r *web.Request, l meetings.Line) card {
	c := card{Line: l, Href: Page(l.ID), Title: l.Title(r.Lang), Kind: r.Say("meetings.kind." + l.Kind), When: when(r.Lang, l.Meeting), Where: where(r.Lang, l.Meeting), State: standing(r, l)}
	if l.Version > 0 && l.Asked != "" {
		c.Marks = append(c.Marks, web.Tag{Text: r.Say("meetings.asked.some"), Tone: web.Warning})
	}
	if l.Version > 0 && l.Why != "" {
		c.Marks = append(c.Marks, web.Tag{Text: r.Say("meetings.refused.some"), Tone: web.Danger})
	}
	if l.Recorded {
		c.Marks = append(c.Marks, web.Tag{Text: r.Say("meetings.recorded"), Tone: web.Neutral})
	}
	c.Clock, c.Words = again(r, l)
	return c
}

// list shows the meetings to come and those that have been, and first of all
// which ones the parties owe each other.
func (d *desk) list(r *web.Request) (web.View, error) {
	ask := meetings.List{Kind: r.Query("kind"), Topic: r.Query("topic"), Agreement: r.Query("agreement"), When: r.Query("when")}
	all, err := act.Ask(r.Context(), d.engine, r.Who, ask)
	if err != nil {
		return web.View{}, err
	}
	agreements, err := d.agreements(r)
	if err != nil {
		return web.View{}, err
	}
	var owed, coming, past []card
	for _, l := range all {
		c := cardOf(r, l)
		if l.Owed() {
			owed = append(owed, c)
		}
		if l.Ends.After(r.Now) {
			coming = append(coming, c)
		} else {
			past = append(past, c)
		}
	}
	var papers []web.Option
	for _, a := range agreements {
		papers = append(papers, web.Option{Value: a.ID, Label: named(r.Lang, a)})
	}
	empty := web.Empty{Title: r.Say("meetings.empty"), Body: r.Say("meetings.empty.body")}
	data := map[string]any{"Owed": owed, "Coming": coming, "Past": past, "Empty": empty, "Feed": feedPath,
		"MayAnnounce": access.Could(r.Who, "meetings.announce"), "Filters": web.Filters{Count: len(all), Fields: []web.Filter{
			{Name: "when", Label: r.Say("meetings.when"), Kind: "select", Choices: web.Choices(r.Lang, "meetings.when.", "upcoming", "past")},
			{Name: "kind", Label: r.Say("meetings.kind"), Kind: "select", Choices: web.Choices(r.Lang, "meetings.kind.", meetings.Kinds...)},
			{Name: "topic", Label: r.Say("meetings.topic"), Kind: "select", Choices: web.Choices(r.Lang, "meetings.topic.", meetings.Topics...)},
			{Name: "agreement", Label: r.Say("meetings.agreement"), Kind: "select", Choices: papers}}}}
	return web.View{Template: "meetings/list", Title: "meetings.title", Data: data}, nil
}

// school is an institution at one post, with what its people were taught.
type school struct {
	meetings.Learned
	Country, Kind string
	Cells         []lesson
}

// lesson is a topic, in words.
type lesson struct {
	meetings.Cell
	Name, Words string
	Tone        web.Tone
	Href        string
}

// taught is when something was taught last.
func taught(r *web.Request, c meetings.Cell) string {
	if c.Last.IsZero() {
		return r.Say("meetings.undated")
	}
	return i18n.Date(r.Lang, c.Last.In(r.Zone()))
}

func lessonOf(r *web.Request, c meetings.Cell) lesson {
	l := lesson{Cell: c, Name: r.Say("meetings.topic." + c.Topic)}
	switch {
	case !c.Gap():
		l.Words, l.Tone, l.Href = taught(r, c), web.Success, Page(c.Meeting)
		if c.People > 0 {
			key := "meetings.trained.people"
			if !c.Counted {
				key = "meetings.trained.at-least"
			}
			l.Words += " · " + r.Say(key, "Count", int(c.People))
		} else {
			l.Words += " · " + r.Say("meetings.trained.uncounted")
		}
	case c.Unsaid:
		l.Words, l.Tone = r.Say("meetings.trained.unsaid"), web.Warning
	default:
		l.Words, l.Tone = r.Say("meetings.trained.gap"), web.Neutral
	}
	return l
}

// trained shows what each institution has been trained in, and the gaps.
func (d *desk) trained(r *web.Request) (web.View, error) {
	rows, err := act.Ask(r.Context(), d.engine, r.Who, meetings.Trained{Node: r.Query("node"), Kind: r.Query("kind"), Topic: r.Query("topic")})
	if err != nil {
		return web.View{}, err
	}
	directory, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Directory{})
	if err != nil {
		return web.View{}, err
	}
	gaps, all := 0, make([]school, len(rows))
	for i, row := range rows {
		all[i] = school{Learned: row, Country: country(r.Lang, row.Node)}
		if row.Kind != "" {
			all[i].Kind = r.Say("people.kind." + row.Kind)
		}
		for _, c := range row.Cells {
			all[i].Cells = append(all[i].Cells, lessonOf(r, c))
		}
		gaps += int(row.Gaps)
	}
	nodes, kinds := lands(r, directory)
	topic := web.Filter{Name: "topic", Label: r.Say("meetings.trained.missing"), Kind: "select", Choices: web.Choices(r.Lang, "meetings.topic.", meetings.Knowledge...)}
	data := map[string]any{"Rows": all, "Gaps": gaps, "Topics": web.Choices(r.Lang, "meetings.topic.", meetings.Knowledge...),
		"Empty": web.Empty{Title: r.Say("meetings.trained.empty"), Body: r.Say("meetings.trained.empty.body")},
		"Filters": web.Filters{Count: len(all), Fields: []web.Filter{
			{Name: "node", Label: r.Say("cooperation.country"), Kind: "select", Choices: nodes},
			{Name: "kind", Label: r.Say("cooperation.kind"), Kind: "select", Choices: kinds}, topic}}}
	return web.View{Template: "meetings/trained", Title: "meetings.trained.title", Data: data, Back: toList(r)}, nil
}

// lands are the countries and the kinds of institution of a directory.
func lands(r *web.Request, all []cooperation.Agency) (nodes, kinds []web.Option) {
	seen := map[string]bool{}
	for _, a := range all {
		if !seen["node "+a.Node] {
			nodes = append(nodes, web.Option{Value: a.Node, Label: country(r.Lang, a.Node)})
		}
		if !seen[a.Kind] {
			kinds = append(kinds, web.Option{Value: a.Kind, Label: r.Say("people.kind." + a.Kind)})
		}
		seen["node "+a.Node], seen[a.Kind] = true, true
	}
	i18n.SortBy(r.Lang, kinds, func(o web.Option) string { return o.Label })
	return nodes, kinds
}

// subscribe tells how a calendar program follows the meetings by itself.
func (d *desk) subscribe(r *web.Request) (web.View, error) {
	return web.View{Template: "meetings/subscribe", Title: "meetings.subscribe.title", Back: toList(r), Data: map[string]any{"Feed": feedPath}}, nil
}

func toList(r *web.Request) *web.Link {
	return &web.Link{Text: r.Say("meetings.title"), Href: Root}
}

func toMeeting(r *web.Request, m meetings.Meeting) *web.Link {
	return &web.Link{Text: m.Title(r.Lang), Href: Page(m.ID)}
}
