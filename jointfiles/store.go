package jointfiles

import (
	"embed"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds joint files and what their sides have written.
var Schema = store.Dir("jointfiles", files)

const fileColumns = `id, was, state, version, home, agreement, purpose, subject, members, limits, from_day, to_day, ends_at, review_on,
	new_to, new_by, reason, asked, asked_in, refused, since, created_at`

const selectFile = `SELECT ` + fileColumns + ` FROM joint_file`

func (f *File) columns() []any {
	return []any{&f.ID, &f.was, &f.State, &f.Version, &f.Home, &f.Agreement, &f.Purpose, &f.Subject, &f.Members, &f.Limits, &f.From, &f.To,
		&f.EndsAt, &f.ReviewOn, &f.NewTo, &f.NewBy, &f.Reason, &f.Asked, &f.askedIn, &f.Refused, &f.Since, &f.CreatedAt}
}

func (f File) values() []any {
	return []any{f.ID, string(f.was), string(f.State), f.Version, f.Home, f.Agreement, f.Purpose, f.Subject, f.Members, f.Limits, f.From, f.To,
		f.EndsAt, f.ReviewOn, f.NewTo, f.NewBy, f.Reason, f.Asked, f.askedIn, f.Refused, f.Since, f.CreatedAt}
}

const filePlaces = `$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22`

// insert keeps a new file with a side for each member.
func (f File) insert(tx *store.Tx) error {
	if _, err := tx.Exec(`INSERT INTO joint_file (`+fileColumns+`) VALUES (`+filePlaces+`)`, f.values()...); err != nil {
		return err
	}
	for _, node := range f.Nodes() {
		_, err := tx.Exec(`INSERT INTO joint_file_side (file, node, agency, ref, agreed_at, extends_to, looked_at, entries, head) VALUES ($1, $2, $3, '', '', '', '', 0, '')`,
			f.ID, node, f.agencyOf(node))
		if err != nil {
			return err
		}
	}
	return nil
}

// update writes the whole row; a move that the table does not hold is refused by
// the database itself.
func (f File) update(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE joint_file SET (`+fileColumns+`) = (`+filePlaces+`) WHERE id = $1`, f.values()...)
	return err
}

// Side is a member, as this node knows it.
type Side struct {
	Node     string    `json:"node"`
	Agency   string    `json:"agency"`
	Name     string    `json:"name"` // of the agency
	Ref      string    `json:"ref"`  // how it calls the case
	AgreedAt time.Time `json:"agreed_at"`
	LookedAt time.Time `json:"-"`       // when its people last opened the file; own node only
	Extends  time.Time `json:"-"`       // the day to which it would extend
	Entries  int64     `json:"entries"` // how far its chain reaches here
	Chain    Chain     `json:"chain"`
	head     string
}

func (s *Side) columns() []any {
	return []any{&s.Node, &s.Agency, &s.Name, &s.Ref, &s.AgreedAt, &s.Extends, &s.LookedAt, &s.Entries, &s.head}
}

// sides are the members in order of their nodes.
func (f File) sides(tx *store.Tx) ([]Side, error) {
	return store.All(tx, (*Side).columns, `SELECT s.node, s.agency, COALESCE(d.name, ''), s.ref, s.agreed_at, s.extends_to, s.looked_at, s.entries, s.head
		FROM joint_file_side s LEFT JOIN directory_agency d ON d.node = s.node AND d.id = s.agency WHERE s.file = $1 ORDER BY s.node`, f.ID)
}

func (f File) side(tx *store.Tx, node string) (Side, error) {
	return store.One(tx, (*Side).columns, `SELECT node, agency, '', ref, agreed_at, extends_to, looked_at, entries, head FROM joint_file_side WHERE file = $1 AND node = $2`, f.ID, node)
}

// agreed notes that a side has agreed.
func (f File) agreed(tx *store.Tx, node string) error {
	_, err := tx.Exec(`UPDATE joint_file_side SET agreed_at = $3 WHERE file = $1 AND node = $2 AND agreed_at = ''`, f.ID, node, tx.Now)
	return err
}

// called notes how a side calls the case.
func (f File) called(tx *store.Tx, node, ref string) error {
	_, err := tx.Exec(`UPDATE joint_file_side SET ref = $3 WHERE file = $1 AND node = $2`, f.ID, node, ref)
	return err
}

// extends notes to which day a side would extend.
func (f File) extends(tx *store.Tx, node string, to time.Time) error {
	_, err := tx.Exec(`UPDATE joint_file_side SET extends_to = $3 WHERE file = $1 AND node = $2`, f.ID, node, to)
	return err
}

// looked notes that somebody of this node's own agency has opened the file.
func (f File) looked(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE joint_file_side SET looked_at = $3 WHERE file = $1 AND node = $2`, f.ID, f.here, tx.Now)
	return err
}

// reaches moves the end of a side's chain.
func (e Entry) reaches(tx *store.Tx) error {
	_, err := tx.Exec(`UPDATE joint_file_side SET entries = $3, head = $4 WHERE file = $1 AND node = $2`, e.file, e.Node, e.Seq, e.hash)
	return err
}

const entryColumns = `file, node, seq, at, kind, corrects, version, seen, prev, hash, note, arrived, waits, late`

func (e *Entry) columns() []any {
	return []any{&e.file, &e.Node, &e.Seq, &e.At, &e.Kind, &e.Corrects, &e.version, &e.seen, &e.prev, &e.hash, &e.note, &e.Arrived, &e.Waits, &e.Late}
}

func (e Entry) insert(tx *store.Tx) error {
	_, err := tx.Exec(`INSERT INTO joint_file_entry (`+entryColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		e.file, e.Node, e.Seq, e.At, e.Kind, e.Corrects, e.version, e.seen, e.prev, e.hash, e.note, e.Arrived, e.Waits, e.Late)
	return err
}

// entry is one entry of a side, without its words.
func (f File) entry(tx *store.Tx, node string, seq int64) (Entry, error) {
	return store.One(tx, (*Entry).columns, `SELECT `+entryColumns+` FROM joint_file_entry WHERE file = $1 AND node = $2 AND seq = $3`, f.ID, node, seq)
}

// entries are all that stands in it, side by side, without words.
func (f File) entries(tx *store.Tx) ([]Entry, error) {
	return store.All(tx, (*Entry).columns, `SELECT `+entryColumns+` FROM joint_file_entry WHERE file = $1 ORDER BY node, seq`, f.ID)
}

// unsent are the entries that a node has not been sent and should be, in the
// order in which they came to stand here.
func (f File) unsent(tx *store.Tx, to string) ([]Entry, error) {
	return store.All(tx, (*Entry).columns, `SELECT `+prefixed+` FROM joint_file_entry e
		LEFT JOIN joint_file_letter l ON l.file = e.file AND l.node = e.node AND l.seq = e.seq AND l.to_node = $2
		WHERE e.file = $1 AND e.node <> $2 AND NOT e.waits AND (e.node = $3 OR $4) AND (l.state IS NULL OR l.state = 'stopped')
		ORDER BY e.arrived, e.node, e.seq`, f.ID, to, f.here, f.atHome())
}

const prefixed = `e.file, e.node, e.seq, e.at, e.kind, e.corrects, e.version, e.seen, e.prev, e.hash, e.note, e.arrived, e.waits, e.late`

// Way is how far an entry has come to another member; Seq 0 is the proposal.
type Way struct {
	Node  string    `json:"node"`
	Seq   int64     `json:"seq"`
	To    string    `json:"to"`
	State string    `json:"state"` // posted, delivered, stopped or refused
	Why   string    `json:"why"`   // a translation key
	At    time.Time `json:"at"`
}

func (w *Way) columns() []any { return []any{&w.Node, &w.Seq, &w.To, &w.State, &w.Why, &w.At} }

func (f File) ways(tx *store.Tx) ([]Way, error) {
	return store.All(tx, (*Way).columns, `SELECT node, seq, to_node, state, why, at FROM joint_file_letter WHERE file = $1 ORDER BY node, seq, to_node`, f.ID)
}

// posted notes a letter for an entry, or why there is none.
func (f File) posted(tx *store.Tx, node string, seq int64, to, envelope, state, why string) error {
	_, err := tx.Exec(`INSERT INTO joint_file_letter (file, node, seq, to_node, envelope, state, why, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (file, node, seq, to_node) DO UPDATE SET envelope = $5, state = $6, why = $7, at = $8`, f.ID, node, seq, to, envelope, state, why, tx.Now)
	return err
}

// answered moves the letter of an envelope along.
func answered(tx *store.Tx, envelope, state, why string) error {
	_, err := tx.Exec(`UPDATE joint_file_letter SET state = $2, why = $3, at = $4 WHERE envelope = $1`, envelope, state, why, tx.Now)
	return err
}

// again has a side's entries from a number on sent to a node once more.
func (f File) again(tx *store.Tx, node string, from int64, to string) error {
	_, err := tx.Exec(`UPDATE joint_file_letter SET state = 'stopped', why = '' WHERE file = $1 AND node = $2 AND seq >= $3 AND seq > 0 AND to_node = $4`, f.ID, node, from, to)
	return err
}

// Event is a move of the file.
type Event struct {
	At      time.Time   `json:"at"`
	Verb    access.Verb `json:"verb"`
	State   string      `json:"state"`
	Version int64       `json:"version"`
	Node    string      `json:"node"` // whose side moved it; empty for the clock
	Code    string      `json:"code"`
}

func (e *Event) columns() []any {
	return []any{&e.At, &e.Verb, &e.State, &e.Version, &e.Node, &e.Code}
}

func (f File) events(tx *store.Tx) ([]Event, error) {
	return store.All(tx, (*Event).columns, `SELECT at, verb, state, version, node, code FROM joint_file_event WHERE file = $1 ORDER BY version`, f.ID)
}

func (f File) event(tx *store.Tx, verb access.Verb, node string) error {
	_, err := tx.Exec(`INSERT INTO joint_file_event (id, file, at, verb, state, version, node, code) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.NewID("evt"), f.ID, tx.Now, string(verb), string(f.State), f.Version, node, f.Reason)
	return err
}

// Over lists the files at home whose period is over and that stand open still.
func Over(tx *store.Tx) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT id FROM joint_file WHERE home = $1 AND state = 'open' AND ends_at <= $2 ORDER BY id`, act.Here(tx), tx.Now)
}

// held lists the files of which something was stopped before an instant, under
// one agreement or any, and could leave if the agreement lets it: a proposal only
// while it is one.
func held(tx *store.Tx, agreement string, before time.Time) ([]string, error) {
	return store.All(tx, store.Value[string], `SELECT DISTINCT f.id FROM joint_file f JOIN joint_file_letter l ON l.file = f.id
		WHERE l.state = 'stopped' AND l.why <> 'exchange.no-such-partner' AND (l.seq > 0 OR f.state = 'proposed')
		AND (f.agreement = $1 OR $1 = '') AND l.at <= $2 ORDER BY f.id`, agreement, before)
}
