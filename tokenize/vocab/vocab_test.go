package vocab

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dataprep/internal/testdata"
)

func gpt2(t testing.TB) *Vocab {
	t.Helper()
	v, err := GPT2()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestBuiltInRanksAreThePublishedOnes(t *testing.T) {
	file, err := os.Open(filepath.Join(testdata.Dir(t, "tokenizers"), "r50k_base.tiktoken.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Read(unzipped)
	if err != nil {
		t.Fatal(err)
	}
	got := gpt2(t)
	if !bytes.Equal(got.arena, want.arena) || !slices.Equal(got.ends, want.ends) {
		t.Error("the built-in r50k_base differs from the published one")
	}
}

func TestTokensAreFoundUnderTheirIDs(t *testing.T) {
	v := gpt2(t)
	for id := range int32(v.Len()) {
		if got, ok := v.Lookup(v.Token(id)); !ok || got != id {
			t.Fatalf("token %q of id %d is found as %d, %v", v.Token(id), id, got, ok)
		}
	}
	for _, no := range []string{"", "zqzqzq", "<|endoftext|>", strings.Repeat("a", 1000)} {
		if id, ok := v.Lookup([]byte(no)); ok {
			t.Errorf("%q is found as %d", no, id)
		}
	}
	for b := range 256 {
		if !bytes.Equal(v.Token(v.Byte(byte(b))), []byte{byte(b)}) {
			t.Errorf("byte %#02x has the token %q", b, v.Token(v.Byte(byte(b))))
		}
	}
}

func TestPairsJoinExactlyWhenTheBytesAreAToken(t *testing.T) {
	v := gpt2(t)
	joined := 0
	for left := int32(0); int(left) < v.Len(); left += 97 {
		for right := int32(0); int(right) < v.Len(); right += 89 {
			both := slices.Concat(v.Token(left), v.Token(right))
			want, ok := v.Lookup(both)
			if got := v.Pair(left, right); got != want {
				t.Fatalf("%d and %d join into %d, want %d", left, right, got, want)
			}
			if ok {
				joined++
			}
		}
	}
	for id := range int32(v.Len()) {
		token := v.Token(id)
		if len(token) < 2 {
			continue
		}
		left, leftOK := v.Lookup(token[:1])
		right, rightOK := v.Lookup(token[1:])
		if leftOK && rightOK {
			joined++
			if got := v.Pair(left, right); got != id {
				t.Fatalf("%d and %d join into %d, want %d", left, right, got, id)
			}
		}
	}
	if joined < 10000 {
		t.Errorf("only %d pairs joined", joined)
	}
}

func TestDecodeRefusesIDsThatAreNotTokens(t *testing.T) {
	v := gpt2(t)
	got, err := v.Decode([]byte(">"), []int32{15496, 11, 2159})
	if err != nil || string(got) != ">Hello, World" {
		t.Errorf("decoded %q, %v", got, err)
	}
	for _, id := range []int32{-1, GPT2EndOfText, 1 << 30} {
		if _, err := v.Decode(nil, []int32{0, id}); err == nil {
			t.Errorf("id %d is decoded", id)
		}
	}
}

// file returns a ranks file of the 256 bytes followed by extra lines.
func file(extra string) string {
	var b strings.Builder
	for i := range 256 {
		fmt.Fprintf(&b, "%s %d\n", base64.StdEncoding.EncodeToString([]byte{byte(i)}), i)
	}
	return b.String() + extra
}

func TestReadTakesLinesInAnyOrder(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(file("YWI= 256\r\n\nYWJj 257")), "\n")
	slices.Reverse(lines)
	v, err := Read(strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	if v.Len() != 258 || string(v.Token(257)) != "abc" || v.Pair('a', 'b') != 256 ||
		v.Pair(256, 'c') != 257 || v.Pair('b', 'c') != -1 {
		t.Errorf("read %d tokens, the last %q", v.Len(), v.Token(257))
	}
}

func TestReadRefusesWhatIsNotAVocabulary(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"empty":             {"", "is not a token"},
		"a byte missing":    {strings.Replace(file(""), "YQ== 97", "YWE= 97", 1), "0x61"},
		"gap":               {file("YWI= 257\n"), "rank 256"},
		"rank twice":        {file("YWI= 255\n"), "rank 256"},
		"token twice":       {file("YQ== 256\n"), "ranks 97 and 256"},
		"no rank":           {file("YWI=\n"), "line 257"},
		"no token":          {file(" 256\n"), "line 257"},
		"not base64":        {file("Y!I= 256\n"), "line 257"},
		"negative":          {file("YWI= -1\n"), "line 257"},
		"rank over 21 bits": {file("YWI= 2097152\n"), "line 257"},
		"endless line":      {file(strings.Repeat("YWFh", 1<<15)), "after line 256"},
		"empty token":       {file("==== 256\n"), "line 257"},
	} {
		if _, err := Read(strings.NewReader(test.text)); err == nil {
			t.Errorf("%s: accepted", name)
		} else if !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %q does not say %q", name, err, test.want)
		}
	}
}

func FuzzReadNeverPanics(f *testing.F) {
	f.Add([]byte("YQ== 0\n"))
	f.Add([]byte(file("YWI= 256\n")))
	f.Fuzz(func(t *testing.T, text []byte) {
		if v, err := Read(bytes.NewReader(text)); err == nil && v.Len() < 256 {
			t.Errorf("%d tokens", v.Len())
		}
	})
}

func BenchmarkGPT2(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		gpt2(b)
	}
}
