// Package patron says what a roster is (a place where patrons come from) and
// brings the stored patrons into step with it. Rosters are packages below this
// one.
//
// A roster lists, and nothing more. What a listing changes is decided here, for
// every roster alike: who is who (match.go), who leaves and when (policy.go,
// difference.go), and whose an address is (address.go).
package patron
