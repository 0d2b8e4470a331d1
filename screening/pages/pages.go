// Package pages shows screenings, posts and devices to those at a desk, and is the
// door through which the phones hand over.
package pages

import (
	"istmo/act"
	"istmo/web"
)

type pages struct{ engine *act.Engine }

// Routes hangs them on the site.
func Routes(s *web.Site, e *act.Engine) {
	p := &pages{e}
	s.Raw("POST /screening/app/enrol", p.enrol)
	s.Raw("POST /screening/app/officer", p.officer)
}
