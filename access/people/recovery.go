package people

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"strings"

	"istmo/store"
)

// recoveryCodes is how many codes an account is given to keep on paper.
const recoveryCodes = 8

// codeBytes makes codes of 96 bits: too many to guess, so a plain hash keeps
// them, and four groups of five to copy from paper.
const codeBytes = 12

// crockford leaves out the letters that are read as digits.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// newCode makes a code for a person to type, in groups: "7K2M4-0QX9T-…".
func newCode() string {
	b := make([]byte, codeBytes)
	rand.Read(b)
	text := crockford.EncodeToString(b)
	var groups []string
	for len(text) > 5 {
		groups, text = append(groups, text[:5]), text[5:]
	}
	return strings.Join(append(groups, text), "-")
}

var misread = strings.NewReplacer("O", "0", "I", "1", "L", "1", "U", "V", "-", "", " ", "")

// hashCode is how a typed code is kept and looked up, forgiving case, blanks
// and the letters that look like digits.
func hashCode(code string) string { return hashOf(misread.Replace(strings.ToUpper(code))) }

// newSecret is 256 bits for a machine to keep: a session, a bearer token.
func newSecret() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashOf is how a secret of full strength is kept.
func hashOf(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(h[:])
}

// newRecoveryCodes gives user fresh codes and voids the earlier ones.
func newRecoveryCodes(tx *store.Tx, user string) ([]string, error) {
	if err := deleteKind(tx, user, kindRecovery); err != nil {
		return nil, err
	}
	codes := make([]string, recoveryCodes)
	for i := range codes {
		codes[i] = newCode()
		if err := insertCredential(tx, credential{User: user, Kind: kindRecovery, Handle: hashCode(codes[i])}); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// spendRecoveryCode takes one of user's codes; it opens once.
func spendRecoveryCode(tx *store.Tx, user, code string) (bool, error) {
	return deleteHandle(tx, user, kindRecovery, hashCode(code))
}
