// Package estimates lets an analyst ask, in the browser, how many people were never
// found: package mse over a table of how far lists overlap.
//
// The table is counts and no people, and still its small numbers are of few people of
// this node's own lists: it is typed or uploaded, worked with and forgotten. It stands in
// no row, address, log or line of the ledger. Whoever stands by a result keeps it
// ([Save]) with what it is of, its source and its day: the numbers of the result, and a
// digest by which a table that is shown again can be recognised.
//
// Who: analysts and focal points. What never happens: a number where the model does not
// exist or is not the only one; a number without its interval and what it supposes; two
// estimates at once for one person, or one that goes on when they have left.
package estimates
