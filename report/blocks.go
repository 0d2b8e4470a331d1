package report

import (
	"image/color"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"istmo/i18n"
)

// hand sets a document on one kind of sheet.
type hand struct {
	Document
	faceSet
	sheet
}

// rule is a line across.
func rule(x, width, thick float64, tone color.RGBA) strip {
	return strip{high: thick, inks: inks{areas: []area{{x, 0, width, thick, tone}}}}
}

// opening is what the document is: on paper the top of its first page, on
// slides the first slide.
func (h hand) opening() []strip {
	size, x := 3.6*h.em, 0.0
	if h.screen {
		x = -size * 6.5 / markSize // its square is not seen there
	}
	top := strip{high: size, inks: inks{marks: []mark{{x, 0, size}}}}
	x += size + 1.2*h.em
	kicker := stack(h.lines(h.kicker, x, h.width()-x, h.Kicker))
	top.high = max(size, kicker.high)
	top.add(kicker.inks, 0, (top.high-kicker.high)/2)
	all := []strip{top, {high: h.air * h.em}}
	all = append(all, h.lines(h.title, 0, h.width(), h.Title)...)
	if h.Subtitle != "" {
		all = append(all, strip{high: 0.4 * h.em})
		all = append(all, h.lines(h.subtitle, 0, h.width(), h.Subtitle)...)
	}
	all = append(all, strip{high: 0.65 * h.air * h.em}, rule(0, 6*h.em, 4*h.hair, h.kicker.tone), strip{high: 0.65 * h.air * h.em})
	return append(tie(all), h.facts()...)
}

// facts are the document's, each on a line of its own. On slides they stay
// together.
func (h hand) facts() []strip {
	label := h.label.on(h.note)
	left := 0.0
	for _, f := range h.Facts {
		for _, line := range h.faceSet[label.cut].wrap(f[0], label.size, 0.34*h.width()) {
			left = max(left, h.faceSet[label.cut].width(line, label.size))
		}
	}
	left += 1.6 * h.em
	var all []strip
	for _, f := range h.Facts {
		lines := beside(h.lines(label, 0, left, f[0]), h.lines(h.note, left, h.width()-left, f[1]))
		all = append(append(all, tie(lines)...), space(0.35*h.em))
	}
	if h.screen {
		return tie(all)
	}
	return all
}

// section is one section, without its heading.
func (h hand) section(s Section) ([]strip, error) {
	var all []strip
	for _, p := range s.Paragraphs {
		all = append(all, flow(h.lines(h.body, 0, min(h.width(), h.measure()), p))...)
		all = append(all, space(0.7*h.em))
	}
	all = append(all, h.sides(s.Sides)...)
	if s.Table != nil {
		rows, err := h.table(*s.Table)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return append(all, h.bars(s.Bars)...), nil
}

// measure is how wide a line of about ninety letters is.
func (h hand) measure() float64 { return 90 * 0.53 * h.body.size }

// titled puts a heading over strips, so that it never stands alone.
func (h hand) titled(heading string, strips []strip) []strip {
	if heading == "" {
		return strips
	}
	all := []strip{space(2.4 * h.em)}
	all = append(all, h.lines(h.heading, 0, h.width(), heading)...)
	all[1].entry = heading
	all = append(all, strip{high: 0.7 * h.em})
	for i := range all {
		all[i].tied = len(strips) > 0
	}
	return append(all, strips...)
}

// columns is where the clauses of a section stand.
type columns struct {
	x, w   [2]float64
	two    bool    // languages
	gutter float64 // for their numbers
	heads  []strip // the names of the languages
}

// sides sets clauses: their numbers at the edge, their words in one column or in
// two that go over the page together.
func (h hand) sides(sides []Side) []strip {
	if len(sides) == 0 {
		return nil
	}
	c := h.columns(sides)
	all := slices.Clone(c.heads)
	for i, side := range sides {
		all = append(all, h.side(side, c, i > 0)...)
	}
	return all
}

func (h hand) columns(sides []Side) columns {
	var c columns
	for _, s := range sides {
		c.two = c.two || s.Right != ""
		if s.Number != "" {
			c.gutter = max(c.gutter, h.faceSet[semibold].longest(s.Number, h.strong.size)+h.em)
		}
	}
	gap := 2 * h.em
	w := (h.width() - c.gutter - gap) / 2
	c.x, c.w = [2]float64{c.gutter, c.gutter + w + gap}, [2]float64{w, w}
	if c.two && h.Beside != "" {
		c.heads = beside(h.lines(h.head, c.x[0], w, own(h.Lang)), h.lines(h.head, c.x[1], w, own(h.Beside)))
		c.heads = append(c.heads, strip{high: 0.3 * h.em}, rule(0, h.width(), 2*h.hair, sea))
		bind(c.heads)
	}
	return c
}

// own is a language's name in itself, as a heading.
func own(lang string) string {
	name := i18n.Language(lang, lang)
	first, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[n:]
}

// side is one clause, under a line if another stands above it. Where it goes over
// a page, its number is there again.
func (h hand) side(s Side, c columns, line bool) []strip {
	var start []strip
	if line {
		start = append(start, rule(0, h.width(), h.hair, mist))
		start[0].gap = true
	}
	start = append(start, strip{high: 0.8 * h.em})
	top := len(start)
	if s.Label != "" {
		start = append(start, h.lines(h.strong, c.gutter, h.width()-c.gutter, s.Label)...)
		start = append(start, strip{high: 0.2 * h.em})
	}
	all := append(start, h.clause(s, c, high(start))...)
	further := append(slices.Clone(c.heads), h.further(s, c)...)
	for i := range all {
		all[i].again = further
		if i <= len(start) {
			all[i].again = c.heads
		}
		all[i].tied = all[i].tied || i < len(start)
	}
	if top < len(all) {
		all[top].add(stack(h.lines(h.strong, 0, c.gutter, s.Number)).inks, 0, 0)
	}
	return append(all, space(0.9*h.em))
}

// clause is what a clause says and what is known of it. A short one stays on one
// page; on slides, any does that can.
func (h hand) clause(s Side, c columns, above float64) []strip {
	words := h.lines(h.body, c.gutter, min(h.width()-c.gutter, h.measure()), s.Left)
	if c.two {
		words = beside(h.lines(h.body, c.x[0], c.w[0], s.Left), h.lines(h.body, c.x[1], c.w[1], s.Right))
	}
	facts := h.known(s.Facts, c)
	room := 0.3 * h.room()
	if h.screen {
		room = h.room() - high(c.heads)
	}
	switch {
	case above+high(words)+high(facts) <= room:
		return tie(append(words, facts...))
	case h.screen && above+high(words) <= room:
		return append(tie(words), facts...)
	}
	words = flow(words)
	if n := len(words); n > 0 && len(facts) > 0 {
		words[n-1].tied = true
	}
	return append(words, facts...)
}

// further is what stands above the rest of a clause on the next page.
func (h hand) further(s Side, c columns) []strip {
	if s.Number == "" && s.Label == "" {
		return []strip{{high: 0.8 * h.em}}
	}
	st := h.label.on(h.body)
	words := strings.TrimSpace(s.Label + " (" + h.say("report.continued") + ")")
	line := strip{high: st.line(), inks: h.within(st, c.gutter, h.width()-c.gutter, words)}
	line.add(stack(h.lines(st, 0, c.gutter, s.Number)).inks, 0, 0)
	return []strip{{high: 0.4 * h.em}, line}
}

// known sets what is known of a clause, two facts beside each other.
func (h hand) known(facts [][2]string, c columns) []strip {
	var all []strip
	for pair := range slices.Chunk(facts, 2) {
		var cells [][]strip
		for i, f := range pair {
			cells = append(cells, append(h.lines(h.label, c.x[i], c.w[i], f[0]), h.lines(h.note, c.x[i], c.w[i], f[1])...))
		}
		all = append(append(all, strip{high: 0.5 * h.em}), beside(cells...)...)
	}
	return tie(all)
}

// bars draws bars to one scale, which starts at zero.
func (h hand) bars(bars []Bar) []strip {
	var most int64 = 1
	for _, b := range bars {
		most = max(most, b.Value, b.Of)
	}
	long := func(n int64) float64 { return h.width() * float64(max(n, 0)) / float64(most) }
	var all []strip
	for _, b := range bars {
		count := i18n.Number(h.Lang, b.Value)
		if b.Of > 0 {
			count += " / " + i18n.Number(h.Lang, b.Of)
		}
		bar := beside(h.lines(h.body, 0, 0.78*h.width(), b.Label), []strip{{inks: h.flush(h.strong, h.width(), count)}})
		thick := 0.7 * h.em
		bar = append(bar, strip{high: 0.2 * h.em}, strip{high: thick, inks: inks{areas: []area{
			{0, 0, long(b.Of), thick, mist}, {0, 0, long(b.Value), thick, forest}, {0, 0, 2 * h.hair, thick, sea}}}})
		bar = append(append(bar, strip{high: 0.1 * h.em}), h.lines(h.label, 0, h.width(), b.Words)...)
		all = append(append(all, tie(bar)...), space(0.9*h.em))
	}
	return all
}
