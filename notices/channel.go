package notices

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"istmo/access"
	"istmo/access/people"
	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// The ways to reach somebody.
const (
	Mail = "mail"
	Push = "push"
)

// The states of a channel.
const (
	Unconfirmed  = "unconfirmed" // its code has not come back
	InUse        = "open"
	RefusedThere = "refused" // the mail server refuses the address
)

const (
	codeHolds  = 30 * time.Minute
	codesADay  = 5
	testsADay  = 20
	devicesOne = 10 // at most, of one person
)

// Secret is what nobody but its owner may read. The record of a deed keeps a hash
// of it, by which the same request is known again.
type Secret string

// MarshalJSON leaves it out.
func (s Secret) MarshalJSON() ([]byte, error) {
	sum := sha256.Sum256([]byte(s))
	return json.Marshal("sha256:" + hex.EncodeToString(sum[:8]))
}

// String keeps it out of every log.
func (Secret) String() string { return "…" }

// Channel is an address or a device by which somebody is told.
type Channel struct {
	ID        string    `json:"id"`
	User      string    `json:"user"`
	Way       string    `json:"way"`
	State     string    `json:"state"`
	Label     string    `json:"label"` // a part of the address, or the name of the device
	Created   time.Time `json:"created"`
	Used      time.Time `json:"used"` // when something last went there
	Why       string    `json:"why"`  // why it is used no more: a code
	codeUntil time.Time
}

// ObjectID is the channel's id.
func (c Channel) ObjectID() string { return c.ID }

// PersonID makes what is kept about a deed on it go with its owner's account.
func (c Channel) PersonID() string { return c.User }

// Facts are what a policy may look at.
func (c Channel) Facts() access.Facts { return access.Facts{"user": c.User} }

// SetEmail has somebody told by e-mail at an address of their choice, once they
// bring back the code that is sent there. Until then the one before it holds.
type SetEmail struct {
	Address Secret `json:"address"`
}

// Verb names it.
func (SetEmail) Verb() access.Verb { return "notices.set-email" }

// Find loads the account of who asks.
func (SetEmail) Find(tx *store.Tx, who access.Who) (people.User, error) {
	return people.FindUser(tx, who.ID)
}

// Do makes the channel, and a message with its code.
func (c SetEmail) Do(tx *store.Tx, _ access.Who, u people.User) error {
	address := strings.TrimSpace(string(c.Address))
	if !isAddress(address) {
		return fault.Invalid("address", "notices.address")
	}
	if s := of(tx); !s.sends(Mail) {
		return fault.Conflict("notices.no-mail")
	}
	if n, err := countSince(tx, u.ID, "code", tx.Now.Add(-24*time.Hour)); err != nil {
		return err
	} else if n >= codesADay {
		return fault.Conflict("notices.codes-too-many")
	}
	if err := removeAll(tx, u.ID, func(old Channel) bool { return old.Way == Mail && old.State != InUse }); err != nil {
		return err
	}
	ch := Channel{ID: tx.NewID("chn"), User: u.ID, Way: Mail, State: Unconfirmed, Created: tx.Now, codeUntil: tx.Now.Add(codeHolds)}
	if err := ch.begin(tx, map[string]string{"address": address, "code": rand.Text()[:8]}); err != nil {
		return err
	}
	return ch.post(tx, "code", true)
}

// isAddress reports whether it is the plain address of one mailbox, in ASCII:
// nothing in it can become another line or another receiver.
func isAddress(s string) bool {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f }) || len(s) > 200 {
		return false
	}
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == ""
}

// begin keeps a new channel.
func (c Channel) begin(tx *store.Tx, secret map[string]string) error {
	if err := insertChannel(tx, c); err != nil {
		return err
	}
	return vault.Put(tx, c.ID, secret)
}

// post puts a message of its own into the outbox.
func (c Channel) post(tx *store.Tx, what string, urgent bool) error {
	m := Message{ID: tx.NewID("msg"), User: c.User, Channel: c.ID, Way: c.Way, What: what, Urgent: urgent, At: tx.Now}
	wake(tx)
	return insertMessage(tx, m)
}

// ConfirmEmail brings back the code that was sent to a new address.
type ConfirmEmail struct {
	Code Secret `json:"code"`
}

// Verb names it.
func (ConfirmEmail) Verb() access.Verb { return "notices.confirm-email" }

// Find loads the account of who asks.
func (ConfirmEmail) Find(tx *store.Tx, who access.Who) (people.User, error) {
	return people.FindUser(tx, who.ID)
}

// Do opens the channel, in place of the one before it. A code of 40 random bits
// that holds for half an hour needs no count of wrong guesses.
func (c ConfirmEmail) Do(tx *store.Tx, _ access.Who, u people.User) error {
	all, err := channelsOf(tx, u.ID)
	if err != nil {
		return err
	}
	for _, ch := range all {
		if ch.Way != Mail || ch.State != Unconfirmed || tx.Now.After(ch.codeUntil) {
			continue
		}
		secret, err := vault.Get(tx, ch.ID, "code")
		if err != nil {
			return err
		}
		if !sameCode(secret["code"], string(c.Code)) {
			continue
		}
		if err := removeAll(tx, u.ID, func(old Channel) bool { return old.Way == Mail && old.ID != ch.ID }); err != nil {
			return err
		}
		if err := vault.Put(tx, ch.ID, map[string]string{"code": ""}); err != nil {
			return err
		}
		return setChannel(tx, ch.ID, InUse, "")
	}
	return fault.Invalid("code", "notices.code-wrong")
}

// sameCode compares as people type: in any case, with spaces or hyphens.
func sameCode(want, typed string) bool {
	typed = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, strings.ToUpper(typed))
	return want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(typed)) == 1
}

// AddDevice has somebody told on the device that they sit at, by what its browser
// gave them: an address at its push service and two keys.
type AddDevice struct {
	Name     string `json:"name"` // what its owner calls it
	Endpoint Secret `json:"endpoint"`
	Key      Secret `json:"p256dh"`
	Auth     Secret `json:"auth"`
}

// Verb names it.
func (AddDevice) Verb() access.Verb { return "notices.add-device" }

// Find loads the account of who asks.
func (AddDevice) Find(tx *store.Tx, who access.Who) (people.User, error) {
	return people.FindUser(tx, who.ID)
}

// Do keeps it. A device that told somebody before, this person or another who sat
// at it, tells only this one from here on.
func (c AddDevice) Do(tx *store.Tx, _ access.Who, u people.User) error {
	s, name := of(tx), strings.TrimSpace(c.Name)
	if !s.sends(Push) {
		return fault.Conflict("notices.no-push")
	}
	var check fault.Check
	check.That(name != "", "name", "fault.required")
	check.That(utf8.RuneCountInString(name) <= 60, "name", "fault.too-long")
	if err := check.Err(); err != nil {
		return err
	}
	sub := subscription{string(c.Endpoint), string(c.Key), string(c.Auth)}
	if _, err := sub.target(s.o.Push.Hosts); err != nil {
		return fault.Invalid("", "notices.subscription")
	}
	before, err := vault.Match(tx, endpointIndex, sub.Endpoint)
	if err != nil {
		return err
	}
	for _, id := range before {
		if err := remove(tx, id); err != nil {
			return err
		}
	}
	if all, err := channelsOf(tx, u.ID); err != nil {
		return err
	} else if len(all) >= devicesOne {
		return fault.Conflict("notices.devices-too-many")
	}
	ch := Channel{ID: tx.NewID("chn"), User: u.ID, Way: Push, State: InUse, Created: tx.Now}
	if err := ch.begin(tx, map[string]string{"name": name, "endpoint": sub.Endpoint, "p256dh": sub.Key, "auth": sub.Auth}); err != nil {
		return err
	}
	return vault.Index(tx, ch.ID, endpointIndex, sub.Endpoint)
}

// endpointIndex finds a device again, whoever it belonged to.
const endpointIndex = "notices.endpoint"

// RemoveChannel has somebody told there no more. What was sealed of it is
// destroyed.
type RemoveChannel struct {
	Channel string `json:"channel"`
}

// Verb names it.
func (RemoveChannel) Verb() access.Verb { return "notices.remove-channel" }

// Find loads it.
func (c RemoveChannel) Find(tx *store.Tx, _ access.Who) (Channel, error) {
	return findChannel(tx, c.Channel)
}

// Do removes it.
func (c RemoveChannel) Do(tx *store.Tx, _ access.Who, ch Channel) error { return remove(tx, ch.ID) }

func remove(tx *store.Tx, id string) error {
	if err := deleteChannel(tx, id); err != nil {
		return err
	}
	return vault.Erase(tx, id)
}

func removeAll(tx *store.Tx, user string, which func(Channel) bool) error {
	all, err := channelsOf(tx, user)
	for _, ch := range all {
		if err == nil && which(ch) {
			err = remove(tx, ch.ID)
		}
	}
	return err
}

// SetQuiet chooses the hours in which somebody is told only what is urgent, by the
// clocks of the node's country; both empty for none.
type SetQuiet struct {
	Begins string `json:"begins"` // "22:00"
	Ends   string `json:"ends"`   // "06:00", on the next day if it is earlier
}

// Verb names it.
func (SetQuiet) Verb() access.Verb { return "notices.set-quiet" }

// Find loads the account of who asks.
func (SetQuiet) Find(tx *store.Tx, who access.Who) (people.User, error) {
	return people.FindUser(tx, who.ID)
}

// Do sets them.
func (c SetQuiet) Do(tx *store.Tx, _ access.Who, u people.User) error {
	if c.Begins == "" && c.Ends == "" {
		return setQuiet(tx, u.ID, hours{})
	}
	var check fault.Check
	check.That(hour.MatchString(c.Begins), "begins", "notices.hour")
	check.That(hour.MatchString(c.Ends), "ends", "notices.hour")
	if err := check.Err(); err != nil {
		return err
	}
	if c.Begins == c.Ends {
		return fault.Invalid("ends", "notices.never")
	}
	return setQuiet(tx, u.ID, hours{c.Begins, c.Ends})
}

// Test sends a message that says that it is one, by each channel of whoever asks.
type Test struct{}

// Verb names it.
func (Test) Verb() access.Verb { return "notices.test" }

// Find loads the account of who asks.
func (Test) Find(tx *store.Tx, who access.Who) (people.User, error) {
	return people.FindUser(tx, who.ID)
}

// Do puts them into the outbox.
func (Test) Do(tx *store.Tx, _ access.Who, u people.User) error {
	for _, limit := range []struct {
		span time.Duration
		most int64
	}{{time.Minute, 0}, {24 * time.Hour, testsADay}} {
		if n, err := countSince(tx, u.ID, "test", tx.Now.Add(-limit.span)); err != nil {
			return err
		} else if n > limit.most {
			return fault.Conflict("notices.tests-too-many")
		}
	}
	open, err := of(tx).reaching(tx, u.ID)
	if err != nil {
		return err
	}
	if len(open) == 0 {
		return fault.Conflict("notices.no-channel")
	}
	for _, ch := range open {
		if err := ch.post(tx, "test", true); err != nil {
			return err
		}
	}
	return nil
}
