package places

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"istmo/data"
)

// Known is a place of data/places.csv: public, with how sure its point is.
type Known struct {
	Code     string
	Country  string
	Kind     string
	Name     string
	RegionES string
	RegionEN string
	Lat, Lon float64
	Certain  string
	Source   string
}

// Gazetteer is data/places.csv, in its order.
var Gazetteer = sync.OnceValues(func() ([]Known, error) {
	f, err := data.Files.Open("places.csv")
	if err != nil {
		return nil, fmt.Errorf("places: %w", err)
	}
	defer f.Close()
	return readGazetteer(csv.NewReader(f))
})

func readGazetteer(r *csv.Reader) (all []Known, err error) {
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("places.csv: %w", err)
	}
	seen := map[string]bool{}
	for i, row := range rows[1:] {
		k := Known{Code: row[0], Country: row[1], Kind: row[2], Name: row[3], RegionES: row[4], RegionEN: row[5], Certain: row[8], Source: row[9]}
		var errLat, errLon error
		k.Lat, errLat = strconv.ParseFloat(row[6], 64)
		k.Lon, errLon = strconv.ParseFloat(row[7], 64)
		is := append([]string{capital}, Kinds...)
		if errLat != nil || errLon != nil || !within[k.Country].holds(k.Lat, k.Lon) || !slices.Contains(is, k.Kind) || !slices.Contains(Certainties, k.Certain) || k.Source == "" || seen[k.Code] {
			return nil, fmt.Errorf("places.csv: row %d does not hold", i+2)
		}
		seen[k.Code] = true
		all = append(all, k)
	}
	return all, nil
}

// Region is where it lies, in a language.
func (k Known) Region(lang string) string {
	if lang == "es" {
		return k.RegionES
	}
	return k.RegionEN
}

// fold is how names are compared: small letters and numbers without accents, one
// space between words.
func fold(s string) string {
	words := strings.FieldsFunc(norm.NFD.String(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mn, r) })
	for i, w := range words {
		words[i] = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return unicode.ToLower(r)
		}, w)
	}
	return strings.Join(words, " ")
}
