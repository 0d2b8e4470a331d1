package demo

import (
	"embed"
	"path/filepath"

	"istmo/access/people"
	"istmo/access/people/pages"
	"istmo/fault"
	"istmo/node"
	"istmo/store"
	"istmo/web"
)

//go:embed *.html
var templates embed.FS

// Pages adds the demo's entrance to a node of a demo: the accounts, each with a
// button that signs in as it. Any other node has no such door.
func Pages(n *node.Node, site *web.Site) {
	if !n.Config.Demo {
		return
	}
	site.Templates("demo", templates)
	site.Open("GET /demo", func(r *web.Request) (web.View, error) {
		mine, err := accountsOf(n)
		return web.View{Template: "demo/entrance", Title: "demo.entrance.title", Data: mine, Layout: web.Plain}, err
	})
	site.Post("POST /demo", func(r *web.Request) (string, error) { return enter(n, r) })
}

func accountsOf(n *node.Node) ([]Account, error) {
	m, err := remember(filepath.Dir(n.Config.Data))
	var mine []Account
	for _, a := range m.Accounts {
		if a.Node == n.Config.Node {
			mine = append(mine, a)
		}
	}
	return mine, err
}

// enter signs in as a demo account, by its password and a one-time code made
// for the occasion, through the same gate as everybody.
func enter(n *node.Node, r *web.Request) (string, error) {
	mine, err := accountsOf(n)
	if err != nil {
		return "", err
	}
	for _, a := range mine {
		if a.Name == r.Typed().Get("name") {
			return "/", admit(n, r, a)
		}
	}
	return "", fault.NotFound()
}

func admit(n *node.Node, r *web.Request, a Account) error {
	var secret string
	err := n.DB.Write(r.Context(), func(tx *store.Tx) error {
		u, err := people.UserByName(tx, a.Name)
		if err == nil {
			secret, err = people.EnrolTOTP(tx, u.ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	code, err := people.TOTPCode(secret, n.DB.Now())
	if err != nil {
		return err
	}
	entry, err := n.Gate.SignIn(r.Context(), people.Attempt{Name: a.Name, Password: a.Password, Code: code})
	if err != nil {
		return err
	}
	return pages.Admit(n.Gate, r, entry)
}
