// Package sealed is what a screening device makes and a node opens: records
// sealed to a unit's public key, in bundles that go by the network, as a file or
// as pictures. docs/screening-device.md is the protocol; the browser's half is
// web/assets/js/screening, held to the vectors in testdata.
//
// A device can make records and read none: the key of a record comes from a
// secret that HPKE gives to both ends and the device forgets when it is locked,
// and from the credential of the officer, so that nobody else makes a record in
// their name.
package sealed
