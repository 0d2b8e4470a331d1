package atlas

import (
	"encoding/json"
	"fmt"
)

// Point is a place in degrees, WGS 84.
type Point struct{ Lon, Lat float64 }

// Box is a part of the earth, in degrees.
type Box struct{ West, South, East, North float64 }

// Holds is whether a place is in the box.
func (b Box) Holds(p Point) bool {
	return p.Lon >= b.West && p.Lon <= b.East && p.Lat >= b.South && p.Lat <= b.North
}

// Outlines are land, coasts and borders in a box: coarse for much, fine for little.
type Outlines struct {
	Box     Box
	Land    []Country
	Coasts  [][]Point
	Borders [][]Point
}

// Country is one country's land. Its id is ISO 3166-1's number, "591".
type Country struct {
	ID    string
	Rings [][]Point
}

// Read reads what web/assets/build.js writes: the coarse outlines first.
func Read(text []byte) ([]Outlines, error) {
	var levels []struct {
		Box   [4]float64
		Steps float64
		Land  []struct {
			ID    string
			Rings [][]int
		}
		Coasts, Borders [][]int
	}
	if err := json.Unmarshal(text, &levels); err != nil {
		return nil, fmt.Errorf("atlas: %w", err)
	}
	if len(levels) == 0 {
		return nil, fmt.Errorf("atlas: there are no outlines")
	}
	var all []Outlines
	for _, l := range levels {
		o := Outlines{Box: Box{l.Box[0], l.Box[1], l.Box[2], l.Box[3]}, Coasts: lines(l.Coasts, l.Steps), Borders: lines(l.Borders, l.Steps)}
		for _, c := range l.Land {
			o.Land = append(o.Land, Country{c.ID, lines(c.Rings, l.Steps)})
		}
		all = append(all, o)
	}
	return all, nil
}

// lines are numbers as lines: a point, and the steps to each that follows.
func lines(all [][]int, steps float64) [][]Point {
	out := make([][]Point, len(all))
	for i, numbers := range all {
		x, y := 0, 0
		for n := 0; n+1 < len(numbers); n += 2 {
			x, y = x+numbers[n], y+numbers[n+1]
			out[i] = append(out[i], Point{float64(x) / steps, float64(y) / steps})
		}
	}
	return out
}

// Best are the finest outlines that hold the whole box, or the coarsest.
func Best(levels []Outlines, b Box) Outlines {
	for i := len(levels) - 1; i > 0; i-- {
		if o := levels[i]; o.Box.Holds(Point{b.West, b.South}) && o.Box.Holds(Point{b.East, b.North}) {
			return o
		}
	}
	return levels[0]
}
