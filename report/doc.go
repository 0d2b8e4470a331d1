// Package report is how istmo writes what it shows onto paper, sheets and
// slides. It knows no feature: a feature's page fills a Document, in the
// reader's language or in two, and report writes it as PDF to be signed, as
// XLSX and CSV to be counted with, and as slides for a room. A Calendar is the
// same for dates.
//
// Paper and slides are laid out by one hand (layout.go, blocks.go): a document
// becomes strips, which are never divided, and strips fill pages. What differs
// is the sheet they are laid on (look.go). The same document gives the same
// bytes, on every node, so that two sides can compare what they sign.
//
// Nothing is left out for want of room: what does not fit goes on to the next
// page or slide.
package report
