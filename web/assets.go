package web

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	built "istmo/web/assets"
	"istmo/web/atlas"
)

const assetsPath = "/assets/"

// assets serves the built files. Their names hold a hash of their content, so
// that a browser may keep them for ever.
type assets struct {
	files fs.FS
	names map[string]string // "istmo.css" to "istmo.4f2a….css"
}

func loadAssets() (assets, error) {
	dist, err := built.Dist()
	if err != nil {
		return assets{}, fmt.Errorf("web: %w", err)
	}
	text, err := fs.ReadFile(dist, "manifest.json")
	if err != nil {
		return assets{}, fmt.Errorf("web: the assets are not built (npm ci && npm run build in web/assets): %w", err)
	}
	a := assets{files: dist}
	if err := json.Unmarshal(text, &a.names); err != nil {
		return assets{}, fmt.Errorf("web: assets: manifest.json: %w", err)
	}
	return a, nil
}

// address is where the built file of that name is served.
func (a assets) address(name string) (string, error) {
	hashed, ok := a.names[name]
	if !ok {
		return "", fmt.Errorf("web: there is no built asset %q", name)
	}
	return assetsPath + hashed, nil
}

// outlines are the land and borders by which maps are drawn. No browser asks for them.
func (a assets) outlines() (outlines, error) {
	text, err := fs.ReadFile(a.files, "boundaries.json")
	if err != nil {
		return nil, fmt.Errorf("web: the assets are not built (npm ci && npm run build in web/assets): %w", err)
	}
	return atlas.Read(text)
}

// types of the built files. The machine's own table may lack them.
var types = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2"}

// encodings are the compressed forms that stand beside a file, best first.
var encodings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// ServeHTTP serves one built file in the best form that the browser takes.
func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, assetsPath)
	if !fs.ValidPath(name) || types[path.Ext(name)] == "" {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	chosen := name
	for _, e := range encodings {
		if accepts(r, e.name) && exists(a.files, name+e.suffix) {
			chosen = name + e.suffix
			h.Set("Content-Encoding", e.name)
			break
		}
	}
	content, err := fs.ReadFile(a.files, chosen)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	h.Set("Content-Type", types[path.Ext(name)])
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(string(content)))
}

func accepts(r *http.Request, encoding string) bool {
	for _, one := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		if name, q, _ := strings.Cut(strings.TrimSpace(one), ";"); strings.TrimSpace(name) == encoding && strings.TrimSpace(q) != "q=0" {
			return true
		}
	}
	return false
}

func exists(files fs.FS, name string) bool {
	_, err := fs.Stat(files, name)
	return err == nil
}
