package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"dataprep/internal/store"
)

const ownerKey = ".dataprep/owner.json"

// ErrForeign says that the output folder belongs to someone else.
var ErrForeign = errors.New("the output folder is not ours")

// Owner says which pipeline an output belongs to.
type Owner struct {
	Version int    `json:"version"`
	Name    string `json:"name"`
}

// Claim makes the output ours, or says who else's it is. A folder that holds anything but has no
// owner is foreign: nothing in it is touched.
func (l *Ledger) Claim(ctx context.Context, name string) error {
	o, err := l.owner(ctx)
	if err != nil {
		return err
	}
	if o == nil {
		if err := l.refuseForeign(ctx); err != nil {
			return err
		}
		body, err := json.Marshal(Owner{Version, name})
		if err != nil {
			return fmt.Errorf("encode owner: %w", err)
		}
		if o, err = l.take(ctx, body); err != nil {
			return fmt.Errorf("claim the output folder: %w", err)
		}
	}
	if o.Name != name {
		return fmt.Errorf("%w: it belongs to the pipeline %q", ErrForeign, o.Name)
	}
	return nil
}

// take writes the owner's record unless one stands, and returns the one that does.
func (l *Ledger) take(ctx context.Context, body []byte) (*Owner, error) {
	for range attempts {
		if _, err := l.Out.Create(ctx, ownerKey, store.Bytes(body)); err != nil {
			return nil, err
		}
		if o, err := l.owner(ctx); err != nil || o != nil {
			return o, err
		}
	}
	return nil, errDeaf
}

// owner returns who owns the output, nil when nobody does.
func (l *Ledger) owner(ctx context.Context) (*Owner, error) {
	raw, err := store.ReadAll(ctx, l.Out, ownerKey)
	if errors.Is(err, store.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var o Owner
	if err := decode(raw, &o, Version); err != nil {
		return nil, fmt.Errorf("owner of the output folder: %w", err)
	}
	return &o, nil
}

func (l *Ledger) refuseForeign(ctx context.Context) error {
	for e, err := range l.Out.List(ctx, "", "") {
		if err != nil {
			return err
		}
		if !strings.HasPrefix(e.Key, ".dataprep/") {
			return fmt.Errorf("%w: it holds %q and was not made by dataprep", ErrForeign, e.Key)
		}
	}
	return nil
}

// CheckOwner says, without writing, whether Claim would succeed.
func (l *Ledger) CheckOwner(ctx context.Context, name string) error {
	o, err := l.owner(ctx)
	if err != nil {
		return err
	}
	if o == nil {
		return l.refuseForeign(ctx)
	}
	if o.Name != name {
		return fmt.Errorf("%w: it belongs to the pipeline %q", ErrForeign, o.Name)
	}
	return nil
}
