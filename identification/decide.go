package identification

import (
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/flow"
	"istmo/store"
)

// Decision is one thing that was decided, with how the votes stood.
type Decision struct {
	ID          string     `json:"id"`
	Round       int64      `json:"round"`
	Verb        string     `json:"verb"`
	State       flow.State `json:"state"`
	Number      string     `json:"number"`
	Law         string     `json:"law"`
	Status      string     `json:"status"`      // the status that it gives the person here, or empty
	Protections []string   `json:"protections"` // what else protects, where it is not this
	Reasons     string     `json:"reasons"`
	Seats       int64      `json:"seats"`
	For         int64      `json:"for"`
	Against     int64      `json:"against"`
	Dissent     []string   `json:"dissent"` // the seats that voted otherwise
	Until       time.Time  `json:"until"`   // the end of the term that it opens
	At          time.Time  `json:"at"`
	By          string     `json:"by"`
	Agency      string     `json:"agency"`
}

// Reasoned is what every decision says.
type Reasoned struct {
	On
	Number  string `json:"number"` // of the resolution or ruling
	Law     string `json:"law"`    // on which it rests; the rule's own, if it is empty
	Reasons string `json:"reasons"`
}

// Elsewhere is what a refusal must say: what else protects the person.
type Elsewhere struct {
	Leads       string   `json:"leads"`
	Protections []string `json:"protections"`
}

func (e Elsewhere) check(c *fault.Check) {
	c.That(known(Leads, e.Leads), "leads", "identification.leads-to-something")
	c.That(len(e.Protections) > 0 && known(Protections, e.Protections...), "protections", "identification.leads-to-something")
}

// decide carries out a decision: it moves the procedure, keeps what was decided and
// seals the reasons. What follows elsewhere is in node/reactions.go.
func (c Reasoned) decide(tx *store.Tx, who access.Who, p Procedure, verb access.Verb, d Decision, check fault.Check) error {
	reasoned(&check, "reasons", c.Reasons)
	check.That(len(c.Number) <= 60, "number", "fault.too-long")
	if err := check.Err(); err != nil {
		return err
	}
	if d.Law = strings.TrimSpace(c.Law); d.Law == "" {
		kind, err := p.rule(tx, "kind")
		if err != nil {
			return err
		}
		d.Law = kind.Law
	}
	if err := p.step(tx, verb); err != nil {
		return err
	}
	d.ID, d.Round, d.Verb, d.State, d.Number = tx.NewID("ids"), p.Round, string(verb), p.State, strings.TrimSpace(c.Number)
	d.At, d.By, d.Agency, d.Until = tx.Now, who.ID, p.Agency, p.DueAt
	if err := p.words(tx, "decision", d.ID, c.Reasons); err != nil {
		return err
	}
	return d.keep(tx, p.ID)
}

func (d Decision) keep(tx *store.Tx, procedure string) error {
	_, err := tx.Exec(`INSERT INTO identification_decision (id, procedure_id, round, verb, state, number, law, status, protections, seats, in_favour, against, dissent, until, at, by_whom, agency)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		d.ID, procedure, d.Round, d.Verb, string(d.State), d.Number, d.Law, d.Status, d.Protections, d.Seats, d.For, d.Against, d.Dissent, d.Until, d.At, d.By, d.Agency)
	if store.Unique(err) {
		return fault.Invalid("number", "identification.number-used")
	}
	return err
}

// WriteStatus is what follows a decision that gives the person a status: the country's
// own, by its authority, on its law. It says nothing of any other country.
func WriteStatus(tx *store.Tx, d act.Deed) error {
	last, err := store.One(tx, (*Decision).columns, selectDecision+` WHERE procedure_id = $1 ORDER BY id DESC LIMIT 1`, d.Object)
	if err != nil || last.Status == "" {
		return err
	}
	a, err := cooperation.AgencyOf(tx, act.Here(tx), last.Agency)
	if err != nil {
		return err
	}
	law := last.Law
	if last.Number != "" {
		law += ", " + last.Number
	}
	return act.Then(tx, d, cases.DecideStatus{On: cases.On{Person: d.Person}, Country: cooperation.Country(act.Here(tx)), Authority: a.Name, Status: last.Status,
		LegalBasis: law, DecidedOn: tx.Now})
}

// DecidedThere refuses that somebody writes by hand, while a procedure runs, the status
// that only its decision can give. What another country decided is evidence, and passes.
func DecidedThere(tx *store.Tx, d act.Deed) error {
	if d.Who.Kind != access.User {
		return nil
	}
	all, err := cases.StatusesOf(tx, d.Person)
	if err != nil {
		return err
	}
	last := slices.MaxFunc(all, func(a, b cases.Status) int { return strings.Compare(a.ID, b.ID) })
	if last.Country != cooperation.Country(act.Here(tx)) || !known(given, last.Code) {
		return nil
	}
	if _, err := open(tx, d.Person); err == nil {
		return fault.Conflict("identification.decided-there")
	} else if !fault.Is(err, fault.KindNotFound) {
		return err
	}
	return nil
}

// given are the statuses that a decision gives.
var given = []string{"accredited", "full", "preliminary", "assisted"}

// resolution is what the votes amount to, if they amount to what is asked.
// law: cr-9095:24.d
func (p Procedure) resolution(tx *store.Tx, outcome string) (d Decision, err error) {
	c, err := p.count(tx)
	switch {
	case err != nil:
		return d, err
	case !c.Quorum:
		return d, fault.Conflict("identification.no-quorum").With("Voted", c.Voted).With("Needed", c.Needed)
	case c.Tie:
		return d, fault.Conflict("identification.tie").With("Each", c.For)
	case c.Outcome != outcome:
		return d, fault.Conflict("identification.votes-say-otherwise")
	}
	votes, err := p.votes(tx)
	for _, v := range votes {
		if v.Counts && v.Round == p.Round && v.Choice != outcome {
			d.Dissent = append(d.Dissent, v.Member)
		}
	}
	d.Seats, d.For, d.Against = c.Seats, c.For, c.Against
	return d, err
}

// Accredit is the reasoned resolution that accredits, as the votes have it.
// law: cr-9095:24.d cr-9095:2.b
type Accredit struct{ Reasoned }

// Verb names it.
func (Accredit) Verb() access.Verb { return "identification.accredit" }

// Do resolves.
func (c Accredit) Do(tx *store.Tx, who access.Who, p Procedure) error {
	var check fault.Check
	check.That(c.Number != "", "number", "fault.required")
	if _, err := p.Flow().Next(p.State, c.Verb()); err != nil {
		return err
	}
	d, err := p.resolution(tx, Accredits)
	if err == nil {
		err = p.childIsHeard(tx, false)
	}
	if err != nil {
		return err
	}
	d.Status = "accredited"
	return c.decide(tx, who, p, c.Verb(), d, check)
}

// NotAccredit is the reasoned resolution that does not, and says what else protects.
type NotAccredit struct {
	Reasoned
	Elsewhere
}

// Verb names it.
func (NotAccredit) Verb() access.Verb { return "identification.not-accredit" }

// Do resolves.
func (c NotAccredit) Do(tx *store.Tx, who access.Who, p Procedure) error {
	var check fault.Check
	check.That(c.Number != "", "number", "fault.required")
	c.Elsewhere.check(&check)
	if _, err := p.Flow().Next(p.State, c.Verb()); err != nil {
		return err
	}
	d, err := p.resolution(tx, NotAccredits)
	if err == nil {
		err = p.childIsHeard(tx, true)
	}
	if err != nil {
		return err
	}
	d.Status, d.Protections = c.Leads, c.Protections
	return c.decide(tx, who, p, c.Verb(), d, check)
}

// FindPreliminary is the preliminary finding, from which services are given while
// the ruling is pending.
// law: pa-79-2011:pending
type FindPreliminary struct{ Reasoned }

// Verb names it.
func (FindPreliminary) Verb() access.Verb { return "identification.find-preliminary" }

// Do finds.
func (c FindPreliminary) Do(tx *store.Tx, who access.Who, p Procedure) error {
	return c.decide(tx, who, p, c.Verb(), Decision{Status: "preliminary"}, fault.Check{})
}

// Recognise is the full ruling.
type Recognise struct{ Reasoned }

// Verb names it.
func (Recognise) Verb() access.Verb { return "identification.recognise" }

// Do rules.
func (c Recognise) Do(tx *store.Tx, who access.Who, p Procedure) error {
	var check fault.Check
	check.That(c.Number != "", "number", "fault.required")
	if err := p.childIsHeard(tx, false); err != nil {
		return err
	}
	return c.decide(tx, who, p, c.Verb(), Decision{Status: "full"}, check)
}

// NotRecognise is the ruling that this is something else, and what protects then.
type NotRecognise struct {
	Reasoned
	Elsewhere
}

// Verb names it.
func (NotRecognise) Verb() access.Verb { return "identification.not-recognise" }

// Do rules.
func (c NotRecognise) Do(tx *store.Tx, who access.Who, p Procedure) error {
	var check fault.Check
	check.That(c.Number != "", "number", "fault.required")
	c.Elsewhere.check(&check)
	if err := p.childIsHeard(tx, true); err != nil {
		return err
	}
	return c.decide(tx, who, p, c.Verb(), Decision{Status: c.Leads, Protections: c.Protections}, check)
}

// AskReview has a refusal looked at again, because the person, or whoever speaks for
// them, asks. The votes begin anew.
type AskReview struct {
	On
	Reasons string `json:"reasons"`
}

// Verb names it.
func (AskReview) Verb() access.Verb { return "identification.ask-review" }

// Do begins the review.
func (c AskReview) Do(tx *store.Tx, who access.Who, p Procedure) error {
	p.Round++
	return Reasoned{On: c.On, Reasons: c.Reasons}.decide(tx, who, p, c.Verb(), Decision{}, fault.Check{})
}

// Tell records that the person was told the last decision, in a language and a form
// that they understand.
// law: cr-9095:37.d
type Tell struct {
	On
	Language   string `json:"language"`
	Way        string `json:"way"`
	Understood bool   `json:"understood"` // they said back what it means for them
}

// Told is one such record.
type Told struct {
	ID       string    `json:"id"`
	Decision string    `json:"decision"`
	Language string    `json:"language"`
	Way      string    `json:"way"`
	At       time.Time `json:"at"`
	By       string    `json:"by"`
}

// Verb names it.
func (Tell) Verb() access.Verb { return "identification.tell" }

// Do records it.
func (c Tell) Do(tx *store.Tx, who access.Who, p Procedure) error {
	var check fault.Check
	check.That(len(c.Language) == 2, "language", "cases.two-letters-language")
	check.That(known(Ways, c.Way), "way", "fault.choose")
	check.That(c.Understood, "understood", "identification.not-understood")
	if err := check.Err(); err != nil {
		return err
	}
	all, err := p.decisions(tx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(d Decision) bool { return tellable(d.Verb) })
	if i < 0 {
		return fault.Conflict("identification.nothing-to-tell")
	}
	_, err = tx.Exec(`INSERT INTO identification_told (id, procedure_id, decision, language, way, at, by_whom) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tx.NewID("tld"), p.ID, all[i].ID, c.Language, c.Way, tx.Now, who.ID)
	return err
}

// tellable reports whether the person must hear of a decision: what they themselves
// asked for they know.
func tellable(verb string) bool {
	return verb != "identification.ask-review" && verb != "identification.appeal"
}

// decisions are all, the last first.
func (p Procedure) decisions(tx *store.Tx) ([]Decision, error) {
	return store.All(tx, (*Decision).columns, selectDecision+` WHERE procedure_id = $1 ORDER BY id DESC`, p.ID)
}
