package yamlfile

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"go.yaml.in/yaml/v4"
)

// masked is what a secret shows of itself.
const masked = "<secret>"

// Secret is a value that never prints: not by fmt with any verb, slog, JSON or
// YAML, and not as an unexported field of something that is printed, since fmt
// reads those past all methods and finds a pointer. The zero Secret is no value.
//
// In a struct that is decoded from configuration, the key k of a Secret may be
// written as k (inline, or ${NAME} from the environment) or as k_file, the name
// of a file that holds it; line ends after the value are no part of it.
type Secret struct{ value *string }

// NewSecret keeps value.
func NewSecret(value string) Secret { return Secret{&value} }

// Reveal is the value, for the one place that needs it.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsZero reports whether there is no value.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// Equal reports whether two secrets hold the same value.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// String hides the value.
func (s Secret) String() string { return masked }

// GoString hides the value.
func (s Secret) GoString() string { return masked }

// Format hides the value from every verb, also those that String does not serve.
func (s Secret) Format(state fmt.State, _ rune) {
	_, _ = io.WriteString(state, masked) // fmt keeps the errors of its writers itself
}

// LogValue hides the value.
func (s Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText hides the value from JSON and all encodings built on text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// MarshalYAML hides the value.
func (s Secret) MarshalYAML() (any, error) { return masked, nil }

// UnmarshalYAML reads the value as it is written, also when it looks like a number.
func (s *Secret) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode {
		return errors.New("must be text: put it in quotes")
	}
	*s = NewSecret(node.Value)
	return nil
}
