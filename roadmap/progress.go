package roadmap

import (
	"strings"

	"istmo/access"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// telling is what reporting progress and completion have in common.
type telling struct {
	cooperation.By
	On
	Value      int64  `json:"value"` // of the indicator, now
	Words      string `json:"words"`
	Evidence   string `json:"evidence"`
	EvidenceAt string `json:"evidence_at"`
}

// tell keeps a report, which waits for another side's answer.
func (c telling) tell(tx *store.Tx, who access.Who, p Commitment, completes bool, as func(telling) command) (err error) {
	c.Words, c.Evidence, c.EvidenceAt = strings.TrimSpace(c.Words), strings.TrimSpace(c.Evidence), strings.TrimSpace(c.EvidenceAt)
	var check fault.Check
	check.That(c.Words != "", "words", "fault.required")
	check.That(len([]rune(c.Words)) <= longest, "words", "roadmap.too-long")
	check.That(len([]rune(c.Evidence)) <= shorter, "evidence", "roadmap.too-long")
	check.That(len([]rune(c.EvidenceAt)) <= shorter, "evidence_at", "roadmap.too-long")
	check.That(!completes || c.Evidence != "", "evidence", "roadmap.no-evidence")
	if err := check.Err(); err != nil {
		return err
	}
	if c.By, err = c.As(tx, who); err != nil {
		return err
	}
	v := as(c)
	if home, err := p.ready(tx, who, v); err != nil || !home {
		return err
	}
	p.Value = c.Value
	r := Report{ID: tx.NewID("rep"), Node: who.Node, Agency: c.By.Agency, At: tx.Now, Completes: completes, Value: c.Value,
		Words: c.Words, Evidence: c.Evidence, EvidenceAt: c.EvidenceAt}
	if err := r.insert(tx, p.ID); err != nil {
		return err
	}
	return p.moved(tx, v.Verb())
}

// Tell reports how far a commitment has come.
type Tell struct{ telling }

// Verb names it.
func (Tell) Verb() access.Verb { return "roadmap.report" }

// Do keeps the report.
func (c Tell) Do(tx *store.Tx, who access.Who, p Commitment) error {
	return c.tell(tx, who, p, false, func(t telling) command { return Tell{t} })
}

// Complete reports that a commitment is kept, with its evidence. It is done once
// another side confirms it.
type Complete struct{ telling }

// Verb names it.
func (Complete) Verb() access.Verb { return "roadmap.report-completion" }

// Do keeps the report.
func (c Complete) Do(tx *store.Tx, who access.Who, p Commitment) error {
	return c.tell(tx, who, p, true, func(t telling) command { return Complete{t} })
}

// answering is what confirming and disputing have in common.
type answering struct {
	cooperation.By
	On
	Report string `json:"report"` // the one that is answered
	Words  string `json:"words"`
}

// answer keeps another side's answer to the last report.
func (c answering) answer(tx *store.Tx, who access.Who, p Commitment, answer string, as func(answering) command) (err error) {
	c.Words = strings.TrimSpace(c.Words)
	if err := wordsIn("words", c.Words, answer == Disputed); err != nil {
		return err
	}
	r, err := lastReport(tx, p.ID)
	switch {
	case err != nil && !fault.Is(err, fault.KindNotFound):
		return err
	case err != nil || r.ID != c.Report || r.Answer != "":
		return fault.Conflict("roadmap.report-moved")
	case r.Node == who.Node:
		return fault.Conflict("roadmap.own-report")
	}
	if c.By, err = c.As(tx, who); err != nil {
		return err
	}
	v := as(c)
	if home, err := p.ready(tx, who, v); err != nil || !home {
		return err
	}
	r.Answer, r.AnswerNode, r.AnswerAgency, r.AnswerWords, r.AnsweredAt = answer, who.Node, c.By.Agency, c.Words, tx.Now
	if err := r.insert(tx, p.ID); err != nil {
		return err
	}
	return p.moved(tx, v.Verb())
}

// Confirm says that what another side reported is so. With it, a commitment that
// was reported as kept is done.
type Confirm struct{ answering }

// Verb names it.
func (Confirm) Verb() access.Verb { return "roadmap.confirm" }

// Do keeps the answer.
func (c Confirm) Do(tx *store.Tx, who access.Who, p Commitment) error {
	return c.answer(tx, who, p, Confirmed, func(a answering) command { return Confirm{a} })
}

// Dispute says that what another side reported is not so, and why.
type Dispute struct{ answering }

// Verb names it.
func (Dispute) Verb() access.Verb { return "roadmap.dispute" }

// Do keeps the answer.
func (c Dispute) Do(tx *store.Tx, who access.Who, p Commitment) error {
	return c.answer(tx, who, p, Disputed, func(a answering) command { return Dispute{a} })
}
