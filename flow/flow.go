// Package flow holds state machines as tables. The same rows guard the code,
// constrain the database, draw the diagram, list the buttons and check what a
// partner sends.
package flow

import (
	"embed"
	"slices"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema holds the legal moves, to which every stateful row refers.
var Schema = store.Dir("flow", files)

// State is where something stands: a participle, "sent".
type State string

// Move is one row: from a state, a verb leads to a state.
type Move struct {
	From State
	Verb access.Verb
	To   State
}

// Place is a state and what it means for people.
type Place struct {
	State State
	Owner string // which side is responsible while it stands here
	Clock string // the deadline that runs here, a key of data/deadlines.csv; empty for none
	Alert bool   // somebody may be in danger
	End   bool   // nothing follows
}

// Machine is a table of places and moves.
type Machine struct {
	Name   string
	Start  State
	Places []Place
	Moves  []Move
}

// Place finds a state's row; an unknown state is the zero Place.
func (m *Machine) Place(s State) Place {
	for _, p := range m.Places {
		if p.State == s {
			return p
		}
	}
	return Place{}
}

// Next is where verb leads from a state, or a Conflict fault: things have moved
// on, or this was never possible.
func (m *Machine) Next(from State, verb access.Verb) (State, error) {
	for _, mv := range m.Moves {
		if mv.From == from && mv.Verb == verb {
			return mv.To, nil
		}
	}
	return "", fault.Conflict("flow.not-now").With("State", string(from)).With("Verb", string(verb))
}

// Before is a state from which verb leads to a state, if the table holds one.
func (m *Machine) Before(verb access.Verb, to State) (State, bool) {
	for _, mv := range m.Moves {
		if mv.Verb == verb && mv.To == to {
			return mv.From, true
		}
	}
	return "", false
}

// Toward is the state from which something comes to stand where its home says:
// from, if the table leads from there or it stands there already, else one from
// which the table leads there, where what lay between was never heard.
func (m *Machine) Toward(from, to State) State {
	way := from
	for _, mv := range m.Moves {
		if mv.To == to && mv.From == from {
			return from
		}
		if mv.To == to && way == from {
			way = mv.From
		}
	}
	if to == m.Start && way == from {
		return ""
	}
	return way
}

// Verbs lists what can be done from a state, in the table's order.
func (m *Machine) Verbs(from State) []access.Verb {
	var verbs []access.Verb
	for _, mv := range m.Moves {
		if mv.From == from && !slices.Contains(verbs, mv.Verb) {
			verbs = append(verbs, mv.Verb)
		}
	}
	return verbs
}

// Seed writes the legal moves as rows, so that the database itself refuses a
// move that the table does not hold. A state may stay as it is: other columns
// of its row change.
func (m *Machine) Seed(tx *store.Tx) error {
	put := func(from, to State) error {
		_, err := tx.Exec(`INSERT INTO flow_move (machine, was, state) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, m.Name, string(from), string(to))
		return err
	}
	if err := put("", m.Start); err != nil {
		return err
	}
	for _, mv := range m.Moves {
		if err := put(mv.From, mv.To); err != nil {
			return err
		}
	}
	return nil
}

// Check proves the table: every move joins known states, none leads two ways,
// every state but the start can be reached, and only ends have no way out.
func (m *Machine) Check() error {
	type key struct {
		from State
		verb access.Verb
	}
	seen, reached := map[key]bool{}, map[State]bool{m.Start: true}
	for _, mv := range m.Moves {
		k := key{mv.From, mv.Verb}
		switch {
		case m.Place(mv.From).State == "" || m.Place(mv.To).State == "":
			return wrong(m, mv, "joins a state that has no row")
		case seen[k]:
			return wrong(m, mv, "is there twice")
		}
		seen[k], reached[mv.To] = true, true
	}
	for _, p := range m.Places {
		switch {
		case !reached[p.State]:
			return wrong(m, Move{To: p.State}, "cannot be reached")
		case p.End != (len(m.Verbs(p.State)) == 0):
			return wrong(m, Move{From: p.State}, "is an end with a way out, or no end without one")
		}
	}
	return nil
}
