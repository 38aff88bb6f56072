package tmdb

import (
	"encoding/json"

	"marquee/internal/answer"
)

// explain reads the body of a refusal.
func explain(e *answer.Error, body []byte) {
	var said struct {
		Code int `json:"status_code"`
	}
	if json.Unmarshal(body, &said) == nil {
		e.Code, e.Name = said.Code, meaning(said.Code)
	}
}

// meaning is what a status code of TMDB's own asks the operator to do. Its own
// message is a stranger's.
func meaning(code int) string {
	switch code {
	case 7:
		return "it does not know the key: copy tmdb.token anew from themoviedb.org/settings/api"
	case 10:
		return "the key is suspended: ask TMDB"
	case 32:
		return "the account's e-mail address is not verified: do that at themoviedb.org"
	case 9, 46:
		return "it is being mended"
	case 25:
		return "too many questions"
	}
	return ""
}
