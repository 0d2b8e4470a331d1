package pages

import (
	"net/url"
	"slices"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/i18n"
	"istmo/referrals"
	"istmo/web"
)

// could finds nothing for somebody whose role never does the verb.
func could(r *web.Request, verb access.Verb) error {
	if !access.Could(r.Who, verb) {
		return fault.NotFound()
	}
	return nil
}

// openMine opens the file for somebody who may also change it.
func (o *room) openMine(r *web.Request) (cases.File, error) {
	f, err := o.open(r)
	if err == nil && !mine(r, f) {
		err = fault.NotFound()
	}
	return f, err
}

// form is a page with one form about the person.
func form(r *web.Request, name string, f cases.File, data map[string]any) web.View {
	if data == nil {
		data = map[string]any{}
	}
	data["Person"], data["Sealed"], data["Child"], data["Next"] = f.Person, f.Sealed, f.Child, FilePath(f.Person.ID)
	return web.View{Template: "cases/" + name, Title: "cases." + name + ".title", Data: data, Layout: web.Person, Back: back(r, f.Person)}
}

func (o *room) identity(r *web.Request) (web.View, error) {
	f, err := o.openMine(r)
	return form(r, "identity", f, nil), err
}

func (o *room) profile(r *web.Request) (web.View, error) {
	f, err := o.openMine(r)
	data := map[string]any{"Sexes": cases.Sexes, "AgeBands": cases.AgeBands, "Needs": cases.Needs, "Forms": cases.Forms,
		"Languages":    choices(r, "languages", f.Person.Languages, languages(r.Lang)),
		"Citizenships": choices(r, "citizenships", f.Person.Citizenships, countries(r.Lang))}
	return form(r, "profile", f, data), err
}

// decide takes down what an authority decided. The reader's own country stands
// first, because that is nearly always whose decision it is.
func (o *room) decide(r *web.Request) (web.View, error) {
	f, err := o.openMine(r)
	return form(r, "decide", f, map[string]any{"Countries": countries(r.Lang), "Here": cooperation.Country(r.Who.Node), "Statuses": cases.StatusCodes}), err
}

// risk is open to whoever broke the glass as well: the assessment may be why.
func (o *room) risk(r *web.Request) (web.View, error) {
	f, err := o.open(r)
	return form(r, "risk", f, map[string]any{"Levels": cases.Levels, "Factors": cases.RiskFactors}), err
}

func (o *room) best(r *web.Request) (web.View, error) {
	f, err := o.openMine(r)
	return form(r, "best", f, map[string]any{"Guardians": cases.Guardians[1:], "Outcomes": cases.Outcomes}), err
}

// askFor is the page that asks for the consent that a referral needs.
func askFor(l referrals.Line, groups []string) string {
	return FilePath(l.Person) + "/consent?" + url.Values{"to": {l.ToNode + "/" + l.ToAgency}, "purpose": {l.Purpose}, "groups": groups}.Encode()
}

// consent asks for one consent, with what a referral needs chosen beforehand.
// What is chosen is a proposal: the person says yes or no to each.
func (o *room) consent(r *web.Request) (web.View, error) {
	f, err := o.openMine(r)
	if err != nil {
		return web.View{}, err
	}
	w, _, err := o.words(r)
	language := r.Lang
	if len(f.Person.Languages) > 0 {
		language = f.Person.Languages[0]
	}
	return form(r, "consent", f, map[string]any{"Aloud": numbered(r, "cases.consent.say."), "To": w.receivers(), "Purposes": cases.Purposes,
		"Groups": cases.Groups, "Ways": cases.Ways, "Guardians": cases.Guardians[1:], "Languages": languages(r.Lang),
		"ChosenTo": r.Query("to"), "ChosenPurpose": r.Query("purpose"), "ChosenGroups": r.URL.Query()["groups"], "ChosenLanguage": language}), err
}

// withdraw says what will stop, and asks once.
func (o *room) withdraw(r *web.Request) (web.View, error) {
	f, err := o.openMine(r)
	if err != nil {
		return web.View{}, err
	}
	i := slices.IndexFunc(f.Consents, func(c cases.Consent) bool { return c.ID == r.PathValue("consent") && c.WithdrawnAt.IsZero() })
	if i < 0 {
		return web.View{}, fault.NotFound()
	}
	w, _, err := o.words(r)
	if err != nil {
		return web.View{}, err
	}
	lines, err := o.referrals(r, f.Person.ID)
	c := f.Consents[i]
	next := FilePath(f.Person.ID)
	return web.Interrupt("cases.withdraw.title", web.Interruption{Heading: w.say("cases.withdraw.heading", "Agency", w.agency(c.ToNode, c.ToAgency)),
		Body: w.whatStops(c, lines), Verb: "cases.withdraw-consent", Hidden: map[string]string{"consent": c.ID},
		Confirm: w.say("cases.withdraw.button"), Next: next, Cancel: web.Link{Text: w.say("cases.withdraw.cancel"), Href: next}}), err
}

// whatStops tells what rests on a consent and ends with it.
func (w words) whatStops(c cases.Consent, lines []referrals.Line) []string {
	body := []string{w.say("cases.withdraw.body")}
	agency, left := w.agency(c.ToNode, c.ToAgency), false
	for _, l := range lines {
		if l.Consent != c.ID || l.Side != referrals.Sender {
			continue
		}
		left = left || l.DueKey != "" || referrals.Flow.Place(l.State).End
		if referrals.Flow.Place(l.State).End {
			body = append(body, w.say("cases.withdraw.recalls", "Agency", agency))
			continue
		}
		body = append(body, w.say("cases.withdraw.stops", "Agency", agency, "State", w.say("referrals.state."+string(l.State))))
	}
	if len(body) == 1 {
		return append(body, w.say("cases.withdraw.nothing", "Agency", agency))
	}
	if left {
		body = append(body, w.say("cases.withdraw.back"))
	}
	return body
}

// erasePage says what is destroyed, and asks for the person's code: nobody
// writes it by mistake.
func (o *room) erasePage(r *web.Request) (web.View, error) {
	if err := could(r, "cases.erase"); err != nil {
		return web.View{}, err
	}
	f, err := o.openMine(r)
	v := form(r, "erase", f, map[string]any{"Path": FilePath(f.Person.ID) + "/erase", "Ref": f.Person.Ref})
	v.Layout, v.Back = web.Plain, nil
	return v, err
}

// erase erases, if the code is the person's.
func (o *room) erase(r *web.Request) (string, error) {
	if err := could(r, "cases.erase"); err != nil {
		return "", err
	}
	f, err := o.openMine(r)
	if err != nil {
		return "", err
	}
	if !strings.EqualFold(strings.TrimSpace(r.PostForm.Get("ref")), f.Person.Ref) {
		return "", fault.Invalid("ref", "cases.erase.not-the-ref")
	}
	_, err = act.Do(r.Context(), o.engine, r.Who, cases.Erase{On: cases.On{Person: f.Person.ID}})
	return PeoplePath + "/erased", err
}

// erased says that it is done; there is no page of the person to go back to.
func (o *room) erased(r *web.Request) (web.View, error) {
	return web.View{Template: "cases/erased", Title: "cases.erased.title", Layout: web.Person}, could(r, "cases.erase")
}

// assigned says who accompanies a person, without opening the file: a focal
// point assigns people whose files are not theirs to read.
func (o *room) assigned(r *web.Request) (web.View, error) {
	lines, err := act.Ask(r.Context(), o.engine, r.Who, cases.People{Person: r.PathValue("id")})
	if err == nil && len(lines) == 0 {
		err = fault.NotFound()
	}
	if err != nil {
		return web.View{}, err
	}
	p := lines[0]
	all, names, err := o.colleagues(r)
	w := words{Request: r, names: names}
	var with []companion
	for _, id := range p.AssignedTo {
		with = append(with, w.companion(id))
	}
	var free []web.Option
	for _, u := range all {
		if canAccompany(u.Roles) && u.Agency == p.Agency && u.State == "active" && !slices.Contains(p.AssignedTo, u.ID) {
			free = append(free, web.Option{Value: u.ID, Label: names[u.ID]})
		}
	}
	i18n.SortBy(r.Lang, free, func(o web.Option) string { return o.Label })
	link := &web.Link{Text: r.Say("cases.people.title"), Href: PeoplePath}
	if slices.Contains(p.AssignedTo, r.Who.ID) {
		link = back(r, p.Person)
	}
	data := map[string]any{"Person": p.Person, "With": with, "Free": free, "Here": FilePath(p.ID) + "/assigned"}
	return web.View{Template: "cases/assigned", Title: "cases.assign.title", Args: []any{"Ref", p.Ref}, Data: data, Layout: web.Person, Back: link}, err
}

// companion is one of those who accompany a person.
type companion struct {
	ID, Name, Remove string
	Next             string // where to go once they are removed
	Me               bool
}

func (w words) companion(id string) companion {
	c := companion{ID: id, Name: nameOf(w, id), Me: id == w.Who.ID}
	c.Remove = w.say("cases.assign.remove", "Name", c.Name)
	if c.Me {
		c.Name, c.Remove = w.say("cases.assign.you", "Name", c.Name), w.say("cases.assign.remove-me")
	}
	return c
}

// canAccompany reports whether somebody in these roles opens files.
func canAccompany(roles []string) bool {
	return slices.ContainsFunc(roles, func(role string) bool {
		return slices.Contains([]access.Role{access.FieldOfficer, access.ResponseTeam, access.CaseWorker}, access.Role(role))
	})
}
