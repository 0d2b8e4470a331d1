package linear

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestAgainstAllPoints compares the optimum over tables of two dimensions, whose
// corners are whole (Hoffman and Kruskal, 1956), with that over all whole points.
func TestAgainstAllPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := 2, rapid.IntRange(2, 3).Draw(t, "columns")
		n := rows * columns
		low, high := make([]float64, n), make([]float64, n)
		point := make([]int, n)
		for j := range n {
			low[j] = float64(rapid.IntRange(0, 2).Draw(t, "low"))
			high[j] = low[j] + float64(rapid.IntRange(0, 3).Draw(t, "room"))
			point[j] = rapid.IntRange(int(low[j]), int(high[j])).Draw(t, "point")
		}
		var equations [][]Term
		var right []float64
		line := func(cells []int) {
			var terms []Term
			sum := 0
			for _, c := range cells {
				terms, sum = append(terms, Term{c, 1}), sum+point[c]
			}
			equations, right = append(equations, terms), append(right, float64(sum))
		}
		for i := range rows {
			var cells []int
			for j := range columns {
				cells = append(cells, i*columns+j)
			}
			line(cells)
		}
		for j := range columns {
			line([]int{j, columns + j})
		}
		if rapid.Bool().Draw(t, "impossible") {
			right[0] += 50
		}
		goal := make([]Term, n)
		for j := range goal {
			goal[j] = Term{j, float64(rapid.IntRange(-3, 3).Draw(t, "gain"))}
		}
		best, any := math.Inf(-1), false
		each(low, high, make([]int, n), 0, func(x []int) {
			for k, e := range equations {
				sum := 0
				for _, term := range e {
					sum += x[term.Var]
				}
				if float64(sum) != right[k] {
					return
				}
			}
			any = true
			v := 0.0
			for j, term := range goal {
				v += term.Coef * float64(x[j])
			}
			best = max(best, v)
		})
		p, possible := New(low, high, equations, right)
		if possible != any {
			t.Fatalf("possible: %v, and there are points: %v", possible, any)
		}
		if !possible {
			return
		}
		for range 2 { // the second begins where another goal ended
			if got := p.Maximize(goal, nil); math.Abs(got-best) > 1e-4 {
				t.Fatalf("found %v, the best is %v", got, best)
			}
			for k, e := range equations {
				sum := 0.0
				for _, term := range e {
					sum += p.Value(term.Var)
				}
				if math.Abs(sum-right[k]) > 1e-4 {
					t.Fatalf("equation %d comes to %v and not %v", k, sum, right[k])
				}
			}
			p.Maximize([]Term{{rapid.IntRange(0, n-1).Draw(t, "other"), -1}}, nil)
		}
	})
}

func each(low, high []float64, x []int, j int, visit func([]int)) {
	if j == len(x) {
		visit(x)
		return
	}
	for v := int(low[j]); v <= int(high[j]); v++ {
		x[j] = v
		each(low, high, x, j+1, visit)
	}
}

func TestWithoutBound(t *testing.T) {
	p, possible := New([]float64{0, 0}, []float64{math.Inf(1), math.Inf(1)}, [][]Term{{{0, 1}, {1, -1}}}, []float64{3})
	if !possible {
		t.Fatal("not possible")
	}
	if got := p.Maximize([]Term{{0, 1}}, nil); !math.IsInf(got, 1) {
		t.Errorf("got %v", got)
	}
	if got := p.Maximize([]Term{{0, -1}}, nil); math.Abs(got+3) > 1e-4 {
		t.Errorf("got %v", got)
	}
}
