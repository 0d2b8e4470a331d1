package publishing

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"istmo/act"
	"istmo/fault"
	"istmo/observatory/release"
	"istmo/store"
)

// What goes out is a publication, and a note in which this node signs which release
// it is, its digest and the hash of its words. docs/release-file.md has it for whoever
// writes a checker of their own.

const format = "istmo/release/1"

const longestWords = 8 << 20

// Publication is what is signed: tables, and what must be known to read them.
type Publication struct {
	Title   string    `json:"title"`
	Node    string    `json:"node"`
	Counted time.Time `json:"counted"` // when the people were counted
	Edition string    `json:"edition"` // of the rules by which they were
	Rule    Rule      `json:"rule"`
	// The dimensions by which people are told apart, and the tables over them.
	Dimensions []Dimension `json:"dimensions"`
	Tables     []Table     `json:"tables"`
}

// Rule is by what small numbers are hidden.
type Rule struct {
	Country string `json:"country"`
	From    string `json:"from"`
	Method  string `json:"method"`
	Least   int    `json:"least"`
	Zeros   string `json:"zeros"`
	Base    int    `json:"base"`
	ES      string `json:"es"`
	EN      string `json:"en"`
	Source  string `json:"source"`
}

// Dimension is what people are told apart by. Partial says that there are people
// outside its categories who are in no table that has it.
type Dimension struct {
	Name       string     `json:"name"`
	Partial    bool       `json:"partial"`
	Categories []Category `json:"categories"`
}

// Category is one value; Of are the codes that it stands for, where it is not its own.
type Category struct {
	Code   string   `json:"code"`
	Parent string   `json:"parent,omitempty"`
	Of     []string `json:"of,omitempty"`
}

// Table is counts over some dimensions, with their totals (the code "*").
type Table struct {
	Over []string `json:"over"`
	Rows []Cell   `json:"rows"`
}

// Cell is one number; nothing where it is hidden.
type Cell struct {
	At    []string `json:"at"`
	Count *int     `json:"count"`
}

// with puts safe tables into a publication.
func (p Publication) with(made release.Published) Publication {
	r := made.Rule
	p.Rule = Rule{r.Country, r.From, r.Method, r.Least, r.Zeros, r.Base, r.RuleES, r.RuleEN, r.Source}
	for _, d := range made.Dimensions {
		one := Dimension{Name: d.Name, Partial: d.Partial}
		for _, c := range d.Categories {
			one.Categories = append(one.Categories, Category(c))
		}
		p.Dimensions = append(p.Dimensions, one)
	}
	for _, t := range made.Tables {
		one := Table{Over: t.Over}
		for _, row := range t.Rows {
			c := Cell{At: row.At}
			if !row.Hidden {
				c.Count = &row.Count
			}
			one.Rows = append(one.Rows, c)
		}
		p.Tables = append(p.Tables, one)
	}
	return p
}

// published is a publication as package release checks it.
func (p Publication) published() (out release.Published) {
	r := p.Rule
	out.Rule = release.Rule{Country: r.Country, From: r.From, Method: r.Method, Least: r.Least, Zeros: r.Zeros, Base: r.Base, RuleES: r.ES, RuleEN: r.EN, Source: r.Source}
	for _, d := range p.Dimensions {
		one := release.Dimension{Name: d.Name, Partial: d.Partial}
		for _, c := range d.Categories {
			one.Categories = append(one.Categories, release.Category(c))
		}
		out.Dimensions = append(out.Dimensions, one)
	}
	for _, t := range p.Tables {
		one := release.Sheet{Over: t.Over}
		for _, c := range t.Rows {
			row := release.Row{At: c.At, Hidden: c.Count == nil}
			if c.Count != nil {
				row.Count = *c.Count
			}
			one.Rows = append(one.Rows, row)
		}
		out.Tables = append(out.Tables, one)
	}
	return out
}

func (p Publication) write() (string, error) {
	text, err := json.Marshal(p)
	return string(text), err
}

// read takes words in strictly: what is not known is not a publication.
func read(words string) (p Publication, err error) {
	if len(words) > longestWords {
		return p, fault.Conflict("release.not-a-file")
	}
	d := json.NewDecoder(strings.NewReader(words))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil || d.More() {
		return p, fault.Conflict("release.not-a-file")
	}
	return p, nil
}

// sound says whether a partner's words can be tables at all: a rule that hides, and
// rows that name categories that there are, each once.
func (p Publication) sound() error {
	made, rows := p.published(), 0
	outline := release.Release{Dimensions: made.Dimensions}
	for _, t := range p.Tables {
		outline.Tables, rows = append(outline.Tables, t.Over), rows+len(t.Rows)
	}
	if made.Rule.Check() != nil || outline.Check() != nil || p.Title == "" || len(p.Title) > longestTitle || len(p.Tables) > mostTables || rows > release.MostCells {
		return fault.Conflict("release.not-a-file")
	}
	for _, t := range p.Tables {
		seen := map[string]bool{}
		for _, c := range t.Rows {
			key := strings.Join(c.At, "|")
			if seen[key] || !p.holds(t.Over, c.At) || c.Count != nil && (*c.Count < 0 || *c.Count > release.MostPeople) {
				return fault.Conflict("release.not-a-file")
			}
			seen[key] = true
		}
	}
	return nil
}

// holds is whether a row names a category, or the total, of each dimension.
func (p Publication) holds(over, at []string) bool {
	if len(over) != len(at) {
		return false
	}
	for i, name := range over {
		d := slices.IndexFunc(p.Dimensions, func(d Dimension) bool { return d.Name == name })
		if at[i] != release.Total && !slices.ContainsFunc(p.Dimensions[d].Categories, func(c Category) bool { return c.Code == at[i] }) {
			return false
		}
	}
	return true
}

// statement is what a node signs of a release.
func (e Entry) statement(approved time.Time, words string) string {
	sum := sha256.Sum256([]byte(words))
	return fmt.Sprintf("%s\nnode %s\nrelease %s\nrule %s\napproved %s\ntables %d\ndigest %s\nsha256 %s\n", format, e.Publication.Node, e.ID,
		e.Publication.published().Rule.Version(), approved.UTC().Format(time.RFC3339Nano), len(e.Publication.Tables), e.Digest, hex.EncodeToString(sum[:]))
}

// openedFile reads what was signed, and the words it was signed over, and says whether
// they belong together. That the node signed it is for whoever has its key to check.
func openedFile(note, words string) (e Entry, err error) {
	said := map[string]string{}
	for l := range strings.Lines(act.NoteText(note)) {
		if name, value, ok := strings.Cut(strings.TrimSuffix(l, "\n"), " "); ok {
			said[name] = value
		}
	}
	e.ID, e.node, e.words, e.note = said["release"], said["node"], words, note
	if e.DecidedAt, err = time.Parse(time.RFC3339Nano, said["approved"]); err != nil || !strings.HasPrefix(e.ID, "rel_") || e.node == "" {
		return e, fault.Conflict("release.not-a-file")
	}
	if e.Publication, err = read(words); err != nil {
		return e, err
	}
	if err := e.Publication.sound(); err != nil {
		return e, err
	}
	e.Published = e.Publication.published()
	e.Title, e.Digest, e.Rule = e.Publication.Title, e.Published.Digest(), e.Published.Rule.Version()
	if e.Publication.Node != e.node || act.NoteText(note) != e.statement(e.DecidedAt, words) {
		return e, fault.Conflict("release.other-words")
	}
	return e, nil
}

// File is a release as a file: all that is needed to check it without a node.
type File struct {
	Format  string          `json:"format"`  // "istmo/release/1"
	Note    string          `json:"note"`    // the statement, and the node's signature (C2SP signed-note)
	Key     string          `json:"key"`     // with which it signed: ed25519, in base64
	Release json.RawMessage `json:"release"` // the words that were signed, byte for byte
}

// file is an approved release as a file.
func (e Entry) file(tx *store.Tx) (f File, err error) {
	key, err := act.KeyOf(tx, e.node)
	return File{format, e.note, base64.StdEncoding.EncodeToString(key), json.RawMessage(e.words)}, err
}

// Write writes it, the words on a line of their own.
func (f File) Write(w io.Writer) error {
	note, _ := json.Marshal(f.Note)
	key, _ := json.Marshal(f.Key)
	_, err := fmt.Fprintf(w, "{\"format\":%q,\n\"note\":%s,\n\"key\":%s,\n\"release\":%s}\n", f.Format, note, key, f.Release)
	return err
}

// ReadFile reads one.
func ReadFile(r io.Reader) (f File, err error) {
	d := json.NewDecoder(io.LimitReader(r, 2*longestWords))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil || f.Format != format {
		return f, fault.Invalid("file", "release.no-file")
	}
	return f, nil
}

// Verdict is what checking a file found.
type Verdict struct {
	ID          string
	Node        string
	Approved    time.Time
	Digest      string
	Publication Publication
	Whole       bool // the words are those that were signed
	Signed      bool // the signature holds under the key
	Vouched     bool // and the key came from the node's card
}

// Verify checks a file by itself. keys are those from the cards of nodes; a key that
// is only in the file proves no more than that one hand made it all.
func (f File) Verify(keys map[string]ed25519.PublicKey) (v Verdict, err error) {
	e, err := openedFile(f.Note, string(bytes.TrimSpace(f.Release)))
	if err != nil && fault.All(err)[0].Key != "release.other-words" {
		return v, fault.Invalid("file", "release.no-file")
	}
	v = Verdict{ID: e.ID, Node: e.node, Approved: e.DecidedAt, Digest: e.Digest, Publication: e.Publication, Whole: err == nil}
	key, vouched := keys[v.Node]
	if !vouched {
		key, _ = base64.StdEncoding.DecodeString(f.Key)
	}
	v.Signed = len(key) == ed25519.PublicKeySize && act.SignedBy(f.Note, v.Node, key)
	v.Vouched = v.Signed && vouched
	return v, nil
}
