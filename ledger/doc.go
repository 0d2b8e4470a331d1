// Package ledger keeps the record of every deed, look and refusal of a node so
// that nobody, its own administrator included, can change it unseen.
//
// A deed is written in the transaction that carries it out. Its record is
// twelve lines of text, each ended by a line feed, the label and the value
// parted by one space:
//
//	istmo deed v1
//	seq 7
//	at 2026-11-22T11:45:00.000Z
//	actor usr_06f…
//	verb referrals.accept
//	object ref_06f…
//	outcome done
//	policy officer-accepts
//	cause 6
//	detail LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=
//	prev 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
//	end
//
// The values are codes of printable ASCII without spaces, so a record can be
// read in one way only and has no room for a sentence about anyone. "prev" is
// the previous record's hash (of nothing, for the first), "detail" the
// commitment SHA-256(salt‖sealed) to what the vault sealed about the deed, or
// nothing. The sealed detail lies apart and may be erased; the record stays.
//
// The records are the leaves of a Merkle tree (RFC 6962, as in
// golang.org/x/mod/sumdb/tlog), whose root the node signs in checkpoints
// (C2SP tlog-checkpoint, origin "istmo/<node>"). Partners check that each
// checkpoint continues the one before and countersign it (C2SP
// tlog-cosignature, cosignature/v1), and tell each other which checkpoints they
// have seen; a history that is rewritten, or shown in two versions, contradicts
// a signature that somebody else holds.
//
// [Append] writes. [Verify] reads everything again and names what is wrong.
// [Say], [Hear] and [Settle] are a round of mutual witness between two nodes.
// [ProveInclusion] gives a person's counsel a proof that needs no database.
package ledger
