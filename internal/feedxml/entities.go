package feedxml

import (
	"html"
	"strings"
)

// What a document type may declare. Entities of entities, and of other files,
// are not for us.
const (
	maxEntities  = 16
	maxExpansion = 256 << 10 // bytes of all of them together, wherever they stand
)

// withEntities is a feed with the entities that its document type declares (XML
// 1.0 §4.2.1) written out.
func withEntities(text string) string {
	declared := entities(text)
	var pairs []string
	growth := 0
	for name, value := range declared {
		growth += strings.Count(text, "&"+name+";") * len(value)
		pairs = append(pairs, "&"+name+";", value)
	}
	if growth == 0 || growth > maxExpansion {
		return text
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// entities are those that the document type declares as text, and HTML does not
// know.
func entities(text string) map[string]string {
	head := text[:min(len(text), MaxHead)]
	_, subset, found := strings.Cut(head, "<!DOCTYPE")
	if !found {
		return nil
	}
	if subset, _, found = strings.Cut(subset, "]>"); !found {
		return nil
	}
	declared := map[string]string{}
	for len(declared) < maxEntities {
		_, rest, found := strings.Cut(subset, "<!ENTITY")
		if !found {
			break
		}
		declaration, after, _ := strings.Cut(rest, ">")
		subset = after
		name, value, _ := strings.Cut(strings.TrimSpace(declaration), " ")
		value = strings.TrimSpace(value)
		isText := len(value) > 1 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] && !strings.Contains(value, "&")
		if isText && name != "" && html.UnescapeString("&"+name+";") == "&"+name+";" {
			declared[name] = value[1 : len(value)-1]
		}
	}
	return declared
}
