package cases

import (
	"slices"
	"strings"
	"time"

	"istmo/cases/htcds"

	"golang.org/x/text/language"
)

// homes says what of an HTCDS record has a home in a person's file, both ways.
// Whatever is not in this table stays with the person as it came, sealed:
// remainder tells what that is. Three things are in no row on purpose:
//
//   - vic_TraffickingStatus is evidence that somebody elsewhere decided
//     something. A status here is decided by an authority of this country.
//   - con_Consent says that somebody recorded a consent, and not to what.
//   - prs_Birthdate gives the age band as well, one way: see described.
//
// Reading is coarser than what is read: a gender of six values becomes one of
// four, a mobile and a home number one telephone. So writing leaves what stands
// in a record alone unless the file now says something else.
var homes = []home{
	codes("sex", 1, genders, "prs_Gender"),
	codes("citizenships", 0, countries, "prs_Citizenship"),
	codes("languages", 2, tongues, "prs_PrimaryLanguage", "prs_SecondaryLanguage"),
	codes("forms", 0, exploitation, "vic_TypeOfExploitation"),
	joined("given_names", " ", "prs_FirstName", "prs_MiddleName"),
	joined("family_names", " ", "prs_SecondName"),
	birthDate("birth_date", "prs_Birthdate"),
	joined("document", " ", "prs_IdentityNumber"),
	either("phone", "prs_MobilePhone", "prs_HomePhone"),
	joined("email", " ", "prs_Email"),
	joined("address", ", ", "prs_MailingStreet", "prs_MailingCity", "prs_MailingState", "prs_MailingPostalCode", "prs_MailingCountry"),
}

// home is one thing that istmo knows of a person, and where it stands in a record.
type home struct {
	field   string // in Fields
	columns []string
	read    func(htcds.Record) []string
	write   func(r htcds.Record, values []string)
}

// put makes a record say what the file says, leaving alone what it says already.
func (h home) put(r htcds.Record, values []string) {
	if !sameWords(h.read(r), values) {
		h.write(r, values)
	}
}

func sameWords(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// vocabulary translates codes: from the standard's and to it, empty for those
// that the other side lacks.
type vocabulary struct{ from, to func(string) string }

// pairs are codes of the standard with ours. Of several that stand for the same
// code the first is the one that is written.
func pairs(list ...[2]string) vocabulary {
	find := func(word string, at, want int) string {
		for _, p := range list {
			if p[at] == word {
				return p[want]
			}
		}
		return ""
	}
	return vocabulary{func(s string) string { return find(s, 0, 1) }, func(s string) string { return find(s, 1, 0) }}
}

var genders = pairs([2]string{"Feminine", "female"}, [2]string{"Masculine", "male"},
	[2]string{"NonConforming", "other"}, [2]string{"TransgenderFeminine", "other"}, [2]string{"TransgenderMasculine", "other"})

var exploitation = pairs([2]string{"SexualExploitation", "sexual"}, [2]string{"ForcedLabour", "labour"},
	[2]string{"ChildLabour", "child-labour"}, [2]string{"ForcedMarriage", "servile-marriage"},
	[2]string{"Servitude", "slavery"}, [2]string{"Servitude", "domestic"}, // the standard does not tell them apart
	[2]string{"ForcedMilitaryByNonStateActors", "armed-group"}, [2]string{"OrganRemoval", "organ"},
	[2]string{"ForcedBegging", "begging"}, [2]string{"ForcedAdoption", "adoption"}, [2]string{"Surrogacy", "surrogacy"},
	[2]string{"ForcedCriminality", "criminality"}, [2]string{"Other", "other"})

// countries are ISO 3166-1: of two letters here, of two or three there.
var countries = vocabulary{
	from: func(code string) string {
		region, err := language.ParseRegion(code)
		if err != nil || !region.IsCountry() {
			return ""
		}
		return ofLength(2, region.String())
	},
	to: func(code string) string { return code },
}

// tongues are ISO 639: of two letters here, where there are any, and of three there.
var tongues = vocabulary{
	from: func(code string) string {
		base, err := language.ParseBase(code)
		if err != nil {
			return ""
		}
		return ofLength(2, base.String())
	},
	to: func(code string) string {
		base, err := language.ParseBase(code)
		if err != nil {
			return ""
		}
		return ofLength(3, base.ISO3())
	},
}

func ofLength(n int, code string) string {
	if len(code) != n {
		return ""
	}
	return code
}

// codes is a home of codes, in one column that takes most of them, any number if
// 0, or in as many columns as there are names, one each.
func codes(field string, most int, v vocabulary, columns ...string) home {
	return home{field: field, columns: columns,
		read: func(r htcds.Record) []string {
			var known []string
			for _, original := range valuesOf(r, columns) {
				if code := v.from(original); code != "" && !slices.Contains(known, code) {
					known = append(known, code)
				}
			}
			return known
		},
		write: func(r htcds.Record, values []string) {
			list := v.rewrite(valuesOf(r, columns), values, most == 1)
			if most > 0 && len(list) > most {
				list = list[:most]
			}
			if len(columns) == 1 {
				r.Set(columns[0], strings.Join(list, ";"))
				return
			}
			for i, column := range columns {
				r.Set(column, at(list, i))
			}
		}}
}

func valuesOf(r htcds.Record, columns []string) []string {
	var all []string
	for _, column := range columns {
		all = append(all, r.Values(column)...)
	}
	return all
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// rewrite keeps the originals that still hold, and those that we have no code
// for unless there is room for one value only, and adds what is new.
func (v vocabulary) rewrite(originals, values []string, single bool) []string {
	var list, said []string
	for _, original := range originals {
		code := v.from(original)
		if code == "" && !single || slices.Contains(values, code) {
			list, said = append(list, original), append(said, code)
		}
	}
	for _, value := range values {
		if added := v.to(value); added != "" && !slices.Contains(said, value) && !slices.Contains(list, added) {
			list = append(list, added)
		}
	}
	return list
}

// joined is a home of text that several columns divide. A correction is written
// into the first, since nothing tells how to divide it.
func joined(field, between string, columns ...string) home {
	return home{field: field, columns: columns,
		read: func(r htcds.Record) []string {
			var parts []string
			for _, column := range columns {
				if part := r.Get(column); part != "" {
					parts = append(parts, part)
				}
			}
			return text(strings.Join(parts, between))
		},
		write: func(r htcds.Record, values []string) {
			for i, column := range columns {
				r.Set(column, at(values, i))
			}
		}}
}

// either is a home of one text that the first of several columns has.
func either(field string, columns ...string) home {
	first := func(r htcds.Record) string {
		i := max(0, slices.IndexFunc(columns, func(c string) bool { return r.Get(c) != "" }))
		return columns[i]
	}
	return home{field: field, columns: columns,
		read:  func(r htcds.Record) []string { return text(r.Get(first(r))) },
		write: func(r htcds.Record, values []string) { r.Set(first(r), at(values, 0)) }}
}

// birthDate is a home for a day, a month or a year, and not for what is none.
func birthDate(field, column string) home {
	return home{field: field, columns: []string{column},
		read: func(r htcds.Record) []string {
			if day := r.Get(column); ValidBirth(day) {
				return text(day)
			}
			return nil
		},
		write: func(r htcds.Record, values []string) { r.Set(column, at(values, 0)) }}
}

func text(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// described is what of a record becomes the codes of a person on a day. The age
// is that of the day: where it is open, by a birth date half known or a guess,
// the person may be a child and is treated as one until their age is known.
func described(r htcds.Record, on time.Time) Attributes {
	var a Attributes
	for _, h := range homes {
		values := h.read(r)
		switch h.field {
		case "sex":
			a.Sex = at(values, 0)
		case "citizenships":
			a.Citizenships = values
		case "languages":
			a.Languages = values
		case "forms":
			a.Forms = values
		}
	}
	if b, ok := htcds.BirthOf(r); ok {
		if least, most := b.Ages(on); most >= 0 {
			a.AgeBand = ageBand(least)
			a.AgeInDoubt = most >= 18 && b.MayBeChild(on)
		}
	}
	return a
}

// ageBand is the one of AgeBands that an age falls into.
func ageBand(years int) string {
	for i, oldest := range []int{8, 17, 20, 29, 38, 47, 64} {
		if years <= oldest {
			return AgeBands[i]
		}
	}
	return "65+"
}

// identified is what of a record is sealed under the names of Fields.
func identified(r htcds.Record) map[string]string {
	all := map[string]string{}
	for _, h := range homes {
		if values := h.read(r); len(values) > 0 && sealedField(h.field) {
			all[h.field] = values[0]
		}
	}
	return all
}

func sealedField(name string) bool {
	return slices.ContainsFunc(Fields, func(f Field) bool { return f.Name == name && f.Sealed })
}

// remainder is what of a record the file cannot give back to the letter.
func remainder(r htcds.Record) htcds.Record {
	rest := r.Clone()
	for _, h := range homes {
		was := make([]string, len(h.columns))
		for i, column := range h.columns {
			was[i] = r.Get(column)
			rest.Set(column, "")
		}
		h.put(rest, h.read(r))
		again := slices.EqualFunc(h.columns, was, func(column, value string) bool { return rest.Get(column) == value })
		for i, column := range h.columns {
			if again {
				was[i] = ""
			}
			rest.Set(column, was[i])
		}
	}
	return rest
}

// restored is a record as the file has it now: what was kept of the one that
// came, if any did, with what the file says.
func restored(rest htcds.Record, p Person, sealed map[string]string) htcds.Record {
	r := rest.Clone()
	for _, h := range homes {
		if sealedField(h.field) {
			h.put(r, text(sealed[h.field]))
		} else {
			h.put(r, slices.DeleteFunc(slices.Clone(Coded(p, h.field)), func(code string) bool { return code == "unknown" }))
		}
	}
	return r
}
