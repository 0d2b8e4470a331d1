package report

import (
	"fmt"
	"image/color"
)

// The colours of the house.
var (
	sea    = color.RGBA{0x0B, 0x3C, 0x49, 255} // titles and lines that hold
	forest = color.RGBA{0x0F, 0x6B, 0x5C, 255} // what is done
	ochre  = color.RGBA{0x8A, 0x5A, 0x00, 255} // a notice
	cream  = color.RGBA{0xFF, 0xF4, 0xDC, 255} // behind a notice
	ink    = color.RGBA{0x1B, 0x1F, 0x23, 255}
	slate  = color.RGBA{0x5B, 0x67, 0x70, 255} // what is secondary
	sand   = color.RGBA{0xFA, 0xF7, 0xF2, 255} // slides
	mist   = color.RGBA{0xDD, 0xD8, 0xCE, 255} // hairlines, and what is left of a bar
	gold   = color.RGBA{0xF2, 0xC8, 0x79, 255} // the line of the mark
	white  = color.RGBA{0xFF, 0xFF, 0xFF, 255}
)

// style is how words are set.
type style struct {
	cut  cut
	size float64
	high float64 // from line to line, as a share of the size
	tone color.RGBA
	drop float64 // how far its baseline is moved down
}

func (s style) line() float64 { return s.size * s.high }

// rise is where the baseline is in a line, from its top: what stands on it looks
// as if in the middle.
func (s style) rise() float64 { return s.size*(s.high/2+0.35) + s.drop }

// on puts the style on the lines of another, for words beside larger ones.
func (s style) on(o style) style {
	s.high, s.drop = o.line()/s.size, 0
	s.drop = o.rise() - s.rise()
	return s
}

func (s style) in(tone color.RGBA) style { s.tone = tone; return s }

// sheet is what pages are made of: how large, and how words are set on it.
// Paper is measured in points, slides in pixels.
type sheet struct {
	wide, high               float64
	left, right, top, bottom float64
	em                       float64 // the size of the body, in which distances are given
	hair                     float64 // how thick the thinnest line is
	air                      float64 // what is left around the title, in ems
	ground                   color.RGBA

	title, subtitle, kicker, heading style
	body, strong, label, note, foot  style
	cell, head                       style
	screen                           bool
}

func (s sheet) width() float64 { return s.wide - s.left - s.right }
func (s sheet) room() float64  { return s.high - s.top - s.bottom }

// paper is an A4 page.
var paper = sheet{
	wide: 595.28, high: 841.89, left: 65, right: 65, top: 66, bottom: 72, em: 10, hair: 0.5, air: 2.2, ground: white,
	title:    style{cut: semibold, size: 25, high: 1.2, tone: sea},
	subtitle: style{cut: regular, size: 14, high: 1.35, tone: slate},
	kicker:   style{cut: semibold, size: 10, high: 1.3, tone: forest},
	heading:  style{cut: semibold, size: 14, high: 1.3, tone: sea},
	body:     style{cut: regular, size: 10, high: 1.45, tone: ink},
	strong:   style{cut: semibold, size: 10, high: 1.45, tone: sea},
	label:    style{cut: regular, size: 8, high: 1.4, tone: slate},
	note:     style{cut: regular, size: 9, high: 1.4, tone: ink},
	foot:     style{cut: regular, size: 7.5, high: 1.4, tone: slate},
	cell:     style{cut: regular, size: 9, high: 1.35, tone: ink},
	head:     style{cut: semibold, size: 8.5, high: 1.3, tone: sea},
}

// landscape is the same page lying on its side, for tables with many columns.
func (s sheet) landscape() sheet {
	s.wide, s.high = s.high, s.wide
	s.left, s.right = 48, 48
	return s
}

// screen is a slide: read from the back of a room.
var screen = sheet{
	wide: 1920, high: 1080, left: 110, right: 110, top: 70, bottom: 104, em: 38, hair: 2, air: 1.3, ground: sand, screen: true,
	title:    style{cut: semibold, size: 80, high: 1.15, tone: white},
	subtitle: style{cut: regular, size: 46, high: 1.3, tone: sand},
	kicker:   style{cut: semibold, size: 36, high: 1.3, tone: gold},
	heading:  style{cut: semibold, size: 56, high: 1.2, tone: sea},
	body:     style{cut: regular, size: 38, high: 1.36, tone: ink},
	strong:   style{cut: semibold, size: 38, high: 1.36, tone: sea},
	label:    style{cut: regular, size: 28, high: 1.3, tone: slate},
	note:     style{cut: regular, size: 36, high: 1.3, tone: ink},
	foot:     style{cut: regular, size: 24, high: 1.3, tone: slate},
	cell:     style{cut: regular, size: 36, high: 1.28, tone: ink},
	head:     style{cut: semibold, size: 32, high: 1.25, tone: sea},
}

// cover is the first slide, in the colour of the frame.
func (s sheet) cover() sheet {
	s.ground = sea
	s.top = 90
	s.label, s.foot, s.note = s.label.in(gold), s.foot.in(sand), s.note.in(white)
	s.label.size, s.note.size = 26, 32
	return s
}

// hex is a colour as sheets name it.
func hex(c color.RGBA) string { return fmt.Sprintf("%02X%02X%02X", c.R, c.G, c.B) }
