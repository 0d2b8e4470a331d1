package likeness_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"istmo/likeness"
)

// The words that populations are made of: common names that anybody could write
// down, the commonest first. No list of anybody's is copied here.
var (
	givenLatin  = strings.Fields("María José Luis Juan Ana Carlos Carmen Jorge Rosa Pedro Luz Miguel Daniel Andrea Jesús Diana Andrés Paola Ángel Sandra Víctor Claudia Óscar Patricia Diego Yolanda Fernando Gloria Ricardo Marta Rafael Gabriela Alejandro Mónica Edwin Viviana Wilmer Yesenia Jhon Leidy Yuliana Brayan Stefany Nelson Milagros Freddy Maribel Rubén Nubia Gilberto Zulay Hermes Eulalia Teófilo Briggitte Ximena Heriberto Anahí Evelio Dayana")
	familyLatin = strings.Fields("García Rodríguez González Hernández Martínez López Pérez Sánchez Ramírez Gómez Díaz Torres Vásquez Rojas Castillo Moreno Jiménez Rivera Gutiérrez Ortiz Muñoz Vargas Álvarez Castro Mendoza Ruiz Suárez Romero Herrera Medina Aguilar Quispe Mamani Huanca Condori Flores Chávez Guamán Cevallos Espinoza Zambrano Cedeño Palacios Mosquera Córdoba Rentería Hinestroza Asprilla Cuesta Bejarano Yañez Villarreal Samudio Pinzón Caicedo Quiñones Angulo Landázuri Betancourt Urdaneta Colmenares Chacín Guanipa Montilla Graterol Piñango Ojeda Echeverría Zúñiga Uribe Arrieta Barahona Cubilla Dominguez Escobar Fajardo Galindo Ibarra Jaramillo Ledezma Marulanda Navarrete Olmedo Pacheco Quijano Restrepo Salazar Tejada Urrutia Valencia Zapata Arosemena Batista Camarena Delgado Estupiñán Fonseca Guerrero Henríquez Iriarte Lozano Murillo Nazareno")
	givenHaiti  = strings.Fields("Jean-Baptiste Marie Pierre Wilner Rose Jean Nadège Frantz Guerline Emmanuel Mirlande Jackson Islande Wideline Stanley Roseline Etienne Ketsia Jameson Naomie Schneider Fabiola Wilson Dieula Kervens Judith Renel Manoucheka Evens Lovely")
	familyHaiti = strings.Fields("Jean Pierre Joseph Louis Charles François Baptiste Michel Paul Augustin Jacques Étienne Désir Saint-Louis Joachim Toussaint Dorvil Cadet Exantus Mésidor Petit-Frère Bien-Aimé Altidor Philistin Théodore Noël Lafortune Blaise Délva Gédéon Innocent Jeudy Lubin Métellus Orélus Pétion Registre Sylvain Vilsaint Zéphirin")
	familyHan   = strings.Fields("Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Song Tang Feng Deng Cao Peng Zeng")
	syllablesH  = strings.Fields("wei ming hua jun li xiao fang jing ping hong yan bo chen jie lei qiang tao xin yu zhi hui lan mei ning rong shan ting xia yong guo hai jian kang long peng")
)

// people makes a population in which a few names are everybody's and many are few
// people's, in the shares of those who pass the Isthmus by our own guess.
type people struct{ *rand.Rand }

func (p people) pick(words []string) string {
	at := int(float64(len(words)) * p.Float64() * p.Float64())
	return words[at]
}

func (p people) person() likeness.Identity {
	i := likeness.Identity{BirthDate: p.birthday()}
	switch n := p.IntN(100); {
	case n < 78:
		i.GivenNames, i.FamilyNames = p.pick(givenLatin), p.pick(familyLatin)+" "+p.pick(familyLatin)
		if p.IntN(2) == 0 {
			i.GivenNames += " " + p.pick(givenLatin)
		}
		i.Document = fmt.Sprintf("%d-%03d-%04d", 1+p.IntN(9), 1+p.IntN(999), p.IntN(10000))
		if p.IntN(2) == 0 {
			i.Document = fmt.Sprint(5_000_000 + p.IntN(90_000_000))
		}
	case n < 92:
		i.GivenNames, i.FamilyNames, i.Document = p.pick(givenHaiti), p.pick(familyHaiti), fmt.Sprintf("%c%c%07d", 'A'+p.IntN(26), 'A'+p.IntN(26), p.IntN(10_000_000))
		if p.IntN(3) == 0 {
			i.GivenNames += " " + p.pick(givenHaiti)
		}
	default:
		i.FamilyNames, i.Document = p.pick(familyHan), fmt.Sprintf("E%08d", p.IntN(100_000_000))
		given := p.pick(syllablesH) + p.pick(syllablesH)
		i.GivenNames = strings.ToUpper(given[:1]) + given[1:]
	}
	if p.IntN(3) == 0 {
		i.Document = ""
	}
	if p.IntN(2) == 0 {
		i.Phone = fmt.Sprintf("+507 6%07d", p.IntN(10_000_000))
	}
	return i
}

func (p people) birthday() string {
	return fmt.Sprintf("%04d-%02d-%02d", 2008-int(50*p.Float64()*p.Float64()), 1+p.IntN(12), 1+p.IntN(28))
}

// sibling shares both surnames and the telephone, and nothing else; a twin the
// date of birth as well. Neither is a repeat.
func (p people) sibling(of likeness.Identity, twin bool) likeness.Identity {
	s := p.person()
	s.FamilyNames, s.Phone = of.FamilyNames, of.Phone
	if twin {
		s.BirthDate = of.BirthDate
	}
	return s
}

// again writes the same person a second time, as another officer would: each
// thing is lost, misheard or misread about as often as we think it is. What is
// not known of real registries is stated in docs/decisions/0013-likeness.md.
func (p people) again(i likeness.Identity) likeness.Identity {
	i.GivenNames, i.FamilyNames = p.given(i.GivenNames), p.family(i.FamilyNames)
	if p.IntN(100) < 5 {
		i.GivenNames, i.FamilyNames = i.FamilyNames, i.GivenNames
	}
	switch n := p.IntN(100); {
	case n < 62:
	case n < 72:
		i.BirthDate = i.BirthDate[:5] + i.BirthDate[8:] + "-" + i.BirthDate[5:7]
		if i.BirthDate[5:7] > "12" {
			i.BirthDate = i.BirthDate[:4]
		}
	case n < 84:
		i.BirthDate = i.BirthDate[:4]
	case n < 88:
		i.BirthDate = fmt.Sprint(p.year(i)-1+2*p.IntN(2)) + i.BirthDate[4:]
	case n < 93:
		i.BirthDate = fmt.Sprint(p.year(i) - 1 + 2*p.IntN(2))
	case n < 97:
		i.BirthDate = ""
	default:
		i.BirthDate = p.birthday()
	}
	switch n := p.IntN(100); {
	case n < 35:
	case n < 80:
		i.Document = ""
	default:
		i.Document = p.misread(i.Document)
	}
	if p.IntN(100) < 60 {
		i.Phone = ""
	}
	return i
}

func (p people) year(i likeness.Identity) (y int) {
	fmt.Sscanf(i.BirthDate, "%4d", &y)
	return y
}

func (p people) given(s string) string {
	words := strings.Fields(s)
	if len(words) > 1 && p.IntN(100) < 35 {
		words = words[:1]
	}
	for n, w := range words {
		words[n] = p.misheard(w)
	}
	return strings.Join(words, " ")
}

func (p people) family(s string) string {
	words := strings.Fields(s)
	if len(words) > 1 {
		switch n := p.IntN(100); {
		case n < 25:
			words = words[:1]
		case n < 30:
			words = words[1:]
		case n < 37:
			words[0], words[1] = words[1], words[0]
		case n < 41:
			words[1] = "de " + words[1]
		}
	}
	for n, w := range words {
		words[n] = p.misheard(w)
	}
	return strings.Join(words, " ")
}

// exchanges are what an ear or a keyboard puts for what.
var exchanges = [][2]string{{"z", "s"}, {"s", "z"}, {"v", "b"}, {"b", "v"}, {"j", "g"}, {"qu", "k"}, {"hu", "w"}, {"h", ""}, {"ll", "y"}, {"y", "ll"}, {"ñ", "n"}, {"c", "s"},
	{"é", "e"}, {"í", "i"}, {"á", "a"}, {"ó", "o"}, {"rr", "r"}, {"i", "y"}, {"x", "j"}, {"zh", "z"}, {"x", "s"}, {"ou", "u"}, {"ph", "f"}, {"th", "t"}}

func (p people) misheard(w string) string {
	w = strings.ToLower(w)
	switch n := p.IntN(100); {
	case n < 55:
		return w
	case n < 85:
		for range 6 {
			x := exchanges[p.IntN(len(exchanges))]
			if strings.Contains(w, x[0]) {
				return strings.Replace(w, x[0], x[1], 1)
			}
		}
		return w
	}
	r := []rune(w)
	at := p.IntN(len(r) - 1)
	switch {
	case len(r) < 4:
	case p.IntN(2) == 0:
		r[at], r[at+1] = r[at+1], r[at]
	default:
		r = append(r[:at:at], r[at+1:]...)
	}
	return string(r)
}

func (p people) misread(s string) string {
	if len(s) < 6 {
		return s
	}
	switch p.IntN(5) {
	case 0:
		return strings.ReplaceAll(strings.Replace(s, "0", "O", 1), "1", "I")
	case 1:
		return strings.ReplaceAll(s, "-", "")
	case 2:
		return s[:len(s)-1]
	case 3:
		at := 1 + p.IntN(len(s)-3)
		return s[:at] + s[at+1:at+2] + s[at:at+1] + s[at+2:]
	}
	at := p.IntN(len(s))
	return s[:at] + string(rune('0'+p.IntN(10))) + s[at+1:]
}
