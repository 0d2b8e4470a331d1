package people

import (
	"errors"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// State is whether an account may be used.
type State string

// The states of an account.
const (
	Active   State = "active"
	Disabled State = "disabled"
)

// User is one account. The person's own name and e-mail are in the vault: see FullName.
type User struct {
	ID        string // usr_…
	Name      string // what they sign in with
	Agency    string // agy_…
	Kind      string // the kind of their agency
	Roles     []string
	Lang      string
	State     State
	MustEnrol bool // has no complete way in yet
	Created   time.Time
}

// ObjectID is the user's id.
func (u User) ObjectID() string { return u.ID }

// PersonID makes what is kept about a deed on an account go with the account.
func (u User) PersonID() string { return u.ID }

// Facts are what a policy may look at.
func (u User) Facts() access.Facts {
	return access.Facts{"user": u.ID, "agency": u.Agency, "kind": u.Kind, "roles": u.Roles, "state": string(u.State)}
}

func (u User) has(role access.Role) bool { return slices.Contains(u.Roles, string(role)) }

// AddUser makes an account. It cannot be used before its owner has enrolled
// with the code that NewInvite shows once.
type AddUser struct {
	Name     string   `json:"name"` // sign-in name
	Agency   string   `json:"agency"`
	Roles    []string `json:"roles"`
	Lang     string   `json:"lang"`
	FullName string   `json:"full_name"`
	Email    string   `json:"email"`
}

// Verb names the deed.
func (AddUser) Verb() access.Verb { return "people.add-user" }

var (
	signInName = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{2,63}$`)
	langCode   = regexp.MustCompile(`^[a-z]{2}$`)
)

// Find makes the account, not yet stored.
func (c AddUser) Find(tx *store.Tx, _ access.Who) (User, error) {
	var check fault.Check
	agency, err := FindAgency(tx, c.Agency)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return User{}, err
	}
	u := User{ID: tx.NewID("usr"), Name: foldName(c.Name), Agency: agency.ID, Kind: agency.Kind, Roles: distinct(c.Roles),
		Lang: c.Lang, State: Active, MustEnrol: true, Created: tx.Now}
	check.That(signInName.MatchString(u.Name), "name", "people.sign-in-name")
	check.That(agency.Active, "agency", "people.agency-unknown")
	check.That(langCode.MatchString(u.Lang), "lang", "people.lang-unknown")
	check.That(strings.TrimSpace(c.FullName) != "" && len(c.FullName) <= 200, "full_name", "people.full-name")
	check.That(c.Email == "" || isEmail(c.Email), "email", "people.email")
	return u, join(check.Err(), CheckRoles(u.Roles))
}

// Do stores the account, seals who it is, and opens an invite.
func (c AddUser) Do(tx *store.Tx, _ access.Who, u User) error {
	err := insertUser(tx, u)
	if store.Unique(err) {
		return fault.Invalid("name", "people.sign-in-name-taken")
	}
	if err != nil {
		return err
	}
	who := map[string]string{"name": strings.TrimSpace(c.FullName), "email": strings.TrimSpace(c.Email)}
	if err := vault.Put(tx, u.ID, who); err != nil {
		return err
	}
	return openInvite(tx, u.ID)
}

// foldName is how a sign-in name is kept and looked up.
func foldName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == strings.TrimSpace(s) && len(s) <= 200
}

// join makes one list of the faults of several checks. What is no fault comes first.
func join(errs ...error) error {
	var list fault.List
	for _, err := range errs {
		faults := fault.All(err)
		if err != nil && len(faults) == 0 {
			return err
		}
		list = append(list, faults...)
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

// DisableUser closes an account: its sessions and tokens end at once.
type DisableUser struct {
	User string `json:"user"`
}

// Verb names the deed.
func (DisableUser) Verb() access.Verb { return "people.disable-user" }

// Find loads the account.
func (c DisableUser) Find(tx *store.Tx, _ access.Who) (User, error) { return FindUser(tx, c.User) }

// Do refuses to leave the node without an administrator.
func (c DisableUser) Do(tx *store.Tx, _ access.Who, u User) error {
	if err := keepAdministrator(tx, u); err != nil {
		return err
	}
	return errors.Join(setState(tx, u.ID, Disabled), endSessions(tx, u.ID, ""), deleteTokens(tx, u.ID), deleteInvite(tx, u.ID))
}

// EnableUser opens a closed account again, with the ways in it had.
type EnableUser struct {
	User string `json:"user"`
}

// Verb names the deed.
func (EnableUser) Verb() access.Verb { return "people.enable-user" }

// Find loads the account.
func (c EnableUser) Find(tx *store.Tx, _ access.Who) (User, error) { return FindUser(tx, c.User) }

// Do opens it.
func (c EnableUser) Do(tx *store.Tx, _ access.Who, u User) error { return setState(tx, u.ID, Active) }

// ChangeRoles gives an account other roles. Open sessions have them from the
// next request on.
type ChangeRoles struct {
	User  string   `json:"user"`
	Roles []string `json:"roles"`
}

// Verb names the deed.
func (ChangeRoles) Verb() access.Verb { return "people.change-roles" }

// Find loads the account.
func (c ChangeRoles) Find(tx *store.Tx, _ access.Who) (User, error) { return FindUser(tx, c.User) }

// Do refuses one's own account, and to leave the node without an administrator.
func (c ChangeRoles) Do(tx *store.Tx, who access.Who, u User) error {
	if who.Kind == access.User && who.ID == u.ID {
		return fault.Conflict("people.own-roles")
	}
	if err := CheckRoles(c.Roles); err != nil {
		return err
	}
	if !slices.Contains(c.Roles, string(access.Administrator)) {
		if err := keepAdministrator(tx, u); err != nil {
			return err
		}
	}
	return setRoles(tx, u.ID, distinct(c.Roles))
}

// keepAdministrator refuses if u is the only administrator who can sign in.
func keepAdministrator(tx *store.Tx, u User) error {
	if u.State != Active || !u.has(access.Administrator) {
		return nil
	}
	all, err := Users(tx)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.ID != u.ID && other.State == Active && !other.MustEnrol && other.has(access.Administrator) {
			return nil
		}
	}
	return fault.Conflict("people.last-administrator")
}

// InviteUser lets somebody who has lost every way in set up new ones. What they
// had ends at once: the old ways may be in somebody else's hands.
type InviteUser struct {
	User string `json:"user"`
}

// Verb names the deed.
func (InviteUser) Verb() access.Verb { return "people.invite-user" }

// Find loads the account.
func (c InviteUser) Find(tx *store.Tx, _ access.Who) (User, error) { return FindUser(tx, c.User) }

// Do opens an invite; NewInvite then shows its code once.
func (c InviteUser) Do(tx *store.Tx, _ access.Who, u User) error {
	if u.State != Active {
		return fault.Conflict("people.disabled")
	}
	return errors.Join(deleteCredentials(tx, u.ID), endSessions(tx, u.ID, ""), deleteDevices(tx, u.ID),
		setMustEnrol(tx, u.ID, true), openInvite(tx, u.ID))
}

// ShowInvite shows the code of an open invite, once. It is a question, as what
// it shows is in no row; showing is a deed.
type ShowInvite struct {
	User string `json:"user"`
}

// Verb names the question.
func (ShowInvite) Verb() access.Verb { return "people.show-invite" }

// Find loads the account.
func (q ShowInvite) Find(tx *store.Tx, _ access.Who) (User, error) { return FindUser(tx, q.User) }

// Answer makes the code.
func (q ShowInvite) Answer(tx *store.Tx, _ access.Who, u User) (string, error) {
	return NewInvite(tx, u.ID)
}

// SetLanguage chooses the language in which the node speaks to whoever asks.
type SetLanguage struct {
	Lang string `json:"lang"`
}

// Verb names the deed.
func (SetLanguage) Verb() access.Verb { return "people.set-language" }

// Find loads the account of who asks.
func (c SetLanguage) Find(tx *store.Tx, who access.Who) (User, error) { return FindUser(tx, who.ID) }

// Do sets it.
func (c SetLanguage) Do(tx *store.Tx, _ access.Who, u User) error {
	if !langCode.MatchString(c.Lang) {
		return fault.Invalid("lang", "people.lang-unknown")
	}
	return setLang(tx, u.ID, c.Lang)
}
