package roadmap

import (
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// What one side reports and another answers is signed by the node of who says it,
// so that nobody, the depositary included, reports or confirms in another's name.

// statement is what the reporter's node signs.
func (r Report) statement(commitment string) string {
	return fmt.Sprintf("istmo/report/1\ncommitment %s\nreport %s\ncompletes %t\nvalue %d\nsaid %s\n", commitment, r.ID, r.Completes, r.Value, said(r.Words, r.Evidence, r.EvidenceAt))
}

// answered is what the answerer's node signs.
func (r Report) answered(commitment string) string {
	return fmt.Sprintf("istmo/answer/1\ncommitment %s\nreport %s\nanswer %s\nsaid %s\n", commitment, r.ID, r.Answer, said(r.AnswerWords))
}

// said is the hash of some texts, each with its length.
func said(texts ...string) tlog.Hash {
	var b []byte
	for _, t := range texts {
		b = fmt.Appendf(b, "%d\n%s\n", len(t), t)
	}
	return tlog.RecordHash(b)
}

// spoken signs a statement for a user of this node, or checks the signature that
// another node brings.
func spoken(tx *store.Tx, who access.Who, statement, note string) (string, error) {
	if who.Kind != access.Partner {
		return act.Sign(tx, statement)
	}
	return note, heldTo(tx, who.Node, statement, note)
}

// heldTo refuses a note that is not a node's over a statement.
func heldTo(tx *store.Tx, node, statement, note string) error {
	key, err := act.KeyOf(tx, node)
	if err == nil && (act.NoteText(note) != statement || !act.SignedBy(note, node, key)) {
		err = fault.Conflict("roadmap.signature-wrong")
	}
	return err
}

// telling is what reporting progress and completion have in common.
type telling struct {
	cooperation.By
	On
	Report     string `json:"report"` // given by the node of who reports
	Note       string `json:"note"`   // its signature
	Value      int64  `json:"value"`  // of the indicator, now
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
	if who.Kind != access.Partner {
		c.Report = tx.NewID("rep")
	} else if !strings.HasPrefix(c.Report, "rep_") {
		return fault.Invalid("report", "fault.wrong-type")
	}
	r := Report{ID: c.Report, Node: who.Node, Agency: c.By.Agency, At: tx.Now, Completes: completes, Value: c.Value,
		Words: c.Words, Evidence: c.Evidence, EvidenceAt: c.EvidenceAt}
	if c.Note, err = spoken(tx, who, r.statement(p.ID), c.Note); err != nil {
		return err
	}
	r.Note = c.Note
	v := as(c)
	if home, err := p.ready(tx, who, v); err != nil || !home {
		return err
	}
	p.Value = c.Value
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
	Note   string `json:"note"` // the signature of the node of who answers
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
	r.Answer, r.AnswerNode, r.AnswerAgency, r.AnswerWords, r.AnsweredAt = answer, who.Node, c.By.Agency, c.Words, tx.Now
	if c.Note, err = spoken(tx, who, r.answered(p.ID), c.Note); err != nil {
		return err
	}
	r.AnswerNote = c.Note
	v := as(c)
	if answer == Confirmed && r.Completes {
		if err := notInSigning(tx, p); err != nil {
			return err
		}
	}
	if home, err := p.ready(tx, who, v); err != nil || !home {
		return err
	}
	if err := r.answer(tx, p.ID); err != nil {
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
