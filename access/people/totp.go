package people

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"istmo/fault"
	"istmo/store"
	"istmo/vault"
)

// One-time codes as every authenticator app makes them (RFC 6238): SHA-1, six
// digits, thirty seconds.
const (
	totpPeriod      = 30 // seconds
	totpSecretBytes = 20
	totpDrift       = 1 // steps that a phone's clock may be off, either way
)

var totpOptions = totp.ValidateOpts{Period: totpPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

func newTOTPSecret() string {
	b := make([]byte, totpSecretBytes)
	rand.Read(b)
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

// TOTPCode is the code that an authenticator app with this secret shows at a time.
func TOTPCode(secret string, at time.Time) (string, error) {
	return totp.GenerateCodeCustom(secret, at, totpOptions)
}

// TOTPAddress is what the square code of an authenticator app says.
func TOTPAddress(issuer, name, secret string) string {
	q := url.Values{"secret": {secret}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+name) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// totpStep finds the step whose code was typed, among those that a phone's
// clock may be at. Every candidate is compared, in constant time.
func totpStep(secret, code string, at time.Time) (step int64, ok bool, err error) {
	code = strings.Join(strings.Fields(code), "")
	now := at.Unix() / totpPeriod
	for s := now - totpDrift; s <= now+totpDrift; s++ {
		want, err := TOTPCode(secret, time.Unix(s*totpPeriod, 0))
		if err != nil {
			return 0, false, fault.Internal("people: one-time code", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok, nil
}

// spendCode takes a one-time code for user. A code opens once: neither it nor
// an earlier one is taken again.
func spendCode(tx *store.Tx, user, code string) (bool, error) {
	c, err := credentialOf(tx, user, kindTOTP)
	if fault.Is(err, fault.KindNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	secret, err := vault.Open(tx, user, labelTOTP, c.Secret)
	if err != nil {
		return false, err
	}
	step, ok, err := totpStep(string(secret), code, tx.Now)
	if err != nil || !ok || step <= c.Step {
		return false, err
	}
	return true, useCredential(tx, c.ID, step)
}

// EnrolTOTP gives user a new one-time-code secret in force, and returns it. The
// pages go by StartTOTP and a confirmed code instead; this is for accounts that
// are set up from the terminal.
func EnrolTOTP(tx *store.Tx, user string) (secret string, err error) {
	secret = newTOTPSecret()
	if err := putSealed(tx, user, kindTOTP, labelTOTP, []byte(secret)); err != nil {
		return "", err
	}
	return secret, settle(tx, user)
}

// startTOTP gives user a secret that comes into force when a code proves that
// their app has it.
func startTOTP(tx *store.Tx, user string) error {
	return putSealed(tx, user, kindTOTPPending, labelTOTP, []byte(newTOTPSecret()))
}

// pendingTOTP is the secret that awaits its first code.
func pendingTOTP(tx *store.Tx, user string) (string, error) {
	c, err := credentialOf(tx, user, kindTOTPPending)
	if err != nil {
		return "", err
	}
	secret, err := vault.Open(tx, user, labelTOTP, c.Secret)
	return string(secret), err
}

// confirmTOTP puts the pending secret in force if code is its code now.
func confirmTOTP(tx *store.Tx, user, code string) error {
	secret, err := pendingTOTP(tx, user)
	if err != nil {
		return err
	}
	step, ok, err := totpStep(secret, code, tx.Now)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Invalid("code", "people.code-wrong")
	}
	if err := deleteKind(tx, user, kindTOTP); err != nil {
		return err
	}
	return promoteTOTP(tx, user, step)
}
