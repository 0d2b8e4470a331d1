package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"istmo/fault"
)

// How hard guessing is made: about 0.2 s of one core and 64 MiB for each guess.
const (
	stretchMemory  = 64 << 10 // KiB
	stretchTime    = 3
	stretchThreads = 1
	saltBytes      = 16
	hashBytes      = 32
)

// The bounds of a password, in characters. There is no rule about which
// characters: length and not being common are what count (NIST SP 800-63B).
const (
	shortestPassword = 12
	longestPassword  = 200
)

// Password is a stretched password (argon2id), with the cost it was made at.
type Password struct {
	salt, hash   []byte
	memory, time uint32
	threads      uint8
}

// NewPassword stretches a chosen password, or says why it cannot be one: too
// short, too long, common, or made of one of the words to avoid (a sign-in
// name). It takes about 0.2 s, so it happens outside a transaction.
func NewPassword(text string, avoid ...string) (Password, error) {
	text = norm.NFC.String(text)
	switch n := utf8.RuneCountInString(text); {
	case n < shortestPassword:
		return Password{}, fault.Invalid("password", "people.password-short").With("Least", shortestPassword)
	case n > longestPassword:
		return Password{}, fault.Invalid("password", "people.password-long").With("Most", longestPassword)
	case common(text, avoid):
		return Password{}, fault.Invalid("password", "people.password-common")
	}
	p := Password{salt: make([]byte, saltBytes), memory: stretchMemory, time: stretchTime, threads: stretchThreads}
	rand.Read(p.salt)
	p.hash = p.stretch(text, hashBytes)
	return p, nil
}

func (p Password) stretch(text string, n uint32) []byte {
	return argon2.IDKey([]byte(text), p.salt, p.time, p.memory, p.threads, n)
}

// decoy is what a guess is compared with when there is no password, so that the
// work is the same. Nothing stretches to it.
var decoy = Password{salt: make([]byte, saltBytes), hash: make([]byte, hashBytes), memory: stretchMemory, time: stretchTime, threads: stretchThreads}

// matches compares in constant time.
func (p Password) matches(text string) bool {
	if utf8.RuneCountInString(text) > longestPassword {
		text = ""
	}
	got := p.stretch(norm.NFC.String(text), uint32(len(p.hash)))
	return subtle.ConstantTimeCompare(got, p.hash) == 1
}

const passwordLayout = "argon2id m=%d t=%d p=%d %s %s"

// text is how a password is kept, sealed.
func (p Password) text() []byte {
	b64 := base64.RawStdEncoding
	return fmt.Appendf(nil, passwordLayout, p.memory, p.time, p.threads, b64.EncodeToString(p.salt), b64.EncodeToString(p.hash))
}

func parsePassword(text []byte) (p Password, err error) {
	var salt, hash string
	if _, err := fmt.Sscanf(string(text), passwordLayout, &p.memory, &p.time, &p.threads, &salt, &hash); err != nil {
		return p, fault.Internal("people: a stored password", err)
	}
	b64 := base64.RawStdEncoding
	p.salt, err = b64.DecodeString(salt)
	if err == nil {
		p.hash, err = b64.DecodeString(hash)
	}
	if err == nil && len(p.hash) != hashBytes {
		err = errors.New("wrong length")
	}
	return p, err
}

// stretcher bounds how many passwords are stretched at once, and so the memory
// that a crowd at the door can take: 64 MiB for each core.
type stretcher chan struct{}

func newStretcher() stretcher { return make(stretcher, max(2, runtime.NumCPU())) }

func (s stretcher) match(ctx context.Context, p Password, text string) (bool, error) {
	select {
	case s <- struct{}{}:
		defer func() { <-s }()
		return p.matches(text), nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

//go:embed common.txt
var commonText string

var commonWords = func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(commonText) {
		words[w] = true
	}
	return words
}()

// common reports whether text is what guessers try first: a word of the list
// (common.txt), however often repeated, in whatever case, with whatever digits
// and signs around it; a few characters over and over; a run of neighbours such
// as 123456789012; or half of it or more one of the words to avoid.
func common(text string, avoid []string) bool {
	folded := fold(text)
	core := strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	if isRun(folded) || len(shortestUnit(folded)) <= 4 || commonWords[core] || commonWords[shortestUnit(core)] {
		return true
	}
	for _, word := range avoid {
		if word = fold(word); word != "" && 2*len(word) >= len(folded) && strings.Contains(folded, word) {
			return true
		}
	}
	return false
}

var marks = regexp.MustCompile(`\p{Mn}`)

// fold lowers case and drops accents and blanks.
func fold(s string) string {
	s = marks.ReplaceAllString(norm.NFD.String(strings.ToLower(s)), "")
	return strings.Join(strings.Fields(s), "")
}

// shortestUnit is what s repeats, or s.
func shortestUnit(s string) string {
	for n := 1; n <= len(s)/2; n++ {
		if len(s)%n == 0 && strings.Repeat(s[:n], len(s)/n) == s {
			return s[:n]
		}
	}
	return s
}

// isRun reports whether every character follows from the one before it by the
// same small step, counting 9 → 0 as a step of one.
func isRun(s string) bool {
	runes := []rune(s)
	if len(runes) < 2 {
		return true
	}
	for i := 2; i < len(runes); i++ {
		if step(runes[i-1], runes[i]) != step(runes[0], runes[1]) {
			return false
		}
	}
	d := step(runes[0], runes[1])
	return d >= -1 && d <= 1
}

func step(a, b rune) rune {
	if a == '9' && b == '0' {
		return 1
	}
	if a == '0' && b == '9' {
		return -1
	}
	return b - a
}
