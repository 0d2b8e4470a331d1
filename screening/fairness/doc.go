// Package fairness asks of many screenings whether they treated groups of people
// differently: by sex, age band, nationality, language or post.
//
// Three questions, each a family of comparisons of one group with all others:
//
//   - [Decision]: where the instrument came to the same result from as many
//     indicators, on the same list at the same post, did officers presume
//     trafficking as often? Mantel–Haenszel over those strata.
//   - [Item]: among people who show as many indicators, is one indicator found
//     more readily in one group? Differential item functioning, matched on the
//     number of indicators found, the one in question among them, those that were
//     found to differ left out in a second pass.
//   - [Later]: of those presumed, with the same result, were as many confirmed
//     later? Where more are, the bar may have been higher for them. Only the
//     presumed are ever looked at again, so who was missed is in no figure.
//
// Beside them stand the rates of each outcome by group ([Rates]), which say
// nothing about fairness alone: groups may differ in what happened to them.
//
// An answer is one of three ([Verdict]). "Too small to say" is computed: given
// the sizes and totals there are, and that many comparisons are made at once,
// the chance of finding a difference of the size that matters is too low. Not to
// find is then no finding.
//
// What is done here follows:
//
//   - N. Mantel and W. Haenszel, Statistical aspects of the analysis of data from
//     retrospective studies of disease, Journal of the National Cancer Institute 22
//     (1959), 719–748. The common odds ratio and its test.
//   - J. Robins, N. Breslow and S. Greenland, Estimators of the Mantel–Haenszel
//     variance consistent in both sparse data and large-strata limiting models,
//     Biometrics 42 (1986), 311–323. The interval.
//   - C. R. Mehta, N. R. Patel and R. Gray, Computing an exact confidence interval
//     for the common odds ratio in several 2×2 contingency tables, Journal of the
//     American Statistical Association 80 (1985), 969–973. The exact distribution.
//   - J. Cornfield, A statistical problem arising from retrospective studies,
//     Proceedings of the Third Berkeley Symposium 4 (1956), 135–148. The fitted
//     table of an odds ratio, for the power in large tables.
//   - P. W. Holland and D. T. Thayer, Differential item performance and the
//     Mantel–Haenszel procedure, in H. Wainer and H. I. Braun (eds.), Test Validity,
//     Erlbaum (1988), 129–145. Indicators, and why the one in question stays in the
//     score.
//   - R. Zwick, A review of ETS differential item functioning assessment
//     procedures, ETS Research Report RR-12-08 (2012). The sizes A, B and C.
//   - E. B. Wilson, Probable inference, the law of succession, and statistical
//     inference, Journal of the American Statistical Association 22 (1927), 209–212.
//   - Y. Benjamini and Y. Hochberg, Controlling the false discovery rate, Journal
//     of the Royal Statistical Society B 57 (1995), 289–300.
//   - J. Knowles, N. Persico and P. Todd, Racial bias in motor vehicle searches,
//     Journal of Political Economy 109 (2001), 203–229; and C. Simoiu, S.
//     Corbett-Davies and S. Goel, The problem of infra-marginality in outcome tests
//     for discrimination, Annals of Applied Statistics 11 (2017), 1193–1216. What a
//     later confirmation can tell, and what it cannot.
//
// No individual ever comes out: figures are of groups, and what is smaller than
// the least size ([Rules]) is not shown, nor what would let it be worked out
// ([Conceal]).
package fairness
