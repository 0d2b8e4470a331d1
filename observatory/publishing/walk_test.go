package publishing_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"istmo/fault"
	"istmo/observatory/publishing"
	"istmo/observatory/release"
	"istmo/observatory/release/attack"
	"istmo/observatory/tally"
	"istmo/testkit"
)

// order is in which citizenships come to be named: each release names the first few.
var order = []string{"VEN", "COL", "ECU", "HTI", "CHN"}

// strangers are people of a generated country: some combinations are common, many rare.
func strangers(r *rand.Rand) (rows []tally.Row) {
	pick := func(all ...string) string { return all[min(len(all)-1, int(r.ExpFloat64()*0.9))] }
	seen := map[tally.Row]int{}
	for year := 2021; year <= 2025; year++ {
		for range 120 + r.IntN(160) {
			seen[tally.Row{Year: year, Sex: pick("female", "male", "other", "unknown"), Age: pick("18+", "0-17", "unknown"), Form: pick("sexual", "labour", "other", "unknown"),
				Citizenship: pick("VEN", "COL", "ECU", "HTI", "CHN", "CUB", "unknown"), Standing: pick("presumed", "identified")}]++
		}
	}
	for row, n := range seen {
		row.Count = n
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b tally.Row) int {
		key := func(x tally.Row) string {
			return strconv.Itoa(x.Year) + x.Sex + "|" + x.Age + "|" + x.Form + "|" + x.Citizenship + "|" + x.Standing
		}
		return strings.Compare(key(a), key(b))
	})
	return rows
}

// anything is what somebody might ask for next.
func anything(r *rand.Rand) publishing.Prepare {
	p := publishing.Prepare{Title: "x"}
	p.From = 2021 + r.Int64N(5)
	p.To = p.From + r.Int64N(2026-p.From)
	for range 1 + r.IntN(2) {
		over := slices.Clone(publishing.Dimensions)
		r.Shuffle(len(over), func(i, j int) { over[i], over[j] = over[j], over[i] })
		p.Tables = append(p.Tables, strings.Join(over[:1+r.IntN(2)], "+"))
	}
	p.Citizenships = strings.Join(order[:1+r.IntN(len(order))], ",")
	return p
}

// people is how many a row of a publication counts, by the people themselves.
func (o *office) counted(p publishing.Publication, over, at []string) (n int) {
	for _, row := range o.people {
		all := true
		for i, name := range over {
			d := p.Dimensions[slices.IndexFunc(p.Dimensions, func(d publishing.Dimension) bool { return d.Name == name })]
			is := map[string]string{"year": strconv.Itoa(row.Year), "sex": row.Sex, "form": row.Form, "citizenship": row.Citizenship, "standing": row.Standing,
				"age": map[string]string{"18+": "adult", "0-17": "child", "unknown": "unknown"}[row.Age]}[name]
			in := func(c publishing.Category) bool { return c.Code == is || slices.Contains(c.Of, is) }
			if at[i] == release.Total {
				all = all && slices.ContainsFunc(d.Categories, in)
				continue
			}
			all = all && in(d.Categories[slices.IndexFunc(d.Categories, func(c publishing.Category) bool { return c.Code == at[i] })])
		}
		if all {
			n += row.Count
		}
	}
	return n
}

// narrowed attacks everything that is out as a stranger would, with the exact
// interval of each hidden number, and says how many promises broke and of how many.
func (o *office) narrowed(out []publishing.Publication) (broken, promises int) {
	o.t.Helper()
	published := make([]release.Published, len(out))
	for i, p := range out {
		published[i] = safe(p)
	}
	s, cells, err := release.Reader(published...)
	if err != nil {
		o.t.Fatal(err)
	}
	var needs []attack.Need
	var ask []int
	for i, p := range out {
		for j, table := range p.Tables {
			for k, c := range table.Rows {
				n := o.counted(p, table.Over, c.At)
				if c.Count != nil {
					if *c.Count != n || n > 0 && n < p.Rule.Least {
						o.t.Fatalf("%v shows %d of %d", c.At, *c.Count, n)
					}
					continue
				}
				need := attack.Need{Cell: cells[release.Cell{Release: i, Table: j, Row: k}]}
				if n > 0 && n < p.Rule.Least {
					need.Reach, need.Width = p.Rule.Least, p.Rule.Least-1
				}
				needs, ask = append(needs, need), append(ask, need.Cell)
			}
		}
	}
	found, _, err := attack.Exact(o.t.Context(), s, ask)
	if err != nil {
		o.t.Fatal(err)
	}
	for i, n := range needs {
		if n.Width > 0 {
			promises++
			if !n.Met(found[i]) {
				broken++
			}
		}
	}
	return broken, promises
}

// safe is a publication as the reader's attack takes it.
func safe(p publishing.Publication) (out release.Published) {
	out.Rule = release.Rule{Country: p.Rule.Country, Least: p.Rule.Least, Zeros: p.Rule.Zeros, Method: p.Rule.Method}
	for _, d := range p.Dimensions {
		one := release.Dimension{Name: d.Name, Partial: d.Partial}
		for _, c := range d.Categories {
			one.Categories = append(one.Categories, release.Category(c))
		}
		out.Dimensions = append(out.Dimensions, one)
	}
	for _, t := range p.Tables {
		one := release.Sheet{Over: t.Over}
		for _, c := range t.Rows {
			row := release.Row{At: c.At, Hidden: c.Count == nil}
			if c.Count != nil {
				row.Count = *c.Count
			}
			one.Rows = append(one.Rows, row)
		}
		out.Tables = append(out.Tables, one)
	}
	return out
}

// TestNothingThatWentOutIsNarrowed walks through the register at random: everything
// it sent is attacked together, and no hidden number of few people can be narrowed.
// The same releases prepared without knowing of each other can.
func TestNothingThatWentOutIsNarrowed(t *testing.T) {
	w := testkit.NewWorld(t)
	o := open(w, "PA")
	o.apart = open(w, "CO")
	var sent, refused, promises, alone int
	for seed := range uint64(4) {
		if seed > 0 {
			o.forgetAll()
		}
		r := rand.New(rand.NewPCG(seed, 5))
		o.people = strangers(r)
		o.count()
		var out, apart []publishing.Publication
		for range 7 {
			p := anything(r)
			d, err := actDo(o, p)
			if err != nil {
				if fault.All(err) == nil || fault.All(err)[0].Field != "tables" {
					t.Fatal(seed, err)
				}
				t.Log(seed, p.Tables, err)
				refused++
				continue
			}
			o.approve(d)
			o.send(d)
			sent++
			out = append(out, o.open(o.luz, d).Publication)
			apart = append(apart, o.alone(p))
		}
		broken, n := o.narrowed(out)
		promises += n
		if broken > 0 {
			t.Errorf("%d: %d of %d broken", seed, broken, n)
		}
		broken, _ = o.narrowed(apart)
		alone += broken
	}
	t.Logf("%d sent, %d refused, %d promises hold; without the register %d would not", sent, refused, promises, alone)
	if sent < 15 || promises < 100 || alone == 0 {
		t.Errorf("%d sent with %d promises; without the register %d broken", sent, promises, alone)
	}
}

// TestTheThirdByDifference: two releases are out, and a third is asked for whose
// others, less those of the first, would be three people. Prepared without the
// register it goes out and says so; with it, it is refused, and named as before it goes.
func TestTheThirdByDifference(t *testing.T) {
	w := testkit.NewWorld(t)
	o := open(w, "PA")
	o.apart = open(w, "CO")
	o.people = nil
	for code, n := range map[string]int{"VEN": 50, "COL": 30, "ECU": 27, "HTI": 3} {
		o.people = append(o.people, tally.Row{Year: 2024, Sex: "female", Age: "18+", Form: "sexual", Citizenship: code, Standing: "presumed", Count: n})
	}
	o.count()
	naming := func(names string) publishing.Prepare {
		return publishing.Prepare{Title: "x", Choice: publishing.Choice{From: 2024, To: 2024, Tables: []string{"citizenship"}, Citizenships: names}}
	}
	var first publishing.Publication
	for i, names := range []string{"VEN, COL", "VEN"} {
		id := o.prepare(naming(names))
		o.approve(id)
		o.send(id)
		if i == 0 {
			first = o.open(o.luz, id).Publication
		}
	}
	at := func(p publishing.Publication, code string) int {
		for _, c := range p.Tables[0].Rows {
			if c.At[0] == "2024" && c.At[1] == code && c.Count != nil {
				return *c.Count
			}
		}
		return -1
	}
	alone := o.alone(naming("VEN, ECU"))
	if left := at(first, "others") - at(alone, "ECU"); left != 3 {
		t.Fatalf("the difference is %d", left)
	}
	err := do(o, o.ana, naming("VEN, ECU"))
	refused(t, err, "release.citizenships-cross")
	if f := fault.All(err)[0]; f.Field != "citizenships" || f.Args["Named"] != "COL, VEN" {
		t.Errorf("%+v", f)
	}
	id := o.prepare(naming("VEN, COL, ECU"))
	o.approve(id)
	o.send(id)
	if n := at(o.open(o.luz, id).Publication, "ECU"); n != -1 {
		t.Errorf("beside the first, ECU shows %d", n)
	}
}
