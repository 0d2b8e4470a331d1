package screening

import (
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/indicators"
	"istmo/store"
	"istmo/vault"
)

// Line is a screening in a list, with what still has to be done.
type Line struct {
	Screening
	PostName  string   `json:"post_name"`
	Due       []string `json:"due"`       // duties that are not yet done, as codes
	Held      int64    `json:"held"`      // records that a person must look at
	Waiting   int64    `json:"waiting"`   // records that wait for others
	Conflicts int64    `json:"conflicts"` // fields with two values
}

// List lists the unit's screenings as codes, newest first.
type List struct {
	Only   string `json:"only"`   // "open": something is to be done; "mine"; empty for all
	Before string `json:"before"` // the id to go on from
	Search string `json:"search"` // a receipt, or its beginning
	Limit  int64  `json:"limit"`  // 50 unless told; 200 at most
}

// Verb names it.
func (List) Verb() access.Verb { return "screening.list" }

// Ask lists them.
func (c List) Ask(tx *store.Tx, who access.Who) ([]Line, error) {
	if c.Limit <= 0 || c.Limit > 200 {
		c.Limit = 50
	}
	mine := ""
	if c.Only == "mine" {
		mine = who.ID
	}
	all, err := store.All(tx, (*Line).columns, selectLine+` WHERE s.agency = $1 AND ($2 = '' OR s.officer = $2) AND ($3 = '' OR s.id < $3) AND s.receipt LIKE $4
		AND ($5 <> 'open' OR (s.person <> '' AND s.met_at = '') OR NOT s.final OR EXISTS (SELECT 1 FROM screening_revision r WHERE r.screening = s.id AND r.state IN ('held', 'waiting'))
			OR EXISTS (SELECT 1 FROM screening_conflict c WHERE c.screening = s.id AND c.settled_at = '')) ORDER BY s.id DESC LIMIT $6`,
		who.Agency, mine, c.Before, receiptLike(c.Search), c.Only, c.Limit)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].hide(who)
	}
	return all, dueOf(tx, all)
}

// hide keeps from whoever is not of the team that something was written under threat:
// who threatens may be looking over a shoulder, or be a colleague.
func (s *Screening) hide(who access.Who) {
	s.Duress = s.Duress && who.Has(access.ResponseTeam)
}

// receiptLike matches receipts that begin so, however they are typed.
func receiptLike(typed string) string {
	var s strings.Builder
	for _, r := range strings.ToUpper(typed) {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			if s.Len() == 4 {
				s.WriteByte('-')
			}
			s.WriteRune(r)
		}
	}
	return s.String() + "%"
}

// dueOf fills in what is still to be done, by one question for all the lines.
func dueOf(tx *store.Tx, lines []Line) error {
	if len(lines) == 0 {
		return nil
	}
	ids, values := make([]string, len(lines)), map[string]map[string][]string{}
	for i, l := range lines {
		ids[i], values[l.ID] = l.ID, map[string][]string{}
	}
	var id, field string
	var words []string
	among, args := store.Among(ids)
	err := tx.Each([]any{&id, &field, &words}, func() error {
		values[id][field] = words
		words = nil
		return nil
	}, `SELECT screening, field, value FROM screening_value WHERE screening IN (`+among+`) AND field NOT LIKE 'q.%'`, args...)
	for i := range lines {
		lines[i].Due = lines[i].due(values[lines[i].ID])
	}
	return err
}

// Conflict is a field with another value beside the one that stands.
type Conflict struct {
	Field    string    `json:"field"`
	Words    []string  `json:"words"`    // the other value, where it is coded
	Revision string    `json:"revision"` // which set it; "file" is the person's file
	Officer  string    `json:"officer"`
	At       time.Time `json:"at"`
	Text     string    `json:"text"` // the other value, where it is sealed; only in a View
}

func (s Screening) conflicts(tx *store.Tx) ([]Conflict, error) {
	return store.All(tx, func(c *Conflict) []any { return []any{&c.Field, &c.Words, &c.Revision, &c.Officer, &c.At} },
		`SELECT c.field, c.value, c.set_by, COALESCE(r.officer, ''), COALESCE(r.at, '') FROM screening_conflict c
			LEFT JOIN screening_revision r ON r.id = c.set_by WHERE c.screening = $1 AND c.settled_at = '' ORDER BY c.id`, s.ID)
}

// Step is a revision, in a screening's history.
type Step struct {
	ID      string    `json:"id"`
	State   string    `json:"state"`
	Why     string    `json:"why"`
	Officer string    `json:"officer"`
	Device  string    `json:"device"`
	At      time.Time `json:"at"`
	Fields  []string  `json:"fields"`
}

// View is a screening as somebody sees it who may open it.
type View struct {
	Screening Screening           `json:"screening"`
	PostName  string              `json:"post_name"`
	Child     bool                `json:"child"`
	Coded     map[string][]string `json:"coded"`
	Answers   map[string]string   `json:"answers"` // yes, no or unknown, by code of the indicator
	Sealed    map[string]string   `json:"sealed"`  // what names the person, and their words
	Conflicts []Conflict          `json:"conflicts"`
	Steps     []Step              `json:"steps"`
	Due       []string            `json:"due"`
	Result    indicators.Result   `json:"result"` // what the answers say beside the list they were asked by
	List      indicators.List     `json:"-"`
	Seen      []Seen              `json:"seen"` // who may be the same person
}

// Held reports whether a record waits for a person.
func (v View) Held() bool {
	return slices.ContainsFunc(v.Steps, func(s Step) bool { return s.State == Held })
}

// Waits reports whether a record waits for a part before it.
func (v View) Waits() bool {
	return slices.ContainsFunc(v.Steps, func(s Step) bool { return s.State == Waiting })
}

// Open opens a screening. The opening is a deed.
type Open struct{ On }

// Verb names it.
func (Open) Verb() access.Verb { return "screening.open" }

// Answer gathers it.
func (c Open) Answer(tx *store.Tx, who access.Who, s Screening) (v View, err error) {
	s.hide(who)
	v = View{Screening: s, Child: s.Child(), Coded: map[string][]string{}, Answers: map[string]string{}}
	values, err := s.values(tx)
	if err != nil {
		return v, err
	}
	for field, one := range values {
		switch {
		case len(one.words) == 0:
		case isAnswer(field):
			v.Answers[field[2:]] = one.words[0]
		default:
			v.Coded[field] = one.words
		}
	}
	v.Due = s.due(v.Coded)
	if v.Sealed, err = vault.Get(tx, s.subject); err != nil {
		return v, err
	}
	if v.Conflicts, err = s.conflicts(tx); err != nil {
		return v, err
	}
	for i, f := range v.Conflicts {
		v.Conflicts[i].Text = v.Sealed[other(f.Field, f.Revision)]
		delete(v.Sealed, other(f.Field, f.Revision))
	}
	if v.PostName, err = s.place(tx); err != nil {
		return v, err
	}
	if v.Steps, err = s.steps(tx); err != nil {
		return v, err
	}
	if v.Seen, err = s.seen(tx, who); err != nil {
		return v, err
	}
	v.List, err = s.asked(tx)
	v.Result = indicators.Evaluate(v.List, indicators.Subject{Child: v.Child}, v.Answers)
	return v, err
}

// asked is the list that the screening was made with, or where a phone named none
// that is known here, the one that was in force.
func (s Screening) asked(tx *store.Tx) (indicators.List, error) {
	l, err := indicators.Find(tx, s.List)
	if fault.Is(err, fault.KindNotFound) {
		return indicators.InForce(tx, s.ReceivedAt)
	}
	return l, err
}

func (s Screening) steps(tx *store.Tx) ([]Step, error) {
	return store.All(tx, func(p *Step) []any { return []any{&p.ID, &p.State, &p.Why, &p.Officer, &p.Device, &p.At, &p.Fields} },
		`SELECT id, state, why, officer, device, at, fields FROM screening_revision WHERE screening = $1 ORDER BY at, id`, s.ID)
}

// Of lists the screenings from which a person's file comes, under their receipts.
func Of(tx *store.Tx, person string) ([]Screening, error) {
	return store.All(tx, (*Screening).columns, selectScreening+` WHERE person = $1 ORDER BY id`, person)
}

// Expired lists what names somebody for longer than the term: screenings that
// found nothing, whose person has no file.
func Expired(tx *store.Tx) ([]string, error) {
	all, err := store.All(tx, func(s *Screening) []any { return []any{&s.ID, &s.Agency, &s.ReceivedAt} },
		`SELECT id, agency, received_at FROM screening WHERE person = '' AND final AND forgotten_at = ''
			AND NOT EXISTS (SELECT 1 FROM screening_conflict c WHERE c.screening = screening.id AND c.settled_at = '')
			AND NOT EXISTS (SELECT 1 FROM screening_revision r WHERE r.screening = screening.id AND r.state IN ('held', 'waiting'))
			ORDER BY received_at LIMIT 500`)
	var expired []string
	for _, s := range all {
		due, err := forgetAt(tx, s.ReceivedAt)
		if err != nil {
			return nil, err
		}
		if tx.Now.Before(due) {
			break
		}
		expired = append(expired, s.ID)
	}
	return expired, err
}

// OfErased lists the screenings of a person who was erased, to be forgotten too.
func OfErased(tx *store.Tx, person string) ([]string, error) {
	if person == "" {
		return nil, fault.NotFound()
	}
	return store.All(tx, store.Value[string], `SELECT id FROM screening WHERE person = $1 AND forgotten_at = ''`, person)
}

// Watched is a screening, and whether somebody must look at it: something of it is
// held, or was made under threat.
func Watched(tx *store.Tx, id string) (Screening, bool, error) {
	s, err := Find(tx, id)
	if err != nil || s.Duress {
		return s, err == nil, err
	}
	held, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM screening_revision WHERE screening = $1 AND state = 'held'`, id)
	return s, held > 0, err
}
