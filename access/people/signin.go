package people

import (
	"context"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// Attempt is what somebody typed to sign in, or to recover an account.
type Attempt struct {
	Name     string
	Password string
	Code     string // the one-time code, or a recovery code
	From     Client
}

// refused is the one answer to an unknown name, a wrong password or code, an
// account that waits and one that is disabled.
var refused = fault.Invalid("name", "people.sign-in-refused")

// account is what a sign-in name stands for before anything is proven.
type account struct {
	user     User
	password Password // the decoy if there is none
	version  string   // the credential row that password comes from
}

// SignIn opens a session for a name with its password and one-time code.
func (g *Gate) SignIn(ctx context.Context, a Attempt) (Entry, error) {
	return g.attempt(ctx, "people.sign-in", a, g.weighSignIn, func(tx *store.Tx, user string) (Entry, error) {
		return g.open(tx, user, purposeWork, a.From)
	})
}

// Recover opens an enrolment for somebody who has lost a way in: by a recovery
// code, and the password if the account has one.
func (g *Gate) Recover(ctx context.Context, a Attempt) (Entry, error) {
	return g.attempt(ctx, "people.recover", a, g.weighRecovery, func(tx *store.Tx, user string) (Entry, error) {
		return g.openEnrolment(tx, user, a.From)
	})
}

// attempt looks the account up, stretches what was typed outside any
// transaction, and then judges everything again in the writing one, where
// attempts come one after another: a crowd of guesses is counted like a queue.
func (g *Gate) attempt(ctx context.Context, verb string, a Attempt, weigh func(*store.Tx, Attempt, account, bool) (string, error),
	open func(*store.Tx, string) (Entry, error)) (entry Entry, err error) {
	seen, err := g.lookUp(ctx, a)
	if err != nil {
		return Entry{}, err
	}
	matched, err := g.stretch.match(ctx, seen.password, a.Password)
	if err != nil {
		return Entry{}, err
	}
	err = g.pass(ctx, refused, func(tx *store.Tx) (outcome string, err error) {
		if outcome, err = weigh(tx, a, seen, matched); err != nil {
			return "", err
		}
		if outcome != done {
			return outcome, g.refuse(tx, verb, seen.user.ID, a.From, outcome)
		}
		if entry, err = open(tx, seen.user.ID); err != nil {
			return "", err
		}
		return done, g.settings.Record(tx, verb, seen.user.ID, done)
	})
	return entry, err
}

// lookUp finds the account of a name. A name that is nobody's is an account
// whose password nothing matches.
func (g *Gate) lookUp(ctx context.Context, a Attempt) (seen account, err error) {
	seen.password = decoy
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		if err := g.sourceWaits(tx, a.From.Address); err != nil {
			return err
		}
		seen.user, err = findUserByName(tx, foldName(a.Name))
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		var p Password
		var version string
		p, version, err = passwordOf(tx, seen.user.ID)
		if err == nil && version != "" {
			seen.password, seen.version = p, version
		}
		return err
	})
	return seen, err
}

// weighSignIn is the outcome of an attempt to sign in. The one-time code is
// looked at last, so that nothing but a right attempt uses one up.
func (g *Gate) weighSignIn(tx *store.Tx, a Attempt, seen account, matched bool) (string, error) {
	outcome, err := weighAccount(tx, a, seen)
	if err != nil || outcome != done {
		return outcome, err
	}
	if !matched || seen.version == "" {
		return denied, nil
	}
	ok, err := spendCode(tx, seen.user.ID, a.Code)
	if err != nil || !ok {
		return denied, err
	}
	return done, nil
}

// weighRecovery is the outcome of an attempt to recover an account.
func (g *Gate) weighRecovery(tx *store.Tx, a Attempt, seen account, matched bool) (string, error) {
	outcome, err := weighAccount(tx, a, seen)
	if err != nil || outcome != done {
		return outcome, err
	}
	if !matched && seen.version != "" {
		return denied, nil
	}
	ok, err := spendRecoveryCode(tx, seen.user.ID, a.Code)
	if err != nil || !ok {
		return denied, err
	}
	return done, nil
}

// weighAccount looks at everything but what was typed, as it is now: the
// address, the account's wait, its state, and whether the password that was
// compared is still the one in force.
func weighAccount(tx *store.Tx, a Attempt, seen account) (string, error) {
	if seen.user.ID == "" {
		return notFound, nil
	}
	subject, err := accountSubject(tx, seen.user.ID, a.From.Device)
	if err != nil {
		return "", err
	}
	if d, err := waiting(tx, subject); err != nil || d > 0 {
		return unavailable, err
	}
	now, err := FindUser(tx, seen.user.ID)
	if err != nil {
		return "", err
	}
	if now.State != Active {
		return conflict, nil
	}
	if _, version, err := passwordOf(tx, seen.user.ID); err != nil || version != seen.version {
		return denied, err
	}
	return done, nil
}

// refuse counts a failure against the address and the account, and records it.
func (g *Gate) refuse(tx *store.Tx, verb, user string, from Client, outcome string) error {
	if err := failed(tx, g.sourceSubject(from.Address), sourceFailures); err != nil {
		return err
	}
	if user != "" {
		subject, err := accountSubject(tx, user, from.Device)
		if err != nil {
			return err
		}
		if err := failed(tx, subject, accountFailures); err != nil {
			return err
		}
	}
	return g.settings.Record(tx, verb, user, outcome)
}

// open begins a session and forgets the account's failures; it is the only
// place where a session for work begins.
func (g *Gate) open(tx *store.Tx, user, purpose string, from Client) (Entry, error) {
	who, err := UserWho(tx, user)
	if err != nil {
		return Entry{}, err
	}
	subject, err := accountSubject(tx, user, from.Device)
	if err != nil {
		return Entry{}, err
	}
	if err := deleteLock(tx, subject); err != nil {
		return Entry{}, err
	}
	s := Session{ID: tx.NewID("ses"), User: user, Created: tx.Now, Seen: tx.Now, Agent: agentClass(from.Agent), purpose: purpose}
	s.idleUntil, s.Expires = tx.Now.Add(g.settings.Idle), tx.Now.Add(g.settings.Absolute)
	if purpose == purposeEnrol {
		s.idleUntil, s.Expires = tx.Now.Add(enrolFor), tx.Now.Add(enrolFor)
	}
	e := Entry{Who: who, Token: newSecret(), Device: from.Device, Expires: s.Expires}
	if purpose == purposeWork {
		if e.Device, err = rememberDevice(tx, user, from.Device); err != nil {
			return Entry{}, err
		}
	}
	return e, insertSession(tx, s, hashOf(e.Token))
}

// rememberDevice tells a browser in which user has signed in from a stranger's.
func rememberDevice(tx *store.Tx, user, device string) (string, error) {
	known, err := knowsDevice(tx, hashOf(device), user)
	if err != nil {
		return "", err
	}
	if !known {
		device = newSecret()
	}
	return device, putDevice(tx, hashOf(device), user)
}

// SignOut ends the session of a token. An unknown token is no fault: the
// session is over either way.
func (g *Gate) SignOut(ctx context.Context, token string) error {
	return g.db.Write(ctx, func(tx *store.Tx) error {
		s, err := findSession(tx, hashOf(token))
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := deleteSession(tx, s.ID); err != nil {
			return err
		}
		return g.settings.Record(tx, "people.sign-out", s.User, done)
	})
}

// UserWho is who an active user is; NotFound if there is none or it is disabled.
func UserWho(tx *store.Tx, id string) (access.Who, error) {
	u, err := FindUser(tx, id)
	if err != nil {
		return access.Who{}, err
	}
	if u.State != Active {
		return access.Who{}, fault.NotFound()
	}
	n, err := node(tx)
	return access.Who{Kind: access.User, ID: u.ID, Node: n, Agency: u.Agency, Roles: rolesOf(u.Roles), Lang: u.Lang}, err
}
