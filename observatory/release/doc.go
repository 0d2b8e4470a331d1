// Package release makes tables of counts about people safe to give away.
//
// A [Release] is several tables over shared dimensions, with margins and totals.
// A [Rule], of a country and a day, says below which number a count tells on a
// person. [Prepare] hides those counts and, beside them, others, until nobody can
// work a hidden one out: not from a row or column, not from another table of the
// release, not from what went out before (the register, passed in as [Past]).
// Or it rounds. Then it attacks the result as a stranger would (package attack)
// and gives back nothing that the attack breaks. Where there is no safe way it
// says so, and which dimension to drop.
//
// How:
//
//   - One frame of cells. A cell is a set of finest codes on each axis, so that
//     the same number in two tables or two releases is one cell, "other" of last
//     year and its parts of this year are a sum, and a total without those who
//     have no papers is not everybody. Tables that hang together in a ring say
//     more than their sums: behind them stands their joint table, unpublished.
//   - What is promised. A small count, 1 to t−1, must be possible as t or more,
//     and its feasible interval at least t−1 wide, ends included; a count hidden
//     beside it must not be readable. Under rounding, a small count must stay in
//     as much doubt as one rounded to zero alone.
//   - What is hidden beside. For each small count not yet safe, the cheapest set
//     of cells along which counts can be shifted by so much while all that is
//     shown stays: a linear program with weights, near the cell first.
//     What need not be hidden after all is shown again.
//   - What is believed. Shifts are proofs, checked cell by cell and sum by sum
//     against what a reader knows; for promises that none proves, programs are
//     solved.
//
// Sources: M. Fischetti and J. J. Salazar-González, Models and algorithms for
// optimizing cell suppression in tabular data with linear constraints, Journal of
// the American Statistical Association 95 (2000), 916–928, and Solving the cell
// suppression problem on tabular data with linear constraints, Management Science
// 47 (2001), 1008–1027; J. P. Kelly, B. L. Golden and A. A. Assad, Cell
// suppression: disclosure protection for sensitive tabular data, Networks 22
// (1992), 397–417, and The controlled rounding problem: relaxations and
// complexity issues, OR Spektrum 12 (1990), 129–138; L. H. Cox, A constructive
// procedure for unbiased controlled rounding, Journal of the American Statistical
// Association 82 (1987), 520–524; L. Willenborg and T. de Waal, Elements of
// Statistical Disclosure Control (2001); P.-P. de Wolf, HiTaS: a heuristic
// approach to cell suppression in hierarchical tables, in Inference Control in
// Statistical Databases (2002), 74–82, whose protection from the top down was
// weighed and is not needed where one program sees all levels; N. N. Vorob'ev,
// Consistent families of measures and their extensions, Theory of Probability and
// its Applications 7 (1962), 147–163. A rule of dominance is for amounts of money
// and has no meaning for counts of people.
//
// Who: an analyst prepares, another person approves, and it is entered in a
// register (package approval). What cannot be promised is in docs/release.md.
package release
