package node

import (
	"context"
	"io"

	"istmo/access"
	"istmo/cases"
	"istmo/cases/htcds"
)

// RecordsPreview is what is in a file of HTCDS records and wrong with it, and
// RecordsImport what came of taking one in.
type (
	RecordsPreview = htcds.Preview
	RecordsImport  = cases.Import
)

// PreviewRecords reads a file of HTCDS records, whose name tells its format. It
// asks no node anything: the file is its reader's own.
func PreviewRecords(ctx context.Context, in io.Reader, name string, told func(rows int, bytes int64)) (RecordsPreview, error) {
	f, err := htcds.FormatOf(name)
	if err != nil {
		return RecordsPreview{}, err
	}
	return htcds.Inspect(ctx, in, f, told)
}

// ImportRecords takes such a file in, as who; see cases.ImportFile.
func (n *Node) ImportRecords(ctx context.Context, who access.Who, in io.Reader, name string, told func(rows int, bytes int64)) (RecordsImport, error) {
	f, err := htcds.FormatOf(name)
	if err != nil {
		return RecordsImport{}, err
	}
	return cases.ImportFile(ctx, n.Engine, who, in, f, told)
}

// ExportRecords writes everybody whom who accompanies into such a file, and says
// how many they are; see cases.ExportFile.
func (n *Node) ExportRecords(ctx context.Context, who access.Who, out io.Writer, name string, told func(rows int, bytes int64)) (int, error) {
	f, err := htcds.FormatOf(name)
	if err != nil {
		return 0, err
	}
	return cases.ExportFile(ctx, n.Engine, who, out, f, told)
}
