package returns

import (
	"istmo/observatory/counting"
	"istmo/observatory/figures"
	"istmo/observatory/tally"
)

// Rate is one number of indicator 16.2.2. Of people of whom no denominator counts
// (another sex, an age that is not known) there is the count alone, and why.
type Rate struct {
	Sex    string  `json:"sex"`  // a code, or All
	Age    string  `json:"age"`  // a code, or All
	Form   string  `json:"form"` // a code, or All
	Count  int     `json:"count"`
	People int     `json:"people"` // how many live in the country, of that sex and age; 0 if it is not known
	Per    float64 `json:"per"`    // per 100,000
	Why    string  `json:"why"`    // key of the words that say why there is no rate; empty if there is one
}

// Why there is no rate.
const (
	NoPopulation = "returns.no-population" // nobody has brought the denominators of the year
	NoSuch       = "returns.no-denominator"
)

// rate makes the rates of a year.
func (b *Book) rate(rows []tally.Row, people []figures.Population) {
	every := func(codes []string) []string { return append([]string{tally.All}, codes...) }
	for _, f := range every(counting.Forms) {
		for _, sex := range every(counting.Sexes) {
			for _, age := range every(counting.Ages) {
				r := Rate{Sex: sex, Age: age, Form: f}
				for _, row := range rows {
					if (f == tally.All || row.Form == f) && (sex == tally.All || row.Sex == sex) && (age == tally.All || row.Age == age) {
						r.Count += row.Count
					}
				}
				if main := sex != "other" && sex != counting.Unknown && age != counting.Unknown && f != counting.Unknown; r.Count == 0 && !main {
					continue
				}
				r.per(b.Country, b.Year, people)
				b.Rates = append(b.Rates, r)
			}
		}
	}
}

// Prints is whether a number of the copy to send is this one's: of everybody, by sex
// and age, or by form.
func (r Rate) Prints(one figures.Return) bool {
	of := func(words map[string]string, code string) string {
		if code == tally.All {
			return total
		}
		return words[code]
	}
	switch {
	case one.Dimension == total:
		return r.Form == tally.All && of(sexes, r.Sex) == one.Sex && of(ages, r.Age) == one.Age
	case one.Dimension == form:
		return r.Sex == tally.All && r.Age == tally.All && r.Form != tally.All && forms[r.Form] == one.Category
	}
	return false
}

// per divides by those who live in the country.
func (r *Rate) per(country string, year int, people []figures.Population) {
	words := map[string]string{tally.All: total, "female": "Female", "male": "Male"}
	from, to := 0, figures.Oldest
	switch r.Age {
	case "0-17":
		to = 17
	case "18+":
		from = 18
	case counting.Unknown:
		r.Why = NoSuch
		return
	}
	sex, there := words[r.Sex]
	if !there {
		r.Why = NoSuch
		return
	}
	if r.People = living(people, country, year, sex, from, to); r.People == 0 {
		r.Why = NoPopulation
		return
	}
	r.Per = 100_000 * float64(r.Count) / float64(r.People)
}

// living is how many people of a sex and of ages from one to another live in a country:
// by one band, or by bands that follow each other; 0 if the bands do not fit.
func living(all []figures.Population, country string, year int, sex string, from, to int) (n int) {
	for at := from; at <= to; {
		best := -1
		for i, p := range all {
			if p.Country == country && p.Year == year && p.Sex == sex && p.From == at && p.To <= to && (best < 0 || p.To > all[best].To) {
				best = i
			}
		}
		if best < 0 {
			if sex != total {
				return 0
			}
			women, men := living(all, country, year, "Female", from, to), living(all, country, year, "Male", from, to)
			if women == 0 || men == 0 {
				return 0
			}
			return women + men
		}
		n += all[best].People
		if all[best].To == figures.Oldest {
			return n
		}
		at = all[best].To + 1
	}
	return n
}
