package release

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"istmo/fault"
)

// The methods by which numbers are kept from telling on a person.
const (
	Suppress        = "suppress"         // small numbers are hidden, and others beside them
	RoundNearest    = "round-nearest"    // each to the nearest multiple of the base
	RoundControlled = "round-controlled" // each to a multiple beside it, so that sums still hold
)

// What is done with zeros under suppression.
const (
	ZerosHidden = "hidden" // nobody is a small number too
	ZerosShown  = "shown"  // always shown, so that a reader knows of what is hidden that it is no zero
	ZerosCover  = "cover"  // shown, unless one has to be hidden beside a small number
)

// Rule is what a country's authority has laid down for figures about people, a
// row of data/release-rules.csv.
type Rule struct {
	Country  string // ISO 3166 alpha-2; "*" for who has none of their own
	From, To string // days, empty for no end
	Least    int    // the smallest number that may be shown: 1 to Least-1 are small
	Zeros    string
	Method   string
	Base     int // of rounding
	Basis    string
	RuleES   string
	RuleEN   string
	Source   string
	Verified bool
}

// Version names a rule as it was on its first day: "PA/2026-01-01/suppress-10-cover".
func (r Rule) Version() string {
	how := []string{r.Method, strconv.Itoa(r.Least)}
	if r.Method == Suppress {
		how = append(how, r.Zeros)
	} else {
		how = append(how, strconv.Itoa(r.Base))
	}
	return r.Country + "/" + r.From + "/" + strings.Join(how, "-")
}

// Check says what is wrong with a rule, by field.
func (r Rule) Check() error {
	var check fault.Check
	check.That(r.Least >= 2 && r.Least <= 1000, "least", "release.rule.least")
	switch r.Method {
	case Suppress:
		check.That(slices.Contains([]string{ZerosHidden, ZerosShown, ZerosCover}, r.Zeros), "zeros", "release.rule.zeros")
	case RoundNearest, RoundControlled:
		check.That(r.Base >= 3 && r.Base <= 1000, "base", "release.rule.base")
	default:
		check.That(false, "method", "release.rule.method")
	}
	return check.Err()
}

// small is whether a number is one that the rule hides.
func (r Rule) small(n int) bool {
	return n > 0 && n < r.Least || n == 0 && r.Method == Suppress && r.Zeros == ZerosHidden
}

// width is by how much a reader must be left in doubt about a small number:
// under suppression by as much as all small numbers, under rounding by as much
// as about a number alone that is rounded to zero.
func (r Rule) width() int {
	if r.Method == Suppress {
		return r.Least - 1
	}
	return r.Base - 1 - r.Base/2
}

// reach is the number that a reader must take a small number for possible to be:
// under suppression one that would not have been hidden for itself.
func (r Rule) reach() int {
	if r.Method == Suppress {
		return r.Least
	}
	return 0
}

// columns of data/release-rules.csv.
var ruleColumns = []string{"country", "from", "to", "least", "zeros", "method", "base", "basis", "rule_es", "rule_en", "source", "verified"}

// ReadRules reads rules from CSV with the columns of data/release-rules.csv. A
// fault names the row (the header is 1) and the column, and repeats nothing.
func ReadRules(in io.Reader) ([]Rule, error) {
	rows := csv.NewReader(io.LimitReader(in, 1<<20))
	header, err := rows.Read()
	if err != nil || !slices.Equal(header, ruleColumns) {
		return nil, fault.Invalid("file", "release.rule.columns")
	}
	var rules []Rule
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return rules, nil
		}
		if err != nil {
			line := len(rules) + 2
			var parse *csv.ParseError
			if errors.As(err, &parse) {
				line = parse.Line
			}
			return nil, fault.Invalid("file", "release.rule.row").With("Row", line)
		}
		line, _ := rows.FieldPos(0)
		rule, column := readRule(row)
		if column != "" {
			return nil, fault.Invalid(column, "release.rule.cell").With("Row", line)
		}
		rules = append(rules, rule)
	}
}

// readRule reads a row, or says which column cannot be read.
func readRule(row []string) (r Rule, column string) {
	r = Rule{Country: row[0], From: row[1], To: row[2], Zeros: row[4], Method: row[5], Basis: row[7], RuleES: row[8], RuleEN: row[9], Source: row[10], Verified: row[11] == "yes"}
	var err error
	if r.Least, err = strconv.Atoi(row[3]); err != nil {
		return r, "least"
	}
	if r.Base, err = strconv.Atoi(row[6]); err != nil && row[6] != "" {
		return r, "base"
	}
	for i, day := range []string{r.From, r.To} {
		if _, err := time.Parse(time.DateOnly, day); err != nil && day != "" {
			return r, ruleColumns[1+i]
		}
	}
	switch {
	case r.Country == "":
		return r, "country"
	case r.Source == "":
		return r, "source"
	case row[11] != "yes" && row[11] != "no":
		return r, "verified"
	}
	if list := fault.All(r.Check()); len(list) > 0 {
		return r, list[0].Field
	}
	return r, ""
}

// RuleFor is a country's rule on a day (2006-01-02), or that of "*" where it has
// none of its own; of several, the one that began last. NotFound if there is none.
func RuleFor(rules []Rule, country, day string) (Rule, error) {
	var best Rule
	for _, r := range rules {
		if r.Country != country && r.Country != "*" || r.From > day || r.To != "" && r.To < day {
			continue
		}
		if best.Country == "" || best.Country == "*" && r.Country != "*" || best.Country == r.Country && r.From > best.From {
			best = r
		}
	}
	if best.Country == "" {
		return Rule{}, fault.NotFoundIn("release.rule.none")
	}
	return best, nil
}
