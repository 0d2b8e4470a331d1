// Package people keeps the accounts of one node: the agencies that work on it,
// the people who work in them, how each proves who they are, and how long the
// node then believes it.
//
// Who: administrators add agencies and people and never read a person's file,
// so the role of administrator goes with no other (CheckRoles). Everybody looks
// after their own passkeys, password, sessions and tokens.
//
// Ways in: a passkey that verifies its holder, or a password together with a
// one-time code. An account begins with an invite, a code that is shown once to
// the administrator and handed over in person; a recovery code opens the same
// way again for somebody who has lost theirs.
//
// What is private: full name, e-mail, passkeys, the one-time-code secret and
// the stretched password are sealed in the vault under the user's own id.
// Tokens, codes and invites are kept as hashes. Sign-in names are chosen, and
// stand in clear.
//
// What never happens: an answer that tells an unknown name from a wrong
// password, a waiting account or a disabled one; a one-time code that opens
// twice; an outsider who can keep somebody out for ever (lock.go); a disabled
// user whose open session goes on.
package people
