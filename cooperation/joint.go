package cooperation

import (
	"encoding/json"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/exchange"
	"istmo/fault"
	"istmo/store"
)

// Joint is what the parties to an agreement hold together: a commitment, a
// version of their plan, a meeting, a joint file. Its home is the depositary's
// node, which puts everything that is said about it in one order; at the other
// parties stands a mirror. What somebody decides there is asked of home, and
// holds once home has shown it (docs/decisions/0006-home-and-mirror.md).
type Joint struct {
	ID        string   `json:"id"`
	Agreement string   `json:"agreement"`
	Home      string   `json:"-"`       // the depositary of the agreement
	Parties   []string `json:"-"`       // those of the agreement
	Version   int64    `json:"version"` // counts what happened to it; 0 until home has heard of it
}

// ObjectID is the id, the same at every party.
func (j Joint) ObjectID() string { return j.ID }

// Facts are what a policy may look at.
func (j Joint) Facts() access.Facts { return access.Facts{"home": j.Home, "parties": j.Parties} }

// AtHome reports whether this node decides the order of what happens to it.
func (j Joint) AtHome(tx *store.Tx) bool { return j.Home == here(tx) }

// Begin is a joint thing that somebody begins under an agreement in force. A
// party that is not the depositary gives it its id, and home takes it on.
func Begin(tx *store.Tx, prefix, id, agreement string) (Joint, error) {
	a, err := FindAgreement(tx, agreement)
	if fault.Is(err, fault.KindNotFound) {
		return Joint{}, fault.Invalid("agreement", "cooperation.choose-agreement")
	}
	if err != nil {
		return Joint{}, err
	}
	if !a.InForce(tx.Now) {
		return Joint{}, fault.Conflict("cooperation.not-in-force")
	}
	if id == "" {
		id = tx.NewID(prefix)
	}
	return Joint{ID: id, Agreement: a.ID, Home: a.Home, Parties: a.Parties}, nil
}

// FindAgreement is one agreement.
func FindAgreement(tx *store.Tx, id string) (Agreement, error) {
	return On{ID: id}.Find(tx, access.Who{})
}

// Working refuses what would change something under an agreement that is not in
// force: suspending it stops the work as well as the data.
func (j Joint) Working(tx *store.Tx) error {
	a, err := FindAgreement(tx, j.Agreement)
	if err == nil && !a.InForce(tx.Now) {
		err = fault.Conflict("cooperation.not-in-force")
	}
	return err
}

// Show sends what has happened to every other party. One that is no partner any
// more is left out, so that it does not stop the work of the others.
func (j Joint) Show(tx *store.Tx, c letter) error {
	for _, party := range j.Parties {
		if party == here(tx) {
			continue
		}
		err := tx.Nest(func() error { return j.Say(tx, party, c) })
		if f := fault.All(err); err != nil && (len(f) == 0 || f[0].Key != "exchange.no-such-partner") {
			return err
		}
	}
	return nil
}

// Say sends something that is no request to one party.
func (j Joint) Say(tx *store.Tx, to string, c letter) error {
	_, err := act.Tell(tx, act.Letter{To: to, Agreement: j.Agreement, Purpose: ForCooperation, About: j.ID, Command: c})
	return err
}

// Ask sends home what somebody here has decided, and keeps what they wrote until
// home has taken it: should home refuse, nothing that was typed is lost. Whoever
// asks is of this country: what a partner asks of a mirror would go on in this
// country's name.
func (j Joint) Ask(tx *store.Tx, who access.Who, c letter) error {
	if who.Kind == access.Partner {
		return fault.Denied()
	}
	envelope, err := act.Tell(tx, act.Letter{To: j.Home, Agreement: j.Agreement, Purpose: ForCooperation, About: j.ID, Command: c})
	if err != nil {
		return err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM joint_ask WHERE object = $1 AND verb = $2 AND why <> ''`, j.ID, string(c.Verb())); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO joint_ask (envelope, object, verb, body, at, why) VALUES ($1, $2, $3, $4, $5, '')`, envelope, j.ID, string(c.Verb()), string(body), tx.Now)
	return err
}

// Asked is what was asked of home and is not taken yet, or was refused.
type Asked struct {
	Object string      `json:"object"`
	Verb   access.Verb `json:"verb"`
	Body   string      `json:"body"` // the command as it was asked
	At     time.Time   `json:"at"`
	Why    string      `json:"why"` // why home refused: a translation key
}

// Read puts what was asked into a command.
func (a Asked) Read(into any) error { return json.Unmarshal([]byte(a.Body), into) }

// Asks lists what was asked about an object; about every object if it is empty.
func Asks(tx *store.Tx, object string) ([]Asked, error) {
	return store.All(tx, func(a *Asked) []any { return []any{&a.Object, &a.Verb, &a.Body, &a.At, &a.Why} },
		`SELECT object, verb, body, at, why FROM joint_ask WHERE object = $1 OR $1 = '' ORDER BY at, envelope`, object)
}

// Unask puts away what home refused about an object, once it is told no more.
func (j Joint) Unask(tx *store.Tx) error {
	_, err := tx.Exec(`DELETE FROM joint_ask WHERE object = $1 AND why <> ''`, j.ID)
	return err
}

// Answered hears home's receipt: what was taken is asked no more, and what was
// refused stays with the reason.
func Answered(tx *store.Tx, r exchange.Receipt) (err error) {
	switch r.Rung {
	case exchange.Delivered:
		_, err = tx.Exec(`DELETE FROM joint_ask WHERE envelope = $1`, r.Envelope)
	case exchange.Refused:
		_, err = tx.Exec(`UPDATE joint_ask SET why = $2 WHERE envelope = $1`, r.Envelope, r.Key)
	}
	return err
}

// By is the institution in whose name something is said. A user speaks for their
// own; a partner's node says which of its institutions spoke.
type By struct {
	Agency string `json:"by"`
}

// As settles it for who asks.
func (b By) As(tx *store.Tx, who access.Who) (By, error) {
	if who.Kind != access.Partner {
		return By{who.Agency}, nil
	}
	_, err := AgencyOf(tx, who.Node, b.Agency)
	if b.Agency == "" || fault.Is(err, fault.KindNotFound) {
		return By{}, nil // the directory may be behind; the country is certain
	}
	return b, err
}

// Seen is how a mirror stands to what home shows: whether it is news, and whether
// home may show it.
func (j Joint) Seen(tx *store.Tx, from string, version int64) (news bool, err error) {
	if from != j.Home || j.AtHome(tx) {
		return false, fault.Denied()
	}
	return version > j.Version, nil
}
