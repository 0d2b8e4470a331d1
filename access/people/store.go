package people

import (
	"embed"
	"time"

	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

//go:embed schema/*.sql
var files embed.FS

// Schema is the tables of accounts, credentials and sessions.
var Schema = store.Dir("people", files)

// ---- agencies

const agencyColumns = `SELECT a.id, a.code, a.name, a.kind, a.place, a.contact, a.active, e.user_id
	FROM people_agency a LEFT JOIN people_escalation e ON e.agency = a.id`

func intoAgency(a *Agency) []any {
	return []any{&a.ID, &a.Code, &a.Name, &a.Kind, &a.Place, &a.Contact, &a.Active, &a.Escalation}
}

// FindAgency loads an agency.
func FindAgency(tx *store.Tx, id string) (Agency, error) {
	return store.One(tx, intoAgency, agencyColumns+` WHERE a.id = $1`, id)
}

// AgencyByCode loads an agency by its short code.
func AgencyByCode(tx *store.Tx, code string) (Agency, error) {
	return store.One(tx, intoAgency, agencyColumns+` WHERE a.code = $1`, code)
}

// Agencies lists them all by code.
func Agencies(tx *store.Tx) ([]Agency, error) {
	return store.All(tx, intoAgency, agencyColumns+` ORDER BY a.code`)
}

func insertAgency(tx *store.Tx, a Agency) error {
	_, err := tx.Exec(`INSERT INTO people_agency (id, code, name, kind, place, contact, active) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, a.Code, a.Name, a.Kind, a.Place, a.Contact, a.Active)
	return err
}

func putEscalation(tx *store.Tx, agency, user string) error {
	_, err := tx.Exec(`INSERT INTO people_escalation (agency, user_id) VALUES ($1, $2)
		ON CONFLICT (agency) DO UPDATE SET user_id = excluded.user_id`, agency, user)
	return err
}

// ---- users

const userColumns = `SELECT u.id, u.name, u.agency, a.kind, u.roles, u.lang, u.state, u.must_enrol, u.created
	FROM people_user u JOIN people_agency a ON a.id = u.agency`

func intoUser(u *User) []any {
	return []any{&u.ID, &u.Name, &u.Agency, &u.Kind, &u.Roles, &u.Lang, (*string)(&u.State), &u.MustEnrol, &u.Created}
}

// FindUser loads an account, disabled or not.
func FindUser(tx *store.Tx, id string) (User, error) {
	return store.One(tx, intoUser, userColumns+` WHERE u.id = $1`, id)
}

// UserByName loads an account by its sign-in name.
func UserByName(tx *store.Tx, name string) (User, error) { return findUserByName(tx, foldName(name)) }

func findUserByName(tx *store.Tx, name string) (User, error) {
	return store.One(tx, intoUser, userColumns+` WHERE u.name = $1`, name)
}

// Users lists every account by sign-in name.
func Users(tx *store.Tx) ([]User, error) {
	return store.All(tx, intoUser, userColumns+` ORDER BY u.name`)
}

func insertUser(tx *store.Tx, u User) error {
	_, err := tx.Exec(`INSERT INTO people_user (id, name, agency, roles, lang, state, must_enrol, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		u.ID, u.Name, u.Agency, u.Roles, u.Lang, string(u.State), u.MustEnrol, u.Created)
	return err
}

func setState(tx *store.Tx, user string, s State) error {
	_, err := tx.Exec(`UPDATE people_user SET state = $2 WHERE id = $1`, user, string(s))
	return err
}

func setRoles(tx *store.Tx, user string, roles []string) error {
	_, err := tx.Exec(`UPDATE people_user SET roles = $2 WHERE id = $1`, user, roles)
	return err
}

func setLang(tx *store.Tx, user, lang string) error {
	_, err := tx.Exec(`UPDATE people_user SET lang = $2 WHERE id = $1`, user, lang)
	return err
}

func setMustEnrol(tx *store.Tx, user string, must bool) error {
	_, err := tx.Exec(`UPDATE people_user SET must_enrol = $2 WHERE id = $1`, user, must)
	return err
}

// ---- credentials

// The kinds of credential, and the labels under which each is sealed.
const (
	kindPassword    = "password"
	kindTOTP        = "totp"
	kindTOTPPending = "totp-pending"
	kindPasskey     = "passkey"
	kindRecovery    = "recovery"

	labelPassword = "people/password"
	labelTOTP     = "people/totp"
	labelPasskey  = "people/passkey"
)

// credential is one row of people_credential.
type credential struct {
	ID, User, Kind, Handle string
	Secret                 []byte // sealed under the user's key
	Step                   int64  // of the last one-time code that was taken
	Created, Used          time.Time
}

const credentialColumns = `SELECT id, user_id, kind, handle, secret, step, created, used FROM people_credential`

func intoCredential(c *credential) []any {
	return []any{&c.ID, &c.User, &c.Kind, &c.Handle, &c.Secret, &c.Step, &c.Created, &c.Used}
}

func credentialOf(tx *store.Tx, user, kind string) (credential, error) {
	return store.One(tx, intoCredential, credentialColumns+` WHERE user_id = $1 AND kind = $2`, user, kind)
}

func credentialsOf(tx *store.Tx, user, kind string) ([]credential, error) {
	return store.All(tx, intoCredential, credentialColumns+` WHERE user_id = $1 AND kind = $2 ORDER BY id`, user, kind)
}

func credentialByHandle(tx *store.Tx, user, kind, handle string) (credential, error) {
	return store.One(tx, intoCredential, credentialColumns+` WHERE user_id = $1 AND kind = $2 AND handle = $3`, user, kind, handle)
}

func insertCredential(tx *store.Tx, c credential) error {
	_, err := tx.Exec(`INSERT INTO people_credential (id, user_id, kind, handle, secret, created) VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.NewID("cre"), c.User, c.Kind, c.Handle, c.Secret, tx.Now)
	return err
}

// putSealed seals the one credential of its kind that a user has, in place of an earlier one.
func putSealed(tx *store.Tx, user, kind, label string, plain []byte) error {
	secret, err := vault.Seal(tx, user, label, plain)
	if err != nil {
		return err
	}
	if err := deleteKind(tx, user, kind); err != nil {
		return err
	}
	return insertCredential(tx, credential{User: user, Kind: kind, Handle: user, Secret: secret})
}

// passwordOf opens a user's password and the version it is; no version, no password.
func passwordOf(tx *store.Tx, user string) (p Password, version string, err error) {
	rows, err := credentialsOf(tx, user, kindPassword)
	if err != nil || len(rows) == 0 {
		return p, "", err
	}
	text, err := vault.Open(tx, user, labelPassword, rows[0].Secret)
	if fault.Is(err, fault.KindNotFound) { // erased
		return p, "", nil
	}
	if err != nil {
		return p, "", err
	}
	p, err = parsePassword(text)
	return p, rows[0].ID, err
}

func promoteTOTP(tx *store.Tx, user string, step int64) error {
	_, err := tx.Exec(`UPDATE people_credential SET kind = 'totp', step = $2, used = $3 WHERE user_id = $1 AND kind = 'totp-pending'`, user, step, tx.Now)
	return err
}

func useCredential(tx *store.Tx, id string, step int64) error {
	_, err := tx.Exec(`UPDATE people_credential SET step = $2, used = $3 WHERE id = $1`, id, step, tx.Now)
	return err
}

func setSecret(tx *store.Tx, id string, secret []byte) error {
	_, err := tx.Exec(`UPDATE people_credential SET secret = $2, used = $3 WHERE id = $1`, id, secret, tx.Now)
	return err
}

func countKind(tx *store.Tx, user, kind string) (int64, error) {
	return store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM people_credential WHERE user_id = $1 AND kind = $2`, user, kind)
}

func deleteKind(tx *store.Tx, user, kind string) error {
	_, err := tx.Exec(`DELETE FROM people_credential WHERE user_id = $1 AND kind = $2`, user, kind)
	return err
}

func deleteHandle(tx *store.Tx, user, kind, handle string) (bool, error) {
	n, err := tx.Exec(`DELETE FROM people_credential WHERE user_id = $1 AND kind = $2 AND handle = $3`, user, kind, handle)
	return n > 0, err
}

func deleteCredential(tx *store.Tx, user, kind, id string) (int64, error) {
	return tx.Exec(`DELETE FROM people_credential WHERE user_id = $1 AND kind = $2 AND id = $3`, user, kind, id)
}

func deleteCredentials(tx *store.Tx, user string) error {
	_, err := tx.Exec(`DELETE FROM people_credential WHERE user_id = $1`, user)
	return err
}

// deleteSettled deletes every credential but the one that is being set up.
func deleteSettled(tx *store.Tx, user string) error {
	_, err := tx.Exec(`DELETE FROM people_credential WHERE user_id = $1 AND kind <> 'totp-pending'`, user)
	return err
}

// ---- sessions

const sessionColumns = `SELECT id, user_id, purpose, created, seen, idle_until, expires, agent FROM people_session`

func intoSession(s *Session) []any {
	return []any{&s.ID, &s.User, &s.purpose, &s.Created, &s.Seen, &s.idleUntil, &s.Expires, &s.Agent}
}

func findSession(tx *store.Tx, hash string) (Session, error) {
	return store.One(tx, intoSession, sessionColumns+` WHERE token = $1`, hash)
}

func findSessionByID(tx *store.Tx, id string) (Session, error) {
	return store.One(tx, intoSession, sessionColumns+` WHERE id = $1`, id)
}

// Sessions lists a user's open sessions, the last used first.
func Sessions(tx *store.Tx, user string) ([]Session, error) {
	return store.All(tx, intoSession, sessionColumns+` WHERE user_id = $1 AND purpose = 'work' AND idle_until > $2 AND expires > $2
		ORDER BY seen DESC, id`, user, tx.Now)
}

// insertSession stores a session, and sweeps out those that have ended.
func insertSession(tx *store.Tx, s Session, hash string) error {
	if _, err := tx.Exec(`DELETE FROM people_session WHERE idle_until <= $1 OR expires <= $1`, tx.Now); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO people_session (id, token, user_id, purpose, created, seen, idle_until, expires, agent)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, s.ID, hash, s.User, s.purpose, s.Created, s.Seen, s.idleUntil, s.Expires, s.Agent)
	return err
}

func touchSession(tx *store.Tx, id string, idleUntil time.Time) error {
	_, err := tx.Exec(`UPDATE people_session SET seen = $2, idle_until = $3 WHERE id = $1`, id, tx.Now, idleUntil)
	return err
}

func deleteSession(tx *store.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM people_session WHERE id = $1`, id)
	return err
}

// endSessions ends every session of a user but one.
func endSessions(tx *store.Tx, user, but string) error {
	_, err := tx.Exec(`DELETE FROM people_session WHERE user_id = $1 AND id <> $2`, user, but)
	return err
}

func endEnrolments(tx *store.Tx, user string) error {
	_, err := tx.Exec(`DELETE FROM people_session WHERE user_id = $1 AND purpose = 'enrol'`, user)
	return err
}

// ---- tokens

const tokenColumns = `SELECT id, user_id, name, scope, created, expires, used FROM people_token`

func intoToken(t *Token) []any {
	return []any{&t.ID, &t.User, &t.Name, &t.Scope, &t.Created, &t.Expires, &t.Used}
}

func findToken(tx *store.Tx, id string) (Token, error) {
	return store.One(tx, intoToken, tokenColumns+` WHERE id = $1`, id)
}

func findTokenByHash(tx *store.Tx, hash string) (Token, error) {
	return store.One(tx, intoToken, tokenColumns+` WHERE hash = $1`, hash)
}

// Tokens lists a user's tokens, the newest first, expired ones too.
func Tokens(tx *store.Tx, user string) ([]Token, error) {
	return store.All(tx, intoToken, tokenColumns+` WHERE user_id = $1 ORDER BY id DESC`, user)
}

func insertToken(tx *store.Tx, t Token) error {
	_, err := tx.Exec(`INSERT INTO people_token (id, user_id, name, scope, created, expires) VALUES ($1, $2, $3, $4, $5, $6)`,
		t.ID, t.User, t.Name, t.Scope, t.Created, t.Expires)
	return err
}

func setTokenHash(tx *store.Tx, id, hash string) (int64, error) {
	return tx.Exec(`UPDATE people_token SET hash = $2 WHERE id = $1 AND hash = ''`, id, hash)
}

func touchToken(tx *store.Tx, id string) error {
	_, err := tx.Exec(`UPDATE people_token SET used = $2 WHERE id = $1`, id, tx.Now)
	return err
}

func deleteToken(tx *store.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM people_token WHERE id = $1`, id)
	return err
}

func deleteTokens(tx *store.Tx, user string) error {
	_, err := tx.Exec(`DELETE FROM people_token WHERE user_id = $1`, user)
	return err
}

// ---- locks and known browsers

// lock is one row of people_lock.
type lock struct {
	Subject  string
	Failures int64
	Last     time.Time
	Until    time.Time
}

func findLock(tx *store.Tx, subject string) (lock, error) {
	return store.One(tx, func(l *lock) []any { return []any{&l.Subject, &l.Failures, &l.Last, &l.Until} },
		`SELECT subject, failures, last, until FROM people_lock WHERE subject = $1`, subject)
}

// putLock keeps a count, and sweeps out those that are forgotten.
func putLock(tx *store.Tx, l lock) error {
	if _, err := tx.Exec(`DELETE FROM people_lock WHERE last < $1`, tx.Now.Add(-forgetFailures)); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO people_lock (subject, failures, last, until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, last = excluded.last, until = excluded.until`,
		l.Subject, l.Failures, l.Last, l.Until)
	return err
}

func deleteLock(tx *store.Tx, subject string) error {
	_, err := tx.Exec(`DELETE FROM people_lock WHERE subject = $1`, subject)
	return err
}

func knowsDevice(tx *store.Tx, hash, user string) (bool, error) {
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM people_device WHERE token = $1 AND user_id = $2`, hash, user)
	return n > 0, err
}

// rememberFor is how long a browser is known without being used.
const rememberFor = 180 * 24 * time.Hour

func putDevice(tx *store.Tx, hash, user string) error {
	if _, err := tx.Exec(`DELETE FROM people_device WHERE seen < $1`, tx.Now.Add(-rememberFor)); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO people_device (token, user_id, seen) VALUES ($1, $2, $3)
		ON CONFLICT (token) DO UPDATE SET seen = excluded.seen`, hash, user, tx.Now)
	return err
}

func deleteDevices(tx *store.Tx, user string) error {
	_, err := tx.Exec(`DELETE FROM people_device WHERE user_id = $1`, user)
	return err
}

// ---- invites and answered ceremonies

func putInvite(tx *store.Tx, user string, expires time.Time) error {
	_, err := tx.Exec(`INSERT INTO people_invite (user_id, code, created, expires) VALUES ($1, '', $2, $3)
		ON CONFLICT (user_id) DO UPDATE SET code = '', created = excluded.created, expires = excluded.expires`, user, tx.Now, expires)
	return err
}

func setInviteCode(tx *store.Tx, user, hash string) (int64, error) {
	return tx.Exec(`UPDATE people_invite SET code = $2 WHERE user_id = $1 AND code = '' AND expires > $3`, user, hash, tx.Now)
}

func findInvite(tx *store.Tx, hash string) (user string, err error) {
	return store.One(tx, store.Value[string], `SELECT user_id FROM people_invite WHERE code = $1 AND expires > $2`, hash, tx.Now)
}

func hasInvite(tx *store.Tx, user string) (bool, error) {
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM people_invite WHERE user_id = $1 AND expires > $2`, user, tx.Now)
	return n > 0, err
}

func deleteInvite(tx *store.Tx, user string) error {
	_, err := tx.Exec(`DELETE FROM people_invite WHERE user_id = $1`, user)
	return err
}

// markAnswered notes that a ceremony has been answered, and sweeps out those
// that are too old for it. It is false for one that was answered before.
func markAnswered(tx *store.Tx, hash string, expires time.Time) (bool, error) {
	if _, err := tx.Exec(`DELETE FROM people_answered WHERE expires <= $1`, tx.Now); err != nil {
		return false, err
	}
	n, err := tx.Exec(`INSERT INTO people_answered (ceremony, expires) VALUES ($1, $2) ON CONFLICT (ceremony) DO NOTHING`, hash, expires)
	return n > 0, err
}
