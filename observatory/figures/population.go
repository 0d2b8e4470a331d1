package figures

import (
	"context"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// Population is how many people of a sex and an age band live in a country, in
// people (United Nations World Population Prospects prints thousands).
type Population struct {
	Row      int
	Country  string // ISO 3166-1 alpha-3
	Year     int
	Sex      string // Total, Female, Male
	From, To int    // ages in years, both included; To is Oldest where it is open
	People   int
}

// Oldest stands for an age band without an upper end.
const Oldest = 999

// Key is what the figure is about.
func (p Population) Key() string {
	return digest("population", p.Country, strconv.Itoa(p.Year), p.Sex, strconv.Itoa(p.From), strconv.Itoa(p.To))
}

// Digest is what it states about it.
func (p Population) Digest() string { return digest(p.Key(), strconv.Itoa(p.People)) }

// The columns: ISO3, year, sex (total, female, male), age (0-4, 0 to 17, 18+,
// 100+, total) and people, in whole people.
var populationColumns = []column{
	{name: "iso3", known: []string{"iso3", "iso3 code", "iso3code", "pais", "country"}},
	{name: "year", known: []string{"year", "time", "ano", "anio"}},
	{name: "sex", known: []string{"sex", "sexo"}},
	{name: "age", known: []string{"age", "age band", "agegrp", "edad", "grupo de edad"}},
	{name: "people", known: []string{"people", "count", "population", "pop", "personas", "poblacion", "value"}},
}

var sexesOfPopulation = map[string]string{"total": "Total", "both": "Total", "both sexes": "Total", "ambos": "Total", "ambos sexos": "Total",
	"female": "Female", "women": "Female", "f": "Female", "mujeres": "Female", "mujer": "Female",
	"male": "Male", "men": "Male", "m": "Male", "hombres": "Male", "hombre": "Male"}

// ReadPopulation reads denominators, and gives each row without a problem that
// blocks to each.
func ReadPopulation(ctx context.Context, r io.Reader, told Progress, each func(Population) error) (Report, error) {
	s := newSheet(ctx, r, told)
	report := newReport(s)
	report.Shape = "population"
	header, _, err := s.next()
	if err != nil {
		return report.end(s, err)
	}
	at, missing := find(header, populationColumns)
	if missing != nil {
		return report.end(s, missing)
	}
	return report.end(s, s.population(report, at, len(header), each))
}

func (s *sheet) population(report *Report, at map[string]int, width int, each func(Population) error) error {
	for {
		cells, line, err := s.next()
		if err != nil {
			return err
		}
		if blank(cells) {
			continue
		}
		report.Rows++
		w := &row{r: report, at: line, cells: cells, where: at}
		if len(cells) != width {
			w.wrong("", "figures.row-length", "Cells", len(cells), "Expected", width)
			continue
		}
		p := w.population()
		if w.bad || !report.fresh(line, p.Key(), p.Digest()) {
			continue
		}
		if err := each(p); err != nil {
			return err
		}
	}
}

var inThousands = regexp.MustCompile(`^\d+[.,](\d{1,2}|\d{4,})$|^0[.,]\d+$|^\d{4,}[.,]\d+$`)

func (w *row) population() Population {
	p := Population{Row: w.at, Country: w.cell("iso3"), Year: w.year("year"), Sex: w.word("sex", sexesOfPopulation)}
	if len(p.Country) != 3 || Resolve(p.Country, "").Way != ByCode {
		w.wrong("iso3", "figures.bad-country")
	}
	var ok bool
	if p.From, p.To, ok = band(w.cell("age")); !ok {
		w.wrong("age", "figures.bad-age")
	}
	if inThousands.MatchString(w.cell("people")) {
		w.wrong("people", "figures.in-thousands")
	} else {
		p.People = w.number("people")
	}
	return p
}

var bandOf = regexp.MustCompile(`^(\d{1,3})(?: ?(?:-|–|a|to) ?(\d{1,3})|( ?\+| y mas| or over| and over)| ?)(?: years| anos)?( or over| and over| y mas)?$`)

// band reads 0-4, 18+, 18 years or over, 100, total.
func band(s string) (from, to int, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if f := fold(s); f == "total" || f == "all ages" || f == "todas" {
		return 0, Oldest, true
	}
	m := bandOf.FindStringSubmatch(strings.NewReplacer("ñ", "n", "á", "a").Replace(s))
	if m == nil {
		return 0, 0, false
	}
	from, _ = strconv.Atoi(m[1])
	switch {
	case m[2] != "":
		to, _ = strconv.Atoi(m[2])
	case m[3] != "" || m[4] != "":
		to = Oldest
	default:
		to = from
	}
	return from, to, from <= to && from <= 130
}
