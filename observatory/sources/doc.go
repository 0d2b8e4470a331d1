// Package sources takes public files into the node: irregular entries, the returns
// that countries give to UNODC, population, and a deployer's own boundaries
// (package figures reads them). What moves, what is found and what is missed is
// told from these figures, so each keeps who published it, in which edition, and
// what it replaced.
//
// A file comes in whole or not at all. It is read once to say what is wrong with
// it, row by row, and a second time in the transaction that takes it in, one batch
// of rows at a time. A browser's file waits to be confirmed for an hour and is then
// destroyed; the figures of one that came in are kept, the file is not.
//
// Every file's statements are kept side by side. Of what a figure is about, one
// statement is in use: that of the newest edition among the files that have not
// been withdrawn, and of two files of one edition the one that came in later. So an
// older edition that comes late replaces nothing, a newer one replaces only what it
// states, and withdrawing a file brings back what it had replaced. A file whose
// bytes are in use already changes nothing.
//
// A series of entries is joined by rule ([Flow]): of a month and a nationality the
// newest file that states them counts, and where a file gives the month as a whole
// table, whose sums were looked at, nothing older is mixed into that month.
//
// What is wrong with returns is worked out when they change, not when somebody
// looks. A spelling of a country that was guessed, or that several fit, is a matter
// for two people: one proposes a country and why, another accepts or declines. The
// figure keeps what was written, and says by which accepted proposal it is read.
//
// Who: analysts and focal points read, propose and decide (never on their own
// proposal); analysts take files in; either withdraws one, with a reason. Partners
// and everybody else see nothing. There is nobody in any of it: all of it is
// published by others.
//
// What never happens: half a file; a figure without its source; a figure corrected
// here; a name of a file or a formula in a cell taken for anything but text.
package sources
