package pages

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"istmo/access/people"
	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/meetings"
	"istmo/report"
)

// Feed lets calendar programs follow the meetings at the address at which people
// download them. Such a program has no session: it brings an API token for
// meetings.list as its password (the name does not matter) or as a bearer, and no
// address holds a secret. Whoever comes without one is left to the pages if they
// are people, and is asked for one if they are not.
func Feed(e *act.Engine, gate *people.Gate, site string, pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := tokenOf(r)
		if token == "" && (strings.Contains(r.Header.Get("Accept"), "text/html") || r.Header.Get("Cookie") != "") {
			pages.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		who, scope, err := gate.Bearer(r.Context(), token)
		var all []meetings.Line
		if err == nil && scope.Allows(meetings.List{}.Verb()) {
			all, err = act.Ask(r.Context(), e, who, meetings.List{})
		} else if err == nil {
			err = fault.NotFound()
		}
		if err == nil {
			err = writeFeed(w, who.Lang, site, e.DB.Now(), all)
		}
		refuse(w, err)
	})
}

// refuse answers a program whose token is none, does not cover this, or belongs to
// somebody who may not see it: all alike.
func refuse(w http.ResponseWriter, err error) {
	switch kind := fault.KindOf(err); {
	case err == nil:
	case kind == fault.KindNotFound || kind == fault.KindDenied:
		w.Header().Set("WWW-Authenticate", `Basic realm="istmo", charset="UTF-8"`)
		http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
	default:
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
	}
}

func tokenOf(r *http.Request) string {
	if bearer, is := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); is {
		return bearer
	}
	_, password, _ := r.BasicAuth()
	return password
}

// writeFeed writes the meetings, and the days before which the parties agreed to
// meet again, as a calendar.
func writeFeed(w http.ResponseWriter, lang, site string, now time.Time, all []meetings.Line) error {
	c := report.Calendar{Name: i18n.Say(lang, "meetings.feed.name"), Made: now}
	for _, l := range all {
		if !l.Undated() {
			c.Events = append(c.Events, eventOf(lang, site, l))
		}
		if l.Owed() {
			c.Events = append(c.Events, report.Event{ID: l.ID + "-next@istmo", Start: l.NextBy.AddDate(0, 0, -1), End: l.NextBy, Days: true, URL: site + Page(l.ID), Sequence: int(l.Version),
				Summary: i18n.Say(lang, "meetings.feed.next", "Title", l.Title(lang)), Status: report.Confirmed})
		}
	}
	var out bytes.Buffer
	if err := c.Write(&out); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="istmo.ics"`)
	_, _ = out.WriteTo(w)
	return nil
}

func eventOf(lang, site string, l meetings.Line) report.Event {
	e := report.Event{ID: l.ID + "@istmo", Start: l.Local(l.Starts), End: l.Local(l.Ends), Days: l.Whole, Summary: l.Title(lang), Description: l.Purpose(lang),
		Location: where(lang, l.Meeting), URL: site + Page(l.ID), Status: report.Confirmed, Sequence: int(l.Version)}
	switch {
	case l.State == meetings.Cancelled:
		e.Status = report.Cancelled
	case l.Version == 0:
		e.Status = report.Tentative
	}
	return e
}
