package notices_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"istmo/access/people"
	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/node"
	"istmo/notices"
	"istmo/store"
	"istmo/testkit"
)

// journal is a log that a test reads afterwards.
type journal struct {
	mu sync.Mutex
	strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.Builder.Write(p)
}

// place is a node with a mail server and a push service, and two who work there.
type place struct {
	*testkit.World
	t     *testing.T
	pa    *testkit.Country
	post  *post
	alarm *alarm
	log   *journal
}

func open(t *testing.T, change ...func(*node.Config)) *place {
	t.Helper()
	return openOn(t, false, change...)
}

func openOn(t *testing.T, postgres bool, change ...func(*node.Config)) *place {
	t.Helper()
	a := newAuthority(t)
	p := &place{World: testkit.NewWorld(t), t: t, post: newPost(t, a), alarm: newAlarm(t, a), log: &journal{}}
	p.Log = slog.New(slog.NewTextHandler(p.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	secret := filepath.Join(t.TempDir(), "mail.pass")
	if err := os.WriteFile(secret, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Settings = func(c *node.Config) {
		c.MailServer, c.MailTLS, c.MailUser, c.MailPasswordFile, c.MailFrom = p.post.addr, "starttls", account, secret, "avisos@nodo.example"
		c.PushContact, c.PushHosts, c.OutgoingCA = "mailto:sistemas@nodo.example", []string{p.alarm.addr}, a.file
		for _, f := range change {
			f(c)
		}
	}
	p.Postgres = postgres
	p.pa = p.Start("PA")
	p.pa.Agency("UIA", "response-team", "Unidad ficticia")
	p.pa.User("ana", "UIA", "case-worker")
	p.pa.User("beto", "UIA", "case-worker")
	return p
}

// round sends what is due.
func (p *place) round() {
	p.t.Helper()
	if err := p.pa.Notices.Round(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

// pass lets time pass, and the sender look each minute.
func (p *place) pass(d time.Duration) {
	p.t.Helper()
	for ; d > 0; d -= time.Minute {
		p.Leap(min(d, time.Minute))
		p.round()
	}
}

// tell has ana told.
func (p *place) tell(kind, path string, names ...string) {
	p.t.Helper()
	if len(names) == 0 {
		names = []string{"ana"}
	}
	var users []string
	for _, n := range names {
		users = append(users, p.user(n))
	}
	if err := p.write(func(tx *store.Tx) error { return notices.Tell(tx, users, kind, path) }); err != nil {
		p.t.Fatal(err)
	}
}

// user is somebody's id, though their account be closed.
func (p *place) user(name string) (id string) {
	p.t.Helper()
	err := p.pa.DB.Read(p.t.Context(), func(tx *store.Tx) error {
		u, err := people.UserByName(tx, name)
		id = u.ID
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return id
}

func (p *place) write(f func(*store.Tx) error) error { return p.pa.DB.Write(p.t.Context(), f) }

// ref is an address of a thing on the node, by number.
func ref(n int) string { return fmt.Sprintf("/referrals/ref_%026d", n) }

var codeLine = regexp.MustCompile(`(?m)^[A-Z2-7]{4}-[A-Z2-7]{4}$`)

// mailed has ana told by e-mail, with all that she does for it.
func (p *place) mailed(address string) {
	p.t.Helper()
	ana, before := p.pa.Who("ana"), len(p.post.all())
	testkit.Must(p.t, p.pa, ana, notices.SetEmail{Address: notices.Secret(address)})
	p.round()
	code := codeLine.FindString(p.post.last(before + 1).text)
	testkit.Must(p.t, p.pa, ana, notices.ConfirmEmail{Code: notices.Secret(strings.ToLower(code))})
	p.post.mu.Lock()
	p.post.taken = nil
	p.post.mu.Unlock()
}

// subscribed has somebody told on a device.
func (p *place) subscribed(name, path string) device {
	p.t.Helper()
	d := newDevice()
	testkit.Must(p.t, p.pa, p.pa.Who(name), p.sub(d, path))
	return d
}

func (p *place) sub(d device, path string) notices.AddDevice {
	return notices.AddDevice{Name: "Teléfono", Endpoint: notices.Secret("https://" + p.alarm.addr + path), Key: notices.Secret(b64(d.key.PublicKey().Bytes())), Auth: notices.Secret(b64(d.auth))}
}

func (p *place) mine() notices.Settings {
	p.t.Helper()
	return testkit.Ask(p.t, p.pa, p.pa.Who("ana"), notices.Mine{})
}

func (p *place) delivery() notices.Delivered {
	p.t.Helper()
	return testkit.Ask(p.t, p.pa, p.pa.Engine.Self, notices.Delivery{})
}

func wants(t *testing.T, what string, err error, key string) {
	t.Helper()
	if all := fault.All(err); len(all) == 0 || all[0].Key != key {
		t.Errorf("%s: %v, not %s", what, err, key)
	}
}

func TestAnAddressIsUsedOnceItsCodeComesBack(t *testing.T) {
	p := open(t)
	ana := p.pa.Who("ana")
	p.tell("referral-arrived", ref(1))
	p.pass(2 * time.Minute)
	if p.post.dials() != 0 {
		t.Error("a server was dialled for somebody who is told nowhere")
	}
	testkit.Must(t, p.pa, ana, notices.SetEmail{Address: "ana@institucion.example"})
	p.round()
	l := p.post.last(1)
	if l.to != "ana@institucion.example" || l.subject != "istmo: su código" || strings.Contains(l.text, "http") {
		t.Errorf("%+v", l)
	}
	p.tell("referral-arrived", ref(2))
	p.pass(2 * time.Minute)
	p.post.last(1)
	_, err := act.Do(t.Context(), p.pa.Engine, ana, notices.ConfirmEmail{Code: "AAAA-AAAA"})
	wants(t, "another code", err, "notices.code-wrong")
	_, err = act.Do(t.Context(), p.pa.Engine, p.pa.Who("beto"), notices.ConfirmEmail{Code: notices.Secret(codeLine.FindString(l.text))})
	wants(t, "somebody else's", err, "notices.code-wrong")
	p.Leap(31 * time.Minute)
	_, err = act.Do(t.Context(), p.pa.Engine, ana, notices.ConfirmEmail{Code: notices.Secret(codeLine.FindString(l.text))})
	wants(t, "too late", err, "notices.code-wrong")

	testkit.Must(t, p.pa, ana, notices.SetEmail{Address: "ana@institucion.example"})
	p.round()
	testkit.Must(t, p.pa, ana, notices.ConfirmEmail{Code: notices.Secret(codeLine.FindString(p.post.last(2).text))})
	if s := p.mine(); len(s.Channels) != 1 || s.Channels[0].State != notices.InUse || s.Channels[0].Label != "a…@institucion.example" || !s.Reached() {
		t.Errorf("%+v", s)
	}
	for range 3 {
		testkit.Must(t, p.pa, ana, notices.SetEmail{Address: "otra@institucion.example"})
	}
	_, err = act.Do(t.Context(), p.pa.Engine, ana, notices.SetEmail{Address: "otra@institucion.example"})
	wants(t, "the sixth code in a day", err, "notices.codes-too-many")
	if s := p.mine(); len(s.Of(notices.Mail)) != 2 {
		t.Errorf("while another address waits for its code: %+v", s.Channels)
	}
	for _, wrong := range []string{"", "ana", "Ana <ana@x.example>", "ana@x.example\r\nBcc: b@x.example"} {
		_, err = act.Do(t.Context(), p.pa.Engine, p.pa.Who("beto"), notices.SetEmail{Address: notices.Secret(wrong)})
		wants(t, wrong, err, "notices.address")
	}
}

func TestTenThingsInAMinuteAreOneMessage(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	for i := range 10 {
		kind := "referral-arrived"
		if i%5 == 0 {
			kind = "plan-to-sign"
		}
		p.tell(kind, ref(i))
		p.tell(kind, ref(i)) // the same once more
		p.Leap(5 * time.Second)
		p.round()
	}
	p.post.mu.Lock()
	early := len(p.post.taken)
	p.post.mu.Unlock()
	if early != 0 {
		t.Errorf("%d went before a minute was over", early)
	}
	p.pass(20 * time.Minute)
	l := p.post.last(1)
	want := "10 asuntos esperan por usted en istmo:\n8 × una referencia que llegó\n2 × una versión del plan por firmar\n\nQué es lo verá al entrar:\n" + p.pa.Config.Site + "/notices\n"
	if !strings.HasPrefix(l.text, want) || l.subject != "istmo: algo espera por usted" {
		t.Errorf("%s\n%s", l.subject, l.text)
	}
	if l.header.Get("Auto-Submitted") != "auto-generated" || l.header.Get("From") != `"istmo" <avisos@nodo.example>` || l.header.Get("User-Agent")+l.header.Get("X-Mailer") != "" {
		t.Errorf("%v", l.header)
	}
	if !regexp.MustCompile(`^<msg_[0-9a-z]{26}@nodo\.example>$`).MatchString(l.id) {
		t.Errorf("its id is %s", l.id)
	}
}

func TestWhatIsOrdinaryRestsBetweenMessages(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	for i := range 30 {
		p.tell("referral-arrived", ref(i))
		p.pass(2 * time.Minute)
	}
	if n := len(p.post.all()); n < 3 || n > 5 {
		t.Errorf("thirty things in an hour were %d messages", n)
	}
	p.pass(20 * time.Minute)
	if s := p.mine(); len(s.Waiting) != 30 || s.Waiting[0].Said == 0 {
		t.Errorf("%d wait; the last was said %d times", len(s.Waiting), s.Waiting[0].Said)
	}
}

func TestWhatIsOpenedIsNotSaid(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	p.tell("referral-arrived", ref(1))
	n := p.mine().Waiting[0]
	_, err := act.Look(t.Context(), p.pa.Engine, p.pa.Who("beto"), notices.Open{ID: n.ID})
	if !fault.Is(err, fault.KindDenied) {
		t.Errorf("somebody else opens it: %v", err)
	}
	got, err := act.Look(t.Context(), p.pa.Engine, p.pa.Who("ana"), notices.Open{ID: n.ID})
	if err != nil || got.Path != ref(1) {
		t.Errorf("%+v, %v", got, err)
	}
	p.tell("referral-arrived", ref(2))
	if err := p.write(func(tx *store.Tx) error { return notices.Seen(tx, p.user("ana"), ref(2)) }); err != nil {
		t.Fatal(err)
	}
	p.tell("referral-arrived", ref(3))
	testkit.Must(t, p.pa, p.pa.Who("ana"), notices.Dismiss{})
	p.pass(5 * time.Minute)
	if len(p.post.all()) != 0 || len(p.mine().Waiting) != 0 {
		t.Errorf("%+v, %+v", p.post.all(), p.mine().Waiting)
	}
}

// What was said and not opened is not said again on the same day, however often it
// is told; on the next it is.
func TestTheSameIsSaidOnceADay(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	for range 4 {
		p.tell("commitment-late", ref(1))
		p.pass(20 * time.Minute)
	}
	p.post.last(1)
	p.Leap(24 * time.Hour)
	p.tell("commitment-late", ref(1))
	p.pass(2 * time.Minute)
	p.post.last(2)
	p.tell("alert", ref(2))
	p.pass(time.Hour)
	n := len(p.post.all())
	p.tell("alert", ref(2))
	p.round()
	if p.post.last(n + 1); len(p.mine().Waiting) != 2 {
		t.Errorf("%+v", p.mine().Waiting)
	}
}

func TestWhatIsOpenedWhileItWaitsForItsServerIsNotSent(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	p.post.down()
	p.tell("referral-arrived", ref(1))
	p.pass(3 * time.Minute)
	testkit.Must(t, p.pa, p.pa.Who("ana"), notices.Dismiss{})
	p.post.up()
	p.pass(time.Hour)
	if d := p.delivery(); len(p.post.all()) != 0 || d.Ways[0].Waiting != 0 || d.Failing() {
		t.Errorf("%d letters; %+v", len(p.post.all()), d)
	}
}

func TestWhatIsUrgentGoesAtOnceAndAgainUntilItIsOpened(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	testkit.Must(t, p.pa, p.pa.Who("ana"), notices.SetQuiet{Begins: "08:00", Ends: "11:00"}) // it is 09:00 in Panama
	p.tell("referral-arrived", ref(9))
	p.tell("referral-alert", ref(1))
	p.round()
	l := p.post.last(1)
	if l.subject != "istmo: urgente, algo espera por usted" || !strings.Contains(l.text, "una alerta en una referencia") || strings.Contains(l.text, "llegó") {
		t.Errorf("%s\n%s", l.subject, l.text)
	}
	link := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(p.pa.Config.Site) + `(/notices/ntc_[0-9a-z]{26})$`).FindStringSubmatch(l.text)
	if link == nil {
		t.Fatalf("it leads nowhere: %s", l.text)
	}
	for i, wait := range []time.Duration{5, 10, 15} {
		p.pass(wait*time.Minute - 30*time.Second)
		p.post.last(i + 1)
		p.pass(time.Minute)
		if again := p.post.last(i + 2); again.id == l.id {
			t.Error("what is said anew has the id of what was said, so that it would be taken for the same")
		}
	}
	p.pass(70 * time.Minute)
	p.post.last(4)
	p.pass(20 * time.Minute) // 11:00: the quiet hours are over
	if l := p.post.last(5); l.subject != "istmo: algo espera por usted" {
		t.Errorf("%s\n%s", l.subject, l.text)
	}

	p.tell("referral-alert", ref(2))
	p.round()
	p.post.last(6)
	if _, err := act.Look(t.Context(), p.pa.Engine, p.pa.Who("ana"), notices.Open{ID: p.mine().Waiting[0].ID}); err != nil {
		t.Fatal(err)
	}
	p.tell("alert", ref(3))
	p.round()
	p.post.last(7)
	if err := p.write(func(tx *store.Tx) error { return notices.Over(tx, ref(3), "alert") }); err != nil {
		t.Fatal(err)
	}
	p.pass(time.Hour)
	p.post.last(7)
	p.tell("alert", ref(4))
	p.round()
	p.post.last(8)
	if err := p.write(func(tx *store.Tx) error { return notices.Over(tx, ref(4)) }); err != nil {
		t.Fatal(err)
	}
	p.pass(time.Hour)
	p.post.last(8)
}

func TestAServerThatIsAwayForADayLosesNothing(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	p.post.down()
	p.tell("referral-arrived", ref(1))
	for range 24 * 6 {
		p.Leap(10 * time.Minute)
		p.round()
	}
	if d := p.delivery(); d.Ways[0].Waiting != 1 || d.Ways[0].Why != "unreachable" || !d.Failing() {
		t.Errorf("%+v", d)
	}
	p.post.up()
	p.pass(61 * time.Minute)
	if l := p.post.last(1); !strings.Contains(l.text, "una referencia que llegó") {
		t.Errorf("%+v", l)
	}
	if d := p.delivery(); d.Failing() || d.Ways[0].Waiting != 0 || d.Ways[0].Last.IsZero() {
		t.Errorf("%+v", d)
	}
}

// What gathers while a server is away goes as one message, and what is opened
// meanwhile goes with none.
func TestAServerThatComesBackIsNotFlooded(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	p.post.down()
	p.tell("alert", ref(0))
	for i := range 12 {
		p.tell("referral-arrived", ref(i+1))
		p.pass(20 * time.Minute)
	}
	if err := p.write(func(tx *store.Tx) error { return notices.Seen(tx, p.user("ana"), ref(5)) }); err != nil {
		t.Fatal(err)
	}
	if d := p.delivery(); d.Ways[0].Waiting != 1 || p.Now().Sub(d.Ways[0].Oldest) < 4*time.Hour {
		t.Errorf("%+v", d)
	}
	p.post.up()
	p.pass(61 * time.Minute)
	if l := p.post.last(1); !strings.HasPrefix(l.text, "12 asuntos esperan por usted en istmo:\n1 × una alerta\n11 × una referencia que llegó\n") || l.subject != "istmo: urgente, algo espera por usted" {
		t.Errorf("%s", l.text)
	}
}

// One that is tried again is the same message, so that whoever got it the first
// time does not get it twice.
func TestWhatIsTriedAgainHasTheSameId(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	p.subscribed("ana", "/x")
	var ids []string
	p.post.refuse(nil, func() error { return refusing(451, 4, 3, 0)("") })
	p.alarm.answer(func(string) (int, http.Header) { return 503, nil })
	p.post.seen = &ids
	p.tell("referral-arrived", ref(1))
	p.pass(10 * time.Minute)
	if len(ids) < 3 || ids[0] != ids[1] || ids[1] != ids[2] {
		t.Errorf("%v", ids)
	}
	all := p.alarm.all()
	if len(all) < 3 || all[0].header.Get("Topic") != all[2].header.Get("Topic") {
		t.Errorf("%d came", len(all))
	}
}

func refusing(code int, enhanced ...int) func(string) error {
	return func(string) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{enhanced[0], enhanced[1], enhanced[2]}, Message: "ana@institucion.example no, en palabras del servidor"}
	}
}

func TestGreylistingPasses(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	p.post.refuse(refusing(451, 4, 7, 1), nil)
	p.tell("referral-arrived", ref(1))
	p.pass(2 * time.Minute)
	p.post.last(0)
	if d := p.delivery(); d.Ways[0].Why != "smtp-451" || d.Ways[0].Failing != 1 {
		t.Errorf("%+v", d)
	}
	p.post.refuse(nil, nil)
	p.pass(5 * time.Minute)
	p.post.last(1)
}

// What a server's policy refuses may be let through tomorrow; only an address that
// does not exist is used no more.
func TestAnAddressThatDoesNotExistIsUsedNoMore(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	p.post.refuse(refusing(550, 5, 7, 1), nil)
	p.tell("referral-arrived", ref(1))
	p.pass(3 * time.Minute)
	if d := p.delivery(); d.Ways[0].Waiting != 1 || len(d.GivenUp) != 0 {
		t.Errorf("%+v", d)
	}
	p.post.refuse(refusing(550, 5, 1, 1), nil)
	p.pass(10 * time.Minute)
	d := p.delivery()
	if len(d.GivenUp) != 1 || d.GivenUp[0].Why != "smtp-550" || d.GivenUp[0].User != p.user("ana") || d.Ways[0].Refused != 1 || !d.Failing() {
		t.Errorf("%+v", d)
	}
	if s := p.mine(); s.Channels[0].State != notices.RefusedThere || s.Channels[0].Why != "smtp-550" || s.Reached() {
		t.Errorf("%+v", s)
	}
	deeds := testkit.Ask(t, p.pa, p.pa.Engine.Self, act.History{Object: d.GivenUp[0].ID})
	if len(deeds) != 1 || deeds[0].Verb != "notices.give-up" || deeds[0].Actor != "node:PA" {
		t.Errorf("the ledger says %+v", deeds)
	}
	dials := p.post.dials()
	p.tell("referral-arrived", ref(2))
	p.pass(20 * time.Minute)
	if p.post.dials() != dials {
		t.Error("an address that is refused was tried again")
	}
	p.post.refuse(nil, nil)
	p.mailed("nueva@institucion.example")
	p.tell("referral-arrived", ref(3))
	p.pass(20 * time.Minute)
	p.post.last(1)
	if strings.Contains(p.log.String(), "institucion.example") || strings.Contains(p.log.String(), "palabras del servidor") {
		t.Errorf("the log holds an address or a server's words:\n%s", p.log.String())
	}
}

func TestWhatIsRefusedAsItIsIsGivenUp(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	p.post.refuse(nil, func() error { return refusing(554, 5, 6, 0)("") })
	p.tell("referral-arrived", ref(1))
	p.pass(2 * time.Minute)
	if d := p.delivery(); len(d.GivenUp) != 1 || d.GivenUp[0].Why != "smtp-554" || p.mine().Channels[0].State != notices.InUse {
		t.Errorf("%+v", d)
	}
}

func TestAfterThreeDaysItIsGivenUp(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	p.post.down()
	p.tell("referral-arrived", ref(1))
	for i := range 73 {
		p.Leap(time.Hour)
		p.round()
		if d := p.delivery(); i < 70 && len(d.GivenUp) != 0 || i == 72 && len(d.GivenUp) != 1 {
			t.Fatalf("after %d hours: %+v", i+1, d)
		}
	}
	p.post.up()
	p.Leap(time.Hour)
	p.round()
	p.post.last(0)
	p.Leap(91 * 24 * time.Hour)
	if err := p.pa.Notices.Forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := p.delivery(); len(d.GivenUp) != 0 || len(p.mine().Waiting) != 0 {
		t.Errorf("what nobody looks at any more is still there: %+v", d)
	}
}

// Whoever leaves is told nothing: not what comes later, not what waits for its
// minute, and not what waits for its server.
func TestAClosedAccountIsToldNothing(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	device := p.subscribed("ana", "/wake")
	_ = device
	p.post.down()
	p.alarm.answer(func(string) (int, http.Header) { return 503, nil })
	p.tell("alert", ref(1))
	p.round()
	tried := len(p.alarm.all())
	p.tell("referral-arrived", ref(2))
	testkit.Must(t, p.pa, p.pa.Engine.Self, people.DisableUser{User: p.user("ana")})
	p.tell("referral-arrived", ref(3))
	p.post.up()
	p.alarm.answer(nil)
	p.pass(2 * time.Hour)
	if len(p.post.all()) != 0 || len(p.alarm.all()) != tried {
		t.Errorf("%+v, %d", p.post.all(), len(p.alarm.all())-tried)
	}
	if d := p.delivery(); d.Ways[0].Waiting != 0 || d.Ways[1].Waiting != 0 || len(d.GivenUp) != 0 {
		t.Errorf("%+v", d)
	}
	n := 0
	if err := p.pa.DB.Read(t.Context(), func(tx *store.Tx) error {
		return tx.Get([]any{&n}, `SELECT COUNT(*) FROM notice WHERE path = $1`, ref(3))
	}); err != nil || n != 0 {
		t.Errorf("%d, %v", n, err)
	}
}

func TestMailGoesSealedOrNotAtAll(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*post, *node.Config)
		why    string
	}{
		"the server offers no TLS":        {func(s *post, _ *node.Config) { s.down(); s.secure = nil; s.up() }, "tls"},
		"its certificate is a stranger's": {func(s *post, c *node.Config) { c.OutgoingCA = "" }, "tls"},
		"the password is another":         {func(_ *post, c *node.Config) { rewrite(c.MailPasswordFile, "otra") }, "sign-in"},
	} {
		t.Run(name, func(t *testing.T) {
			var p *place
			var server *post
			a := newAuthority(t)
			server = newPost(t, a)
			p = open(t, func(cfg *node.Config) {
				cfg.MailServer, cfg.OutgoingCA = server.addr, a.file
				c.change(server, cfg)
			})
			testkit.Must(t, p.pa, p.pa.Who("ana"), notices.SetEmail{Address: "ana@institucion.example"})
			p.round()
			if d := p.delivery(); len(server.all()) != 0 || d.Ways[0].Waiting != 1 || d.Ways[0].Why != c.why {
				t.Errorf("%d letters; %+v", len(server.all()), d.Ways[0])
			}
		})
	}
}

func rewrite(file, text string) { _ = os.WriteFile(file, []byte(text), 0o600) }

func TestMailByImplicitTLS(t *testing.T) {
	a := newAuthority(t)
	server := &post{t: t, secure: a.tls(t)}
	listener := listenTLS(t, server.secure)
	server.addr = listener.Addr().String()
	server.serve(listener)
	t.Cleanup(server.down)
	p := open(t, func(c *node.Config) { c.MailServer, c.MailTLS, c.OutgoingCA = server.addr, "implicit", a.file })
	testkit.Must(t, p.pa, p.pa.Who("ana"), notices.SetEmail{Address: "ana@institucion.example"})
	p.round()
	server.last(1)
}

func TestSettingsThatCannotBe(t *testing.T) {
	p := open(t)
	open := filepath.Join(t.TempDir(), "open.pass")
	rewrite(open, "clave")
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		key    string
		change func(*node.Config)
	}{
		{"notices.mail-in-clear", func(c *node.Config) { c.MailServer, c.MailTLS = "10.0.0.1:25", "none" }},
		{"notices.mail-in-clear", func(c *node.Config) { c.MailServer, c.MailTLS = "correo.institucion.example:25", "none" }},
		{"notices.mail-tls", func(c *node.Config) { c.MailTLS = "opportunistic" }},
		{"notices.mail-server", func(c *node.Config) { c.MailServer = "correo.institucion.example" }},
		{"notices.mail-from", func(c *node.Config) { c.MailFrom = "istmo" }},
		{"notices.password-file", func(c *node.Config) { c.MailPasswordFile = "/no/such" }},
		{"notices.password-file-open", func(c *node.Config) { c.MailPasswordFile = open }},
		{"notices.push-contact", func(c *node.Config) { c.PushContact = "sistemas@nodo.example" }},
		{"node.outgoing-ca", func(c *node.Config) { c.OutgoingCA = open }},
	} {
		cfg := p.pa.Config
		cfg.Data = t.TempDir() // nothing is opened: the settings are looked at
		c.change(&cfg)
		cfg.KeyFile = p.pa.Config.KeyFile
		if err := node.Init(cfg); err != nil {
			t.Fatal(err)
		}
		n, err := node.Open(t.Context(), cfg, node.Options{Clock: p.Now})
		if err == nil {
			n.Close()
		}
		wants(t, c.key, err, c.key)
	}
}

func TestADeviceIsWokenWithWhatItAloneCanRead(t *testing.T) {
	p := open(t)
	d := p.subscribed("ana", "/wake/1")
	other := newDevice()
	p.tell("referral-alert", ref(1))
	p.round()
	all := p.alarm.all()
	if len(all) != 1 {
		t.Fatalf("%d came", len(all))
	}
	w := all[0]
	got, err := d.read(w.body)
	if err != nil || got.Text != "Algo espera por usted en istmo: una alerta en una referencia." || !strings.HasPrefix(got.Path, "/notices/ntc_") {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := other.read(w.body); err == nil {
		t.Error("another device reads it")
	}
	if w.path != "/wake/1" || w.header.Get("Ttl") != "3600" || w.header.Get("Urgency") != "high" || w.header.Get("Content-Encoding") != "aes128gcm" || len(w.header.Get("Topic")) != 32 {
		t.Errorf("%+v", w.header)
	}
	checkVAPID(t, w.header.Get("Authorization"), "https://"+p.alarm.addr, p.mine().Key, p.Now())
	p.alarm.answer(func(string) (int, http.Header) { return 429, http.Header{"Retry-After": {"600"}} })
	p.pass(5 * time.Minute)
	if p.alarm.all()[1].header.Get("Topic") == w.header.Get("Topic") {
		t.Error("what is said anew replaces nothing, and has the topic of what was said")
	}
	before := len(p.alarm.all())
	p.alarm.answer(nil)
	p.pass(9 * time.Minute)
	if n := len(p.alarm.all()); n != before {
		t.Errorf("it was tried %d times before the service asked for it", n-before)
	}
	p.pass(2 * time.Minute)
	if n := len(p.alarm.all()); n != before+1 {
		t.Errorf("it was said %d times in place of what was not taken and what is said anew", n-before)
	}
}

// checkVAPID reads the node's word as a push service does (RFC 8292).
func checkVAPID(t *testing.T, authorization, audience, key string, now time.Time) {
	t.Helper()
	parts := regexp.MustCompile(`^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$`).FindStringSubmatch(authorization)
	if parts == nil || parts[4] != key {
		t.Fatalf("%s", authorization)
	}
	point, _ := base64.RawURLEncoding.DecodeString(key)
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		t.Fatal(err)
	}
	signature, _ := base64.RawURLEncoding.DecodeString(parts[3])
	sum := sha256.Sum256([]byte(parts[1] + "." + parts[2]))
	if len(signature) != 64 || !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the signature is not the node's")
	}
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	text, _ := base64.RawURLEncoding.DecodeString(parts[2])
	if err := json.Unmarshal(text, &claims); err != nil || claims.Aud != audience || claims.Sub != "mailto:sistemas@nodo.example" {
		t.Errorf("%s", text)
	}
	if left := time.Unix(claims.Exp, 0).Sub(now); left <= 0 || left > 24*time.Hour {
		t.Errorf("it holds for %s", left)
	}
	if head, _ := base64.RawURLEncoding.DecodeString(parts[1]); string(head) != `{"typ":"JWT","alg":"ES256"}` {
		t.Errorf("%s", head)
	}
}

func TestADeviceThatIsGoneIsForgotten(t *testing.T) {
	for _, status := range []int{404, 410} {
		p := open(t)
		p.subscribed("ana", "/gone")
		stays := p.subscribed("ana", "/stays")
		p.alarm.answer(func(path string) (int, http.Header) {
			if path == "/gone" {
				return status, nil
			}
			return 201, nil
		})
		p.tell("referral-arrived", ref(1))
		p.pass(2 * time.Minute)
		if s := p.mine(); len(s.Channels) != 1 || len(p.alarm.all()) != 2 {
			t.Errorf("%d: %+v", status, s.Channels)
		}
		p.tell("alert", ref(2))
		p.round()
		if all := p.alarm.all(); len(all) != 3 {
			t.Errorf("%d came", len(all))
		} else if _, err := stays.read(all[2].body); err != nil {
			t.Error(err)
		}
	}
}

func TestOnlyListedServicesAreSpokenWith(t *testing.T) {
	p := open(t)
	d := newDevice()
	for _, endpoint := range []string{"http://" + p.alarm.addr + "/x", "https://127.0.0.1:1/x", "https://localhost/x", "https://169.254.169.254/latest", "https://user@" + p.alarm.addr + "/x",
		"https://" + p.alarm.addr + ".evil.example/x", "https://fcm.googleapis.com/x", "file:///etc/passwd", "", "https://" + p.alarm.addr + "/" + strings.Repeat("x", 1000)} {
		c := p.sub(d, "")
		c.Endpoint = notices.Secret(endpoint)
		_, err := act.Do(t.Context(), p.pa.Engine, p.pa.Who("ana"), c)
		wants(t, endpoint, err, "notices.subscription")
	}
	for name, change := range map[string]func(*notices.AddDevice){
		"a key that is none":  func(c *notices.AddDevice) { c.Key = "BAAA" },
		"a secret too short":  func(c *notices.AddDevice) { c.Auth = "AAAA" },
		"no base64 at all":    func(c *notices.AddDevice) { c.Auth = "¿?" },
		"a key off the curve": func(c *notices.AddDevice) { c.Key = notices.Secret(b64(append([]byte{4}, make([]byte, 64)...))) },
	} {
		c := p.sub(d, "/x")
		change(&c)
		_, err := act.Do(t.Context(), p.pa.Engine, p.pa.Who("ana"), c)
		wants(t, name, err, "notices.subscription")
	}
	if len(p.alarm.all()) != 0 {
		t.Error("the node spoke with a push service while it looked at a subscription")
	}
}

// A listed name that leads into a private network is not followed there, and no
// redirection is followed anywhere.
func TestNoPushServiceLeadsTheNodeElsewhere(t *testing.T) {
	p := open(t, func(c *node.Config) {
		_, port, _ := strings.Cut(c.PushHosts[0], ":")
		c.PushHosts = append(c.PushHosts, "localhost:"+port)
	})
	_, port, _ := strings.Cut(p.alarm.addr, ":")
	c := p.sub(newDevice(), "/inside")
	c.Endpoint = notices.Secret("https://localhost:" + port + "/inside")
	testkit.Must(t, p.pa, p.pa.Who("ana"), c)
	p.tell("alert", ref(1))
	p.round()
	if d := p.delivery(); len(p.alarm.all()) != 0 || d.Ways[1].Why != "unreachable" {
		t.Errorf("%d came from inside; %+v", len(p.alarm.all()), d.Ways[1])
	}
	p.subscribed("beto", "/redirects")
	p.alarm.answer(func(path string) (int, http.Header) {
		if path == "/redirects" {
			return 307, http.Header{"Location": {"https://" + p.alarm.addr + "/elsewhere"}}
		}
		return 201, nil
	})
	p.tell("alert", ref(1), "beto")
	p.round()
	if all := p.alarm.all(); len(all) != 1 || len(p.delivery().GivenUp) != 1 {
		t.Errorf("%d came", len(all))
	}
}

func TestADeviceTellsWhoSignedItUpLast(t *testing.T) {
	p := open(t)
	p.subscribed("ana", "/shared")
	d := p.subscribed("beto", "/shared")
	if len(p.mine().Channels) != 0 {
		t.Error("it still tells who sat there before")
	}
	p.tell("alert", ref(1), "ana", "beto")
	p.round()
	all := p.alarm.all()
	if len(all) != 1 {
		t.Fatalf("%d came", len(all))
	}
	if _, err := d.read(all[0].body); err != nil {
		t.Error(err)
	}
	beto := testkit.Ask(t, p.pa, p.pa.Who("beto"), notices.Mine{})
	_, err := act.Do(t.Context(), p.pa.Engine, p.pa.Who("ana"), notices.RemoveChannel{Channel: beto.Channels[0].ID})
	if !fault.Is(err, fault.KindDenied) {
		t.Errorf("ana removes beto's device: %v", err)
	}
	testkit.Must(t, p.pa, p.pa.Who("beto"), notices.RemoveChannel{Channel: beto.Channels[0].ID})
	p.pass(10 * time.Minute)
	if len(p.alarm.all()) != 1 {
		t.Error("a device that was removed is woken")
	}
	for i := range 10 {
		p.subscribed("beto", fmt.Sprint("/", i))
	}
	_, err = act.Do(t.Context(), p.pa.Engine, p.pa.Who("beto"), p.sub(newDevice(), "/eleven"))
	wants(t, "the eleventh", err, "notices.devices-too-many")
}

func TestATestGoesByEveryChannel(t *testing.T) {
	p := open(t)
	ana := p.pa.Who("ana")
	_, err := act.Do(t.Context(), p.pa.Engine, ana, notices.Test{})
	wants(t, "without a channel", err, "notices.no-channel")
	p.mailed("ana@institucion.example")
	d := p.subscribed("ana", "/x")
	testkit.Must(t, p.pa, ana, notices.Test{})
	p.round()
	if l := p.post.last(1); l.subject != "istmo: aviso de prueba" {
		t.Errorf("%+v", l)
	}
	if got, err := d.read(p.alarm.all()[0].body); err != nil || got.Path != "/notices" {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = act.Do(t.Context(), p.pa.Engine, ana, notices.Test{})
	wants(t, "another at once", err, "notices.tests-too-many")
}

func TestQuietHoursAreHours(t *testing.T) {
	p := open(t)
	for _, c := range []struct{ begins, ends, key string }{{"25:00", "06:00", "notices.hour"}, {"22:00", "", "notices.hour"}, {"22", "06:00", "notices.hour"}, {"22:00", "22:00", "notices.never"}} {
		_, err := act.Do(t.Context(), p.pa.Engine, p.pa.Who("ana"), notices.SetQuiet{Begins: c.begins, Ends: c.ends})
		wants(t, c.begins+" "+c.ends, err, c.key)
	}
	testkit.Must(t, p.pa, p.pa.Who("ana"), notices.SetQuiet{Begins: "22:00", Ends: "06:00"})
	testkit.Must(t, p.pa, p.pa.Who("ana"), notices.SetQuiet{})
	if s := p.mine(); s.Begins != "" || s.Ends != "" {
		t.Errorf("%+v", s)
	}
}

// An address that may tell something, as when a partner names a thing after somebody,
// is kept nowhere: whoever is told is led to their desk.
func TestAnAddressTellsNothing(t *testing.T) {
	p := open(t)
	for _, path := range []string{"", "/referrals?name=Canaria", "/people/Canaria-Nombre", "https://x.example", "/referrals/ref_1", "//x.example", "/people/" + strings.Repeat("a", 30) + "1", "/referrals/ref_" + strings.Repeat("a", 26) + "#canaria"} {
		var kept []string
		err := p.write(func(tx *store.Tx) (err error) {
			if err := notices.Tell(tx, []string{p.pa.Who("ana").ID}, "alert", path); err != nil {
				return err
			}
			kept, err = store.All(tx, store.Value[string], `SELECT path FROM notice`)
			return err
		})
		if err != nil || !slices.Equal(kept, []string{"/"}) {
			t.Errorf("%q is kept as %v: %v", path, kept, err)
		}
	}
	if p.write(func(tx *store.Tx) error { return notices.Tell(tx, nil, "something-else", "/glass") }) == nil {
		t.Error("a kind that is none was told")
	}
}

// What is said of a kind is said as it stands in the sentences: in every language
// there is one, and nothing can be filled into it.
func TestNothingIsFilledIntoWhatIsSaid(t *testing.T) {
	for _, k := range notices.Kinds {
		for _, lang := range i18n.Langs {
			plain := i18n.Say(lang, "notices.kind."+k.Code)
			filled := i18n.Say(lang, "notices.kind."+k.Code, "Name", "Canaria", "Ref", "Canaria", "Count", 7, "Person", "Canaria", "Agency", "Canaria", "What", "Canaria")
			if plain == "" || plain != filled || strings.ContainsAny(plain, "⟦{}") {
				t.Errorf("%s in %s: %q, %q", k.Code, lang, plain, filled)
			}
		}
	}
	for _, lang := range i18n.Langs {
		for key, may := range map[string][]any{"notices.waits": {"What", "x"}, "notices.waits.several": {"Count", 2}, "notices.waits.line": {"Number", "2", "What", "x"},
			"notices.mail.subject": nil, "notices.mail.urgent": nil, "notices.mail.test": nil, "notices.mail.code": nil, "notices.mail.enter": nil, "notices.mail.safe": nil,
			"notices.mail.change": nil, "notices.code.text": nil, "notices.code.not-you": nil, "notices.test.text": nil} {
			if said := i18n.Say(lang, key, may...); strings.Contains(said, "⟦") {
				t.Errorf("%s in %s wants more to be filled in: %s", key, lang, said)
			}
		}
	}
}

// Every kind, in both languages, as its mail and on a device: they fit, and differ
// in nothing but the sentence and the id.
func TestEveryKindIsSaidInBothLanguages(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	d := p.subscribed("ana", "/x")
	for _, lang := range i18n.Langs {
		testkit.Must(t, p.pa, p.pa.Who("ana"), people.SetLanguage{Lang: lang})
		for i, k := range notices.Kinds {
			p.tell(k.Code, ref(i))
			p.pass(17 * time.Minute)
			testkit.Must(t, p.pa, p.pa.Who("ana"), notices.Dismiss{})
			want := i18n.Say(lang, "notices.waits", "What", i18n.Say(lang, "notices.kind."+k.Code))
			all, woken := p.post.all(), p.alarm.all()
			l := all[len(all)-1]
			got, err := d.read(woken[len(woken)-1].body)
			if err != nil || got.Text != want || !strings.HasPrefix(l.text, want+"\n") {
				t.Errorf("%s in %s: %q, %q, %v", k.Code, lang, got.Text, l.text, err)
			}
			if strings.Contains(l.raw, "ref_") || strings.Contains(got.Path, "ref_") {
				t.Errorf("%s says the id of what it is about: %s", k.Code, l.raw)
			}
		}
	}
}

func TestRunSendsAndStops(t *testing.T) {
	p := open(t)
	p.mailed("ana@institucion.example")
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.pa.Notices.Run(ctx) }()
	p.tell("alert", ref(1))
	for range 200 {
		if len(p.post.all()) == 1 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.post.last(1)
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestScenarios(t *testing.T) { testkit.Scripts(t, "testdata/*.txt") }

// On PostgreSQL as on SQLite.
func TestScenariosOnPostgres(t *testing.T) {
	testkit.Scripts(t, "testdata/referral.txt", func(w *testkit.World) { w.Postgres = true })
}

func TestSendingOnPostgres(t *testing.T) {
	p := openOn(t, true)
	p.mailed("ana@institucion.example")
	d := p.subscribed("ana", "/x")
	testkit.Must(t, p.pa, p.pa.Who("ana"), notices.SetQuiet{Begins: "22:00", Ends: "06:00"})
	p.post.down()
	p.tell("referral-arrived", ref(1))
	p.pass(3 * time.Minute)
	p.tell("alert", ref(2))
	p.pass(time.Minute)
	p.post.up()
	p.pass(20 * time.Minute)
	if l := p.post.all(); len(l) == 0 || !strings.HasPrefix(l[0].text, "2 asuntos esperan") {
		t.Errorf("%+v", l)
	}
	if got, err := d.read(p.alarm.all()[0].body); err != nil || !strings.Contains(got.Text, "una referencia que llegó") {
		t.Errorf("%+v, %v", got, err)
	}
	if d := p.delivery(); d.Failing() || d.Ways[0].Last.IsZero() {
		t.Errorf("%+v", d)
	}
	if err := p.pa.Notices.Forget(t.Context()); err != nil {
		t.Error(err)
	}
	testkit.Must(t, p.pa, p.pa.Who("ana"), notices.RemoveChannel{Channel: p.mine().Channels[0].ID})
}
