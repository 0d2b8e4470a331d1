package ledger

import "golang.org/x/mod/sumdb/tlog"

// rising is the tree over the deeds so far: the complete subtrees on its right
// edge, by level, as RFC 6962 lays them out.
type rising struct {
	size  int64
	edge  [64]tlog.Hash // zero where a missing leaf leaves it unknown
	pages *hashPages
}

// add takes the next leaf and compares what it completes with what is stored.
// It reports whether all of it agrees.
func (t *rising) add(leaf tlog.Hash) bool {
	agrees, h, level, n := true, leaf, 0, t.size
	for ; n&1 == 1; level, n = level+1, n>>1 {
		above := t.pages.at(tlog.StoredHashIndex(level+1, n>>1))
		if t.edge[level] == (tlog.Hash{}) || h == (tlog.Hash{}) {
			h = above // cannot be computed: what is stored has to do
			continue
		}
		h = tlog.NodeHash(t.edge[level], h)
		agrees = agrees && h == above
	}
	t.edge[level] = h
	t.size++
	return agrees
}

// root is the tree's hash.
func (t *rising) root() tlog.Hash {
	if t.size == 0 {
		return origin
	}
	var root tlog.Hash
	started := false
	for level := range t.edge {
		switch {
		case t.size>>level&1 == 0:
		case !started:
			root, started = t.edge[level], true
		default:
			root = tlog.NodeHash(t.edge[level], root)
		}
	}
	return root
}

// checkTree computes the tree again from the deeds' hashes and holds it against
// the stored one and against everything signed.
func (a *audit) checkTree() error {
	t := rising{pages: &a.pages}
	good := int64(0) // the last size that a signature confirmed
	a.judge(a.signedAt(0, nil), &t, &good)
	for from := int64(0); from < a.size; from += batchSize {
		to := min(from+batchSize, a.size)
		own, err := checkpointsAfter(a.tx, from, to)
		if err != nil || a.pages.err != nil {
			return err
		}
		bySize := a.ownTrees(own)
		for seq := from + 1; seq <= to; seq++ {
			leaf := a.leaf(seq)
			if !t.add(leaf) || leaf == (tlog.Hash{}) {
				a.found.rows(BrokenTree, seq, seq)
			}
			a.judge(a.signedAt(seq, bySize), &t, &good)
		}
		a.progress(to - from)
	}
	a.report.Root = t.root()
	a.checkSurplus()
	return a.checkLarger()
}

// ownTrees are the checkpoints of ours whose signature holds, by size.
func (a *audit) ownTrees(own []stored) map[int64]tree {
	good := map[int64]tree{}
	for _, s := range own {
		t, err := openCheckpoint([]byte(s.note), a.self.own())
		if err != nil || t.size != s.size {
			a.found.add(Finding{Kind: BadCheckpoint, Seq: s.size, Last: s.size, Size: s.size})
			continue
		}
		good[s.size] = t
		a.report.Checkpoints++
	}
	return good
}

// signedAt is everything signed of that size.
func (a *audit) signedAt(size int64, own map[int64]tree) []tree {
	var all []tree
	if t, ok := own[size]; ok {
		all = append(all, t)
	}
	for _, t := range a.outside {
		if t.size == size {
			all = append(all, t)
		}
	}
	return all
}

// judge holds the tree against what was signed of its size.
func (a *audit) judge(signed []tree, t *rising, good *int64) {
	for _, s := range signed {
		if s.root != t.root() {
			a.found.add(Finding{Kind: OtherHistory, Seq: *good + 1, Last: s.size, Size: s.size})
			return
		}
	}
	if len(signed) > 0 {
		*good = t.size
	}
}

// checkSurplus finds hashes that no deed accounts for.
func (a *audit) checkSurplus() {
	for _, f := range a.found.list {
		if f.Kind == BrokenTree {
			return
		}
	}
	if a.hashes > tlog.StoredHashCount(a.size) {
		a.found.rows(BrokenTree, a.size+1, a.size+1)
	}
}

// checkLarger finds what was signed of more deeds than there are.
func (a *audit) checkLarger() error {
	own, err := checkpointsAfter(a.tx, a.size, 1<<62)
	if err != nil {
		return err
	}
	larger := a.outside
	for _, t := range a.ownTrees(own) {
		larger = append(larger, t)
	}
	for _, t := range larger {
		if t.size > a.size {
			a.found.add(Finding{Kind: RolledBack, Seq: a.size + 1, Last: t.size, Size: t.size})
		}
	}
	return nil
}
