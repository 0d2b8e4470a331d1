package figures

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"istmo/fault"
)

// A file of boundaries may be so long, have so many areas and so many points:
// every municipality of the three countries fits, simplified for a screen.
const (
	mostBorderBytes = 64 << 20
	mostAreas       = 10_000
	mostPoints      = 2_000_000
)

// Area is one boundary of a deployer's own file.
type Area struct {
	Nth        int // which feature of the file, from 1
	Code, Name string
	Polygons   [][][][2]float64 // rings of longitude and latitude, the outer one first
}

// Borders is what a file of boundaries holds and what is wrong with it.
type Borders struct {
	Areas, Points int
	CodeProperty  string
	NameProperty  string
	Box           [4]float64 // west, south, east, north
	Report
}

// The properties that hold a code or a name: those of HDX COD-AB, geoBoundaries,
// Natural Earth and GADM come first.
var (
	codeProperties = []string{"ADM3_PCODE", "ADM2_PCODE", "ADM1_PCODE", "ADM0_PCODE", "shapeISO", "shapeID", "iso_3166_2", "ISO_A3", "GID_3", "GID_2", "GID_1", "GID_0", "code", "codigo", "código", "id", "CODIGO", "DPTO_CCDGO", "MPIO_CDPMP"}
	nameProperties = []string{"ADM3_ES", "ADM2_ES", "ADM1_ES", "ADM0_ES", "shapeName", "name_es", "NAME_3", "NAME_2", "NAME_1", "NAME_0", "name", "nombre", "NAME", "NOMBRE", "Provincia", "DPTO_CNMBR", "MPIO_CNMBR"}
)

type feature struct {
	Type       string          `json:"type"`
	Properties map[string]any  `json:"properties"`
	Geometry   *geometry       `json:"geometry"`
	ID         json.RawMessage `json:"id"`
}

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

// CheckBorders reads GeoJSON (RFC 7946): a collection of polygons in degrees, each
// with a code and a name. Each area without a problem that blocks goes to each.
func CheckBorders(ctx context.Context, r io.Reader, told Progress, each func(Area) error) (Borders, error) {
	s := &sheet{ctx: ctx, text: newText(&io.LimitedReader{R: r, N: mostBorderBytes + 1}), told: told}
	b := &borders{sheet: s, Borders: Borders{Report: Report{Shape: "geojson", Counts: map[string]int{}, seen: map[mark]seen{}}, Box: [4]float64{180, 90, -180, -90}}}
	err := b.read(each)
	if errors.Is(err, errNotJSON) {
		err = fault.Invalid("file", "figures.not-geojson").With("Row", b.Rows)
		if s.text.bytes > mostBorderBytes {
			err = fault.Invalid("file", "figures.too-long").With("Most", mostBorderBytes>>20)
		}
	}
	b.Report, err = b.Report.end(s, err)
	return b.Borders, err
}

var errNotJSON = errors.New("not GeoJSON")

type borders struct {
	*sheet
	Borders
}

// read goes through the collection without holding more than one feature.
func (b *borders) read(each func(Area) error) error {
	d := json.NewDecoder(unbounded{b.text})
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return b.failed(err)
	}
	collection, features := false, false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return b.failed(err)
		}
		switch key {
		case "type":
			var is string
			if d.Decode(&is) != nil || is != "FeatureCollection" {
				return errNotJSON
			}
			collection = true
		case "crs":
			if err := b.crs(d); err != nil {
				return err
			}
		case "features":
			features = true
			if err := b.features(d, each); err != nil {
				return err
			}
		default:
			if err := d.Decode(new(json.RawMessage)); err != nil {
				return b.failed(err)
			}
		}
	}
	if _, err := d.Token(); err != nil || !collection || !features {
		return b.failed(err)
	}
	return nil
}

// unbounded lets a feature be longer than a row may be.
type unbounded struct{ t *text }

func (u unbounded) Read(p []byte) (int, error) {
	u.t.sinceRow = 0
	return u.t.Read(p[:min(len(p), mostOfRow/2)])
}

func (b *borders) failed(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return f
	}
	return errNotJSON
}

// crs allows what older files write for degrees, and nothing else.
func (b *borders) crs(d *json.Decoder) error {
	var crs struct {
		Properties struct {
			Name string `json:"name"`
		} `json:"properties"`
	}
	if err := d.Decode(&crs); err != nil {
		return b.failed(err)
	}
	if name := crs.Properties.Name; name != "" && !strings.HasSuffix(name, "CRS84") && !strings.HasSuffix(name, ":4326") {
		return fault.Invalid("file", "figures.not-degrees")
	}
	return nil
}

func (b *borders) features(d *json.Decoder, each func(Area) error) error {
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return b.failed(err)
	}
	for d.More() {
		if err := b.ctx.Err(); err != nil {
			return err
		}
		var f feature
		if err := d.Decode(&f); err != nil {
			return b.failed(err)
		}
		if b.Rows++; b.Rows > mostAreas {
			return fault.Invalid("file", "figures.too-many-areas").With("Most", mostAreas)
		}
		if b.told != nil {
			b.told(b.Rows, b.text.bytes)
		}
		a, ok := b.area(f)
		if b.Points > mostPoints {
			return fault.Invalid("file", "figures.too-many-points").With("Most", mostPoints)
		}
		if !ok || !b.fresh(b.Rows, a.Code, a.Code+a.Name) {
			continue
		}
		b.Areas++
		if err := each(a); err != nil {
			return err
		}
	}
	_, err := d.Token()
	if err != nil {
		return b.failed(err)
	}
	return nil
}

func (b *borders) area(f feature) (Area, bool) {
	w := &row{r: &b.Report, at: b.Rows}
	a := Area{Nth: b.Rows}
	if b.CodeProperty == "" {
		b.CodeProperty, b.NameProperty = among(f.Properties, codeProperties), among(f.Properties, nameProperties)
	}
	a.Code, a.Name = property(f.Properties, b.CodeProperty), property(f.Properties, b.NameProperty)
	if a.Code == "" {
		w.wrong("properties", "figures.area-without-code")
	}
	if a.Name == "" {
		w.wrong("properties", "figures.area-without-name")
	}
	if f.Type != "Feature" || f.Geometry == nil || !a.polygons(f.Geometry) {
		w.wrong("geometry", "figures.not-a-polygon")
		return a, false
	}
	for _, p := range a.Polygons {
		for _, ring := range p {
			b.Points += len(ring)
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
				w.wrong("geometry", "figures.open-ring")
				return a, false
			}
			if !b.within(ring) {
				w.wrong("geometry", "figures.not-degrees")
				return a, false
			}
		}
	}
	return a, !w.bad
}

func among(properties map[string]any, known []string) string {
	for _, name := range known {
		if property(properties, name) != "" {
			return name
		}
	}
	return ""
}

func property(properties map[string]any, name string) string {
	switch v := properties[name].(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		text, _ := json.Marshal(v)
		return string(text)
	}
	return ""
}

// polygons reads one polygon or several. Heights are left aside.
func (a *Area) polygons(g *geometry) bool {
	var many [][][][]float64
	switch g.Type {
	case "Polygon":
		many = make([][][][]float64, 1)
		if json.Unmarshal(g.Coordinates, &many[0]) != nil {
			return false
		}
	case "MultiPolygon":
		if json.Unmarshal(g.Coordinates, &many) != nil {
			return false
		}
	}
	for _, p := range many {
		rings := make([][][2]float64, len(p))
		for i, ring := range p {
			for _, point := range ring {
				if len(point) < 2 {
					return false
				}
				rings[i] = append(rings[i], [2]float64{point[0], point[1]})
			}
		}
		if len(rings) == 0 {
			return false
		}
		a.Polygons = append(a.Polygons, rings)
	}
	return len(a.Polygons) > 0
}

func (b *borders) within(ring [][2]float64) bool {
	for _, p := range ring {
		if p[0] < -180 || p[0] > 180 || p[1] < -90 || p[1] > 90 {
			return false
		}
		b.Box = [4]float64{min(b.Box[0], p[0]), min(b.Box[1], p[1]), max(b.Box[2], p[0]), max(b.Box[3], p[1])}
	}
	return true
}
