package browser

import (
	"context"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// OpenAt starts a browser on a profile that outlives it, so that it can be ended
// and started again, with further flags of Chromium's, "name=value" or "name".
func OpenAt(t testing.TB, profile string, flags ...string) *Window {
	t.Helper()
	return open(t, profile, flags)
}

// Kill ends the browser as a dead battery would: nothing is told, nothing is
// written any more.
func (b *Window) Kill() {
	b.t.Helper()
	if err := chromedp.FromContext(b.ctx).Browser.Process().Kill(); err != nil {
		b.t.Fatalf("the browser cannot be killed: %v", err)
	}
	b.stop()
}

// Cookie gives the browser a cookie of a site.
func (b *Window) Cookie(c *http.Cookie, site string) {
	b.t.Helper()
	b.call("setting a cookie", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: site, Path: "/"})
		return err
	})
}

// Forget takes the site's cookies from the browser.
func (b *Window) Forget() {
	b.t.Helper()
	b.call("clearing cookies", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{})
		return err
	})
}

// Offline takes the page's network away, or gives it back, and tells the page.
func (b *Window) Offline(off bool) {
	b.t.Helper()
	b.call("the network", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1})
		if err != nil {
			return err
		}
		rule := &network.Conditions{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}
		also := true
		_, err = chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{EmulateOfflineServiceWorker: &also, MatchedNetworkConditions: []*network.Conditions{rule}})
		return err
	})
}

// Slow makes the page's processor so many times slower.
func (b *Window) Slow(times float64) {
	b.t.Helper()
	b.call("the processor", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: times})
		return err
	})
}

// Installable lists what keeps the page from being put onto the home screen as an app
// of its own.
func (b *Window) Installable() (against []string) {
	b.t.Helper()
	b.call("asking whether it can be installed", func(ctx context.Context) error {
		said, err := chromedp.Call(ctx, page.GetInstallabilityErrors, cdp.Empty{})
		for _, e := range said.InstallabilityErrors {
			against = append(against, e.ErrorID)
		}
		return err
	})
	return against
}

// Downloads has what is downloaded put into a folder.
func (b *Window) Downloads(folder string) {
	b.t.Helper()
	b.call("downloads", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder})
		return err
	})
}

// Pick puts files into the file input that the CSS selector names.
func (b *Window) Pick(selector string, files ...string) {
	b.t.Helper()
	whole := make([]string, len(files))
	for i, f := range files {
		var err error
		if whole[i], err = filepath.Abs(f); err != nil {
			b.t.Fatal(err)
		}
	}
	b.Do(chromedp.SetUploadFiles(chromedp.CSS(selector), whole))
}

// Picture is one of the window as it is seen.
func (b *Window) Picture() (png []byte) {
	b.t.Helper()
	b.call("taking a picture", func(ctx context.Context) (err error) {
		png, err = chromedp.Run(ctx, chromedp.CaptureScreenshot())
		return err
	})
	return png
}

// Until waits until a JavaScript expression is true on the page, which may be read
// anew meanwhile.
func (b *Window) Until(cond string) {
	b.t.Helper()
	b.settle(cond)
}
