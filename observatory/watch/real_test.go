package watch

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// public is the file of Panama's irregular entries, beside the repository.
func public(t testing.TB) Table {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		in, err := os.Open(filepath.Join(dir, "shared", "data", "panama_irregular_entries_monthly.csv"))
		if err == nil {
			defer in.Close()
			rows, err := csv.NewReader(in).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			var cells []Cell
			for _, r := range rows[1:] {
				m, _ := ParseMonth(r[0])
				n, err := strconv.Atoi(r[3])
				if err != nil {
					n = Missing
				}
				cells = append(cells, Cell{m, r[2], n})
			}
			tab, err := NewTable(cells)
			if err != nil {
				t.Fatal(err)
			}
			return tab
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no shared/data beside the repository")
		}
	}
}

func TestShow(t *testing.T) {
	tab := public(t)
	total := tab.Total()
	for i, j := range judge(total, total.From) {
		t.Logf("%v %6d exp %8.0f p %.5f post %.3f %s since %v x%.2f (%.2f-%.2f) %s", j.Month, total.Counts[i], j.Expected, j.P, j.Posterior, j.Direction, j.Since, j.Ratio.Value, j.Ratio.Low, j.Ratio.High, j.Method)
	}
}

func TestShow2(t *testing.T) {
	tab := public(t)
	for m := tab.From; m <= tab.To; m++ {
		r, err := Watch(tab, m, Settings{PerYear: 0.6, Share: 0.1}, nil)
		if err != nil { t.Fatal(err) }
		line := m.String()
		for _, f := range r.Alarms() { line += " " + f.Category + ":" + string(f.Kind) + string(f.Direction)+"@"+f.Since.String()+"/"+string(f.Method) }
		t.Log(line)
	}
}
