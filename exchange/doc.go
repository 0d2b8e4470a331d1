// Package exchange carries what crosses the border between two countries' nodes.
//
// A command posts a message in its own transaction (Post). The message is
// sealed at once to the partner's key, so that the outbox never holds it in
// clear. When the border next speaks with that partner, over the net or by a
// file on a stick, the message takes its place in the stream to that partner
// and becomes an envelope: from then on it has a number and the hash of the one
// before it, and whoever has lost, doubled, changed or re-ordered one can tell.
//
// Both sides speak alike. One message, the Bundle, carries envelopes, receipts
// for the other's envelopes, how far the other has been heard, and a word of
// the ledger. All of it hangs under one signed Merkle root, so that each
// envelope and each receipt can be proven alone, years later, before a court.
// The answer to a Bundle is a Bundle: pushing and pulling are the same act, and
// a ministry whose firewall lets nothing in takes full part.
//
// Delivery is at least once and its effect exactly once: the handler's rows,
// the claim on the envelope and the receipt are one transaction.
//
// What never happens: a body in clear at rest or on a wire; a name in an
// address, a log or an error; an envelope to a partner that was removed or
// suspended; an answer to somebody unknown that differs from no answer at all.
//
// The wire format is docs/exchange.md, with vectors in
// docs/exchange-vectors.json; why it is so, docs/decisions/0002-exchange.md.
package exchange
