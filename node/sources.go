package node

import (
	"context"
	"io"

	"istmo/access"
	"istmo/observatory/sources"
)

// FiguresFrom is what is said of a file of public figures, FiguresPreview what is in
// one and wrong with it, and FiguresCame what came of taking one in.
type (
	FiguresFrom    = sources.Origin
	FiguresPreview = sources.Preview
	FiguresCame    = sources.Came
)

// FiguresOf is what is said of a file of a kind: flows, glotip, population, borders.
func FiguresOf(kind string) FiguresFrom { return FiguresFrom{Kind: sources.Kind(kind)} }

// ImportFigures takes a file of public figures in, whole or not at all, as who; see
// sources.ImportFile.
func (n *Node) ImportFigures(ctx context.Context, who access.Who, o FiguresFrom, in io.ReadSeeker, told func(rows int, bytes int64)) (FiguresPreview, FiguresCame, error) {
	return sources.ImportFile(ctx, n.Engine, who, o, in, told)
}
