package meetings

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"istmo/access"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// Frame is what somebody says of a meeting in announcing it: what for, where and
// when. Hours are those of the clocks at the place; without one it takes whole
// days.
type Frame struct {
	Kind      string    `json:"kind"`
	TitleES   string    `json:"title_es"`
	TitleEN   string    `json:"title_en"`
	PurposeES string    `json:"purpose_es"`
	PurposeEN string    `json:"purpose_en"`
	Place     string    `json:"place"`
	Country   string    `json:"country"`
	Day       time.Time `json:"day"`
	Hour      string    `json:"hour"`
	LastDay   time.Time `json:"last_day"` // the first, where it is empty
	Undated   bool      `json:"undated"`  // its day was never published; only of one that has been
	Until     string    `json:"until"`
	Hosts     string    `json:"hosts"`
	Topics    []string  `json:"topics"`
	Follows   string    `json:"follows"`
	Frames    []string  `json:"frames"`
	Source    string    `json:"source"`
}

const (
	longest = 20000 // letters of the minutes in one language
	shorter = 2000  // of a purpose, a decision
	short   = 300   // of a name, a place
)

var (
	countryCode = regexp.MustCompile(`^[A-Z]{2}$`)
	hourOfDay   = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
	frameCode   = regexp.MustCompile(`^(sdg|gcm):([1-9]|1[0-9]|2[0-3])$`)
)

// into puts the frame on a meeting, if it can be taken as it is.
func (f Frame) into(tx *store.Tx, m *Meeting) error {
	f = f.trimmed()
	if err := f.check(); err != nil {
		return err
	}
	if f.LastDay.IsZero() {
		f.LastDay = f.Day
	}
	zone := zoneOf(tx, f.Country, m.Home)
	m.Zone, m.Whole = zone.String(), f.Hour == ""
	if err := f.dates(m, zone); err != nil {
		return err
	}
	m.Kind, m.TitleES, m.TitleEN, m.PurposeES, m.PurposeEN = f.Kind, f.TitleES, f.TitleEN, f.PurposeES, f.PurposeEN
	m.Place, m.Country, m.Hosts, m.Topics, m.Frames, m.Source = f.Place, f.Country, f.Hosts, f.Topics, f.Frames, f.Source
	m.Follows = f.Follows
	return m.follow(tx)
}

// dates sets when it begins and ends. One whose day nobody published has neither.
func (f Frame) dates(m *Meeting, zone *time.Location) error {
	if m.Starts, m.Ends = (time.Time{}), (time.Time{}); f.Undated {
		return nil
	}
	m.Starts = on(f.Day, f.Hour, zone)
	if m.Ends = on(f.LastDay, f.Until, zone); m.Whole {
		m.Ends = on(f.LastDay.AddDate(0, 0, 1), "", zone)
	}
	if !m.Ends.After(m.Starts) {
		return fault.Invalid("until", "meetings.ends-before")
	}
	return nil
}

func (f Frame) trimmed() Frame {
	for _, s := range []*string{&f.TitleES, &f.TitleEN, &f.PurposeES, &f.PurposeEN, &f.Place, &f.Hosts, &f.Source, &f.Hour, &f.Until} {
		*s = plain(*s)
	}
	return f
}

func (f Frame) check() error {
	var c fault.Check
	c.That(slices.Contains(Kinds, f.Kind), "kind", "fault.choose")
	c.That(f.TitleES != "", "title_es", "fault.required")
	c.That(f.TitleEN != "", "title_en", "fault.required")
	for name, words := range map[string]string{"title_es": f.TitleES, "title_en": f.TitleEN, "place": f.Place, "hosts": f.Hosts, "source": f.Source} {
		c.That(fits(words, short), name, "fault.too-long")
	}
	c.That(fits(f.PurposeES, shorter), "purpose_es", "fault.too-long")
	c.That(fits(f.PurposeEN, shorter), "purpose_en", "fault.too-long")
	c.That(countryCode.MatchString(f.Country), "country", "fault.choose")
	c.That(!f.Day.IsZero() || f.Undated, "day", "fault.required")
	c.That(f.Day.IsZero() || !f.Undated, "day", "meetings.dated")
	c.That(f.LastDay.IsZero() || !f.LastDay.Before(f.Day), "last_day", "meetings.ends-before")
	c.That(f.Hour == "" || hourOfDay.MatchString(f.Hour), "hour", "meetings.hour-form")
	c.That(f.Hour == "" && f.Until == "" || hourOfDay.MatchString(f.Until) && f.Hour != "", "until", "meetings.until")
	c.That(within(f.Topics, Topics), "topics", "fault.not-in-list")
	c.That(!slices.ContainsFunc(f.Frames, func(w string) bool { return !frameCode.MatchString(w) }), "frames", "meetings.frame-unknown")
	return c.Err()
}

// follow checks the meeting that this one follows up: one under the same
// agreement, which was before it.
func (m Meeting) follow(tx *store.Tx) error {
	if m.Follows == "" {
		return nil
	}
	before, err := find(tx, m.Follows)
	if fault.Is(err, fault.KindNotFound) || err == nil && before.Agreement != m.Agreement {
		return fault.Invalid("follows", "fault.not-in-list")
	}
	if err == nil && !before.Starts.Before(m.Starts) {
		err = fault.Invalid("follows", "meetings.follows-later")
	}
	return err
}

// on is an hour of a day at a place; without an hour, the day's beginning.
func on(day time.Time, hour string, zone *time.Location) time.Time {
	at := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	if clock, err := time.Parse("15:04", hour); err == nil {
		at = time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), 0, 0, zone)
	}
	return at.UTC()
}

// zoneOf is the zone of a country or, where the tables do not know it, of home.
func zoneOf(tx *store.Tx, country, home string) *time.Location {
	for _, code := range []string{country, cooperation.Country(home)} {
		if zone, known := cooperation.Zone(tx, code); known {
			return zone
		}
	}
	return time.UTC
}

// dayOf is a day without an hour, as days are kept.
func dayOf(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func plain(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

func fits(s string, most int) bool { return len([]rune(s)) <= most }

func within(words, all []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(all, w) })
}

// Announce calls a meeting. A party that is not the depositary asks for it, and
// sees it at once as asked.
type Announce struct {
	cooperation.By
	ID        string `json:"id"` // given by the party that asks; empty for a new one
	Agreement string `json:"agreement"`
	Frame
}

// Verb names it.
func (Announce) Verb() access.Verb { return "meetings.announce" }

// Find makes the meeting, or finds the one that was asked for before.
func (c Announce) Find(tx *store.Tx, who access.Who) (Meeting, error) {
	return begin(tx, c.ID, c.Agreement, who)
}

func begin(tx *store.Tx, id, agreement string, who access.Who) (Meeting, error) {
	if id != "" {
		m, err := find(tx, id)
		if err == nil && (m.Version > 0 || m.Agreement == agreement) || err != nil && !fault.Is(err, fault.KindNotFound) {
			return m, err
		}
		if !strings.HasPrefix(id, "mtg_") {
			return m, fault.Invalid("id", "fault.wrong-type")
		}
	}
	j, err := cooperation.Begin(tx, "mtg", id, agreement)
	return Meeting{Joint: j, From: who.Node}, err
}

// Do announces it.
func (c Announce) Do(tx *store.Tx, who access.Who, m Meeting) (err error) {
	if m.Version > 0 {
		return fault.Conflict("meetings.announced-already")
	}
	if c.By, err = c.By.As(tx, who); err != nil {
		return err
	}
	c.ID, m.Agency, m.State = m.ID, c.Agency, Announced
	if err := c.Frame.into(tx, &m); err != nil {
		return err
	}
	if !m.Ends.After(tx.Now) {
		return fault.Invalid("day", "meetings.announce-past")
	}
	return m.enter(tx, who, c)
}

// enter keeps a new meeting and shows it; elsewhere than at home it is kept as
// asked for.
func (m Meeting) enter(tx *store.Tx, who access.Who, c letter) error {
	if m.AtHome(tx) {
		m.Version = 1
		return m.shown(tx)
	}
	if who.Kind == access.Partner {
		return fault.Denied()
	}
	if err := m.Working(tx); err != nil {
		return err
	}
	if err := m.keep(tx); err != nil {
		return err
	}
	return m.Ask(tx, who, c)
}

// Record writes down a meeting that has been, whole and at once, from what was
// published: the institutions, and of the figures those that are known.
type Record struct {
	cooperation.By
	Agreement string `json:"agreement"`
	Frame
	Participants int64     `json:"participants"`
	Delegations  string    `json:"delegations"` // one a line: country or -, name, name in English, role, post, number
	Agenda       string    `json:"agenda"`      // one a line: title, title in English
	Decisions    string    `json:"decisions"`   // one a line: text, text in English, line of work
	MinutesES    string    `json:"minutes_es"`
	MinutesEN    string    `json:"minutes_en"`
	NextBy       time.Time `json:"next_by"`
}

// Verb names it.
func (Record) Verb() access.Verb { return record }

// Find makes the meeting.
func (c Record) Find(tx *store.Tx, who access.Who) (Meeting, error) {
	return begin(tx, "", c.Agreement, who)
}

// Do records it. Only home does, as whoever records speaks of all who came.
func (c Record) Do(tx *store.Tx, who access.Who, m Meeting) (err error) {
	if !m.AtHome(tx) {
		return fault.Conflict("meetings.record-at-home")
	}
	if c.By, err = c.By.As(tx, who); err != nil {
		return err
	}
	m.Agency, m.Recorded, m.Participants = c.Agency, true, c.Participants
	if err := c.Frame.into(tx, &m); err != nil {
		return err
	}
	var check fault.Check
	check.That(m.Source != "", "source", "fault.required")
	check.That(!m.Ends.After(tx.Now), "day", "fault.in-the-future")
	check.That(c.Participants >= 0, "participants", "fault.number")
	if err := check.Err(); err != nil {
		return err
	}
	if err := c.fill(tx, &m); err != nil {
		return err
	}
	m.was, m.State, m.Version = Announced, Held, 1
	return m.shown(tx)
}

// fill takes in what is written line by line.
func (c Record) fill(tx *store.Tx, m *Meeting) (err error) {
	for _, parts := range lines(c.Delegations) {
		d := Delegation{ID: tx.NewID("dlg"), NameES: part(parts, 1), NameEN: or(part(parts, 2), part(parts, 1)), Role: or(part(parts, 3), Delegate), Post: part(parts, 4), Came: "yes", From: m.From}
		if d.Node = strings.TrimPrefix(part(parts, 0), "-"); d.Node != "" && !slices.Contains(m.Parties, d.Node) || d.NameES == "" || !slices.Contains(Roles, d.Role) {
			return fault.Invalid("delegations", "meetings.line-unread")
		}
		if d.Attended, err = count(part(parts, 5)); err != nil {
			return fault.Invalid("delegations", "meetings.line-unread")
		}
		if err := d.called(tx); err != nil {
			return err
		}
		m.Delegations = append(m.Delegations, d)
	}
	for _, parts := range lines(c.Agenda) {
		m.Agenda = append(m.Agenda, Item{ID: tx.NewID("itm"), TitleES: part(parts, 0), TitleEN: or(part(parts, 1), part(parts, 0)), From: m.From})
	}
	known, err := m.lines(tx)
	if err != nil {
		return err
	}
	for _, parts := range lines(c.Decisions) {
		d := Decision{ID: tx.NewID("dec"), TextES: part(parts, 0), TextEN: or(part(parts, 1), part(parts, 0)), Line: part(parts, 2), From: m.From, Agency: m.Agency}
		if err := d.check(known); err != nil {
			return fault.Invalid("decisions", "meetings.line-unread")
		}
		m.Decisions = append(m.Decisions, d)
	}
	m.MinutesES, m.MinutesEN = plain(c.MinutesES), plain(c.MinutesEN)
	if !fits(m.MinutesES, longest) || !fits(m.MinutesEN, longest) {
		return fault.Invalid("minutes_es", "fault.too-long")
	}
	return m.next(c.NextBy)
}

// Change says anew what, where and when, before the meeting has been.
type Change struct {
	On
	Frame
}

// Verb names it.
func (Change) Verb() access.Verb { return "meetings.change" }

// Do changes it.
func (c Change) Do(tx *store.Tx, who access.Who, m Meeting) error {
	return m.put(tx, who, c, func(m *Meeting) error {
		if c.Undated && !m.Recorded {
			return fault.Invalid("day", "fault.required")
		}
		return c.Frame.into(tx, m)
	})
}

// Hold says that it took place.
type Hold struct {
	On
	Participants int64 `json:"participants"` // how many in all; 0 where nobody counted
}

// Verb names it.
func (Hold) Verb() access.Verb { return "meetings.hold" }

// Do says so, once it has begun.
func (c Hold) Do(tx *store.Tx, who access.Who, m Meeting) error {
	return m.put(tx, who, c, func(m *Meeting) error {
		if !m.begun(tx.Now) {
			return fault.Conflict("meetings.not-begun")
		}
		if c.Participants < 0 {
			return fault.Invalid("participants", "fault.number")
		}
		m.Participants = c.Participants
		return nil
	})
}

// Cancel calls it off.
type Cancel struct {
	On
	Reason string `json:"reason"` // for the other parties
}

// Verb names it.
func (Cancel) Verb() access.Verb { return "meetings.cancel" }

// Do calls it off.
func (c Cancel) Do(tx *store.Tx, who access.Who, m Meeting) error {
	return m.put(tx, who, c, func(m *Meeting) error {
		m.Reason = plain(c.Reason)
		var check fault.Check
		check.That(m.Reason != "", "reason", "fault.required")
		check.That(fits(m.Reason, short), "reason", "fault.too-long")
		return check.Err()
	})
}

// SetNext says before which day the parties agreed to meet again.
type SetNext struct {
	On
	NextBy time.Time `json:"next_by"`
}

// Verb names it.
func (SetNext) Verb() access.Verb { return "meetings.set-next" }

// Do sets it; without a day, it is taken back.
func (c SetNext) Do(tx *store.Tx, who access.Who, m Meeting) error {
	return m.put(tx, who, c, func(m *Meeting) error { return m.next(c.NextBy) })
}

func (m *Meeting) next(day time.Time) error {
	_, last := m.Days()
	if m.NextBy = dayOf(day); !day.IsZero() && !m.Due().After(last) {
		return fault.Invalid("next_by", "meetings.next-before")
	}
	return nil
}
