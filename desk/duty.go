package desk

import (
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/i18n"
	"istmo/response"
	responsepages "istmo/response/pages"
	"istmo/web"
)

// duty is what waits of the immediate response: alerts to confirm and in one's own
// hands, hand-overs to confirm, and holes in the roster. It stands above all else.
func (d *desk) duty(r *web.Request) ([]waiting, error) {
	if !access.Could(r.Who, "response.desk") {
		return nil, nil
	}
	w, err := act.Ask(r.Context(), d.engine, r.Who, response.Desk{})
	var all []waiting
	for _, l := range w.Alerts {
		line := waiting{Title: r.Say("response.desk.acknowledge"), Href: responsepages.Page(l.ID), Timed: !l.DueAt.IsZero(),
			About: r.Say("response.alert.title", "Kind", r.Say("response.kind."+l.Kind), "Place", l.Place) + " · " + i18n.Since(r.Lang, l.RaisedAt, r.Now),
			Tag:   web.Tag{Text: r.Say("response.state." + string(l.State)), Tone: web.Danger}}
		if !l.Waits {
			line.Title, line.Tag.Tone = r.Say("response.desk.mine"), web.Active
		}
		key := strings.TrimSuffix(strings.TrimPrefix(l.DueKey, "response."), ".emergency")
		key = strings.TrimSuffix(key, ".taken")
		line.Clock = web.Clock{What: r.Say("response.clock." + key), Due: l.DueAt, Soon: max(l.DueAt.Sub(l.Since)/3, time.Minute), Rule: l.Rule.In(r.Lang), Source: l.Source}
		all = append(all, line)
	}
	for _, h := range w.Handovers {
		all = append(all, waiting{Title: r.Say("response.desk.handover"), About: i18n.DateTime(r.Lang, h.At, r.Zone()), Href: "/duty/hand-over/" + h.ID})
	}
	for _, g := range w.Gaps {
		all = append(all, waiting{Title: r.Say("response.desk.gap"), Href: "/duty/roster",
			About: r.Say("response.gap", "From", i18n.DateTime(r.Lang, g.From, r.Zone()), "To", i18n.DateTime(r.Lang, g.To, r.Zone()))})
	}
	return all, err
}
