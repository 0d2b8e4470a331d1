package fairness

import "slices"

// Hidden stands in a table for a number that is not shown.
const Hidden = -1

// Conceal is a table of counts with what is smaller than least not shown, nor
// what would let it be worked out from the sums of its row and column: whatever
// is hidden in a row or column is at least two numbers, which come to at least
// least together. Zero is hidden as other small numbers are: that nobody of a
// group was presumed says something of each of them. A column that is dear is
// hidden beside another only where nothing else will do.
//
// This is the one rule for what istmo shows of screenings in figures. It knows
// one table at a time: what two tables, or one table on two days, tell together
// is for the release rule to say.
func Conceal(counts [][]int, least int, dear ...int) [][]int {
	shown := make([][]int, len(counts))
	for i, row := range counts {
		shown[i] = append([]int(nil), row...)
		for j, n := range row {
			if n < least {
				shown[i][j] = Hidden
			}
		}
	}
	for again := true; again; {
		again = false
		for _, line := range lines(counts) {
			again = line.cover(counts, shown, least, dear) || again
		}
	}
	return shown
}

// line is one row or column of a table.
type line [][2]int

func lines(counts [][]int) (all []line) {
	columns := 0
	for i, row := range counts {
		var l line
		for j := range row {
			l = append(l, [2]int{i, j})
		}
		all, columns = append(all, l), max(columns, len(row))
	}
	for j := range columns {
		var l line
		for i, row := range counts {
			if j < len(row) {
				l = append(l, [2]int{i, j})
			}
		}
		all = append(all, l)
	}
	return all
}

// cover hides one number more, if what is hidden in a line could be worked out
// from its sum: one that stands across from something hidden, so that hiding it
// asks for no further one, and of those the smallest. In a line of one number
// there is nothing else to hide.
func (l line) cover(counts, shown [][]int, least int, dear []int) bool {
	hidden, sum, best := 0, 0, -1
	for k, at := range l {
		n := counts[at[0]][at[1]]
		switch {
		case shown[at[0]][at[1]] == Hidden:
			hidden, sum = hidden+1, sum+n
		case best < 0 || l.rather(k, best, counts, shown, dear):
			best = k
		}
	}
	if hidden == 0 || best < 0 || hidden >= 2 && sum >= least {
		return false
	}
	shown[l[best][0]][l[best][1]] = Hidden
	return true
}

// rather is whether to hide the number at k and not the one at best.
func (l line) rather(k, best int, counts, shown [][]int, dear []int) bool {
	if a, b := slices.Contains(dear, l[k][1]), slices.Contains(dear, l[best][1]); a != b {
		return b
	}
	if a, b := l.crossed(k, shown), l.crossed(best, shown); a != b {
		return a
	}
	return counts[l[k][0]][l[k][1]] < counts[l[best][0]][l[best][1]]
}

// crossed is whether something is hidden in the line that crosses l at k.
func (l line) crossed(k int, shown [][]int) bool {
	at := l[k]
	if len(l) > 1 && l[0][0] == l[1][0] {
		for i := range shown {
			if at[1] < len(shown[i]) && shown[i][at[1]] == Hidden {
				return true
			}
		}
		return false
	}
	return slices.Contains(shown[at[0]], Hidden)
}
