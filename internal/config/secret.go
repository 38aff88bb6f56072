package config

import "log/slog"

// Secret is a value that never prints: not by fmt, slog, JSON or YAML.
type Secret struct{ value string }

// NewSecret keeps value.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal is the value, for the one place that needs it.
func (s Secret) Reveal() string { return s.value }

// IsZero reports whether there is no value.
func (s Secret) IsZero() bool { return s.value == "" }

func (s Secret) String() string               { return "<secret>" }
func (s Secret) GoString() string             { return "<secret>" }
func (s Secret) LogValue() slog.Value         { return slog.StringValue("<secret>") }
func (s Secret) MarshalText() ([]byte, error) { return []byte("<secret>"), nil }
