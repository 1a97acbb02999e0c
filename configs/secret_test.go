package configs

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestSecretsAreNeverShown(t *testing.T) {
	src := `version: 1
name: d
vars: {t: "${secret:env:TOKEN}"}
input: {warc: a}
stages:
  - crawl: {token: "Bearer ${t}"}
  - crawl: {token: "${secret:file:/run/secrets/hook}"}
    id: c2
  - language: {keep: "${t}", min_score: "${t}"}
  - pii: {email: "x ${t}"}
output: {jsonl: "${t}"}
`
	f, ds := checkFile("p.yaml", []byte(src), testOptions())
	var a, b testCrawl
	Decode(f.Stages[0].Config, &a, ds)
	Decode(f.Stages[1].Config, &b, ds)
	if a.Token.Reveal() != "Bearer s3cr3t-t0ken" || b.Token.Reveal() != "https://hook.example/abc" {
		t.Errorf("%q %q", a.Token.Reveal(), b.Token.Reveal())
	}
	js, err := ds.JSON()
	if err != nil {
		t.Fatal(err)
	}
	enc, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	type hides struct{ inner testCrawl }
	seen := strings.Join([]string{ds.String(), string(js), string(enc), string(Canonical(a)),
		fmt.Sprintf("%v %+v %#v %s %q %x", a, a, a, a.Token, a.Token, a.Token),
		fmt.Sprintf("%v %+v %#v", hides{a}, hides{a}, f.Root), fmt.Sprint(f.Stages[0].Config)}, "\n")
	if strings.Contains(seen, "s3cr3t") || strings.Contains(seen, fmt.Sprintf("%x", "s3cr3t")) {
		t.Errorf("a secret is visible in\n%s", seen)
	}
	if string(Canonical(a)) != "{}" {
		t.Errorf("canonical form %s", Canonical(a))
	}
	if n := strings.Count(ds.String(), "DP117"); n != 3 {
		t.Errorf("%d refusals of a secret, want 3:\n%s", n, ds)
	}
}

func TestSecretGivenInClearIsNotQuoted(t *testing.T) {
	_, ds := checkFile("p.yaml", []byte("version: 1\nname: d\ninput: {warc: a}\nstages: [crawl]\n"+
		"output: {jsonl: o}\n"), testOptions("stages.crawl.token=hunter2"))
	if s := ds.String(); strings.Contains(s, "hunter2") || !strings.Contains(s, "DP127") {
		t.Error(s)
	}
}
