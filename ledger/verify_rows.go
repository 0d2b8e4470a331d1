package ledger

import (
	"bytes"

	"golang.org/x/mod/sumdb/tlog"
)

// The tree says which deed belongs at which number, row by row, without saying
// what it is. checkRows finds for every row the number whose leaf it makes. A
// row that makes the leaf of its own number is sound. The rest is told apart by
// what is left: a row that makes no leaf, where a leaf lacks its row, is
// changed; where none is lacking, it is inserted; a leaf that no row makes is
// removed; rows that make their leaves in another order are re-ordered. When
// all numbers after a point were shifted to hide it, the search shifts along.

const (
	batchSize = 1000
	window    = 1000 // how far from its number a row is looked for
	maxStrays = 256  // rows that are kept to be looked for everywhere
	maxGaps   = 4096 // numbers that such a row is tried at
)

type span struct{ from, to int64 }

// stray is a row that made no leaf so far, and the number it should have had.
type stray struct {
	row
	want int64
}

// placement is how far the rows have been laid onto the tree.
type placement struct {
	*audit
	shift  int64  // a row belongs at its number plus this
	next   int64  // the first number that no row reaches yet
	gaps   []span // numbers before next without their row, in order
	strays []stray
}

// checkRows lays every row onto the tree.
func (a *audit) checkRows() error {
	top := max(a.entries, a.size, min(a.top, a.entries+a.hashes))
	a.total = 2 * max(a.entries, a.size)
	p := placement{audit: a, next: 1}
	var held *row // waits for its successor, which tells about it
	for after := int64(0); ; {
		batch, err := rowsAfter(a.tx, after, top, batchSize)
		if err != nil || a.pages.err != nil {
			return err
		}
		for i := range batch {
			if held != nil {
				p.see(*held, &batch[i])
			}
			held = &batch[i]
		}
		a.progress(int64(len(batch)))
		if len(batch) == 0 {
			break
		}
		after = held.seq
	}
	if held != nil {
		p.see(*held, nil)
	}
	p.conclude()
	return misnumbered(a.tx, top, func(seq int64) { a.found.rows(InsertedRow, seq, seq) })
}

// see lays one row onto the tree; next is the row after it, if there is one.
func (p *placement) see(r row, next *row) {
	if !r.detailFits() {
		p.found.rows(ChangedDetail, r.seq, r.seq)
	}
	at, ok := p.find(r, next)
	switch {
	case ok:
		p.fill(at)
		if at == r.seq {
			p.checkLinks(r)
		}
	case len(p.strays) < maxStrays:
		r.salt, r.sealed = nil, nil
		p.strays = append(p.strays, stray{r, r.seq + p.shift})
	default: // too many to look for each
		p.found.rows(ChangedRow, r.seq, r.seq)
		if at := r.seq + p.shift; p.free(at) && at <= p.size {
			p.fill(at)
		}
	}
}

// find is the number whose leaf the row makes.
func (p *placement) find(r row, next *row) (int64, bool) {
	want := r.seq + p.shift
	if p.free(want) && (p.makes(r, want) || p.mend(r, want)) {
		return want, true
	}
	if len(p.strays) == maxStrays {
		return 0, false
	}
	for k := int64(1); k <= window; k++ {
		for _, at := range [...]int64{want + k, want - k} {
			if !p.free(at) || !p.makes(r, at) {
				continue
			}
			if next != nil && p.makes(*next, at+next.seq-r.seq) { // two in a row: all are shifted
				p.shift = at - r.seq
			}
			return at, true
		}
	}
	return 0, false
}

// findGap looks for the row's leaf, wherever it is, among those that lack their row.
func (p *placement) findGap(r row) (int64, bool) {
	tried := 0
	for _, g := range p.gaps {
		for at := g.from; at <= g.to; at++ {
			if tried++; tried > maxGaps {
				return 0, false
			}
			if p.makes(r, at) {
				return at, true
			}
		}
	}
	return 0, false
}

// makes reports whether the row, at that number, makes the tree's leaf, with
// the predecessor that it names or with the one that the tree has.
func (p *placement) makes(r row, at int64) bool {
	leaf := p.leaf(at)
	if leaf == (tlog.Hash{}) {
		return false
	}
	if r.leaf(at, r.prev) == leaf {
		return true
	}
	prev := p.leaf(at - 1)
	return r.leaf(at, prev[:]) == leaf
}

// mend recognises a leaf that was changed in the tree while its deed is sound:
// the deed agrees with its own hash, and the tree's next level with the deed.
func (p *placement) mend(r row, at int64) bool {
	h := r.leaf(at, r.prev)
	if !bytes.Equal(r.hash, h[:]) || !p.parentAgrees(h, at) {
		return false
	}
	p.mended[at] = h
	p.found.rows(BrokenTree, at, at)
	return true
}

// parentAgrees reports whether h as the leaf of a deed makes the hash above it.
// The last leaf may have none above it; then, if it is missing altogether, a
// checkpoint that covers it says that it was there.
func (p *placement) parentAgrees(h tlog.Hash, at int64) bool {
	n := at - 1
	parent := p.pages.at(tlog.StoredHashIndex(1, n/2))
	sibling := p.leaf(n ^ 1 + 1)
	if parent == (tlog.Hash{}) {
		return p.leaf(at) == (tlog.Hash{}) && at <= p.top
	}
	if n%2 == 0 {
		return tlog.NodeHash(h, sibling) == parent
	}
	return tlog.NodeHash(sibling, h) == parent
}

// checkLinks compares what a row in its place says of itself and of the deed
// before it.
func (p *placement) checkLinks(r row) {
	leaf, before := p.leaf(r.seq), p.leaf(r.seq-1)
	if !bytes.Equal(r.hash, leaf[:]) {
		p.found.rows(ChangedRow, r.seq, r.seq)
	}
	if bytes.Equal(r.prev, before[:]) || before == (tlog.Hash{}) {
		return
	}
	if r.seq == 1 || r.leaf(r.seq, r.prev) != leaf || len(r.prev) != tlog.HashSize {
		p.found.rows(ChangedRow, r.seq, r.seq)
		return
	}
	// The leaf commits to another predecessor: that one was changed, in its row
	// and in the tree alike.
	p.found.rows(ChangedRow, r.seq-1, r.seq-1)
	p.mended[r.seq-1] = tlog.Hash(r.prev)
}

func (p *placement) free(at int64) bool {
	return at >= p.next || at >= 1 && p.gapOf(at) >= 0
}

func (p *placement) gapOf(at int64) int {
	for i, g := range p.gaps {
		if g.from <= at && at <= g.to {
			return i
		}
	}
	return -1
}

// fill takes a number as the place of a row. One that fills a gap behind others
// stands in another order.
func (p *placement) fill(at int64) {
	if at >= p.next {
		if at > p.next {
			p.gaps = append(p.gaps, span{p.next, at - 1})
		}
		p.next = at + 1
		return
	}
	p.found.rows(ReorderedRows, at, p.next-1)
	p.close(at)
}

// close takes a number out of the gaps.
func (p *placement) close(at int64) {
	i := p.gapOf(at)
	g := p.gaps[i]
	rest := append([]span{}, p.gaps[:i]...)
	if g.from < at {
		rest = append(rest, span{g.from, at - 1})
	}
	if at < g.to {
		rest = append(rest, span{at + 1, g.to})
	}
	p.gaps = append(rest, p.gaps[i+1:]...)
}

// conclude tells apart what is left: rows without a leaf, leaves without a row.
func (p *placement) conclude() {
	if p.next <= p.size {
		p.gaps = append(p.gaps, span{p.next, p.size})
	}
	p.size = max(p.size, p.next-1)
	var left []stray
	for _, s := range p.strays {
		if at, ok := p.findGap(s.row); ok {
			p.found.rows(ReorderedRows, min(at, s.want), max(at, s.want))
			p.close(at)
		} else {
			left = append(left, s)
		}
	}
	for _, s := range left {
		if p.gapOf(s.want) >= 0 {
			p.found.rows(ChangedRow, s.seq, s.seq)
			p.close(s.want)
		} else {
			p.found.rows(InsertedRow, s.seq, s.seq)
		}
	}
	for _, g := range p.gaps {
		p.found.rows(RemovedRow, g.from, g.to)
	}
}

// detailFits reports whether the detail, if it is there, is the one that the
// deed committed to. One that was erased is no finding.
func (r row) detailFits() bool {
	if len(r.salt) == 0 && len(r.sealed) == 0 {
		return true
	}
	return len(r.salt) == saltSize && bytes.Equal(commitment(r.salt, r.sealed), r.commitment)
}
