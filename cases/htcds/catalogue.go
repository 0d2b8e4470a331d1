package htcds

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Type is how a field's text is to be read.
type Type string

// The types of HTCDS 2.0, with Geolocation for every longitude and latitude.
const (
	Text        Type = "Text"
	LongText    Type = "Long Text"
	Date        Type = "Date"
	Number      Type = "Number"
	Checkbox    Type = "Checkbox"
	Picklist    Type = "Picklist"
	Multiselect Type = "Multiselect Picklist"
	Geolocation Type = "Geolocation"
	Lookup      Type = "Lookup"
	Untyped     Type = "(not given)"
)

// Field is one field of the standard.
type Field struct {
	Table, Name, Label string
	Type               Type
	Allowed            []string // codes, for a picklist of its own
	List               string   // ISO-3166-1 or ISO-639-2, for a picklist of others
	Description        string
	Deprecated, Core   bool
}

// Tables in the order of the standard.
const (
	Organisation = "Organisation"
	Person       = "Person"
	Victim       = "VictimContext"
	Perpetrator  = "PerpetratorContext"
	Case         = "Case"
	Referral     = "CaseReferral"
	Comment      = "CaseComment"
	Event        = "HistoricTraffickingEvent"
	Plan         = "SupportPlan"
	Consent      = "Consent"
)

// repeats are the tables of which one person and case may have several sections.
var repeats = map[string]bool{
	Organisation: true, Referral: true, Comment: true, Event: true, Plan: true, Consent: true,
}

//go:embed fields.csv
var fieldsCSV string

var (
	fields  = readFields()
	tables  = tableOrder()
	byName  = indexFields()
	columns = indexColumns()
)

// Fields lists the 84 fields of HTCDS 2.0 in the order of the standard.
func Fields() []Field { return slices.Clone(fields) }

// FieldOf finds a field by its name, as in prs_Gender.
func FieldOf(name string) (Field, bool) {
	f, ok := byName[name]
	if !ok {
		return Field{}, false
	}
	return *f, true
}

// several reports whether the field may hold more than one value. The industry
// is single in the standard and multiple in its survey form; we read both.
func (f *Field) several() bool {
	return f.Type == Multiselect || f.Name == "vic_ForcedLabourIndustry"
}

func readFields() []Field {
	rows, err := csv.NewReader(strings.NewReader(fieldsCSV)).ReadAll()
	if err != nil {
		panic("htcds: the embedded catalogue is broken: " + err.Error())
	}
	var list []Field
	for _, r := range rows[1:] {
		f := Field{
			Table: r[0], Name: r[1], Label: r[2], Type: typeOf(r[1], r[3]),
			Description: r[5], Deprecated: r[6] == "DEPRECATED", Core: r[7] == "core",
		}
		if strings.HasPrefix(r[4], "ISO-") {
			f.List = r[4]
		} else if r[4] != "" {
			f.Allowed = strings.Split(r[4], "|")
		}
		list = append(list, f)
	}
	return list
}

func typeOf(name, text string) Type {
	switch {
	case strings.HasSuffix(name, "Longitude"), strings.HasSuffix(name, "Latitude"):
		return Geolocation
	case strings.HasPrefix(text, "Lookup"):
		return Lookup
	case strings.HasSuffix(text, "or Text"):
		return Text
	}
	return Type(text)
}

func tableOrder() []string {
	var order []string
	for _, f := range fields {
		if !slices.Contains(order, f.Table) {
			order = append(order, f.Table)
		}
	}
	return order
}

func indexFields() map[string]*Field {
	index := map[string]*Field{}
	for i := range fields {
		index[fields[i].Name] = &fields[i]
	}
	return index
}

func indexColumns() map[string]*Field {
	index := map[string]*Field{}
	for i := range fields {
		index[strings.ToLower(fields[i].Name)] = &fields[i]
	}
	return index
}

// maxSections bounds how often a table repeats for one person and case.
const maxSections = 200

// slot is a place in a record: a field of the n-th section of its table, from 0.
type slot struct {
	field *Field
	n     int
}

// slotOf finds the place that a column's name means, whatever its capitals. The
// first section of a repeated table may go without a number.
func slotOf(name string) (slot, bool) {
	name = strings.ToLower(name)
	if f := columns[name]; f != nil {
		return slot{f, 0}, true
	}
	cut := strings.LastIndexByte(name, '_')
	if cut < 0 {
		return slot{}, false
	}
	f, digits := columns[name[:cut]], name[cut+1:]
	n, err := strconv.Atoi(digits)
	if f == nil || !repeats[f.Table] || err != nil || n < 1 || n > maxSections || strconv.Itoa(n) != digits {
		return slot{}, false
	}
	return slot{f, n - 1}, true
}

// key names the slot alone: numbered wherever its table may repeat.
func (s slot) key() string {
	if repeats[s.field.Table] {
		return s.column(2)
	}
	return s.field.Name
}

// column is the slot's name beside others of its table, numbered only if the
// table has several sections.
func (s slot) column(of int) string {
	if of <= 1 {
		return s.field.Name
	}
	return fmt.Sprintf("%s_%d", s.field.Name, s.n+1)
}
