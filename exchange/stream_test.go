package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"istmo/fault"
	"istmo/store"
)

// turn has a site hear a bundle, with nothing in between.
func (s *site) hears(in *Bundle) (*Bundle, error) {
	s.t.Helper()
	b, err := s.answer(s.t.Context(), in.From, in.encode())
	if err != nil {
		return nil, err
	}
	out, err := decodeBundle(b)
	if err != nil {
		s.t.Fatal(err)
	}
	return out, nil
}

// says is the bundle that a site would send now.
func (s *site) says(to string) *Bundle {
	s.t.Helper()
	out, _, err := s.exchange(s.t.Context(), to, nil, s.batch())
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s *site) partner(node string) Partner {
	s.t.Helper()
	var found Partner
	s.read(func(tx *store.Tx) error {
		all, err := Partners(tx)
		for _, p := range all {
			if p.Node == node {
				found = p
			}
		}
		return err
	})
	return found
}

func TestOrderIsTheOrderOfPosting(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{BatchCount: 3}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	var words []string
	pa.write(func(tx *store.Tx) error { // many in one millisecond
		for i := range 20 {
			words = append(words, fmt.Sprint(i))
			if _, err := Post(tx, Message{To: "CO", Verb: "test.take", Body: []byte(words[i])}); err != nil {
				return err
			}
		}
		return nil
	})
	if n := pa.sync("CO"); n != 20 {
		t.Errorf("moved %d", n)
	}
	want(t, "order", co.bodies(), strings.Join(words, " "))
	if h := pa.partner("CO"); h.Queue != 0 || h.Trouble != "" || h.Contact.IsZero() || h.LastReceipt.IsZero() {
		t.Errorf("health %+v", h)
	}
}

func TestAPostThatIsUndoneNeverLeaves(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	boom := errors.New("the command failed after all")
	err := pa.db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := Post(tx, Message{To: "CO", Verb: "test.take", Body: []byte("never")})
		return errors.Join(boom, err)
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	pa.post("CO", "test.take", "", "yes")
	pa.sync("CO")
	want(t, "taken", co.bodies(), "yes")
}

func TestDuplicatesAreAnsweredAlike(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	pa.post("CO", "test.take", "ref_1", "one")
	pa.post("CO", "test.refuse", "ref_1", "two")
	said := pa.says("CO")
	var first *Bundle
	for range 3 {
		answer, err := co.hears(said)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = answer
		}
		if len(answer.Receipts) != 2 || answer.Receipts[0] != first.Receipts[0] || answer.Receipts[1] != first.Receipts[1] {
			t.Errorf("receipts %+v, first %+v", answer.Receipts, first.Receipts)
		}
	}
	want(t, "taken", co.bodies(), "one")
	for range 3 {
		if _, err := pa.hears(first); err != nil {
			t.Fatal(err)
		}
	}
	want(t, "ladder", pa.ladder("ref_1"), "delivered refused:conflict:test.not-so")
	co.write(func(tx *store.Tx) error { return Climb(tx, said.Envelopes[0].ID, Opened) })
	older := co.says("PA") // CO has not heard that PA has the first two
	if len(older.Receipts) != 3 {
		t.Fatalf("%d receipts", len(older.Receipts))
	}
	if _, err := pa.hears(older); err != nil {
		t.Fatal(err)
	}
	want(t, "an old receipt before a new one", pa.ladder("ref_1"), "delivered opened refused:conflict:test.not-so")
}

// TestAnOlderBundleArrivesLate: it does not look as if the partner had forgotten.
func TestAnOlderBundleArrivesLate(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	early := co.says("PA")
	time.Sleep(2 * time.Millisecond)
	pa.post("CO", "test.take", "ref_1", "one")
	pa.sync("CO")
	if _, err := pa.hears(early); err != nil {
		t.Fatal(err)
	}
	if again := pa.says("CO"); len(again.Envelopes) != 0 {
		t.Errorf("%d envelopes are said again", len(again.Envelopes))
	}
	want(t, "trouble", pa.partner("CO").Trouble, "")
}

func TestWhatComesEarlyWaitsForItsTurn(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{BatchCount: 2}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	for i := range 6 {
		pa.post("CO", "test.take", "", fmt.Sprint(i))
	}
	all := pa.says("CO") // 0 1
	parts := []*Bundle{all}
	pa.o.BatchCount = 6
	rest := pa.says("CO")
	for i := 2; i < 6; i += 2 {
		part := &Bundle{From: "PA", To: "CO", At: rest.At, Heard: rest.Heard, Envelopes: rest.Envelopes[i : i+2]}
		part.sign(pa.keys.Sign)
		parts = append(parts, part)
	}
	for _, i := range []int{2, 1, 2} {
		answer, err := co.hears(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if answer.Heard.Seq != 0 || len(answer.Receipts) != 0 {
			t.Errorf("part %d was settled before its turn: %+v", i, answer.Heard)
		}
	}
	want(t, "before", co.bodies(), "")
	answer, err := co.hears(parts[0])
	if err != nil || answer.Heard.Seq != 6 || len(answer.Receipts) != 6 {
		t.Fatalf("%+v, %v", answer, err)
	}
	want(t, "after", co.bodies(), "0 1 2 3 4 5")
}

// TestAnotherContentUnderAnID: the partner that signs two contents under one id
// is refused and found out.
func TestAnotherContentUnderAnID(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	id := pa.post("CO", "test.take", "ref_1", "one")
	pa.sync("CO")
	pa.post("CO", "test.take", "ref_1", "two")
	pa.write(func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE exchange_outbox SET id = $1 WHERE state = 'waiting'`, id+"x")
		return err
	})
	said := pa.says("CO")
	forged := said.Envelopes[0]
	forged.ID = id
	said.Envelopes = []Envelope{forged}
	said.sign(pa.keys.Sign)
	answer, err := co.hears(said)
	if err != nil {
		t.Fatal(err)
	}
	if r := answer.Receipts[len(answer.Receipts)-1]; r.Rung != Refused || r.Key != "exchange.replayed" || r.Envelope != id || r.Content != forged.content() {
		t.Errorf("receipt %+v", r)
	}
	want(t, "taken", co.bodies(), "one")
	if deeds := co.deeds("refused:conflict"); deeds != 1 {
		t.Errorf("%d refusals in the ledger", deeds)
	}
}

// deeds counts the ledger's deeds with an outcome.
func (s *site) deeds(outcome string) (n int) {
	s.t.Helper()
	s.read(func(tx *store.Tx) error {
		return tx.Get([]any{&n}, `SELECT COUNT(*) FROM ledger_entry WHERE outcome = $1`, outcome)
	})
	return n
}

func TestAForkedStreamIsFoundOut(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	pa.post("CO", "test.take", "", "one")
	pa.sync("CO")
	pa.post("CO", "test.take", "", "two")
	said := pa.says("CO")
	said.Envelopes[0].Seq = 1 // another envelope at a settled place
	said.sign(pa.keys.Sign)
	if _, err := co.hears(said); err != nil {
		t.Fatal(err)
	}
	want(t, "trouble", co.partner("PA").Trouble, troubleForked)
	said.Envelopes[0].Seq, said.Envelopes[0].Prev = 2, Hash{1} // after something else
	said.sign(pa.keys.Sign)
	if _, err := co.hears(said); err != nil {
		t.Fatal(err)
	}
	want(t, "trouble", co.partner("PA").Trouble, troubleForked)
	want(t, "taken", co.bodies(), "one")
	if n := co.deeds("refused:conflict"); n != 2 {
		t.Errorf("%d refusals in the ledger", n)
	}
	pa.sync("CO")
	want(t, "the true one is taken all the same", co.bodies(), "one two")
	want(t, "trouble", co.partner("PA").Trouble, "")
}

func TestFaultRefusesAndErrorWaits(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	pa.post("CO", "test.take", "ref_1", "one")
	pa.post("CO", "test.refuse", "ref_2", "two")
	pa.post("CO", "test.take", "ref_3", "three")
	co.h.sick.Store(true)
	if _, err := pa.SyncNow(t.Context(), "CO"); !fault.Is(err, fault.KindUnavailable) {
		t.Errorf("a partner that cannot take anything: %v", err)
	}
	want(t, "taken while sick", co.bodies(), "")
	want(t, "trouble here", co.partner("PA").Trouble, troubleLater)
	want(t, "trouble there", pa.partner("CO").Trouble, "exchange.trouble-stalled")
	want(t, "ladder while sick", pa.ladder("ref_1"), "")
	co.h.sick.Store(false)
	pa.sync("CO")
	want(t, "taken", co.bodies(), "one three")
	want(t, "ladder 1", pa.ladder("ref_1"), "delivered")
	want(t, "ladder 2", pa.ladder("ref_2"), "refused:conflict:test.not-so")
	want(t, "ladder 3", pa.ladder("ref_3"), "delivered")
	want(t, "trouble after", co.partner("PA").Trouble+pa.partner("CO").Trouble, "")
}

// TestUnavailableWaits: what the handler cannot do now is not refused.
func TestUnavailableWaits(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	pa.post("CO", "test.unavailable", "ref_1", "one")
	if _, err := pa.SyncNow(t.Context(), "CO"); !fault.Is(err, fault.KindUnavailable) {
		t.Errorf("%v", err)
	}
	want(t, "ladder", pa.ladder("ref_1"), "")
	if q := pa.partner("CO").Queue; q != 1 {
		t.Errorf("%d wait", q)
	}
}

func TestLadderClimbs(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	id := pa.post("CO", "test.climb", "ref_1", "one")
	pa.sync("CO")
	want(t, "opened in the handler", pa.ladder("ref_1"), "delivered opened")
	co.write(func(tx *store.Tx) error {
		for _, r := range []Rung{Opened, Served, Decided, Served} {
			if err := Climb(tx, id, r); err != nil {
				return err
			}
		}
		return nil
	})
	co.sync("PA")
	want(t, "climbed", pa.ladder("ref_1"), "delivered opened served")
	err := co.db.Write(t.Context(), func(tx *store.Tx) error { return Climb(tx, "env_none", Opened) })
	if !fault.Is(err, fault.KindNotFound) {
		t.Errorf("climbing what is not there: %v", err)
	}
}

func TestRecall(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{BatchCount: 1}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	taken := pa.post("CO", "test.take", "ref_1", "on its way")
	pa.post("CO", "test.take", "ref_1", "still here")
	pa.post("CO", "test.take", "ref_2", "another")
	late := pa.says("CO") // takes the first, and is lost
	var gone []string
	pa.write(func(tx *store.Tx) (err error) {
		gone, err = Recall(tx, "ref_1")
		return err
	})
	if len(gone) != 1 || gone[0] != taken {
		t.Errorf("may have left: %v", gone)
	}
	pa.sync("CO")
	want(t, "taken", co.bodies(), "another")
	want(t, "ladder", pa.ladder("ref_1"), "refused:conflict:exchange.recalled")
	if _, err := co.hears(late); err != nil { // the lost bundle turns up, body and all
		t.Fatal(err)
	}
	want(t, "taken after the lost bundle", co.bodies(), "another")
	pa.read(func(tx *store.Tx) error {
		all, err := Posted(tx, "ref_1")
		if err != nil || len(all) != 1 || all[0].State != "recalled" {
			t.Errorf("%+v, %v", all, err)
		}
		return err
	})
}

// TestRecallAfterRenumbering: what waits again after a restored backup may have
// left all the same, and Recall says so.
func TestRecallAfterRenumbering(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	id := pa.post("CO", "test.take", "ref_1", "one")
	pa.says("CO")
	pa.write(func(tx *store.Tx) error {
		p, err := active(tx, "CO")
		if err != nil {
			return err
		}
		if err := p.adopt(tx, Heard{}); err != nil {
			return err
		}
		gone, err := Recall(tx, "ref_1")
		if len(gone) != 1 || gone[0] != id {
			t.Errorf("may have left: %v", gone)
		}
		return err
	})
}

// TestReceiptsAreTold: the node hears of each receipt for what it posted to that
// partner, and of no other; its faults do not hold up the link.
func TestReceiptsAreTold(t *testing.T) {
	var told []string
	pa := newSite(t, "PA", true, Options{Answered: func(tx *store.Tx, about string, r Receipt) error {
		told = append(told, about+" "+string(r.Rung))
		return fault.Conflict("test.not-so")
	}})
	co, cr := newSite(t, "CO", true, Options{}), newSite(t, "CR", true, Options{})
	pair(t, pa, co)
	pair(t, pa, cr)
	pa.post("CO", "test.climb", "ref_1", "one")
	said := pa.says("CO")
	pa.sync("CO")
	want(t, "told", strings.Join(told, ", "), "ref_1 delivered, ref_1 opened")
	want(t, "kept", pa.ladder("ref_1"), "delivered opened")
	lie := cr.says("PA")
	lie.Receipts = []Receipt{{Seq: 1, Envelope: said.Envelopes[0].ID, Content: said.Envelopes[0].content(), Rung: Served, At: lie.At}}
	lie.sign(cr.keys.Sign)
	if _, err := pa.hears(lie); err != nil {
		t.Fatal(err)
	}
	want(t, "after another partner's word", strings.Join(told, ", "), "ref_1 delivered, ref_1 opened")
	want(t, "after another partner's word", pa.ladder("ref_1"), "delivered opened")
}

func TestRecallBeforeAnybodyAnswersLeavesNoTrace(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	co.net.Close() // Colombia is unreachable
	pa.post("CO", "test.take", "ref_1", "one")
	if _, err := pa.SyncNow(t.Context(), "CO"); !fault.Is(err, fault.KindUnavailable) {
		t.Fatal(err)
	}
	pa.write(func(tx *store.Tx) error {
		gone, err := Recall(tx, "ref_1")
		if len(gone) > 0 {
			t.Errorf("%v counts as gone, although nobody answered", gone)
		}
		return err
	})
	want(t, "trouble", pa.partner("CO").Trouble, "exchange.trouble-unreachable")
	if n := pa.partner("CO").Queue; n != 0 {
		t.Errorf("queue %d", n)
	}
}

func TestNothingLeavesToWhoIsNoPartner(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	pa.post("CO", "test.take", "", "one")
	pa.write(func(tx *store.Tx) error { return Suspend(tx, "CO") })
	pa.post("CO", "test.take", "", "two")
	if _, err := pa.SyncNow(t.Context(), "CO"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("suspended: %v", err)
	}
	if _, err := pa.Export(t.Context(), "CO", io.Discard); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("suspended, by file: %v", err)
	}
	if _, err := co.SyncNow(t.Context(), "PA"); !fault.Is(err, fault.KindUnavailable) {
		t.Errorf("pulled while suspended: %v", err)
	}
	want(t, "taken while suspended", co.bodies(), "")
	pa.write(func(tx *store.Tx) error { return Resume(tx, "CO") })
	pa.sync("CO")
	want(t, "taken after", co.bodies(), "one two")

	pa.write(func(tx *store.Tx) error { return RemovePartner(tx, "CO") })
	err := pa.db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := Post(tx, Message{To: "CO", Verb: "test.take"})
		return err
	})
	if !fault.Is(err, fault.KindInvalid) {
		t.Errorf("posting to a removed partner: %v", err)
	}
	if err := pa.db.Write(t.Context(), func(tx *store.Tx) error { return Resume(tx, "CO") }); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("resuming a removed partner: %v", err)
	}
	f := Fingerprint(pa.Card(), co.Card())
	pa.write(func(tx *store.Tx) error { return AddPartner(tx, co.Card(), f) })
	pa.post("CO", "test.take", "", "three")
	pa.sync("CO")
	want(t, "taken after coming back", co.bodies(), "one two three")
}

// TestStrangersGetNothing: every answer to whoever is no partner is, byte for
// byte, the one of a server that has no exchange.
func TestStrangersGetNothing(t *testing.T) {
	pa, co, cr := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{}), newSite(t, "CR", true, Options{})
	pair(t, pa, co)
	pa.post("CO", "test.take", "", "one")
	said := pa.says("CO").encode()
	empty := httptest.NewRecorder()
	http.NotFound(empty, httptest.NewRequest("POST", Path, nil))
	ask := func(s *site, method, path string, body []byte) string {
		c := &http.Client{Transport: &http.Transport{TLSClientConfig: s.clientTLS(co.Card())}}
		defer c.CloseIdleConnections()
		req, _ := http.NewRequest(method, co.Card().Address+path, strings.NewReader(string(body)))
		res, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		res.Header.Del("Date")
		res.Header.Del("Content-Length")
		if fmt.Sprint(res.Header) != fmt.Sprint(empty.Result().Header) {
			return fmt.Sprint(res.StatusCode, " ", res.Header)
		}
		return fmt.Sprint(res.StatusCode, " ", string(b))
	}
	nothing := fmt.Sprint(404, " ", empty.Body.String())
	want(t, "a stranger", ask(cr, "POST", Path, said), nothing)
	want(t, "a stranger's knock", ask(cr, "POST", Path, nil), nothing)
	want(t, "another path", ask(pa, "POST", "/", said), nothing)
	want(t, "another method", ask(pa, "GET", Path, nil), nothing)
	want(t, "a partner's knock", ask(pa, "POST", Path, nil), "204 map[]")
	co.write(func(tx *store.Tx) error { return RemovePartner(tx, "PA") })
	want(t, "a removed partner", ask(pa, "POST", Path, said), nothing)
	want(t, "a removed partner's knock", ask(pa, "POST", Path, nil), nothing)
	want(t, "taken", co.bodies(), "")
	if _, err := pa.SyncNow(t.Context(), "CO"); reason(err) != "exchange.trouble-stranger" {
		t.Errorf("as the removed one sees it: %v", err)
	}
}

func TestAnImpostorAtThePartnersAddress(t *testing.T) {
	pa, co, cr := newSite(t, "PA", true, Options{}), newSite(t, "CO", true, Options{}), newSite(t, "CR", true, Options{})
	pair(t, pa, co)
	card, err := Issue(co.keys, "CO", "CO", "Colombia", cr.Card().Address, time.Now().Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	pa.write(func(tx *store.Tx) error { return AddPartner(tx, card, Fingerprint(pa.Card(), card)) })
	pa.post("CO", "test.take", "", "one")
	if _, err := pa.SyncNow(t.Context(), "CO"); reason(err) != "exchange.trouble-impostor" {
		t.Errorf("%v", err)
	}
}

func TestOneWayDialler(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", false, Options{})
	pair(t, pa, co)
	pa.post("CO", "test.answer", "ref_1", "there")
	co.post("PA", "test.answer", "ref_2", "and back")
	if _, err := pa.SyncNow(t.Context(), "CO"); reason(err) != "exchange.trouble-no-address" {
		t.Errorf("%v", err)
	}
	co.sync("PA")
	want(t, "Colombia took", co.bodies(), "there and back")
	want(t, "Panama took", pa.bodies(), "and back there")
	want(t, "Panama's ladder", pa.ladder("ref_1"), "delivered")
	want(t, "Colombia's ladder", co.ladder("ref_2"), "delivered")
}

func TestWeeksOfOutage(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{}), newSite(t, "CO", false, Options{})
	pair(t, pa, co)
	const n = 2000
	for i := 0; i < n; i += 500 {
		pa.write(func(tx *store.Tx) error {
			for j := range 500 {
				if _, err := Post(tx, Message{To: "CO", Verb: "test.take", About: "ref_1", Body: fmt.Append(nil, i+j)}); err != nil {
					return err
				}
			}
			return nil
		})
		pa.skew.Add(int64(7 * 24 * time.Hour))
	}
	if moved := co.sync("PA"); moved != n {
		t.Errorf("moved %d", moved)
	}
	taken := strings.Fields(co.bodies())
	for i, w := range taken {
		if w != fmt.Sprint(i) {
			t.Fatalf("at %d: %s", i, w)
		}
	}
	if len(taken) != n || pa.partner("CO").Queue != 0 {
		t.Errorf("%d taken, %d wait", len(taken), pa.partner("CO").Queue)
	}
	want(t, "clocks weeks apart are told, not refused", co.partner("PA").Trouble, "exchange.trouble-clock")
	if d := co.partner("PA").Skew; d < 20*24*time.Hour {
		t.Errorf("skew %v", d)
	}
}

type closedGate struct{}

func (closedGate) Leave(tx *store.Tx, m Message) error {
	if m.About == "ref_ended" {
		return fault.Conflict("test.agreement-ended")
	}
	return nil
}

func TestTheGateStopsWhatMayNoLongerLeave(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{Gate: closedGate{}}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	pa.post("CO", "test.take", "ref_1", "one")
	pa.post("CO", "test.take", "ref_ended", "two")
	pa.post("CO", "test.take", "ref_3", "three")
	pa.sync("CO")
	want(t, "taken", co.bodies(), "one three")
	pa.read(func(tx *store.Tx) error {
		all, err := Posted(tx, "ref_ended")
		if err != nil || len(all) != 1 || all[0].State != "stopped" || all[0].Why != "test.agreement-ended" || !all[0].Taken.IsZero() {
			t.Errorf("%+v, %v", all, err)
		}
		return err
	})
}

func TestPostIsChecked(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{MaxBody: 100}), newSite(t, "CO", true, Options{})
	pair(t, pa, co)
	for field, m := range map[string]Message{
		"to":        {To: "CR", Verb: "v"},
		"verb":      {To: "CO"},
		"about":     {To: "CO", Verb: "v", About: "María Pérez"},
		"purpose":   {To: "CO", Verb: "v", Purpose: "two words"},
		"agreement": {To: "CO", Verb: "v", Agreement: strings.Repeat("a", 129)},
		"body":      {To: "CO", Verb: "v", Body: make([]byte, 101)},
	} {
		err := pa.db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := Post(tx, m)
			return err
		})
		if f := fault.All(err); len(f) != 1 || f[0].Field != field || f[0].Kind != fault.KindInvalid {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestRunCarriesByItself(t *testing.T) {
	pa, co := newSite(t, "PA", true, Options{Retry: 10 * time.Millisecond, RetryMost: 50 * time.Millisecond}), newSite(t, "CO", false, Options{Poll: 50 * time.Millisecond, Retry: 10 * time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { ended <- pa.Run(ctx) }()
	go func() { ended <- co.Run(ctx) }()
	pair(t, pa, co) // while running
	pa.post("CO", "test.answer", "ref_1", "one")
	eventually(t, "there and back", func() bool { return co.bodies() == "one" && pa.bodies() == "one" && pa.ladder("ref_1") == "delivered" })
	cancel()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("%s: not within 20 s", what)
}

func TestBackoff(t *testing.T) {
	cases := map[int]time.Duration{1: time.Second, 3: 4 * time.Second}
	for failures := 9; failures < 200; failures++ { // weeks of them
		cases[failures] = time.Minute
	}
	for failures, most := range cases {
		for range 50 {
			if d := backoff(time.Second, time.Minute, failures); d < most/2 || d > most {
				t.Errorf("after %d failures %v", failures, d)
			}
		}
	}
	if d := backoff(1<<40|1, 1<<41, 25); d < 1<<40 { // where doubling overflows
		t.Errorf("after an overflow %v", d)
	}
}
