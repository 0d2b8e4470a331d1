package people

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// refusedPasskey answers a passkey that proves nothing.
var refusedPasskey = fault.Invalid("", "people.passkey-refused")

// Passkey is one of a user's passkeys, as they are shown it.
type Passkey struct {
	ID      string
	Label   string
	Created time.Time
	Used    time.Time
}

// keptPasskey is what is sealed of a passkey.
type keptPasskey struct {
	Label      string
	Credential webauthn.Credential
}

// holder is a user as the WebAuthn library sees one.
type holder struct {
	User
	keys []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.ID) }
func (h holder) WebAuthnName() string                       { return h.Name }
func (h holder) WebAuthnDisplayName() string                { return h.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// holderOf loads a user with their passkeys.
func holderOf(tx *store.Tx, user string) (holder, error) {
	u, err := FindUser(tx, user)
	if err != nil {
		return holder{}, err
	}
	rows, err := credentialsOf(tx, user, kindPasskey)
	if err != nil {
		return holder{}, err
	}
	h := holder{User: u}
	for _, c := range rows {
		kept, err := openPasskey(tx, c)
		if err != nil {
			return holder{}, err
		}
		h.keys = append(h.keys, kept.Credential)
	}
	return h, nil
}

func openPasskey(tx *store.Tx, c credential) (kept keptPasskey, err error) {
	text, err := vault.Open(tx, c.User, labelPasskey, c.Secret)
	if err != nil {
		return kept, err
	}
	return kept, json.Unmarshal(text, &kept)
}

func sealPasskey(tx *store.Tx, user string, kept keptPasskey) ([]byte, error) {
	text, err := json.Marshal(kept)
	if err != nil {
		return nil, err
	}
	return vault.Seal(tx, user, labelPasskey, text)
}

// beginPasskey starts making a passkey for user: one that the authenticator
// keeps itself, so that no name is typed, and that verifies who holds it.
func (g *Gate) beginPasskey(tx *store.Tx, user string) (Ceremony, error) {
	h, err := holderOf(tx, user)
	if err != nil {
		return Ceremony{}, err
	}
	options, session, err := g.passkeys.BeginRegistration(h,
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{UserVerification: protocol.VerificationRequired,
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired()}),
		webauthn.WithConveyancePreference(protocol.PreferNoAttestation),
		webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return Ceremony{}, fault.Internal("people: begin passkey", err)
	}
	return g.newCeremony(tx.Now, user, options, session)
}

// addPasskey finishes making a passkey from the browser's answer.
func (g *Gate) addPasskey(tx *store.Tx, user, ceremony, label string, answer []byte) error {
	session, err := g.takeCeremony(tx, ceremony, user)
	if err != nil {
		return err
	}
	h, err := holderOf(tx, user)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return refusedPasskey
	}
	made, err := g.passkeys.CreateCredential(h, session, parsed)
	if err != nil {
		return refusedPasskey
	}
	secret, err := sealPasskey(tx, user, keptPasskey{firstRunes(label, 60), *made})
	if err != nil {
		return err
	}
	err = insertCredential(tx, credential{User: user, Kind: kindPasskey, Handle: passkeyHandle(made.ID), Secret: secret})
	if store.Unique(err) {
		return refusedPasskey
	}
	return errors.Join(err, settle(tx, user))
}

func passkeyHandle(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

func firstRunes(s string, n int) string {
	runes := []rune(s)
	return string(runes[:min(n, len(runes))])
}

// BeginEnrolPasskey starts making the passkey that finishes an enrolment.
func (g *Gate) BeginEnrolPasskey(ctx context.Context, token string) (c Ceremony, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		s, err := liveSession(tx, token, purposeEnrol)
		if err != nil {
			return err
		}
		c, err = g.beginPasskey(tx, s.User)
		return err
	})
	return c, err
}

// EnrolPasskey finishes an enrolment with a passkey.
func (g *Gate) EnrolPasskey(ctx context.Context, token, ceremony string, answer []byte, from Client) (Enrolled, error) {
	return g.finish(ctx, token, from, func(tx *store.Tx, user string) error {
		return g.addPasskey(tx, user, ceremony, agentClass(from.Agent), answer)
	})
}

// BeginPasskey starts a sign-in by passkey. It asks for no name: the
// authenticator knows whose it is.
func (g *Gate) BeginPasskey() (Ceremony, error) {
	options, session, err := g.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fault.Internal("people: begin passkey", err)
	}
	return g.newCeremony(g.db.Now(), "", options, session)
}

// SignInPasskey opens a session by the browser's answer to BeginPasskey.
func (g *Gate) SignInPasskey(ctx context.Context, ceremony string, answer []byte, from Client) (entry Entry, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error { return g.sourceWaits(tx, from.Address) })
	if err != nil {
		return Entry{}, err
	}
	err = g.pass(ctx, refusedPasskey, func(tx *store.Tx) (string, error) {
		user, outcome, err := g.weighPasskey(tx, ceremony, answer)
		if err != nil {
			return "", err
		}
		if outcome != done {
			return outcome, g.refusePasskey(tx, user, from, outcome)
		}
		if entry, err = g.open(tx, user, purposeWork, from); err != nil {
			return "", err
		}
		return done, g.settings.Record(tx, "people.sign-in", user, done)
	})
	return entry, err
}

// refusePasskey counts against the address only: nothing has been proven about
// the account, and a passkey cannot be guessed.
func (g *Gate) refusePasskey(tx *store.Tx, user string, from Client, outcome string) error {
	if err := failed(tx, g.sourceSubject(from.Address), sourceFailures); err != nil {
		return err
	}
	return g.settings.Record(tx, "people.sign-in", user, outcome)
}

// weighPasskey says whose passkey answered, and the outcome. An authenticator
// whose counter ran backwards may be a copy, and is refused.
func (g *Gate) weighPasskey(tx *store.Tx, ceremony string, answer []byte) (user, outcome string, err error) {
	session, err := g.takeCeremony(tx, ceremony, "")
	if errors.Is(err, refusedPasskey) {
		return "", denied, nil
	}
	if err != nil {
		return "", "", err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", denied, nil
	}
	owner, used, err := g.passkeys.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		return holderOf(tx, string(handle))
	}, session, parsed)
	if err != nil || used.Authenticator.CloneWarning {
		return "", denied, nil
	}
	h := owner.(holder)
	if h.State != Active {
		return h.ID, conflict, nil
	}
	return h.ID, done, updatePasskey(tx, h.ID, *used)
}

// updatePasskey keeps a passkey's new counter and flags.
func updatePasskey(tx *store.Tx, user string, used webauthn.Credential) error {
	c, err := credentialByHandle(tx, user, kindPasskey, passkeyHandle(used.ID))
	if err != nil {
		return err
	}
	kept, err := openPasskey(tx, c)
	if err != nil {
		return err
	}
	kept.Credential = used
	secret, err := sealPasskey(tx, user, kept)
	if err != nil {
		return err
	}
	return setSecret(tx, c.ID, secret)
}
