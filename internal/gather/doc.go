// Package gather reads one source, cleans and classifies what it finds, matches
// it with what is stored, and stores what is new or has changed.
package gather
