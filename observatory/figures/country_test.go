package figures

import (
	"slices"
	"testing"
)

func TestSpellings(t *testing.T) {
	for written, want := range map[string]struct {
		code string
		way  Way
	}{
		"COL": {"COL", ByCode}, "PA": {"PAN", ByCode}, "Colombia": {"COL", ByName}, "Brésil": {"BRA", ByName}, "Alemanha": {"DEU", ByName},
		"COLOMBIA": {"COL", ByFolding}, "Panama": {"PAN", ByName}, "peru": {"PER", ByFolding}, "NICARAGUENSE": {"NIC", ByFolding},
		"Colombian": {"COL", ByDemonym}, "DOMINICANA": {"DOM", ByFolding}, "dominicana": {"DOM", ByDemonym}, "Rep. Dominicana": {"DOM", ByUsage},
		"Panam\ufffd": {"PAN", ByMending}, "Panam?": {"PAN", ByMending}, "Rep\ufffdblica Dominicana": {"DOM", ByMending}, "PER\ufffd": {"PER", ByMending},
		"PanamÃ¡": {"PAN", ByMending}, "Ciudadanos de su pa\ufffds": {"CRI", ByReporter}, "Nationals": {"CRI", ByReporter}, "BARSIL": {"BRA", ByDistance},
		"DESCONOCIDA": {"", NotStated}, "": {"", NotStated}, "Abroad": {"", NoCountry}, "(especifique el pa\ufffds)": {"", NoCountry},
		"HOLANDA": {"NLD", ByFolding}, "Venezuela (Bolivarian Republic of)": {"VEN", ByUsage}, "Micronesia (Federated States of)": {"FSM", ByFolding},
	} {
		r := Resolve(written, "CRI")
		if r.Code != want.code || r.Way != want.way {
			t.Errorf("%q: %+v, want %+v", written, r, want)
		}
		if guessed := r.Way == ByMending || r.Way == ByDistance; guessed != r.Guessed() {
			t.Errorf("%q is guessed: %v", written, r.Guessed())
		}
	}
}

// TestNearNames takes no country for its neighbour in the dictionary: it is the
// one meant, or a person says.
func TestNearNames(t *testing.T) {
	for written, want := range map[string]string{
		"Niger": "NER", "NIGER": "NER", "Nigeria": "NGA", "Nigerian": "NGA", "Nigerien": "NER", "Nigeri": "", "Nigerie": "", "Nigera": "",
		"Dominica": "DMA", "Dominican Republic": "DOM", "Dominican": "", "Dominicaa": "", "Dominiqués": "DMA",
		"Guinea": "GIN", "GUINEA BISSAU": "GNB", "Guinea Ecuatorial": "GNQ", "Papua New Guinea": "PNG", "Guine": "GIN", "Guinex": "GIN",
		"Congo": "", "Corea": "", "Corea del Sur": "KOR", "Republic of Korea": "KOR", "Austria": "AUT", "Australia": "AUS", "Austrlia": "",
		"Mali": "MLI", "Malta": "MLT", "Malawi": "MWI", "Malaui": "MWI", "Iran": "IRN", "Iraq": "IRQ", "Irak": "IRQ", "Irac": "", "Zambia": "ZMB", "Gambia": "GMB", "Ambia": "", "Zambya": "", "Nigerio": "",
		"India": "IND", "Indonesia": "IDN", "Slovakia": "SVK", "Slovenia": "SVN", "Suiza": "CHE", "Suecia": "SWE", "Suazilandia": "SWZ", "Suriname": "SUR",
		"Mauritania": "MRT", "Mauritius": "MUS", "Mauricio": "MUS", "Paraguay": "PRY", "Uruguay": "URY", "Parauay": "PRY", "Macedonia": "MKD", "Atlantis": "", "XXX": "", "Latin America": "",
	} {
		r := Resolve(written, "COL")
		if r.Code != want || want == "" && r.Way != ForAPerson {
			t.Errorf("%q became %+v, want %q", written, r, want)
		}
	}
	if r := Resolve("Congo", "COL"); !slices.Equal(r.Candidates, []string{"COD", "COG"}) {
		t.Errorf("%+v", r)
	}
}

func TestAProposalSaysWhy(t *testing.T) {
	p, there := Resolve("BARSIL", "COL").Propose()
	if !there || p.From != "BARSIL" || p.To != "BRA" || p.Why.Way != ByDistance || p.Why.Distance != 1 || p.Why.Matched == "" {
		t.Errorf("%+v", p)
	}
	for _, none := range []string{"BRA", "Congo", "DESCONOCIDA", "Abroad"} {
		if p, there := Resolve(none, "COL").Propose(); there {
			t.Errorf("%+v", p)
		}
	}
}

// TestEveryNameIsItsOwn takes each name of each country back to it or, if two
// countries share it, to a person.
func TestEveryNameIsItsOwn(t *testing.T) {
	shared := 0
	for _, k := range loaded().all {
		if k.code == "" {
			continue
		}
		r := Resolve(k.written, "")
		if r.Way == ForAPerson && slices.Contains(r.Candidates, k.code) {
			shared++
			continue
		}
		if r.Code != k.code {
			t.Errorf("%q of %s became %+v", k.written, k.code, r)
		}
	}
	if n := len(loaded().codes); n < 480 || shared > 30 {
		t.Errorf("%d codes, %d shared names", n, shared)
	}
}
