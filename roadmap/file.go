package roadmap

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"istmo/act"
	"istmo/fault"
)

// File is an exported version of a plan: everything that is needed to check it,
// years later, without a node. Statement and notes are signed notes (C2SP
// signed-note); the root is that of RFC 6962 over the commitments' hashes.
type File struct {
	Format      string            `json:"format"` // "istmo/plan/1"
	TitleES     string            `json:"title_es"`
	TitleEN     string            `json:"title_en"`
	Statement   string            `json:"statement"`
	Notes       map[string]string `json:"notes"` // by the node that signed
	Keys        map[string]string `json:"keys"`  // with which each signed: ed25519, in base64
	Commitments []Filed           `json:"commitments"`
}

// Filed is a commitment in such a file.
type Filed struct {
	Number   int64  `json:"number"`
	ID       string `json:"id"`
	Revision int64  `json:"revision"`
	Text     Text   `json:"text"`
}

const fileFormat = "istmo/plan/1"

// File is the version as a file.
func (v PlanView) File() File {
	f := File{Format: fileFormat, TitleES: v.Under.TitleES, TitleEN: v.Under.TitleEN, Statement: v.Statement, Notes: map[string]string{}, Keys: map[string]string{}}
	for _, s := range v.Signatures {
		f.Notes[s.Node], f.Keys[s.Node] = s.Note, s.Key
	}
	for i, it := range v.Items {
		f.Commitments = append(f.Commitments, Filed{it.Number, it.Commitment, it.Revision, v.Texts[i]})
	}
	return f
}

// Write writes it, a commitment a line.
func (f File) Write(w io.Writer) error {
	commitments := f.Commitments
	f.Commitments = nil
	head, err := json.Marshal(f)
	if err != nil {
		return err
	}
	if _, err := w.Write(bytes.TrimSuffix(head, []byte("null}"))); err != nil {
		return err
	}
	for i, c := range commitments {
		line, err := json.Marshal(c)
		if err != nil {
			return err
		}
		lead := ",\n"
		if i == 0 {
			lead = "[\n"
		}
		if _, err := fmt.Fprintf(w, "%s%s", lead, line); err != nil {
			return err
		}
	}
	end := "\n]}\n"
	if len(commitments) == 0 {
		end = "[]}\n"
	}
	_, err = io.WriteString(w, end)
	return err
}

// biggestFile bounds what is read of a plan: some 60,000 commitments.
const biggestFile = 128 << 20

// ReadFile reads one.
func ReadFile(r io.Reader) (f File, err error) {
	d := json.NewDecoder(io.LimitReader(r, biggestFile))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil || f.Format != fileFormat {
		return f, fault.Invalid("file", "roadmap.no-plan-file")
	}
	return f, nil
}

// Verdict is what checking a file found.
type Verdict struct {
	Plan        string    `json:"plan"`
	Version     string    `json:"version"`
	Made        time.Time `json:"made"`
	Parties     []string  `json:"parties"`
	Commitments int       `json:"commitments"`
	Signed      string    `json:"signed"`  // the root that the statement names
	Actual      string    `json:"actual"`  // the root of the words in the file
	Signers     []string  `json:"signers"` // whose signatures hold, with the keys that were given or else those in the file
	Unsigned    []string  `json:"unsigned"`
	Vouched     []string  `json:"vouched"` // of the signers, those whose key came from a card
}

// Sound reports whether the words are those that every party signed.
func (v Verdict) Sound() bool {
	return v.Signed == v.Actual && v.Signed != "" && len(v.Unsigned) == 0 && len(v.Parties) > 1
}

// Verify checks a file by itself: its words against the root in its statement,
// and the statement against every party's signature. keys are those from the
// cards of nodes, which were compared by telephone; a key that is only in the
// file proves no more than that one hand signed all.
func (f File) Verify(keys map[string]ed25519.PublicKey) (v Verdict, err error) {
	said := lines(f.Statement)
	v = Verdict{Plan: said["plan"], Version: said["version"], Parties: strings.Fields(said["parties"]), Signed: said["root"], Commitments: len(f.Commitments)}
	v.Made, _ = time.Parse(time.RFC3339, said["made"])
	hashes := make([]tlog.Hash, len(f.Commitments))
	for i, c := range f.Commitments {
		hashes[i] = c.Text.Hash(c.ID)
	}
	r, err := rootOf(hashes)
	v.Actual = r.String()
	for _, node := range v.Parties {
		key, vouched := keys[node]
		if !vouched {
			key, _ = base64.StdEncoding.DecodeString(f.Keys[node])
		}
		if len(key) != ed25519.PublicKeySize || act.NoteText(f.Notes[node]) != f.Statement || !act.SignedBy(f.Notes[node], node, key) {
			v.Unsigned = append(v.Unsigned, node)
			continue
		}
		v.Signers = append(v.Signers, node)
		if vouched {
			v.Vouched = append(v.Vouched, node)
		}
	}
	if !strings.HasPrefix(f.Statement, fileFormat+"\n") || said["commitments"] != fmt.Sprint(len(f.Commitments)) || !ascending(f.Commitments) {
		v.Actual = "" // it is no statement about these commitments
	}
	return v, err
}

// ascending reports whether the commitments stand in the order of the tree.
func ascending(all []Filed) bool {
	return slices.IsSortedFunc(all, func(a, b Filed) int { return int(a.Number - b.Number) })
}

// lines reads a statement's "name value" lines.
func lines(statement string) map[string]string {
	all := map[string]string{}
	for _, l := range strings.Split(statement, "\n")[min(1, strings.Count(statement, "\n")):] {
		if name, value, ok := strings.Cut(l, " "); ok && all[name] == "" {
			all[name] = value
		}
	}
	return all
}
