// Package assets holds what web/assets builds: styles, scripts, fonts and the
// mark. Pages serve them (package web), and paper and slides are set in the same
// typeface (package report); neither knows the other.
package assets

import (
	"embed"
	"fmt"
	"io/fs"
)

// The built files: `npm ci && npm run build` in this folder.
//
//go:embed all:dist
var built embed.FS

// Dist is the folder of the built files.
func Dist() (fs.FS, error) {
	dist, err := fs.Sub(built, "dist")
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	return dist, nil
}
