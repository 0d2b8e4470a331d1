package web

// stylePage is the living style page, filled in below.
func stylePage(*Request) (View, error) { return View{Template: "web/style", Title: "web.style"}, nil }
