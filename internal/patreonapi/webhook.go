package patreonapi

import (
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // what Patreon signs with
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"marquee/internal/answer"
	"marquee/internal/domain"
)

// The headers of a webhook's request.
const (
	EventHeader     = "X-Patreon-Event"
	SignatureHeader = "X-Patreon-Signature"
)

// VerifyWebhook reports whether a signature is the HMAC-MD5 of a request's raw
// body under one of the secrets, each webhook having its own. It takes the same
// time whatever the secrets are, and is asked before anything is parsed. An
// empty secret signs nothing.
func VerifyWebhook(raw []byte, signature string, secrets ...string) bool {
	sent, err := hex.DecodeString(strings.TrimSpace(signature))
	if err != nil || len(sent) != md5.Size {
		return false
	}
	valid := false
	for _, secret := range secrets {
		mac := hmac.New(md5.New, []byte(secret))
		mac.Write(raw)
		if hmac.Equal(mac.Sum(nil), sent) && secret != "" {
			valid = true
		}
	}
	return valid
}

// Event is what a webhook hints at. It is no truth: it may be old, come twice,
// before an older one, or hold made-up data (the portal's test does). It is a
// reason to ask the API.
type Event struct {
	Trigger  string // "members:update"
	ID       string // of the membership or post
	User     string // of the person, if it is about one and says so
	Campaign string // empty when it is not said
	// Key tells a repeated delivery, since events have no id of their own.
	Key string
}

// Triggers are what Patreon sends events for.
func Triggers() []string {
	return []string{
		"members:create", "members:update", "members:delete",
		"members:pledge:create", "members:pledge:update", "members:pledge:delete",
		"posts:publish", "posts:update", "posts:delete",
	}
}

// About is what kind of resource the event is about: "member" or "post".
func (e Event) About() string {
	of, _, _ := strings.Cut(e.Trigger, ":")
	return strings.TrimSuffix(of, "s")
}

// ParseEvent reads a request whose signature was verified. Only the id in it is
// dependable. domain.ErrInvalid when it is no event.
func ParseEvent(trigger string, raw []byte) (Event, error) {
	if !slices.Contains(Triggers(), trigger) {
		return Event{}, fmt.Errorf("%w event: an unknown trigger", domain.ErrInvalid)
	}
	var doc struct {
		Data struct {
			ID            string `json:"id"`
			Relationships struct {
				User     one `json:"user"`
				Campaign one `json:"campaign"`
			} `json:"relationships"`
		} `json:"data"`
	}
	if err := answer.JSON(raw, &doc); err != nil {
		return Event{}, fmt.Errorf("%w event: %w", domain.ErrInvalid, err)
	}
	if doc.Data.ID == "" {
		return Event{}, fmt.Errorf("%w event: it names nothing", domain.ErrInvalid)
	}
	body := sha256.Sum256(raw)
	key := sha256.Sum256([]byte(trigger + "\x00" + doc.Data.ID + "\x00" + string(body[:])))
	return Event{
		Trigger: trigger, ID: doc.Data.ID, Key: hex.EncodeToString(key[:]),
		User: doc.Data.Relationships.User.Data.ID, Campaign: doc.Data.Relationships.Campaign.Data.ID,
	}, nil
}
