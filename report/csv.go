package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// CSV writes the document's tables as RFC 4180 has it, with a mark of UTF-8 at
// the beginning, by which Excel knows accents. Numbers and days are written as
// programs read them. Several tables each have a row with their caption above
// them and an empty line between them; a notice stands before all.
func (d Document) CSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("report: csv: %w", err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	var blocks [][][]string
	if d.Notice != "" {
		blocks = append(blocks, [][]string{{guarded(d.Notice)}})
	}
	tables := d.tables()
	for _, t := range tables {
		records, err := t.records()
		if err != nil {
			return err
		}
		if len(tables) > 1 {
			records = append([][]string{{guarded(t.Caption)}}, records...)
		}
		blocks = append(blocks, records)
	}
	for i, block := range blocks {
		if i > 0 {
			if _, err := io.WriteString(w, "\r\n"); err != nil {
				return fmt.Errorf("report: csv: %w", err)
			}
		}
		if err := out.WriteAll(block); err != nil { // it flushes
			return fmt.Errorf("report: csv: %w", err)
		}
	}
	return nil
}

// records are the head of a table and its rows.
func (t Table) records() ([][]string, error) {
	head := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = guarded(c.Title)
	}
	all := [][]string{head}
	for _, row := range t.Rows {
		record := make([]string, max(len(row), len(t.Columns)))
		for i, c := range row {
			var err error
			if record[i], err = plain(c); err != nil {
				return nil, err
			}
		}
		all = append(all, record)
	}
	return all, nil
}

// plain is a cell as programs read it.
func plain(c Cell) (string, error) {
	switch v := c.(type) {
	case nil:
		return "", nil
	case string:
		return guarded(v), nil
	case int:
		return strconv.Itoa(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case time.Time:
		switch {
		case v.IsZero():
			return "", nil
		case midnight(v):
			return v.Format(time.DateOnly), nil
		}
		return v.Format(time.RFC3339), nil
	}
	return "", fmt.Errorf("report: a cell cannot be a %T", c)
}

// guarded keeps text from being taken for a formula: spreadsheets run what
// begins with one of these signs, also after a blank, and in its wide form.
func guarded(text string) string {
	text = strings.ToValidUTF8(text, "?")
	bare := strings.TrimLeft(text, " \t\r\n\u00a0\ufeff")
	if strings.HasPrefix(text, "\t") || strings.HasPrefix(text, "\r") || strings.HasPrefix(text, "\n") ||
		bare != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(bare)[0]) {
		return "'" + text
	}
	return text
}
