package cases

import (
	"crypto/rand"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/store"
)

// Person is somebody met, as codes under a pseudonym.
type Person struct {
	ID           string    `json:"id"`
	Ref          string    `json:"ref"` // "PA-7K3Q-29XD"
	Agency       string    `json:"agency"`
	Sex          string    `json:"sex"`
	AgeBand      string    `json:"age_band"`
	AgeInDoubt   bool      `json:"age_in_doubt"`
	Citizenships []string  `json:"citizenships"` // ISO 3166-1 alpha-2
	Languages    []string  `json:"languages"`    // ISO 639-1
	Interpreter  bool      `json:"interpreter"`
	Forms        []string  `json:"forms"`
	Needs        []string  `json:"needs"`
	Place        string    `json:"place"`  // where met
	Origin       string    `json:"origin"` // how they came to be known here: met, referral, import
	OriginID     string    `json:"-"`
	CreatedAt    time.Time `json:"created_at"`
	CreatedBy    string    `json:"-"`
	ErasedAt     time.Time `json:"erased_at"`
	assigned     []string
	glass        []string
}

// ObjectID is the person's id.
func (p Person) ObjectID() string { return p.ID }

// PersonID is whose key seals what is kept of a deed on them.
func (p Person) PersonID() string { return p.ID }

// Facts are what a policy may look at.
func (p Person) Facts() access.Facts {
	return access.Facts{"agency": p.Agency, "assigned": p.assigned, "glass": p.glass,
		"child": p.Child(), "erased": !p.ErasedAt.IsZero()}
}

// Child reports whether they are treated as a child: under 18, or an age in
// doubt with reason to believe so, until it is verified.
// law: palermo:3.d
// law: coe:10.3
func (p Person) Child() bool { return p.AgeInDoubt || slices.Contains(childBands, p.AgeBand) }

// The codes of a person's attributes. Their words are translations
// "cases.sex.female".
var (
	Sexes       = []string{"female", "male", "other", "unknown"}
	AgeBands    = []string{"0-8", "9-17", "18-20", "21-29", "30-38", "39-47", "48-64", "65+", "unknown"}
	childBands  = []string{"0-8", "9-17"}
	Forms       = []string{"sexual", "labour", "domestic", "slavery", "begging", "servile-marriage", "organ", "criminality", "armed-group", "adoption", "surrogacy", "child-labour", "other", "unknown"}
	Needs       = []string{"lodging", "health", "psychological", "food", "clothing", "legal", "interpreter", "documents", "family-contact", "child-care", "safety", "transport", "education", "work"}
	StatusCodes = []string{"possible", "preliminary", "presumed", "accredited", "full", "assisted", "not-victim", "smuggled-migrant", "other-protection"}
	Purposes    = []string{"assistance", "protection", "return", "investigation"}
	Ways        = []string{"written", "spoken-witnessed", "signed-language", "recorded"}
	Guardians   = []string{"none", "mother-or-father", "relative", "child-authority", "court-appointed"}
	Levels      = []string{"low", "medium", "high", "extreme"}
	RiskFactors = []string{"trafficker-knows-place", "threats", "armed-group", "debt", "family-threatened", "self-harm", "health", "retaliation-at-destination", "unaccompanied"}
	Outcomes    = []string{"in-best-interests", "not-in-best-interests", "undecided"}
	Verdicts    = []string{"justified", "not-justified"}
)

// Assigned lists the users who may open the file, as Find loaded them.
func (p Person) Assigned() []string { return p.assigned }

func known(codes []string, given ...string) bool {
	return !slices.ContainsFunc(given, func(g string) bool { return !slices.Contains(codes, g) })
}

// newRef makes a reference that is short, unguessable and free of letters that
// sound or look alike: 40 random bits.
func newRef(node string) string {
	const letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	var b [8]byte
	rand.Read(b[:])
	n := binary.BigEndian.Uint64(b[:])
	var s strings.Builder
	s.WriteString(node)
	for i := range 8 {
		if i%4 == 0 {
			s.WriteByte('-')
		}
		s.WriteByte(letters[n%uint64(len(letters))])
		n /= uint64(len(letters))
	}
	return s.String()
}

// Find loads a person for a command, with who may open the file.
func Find(tx *store.Tx, id string) (Person, error) {
	p, err := store.One(tx, (*Person).columns, selectPerson+` WHERE id = $1`, id)
	if err != nil {
		return p, err
	}
	if p.assigned, err = assignedTo(tx, id); err != nil {
		return p, err
	}
	p.glass, err = store.All(tx, store.Value[string], `SELECT user_id FROM person_glass WHERE person = $1 AND until > $2 AND verdict = ''`, id, tx.Now)
	return p, err
}

// On says which person a verb is about.
type On struct {
	Person string `json:"person"`
}

// Find loads the person.
func (c On) Find(tx *store.Tx, who access.Who) (Person, error) { return Find(tx, c.Person) }

// Register begins a person's file. Whoever registers is assigned to it. Only
// what helps now is asked: everything but where they were met may be unknown.
type Register struct {
	Attributes
	Identity
	Place string `json:"place"`
}

// Attributes are the codes of a person, in clear.
type Attributes struct {
	Sex          string   `json:"sex"`
	AgeBand      string   `json:"age_band"`
	AgeInDoubt   bool     `json:"age_in_doubt"`
	Citizenships []string `json:"citizenships"`
	Languages    []string `json:"languages"`
	Interpreter  bool     `json:"interpreter"`
	Forms        []string `json:"forms"`
	Needs        []string `json:"needs"`
}

func (a Attributes) check() error {
	var c fault.Check
	c.That(known(Sexes, a.Sex), "sex", "fault.not-in-list")
	c.That(known(AgeBands, a.AgeBand), "age_band", "fault.not-in-list")
	c.That(known(Forms, a.Forms...), "forms", "fault.not-in-list")
	c.That(known(Needs, a.Needs...), "needs", "fault.not-in-list")
	c.That(allLen(a.Citizenships, 2), "citizenships", "cases.two-letters")
	c.That(allLen(a.Languages, 2), "languages", "cases.two-letters-language")
	return c.Err()
}

func allLen(words []string, n int) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return len(w) != n })
}

func (a Attributes) into(p *Person) {
	p.Sex, p.AgeBand, p.AgeInDoubt = orUnknown(a.Sex), orUnknown(a.AgeBand), a.AgeInDoubt
	p.Citizenships, p.Languages, p.Interpreter = upper(a.Citizenships), a.Languages, a.Interpreter
	p.Forms, p.Needs = a.Forms, a.Needs
}

func orUnknown(code string) string {
	if code == "" {
		return "unknown"
	}
	return code
}

func upper(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.ToUpper(w)
	}
	return out
}

// Verb names it.
func (Register) Verb() access.Verb { return "cases.register" }

// Find makes the person who is registered.
func (c Register) Find(tx *store.Tx, who access.Who) (Person, error) {
	p := Person{ID: tx.NewID("per"), Ref: newRef(who.Node), Agency: who.Agency, Place: c.Place, Origin: "met",
		CreatedAt: tx.Now, CreatedBy: who.ID, assigned: []string{who.ID}}
	c.Attributes.Sex, c.Attributes.AgeBand = orUnknown(c.Sex), orUnknown(c.AgeBand)
	c.Attributes.into(&p)
	return p, nil
}

// Do stores the codes, seals the rest, and assigns.
func (c Register) Do(tx *store.Tx, who access.Who, p Person) error {
	c.Attributes.Sex, c.Attributes.AgeBand = orUnknown(c.Sex), orUnknown(c.AgeBand)
	if err := c.Attributes.check(); err != nil {
		return err
	}
	if c.Place == "" {
		return fault.Invalid("place", "fault.required")
	}
	if err := p.insert(tx); err != nil {
		return err
	}
	if err := c.Identity.seal(tx, p, who.ID); err != nil {
		return err
	}
	return assign(tx, p.ID, who.ID, who.ID)
}

// Describe corrects a person's codes.
type Describe struct {
	On
	Attributes
}

// Verb names it.
func (Describe) Verb() access.Verb { return "cases.describe" }

// Do stores them.
func (c Describe) Do(tx *store.Tx, who access.Who, p Person) error {
	c.Attributes.Sex, c.Attributes.AgeBand = orUnknown(c.Sex), orUnknown(c.AgeBand)
	if err := c.Attributes.check(); err != nil {
		return err
	}
	c.Attributes.into(&p)
	return p.update(tx)
}

// Identify seals who the person is.
type Identify struct {
	On
	Identity
}

// Verb names it.
func (Identify) Verb() access.Verb { return "cases.identify" }

// Do seals the fields that are given; those left empty stay as they are.
func (c Identify) Do(tx *store.Tx, who access.Who, p Person) error {
	return c.Identity.seal(tx, p, who.ID)
}

// Erase destroys the key under which everything of the person is sealed, here
// and in every backup from the next one on. Their codes stay, as a number among
// others, without a way back.
type Erase struct{ On }

// Verb names it.
func (Erase) Verb() access.Verb { return "cases.erase" }

// Do erases.
func (c Erase) Do(tx *store.Tx, who access.Who, p Person) error {
	if err := forgetRecord(tx, p); err != nil {
		return err
	}
	if err := countElsewhere(tx, p.ID); err != nil {
		return err
	}
	if err := eraseVault(tx, p.ID); err != nil {
		return err
	}
	p.ErasedAt = tx.Now
	if err := p.update(tx); err != nil {
		return err
	}
	for _, table := range []string{"person_assignment", "person_glass"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE person = $1`, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// Receive begins a file from what another agency referred, with what it sent.
// It follows from a referral; nobody calls it by hand.
type Receive struct {
	Agency, User, Referral string
	Attributes             Attributes
	Place                  string
	Sealed                 map[string]string
}

// Verb names it.
func (Receive) Verb() access.Verb { return "cases.receive" }

// Find makes the person, or finds the file that this referral already began.
func (c Receive) Find(tx *store.Tx, who access.Who) (Person, error) {
	p, err := store.One(tx, (*Person).columns, selectPerson+` WHERE agency = $1 AND origin = 'referral' AND origin_id = $2`, c.Agency, c.Referral)
	if !fault.Is(err, fault.KindNotFound) {
		return p, err
	}
	p = Person{ID: tx.NewID("per"), Ref: newRef(act.Here(tx)), Agency: c.Agency, Place: c.Place, Origin: "referral",
		OriginID: c.Referral, CreatedAt: tx.Now, CreatedBy: c.User, assigned: []string{c.User}}
	c.Attributes.into(&p)
	return p, nil
}

// Do stores and seals it, and assigns whoever answers for the referral.
func (c Receive) Do(tx *store.Tx, who access.Who, p Person) error {
	if p.CreatedAt != tx.Now {
		return nil // the file is there already
	}
	if err := p.insert(tx); err != nil {
		return err
	}
	if err := putSealed(tx, p.ID, c.User, c.Sealed); err != nil {
		return err
	}
	return assign(tx, p.ID, c.User, "referral")
}

// ReceivedBy finds the file that a referral began at an agency, if any.
func ReceivedBy(tx *store.Tx, agency, referral string) (Person, error) {
	id, err := store.One(tx, store.Value[string], `SELECT id FROM person WHERE agency = $1 AND origin = 'referral' AND origin_id = $2`, agency, referral)
	if err != nil {
		return Person{}, err
	}
	return Find(tx, id)
}

// Coded gives the codes of one of a person's clear fields, for showing.
func Coded(p Person, field string) []string {
	switch field {
	case "sex":
		return []string{p.Sex}
	case "age_band":
		return []string{p.AgeBand}
	case "citizenships":
		return p.Citizenships
	case "languages":
		return p.Languages
	case "needs":
		return p.Needs
	case "forms":
		return p.Forms
	case "age_in_doubt":
		return flag(p.AgeInDoubt)
	case "interpreter":
		return flag(p.Interpreter)
	}
	return nil
}

func flag(yes bool) []string {
	if yes {
		return []string{"yes"}
	}
	return []string{"no"}
}
