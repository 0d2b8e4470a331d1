package report

import (
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"istmo/fault"
)

// Slides is how many slides the document has. Nothing is drawn to know it.
func (d Document) Slides() (int, error) {
	pages, _, err := d.shown()
	return len(pages), err
}

// Slide writes slide n as a PNG picture of 1920 by 1080. The first is 1, and
// says what the document is.
func (d Document) Slide(w io.Writer, n int) error {
	pages, set, err := d.shown()
	if err != nil {
		return err
	}
	if n < 1 || n > len(pages) {
		return fault.NotFound()
	}
	picture, err := paint(pages[n-1], set)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(w, picture); err != nil {
		return fmt.Errorf("report: slide: %w", err)
	}
	return nil
}

// brush draws a page into a picture.
type brush struct {
	*image.RGBA
	set   faceSet
	drawn map[style]font.Face // without their tone
}

func paint(p page, set faceSet) (*image.RGBA, error) {
	s := p.part.sheet
	b := brush{image.NewRGBA(image.Rect(0, 0, int(s.wide), int(s.high))), set, map[style]font.Face{}}
	draw.Draw(b.RGBA, b.Bounds(), image.NewUniform(s.ground), image.Point{}, draw.Src)
	for _, a := range p.areas {
		box := image.Rect(round(a.x), round(a.y), round(a.x+a.w), max(round(a.y+a.h), round(a.y)+1))
		draw.Draw(b.RGBA, box, image.NewUniform(a.tone), image.Point{}, draw.Src)
	}
	for _, m := range p.marks {
		b.mark(m)
	}
	for _, t := range p.texts {
		if err := b.say(t); err != nil {
			return nil, err
		}
	}
	return b.RGBA, nil
}

func round(f float64) int { return int(math.Round(f)) }

func (b brush) say(t text) error {
	key := style{cut: t.cut, size: t.size}
	if b.drawn[key] == nil {
		f, err := opentype.NewFace(b.set[t.cut].outline, &opentype.FaceOptions{Size: t.size, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return fmt.Errorf("report: slide: %w", err)
		}
		b.drawn[key] = f
	}
	pen := font.Drawer{Dst: b.RGBA, Src: image.NewUniform(t.tone), Face: b.drawn[key],
		Dot: fixed.Point26_6{X: fixed.Int26_6(t.x * 64), Y: fixed.I(round(t.y))}}
	pen.DrawString(t.words)
	return nil
}

// mark draws two shores and the line between them, on a ground that has the
// colour of its square.
func (b brush) mark(m mark) {
	k := m.size / markSize
	for _, s := range strokes {
		pen := vector.NewRasterizer(b.Bounds().Dx(), b.Bounds().Dy())
		for i, q := range around(s.path, markLine/2.0) {
			x, y := float32(m.x+q[0]*k), float32(m.y+q[1]*k)
			if i == 0 {
				pen.MoveTo(x, y)
			} else {
				pen.LineTo(x, y)
			}
		}
		pen.ClosePath()
		pen.Draw(b.RGBA, b.Bounds(), image.NewUniform(s.tone), image.Point{})
	}
}

// around is the outline of a curve drawn with a round pen of radius r: along one
// side of it, around its end, back along the other and around its beginning.
func around(path [4][2]float64, r float64) [][2]float64 {
	const steps = 32
	var outline [][2]float64
	edge := func(t, turn float64) {
		x, y, angle := along(path, t)
		outline = append(outline, [2]float64{x + r*math.Cos(angle+turn), y + r*math.Sin(angle+turn)})
	}
	for side := 0.0; side < 2; side++ {
		for i := range steps + 1 {
			edge(math.Abs(side-float64(i)/steps), math.Pi/2-side*math.Pi)
		}
		for i := range steps + 1 {
			edge(1-side, math.Pi/2-side*math.Pi-math.Pi*float64(i)/steps)
		}
	}
	return outline
}

// along is the point of a cubic curve at t, from 0 to 1, and where it heads.
func along(p [4][2]float64, t float64) (x, y, angle float64) {
	u := 1 - t
	for i, weight := range [4]float64{u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t} {
		x, y = x+weight*p[i][0], y+weight*p[i][1]
	}
	var dx, dy float64
	for i, weight := range [3]float64{u * u, 2 * u * t, t * t} {
		dx, dy = dx+weight*(p[i+1][0]-p[i][0]), dy+weight*(p[i+1][1]-p[i][1])
	}
	return x, y, math.Atan2(dy, dx)
}
