package cooperation

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"istmo/access"
	"istmo/fault"
	"istmo/store"
)

// Article is an article of an agreement, in our own summary.
type Article struct {
	Number    string `json:"number"` // as the instrument counts them: "2.a"
	SummaryES string `json:"summary_es"`
	SummaryEN string `json:"summary_en"`
	Duties    []Duty `json:"duties"`
}

// Duty is something that an article obliges to, and who answers for it.
type Duty struct {
	Position int64  `json:"position"`
	Node     string `json:"node"`   // the country that answers, or empty for every party
	Who      string `json:"who"`    // the institution, by its own name
	Agency   string `json:"agency"` // the same in that country's directory, or empty
	TextES   string `json:"text_es"`
	TextEN   string `json:"text_en"`
}

// What a body is to an agreement. An observer is no party's: an agency of the
// United Nations that looks on.
const (
	Committee = "committee"
	Contact   = "contact"
	Observer  = "observer"
)

// Body is a committee that carries an agreement out, a point of contact, or an
// organisation that looks on.
type Body struct {
	Role   string `json:"role"`
	Node   string `json:"node"` // empty for an observer
	Name   string `json:"name"` // in its own language
	Agency string `json:"agency"`
}

// sort puts the text in the order in which it is read and signed.
func (a *Agreement) sort() {
	a.Articles, a.Bodies = slices.Clone(a.Articles), slices.Clone(a.Bodies)
	slices.SortFunc(a.Articles, func(x, y Article) int { return byNumber(x.Number, y.Number) })
	for i := range a.Articles {
		a.Articles[i].Duties = slices.Clone(a.Articles[i].Duties)
		slices.SortFunc(a.Articles[i].Duties, func(x, y Duty) int { return cmp.Compare(x.Position, y.Position) })
	}
	slices.SortFunc(a.Bodies, func(x, y Body) int {
		return cmp.Or(cmp.Compare(x.Role, y.Role), cmp.Compare(x.Node, y.Node), cmp.Compare(x.Name, y.Name))
	})
}

var piece = regexp.MustCompile(`[0-9]+|[^0-9]+`)

// byNumber has article 2 before 2.a, and that before 10.
func byNumber(x, y string) int {
	a, b := piece.FindAllString(x, -1), piece.FindAllString(y, -1)
	for i := range min(len(a), len(b)) {
		m, e1 := strconv.ParseUint(a[i], 10, 63)
		n, e2 := strconv.ParseUint(b[i], 10, 63)
		if c := cmp.Compare(m, n); e1 == nil && e2 == nil && c != 0 {
			return c
		}
		if c := cmp.Compare(a[i], b[i]); (e1 != nil || e2 != nil) && c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(x, y))
}

// Digest is the SHA-256, in hexadecimal, of everything that is agreed: whoever
// signs the same digest signs the same text. It leaves out what happens to the
// agreement afterwards: signatures, halts, its state. Each part is written as its
// name, its length in bytes, and itself, so that no text can pass for another.
func (a Agreement) Digest() string {
	a.sort()
	h := sha256.New()
	put := func(name string, values ...string) {
		for _, v := range values {
			fmt.Fprintf(h, "%s %d\n%s\n", name, len(v), v)
		}
	}
	const day = "2006-01-02T15:04:05.000Z"
	put("istmo/agreement/v1", a.ID, a.Home, a.Kind, a.TitleES, a.TitleEN, a.Source, a.KnownES, a.KnownEN)
	for _, codes := range [][]string{a.Languages, a.Lines, a.Frame, a.Parties, a.Verbs, a.Purposes, a.Groups} {
		put("codes", strings.Join(codes, " "))
	}
	put("from", a.From.UTC().Format(day))
	put("to", a.To.UTC().Format(day))
	for _, one := range a.Articles {
		put("article", one.Number, one.SummaryES, one.SummaryEN)
		for _, d := range one.Duties {
			put("duty", strconv.FormatInt(d.Position, 10), d.Node, d.Who, d.Agency, d.TextES, d.TextEN)
		}
	}
	for _, b := range a.Bodies {
		put("body", b.Role, b.Node, b.Name, b.Agency)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Said is a text in the reader's language, or in the other one if it is not
// written in that: no reader is shown an empty line where something is agreed.
func Said(lang, es, en string) string {
	if lang == "en" {
		return cmp.Or(en, es)
	}
	return cmp.Or(es, en)
}

// written ends every change of the text: only the depositary makes one, and only
// while nobody else has signed. The version rises, and every party is told.
func (a Agreement) written(tx *store.Tx) error {
	if a.Home != here(tx) {
		return fault.Denied()
	}
	next, err := Flow.Next(a.State, writeText)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(a.Signed, func(n string) bool { return n != a.Home }) {
		return fault.Conflict("cooperation.already-signed")
	}
	a.was, a.State, a.Version = a.State, next, a.Version+1
	if err := a.replace(tx); err != nil {
		return err
	}
	return a.tell(tx)
}

func (a Agreement) article(number string) int {
	return slices.IndexFunc(a.Articles, func(one Article) bool { return one.Number == number })
}

// The lengths to which a text may grow.
const (
	longestName = 200
	longestText = 2000
)

var articleNumber = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}.-]{0,19}$`)

// WriteArticle writes an article, or one that is there anew.
type WriteArticle struct {
	On
	Number    string `json:"number"`
	SummaryES string `json:"summary_es"`
	SummaryEN string `json:"summary_en"`
}

// Verb names it.
func (WriteArticle) Verb() access.Verb { return "cooperation.write-article" }

// Do writes it.
func (c WriteArticle) Do(tx *store.Tx, who access.Who, a Agreement) error {
	var check fault.Check
	check.That(articleNumber.MatchString(c.Number), "number", "cooperation.article-number")
	bothTongues(&check, "summary", c.SummaryES, c.SummaryEN)
	if err := check.Err(); err != nil {
		return err
	}
	if i := a.article(c.Number); i >= 0 {
		a.Articles[i].SummaryES, a.Articles[i].SummaryEN = c.SummaryES, c.SummaryEN
	} else {
		a.Articles = append(a.Articles, Article{Number: c.Number, SummaryES: c.SummaryES, SummaryEN: c.SummaryEN})
	}
	return a.written(tx)
}

// bothTongues takes a text that stands in both languages.
func bothTongues(check *fault.Check, field, es, en string) {
	check.That(es != "", field+"_es", "fault.required")
	check.That(en != "", field+"_en", "fault.required")
	check.That(len(es) <= longestText, field+"_es", "fault.too-long")
	check.That(len(en) <= longestText, field+"_en", "fault.too-long")
}

// RemoveArticle takes an article out, with the duties that it names.
type RemoveArticle struct {
	On
	Number string `json:"number"`
}

// Verb names it.
func (RemoveArticle) Verb() access.Verb { return "cooperation.remove-article" }

// Do takes it out.
func (c RemoveArticle) Do(tx *store.Tx, who access.Who, a Agreement) error {
	i := a.article(c.Number)
	if i < 0 {
		return fault.Invalid("number", "cooperation.no-article")
	}
	a.Articles = slices.Delete(a.Articles, i, i+1)
	return a.written(tx)
}

// WriteDuty writes what an article obliges to: after those that are there, or in
// the place of one of them.
type WriteDuty struct {
	On
	Article  string `json:"article"`
	Position int64  `json:"position"` // 0 for after the others
	Node     string `json:"node"`
	Who      string `json:"who"`
	Agency   string `json:"agency"`
	TextES   string `json:"text_es"`
	TextEN   string `json:"text_en"`
}

// Verb names it.
func (WriteDuty) Verb() access.Verb { return "cooperation.write-duty" }

// Do writes it. Who answers is a name that everybody can read, so that of an
// agency is copied from the directory.
func (c WriteDuty) Do(tx *store.Tx, who access.Who, a Agreement) error {
	d := Duty{c.Position, c.Node, c.Who, c.Agency, c.TextES, c.TextEN}
	i := a.article(c.Article)
	var check fault.Check
	check.That(i >= 0, "article", "cooperation.no-article")
	check.That(c.Position >= 0, "position", "fault.not-a-number")
	check.That(c.Node == "" || slices.Contains(a.Parties, c.Node), "node", "cooperation.no-party")
	check.That(nameOf(tx, c.Node, c.Agency, &d.Who), "agency", "cooperation.no-agency")
	check.That(d.Who != "", "who", "fault.required")
	check.That(len(d.Who) <= longestName, "who", "fault.too-long")
	bothTongues(&check, "text", c.TextES, c.TextEN)
	if err := check.Err(); err != nil {
		return err
	}
	a.Articles[i].Duties = placed(a.Articles[i].Duties, d)
	return a.written(tx)
}

// nameOf fills in an agency's name where none was written, and reports whether
// there is such an agency.
func nameOf(tx *store.Tx, node, id string, name *string) bool {
	if id == "" {
		return true
	}
	a, err := AgencyOf(tx, node, id)
	if *name == "" {
		*name = a.Name
	}
	return err == nil
}

// placed puts a duty in its place among others.
func placed(duties []Duty, d Duty) []Duty {
	for _, other := range duties {
		if d.Position == other.Position {
			duties = slices.DeleteFunc(duties, func(o Duty) bool { return o.Position == d.Position })
			return append(duties, d)
		}
	}
	if d.Position == 0 {
		d.Position = 1
		if n := len(duties); n > 0 {
			d.Position = duties[n-1].Position + 1
		}
	}
	return append(duties, d)
}

// RemoveDuty takes a duty out of an article.
type RemoveDuty struct {
	On
	Article  string `json:"article"`
	Position int64  `json:"position"`
}

// Verb names it.
func (RemoveDuty) Verb() access.Verb { return "cooperation.remove-duty" }

// Do takes it out.
func (c RemoveDuty) Do(tx *store.Tx, who access.Who, a Agreement) error {
	i := a.article(c.Article)
	if i < 0 {
		return fault.Invalid("article", "cooperation.no-article")
	}
	n := len(a.Articles[i].Duties)
	a.Articles[i].Duties = slices.DeleteFunc(a.Articles[i].Duties, func(d Duty) bool { return d.Position == c.Position })
	if len(a.Articles[i].Duties) == n {
		return fault.Invalid("position", "cooperation.no-duty")
	}
	return a.written(tx)
}

// without is an agreement's bodies but for one.
func without(bodies []Body, role, node, name string) []Body {
	return slices.DeleteFunc(bodies, func(b Body) bool { return b.Role == role && b.Node == node && b.Name == name })
}

// NameBody names a committee that carries the agreement out, a point of contact,
// or an observer.
type NameBody struct {
	On
	Role   string `json:"role"`
	Node   string `json:"node"` // empty for an observer
	Name   string `json:"name"` // that of the agency, if it is empty
	Agency string `json:"agency"`
}

// Verb names it.
func (NameBody) Verb() access.Verb { return "cooperation.name-body" }

// Do names it.
func (c NameBody) Do(tx *store.Tx, who access.Who, a Agreement) error {
	var check fault.Check
	check.That(slices.Contains([]string{Committee, Contact, Observer}, c.Role), "role", "fault.not-in-list")
	check.That(c.Role != Observer || c.Node == "", "node", "cooperation.observer-of-nobody")
	check.That(c.Role == Observer || slices.Contains(a.Parties, c.Node), "node", "cooperation.no-party")
	check.That(c.Role == Observer || nameOf(tx, c.Node, c.Agency, &c.Name), "agency", "cooperation.no-agency")
	check.That(c.Name != "", "name", "fault.required")
	check.That(len(c.Name) <= longestName, "name", "fault.too-long")
	if err := check.Err(); err != nil {
		return err
	}
	a.Bodies = append(without(a.Bodies, c.Role, c.Node, c.Name), Body{c.Role, c.Node, c.Name, c.Agency})
	return a.written(tx)
}

// RemoveBody takes a body out.
type RemoveBody struct {
	On
	Role string `json:"role"`
	Node string `json:"node"`
	Name string `json:"name"`
}

// Verb names it.
func (RemoveBody) Verb() access.Verb { return "cooperation.remove-body" }

// Do takes it out.
func (c RemoveBody) Do(tx *store.Tx, who access.Who, a Agreement) error {
	n := len(a.Bodies)
	if a.Bodies = without(a.Bodies, c.Role, c.Node, c.Name); len(a.Bodies) == n {
		return fault.Invalid("name", "cooperation.no-body")
	}
	return a.written(tx)
}
