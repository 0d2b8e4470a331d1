package htcds

import (
	"maps"
	"slices"
	"strings"
)

// Coded is the part of a record that may stay in clear under a pseudonym: codes
// from closed lists and small numbers, by column, as in hte_Type_1.
type Coded map[string]string

// mayBeCoded are the fields whose codes tell nobody who a person is. Everything
// else identifies or may: names, dates, numbers, places, contacts, organisations
// and every free text, and the old list of vulnerabilities, which tells of
// health. A field that a later version adds is sealed until it is named here.
var mayBeCoded = map[string]bool{
	"org_Type":   true,
	"prs_Gender": true, "prs_Deceased": true, "prs_MaritalStatus": true, "prs_NumberOfChildren": true,
	"prs_PrimaryLanguage": true, "prs_SecondaryLanguage": true, "prs_HighestLevelOfEducation": true,
	"prs_Citizenship": true, "vic_AgreementToManagePersonalData": true,
	"vic_TraffickingStatus": true, "vic_TraffickingStatusDecisionMakingOrg": true,
	"vic_RelationshipToTrafficker": true, "vic_AgeWhenTrafficked": true,
	"vic_RecruitmentWebsitesAndApps": true, "vic_MethodOfRecruitment": true, "vic_MethodsOfControl": true,
	"vic_TypeOfExploitation": true, "vic_ForcedLabourIndustry": true, "vic_TypeOfSexExploitation": true,
	"vic_ExploitationWebsitesAndApps": true, "per_RoleInProcess": true, "cas_Status": true,
	"cas_ReasonForIncomingReferral": true, "cas_ReasonForOutgoingReferral": true,
	"hte_Type": true, "hte_Country": true, "spl_Type": true, "con_Consent": true,
}

// extensionPrefix marks the sealed extensions among the sealed columns.
const extensionPrefix = "x:"

// Split parts a record into what must be sealed and what may stay in clear. A
// text that stands where a code should is sealed, whatever its field: somebody
// may have typed a name there. The codes beside it stay in clear as well, so
// that they are not lost to statistics. Join undoes Split exactly.
//
// law: palermo:6.1 pa-81-2019:sensitive
func Split(r Record) (sealed map[string]string, coded Coded) {
	sealed, coded = map[string]string{}, Coded{}
	r.each(func(s slot, _ int, value string) {
		column := s.key()
		codes := s.field.codes(value)
		if codes != "" {
			coded[column] = codes
		}
		if codes != value {
			sealed[column] = value
		}
	})
	for name, value := range r.Extensions {
		sealed[extensionPrefix+name] = value
	}
	return sealed, coded
}

// Join puts a record together again from its two parts. Without the sealed part,
// once it has been erased, what is left is what may be counted.
func Join(sealed map[string]string, coded Coded) Record {
	r := NewRecord()
	all := map[string]string{}
	maps.Copy(all, coded)
	maps.Copy(all, sealed)
	for name, value := range all {
		if extension, ok := strings.CutPrefix(name, extensionPrefix); ok {
			r.Extensions[extension] = value
		} else if s, ok := slotOf(name); ok {
			r.put(s, value)
		}
	}
	r.tidy()
	return r
}

// codes is the part of a value that may stay in clear, empty for none.
func (f *Field) codes(value string) string {
	if !mayBeCoded[f.Name] {
		return ""
	}
	switch f.Type {
	case Number:
		if wholeNumber.MatchString(value) {
			return value
		}
		return ""
	case Checkbox:
		if value == "true" || value == "false" {
			return value
		}
		return ""
	}
	parts := []string{value}
	if f.several() {
		parts = split(value)
	}
	return strings.Join(slices.DeleteFunc(parts, func(code string) bool { return !f.isCode(code) }), separator)
}

// isCode reports whether a text is one of the field's codes to the letter.
func (f *Field) isCode(text string) bool {
	settled := f.settleCode(text, func(string) {})
	return settled == text && f.known(text)
}
