package config

import "marquee/internal/yamlfile"

// What the file is read with, under the names by which kinds know it.
type (
	// Secret is a value that never prints.
	Secret = yamlfile.Secret
	// Duration is a time span, with days.
	Duration = yamlfile.Duration
	// Options is a kind's part of the configuration, undecoded.
	Options = yamlfile.Options
	// Error is one mistake in the configuration.
	Error = yamlfile.Error
	// Errors are all mistakes of a configuration.
	Errors = yamlfile.Errors //nolint:errname // many, and each is an Error
)

// NewSecret keeps value.
func NewSecret(value string) Secret { return yamlfile.NewSecret(value) }

// ParseOptions reads a kind's options from YAML alone, for tests and demos;
// relative paths start at dir, and the environment holds nothing.
func ParseOptions(text, dir string) (Options, error) { return yamlfile.ParseOptions(text, dir) }
