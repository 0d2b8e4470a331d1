package cases

import (
	"embed"
	"strings"

	"istmo/likeness"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds people under pseudonyms, and what hangs on them.
var Schema = store.Dir("cases", files)

const selectPerson = `SELECT id, ref, agency, sex, age_band, age_in_doubt, citizenships, languages, interpreter, forms, needs, place, origin, origin_id, created_at, created_by, erased_at FROM person`

func (p *Person) columns() []any {
	return []any{&p.ID, &p.Ref, &p.Agency, &p.Sex, &p.AgeBand, &p.AgeInDoubt, &p.Citizenships, &p.Languages, &p.Interpreter,
		&p.Forms, &p.Needs, &p.Place, &p.Origin, &p.OriginID, &p.CreatedAt, &p.CreatedBy, &p.ErasedAt}
}

func (p Person) insert(tx *store.Tx) error {
	likened := int64(likeness.Form) // who is met is compared at once; who is imported waits for Compare
	if p.Origin == "import" {
		likened = 0
	}
	_, err := tx.Exec(`INSERT INTO person (id, ref, agency, sex, age_band, age_in_doubt, citizenships, languages, interpreter, forms, needs, place, origin, origin_id, created_at, created_by, likened)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		p.ID, p.Ref, p.Agency, p.Sex, p.AgeBand, p.AgeInDoubt, p.Citizenships, p.Languages, p.Interpreter,
		p.Forms, p.Needs, p.Place, p.Origin, p.OriginID, p.CreatedAt, p.CreatedBy, likened)
	return err
}

func (p Person) update(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE person SET sex = $2, age_band = $3, age_in_doubt = $4, citizenships = $5, languages = $6, interpreter = $7,
		forms = $8, needs = $9, erased_at = $10 WHERE id = $1`,
		p.ID, p.Sex, p.AgeBand, p.AgeInDoubt, p.Citizenships, p.Languages, p.Interpreter, p.Forms, p.Needs, p.ErasedAt)
	return err
}

func assignedTo(tx *store.Tx, person string) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT user_id FROM person_assignment WHERE person = $1 ORDER BY since`, person)
}

// nameAssigned fills in who is assigned to each of the lines, by one question.
func nameAssigned(tx *store.Tx, lines []Line) error {
	if len(lines) == 0 {
		return nil
	}
	at, ids := map[string]int{}, make([]string, len(lines))
	for i, l := range lines {
		at[l.ID], ids[i] = i, l.ID
	}
	var person, user string
	among, args := store.Among(ids)
	return tx.Each([]any{&person, &user}, func() error {
		l := &lines[at[person]]
		l.AssignedTo = append(l.AssignedTo, user)
		return nil
	}, `SELECT person, user_id FROM person_assignment WHERE person IN (`+among+`) ORDER BY since`, args...)
}

// opensTo holds for the files that user $1 may open at $2.
const opensTo = `(id IN (SELECT person FROM person_assignment WHERE user_id = $1)
	OR id IN (SELECT person FROM person_glass WHERE user_id = $1 AND until > $2 AND verdict = ''))`

// withinReach holds for those and for everybody of agency $3, where the
// reference begins like $4.
const withinReach = ` WHERE (` + opensTo + ` OR (agency = $3 AND $3 <> '')) AND erased_at = '' AND ref LIKE $4`

const selectLine = `SELECT id, ref, agency, sex, age_band, age_in_doubt, citizenships, languages, interpreter, forms, needs, place, origin, origin_id, created_at, created_by, erased_at,
	` + opensTo + `,
	COALESCE((SELECT r.at FROM person_risk r WHERE r.person = person.id ORDER BY r.id DESC LIMIT 1), ''),
	COALESCE((SELECT r.level FROM person_risk r WHERE r.person = person.id ORDER BY r.id DESC LIMIT 1), ''),
	COALESCE((SELECT b.outcome FROM person_best_interests b WHERE b.person = person.id ORDER BY b.id DESC LIMIT 1), ''),
	(SELECT COUNT(*) FROM person_consent c WHERE c.person = person.id AND c.withdrawn_at = '' AND (c.expires_at = '' OR c.expires_at > $2))
	FROM person`

func (l *Line) columns() []any {
	return append(l.Person.columns(), &l.Opens, &l.RiskAt, &l.Risk, &l.BestInterests, &l.Consents)
}

const selectConsent = `SELECT id, person, purpose, to_node, to_agency, groups, language, way, guardian, assent, given_at, expires_at, withdrawn_at, recorded_by FROM person_consent`

func (c *Consent) columns() []any {
	return []any{&c.ID, &c.Person, &c.Purpose, &c.ToNode, &c.ToAgency, &c.Groups, &c.Language, &c.Way, &c.Guardian, &c.Assent,
		&c.GivenAt, &c.ExpiresAt, &c.WithdrawnAt, &c.RecordedBy}
}

const selectStatus = `SELECT id, country, authority, status, legal_basis, decided_on, recorded_at FROM person_status`

func (s *Status) columns() []any {
	return []any{&s.ID, &s.Country, &s.Authority, &s.Code, &s.LegalBasis, &s.DecidedOn, &s.RecordedAt}
}

const selectRisk = `SELECT id, level, factors, at FROM person_risk`

func (r *Risk) columns() []any { return []any{&r.ID, &r.Level, &r.Factors, &r.At} }

const selectBestInterests = `SELECT id, authority, guardian, outcome, at FROM person_best_interests`

func (b *BestInterests) columns() []any {
	return []any{&b.ID, &b.Authority, &b.Guardian, &b.Outcome, &b.At}
}

const selectGlass = `SELECT g.id, g.person, p.ref, g.agency, g.user_id, g.at, g.until, g.reviewed_at, g.verdict FROM person_glass g JOIN person p ON p.id = g.person`

func (g *Glass) columns() []any {
	return []any{&g.ID, &g.Person, &g.Ref, &g.Agency, &g.User, &g.At, &g.Until, &g.ReviewedAt, &g.Verdict}
}

// likePrefix matches what begins with s; the signs of LIKE stand for themselves.
func likePrefix(s string) string {
	return strings.NewReplacer(`%`, ``, `_`, ``, `\`, ``).Replace(strings.ToUpper(s)) + "%"
}
