// Package doctor finds out whether letters will arrive: it asks the DNS, the
// relays, the publication's own web server and this machine what receiving servers
// will ask them, and says for each finding what it is, why it matters, and the
// exact record or line that mends it.
//
// It changes nothing anywhere, hands over no letter, and takes its time limits
// from each examination, so that one silent server costs seconds and not the rest.
package doctor
