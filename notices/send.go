package notices

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"istmo/access/people"
	"istmo/fault"
	"istmo/ledger"
	"istmo/store"
	"istmo/vault"
)

const (
	batch    = 50               // messages of one way that are taken at once
	leased   = 3 * time.Minute  // for which nobody else tries what is being sent
	look     = 10 * time.Second // how often the outbox is looked at without a reason
	firstTry = time.Minute      // after a failure; it doubles
	lastTry  = time.Hour
	term     = 3 * 24 * time.Hour // after which it is given up
)

// Options are what the operator decides.
type Options struct {
	Node  string // as whom it writes into the ledger
	Site  string // the address to which messages lead
	Mail  MailServer
	Push  PushServices
	Roots *x509.CertPool // whom it trusts; nil is the system's own
	Demo  bool           // nothing is sent, and each is shown to whom it was for
	Zone  *time.Location // of quiet hours; UTC if nil
	Log   *slog.Logger
}

// Sender carries what the outbox holds.
type Sender struct {
	db     *store.DB
	o      Options
	vapid  *ecdsa.PrivateKey
	key    string // its public half, as browsers want it
	client *http.Client
	wakes  map[string]chan struct{}
}

type senderKey struct{}

// New makes the sender and lets every transaction of db find it. What the operator
// has set and cannot be is an Invalid fault on that setting. derive makes keys of
// the node's secret; the label is "istmo/vapid".
func New(db *store.DB, o Options, derive func(label string, n int) []byte) (*Sender, error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if err := o.Mail.check(); err != nil {
		return nil, err
	}
	if err := o.Push.check(); err != nil {
		return nil, err
	}
	s := &Sender{db: db, o: o, vapid: vapidKey(derive("istmo/vapid", 48)),
		wakes: map[string]chan struct{}{Mail: make(chan struct{}, 1), Push: make(chan struct{}, 1)}}
	s.key = publicKey(s.vapid)
	s.client = pushClient(o.Push.Hosts, o.Roots)
	db.Bind(senderKey{}, s)
	return s, nil
}

func of(tx *store.Tx) *Sender { return tx.Bound(senderKey{}).(*Sender) }

// sends reports whether anything goes by a way on this node. A demonstration shows
// its e-mails; it asks no browser for a subscription.
func (s *Sender) sends(way string) bool {
	if way == Mail {
		return s.o.Mail.Server != "" || s.o.Demo
	}
	return s.o.Push.Contact != "" && !s.o.Demo
}

// wake has the sender look at once when this transaction is on disk.
func wake(tx *store.Tx) {
	s := of(tx)
	tx.After(func() {
		for _, c := range s.wakes {
			select {
			case c <- struct{}{}:
			default:
			}
		}
	})
}

// Run sends until ctx ends. Neither way waits for the other.
func (s *Sender) Run(ctx context.Context) error {
	var ways sync.WaitGroup
	for way, wakes := range s.wakes {
		ways.Go(func() { s.keepUp(ctx, way, wakes) })
	}
	ways.Wait()
	return nil
}

func (s *Sender) keepUp(ctx context.Context, way string, wakes <-chan struct{}) {
	for {
		n, err := s.round(ctx, way)
		if err != nil && ctx.Err() == nil {
			s.o.Log.Error("notices could not be sent, and will be tried again", "way", way, "error", err)
		}
		if err == nil && n == batch {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-wakes:
		case <-time.After(look):
		}
	}
}

// Forget deletes what is so old that nobody looks at it any more.
func (s *Sender) Forget(ctx context.Context) error { return s.db.Write(ctx, forget) }

// Round gathers and sends once what is due, by every way.
func (s *Sender) Round(ctx context.Context) error {
	for _, way := range []string{Mail, Push} {
		if _, err := s.round(ctx, way); err != nil {
			return err
		}
	}
	return nil
}

// parcel is a message on its way.
type parcel struct {
	Message
	written
	to map[string]string // the channel's secrets
}

func (s *Sender) round(ctx context.Context, way string) (int, error) {
	due := false
	err := s.db.Read(ctx, func(tx *store.Tx) (err error) {
		due, err = anything(tx, way)
		return err
	})
	if err != nil || !due {
		return 0, err
	}
	var parcels []parcel
	err = s.db.Write(ctx, func(tx *store.Tx) (err error) {
		parcels, err = s.take(tx, way)
		return err
	})
	if err != nil || len(parcels) == 0 {
		return 0, err
	}
	if way == Mail {
		return len(parcels), s.mail(ctx, parcels)
	}
	return len(parcels), s.push(ctx, parcels)
}

// take gathers, and takes what is due for sending. From here on, for a while,
// nobody else takes it; if the node dies meanwhile it is taken again after that.
func (s *Sender) take(tx *store.Tx, way string) (parcels []parcel, err error) {
	if err := s.gather(tx); err != nil {
		return nil, err
	}
	due, err := outgoing(tx, way)
	if err != nil {
		return nil, err
	}
	for _, m := range due {
		p, send, err := s.pack(tx, m)
		if err != nil {
			return nil, err
		}
		if send {
			parcels = append(parcels, p)
		}
	}
	return parcels, nil
}

// pack makes a message ready for sending, if there is still a reason to.
func (s *Sender) pack(tx *store.Tx, m Message) (p parcel, send bool, err error) {
	drop := func(why string) error {
		_, err := settle(tx, m.ID, "dropped", why)
		return err
	}
	u, err := people.FindUser(tx, m.User)
	if err != nil {
		return p, false, err
	}
	if u.State != people.Active {
		return p, false, drop("disabled")
	}
	ch, err := findChannel(tx, m.Channel)
	if fault.Is(err, fault.KindNotFound) || err == nil && ch.State == RefusedThere {
		return p, false, drop("removed")
	}
	if err != nil {
		return p, false, err
	}
	p.Message = m
	if p.written, err = s.written(tx, m, u.Lang); err != nil {
		return p, false, err
	}
	if p.text == "" {
		return p, false, drop("opened")
	}
	if s.o.Demo {
		_, err := settle(tx, m.ID, "shown", "")
		return p, false, err
	}
	if p.to, err = vault.Get(tx, m.Channel); err != nil {
		return p, false, err
	}
	p.Tries++
	return p, true, lease(tx, m.ID, tx.Now.Add(leased))
}

// verdict is what became of a try.
type verdict struct {
	outcome string // sent, later, refused (the address), gone (the device), never
	why     string // a code, such as "smtp-451"
	wait    time.Duration
}

// mark keeps what became of a message.
func (s *Sender) mark(ctx context.Context, p parcel, v verdict) error {
	if v.outcome != "sent" {
		s.o.Log.Warn("a notice was not taken", "way", p.Way, "message", p.ID, "outcome", v.outcome, "why", v.why, "tries", p.Tries)
	}
	ctx = context.WithoutCancel(ctx) // what was sent is marked, even while the node stops
	return s.db.Write(ctx, func(tx *store.Tx) error { return s.settled(tx, p, v) })
}

func (s *Sender) settled(tx *store.Tx, p parcel, v verdict) error {
	switch v.outcome {
	case "sent":
		if _, err := settle(tx, p.ID, "sent", ""); err != nil {
			return err
		}
		return usedChannel(tx, p.Channel)
	case "gone":
		return remove(tx, p.Channel) // and with it what waits for it
	case "refused":
		if err := setChannel(tx, p.Channel, RefusedThere, v.why); err != nil {
			return err
		}
		return s.giveUp(tx, p, v.why)
	case "later":
		if due := tx.Now.Add(max(v.wait, pause(p.Tries))); due.Before(p.At.Add(term)) {
			return tryAt(tx, p.ID, v.why, due)
		}
	}
	return s.giveUp(tx, p, v.why)
}

// giveUp tries a message no more, and says so where the operator and the auditor
// look.
func (s *Sender) giveUp(tx *store.Tx, p parcel, why string) error {
	if ended, err := settle(tx, p.ID, "given-up", why); err != nil || !ended {
		return err
	}
	_, err := ledger.Append(tx, ledger.Deed{Actor: "node:" + s.o.Node, Verb: "notices.give-up", Object: p.ID, Outcome: "done"})
	return err
}

// pause is how long to wait after a number of tries.
func pause(tries int64) time.Duration {
	return min(firstTry<<min(max(tries-1, 0), 10), lastTry)
}
