package config

import (
	"fmt"
	"os"
	"path/filepath"

	"marquee/internal/yamlfile"
)

// Check looks at a configuration for what other packages know of it. It must
// bear a configuration that has mistakes elsewhere.
type Check func(*Config) error

// Load reads the configuration from a file. env looks up the variables that
// ${NAME} names, as os.LookupEnv does; nil knows none. The error is an *Errors
// with every mistake there is, each a domain.ErrInvalid; what the checks find is
// reported together with the rest.
func Load(file string, env func(string) (string, bool), checks ...Check) (*Config, error) {
	data, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		errs := new(Errors)
		errs.Add(yamlfile.Unread(file).Mistake(nil,
			"cannot be read: %w: copy config.example.yaml here, or name your file with --config", yamlfile.Reason(err)))
		return nil, errs
	}
	return Parse(data, file, env, checks...)
}

// Parse reads the configuration from a file's content. file names it in
// mistakes, and relative paths start at its directory; it need not exist. Else
// it is like Load.
func Parse(data []byte, file string, env func(string) (string, bool), checks ...Check) (*Config, error) {
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return nil, fmt.Errorf("find the directory of %s: %w", file, err)
	}
	doc, err := yamlfile.Parse(data, file, dir, env)
	if doc == nil {
		return nil, err
	}
	r := &reader{Document: doc, errs: new(Errors)}
	r.errs.Add(err)
	cfg := r.config()
	for _, check := range checks {
		r.errs.Add(check(cfg))
	}
	if err := r.errs.Err(); err != nil {
		return nil, err
	}
	return cfg, nil
}
