package demo

import (
	"time"

	"istmo/jointfiles"
	"istmo/meetings"
	"istmo/roadmap"
)

// promise is an invented commitment and how far it has come: "proposed",
// "countered", "agreed", "cleared", "planned", "moving", "reported", "done". Its
// day is so many days from now.
type promise struct {
	roadmap.Text
	owners [2]string // the institutions' codes, of the first party and of the second
	days   int
	until  string
}

// text is what every commitment of the demo has in common.
func text(line, es, en, actionsES, actionsEN, indicatorES, indicatorEN string, target int64, place string, marks, sdg, gcm []string) roadmap.Text {
	return roadmap.Text{Line: line, ObjectiveES: es, ObjectiveEN: en, ActionsES: actionsES, ActionsEN: actionsEN, IndicatorES: indicatorES, IndicatorEN: indicatorEN,
		Target: target, Place: place, Marks: marks, SDG: sdg, GCM: gcm, Budget: "Fondo inventado para la demostración"}
}

var (
	childhood = []string{"childhood"}
	gender    = []string{"gender"}
	rights    = []string{"human-rights"}
	everybody = []string{"childhood", "gender", "human-rights"}
)

// betweenCOAndPA are invented promises on the lines of work of the memorandum.
var betweenCOAndPA = []promise{
	{text("prevention", "Que cada persona que entra por el Darién sepa qué es la trata y a quién pedir ayuda", "That each person who enters by the Darien knows what trafficking is and whom to ask for help",
		"Señales y audios en cinco idiomas en los puestos\nCharlas en las lanchas de Necoclí y Turbo", "Signs and recordings in five languages at the posts\nTalks on the boats of Necocli and Turbo",
		"Puestos con señales en cinco idiomas", "Posts with signs in five languages", 8, "Darién y Urabá", rights, []string{"16.2"}, []string{"3", "10"}), [2]string{"SNM", "MIGRACION"}, 120, "moving"},
	{text("prevention", "Que las escuelas de Urabá y del Darién hablen de la captación con engaño", "That schools of Uraba and the Darien talk about recruitment by deceit",
		"Material para docentes hecho por los dos países\nUna jornada por municipio", "Material for teachers made by both countries\nOne day in each municipality",
		"Escuelas con jornada hecha", "Schools where the day was held", 20, "Urabá", childhood, []string{"4", "16.2"}, []string{"10"}), [2]string{"NINEZ", "ICBF"}, 240, "planned"},
	{text("assistance", "Que toda persona referida tenga dónde dormir la primera noche", "That each person referred has somewhere to sleep the first night",
		"Acuerdo con albergues en Metetí y Turbo\nTransporte acompañado entre el puesto y el albergue", "Agreement with shelters in Meteti and Turbo\nAccompanied transport from the post to the shelter",
		"Camas disponibles cada noche", "Beds available each night", 24, "Metetí y Turbo", gender, []string{"5.2", "10"}, []string{"7", "15"}), [2]string{"ALBERGUE", "CASA"}, -20, "moving"},
	{text("assistance", "Que nadie cuente dos veces lo que vivió para ser atendida", "That nobody has to tell twice what she lived through to be helped",
		"Un solo formato de entrevista entre la UIA y el COAT\nEl formato pasa con la referencia, con consentimiento", "One interview form between UIA and COAT\nThe form travels with the referral, with consent",
		"Referencias con el formato común", "Referrals with the common form", 40, "", gender, []string{"5.2"}, []string{"10"}), [2]string{"UIA", "COAT"}, 60, "reported"},
	{text("protection", "Que ningún niño ni niña cruce sin que la autoridad de niñez del otro país lo sepa", "That no child crosses without the child authority of the other country knowing",
		"Aviso entre autoridades de niñez antes de todo traslado\nTurno de noche en las dos", "Notice between child authorities before each transfer\nNight duty at both",
		"Traslados con aviso previo, de cada cien", "Transfers with prior notice, in each hundred", 100, "Darién", everybody, []string{"16.2"}, []string{"7", "10"}), [2]string{"NINEZ", "ICBF"}, 30, "done"},
	{text("protection", "Que haya intérprete de creole y de mandarín en la primera entrevista", "That there is an interpreter of Creole and Mandarin at the first interview",
		"Lista común de intérpretes por teléfono\nPago compartido", "A common list of interpreters by telephone\nShared payment",
		"Intérpretes en la lista", "Interpreters on the list", 12, "Lajas Blancas y Capurganá", rights, []string{"10"}, []string{"7"}), [2]string{"UIA", "DEFENSORIA"}, 150, "cleared"},
	{text("investigation", "Que las dos fiscalías se avisen el mismo día cuando un grupo opera a ambos lados", "That both prosecutors tell each other the same day when a group works on both sides",
		"Punto de contacto de 24 horas en cada fiscalía\nReunión técnica cada tres meses", "A 24-hour point of contact in each office\nA technical meeting every three months",
		"Reuniones técnicas hechas", "Technical meetings held", 4, "", rights, []string{"16"}, []string{"9", "10", "11"}), [2]string{"FISCALIA", "FISCALIA"}, -45, "planned"},
	{text("investigation", "Que los documentos falsos que se ven en un puesto se conozcan en el otro", "That false documents seen at one post are known at the other",
		"Boletín mensual de documentos y rutas, sin datos de personas", "A monthly bulletin of documents and routes, without personal data",
		"Boletines enviados", "Bulletins sent", 12, "Darién y Urabá", nil, []string{"16"}, []string{"9", "11"}), [2]string{"POLICIA", "MIGRACION"}, 200, "countered"},
	{text("legal-action", "Que una víctima pueda declarar desde su país por videoconferencia", "That a victim can testify from her own country by video link",
		"Sala equipada en cada capital\nModelo común de solicitud", "An equipped room in each capital\nA common form of request",
		"Declaraciones por video", "Testimonies by video", 10, "", gender, []string{"16"}, []string{"10"}), [2]string{"FISCALIA", "FISCALIA"}, 300, "agreed"},
	{text("legal-action", "Que las solicitudes de asistencia judicial tengan respuesta en treinta días", "That requests for legal assistance are answered within thirty days",
		"Revisión previa por las dos cancillerías\nTablero de solicitudes pendientes", "Prior review by both ministries\nA board of pending requests",
		"Solicitudes respondidas en plazo, de cada cien", "Requests answered in time, in each hundred", 90, "", nil, []string{"16", "17"}, []string{"23"}), [2]string{"CANCILLERIA", "CANCILLERIA"}, 260, "proposed"},
}

// betweenPAAndCR are invented promises between ERI and UIA.
var betweenPAAndCR = []promise{
	{text("identification", "Que el ERI y la UIA usen las mismas señales en Paso Canoas", "That ERI and UIA use the same indicators at Paso Canoas",
		"Lista común de señales\nUna persona de turno en cada lado", "A common list of indicators\nOne person on duty on each side",
		"Turnos cubiertos por semana", "Shifts covered each week", 14, "Paso Canoas", gender, []string{"5"}, []string{"7", "10", "11"}), [2]string{"UIA", "ERI"}, 90, "moving"},
	{text("assistance", "Que la respuesta inmediata llegue en dos horas a los dos lados de la frontera", "That immediate response arrives within two hours on both sides of the border",
		"Vehículo y teléfono de turno\nSimulacro cada seis meses", "A vehicle and a duty telephone\nA drill every six months",
		"Simulacros hechos", "Drills held", 4, "Paso Canoas", everybody, []string{"5", "10", "16"}, []string{"7", "15"}), [2]string{"UIA", "ERI"}, 180, "planned"},
	{text("coordination", "Que los dos equipos se capaciten juntos una vez al año", "That both teams are trained together once a year",
		"Plan de formación común", "A common training plan",
		"Capacitaciones hechas", "Trainings held", 3, "San José", nil, []string{"17"}, []string{"23"}), [2]string{"UIA", "ERI"}, 330, "proposed"},
}

// side is a country's focal point and ministry.
type side struct{ country, focal, ministry string }

// plan takes the promises of an agreement, whose depositary is Panama, as far as
// each has come. Everybody does their part, and the nodes talk in between.
func (w *world) plan(agreement string, sides [2]side, promises []promise) error {
	ids := make([]string, len(promises))
	for i, p := range promises {
		var err error
		if ids[i], err = w.propose(agreement, sides, p); err != nil {
			return err
		}
	}
	if err := w.deliver(); err != nil {
		return err
	}
	other := sides[1]
	reached := func(p promise, steps ...string) bool {
		for _, s := range steps {
			if p.until == s {
				return true
			}
		}
		return false
	}
	for i, p := range promises {
		on := roadmap.On{ID: ids[i]}
		switch {
		case p.until == "countered":
			words := p.Text
			words.Owners, words.Due = w.owners(sides, p), w.day(p.days)
			words.ObjectiveES += ", en menos de una semana"
			words.ObjectiveEN += ", in less than a week"
			if _, err := do(w, other.country, other.focal, roadmap.Counter{On: on, BasedOn: 1, Text: words}); err != nil {
				return err
			}
		case p.until != "proposed":
			accept := roadmap.Accept{}
			accept.ID, accept.Revision = ids[i], 1
			if _, err := do(w, other.country, other.focal, accept); err != nil {
				return err
			}
		}
	}
	if err := w.deliver(); err != nil {
		return err
	}
	for i, p := range promises {
		if reached(p, "proposed", "countered", "agreed") {
			continue
		}
		for _, s := range sides {
			clear := roadmap.Clear{}
			clear.ID, clear.Revision = ids[i], 1
			if _, err := do(w, s.country, s.ministry, clear); err != nil {
				return err
			}
		}
	}
	if err := w.deliver(); err != nil {
		return err
	}
	return w.carryOut(agreement, sides, promises, ids)
}

// owners are who answers, by the codes of their institutions.
func (w *world) owners(sides [2]side, p promise) []string {
	var list []string
	for i, s := range sides {
		if id, err := w.nodes[s.country].AgencyID(w.ctx, p.owners[i]); err == nil {
			list = append(list, s.country+"/"+id)
		}
	}
	return list
}

func (w *world) day(days int) time.Time {
	return w.nodes["PA"].DB.Now().AddDate(0, 0, days)
}

func (w *world) propose(agreement string, sides [2]side, p promise) (string, error) {
	t := p.Text
	t.Owners, t.Due = w.owners(sides, p), w.day(p.days)
	return do(w, sides[0].country, sides[0].focal, roadmap.Propose{Agreement: agreement, Text: t})
}

// carryOut signs what is cleared, and reports and confirms.
func (w *world) carryOut(agreement string, sides [2]side, promises []promise, ids []string) error {
	id, err := do(w, sides[0].country, sides[0].focal, roadmap.Consolidate{Agreement: agreement})
	if err != nil {
		return err
	}
	if err := w.deliver(); err != nil {
		return err
	}
	for _, s := range sides {
		if _, err := do(w, s.country, s.ministry, roadmap.SignPlan{OnPlan: roadmap.OnPlan{ID: id}}); err != nil {
			return err
		}
	}
	if err := w.deliver(); err != nil {
		return err
	}
	for i, p := range promises {
		if err := w.report(sides, p, ids[i]); err != nil {
			return err
		}
	}
	if err := w.deliver(); err != nil {
		return err
	}
	for i, p := range promises {
		if p.until != "moving" && p.until != "done" {
			continue
		}
		if err := w.confirm(sides[1], ids[i]); err != nil {
			return err
		}
	}
	return w.deliver()
}

// report says how far a promise has come.
func (w *world) report(sides [2]side, p promise, id string) (err error) {
	first := sides[0]
	switch p.until {
	case "moving":
		tell := roadmap.Tell{}
		tell.ID, tell.Value, tell.Words = id, p.Target/3, "Avance inventado para la demostración."
		_, err = do(w, first.country, first.focal, tell)
	case "reported", "done":
		done := roadmap.Complete{}
		done.ID, done.Value, done.Words, done.Evidence, done.EvidenceAt = id, p.Target, "Cumplido, en esta demostración.", "Informe inventado", "Archivo de la Comisión (demostración)"
		_, err = do(w, first.country, first.focal, done)
	}
	return err
}

// confirm has the other side confirm the last report.
func (w *world) confirm(s side, id string) error {
	v, err := ask(w, s.country, s.focal, roadmap.Look{On: roadmap.On{ID: id}})
	if err != nil {
		return err
	}
	c := roadmap.Confirm{}
	c.ID, c.Report = id, v.Reports[len(v.Reports)-1].ID
	_, err = do(w, s.country, s.focal, c)
	return err
}

// met records the two meetings as they were published, and announces an invented
// one that follows the first.
func (w *world) met(between, technical string) error {
	first, second := workshop, firstExchange
	first.Agreement, second.Agreement = between, technical
	before, err := do(w, "PA", "olga", first)
	if err != nil {
		return err
	}
	if _, err := do(w, "PA", "olga", second); err != nil {
		return err
	}
	next := meetings.Announce{Agreement: between, Frame: meetings.Frame{Kind: "bilateral", TitleES: "Reunión de seguimiento del plan (inventada)", TitleEN: "Follow-up meeting on the plan (invented)",
		PurposeES: "Revisar los compromisos y firmar la próxima versión.", PurposeEN: "To go through the commitments and sign the next version.",
		Place: "Capurganá", Country: "CO", Day: w.day(21), Hour: "09:00", Until: "16:00", Hosts: "Los dos comités nacionales (demostración)", Topics: []string{"coordination", "protection"}, Follows: before}}
	if _, err := do(w, "PA", "olga", next); err != nil {
		return err
	}
	return w.deliver()
}

// investigate opens an invented joint file of both prosecutors' offices.
func (w *world) investigate(between string) error {
	office, err := w.nodes["CO"].AgencyID(w.ctx, "FISCALIA")
	if err != nil {
		return err
	}
	id, err := do(w, "PA", "marcos", jointfiles.Propose{Agreement: between, Members: []string{"CO/" + office}, Purpose: "investigation", Subject: "group", Ref: "GR-2026-014",
		Limits: []string{"ask-first"}, Words: "Solo para esta investigación inventada.", From: w.day(0), To: w.day(180)})
	if err != nil {
		return err
	}
	on := jointfiles.On{ID: id}
	for _, step := range []func() (string, error){
		func() (string, error) { return do(w, "CO", "elsa", jointfiles.Agree{On: on, Ref: "COL-77-2026"}) },
		func() (string, error) {
			return do(w, "PA", "marcos", jointfiles.Append{On: on, Kind: "finding", Words: "Entrada inventada: el mismo modo de captación a los dos lados del río."})
		},
		func() (string, error) {
			return do(w, "CO", "elsa", jointfiles.Append{On: on, Kind: "request", Words: "Entrada inventada: ¿desde qué mes se ve en Panamá?"})
		},
	} {
		if err := w.deliver(); err != nil {
			return err
		}
		if _, err := step(); err != nil {
			return err
		}
	}
	return w.deliver()
}
