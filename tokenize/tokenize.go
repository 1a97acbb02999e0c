// Package tokenize is the stage that counts or writes the tokens of a document.
//
// In: the text. Out: token_count, and with store: ids the tokens themselves as input_ids. The ids
// are those of tiktoken's encode_ordinary for r50k_base, which is GPT-2's tokenizer: names of
// special tokens inside a text are ordinary text, and nothing is put in front of it. No document is
// dropped or changed.
//
// Invariants: token_count is the length of input_ids whether ids are stored or not, an end-of-text
// token included; without one, decoding the ids gives the text back, byte by byte. Tokenizers of
// other kinds (chat templates, SentencePiece) are not here.
package tokenize

import (
	"dataprep/stages"
	"dataprep/stages/doc"
	"dataprep/tokenize/bpe"
	"dataprep/tokenize/vocab"
)

// InputIDs is the column of a document's tokens.
var InputIDs = doc.Field[doc.List[int32]]{Name: "input_ids"}

// Stages returns the stage tokenize.
func Stages() []stages.Entry { return []stages.Entry{tokenize()} }

// Tokenize counts each document's tokens, for budgets and mixtures, or stores them for training.
type Tokenize struct {
	// Whose tokens are counted; another tokenizer gives other counts and ids.
	// gpt2 (r50k_base, 50,257 ids) is what FineWeb's token_count is in.
	Tokenizer string `yaml:"tokenizer" enum:"gpt2"`
	// What is written: count writes token_count, ids also writes the tokens as input_ids.
	// Stored ids take about as much room as the text.
	Store string `yaml:"store" enum:"count,ids"`
	// Whether each document ends with <|endoftext|> (50256), which training takes as a border.
	// It is counted too. Off, as in datatrove's counts.
	SpecialTokens bool `yaml:"special_tokens"`
}

const ids = "ids"

func tokenize() stages.StageSpec[Tokenize] {
	return stages.StageSpec[Tokenize]{
		Name:    "tokenize",
		Rev:     1,
		Default: Tokenize{Tokenizer: "gpt2", Store: "count"},
		Describe: func(c Tokenize) stages.Shape {
			s := stages.Shape{
				Reads:  []doc.Column{doc.Text.Column()},
				Writes: []doc.Column{doc.TokenCount.Column()},
			}
			if c.Store == ids {
				s.Writes = append(s.Writes, InputIDs.Column())
			}
			return s
		},
		Open: func(c Tokenize, _ stages.Env) (stages.Maker, error) {
			model, err := bpe.GPT2()
			if err != nil {
				return nil, err
			}
			return func() stages.Stage {
				return &tokenizer{encoder: model.NewEncoder(), store: c.Store == ids,
					end: c.SpecialTokens}
			}, nil
		},
	}
}

// tokenizer is the scratch of one worker, about 2 MB.
type tokenizer struct {
	encoder    *bpe.Encoder
	store, end bool
	ids        []int32
}

// Process implements stages.Stage.
func (t *tokenizer) Process(b *doc.Batch) error {
	texts, counts := doc.Text.Of(b), doc.TokenCount.Of(b)
	var lists *doc.List[int32]
	if t.store {
		lists = InputIDs.Of(b)
	}
	for i := range b.Rows() {
		if !t.store {
			counts.Set(i, t.count(texts.At(i)))
			continue
		}
		t.ids = t.encoder.Encode(t.ids[:0], texts.At(i))
		if t.end {
			t.ids = append(t.ids, vocab.GPT2EndOfText)
		}
		lists.Set(i, t.ids)
		counts.Set(i, int64(len(t.ids)))
	}
	return nil
}

func (t *tokenizer) count(text []byte) int64 {
	n := int64(t.encoder.Count(text))
	if t.end {
		n++
	}
	return n
}
