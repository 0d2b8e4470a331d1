// Package figures reads the public figures that the observatory rests on, and
// says what is wrong with them.
//
// Four kinds of file are read, row by row, with every problem named by row and
// column: irregular entries into Panama ([ReadFlows]), the returns on trafficking
// that countries give to UNODC ([ReadReturns]), how many people live where
// ([ReadPopulation]) and boundaries ([CheckBorders]). A row with a problem that
// blocks is not given at all, never half; whoever imports reads a file once to
// see its [Report], and takes it in only if nothing in it is blocked. Every row
// has a key, which says what it is about, and a digest, which says what it
// states, so that the same file twice changes nothing.
//
// [Validate] asks of a return whether its numbers can all hold, and which small
// counts, printed as <5, can be rebuilt from the others. [Resolve] finds the
// country that a spelling means and says how it found it; what it cannot tell it
// leaves to a person. Nothing here corrects: a correction is a [Proposal].
//
// What is deliberately not judged: whether a figure jumps from one year to the
// next (definitions and coverage change between returns, and a dozen yearly
// counts do not tell a jump from that), and whether more people were convicted
// than prosecuted in one year (they were prosecuted in another).
//
// Sources: Servicio Nacional de Migración de Panamá, Tránsito irregular de
// extranjeros por la frontera con Colombia (yearly tables), gathered by IOM; UNODC,
// data portal, trafficking in persons (GLOTIP), export of 14 April 2025. That <5
// stands for 0 to 4, zero included, is seen in that export: Colombia's 28
// convicted in 2018 are 9 women and 19 men, and other sexes are given as <5.
package figures
