package indicators

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
	"strconv"
	"strings"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/cooperation"
	"istmo/fault"
	"istmo/store"
)

// What goes to a partner is a package: the words of a version, and a note in which
// this node signs which version it is, from when it is in force, and the hash of the
// words. docs/indicators.md has it for whoever writes a checker of their own.

const format = "istmo/indicators/1"

// statement is what a node signs of a version.
func (l List) statement(words string) string {
	sum := sha256.Sum256([]byte(words))
	return fmt.Sprintf("%s\nnode %s\nlist %s\nversion %d\nfrom %s\nindicators %d\nsha256 %s\n",
		format, l.Node, l.ID, l.Version, l.From.UTC().Format(time.RFC3339Nano), len(l.Indicators), hex.EncodeToString(sum[:]))
}

// sign signs a version as it comes into force, and keeps it as it was signed.
func (l List) sign(tx *store.Tx) error {
	words, err := l.write()
	if err != nil {
		return err
	}
	note, err := act.Sign(tx, l.statement(words))
	if err != nil {
		return err
	}
	return l.keep(tx, words, note)
}

// opened reads a package: what was signed, and the words it was signed over. That
// the node signed it is for whoever has its key to check.
func opened(note, words string) (l List, err error) {
	said := lines(act.NoteText(note))
	l.Node, l.ID, l.State, l.was = said["node"], said["list"], Published, Drafted
	l.Version, _ = strconv.ParseInt(said["version"], 10, 64)
	if l.From, err = time.Parse(time.RFC3339Nano, said["from"]); err != nil || len(words) > longestList || l.Version < 1 {
		return l, fault.Conflict("indicators.not-a-list")
	}
	var b body
	strict := json.NewDecoder(strings.NewReader(words))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&b); err != nil {
		return l, fault.Conflict("indicators.not-a-list")
	}
	l.Reason, l.Rule, l.Indicators = b.Reason, b.Rule, b.Indicators
	if act.NoteText(note) != l.statement(words) {
		return l, fault.Conflict("indicators.other-words")
	}
	return l, l.check()
}

// lines reads a statement's "name value" lines.
func lines(statement string) map[string]string {
	all := map[string]string{}
	for l := range strings.Lines(statement) {
		if name, value, ok := strings.Cut(strings.TrimSuffix(l, "\n"), " "); ok {
			all[name] = value
		}
	}
	return all
}

// list is a partner's version as it stands here.
func (p pack) list() (List, error) { return opened(p.note, p.words) }

// Share shows a version that is or was in force to a partner.
type Share struct {
	On
	Partner string `json:"partner"`
}

// Verb names it.
func (Share) Verb() access.Verb { return "indicators.share" }

// Do sends it. There is nothing of a person in it.
func (c Share) Do(tx *store.Tx, who access.Who, l List) error {
	r, err := one(tx, ` WHERE id = $1`, l.ID)
	switch {
	case err != nil:
		return err
	case r.note == "":
		return fault.Conflict("indicators.not-published")
	case c.Partner == "" || c.Partner == act.Here(tx):
		return fault.Invalid("partner", "fault.choose")
	}
	_, err = act.Tell(tx, act.Letter{To: c.Partner, Purpose: cooperation.ForCooperation, About: l.ID, Command: Receive{Note: r.note, Words: r.words}})
	if f := fault.All(err); len(f) > 0 && f[0].Key == "exchange.no-such-partner" {
		return fault.Invalid("partner", "fault.choose")
	}
	if err != nil {
		return err
	}
	return l.sharedWith(tx, c.Partner)
}

// Receive is how a partner's version reaches us.
type Receive struct {
	Note  string `json:"note"`
	Words string `json:"words"`
}

// Verb names it.
func (Receive) Verb() access.Verb { return "indicators.receive" }

// Find opens the package. Whose it may be, policy says.
func (c Receive) Find(tx *store.Tx, who access.Who) (List, error) { return opened(c.Note, c.Words) }

// Do keeps it beside our own, if that node signed it. A version that is here already
// stays as it came.
func (c Receive) Do(tx *store.Tx, who access.Who, l List) error {
	key, err := act.KeyOf(tx, l.Node)
	if err != nil {
		return err
	}
	if !act.SignedBy(c.Note, l.Node, key) {
		return fault.Conflict("indicators.not-signed")
	}
	if _, err := Find(tx, l.ID); err == nil {
		return fault.Conflict("indicators.other-words")
	}
	old, err := store.One(tx, (*pack).columns, selectPack+` WHERE id = $1`, l.ID)
	switch {
	case fault.Is(err, fault.KindNotFound):
		return pack{l.ID, l.Node, c.Words, c.Note, tx.Now}.insert(tx)
	case err == nil && old.words != c.Words:
		return fault.Conflict("indicators.other-words")
	}
	return err
}

// Adopt takes indicators of a partner's version, or of the shipped list, into a
// draft: those of the same code are replaced. What a partner calls validated was
// tried among other people, so here it counts again once somebody says so.
type Adopt struct {
	On
	From  string   `json:"from"`
	Codes []string `json:"codes"`
}

// Verb names it.
func (Adopt) Verb() access.Verb { return "indicators.adopt" }

// Do takes them in.
func (c Adopt) Do(tx *store.Tx, who access.Who, l List) error {
	if err := l.change(c.Verb()); err != nil {
		return err
	}
	from, err := anyOf(tx, c.From)
	if err != nil {
		return err
	}
	if len(c.Codes) == 0 {
		return fault.Invalid("codes", "indicators.choose-some")
	}
	for _, code := range c.Codes {
		i, known := from.Indicator(code)
		if !known {
			return fault.Invalid("codes", "fault.not-in-list")
		}
		if from.ID != ShippedID && from.Node != act.Here(tx) {
			i.Adopted, i.Validated = fmt.Sprintf("%s/%d", from.Node, from.Version), false
		}
		l.put(i)
	}
	if len(l.Indicators) > mostIndicator {
		return fault.Conflict("indicators.too-many")
	}
	return l.draft(tx)
}

// File is a version as a file: all that is needed to check it without a node.
type File struct {
	Format string          `json:"format"` // "istmo/indicators/1"
	Note   string          `json:"note"`   // the statement, and the node's signature (C2SP signed-note)
	Key    string          `json:"key"`    // with which it signed: ed25519, in base64
	List   json.RawMessage `json:"list"`   // the words that were signed, byte for byte
}

// Packed gives a published version, or a partner's, as a file.
type Packed struct {
	ID string `json:"id"`
}

// Verb names it.
func (Packed) Verb() access.Verb { return "indicators.package" }

// Ask answers.
func (c Packed) Ask(tx *store.Tx, who access.Who) (f File, err error) {
	r, err := one(tx, ` WHERE id = $1 AND note <> ''`, c.ID)
	if fault.Is(err, fault.KindNotFound) {
		var p pack
		p, err = store.One(tx, (*pack).columns, selectPack+` WHERE id = $1`, c.ID)
		r.Node, r.note, r.words = p.node, p.note, p.words
	}
	if err != nil {
		return f, err
	}
	key, err := act.KeyOf(tx, r.Node)
	return File{format, r.note, base64.StdEncoding.EncodeToString(key), json.RawMessage(r.words)}, err
}

// Write writes it, the list on a line of its own.
func (f File) Write(w io.Writer) error {
	note, _ := json.Marshal(f.Note)
	key, _ := json.Marshal(f.Key)
	_, err := fmt.Fprintf(w, "{\"format\":%q,\n\"note\":%s,\n\"key\":%s,\n\"list\":%s}\n", f.Format, note, key, f.List)
	return err
}

// ReadFile reads one.
func ReadFile(r io.Reader) (f File, err error) {
	d := json.NewDecoder(io.LimitReader(r, 2*longestList))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil || f.Format != format {
		return f, fault.Invalid("file", "indicators.no-file")
	}
	return f, nil
}

// Verdict is what checking a file found.
type Verdict struct {
	List
	Whole   bool `json:"whole"`   // the words are those that were signed
	Signed  bool `json:"signed"`  // the signature holds under the key
	Vouched bool `json:"vouched"` // and the key came from the node's card
}

// Sound reports whether the words are those that the node signed.
func (v Verdict) Sound() bool { return v.Whole && v.Signed }

// Verify checks a file by itself. keys are those from the cards of nodes; a key that
// is only in the file proves no more than that one hand made it all.
func (f File) Verify(keys map[string]ed25519.PublicKey) (v Verdict, err error) {
	v.List, err = opened(f.Note, string(bytes.TrimSpace(f.List)))
	if err != nil && !slices.Contains([]string{"indicators.other-words"}, fault.All(err)[0].Key) {
		return v, fault.Invalid("file", "indicators.no-file")
	}
	v.Whole = err == nil
	key, vouched := keys[v.Node]
	if !vouched {
		key, _ = base64.StdEncoding.DecodeString(f.Key)
	}
	v.Signed = len(key) == ed25519.PublicKeySize && act.SignedBy(f.Note, v.Node, key)
	v.Vouched = v.Signed && vouched
	return v, nil
}
