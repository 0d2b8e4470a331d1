// Package web is the frame that every page stands in: the house's look, its
// forms, its guards and its manners when something fails. It knows no feature;
// a feature brings its own templates and pages and hangs them on a Site.
//
// The rules of the frame:
//
//   - A GET changes nothing. Every change is a form that posts a verb to
//     /do/{verb}, which is carried out by a Doer.
//   - A form that cannot be taken comes back in the same response, with what
//     was typed still in it and every fault named beside its field. Nothing
//     typed is kept anywhere between two requests.
//   - Denied looks like absent, byte for byte.
//   - Everything works without JavaScript.
//
// README.md beside this file says how to write a feature's pages.
package web
