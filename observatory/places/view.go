package places

import (
	"strconv"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/observatory/sources"
	"istmo/screening"
	"istmo/screening/coverage"
	"istmo/screening/fairness"
	"istmo/store"
)

// Limits are the provinces and municipalities of the deployer's own file, with who
// says so.
type Limits struct{}

// Verb names it.
func (Limits) Verb() access.Verb { return "places.limits" }

// Bounds are the outlines that are in use.
type Bounds struct {
	Areas  []sources.Area `json:"areas"`
	Source []string       `json:"source"`
}

// Ask lists them.
func (Limits) Ask(tx *store.Tx, who access.Who) (b Bounds, err error) {
	if b.Areas, err = sources.Areas(tx); err != nil {
		return b, err
	}
	files, err := sources.Cited(tx, sources.Boundaries)
	for _, f := range files {
		b.Source = append(b.Source, f.Source)
	}
	return b, err
}

// Spot is a place that the map may show, with what is counted there.
type Spot struct {
	ID       string    `json:"id"`   // a code of the gazetteer, plc_… or pst_…
	Code     string    `json:"code"` // of the gazetteer's place at which it stands, if there is one
	Country  string    `json:"country"`
	RegionES string    `json:"region_es"`
	RegionEN string    `json:"region_en"`
	Kind     string    `json:"kind"`
	Name     string    `json:"name"`
	Agency   string    `json:"agency"` // whose it is; empty for the gazetteer's
	Placed   bool      `json:"placed"` // whether anybody knows where it is
	Lat      float64   `json:"lat"`
	Lon      float64   `json:"lon"`
	Certain  string    `json:"certainty"`
	Source   string    `json:"source"`
	Dated    time.Time `json:"dated"`
	Screened Count     `json:"screened"` // of a post, in the year before the last count
	Passed   Count     `json:"passed"`   // of a post, in the months of that year that are known
}

// Count is a number that may not be told.
type Count struct {
	Known bool `json:"known"` // whether there is anything to count
	N     int  `json:"n"`     // fairness.Hidden where it is too small, or would give another away
}

// Few is whether there is something that is not told.
func (c Count) Few() bool { return c.Known && c.N == fairness.Hidden }

// Region is where it lies, in a language.
func (s Spot) Region(lang string) string {
	if lang == "es" {
		return s.RegionES
	}
	return s.RegionEN
}

// Read is everything that the map and its tables show.
type Read struct{}

// Verb names it.
func (Read) Verb() access.Verb { return "places.read" }

// View is what an analyst sees.
type View struct {
	Spots   []Spot    `json:"spots"`
	Factors []Factor  `json:"factors"`
	There   bool      `json:"there"`   // whether screenings have been counted yet
	Made    time.Time `json:"made"`    // when
	Least   int       `json:"least"`   // the smallest number that is told
	Limited string    `json:"limited"` // which files of limits are in use: their ids, or nothing
}

// least is used where nothing has been counted yet.
const least = 10

// Ask reads it.
func (Read) Ask(tx *store.Tx, who access.Who) (v View, err error) {
	if v.Spots, err = spots(tx, who); err != nil {
		return v, err
	}
	if v.Factors, err = factors(tx); err != nil {
		return v, err
	}
	files, err := sources.Cited(tx, sources.Boundaries)
	if err != nil {
		return v, err
	}
	for _, f := range files {
		v.Limited += f.ID + " "
	}
	counted, err := coverage.Read{}.Ask(tx, who)
	if err != nil {
		return v, err
	}
	v.There, v.Made, v.Least = counted.There, counted.Figures.Made, max(counted.Figures.Least, least)
	v.count(counted)
	return v, nil
}

// spots are the posts, the places of this node's agencies, and the gazetteer's that
// are neither. Whatever bears a name that must not be known is left out.
func spots(tx *store.Tx, who access.Who) (all []Spot, err error) {
	gazetteer, err := Gazetteer()
	if err != nil {
		return nil, err
	}
	kept, err := secrets(tx)
	if err != nil {
		return nil, err
	}
	own, err := stored(tx)
	if err != nil {
		return nil, err
	}
	posts, err := screening.Posts{}.Ask(tx, who)
	if err != nil {
		return nil, err
	}
	country, taken := cooperation.Country(act.Here(tx)), map[string]bool{}
	for _, p := range posts {
		if !p.Active || kept.keeps(p.Name) || kept.keeps(p.Place) {
			continue
		}
		s := ofScreening(p, country, own, gazetteer)
		taken[s.Code] = true
		all = append(all, s)
	}
	for _, p := range own {
		if p.Kind != post && p.ClosedAt.IsZero() && !kept.keeps(p.Name) && !kept.keeps(p.Region) {
			s := Spot{ID: p.ID, Country: p.Country, RegionES: p.Region, RegionEN: p.Region, Kind: p.Kind, Name: p.Name, Agency: p.Agency}
			s.put(p)
			all = append(all, s)
		}
	}
	for _, k := range gazetteer {
		if !taken[k.Code] {
			s := Spot{ID: k.Code, Code: k.Code, Country: k.Country, RegionES: k.RegionES, RegionEN: k.RegionEN, Kind: k.Kind, Name: k.Name}
			s.at(k)
			all = append(all, s)
		}
	}
	return all, nil
}

// ofScreening is a screening post: where its agency put it, where it was opened, or
// at the gazetteer's place whose name it bears.
func ofScreening(p screening.Post, country string, own []Place, gazetteer []Known) Spot {
	s := Spot{ID: p.ID, Country: country, RegionES: p.Place, RegionEN: p.Place, Kind: post, Name: p.Name, Agency: p.Agency}
	for _, k := range gazetteer {
		if k.Country == country && fold(k.Name) == fold(p.Name) {
			s.Code = k.Code
			s.at(k)
		}
	}
	lat, errLat := strconv.ParseFloat(p.Lat, 64)
	lon, errLon := strconv.ParseFloat(p.Lon, 64)
	if errLat == nil && errLon == nil && within[country].holds(lat, lon) {
		s.Placed, s.Lat, s.Lon, s.Certain, s.Source = true, lat, lon, "sure", ""
	}
	for _, o := range own {
		if o.Post == p.ID {
			s.put(o)
		}
	}
	return s
}

func (s *Spot) put(p Place) {
	s.Placed, s.Lat, s.Lon, s.Certain, s.Source, s.Dated = true, float64(p.Lat)/1000, float64(p.Lon)/1000, p.Certain, p.Source, p.Dated
}

func (s *Spot) at(k Known) {
	s.Placed, s.Lat, s.Lon, s.Certain, s.Source = true, k.Lat, k.Lon, k.Certain, k.Source
}

// count lays the figures of screening at the posts, with what is small left out and
// what would give it away. The sum over all posts is shown elsewhere, so what was
// counted at no known post is a part of the row too.
func (v *View) count(from coverage.View) {
	screened, passed := map[string]int{}, map[string]int{}
	known := map[string]bool{}
	total := 0
	for _, w := range from.Figures.Year {
		if w.Post == "" {
			total = w.Screenings
		} else {
			screened[w.Post] = w.Screenings
		}
	}
	newest := ""
	for _, r := range from.Reached {
		newest = max(newest, r.Month)
	}
	for _, r := range from.Reached {
		if r.Known && r.Post != "" && withinYear(r.Month, newest) {
			passed[r.Post] += int(r.Passed)
			known[r.Post] = true
		}
	}
	var ids []string
	for _, p := range from.Posts {
		ids = append(ids, p.ID)
	}
	told := func(of map[string]int, rest int) map[string]int {
		row := make([]int, len(ids), len(ids)+1)
		for i, id := range ids {
			row[i] = of[id]
			rest -= of[id]
		}
		if rest > 0 {
			row = append(row, rest)
		}
		shown := map[string]int{}
		for i, n := range fairness.Conceal([][]int{row}, v.Least)[0][:len(ids)] {
			shown[ids[i]] = n
		}
		return shown
	}
	s, p := told(screened, total), told(passed, 0)
	for i := range v.Spots {
		if one := &v.Spots[i]; one.Kind == post {
			one.Screened = Count{from.There, s[one.ID]}
			one.Passed = Count{known[one.ID], p[one.ID]}
		}
	}
}

// withinYear is whether a month is one of the twelve that end with another.
func withinYear(month, last string) bool {
	from, err := time.Parse("2006-01", last)
	return err == nil && month > from.AddDate(-1, 0, 0).Format("2006-01")
}
