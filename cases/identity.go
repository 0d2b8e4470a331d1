package cases

import (
	"slices"
	"strings"

	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// Identity is what tells who a person is. It is only ever sealed.
type Identity struct {
	GivenNames  string `json:"given_names"`
	FamilyNames string `json:"family_names"`
	BirthDate   string `json:"birth_date"` // 2006-01-02, or a year alone
	Document    string `json:"document"`
	Phone       string `json:"phone"`
	Email       string `json:"email"`
	Address     string `json:"address"`
	SafeContact string `json:"safe_contact"` // how to reach them without danger
	Account     string `json:"account"`      // what they told, in their words
	Health      string `json:"health"`
	RiskNote    string `json:"risk_note"`
}

// Field is one thing that can be known of a person, and the group in which
// consent and agreements speak of it.
type Field struct {
	Name   string
	Group  string
	Sealed bool
}

// Fields is the catalogue of what can be known, and sent.
var Fields = []Field{
	{"sex", "profile", false}, {"age_band", "profile", false}, {"age_in_doubt", "profile", false},
	{"citizenships", "profile", false}, {"languages", "profile", false}, {"interpreter", "profile", false},
	{"needs", "needs", false}, {"forms", "account", false},
	{"given_names", "identity", true}, {"family_names", "identity", true}, {"birth_date", "identity", true}, {"document", "identity", true},
	{"phone", "contact", true}, {"email", "contact", true}, {"address", "contact", true}, {"safe_contact", "contact", true},
	{"account", "account", true}, {"health", "health", true}, {"risk_note", "risk", true},
}

// Groups lists the groups of fields, in the order in which they are shown.
var Groups = []string{"profile", "needs", "identity", "contact", "account", "health", "risk"}

// GroupsOf names the groups that fields belong to; an unknown field is a fault.
func GroupsOf(fields []string) ([]string, error) {
	var groups []string
	for _, name := range fields {
		i := slices.IndexFunc(Fields, func(f Field) bool { return f.Name == name })
		if i < 0 {
			return nil, fault.Invalid("fields", "fault.not-in-list")
		}
		if !slices.Contains(groups, Fields[i].Group) {
			groups = append(groups, Fields[i].Group)
		}
	}
	return groups, nil
}

func (i Identity) fields() map[string]string {
	all := map[string]string{"given_names": i.GivenNames, "family_names": i.FamilyNames, "birth_date": i.BirthDate,
		"document": i.Document, "phone": i.Phone, "email": i.Email, "address": i.Address, "safe_contact": i.SafeContact,
		"account": i.Account, "health": i.Health, "risk_note": i.RiskNote}
	for name, v := range all {
		if all[name] = strings.TrimSpace(v); all[name] == "" {
			delete(all, name)
		}
	}
	return all
}

// Longest is how many bytes one field may have: an account may be long.
const Longest = 64 << 10

func (i Identity) seal(tx *store.Tx, p Person, by string) error {
	fields := i.fields()
	var c fault.Check
	for name, v := range fields {
		c.That(len(v) <= Longest, name, "fault.too-long")
	}
	c.That(ValidBirth(fields["birth_date"]), "birth_date", "fault.not-a-date")
	if err := c.Err(); err != nil {
		return err
	}
	return putSealed(tx, p.ID, by, fields)
}

// ValidBirth reports whether a birth date is one: a day, a month or a year, or
// nothing.
func ValidBirth(s string) bool {
	return s == "" || isLayout(s, "2006-01-02") || isLayout(s, "2006-01") || isLayout(s, "2006")
}

// putSealed seals fields and, if they tell who somebody is, compares the person
// with those whom the node has met; see liken.
func putSealed(tx *store.Tx, person, by string, fields map[string]string) error {
	if len(fields) == 0 {
		return nil
	}
	if err := vault.Put(tx, person, fields); err != nil {
		return err
	}
	if !slices.ContainsFunc(tellsWho, func(name string) bool { return fields[name] != "" }) {
		return nil
	}
	return liken(tx, person, by)
}

// tellsWho are the fields by which one is known again.
var tellsWho = []string{"given_names", "family_names", "birth_date", "document", "phone"}

func eraseVault(tx *store.Tx, person string) error {
	if err := unliken(tx, person); err != nil {
		return err
	}
	return vault.Erase(tx, person)
}
