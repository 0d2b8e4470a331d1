package pages

import (
	"html/template"

	"istmo/access/people"
	"istmo/fault"
	"istmo/web"
)

// enrolment hangs up the pages on which an account gets its ways in.
func (d *desk) enrolment(site *web.Site) {
	site.Open("GET "+enrolPath, d.enrolPage)
	site.Post("POST "+enrolPath, d.openInvite)
	site.Post("POST "+enrolPath+"/passkey", d.enrolPasskey)
	site.Post("POST "+enrolPath+"/password", d.enrolPassword)
}

// setUp is what the page of an open enrolment, or of new one-time codes, shows.
type setUp struct {
	people.Enrolment
	people.Ceremony
	Square template.HTML
}

// enrolPage asks for the invite's code, and then for a way in.
func (d *desk) enrolPage(r *web.Request) (web.View, error) {
	v := web.View{Template: "people/invite", Title: "people.invite.title", Layout: web.Plain}
	held := token(r.Request, d.gate, enrolCookie)
	e, err := d.gate.Enrolment(r.Context(), held)
	if fault.Is(err, fault.KindNotFound) {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	c, err := d.gate.BeginEnrolPasskey(r.Context(), held)
	if err != nil {
		return v, err
	}
	code, err := square(e.Address, r.Say("people.codes.square"))
	v.Template, v.Title, v.Script, v.Data = "people/enrol", "people.enrol.title", "passkey", setUp{e, c, code}
	return v, err
}

func (d *desk) openInvite(r *web.Request) (string, error) {
	e, err := d.gate.OpenInvite(r.Context(), r.PostForm.Get("code"), d.client(r))
	if err != nil {
		return "", err
	}
	d.keep(r.Writer, enrolCookie, e.Token, e.Expires.Sub(r.Now))
	return enrolPath, nil
}

func (d *desk) enrolPasskey(r *web.Request) (string, error) {
	e, err := d.gate.EnrolPasskey(r.Context(), token(r.Request, d.gate, enrolCookie), r.PostForm.Get("ceremony"),
		[]byte(r.PostForm.Get("credential")), d.client(r))
	return d.enrolled(r, e, err)
}

func (d *desk) enrolPassword(r *web.Request) (string, error) {
	e, err := d.gate.EnrolPassword(r.Context(), token(r.Request, d.gate, enrolCookie), r.PostForm.Get("password"),
		r.PostForm.Get("code"), d.client(r))
	return d.enrolled(r, e, err)
}

// enrolled lets its owner in and shows the recovery codes. An enrolment that is
// over by now begins again with its code.
func (d *desk) enrolled(r *web.Request, e people.Enrolled, err error) (string, error) {
	if fault.Is(err, fault.KindNotFound) {
		d.keep(r.Writer, enrolCookie, "", 0)
		return enrolPath, nil
	}
	if err != nil {
		return "", err
	}
	if err := d.admit(r, e.Entry); err != nil {
		return "", err
	}
	d.keep(r.Writer, enrolCookie, "", 0)
	return d.slips.put(e.Token, slip{Kind: "recovery", Lines: e.Codes, Next: "/"}), nil
}
