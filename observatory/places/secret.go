package places

import (
	"slices"
	"strings"

	"istmo/store"
)

// The words for a place of protection, folded. A name that holds one is refused.
var protection = []string{"casa segura", "casas seguras", "casa refugio", "casa de refugio", "casa de acogida", "casa hogar", "casa de proteccion", "hogar de proteccion",
	"hogar seguro", "lugar de proteccion", "lugar seguro", "piso seguro", "apartamento seguro", "refugio de mujeres", "refugio para mujeres", "albergue de victimas", "albergue para victimas",
	"albergue secreto", "safe house", "safe houses", "safehouse", "safe flat", "safe home", "safe place", "protected house", "women s refuge", "women s shelter", "victim shelter", "secret shelter"}

// Words that names of institutions share, by which none is known.
var common = strings.Fields("casa hogar refugio albergue centro fundacion asociacion programa de del la el los las y para en a shelter house home refuge centre center foundation of the and for ficticio ficticia fictitious")

// secret knows which names must not be on a map: those of institutions that lodge
// people, of whatever country, and whether they still work or not.
type secret struct {
	names []string   // whole
	own   [][]string // the words by which each is known
}

// secrets reads them from the directory.
func secrets(tx *store.Tx) (s secret, err error) {
	gazetteer, err := Gazetteer()
	if err != nil {
		return s, err
	}
	shared := slices.Clone(common)
	for _, k := range gazetteer {
		shared = append(shared, strings.Fields(fold(k.Name+" "+k.RegionES+" "+k.RegionEN))...)
	}
	names, err := lodging(tx)
	if err != nil {
		return s, err
	}
	for _, n := range names {
		n = fold(n)
		if n == "" {
			continue
		}
		s.names = append(s.names, n)
		own := slices.DeleteFunc(strings.Fields(n), func(w string) bool { return slices.Contains(shared, w) })
		if len(own) > 0 {
			s.own = append(s.own, own)
		}
	}
	return s, nil
}

// keeps is whether a name is one of a place of protection, by its kind, or by the
// words under which an institution that lodges people is known.
func (s secret) keeps(name string) bool {
	if s.tells(name) {
		return true
	}
	all := " " + fold(name) + " "
	for _, own := range s.own {
		if !slices.ContainsFunc(own, func(w string) bool { return !strings.Contains(all, " "+w+" ") }) {
			return true
		}
	}
	return false
}

// tells is whether a sentence speaks of a place of protection, or names an
// institution that lodges people.
func (s secret) tells(words string) bool {
	all := " " + fold(words) + " "
	for _, one := range s.names {
		if strings.Contains(all, " "+one+" ") {
			return true
		}
	}
	return ofProtection(words)
}

// ofProtection is whether words speak of a place of protection.
func ofProtection(words string) bool {
	all := " " + fold(words) + " "
	return slices.ContainsFunc(protection, func(one string) bool { return strings.Contains(all, " "+one+" ") })
}
