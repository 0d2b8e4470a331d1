package pages_test

import (
	"testing"
	"time"

	"istmo/testkit/browser"
)

// BenchmarkOpening opens the app from the cache of its service worker, without a
// network, on a processor six times slower. "ms" is until it can be used; the limit
// is 1,000. "pages" is how many empty pages the same browser opens meanwhile.
func BenchmarkOpening(b *testing.B) {
	p := newPost(b)
	w := p.phone(b, "Teléfono 1", b.TempDir())
	w.prepare("ana", "480216", "")
	p.mast.down()
	w.Slow(6)
	ready, opened := 0.0, 0
	var empty time.Duration
	for b.Loop() {
		w.goTo("lock")
		ready += browser.Evaluate[float64](w.Window, `Number(document.documentElement.dataset.ready)`)
		opened++
		start := time.Now()
		w.Open("about:blank")
		empty += time.Since(start)
	}
	ms := ready / float64(opened)
	b.ReportMetric(ms, "ms")
	b.ReportMetric(ms/(float64(empty.Microseconds())/1000/float64(opened)), "pages")
}
