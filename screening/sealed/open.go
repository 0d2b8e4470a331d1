package sealed

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"time"

	"istmo/fault"
)

const (
	info          = "istmo/screening/v1"
	sessionExport = "istmo/screening/session"
	recordInfo    = "istmo/screening/record"
	block         = 64 // plain texts are padded to a multiple of this
)

// Unit is the key pair of an agency, to which its devices seal.
type Unit struct {
	private hpke.PrivateKey
	Public  []byte // 1216 bytes
	ID      ID
}

// UnitFrom makes a unit's keys from a secret of 32 bytes, always the same ones.
func UnitFrom(secret []byte) (Unit, error) {
	private, err := hpke.MLKEM768X25519().DeriveKeyPair(secret)
	if err != nil {
		return Unit{}, fault.Internal("screening: unit key", err)
	}
	public := private.PublicKey().Bytes()
	return Unit{private, public, sessionID(public)}, nil
}

// sessionID is the beginning of a hash: of what is encapsulated, or of a key.
func sessionID(b []byte) ID {
	sum := sha256.Sum256(b)
	return ID(sum[:16])
}

// Secret is what both ends of a session know.
type Secret []byte

// Secret opens what a session encapsulates. Another unit's session is a fault.
func (u Unit) Secret(s Session) (Secret, error) {
	if s.Unit != u.ID {
		return nil, fault.Invalid("", "screening.other-unit")
	}
	r, err := hpke.NewRecipient(s.Enc, u.private, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(info))
	if err != nil {
		return nil, fault.Invalid("", "screening.bad-seal")
	}
	return r.Export(sessionExport, 32)
}

// Begin opens a session to a unit, as a device does.
func Begin(public []byte, device, credential string) (Session, Secret, error) {
	key, err := hpke.MLKEM768X25519().NewPublicKey(public)
	if err != nil {
		return Session{}, nil, fault.Invalid("", "screening.other-unit")
	}
	enc, sender, err := hpke.NewSender(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(info))
	if err != nil {
		return Session{}, nil, fault.Internal("screening: session", err)
	}
	secret, err := sender.Export(sessionExport, 32)
	return Session{Unit: sessionID(public), Device: device, Credential: credential, Enc: enc}, secret, err
}

// Revision is what was changed of a screening at one moment.
type Revision struct {
	Parent string         `json:"parent"` // the revision that the writer knew last, "<session>:<n>"
	At     time.Time      `json:"at"`     // by the device's clock
	Post   string         `json:"post"`
	List   string         `json:"list"`
	Set    map[string]any `json:"set"`    // texts, or lists of texts
	Final  bool           `json:"final"`  // the officer has finished
	Duress bool           `json:"duress"` // made under the second PIN
}

// Seal seals a revision into a record, as a device does.
func Seal(secret Secret, credential []byte, r Record, v Revision) (Record, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return r, fault.Internal("screening: revision", err)
	}
	var packed bytes.Buffer
	packed.WriteByte(1)
	w, _ := flate.NewWriter(&packed, flate.BestCompression)
	w.Write(text)
	w.Close()
	plain := packed.Bytes()
	plain = append(plain, make([]byte, (block-len(plain)%block)%block)...)
	aead, err := cipherOf(secret, credential)
	if err != nil {
		return r, err
	}
	r.Sealed = aead.Seal(nil, nonce(r.N), plain, r.head())
	return r, nil
}

// Open opens a record. What does not open was made for somebody else, by somebody
// without the credential, or changed on its way.
func Open(secret Secret, credential []byte, r Record) (v Revision, err error) {
	aead, err := cipherOf(secret, credential)
	if err != nil {
		return v, err
	}
	plain, err := aead.Open(nil, nonce(r.N), r.Sealed, r.head())
	if err != nil || len(plain) == 0 {
		return v, fault.Invalid("", "screening.bad-seal")
	}
	text, err := inflate(plain)
	if err != nil {
		return v, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&v); err != nil {
		return v, fault.Invalid("", "screening.bad-revision")
	}
	return v, v.check()
}

func inflate(plain []byte) ([]byte, error) {
	switch plain[0] {
	case 0:
		return plain[1:], nil
	case 1:
		text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(plain[1:])), maxText+1))
		if err == nil && len(text) <= maxText {
			return text, nil
		}
	}
	return nil, fault.Invalid("", "screening.bad-revision")
}

// The names that stand in clear where a revision is kept: of its fields, and of what
// it points at. None of them can be a person's.
var (
	fieldName = regexp.MustCompile(`^([a-z][a-z_]{1,31}|q\.[A-Z0-9][A-Z0-9-]{1,15})$`)
	idName    = regexp.MustCompile(`^([a-z]{2,4}_[0-9a-z]{1,26}|[0-9a-f]{32}:[0-9]{1,10})?$`)
)

// check holds what is set to texts and lists of texts, and names to what they can be.
func (v Revision) check() error {
	ok := idName.MatchString(v.Post) && idName.MatchString(v.List) && idName.MatchString(v.Parent)
	for field, value := range v.Set {
		_, is := value.(string)
		if list, many := value.([]any); many {
			is = !slices.ContainsFunc(list, func(w any) bool { _, is := w.(string); return !is })
		}
		ok = ok && is && fieldName.MatchString(field)
	}
	if !ok {
		return fault.Invalid("", "screening.bad-revision")
	}
	return nil
}

func cipherOf(secret Secret, credential []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, secret, credential, recordInfo, 32)
	if err != nil {
		return nil, fault.Internal("screening: record key", err)
	}
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, fault.Internal("screening: record key", err)
	}
	return cipher.NewGCM(b)
}

func nonce(n uint32) []byte {
	return binary.BigEndian.AppendUint32(make([]byte, 8, 12), n)
}
