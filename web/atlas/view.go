package atlas

import "math"

// kmOfDegree is the length of a degree of latitude.
const kmOfDegree = 111.2

// View is a part of the earth laid on a picture.
type View struct {
	Box        Box // what the picture shows: what was asked for, and beside it what fills the picture
	Wide, High float64
	pixels     float64 // of a degree of latitude
	across     float64 // of a degree of longitude
}

// Fit lays a box on a picture so that all of it is seen, in the middle.
func Fit(b Box, wide, high float64) View {
	lat := (b.South + b.North) / 2
	squeeze := math.Cos(lat * math.Pi / 180)
	v := View{Wide: wide, High: high, pixels: min(wide/((b.East-b.West)*squeeze), high/(b.North-b.South))}
	v.across = v.pixels * squeeze
	lon, half, up := (b.West+b.East)/2, wide/v.across/2, high/v.pixels/2
	v.Box = Box{lon - half, lat - up, lon + half, lat + up}
	return v
}

// At is where a place is on the picture, in pixels from its upper left corner.
func (v View) At(p Point) Spot {
	return Spot{(p.Lon - v.Box.West) * v.across, (v.Box.North - p.Lat) * v.pixels}
}

// Back is the place at a spot of the picture.
func (v View) Back(s Spot) Point {
	return Point{v.Box.West + s.X/v.across, v.Box.North - s.Y/v.pixels}
}

// Bar is a round number of kilometres whose bar is at most so long, and how long it is.
func (v View) Bar(most float64) (km, pixels float64) {
	reach := most / v.pixels * kmOfDegree
	power := math.Pow(10, math.Floor(math.Log10(reach)))
	for _, times := range []float64{5, 2, 1} {
		if km = times * power; km <= reach {
			break
		}
	}
	return km, km / kmOfDegree * v.pixels
}

// Spot is a place on the picture.
type Spot struct{ X, Y float64 }

// beyond is how far outside the picture lines are kept, so that no edge shows.
const beyond = 8

// Ring is land on the picture: what lies outside is cut off, and points too near to
// each other to be told apart are left out. It is nil where nothing is left.
func (v View) Ring(ring []Point) []Spot {
	spots := make([]Spot, len(ring))
	for i, p := range ring {
		spots[i] = v.At(p)
	}
	x := func(s Spot) float64 { return s.X }
	y := func(s Spot) float64 { return s.Y }
	spots = cut(spots, x, -beyond, 1)
	spots = cut(spots, x, v.Wide+beyond, -1)
	spots = cut(spots, y, -beyond, 1)
	spots = cut(spots, y, v.High+beyond, -1)
	if spots = sparse(spots); len(spots) < 3 {
		return nil
	}
	return spots
}

// cut is a ring cut off at an edge (Sutherland and Hodgman, 1974).
func cut(ring []Spot, of func(Spot) float64, edge, sign float64) (out []Spot) {
	inside := func(s Spot) bool { return sign*(of(s)-edge) >= 0 }
	for i, s := range ring {
		from := ring[(i+len(ring)-1)%len(ring)]
		if inside(from) != inside(s) {
			part := (edge - of(from)) / (of(s) - of(from))
			out = append(out, Spot{from.X + part*(s.X-from.X), from.Y + part*(s.Y-from.Y)})
		}
		if inside(s) {
			out = append(out, s)
		}
	}
	return out
}

// Lines are the parts of a line that are on the picture.
func (v View) Lines(line []Point) (parts [][]Spot) {
	var part []Spot
	end := func() {
		if part = sparse(part); len(part) > 1 {
			parts = append(parts, part)
		}
		part = nil
	}
	for i := 1; i < len(line); i++ {
		a, b := v.At(line[i-1]), v.At(line[i])
		seen := max(a.X, b.X) >= -beyond && min(a.X, b.X) <= v.Wide+beyond && max(a.Y, b.Y) >= -beyond && min(a.Y, b.Y) <= v.High+beyond
		switch {
		case !seen:
			end()
		case part == nil:
			part = []Spot{a, b}
		default:
			part = append(part, b)
		}
	}
	end()
	return parts
}

// sparse leaves out points that nobody could tell from the one before; the first
// and the last stay.
func sparse(spots []Spot) (out []Spot) {
	for i, s := range spots {
		if i == 0 || i == len(spots)-1 || math.Hypot(s.X-out[len(out)-1].X, s.Y-out[len(out)-1].Y) >= 0.8 {
			out = append(out, s)
		}
	}
	return out
}

// Within is whether a spot lies on land of these rings.
func Within(rings [][]Spot, s Spot) (in bool) {
	for _, ring := range rings {
		for i, a := range ring {
			b := ring[(i+len(ring)-1)%len(ring)]
			if (a.Y > s.Y) != (b.Y > s.Y) && s.X < (b.X-a.X)*(s.Y-a.Y)/(b.Y-a.Y)+a.X {
				in = !in
			}
		}
	}
	return in
}
