package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

var made = time.Date(2026, 11, 20, 15, 30, 0, 0, time.UTC)

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// promises are invented commitments, in the words that such plans use.
var promises = []struct{ axis, left, right, lead, due string }{
	{"Prevención · Prevention",
		"Las Partes realizarán cada año, antes de la temporada de mayor tránsito, una campaña conjunta de información en los puestos de Bajo Chiquito, Lajas Blancas, Necoclí, Turbo y Acandí, en español, criollo haitiano, inglés y lengua emberá, sobre los engaños más frecuentes y sobre dónde pedir ayuda sin consecuencias migratorias.",
		"Each year, before the season of heaviest transit, the Parties shall carry out a joint information campaign at the posts of Bajo Chiquito, Lajas Blancas, Necoclí, Turbo and Acandí, in Spanish, Haitian Creole, English and the Emberá language, on the most frequent deceptions and on where to ask for help without migratory consequences.",
		"Comisión Nacional contra la Trata de Personas (PA); Comité Interinstitucional (CO)", "31 mar 2027 · 31 Mar 2027"},
	{"Prevención · Prevention",
		"Las Partes compartirán cada trimestre las cifras agregadas de movimientos y de personas identificadas, sin datos personales.",
		"The Parties shall share aggregate figures of movements and of persons identified every quarter, without personal data.",
		"Servicio Nacional de Migración (PA); Migración Colombia (CO)", "Cada trimestre · Quarterly"},
	{"Identificación · Identification",
		"Los equipos de frontera aplicarán una misma lista de indicadores, con preguntas adaptadas a niñas, niños y adolescentes, y pondrán en marcha la atención inmediata sin esperar denuncia. La lista se revisará cada año con las organizaciones de la sociedad civil que acompañan a sobrevivientes, y toda persona que la aplique habrá recibido formación sobre el principio de no criminalización, el enfoque interseccional y la corresponsabilidad interinstitucional.",
		"Border teams shall use one list of indicators, with questions adapted to girls, boys and adolescents, and shall begin the immediate response without waiting for a complaint. The list shall be reviewed every year with the civil society organisations that accompany survivors, and everybody who uses it shall have been trained in non-criminalisation and in the shared responsibility of institutions.",
		"Unidad de Identificación y Atención (PA); Equipo de respuesta (CO)", "30 jun 2027 · 30 Jun 2027"},
	{"Asistencia y protección · Assistance and protection",
		"Ninguna persona será remitida al otro país sin su consentimiento informado y por escrito; el consentimiento dirá para qué, a quién y qué datos, y podrá retirarse en cualquier momento.",
		"No person shall be referred to the other country without informed consent in writing; the consent shall say what for, to whom and which data, and may be withdrawn at any time.",
		"Puntos focales nacionales · National focal points", "Desde la firma · From signature"},
	{"Asistencia y protección · Assistance and protection",
		"Quien recibe una remisión responderá dentro de cinco días hábiles, y dentro de un día si hay peligro.",
		"Whoever receives a referral shall answer within five working days, and within one day where there is danger.",
		"Puntos focales nacionales · National focal points", "Desde la firma · From signature"},
	{"Investigación · Investigation",
		"Las fiscalías designarán un grupo de enlace que se reunirá cada dos meses y podrá proponer equipos conjuntos de investigación conforme al artículo 19 de la Convención de Palermo.",
		"The prosecution services shall appoint a liaison group that meets every two months and may propose joint investigation teams under article 19 of the Palermo Convention.",
		"Ministerio Público (PA); Fiscalía General de la Nación (CO)", "28 feb 2027 · 28 Feb 2027"},
}

// plan is a joint plan of n invented commitments, in two languages.
func plan(n int) Document {
	var sides []Side
	for i := range n {
		p := promises[i%len(promises)]
		sides = append(sides, Side{Number: fmt.Sprintf("%d.%d", i/4+1, i%4+1), Label: p.axis, Left: p.left, Right: p.right,
			Facts: [][2]string{{"Responsable · Lead", p.lead}, {"Plazo · Due", p.due},
				{"Indicador · Indicator", "Número de acciones realizadas y evaluadas · Number of actions carried out and evaluated"}, {"Comprobación · Evidence", "Acta e informe · Minutes and report"}}})
	}
	return Document{
		Lang: "es", Beside: "en",
		Kicker:   "Memorando de entendimiento entre la República de Panamá y la República de Colombia (2018)",
		Title:    "Plan de trabajo conjunto contra la trata de personas en el Darién y el Urabá",
		Subtitle: "Joint working plan against trafficking in persons in Darien and Uraba",
		Facts: [][2]string{
			{"Versión · Version", "3, del 20 nov 2026"},
			{"Partes · Parties", "Panamá y Colombia, con Costa Rica como observadora"},
			{"Vigencia · In force", "1 ene 2027 – 31 dic 2028"},
			{"Depositaria · Depositary", "Ministerio de Relaciones Exteriores de Panamá"},
			{"Huella · Fingerprint", "sha256:9f2c41aa07be5d8831fd02c6c47a15e9b0c2d7754e60a1b8f3397a5cc1de8842"},
		},
		Sections: []Section{
			{Heading: "Propósito · Purpose", Sides: []Side{{
				Left:  "Este plan desarrolla las líneas de trabajo del memorando y dice quién hace qué, para cuándo y cómo se comprueba. Las Partes lo cumplen a través de sus comités nacionales, en coordinación con las cancillerías.",
				Right: "This plan carries out the lines of work of the memorandum and says who does what, by when and how it is verified. The Parties carry it out through their national committees, in coordination with the foreign ministries."}}},
			{Heading: "Compromisos · Commitments", Sides: sides},
		},
		Signatures: []Signature{
			{Country: "República de Panamá", Institution: "Ministerio de Relaciones Exteriores", Place: "Ciudad de Panamá", Signed: day(2026, 11, 20),
				Mark: "Nodo PA · 20 nov 2026, 10:12 (-05) · ed25519 7c1f 09aa 41d2 e6b0 · versión 3"},
			{Country: "República de Colombia", Institution: "Ministerio de Relaciones Exteriores", Place: "Bogotá", Signed: day(2026, 11, 20),
				Mark: "Nodo CO · 20 nov 2026, 10:40 (-05) · ed25519 d07e 5b13 9c8f 2a44 · versión 3"},
			{Country: "República de Costa Rica", Institution: "Coalición Nacional contra el Tráfico Ilícito de Migrantes y la Trata de Personas (observadora)"},
		},
		Foot:   "Plan conjunto PA–CO · versión 3 · 9f2c41aa07be5d88",
		Notice: "Demostración: todo es inventado. · Demonstration: everything is invented.",
		Made:   made,
	}
}

// hard is a document of everything that is hard to set.
func hard() Document {
	long := strings.Repeat("electroencefalografistas", 12)
	said := strings.Repeat("Las Partes acuerdan, en cumplimiento de lo anterior, la corresponsabilidad interinstitucional y transfronteriza. ", 60)
	many := &Table{Caption: strings.Repeat("Título largo ", 20), Source: long, Rows: [][]Cell{
		{long, said, nil, int64(-1234567), 1234.5, day(2026, 1, 1), made, "=1+1", "日本語 🎉 ẽ n\u0303"}, {"corta"}, nil}}
	for i := range 14 {
		many.Columns = append(many.Columns, Column{Title: fmt.Sprintf("Columna interinstitucional %d", i), Number: i%3 == 1, Weight: float64(i % 2)})
	}
	return Document{
		Lang: "en", Title: long, Subtitle: said[:900], Kicker: said[:400], Notice: said[:300], Foot: said[:400], Made: made,
		Facts: [][2]string{{long, long}, {"", "sin nombre"}, {"vacío", ""}, {said[:200], said[:2000]}},
		Sections: []Section{
			{Heading: said[:300], Paragraphs: []string{said, "", "una\ndos\r\n\ntres\tcuatro\x00\xff", long}},
			{Sides: []Side{{Number: "1.2.3.4.5.6.7", Label: said[:200], Left: said + said, Right: said, Facts: [][2]string{{long, said[:300]}, {"a", "b"}, {"c", ""}}},
				{}, {Left: "solo"}, {Right: "only"}, {Number: "2"}}},
			{Heading: "Tabla", Table: many},
			{Heading: "Nada", Table: &Table{}}, {Table: &Table{Columns: make([]Column, 3), Rows: [][]Cell{{"", nil}}}},
			{Table: &Table{Columns: []Column{{Title: said[:2500]}, {Title: "b"}}, Rows: slices.Repeat([][]Cell{{said[:300], said}}, 3)}},
			{Table: &Table{Columns: make([]Column, 5), Rows: [][]Cell{{"", long, nil, long, "x"}}}},
			{Heading: "Barras", Bars: []Bar{{Label: said[:300], Value: 5, Of: 0}, {Value: -3, Of: 10, Words: said[:300]}, {Label: "cero"}, {Label: long, Value: 1 << 40, Of: 1}}},
			{Heading: "Vacía"},
		},
		Signatures: []Signature{{}, {Country: long, Institution: said[:500], Place: long, Signed: made, Mark: long}, {Country: "A"}, {Country: "B"}, {Mark: "c"}},
	}
}

// pack is a progress pack with a table of so many rows, in one language.
func pack(rows int) Document {
	return Document{
		Lang: "es", Kicker: "Tercera reunión de seguimiento", Title: "Avance del plan de trabajo conjunto",
		Subtitle: "Panamá y Colombia, enero a octubre de 2026",
		Facts:    [][2]string{{"Reunión", "20 nov 2026, Ciudad de Panamá"}, {"Versión del plan", "2"}, {"Preparado por", "Secretaría técnica"}},
		Sections: []Section{
			{Heading: "Resumen", Paragraphs: []string{
				"De los 42 compromisos del plan, 27 están cumplidos, 11 van a tiempo y 4 están atrasados. Los atrasos se concentran en investigación y acción legal, donde falta designar el grupo de enlace de las fiscalías.",
				"Las remisiones entre los dos países se responden en 3,5 días hábiles en promedio; el plazo acordado es de cinco."}},
			{Heading: "Cumplimiento por eje", Bars: []Bar{
				{"Prevención", 9, 12, "2 a tiempo, 1 atrasado"}, {"Identificación", 7, 8, "1 a tiempo"}, {"Asistencia y protección", 8, 10, "2 a tiempo"},
				{"Investigación y acción legal", 3, 12, "6 a tiempo, 3 atrasados: falta designar el grupo de enlace"}}},
			{Heading: "Compromisos y su estado", Table: wide(rows)},
			{Heading: "Acuerdos de la reunión", Sides: []Side{
				{Number: "1", Left: "Las fiscalías designan su grupo de enlace.", Facts: [][2]string{{"Responsable", "Ministerio Público (PA) y Fiscalía General de la Nación (CO)"}, {"Plazo", "15 dic 2026"}}},
				{Number: "2", Left: "La secretaría técnica propone una lista única de indicadores y la circula antes de la próxima reunión, con las observaciones de las organizaciones que acompañan a sobrevivientes.", Facts: [][2]string{{"Responsable", "Secretaría técnica"}, {"Plazo", "31 ene 2027"}}}}},
		},
		Foot: "Avance del plan · 20 nov 2026", Notice: "Demostración: todo es inventado.", Made: made,
	}
}

func wide(rows int) *Table {
	t := &Table{Caption: "Estado de cada compromiso", Source: "Secretaría técnica del plan, con lo informado por ambos comités", Dated: day(2026, 10, 31),
		Columns: []Column{{Title: "N.º"}, {Title: "Compromiso"}, {Title: "Eje"}, {Title: "Responsable"}, {Title: "Plazo"}, {Title: "Estado"}, {Title: "Acciones", Number: true}, {Title: "Avance, %", Number: true}}}
	states := []string{"Cumplido", "A tiempo", "Atrasado"}
	for i := range rows {
		p := promises[i%len(promises)]
		t.Rows = append(t.Rows, []Cell{fmt.Sprintf("%d.%d", i/4+1, i%4+1), strings.Join(strings.Fields(p.left)[:9+i%7], " "), p.axis, p.lead, day(2027, 1, 1+i%28), states[i%3], int64(i * 977 % 12345), float64(i*13%1000) / 10})
	}
	return t
}
