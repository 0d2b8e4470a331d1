package indicators

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"istmo/data"
)

// Shipped is the list that comes with the program, without an id: what a node
// begins with, each row with its source and its mark.
func Shipped() List {
	l := shipped()
	return List{Version: 1, Rule: l.Rule.clone(), Indicators: clone(l.Indicators)}
}

var shipped = sync.OnceValue(func() (l List) {
	asked := map[string]Spoken{}
	for _, t := range sheet("questions") {
		asked[t.Key] = t
	}
	for r := range table("indicators.csv") {
		t := asked[r["code"]]
		l.Indicators = append(l.Indicators, Indicator{Code: r["code"], Dimension: r["dimension"], Strength: r["strength"], Applies: r["applies_to"],
			Element: r["element"], Way: r["way"], Symbol: r["symbol"], ES: r["es"], EN: r["en"], Source: r["source"], Validated: r["validated"] == "yes",
			Ask: t.In, Awaits: t.Awaits})
	}
	for r := range table("indicator-rules.csv") {
		sure := r["verified"] == "yes"
		if r["kind"] == "together" {
			l.Rule.Together = append(l.Rule.Together, Joined{r["code"], r["es"], r["en"], r["source"], sure})
			continue
		}
		l.Rule.Clauses = append(l.Rule.Clauses, Clause{r["code"], count(r["strong"]), count(r["medium"]), count(r["weak"]), r["es"], r["en"], r["source"], sure})
	}
	return l
})

// sheet reads one of the tables of texts.
func sheet(name string) (all []Spoken) {
	for r := range table("texts/" + name + ".csv") {
		t := Spoken{Key: r["key"], Symbol: r["symbol"], In: map[string]string{}, Awaits: strings.Fields(r["awaits"])}
		for _, lang := range Langs {
			if r[lang] != "" {
				t.In[lang] = r[lang]
			}
		}
		all = append(all, t)
	}
	return all
}

// table gives the rows of a shipped table by their columns' names. A table that
// cannot be read is a fault of the program.
func table(name string) func(yield func(map[string]string) bool) {
	return func(yield func(map[string]string) bool) {
		f, err := data.Files.Open(name)
		if err != nil {
			panic(fmt.Sprintf("indicators: %v", err))
		}
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			panic(fmt.Sprintf("indicators: %s: %v", name, err))
		}
		for _, cells := range rows[1:] {
			r := map[string]string{}
			for i, c := range cells {
				r[rows[0][i]] = c
			}
			if !yield(r) {
				return
			}
		}
	}
}

func count(word string) int64 {
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		panic(fmt.Sprintf("indicators: %q is no number", word))
	}
	return n
}
