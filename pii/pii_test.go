package pii

import (
	"dataprep/stages/stagetest"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dataprep/configs"
	"dataprep/stages"
	"dataprep/stages/doc"
)

const all = "mail jo.doe@example.net or 8.8.8.8, pay with 4111 1111 1111 1111; jo.doe@example.net"

var key = stagetest.Files{"key": strings.Repeat("k", 32), "other": strings.Repeat("o", 32), "short": "secret"}

func pseudonyms(from string) func(*PII) {
	return func(c *PII) {
		*c = PII{pseudonym, pseudonym, pseudonym, stages.Artifact{URI: from}}
	}
}

// textOf is the text that the stage makes of s.
func textOf(x *stagetest.Bench, s string) string {
	x.Fill(0, []string{s})
	x.Process()
	return string(doc.Text.Of(x.Batch).At(0))
}

func TestMaskedValuesAreReplacedAndCounted(t *testing.T) {
	x := stagetest.Start(t, pii(), nil, nil)
	if got := textOf(x, all); got != "mail <EMAIL> or <IP>, pay with <CARD>; <EMAIL>" {
		t.Errorf("got %q", got)
	}
	b := x.Batch
	if e, i, c := Emails.Of(b).At(0), IPs.Of(b).At(0), Cards.Of(b).At(0); e != 2 || i != 1 || c != 1 {
		t.Errorf("counts %d %d %d", e, i, c)
	}
}

func TestKindsThatAreOffStayAndAreNotCounted(t *testing.T) {
	x := stagetest.Start(t, pii(), func(c *PII) { c.Email, c.Card = off, off }, nil)
	want := strings.Replace(all, "8.8.8.8", "<IP>", 1)
	if got := textOf(x, all); got != want {
		t.Errorf("got %q", got)
	}
	if Emails.Of(x.Batch).Has(0) || Cards.Of(x.Batch).Has(0) || IPs.Of(x.Batch).At(0) != 1 {
		t.Error("a kind that is off is counted, or the other is not")
	}
}

func TestStandInsDependOnKeyAndValueAlone(t *testing.T) {
	x := stagetest.Start(t, pii(), pseudonyms("key"), key)
	got := textOf(x, all)
	words := strings.Fields(got)
	if words[1] != words[len(words)-1] {
		t.Errorf("one address has two stand-ins: %q", got)
	}
	for _, leak := range []string{"jo.doe", "8.8.8.8", "4111"} {
		if strings.Contains(got, leak) {
			t.Errorf("%q is left in %q", leak, got)
		}
	}
	for range 3 {
		textOf(x, "a@example.org, b@example.org 9.9.9.9")
	}
	if again := textOf(x, all); again != got {
		t.Errorf("after other documents %q, before %q", again, got)
	}
	if other := textOf(stagetest.Start(t, pii(), pseudonyms("other"), key), all); other == got {
		t.Error("another key gives the same stand-ins")
	}
}

func TestEachKindGoesItsOwnWay(t *testing.T) {
	x := stagetest.Start(t, pii(), func(c *PII) { c.Email, c.Key.URI = pseudonym, "key" }, key)
	got := textOf(x, all)
	if !strings.Contains(got, "@example.com or <IP>, pay with <CARD>; user-") {
		t.Errorf("got %q", got)
	}
}

func TestTextsWithoutPersonalDataAreNotRewritten(t *testing.T) {
	x := stagetest.Start(t, pii(), nil, nil)
	x.Fill(0, []string{"Version 1.2.3.4.5 of 10.0.0.1, @home", "", "no\x00thing\xff"})
	data := &doc.Text.Of(x.Batch).Data[0]
	x.Process()
	if &doc.Text.Of(x.Batch).Data[0] != data {
		t.Error("the column was built anew for nothing")
	}
	if !IPs.Of(x.Batch).Has(1) || IPs.Of(x.Batch).At(1) != 0 {
		t.Error("nothing found is not counted as 0")
	}
}

func TestCutOfBatchesAndOrderDoNotChangeTexts(t *testing.T) {
	texts := stagetest.Hostile()
	for i := range 40 {
		texts = append(texts, fmt.Sprintf("user%d@mail.example.org from 93.184.216.%d %s", i, i, all))
	}
	for _, change := range []func(*PII){nil, pseudonyms("key")} {
		x := stagetest.Start(t, pii(), change, key)
		x.Cuts(texts)
		forward := x.Run(texts, 7)
		slices.Reverse(texts)
		backward := x.Run(texts, 7)
		slices.Reverse(backward)
		slices.Reverse(texts)
		if !slices.Equal(forward, backward) {
			t.Error("the order of documents changes their texts")
		}
	}
}

func TestKeysThatProtectNothingAreRefused(t *testing.T) {
	for _, name := range []string{"short", "missing"} {
		c := pii().Default
		pseudonyms(name)(&c)
		if _, err := open(c, key); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the message shows the key: %v", err)
		}
	}
}

func TestKeyAndPseudonymsNeedEachOther(t *testing.T) {
	for src, wrong := range map[string]bool{
		"{email: pseudonym}": true, "{key: k.bin}": true, "{ip: pseudonym, key: k.bin}": false,
		"{card: off}": false, "{email: hide}": true,
	} {
		f, ds := configs.Parse("p.yaml", []byte("version: 1\nname: x\ninput: {jsonl: [a]}\nstages:\n"+
			"  - pii: "+src+"\noutput: {jsonl: out}\n"), configs.Options{})
		if f == nil || ds.HasErrors() {
			t.Fatalf("%s: %v", src, ds)
		}
		c := pii().Default
		if ok := configs.Decode(f.Stages[0].Config, &c, ds); ok == wrong {
			t.Errorf("%s is accepted: %v", src, ok)
		}
	}
}

func TestKeyEntersTheCanonicalFormAsItsDigest(t *testing.T) {
	c := pii().Default
	c.Key = stages.Artifact{URI: "file:///secret/place", SHA256: strings.Repeat("ab", 32)}
	got := string(configs.Canonical(&c))
	if !strings.Contains(got, "sha256:abab") || strings.Contains(got, "place") {
		t.Errorf("canonical form %s", got)
	}
}

func TestReplacingDoesNotAllocate(t *testing.T) {
	x := stagetest.Start(t, pii(), pseudonyms("key"), key)
	texts := slices.Repeat([]string{all, "nothing"}, 40)
	once := func() {
		x.Fill(0, texts)
		x.Process()
	}
	once()
	once()
	if n := testing.AllocsPerRun(5, once); n > 3 {
		t.Errorf("%v allocations for a batch of %d", n, len(texts))
	}
}
