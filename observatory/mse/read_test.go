package mse

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

func TestRead(t *testing.T) {
	want := table(t, "A 5, B 3, C 1, A B 2")
	for name, text := range map[string]string{
		"plain":      "A,B,C,count\n1,0,0,5\n0,1,0,3\n0,0,1,1\n1,1,0,2\n",
		"quoted":     "\"A\",\"B\",\"C\",\"count\"\r\n1,0,0,5\r\n0,1,0,3\r\n0,0,1,1\r\n1,1,0,\"2\"\r\n",
		"any order":  "Casos,C,A,B\n2,0,1,1\n1,1,0,0\n5,0,1,0\n3,0,0,1\n0,1,1,1\n",
		"semicolons": "\ufeffA;B;C;n\n1;0;0;5\n0;1;0;3\n0;0;1;1\n1;1;0;2\n",
		"tabs":       "A\tB\tC\tn\n1\t0\t0\t5\n0\t1\t0\t3\n0\t0\t1\t1\n1\t1\t0\t2",
		"last":       "A,B,C,gente\n1,0,0, 5\n\n0,1,0,3\n0,0,1,1\n1,1,0,2\n",
	} {
		if got, err := Read(strings.NewReader(text)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	got, err := Read(strings.NewReader("A,B,C,count\n1,0,0,5\n0,1,0,1\n0,1,0,2\n0,0,1,1\n1,1,0,2\n"))
	if err != nil || got.Repeated != 1 || !reflect.DeepEqual(got.counts, want.counts) {
		t.Errorf("repeated: %+v %v", got, err)
	}
}

func TestReadRefuses(t *testing.T) {
	long := "A,B,C,n\n" + strings.Repeat("1,0,0,1\n", mostRows+1)
	for text, key := range map[string]string{
		"":                            "estimate.empty-file",
		"A,n\n1,2\n":                  "estimate.few-lists",
		"1,2,3,4,5,6,7,8,9,10,11,n\n": "estimate.many-lists",
		"A,A,B,n\n1,0,0,3\n":          "estimate.name-twice",
		"A,,B,n\n1,0,0,3\n":           "estimate.bad-name",
		"A,\x1b[2J,B,n\n1,0,0,3\n":    "estimate.bad-name",
		"A,\xff,B,n\n1,0,0,3\n":       "estimate.bad-name",
		"A," + strings.Repeat("b", 41) + ",C,n\n1,0,0,3\n": "estimate.bad-name",
		"A,B,count,n\n1,0,0,3\n":                           "estimate.two-counts",
		"A,B,C,n\n1,0,0,-3\n":                              "estimate.bad-count",
		"A,B,C,n\n1,0,0,3.5\n":                             "estimate.bad-count",
		"A,B,C,n\n1,0,0,\n":                                "estimate.bad-count",
		"A,B,C,n\n1,0,0,100000001\n":                       "estimate.bad-count",
		"A,B,C,n\n1,0,0,60000000\n0,1,0,60000000\n":        "estimate.too-many",
		"A,B,C,n\n1,0,2,3\n":                               "estimate.bad-cell",
		"A,B,C,n\n1,0,,3\n":                                "estimate.bad-cell",
		"A,B,C,n\n0,0,0,3\n":                               "estimate.row-of-zeros",
		"A,B,C,n\n0,0,0,0\n":                               "estimate.row-of-zeros",
		"A,B,C,n\n1,0,0,0\n":                               "estimate.nobody",
		"A,B,C,n\n":                                        "estimate.nobody",
		"A,B,C,n\n1,0,0\n":                                 "estimate.row-length",
		"A,B,C,n\n1,0,\"0,3\n":                             "estimate.not-csv",
		long:                                               "estimate.too-long",
		"A,B,C,n\n" + strings.Repeat("\n", mostBytes):      "estimate.too-long",
	} {
		_, err := Read(strings.NewReader(text))
		refused(t, text[:min(len(text), 40)], err, key)
	}
	if _, err := Read(iotest.ErrReader(fmt.Errorf("the disk"))); err == nil || !strings.Contains(err.Error(), "the disk") {
		t.Errorf("a broken disk: %v", err)
	}
	for _, c := range []struct {
		lists []string
		h     History
		key   string
	}{
		{[]string{"A", "B"}, History{[]string{"C"}, 1}, "estimate.unknown-list"},
		{[]string{"A", "B"}, History{nil, 1}, "estimate.no-list"},
		{[]string{"A", "B"}, History{[]string{"A"}, -1}, "estimate.too-many"},
		{[]string{"A"}, History{[]string{"A"}, 1}, "estimate.few-lists"},
		{strings.Split("abcdefghijk", ""), History{[]string{"a"}, 1}, "estimate.many-lists"},
	} {
		_, err := New(c.lists, []History{c.h})
		refused(t, c.key, err, c.key)
	}
}

// written is a table as a file.
func written(t Table) string {
	var out strings.Builder
	for _, name := range t.Lists {
		fmt.Fprintf(&out, "\"%s\",", strings.ReplaceAll(name, `"`, `""`))
	}
	out.WriteString("\"count\"\n")
	for s, n := range t.counts {
		if n > 0 {
			for i := range t.Lists {
				fmt.Fprintf(&out, "%d,", s>>i&1)
			}
			fmt.Fprintf(&out, "%d\n", n)
		}
	}
	return out.String()
}

func FuzzRead(f *testing.F) {
	f.Add("A,B,C,count\n1,0,0,5\n0,1,0,3\n")
	f.Add("\ufeff\"A\";B;C;n\r\n1;0;0;5\r\n1;0;0;5\r\n")
	f.Add("n\tA\t\"B\n\"\n1\t1\t1")
	f.Fuzz(func(t *testing.T, text string) {
		tab, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		if tab.Observed() <= 0 || tab.Observed() > MostPeople || len(tab.Lists) < 2 || len(tab.Lists) > MostLists {
			t.Fatalf("%+v", tab)
		}
		tab.Repeated = 0
		// A list may itself be called as counts are, if it is not the column of
		// counts; then the way back is not the same.
		if again, err := Read(strings.NewReader(written(tab))); err == nil && !reflect.DeepEqual(again, tab) {
			t.Errorf("%+v, again %+v", tab, again)
		}
		if _, err := tab.Stepwise(0.02); err != nil && strings.Contains(err.Error(), "reading") {
			t.Error(err)
		}
	})
}
