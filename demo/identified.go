package demo

import (
	"istmo/cases"
	"istmo/identification"
)

// karla, mayra and wilmer are known to a team, and not yet decided about.
var (
	karla = cases.Register{
		Attributes: cases.Attributes{Sex: "female", AgeBand: "21-29", Citizenships: []string{"NI"}, Languages: []string{"es"}, Needs: []string{"lodging", "psychological"}},
		Identity:   cases.Identity{GivenNames: "Karla (persona ficticia)", FamilyNames: "Ensayo"}, Place: "Paso Canoas"}
	mayra = cases.Register{
		Attributes: cases.Attributes{Sex: "female", AgeBand: "30-38", Citizenships: []string{"EC"}, Languages: []string{"es"}, Needs: []string{"lodging", "health"}},
		Identity:   cases.Identity{GivenNames: "Mayra (persona ficticia)", FamilyNames: "Modelo"}, Place: "Metetí"}
	wilmer = cases.Register{
		Attributes: cases.Attributes{Sex: "male", AgeBand: "39-47", Citizenships: []string{"VE"}, Languages: []string{"es"}, Needs: []string{"lodging", "legal", "work"}},
		Identity:   cases.Identity{GivenNames: "Wilmer (persona ficticia)", FamilyNames: "Figura"}, Place: "Turbo"}
)

// identified puts one procedure of each kind into the middle of its way: Costa Rica's
// waits for a third vote, Panama's for its ruling, Colombia's for medium-term assistance.
func (w *world) identified() error {
	for _, part := range []func() error{w.resolves, w.rules, w.assists} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// known registers somebody of whom the authority learnt some days ago.
func (w *world) known(node, by string, who cases.Register, days int) (on identification.On, err error) {
	person, err := do(w, node, by, who)
	if err != nil {
		return on, err
	}
	if _, err = do(w, node, by, cases.AssessRisk{On: cases.On{Person: person}, Level: "medium"}); err != nil {
		return on, err
	}
	on.ID, err = do(w, node, by, identification.Begin{Person: person, KnownAt: w.nodes[node].DB.Now().AddDate(0, 0, -days)})
	return on, err
}

func (w *world) resolves() error {
	for _, code := range []string{"ERI", "PANI", "INAMU", "MIGRACION", "CONATT"} {
		id, err := w.nodes["CR"].AgencyID(w.ctx, code)
		if err != nil {
			return err
		}
		if _, err := do(w, "CR", "mar", identification.Seat{Member: id}); err != nil {
			return err
		}
	}
	on, err := w.known("CR", "sol", karla, 4)
	if err != nil {
		return err
	}
	shelter, err := w.nodes["CR"].AgencyID(w.ctx, "INAMU")
	if err != nil {
		return err
	}
	if _, err := do(w, "CR", "sol", identification.RecordMeasure{On: on, Need: "lodging", Provider: shelter}); err != nil {
		return err
	}
	if _, err := do(w, "CR", "sol", identification.StartReflection{On: on}); err != nil {
		return err
	}
	for by, why := range map[string]string{"sol": "Inventado: le retuvieron el documento y le cobraban el viaje con trabajo.", "leo": "Inventado: los indicadores de control son coherentes con su relato."} {
		if _, err := do(w, "CR", by, identification.CastVote{On: on, Choice: identification.Accredits, Reasons: why}); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) rules() error {
	on, err := w.known("PA", "ana", mayra, 34)
	if err != nil {
		return err
	}
	if _, err := do(w, "PA", "ana", identification.RecordMeasure{On: on, Need: "health"}); err != nil {
		return err
	}
	_, err = do(w, "PA", "ana", identification.FindPreliminary{Reasoned: identification.Reasoned{On: on, Reasons: "Inventado: la entrevista y el formulario muestran indicadores fuertes de control."}})
	return err
}

func (w *world) assists() error {
	on, err := w.known("CO", "juan", wilmer, 1)
	if err != nil {
		return err
	}
	if _, err := do(w, "CO", "juan", identification.RecordMeasure{On: on, Need: "lodging"}); err != nil {
		return err
	}
	_, err = do(w, "CO", "lina", identification.OpenImmediate{Reasoned: identification.Reasoned{On: on, Reasons: "Inventado: necesita un lugar seguro y atención en salud desde hoy."}})
	return err
}
