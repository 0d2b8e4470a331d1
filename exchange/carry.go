package exchange

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"istmo/fault"
	"istmo/store"
)

// Path is where a node hears its partners.
const Path = "/exchange/v1/sync"

const mediaType = "application/vnd.istmo.bundle"

// TLSConfig is for the listener that serves the Border. It takes any client's
// certificate, or none: who is known is decided for each request, so that a
// partner removed a moment ago is a stranger on an open connection too, and a
// stranger gets what a server without an exchange would answer.
func (b *Border) TLSConfig() *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		CurvePreferences:       []tls.CurveID{tls.X25519MLKEM768}, // headers are sealed by this alone
		Certificates:           []tls.Certificate{b.keys.TLS},
		ClientAuth:             tls.RequestClientCert,
		SessionTicketsDisabled: true,
		NextProtos:             []string{"http/1.1"},
	}
}

// clientTLS trusts the key on one partner's card and nothing else.
func (b *Border) clientTLS(p Card) *tls.Config {
	c := b.TLSConfig()
	c.InsecureSkipVerify = true // no authority stands above the card
	c.VerifyConnection = func(s tls.ConnectionState) error {
		if len(s.PeerCertificates) == 0 || tlsHash(s.PeerCertificates[0]) != p.TLS {
			return errImpostor
		}
		return nil
	}
	return c
}

var errImpostor = errors.New("exchange: the server's key is not the one on the partner's card")

// ServeHTTP answers a partner's bundle with ours. Whoever is no active partner,
// and every other path and method, gets the bare 404 of an empty server.
func (b *Border) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	node, ok := b.knock(r)
	if !ok {
		http.NotFound(w, r)
		return
	}
	select {
	case b.admit <- struct{}{}:
		defer func() { <-b.admit }()
	default:
		w.Header().Set("Retry-After", "5")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	http.NewResponseController(w).SetReadDeadline(time.Now().Add(b.o.Patience))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, wireBundle))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if len(body) == 0 { // a knock: is there somebody who knows me?
		w.WriteHeader(http.StatusNoContent)
		return
	}
	answer, err := b.answer(r.Context(), node, body)
	b.reply(w, r, node, answer, err)
}

// knock finds the active partner that a request comes from.
func (b *Border) knock(r *http.Request) (node string, ok bool) {
	if r.Method != http.MethodPost || r.URL.Path != Path || r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return "", false
	}
	key := tlsHash(r.TLS.PeerCertificates[0])
	err := b.db.Read(r.Context(), func(tx *store.Tx) error {
		return tx.Get([]any{&node}, `SELECT node FROM exchange_partner WHERE tls = $1 AND state = 'active'`, hex.EncodeToString(key[:]))
	})
	return node, err == nil
}

// answer hears a bundle and makes the one that answers it.
func (b *Border) answer(ctx context.Context, node string, body []byte) ([]byte, error) {
	in, err := b.receive(ctx, node, body, false)
	if err != nil {
		b.note(ctx, node, err)
		return nil, err
	}
	out, _, err := b.exchange(ctx, node, in, b.batch())
	if err != nil {
		return nil, err
	}
	b.alive(node)
	return out.encode(), nil
}

// reply writes the answer, or the key of what is wrong with the bundle; a
// partner that was removed meanwhile gets the bare 404.
func (b *Border) reply(w http.ResponseWriter, r *http.Request, node string, answer []byte, err error) {
	f := fault.All(err)
	switch {
	case err == nil:
		w.Header().Set("Content-Type", mediaType)
		w.Write(answer)
	case fault.Is(err, fault.KindNotFound):
		http.NotFound(w, r)
	case len(f) > 0:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, f[0].Key)
	default:
		b.o.Log.Error("a bundle could not be answered", "partner", node, "error", err)
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// receive reads a bundle, checks that node signed it for us, and opens what is
// new in it.
func (b *Border) receive(ctx context.Context, node string, body []byte, byFile bool) (*arrival, error) {
	bundle, err := decodeBundle(body)
	if err != nil {
		return nil, fault.Invalid("bundle", "exchange.bundle-damaged")
	}
	var p *partner
	if err := b.db.Read(ctx, func(tx *store.Tx) (err error) {
		p, err = active(tx, node)
		return err
	}); err != nil {
		return nil, err
	}
	if bundle.From != node || bundle.To != b.self.Node {
		return nil, fault.Invalid("bundle", "exchange.bundle-foreign")
	}
	t := bundle.verify(p.card.Sign)
	if t == nil {
		return nil, fault.Invalid("bundle", "exchange.bundle-forged")
	}
	in := &arrival{Bundle: bundle, tree: t, id: bundleID(sha256.Sum256(bundle.statement(t))), byFile: byFile}
	b.open(in, p.inSeq)
	return in, nil
}

// exchange runs one turn and signs what is to be said.
func (b *Border) exchange(ctx context.Context, node string, in *arrival, most load) (out *Bundle, g Gain, err error) {
	err = b.db.Write(ctx, func(tx *store.Tx) (err error) {
		out, g, err = b.turn(tx, node, in, most)
		return err
	})
	if err != nil {
		return nil, g, err
	}
	out.sign(b.keys.Sign)
	return out, g, nil
}

func (b *Border) batch() load { return load{b.o.BatchCount, b.o.BatchBytes} }

// post carries one bundle to a partner and brings back its answer.
func (b *Border) post(ctx context.Context, c *http.Client, to Card, bundle []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, b.o.Patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.Address+Path, bytes.NewReader(bundle))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", mediaType)
	res, err := c.Do(req)
	if errors.Is(err, errImpostor) {
		return nil, fault.Unavailable("exchange.trouble-impostor")
	}
	if err != nil {
		return nil, errors.Join(fault.Unavailable("exchange.trouble-unreachable"), err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, wireBundle))
	if err != nil {
		return nil, errors.Join(fault.Unavailable("exchange.trouble-unreachable"), err)
	}
	return answered(res.StatusCode, body)
}

// answered reads an HTTP answer.
func answered(status int, body []byte) ([]byte, error) {
	switch status {
	case http.StatusOK, http.StatusNoContent:
		return body, nil
	case http.StatusNotFound:
		return nil, fault.Unavailable("exchange.trouble-stranger")
	case http.StatusBadRequest:
		if key := string(body); strings.HasPrefix(key, "exchange.bundle-") && code(key, 1) && len(key) < 64 {
			return nil, fault.Unavailable("exchange.trouble-refused").With("Key", key)
		}
	case http.StatusServiceUnavailable:
		return nil, fault.Unavailable("exchange.trouble-busy")
	}
	return nil, fault.Unavailable("exchange.trouble-refused")
}

// SyncNow speaks with a partner until neither side has anything more to say. It
// returns how many envelopes moved, in either direction. A partner without an
// address, or out of reach, is an Unavailable fault; one that is not active is
// NotFound.
func (b *Border) SyncNow(ctx context.Context, node string) (moved int, err error) {
	l := b.lane(node)
	l.talking.Lock()
	defer l.talking.Unlock()
	g, err := b.talk(ctx, node)
	if err != nil {
		b.note(ctx, node, err)
	}
	return g.Heard + g.Taken, err
}

// talk is one conversation: post, hear the answer, and again while something
// moves. It knocks first, so that nothing counts as taken for dispatch while
// nobody is there to have it.
func (b *Border) talk(ctx context.Context, node string) (total Gain, err error) {
	to, err := b.reachable(ctx, node)
	if err != nil {
		return total, err
	}
	client := b.client(node, to)
	if _, err := b.post(ctx, client, to, nil); err != nil {
		return total, err
	}
	out, _, err := b.exchange(ctx, node, nil, b.batch())
	for err == nil {
		var in *arrival
		if in, err = b.ask(ctx, client, to, out); err != nil {
			return total, err
		}
		var g Gain
		if out, g, err = b.exchange(ctx, node, in, b.batch()); err != nil {
			return total, err
		}
		total.add(g)
		if len(out.Envelopes)+len(out.Receipts) == 0 && !in.Heard.More {
			return total, nil
		}
		if !g.any() {
			return total, fault.Unavailable(cmp.Or(g.trouble, "exchange.trouble-stalled"))
		}
	}
	return total, err
}

// ask posts a bundle and opens the answer.
func (b *Border) ask(ctx context.Context, c *http.Client, to Card, out *Bundle) (*arrival, error) {
	answer, err := b.post(ctx, c, to, out.encode())
	if err != nil {
		return nil, err
	}
	return b.receive(ctx, to.Node, answer, false)
}

// reachable is the card of an active partner that has an address.
func (b *Border) reachable(ctx context.Context, node string) (c Card, err error) {
	err = b.db.Read(ctx, func(tx *store.Tx) error {
		p, err := active(tx, node)
		if err == nil {
			c = p.card
		}
		return err
	})
	if err == nil && c.Address == "" {
		err = fault.Unavailable("exchange.trouble-no-address")
	}
	return c, err
}

// note keeps what is wrong with a link for Partners to show. What cannot be
// written is in the log; a link in trouble must not bring down anything else.
func (b *Border) note(ctx context.Context, node string, cause error) {
	if ctx.Err() != nil || fault.Is(cause, fault.KindNotFound) {
		return
	}
	key := "exchange.trouble-internal"
	if f := fault.All(cause); len(f) > 0 {
		key = f[0].Key
	}
	err := b.db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE exchange_partner SET trouble = $2, trouble_at = $3 WHERE node = $1 AND trouble <> $2`, node, key, tx.Now)
		return err
	})
	if err != nil {
		b.o.Log.Error("a partner's trouble could not be noted", "partner", node, "error", err)
	}
}
