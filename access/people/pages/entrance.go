package pages

import (
	"istmo/access/people"
	"istmo/web"
)

// entrance hangs up signing in and out.
func (d *desk) entrance(site *web.Site) {
	site.Open("GET "+SignIn, d.signInPage)
	site.Post("POST "+SignIn, d.signIn)
	site.Post("POST "+SignIn+"/passkey", d.signInPasskey)
	site.Post("POST "+SignOut, d.signOut)
	site.Open("GET "+recoverPath, d.recoverPage)
	site.Post("POST "+recoverPath, d.recover)
}

// signInPage offers both ways in. Who is in already goes on, unless they came
// to sign in again before changing their ways in.
func (d *desk) signInPage(r *web.Request) (web.View, error) {
	next := r.Query("next")
	if r.SignedIn() && r.Query("again") == "" {
		return web.View{Redirect: orHome(next)}, nil
	}
	ceremony, err := d.gate.BeginPasskey()
	data := struct {
		people.Ceremony
		Next string
	}{ceremony, next}
	return web.View{Template: "people/sign-in", Title: "people.sign-in.title", Data: data, Layout: web.Plain, Script: "passkey"}, err
}

func orHome(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

func (d *desk) signIn(r *web.Request) (string, error) {
	e, err := d.gate.SignIn(r.Context(), people.Attempt{Name: r.PostForm.Get("name"), Password: r.PostForm.Get("password"),
		Code: r.PostForm.Get("code"), From: d.client(r)})
	if err != nil {
		return "", err
	}
	return orHome(r.PostForm.Get("next")), d.admit(r, e)
}

func (d *desk) signInPasskey(r *web.Request) (string, error) {
	e, err := d.gate.SignInPasskey(r.Context(), r.PostForm.Get("ceremony"), []byte(r.PostForm.Get("credential")), d.client(r))
	if err != nil {
		return "", err
	}
	return orHome(r.PostForm.Get("next")), d.admit(r, e)
}

func (d *desk) signOut(r *web.Request) (string, error) {
	d.slips.drop(d.session(r))
	d.keep(r.Writer, sessionCookie, "", 0)
	return SignIn, d.gate.SignOut(r.Context(), d.session(r))
}

func (d *desk) recoverPage(*web.Request) (web.View, error) {
	return web.View{Template: "people/recover", Title: "people.recover.title", Layout: web.Plain}, nil
}

func (d *desk) recover(r *web.Request) (string, error) {
	e, err := d.gate.Recover(r.Context(), people.Attempt{Name: r.PostForm.Get("name"), Password: r.PostForm.Get("password"),
		Code: r.PostForm.Get("code"), From: d.client(r)})
	if err != nil {
		return "", err
	}
	d.keep(r.Writer, enrolCookie, e.Token, e.Expires.Sub(r.Now))
	return enrolPath, nil
}
