// Package watch says every month what changed in series of counts: how many
// people of each nationality passed, how many were screened, how many were
// detected, which indicators were found. It is an early warning and judges
// nobody.
//
// A [Report] of a month ([Watch]) rests on what was known in that month and on
// nothing later. It says what changed, in which series, since when, in which
// direction, by how much (a [Ratio] with its interval) and how surely, and how
// many false alarms this way of asking raises.
//
// Two methods stand side by side, and for each series and month that one is used
// which has foretold the series better so far; the result says which:
//
//   - [Level], from the seventh count on: counts are negative binomial about a
//     level that lasts and now and then changes. What is believed of level and
//     over-dispersion is worked out exactly on a grid, month by month. The last
//     one, two and three months are held against what was believed before them.
//   - [Seasonal], from the 40th month on: negative-binomial regression with trend
//     and a yearly wave on all but the last three months, past outbreaks weighed
//     down; and beside it, for slow changes, a cumulative likelihood-ratio chart
//     ([Slow]).
//
// Indicators have their own ([Profiles]): shares among screenings, post by post.
//
// What is done here follows:
//
//   - R. P. Adams and D. J. C. MacKay, Bayesian online changepoint detection,
//     arXiv:0710.3742 (2007). Here the run lengths are summed out: what remains is
//     the belief about the level.
//   - C. P. Farrington, N. J. Andrews, A. D. Beale and M. A. Catchpole, A
//     statistical algorithm for the early detection of outbreaks of infectious
//     disease, Journal of the Royal Statistical Society A 159 (1996), 547–563.
//   - A. Noufaily, D. G. Enki, P. Farrington, P. Garthwaite, N. Andrews and A.
//     Charlett, An improved algorithm for outbreak detection in multiple
//     surveillance systems, Statistics in Medicine 32 (2013), 1206–1222. The
//     negative-binomial limit, the recent months left out, the weights.
//   - M. Höhle and M. Paul, Count data regression charts for the monitoring of
//     surveillance time series, Computational Statistics & Data Analysis 52 (2008),
//     4357–4368. The chart.
//   - G. Lorden, Procedures for reacting to a change in distribution, Annals of
//     Mathematical Statistics 42 (1971), 1897–1908. How seldom it errs.
//   - A. P. Dawid, Statistical theory: the prequential approach, Journal of the
//     Royal Statistical Society A 147 (1984), 278–292. Choosing by what was
//     foretold.
//   - Y. Benjamini and Y. Hochberg, Controlling the false discovery rate, Journal
//     of the Royal Statistical Society B 57 (1995), 289–300. Many series at once.
//   - J. N. K. Rao and A. J. Scott, On chi-squared tests for multiway contingency
//     tables with cell proportions estimated from survey data, Annals of
//     Statistics 12 (1984), 46–60. The make-up of profiles.
//
// A month without a count is missing and not zero. A correction of earlier
// figures is told as one and raises no alarm ([Revised]). At a [Break] in how
// things are counted, comparison begins anew.
package watch
