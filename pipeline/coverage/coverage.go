package coverage

import (
	"context"
	"errors"

	"varpanel/hts/bam"
	"varpanel/hts/fault"
	"varpanel/pipeline/engine"
)

// Run measures and writes. It gives a sentence on what was found. At an error no
// file has its name.
func Run(ctx context.Context, o Options) (string, error) {
	if err := o.check(); err != nil {
		return "", err
	}
	file, err := bam.Open(o.Path, bam.Options{AllowOldIndex: o.AllowOldIndex, SafeInflate: o.SafeInflate})
	if err != nil {
		return "", fault.Missing(err)
	}
	defer file.Close()
	if file.Index().Old {
		o.Warn("%s is older than the BAM file", file.Index().Path)
	}
	where := &territory{known: make([]rows, len(file.Header().Refs))}
	switch {
	case o.BED != "":
		if where, err = readRows(&o, file.Header()); err != nil {
			return "", err
		}
	case o.Window > 0:
		where = windows(o.Window, file.Header())
	}
	out := &outputs{prefix: o.Prefix}
	k := newSink(&o, file, where)
	if err = k.tables(out); err == nil {
		if err = flow(ctx, &o, file, where, k).Run(ctx); err == nil {
			err = k.finish(out)
		}
	}
	if err == nil {
		err = out.commit()
	}
	return k.String(), errors.Join(err, out.discard())
}

func flow(ctx context.Context, o *Options, file *bam.File, where *territory, k *sink) engine.Flow[*shard] {
	p := &plan{o: o, where: where, header: file.Header(), reads: hasReads(file), contig: -1}
	return engine.Flow[*shard]{
		Threads: o.Threads,
		New:     func() *shard { return new(shard) },
		Source:  p.next,
		Worker: func() (func(*shard) error, error) {
			w := newWorker(o, file, where)
			return func(s *shard) error { return w.do(ctx, s) }, nil
		},
		Sink: k.take,
	}
}
