// Package yamlfile reads YAML strictly, for files that people write: every mistake at
// once, in their words, by key, line and column; variables of the environment; and
// secrets that never print, inline or in files of their own.
//
//	parse.go, prepare.go    bytes to a tree without what hides where a value is from
//	document.go, schema.go  a tree to structs
//	reword.go, advice.go    what is wrong, and what to write instead
//	options.go              what only a kind understands, until the kind asks
//	secret.go               values that never print
package yamlfile
