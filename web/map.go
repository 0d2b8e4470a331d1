package web

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"istmo/i18n"
	"istmo/web/atlas"
)

// Map is a Chart's picture where it is one of places: land, water, borders, and a
// sign for each place with its name. What is counted is told by the area of a
// circle and by the number beside the name; what is too small to be told is a
// hollow circle and a word. It never moves and asks no other server: a view of
// what is close is a picture of its own, led to by an address.
//
// It is drawn three times, for a phone, a tablet and a desk, each with letters of
// its own size, and the page shows the one that fits.
type Map struct {
	ID     string    // of this picture on its page; letters
	Box    atlas.Box // what must be seen
	Points []MapPoint
	Areas  []MapArea
	Signs  []MapSign // what each sign means, in the order of the legend
	Sized  string    // what circles count, in words
	Most   int       // the largest count of all views, so that circles are alike in each; 0 for this one's
	Few    string    // what a hollow circle means, in words
	Views  []MapView
}

// MapPoint is one place. The first are given room for their names first.
type MapPoint struct {
	Name   string
	Detail string // a second line: what is counted there, in few words
	At     atlas.Point
	Sign   string // MapPost, MapTown …
	Count  int    // by which its circle is large; 0 for none
	Few    bool   // something is counted there that is too small to be told
	Mark   string // MapWarn, MapDoubt, or nothing
}

// The signs, and the marks above them.
const (
	MapPost     = "post"
	MapCrossing = "crossing"
	MapHouse    = "house"
	MapOffice   = "office"
	MapTown     = "town"
	MapCapital  = "capital"
	MapWarn     = "warn"
	MapDoubt    = "doubt"
)

// MapArea is the outline of a province or municipality.
type MapArea struct {
	Name  string
	Rings [][]atlas.Point
}

// MapSign is what a sign or a mark means.
type MapSign struct{ Sign, Words string }

// MapView is a link to another picture of the same.
type MapView struct {
	Link
	Current bool
}

// mapSize is one of the pictures: how wide its room is at least, and its letters.
type mapSize struct {
	name          string
	wide, high    float64
	letters, most float64 // the largest circle's radius
}

var mapSizes = []mapSize{{"narrow", 304, 340, 13, 18}, {"middle", 600, 430, 13, 22}, {"wide", 920, 580, 14, 26}}

// signRadius is how far each sign reaches from its place.
const signRadius = 6

// The countries whose land stands out, and those that are named besides.
var (
	ownLand    = []string{"591", "170", "188"}
	namedLands = []struct{ id, code string }{{"591", "PA"}, {"170", "CO"}, {"188", "CR"}, {"558", "NI"}, {"862", "VE"}, {"218", "EC"}, {"340", "HN"}, {"604", "PE"}, {"076", "BR"}}
)

// divide is a line from sea to sea along the isthmus: the Caribbean is north of it.
var divide = []atlas.Point{{Lon: -93, Lat: 16.5}, {Lon: -86, Lat: 13.5}, {Lon: -84.5, Lat: 11}, {Lon: -83, Lat: 9}, {Lon: -81, Lat: 8.5}, {Lon: -79.5, Lat: 9.1}, {Lon: -78, Lat: 8.7}, {Lon: -77.3, Lat: 7.9}, {Lon: -76, Lat: 7}}

func caribbean(p atlas.Point) bool {
	for i := 1; i < len(divide); i++ {
		a, b := divide[i-1], divide[i]
		if p.Lon <= b.Lon {
			return p.Lat > a.Lat+(b.Lat-a.Lat)*(p.Lon-a.Lon)/(b.Lon-a.Lon)
		}
	}
	return p.Lon < -59 && p.Lat > 8
}

// drawnMap is one picture with everything at its place.
type drawnMap struct {
	Name                string
	Wide, High          float64
	Letters             float64
	Land, Own           string // paths
	Coasts, Borders     string
	Provinces           string
	Lands, Seas, Within []drawnName
	Points              []drawnPoint
	Leads               string
	BarX, BarY, BarEnd  string
	BarText             string
	Key                 []drawnKey
	Unnamed             string // the names for which there was no room
}

type drawnName struct{ X, Y, Text string }

type drawnPoint struct {
	MapPoint
	X, Y, R string
	MarkY   string
	Lines   []drawnName
	Anchor  string
}

// atlasMap is all that the template wants of a map.
type atlasMap struct {
	Map
	Title    string
	Pictures []drawnMap
	Signs    []MapSign
	AnyCount bool
	AnyFew   bool
}

func (s *Site) atlas(lang, title string, m Map) *atlasMap {
	a := &atlasMap{Map: m, Title: title}
	most := 0
	if slices.ContainsFunc(m.Points, func(p MapPoint) bool { return p.Count > 0 }) {
		most = m.Most
	}
	present := map[string]bool{}
	for _, p := range m.Points {
		most = max(most, p.Count)
		present[p.Sign], present[p.Mark] = true, true
		a.AnyFew = a.AnyFew || p.Few
	}
	for _, sign := range m.Signs {
		if present[sign.Sign] {
			a.Signs = append(a.Signs, sign)
		}
	}
	for _, size := range mapSizes {
		a.Pictures = append(a.Pictures, s.outlines.draw(lang, m, size, most))
	}
	a.AnyCount = most > 0
	return a
}

// round is the largest number of one digit and noughts that is not larger.
func round(n int) int {
	if n <= 0 {
		return 0
	}
	power := int(math.Pow10(int(math.Log10(float64(n)))))
	return n / power * power
}

// radius is that of the circle whose area is to the largest as its count is.
func radius(n, most int, largest float64) float64 {
	return max(3, largest*math.Sqrt(float64(n)/float64(most)))
}

// outlines draw maps, coarse or fine.
type outlines []atlas.Outlines

func (o outlines) draw(lang string, m Map, size mapSize, most int) drawnMap {
	v := atlas.Fit(m.Box, size.wide, size.high)
	d := drawnMap{Name: size.name, Wide: size.wide, High: size.high, Letters: size.letters}
	lands := d.ground(v, atlas.Best(o, v.Box))
	areas := d.limits(v, m.Areas)
	page := &atlas.Page{Frame: atlas.Rect{X: 4, Y: 4, W: size.wide - 8, H: size.high - 8}}
	page.Taken = append(page.Taken, d.bar(lang, v))
	if most > 0 {
		page.Taken = append(page.Taken, d.key(lang, v, m.Points, size, most))
	}
	d.places(v, page, m.Points, size, most)
	d.large(lang, v, page, lands)
	d.within(page, areas)
	return d
}

// limits are the lines of provinces or municipalities; what it gives is the land of
// those that are seen.
func (d *drawnMap) limits(v atlas.View, areas []MapArea) (seen []area) {
	for _, a := range areas {
		one := area{name: a.Name}
		for _, ring := range a.Rings {
			for _, part := range v.Lines(ring) {
				d.Provinces += trace(part, false)
			}
			if spots := v.Ring(ring); spots != nil {
				one.rings = append(one.rings, spots)
			}
		}
		if one.rings != nil {
			seen = append(seen, one)
		}
	}
	return seen
}

type area struct {
	name  string
	rings [][]atlas.Spot
}

// mostAreas is how many have their names on a picture; of more, none has.
const mostAreas = 40

// within is the names of provinces or municipalities, where they are in nobody's way.
func (d *drawnMap) within(page *atlas.Page, areas []area) {
	if len(areas) > mostAreas {
		return
	}
	for _, a := range areas {
		w := atlas.Width(a.name, d.Letters)
		if at := page.Spread(w, d.Letters+4, func(s atlas.Spot) bool { return atlas.Within(a.rings, s) }); at.There {
			d.Within = append(d.Within, drawnName{px(at.X + at.W/2), px(at.Y + d.Letters), a.name})
		}
	}
}

// ground is land, coasts and borders; what it gives is the land of each country.
func (d *drawnMap) ground(v atlas.View, o atlas.Outlines) map[string][][]atlas.Spot {
	lands := map[string][][]atlas.Spot{}
	for _, c := range o.Land {
		for _, ring := range c.Rings {
			spots := v.Ring(ring)
			if spots == nil {
				continue
			}
			lands[c.ID] = append(lands[c.ID], spots)
			if slices.Contains(ownLand, c.ID) {
				d.Own += trace(spots, true)
			} else {
				d.Land += trace(spots, true)
			}
		}
	}
	for _, l := range o.Coasts {
		for _, part := range v.Lines(l) {
			d.Coasts += trace(part, false)
		}
	}
	for _, l := range o.Borders {
		for _, part := range v.Lines(l) {
			d.Borders += trace(part, false)
		}
	}
	return lands
}

// bar is the scale, in the lower left corner.
func (d *drawnMap) bar(lang string, v atlas.View) atlas.Rect {
	km, long := v.Bar(d.Wide / 4)
	d.BarX, d.BarY, d.BarEnd = "12", px(d.High-12), px(12+long)
	d.BarText = i18n.Decimal(lang, km, 0) + "\u00a0km"
	return atlas.Rect{X: 4, Y: d.High - 36, W: long + 20, H: 36}
}

// key is two circles with their numbers, as large as those of the picture, whatever
// its size: in the lower right corner, or in one above where a place is there.
func (d *drawnMap) key(lang string, v atlas.View, points []MapPoint, size mapSize, most int) atlas.Rect {
	counts := []int{round(most)}
	if few := round(most / 5); few > 0 {
		counts = append(counts, few)
	}
	long, high := 8.0, 20.0
	for _, n := range counts {
		r := radius(n, most, size.most)
		long, high = long+atlas.Width(i18n.Number(lang, int64(n)), size.letters)+2*r+14, max(high, 2*r)
	}
	room := atlas.Rect{W: long, H: high + 14}
	for _, at := range []atlas.Spot{{X: size.wide - long, Y: size.high - room.H}, {X: size.wide - long}, {}, {X: size.wide - long, Y: size.high - room.H}} {
		if room.X, room.Y = at.X, at.Y; !slices.ContainsFunc(points, func(p MapPoint) bool {
			return room.Overlaps(atlas.Around(v.At(p.At), 14))
		}) {
			break
		}
	}
	x, foot := room.X+room.W-8, room.Y+room.H-8
	for _, n := range counts {
		r, text := radius(n, most, size.most), i18n.Number(lang, int64(n))
		x -= atlas.Width(text, size.letters)
		d.Key = append(d.Key, drawnKey{X: px(x - r - 5), Y: px(foot - r), R: px(r), TextX: px(x), Text: text})
		x -= 2*r + 14
	}
	return room
}

type drawnKey struct{ X, Y, R, TextX, Text string }

// places are the signs, and their names where there is room.
func (d *drawnMap) places(v atlas.View, page *atlas.Page, points []MapPoint, size mapSize, most int) {
	var seen []MapPoint
	var names []atlas.Name
	for _, p := range points {
		at := v.At(p.At)
		if !page.Frame.Holds(atlas.Around(at, 2)) {
			continue
		}
		n := atlas.Name{At: at, Radius: signRadius, H: size.letters + 4, W: atlas.Width(p.Name, size.letters) + 2}
		if p.Sign == MapTown && p.Mark == "" {
			n.Radius = 4
		}
		if p.Count > 0 {
			n.Radius = max(n.Radius, radius(p.Count, most, size.most))
		} else if p.Few {
			n.Radius = 10
		}
		if p.Detail != "" {
			n.H, n.W = 2*(size.letters+3)+1, max(n.W, atlas.Width(p.Detail, size.letters)+2)
		}
		page.Taken = append(page.Taken, atlas.Around(at, n.Radius))
		if p.Mark != "" {
			page.Taken = append(page.Taken, atlas.Rect{X: at.X - 8, Y: at.Y - n.Radius - 16, W: 16, H: 16})
		}
		seen, names = append(seen, p), append(names, n)
	}
	var unnamed []string
	for i, placed := range page.Place(names) {
		p, n := seen[i], names[i]
		one := drawnPoint{MapPoint: p, X: px(n.At.X), Y: px(n.At.Y), R: px(n.Radius), MarkY: px(n.At.Y - n.Radius - 8)}
		switch {
		case !placed.There:
			name := p.Name
			if p.Detail != "" {
				name += " (" + p.Detail + ")"
			}
			unnamed = append(unnamed, name)
		default:
			one.name(placed, p, n, size)
		}
		if placed.Led {
			d.Leads += trace([]atlas.Spot{placed.From, placed.To}, false)
		}
		d.Points = append(d.Points, one)
	}
	d.Unnamed = strings.Join(unnamed, ", ")
	// Large circles lie under small ones.
	slices.SortStableFunc(d.Points, func(a, b drawnPoint) int { return cmp.Compare(b.Count, a.Count) })
}

// name writes the lines of a name, from its edge that is nearest to the sign.
func (p *drawnPoint) name(at atlas.Placed, of MapPoint, n atlas.Name, size mapSize) {
	x := at.X + at.W/2
	switch {
	case at.X >= n.At.X:
		x, p.Anchor = at.X, "start"
	case at.X+at.W <= n.At.X:
		x, p.Anchor = at.X+at.W, "end"
	default:
		p.Anchor = "middle"
	}
	for i, text := range []string{of.Name, of.Detail} {
		if text != "" {
			p.Lines = append(p.Lines, drawnName{px(x), px(at.Y + size.letters + float64(i)*(size.letters+3)), text})
		}
	}
}

// large is the names of countries and seas, where they are in nobody's way.
func (d *drawnMap) large(lang string, v atlas.View, page *atlas.Page, lands map[string][][]atlas.Spot) {
	onLand := func(s atlas.Spot) bool {
		for _, rings := range lands {
			if atlas.Within(rings, s) {
				return true
			}
		}
		return false
	}
	put := func(text string, spaced float64, belongs func(atlas.Spot) bool) []drawnName {
		w := atlas.Width(text, d.Letters) + spaced*float64(len([]rune(text)))
		if at := page.Spread(w, d.Letters+4, belongs); at.There {
			return []drawnName{{px(at.X + at.W/2), px(at.Y + d.Letters), text}}
		}
		return nil
	}
	for _, c := range namedLands {
		rings := lands[c.id]
		d.Lands = append(d.Lands, put(i18n.Country(lang, c.code), 2, func(s atlas.Spot) bool { return atlas.Within(rings, s) })...)
	}
	for _, north := range []bool{true, false} {
		key := map[bool]string{true: "web.map.caribbean", false: "web.map.pacific"}[north]
		d.Seas = append(d.Seas, put(i18n.Say(lang, key), 0.5, func(s atlas.Spot) bool { return caribbean(v.Back(s)) == north && !onLand(s) })...)
	}
}

// trace is a line as SVG has it: from a point by steps.
func trace(spots []atlas.Spot, closed bool) string {
	var b strings.Builder
	lastX, lastY := 0, 0
	for i, s := range spots {
		x, y := int(math.Round(10*s.X)), int(math.Round(10*s.Y))
		switch i {
		case 0:
			b.WriteByte('M')
		default:
			b.WriteByte('l')
		}
		b.WriteString(tenth(x - lastX))
		b.WriteByte(' ')
		b.WriteString(tenth(y - lastY))
		lastX, lastY = x, y
	}
	if closed {
		b.WriteByte('z')
	}
	return b.String()
}

func tenth(n int) string { return strconv.FormatFloat(float64(n)/10, 'f', -1, 64) }

func px(f float64) string { return tenth(int(math.Round(10 * f))) }
