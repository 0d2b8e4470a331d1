package sources

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/flow"
	"istmo/observatory/figures"
	"istmo/store"
)

// spelled are the tables of a return whose categories are countries.
var spelled = []string{"by citizenship", "by country of repatriation"}

// Proposal says which country a spelling is to be read as. What was written stays.
type Proposal struct {
	ID         string     `json:"id"` // prp_…
	State      flow.State `json:"state"`
	Spelling   string     `json:"spelling"` // as SpellingID has it
	Written    string     `json:"written"`
	Reporter   string     `json:"reporter"` // in whose returns; empty is everywhere
	Code       string     `json:"code"`     // ISO 3166-1 alpha-3
	Agency     string     `json:"agency"`
	Reason     string     `json:"reason"`
	ProposedBy string     `json:"proposed_by"`
	ProposedAt time.Time  `json:"proposed_at"`
	DecidedBy  string     `json:"decided_by"`
	DecidedAt  time.Time  `json:"decided_at"`
	Answer     string     `json:"answer"` // why it was accepted or declined
}

// ObjectID is its id.
func (p Proposal) ObjectID() string { return p.ID }

// Facts are what a policy may look at.
func (p Proposal) Facts() access.Facts { return access.Facts{"agency": p.Agency, "by": p.ProposedBy} }

const selectProposal = `SELECT id, state, spelling, written, reporter, code, agency, reason, proposed_by, proposed_at, decided_by, decided_at, answer FROM sources_proposal`

func (p *Proposal) columns() []any {
	return []any{&p.ID, &p.State, &p.Spelling, &p.Written, &p.Reporter, &p.Code, &p.Agency, &p.Reason, &p.ProposedBy, &p.ProposedAt, &p.DecidedBy, &p.DecidedAt, &p.Answer}
}

func findProposal(tx *store.Tx, id string) (Proposal, error) {
	return store.One(tx, (*Proposal).columns, selectProposal+` WHERE id = $1`, id)
}

// SpellingID names a spelling in an address, whatever letters it has.
func SpellingID(written string) string { return hashed("spelling", written)[:16] }

// Spelling is a way to write a country in the figures in use, what it was taken for
// and how, and what is proposed.
type Spelling struct {
	ID string `json:"id"`
	Spelled
	Reporters []string   `json:"reporters"` // in whose returns it stands
	Reading   string     `json:"reading"`   // the code by which it is read now
	By        string     `json:"by"`        // prp_… if that is an accepted proposal
	Waiting   int        `json:"waiting"`   // proposals that wait
	Proposals []Proposal `json:"proposals"` // the latest first
}

// Spellings are those that are not a code or a name of ISO 3166 as it stands.
type Spellings struct{}

// Verb names it.
func (Spellings) Verb() access.Verb { return "sources.spellings" }

// Written are the spellings in use.
type Written struct {
	All       int            `json:"all"`       // in use, plain ones included
	Ways      map[string]int `json:"ways"`      // how many were resolved in each way
	Spellings []Spelling     `json:"spellings"` // those that are not plain, or of which somebody has proposed something
}

// Ask lists them.
func (Spellings) Ask(tx *store.Tx, who access.Who) (w Written, err error) {
	w.Ways = map[string]int{}
	all, err := inUse(tx)
	if err != nil {
		return w, err
	}
	for _, s := range all {
		w.All++
		w.Ways[string(s.Way)]++
		if !s.Plain() || len(s.Proposals) > 0 {
			w.Spellings = append(w.Spellings, s)
		}
	}
	return w, nil
}

// ShowSpelling is one of them.
type ShowSpelling struct {
	Spelling string `json:"spelling"`
}

// Verb names it.
func (ShowSpelling) Verb() access.Verb { return "sources.spelling" }

// Ask opens it.
func (c ShowSpelling) Ask(tx *store.Tx, who access.Who) (Spelling, error) {
	all, err := inUse(tx)
	if err != nil {
		return Spelling{}, err
	}
	if i := slices.IndexFunc(all, func(s Spelling) bool { return s.ID == c.Spelling }); i >= 0 {
		return all[i], nil
	}
	return Spelling{}, fault.NotFound()
}

// inUse are the spellings of the figures in use with what is proposed of them, those
// that wait for a person first.
func inUse(tx *store.Tx) (all []Spelling, err error) {
	by := map[string]*Spelling{}
	add := func(written, reporter string, n int) {
		s := by[written]
		if s == nil {
			s = &Spelling{ID: SpellingID(written), Spelled: resolve(written, reporter)}
			by[written] = s
		}
		s.Figures += n
		if reporter != "" {
			s.Reporters = append(s.Reporters, reporter)
		}
	}
	var written, reporter string
	var n int
	err = tx.Each([]any{&written, &reporter, &n}, func() error { add(written, reporter, n); return nil },
		`SELECT category, country, COUNT(*) FROM sources_return WHERE replaced_at = '' AND dimension IN ('by citizenship', 'by country of repatriation') GROUP BY category, country`)
	if err != nil {
		return nil, err
	}
	err = tx.Each([]any{&written, &n}, func() error { add(written, "", n); return nil },
		`SELECT written, COUNT(*) FROM sources_flow WHERE replaced_at = '' AND by_what = 'nationality' AND written <> 'OOO' GROUP BY written`)
	if err != nil {
		return nil, err
	}
	proposals, err := store.All(tx, (*Proposal).columns, selectProposal+` ORDER BY proposed_at DESC, id DESC`)
	if err != nil {
		return nil, err
	}
	for _, p := range proposals {
		if s := by[p.Written]; s != nil {
			s.Proposals = append(s.Proposals, p)
			if p.State == Proposed {
				s.Waiting++
			}
		}
	}
	accepted := readingsOf(proposals)
	for _, s := range by {
		slices.Sort(s.Reporters)
		if s.Way == figures.ByReporter {
			s.Code, s.Reporter = "", "" // each reporter's own
		}
		s.Reading, s.By = accepted.read(s.Written, "", s.Code)
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b Spelling) int { return bySurety(a.Spelled, b.Spelled) })
	return all, nil
}

// readings are the accepted proposals, by spelling and reporter.
type readings map[[2]string]Proposal

func readingsOf(all []Proposal) readings {
	r := readings{}
	for _, p := range all {
		if p.State == Accepted {
			r[[2]string{p.Written, p.Reporter}] = p
		}
	}
	return r
}

func acceptedReadings(tx *store.Tx) (readings, error) {
	all, err := store.All(tx, (*Proposal).columns, selectProposal+` WHERE state = $1`, string(Accepted))
	return readingsOf(all), err
}

// read is the code that a spelling means in the figures of reporter, and by which
// proposal; without one it is as it was taken.
func (r readings) read(written, reporter, taken string) (code, proposal string) {
	for _, of := range slices.Compact([]string{reporter, ""}) {
		if p, there := r[[2]string{written, of}]; there {
			return p.Code, p.ID
		}
	}
	return taken, ""
}

// Reading says which country each spelling of returns means: by an accepted
// proposal, or as figures.Resolve has it.
type Reading struct{ accepted readings }

// Readings loads it.
func Readings(tx *store.Tx) (Reading, error) {
	r, err := acceptedReadings(tx)
	return Reading{r}, err
}

// Country is the code that a category means in a return of reporter, or empty where
// nobody can say, and the accepted proposal by which it is read, if one is.
func (r Reading) Country(written, reporter string) (code, proposal string) {
	return r.accepted.read(written, reporter, figures.Resolve(written, reporter).Code)
}

// Propose proposes a country for a spelling.
type Propose struct {
	Spelling string `json:"spelling"`
	Code     string `json:"code"`     // ISO 3166-1 alpha-3
	Other    string `json:"other"`    // the code, where none that was offered fits
	Reporter string `json:"reporter"` // only in the returns of this country; empty is everywhere
	Reason   string `json:"reason"`
}

// Verb names it.
func (Propose) Verb() access.Verb { return "sources.propose" }

// Find makes it.
func (c Propose) Find(tx *store.Tx, who access.Who) (Proposal, error) {
	s, err := ShowSpelling{c.Spelling}.Ask(tx, who)
	code := strings.ToUpper(strings.TrimSpace(c.Code))
	if code == "" || code == "OTHER" {
		code = strings.ToUpper(strings.TrimSpace(c.Other))
	}
	return Proposal{ID: tx.NewID("prp"), State: Proposed, Spelling: s.ID, Written: s.Written, Reporter: c.Reporter, Code: code, Agency: who.Agency,
		Reason: strings.TrimSpace(c.Reason), ProposedBy: who.ID, ProposedAt: tx.Now}, err
}

var alpha3 = regexp.MustCompile(`^[A-Z]{3}$`)

// Do keeps it, and changes nothing else.
func (c Propose) Do(tx *store.Tx, who access.Who, p Proposal) error {
	s, err := ShowSpelling{c.Spelling}.Ask(tx, who)
	if err != nil {
		return err
	}
	field := "code"
	if c.Code == "" || strings.EqualFold(c.Code, "other") {
		field = "other"
	}
	var check fault.Check
	check.That(alpha3.MatchString(p.Code) && figures.Resolve(p.Code, "").Way == figures.ByCode, field, "sources.which-code")
	check.That(p.Reporter == "" || slices.Contains(s.Reporters, p.Reporter), "reporter", "sources.which-reporter")
	if err := check.Err(); err != nil {
		return err
	}
	if err := reasoned("reason", p.Reason); err != nil {
		return err
	}
	for _, other := range s.Proposals {
		if other.Code == p.Code && other.Reporter == p.Reporter && (other.State == Proposed || other.State == Accepted) {
			return fault.Conflict("sources.proposed-already")
		}
	}
	_, err = tx.Exec(`INSERT INTO sources_proposal (id, was, state, spelling, written, reporter, code, agency, reason, proposed_by, proposed_at, decided_by, decided_at, answer)
		VALUES ($1, '', $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', '')`,
		p.ID, string(p.State), p.Spelling, p.Written, p.Reporter, p.Code, p.Agency, p.Reason, p.ProposedBy, p.ProposedAt)
	return err
}

// Accept has a spelling read as proposed, in the place of what was accepted before.
type Accept struct {
	Proposal string `json:"proposal"`
	Answer   string `json:"answer"`
}

// Verb names it.
func (Accept) Verb() access.Verb { return "sources.accept" }

// Find loads the proposal.
func (c Accept) Find(tx *store.Tx, who access.Who) (Proposal, error) {
	return findProposal(tx, c.Proposal)
}

// Do accepts it.
func (c Accept) Do(tx *store.Tx, who access.Who, p Proposal) error {
	if _, err := ProposalFlow.Next(p.State, c.Verb()); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE sources_proposal SET was = state, state = $3 WHERE written = $1 AND reporter = $2 AND state = $4`,
		p.Written, p.Reporter, string(Replaced), string(Accepted))
	if err != nil {
		return err
	}
	return p.decide(tx, who, c.Verb(), c.Answer)
}

// Decline leaves a spelling as it is read.
type Decline struct {
	Proposal string `json:"proposal"`
	Answer   string `json:"answer"`
}

// Verb names it.
func (Decline) Verb() access.Verb { return "sources.decline" }

// Find loads the proposal.
func (c Decline) Find(tx *store.Tx, who access.Who) (Proposal, error) {
	return findProposal(tx, c.Proposal)
}

// Do declines it.
func (c Decline) Do(tx *store.Tx, who access.Who, p Proposal) error {
	return p.decide(tx, who, c.Verb(), c.Answer)
}

func (p Proposal) decide(tx *store.Tx, who access.Who, verb access.Verb, answer string) error {
	to, err := ProposalFlow.Next(p.State, verb)
	if err != nil {
		return err
	}
	if err := reasoned("answer", answer); err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE sources_proposal SET was = state, state = $2, decided_by = $3, decided_at = $4, answer = $5 WHERE id = $1`,
		p.ID, string(to), who.ID, tx.Now, strings.TrimSpace(answer))
	return err
}
