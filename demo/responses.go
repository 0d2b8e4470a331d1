package demo

import "istmo/cooperation"

// responses are what exists in each country, from public sources.
var responses = []struct {
	country, by string
	cooperation.PresentResponse
}{
	{"CO", "pablo", cooperation.PresentResponse{Line: "assistance", Level: cooperation.National, WhatES: "Línea gratuita 01 8000 52 2020, que recibe casos y activa la ruta de asistencia", WhatEN: "Free line 01 8000 52 2020, which takes cases and sets the assistance route in motion",
		Who: "Centro Operativo Anti-Trata (COAT)", Source: "Ruta de atención a víctimas de trata (scribd 772530074)"}},
	{"CO", "pablo", cooperation.PresentResponse{Line: "protection", Level: cooperation.National, WhatES: "Niñas, niños y adolescentes: ruta de protección propia", WhatEN: "Children: a protection route of their own",
		Who: "Instituto Colombiano de Bienestar Familiar (ICBF)", Source: "TIP report 2018"}},
	{"PA", "olga", cooperation.PresentResponse{Line: "prevention", Level: cooperation.National, WhatES: "Línea 104 y tupista.org para avisar de un posible caso", WhatEN: "Line 104 and tupista.org for telling of a possible case",
		Who: "Ministerio de Seguridad Pública, Comisión nacional contra la trata", Source: "minseg.gob.pa, 2024"}},
	{"PA", "olga", cooperation.PresentResponse{Line: "assistance", Level: cooperation.National, WhatES: "Identificación preliminar y plena; los servicios se dan mientras se resuelve", WhatEN: "Preliminary and full identification; services are given while it is pending",
		Who: "Unidad de Identificación y Atención (UIA)", Source: "TIP reports 2022 y 2023"}},
	{"PA", "olga", cooperation.PresentResponse{Line: "protection", Level: cooperation.National, WhatES: "Protección de víctimas de todo delito, y de niñas, niños y adolescentes", WhatEN: "Protection of victims of any crime, and of children",
		Who: "UPAVIT; Secretaría Nacional de Niñez, Adolescencia y Familia (SENNIAF)", Source: "minseg.gob.pa; Ley 79 de 2011"}},
	{"CR", "rita", cooperation.PresentResponse{Line: "assistance", Level: cooperation.National, WhatES: "Acreditación por resolución técnica en 7 días hábiles y medidas primarias", WhatEN: "Accreditation by technical resolution within 7 working days, and primary measures",
		Who: "Equipo de Respuesta Inmediata (ERI)", Source: "Ley 9095 de 2012, art. 24"}},
	{"CR", "rita", cooperation.PresentResponse{Line: "protection", Level: cooperation.National, WhatES: "Personas menores de edad, mujeres, personas mayores y con discapacidad, cada una con su institución", WhatEN: "Children, women, older people and people with disabilities, each with an institution",
		Who: "PANI, INAMU, CONAPAM, consejo de personas con discapacidad", Source: "Ley 9095 de 2012, art. 44"}},
}

// present has each country say what it has.
func (w *world) present() error {
	for _, r := range responses {
		if _, err := do(w, r.country, r.by, r.PresentResponse); err != nil {
			return err
		}
	}
	return w.deliver()
}
