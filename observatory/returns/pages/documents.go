package pages

import (
	"cmp"
	"strconv"

	"istmo/cases"
	"istmo/i18n"
	"istmo/observatory/counting"
	"istmo/observatory/figures"
	"istmo/observatory/returns"
	"istmo/observatory/tally"
	"istmo/report"
	"istmo/web/figure"
)

// words are the keys of what UNODC calls the other side's indicators.
var words = map[string]string{returns.Justice[0]: "offences", returns.Justice[1]: "contact", returns.Justice[2]: "prosecuted", returns.Justice[3]: "convicted"}

// document is one of files. What programs read is in the shape of UNODC's export; on
// paper it stands in the reader's words.
func (v *reading) document(name, ext string) report.Document {
	d := report.Document{Lang: v.Lang, Title: v.Say("returns.file." + name), Subtitle: v.Say("returns.file." + name + ".hint"), Kicker: v.Say("returns.book.title", "Year", strconv.Itoa(v.Year)),
		Notice: v.Notice(v.Lang), Made: v.Request.Now, Foot: v.Say("returns.foot."+name, "Version", v.Book.Rules),
		Facts: [][2]string{{v.Say("returns.country"), figures.Name(v.Country, v.Lang)}, {v.Say("returns.counted"), v.who()},
			{v.Say("returns.made"), i18n.DateTime(v.Lang, v.Book.Made, v.Zone())}, {v.Say("returns.rules.version"), v.Book.Rules}}}
	add := func(tables ...report.Table) {
		for _, t := range tables {
			d.Sections = append(d.Sections, report.Section{Heading: t.Caption, Table: &t})
		}
	}
	switch {
	case name == "codes":
		add(v.classified())
	case name == "rates":
		add(v.rates(false))
	case name == "rates-send":
		add(v.ratesSent())
	case ext != "pdf":
		add(v.export(v.copy(name)))
	default:
		add(v.tables(name)...)
		if name == "send" {
			for _, line := range v.withheld() {
				d.Facts = append(d.Facts, [2]string{v.Say("returns.withheld"), line})
			}
		}
		for _, indicator := range v.Book.Empty {
			d.Sections = append(d.Sections, report.Section{Heading: v.Say("returns.justice." + words[indicator]), Paragraphs: []string{v.Say("returns.justice.empty")}})
		}
	}
	return d
}

func (v *reading) copy(name string) []figures.Return {
	if name == "send" {
		return v.Sent
	}
	return v.Working
}

// export are the thirteen columns of UNODC's own export, in its words, whatever the
// reader's language.
func (v *reading) export(all []figures.Return) report.Table {
	t := report.Table{Caption: v.Say("returns.export"), Source: v.Say("returns.source"), Dated: v.Book.Made}
	for _, c := range []string{"Iso3_code", "Country", "Region", "Subregion", "Indicator", "Dimension", "Category", "Sex", "Age", "Year", "Unit of measurement"} {
		t.Columns = append(t.Columns, figure.Column(c))
	}
	t.Columns = append(t.Columns, figure.Numbers("txtVALUE"), figure.Column("Source"))
	for _, r := range all {
		t.Rows = append(t.Rows, []report.Cell{r.Country, figures.Name(r.Country, "en"), "Americas", "Latin America and the Caribbean", r.Indicator, r.Dimension, r.Category, r.Sex, r.Age,
			strconv.Itoa(r.Year), "Counts", printed(r), v.Say("returns.export.source", "Version", v.Book.Rules)})
	}
	return t
}

// printed is a number as the copy has it.
func printed(r figures.Return) report.Cell {
	if r.Concealed() {
		return r.Printed()
	}
	return r.Low
}

// tables are a copy in the reader's words: everybody by sex and age, by form, by
// citizenship, and home again.
func (v *reading) tables(name string) []report.Table {
	all := v.copy(name)
	grid := v.table("sex-age", figure.Column(v.Say("returns.sex")))
	for _, age := range append([]string{""}, counting.Ages...) {
		grid.Columns = append(grid.Columns, figure.Numbers(v.code("age", age)))
	}
	at := func(sex, age string) report.Cell {
		for _, r := range all {
			if r.Dimension == "Total" && r.Sex == unodc[sex] && r.Age == unodc[age] {
				return printed(r)
			}
		}
		return nil
	}
	for _, sex := range append([]string{""}, counting.Sexes...) {
		row := []report.Cell{v.code("sex", sex)}
		for _, age := range append([]string{""}, counting.Ages...) {
			if age == counting.Unknown {
				age = "unknown-age"
			}
			row = append(row, at(sex, age))
		}
		grid.Rows = append(grid.Rows, row)
	}
	tables := []report.Table{grid}
	for _, one := range []struct{ name, dimension string }{{"form", "by form of exploitation"}, {"citizenship", "by citizenship"}, {"repatriation", "by country of repatriation"}} {
		t := v.table(one.name, figure.Column(v.Say("returns."+one.name)), figure.Numbers(v.Say("returns.people")))
		for _, r := range all {
			if r.Dimension == one.dimension {
				t.Rows = append(t.Rows, []report.Cell{v.category(one.name, r.Category), printed(r)})
			}
		}
		if len(t.Rows) > 0 {
			tables = append(tables, t)
		}
	}
	for i := range tables {
		tables[i].Caption += ": " + v.Say("returns.copy."+name)
	}
	return tables
}

// unodc are our codes in the words of the export; empty is everybody.
var unodc = map[string]string{"": "Total", "female": "Female", "male": "Male", "other": "Other", "unknown": "Unknown",
	"0-17": "0 to 17 years", "18+": "18 years or over", "unknown-age": "Unknown"}

func (v *reading) table(name string, columns ...report.Column) report.Table {
	return report.Table{Caption: v.Say("returns.table." + name), Columns: columns, Source: v.Say("returns.source"), Dated: v.Book.Made}
}

// code is a code in words; empty is everybody.
func (v *reading) code(kind, code string) string {
	if code == tally.All {
		return v.Say("returns.all")
	}
	return v.Say("returns." + kind + "." + code)
}

// category is a category of the export in the reader's words.
func (v *reading) category(kind, category string) string {
	if kind == "form" {
		for code, word := range map[string]string{"sexual": "Sexual exploitation", "labour": "Forced labour", "other": "Other forms of exploitation", "unknown": "Unknown"} {
			if word == category {
				return v.Say("returns.form." + code)
			}
		}
	}
	if code := figures.Resolve(category, "").Code; code != "" {
		return figures.Name(code, v.Lang)
	}
	return v.Say("returns.unknown")
}

// rates are the indicator 16.2.2, exact; on the page, without what nobody is in.
func (v *reading) rates(some bool) report.Table {
	t := v.rateTable("rates")
	for _, r := range v.Rates {
		if some && r.Count == 0 {
			continue
		}
		t.Rows = append(t.Rows, v.rate(r, r.Count))
	}
	return t
}

// ratesSent are those whose number the copy to send prints.
func (v *reading) ratesSent() report.Table {
	t := v.rateTable("rates-send")
	for _, r := range v.Rates {
		for _, one := range v.Sent {
			if r.Prints(one) {
				t.Rows = append(t.Rows, v.rate(r, printed(one)))
			}
		}
	}
	return t
}

func (v *reading) rateTable(name string) report.Table {
	t := v.table(name, figure.Column(v.Say("returns.form")), figure.Column(v.Say("returns.sex")), figure.Column(v.Say("returns.age")),
		figure.Numbers(v.Say("returns.people")), figure.Numbers(v.Say("returns.living")), figure.Numbers(v.Say("returns.per")), figure.Column(v.Say("returns.why")))
	t.Source += "; " + v.Say("returns.denominator", "Source", cmp.Or(v.Denominator, v.Say("returns.denominator.none")))
	return t
}

func (v *reading) rate(r returns.Rate, count report.Cell) []report.Cell {
	row := []report.Cell{v.code("form", r.Form), v.code("sex", r.Sex), v.code("age", r.Age), count, nil, nil, ""}
	_, exact := count.(int)
	switch {
	case r.Why == returns.NoPopulation: // the source line says so for all
	case r.Why != "":
		row[6] = v.Say(r.Why)
	case !exact:
		row[4], row[6] = r.People, v.Say("returns.too-few")
	default:
		row[4], row[5] = r.People, r.Per
	}
	return row
}

// classified are the codes of the node, what each is counted as, and a column for the
// code of the international classification, which nobody has filled in.
func (v *reading) classified() report.Table {
	t := v.table("codes", figure.Column(v.Say("returns.kind")), figure.Column(v.Say("returns.code")), figure.Column("Español"), figure.Column("English"), figure.Column(v.Say("returns.counts-as")), figure.Column(v.Say("returns.ic-tip")))
	rules, err := counting.Shipped()
	if err != nil {
		return t // it was read when the count was made
	}
	put := func(kind, key string, codes []string, as func(string) string) {
		for _, c := range codes {
			t.Rows = append(t.Rows, []report.Cell{v.Say("returns.kind." + kind), c, i18n.Say("es", key+c), i18n.Say("en", key+c), as(c), ""})
		}
	}
	put("form", "cases.forms.", cases.Forms, func(c string) string { return v.Say("returns.form." + rules.Form([]string{c})) })
	put("status", "cases.status.", cases.StatusCodes, func(c string) string { return v.Say("returns.counts." + rules.As(c, v.Country)) })
	put("sex", "cases.sex.", cases.Sexes, func(c string) string { return v.Say("returns.sex." + c) })
	put("age", "cases.age_band.", cases.AgeBands, func(c string) string { return v.Say("returns.age." + counting.Age(c, false)) })
	put("need", "cases.needs.", cases.Needs, func(string) string { return "" })
	return t
}
