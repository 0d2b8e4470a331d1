// Package observatory brings together what several rooms have counted, so that a
// page can show them beside each other: what moves, what is detected, what is
// missed. It counts nothing itself and keeps nothing; every number stands with
// where it is from, of when it is, how it is defined and how certain it is.
//
// Who: analysts, focal points, foreign ministries and prosecutors. What never
// happens: that somebody's own row is in it, or a number of people so small that it
// tells of one.
package observatory

import (
	"cmp"
	"slices"
	"strconv"

	"istmo/access"
	"istmo/observatory/figures"
	"istmo/observatory/sources"
	"istmo/store"
)

// Read is all of it at a glance.
type Read struct{}

// Verb names it.
func (Read) Verb() access.Verb { return "observatory.read" }

// View is a figure of each room.
type View struct {
	Flow                       Flow
	Detected, Convicted        []Series
	Files                      []sources.File // the returns in use
	Reports, Convictions, Fall figures.Public
}

// Ask reads it.
func (Read) Ask(tx *store.Tx, who access.Who) (v View, err error) {
	if v.Flow, err = (ReadFlow{}).Ask(tx, who); err != nil {
		return v, err
	}
	held, err := figures.Held()
	if err != nil {
		return v, err
	}
	r, err := readReturned(tx)
	if err != nil {
		return v, err
	}
	v.Detected, v.Convicted, v.Files = r.over(series(held, VictimsDetected), VictimsDetected), r.over(series(held, PersonsConvicted), PersonsConvicted), r.files
	v.Reports, v.Convictions, v.Fall = stated(held, reports), stated(held, convictions), stated(held, fall)
	return v, nil
}

// What was stated at the meeting of the two countries, by its keys.
const (
	reports     = "pan-reports-2015-2023"
	convictions = "pan-convictions-2015-2023"
	fall        = "cac-detection-fall"
)

// The indicators of public figures that are shown as series, by year.
const (
	VictimsDetected  = "victims-detected"
	PersonsContacted = "persons-contacted"
	PersonsCharged   = "persons-prosecuted"
	PersonsConvicted = "persons-convicted"
	Offences         = "offences"
)

// Countries are those of the isthmus, whose figures stand beside each other.
var Countries = []string{"COL", "PAN", "CRI"}

// Series is one indicator of a country by year.
type Series struct {
	Country   string
	Indicator string
	Points    []Point // the oldest first
}

// Point is a count of people in a year; of what is printed as <5, 0 to 4.
type Point struct {
	Year      int
	Low, High int
	Note      figures.Public // what is said of it, if it is one that the project holds
}

// Exact reports whether the count was printed as it is.
func (p Point) Exact() bool { return p.Low == p.High }

// At is the point of a year.
func (s Series) At(year int) (Point, bool) {
	i := slices.IndexFunc(s.Points, func(p Point) bool { return p.Year == year })
	if i < 0 {
		return Point{}, false
	}
	return s.Points[i], true
}

// Years are all years of which any series has a point, without holes: a year of
// which nobody reported stands in the picture as a gap.
func Years(all []Series) (years []int) {
	first, last := 0, 0
	for _, s := range all {
		for _, p := range s.Points {
			if first == 0 || p.Year < first {
				first = p.Year
			}
			last = max(last, p.Year)
		}
	}
	for y := first; first > 0 && y <= last; y++ {
		years = append(years, y)
	}
	return years
}

// series are those of an indicator that the project holds, one for each country.
func series(held []figures.Public, indicator string) (all []Series) {
	for _, country := range Countries {
		s := Series{Country: country, Indicator: indicator}
		for _, p := range held {
			year, err := strconv.Atoi(p.From)
			if p.Country == country && p.Indicator == indicator && err == nil && p.From == p.To {
				s.Points = append(s.Points, Point{year, p.Low, p.High, p})
			}
		}
		slices.SortFunc(s.Points, func(a, b Point) int { return cmp.Compare(a.Year, b.Year) })
		if len(s.Points) > 0 {
			all = append(all, s)
		}
	}
	return all
}

// stated is the figure of a key; the zero Public if there is none.
func stated(held []figures.Public, key string) figures.Public {
	i := slices.IndexFunc(held, func(p figures.Public) bool { return p.Key == key })
	if i < 0 {
		return figures.Public{}
	}
	return held[i]
}
