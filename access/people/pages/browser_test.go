package pages_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"istmo/access"
	"istmo/access/people"
	"istmo/act"
	"istmo/fault"
	"istmo/store"
	"istmo/testkit/browser"
)

// authenticator is a security key that the browser believes to be there.
type authenticator struct {
	b  *browser.Window
	id webauthn.AuthenticatorID
}

// call gives the authenticator a command.
func call[P, R any](b *browser.Window, cmd cdp.Command[P, R], params P) (result R) {
	b.Do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) (err error) {
		result, err = chromedp.Call(ctx, cmd, params)
		return err
	}))
	return result
}

// putBack is webauthn.AddCredential without the fields that this Chromium does
// not take, which the generated type always sends.
var putBack = cdp.Command[putBackParams, cdp.Empty]{Method: webauthn.CommandAddCredential}

type putBackParams struct {
	AuthenticatorID webauthn.AuthenticatorID `json:"authenticatorId"`
	Credential      map[string]any           `json:"credential"`
}

// plugIn plugs one in, with what an earlier one had kept.
func plugIn(b *browser.Window, kept ...*webauthn.Credential) authenticator {
	call(b, webauthn.Enable, webauthn.EnableParams{})
	made := call(b, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
	a := authenticator{b, made.AuthenticatorID}
	for _, c := range kept {
		call(b, putBack, putBackParams{a.id, map[string]any{"credentialId": c.CredentialID, "isResidentCredential": true, "rpId": c.RpID,
			"privateKey": c.PrivateKey, "userHandle": c.UserHandle, "signCount": c.SignCount}})
	}
	return a
}

// unplug takes the authenticator out, and returns what it keeps.
func (a authenticator) unplug() []*webauthn.Credential {
	kept := call(a.b, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: a.id}).Credentials
	call(a.b, webauthn.RemoveVirtualAuthenticator, webauthn.RemoveVirtualAuthenticatorParams{AuthenticatorID: a.id})
	return kept
}

// lies has the authenticator answer with a false signature, or as if it had not
// checked who holds it.
func (a authenticator) lies(signature, holder bool) {
	call(a.b, webauthn.SetResponseOverrideBits, webauthn.SetResponseOverrideBitsParams{AuthenticatorID: a.id, IsBogusSignature: &signature, IsBadUV: &holder})
}

// copied is the authenticator at an earlier count, as its copy would be.
func (a authenticator) copied() authenticator {
	kept := a.unplug()
	for _, c := range kept {
		c.SignCount = 0
	}
	return plugIn(a.b, kept...)
}

const (
	enrolButton  = `form[action="/enrol/passkey"] button.govuk-button`
	signInButton = `form[action="/sign-in/passkey"] button.govuk-button`
)

// A passkey in a real browser: made with an invite, used to sign in without
// typing a name, refused when it lies, and a second one added and removed.
func TestPasskey(t *testing.T) {
	b := browser.Open(t)
	s := newSite(t)
	_, code := s.newcomer("ana.solis", "case-worker")
	key := plugIn(b)

	b.Open(s.at + "/enrol")
	b.Axe(t)
	b.Fill(`input[name="code"]`, code)
	b.Follow(func() { b.Click("main form button") })
	b.Axe(t)
	b.Shot(t, "people-enrol")
	b.Follow(func() { b.Click(enrolButton) })
	if !strings.HasSuffix(b.URL(), "/account/shown-once") || !strings.Contains(b.Text("main"), "Guarde sus códigos") {
		t.Fatalf("after enrolling the browser is at %s: %s", b.URL(), b.Text("main"))
	}
	b.Axe(t)
	b.Shot(t, "people-recovery-codes")
	b.Follow(func() { b.Click("main form button") })

	out := func() {
		b.Open(s.at + "/account")
		b.Click(".istmo-top__tools > details:last-of-type > summary")
		b.Follow(func() { b.Click(`form[action="/sign-out"] button`) })
	}
	in := func() string {
		b.Open(s.at + "/sign-in")
		b.Follow(func() { b.Click(signInButton) })
		return strings.TrimPrefix(b.URL(), s.at)
	}
	out()
	b.Axe(t)
	b.Shot(t, "people-sign-in")
	if at := in(); at != "/account" {
		t.Fatalf("a good passkey leads to %s: %s", at, b.Text("main"))
	}
	key = s.addAndRemovePasskey(b, key)
	out()
	for _, lie := range []struct {
		name string
		tell func()
	}{
		{"false signature", func() { key.lies(true, false) }},
		{"holder not verified", func() { key.lies(false, true) }},
		{"copied authenticator", func() { key = key.copied() }},
	} {
		lie.tell()
		if at := in(); at == "/account" || !b.Has(".govuk-error-summary") {
			t.Errorf("%s: at %s it says %q", lie.name, at, b.Text("main"))
			out()
		}
		key.lies(false, false)
	}
}

// addAndRemovePasskey adds one on a second authenticator, and finds that it can
// be removed while the last cannot. It returns the first, plugged in again.
func (s *site) addAndRemovePasskey(b *browser.Window, first authenticator) authenticator {
	s.t.Helper()
	kept := first.unplug()
	second := plugIn(b)
	s.tick(time.Second) // the list is in the order of making
	b.Open(s.at + "/account/ways-in")
	b.Axe(s.t)
	b.Shot(s.t, "people-ways-in")
	b.Fill(`input[name="label"]`, "llave azul")
	b.Follow(func() { b.Click(`form[action="/account/ways-in/passkey"] button`) })
	if !strings.Contains(b.Text("main"), "llave azul") {
		s.t.Fatalf("the second passkey is not listed: %s", b.Text("main"))
	}
	remove := func(n int) { // the nth on the page
		b.Follow(func() {
			b.Click(fmt.Sprintf(`tr:nth-of-type(%d) form[action="/account/ways-in/remove-passkey"] button`, n))
		})
	}
	remove(2)
	if strings.Contains(b.Text("main"), "llave azul") {
		s.t.Error("a removed passkey is still listed")
	}
	remove(1)
	if !strings.Contains(b.Text("main"), "Es su única forma de entrar") {
		s.t.Errorf("the last way in was removed: %s", b.Text("main"))
	}
	second.unplug()
	return plugIn(b, kept...)
}

// One answer of an authenticator opens once, and not after its time.
func TestPasskeyAnswerOpensOnce(t *testing.T) {
	b := browser.Open(t)
	s := newSite(t)
	_, code := s.newcomer("ana.solis", "case-worker")
	plugIn(b)
	b.Open(s.at + "/enrol")
	b.Fill(`input[name="code"]`, code)
	b.Follow(func() { b.Click("main form button") })
	b.Follow(func() { b.Click(enrolButton) })

	from := people.Client{Address: "192.0.2.7"}
	answer := func() (people.Ceremony, []byte) {
		c, err := s.gate.BeginPasskey()
		s.must(err)
		return c, []byte(browser.Evaluate[string](b, `navigator.credentials.get({publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(`+c.Options+`.publicKey)}).then((c) => JSON.stringify(c))`))
	}
	refused := func(what string, c people.Ceremony, a []byte) {
		t.Helper()
		_, err := s.gate.SignInPasskey(t.Context(), c.ID, a, from)
		if err == nil || err.Error() != "invalid: people.passkey-refused" {
			t.Errorf("%s: answered %v", what, err)
		}
	}
	first, a := answer()
	other, _ := answer()
	refused("another page's challenge", other, a)
	if _, err := s.gate.SignInPasskey(t.Context(), first.ID, a, from); err != nil {
		t.Fatal(err)
	}
	refused("the same answer again", first, a)
	late, a := answer()
	s.tick(6 * time.Minute)
	refused("an answer after its time", late, a)
	forged, a := answer()
	refused("a ceremony that we did not begin", people.Ceremony{ID: "x" + forged.ID}, a)
	kept, a := answer()
	s.must(s.state(people.DisableUser{}.Do))
	refused("a disabled account", kept, a)
	s.must(s.state(people.EnableUser{}.Do))

	c, a := answer()
	e, err := s.gate.SignInPasskey(t.Context(), c.ID, a, from)
	s.must(err)
	err = s.gate.ChangePassword(t.Context(), e.Token, goodPassword)
	if !fault.Is(err, fault.KindConflict) {
		t.Errorf("a password was set where there are no one-time codes: %v", err)
	}
	codes, err := s.gate.NewRecoveryCodes(t.Context(), e.Token)
	s.must(err)
	s.recover(codes[0], from)
	stale, a := answer()
	refused("a passkey from before the account was recovered", stale, a)
}

// state opens or closes ana's account.
func (s *site) state(do func(*store.Tx, access.Who, people.User) error) error {
	return s.db.Write(s.t.Context(), func(tx *store.Tx) error {
		u, err := people.UserByName(tx, "ana.solis")
		if err != nil {
			return err
		}
		return do(tx, s.engine.Self, u)
	})
}

// recover gives ana's account a password instead of what it had.
func (s *site) recover(code string, from people.Client) {
	s.t.Helper()
	e, err := s.gate.Recover(s.t.Context(), people.Attempt{Name: "ana.solis", Code: code, From: from})
	s.must(err)
	en, err := s.gate.Enrolment(s.t.Context(), e.Token)
	s.must(err)
	_, err = s.gate.EnrolPassword(s.t.Context(), e.Token, goodPassword, s.code(en.Secret), from)
	s.must(err)
}

// Every page in both languages, wide and narrow, without a violation.
func TestPagesAreAccessible(t *testing.T) {
	b := browser.Open(t)
	s := newSite(t)
	_, secret := s.user("admin.uno", "administrator")
	u, _ := s.user("ana.solis", "case-worker", "focal-point")
	waiting, _ := s.newcomer("nueva.colega", "field-officer")
	admin, err := s.gate.SignIn(t.Context(), people.Attempt{Name: "admin.uno", Password: goodPassword, Code: s.code(secret)})
	s.must(err)
	_, err = act.Do(t.Context(), s.engine, admin.Who, people.IssueToken{Name: "respaldo-nocturno-de-ejemplo", Scope: []string{"cases.export-statistics", "referrals.*"}, Expires: s.now.AddDate(0, 1, 0)})
	s.must(err)
	for _, lang := range []string{"es", "en"} {
		b.Open(s.at + "/sign-in?again=1")
		b.Follow(func() {
			if other := fmt.Sprintf(`button[name="lang"][value=%q]`, lang); b.Has(other) {
				b.Click(other)
			} else {
				b.Open(s.at + "/sign-in?again=1")
			}
		})
		s.tick(time.Minute)
		b.Fill(`input[name="name"]`, "admin.uno")
		b.Fill(`input[name="password"]`, "no es esta clave")
		b.Fill(`form[action="/sign-in"] input[name="code"]`, "000000")
		b.Follow(func() { b.Click(`form[action="/sign-in"] .govuk-button:not(.govuk-password-input__toggle)`) })
		s.shows(b, lang, "sign-in-refused")
		b.Fill(`input[name="name"]`, "admin.uno")
		b.Fill(`input[name="password"]`, goodPassword)
		b.Fill(`form[action="/sign-in"] input[name="code"]`, s.code(secret))
		b.Follow(func() { b.Click(`form[action="/sign-in"] .govuk-button:not(.govuk-password-input__toggle)`) })
		for name, path := range map[string]string{"account": "/account", "tokens": "/account/tokens", "recover": "/recover",
			"users": "/administration/users", "new-user": "/administration/users/new", "user": "/administration/users/" + u.ID,
			"invited": "/administration/users/" + waiting.ID, "disable": "/administration/users/" + u.ID + "/disable",
			"agencies": "/administration/agencies", "new-agency": "/administration/agencies/new"} {
			b.Open(s.at + path)
			s.shows(b, lang, name)
		}
		b.Open(s.at + "/account/ways-in")
		b.Follow(func() { b.Click(`form[action="/account/ways-in/one-time-codes"] button`) })
		s.shows(b, lang, "codes")
	}
}

// shows checks the page that stands, at the width of a desk and of a phone, and
// takes its pictures.
func (s *site) shows(b *browser.Window, lang, name string) {
	s.t.Helper()
	for size, set := range map[string]func(){"1280": b.Desktop, "375": b.Phone} {
		set()
		b.Axe(s.t)
		b.Shot(s.t, "people-"+lang+"-"+name+"-"+size)
		if wide := browser.Evaluate[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); wide > 0 {
			s.t.Errorf("%s in %s is %d pixels wider than a screen of %s", name, lang, wide, size)
		}
	}
	b.Desktop()
	if text := b.Text("main"); strings.Contains(text, "⟦") {
		s.t.Errorf("%s in %s has a sentence without words: %s", name, lang, text)
	}
}
