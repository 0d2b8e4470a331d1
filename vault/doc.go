// Package vault keeps what would name a person: names, birth dates, documents,
// contacts, free text, attachments. Each person has a random key; everything
// about the person is sealed under it; the key itself is sealed under the
// node's. Destroying that one small row is the erasure of the person: in the
// database, in what other packages sealed for the ledger or for a partner, and
// in every backup whose keys have been renewed since.
//
// From the node's one secret (Master) every other key of the node is derived.
// The secret lies in node.key, sealed by a passphrase or a key file that is
// kept outside the data directory, so that a copied disk or a stolen backup
// opens nothing.
//
// What the vault does not hide: that a subject exists, which fields it has and
// about how long they are, and that two subjects share an indexed value.
//
// Why it is built so: docs/decisions/0004-vault.md.
package vault
