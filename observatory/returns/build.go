package returns

import (
	"cmp"
	"slices"
	"time"

	"istmo/observatory/counting"
	"istmo/observatory/figures"
	"istmo/observatory/tally"
)

// Book is everything that a country reports of a year.
type Book struct {
	Year     int              `json:"year"`
	Country  string           `json:"country"` // ISO 3166-1 alpha-3
	Standing string           `json:"standing"`
	Rules    string           `json:"rules"` // version of the counting rules
	Made     time.Time        `json:"made"`  // when the people were counted
	Working  []figures.Return `json:"working"`
	Sent     []figures.Return `json:"sent"`
	Withheld []Withheld       `json:"withheld"` // of the copy to send
	Empty    []string         `json:"empty"`    // indicators of which the node keeps nothing
	Rates    []Rate           `json:"rates"`
	// Denominator is the source of the population that the rates divide by; empty if
	// nobody has brought it.
	Denominator string `json:"denominator"`
}

// Withheld is how much of a table is not in the copy to send: some of its numbers, or
// all of them.
type Withheld struct {
	Block string `json:"block"` // one of Blocks
	Some  int    `json:"some"`
	All   bool   `json:"all"`
}

// The blocks of a return, in the order in which they are put in: what comes first is
// kept rather than what comes later.
var Blocks = []string{"total", "sex", "age", "form", "citizenship", "sex-age", "repatriation"}

// Detected is the indicator of people, and Justice those of which no node keeps
// anything yet, in the words of UNODC's export.
const Detected = "Detected trafficking victims"

// Justice are the indicators of the other side.
var Justice = []string{"Offences of trafficking in persons", "Persons brought into formal contact", "Persons prosecuted", "Persons convicted"}

// The words of UNODC's export for our codes.
var (
	sexes = map[string]string{"female": "Female", "male": "Male", "other": "Other", "unknown": "Unknown"}
	ages  = map[string]string{"0-17": "0 to 17 years", "18+": "18 years or over", "unknown": "Unknown"}
	forms = map[string]string{"sexual": "Sexual exploitation", "labour": "Forced labour", "other": "Other forms of exploitation", "unknown": "Unknown"}
)

const (
	total        = "Total"
	unknown      = "Unknown"
	citizenship  = "by citizenship"
	form         = "by form of exploitation"
	repatriation = "by country of repatriation"
)

// Build makes the book of a year out of a count: of everybody detected, or of those
// alone who count as standing. Without a denominator there is no rate.
func Build(c tally.Cube, year int, standing string, people []figures.Population) Book {
	b := Book{Year: year, Country: c.Country, Standing: standing, Rules: c.Rules, Made: c.Made, Empty: Justice}
	var rows []tally.Row
	for _, r := range c.Rows {
		if r.Year == year && (standing == tally.All || r.Standing == standing) {
			rows = append(rows, r)
		}
	}
	var home []tally.Returned
	for _, r := range c.Returned {
		if r.Year == year {
			home = append(home, r)
		}
	}
	blocks := b.blocks(rows, home)
	for _, block := range blocks {
		b.Working = append(b.Working, block...)
	}
	number(b.Working)
	b.send(blocks)
	b.rate(rows, people)
	return b
}

// number gives rows the numbers that they will have in a file.
func number(all []figures.Return) {
	for i := range all {
		all[i].Row, all[i].Nth = i+2, 1
	}
}

// cell is a number of the return.
func (b *Book) cell(dimension, category, sex, age string, n int) figures.Return {
	return figures.Return{Country: b.Country, Indicator: Detected, Dimension: dimension, Category: category, Sex: sex, Age: age, Year: b.Year, Low: n, High: n}
}

// blocks are the tables, exact, in the order of Blocks.
func (b *Book) blocks(rows []tally.Row, home []tally.Returned) (all [][]figures.Return) {
	sum := func(of func(tally.Row) bool) (n int) {
		for _, r := range rows {
			if of(r) {
				n += r.Count
			}
		}
		return n
	}
	whole := []figures.Return{b.cell(total, total, total, total, sum(func(tally.Row) bool { return true }))}
	var bySex, byAge, both, byForm, byCitizenship, back []figures.Return
	for _, sex := range counting.Sexes {
		bySex = append(bySex, b.cell(total, total, sexes[sex], total, sum(func(r tally.Row) bool { return r.Sex == sex })))
		for _, age := range counting.Ages {
			both = append(both, b.cell(total, total, sexes[sex], ages[age], sum(func(r tally.Row) bool { return r.Sex == sex && r.Age == age })))
		}
	}
	for _, age := range counting.Ages {
		byAge = append(byAge, b.cell(total, total, total, ages[age], sum(func(r tally.Row) bool { return r.Age == age })))
	}
	for _, f := range counting.Forms {
		byForm = append(byForm, b.cell(form, forms[f], total, total, sum(func(r tally.Row) bool { return r.Form == f })))
	}
	for _, code := range codes(rows, func(r tally.Row) string { return r.Citizenship }) {
		byCitizenship = append(byCitizenship, b.cell(citizenship, named(code), total, total, sum(func(r tally.Row) bool { return r.Citizenship == code })))
	}
	for _, code := range codes(home, func(r tally.Returned) string { return r.Country }) {
		n := 0
		for _, r := range home {
			if r.Country == code {
				n += r.Count
			}
		}
		back = append(back, b.cell(repatriation, named(code), total, total, n))
	}
	return [][]figures.Return{whole, bySex, byAge, byForm, byCitizenship, both, back}
}

// codes are those that occur, in the order of their names in the return.
func codes[T any](all []T, of func(T) string) (out []string) {
	for _, one := range all {
		if code := of(one); !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Compare(named(a), named(b)) })
	return out
}

// named is a country as the return writes it: one spelling for each.
func named(code string) string {
	if code == counting.Unknown {
		return unknown
	}
	return figures.Name(code, "en")
}

// send makes the copy to send: block by block, each with as much of it as gives nothing
// away. Small numbers are printed as <5; if one would follow from others, those beside
// it are withheld, the smallest first, and at last the whole block.
func (b *Book) send(blocks [][]figures.Return) {
	for i, block := range blocks {
		if len(block) == 0 {
			continue
		}
		printed := make([]figures.Return, len(block))
		for j, r := range block {
			if printed[j] = r; r.Low < figures.Small {
				printed[j].Low, printed[j].High = 0, figures.Small-1
			}
		}
		kept, gone := b.fit(printed)
		b.Sent = append(b.Sent, kept...)
		if gone > 0 {
			b.Withheld = append(b.Withheld, Withheld{Block: Blocks[i], Some: gone, All: len(kept) == 0})
		}
	}
	number(b.Sent)
}

// fit is as much of a block as can stand beside what is in already.
func (b *Book) fit(block []figures.Return) (kept []figures.Return, gone int) {
	var large []int // places of what is not small, the smallest first
	for j, r := range block {
		if !r.Concealed() {
			large = append(large, j)
		}
	}
	slices.SortStableFunc(large, func(x, y int) int { return block[x].Low - block[y].Low })
	for gone := 0; gone <= len(large); gone++ {
		kept = nil
		for j, r := range block {
			if !slices.Contains(large[:gone], j) {
				kept = append(kept, r)
			}
		}
		all := append(slices.Clone(b.Sent), kept...)
		number(all)
		if len(kept) > 0 && len(figures.Validate(all)) == 0 {
			return kept, gone
		}
	}
	return nil, len(block)
}
