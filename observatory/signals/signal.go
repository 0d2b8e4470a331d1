package signals

import (
	"cmp"
	"slices"
	"time"

	"istmo/access"
	"istmo/flow"
	"istmo/observatory/watch"
)

// Series is what is watched.
type Series string

// The series. Of each there are groups: nationalities, posts, how somebody is
// identified, indicators at a post. An empty group is all together.
const (
	Passing  Series = "flow"       // who passes, by nationality
	Screened Series = "screenings" // how many are screened, by post
	Detected Series = "detection"  // how many are presumed and identified
	Profiles Series = "profiles"   // which indicators are found, by post: shares
)

// All of them, in the order in which they are shown.
var All = []Series{Passing, Screened, Detected, Profiles}

// Shares is the method of Profiles, beside those of watch.
const Shares watch.Method = "shares"

// Hidden stands for a figure that fewer people stand behind than may be shown.
const Hidden = -1.0

// Figures are what was said when a change was signalled.
type Figures struct {
	Kind      watch.Kind   `json:"kind"`
	Ratio     watch.Ratio  `json:"ratio"` // zero where it is not shown
	P         float64      `json:"p"`     // corrected for all that was looked at
	Posterior float64      `json:"posterior"`
	Expected  float64      `json:"expected"` // a month; of Profiles a share. Hidden if small
	Observed  float64      `json:"observed"`
	Method    watch.Method `json:"method"`
	Months    int          `json:"months"` // it rests on so many
	Edition   string       `json:"edition"`
	Label     string       `json:"label"` // of the group, where its code says nothing elsewhere
	Back      bool         `json:"back"`  // it ended nearer to what was than to what came
	Lost      bool         `json:"lost"`  // it ended because nothing is counted any more
}

// Sureness is how sure a change is, in words: "very", "quite" or "perhaps".
func (f Figures) Sureness() string {
	switch {
	case f.P <= 0.001:
		return "very"
	case f.P <= 0.01:
		return "quite"
	}
	return "perhaps"
}

// Signal is one change of one group of a series in one direction: of this node, or
// of a partner's.
type Signal struct {
	ID        string          `json:"id"` // sig_…
	Node      string          `json:"node"`
	Series    Series          `json:"series"`
	Group     string          `json:"group"`
	Direction watch.Direction `json:"direction"`
	Since     watch.Month     `json:"since"`  // the first month of the change
	Month     watch.Month     `json:"month"`  // in which it was first to be seen
	Latest    watch.Month     `json:"latest"` // in which it last stood out
	Ended     string          `json:"ended"`  // the month in which it was over
	Figures
	Quietly   bool       `json:"quietly"` // found by looking back: nobody was told
	Pass      string     `json:"-"`       // the look that found it
	At        time.Time  `json:"at"`
	ChangedAt time.Time  `json:"changed_at"`
	Version   int64      `json:"version"`
	State     flow.State `json:"state"`
	was       flow.State
}

// ObjectID is its id.
func (s Signal) ObjectID() string { return s.ID }

// Facts are what a policy may look at.
func (s Signal) Facts() access.Facts {
	return access.Facts{"node": s.Node, "state": string(s.State)}
}

// move goes one step, or refuses.
func (s *Signal) move(verb access.Verb) error {
	to, err := Flow.Next(s.State, verb)
	if err == nil {
		s.was, s.State = s.State, to
	}
	return err
}

// key is what is one signal, as long as it goes on.
type key struct {
	group     string
	direction watch.Direction
}

// sight is what stood out in a group in a month; what did not has no Kind.
type sight struct {
	key
	since watch.Month
	Figures
}

// month is what was seen in one month. Blind are the groups of which nothing could
// be said in it, which neither go on nor end.
type month struct {
	at     watch.Month
	sights []sight
	blind  func(group string) bool
}

// quietMonths in a row end a signal: one may be chance. One month without a figure ends
// nothing; where there is none for blindMonths, nobody can say that it goes on.
const (
	quietMonths = 2
	blindMonths = 6
)

// episode is a change from the month in which it first stood out on.
type episode struct {
	sight
	month, latest watch.Month
	ended         watch.Month // 0 while it goes on
	quiet, blind  int
	back, lost    bool
}

// episodes puts together what goes on from month to month.
func episodes(months []month) (all []*episode) {
	open := map[key]*episode{}
	for _, m := range months {
		now := map[string]sight{}
		for _, s := range m.sights {
			now[s.group] = s
			if s.Kind == "" {
				continue
			}
			if e := open[s.key]; e != nil {
				e.latest, e.quiet, e.blind = m.at, 0, 0
				continue
			}
			e := &episode{sight: s, month: m.at, latest: m.at}
			open[s.key], all = e, append(all, e)
		}
		for k, e := range open {
			if e.latest == m.at {
				continue
			}
			if m.blind(k.group) {
				if e.blind++; e.blind >= blindMonths {
					e.ended, e.lost = m.at, true
					delete(open, k)
				}
				continue
			}
			s := now[k.group]
			e.blind = 0
			turned := s.Kind != "" // and in the other direction
			if e.quiet++; turned || e.quiet >= quietMonths {
				e.ended, e.back = m.at, turned || e.near(s)
				delete(open, k)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *episode) int {
		return cmp.Or(cmp.Compare(a.month, b.month), cmp.Compare(a.group, b.group), cmp.Compare(a.direction, b.direction))
	})
	return all
}

// near reports whether what there is now is nearer to what had been expected than
// to what came.
func (e episode) near(now sight) bool {
	if now.Observed < 0 || e.Expected < 0 || e.Observed < 0 {
		return false
	}
	off := func(v float64) float64 { return max(v-now.Observed, now.Observed-v) }
	return off(e.Expected) < off(e.Observed)
}

// over reports whether an episode and a signal are of one time.
func (e episode) over(s Signal) bool {
	return e.key == key{s.Group, s.Direction} && e.month <= s.Latest+quietMonths && s.Month <= e.latest+quietMonths
}
