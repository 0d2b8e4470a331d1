package people

import (
	"context"
	"errors"
	"time"

	"istmo/fault"
	"istmo/store"
)

// How long an invite waits to be opened, and an opened one to be finished.
const (
	inviteFor = 72 * time.Hour
	enrolFor  = 30 * time.Minute
)

// refusedCode answers an invite code that is unknown, used or too old.
var refusedCode = fault.Invalid("code", "people.invite-refused")

// openInvite lets user set up their ways in. Its code is not made before
// NewInvite shows it.
func openInvite(tx *store.Tx, user string) error {
	return putInvite(tx, user, tx.Now.Add(inviteFor))
}

// NewInvite makes the code of an open invite and returns it, once: it is shown
// to whoever gave the command and handed over in person.
func NewInvite(tx *store.Tx, user string) (code string, err error) {
	code = newCode()
	n, err := setInviteCode(tx, user, hashCode(code))
	if err == nil && n == 0 {
		return "", fault.Conflict("people.shown-once")
	}
	return code, err
}

// OpenInvite begins an enrolment with an invite's code. The code opens until
// the enrolment is finished, so that a closed browser shuts nobody out.
func (g *Gate) OpenInvite(ctx context.Context, code string, from Client) (entry Entry, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error { return g.sourceWaits(tx, from.Address) })
	if err != nil {
		return Entry{}, err
	}
	err = g.pass(ctx, refusedCode, func(tx *store.Tx) (outcome string, err error) {
		user, err := findInvite(tx, hashCode(code))
		if fault.Is(err, fault.KindNotFound) {
			return notFound, g.refuse(tx, "people.enrol", "", from, notFound)
		}
		if err != nil {
			return "", err
		}
		entry, err = g.openEnrolment(tx, user, from)
		return done, err
	})
	return entry, err
}

// openEnrolment begins a session that is good for enrolment only; an earlier
// one ends.
func (g *Gate) openEnrolment(tx *store.Tx, user string, from Client) (Entry, error) {
	if err := errors.Join(endEnrolments(tx, user), startTOTP(tx, user)); err != nil {
		return Entry{}, err
	}
	return g.open(tx, user, purposeEnrol, from)
}

// Enrolment is what somebody who sets up their ways in is shown.
type Enrolment struct {
	Name    string // sign-in name
	Secret  string // of the one-time codes, to type into an app
	Address string // the same as an otpauth address, for a square code
	Lang    string
}

// Enrolment finds the open enrolment of a session's token.
func (g *Gate) Enrolment(ctx context.Context, token string) (e Enrolment, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		s, err := liveSession(tx, token, purposeEnrol)
		if err != nil {
			return err
		}
		e, err = g.enrolmentOf(tx, s.User)
		return err
	})
	return e, err
}

func (g *Gate) enrolmentOf(tx *store.Tx, user string) (Enrolment, error) {
	u, err := FindUser(tx, user)
	if err != nil {
		return Enrolment{}, err
	}
	secret, err := pendingTOTP(tx, user)
	return Enrolment{u.Name, secret, TOTPAddress("istmo "+g.settings.Node, u.Name, secret), u.Lang}, err
}

// Enrolled is the end of an enrolment: a session, and the recovery codes, which
// are shown this once.
type Enrolled struct {
	Entry
	Codes []string
}

// EnrolPassword finishes an enrolment with a password and a first one-time code.
func (g *Gate) EnrolPassword(ctx context.Context, token, password, code string, from Client) (Enrolled, error) {
	e, err := g.Enrolment(ctx, token)
	if err != nil {
		return Enrolled{}, err
	}
	p, err := g.choose(ctx, password, e.Name)
	if err != nil {
		return Enrolled{}, err
	}
	return g.finish(ctx, token, from, func(tx *store.Tx, user string) error {
		if err := confirmTOTP(tx, user, code); err != nil {
			return err
		}
		return SetPassword(tx, user, p)
	})
}

// choose is NewPassword for one at the gate, in its turn.
func (g *Gate) choose(ctx context.Context, text, name string) (Password, error) {
	select {
	case g.stretch <- struct{}{}:
		defer func() { <-g.stretch }()
		return NewPassword(text, name)
	case <-ctx.Done():
		return Password{}, ctx.Err()
	}
}

// finish ends an enrolment: set makes the new way in, and everything that
// opened the account before is void.
func (g *Gate) finish(ctx context.Context, token string, from Client, set func(*store.Tx, string) error) (e Enrolled, err error) {
	err = g.db.Write(ctx, func(tx *store.Tx) error {
		s, err := liveSession(tx, token, purposeEnrol)
		if err != nil {
			return err
		}
		if err := deleteSettled(tx, s.User); err != nil {
			return err
		}
		if err := set(tx, s.User); err != nil {
			return err
		}
		if err := errors.Join(deleteKind(tx, s.User, kindTOTPPending), deleteInvite(tx, s.User), endSessions(tx, s.User, ""), deleteDevices(tx, s.User)); err != nil {
			return err
		}
		if e.Codes, err = newRecoveryCodes(tx, s.User); err != nil {
			return err
		}
		if e.Entry, err = g.open(tx, s.User, purposeWork, from); err != nil {
			return err
		}
		return g.settings.Record(tx, "people.enrol", s.User, done)
	})
	return e, err
}

// SetPassword puts a password in force for user.
func SetPassword(tx *store.Tx, user string, p Password) error {
	if err := putSealed(tx, user, kindPassword, labelPassword, p.text()); err != nil {
		return err
	}
	return settle(tx, user)
}

// settle notes that user's account can be used, once it has a complete way in.
func settle(tx *store.Tx, user string) error {
	ways, err := waysIn(tx, user)
	if err != nil || ways == 0 {
		return err
	}
	return setMustEnrol(tx, user, false)
}

// waysIn counts the complete ways into an account: every passkey, and password
// and one-time codes together.
func waysIn(tx *store.Tx, user string) (int64, error) {
	n := map[string]int64{}
	for _, kind := range []string{kindPasskey, kindPassword, kindTOTP} {
		var err error
		if n[kind], err = countKind(tx, user, kind); err != nil {
			return 0, err
		}
	}
	return n[kindPasskey] + min(n[kindPassword], n[kindTOTP]), nil
}
