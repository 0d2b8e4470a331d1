package people

import (
	"context"

	"istmo/fault"
	"istmo/store"
)

// own carries out a change that the owner of a session makes to their own ways
// in, and records it unless verb is empty: what only prepares is no deed. It
// asks for a recent sign-in, so that a browser left open is not enough.
func (g *Gate) own(ctx context.Context, token, verb string, fn func(*store.Tx, Session) error) error {
	return g.db.Write(ctx, func(tx *store.Tx) error {
		_, s, err := SessionWho(tx, token)
		if err != nil {
			return err
		}
		if !s.Fresh(tx.Now) {
			return fault.Conflict("people.sign-in-again")
		}
		if err := fn(tx, s); err != nil {
			return err
		}
		if verb == "" {
			return nil
		}
		return g.settings.Record(tx, verb, s.User, done)
	})
}

// BeginAddPasskey starts making a further passkey.
func (g *Gate) BeginAddPasskey(ctx context.Context, token string) (c Ceremony, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		_, s, err := SessionWho(tx, token)
		if err != nil {
			return err
		}
		c, err = g.beginPasskey(tx, s.User)
		return err
	})
	return c, err
}

// AddPasskey finishes making a further passkey. The label is the owner's word for it.
func (g *Gate) AddPasskey(ctx context.Context, token, ceremony, label string, answer []byte) error {
	return g.own(ctx, token, "people.add-passkey", func(tx *store.Tx, s Session) error {
		return g.addPasskey(tx, s.User, ceremony, label, answer)
	})
}

// RemovePasskey voids a passkey, unless it is the last way in.
func (g *Gate) RemovePasskey(ctx context.Context, token, passkey string) error {
	return g.own(ctx, token, "people.remove-passkey", func(tx *store.Tx, s Session) error {
		n, err := deleteCredential(tx, s.User, kindPasskey, passkey)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.NotFound()
		}
		ways, err := waysIn(tx, s.User)
		if err == nil && ways == 0 {
			return fault.Conflict("people.last-way-in")
		}
		return err
	})
}

// ChangePassword puts another password in force and signs the owner's other
// browsers out. Without one-time codes a password opens nothing, so they come first.
func (g *Gate) ChangePassword(ctx context.Context, token, password string) error {
	name, err := g.signInName(ctx, token)
	if err != nil {
		return err
	}
	p, err := g.choose(ctx, password, name)
	if err != nil {
		return err
	}
	return g.own(ctx, token, "people.change-password", func(tx *store.Tx, s Session) error {
		n, err := countKind(tx, s.User, kindTOTP)
		if err == nil && n == 0 {
			err = fault.Conflict("people.codes-first")
		}
		if err != nil {
			return err
		}
		if err := SetPassword(tx, s.User, p); err != nil {
			return err
		}
		return endSessions(tx, s.User, s.ID)
	})
}

// signInName is that of the owner of a session.
func (g *Gate) signInName(ctx context.Context, token string) (name string, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		_, s, err := SessionWho(tx, token)
		if err != nil {
			return err
		}
		u, err := FindUser(tx, s.User)
		name = u.Name
		return err
	})
	return name, err
}

// StartTOTP makes a new one-time-code secret, which ConfirmTOTP puts in force.
func (g *Gate) StartTOTP(ctx context.Context, token string) (e Enrolment, err error) {
	err = g.own(ctx, token, "", func(tx *store.Tx, s Session) error {
		if err := startTOTP(tx, s.User); err != nil {
			return err
		}
		e, err = g.enrolmentOf(tx, s.User)
		return err
	})
	return e, err
}

// PendingTOTP is the secret that StartTOTP made, to be shown again after a wrong code.
func (g *Gate) PendingTOTP(ctx context.Context, token string) (e Enrolment, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		_, s, err := SessionWho(tx, token)
		if err != nil {
			return err
		}
		e, err = g.enrolmentOf(tx, s.User)
		return err
	})
	return e, err
}

// ConfirmTOTP puts the new one-time codes in force, given the first of them.
func (g *Gate) ConfirmTOTP(ctx context.Context, token, code string) error {
	return g.own(ctx, token, "people.change-codes", func(tx *store.Tx, s Session) error {
		if err := confirmTOTP(tx, s.User, code); err != nil {
			return err
		}
		return settle(tx, s.User)
	})
}

// NewRecoveryCodes gives the owner fresh codes; the earlier ones are void.
func (g *Gate) NewRecoveryCodes(ctx context.Context, token string) (codes []string, err error) {
	err = g.own(ctx, token, "people.new-recovery-codes", func(tx *store.Tx, s Session) (err error) {
		codes, err = newRecoveryCodes(tx, s.User)
		return err
	})
	return codes, err
}
