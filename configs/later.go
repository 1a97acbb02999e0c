package configs

import (
	"slices"

	"dataprep/configs/tree"
)

// What the format names and this version does not do yet. The names are taken for ever: a later
// version gives them the meaning they are reserved for, and nothing else may have them meanwhile.
var (
	laterKeys = [...]string{"tests", "limits", "cost", "notify", "include", "card", "schedule",
		"splits"}
	laterStages = [...]string{"normalize", "c4_paragraphs", "badwords", "signals", "url_dedup",
		"line_dedup", "substring_dedup", "semantic_dedup", "decontaminate", "ner", "perplexity",
		"toxicity", "sample", "pack", "chat_normalize", "chat_validate", "chat_template",
		"refusal_filter", "generate", "augment", "expr", "exec"}
	laterInputs = [...]string{"crawl", "feed", "api"}
	laterOutput = [...]string{"card", "splits", "megatron", "mds", "nanotron", "olmo"}
	laterErrors = [...]string{"on_document", "retries"}
	laterLimits = [...]string{"cpus", "mem"} // of resources
)

func (f *frame) later(p Pos, what string) {
	f.ds.Error("DP118", p, what+" is not supported yet", "delete it; a later version takes it")
}

// without reports the keys of a map that are for a later version, and returns the map without them.
func (f *frame) without(n *Node, names []string) *Node {
	if n.Kind != Map || !slices.ContainsFunc(n.Keys, func(k Key) bool { return slices.Contains(names, k.Name) }) {
		return n
	}
	c := *n
	c.Keys = nil
	for _, k := range n.Keys {
		if slices.Contains(names, k.Name) {
			f.later(k.Pos, tree.Quote(k.Name))
			continue
		}
		c.Keys = append(c.Keys, k)
	}
	return &c
}
