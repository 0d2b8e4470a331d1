// Package pages shows what the watch found.
package pages

import (
	"istmo/act"
	"istmo/observatory/hall"
	"istmo/web"
)

// Root is where the watch is.
const Root = hall.Root + "/watch"

// Routes hangs the pages on the site.
func Routes(s *web.Site, e *act.Engine) {}
