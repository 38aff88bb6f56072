// Package patron says what a roster is (a place where patrons come from) and
// brings the stored patrons into step with it. Rosters are packages below this
// one.
package patron
