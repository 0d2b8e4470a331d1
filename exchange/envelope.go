package exchange

import (
	"crypto/sha256"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Envelope is one message on its way. What stands in its header is fixed when
// it is posted; its place in the stream, when it is first taken for dispatch.
// The body travels beside the record, which holds only its hash, so that a
// recalled body is gone and the stream still whole.
type Envelope struct {
	ID        string
	From, To  string // node ids
	Agreement string // under which it travels
	Purpose   string
	Verb      string    // the command that it asks for
	About     string    // an object's id, which says nothing by itself
	At        time.Time // when it was posted
	Seal      Hash      // SHA-256 of the sealed body
	Seq       int64     // its place in the stream, from 1
	Prev      Hash      // leaf of the envelope before it
	Body      []byte    // sealed to the receiver; nil if recalled
}

const envelopeMagic = "istmo/envelope/v1"

func (e *Envelope) header() *writer {
	w := &writer{b: make([]byte, 0, 256)}
	w.text(envelopeMagic)
	for _, s := range [...]string{e.ID, e.From, e.To, e.Agreement, e.Purpose, e.Verb, e.About} {
		w.text(s)
	}
	w.instant(e.At)
	return w
}

// info binds a sealed body to its header: opened under another, it does not open.
func (e *Envelope) info() []byte { return e.header().b }

// content names what was posted, wherever in the stream it comes to stand.
func (e *Envelope) content() Hash {
	w := e.header()
	w.hash(e.Seal)
	return sha256.Sum256(w.b)
}

// record is what is hashed into the tree: all but the body.
func (e *Envelope) record() []byte {
	w := e.header()
	w.hash(e.Seal)
	w.number(uint64(e.Seq))
	w.hash(e.Prev)
	return w.b
}

func (e *Envelope) leaf() Hash { return Hash(tlog.RecordHash(e.record())) }

func decodeRecord(b []byte) (Envelope, error) {
	r := &reader{b: b}
	r.magic(envelopeMagic)
	e := Envelope{ID: r.code(1), From: r.code(2), To: r.code(2), Agreement: r.code(0), Purpose: r.code(0), Verb: r.code(1), About: r.code(0),
		At: r.instant(), Seal: r.hash(), Seq: int64(r.number()), Prev: r.hash()}
	r.must(e.Seq > 0)
	return e, r.end()
}

// genesis is what the first envelope of a stream follows. It is made of both
// sides' keys: a node that was rebuilt with new keys starts a new stream.
func genesis(from, to Card) Hash {
	w := &writer{}
	w.text("istmo/stream/v1")
	w.bytes(from.identity())
	w.bytes(to.identity())
	return sha256.Sum256(w.b)
}

// Rung is how far a message has got on the other side.
type Rung string

// The ladder of receipts. Delivered and Refused the node signs by itself; the
// other three a command raises (Climb), for what people did.
const (
	Delivered Rung = "delivered" // taken in, its effect on disk
	Opened    Rung = "opened"    // somebody entitled has looked at it
	Decided   Rung = "decided"   // it was answered
	Served    Rung = "served"    // what it asked for was done
	Refused   Rung = "refused"   // it had no effect, and why
)

var rungs = map[Rung]int{Delivered: 1, Opened: 2, Decided: 3, Served: 4, Refused: 5}

// Receipt is the partner's signed word on one of our envelopes.
type Receipt struct {
	Seq      int64     `json:"seq"` // its place among the partner's receipts, from 1
	Envelope string    `json:"envelope"`
	Content  Hash      `json:"-"` // of the envelope that it is for
	Rung     Rung      `json:"rung"`
	Kind     string    `json:"kind,omitempty"` // of the fault, if refused
	Key      string    `json:"key,omitempty"`  // its sentence, if refused; never a value
	At       time.Time `json:"at"`
}

const receiptMagic = "istmo/receipt/v1"

func (r Receipt) record() []byte {
	w := &writer{b: make([]byte, 0, 160)}
	w.text(receiptMagic)
	w.number(uint64(r.Seq))
	w.text(r.Envelope)
	w.hash(r.Content)
	w.text(string(r.Rung))
	w.text(r.Kind)
	w.text(r.Key)
	w.instant(r.At)
	return w.b
}

func (r Receipt) leaf() Hash { return Hash(tlog.RecordHash(r.record())) }

func decodeReceipt(b []byte) (Receipt, error) {
	r := &reader{b: b}
	r.magic(receiptMagic)
	c := Receipt{Seq: int64(r.number()), Envelope: r.code(1), Content: r.hash(), Rung: Rung(r.code(1)), Kind: r.code(0), Key: r.code(0), At: r.instant()}
	r.must(c.Seq > 0 && rungs[c.Rung] > 0 && (c.Rung == Refused) == (c.Kind != "") && (c.Kind != "") == (c.Key != ""))
	return c, r.end()
}

// Heard says how far one side has heard the other: the last envelope and the
// last receipt without a gap before it. The hashes let a side that was restored
// from a backup find out that it has already said more than it remembers.
type Heard struct {
	Seq          int64
	Leaf         Hash
	Receipts     int64
	ReceiptsLeaf Hash
	More         bool // there is more to say than fits this bundle
}

const heardMagic = "istmo/heard/v1"

func (h Heard) record() []byte {
	w := &writer{}
	w.text(heardMagic)
	w.number(uint64(h.Seq))
	w.hash(h.Leaf)
	w.number(uint64(h.Receipts))
	w.hash(h.ReceiptsLeaf)
	w.flag(h.More)
	return w.b
}

func decodeHeard(b []byte) (Heard, error) {
	r := &reader{b: b}
	r.magic(heardMagic)
	h := Heard{int64(r.number()), r.hash(), int64(r.number()), r.hash(), r.flag()}
	return h, r.end()
}
