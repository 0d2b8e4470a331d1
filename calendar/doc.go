// Package calendar knows working days and deadlines, country by country.
//
// A clock on a referral must mean the same to both sides, and it must be one
// that an office can keep: "decide within three working days" counts the days
// on which the deciding office works, by its own local date, and never ends on
// its holiday. Clocks for urgent things run in plain hours, by night and on
// holidays too.
//
// Nothing here is programmed per country. Countries, holidays and deadlines are
// rows of dated, sourced data (package data). Rows that nobody has seen at their
// source say so, and the clocks made from them say so as well. An operator can
// lay files of the same form over the shipped ones.
package calendar
