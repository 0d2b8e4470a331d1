package web_test

import (
	"testing"

	"istmo/testkit/browser"
)

func TestMapShot(t *testing.T) {
	b := browser.Open(t)
	at := demo(t, "es")
	for _, w := range []int64{360, 800, 1280} {
		b.Size(w, 900)
		b.Open(at + "/style")
		b.Do()
		browser.Evaluate[bool](b, "document.querySelector('.istmo-map').scrollIntoView(), true")
		b.Shot(t, "map-"+map[int64]string{360: "360", 800: "800", 1280: "1280"}[w])
	}
}
