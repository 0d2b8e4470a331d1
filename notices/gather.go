package notices

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"istmo/store"
)

// Message is what goes to one channel at one time.
type Message struct {
	ID      string    `json:"id"`
	User    string    `json:"user"`
	Channel string    `json:"channel"`
	Way     string    `json:"way"`
	What    string    `json:"what"` // notices, code or test
	Urgent  bool      `json:"urgent"`
	At      time.Time `json:"at"`
	Due     time.Time `json:"due"` // when it is tried next
	Tries   int64     `json:"tries"`
	State   string    `json:"state"` // waiting, sent, shown, dropped, given-up
	Why     string    `json:"why"`   // why it was not taken: a code
	DoneAt  time.Time `json:"done_at"`
}

// gather makes messages of the notices whose time has come: one for each channel
// of each person.
func (s *Sender) gather(tx *store.Tx) error {
	users, err := ripe(tx)
	for _, user := range users {
		if err == nil {
			err = s.bundle(tx, user)
		}
	}
	return err
}

// bundle gathers what one person is to be told now.
func (s *Sender) bundle(tx *store.Tx, user string) error {
	all, err := unsaid(tx, user)
	if err != nil {
		return err
	}
	if active, err := isActive(tx, user); err != nil {
		return err
	} else if !active {
		return silence(tx, all)
	}
	held, err := s.held(tx, user)
	if err != nil {
		return err
	}
	now, err := sort(tx, all, held)
	if err != nil || len(now) == 0 {
		return err
	}
	open, err := s.reaching(tx, user)
	if err != nil {
		return err
	}
	for _, ch := range open {
		if err := ch.say(tx, now); err != nil {
			return err
		}
	}
	for _, n := range now {
		if err := wasSaid(tx, n.ID, n.repeat(tx.Now)); err != nil {
			return err
		}
	}
	return nil
}

// silence says nothing more of these.
func silence(tx *store.Tx, all []Notice) error {
	for _, n := range all {
		if err := sayNext(tx, n.ID, time.Time{}); err != nil {
			return err
		}
	}
	return nil
}

// sort finds what goes now. What is ordinary goes together with all that waits;
// while it is held, it is put off to the end of that.
func sort(tx *store.Tx, all []Notice, held time.Time) (now []Notice, err error) {
	for _, n := range all {
		switch {
		case n.Urgent() && n.next.After(tx.Now):
		case !n.Urgent() && held.After(tx.Now):
			if err := sayNext(tx, n.ID, held); err != nil {
				return nil, err
			}
		default:
			now = append(now, n)
		}
	}
	return now, nil
}

// held is until when somebody is told nothing ordinary: for the rest after the last
// message, and in their quiet hours.
func (s *Sender) held(tx *store.Tx, user string) (time.Time, error) {
	last, err := lastOrdinary(tx, user)
	if err != nil {
		return last, err
	}
	until := tx.Now
	if !last.IsZero() && last.Add(rest).After(until) {
		until = last.Add(rest)
	}
	quiet, err := quietOf(tx, user)
	return quiet.after(until.In(s.o.Zone)), err
}

// after is the first moment at or after t that is outside of the hours.
func (h hours) after(t time.Time) time.Time {
	if h == (hours{}) {
		return t
	}
	begins, ends, now := minutes(h.begins), minutes(h.ends), t.Hour()*60+t.Minute()
	y, m, d := t.Date()
	switch {
	case begins < ends && (now < begins || now >= ends), begins > ends && now < begins && now >= ends:
		return t
	case begins > ends && now >= begins:
		d++
	}
	return time.Date(y, m, d, ends/60, ends%60, 0, 0, t.Location())
}

// minutes reads "22:30", which was checked when it was set.
func minutes(at string) int {
	h, m, _ := strings.Cut(at, ":")
	hours, _ := strconv.Atoi(h)
	rest, _ := strconv.Atoi(m)
	return hours*60 + rest
}

// repeat is when a notice that is said now is said again; zero for never.
func (n Notice) repeat(now time.Time) time.Time {
	if !n.Urgent() || n.Said >= int64(len(again)) {
		return time.Time{}
	}
	return now.Add(again[n.Said])
}

// say puts a message with notices into the outbox. What could not be sent there
// until now goes with it, so that a server which comes back is handed one message.
func (c Channel) say(tx *store.Tx, all []Notice) error {
	left, err := unsent(tx, c.ID)
	if err != nil {
		return err
	}
	for _, n := range left {
		if !slices.ContainsFunc(all, func(o Notice) bool { return o.ID == n.ID }) {
			all = append(all[:len(all):len(all)], n)
		}
	}
	if err := takeOver(tx, c.ID); err != nil {
		return err
	}
	m := Message{ID: tx.NewID("msg"), User: c.User, Channel: c.ID, Way: c.Way, What: "notices", Urgent: slices.ContainsFunc(all, Notice.Urgent), At: tx.Now}
	if err := insertMessage(tx, m); err != nil {
		return err
	}
	for _, n := range all {
		if err := says(tx, m.ID, n.ID); err != nil {
			return err
		}
	}
	return nil
}

// reaching are the channels by which somebody can be told now.
func (s *Sender) reaching(tx *store.Tx, user string) (open []Channel, err error) {
	all, err := channelsOf(tx, user)
	for _, c := range all {
		if c.State == InUse && s.sends(c.Way) {
			open = append(open, c)
		}
	}
	return open, err
}
