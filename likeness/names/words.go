package names

import (
	"embed"
	"encoding/csv"
	"regexp"
	"slices"
	"strings"
)

//go:embed variants.csv
var files embed.FS

// variants leads from a short or foreign form of a given name to the one it
// stands for: Pepe to José, Janbatis's parts to Jean and Baptiste.
var variants = loadVariants()

func loadVariants() map[string]string {
	f, err := files.Open("variants.csv")
	if err != nil {
		panic(err)
	}
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		panic(err)
	}
	all := map[string]string{}
	for _, row := range rows[1:] {
		for _, v := range strings.Fields(row[1]) {
			all[fold(v)] = fold(row[0])
		}
	}
	return all
}

// particles join a name and tell nobody from another.
var particles = strings.Fields("de del la las los lo el y e i da das do dos du des van von der den ter bin ibn bint al ul ur uz af")

// prefixes belong to the word after them, which some write in one: Abdul Rahman
// and Abdulrahman, San Martín and Sanmartín, Mac Donald.
var prefixes = strings.Fields("abd abdul abdel abdoul abu abou san santa santo mac mc saint ste st")

// grown are particles written onto their word: Delacruz, Delosreyes.
var grown = regexp.MustCompile(`^(?:dela|delas|delos|dossa|dasil|dacos)`)

// wordsOf parts a name into the words that tell.
func wordsOf(name string) []string {
	var all, empty []string
	prefix := ""
	for _, w := range strings.Fields(fold(name)) {
		switch {
		case slices.Contains(prefixes, w):
			prefix += w
			continue
		case slices.Contains(particles, w):
			empty = append(empty, w)
			continue
		}
		all, prefix = append(all, ungrown(prefix+w)), ""
	}
	if prefix != "" {
		all = append(all, prefix)
	}
	if len(all) == 0 {
		return empty
	}
	return all
}

func ungrown(w string) string {
	switch g := grown.FindString(w); {
	case g == "dela" || g == "delas" || g == "delos":
		if len(w)-len(g) >= 4 {
			return w[len(g):]
		}
	case g == "dossa" && w == "dossantos":
		return "santos"
	case g == "dasil" && w == "dasilva":
		return "silva"
	case g == "dacos" && w == "dacosta":
		return "costa"
	}
	return w
}

// syllable is one of Mandarin as pinyin writes it, tones and dots gone.
var (
	syllable = regexp.MustCompile(`^(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|van|an|en|in|un|ai|ei|ao|ou|ia|ie|iu|ua|uo|ui|ue|ve|a|o|e|i|u|v)`)
	mandarin = regexp.MustCompile(`zh|q[^u]|^x|[aeiou]ng|ao|ou|uo|iu|ia|ei`)
)

// syllables parts pinyin where every word of a name is pinyin, so that Wei Ming
// and Weiming are the same two. A name of any other tongue is left alone.
func syllables(groups ...[]string) [][]string {
	parted, telling := make([][]string, len(groups)), false
	for i, words := range groups {
		for _, w := range words {
			parts := pinyin(w)
			if parts == nil {
				return groups
			}
			telling = telling || mandarin.MatchString(w)
			parted[i] = append(parted[i], parts...)
		}
	}
	if !telling {
		return groups
	}
	return parted
}

// pinyin parts one word, or is nil. Of two ways the one that leaves a beginning
// with a consonant wins: Xianing is xia-ning.
func pinyin(w string) []string {
	if w == "" {
		return []string{}
	}
	longest := len(syllable.FindString(w))
	for n := longest; n > 0; n-- {
		if s := w[:n]; syllable.FindString(s) != s {
			continue
		}
		if n < len(w) && strings.IndexByte("aeiouv", w[n]) >= 0 {
			continue
		}
		if rest := pinyin(w[n:]); rest != nil {
			return append([]string{strings.ReplaceAll(w[:n], "v", "u")}, rest...)
		}
	}
	return nil
}

func canonical(words []string) []word {
	var all []word
	for _, w := range words {
		if c, known := variants[w]; known {
			w = c
		}
		for _, part := range strings.Fields(w) {
			if s := sounded(part); s.tight != "" {
				all = append(all, s)
			}
		}
	}
	return all
}
