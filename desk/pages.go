// Package desk is where everybody begins: what waits for them, by clock. It
// joins what the features know and knows nothing itself; whoever works with
// nobody's file finds where their own work is.
package desk

import (
	"embed"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/i18n"
	"istmo/notices"
	"istmo/referrals"
	"istmo/store"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

// Path is the desk.
const Path = "/"

type desk struct{ engine *act.Engine }

// Routes hangs the desk on the site.
func Routes(s *web.Site, e *act.Engine) {
	d := &desk{e}
	s.Templates("desk", templates)
	s.Navigation(web.Nav{Key: "desk.nav", Path: Path, Order: 10})
	s.Page("GET /{$}", d.page)
}

// waiting is a referral on the desk, in words.
type waiting struct {
	Title, About string
	Href         string
	Clock        web.Clock
	Timed        bool
	Tag          web.Tag
}

// unfinished is a person for whom something is missing.
type unfinished struct {
	cases.Line
	Steps []string
}

// view is the desk of somebody who works with people.
type view struct {
	Duty    []waiting // what waits of the immediate response
	Alerts  []waiting // somebody may be in danger
	Mine    []waiting // the next step is this side's
	People  []unfinished
	Reviews []cases.Glass
	Asked   []waiting  // asked of the other side, and what it refused
	Theirs  []waiting  // the next step is the other side's
	Posts   []waiting  // what waits of the posts where people are screened
	Between []section  // what waits of the work between the countries
	Stale   []web.Task // directory entries to check
	Empty   web.Empty
}

// Bare reports whether nothing at all is on the desk.
func (v view) Bare() bool {
	return len(v.Duty)+len(v.Alerts)+len(v.Mine)+len(v.People)+len(v.Reviews)+len(v.Asked)+len(v.Theirs)+len(v.Posts)+len(v.Between)+len(v.Stale) == 0
}

func (d *desk) page(r *web.Request) (web.View, error) {
	stale, err := d.stale(r)
	if err != nil {
		return web.View{}, err
	}
	undelivered, err := d.undelivered(r)
	if err != nil {
		return web.View{}, err
	}
	stale = append(undelivered, stale...)
	between, err := d.between(r)
	if err != nil {
		return web.View{}, err
	}
	if !access.Could(r.Who, "referrals.desk") {
		return d.start(r, stale, between), nil
	}
	v := view{Stale: stale, Between: between, Empty: web.Empty{Title: r.Say("desk.empty"), Body: r.Say("desk.empty.body")}}
	if v.Duty, err = d.duty(r); err != nil {
		return web.View{}, err
	}
	if v.Posts, err = d.screening(r); err != nil {
		return web.View{}, err
	}
	err = d.referrals(r, &v)
	if err == nil {
		v.People, err = d.people(r)
	}
	if err == nil && access.Could(r.Who, "cases.review-glass") {
		v.Reviews, err = act.Ask(r.Context(), d.engine, r.Who, cases.BrokenGlass{})
	}
	return web.View{Template: "desk/desk", Title: "desk.title", Data: v}, err
}

// referrals sorts the open referrals by whose turn it is. They come by clock.
func (d *desk) referrals(r *web.Request, v *view) error {
	lines, err := act.Ask(r.Context(), d.engine, r.Who, referrals.Desk{})
	if err != nil {
		return err
	}
	return d.engine.DB.Read(r.Context(), func(tx *store.Tx) error {
		for _, l := range lines {
			w, err := told(tx, r, l)
			if err != nil {
				return err
			}
			switch {
			case referrals.Flow.Place(l.State).Alert:
				v.Alerts = append(v.Alerts, w)
			case l.Asked != "" || l.Refused != "":
				v.Asked = append(v.Asked, w)
			case l.Waits:
				v.Mine = append(v.Mine, w)
			default:
				v.Theirs = append(v.Theirs, w)
			}
		}
		return nil
	})
}

// told puts a line into words: what to do, with whom, and until when.
func told(tx *store.Tx, r *web.Request, l referrals.Line) (waiting, error) {
	state := r.Say("referrals.state." + string(l.State))
	w := waiting{Title: state, Href: "/referrals/" + l.ID, About: about(r, l), Timed: !l.DueAt.IsZero()}
	switch {
	case l.Recall == "asked" && l.Side == referrals.Receiver:
		w.Title = r.Say("desk.next.recall")
	case l.Refused != "":
		w.Tag = web.Tag{Text: r.Say("desk.refused"), Tone: web.Warning}
		w.About += " · " + r.Say(l.Refused)
	case l.Asked != "":
		w.Title = r.Say("verb." + l.Asked)
		w.Tag = web.Tag{Text: r.Say("desk.asked"), Tone: web.Active}
	case l.Waits || referrals.Flow.Place(l.State).Alert: // both sides search
		w.Title = r.Say("desk.next." + string(l.State))
	}
	if w.Timed {
		return w, clock(tx, r, l, &w.Clock)
	}
	return w, nil
}

// about names the other side and, where there is a file here, the person.
func about(r *web.Request, l referrals.Line) string {
	key := "desk.to"
	if l.Side == referrals.Receiver {
		key = "desk.from"
	}
	agency := l.Other.Name
	if l.Other.Node != r.Who.Node {
		agency += ", " + i18n.Country(r.Lang, cooperation.Country(l.Other.Node))
	}
	words := r.Say(key, "Agency", agency)
	if l.Ref != "" {
		words += " · " + l.Ref
	}
	return words
}

// clock is when the next step is due, with the rule that says so. A rule that
// the tables no longer hold is left out; the day it gave stays.
func clock(tx *store.Tx, r *web.Request, l referrals.Line, c *web.Clock) error {
	c.Due = l.DueAt
	c.What = r.Say("referrals.clock." + strings.TrimSuffix(strings.TrimPrefix(l.DueKey, "referral."), ".urgent"))
	rule, err := l.Rule(tx)
	if err != nil && len(fault.All(err)) == 0 {
		return nil
	}
	c.Rule, c.Source = rule.Rule.In(r.Lang), rule.Source
	return nil
}

// listed is how many people the desk names; the list has them all.
const listed = 10

// people are the reader's own for whom something is missing.
func (d *desk) people(r *web.Request) ([]unfinished, error) {
	lines, err := act.Ask(r.Context(), d.engine, r.Who, cases.People{Limit: 200})
	if err != nil {
		return nil, err
	}
	var found []unfinished
	err = d.engine.DB.Read(r.Context(), func(tx *store.Tx) error {
		for _, l := range lines {
			if !l.Opens || len(found) == listed {
				continue
			}
			fresh, err := referrals.Fresh(tx, r.Who.Node, l.RiskAt)
			if err != nil {
				return err
			}
			if steps := l.Steps(fresh); len(steps) > 0 {
				found = append(found, unfinished{l, steps})
			}
		}
		return nil
	})
	return found, err
}

// stale are the entries of the directory that the reader should look at again.
func (d *desk) stale(r *web.Request) ([]web.Task, error) {
	if !access.Could(r.Who, "cooperation.stale") {
		return nil, nil
	}
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Stale{})
	tasks := make([]web.Task, len(all))
	for i, a := range all {
		tasks[i] = web.Task{Title: r.Say("cooperation.stale.task", "Name", a.Name), Hint: r.Say("cooperation.stale.task.hint", "Date", i18n.Date(r.Lang, a.Verified.In(r.Zone()))),
			Href: "/directory/" + a.Node + "/" + a.ID, Tag: web.Tag{Text: r.Say("cooperation.stale"), Tone: web.Warning}}
	}
	return tasks, err
}

// undelivered tells those who run the node that notices do not get through.
func (d *desk) undelivered(r *web.Request) ([]web.Task, error) {
	if !access.Could(r.Who, "notices.delivery") {
		return nil, nil
	}
	all, err := act.Ask(r.Context(), d.engine, r.Who, notices.Delivery{})
	if err != nil || !all.Failing() {
		return nil, err
	}
	return []web.Task{{Title: r.Say("notices.delivery.line"), Href: "/notices/delivery", Tag: web.Tag{Text: r.Say("notices.delivery.failing"), Tone: web.Danger}}}, nil
}

// beginnings are the places where work begins that is with nobody's file.
var beginnings = []struct {
	verb      access.Verb
	key, path string
}{
	{"people.add-user", "desk.start.users", "/administration/users"},
	{"people.add-agency", "desk.start.agencies", "/administration/agencies"},
	{"cooperation.partners", "desk.start.partners", "/partners"},
	{"ledger.show", "desk.start.ledger", "/ledger"},
	{"jointfiles.list", "jointfiles.start", "/jointfiles"},
	{"roadmap.state", "desk.start.roadmap", "/roadmap"},
	{"cooperation.agreements", "desk.start.agreements", "/agreements"},
}

// start is the desk of somebody who opens nobody's file.
func (d *desk) start(r *web.Request, tasks []web.Task, between []section) web.View {
	for _, b := range beginnings {
		if access.Could(r.Who, b.verb) {
			tasks = append(tasks, web.Task{Title: r.Say(b.key), Hint: r.Say(b.key + ".hint"), Href: b.path})
		}
	}
	return web.View{Template: "desk/start", Title: "desk.title", Data: map[string]any{"Tasks": tasks, "Between": between}}
}
