package ledger

import (
	"bytes"
	"embed"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"istmo/fault"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema is the ledger's tables.
var Schema = store.Dir("ledger", files)

// hashColumn scans a hash; what is no hash becomes none, and is found missing.
type hashColumn struct{ h *tlog.Hash }

func (c hashColumn) Scan(v any) error {
	*c.h = tlog.Hash{}
	if b, ok := v.([]byte); ok && len(b) == tlog.HashSize {
		*c.h = tlog.Hash(bytes.Clone(b))
	}
	return nil
}

type tail struct {
	seq  int64
	hash tlog.Hash
}

// lastEntry is the number and hash that the next deed follows.
func lastEntry(tx *store.Tx) (tail, error) {
	t := tail{}
	err := tx.Get([]any{&t.seq, hashColumn{&t.hash}}, `SELECT seq, hash FROM ledger_entry ORDER BY seq DESC LIMIT 1`)
	if fault.Is(err, fault.KindNotFound) {
		return tail{0, origin}, nil
	}
	return t, err
}

func insertEntry(tx *store.Tx, d Deed) error {
	_, err := tx.Exec(`INSERT INTO ledger_entry (seq, at, actor, verb, object, outcome, policy, cause, detail_hash, prev, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		d.Seq, d.At, d.Actor, d.Verb, d.Object, d.Outcome, d.Policy, d.Cause, d.Commitment, d.Prev[:], d.Hash[:])
	return err
}

func insertDetail(tx *store.Tx, seq int64, salt, sealed []byte) error {
	_, err := tx.Exec(`INSERT INTO ledger_detail (seq, salt, sealed) VALUES ($1, $2, $3)`, seq, salt, sealed)
	return err
}

// insertHashes stores hashes from position pos on, in one statement.
func insertHashes(tx *store.Tx, pos int64, hashes []tlog.Hash) error {
	args := make([]any, 0, 2*len(hashes))
	values := make([]string, len(hashes))
	for i, h := range hashes {
		args = append(args, pos+int64(i), h[:])
		values[i] = fmt.Sprintf("($%d, $%d)", 2*i+1, 2*i+2)
	}
	_, err := tx.Exec(`INSERT INTO ledger_hash (pos, hash) VALUES `+strings.Join(values, ", "), args...)
	return err
}

// hashesOf reads the tree that the transaction sees.
func hashesOf(tx *store.Tx) tlog.HashReader {
	return tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		if len(at) == 0 {
			return nil, nil
		}
		found, err := selectHashes(tx, at)
		if err != nil {
			return nil, err
		}
		out := make([]tlog.Hash, len(at))
		for i, pos := range at {
			h, ok := found[pos]
			if !ok {
				return nil, fmt.Errorf("ledger: the tree lacks a hash; run ledger verify")
			}
			out[i] = h
		}
		return out, nil
	})
}

func selectHashes(tx *store.Tx, at []int64) (map[int64]tlog.Hash, error) {
	args := make([]any, len(at))
	marks := make([]string, len(at))
	for i, pos := range at {
		args[i], marks[i] = pos, "$"+strconv.Itoa(i+1)
	}
	found := make(map[int64]tlog.Hash, len(at))
	var pos int64
	var h tlog.Hash
	err := tx.Each([]any{&pos, hashColumn{&h}}, func() error {
		found[pos] = h
		return nil
	}, `SELECT pos, hash FROM ledger_hash WHERE pos IN (`+strings.Join(marks, ", ")+`)`, args...)
	return found, err
}

// hashRange reads the hashes of positions from ≤ pos < to; absent ones are zero.
func hashRange(tx *store.Tx, from, to int64) ([]tlog.Hash, error) {
	all := make([]tlog.Hash, to-from)
	var pos int64
	var h tlog.Hash
	err := tx.Each([]any{&pos, hashColumn{&h}}, func() error {
		all[pos-from] = h
		return nil
	}, `SELECT pos, hash FROM ledger_hash WHERE pos >= $1 AND pos < $2 AND pos = CAST(pos AS BIGINT)`, from, to)
	return all, err
}

// lastHash is the highest position below limit, or -1.
func lastHash(tx *store.Tx, limit int64) (int64, error) {
	return store.One(tx, store.Value[int64], `SELECT CAST(coalesce(max(pos), -1) AS BIGINT) FROM ledger_hash WHERE pos < $1`, limit)
}

// counts says how many rows there are of entries and of hashes.
func counts(tx *store.Tx) (entries, hashes int64, err error) {
	err = tx.Get([]any{&entries, &hashes}, `SELECT (SELECT count(*) FROM ledger_entry), (SELECT count(*) FROM ledger_hash)`)
	return entries, hashes, err
}

const rowColumns = `CAST(e.seq AS BIGINT), e.at, e.actor, e.verb, e.object, e.outcome, e.policy, e.cause, e.detail_hash, e.prev, e.hash, d.salt, d.sealed
	FROM ledger_entry e LEFT JOIN ledger_detail d ON d.seq = e.seq`

func (r *row) columns() []any {
	return []any{&r.seq, &r.at, &r.actor, &r.verb, &r.object, &r.outcome, &r.policy, &r.cause,
		&r.commitment, &r.prev, &r.hash, &r.salt, &r.sealed}
}

// rowsAfter reads the next rows, as they are spelled, that have a proper number.
func rowsAfter(tx *store.Tx, after, top, limit int64) ([]row, error) {
	return store.All(tx, (*row).columns, `SELECT `+rowColumns+`
		WHERE e.seq > $1 AND e.seq <= $2 AND e.seq = CAST(e.seq AS BIGINT) ORDER BY e.seq LIMIT $3`, after, top, limit)
}

// misnumbered calls f with the number of every row whose number no Append gave.
func misnumbered(tx *store.Tx, top int64, f func(seq int64)) error {
	var seq int64
	return tx.Each([]any{&seq}, func() error {
		f(seq)
		return nil
	}, `SELECT CAST(seq AS BIGINT) FROM ledger_entry WHERE seq > $1 OR seq < 1 OR seq <> CAST(seq AS BIGINT)`, top)
}

func recordRow(tx *store.Tx, seq int64) (row, error) {
	return store.One(tx, (*row).columns, `SELECT `+rowColumns+` WHERE e.seq = $1`, seq)
}

// Detail is the sealed detail of a deed, checked against its commitment, or a
// NotFound fault if it has none or it was erased.
func Detail(tx *store.Tx, seq int64) ([]byte, error) {
	r, err := recordRow(tx, seq)
	if err != nil {
		return nil, err
	}
	if len(r.sealed) == 0 {
		return nil, fault.NotFound()
	}
	if !r.detailFits() {
		return nil, fmt.Errorf("ledger: a detail does not match its commitment; run ledger verify")
	}
	return r.sealed, nil
}

// Forget erases the details of every deed about an object. The deeds stay, and
// stay provable.
func Forget(tx *store.Tx, object string) error {
	_, err := tx.Exec(`DELETE FROM ledger_detail WHERE seq IN (SELECT seq FROM ledger_entry WHERE object = $1)`, object)
	return err
}

// stored is a checkpoint as a row holds it.
type stored struct {
	size int64
	at   time.Time
	note string
}

func (s *stored) columns() []any { return []any{&s.size, &s.at, &s.note} }

func insertCheckpoint(tx *store.Tx, size int64, note []byte) error {
	_, err := tx.Exec(`INSERT INTO ledger_checkpoint (size, at, note) VALUES ($1, $2, $3)`, size, tx.Now, string(note))
	return err
}

func lastCheckpoint(tx *store.Tx) (stored, error) {
	return store.One(tx, (*stored).columns, `SELECT size, at, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1`)
}

// checkpointsAfter reads our checkpoints of sizes after < size ≤ to.
func checkpointsAfter(tx *store.Tx, after, to int64) ([]stored, error) {
	return store.All(tx, (*stored).columns,
		`SELECT size, at, note FROM ledger_checkpoint WHERE size > $1 AND size <= $2 ORDER BY size`, after, to)
}

// standing is a row of ledger_partner.
type standing struct {
	partner string
	holds   int64
	asks    []string
	stored
}

func (s *standing) columns() []any {
	return []any{&s.partner, &s.holds, &s.asks, &s.size, &s.at, &s.note}
}

func standings(tx *store.Tx) ([]standing, error) {
	return store.All(tx, (*standing).columns, `SELECT partner, holds, asks, agreed, agreed_at, note FROM ledger_partner ORDER BY partner`)
}

// standingOf is how a partner stands, all zero if it has not answered yet.
func standingOf(tx *store.Tx, partner string) (standing, error) {
	s, err := store.One(tx, (*standing).columns,
		`SELECT partner, holds, asks, agreed, agreed_at, note FROM ledger_partner WHERE partner = $1`, partner)
	if fault.Is(err, fault.KindNotFound) {
		return standing{partner: partner}, nil
	}
	return s, err
}

func putStanding(tx *store.Tx, s standing) error {
	_, err := tx.Exec(`INSERT INTO ledger_partner (partner, holds, asks, agreed, agreed_at, note) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (partner) DO UPDATE SET holds = $2, asks = $3, agreed = $4, agreed_at = $5, note = $6`,
		s.partner, s.holds, s.asks, s.size, s.at, s.note)
	return err
}

// sight is a checkpoint of another node: seen from itself, or by way of another.
type sight struct {
	node, via string
	root      tlog.Hash
	asked     int64
	stored
}

func (s *sight) seenColumns() []any { return []any{&s.node, &s.size, &s.at, &s.note} }

func seenAll(tx *store.Tx) ([]sight, error) {
	return store.All(tx, (*sight).seenColumns, `SELECT node, size, at, note FROM ledger_seen ORDER BY node`)
}

func seenOf(tx *store.Tx, node string) (sight, error) {
	return store.One(tx, (*sight).seenColumns, `SELECT node, size, at, note FROM ledger_seen WHERE node = $1`, node)
}

func putSeen(tx *store.Tx, node string, size int64, note []byte) error {
	_, err := tx.Exec(`INSERT INTO ledger_seen (node, size, at, note) VALUES ($1, $2, $3, $4)
		ON CONFLICT (node) DO UPDATE SET size = $2, at = $3, note = $4`, node, size, tx.Now, string(note))
	return err
}

func (s *sight) questionColumns() []any {
	return []any{&s.node, &s.via, &s.size, &s.note, &s.asked}
}

func questions(tx *store.Tx, node string) ([]sight, error) {
	return store.All(tx, (*sight).questionColumns,
		`SELECT node, via, size, note, asked FROM ledger_question WHERE node = $1 AND proven = FALSE ORDER BY size, via`, node)
}

// putQuestion keeps the first checkpoint by way of a node until it is proven; a
// newer one would always be one step ahead of the proof. One that is proven
// gives way to one that differs.
func putQuestion(tx *store.Tx, q sight) error {
	_, err := tx.Exec(`INSERT INTO ledger_question (node, via, size, root, note) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (node, via) DO UPDATE SET size = $3, root = $4, note = $5, asked = 0, proven = FALSE
		WHERE ledger_question.proven AND ledger_question.root <> $4`,
		q.node, q.via, q.size, q.root[:], q.note)
	return err
}

func markAsked(tx *store.Tx, q sight, size int64) error {
	_, err := tx.Exec(`UPDATE ledger_question SET asked = $3 WHERE node = $1 AND via = $2 AND asked = 0`, q.node, q.via, size)
	return err
}

func closeQuestion(tx *store.Tx, q sight) error {
	_, err := tx.Exec(`UPDATE ledger_question SET proven = TRUE WHERE node = $1 AND via = $2`, q.node, q.via)
	return err
}

func insertFinding(tx *store.Tx, f Finding) error {
	_, err := tx.Exec(`INSERT INTO ledger_finding (kind, node, size, via, at, first, second)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		string(f.Kind), f.Node, f.Size, f.Via, tx.Now, f.First, f.Second)
	return err
}

// convicted reports whether a node has been found to show two histories.
func convicted(tx *store.Tx, node string) (bool, error) {
	n, err := store.One(tx, store.Value[int64],
		`SELECT count(*) FROM ledger_finding WHERE node = $1 AND kind = $2 AND settled = ''`, node, string(Equivocation))
	return n > 0, err
}

// Findings are what was found, and is not settled, against this node's history
// and its partners', oldest first.
func Findings(tx *store.Tx) ([]Finding, error) {
	return store.All(tx, func(f *Finding) []any {
		return []any{&f.Kind, &f.Node, &f.Size, &f.Via, &f.At, &f.First, &f.Second}
	}, `SELECT kind, node, size, via, at, first, second FROM ledger_finding WHERE settled = '' ORDER BY at, kind, node, size`)
}

// Readmit takes up a node again whose history was found broken, once people
// have cleared up why, such as a backup that had to be restored: what it says
// next is believed as at first contact. The findings stay, marked as settled.
func Readmit(tx *store.Tx, node string) error {
	_, err := tx.Exec(`UPDATE ledger_finding SET settled = $2 WHERE node = $1 AND settled = ''`, node, tx.Now)
	if err == nil {
		_, err = tx.Exec(`DELETE FROM ledger_seen WHERE node = $1`, node)
	}
	if err == nil {
		_, err = tx.Exec(`DELETE FROM ledger_question WHERE node = $1`, node)
	}
	return err
}

func selectDeeds(tx *store.Tx, where string, args []any) ([]Deed, error) {
	return store.All(tx, func(d *Deed) []any {
		return []any{&d.Seq, &d.At, &d.Actor, &d.Verb, &d.Object, &d.Outcome, &d.Policy, &d.Cause,
			&d.Commitment, hashColumn{&d.Prev}, hashColumn{&d.Hash}}
	}, `SELECT seq, at, actor, verb, object, outcome, policy, cause, detail_hash, prev, hash FROM ledger_entry WHERE `+where, args...)
}
