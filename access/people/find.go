package people

import (
	"slices"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// FullName is a user's own name, or "" once it has been erased.
func FullName(tx *store.Tx, user string) (string, error) {
	fields, err := vault.Get(tx, user, "name")
	return fields["name"], err
}

// Colleagues asks what the users are called whom the asker may list, by id: by their
// own name, or by their account's once that has been erased.
type Colleagues struct{}

// Verb names the question: it tells what ListUsers tells.
func (Colleagues) Verb() access.Verb { return ListUsers{}.Verb() }

// Ask answers it.
func (Colleagues) Ask(tx *store.Tx, who access.Who) (map[string]string, error) {
	all, err := ListUsers{}.Ask(tx, who)
	names := map[string]string{}
	for _, u := range all {
		name, e := FullName(tx, u.ID)
		if e != nil {
			return nil, e
		}
		if names[u.ID] = name; name == "" {
			names[u.ID] = u.Name
		}
	}
	return names, err
}

// Escalation is who gets what is overdue in an agency: the user named for it,
// while their account is active. Without one it is NotFound.
func Escalation(tx *store.Tx, agency string) (user string, err error) {
	a, err := FindAgency(tx, agency)
	if err != nil {
		return "", err
	}
	u, err := FindUser(tx, a.Escalation)
	if err == nil && u.State != Active {
		err = fault.NotFound()
	}
	return u.ID, err
}

// Among lists the active users of an agency, or of all where it is empty, who hold
// any of these roles.
func Among(tx *store.Tx, agency string, roles ...access.Role) (users []string, err error) {
	all, err := Users(tx)
	for _, u := range all {
		if u.State == Active && (agency == "" || u.Agency == agency) && slices.ContainsFunc(roles, u.has) {
			users = append(users, u.ID)
		}
	}
	return users, err
}

// Passkeys lists a user's passkeys, oldest first.
func Passkeys(tx *store.Tx, user string) ([]Passkey, error) {
	rows, err := credentialsOf(tx, user, kindPasskey)
	if err != nil {
		return nil, err
	}
	list := make([]Passkey, len(rows))
	for i, c := range rows {
		kept, err := openPasskey(tx, c)
		if err != nil {
			return nil, err
		}
		list[i] = Passkey{c.ID, kept.Label, c.Created, c.Used}
	}
	return list, nil
}

// Ways is what an account has to sign in with.
type Ways struct {
	Passkeys        []Passkey
	Password, Codes bool
	Recovery        int64 // codes that are left
}

// WaysOf lists a user's ways in.
func WaysOf(tx *store.Tx, user string) (w Ways, err error) {
	if w.Passkeys, err = Passkeys(tx, user); err != nil {
		return w, err
	}
	for kind, set := range map[string]func(int64){
		kindPassword: func(n int64) { w.Password = n > 0 },
		kindTOTP:     func(n int64) { w.Codes = n > 0 },
		kindRecovery: func(n int64) { w.Recovery = n },
	} {
		n, err := countKind(tx, user, kind)
		if err != nil {
			return w, err
		}
		set(n)
	}
	return w, nil
}

// ListAgencies asks for the agencies of the node.
type ListAgencies struct{}

// Verb names the question.
func (ListAgencies) Verb() access.Verb { return "people.list-agencies" }

// Ask answers by code.
func (ListAgencies) Ask(tx *store.Tx, _ access.Who) ([]Agency, error) { return Agencies(tx) }

// ListUsers asks for the accounts of the node, by sign-in name.
type ListUsers struct{}

// Verb names the question.
func (ListUsers) Verb() access.Verb { return "people.list-users" }

// Ask answers with every account to an administrator or auditor, and to others
// with those of their own agency.
func (ListUsers) Ask(tx *store.Tx, who access.Who) ([]User, error) {
	all, err := Users(tx)
	if err != nil || who.Kind == access.Node || who.Has(access.Administrator, access.Auditor) {
		return all, err
	}
	var mine []User
	for _, u := range all {
		if u.Agency == who.Agency {
			mine = append(mine, u)
		}
	}
	return mine, nil
}

// Profile is an account with whom it belongs to.
type Profile struct {
	User
	FullName string
	Email    string
	Ways     Ways
	Invited  bool // an invite is open
}

// OpenUser opens the profile of an account. Whose account it is, is personal,
// so opening it is a deed.
type OpenUser struct {
	User string `json:"user"`
}

// Verb names the question.
func (OpenUser) Verb() access.Verb { return "people.open-user" }

// Find loads the account.
func (q OpenUser) Find(tx *store.Tx, _ access.Who) (User, error) { return FindUser(tx, q.User) }

// Answer opens what is sealed.
func (q OpenUser) Answer(tx *store.Tx, _ access.Who, u User) (Profile, error) {
	p := Profile{User: u}
	fields, err := vault.Get(tx, u.ID, "name", "email")
	if err != nil {
		return p, err
	}
	p.FullName, p.Email = fields["name"], fields["email"]
	if p.Ways, err = WaysOf(tx, u.ID); err != nil {
		return p, err
	}
	p.Invited, err = hasInvite(tx, u.ID)
	return p, err
}
