package ledger

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"istmo/store"
)

// Deed is one thing done, looked at or refused.
type Deed struct {
	Seq     int64     `json:"seq"` // from 1, without gaps; set by Append
	At      time.Time `json:"at"`  // the transaction's instant; set by Append
	Actor   string    `json:"actor"`
	Verb    string    `json:"verb"`
	Object  string    `json:"object,omitempty"`
	Outcome string    `json:"outcome"`          // done, looked, refused:<kind>
	Policy  string    `json:"policy,omitempty"` // the policy that decided
	Cause   int64     `json:"cause,omitempty"`  // the deed that this one follows from, or 0
	Detail  []byte    `json:"-"`                // sealed; given to Append, never returned by Show

	Commitment []byte    `json:"commitment,omitempty"` // SHA-256(salt‖sealed), or nothing
	Prev       tlog.Hash `json:"prev"`
	Hash       tlog.Hash `json:"hash"` // of the record, as a leaf of the tree
}

// longest is the most characters that one value of a record may have.
const longest = 200

// Code reports whether s may stand in a record: printable ASCII, no space, at
// most 200 characters. What somebody typed as an id may not be one; a refusal of
// it is then recorded without an object.
func Code(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return len(s) <= longest
}

// check refuses what cannot stand in a record. It is a fault of the caller's
// code, never of a person, so it has no sentence and echoes no value.
func (d Deed) check(seq int64) error {
	for label, v := range map[string]string{"actor": d.Actor, "verb": d.Verb, "object": d.Object, "outcome": d.Outcome, "policy": d.Policy} {
		if !Code(v) {
			return fmt.Errorf("ledger: the %s of a deed is not a code", label)
		}
	}
	if d.Actor == "" || d.Verb == "" || d.Outcome == "" {
		return fmt.Errorf("ledger: a deed lacks its actor, verb or outcome")
	}
	if d.Cause < 0 || d.Cause >= seq {
		return fmt.Errorf("ledger: a deed's cause must come before it")
	}
	return nil
}

// row is a deed as its row spells it: what a record is made of, byte by byte,
// even where somebody has put something there that is no time or number.
type row struct {
	seq                                             int64
	at, actor, verb, object, outcome, policy, cause string
	commitment, prev, hash                          []byte
	salt, sealed                                    []byte
}

func (d Deed) row() row {
	return row{
		seq: d.Seq, at: store.Stamp(d.At), actor: d.Actor, verb: d.Verb, object: d.Object, outcome: d.Outcome,
		policy: d.Policy, cause: strconv.FormatInt(d.Cause, 10), commitment: d.Commitment, prev: d.Prev[:],
	}
}

const (
	firstLine = "istmo deed v1\n"
	lastLine  = "end\n"
)

// record is the row's record, had it the number seq and followed prev.
func (r row) record(seq int64, prev []byte) []byte {
	b := make([]byte, 0, 512)
	b = append(b, firstLine...)
	b = append(strconv.AppendInt(append(b, "seq "...), seq, 10), '\n')
	for _, line := range [...][2]string{
		{"at ", r.at}, {"actor ", r.actor}, {"verb ", r.verb}, {"object ", r.object},
		{"outcome ", r.outcome}, {"policy ", r.policy}, {"cause ", r.cause},
	} {
		b = append(append(append(b, line[0]...), line[1]...), '\n')
	}
	b = append(base64.StdEncoding.AppendEncode(append(b, "detail "...), r.commitment), '\n')
	b = append(base64.StdEncoding.AppendEncode(append(b, "prev "...), prev), '\n')
	return append(b, lastLine...)
}

// leaf is the hash of that record as a leaf of the tree.
func (r row) leaf(seq int64, prev []byte) tlog.Hash { return tlog.RecordHash(r.record(seq, prev)) }

var labels = [...]string{"seq", "at", "actor", "verb", "object", "outcome", "policy", "cause", "detail", "prev"}

// parseRecord reads a record back. It accepts exactly what Append writes: the
// record of what it returns is the text that it was given.
func parseRecord(text string) (Deed, error) {
	wrong := fmt.Errorf("ledger: not the record of a deed")
	body, ok1 := strings.CutPrefix(text, firstLine)
	body, ok2 := strings.CutSuffix(body, "\n"+lastLine)
	lines := strings.Split(body, "\n")
	if !ok1 || !ok2 || len(lines) != len(labels) {
		return Deed{}, wrong
	}
	for i, label := range labels {
		value, ok := strings.CutPrefix(lines[i], label+" ")
		if !ok {
			return Deed{}, wrong
		}
		lines[i] = value
	}
	d := Deed{Actor: lines[2], Verb: lines[3], Object: lines[4], Outcome: lines[5], Policy: lines[6], Hash: tlog.RecordHash([]byte(text))}
	if err := d.parseValues(lines); err != nil {
		return Deed{}, wrong
	}
	if string(d.row().record(d.Seq, d.Prev[:])) != text || d.check(d.Seq) != nil {
		return Deed{}, wrong
	}
	return d, nil
}

// parseValues reads the values that are not plain codes.
func (d *Deed) parseValues(v []string) (err error) {
	if d.Seq, err = strconv.ParseInt(v[0], 10, 64); err != nil {
		return err
	}
	if d.At, err = time.Parse(time.RFC3339, v[1]); err != nil {
		return err
	}
	if d.Cause, err = strconv.ParseInt(v[7], 10, 64); err != nil {
		return err
	}
	if d.Commitment, err = base64.StdEncoding.DecodeString(v[8]); err != nil {
		return err
	}
	d.Prev, err = tlog.ParseHash(v[9])
	return err
}
