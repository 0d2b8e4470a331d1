package pages

import (
	"net/url"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/web"
)

// administration hangs up what administrators do: agencies and accounts.
func (d *desk) administration(site *web.Site) {
	for path, show := range map[string]func(*web.Request) (web.View, error){
		usersPath:                   d.usersPage,
		usersPath + "/new":          d.newUserPage,
		usersPath + "/{id}":         d.userPage,
		usersPath + "/{id}/disable": d.disablePage,
		usersPath + "/{id}/invite":  d.invitePage,
		agencyPath:                  d.agenciesPage,
		agencyPath + "/new":         d.newAgencyPage,
	} {
		site.Page("GET "+path, administrators(show))
	}
	site.Post("POST "+usersPath+"/{id}/code", d.showInvite)
}

// administrators shows a page to those who may add accounts; to others it is
// not there, even if they may list their colleagues elsewhere.
func administrators(show func(*web.Request) (web.View, error)) func(*web.Request) (web.View, error) {
	return func(r *web.Request) (web.View, error) {
		if !access.Decide(r.Who, people.AddUser{}.Verb(), "", nil).Allowed {
			return web.View{}, fault.Denied()
		}
		return show(r)
	}
}

// accountRow is one account in the list, with the name of its agency.
type accountRow struct {
	people.User
	AgencyName string
}

func (d *desk) agencies(r *web.Request) ([]people.Agency, map[string]people.Agency, error) {
	list, err := act.Ask(r.Context(), d.engine, r.Who, people.ListAgencies{})
	byID := map[string]people.Agency{}
	for _, a := range list {
		byID[a.ID] = a
	}
	return list, byID, err
}

func (d *desk) usersPage(r *web.Request) (web.View, error) {
	users, err := act.Ask(r.Context(), d.engine, r.Who, people.ListUsers{})
	if err != nil {
		return web.View{}, err
	}
	agencies, byID, err := d.agencies(r)
	if err != nil {
		return web.View{}, err
	}
	var rows []accountRow
	for _, u := range users {
		if chosen(r, "agency", u.Agency) && chosen(r, "state", standing(u)) {
			rows = append(rows, accountRow{u, byID[u.Agency].Name})
		}
	}
	data := map[string]any{"Rows": rows, "Filters": web.Filters{Count: len(rows), Fields: []web.Filter{
		{Name: "agency", Label: r.Say("people.agency"), Kind: "select", Choices: agencyOptions(agencies)},
		{Name: "state", Label: r.Say("people.state"), Kind: "select", Choices: web.Choices(r.Lang, "people.state.", "active", "waiting", "disabled")},
	}}}
	return web.View{Template: "people/users", Title: "people.users.title", Data: data}, nil
}

// chosen reports whether a value passes the filter of that name.
func chosen(r *web.Request, filter, value string) bool {
	want := r.Query(filter)
	return want == "" || want == value
}

// standing is the state of an account in the words of the list: one that has
// not enrolled is waiting.
func standing(u people.User) string {
	if u.State == people.Active && u.MustEnrol {
		return "waiting"
	}
	return string(u.State)
}

// Standing is standing, for templates.
func (a accountRow) Standing() string { return standing(a.User) }

// Tone is how the standing is shown.
func (a accountRow) Tone() web.Tone {
	return map[string]web.Tone{"active": web.Success, "waiting": web.Warning, "disabled": web.Neutral}[a.Standing()]
}

func agencyOptions(list []people.Agency) []web.Option {
	options := make([]web.Option, len(list))
	for i, a := range list {
		options[i] = web.Option{Value: a.ID, Label: a.Name}
	}
	return options
}

func (d *desk) newUserPage(r *web.Request) (web.View, error) {
	agencies, _, err := d.agencies(r)
	data := map[string]any{"Agencies": agencyOptions(agencies), "Roles": roles(), "Langs": i18n.Langs}
	return web.View{Template: "people/new-user", Title: "people.new-user.title", Data: data, Back: back(r, "people.users.title", usersPath)}, err
}

// userPage opens a profile; that is a deed.
func (d *desk) userPage(r *web.Request) (web.View, error) {
	p, err := act.Look(r.Context(), d.engine, r.Who, people.OpenUser{User: r.PathValue("id")})
	if err != nil {
		return web.View{}, err
	}
	_, byID, err := d.agencies(r)
	row := accountRow{p.User, byID[p.Agency].Name}
	data := map[string]any{"Profile": p, "Row": row, "Roles": roles(), "Rows": profileRows(r, p, row), "Own": p.ID == r.Who.ID}
	return web.View{Template: "people/user", Title: "people.user.title", Args: []any{"Name", p.Name}, Data: data, Back: back(r, "people.users.title", usersPath)}, err
}

func profileRows(r *web.Request, p people.Profile, row accountRow) []web.Row {
	return []web.Row{
		{Key: r.Say("people.full-name-label"), Value: p.FullName},
		{Key: r.Say("people.email-label"), Value: p.Email},
		{Key: r.Say("people.agency"), Value: row.AgencyName},
		{Key: r.Say("people.state"), Value: r.Say("people.state." + row.Standing())},
		{Key: r.Say("people.lang"), Value: i18n.Language(r.Lang, p.Lang)},
		{Key: r.Say("people.created"), Value: p.Created},
		{Key: r.Say("people.passkeys-count"), Value: i18n.Number(r.Lang, int64(len(p.Ways.Passkeys)))},
	}
}

// disablePage asks once before an account is closed.
func (d *desk) disablePage(r *web.Request) (web.View, error) {
	return d.ask(r, "people.disable", "people.disable-user")
}

// invitePage asks once before somebody's ways in are voided and made anew.
func (d *desk) invitePage(r *web.Request) (web.View, error) {
	return d.ask(r, "people.reinvite", "people.invite-user")
}

func (d *desk) ask(r *web.Request, words, verb string) (web.View, error) {
	p, err := act.Look(r.Context(), d.engine, r.Who, people.OpenUser{User: r.PathValue("id")})
	if err != nil {
		return web.View{}, err
	}
	say := func(key string) string { return r.Say(words+key, "Name", p.Name) }
	page := usersPath + "/" + url.PathEscape(p.ID)
	v := web.Interrupt(words+".title", web.Interruption{Heading: say(".title"), Body: []string{say(".body")}, Verb: verb,
		Hidden: map[string]string{"user": p.ID}, Confirm: say(".button"), Next: page, Cancel: web.Link{Text: say(".cancel"), Href: page}})
	v.Args = []any{"Name", p.Name}
	return v, nil
}

// showInvite shows the code of an open invite, once.
func (d *desk) showInvite(r *web.Request) (string, error) {
	code, err := act.Look(r.Context(), d.engine, r.Who, people.ShowInvite{User: r.PathValue("id")})
	if err != nil {
		return "", err
	}
	next := usersPath + "/" + url.PathEscape(r.PathValue("id"))
	return d.slips.put(d.session(r), slip{Kind: "invite", Lines: []string{code}, Next: next}), nil
}

// agenciesPage lists the agencies, with who gets what is overdue in each.
func (d *desk) agenciesPage(r *web.Request) (web.View, error) {
	agencies, _, err := d.agencies(r)
	if err != nil {
		return web.View{}, err
	}
	users, err := act.Ask(r.Context(), d.engine, r.Who, people.ListUsers{})
	var options []web.Option
	for _, u := range users {
		if u.State == people.Active {
			options = append(options, web.Option{Value: u.ID, Label: u.Name})
		}
	}
	data := map[string]any{"Agencies": agencies, "Users": options}
	return web.View{Template: "people/agencies", Title: "people.agencies.title", Data: data}, err
}

func (d *desk) newAgencyPage(r *web.Request) (web.View, error) {
	kinds := web.Choices(r.Lang, "people.kind.", people.AgencyKinds...)
	return web.View{Template: "people/new-agency", Title: "people.new-agency.title", Data: kinds, Back: back(r, "people.agencies.title", agencyPath)}, nil
}
