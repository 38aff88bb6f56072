// Package dkim signs letters (RFC 6376), with RSA and Ed25519 side by side
// (RFC 8301, RFC 8463). It signs many copies of one letter: the body that they
// share is canonicalised once, and a copy hashes only what follows the first
// value of its own.
//
// Signatures are relaxed/relaxed, cover the whole body, bear the time they are
// given and never expire: the same letter always gets the same bytes.
package dkim
