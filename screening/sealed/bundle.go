package sealed

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"istmo/fault"
)

const magic = "ISTMO-S1"

// The kinds of entry in a bundle.
const (
	kindSession = 1
	kindRecord  = 2
)

const encSize = 1120 // bytes that X-Wing encapsulates to

// Limits of what a node reads at once.
const (
	MaxBundle = 64 << 10  // bytes of one bundle by the network
	MaxFile   = 16 << 20  // bytes of one bundle as a file
	maxText   = 256 << 10 // bytes of one revision's text
)

// ID names a session: the beginning of a hash of what it encapsulates.
type ID [16]byte

func (id ID) String() string { return hex.EncodeToString(id[:]) }

// ParseID reads an id from hexadecimal.
func ParseID(s string) (id ID, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(id) {
		return id, fault.Invalid("", "screening.bad-bundle")
	}
	return ID(b), nil
}

// Session is a time in which an officer had the app open.
type Session struct {
	Unit       ID     // of the unit's public key
	Device     string // dev_…
	Credential string // crd_…
	Enc        []byte // what HPKE encapsulated
}

// ID names it.
func (s Session) ID() ID { return sessionID(s.Enc) }

// Record is one sealed revision of a screening.
type Record struct {
	Session ID
	N       uint32 // its number in the session
	Chain   ID     // the screening
	Rev     uint16 // counts the chain's revisions on this device, for people who look
	Sealed  []byte
}

// Receipt is the screening's number as people say it: 40 bits in eight signs
// without those that sound or look alike.
func (r Record) Receipt() string { return Receipt(r.Chain) }

// Receipt is a chain's number as people say it.
func Receipt(chain ID) string {
	const signs = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	bits := uint64(chain[0])<<32 | uint64(binary.BigEndian.Uint32(chain[1:5]))
	var s strings.Builder
	for i := range 8 {
		if i == 4 {
			s.WriteByte('-')
		}
		s.WriteByte(signs[bits>>(35-5*i)&31])
	}
	return s.String()
}

// head is what the seal commits to.
func (r Record) head() []byte {
	b := append([]byte{kindRecord}, r.Session[:]...)
	b = binary.BigEndian.AppendUint32(b, r.N)
	b = append(b, r.Chain[:]...)
	return binary.BigEndian.AppendUint16(b, r.Rev)
}

const headSize = 1 + 16 + 4 + 16 + 2

// Bundle is what is handed over at once: sessions, and records in their order.
type Bundle struct {
	Sessions []Session
	Records  []Record
}

// Bytes writes a bundle, sessions first.
func (b Bundle) Bytes() []byte {
	out := []byte(magic)
	for _, s := range b.Sessions {
		body := append([]byte{kindSession}, s.Unit[:]...)
		body = append(append(body, byte(len(s.Device))), s.Device...)
		body = append(append(body, byte(len(s.Credential))), s.Credential...)
		out = entry(out, append(body, s.Enc...))
	}
	for _, r := range b.Records {
		out = entry(out, append(r.head(), r.Sealed...))
	}
	return out
}

func entry(out, body []byte) []byte {
	return append(binary.BigEndian.AppendUint32(out, uint32(len(body))), body...)
}

// Parse reads a bundle. Anything that is none is a fault; what is sealed in it is
// not looked at.
func Parse(text []byte) (b Bundle, err error) {
	rest, ok := bytes.CutPrefix(text, []byte(magic))
	for ok && len(rest) > 0 {
		var body []byte
		if body, rest, ok = counted(rest, 4); ok {
			ok = b.read(body)
		}
	}
	if !ok {
		return Bundle{}, fault.Invalid("", "screening.bad-bundle")
	}
	return b, nil
}

func (b *Bundle) read(body []byte) bool {
	switch {
	case len(body) > headSize && body[0] == kindRecord:
		b.Records = append(b.Records, Record{Session: ID(body[1:17]), N: binary.BigEndian.Uint32(body[17:21]),
			Chain: ID(body[21:37]), Rev: binary.BigEndian.Uint16(body[37:39]), Sealed: body[headSize:]})
		return true
	case len(body) > 17 && body[0] == kindSession:
		device, rest, ok := counted(body[17:], 1)
		if !ok {
			return false
		}
		credential, enc, ok := counted(rest, 1)
		b.Sessions = append(b.Sessions, Session{Unit: ID(body[1:17]), Device: string(device), Credential: string(credential), Enc: enc})
		return ok && len(enc) == encSize
	}
	return false
}

// counted cuts off what is preceded by its length in so many bytes.
func counted(b []byte, size int) (body, rest []byte, ok bool) {
	if len(b) < size {
		return nil, nil, false
	}
	n := uint64(b[0])
	if size == 4 {
		n = uint64(binary.BigEndian.Uint32(b))
	}
	if b = b[size:]; n > uint64(len(b)) {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}
