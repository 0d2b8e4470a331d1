package pages

import (
	"net/url"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/i18n"
	"istmo/referrals"
	"istmo/store"
	"istmo/web"
)

// pageSize is how many people one page of the list holds.
const pageSize = 25

// row is a person in the list, in words.
type row struct {
	cases.Line
	Told  string   // age and needs
	Steps []string // codes of what is missing
	Waits bool     // a referral waits for this side
	With  []string // who accompanies them
}

// people lists those whom the reader accompanies; for a focal point, those of
// the agency.
func (o *room) people(r *web.Request) (web.View, error) {
	search := r.Query("ref")
	lines, err := act.Ask(r.Context(), o.engine, r.Who, cases.People{Search: search, Before: r.Query("before"), Limit: pageSize + 1})
	if err != nil {
		return web.View{}, err
	}
	count, err := act.Ask(r.Context(), o.engine, r.Who, cases.Count{Search: search})
	if err != nil {
		return web.View{}, err
	}
	next := ""
	if len(lines) > pageSize {
		lines = lines[:pageSize]
		next = PeoplePath + "?" + url.Values{"ref": {search}, "before": {lines[pageSize-1].ID}}.Encode()
	}
	rows, err := o.rows(r, lines)
	data := map[string]any{"Rows": rows, "Focal": r.Who.Has(access.FocalPoint), "Empty": nobody(r, search),
		"Pages": web.Pagination{Next: next},
		"Filters": web.Filters{Count: int(count.Count), Fields: []web.Filter{
			{Name: "ref", Label: r.Say("cases.people.ref-begins"), Kind: "text"}}}}
	return web.View{Template: "cases/people", Title: "cases.people.title", Data: data}, err
}

// rows puts lines into words, with what is next for each.
func (o *room) rows(r *web.Request, lines []cases.Line) ([]row, error) {
	_, names, err := o.colleagues(r)
	if err != nil {
		return nil, err
	}
	waiting, err := o.waiting(r)
	if err != nil {
		return nil, err
	}
	w := words{Request: r, names: names}
	rows := make([]row, len(lines))
	err = o.read(r, func(tx *store.Tx) error {
		for i, l := range lines {
			fresh, err := referrals.Fresh(tx, r.Who.Node, l.RiskAt)
			if err != nil {
				return err
			}
			rows[i] = row{Line: l, Told: w.brief(l.Person), Steps: l.Steps(fresh), Waits: waiting[l.ID]}
			for _, id := range l.AssignedTo {
				rows[i].With = append(rows[i].With, nameOf(w, id))
			}
		}
		return nil
	})
	return rows, err
}

// brief is what a colleague must know of a person in a list.
func (w words) brief(p cases.Person) string {
	age := w.coded(p, "age_band")
	if p.AgeBand == "unknown" {
		age = w.say("cases.people.age-unknown")
	}
	if len(p.Needs) == 0 {
		return age
	}
	return age + " · " + w.say("cases.people.needs", "Needs", lower(w.coded(p, "needs")))
}

// nameOf is a colleague's name, also when they have left.
func nameOf(w words, id string) string {
	if name := w.user(id); name != "" {
		return name
	}
	return w.say("cases.assign.gone")
}

// waiting are the people of whom a referral waits for the reader's side.
func (o *room) waiting(r *web.Request) (map[string]bool, error) {
	desk, err := act.Ask(r.Context(), o.engine, r.Who, referrals.Desk{})
	waits := map[string]bool{}
	for _, l := range desk {
		if l.Waits {
			waits[l.Person] = true
		}
	}
	return waits, err
}

// nobody is what an empty list says.
func nobody(r *web.Request, search string) web.Empty {
	if search != "" {
		return web.Empty{Title: r.Say("cases.people.none"), Body: r.Say("cases.people.none.body"),
			Action: web.Link{Text: r.Say("cases.people.none.action"), Href: PeoplePath}}
	}
	key := "cases.people.empty"
	if r.Who.Has(access.FocalPoint) {
		key += ".agency"
	}
	return web.Empty{Title: r.Say(key), Body: r.Say(key + ".body")}
}

// register asks what helps now, in the order in which one would speak. Somebody
// whose role registers nobody finds nothing here.
func (o *room) register(r *web.Request) (web.View, error) {
	if err := could(r, "cases.register"); err != nil {
		return web.View{}, err
	}
	data := map[string]any{"Languages": choices(r, "languages", nil, languages(r.Lang)),
		"Citizenships": choices(r, "citizenships", nil, countries(r.Lang)),
		"Sexes":        cases.Sexes, "AgeBands": cases.AgeBands, "Needs": cases.Needs, "Safe": safe(r)}
	return web.View{Template: "cases/register", Title: "cases.register.title", Data: data, Layout: web.Desk,
		Back: &web.Link{Text: r.Say("cases.people.title"), Href: PeoplePath}}, nil
}

// safe is how to interview without doing harm.
func safe(r *web.Request) []string { return numbered(r, "cases.safe.") }

// numbered are the sentences prefix1, prefix2, … as far as there are any.
func numbered(r *web.Request, prefix string) []string {
	var all []string
	for n := '1'; i18n.Has(r.Lang, prefix+string(n)); n++ {
		all = append(all, r.Say(prefix+string(n)))
	}
	return all
}
