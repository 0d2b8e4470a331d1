package report

import (
	"fmt"

	"istmo/i18n"
)

// part is what is laid on pages of one sheet, beginning on a page of its own.
type part struct {
	hand
	heading string // over each of its slides
	strips  []strip
}

// printed is the document on paper.
func (d Document) printed() ([]page, faceSet, error) {
	set, err := faces()
	if err != nil {
		return nil, set, err
	}
	h := hand{d, set, paper}.framed("")
	parts := []part{{hand: h, strips: h.opening()}}
	for _, s := range d.Sections {
		on := h
		if h.broad(s.Table) {
			on.sheet = h.landscape()
		}
		strips, err := on.section(s)
		if err != nil {
			return nil, set, err
		}
		if on.wide != parts[len(parts)-1].wide {
			parts = append(parts, part{hand: on})
		}
		last := &parts[len(parts)-1]
		last.strips = append(last.strips, on.titled(s.Heading, strips)...)
	}
	if len(d.Signatures) > 0 {
		if parts[len(parts)-1].wide != h.wide {
			parts = append(parts, part{hand: h})
		}
		last := &parts[len(parts)-1]
		last.strips = append(last.strips, h.titled(d.say("report.signatures"), h.signatures())...)
	}
	return d.bound(parts), set, nil
}

// shown is the document on slides.
func (d Document) shown() ([]page, faceSet, error) {
	set, err := faces()
	if err != nil {
		return nil, set, err
	}
	h := hand{d, set, screen}
	first := hand{d, set, screen.cover()}.framed("")
	parts := []part{{hand: first, strips: first.opening()}}
	for _, s := range d.Sections {
		on := h.framed(s.Heading)
		strips, err := on.section(s)
		if err != nil {
			return nil, set, err
		}
		parts = append(parts, part{on, s.Heading, strips})
	}
	if len(d.Signatures) > 0 {
		heading := d.say("report.signatures")
		on := h.framed(heading)
		parts = append(parts, part{on, heading, on.signatures()})
	}
	return d.bound(parts), set, nil
}

// framed makes room for what stands on every page.
func (h hand) framed(heading string) hand {
	h.top += high(h.notice())
	if n := len(h.footing()); n > 1 {
		h.bottom += float64(n-1) * h.foot.line()
	}
	if heading != "" {
		h.top += high(h.over(heading, ""))
	}
	return h
}

// over is the heading of a slide, with which of its section's slides it is.
func (h hand) over(heading, nth string) []strip {
	room := h.width() - 4*h.em
	all := append(h.lines(h.heading, 0, room, heading), strip{high: 0.8 * h.em})
	all[0].add(h.flush(h.label.on(h.heading), h.width(), nth), 0, 0)
	return all
}

// notice is said on every page.
func (h hand) notice() []strip {
	if h.Notice == "" {
		return nil
	}
	st, x, pad := h.foot.in(ochre), 0.9*h.em, strip{high: 0.4 * h.em}
	st.cut, st.size = semibold, 9
	if h.screen {
		st.size, x = 26, 0
	}
	return append(append([]strip{pad}, h.lines(st, x, h.width()-2*x, h.Notice)...), pad)
}

// footing are the words at the foot of every page.
func (h hand) footing() []strip { return h.lines(h.foot, 0, 0.74*h.width(), h.Foot) }

// bound lays the parts on pages and gives each page its frame.
func (d Document) bound(parts []part) []page {
	var all []page
	for _, p := range parts {
		pages := p.fill(p.strips)
		for i := range pages {
			nth := ""
			if len(pages) > 1 {
				nth = fmt.Sprintf("%d / %d", i+1, len(pages))
			}
			pages[i].nth = nth
			pages[i].part = p
		}
		all = append(all, pages...)
	}
	for i := range all {
		all[i].frame(i+1, len(all))
	}
	return all
}

// frame draws what stands around the text of page n of m.
func (p *page) frame(n, m int) {
	h := p.part.hand
	y := 0.0
	if !h.screen {
		y = 24
	}
	if notice := stack(h.notice()); notice.high > 0 {
		band := area{h.left, y, h.width(), notice.high, cream}
		if h.screen {
			band.x, band.w = 0, h.wide
		}
		p.areas = append(p.areas, band, area{band.x, y, 0.3 * h.em, notice.high, ochre})
		p.add(notice.inks, h.left, y)
		y += notice.high
	}
	switch {
	case h.screen && p.part.heading != "":
		p.add(stack(h.over(p.part.heading, p.nth)).inks, h.left, h.top-high(h.over(p.part.heading, "")))
	case !h.screen && n > 1:
		p.add(h.within(h.foot, 0, h.width(), h.Title), h.left, y+6)
		p.areas = append(p.areas, area{h.left, y + 20, h.width(), h.hair, mist})
	}
	foot := h.high - h.bottom + 0.42*(h.bottom-h.foot.line()*float64(max(1, len(h.footing()))))
	p.areas = append(p.areas, area{h.left, foot - 0.6*h.em, h.width(), h.hair, mist})
	p.add(stack(h.footing()).inks, h.left, foot)
	p.add(h.flush(h.foot, h.width(), h.numbered(n, m)), h.left, foot)
}

func (h hand) numbered(n, m int) string {
	if h.screen {
		return fmt.Sprintf("%d / %d", n, m)
	}
	return h.say("report.page", "N", i18n.Number(h.Lang, int64(n)), "M", i18n.Number(h.Lang, int64(m)))
}
