package stages

import (
	"fmt"

	"dataprep/configs"
)

// Artifact is a file whose content decides bytes: a model, a list, an index. Its canonical form is
// its digest; the URI only says where to find it.
type Artifact = configs.Artifact

// Kind says what a Spec makes.
type Kind string

// The kinds of specs.
const (
	KindSource   Kind = "source"
	KindStage    Kind = "stage"
	KindExchange Kind = "exchange"
	KindSink     Kind = "sink"
)

// Spec declares something a pipeline file can name. C is its config struct, whose comments, tags
// and default value are the only place where its options are described.
type Spec[C, T any] struct {
	Name     string
	Rev      int // goes up with every change of the bytes it decides
	Default  C
	Describe func(C) Shape
	Open     func(C, Env) (T, error) // once per process; models are loaded here
	// Foreign names the library behind a stage that allocates per document or computes in floats
	// of its own, and why it is used; "" for our own engines.
	Foreign string
}

// The four kinds of Spec.
type (
	SourceSpec[C any]   = Spec[C, Source]
	StageSpec[C any]    = Spec[C, Maker]
	ExchangeSpec[C any] = Spec[C, Exchange]
	SinkSpec[C any]     = Spec[C, Sink]
)

// Facts is what the catalog knows of a Spec before any config.
type Facts struct {
	Name    string
	Kind    Kind
	Rev     int
	Foreign string
}

// Entry is a Spec of any config type, as the registry holds it.
type Entry interface {
	Facts() Facts
	// Config returns a pointer to a fresh config that holds the defaults.
	Config() any
	// bind checks a config that Config made and Decode filled.
	bind(config any) Bound
}

// Facts implements Entry.
func (s Spec[C, T]) Facts() Facts {
	return Facts{Name: s.Name, Kind: kindOf[T](), Rev: s.Rev, Foreign: s.Foreign}
}

// Config implements Entry.
func (s Spec[C, T]) Config() any {
	c := s.Default
	return &c
}

func (s Spec[C, T]) bind(config any) Bound {
	c := config.(*C)
	b := Bound{Facts: s.Facts(), Config: config, entry: s}
	if s.Describe != nil {
		b.Shape = s.Describe(*c)
	}
	b.open = func(env Env) (any, error) { return s.Open(*c, env) }
	return b
}

func kindOf[T any]() Kind {
	var t *T
	switch any(t).(type) {
	case *Source:
		return KindSource
	case *Maker:
		return KindStage
	case *Exchange:
		return KindExchange
	case *Sink:
		return KindSink
	}
	panic(fmt.Sprintf("stages: a Spec cannot make a %T", t))
}

// Bound is a Spec with its checked config.
type Bound struct {
	Facts
	Config any // pointer to the config struct
	Shape  Shape
	entry  Entry
	open   func(Env) (any, error)
}

// Rebind binds the config as it is now.
func (b Bound) Rebind() Bound {
	if b.entry == nil {
		return b
	}
	return b.entry.bind(b.Config)
}

// Canonical returns the config's canonical JSON: what the content key sees of it.
func (b Bound) Canonical() []byte { return configs.Canonical(b.Config) }

// Stage opens a bound stage.
func (b Bound) Stage(env Env) (Maker, error) { return open[Maker](b, env) }

// Exchange opens a bound exchange.
func (b Bound) Exchange(env Env) (Exchange, error) { return open[Exchange](b, env) }

// Source opens a bound source.
func (b Bound) Source(env Env) (Source, error) { return open[Source](b, env) }

// Sink opens a bound sink.
func (b Bound) Sink(env Env) (Sink, error) { return open[Sink](b, env) }

func open[T any](b Bound, env Env) (T, error) {
	var zero T
	v, err := b.open(env)
	if err != nil {
		return zero, err
	}
	t, ok := v.(T)
	if !ok {
		return zero, fmt.Errorf("open %s: it is a %s", b.Name, b.Kind)
	}
	return t, nil
}
