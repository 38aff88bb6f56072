package web

import (
	"crypto/sha256"
	"encoding/base64"
)

// ETag is the strong entity tag of exactly these bytes, quotes included
// (RFC 9110 §8.8.3).
func ETag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}
