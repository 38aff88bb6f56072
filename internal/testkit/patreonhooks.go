package testkit

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// webhooks is the part of the API that manages them.
func (p *Patreon) webhooks(path []string, r *http.Request) *patreonAnswer {
	if !p.allowed("w:campaigns.webhook") {
		return patreonError(http.StatusForbidden, "Forbidden", "")
	}
	switch {
	case len(path) == 0 && r.Method == http.MethodGet:
		data := []any{}
		for _, h := range p.hooks {
			data = append(data, h.entry())
		}
		return patreonJSON(http.StatusOK, map[string]any{"data": data})
	case len(path) == 0 && r.Method == http.MethodPost:
		return p.createHook(r)
	}
	at := slices.IndexFunc(p.hooks, func(h *patreonHook) bool { return len(path) == 1 && h.id == path[0] })
	switch {
	case at < 0:
		return patreonError(http.StatusNotFound, "ResourceMissing", "")
	case r.Method == http.MethodPatch:
		return p.patchHook(p.hooks[at], r)
	case r.Method == http.MethodDelete:
		p.hooks = slices.Delete(p.hooks, at, at+1)
		return &patreonAnswer{status: http.StatusNoContent}
	}
	return patreonError(http.StatusMethodNotAllowed, "MethodNotAllowed", "")
}

// hookBody is what a client says of a webhook.
type hookBody struct {
	Data struct {
		Attributes struct {
			URI      string   `json:"uri"`
			Triggers []string `json:"triggers"`
			Paused   any      `json:"paused"` // Patreon's own sample sends a text
		} `json:"attributes"`
		Relationships struct {
			Campaign struct {
				Data struct {
					ID string `json:"id"`
				} `json:"data"`
			} `json:"campaign"`
		} `json:"relationships"`
	} `json:"data"`
}

func (p *Patreon) createHook(r *http.Request) *patreonAnswer {
	var body hookBody
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return patreonError(http.StatusBadRequest, "ParameterInvalid", "body")
	}
	c := p.campaign(body.Data.Relationships.Campaign.Data.ID)
	if c == nil || body.Data.Attributes.URI == "" {
		return patreonError(http.StatusBadRequest, "ParameterInvalid", "body")
	}
	h := c.hook(body.Data.Attributes.URI, body.Data.Attributes.Triggers)
	return patreonJSON(http.StatusCreated, map[string]any{"data": h.entry()})
}

// patchHook unpauses a webhook, whose events are then all sent again.
func (p *Patreon) patchHook(h *patreonHook, r *http.Request) *patreonAnswer {
	var body hookBody
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return patreonError(http.StatusBadRequest, "ParameterInvalid", "body")
	}
	if fmt.Sprint(body.Data.Attributes.Paused) == "false" {
		h.paused = false
		for _, e := range h.pending {
			e.due, e.attempts = p.now, 0
		}
	}
	return patreonJSON(http.StatusOK, map[string]any{"data": h.entry()})
}

func (h *patreonHook) entry() map[string]any {
	entry := patreonRef("webhook", h.id)
	entry["attributes"] = map[string]any{
		"last_attempted_at": patreonTime(h.tried), "num_consecutive_times_failed": h.failed, "paused": h.paused,
		"secret": h.secret, "triggers": h.triggers, "uri": h.uri,
	}
	return entry
}
