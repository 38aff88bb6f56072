package config

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"marquee/internal/yamlfile"
)

// What becomes of a letter that may have arrived before a crash or a lost answer.
const (
	DoubtfulResend = "resend" // it is sent once more, with the same Message-ID
	DoubtfulAsk    = "ask"    // it fails, and the operator may send it again
)

type mailKeys struct {
	From        string      `yaml:"from"`
	ReplyTo     string      `yaml:"reply_to"`
	Operator    string      `yaml:"operator"`
	Doubtful    string      `yaml:"doubtful"`
	Fence       string      `yaml:"fence"`
	Key         Secret      `yaml:"key"`
	PreviousKey Secret      `yaml:"previous_key"`
	DKIM        listed      `yaml:"dkim"`
	Inbound     yaml.Node   `yaml:"inbound"`
	Bounces     yaml.Node   `yaml:"bounces"`
	Webhooks    webhookKeys `yaml:"webhooks"`
	Domains     yaml.Node   `yaml:"domains"`
	Spares      listed      `yaml:"spares"`
	relayKeys   `yaml:",inline"`
}

// spareTransports may have their blocks stand ready while another transport is
// chosen: to switch is to change one word.
func spareTransports() []string { return []string{"smtp", "maildir"} }

// mail reads how editions leave and what comes back. The block named like the
// transport is the transport's own; spare blocks are passed over unread.
func (r *reader) mail(node *yaml.Node, m Mail) Mail {
	at := path{"mail"}
	first := m.Relays[0]
	k := mailKeys{Doubtful: m.Doubtful, relayKeys: keysOf(first)}
	if yamlfile.IsNull(node) || node.Kind != yaml.MappingNode {
		r.decode(node, at, &k)
		return m
	}
	if chosen := r.Value(at.Key("transport")); !yamlfile.IsNull(chosen) {
		k.Transport = chosen.Value
	}
	own, block := r.withoutBlocks(node, k.Transport)
	r.errs.Add(r.Decode(own, at, &k, spareTransports()...))
	r.mailAddress(k.From, at.Key("from"))
	r.mailAddress(k.ReplyTo, at.Key("reply_to"))
	r.mailAddress(k.Operator, at.Key("operator"))
	r.oneOf(k.Doubtful, at.Key("doubtful"), []string{DoubtfulResend, DoubtfulAsk})
	first = r.relay(k.relayKeys, first.Name, at)
	first.Options = r.Block(block, at.Key(k.Transport))
	return Mail{
		From: k.From, ReplyTo: k.ReplyTo, Operator: k.Operator, Doubtful: k.Doubtful, Fence: r.Abs(k.Fence),
		Key: k.Key, PreviousKey: k.PreviousKey,
		DKIM: r.dkim(k.DKIM, at.Key("dkim")), Inbound: r.inbound(&k.Inbound, at.Key("inbound"), m.Inbound),
		Bounces:  r.bounces(&k.Bounces, at.Key("bounces"), m.Bounces),
		Webhooks: r.webhooks(&k.Webhooks, at.Key("webhooks")),
		Domains:  r.domains(&k.Domains, at.Key("domains")),
		Relays:   append([]Relay{first}, r.spares(k.Spares, at.Key("spares"))...),
	}
}

// withoutBlocks parts the transports' blocks from the keys of mail itself.
func (r *reader) withoutBlocks(node *yaml.Node, transport string) (own, block *yaml.Node) {
	keys := *node
	own, keys.Content = &keys, nil
	for key, value := range yamlfile.Pairs(node) {
		switch {
		case key.Value == transport && value.Kind == yaml.MappingNode:
			block = value
		case key.Value == transport && yamlfile.IsNull(value):
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
