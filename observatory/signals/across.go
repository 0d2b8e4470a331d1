package signals

import (
	"math"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/exchange"
	"istmo/fault"
	"istmo/flow"
	"istmo/observatory/watch"
	"istmo/store"
)

// Purposes under which an agreement may let signals cross, in the order in which
// they are asked for.
var Purposes = []string{"statistics", "prevention", "protection", "assistance", "investigation"}

// Share shows every new signal of a look to the partners with whom an agreement in
// force names it. It follows from Keep; where there is none, nothing crosses.
// law: palermo:10.1
func Share(tx *store.Tx, d act.Deed) error {
	found, err := all(tx, ` WHERE pass = $1 AND quietly = FALSE ORDER BY id`, d.Object)
	if err != nil {
		return err
	}
	for _, s := range found {
		if err := s.show(tx); err != nil {
			return err
		}
	}
	return nil
}

// show sends a signal as it stands to whoever an agreement lets know of it. What
// nobody here was told of stays here.
func (s Signal) show(tx *store.Tx) error {
	if s.Quietly || s.Node != act.Here(tx) {
		return nil
	}
	partners, err := exchange.Partners(tx)
	if err != nil {
		return err
	}
	for _, p := range partners {
		for _, purpose := range Purposes {
			a, err := cooperation.Under(tx, s.Node, p.Node, string(Receive{}.Verb()), purpose)
			if len(fault.All(err)) > 0 {
				continue
			}
			if err != nil {
				return err
			}
			if _, err = act.Tell(tx, act.Letter{To: p.Node, Agreement: a.ID, Purpose: purpose, About: s.ID, Command: s.letter()}); err != nil && len(fault.All(err)) == 0 {
				return err
			}
			break
		}
	}
	return nil
}

func (s Signal) letter() Receive {
	return Receive{ID: s.ID, Series: s.Series, Group: s.Group, Label: s.Label, Direction: s.Direction, Since: s.Since, Month: s.Month, Latest: s.Latest, Ended: s.Ended,
		State: s.State, Version: s.Version, Figures: s.Figures}
}

// Receive is how a partner shows a signal of its own: figures of groups, with no
// place for a person.
type Receive struct {
	ID        string          `json:"id"`
	Series    Series          `json:"series"`
	Group     string          `json:"group"`
	Label     string          `json:"label"`
	Direction watch.Direction `json:"direction"`
	Since     watch.Month     `json:"since"`
	Month     watch.Month     `json:"month"`
	Latest    watch.Month     `json:"latest"`
	Ended     string          `json:"ended"`
	State     flow.State      `json:"state"`
	Version   int64           `json:"version"`
	Figures   Figures         `json:"figures"`
	from      string
}

// Verb names it.
func (Receive) Verb() access.Verb { return "signals.receive" }

// CarriedBy notes who sent it.
func (c *Receive) CarriedBy(d act.Delivery) { c.from = d.From }

// Find is the signal as it stands here; one that is not here yet is the sender's.
func (c Receive) Find(tx *store.Tx, who access.Who) (Signal, error) {
	s, err := find(tx, c.ID)
	if fault.Is(err, fault.KindNotFound) {
		return Signal{ID: c.ID, Node: c.from}, nil
	}
	return s, err
}

// Do keeps it beside our own. An older word than what is known changes nothing, and
// neither does the same word with other figures.
func (c Receive) Do(tx *store.Tx, who access.Who, s Signal) error {
	if err := c.check(tx.Now); err != nil {
		return err
	}
	fresh := s.Version == 0
	if !fresh && c.Version <= s.Version {
		return fault.Conflict("signals.older")
	}
	if !fresh && (s.Series != c.Series || s.Group != c.Group || s.Direction != c.Direction || s.Month != c.Month) {
		return fault.Conflict("signals.another")
	}
	s.Series, s.Group, s.Direction, s.Since, s.Month, s.Latest, s.Ended = c.Series, c.Group, c.Direction, c.Since, c.Month, c.Latest, c.Ended
	s.Figures, s.Version, s.ChangedAt = c.Figures, c.Version, tx.Now
	s.Figures.Label = c.Label
	if fresh {
		s.At, s.Quietly = tx.Now, c.State != Standing
		s.State = Standing
		if err := s.insert(tx); err != nil {
			return err
		}
	}
	s.was, s.State = Flow.Toward(s.State, c.State), c.State
	if s.was == "" {
		s.was = s.State
	}
	return s.update(tx)
}

// check refuses what no signal can say.
func (c Receive) check(now time.Time) error {
	var check fault.Check
	check.That(len(c.ID) > 4 && len(c.ID) <= 40 && c.ID[:4] == "sig_", "id", "fault.wrong-type")
	check.That(slices.Contains(All, c.Series), "series", "fault.not-in-list")
	check.That(plain(c.Group, 80), "group", "signals.words-wrong")
	check.That(plain(c.Label, 100), "label", "signals.words-wrong")
	check.That(plain(c.Figures.Edition, 200), "edition", "signals.words-wrong")
	check.That(c.Direction == watch.Up || c.Direction == watch.Down, "direction", "fault.not-in-list")
	check.That(Flow.Place(c.State).State != "", "state", "fault.not-in-list")
	check.That(slices.Contains([]watch.Kind{watch.Changed, watch.Appeared, watch.Vanished}, c.Figures.Kind), "kind", "fault.not-in-list")
	check.That(slices.Contains([]watch.Method{watch.Level, watch.Seasonal, watch.Slow, Shares}, c.Figures.Method), "method", "fault.not-in-list")
	check.That(c.Version > 0 && c.Version < 10_000 && c.Figures.Months >= 0 && c.Figures.Months <= watch.MostMonths, "version", "fault.wrong-type")
	check.That(c.Since <= c.Month && c.Month <= c.Latest && c.Latest <= lastWhole(now, time.UTC)+1, "month", "signals.months-wrong")
	_, isMonth := watch.ParseMonth(c.Ended)
	check.That(c.Ended == "" && c.State != Over || isMonth && c.Ended > c.Month.String(), "ended", "signals.months-wrong")
	f := c.Figures
	for _, v := range []float64{f.Expected, f.Observed, f.Ratio.Value, f.Ratio.Low, f.Ratio.High, f.P, f.Posterior} {
		check.That(!math.IsNaN(v) && (v >= 0 || v == Hidden) && v < 1e12, "figures", "signals.figures-wrong")
	}
	check.That(c.Series == Profiles || !small(f.Expected) && !small(f.Observed) || c.Series == Passing || c.Series == Screened, "figures", "signals.figures-small")
	return check.Err()
}

// small is a figure of people that is not to be shown, and is.
func small(v float64) bool { return v >= 0 && hidden(int(v)) }

// plain is short and holds nothing that a terminal or page might obey.
func plain(s string, most int) bool {
	if len(s) > most || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if !unicode.IsPrint(r) || r == '<' || r == '>' {
			return false
		}
	}
	return true
}

// News reports whether a partner's signal is one that its readers here do not know of
// from their own figures.
func News(tx *store.Tx, id string) (bool, error) {
	s, err := find(tx, id)
	if err != nil || s.Quietly || s.State != Standing || s.Version != 1 {
		return false, err
	}
	ours, err := all(tx, ` WHERE node = $1 AND series = $2 AND grp = $3 AND direction = $4 AND quietly = FALSE`, act.Here(tx), string(s.Series), s.Group, string(s.Direction))
	for _, o := range ours {
		if o.Month <= s.Latest+quietMonths && s.Month <= o.Latest+quietMonths {
			return false, err
		}
	}
	return true, err
}

// Tellable reports whether a look found anything that people are to be told of.
func Tellable(tx *store.Tx, look string) (bool, error) {
	n, err := store.One(tx, store.Value[int64], `SELECT COUNT(*) FROM signal WHERE pass = $1 AND quietly = FALSE`, look)
	return n > 0, err
}
