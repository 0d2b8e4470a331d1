package mse

import "math"

// verdict is whether a model's estimate exists and is the only one.
type verdict struct{ exists, identified bool }

func (v verdict) sound() bool { return v.exists && v.identified }

// judge says whether the model on the bench has an estimate, in the extended
// sense in which empty pairs are at minus infinity, and only one.
//
// An estimate exists if and only if some table without zeros, over the possible
// combinations, has the sufficient statistics of the observed one (Fienberg and
// Rinaldo, 2012). It is the only one if and only if the design has full rank.
// Parameters that the observed combinations alone determine settle both: no
// direction is left in which the likelihood could rise without end. Whether they
// do is first seen from their rank modulo two, in machine words, which is at
// most the true one; few models need the exact answer.
func (b *bench) judge() verdict {
	if b.determined() {
		return verdict{true, true}
	}
	return b.program()
}

// determined reports whether the observed combinations have full rank modulo two.
func (b *bench) determined() bool {
	rank, p := 0, len(b.fitted)
	clear(b.rows[:p])
	for s, n := range b.counts {
		if n == 0 {
			continue
		}
		if b.reduce(b.design(s)) {
			if rank++; rank == p {
				return true
			}
		}
	}
	return false
}

// design is the row of the design for a combination, a bit for each parameter.
func (b *bench) design(combination int) (row uint64) {
	for a, lists := range b.fitted {
		if combination&lists == lists {
			row |= 1 << a
		}
	}
	return row
}

// reduce adds a row to those reduced already, if it is new to them.
func (b *bench) reduce(row uint64) bool {
	for row != 0 {
		low, _ := ends(int(row))
		if b.rows[low] == 0 {
			b.rows[low] = row
			return true
		}
		row ^= b.rows[low]
	}
	return false
}

// program settles it exactly. The directions that no observed combination
// determines are spanned by a few vectors; along one of them the likelihood
// rises without end if it lowers some possible combination and raises none. By
// Stiemke's lemma there is none if and only if weights above zero on the
// possible combinations balance in every direction: the linear program of
// Fienberg and Rinaldo, in the directions that are in doubt.
func (b *bench) program() verdict {
	p := len(b.fitted)
	seen, unseen := [][]float64{}, []int{}
	for s := range b.counts {
		if b.counts[s] > 0 {
			seen = append(seen, b.designed(s))
		} else if b.possible(s) {
			unseen = append(unseen, s)
		}
	}
	free := kernel(seen, p)
	moves := make([][]float64, len(unseen)) // of each unseen combination, along each free direction
	for i, s := range unseen {
		moves[i] = make([]float64, len(free))
		for d, direction := range free {
			for a, lists := range b.fitted {
				if s&lists == lists {
					moves[i][d] += direction[a]
				}
			}
		}
	}
	return verdict{balanced(moves, len(free)), len(kernel(moves, len(free))) == 0}
}

func (b *bench) designed(combination int) []float64 {
	row := make([]float64, len(b.fitted))
	for a, lists := range b.fitted {
		if combination&lists == lists {
			row[a] = 1
		}
	}
	return row
}

// tiny is below every value that these small whole-number matrices can have and
// are not zero.
const tiny = 1e-9

// kernel spans the vectors of length n that are zero against every row.
func kernel(rows [][]float64, n int) [][]float64 {
	var at []int // the leading column of each row reduced
	var done [][]float64
	for _, row := range rows {
		r := append([]float64(nil), row...)
		for i, d := range done {
			axpy(r, -r[at[i]], d)
		}
		lead := largest(r)
		if lead < 0 {
			continue
		}
		scale(r, 1/r[lead])
		for _, d := range done {
			axpy(d, -d[lead], r)
		}
		done, at = append(done, r), append(at, lead)
	}
	leads := make([]bool, n)
	for _, lead := range at {
		leads[lead] = true
	}
	var free [][]float64
	for c := range n {
		if leads[c] {
			continue
		}
		v := make([]float64, n)
		v[c] = 1
		for i, d := range done {
			v[at[i]] = -d[c]
		}
		free = append(free, v)
	}
	return free
}

func axpy(y []float64, a float64, x []float64) {
	if a != 0 {
		for i := range y {
			y[i] += a * x[i]
		}
	}
}

func scale(v []float64, by float64) {
	for i := range v {
		v[i] *= by
	}
}

// largest is where v is largest, or -1 where it is zero.
func largest(v []float64) int {
	lead := -1
	for i, x := range v {
		if math.Abs(x) > tiny && (lead < 0 || math.Abs(x) > math.Abs(v[lead])) {
			lead = i
		}
	}
	return lead
}

// balanced reports whether weights of at least one on the rows of moves sum to
// zero in every direction: the first phase of the simplex method, with Bland's
// rule, which cannot cycle.
func balanced(moves [][]float64, directions int) bool {
	columns := len(moves)
	rows := make([][]float64, directions) // what weights above one must still balance; the last column is how much
	basis := make([]int, directions)
	for d := range rows {
		r := make([]float64, columns+1)
		for c, m := range moves {
			r[c] = m[d]
			r[columns] -= m[d]
		}
		if r[columns] < 0 {
			scale(r, -1)
		}
		rows[d], basis[d] = r, columns+d // what is unbalanced, one for each direction
	}
	for {
		enter := entering(rows, basis, columns)
		if enter < 0 {
			break
		}
		leave := leaving(rows, basis, enter, columns)
		if leave < 0 {
			return false // cannot be: the first phase is bounded
		}
		pivot(rows, leave, enter)
		basis[leave] = enter
	}
	for d, r := range rows {
		if basis[d] >= columns && r[columns] > tiny {
			return false
		}
	}
	return true
}

// entering is the first column that lowers what is still unbalanced.
func entering(rows [][]float64, basis []int, columns int) int {
	for c := range columns {
		gain := 0.0
		for d, r := range rows {
			if basis[d] >= columns {
				gain += r[c]
			}
		}
		if gain > tiny {
			return c
		}
	}
	return -1
}

// leaving is the row that bounds the column; of several, that of the first basis.
func leaving(rows [][]float64, basis []int, c, columns int) int {
	best := -1
	for d, r := range rows {
		if r[c] <= tiny {
			continue
		}
		if best < 0 {
			best = d
			continue
		}
		a, z := r[columns]/r[c], rows[best][columns]/rows[best][c]
		if a < z-tiny || a <= z+tiny && basis[d] < basis[best] {
			best = d
		}
	}
	return best
}

func pivot(rows [][]float64, d, c int) {
	scale(rows[d], 1/rows[d][c])
	for i, r := range rows {
		if i != d {
			axpy(r, -r[c], rows[d])
		}
	}
}
