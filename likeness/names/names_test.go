package names

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestSounds lists writings that must fall together, by the skeleton that pairs
// of words are found by.
func TestSounds(t *testing.T) {
	for _, same := range [][]string{
		{"Quispe", "Kispe", "Quizpe"}, {"Huanca", "Wanka", "Guanca"}, {"Yañez", "Llanes", "Yanez", "Llañes"},
		{"Vásquez", "Bazquez", "Vasques", "BÁSQUEZ"}, {"Jiménez", "Giménez", "Ximenez", "Jimenes"}, {"Hernández", "Ernandes"},
		{"Zambrano", "Sanbrano", "Zanbrano"}, {"Ceballos", "Zevallos", "Seballos"}, {"Condori", "Cunduri"}, {"Mamani", "Mamane"},
		{"Guamán", "Huaman", "Waman"}, {"Wilmer", "Guilmer", "Huilmer"}, {"Agüero", "Aguero"}, {"Nuñez", "Nunez", "Núñes"},
		{"Espinoza", "Spinosa", "Espinosa"}, {"Yesenia", "Jesenia", "Yecenia"}, {"Yvonne", "Ivon"}, {"Jean-Baptiste", "Janbatis", "Jean Batist"},
		{"Conceição", "Conceicao"}, {"Gonçalves", "Goncalves", "Gonzalez"}, {"Carvalho", "Carvallo"}, {"Magalhães", "Magallaes"}, {"Mohammed", "Muhamad", "Mohamed"},
		{"Abdul Rahman", "Abdulrahman"}, {"Khaled", "Jaled"}, {"Serguei", "Sergey", "Сергей"}, {"Aleksandr", "Alejandro", "Александр"},
		{"Shrestha", "Sresta"}, {"Bhandari", "Bandari"}, {"Delacruz", "de la Cruz", "Cruz"}, {"San Martín", "Sanmartin"},
		{"Pepe", "José", "Joseph"}, {"O'Connor", "Oconor"}, {"Youssouf", "Yusuf"}, {"Antoine", "Antwàn"},
	} {
		first := loose(same[0])
		for _, s := range same[1:] {
			if got := loose(s); !slices.Equal(got, first) {
				t.Errorf("%s sounds %v and %s %v", same[0], first, s, got)
			}
		}
	}
	for _, other := range [][2]string{{"García", "Gracia"}, {"Pérez", "Gómez"}, {"Rojas", "Rosas"}, {"Mora", "Moya"}, {"Li", "Liu"}, {"Chávez", "Suárez"}, {"Castro", "Castillo"}} {
		if slices.Equal(tight(other[0]), tight(other[1])) {
			t.Errorf("%s and %s fall together: %v", other[0], other[1], tight(other[0]))
		}
	}
}

func loose(name string) (all []string) {
	for _, w := range canonical(syllables(wordsOf(name))[0]) {
		all = append(all, w.loose)
	}
	return all
}

func tight(name string) (all []string) {
	for _, w := range canonical(syllables(wordsOf(name))[0]) {
		all = append(all, w.tight)
	}
	return all
}

// TestPinyin parts what is Mandarin, and nothing else.
func TestPinyin(t *testing.T) {
	for _, same := range [][2]Identity{
		{{GivenNames: "Wei Ming", FamilyNames: "Zhang"}, {GivenNames: "Weiming", FamilyNames: "ZHANG"}},
		{{GivenNames: "Wěimíng", FamilyNames: "Zhāng"}, {GivenNames: "Wei3ming2", FamilyNames: "Zhang1"}},
		{{GivenNames: "Xianing", FamilyNames: "Lü"}, {GivenNames: "Xia Ning", FamilyNames: "Lv"}},
		{{GivenNames: "Zhang", FamilyNames: "Weiming"}, {GivenNames: "Wei-Ming", FamilyNames: "Zhang"}},
	} {
		if a, b := fullOf(same[0]), fullOf(same[1]); a != b {
			t.Errorf("%v is %q, %v is %q", same[0], a, same[1], b)
		}
	}
	if words := syllables([]string{"ana"}, []string{"luna"}); !slices.Equal(words[1], []string{"luna"}) {
		t.Errorf("Luna was parted: %v", words)
	}
}

func fullOf(i Identity) string {
	for _, k := range Read(i).Keys() {
		if k.Kind == Full {
			return k.Value
		}
	}
	return ""
}

// TestMeanings looks up one writing by the keys of another, and says what each
// error is found as.
func TestMeanings(t *testing.T) {
	whole := Identity{"José Luis", "García Márquez", "1990-03-07", "8-123-456", "+507 6123-4567"}
	for _, c := range []struct {
		other Identity
		kind  Kind
		means string
	}{
		{Identity{BirthDate: "1990-07-03"}, Birth, Swapped},
		{Identity{GivenNames: "Pepe", BirthDate: "1991-03-07"}, NameYear, NextYear},
		{Identity{GivenNames: "Jose", BirthDate: "1989"}, NameYear, NextYear},
		{Identity{GivenNames: "José", BirthDate: "1960-03-07"}, NameDay, Same},
		{Identity{Document: "8-0123-00456"}, Document, Same},
		{Identity{Document: "8-I23-4S6"}, Document, Same},
		{Identity{Document: "CC 8123456"}, Document, Same},
		{Identity{Document: "81234567"}, Document, CheckDigit},
		{Identity{Document: "812345"}, Stem, CheckDigit},
		{Identity{Document: "8123459"}, Stem, LastDigit},
		{Identity{Document: "8132456"}, Shuffled, Moved},
		{Identity{Phone: "61234567"}, Phone, Same},
		{Identity{Phone: "00507 61 23 45 67"}, Phone, Same},
		{Identity{GivenNames: "José", FamilyNames: "Marques"}, Pair, Same},
		{Identity{GivenNames: "Jorge", FamilyNames: "Garsía"}, Surname, Same},
		{Identity{GivenNames: "Márquez", FamilyNames: "José"}, Pair, Same},
		{Identity{FamilyNames: "Márquez García"}, Pair, Same},
		{Identity{GivenNames: "Márquez García José Luis"}, Full, Same},
	} {
		if means := meaning(Read(c.other), Read(whole).Keys(), c.kind); means != c.means {
			t.Errorf("%+v by %d: %q, want %q", c.other, c.kind, means, c.means)
		}
	}
	for _, nobody := range []Identity{{}, {Document: "123", Phone: "12345", BirthDate: "31/12/1990", GivenNames: " - "}, {GivenNames: "Ana"}, {BirthDate: "1990"}} {
		if keys := Read(nobody).Keys(); len(keys) != 0 {
			t.Errorf("%+v has keys: %v", nobody, keys)
		}
	}
}

func meaning(p Person, keys []Key, kind Kind) string {
	for _, q := range p.Probes() {
		if q.Kind == kind && slices.Contains(keys, q.Key) {
			return q.Means
		}
	}
	return ""
}

// TestKeysAreBounded holds whatever is typed.
func TestKeysAreBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`([A-ZÑa-zçñ'ÁáÜü]{1,9}[ -]?){0,7}`))
		i := Identity{text.Draw(t, "given"), text.Draw(t, "family"), rapid.OneOf(rapid.StringMatching(`19\d\d(-0[1-9](-[012][1-8])?)?`), rapid.String()).Draw(t, "birth"),
			rapid.OneOf(rapid.StringMatching(`[A-Z]{0,3}[-0-9.]{0,14}`), rapid.String()).Draw(t, "document"), rapid.OneOf(rapid.StringMatching(`\+?[0-9 -]{0,16}`), rapid.String()).Draw(t, "phone")}
		p := Read(i)
		keys, probes := p.Keys(), p.Probes()
		if len(keys) > Most || len(probes) > 2*Most {
			t.Fatalf("%d keys, %d probes", len(keys), len(probes))
		}
		for _, k := range keys {
			if !slices.ContainsFunc(probes, func(q Probe) bool { return q.Key == k && q.Means != NextYear }) {
				t.Fatalf("a person is not looked for under %v", k)
			}
		}
	})
}
