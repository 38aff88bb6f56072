package answer

import (
	"encoding/json"
	"errors"
	"fmt"

	"marquee/internal/domain"
)

// JSON reads a document. Its errors do not quote it: one that breaks off may pass,
// one that holds something else than was promised is domain.ErrInvalid.
func JSON(body []byte, into any) error {
	err := json.Unmarshal(body, into)
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		return fmt.Errorf("the answer is no whole JSON: it breaks at byte %d", syntax.Offset)
	case errors.As(err, &wrong):
		return fmt.Errorf("%w answer: it holds a %s as %s", domain.ErrInvalid, wrong.Type, wrong.Field)
	}
	return fmt.Errorf("%w answer", domain.ErrInvalid)
}
