// Package act is the one way to change anything, and the one way to open what
// is sensitive. A command is found, allowed, carried out, written into the
// ledger and followed by its consequences, in one transaction; what it says to
// other countries goes into the outbox in the same transaction. A refusal is
// written down too.
//
// Four doors lead here: the web form, the API, the terminal, and a partner
// node's envelope, where the partner itself is who asks. None of them can do
// what the others cannot.
package act

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"

	"istmo/access"
	"istmo/fault"
	"istmo/ledger"
	"istmo/store"
	"istmo/vault"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds what has been asked once.
var Schema = store.Dir("act", files)

// Command is one deed. Its fields are what somebody fills in; Find loads what
// it is about (or, for a deed that begins something, makes it with its new id),
// and Do changes the rows.
type Command[O access.Object] interface {
	Verb() access.Verb
	Find(tx *store.Tx, who access.Who) (O, error)
	Do(tx *store.Tx, who access.Who, o O) error
}

// Question opens one thing that is sensitive; the opening is itself a deed.
type Question[O access.Object, R any] interface {
	Verb() access.Verb
	Find(tx *store.Tx, who access.Who) (O, error)
	Answer(tx *store.Tx, who access.Who, o O) (R, error)
}

// List asks for what who may see, under pseudonyms.
type List[R any] interface {
	Verb() access.Verb
	Ask(tx *store.Tx, who access.Who) (R, error)
}

// Deed is what has been done: the line of the ledger, as its consequences see it.
type Deed struct {
	Seq    int64
	Who    access.Who
	Verb   access.Verb
	Object string
	Person string // whom it is about, or empty
	Cause  int64  // the deed that led to this one, or 0
}

// Reaction is a consequence across features. It runs in the deed's own
// transaction; a fault in it refuses the deed.
type Reaction func(tx *store.Tx, d Deed) error

// Warrant says whether a letter may leave or enter: an agreement in force
// covers it, and the person it is about has agreed. A fault refuses.
type Warrant func(tx *store.Tx, l Letter) error

// Engine carries out deeds on one node.
type Engine struct {
	DB        *store.DB
	Self      access.Who // the node, as the author of consequences
	Verbs     *Catalogue
	reactions map[access.Verb][]Reaction
	leaving   []Warrant
	arriving  []Warrant
}

type engineKey struct{}

// New makes the engine of a node and lets every transaction of db find it.
func New(db *store.DB, node string, verbs *Catalogue) *Engine {
	e := &Engine{DB: db, Verbs: verbs, reactions: map[access.Verb][]Reaction{},
		Self: access.Who{Kind: access.Node, ID: node, Node: node}}
	db.Bind(engineKey{}, e)
	return e
}

func engine(tx *store.Tx) *Engine { return tx.Bound(engineKey{}).(*Engine) }

// On makes r a consequence of verb. Consequences run in the order of wiring.
func (e *Engine) On(verb access.Verb, r Reaction) {
	e.reactions[verb] = append(e.reactions[verb], r)
}

// Ahead is a command with work that takes seconds. It is done before the writing
// transaction begins, for whoever may do the deed; what it gives back is the command
// that is then carried out. Do has to see for itself that what was read meanwhile
// still holds, and returns the fault that the work ended in, so that it is written
// down as every refusal is.
type Ahead[O access.Object] interface {
	Command[O]
	Ahead(ctx context.Context, e *Engine, who access.Who) Command[O]
}

func ahead[O access.Object](ctx context.Context, e *Engine, who access.Who, cmd Command[O]) Command[O] {
	a, is := cmd.(Ahead[O])
	if !is {
		return cmd
	}
	allowed := false
	err := e.DB.Read(ctx, func(tx *store.Tx) error {
		o, err := cmd.Find(tx, who)
		allowed = err == nil && access.Decide(who, cmd.Verb(), o.ObjectID(), o.Facts()).Allowed
		return err
	})
	if err != nil || !allowed {
		return cmd // the journey refuses it, and says so in the ledger
	}
	return a.Ahead(ctx, e, who)
}

// Do carries out cmd for who, and returns once it is on disk.
func Do[O access.Object](ctx context.Context, e *Engine, who access.Who, cmd Command[O]) (Deed, error) {
	cmd = ahead(ctx, e, who, cmd)
	return e.once(ctx, who, cmd.Verb(), cmd, "", func(tx *store.Tx) (Deed, error) {
		return carry(tx, e, who, cmd, 0)
	})
}

// Then carries out a consequence of d, as the node.
func Then[O access.Object](tx *store.Tx, d Deed, cmd Command[O]) error {
	e := engine(tx)
	_, err := carry(tx, e, e.Self, cmd, d.Seq)
	return err
}

// Also carries out a further deed of the same asker in the transaction of the one
// that is being done: under policy, and in the ledger on a line of its own. A
// fault in it must refuse both.
func Also[O access.Object](tx *store.Tx, who access.Who, cmd Command[O]) (Deed, error) {
	return carry(tx, engine(tx), who, cmd, 0)
}

// once runs a deed in the writing transaction. Under a key it runs at most one
// time: the same key with the same request answers as it did, with another
// request it is a conflict.
func (e *Engine) once(ctx context.Context, who access.Who, verb access.Verb, cmd any, key string, run func(*store.Tx) (Deed, error)) (d Deed, err error) {
	var refused error
	err = e.DB.Write(ctx, func(tx *store.Tx) (err error) {
		refused = nil
		sum := ""
		if key != "" {
			sum = fingerprint(cmd)
			var earlier string
			err = tx.Get([]any{&earlier, &d.Object, &d.Seq}, `SELECT sum, object, seq FROM act_once WHERE actor = $1 AND key = $2`, who.Actor(), key)
			if err == nil && earlier == sum {
				d.Who, d.Verb = who, verb
				return nil
			} else if err == nil {
				return fault.Conflict("act.key-used")
			} else if !fault.Is(err, fault.KindNotFound) {
				return err
			}
		}
		d, err = run(tx)
		if err != nil && len(fault.All(err)) > 0 {
			refused = err // kept in the ledger, so the transaction stands
			return nil
		}
		if err == nil && key != "" {
			_, err = tx.Exec(`INSERT INTO act_once (actor, key, verb, sum, object, seq, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
				who.Actor(), key, string(verb), sum, d.Object, d.Seq, tx.Now)
		}
		return err
	})
	if err == nil {
		err = refused
	}
	return d, err
}

func fingerprint(cmd any) string {
	text, _ := json.Marshal(cmd)
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:])
}

// carry is the journey of a command.
func carry[O access.Object](tx *store.Tx, e *Engine, who access.Who, cmd Command[O], cause int64) (Deed, error) {
	return journey(tx, e, Deed{Who: who, Verb: cmd.Verb(), Cause: cause}, cmd.Find, "done", cmd,
		func(o O) error { return cmd.Do(tx, who, o) })
}

// journey is the way of one deed: found, allowed, carried out, recorded with
// what was asked, and followed by its consequences. A fault undoes what it did
// and leaves the refusal in the ledger; the caller's transaction must then stand.
func journey[O access.Object](tx *store.Tx, e *Engine, d Deed, load func(*store.Tx, access.Who) (O, error), outcome string, asked any, run func(O) error) (Deed, error) {
	policy := ""
	err := tx.Nest(func() error {
		o, err := find(tx, load, &d, &policy)
		if err != nil {
			return err
		}
		if err := run(o); err != nil {
			return err
		}
		if d.Seq, err = record(tx, d, outcome, policy, asked); err != nil {
			return err
		}
		for _, react := range e.reactions[d.Verb] {
			if err := react(tx, d); err != nil {
				return err
			}
		}
		return nil
	})
	return d, refuse(tx, d, policy, err)
}

// find loads the object and asks the policy. Absent and denied end alike.
func find[O access.Object](tx *store.Tx, load func(*store.Tx, access.Who) (O, error), d *Deed, policy *string) (O, error) {
	o, err := load(tx, d.Who)
	if err != nil {
		return o, err
	}
	if d.Object = o.ObjectID(); d.Object != "" && !ledger.Code(d.Object) { // a partner may name things as it likes
		d.Object = ""
		return o, fault.Invalid("id", "fault.wrong-type")
	}
	if p, ok := any(o).(access.Personal); ok {
		d.Person = p.PersonID()
	}
	decision := access.Decide(d.Who, d.Verb, d.Object, o.Facts())
	*policy = decision.Policy
	if !decision.Allowed {
		return o, fault.Denied()
	}
	return o, nil
}

// refuse writes a refusal into the ledger and returns it.
func refuse(tx *store.Tx, d Deed, policy string, err error) error {
	if faults := fault.All(err); len(faults) > 0 {
		if _, e := record(tx, d, "refused:"+faults[0].Kind.String(), policy, nil); e != nil {
			return e
		}
	}
	return err
}

// record appends the deed. What was asked is sealed under the key of the person
// it is about, so that it goes when they are erased; the ledger commits to it.
func record(tx *store.Tx, d Deed, outcome, policy string, cmd any) (int64, error) {
	detail, err := sealed(tx, d, cmd)
	if err != nil {
		return 0, err
	}
	return ledger.Append(tx, ledger.Deed{Actor: d.Who.Actor(), Verb: string(d.Verb), Object: d.Object,
		Outcome: outcome, Policy: policy, Cause: d.Cause, Detail: detail})
}

func sealed(tx *store.Tx, d Deed, cmd any) ([]byte, error) {
	if cmd == nil {
		return nil, nil
	}
	subject := "node"
	if d.Person != "" {
		subject = d.Person
		if gone, err := vault.Erased(tx, subject); gone || err != nil {
			return nil, err
		}
	}
	text, err := json.Marshal(cmd)
	if err != nil {
		return nil, err
	}
	return vault.Seal(tx, subject, "ledger", text)
}

// Look opens something for who and returns what it says; the look is in the
// ledger before anything is shown.
func Look[O access.Object, R any](ctx context.Context, e *Engine, who access.Who, q Question[O, R]) (answer R, err error) {
	_, err = e.once(ctx, who, q.Verb(), q, "", func(tx *store.Tx) (Deed, error) {
		return journey(tx, e, Deed{Who: who, Verb: q.Verb()}, q.Find, "looked", nil, func(o O) (err error) {
			answer, err = q.Answer(tx, who, o)
			return err
		})
	})
	if err != nil {
		answer = *new(R)
	}
	return answer, err
}

// Ask answers a list from one snapshot. Only a refusal is written down: lists
// hold pseudonyms and codes, and each holds no more than who may see.
func Ask[R any](ctx context.Context, e *Engine, who access.Who, l List[R]) (answer R, err error) {
	decision := access.Decide(who, l.Verb(), "", nil)
	if !decision.Allowed {
		_, err = e.once(ctx, who, l.Verb(), nil, "", func(tx *store.Tx) (Deed, error) {
			d := Deed{Who: who, Verb: l.Verb()}
			return d, refuse(tx, d, decision.Policy, fault.Denied())
		})
		return answer, err
	}
	err = e.DB.Read(ctx, func(tx *store.Tx) (err error) {
		answer, err = l.Ask(tx, who)
		return err
	})
	return answer, err
}

// Here is the id of the node that this transaction runs on.
func Here(tx *store.Tx) string { return engine(tx).Self.ID }
