// Package mse estimates how many people were never found, from how far the lists
// of those who were found overlap: multiple systems estimation.
//
// Police, shelters, border posts and prosecutors each keep a list. A [Table]
// says, for each combination of lists, how many people stand on exactly those.
// If being on one list told nothing about being on another, the overlaps would
// say how large a part of everybody the lists see, as in the marking of fish
// (Lincoln and Petersen). Lists do depend on each other, so a Poisson log-linear
// model is fitted: a parameter for each list, and one for each pair of lists of
// which the counts show that it needs one (an interaction). What the model
// expects on no list at all is the hidden number.
//
// What is done here follows these papers; where the words below say "the paper",
// it is the first.
//
//   - L. Chan, B. W. Silverman and K. Vincent, Multiple Systems Estimation for
//     Sparse Capture Data: Inferential Challenges When There Are Nonoverlapping
//     Lists, Journal of the American Statistical Association 116 (2021),
//     1297–1306; arXiv:1902.05156 (2019). Pairs of lists that share nobody,
//     stepwise selection, the bootstrap.
//   - B. W. Silverman, Modern slavery: an application of multiple systems
//     estimation, United Kingdom Home Office (2014). The table of 2013.
//   - S. E. Fienberg and A. Rinaldo, Maximum likelihood estimation in log-linear
//     models, Annals of Statistics 40 (2012), 996–1023. When an estimate exists.
//   - B. Efron, Better bootstrap confidence intervals, Journal of the American
//     Statistical Association 82 (1987), 171–185. BCa.
//
// Nothing here knows a person: only counts come in, and only counts go out. The
// same table, threshold and seed give the same answer to the last bit, however
// many cores work on it and in whatever order lists and rows are written.
package mse
