package pages

import (
	"slices"
	"sync"

	"istmo/act"
	"istmo/observatory/places"
	"istmo/web"
	"istmo/web/atlas"
)

// limits keeps the outlines of the deployer's own files ready to be drawn. They are
// large, and change only when another file is taken in.
type limits struct {
	sync.Mutex
	of     string // which files
	levels map[string][]web.MapArea
	source []string
}

// drawn are the outlines for a view: provinces where it is wide, municipalities where
// it is close and they are known; and who says so.
func (d *desk) drawn(v *reading, one view) (areas []web.MapArea, source []string, err error) {
	l := &d.limits
	l.Lock()
	defer l.Unlock()
	if l.of != v.Limited || l.levels == nil {
		b, err := act.Ask(v.Context(), d.engine, v.Who, places.Limits{})
		if err != nil {
			return nil, nil, err
		}
		slices.Sort(b.Source)
		l.of, l.levels, l.source = v.Limited, map[string][]web.MapArea{}, slices.Compact(b.Source)
		for _, a := range b.Areas {
			l.levels[a.Level] = append(l.levels[a.Level], outline(a.Name, a.Polygons))
		}
	}
	level := "province"
	if one.close && len(l.levels["municipality"]) > 0 {
		level = "municipality"
	}
	return l.levels[level], l.source, nil
}

func outline(name string, polygons [][][][2]float64) web.MapArea {
	m := web.MapArea{Name: name}
	for _, p := range polygons {
		for _, ring := range p {
			points := make([]atlas.Point, len(ring))
			for i, at := range ring {
				points[i] = atlas.Point{Lon: at[0], Lat: at[1]}
			}
			m.Rings = append(m.Rings, points)
		}
	}
	return m
}
