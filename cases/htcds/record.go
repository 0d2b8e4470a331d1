package htcds

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Section is the fields of one table for one person and case, by field name.
// An absent field has no entry. Several values of one field are separated by
// semicolons.
type Section map[string]string

// Record is what a file says of one person and case.
type Record struct {
	// Tables has the sections by table name. Tables that do not repeat have one
	// at most, and no section is empty.
	Tables map[string][]Section
	// Extensions are the columns that the standard does not have, by their own
	// names, as they came.
	Extensions map[string]string
}

// The extension columns that this package gives a meaning to.
const (
	// PersonID and CaseID are the sending system's own numbers. The standard has
	// none, and without them a changed row cannot be told from a new one.
	PersonID = "prs_ID"
	CaseID   = "cas_ID"
	// BirthdateEstimated is ticked when the birth date is a guess.
	BirthdateEstimated = "prs_BirthdateEstimated"
)

// NewRecord is a record that says nothing yet.
func NewRecord() Record {
	return Record{Tables: map[string][]Section{}, Extensions: map[string]string{}}
}

// Get is a field's value in the first section of its table, or empty.
func (r Record) Get(field string) string {
	f := byName[field]
	if f == nil || len(r.Tables[f.Table]) == 0 {
		return ""
	}
	return r.Tables[f.Table][0][field]
}

// Values is the separate values of a field in the first section of its table.
func (r Record) Values(field string) []string { return split(r.Get(field)) }

// Set puts a value into the first section of its field's table; an empty one
// takes it out. A field that the standard lacks is left alone.
func (r Record) Set(field, value string) {
	f := byName[field]
	if f == nil {
		return
	}
	if value != "" {
		r.put(slot{f, 0}, value)
		return
	}
	if list := r.Tables[f.Table]; len(list) > 0 {
		delete(list[0], field)
		if len(list) == 1 && len(list[0]) == 0 {
			delete(r.Tables, f.Table)
		}
	}
}

// Clone is a copy that shares nothing with r.
func (r Record) Clone() Record {
	c := NewRecord()
	for table, list := range r.Tables {
		for _, section := range list {
			c.Tables[table] = append(c.Tables[table], maps.Clone(section))
		}
	}
	maps.Copy(c.Extensions, r.Extensions)
	return c
}

// Differ lists the columns in which two records differ, by names that may be
// shown; it is empty for equal records.
func Differ(a, b Record) []string {
	one, other := a.cells(), b.cells()
	var columns []string
	for name := range one {
		if other[name] != one[name] {
			columns = append(columns, shown(name))
		}
	}
	for name := range other {
		if one[name] == "" {
			columns = append(columns, shown(name))
		}
	}
	slices.Sort(columns)
	return slices.Compact(columns)
}

// cells is every value of the record by its column, extensions under a prefix.
func (r Record) cells() map[string]string {
	all := map[string]string{}
	r.each(func(s slot, _ int, value string) { all[s.key()] = value })
	for name, value := range r.Extensions {
		all[extensionPrefix+name] = value
	}
	return all
}

// shown is a column's name where it surely is one: see nameToShow.
func shown(column string) string {
	name, extension := strings.CutPrefix(column, extensionPrefix)
	if extension && nameToShow(name, 0) == "" {
		return extensionsKey
	}
	return name
}

func split(value string) []string {
	if value == "" {
		return nil
	}
	return strings.Split(value, separator)
}

// separator stands between several values of one cell.
const separator = ";"

// put sets a value, making sections as needed; tidy closes the gaps it leaves.
func (r Record) put(s slot, value string) {
	if value == "" {
		return
	}
	list := r.Tables[s.field.Table]
	for len(list) <= s.n {
		list = append(list, Section{})
	}
	list[s.n][s.field.Name] = value
	r.Tables[s.field.Table] = list
}

// tidy removes what says nothing: empty values, sections and tables.
func (r Record) tidy() {
	for table, list := range r.Tables {
		for _, section := range list {
			for name, value := range section {
				if value == "" {
					delete(section, name)
				}
			}
		}
		list = slices.DeleteFunc(list, func(s Section) bool { return len(s) == 0 })
		if r.Tables[table] = list; len(list) == 0 {
			delete(r.Tables, table)
		}
	}
	for name, value := range r.Extensions {
		if value == "" {
			delete(r.Extensions, name)
		}
	}
}

// empty reports whether the record says nothing.
func (r Record) empty() bool { return len(r.Tables) == 0 && len(r.Extensions) == 0 }

// each visits every value of the record in the order of the standard.
func (r Record) each(visit func(s slot, of int, value string)) {
	for i := range fields {
		list := r.Tables[fields[i].Table]
		for n, section := range list {
			if value := section[fields[i].Name]; value != "" {
				visit(slot{&fields[i], n}, len(list), value)
			}
		}
	}
}

// Key tells whether two rows are about the same person and case: by the sending
// system's numbers where it gives any, otherwise by the whole content. It may
// hold such a number, and a digest of a short text can be guessed: whoever keeps
// a key must keep it as a keyed hash, never as it is.
func (r Record) Key() string {
	person, kase := r.Extensions[PersonID], r.Extensions[CaseID]
	if person == "" && kase == "" {
		return "content " + r.Digest()
	}
	return "number " + strings.Join([]string{person, kase}, "\x00")
}

// Digest is the SHA-256 of the record's canonical JSON: equal for equal records.
// Like a key, it is to be kept sealed or as a keyed hash.
func (r Record) Digest() string {
	text, err := json.Marshal(r)
	if err != nil {
		panic("htcds: maps of text always marshal: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
