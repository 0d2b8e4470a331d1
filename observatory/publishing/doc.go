// Package publishing is how figures of the node's own people go out, and how two
// countries look at theirs side by side.
//
// A release is tables of counts, always by year, over some of sex, age, form of
// exploitation, citizenship and standing. Its life is approval.Machine: an analyst
// prepares, another person approves the very tables they saw, and it is sent, to
// the public, to somebody by name, or to a partner country. The register keeps
// what went out, to whom, when and by whom; nothing leads back from it.
//
// What is made safe, and how, is package release: small numbers are hidden, others
// beside them, and the result is attacked together with everything that went out
// before. That takes seconds and happens outside any transaction (act.Ahead); the
// verb then sees that the register has not moved. No verb takes a rule: it is the
// row of data/release-rules.csv for the country and the day.
//
// What is decided here:
//
//   - Only years that are over. A number that went out and changes later can never
//     go out again, for the difference would tell of the few who were added.
//   - Everybody falls into one category of each dimension: of several forms or
//     citizenships the main one counts, as the tally has it. Citizenships are named
//     one by one, and the others stand together; which countries "the others" are is
//     part of what is published, so that later releases are checked against it.
//   - Of any two releases, one names all citizenships that the other names. Where
//     they cross, the others of one less those named in the other would be a number
//     that nobody promised to hide.
//   - A year's tables are of that year alone. Every table has the year, and says
//     that there are people of other years (release.Dimension.Partial).
//   - A number that must be zero tells on nobody: a zero is shown unless the rule
//     says otherwise, and one that is hidden cannot be read either.
//   - Figures that changed since they went out are refused. The year's old tables
//     may be sent again; a new period is published as a category of its own.
//
// What is private: the counts as counted. They are sealed within the node until the
// release is declined, are opened only to check a later release against them, and
// each opening is in the ledger under the name of who prepared. Who looks at tables
// that are not approved yet, or takes a file along, is in the ledger too. A file is
// there only for what is in the register as sent: of two releases that are approved
// and were not checked against each other, files would undo the register.
//
// Between two countries go only approved tables, signed by the node, under an
// agreement in force that names release.send. A partner's are kept as they came;
// they are shown beside one's own while each has shown the other some and the
// agreement is in force in both directions, and no longer. Nothing is added up or
// subtracted between countries: each counts by its own rule.
//
// Who: analysts prepare; analysts and focal points approve, decline, send and read.
// What never happens: that one person does both, that a release goes out with
// hiding switched off, that what a partner showed is shown further.
package publishing
