// Package coverage counts what screening reaches and what it misses: how many of
// those who pass a post are screened, how long it takes, which indicators are
// asked and found, what is decided about whom, and whether groups are treated
// differently (package fairness). It exists because hundreds of thousands passed
// the Darien in a year in which routine screening found no one.
//
// How many passed is said by those who know, month by month and post by post, with
// their source (RecordFlow); a later figure stands beside the earlier one, which
// is kept. How many were screened is counted by the node once a day (Count, Keep)
// and not while somebody looks: figures of one day that follow a single interview
// would tell about it, and a count over hundreds of thousands of interviews would
// keep an officer waiting.
//
// What the words mean:
//
//   - A screening counts once it is finished. Left out are those cut short, those
//     that hold a record which nobody has looked at yet, and those made under
//     threat; how many of each kind is not said.
//   - Its month is that in which it began by the phone's clock, in the country's
//     time; where that clock says a time after the record came in, or more than 90
//     days before, it is the month in which it came in.
//   - A repeat is a screening of somebody who is known to have been screened before
//     in the same month at the same post: distinct people are at most the screenings
//     less the repeats. Who was met again and not recognised is counted twice, so
//     coverage is an upper limit.
//   - An officer hour is an hour of the clock in which an officer began at least
//     one screening: the time in which there was screening, not the time on duty.
//   - A median of minutes is of those from first to last entry, an interruption
//     included; those over twelve hours or below none are left out.
//
// Who: analysts and focal points read figures; those of them who know the flow
// write it. No person, receipt or officer is in any of it.
//
// What never happens: a figure about fewer people than fairness.Rules.Least is
// kept or shown (fairness.Conceal); a figure is shown without its source and day.
// That few or none were screened among many who passed is shown: it is what
// coverage is for, and says nothing of anybody.
package coverage
