package mse

import (
	"math"
	"math/rand/v2"
)

// binomial draws how many of n trials of chance p succeed.
func binomial(random *rand.Rand, n int, p float64) int {
	switch {
	case p > 0.5:
		return n - binomial(random, n, 1-p)
	case float64(n)*p < 10:
		return inverted(random, float64(n), p)
	}
	return rejected(random, float64(n), p)
}

// inverted walks up the distribution until it has passed a uniform draw.
func inverted(random *rand.Rand, n, p float64) int {
	odds := p / (1 - p)
	chance, k := math.Exp(n*math.Log1p(-p)), 0.0
	for u := random.Float64(); u > chance && k < n; k++ {
		u -= chance
		chance *= odds * (n - k) / (k + 1)
	}
	return int(k)
}

// rejected draws by transformed rejection: W. Hörmann, The generation of
// binomial random variates, Journal of Statistical Computation and Simulation 46
// (1993), 101–110, algorithm BTRS.
func rejected(random *rand.Rand, n, p float64) int {
	spread := math.Sqrt(n * p * (1 - p))
	b := 1.15 + 2.53*spread
	a := -0.0873 + 0.0248*b + 0.01*p
	accept, slope, mode := 0.92-4.2/b, (2.83+5.1/b)*spread, math.Floor((n+1)*p)
	top, odds := logFactorial(mode)+logFactorial(n-mode), math.Log(p/(1-p))
	for {
		u, v := random.Float64()-0.5, random.Float64()
		us := 0.5 - math.Abs(u)
		k := math.Floor((2*a/us+b)*u + n*p + 0.5)
		if us >= 0.07 && v <= accept {
			return int(k)
		}
		if k < 0 || k > n {
			continue
		}
		if math.Log(v*slope/(a/(us*us)+b)) <= top-logFactorial(k)-logFactorial(n-k)+(k-mode)*odds {
			return int(k)
		}
	}
}
