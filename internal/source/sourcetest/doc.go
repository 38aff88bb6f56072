// Package sourcetest is the suite that every source kind passes, and the fake
// network that their tests read from.
//
// A kind brings one txtar archive. For a kind that reads from the network it is
// a site as testkit.ParseSite reads it; for one that reads files it holds the
// files below the configuration's directory. A section named "… @STAGE" is what
// the source holds in that Stage; a section without a stage holds in all stages
// that do not have their own.
package sourcetest
