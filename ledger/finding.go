package ledger

import "time"

// Kind names what was found.
type Kind string

// What verify finds in this node's own history.
const (
	ChangedRow          Kind = "changed-row"          // a deed is not the one that was recorded
	RemovedRow          Kind = "removed-row"          // a recorded deed is not there
	InsertedRow         Kind = "inserted-row"         // a deed is there that was never recorded
	ReorderedRows       Kind = "reordered-rows"       // deeds stand in another order
	ChangedDetail       Kind = "changed-detail"       // a sealed detail is not the one that was committed to
	BrokenTree          Kind = "broken-tree"          // the tree's stored hashes do not follow from the deeds
	BadCheckpoint       Kind = "bad-checkpoint"       // a kept checkpoint is not signed by this node
	OtherHistory        Kind = "other-history"        // a signed checkpoint is of another history: all was rewritten together
	RolledBack          Kind = "rolled-back"          // a signed checkpoint is larger than the database: an older copy
	LostAnchor          Kind = "lost-anchor"          // the anchor file is gone
	BadAnchor           Kind = "bad-anchor"           // the anchor file does not hold a checkpoint of this node
	BadCountersignature Kind = "bad-countersignature" // a kept countersignature does not hold
)

// What hearing partners finds in theirs.
const (
	PartnerRolledBack Kind = "partner-rolled-back" // knowing what it had shown, it showed a smaller history
	PartnerRewrote    Kind = "partner-rewrote"     // what it says does not continue what it said
	Equivocation      Kind = "equivocation"        // it showed two of its partners different histories
	Unproven          Kind = "unproven"            // asked to prove that it did not, it does not
)

// Finding is one thing that is wrong, and where.
type Finding struct {
	Kind   Kind      `json:"kind"`
	Seq    int64     `json:"seq,omitempty"`    // the first deed it is about
	Last   int64     `json:"last,omitempty"`   // the last one
	Node   string    `json:"node,omitempty"`   // the node whose history or signature it is about
	Via    string    `json:"via,omitempty"`    // the node that showed us the other history
	Size   int64     `json:"size,omitempty"`   // of the checkpoint that is contradicted
	At     time.Time `json:"at,omitzero"`      // when it was found
	First  string    `json:"first,omitempty"`  // the checkpoint that is contradicted
	Second string    `json:"second,omitempty"` // the one that contradicts it
}

// Key is the sentence that says it, in the plural of Count.
func (f Finding) Key() string { return "ledger.finding." + string(f.Kind) }

// Args are the sentence's arguments, as names and values in turn.
func (f Finding) Args() []any {
	return []any{"Seq", f.Seq, "Last", f.Last, "Count", f.Last - f.Seq + 1, "Node", f.Node, "Via", f.Via, "Size", f.Size}
}

// most is the number of findings that a report lists one by one.
const most = 1000

// findings gathers what a verification finds, neighbours in one.
type findings struct {
	list []Finding
	more int
}

// rows notes a finding about the deeds seq to last.
func (f *findings) rows(kind Kind, seq, last int64) {
	f.add(Finding{Kind: kind, Seq: seq, Last: last})
}

func (f *findings) add(n Finding) {
	for i := range f.list {
		g := &f.list[i]
		if n.Seq > 0 && g.Kind == n.Kind && g.Node == n.Node && n.Seq <= g.Last+1 && n.Last >= g.Seq-1 {
			g.Seq, g.Last, g.Size = min(g.Seq, n.Seq), max(g.Last, n.Last), max(g.Size, n.Size)
			return
		}
	}
	if len(f.list) == most {
		f.more++
		return
	}
	f.list = append(f.list, n)
}
