package watch

import "math"

// logChance is the logarithm of the negative-binomial chance of n, of the given
// mean and size: variance mean + mean²/size.
func logChance(n int, mean, size float64) float64 {
	k := float64(n)
	return logGamma(k+size) - logGamma(size) - logGamma(k+1) + size*math.Log(size/(size+mean)) + k*math.Log(mean/(size+mean))
}

func logGamma(x float64) float64 { l, _ := math.Lgamma(x); return l }

// atLeast is the negative-binomial chance of n or more.
func atLeast(n int, mean, size float64) float64 {
	if n <= 0 {
		return 1
	}
	return incompleteBeta(float64(n), size, mean/(mean+size), size/(mean+size))
}

// atMost is the negative-binomial chance of n or fewer.
func atMost(n int, mean, size float64) float64 {
	if n < 0 {
		return 0
	}
	return incompleteBeta(size, float64(n)+1, size/(mean+size), mean/(mean+size))
}

// incompleteBeta is the regularized incomplete beta function at x = 1 - y, by
// its continued fraction (DLMF 8.17.22) with Lentz's recursion.
func incompleteBeta(a, b, x, y float64) float64 {
	if x <= 0 {
		return 0
	}
	if y <= 0 {
		return 1
	}
	front := math.Exp(logGamma(a+b) - logGamma(a) - logGamma(b) + a*math.Log(x) + b*math.Log(y))
	if x < (a+1)/(a+b+2) {
		return min(1, front*fraction(a, b, x)/a)
	}
	return max(0, 1-front*fraction(b, a, y)/b)
}

func fraction(a, b, x float64) float64 {
	const tiny, enough = 1e-300, 1e-13
	away := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/away(1-(a+b)*x/(a+1))
	h := d
	for m := 1.0; m < 20_000; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d, c = 1/away(1+even*d), away(1+even/c)
		h *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d, c = 1/away(1+odd*d), away(1+odd/c)
		h *= d * c
		if math.Abs(d*c-1) < enough {
			break
		}
	}
	return h
}

// adjusted are p-values corrected for being many (Benjamini and Hochberg, 1995):
// what is at most q among them is a family in which at most a share q is false.
func adjusted(p []float64) []float64 {
	order := ordered(p)
	q, least := make([]float64, len(p)), 1.0
	for i := len(order) - 1; i >= 0; i-- {
		least = min(least, p[order[i]]*float64(len(p))/float64(i+1))
		q[order[i]] = least
	}
	return q
}
