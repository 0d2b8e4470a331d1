// Package backup copies a node out of its database and back, whichever of the
// two databases it is and will be.
//
// A backup folder holds data files, one per backup, and one keys.age:
//
//	data-20261122T093000Z.istmo-backup   every table but the people's keys
//	data-20261123T093000Z.istmo-backup
//	keys.age                             the people's keys, and who was erased
//
// The keys are replaced at every backup and lie in no data file. Once a person
// has been erased and a backup has run, no data file of the folder, however old,
// can show the person again: what they hold of the person is sealed under a key
// that is nowhere. So copy the folder as a whole and let keys.age be replaced in
// the copies too; a kept old keys.age is a kept person.
//
// Both kinds are streams of JSON lines, compressed by gzip and encrypted by age
// under a key that is derived from the node's secret. Restoring therefore takes
// node.key and the file that unlocks it, which are in no backup: keep a copy of
// node.key, and one of its unlock file in another place. Without the two a
// backup opens for nobody.
//
// The lines are a header, then for each table its name and columns and one line
// per row, then a trailer that counts the rows and sums all lines before it by
// SHA-256. A row is a JSON array of null, true or false, whole numbers, texts,
// and objects for what JSON has not: {"b": base64} bytes, {"t": base64} a text
// that is not UTF-8, {"f": text} a floating-point number.
package backup
