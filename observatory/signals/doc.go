// Package signals is the early warning of a node: once a month it looks at the series
// that the node knows (who passes, who is screened, who is detected, which indicators
// are found) and says what changed, by package watch.
//
// A [Signal] is one change of one group of a series in one direction. The same change
// going on is the same signal: it stands as long as its months stand out, is over once
// two in a row do no more, and is withdrawn where a correction of the figures takes it
// away. Those who read figures are told once, when it begins. When the node first
// looks at figures of years, what is long over is found too and stands in the list
// without anybody being told.
//
// Looking ([Look]) takes a second or so and is done outside of any transaction; what
// it found is kept by the node ([Keep]), once for each new month and each edition of
// the figures.
//
// Who: analysts and focal points read signals, say what one was, with their source
// ([Note]), or that it was nothing ([Dismiss]): those are counted, so that anybody can
// compare with the false alarms that were promised. A partner with whom an agreement
// in force names signals.* is shown each new signal and what became of it ([Receive]);
// theirs stand beside ours under their name, and nobody here can end one.
//
// What is private: a signal holds no person and no number of fewer than ten people who
// were detected or of whom something was found; a profile with such a cell is in no
// signal. How many passed is public, and how many were screened is a figure of work.
// What was said of a signal stays in its node.
//
// What never happens: a signal decides nothing and says nothing of anybody; a figure
// later than the month that is judged is used; a month that is missing ends a signal:
// only half a year of them does, and says so.
package signals
