package tally

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"istmo/calendar"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/observatory/release"
	"istmo/store"
)

// How far referrals and times go back.
const (
	referredMonths = 24
	timedMonths    = 12
)

// since is the beginning of the month so many months ago, this one included.
func (c *count) since(months int) time.Time {
	local := c.now.In(c.zone)
	return time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, c.zone).AddDate(0, 1-months, 0)
}

const monthLayout = "2006-01"

func (c *count) month(t time.Time) string { return t.In(c.zone).Format(monthLayout) }

// lastMonths are the names of so many months, the oldest first.
func (c *count) lastMonths(n int) (all []string) {
	for i := range n {
		all = append(all, c.since(n).AddDate(0, i, 0).Format(monthLayout))
	}
	return all
}

// outcomes say, by where a referral stands, what became of it.
var outcomes = map[string]string{
	"sent": "waiting", "acknowledged": "waiting", "info_requested": "waiting", "info_supplied": "waiting", "suspended_risk": "waiting",
	"accepted": "accepted", "reception_prepared": "accepted", "transfer_under_way": "accepted",
	"arrived": "arrived", "follow_up": "arrived", "closed": "arrived", "not_arrived": "not-arrived",
	"declined": "declined", "redirected": "declined", "withdrawn_by_person": "withdrawn",
}

// referred counts what became of referrals, and how long the receiver took. How long is
// what home knows, which orders the steps; of what came from elsewhere, a mirror knows
// only when it heard.
func (c *count) referred(tx *store.Tx) error {
	from, timed := c.since(referredMonths), c.since(timedMonths)
	return referred(tx, from.AddDate(0, -1, 0), func(r sentReferral) error {
		sent := r.sent
		if sent.IsZero() {
			sent = r.began // a mirror that began with a resumed sending
		}
		if sent.Before(from) {
			return nil
		}
		way := "within"
		switch {
		case r.from != r.to && r.from == c.here:
			way = "out"
		case r.from != r.to:
			way = "in"
		}
		c.sent[Referred{Month: c.month(sent), Way: way, Outcome: outcomes[r.state]}]++
		if way == "in" || sent.Before(timed) {
			return nil
		}
		over := outcomes[r.state] != "waiting"
		key := ""
		if r.urgent {
			key = ".urgent"
		}
		if err := c.step(tx, "referral.acknowledge", r.to, "referral.acknowledge"+key, sent, sent, r.acknowledged, over); err != nil {
			return err
		}
		if r.acknowledged.IsZero() {
			return nil
		}
		start := r.acknowledged
		if r.supplied.After(start) && (r.done.IsZero() || r.supplied.Before(r.done)) {
			start = r.supplied
		}
		return c.step(tx, "referral.decide", r.to, "referral.decide"+key, r.acknowledged, start, r.done, over)
	})
}

// timed takes the times of alerts and identifications.
func (c *count) timed(tx *store.Tx) error {
	since := c.since(timedMonths)
	err := alerts(tx, since, func(a answeredAlert) error {
		key := "response.acknowledge"
		if a.urgent {
			key += ".emergency"
		}
		if err := c.step(tx, "alert.acknowledge", c.here, key, a.raised, a.raised, a.acknowledged, !a.open); err != nil {
			return err
		}
		if err := c.step(tx, "alert.reach", c.here, "", a.raised, a.raised, a.reached, true); err != nil || a.setOut.IsZero() {
			return err
		}
		return c.step(tx, "alert.travel", c.here, "response.reach", a.setOut, a.setOut, a.reached, !a.open)
	})
	if err != nil {
		return err
	}
	return identifications(tx, since, func(p identified) error {
		key := "status.accredit"
		if p.machine == "identification-assistance" {
			key = "assistance.open"
		}
		return c.step(tx, "identification.decide", c.here, key, p.known, p.known, p.done, false)
	})
}

// taken are the times of one step in one month.
type taken struct {
	n, inTime int
	noTerm    bool
	minutes   []float64
}

// step takes one step's time: from when it is measured, from when its term runs, and
// when it was done. What was not done counts once its term has run out, unless there is
// nothing left to do.
func (c *count) step(tx *store.Tx, clock, node, key string, from, start, done time.Time, over bool) error {
	due := time.Time{}
	if key != "" {
		term, err := cooperation.Days(tx).Due(cooperation.Country(node), key, start, start)
		if err != nil && !errors.Is(err, calendar.ErrUnknownTerm) && !errors.Is(err, calendar.ErrNoRule) && !errors.Is(err, calendar.ErrNoCountry) {
			return err
		}
		due = term.Due
	}
	if done.IsZero() && (over || due.IsZero() || !c.now.After(due)) {
		return nil
	}
	for _, month := range []string{c.month(from), All} {
		at := [2]string{clock, month}
		t := c.took[at]
		if t == nil {
			t = &taken{}
			c.took[at] = t
		}
		t.n++
		t.noTerm = t.noTerm || due.IsZero()
		if done.IsZero() {
			continue
		}
		t.minutes = append(t.minutes, done.Sub(from).Minutes())
		if !due.IsZero() && !done.After(due) {
			t.inTime++
		}
	}
	return nil
}

// times are what is shown of them: a month of few is not, nor another beside it from
// which it could be worked out.
func (c *count) times(ctx context.Context, rule release.Rule) (all []Time, err error) {
	months := c.lastMonths(timedMonths)
	for _, clock := range Clocks {
		if c.took[[2]string{clock, All}] == nil {
			continue
		}
		r := release.Release{Dimensions: []release.Dimension{{Name: ByTime, Categories: codes(months)}}, Tables: [][]string{{ByTime}}}
		for _, m := range months {
			if t := c.took[[2]string{clock, m}]; t != nil {
				r.Facts = append(r.Facts, release.Fact{At: []string{m}, Count: t.n})
			}
		}
		shown, err := safe(ctx, r, rule)
		if err != nil {
			return nil, err
		}
		for _, row := range shown {
			one := Time{Clock: clock, Month: strings.TrimPrefix(row.At[0], release.Total), N: number(row), InTime: -1}
			if t := c.took[[2]string{clock, one.Month}]; one.N > 0 {
				one.Minutes = median(t.minutes)
				if !t.noTerm {
					one.InTime = 100 * float64(t.inTime) / float64(t.n)
				}
			}
			all = append(all, one)
		}
	}
	return all, nil
}

func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	n := len(all)
	return (all[(n-1)/2] + all[n/2]) / 2
}

// outcomesShown are the referrals by month and outcome, one table for each way.
func (c *count) outcomesShown(ctx context.Context, rule release.Rule) (all []Referred, err error) {
	months := c.lastMonths(referredMonths)
	for _, way := range Ways {
		r := release.Release{Dimensions: []release.Dimension{{Name: ByTime, Categories: codes(months)}, {Name: byOutcome, Categories: codes(Outcomes)}},
			Tables: [][]string{{ByTime, byOutcome}}}
		for at, n := range c.sent {
			if at.Way == way {
				r.Facts = append(r.Facts, release.Fact{At: []string{at.Month, at.Outcome}, Count: n})
			}
		}
		if len(r.Facts) == 0 {
			continue
		}
		shown, err := safe(ctx, r, rule)
		if err != nil {
			return nil, err
		}
		for _, row := range shown {
			all = append(all, Referred{Month: strings.TrimPrefix(row.At[0], release.Total), Way: way, Outcome: strings.TrimPrefix(row.At[1], release.Total), N: number(row)})
		}
	}
	return all, nil
}

const byOutcome = "outcome"

// safe is one table as it may be shown, its totals too; none if nothing may.
func safe(ctx context.Context, r release.Release, rule release.Rule) ([]release.Row, error) {
	out, err := release.Prepare(ctx, r, rule, release.Options{})
	if fault.Is(err, fault.KindConflict) || fault.Is(err, fault.KindUnavailable) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return out.Published.Tables[0].Rows, nil
}
