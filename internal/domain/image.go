package domain

// Image is a picture somebody may be shown.
type Image struct {
	URL    string `json:"url"`              // absolute, http or https
	Type   string `json:"type,omitempty"`   // media type, "image/jpeg"
	Width  int    `json:"width,omitempty"`  // pixels; 0 when unknown
	Height int    `json:"height,omitempty"` // pixels; 0 when unknown
	Alt    string `json:"alt,omitempty"`
}
