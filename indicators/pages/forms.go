package pages

import (
	"slices"
	"strings"

	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/i18n"
	"istmo/indicators"
	"istmo/web"
)

// form is what stands behind a version: one of its indicators, or a step of its life.
func (d *desk) form(r *web.Request) (web.View, error) {
	switch what := r.PathValue("what"); what {
	case "new":
		return d.write(r, indicators.Indicator{Strength: indicators.Medium, Applies: indicators.ForAll, Way: indicators.Asked, Dimension: r.Query("dimension")}, true)
	case "publish":
		return d.publish(r)
	case "discard":
		return d.discard(r)
	case "share":
		return d.share(r)
	default:
		return d.indicator(r, what)
	}
}

func (d *desk) back(r *web.Request, l indicators.List) *web.Link {
	return &web.Link{Text: called(r, l), Href: Page(l.ID)}
}

// said is what a person is asked in one language, with its state.
type said struct {
	Lang, Language, Dir, Words string
	Tag                        web.Tag
}

// indicator shows one indicator in every language: as a form in a draft of one's own.
func (d *desk) indicator(r *web.Request, code string) (web.View, error) {
	v, err := d.show(r, r.PathValue("id"))
	if err != nil {
		return web.View{}, err
	}
	i, known := v.Indicator(code)
	if !known {
		return web.View{}, fault.NotFound()
	}
	if v.State == indicators.Drafted && may(r, "indicators.write", v.List) {
		return d.write(r, i, false)
	}
	var all []said
	for _, l := range indicators.Languages() {
		if words := i.Ask[l.Lang]; words != "" {
			all = append(all, said{l.Lang, i18n.Language(r.Lang, l.Lang), l.Dir, words, readTag(r, slices.Contains(i.Awaits, l.Lang))})
		}
	}
	asks := r.Say("indicators.ask.title")
	if i.Way == indicators.Observed {
		asks = r.Say("indicators.look.title")
	}
	rows := []web.Row{{Key: r.Say("indicators.dimension"), Value: dimension(r.Lang, i.Dimension)}, {Key: r.Say("indicators.strength"), Value: r.Say("indicators.of-strength." + i.Strength)},
		{Key: r.Say("indicators.applies_to"), Value: r.Say("indicators.applies." + i.Applies)}, {Key: r.Say("indicators.source"), Value: i.Source},
		{Key: r.Say("indicators.validated"), Value: r.Say("indicators.validated." + map[bool]string{true: "yes", false: "no"}[i.Validated])}}
	data := map[string]any{"Shown": shownOf(r, v.List, i), "Rows": rows, "Said": all, "Asks": asks, "ES": i.ES, "EN": i.EN}
	return web.View{Template: "indicators/indicator", Title: "indicators.one.title", Args: []any{"Code", i.Code}, Data: data, Back: d.back(r, v.List)}, nil
}

// readTag says whether a native reader has read a text.
func readTag(r *web.Request, awaits bool) web.Tag {
	if awaits {
		return web.Tag{Text: r.Say("indicators.awaits"), Tone: web.Warning}
	}
	return web.Tag{Text: r.Say("indicators.read"), Tone: web.Success}
}

// write is the form of an indicator.
func (d *desk) write(r *web.Request, i indicators.Indicator, fresh bool) (web.View, error) {
	v, err := d.draftOf(r, "indicators.write")
	if err != nil {
		return web.View{}, err
	}
	var read []string
	var tongues []web.Option
	for _, l := range indicators.Languages()[2:] {
		if i.Ask[l.Lang] != "" && !slices.Contains(i.Awaits, l.Lang) {
			read = append(read, l.Lang)
		}
		tongues = append(tongues, web.Option{Value: l.Lang, Label: i18n.Language(r.Lang, l.Lang)})
	}
	var symbols []web.Option
	for _, s := range indicators.Symbols {
		symbols = append(symbols, web.Option{Value: s, Label: r.Say("indicators.symbol." + s)})
	}
	var dimensions []web.Option
	for _, name := range indicators.Dimensions {
		dimensions = append(dimensions, web.Option{Value: name, Label: dimension(r.Lang, name)})
	}
	elements := append([]web.Option{{Value: "", Label: r.Say("indicators.element.of-dimension")}}, web.Choices(r.Lang, "indicators.element.", indicators.Elements...)...)
	data := map[string]any{"List": v.List, "I": i, "Fresh": fresh, "Read": read, "Tongues": tongues, "Symbols": symbols, "Dimensions": dimensions, "Elements": elements,
		"Strengths": indicators.Strengths, "Applying": indicators.Applying, "Ways": []string{indicators.Asked, indicators.Observed}, "Lang": officer(r.Lang)}
	title := "indicators.write.title"
	if fresh {
		title = "indicators.new.title"
	}
	return web.View{Template: "indicators/write", Title: title, Args: []any{"Code", i.Code}, Data: data, Back: d.back(r, v.List)}, nil
}

// clause is the form of a clause of the rule; "new" is a further one.
func (d *desk) clause(r *web.Request) (web.View, error) {
	v, err := d.draftOf(r, "indicators.write-clause")
	if err != nil {
		return web.View{}, err
	}
	code := r.PathValue("code")
	i := slices.IndexFunc(v.Rule.Clauses, func(c indicators.Clause) bool { return c.Code == code })
	var c indicators.Clause
	switch {
	case i >= 0:
		c = v.Rule.Clauses[i]
	case code != "new":
		return web.View{}, fault.NotFound()
	}
	return web.View{Template: "indicators/clause", Title: "indicators.clause.title", Data: map[string]any{"List": v.List, "C": c, "Fresh": i < 0, "Last": len(v.Rule.Clauses) == 1},
		Back: d.back(r, v.List)}, nil
}

// joined is the form of whether what bears on an element is counted together.
func (d *desk) joined(r *web.Request) (web.View, error) {
	v, err := d.draftOf(r, "indicators.join")
	if err != nil {
		return web.View{}, err
	}
	name := r.PathValue("code")
	if !slices.Contains(indicators.Elements, name) {
		return web.View{}, fault.NotFound()
	}
	i := slices.IndexFunc(v.Rule.Together, func(j indicators.Joined) bool { return j.Element == name })
	j := indicators.Joined{Element: name}
	if i >= 0 {
		j = v.Rule.Together[i]
	}
	return web.View{Template: "indicators/joined", Title: "indicators.joined.title", Args: []any{"Element", r.Say("indicators.element." + name)},
		Data: map[string]any{"List": v.List, "J": j, "Is": i >= 0}, Back: d.back(r, v.List)}, nil
}

// newestOf is the version that a draft would take the place of.
func (d *desk) newestOf(r *web.Request) (string, error) {
	all, err := d.lines(r)
	for _, l := range all {
		if l.Node == r.Who.Node && l.State == indicators.Published {
			return l.ID, err
		}
	}
	return "", err
}

// publish shows what changes before a draft comes into force, and asks for the day
// and the reason.
func (d *desk) publish(r *web.Request) (web.View, error) {
	v, err := d.draftOf(r, "indicators.publish")
	if err != nil {
		return web.View{}, err
	}
	before, err := d.newestOf(r)
	if err != nil {
		return web.View{}, err
	}
	c, err := act.Ask(r.Context(), d.engine, r.Who, indicators.Compare{From: before, To: v.ID})
	if err != nil {
		return web.View{}, err
	}
	return web.View{Template: "indicators/publish", Title: "indicators.publish.title", Args: []any{"Version", v.Version},
		Data: map[string]any{"List": v.List, "Changes": changesOf(r, c.Changes), "Today": r.Now.In(r.Zone())}, Back: d.back(r, v.List)}, nil
}

// discard asks once before a draft is thrown away.
func (d *desk) discard(r *web.Request) (web.View, error) {
	v, err := d.draftOf(r, "indicators.discard")
	if err != nil {
		return web.View{}, err
	}
	return web.Interrupt("indicators.discard.title", web.Interruption{Heading: r.Say("indicators.discard.title"),
		Body: []string{r.Say("indicators.discard.what", "Version", v.Version), r.Say("indicators.discard.then")}, Verb: "indicators.discard", Hidden: map[string]string{"id": v.ID},
		Confirm: r.Say("indicators.discard.button"), Next: Root, Cancel: web.Link{Text: r.Say("indicators.discard.cancel"), Href: Page(v.ID)}}), nil
}

// share asks to whom a version is shown.
func (d *desk) share(r *web.Request) (web.View, error) {
	v, err := d.show(r, r.PathValue("id"))
	if err != nil {
		return web.View{}, err
	}
	if !slices.Contains(steps(r, v), "share") {
		return web.View{}, fault.NotFound()
	}
	partners, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Partners{})
	if err != nil {
		return web.View{}, err
	}
	var choices []web.Option
	for _, p := range partners {
		if p.State != cooperation.PartnerActive {
			continue
		}
		o := web.Option{Value: p.Node, Label: country(r.Lang, p.Node)}
		for _, s := range v.Shared {
			if s.Node == p.Node {
				o.Hint = r.Say("indicators.shared.on", "When", i18n.DateTime(r.Lang, s.At, r.Zone()))
			}
		}
		choices = append(choices, o)
	}
	return web.View{Template: "indicators/share", Title: "indicators.share.title", Args: []any{"Title", called(r, v.List)},
		Data: map[string]any{"List": v.List, "Partners": choices}, Back: d.back(r, v.List)}, nil
}

// change is one of the differences between two versions, in words.
type change struct {
	indicators.Change
	Name, Words string
	Tag         web.Tag
	Fields      []changed
}

// changed is a field of it on both sides.
type changed struct{ Name, Was, Is, Lang string }

func changesOf(r *web.Request, all []indicators.Change) []change {
	list := make([]change, len(all))
	for n, one := range all {
		c := change{Change: one, Name: one.Code, Words: one.ES}
		if r.Lang == "en" {
			c.Words = one.EN
		}
		if one.Rule {
			c.Name = r.Say("indicators.rule.row", "Code", one.Code)
			if slices.Contains(indicators.Elements, one.Code) {
				c.Name = r.Say("indicators.joined.title", "Element", r.Say("indicators.element."+one.Code))
			}
		}
		c.Tag = web.Tag{Text: r.Say("indicators.change." + one.Kind), Tone: map[string]web.Tone{indicators.Added: web.Success, indicators.Retired: web.Warning, indicators.Changed: web.Active}[one.Kind]}
		for _, f := range one.Fields {
			if told(one, f) {
				c.Fields = append(c.Fields, changedOf(r, f))
			}
		}
		list[n] = c
	}
	return list
}

// told leaves out what goes without saying: the words that name it already, and
// who has read a question that is not there.
func told(c indicators.Change, f indicators.Field) bool {
	if strings.HasPrefix(f.Name, "read_") {
		return f.Was != "" && f.Is != ""
	}
	return c.Kind == indicators.Changed || f.Name != "es" && f.Name != "en" && f.Name != "symbol" && f.Name != "way"
}

// changedOf puts the codes of a field into words, and notes the language of a text.
func changedOf(r *web.Request, f indicators.Field) changed {
	c := changed{Was: f.Was, Is: f.Is}
	name, lang, _ := strings.Cut(f.Name, "_")
	prefix := map[string]string{"dimension": "indicators.dimension.", "strength": "indicators.of-strength.", "applies_to": "indicators.applies.", "element": "indicators.element.",
		"way": "indicators.way.", "symbol": "indicators.symbol.", "validated": "indicators.yes-no.", "verified": "indicators.yes-no.", "read": "indicators.yes-no."}
	switch {
	case f.Name == "es" || f.Name == "en":
		c.Name, c.Lang = r.Say("indicators.words-in", "Language", i18n.Language(r.Lang, f.Name)), f.Name
	case name == "ask":
		c.Name, c.Lang = r.Say("indicators.asked-in", "Language", i18n.Language(r.Lang, lang)), lang
	case name == "read":
		c.Name = r.Say("indicators.read-in", "Language", i18n.Language(r.Lang, lang))
	default:
		name = f.Name
		c.Name = r.Say("indicators.field." + name)
	}
	if p := prefix[name]; p != "" {
		for _, side := range []*string{&c.Was, &c.Is} {
			if *side != "" && i18n.Has(r.Lang, p+*side) {
				*side = r.Say(p + *side)
			}
		}
	}
	return c
}

// compare shows where two versions differ.
func (d *desk) compare(r *web.Request) (web.View, error) {
	all, err := d.lines(r)
	if err != nil {
		return web.View{}, err
	}
	from, to := r.Query("from"), r.Query("to")
	choices := []web.Option{{Value: indicators.ShippedID, Label: r.Say("indicators.shipped")}}
	draft := ""
	for _, l := range all {
		choices = append(choices, web.Option{Value: l.ID, Label: called(r, l.List) + ", " + standing(r, l.List, l.Node == r.Who.Node).Text})
		if l.State == indicators.Drafted && may(r, "indicators.adopt", l.List) {
			draft = l.ID
		}
		if from == "" && l.Now {
			from = l.ID
		}
	}
	if to == "" {
		to = indicators.ShippedID
	}
	c, err := act.Ask(r.Context(), d.engine, r.Who, indicators.Compare{From: from, To: to})
	if err != nil {
		return web.View{}, err
	}
	data := map[string]any{"From": called(r, c.From.List), "To": called(r, c.To.List), "Changes": changesOf(r, c.Changes), "Filters": web.Filters{Count: len(c.Changes), Fields: []web.Filter{
		{Name: "from", Label: r.Say("indicators.compare.from"), Kind: "select", Choices: choices}, {Name: "to", Label: r.Say("indicators.compare.to"), Kind: "select", Choices: choices}}}}
	if draft != "" && to != draft && (c.To.Node != r.Who.Node || to == indicators.ShippedID) {
		data["Adopt"] = Page(draft) + "/adopt?from=" + to
	}
	return web.View{Template: "indicators/compare", Title: "indicators.compare.title", Data: data, Back: &web.Link{Text: r.Say("indicators.title"), Href: Root}}, nil
}

// adopt offers the rows of another version for a draft.
func (d *desk) adopt(r *web.Request) (web.View, error) {
	v, err := d.draftOf(r, "indicators.adopt")
	if err != nil {
		return web.View{}, err
	}
	all, err := d.lines(r)
	if err != nil {
		return web.View{}, err
	}
	choices := []web.Option{{Value: indicators.ShippedID, Label: r.Say("indicators.shipped")}}
	for _, l := range all {
		if l.ID != v.ID {
			choices = append(choices, web.Option{Value: l.ID, Label: called(r, l.List)})
		}
	}
	filter := web.Filters{Fields: []web.Filter{{Name: "from", Label: r.Say("indicators.adopt.from"), Kind: "select", Choices: choices}}}
	data := map[string]any{"List": v.List, "From": "", "Filters": filter}
	if from := r.Query("from"); from != "" {
		other, err := d.show(r, from)
		if err != nil {
			return web.View{}, err
		}
		rows := offers(r, v.List, other.List)
		filter.Count = len(rows)
		data["From"], data["Title"], data["Rows"], data["Filters"] = from, called(r, other.List), rows, filter
	}
	return web.View{Template: "indicators/adopt", Title: "indicators.adopt.title", Data: data, Back: d.back(r, v.List)}, nil
}

// offers are the indicators of another version that a draft lacks, or has otherwise.
func offers(r *web.Request, draft, other indicators.List) []web.Option {
	var rows []web.Option
	for _, c := range indicators.Differences(draft, other) {
		i, known := other.Indicator(c.Code)
		if c.Rule || c.Kind == indicators.Retired || !known {
			continue
		}
		rows = append(rows, web.Option{Value: c.Code, Label: c.Code + ". " + i.Words(r.Lang), Hint: r.Say("indicators.change."+c.Kind) + ". " + dimension(r.Lang, i.Dimension) + ". " + r.Say("indicators.of-strength."+i.Strength) + ". " + i.Source})
	}
	return rows
}

// try puts answers that are nobody's beside a version, to see what its rule makes of
// them.
func (d *desk) try(r *web.Request) (web.View, error) {
	v, err := d.show(r, r.PathValue("id"))
	if err != nil {
		return web.View{}, err
	}
	child := r.Query("who") == indicators.ForChild
	chosen := r.URL.Query()["yes"]
	answers := map[string]string{}
	for _, code := range chosen {
		answers[code] = indicators.Yes
	}
	var groups []group
	for _, name := range indicators.Dimensions {
		g := group{Name: dimension(r.Lang, name)}
		for _, i := range v.Indicators {
			if i.Dimension == name {
				g.Shown = append(g.Shown, shownOf(r, v.List, i))
			}
		}
		if len(g.Shown) > 0 {
			groups = append(groups, g)
		}
	}
	data := map[string]any{"List": v.List, "Groups": groups, "Child": child, "Chosen": answers}
	if len(chosen) > 0 {
		data["Result"] = Explain(r.Lang, v.List, indicators.Evaluate(v.List, indicators.Subject{Child: child}, answers))
	}
	return web.View{Template: "indicators/try", Title: "indicators.try.title", Args: []any{"Title", called(r, v.List)}, Data: data, Back: d.back(r, v.List)}, nil
}
