package demo

// country is one node of the demo.
type country struct {
	id       string
	name     string
	place    string
	agencies []agency
	users    []user
}

type agency struct{ code, kind, name, place string }

type user struct {
	name, full, agency string
	roles              []string
	try                string // key of what to try
	escalation         bool   // is told of what is overdue in the agency
}

// countries holds every kind of agency at least once. The names of persons are
// invented, and the agencies are roles, not the institutions of that name.
var countries = []country{
	{
		id: "PA", name: "Nodo de demostración de Panamá", place: "Darién",
		agencies: []agency{
			{"UIA", "response-team", "Unidad de Identificación y Atención (demo)", "Ciudad de Panamá"},
			{"SNM", "migration", "Servicio de Migración (demo)", "Lajas Blancas"},
			{"FRONTERA", "border-police", "Policía de fronteras (demo)", "Bajo Chiquito"},
			{"POLICIA", "police", "Policía (demo)", "Metetí"},
			{"FISCALIA", "prosecutor", "Fiscalía contra la trata (demo)", "Ciudad de Panamá"},
			{"DEFENSORIA", "ombudsman", "Defensoría del Pueblo (demo)", "Metetí"},
			{"CANCILLERIA", "foreign-ministry", "Cancillería de Panamá (demo)", "Ciudad de Panamá"},
			{"TRABAJO", "labour", "Ministerio de Trabajo (demo)", "Ciudad de Panamá"},
			{"MUJER", "womens-ministry", "Ministerio de la Mujer (demo)", "Ciudad de Panamá"},
			{"NINEZ", "child-authority", "Autoridad de niñez de Panamá (demo)", "Metetí"},
			{"SALUD", "health", "Centro de salud (demo)", "Bajo Chiquito"},
			{"ALBERGUE", "shelter", "Albergue Ficticio (demo)", "Ciudad de Panamá"},
			{"COMISION", "national-committee", "Comisión nacional contra la trata (demo)", "Ciudad de Panamá"},
			{"ONU", "un-observer", "Agencia de la ONU, observadora (demo)", "Ciudad de Panamá"},
		},
		users: []user{
			{"ana", "Ana Ficticia", "UIA", []string{"case-worker"}, "demo.try.send", false},
			{"luz", "Luz Ficticia", "UIA", []string{"focal-point"}, "demo.try.focal", true},
			{"gala", "Gala Ficticia", "UIA", []string{"response-team"}, "demo.try.duty", false},
			{"teo", "Teo Ficticio", "UIA", []string{"response-team"}, "demo.try.duty", false},
			{"beto", "Beto Ficticio", "SNM", []string{"field-officer"}, "demo.try.register", true},
			{"nadia", "Nadia Ficticia", "NINEZ", []string{"case-worker"}, "demo.try.child", true},
			{"clara", "Clara Ficticia", "CANCILLERIA", []string{"foreign-ministry"}, "demo.try.agreement", true},
			{"marcos", "Marcos Ficticio", "FISCALIA", []string{"prosecutor"}, "demo.try.jointfile", true},
			{"olga", "Olga Ficticia", "COMISION", []string{"focal-point"}, "demo.try.roadmap", true},
			{"vera", "Vera Ficticia", "COMISION", []string{"analyst"}, "demo.try.observatory", false},
			{"raul", "Raúl Ficticio", "COMISION", []string{"auditor"}, "demo.try.ledger", false},
			{"admin", "Alba Ficticia", "COMISION", []string{"administrator"}, "demo.try.admin", false},
		},
	},
	{
		id: "CO", name: "Nodo de demostración de Colombia", place: "Urabá",
		agencies: []agency{
			{"CASA", "shelter", "Casa Urabá (demo)", "Turbo"},
			{"ICBF", "child-authority", "Autoridad de niñez de Colombia (demo)", "Apartadó"},
			{"COAT", "national-committee", "Centro operativo contra la trata (demo)", "Bogotá"},
			{"MIGRACION", "migration", "Migración de Colombia (demo)", "Capurganá"},
			{"FISCALIA", "prosecutor", "Fiscalía de Colombia (demo)", "Medellín"},
			{"DEFENSORIA", "ombudsman", "Defensoría de Colombia (demo)", "Apartadó"},
			{"CANCILLERIA", "foreign-ministry", "Cancillería de Colombia (demo)", "Bogotá"},
		},
		users: []user{
			{"juan", "Juan Ficticio", "CASA", []string{"case-worker"}, "demo.try.answer", false},
			{"eva", "Eva Ficticia", "CASA", []string{"focal-point"}, "demo.try.focal", true},
			{"ines", "Inés Ficticia", "ICBF", []string{"case-worker"}, "demo.try.child", true},
			{"diego", "Diego Ficticio", "CANCILLERIA", []string{"foreign-ministry"}, "demo.try.agreement", true},
			{"elsa", "Elsa Ficticia", "FISCALIA", []string{"prosecutor"}, "demo.try.jointfile", true},
			{"pablo", "Pablo Ficticio", "COAT", []string{"focal-point"}, "demo.try.roadmap", true},
			{"dora", "Dora Ficticia", "COAT", []string{"response-team"}, "demo.try.duty", false},
			{"lina", "Lina Ficticia", "COAT", []string{"case-worker"}, "demo.try.identify", false},
			{"hugo", "Hugo Ficticio", "COAT", []string{"analyst"}, "demo.try.observatory", false},
			{"sara", "Sara Ficticia", "COAT", []string{"auditor"}, "demo.try.ledger", false},
			{"admin", "Aldo Ficticio", "COAT", []string{"administrator"}, "demo.try.admin", false},
		},
	},
	{
		id: "CR", name: "Nodo de demostración de Costa Rica", place: "Paso Canoas",
		agencies: []agency{
			{"ERI", "response-team", "Equipo de Respuesta Inmediata (demo)", "San José"},
			{"PANI", "child-authority", "Autoridad de niñez de Costa Rica (demo)", "San José"},
			{"MIGRACION", "migration", "Policía de migración (demo)", "Paso Canoas"},
			{"INAMU", "womens-ministry", "Instituto de las mujeres (demo)", "San José"},
			{"CONATT", "national-committee", "Coalición nacional (demo)", "San José"},
			{"CANCILLERIA", "foreign-ministry", "Cancillería de Costa Rica (demo)", "San José"},
		},
		users: []user{
			{"sol", "Sol Ficticia", "ERI", []string{"response-team"}, "demo.try.send", false},
			{"mar", "Mar Ficticia", "ERI", []string{"focal-point"}, "demo.try.focal", true},
			{"leo", "Leo Ficticio", "PANI", []string{"case-worker"}, "demo.try.child", true},
			{"flor", "Flor Ficticia", "CANCILLERIA", []string{"foreign-ministry"}, "demo.try.agreement", true},
			{"rita", "Rita Ficticia", "CONATT", []string{"focal-point"}, "demo.try.roadmap", true},
			{"nora", "Nora Ficticia", "CONATT", []string{"analyst"}, "demo.try.observatory", false},
			{"tomas", "Tomás Ficticio", "CONATT", []string{"auditor"}, "demo.try.ledger", false},
			{"admin", "Aura Ficticia", "CONATT", []string{"administrator"}, "demo.try.admin", false},
		},
	},
}
