package ledger

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"istmo/fault"
	"istmo/store"
)

// renumber moves rows to other numbers as somebody with the database could.
func renumber(from, to, by int64) []string {
	return []string{
		fmt.Sprintf(`UPDATE ledger_entry SET seq = seq + 1000000 WHERE seq BETWEEN %d AND %d`, from, to),
		fmt.Sprintf(`UPDATE ledger_entry SET seq = seq - 1000000 + %d WHERE seq > 1000000`, by),
	}
}

const insertCopy = `INSERT INTO ledger_entry SELECT %s, at, 'usr_x', verb, object, outcome, policy, cause, detail_hash, prev, hash FROM ledger_entry WHERE seq = 3`

func TestTampering(t *testing.T) {
	insert := func(seq string) string { return fmt.Sprintf(insertCopy, seq) }
	swap := []string{`UPDATE ledger_entry SET seq = 1010 WHERE seq = 10`, `UPDATE ledger_entry SET seq = 10 WHERE seq = 14`, `UPDATE ledger_entry SET seq = 14 WHERE seq = 1010`}
	far := []string{`UPDATE ledger_entry SET seq = 1010 WHERE seq = 2`, `UPDATE ledger_entry SET seq = 2 WHERE seq = 78`, `UPDATE ledger_entry SET seq = 78 WHERE seq = 1010`}
	for _, c := range []struct {
		name string
		sql  []string
		want []string
	}{
		{"nothing", nil, nil},
		{"an erased detail", []string{`DELETE FROM ledger_detail WHERE seq = 10`}, nil},

		{"a field", []string{`UPDATE ledger_entry SET actor = 'usr_x' WHERE seq = 10`}, []string{"changed-row 10-10"}},
		{"the time", []string{`UPDATE ledger_entry SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 10`}, []string{"changed-row 10-10"}},
		{"no time", []string{`UPDATE ledger_entry SET at = 'never' WHERE seq = 10`}, []string{"changed-row 10-10"}},
		{"the cause", []string{`UPDATE ledger_entry SET cause = 3 WHERE seq = 10`}, []string{"changed-row 10-10"}},
		{"the commitment", []string{`UPDATE ledger_entry SET detail_hash = prev WHERE seq = 11`}, []string{"changed-row 11-11"}},
		{"the link", []string{`UPDATE ledger_entry SET prev = hash WHERE seq = 10`}, []string{"changed-row 10-10"}},
		{"no link", []string{`UPDATE ledger_entry SET prev = 'x' WHERE seq = 10`}, []string{"changed-row 10-10"}},
		{"the hash", []string{`UPDATE ledger_entry SET hash = prev WHERE seq = 10`}, []string{"changed-row 10-10"}},
		{"the first", []string{`UPDATE ledger_entry SET verb = 'a.b' WHERE seq = 1`}, []string{"changed-row 1-1"}},
		{"the last", []string{`UPDATE ledger_entry SET verb = 'a.b' WHERE seq = 80`}, []string{"changed-row 80-80"}},
		{"all", []string{`UPDATE ledger_entry SET verb = 'a.b'`}, []string{"changed-row 1-80"}},
		{"two", []string{`UPDATE ledger_entry SET verb = 'a.b' WHERE seq IN (10, 14)`}, []string{"changed-row 10-10", "changed-row 14-14"}},

		{"removed", []string{`DELETE FROM ledger_entry WHERE seq = 11`}, []string{"removed-row 11-11"}},
		{"some removed", []string{`DELETE FROM ledger_entry WHERE seq BETWEEN 11 AND 60`}, []string{"removed-row 11-60"}},
		{"the first removed", []string{`DELETE FROM ledger_entry WHERE seq = 1`}, []string{"removed-row 1-1"}},
		{"the last removed", []string{`DELETE FROM ledger_entry WHERE seq > 78`}, []string{"removed-row 79-80"}},
		{"all removed", []string{`DELETE FROM ledger_entry`}, []string{"removed-row 1-80"}},
		{"removed and closed up", append([]string{`DELETE FROM ledger_entry WHERE seq = 11`, `DELETE FROM ledger_detail`}, renumber(12, 80, -1)...), []string{"removed-row 11-11"}},

		{"many removed and closed up", append([]string{`DELETE FROM ledger_entry WHERE seq BETWEEN 11 AND 60`, `DELETE FROM ledger_detail`}, renumber(61, 80, -50)...), []string{"removed-row 11-60"}},

		{"inserted at the end", []string{insert("81")}, []string{"inserted-row 81-81"}},
		{"inserted far out", []string{insert("900000000000")}, []string{"inserted-row 900000000000-900000000000"}},
		{"inserted between", []string{insert("10.5")}, []string{"inserted-row 10-10"}},
		{"inserted with a word", []string{insert("'x'")}, []string{"inserted-row"}},
		{"inserted and moved up", append(append([]string{`DELETE FROM ledger_detail`}, renumber(11, 80, 1)...), insert("11")), []string{"inserted-row 11-11"}},
		{"a deed twice", []string{`INSERT INTO ledger_entry SELECT 81, at, actor, verb, object, outcome, policy, cause, detail_hash, prev, hash FROM ledger_entry WHERE seq = 75`}, []string{"inserted-row 81-81"}},

		{"swapped", append([]string{`DELETE FROM ledger_detail`}, swap...), []string{"reordered-rows 10-14"}},
		{"swapped far", append([]string{`DELETE FROM ledger_detail`}, far...), []string{"reordered-rows 2-78"}},
		{"the content swapped", []string{`UPDATE ledger_entry SET object = 'ref_13' WHERE seq = 9`, `UPDATE ledger_entry SET object = 'ref_9' WHERE seq = 13`}, []string{"reordered-rows 9-13"}},

		{"a detail", []string{`UPDATE ledger_detail SET sealed = salt WHERE seq = 10`}, []string{"changed-detail 10-10"}},
		{"a salt", []string{`UPDATE ledger_detail SET salt = sealed WHERE seq = 10`}, []string{"changed-detail 10-10"}},
		{"a detail of none", []string{`INSERT INTO ledger_detail SELECT 9, salt, sealed FROM ledger_detail WHERE seq = 10`}, []string{"changed-detail 9-9"}},

		{"a leaf", []string{fmt.Sprintf(`UPDATE ledger_hash SET hash = zeroblob(32) WHERE pos = %d`, tlog.StoredHashIndex(0, 9))}, []string{"broken-tree 10-10"}},
		{"another leaf", []string{fmt.Sprintf(`UPDATE ledger_hash SET hash = (SELECT hash FROM ledger_hash WHERE pos = 0) WHERE pos = %d`, tlog.StoredHashIndex(0, 10))}, []string{"broken-tree 11-11"}},
		{"a lost leaf", []string{fmt.Sprintf(`DELETE FROM ledger_hash WHERE pos = %d`, tlog.StoredHashIndex(0, 10))}, []string{"broken-tree 11-11"}},
		{"a branch", []string{fmt.Sprintf(`UPDATE ledger_hash SET hash = zeroblob(32) WHERE pos = %d`, tlog.StoredHashIndex(2, 1))}, []string{"broken-tree 8-8"}},
		{"a lost branch", []string{fmt.Sprintf(`DELETE FROM ledger_hash WHERE pos = %d`, tlog.StoredHashIndex(2, 1))}, []string{"broken-tree 8-8"}},
		{"a surplus hash", []string{`INSERT INTO ledger_hash VALUES (-5, zeroblob(32))`}, []string{"broken-tree 81-81"}},

		{"a checkpoint's text", []string{`UPDATE ledger_checkpoint SET note = replace(note, 'istmo/PA', 'istmo/CO') WHERE size = 40`}, []string{"bad-checkpoint 40-40"}},
		{"a checkpoint's size", []string{`UPDATE ledger_checkpoint SET size = 41 WHERE size = 40`}, []string{"bad-checkpoint 41-41"}},
		{"a checkpoint from nowhere", []string{`INSERT INTO ledger_checkpoint VALUES (500, '', 'x')`}, []string{"bad-checkpoint 500-500"}},

		{"the end cut off", []string{`DELETE FROM ledger_entry WHERE seq > 60`, fmt.Sprintf(`DELETE FROM ledger_hash WHERE pos >= %d`, tlog.StoredHashIndex(0, 60))}, []string{"rolled-back 61-80"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlace(t, "PA")
			p.distinct(1, 40)
			p.checkpoint()
			p.distinct(41, 80)
			p.checkpoint()
			p.exec(c.sql...)
			expect(t, p.verify(VerifyOptions{}), c.want...)
		})
	}
}

// distinct appends deeds that each have an object of their own, at one instant.
func (p *place) distinct(from, to int) {
	p.t.Helper()
	p.write(func(tx *store.Tx) error {
		for i := from; i <= to; i++ {
			d := Deed{Actor: "usr_1", Verb: "cases.open", Object: fmt.Sprintf("ref_%d", i), Outcome: "looked"}
			if i%2 == 0 {
				d.Detail = []byte("sealed")
			}
			if _, err := Append(tx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

// rewrite makes the rows consistent again from a deed on, as somebody with the
// database and this program could: the chain, and the tree if asked.
func (p *place) rewrite(from, to int64, withTree bool) {
	p.t.Helper()
	p.write(func(tx *store.Tx) error {
		all, err := rowsAfter(tx, 0, 1<<40, 1<<40)
		if err != nil {
			return err
		}
		prev := origin
		for _, r := range all {
			h := r.leaf(r.seq, prev[:])
			if r.seq >= from && r.seq <= to {
				if _, err := tx.Exec(`UPDATE ledger_entry SET prev = $2, hash = $3 WHERE seq = $1`, r.seq, prev[:], h[:]); err != nil {
					return err
				}
			}
			if withTree && r.seq >= from && r.seq <= to {
				hashes, err := tlog.StoredHashesForRecordHash(r.seq-1, h, hashesOf(tx))
				if err != nil {
					return err
				}
				pos := tlog.StoredHashIndex(0, r.seq-1)
				if _, err := tx.Exec(`DELETE FROM ledger_hash WHERE pos >= $1 AND pos < $2`, pos, pos+int64(len(hashes))); err != nil {
					return err
				}
				if err := insertHashes(tx, pos, hashes); err != nil {
					return err
				}
			}
			prev = h
		}
		return nil
	})
}

func TestCarefulTampering(t *testing.T) {
	const change = `UPDATE ledger_entry SET actor = 'usr_x' WHERE seq = 51`
	for _, c := range []struct {
		name     string
		from, to int64
		withTree bool
		want     []string
	}{
		{"the row's hash too", 51, 51, false, []string{"changed-row 51-51"}},
		{"the chain too", 51, 80, false, []string{"changed-row 51-80"}},
		{"the row's leaf too", 51, 51, true, []string{"changed-row 51-51"}},
		{"everything but what is signed", 51, 80, true, []string{"other-history 41-80"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlace(t, "PA")
			p.distinct(1, 40)
			p.checkpoint()
			p.distinct(41, 80)
			p.checkpoint()
			p.exec(change)
			p.rewrite(c.from, c.to, c.withTree)
			expect(t, p.verify(VerifyOptions{}), c.want...)
		})
	}
}

// copied is the place as it would be from a copy of its directory at this moment.
func (p *place) copied() *place {
	p.t.Helper()
	p.exec(`UPDATE ledger_entry SET at = at WHERE seq = 1`)
	dir := p.t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "copy"), os.DirFS(p.dir)); err != nil {
		p.t.Fatal(err)
	}
	return openPlace(p.t, p.node, filepath.Join(dir, "copy"))
}

func TestAnchor(t *testing.T) {
	p := newPlace(t, "PA")
	o := VerifyOptions{AnchorPath: filepath.Join(t.TempDir(), "ledger.anchor")}
	anchor := func(p *place) error { return Anchor(t.Context(), p.db, o.AnchorPath) }
	if err := anchor(p); err != nil {
		t.Fatal(err)
	}
	expect(t, p.verify(o)) // nothing signed: nothing to anchor
	p.distinct(1, 10)
	p.checkpoint()
	expect(t, p.verify(o), "lost-anchor")
	if err := anchor(p); err != nil {
		t.Fatal(err)
	}
	older := p.copied()
	p.distinct(11, 20)
	p.checkpoint()
	if err := anchor(p); err != nil {
		t.Fatal(err)
	}
	expect(t, p.verify(o))

	expect(t, older.verify(o), "rolled-back 11-20")
	if err := anchor(older); !fault.Is(err, fault.KindConflict) {
		t.Errorf("the evidence was overwritten: %v", err)
	}
	older.distinct(31, 50) // and it goes on as if nothing had been
	older.checkpoint()
	expect(t, older.verify(o), "other-history 11-20")
	if err := anchor(older); !fault.Is(err, fault.KindConflict) {
		t.Errorf("the evidence was overwritten: %v", err)
	}
	expect(t, p.verify(o))
	if err := os.WriteFile(o.AnchorPath, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, p.verify(o), "bad-anchor")
}

// TestAnyByte changes one value of one row by one byte and looks that it is found.
func TestAnyByte(t *testing.T) {
	p := newPlace(t, "PA")
	p.distinct(1, 70)
	p.checkpoint()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 6).Draw(t, "more")
		r := p.verify(VerifyOptions{})
		if !r.Sound() {
			t.Fatalf("before: %v", found(r))
		}
		p.distinct(int(r.Size)+1, int(r.Size+n))
		place := rapid.SampledFrom([]string{
			"ledger_entry.at", "ledger_entry.actor", "ledger_entry.verb", "ledger_entry.object", "ledger_entry.outcome", "ledger_entry.policy",
			"ledger_entry.cause", "ledger_entry.detail_hash", "ledger_entry.prev", "ledger_entry.hash",
			"ledger_detail.salt", "ledger_detail.sealed", "ledger_hash.hash",
		}).Draw(t, "place")
		seq := rapid.Int64Range(1, r.Size+n).Draw(t, "seq")
		undo := p.mutate(t, place, seq, rapid.IntRange(0, 1<<20).Draw(t, "byte"), byte(rapid.IntRange(1, 255).Draw(t, "flip")))
		if undo == nil {
			return // nothing there to change
		}
		if p.verify(VerifyOptions{}).Sound() {
			t.Fatalf("%s of %d was changed unseen", place, seq)
		}
		undo()
	})
	expect(t, p.verify(VerifyOptions{}))
}

// mutate flips bits of one byte of one value, or adds one where there is none,
// and returns how to put it back.
func (p *place) mutate(t *rapid.T, place string, seq int64, at int, flip byte) (undo func()) {
	table, column, _ := strings.Cut(place, ".")
	key := "seq"
	if table == "ledger_hash" {
		key = "pos"
	}
	value := "$2"
	set := func(v any) {
		if err := p.db.Write(context.Background(), func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE `+table+` SET `+column+` = `+value+` WHERE `+key+` = $1`, seq, v)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	var was []byte
	err := p.db.Read(context.Background(), func(tx *store.Tx) error {
		return tx.Get([]any{&was}, `SELECT `+column+` FROM `+table+` WHERE `+key+` = $1`, seq)
	})
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	if column == "cause" {
		set(int64(flip))
		return func() { set(int64(0)) }
	}
	now := append([]byte{}, was...)
	if len(now) == 0 {
		now = []byte{flip}
	} else {
		now[at%len(now)] ^= flip
	}
	if !(strings.HasSuffix(column, "hash") || column == "prev" || table == "ledger_detail") {
		value = "CAST($2 AS TEXT)" // whoever is at the file writes what no text is, too
	}
	set(now)
	return func() { set(was) }
}
