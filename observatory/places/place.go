package places

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/screening"
	"istmo/store"
)

// Kinds are those of places, in the order in which they are shown. The database
// holds them too. There is none for a place of protection, and there will be none.
var Kinds = []string{post, "crossing", "reception", "office", publicShelter, "town"}

// The kinds that a rule looks at; a capital is for orientation alone.
const (
	post          = "post"
	publicShelter = "public-shelter"
	capital       = "capital"
)

// Added are the kinds that somebody can add. A post is opened with screening.
var Added = []string{"crossing", "reception", "office", publicShelter, "town"}

// Certainties say how near the point is: within a kilometre, five, or twenty.
var Certainties = []string{"sure", "near", "rough"}

// Place is one that an agency put on the map.
type Place struct {
	ID       string    `json:"id"` // plc_…
	Agency   string    `json:"agency"`
	Country  string    `json:"country"`
	Region   string    `json:"region"`
	Kind     string    `json:"kind"`
	Name     string    `json:"name"`
	Post     string    `json:"post"` // pst_…, if it is one
	Lat      int64     `json:"lat"`  // thousandths of a degree
	Lon      int64     `json:"lon"`
	Certain  string    `json:"certainty"`
	Source   string    `json:"source"`
	Dated    time.Time `json:"dated"`
	MovedAt  time.Time `json:"moved_at"`
	ClosedAt time.Time `json:"closed_at"`
}

// ObjectID is the place's id.
func (p Place) ObjectID() string { return p.ID }

// Facts are what a policy may look at.
func (p Place) Facts() access.Facts { return access.Facts{"agency": p.Agency} }

// Point is where something is and who says so.
type Point struct {
	Lat     string    `json:"lat"` // degrees, WGS 84
	Lon     string    `json:"lon"`
	Certain string    `json:"certainty"`
	Source  string    `json:"source"`
	Dated   time.Time `json:"dated"`
}

// bounds is a part of the earth that holds a country.
type bounds struct{ south, north, west, east float64 }

func (b bounds) holds(lat, lon float64) bool {
	return lat >= b.south && lat <= b.north && lon >= b.west && lon <= b.east
}

// within are the countries, their islands included.
var within = map[string]bounds{"PA": {7, 9.8, -83.2, -77}, "CO": {-4.3, 13.6, -82, -66.8}, "CR": {5.4, 11.3, -87.2, -82.5}}

// degrees reads a number as people write it, with a comma or a point.
func degrees(s string) (float64, bool) {
	d, err := strconv.ParseFloat(strings.Replace(strings.Replace(strings.TrimSpace(s), "−", "-", 1), ",", ".", 1), 64)
	return d, err == nil && !math.IsNaN(d) && !math.IsInf(d, 0)
}

// put puts a place at a point, or says what is wrong with it and how to mend it.
func (p *Place) put(check *fault.Check, at Point, now time.Time) {
	lat, latOK := degrees(at.Lat)
	lon, lonOK := degrees(at.Lon)
	check.That(latOK, "lat", "places.degrees")
	check.That(lonOK, "lon", "places.degrees")
	b, known := within[p.Country]
	if latOK && lonOK {
		there := b.holds(lat, lon)
		switch {
		case known && !there && b.holds(lon, lat), known && !there && b.holds(-lon, lat), known && !there && b.holds(lon, -lat):
			check.That(false, "lat", "places.swapped")
		case known && !there && b.holds(lat, -lon):
			check.That(false, "lon", "places.minus")
		case known:
			check.That(there, "lat", "places.elsewhere")
		default:
			check.That(math.Abs(lat) <= 90, "lat", "places.degrees")
			check.That(math.Abs(lon) <= 180, "lon", "places.degrees")
			check.That(lat != 0 || lon != 0, "lat", "places.elsewhere")
		}
		p.Lat, p.Lon = p.grain(lat), p.grain(lon)
	}
	check.That(slices.Contains(Certainties, at.Certain), "certainty", "fault.not-in-list")
	said(check, at.Source, at.Dated, now)
	p.Certain, p.Source, p.Dated, p.MovedAt = at.Certain, strings.TrimSpace(at.Source), at.Dated, now
}

// grain is degrees in thousandths, about a hundred metres; of a shelter in
// hundredths, about a kilometre.
func (p Place) grain(d float64) int64 {
	if p.Kind == publicShelter {
		return 10 * int64(math.Round(100*d))
	}
	return int64(math.Round(1000 * d))
}

// said checks that something has its source and day.
func said(check *fault.Check, source string, dated, now time.Time) {
	check.That(strings.TrimSpace(source) != "", "source", "fault.required")
	check.That(len(source) <= 200, "source", "fault.too-long")
	check.That(!dated.IsZero(), "dated", "fault.required")
	check.That(!dated.After(now), "dated", "fault.in-the-future")
	check.That(!ofProtection(source), "source", "places.no-protection-in-words")
}

// Add puts a public place of the country on the map.
type Add struct {
	Kind   string `json:"kind"` // one of Added
	Name   string `json:"name"`
	Region string `json:"region"`
	Point
}

// Verb names it.
func (Add) Verb() access.Verb { return "places.add" }

// Find makes it.
func (c Add) Find(tx *store.Tx, who access.Who) (Place, error) {
	return Place{ID: tx.NewID("plc"), Agency: who.Agency, Country: cooperation.Country(act.Here(tx)), Kind: c.Kind, Name: strings.TrimSpace(c.Name), Region: strings.TrimSpace(c.Region)}, nil
}

// Do stores it.
func (c Add) Do(tx *store.Tx, who access.Who, p Place) error {
	var check fault.Check
	check.That(slices.Contains(Added, c.Kind), "kind", "places.kind-not-in-list")
	check.That(p.Name != "", "name", "fault.required")
	check.That(len(p.Name) <= 100, "name", "fault.too-long")
	check.That(p.Region != "", "region", "fault.required")
	check.That(len(p.Region) <= 100, "region", "fault.too-long")
	p.put(&check, c.Point, tx.Now)
	s, err := secrets(tx)
	if err != nil {
		return err
	}
	check.That(!s.keeps(p.Name), "name", "places.never-protection")
	check.That(!s.keeps(p.Region), "region", "places.never-protection")
	there, err := p.there(tx)
	if err != nil {
		return err
	}
	check.That(!there, "name", "places.there-already")
	if err := check.Err(); err != nil {
		return err
	}
	return p.insert(tx)
}

// there is whether a place of that kind and name is there already.
func (p Place) there(tx *store.Tx) (bool, error) {
	gazetteer, err := Gazetteer()
	if err != nil {
		return false, err
	}
	for _, k := range gazetteer {
		if k.Country == p.Country && k.Kind == p.Kind && fold(k.Name) == fold(p.Name) {
			return true, nil
		}
	}
	own, err := stored(tx)
	return slices.ContainsFunc(own, func(o Place) bool {
		return o.ID != p.ID && o.ClosedAt.IsZero() && o.Kind == p.Kind && fold(o.Name) == fold(p.Name)
	}), err
}

// Move says where a place is, or a screening post.
type Move struct {
	ID string `json:"id"` // plc_…, or pst_… of a post
	Point
}

// Verb names it.
func (Move) Verb() access.Verb { return "places.move" }

// Find loads it. A post that never had a place gets one.
func (c Move) Find(tx *store.Tx, who access.Who) (Place, error) {
	if !strings.HasPrefix(c.ID, "pst_") {
		return find(tx, c.ID)
	}
	p, err := ofPost(tx, c.ID)
	if !fault.Is(err, fault.KindNotFound) {
		return p, err
	}
	all, err := screening.Posts{}.Ask(tx, who)
	if err != nil {
		return p, err
	}
	for _, one := range all {
		if one.ID == c.ID {
			return Place{ID: tx.NewID("plc"), Agency: one.Agency, Country: cooperation.Country(act.Here(tx)), Region: one.Place, Kind: post, Name: one.Name, Post: one.ID}, nil
		}
	}
	return p, fault.NotFound()
}

// Do keeps the point.
func (c Move) Do(tx *store.Tx, who access.Who, p Place) error {
	if !p.ClosedAt.IsZero() {
		return fault.Conflict("places.closed-already")
	}
	isNew := p.MovedAt.IsZero()
	var check fault.Check
	p.put(&check, c.Point, tx.Now)
	s, err := secrets(tx)
	if err != nil {
		return err
	}
	check.That(!s.keeps(p.Name), "id", "places.never-protection")
	if err := check.Err(); err != nil {
		return err
	}
	if isNew {
		return p.insert(tx)
	}
	return p.move(tx)
}

// Close takes a place off the map. What was said of risks there stays.
type Close struct {
	ID string `json:"id"`
}

// Verb names it.
func (Close) Verb() access.Verb { return "places.close" }

// Find loads it.
func (c Close) Find(tx *store.Tx, who access.Who) (Place, error) { return find(tx, c.ID) }

// Do closes it.
func (c Close) Do(tx *store.Tx, who access.Who, p Place) error {
	if !p.ClosedAt.IsZero() {
		return fault.Conflict("places.closed-already")
	}
	if p.Kind == post {
		return fault.Conflict("places.post-closes-there")
	}
	return p.close(tx)
}
