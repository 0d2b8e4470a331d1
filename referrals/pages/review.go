package pages

import (
	"net/url"
	"slices"
	"strings"

	"istmo/act"
	"istmo/cases"
	"istmo/fault"
	"istmo/i18n"
	"istmo/referrals"
	"istmo/web"
)

// group is a group of fields to choose from.
type group struct {
	Name    string
	Tag     web.Tag // whether consent and agreement let it go
	Choices []web.Option
	Chosen  []string
}

// departure is what the page of a review shows.
type departure struct {
	ID, To, Where    string
	Abroad           bool
	Now, Later, Stay []web.Item
	Groups           []group
	Tasks            []web.Task
	Ready, Confirmed bool
}

// review shows, with the person's own values, what leaves now, what on
// acceptance, what stays, and what is missing before anything may leave.
func (d *desk) review(r *web.Request) (web.View, error) {
	found, err := act.Look(r.Context(), d.engine, r.Who, referrals.Review{On: referrals.On{ID: r.PathValue("id")}})
	if err != nil {
		return web.View{}, err
	}
	ref := found.Referral
	if ref.State != referrals.Draft && ref.State != referrals.ConsentConfirmed && ref.State != referrals.Suspended {
		return web.View{Redirect: pageOf(ref.ID)}, nil
	}
	data := departure{ID: ref.ID, To: place(r, found.To), Where: towards(r, found.To), Abroad: ref.FromNode != ref.ToNode,
		Groups: groups(r, found), Tasks: tasks(r, found), Ready: len(found.Missing) == 0, Confirmed: ref.State == referrals.ConsentConfirmed}
	data.Now, data.Later, data.Stay = sides(r, found)
	return web.View{Template: "referrals/review", Title: "referrals.review.title", Args: []any{"Where", data.Where}, Data: data, Layout: web.Person,
		Back: &web.Link{Text: r.Say("referrals.back.referral"), Href: pageOf(ref.ID)}}, nil
}

// sides parts what leaves at once, what leaves on acceptance and what stays.
// Of what nobody has recorded nothing can leave, so it is not shown.
func sides(r *web.Request, d referrals.Departure) (now, later, stay []web.Item) {
	now = append(now, web.Item{Label: r.Say("referrals.purpose"), Value: purpose(r, d.Referral.Purpose)})
	if d.Referral.Urgent {
		now = append(now, web.Item{Label: r.Say("referrals.urgent"), Value: r.Say("referrals.urgent.said")})
	}
	if d.Note != "" {
		now = append(now, web.Item{Label: r.Say("referrals.new.note"), Value: d.Note})
	}
	if d.Referral.Child {
		now = append(now, web.Item{Label: r.Say("referrals.child"), Value: r.Say("referrals.child.always")})
	}
	for _, l := range d.Fields {
		item := web.Item{Label: r.Say("cases.field." + l.Field), Value: value(r, l)}
		switch {
		case item.Value == "":
		case l.AtOnce:
			now = append(now, item)
		case l.Leaves:
			later = append(later, item)
		default:
			item.Why = why(r, l)
			stay = append(stay, item)
		}
	}
	return now, later, stay
}

// why says why a field stays.
func why(r *web.Request, l referrals.Leaving) string {
	switch {
	case !l.Agreed:
		return r.Say("referrals.stays.no-consent")
	case !l.Covered:
		return r.Say("referrals.stays.no-agreement")
	}
	return r.Say("referrals.stays.not-chosen")
}

// value is a field's content in words; empty if nobody has recorded it.
func value(r *web.Request, l referrals.Leaving) string {
	if l.Value != "" {
		return l.Value
	}
	return inWords(r, l.Field, l.Codes)
}

// inWords says the codes of a field as one phrase.
func inWords(r *web.Request, field string, codes []string) string {
	said := make([]string, len(codes))
	for i, code := range codes {
		if said[i] = coded(r, field, code); i > 0 && field != "citizenships" {
			said[i] = strings.ToLower(said[i])
		}
	}
	return i18n.List(r.Lang, said...)
}

func coded(r *web.Request, field, code string) string {
	switch field {
	case "citizenships":
		return i18n.Country(r.Lang, code)
	case "languages":
		return i18n.Language(r.Lang, code)
	}
	return r.Say("cases." + field + "." + code)
}

// groups are the choices, with each field's value beside it.
func groups(r *web.Request, d referrals.Departure) []group {
	var all []group
	for _, name := range cases.Groups {
		g := group{Name: name}
		for _, l := range d.Fields {
			if l.Group != name {
				continue
			}
			g.Tag = allowed(r, l)
			o := web.Option{Value: l.Field, Label: r.Say("cases.field." + l.Field), Hint: value(r, l)}
			if o.Hint == "" {
				o.Hint = r.Say("referrals.choose.nothing")
			}
			g.Choices = append(g.Choices, o)
			if l.Leaves {
				g.Chosen = append(g.Chosen, l.Field)
			}
		}
		all = append(all, g)
	}
	return all
}

func allowed(r *web.Request, l referrals.Leaving) web.Tag {
	switch {
	case l.Agreed && l.Covered:
		return web.Tag{Text: r.Say("referrals.choose.allowed"), Tone: web.Success}
	case !l.Agreed && !l.Covered:
		return web.Tag{Text: r.Say("referrals.choose.neither"), Tone: web.Warning}
	case !l.Agreed:
		return web.Tag{Text: r.Say("referrals.choose.no-consent"), Tone: web.Warning}
	}
	return web.Tag{Text: r.Say("referrals.choose.no-agreement"), Tone: web.Warning}
}

// tasks are what must be there before anything leaves, each with the page that
// mends it.
func tasks(r *web.Request, d referrals.Departure) []web.Task {
	ref, person := d.Referral, "/people/"+url.PathEscape(d.Referral.Person)
	chosen, _ := cases.GroupsOf(ref.Fields)
	consent := url.Values{"to": {ref.ToNode + "/" + ref.ToAgency}, "purpose": {ref.Purpose}, "groups": chosen}
	all := []web.Task{task(r, d, "consent", person+"/consent?"+consent.Encode(), "cases.")}
	if ref.FromNode != ref.ToNode {
		all = append(all, task(r, d, "agreement", "/agreements", "cooperation."))
	}
	all = append(all, task(r, d, "risk", person+"/risk", "referrals.no-risk", "referrals.risk-stale"))
	if ref.Child {
		all = append(all, task(r, d, "best-interests", person+"/best-interests", "referrals.child-best-interests"))
		if len(faultsOf(d, "referrals.child-authority")) > 0 {
			all = append(all, task(r, d, "child-authority", "/directory", "referrals.child-authority"))
		}
	}
	return all
}

// task is one of them, done if no fault with such a key is among what is missing.
func task(r *web.Request, d referrals.Departure, name, href string, keys ...string) web.Task {
	t := web.Task{Title: r.Say("referrals.needs." + name), Hint: r.Say("referrals.needs." + name + ".done"),
		Tag: web.Tag{Text: r.Say("referrals.needs.there"), Tone: web.Success}}
	for _, f := range faultsOf(d, keys...) {
		t.Title, t.Hint, t.Href = r.Say("referrals.needs."+name+".do"), sentence(r, f), href
		t.Tag = web.Tag{Text: r.Say("referrals.needs.missing"), Tone: web.Warning}
	}
	return t
}

func faultsOf(d referrals.Departure, keys ...string) fault.List {
	return slices.DeleteFunc(slices.Clone(d.Missing), func(f *fault.Fault) bool {
		return !slices.ContainsFunc(keys, func(key string) bool {
			return f.Key == key || strings.HasSuffix(key, ".") && strings.HasPrefix(f.Key, key)
		})
	})
}

// sentence says a fault; codes in it are said in words.
func sentence(r *web.Request, f *fault.Fault) string {
	values := []any{"Label", f.Field}
	for name, v := range f.Args {
		text, _ := v.(string)
		switch name {
		case "Group":
			v = r.Say("cases.group." + text)
		case "Country":
			v = i18n.Country(r.Lang, text)
		}
		values = append(values, name, v)
	}
	return r.Say(f.Key, values...)
}

// send asks once, in words, before anything leaves.
func (d *desk) send(r *web.Request) (web.View, error) {
	found, err := act.Look(r.Context(), d.engine, r.Who, referrals.Review{On: referrals.On{ID: r.PathValue("id")}})
	if err != nil {
		return web.View{}, err
	}
	ref := found.Referral
	if ref.State != referrals.ConsentConfirmed {
		return web.View{Redirect: pageOf(ref.ID)}, nil
	}
	now, later, _ := sides(r, found)
	border := "referrals.send.inside"
	if ref.FromNode != ref.ToNode {
		border = "referrals.send.abroad"
	}
	where := towards(r, found.To)
	body := []string{r.Say(border, "Fields", names(r, now[1:])), // the purpose has a sentence of its own
		r.Say("referrals.send.who", "To", place(r, found.To), "Purpose", purpose(r, ref.Purpose))}
	if len(later) > 0 {
		body = append(body, r.Say("referrals.send.later", "Fields", names(r, later)))
	}
	body = append(body, r.Say("referrals.send.back"))
	v := web.Interrupt("referrals.send.title", web.Interruption{Heading: r.Say("referrals.send.heading", "Where", where), Body: body,
		Verb: "referrals.send", Hidden: map[string]string{"id": ref.ID}, Confirm: r.Say("referrals.send.button", "Where", where), Next: pageOf(ref.ID),
		Cancel: web.Link{Text: r.Say("referrals.send.cancel"), Href: pageOf(ref.ID) + "/review"}})
	v.Args = []any{"Where", where}
	return v, nil
}

func names(r *web.Request, items []web.Item) string {
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = strings.ToLower(item.Label)
	}
	return i18n.List(r.Lang, words...)
}
