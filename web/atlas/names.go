package atlas

import (
	"math"
	"strings"
	"unicode"
)

// Rect is a part of the picture.
type Rect struct{ X, Y, W, H float64 }

// Around is the square around a spot.
func Around(s Spot, r float64) Rect { return Rect{s.X - r, s.Y - r, 2 * r, 2 * r} }

// Overlaps is whether two rectangles have more than an edge in common.
func (r Rect) Overlaps(o Rect) bool {
	const hair = 1e-6
	return r.X+hair < o.X+o.W && o.X+hair < r.X+r.W && r.Y+hair < o.Y+o.H && o.Y+hair < r.Y+r.H
}

// Holds is whether another lies wholly inside.
func (r Rect) Holds(o Rect) bool {
	return o.X >= r.X && o.Y >= r.Y && o.X+o.W <= r.X+r.W && o.Y+o.H <= r.Y+r.H
}

// has is whether a spot lies inside.
func (r Rect) has(s Spot) bool {
	return s.X >= r.X && s.X <= r.X+r.W && s.Y >= r.Y && s.Y <= r.Y+r.H
}

// crossed is whether the line from a to b touches it: whether some part of the line
// is between its sides and between top and bottom at once.
func (r Rect) crossed(a, b Spot) bool {
	from, to := 0.0, 1.0
	for _, side := range []struct{ at, step, near, far float64 }{{a.X, b.X - a.X, r.X, r.X + r.W}, {a.Y, b.Y - a.Y, r.Y, r.Y + r.H}} {
		if side.step == 0 {
			if side.at < side.near || side.at > side.far {
				return false
			}
			continue
		}
		in, out := (side.near-side.at)/side.step, (side.far-side.at)/side.step
		from, to = max(from, min(in, out)), min(to, max(in, out))
	}
	return from <= to
}

// Name is a name that wants room beside the sign of a place.
type Name struct {
	At     Spot
	Radius float64 // of its sign
	W, H   float64 // of its words
}

// Placed is where a name stands. Where it stands off, a line leads to its sign.
type Placed struct {
	Rect
	There bool // whether there was room
	Led   bool
	From  Spot // the ends of the line, at the sign and at the name
	To    Spot
}

// Page is a picture with what is on it already: signs and names in whose way no
// other may stand.
type Page struct {
	Frame Rect
	Taken []Rect
	leads [][2]Spot
}

// gap is the least room between a sign and its name.
const gap = 4

// away is how far off a name may stand: beside its sign, and then led to by a line.
var away = []float64{0, 14, 26, 40, 56, 74}

// Place finds room for the names in their order: each beside its sign, else off it
// with a line, else nowhere. No two names overlap, none covers a sign, and no line
// runs through a name. Signs have to be taken beforehand.
func (p *Page) Place(names []Name) []Placed {
	all := make([]Placed, len(names))
	for i, n := range names {
		all[i] = p.room(n)
		if all[i].There {
			p.Taken = append(p.Taken, all[i].Rect)
		}
		if all[i].Led {
			p.leads = append(p.leads, [2]Spot{all[i].From, all[i].To})
		}
	}
	return all
}

func (p *Page) room(n Name) Placed {
	for _, off := range away {
		turns := 8
		if off > 0 {
			turns = 16
		}
		for _, turn := range order(turns) {
			angle := 2 * math.Pi * float64(turn) / float64(turns)
			one := n.beside(angle, off)
			if p.free(one, n.At) {
				return one
			}
		}
	}
	return Placed{}
}

// order is in which order the ways around a sign are tried: right first, then left,
// then above and below, as a reader expects a name.
func order(turns int) []int {
	quarter := turns / 4
	first := []int{0, 2 * quarter, 3 * quarter, quarter}
	rest := []int{}
	for i := range turns {
		if i%quarter != 0 {
			rest = append(rest, i)
		}
	}
	return append(first, rest...)
}

// beside is a name that way from its sign. The edge of its words that is nearest
// to the sign is as far off as asked.
func (n Name) beside(angle, off float64) Placed {
	dx, dy := math.Cos(angle), math.Sin(angle)
	reach := n.Radius + gap + off
	edge := Spot{n.At.X + dx*reach, n.At.Y + dy*reach}
	r := Rect{edge.X - n.W/2 + n.W/2*round(dx), edge.Y - n.H/2 + n.H/2*round(dy), n.W, n.H}
	one := Placed{Rect: r, There: true, Led: off > 0}
	if one.Led {
		one.From = Spot{n.At.X + dx*n.Radius, n.At.Y + dy*n.Radius}
		one.To = Spot{min(max(n.At.X, r.X), r.X+r.W), min(max(n.At.Y, r.Y+2), r.Y+r.H-2)}
		if math.Abs(dx) > 0.3 && math.Abs(dy) < 0.95 {
			one.To = Spot{r.X, r.Y + r.H/2}
			if dx < 0 {
				one.To.X = r.X + r.W
			}
		}
	}
	return one
}

// round is -1, 0 or 1: on which side the words stand.
func round(d float64) float64 {
	switch {
	case d > 0.3:
		return 1
	case d < -0.3:
		return -1
	}
	return 0
}

// free is whether a name can stand there, and its line be drawn from a sign.
func (p *Page) free(one Placed, sign Spot) bool {
	if !p.Frame.Holds(one.Rect) {
		return false
	}
	for _, t := range p.Taken {
		if t.Overlaps(one.Rect) || one.Led && !t.has(sign) && t.crossed(one.From, one.To) {
			return false
		}
	}
	for _, l := range p.leads {
		if one.Rect.crossed(l[0], l[1]) {
			return false
		}
	}
	return true
}

// Spread finds room for the name of something large, a country or a sea: of the
// spots that belong to it, the one nearest to their middle where all of the words
// lie on it and on nothing else.
func (p *Page) Spread(w, h float64, belongs func(Spot) bool) Placed {
	const step = 12
	var all []Spot
	var middle Spot
	for y := p.Frame.Y + step/2; y < p.Frame.Y+p.Frame.H; y += step {
		for x := p.Frame.X + step/2; x < p.Frame.X+p.Frame.W; x += step {
			if s := (Spot{x, y}); belongs(s) {
				all = append(all, s)
				middle = Spot{middle.X + x, middle.Y + y}
			}
		}
	}
	if len(all) == 0 {
		return Placed{}
	}
	middle = Spot{middle.X / float64(len(all)), middle.Y / float64(len(all))}
	best, at := math.Inf(1), Placed{}
	for _, s := range all {
		one := Placed{Rect: Rect{s.X - w/2, s.Y - h/2, w, h}, There: true}
		far := math.Hypot(s.X-middle.X, s.Y-middle.Y)
		if far < best && p.free(one, s) && inside(one.Rect, belongs) {
			best, at = far, one
		}
	}
	if at.There {
		p.Taken = append(p.Taken, at.Rect)
	}
	return at
}

func inside(r Rect, belongs func(Spot) bool) bool {
	for i := range 5 {
		x := r.X + r.W*float64(i)/4
		if !belongs(Spot{x, r.Y}) || !belongs(Spot{x, r.Y + r.H}) {
			return false
		}
	}
	return true
}

// Width is how wide words are at a size, at most: the typeface's letters by groups.
func Width(words string, size float64) (w float64) {
	for _, r := range words {
		switch {
		case strings.ContainsRune("iljI.,:;'’|!()íìï ", r):
			w += 0.32
		case strings.ContainsRune("ftr-/1·", r):
			w += 0.45
		case strings.ContainsRune("mwMW%—", r):
			w += 0.92
		case unicode.IsUpper(r):
			w += 0.72
		default:
			w += 0.6
		}
	}
	return w * size
}
