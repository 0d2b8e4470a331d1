package pages

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"istmo/access/people"
	"istmo/act"
	"istmo/fault"
	"istmo/i18n"
	"istmo/store"
	"istmo/web"
)

// account hangs up what everybody looks after themselves.
func (d *desk) account(site *web.Site) {
	site.Page("GET "+accountPath, d.accountPage)
	site.Page("GET "+waysPath, d.waysPage)
	site.Post("POST "+waysPath+"/passkey", d.addPasskey)
	site.Post("POST "+waysPath+"/remove-passkey", d.removePasskey)
	site.Post("POST "+waysPath+"/password", d.changePassword)
	site.Post("POST "+waysPath+"/recovery-codes", d.newRecoveryCodes)
	site.Post("POST "+waysPath+"/one-time-codes", d.startCodes)
	site.Page("GET "+codesPath, d.codesPage)
	site.Post("POST "+codesPath, d.confirmCodes)
	site.Page("GET "+tokensPath, d.tokensPage)
	site.Post("POST "+tokensPath, d.issueToken)
	site.Page("GET "+shownPath, d.shown)
	site.Post("POST "+shownPath, d.putAway)
}

// accountPage shows one's language and where one is signed in.
func (d *desk) accountPage(r *web.Request) (web.View, error) {
	type data struct {
		User     people.User
		Sessions []people.Session
		Langs    []web.Option
	}
	shown, err := read(d, r, func(tx *store.Tx) (x data, err error) {
		if x.User, err = people.FindUser(tx, r.Who.ID); err == nil {
			x.Sessions, err = people.Sessions(tx, r.Who.ID)
		}
		return x, err
	})
	for _, l := range i18n.Langs {
		shown.Langs = append(shown.Langs, web.Option{Value: l, Label: capital(i18n.Language(l, l))})
	}
	return web.View{Template: "people/account", Title: "people.account.title", Data: shown}, err
}

// capital begins a word as a name on its own line does.
func capital(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + word[size:]
}

// waysPage shows one's ways in, and the forms that change them if the sign-in
// is recent.
func (d *desk) waysPage(r *web.Request) (web.View, error) {
	type data struct {
		people.Ways
		people.Ceremony
		Fresh bool
	}
	shown, err := read(d, r, func(tx *store.Tx) (x data, err error) {
		_, s, err := people.SessionWho(tx, d.session(r))
		if err != nil {
			return x, err
		}
		x.Fresh = s.Fresh(tx.Now)
		x.Ways, err = people.WaysOf(tx, r.Who.ID)
		return x, err
	})
	if err == nil && shown.Fresh {
		shown.Ceremony, err = d.gate.BeginAddPasskey(r.Context(), d.session(r))
	}
	return web.View{Template: "people/ways-in", Title: "people.ways.title", Data: shown, Script: "passkey", Back: back(r, "people.account.title", accountPath)}, err
}

func back(r *web.Request, key, path string) *web.Link {
	return &web.Link{Text: r.Say(key), Href: path}
}

func (d *desk) addPasskey(r *web.Request) (string, error) {
	return waysPath, d.gate.AddPasskey(r.Context(), d.session(r), r.PostForm.Get("ceremony"), r.PostForm.Get("label"), []byte(r.PostForm.Get("credential")))
}

func (d *desk) removePasskey(r *web.Request) (string, error) {
	return waysPath, d.gate.RemovePasskey(r.Context(), d.session(r), r.PostForm.Get("passkey"))
}

func (d *desk) changePassword(r *web.Request) (string, error) {
	return waysPath, d.gate.ChangePassword(r.Context(), d.session(r), r.PostForm.Get("password"))
}

func (d *desk) newRecoveryCodes(r *web.Request) (string, error) {
	codes, err := d.gate.NewRecoveryCodes(r.Context(), d.session(r))
	if err != nil {
		return "", err
	}
	return d.slips.put(d.session(r), slip{Kind: "recovery", Lines: codes, Next: waysPath}), nil
}

func (d *desk) startCodes(r *web.Request) (string, error) {
	_, err := d.gate.StartTOTP(r.Context(), d.session(r))
	return codesPath, err
}

// codesPage shows the secret that StartTOTP made, until its first code confirms it.
func (d *desk) codesPage(r *web.Request) (web.View, error) {
	e, err := d.gate.PendingTOTP(r.Context(), d.session(r))
	if fault.Is(err, fault.KindNotFound) {
		return web.View{Redirect: waysPath}, nil
	}
	if err != nil {
		return web.View{}, err
	}
	code, err := square(e.Address, r.Say("people.codes.square"))
	return web.View{Template: "people/codes", Title: "people.codes.title", Data: setUp{Enrolment: e, Square: code}, Back: back(r, "people.ways.title", waysPath)}, err
}

func (d *desk) confirmCodes(r *web.Request) (string, error) {
	return waysPath, d.gate.ConfirmTOTP(r.Context(), d.session(r), r.PostForm.Get("code"))
}

func (d *desk) tokensPage(r *web.Request) (web.View, error) {
	tokens, err := read(d, r, func(tx *store.Tx) ([]people.Token, error) { return people.Tokens(tx, r.Who.ID) })
	return web.View{Template: "people/tokens", Title: "people.tokens.title", Data: tokens, Back: back(r, "people.account.title", accountPath)}, err
}

// issueToken makes a token and shows its secret once. A token works until the
// end of its last day.
func (d *desk) issueToken(r *web.Request) (string, error) {
	last, err := time.Parse(time.DateOnly, r.PostForm.Get("expires"))
	if err != nil {
		return "", fault.Invalid("expires", "fault.date")
	}
	cmd := people.IssueToken{Name: r.PostForm.Get("name"), Scope: strings.Fields(r.PostForm.Get("scope")), Expires: last.AddDate(0, 0, 1)}
	deed, err := act.Do(r.Context(), d.engine, r.Who, cmd)
	if err != nil {
		return "", err
	}
	bearer, err := act.Look(r.Context(), d.engine, r.Who, people.ShowToken{Token: deed.Object})
	if err != nil {
		return "", err
	}
	return d.slips.put(d.session(r), slip{Kind: "token", Lines: []string{bearer}, Next: tokensPath}), nil
}
