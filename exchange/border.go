package exchange

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"crypto/hpke"
	"log/slog"
	"sync"
	"time"

	"istmo/fault"
	"istmo/store"
)

// Handler carries out what a partner asks for. It runs inside the transaction
// that claims the envelope. A fault refuses it: what the handler wrote is
// undone, and the partner gets a receipt with the fault's kind and key. Any
// other error, and a fault of kind Unavailable, leaves the envelope unclaimed,
// to be tried again later; those behind it wait.
type Handler interface {
	Handle(tx *store.Tx, d Delivery) error
}

// Delivery is a message that arrived, opened.
type Delivery struct {
	ID        string // of the envelope, for Climb
	From      string // the partner's node id
	Agreement string
	Purpose   string
	Verb      string
	About     string
	At        time.Time // when it was posted, by the partner's clock
	Body      []byte
}

// Gate decides, at the moment a message would first leave, whether it still
// may: weeks can pass between the posting and the first contact, and the
// agreement it rests on may have ended. A fault stops the message for good.
type Gate interface {
	Leave(tx *store.Tx, m Message) error
}

// Answered is told of a receipt and of what its envelope was about, in the
// transaction that keeps it. A fault undoes what it wrote and is logged; any
// other error leaves the whole bundle for later.
type Answered func(tx *store.Tx, about string, r Receipt) error

// Stopped is told of a message that the gate has stopped for good, by its
// envelope's id and the key of why, in the transaction that stops it.
type Stopped func(tx *store.Tx, m Message, envelope, why string) error

// Options tune a Border. The zero value is a working one.
type Options struct {
	Gate       Gate          // nil: what was posted may leave
	Answered   Answered      // hears of every receipt; may be nil
	Stopped    Stopped       // hears of every message that the gate stops; may be nil
	Poll       time.Duration // how often a quiet partner is asked; 30 s
	Retry      time.Duration // the first pause after a failure; 1 s
	RetryMost  time.Duration // the longest; 5 min
	Patience   time.Duration // for one request; 60 s
	BatchCount int           // envelopes in one bundle by net; 200
	BatchBytes int           // of bodies in one bundle by net; 4 MiB
	MaxBody    int           // of one message, before sealing; 4 MiB, at most 8
	Skew       time.Duration // how far clocks may differ before we warn; 2 min
	Log        *slog.Logger  // slog.Default()
}

func (o Options) filled() Options {
	set(&o.Poll, 30*time.Second)
	set(&o.Retry, time.Second)
	set(&o.RetryMost, 5*time.Minute)
	set(&o.Patience, time.Minute)
	set(&o.BatchCount, 200)
	set(&o.BatchBytes, 4<<20)
	set(&o.MaxBody, 4<<20)
	set(&o.Skew, 2*time.Minute)
	o.MaxBody = min(o.MaxBody, wireBody)
	o.BatchBytes = min(o.BatchBytes, wireBundle/2)
	o.BatchCount = min(o.BatchCount, fileCount)
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

func set[T int | time.Duration](v *T, otherwise T) {
	if *v == 0 {
		*v = otherwise
	}
}

// Border is a node's side of every exchange: it posts, sends, receives, and
// knows the partners.
type Border struct {
	db      *store.DB
	keys    Keys
	self    Card
	handler Handler
	o       Options
	cards   sync.Map      // signed bytes → Card, which is slow to read
	admit   chan struct{} // bounds the requests answered at once
	mu      sync.Mutex
	lanes   map[string]*lane
	roster  chan struct{} // rings when partners come or go
}

// boundKey finds the Border of a transaction's database.
type boundKey struct{}

// New makes the border of the node whose card is self and binds it to db, so
// that commands can Post. Nothing moves until Run, SyncNow, Import or a request.
func New(db *store.DB, keys Keys, self Card, h Handler, o Options) (*Border, error) {
	if !bytes.Equal(self.Sign, keys.Sign.Public().(ed25519.PublicKey)) || !bytes.Equal(self.Seal.Bytes(), keys.Seal.PublicKey().Bytes()) || self.TLS != tlsHash(keys.TLS.Leaf) {
		return nil, fault.Invalid("card", "exchange.card-not-own")
	}
	b := &Border{db: db, keys: keys, self: self, handler: h, o: o.filled(), admit: make(chan struct{}, 4), lanes: map[string]*lane{}, roster: make(chan struct{}, 1)}
	db.Bind(boundKey{}, b)
	return b, nil
}

// Card is the node's own card.
func (b *Border) Card() Card { return b.self }

func bound(tx *store.Tx) *Border { return tx.Bound(boundKey{}).(*Border) }

// card reads a stored card, once.
func (b *Border) card(signed []byte) (Card, error) {
	if c, ok := b.cards.Load(string(signed)); ok {
		return c.(Card), nil
	}
	c, err := decodeCard(signed)
	if err != nil {
		return Card{}, fault.Internal("exchange: a stored card", err)
	}
	b.cards.Store(string(signed), c)
	return c, nil
}

// arrival is a bundle whose signature holds, with its bodies opened.
type arrival struct {
	*Bundle
	tree   *tree
	id     string         // of its statement
	bodies map[int][]byte // by place among the envelopes; absent if it does not open
	byFile bool
}

// Gain counts what one turn changed.
type Gain struct {
	Taken    int    // their envelopes settled here
	Held     int    // their envelopes that wait for an earlier one
	Receipts int    // their receipts heard
	Heard    int    // our envelopes that they now have
	Missing  int64  // the envelope that those held wait for, or 0
	acks     int64  // records of ours that they now have
	trouble  string // what was odd, a translation key
}

func (g Gain) any() bool { return g.Taken+g.Held+g.Receipts+g.Heard > 0 || g.acks > 0 }

func (g *Gain) add(h Gain) {
	g.Taken += h.Taken
	g.Held += h.Held
	g.Receipts += h.Receipts
	g.Heard += h.Heard
	g.Missing = h.Missing
}

// load bounds what one bundle carries.
type load struct{ count, bytes int }

// turn hears what a partner said, if anything, and gathers what is to be said
// back, in one transaction. The caller signs and carries it outside.
func (b *Border) turn(tx *store.Tx, node string, in *arrival, most load) (out *Bundle, g Gain, err error) {
	p, err := active(tx, node)
	if err != nil {
		return nil, g, err
	}
	if in != nil {
		if err := b.hear(tx, p, in, &g); err != nil {
			return nil, g, err
		}
	}
	if out, err = b.say(tx, p, most); err != nil {
		return nil, g, err
	}
	return out, g, p.save(tx)
}

// hear takes in everything that a bundle brings.
func (b *Border) hear(tx *store.Tx, p *partner, in *arrival, g *Gain) error {
	fresh := in.At.After(p.said)
	trouble, err := p.hearPosition(tx, in.Heard, fresh, g)
	if err != nil {
		return err
	}
	if err := p.hearReceipts(tx, in, g); err != nil {
		return err
	}
	t, err := b.hearEnvelopes(tx, p, in, g)
	if err != nil {
		return err
	}
	l, err := b.hearLedger(tx, p, in.Ledger)
	if err != nil {
		return err
	}
	if g.Taken+g.Held+g.Receipts > 0 {
		if err := keepBundle(tx, p, in); err != nil {
			return err
		}
	}
	g.trouble = cmp.Or(t, trouble, l)
	p.contacted(tx, in, fresh, g.trouble, b.o.Skew)
	return nil
}

// say gathers what the partner has not heard yet.
func (b *Border) say(tx *store.Tx, p *partner, most load) (*Bundle, error) {
	out := &Bundle{From: b.self.Node, To: p.node, At: tx.Now}
	more, err := b.takeEnvelopes(tx, p, out, most)
	if err != nil {
		return nil, err
	}
	if out.Receipts, err = receiptsFor(tx, p, most.count*5); err != nil {
		return nil, err
	}
	out.Heard = Heard{p.inSeq, p.inLeaf, p.receiptsIn, p.receiptsInLeaf, more || len(out.Receipts) == most.count*5}
	out.Ledger, err = sayLedger(tx, p)
	return out, err
}

// open unseals the bodies that are new here; it is slow, so it runs outside the
// transaction. A body that does not open is left out and refused later.
func (b *Border) open(in *arrival, after int64) {
	in.bodies = map[int][]byte{}
	for i := range in.Envelopes {
		if e := &in.Envelopes[i]; e.Seq > after && e.Body != nil {
			if plain, ok := b.unseal(e); ok {
				in.bodies[i] = plain
			}
		}
	}
}

func (b *Border) unseal(e *Envelope) (plain []byte, ok bool) {
	plain, err := hpke.Open(b.keys.Seal, kdf, aead, e.info(), e.Body)
	return append([]byte{}, plain...), err == nil
}
