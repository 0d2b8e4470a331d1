package people_test

import (
	"runtime"
	"strings"
	"testing"

	"istmo/access"
	"istmo/access/people"
	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

func TestCheckRoles(t *testing.T) {
	for _, r := range access.Roles {
		if err := people.CheckRoles([]string{string(r)}); err != nil {
			t.Errorf("%s alone: %v", r, err)
		}
		if r != access.Administrator {
			wantKey(t, people.CheckRoles([]string{"administrator", string(r)}), "people.administrator-alone")
		}
	}
	wantKey(t, people.CheckRoles(nil), "people.roles-none")
	wantKey(t, people.CheckRoles([]string{"king"}), "people.role-unknown")
	if err := people.CheckRoles([]string{"field-officer", "case-worker", "focal-point"}); err != nil {
		t.Errorf("three roles of one worker: %v", err)
	}
}

func TestAgencies(t *testing.T) {
	h := newHouse(t)
	for _, kind := range people.AgencyKinds {
		_, err := do(h, access.Who{}, people.AddAgency{Code: strings.ToUpper(kind)[:6], Name: "Oficina de ejemplo", Kind: kind})
		if err != nil && !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	_, err := do(h, access.Who{}, people.AddAgency{Code: "x", Kind: "circus"})
	for _, key := range []string{"people.agency-code", "people.agency-name", "people.agency-kind"} {
		wantKey(t, err, key)
	}
	a := h.agency()
	_, err = do(h, access.Who{}, people.AddAgency{Code: strings.ToLower(a.Code), Name: "Otra", Kind: "police"})
	wantKey(t, err, "people.agency-code-taken")
}

func TestEscalation(t *testing.T) {
	h := newHouse(t)
	a := h.agency()
	u := h.newcomer("ana.solis")
	escalation := func() (user string, err error) {
		err = h.db.Read(t.Context(), func(tx *store.Tx) (err error) {
			user, err = people.Escalation(tx, a.ID)
			return err
		})
		return user, err
	}
	_, err := escalation()
	wantKind(t, err, fault.KindNotFound)
	_, err = do(h, access.Who{}, people.SetEscalation{Agency: a.ID, User: "usr_nobody"})
	wantKey(t, err, "people.escalation-user")
	_, err = do(h, access.Who{}, people.SetEscalation{Agency: a.ID, User: u.ID})
	h.must(err)
	if got, err := escalation(); got != u.ID || err != nil {
		t.Errorf("escalates to %q, %v", got, err)
	}
	_, err = do(h, access.Who{}, people.DisableUser{User: u.ID})
	h.must(err)
	_, err = escalation()
	wantKind(t, err, fault.KindNotFound)
	_, err = do(h, access.Who{}, people.SetEscalation{Agency: a.ID, User: u.ID})
	wantKey(t, err, "people.escalation-user")
}

func TestAddUserFaults(t *testing.T) {
	h := newHouse(t)
	good := people.AddUser{Name: "ana.solis", Agency: h.agency().ID, Roles: []string{"analyst"}, Lang: "es", FullName: "Ana Solís", Email: "ana@example.org"}
	for key, spoil := range map[string]func(*people.AddUser){
		"people.sign-in-name":        func(c *people.AddUser) { c.Name = "a b" },
		"people.agency-unknown":      func(c *people.AddUser) { c.Agency = "agy_none" },
		"people.roles-none":          func(c *people.AddUser) { c.Roles = nil },
		"people.administrator-alone": func(c *people.AddUser) { c.Roles = []string{"administrator", "auditor"} },
		"people.lang-unknown":        func(c *people.AddUser) { c.Lang = "" },
		"people.full-name":           func(c *people.AddUser) { c.FullName = " " },
		"people.email":               func(c *people.AddUser) { c.Email = "Ana <ana@example.org>" },
	} {
		c := good
		spoil(&c)
		_, err := do(h, access.Who{}, c)
		wantKey(t, err, key)
	}
	_, err := do(h, access.Who{}, good)
	h.must(err)
	good.Name = "ANA.solis"
	_, err = do(h, access.Who{}, good)
	wantKey(t, err, "people.sign-in-name-taken")
}

func TestAdministratorRemains(t *testing.T) {
	h := newHouse(t)
	first, _ := h.user("admin.uno", "administrator")
	h.newcomer("admin.dos", "administrator") // has not enrolled, so cannot help
	root := access.Who{Kind: access.Node, ID: "PA"}
	_, err := do(h, root, people.DisableUser{User: first.ID})
	wantKey(t, err, "people.last-administrator")
	_, err = do(h, root, people.ChangeRoles{User: first.ID, Roles: []string{"analyst"}})
	wantKey(t, err, "people.last-administrator")
	h.user("admin.tres", "administrator")
	_, err = do(h, access.Who{Kind: access.User, ID: first.ID}, people.ChangeRoles{User: first.ID, Roles: []string{"analyst"}})
	wantKey(t, err, "people.own-roles")
	_, err = do(h, root, people.ChangeRoles{User: first.ID, Roles: []string{"analyst"}})
	h.must(err)
}

func TestWhoIsSealed(t *testing.T) {
	h := newHouse(t)
	u := h.newcomer("ana.solis")
	name := func() (full string) {
		h.must(h.db.Read(t.Context(), func(tx *store.Tx) (err error) {
			full, err = people.FullName(tx, u.ID)
			return err
		}))
		return full
	}
	if name() != "Nombre Canario" {
		t.Errorf("called %q", name())
	}
	h.must(h.write(func(tx *store.Tx) error { return vault.Erase(tx, u.ID) }))
	if name() != "" {
		t.Error("erased, and still has a name")
	}
}

// An erased account refuses like an unknown one.
func TestErasedUserIsRefused(t *testing.T) {
	h := newHouse(t)
	u, secret := h.user("ana.solis")
	h.must(h.write(func(tx *store.Tx) error { return vault.Erase(tx, u.ID) }))
	_, err := h.signIn("ana.solis", goodPassword, h.code(secret), somewhere)
	wantKey(t, err, "people.sign-in-refused")
}

func TestListUsersShowsOnesOwnAgency(t *testing.T) {
	h := newHouse(t)
	ana := h.newcomer("ana.solis")
	h.newcomer("otro.colega")
	count := func(who access.Who) (n int) {
		h.must(h.db.Read(t.Context(), func(tx *store.Tx) error {
			list, err := people.ListUsers{}.Ask(tx, who)
			n = len(list)
			return err
		}))
		return n
	}
	if n := count(access.Who{Kind: access.User, Agency: ana.Agency, Roles: []access.Role{access.CaseWorker}}); n != 1 {
		t.Errorf("a case worker sees %d accounts", n)
	}
	if n := count(access.Who{Kind: access.User, Roles: []access.Role{access.Administrator}}); n != 2 {
		t.Errorf("an administrator sees %d accounts", n)
	}
}

func TestPasswords(t *testing.T) {
	for text, key := range map[string]string{
		"once letras":               "people.password-short",
		strings.Repeat("ñandú", 50): "people.password-long",
		"123456789012":              "people.password-common",
		"098765432109":              "people.password-common",
		"aaaaaaaaaaaaaa":            "people.password-common",
		"abcabcabcabc":              "people.password-common",
		"            ":              "people.password-common",
		"Contraseña2026":            "people.password-common",
		"passwordpassword":          "people.password-common",
		"QWERTYUIOP!!":              "people.password-common",
		"12Bienvenidos34":           "people.password-common",
		"ana.solis.2026":            "people.password-common",
	} {
		_, err := people.NewPassword(text, "ana.solis")
		wantKey(t, err, key)
	}
	for _, text := range []string{goodPassword, "839201758372", "río ñandú 12", "Panamá y Colombia, 1821"} {
		if _, err := people.NewPassword(text, "ana.solis"); err != nil {
			t.Errorf("a good password was refused: %v", err)
		}
	}
}

// The same letters typed on two keyboards are one password.
func TestPasswordIsNormalised(t *testing.T) {
	h := newHouse(t)
	u, secret := h.user("ana.solis")
	p, err := people.NewPassword("el ñandú cruzó el río")
	h.must(err)
	h.must(h.write(func(tx *store.Tx) error { return people.SetPassword(tx, u.ID, p) }))
	_, err = h.signIn("ana.solis", "el n\u0303andu\u0301 cruzo\u0301 el ri\u0301o", h.code(secret), somewhere)
	h.must(err)
}

// An unknown name costs the same stretching as a known one. The work is told by
// the memory it takes, which is what makes guessing dear; the time that a busy
// machine needs for it tells nothing.
func TestUnknownNameIsStretchedToo(t *testing.T) {
	h := newHouse(t)
	h.user("ana.solis")
	off, _ := h.user("cerrada.hoy")
	_, err := do(h, access.Who{}, people.DisableUser{User: off.ID})
	h.must(err)
	h.newcomer("sin.clave")
	for _, name := range []string{"ana.solis", "nobody.here", "cerrada.hoy", "sin.clave", ""} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := h.signIn(name, "no es esta clave", "", somewhere)
		runtime.ReadMemStats(&after)
		wantKey(t, err, "people.sign-in-refused")
		if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib < 64 || mib > 80 {
			t.Errorf("an attempt as %q took %d MiB, not the 64 of one stretching", name, mib)
		}
	}
}

func TestGateFaults(t *testing.T) {
	h := newHouse(t)
	for name, s := range map[string]people.Settings{
		"no record":     {Node: "PA", Site: "https://istmo.example", Secret: make([]byte, 32)},
		"no secret":     {Node: "PA", Site: "https://istmo.example", Record: h.record},
		"no site":       {Node: "PA", Secret: make([]byte, 32), Record: h.record},
		"site no https": {Node: "PA", Site: "ftp://istmo.example", Secret: make([]byte, 32), Record: h.record},
	} {
		if _, err := people.NewGate(h.db, s); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
}
