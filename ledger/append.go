package ledger

import (
	"crypto/rand"
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"

	"istmo/fault"
	"istmo/store"
)

// origin is what the first record follows: the hash of nothing, the root of an
// empty tree.
var origin = func() tlog.Hash {
	h, _ := tlog.TreeHash(0, nil)
	return h
}()

// saltSize is the length in bytes of a detail's salt. It is fixed, so that
// salt‖sealed can be parted in one way only, and long enough that a detail
// cannot be guessed from its commitment once it is erased.
const saltSize = 32

// Append writes d after the last deed, in the caller's transaction, and returns
// its number. It takes three statements, one more for a detail and one more for
// every second deed, and keeps nothing in memory: a savepoint that is undone
// takes its deeds with it.
func Append(tx *store.Tx, d Deed) (int64, error) {
	last, err := lastEntry(tx)
	if err != nil {
		return 0, fault.Internal("ledger: append", err)
	}
	d.Seq, d.Prev, d.At = last.seq+1, last.hash, tx.Now
	if err := d.check(d.Seq); err != nil {
		return 0, err
	}
	if err := d.commit(tx); err != nil {
		return 0, fault.Internal("ledger: append", err)
	}
	d.Hash = d.row().leaf(d.Seq, d.Prev[:])
	hashes, err := tlog.StoredHashesForRecordHash(d.Seq-1, d.Hash, hashesOf(tx))
	if err != nil {
		return 0, fault.Internal("ledger: append", err)
	}
	if err := insertEntry(tx, d); err != nil {
		return 0, fault.Internal("ledger: append", err)
	}
	if err := insertHashes(tx, tlog.StoredHashIndex(0, d.Seq-1), hashes); err != nil {
		return 0, fault.Internal("ledger: append", err)
	}
	return d.Seq, nil
}

// commit stores the sealed detail apart and leaves its commitment in d.
func (d *Deed) commit(tx *store.Tx) error {
	d.Commitment = []byte{}
	if len(d.Detail) == 0 {
		return nil
	}
	salt := make([]byte, saltSize)
	rand.Read(salt)
	d.Commitment = commitment(salt, d.Detail)
	return insertDetail(tx, d.Seq, salt, d.Detail)
}

func commitment(salt, sealed []byte) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(sealed)
	return h.Sum(nil)
}
