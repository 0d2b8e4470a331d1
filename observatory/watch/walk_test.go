package watch

import (
	"reflect"
	"testing"
	"time"
)

// TestWalkSaysWhatWatchSays of every month, with and without breaks.
func TestWalkSaysWhatWatchSays(t *testing.T) {
	tab := public(t)
	for _, breaks := range [][]Break{nil, {{Month: month(t, "2023-03")}, {month(t, "2022-10"), "VEN"}, {month(t, "2024-06"), "VEN"}}} {
		s := usual()
		s.Breaks = breaks
		begun := time.Now()
		all, err := Walk(tab, s)
		if err != nil || len(all) != int(tab.To-tab.From)+1 {
			t.Fatalf("%d months, %v", len(all), err)
		}
		t.Logf("%d series, %d months: %v", len(tab.Categories)+1, len(all), time.Since(begun))
		for m := tab.From; m <= tab.To; m += 3 {
			want, err := Watch(tab, m, s, nil)
			if err != nil || !reflect.DeepEqual(all[m-tab.From], want) {
				t.Errorf("%v: Walk says\n%+v\nand Watch\n%+v", m, all[m-tab.From], want)
			}
		}
	}
	if _, err := Walk(tab, Settings{}); err == nil {
		t.Error("settings that cannot be")
	}
}

// TestForetoldOnTheRealSeries: where nothing is signalled, months lie in the band;
// the collapse of 2025 does not.
func TestForetoldOnTheRealSeries(t *testing.T) {
	tab := public(t)
	all, err := Foretell(tab, "", usual())
	if err != nil {
		t.Fatal(err)
	}
	reports, err := Walk(tab, usual())
	if err != nil {
		t.Fatal(err)
	}
	inside, known := 0, 0
	for i, f := range all {
		if f.Month == month(t, "2025-01") && float64(f.Count) > f.Low {
			t.Errorf("January of 2025 was foretold: %+v", f)
		}
		if !f.Known || f.Count == Missing || reports[i].Total.Alarm() {
			continue
		}
		if !(f.Low < f.Middle && f.Middle < f.High) {
			t.Errorf("%+v", f)
		}
		if known++; float64(f.Count) >= f.Low && float64(f.Count) <= f.High {
			inside++
		}
	}
	if t.Logf("%d of %d quiet months lie in the band", inside, known); known < 25 || inside < known*85/100 {
		t.Errorf("%d of %d", inside, known)
	}
	if _, err := Foretell(tab, "ZZZ", usual()); err == nil {
		t.Error("a series that is not there")
	}
}

// TestTheBandIsThatOfTheCounts: what is drawn agrees with the exact tails.
func TestTheBandIsThatOfTheCounts(t *testing.T) {
	b := unsure()
	for range 24 {
		b, _ = b.stirred().seen(3000)
	}
	low, middle, high := b.interval()
	_, under := b.tails(int(low), 1)
	over, _ := b.tails(int(high), 1)
	if under < 0.015 || under > 0.035 || over < 0.015 || over > 0.035 || middle < 2700 || middle > 3300 {
		t.Errorf("%.0f (%.3f below) to %.0f (%.3f above), middle %.0f", low, under, high, over, middle)
	}
}
