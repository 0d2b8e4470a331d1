package signals

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/observatory/figures"
	"istmo/observatory/sources"
	"istmo/observatory/watch"
	"istmo/screening/coverage"
	"istmo/screening/fairness"
	"istmo/store"
)

// whole is the group of figures that are of everybody together and have no parts.
const whole = "*"

// read is what is known of a series: counts by month and group, or what screenings
// showed.
type read struct {
	series  Series
	edition string
	cells   []watch.Cell
	shown   []watch.Screened
	labels  map[string]string // of groups, where the code says nothing elsewhere
}

// lastWhole is the last month that is over, in the country's time.
func lastWhole(now time.Time, zone *time.Location) watch.Month {
	local := now.In(zone)
	return watch.Month(local.Year()*12 + int(local.Month()) - 2)
}

func monthOf(s string) watch.Month {
	m, _ := watch.ParseMonth(s)
	return m
}

// stamp is what a series is watched anew for: the month that is over, and the
// edition of what is known. It is cheap, since it is asked at every tick.
func stamp(tx *store.Tx, s Series, zone *time.Location) (string, error) {
	last, breaks := lastWhole(tx.Now, zone).String(), bound(tx).digest
	if s == Passing {
		edition, err := flowEdition(tx)
		if err != nil || edition == "" {
			return "", err
		}
		return last + " " + edition + " " + breaks, nil
	}
	counted, there, err := coverage.Counted(tx)
	if err != nil || !there || lastWhole(counted, zone).String() != last {
		return "", err // not before the month has been counted
	}
	return last + " " + breaks, nil
}

// Due are the series of which there is a new month or another edition.
func Due(zone *time.Location) func(tx *store.Tx) ([]Series, error) {
	return func(tx *store.Tx) (due []Series, err error) {
		for _, s := range All {
			now, err := stamp(tx, s, zone)
			if err != nil {
				return nil, err
			}
			old, err := kept(tx, s)
			if err != nil {
				return nil, err
			}
			if now != "" && now != old.Stamp {
				due = append(due, s)
			}
		}
		return due, nil
	}
}

// reading takes a series as it is known now, up to the last month that is over.
func reading(tx *store.Tx, s Series, zone *time.Location) (r read, err error) {
	r.series, r.labels = s, map[string]string{}
	switch last := lastWhole(tx.Now, zone); s {
	case Passing:
		r.cells, r.edition, err = passing(tx)
		r.cells = slices.DeleteFunc(r.cells, func(c watch.Cell) bool { return c.Month > last })
	case Screened:
		err = r.screened(tx, last)
	case Detected:
		err = r.detected(tx, last)
	case Profiles:
		err = r.profiles(tx, last, zone)
	}
	if s != Passing {
		r.edition = tx.Now.In(zone).Format(time.DateOnly)
	}
	return r, err
}

// passing is who passed, by month and nationality, from the public files that the node
// has taken in; until there is one, what the project holds of Panama, by month.
func passing(tx *store.Tx) (cells []watch.Cell, edition string, err error) {
	months, err := sources.Flow(tx)
	if err != nil || len(months) > 0 {
		for _, m := range months {
			c := watch.Cell{Month: watch.Month(m.Month.Year*12 + m.Month.Month - 1), Category: m.Of, Count: m.People}
			if m.Missing {
				c.Count = watch.Missing
			}
			cells = append(cells, c)
		}
		files, e := sources.Files(tx)
		for _, f := range files {
			if f.Kind == sources.Entries {
				edition = max(edition, f.Edition)
			}
		}
		return cells, edition, cmp.Or(err, e)
	}
	held, err := figures.Held()
	for _, p := range held {
		if p.Indicator == figures.IrregularEntries && p.From == p.To && p.Certainty == figures.Derived && len(p.From) == len("2021-01") {
			cells, edition = append(cells, watch.Cell{Month: monthOf(p.From), Category: whole, Count: p.Low}), max(edition, p.Edition)
		}
	}
	return cells, edition, err
}

// flowEdition tells two editions apart, also where both have one name.
func flowEdition(tx *store.Tx) (string, error) {
	cells, name, err := passing(tx)
	if err != nil || len(cells) == 0 {
		return "", err
	}
	return edition(name, cells), nil
}

// screened are the screenings by post that coverage has counted. A month of a post
// without any is zero, from its first one on.
func (r *read) screened(tx *store.Tx, last watch.Month) error {
	v, err := coverage.Read{}.Ask(tx, access.Who{})
	if err != nil {
		return err
	}
	for _, p := range v.Posts {
		r.labels[p.ID] = p.Name
	}
	counts := map[watch.Cell]int{}
	for _, w := range v.Figures.Work {
		counts[watch.Cell{Month: monthOf(w.Month), Category: cmp.Or(w.Post, "-")}] += w.Screenings
	}
	r.cells = filled(counts, last)
	return nil
}

// filled are counts with the months between as zeros.
func filled(counts map[watch.Cell]int, last watch.Month) (cells []watch.Cell) {
	first := map[string]watch.Month{}
	for c := range counts {
		if at, there := first[c.Category]; !there || c.Month < at {
			first[c.Category] = c.Month
		}
	}
	for group, m := range first {
		for ; m <= last; m++ {
			cells = append(cells, watch.Cell{Month: m, Category: group, Count: counts[watch.Cell{Month: m, Category: group}]})
		}
	}
	slices.SortFunc(cells, func(a, b watch.Cell) int {
		return cmp.Or(strings.Compare(a.Category, b.Category), cmp.Compare(a.Month, b.Month))
	})
	return cells
}

// How somebody is detected: the first time that this country presumes it of them,
// and the first time that it finds it.
var standings = map[string]string{"possible": "presumed", "preliminary": "presumed", "presumed": "presumed", "accredited": "identified", "full": "identified"}

// detected are people by the month in which they were first presumed, and first
// identified, by an authority of this country.
func (r *read) detected(tx *store.Tx, last watch.Month) error {
	counts, seen := map[watch.Cell]int{}, map[[2]string]bool{}
	err := decisions(tx, cooperation.Country(act.Here(tx)), func(person, status string, on time.Time) error {
		standing := standings[status]
		if k := [2]string{person, standing}; standing != "" && !seen[k] {
			seen[k] = true
			counts[watch.Cell{Month: monthOf(on.UTC().Format("2006-01")), Category: standing}]++
		}
		return nil
	})
	r.cells = filled(counts, last)
	return err
}

// profiles are what screenings showed, by month and post.
func (r *read) profiles(tx *store.Tx, last watch.Month, zone *time.Location) error {
	posts, err := coverage.Read{}.Ask(tx, access.Who{})
	if err != nil {
		return err
	}
	for _, p := range posts.Posts {
		r.labels[p.ID] = p.Name
	}
	all, err := coverage.Shown(tx, zone)
	for _, s := range all {
		if m := monthOf(s.Month); m <= last {
			r.shown = append(r.shown, watch.Screened{Month: m, Post: s.Post, Screenings: s.Screenings, With: s.With})
		}
	}
	return err
}

// Found is what a look at a series found.
type Found struct {
	Series Series
	Stamp  string
	Body
	episodes []*episode
	labels   map[string]string
	from     watch.Month // the first month of the series
	before   looked      // the look before this one
}

// Body is what is kept of a look, for whoever reads it.
type Body struct {
	Made    time.Time   `json:"made"`
	Edition string      `json:"edition"`
	To      watch.Month `json:"to"` // the last month that is known
	Groups  int         `json:"groups"`
	Judged  int         `json:"judged"` // of them, of which anything could be said
	Lines   []Line      `json:"lines"`
	Counts  []Count     `json:"counts"` // what was published, to know a correction by
}

// Line is a series as it is drawn: what was counted, beside what was expected.
type Line struct {
	Group  string  `json:"group"`
	Label  string  `json:"label"`
	Points []Point `json:"points"`
}

// Point is a month of a line. A count that is not known, or too small to be shown,
// is Hidden; nothing is said of what was expected until there were enough months.
type Point struct {
	Month    watch.Month `json:"month"`
	Count    float64     `json:"count"`
	Known    bool        `json:"known"`
	Low      float64     `json:"low"`
	Expected float64     `json:"expected"`
	High     float64     `json:"high"`
}

// Count is a public figure as it stood.
type Count struct {
	Month watch.Month `json:"m"`
	Group string      `json:"g"`
	N     int         `json:"n"`
}

// Look goes through a series, month by month, each from what had been known in it.
// It reads for a moment and then works for a second or so, outside of any
// transaction.
func Look(ctx context.Context, db *store.DB, s Series, zone *time.Location) (f Found, err error) {
	var r read
	var breaks breaks
	err = db.Read(ctx, func(tx *store.Tx) (err error) {
		if f.Stamp, err = stamp(tx, s, zone); err != nil {
			return err
		}
		f.Made, breaks = tx.Now, bound(tx)
		if f.before, err = kept(tx, s); err != nil {
			return err
		}
		r, err = reading(tx, s, zone)
		r.cells = breaks.without(s, r.cells)
		return err
	})
	if err != nil {
		return f, err
	}
	f.Series, f.labels, f.Edition = s, r.labels, r.edition
	set := watch.Settings{PerYear: watch.UsualPerYear, Share: watch.UsualShare, Breaks: breaks.of(s)}
	if s == Profiles {
		return f, f.compare(r, set)
	}
	return f, f.walk(r, set)
}

// walk watches counts.
func (f *Found) walk(r read, set watch.Settings) error {
	if len(r.cells) == 0 {
		return nil
	}
	t, err := watch.NewTable(r.cells)
	if err != nil {
		return err
	}
	reports, err := watch.Walk(t, set)
	if err != nil {
		return err
	}
	last := &reports[len(reports)-1]
	if earlier, is := f.before.table(); is { // what a correction alone brought is no alarm
		if *last, err = watch.Watch(t, t.To, set, &earlier); err != nil {
			return err
		}
	}
	f.from, f.To, f.Groups = t.From, t.To, len(t.Categories)
	if f.Series == Passing {
		f.Edition = edition(r.edition, r.cells)
	}
	var months []month
	for _, report := range reports {
		months = append(months, f.month(report))
	}
	f.Judged = f.Groups - len(last.Short) - len(last.Missing)
	f.episodes = episodes(months)
	if f.Series == Passing {
		for _, c := range r.cells {
			f.Counts = append(f.Counts, Count{c.Month, c.Category, c.Count})
		}
	}
	return f.draw(t, set)
}

// table is what the figures were, where they are kept.
func (k looked) table() (watch.Table, bool) {
	var cells []watch.Cell
	for _, c := range k.Counts {
		cells = append(cells, watch.Cell{Month: c.Month, Category: c.Group, Count: c.N})
	}
	t, err := watch.NewTable(cells)
	return t, err == nil
}

// edition names what figures were looked at: two that differ have two names.
func edition(name string, of any) string {
	text, _ := json.Marshal(of)
	sum := sha256.Sum256(text)
	return name + " · " + hex.EncodeToString(sum[:4])
}

// month is what a report says, in groups.
func (f *Found) month(r watch.Report) month {
	all := r.Categories
	if f.Series != Detected { // the presumed and the identified are partly the same people
		all = append([]watch.Finding{r.Total}, all...)
	}
	seen := map[string]bool{}
	m := month{at: r.At, blind: func(group string) bool { return !seen[group] }}
	for _, g := range all {
		if g.Category == whole || g.Method == watch.NoCount || g.Method == watch.TooShort {
			continue
		}
		s := sight{key: key{g.Category, g.Direction}, since: g.Since, Figures: Figures{Ratio: g.Ratio, P: g.Q, Posterior: g.Posterior, Expected: g.Expected, Observed: g.Observed,
			Method: g.Method, Months: g.Months, Edition: f.Edition, Label: f.labels[g.Category]}}
		if g.Alarm() {
			s.Kind = g.Kind
		}
		if f.Series == Detected && !s.show() {
			s.Kind = ""
		}
		seen[g.Category] = true
		m.sights = append(m.sights, s)
	}
	return m
}

// show hides figures that are of few people, with what they could be worked out
// from. Where nothing is left, nothing is signalled.
func (s *sight) show() bool {
	small := 0
	for _, v := range []*float64{&s.Expected, &s.Observed} {
		if hidden(int(*v)) {
			*v, s.Ratio = Hidden, watch.Ratio{}
			small++
		}
	}
	return small < 2
}

func hidden(n int) bool { return fairness.Conceal([][]int{{n}}, watch.Least)[0][0] != n }

// compare watches shares.
func (f *Found) compare(r read, set watch.Settings) error {
	if len(r.shown) == 0 {
		return nil
	}
	f.from, f.To = r.shown[0].Month, r.shown[0].Month
	posts := map[string]bool{}
	for _, s := range r.shown {
		f.from, f.To, posts[s.Post] = min(f.from, s.Month), max(f.To, s.Month), true
	}
	f.Groups = len(posts)
	var months []month
	for at := f.from; at <= f.To; at++ {
		report, err := watch.Profiles(r.shown, at, set)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		m := month{at: at, blind: func(group string) bool { return !seen[group] }}
		for _, i := range report.Indicators {
			if i.With == watch.Hidden || i.Before < 0 {
				continue // a figure of few people is in no signal
			}
			group := i.Post + " " + i.Indicator
			s := sight{key: key{group, i.Direction}, since: at, Figures: Figures{Ratio: i.Ratio, P: i.Q, Expected: i.Before, Observed: float64(i.With) / float64(i.Screenings),
				Method: Shares, Months: 12, Edition: f.Edition, Label: f.labels[i.Post]}}
			if i.Alarm {
				s.Kind = watch.Changed
			}
			seen[group] = true
			m.sights = append(m.sights, s)
		}
		f.Judged = len(report.Posts)
		months = append(months, m)
	}
	f.episodes = episodes(months)
	return nil
}

// most lines that are drawn of a series, and how many months back.
const (
	mostLines  = 12
	lineMonths = 51
)

// draw prepares lines: of all together, and of what changed last.
func (f *Found) draw(t watch.Table, set watch.Settings) error {
	groups := []string{""}
	if f.Series == Detected {
		groups = t.Categories
	}
	for _, e := range slices.Backward(f.episodes) {
		if len(groups) < mostLines && !slices.Contains(groups, e.group) {
			groups = append(groups, e.group)
		}
	}
	for _, g := range groups {
		all, err := watch.Foretell(t, g, set)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Series, err)
		}
		line := Line{Group: g, Label: f.labels[g]}
		for _, m := range all[max(0, len(all)-lineMonths):] {
			p := Point{Month: m.Month, Count: float64(m.Count), Known: m.Known, Low: m.Low, Expected: m.Middle, High: m.High}
			if f.Series == Detected && hidden(m.Count) {
				p.Count = Hidden
			}
			p.Known = p.Known && (f.Series != Detected || !hidden(int(m.Middle)))
			if !p.Known {
				p.Low, p.Expected, p.High = 0, 0, 0
			}
			line.Points = append(line.Points, p)
		}
		f.Lines = append(f.Lines, line)
	}
	return nil
}
