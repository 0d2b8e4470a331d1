package report

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Calendar is a feed of dates that calendar programs subscribe to (RFC 5545).
type Calendar struct {
	Name   string
	Made   time.Time // the stamp of events that have none of their own
	Events []Event
}

// Event is one entry of a calendar.
type Event struct {
	ID          string // one in all the world and for ever: by it a program knows the event again
	Stamp       time.Time
	Start, End  time.Time // End is when it is over, or zero
	Days        bool      // whole days: of Start and End only the dates count, and End is the day after the last
	Summary     string
	Description string
	Location    string
	URL         string
	Status      Status
	Sequence    int // how many times it has been changed
}

// Status is how sure an event is. Empty says nothing of it.
type Status string

// The statuses that an event may have.
const (
	Tentative Status = "TENTATIVE"
	Confirmed Status = "CONFIRMED"
	Cancelled Status = "CANCELLED"
)

// Write writes the calendar as text/calendar.
func (c Calendar) Write(w io.Writer) error {
	var f feed
	f.line("BEGIN", "VCALENDAR")
	f.line("VERSION", "2.0")
	f.line("PRODID", "-//istmo//report//ES")
	f.line("CALSCALE", "GREGORIAN")
	f.text("NAME", c.Name)
	f.text("X-WR-CALNAME", c.Name) // what most programs read in its place
	f.line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
	f.line("X-PUBLISHED-TTL", "PT1H")
	for _, e := range c.Events {
		if err := f.event(e, c.Made); err != nil {
			return fmt.Errorf("report: calendar: %w", err)
		}
	}
	f.line("END", "VCALENDAR")
	if _, err := io.WriteString(w, f.String()); err != nil {
		return fmt.Errorf("report: calendar: %w", err)
	}
	return nil
}

// feed is what has been written of a calendar.
type feed struct{ strings.Builder }

func (f *feed) event(e Event, made time.Time) error {
	if e.ID == "" || e.Start.IsZero() {
		return errors.New("an event needs an id and a start")
	}
	if e.Stamp.IsZero() {
		e.Stamp = made
	}
	f.line("BEGIN", "VEVENT")
	f.text("UID", e.ID)
	f.line("DTSTAMP", instant(e.Stamp))
	f.when("DTSTART", e.Start, e.Days)
	f.when("DTEND", e.End, e.Days)
	f.text("SUMMARY", e.Summary)
	f.text("DESCRIPTION", e.Description)
	f.text("LOCATION", e.Location)
	if e.URL != "" {
		address, err := url.Parse(e.URL)
		if err != nil {
			return errors.New("an event's address is none") // url's error repeats it
		}
		f.line("URL", address.String())
	}
	switch e.Status {
	case "":
	case Tentative, Confirmed, Cancelled:
		f.line("STATUS", string(e.Status))
	default:
		return errors.New("an event's status is none of the three")
	}
	f.line("SEQUENCE", strconv.Itoa(e.Sequence))
	f.line("END", "VEVENT")
	return nil
}

func instant(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

func (f *feed) when(name string, t time.Time, days bool) {
	switch {
	case t.IsZero():
	case days:
		f.line(name+";VALUE=DATE", t.Format("20060102"))
	default:
		f.line(name, instant(t))
	}
}

// escapes are for text: signs that have a meaning in a calendar.
var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// text writes a property whose value is what somebody wrote, if they did.
func (f *feed) text(name, value string) {
	value = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(value, "?"))
	if value != "" {
		f.line(name, escapes.Replace(value))
	}
}

// octets is how long a line may be, without its end.
const octets = 75

// line writes a property, folded: a line that begins with a blank goes on with
// the one before. It is never folded within a character.
func (f *feed) line(name, value string) {
	rest, room := strings.ToValidUTF8(name+":"+value, "?"), octets
	for len(rest) > room {
		n := room
		for !utf8.RuneStart(rest[n]) {
			n--
		}
		f.WriteString(rest[:n] + "\r\n ")
		rest, room = rest[n:], octets-1
	}
	f.WriteString(rest + "\r\n")
}
