package demo

import (
	"time"

	"istmo/cooperation"
	"istmo/meetings"
)

// What is publicly known of the two instruments and the two meetings that the
// demo's nodes work under, in our own words and with where it was read. No
// official is named; institutions are. What the instruments let cross the border
// here is an example: their texts are not public.

const (
	workshopSource = "UNODC, noticia del 19 de octubre de 2023: respuestas conjuntas frente a la trata de personas, Ciudad de Panamá (TRACK4TIP)"
	exchangeSource = "OIM América Latina y el Caribe y Naciones Unidas en Costa Rica: primer intercambio técnico entre el ERI y la UIA (lac.iom.int)"
)

// instrument is an agreement with its articles and bodies.
type instrument struct {
	cooperation.ProposeAgreement
	articles []cooperation.WriteArticle
	duties   []cooperation.WriteDuty
	bodies   []cooperation.NameBody
}

var memorandum = instrument{
	ProposeAgreement: cooperation.ProposeAgreement{
		Kind:    "memorandum",
		TitleES: "Memorándum de entendimiento entre Colombia y Panamá, septiembre de 2018",
		TitleEN: "Memorandum of understanding between Colombia and Panama, September 2018",
		Source:  workshopSource,
		KnownES: "El texto no es público. Se sabe que se firmó en septiembre de 2018, sobre qué líneas de trabajo trata, y que lo ejecutan los comités nacionales en coordinación con las cancillerías, que son sus puntos de contacto. El día de la firma y la numeración no se conocen: los de aquí son nuestros. Qué datos deja cruzar es un ejemplo de la demostración.",
		KnownEN: "The text is not public. It is known that it was signed in September 2018, which lines of work it is about, and that the national committees carry it out in coordination with the foreign ministries, which are its points of contact. The day of signature and the numbering are not known: those here are ours. Which data it lets cross is an example of the demonstration.",
		From:    time.Date(2018, 9, 1, 0, 0, 0, 0, time.UTC), Languages: []string{"es"}, Lines: cooperation.Lines,
		Verbs: []string{"referrals.*", "response.*", "jointfiles.*", "release.*", "signals.*"}, Purposes: []string{"assistance", "protection", "return", "investigation", "legal-action", "statistics"},
		Groups: []string{"profile", "needs", "identity", "contact", "account", "health", "risk"},
	},
	articles: []cooperation.WriteArticle{
		{Number: "1", SummaryES: "Colombia y Panamá trabajan juntos contra la trata de personas en prevención, asistencia, protección, investigación y acción legal.", SummaryEN: "Colombia and Panama work together against trafficking in persons in prevention, assistance, protection, investigation and legal action."},
		{Number: "2", SummaryES: "Los comités nacionales lo llevan a cabo, en coordinación con las cancillerías, que son los puntos de contacto.", SummaryEN: "The national committees carry it out, in coordination with the foreign ministries, which are the points of contact."},
		{Number: "3", SummaryES: "Acordado en 2023: intercambiar propuestas por línea de trabajo, unirlas en un plan de trabajo y reunirse de nuevo antes de mayo de 2024.", SummaryEN: "Agreed in 2023: to exchange proposals by line of work, to join them into a working plan, and to meet again before May 2024."},
	},
	duties: []cooperation.WriteDuty{
		{Article: "2", Node: "CO", Who: "Comité nacional contra la trata de personas de Colombia", TextES: "Llevar a cabo lo acordado.", TextEN: "To carry out what is agreed."},
		{Article: "2", Node: "PA", Who: "Comisión nacional contra la trata de personas de Panamá", TextES: "Llevar a cabo lo acordado.", TextEN: "To carry out what is agreed."},
		{Article: "3", Who: "Los comités nacionales de los dos países", TextES: "Enviar propuestas en cada línea de trabajo.", TextEN: "To send proposals on each line of work."},
	},
	bodies: []cooperation.NameBody{
		{Role: cooperation.Committee, Node: "CO", Name: "Comité nacional contra la trata de personas de Colombia"},
		{Role: cooperation.Committee, Node: "PA", Name: "Comisión nacional contra la trata de personas de Panamá"},
		{Role: cooperation.Contact, Node: "CO", Name: "Ministerio de Relaciones Exteriores de Colombia"},
		{Role: cooperation.Contact, Node: "PA", Name: "Ministerio de Relaciones Exteriores de Panamá"},
		{Role: cooperation.Observer, Name: "Oficina de las Naciones Unidas contra la Droga y el Delito (UNODC)"},
	},
}

var eriUIA = instrument{
	ProposeAgreement: cooperation.ProposeAgreement{
		Kind:    "programme",
		TitleES: "Hoja de ruta de cooperación técnica entre el ERI de Costa Rica y la UIA de Panamá",
		TitleEN: "Roadmap of technical cooperation between Costa Rica's ERI and Panama's UIA",
		Source:  exchangeSource,
		KnownES: "Se sabe que el primer intercambio técnico dio inicio a esta hoja de ruta, en el marco del programa conjunto «Costa Rica contra la trata de personas y el tráfico ilícito de migrantes» de la OIM, UNODC y ONU Mujeres con la CONATT, financiado por el Fondo Fiduciario Multilateral para la Migración. Su texto no es público; qué datos deja cruzar es un ejemplo de la demostración.",
		KnownEN: "It is known that the first technical exchange began this roadmap, within the joint programme “Costa Rica against Trafficking in Persons and Smuggling of Migrants” of IOM, UNODC and UN Women with CONATT, funded by the Migration Multi-Partner Trust Fund. Its text is not public; which data it lets cross is an example of the demonstration.",
		Lines:   []string{"identification", "assistance", "protection", "investigation", "legal-action", "coordination"},
		Frame:   []string{"sdg:5", "sdg:10", "sdg:16", "gcm:7", "gcm:9", "gcm:10", "gcm:11", "gcm:15"}, Languages: []string{"es"},
		Verbs: []string{"referrals.*", "response.*", "jointfiles.*"}, Purposes: []string{"assistance", "protection", "investigation"}, Groups: []string{"profile", "needs", "identity", "contact"},
	},
	articles: []cooperation.WriteArticle{
		{Number: "1", SummaryES: "El ERI y la UIA se coordinan para identificar y asistir a las personas sobrevivientes a lo largo de su frontera.", SummaryEN: "ERI and UIA coordinate to identify and assist survivors along their border."},
		{Number: "2", SummaryES: "Comparten lo que saben de investigación, persecución penal y juzgamiento de la trata y del tráfico ilícito de migrantes.", SummaryEN: "They share what they know of investigating, prosecuting and adjudicating trafficking and the smuggling of migrants."},
	},
	duties: []cooperation.WriteDuty{
		{Article: "1", Node: "CR", Who: "Equipo de Respuesta Inmediata (ERI)", TextES: "Responder de forma rápida y eficaz.", TextEN: "To respond rapidly and effectively."},
		{Article: "1", Node: "PA", Who: "Unidad de Identificación y Atención (UIA)", TextES: "Responder de forma rápida y eficaz.", TextEN: "To respond rapidly and effectively."},
	},
	bodies: []cooperation.NameBody{
		{Role: cooperation.Committee, Node: "CR", Name: "Coalición Nacional contra el Tráfico Ilícito de Migrantes y la Trata de Personas (CONATT)"},
		{Role: cooperation.Committee, Node: "PA", Name: "Comisión nacional contra la trata de personas de Panamá"},
		{Role: cooperation.Contact, Node: "CR", Name: "Ministerio de Relaciones Exteriores y Culto de Costa Rica"},
		{Role: cooperation.Contact, Node: "PA", Name: "Ministerio de Relaciones Exteriores de Panamá"},
		{Role: cooperation.Observer, Name: "Organización Internacional para las Migraciones (OIM)"},
		{Role: cooperation.Observer, Name: "Oficina de las Naciones Unidas contra la Droga y el Delito (UNODC)"},
		{Role: cooperation.Observer, Name: "ONU Mujeres"},
	},
}

// workshop is the meeting of Panama City, as it was published.
var workshop = meetings.Record{
	Frame: meetings.Frame{
		Kind:      "workshop",
		TitleES:   "Taller binacional Colombia–Panamá: respuestas conjuntas frente a la trata de personas",
		TitleEN:   "Binational workshop Colombia–Panama: joint responses to trafficking in persons",
		PurposeES: "Una hoja de ruta conjunta contra la trata de personas y delitos relacionados en el Darién y Urabá, con enfoque de derechos humanos, de niñez y de violencia basada en género, sobre las líneas de trabajo del memorándum de septiembre de 2018.",
		PurposeEN: "A joint roadmap against trafficking in persons and related crimes in the Darien and Uraba, with human rights, childhood and gender-based violence approaches, on the lines of work of the memorandum of September 2018.",
		Place:     "Ciudad de Panamá", Country: "PA", Day: time.Date(2023, 10, 18, 0, 0, 0, 0, time.UTC), LastDay: time.Date(2023, 10, 19, 0, 0, 0, 0, time.UTC),
		Hosts:  "UNODC, iniciativa TRACK4TIP, con ambos gobiernos; financiado por el Departamento de Estado de los Estados Unidos",
		Topics: []string{"prevention", "assistance", "protection", "investigation", "legal-action"}, Source: workshopSource,
	},
	Delegations: `PA | Ministerio de Seguridad Pública de Panamá | Ministry of Public Security of Panama
PA | Ministerio de Relaciones Exteriores de Panamá, asesoría jurídica internacional | Ministry of Foreign Affairs of Panama, international legal advisory
PA | Comisión nacional contra la trata de personas de Panamá | National commission against trafficking in persons of Panama
PA | Servicio Nacional de Migración de Panamá | National Migration Service of Panama
PA | Ministerio Público de Panamá | Public Ministry of Panama
PA | Defensoría del Pueblo de Panamá | Ombudsman's Office of Panama
PA | Policía Nacional de Panamá | National Police of Panama
PA | Autoridades locales de frontera de Panamá | Local border authorities of Panama
CO | Ministerio del Interior de Colombia, grupo de lucha contra la trata | Ministry of the Interior of Colombia, group against trafficking
CO | Fiscalía General de la Nación de Colombia, grupo de trabajo sobre delitos que afectan a mujeres, niñas, niños y adolescentes | General Prosecutor's Office of Colombia, working group on crimes affecting women, children and adolescents
CO | Comité nacional contra la trata de personas de Colombia | National committee against trafficking in persons of Colombia
CO | Ministerio de Relaciones Exteriores de Colombia | Ministry of Foreign Affairs of Colombia
CO | Migración Colombia | Migration authority of Colombia
CO | Defensoría del Pueblo de Colombia | Ombudsman's Office of Colombia
CO | Policía Nacional de Colombia | National Police of Colombia
CO | Autoridades locales de frontera de Colombia | Local border authorities of Colombia
- | UNODC | UNODC | organiser
- | Otras agencias de las Naciones Unidas | Other United Nations agencies | observer
- | Sociedad civil de ambos países | Civil society of both countries | observer`,
	Agenda: `Respuestas nacionales y locales que presentó cada delegación | National and local responses presented by each delegation
Lo que ven las dos Defensorías: crimen organizado transnacional, nuevos actores del conflicto armado, economías ilegales | What both Ombudsman's offices see: transnational organised crime, new actors in the armed conflict, illegal economies
Acciones conjuntas de respuesta | Joint response actions`,
	Decisions: `Intercambiar propuestas de prevención | Exchange proposals on prevention | prevention
Intercambiar propuestas de asistencia | Exchange proposals on assistance | assistance
Intercambiar propuestas de protección | Exchange proposals on protection | protection
Intercambiar propuestas de investigación | Exchange proposals on investigation | investigation
Intercambiar propuestas de acción legal | Exchange proposals on legal action | legal-action`,
	MinutesES: "Cada lado presentó sus respuestas nacionales y locales, y se identificaron acciones conjuntas. Se acordó intercambiar propuestas de prevención, asistencia, protección, investigación y acción legal, y unirlas en un plan de trabajo; que lo lleven a cabo los comités nacionales en coordinación con las cancillerías, puntos de contacto del memorándum de 2018; y reunirse de nuevo antes de mayo de 2024.\n\nSe busca: estrategias de seguridad en común, recuperar a las víctimas, identificar pronto a los grupos criminales, identificar, referir y proteger a las víctimas, investigar y llevar a juicio a las organizaciones.\n\nCifras que se dieron: 333\u202f704 personas entraron a Panamá de enero a agosto de 2023, el triple que en los mismos meses del año anterior (Servicio Nacional de Migración de Panamá). 207 denuncias de trata en Panamá de 2015 a marzo de 2023, y 33 condenas (Ministerio Público). En Centroamérica y el Caribe los casos identificados bajaron 36 %; entre las personas condenadas, 54 % hombres y 46 % mujeres; 85 % de los tratantes son de la misma nacionalidad que sus víctimas; en 41 % de los casos hay estructuras organizadas (UNODC).",
	MinutesEN: "Each side presented its national and local responses, and joint actions were identified. It was agreed to exchange proposals on prevention, assistance, protection, investigation and legal action, and to join them into a working plan; that the national committees carry it out in coordination with the foreign ministries, points of contact of the 2018 memorandum; and to meet again before May 2024.\n\nWhat is wanted: security strategies in common, recovering victims, identifying criminal groups early, identifying, referring and protecting victims, investigating organisations and bringing them to trial.\n\nFigures given: 333,704 people entered Panama from January to August 2023, three times the same months of the year before (National Migration Service of Panama). 207 reports of trafficking in Panama from 2015 to March 2023, and 33 convictions (Public Ministry). In Central America and the Caribbean identified cases fell by 36%; of those convicted, 54% men and 46% women; 85% of traffickers share their victims' nationality; organised structures are in 41% of cases (UNODC).",
	NextBy:    time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC),
}

// firstExchange is the first technical exchange between ERI and UIA. Its day was not
// published where we read of it.
var firstExchange = meetings.Record{
	Frame: meetings.Frame{
		Kind:      meetings.TechnicalExchange,
		TitleES:   "Primer intercambio técnico entre el ERI de Costa Rica y la UIA de Panamá",
		TitleEN:   "First technical exchange between Costa Rica's ERI and Panama's UIA",
		PurposeES: "Hallar sinergias y coordinarse mejor para identificar y asistir a las personas sobrevivientes de la trata, y fortalecer la respuesta de ambos equipos, con enfoque de género y de derechos humanos.",
		PurposeEN: "To find synergies and coordinate better in identifying and assisting survivors of trafficking, and to strengthen the response of both teams, with gender and human-rights approaches.",
		Undated:   true,
		Country:   "CR", Hosts: "Sistema de las Naciones Unidas en Costa Rica, con la CONATT",
		Topics: meetings.Knowledge, Frames: []string{"sdg:5", "sdg:10", "sdg:16", "gcm:7", "gcm:9", "gcm:10", "gcm:11", "gcm:15"}, Source: exchangeSource,
	},
	Participants: 48,
	Delegations: `PA | Ministerio de Seguridad | Ministry of Security
PA | Servicio Nacional de Migración | National Migration Service
PA | Defensoría del Pueblo de Panamá | Ombudsman's Office of Panama
PA | Procuraduría General | Attorney General's Office
PA | Secretaría Nacional de Niñez, Adolescencia y Familia | National Secretariat for Children, Adolescence and Family
PA | Ministerio de Relaciones Exteriores | Ministry of Foreign Affairs
PA | Ministerio de Trabajo de Panamá | Ministry of Labour of Panama
PA | Ministerio de la Mujer | Ministry of Women
PA | Fiscalía | Prosecutor's Office
PA | Ministerio Público de Panamá | Public Prosecutor's Office of Panama
- | OIM Panamá | IOM Panama | observer
CR | Policía Profesional de Migración de Costa Rica | Professional Migration Police of Costa Rica
CR | Ministerio de Seguridad Pública | Ministry of Public Security
CR | Procuraduría General de la República de Costa Rica | Attorney General's Office of the Republic of Costa Rica
CR | Organismo de Investigación Judicial | Judicial Investigation Agency
CR | Dirección General de Migración y Extranjería | General Directorate of Migration and Alien Affairs
CR | Ministerio de Trabajo y Seguridad Social | Ministry of Labour and Social Security
CR | Instituto Nacional de las Mujeres | National Women's Institute
CR | Patronato Nacional de la Infancia | National Children's Board`,
	Decisions: `Elaborar una hoja de ruta de cooperación técnica para la coordinación binacional | Develop a roadmap for technical cooperation on binational coordination | coordination
Compartir lo que se sabe de investigación, persecución penal y juzgamiento | Share knowledge of investigation, prosecution and adjudication | investigation`,
	MinutesES: "Participaron 48 personas de las instituciones nombradas; cuántas de cada una no se publicó, y el país de algunas se deduce del orden de la lista. Resultado: se empezó una hoja de ruta de cooperación técnica para la coordinación binacional, y se compartió lo que cada lado sabe de investigar, perseguir y juzgar la trata y el tráfico ilícito de migrantes. La detección de víctimas bajó 36 %, en parte porque la trata se movió a lugares menos visibles durante las restricciones de la pandemia.",
	MinutesEN: "48 people of the institutions named took part; how many of each was not published, and the country of some is inferred from the order of the list. Result: a roadmap of technical cooperation for binational coordination was begun, and each side shared what it knows of investigating, prosecuting and adjudicating trafficking and the smuggling of migrants. Detection of victims fell by 36%, in part because trafficking moved to less visible places during the restrictions of the pandemic.",
}
