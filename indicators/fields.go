package indicators

import (
	"slices"
	"strconv"
)

// fields are what an indicator says, field by field, always in the same order.
func (i Indicator) fields() []Field {
	all := []Field{{Name: "dimension", Is: i.Dimension}, {Name: "strength", Is: i.Strength}, {Name: "applies_to", Is: i.Applies}, {Name: "element", Is: i.Element},
		{Name: "way", Is: i.Way}, {Name: "symbol", Is: i.Symbol}, {Name: "es", Is: i.ES}, {Name: "en", Is: i.EN}, {Name: "source", Is: i.Source},
		{Name: "validated", Is: yesNo(i.Validated)}}
	for _, lang := range Langs {
		all = append(all, Field{Name: "ask_" + lang, Is: i.Ask[lang]})
	}
	for _, lang := range Langs[officers:] {
		read := ""
		if i.Ask[lang] != "" {
			read = yesNo(!slices.Contains(i.Awaits, lang))
		}
		all = append(all, Field{Name: "read_" + lang, Is: read})
	}
	return all
}

func (c Clause) fields() []Field {
	return []Field{{Name: "strong", Is: number(c.Strong)}, {Name: "medium", Is: number(c.Medium)}, {Name: "weak", Is: number(c.Weak)},
		{Name: "es", Is: c.ES}, {Name: "en", Is: c.EN}, {Name: "source", Is: c.Source}, {Name: "verified", Is: yesNo(c.Verified)}}
}

func (j Joined) fields() []Field {
	return []Field{{Name: "es", Is: j.ES}, {Name: "en", Is: j.EN}, {Name: "source", Is: j.Source}, {Name: "verified", Is: yesNo(j.Verified)}}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func yesNo(b bool) string {
	if b {
		return Yes
	}
	return No
}
