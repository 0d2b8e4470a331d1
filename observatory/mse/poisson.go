package mse

import "math"

// factorials holds the logarithms of the first factorials.
var factorials = func() (f [1 << 14]float64) {
	for i := range f {
		f[i], _ = math.Lgamma(float64(i) + 1)
	}
	return f
}()

// logFactorial is the logarithm of n!.
func logFactorial(n float64) float64 {
	if n < float64(len(factorials)) {
		return factorials[int(n)]
	}
	l, _ := math.Lgamma(n + 1)
	return l
}

// logTail is the logarithm of how likely an overlap as far out as n, on its own
// side, is where the mean is expected: the smaller of the chances of at most n
// and of at least n (the paper, section 3.1). Its logarithm, because it may be
// smaller than any number of the machine, and the smallest of several is asked
// for. What is certainly above the bound may be answered by a value above it.
func logTail(n, mean, bound float64) float64 {
	if mean == 0 { // a list that nobody is on: no overlap is certain
		return 0
	}
	here := n*math.Log(mean) - mean - logFactorial(n)
	switch {
	case here > bound:
		return here // each tail holds this value at least
	case n > mean+1:
		return here + math.Log(above(n, mean)) // the median is within one of the mean, so this is the smaller
	case n < mean-1:
		return here + math.Log(below(n, mean))
	}
	return here + math.Log(min(above(n, mean), below(n, mean)))
}

// above is the chance of at least n, as a multiple of that of n.
func above(n, mean float64) float64 {
	sum, term := 1.0, 1.0
	for i := n + 1; term > 1e-17*sum; i++ {
		term *= mean / i
		sum += term
	}
	return sum
}

// below is the chance of at most n, as a multiple of that of n.
func below(n, mean float64) float64 {
	sum, term := 1.0, 1.0
	for i := n; i > 0 && term > 1e-17*sum; i-- {
		term *= i / mean
		sum += term
	}
	return sum
}
