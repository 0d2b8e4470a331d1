package notices

import (
	"regexp"
	"strings"
	"time"

	"istmo/access"
	"istmo/store"
	"istmo/vault"
)

var hour = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

// Settings is how somebody is told, and what waits for them.
type Settings struct {
	Channels []Channel `json:"channels"`
	Begins   string    `json:"begins"` // of the quiet hours
	Ends     string    `json:"ends"`
	Waiting  []Notice  `json:"waiting"` // newest first
	Shown    []Showing `json:"shown"`   // on a demonstration: what would have been sent
	Mail     bool      `json:"mail"`    // whether this node sends e-mail
	Push     bool      `json:"push"`
	Demo     bool      `json:"demo"`
	Key      string    `json:"key"` // by which push services know this node
}

// Of are the channels of a way.
func (s Settings) Of(way string) (all []Channel) {
	for _, c := range s.Channels {
		if c.Way == way {
			all = append(all, c)
		}
	}
	return all
}

// Reached reports whether anything can reach them.
func (s Settings) Reached() bool {
	for _, c := range s.Channels {
		if c.State == InUse && (c.Way == Mail && s.Mail || c.Way == Push && s.Push) {
			return true
		}
	}
	return false
}

// Showing is a message that a demonstration does not send.
type Showing struct {
	At   time.Time `json:"at"`
	Way  string    `json:"way"`
	To   string    `json:"to"`
	Text string    `json:"text"`
}

// Mine asks for one's own settings. Of an address it shows as much as its owner
// needs to know it by.
type Mine struct{}

// Verb names it.
func (Mine) Verb() access.Verb { return "notices.mine" }

// Ask gathers them.
func (Mine) Ask(tx *store.Tx, who access.Who) (s Settings, err error) {
	sender := of(tx)
	s.Mail, s.Push, s.Demo, s.Key = sender.sends(Mail), sender.sends(Push), sender.o.Demo, sender.key
	if s.Channels, err = channelsOf(tx, who.ID); err != nil {
		return s, err
	}
	for i := range s.Channels {
		if s.Channels[i].Label, err = label(tx, s.Channels[i]); err != nil {
			return s, err
		}
	}
	quiet, err := quietOf(tx, who.ID)
	if err != nil {
		return s, err
	}
	s.Begins, s.Ends = quiet.begins, quiet.ends
	if s.Waiting, err = unopenedOf(tx, who.ID); err != nil || !s.Demo {
		return s, err
	}
	s.Shown, err = sender.showings(tx, who)
	return s, err
}

// label is the name of a device, or what its owner knows an address by:
// "a…@institucion.example".
func label(tx *store.Tx, c Channel) (string, error) {
	secret, err := vault.Get(tx, c.ID, "address", "name")
	if err != nil || c.Way == Push {
		return secret["name"], err
	}
	local, host, _ := strings.Cut(secret["address"], "@")
	return local[:min(1, len(local))] + "…@" + host, nil
}

// showings are the texts of what a demonstration did not send.
func (s *Sender) showings(tx *store.Tx, who access.Who) (all []Showing, err error) {
	messages, err := shownTo(tx, who.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range messages {
		p, err := s.written(tx, m, who.Lang)
		if err != nil {
			return nil, err
		}
		if p.text == "" {
			continue // a code that has been used
		}
		show := Showing{At: m.At, Way: m.Way, Text: p.subject + "\n\n" + p.text}
		if c, err := findChannel(tx, m.Channel); err == nil {
			if show.To, err = label(tx, c); err != nil {
				return nil, err
			}
		}
		all = append(all, show)
	}
	return all, nil
}

// Delivery asks whether what this node sends arrives: for those who run it.
type Delivery struct{}

// Verb names it.
func (Delivery) Verb() access.Verb { return "notices.delivery" }

// Delivered is what they are told.
type Delivered struct {
	Mail    bool      `json:"mail"`
	Push    bool      `json:"push"`
	Demo    bool      `json:"demo"`
	Ways    []Passage `json:"ways"`
	GivenUp []Message `json:"given_up"` // newest first; whom they were for, by id alone
	now     time.Time
}

// Failing reports whether something was tried and does not get through, or was given
// up within the last week.
func (d Delivered) Failing() bool {
	for _, p := range d.Ways {
		if p.Failing > 0 {
			return true
		}
	}
	return len(d.GivenUp) > 0 && d.now.Sub(d.GivenUp[0].DoneAt) < 7*24*time.Hour
}

// Passage is how it stands with one way.
type Passage struct {
	Way     string    `json:"way"`
	Waiting int64     `json:"waiting"`
	Failing int64     `json:"failing"` // of those, tried and not taken yet
	Oldest  time.Time `json:"oldest"`  // of those that wait
	Why     string    `json:"why"`     // why the oldest was not taken: a code
	Last    time.Time `json:"last"`    // when something was taken
	Refused int64     `json:"refused"` // addresses that the mail server refuses
}

// Ask gathers it.
func (Delivery) Ask(tx *store.Tx, _ access.Who) (d Delivered, err error) {
	s := of(tx)
	d = Delivered{Mail: s.sends(Mail), Push: s.sends(Push), Demo: s.o.Demo, now: tx.Now}
	for _, way := range []string{Mail, Push} {
		p, err := passage(tx, way)
		if err != nil {
			return d, err
		}
		d.Ways = append(d.Ways, p)
	}
	d.GivenUp, err = givenUp(tx)
	return d, err
}
