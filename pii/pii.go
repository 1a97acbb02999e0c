// Package pii is the stage that takes personal data out of text.
//
// In: the text. Out: the text with e-mail addresses, IP addresses and payment card numbers replaced
// (pii/scan finds them), and how many there were of each kind. A text in which nothing is found is
// not rewritten. No document is dropped.
//
// Invariant: what a value becomes depends on the value, the config and the key alone, never on
// other documents. datatrove takes its stand-ins in turn from lists of two and six, so that there
// a text depends on the documents before it; and it finds neither IPv6 nor cards.
// Refused: names, streets, phone numbers (patterns alone hit too much else).
package pii

import (
	"fmt"
	"io"

	"dataprep/configs"
	"dataprep/pii/scan"
	"dataprep/stages"
	"dataprep/stages/doc"
)

// Columns with the number of values found, published as the struct pii_counts; null for a kind
// that is off.
var (
	Emails = doc.Field[doc.Num[int64]]{Name: "pii_counts.email"}
	IPs    = doc.Field[doc.Num[int64]]{Name: "pii_counts.ip"}
	Cards  = doc.Field[doc.Num[int64]]{Name: "pii_counts.card"}
)

// Stages returns the stage pii.
func Stages() []stages.Entry { return []stages.Entry{pii()} }

// PII replaces personal data in documents. Masked values become <EMAIL>, <IP> and <CARD>;
// pseudonyms are stand-ins that nobody can own, the same for the same value in every document.
type PII struct {
	// What happens to e-mail addresses: masked, replaced by stand-ins (pseudonym), or left (off).
	Email string `yaml:"email" enum:"mask,pseudonym,off"`
	// What happens to public IP addresses, IPv4 and IPv6. Private ranges (10.0.0.1) always stay.
	IP string `yaml:"ip" enum:"mask,pseudonym,off"`
	// What happens to payment card numbers: known issuers, right check digit, grouped as printed.
	Card string `yaml:"card" enum:"mask,pseudonym,off"`
	// A file with the secret that stand-ins are computed from; another key gives other stand-ins.
	// All its bytes count, at least 16; make it with `head -c 32 /dev/urandom`. The lock publishes
	// its SHA-256, so a key that can be guessed protects nothing.
	Key stages.Artifact `yaml:"key"`
}

const (
	mask      = "mask"
	pseudonym = "pseudonym"
	off       = "off"
)

func pii() stages.StageSpec[PII] {
	return stages.StageSpec[PII]{
		Name:    "pii",
		Rev:     1,
		Default: PII{Email: mask, IP: mask, Card: mask},
		Describe: func(PII) stages.Shape {
			return stages.Shape{
				Reads:  []doc.Column{doc.Text.Column()},
				Writes: []doc.Column{Emails.Column(), IPs.Column(), Cards.Column()},
				Edits:  []doc.Column{doc.Text.Column()},
			}
		},
		Open: open,
	}
}

// Validate implements the check of the decoder.
func (c *PII) Validate(p *configs.Problems) {
	given := c.Key != (stages.Artifact{})
	switch {
	case c.pseudonyms() && !given:
		p.Add("", "needs key: without one, stand-ins could be undone by trying all values",
			"add key: file://…")
	case given && !c.pseudonyms():
		p.Add("key", "is for pseudonyms, and nothing is pseudonymized",
			"remove it, or set email, ip or card to pseudonym")
	}
}

// modes returns the mode of each kind, by scan.Kind.
func (c *PII) modes() [scan.Kinds]string {
	return [scan.Kinds]string{scan.Email: c.Email, scan.IP: c.IP, scan.Card: c.Card}
}

func (c *PII) pseudonyms() bool {
	for _, m := range c.modes() {
		if m == pseudonym {
			return true
		}
	}
	return false
}

// A key file's size. The upper bound only stops files given by mistake.
const (
	minKey = 16
	maxKey = 4096
)

func open(c PII, env stages.Env) (stages.Maker, error) {
	var key []byte
	if c.pseudonyms() {
		var err error
		if key, err = readKey(c.Key, env); err != nil {
			return nil, err
		}
	}
	return func() stages.Stage { return newReplacer(c, key) }, nil
}

func readKey(a stages.Artifact, env stages.Env) ([]byte, error) {
	r, err := env.Open(a)
	if err != nil {
		return nil, fmt.Errorf("open pseudonym key %s: %w", a.URI, err)
	}
	defer r.Close()
	key, err := io.ReadAll(io.LimitReader(r, maxKey+1))
	if err != nil {
		return nil, fmt.Errorf("read pseudonym key %s: %w", a.URI, err)
	}
	if len(key) < minKey || len(key) > maxKey {
		return nil, fmt.Errorf("pseudonym key %s is not of %d to %d bytes", a.URI,
			minKey, maxKey)
	}
	return key, nil
}
