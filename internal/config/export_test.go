package config

import (
	"reflect"

	"marquee/internal/yamlfile"
)

// SchemaKeys are the paths of all keys that this package understands, with *
// for a name and [] for an element.
func SchemaKeys() []string {
	var paths []string
	for prefix, t := range map[string]reflect.Type{
		"":                         reflect.TypeFor[keys](),
		"publication.":             reflect.TypeFor[publicationKeys](),
		"server.":                  reflect.TypeFor[serverKeys](),
		"tiers[].":                 reflect.TypeFor[tierKeys](),
		"sources.*.":               reflect.TypeFor[sourceKeys](),
		"sources.*.credit.":        reflect.TypeFor[creditKeys](),
		"sources.*.rules.":         reflect.TypeFor[rulesKeys](),
		"sources.*.rules.match[].": reflect.TypeFor[ruleKeys](),
		"fetch.":                   reflect.TypeFor[fetchKeys](),
		"release.*[].":             reflect.TypeFor[stepKeys](),
		"feeds.*.":                 reflect.TypeFor[feedKeys](),
		"feeds.*.items.":           reflect.TypeFor[selectionKeys](),
		"digests.*.":               reflect.TypeFor[digestKeys](),
		"digests.*.sections[].":    reflect.TypeFor[sectionKeys](),
		"patreon.":                 reflect.TypeFor[patreonKeys](),
		"rosters.*.":               reflect.TypeFor[rosterKeys](),
		"mail.":                    reflect.TypeFor[mailKeys](),
		"mail.dkim[].":             reflect.TypeFor[dkimKeys](),
		"letters.":                 reflect.TypeFor[letterKeys](),
		"mail.inbound.":            reflect.TypeFor[inboundKeys](),
		"mail.domains.*.":          reflect.TypeFor[domainKeys](),
		"mail.spares[].":           reflect.TypeFor[spareKeys](),
	} {
		for _, f := range yamlfile.Fields(t) {
			paths = append(paths, prefix+f.Name)
			if f.Type == reflect.TypeFor[Secret]() {
				paths = append(paths, prefix+f.Name+"_file")
			}
		}
	}
	return paths
}
