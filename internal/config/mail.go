package config

import (
	"slices"

	"go.yaml.in/yaml/v4"
)

type mailKeys struct {
	From      string `yaml:"from"`
	ReplyTo   string `yaml:"reply_to"`
	Transport string `yaml:"transport"`
	Key       Secret `yaml:"key"`

	Connections int `yaml:"connections"`
}

// maxConnections is more than any relay bears from one sender.
const maxConnections = 64

// spareTransports may have their blocks stand ready while another transport is
// chosen: to switch is to change one word.
func spareTransports() []string { return []string{"smtp", "maildir"} }

// mail reads how editions leave. The block named like the transport is the
// transport's own; spare blocks are passed over unread.
func (r *reader) mail(node *yaml.Node, m Mail) Mail {
	at := path{"mail"}
	k := mailKeys{Transport: m.Transport, Connections: m.Connections}
	if isNull(node) || node.Kind != yaml.MappingNode {
		r.decode(node, at, &k)
		return m
	}
	if _, chosen := step(node, "transport"); !isNull(chosen) {
		k.Transport = chosen.Value
	}
	own, block := r.withoutBlocks(node, k.Transport)
	r.errs.Add(r.document.decode(own, at, &k, spareTransports()...))
	r.required(k.Transport, at.key("transport"), "how mail leaves, such as smtp, or remove the key")
	if k.Connections < 1 || k.Connections > maxConnections {
		r.mistake(at.key("connections"), "%d is out of range: write a number from 1 to %d", k.Connections, maxConnections)
	}
	r.mailAddress(k.From, at.key("from"))
	r.mailAddress(k.ReplyTo, at.key("reply_to"))
	return Mail{
		From: k.From, ReplyTo: k.ReplyTo, Transport: k.Transport, Key: k.Key, Connections: k.Connections,
		Options: Options{doc: r.document, path: at.key(k.Transport), node: block},
	}
}

// withoutBlocks parts the transports' blocks from the keys of mail itself.
func (r *reader) withoutBlocks(node *yaml.Node, transport string) (own, block *yaml.Node) {
	own = emptied(node)
	for key, value := range pairs(node) {
		switch {
		case key.Value == transport && value.Kind == yaml.MappingNode:
			block = value
		case key.Value == transport && isNull(value):
		case key.Value == transport && slices.Contains(spareTransports(), transport):
			r.mistake(path{"mail", transport}, "must hold the transport's keys: write them indented on the lines below")
		case slices.Contains(spareTransports(), key.Value):
		default:
			own.Content = append(own.Content, key, value)
		}
	}
	return own, block
}

// mailable checks that nothing is missing that letters must carry. A postal
// address is demanded by 15 USC 7704(a)(5)(A)(iii), CAN-SPAM, and its likes.
func (r *reader) mailable(cfg *Config) {
	r.required(cfg.Mail.From, path{"mail", "from"},
		`whom digests come from, as in "Mara Ellison <digest@lanternscreen.example>"`)
	r.required(cfg.Publication.Address, path{"publication", "address"},
		"a postal address (a box will do): the law wants one in every letter, and nothing is sent without")
}
