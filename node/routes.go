package node

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"istmo/access"
	peoplepages "istmo/access/people/pages"
	"istmo/act"
	actpages "istmo/act/pages"
	"istmo/api"
	casespages "istmo/cases/pages"
	cooperationpages "istmo/cooperation/pages"
	"istmo/desk"
	"istmo/exchange"
	"istmo/fault"
	identificationpages "istmo/identification/pages"
	indicatorspages "istmo/indicators/pages"
	jointfilespages "istmo/jointfiles/pages"
	meetingspages "istmo/meetings/pages"
	noticespages "istmo/notices/pages"
	estimatespages "istmo/observatory/estimates/pages"
	"istmo/observatory/hall"
	observatorypages "istmo/observatory/pages"
	placespages "istmo/observatory/places/pages"
	publishingpages "istmo/observatory/publishing/pages"
	returnspages "istmo/observatory/returns/pages"
	signalspages "istmo/observatory/signals/pages"
	sourcespages "istmo/observatory/sources/pages"
	referralspages "istmo/referrals/pages"
	responsepages "istmo/response/pages"
	roadmappages "istmo/roadmap/pages"
	coveragepages "istmo/screening/coverage/pages"
	screeningpages "istmo/screening/pages"
	"istmo/web"
)

// Handler is everything that browsers and programs reach: the pages, and the
// API under /api/.
func (n *Node) Handler() (http.Handler, error) {
	site, err := web.New(web.Options{
		Node:    web.Node{ID: n.Config.Node, Name: n.Config.Name, Country: n.Config.Country, Demo: n.Config.Demo, Unsafe: n.unsafe()},
		Visitor: peoplepages.Visitor(n.Gate, n.DB),
		Doer:    doer{n.Engine},
		May:     may,
		Secret:  n.master.Derive("istmo/forms", 32),
		HTTPS:   n.Gate.Secure(),
		SignIn:  peoplepages.SignIn,
		SignOut: peoplepages.SignOut,
		Zone:    n.zone(),
		Clock:   n.DB.Now,
		Log:     n.log,
	})
	if err != nil {
		return nil, err
	}
	n.routes(site)
	if n.pages != nil {
		n.pages(n, site)
	}
	pages, err := site.Handler()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", api.Handler(n.Engine, n.Gate, api.Options{Node: n.Config.Name, Site: n.Config.Site, Log: n.log}))
	devices := screeningpages.Devices(n.Engine, n.log)
	mux.Handle(screeningpages.SyncPath, devices)
	mux.Handle(screeningpages.SettingsPath, devices)
	mux.Handle("GET /meetings/calendar.ics", meetingspages.Feed(n.Engine, n.Gate, n.Config.Site, pages))
	mux.Handle("GET /notices/sw.js", noticespages.Worker())
	mux.Handle("/", pages)
	return mux, nil
}

// routes hangs every feature's pages on the site.
func (n *Node) routes(site *web.Site) {
	peoplepages.Register(site, n.Engine, n.Gate)
	desk.Routes(site, n.Engine)
	casespages.Routes(site, n.Engine)
	casespages.Records(site, n.Engine)
	identificationpages.Routes(site, n.Engine)
	screeningpages.Routes(site, n.Engine)
	coveragepages.Routes(site, n.Engine)
	sourcespages.Routes(site, n.Engine)
	publishingpages.Routes(site, n.Engine)
	returnspages.Routes(site, n.Engine)
	hall.Routes(site)
	observatorypages.Routes(site, n.Engine)
	placespages.Routes(site, n.Engine)
	signalspages.Routes(site, n.Engine)
	estimatespages.Routes(site, n.Engine)
	referralspages.Routes(site, n.Engine)
	responsepages.Routes(site, n.Engine)
	roadmappages.Routes(site, n.Engine)
	jointfilespages.Routes(site, n.Engine)
	cooperationpages.Routes(site, n.Engine, pairing{n.Border})
	meetingspages.Routes(site, n.Engine, n.Config.Site)
	noticespages.Routes(site, n.Engine)
	indicatorspages.Routes(site, n.Engine)
	actpages.Routes(site, n.Engine)
}

// pairing is what the pages need of the border to add a partner.
type pairing struct{ border *exchange.Border }

// Card is this node's own, as text.
func (p pairing) Card() string { return p.border.Card().Text() }

// Fingerprint is the number that vouches for this node's card and another.
func (p pairing) Fingerprint(card string) (string, error) {
	other, err := exchange.ParseCard(card)
	if err != nil {
		return "", err
	}
	return exchange.Fingerprint(p.border.Card(), other), nil
}

// unsafe names what makes this node unfit for real people.
func (n *Node) unsafe() []string {
	var keys []string
	if strings.HasPrefix(n.Config.Site, "http://") && !loopback(n.Config.Site) {
		keys = append(keys, "node.unsafe.no-tls")
	}
	return keys
}

func loopback(site string) bool {
	u, err := url.Parse(site)
	return err == nil && (u.Hostname() == "localhost" || strings.HasPrefix(u.Hostname(), "127."))
}

// doer carries out what a form posts.
type doer struct{ engine *act.Engine }

// Do decodes the form by the catalogue and runs the verb. Verbs that only
// partners say are not there.
func (d doer) Do(ctx context.Context, who access.Who, verb string, values url.Values, files []web.File) (string, error) {
	entry, ok := d.engine.Verbs.Find(access.Verb(verb))
	if !ok || entry.Wire || !entry.Changes() {
		return "", fault.NotFound()
	}
	input, err := entry.FromValues(values, false)
	if err != nil {
		return "", err
	}
	done, err := d.engine.Run(ctx, who, entry, input, "")
	return done.Object, err
}
