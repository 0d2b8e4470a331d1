package testkit

import (
	"io"
	"net"
	"net/http"

	"istmo/access/people"
	"istmo/store"
)

// passphrase is every account's in a world.
const passphrase = "puente-entre-dos-orillas"

// Web serves the node's pages and API, and says where.
func (c *Country) Web() string {
	c.world.T.Helper()
	c.web.Do(func() {
		handler, err := c.Handler()
		c.world.must(err)
		listener, err := net.Listen("tcp", c.Config.Listen)
		c.world.must(err)
		server := &http.Server{Handler: handler}
		go server.Serve(listener)
		c.world.T.Cleanup(func() { server.Close() })
	})
	return c.Config.Site
}

// SignIn signs a user in with a password and a one-time code, and gives the
// cookie that their browser would keep.
func (c *Country) SignIn(name string) *http.Cookie {
	c.world.T.Helper()
	secret := c.credentials(name)
	code, err := people.TOTPCode(secret, c.world.Now())
	c.world.must(err)
	entry, err := c.Gate.SignIn(c.world.ctx(), people.Attempt{Name: name, Password: passphrase, Code: code})
	c.world.must(err)
	return &http.Cookie{Name: "istmo-" + c.Config.Node + "-session", Value: entry.Token, Path: "/", HttpOnly: true}
}

// credentials gives a user a password and a one-time code of their own.
func (c *Country) credentials(name string) (secret string) {
	password, err := people.NewPassword(passphrase)
	c.world.must(err)
	c.world.must(c.DB.Write(c.world.ctx(), func(tx *store.Tx) (err error) {
		user := c.Who(name).ID
		if err := people.SetPassword(tx, user, password); err != nil {
			return err
		}
		secret, err = people.EnrolTOTP(tx, user)
		return err
	}))
	return secret
}

// Bearer makes an API token for a user, for every verb under the scopes.
func (c *Country) Bearer(name string, scope ...string) (bearer string) {
	c.world.T.Helper()
	who := c.Who(name)
	d := Must(c.world.T, c, who, people.IssueToken{Name: "test", Scope: scope, Expires: c.world.Now().AddDate(0, 1, 0)})
	c.world.must(c.DB.Write(c.world.ctx(), func(tx *store.Tx) (err error) {
		bearer, err = people.NewBearer(tx, d.Object)
		return err
	}))
	return bearer
}

// Get is what the node answers to somebody with this cookie who asks for a page:
// its status, then the page. It goes nowhere that the answer sends it.
func (c *Country) Get(path string, cookie *http.Cookie) string {
	c.world.T.Helper()
	request, err := http.NewRequest(http.MethodGet, c.Web()+path, nil)
	c.world.must(err)
	request.AddCookie(cookie)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	c.world.must(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	c.world.must(err)
	return answer.Status + " " + string(body)
}
