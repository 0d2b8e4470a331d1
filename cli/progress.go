package cli

import (
	"fmt"
	"os"
	"time"
)

// progress shows how far something has come, once a second, on a terminal that
// somebody looks at.
type progress struct {
	t     *Terminal
	last  time.Time
	shown bool
}

func (t *Terminal) progress() *progress { return &progress{t: t, last: time.Now()} }

func (p *progress) at(done, total int64) {
	if time.Since(p.last) < time.Second || !watched(p.t) {
		return
	}
	p.last, p.shown = time.Now(), true
	if total > 0 {
		fmt.Fprintf(p.t.Err, "\r%d / %d (%d %%)", done, total, 100*done/total)
	} else {
		fmt.Fprintf(p.t.Err, "\r%d", done)
	}
}

func (p *progress) end() {
	if p.shown {
		fmt.Fprintln(p.t.Err)
	}
}

// watched reports whether the terminal is one.
func watched(t *Terminal) bool {
	f, ok := t.Err.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
