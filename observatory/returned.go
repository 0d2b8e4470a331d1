package observatory

import (
	"cmp"
	"slices"

	"istmo/observatory/figures"
	"istmo/observatory/sources"
	"istmo/store"
)

// The attributes by which returns break victims down.
const (
	BySex         = "sex"
	ByAge         = "age"
	ByForm        = "form"
	ByCitizenship = "citizenship"
)

// Breakdown is what a country returned of the victims of a year, by one attribute.
type Breakdown struct {
	Country string
	Year    int
	By      string
	Parts   []Part // most people first
}

// Part is a part of them. Of is a code of package counting; of a citizenship, ISO
// 3166-1 alpha-3; figures.Others for what means no country.
type Part struct {
	Of        string
	Low, High int
}

// The words of UNODC's export, and the codes of what they mean.
var (
	indicators = map[string]string{
		"Detected trafficking victims": VictimsDetected, "Persons brought into formal contact": PersonsContacted, "Persons prosecuted": PersonsCharged,
		"Persons convicted": PersonsConvicted, "Offences of trafficking in persons": Offences,
	}
	codes = map[string]string{
		"Female": "female", "Male": "male", "Other": "other", "Unknown": "unknown", "0 to 17 years": "0-17", "18 years or over": "18+",
		"Sexual exploitation": "sexual", "Forced labour": "labour", "Other forms of exploitation": "other",
	}
)

const total = "Total" // everybody, in an export

// returned is what the returns in use say of the countries of the isthmus.
type returned struct {
	all     []figures.Return
	reading sources.Reading
	files   []sources.File
}

func readReturned(tx *store.Tx) (r returned, err error) {
	if r.files, err = sources.Cited(tx, sources.GLOTIP); err != nil || len(r.files) == 0 {
		return r, err
	}
	if r.reading, err = sources.Readings(tx); err != nil {
		return r, err
	}
	r.all, err = sources.ReturnsOf(tx, Countries...)
	return r, err
}

// over lays what a return says over what the project holds of an indicator. Of
// several rows under the same words the first counts; that there are several is
// among the findings.
func (r returned) over(held []Series, indicator string) (all []Series) {
	for _, country := range Countries {
		s := Series{Country: country, Indicator: indicator}
		i := slices.IndexFunc(held, func(h Series) bool { return h.Country == country })
		if i >= 0 {
			s = held[i]
			s.Points = slices.Clone(s.Points)
		}
		for _, one := range r.all {
			if one.Country != country || indicators[one.Indicator] != indicator || one.Dimension != total || one.Sex != total || one.Age != total || one.Nth > 1 {
				continue
			}
			point := Point{Year: one.Year, Low: one.Low, High: one.High}
			at, there := slices.BinarySearchFunc(s.Points, one.Year, func(p Point, y int) int { return cmp.Compare(p.Year, y) })
			if !there {
				s.Points = slices.Insert(s.Points, at, point)
				continue
			}
			point.Note = s.Points[at].Note
			s.Points[at] = point
		}
		if len(s.Points) > 0 {
			all = append(all, s)
		}
	}
	return all
}

// breakdowns are what the returns say of victims by each attribute.
func (r returned) breakdowns() (all []Breakdown) {
	type key struct {
		country string
		year    int
		by      string
	}
	parts := map[key]map[string]*Part{}
	means := map[[2]string]string{}
	for _, one := range r.all {
		by, of := attribute(one)
		if by == "" || indicators[one.Indicator] != VictimsDetected || one.Nth > 1 {
			continue
		}
		if by == ByCitizenship {
			written := [2]string{of, one.Country}
			if _, there := means[written]; !there {
				code, _ := r.reading.Country(of, one.Country)
				means[written] = cmp.Or(code, figures.Others)
			}
			of = means[written]
		}
		k := key{one.Country, one.Year, by}
		if parts[k] == nil {
			parts[k] = map[string]*Part{}
		}
		if parts[k][of] == nil {
			parts[k][of] = &Part{Of: of}
		}
		parts[k][of].Low += one.Low
		parts[k][of].High += one.High
	}
	for k, list := range parts {
		b := Breakdown{Country: k.country, Year: k.year, By: k.by}
		for _, p := range list {
			b.Parts = append(b.Parts, *p)
		}
		slices.SortFunc(b.Parts, func(a, b Part) int { return cmp.Or(cmp.Compare(b.High, a.High), cmp.Compare(a.Of, b.Of)) })
		all = append(all, b)
	}
	slices.SortFunc(all, func(a, b Breakdown) int {
		return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(b.Year, a.Year), cmp.Compare(a.By, b.By))
	})
	return all
}

// attribute is by what a row breaks its victims down, and which part it is, as it is
// written if it is a citizenship; none if it does so by several at once, or not at all.
func attribute(one figures.Return) (by, of string) {
	whole := one.Sex == total && one.Age == total
	switch {
	case one.Dimension == total && one.Age == total && one.Sex != total:
		return BySex, codes[one.Sex]
	case one.Dimension == total && one.Sex == total && one.Age != total:
		return ByAge, codes[one.Age]
	case one.Dimension == "by form of exploitation" && whole:
		return ByForm, codes[one.Category]
	case one.Dimension == "by citizenship" && whole:
		return ByCitizenship, one.Category
	}
	return "", ""
}
