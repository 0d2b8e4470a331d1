package roadmap

import (
	"embed"
	"encoding/json"
	"time"

	"istmo/fault"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds commitments and the versions of joint plans.
var Schema = store.Dir("roadmap", files)

const textColumns = `r.line, r.objective_es, r.objective_en, r.actions_es, r.actions_en, r.owners, r.owners_named, r.due, r.indicator_es, r.indicator_en,
	r.baseline, r.target, r.budget, r.place, r.marks, r.sdg, r.gcm`

func (t *Text) columns() []any {
	return []any{&t.Line, &t.ObjectiveES, &t.ObjectiveEN, &t.ActionsES, &t.ActionsEN, &t.Owners, &t.OwnersNamed, &t.Due, &t.IndicatorES, &t.IndicatorEN,
		&t.Baseline, &t.Target, &t.Budget, &t.Place, &t.Marks, &t.SDG, &t.GCM}
}

const selectCommitment = `SELECT c.id, c.agreement, a.home, a.parties, c.version, c.from_node, c.from_agency, c.meeting, c.amends, c.revision, c.number, c.value, c.reason,
	c.was, c.state, c.created_at, c.moved_at, ` + textColumns + `
	FROM commitment c JOIN agreement a ON a.id = c.agreement JOIN commitment_revision r ON r.commitment = c.id AND r.n = c.revision`

func (c *Commitment) columns() []any {
	return append([]any{&c.ID, &c.Agreement, &c.Home, &c.Parties, &c.Version, &c.FromNode, &c.FromAgency, &c.Meeting, &c.Amends, &c.Revision, &c.Number, &c.Value, &c.Reason,
		&c.was, &c.State, &c.CreatedAt, &c.MovedAt}, c.Text.columns()...)
}

// Find loads a commitment with its current words.
func Find(tx *store.Tx, id string) (Commitment, error) {
	return store.One(tx, (*Commitment).columns, selectCommitment+` WHERE c.id = $1`, id)
}

func (c Commitment) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO commitment (id, agreement, version, from_node, from_agency, meeting, amends, revision, number, line, due, value, reason, was, state, created_at, moved_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		c.ID, c.Agreement, c.Version, c.FromNode, c.FromAgency, c.Meeting, c.Amends, c.Revision, c.Number, c.Line, c.Due, c.Value, c.Reason, string(c.was), string(c.State), c.CreatedAt, c.MovedAt)
	return err
}

// update writes where the commitment stands; a move that the table does not hold
// is refused by the database itself.
func (c Commitment) update(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE commitment SET version = $2, revision = $3, number = $4, line = $5, due = $6, value = $7, reason = $8, was = $9, state = $10, moved_at = $11 WHERE id = $1`,
		c.ID, c.Version, c.Revision, c.Number, c.Line, c.Due, c.Value, c.Reason, string(c.was), string(c.State), c.MovedAt)
	return err
}

const revisionColumns = `r.n, r.based_on, r.node, r.agency, r.at, r.hash, ` + textColumns

func (r *Revision) columns() []any {
	return append([]any{&r.N, &r.BasedOn, &r.Node, &r.Agency, &r.At, &r.Hash}, r.Text.columns()...)
}

func revisionOf(tx *store.Tx, commitment string, n int64) (Revision, error) {
	return store.One(tx, (*Revision).columns, `SELECT `+revisionColumns+` FROM commitment_revision r WHERE r.commitment = $1 AND r.n = $2`, commitment, n)
}

func revisionsOf(tx *store.Tx, commitment string) ([]Revision, error) {
	return store.All(tx, (*Revision).columns, `SELECT `+revisionColumns+` FROM commitment_revision r WHERE r.commitment = $1 ORDER BY r.n`, commitment)
}

func (r Revision) insert(tx *store.Tx, commitment string) error {
	t := r.Text
	_, err := tx.Exec(`INSERT INTO commitment_revision (commitment, n, based_on, node, agency, at, hash, line, objective_es, objective_en, actions_es, actions_en, owners, owners_named,
		due, indicator_es, indicator_en, baseline, target, budget, place, marks, sdg, gcm)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`,
		commitment, r.N, r.BasedOn, r.Node, r.Agency, r.At, r.Hash, t.Line, t.ObjectiveES, t.ObjectiveEN, t.ActionsES, t.ActionsEN, t.Owners, t.OwnersNamed,
		t.Due, t.IndicatorES, t.IndicatorEN, t.Baseline, t.Target, t.Budget, t.Place, t.Marks, t.SDG, t.GCM)
	return err
}

func commentsOf(tx *store.Tx, commitment string) ([]Comment, error) {
	return store.All(tx, func(c *Comment) []any { return []any{&c.ID, &c.Node, &c.Agency, &c.At, &c.Words} },
		`SELECT id, node, agency, at, words FROM commitment_comment WHERE commitment = $1 ORDER BY at, id`, commitment)
}

func (c Comment) insert(tx *store.Tx, commitment string) error {
	_, err := tx.Exec(`INSERT INTO commitment_comment (id, commitment, node, agency, at, words) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
		c.ID, commitment, c.Node, c.Agency, c.At, c.Words)
	return err
}

func assentsOf(tx *store.Tx, commitment string) ([]Assent, error) {
	return store.All(tx, func(a *Assent) []any { return []any{&a.Node, &a.Step, &a.Revision, &a.Hash, &a.Agency, &a.At} },
		`SELECT node, step, revision, hash, agency, at FROM commitment_assent WHERE commitment = $1 AND revision > 0 ORDER BY revision, step, at`, commitment)
}

func (a Assent) insert(tx *store.Tx, commitment string) error {
	_, err := tx.Exec(`INSERT INTO commitment_assent (commitment, node, step, revision, hash, agency, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		commitment, a.Node, a.Step, a.Revision, a.Hash, a.Agency, a.At)
	return err
}

// awaits keeps this node's acceptance of its own words until home has numbered
// them; until then it stands under a number that no revision has.
func (a Assent) awaits(tx *store.Tx, commitment string) error {
	_, err := tx.Exec(`INSERT INTO commitment_assent (commitment, node, step, revision, hash, agency, at)
		SELECT $1, $2, $3, COALESCE(MIN(CASE WHEN revision < 0 THEN revision END), 0) - 1, $4, $5, $6 FROM commitment_assent WHERE commitment = $1 AND node = $2 AND step = $3`,
		commitment, a.Node, a.Step, a.Hash, a.Agency, a.At)
	return err
}

// numbered gives it the number once home shows those very words.
func (r Revision) numbered(tx *store.Tx, commitment string) error {
	_, err := tx.Exec(`UPDATE commitment_assent SET revision = $3 WHERE commitment = $1 AND node = $2 AND step = 'accept' AND hash = $4 AND revision = (
		SELECT MIN(revision) FROM commitment_assent WHERE commitment = $1 AND node = $2 AND step = 'accept' AND hash = $4 AND revision < 0)`,
		commitment, r.Node, r.N, r.Hash)
	return err
}

const selectReport = `SELECT id, node, agency, at, completes, value, words, evidence, evidence_at, answer, answer_node, answer_agency, answer_words, answered_at, note, answer_note FROM commitment_report`

func (r *Report) columns() []any {
	return []any{&r.ID, &r.Node, &r.Agency, &r.At, &r.Completes, &r.Value, &r.Words, &r.Evidence, &r.EvidenceAt, &r.Answer, &r.AnswerNode, &r.AnswerAgency, &r.AnswerWords, &r.AnsweredAt, &r.Note, &r.AnswerNote}
}

func reportsOf(tx *store.Tx, commitment string) ([]Report, error) {
	return store.All(tx, (*Report).columns, selectReport+` WHERE commitment = $1 ORDER BY at, id`, commitment)
}

func reportOf(tx *store.Tx, commitment, id string) (Report, error) {
	return store.One(tx, (*Report).columns, selectReport+` WHERE commitment = $1 AND id = $2`, commitment, id)
}

func lastReport(tx *store.Tx, commitment string) (Report, error) {
	return store.One(tx, (*Report).columns, selectReport+` WHERE commitment = $1 ORDER BY at DESC, id DESC`, commitment)
}

// insert keeps a report.
func (r Report) insert(tx *store.Tx, commitment string) error {
	_, err := tx.Exec(`INSERT INTO commitment_report (id, commitment, node, agency, at, completes, value, words, evidence, evidence_at, answer, answer_node, answer_agency, answer_words, answered_at, note, answer_note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		r.ID, commitment, r.Node, r.Agency, r.At, r.Completes, r.Value, r.Words, r.Evidence, r.EvidenceAt, r.Answer, r.AnswerNode, r.AnswerAgency, r.AnswerWords, r.AnsweredAt, r.Note, r.AnswerNote)
	if store.Unique(err) {
		return fault.Conflict("roadmap.known")
	}
	return err
}

// answer keeps the answer to a report that has none.
func (r Report) answer(tx *store.Tx, commitment string) error {
	_, err := tx.Exec(`UPDATE commitment_report SET answer = $3, answer_node = $4, answer_agency = $5, answer_words = $6, answered_at = $7, answer_note = $8
		WHERE commitment = $1 AND id = $2 AND answer = ''`, commitment, r.ID, r.Answer, r.AnswerNode, r.AnswerAgency, r.AnswerWords, r.AnsweredAt, r.AnswerNote)
	return err
}

const selectPlan = `SELECT p.id, p.agreement, a.home, a.parties, p.version, p.n, p.made, p.root, p.statement, p.from_node, p.from_agency, p.reason, p.was, p.state, p.in_force_at, p.attested_at, p.proved_at, p.proved_root
	FROM plan p JOIN agreement a ON a.id = p.agreement`

func (p *Plan) columns() []any {
	return []any{&p.ID, &p.Agreement, &p.Home, &p.Parties, &p.Version, &p.N, &p.Made, &p.Root, &p.Statement, &p.FromNode, &p.FromAgency, &p.Reason, &p.was, &p.State, &p.InForceAt, &p.attested, &p.ProvedAt, &p.ProvedRoot}
}

func findPlan(tx *store.Tx, id string) (Plan, error) {
	return store.One(tx, (*Plan).columns, selectPlan+` WHERE p.id = $1`, id)
}

func plansOf(tx *store.Tx, agreement string) ([]Plan, error) {
	return store.All(tx, (*Plan).columns, selectPlan+` WHERE p.agreement = $1 ORDER BY p.n DESC`, agreement)
}

// lastPlan is the newest version, or the zero Plan.
func lastPlan(tx *store.Tx, agreement string) (Plan, error) {
	p, err := store.One(tx, (*Plan).columns, selectPlan+` WHERE p.agreement = $1 ORDER BY p.n DESC`, agreement)
	if fault.Is(err, fault.KindNotFound) {
		return Plan{}, nil
	}
	return p, err
}

func planInForce(tx *store.Tx, agreement string) (Plan, error) {
	return store.One(tx, (*Plan).columns, selectPlan+` WHERE p.agreement = $1 AND p.state = 'in_force'`, agreement)
}

// inForceRoot is the root of the version in force, "none" before the first.
func inForceRoot(tx *store.Tx, agreement string) (string, error) {
	p, err := planInForce(tx, agreement)
	if fault.Is(err, fault.KindNotFound) {
		return "none", nil
	}
	return p.Root, err
}

func (p Plan) insert(tx *store.Tx, items []Item) error {
	_, err := tx.Exec(`INSERT INTO plan (id, agreement, version, n, made, root, statement, from_node, from_agency, reason, was, state, in_force_at, attested_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		p.ID, p.Agreement, p.Version, p.N, p.Made, p.Root, p.Statement, p.FromNode, p.FromAgency, p.Reason, string(p.was), string(p.State), p.InForceAt, time.Time{})
	if err != nil {
		return err
	}
	for _, i := range items {
		if _, err := tx.Exec(`INSERT INTO plan_item (plan, number, commitment, revision, hash) VALUES ($1, $2, $3, $4, $5)`, p.ID, i.Number, i.Commitment, i.Revision, i.Hash); err != nil {
			return err
		}
	}
	return nil
}

func (p Plan) update(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE plan SET version = $2, reason = $3, was = $4, state = $5, in_force_at = $6 WHERE id = $1`,
		p.ID, p.Version, p.Reason, string(p.was), string(p.State), p.InForceAt)
	return err
}

func itemsOf(tx *store.Tx, plan string) ([]Item, error) {
	return store.All(tx, func(i *Item) []any { return []any{&i.Number, &i.Commitment, &i.Revision, &i.Hash} },
		`SELECT number, commitment, revision, hash FROM plan_item WHERE plan = $1 ORDER BY number`, plan)
}

func signaturesOf(tx *store.Tx, plan string) ([]Signature, error) {
	return store.All(tx, func(s *Signature) []any { return []any{&s.Node, &s.Agency, &s.At, &s.Note, &s.Key} },
		`SELECT node, agency, at, note, key FROM plan_signature WHERE plan = $1 ORDER BY at, node`, plan)
}

func (s Signature) insert(tx *store.Tx, plan string) error {
	_, err := tx.Exec(`INSERT INTO plan_signature (plan, node, agency, at, note, key) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		plan, s.Node, s.Agency, s.At, s.Note, s.Key)
	return err
}

func differencesOf(tx *store.Tx, agreement string) ([]Difference, error) {
	var all []Difference
	var d Difference
	var shown string
	var broken error
	err := tx.Each([]any{&d.Node, &d.Commitment, &d.Revision, &d.Ours, &d.Theirs, &shown, &d.At, &d.Settled}, func() error {
		d.Shown = nil
		if shown != "" {
			d.Shown = new(Text)
			broken = json.Unmarshal([]byte(shown), d.Shown)
		}
		all = append(all, d)
		return broken
	}, `SELECT node, commitment, revision, ours, theirs, shown, at, settled_at FROM plan_difference WHERE agreement = $1 ORDER BY settled_at, at DESC`, agreement)
	return all, err
}
