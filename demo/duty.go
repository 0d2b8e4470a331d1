package demo

import (
	"time"

	"istmo/cases"
	"istmo/response"
)

// watch puts people on duty at the UIA and brings its board to life: an alert in
// somebody's hands with a child in it, one that a colleague is on the way to, and
// one that waits for whoever opens the demo.
func (w *world) watch() error {
	if err := w.shifts(); err != nil {
		return err
	}
	child, err := do(w, "PA", "beto", cases.Register{Attributes: cases.Attributes{Sex: "female", AgeBand: "unknown", AgeInDoubt: true, Languages: []string{"ht"},
		Interpreter: true, Needs: []string{"lodging", "interpreter"}}, Identity: cases.Identity{GivenNames: "Lina (persona ficticia)"}, Place: "Lajas Blancas"})
	if err != nil {
		return err
	}
	taken, err := do(w, "PA", "beto", response.Raise{Person: child, Kind: "presumption", Post: "lajas-blancas", Note: "Nota inventada: espera junto al puesto de salud."})
	if err != nil {
		return err
	}
	on := response.On{ID: taken}
	if _, err := do(w, "PA", "gala", response.Acknowledge{On: on}); err != nil {
		return err
	}
	if _, err := do(w, "PA", "gala", response.RecordMeasure{On: on, Kind: "interpreter", Note: "Nota inventada: por teléfono, en criollo."}); err != nil {
		return err
	}
	if _, err := do(w, "PA", "gala", response.SetOut{On: on}); err != nil {
		return err
	}
	if _, err := do(w, "PA", "gala", response.AlertAcross{On: on, Node: "CO", Why: "companion", Place: "Capurganá", Needs: []string{"safety"}, Urgent: true}); err != nil {
		return err
	}
	_, err = do(w, "PA", "beto", response.Raise{Kind: "presumption", Place: "Bajo Chiquito", Count: 2, Needs: []string{"health"}, Note: "Nota inventada: en el muelle."})
	if err != nil {
		return err
	}
	return w.deliver()
}

// shifts are two days by turns, with a hole after them that the roster shows.
func (w *world) shifts() error {
	today := w.nodes["PA"].DB.Now().In(time.FixedZone("-05", -5*60*60))
	for _, s := range []response.PlanShift{
		{User: w.who("PA", "gala").ID, Rank: response.First, From: "06:00", To: "18:00", Days: 3},
		{User: w.who("PA", "teo").ID, Rank: response.First, From: "18:00", To: "06:00", Days: 3},
		{User: w.who("PA", "ana").ID, Rank: response.Second, From: "06:00", To: "06:00", Days: 3},
	} {
		s.Day = today.AddDate(0, 0, -1)
		if _, err := do(w, "PA", "luz", s); err != nil {
			s.Day = today // the shift of yesterday is over
			if _, err := do(w, "PA", "luz", s); err != nil {
				return err
			}
		}
	}
	_, err := do(w, "PA", "luz", response.NameHead{User: w.who("PA", "luz").ID})
	return err
}
