package tally

import (
	"cmp"
	"context"
	"slices"
	"time"

	"istmo/act"
	"istmo/cooperation"
	"istmo/observatory/counting"
	"istmo/referrals"
	"istmo/store"
)

// Counted is a count: what is shown of it, and the whole.
type Counted struct {
	Figures Figures
	Cube    Cube
}

// Count counts the people of the node, as of now, in the country's time. It reads for
// seconds where there are a million, and so takes place outside any deed.
func Count(ctx context.Context, db *store.DB, zone *time.Location) (out Counted, err error) {
	var c *count
	err = db.Read(ctx, func(tx *store.Tx) error {
		if c, err = newCount(tx, zone); err != nil {
			return err
		}
		for _, pass := range []func(*store.Tx) error{c.join, c.across, c.people, c.referred, c.timed} {
			if err := pass(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	c.groups()
	out.Cube = c.cube()
	out.Figures, err = c.figures(ctx)
	return out, err
}

// count is a count under way.
type count struct {
	now     time.Time
	zone    *time.Location
	here    string // the node
	country string // alpha-2
	rules   counting.Set

	root  map[string]string // of files that are one person's: under which they are gathered
	fate  map[string]fate   // of files that crossed the border
	held  map[string]*group // by root: those that can only be counted when all is read
	home  map[string][]home // returns that arrived, by the person's file
	citiz map[string]string // citizenship that counts, by those that a file says

	cells    map[cell]int
	returned map[Returned]int
	sent     map[Referred]int
	took     map[[2]string]*taken
}

// fate is what a referral across the border says of a file's counting.
type fate struct {
	elsewhere bool   // another country counts the person
	ours      string // the day since which this country does, as it was left to it
	returned  bool   // the person is counted here already, under an older file
}

// home is a return that arrived.
type home struct {
	year int
	to   string // alpha-2
}

// cell is where somebody is counted.
type cell struct{ month, sex, age, form, citizenship, standing string }

// file is a person's file as it is counted.
type file struct {
	id, sex, band, origin, begun string
	inDoubt, elsewhere           bool
	citizenships, forms          []string
	decided                      []counting.Decision
}

// group is a person with several files, or one that crossed the border.
type group struct {
	files []file
	fate  fate
}

func newCount(tx *store.Tx, zone *time.Location) (*count, error) {
	rules, err := counting.Shipped()
	here := act.Here(tx)
	return &count{now: tx.Now, zone: zone, here: here, country: cooperation.Country(here), rules: rules,
		root: map[string]string{}, fate: map[string]fate{}, held: map[string]*group{}, home: map[string][]home{}, citiz: map[string]string{},
		cells: map[cell]int{}, returned: map[Returned]int{}, sent: map[Referred]int{}, took: map[[2]string]*taken{}}, err
}

// join learns which files are one person's.
func (c *count) join(tx *store.Tx) error {
	return links(tx, c.here, func(a, b string) {
		if a, b = c.find(a), c.find(b); a != b {
			c.root[max(a, b)] = min(a, b)
		}
	})
}

// find is the root of a file, by the shortest way from then on.
func (c *count) find(id string) string {
	up, there := c.root[id]
	if !there {
		c.root[id] = id
		return id
	}
	for up != c.root[up] {
		c.root[id] = c.root[up]
		id, up = up, c.root[up]
	}
	return up
}

// across learns who counts those who were referred across the border.
func (c *count) across(tx *store.Tx) error {
	return crossings(tx, func(x crossing) {
		by := referrals.Counter(x.from, x.to, x.by)
		f := c.fate[x.person]
		switch {
		case by != c.here:
			f.elsewhere = true
		case x.from == c.here:
		case x.by == referrals.CountedThere:
			f.ours = c.day(x.packed)
		default:
			f.returned = true
		}
		if f != (fate{}) {
			c.fate[x.person] = f
		}
		if x.from == c.here && x.purpose == "return" && x.arrived != "" {
			c.home[x.person] = append(c.home[x.person], home{year(c.day(x.arrived)), cooperation.Country(x.to)})
		}
	})
}

// people reads everybody of whom an authority of this country has decided something,
// and those whom another country has left to this one.
func (c *count) people(tx *store.Tx) error {
	if err := c.decided(tx, c.take); err != nil {
		return err
	}
	return c.left(tx, func(f file) error {
		if g := c.held[c.rootOf(f.id)]; g != nil && slices.ContainsFunc(g.files, func(o file) bool { return o.id == f.id }) {
			return nil // there are decisions after all
		}
		return c.take(f)
	})
}

func (c *count) rootOf(id string) string {
	if root, joined := c.root[id]; joined {
		if root != id {
			return c.find(id)
		}
		return root
	}
	return id
}

// take counts a file, or holds it where it is not the whole person.
func (c *count) take(f file) error {
	if f.elsewhere {
		return nil
	}
	_, joined := c.root[f.id]
	fate, crossed := c.fate[f.id]
	if !joined && !crossed {
		c.add([]file{f}, "")
		return nil
	}
	root := c.rootOf(f.id)
	g := c.held[root]
	if g == nil {
		g = &group{}
		c.held[root] = g
	}
	if fate.returned && !joined {
		return nil
	}
	g.files = append(g.files, f)
	return nil
}

// groups counts those who were held. What one file's referral says holds for all.
func (c *count) groups() {
	for id, f := range c.fate {
		g := c.held[c.rootOf(id)]
		if g == nil {
			continue
		}
		g.fate.elsewhere = g.fate.elsewhere || f.elsewhere
		if f.ours != "" && (g.fate.ours == "" || f.ours < g.fate.ours) {
			g.fate.ours = f.ours
		}
	}
	for _, g := range c.held {
		if g.fate.elsewhere || len(g.files) == 0 {
			continue
		}
		slices.SortFunc(g.files, func(a, b file) int { return cmp.Or(cmp.Compare(a.first(), b.first()), cmp.Compare(a.id, b.id)) })
		c.add(g.files, g.fate.ours)
	}
}

// first is when a file first speaks of the person, for the order of attributes.
func (f file) first() string {
	if len(f.decided) > 0 && (f.origin != "met" || f.decided[0].Day < f.begun) {
		return f.decided[0].Day
	}
	return f.begun
}

// add counts one person with all their files. since is the day from which this country
// counts them as presumed without having decided anything; empty if it does not.
func (c *count) add(files []file, since string) {
	var all []counting.Decision
	begun := ""
	for _, f := range files {
		all = append(all, f.decided...)
		if f.origin == "met" && (begun == "" || f.begun < begun) {
			begun = f.begun
		}
	}
	if len(files) > 1 {
		slices.SortStableFunc(all, func(a, b counting.Decision) int { return cmp.Compare(a.Day, b.Day) })
	}
	j := c.rules.Judge(c.country, all)
	if j.Standing == "" && !j.Settled && since != "" {
		j.Standing, j.First = counting.Presumed, since
	}
	if j.Standing == "" {
		return
	}
	day := j.First
	for _, earlier := range []string{begun, since} {
		if earlier != "" && earlier < day {
			day = earlier
		}
	}
	at := c.coded(files)
	at.month, at.standing = day[:len("2006-01")], j.Standing
	c.cells[at]++
	for _, f := range files {
		for _, h := range c.home[f.id] {
			c.returned[Returned{Year: h.year, Country: counting.Citizenship([]string{h.to}, ""), Sex: at.sex, Age: at.age}]++
		}
	}
}

// coded are the codes of a person: each from the first of their files that knows it.
func (c *count) coded(files []file) cell {
	at := cell{sex: counting.Unknown, age: counting.Unknown, form: counting.Unknown, citizenship: counting.Unknown}
	for _, f := range files {
		if at.sex == counting.Unknown && slices.Contains(counting.Sexes, f.sex) {
			at.sex = f.sex
		}
		if at.age == counting.Unknown {
			at.age = counting.Age(f.band, f.inDoubt)
		}
		if at.form == counting.Unknown {
			at.form = c.rules.Form(f.forms)
		}
		if at.citizenship == counting.Unknown {
			at.citizenship = c.citizenship(f.citizenships)
		}
	}
	return at
}

func (c *count) citizenship(all []string) string {
	if len(all) == 0 {
		return counting.Unknown
	}
	key := all[0]
	if slices.Contains(all, c.country) {
		key = c.country
	}
	if known, there := c.citiz[key]; there && known != counting.Unknown {
		return known
	}
	found := counting.Citizenship(all, c.country)
	if counting.Citizenship([]string{key}, "") == found {
		c.citiz[key] = found
	}
	return found
}

// day is the country's day of an instant as stored. A day that somebody wrote without
// an hour is itself.
func (c *count) day(stamp string) string {
	const midnight = "T00:00:00.000Z"
	if len(stamp) < len(time.DateOnly) || stamp[len(time.DateOnly):] == midnight {
		return stamp[:min(len(stamp), len(time.DateOnly))]
	}
	t, err := time.Parse("2006-01-02T15:04:05.000Z", stamp)
	if err != nil {
		return stamp[:len(time.DateOnly)]
	}
	return t.In(c.zone).Format(time.DateOnly)
}

func year(day string) (y int) {
	for _, digit := range day[:min(4, len(day))] {
		y = 10*y + int(digit-'0')
	}
	return y
}

// cube is the whole count.
func (c *count) cube() Cube {
	all := Cube{Made: c.now, Country: counting.Citizenship([]string{c.country}, ""), Rules: c.rules.Version}
	rows := map[Row]int{}
	for at, n := range c.cells {
		rows[Row{Year: year(at.month), Sex: at.sex, Age: at.age, Form: at.form, Citizenship: at.citizenship, Standing: at.standing}] += n
	}
	for r, n := range rows {
		r.Count = n
		all.Rows = append(all.Rows, r)
	}
	slices.SortFunc(all.Rows, func(a, b Row) int {
		return cmp.Or(a.Year-b.Year, cmp.Compare(a.Sex, b.Sex), cmp.Compare(a.Age, b.Age), cmp.Compare(a.Form, b.Form),
			cmp.Compare(a.Citizenship, b.Citizenship), cmp.Compare(a.Standing, b.Standing))
	})
	for r, n := range c.returned {
		r.Count = n
		all.Returned = append(all.Returned, r)
	}
	slices.SortFunc(all.Returned, func(a, b Returned) int {
		return cmp.Or(a.Year-b.Year, cmp.Compare(a.Country, b.Country), cmp.Compare(a.Sex, b.Sex), cmp.Compare(a.Age, b.Age))
	})
	return all
}
