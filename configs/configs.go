// Package configs is the pipeline-file language: it overlays, frames and decodes the tree that
// package tree makes of a file.
//
// In: the bytes of one YAML file, `--set` expressions, look-ups for environment and secrets.
// Out: a File whose frame (version, name, input, stages, output, …) is typed and whose stage
// settings are Nodes, which Decode turns into any Go struct by its field tags.
//
// Invariant: every value knows the place it came from, so every problem is reported at a file,
// line and column, all of them at once. Scalars are judged by the text that was written: `012`,
// `1e3`, `100_000`, `1.10` and `NO` never turn silently into something else.
//
// The package knows the frame, not stages: names of stages, sources and sinks are given by the
// caller. What of YAML is refused, and the limits of a file, stand in package tree.
package configs

import "dataprep/configs/tree"

// Options are what Parse may not know by itself. The zero value reads no environment, refuses
// secrets and accepts any stage name.
type Options struct {
	// Set holds `path=value` expressions, applied in order on top of the file.
	Set []string
	// Env looks a variable up for ${env:NAME} and ${secret:env:NAME}; os.LookupEnv fits.
	Env func(name string) (string, bool)
	// ReadSecret returns the content of a file for ${secret:file:PATH}; os.ReadFile fits. One
	// newline at the end is cut off.
	ReadSecret func(path string) ([]byte, error)
	// Stages, Sources and Sinks are the known names; an unknown one is then an error with the
	// nearest name. An empty Stages accepts all; empty Sources and Sinks mean the built-in ones.
	Stages, Sources, Sinks []string
}

// Parse reads the pipeline file src, called name in messages. The File is nil only when src holds
// no usable tree; otherwise it is returned even if there are errors, so that the caller can decode
// the stages' settings into the same Diagnostics and show everything at once. Run nothing while
// Diagnostics.HasErrors.
func Parse(name string, src []byte, opts Options) (*File, *Diagnostics) {
	ds := &Diagnostics{}
	root := tree.Parse(name, src, ds)
	if root == nil {
		return nil, ds
	}
	if root.Kind != Map {
		ds.Error("DP106", root.Pos, "a pipeline file must be a map of keys, not "+root.Describe(),
			topHint(root))
		return nil, ds
	}
	root = overlay(root, opts.Set, ds)
	root = tree.Interpolate(root, tree.Lookups{Env: opts.Env, ReadSecret: opts.ReadSecret}, ds)
	return readFrame(name, root, opts, ds), ds
}

func topHint(n *Node) string {
	if n.Kind == Scalar && !n.Quoted {
		for i := 1; i+1 < len(n.Raw); i++ {
			if n.Raw[i] == ':' && n.Raw[i+1] != ' ' {
				return `put a space after the colon: "` + n.Raw[:i] + ": " + n.Raw[i+1:] + `"`
			}
		}
	}
	return "begin with version: 1"
}
