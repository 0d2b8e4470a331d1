package report

import (
	"image/color"
	"slices"
)

// text is words on one line, their baseline at y.
type text struct {
	x, y  float64
	words string
	style
}

// area is a filled rectangle.
type area struct {
	x, y, w, h float64
	tone       color.RGBA
}

// mark is the house's mark, in a square.
type mark struct{ x, y, size float64 }

// inks are all that is drawn somewhere, from the top left corner of it.
type inks struct {
	texts []text
	areas []area
	marks []mark
}

// add draws other inks at a place within these.
func (i *inks) add(other inks, x, y float64) {
	for _, t := range other.texts {
		t.x, t.y = t.x+x, t.y+y
		i.texts = append(i.texts, t)
	}
	for _, a := range other.areas {
		a.x, a.y = a.x+x, a.y+y
		i.areas = append(i.areas, a)
	}
	for _, m := range other.marks {
		m.x, m.y = m.x+x, m.y+y
		i.marks = append(i.marks, m)
	}
}

// strip is a piece of a page, as wide as its text, that is never divided.
type strip struct {
	inks
	high  float64
	tied  bool    // stands on one page with the next strip
	gap   bool    // only distance: left out where a page begins
	again []strip // what a page that begins with this strip has above it
	entry string  // its line in the outline
}

// space is distance between what stands above and below it.
func space(high float64) strip { return strip{high: high, gap: true} }

// lines sets words in a column, a strip for each line.
func (f faceSet) lines(s style, x, width float64, words string) []strip {
	if words == "" {
		return nil
	}
	var all []strip
	for _, line := range f[s.cut].wrap(words, s.size, width) {
		all = append(all, strip{high: s.line(), inks: inks{texts: []text{{x, s.rise(), line, s}}}})
	}
	return all
}

// flush sets one line that ends at x.
func (f faceSet) flush(s style, x float64, words string) inks {
	words = f[s.cut].legible(words)
	return inks{texts: []text{{x - f[s.cut].width(words, s.size), s.rise(), words, s}}}
}

// within sets one line, cut short with an ellipsis if it is wider than that.
func (f faceSet) within(s style, x, width float64, words string) inks {
	lines := f[s.cut].wrap(words, s.size, width)
	if len(lines) > 1 {
		lines = f[s.cut].wrap(words, s.size, width-f[s.cut].width("…", s.size))
		lines[0] += "…"
	}
	return inks{texts: []text{{x, s.rise(), lines[0], s}}}
}

// tie keeps strips together on one page.
func tie(strips []strip) []strip {
	for i := range strips[:max(0, len(strips)-1)] {
		strips[i].tied = true
	}
	return strips
}

// bind ties strips to each other and to what comes next.
func bind(strips []strip) {
	for i := range strips {
		strips[i].tied = true
	}
}

// flow lets strips go over pages, but leaves no line of a paragraph alone.
func flow(strips []strip) []strip {
	if n := len(strips); n > 1 {
		strips[0].tied, strips[n-2].tied = true, true
	}
	return strips
}

// beside puts columns of strips next to each other, line by line, so that they
// go over the page together.
func beside(columns ...[]strip) []strip {
	var all []strip
	for _, column := range columns {
		for i, s := range column {
			if i == len(all) {
				all = append(all, strip{})
			}
			all[i].add(s.inks, 0, 0)
			all[i].high = max(all[i].high, s.high)
		}
	}
	return all
}

// stack makes one strip of several.
func stack(strips []strip) strip {
	var whole strip
	for _, s := range strips {
		whole.add(s.inks, 0, whole.high)
		whole.high += s.high
	}
	return whole
}

func high(strips []strip) float64 {
	h := 0.0
	for _, s := range strips {
		h += s.high
	}
	return h
}

// page is a page as it will be drawn.
type page struct {
	inks
	part    part
	nth     string // which page of its part it is
	entries []entry
}

// entry is a line in the outline, and where on the page it leads.
type entry struct {
	words string
	y     float64
}

// filler lays strips on pages of one sheet.
type filler struct {
	sheet sheet
	pages []page
	y     float64
	begun bool // whether something stands on the page beside what is repeated
}

// fill lays strips on as many pages as they need.
func (s sheet) fill(strips []strip) []page {
	f := filler{sheet: s}
	f.turn(nil)
	for len(strips) > 0 {
		n := 1 + slices.IndexFunc(strips, func(s strip) bool { return !s.tied })
		if n == 0 {
			n = len(strips)
		}
		f.group(strips[:n])
		strips = strips[n:]
	}
	return f.pages
}

func (f *filler) left() float64 { return f.sheet.high - f.sheet.bottom - f.y }

// group lays strips that are to stand together, if they can.
func (f *filler) group(strips []strip) {
	if len(strips) == 1 && strips[0].gap {
		f.lay(strips[0])
		return
	}
	whole := high(strips)
	if f.begun && whole > f.left() && whole+high(strips[0].again) <= f.sheet.room() {
		f.turn(strips[0].again)
	}
	for _, s := range strips {
		if f.begun && !s.gap && s.high > f.left() {
			f.turn(s.again)
		}
		f.lay(s)
	}
}

func (f *filler) lay(s strip) {
	if s.gap && !f.begun {
		return
	}
	p := &f.pages[len(f.pages)-1]
	p.add(s.inks, f.sheet.left, f.y)
	if s.entry != "" {
		p.entries = append(p.entries, entry{s.entry, f.y})
	}
	f.y += s.high
	f.begun = true
}

// turn begins a page. What would fill half of it is not repeated.
func (f *filler) turn(again []strip) {
	if high(again) > f.sheet.room()/2 {
		again = nil
	}
	f.pages = append(f.pages, page{})
	f.y = f.sheet.top
	for _, s := range again {
		f.begun = true // for its distances, too
		f.lay(s)
	}
	f.begun = false
}
