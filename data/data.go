// Package data holds what varies by country and by year: holidays, clocks and
// the countries themselves, as dated rows that each name their source. Changing
// a row changes what istmo does; no program text has to be touched, and an
// operator can lay rows of their own over these (see package calendar).
package data

import "embed"

// Files are the tables as shipped.
//
//go:embed *.csv texts/*.csv
var Files embed.FS
