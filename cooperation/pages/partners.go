package pages

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/i18n"
	"istmo/web"
)

// clocksApart is how far two nodes' clocks may differ before the page says so.
const clocksApart = 5 * time.Second

// link is a partner and the health of the link to it, in words.
type link struct {
	cooperation.Partner
	Country, Trouble string
	State            web.Tag
	Rows             []web.Row
	Steps            []string
}

// partners lists them.
func (d *desk) partners(r *web.Request) (web.View, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Partners{})
	if err != nil {
		return web.View{}, err
	}
	links := make([]link, len(all))
	for i, p := range all {
		links[i] = linkOf(r, p)
	}
	may := access.Could(r.Who, "cooperation.add-partner")
	empty := web.Empty{Title: r.Say("cooperation.partners.empty"), Body: r.Say("cooperation.partners.empty.body")}
	if may {
		empty.Action = web.Link{Text: r.Say("cooperation.partners.add"), Href: partnersPath + "/new"}
	}
	return web.View{Template: "cooperation/partners", Title: "cooperation.partners.title", Data: map[string]any{"Links": links, "May": may, "Empty": empty}}, nil
}

func linkOf(r *web.Request, p cooperation.Partner) link {
	l := link{Partner: p, Country: country(r, p.Node), State: web.Tag{Text: r.Say("cooperation.partner." + string(p.State)), Tone: web.Neutral}, Steps: partnerSteps(r, p)}
	if p.Trouble != "" {
		l.Trouble = r.Say(p.Trouble)
	}
	switch {
	case p.State != cooperation.PartnerActive:
	case p.Contact.IsZero():
		l.State = web.Tag{Text: r.Say("cooperation.partner.unheard"), Tone: web.Warning}
	case p.Trouble != "":
		l.State = web.Tag{Text: r.Say("cooperation.partner.trouble"), Tone: web.Warning}
	default:
		l.State = web.Tag{Text: r.Say("cooperation.partner.reachable"), Tone: web.Success}
	}
	l.Rows = []web.Row{
		{Key: r.Say("cooperation.partner.queue"), Value: r.Say("cooperation.partner.waiting", "Count", p.Queue)},
		{Key: r.Say("cooperation.partner.contact"), Value: when(r, p.Contact, "cooperation.partner.never")},
		{Key: r.Say("cooperation.partner.receipt"), Value: when(r, p.LastReceipt, "cooperation.partner.none")},
		{Key: r.Say("cooperation.partner.agreed"), Value: agreed(r, p)},
		{Key: r.Say("cooperation.partner.clock"), Value: skew(r, p)},
	}
	return l
}

// when tells an instant with how long ago it was.
func when(r *web.Request, t time.Time, never string) string {
	if t.IsZero() {
		return r.Say(never)
	}
	return i18n.DateTime(r.Lang, t, r.Zone()) + " · " + i18n.Since(r.Lang, t, r.Now)
}

// agreed says how much of this node's ledger the partner has countersigned.
func agreed(r *web.Request, p cooperation.Partner) string {
	if p.Agreed == 0 {
		return r.Say("cooperation.partner.not-agreed")
	}
	return r.Say("cooperation.partner.agreed.to", "Size", i18n.Number(r.Lang, p.Agreed), "When", i18n.DateTime(r.Lang, p.AgreedAt, r.Zone()))
}

func skew(r *web.Request, p cooperation.Partner) string {
	switch {
	case p.Contact.IsZero():
		return r.Say("cooperation.partner.clock.unknown")
	case p.Skew.Abs() < clocksApart:
		return r.Say("cooperation.partner.clock.same")
	case p.Skew > 0:
		return r.Say("cooperation.partner.clock.ahead", "Seconds", int64(p.Skew.Seconds()))
	}
	return r.Say("cooperation.partner.clock.behind", "Seconds", int64(-p.Skew.Seconds()))
}

// partnerSteps are what the reader may do to the link.
func partnerSteps(r *web.Request, p cooperation.Partner) []string {
	fits := map[string]bool{"suspend": p.State == cooperation.PartnerActive, "resume": p.State == cooperation.PartnerSuspended, "remove": p.State != cooperation.PartnerRemoved}
	var list []string
	for _, step := range []string{"resume", "suspend", "remove"} {
		if fits[step] && access.Could(r.Who, access.Verb("cooperation."+step+"-partner")) {
			list = append(list, step)
		}
	}
	return list
}

var partnerBodies = map[string][]string{
	"suspend": {"stops", "waits", "people"},
	"resume":  {"again"},
	"remove":  {"stops", "live", "back"},
}

// beforePartner asks once before a link is held, opened again or ended.
func (d *desk) beforePartner(r *web.Request) (web.View, error) {
	all, err := act.Ask(r.Context(), d.engine, r.Who, cooperation.Partners{})
	if err != nil {
		return web.View{}, err
	}
	step := r.PathValue("verb")
	i := slices.IndexFunc(all, func(p cooperation.Partner) bool { return p.Node == r.PathValue("node") })
	if i < 0 || partnerBodies[step] == nil || !access.Could(r.Who, access.Verb("cooperation."+step+"-partner")) {
		return web.View{}, fault.NotFound()
	}
	if !slices.Contains(partnerSteps(r, all[i]), step) {
		return web.View{Redirect: partnersPath}, nil
	}
	key, land := "cooperation.partner."+step+".", country(r, all[i].Node)
	page := web.Interruption{Heading: r.Say(key+"title", "Country", land), Verb: "cooperation." + step + "-partner", Hidden: map[string]string{"node": all[i].Node},
		Confirm: r.Say(key+"button", "Country", land), Next: partnersPath, Cancel: web.Link{Text: r.Say(key + "cancel"), Href: partnersPath}}
	for _, body := range partnerBodies[step] {
		page.Body = append(page.Body, r.Say(key+body, "Country", land))
	}
	v := web.Interrupt(key+"title", page)
	v.Args = []any{"Country", land}
	return v, nil
}

// pairing is what the page of a new partner shows: first both cards, then the
// number by which two people compare them.
type pairing struct {
	Own         string
	Card        string
	Wrong       string // what is wrong with the card that was pasted
	Rows        []web.Row
	Fingerprint string
	Country     string
}

// pair leads through adding a partner.
func (d *desk) pair(r *web.Request) (web.View, error) {
	if !access.Could(r.Who, "cooperation.add-partner") {
		return web.View{}, fault.Denied()
	}
	data := pairing{Own: d.pairing.Card(), Card: strings.TrimSpace(r.Query("card"))}
	v := web.View{Template: "cooperation/pair", Title: "cooperation.pair.title", Back: &web.Link{Text: r.Say("cooperation.partners.title"), Href: partnersPath}}
	if r.URL.Query().Has("card") {
		if err := data.read(r, d.pairing); err != nil {
			return v, err
		}
	}
	v.Data = data
	return v, nil
}

// read looks at the card that was pasted. A card that is not whole is no failure
// of the page: it says so beside the field.
func (p *pairing) read(r *web.Request, with Pairing) error {
	card, err := cooperation.ReadCard(p.Card)
	if err == nil {
		p.Fingerprint, err = with.Fingerprint(p.Card)
	}
	if faults := fault.All(err); len(faults) > 0 {
		p.Wrong = r.Say(faults[0].Key, "Label", r.Say("cooperation.pair.card"))
		return nil
	}
	p.Country = country(r, card.Node)
	address := card.Address
	if address == "" {
		address = r.Say("cooperation.pair.dials-out")
	}
	p.Rows = []web.Row{{Key: r.Say("cooperation.country"), Value: p.Country}, {Key: r.Say("cooperation.pair.name"), Value: card.Name},
		{Key: r.Say("cooperation.pair.node"), Value: card.Node}, {Key: r.Say("cooperation.pair.address"), Value: address},
		{Key: r.Say("cooperation.pair.made"), Value: card.Made}}
	return err
}

func partnerPage(node, step string) string {
	return partnersPath + "/" + url.PathEscape(node) + "/" + step
}

// Page is the address of the page before a step.
func (l link) Page(step string) string { return partnerPage(l.Node, step) }
