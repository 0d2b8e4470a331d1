package people

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// Scope is what a token may be used for: verbs ("referrals.accept") and
// features ("referrals.*").
type Scope []string

// Never within a scope: a token that made tokens could widen its own.
const (
	issueToken access.Verb = "people.issue-token"
	showToken  access.Verb = "people.show-token"
)

// Allows reports whether verb is within the scope.
func (s Scope) Allows(verb access.Verb) bool {
	feature, _, _ := strings.Cut(string(verb), ".")
	return verb != issueToken && verb != showToken && (slices.Contains(s, string(verb)) || slices.Contains(s, feature+".*"))
}

// longestToken is the longest a token may be good for.
const longestToken = 366 * 24 * time.Hour

// Token lets a program act for a user, within a scope and until a day.
type Token struct {
	ID      string // tok_…
	User    string
	Name    string
	Scope   []string
	Created time.Time
	Expires time.Time
	Used    time.Time // zero if never
}

// ObjectID is the token's id.
func (t Token) ObjectID() string { return t.ID }

// Facts are what a policy may look at.
func (t Token) Facts() access.Facts { return access.Facts{"user": t.User} }

// IssueToken makes a token for whoever asks. NewBearer then shows it once.
type IssueToken struct {
	Name    string    `json:"name"`
	Scope   []string  `json:"scope"`
	Expires time.Time `json:"expires"`
}

// Verb names the deed.
func (IssueToken) Verb() access.Verb { return issueToken }

var (
	tokenName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
	scopeWord = regexp.MustCompile(`^[a-z-]+\.(\*|[a-z-]+)$`)
)

// Find makes the token, not yet stored.
func (c IssueToken) Find(tx *store.Tx, who access.Who) (Token, error) {
	var check fault.Check
	check.That(tokenName.MatchString(c.Name), "name", "people.token-name")
	check.That(len(c.Scope) > 0, "scope", "people.token-scope-none")
	for _, w := range c.Scope {
		check.That(scopeWord.MatchString(w), "scope", "people.token-scope")
	}
	check.That(c.Expires.After(tx.Now), "expires", "people.token-past")
	check.That(!c.Expires.After(tx.Now.Add(longestToken)), "expires", "people.token-long")
	return Token{ID: tx.NewID("tok"), User: who.ID, Name: c.Name, Scope: distinct(c.Scope), Created: tx.Now, Expires: c.Expires}, check.Err()
}

// Do stores it.
func (c IssueToken) Do(tx *store.Tx, _ access.Who, t Token) error { return insertToken(tx, t) }

// RevokeToken ends a token at once.
type RevokeToken struct {
	Token string `json:"token"`
}

// Verb names the deed.
func (RevokeToken) Verb() access.Verb { return "people.revoke-token" }

// Find loads the token; somebody else's is there only for an administrator.
func (c RevokeToken) Find(tx *store.Tx, who access.Who) (Token, error) {
	t, err := findToken(tx, c.Token)
	if err == nil && t.User != who.ID && !who.Has(access.Administrator) {
		return Token{}, fault.NotFound()
	}
	return t, err
}

// Do deletes it.
func (c RevokeToken) Do(tx *store.Tx, _ access.Who, t Token) error { return deleteToken(tx, t.ID) }

// ShowToken shows the secret of one's own new token, once; showing is a deed.
type ShowToken struct {
	Token string `json:"token"`
}

// Verb names the question.
func (ShowToken) Verb() access.Verb { return showToken }

// Find loads the token; somebody else's is not there.
func (q ShowToken) Find(tx *store.Tx, who access.Who) (Token, error) {
	t, err := findToken(tx, q.Token)
	if err == nil && t.User != who.ID {
		return Token{}, fault.NotFound()
	}
	return t, err
}

// Answer makes the secret.
func (q ShowToken) Answer(tx *store.Tx, _ access.Who, t Token) (string, error) {
	return NewBearer(tx, t.ID)
}

// bearerPrefix lets scanners for leaked secrets know one of ours.
const bearerPrefix = "istmo_"

// NewBearer shows the secret of an issued token, once.
func NewBearer(tx *store.Tx, token string) (string, error) {
	bearer := bearerPrefix + newSecret()
	n, err := setTokenHash(tx, token, hashOf(bearer))
	if err == nil && n == 0 {
		return "", fault.Conflict("people.shown-once")
	}
	return bearer, err
}

// TokenWho is who a bearer token stands for now, and the scope; NotFound if it
// is unknown, has expired, or its user is disabled.
func TokenWho(tx *store.Tx, bearer string) (access.Who, Token, error) {
	if !strings.HasPrefix(bearer, bearerPrefix) {
		return access.Who{}, Token{}, fault.NotFound()
	}
	t, err := findTokenByHash(tx, hashOf(bearer))
	if err != nil {
		return access.Who{}, Token{}, err
	}
	if !tx.Now.Before(t.Expires) {
		return access.Who{}, Token{}, fault.NotFound()
	}
	who, err := UserWho(tx, t.User)
	return who, t, err
}

// Bearer is TokenWho for a request: it also notes that the token is in use.
func (g *Gate) Bearer(ctx context.Context, bearer string) (who access.Who, scope Scope, err error) {
	var t Token
	var now time.Time
	err = g.db.Read(ctx, func(tx *store.Tx) (err error) {
		now = tx.Now
		who, t, err = TokenWho(tx, bearer)
		return err
	})
	if err != nil || now.Sub(t.Used) < seenEvery {
		return who, t.Scope, err
	}
	return who, t.Scope, g.db.Write(ctx, func(tx *store.Tx) error { return touchToken(tx, t.ID) })
}
