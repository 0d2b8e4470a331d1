package web

import (
	"reflect"
	"strconv"
	"strings"
	"testing"

	"istmo/web/atlas"
)

// drawn is a map on the outlines that are built.
func drawn(t *testing.T, lang string, m Map) *atlasMap {
	t.Helper()
	assets, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	s := &Site{}
	if s.outlines, err = assets.outlines(); err != nil {
		t.Fatal(err)
	}
	return s.atlas(lang, "Map", m)
}

func darien() Map {
	return Map{ID: "map", Box: atlas.Box{West: -78.5, South: 7.7, East: -77, North: 8.9}, Sized: "screenings", Few: "too few",
		Signs: []MapSign{{MapPost, "post"}, {MapCapital, "capital"}, {MapWarn, "risk"}, {MapDoubt, "doubt"}},
		Points: []MapPoint{{Name: "A", Detail: "400", Sign: MapPost, Count: 400, At: atlas.Point{Lon: -77.9, Lat: 8.4}},
			{Name: "B", Detail: "100", Sign: MapPost, Count: 100, Mark: MapWarn, At: atlas.Point{Lon: -77.5, Lat: 8.2}},
			{Name: "C", Detail: "too few", Sign: MapPost, Few: true, At: atlas.Point{Lon: -78.1, Lat: 8.5}},
			{Name: "Bogotá", Sign: MapCapital, At: atlas.Point{Lon: -74.07, Lat: 4.71}}}}
}

// TestCirclesAreByArea: four times as many is twice as wide, and the circles of the
// key are as large as those of the picture.
func TestCirclesAreByArea(t *testing.T) {
	for i, p := range drawn(t, "en", darien()).Pictures {
		size := mapSizes[i]
		radius := map[string]float64{}
		for _, one := range p.Points {
			radius[one.Name], _ = strconv.ParseFloat(one.R, 64)
		}
		if radius["A"] != size.most || radius["B"] != size.most/2 {
			t.Errorf("%s: %v", size.name, radius)
		}
		if len(p.Key) != 2 || p.Key[0].Text != "400" || p.Key[0].R != px(size.most) || p.Key[1].Text != "80" {
			t.Errorf("%s: the key is %+v", size.name, p.Key)
		}
		if len(p.Points) != 3 {
			t.Errorf("%s: what is outside is drawn: %+v", size.name, p.Points)
		}
		if p.Own == "" || p.Coasts == "" || p.Borders == "" || len(p.Lands) == 0 || !strings.HasSuffix(p.BarText, "km") {
			t.Errorf("%s: %+v", size.name, p)
		}
	}
}

// TestTheLegendHoldsWhatIsThere and nothing else.
func TestTheLegendHoldsWhatIsThere(t *testing.T) {
	m := drawn(t, "en", darien())
	if want := []MapSign{{MapPost, "post"}, {MapCapital, "capital"}, {MapWarn, "risk"}}; !reflect.DeepEqual(m.Signs, want) || !m.AnyCount || !m.AnyFew {
		t.Errorf("%+v", m.Signs)
	}
	none := darien()
	none.Points = none.Points[3:]
	if m := drawn(t, "en", none); m.AnyCount || m.AnyFew || m.Pictures[0].Key != nil {
		t.Errorf("%+v", m)
	}
}

// TestAMapIsTheSameEachTime it is drawn.
func TestAMapIsTheSameEachTime(t *testing.T) {
	if a, b := drawn(t, "es", darien()), drawn(t, "es", darien()); !reflect.DeepEqual(a, b) {
		t.Error("it differs")
	}
}

// TestANameWithoutRoomIsSaid: thirty places on one spot of a phone.
func TestANameWithoutRoomIsSaid(t *testing.T) {
	m := darien()
	for range 30 {
		m.Points = append(m.Points, MapPoint{Name: "Bajo Chiquito", Detail: "1 risk", Sign: MapPost, At: atlas.Point{Lon: -77.9, Lat: 8.4}})
	}
	p := drawn(t, "en", m).Pictures[0]
	unnamed := 0
	for _, one := range p.Points {
		if len(one.Lines) == 0 {
			unnamed++
		}
	}
	if unnamed == 0 || strings.Count(p.Unnamed, "Bajo Chiquito") != unnamed {
		t.Errorf("%d have no name, told of: %s", unnamed, p.Unnamed)
	}
}

func TestSeasLieOnTheirSide(t *testing.T) {
	for p, want := range map[atlas.Point]bool{{Lon: -80, Lat: 10}: true, {Lon: -77, Lat: 9}: true, {Lon: -82, Lat: 9.4}: true, {Lon: -70, Lat: 13}: true,
		{Lon: -79.5, Lat: 8.3}: false, {Lon: -84, Lat: 8}: false, {Lon: -78, Lat: 5}: false, {Lon: -90, Lat: 10}: false} {
		if caribbean(p) != want {
			t.Errorf("%v", p)
		}
	}
}
