package signals

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"istmo/observatory/watch"
	"istmo/store"
)

// Break is a row of data/watch-breaks.csv. From this month on a series, or one group
// of it, is counted otherwise, and is compared with nothing before; or, where it is a
// gap, the figure of this month alone leaves too much out, and is held for missing.
type Break struct {
	What   string // break or gap
	Series Series
	Group  string // empty for all
	Month  watch.Month
	es, en because // why, and who says so
}

// Reason is why, in a language, and Source who says so.
func (b Break) Reason(lang string) string { return b.in(lang).reason }
func (b Break) Source(lang string) string { return b.in(lang).source }

type because struct{ reason, source string }

func (b Break) in(lang string) because {
	if lang == "en" {
		return b.en
	}
	return b.es
}

// breaks are the rows, and a digest by which another table is known.
type breaks struct {
	rows   []Break
	digest string
}

func (b breaks) of(s Series) (all []watch.Break) {
	for _, row := range b.rows {
		if row.Series == s && row.What == "break" {
			all = append(all, watch.Break{Month: row.Month, Category: row.Group})
		}
	}
	return all
}

// without leaves out the figures of gaps.
func (b breaks) without(s Series, cells []watch.Cell) []watch.Cell {
	return slices.DeleteFunc(cells, func(c watch.Cell) bool {
		return slices.ContainsFunc(b.rows, func(row Break) bool {
			return row.What == "gap" && row.Series == s && row.Month == c.Month && (row.Group == "" || row.Group == c.Category)
		})
	})
}

// Breaks are the rows.
type Breaks []Break

const breaksFile = "watch-breaks.csv"

var breaksHeader = []string{"what", "series", "group", "month", "reason_es", "reason_en", "source_es", "source_en"}

// LoadBreaks reads the shipped rows and an operator's own beside them. An error names
// the line.
func LoadBreaks(shipped fs.FS, over ...fs.FS) (all Breaks, err error) {
	for i, layer := range append([]fs.FS{shipped}, over...) {
		f, err := layer.Open(breaksFile)
		if errors.Is(err, fs.ErrNotExist) && i > 0 {
			continue
		}
		if err != nil {
			return nil, err
		}
		rows, err := csv.NewReader(f).ReadAll()
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", breaksFile, err)
		}
		if len(rows) == 0 || !slices.Equal(rows[0], breaksHeader) {
			return nil, fmt.Errorf("%s: the first line is not %v", breaksFile, breaksHeader)
		}
		for n, r := range rows[1:] {
			month, ok := watch.ParseMonth(r[3])
			if !ok || r[0] != "break" && r[0] != "gap" || !slices.Contains(All, Series(r[1])) || slices.Contains(r[4:], "") {
				return nil, fmt.Errorf("%s:%d: break or gap, a series of %v, a month such as 2024-01, a reason and a source in both languages are needed", breaksFile, n+2, All)
			}
			all = append(all, Break{r[0], Series(r[1]), r[2], month, because{r[4], r[6]}, because{r[5], r[7]}})
		}
	}
	return all, nil
}

type breaksKey struct{}

// Use lets every transaction of db know them.
func Use(db *store.DB, all Breaks) {
	sum := sha256.Sum256([]byte(fmt.Sprint(all)))
	db.Bind(breaksKey{}, breaks{all, hex.EncodeToString(sum[:4])})
}

func bound(tx *store.Tx) breaks { return tx.Bound(breaksKey{}).(breaks) }
