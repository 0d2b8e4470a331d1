package ledger

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"istmo/fault"
	"istmo/store"
)

// VerifyOptions say what else than the database to hold it against.
type VerifyOptions struct {
	AnchorPath string                       // the anchor file; empty to do without
	Partners   map[string]ed25519.PublicKey // whose countersignatures to look for
	Progress   func(done, total int64)      // called now and then; may be nil
}

// Report is what a verification found.
type Report struct {
	Node        string             `json:"node"`
	At          time.Time          `json:"at"`
	Size        int64              `json:"size"` // deeds
	Root        tlog.Hash          `json:"root"`
	Checkpoints int64              `json:"checkpoints"` // of ours that hold
	Partners    []Countersignature `json:"partners"`
	Findings    []Finding          `json:"findings"`
	More        int                `json:"more,omitempty"` // further findings, not listed
}

// Sound reports whether nothing was found.
func (r Report) Sound() bool { return len(r.Findings) == 0 }

// State says how a partner's countersignature stands.
type State string

// The states of a countersignature. Its sentence is "ledger.countersigned.<state>".
const (
	Agreed  State = "agreed"  // the partner signed our history at that size
	Missing State = "missing" // it has not signed yet
	Broken  State = "broken"  // the signature that we keep does not hold
	Unknown State = "unknown" // we were given no key to check it with
)

// Countersignature is how far a partner has countersigned this node's history.
type Countersignature struct {
	Partner string    `json:"partner"`
	State   State     `json:"state"`
	Size    int64     `json:"size"`
	At      time.Time `json:"at,omitzero"` // by the partner's clock, as signed
}

// Verify reads the whole history, holds it against the tree, the checkpoints,
// the anchor and the partners' countersignatures, and names what is wrong. It
// works on one snapshot while the node goes on, in memory that does not grow
// with the history. An error means that it could not be read to its end.
func Verify(ctx context.Context, db *store.DB, o VerifyOptions) (Report, error) {
	var a *audit
	err := db.Read(ctx, func(tx *store.Tx) error {
		self, err := signerOf(tx)
		if err != nil {
			return err
		}
		a = &audit{tx: tx, self: self, opts: o, pages: hashPages{tx: tx}, mended: map[int64]tlog.Hash{}}
		a.report = Report{Node: self.Node, At: tx.Now}
		return a.run()
	})
	if err != nil {
		return Report{}, fault.Internal("ledger: verify", err)
	}
	return a.report, nil
}

// audit is one verification under way.
type audit struct {
	tx     *store.Tx
	self   Signer
	opts   VerifyOptions
	report Report
	found  findings

	entries, hashes int64 // rows there are
	size            int64 // deeds that the tree or the entries account for
	top             int64 // the largest size that a good signature vouches for
	done, total     int64 // for Progress

	pages   hashPages
	mended  map[int64]tlog.Hash // leaves that the stored tree has wrong, by deed
	outside []tree              // signed sizes from outside our own checkpoint table
}

func (a *audit) run() error {
	for _, step := range []func() error{a.measure, a.readPartners, a.readAnchor, a.bound, a.checkRows, a.checkTree, a.recall} {
		if err := step(); err != nil {
			return err
		}
		if a.pages.err != nil {
			return a.pages.err
		}
	}
	a.report.Findings, a.report.More = append(a.found.list, a.report.Findings...), a.found.more
	a.report.Size = a.size
	return nil
}

// measure counts what there is. Row numbers are not believed: a forged one may
// be anything, so no loop runs further than there are rows.
func (a *audit) measure() (err error) {
	if a.entries, a.hashes, err = counts(a.tx); err != nil {
		return err
	}
	last, err := lastHash(a.tx, tlog.StoredHashCount(a.entries+a.hashes+1))
	if err != nil || last < 0 {
		return err
	}
	level, n := tlog.SplitStoredHashIndex(last)
	a.size = (n + 1) << level
	return nil
}

// readPartners checks the countersignatures that we keep.
func (a *audit) readPartners() error {
	all, err := standings(a.tx)
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	for _, s := range all {
		kept[s.partner] = true
		a.report.Partners = append(a.report.Partners, a.countersigned(s))
	}
	for partner := range a.opts.Partners {
		if !kept[partner] {
			a.report.Partners = append(a.report.Partners, Countersignature{Partner: partner, State: Missing})
		}
	}
	return nil
}

func (a *audit) countersigned(s standing) Countersignature {
	c := Countersignature{Partner: s.partner, State: Missing}
	key, known := a.opts.Partners[s.partner]
	if s.note == "" {
		return c
	}
	c.Size = s.size
	if !known {
		c.State = Unknown
		return c
	}
	witness := witnessOf(s.partner, key)
	t, n, err := openCosigned([]byte(s.note), a.self.own(), witness)
	if err != nil || !signedBy(n, witness) || t.size != s.size {
		c.State = Broken
		a.found.add(Finding{Kind: BadCountersignature, Node: s.partner, Size: s.size})
		return c
	}
	c.State, c.At = Agreed, cosignedAt(n, witness)
	a.outside = append(a.outside, t)
	return c
}

// cosignedAt is the second that a witness signed with its signature.
func cosignedAt(n *note.Note, k noteKey) time.Time {
	for _, s := range n.Sigs {
		raw, err := base64.StdEncoding.DecodeString(s.Base64)
		if err == nil && s.Name == k.Name() && s.Hash == k.KeyHash() && len(raw) >= 4+timestampSize {
			return time.Unix(int64(binary.BigEndian.Uint64(raw[4:])), 0).UTC()
		}
	}
	return time.Time{}
}

// readAnchor reads the checkpoint that was written beside the database.
func (a *audit) readAnchor() error {
	if a.opts.AnchorPath == "" {
		return nil
	}
	signed, err := os.ReadFile(a.opts.AnchorPath)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := lastCheckpoint(a.tx); err == nil {
			a.found.add(Finding{Kind: LostAnchor})
		}
		return nil
	}
	if err != nil {
		return err
	}
	t, err := openCheckpoint(signed, a.self.own())
	if err != nil {
		a.found.add(Finding{Kind: BadAnchor})
		return nil
	}
	a.outside = append(a.outside, t)
	return nil
}

// bound finds the largest size that a good signature vouches for.
func (a *audit) bound() error {
	for _, t := range a.outside {
		a.top = max(a.top, t.size)
	}
	last, err := lastCheckpoint(a.tx)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if t, err := openCheckpoint([]byte(last.note), a.self.own()); err == nil {
		a.top = max(a.top, t.size)
	}
	return nil
}

// recall adds what hearing the partners has found before.
func (a *audit) recall() (err error) {
	a.report.Findings, err = Findings(a.tx)
	return err
}

func (a *audit) progress(n int64) {
	a.done = min(a.done+n, a.total)
	if a.opts.Progress != nil {
		a.opts.Progress(a.done, a.total)
	}
}

// hashPages reads the stored tree by position, a page at a time.
type hashPages struct {
	tx    *store.Tx
	pages map[int64][]tlog.Hash
	err   error // the first; after it every hash is missing
}

const (
	pageSize = 4096 // positions in a page
	maxPages = 16   // pages in memory: 2 MB
)

// at is the stored hash of a position, zero if there is none.
func (h *hashPages) at(pos int64) tlog.Hash {
	if pos < 0 || h.err != nil {
		return tlog.Hash{}
	}
	page, ok := h.pages[pos/pageSize]
	if !ok {
		from := pos / pageSize * pageSize
		page, h.err = hashRange(h.tx, from, from+pageSize)
		if h.err != nil {
			return tlog.Hash{}
		}
		if h.pages == nil || len(h.pages) == maxPages {
			h.pages = map[int64][]tlog.Hash{}
		}
		h.pages[pos/pageSize] = page
	}
	return page[pos%pageSize]
}

// leaf is the tree's hash of the deed seq, or zero; before the first deed it is
// what that one follows.
func (a *audit) leaf(seq int64) tlog.Hash {
	if seq == 0 {
		return origin
	}
	if h, ok := a.mended[seq]; ok {
		return h
	}
	return a.pages.at(tlog.StoredHashIndex(0, seq-1))
}
