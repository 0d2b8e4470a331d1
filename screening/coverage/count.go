package coverage

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"istmo/cases"
	"istmo/fault"
	"istmo/indicators"
	"istmo/screening/fairness"
	"istmo/store"
)

// How far a count goes back: two years by month, one for what is said of groups.
const (
	workMonths  = 24
	groupMonths = 12
)

// The longest that a record can have been on a phone before it came in, and the
// longest that a screening can take.
const (
	longestOnPhone = 90 * 24 * time.Hour
	longestTalk    = 12 * time.Hour
)

// Count counts the screenings of the node, as of now, in the country's time. It
// reads for seconds where there are hundreds of thousands, and so takes place
// outside any deed.
func Count(ctx context.Context, db *store.DB, zone *time.Location) (f Figures, err error) {
	err = db.Read(ctx, func(tx *store.Tx) error {
		c := newCount(tx.Now, zone)
		if err := later(tx, c.learn); err != nil {
			return err
		}
		if err := screenings(tx, c.from, c.add); err != nil {
			return err
		}
		if err := c.learnLists(tx); err != nil {
			return err
		}
		if len(c.group) > 0 {
			if err := answers(tx, c.group[0].id, c.answer); err != nil {
				return err
			}
		}
		f, err = c.figures()
		return err
	})
	return f, err
}

// count is a count under way.
type count struct {
	now         time.Time
	zone        *time.Location
	from, since time.Time
	status      map[string]fairness.Status // of people
	work, year  map[[2]string]*worked
	decided     []int
	group       []one // those of the year, in the order of their ids
	leftOut     int

	at       int // in group: whose answers are being read
	answered map[string]string
	uses     map[[2]string]*Use
	people   fairness.Population
	lists    map[string]indicators.List
	results  map[string]string
	failed   error
}

// worked is what is known of a post in a month.
type worked struct {
	Work
	hours   map[string]bool // officer and hour
	people  map[string]bool
	minutes []float64
}

func newCount(now time.Time, zone *time.Location) *count {
	local := now.In(zone)
	month := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, zone)
	return &count{now: now, zone: zone, from: month.AddDate(0, 1-workMonths, 0), since: now.AddDate(0, -groupMonths, 0),
		status: map[string]fairness.Status{}, work: map[[2]string]*worked{}, year: map[[2]string]*worked{},
		decided: make([]int, len(fairness.Outcomes)), uses: map[[2]string]*Use{},
		results: map[string]string{}, answered: map[string]string{}, lists: map[string]indicators.List{}}
}

// learn notes what an authority decided about a person. The latest that settles
// it counts; what is provisional leaves it open.
func (c *count) learn(person, status string) error {
	switch status {
	case "accredited", "full":
		c.status[person] = fairness.Confirmed
	case "not-victim", "smuggled-migrant":
		c.status[person] = fairness.Refuted
	}
	return nil
}

// counts is whether a screening is finished, was looked at and made freely.
func (o one) counts() bool { return o.final && !o.duress && !o.unseen && o.outcome != "" }

// began is when a screening began, as far as its phone's clock can be believed.
func (o one) began() time.Time {
	if o.started.IsZero() || o.started.After(o.received) || o.received.Sub(o.started) > longestOnPhone {
		return o.received
	}
	return o.started
}

func (c *count) add(o one) error {
	recent := !o.received.Before(c.since)
	if !o.counts() {
		if recent {
			c.leftOut++
		}
		return nil
	}
	began := o.began().In(c.zone)
	c.worked(c.work, o.post, began.Format(monthLayout)).add(o, began)
	if recent {
		c.worked(c.year, o.post, "").add(o, began)
		if o.post != "" {
			c.worked(c.year, "", "").add(o, began)
		}
		if i := slices.Index(fairness.Outcomes, fairness.Outcome(o.outcome)); i >= 0 {
			c.decided[i]++
		}
		c.group = append(c.group, o)
	}
	return nil
}

func (w *worked) add(o one, began time.Time) {
	w.Screenings++
	w.hours[o.officer+began.Format(" 2006-01-02 15")] = true
	if o.person != "" && w.people[o.person] {
		w.Repeats++
	}
	w.people[o.person] = true
	if took := o.finished.Sub(o.started); !o.started.IsZero() && !o.finished.IsZero() && took > 0 && took <= longestTalk {
		w.minutes = append(w.minutes, took.Minutes())
	}
}

func (c *count) worked(in map[[2]string]*worked, post, month string) *worked {
	key := [2]string{post, month}
	if in[key] == nil {
		in[key] = &worked{Work: Work{Post: post, Month: month}, hours: map[string]bool{}, people: map[string]bool{}}
	}
	return in[key]
}

// answer takes the answers of a screening in. They come in the order of the
// screenings, so that those before it are complete, and had none if none came.
func (c *count) answer(screening string, all []string) error {
	for c.at < len(c.group) && c.group[c.at].id < screening {
		c.whole()
	}
	if c.at < len(c.group) && c.group[c.at].id == screening {
		for _, one := range all {
			code, answer, _ := strings.Cut(one[len("q."):], "=")
			c.answered[code] = answer
		}
	}
	return c.failed
}

// whole closes the screening whose answers were being read.
func (c *count) whole() {
	o := c.group[c.at]
	s := fairness.Screening{List: cmp.Or(o.list, "-"), Post: o.post, Outcome: fairness.Outcome(o.outcome), Later: c.status[o.person],
		Groups: o.groups(), Result: c.result(o)}
	for code, answer := range c.answered {
		c.use(o.post, code, answer)
		c.use("", code, answer)
		switch answer {
		case indicators.Yes:
			s.Yes = append(s.Yes, code)
		case indicators.No:
			s.No = append(s.No, code)
		}
	}
	if o.child() {
		s.List += " child"
	}
	slices.Sort(s.Yes)
	slices.Sort(s.No)
	c.failed = cmp.Or(c.failed, c.people.Add(s))
	c.at++
	clear(c.answered)
}

func (o one) child() bool { return cases.Person{AgeBand: o.band, AgeInDoubt: o.inDoubt}.Child() }

func (o one) groups() (all []fairness.Group) {
	put := func(a fairness.Attribute, values ...string) {
		for _, v := range values {
			if v != "" && v != "unknown" {
				all = append(all, fairness.Group{Attribute: a, Value: v})
			}
		}
	}
	put(fairness.Sex, o.sex)
	put(fairness.AgeBand, o.band)
	put(fairness.Citizenship, o.citizenships...)
	put(fairness.Language, o.languages...)
	put(fairness.Post, o.post)
	return all
}

// result is what the instrument makes of the answers: the dimensions that are
// positive. Equal answers are weighed once.
func (c *count) result(o one) string {
	var yes []string
	for code, answer := range c.answered {
		if answer == indicators.Yes {
			yes = append(yes, code)
		}
	}
	slices.Sort(yes)
	key := o.list + " " + strings.Join(yes, " ")
	if o.child() {
		key = "child " + key
	}
	if r, there := c.results[key]; there {
		return r
	}
	var positive []string
	for _, d := range indicators.Evaluate(c.lists[o.list], indicators.Subject{Child: o.child()}, c.answered).Dimensions {
		if d.State == indicators.Positive {
			positive = append(positive, d.Dimension)
		}
	}
	c.results[key] = strings.Join(positive, " ")
	return c.results[key]
}

// learnLists gathers the versions of the indicators that were asked.
func (c *count) learnLists(tx *store.Tx) (err error) {
	for _, o := range c.group {
		if _, there := c.lists[o.list]; there {
			continue
		}
		if c.lists[o.list], err = listed(tx, o.list); err != nil {
			return err
		}
	}
	return nil
}

// listed is a version of the indicators; of one that is not known, the one in
// force, and before there is any, the one that is shipped.
func listed(tx *store.Tx, id string) (indicators.List, error) {
	l, err := indicators.Find(tx, id)
	if fault.Is(err, fault.KindNotFound) {
		l, err = indicators.InForce(tx, tx.Now)
	}
	if fault.Is(err, fault.KindNotFound) {
		return indicators.Shipped(), nil
	}
	return l, err
}

func (c *count) use(post, code, answer string) {
	key := [2]string{post, code}
	u := c.uses[key]
	if u == nil {
		u = &Use{Post: post, Indicator: code}
		c.uses[key] = u
	}
	switch answer {
	case indicators.Yes:
		u.Yes++
	case indicators.No:
		u.No++
	default:
		u.Unknown++
	}
}

// figures closes the count.
func (c *count) figures() (Figures, error) {
	for c.at < len(c.group) {
		c.whole()
	}
	if c.failed != nil {
		return Figures{}, c.failed
	}
	f := Figures{Made: c.now, From: c.from.Format(monthLayout), Since: c.since, Counted: len(c.group), LeftOut: c.leftOut, Least: rules.Least,
		Compared: compared(c.people.Study(rules))}
	if f.LeftOut < rules.Least {
		f.LeftOut = fairness.Hidden
	}
	f.Work, f.Year = done(c.work), done(c.year)
	f.Decided = fairness.Conceal([][]int{c.decided}, rules.Least, slices.Index(fairness.Outcomes, fairness.Presumed))[0]
	for _, u := range c.uses {
		f.Uses = append(f.Uses, u.shown())
	}
	slices.SortFunc(f.Uses, func(a, b Use) int {
		return cmp.Or(strings.Compare(a.Post, b.Post), strings.Compare(a.Indicator, b.Indicator))
	})
	for _, a := range fairness.Attributes {
		f.Rates = append(f.Rates, Rates{a, c.people.Rates(a, rules)})
	}
	return f, nil
}

func done(all map[[2]string]*worked) (list []Work) {
	for _, w := range all {
		list = append(list, w.done())
	}
	slices.SortFunc(list, func(a, b Work) int { return cmp.Or(strings.Compare(a.Month, b.Month), strings.Compare(a.Post, b.Post)) })
	return list
}

func (w *worked) done() Work {
	w.Hours = len(w.hours)
	if len(w.minutes) >= rules.Least {
		slices.Sort(w.minutes)
		n := len(w.minutes)
		w.Minutes = (w.minutes[(n-1)/2] + w.minutes[n/2]) / 2
	}
	return w.Work
}

// shown is a use with each number that is too small left out. How many answers an
// indicator had is shown nowhere, so that none can be worked out from the others.
func (u *Use) shown() Use {
	small := func(n int) int { return fairness.Conceal([][]int{{n}}, rules.Least)[0][0] }
	return Use{u.Post, u.Indicator, small(u.Yes), small(u.No), small(u.Unknown)}
}
