// Package testdata embeds what the demo needs. All else below this folder is
// read by tests alone, from disk.
package testdata

import "embed"

// Demo is the sample publication: its site's posts and posters, a picks file,
// its patrons and its configuration.
//
//go:embed demo
var Demo embed.FS
