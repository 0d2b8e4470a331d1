package exchange

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"istmo/fault"
	"istmo/store"
)

// lane is what the border keeps in memory about one partner.
type lane struct {
	talking sync.Mutex    // one conversation at a time that we begin
	wake    chan struct{} // something was posted
	alive   chan struct{} // it was heard: stop pausing
	client  *http.Client
	tls     Hash // of the key that client trusts
}

func (b *Border) lane(node string) *lane {
	b.mu.Lock()
	defer b.mu.Unlock()
	l, ok := b.lanes[node]
	if !ok {
		l = &lane{wake: make(chan struct{}, 1), alive: make(chan struct{}, 1)}
		b.lanes[node] = l
	}
	return l
}

// client is the lane's HTTP client, which keeps its connection open. Only who
// holds the lane's talking lock calls it.
func (b *Border) client(node string, to Card) *http.Client {
	l := b.lane(node)
	if l.client != nil && l.tls == to.TLS {
		return l.client
	}
	l.tls = to.TLS
	l.client = &http.Client{
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment, // a ministry may let nothing out but through one
			TLSClientConfig:     b.clientTLS(to),
			TLSHandshakeTimeout: b.o.Patience,
			IdleConnTimeout:     2 * b.o.Poll,
			MaxIdleConns:        1,
			DisableCompression:  true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return l.client
}

func ring(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// poke says that there is something for a partner.
func (b *Border) poke(node string) { ring(b.lane(node).wake) }

// alive says that a partner was heard, so it can be reached again.
func (b *Border) alive(node string) { ring(b.lane(node).alive) }

// changed says, after commit, that the partners are no longer the same.
func (b *Border) changed(tx *store.Tx, node string) {
	tx.After(func() {
		ring(b.roster)
		b.poke(node)
	})
}

// Run keeps speaking with every active partner that has an address, until ctx
// ends. It then waits for the conversations to end.
func (b *Border) Run(ctx context.Context) error {
	var loops sync.WaitGroup
	defer loops.Wait()
	running := map[string]context.CancelFunc{}
	for {
		if err := b.follow(ctx, running, &loops); err != nil {
			return err
		}
		select {
		case <-b.roster:
		case <-ctx.Done():
			return nil
		}
	}
}

// follow starts a loop for each partner that came and ends those of who went.
func (b *Border) follow(ctx context.Context, running map[string]context.CancelFunc, loops *sync.WaitGroup) error {
	now, err := b.roll(ctx)
	if err != nil && ctx.Err() == nil {
		return fault.Internal("exchange: run", err)
	}
	for node := range now {
		if running[node] == nil {
			inner, cancel := context.WithCancel(ctx)
			running[node] = cancel
			loops.Go(func() { b.keepUp(inner, node) })
		}
	}
	for node, cancel := range running {
		if !now[node] {
			cancel()
			delete(running, node)
		}
	}
	return nil
}

// roll lists whom we call.
func (b *Border) roll(ctx context.Context) (map[string]bool, error) {
	now := map[string]bool{}
	err := b.db.Read(ctx, func(tx *store.Tx) error {
		all, err := store.All(tx, (*partner).columns, `SELECT `+partnerColumns+` FROM exchange_partner WHERE state = 'active'`)
		for _, p := range all {
			c, err := b.card(p.signed)
			if err != nil {
				return err
			}
			if c.Address != "" {
				now[p.node] = true
			}
		}
		return err
	})
	return now, err
}

// keepUp speaks with one partner whenever there is a reason: something was
// posted, it is time to ask, or a pause after a failure is over.
func (b *Border) keepUp(ctx context.Context, node string) {
	l, failures := b.lane(node), 0
	for {
		if _, err := b.SyncNow(ctx, node); err == nil {
			failures = 0
		} else if ctx.Err() == nil {
			failures++
			b.o.Log.Warn("a partner could not be reached", "partner", node, "failures", failures, "error", reason(err))
		}
		pause, wake := jitter(b.o.Poll), l.wake
		if failures > 0 {
			pause, wake = backoff(b.o.Retry, b.o.RetryMost, failures), nil
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-wake:
		case <-l.alive:
			if failures == 0 { // it has just had what we have, as our answer
				awaitReason(ctx, l, timer)
			}
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

func awaitReason(ctx context.Context, l *lane, timer *time.Timer) {
	select {
	case <-timer.C:
	case <-l.wake:
	case <-ctx.Done():
	}
}

// backoff doubles with each failure up to a limit, with jitter so that nodes
// that lost one partner together do not come back together.
func backoff(first, most time.Duration, failures int) time.Duration {
	pause := first << min(failures-1, 20)
	if pause > most || pause <= 0 {
		pause = most
	}
	return jitter(pause)
}

func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d/2+1) }

// reason is an error for the log: a fault's key, or the error's own words.
func reason(err error) string {
	if f := fault.All(err); len(f) > 0 {
		return f[0].Key
	}
	return err.Error()
}
