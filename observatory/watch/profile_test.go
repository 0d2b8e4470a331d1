package watch

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// screened invents a post: indicators of given shares, which differ from month to
// month by more than chance.
func screened(r *rand.Rand, post string, months, each int, shares map[string]float64, wobble float64) (all []Screened) {
	for m := range months {
		row := Screened{Month: begin + Month(m), Post: post, Screenings: each, With: map[string]int{}}
		for k := range len(shares) {
			name := fmt.Sprint("i", k)
			p := shares[name]
			p = 1 / (1 + (1-p)/p*math.Exp(wobble*r.NormFloat64()))
			for range each {
				if r.Float64() < p {
					row.With[name]++
				}
			}
		}
		all = append(all, row)
	}
	return all
}

func shares() map[string]float64 {
	return map[string]float64{"i0": 0.3, "i1": 0.2, "i2": 0.15, "i3": 0.1, "i4": 0.4, "i5": 0.25, "i6": 0.05, "i7": 0.5}
}

// TestProfileNamesWhatChanged doubles one indicator at one of four posts.
func TestProfileNamesWhatChanged(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var rows []Screened
	for post := range 4 {
		rows = append(rows, screened(r, fmt.Sprint("post", post), 12, 200, shares(), 0.1)...)
		changed := shares()
		if post == 2 {
			changed["i1"] = 0.45
		}
		last := screened(r, fmt.Sprint("post", post), 1, 300, changed, 0)[0]
		last.Month = begin + 12
		rows = append(rows, last)
	}
	rows = append(rows, screened(r, "small", 13, 4, shares(), 0)...)
	got, err := Profiles(rows, begin+12, usual())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range got.Indicators {
		if want := f.Post == "post2" && f.Indicator == "i1"; f.Alarm != want || want && (f.Direction != Up || f.Q > 0.02 || f.Ratio.Low > 2.25 || f.Ratio.High < 2.25) {
			t.Errorf("%+v", f)
		}
	}
	for _, f := range got.Posts {
		if f.Alarm != (f.Post == "post2") {
			t.Errorf("%+v", f)
		}
	}
	if len(got.Indicators) != 32 || len(got.Short) != 1 || got.Short[0] != "small" {
		t.Errorf("%d, short %v", len(got.Indicators), got.Short)
	}
}

// TestProfileHoldsFalseAlarms: where nothing changed but what every month does,
// months that name anything are no more frequent than the share says.
func TestProfileHoldsFalseAlarms(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for _, wobble := range []float64{0, 0.3} {
		const months = 120
		named, mixed := 0, 0
		for range months {
			var rows []Screened
			for post := range 3 {
				rows = append(rows, screened(r, fmt.Sprint(post), 13, 100, shares(), wobble)...)
			}
			got, err := Profiles(rows, begin+12, usual())
			if err != nil {
				t.Fatal(err)
			}
			any, mix := 0, 0
			for _, f := range got.Indicators {
				if f.Alarm {
					any = 1
				}
			}
			for _, f := range got.Posts {
				if f.Alarm {
					mix = 1
				}
			}
			named, mixed = named+any, mixed+mix
		}
		t.Logf("wobble %.1f: of %d months, %d name an indicator and %d a post", wobble, months, named, mixed)
		bound := UsualShare*months + 3*math.Sqrt(UsualShare*(1-UsualShare)*months)
		if float64(named) > bound || float64(mixed) > bound {
			t.Errorf("wobble %.1f: %d and %d of %d, at most %.0f", wobble, named, mixed, months, bound)
		}
	}
}

// TestSmallFiguresAreHidden says that an indicator became frequent and not how
// many people showed it before, who were few.
func TestSmallFiguresAreHidden(t *testing.T) {
	var rows []Screened
	for m := range 13 {
		rows = append(rows, Screened{begin + Month(m), "p", 100, map[string]int{"rare": 0, "usual": 30}})
	}
	rows[3].With["rare"], rows[12].With["rare"] = 2, 40
	got, err := Profiles(rows, begin+12, usual())
	if err != nil {
		t.Fatal(err)
	}
	if f := got.Indicators[0]; f.Indicator != "rare" || !f.Alarm || f.With != Hidden || f.Before != Hidden || f.Ratio != (Ratio{}) {
		t.Errorf("%+v", f)
	}
	if f := got.Indicators[1]; f.With != 30 || f.Alarm {
		t.Errorf("%+v", f)
	}
	s := usual()
	s.Breaks = []Break{{begin + 11, "p"}}
	if got, err = Profiles(rows, begin+12, s); err != nil || len(got.Short) != 1 {
		t.Errorf("a break: %+v %v", got, err)
	}
}

func TestProfilesRefuse(t *testing.T) {
	_, err := Profiles([]Screened{{begin, "p", 3, map[string]int{"a": 4}}}, begin, usual())
	refused(t, "more than screened", err, "watch.more-than-screened")
	_, err = Profiles([]Screened{{begin, "p", -3, nil}}, begin, usual())
	refused(t, "negative", err, "watch.more-than-screened")
	_, err = Profiles([]Screened{{begin, "p", 3, nil}, {begin, "p", 4, nil}}, begin, usual())
	refused(t, "twice", err, "watch.post-twice")
}
