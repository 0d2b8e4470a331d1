package atlas

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func near(a, b, by float64) bool { return math.Abs(a-b) <= by }

// TestPlacesByHand: a box from 10 south to 10 north and 20 degrees wide lies on
// 400 by 400 pixels with 20 pixels to a degree either way, as on the equator a
// degree of longitude is as long as one of latitude.
func TestPlacesByHand(t *testing.T) {
	v := Fit(Box{-90, -10, -70, 10}, 400, 400)
	for p, want := range map[Point]Spot{{-90, 10}: {0, 0}, {-80, 0}: {200, 200}, {-70, -10}: {400, 400}, {-85, 5}: {100, 100}} {
		if got := v.At(p); !near(got.X, want.X, 1e-9) || !near(got.Y, want.Y, 1e-9) {
			t.Errorf("%v is at %v, want %v", p, got, want)
		}
		if back := v.Back(v.At(p)); !near(back.Lon, p.Lon, 1e-9) || !near(back.Lat, p.Lat, 1e-9) {
			t.Errorf("%v comes back as %v", p, back)
		}
	}
	// At 60 degrees north a degree of longitude is half as long: a box of 4 by 2 is a
	// square, and a picture twice as wide shows as much again, half on each side.
	v = Fit(Box{0, 59, 4, 61}, 400, 200)
	if got := v.At(Point{0, 61}); !near(got.X, 100, 1e-9) || !near(got.Y, 0, 1e-9) {
		t.Errorf("the corner is at %v", got)
	}
	if !near(v.Box.West, -2, 1e-9) || !near(v.Box.East, 6, 1e-9) || v.Box.South != 59 || v.Box.North != 61 {
		t.Errorf("it shows %v", v.Box)
	}
	// 400 pixels are 20 degrees, 2224 km: of 100 pixels, 556 km, 500 is the round part.
	km, px := Fit(Box{-90, -10, -70, 10}, 400, 400).Bar(100)
	if km != 500 || !near(px, 89.93, 0.01) {
		t.Errorf("the bar is %v km on %v pixels", km, px)
	}
}

// TestWhatLiesOutsideIsCutOff: a square of 40 degrees around a picture of 20.
func TestWhatLiesOutsideIsCutOff(t *testing.T) {
	v := Fit(Box{-90, -10, -70, 10}, 400, 400)
	ring := v.Ring([]Point{{-100, -20}, {-60, -20}, {-60, 20}, {-100, 20}, {-100, -20}})
	for _, s := range ring {
		if s.X < -beyond || s.X > 400+beyond || s.Y < -beyond || s.Y > 400+beyond {
			t.Errorf("%v is off the picture", s)
		}
	}
	if !Within([][]Spot{ring}, Spot{200, 200}) {
		t.Error("the middle is not on land")
	}
	if got := v.Ring([]Point{{0, 0}, {1, 0}, {1, 1}, {0, 0}}); got != nil {
		t.Errorf("land that is elsewhere is drawn: %v", got)
	}
	parts := v.Lines([]Point{{-120, 0}, {-110, 0}, {-85, 0}, {-75, 0}, {-20, 0}, {-20, 5}, {-80, 5}, {-80, 6}})
	if len(parts) != 2 || len(parts[0]) != 4 {
		t.Errorf("%v", parts)
	}
}

// TestNamesKeepApart: whatever the places, no two names overlap, none covers a sign
// or leaves the picture, and no line runs through a name. The seeds are fixed.
func TestNamesKeepApart(t *testing.T) {
	stood, led := 0, 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 5))
		p := &Page{Frame: Rect{0, 0, 300 + 600*r.Float64(), 300 + 200*r.Float64()}}
		var names []Name
		for range 3 + r.IntN(25) {
			n := Name{At: Spot{p.Frame.W * r.Float64(), p.Frame.H * r.Float64()}, Radius: 4 + 20*r.Float64(), W: 30 + 90*r.Float64(), H: 16 + 16*float64(r.IntN(2))}
			if len(names) > 0 && r.IntN(3) == 0 { // close to another
				n.At = Spot{names[0].At.X + 6*r.Float64(), names[0].At.Y + 6*r.Float64()}
			}
			names = append(names, n)
			p.Taken = append(p.Taken, Around(n.At, n.Radius))
		}
		signs := len(p.Taken)
		all := p.Place(names)
		for i, a := range all {
			if !a.There {
				continue
			}
			stood++
			if !p.Frame.Holds(a.Rect) {
				t.Fatalf("seed %d: %v leaves the picture", seed, a.Rect)
			}
			for _, s := range p.Taken[:signs] {
				if s.Overlaps(a.Rect) {
					t.Fatalf("seed %d: %v covers a sign", seed, a.Rect)
				}
			}
			for j, b := range all {
				if i != j && b.There && a.Overlaps(b.Rect) {
					t.Fatalf("seed %d: %v overlaps %v", seed, a.Rect, b.Rect)
				}
				if i != j && b.Led && a.crossed(b.From, b.To) {
					t.Fatalf("seed %d: a line runs through %v", seed, a.Rect)
				}
			}
			if a.Led {
				led++
			}
		}
	}
	if stood < 3500 || led < 500 {
		t.Errorf("%d names found room, %d of them off their sign", stood, led)
	}
}

func TestANameStandsToTheRightWhereItCan(t *testing.T) {
	p := &Page{Frame: Rect{0, 0, 300, 300}, Taken: []Rect{Around(Spot{100, 100}, 5)}}
	if got := p.Place([]Name{{Spot{100, 100}, 5, 50, 16}})[0]; got.X != 109 || got.Y != 92 || got.Led {
		t.Errorf("%+v", got)
	}
	p = &Page{Frame: Rect{0, 0, 300, 300}, Taken: []Rect{Around(Spot{290, 100}, 5)}}
	if got := p.Place([]Name{{Spot{290, 100}, 5, 50, 16}})[0]; got.X != 231 {
		t.Errorf("at the edge: %+v", got)
	}
}

func TestALargeNameStandsOnWhatItNames(t *testing.T) {
	p := &Page{Frame: Rect{0, 0, 400, 400}, Taken: []Rect{{190, 190, 20, 20}}}
	land := func(s Spot) bool { return s.X > 100 && s.X < 300 && s.Y > 100 && s.Y < 300 }
	got := p.Spread(80, 16, land)
	if !got.There || got.Overlaps(Rect{190, 190, 20, 20}) || got.X < 100 || got.X+80 > 300 || got.Y < 100 || got.Y+16 > 300 {
		t.Errorf("%+v", got)
	}
	if got := p.Spread(250, 16, land); got.There {
		t.Errorf("it found room where there is none: %+v", got)
	}
}

func TestOutlinesAreRead(t *testing.T) {
	all, err := Read([]byte(`[{"box":[-93,-7,-59,21],"steps":10,"land":[{"id":"591","rings":[[-800,80,5,0,0,5]]}],"coasts":[[-800,80,10,10]],"borders":[]},
		{"box":[-84,5,-75,11],"steps":100,"land":[],"coasts":[],"borders":[]}]`))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(all[0].Land); got != "[{591 [[{-80 8} {-79.5 8} {-79.5 8.5}]]}]" {
		t.Errorf("%s", got)
	}
	if Best(all, Box{-80, 6, -76, 9}).Box.West != -84 || Best(all, Box{-90, 6, -76, 9}).Box.West != -93 || Best(all, Box{-170, 6, 170, 9}).Box.West != -93 {
		t.Error("the finest that hold the box are not taken")
	}
	for _, bad := range []string{"", "[]", `{"box":1}`} {
		if _, err := Read([]byte(bad)); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}
