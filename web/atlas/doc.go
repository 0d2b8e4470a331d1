// Package atlas knows where land and borders are around the isthmus and how they
// are laid on a flat picture: it reads the outlines that web/assets builds from
// Natural Earth, turns degrees into places on the picture, cuts off what lies
// outside, and finds room for names. It draws nothing and knows no database.
//
// The projection is the plain one: a degree of latitude is as long everywhere, and
// a degree of longitude as long as it is in the middle of the picture. So near the
// equator nothing is visibly out of shape, and one bar of kilometres holds for the
// whole picture.
package atlas
