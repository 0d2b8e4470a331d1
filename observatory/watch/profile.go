package watch

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"istmo/fault"
)

// Screened is what screenings of a month at a post showed: how many there were,
// and in how many each indicator was found. One screening may show several.
type Screened struct {
	Month      Month
	Post       string
	Screenings int
	With       map[string]int
}

// What a profile is compared with, and what is too small to be.
const (
	profileMonths  = 12 // before the month
	profileFewest  = 3  // of them with screenings
	profileLeast   = 50 // screenings in them
	Least          = 10 // people behind any figure that is shown
	Hidden         = -1
	wideRatio      = 1.96
	profileInMonth = Least // screenings in the month
)

// IndicatorFinding is one indicator at one post in the month. Its sentence is
// "watch.indicator.<direction>". Figures that fewer than Least people stand
// behind are Hidden, and the ratio is zero.
type IndicatorFinding struct {
	Post       string    `json:"post"`
	Indicator  string    `json:"indicator"`
	Direction  Direction `json:"direction"`
	With       int       `json:"with"`
	Screenings int       `json:"screenings"`
	Before     float64   `json:"before"` // share in the months before, Hidden if too small
	Ratio      Ratio     `json:"ratio"`  // of shares
	P          float64   `json:"p"`
	Q          float64   `json:"q"` // corrected for all indicators and posts
	Alarm      bool      `json:"alarm"`
}

// PostFinding is whether the make-up of all that was found at a post changed.
type PostFinding struct {
	Post  string  `json:"post"`
	P     float64 `json:"p"`
	Q     float64 `json:"q"` // corrected for all posts
	Alarm bool    `json:"alarm"`
}

// ProfileReport is of one month. Short are the posts that are too small to say.
type ProfileReport struct {
	At         Month              `json:"at"`
	Share      float64            `json:"share"` // of the alarms, how many are expected to be false
	Posts      []PostFinding      `json:"posts"`
	Indicators []IndicatorFinding `json:"indicators"`
	Short      []string           `json:"short"`
}

// Profiles says which indicators changed their share of a post's screenings in a
// month, against the twelve months before. It refuses rows that cannot be, and
// two of one month and post.
func Profiles(rows []Screened, at Month, s Settings) (ProfileReport, error) {
	if err := s.check(); err != nil {
		return ProfileReport{}, err
	}
	posts, err := byPost(rows)
	if err != nil {
		return ProfileReport{}, err
	}
	r := ProfileReport{At: at, Share: s.Share}
	for _, post := range slices.Sorted(maps.Keys(posts)) {
		p, ok := profileOf(posts[post], at, s.Breaks)
		if !ok {
			r.Short = append(r.Short, post)
			continue
		}
		r.Posts = append(r.Posts, PostFinding{Post: post, P: p.mix()})
		r.Indicators = append(r.Indicators, p.indicators(post)...)
	}
	r.correct()
	return r, nil
}

func byPost(rows []Screened) (map[string][]Screened, error) {
	posts := map[string][]Screened{}
	type key struct {
		Month
		post string
	}
	seen := map[key]bool{}
	for i, row := range rows {
		if seen[key{row.Month, row.Post}] {
			return nil, fault.Invalid("rows", "watch.post-twice").With("Row", i+1)
		}
		seen[key{row.Month, row.Post}] = true
		possible := row.Screenings >= 0 && row.Screenings <= MostCount
		for _, n := range row.With {
			possible = possible && n >= 0 && n <= row.Screenings
		}
		if !possible {
			return nil, fault.Invalid("rows", "watch.more-than-screened").With("Row", i+1)
		}
		posts[row.Post] = append(posts[row.Post], row)
	}
	for _, all := range posts {
		slices.SortFunc(all, func(a, b Screened) int { return cmp.Compare(a.Month, b.Month) })
	}
	return posts, nil
}

// profile is a month at a post and the months that it is compared with.
type profile struct {
	now    Screened
	before []Screened
	names  []string
}

func profileOf(rows []Screened, at Month, breaks []Break) (p profile, ok bool) {
	from := at - profileMonths
	for _, b := range breaks {
		if b.Month <= at && (b.Category == "" || b.Category == rows[0].Post) {
			from = max(from, b.Month)
		}
	}
	sum, names := 0, map[string]bool{}
	for _, row := range rows {
		switch {
		case row.Month == at:
			p.now, ok = row, true
		case row.Month >= from && row.Month < at && row.Screenings > 0:
			p.before, sum = append(p.before, row), sum+row.Screenings
		default:
			continue
		}
		for name := range row.With {
			names[name] = true
		}
	}
	p.names = slices.Sorted(maps.Keys(names))
	return p, ok && p.now.Screenings >= profileInMonth && len(p.before) >= profileFewest && sum >= profileLeast
}

// indicators compares each share with what the months before foretell of it: a
// beta-binomial count, as wide as those months differed among themselves.
func (p profile) indicators(post string) (all []IndicatorFinding) {
	for _, name := range p.names {
		with, of := 0.0, 0.0
		for _, row := range p.before {
			with, of = with+float64(row.With[name]), of+float64(row.Screenings)
		}
		share := (with + 0.5) / (of + 1)
		alike, rough := p.alike(name, share, of)
		k, n := p.now.With[name], p.now.Screenings
		up, down := betaTails(k, n, share*alike, (1-share)*alike)
		f := IndicatorFinding{Post: post, Indicator: name, Direction: Up, With: Hidden, Screenings: n, Before: Hidden, P: 2 * min(up, down)}
		if rough {
			f.P = 2 * student(min(up, down), float64(len(p.before)-1))
		}
		f.P = min(1, f.P)
		if down < up {
			f.Direction = Down
		}
		if k >= Least && n-k >= Least && with >= Least {
			now := float64(k) / float64(n)
			spread := wideRatio * math.Sqrt((1-now)/float64(k)+(1-share)/(share*(alike+1)))
			f.With, f.Before = k, share
			f.Ratio = Ratio{now / share, now / share * math.Exp(-spread), now / share * math.Exp(spread)}
		}
		all = append(all, f)
	}
	return all
}

// alike is how many screenings the months before are worth: all of them if their
// shares differ as chance has it, few if they differ by more (moments), which is
// rough.
func (p profile) alike(name string, share, of float64) (alike float64, rough bool) {
	pearson, squares := 0.0, 0.0
	for _, row := range p.before {
		n := float64(row.Screenings)
		d := float64(row.With[name]) - n*share
		pearson += d * d / (n * share * (1 - share))
		squares += n * n
	}
	months := float64(len(p.before))
	within := max(0, (pearson-(months-1))/(of-squares/of-(months-1)+1e-9)) // intraclass correlation
	within = min(within, 0.9)
	worth := 0.0
	for _, row := range p.before {
		worth += float64(row.Screenings) / (1 + float64(row.Screenings-1)*within)
	}
	return 1 / (within/(1-within) + 1/(worth+1)), within > 0
}

// student is a tail of the normal distribution as one of Student's: what was
// measured against a spread that a few months had to tell.
func student(tail, freedom float64) float64 {
	if tail >= 0.5 {
		return tail
	}
	z := math.Sqrt2 * math.Erfcinv(2*max(tail, 1e-300))
	return incompleteBeta(freedom/2, 0.5, freedom/(freedom+z*z), z*z/(freedom+z*z)) / 2
}

// betaTails are the beta-binomial chances of k or more and of k or fewer of n.
func betaTails(k, n int, a, b float64) (up, down float64) {
	whole := func(x, y float64) float64 { return logGamma(x) + logGamma(y) - logGamma(x+y) }
	for i := range n + 1 {
		x := float64(i)
		p := math.Exp(logGamma(float64(n)+1) - logGamma(x+1) - logGamma(float64(n)-x+1) + whole(x+a, float64(n)-x+b) - whole(a, b))
		if i >= k {
			up += p
		}
		if i <= k {
			down += p
		}
	}
	return up, down
}

// mix compares the make-up of all that was found in the month with that of the
// months before: Pearson's statistic of the multinomial, divided by what the same
// statistic comes to from month to month before (Rao and Scott's first
// correction), and never by less than one.
func (p profile) mix() float64 {
	if len(p.names) < 2 {
		return 1
	}
	pearson, freedom := p.unlike(append(slices.Clone(p.before), p.now), 2)
	usual, months := p.unlike(p.before, len(p.before))
	if freedom == 0 || months == 0 {
		return 1
	}
	f := pearson / freedom / max(1, usual/months)
	// F distribution: both are estimated.
	return incompleteBeta(months/2, freedom/2, months/(months+freedom*f), freedom*f/(months+freedom*f))
}

// unlike is Pearson's statistic of homogeneity over rows and its degrees of
// freedom; with two groups, the last row is held against all others.
func (p profile) unlike(rows []Screened, groups int) (pearson, freedom float64) {
	counts := make([][]float64, groups)
	sums, columns, all := make([]float64, groups), make([]float64, len(p.names)), 0.0
	for i, row := range rows {
		g := min(i, groups-1)
		if groups == 2 && i < len(rows)-1 {
			g = 0
		}
		if counts[g] == nil {
			counts[g] = make([]float64, len(p.names))
		}
		for k, name := range p.names {
			n := float64(row.With[name])
			counts[g][k], sums[g], columns[k], all = counts[g][k]+n, sums[g]+n, columns[k]+n, all+n
		}
	}
	used, kinds := 0.0, 0.0
	for _, c := range columns {
		if c > 0 {
			kinds++
		}
	}
	for g := range counts {
		if sums[g] == 0 {
			continue
		}
		used++
		for k, c := range columns {
			if want := sums[g] * c / max(all, 1); want > 0 {
				pearson += (counts[g][k] - want) * (counts[g][k] - want) / want
			}
		}
	}
	return pearson, max(0, (used-1)*(kinds-1))
}

// correct holds the false alarms down over all indicators and posts.
func (r *ProfileReport) correct() {
	chances := make([]float64, len(r.Indicators))
	for i, f := range r.Indicators {
		chances[i] = f.P
	}
	for i, q := range adjusted(chances) {
		r.Indicators[i].Q, r.Indicators[i].Alarm = q, q <= r.Share
	}
	chances = make([]float64, len(r.Posts))
	for i, f := range r.Posts {
		chances[i] = f.P
	}
	for i, q := range adjusted(chances) {
		r.Posts[i].Q, r.Posts[i].Alarm = q, q <= r.Share
	}
}
