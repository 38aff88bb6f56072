package yamlfile

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxDepth is more than any key needs; it bounds what a hostile file costs.
const maxDepth = 20

// preparer makes a tree plain before it is decoded: texts with their variables
// filled in, no key twice, and nothing of YAML that would hide where a value
// comes from.
type preparer struct {
	*Document
	env      func(string) (string, bool)
	variable *regexp.Regexp
	errs     Errors
}

// prepare makes the document's tree plain and returns what had to be taken out.
func (d *Document) prepare(env func(string) (string, bool)) error {
	if env == nil {
		env = func(string) (string, bool) { return "", false }
	}
	p := &preparer{Document: d, env: env, variable: regexp.MustCompile(`\$?\$\{([A-Za-z_][A-Za-z0-9_]*\})?`)}
	p.node(d.root, nil)
	return p.errs.Err()
}

func (p *preparer) node(n *yaml.Node, at Path) {
	if len(at) > maxDepth {
		p.errs.Add(p.Mistake(at[:1], "is nested more than %d levels deep: no key needs that", maxDepth))
		n.Content = nil
		return
	}
	switch n.Kind {
	case yaml.AliasNode:
		p.errs.Add(p.Mistake(at, "aliases (*%s) are not supported: write the value out", n.Value))
		*n = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: n.Line, Column: n.Column}
	case yaml.ScalarNode:
		p.expand(n, at)
	case yaml.SequenceNode:
		p.sequence(n, at)
	case yaml.MappingNode:
		p.mapping(n, at)
	default: // a tree holds no other nodes
	}
}

func (p *preparer) sequence(n *yaml.Node, at Path) {
	for i, value := range n.Content {
		p.node(value, at.Element(i))
		if IsNull(value) {
			p.errs.Add(p.Mistake(at.Element(i), "is empty: write a value, or remove the element"))
		}
	}
}

// mapping keeps what has a plain key of its own.
func (p *preparer) mapping(n *yaml.Node, at Path) {
	all := *n
	n.Content = nil
	first := make(map[string]*yaml.Node)
	for key, value := range Pairs(&all) {
		if !p.plainKey(key, at) {
			continue
		}
		here := at.Key(key.Value)
		if earlier, ok := first[key.Value]; ok {
			p.errs.Add(p.mistakeAt(yaml.Mark{Line: key.Line, Column: key.Column}, here,
				"stands here for the second time, first on line %d: keep one of the two", earlier.Line))
			continue
		}
		first[key.Value] = key
		key.Tag = "!!str"
		n.Content = append(n.Content, key, value)
		p.node(value, here)
	}
}

func (p *preparer) plainKey(key *yaml.Node, at Path) bool {
	mark := yaml.Mark{Line: key.Line, Column: key.Column}
	switch {
	case key.Kind != yaml.ScalarNode || key.Value == "":
		p.errs.Add(p.mistakeAt(mark, at, "holds a key that is no text: write a name before the colon"))
	case key.ShortTag() == "!!merge":
		p.errs.Add(p.mistakeAt(mark, at.Key("<<"), "merge keys are not supported: write the keys out"))
	default:
		return true
	}
	return false
}

// expand fills in ${NAME}; $${ stands for a plain ${. A value without quotes
// that holds a variable may become a number or true, as if it had been written
// there.
func (p *preparer) expand(n *yaml.Node, at Path) {
	if n.ShortTag() != "!!str" || !strings.Contains(n.Value, "${") {
		return
	}
	n.Value = p.variable.ReplaceAllStringFunc(n.Value, func(found string) string {
		name, escaped := strings.CutPrefix(found, "$$")
		switch {
		case escaped:
			return "$" + name
		case found == "${":
			p.errs.Add(p.Mistake(at, "holds ${ without a variable's name and }: write ${NAME}, or $${ for a plain ${"))
			return ""
		}
		name = found[len("${") : len(found)-len("}")]
		value, ok := p.env(name)
		if !ok {
			p.errs.Add(p.Mistake(at, "the environment has no variable %s: set it, or write the value here", name))
		}
		return value
	})
	if n.Style == 0 {
		n.Tag = "" // to be told from what the value looks like
	}
}
