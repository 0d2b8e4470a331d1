package screening

import (
	"slices"
	"strings"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/likeness"
	"istmo/store"
	"istmo/vault"
)

// Alert is what a team must be told of a screening: codes, and which file to open.
type Alert struct {
	Screening, Person string
	Kind              string // one of the kinds below
	Post, Place       string
	Child, Alone      bool
	Companions        int64 // how many are with them
	Needs             []string
	Officer, Agency   string // who screened
}

// The kinds of alert that a screening gives.
const (
	Emergency       = "emergency"
	Presumption     = "presumption"
	ChildAlone      = "child-alone"
	OtherProtection = "other-protection"
	Smuggled        = "smuggled"
)

// asks lists the alerts that a screening as it stands asks for. It is the officer
// who presumes; what the indicators add up to is not looked at.
// law: coe:10.3
func (s Screening) asks() []string {
	var kinds []string
	add := func(kind string, is bool) {
		if is {
			kinds = append(kinds, kind)
		}
	}
	add(Emergency, len(s.Help) > 0)
	add(Presumption, s.Outcome == "presumed")
	add(OtherProtection, s.Outcome == "other-protection")
	add(Smuggled, s.Outcome == "smuggled")
	add(ChildAlone, s.Child() && s.Alone() && len(kinds) == 0) // the others call the child authority too
	return kinds
}

// follow begins the person's file where the screening asks for help, and carries
// what was added later into it.
func (s *Screening) follow(tx *store.Tx, who access.Who) error {
	if len(s.asks()) == 0 {
		return nil
	}
	if s.Person == "" {
		return s.register(tx, who)
	}
	return s.carry(tx, who)
}

// register begins the file, with whoever screened assigned to it.
func (s *Screening) register(tx *store.Tx, who access.Who) error {
	place, err := s.place(tx)
	if err != nil {
		return err
	}
	attributes, err := s.attributes(tx)
	if err != nil {
		return err
	}
	identity, err := s.identity(tx)
	if err != nil {
		return err
	}
	d, err := act.Also(tx, who, cases.Register{Attributes: attributes, Identity: identity, Place: place})
	if err != nil {
		return err
	}
	s.Person = d.Object
	if err := likeness.Forget(tx, s.subject); err != nil { // from here on the person is found by the file
		return err
	}
	return s.update(tx)
}

// place is where the post is, or what it is called if it is not known here.
func (s Screening) place(tx *store.Tx) (string, error) {
	all, err := store.All(tx, (*Post).columns, selectPost+` WHERE id = $1`, s.Post)
	if err != nil || len(all) == 0 {
		return "-", err
	}
	return all[0].Name, nil
}

func (s Screening) attributes(tx *store.Tx) (a cases.Attributes, err error) {
	values, err := s.values(tx)
	two := func(words []string) []string {
		return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return len(w) != 2 })
	}
	return cases.Attributes{Sex: s.Sex, AgeBand: s.AgeBand, AgeInDoubt: s.AgeInDoubt, Citizenships: two(s.Citizenships), Languages: two(s.Languages),
		Interpreter: slices.Equal(values["interpreter"].words, []string{"yes"}), Forms: values["forms"].words, Needs: values["needs"].words}, err
}

func (s Screening) identity(tx *store.Tx) (cases.Identity, error) {
	secrets, err := vault.Get(tx, s.subject)
	return identityOf(secrets), err
}

// identityOf fills an identity. A birth date that is none and a text that is longer
// than a file takes stay with the screening, and keep nobody from having a file.
func identityOf(fields map[string]string) cases.Identity {
	f := map[string]string{}
	for name, text := range fields {
		if len(text) <= cases.Longest {
			f[name] = text
		}
	}
	i := cases.Identity{GivenNames: f["given_names"], FamilyNames: f["family_names"], BirthDate: f["birth_date"], Document: f["document"],
		Phone: f["phone"], SafeContact: f["safe_contact"], Account: f["account"], Health: f["health"]}
	if !cases.ValidBirth(i.BirthDate) {
		i.BirthDate = ""
	}
	return i
}

// carried are the fields of a screening that a person's file has too.
var carried = []string{"given_names", "family_names", "birth_date", "document", "phone", "safe_contact", "account", "health"}

// carry brings what was added to a screening into the file that it began. Where
// somebody has changed the same field in the file since, both stand until a person
// decides.
func (s *Screening) carry(tx *store.Tx, who access.Who) error {
	p, err := cases.Find(tx, s.Person)
	if err != nil || !p.ErasedAt.IsZero() {
		return err
	}
	file, err := cases.SealedOf(tx, s.Person)
	if err != nil {
		return err
	}
	news, keep := map[string]string{}, map[string]string{}
	for _, field := range carried {
		d, there := s.changed[field]
		switch {
		case !there || file[field] == d.now:
		case file[field] == d.was:
			news[field] = d.now
		default:
			if err := s.conflict(tx, field, false, file[field], inFile, keep); err != nil {
				return err
			}
		}
	}
	if len(keep) > 0 {
		if err := vault.Put(tx, s.subject, keep); err != nil {
			return err
		}
	}
	return identify(tx, who, p, news)
}

// inFile stands for the person's file where a revision is named.
const inFile = "file"

// identify writes into a file as whoever learned it, or as the node if they no
// longer have the file: what they learned belongs in it.
func identify(tx *store.Tx, who access.Who, p cases.Person, news map[string]string) error {
	if len(news) == 0 {
		return nil
	}
	cmd := cases.Identify{On: cases.On{Person: p.ID}, Identity: identityOf(news)}
	if !slices.Contains(p.Assigned(), who.ID) {
		return act.Then(tx, act.Deed{}, cmd)
	}
	_, err := act.Also(tx, who, cmd)
	return err
}

// Alerts are those that a screening asks for and that were not yet given.
func Alerts(tx *store.Tx, id string) ([]Alert, error) {
	s, err := Find(tx, id)
	if err != nil || s.Person == "" {
		return nil, err
	}
	values, err := s.values(tx)
	if err != nil {
		return nil, err
	}
	place, err := s.place(tx)
	if err != nil {
		return nil, err
	}
	companions := int64(0)
	if !slices.Equal(values["companions_where"].words, []string{"other-side"}) {
		companions = int64(number(strings.Join(values["companions"].words, "")))
	}
	var all []Alert
	for _, kind := range s.asks() {
		if slices.Contains(s.raised, kind) {
			continue
		}
		all = append(all, Alert{Screening: s.ID, Person: s.Person, Kind: kind, Post: s.Post, Place: place, Child: s.Child(), Alone: s.Alone(),
			Companions: companions, Needs: values["needs"].words, Officer: s.Officer, Agency: s.Agency})
	}
	return all, nil
}

// Raised notes that an alert was given, so that it is given once.
func Raised(tx *store.Tx, id, kind string) error {
	s, err := Find(tx, id)
	if err != nil {
		return err
	}
	s.raised = append(s.raised, kind)
	return s.update(tx)
}
