package report

import (
	"fmt"
	"slices"
	"strings"
)

// grid is where the columns of a table stand.
type grid struct {
	x, w    []float64
	numbers []bool
}

// table sets a table. Its head is on every page, and a row is divided only if it
// fills much of one.
func (h hand) table(t Table) ([]strip, error) {
	rows, err := h.texts(t)
	if err != nil {
		return nil, err
	}
	g := h.grid(t, rows)
	titles := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		titles[i] = c.Title
	}
	head := append(h.row(h.head, titles, g), rule(0, h.width(), 2*h.hair, sea))
	bind(head)
	var all []strip
	if t.Caption != "" {
		all = append(h.lines(h.strong, 0, h.width(), t.Caption), strip{high: 0.3 * h.em})
		bind(all)
	}
	all = append(all, head...)
	for _, cells := range rows {
		row := append(h.row(h.cell, cells, g), rule(0, h.width(), h.hair, mist))
		all = append(all, h.whole(row, head)...)
	}
	all = append(all, strip{high: 0.5 * h.em})
	origin := h.label
	origin.cut = italic
	return append(append(all, tie(h.lines(origin, 0, h.width(), h.origin(t)))...), space(0.8*h.em)), nil
}

// whole keeps a row of a table on one page, unless it fills much of one, and has
// the head above it on the next.
func (h hand) whole(row, head []strip) []strip {
	room := h.room() / 3
	if h.screen {
		room = h.room() - high(head)
	}
	if high(row) <= room {
		row = tie(row)
	} else {
		n := len(row)
		row[0].tied, row[n-2].tied, row[n-3].tied = true, true, true
	}
	row[0].again = head
	for i := range row[1:] {
		row[i+1].again = append(slices.Clone(head), row[0]) // with the distance above
	}
	return row
}

// texts are the table's cells as people read them, as many in each row as there
// are columns. All decimals of a column have the same number of places.
func (d Document) texts(t Table) ([][]string, error) {
	most := make([]int, len(t.Columns))
	for i, row := range t.Rows {
		if len(row) > len(t.Columns) {
			return nil, fmt.Errorf("report: row %d of a table has %d cells for %d columns", i+1, len(row), len(t.Columns))
		}
		for j, c := range row {
			if f, is := c.(float64); is {
				most[j] = max(most[j], places(f))
			}
		}
	}
	rows := make([][]string, len(t.Rows))
	for i, row := range t.Rows {
		rows[i] = make([]string, len(t.Columns))
		for j, c := range row {
			var err error
			if rows[i][j], err = written(d.Lang, c, most[j]); err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}

// row sets cells beside each other.
func (h hand) row(st style, cells []string, g grid) []strip {
	columns := make([][]strip, len(cells))
	for i, words := range cells {
		columns[i] = h.lines(st, g.x[i], g.w[i], words)
		for _, line := range columns[i] {
			if t := &line.texts[0]; g.numbers[i] {
				t.x += g.w[i] - h.faceSet[st.cut].width(t.words, st.size)
			}
		}
	}
	pad := strip{high: 0.4 * h.em}
	return append(append([]strip{pad}, beside(columns...)...), pad)
}

// grid gives each column its share of the width, and at least room for its
// longest word as long as there is room for all of these.
func (h hand) grid(t Table, rows [][]string) grid {
	least, whole := h.needs(t, rows)
	given := slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Weight > 0 })
	weights := make([]float64, len(t.Columns))
	for i, c := range t.Columns {
		weights[i] = max(h.em, min(whole[i], 24*h.em)) // a cell with much to say takes more lines, not all the width
		if given {
			weights[i] = max(c.Weight, 0.1)
		}
	}
	g := grid{w: share(h.width()-h.between(t), least, weights)}
	x := 0.0
	for i, c := range t.Columns {
		g.x, g.numbers = append(g.x, x), append(g.numbers, c.Number)
		x += g.w[i] + h.gap()
	}
	return g
}

// gap is the room between two columns of a table; between is all of it.
func (h hand) gap() float64            { return 0.9 * h.em }
func (h hand) between(t Table) float64 { return h.gap() * float64(max(0, len(t.Columns)-1)) }

// needs are, for each column, the widths of its longest word and of its longest
// cell on one line.
func (h hand) needs(t Table, rows [][]string) (least, whole []float64) {
	head, cell := h.faceSet[h.head.cut], h.faceSet[h.cell.cut]
	for i, c := range t.Columns {
		word, line := head.longest(c.Title, h.head.size), 0.0
		for _, row := range rows {
			word = max(word, cell.longest(row[i], h.cell.size))
			line = max(line, cell.width(strings.ReplaceAll(cell.legible(row[i]), "\n", " "), h.cell.size))
		}
		least, whole = append(least, word), append(whole, max(word, line))
	}
	return least, whole
}

// broad reports whether a table is read better on a page on its side: its
// columns need more room to be written in than narrow ones.
func (h hand) broad(t *Table) bool {
	if t == nil || h.screen {
		return false
	}
	rows, err := h.texts(*t)
	if err != nil {
		return false // section says so
	}
	least, whole := h.needs(*t, rows)
	room := h.between(*t)
	for i := range least {
		room += max(least[i], min(whole[i], 9*h.em))
	}
	return room > h.width()
}

// share divides width by weight, giving no column less than it needs if that is
// possible.
func share(width float64, least, want []float64) []float64 {
	w := make([]float64, len(want))
	fixed := make([]bool, len(want))
	least = capped(least, width)
	for {
		rest, weight := width, 0.0
		for i := range want {
			if fixed[i] {
				rest -= least[i]
			} else {
				weight += want[i]
			}
		}
		changed := false
		for i := range want {
			w[i] = least[i]
			if !fixed[i] {
				w[i] = rest * want[i] / weight
				fixed[i] = w[i] < least[i]
				changed = changed || fixed[i]
			}
		}
		if !changed {
			return w
		}
	}
}

// capped cuts the largest of what is needed until all of it fits: the longest
// words are broken, and the others are not.
func capped(least []float64, width float64) []float64 {
	order := slices.Sorted(slices.Values(least))
	limit, rest := 0.0, width
	for i, w := range order {
		limit = rest / float64(len(order)-i)
		if w > limit {
			break
		}
		rest -= w
		limit = w
	}
	cut := slices.Clone(least)
	for i := range cut {
		cut[i] = min(cut[i], limit)
	}
	return cut
}
