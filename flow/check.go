package flow

import "fmt"

func wrong(m *Machine, mv Move, what string) error {
	return fmt.Errorf("state machine %s: %s --%s--> %s %s", m.Name, mv.From, mv.Verb, mv.To, what)
}
