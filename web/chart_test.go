package web

import "testing"

func TestAChartsBarsStartAtZeroAndEndWithinIt(t *testing.T) {
	c := draw("en", Chart{Unit: "%", Places: 1, Bars: []ChartBar{{Value: 25, Low: 20, High: 38}, {Value: 40}, {Absent: "few"}}})
	if c.Drawn[0].Wide != "62.5%" || c.Drawn[0].From != "50%" || c.Drawn[0].To != "95%" || c.Drawn[1].Wide != "100%" {
		t.Errorf("%+v", c.Drawn)
	}
	if first, last := c.Ticks[0], c.Ticks[len(c.Ticks)-1]; first.At != "0%" || first.Text != "0%" || last.At != "100%" || last.Text != "40%" {
		t.Errorf("%+v", c.Ticks)
	}
	if c.Drawn[0].Range != "(20.0 to 38.0%)" || !c.Drawn[0].Uncertain || c.Drawn[1].Uncertain {
		t.Errorf("%+v", c.Drawn)
	}
}

func TestAnAxisHasTwoToSixRoundNumbers(t *testing.T) {
	for largest, want := range map[float64][2]float64{0: {1, 1}, 0.043: {0.05, 0.01}, 1: {1, 0.2}, 7.4: {8, 2}, 38: {40, 10}, 52: {60, 20}, 99: {100, 20}, 1234: {1500, 500}} {
		if end, by := axis(0, largest); end < want[0]-1e-9 || end > want[0]+1e-9 || by < want[1]-1e-9 || by > want[1]+1e-9 {
			t.Errorf("to %v it ends at %v by %v, want %v", largest, end, by, want)
		}
	}
}

func TestALineHasAGapWhereNothingIsKnownAndNamesKeepApart(t *testing.T) {
	known := func(v float64) ChartPoint { return ChartPoint{true, v} }
	c := draw("en", Chart{Steps: []string{"a", "b", "c", "d", "e"}, Lines: []ChartLine{
		{"One", []ChartPoint{known(1), known(2), {}, known(4), known(5)}}, {"Two", []ChartPoint{known(1), {}, known(3), {}, known(5)}}, {"Never", make([]ChartPoint, 5)}}})
	if len(c.Wires[0].Paths) != 2 || len(c.Wires[0].Marks) != 4 || len(c.Wires[1].Paths) != 0 || len(c.Wires[1].Marks) != 3 {
		t.Errorf("%+v", c.Wires)
	}
	if d := c.Wires[1].NameY - c.Wires[0].NameY; d < apart {
		t.Errorf("names are %d apart", d)
	}
	if c.Wires[2].Joint >= 0 {
		t.Error("a line without points has a name")
	}
}
